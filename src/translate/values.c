/* Values and places while a block is translated: registers, spilling, guards,
 * boxing, the evaluation stack. */
#include "planted.h"
#include "translate/translate.h"

/* ---- ways out ------------------------------------------------------------ */

static uint8_t *owners(translator *t, bool is_double)
{
    return is_double ? t->c->dreg : t->c->ireg;
}

/* Whether a register of this class holds a value, or is about to. */
static bool any_register(translator *t, bool is_double)
{
    const uint8_t *owner = owners(t, is_double);
    for (int n = 0; n < GRAFT_NREGS; n++) {
        if (owner[n] != NO_VALUE) {
            return true;
        }
    }
    return (is_double ? t->pinned_d : t->pinned_i) != 0;
}

void emit_in(translator *t, part where, enum uop uop, const int64_t *operands)
{
    bool doubles = t->exits_d || any_register(t, true);
    kept registers = doubles ? KEEP_ALL
                     : t->exits_i || any_register(t, false) ? KEEP_INTS : KEEP_NONE;
    emit_uop_keeping(registers, where, uop, operands);
}

static label nowhere;       /* where jumps of a failed translation go: never run */

static label *way_out(translator *t, stub_kind kind, exit_reason reason)
{
    context *c = t->c, start;
    if (t->sent) {
        ctx_copy(&start, c);
        t->c = &start;
        push(t, ctx_constant(&start, Py_None));
        t->c = c;
    }
    t->exits_i |= any_register(t, false);
    t->exits_d |= any_register(t, true);
    stub *s = stub_new(t->u, t->at, t->sent ? &start : c, kind, reason);
    if (s == NULL) {
        t->failed = true;
        return &nowhere;
    }
    s->tries = (uint8_t)(t->first ? t->tries + 1 : 1);
    return &s->label;
}

label *guard_failed(translator *t)
{
    return way_out(t, STUB_GUARD, EXIT_POLYMORPHIC);
}

label *needs_boxes(translator *t)
{
    return way_out(t, STUB_BOXED, EXIT_POLYMORPHIC);
}

label *leave(translator *t, exit_reason reason)
{
    return way_out(t, STUB_EXIT, reason);
}

stub *raised(translator *t)
{
    return (stub *)way_out(t, STUB_RAISED, EXIT_EXCEPTION);
}

/* ---- registers ----------------------------------------------------------- */

int new_value(translator *t, value_type type)
{
    int v = ctx_new_value(t->c, type);
    if (v == NO_VALUE) {
        t->failed = true;
        v = 0;
    }
    return v;
}

void pin(translator *t, bool is_double, int reg)
{
    *(is_double ? &t->pinned_d : &t->pinned_i) |= 1u << reg;
}

void bind_reg(translator *t, int v, int reg)
{
    bool is_double = type_is_double(val(t, v)->type);
    owners(t, is_double)[reg] = (uint8_t)v;
    val(t, v)->reg = (int8_t)reg;
}

static void unbind(translator *t, int v)
{
    value *value = val(t, v);
    owners(t, type_is_double(value->type))[value->reg] = NO_VALUE;
    value->reg = -1;
}

static void spill(translator *t, int v)
{
    value *value = val(t, v);
    if (value->spill >= 0 || value->konst != NULL) {
        return;
    }
    int cell = 0;
    while (cell < GRAFT_NSPILL && t->c->spilled >> cell & 1) {
        cell++;
    }
    if (cell == GRAFT_NSPILL) {
        t->failed = true;
        return;
    }
    if (type_is_double(value->type)) {
        EMIT(spill_d, value->reg, spill_offset(cell));
    }
    else {
        EMIT(spill_i, value->reg, spill_offset(cell));
    }
    t->c->spilled |= 1ull << cell;
    value->spill = (int8_t)cell;
}

