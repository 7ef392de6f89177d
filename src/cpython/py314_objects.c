/* CPython 3.14: looking keys up in dictionaries and sets without ever running
 * Python code, and what a C function is.  See adapter.h. */
#include "cpython/adapter.h"
#include <internal/pycore_dict.h>
#include <internal/pycore_list.h>
#include <internal/pycore_long.h>
#include "cpython/dicts.h"
#include "cpython/keys.h"
#include <internal/pycore_runtime.h>
#include <internal/pycore_tuple.h>
#include <internal/pycore_unicodeobject.h>
#include <string.h>

/* ---- keys ---------------------------------------------------------------- */

static inline bool simple_leaf(PyObject *object)
{
    PyTypeObject *type = Py_TYPE(object);
    return type == &PyUnicode_Type || type == &PyLong_Type || type == &PyFloat_Type
           || type == &PyBool_Type || object == Py_None;
}

static bool simple(PyObject *object, int depth)
{
    if (simple_leaf(object)) {
        return true;
    }
    if (!PyTuple_CheckExact(object) || depth == 0) {
        return false;
    }
    for (Py_ssize_t n = 0; n < PyTuple_GET_SIZE(object); n++) {
        PyObject *item = PyTuple_GET_ITEM(object, n);
        if (!simple_leaf(item) && !simple(item, depth - 1)) {
            return false;
        }
    }
    return true;
}

bool adapter_simple(PyObject *object)
{
    return simple_leaf(object) || (PyTuple_CheckExact(object) && simple(object, 3));
}

/* The common cases; -1: another one. */
static inline int leaf_equal(PyObject *left, PyObject *right)
{
    if (left == right) {
        return 1;
    }
    int64_t l, r;
    if (is_number(left, &l) && is_number(right, &r)) {
        return l == r;
    }
    if (PyUnicode_CheckExact(left) && PyUnicode_CheckExact(right)) {
        return same_text(left, right);
    }
    return -1;
}

/* Whether the object is hashed and compared by what it is, as object() is. */
static inline bool by_identity(PyObject *object)
{
    PyTypeObject *type = Py_TYPE(object);
    return type->tp_hash == PyBaseObject_Type.tp_hash
           && type->tp_richcompare == PyBaseObject_Type.tp_richcompare;
}

static int simple_equal(PyObject *left, PyObject *right, int depth)
{
    int leaves = leaf_equal(left, right);
    if (leaves >= 0) {
        return leaves;
    }
    if (PyTuple_CheckExact(left) && PyTuple_CheckExact(right) && depth > 0) {
        /* As tuples compare: items in order, then the lengths. */
        Py_ssize_t count = PyTuple_GET_SIZE(left), others = PyTuple_GET_SIZE(right);
        for (Py_ssize_t n = 0; n < count && n < others; n++) {
            PyObject *l = PyTuple_GET_ITEM(left, n), *r = PyTuple_GET_ITEM(right, n);
            int equal = leaf_equal(l, r);
            if (equal < 0) {
                equal = simple_equal(l, r, depth - 1);
            }
            if (equal <= 0) {
                return equal;
            }
        }
        return count == others;
    }
    bool simple_left = adapter_simple(left), simple_right = adapter_simple(right);
    if (!simple_left || !simple_right) {
        return (simple_left || by_identity(left)) && (simple_right || by_identity(right)) ? 0 : -1;
    }
    int equal = PyObject_RichCompareBool(left, right, Py_EQ);
    if (equal < 0) {
        PyErr_Clear();
    }
    return equal;
}

int adapter_simple_equal(PyObject *left, PyObject *right)
{
    return simple_equal(left, right, 3);
}

static inline bool leaf_hash(PyObject *key, Py_hash_t *hash)
{
    int64_t number;
    if (is_number(key, &number)) {
        *hash = number - (number == -1);
        return true;
    }
    if (PyUnicode_CheckExact(key) && ((PyASCIIObject *)key)->hash != -1) {
        *hash = ((PyASCIIObject *)key)->hash;
        return true;
    }
    return false;
}

static bool other_hash(PyObject *key, Py_hash_t *hash, int depth);

