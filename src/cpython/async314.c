/* The adapter for CPython 3.14: what async generators give, and what their steps are. */
#include "cpython/adapter.h"
#include "cpython/generators.h"
#include <internal/pycore_intrinsics.h>

typedef struct {
    PyObject_HEAD
    PyObject *value;
} wrapped_value;

/* The type of the wrappers, which has no name that extensions can link to; NULL: not known, or the
 * fields are not where we have them. */
static PyTypeObject *wrapper_type(void)
{
    static PyTypeObject *found;
    static bool asked;
    if (!asked) {
        asked = true;
        PyObject *wrapper = _PyIntrinsics_UnaryFunctions[INTRINSIC_ASYNC_GEN_WRAP].func(
            PyThreadState_Get(), Py_Ellipsis);
        if (wrapper != NULL && Py_TYPE(wrapper)->tp_basicsize == sizeof(wrapped_value)
            && ((wrapped_value *)wrapper)->value == Py_Ellipsis
            && _PyAsyncGenASend_Type.tp_basicsize == sizeof(async_step)) {
            found = Py_TYPE(wrapper);
        }
        Py_XDECREF(wrapper);
        PyErr_Clear();
    }
    return found;
}

bool async_steps_as_expected(void)
{
    return wrapper_type() != NULL;
}

PyObject *async_unwrapped(PyObject *object)
{
    if (!Py_IS_TYPE(object, wrapper_type())) {
        return NULL;
    }
    PyObject *value = Py_NewRef(((wrapped_value *)object)->value);
    Py_DECREF(object);
    return value;
}
