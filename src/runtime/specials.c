/* Special methods for C code: see specials.h. */
#include "runtime/specials.h"
#include "cpython/adapter.h"
#include <internal/pycore_dict.h>
#include <internal/pycore_pyerrors.h>
#include <string.h>

static const char new[] = "__new__";

/* The Python function that the type has for a name, borrowed, or for __new__ where it is kept; NULL: it
 * is none.  The call site remembers what the last type had. */
static void *special_method(call_site *site, PyTypeObject *type, const char *name)
{
    if (site->type == type && site->ndefaults == type->tp_version_tag) {
        return site->detail;
    }
    void *found = name == new ? (void *)adapter_new(type) : (void *)adapter_special_method(type, name);
    uint32_t version = adapter_type_version(type);
    if (version != 0) {
        site->type = type;
        site->ndefaults = version;
        site->detail = found;
    }
    return found;
}

bool special_next(jit_frame *jf, PyObject *iterator, PyObject **result)
{
    PyObject *function = (Py_TYPE(iterator)->tp_flags & Py_TPFLAGS_HEAPTYPE)
                         ? special_method(jf->site, Py_TYPE(iterator), "__next__") : NULL;
    return function != NULL && graft_call_special(jf, function, &iterator, 1, result);
}

/* Objects/typeobject.c: type_call, slot_tp_new. */
bool special_new(jit_frame *jf, PyObject *callable, PyObject *const *args, size_t count, PyObject **result)
{
    PyTypeObject *type = (PyTypeObject *)callable;
    PyObject *operands[MOST_SPECIAL] = {callable};
    if (!Py_IS_TYPE(callable, &PyType_Type) || !(type->tp_flags & Py_TPFLAGS_HEAPTYPE) || count >= MOST_SPECIAL) {
        return false;
    }
    PyObject **place = special_method(jf->site, type, new);
    PyObject *function = place != NULL ? *place : NULL;     /* (as it is now: __init__ exchanges it) */
    memcpy(operands + 1, args, count * sizeof(PyObject *));
    if (function == NULL || !PyFunction_Check(function)) {
        return false;
    }
    Py_INCREF(function);
    bool called = graft_call_special(jf, function, operands, (int)count + 1, result);
    Py_DECREF(function);
    if (!called) {
        return false;
    }
    PyObject *made = *result;
    if (made == NULL || !PyObject_TypeCheck(made, type)
        || (Py_IS_TYPE(made, type) && type->tp_init == PyBaseObject_Type.tp_init
            && type->tp_new != PyBaseObject_Type.tp_new)) {
        return true;
    }
    PyObject *tuple = PyTuple_New((Py_ssize_t)count);
    for (size_t n = 0; tuple != NULL && n < count; n++) {
        PyTuple_SET_ITEM(tuple, (Py_ssize_t)n, Py_NewRef(args[n]));
    }
    initproc init = Py_TYPE(made)->tp_init;
    if (tuple == NULL || (init != NULL && init(made, tuple, NULL) < 0)) {
        Py_CLEAR(*result);
    }
    Py_XDECREF(tuple);
    return true;
}

/* The TypeError of a key's hash, as dict_unhashable_type (Objects/dictobject.c) has it. */
static void unhashable(PyObject *key)
{
    PyObject *error = PyErr_GetRaisedException();
    if (!Py_IS_TYPE(error, (PyTypeObject *)PyExc_TypeError)) {
        PyErr_SetRaisedException(error);
        return;
    }
    PyErr_Format(PyExc_TypeError, "cannot use '%T' as a dict key (%S)", key, error);
    Py_DECREF(error);
}

/* The hash of a key, as slot_tp_hash (Objects/typeobject.c) has it; -1 with an exception. */
static bool special_hash(jit_frame *jf, PyObject *dict, PyObject *key, Py_hash_t *hash)
{
    PyObject *result, *function = PyDict_CheckExact(dict)
                                  && (Py_TYPE(key)->tp_flags & Py_TPFLAGS_HEAPTYPE)
                                  ? special_method(jf->site, Py_TYPE(key), "__hash__") : NULL;
    const int64_t *number = NULL;
    if (function == NULL || !graft_call_special_number(jf, function, &key, 1, &result, &number)) {
        return false;
    }
    *hash = -1;
    if (number != NULL) {
        *hash = *number;
    }
    else if (result != NULL && !PyLong_Check(result)) {
        PyErr_SetString(PyExc_TypeError, "__hash__ method should return an integer");
    }
    else if (result != NULL) {
        *hash = PyLong_AsSsize_t(result);
        if (*hash == -1 && PyErr_Occurred()) {
            PyErr_Clear();
            *hash = PyLong_Type.tp_hash(result);
        }
    }
    *hash = *hash == -1 && result != NULL && !PyErr_Occurred() ? -2 : *hash;
    Py_XDECREF(result);
    if (*hash == -1) {
        unhashable(key);
    }
    return true;
}

bool special_item(jit_frame *jf, PyObject *dict, PyObject *key, PyObject **result)
{
    Py_hash_t hash;
    if (!special_hash(jf, dict, key, &hash)) {
        return false;
    }
    PyObject *found = hash != -1 ? _PyDict_GetItem_KnownHash(dict, key, hash) : NULL;
    *result = Py_XNewRef(found);
    if (found == NULL && !PyErr_Occurred()) {
        _PyErr_SetKeyError(key);
    }
    return true;
}

bool special_contains(jit_frame *jf, PyObject *dict, PyObject *key, int *found)
{
    Py_hash_t hash;
    if (!special_hash(jf, dict, key, &hash)) {
        return false;
    }
    *found = hash == -1 ? -1 : _PyDict_GetItem_KnownHash(dict, key, hash) != NULL ? 1
             : PyErr_Occurred() ? -1 : 0;
    return true;
}

bool special_store(jit_frame *jf, PyObject *dict, PyObject *key, PyObject *value, int *status)
{
    Py_hash_t hash;
    if (!special_hash(jf, dict, key, &hash)) {
        return false;
    }
    *status = hash == -1 ? -1 : _PyDict_SetItem_KnownHash(dict, key, value, hash);
    return true;
}
