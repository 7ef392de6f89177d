/* Translations: items of the array module's arrays, which are numbers. */
#include "translate/translate.h"
#include <ctype.h>

/* Micro-ops by the size of an item, signed and unsigned. */
typedef struct { int size; enum uop load[2], store[2]; } item_uops;
static const item_uops integers[] = {
    {1, {U_array_u8, U_array_i8}, {U_array_set_u8, U_array_set_i8}},
    {2, {U_array_u16, U_array_i16}, {U_array_set_u16, U_array_set_i16}},
    {4, {U_array_u32, U_array_i32}, {U_array_set_u32, U_array_set_i32}},
    {8, {U_array_u64, U_array_i64}, {U_array_set_u64, U_array_set_i64}},
};

static const item_uops *uops_of(const array_items *items)
{
    for (size_t n = 0; n < Py_ARRAY_LENGTH(integers); n++) {
        if (integers[n].size == items->size) {
            return &integers[n];
        }
    }
    return NULL;
}

static bool is_float(const array_items *items)
{
    return items->letter == 'f' || items->letter == 'd';
}

/* Whether array[index], with the array n from the top and the index on top, is one:
 * then its kind is guarded, and `home` is where it is. */
static bool know_array(translator *t, array_items *items, int *home, outcome *what)
{
    int index = peek(t, 1), container = peek(t, 2);
    PyObject *seen = val(t, container)->seen;
    if (val(t, container)->type != T_ANY || seen == NULL || !adapter_array(seen, items)
        || (!is_float(items) && uops_of(items) == NULL)) {
        return false;
    }
    value_type by = know_type(t, index, what);
    if ((by != T_INT64 && by != T_BOOL) || know_version(t, container, what) == NULL) {
        return false;
    }
    settle(t, 1);
    *home = ctx_home(t->c, container);
    guard_operand(t, 2);
    EMIT(guard_array, SLOT_OFFSET(*home), PTR(items->kind), PTR(guard_failed(t)));
    return true;
}

outcome array_subscript(translator *t)
{
    array_items items;
    int home;
    outcome what = UNSUPPORTED;
    if (!know_array(t, &items, &home, &what)) {
        return what;
    }
    int n = in_reg(t, peek(t, 1)), reg = free_reg(t, is_float(&items));
    enum uop uop = items.letter == 'd' ? U_array_d : items.letter == 'f' ? U_array_f
                   : uops_of(&items)->load[!!islower(items.letter)];
    emit_uop(HOT, uop, (int64_t[]){reg, SLOT_OFFSET(home), n, PTR(leave(t, EXIT_CONDITION))});
    drop_guarded(t, 2);
    push_result(t, 2, is_float(&items) ? T_FLOAT : T_INT64, reg);
    return GO_ON;
}

outcome array_store(translator *t)
{
    array_items items;
    int home, v = peek(t, 3);
    outcome what = UNSUPPORTED;
    value_type type = know_type(t, v, &what);
    if (type != T_INT64 && type != T_BOOL && type != T_FLOAT) {
        return what;
    }
    if (!know_array(t, &items, &home, &what) || (type == T_FLOAT && !is_float(&items))) {
        return what;
    }
    enum uop uop = items.letter == 'd' ? U_array_set_d : items.letter == 'f' ? U_array_set_f
                   : uops_of(&items)->store[!!islower(items.letter)];
    int number = is_float(&items) ? as_double(t, v) : in_reg(t, v), n = in_reg(t, peek(t, 1));
    emit_uop(HOT, uop, (int64_t[]){SLOT_OFFSET(home), n, number, PTR(leave(t, EXIT_CONDITION))});
    drop_guarded(t, 2);
    pop(t, 3);
    return GO_ON;
}
