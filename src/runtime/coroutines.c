/* Bytecodes of coroutines and of `yield from`, done as the interpreter does them: what is
 * awaited, iterated over asynchronously, and sent to.  See generators.h and generic.h. */
#include "runtime/escape.h"
#include "runtime/exceptions.h"
#include "runtime/generators.h"
#include <internal/pycore_ceval.h>

/* What the receiver yields or (1) returns for the value; -1: an exception. */
static int send(PyObject *receiver, PyObject *value, PyObject **result)
{
    if (PyGen_CheckExact(receiver) || PyCoro_CheckExact(receiver)) {
        PySendResult what = generator_send(receiver, value, result);
        return what == PYGEN_ERROR ? -1 : what == PYGEN_RETURN;
    }
    if (value == Py_None && IS_ASYNC_STEP(receiver)) {
        return generator_async_step(receiver, result);
    }
    if (value == Py_None && PyIter_Check(receiver)) {
        *result = Py_TYPE(receiver)->tp_iternext(receiver);
    }
    else {
        PyObject *name = PyUnicode_InternFromString("send");
        *result = name != NULL ? PyObject_CallMethodOneArg(receiver, name, value) : NULL;
        Py_XDECREF(name);
    }
    return *result != NULL ? 0 : _PyGen_FetchStopIterationValue(result) < 0 ? -1 : 1;
}

/* What the interpreter tells tools of, which have come while the receiver ran: that it has raised
 * StopIteration with the result.  -1: one of them has raised something else. */
static int tell_of_end(jit_frame *jf, PyObject **result)
{
    PyThreadState *tstate = jf->tstate;
    PyObject *value = *result;
    int status = _PyGen_SetStopIterationValue(value);
    Py_DECREF(value);
    *result = NULL;
    if (status == 0) {
        (void)adapter_tell_exception(tstate, jf->frame, EXCEPTION_RAISED,
                                     unit_running(frame_code(jf->frame), jf->site->out->at));
        status = _PyGen_FetchStopIterationValue(result);
    }
    return status < 0 ? -1 : 1;
}

/* The receiver stays, and what it gives takes the place of the value above it. */
int graft_any_send(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n + 1);
    PyObject *result;
    int status = send(O(0), O(1), &result);
    if (status == 1 && !PyGen_CheckExact(O(0)) && !PyCoro_CheckExact(O(0)) && tools_have_come(jf)) {
        status = tell_of_end(jf, &result);
    }
    close_slot(&slots[1]);
    if (status >= 0) {
        slots[1] = slot_from_new(result);
    }
    return leave_with(jf, status);
}

/* The generator that a class's own `__await__` makes; NULL without an exception: it is asked as ever. */
static PyObject *own_awaitable(jit_frame *jf, PyObject *object)
{
    static PyObject *name;
    if (!PyType_HasFeature(Py_TYPE(object), Py_TPFLAGS_HEAPTYPE)
        || (name == NULL && (name = PyUnicode_InternFromString("__await__")) == NULL)) {
        PyErr_Clear();
        return NULL;
    }
    PyObject *found = _PyType_Lookup(Py_TYPE(object), name);
    if (found == NULL || !PyFunction_Check(found)
        || !(((PyCodeObject *)((PyFunctionObject *)found)->func_code)->co_flags & CO_GENERATOR)) {
        return NULL;
    }
    return generator_new(jf->tstate, found, &object, 1);
}

int graft_any_awaitable(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    PyObject *made = own_awaitable(jf, O(0));
    return finish(jf, slots, n, made != NULL ? made : _PyEval_GetAwaitable(O(0), (int)k));
}

int graft_any_aiter(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    PyTypeObject *type = Py_TYPE(O(0));
    unaryfunc get = type->tp_as_async != NULL ? type->tp_as_async->am_aiter : NULL;
    if (get == NULL) {
        PyErr_Format(PyExc_TypeError, "'async for' requires an object with __aiter__ method, got %.100s",
                     type->tp_name);
        return finish(jf, slots, n, NULL);
    }
    PyObject *iterator = get(O(0));
    close_slot(&slots[0]);
    type = iterator != NULL ? Py_TYPE(iterator) : NULL;
    if (type != NULL && (type->tp_as_async == NULL || type->tp_as_async->am_anext == NULL)) {
        PyErr_Format(PyExc_TypeError, "'async for' received an object from __aiter__ that does not "
                     "implement __anext__: %.100s", type->tp_name);
        Py_CLEAR(iterator);
    }
    return finish(jf, slots, 0, iterator);
}

int graft_any_anext(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    return finish(jf, slots, n, _PyEval_GetANext(O(-1)));
}

int graft_any_end_async_for(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    if (PyErr_GivenExceptionMatches(O(1), PyExc_StopAsyncIteration)) {
        close_slot(&slots[1]);
        close_slot(&slots[0]);
        return leave_with(jf, 0);
    }
    graft_raise_again(jf, &slots[1], 0, unit_running(frame_code(jf->frame), jf->site->out->at));
    close_slot(&slots[0]);
    return leave_with(jf, -1);
}
