/* Dictionaries, sets, lists and tuples: see operations.h. */
#include "cpython/adapter.h"
#include "runtime/helpers.h"
#include "runtime/operations.h"
#include <internal/pycore_pyerrors.h>
#include <internal/pycore_setobject.h>

static PyObject *truth(int result)
{
    return result < 0 ? NULL : result ? Py_True : Py_False;
}

static PyObject *none_or_null(int result)
{
    return result < 0 ? NULL : Py_None;
}

/* ---- dictionaries: self, key[, value] ---------------------------------------- */

OPERATION(dict_item)
{
    PyObject **place;
    int found = adapter_dict_find(self, args[0], &place);
    if (found == 0) {
        _PyErr_SetKeyError(args[0]);
    }
    return found > 0 ? Py_NewRef(*place) : NULL;
}

/* The same of a class derived from dict, which may have a __missing__. */
OPERATION(relative_item)
{
    PyObject **place;
    return adapter_dict_find(self, args[0], &place) > 0 ? Py_NewRef(*place) : NULL;
}

PyObject *graft_dict_int_item(PyObject *dict, int64_t key)
{
    PyObject **place;
    return adapter_dict_find_int(dict, key, &place) > 0 ? Py_NewRef(*place) : NULL;
}

PyObject *graft_dict_int_raise(PyObject *dict, int64_t key)
{
    PyObject **place;
    int found = adapter_dict_find_int(dict, key, &place);
    PyObject *object = found == 0 ? PyLong_FromLongLong(key) : NULL;
    if (object != NULL) {
        _PyErr_SetKeyError(object);
        Py_DECREF(object);
    }
    return found > 0 ? Py_NewRef(*place) : NULL;
}

int64_t graft_dict_has_int(PyObject *dict, int64_t key)
{
    PyObject **place;
    return adapter_dict_find_int(dict, key, &place);
}

int64_t graft_set_has_int(PyObject *set, int64_t key)
{
    return adapter_set_has_int(set, key);
}

OPERATION(dict_get)
{
    PyObject **place;
    int found = adapter_dict_find(self, args[0], &place);
    return found < 0 ? NULL : Py_NewRef(found ? *place : count > 1 ? args[1] : Py_None);
}

OPERATION(dict_contains)
{
    PyObject **place;
    return truth(adapter_dict_find(self, args[0], &place));
}

OPERATION(dict_store)
{
    PyObject **place;
    Py_hash_t hash;
    int found = adapter_dict_find_place(self, args[0], &place, &hash);
    if (found < 0 || !adapter_dict_is_private(self)) {
        return NULL;
    }
    if (!found) {
        return none_or_null(adapter_dict_insert(self, args[0], hash, args[1]));
    }
    PyObject *old = *place;
    if (old == self || !dies_quietly(old)) {
        return NULL;
    }
    *place = Py_NewRef(args[1]);
    Py_DECREF(old);
    return Py_None;
}

/* Whether the container can lose its key that is equal to the operand, and the stack then
 * the operand. */
static bool can_lose(PyObject *key)
{
    return adapter_simple(key) || (!PyTuple_CheckExact(key) && Py_REFCNT(key) > 2);
}

int graft_dict_set_int(PyObject *dict, PyObject *key, int64_t value)
{
    PyObject **place;
    Py_hash_t hash;
    int found = adapter_dict_find_place(dict, key, &place, &hash);
    if (found < 0 || !adapter_dict_is_private(dict)) {
        return -1;
    }
    if (found && adapter_reuse_int(*place, value)) {
        return 0;
    }
    PyObject *number = PyLong_FromLongLong(value);
    if (number == NULL || (found && (*place == dict || !dies_quietly(*place)))) {
        Py_XDECREF(number);
        PyErr_Clear();
        return -1;
    }
    if (found) {
        PyObject *old = *place;
        *place = number;
        Py_DECREF(old);
        return 0;
    }
    int status = adapter_dict_insert(dict, key, hash, number);
    Py_DECREF(number);
    return status;
}

OPERATION(ordered_store)
{
    PyObject **place;
    int found = adapter_dict_find(self, args[0], &place);
    if (found < 0 || (found && (*place == self || !dies_quietly(*place)))) {
        return NULL;
    }
    return none_or_null(PyODict_SetItem(self, args[0], args[1]));
}

/* What a factory that is a built-in type makes: new reference, or NULL. */
static PyObject *made_by(PyObject *factory)
{
    return factory == (PyObject *)&PyLong_Type ? PyLong_FromLong(0)
           : factory == (PyObject *)&PyFloat_Type ? PyFloat_FromDouble(0.0)
           : factory == (PyObject *)&PyList_Type ? PyList_New(0)
           : factory == (PyObject *)&PyDict_Type ? PyDict_New()
           : factory == (PyObject *)&PySet_Type ? PySet_New(NULL) : NULL;
}

