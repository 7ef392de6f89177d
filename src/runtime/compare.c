/* Comparisons of lists and tuples of objects that run no Python code: see operations.h. */
#include "cpython/adapter.h"
#include "runtime/operations.h"

#define DEPTH 4

static PyObject **items_of(PyObject *sequence)
{
    return PyList_CheckExact(sequence) ? ((PyListObject *)sequence)->ob_item
                                       : ((PyTupleObject *)sequence)->ob_item;
}

static bool both_sequences(PyObject *left, PyObject *right)
{
    return Py_TYPE(left) == Py_TYPE(right) && (PyList_CheckExact(left) || PyTuple_CheckExact(left));
}

/* The index of the first items that differ: the shorter one's size when there are none; -1:
 * cannot say. */
static Py_ssize_t first_difference(PyObject *left, PyObject *right, int depth);

static int equal_items(PyObject *left, PyObject *right, int depth)
{
    if (left == right || !both_sequences(left, right)) {
        return adapter_simple_equal(left, right);
    }
    Py_ssize_t at = depth > 0 ? first_difference(left, right, depth - 1) : -1;
    return at < 0 ? -1 : at == Py_SIZE(left) && at == Py_SIZE(right);
}

static Py_ssize_t first_difference(PyObject *left, PyObject *right, int depth)
{
    Py_ssize_t n = 0;
    for (; n < Py_SIZE(left) && n < Py_SIZE(right); n++) {
        int equal = equal_items(items_of(left)[n], items_of(right)[n], depth);
        if (equal <= 0) {
            return equal < 0 ? -1 : n;
        }
    }
    return n;
}

static int by_size(Py_ssize_t left, Py_ssize_t right, int op)
{
    switch (op) {
        case Py_LT: return left < right;
        case Py_LE: return left <= right;
        case Py_EQ: return left == right;
        case Py_NE: return left != right;
        case Py_GT: return left > right;
        default: return left >= right;
    }
}

/* 1 or 0; -1: cannot say, or they cannot be compared. */
static int compare(PyObject *left, PyObject *right, int op, int depth)
{
    if (both_sequences(left, right)) {
        Py_ssize_t sizes[] = {Py_SIZE(left), Py_SIZE(right)}, at;
        if (sizes[0] != sizes[1] && (op == Py_EQ || op == Py_NE) && PyList_CheckExact(left)) {
            return op == Py_NE;         /* (of tuples, the items are asked first) */
        }
        at = depth > 0 ? first_difference(left, right, depth - 1) : -1;
        if (at < 0) {
            return -1;
        }
        if (at == sizes[0] || at == sizes[1]) {
            return by_size(sizes[0], sizes[1], op);
        }
        if (op == Py_EQ || op == Py_NE) {
            return op == Py_NE;
        }
        return compare(items_of(left)[at], items_of(right)[at], op, depth - 1);
    }
    if (PyLong_CheckExact(left) && PyLong_CheckExact(right) && adapter_is_compact(left)
        && adapter_is_compact(right)) {
        return by_size(adapter_compact_value(left), adapter_compact_value(right), op);
    }
    if (!adapter_simple(left) || !adapter_simple(right)) {
        return -1;
    }
    PyObject *result = PyObject_RichCompare(left, right, op);
    Py_XDECREF(result);
    return result == NULL ? -1 : result == Py_True;
}

int graft_compare_simply(PyObject *left, PyObject *right, int op)
{
    int result = compare(left, right, op, DEPTH);
    if (result < 0) {
        PyErr_Clear();
    }
    return result;
}

/* `self` is the operator. */
OPERATION(compare_items)
{
    int result = graft_compare_simply(args[0], args[1], (int)(intptr_t)self);
    return result < 0 ? NULL : result ? Py_True : Py_False;
}
