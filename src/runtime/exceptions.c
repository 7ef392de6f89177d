/* Exceptions: raising, handlers, unwinding.  See exceptions.h; what is dropped when is
 * as in CPython's Python/bytecodes.c. */
#include "runtime/exceptions.h"
#include "runtime/escape.h"
#include "runtime/helpers.h"
#include "runtime/operations.h"
#include "runtime/tracebacks.h"
#include "translate/compile.h"

/* ---- raising -------------------------------------------------------------------- */

/* The slot's reference, as one's own. */
static PyObject *take(uintptr_t *slot)
{
    uintptr_t content = *slot;
    *slot = SLOT_NULL;
    return content & 1 ? Py_NewRef(slot_object(content)) : slot_object(content);
}

/* The exception that somebody raises, or names as a cause: new reference.  NULL: another
 * one is set. */
static PyObject *instance_of(PyObject *given, const char *otherwise)
{
    if (PyExceptionInstance_Check(given)) {
        return Py_NewRef(given);
    }
    if (!PyExceptionClass_Check(given)) {
        PyErr_SetString(PyExc_TypeError, otherwise);
        return NULL;
    }
    PyObject *made = PyObject_CallNoArgs(given);
    if (made != NULL && !PyExceptionInstance_Check(made)) {
        PyErr_Format(PyExc_TypeError, "calling %R should have returned an instance of "
                     "BaseException, not %R", given, Py_TYPE(made));
        Py_CLEAR(made);
    }
    return made;
}

/* CPython: do_raise. */
static void raise_instance(PyObject *given, PyObject *cause)
{
    PyObject *value = instance_of(given, "exceptions must derive from BaseException");
    if (value == NULL) {
        return;
    }
    if (cause != NULL) {
        PyObject *fixed = NULL;
        if (!Py_IsNone(cause)) {
            fixed = instance_of(cause, "exception causes must derive from BaseException");
            if (fixed == NULL) {
                Py_DECREF(value);
                return;
            }
        }
        PyException_SetCause(value, fixed);
    }
    PyErr_SetObject(PyExceptionClass_Check(given) ? given : (PyObject *)Py_TYPE(value), value);
    Py_DECREF(value);
}

void graft_raise_object(PyObject *exception)
{
    PyErr_SetObject((PyObject *)Py_TYPE(exception), exception);
}

int graft_raise_class(PyObject *class)
{
    PyObject *exception = graft_exception_new(class, NULL, 0);
    if (exception == NULL) {
        PyErr_Clear();
        return -1;
    }
    PyErr_SetObject(class, exception);
    Py_DECREF(exception);
    return 0;
}

int graft_raise_handled(jit_frame *jf, int64_t at)
{
    PyObject *handled = PyErr_GetHandledException();
    if (handled == NULL) {
        return -1;
    }
    PyErr_SetRaisedException(handled);
    jf->reraised = 1;
    jf->arg[0].i = at;
    return 0;
}

void graft_raise_again(jit_frame *jf, uintptr_t *slot, int64_t k, int64_t at)
{
    PyErr_SetRaisedException(take(slot));
    jf->reraised = 1;
    jf->arg[0].i = k > 0 ? slot_unit(slot[-k]) : at;
}

int graft_any_raise(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    PyObject *cause = n > 1 ? take(&slots[1]) : NULL, *given = n > 0 ? take(&slots[0]) : NULL;
    if (given != NULL) {
        raise_instance(given, cause);
        Py_DECREF(given);
        Py_XDECREF(cause);
        return leave_with(jf, -1);
    }
    if (graft_raise_handled(jf, unit_running(frame_code(jf->frame), jf->site->out->at)) < 0) {
        PyErr_SetString(PyExc_RuntimeError, "No active exception to reraise");
    }
    return leave_with(jf, -1);
}

int graft_any_reraise(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    graft_raise_again(jf, slots, k, unit_running(frame_code(jf->frame), jf->site->out->at));
    return leave_with(jf, -1);
}

/* ---- handlers ------------------------------------------------------------------- */

