/* The interpreter's frames, for the engine and for stencils. */
#ifndef GRAFT_FRAMES_ADAPTER_H
#define GRAFT_FRAMES_ADAPTER_H

#include <Python.h>
#include <internal/pycore_frame.h>
#include <internal/pycore_interp.h>
#include <internal/pycore_interpframe.h>

/* Whether frames are to be evaluated by somebody's own function (PEP 523), which must be given each
 * call. */
static inline bool frames_have_evaluator(const PyThreadState *tstate)
{
    return tstate->interp->eval_frame != NULL;
}

/* What a slot holds for a new reference, which is stolen. */
static inline _PyStackRef frame_reference(PyObject *o)
{
    return (_PyStackRef){.bits = (uintptr_t)o | (_Py_IsImmortal(o) ? 1 : 0)};
}

/* The header of the frame for a call (CPython: _PyFrame_Initialize), whose slots are in
 * place.  Steals the references to the code and to the function. */
static inline void frame_make(_PyInterpreterFrame *frame, _PyInterpreterFrame *previous,
                              PyCodeObject *code, PyFunctionObject *function)
{
    frame->f_executable = frame_reference((PyObject *)code);
    frame->previous = previous;
    frame->f_funcobj = frame_reference((PyObject *)function);
    frame->f_globals = function->func_globals;
    frame->f_builtins = function->func_builtins;
    frame->f_locals = NULL;
    frame->frame_obj = NULL;
    frame->instr_ptr = (_Py_CODEUNIT *)code->co_code_adaptive;
    frame->stackpointer = frame->localsplus + code->co_nlocalsplus;
    frame->return_offset = 0;
    frame->owner = FRAME_OWNED_BY_THREAD;
    frame->visited = 0;
#ifdef Py_DEBUG
    frame->lltrace = 0;
#endif
}

#endif
