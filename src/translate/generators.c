/* Translations: generators and coroutines, as they are resumed (FOR_ITER, SEND) and as they
 * yield and return.  See runtime/generators.h. */
#include "runtime/generators.h"
#include "runtime/helpers.h"
#include "translate/translate.h"

#define MOST_ARGUMENTS 14

/* A range iterator that is in registers becomes the object that it stands for. */
static void write_range(translator *t, int slot)
{
    context *c = t->c;
    int v = c->slot[slot];
    int64_t at = (int64_t)SLOT_OFFSET(slot);
    int start = in_reg(t, val(t, v)->sub[0]), left = in_reg(t, val(t, v)->sub[1]);
    if (c->memory[slot] == M_CURRENT) {
        EMIT(store_field, at, offsetof(range_iterator, start), start);
        EMIT(store_field, at, offsetof(range_iterator, len), left);
    }
    else {
        int step = in_reg(t, val(t, v)->sub[2]);
        before_call(t);
        EMIT(make_range, at, start, left, step, PTR(leave(t, EXIT_NO_MEMORY)));
        c->memory[slot] = M_CURRENT;
    }
    t->pinned_i = t->pinned_d = 0;
}

/* ---- who is made --------------------------------------------------------------------- */

/* The site of a call of f with `count` arguments, which makes a generator; NULL: it does not, or not so. */
static call_site *generator_site(translator *t, PyFunctionObject *f, int count, bool known)
{
    PyCodeObject *code = (PyCodeObject *)f->func_code;
    int defaults = f->func_defaults != NULL ? (int)PyTuple_GET_SIZE(f->func_defaults) : 0;
    if (!generator_function(f) || count > code->co_argcount || count > MOST_ARGUMENTS
        || count < code->co_argcount - defaults) {
        return NULL;
    }
    int at, nfree;
    unit *u = unit_of(code);
    call_site *site = u != NULL && generator_start(u, &at, &nfree) ? site_new(t->u) : NULL;
    if (site != NULL) {
        *site = (call_site){
            .code = code, .function = known ? f : NULL, .next = site->next,
            .globals = f->func_globals, .vectorcall = (void *)f->vectorcall,
            .generation = &u->generation, .expected = u->generation,
            .size = (uint32_t)at, .slots = (uint32_t)nfree,
        };
    }
    return site;
}

/* An operand that the generator is to have. */
static void hand_to_generator(translator *t, int n, int first)
{
    context *c = t->c;
    int v = c->slot[ctx_top(c, n)];
    if (v != V_MEMORY && val(t, v)->type == T_RANGE_ITER) {
        write_range(t, ctx_top(c, n));
    }
    give_away(t, n, first);
}

outcome call_generator(translator *t, int nargs, bool has_self)
{
    context *c = t->c;
    int callable = peek(t, nargs + 2), looked_at;
    PyFunctionObject *f = function_called(t, callable, &looked_at);
    call_site *site = f != NULL ? generator_site(t, f, nargs + has_self, looked_at < 0) : NULL;
    if (site == NULL) {
        return t_unsupported(t);
    }
    site->has_self = has_self;
    for (int n = nargs + 2; n > 0; n--) {
        if (n != nargs + 1 || has_self) {
            hand_to_generator(t, n, ctx_top(c, nargs + 2));
        }
    }
    before_call(t);
    int64_t base = (int64_t)SLOT_OFFSET(ctx_top(c, nargs + 2));
    EMIT(guard_generator_function, PTR(site), base, PTR(guard_failed(t)));
    EMIT(make_generator, base, nargs, PTR(site), PTR(leave(t, EXIT_CONDITION)));
    for (int n = 0; n < nargs + 2; n++) {
        c->memory[ctx_top(c, 1)] = M_STALE;
        pop(t, 1);
    }
    push_in_memory(t);
    return GO_ON;
}

outcome iterate_by_generator(translator *t)
{
    context *c = t->c;
    int v = peek(t, 1), top = ctx_top(c, 1);
    outcome what = UNSUPPORTED;
    if (val(t, v)->seen == NULL) {
        return UNSUPPORTED;
    }
    PyFunctionObject *f = special_method(t, v, "__iter__", &what);
    call_site *site = f != NULL && (((PyCodeObject *)f->func_code)->co_flags & CO_GENERATOR)
                      ? generator_site(t, f, 1, true) : NULL;
    if (site == NULL) {
        return what;
    }
    hand_to_generator(t, 1, top);
    before_call(t);
    guard_known_function(t, site);
    EMIT(make_iterator, SLOT_OFFSET(top), PTR(site), PTR(leave(t, EXIT_CONDITION)));
    c->memory[top] = M_STALE;
    pop(t, 1);
    push_in_memory(t);
    return GO_ON;
}

