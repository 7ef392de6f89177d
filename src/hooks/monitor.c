/* Hot loops and functions: every backward jump calls on_jump, every start of a
 * function on_start, until that place is given up; once it is hot its frame goes
 * on in compiled code from there (on-stack replacement), and the interpreter takes
 * over where that leaves. */
#include "hooks/monitor.h"
#include "hooks/events.h"
#include "hooks/units.h"
#include "hooks/watch.h"
#include "runtime/calls.h"
#include "runtime/exceptions.h"
#include "runtime/generators.h"
#include <x86intrin.h>

#define WINDOW 64               /* entries after which a loop's use is judged */
#define UNJUDGED 2000           /* entries from one judgement to the next */
#define SHORT_CYCLES 90         /* compiled code ran no longer than entering costs */
#define SHORT_CALL_CYCLES 700   /* the same for a function: the interpreter calls fast */
#define MEDIUM_CYCLES 3000      /* left in mid-loop: too short to be worth it */
#define EXECUTOR_CYCLES 60      /* the same where an executor was the way in */
#define MEDIUM_EXECUTOR_CYCLES 600
#define SMALL_FUNCTION 24       /* instructions that save less than an executor costs */
#define MOST_RESETS 8           /* units whose globals keep changing are given up */

static PyObject *jump_callback, *start_callback;
static bool running;

/* Whether entering here pays, from how the last entry went. */
static void judge(const unit *u, loop_entry *loop, const stub *exit, uint64_t cycles)
{
    /* Before the end: of the function, or of the loop, which is then entered again at
     * its next back-edge. */
    bool start = loop->jump < 0;
    bool inside = start || exit == NULL || exit->at >= loop->target;     /* it may have other back-edges */
    int reason = exit != NULL ? exit->reason : EXIT_RETURN;
    bool early = inside && reason != EXIT_RETURN && (!start || reason != EXIT_EXCEPTION);
    /* (what lies between a yield and the next entry is interpreted, so more has to come of it) */
    bool yields = exit != NULL && u->in[exit->at].op == YIELD_VALUE;
    uint64_t too_short = loop->executor && !yields ? MEDIUM_EXECUTOR_CYCLES : MEDIUM_CYCLES;
    bool is_short = !loop->executor ? cycles < (start ? SHORT_CALL_CYCLES : SHORT_CYCLES)
                    : start ? !u->has_loop && u->instructions < SMALL_FUNCTION
                    : cycles < EXECUTOR_CYCLES;
    loop->entries++;
    if (reason != EXIT_POLL && reason != EXIT_STRESS && (is_short || (early && cycles < too_short))) {
        loop->fruitless++;
    }
    if (loop->entries >= WINDOW) {
        loop->off = 2 * loop->fruitless > loop->entries;
        loop->entries = loop->fruitless = 0;
        loop->unjudged = UNJUDGED;
    }
}

/* The instruction at `at`, with its EXTENDED_ARGs. */
static _Py_CODEUNIT *instruction_at(const unit *u, int at)
{
    while (u->in[at].op == 0) {
        at--;
    }
    return _PyCode_CODE(u->code) + at;
}

/* The frame has been left with an exception, raised at instr_ptr.  For one that a
 * callback returns, the interpreter looks for a handler at the place of the event
 * (`from`): so where another one is responsible, the frame is sent there. */
static PyObject *raise_in(const unit *u, py_frame *frame, int from)
{
    PyCodeObject *code = frame_code(frame);
    int at = (int)(frame->instr_ptr - _PyCode_CODE(code)), depth, ignored;
    bool lasti, any;
    int handler = adapter_handler(code, at, &depth, &lasti);
    if (handler == adapter_handler(code, from, &ignored, &any)) {
        return NULL;
    }
    PyThreadState *tstate = PyThreadState_Get();
    int told = exception_unit(tstate, u, (int)(instruction_at(u, at) - _PyCode_CODE(code)));
    exception_here(tstate);
    int saved = adapter_unmute(tstate);
    (void)adapter_tell_exception(tstate, frame, EXCEPTION_RAISED, told);
    adapter_mute(tstate, saved);
    if (handler < 0) {
        /* The interpreter would find the event's: let the code raise it again
         * from where there is none. */
        handler = adapter_reraise(code, u->in, &lasti);
        depth = 0;
    }
    frame_handle(frame, handler, depth, lasti, at);
    Py_RETURN_NONE;
}

/* The function returned to its caller, the interpreter, which is to do the RETURN_VALUE. */
static bool returned(jit_frame *jf, py_frame *frame)
{
    totals.exits[EXIT_RETURN]++;
    frame_resume_at(frame, (int)jf->stub, 0);
    if (jf->kind == RETURNS_IN_FRAME) {
        frame_resume_at(frame, (int)jf->stub, 1);
        return true;
    }
    PyObject *result = boxed_result(jf->kind, &jf->result.i);
    if (result != NULL) {
        frame_push(frame, result);
    }
    return result != NULL;
}

