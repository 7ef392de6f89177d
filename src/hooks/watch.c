/* Dictionary watchers: when a name that compiled code relies on is bound anew,
 * the code is dropped (CPython: PyDict_AddWatcher). */
#include "hooks/watch.h"

typedef struct dependency {
    struct dependency *next;            /* of the same unit */
    struct dependency *next_bucket, **link_bucket;
    unit *unit;
    PyObject *dict;                     /* borrowed: its death is an event */
    PyObject *name;                     /* owned */
} dependency;

#define BUCKETS 256
#define TOO_OFTEN 2     /* invalidations after which names are constants no more */

static dependency *buckets[BUCKETS];
static int watcher = -1;

static dependency **bucket_of(PyObject *dict, PyObject *name)
{
    return &buckets[(((uintptr_t)dict >> 4) ^ (uintptr_t)PyObject_Hash(name)) % BUCKETS];
}

/* Drops what relies on `name` in the dictionary, or (NULL) on any name, in one bucket. */
static void drop_in(dependency **bucket, PyObject *dict, PyObject *name)
{
restart:
    for (dependency *d = *bucket; d != NULL; d = d->next_bucket) {
        /* Names in code are interned; one that is not needs a comparison. */
        if (d->dict == dict
            && (name == NULL || d->name == name
                || (!PyUnicode_CHECK_INTERNED(name) && PyUnicode_Compare(d->name, name) == 0))) {
            d->unit->invalidations++;
            totals.invalidations++;
            unit_reset(d->unit);        /* forgets its dependencies */
            goto restart;
        }
    }
}

static int changed(PyDict_WatchEvent event, PyObject *dict, PyObject *key, PyObject *value)
{
    bool one = event == PyDict_EVENT_ADDED || event == PyDict_EVENT_MODIFIED
               || event == PyDict_EVENT_DELETED;
    if (one && PyUnicode_CheckExact(key)) {
        drop_in(bucket_of(dict, key), dict, key);
        return 0;
    }
    for (int n = 0; n < BUCKETS; n++) {     /* another key could be equal to any name */
        drop_in(&buckets[n], dict, NULL);
    }
    return 0;
}

bool watch_start(void)
{
    if (watcher < 0) {
        watcher = PyDict_AddWatcher(changed);
        if (watcher < 0) {
            PyErr_Clear();
        }
    }
    return watcher >= 0;
}

void watch_stop(void)
{
    if (watcher >= 0) {
        if (PyDict_ClearWatcher(watcher) < 0) {
            PyErr_Clear();
        }
        watcher = -1;
    }
}

static bool depend(unit *u, PyObject *dict, PyObject *name)
{
    for (dependency *d = u->dependencies; d != NULL; d = d->next) {
        if (d->dict == dict && d->name == name) {
            return true;
        }
    }
    if (PyDict_Watch(watcher, dict) < 0) {
        PyErr_Clear();
        return false;
    }
    dependency *d = PyMem_RawMalloc(sizeof(*d));
    if (d == NULL) {
        return false;
    }
    dependency **bucket = bucket_of(dict, name);
    *d = (dependency){u->dependencies, *bucket, bucket, u, dict, Py_NewRef(name)};
    if (d->next_bucket != NULL) {
        d->next_bucket->link_bucket = &d->next_bucket;
    }
    *bucket = d;
    u->dependencies = d;
    return true;
}

PyObject *watch_global(unit *u, PyObject *globals, PyObject *builtins, PyObject *name)
{
    if (watcher < 0 || u->invalidations >= TOO_OFTEN || !PyDict_CheckExact(globals)
        || !PyDict_CheckExact(builtins) || !PyUnicode_CheckExact(name)) {
        return NULL;
    }
    PyObject *found = PyDict_GetItemWithError(globals, name);
    bool global = found != NULL;
    if (!global && !PyErr_Occurred()) {
        found = PyDict_GetItemWithError(builtins, name);
    }
    if (found == NULL) {
        PyErr_Clear();
        return NULL;
    }
    /* The dictionary keeps it alive: it tells before it drops it. */
    if (!depend(u, globals, name) || (!global && !depend(u, builtins, name))) {
        return NULL;
    }
    return found;
}

PyObject *watch_module(unit *u, PyObject *module, PyObject *name)
{
    PyObject *dict = PyModule_GetDict(module);      /* borrowed */
    if (watcher < 0 || u->invalidations >= TOO_OFTEN || !PyUnicode_CheckExact(name)
        || Py_TYPE(module)->tp_getattro != PyModule_Type.tp_getattro) {
        return NULL;
    }
    PyObject *found = PyDict_GetItemWithError(dict, name);
    if (found == NULL || _PyType_Lookup(Py_TYPE(module), name) != NULL
        || !depend(u, dict, name)) {
        PyErr_Clear();
        return NULL;
    }
    return found;
}

void watch_forget(unit *u)
{
    while (u->dependencies != NULL) {
        dependency *d = u->dependencies;
        u->dependencies = d->next;
        *d->link_bucket = d->next_bucket;
        if (d->next_bucket != NULL) {
            d->next_bucket->link_bucket = d->link_bucket;
        }
        Py_DECREF(d->name);
        PyMem_RawFree(d);
    }
}
