/* CPython's headers as stencils see them (clang only). */
#ifndef GRAFT_STENCIL_PYTHON_H
#define GRAFT_STENCIL_PYTHON_H

#define Py_BUILD_CORE 1
#include <stddef.h>
#include <Python.h>
#include <internal/pycore_range.h>
#include <internal/pycore_list.h>
#include <internal/pycore_tuple.h>
#include <internal/pycore_object.h>
#include <internal/pycore_dict.h>
#include <internal/pycore_code.h>
#include <internal/pycore_frame.h>
#include <internal/pycore_interpframe.h>
#include <internal/pycore_runtime.h>
#include <internal/pycore_freelist_state.h>
#include <internal/pycore_interp.h>
#include "cpython/iterators.h"

/* An object from a free list of the thread's interpreter, with one reference, or NULL
 * (CPython: pycore_freelist.h).  Whoever traces objects sees all that are made. */
#ifdef Py_REF_DEBUG
#  define POP_FREE(thread, runtime, name) ((PyObject *)NULL)
#else
#  define POP_FREE(thread, runtime, name) ({ \
        struct _Py_freelist *list = &(thread)->interp->object_state.freelists.name; \
        PyObject *popped = list->freelist; \
        if (popped != NULL && (runtime).ref_tracer.tracer_func != NULL) popped = NULL; \
        if (popped != NULL) { \
            list->freelist = *(void **)popped; \
            list->size--; \
            popped->ob_refcnt_full = 1; \
        } \
        popped; })
#endif

#endif
