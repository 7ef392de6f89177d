/* What compiled code calls to make iterators and to advance those over hash
 * tables: see helpers.h. */
#include "cpython/adapter.h"
#include "cpython/dicts.h"
#include "cpython/iterators.h"
#include "emit/stencil_abi.h"
#include "runtime/helpers.h"
#include <internal/pycore_setobject.h>
#include <string.h>

/* ---- what an iterator holds ----------------------------------------------- */

#define MOST_HELD 12

typedef struct {
    PyObject *object[MOST_HELD];
    int count, iterators;
    bool all;                   /* what somebody else holds may go, too */
    bool unknown;
} held_objects;

static void hold(held_objects *h, PyObject *object)
{
    if (object == NULL) {
        return;
    }
    if (h->count == MOST_HELD) {
        h->unknown = true;
        return;
    }
    h->object[h->count++] = object;
}

/* The items of a result tuple that goes when its iterator goes. */
static void hold_items(held_objects *h, PyObject *tuple)
{
    if (tuple == NULL || (Py_REFCNT(tuple) != 1 && !h->all)) {
        return;
    }
    for (Py_ssize_t n = 0; n < PyTuple_GET_SIZE(tuple); n++) {
        hold(h, PyTuple_GET_ITEM(tuple, n));
    }
}

static void hold_inside(held_objects *h, PyObject *iterator);

/* Notes what goes when nobody holds the iterator any more. */
static void hold_all(held_objects *h, PyObject *iterator)
{
    if (Py_REFCNT(iterator) == 1 || h->all) {
        hold_inside(h, iterator);
    }
}

static void hold_inside(held_objects *h, PyObject *iterator)
{
    PyTypeObject *type = Py_TYPE(iterator);
    if (h->unknown || ++h->iterators > MOST_HELD) {     /* (they can be nested deeply) */
        h->unknown = true;
        return;
    }
    if (adapter_is_sequence_iterator(type)) {
        hold(h, ((sequence_iterator *)iterator)->sequence);
    }
    else if (adapter_is_dict_iterator(type)) {
        dict_iterator *it = (dict_iterator *)iterator;
        hold(h, (PyObject *)it->dict);
        hold_items(h, it->result);
    }
    else if (type == &PySetIter_Type) {
        hold(h, (PyObject *)((set_iterator *)iterator)->set);
    }
    else if (type == &PyEnum_Type) {
        enumerate_object *it = (enumerate_object *)iterator;
        hold_all(h, it->inner);
        hold_items(h, it->result);
    }
    else if (type == &PyZip_Type) {
        zip_object *it = (zip_object *)iterator;
        for (Py_ssize_t n = 0; n < it->size; n++) {
            hold_all(h, PyTuple_GET_ITEM(it->inner, n));
        }
        hold_items(h, it->result);
    }
    else if (type != &PyRangeIter_Type) {
        h->unknown = true;
    }
}

/* How many of the objects die when all are dropped and perhaps run a finalizer; the last of them. */
static int dying(const held_objects *h, int depth, PyObject **last)
{
    int found = 0;
    for (int n = 0; n < h->count; n++) {
        Py_ssize_t times = 0;
        for (int m = 0; m < h->count; m++) {
            times += h->object[m] == h->object[n];
        }
        if (Py_REFCNT(h->object[n]) <= times && !graft_plain_inside(h->object[n], depth)) {
            *last = h->object[n];
            found++;
        }
    }
    return found;
}

/* Whether all that is held can be dropped without running a finalizer: somebody
 * else holds it, too, or it has none. */
static bool all_droppable(const held_objects *h, int depth)
{
    return !h->unknown && dying(h, depth, &(PyObject *){NULL}) == 0;
}

static bool sole_or_plain(const held_objects *h, int depth)
{
    for (int n = 0; n < h->count; n++) {
        if (!graft_plain_inside(h->object[n], Py_REFCNT(h->object[n]) == 1 ? depth : 0)) {
            return false;
        }
    }
    return !h->unknown;
}

