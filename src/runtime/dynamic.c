/* Calls of Python functions that are known only when they are made: by a table of functions,
 * by an argument, by one of many methods; and of those whose parameters only CPython can sort
 * (*args, **kwargs, keywords).  The function's code is entered with everything in memory. */
#include "cpython/adapter.h"
#include "runtime/calls.h"
#include "runtime/deopt.h"
#include "runtime/escape.h"
#include "runtime/tracebacks.h"
#include "translate/compile.h"

#define CALLS_PART 4        /* of what makes a place hot, before a function that is called is compiled */

/* unit_to_enter() for a function that the call site does not remember. */
static unit *find_unit(PyFunctionObject *function)
{
    PyCodeObject *code = (PyCodeObject *)function->func_code;
    if (!adapter_function_with_frame(code) || function->vectorcall != adapter_vectorcall(code)) {
        return NULL;
    }
    unit *u = unit_of(code);
    if (u == NULL || u->no_calls || u->refused
        || (u->globals != NULL && (u->globals != function->func_globals
                                   || u->builtins != function->func_builtins))) {
        return NULL;
    }
    if (u->call_entry != NULL) {
        return u;
    }
    if (u->no_room) {
        return NULL;
    }
    bool hot = u->versions != NULL || ++u->asked > hot_count() / CALLS_PART;
    return hot && unit_prepare(u) ? u : NULL;
}