/* Objects/tupleobject.c: tuple_hash. */
static bool tuple_hash(PyTupleObject *tuple, Py_hash_t *hash, int depth)
{
    if (tuple->ob_hash != -1) {
        *hash = tuple->ob_hash;         /* whatever is in it */
        return true;
    }
    Py_ssize_t count = Py_SIZE(tuple);
    Py_uhash_t sum = _PyTuple_HASH_XXPRIME_5;
    for (Py_ssize_t n = 0; n < count; n++) {
        PyObject *item = tuple->ob_item[n];
        Py_hash_t lane;
        if (!leaf_hash(item, &lane) && !other_hash(item, &lane, depth)) {
            return false;
        }
        sum += (Py_uhash_t)lane * _PyTuple_HASH_XXPRIME_2;
        sum = _PyTuple_HASH_XXROTATE(sum) * _PyTuple_HASH_XXPRIME_1;
    }
    sum += (Py_uhash_t)count ^ (_PyTuple_HASH_XXPRIME_5 ^ 3527539UL);
    *hash = sum == (Py_uhash_t)-1 ? 1546275796 : (Py_hash_t)sum;
    tuple->ob_hash = *hash;
    return true;
}

static bool other_hash(PyObject *key, Py_hash_t *hash, int depth)
{
    if (PyTuple_CheckExact(key)) {
        return depth > 0 && tuple_hash((PyTupleObject *)key, hash, depth - 1);
    }
    if (!simple_leaf(key) && !by_identity(key)) {
        return false;
    }
    *hash = PyObject_Hash(key);
    if (*hash == -1) {
        PyErr_Clear();
        return false;
    }
    return true;
}

bool key_hash(PyObject *key, Py_hash_t *hash)
{
    return leaf_hash(key, hash) || other_hash(key, hash, 3);
}

int key_is_wanted(PyObject *other, const wanted *w)
{
    if (w->key != NULL) {
        return adapter_simple_equal(other, w->key);
    }
    PyObject *key = PyLong_FromLongLong(w->number);
    int equal = key == NULL ? -1 : adapter_simple_equal(other, key);
    Py_XDECREF(key);
    return equal;
}

/* Objects/dictobject.c: dictkeys_get_index. */
static Py_ssize_t index_at(const PyDictKeysObject *keys, size_t at)
{
    int log2 = keys->dk_log2_size;
    if (log2 < 8) {
        return ((const int8_t *)keys->dk_indices)[at];
    }
    if (log2 < 16) {
        return ((const int16_t *)keys->dk_indices)[at];
    }
    return log2 < 32 ? ((const int32_t *)keys->dk_indices)[at]
                     : (Py_ssize_t)((const int64_t *)keys->dk_indices)[at];
}

/* The index of the wanted key in a dictionary's entries, or DKIX_EMPTY; DKIX_ERROR: cannot
 * say.  In keys that are all strings only a string is looked for. */
static inline __attribute__((always_inline)) Py_ssize_t
find_entry(PyDictKeysObject *keys, const wanted *w, bool unicode)
{
    Py_hash_t hash = w->hash;
    size_t mask = (size_t)DK_SIZE(keys) - 1, perturb = (size_t)hash, at = (size_t)hash & mask;
    for (;;) {
        Py_ssize_t index = index_at(keys, at);
        if (index == DKIX_EMPTY) {
            return DKIX_EMPTY;
        }
        if (index >= 0) {
            int equal;
            if (unicode) {
                PyObject *other = DK_UNICODE_ENTRIES(keys)[index].me_key;
                equal = other == w->key
                        || (((PyASCIIObject *)other)->hash == hash && same_text(other, w->key));
            }
            else {
                PyDictKeyEntry *entry = &DK_ENTRIES(keys)[index];
                equal = entry->me_key == w->key ? 1
                        : entry->me_hash == hash ? is_wanted(entry->me_key, w) : 0;
            }
            if (equal != 0) {
                return equal > 0 ? index : DKIX_ERROR;
            }
        }
        perturb >>= 5;          /* PERTURB_SHIFT */
        at = (at * 5 + perturb + 1) & mask;
    }
}