/* ---- who resumes ---------------------------------------------------------------------- */

/* The site for a generator like the one seen, whose unit is u. */
static call_site *resume_site(translator *t, PyObject *seen, unit *u)
{
    call_site *site = site_new(t->u);
    if (site == NULL) {
        t->failed = true;
        return NULL;
    }
    PyGenObject *g = (PyGenObject *)seen;
    *site = (call_site){
        .code = u->code, .globals = g->gi_iframe.f_globals, .next = site->next,
        .generation = &u->generation, .expected = u->generation, .calls = &u->calls,
        .levels = 1, .resume = u->resume, .type = Py_TYPE(seen),
    };
    return site;
}

/* Resumes the generator in `slot`, the top of the stack but for `sent` values, which is None;
 * what it yields goes above it; what it returns as well if `result`, at the target. */
static outcome resume(translator *t, int v, int slot, int sent, bool result)
{
    context *c = t->c;
    PyObject *seen = val(t, v)->seen;
    unit *u = GENERATOR_BUSY((PyGenObject *)seen) ? NULL : generator_unit(seen);
    if (u == NULL || c->memory[slot] != M_CURRENT) {
        return t_unsupported(t);
    }
    call_site *site = resume_site(t, seen, u);
    if (site == NULL) {
        return GO_ON;
    }
    site->ends_empty = !result;
    before_call(t);
    if (c->ireg[0] != NO_VALUE) {
        take_reg(t, false, 0);
    }
    label *not_now = leave(t, EXIT_CONDITION), *another = guard_failed(t);
    pop(t, sent);
    settle_caller(t, site);
    int64_t to = (int64_t)SLOT_OFFSET(slot + 1);
    int target = adapter_jump_target(t->u->in, t->at), next = t->next;
    label *as_int = with_result(t, T_INT64), *as_float = with_result(t, T_FLOAT);
    context before;
    ctx_copy(&before, c);
    t->next = target;
    if (result) {
        push_in_memory(t);
    }
    label *end = way_to(t, target), ended_synced = resume_synced(t);
    t->next = next;
    ctx_copy(c, &before);
    push_in_memory(t);
    context with_value;
    ctx_copy(&with_value, c);
    all_in_memory(&with_value, true);
    label *at_end = leave_behind(t, &with_value, target - 1);   /* END_FOR */
    label synced = resume_synced(t);
    label other = {cache_position().cold, NULL, false};
    emit_uop(COLD, U_resumed, (int64_t[]){to, PTR(end), PTR(&site->out->label), PTR(&synced),
                                          PTR(&ended_synced), PTR(at_end)});
    EMIT(resume, PTR(site), SLOT_OFFSET(slot), to, PTR(not_now), PTR(another), PTR(as_int), PTR(as_float), PTR(&other));
    jump_to(t, t->next);
    return ENDED;
}

outcome for_iter_generator(translator *t, int v, int slot)
{
    return resume(t, v, slot, 0, false);
}

/* ---- yield from --------------------------------------------------------------------------- */

outcome t_get_yield_from_iter(translator *t)
{
    context *c = t->c;
    int v = peek(t, 1), home = ctx_home(c, v);
    const value *value = val(t, v);
    if (value->type == T_ANY && value->konst == NULL && value->seen == NULL && home >= 0) {
        return SPLIT;
    }
    if (value->seen != NULL && PyGen_CheckExact(value->seen) && home >= 0) {
        EMIT(guard_type, SLOT_OFFSET(home), PTR(&PyGen_Type), PTR(guard_failed(t)));
        return GO_ON;
    }
    if (value->seen != NULL && PyCoro_CheckExact(value->seen)) {
        if (!(t->u->code->co_flags & (CO_COROUTINE | CO_ITERABLE_COROUTINE)) || home < 0) {
            return t_unsupported(t);
        }
        EMIT(guard_type, SLOT_OFFSET(home), PTR(&PyCoro_Type), PTR(guard_failed(t)));
        return GO_ON;
    }
    return t_get_iter(t);
}

