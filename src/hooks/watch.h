/* Assumptions about dictionaries: names of modules and builtins as constants. */
#ifndef GRAFT_WATCH_H
#define GRAFT_WATCH_H

#include "translate/compile.h"

/* What LOAD_GLOBAL of `name` gives in this code now, as something that may be
 * relied on until the unit is invalidated: borrowed from the dictionary.  NULL (no exception): not found, or not to be relied on. */
PyObject *watch_global(unit *u, PyObject *globals, PyObject *builtins, PyObject *name);
/* The same for an attribute of a module. */
PyObject *watch_module(unit *u, PyObject *module, PyObject *name);
/* Forgets what the unit relies on. */
void watch_forget(unit *u);
/* At switching on and off. */
bool watch_start(void);         /* false: no watcher to be had; nothing is a constant then */
void watch_stop(void);

#endif
