/* CPython 3.14: looking keys up in dictionaries and sets without ever running
 * Python code, and what a C function is.  See adapter.h. */
#include "cpython/adapter.h"
#include "cpython/dicts.h"
#include <internal/pycore_runtime.h>
#include <internal/pycore_tuple.h>
#include <internal/pycore_unicodeobject.h>
#include <string.h>

/* ---- keys ---------------------------------------------------------------- */

static inline bool simple_leaf(PyObject *object)
{
    PyTypeObject *type = Py_TYPE(object);
    return type == &PyLong_Type || type == &PyUnicode_Type || type == &PyFloat_Type
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
    return simple(object, 3);
}

static int simple_equal(PyObject *left, PyObject *right, int depth)
{
    if (left == right) {
        return 1;
    }
    if (PyUnicode_CheckExact(left) && PyUnicode_CheckExact(right)) {
        return _PyUnicode_Equal(left, right);
    }
    if (PyLong_CheckExact(left) && PyLong_CheckExact(right)
        && _PyLong_IsCompact((PyLongObject *)left) && _PyLong_IsCompact((PyLongObject *)right)) {
        return _PyLong_CompactValue((PyLongObject *)left)
               == _PyLong_CompactValue((PyLongObject *)right);
    }
    if (PyTuple_CheckExact(left) && PyTuple_CheckExact(right) && depth > 0) {
        /* As tuples compare: items in order, then the lengths. */
        Py_ssize_t count = PyTuple_GET_SIZE(left), others = PyTuple_GET_SIZE(right);
        for (Py_ssize_t n = 0; n < count && n < others; n++) {
            int equal = simple_equal(PyTuple_GET_ITEM(left, n), PyTuple_GET_ITEM(right, n),
                                     depth - 1);
            if (equal <= 0) {
                return equal;
            }
        }
        return count == others;
    }
    if (!adapter_simple(left) || !adapter_simple(right)) {
        return -1;
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
    if (PyLong_CheckExact(key) && _PyLong_IsCompact((PyLongObject *)key)) {
        *hash = _PyLong_CompactValue((PyLongObject *)key);
        *hash -= *hash == -1;
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
    if (!simple_leaf(key)) {
        return false;
    }
    *hash = PyObject_Hash(key);
    if (*hash == -1) {
        PyErr_Clear();
        return false;
    }
    return true;
}

/* The hash of a key; false: it is not simple. */
static bool hash_of(PyObject *key, Py_hash_t *hash)
{
    return leaf_hash(key, hash) || other_hash(key, hash, 3);
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

/* What is looked for: an object, or an int in a register (key NULL). */
typedef struct { PyObject *key; int64_t number; Py_hash_t hash; } wanted;

static int is_wanted(PyObject *other, const wanted *w)
{
    if (w->key != NULL) {
        return adapter_simple_equal(other, w->key);
    }
    if (PyLong_CheckExact(other) && _PyLong_IsCompact((PyLongObject *)other)) {
        return _PyLong_CompactValue((PyLongObject *)other) == w->number;
    }
    PyObject *key = PyLong_FromLongLong(w->number);
    int equal = key == NULL ? -1 : adapter_simple_equal(other, key);
    Py_XDECREF(key);
    return equal;
}

/* False: its hash is not the number itself. */
static bool want_int(int64_t number, wanted *w)
{
    *w = (wanted){NULL, number, number == -1 ? -2 : number};
    return number > -(1LL << 60) && number < 1LL << 60;
}

static int find_in_dict(PyObject *dict, const wanted *w, PyObject ***place)
{
    PyDictObject *d = (PyDictObject *)dict;
    PyDictKeysObject *keys = d->ma_keys;
    bool unicode = DK_IS_UNICODE(keys);
    Py_hash_t hash = w->hash;
    size_t mask = (size_t)DK_SIZE(keys) - 1, perturb = (size_t)hash, at = (size_t)hash & mask;
    for (;;) {
        Py_ssize_t index = index_at(keys, at);
        if (index == DKIX_EMPTY) {
            return 0;
        }
        if (index >= 0) {
            PyObject *other = unicode ? DK_UNICODE_ENTRIES(keys)[index].me_key
                                      : DK_ENTRIES(keys)[index].me_key;
            int equal = other == w->key;
            if (!equal) {
                Py_hash_t its = unicode ? ((PyASCIIObject *)other)->hash
                                        : DK_ENTRIES(keys)[index].me_hash;
                equal = its == hash ? is_wanted(other, w) : 0;
            }
            if (equal < 0) {
                return -1;
            }
            if (equal) {
                *place = d->ma_values != NULL ? &d->ma_values->values[index]
                       : unicode ? &DK_UNICODE_ENTRIES(keys)[index].me_value
                                 : &DK_ENTRIES(keys)[index].me_value;
                return **place != NULL;
            }
        }
        perturb >>= 5;          /* PERTURB_SHIFT */
        at = (at * 5 + perturb + 1) & mask;
    }
}

int adapter_dict_find(PyObject *dict, PyObject *key, PyObject ***place)
{
    wanted w = {.key = key};
    return hash_of(key, &w.hash) ? find_in_dict(dict, &w, place) : -1;
}

int adapter_dict_find_int(PyObject *dict, int64_t key, PyObject ***place)
{
    wanted w;
    return want_int(key, &w) ? find_in_dict(dict, &w, place) : -1;
}

int adapter_dict_insert(PyObject *dict, PyObject *key, PyObject *value)
{
    Py_hash_t hash;
    return hash_of(key, &hash) ? _PyDict_SetItem_KnownHash(dict, key, value, hash) : -1;
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

static int find_in_set(PyObject *set, const wanted *w)
{
    PySetObject *s = (PySetObject *)set;
    Py_hash_t hash = w->hash;
    size_t mask = (size_t)s->mask, perturb = (size_t)hash, at = (size_t)hash & mask;
    for (;;) {      /* Objects/setobject.c: set_lookkey */
        setentry *entry = &s->table[at];
        size_t last = at + 9 <= mask ? 9 : 0;       /* LINEAR_PROBES */
        for (size_t n = 0; n <= last; n++, entry++) {
            if (entry->hash == 0 && entry->key == NULL) {
                return 0;
            }
            if (entry->hash == hash) {
                int equal = is_wanted(entry->key, w);
                if (equal != 0) {
                    return equal;
                }
            }
        }
        perturb >>= 5;
        at = (at * 5 + 1 + perturb) & mask;
    }
}

int adapter_set_find(PyObject *set, PyObject *key)
{
    wanted w = {.key = key};
    return hash_of(key, &w.hash) ? find_in_set(set, &w) : -1;
}

int adapter_set_find_int(PyObject *set, int64_t key)
{
    wanted w;
    return want_int(key, &w) ? find_in_set(set, &w) : -1;
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

bool adapter_class_is_plain(PyTypeObject *type)
{
    PyObject *name = PyUnicode_InternFromString("__class__");
    if (name == NULL) {
        PyErr_Clear();
        return false;
    }
    bool plain = (type->tp_getattro == PyObject_GenericGetAttr || is_builtin(type))
                 && _PyType_Lookup(type, name) == _PyType_Lookup(&PyBaseObject_Type, name);
    Py_DECREF(name);
    return plain;
}
