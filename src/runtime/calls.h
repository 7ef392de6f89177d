/* Calls out of compiled code: what may run Python code, and frames of Python
 * functions that compiled code called.  See emit/call_abi.h. */
#ifndef GRAFT_CALLS_H
#define GRAFT_CALLS_H

#include <Python.h>
#include <stdbool.h>
#include <stdint.h>
#include "emit/call_abi.h"

/* The interpreter's frame of `jf` and those below it get their headers, and the
 * interpreter learns of them. */
void frames_real(jit_frame *jf);
/* Writes back the frames that wait for a call: `jf` (or NULL) and those below it. */
void frames_sync(jit_frame *jf);
/* Has the interpreter run the frame of `jf`, which is as the interpreter would have
 * it, to its end.  The result goes to jf->result and jf->kind. */
void frame_finish(jit_frame *jf);

/* Called by compiled code.
 * A call returned to a frame that has been written back: the object for the result
 * goes to the slot.  -1: an exception is set. */
int graft_called(jit_frame *jf, uintptr_t *slot, const int64_t *result);
/* The same when a call with a visible frame has left something behind that the caller's code
 * has to look at. */
int graft_seen_call(jit_frame *jf, uintptr_t *slot, const int64_t *result);
int graft_slow_pop_frame(jit_frame *jf);
/* Drops the object of a frame that returns, which nobody else has. */
int graft_slow_forget_frame(jit_frame *jf);
/* Python code may look at the frame from now on: it and those below it become real and
 * true, once for the rest of the call.  Only its slots, instr_ptr and stackpointer are
 * to be kept up to date then. */
int graft_slow_settle(jit_frame *jf);
/* The unit to enter the function by, or NULL: it is not compiled, and not hot, or it cannot be.
 * The call site remembers the last one. */
struct unit *unit_to_enter(call_site *site, PyFunctionObject *function, PyThreadState *tstate);
/* A call of slots[0] with slots[1] (unless that is NULL) and nargs more, of which the last have
 * `names` (or NULL), in compiled code; the result is a new reference, or NULL with an exception.
 * False: it cannot be done so, and nothing was done; else the arguments are gone. */
bool graft_call_compiled(jit_frame *jf, uintptr_t *slots, int64_t nargs, PyObject *names,
                         PyObject **result);
/* The same in the interpreter, which gives functions in Python their arguments and keeps nothing
 * (CPython: _PyEvalFramePushAndInit). */
bool graft_call_interpreted(jit_frame *jf, uintptr_t *slots, int64_t nargs, PyObject *names,
                            PyObject **result);
/* Either of a function in Python with a tuple of arguments in slots[2] and a dictionary of keywords,
 * or NULL, in slots[3].  False: as above. */
bool graft_call_unpacked(jit_frame *jf, uintptr_t *slots, PyObject **result);
/* The same of a special method of a type, for the C function that asks for it; the arguments stay. */
bool graft_call_special(jit_frame *jf, PyObject *function, PyObject *const *args, int count,
                        PyObject **result);
/* The same; an int that comes unboxed goes to *number, a place in the jit_frame (else unchanged), and the result is
 * None. */
bool graft_call_special_number(jit_frame *jf, PyObject *function, PyObject *const *args, int count,
                               PyObject **result, const int64_t **number);
#define MOST_SPECIAL 10
#define MOST_DYNAMIC 32     /* arguments of such calls */
/* The object for what compiled code returned, new reference; NULL: an exception is set. */
PyObject *boxed_result(uint64_t kind, const int64_t *result);
/* Drops the slots in the bit set, which is not empty. */
void graft_drop_operands(uintptr_t *slots, uint64_t owned);
/* Slot [1] = a new instance of type [0], for the frame that has just been made.  -1: there
 * is no memory: the frame is gone and MemoryError set. */
int graft_slow_allocate(jit_frame *jf);
/* The same where no frame is made; -1: leave. */
int graft_slow_make_instance(jit_frame *jf);
/* The tuple and the dictionary of a call with a parameter for what is left over: in [0] and behind
 * it; [1] are the operands, [2] their number << 2 | 1 (tuple) | 2 (dictionary).  -1: as above. */
int graft_slow_pass_star(jit_frame *jf);
/* Operand [1] becomes the item of name [2] of the dictionary that was made so, in [0].  -1: as above. */
int graft_slow_pass_keyword(jit_frame *jf);
/* The same where they are the items of tuple [1] from [2] >> 2 on. */
int graft_slow_pass_star_items(jit_frame *jf);
/* The same for an exception, with operand[0] arguments from slot [2] on. */
int graft_slow_allocate_exception(jit_frame *jf);
/* Gives back the room for the frame that was to be called. */
void graft_unmake_frame(jit_frame *jf);
/* A binary operator's method returned NotImplemented: TypeError, and the frame is written back. */
void graft_operator_failed(jit_frame *jf);
/* A predicate whose method returned what is in the slot, no bool: writes the frame back and
 * finishes it as graft_called() does.  -1: an exception. */
int graft_operator_rest(jit_frame *jf, uintptr_t *slot);
/* The same for an operator that is done but for its operands, whose finalizers may see the frame;
 * the result is in jf->kind and jf->result: of a predicate, RETURNS_INT is its truth. */
int graft_operator_done(jit_frame *jf);
/* Drops the operand in slot [0], or those in slots [0] and [1].  -1: that would run Python code;
 * nothing was done. */
int graft_slow_drop_operand(jit_frame *jf);
int graft_slow_drop_both(jit_frame *jf);
/* __init__ returned something else than None (jf->kind; an object is in the slot). */
void graft_init_failed(jit_frame *jf, uintptr_t *slot);

/* Behind a call with its result in the slot: what the interpreter would handle there (CPython:
 * _CHECK_PERIODIC) is handled.  0: it was, 1: there is nothing, -1: an exception is set and the result
 * dropped. */
int graft_periodic(jit_frame *jf, uintptr_t *slot);

/* Operations that may run any code (micro-op `escape`): n operands from `slots`
 * on, which they consume, k as each says (runtime/generic.h).  0: the results, if
 * there are any, are from slots[0] on; -1: an exception is set. */
typedef int escape_function(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k);

#endif