/* Runs compiled code for the frame; returns whether it left with an exception. */
static bool run(PyThreadState *tstate, unit *u, py_frame *frame, const loop_entry *entered)
{
    int jump = entered->jump, target = entered->target;
    jit_frame jf;
    /* What another thread has asked for meanwhile must be seen. */
    jf.expected_breaker = adapter_tools_version(tstate);
    jf.frame = frame;
    jf.tstate = tstate;
    jf.parent = NULL;
    jf.exit = NULL;
    jf.kind = RETURNS_IN_FRAME;
    jf.flags = 0;
    jf.real = 1;
    jf.settled = frame->frame_obj == NULL;
    jf.stack_limit = adapter_stack_limit(tstate);
    totals.entries++;
    bool judged = entered->unjudged == 0;
    uint64_t start = judged ? __rdtsc() : 0;
    cache_mapping *mapping = cache_enter();
    compile_active++;
    graft_enter(frame, tstate, &jf, entered->code);
    compile_active--;
    cache_leave(mapping);
    stub *exit = jf.exit;
    loop_entry *loop = unit_loop(u, jump, target);      /* the table may have grown */
    if (loop != NULL && judged) {
        judge(u, loop, exit, __rdtsc() - start);
    }
    else if (loop != NULL && loop->unjudged > 0) {
        loop->unjudged--;
    }
    if (exit == NULL) {
        return !returned(&jf, frame);
    }
    return jf.failed || exit->kind == STUB_RAISED;
}

/* tracemalloc wants to know the line of whatever is made: in compiled code that is known
 * only where it escapes. */
static bool not_now(void)
{
    return compile_translating || adapter_memory_is_traced();
}

/* Whether the frame can be taken over, with its code compiled; else false, and loop->off
 * when that will not change. */
static bool ready(unit *u, loop_entry *loop, py_frame *frame)
{
    if (u->globals != NULL
        && (u->globals != frame->f_globals || u->builtins != frame->f_builtins
            || u->module != (frame->f_locals == frame->f_globals))) {
        if (++u->resets > MOST_RESETS) {
            loop->off = true;
            return false;
        }
        unit_reset(u);          /* the same code as another function */
    }
    if (compile_entry(u, loop, frame) == NULL) {
        loop->off = true;
        return false;
    }
    return true;
}

/* Where an event or an executor stands for this entry. */
static int place_of(const loop_entry *loop)
{
    return loop->jump < 0 ? loop->target - 1 : loop->jump;
}

/* What an executor calls. */
static _Py_CODEUNIT *on_executor(py_frame *frame, _PyStackRef *stack_pointer, PyThreadState *tstate)
{
    executor_place place;
    bool still_so = adapter_entered(frame, stack_pointer, tstate, &place);
    PyCodeObject *code = frame_code(frame);
    unit *u = place.unit;
    bool start = place.at == place.target - 1;
    int jump = start ? -1 : place.at;
    loop_entry *loop = unit_loop(u, jump, place.target);
    if (!still_so || not_now() || loop == NULL || loop->off
        || loop->count < (uint64_t)settings.threshold
        || !ready(u, loop, frame)) {
        if (loop != NULL) {
            loop->executor = false;
        }
        adapter_take_executors(code, place.at);
        return instruction_at(u, place.at);
    }
    bool raised = run(tstate, u, frame, loop);
    loop = unit_loop(u, jump, place.target);
    if (loop != NULL && loop->off) {
        loop->executor = false;
        adapter_take_executors(code, place.at);
    }
    if (raised) {
        PyObject *handled = raise_in(u, frame, (int)(frame->instr_ptr - _PyCode_CODE(code)) - 1);
        if (handled == NULL) {
            return NULL;
        }
        Py_DECREF(handled);
    }
    return frame->instr_ptr;
}

/* No more events from here. */
static PyObject *disabled(PyCodeObject *code, int at)
{
    adapter_take_executors(code, at);       /* a callback within this one may have put it there */
    return Py_NewRef(events_disable);
}

static void is_hot(loop_entry *loop)
{
    if (loop != NULL && loop->count < hot_count()) {
        loop->count = (uint32_t)hot_count();
    }
}

/* The innermost loop around the frame's instruction. */
static void loop_is_hot(unit *u, const py_frame *frame)
{
    int at = (int)(frame->instr_ptr - _PyCode_CODE(u->code));
    int size = unit_prepare(u) ? u->size : 0;
    for (int n = at; n < size; n++) {
        if (u->in[n].op == JUMP_BACKWARD && adapter_jump_target(u->in, n) <= at) {
            is_hot(unit_loop(u, adapter_event_place(u->in, n), adapter_jump_target(u->in, n)));
            return;
        }
    }
}

/* A generator's loop has become hot, which C code may consume on behalf of a function: entering
 * compiled code for each item would be in vain (judge), but that function, compiled from its start,
 * or a loop of it, does without the C code.  So they count as hot however seldom they are called. */