/* Whether a slot names `v`, or a number that `v` is a part of. */
static bool names(const context *c, int slot, int v)
{
    int named = c->slot[slot];
    if (named == V_MEMORY || named == v) {
        return named == v;
    }
    const value *whole = &c->values[named];
    return whole->type == T_COMPLEX && (whole->sub[0] == v || whole->sub[1] == v);
}

/* How many instructions from here until one names a local that names `v`; what
 * is on the stack is needed soon.  (Belady's rule, as far as one can see.) */
static int next_use(translator *t, int v)
{
    context *c = t->c;
    for (int s = c->nlocals; s < ctx_slots(c); s++) {
        if (names(c, s, v)) {
            return 0;
        }
    }
    int at = t->next;
    for (int n = 1; n < 160 && at < t->u->size; n++) {
        const instruction *in = &t->u->in[at];
        int a = -1, b = -1;
        switch (in->op) {
            case LOAD_FAST:
            case LOAD_FAST_BORROW:
            case LOAD_FAST_CHECK:
                a = (int)in->arg;
                break;
            case LOAD_FAST_LOAD_FAST:
            case LOAD_FAST_BORROW_LOAD_FAST_BORROW:
                a = (int)(in->arg >> 4);
                b = (int)(in->arg & 15);
                break;
            case STORE_FAST_LOAD_FAST:
                b = (int)(in->arg & 15);
                break;
        }
        if ((a >= 0 && a < c->nlocals && names(c, a, v))
            || (b >= 0 && b < c->nlocals && names(c, b, v))) {
            return n;
        }
        at = in->op == JUMP_BACKWARD || in->op == JUMP_FORWARD
           ? adapter_jump_target(t->u->in, at) : at + (in->size ? in->size : 1);
    }
    return 1000;
}

void take_reg(translator *t, bool is_double, int reg)
{
    int v = owners(t, is_double)[reg];
    if (v != NO_VALUE) {
        spill(t, v);
        unbind(t, v);
    }
    pin(t, is_double, reg);
}

int free_reg(translator *t, bool is_double)
{
    uint8_t *owner = owners(t, is_double);
    uint32_t pinned = is_double ? t->pinned_d : t->pinned_i;
    int best = -1, furthest = -1;
    for (int n = 1; n <= GRAFT_NREGS; n++) {
        int reg = n % GRAFT_NREGS;      /* those that calls preserve come last */
        if (pinned >> reg & 1) {
            continue;
        }
        if (owner[reg] == NO_VALUE) {
            best = reg;
            break;
        }
        int use = val(t, owner[reg])->konst != NULL ? 500 : next_use(t, owner[reg]);
        if (use > furthest) {
            furthest = use;
            best = reg;
        }
    }
    if (best < 0) {
        t->failed = true;
        return 0;
    }
    take_reg(t, is_double, best);
    return best;
}

/* Loads the unboxed value into `reg` from wherever it is. */
static void load(translator *t, int v, int reg)
{
    value *value = val(t, v);
    if (type_is_double(value->type)) {
        if (value->reg >= 0) {
            EMIT(mov_d, reg, value->reg);
        }
        else if (value->spill >= 0) {
            EMIT(reload_d, reg, spill_offset(value->spill));
        }
        else if (value->konst != NULL) {
            EMIT(const_d, reg, double_bits(PyFloat_AS_DOUBLE(value->konst)));
        }
        else {
            EMIT(load_float, reg, SLOT_OFFSET(ctx_home(t->c, v)));
        }
        return;
    }
    int64_t k;
    if (value->reg >= 0) {
        EMIT(mov_i, reg, value->reg);
    }
    else if (value->spill >= 0) {
        EMIT(reload_i, reg, spill_offset(value->spill));
    }
    else if (is_imm(value->konst, &k)) {
        EMIT(const_i, reg, k);
    }
    else {
        EMIT(const_big, reg, PyLong_AsLongLong(value->konst));
    }
}

