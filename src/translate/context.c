/* Contexts: bookkeeping of slots, values and places.  See context.h. */
#include "translate/context.h"
#include "memory.h"
#include <string.h>

void ctx_init(context *c, int nlocals, int depth)
{
    memset(c, 0, offsetof(context, values));
    c->nlocals = (uint16_t)nlocals;
    c->depth = (uint16_t)depth;
    memset(c->slot, V_MEMORY, sizeof(c->slot));
    memset(c->memory, M_CURRENT, (size_t)ctx_slots(c));
    memset(c->ireg, NO_VALUE, sizeof(c->ireg));
    memset(c->dreg, NO_VALUE, sizeof(c->dreg));
}

void ctx_at_start(context *c, const PyCodeObject *code)
{
    int arguments = code->co_argcount + code->co_kwonlyargcount
                    + !!(code->co_flags & CO_VARARGS) + !!(code->co_flags & CO_VARKEYWORDS);
    for (int local = 0; local < c->nlocals; local++) {
        if (local >= arguments || c->memory[local] == M_STALE) {
            ctx_mark_empty(c, local, true);
        }
    }
}

void ctx_copy(context *to, const context *from)
{
    memcpy(to, from, offsetof(context, values) + from->nvalues * sizeof(from->values[0]));
}

int ctx_new_value(context *c, value_type type)
{
    int v = 0;
    while (v < c->nvalues && c->values[v].uses > 0) {
        v++;
    }
    if (v == MAX_VALUES) {
        return NO_VALUE;
    }
    c->nvalues += v == c->nvalues;
    c->values[v] = (value){.type = (uint8_t)type, .reg = -1, .spill = -1,
                           .sub = {NO_VALUE, NO_VALUE, NO_VALUE}};
    return v;
}

value_type type_of_object(PyObject *object)
{
    if (object == NULL) {
        return T_ANY;
    }
    if (PyLong_CheckExact(object)) {
        int overflow;
        (void)PyLong_AsLongLongAndOverflow(object, &overflow);
        return overflow ? T_INT : T_INT64;
    }
    if (PyFloat_CheckExact(object)) {
        return T_FLOAT;
    }
    if (PyBool_Check(object)) {
        return T_BOOL;
    }
    if (PyComplex_CheckExact(object)) {
        return T_COMPLEX;
    }
    if (PyUnicode_CheckExact(object)) {
        return T_STR;
    }
    if (PyList_CheckExact(object)) {
        return T_LIST;
    }
    if (PyTuple_CheckExact(object)) {
        return T_TUPLE;
    }
    if (PyBytes_CheckExact(object)) {
        return T_BYTES;
    }
    if (PyByteArray_CheckExact(object)) {
        return T_BYTEARRAY;
    }
    if (PyDict_CheckExact(object)) {
        return T_DICT;
    }
    if (PySet_CheckExact(object)) {
        return T_SET;
    }
    return T_ANY;
}

int ctx_constant(context *c, PyObject *object)
{
    int v = ctx_new_value(c, type_of_object(object));
    if (v != NO_VALUE) {
        c->values[v].konst = object;
    }
    return v;
}

int ctx_value(context *c, int slot)
{
    if (c->slot[slot] == V_MEMORY) {
        int v = ctx_new_value(c, T_ANY);
        if (v == NO_VALUE) {
            return v;
        }
        c->values[v].uses = 1;
        c->values[v].seen = c->seen[slot];
        c->slot[slot] = (uint8_t)v;
    }
    return c->slot[slot];
}

void ctx_hold(context *c, int v)
{
    c->values[v].uses++;
}

void ctx_unbind(context *c, int v)
{
    value *value = &c->values[v];
    if (value->reg >= 0) {
        (type_is_double(value->type) ? c->dreg : c->ireg)[value->reg] = NO_VALUE;
        value->reg = -1;
    }
    if (value->spill >= 0) {
        c->spilled &= ~(1ull << value->spill);
        value->spill = -1;
    }
}