/* What is most often so, of an iterator that dies alone: what it has walked lives on. */
static bool walked_lives_on(PyObject *iterator)
{
    PyTypeObject *type = Py_TYPE(iterator);
    if (adapter_is_sequence_iterator(type)) {
        PyObject *sequence = ((sequence_iterator *)iterator)->sequence;
        return sequence == NULL || Py_REFCNT(sequence) > 1;
    }
    if (!adapter_is_dict_iterator(type)) {
        return false;
    }
    dict_iterator *it = (dict_iterator *)iterator;
    if (it->dict != NULL && Py_REFCNT(it->dict) == 1) {
        return false;
    }
    for (Py_ssize_t n = 0; it->result != NULL && n < PyTuple_GET_SIZE(it->result); n++) {
        PyObject *item = PyTuple_GET_ITEM(it->result, n);
        if (Py_REFCNT(item) <= 2 && !graft_plain_inside(item, 0)) {     /* (it could be both of them) */
            return false;
        }
    }
    return true;
}

bool graft_iterator_droppable(PyObject *iterator, int depth, bool alone)
{
    if (alone && walked_lives_on(iterator)) {
        return true;
    }
    held_objects h = {.all = !alone};
    hold_all(&h, iterator);
    return alone ? all_droppable(&h, depth) : sole_or_plain(&h, depth);
}

static bool items_droppable(PyObject *tuple)
{
    bool often_held = true;         /* more often than the tuple can */
    for (Py_ssize_t n = 0; n < PyTuple_GET_SIZE(tuple); n++) {
        often_held &= Py_REFCNT(PyTuple_GET_ITEM(tuple, n)) > PyTuple_GET_SIZE(tuple);
    }
    if (often_held) {
        return true;
    }
    held_objects h = {.count = 0};
    hold_items(&h, tuple);
    return all_droppable(&h, GRAFT_PLAIN_DEPTH);
}

int graft_slow_recycle(jit_frame *jf)
{
    return items_droppable(jf->arg[0].p) ? 0 : -1;
}

/* Whether nothing but numbers and strings dies with the list or tuple, the only one among what is
 * held that may run a finalizer. */
static bool items_live_on(held_objects *h, PyObject *object)
{
    if (!PyList_CheckExact(object) && !PyTuple_CheckExact(object)) {
        return false;
    }
    PyObject **items = PySequence_Fast_ITEMS(object);
    Py_ssize_t count = Py_SIZE(object);
    for (Py_ssize_t n = 0; n < count; n++) {
        Py_ssize_t references = Py_REFCNT(items[n]) - graft_occurrences(h->object, h->count, items[n]);
        if (references <= count && references <= graft_occurrences(items, count, items[n])
            && !graft_plain_inside(items[n], 0)) {
            return false;
        }
    }
    return true;
}

/* Whether no item of a sequence has a finalizer. */
static bool sequence_is_safe(PyObject *sequence)
{
    if (graft_plain_inside(sequence, 0)) {
        return true;
    }
    if (!PyList_CheckExact(sequence) && !PyTuple_CheckExact(sequence)) {
        return false;
    }
    PyObject **items = PySequence_Fast_ITEMS(sequence);
    for (Py_ssize_t n = 0; n < Py_SIZE(sequence); n++) {
        if (!graft_plain_inside(items[n], 0)) {
            return false;
        }
    }
    return true;
}

/* What is most often so: sequences live on, or have no items with finalizers.  (The items in a zip's
 * result tuple die in the same order then.) */
static bool sources_are_safe(PyObject *iterator)
{
    PyObject **inner = &iterator;
    Py_ssize_t count = 1;
    if (Py_IS_TYPE(iterator, &PyZip_Type)) {
        zip_object *zip = (zip_object *)iterator;
        inner = ((PyTupleObject *)zip->inner)->ob_item;
        count = zip->size;
    }
    for (Py_ssize_t n = 0; n < count; n++) {
        PyObject *sequence = ((sequence_iterator *)inner[n])->sequence;
        if (Py_IS_TYPE(inner[n], &PyRangeIter_Type)) {
            continue;
        }
        if (!adapter_is_sequence_iterator(Py_TYPE(inner[n]))) {
            return false;
        }
        Py_ssize_t times = 0;
        for (Py_ssize_t m = 0; m < count; m++) {
            times += ((sequence_iterator *)inner[m])->sequence == sequence;
        }
        if (Py_REFCNT(sequence) <= times && !sequence_is_safe(sequence)) {
            return false;
        }
    }
    return true;
}

