/* Hot loops: every backward jump calls on_jump until its loop is given up; once
 * the loop is hot its frame goes on in compiled code from there (on-stack
 * replacement), and the interpreter takes over where that leaves. */
#include "hooks/monitor.h"
#include "hooks/watch.h"
#include <x86intrin.h>

#define TOOL 5                  /* sys.monitoring.OPTIMIZER_ID */
#define WINDOW 64               /* entries after which a loop's use is judged */
#define SHORT_CYCLES 90         /* compiled code ran no longer than entering costs */
#define MEDIUM_CYCLES 3000      /* left in mid-loop: too short to be worth it */
#define MOST_RESETS 8           /* units whose globals keep changing are given up */

static Py_ssize_t extra_index = -1;
static PyObject *disable_object;        /* sys.monitoring.DISABLE */
static PyObject *callback;
static bool running;

static void code_died(void *extra)
{
    unit_free(extra);
}

/* The unit of a code object, made if needed; NULL: no memory. */
static unit *unit_of(PyCodeObject *code)
{
    void *extra = NULL;
    if (PyUnstable_Code_GetExtra((PyObject *)code, extra_index, &extra) < 0) {
        PyErr_Clear();
        return NULL;
    }
    if (extra == NULL) {
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
    return Py_NewRef(loop->off ? disable_object : Py_None);
}

static PyObject *on_jump(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    if (nargs != 3 || !PyCode_Check(args[0])) {
        Py_RETURN_NONE;
    }
    PyCodeObject *code = (PyCodeObject *)args[0];
    int from = (int)(PyLong_AsLong(args[1]) / (long)sizeof(_Py_CODEUNIT));
    int to = (int)(PyLong_AsLong(args[2]) / (long)sizeof(_Py_CODEUNIT));
    PyThreadState *tstate = PyThreadState_Get();
    if (to > from || tstate->interp != PyInterpreterState_Main()) {
        return Py_NewRef(disable_object);
    }
    unit *u = unit_of(code);
    loop_entry *loop = u == NULL ? NULL : unit_loop(u, from, to);
    if (loop == NULL || loop->off) {
        return Py_NewRef(disable_object);
    }
    if (loop->count < (uint64_t)settings.threshold && ++loop->count < (uint64_t)settings.threshold) {
        Py_RETURN_NONE;
    }
    py_frame *frame = tstate->current_frame;
    if (frame == NULL || frame_code(frame) != code
        || (tstate->eval_breaker & _PY_EVAL_EVENTS_MASK)
        || adapter_others_monitor(code, TOOL)) {
        Py_RETURN_NONE;         /* not now */
    }
    if (u->globals != NULL
        && (u->globals != frame->f_globals || u->builtins != frame->f_builtins)) {
        if (++u->resets > MOST_RESETS) {
            return Py_NewRef(disable_object);
        }
        unit_reset(u);          /* the same code as another function */
    }
    uint8_t *entry = compile_loop(u, loop, frame);
    if (entry == NULL) {
        loop->off = true;
        return Py_NewRef(disable_object);
    }
    return run(tstate, frame, loop, entry);
}

static PyMethodDef on_jump_method = {
    "graft_on_jump", _PyCFunction_CAST(on_jump), METH_FASTCALL, NULL};

static PyObject *monitoring(const char *function, const char *format, ...)
{
    PyObject *module = PySys_GetObject("monitoring");       /* borrowed */
    PyObject *method = module ? PyObject_GetAttrString(module, function) : NULL;
    if (method == NULL) {
        return NULL;
    }
    va_list va;
    va_start(va, format);
    PyObject *args = Py_VaBuildValue(format, va);
    va_end(va);
    PyObject *result = args ? PyObject_CallObject(method, args) : NULL;
    Py_XDECREF(args);
    Py_DECREF(method);
    return result;
}

static int done(PyObject *result)
{
    Py_XDECREF(result);
    return result == NULL ? -1 : 0;
}

static long jump_event(void)
{
    PyObject *module = PySys_GetObject("monitoring");
    PyObject *events = module ? PyObject_GetAttrString(module, "events") : NULL;
    PyObject *jump = events ? PyObject_GetAttrString(events, "JUMP") : NULL;
    long event = jump ? PyLong_AsLong(jump) : -1;
    Py_XDECREF(events);
    Py_XDECREF(jump);
    return event;
}

static int prepare(void)
{
    if (extra_index < 0) {
        extra_index = PyUnstable_Eval_RequestCodeExtraIndex(code_died);
        if (extra_index < 0) {
            PyErr_SetString(PyExc_RuntimeError, "no place for data in code objects is left");
            return -1;
        }
    }
    if (disable_object == NULL) {
        PyObject *module = PySys_GetObject("monitoring");
        disable_object = module ? PyObject_GetAttrString(module, "DISABLE") : NULL;
    }
    if (callback == NULL) {
        callback = PyCFunction_New(&on_jump_method, NULL);
    }
    return disable_object != NULL && callback != NULL ? 0 : -1;
}

int monitor_start(void)
{
    long event = jump_event();
    if (event < 0 || prepare() < 0) {
        return -1;
    }
    if (done(monitoring("use_tool_id", "(is)", TOOL, "graft")) < 0) {
        if (PyErr_ExceptionMatches(PyExc_ValueError)) {
            PyErr_SetString(PyExc_RuntimeError,
                            "another tool holds sys.monitoring.OPTIMIZER_ID");
        }
        return -1;
    }
    if (done(monitoring("register_callback", "(ilO)", TOOL, event, callback)) < 0
        || done(monitoring("set_events", "(il)", TOOL, event)) < 0) {
        PyObject *error = PyErr_GetRaisedException();
        (void)done(monitoring("free_tool_id", "(i)", TOOL));
        PyErr_SetRaisedException(error);
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
    return done(monitoring("free_tool_id", "(i)", TOOL));
}

bool monitor_running(void)
{
    return running;
}
