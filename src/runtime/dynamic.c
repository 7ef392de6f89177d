/* Calls of Python functions that are known only when they are made: by a table of functions,
 * by an argument, by one of many methods.  The function's code is entered where the
 * interpreter enters it, behind RESUME, with everything in memory. */
#include "cpython/adapter.h"
#include "runtime/calls.h"
#include "runtime/deopt.h"
#include "runtime/tracebacks.h"
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
    if (!adapter_starred_function(code)
        || function->vectorcall != adapter_vectorcall(code)
        || code->_co_instrumentation_version != tstate->eval_breaker
        || adapter_others_monitor_code(code, GRAFT_TOOL)) {
        return NULL;
    }
    *u = unit_found(code);
    const loop_entry *loop = *u != NULL && (*u)->nloops > 0 ? (*u)->loops : NULL;
    for (const loop_entry *end = loop + (loop != NULL ? (*u)->nloops : 0); loop != end; loop++) {
        if (loop->jump < 0) {
            /* (cells would have been made before RESUME) */
            return loop->target == 1 + (code->co_nfreevars > 0) && loop->depth == 0 && !(*u)->no_calls
                   && (*u)->globals == function->func_globals
                   && (*u)->builtins == function->func_builtins ? loop->code : NULL;
        }
    }
    return NULL;
}

/* The operand, whose reference is taken. */
static uintptr_t moved(uintptr_t *operand)
{
    uintptr_t content = *operand;
    *operand = SLOT_NULL;
    return content & 1 ? slot_from_new(Py_NewRef(slot_object(content))) : content;
}

/* What *args and **kwargs get: `surplus` operands, no names.  False: no memory. */
static bool pass_starred(const PyCodeObject *code, uintptr_t *variables, uintptr_t *operands, int64_t surplus)
{
    bool both = (code->co_flags & CO_VARARGS) && (code->co_flags & CO_VARKEYWORDS);
    PyObject *names = code->co_flags & CO_VARKEYWORDS ? PyDict_New() : NULL;
    PyObject *rest = code->co_flags & CO_VARARGS ? PyTuple_New(surplus > 0 ? surplus : 0) : NULL;
    if ((names == NULL && (code->co_flags & CO_VARKEYWORDS))
        || (rest == NULL && (code->co_flags & CO_VARARGS))) {
        PyErr_Clear();
        Py_XDECREF(names);
        Py_XDECREF(rest);
        return false;
    }
    for (int64_t k = 0; k < surplus; k++) {
        PyTuple_SET_ITEM(rest, k, slot_object(moved(&operands[k])));
    }
    if (rest != NULL) {
        variables[0] = slot_from_new(rest);
    }
    if (names != NULL) {
        variables[both] = slot_from_new(names);
    }
    return true;
}

/* Moves n operands, and defaults for what is missing, to the frame's variables.  False: these
 * are not the function's arguments, or there is no memory; nothing was done. */
static bool pass(PyFunctionObject *function, uintptr_t *variables, uintptr_t *operands, int64_t n)
{
    PyCodeObject *code = (PyCodeObject *)function->func_code;
    int64_t missing = code->co_argcount - n;
    PyObject *defaults = function->func_defaults;
    Py_ssize_t ndefaults = defaults != NULL ? PyTuple_GET_SIZE(defaults) : 0;
    if ((missing < 0 && !(code->co_flags & CO_VARARGS)) || missing > ndefaults) {
        return false;
    }
    int free = code->co_nlocalsplus - code->co_nfreevars;
    for (int k = code->co_argcount; k < free; k++) {
        variables[k] = SLOT_NULL;
    }
    if ((code->co_flags & (CO_VARARGS | CO_VARKEYWORDS))
        && !pass_starred(code, variables + code->co_argcount, operands + code->co_argcount, -missing)) {
        return false;
    }
    for (int k = 0; k < code->co_nfreevars; k++) {
        variables[free + k] = slot_from_new(Py_NewRef(PyTuple_GET_ITEM(function->func_closure, k)));
    }
    for (int64_t k = 0; k < n && k < code->co_argcount; k++) {
        variables[k] = moved(&operands[k]);
    }
    for (int64_t k = 0; k < missing; k++) {
        variables[n + k] = slot_from_new(
            Py_NewRef(PyTuple_GET_ITEM(defaults, ndefaults - missing + k)));
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
    call_site site;             /* (not cleared: it is large) */
    site.out = jf->site->out;
    site.code = u->code;
    site.function = function;
    site.levels = 1;
    site.operands = site.is_init = 0;
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
    traceback_complete(jf);
    jf->synced = 0;
    jf->site = caller_site;
    Py_DECREF(function);
    *result = object_of(kind, &inner);
    return true;
}
