/* Translations: raising and handling exceptions, `with`.  Handlers are entered with
 * everything in memory, by way of the stub of the instruction that raised. */
#include "runtime/exceptions.h"
#include "translate/operate.h"

/* ---- exceptions as objects ---------------------------------------------------------- */

/* An operation of runtime/operations.h on the top `count` values, the last one first or, for a call,
 * as its arguments. */
static bool operate_on(translator *t, PyCFunctionFast function, PyObject *self, int count, bool call,
                       int popped)
{
    int places[GRAFT_NOPERANDS] = {0};
    if (count + 1 > GRAFT_NOPERANDS) {
        return false;
    }
    for (int n = 1; n <= count; n++) {
        places[n] = call ? count + 1 - n : n;
    }
    return operate(t, &(operation){CALL_FAST, (void *)function, self, places, count + 1, popped, 0, false});
}

outcome call_exception(translator *t, PyObject *function, int nargs, bool has_self)
{
    if (!has_self && PyType_Check(function) && adapter_makes_exceptions((PyTypeObject *)function)
        && operate_on(t, graft_exception_new, function, nargs, true, nargs + 2)) {
        result_object(t, nargs + 2, T_ANY);
        return GO_ON;
    }
    if (has_self && adapter_initializes_exceptions(function)
        && operate_on(t, graft_exception_init, function, nargs + 1, true, nargs + 2)) {
        push_known(t, nargs + 2, Py_None);
        return GO_ON;
    }
    return t_unsupported(t);
}

outcome load_from_exception(translator *t, PyObject *name)
{
    int v = peek(t, 1);
    PyObject *seen = val(t, v)->seen;
    outcome what = UNSUPPORTED;
    exception_part part = val(t, v)->type == T_ANY && val(t, v)->konst == NULL && seen != NULL && first_try(t)
                          ? adapter_exception_part(seen, name, false) : EXCEPTION_OTHER;
    if (part == EXCEPTION_OTHER || know_version(t, v, &what) == NULL) {
        return what == SPLIT ? SPLIT : t_unsupported(t);
    }
    if (!operate_on(t, part == EXCEPTION_ARGS ? graft_exception_args : graft_exception_item, name, 1,
                    false, 1)) {
        return t_unsupported(t);
    }
    result_object(t, 1, T_ANY);
    return GO_ON;
}

outcome store_to_exception(translator *t, PyObject *name)
{
    int v = peek(t, 1);
    PyObject *seen = val(t, v)->seen;
    outcome what = UNSUPPORTED;
    if (val(t, v)->type != T_ANY || val(t, v)->konst != NULL || seen == NULL || !first_try(t)
        || adapter_exception_part(seen, name, true) != EXCEPTION_ITEM || know_version(t, v, &what) == NULL) {
        return what == SPLIT ? SPLIT : t_unsupported(t);
    }
    if (!operate_on(t, graft_exception_store, name, 2, false, 2)) {
        return t_unsupported(t);
    }
    pop(t, 2);
    return GO_ON;
}

/* ---- raising ---------------------------------------------------------------------- */

/* An exception that is raised again has its place in the traceback; where nobody handles it
 * here and the interpreter called the function, that has to raise it. */
static void guard_leaves_silently(translator *t)
{
    int depth;
    bool lasti;
    if (adapter_handler(t->u->code, t->at, &depth, &lasti) < 0) {
        EMIT(guard_callee, PTR(leave(t, EXIT_UNSUPPORTED)));
    }
}

/* An exception, or a class that is known; SPLIT and UNSUPPORTED as ever. */
static outcome raise_known(translator *t)
{
    int v = peek(t, 1), home = ctx_home(t->c, v);
    PyObject *konst = val(t, v)->konst;
    if (val(t, v)->type != T_ANY || (konst == NULL && home < 0)
        || (konst != NULL && (!PyType_Check(konst) || !adapter_makes_exceptions((PyTypeObject *)konst)))) {
        return t_unsupported(t);
    }
    before_call(t);
    label *other = guard_failed(t), *raises = &raised(t)->label;
    if (konst != NULL) {
        EMIT(raise_class, PTR(konst), PTR(other), PTR(raises));
    }
    else {
        EMIT(raise_object, SLOT_OFFSET(home), PTR(other), PTR(raises));
    }
    return ENDED;
}

outcome t_raise_varargs(translator *t)
{
    if (t->arg == 1 && first_try(t)) {
        outcome what = raise_known(t);
        if (what != UNSUPPORTED || t->failed) {
            return what;
        }
    }
    if (t->arg == 0) {
        guard_leaves_silently(t);
        if (first_try(t)) {
            before_call(t);
            EMIT(raise_handled, unit_running(t->u->code, t->at), PTR(guard_failed(t)), PTR(&raised(t)->label));
            return ENDED;
        }
    }
    outcome what = translate_generic(t);
    return what == GO_ON ? ENDED : what;
}

outcome t_reraise(translator *t)
{
    context *c = t->c;
    int slot = ctx_top(c, 1);
    guard_leaves_silently(t);
    write_back(t, 0);
    hand_over(t, 1);
    before_call(t);
    EMIT(raise_again, SLOT_OFFSET(slot), t->arg, unit_running(t->u->code, t->at), PTR(&raised(t)->label));
    return ENDED;
}

outcome t_end_async_for(translator *t)
{
    guard_leaves_silently(t);
    return translate_generic(t);
}