void ctx_drop(context *c, int v)
{
    value *value = &c->values[v];
    if (--value->uses > 0) {
        return;
    }
    ctx_unbind(c, v);
    for (int n = 0; n < 3; n++) {
        if (value->sub[n] != NO_VALUE) {
            ctx_drop(c, value->sub[n]);
        }
    }
}

void ctx_set(context *c, int slot, int v)
{
    int before = c->slot[slot];
    if (v != V_MEMORY) {
        ctx_hold(c, v);
    }
    c->slot[slot] = (uint8_t)v;
    if (before != V_MEMORY) {
        ctx_drop(c, before);
    }
    c->seen[slot] = NULL;
    ctx_mark_empty(c, slot, false);
}

int ctx_home(const context *c, int v)
{
    for (int s = 0; s < ctx_slots(c); s++) {
        if (c->slot[s] == v && c->memory[s] == M_CURRENT) {
            return s;
        }
    }
    return -1;
}

bool ctx_only_in_memory(const context *c, int slot)
{
    if (c->slot[slot] == V_MEMORY) {
        return true;
    }
    const value *value = &c->values[c->slot[slot]];
    return value->type == T_ANY && value->uses == 1 && value->konst == NULL
           && value->version == 0 && c->memory[slot] == M_CURRENT;
}

void ctx_canonical(context *c)
{
    for (int v = 0; v < c->nvalues; v++) {
        value *value = &c->values[v];
        if (value->uses && value->reg >= 0 && value->spill >= 0) {
            c->spilled &= ~(1ull << value->spill);
            value->spill = -1;
        }
    }
    for (int s = 0; s < ctx_slots(c); s++) {
        int v = c->slot[s];
        if (v != V_MEMORY && ctx_only_in_memory(c, s)) {
            PyObject *seen = c->values[v].seen;
            bool empty = ctx_is_empty(c, s);
            ctx_set(c, s, V_MEMORY);
            ctx_mark_empty(c, s, empty);
            c->seen[s] = seen;
        }
    }
}

/* The local that a borrowed stack slot names the value of, or -1. */
static int borrowed_of(const context *c, int slot)
{
    for (int s = 0; s < c->nlocals; s++) {
        if (c->slot[slot] != V_MEMORY && c->slot[s] == c->slot[slot]
            && c->values[c->slot[s]].type != T_RANGE_ITER) {
            return s;
        }
    }
    return -1;
}

void ctx_generalize(const context *from, context *to)
{
    ctx_init(to, from->nlocals, from->depth);
    for (int s = 0; s < ctx_slots(from); s++) {
        int v = from->slot[s];
        if (v == V_MEMORY || from->values[v].type != T_RANGE_ITER) {
            continue;
        }
        const value *old = &from->values[v];
        int made = ctx_new_value(to, T_RANGE_ITER);
        ctx_set(to, s, made);
        to->memory[s] = from->memory[s];
        for (int n = 0; n < 3; n++) {
            const value *part = &from->values[old->sub[n]];
            int sub = ctx_new_value(to, T_INT64);
            ctx_hold(to, sub);
            to->values[made].sub[n] = (uint8_t)sub;
            to->values[sub].konst = part->konst;
            if (part->konst == NULL) {
                int cell = GRAFT_NSPILL - 1;
                while (to->spilled >> cell & 1) {
                    cell--;
                }
                to->spilled |= 1ull << cell;
                to->values[sub].spill = (int8_t)cell;
            }
        }
    }
    /* What the interpreter would have borrowed of a local stays so: reference counts tell. */
    for (int s = from->nlocals; s < ctx_slots(from); s++) {
        int local = from->memory[s] == M_BORROWED ? borrowed_of(from, s) : -1;
        int v = local < 0 ? NO_VALUE : ctx_value(to, local);
        if (v != NO_VALUE) {
            ctx_set(to, s, v);
            to->memory[s] = M_BORROWED;
        }
    }
}

