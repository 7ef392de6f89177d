/* Translations: calls of Python functions, their return, and whatever may run
 * arbitrary Python code.  How frames and calls fit together: emit/call_abi.h. */
#include "translate/translate.h"
#include <string.h>

#define MOST_ARGUMENTS 14

/* ---- code that may run Python ----------------------------------------------------- */

/* What the interpreter would hold in the slot, into its memory. */
static void write_slot(translator *t, int slot)
{
    context *c = t->c;
    int v = c->slot[slot];
    t->pinned_i = t->pinned_d = 0;
    if (v == V_MEMORY || c->memory[slot] == M_CURRENT) {
        return;
    }
    if (val(t, v)->type == T_RANGE_ITER) {
        EMIT(clear_slot, SLOT_OFFSET(slot));        /* nobody can see that it is not there */
        return;
    }
    if (c->memory[slot] == M_BORROWED) {
        for (int local = 0; local < c->nlocals; local++) {
            if (c->slot[local] == v && c->memory[local] == M_CURRENT) {
                EMIT(borrow_slot, SLOT_OFFSET(slot), SLOT_OFFSET(local));
                c->memory[slot] = M_CURRENT;
                return;
            }
        }
    }
    own(t, slot);
}

void write_back(translator *t)
{
    for (int slot = 0; slot < ctx_slots(t->c); slot++) {
        write_slot(t, slot);
    }
}

/* Arbitrary code has run: what can have changed is known no more. */
static void forget(translator *t)
{
    context *c = t->c;
    for (int v = 0; v < MAX_VALUES; v++) {
        value *value = &c->values[v];
        if (value->uses == 0) {
            continue;
        }
        if (value->type == T_ITER) {
            close_iterator(t, v);
        }
        value->version = 0;
        value->inline_values = false;
        if (!type_has_parts(value->type) && value->sub[0] != NO_VALUE) {
            int container = value->sub[0], place = value->sub[1];
            value->sub[0] = value->sub[1] = NO_VALUE;
            ctx_drop(c, container);
            ctx_drop(c, place);
        }
    }
}

/* The stub for the state behind this instruction with everything in memory. */
static label *go_on_from_memory(translator *t)
{
    context general;
    ctx_init(&general, t->c->nlocals, t->c->depth);
    for (int slot = 0; slot < ctx_slots(t->c); slot++) {
        general.memory[slot] = M_CURRENT;
    }
    stub *s = stub_new(t->u, t->next, &general, STUB_COMPILE, EXIT_UNSUPPORTED);
    if (s == NULL) {
        t->failed = true;
        return leave(t, EXIT_NO_MEMORY);
    }
    return &s->label;
}

/* Out of the state behind this instruction. */
static label *leave_behind(translator *t, const context *c)
{
    stub *s = stub_new(t->u, t->next, c, STUB_EXIT, EXIT_POLL);
    if (s == NULL) {
        t->failed = true;
        return leave(t, EXIT_NO_MEMORY);
    }
    return &s->label;
}

void escape(translator *t, escape_function *function, int n, int64_t k, bool has_result)
{
    context *c = t->c;
    int first = ctx_top(c, n);
    before_call(t);
    if (c->ireg[0] != NO_VALUE) {
        take_reg(t, false, 0);
    }
    for (int i = 0; i < n; i++) {       /* the operation has them */
        int slot = ctx_top(c, 1);
        c->memory[slot] = M_STALE;
        ctx_set(c, slot, V_MEMORY);
        c->depth--;
    }
    call_site *site = site_new(t->u);
    stub *out = raised(t);
    if (site == NULL || t->failed) {
        t->failed = true;
        return;
    }
    site->out = out;
    EMIT(escape, PTR(function), PTR(site), SLOT_OFFSET(first), n, k, PTR(&out->label));
    forget(t);
    if (has_result) {
        push(t, new_value(t, T_ANY));
        c->memory[first] = M_CURRENT;
    }
    EMIT(escaped, PTR(&t->u->generation), t->u->generation, PTR(leave_behind(t, c)),
         PTR(go_on_from_memory(t)));
}

outcome call_any(translator *t, int nargs)
{
    if (nargs > MOST_ARGUMENTS) {
        return t_unsupported(t);
    }
    write_back(t);
    escape(t, graft_escape_call, nargs + 2, 0, true);
    return GO_ON;
}