static void consumer_is_hot(py_frame *frame)
{
    PyCodeObject *code = NULL;
    while ((frame = adapter_frame_below(frame)) != NULL) {
        code = frame_code(frame);
        if (!CODE_MAKES_GENERATOR(code)) {
            break;
        }
    }
    unit *u = frame != NULL ? unit_of(code) : NULL;
    if (u != NULL && (code->co_flags & CO_OPTIMIZED)) {
        is_hot(unit_loop(u, -1, adapter_start(code) + 1));
    }
    if (u != NULL) {
        loop_is_hot(u, frame);
    }
}

/* Counts, and takes the frame over when it is time. */
static PyObject *on_event(PyCodeObject *code, int from, int to)
{
    int at = from < 0 ? to - 1 : from;
    PyThreadState *tstate = PyThreadState_Get();
    events_begin();
    (void)adapter_builtin_jit(false);   /* PYTHON_JIT switches it on after the start-up hook */
    if (tstate->interp != PyInterpreterState_Main()) {
        return disabled(code, at);
    }
    unit *u = unit_of(code);
    loop_entry *loop = u == NULL ? NULL : unit_loop(u, from, to);
    if (loop == NULL || loop->off) {
        return disabled(code, at);
    }
    py_frame *frame = tstate->current_frame;
    uint64_t enough = (uint64_t)settings.threshold;
    if (loop->code == NULL && loop->count + 1ull >= enough) {
        enough = hot_count();
    }
    if (loop->count < enough) {
        if (++loop->count < enough) {
            Py_RETURN_NONE;
        }
        if (from >= 0 && frame != NULL && CODE_MAKES_GENERATOR(code)) {
            consumer_is_hot(frame);
            loop = unit_loop(u, from, to);      /* (the table may have grown) */
        }
    }
    if (frame == NULL || frame_code(frame) != code || not_now()
        || (tstate->eval_breaker & _PY_EVAL_EVENTS_MASK)
        || adapter_others_monitor(code, GRAFT_TOOL)) {
        Py_RETURN_NONE;         /* not now */
    }
    if (!ready(u, loop, frame)) {
        return disabled(code, at);
    }
    loop->executor = false;
    bool executors = adapter_has_executors();
    /* A callback runs with events muted; what compiled code calls must not. */
    int saved = adapter_unmute(tstate);
    bool raised = run(tstate, u, frame, loop);
    adapter_mute(tstate, saved);
    loop = unit_loop(u, from, to);
    if (loop != NULL && !loop->off && executors
        && !adapter_others_monitor(code, GRAFT_TOOL)) {
        loop->executor = adapter_put_executor(code, place_of(loop), on_executor, u, to);
    }
    if (raised) {
        return raise_in(u, frame, entry_event(from, to));
    }
    if (loop != NULL && loop->off) {
        return disabled(code, at);
    }
    Py_RETURN_NONE;
}

/* An event's offset in bytes, as instructions; offsets are small and positive. */
static int code_offset(PyObject *number)
{
    return (int)(PyUnstable_Long_CompactValue((PyLongObject *)number)
                 / (Py_ssize_t)sizeof(_Py_CODEUNIT));
}

static PyObject *on_jump(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    if (nargs != 3 || !PyCode_Check(args[0])) {
        Py_RETURN_NONE;
    }
    int from = code_offset(args[1]), to = code_offset(args[2]);
    if (to > from) {
        return Py_NewRef(events_disable);
    }
    return on_event((PyCodeObject *)args[0], from, to);
}

static PyObject *on_start(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    if (nargs != 2 || !PyCode_Check(args[0])) {
        Py_RETURN_NONE;
    }
    return on_event((PyCodeObject *)args[0], -1, code_offset(args[1]) + 1);     /* behind RESUME */
}

static PyMethodDef on_start_method = {
    "graft_on_start", _PyCFunction_CAST(on_start), METH_FASTCALL, NULL};
static PyMethodDef on_jump_method = {
    "graft_on_jump", _PyCFunction_CAST(on_jump), METH_FASTCALL, NULL};

static int prepare(void)
{
    if (!units_start()) {
        PyErr_SetString(PyExc_RuntimeError, "no more watchers of code objects are to be had");
        return -1;
    }
    if (jump_callback == NULL) {
        jump_callback = PyCFunction_New(&on_jump_method, NULL);
        start_callback = PyCFunction_New(&on_start_method, NULL);
    }
    return jump_callback != NULL && start_callback != NULL ? 0 : -1;
}

int monitor_start(bool later)
{
    if (prepare() < 0 || events_start(jump_callback, start_callback, later) < 0) {
        return -1;
    }
    (void)watch_start();
    running = true;
    return 0;
}

int monitor_stop(void)
{
    running = false;
    units_take_executors();
    watch_stop();
    return events_stop();
}

bool monitor_running(void)
{
    return running;
}