int in_reg(translator *t, int v)
{
    bool is_double = type_is_double(val(t, v)->type);
    if (val(t, v)->reg < 0) {
        int reg = free_reg(t, is_double);
        load(t, v, reg);
        bind_reg(t, v, reg);
    }
    pin(t, is_double, val(t, v)->reg);
    return val(t, v)->reg;
}

bool last_use(translator *t, int v)
{
    return val(t, v)->uses == 1 && ctx_home(t->c, v) < 0;
}

int reg_to_write(translator *t, int v)
{
    bool is_double = type_is_double(val(t, v)->type);
    value *value = val(t, v);
    if (value->reg >= 0 && last_use(t, v) && value->konst == NULL) {
        pin(t, is_double, value->reg);
        return value->reg;
    }
    int reg = free_reg(t, is_double);
    load(t, v, reg);
    return reg;
}

void before_call(translator *t)
{
    for (int reg = 0; reg < GRAFT_NREGS; reg++) {
        int v = t->c->dreg[reg];
        if (v != NO_VALUE) {
            spill(t, v);
            unbind(t, v);
        }
        v = t->c->ireg[reg];
        if (v != NO_VALUE && reg >= GRAFT_PRESERVED_I) {
            spill(t, v);
            unbind(t, v);
        }
    }
}

/* ---- types ---------------------------------------------------------------- */

static void guard_unboxed(translator *t, int v, value_type type, int home)
{
    bool is_double = type_is_double(type);
    PyObject *seen = val(t, v)->seen;
    int reg;
    if (type == T_INT64 && !adapter_is_short(seen)) {
        take_reg(t, false, FIXED_guard_long_a);
        before_call(t);
        reg = FIXED_guard_long_a;
        EMIT(guard_long, SLOT_OFFSET(home), PTR(guard_failed(t)));
    }
    else {
        reg = free_reg(t, is_double);
        label *failed = guard_failed(t);
        if (type == T_FLOAT) {
            EMIT(guard_float, reg, SLOT_OFFSET(home), PTR(failed));
        }
        else if (type == T_INT64) {
            EMIT(guard_int, reg, SLOT_OFFSET(home), PTR(failed));
        }
        else {
            EMIT(guard_bool, reg, SLOT_OFFSET(home), PTR(failed));
        }
    }
    val(t, v)->type = (uint8_t)type;
    bind_reg(t, v, reg);
    pin(t, is_double, reg);
}

value_type know_type(translator *t, int v, outcome *what)
{
    value *value = val(t, v);
    if (value->type == T_CHAR) {
        box_char(t, v);
    }
    if (value->type == T_INT && value->seen != NULL && type_of_object(value->seen) == T_INT64) {
        /* An int of any size that now fits. */
    }
    else if (value->type != T_ANY || value->konst != NULL) {
        return (value_type)value->type;
    }
    if (value->seen == NULL) {
        *what = SPLIT;
        return T_ANY;
    }
    value_type type = type_of_object(value->seen);
    int home = ctx_home(t->c, v);
    if (home < 0) {
        t->failed = true;
        return T_ANY;
    }
    if (type_is_scalar(type)) {
        guard_unboxed(t, v, type, home);
    }
    else if (type != T_ANY) {
        EMIT(guard_type, SLOT_OFFSET(home), PTR(Py_TYPE(value->seen)), PTR(guard_failed(t)));
        val(t, v)->type = (uint8_t)type;
        if (type == T_COMPLEX) {
            complex_unbox(t, v);
        }
    }
    return type;
}

/* ---- the stack ------------------------------------------------------------ */

int peek(translator *t, int n)
{
    int v = ctx_value(t->c, ctx_top(t->c, n));
    if (v == NO_VALUE) {
        t->failed = true;
        return 0;
    }
    return v;
}

