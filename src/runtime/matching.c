/* Bytecodes of patterns, of starred displays and calls, and of template strings, done as
 * the interpreter does them.  See generic.h. */
#include "runtime/escape.h"
#include <internal/pycore_dict.h>
#include <internal/pycore_intrinsics.h>
#include <internal/pycore_interpolation.h>
#include <internal/pycore_setobject.h>
#include <internal/pycore_template.h>

/* ---- patterns ----------------------------------------------------------------------------- */

int graft_any_match_flag(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    unsigned long flag = k == 0 ? Py_TPFLAGS_SEQUENCE : Py_TPFLAGS_MAPPING;
    return finish_truth(jf, slots, n, PyType_HasFeature(Py_TYPE(O(-1)), flag));
}

int graft_any_match_keys(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    return finish(jf, slots, n, _PyEval_MatchKeys(jf->tstate, O(-2), O(-1)));
}

int graft_any_match_class(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    PyObject *found = _PyEval_MatchClass(jf->tstate, O(0), O(1), k, O(2));
    return finish(jf, slots, n, found == NULL && !PyErr_Occurred() ? Py_NewRef(Py_None) : found);
}

int graft_any_len(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    Py_ssize_t count = PyObject_Length(O(-1));
    return finish(jf, slots, n, count < 0 ? NULL : PyLong_FromSsize_t(count));
}

/* ---- stars -------------------------------------------------------------------------------- */

/* k: names before the star, and 256 times those behind it. */
int graft_any_unpack_ex(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    int before = (int)(k & 0xff), behind = (int)(k >> 8);
    uintptr_t sequence = slots[0];
    slots[0] = SLOT_NULL;
    ((py_frame *)jf->frame)->stackpointer--;
    int done = _PyEval_UnpackIterableStackRef(jf->tstate, slot_object(sequence), before, behind,
                                              (_PyStackRef *)slots + before + 1 + behind);
    close_slot(&sequence);
    return leave_with(jf, done ? 0 : -1);
}

int graft_any_set_update(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    return finish_status(jf, slots, n, _PySet_Update(O(-k), O(0)));
}

int graft_any_dict_update(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    int status = PyDict_Update(O(-k), O(0));
    if (status < 0 && PyErr_ExceptionMatches(PyExc_AttributeError)) {
        PyErr_Format(PyExc_TypeError, "'%.200s' object is not a mapping", Py_TYPE(O(0))->tp_name);
    }
    return finish_status(jf, slots, n, status);
}

/* The arguments of a call, whose callable is three below the dictionary. */
int graft_any_dict_merge(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    int status = _PyDict_MergeEx(O(-k), O(0), 2);
    if (status < 0) {
        _PyEval_FormatKwargsError(jf->tstate, O(-k - 3), O(0));
    }
    return finish_status(jf, slots, n, status);
}

int graft_any_intrinsic(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    return finish(jf, slots, n,
                  n == 1 ? _PyIntrinsics_UnaryFunctions[k].func(jf->tstate, O(0))
                         : _PyIntrinsics_BinaryFunctions[k].func(jf->tstate, O(0), O(1)));
}

/* ---- template strings --------------------------------------------------------------------- */

int graft_any_template(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    return finish(jf, slots, n, _PyTemplate_Build(O(0), O(1)));
}

int graft_any_interpolation(jit_frame *jf, uintptr_t *slots, int64_t n, int64_t k)
{
    begin(jf, slots, n);
    PyObject *empty = n == 2 ? PyUnicode_New(0, 0) : NULL;
    PyObject *result = n == 2 && empty == NULL ? NULL
                       : _PyInterpolation_Build(O(0), O(1), (int)k, n == 3 ? O(2) : empty);
    Py_XDECREF(empty);
    return finish(jf, slots, n, result);
}
