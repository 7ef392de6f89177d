/* Tracebacks that nobody has seen yet.  See tracebacks.h. */
#include "runtime/tracebacks.h"
#include "cpython/generators.h"
#include "runtime/helpers.h"
#include "translate/compile.h"

#define MOST_LEVELS 64      /* of compiled calls that are looked through */

static PyObject **frame_end(py_frame *frame)
{
    return (PyObject **)frame + frame_code(frame)->co_framesize;
}

void traceback_add(PyThreadState *tstate, PyObject *exception, py_frame *frame)
{
    PyFrameObject *object = frame->frame_obj;
    if (object == NULL) {
        py_frame *current = tstate->current_frame;
        tstate->current_frame = frame;
        object = PyEval_GetFrame();
        tstate->current_frame = current;
    }
    PyErr_SetRaisedException(Py_NewRef(exception));
    if (object != NULL) {
        PyTraceBack_Here(object);
    }
    PyErr_Clear();
}

/* The unit of an ended frame's entry is kept above its variables. */
static uintptr_t *entry_of(py_frame *frame)
{
    return &frame_slots(frame)[frame_code(frame)->co_nlocalsplus];
}

/* The same for the entry at another unit than where the frame is. */
static void add_at(PyThreadState *tstate, PyObject *exception, py_frame *frame, int at)
{
    _Py_CODEUNIT *now = frame->instr_ptr;
    frame->instr_ptr = code_instruction(frame_code(frame), at);
    traceback_add(tstate, exception, frame);
    frame->instr_ptr = now;
}

/* ---- what waits -------------------------------------------------------------------- */

/* Whether a frame below may handle the exception, too, so that its entry comes first. */
static bool is_handled_below(const jit_frame *jf, PyObject *exception)
{
    const _PyErr_StackItem *handled = ((PyThreadState *)jf->tstate)->exc_info;
    if (handled->exc_value == NULL && handled->previous_item == NULL) {
        return false;
    }
    int levels = 0;
    for (jf = jf->parent; jf != NULL; jf = jf->parent) {
        if ((jf->unseen == UNSEEN_HANDLED && jf->raised == exception) || ++levels == MOST_LEVELS) {
            return true;
        }
    }
    return false;
}

bool traceback_can_wait(jit_frame *jf, const PyCodeObject *code, bool again, bool ends,
                        const uintptr_t *temporaries, uint64_t owned)
{
    PyThreadState *tstate = jf->tstate;
    PyObject *exception = tstate->current_exception;
    if (again != (jf->unseen == UNSEEN_HANDLED) || (again && jf->raised != exception)
        || CODE_MAKES_GENERATOR(code) || code->co_stacksize == 0
        || ((PyBaseExceptionObject *)exception)->traceback != NULL
        || (jf->unseen == UNSEEN_NONE && is_handled_below(jf, exception))) {
        return false;
    }
    if (ends && (jf->generator || jf->parent == NULL || jf->parent->unseen != UNSEEN_NONE)) {
        return false;
    }
    for (uint64_t rest = owned; rest != 0; rest &= rest - 1) {
        uintptr_t content = temporaries[__builtin_ctzll(rest)];
        Py_ssize_t times = 0;
        for (uint64_t others = owned; others != 0; others &= others - 1) {
            times += temporaries[__builtin_ctzll(others)] == content;
        }
        if (!(content & 1) && !drops_quietly(slot_object(content), times)) {
            return false;
        }
    }
    return true;
}

void traceback_passes(jit_frame *jf)
{
    PyThreadState *tstate = jf->tstate;
    py_frame *frame = jf->frame;
    jit_frame *parent = jf->parent;
    bool first = jf->unseen == UNSEEN_NONE || jf->ended == NULL;
    if (first) {
        tstate->datastack_top = frame_end(frame);
    }
    int at = jf->unseen == UNSEEN_HANDLED ? (int)jf->raised_at
             : (int)(frame->instr_ptr - _PyCode_CODE(frame_code(frame)));
    *entry_of(frame) = slot_from_unit(at);
    parent->ended = first ? frame : jf->ended;
    parent->unseen = UNSEEN_PASSES;
    tstate->current_frame = frame->previous;
}

