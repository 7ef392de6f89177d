/* What the engine and the stencils both know of dictionaries' keys. */
#ifndef GRAFT_DICTS_H
#define GRAFT_DICTS_H

#include <Python.h>
#include <internal/pycore_dict.h>
#include <stdint.h>

/* Sizes and kind in one number, from which an entry's offset follows. */
#define DICT_LAYOUT(keys) (*(const uint32_t *)&((PyDictKeysObject *)(keys))->dk_log2_size & 0xffffff)

/* PyDict_Next, for a dictionary that has its values in its own table. */
static inline bool dict_next(PyDictObject *dict, Py_ssize_t *position, PyObject **key, PyObject **value)
{
    PyDictKeysObject *keys = dict->ma_keys;
    Py_ssize_t n = *position, end = keys->dk_nentries;
    if (dict->ma_values != NULL) {
        return PyDict_Next((PyObject *)dict, position, key, value);
    }
    if (DK_IS_UNICODE(keys)) {
        const PyDictUnicodeEntry *entry = DK_UNICODE_ENTRIES(keys) + n;
        for (; n < end && entry->me_value == NULL; entry++) {
            n++;
        }
        if (n < end) {
            *key = entry->me_key;
            *value = entry->me_value;
        }
    }
    else {
        const PyDictKeyEntry *entry = DK_ENTRIES(keys) + n;
        for (; n < end && entry->me_value == NULL; entry++) {
            n++;
        }
        if (n < end) {
            *key = entry->me_key;
            *value = entry->me_value;
        }
    }
    *position = n + 1;
    return n < end;
}

#endif
