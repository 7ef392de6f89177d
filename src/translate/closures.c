/* Translations: cells, free variables, and functions that are made.
 *
 * A cell is an object in a local's slot; what it holds is read and written like an
 * attribute of a known place, and it may be anybody's.
 */
#include "translate/translate.h"

#define CELL_VALUE ((int64_t)offsetof(PyCellObject, ob_ref))

/* The slot's cell, which is there from the function's start on. */
static int cell_at(translator *t, int slot)
{
    int v = ctx_value(t->c, slot);
    if (v == NO_VALUE || ctx_home(t->c, v) < 0) {
        t->failed = true;
        return 0;
    }
    return v;
}

/* The cell, where it can be seen. */
static PyCellObject *seen_cell(translator *t, int v)
{
    PyObject *seen = val(t, v)->seen;
    return seen != NULL && PyCell_Check(seen) ? (PyCellObject *)seen : NULL;
}

outcome t_copy_free_vars(translator *t)
{
    context *c = t->c;
    int first = c->nlocals - (int)t->arg;
    EMIT(copy_free, SLOT_OFFSET(first), t->arg);
    for (int slot = first; slot < c->nlocals; slot++) {
        ctx_set(c, slot, V_MEMORY);
        c->memory[slot] = M_CURRENT;
    }
    return GO_ON;
}

outcome t_make_cell(translator *t)
{
    context *c = t->c;
    int slot = (int)t->arg, v = c->slot[slot];
    for (int other = 0; v != V_MEMORY && other < ctx_slots(c); other++) {
        if (c->slot[other] == v) {
            own(t, other);          /* they lose what they share with the slot */
        }
    }
    before_call(t);
    EMIT(make_cell, SLOT_OFFSET(slot), PTR(leave(t, EXIT_NO_MEMORY)));
    ctx_set(c, slot, V_MEMORY);
    c->memory[slot] = M_CURRENT;
    return GO_ON;
}

outcome t_load_deref(translator *t)
{
    context *c = t->c;
    int v = cell_at(t, (int)t->arg), home = ctx_home(c, v);
    PyCellObject *cell = t->failed ? NULL : seen_cell(t, v);
    PyObject *value = cell != NULL ? cell->ob_ref : NULL;
    if (t->failed) {
        return GO_ON;
    }
    bool is_float = value != NULL && PyFloat_CheckExact(value);
    bool is_int = value != NULL && PyLong_CheckExact(value) && adapter_is_short(value);
    if ((is_float || is_int) && first_try(t) && used_by_arithmetic(t)) {
        int place = constant_int(t, CELL_VALUE);
        int reg = free_reg(t, is_float);
        emit_uop(HOT, is_float ? U_attr_float : U_attr_int,
                 (int64_t[]){reg, (int64_t)SLOT_OFFSET(home), CELL_VALUE, PTR(guard_failed(t))});
        push_taken(t, 0, is_float ? T_FLOAT : T_INT64, reg, v, place);
        ctx_drop(c, place);
        return GO_ON;
    }
    int slot = ctx_slots(c);
    if (slot >= MAX_SLOTS) {
        return t_unsupported(t);
    }
    EMIT(attr_item, SLOT_OFFSET(slot), SLOT_OFFSET(home), CELL_VALUE, PTR(leave(t, EXIT_CONDITION)));
    push(t, new_value(t, T_ANY));
    c->memory[slot] = M_CURRENT;
    return GO_ON;
}

outcome t_store_deref(translator *t)
{
    context *c = t->c;
    int v = peek(t, 1), into = cell_at(t, (int)t->arg), home = ctx_home(c, v);
    if (t->failed || val(t, v)->type == T_RANGE_ITER) {
        return t_unsupported(t);
    }
    int64_t at = (int64_t)SLOT_OFFSET(ctx_home(c, into));
    PyCellObject *cell = seen_cell(t, into);
    if (cell == NULL && !t->first) {
        return SPLIT;
    }
    bool alone = home < 0 && last_use(t, v) && val(t, v)->konst == NULL;
    if (cell == NULL || cell->ob_ref == NULL) {
        home = boxed_in(t, v, ctx_top(c, 1));
        EMIT(attr_fill, at, CELL_VALUE, SLOT_OFFSET(home), PTR(guard_failed(t)));
    }
    else if (alone && val(t, v)->type == T_FLOAT) {
        EMIT(attr_set_float, at, CELL_VALUE, in_reg(t, v), PTR(leave(t, EXIT_FINALIZER)));
    }
    else if (alone && val(t, v)->type == T_INT64) {
        EMIT(attr_set_int, at, CELL_VALUE, in_reg(t, v), PTR(leave(t, EXIT_FINALIZER)));
    }
    else {
        home = boxed_in(t, v, ctx_top(c, 1));
        EMIT(attr_set_slot, at, CELL_VALUE, SLOT_OFFSET(home), PTR(leave(t, EXIT_FINALIZER)));
    }
    pop(t, 1);
    return GO_ON;
}

outcome t_make_function(translator *t)
{
    context *c = t->c;
    int v = peek(t, 1), slot = ctx_top(c, 1);
    PyObject *code = val(t, v)->konst;
    if (code == NULL || !PyCode_Check(code) || c->memory[slot] == M_CURRENT) {
        return t_unsupported(t);
    }
    before_call(t);
    EMIT(make_function, SLOT_OFFSET(slot), PTR(code), PTR(t->globals), PTR(t->builtins),
         PTR(leave(t, EXIT_CONDITION)));
    pop(t, 1);
    push(t, new_value(t, T_ANY));
    c->memory[slot] = M_CURRENT;
    return GO_ON;
}

/* The attribute below the function, which is new. */
outcome t_set_function_attribute(translator *t)
{
    context *c = t->c;
    int function = peek(t, 1), slot = ctx_top(c, 1);
    int offset = adapter_function_attribute(t->arg);
    if (offset < 0 || c->memory[slot] != M_CURRENT || val(t, function)->uses != 1) {
        return t_unsupported(t);
    }
    give_away(t, 2, ctx_top(c, 2));
    EMIT(set_function, SLOT_OFFSET(slot), offset, SLOT_OFFSET(slot - 1));
    for (int n = 0; n < 2; n++) {
        c->memory[ctx_top(c, 1)] = M_STALE;
        pop(t, 1);
    }
    push(t, new_value(t, T_ANY));
    c->memory[slot - 1] = M_CURRENT;
    return GO_ON;
}
