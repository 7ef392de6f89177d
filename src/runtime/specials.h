/* Special methods that C code asks for on behalf of an instruction in its general form (generic.c),
 * where they are Python functions: called in compiled code, without the interpreter.  All say false
 * where that cannot be; then nothing was done.  The frame is as for any escape. */
#ifndef GRAFT_SPECIALS_H
#define GRAFT_SPECIALS_H

#include "runtime/calls.h"

/* next(iterator): NULL with an exception, as tp_iternext. */
bool special_next(jit_frame *jf, PyObject *iterator, PyObject **result);
/* callable(*args), callable being a class with a __new__ in Python. */
bool special_new(jit_frame *jf, PyObject *callable, PyObject *const *args, size_t count, PyObject **result);
/* Of exact dictionaries, by __hash__ of the key: dict[key], key in dict, dict[key] = value. */
bool special_item(jit_frame *jf, PyObject *dict, PyObject *key, PyObject **result);
bool special_contains(jit_frame *jf, PyObject *dict, PyObject *key, int *found);
bool special_store(jit_frame *jf, PyObject *dict, PyObject *key, PyObject *value, int *status);

#endif
