/* Which monitoring events are asked for, and from when on.
 *
 * Instrumenting code and reporting its jumps costs a program that only imports
 * the standard library 2 % of its time (measured), for loops that never get hot.
 * So at an interpreter's start only the main program's own code is instrumented,
 * and all code is from when that first jumps back or calls anything, or code from
 * a file that is no library comes into being. */
#include "hooks/events.h"
#include "cpython/adapter.h"
#include "emit/stencil_abi.h"
#include <string.h>

PyObject *events_disable;

static PyCodeObject *main_code;         /* owned, while only it is instrumented */
static int code_watcher = -1;
static bool waiting;

static PyObject *monitoring(const char *function, const char *format, ...)
{
    PyObject *module = PySys_GetObject("monitoring");       /* borrowed */
    PyObject *method = module ? PyObject_GetAttrString(module, function) : NULL;
    if (method == NULL) {
        return NULL;
    }
    va_list va;
    va_start(va, format);
    PyObject *args = Py_VaBuildValue(format, va);
    va_end(va);
    PyObject *result = args ? PyObject_CallObject(method, args) : NULL;
    Py_XDECREF(args);
    Py_DECREF(method);
    return result;
}

static int done(PyObject *result)
{
    Py_XDECREF(result);
    return result == NULL ? -1 : 0;
}

/* The number of an event; -1 with an exception. */
static long event(const char *name)
{
    PyObject *module = PySys_GetObject("monitoring");
    PyObject *events = module ? PyObject_GetAttrString(module, "events") : NULL;
    PyObject *number = events ? PyObject_GetAttrString(events, name) : NULL;
    long value = number ? PyLong_AsLong(number) : -1;
    Py_XDECREF(events);
    Py_XDECREF(number);
    return value;
}

static int register_callback(const char *name, PyObject *function)
{
    return done(monitoring("register_callback", "(ilO)", GRAFT_TOOL, event(name), function));
}

static int ask_for_all(void)
{
    return done(monitoring("set_events", "(il)", GRAFT_TOOL, event("JUMP") | event("PY_START")));
}

static PyObject *on_call(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    events_begin();
    Py_RETURN_NONE;
}

static PyMethodDef on_call_method = {
    "graft_on_call", _PyCFunction_CAST(on_call), METH_FASTCALL, NULL};

static void stop_waiting(void)
{
    waiting = false;
    if (code_watcher >= 0 && PyCode_ClearWatcher(code_watcher) < 0) {
        PyErr_Clear();
    }
    code_watcher = -1;
    if (main_code != NULL
        && done(monitoring("set_local_events", "(iOi)", GRAFT_TOOL, main_code, 0)) < 0) {
        PyErr_Clear();
    }
    Py_CLEAR(main_code);
}

void events_begin(void)
{
    if (!waiting) {
        return;
    }
    PyObject *error = PyErr_GetRaisedException();
    stop_waiting();
    if (register_callback("CALL", Py_None) < 0 || ask_for_all() < 0) {
        PyErr_Clear();
    }
    PyErr_SetRaisedException(error);
}

static bool is_library(PyObject *filename)
{
    const char *name = PyUnicode_AsUTF8(filename);
    if (name == NULL) {
        PyErr_Clear();
        return false;
    }
    if (name[0] == '<') {       /* frozen, or made by a library (dataclasses, namedtuple) */
        return true;
    }
    PyObject *stdlib = PySys_GetObject("_stdlib_dir");      /* borrowed */
    const char *prefix = stdlib != NULL && PyUnicode_Check(stdlib) ? PyUnicode_AsUTF8(stdlib) : NULL;
    if (prefix == NULL) {
        PyErr_Clear();
    }
    return (prefix != NULL && strncmp(name, prefix, strlen(prefix)) == 0)
           || strstr(name, "/site-packages/") != NULL || strstr(name, "/dist-packages/") != NULL;
}

/* A code object has been made: the main program, when no frame runs yet. */
static int on_code(PyCodeEvent what, PyCodeObject *code)
{
    static PyObject *known;     /* owned: the code of a module shares its name */
    if (what != PY_CODE_EVENT_CREATE || !waiting) {
        return 0;
    }
    if (main_code == NULL && PyThreadState_Get()->current_frame == NULL) {
        if (PyUnicode_CompareWithASCIIString(code->co_name, "<module>") == 0) {
            main_code = (PyCodeObject *)Py_NewRef(code);
            adapter_keep_opcode_events(code);
            if (done(monitoring("set_local_events", "(iOl)", GRAFT_TOOL, code,
                                event("JUMP") | event("CALL"))) < 0) {
                PyErr_Clear();
                events_begin();
            }
        }
    }
    else if (code->co_filename != known) {
        Py_XSETREF(known, Py_NewRef(code->co_filename));
        if (!is_library(known)) {
            events_begin();
        }
    }
    return 0;
}

static int ask(PyObject *on_jump, PyObject *on_start, bool later)
{
    static PyObject *call_function;
    if (call_function == NULL && (call_function = PyCFunction_New(&on_call_method, NULL)) == NULL) {
        return -1;
    }
    if (register_callback("JUMP", on_jump) < 0 || register_callback("PY_START", on_start) < 0) {
        return -1;
    }
    if (later) {
        code_watcher = PyCode_AddWatcher(on_code);
        waiting = code_watcher >= 0;
        if (waiting) {
            return register_callback("CALL", call_function);
        }
        PyErr_Clear();
    }
    return ask_for_all();
}

int events_start(PyObject *on_jump, PyObject *on_start, bool later)
{
    if (events_disable == NULL) {
        PyObject *module = PySys_GetObject("monitoring");
        events_disable = module ? PyObject_GetAttrString(module, "DISABLE") : NULL;
    }
    if (events_disable == NULL) {
        return -1;
    }
    if (done(monitoring("use_tool_id", "(is)", GRAFT_TOOL, "graft")) < 0) {
        if (PyErr_ExceptionMatches(PyExc_ValueError)) {
            PyErr_SetString(PyExc_RuntimeError,
                            "another tool holds sys.monitoring.OPTIMIZER_ID");
        }
        return -1;
    }
    if (ask(on_jump, on_start, later) < 0) {
        PyObject *error = PyErr_GetRaisedException();
        (void)events_stop();
        PyErr_SetRaisedException(error);
        return -1;
    }
    return 0;
}

int events_stop(void)
{
    stop_waiting();
    return done(monitoring("free_tool_id", "(i)", GRAFT_TOOL));
}
