/* Calls out of compiled code.  See calls.h. */
#include "runtime/calls.h"
#include "cpython/adapter.h"
#include "cpython/generators.h"
#include "runtime/deopt.h"
#include "runtime/helpers.h"
#include "runtime/tracebacks.h"
#include "translate/compile.h"

/* ---- frames ----------------------------------------------------------------- */

void frames_real(jit_frame *jf)
{
    if (jf->real) {
        return;
    }
    for (jit_frame *made = jf; !made->real; made = made->parent) {
        jit_frame *caller = made->parent;
        const call_site *site = caller->site;
        if (made->generator) {
            ((py_frame *)made->frame)->previous = caller->frame;
        }
        else {
            PyObject *function = site->function != NULL ? Py_NewRef(site->function)
                                                        : caller->function;
            Py_INCREF(site->code);
            frame_make(made->frame, caller->frame, site->code, (PyFunctionObject *)function);
        }
        made->real = 1;
    }
    ((PyThreadState *)jf->tstate)->current_frame = jf->frame;
}

void frames_sync(jit_frame *jf)
{
    if (jf == NULL || jf->synced) {
        return;
    }
    PyObject *error = PyErr_GetRaisedException();
    for (; jf != NULL && !jf->synced; jf = jf->parent) {
        const stub *out = jf->site->out;
        if (deoptimize(jf, out->context, out->at) < 0) {
            PyErr_Clear();
            jf->failed = 1;         /* MemoryError when the call returns */
        }
        py_frame *frame = jf->frame;
        frame->instr_ptr = code_running(frame_code(frame), out->at);
        traceback_complete(jf);
        jf->synced = 1;
    }
    PyErr_SetRaisedException(error);
}

int graft_slow_settle(jit_frame *jf)
{
    for (jit_frame *seen = jf; !seen->real; seen = seen->parent) {
        const call_site *site = seen->parent->site;
        if (!seen->generator && *site->generation == site->expected) {
            unit_seen(site->unit);
        }
    }
    frames_real(jf);
    frames_sync(jf->parent);
    traceback_complete(jf);
    jf->settled = frame_forget_object(jf->frame);
    return 0;
}

static void drop_operand(uintptr_t *slot)
{
    uintptr_t content = *slot;
    *slot = SLOT_NULL;
    if (!(content & 1)) {
        Py_DECREF(slot_object(content));
    }
}

void graft_drop_operands(uintptr_t *slots, uint64_t owned)
{
    for (int n = 63 - __builtin_clzll(owned); n >= 0; n--) {
        if (owned >> n & 1) {
            drop_operand(&slots[n]);
        }
    }
}

void frame_finish(jit_frame *jf)
{
    PyThreadState *tstate = jf->tstate;
    py_frame *frame = jf->frame;
    frames_sync(jf->parent);
    int levels = (int)jf->parent->site->levels;
    tstate->current_frame = frame->previous;
    /* The interpreter counts the frame as one level, again. */
    tstate->py_recursion_remaining += 1;
    PyObject *result = _PyEval_EvalFrameDefault(tstate, frame, 0);
    tstate->py_recursion_remaining += levels - 1;
    jf->result.i = (int64_t)(intptr_t)result;
    if (jf->generator && result != NULL && !generator_has_ended(frame)) {
        jf->result.i = (int64_t)slot_from_new(result);
    }
    jf->kind = result == NULL ? RETURNS_ERROR
             : jf->generator && generator_has_ended(frame) ? RETURNS_END : RETURNS_OBJECT;
}

/* What CPython does when a comparison's method returned NotImplemented (Objects/object.c,
 * do_richcompare), with the operands in the order of the instruction. */