void push(translator *t, int v)
{
    context *c = t->c;
    if (ctx_slots(c) >= MAX_SLOTS) {
        t->failed = true;
        return;
    }
    int slot = ctx_slots(c);
    c->depth++;
    c->slot[slot] = (uint8_t)v;
    c->seen[slot] = NULL;
    c->memory[slot] = M_STALE;
    ctx_hold(c, v);
}

void release_any(translator *t, int slot)
{
    int v = t->c->slot[slot];
    bool container = v != V_MEMORY && (val(t, v)->version != 0 || !(type_is_plain(val(t, v)->type)
                                                                    || val(t, v)->type == T_ANY));
    label *out = leave(t, EXIT_FINALIZER);
    cache_mark start = cache_position();
    if (container) {
        EMIT(release_held, SLOT_OFFSET(slot), PTR(out));
    }
    else {
        EMIT(release_slot, SLOT_OFFSET(slot), PTR(out));
    }
    /* What is none of the types that it knows is looked at over there, until it turns out that
     * this is often in vain: then the general form takes over at once. */
    label behind = {cache_position().hot, NULL, false};
    label_divert(out, start, cache_position().cold);
    emit_in(t, COLD, U_release_inside, (int64_t[]){SLOT_OFFSET(slot), PTR(&behind), PTR(out)});
}

void release(translator *t, int slot)
{
    context *c = t->c;
    if (c->memory[slot] != M_CURRENT) {
        return;
    }
    int v = c->slot[slot];
    if (ctx_is_empty(c, slot)
        || (slot < c->nlocals && v != V_MEMORY && type_is_plain(c->values[v].type))) {
        c->memory[slot] = M_STALE;
        return;
    }
    int type = v == V_MEMORY ? T_ANY : c->values[v].type;
    if (type_is_plain(type) || (type == T_ITER && iterator_is_plain(c->values[v].version))) {
        EMIT(drop_slot, SLOT_OFFSET(slot));
    }
    else if (type == T_LIST_ITER || type == T_TUPLE_ITER) {
        EMIT(drop_iter, SLOT_OFFSET(slot), PTR(leave(t, EXIT_FINALIZER)));
    }
    else if (PLANTED(lost_reference) && slot >= c->nlocals) {
        EMIT(clear_slot, SLOT_OFFSET(slot));
    }
    else {
        release_any(t, slot);
    }
    c->memory[slot] = M_STALE;
    ctx_mark_empty(c, slot, slot < c->nlocals);
}

void vacate(translator *t, int slot)
{
    context *c = t->c;
    if (c->memory[slot] != M_CURRENT) {
        return;
    }
    int v = c->slot[slot], heir = -1;
    if (v != V_MEMORY && val(t, v)->uses > 1) {
        for (int s = 0; s < ctx_slots(c); s++) {
            if (s == slot || c->slot[s] != v) {
                continue;
            }
            if (c->memory[s] == M_CURRENT) {
                heir = -1;          /* has it as well */
                break;
            }
            heir = heir < 0 ? s : heir;
        }
    }
    if (heir < 0) {
        release(t, slot);
        return;
    }
    if (heir >= c->nlocals) {
        EMIT(move_slot, SLOT_OFFSET(heir), SLOT_OFFSET(slot));
    }
    else {
        EMIT(swap_slots, SLOT_OFFSET(heir), SLOT_OFFSET(slot));
    }
    c->memory[heir] = M_CURRENT;
    c->memory[slot] = M_STALE;
    ctx_mark_empty(c, heir, false);
    ctx_mark_empty(c, slot, slot < c->nlocals && heir >= c->nlocals);
    if (slot >= c->nlocals && heir < c->nlocals) {
        drop_plain(t, slot);
    }
}

void drop_plain(translator *t, int slot)
{
    EMIT(drop_slot, SLOT_OFFSET(slot));
}

void pop(translator *t, int n)
{
    context *c = t->c;
    while (n-- > 0) {
        int slot = ctx_top(c, 1);
        vacate(t, slot);
        ctx_set(c, slot, V_MEMORY);
        c->depth--;
    }
}

