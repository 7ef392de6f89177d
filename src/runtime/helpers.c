/* What compiled code calls: see helpers.h. */
#include "cpython/adapter.h"
#include "emit/stencil_abi.h"
#include "faults.h"
#include "runtime/helpers.h"
#include "runtime/generators.h"
#include <errno.h>
#include <opcode.h>
#include <internal/pycore_setobject.h>
#include <math.h>
#include <signal.h>

/* ---- slots -------------------------------------------------------------- */

static void put(uintptr_t *slot, uintptr_t content)
{
    uintptr_t old = *slot;
    *slot = content;
    if (!(old & 1)) {
        Py_DECREF(slot_object(old));
    }
}

int graft_box_int(uintptr_t *slot, int64_t value)
{
    PyObject *object = PyLong_FromLongLong(value);
    if (object == NULL) {
        PyErr_Clear();
        return -1;
    }
    *slot = slot_from_new(object);
    return 0;
}

int graft_slow_box_int(jit_frame *jf)
{
    adapter_stock_ints();
    return graft_box_int(jf->arg[0].p, jf->arg[1].i);
}

int graft_box_float(uintptr_t *slot, double value)
{
    PyObject *object = PyFloat_FromDouble(value);
    if (object == NULL) {
        PyErr_Clear();
        return -1;
    }
    *slot = slot_from_new(object);
    return 0;
}

int graft_slow_box_float(jit_frame *jf)
{
    adapter_stock_floats();
    return graft_box_float(jf->arg[0].p, jf->arg[1].d);
}

/* The slot owned `content` and has been given something else. */
static int drop_content(int status, uintptr_t content)
{
    if (status == 0 && !(content & 1)) {
        Py_DECREF(slot_object(content));
    }
    return status;
}

int graft_slow_rebox_int(jit_frame *jf)
{
    uintptr_t content = *(uintptr_t *)jf->arg[0].p;
    if (!(content & 1) && adapter_reuse_int(slot_object(content), jf->arg[1].i)) {
        return 0;
    }
    return drop_content(graft_slow_box_int(jf), content);
}

int graft_slow_rebox_float(jit_frame *jf)
{
    uintptr_t content = *(uintptr_t *)jf->arg[0].p;
    return drop_content(graft_slow_box_float(jf), content);
}

int graft_box_complex(uintptr_t *slot, double real, double imag)
{
    PyObject *object = PyComplex_FromDoubles(real, imag);
    if (object == NULL) {
        PyErr_Clear();
        return -1;
    }
    *slot = slot_from_new(object);
    return 0;
}

PyObject *graft_new_ref(PyObject *object)
{
    return Py_NewRef(object);
}

void graft_drop(PyObject *object)
{
    Py_DECREF(object);
}

int graft_slow_signal(jit_frame *jf)
{
    struct fault_state *f = &faults[FAULT_SIGNAL];
    f->left = f->every > 0 ? f->every : INT64_MAX;      /* off by now */
    if (f->every > 0) {
        (void)PyErr_SetInterruptEx(SIGUSR1);
    }
    return 0;
}

int graft_slow_dealloc(jit_frame *jf)
{
    _Py_Dealloc(jf->arg[0].p);
    return 0;
}

/* Puts `object` (stolen; NULL: -1) where `*place` is, dropping what was there. */
static int replace(PyObject **place, PyObject *object)
{
    if (object == NULL) {
        PyErr_Clear();
        return -1;
    }
    PyObject *old = *place;
    *place = object;
    Py_DECREF(old);
    return 0;
}

int graft_slow_store_float(jit_frame *jf)
{
    return replace(jf->arg[0].p, PyFloat_FromDouble(jf->arg[1].d));
}

int graft_slow_store_int(jit_frame *jf)
{
    return replace(jf->arg[0].p, PyLong_FromLongLong(jf->arg[1].i));
}

static int append(PyObject *list, PyObject *object)
{
    int result = object == NULL ? -1 : PyList_Append(list, object);
    if (result < 0) {
        PyErr_Clear();
    }
    return result;
}

int graft_slow_append(jit_frame *jf)
{
    return append(jf->arg[0].p, jf->arg[1].p);
}

int graft_slow_append_float(jit_frame *jf)
{
    PyObject *object = PyFloat_FromDouble(jf->arg[1].d);
    int result = append(jf->arg[0].p, object);
    Py_XDECREF(object);
    return result;
}

int graft_slow_append_int(jit_frame *jf)
{
    PyObject *object = PyLong_FromLongLong(jf->arg[1].i);
    int result = append(jf->arg[0].p, object);
    Py_XDECREF(object);
    return result;
}