static PyObject *compare_otherwise(const call_site *site, PyObject *left, PyObject *right)
{
    static const char *const signs[] = {"<", "<=", "==", "!=", ">", ">="};
    static const int swapped[] = {Py_GT, Py_GE, Py_EQ, Py_NE, Py_LT, Py_LE};
    int op = (int)site->comparison;
    richcmpfunc compare = Py_TYPE(right)->tp_richcompare;
    PyObject *result = compare != NULL ? compare(right, left, swapped[op])
                                       : Py_NewRef(Py_NotImplemented);
    if (result != Py_NotImplemented) {
        return result;
    }
    if (op == Py_EQ || op == Py_NE) {
        return PyBool_FromLong((left == right) == (op == Py_EQ));
    }
    PyErr_Format(PyExc_TypeError, "'%s' not supported between instances of '%.100s' and '%.100s'",
                 signs[op], Py_TYPE(left)->tp_name, Py_TYPE(right)->tp_name);
    return NULL;
}

/* The truth of an object, which is dropped, or the contrary. */
static PyObject *truth(PyObject *object, bool negated)
{
    int result = PyObject_IsTrue(object);
    Py_DECREF(object);
    return result < 0 ? NULL : PyBool_FromLong(result ^ negated);
}

/* The result of a predicate before its operands, from slot `first` on, are dropped. */
static PyObject *predicate_result(const call_site *site, const uintptr_t *first, PyObject *object)
{
    if (site->predicate == PREDICATE_CONTAINS) {
        return truth(object, site->negated);
    }
    if (object == Py_NotImplemented) {
        return compare_otherwise(site, slot_object(first[0]), slot_object(first[1]));
    }
    return site->predicate == PREDICATE_NOT_EQUAL ? truth(object, true) : object;
}

int graft_operator_rest(jit_frame *jf, uintptr_t *slot)
{
    uintptr_t content = *slot;
    PyObject *object = slot_object(content);
    int64_t result = (int64_t)(intptr_t)(content & 1 ? Py_NewRef(object) : object);
    *slot = SLOT_NULL;
    frames_real(jf);
    frames_sync(jf);
    jf->kind = RETURNS_OBJECT;
    return graft_called(jf, slot, &result);
}

PyObject *boxed_result(uint64_t kind, const int64_t *result)
{
    double d;
    switch (kind) {
        case RETURNS_OBJECT:
            return (PyObject *)(intptr_t)*result;
        case RETURNS_INT:
            return PyLong_FromLongLong(*result);
        case RETURNS_FLOAT:
            memcpy(&d, result, sizeof(d));
            return PyFloat_FromDouble(d);
        default:
            return NULL;
    }
}

/* What is the same behind every call during which the frame was written back; `object`: its result,
 * or NULL, which is returned. */
static PyObject *back_in_frame(jit_frame *jf, PyObject *object)
{
    if (jf->failed && jf->kind != RETURNS_ERROR) {
        jf->failed = 0;
        Py_XDECREF(object);
        object = PyErr_NoMemory();
    }
    if (adapter_others_monitor_code(frame_code(jf->frame), GRAFT_TOOL)) {
        jf->expected_breaker = ~(uint64_t)0;        /* leave behind the call */
    }
    return object;
}

static uintptr_t *first_operand(const jit_frame *jf)
{
    return (uintptr_t *)((char *)jf->frame + jf->site->first);
}

/* Drops them in the interpreter's order: finalizers can tell. */
static void drop_site_operands(const call_site *site, uintptr_t *first)
{
    int n = (int)site->operands;
    for (int k = 0; k < n; k++) {
        drop_operand(&first[site->right_first ? n - 1 - k : k]);
    }
}

int graft_operator_done(jit_frame *jf)
{
    PyObject *object = jf->kind == RETURNS_INT && jf->site->predicate > PREDICATE_VALUE
                       ? PyBool_FromLong((long)jf->result.i)
                       : boxed_result(jf->kind, &jf->result.i);
    if (object == NULL) {
        return -1;              /* there is no memory */
    }
    frames_real(jf);
    frames_sync(jf);
    if ((object = back_in_frame(jf, object)) == NULL) {
        return -1;
    }
    uintptr_t *first = first_operand(jf);
    drop_site_operands(jf->site, first);
    *first = slot_from_new(object);
    return 0;
}

