/* What compiled code calls for sequences: see helpers.h. */
#include "cpython/adapter.h"
#include "runtime/helpers.h"

int graft_slice(uintptr_t *slot, PyObject *sequence, int64_t start, int64_t stop)
{
    bool text = PyUnicode_CheckExact(sequence);
    Py_ssize_t from = start, to = stop;
    Py_ssize_t size = text ? PyUnicode_GET_LENGTH(sequence) : Py_SIZE(sequence);
    Py_ssize_t length = PySlice_AdjustIndices(size, &from, &to, 1);
    PyObject *made;
    to = from + length;
    if (text) {
        made = PyUnicode_Substring(sequence, from, to);
    }
    else if (PyList_CheckExact(sequence)) {
        made = PyList_GetSlice(sequence, from, to);
    }
    else if (PyTuple_CheckExact(sequence)) {
        made = PyTuple_GetSlice(sequence, from, to);
    }
    else {
        made = length == size ? Py_NewRef(sequence)
               : PyBytes_FromStringAndSize(PyBytes_AS_STRING(sequence) + from, length);
    }
    if (made == NULL) {
        PyErr_Clear();
        return -1;
    }
    *slot = slot_from_new(made);
    return 0;
}
