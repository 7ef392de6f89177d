/* Which monitoring events are asked for, and from when on. */
#ifndef GRAFT_EVENTS_H
#define GRAFT_EVENTS_H

#include <Python.h>
#include <stdbool.h>

/* sys.monitoring.DISABLE, borrowed; valid after events_start(). */
extern PyObject *events_disable;

/* Calls `on_jump` for every jump and `on_start` for every start of a function, or, with `later`, once the program itself runs:
 * importing libraries stays as fast as it was.  -1 with an exception
 * (RuntimeError says why not). */
int events_start(PyObject *on_jump, PyObject *on_start, bool later);
int events_stop(void);
/* The program itself runs. */
void events_begin(void);

#endif