bool translate_unwind(unit *u, stub *s, context *c)
{
    const handler_place *place = &s->place;
    translator state = {.u = u, .c = c, .at = s->at, .next = place->at}, *t = &state;
    int first = c->nlocals + place->depth;
    int64_t owned = 0;
    for (int slot = 0; slot < first; slot++) {
        int v = c->slot[slot];
        if (v != V_MEMORY && c->memory[slot] != M_CURRENT && ctx_home(c, v) >= first) {
            own(t, slot);
        }
    }
    before_call(t);
    stub *slow = stub_new(u, s->at, c, STUB_RAISED, EXIT_EXCEPTION);
    if (slow == NULL) {
        return false;
    }
    slow->unwinds = true;
    for (int slot = first; slot < ctx_slots(c); slot++) {
        owned |= c->memory[slot] == M_CURRENT ? 1ll << (slot - first) : 0;
    }
    EMIT(unwind, PTR(slow), SLOT_OFFSET(first), owned, place->lasti, PTR(&slow->label));
    forget(t);
    hand_over(t, ctx_slots(c) - first);
    for (int n = 0; n <= place->lasti; n++) {
        push_result_in_memory(t);
        if (n < place->lasti) {
            ctx_set(c, ctx_top(c, 1), V_MEMORY);
        }
    }
    jump_to(t, t->next);
    return !t->failed;
}

/* ---- handlers --------------------------------------------------------------------- */

outcome t_push_exc_info(translator *t)
{
    context *c = t->c;
    int slot = ctx_top(c, 1);
    peek(t, 1);
    own(t, slot);
    push(t, c->slot[slot]);
    EMIT(push_exc_info, SLOT_OFFSET(slot), SLOT_OFFSET(slot + 1));
    c->memory[slot + 1] = M_CURRENT;
    ctx_set(c, slot, new_value(t, T_ANY));
    return GO_ON;
}

/* The variable of `except ... as variable` whose end this is, and `next` behind that; or -1. */
static int variable_ended(translator *t, int *next)
{
    const unit *u = t->u;
    const context *c = t->c;
    int set = t->next, store = set + u->in[set].size, delete = store + u->in[store].size;
    int variable = (int)u->in[store].arg;
    if (u->in[set].op != LOAD_CONST || u->in[store].op != STORE_FAST || u->in[delete].op != DELETE_FAST
        || (int)u->in[delete].arg != variable || u->is_target[set] || u->is_target[store]
        || u->is_target[delete] || c->memory[variable] != M_CURRENT) {
        return -1;
    }
    int v = c->slot[variable];
    if (v != V_MEMORY && (c->values[v].type != T_ANY || c->values[v].uses != 1)) {
        return -1;
    }
    *next = delete + u->in[delete].size;
    return PyTuple_GET_ITEM(u->code->co_consts, u->in[set].arg) == Py_None ? variable : -1;
}

outcome t_pop_except(translator *t)
{
    context *c = t->c;
    int slot = ctx_top(c, 1), next, variable = variable_ended(t, &next);
    own(t, slot);
    before_call(t);
    if (t->u->in[t->next].op == RERAISE && !t->u->is_target[t->next]) {
        EMIT(pop_except_kept, SLOT_OFFSET(slot), PTR(leave(t, EXIT_CONDITION)));
    }
    else if (variable >= 0) {
        EMIT(pop_except_from, SLOT_OFFSET(slot), SLOT_OFFSET(variable), PTR(leave(t, EXIT_CONDITION)));
        ctx_set(c, variable, V_MEMORY);
        t->next = next;
    }
    else {
        EMIT(pop_except, SLOT_OFFSET(slot), PTR(leave(t, EXIT_CONDITION)));
    }
    ctx_set(c, slot, V_MEMORY);
    c->memory[slot] = M_STALE;
    c->depth--;
    return GO_ON;
}

outcome t_check_exc_match(translator *t)
{
    int type = peek(t, 1), home = ctx_home(t->c, peek(t, 2));
    PyObject *class = val(t, type)->konst;
    int classes = class == NULL ? ctx_home(t->c, type) : -1;
    if ((class != NULL ? !PyExceptionClass_Check(class) : classes < 0) || home < 0) {
        return t_unsupported(t);
    }
    before_call(t);
    take_reg(t, false, FIXED_exc_match_a);
    if (class != NULL) {
        EMIT(exc_match, SLOT_OFFSET(home), PTR(class));
    }
    else {
        EMIT(exc_matches, SLOT_OFFSET(home), SLOT_OFFSET(classes), PTR(leave(t, EXIT_CONDITION)));
    }
    int v = new_value(t, T_BOOL);
    bind_reg(t, v, FIXED_exc_match_a);
    ctx_hold(t->c, v);
    pop(t, 1);
    push(t, v);
    ctx_drop(t->c, v);
    return GO_ON;
}

outcome t_load_common_constant(translator *t)
{
    int v = ctx_constant(t->c, adapter_common_constant((int)t->arg));
    if (v == NO_VALUE) {
        t->failed = true;
        return GO_ON;
    }
    push(t, v);
    return GO_ON;
}

/* ---- with ------------------------------------------------------------------------- */

outcome t_load_special(translator *t)
{
    int v = peek(t, 1);
    outcome what = UNSUPPORTED;
    if (val(t, v)->type != T_ANY) {
        return t_unsupported(t);
    }
    if (val(t, v)->konst != NULL) {
        own(t, ctx_top(t->c, 1));
        val(t, v)->seen = val(t, v)->konst;
    }
    PyObject *seen = val(t, v)->seen;
    PyObject *method = seen != NULL ? adapter_with_method(Py_TYPE(seen), (int)t->arg) : NULL;
    if (seen != NULL && method == NULL) {
        return t_unsupported(t);
    }
    return know_version(t, v, &what) != NULL ? push_method(t, v, method) : what;
}