int64_t graft_match(PyObject *exception, PyObject *type)
{
    if (PyTuple_CheckExact(type)) {
        for (Py_ssize_t n = 0; n < PyTuple_GET_SIZE(type); n++) {
            if (!PyExceptionClass_Check(PyTuple_GET_ITEM(type, n))) {
                return -1;
            }
        }
    }
    else if (!PyExceptionClass_Check(type)) {
        return -1;
    }
    return PyErr_GivenExceptionMatches(exception, type);
}

int graft_any_match(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    PyObject *type = slot_object(slots[0]);
    int truth = _PyEval_CheckExceptTypeValid(jf->tstate, type) < 0
                ? -1 : PyErr_GivenExceptionMatches(slot_object(slots[-1]), type);
    return finish_truth(jf, slots, n, truth);
}

static void pop_except(PyThreadState *tstate, uintptr_t *slot)
{
    PyObject *before = take(slot), *handled = tstate->exc_info->exc_value;
    if (Py_IsNone(before)) {
        Py_CLEAR(before);
    }
    tstate->exc_info->exc_value = before;
    Py_XDECREF(handled);
}

/* The same with its traceback. */
static bool all_die_quietly(PyObject *object)
{
    PyTracebackObject *entry = (PyTracebackObject *)((PyBaseExceptionObject *)object)->traceback;
    for (; entry != NULL && Py_REFCNT(entry) == 1; entry = entry->tb_next) {
        if (Py_REFCNT(entry->tb_frame) == 1) {
            return false;       /* with its variables */
        }
    }
    return exception_dies_quietly(object);
}

int graft_pop_except(jit_frame *jf, uintptr_t *slot)
{
    PyThreadState *tstate = jf->tstate;
    PyObject *handled = tstate->exc_info->exc_value;
    if (jf->unseen != UNSEEN_NONE && !traceback_drop(jf, handled, 1)) {
        traceback_complete(jf);
    }
    if (handled != NULL && Py_REFCNT(handled) == 1 && !all_die_quietly(handled)) {
        return -1;
    }
    traceback_close_hole(jf);
    pop_except(tstate, slot);
    return 0;
}

int graft_pop_except_kept(jit_frame *jf, uintptr_t *slot)
{
    PyThreadState *tstate = jf->tstate;
    PyObject *handled = tstate->exc_info->exc_value;
    if (handled != NULL && Py_REFCNT(handled) == 1 && !all_die_quietly(handled)) {
        return -1;
    }
    pop_except(tstate, slot);
    return 0;
}

int graft_pop_except_from(jit_frame *jf, uintptr_t *slot, uintptr_t *variable)
{
    PyThreadState *tstate = jf->tstate;
    PyObject *handled = tstate->exc_info->exc_value;
    if (handled == NULL || *variable != (uintptr_t)handled) {
        return -1;
    }
    if (jf->unseen != UNSEEN_NONE && !traceback_drop(jf, handled, 2)) {
        traceback_complete(jf);
    }
    if (Py_REFCNT(handled) == 2 && !all_die_quietly(handled)) {
        return -1;
    }
    traceback_close_hole(jf);
    pop_except(tstate, slot);
    *variable = SLOT_NULL;
    Py_DECREF(handled);
    return 0;
}

int graft_any_pop_except(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    traceback_close_hole(jf);
    pop_except(jf->tstate, &slots[0]);
    return leave_with(jf, 0);
}

/* ---- with ----------------------------------------------------------------------- */

int graft_any_special(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    PyThreadState *tstate = jf->tstate;
    _PyStackRef *method_and_self = (_PyStackRef *)slots;
    method_and_self[1] = method_and_self[0];
    method_and_self[0] = PyStackRef_NULL;
    ((py_frame *)jf->frame)->stackpointer++;
    int found = _PyObject_LookupSpecialMethod(_Py_SpecialMethods[k].name, method_and_self);
    if (found == 0) {
        PyObject *owner = slot_object(slots[1]);
        const char *message = _PyEval_SpecialMethodCanSuggest(owner, (int)k)
                              ? _Py_SpecialMethods[k].error_suggestion : _Py_SpecialMethods[k].error;
        _PyErr_Format(tstate, PyExc_TypeError, message, owner);
    }
    if (found <= 0) {
        close_slot(&slots[1]);
        close_slot(&slots[0]);
        return leave_with(jf, -1);
    }
    return leave_with(jf, 0);
}

/* Below: the function, its object or NULL, the raising unit, what was handled before, the
 * exception. */
