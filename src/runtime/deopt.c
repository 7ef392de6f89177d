/* Rebuilds an interpreter frame from a context and the register file. */
#include "runtime/deopt.h"
#include "planted.h"
#include <string.h>

static int64_t int_value(const jit_frame *jf, const kept_value *v)
{
    if (v->konst != NULL) {
        return PyLong_AsLongLong(v->konst);
    }
    return v->reg >= 0 ? jf->i[v->reg] : jf->spill[v->spill].i;
}

static double double_value(const jit_frame *jf, const kept_value *v)
{
    if (v->konst != NULL) {
        return PyFloat_AS_DOUBLE(v->konst);
    }
    return v->reg >= 0 ? jf->d[v->reg] : jf->spill[v->spill].d;
}

/* The object that an unboxed value was taken out of its container as, new
 * reference: nothing has been stored there since. */
static PyObject *fetch(const jit_frame *jf, const snapshot *c, const kept_value *v,
                       PyObject **made)
{
    const kept_value *from = &c->values[v->sub[0]];
    PyObject *container = made[v->sub[0]] != NULL ? made[v->sub[0]] : from->konst;
    name_place place;
    if (from->type == T_DICT
        && adapter_name_place(container, c->values[v->sub[1]].konst, &place)) {
        return Py_NewRef(place.value);
    }
    int64_t index = int_value(jf, &c->values[v->sub[1]]);
    if (from->type == T_LIST || from->type == T_TUPLE) {
        if (index < 0) {
            index += Py_SIZE(container);
        }
        return Py_NewRef(from->type == T_LIST ? PyList_GET_ITEM(container, index)
                                              : PyTuple_GET_ITEM(container, index));
    }
    return Py_NewRef(*(PyObject **)((char *)container + index));
}

/* New reference to the object for an unboxed value. */
static PyObject *box(const jit_frame *jf, const snapshot *c, const kept_value *v)
{
    switch ((value_type)v->type) {
        case T_INT64:
            return PyLong_FromLongLong(int_value(jf, v));
        case T_BOOL:
            return PyBool_FromLong(int_value(jf, v) != 0);
        case T_FLOAT:
            return PyFloat_FromDouble(double_value(jf, v));
        case T_CHAR:
            return PyUnicode_FromOrdinal((int)int_value(jf, v));
        case T_COMPLEX:
            return PyComplex_FromDoubles(double_value(jf, &c->values[v->sub[0]]),
                                         double_value(jf, &c->values[v->sub[1]]));
        case T_RANGE_ITER: {
            int64_t len = int_value(jf, &c->values[v->sub[1]]);
            PyObject *it = adapter_range_iterator(int_value(jf, &c->values[v->sub[0]]),
                                                  int_value(jf, &c->values[v->sub[2]]),
                                                  len > 0 ? len : 0);
            return it != NULL ? it : PyErr_NoMemory();
        }
        default:
            Py_UNREACHABLE();
    }
}

/* What a local's slot still holds becomes the object for its number, where nobody else has it. */
static bool reuse(const jit_frame *jf, const kept_value *v, uintptr_t content)
{
    PyObject *object = slot_object(content);
    if ((content & 1) || v->sub[0] != NO_VALUE) {
        return false;
    }
    if (v->type == T_FLOAT && PyFloat_CheckExact(object) && Py_REFCNT(object) == 1) {
        ((PyFloatObject *)object)->ob_fval = double_value(jf, v);
        return true;
    }
    return v->type == T_INT64 && adapter_reuse_int(object, int_value(jf, v));
}

/* A range iterator that exists as an object gets its state back. */
static void update_range(const jit_frame *jf, const snapshot *c, const kept_value *v, uintptr_t slot)
{
    range_iterator *it = (range_iterator *)slot_object(slot);
    int64_t len = int_value(jf, &c->values[v->sub[1]]);
    if (!PLANTED(forgotten_range)) {
        it->start = int_value(jf, &c->values[v->sub[0]]);
    }
    it->len = len > 0 ? len : 0;
}

/* Whether a local names value `n`, and so keeps the object. */
static bool in_local(const snapshot *c, const uint8_t *names, int n)
{
    for (int s = 0; s < c->nlocals; s++) {
        if (names[s] == n) {
            return true;
        }
    }
    return false;
}

int deoptimize(jit_frame *jf, const snapshot *c, int at)
{
    if (c->in_memory) {
        frame_resume_at(jf->frame, at, c->depth);
        return 0;
    }
    uintptr_t *slots = frame_slots(jf->frame);
    const uint8_t *names = snapshot_slots(c), *memory = snapshot_memory(c);
    int nslots = c->nlocals + c->depth, result = 0;
    uintptr_t fresh[MAX_SLOTS];         /* what goes into slots that are not current ... */
    uint8_t stale[MAX_SLOTS];           /* ... which are these */
    int count = 0;
    PyObject *made[MAX_VALUES];         /* borrowed from a slot, current or fresh */
    memset(made, 0, c->nvalues * sizeof(*made));
    for (int s = 0; s < nslots; s++) {
        int v = names[s];
        if (memory[s] != M_CURRENT) {
            stale[count++] = (uint8_t)s;
        }
        else if (v != V_MEMORY) {
            made[v] = slot_object(slots[s]);
            if (c->values[v].type == T_RANGE_ITER) {
                update_range(jf, c, &c->values[v], slots[s]);
            }
        }
    }
    for (int k = 0; k < count; k++) {
        int s = stale[k], n = names[s];
        const kept_value *v = &c->values[n];
        PyObject *object;
        if (made[n] != NULL && memory[s] == M_BORROWED && in_local(c, names, n)) {
            fresh[s] = (uintptr_t)made[n] | 1;
            continue;
        }
        if (made[n] != NULL) {
            object = Py_NewRef(made[n]);
        }
        else if (v->konst != NULL) {
            object = Py_NewRef(v->konst);
        }
        else if (v->type == T_ANY) {
            object = NULL;          /* unbound: its home holds NULL */
        }
        else if (s < c->nlocals && reuse(jf, v, slots[s])) {
            made[n] = slot_object(slots[s]);
            fresh[s] = slots[s];
            slots[s] = SLOT_NULL;
            continue;
        }
        else {
            object = !type_has_parts(v->type) && v->sub[0] != NO_VALUE
                   ? fetch(jf, c, v, made) : box(jf, c, v);
            if (object == NULL) {
                result = -1;
                object = Py_NewRef(Py_None);
            }
            made[n] = object;
        }
        fresh[s] = slot_from_new(object);
    }
    for (int k = 0; k < count; k++) {
        int s = stale[k];
        uintptr_t old = slots[s];
        slots[s] = fresh[s];
        if (s < c->nlocals && !(old & 1)) {
            Py_DECREF(slot_object(old));        /* plain: runs nothing */
        }
    }
    frame_resume_at(jf->frame, at, c->depth);
    return result;
}
