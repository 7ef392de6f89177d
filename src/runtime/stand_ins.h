/* C functions that iterate over a generator, or call a function in Python, and keep neither.  For the
 * time of a call that compiled code makes they are given objects of ours that resume and enter compiled
 * code in their stead. */
#ifndef GRAFT_STAND_INS_H
#define GRAFT_STAND_INS_H

#include <Python.h>
#include <stdbool.h>

/* What calls such a function with stand-ins for arguments that can have one, by the vectorcall
 * protocol; NULL: it is none. */
vectorcallfunc stand_in_call(PyObject *function);
/* Whether there may be one for the argument. */
bool stand_in_fits(PyObject *argument);

#endif
