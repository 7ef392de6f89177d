/* Heaps of objects that are compared without running Python code, as Modules/_heapqmodule.c
 * does it: see operations.h.  All comparisons come first, and then the moves. */
#include "cpython/adapter.h"
#include "runtime/operations.h"

#define DEEPEST 64

/* 1 or 0; -1: cannot say. */
static inline int less_leaf(PyObject *left, PyObject *right)
{
    if (PyLong_CheckExact(left) && PyLong_CheckExact(right) && adapter_is_compact(left)
        && adapter_is_compact(right)) {
        return adapter_compact_value(left) < adapter_compact_value(right);
    }
    if (PyFloat_CheckExact(left) && PyFloat_CheckExact(right)) {
        return PyFloat_AS_DOUBLE(left) < PyFloat_AS_DOUBLE(right);
    }
    return -1;
}

static int less(PyObject *left, PyObject *right)
{
    int leaf = less_leaf(left, right);
    if (leaf >= 0) {
        return leaf;
    }
    if (PyTuple_CheckExact(left) && PyTuple_CheckExact(right) && Py_SIZE(left) > 0
        && Py_SIZE(right) > 0) {
        PyObject *l = PyTuple_GET_ITEM(left, 0), *r = PyTuple_GET_ITEM(right, 0);
        if (less_leaf(l, r) > 0) {
            return 1;
        }
        if (less_leaf(r, l) > 0) {
            return 0;
        }
    }
    return graft_compare_simply(left, right, Py_LT);
}

/* How far up the path from place[0] to place[count - 1], whose last one is free, the item
 * belongs, when the others are at places shifted by `shift`; -1: cannot say. */
static int rise(PyObject **items, const Py_ssize_t *place, int count, PyObject *item, int shift)
{
    int at = count - 1;
    while (at > 0) {
        int smaller = less(item, items[place[at - 1 + shift]]);
        if (smaller < 0) {
            return -1;
        }
        if (!smaller) {
            break;
        }
        at--;
    }
    return at;
}

/* heap, item */
OPERATION(heap_push)
{
    PyListObject *heap = (PyListObject *)args[0];
    PyObject *item = args[1];
    Py_ssize_t place[DEEPEST], at = Py_SIZE(heap);
    int depth = 1;
    for (Py_ssize_t n = at; n > 0; n = (n - 1) >> 1) {
        depth++;
    }
    place[depth - 1] = at;
    for (int n = depth - 1; n > 0; n--) {
        place[n - 1] = (place[n] - 1) >> 1;
    }
    int to = rise(heap->ob_item, place, depth, item, 0);
    if (to < 0 || PyList_Append((PyObject *)heap, item) < 0) {
        return NULL;
    }
    for (int n = depth - 1; n > to; n--) {
        heap->ob_item[place[n]] = heap->ob_item[place[n - 1]];
    }
    heap->ob_item[place[to]] = item;
    return Py_None;
}

/* The item takes the place of the first of `size`, which is returned; its reference moves
 * into the heap.  NULL: nothing has been done. */
static PyObject *replace_first(PyObject **items, Py_ssize_t size, PyObject *item)
{
    Py_ssize_t place[DEEPEST], at = 0;
    int depth = 0;
    place[depth++] = 0;
    while (at < size >> 1) {
        Py_ssize_t child = 2 * at + 1;
        if (child + 1 < size) {
            int smaller = less(items[child], items[child + 1]);
            if (smaller < 0) {
                return NULL;
            }
            child += !smaller;
        }
        place[depth++] = at = child;
    }
    int to = rise(items, place, depth, item, 1);
    if (to < 0) {
        return NULL;
    }
    PyObject *first = items[0];
    for (int n = 0; n < to; n++) {
        items[place[n]] = items[place[n + 1]];
    }
    items[place[to]] = item;
    return first;
}

/* heap */
OPERATION(heap_pop)
{
    PyListObject *heap = (PyListObject *)args[0];
    Py_ssize_t size = Py_SIZE(heap);
    if (size == 0) {
        return NULL;
    }
    PyObject *last = Py_NewRef(heap->ob_item[size - 1]), *first = last;
    if (size > 1 && (first = replace_first(heap->ob_item, size - 1, last)) == NULL) {
        Py_DECREF(last);
        return NULL;
    }
    PyList_SetSlice((PyObject *)heap, size - 1, size, NULL);    /* (shorter: it cannot fail) */
    return first;
}

/* heap, item */
OPERATION(heap_replace)
{
    PyListObject *heap = (PyListObject *)args[0];
    if (Py_SIZE(heap) == 0) {
        return NULL;
    }
    PyObject *first = replace_first(heap->ob_item, Py_SIZE(heap), Py_NewRef(args[1]));
    if (first == NULL) {
        Py_DECREF(args[1]);
    }
    return first;
}

OPERATION(heap_push_pop)
{
    PyListObject *heap = (PyListObject *)args[0];
    int smaller = Py_SIZE(heap) == 0 ? 0 : less(heap->ob_item[0], args[1]);
    return smaller < 0 ? NULL : smaller ? graft_heap_replace(self, args, count) : Py_NewRef(args[1]);
}
