/* Exceptions in compiled code: what handlers and `with` are made of, and the way from
 * where an exception is raised to its handler.  The escape_functions are as in generic.h. */
#ifndef GRAFT_EXCEPTIONS_H
#define GRAFT_EXCEPTIONS_H

#include "cpython/adapter.h"
#include "runtime/calls.h"

escape_function graft_any_raise;            /* n: nothing, what is raised, or that and its cause */
escape_function graft_any_reraise;          /* k: place of the raising unit below, or 0 */
escape_function graft_any_match;            /* the exception is below */
escape_function graft_any_pop_except;
/* The same where nothing dies that could run code; else -1: nothing was done. */
int graft_pop_except(jit_frame *jf, uintptr_t *slot);
/* The same and the end of `except ... as variable`, whose slot that is. */
int graft_pop_except_from(jit_frame *jf, uintptr_t *slot, uintptr_t *variable);
/* The same where the exception on the stack is raised again by the next instruction. */
int graft_pop_except_kept(jit_frame *jf, uintptr_t *slot);
/* RERAISE of the exception in the slot (k as for graft_any_reraise), and a bare `raise`, which is -1
 * when there is nothing to raise; `at` is the instruction's place. */
void graft_raise_again(jit_frame *jf, uintptr_t *slot, int64_t k, int64_t at);
int graft_raise_handled(jit_frame *jf, int64_t at);
/* Raises an exception, or a new one of a class; -1: that could run code, or there is no memory. */
void graft_raise_object(PyObject *exception);
int graft_raise_class(PyObject *class);
/* Whether the exception matches a class or a tuple of classes; -1: these are none. */
int64_t graft_match(PyObject *exception, PyObject *type);
escape_function graft_any_special;          /* k: which special method */
escape_function graft_any_exit;             /* of `with`, by an exception */

/* The instruction of stub `s` has raised an exception in the frame of `jf`, which is as the
 * interpreter would have it: it gets its place in the traceback, and the frame goes to its
 * handler.  Without one, a frame that compiled code called has ended (jf->kind). */
typedef enum {
    UNWOUND_TO_HANDLER,         /* the interpreter would go on at instr_ptr */
    UNWOUND_ELSEWHERE,          /* the same, by a tool's exception */
    UNWOUND_FRAME,              /* `frame` is gone */
    UNWOUND_NOT,                /* left to who entered compiled code: nothing was done */
} unwound;
unwound frame_unwind(jit_frame *jf, struct stub *s);

/* The same for a handler in compiled code, which goes on from there: `slots` begins behind what it keeps
 * of the stack, of which those in the bit set are owned.  -1: it has to be done in the other way. */
int graft_unwind(jit_frame *jf, struct stub *s, uintptr_t *slots, int64_t owned, int64_t lasti);

/* Cuts the frame's stack down to a handler's depth, puts the exception that is set there
 * (above unit `at`, if `lasti`), and sends the frame to the handler. */
void frame_handle(py_frame *frame, int handler, int depth, bool lasti, int at);
/* The unit that tools are told of when the instruction at `at` has raised, before it has an entry in the
 * traceback.  It is the one before that where the interpreter was to go on, which is the instruction
 * itself again when a frame above it has ended. */
struct unit;
int exception_unit(const PyThreadState *tstate, const struct unit *u, int at);
/* The traceback gets an entry for the thread's current frame. */
void exception_here(PyThreadState *tstate);

#endif
