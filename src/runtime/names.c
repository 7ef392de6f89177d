/* Bytecodes of names, cells, functions that are made, imports and super(), done as the
 * interpreter does them.  See generic.h. */
#include "runtime/escape.h"

/* ---- names -------------------------------------------------------------------------------- */

static void not_defined(jit_frame *jf)
{
    _PyEval_FormatExcCheckArg(jf->tstate, PyExc_NameError, "name '%.200s' is not defined",
                              jf->site->detail);
}

int graft_any_delete_global(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    py_frame *frame = jf->frame;
    int found = PyDict_Pop(frame->f_globals, jf->site->detail, NULL);
    if (found == 0) {
        not_defined(jf);
    }
    return leave_with(jf, found > 0 ? 0 : -1);
}

int graft_any_name(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    return finish(jf, slots, n, _PyEval_LoadName(jf->tstate, jf->frame, jf->site->detail));
}

int graft_any_store_name(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    PyObject *names = ((py_frame *)jf->frame)->f_locals;
    int status = PyDict_CheckExact(names) ? PyDict_SetItem(names, jf->site->detail, O(0))
                 : PyObject_SetItem(names, jf->site->detail, O(0));
    return finish_status(jf, slots, n, status);
}

int graft_any_delete_name(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    int status = PyObject_DelItem(((py_frame *)jf->frame)->f_locals, jf->site->detail);
    if (status < 0) {
        not_defined(jf);
    }
    return leave_with(jf, status);
}

int graft_any_dict_or_global(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    py_frame *frame = jf->frame;
    PyObject *value;
    int found = PyMapping_GetOptionalItem(O(0), jf->site->detail, &value);
    if (found == 0) {
        _PyStackRef global;
        close_all(slots, n);
        _PyEval_LoadGlobalStackRef(frame->f_globals, frame->f_builtins, jf->site->detail, &global);
        slots[0] = global.bits;
        return leave_with(jf, slot_object(global.bits) == NULL ? -1 : 0);
    }
    return finish(jf, slots, n, value);
}

int graft_any_locals(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    PyObject *names = ((py_frame *)jf->frame)->f_locals;
    if (names == NULL) {
        PyErr_SetString(PyExc_SystemError, "no locals found");
    }
    return finish(jf, slots, n, Py_XNewRef(names));
}

int graft_any_build_class(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    PyObject *value;
    int found = PyMapping_GetOptionalItemString(((py_frame *)jf->frame)->f_builtins,
                                                "__build_class__", &value);
    if (found == 0) {
        PyErr_SetString(PyExc_NameError, "__build_class__ not found");
    }
    return finish(jf, slots, n, value);
}

/* ---- cells -------------------------------------------------------------------------------- */

static PyObject *cell(jit_frame *jf, int64_t slot)
{
    return slot_object(frame_slots(jf->frame)[slot]);
}

/* What the cell holds, new reference; NULL: it is unbound, and the exception says so. */
static PyObject *cell_value(jit_frame *jf, int64_t slot)
{
    PyObject *value = PyCell_Get(cell(jf, slot));
    if (value == NULL) {
        _PyEval_FormatExcUnbound(jf->tstate, frame_code(jf->frame), (int)slot);
    }
    return value;
}

int graft_any_deref(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    return finish(jf, slots, n, cell_value(jf, k));
}

int graft_any_store_deref(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    return finish_status(jf, slots, n, PyCell_Set(cell(jf, k), O(0)));
}

int graft_any_delete_deref(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    PyObject *value = cell_value(jf, k);
    int status = value == NULL ? -1 : PyCell_Set(cell(jf, k), NULL);
    Py_XDECREF(value);
    return leave_with(jf, status);
}

int graft_any_dict_or_deref(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    PyObject *name = PyTuple_GET_ITEM(frame_code(jf->frame)->co_localsplusnames, k), *value;
    int found = PyMapping_GetOptionalItem(O(0), name, &value);
    if (found == 0) {
        value = cell_value(jf, k);
    }
    return finish(jf, slots, n, value);
}

/* ---- functions ---------------------------------------------------------------------------- */

int graft_any_function(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    PyObject *code = O(0);
    PyObject *function = PyFunction_New(code, ((py_frame *)jf->frame)->f_globals);
    if (function != NULL) {
        _PyFunction_SetVersion((PyFunctionObject *)function, ((PyCodeObject *)code)->co_version);
    }
    return finish(jf, slots, n, function);
}

int graft_any_set_function(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    PyObject *function = Py_NewRef(O(1));
    *(PyObject **)((char *)function + adapter_function_attribute((uint32_t)k)) = Py_NewRef(O(0));
    return finish(jf, slots, n, function);
}

/* ---- imports ------------------------------------------------------------------------------ */

int graft_any_import(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    return finish(jf, slots, n, _PyEval_ImportName(jf->tstate, jf->frame, jf->site->detail, O(1), O(0)));
}

int graft_any_import_from(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    return finish(jf, slots, n, _PyEval_ImportFrom(jf->tstate, O(-1), jf->site->detail));
}

/* ---- super() ------------------------------------------------------------------------------ */

/* super, class, object; k: 1 for a call, 2 with arguments.  The real super is not made. */
int graft_any_super(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    PyObject *class = O(1), *self = O(2), *name = jf->site->detail, *found = NULL;
    int unbound = 0;
    if (O(0) == (PyObject *)&PySuper_Type && PyType_Check(class)) {
        bool method = (k & 1) && Py_TYPE(self)->tp_getattro == PyObject_GenericGetAttr;
        found = _PySuper_Lookup((PyTypeObject *)class, self, name, method ? &unbound : NULL);
        if (unbound) {
            uintptr_t object = slots[2];
            slots[2] = SLOT_NULL;
            close_all(slots, n);
            slots[1] = object;
            slots[0] = slot_from_new(found);
            return leave_with(jf, 0);
        }
        close_all(slots, n);
    }
    else {
        PyObject *arguments[] = {class, self};
        PyObject *object = PyObject_Vectorcall(O(0), arguments, (size_t)k & 2, NULL);
        close_all(slots, n);
        found = object != NULL ? PyObject_GetAttr(object, name) : NULL;
        Py_XDECREF(object);
    }
    slots[0] = slot_from_new(found);
    return leave_with(jf, found == NULL ? -1 : 0);
}
