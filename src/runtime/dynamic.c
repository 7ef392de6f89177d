/* Calls of Python functions that are known only when they are made: by a table of functions,
 * by an argument, by one of many methods.  The function's code is entered where the
 * interpreter enters it, behind RESUME, with everything in memory. */
#include "cpython/adapter.h"
#include "runtime/calls.h"
#include "runtime/deopt.h"
#include "translate/compile.h"

/* Room for the frame of a call that the interpreter would make without C, or NULL. */
static py_frame *room_for(const jit_frame *jf, PyThreadState *tstate, const PyCodeObject *code)
{
    char *top = (char *)tstate->datastack_top;
    size_t size = (size_t)code->co_framesize * sizeof(PyObject *);
    if ((char *)__builtin_frame_address(0) < jf->stack_limit || tstate->py_recursion_remaining <= 1
        || top == NULL || (size_t)((char *)tstate->datastack_limit - top) <= size) {
        return NULL;
    }
    tstate->datastack_top = (PyObject **)(top + size);
    return (py_frame *)top;
}

/* The compiled code to enter the function by, or NULL. */
static uint8_t *entry_of(PyFunctionObject *function, PyThreadState *tstate, unit **u)
{
    PyCodeObject *code = (PyCodeObject *)function->func_code;
    if (!adapter_plain_function(code) || code->co_nfreevars > 0
        || function->vectorcall != adapter_vectorcall(code)
        || code->_co_instrumentation_version != tstate->eval_breaker
        || adapter_others_monitor_code(code, GRAFT_TOOL)) {
        return NULL;
    }
    *u = unit_found(code);
    for (int n = 0; *u != NULL && n < (*u)->nloops; n++) {
        const loop_entry *loop = &(*u)->loops[n];
        if (loop->jump < 0) {
            /* (cells would have been made before RESUME) */
            return loop->target == 1 && loop->depth == 0 && !(*u)->no_calls
                   && (*u)->globals == function->func_globals
                   && (*u)->builtins == function->func_builtins ? loop->code : NULL;
        }
    }
    return NULL;
}

/* Moves n operands, and defaults for what is missing, to the frame's variables.  False: these
 * are not the function's arguments; nothing was done. */
static bool pass(PyFunctionObject *function, uintptr_t *variables, uintptr_t *operands, int64_t n)
{
    PyCodeObject *code = (PyCodeObject *)function->func_code;
    int64_t missing = code->co_argcount - n;
    PyObject *defaults = function->func_defaults;
    Py_ssize_t ndefaults = defaults != NULL ? PyTuple_GET_SIZE(defaults) : 0;
    if (missing < 0 || missing > ndefaults) {
        return false;
    }
    for (int64_t k = 0; k < n; k++) {
        uintptr_t content = operands[k];
        operands[k] = SLOT_NULL;
        variables[k] = content & 1 ? slot_from_new(Py_NewRef(slot_object(content))) : content;
    }
    for (int64_t k = 0; k < missing; k++) {
        variables[n + k] = slot_from_new(
            Py_NewRef(PyTuple_GET_ITEM(defaults, ndefaults - missing + k)));
    }
    for (int k = code->co_argcount; k < code->co_nlocalsplus; k++) {
        variables[k] = SLOT_NULL;
    }
    return true;
}

static PyObject *object_of(uint64_t kind, const jit_frame *jf)
{
    switch (kind) {
    case RETURNS_OBJECT:
        return jf->result.p;
    case RETURNS_INT:
        return PyLong_FromLongLong(jf->result.i);
    case RETURNS_FLOAT:
        return PyFloat_FromDouble(jf->result.d);
    default:
        return NULL;
    }
}

bool graft_call_compiled(jit_frame *jf, uintptr_t *slots, int64_t nargs, PyObject **result)
{
    PyThreadState *tstate = jf->tstate;
    PyObject *callable = slot_object(slots[0]);
    unit *u;
    uint8_t *entry;
    if (!PyFunction_Check(callable) || tstate->eval_breaker != jf->expected_breaker
        || (entry = entry_of((PyFunctionObject *)callable, tstate, &u)) == NULL) {
        return false;
    }
    PyFunctionObject *function = (PyFunctionObject *)callable;
    py_frame *frame = room_for(jf, tstate, u->code);
    if (frame == NULL) {
        return false;
    }
    bool has_self = slot_object(slots[1]) != NULL;
    if (!pass(function, frame_slots(frame), slots + 2 - has_self, nargs + has_self)) {
        tstate->datastack_top = (PyObject **)frame;
        return false;
    }
    tstate->py_recursion_remaining--;
    u->calls++;
    call_site site = {.out = jf->site->out, .code = u->code, .function = function, .levels = 1};
    call_site *caller_site = jf->site;
    Py_INCREF(function);
    jit_frame inner;
    inner.expected_breaker = jf->expected_breaker;
    inner.frame = frame;
    inner.tstate = tstate;
    inner.parent = jf;
    inner.exit = NULL;
    inner.flags = 0;
    inner.stack_limit = jf->stack_limit;
    jf->site = &site;
    jf->synced = 1;             /* an escape is under way: this frame is as it has to be */
    uint64_t kind = graft_enter(frame, tstate, &inner, entry);
    jf->synced = 0;
    jf->site = caller_site;
    Py_DECREF(function);
    *result = object_of(kind, &inner);
    return true;
}