int graft_lacks(PyObject *object, PyObject *name)
{
    return adapter_lacks(object, name);
}

int graft_str_equal(PyObject *left, PyObject *right)
{
    return adapter_simple_equal(left, right);
}

int graft_str_item(uintptr_t *slot, PyObject *string, int64_t index)
{
    int64_t length = PyUnicode_GET_LENGTH(string);
    index += index < 0 ? length : 0;
    if (index < 0 || index >= length) {
        return -1;
    }
    PyObject *object = PyUnicode_FromOrdinal((int)PyUnicode_READ_CHAR(string, index));
    if (object == NULL) {
        PyErr_Clear();
        return -1;
    }
    *slot = slot_from_new(object);
    return 0;
}

int graft_iterate(uintptr_t *slot, PyObject *sequence)
{
    PyObject *iterator = PyObject_GetIter(sequence);
    if (iterator == NULL) {
        PyErr_Clear();
        return -1;
    }
    *slot = slot_from_new(iterator);
    return 0;
}

int graft_complex_abs(double real, double imag, double *result)
{
    errno = 0;
    *result = _Py_c_abs((Py_complex){real, imag});
    return errno == 0 ? 0 : -1;
}

int graft_complex_op(double *operands, int64_t op)
{
    Py_complex l = {operands[0], operands[1]}, r = {operands[2], operands[3]}, result;
    if (adapter_complex_op((complex_operation)op, l, r, &result) < 0) {
        return -1;
    }
    operands[0] = result.real;
    operands[1] = result.imag;
    return 0;
}

/* Types whose deallocation runs no Python code and drops no other object. */
static bool plain(PyTypeObject *type)
{
    return type == &PyLong_Type || type == &PyUnicode_Type || type == &PyFloat_Type
           || type == &PyComplex_Type || type == &PyRangeIter_Type || type == &PyBytes_Type;
}

Py_ssize_t graft_occurrences(PyObject **items, Py_ssize_t count, PyObject *item)
{
    if (count > 16) {
        return count;
    }
    Py_ssize_t found = 0;
    for (Py_ssize_t n = 0; n < count; n++) {
        found += items[n] == item;
    }
    return found;
}

/* What is known of what dies: */
enum dying {
    AMONG_OTHERS,           /* others may die at the same time, and hold the same things */
    ALONE,                  /* nothing else does */
    LOOKED_AT_BRIEFLY,      /* nor is it worth much time to find out */
};
static bool plain_inside(PyObject *object, int depth, enum dying how);

/* To look at more items of a sequence, a dictionary or set costs more than the general form does. */
#define WORTH_LOOKING 8
#define WORTH_SEARCHING 1

/* Whether an object can die with the only container that is known to hold it. */
static bool sole_and_plain(PyObject *object, int depth)
{
    return plain(Py_TYPE(object)) || (Py_REFCNT(object) == 1 && plain_inside(object, depth, AMONG_OTHERS));
}

static bool items_plain(PyObject **items, Py_ssize_t count, int depth, enum dying how)
{
    PyTypeObject *last = &PyUnicode_Type;       /* a plain one: items are often all alike */
    for (Py_ssize_t n = 0; n < count; n++) {
        PyObject *item = items[n];
        if (item == NULL || Py_TYPE(item) == last || _Py_IsImmortal(item)
            || (how != AMONG_OTHERS && Py_REFCNT(item) > count)) {
            continue;
        }
        if (plain(Py_TYPE(item))) {
            last = Py_TYPE(item);
            continue;
        }
        /* One that is held more than once could be held by this object alone. */
        if ((Py_REFCNT(item) != 1 || !plain_inside(item, depth - 1, AMONG_OTHERS))
            && !(how != AMONG_OTHERS && Py_REFCNT(item) > graft_occurrences(items, count, item))) {
            return false;
        }
    }
    return true;
}

/* Lists, tuples and instances of simple classes with plain objects, too, iterators, and
 * dictionaries and sets with plain keys. */
