/* Translations: items of bytes and bytearrays, slices. */
#include "translate/translate.h"

outcome byte_subscript(translator *t, value_type type, int home, int n)
{
    int reg = free_reg(t, false);
    if (type == T_BYTES) {
        EMIT(byte_item, reg, SLOT_OFFSET(home), n, PTR(leave(t, EXIT_CONDITION)));
    }
    else {
        EMIT(bytearray_item, reg, SLOT_OFFSET(home), n, PTR(leave(t, EXIT_CONDITION)));
    }
    push_result(t, 2, T_INT64, reg);
    return GO_ON;
}

outcome bytearray_store(translator *t)
{
    int index = peek(t, 1), container = peek(t, 2), v = peek(t, 3);
    outcome what = UNSUPPORTED;
    value_type type = know_type(t, v, &what);
    int home = ctx_home(t->c, container);
    if ((type != T_INT64 && type != T_BOOL) || home < 0) {
        return what == SPLIT ? SPLIT : t_unsupported(t);
    }
    int n = in_reg(t, index), byte = in_reg(t, v);
    EMIT(bytearray_set, SLOT_OFFSET(home), n, byte, PTR(leave(t, EXIT_CONDITION)));
    pop(t, 3);
    return GO_ON;
}

static bool is_bound(translator *t, int v, outcome *what)
{
    value_type type = val(t, v)->konst == Py_None ? T_INT64 : know_type(t, v, what);
    return type == T_INT64 || type == T_BOOL;
}

static int bound_in_reg(translator *t, int v, int64_t if_none)
{
    if (val(t, v)->konst != Py_None) {
        return in_reg(t, v);
    }
    int reg = free_reg(t, false);
    EMIT(const_big, reg, if_none);
    return reg;
}

outcome t_binary_slice(translator *t)
{
    context *c = t->c;
    int stop = peek(t, 1), start = peek(t, 2), container = peek(t, 3);
    outcome what = UNSUPPORTED;
    value_type type = know_type(t, container, &what);
    if (type != T_LIST && type != T_TUPLE && type != T_STR && type != T_BYTES) {
        return what == SPLIT ? SPLIT : t_unsupported(t);
    }
    if (!is_bound(t, start, &what) || !is_bound(t, stop, &what)) {
        return what == SPLIT ? SPLIT : t_unsupported(t);
    }
    int home = boxed_in(t, container, ctx_top(c, 3)), top = ctx_top(c, 1);
    guard_operand(t, 3);
    vacate(t, top);
    int from = bound_in_reg(t, start, 0), to = bound_in_reg(t, stop, INT64_MAX);
    before_call(t);
    EMIT(slice, SLOT_OFFSET(top), SLOT_OFFSET(home), from, to, PTR(leave(t, EXIT_NO_MEMORY)));
    push_reference(t, 3, top);
    val(t, peek(t, 1))->type = (uint8_t)type;
    return GO_ON;
}

outcome t_unpack_ex(translator *t)
{
    context *c = t->c;
    int v = peek(t, 1), slot = ctx_top(c, 1), count = (int)(t->arg & 0xff) + 1 + (int)(t->arg >> 8);
    outcome what = UNSUPPORTED;
    value_type type = know_type(t, v, &what);
    if ((type != T_TUPLE && type != T_LIST) || val(t, v)->konst != NULL || ctx_home(c, v) < 0 || count > 12
        || ctx_slots(c) - 1 + count >= MAX_SLOTS) {
        return what == SPLIT ? SPLIT : t_unsupported(t);
    }
    bool owned = c->memory[slot] == M_CURRENT && val(t, v)->uses == 1;
    if (!owned) {
        vacate(t, slot);
    }
    before_call(t);
    EMIT(unpack_ex, SLOT_OFFSET(slot), SLOT_OFFSET(owned ? slot : ctx_home(c, v)), t->arg, owned,
         PTR(leave(t, EXIT_CONDITION)));
    c->memory[slot] = M_STALE;
    pop(t, 1);
    for (int n = 0; n < count; n++) {
        push(t, new_value(t, n == (int)(t->arg >> 8) ? T_LIST : T_ANY));
        c->memory[slot + n] = M_CURRENT;
    }
    return GO_ON;
}
