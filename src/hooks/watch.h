/* Names in dictionaries that compiled code relies on: globals, builtins, attributes of
 * modules.  Those that do not change are constants, and dictionary watchers tell when
 * they do change after all; the others are read and written in place. */
#ifndef GRAFT_WATCH_H
#define GRAFT_WATCH_H

#include "translate/compile.h"

/* A name in a dictionary.  Code that stores to it without telling the watchers checks that
 * nobody relies on it. */
typedef struct watched_name {
    struct watched_name *next;      /* of the same bucket */
    PyObject *dict;                 /* borrowed: its death is an event; NULL: it is dead */
    PyObject *name;                 /* owned */
    struct dependency *users;
    uint32_t relied_on;             /* by so many units, as a constant */
    uint8_t changes;                /* times that dropped code */
    bool in_code;                   /* code has its address: that of frames with this dictionary */
} watched_name;

/* What LOAD_GLOBAL of `name` gives in this code now, as something that may be
 * relied on until the unit is invalidated: borrowed from the dictionary.  NULL (no exception): not found, or not to be relied on. */
PyObject *watch_global(unit *u, PyObject *globals, PyObject *builtins, PyObject *name);
/* The same for an attribute of a module. */
PyObject *watch_module(unit *u, PyObject *module, PyObject *name);
/* The same for an item of any dictionary. */
PyObject *watch_item(unit *u, PyObject *dict, PyObject *name);
/* A name that the unit's code changes: it is a constant nowhere from now on.  Valid for
 * as long as the code can run; NULL: it cannot be watched. */
const watched_name *watch_changing(unit *u, PyObject *dict, PyObject *name);
/* What the byte of a dictionary's watchers is when there are none but ours. */
int watch_only_ours(void);
/* Forgets what the unit relies on. */
void watch_forget(unit *u);
/* At switching on and off. */
bool watch_start(void);         /* false: no watcher to be had; nothing is a constant then */
void watch_stop(void);

#endif