/* A reference to the object that an unboxed value was taken from, into a slot. */
static void take_again(translator *t, int v, int64_t to)
{
    context *c = t->c;
    int container = val(t, v)->sub[0], home = ctx_home(c, container);
    value_type type = val(t, container)->type;
    if (type == T_DICT) {
        PyObject *dict = val(t, container)->konst, *name = val(t, val(t, v)->sub[1])->konst;
        name_place place;
        if (!adapter_name_place(dict, name, &place)) {
            t->failed = true;
            return;
        }
        EMIT(name_item, to, PTR(dict), place.layout, place.offset, PTR(name),
             PTR(leave(t, EXIT_CONDITION)));
        return;
    }
    if (home < 0) {
        t->failed = true;
        return;
    }
    if (type == T_LIST || type == T_TUPLE) {
        int n = in_reg(t, val(t, v)->sub[1]);
        emit_uop(HOT, type == T_LIST ? U_list_item : U_tuple_item,
                 (int64_t[]){to, (int64_t)SLOT_OFFSET(home), n, PTR(leave(t, EXIT_CONDITION))});
        return;
    }
    EMIT(attr_item, to, SLOT_OFFSET(home),
         PyLong_AsLong(val(t, val(t, v)->sub[1])->konst), PTR(leave(t, EXIT_CONDITION)));
}

static void box_into(translator *t, int v, int slot)
{
    context *c = t->c;
    value *value = val(t, v);
    int64_t at = (int64_t)SLOT_OFFSET(slot);
    int home = ctx_home(c, v);
    bool left_over = slot < c->nlocals && !ctx_is_empty(c, slot);
    bool again = left_over && home < 0 && value->konst == NULL && value->sub[0] == NO_VALUE
                 && (value->type == T_INT64 || value->type == T_FLOAT);
    if (left_over && !again) {
        EMIT(drop_slot, at);
    }
    ctx_mark_empty(c, slot, false);
    if (home >= 0) {
        EMIT(copy_slot, at, SLOT_OFFSET(home));
    }
    else if (value->konst != NULL) {
        EMIT(set_slot, at, PTR(value->konst));
    }
    else if (value->type == T_ANY) {
        EMIT(clear_slot, at);       /* in no place: the NULL of PUSH_NULL */
    }
    else if (value->type == T_BOOL) {
        EMIT(box_b, in_reg(t, v), at);
    }
    else if (value->type == T_CHAR) {
        EMIT(box_char, in_reg(t, v), at);
    }
    else if (value->type == T_COMPLEX) {
        int re = in_reg(t, value->sub[0]), im = in_reg(t, value->sub[1]);
        before_call(t);
        EMIT(box_c, re, im, at, PTR(leave(t, EXIT_NO_MEMORY)));
    }
    else if (value->sub[0] != NO_VALUE) {
        take_again(t, v, at);       /* a new object would not be the one it came from */
    }
    else {
        int reg = in_reg(t, v);
        switch ((value_type)val(t, v)->type) {
            case T_FLOAT:
                emit_uop(HOT, again ? U_rebox_d : U_box_d,
                         (int64_t[]){reg, at, PTR(leave(t, EXIT_NO_MEMORY))});
                break;
            case T_INT64:
                emit_uop(HOT, again ? U_rebox_i : U_box_i,
                         (int64_t[]){reg, at, PTR(leave(t, EXIT_NO_MEMORY))});
                break;
            default:
                t->failed = true;
        }
    }
    c->memory[slot] = M_CURRENT;
}

void own(translator *t, int slot)
{
    int v = ctx_value(t->c, slot);
    if (v == NO_VALUE) {
        t->failed = true;
    }
    else if (t->c->memory[slot] != M_CURRENT) {
        box_into(t, v, slot);
    }
}