/* ---- snapshots ---------------------------------------------------------- */

#define RECENT 4
static snapshot *recent[RECENT];        /* saved last: an instruction's ways out are in one state */
static int next_recent;

static size_t snapshot_size(const snapshot *s)
{
    return sizeof(*s) + s->nvalues * sizeof(kept_value) + 2 * ((size_t)s->nlocals + s->depth);
}

/* One that has been saved, or a copy. */
static snapshot *keep(const snapshot *s)
{
    const size_t size = snapshot_size(s), users = sizeof(s->users);
    for (int n = 0; n < RECENT; n++) {
        snapshot *kept = recent[n];
        if (kept != NULL && snapshot_size(kept) == size
            && memcmp((const char *)kept + users, (const char *)s + users, size - users) == 0) {
            kept->users++;
            return kept;
        }
    }
    snapshot *copy = memory_new(size);
    if (copy != NULL) {
        memcpy(copy, s, size);
        copy->users = 1;
        recent[next_recent] = copy;
        next_recent = (next_recent + 1) % RECENT;
    }
    return copy;
}

void ctx_release(snapshot *s)
{
    if (s == NULL || --s->users > 0) {
        return;
    }
    for (int n = 0; n < RECENT; n++) {
        if (recent[n] == s) {
            recent[n] = NULL;
        }
    }
    memory_free(s);
}

snapshot *ctx_save(const context *c)
{
    static union {
        snapshot s;
        char room[sizeof(snapshot) + MAX_VALUES * sizeof(kept_value) + 2 * MAX_SLOTS];
    } made;
    snapshot *s = &made.s;
    uint8_t number[256];        /* values, renumbered densely; a slot's V_MEMORY and NO_VALUE stay */
    int count = 0, slots = ctx_slots(c);
    s->in_memory = true;
    number[V_MEMORY] = V_MEMORY;
    number[NO_VALUE] = NO_VALUE;
    for (int v = 0; v < c->nvalues; v++) {
        number[v] = NO_VALUE;
        if (c->values[v].uses) {
            number[v] = (uint8_t)count++;
            s->in_memory &= c->values[v].type != T_RANGE_ITER;
        }
    }
    s->nlocals = (uint8_t)c->nlocals;
    s->depth = (uint8_t)c->depth;
    s->nvalues = (uint8_t)count;
    memcpy(s->empty, c->empty, sizeof(s->empty));
    /* What lies between fields is compared, too. */
    memset(s->values, 0, (size_t)count * sizeof(kept_value));
    for (int n = 0; n < c->nvalues; n++) {
        const value *v = &c->values[n];
        if (v->uses) {
            kept_value *kept = &s->values[number[n]];
            kept->konst = v->konst;
            kept->version = v->version;
            kept->type = v->type;
            kept->reg = v->reg;
            kept->spill = v->spill;
            kept->inline_values = v->inline_values;
            for (int k = 0; k < 3; k++) {
                kept->sub[k] = number[v->sub[k]];
            }
        }
    }
    uint8_t *out = (uint8_t *)snapshot_slots(s);
    uint8_t elsewhere = 0;
    for (int n = 0; n < slots; n++) {
        *out++ = number[c->slot[n]];
        elsewhere |= c->memory[n] ^ M_CURRENT;
    }
    s->in_memory &= elsewhere == 0;
    memcpy(out, c->memory, (size_t)slots);
    return keep(s);
}