static int find_in_dict(PyObject *dict, const wanted *w, PyObject ***place)
{
    PyDictObject *d = (PyDictObject *)dict;
    PyDictKeysObject *keys = d->ma_keys;
    Py_ssize_t index;
    if (keys->dk_kind == DICT_KEYS_UNICODE && w->kind == TEXT && keys->dk_log2_size < 8) {
        /* Small, its names all interned, as most are: where the first look tells. */
        PyDictUnicodeEntry *entries = (PyDictUnicodeEntry *)((int8_t *)keys->dk_indices + DK_SIZE(keys));
        index = ((int8_t *)keys->dk_indices)[(size_t)w->hash & (DK_SIZE(keys) - 1)];
        if (index == DKIX_EMPTY) {
            return 0;
        }
        if (index >= 0 && entries[index].me_key == w->key) {
            *place = &entries[index].me_value;
            return 1;
        }
    }
    if (!DK_IS_UNICODE(keys)) {
        index = find_entry(keys, w, false);
        *place = &DK_ENTRIES(keys)[index].me_value;
    }
    else if (w->kind == TEXT) {
        index = find_entry(keys, w, true);
        *place = d->ma_values != NULL ? &d->ma_values->values[index]
                                      : &DK_UNICODE_ENTRIES(keys)[index].me_value;
    }
    else {
        return 0;       /* no other simple object is equal to a string */
    }
    return index >= 0 ? **place != NULL : index == DKIX_EMPTY ? 0 : -1;
}

int adapter_dict_find(PyObject *dict, PyObject *key, PyObject ***place)
{
    wanted w;
    return want(key, &w) ? find_in_dict(dict, &w, place) : -1;
}

int adapter_dict_find_place(PyObject *dict, PyObject *key, PyObject ***place, Py_hash_t *hash)
{
    wanted w;
    if (!want(key, &w)) {
        return -1;
    }
    *hash = w.hash;
    return find_in_dict(dict, &w, place);
}

int adapter_dict_find_int(PyObject *dict, int64_t key, PyObject ***place)
{
    wanted w;
    return want_int(key, &w) ? find_in_dict(dict, &w, place) : -1;
}

/* Objects/dictobject.c: dictkeys_set_index. */
static inline void set_index_at(PyDictKeysObject *keys, size_t at, Py_ssize_t index)
{
    int log2 = keys->dk_log2_size;
    if (log2 < 8) {
        ((int8_t *)keys->dk_indices)[at] = (int8_t)index;
    }
    else if (log2 < 16) {
        ((int16_t *)keys->dk_indices)[at] = (int16_t)index;
    }
    else if (log2 < 32) {
        ((int32_t *)keys->dk_indices)[at] = (int32_t)index;
    }
    else {
        ((int64_t *)keys->dk_indices)[at] = index;
    }
}

/* Objects/dictobject.c: insert_combined_dict. */
static void append_entry(PyDictObject *d, PyObject *key, Py_hash_t hash, PyObject *value)
{
    PyDictKeysObject *keys = d->ma_keys;
    size_t mask = (size_t)DK_SIZE(keys) - 1, perturb = (size_t)hash, at = (size_t)hash & mask;
    while (index_at(keys, at) >= 0) {
        perturb >>= 5;
        at = (at * 5 + perturb + 1) & mask;
    }
    Py_ssize_t index = keys->dk_nentries;
    set_index_at(keys, at, index);
    if (DK_IS_UNICODE(keys)) {
        DK_UNICODE_ENTRIES(keys)[index] = (PyDictUnicodeEntry){Py_NewRef(key), Py_NewRef(value)};
    }
    else {
        DK_ENTRIES(keys)[index] = (PyDictKeyEntry){hash, Py_NewRef(key), Py_NewRef(value)};
    }
    keys->dk_version = 0;
    keys->dk_usable--;
    keys->dk_nentries++;
    d->ma_used++;
}

int adapter_dict_insert(PyObject *dict, PyObject *key, Py_hash_t hash, PyObject *value)
{
    PyDictObject *d = (PyDictObject *)dict;
    if (d->ma_keys->dk_usable > 0 && d->ma_values == NULL
        && (!DK_IS_UNICODE(d->ma_keys) || PyUnicode_CheckExact(key))) {
        append_entry(d, key, hash, value);
        return 0;
    }
    return _PyDict_SetItem_KnownHash(dict, key, value, hash);
}