/* ---- calls of Python functions -------------------------------------------------------- */

/* The function that a call is known or seen to go to, borrowed, or NULL; `slot` is
 * where it has to be looked at, or -1. */
static PyFunctionObject *function_called(translator *t, int callable, int *slot)
{
    const value *value = val(t, callable);
    PyObject *object = value->konst != NULL ? value->konst : value->seen;
    if (object == NULL || !PyFunction_Check(object)) {
        return NULL;
    }
    *slot = value->konst != NULL ? -1 : ctx_home(t->c, callable);
    return value->konst == NULL && *slot < 0 ? NULL : (PyFunctionObject *)object;
}

/* The unit of a function that can be called from compiled code, or NULL. */
static unit *unit_called(PyFunctionObject *function)
{
    PyCodeObject *code = (PyCodeObject *)function->func_code;
    if (!adapter_plain_function(code) || adapter_others_monitor(code, GRAFT_TOOL)) {
        return NULL;
    }
    unit *u = unit_of(code);
    if (u == NULL || u->no_calls || !unit_prepare(u)
        || (u->globals != NULL && (u->globals != function->func_globals
                                   || u->builtins != function->func_builtins))) {
        return NULL;
    }
    u->globals = function->func_globals;
    u->builtins = function->func_builtins;
    return u;
}

/* How one argument gets into the callee's frame. */
static void pass(translator *t, context *callee, uint8_t *as, int local, int slot)
{
    context *c = t->c;
    int v = c->slot[slot];
    int64_t to = (int64_t)SLOT_OFFSET(local), from = (int64_t)SLOT_OFFSET(slot);
    int given = NO_VALUE;
    if (v == V_MEMORY) {
        EMIT(pass_moved, to, from);
        return;
    }
    const value *value = val(t, v);
    if (as[v] != NO_VALUE) {
        given = as[v];          /* given twice */
    }
    else if (value->reg >= 0) {
        given = ctx_new_value(callee, (value_type)value->type);
        callee->values[given].reg = value->reg;
        (type_is_double(value->type) ? callee->dreg : callee->ireg)[value->reg] = (uint8_t)given;
    }
    else if (value->type >= T_STR && value->type <= T_SET) {
        given = ctx_new_value(callee, (value_type)value->type);
    }
    else if (value->type == T_ANY && value->konst == NULL && value->version != 0) {
        given = ctx_new_value(callee, T_ANY);
        callee->values[given].version = value->version;
        callee->values[given].inline_values = value->inline_values;
    }
    int home = ctx_home(c, v);
    callee->memory[local] = M_CURRENT;
    if (c->memory[slot] == M_CURRENT) {
        EMIT(pass_moved, to, from);
    }
    else if (home >= 0 && home < c->nlocals && c->memory[slot] == M_BORROWED) {
        EMIT(pass_borrowed, to, SLOT_OFFSET(home));
    }
    else if (home >= 0) {
        EMIT(pass_copied, to, SLOT_OFFSET(home));
    }
    else if (value->konst != NULL) {
        EMIT(pass_const, to, PTR(value->konst));
    }
    else {
        EMIT(pass_nothing, to);
        callee->memory[local] = M_STALE;
    }
    if (given != NO_VALUE) {
        ctx_set(callee, local, given);
        as[v] = (uint8_t)given;
    }
}

/* Arguments that are unboxed travel in registers, but for complex numbers; those that
 * the caller keeps are boxed before, so that both frames have the same object. */
static void ready(translator *t, int slot)
{
    context *c = t->c;
    int v = ctx_value(c, slot);
    if (v == NO_VALUE) {
        t->failed = true;
        return;
    }
    if (!type_is_scalar(val(t, v)->type) && val(t, v)->type != T_COMPLEX) {
        if (ctx_home(c, v) < 0 && val(t, v)->konst == NULL) {
            own(t, slot);
        }
        return;
    }
    if (ctx_home(c, v) >= 0 || val(t, v)->konst != NULL) {
        return;
    }
    if (val(t, v)->uses > 1 || val(t, v)->sub[0] != NO_VALUE) {
        int keeper = slot;
        for (int s = 0; s < c->nlocals; s++) {
            if (c->slot[s] == v) {
                keeper = s;
                break;
            }
        }
        own(t, keeper);
    }
}