outcome t_get_awaitable(translator *t)
{
    context *c = t->c;
    int v = peek(t, 1), top = ctx_top(c, 1);
    const value *value = val(t, v);
    if (value->type == T_ANY && value->konst == NULL && value->seen == NULL && ctx_home(c, v) >= 0) {
        return SPLIT;
    }
    if (value->seen == NULL || !PyCoro_CheckExact(value->seen) || !first_try(t)) {
        return t_unsupported(t);
    }
    own(t, top);
    EMIT(guard_awaitable, SLOT_OFFSET(top), PTR(leave(t, EXIT_CONDITION)), PTR(guard_failed(t)));
    return GO_ON;
}

outcome t_send(translator *t)
{
    context *c = t->c;
    int v = peek(t, 2), slot = ctx_top(c, 2);
    if (val(t, peek(t, 1))->konst != Py_None) {
        return t_unsupported(t);
    }
    if (val(t, v)->seen == NULL) {
        return ctx_home(c, v) >= 0 && !t->first ? SPLIT : t_unsupported(t);
    }
    if (c->memory[slot] != M_CURRENT) {
        write_back(t, 0);
    }
    if (PyCoro_CheckExact(val(t, v)->seen)) {
        return resume(t, v, slot, 1, true);
    }
    if (PyGen_CheckExact(val(t, v)->seen)) {
        return resume(t, v, slot, 1, true);
    }
    context before;
    ctx_copy(&before, c);
    pop(t, 1);
    t->sent = true;
    outcome what = t_for_iter(t);
    t->sent = false;
    if (what == GO_ON) {
        return GO_ON;
    }
    ctx_copy(c, &before);
    if (what == SPLIT) {
        return SPLIT;
    }
    return t_unsupported(t);
}

outcome t_end_send(translator *t)
{
    if (t->c->memory[ctx_top(t->c, 2)] == M_CURRENT) {
        EMIT(guard_ended, SLOT_OFFSET(ctx_top(t->c, 2)), PTR(leave(t, EXIT_FINALIZER)));
    }
    t->arg = 2;
    outcome what = t_swap(t);
    drop_guarded(t, 1);
    pop(t, 1);
    return what;
}

/* ---- who is resumed ------------------------------------------------------------------------ */

outcome t_yield_value(translator *t)
{
    context *c = t->c;
    EMIT(guard_resumed, PTR(leave(t, EXIT_UNSUPPORTED)));
    int top = ctx_top(c, 1), v = peek(t, 1);
    if (val(t, v)->type == T_RANGE_ITER) {
        return t_unsupported(t);
    }
    for (int slot = 0; slot < top; slot++) {
        if (c->slot[slot] != V_MEMORY && val(t, c->slot[slot])->type == T_RANGE_ITER) {
            write_range(t, slot);
        }
    }
    /* A number that only the receiver has stays unboxed. */
    bool unboxed = (val(t, v)->type == T_INT64 || val(t, v)->type == T_FLOAT)
                   && val(t, v)->uses == 1 && val(t, v)->konst == NULL && ctx_home(c, v) < 0
                   && val(t, v)->sub[0] == NO_VALUE;
    int64_t kind = RETURNS_OBJECT;
    if (unboxed) {
        kind = val(t, v)->type == T_FLOAT ? RETURNS_FLOAT : RETURNS_INT;
    }
    else {
        own(t, top);
    }
    write_back(t, 1);
    if (unboxed && kind == RETURNS_FLOAT) {
        EMIT(result_d, in_reg(t, v));
    }
    else if (unboxed) {
        EMIT(result_i, in_reg(t, v));
    }
    else {
        EMIT(yield_slot, SLOT_OFFSET(top));
    }
    EMIT(suspend, PTR(_PyCode_CODE(t->u->code) + t->next), SLOT_OFFSET(top), t->arg);
    EMIT(return_kind, kind);
    return ENDED;
}

outcome return_from_generator(translator *t)
{
    EMIT(guard_ending, PTR(leave(t, EXIT_RETURN)));
    int top = ctx_top(t->c, 1);
    if (val(t, peek(t, 1))->type == T_RANGE_ITER) {
        return t_unsupported(t);
    }
    own(t, top);
    EMIT(take_result, SLOT_OFFSET(top));
    EMIT(end_generator);
    return ENDED;
}
