/* Bytecodes done as the interpreter does them.  See generic.h; operands are dropped
 * in the order of CPython's Python/bytecodes.c, since finalizers can tell. */
#include "runtime/escape.h"
#include "runtime/generators.h"
#include "runtime/specials.h"
#include "runtime/stand_ins.h"
#include <internal/pycore_list.h>

#define MOST_OPERANDS 32

/* ---- calls ------------------------------------------------------------------ */

/* A bound method gives way to its function and object. */
static void expand_method(uintptr_t *slots)
{
    PyObject *callable = O(0);
    if (O(1) == NULL && Py_IS_TYPE(callable, &PyMethod_Type)) {
        PyMethodObject *method = (PyMethodObject *)callable;
        uintptr_t bound = slots[0];
        slots[1] = slot_from_new(Py_NewRef(method->im_self));
        slots[0] = slot_from_new(Py_NewRef(method->im_func));
        close_slot(&bound);
    }
}

static PyObject *vectorcall(jit_frame *jf, uintptr_t *slots, int64_t nargs, PyObject *names)
{
    PyObject *array[MOST_OPERANDS + 2], **args = array + 1;
    size_t total = 0;
    PyObject *result;
    expand_method(slots);
    jf->site->calls_function = PyFunction_Check(O(0));
    if (graft_call_compiled(jf, slots, nargs, names, &result)) {
        return result;
    }
    for (int64_t i = O(1) != NULL ? 1 : 2; i < nargs + 2; i++) {
        args[total++] = O(i);
    }
    total -= names != NULL ? (size_t)PyTuple_GET_SIZE(names) : 0;
    if (PyFunction_Check(O(0)) && names == NULL) {
        PyObject *made = generator_new(PyThreadState_Get(), O(0), args, (Py_ssize_t)total);
        if (made != NULL) {
            return made;
        }
    }
    if (graft_call_interpreted(jf, slots, nargs, names, &result)) {
        return result;
    }
    if (names == NULL && PyType_Check(O(0)) && special_new(jf, O(0), args, total, &result)) {
        return result;
    }
    bool fits = false;
    for (Py_ssize_t i = nargs + 1; i > 1 && !fits; i--) {
        fits = stand_in_fits(O(i));
    }
    vectorcallfunc call = fits ? stand_in_call(O(0)) : NULL;
    return (call != NULL ? call : PyObject_Vectorcall)(O(0), args, total | PY_VECTORCALL_ARGUMENTS_OFFSET, names);
}

int graft_any_call(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    return finish(jf, slots, n, vectorcall(jf, slots, n - 2, NULL));
}

int graft_periodic(jit_frame *jf, uintptr_t *slot)
{
    begin(jf, slot, 1);
    int result = adapter_handle_pending(jf->tstate);
    if (result == 0 && adapter_is_pending(jf->tstate)) {
        result = 1;     /* what has come meanwhile waits for the interpreter: it may keep on coming */
    }
    if (result < 0) {
        close_slot(slot);
    }
    return leave_with(jf, result);
}

int graft_any_call_kw(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    PyObject *result = vectorcall(jf, slots, n - 3, O(n - 1));
    close_slot(&slots[n - 1]);
    return finish(jf, slots, n - 1, result);
}

/* callable, NULL, arguments, dict or NULL */
int graft_any_call_ex(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    if (!PyTuple_CheckExact(O(2))) {
        PyObject *tuple = _Py_Check_ArgsIterable(jf->tstate, O(0), O(2)) < 0
                          ? NULL : PySequence_Tuple(O(2));
        if (tuple == NULL) {
            return finish(jf, slots, n, NULL);
        }
        close_slot(&slots[2]);
        slots[2] = slot_from_new(tuple);
    }
    PyObject *result;
    jf->site->calls_function = PyFunction_Check(O(0));
    if (!graft_call_unpacked(jf, slots, &result)) {
        result = PyObject_Call(O(0), O(2), O(3));
    }
    return finish(jf, slots, n, result);
}

/* ---- operators ----------------------------------------------------------------- */

int graft_any_compare(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    PyObject *result = PyObject_RichCompare(O(0), O(1), (int)(k >> 5));
    if (result == NULL || !(k & 16)) {
        return finish(jf, slots, n, result);
    }
    close_all(slots, n);
    int truth = PyObject_IsTrue(result);
    Py_DECREF(result);
    return finish_truth(jf, slots, 0, truth);
}

int graft_any_contains(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    int found;
    if (!special_contains(jf, O(1), O(0), &found)) {
        found = PySequence_Contains(O(1), O(0));
    }
    return finish_truth(jf, slots, n, found < 0 ? -1 : found ^ (int)k);
}

