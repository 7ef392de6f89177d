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
#include <internal/pycore_code.h>
#include <internal/pycore_frame.h>
#include <internal/pycore_interpframe.h>
#include <internal/pycore_runtime.h>
#include "cpython/arrays.h"
#include <internal/pycore_freelist_state.h>
#include <internal/pycore_interp.h>
#include "cpython/dicts.h"
#include "cpython/iterators.h"

#endif
