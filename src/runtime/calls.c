/* Calls out of compiled code.  See calls.h. */
#include "runtime/calls.h"
#include "cpython/adapter.h"
#include "runtime/deopt.h"
#include "translate/compile.h"

/* ---- frames ----------------------------------------------------------------- */

void frames_sync(jit_frame *jf)
{
    if (jf == NULL || jf->synced) {
        return;
    }
    PyObject *error = PyErr_GetRaisedException();
    for (; jf != NULL && !jf->synced; jf = jf->parent) {
        const stub *out = jf->site->out;
        if (deoptimize(jf, out->context, out->at) < 0) {
            PyErr_Clear();
            jf->failed = 1;         /* MemoryError when the call returns */
        }
        jf->synced = 1;
    }
    PyErr_SetRaisedException(error);
}

void frame_finish(jit_frame *jf, int raised)
{
    PyThreadState *tstate = jf->tstate;
    py_frame *frame = jf->frame;
    frames_sync(jf->parent);
    int levels = (int)jf->parent->site->levels;
    tstate->current_frame = frame->previous;
    /* The interpreter counts the frame as one level, again. */
    tstate->py_recursion_remaining += 1;
    PyObject *result = _PyEval_EvalFrameDefault(tstate, frame, raised);
    tstate->py_recursion_remaining += levels - 1;
    jf->result.i = (int64_t)(intptr_t)result;
    jf->kind = result != NULL ? RETURNS_OBJECT : RETURNS_ERROR;
}

int graft_called(jit_frame *jf, uintptr_t *slot, const int64_t *result)
{
    PyObject *object = NULL;
    switch (jf->kind) {
        case RETURNS_OBJECT:
            object = (PyObject *)(intptr_t)*result;
            break;
        case RETURNS_INT:
            object = PyLong_FromLongLong(*result);
            break;
        case RETURNS_FLOAT: {
            double d;
            memcpy(&d, result, sizeof(d));
            object = PyFloat_FromDouble(d);
            break;
        }
    }
    if (jf->failed && jf->kind != RETURNS_ERROR) {
        jf->failed = 0;
        Py_XDECREF(object);
        object = PyErr_NoMemory();
    }
    *slot = slot_from_new(object);
    return object == NULL ? -1 : 0;
}

int graft_slow_pop_frame(jit_frame *jf)
{
    PyThreadState *tstate = jf->tstate;
    py_frame *frame = jf->frame;
    tstate->current_frame = frame->previous;
    tstate->py_recursion_remaining += (int)jf->parent->site->levels;
    frame_resume_at(frame, 0, 0);
    _PyEval_FrameClearAndPop(tstate, frame);
    return 0;
}

/* ---- what may run Python code ------------------------------------------------ */

static void begin(jit_frame *jf, uintptr_t *slots, int64_t n)
{
    py_frame *frame = jf->frame;
    frame_resume_at(frame, jf->site->out->at, 0);
    frame->stackpointer = (_PyStackRef *)(slots + n);
    frames_sync(jf->parent);
}

static void close_slot(uintptr_t *slot)
{
    uintptr_t content = *slot;
    *slot = SLOT_NULL;
    if (!(content & 1)) {
        Py_DECREF(slot_object(content));
    }
}

/* The result, new reference or NULL, takes the place of the operands. */
static int finish(jit_frame *jf, uintptr_t *slots, PyObject *result)
{
    if (adapter_others_monitor(frame_code(jf->frame), GRAFT_TOOL)) {
        jf->expected_breaker = ~(uint64_t)0;        /* leave at the next poll */
    }
    slots[0] = slot_from_new(result);
    return result == NULL ? -1 : 0;
}

int graft_escape_call(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    PyObject *array[16 + 2], **args = array + 1;
    int64_t nargs = n - 2;
    begin(jf, slots, n);
    PyObject *callable = slot_object(slots[0]), *self = slot_object(slots[1]);
    if (self == NULL && Py_IS_TYPE(callable, &PyMethod_Type)) {
        PyMethodObject *method = (PyMethodObject *)callable;
        uintptr_t bound = slots[0];
        self = Py_NewRef(method->im_self);
        callable = Py_NewRef(method->im_func);
        slots[1] = slot_from_new(self);
        slots[0] = slot_from_new(callable);
        close_slot(&bound);
    }
    size_t total = 0;
    if (self != NULL) {
        args[total++] = self;
    }
    for (int64_t i = 0; i < nargs; i++) {
        args[total++] = slot_object(slots[2 + i]);
    }
    PyObject *result = PyObject_Vectorcall(callable, args, total | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
    for (int64_t i = n; --i >= 2;) {
        close_slot(&slots[i]);
    }
    close_slot(&slots[1]);
    close_slot(&slots[0]);
    return finish(jf, slots, result);
}
