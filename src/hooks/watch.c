/* Dictionary watchers: when a name that compiled code relies on is bound anew,
 * the code is dropped (CPython: PyDict_AddWatcher).  A name to which that happens again,
 * or that compiled code stores to, is no constant any more. */
#include "hooks/watch.h"
#include "memory.h"
#include "planted.h"

typedef struct dependency {
    struct dependency *next;            /* of the same unit */
    struct dependency *next_user, **link_user;
    unit *unit;
    watched_name *on;
    bool relies;                        /* on its value; else only on the dictionary's life */
} dependency;

#define BUCKETS 256
#define TOO_OFTEN 2             /* changes after which a name is a constant no more */
#define UNIT_TOO_OFTEN 12       /* the same for all names of a unit */

static watched_name *buckets[BUCKETS];
static size_t names, sweep_at = BUCKETS;        /* how many there are; at so many the dead ones go */
static int watcher = -1;

static watched_name **bucket_of(PyObject *dict, PyObject *name)
{
    return &buckets[(((uintptr_t)dict >> 4) ^ (uintptr_t)PyObject_Hash(name)) % BUCKETS];
}

/* Names in code are interned; one that is not needs a comparison. */
static bool is_name(const watched_name *w, PyObject *name)
{
    return w->name == name
           || (!PyUnicode_CHECK_INTERNED(name) && PyUnicode_Compare(w->name, name) == 0);
}

/* Drops the code of those who rely on the name's value, or (`all`) use it at all. */
static void drop_users(watched_name *w, bool all)
{
    bool any = false;
restart:
    for (dependency *d = w->users; d != NULL; d = d->next_user) {
        if (d->relies || all) {
            any = true;
            d->unit->invalidations++;
            totals.invalidations++;
            unit_reset(d->unit);        /* forgets its dependencies */
            goto restart;
        }
    }
    if (any && w->changes < TOO_OFTEN) {
        w->changes++;
    }
}

static int changed(PyDict_WatchEvent event, PyObject *dict, PyObject *key, PyObject *value)
{
    bool one = event == PyDict_EVENT_ADDED || event == PyDict_EVENT_MODIFIED
               || event == PyDict_EVENT_DELETED;
    if (one && PyUnicode_CheckExact(key)) {
        for (watched_name *w = *bucket_of(dict, key); w != NULL; w = w->next) {
            if (w->dict == dict && is_name(w, key) && !PLANTED(deaf_watcher)) {
                drop_users(w, false);
                break;
            }
        }
        return 0;
    }
    for (int n = 0; n < BUCKETS; n++) {     /* another key could be equal to any name */
        for (watched_name *w = buckets[n]; w != NULL; w = w->next) {
            if (w->dict == dict) {
                bool dead = event == PyDict_EVENT_DEALLOCATED;
                drop_users(w, dead);
                if (dead) {
                    w->dict = NULL;
                    w->in_code = false;     /* no such frame is left */
                }
            }
        }
    }
    return 0;
}

static void sweep_bucket(watched_name **link)
{
    while (*link != NULL) {
        watched_name *w = *link;
        if (w->dict == NULL && w->users == NULL && (!w->in_code || compile_active == 0)) {
            *link = w->next;
            Py_DECREF(w->name);
            memory_free(w);
            names--;
        }
        else {
            link = &w->next;
        }
    }
}

/* Frees the names of dead dictionaries, but for those that code which is running could still
 * look at. */
static void sweep(void)
{
    for (int n = 0; n < BUCKETS; n++) {
        sweep_bucket(&buckets[n]);
    }
    sweep_at = names < BUCKETS / 2 ? BUCKETS : 2 * names;
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
        /* From now on nobody tells of changes, nor of dictionaries that die. */
        for (int n = 0; n < BUCKETS; n++) {
            for (watched_name *w = buckets[n]; w != NULL; w = w->next) {
                while (w->users != NULL) {
                    unit_reset(w->users->unit);
                }
                w->dict = NULL;
            }
        }
        sweep();
        if (PyDict_ClearWatcher(watcher) < 0) {
            PyErr_Clear();
        }
        watcher = -1;
    }
}

