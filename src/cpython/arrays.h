/* The layout of array.array, which CPython keeps to Modules/arraymodule.c, for the engine
 * and for stencils.  adapter_array() looks at real ones. */
#ifndef GRAFT_ARRAYS_H
#define GRAFT_ARRAYS_H

#include <Python.h>

typedef struct {
    PyObject_VAR_HEAD
    char *items;
    Py_ssize_t allocated;
    void *kind;                 /* one per letter */
} array_object;

#endif
