/* Translations: raising and handling exceptions, `with`.  Handlers are entered with
 * everything in memory, by way of the stub of the instruction that raised. */
#include "runtime/exceptions.h"
#include "translate/translate.h"

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

outcome t_raise_varargs(translator *t)
{
    if (t->arg == 0) {
        guard_leaves_silently(t);
    }
    outcome what = translate_generic(t);
    return what == GO_ON ? ENDED : what;
}

outcome t_reraise(translator *t)
{
    guard_leaves_silently(t);
    outcome what = translate_generic(t);
    return what == GO_ON ? ENDED : what;
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

outcome t_pop_except(translator *t)
{
    context *c = t->c;
    int slot = ctx_top(c, 1);
    own(t, slot);
    before_call(t);
    EMIT(pop_except, SLOT_OFFSET(slot), PTR(leave(t, EXIT_CONDITION)));
    ctx_set(c, slot, V_MEMORY);
    c->memory[slot] = M_STALE;
    c->depth--;
    return GO_ON;
}

outcome t_check_exc_match(translator *t)
{
    int type = peek(t, 1), home = ctx_home(t->c, peek(t, 2));
    PyObject *class = val(t, type)->konst;
    if (class == NULL || !PyExceptionClass_Check(class) || home < 0) {
        return t_unsupported(t);
    }
    before_call(t);
    take_reg(t, false, FIXED_exc_match_a);
    EMIT(exc_match, SLOT_OFFSET(home), PTR(class));
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
