/* What compiled code calls for sequences: see helpers.h. */
#include "cpython/adapter.h"
#include "runtime/helpers.h"
#include "runtime/operations.h"

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

int graft_unpack_ex(uintptr_t *slots, PyObject *sequence, int64_t k, int64_t owned)
{
    Py_ssize_t before = k & 0xff, behind = k >> 8, size = Py_SIZE(sequence), rest = size - before - behind;
    PyObject **items = PyList_CheckExact(sequence) ? ((PyListObject *)sequence)->ob_item
                                                   : ((PyTupleObject *)sequence)->ob_item;
    /* (with the room that list() of an iterator over the rest makes: an even number of places) */
    PyObject *list = rest >= 0 ? PyList_New((size - before + 1) & ~(Py_ssize_t)1) : NULL;
    if (list == NULL) {
        PyErr_Clear();
        return -1;
    }
    for (Py_ssize_t n = 0; n < rest; n++) {
        PyList_SET_ITEM(list, n, Py_NewRef(items[before + n]));
    }
    Py_SET_SIZE(list, rest);
    uintptr_t whole = owned ? slots[0] : SLOT_NULL;
    for (Py_ssize_t n = 0; n < behind; n++) {
        slots[n] = slot_from_new(Py_NewRef(items[size - 1 - n]));
    }
    slots[behind] = slot_from_new(list);
    for (Py_ssize_t n = 0; n < before; n++) {
        slots[behind + before - n] = slot_from_new(Py_NewRef(items[n]));
    }
    if (!(whole & 1)) {
        Py_DECREF(slot_object(whole));      /* what it held is held by now */
    }
    return 0;
}

/* ---- operations: sequence, start, stop ... ----------------------------------------- */

static Py_ssize_t bound(PyObject *object, Py_ssize_t if_none)
{
    return object == Py_None ? if_none : PyNumber_AsSsize_t(object, NULL);     /* clamped */
}

/* sequence[start:stop] or sequence[start:stop:step] */
OPERATION(slice_item)
{
    PyObject *sequence = args[0];
    if (!PyList_CheckExact(sequence)) {
        PyObject *slice = PySlice_New(args[1], args[2], count > 3 ? args[3] : NULL), *made = NULL;
        if (slice != NULL) {
            made = Py_TYPE(sequence)->tp_as_mapping->mp_subscript(sequence, slice);
            Py_DECREF(slice);
        }
        return made;
    }
    Py_ssize_t step = count > 3 ? bound(args[3], 1) : 1;
    if (step == 0 || step < -PY_SSIZE_T_MAX) {
        return NULL;
    }
    Py_ssize_t start = bound(args[1], step < 0 ? PY_SSIZE_T_MAX : 0);
    Py_ssize_t stop = bound(args[2], step < 0 ? PY_SSIZE_T_MIN : PY_SSIZE_T_MAX);
    Py_ssize_t length = PySlice_AdjustIndices(Py_SIZE(sequence), &start, &stop, step);
    PyObject *made = PyList_New(length);
    if (made == NULL) {
        return NULL;
    }
    PyObject **from = ((PyListObject *)sequence)->ob_item, **to = ((PyListObject *)made)->ob_item;
    for (Py_ssize_t n = 0; n < length; n++) {
        to[n] = Py_NewRef(from[start + n * step]);
    }
    return made;
}

/* Whether all of them can be dropped at once without running a finalizer. */
static bool can_drop_all(PyObject **items, Py_ssize_t count)
{
    for (Py_ssize_t n = 0; n < count; n++) {
        PyObject *item = items[n];
        if (_Py_IsImmortal(item) || Py_REFCNT(item) > count
            || graft_plain_inside(item, 0)) {
            continue;
        }
        if (Py_REFCNT(item) == 1 ? graft_plain_inside(item, GRAFT_PLAIN_DEPTH)
                                 : Py_REFCNT(item) > graft_occurrences(items, count, item)) {
            continue;
        }
        return false;
    }
    return true;
}

/* list[start:stop] = list or tuple */
OPERATION(slice_store)
{
    PyObject *list = args[0], *values = args[3];
    Py_ssize_t size = Py_SIZE(list), start = bound(args[1], 0), stop = bound(args[2], PY_SSIZE_T_MAX);
    Py_ssize_t length = PySlice_AdjustIndices(size, &start, &stop, 1);
    PyObject **place = size > 0 ? ((PyListObject *)list)->ob_item + start : NULL;
    if (!can_drop_all(place, length)) {
        return NULL;
    }
    if (Py_SIZE(values) != length || values == list) {
        return PyList_SetSlice(list, start, start + length, values) < 0 ? NULL : Py_None;
    }
    PyObject **from = PyList_CheckExact(values) ? ((PyListObject *)values)->ob_item
                                                : ((PyTupleObject *)values)->ob_item;
    for (Py_ssize_t n = 0; n < length; n++) {
        PyObject *old = place[n];
        place[n] = Py_NewRef(from[n]);
        Py_DECREF(old);
    }
    return Py_None;
}