int graft_any_true(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    return finish_truth(jf, slots, n, PyObject_IsTrue(O(0)));
}

int graft_any_unary(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    unaryfunc op = k == 0 ? PyNumber_Negative : k == 1 ? PyNumber_Invert : PyNumber_Positive;
    return finish(jf, slots, n, op(O(0)));
}

/* ---- attributes and items --------------------------------------------------------- */

int graft_any_get_method(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    PyObject *found = NULL;
    uintptr_t self = slots[0];
    if (_PyObject_GetMethod(O(0), jf->site->detail, &found)) {
        slots[1] = self;
    }
    else {
        slots[1] = SLOT_NULL;
        slots[0] = SLOT_NULL;
        close_slot(&self);
    }
    slots[0] = slot_from_new(found);
    return leave_with(jf, found == NULL ? -1 : 0);
}

int graft_any_set_attr(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    return finish_status(jf, slots, n, PyObject_SetAttr(O(1), jf->site->detail, O(0)));
}

int graft_any_del_attr(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    return finish_status(jf, slots, n, PyObject_DelAttr(O(0), jf->site->detail));
}

int graft_any_set_item(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    int status;
    if (!special_store(jf, O(1), O(2), O(0), &status)) {
        status = PyObject_SetItem(O(1), O(2), O(0));
    }
    return finish_status(jf, slots, n, status);
}

int graft_any_dict_item(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    PyObject *result;
    if (!special_item(jf, O(0), O(1), &result)) {
        result = PyObject_GetItem(O(0), O(1));
    }
    return finish(jf, slots, n, result);
}

int graft_any_del_item(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    return finish_status(jf, slots, n, PyObject_DelItem(O(0), O(1)));
}

/* The slice of two operands, which are dropped. */
static PyObject *take_slice(uintptr_t *slots)
{
    PyObject *slice = PySlice_New(O(0), O(1), NULL);
    close_slot(&slots[0]);
    close_slot(&slots[1]);
    return slice;
}

int graft_any_slice(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    PyObject *slice = take_slice(slots + 1);
    PyObject *result = slice != NULL ? PyObject_GetItem(O(0), slice) : NULL;
    Py_XDECREF(slice);
    return finish(jf, slots, 1, result);
}

int graft_any_set_slice(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    PyObject *slice = take_slice(slots + 2);
    int status = slice != NULL ? PyObject_SetItem(O(1), slice, O(0)) : -1;
    Py_XDECREF(slice);
    return finish_status(jf, slots, 2, status);
}

int graft_any_build_slice(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    return finish(jf, slots, n, PySlice_New(O(0), O(1), n == 3 ? O(2) : NULL));
}

/* ---- iteration ------------------------------------------------------------------------ */

int graft_any_iter(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    return finish(jf, slots, n, PyObject_GetIter(O(0)));
}

int graft_iterated(jit_frame *jf)
{
    if (PyErr_Occurred()) {
        if (!PyErr_ExceptionMatches(PyExc_StopIteration)) {
            return leave_with(jf, -1);
        }
        if (tools_have_come(jf)) {
            (void)adapter_tell_exception(jf->tstate, jf->frame, EXCEPTION_RAISED,
                                         unit_running(frame_code(jf->frame), jf->site->out->at));
        }
        PyErr_Clear();
    }
    return leave_with(jf, 1);
}

int graft_any_next(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    PyObject *iterator = O(0);
    iternextfunc next = PyGen_CheckExact(iterator) ? generator_next : Py_TYPE(iterator)->tp_iternext;
    if (next == NULL) {
        PyErr_Format(PyExc_TypeError, "'%.100s' object is not an iterator",
                     Py_TYPE(iterator)->tp_name);
        return leave_with(jf, -1);
    }
    PyObject *result;
    if (!special_next(jf, iterator, &result)) {
        result = next(iterator);
    }
    if (result != NULL) {
        slots[1] = slot_from_new(result);
        return leave_with(jf, 0);
    }
    return graft_iterated(jf);
}

int graft_any_end_send(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    uintptr_t receiver = slots[0];
    slots[0] = slots[1];
    slots[1] = SLOT_NULL;
    close_slot(&receiver);
    return leave_with(jf, 0);
}

int graft_any_yield_from_iter(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    PyObject *iterable = O(0);
    if (PyGen_CheckExact(iterable)) {
        return 0;
    }
    if (!PyCoro_CheckExact(iterable)) {
        return graft_any_iter(jf, slots, n, k);
    }
    if (frame_code(jf->frame)->co_flags & (CO_COROUTINE | CO_ITERABLE_COROUTINE)) {
        return 0;
    }
    begin(jf, slots, n);
    PyErr_SetString(PyExc_TypeError, "cannot 'yield from' a coroutine object in a "
                                     "non-coroutine generator");
    return finish(jf, slots, n, NULL);
}