void ctx_load(context *c, const snapshot *s)
{
    int slots = s->nlocals + s->depth;
    ctx_init(c, s->nlocals, s->depth);
    memcpy(c->slot, snapshot_slots(s), (size_t)slots);
    memcpy(c->memory, snapshot_memory(s), (size_t)slots);
    memcpy(c->empty, s->empty, sizeof(c->empty));
    c->nvalues = s->nvalues;
    for (int n = 0; n < s->nvalues; n++) {
        const kept_value *kept = &s->values[n];
        value *v = &c->values[n];
        *v = (value){.type = kept->type, .reg = kept->reg, .spill = kept->spill,
                     .konst = kept->konst, .version = kept->version,
                     .inline_values = kept->inline_values,
                     .sub = {kept->sub[0], kept->sub[1], kept->sub[2]}};
        if (v->reg >= 0) {
            (type_is_double(v->type) ? c->dreg : c->ireg)[v->reg] = (uint8_t)n;
        }
        if (v->spill >= 0) {
            c->spilled |= 1ull << v->spill;
        }
    }
    for (int n = 0; n < slots; n++) {
        if (c->slot[n] != V_MEMORY) {
            c->values[c->slot[n]].uses++;
        }
    }
    for (int n = 0; n < s->nvalues; n++) {
        for (int k = 0; k < 3; k++) {
            if (c->values[n].sub[k] != NO_VALUE) {
                c->values[c->values[n].sub[k]].uses++;
            }
        }
    }
}

/* ---- matching ----------------------------------------------------------- */

typedef struct {
    const context *from, *to;
    uint8_t pair[MAX_VALUES];       /* value of from -> value of to */
    uint8_t back[MAX_VALUES];
    placement *moves;
    int count;
} matching;

static bool match_value(matching *m, int f, int t)
{
    if (m->pair[f] == t && m->back[t] == f) {
        return true;
    }
    if (m->pair[f] != NO_VALUE || m->back[t] != NO_VALUE) {
        return false;       /* shared here and not there */
    }
    m->pair[f] = (uint8_t)t;
    m->back[t] = (uint8_t)f;
    const value *a = &m->from->values[f], *b = &m->to->values[t];
    if (a->type != b->type || a->konst != b->konst || a->version != b->version
        || a->inline_values != b->inline_values) {
        return false;
    }
    for (int n = 0; n < 3; n++) {
        if ((a->sub[n] == NO_VALUE) != (b->sub[n] == NO_VALUE)
            || (a->sub[n] != NO_VALUE && !match_value(m, a->sub[n], b->sub[n]))) {
            return false;
        }
    }
    if (a->type == T_RANGE_ITER) {
        return true;
    }
    if (b->reg < 0 && b->spill < 0) {
        /* Nothing to place; but whoever has it unboxed should not lose that. */
        return a->konst != NULL || (a->reg < 0 && a->spill < 0);
    }
    if (a->reg < 0 && a->spill < 0 && a->konst == NULL && a->type != T_FLOAT) {
        return false;
    }
    if (b->reg >= 0 ? a->reg != b->reg : false) {
        m->moves[m->count++] = (placement){type_is_double(b->type), b->reg, -1, (uint8_t)f};
    }
    if (b->spill >= 0 && a->spill != b->spill) {
        m->moves[m->count++] = (placement){type_is_double(b->type), -1, b->spill, (uint8_t)f};
    }
    return true;
}

match ctx_match(const context *from, const context *to, placement *moves, int *count)
{
    matching m = {.from = from, .to = to, .moves = moves};
    memset(m.pair, NO_VALUE, sizeof(m.pair));
    memset(m.back, NO_VALUE, sizeof(m.back));
    if (from->nlocals != to->nlocals || from->depth != to->depth) {
        return MATCH_NO;
    }
    for (int n = 0; n < MAX_SLOTS / 64; n++) {
        if (to->empty[n] & ~from->empty[n]) {
            return MATCH_NO;
        }
    }
    for (int s = 0; s < ctx_slots(from); s++) {
        if (from->memory[s] != to->memory[s]
            || ctx_only_in_memory(from, s) != (to->slot[s] == V_MEMORY)) {
            return MATCH_NO;
        }
        if (to->slot[s] != V_MEMORY && !match_value(&m, from->slot[s], to->slot[s])) {
            return MATCH_NO;
        }
    }
    *count = m.count;
    return m.count == 0 ? MATCH_SAME : MATCH_MOVES;
}