/* of a defaultdict */
OPERATION(default_item)
{
    PyObject **place;
    Py_hash_t hash;
    int found = adapter_dict_find_place(self, args[0], &place, &hash);
    if (found != 0) {
        return found < 0 ? NULL : Py_NewRef(*place);
    }
    PyObject *value = adapter_dict_is_private(self) ? made_by(adapter_default_factory(self)) : NULL;
    if (value != NULL && adapter_dict_insert(self, args[0], hash, value) < 0) {
        Py_CLEAR(value);
    }
    return value;
}

OPERATION(dict_delete)
{
    PyObject **place;
    Py_hash_t hash;
    int found = adapter_dict_find_place(self, args[0], &place, &hash);
    if (found == 0) {
        _PyErr_SetKeyError(args[0]);
    }
    if (found <= 0 || !adapter_dict_is_private(self)
        || !can_lose(args[0])
        || *place == self || !dies_quietly(*place)) {
        return NULL;
    }
    Py_DECREF(adapter_dict_remove(self, place, hash));
    return Py_None;
}

OPERATION(dict_pop)
{
    PyObject **place;
    Py_hash_t hash;
    int found = adapter_dict_find_place(self, args[0], &place, &hash);
    if (found < 0 || !adapter_dict_is_private(self)) {
        return NULL;
    }
    if (!found && count == 1) {
        _PyErr_SetKeyError(args[0]);
        return NULL;
    }
    if (!found) {
        return Py_NewRef(args[1]);
    }
    if (!can_lose(args[0])) {
        return NULL;
    }
    return adapter_dict_remove(self, place, hash);
}

OPERATION(dict_setdefault)
{
    PyObject **place;
    Py_hash_t hash;
    int found = adapter_dict_find_place(self, args[0], &place, &hash);
    if (found != 0) {
        return found < 0 ? NULL : Py_NewRef(*place);
    }
    PyObject *value = count > 1 ? args[1] : Py_None;
    if (!adapter_dict_is_private(self) || adapter_dict_insert(self, args[0], hash, value) < 0) {
        return NULL;
    }
    return Py_NewRef(value);
}

OPERATION(dict_clear)
{
    PyObject *key, *value;
    Py_ssize_t at = 0;
    if (!adapter_dict_is_private(self)) {
        return NULL;
    }
    while (PyDict_Next(self, &at, &key, &value)) {
        if (!adapter_simple(key) || !adapter_simple(value)) {
            return NULL;
        }
    }
    PyDict_Clear(self);
    return Py_None;
}

/* key, value, key, value... */
OPERATION(dict_build)
{
    for (Py_ssize_t n = 0; n < count; n += 2) {
        if (!adapter_simple(args[n])) {
            return NULL;
        }
    }
    PyObject *dict = PyDict_New();
    for (Py_ssize_t n = 0; dict != NULL && n < count; n += 2) {
        /* What an equal key had before is still on the stack. */
        if (PyDict_SetItem(dict, args[n], args[n + 1]) < 0) {
            Py_CLEAR(dict);
        }
    }
    return dict;
}

OPERATION(dict_new)
{
    return PyDict_New();
}

/* ---- sets: self, item ---------------------------------------------------------- */

OPERATION(set_contains)
{
    return truth(adapter_set_has(self, args[0]));
}

OPERATION(set_add)
{
    set_place place;
    int found = adapter_set_find(self, args[0], &place);
    return found < 0 ? NULL : found ? Py_None : none_or_null(adapter_set_insert(self, args[0], &place));
}

/* Takes the item out of the set. */
static PyObject *lost(PyObject *self, PyObject *item, const set_place *place)
{
    if (!can_lose(item)) {
        return NULL;
    }
    adapter_set_remove(self, place);
    return Py_None;
}

OPERATION(set_discard)
{
    set_place place;
    int found = adapter_set_find(self, args[0], &place);
    return found < 0 ? NULL : found ? lost(self, args[0], &place) : Py_None;
}

OPERATION(set_remove)
{
    set_place place;
    int found = adapter_set_find(self, args[0], &place);
    if (found == 0) {
        _PyErr_SetKeyError(args[0]);
    }
    return found > 0 ? lost(self, args[0], &place) : NULL;
}

OPERATION(set_build)
{
    for (Py_ssize_t n = 0; n < count; n++) {
        if (!adapter_simple(args[n])) {
            return NULL;
        }
    }
    PyObject *set = PySet_New(NULL);
    for (Py_ssize_t n = 0; set != NULL && n < count; n++) {
        if (PySet_Add(set, args[n]) < 0) {
            Py_CLEAR(set);
        }
    }
    return set;
}

