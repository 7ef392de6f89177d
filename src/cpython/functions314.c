/* CPython 3.14: functions, as members of classes and as objects.  See adapter.h. */
#include "cpython/adapter.h"
#include <internal/pycore_dict.h>
#include <internal/pycore_function.h>
#include <internal/pycore_interp_structs.h>
#include <string.h>

/* Where a descriptor keeps what it was made of, if that is a function: its __init__ can be called again. */
static PyObject **function_place(PyObject *descriptor, const char *name)
{
    const PyMemberDef *member = Py_TYPE(descriptor)->tp_members;
    while (member->name != NULL && strcmp(member->name, name) != 0) {
        member++;
    }
    PyObject **place = (PyObject **)((char *)descriptor + member->offset);
    return member->name != NULL && *place != NULL && PyFunction_Check(*place) ? place : NULL;
}

uint32_t adapter_function_version(const PyFunctionObject *function)
{
    return _PyFunction_IsVersionValid(function->func_version) ? function->func_version : 0;
}

bool adapter_member(PyObject *found, class_member *out)
{
    bool of_class = Py_IS_TYPE(found, &PyClassMethod_Type);
    if (of_class || Py_IS_TYPE(found, &PyStaticMethod_Type)) {
        out->place = function_place(found, "__func__");
        out->function = out->place != NULL ? *out->place : NULL;
        out->kind = of_class ? MEMBER_OF_CLASS : MEMBER_STATIC;
        return out->function != NULL;
    }
    out->place = NULL;
    out->function = found;
    out->kind = MEMBER_FUNCTION;
    return PyFunction_Check(found);
}

bool adapter_class_member(PyTypeObject *type, PyObject *name, class_member *out)
{
    if (!adapter_metaclass_lets(type, name)) {
        return false;
    }
    PyObject *found = _PyType_Lookup(type, name);
    return found != NULL && adapter_member(found, out);
}

PyObject **adapter_property(PyTypeObject *type, PyObject *name)
{
    if (type->tp_getattro != PyObject_GenericGetAttr) {
        return NULL;
    }
    PyObject *property = _PyType_Lookup(type, name);
    if (property == NULL || !Py_IS_TYPE(property, &PyProperty_Type)) {
        PyErr_Clear();
        return NULL;
    }
    return function_place(property, "fget");
}

PyObject *adapter_unbound(PyObject *bound)
{
    PyCFunctionObject *function = (PyCFunctionObject *)bound;
    PyObject *self = PyCFunction_CheckExact(bound) ? PyCFunction_GET_SELF(bound) : NULL;
    PyObject *name = self != NULL && !PyType_Check(self) && !PyModule_Check(self)
                     ? PyUnicode_InternFromString(function->m_ml->ml_name) : NULL;
    PyObject *found = name != NULL ? _PyType_Lookup(Py_TYPE(self), name) : NULL;
    Py_XDECREF(name);
    PyErr_Clear();
    if (found == NULL || !Py_IS_TYPE(found, &PyMethodDescr_Type)) {
        return NULL;
    }
    PyMethodDescrObject *descriptor = (PyMethodDescrObject *)found;
    return descriptor->d_method == function->m_ml
           && PyType_HasFeature(descriptor->d_common.d_type, Py_TPFLAGS_IMMUTABLETYPE) ? found : NULL;
}

PyObject *adapter_super_method(PyTypeObject *type, PyObject *object, PyObject *name)
{
    PyTypeObject *start = Py_TYPE(object);
    PyObject *mro = start->tp_mro;
    if (!adapter_generic_getattr(start) || PyType_Check(object) || mro == NULL
        || !PyType_IsSubtype(start, type) || PyUnicode_EqualToUTF8(name, "__class__")) {
        return NULL;
    }
    Py_ssize_t n = 0, count = PyTuple_GET_SIZE(mro);
    while (n < count && PyTuple_GET_ITEM(mro, n) != (PyObject *)type) {
        n++;
    }
    for (n++; n < count; n++) {
        PyObject *dict = adapter_type_dict((PyTypeObject *)PyTuple_GET_ITEM(mro, n));
        PyObject **place;
        int found = dict != NULL ? adapter_dict_find(dict, name, &place) : -1;
        if (found != 0) {
            return found > 0 && PyType_HasFeature(Py_TYPE(*place), Py_TPFLAGS_METHOD_DESCRIPTOR)
                   ? *place : NULL;
        }
    }
    return NULL;
}