int graft_called(jit_frame *jf, uintptr_t *slot, const int64_t *result)
{
    PyObject *object = back_in_frame(jf, boxed_result(jf->kind, result));
    const call_site *site = jf->site;
    if (object != NULL && site->operands > 0) {
        uintptr_t *first = first_operand(jf);
        if (object == Py_NotImplemented && site->detail != NULL) {
            graft_operator_failed(jf);
            return -1;
        }
        if (site->predicate != PREDICATE_NONE
            && (object = predicate_result(site, first, object)) == NULL) {
            return -1;
        }
        drop_site_operands(site, first);
        if (site->predicate == PREDICATE_TRUTH && (object = truth(object, false)) == NULL) {
            return -1;
        }
        *first = slot_from_new(object);
        return 0;
    }
    if (object == NULL && site->operands > 0) {
        return -1;              /* the slot may be an operand's */
    }
    *slot = slot_from_new(object);
    if (object != NULL && jf->site->is_init && object != Py_None) {
        jf->kind = RETURNS_OBJECT;
        graft_init_failed(jf, slot);
        object = NULL;
    }
    return object == NULL ? -1 : 0;
}

int graft_seen_call(jit_frame *jf, uintptr_t *slot, const int64_t *result)
{
    jf->synced = 0;
    if (jf->kind != RETURNS_ERROR) {
        frames_sync(jf);        /* operands, which are not in memory yet */
    }
    return graft_called(jf, slot, result);
}

int graft_slow_forget_frame(jit_frame *jf)
{
    py_frame *frame = jf->frame;
    PyFrameObject *object = frame->frame_obj;
    frame->frame_obj = NULL;
    Py_DECREF(object);
    return 0;
}

void graft_init_failed(jit_frame *jf, uintptr_t *slot)
{
    PyTypeObject *type = jf->kind == RETURNS_INT ? &PyLong_Type
                         : jf->kind == RETURNS_FLOAT ? &PyFloat_Type : Py_TYPE(slot_object(*slot));
    PyErr_Format(PyExc_TypeError, "__init__() should return None, not '%.200s'", type->tp_name);
    if (jf->kind == RETURNS_OBJECT && !(*slot & 1)) {
        Py_DECREF(slot_object(*slot));
    }
    *slot = SLOT_NULL;
}

/* The message is CPython's (Objects/abstract.c, binop_type_error). */
void graft_operator_failed(jit_frame *jf)
{
    frames_real(jf);
    frames_sync(jf);            /* operands that are no objects yet; the method may have changed types */
    const uintptr_t *first = first_operand(jf);
    PyErr_Format(PyExc_TypeError, "unsupported operand type(s) for %.100s: '%.100s' and '%.100s'",
                 (const char *)jf->site->detail, Py_TYPE(slot_object(first[0]))->tp_name,
                 Py_TYPE(slot_object(first[1]))->tp_name);
}

static bool operand_dies_quietly(uintptr_t content)
{
    return (content & 1) || dies_quietly(slot_object(content));
}

int graft_slow_drop_operand(jit_frame *jf)
{
    uintptr_t *slot = jf->arg[0].p;
    if (!operand_dies_quietly(*slot)) {
        return -1;
    }
    drop_operand(slot);
    return 0;
}

int graft_slow_drop_both(jit_frame *jf)
{
    uintptr_t *left = jf->arg[0].p, *right = jf->arg[1].p;
    bool same = *left == *right && !(*left & 1);
    if (same ? !drops_quietly(slot_object(*left), 2)
             : !operand_dies_quietly(*left) || !operand_dies_quietly(*right)) {
        return -1;
    }
    drop_operand(left);
    drop_operand(right);
    return 0;
}

/* The frame that was pushed for a call is not needed. */
static int call_off(jit_frame *jf)
{
    graft_unmake_frame(jf);
    return -1;
}

void graft_unmake_frame(jit_frame *jf)
{
    PyThreadState *tstate = jf->tstate;
    tstate->py_recursion_remaining += (int)jf->site->levels;
    tstate->datastack_top = jf->callee;
    if (jf->site->function == NULL) {
        Py_DECREF(jf->function);
    }
}

