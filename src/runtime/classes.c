/* Questions about classes and objects that run no Python code.  See operations.h. */
#include "cpython/adapter.h"
#include "runtime/operations.h"

/* Both classes made by `type` itself, or the second a tuple of such. */
OPERATION(issubclass)
{
    PyObject *classes = args[1];
    bool tuple = PyTuple_CheckExact(classes);
    if (!PyType_CheckExact(args[0])) {
        return NULL;
    }
    for (Py_ssize_t n = 0; n < (tuple ? PyTuple_GET_SIZE(classes) : 1); n++) {
        PyObject *class = tuple ? PyTuple_GET_ITEM(classes, n) : classes;
        if (!PyType_CheckExact(class)) {
            return NULL;
        }
        if (PyType_IsSubtype((PyTypeObject *)args[0], (PyTypeObject *)class)) {
            return Py_True;
        }
    }
    return Py_False;
}

OPERATION(id)
{
    return adapter_is_audited() ? NULL : PyLong_FromVoidPtr(args[0]);
}

/* getattr(class, name[, default]) as Objects/typeobject.c: type_getattro, for what the class
 * gives away as it is. */
OPERATION(class_member)
{
    PyTypeObject *type = (PyTypeObject *)args[0];
    if (!PyType_CheckExact(args[0]) || !PyUnicode_CheckExact(args[1])) {
        return NULL;
    }
    PyObject *of_type = _PyType_Lookup(&PyType_Type, args[1]), *found = _PyType_Lookup(type, args[1]);
    if (of_type != NULL && (found == NULL || Py_TYPE(of_type)->tp_descr_set != NULL)) {
        return NULL;
    }
    if (found == NULL) {
        return count > 2 ? Py_NewRef(args[2]) : NULL;
    }
    bool itself = Py_TYPE(found)->tp_descr_get == NULL || Py_IS_TYPE(found, &PyFunction_Type)
                  || Py_IS_TYPE(found, &PyWrapperDescr_Type)
                  || Py_IS_TYPE(found, &PyMethodDescr_Type);
    return itself ? Py_NewRef(found) : NULL;
}