/* A stub behind the call, for a result in register 0 of its class. */
static label *with_result(translator *t, value_type type)
{
    context *c = t->c, after = *c;
    t->c = &after;
    int v = new_value(t, type);
    bind_reg(t, v, 0);
    push(t, v);
    label *way = way_to(t, t->next);
    t->c = c;
    return way;
}

/* The frame is made and its arguments are in it: the rest of the call. */
static outcome finish_call(translator *t, call_site *site, unit *u, context *callee, int operands)
{
    context *c = t->c;
    for (int n = 0; n < operands; n++) {
        int slot = ctx_top(c, 1);
        if (n == operands - 1 && c->memory[slot] == M_CURRENT) {
            EMIT(drop_slot, SLOT_OFFSET(slot));     /* the frame has the function too */
        }
        c->memory[slot] = M_STALE;
        ctx_set(c, slot, V_MEMORY);
        c->depth--;
    }
    before_call(t);
    if (c->ireg[0] != NO_VALUE) {
        take_reg(t, false, 0);
    }
    forget(t);
    site->out = raised(t);
    placement moves[MAX_VALUES];
    int count;
    label *entry;
    version *v = version_find(u, 0, callee, moves, &count);
    if (v != NULL) {
        translate_moves(callee, moves, count);
        entry = &v->entry;
    }
    else {
        stub *s = stub_new(u, 0, callee, STUB_COMPILE, EXIT_UNSUPPORTED);
        if (s == NULL || t->failed) {
            t->failed = true;
            return GO_ON;
        }
        entry = &s->label;
    }
    int slot = ctx_slots(c);
    label again = {cache_position().cold, NULL, false};
    label *as_int = with_result(t, T_INT64), *as_float = with_result(t, T_FLOAT);
    push(t, new_value(t, T_ANY));
    c->memory[slot] = M_CURRENT;
    context memory = *c;
    for (int s = 0; s < ctx_slots(c); s++) {
        ctx_set(&memory, s, V_MEMORY);
        memory.memory[s] = M_CURRENT;
    }
    label *out = leave_behind(t, &memory), *general = go_on_from_memory(t);
    again.code = cache_position().cold;
    emit_uop(COLD, U_synced, (int64_t[]){PTR(&t->u->generation), t->u->generation, PTR(out),
                                         PTR(general)});
    EMIT(call_frame, SLOT_OFFSET(slot), PTR(entry), PTR(as_int), PTR(as_float),
         PTR(&site->out->label), PTR(&again));
    jump_to(t, t->next);
    return ENDED;
}

static uint32_t frame_size(const PyCodeObject *code)
{
    return (uint32_t)code->co_framesize * sizeof(PyObject *);
}

outcome call_python(translator *t, int nargs)
{
    context *c = t->c;
    int callable = peek(t, nargs + 2), self = peek(t, nargs + 1), looked_at = -1;
    bool has_self = !(val(t, self)->type == T_ANY && val(t, self)->konst == NULL
                      && ctx_home(c, self) < 0);
    PyFunctionObject *function = function_called(t, callable, &looked_at);
    if (function == NULL) {
        return val(t, callable)->konst == NULL && val(t, callable)->seen == NULL
               && ctx_home(c, callable) >= 0 ? SPLIT : t_unsupported(t);
    }
    unit *u = unit_called(function);
    PyCodeObject *code = (PyCodeObject *)function->func_code;
    int given = nargs + has_self, missing = code->co_argcount - given;
    PyObject *defaults = function->func_defaults;
    if (u == NULL || missing < 0 || nargs > MOST_ARGUMENTS
        || missing > (defaults != NULL ? PyTuple_GET_SIZE(defaults) : 0)) {
        return t_unsupported(t);
    }
    call_site *site = site_new(t->u);
    if (site == NULL) {
        return t_unsupported(t);
    }
    *site = (call_site){
        .code = code, .function = looked_at < 0 ? function : NULL, .next = site->next,
        .defaults = missing > 0 ? defaults : NULL, .globals = function->func_globals,
        .generation = &u->generation, .expected = u->generation,
        .calls = &u->calls, .size = frame_size(code),
        .slots = (uint32_t)code->co_nlocalsplus, .levels = 1,
    };
    int first = ctx_top(c, nargs + has_self);
    for (int n = 0; n < given; n++) {
        ready(t, first + n);
        t->pinned_i = t->pinned_d = 0;
    }
    if (looked_at < 0) {
        EMIT(guard_function, PTR(site), PTR(guard_failed(t)));
        EMIT(push_frame, PTR(site), PTR(leave(t, EXIT_CONDITION)));
    }
    else {
        looked_at = ctx_home(c, callable);
        EMIT(guard_function_in, PTR(site), SLOT_OFFSET(looked_at), PTR(guard_failed(t)));
        EMIT(push_frame_of, PTR(site), SLOT_OFFSET(looked_at), PTR(leave(t, EXIT_CONDITION)));
    }
    /* From here on nothing may leave before the call. */
    context callee;
    ctx_init(&callee, code->co_nlocalsplus, 0);
    int registers = 0;
    uint8_t as[MAX_VALUES];     /* the caller's value is that one of the callee's */
    memset(as, NO_VALUE, sizeof(as));
    for (int n = 0; n < given; n++) {
        int v = ctx_value(c, first + n);
        if (type_is_scalar(val(t, v)->type) && registers < 5) {
            in_reg(t, v);
            registers++;
        }
    }
    for (int n = 0; n < given; n++) {
        pass(t, &callee, as, n, first + n);
    }
    for (int n = 0; n < missing; n++) {
        PyObject *object = PyTuple_GET_ITEM(defaults, PyTuple_GET_SIZE(defaults) - missing + n);
        EMIT(pass_const, SLOT_OFFSET(given + n), PTR(object));
    }
    for (int n = code->co_argcount; n < code->co_nlocalsplus; n++) {
        EMIT(pass_nothing, SLOT_OFFSET(n));
    }
    return finish_call(t, site, u, &callee, nargs + 2);
}