/* More than CPython lets go of: the iterator soon follows. */
static bool walked_quietly(PyObject *iterator)
{
    if (sources_are_safe(iterator)) {
        return true;
    }
    held_objects h = {.count = 0};
    hold_inside(&h, iterator);
    if (h.count == 1 && !h.unknown && items_live_on(&h, h.object[0])) {
        return true;
    }
    PyObject *last = NULL;
    int count = h.unknown ? -1 : dying(&h, GRAFT_PLAIN_DEPTH, &last);
    return count == 0 || (count == 1 && items_live_on(&h, last));
}

/* What it has walked goes, as CPython has it. */
static void let_go(PyObject *iterator)
{
    PyTypeObject *type = Py_TYPE(iterator);
    sequence_iterator *it = (sequence_iterator *)iterator;
    if (!adapter_is_sequence_iterator(type) || it->sequence == NULL) {
        return;
    }
    if (type != &PyTupleIter_Type) {
        it->index = -1;
    }
    Py_CLEAR(it->sequence);
}

int graft_slow_walked(jit_frame *jf)
{
    PyObject *iterator = jf->arg[0].p;
    bool lives_on = adapter_is_sequence_iterator(Py_TYPE(iterator))
                    && Py_REFCNT(((sequence_iterator *)iterator)->sequence) > 1;
    if (!lives_on && !walked_quietly(iterator)) {
        return -1;
    }
    let_go(iterator);
    return 0;
}

bool graft_iterator_lets_live(PyObject *iterator, const uintptr_t *slots, int count)
{
    held_objects h = {.all = true};     /* (another slot may have an iterator that is inside this one) */
    hold_inside(&h, iterator);
    for (int n = 0; n < h.count; n++) {
        Py_ssize_t times = graft_occurrences(h.object, h.count, h.object[n]);
        for (int s = 0; s < count; s++) {
            times += (slots[s] & ~(uintptr_t)1) == (uintptr_t)h.object[n];
        }
        if (Py_REFCNT(h.object[n]) <= times && !graft_plain_inside(h.object[n], 0)) {
            return false;
        }
    }
    return !h.unknown;
}

/* ---- making ---------------------------------------------------------------- */

int graft_iterate_top(uintptr_t *slot)
{
    uintptr_t iterable = *slot;
    if (graft_iterate(slot, slot_object(iterable)) < 0) {
        return -1;
    }
    PyStackRef_CLOSE((_PyStackRef){.bits = iterable});
    return 0;
}

int graft_call_type(uintptr_t *slots, int64_t nargs, PyTypeObject *type)
{
    PyObject *args[3] = {NULL};
    for (int n = 0; n < nargs; n++) {
        args[n] = slot_object(slots[2 + n]);
    }
    PyObject *made = PyObject_Vectorcall((PyObject *)type, args, (size_t)nargs, NULL);
    if (made == NULL) {
        PyErr_Clear();
        return -1;
    }
    for (int n = 0; n < nargs; n++) {
        uintptr_t content = slots[2 + n];
        slots[2 + n] = SLOT_NULL;
        PyStackRef_CLOSE((_PyStackRef){.bits = content});
    }
    slots[0] = slot_from_new(made);
    return 0;
}

/* ---- advancing ------------------------------------------------------------- */

int graft_text_next(uintptr_t *slot, PyObject *iterator)
{
    sequence_iterator *it = (sequence_iterator *)iterator;
    if (graft_str_item(slot, it->sequence, it->index) < 0) {
        return -1;
    }
    it->index++;
    return 0;
}

/* At the end of a dict or set.  The iterator of a generator expression stays for a while. */
static int hash_walked(PyObject *iterator)
{
    return Py_REFCNT(iterator) > 1 && !walked_quietly(iterator) ? -1 : 0;
}

static int set_next(uintptr_t *to, set_iterator *it)
{
    PyObject *key;
    Py_hash_t hash;
    Py_ssize_t position = it->position;
    if (it->set == NULL) {
        return 0;
    }
    if (it->used != it->set->used) {
        return -1;
    }
    if (!_PySet_NextEntry((PyObject *)it->set, &position, &key, &hash)) {
        return hash_walked((PyObject *)it);
    }
    it->position = position;
    it->left--;
    *to = slot_from_new(Py_NewRef(key));
    return 1;
}

