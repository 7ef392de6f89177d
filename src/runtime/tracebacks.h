/* Tracebacks that nobody has seen yet.  An exception that compiled code raises and handles
 * mostly dies in its handler without that anybody looked at its traceback.  So the entries are
 * not made: the handler's frame remembers where it was raised, and the frames of called
 * functions that have ended by it stay where they were, on the interpreter's stack of frames.
 *
 * Whatever could let somebody look (an escape, leaving, another exception) has
 * traceback_complete() make them; when the exception dies before, they are dropped.
 * jf->unseen says what there is; while there is something, jf->settled is 0. */
#ifndef GRAFT_TRACEBACKS_H
#define GRAFT_TRACEBACKS_H

#include "cpython/adapter.h"
#include "runtime/calls.h"

enum {
    UNSEEN_NONE,
    UNSEEN_PASSES,              /* frames have ended by the exception that is set; the frame is next */
    UNSEEN_HANDLED,             /* jf->raised is handled in the frame, raised at unit jf->raised_at */
};

/* The exception that is set was raised in the frame of `jf`, or (`again`) raised again, and is handled
 * there or `ends` it: whether its entry can wait.  The temporaries in the bit set will be dropped. */
bool traceback_can_wait(jit_frame *jf, const PyCodeObject *code, bool again, bool ends,
                        const uintptr_t *temporaries, uint64_t owned);
/* The frame, whose stack is empty, has ended so. */
void traceback_passes(jit_frame *jf);
/* It handles the exception. */
void traceback_waits(jit_frame *jf, PyObject *exception, int at);
/* Makes all entries that wait for the frame. */
void traceback_complete(jit_frame *jf);
/* The frame runs, and the room of frames that were among those above it is free. */
void traceback_close_hole(jit_frame *jf);
/* Whether an exception dies without running anything, but for its traceback, when the last
 * reference to it goes. */
bool exception_dies_quietly(PyObject *exception);
/* The exception that is handled, which `references` hold, all to be dropped, dies: drops the frames
 * that it kept.  False: that could run code (some variables may be gone, as they would be then). */
bool traceback_drop(jit_frame *jf, PyObject *exception, Py_ssize_t references);
/* An entry for the frame, at its instr_ptr, in the exception's traceback. */
void traceback_add(PyThreadState *tstate, PyObject *exception, py_frame *frame);

#endif