/* ---- the callee's side ------------------------------------------------------------------ */

outcome t_resume(translator *t)
{
    if ((t->arg & 3) == 0) {        /* RESUME_AT_FUNC_START */
        EMIT(poll, PTR(leave(t, EXIT_POLL)));
    }
    return GO_ON;
}

/* Drops the local variables, in order, as the interpreter does. */
static void drop_locals(translator *t)
{
    context *c = t->c;
    for (int slot = 0; slot < c->nlocals; slot++) {
        int v = c->slot[slot];
        bool plain = c->memory[slot] != M_CURRENT
                     || (v != V_MEMORY && type_is_plain(val(t, v)->type));
        if (plain) {
            EMIT(drop_slot, SLOT_OFFSET(slot));
        }
        else {
            EMIT(release_slot, SLOT_OFFSET(slot), PTR(leave(t, EXIT_FINALIZER)));
        }
        ctx_set(c, slot, V_MEMORY);
        c->memory[slot] = M_CURRENT;        /* NULL */
    }
}

outcome t_return_value(translator *t)
{
    context *c = t->c;
    int top = ctx_top(c, 1), v = peek(t, 1), home = ctx_home(c, v);
    value *value = val(t, v);
    EMIT(guard_called, PTR(leave(t, EXIT_RETURN)));
    if (value->type == T_RANGE_ITER) {
        return t_unsupported(t);
    }
    int64_t k;
    bool small = is_imm(value->konst, &k) && PyLong_CheckExact(value->konst) && k <= 256;
    if (small || (home < 0 && value->konst == NULL && value->sub[0] == NO_VALUE
                  && (value->type == T_INT64 || value->type == T_FLOAT))) {
        int reg = in_reg(t, v);
        bool is_float = value->type == T_FLOAT;
        if (is_float) {
            EMIT(result_d, reg);
        }
        else {
            EMIT(result_i, reg);
        }
        pop(t, 1);
        push(t, v);
        drop_locals(t);
        EMIT(pop_frame);
        EMIT(return_kind, is_float ? RETURNS_FLOAT : RETURNS_INT);
        return ENDED;
    }
    if (c->memory[top] != M_CURRENT && home >= 0 && home < c->nlocals) {
        EMIT(move_slot, SLOT_OFFSET(top), SLOT_OFFSET(home));
        c->memory[top] = M_CURRENT;
        ctx_set(c, home, V_MEMORY);         /* unbound */
    }
    else {
        own(t, top);
    }
    drop_locals(t);
    EMIT(take_result, SLOT_OFFSET(top));
    EMIT(pop_frame);
    EMIT(return_kind, RETURNS_OBJECT);
    return ENDED;
}
