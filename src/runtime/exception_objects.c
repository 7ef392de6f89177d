/* Exceptions as objects: made, initialized, their attributes.  Operations as in operations.h. */
#include "cpython/adapter.h"
#include "runtime/calls.h"
#include "runtime/helpers.h"
#include "runtime/operations.h"
#include "runtime/tracebacks.h"

/* An exception with arguments as yet unknown, and a tuple for them.  False: no memory. */
static bool make(PyTypeObject *type, Py_ssize_t count, PyObject **made)
{
    PyObject *arguments = PyTuple_New(count);
    *made = arguments != NULL ? PyType_GenericAlloc(type, 0) : NULL;
    if (*made == NULL) {
        Py_XDECREF(arguments);
        return false;
    }
    ((PyBaseExceptionObject *)*made)->args = arguments;
    return true;
}

OPERATION(exception_new)
{
    PyTypeObject *type = (PyTypeObject *)self;
    PyObject *made;
    if (!adapter_makes_exceptions(type) || !make(type, count, &made)) {
        return NULL;
    }
    for (Py_ssize_t n = 0; n < count; n++) {
        PyTuple_SET_ITEM(((PyBaseExceptionObject *)made)->args, n, Py_NewRef(args[n]));
    }
    return made;
}

int graft_slow_allocate_exception(jit_frame *jf)
{
    uintptr_t *operands = jf->arg[2].p;
    Py_ssize_t count = (Py_ssize_t)(intptr_t)jf->operand[0];
    PyObject *made;
    if (!make(jf->arg[0].p, count, &made)) {
        graft_unmake_frame(jf);
        return -1;
    }
    for (Py_ssize_t n = 0; n < count; n++) {
        PyTuple_SET_ITEM(((PyBaseExceptionObject *)made)->args, n, Py_NewRef(slot_object(operands[n])));
    }
    *(uintptr_t *)jf->arg[1].p = slot_from_new(made);
    return 0;
}

/* self is the function. */
OPERATION(exception_init)
{
    PyObject *exception = args[0];
    if (!PyObject_TypeCheck(exception, ((PyWrapperDescrObject *)self)->d_common.d_type)) {
        return NULL;
    }
    PyBaseExceptionObject *e = (PyBaseExceptionObject *)exception;
    if (e->args != NULL && !dies_quietly(e->args)) {
        return NULL;
    }
    PyObject *arguments = PyTuple_New(count - 1);
    if (arguments == NULL) {
        return NULL;
    }
    for (Py_ssize_t n = 1; n < count; n++) {
        PyTuple_SET_ITEM(arguments, n - 1, Py_NewRef(args[n]));
    }
    Py_XSETREF(e->args, arguments);
    return Py_NewRef(Py_None);
}

/* self is the name. */
OPERATION(exception_item)
{
    PyObject *dict = ((PyBaseExceptionObject *)args[0])->dict, **place;
    return dict != NULL && adapter_dict_find(dict, self, &place) > 0 ? Py_NewRef(*place) : NULL;
}

OPERATION(exception_args)
{
    PyObject *arguments = ((PyBaseExceptionObject *)args[0])->args;
    return Py_XNewRef(arguments);
}

OPERATION(exception_text)
{
    PyObject *arguments = ((PyBaseExceptionObject *)args[0])->args;
    return arguments != NULL && adapter_simple(arguments) ? PyObject_Str(args[0]) : NULL;
}

OPERATION(exception_store)
{
    PyObject *dict = ((PyBaseExceptionObject *)args[0])->dict, **place;
    int found = dict != NULL ? adapter_dict_find(dict, self, &place) : 0;
    if (found < 0 || (found > 0 && !dies_quietly(*place))
        || PyObject_GenericSetAttr(args[0], self, args[1]) < 0) {
        return NULL;
    }
    return Py_NewRef(Py_None);
}
