/* graft._graft: the surface that Python sees, and nothing else. */
#include "cpython/adapter.h"
#include "hooks/monitor.h"
#include "translate/compile.h"

static bool builtin_jit_was;

static bool create_cache(void)
{
    return cache_create((size_t)settings.code_cache, settings.machine_code);
}

PyDoc_STRVAR(enable_doc,
"enable(later=False)\n\nSwitches the JIT on.  RuntimeError says why it cannot be.  On builds\n"
"that carry CPython's own JIT, that one is switched off.  `later`: counting begins\n"
"when the main program does more than to import libraries.");

static PyObject *enable(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    if (nargs > 1) {
        PyErr_SetString(PyExc_TypeError, "enable() takes at most one argument");
        return NULL;
    }
    int later = nargs > 0 ? PyObject_IsTrue(args[0]) : 0;
    if (later < 0) {
        return NULL;
    }
    if (monitor_running()) {
        Py_RETURN_NONE;
    }
    const char *mismatch = adapter_mismatch();
    if (mismatch != NULL) {
        PyErr_SetString(PyExc_RuntimeError, mismatch);
        return NULL;
    }
    if (graft_enter == NULL && !create_cache()) {
        PyErr_SetString(PyExc_RuntimeError, "the system refuses memory for machine code");
        return NULL;
    }
    if (monitor_start(later) < 0) {
        return NULL;
    }
    builtin_jit_was = adapter_builtin_jit(false);
    Py_RETURN_NONE;
}

PyDoc_STRVAR(disable_doc,
"disable()\n\nSwitches the JIT off; what has been compiled is kept for the next enable().");