static watched_name *find(PyObject *dict, PyObject *name)
{
    watched_name **bucket = bucket_of(dict, name);
    if (PyDict_Watch(watcher, dict) < 0) {
        PyErr_Clear();
        return NULL;
    }
    for (watched_name *w = *bucket; w != NULL; w = w->next) {
        if (w->dict == dict && w->name == name) {
            return w;
        }
    }
    if (names >= sweep_at) {
        sweep();
    }
    watched_name *w = memory_zeroed(1, sizeof(*w));
    if (w != NULL) {
        *w = (watched_name){.next = *bucket, .dict = dict, .name = Py_NewRef(name)};
        *bucket = w;
        names++;
    }
    return w;
}

static watched_name *depend(unit *u, PyObject *dict, PyObject *name, bool relies)
{
    watched_name *w = find(dict, name);
    if (w == NULL || (relies && w->changes >= TOO_OFTEN)) {
        return NULL;
    }
    for (dependency *d = u->dependencies; d != NULL; d = d->next) {
        if (d->on == w && d->relies == relies) {
            return w;
        }
    }
    dependency *d = memory_new(sizeof(*d));
    if (d == NULL) {
        return NULL;
    }
    *d = (dependency){u->dependencies, w->users, &w->users, u, w, relies};
    if (d->next_user != NULL) {
        d->next_user->link_user = &d->next_user;
    }
    w->users = d;
    w->relied_on += relies;
    u->dependencies = d;
    return w;
}

const watched_name *watch_changing(unit *u, PyObject *dict, PyObject *name)
{
    watched_name *w = watcher < 0 || !PyUnicode_CheckExact(name) ? NULL
                      : depend(u, dict, name, false);
    if (w != NULL) {
        w->changes = TOO_OFTEN;
        w->in_code = true;
    }
    return w;
}

int watch_only_ours(void)
{
    return 1 << watcher;
}

PyObject *watch_global(unit *u, PyObject *globals, PyObject *builtins, PyObject *name)
{
    if (watcher < 0 || u->invalidations >= UNIT_TOO_OFTEN || !PyDict_CheckExact(globals)
        || !PyDict_CheckExact(builtins) || !PyUnicode_CheckExact(name)) {
        return NULL;
    }
    PyObject **place;
    int global = adapter_dict_find(globals, name, &place);
    if (global < 0 || (!global && adapter_dict_find(builtins, name, &place) != 1)) {
        return NULL;
    }
    PyObject *found = *place;
    /* The dictionary keeps it alive: it tells before it drops it. */
    if (depend(u, globals, name, true) == NULL
        || (!global && depend(u, builtins, name, true) == NULL)) {
        return NULL;
    }
    return found;
}

PyObject *watch_item(unit *u, PyObject *dict, PyObject *name)
{
    PyObject **place;
    return watcher >= 0 && u->invalidations < UNIT_TOO_OFTEN && PyDict_CheckExact(dict)
           && PyUnicode_CheckExact(name) && adapter_dict_find(dict, name, &place) == 1
           && depend(u, dict, name, true) != NULL ? *place : NULL;
}

PyObject *watch_module(unit *u, PyObject *module, PyObject *name)
{
    PyObject *dict = PyModule_GetDict(module);      /* borrowed */
    if (watcher < 0 || u->invalidations >= UNIT_TOO_OFTEN || !PyUnicode_CheckExact(name)
        || Py_TYPE(module)->tp_getattro != PyModule_Type.tp_getattro) {
        return NULL;
    }
    PyObject **place, *found = adapter_dict_find(dict, name, &place) == 1 ? *place : NULL;
    if (found == NULL || _PyType_Lookup(Py_TYPE(module), name) != NULL
        || depend(u, dict, name, true) == NULL) {
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
        *d->link_user = d->next_user;
        if (d->next_user != NULL) {
            d->next_user->link_user = d->link_user;
        }
        d->on->relied_on -= d->relies;
        memory_free(d);
    }
}