void traceback_waits(jit_frame *jf, PyObject *exception, int at)
{
    if (jf->unseen == UNSEEN_HANDLED) {
        return;                 /* raised again */
    }
    if (jf->unseen == UNSEEN_NONE) {
        jf->ended = NULL;
    }
    jf->unseen = UNSEEN_HANDLED;
    jf->raised = exception;
    jf->raised_at = (uint64_t)at;
    jf->settled = 0;
}

/* ---- what becomes of it --------------------------------------------------------------- */

/* Drops an ended frame, whatever lies above it, and returns the one that called it. */
static py_frame *drop_frame(PyThreadState *tstate, py_frame *frame)
{
    py_frame *caller = frame->previous;
    tstate->datastack_top = frame_end(frame);
    _PyEval_FrameClearAndPop(tstate, frame);
    return caller;
}

void traceback_complete(jit_frame *jf)
{
    if (jf->unseen == UNSEEN_NONE) {
        return;
    }
    frames_real(jf);
    PyThreadState *tstate = jf->tstate;
    py_frame *frame = jf->frame, *current = tstate->current_frame;
    PyObject **top = tstate->datastack_top;
    PyObject *error = PyErr_GetRaisedException();
    bool handled = jf->unseen == UNSEEN_HANDLED;
    PyObject *exception = handled ? jf->raised : error;
    py_frame *ended = jf->ended;
    jf->unseen = UNSEEN_NONE;
    if (ended != NULL) {
        bool above = frame_end(ended) != top;
        while (ended != frame) {
            add_at(tstate, exception, ended, slot_unit(*entry_of(ended)));
            tstate->current_frame = ended->previous;
            ended = drop_frame(tstate, ended);
        }
        if (above) {            /* the frames that run stay where they are */
            if (!jf->hole) {
                jf->hole_at = tstate->datastack_top;
            }
            jf->hole = 1;
            tstate->datastack_top = top;
        }
    }
    tstate->current_frame = current;
    if (handled) {
        add_at(tstate, exception, frame, (int)jf->raised_at);
        unit *u = jf->parent == NULL ? unit_found(frame_code(frame)) : NULL;
        if (u != NULL && unit_only_handles(u)) {
            jf->expected_breaker = ~(uint64_t)0;        /* leave at the next poll */
        }
    }
    PyErr_SetRaisedException(error);
}

void traceback_close_hole(jit_frame *jf)
{
    if (jf->hole) {
        jf->hole = 0;
        ((PyThreadState *)jf->tstate)->datastack_top = jf->hole_at;
    }
}

/* ---- exceptions that die unseen ---------------------------------------------------------- */

bool exception_dies_quietly(PyObject *exception)
{
    PyObject *parts[EXCEPTION_PARTS];
    if (!adapter_exception_is_plain(exception, parts)) {
        return false;
    }
    for (int n = 0; n < EXCEPTION_PARTS; n++) {     /* (the cause is often the context, too) */
        if (parts[n] != NULL && Py_REFCNT(parts[n]) <= EXCEPTION_PARTS
            && !drops_quietly(parts[n], graft_occurrences(parts, EXCEPTION_PARTS, parts[n]))) {
            return false;
        }
    }
    return true;
}

/* Drops the variables and the function of an ended frame as long as that runs nothing. */
static bool drop_variables(py_frame *frame)
{
    uintptr_t *slots = frame_slots(frame);
    for (int n = frame_code(frame)->co_nlocalsplus - 1; n >= 0; n--) {     /* as _PyFrame_ClearLocals */
        uintptr_t content = slots[n];
        if (content & 1) {
            continue;
        }
        PyObject *object = slot_object(content);
        if (!dies_quietly(object)) {
            return false;
        }
        slots[n] = SLOT_NULL;
        Py_DECREF(object);
    }
    return dies_quietly(PyStackRef_AsPyObjectBorrow(frame->f_funcobj));
}

bool traceback_drop(jit_frame *jf, PyObject *exception, Py_ssize_t references)
{
    if (jf->unseen != UNSEEN_HANDLED || jf->raised != exception
        || Py_REFCNT(exception) != references || !exception_dies_quietly(exception)) {
        return false;
    }
    py_frame *frame = jf->frame, *ended = jf->ended;
    while (ended != NULL && ended != frame) {
        if (!drop_variables(ended)) {
            jf->ended = ended;
            return false;
        }
        ended = drop_frame(jf->tstate, ended);
    }
    jf->unseen = UNSEEN_NONE;
    return true;
}
