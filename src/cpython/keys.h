/* What is looked for in dictionaries and sets: hashes and comparisons that run no Python code.
 * Only for the adapter of CPython 3.14. */
#ifndef GRAFT_KEYS_H
#define GRAFT_KEYS_H

#include "cpython/adapter.h"
#include <internal/pycore_long.h>
#include <string.h>

/* Whether two exact strings are equal (Objects/unicodeobject.c: unicode_eq). */
static inline bool same_text(PyObject *left, PyObject *right)
{
    Py_ssize_t length = PyUnicode_GET_LENGTH(left);
    int kind = PyUnicode_KIND(left);
    return length == PyUnicode_GET_LENGTH(right) && kind == (int)PyUnicode_KIND(right)
           && memcmp(PyUnicode_DATA(left), PyUnicode_DATA(right), (size_t)(length * kind)) == 0;
}

/* The value of an int of one or two digits, which is its hash as well (but for -1). */
static inline bool is_number(PyObject *object, int64_t *value)
{
    if (!PyLong_CheckExact(object)) {
        return false;
    }
    PyLongObject *number = (PyLongObject *)object;
    uintptr_t tag = number->long_value.lv_tag;
    int64_t v = number->long_value.ob_digit[0];
    if (tag >= 2 << 3) {
        if (tag >= 3 << 3) {
            return false;
        }
        v |= (int64_t)number->long_value.ob_digit[1] << PyLong_SHIFT;
    }
    *value = tag & 2 ? -v : v;
    return true;
}

/* What is looked for: an object, or an int in a register (key NULL). */
typedef enum { TEXT, NUMBER, OTHER } wanted_kind;       /* NUMBER: as is_number() says */
typedef struct { PyObject *key; int64_t number; Py_hash_t hash; wanted_kind kind; } wanted;

/* The hash of a key; false: it is not simple. */
bool key_hash(PyObject *key, Py_hash_t *hash);
/* 1 or 0; -1: cannot say. */
int key_is_wanted(PyObject *other, const wanted *w);

static inline bool want(PyObject *key, wanted *w)
{
    w->key = key;
    w->kind = OTHER;
    if (PyUnicode_CheckExact(key)) {
        w->kind = TEXT;
        w->hash = ((PyASCIIObject *)key)->hash;
        if (w->hash != -1) {
            return true;
        }
    }
    else if (is_number(key, &w->number)) {
        w->kind = NUMBER;
        w->hash = w->number - (w->number == -1);
        return true;
    }
    return key_hash(key, &w->hash);
}

static inline int is_wanted(PyObject *other, const wanted *w)
{
    if (w->kind == NUMBER && PyLong_CheckExact(other)) {
        int64_t number;
        return is_number(other, &number) && number == w->number;
    }
    return key_is_wanted(other, w);
}

/* False: its hash is not the number itself. */
static inline bool want_int(int64_t number, wanted *w)
{
    *w = (wanted){NULL, number, number == -1 ? -2 : number, NUMBER};
    return number > -(1LL << 60) && number < 1LL << 60;
}

#endif