/* The same with the tuple and the dictionary that it has been given for what is left over. */
static int call_off_with_stars(jit_frame *jf)
{
    const PyCodeObject *code = jf->site->code;
    uintptr_t *star = frame_slots(jf->callee) + code->co_argcount + code->co_kwonlyargcount;
    int count = !!(code->co_flags & CO_VARARGS) + !!(code->co_flags & CO_VARKEYWORDS);
    if (count > 0) {
        graft_drop_operands(star, (1u << count) - 1);
    }
    return call_off(jf);
}

int graft_slow_allocate(jit_frame *jf)
{
    PyObject *object = PyType_GenericAlloc(jf->arg[0].p, 0);
    if (object == NULL) {
        return call_off_with_stars(jf);
    }
    *(uintptr_t *)jf->arg[1].p = slot_from_new(object);
    return 0;
}

int graft_slow_make_instance(jit_frame *jf)
{
    PyObject *object = PyType_GenericAlloc(jf->arg[0].p, 0);
    if (object == NULL) {
        PyErr_Clear();
        return -1;
    }
    *(uintptr_t *)jf->arg[1].p = slot_from_new(object);
    return 0;
}

/* A tuple of so many places (which & 1) and a dictionary (which & 2) to the slots; *tuple is the first,
 * or NULL.  False: no memory. */
static bool make_stars(uintptr_t *to, int64_t which, int64_t count, PyObject **tuple)
{
    *tuple = which & 1 ? PyTuple_New(count) : NULL;
    PyObject *dict = which & 2 ? PyDict_New() : NULL;
    if ((*tuple == NULL && which & 1) || (dict == NULL && which & 2)) {
        Py_XDECREF(*tuple);
        Py_XDECREF(dict);
        return false;
    }
    if (*tuple != NULL) {
        *to++ = slot_from_new(*tuple);
    }
    if (dict != NULL) {
        *to = slot_from_new(dict);
    }
    return true;
}

int graft_slow_pass_star(jit_frame *jf)
{
    uintptr_t *from = jf->arg[1].p;
    int64_t which = jf->arg[2].i, count = which >> 2;
    PyObject *tuple;
    if (!make_stars(jf->arg[0].p, which, count, &tuple)) {
        return call_off(jf);
    }
    for (int64_t n = 0; n < count; n++) {
        PyObject *item = slot_object(from[n]);
        PyTuple_SET_ITEM(tuple, n, from[n] & 1 ? Py_NewRef(item) : item);
        from[n] = SLOT_NULL;
    }
    return 0;
}

int graft_slow_pass_keyword(jit_frame *jf)
{
    uintptr_t *dict = jf->arg[0].p, *from = jf->arg[1].p;
    if (PyDict_SetItem(slot_object(*dict), jf->arg[2].p, slot_object(*from)) < 0) {
        return call_off_with_stars(jf);
    }
    graft_drop_operands(from, 1);
    return 0;
}

int graft_slow_pass_star_items(jit_frame *jf)
{
    PyObject *items = jf->arg[1].p, *tuple;
    int64_t which = jf->arg[2].i, first = which >> 2, size = PyTuple_GET_SIZE(items);
    int64_t count = first < size ? size - first : 0;
    if (!make_stars(jf->arg[0].p, which, count, &tuple)) {
        return call_off(jf);
    }
    for (int64_t n = 0; which & 1 && n < count; n++) {
        PyTuple_SET_ITEM(tuple, n, Py_NewRef(PyTuple_GET_ITEM(items, first + n)));
    }
    return 0;
}

int graft_slow_pop_frame(jit_frame *jf)
{
    PyThreadState *tstate = jf->tstate;
    py_frame *frame = jf->frame;
    const call_site *site = jf->parent->site;
    PyObject *function = jf->real ? PyStackRef_AsPyObjectBorrow(frame->f_funcobj) : jf->parent->function;
    if (!dies_quietly(function)) {
        frames_real(jf->parent);        /* finalizers of what dies with it see the callers */
        frames_sync(jf->parent);
    }
    tstate->py_recursion_remaining += (int)site->levels;
    if (jf->real) {
        tstate->current_frame = frame->previous;
        frame_resume_at(frame, 0, 0);
        _PyEval_FrameClearAndPop(tstate, frame);
        return 0;
    }
    tstate->datastack_top = (PyObject **)frame;
    Py_DECREF(function);
    return 0;
}
