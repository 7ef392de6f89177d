/* CPython 3.14: sets.  See adapter.h. */
#include "cpython/keys.h"
#include <internal/pycore_setobject.h>

enum { GO_ON = 2 };

/* Whether it is in the entry: 1; the entry is free, so that it is not there: 0; -1: cannot say. */
static inline __attribute__((always_inline)) int
look(const setentry *entry, Py_hash_t hash, const wanted *w, bool wants_number)
{
    Py_hash_t found = entry->hash;
    if (found == hash && entry->key != NULL) {
        int64_t number;
        int equal = wants_number && is_number(entry->key, &number) ? number == w->number
                    : key_is_wanted(entry->key, w);
        return equal != 0 ? equal : GO_ON;
    }
    return found == 0 && entry->key == NULL ? 0 : GO_ON;
}

/* Objects/setobject.c: set_lookkey, set_add_entry.  The same for the set, and the entry: where the
 * key is or would go to, which is the last dummy on the way if there is one. */
static inline __attribute__((always_inline)) int
probe(const PySetObject *s, const wanted *w, bool wants_number, setentry **place)
{
    enum { LINEAR_PROBES = 9 };
    setentry *table = s->table, *dummy = NULL;
    Py_hash_t hash = w->hash;
    size_t mask = (size_t)s->mask, perturb = (size_t)hash, at = (size_t)hash & mask;
    for (;;) {
        setentry *entry = &table[at], *last = entry + (at + LINEAR_PROBES <= mask ? LINEAR_PROBES : 0);
        do {
            int found = look(entry, hash, w, wants_number);
            if (found != GO_ON) {
                if (place != NULL) {
                    *place = found == 0 && dummy != NULL ? dummy : entry;
                }
                return found;
            }
            if (place != NULL && entry->hash == -1) {
                dummy = entry;
            }
        } while (entry++ != last);
        perturb >>= 5;
        at = (at * 5 + 1 + perturb) & mask;
    }
}

int adapter_set_find(PyObject *set, PyObject *key, set_place *place)
{
    wanted w;
    if (!want(key, &w)) {
        return -1;
    }
    place->hash = w.hash;
    return w.kind == NUMBER ? probe((PySetObject *)set, &w, true, &place->entry)
                            : probe((PySetObject *)set, &w, false, &place->entry);
}

int adapter_set_has(PyObject *set, PyObject *key)
{
    wanted w;
    return !want(key, &w) ? -1 : w.kind == NUMBER ? probe((PySetObject *)set, &w, true, NULL)
                                                  : probe((PySetObject *)set, &w, false, NULL);
}

int adapter_set_has_int(PyObject *set, int64_t key)
{
    wanted w;
    return want_int(key, &w) ? probe((PySetObject *)set, &w, true, NULL) : -1;
}

/* set_add_entry */
int adapter_set_insert(PyObject *set, PyObject *key, const set_place *place)
{
    PySetObject *s = (PySetObject *)set;
    bool reused = place->entry->key != NULL;            /* a dummy */
    if (!reused && (size_t)(s->fill + 1) * 5 >= (size_t)s->mask * 3) {
        return PySet_Add(set, key);         /* it grows */
    }
    *place->entry = (setentry){Py_NewRef(key), place->hash};
    s->fill += !reused;
    s->used++;
    return 0;
}

/* set_discard_entry */
void adapter_set_remove(PyObject *set, const set_place *place)
{
    PyObject *key = place->entry->key;
    *place->entry = (setentry){_PySet_Dummy, -1};
    ((PySetObject *)set)->used--;
    Py_DECREF(key);
}

bool adapter_set_is_simple(PyObject *set)
{
    const PySetObject *o = (PySetObject *)set;
    PyTypeObject *last = NULL;          /* they are often all alike */
    Py_ssize_t left = o->used;
    for (const setentry *entry = o->table; left > 0; entry++) {
        if (entry->key == NULL || entry->hash == -1) {
            continue;                   /* free, or a dummy */
        }
        left--;
        if (Py_TYPE(entry->key) == last) {
            continue;
        }
        if (!adapter_simple(entry->key)) {
            return false;
        }
        last = PyTuple_CheckExact(entry->key) ? NULL : Py_TYPE(entry->key);
    }
    return true;
}