/* Objects/dictobject.c: delitem_common. */
PyObject *adapter_dict_remove(PyObject *dict, PyObject **place, Py_hash_t hash)
{
    PyDictObject *d = (PyDictObject *)dict;
    PyDictKeysObject *keys = d->ma_keys;
    PyObject *value = *place, *key;
    Py_ssize_t index;
    if (DK_IS_UNICODE(keys)) {
        PyDictUnicodeEntry *entry = (PyDictUnicodeEntry *)((char *)place - offsetof(PyDictUnicodeEntry, me_value));
        index = entry - DK_UNICODE_ENTRIES(keys);
        key = entry->me_key;
        *entry = (PyDictUnicodeEntry){NULL, NULL};
    }
    else {
        PyDictKeyEntry *entry = (PyDictKeyEntry *)((char *)place - offsetof(PyDictKeyEntry, me_value));
        index = entry - DK_ENTRIES(keys);
        key = entry->me_key;
        *entry = (PyDictKeyEntry){0, NULL, NULL};
    }
    size_t mask = (size_t)DK_SIZE(keys) - 1, perturb = (size_t)hash, at = (size_t)hash & mask;
    while (index_at(keys, at) != index) {
        perturb >>= 5;
        at = (at * 5 + perturb + 1) & mask;
    }
    set_index_at(keys, at, DKIX_DUMMY);
    keys->dk_version = 0;
    d->ma_used--;
    Py_DECREF(key);
    return value;
}

bool adapter_dict_is_plain(PyObject *dict, bool (*is_plain)(PyObject *value, int depth), int depth)
{
    PyDictObject *d = (PyDictObject *)dict;
    PyDictKeysObject *keys = d->ma_keys;
    bool unicode = DK_IS_UNICODE(keys);
    PyTypeObject *last = &PyLong_Type;      /* of values, an unremarkable one */
    for (Py_ssize_t n = 0; d->ma_used > 0 && n < keys->dk_nentries; n++) {
        PyObject *key = unicode ? NULL : DK_ENTRIES(keys)[n].me_key;
        PyObject *value = d->ma_values != NULL ? d->ma_values->values[n]
                          : unicode ? DK_UNICODE_ENTRIES(keys)[n].me_value
                                    : DK_ENTRIES(keys)[n].me_value;
        if (value == NULL) {
            continue;
        }
        if (key != NULL && !PyLong_CheckExact(key) && !adapter_simple(key)) {
            return false;
        }
        if (Py_TYPE(value) == last || _Py_IsImmortal(value)) {
            continue;
        }
        if (!is_plain(value, depth)) {
            return false;
        }
        last = simple_leaf(value) ? Py_TYPE(value) : last;
    }
    return true;
}

bool adapter_name_place(PyObject *dict, PyObject *name, name_place *out)
{
    PyObject **place;
    PyDictKeysObject *keys = ((PyDictObject *)dict)->ma_keys;
    if (!PyDict_CheckExact(dict) || !PyUnicode_CheckExact(name)
        || keys->dk_kind != DICT_KEYS_UNICODE || adapter_dict_find(dict, name, &place) != 1
        || ((PyDictUnicodeEntry *)((PyObject **)place - 1))->me_key != name) {
        return false;
    }
    ptrdiff_t offset = (char *)place - (char *)keys;
    *out = (name_place){(int)DICT_LAYOUT(keys), (int)offset, *place};
    return offset < INT32_MAX;
}

bool adapter_dict_is_private(PyObject *dict)
{
    PyDictObject *d = (PyDictObject *)dict;
    return d->ma_values == NULL && (d->_ma_watcher_tag & DICT_WATCHER_MASK) == 0;
}

