/* Translations: loads and stores of locals and constants, stack moves. */
#include "translate/translate.h"

outcome t_nop(translator *t)
{
    return GO_ON;
}

outcome t_unsupported(translator *t)
{
    t->reason = EXIT_UNSUPPORTED;
    return UNSUPPORTED;
}

static void load_local(translator *t, int local)
{
    int v = ctx_value(t->c, local);
    if (v == NO_VALUE) {
        t->failed = true;
        return;
    }
    push(t, v);
}

static void borrow_local(translator *t, int local)
{
    load_local(t, local);
    t->c->memory[ctx_top(t->c, 1)] = M_BORROWED;
}

outcome t_load_fast(translator *t)
{
    load_local(t, (int)t->arg);
    return GO_ON;
}

outcome t_load_fast_borrow(translator *t)
{
    borrow_local(t, (int)t->arg);
    return GO_ON;
}

outcome t_load_fast_borrow_pair(translator *t)
{
    borrow_local(t, (int)(t->arg >> 4));
    borrow_local(t, (int)(t->arg & 15));
    return GO_ON;
}

outcome t_load_fast_pair(translator *t)
{
    load_local(t, (int)(t->arg >> 4));
    load_local(t, (int)(t->arg & 15));
    return GO_ON;
}

/* Whether the local is certainly bound; NULL has to be seen to be believed. */
static bool is_bound(translator *t, int local)
{
    int v = t->c->slot[local];
    return v != V_MEMORY && (val(t, v)->type != T_ANY || val(t, v)->konst != NULL);
}

outcome t_load_fast_check(translator *t)
{
    if (!is_bound(t, (int)t->arg)) {
        int v = ctx_value(t->c, (int)t->arg);
        int home = v == NO_VALUE ? -1 : ctx_home(t->c, v);
        if (home < 0) {
            return t_unsupported(t);
        }
        EMIT(guard_bound, SLOT_OFFSET(home), PTR(leave(t, EXIT_CONDITION)));
    }
    return t_load_fast(t);
}

/* Whether to overwrite the local may drop an object with a finalizer.  Where
 * what it holds can be seen to be plain, a guard is put on that. */
static bool may_leave(translator *t, int local)
{
    context *c = t->c;
    if (c->memory[local] != M_CURRENT) {
        return false;
    }
    int v = ctx_value(c, local);
    if (v == NO_VALUE) {
        t->failed = true;
        return false;
    }
    if (val(t, v)->type == T_ANY && val(t, v)->seen != NULL) {
        value_type type = type_of_object(val(t, v)->seen);
        if (type_is_plain(type)) {
            EMIT(guard_bound_type, SLOT_OFFSET(local), PTR(Py_TYPE(val(t, v)->seen)),
                 PTR(guard_failed(t)));
            /* Not unboxed: its value is on its way out. */
            val(t, v)->type = type == T_INT64 ? T_INT : type == T_BOOL ? T_ANY : type;
        }
    }
    return !type_is_plain(val(t, v)->type);
}

/* The top of the stack becomes the local's value. */
static void store_local(translator *t, int local)
{
    context *c = t->c;
    int top = ctx_top(c, 1);
    if (c->slot[local] != V_MEMORY && c->slot[local] == c->slot[top]
        && c->memory[top] != M_CURRENT) {
        pop(t, 1);              /* x = x */
        return;
    }
    (void)may_leave(t, local);
    vacate(t, local);
    int v = peek(t, 1);
    bool empty = ctx_is_empty(c, local);
    ctx_set(c, local, v);
    if (c->memory[top] == M_CURRENT && empty) {
        EMIT(hand_slot, SLOT_OFFSET(local), SLOT_OFFSET(top));
        c->memory[local] = M_CURRENT;
        c->memory[top] = M_STALE;
    }
    else if (c->memory[top] == M_CURRENT) {
        /* The stack's reference becomes the local's; what was left over there
         * is plain, and dies when the stack slot is released. */
        EMIT(swap_slots, SLOT_OFFSET(top), SLOT_OFFSET(local));
        c->memory[local] = M_CURRENT;
        c->memory[top] = M_STALE;
        drop_plain(t, top);
    }
    else {
        ctx_mark_empty(c, local, empty);
    }
    pop(t, 1);
}

/* Exceptions that locals hold mostly die there, with the frames of their tracebacks. */
static bool holds_exception(translator *t, int local)
{
    const context *c = t->c;
    int v = c->slot[local];
    PyObject *seen = v == V_MEMORY ? c->seen[local] : c->values[v].seen;
    return c->memory[local] == M_CURRENT && seen != NULL && PyExceptionInstance_Check(seen);
}