PyObject *adapter_make_function(PyObject *code, PyObject *globals, PyObject *builtins)
{
    if (!PyDict_CheckExact(globals) || !DK_IS_UNICODE(((PyDictObject *)globals)->ma_keys)
        || PyInterpreterState_Get()->active_func_watchers) {
        return NULL;
    }
    PyObject *function = PyFunction_New(code, globals);
    if (function == NULL) {
        PyErr_Clear();
        return NULL;
    }
    if (((PyFunctionObject *)function)->func_builtins != builtins) {
        Py_DECREF(function);
        return NULL;
    }
    _PyFunction_SetVersion((PyFunctionObject *)function, ((PyCodeObject *)code)->co_version);
    return function;
}

int adapter_function_attribute(uint32_t arg)
{
    return arg == MAKE_FUNCTION_ANNOTATE ? -1 : (int)_Py_FunctionAttributeOffsets[arg];
}

/* Alone: cells that others hold live on, since nothing that the others' cells drop could be a
 * holder of them. */
static bool closure_dies_quietly(PyObject *closure, bool (*plain)(PyTypeObject *), bool alone)
{
    for (Py_ssize_t n = 0; n < PyTuple_GET_SIZE(closure); n++) {
        PyObject *cell = PyTuple_GET_ITEM(closure, n);
        PyObject *value = ((PyCellObject *)cell)->ob_ref;
        if (value != NULL && !plain(Py_TYPE(value))
            && (!alone || (Py_REFCNT(cell) == 1 && Py_REFCNT(value) <= PyTuple_GET_SIZE(closure)))) {
            return false;
        }
    }
    return true;
}

static bool held_by_running_code(PyObject *namespace)
{
    _PyInterpreterFrame *frame = PyThreadState_Get()->current_frame;
    return frame != NULL && (namespace == frame->f_globals || namespace == frame->f_builtins);
}

bool adapter_function_dies_quietly(PyObject *object, bool (*plain)(PyTypeObject *), bool alone)
{
    PyFunctionObject *f = (PyFunctionObject *)object;
    PyObject *parts[] = {f->func_code, f->func_defaults, f->func_kwdefaults, f->func_annotations,
                         f->func_annotate, f->func_typeparams, f->func_globals, f->func_builtins,
                         f->func_module, f->func_doc, f->func_name, f->func_qualname};
    PyObject *seldom[Py_ARRAY_LENGTH(parts)];       /* held by so few that they could all be here */
    size_t count = 0;
    for (size_t n = 0; n < Py_ARRAY_LENGTH(parts); n++) {
        if (parts[n] != NULL && Py_REFCNT(parts[n]) <= (Py_ssize_t)Py_ARRAY_LENGTH(parts)
            && !PyUnicode_CheckExact(parts[n]) && !plain(Py_TYPE(parts[n]))) {
            seldom[count++] = parts[n];
        }
    }
    for (size_t n = 0; n < count; n++) {
        Py_ssize_t held = 0;
        for (size_t m = 0; m < count; m++) {
            held += seldom[m] == seldom[n];
        }
        if (Py_REFCNT(seldom[n]) <= held
            || (!alone && seldom[n] != f->func_code && !held_by_running_code(seldom[n]))) {
            return false;
        }
    }
    return f->func_dict == NULL && f->func_weakreflist == NULL
           && !PyInterpreterState_Get()->active_func_watchers
           && (f->func_closure == NULL || (alone && Py_REFCNT(f->func_closure) > 1)
               || closure_dies_quietly(f->func_closure, plain, alone));
}