unit *unit_to_enter(call_site *site, PyFunctionObject *function, PyThreadState *tstate)
{
    PyCodeObject *code = (PyCodeObject *)function->func_code;
    if (!adapter_up_to_date(code, tstate) || adapter_others_monitor_code(code, GRAFT_TOOL)) {
        return NULL;
    }
    if (site->code == code && *site->generation == site->expected
        && site->globals == function->func_globals && site->vectorcall == (void *)function->vectorcall
        && site->unit->builtins == function->func_builtins) {
        return site->unit;
    }
    unit *u = find_unit(function);
    if (u != NULL && u->globals == function->func_globals) {
        site->code = code;
        site->generation = &u->generation;
        site->expected = u->generation;
        site->globals = function->func_globals;
        site->vectorcall = (void *)function->vectorcall;
        site->unit = u;
    }
    return u;
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

/* Runs the frame, which is real when `flags` says so, or else has its variables only.  An int that the
 * function returns unboxed goes to `number`, unless that is NULL: Py_None, then. */
static PyObject *run_frame(jit_frame *jf, unit *u, PyFunctionObject *function, py_frame *frame,
                           uint64_t flags, const int64_t **number)
{
    PyThreadState *tstate = jf->tstate;
    tstate->py_recursion_remaining--;
    u->calls++;
    if (flags != 0 && !u->visible) {
        unit_seen(u);
    }
    call_site site;             /* of which only these are looked at (the rest takes its time to clear) */
    site.out = jf->site->out;
    site.code = u->code;
    site.function = function;
    site.levels = 1;
    site.unit = u;
    site.generation = &u->generation;
    site.expected = u->generation;
    site.operands = site.is_init = 0;
    call_site *caller_site = jf->site;
    jit_frame inner;
    inner.expected_breaker = jf->expected_breaker;
    inner.frame = frame;
    inner.tstate = tstate;
    inner.parent = jf;
    inner.exit = NULL;
    inner.flags = flags;
    inner.stack_limit = jf->stack_limit;
    jf->site = &site;
    jf->synced = 1;             /* an escape is under way: this frame is as it has to be */
    if (u->call_entry == NULL) {
        (void)compile_call(u, frame);
    }
    if (u->call_entry != NULL) {
        inner.kind = graft_enter(frame, tstate, &inner, u->call_entry);
    }
    else {
        frame_finish(&inner);
    }
    traceback_complete(jf);
    jf->synced = 0;
    jf->site = caller_site;
    if (number != NULL && inner.kind == RETURNS_INT) {
        jf->result.i = inner.result.i;
        *number = &jf->result.i;
        return Py_NewRef(Py_None);
    }
    return boxed_result(inner.kind, &inner.result.i);
}

/* Whether a frame for the code can be made above this one, without another piece of memory. */
static py_frame *room_for(const jit_frame *jf, const unit *u)
{
    return (char *)__builtin_frame_address(0) < jf->stack_limit ? NULL
           : adapter_room(jf->tstate, u->code);
}

/* Makes the function's frame where there is room for it, and runs it. */
static bool enter_called(jit_frame *jf, unit *u, PyFunctionObject *function, py_frame *frame,
                         uintptr_t *operands, size_t count, PyObject *names, PyObject **result,
                         const int64_t **number)
{
    PyThreadState *tstate = jf->tstate;
    Py_INCREF(function);
    if (names == NULL && u->call_entry != NULL && adapter_plain_function(u->code)
        && pass(function, frame_slots(frame), operands, (int64_t)count)) {
        uint64_t flags = 0;
        adapter_take_room(tstate, u->code);
        if (u->visible) {
            Py_INCREF(u->code);
            frame_make(frame, jf->frame, u->code, (PyFunctionObject *)Py_NewRef(function));
            tstate->current_frame = frame;
            flags = JIT_FRAME_VISIBLE;
        }
        *result = run_frame(jf, u, function, frame, flags, number);
    }
    else {
        _PyStackRef args[MOST_DYNAMIC];
        if (count > MOST_DYNAMIC) {
            Py_DECREF(function);
            return false;
        }
        for (size_t n = 0; n < count; n++) {
            args[n].bits = operands[n];
            operands[n] = SLOT_NULL;
        }
        count -= names != NULL ? (size_t)PyTuple_GET_SIZE(names) : 0;
        frame = adapter_push_frame(tstate, function, args, count, names, jf->frame);
        *result = frame != NULL ? run_frame(jf, u, function, frame, JIT_FRAME_VISIBLE, number) : NULL;
    }
    Py_DECREF(function);
    return true;
}

/* Whether the interpreter would push a frame for the call, which takes the operands. */
static bool pushes_frame(PyObject *callable, PyThreadState *tstate)
{
    PyFunctionObject *function = (PyFunctionObject *)callable;
    return Py_IS_TYPE(callable, &PyFunction_Type) && !frames_have_evaluator(tstate)
           && (((PyCodeObject *)function->func_code)->co_flags & CO_OPTIMIZED)
           && function->vectorcall == adapter_vectorcall((PyCodeObject *)function->func_code);
}

static PyObject *interpret(PyThreadState *tstate, py_frame *frame)
{
    tstate->current_frame = frame->previous;
    return _PyEval_EvalFrameDefault(tstate, frame, 0);
}

bool graft_call_interpreted(jit_frame *jf, uintptr_t *slots, int64_t nargs, PyObject *names,
                            PyObject **result)
{
    _PyStackRef args[MOST_DYNAMIC];
    bool has_self = slot_object(slots[1]) != NULL;
    size_t count = (size_t)nargs + has_self;
    if (!pushes_frame(slot_object(slots[0]), jf->tstate) || count > MOST_DYNAMIC) {
        return false;
    }
    uintptr_t *operands = slots + 2 - has_self;
    for (size_t n = 0; n < count; n++) {
        args[n].bits = operands[n];
        operands[n] = SLOT_NULL;
    }
    count -= names != NULL ? (size_t)PyTuple_GET_SIZE(names) : 0;
    py_frame *frame = adapter_push_frame(jf->tstate, (PyFunctionObject *)slot_object(slots[0]), args,
                                         count, names, jf->frame);
    *result = frame != NULL ? interpret(jf->tstate, frame) : NULL;
    return true;
}

bool graft_call_compiled(jit_frame *jf, uintptr_t *slots, int64_t nargs, PyObject *names,
                         PyObject **result)
{
    PyThreadState *tstate = jf->tstate;
    PyObject *callable = slot_object(slots[0]);
    unit *u;
    py_frame *frame;
    if (!PyFunction_Check(callable) || tstate->eval_breaker != jf->expected_breaker
        || (u = unit_to_enter(jf->site, (PyFunctionObject *)callable, tstate)) == NULL
        || (frame = room_for(jf, u)) == NULL) {
        return false;
    }
    bool has_self = slot_object(slots[1]) != NULL;
    return enter_called(jf, u, (PyFunctionObject *)callable, frame, slots + 2 - has_self,
                        (size_t)nargs + has_self, names, result, NULL);
}

bool graft_call_special_number(jit_frame *jf, PyObject *callable, PyObject *const *args, int count,
                               PyObject **result, const int64_t **number)
{
    PyThreadState *tstate = jf->tstate;
    PyFunctionObject *function = (PyFunctionObject *)callable;
    unit *u;
    py_frame *frame;
    if (tstate->eval_breaker != jf->expected_breaker
        || (u = unit_to_enter(jf->site, function, tstate)) == NULL
        || (frame = room_for(jf, u)) == NULL || count > MOST_SPECIAL) {
        return false;
    }
    uintptr_t operands[MOST_SPECIAL];
    for (int n = 0; n < count; n++) {
        operands[n] = slot_from_new(Py_NewRef(args[n]));
    }
    return enter_called(jf, u, function, frame, operands, (size_t)count, NULL, result, number);
}

bool graft_call_special(jit_frame *jf, PyObject *callable, PyObject *const *args, int count, PyObject **result)
{
    return graft_call_special_number(jf, callable, args, count, result, NULL);
}

bool graft_call_unpacked(jit_frame *jf, uintptr_t *slots, PyObject **result)
{
    PyThreadState *tstate = jf->tstate;
    PyObject *callable = slot_object(slots[0]), *arguments = slot_object(slots[2]),
             *keywords = slot_object(slots[3]);
    size_t count = (size_t)PyTuple_GET_SIZE(arguments), named = 0;
    if (!PyFunction_Check(callable) || (keywords != NULL && !PyDict_CheckExact(keywords))
        || (named = keywords != NULL ? (size_t)PyDict_GET_SIZE(keywords) : 0) + count > MOST_DYNAMIC) {
        return false;
    }
    unit *u = tstate->eval_breaker == jf->expected_breaker
              ? unit_to_enter(jf->site, (PyFunctionObject *)callable, tstate) : NULL;
    if (u != NULL && room_for(jf, u) == NULL) {
        u = NULL;
    }
    if (u == NULL && !pushes_frame(callable, tstate)) {
        return false;
    }
    PyObject *names = named > 0 ? PyTuple_New((Py_ssize_t)named) : NULL, *key, *value;
    if (named > 0 && names == NULL) {
        PyErr_Clear();
        return false;
    }
    _PyStackRef args[MOST_DYNAMIC];
    Py_ssize_t position = 0;
    for (size_t n = 0; n < named && PyDict_Next(keywords, &position, &key, &value); n++) {
        if (!PyUnicode_Check(key)) {
            for (size_t k = 0; k < n; k++) {
                PyStackRef_CLOSE(args[count + k]);
            }
            Py_DECREF(names);
            return false;
        }
        PyTuple_SET_ITEM(names, (Py_ssize_t)n, Py_NewRef(key));
        args[count + n] = PyStackRef_FromPyObjectNew(value);
    }
    for (size_t n = 0; n < count; n++) {
        args[n] = PyStackRef_FromPyObjectNew(PyTuple_GET_ITEM(arguments, (Py_ssize_t)n));
    }
    Py_INCREF(callable);
    py_frame *frame = adapter_push_frame(tstate, (PyFunctionObject *)callable, args, count, names,
                                         jf->frame);
    if (frame != NULL) {
        close_slot(&slots[2]);          /* what held the arguments goes before it runs */
        close_slot(&slots[3]);
    }
    *result = frame == NULL ? NULL
              : u != NULL ? run_frame(jf, u, (PyFunctionObject *)callable, frame, JIT_FRAME_VISIBLE, NULL)
              : interpret(tstate, frame);
    Py_DECREF(callable);
    Py_XDECREF(names);
    return true;
}
