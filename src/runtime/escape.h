/* What the functions of generic.h are made of. */
#ifndef GRAFT_ESCAPE_H
#define GRAFT_ESCAPE_H

#include "cpython/adapter.h"
#include "runtime/deopt.h"
#include "runtime/generic.h"
#include "translate/compile.h"

/* The frame becomes what the interpreter would have at the instruction. */
static inline void begin(jit_frame *jf, uintptr_t *slots, int64_t n)
{
    py_frame *frame = jf->frame;
    if (!jf->settled) {
        graft_slow_settle(jf);
    }
    frame->instr_ptr = jf->site->instruction;
    frame->stackpointer = (_PyStackRef *)(slots + n);
}

static inline void close_slot(uintptr_t *slot)
{
    uintptr_t content = *slot;
    *slot = SLOT_NULL;
    if (!(content & 1)) {
        Py_DECREF(slot_object(content));
    }
}

static inline void close_all(uintptr_t *slots, int64_t n)
{
    while (n-- > 0) {
        close_slot(&slots[n]);
    }
}

/* (When it succeeded, compiled code asks itself: micro-op `escaped`.) */
static inline int leave_with(jit_frame *jf, int result)
{
    if (result < 0 && adapter_others_monitor_code(frame_code(jf->frame), GRAFT_TOOL)) {
        jf->expected_breaker = ~(uint64_t)0;        /* tools are told of the exception */
    }
    return result;
}

/* Whether the interpreter would tell tools of what happens here. */
static inline bool tools_have_come(jit_frame *jf)
{
    PyCodeObject *code = frame_code(jf->frame);
    return adapter_others_monitor_code(code, GRAFT_TOOL)
           || (((PyThreadState *)jf->tstate)->eval_breaker != jf->expected_breaker
               && adapter_others_monitor(code, GRAFT_TOOL));
}

/* The result, new reference or NULL, takes the place of the operands. */
static inline int finish(jit_frame *jf, uintptr_t *slots, int64_t n, PyObject *result)
{
    close_all(slots, n);
    slots[0] = slot_from_new(result);
    return leave_with(jf, result == NULL ? -1 : 0);
}

static inline int finish_truth(jit_frame *jf, uintptr_t *slots, int64_t n, int truth)
{
    close_all(slots, n);
    if (truth >= 0) {
        slots[0] = slot_from_new(PyBool_FromLong(truth));
    }
    return leave_with(jf, truth < 0 ? -1 : 0);
}

static inline int finish_status(jit_frame *jf, uintptr_t *slots, int64_t n, int status)
{
    close_all(slots, n);
    return leave_with(jf, status < 0 ? -1 : 0);
}

#define O(i) slot_object(slots[i])

#endif