outcome t_store_fast(translator *t)
{
    if (holds_exception(t, (int)t->arg)) {
        return t_unsupported(t);
    }
    store_local(t, (int)t->arg);
    return GO_ON;
}

outcome t_store_fast_load_fast(translator *t)
{
    store_local(t, (int)(t->arg >> 4));
    load_local(t, (int)(t->arg & 15));
    return GO_ON;
}

outcome t_store_fast_store_fast(translator *t)
{
    int first = (int)(t->arg >> 4), second = (int)(t->arg & 15);
    context *c = t->c;
    /* An exit in the second half would be taken with the first half done. */
    if (first != second && c->slot[first] != V_MEMORY && c->slot[first] == c->slot[second]
        && c->memory[first] == M_CURRENT && !type_is_plain(val(t, c->slot[first])->type)) {
        return t_unsupported(t);        /* the first half would leave the object to the second */
    }
    if (may_leave(t, second)) {
        if (first == second || val(t, t->c->slot[second])->uses > 1) {
            return t_unsupported(t);
        }
        if (may_leave(t, first)) {
            if (val(t, t->c->slot[first])->uses > 1) {
                return t_unsupported(t);
            }
            before_call(t);
            EMIT(release_pair, SLOT_OFFSET(first), SLOT_OFFSET(second),
                 PTR(leave(t, EXIT_FINALIZER)));
            t->c->memory[first] = t->c->memory[second] = M_STALE;
            ctx_mark_empty(t->c, first, true);
            ctx_mark_empty(t->c, second, true);
        }
        else {
            vacate(t, second);
        }
    }
    store_local(t, first);
    store_local(t, second);
    return GO_ON;
}

/* The local's memory is NULL now, and that is its value. */
static void unbound(context *c, int local)
{
    ctx_set(c, local, V_MEMORY);
    c->memory[local] = M_CURRENT;
    ctx_mark_empty(c, local, true);
}

outcome t_load_fast_and_clear(translator *t)
{
    context *c = t->c;
    int local = (int)t->arg;
    int v = ctx_value(c, local);
    if (v == NO_VALUE) {
        t->failed = true;
        return GO_ON;
    }
    push(t, v);
    if (c->memory[local] == M_CURRENT) {
        int top = ctx_top(c, 1);
        EMIT(move_slot, SLOT_OFFSET(top), SLOT_OFFSET(local));
        c->memory[top] = M_CURRENT;
    }
    else {
        drop_plain(t, local);
    }
    unbound(c, local);
    return GO_ON;
}

outcome t_delete_fast(translator *t)
{
    context *c = t->c;
    int local = (int)t->arg;
    if (!is_bound(t, local)) {
        int v = ctx_value(c, local);
        int home = v == NO_VALUE ? -1 : ctx_home(c, v);
        if (home < 0) {
            return t_unsupported(t);
        }
        EMIT(guard_bound, SLOT_OFFSET(home), PTR(leave(t, EXIT_CONDITION)));
    }
    (void)may_leave(t, local);
    vacate(t, local);
    if (!ctx_is_empty(c, local)) {
        drop_plain(t, local);
    }
    unbound(c, local);
    return GO_ON;
}

static outcome push_constant(translator *t, PyObject *object)
{
    int v = ctx_constant(t->c, object);
    if (v == NO_VALUE) {
        t->failed = true;
        return GO_ON;
    }
    push(t, v);
    return GO_ON;
}

outcome t_load_const(translator *t)
{
    return push_constant(t, PyTuple_GET_ITEM(t->u->code->co_consts, t->arg));
}

outcome t_load_small_int(translator *t)
{
    PyObject *object = PyLong_FromLong((long)t->arg);       /* immortal */
    Py_XDECREF(object);
    return push_constant(t, object);
}

outcome t_pop_top(translator *t)
{
    pop(t, 1);
    return GO_ON;
}

outcome t_copy(translator *t)
{
    push(t, peek(t, (int)t->arg));
    return GO_ON;
}

outcome t_swap(translator *t)
{
    context *c = t->c;
    int top = ctx_top(c, 1), other = ctx_top(c, (int)t->arg);
    peek(t, 1);
    peek(t, (int)t->arg);
    if (c->memory[top] == M_CURRENT || c->memory[other] == M_CURRENT) {
        EMIT(swap_slots, SLOT_OFFSET(top), SLOT_OFFSET(other));
    }
    uint8_t slot = c->slot[top], memory = c->memory[top];
    c->slot[top] = c->slot[other];
    c->memory[top] = c->memory[other];
    c->slot[other] = slot;
    c->memory[other] = memory;
    return GO_ON;
}