/* Whether the reused tuple of items() can lose what is in it. */
static inline bool pair_droppable(PyObject *tuple)
{
    return (Py_REFCNT(PyTuple_GET_ITEM(tuple, 0)) > 2 && Py_REFCNT(PyTuple_GET_ITEM(tuple, 1)) > 2)
           || items_droppable(tuple);
}

static inline PyObject *recycle_pair(PyObject *tuple, PyObject *key, PyObject *value)
{
    PyObject *old_key = PyTuple_GET_ITEM(tuple, 0), *old_value = PyTuple_GET_ITEM(tuple, 1);
    ((PyTupleObject *)tuple)->ob_item[0] = Py_NewRef(key);
    ((PyTupleObject *)tuple)->ob_item[1] = Py_NewRef(value);
    Py_DECREF(old_key);
    Py_DECREF(old_value);
    ((PyTupleObject *)tuple)->ob_hash = -1;
    adapter_track(tuple);
    return tuple;
}

int graft_hash_next(uintptr_t *to, PyObject *iterator, int64_t part)
{
    if (part == HASH_SET) {
        return set_next(to, (set_iterator *)iterator);
    }
    dict_iterator *it = (dict_iterator *)iterator;
    Py_ssize_t position = it->position;
    PyObject *key, *value;
    if (it->dict == NULL) {
        return 0;
    }
    if (it->used != it->dict->ma_used) {
        return -1;
    }
    if (!dict_next(it->dict, &position, &key, &value)) {
        return hash_walked(iterator);
    }
    if (it->left == 0) {
        return -1;
    }
    if (part == HASH_KEYS || part == HASH_VALUES) {
        *to = slot_from_new(Py_NewRef(part == HASH_KEYS ? key : value));
    }
    else {
        bool reuse = it->result != NULL && Py_REFCNT(it->result) == 1;
        if (reuse && !pair_droppable(it->result)) {
            return -1;
        }
        if (reuse) {
            recycle_pair(it->result, key, value);
        }
        if (part == HASH_PAIRS) {
            to[0] = slot_from_new(Py_NewRef(value));
            to[1] = slot_from_new(Py_NewRef(key));
        }
        else {
            PyObject *pair = reuse ? Py_NewRef(it->result) : PyTuple_Pack(2, key, value);
            if (pair == NULL) {
                PyErr_Clear();
                return -1;
            }
            *to = slot_from_new(pair);
        }
    }
    it->position = position;
    it->left--;
    return 1;
}

/* What of an iterator changes when it is advanced. */
typedef struct { char fields[3 * sizeof(Py_ssize_t)]; } iterator_state;

static size_t state_size(PyObject *iterator)
{
    size_t size = (size_t)Py_TYPE(iterator)->tp_basicsize - sizeof(PyObject);
    return size < sizeof(iterator_state) ? size : sizeof(iterator_state);
}

int graft_next_tuple(uintptr_t *to, PyObject *iterator)
{
    bool is_zip = Py_IS_TYPE(iterator, &PyZip_Type);
    zip_object *zip = (zip_object *)iterator;
    enumerate_object *enumerate = (enumerate_object *)iterator;
    PyObject *result = is_zip ? zip->result : enumerate->result;
    PyObject **inner = is_zip ? ((PyTupleObject *)zip->inner)->ob_item : &enumerate->inner;
    Py_ssize_t count = is_zip ? zip->size : 1, index = enumerate->index;
    iterator_state before[3];
    if (!items_droppable(result)) {
        return -1;
    }
    for (Py_ssize_t n = 0; n < count; n++) {
        memcpy(&before[n], inner[n] + 1, state_size(inner[n]));
    }
    PyObject *tuple = Py_TYPE(iterator)->tp_iternext(iterator);
    if (tuple != NULL) {
        *to = slot_from_new(tuple);
        return 0;
    }
    PyErr_Clear();          /* no memory: as if it had not been tried */
    for (Py_ssize_t n = 0; n < count; n++) {
        memcpy(inner[n] + 1, &before[n], state_size(inner[n]));
    }
    if (!is_zip) {
        enumerate->index = index;
    }
    return -1;
}