static bool simple_sets(PyObject *left, PyObject *right)
{
    return adapter_set_is_simple(left) && adapter_set_is_simple(right);
}

#define SET_OPERATION(name, function) \
    OPERATION(name) \
    { \
        return simple_sets(self, args[0]) ? function(self, args[0]) : NULL; \
    }
SET_OPERATION(set_subtract, PyNumber_Subtract)
SET_OPERATION(set_and, PyNumber_And)
SET_OPERATION(set_or, PyNumber_Or)
SET_OPERATION(set_xor, PyNumber_Xor)

/* ---- lists and tuples ------------------------------------------------------------ */

static PyObject **items_of(PyObject *sequence)
{
    return PyList_CheckExact(sequence) ? ((PyListObject *)sequence)->ob_item
                                       : ((PyTupleObject *)sequence)->ob_item;
}

static bool all_simple(PyObject *sequence)
{
    PyObject **items = items_of(sequence);
    for (Py_ssize_t n = 0; n < Py_SIZE(sequence); n++) {
        if (!adapter_simple(items[n])) {
            return false;
        }
    }
    return true;
}

/* Whether all items are numbers, exactly ints and floats. */
static bool all_numbers(PyObject *sequence)
{
    PyObject **items = items_of(sequence);
    for (Py_ssize_t n = 0; n < Py_SIZE(sequence); n++) {
        if (!PyLong_CheckExact(items[n]) && !PyFloat_CheckExact(items[n])) {
            return false;
        }
    }
    return true;
}

/* Whether all items are ints, or all floats, or all strings. */
static bool all_alike(PyObject *sequence)
{
    PyObject **items = items_of(sequence);
    for (Py_ssize_t n = 0; n < Py_SIZE(sequence); n++) {
        PyTypeObject *type = Py_TYPE(items[n]);
        if (type != Py_TYPE(items[0])
            || (type != &PyLong_Type && type != &PyFloat_Type && type != &PyUnicode_Type)) {
            return false;
        }
    }
    return true;
}

OPERATION(set_from)
{
    if (count == 0) {
        return PySet_New(NULL);
    }
    if ((PyList_CheckExact(args[0]) || PyTuple_CheckExact(args[0])) && !all_simple(args[0])) {
        return NULL;
    }
    return PySet_New(args[0]);      /* or of a string, whose characters are simple */
}

/* Where `item` is in the sequence: its size when it is not there; -1: cannot say. */
static Py_ssize_t find(PyObject *sequence, PyObject *item)
{
    PyObject **items = items_of(sequence);
    for (Py_ssize_t n = 0; n < Py_SIZE(sequence); n++) {
        int equal = adapter_simple_equal(items[n], item);
        if (equal != 0) {
            return equal < 0 ? -1 : n;
        }
    }
    return Py_SIZE(sequence);
}

OPERATION(items_contain)
{
    Py_ssize_t at = find(self, args[0]);
    return at < 0 ? NULL : at < Py_SIZE(self) ? Py_True : Py_False;
}

static PyObject *not_found(const char *message)
{
    PyErr_SetString(PyExc_ValueError, message);
    return NULL;
}

OPERATION(items_index)
{
    Py_ssize_t at = find(self, args[0]);
    if (at == Py_SIZE(self)) {
        return not_found(PyList_Check(self) ? "list.index(x): x not in list"
                                            : "tuple.index(x): x not in tuple");
    }
    return at < 0 ? NULL : PyLong_FromSsize_t(at);
}

OPERATION(items_count)
{
    Py_ssize_t result = 0;
    for (Py_ssize_t n = 0; n < Py_SIZE(self); n++) {
        int equal = adapter_simple_equal(items_of(self)[n], args[0]);
        if (equal < 0) {
            return NULL;
        }
        result += equal;
    }
    return PyLong_FromSsize_t(result);
}

OPERATION(list_delete)
{
    Py_ssize_t at = PyLong_AsSsize_t(args[0]);
    at += at < 0 ? Py_SIZE(self) : 0;
    if (at < 0 || at >= Py_SIZE(self) || !dies_quietly(PyList_GET_ITEM(self, at))
        || PyList_GET_ITEM(self, at) == self) {
        return NULL;
    }
    return none_or_null(PyList_SetSlice(self, at, at + 1, NULL));
}

OPERATION(list_remove)
{
    Py_ssize_t at = find(self, args[0]);
    if (at == Py_SIZE(self)) {
        return not_found("list.remove(x): x not in list");
    }
    if (at < 0 || !adapter_simple(PyList_GET_ITEM(self, at))) {
        return NULL;
    }
    return none_or_null(PyList_SetSlice(self, at, at + 1, NULL));
}