bool adapter_like_dict(PyTypeObject *type, dict_part part)
{
    if (!PyType_FastSubclass(type, Py_TPFLAGS_DICT_SUBCLASS)) {
        return false;
    }
    const PyMappingMethods *own = PyDict_Type.tp_as_mapping;
    switch (part) {
        case DICT_ITEMS: return type->tp_as_mapping->mp_subscript == own->mp_subscript;
        case DICT_STORES: break;
        default: return type->tp_as_sequence->sq_contains == PyDict_Type.tp_as_sequence->sq_contains;
    }
    /* A class that has its own __delitem__ has another slot for both. */
    PyObject *name = PyUnicode_InternFromString("__setitem__");
    bool same = type->tp_as_mapping->mp_ass_subscript == own->mp_ass_subscript
                || ((type->tp_flags & Py_TPFLAGS_HEAPTYPE) && name != NULL
                    && _PyType_Lookup(type, name) == _PyType_Lookup(&PyDict_Type, name));
    Py_XDECREF(name);
    PyErr_Clear();
    return same;
}

/* Modules/_collectionsmodule.c */
typedef struct { PyDictObject dict; PyObject *default_factory; } default_dict;

bool adapter_is_defaultdict(PyTypeObject *type)
{
    return strcmp(type->tp_name, "collections.defaultdict") == 0 && type->tp_base == &PyDict_Type
           && type->tp_basicsize == sizeof(default_dict);
}

PyObject *adapter_default_factory(PyObject *defaultdict)
{
    return ((default_dict *)defaultdict)->default_factory;
}

bool adapter_reuse_int(PyObject *object, int64_t value)
{
    uint64_t size = value < 0 ? -(uint64_t)value : (uint64_t)value;
    _PyLongValue *to = &((PyLongObject *)object)->long_value;
    bool small = value >= -_PY_NSMALLNEGINTS && value < _PY_NSMALLPOSINTS;
    uintptr_t digits = size >> PyLong_SHIFT == 0 ? 1 : 2;
    if (small || size >> 2 * PyLong_SHIFT != 0 || !PyLong_CheckExact(object)
        || Py_REFCNT(object) != 1 || to->lv_tag >> NON_SIZE_BITS != digits) {
        return false;
    }
    to->lv_tag = digits << NON_SIZE_BITS | (value < 0 ? 2 : 0);
    to->ob_digit[0] = (digit)(size & PyLong_MASK);
    if (digits == 2) {
        to->ob_digit[1] = (digit)(size >> PyLong_SHIFT);
    }
    return true;
}

static void stock(struct _Py_freelist *list, PyTypeObject *type)
{
#ifndef Py_REF_DEBUG
    enum { STOCK = 16 };
    PyObject *made[STOCK];
    int count = 0;
    size_t size = (size_t)type->tp_basicsize + (size_t)type->tp_itemsize;
    if (list->freelist != NULL) {
        return;
    }
    while (count < STOCK && (made[count] = PyObject_Malloc(size)) != NULL) {
        Py_SET_TYPE(made[count++], type);
    }
    /* The first is taken first: processors fetch ahead in that direction. */
    for (list->size = count; count > 0; ) {
        *(void **)made[--count] = list->freelist;
        list->freelist = made[count];
    }
#endif
}

void adapter_stock_floats(void)
{
    stock(&PyThreadState_Get()->interp->object_state.freelists.floats, &PyFloat_Type);
}

void adapter_stock_ints(void)
{
    stock(&PyThreadState_Get()->interp->object_state.freelists.ints, &PyLong_Type);
}

/* ---- lists and tuples ------------------------------------------------------ */

PyObject *adapter_list_of_slots(uintptr_t *slots, Py_ssize_t count)
{
    return _PyList_FromStackRefStealOnSuccess((_PyStackRef *)slots, count);
}

PyObject *adapter_tuple_of_slots(uintptr_t *slots, Py_ssize_t count)
{
    return _PyTuple_FromStackRefStealOnSuccess((_PyStackRef *)slots, count);
}

/* ---- C functions ----------------------------------------------------------- */

static bool is_builtin(PyTypeObject *type)
{
    return (type->tp_flags & _Py_TPFLAGS_STATIC_BUILTIN) != 0;
}

