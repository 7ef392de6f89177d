/* Generators and coroutines as CPython resumes and suspends them, for the engine and for
 * stencils (CPython: FOR_ITER_GEN, SEND_GEN and YIELD_VALUE in Python/bytecodes.c). */
#ifndef GRAFT_GENERATORS_ADAPTER_H
#define GRAFT_GENERATORS_ADAPTER_H

#include <Python.h>
#include <stdbool.h>
#include <internal/pycore_frame.h>
#include <internal/pycore_genobject.h>
#include <internal/pycore_interpframe.h>

/* Whether calling the code makes an object that runs it when it is resumed. */
#define CODE_MAKES_GENERATOR(code) \
    (((code)->co_flags & (CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR)) != 0)
/* Whether it runs or has come to its end: it cannot be resumed. */
#define GENERATOR_BUSY(g) ((g)->gi_frame_state >= FRAME_EXECUTING)
#define GENERATOR_CODE(g) ((PyCodeObject *)((g)->gi_iframe.f_executable.bits & ~(uintptr_t)1))
/* The bytecode unit at which it goes on. */
#define GENERATOR_AT(g, code) ((g)->gi_iframe.instr_ptr - (_Py_CODEUNIT *)(code)->co_code_adaptive)

/* One step of an async generator, as its `__anext__` and `asend` give it (CPython:
 * Objects/genobject.c). */
typedef struct {
    PyObject_HEAD
    PyAsyncGenObject *generator;
    PyObject *value;            /* that is sent first, or NULL */
    int state;                  /* ASYNC_STEP_... */
} async_step;
enum { ASYNC_STEP_NEW, ASYNC_STEP_RUNS, ASYNC_STEP_OVER };
#define IS_ASYNC_STEP(o) Py_IS_TYPE(o, &_PyAsyncGenASend_Type)
/* What an async generator yields to who iterates over it, in its wrapper (stolen); NULL: it is no
 * such wrapper. */
PyObject *async_unwrapped(PyObject *object);
/* Whether the above is so here. */
bool async_steps_as_expected(void);

/* It runs from now on, on top of the thread's frames.  The value that is sent is not
 * on its stack yet, and its frame is not linked to the one below. */
static inline void generator_enter(PyThreadState *tstate, PyGenObject *g)
{
    g->gi_frame_state = FRAME_EXECUTING;
    g->gi_exc_state.previous_item = tstate->exc_info;
    tstate->exc_info = &g->gi_exc_state;
    tstate->py_recursion_remaining--;
}

/* Of a frame that has been left without an exception. */
static inline int generator_has_ended(_PyInterpreterFrame *frame)
{
    return FRAME_STATE_FINISHED(_PyGen_GetGeneratorFromFrame(frame)->gi_frame_state);
}

/* It has yielded; `state`: FRAME_SUSPENDED, or FRAME_SUSPENDED_YIELD_FROM. */
static inline void generator_suspend(PyThreadState *tstate, PyGenObject *g, int state)
{
    g->gi_frame_state = (int8_t)state;
    tstate->exc_info = g->gi_exc_state.previous_item;
    g->gi_exc_state.previous_item = NULL;
    tstate->py_recursion_remaining++;
}

#endif
