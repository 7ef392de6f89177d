/* Translations: super(), and what classes give for calls: functions, static and class
 * methods. */
#include "translate/translate.h"

static bool push_constant(translator *t, PyObject *object)
{
    int v = ctx_constant(t->c, object);
    if (v == NO_VALUE) {
        t->failed = true;
        return false;
    }
    push(t, v);
    return true;
}

/* (One that has died meanwhile could be followed by another at its place in memory, which has the same version
 * if it is of the same code.) */
void guard_kept(translator *t, PyObject **place)
{
    PyFunctionObject *function = (PyFunctionObject *)*place;
    EMIT(guard_place, PTR(place), PTR(function), PTR(guard_failed(t)));
    EMIT(guard_place, PTR(&function->func_globals), PTR(function->func_globals), PTR(guard_failed(t)));
}

outcome push_called(translator *t, const class_member *member, PyTypeObject *class)
{
    if (member->place != NULL) {
        guard_kept(t, member->place);
    }
    pop(t, 1);
    if (!push_constant(t, member->function)) {
        return GO_ON;
    }
    if (member->kind == MEMBER_OF_CLASS) {
        (void)push_constant(t, (PyObject *)class);
        return GO_ON;
    }
    return t_push_null(t);
}

outcome load_class_member(translator *t, PyTypeObject *class)
{
    PyObject *name = PyTuple_GET_ITEM(t->u->code->co_names, t->arg >> 1);
    class_member member;
    uint32_t version = adapter_class_member(class, name, &member) ? adapter_type_version(class) : 0;
    if (version == 0 || version > IMM_MAX || !guard_type_of(t, (PyObject *)class)) {
        return t_unsupported(t);
    }
    EMIT(guard_class, PTR(class), version, PTR(guard_failed(t)));
    return push_called(t, &member, class);
}

/* super().name(...) with the class and the object's type known: the function that comes
 * after the class, and the object. */
outcome t_load_super_attr(translator *t)
{
    context *c = t->c;
    int self = peek(t, 1), class = peek(t, 2);
    PyObject *name = PyTuple_GET_ITEM(t->u->code->co_names, t->arg >> 2);
    PyObject *seen = val(t, class)->konst != NULL ? val(t, class)->konst : val(t, class)->seen;
    outcome what = UNSUPPORTED;
    if (!(t->arg & 1) || val(t, peek(t, 3))->konst != (PyObject *)&PySuper_Type
        || val(t, self)->type != T_ANY || val(t, self)->konst != NULL
        || ctx_home(c, self) < 0 || ctx_home(c, self) >= c->nlocals) {
        return t_unsupported(t);
    }
    if (seen == NULL || val(t, self)->seen == NULL) {
        return t->first ? t_unsupported(t) : SPLIT;
    }
    PyObject *method = PyType_Check(seen)
                       ? adapter_super_method((PyTypeObject *)seen, val(t, self)->seen, name) : NULL;
    if (method == NULL) {
        return t_unsupported(t);
    }
    if (know_version(t, self, &what) == NULL) {
        return what == SPLIT ? SPLIT : t_unsupported(t);
    }
    if (val(t, class)->konst == NULL) {
        EMIT(guard_object, SLOT_OFFSET(ctx_home(c, class)), PTR(seen), PTR(guard_failed(t)));
    }
    guard_operand(t, 2);
    ctx_hold(c, self);
    drop_guarded(t, 2);
    pop(t, 3);
    if (push_constant(t, method)) {
        push(t, self);
    }
    ctx_drop(c, self);
    return GO_ON;
}