/* The name of the class that gave the object its method, or NULL. */
static const char *owner_of(PyObject *self, const PyMethodDef *def)
{
    PyObject *mro = Py_TYPE(self)->tp_mro;
    for (Py_ssize_t n = 0; mro != NULL && n < PyTuple_GET_SIZE(mro); n++) {
        PyTypeObject *type = (PyTypeObject *)PyTuple_GET_ITEM(mro, n);
        PyObject *method = PyDict_GetItemString(adapter_type_dict(type), def->ml_name);
        if (method != NULL && Py_IS_TYPE(method, &PyMethodDescr_Type)
            && ((PyMethodDescrObject *)method)->d_method == def) {
            return strchr(type->tp_name, '.') != NULL ? type->tp_name : NULL;
        }
    }
    return NULL;
}

bool adapter_c_function(PyObject *function, c_function *out)
{
    *out = (c_function){0};
    if (Py_IS_TYPE(function, &PyMethodDescr_Type)) {
        PyMethodDescrObject *descriptor = (PyMethodDescrObject *)function;
        PyTypeObject *type = descriptor->d_common.d_type;
        if (!is_builtin(type) && strchr(type->tp_name, '.') == NULL) {
            return false;       /* of an extension, but by the name of a built-in */
        }
        out->owner = type->tp_name;
        out->type = type;
        out->def = descriptor->d_method;
        out->method = true;
    }
    else if (PyType_CheckExact(function) && is_builtin((PyTypeObject *)function)) {
        out->owner = "type";
        out->name = ((PyTypeObject *)function)->tp_name;
        return true;
    }
    else if (PyCFunction_CheckExact(function)) {
        /* The module that it was made in, whatever it may be called now. */
        PyObject *self = PyCFunction_GET_SELF(function);
        PyModuleDef *def = self != NULL && PyModule_CheckExact(self) ? PyModule_GetDef(self) : NULL;
        PyErr_Clear();
        out->def = ((PyCFunctionObject *)function)->m_ml;
        out->self = self;
        out->owner = def != NULL ? def->m_name : self != NULL ? owner_of(self, out->def) : NULL;
        if (out->owner == NULL) {
            return false;
        }
    }
    else {
        return false;
    }
    out->name = out->def->ml_name;
    switch (out->def->ml_flags & (METH_NOARGS | METH_O | METH_FASTCALL | METH_KEYWORDS
                                  | METH_VARARGS | METH_METHOD | METH_CLASS | METH_STATIC)) {
        case METH_NOARGS: out->how = CALL_NOARGS; break;
        case METH_O: out->how = CALL_ONE; break;
        case METH_FASTCALL: out->how = CALL_FAST; break;
        case METH_FASTCALL | METH_KEYWORDS: out->how = CALL_KEYWORDS; break;
        default: out->how = CALL_OTHER; break;
    }
    return true;
}

PyObject *adapter_method(PyTypeObject *type, PyObject *name)
{
    PyObject *method = PyDict_GetItemWithError(adapter_type_dict(type), name);
    if (method == NULL || !Py_IS_TYPE(method, &PyMethodDescr_Type)) {
        PyErr_Clear();
        return NULL;
    }
    return method;
}

PyObject *adapter_join(PyObject *const *strings, Py_ssize_t count)
{
    return _PyUnicode_JoinArray(&_Py_STR(empty), strings, count);
}

bool adapter_checks_instances_plainly(PyObject *class)
{
    static PyObject *name, *usual;
    if (PyType_CheckExact(class)) {
        return true;
    }
    if (name == NULL && (name = PyUnicode_InternFromString("__instancecheck__")) == NULL) {
        PyErr_Clear();
        return false;
    }
    if (usual == NULL) {
        usual = _PyType_Lookup(&PyType_Type, name);
    }
    return PyType_Check(class) && _PyType_Lookup(Py_TYPE(class), name) == usual;
}

bool adapter_class_is_plain(PyTypeObject *type)
{
    static PyObject *name, *usual;
    if (name == NULL && (name = PyUnicode_InternFromString("__class__")) == NULL) {
        PyErr_Clear();
        return false;
    }
    if (usual == NULL) {
        usual = _PyType_Lookup(&PyBaseObject_Type, name);
    }
    return (adapter_generic_getattr(type) || is_builtin(type))
           && _PyType_Lookup(type, name) == usual;
}
