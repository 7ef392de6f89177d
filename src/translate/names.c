/* Translations: names in dictionaries, global variables above all, which at a module's
 * level are the local ones.
 *
 * A name that stays is a constant (hooks/watch.h).  One that changes is read and written
 * in its place in the dictionary, behind a guard that it is still there.
 */
#include "hooks/watch.h"
#include "translate/translate.h"

/* Whether the instruction binds or unbinds the name in the frame's globals. */
static bool changes(const translator *t, const instruction *in, PyObject *name)
{
    bool binds = in->op == STORE_GLOBAL || in->op == DELETE_GLOBAL
                 || (t->u->module && (in->op == STORE_NAME || in->op == DELETE_NAME));
    return binds && PyTuple_GET_ITEM(t->u->code->co_names, in->arg) == name;
}

static bool in_loop(const unit *u, int at)
{
    for (int from = at; from < u->size; from += u->in[from].size ? u->in[from].size : 1) {
        if (u->in[from].op == JUMP_BACKWARD && adapter_jump_target(u->in, from) <= at) {
            return true;
        }
    }
    return false;
}

/* Whether this code is likely to change the name while it runs.  What a module binds
 * outside of loops is bound once. */
static bool changed_here(const translator *t, PyObject *name)
{
    const unit *u = t->u;
    for (int at = 0; at < u->size; at += u->in[at].size ? u->in[at].size : 1) {
        if (changes(t, &u->in[at], name) && (!u->module || in_loop(u, at))) {
            return true;
        }
    }
    return false;
}

/* Whether more can be done with the object when it is not a constant, but a value in a slot
 * whose type is known. */
static bool better_in_slot(PyObject *object)
{
    switch (type_of_object(object)) {
        case T_LIST: case T_DICT: case T_SET: case T_BYTEARRAY:
            return true;
        case T_ANY:
            return (Py_TYPE(object)->tp_flags & Py_TPFLAGS_HEAPTYPE) && !PyType_Check(object)
                   && Py_TYPE(object)->tp_call == NULL;
        default:
            return false;
    }
}

static bool push_constant_name(translator *t, PyObject *object)
{
    int v = object == NULL ? NO_VALUE : ctx_constant(t->c, object);
    if (v == NO_VALUE) {
        return false;
    }
    push(t, v);
    return true;
}

static bool push_unboxed(translator *t, PyObject *name, const name_place *place)
{
    context *c = t->c;
    bool is_float = PyFloat_CheckExact(place->value);
    if (!is_float && !(PyLong_CheckExact(place->value) && adapter_is_short(place->value))) {
        return false;
    }
    int dict = ctx_constant(c, t->globals);
    if (dict != NO_VALUE) {
        ctx_hold(c, dict);
    }
    int key = dict == NO_VALUE ? NO_VALUE : ctx_constant(c, name);
    if (key == NO_VALUE) {
        t->failed = true;
        return true;
    }
    int reg = free_reg(t, is_float);
    if (is_float) {
        EMIT(name_float, reg, PTR(t->globals), place->layout, place->offset, PTR(name),
             PTR(guard_failed(t)));
    }
    else {
        EMIT(name_int, reg, PTR(t->globals), place->layout, place->offset, PTR(name),
             PTR(guard_failed(t)));
    }
    push_taken(t, 0, is_float ? T_FLOAT : T_INT64, reg, dict, key);
    ctx_drop(c, dict);
    return true;
}

static outcome load(translator *t, PyObject *name)
{
    name_place place;
    bool there = adapter_name_place(t->globals, name, &place);
    if (!there || (!changed_here(t, name) && !better_in_slot(place.value))) {
        if (push_constant_name(t, watch_global(t->u, t->globals, t->builtins, name))) {
            return GO_ON;
        }
    }
    if (!there) {
        return t_unsupported(t);
    }
    if (first_try(t) && used_by_arithmetic(t) && push_unboxed(t, name, &place)) {
        return GO_ON;
    }
    int slot = ctx_slots(t->c);
    if (slot >= MAX_SLOTS) {
        return t_unsupported(t);
    }
    EMIT(name_item, SLOT_OFFSET(slot), PTR(t->globals), place.layout, place.offset, PTR(name),
         PTR(guard_failed(t)));
    push(t, new_value(t, T_ANY));
    t->c->memory[slot] = M_CURRENT;
    return GO_ON;
}

static outcome store(translator *t, PyObject *name)
{
    context *c = t->c;
    int v = peek(t, 1), home = ctx_home(c, v);
    name_place place;
    const watched_name *w = watch_changing(t->u, t->globals, name);
    if (w == NULL || val(t, v)->type == T_RANGE_ITER
        || !adapter_name_place(t->globals, name, &place)) {
        return t_unsupported(t);
    }
    if (home < 0 && last_use(t, v) && val(t, v)->konst == NULL
        && (val(t, v)->type == T_INT64 || val(t, v)->type == T_FLOAT)) {
        bool is_float = val(t, v)->type == T_FLOAT;
        emit_uop(HOT, is_float ? U_name_set_float : U_name_set_int,
                 (int64_t[]){in_reg(t, v), PTR(t->globals), place.layout, place.offset, PTR(name),
                             watch_only_ours(), PTR(&w->relied_on), PTR(guard_failed(t)),
                             PTR(leave(t, EXIT_CONDITION))});
    }
    else {
        home = boxed_in(t, v, ctx_top(c, 1));
        EMIT(name_set_slot, SLOT_OFFSET(home), PTR(t->globals), place.layout, place.offset, PTR(name),
             watch_only_ours(), PTR(&w->relied_on), PTR(guard_failed(t)),
             PTR(leave(t, EXIT_CONDITION)));
    }
    pop(t, 1);
    return GO_ON;
}

static PyObject *name_at(const translator *t, uint32_t arg)
{
    return PyTuple_GET_ITEM(t->u->code->co_names, arg);
}

outcome t_load_global(translator *t)
{
    outcome what = load(t, name_at(t, t->arg >> 1));
    return what == GO_ON && (t->arg & 1) ? t_push_null(t) : what;
}

outcome t_load_name(translator *t)
{
    return t->u->module ? load(t, name_at(t, t->arg)) : t_unsupported(t);
}

outcome t_store_global(translator *t)
{
    return store(t, name_at(t, t->arg));
}

outcome t_store_name(translator *t)
{
    return t->u->module ? store(t, name_at(t, t->arg)) : t_unsupported(t);
}
