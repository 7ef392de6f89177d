/* The layouts of iterators that CPython keeps to its .c files, for the engine
 * and for stencils.  adapter_iterators_as_expected() looks at real ones. */
#ifndef GRAFT_ITERATORS_H
#define GRAFT_ITERATORS_H

#include <Python.h>

/* Of list, tuple, str, bytes; backwards of list and (reversed) of tuple. */
typedef struct {
    PyObject_HEAD
    Py_ssize_t index;
    PyObject *sequence;
} sequence_iterator;

typedef struct {
    PyObject_HEAD
    Py_ssize_t index;
    PyObject *inner;            /* iterator */
    PyObject *result;           /* tuple, reused while nobody else holds it */
    PyObject *long_index;
    PyObject *one;
} enumerate_object;

typedef struct {
    PyObject_HEAD
    Py_ssize_t size;
    PyObject *inner;            /* tuple of iterators */
    PyObject *result;
    int strict;
} zip_object;

typedef struct {
    PyObject_HEAD
    PyDictObject *dict;
    Py_ssize_t used, position;
    PyObject *result;           /* of items() only */
    Py_ssize_t left;
} dict_iterator;

typedef struct {
    PyObject_HEAD
    PySetObject *set;
    Py_ssize_t used, position, left;
} set_iterator;

#endif
