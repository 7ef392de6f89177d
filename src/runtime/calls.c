/* Calls out of compiled code.  See calls.h. */
#include "runtime/calls.h"
#include "cpython/adapter.h"
#include "cpython/generators.h"
#include "runtime/deopt.h"
#include "runtime/helpers.h"
#include "translate/compile.h"

/* ---- frames ----------------------------------------------------------------- */

void frames_real(jit_frame *jf)
{
    if (jf->real) {
        return;
    }
    for (jit_frame *made = jf; !made->real; made = made->parent) {
        jit_frame *caller = made->parent;
        const call_site *site = caller->site;
        if (made->generator) {
            ((py_frame *)made->frame)->previous = caller->frame;
        }
        else {
            PyObject *function = site->function != NULL ? Py_NewRef(site->function)
                                                        : caller->function;
            adapter_make_frame(made->frame, caller->frame, site->code, function);
        }
        made->real = 1;
    }
    ((PyThreadState *)jf->tstate)->current_frame = jf->frame;
}

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
    if (jf->generator && result != NULL && !generator_has_ended(frame)) {
        jf->result.i = (int64_t)slot_from_new(result);
    }
    jf->kind = result == NULL ? RETURNS_ERROR
             : jf->generator && generator_has_ended(frame) ? RETURNS_END : RETURNS_OBJECT;
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
    if (adapter_others_monitor_code(frame_code(jf->frame), GRAFT_TOOL)) {
        jf->expected_breaker = ~(uint64_t)0;        /* leave behind the call */
    }
    const call_site *site = jf->site;
    if (object != NULL && site->operands > 0) {
        uintptr_t *first = (uintptr_t *)((char *)jf->frame + site->first);
        if (object == Py_NotImplemented && site->types[1] != NULL) {
            graft_operator_failed(jf);
            return -1;
        }
        for (uint32_t n = 0; n < site->operands; n++) {
            uintptr_t content = first[n];
            first[n] = SLOT_NULL;
            if (!(content & 1)) {
                Py_DECREF(slot_object(content));
            }
        }
        *first = slot_from_new(object);
        return 0;
    }
    *slot = slot_from_new(object);
    if (object != NULL && jf->site->is_init && object != Py_None) {
        jf->kind = RETURNS_OBJECT;
        graft_init_failed(jf, slot);
        object = NULL;
    }
    return object == NULL ? -1 : 0;
}

void graft_init_failed(jit_frame *jf, uintptr_t *slot)
{
    PyTypeObject *type = jf->kind == RETURNS_INT ? &PyLong_Type
                         : jf->kind == RETURNS_FLOAT ? &PyFloat_Type : Py_TYPE(slot_object(*slot));
    PyErr_Format(PyExc_TypeError, "__init__() should return None, not '%.200s'", type->tp_name);
    if (jf->kind == RETURNS_OBJECT && !(*slot & 1)) {
        Py_DECREF(slot_object(*slot));
    }
    *slot = SLOT_NULL;
}

/* The message is CPython's (Objects/abstract.c, binop_type_error). */
void graft_operator_failed(jit_frame *jf)
{
    const call_site *site = jf->site;
    PyErr_Format(PyExc_TypeError, "unsupported operand type(s) for %.100s: '%.100s' and '%.100s'",
                 (const char *)site->detail, ((PyTypeObject *)site->types[0])->tp_name,
                 ((PyTypeObject *)site->types[1])->tp_name);
}

int graft_slow_drop_any(jit_frame *jf)
{
    PyObject *object = jf->arg[0].p;
    bool quiet = Py_REFCNT(object) > 1 || graft_plain_inside(object, GRAFT_PLAIN_DEPTH);
    Py_DECREF(object);
    return quiet ? 0 : -1;
}

int graft_slow_allocate(jit_frame *jf)
{
    PyObject *object = PyType_GenericAlloc(jf->arg[0].p, 0);
    if (object != NULL) {
        *(uintptr_t *)jf->arg[1].p = slot_from_new(object);
        return 0;
    }
    PyThreadState *tstate = jf->tstate;
    tstate->py_recursion_remaining += (int)jf->site->levels;
    tstate->datastack_top = jf->callee;
    return -1;
}

int graft_slow_pop_frame(jit_frame *jf)
{
    PyThreadState *tstate = jf->tstate;
    py_frame *frame = jf->frame;
    const call_site *site = jf->parent->site;
    tstate->py_recursion_remaining += (int)site->levels;
    if (jf->real) {
        tstate->current_frame = frame->previous;
        frame_resume_at(frame, 0, 0);
        _PyEval_FrameClearAndPop(tstate, frame);
        return 0;
    }
    tstate->datastack_top = (PyObject **)frame;
    Py_DECREF(jf->parent->function);
    return 0;
}