int boxed_in(translator *t, int v, int slot)
{
    int home = ctx_home(t->c, v);
    if (home < 0) {
        box_into(t, v, slot);
        home = slot;
    }
    return home;
}

/* ---- from one context to another ------------------------------------------ */

static void place(context *c, const placement *move, int v)
{
    translator state = {.c = c}, *t = &state;
    value *value = &c->values[v];
    if (move->reg >= 0) {
        load(t, v, move->reg);
    }
    else if (value->reg >= 0) {
        if (move->is_double) {
            EMIT(spill_d, value->reg, spill_offset(move->spill));
        }
        else {
            EMIT(spill_i, value->reg, spill_offset(move->spill));
        }
    }
    else if (value->spill >= 0) {
        EMIT(copy_spill, spill_offset(move->spill), spill_offset(value->spill));
    }
    else if (value->konst == NULL) {
        EMIT(spill_float, spill_offset(move->spill), SLOT_OFFSET(ctx_home(c, v)));
    }
    else {
        int64_t bits = move->is_double ? double_bits(PyFloat_AS_DOUBLE(value->konst))
                                       : PyLong_AsLongLong(value->konst);
        EMIT(spill_const, spill_offset(move->spill), bits);
    }
}

/* Whether the place that a move writes is where another pending one reads. */
static bool blocked(const context *c, const placement *moves, int count, uint64_t done, int n)
{
    for (int m = 0; m < count; m++) {
        if (m == n || done >> m & 1) {
            continue;
        }
        const value *source = &c->values[moves[m].from];
        if (moves[n].reg >= 0) {
            if (source->reg == moves[n].reg && moves[m].is_double == moves[n].is_double) {
                return true;
            }
        }
        else if (source->reg < 0 && source->spill == moves[n].spill) {
            return true;
        }
    }
    return false;
}

void translate_moves(context *c, const placement *moves, int count)
{
    /* A parallel move: what would be overwritten moves first; a cycle is broken
     * through a scratch cell. */
    uint64_t done = 0;
    int scratch = GRAFT_NSPILL;
    for (int left = count; left > 0;) {
        int before = left;
        for (int n = 0; n < count; n++) {
            if (!(done >> n & 1) && !blocked(c, moves, count, done, n)) {
                place(c, &moves[n], moves[n].from);
                done |= 1ull << n;
                left--;
            }
        }
        if (left < before) {
            continue;
        }
        int n = 0;
        while (done >> n & 1) {
            n++;
        }
        int v = moves[n].from;
        place(c, &(placement){moves[n].is_double, -1, (int8_t)scratch, (uint8_t)v}, v);
        c->values[v].reg = -1;
        c->values[v].spill = (int8_t)scratch++;
    }
}

void translate_generalize(unit *u, int at, context *c, const context *to)
{
    translator t = {.u = u, .c = c, .at = at, .next = at};
    context before;
    ctx_copy(&before, c);
    cache_mark mark = cache_position();
    placement moves[MAX_VALUES] = {{0}};
    int count = 0;
    for (int s = 0; s < ctx_slots(c) && !t.failed; s++) {
        int v = c->slot[s];
        if (v == V_MEMORY) {
            continue;
        }
        t.pinned_i = t.pinned_d = 0;
        if (val(&t, v)->type != T_RANGE_ITER) {
            if (c->memory[s] != M_CURRENT && to->memory[s] != M_BORROWED) {
                box_into(&t, v, s);
            }
            continue;
        }
        for (int n = 0; n < 3; n++) {
            const value *target = &to->values[to->values[to->slot[s]].sub[n]];
            if (target->konst == NULL) {
                moves[count++] = (placement){false, -1, target->spill, val(&t, v)->sub[n]};
            }
        }
    }
    if (t.failed) {         /* not everything has a place */
        cache_rewind(mark);
        ctx_copy(c, &before);
        exit_here(&t, EXIT_NO_MEMORY);
        return;
    }
    translate_moves(c, moves, count);
}
