/* Hot loops: every backward jump calls on_jump until its loop is given up; once
 * the loop is hot its frame goes on in compiled code from there (on-stack
 * replacement), and the interpreter takes over where that leaves. */
#include "hooks/monitor.h"
#include "hooks/events.h"
#include "hooks/watch.h"
#include <x86intrin.h>

#define WINDOW 64               /* entries after which a loop's use is judged */
#define SHORT_CYCLES 90         /* compiled code ran no longer than entering costs */
#define MEDIUM_CYCLES 3000      /* left in mid-loop: too short to be worth it */
#define MOST_RESETS 8           /* units whose globals keep changing are given up */

static Py_ssize_t extra_index = -1;
static PyObject *callback;
static bool running;

static void code_died(void *extra)
{
    unit_free(extra);
}

/* The import system's own loops are short, and part of every start-up. */
static bool is_import_system(PyCodeObject *code)
{
    static const char prefix[] = "<frozen importlib";
    PyObject *name = code->co_filename;
    return PyUnicode_IS_COMPACT_ASCII(name)
           && PyUnicode_GET_LENGTH(name) >= (Py_ssize_t)sizeof(prefix) - 1
           && memcmp(PyUnicode_1BYTE_DATA(name), prefix, sizeof(prefix) - 1) == 0;
}

/* The unit of a code object, made if needed; NULL: no memory, or none wanted. */
static unit *unit_of(PyCodeObject *code)
{
    void *extra = NULL;
    if (PyUnstable_Code_GetExtra((PyObject *)code, extra_index, &extra) < 0) {
        PyErr_Clear();
        return NULL;
    }
    if (extra == NULL && !is_import_system(code)) {
        extra = unit_new(code);
        if (extra != NULL && PyUnstable_Code_SetExtra((PyObject *)code, extra_index, extra) < 0) {
            PyErr_Clear();
            unit_free(extra);
            return NULL;
        }
    }
    return extra;
}

/* Whether entering this loop pays, from how the last entry went. */
static void judge(loop_entry *loop, const stub *exit, uint64_t cycles)
{
    bool inside = exit->at >= loop->target && exit->at <= loop->jump;
    loop->entries++;
    if (exit->reason != EXIT_POLL && exit->reason != EXIT_STRESS
        && (cycles < SHORT_CYCLES || (inside && cycles < MEDIUM_CYCLES))) {
        loop->fruitless++;
    }
    if (loop->entries >= WINDOW) {
        loop->off = 2 * loop->fruitless > loop->entries;
        loop->entries = loop->fruitless = 0;
    }
}

static PyObject *run(PyThreadState *tstate, py_frame *frame, loop_entry *loop, uint8_t *code)
{
    jit_frame jf;
    jf.expected_breaker = tstate->eval_breaker;
    jf.frame = frame;
    jf.tstate = tstate;
    jf.failed = 0;
    totals.entries++;
    /* A callback runs with events muted; what compiled code calls must not. */
    int saved = adapter_unmute(tstate);
    uint64_t start = __rdtsc();
    graft_enter(frame, tstate, &jf, code);
    uint64_t cycles = __rdtsc() - start;
    adapter_mute(tstate, saved);
    if (jf.failed) {
        return NULL;
    }
    judge(loop, jf.exit, cycles);
    return Py_NewRef(loop->off ? events_disable : Py_None);
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
    PyCodeObject *code = (PyCodeObject *)args[0];
    int from = code_offset(args[1]), to = code_offset(args[2]);
    PyThreadState *tstate = PyThreadState_Get();
    if (to <= from) {
        events_begin();
    }
    if (to > from || tstate->interp != PyInterpreterState_Main()) {
        return Py_NewRef(events_disable);
    }
    unit *u = unit_of(code);
    loop_entry *loop = u == NULL ? NULL : unit_loop(u, from, to);
    if (loop == NULL || loop->off) {
        return Py_NewRef(events_disable);
    }
    if (loop->count < (uint64_t)settings.threshold && ++loop->count < (uint64_t)settings.threshold) {
        Py_RETURN_NONE;
    }
    py_frame *frame = tstate->current_frame;
    if (frame == NULL || frame_code(frame) != code
        || (tstate->eval_breaker & _PY_EVAL_EVENTS_MASK)
        || adapter_others_monitor(code, EVENTS_TOOL)) {
        Py_RETURN_NONE;         /* not now */
    }
    if (u->globals != NULL
        && (u->globals != frame->f_globals || u->builtins != frame->f_builtins)) {
        if (++u->resets > MOST_RESETS) {
            return Py_NewRef(events_disable);
        }
        unit_reset(u);          /* the same code as another function */
    }
    uint8_t *entry = compile_loop(u, loop, frame);
    if (entry == NULL) {
        loop->off = true;
        return Py_NewRef(events_disable);
    }
    return run(tstate, frame, loop, entry);
}

static PyMethodDef on_jump_method = {
    "graft_on_jump", _PyCFunction_CAST(on_jump), METH_FASTCALL, NULL};

static int prepare(void)
{
    if (extra_index < 0) {
        extra_index = PyUnstable_Eval_RequestCodeExtraIndex(code_died);
        if (extra_index < 0) {
            PyErr_SetString(PyExc_RuntimeError, "no place for data in code objects is left");
            return -1;
        }
    }
    if (callback == NULL) {
        callback = PyCFunction_New(&on_jump_method, NULL);
    }
    return callback != NULL ? 0 : -1;
}

int monitor_start(bool later)
{
    if (prepare() < 0 || events_start(callback, later) < 0) {
        return -1;
    }
    (void)watch_start();
    running = true;
    return 0;
}

int monitor_stop(void)
{
    running = false;
    watch_stop();
    return events_stop();
}

bool monitor_running(void)
{
    return running;
}