static bool plain_inside(PyObject *object, int depth, enum dying how)
{
    bool brief = how == LOOKED_AT_BRIEFLY, alone = how != AMONG_OTHERS;
    if (plain(Py_TYPE(object))) {
        return true;
    }
    if (depth <= 0 && !PyGen_CheckExact(object) && !PyCoro_CheckExact(object)) {
        return false;
    }
    if (PyType_HasFeature(Py_TYPE(object), Py_TPFLAGS_HEAPTYPE)) {
        Py_ssize_t count;
        PyObject **items = adapter_instance_values(object, &count);
        return items != NULL && items_plain(items, count, depth, how);
    }
    if (PyTuple_CheckExact(object)) {
        return !(brief && Py_SIZE(object) > WORTH_LOOKING)
               && items_plain(((PyTupleObject *)object)->ob_item, Py_SIZE(object), depth, how);
    }
    if (PyList_CheckExact(object)) {
        return !(brief && Py_SIZE(object) > WORTH_LOOKING)
               && items_plain(((PyListObject *)object)->ob_item, Py_SIZE(object), depth, how);
    }
    if (PyDict_CheckExact(object)) {
        return !(brief && PyDict_GET_SIZE(object) > WORTH_SEARCHING)
               && adapter_dict_is_plain(object, sole_and_plain, depth - 1);
    }
    if (PySet_CheckExact(object)) {
        return !(brief && PySet_GET_SIZE(object) > WORTH_SEARCHING) && adapter_set_is_simple(object)
               && ((PySetObject *)object)->weakreflist == NULL;
    }
    if (PyGen_CheckExact(object) || PyCoro_CheckExact(object)) {
        return Py_REFCNT(object) == 1 && generator_is_plain(object);
    }
    if (Py_IS_TYPE(object, &PyFunction_Type)) {
        return adapter_function_dies_quietly(object, plain, alone);
    }
    if (PyCell_Check(object)) {
        return items_plain(&((PyCellObject *)object)->ob_ref, 1, depth, how);
    }
    return adapter_is_iterator(Py_TYPE(object)) && Py_REFCNT(object) == 1
           && graft_iterator_droppable(object, depth, alone);
}

bool graft_plain_inside(PyObject *object, int depth)
{
    return plain_inside(object, depth, AMONG_OTHERS);
}

bool graft_plain_alone(PyObject *object)
{
    return plain_inside(object, GRAFT_PLAIN_DEPTH, ALONE);
}

/* Whether `count` references can be dropped without running a finalizer. */
static bool droppable(uintptr_t content, Py_ssize_t count)
{
    return (content & 1) || Py_REFCNT(slot_object(content)) > count
           || plain(Py_TYPE(slot_object(content)));
}

/* What most lists and tuples are: nothing but an ordinary number or string can die with them. */
static inline bool items_stay(PyObject *object)
{
    bool list = PyList_CheckExact(object);
    if (!list && !PyTuple_CheckExact(object)) {
        return false;
    }
    Py_ssize_t count = Py_SIZE(object);
    if (count > WORTH_LOOKING) {
        return false;
    }
    PyObject **items = list ? ((PyListObject *)object)->ob_item : ((PyTupleObject *)object)->ob_item;
    for (Py_ssize_t n = 0; n < count; n++) {
        PyObject *item = items[n];
        if (item == NULL
            || !(Py_REFCNT(item) > count || PyLong_CheckExact(item) || PyUnicode_CheckExact(item)
                 || PyFloat_CheckExact(item))) {
            return false;
        }
    }
    return true;
}

static inline bool dies_alone_quietly(PyObject *object)
{
    return items_stay(object) || plain_inside(object, GRAFT_PLAIN_DEPTH, LOOKED_AT_BRIEFLY);
}

int graft_slow_droppable(jit_frame *jf)
{
    return dies_alone_quietly(jf->arg[0].p) ? 0 : -1;
}

static bool is_plain_value(PyObject *object, int depth)
{
    (void)depth;
    return plain(Py_TYPE(object));
}

int graft_slow_unseen(jit_frame *jf)
{
    PyObject *object = jf->arg[0].p;
    return plain(Py_TYPE(object)) || items_stay(object)
           || (PyDict_CheckExact(object) && PyDict_GET_SIZE(object) <= WORTH_LOOKING
               && adapter_dict_is_plain(object, is_plain_value, 0)) ? 0 : -1;
}

int graft_slow_release(jit_frame *jf)
{
    uintptr_t *slot = jf->arg[0].p;
    if (!dies_alone_quietly(slot_object(*slot))) {
        return -1;
    }
    put(slot, SLOT_NULL);
    return 0;
}

int graft_make_cell(uintptr_t *slot)
{
    PyObject *cell = PyCell_New(slot_object(*slot));
    if (cell == NULL) {
        PyErr_Clear();
        return -1;
    }
    uintptr_t old = *slot;
    *slot = slot_from_new(cell);
    if (!(old & 1)) {
        Py_DECREF(slot_object(old));        /* the cell has it */
    }
    return 0;
}

int graft_make_function(uintptr_t *slot, PyObject *code, PyObject *globals, PyObject *builtins)
{
    PyObject *function = adapter_make_function(code, globals, builtins);
    if (function == NULL) {
        return -1;
    }
    *slot = slot_from_new(function);
    return 0;
}