OPERATION(list_clear)
{
    if (!all_simple(self)) {
        return NULL;
    }
    return none_or_null(PyList_SetSlice(self, 0, Py_SIZE(self), NULL));
}

/* list or tuple * int, str * int, either way round */
OPERATION(list_repeat)
{
    PyObject *sequence = PyLong_Check(args[0]) ? args[1] : args[0];
    PyObject *times = sequence == args[0] ? args[1] : args[0];
    Py_ssize_t n = PyNumber_AsSsize_t(times, PyExc_OverflowError);
    if (n == -1 && PyErr_Occurred()) {
        return NULL;
    }
    return Py_TYPE(sequence)->tp_as_sequence->sq_repeat(sequence, n);
}

OPERATION(concatenate)
{
    return Py_TYPE(args[0])->tp_as_sequence->sq_concat(args[0], args[1]);
}

/* list += list or tuple; the list itself is not returned. */
OPERATION(extend_in_place)
{
    return none_or_null(PyList_Extend(args[0], args[1]));
}

OPERATION(list_from)
{
    return count == 0 ? PyList_New(0) : PySequence_List(args[0]);
}

OPERATION(tuple_from)
{
    return count == 0 ? PyTuple_New(0) : PySequence_Tuple(args[0]);
}

/* container[slice], the slice a constant */
OPERATION(subscript)
{
    return Py_TYPE(args[0])->tp_as_mapping->mp_subscript(args[0], args[1]);
}

/* ---- builtins over items: self is the builtin itself -------------------------------- */

/* The sum of numbers, added as sum() does: by the function itself, which is `self`. */
OPERATION(sum_items)
{
    return all_numbers(args[0]) ? PyObject_Vectorcall(self, args, (size_t)count, NULL) : NULL;
}

OPERATION(any_item)
{
    for (Py_ssize_t n = 0; n < Py_SIZE(args[0]); n++) {
        PyObject *item = items_of(args[0])[n];
        if (!adapter_simple(item)) {
            return NULL;
        }
        if (PyObject_IsTrue(item)) {
            return Py_True;
        }
    }
    return Py_False;
}

OPERATION(all_items)
{
    for (Py_ssize_t n = 0; n < Py_SIZE(args[0]); n++) {
        PyObject *item = items_of(args[0])[n];
        if (!adapter_simple(item)) {
            return NULL;
        }
        if (!PyObject_IsTrue(item)) {
            return Py_False;
        }
    }
    return Py_True;
}

/* min and max: the first of equal ones, as in bltinmodule.c, min_max. */
static PyObject *extreme(PyObject *sequence, int op)
{
    if (Py_SIZE(sequence) == 0 || !all_alike(sequence)) {
        return NULL;
    }
    PyObject **items = items_of(sequence), *best = items[0];
    for (Py_ssize_t n = 1; n < Py_SIZE(sequence); n++) {
        if (PyObject_RichCompareBool(items[n], best, op) > 0) {
            best = items[n];
        }
    }
    return Py_NewRef(best);
}

OPERATION(least_item)
{
    return extreme(args[0], Py_LT);
}

OPERATION(greatest_item)
{
    return extreme(args[0], Py_GT);
}

OPERATION(sorted_items)
{
    if (!all_alike(args[0])) {
        return NULL;
    }
    PyObject *list = PySequence_List(args[0]);
    if (list != NULL && PyList_Sort(list) < 0) {
        Py_CLEAR(list);
    }
    return list;
}

OPERATION(sort_list)
{
    return all_alike(self) ? none_or_null(PyList_Sort(self)) : NULL;
}

OPERATION(range_new)
{
    return PyObject_Vectorcall((PyObject *)&PyRange_Type, args, (size_t)count, NULL);
}

OPERATION(isinstance)
{
    PyObject *classes = args[1];
    bool tuple = PyTuple_CheckExact(classes);
    for (Py_ssize_t n = 0; n < (tuple ? PyTuple_GET_SIZE(classes) : 1); n++) {
        PyObject *class = tuple ? PyTuple_GET_ITEM(classes, n) : classes;
        if (class != (PyObject *)Py_TYPE(args[0]) && !adapter_checks_instances_plainly(class)) {
            return NULL;
        }
        if (PyType_IsSubtype(Py_TYPE(args[0]), (PyTypeObject *)class)) {
            return Py_True;
        }
        if (!adapter_class_is_plain(Py_TYPE(args[0]))) {
            return NULL;
        }
    }
    return Py_False;
}