int graft_any_exit(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    PyObject *value = slot_object(slots[-1]), *self = slot_object(slots[-4]);
    PyObject *traceback = PyException_GetTraceback(value);
    PyObject *array[5] = {NULL, self, PyExceptionInstance_Class(value), value,
                          traceback != NULL ? traceback : Py_None};
    uintptr_t lent[5] = {slots[-5] | 1, self != NULL ? slots[-4] | 1 : SLOT_NULL};
    for (int i = 2; i < 5; i++) {
        lent[i] = (uintptr_t)array[i] | 1;
    }
    int has_self = self != NULL;
    PyObject *result;
    if (!graft_call_compiled(jf, lent, 3, NULL, &result)) {
        result = PyObject_Vectorcall(slot_object(slots[-5]), array + 2 - has_self,
                                     (size_t)(3 + has_self) | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
    }
    Py_XDECREF(traceback);
    return finish(jf, slots, n, result);
}

/* ---- unwinding -------------------------------------------------------------------- */

void exception_here(PyThreadState *tstate)
{
    PyFrameObject *object = tstate->current_frame->frame_obj;
    if (object == NULL) {
        PyObject *error = PyErr_GetRaisedException();
        object = PyEval_GetFrame();
        PyErr_SetRaisedException(error);
    }
    if (object != NULL) {
        PyTraceBack_Here(object);
    }
}

static void cut_stack(py_frame *frame, int depth)
{
    while (frame_depth(frame) > depth) {
        frame_pop(frame);
    }
}

void frame_handle(py_frame *frame, int handler, int depth, bool lasti, int at)
{
    cut_stack(frame, depth);
    if (lasti) {
        frame_push_unit(frame, at);
    }
    frame_push(frame, PyErr_GetRaisedException());
    frame->instr_ptr = _PyCode_CODE(frame_code(frame)) + handler;
}

/* CPython: exit_unwind. */
static void end_frame(jit_frame *jf)
{
    PyThreadState *tstate = jf->tstate;
    py_frame *frame = jf->frame;
    tstate->py_recursion_remaining += (int)jf->parent->site->levels;
    tstate->current_frame = frame->previous;
    _PyEval_FrameClearAndPop(tstate, frame);
    jf->kind = RETURNS_ERROR;
    jf->result.i = 0;
}

/* traceback_can_wait() for the frame as it is in memory. */
static bool can_wait(jit_frame *jf, bool again, const handler_place *place)
{
    py_frame *frame = jf->frame;
    PyCodeObject *code = frame_code(frame);
    int kept = place->at < 0 ? 0 : place->depth, dropped = frame_depth(frame) - kept;
    uintptr_t *stack = frame_slots(frame) + code->co_nlocalsplus;
    return dropped < 64
           && traceback_can_wait(jf, code, again, place->at < 0, stack + kept, (1ull << dropped) - 1)
           && frame_forget_object(frame);
}

int graft_unwind(jit_frame *jf, struct stub *s, uintptr_t *slots, int64_t owned, int64_t lasti)
{
    PyThreadState *tstate = jf->tstate;
    bool again = jf->reraised;
    if (jf->synced || jf->failed || tstate->eval_breaker != jf->expected_breaker
        || s->generation != s->unit->generation || adapter_others_monitor_code(s->unit->code, GRAFT_TOOL)
        || (jf->real && ((py_frame *)jf->frame)->frame_obj != NULL)
        || !traceback_can_wait(jf, s->unit->code, again, false, slots, (uint64_t)owned)) {
        return -1;
    }
    int at = again ? (int)jf->arg[0].i : unit_running(s->unit->code, s->at);
    PyObject *exception = PyErr_GetRaisedException();
    jf->reraised = 0;
    traceback_waits(jf, exception, at);
    if (owned != 0) {
        graft_drop_operands(slots, (uint64_t)owned);
    }
    if (lasti) {
        *slots++ = slot_from_unit(at);
    }
    *slots = slot_from_new(exception);
    return 0;
}

/* frame_unwind() where nobody sees the traceback. */
static unwound unwind_unseen(jit_frame *jf, const handler_place *place)
{
    PyThreadState *tstate = jf->tstate;
    py_frame *frame = jf->frame;
    if (place->at >= 0) {
        int at = (int)(frame->instr_ptr - _PyCode_CODE(frame_code(frame)));
        traceback_waits(jf, tstate->current_exception, at);
        frame_handle(frame, place->at, place->depth, place->lasti, at);
        return UNWOUND_TO_HANDLER;
    }
    cut_stack(frame, 0);
    tstate->py_recursion_remaining += (int)jf->parent->site->levels;
    traceback_passes(jf);
    jf->kind = RETURNS_ERROR;
    jf->result.i = 0;
    return UNWOUND_FRAME;
}

/* Whether the exception that is set came out of the frame of a Python function that the interpreter would
 * have run, at unit `at`, without calling C. */
static bool frame_has_raised(const PyThreadState *tstate, const unit *u, int at)
{
    const instruction *in = &u->in[at];
    const call_site *site = u->sites;
    while (site != NULL && (site->out == NULL || site->out->at != at
                            || !(site->instruction != NULL ? site->calls_function : site->code != NULL))) {
        site = site->next;
    }
    return site != NULL && ((PyBaseExceptionObject *)tstate->current_exception)->traceback != NULL
           && (in->op == CALL || in->op == CALL_KW || in->op == CALL_FUNCTION_EX || in->op == FOR_ITER
               || in->op == SEND || in->op == LOAD_ATTR || (in->op == BINARY_OP && in->arg == OP_SUBSCRIPT));
}

int exception_unit(const PyThreadState *tstate, const unit *u, int at)
{
    return frame_has_raised(tstate, u, at) ? unit_running(u->code, at) - 1 : at + u->in[at].size - 1;
}

unwound frame_unwind(jit_frame *jf, stub *s)
{
    PyThreadState *tstate = jf->tstate;
    py_frame *frame = jf->frame;
    PyCodeObject *code = frame_code(frame);
    bool reraised = jf->reraised;
    handler_place *place = &s->place, next;
    if (!place->known) {
        place->at = adapter_handler(code, s->at, &place->depth, &place->lasti);
        place->known = true;
    }
    jf->reraised = 0;
    frame->instr_ptr = code_running(code, s->at);
    if (adapter_others_monitor_code(code, GRAFT_TOOL)) {
        jf->expected_breaker = ~(uint64_t)0;        /* the handler is the interpreter's */
    }
    bool told = tstate->eval_breaker != jf->expected_breaker        /* tools come with a new version */
                && adapter_others_monitor(code, GRAFT_TOOL);
    if (!told && can_wait(jf, reraised, place)) {
        if (reraised) {
            frame->instr_ptr = _PyCode_CODE(code) + jf->arg[0].i;
        }
        return unwind_unseen(jf, place);
    }
    traceback_complete(jf);
    traceback_close_hole(jf);
    if (place->at < 0 && jf->parent == NULL) {
        return UNWOUND_NOT;
    }
    frames_sync(jf->parent);
    int unit = !told ? 0 : reraised ? unit_running(code, s->at) : exception_unit(tstate, s->unit, s->at);
    if (reraised) {
        frame->instr_ptr = _PyCode_CODE(code) + jf->arg[0].i;
    }
    else {
        exception_here(tstate);
        jf->settled = 0;        /* the frame has an object now */
    }
    if (told) {
        (void)adapter_tell_exception(tstate, frame, reraised ? EXCEPTION_RERAISED : EXCEPTION_RAISED, unit);
    }
    while (place->at >= 0) {
        cut_stack(frame, place->depth);
        if (!told || adapter_tell_exception(tstate, frame, EXCEPTION_CAUGHT, place->at) == 0) {
            int raised_at = (int)(frame->instr_ptr - _PyCode_CODE(code));
            frame_handle(frame, place->at, place->depth, place->lasti, raised_at);
            return place == &next ? UNWOUND_ELSEWHERE : UNWOUND_TO_HANDLER;
        }
        unit = place->at - 1;
        next.at = adapter_handler(code, unit, &next.depth, &next.lasti);
        place = &next;
    }
    if (jf->parent == NULL) {
        return UNWOUND_NOT;
    }
    cut_stack(frame, 0);
    if (told) {
        (void)adapter_tell_exception(tstate, frame, EXCEPTION_UNWINDS, unit);
    }
    end_frame(jf);
    return UNWOUND_FRAME;
}
