/* Generators that compiled code resumes.  Their frames live in the generators; each
 * resumption is a call of compiled code with a jit_frame of its own, from the place where
 * the generator was suspended to the next `yield`, where everything is in the frame
 * again: between resumptions there is nothing that the interpreter does not know. */
#ifndef GRAFT_RUNTIME_GENERATORS_H
#define GRAFT_RUNTIME_GENERATORS_H

#include "cpython/adapter.h"
#include "cpython/generators.h"
#include "runtime/calls.h"
#include "translate/compile.h"

/* The unit of a generator that compiled code can resume, with its table of places; or NULL. */
unit *generator_unit(PyObject *generator);
/* What the iteration next() does with a generator, by compiled code where that can be. */
PyObject *generator_next(PyObject *generator);
/* The same for what the C function PyIter_Send() does with a generator or coroutine. */
PySendResult generator_send(PyObject *generator, PyObject *value, PyObject **result);
/* The same for a step of an async generator to which None is sent: 0 with what it awaits, 1 with
 * the next item, -1 with an exception. */
int generator_async_step(PyObject *step, PyObject **result);
/* What does the same as the C function, but for generators in compiled code where that can be; or
 * the C function itself. */
PyCFunction generator_method(PyObject *function, PyCFunction itself);
/* An iterator that resumes the generator in compiled code (stand_ins.h), new reference; NULL without an
 * exception: it is better iterated over itself. */
PyObject *generator_driver(PyObject *generator);
/* The C function sum() of such an iterator. */
PyObject *generator_sum(PyObject *function, PyObject *driver);
/* Whether it is a generator function with positional parameters only, called as such. */
bool generator_function(const PyFunctionObject *f);
/* Where its generators begin, and its free variables, which are copied before.  False: it is
 * something else. */
bool generator_start(unit *u, int *at, int *nfree);
/* The generator that the call of a generator function makes; NULL without an exception: it
 * is called as it always is. */
PyObject *generator_new(PyThreadState *tstate, PyObject *function, PyObject *const *args,
                        Py_ssize_t nargs);
/* Whether dropping the last reference to a generator runs no Python code. */
bool generator_is_plain(PyObject *generator);

/* SEND and what stands around it in their general form (runtime/generic.h). */
escape_function graft_any_send, graft_any_end_send, graft_any_yield_from_iter;
escape_function graft_any_awaitable;            /* k: for the message of an error */
escape_function graft_any_aiter;
escape_function graft_any_end_async_for;        /* of the iterator and an exception */
escape_function graft_any_anext;                /* of the iterator below, which stays */

#endif