/* The sequence has what the slots owned. */
static int built(uintptr_t *slot, int64_t count, PyObject *sequence)
{
    if (sequence == NULL) {
        PyErr_Clear();
        return -1;
    }
    for (int64_t n = 1; n < count; n++) {
        slot[n] = SLOT_NULL;
    }
    *slot = slot_from_new(sequence);
    return 0;
}

int graft_build_list(uintptr_t *slot, int64_t count)
{
    return built(slot, count, adapter_list_of_slots(slot, count));
}

int graft_build_tuple(uintptr_t *slot, int64_t count)
{
    return built(slot, count, adapter_tuple_of_slots(slot, count));
}

int graft_release_pair(uintptr_t *one, uintptr_t *two)
{
    Py_ssize_t count = slot_object(*one) == slot_object(*two) ? 2 : 1;
    if (!droppable(*one, count) || !droppable(*two, count)) {
        return -1;
    }
    put(one, SLOT_NULL);
    put(two, SLOT_NULL);
    return 0;
}

/* ---- numbers ------------------------------------------------------------ */

int graft_int_value(PyObject *object, int64_t *value)
{
    int overflow;
    *value = PyLong_AsLongLongAndOverflow(object, &overflow);
    return overflow ? -1 : 0;
}

int graft_number_op(uintptr_t *slot, PyObject *left, PyObject *right, int64_t op)
{
    PyObject *result = adapter_binary_op((int)op)(left, right);
    if (result == NULL) {
        PyErr_Clear();
        return -1;
    }
    put(slot, slot_from_new(result));
    return 0;
}

int64_t graft_number_compare(PyObject *left, PyObject *right, int64_t op)
{
    PyObject *result = PyObject_RichCompare(left, right, (int)op);
    if (result == NULL || !PyBool_Check(result)) {
        PyErr_Clear();
        Py_XDECREF(result);
        return -1;
    }
    int64_t truth = result == Py_True;
    Py_DECREF(result);
    return truth;
}

/* Objects/floatobject.c: float_rem, _float_div_mod.  -1: division by zero. */
int graft_float_op(double left, double right, int64_t op, double *result)
{
    if (right == 0.0) {
        return -1;
    }
    double rest = fmod(left, right), quotient = (left - rest) / right;
    if (rest == 0.0) {
        rest = copysign(0.0, right);
    }
    else if ((right < 0) != (rest < 0)) {
        rest += right;
        quotient -= 1.0;
    }
    if (op == NB_REMAINDER) {
        *result = rest;
        return 0;
    }
    double whole = floor(quotient);
    if (quotient == 0.0) {
        whole = copysign(0.0, left / right);
    }
    else if (quotient - whole > 0.5) {
        whole += 1.0;
    }
    *result = whole;
    return 0;
}

/* Objects/floatobject.c: float_pow, where both are finite and the result is an ordinary number; else -1. */
int graft_float_pow(double left, double right, double *result)
{
    if (left == 0.0 || !isfinite(left) || !isfinite(right)) {
        return -1;
    }
    bool odd = false;
    if (left < 0.0) {
        if (right != floor(right)) {
            return -1;          /* a complex number */
        }
        odd = fmod(fabs(right), 2.0) == 1.0;
    }
    double power = pow(fabs(left), right);
    if (!isnormal(power)) {
        return -1;
    }
    *result = odd ? -power : power;
    return 0;
}

int graft_int_pow(int64_t base, int64_t exponent, int64_t *result)
{
    if (exponent < 0) {
        return -1;      /* a float */
    }
    int64_t power = 1;
    for (;;) {
        if ((exponent & 1) && __builtin_mul_overflow(power, base, &power)) {
            return -1;
        }
        exponent >>= 1;
        if (exponent == 0) {
            *result = power;
            return 0;
        }
        if (__builtin_mul_overflow(base, base, &base)) {
            return -1;
        }
    }
}

int graft_range_len(int64_t start, int64_t stop, int64_t step, int64_t *result)
{
    /* rangeobject.c, get_len_of_range: unsigned differences do not overflow. */
    uint64_t len = 0;
    if (step > 0 && start < stop) {
        len = 1 + ((uint64_t)stop - 1u - (uint64_t)start) / (uint64_t)step;
    }
    else if (step < 0 && start > stop) {
        len = 1 + ((uint64_t)start - 1u - (uint64_t)stop) / (0u - (uint64_t)step);
    }
    if (step == 0 || len > INT64_MAX) {
        return -1;
    }
    /* Past the end the interpreter makes a range of big ints. */
    int64_t last;
    if (__builtin_mul_overflow((int64_t)len, step, &last)
        || __builtin_add_overflow(start, last, &last)) {
        return -1;
    }
    *result = (int64_t)len;
    return 0;
}