static PyObject *disable(PyObject *self, PyObject *ignored)
{
    if (!monitor_running()) {
        Py_RETURN_NONE;
    }
    (void)adapter_builtin_jit(builtin_jit_was);
    if (monitor_stop() < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

PyDoc_STRVAR(is_enabled_doc, "is_enabled() -> bool");

static PyObject *is_enabled(PyObject *self, PyObject *ignored)
{
    return PyBool_FromLong(monitor_running());
}

PyDoc_STRVAR(reset_doc,
"reset()\n\nDrops all compiled code and all counts.");

static PyObject *reset(PyObject *self, PyObject *ignored)
{
    units_reset();
    if (graft_enter != NULL) {
        cache_destroy();
        graft_enter = NULL;
        if (monitor_running() && !create_cache()) {
            PyErr_SetString(PyExc_RuntimeError, "the system refuses memory for machine code");
            return NULL;
        }
    }
    totals = (compile_totals){0};
    stress_countdown = settings.force_exit;
    if (monitor_running()) {    /* locations that were given up count again */
        if (monitor_stop() < 0 || monitor_start(false) < 0) {
            return NULL;
        }
    }
    Py_RETURN_NONE;
}

static const struct { const char *name; int64_t *place; int64_t least, most; } setting_table[] = {
    {"threshold", &settings.threshold, 1, 1 << 30},
    {"code_cache", &settings.code_cache, 0, 1 << 30},
    {"max_versions", &settings.max_versions, 1, 100},
    {"force_exit", &settings.force_exit, 0, 1 << 30},
    {"machine_code", &settings.machine_code, 0, 1},
};

PyDoc_STRVAR(configure_doc,
"configure(*, threshold, code_cache, max_versions, force_exit, machine_code)\n\n"
"Changes the settings that are given (ints; graft._settings says what they mean).\n"
"ValueError: out of range.  code_cache and machine_code take effect at the next reset().");

static PyObject *configure(PyObject *self, PyObject *args, PyObject *kwargs)
{
    if (PyTuple_GET_SIZE(args) != 0) {
        PyErr_SetString(PyExc_TypeError, "configure() takes keyword arguments only");
        return NULL;
    }
    PyObject *key, *object;
    Py_ssize_t position = 0;
    while (kwargs != NULL && PyDict_Next(kwargs, &position, &key, &object)) {
        size_t n = 0;
        while (n < Py_ARRAY_LENGTH(setting_table)
               && PyUnicode_CompareWithASCIIString(key, setting_table[n].name) != 0) {
            n++;
        }
        if (n == Py_ARRAY_LENGTH(setting_table)) {
            return PyErr_Format(PyExc_TypeError, "no setting is named %R", key);
        }
        long long value = PyLong_AsLongLong(object);
        if (value == -1 && PyErr_Occurred()) {
            return NULL;
        }
        if (value < setting_table[n].least || value > setting_table[n].most) {
            return PyErr_Format(PyExc_ValueError, "%s must be from %lld to %lld",
                                setting_table[n].name, (long long)setting_table[n].least,
                                (long long)setting_table[n].most);
        }
        *setting_table[n].place = value;
    }
    stress_countdown = settings.force_exit;
    Py_RETURN_NONE;
}

PyDoc_STRVAR(settings_doc, "settings() -> dict of the settings in force");

static PyObject *get_settings(PyObject *self, PyObject *ignored)
{
    PyObject *dict = PyDict_New();
    for (size_t n = 0; dict != NULL && n < Py_ARRAY_LENGTH(setting_table); n++) {
        PyObject *value = PyLong_FromLongLong(*setting_table[n].place);
        if (value == NULL || PyDict_SetItemString(dict, setting_table[n].name, value) < 0) {
            Py_CLEAR(dict);
        }
        Py_XDECREF(value);
    }
    return dict;
}

PyDoc_STRVAR(stats_doc,
"stats() -> dict\n\nblocks (versions compiled), code_bytes, data_bytes, entries, compile_ns,\n"
"invalidations, exits_by_reason {reason: count}, exits_by_location [(filename,\n"
"qualname, line, opname, reason, count)], most frequent first.");

static PyObject *stats(PyObject *self, PyObject *ignored)
{
    PyObject *reasons = PyDict_New();
    for (int n = 0; reasons != NULL && n < EXIT_REASONS; n++) {
        PyObject *count = PyLong_FromUnsignedLongLong(totals.exits[n]);
        if (count == NULL
            || (totals.exits[n] && PyDict_SetItemString(reasons, exit_reason_names[n], count) < 0)) {
            Py_CLEAR(reasons);
        }
        Py_XDECREF(count);
    }
    PyObject *locations = exits_by_location();
    if (reasons == NULL || locations == NULL) {
        Py_XDECREF(reasons);
        Py_XDECREF(locations);
        return NULL;
    }
    bool have = graft_enter != NULL;
    return Py_BuildValue(
        "{s:K,s:n,s:n,s:K,s:K,s:K,s:N,s:N}",
        "blocks", (unsigned long long)totals.blocks,
        "code_bytes", (Py_ssize_t)(have ? cache_code_bytes() : 0),
        "data_bytes", (Py_ssize_t)(have ? cache_data_bytes() : 0),
        "entries", (unsigned long long)totals.entries,
        "compile_ns", (unsigned long long)totals.compile_ns,
        "invalidations", (unsigned long long)totals.invalidations,
        "exits_by_reason", reasons, "exits_by_location", locations);
}

static PyMethodDef methods[] = {
    {"enable", _PyCFunction_CAST(enable), METH_FASTCALL, enable_doc},
    {"disable", disable, METH_NOARGS, disable_doc},
    {"is_enabled", is_enabled, METH_NOARGS, is_enabled_doc},
    {"reset", reset, METH_NOARGS, reset_doc},
    {"configure", _PyCFunction_CAST(configure), METH_VARARGS | METH_KEYWORDS, configure_doc},
    {"settings", get_settings, METH_NOARGS, settings_doc},
    {"stats", stats, METH_NOARGS, stats_doc},
    {NULL}
};

static int module_exec(PyObject *module)
{
    return 0;
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, module_exec},
    {Py_mod_multiple_interpreters, Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED},
    {0}
};

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT, .m_name = "graft._graft",
    .m_doc = "The engine of Graft.", .m_methods = methods, .m_slots = slots,
};

PyMODINIT_FUNC PyInit__graft(void)
{
    return PyModuleDef_Init(&module);
}
