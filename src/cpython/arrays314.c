/* Arrays of CPython 3.14's array module. */
#include "cpython/adapter.h"
#include "cpython/arrays.h"
#include <string.h>

bool adapter_array(PyObject *object, array_items *out)
{
    PyTypeObject *type = Py_TYPE(object);
    if (strcmp(type->tp_name, "array.array") != 0 || !(type->tp_flags & Py_TPFLAGS_IMMUTABLETYPE)
        || type->tp_basicsize < (Py_ssize_t)sizeof(array_object)) {
        return false;
    }
    Py_buffer view;
    if (PyObject_GetBuffer(object, &view, PyBUF_FORMAT) < 0) {
        PyErr_Clear();
        return false;
    }
    const array_object *array = (array_object *)object;
    *out = (array_items){array->kind, view.format[0], (int)view.itemsize};
    bool as_expected = (view.len == 0 || view.buf == array->items) && view.format[1] == 0
                       && view.len == Py_SIZE(array) * view.itemsize && view.itemsize <= 8
                       && strchr("bBhHiIlLqQfd", view.format[0]) != NULL;
    PyBuffer_Release(&view);
    return as_expected;
}