int graft_any_unpack(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    uintptr_t sequence = slots[0];
    slots[0] = SLOT_NULL;
    int done = _PyEval_UnpackIterableStackRef(jf->tstate, slot_object(sequence), (int)k, -1,
                                              (_PyStackRef *)slots + k);
    close_slot(&sequence);
    return leave_with(jf, done ? 0 : -1);
}

/* ---- strings ----------------------------------------------------------------------------- */

int graft_any_format(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    PyObject *value = O(0);
    if (n == 1 && PyUnicode_CheckExact(value)) {
        return leave_with(jf, 0);
    }
    return finish(jf, slots, n, PyObject_Format(value, n == 2 ? O(1) : NULL));
}

int graft_any_convert(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    return finish(jf, slots, n, _PyEval_ConversionFuncs[k](O(0)));
}

int graft_any_join(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    PyObject *pieces = PyTuple_New(n), *empty = PyUnicode_New(0, 0), *result = NULL;
    for (int64_t i = 0; pieces != NULL && i < n; i++) {
        PyTuple_SET_ITEM(pieces, i, Py_NewRef(O(i)));
    }
    if (pieces != NULL && empty != NULL) {
        result = PyUnicode_Join(empty, pieces);
    }
    Py_XDECREF(pieces);
    Py_XDECREF(empty);
    return finish(jf, slots, n, result);
}

/* ---- containers ----------------------------------------------------------------------------- */

int graft_any_list(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    PyObject *list = PyList_New(n);
    for (int64_t i = 0; list != NULL && i < n; i++) {
        PyList_SET_ITEM(list, i, Py_NewRef(O(i)));
    }
    return finish(jf, slots, n, list);
}

int graft_any_tuple(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    PyObject *tuple = PyTuple_New(n);
    for (int64_t i = 0; tuple != NULL && i < n; i++) {
        PyTuple_SET_ITEM(tuple, i, Py_NewRef(O(i)));
    }
    return finish(jf, slots, n, tuple);
}

int graft_any_map(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    PyObject *map = PyDict_New();
    for (int64_t i = 0; map != NULL && i < n; i += 2) {
        if (PyDict_SetItem(map, O(i), O(i + 1)) < 0) {
            Py_CLEAR(map);
        }
    }
    return finish(jf, slots, n, map);
}

int graft_any_set(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    PyObject *set = PySet_New(NULL);
    if (set == NULL) {
        return finish(jf, slots, n, NULL);
    }
    int status = 0;
    for (int64_t i = 0; i < n; i++) {       /* each is dropped as soon as it is in the set, or none can be */
        status = status == 0 ? PySet_Add(set, O(i)) : status;
        close_slot(&slots[i]);
    }
    if (status < 0) {
        Py_CLEAR(set);
    }
    slots[0] = slot_from_new(set);
    return leave_with(jf, status);
}

int graft_any_list_extend(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    PyObject *iterable = O(0);
    PyObject *none = _PyList_Extend((PyListObject *)O(-k), iterable);
    if (none == NULL && PyErr_ExceptionMatches(PyExc_TypeError)
        && Py_TYPE(iterable)->tp_iter == NULL && !PySequence_Check(iterable)) {
        PyErr_Clear();
        PyErr_Format(PyExc_TypeError, "Value after * must be an iterable, not %.200s",
                     Py_TYPE(iterable)->tp_name);
    }
    return finish_status(jf, slots, n, none != NULL ? 0 : -1);
}

int graft_any_list_append(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    return finish_status(jf, slots, n, PyList_Append(O(-k), O(0)));
}

int graft_any_set_add(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    return finish_status(jf, slots, n, PySet_Add(O(-k), O(0)));
}

int graft_any_map_add(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    return finish_status(jf, slots, n, PyDict_SetItem(O(-k), O(0), O(1)));
}

/* ---- names -------------------------------------------------------------------------------- */

int graft_any_global(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    py_frame *frame = jf->frame;
    _PyStackRef found;
    _PyEval_LoadGlobalStackRef(frame->f_globals, frame->f_builtins, jf->site->detail, &found);
    slots[0] = found.bits;
    if (k) {                        /* for a call */
        slots[1] = SLOT_NULL;
    }
    return leave_with(jf, slot_object(found.bits) == NULL ? -1 : 0);
}

int graft_any_store_global(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    py_frame *frame = jf->frame;
    return finish_status(jf, slots, n, PyDict_SetItem(frame->f_globals, jf->site->detail, O(0)));
}

int graft_any_drop(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    return finish_status(jf, slots, n, 0);
}
