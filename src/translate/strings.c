/* Translations: characters.  A T_CHAR value is a string of one Latin-1 character,
 * of which there is only one object: unboxed, it is the character's number. */
#include "translate/translate.h"

/* The number of the character that a constant string consists of, or -1. */
static int constant_char(PyObject *konst)
{
    return konst != NULL && PyUnicode_CheckExact(konst) && PyUnicode_GET_LENGTH(konst) == 1
           && PyUnicode_KIND(konst) == 1 ? (int)PyUnicode_READ_CHAR(konst, 0) : -1;
}

void box_char(translator *t, int v)
{
    context *c = t->c;
    for (int s = 0; s < ctx_slots(c); s++) {
        if (c->slot[s] == v) {
            own(t, s);
            ctx_unbind(c, v);
            val(t, v)->type = T_STR;
            return;
        }
    }
    t->failed = true;
}

outcome str_subscript(translator *t, int container, int home, int n)
{
    PyObject *seen = val(t, container)->konst ? val(t, container)->konst : val(t, container)->seen;
    if (t->tries > 0 && t->first) {
        return UNSUPPORTED;
    }
    if (seen != NULL && PyUnicode_KIND(seen) != 1) {
        return UNSUPPORTED;
    }
    int reg = free_reg(t, false);
    EMIT(str_char, reg, SLOT_OFFSET(home), n, PTR(guard_failed(t)));
    push_result(t, 2, T_CHAR, reg);
    return GO_ON;
}

/* The stack's n-th value gives way to the number of its character, whose one
 * use is the caller's. */
static void use_number(translator *t, int n, int v)
{
    int slot = ctx_top(t->c, n);
    vacate(t, slot);
    ctx_set(t->c, slot, v);
    t->c->memory[slot] = M_STALE;
    ctx_drop(t->c, v);
}

bool compare_chars(translator *t, int op, outcome *what)
{
    int v[2] = {peek(t, 1), peek(t, 2)};
    bool equality = op == Py_EQ || op == Py_NE;
    for (int n = 0; n < 2; n++) {
        int other = v[1 - n];
        if (val(t, v[n])->type == T_CHAR && val(t, other)->type == T_CHAR) {
            return true;
        }
        int k = constant_char(val(t, v[n])->konst);
        bool is_char = val(t, v[n])->type == T_CHAR;
        if (!(is_char || (k >= 0 && equality))) {
            continue;
        }
        int l = constant_char(val(t, other)->konst);
        if (is_char && l >= 0) {
            use_number(t, 2 - n, constant_int(t, l));
            return true;
        }
        if (!equality || val(t, other)->konst != NULL) {
            return false;
        }
        if (val(t, other)->type != T_CHAR && know_type(t, other, what) != T_STR) {
            return false;
        }
        if (val(t, other)->type == T_STR) {
            int home = ctx_home(t->c, other);
            if (home < 0) {
                return false;
            }
            int reg = free_reg(t, false);
            EMIT(char_of, reg, SLOT_OFFSET(home));
            int number = new_value(t, T_INT64);
            ctx_hold(t->c, number);
            bind_reg(t, number, reg);
            use_number(t, 2 - n, number);
        }
        if (k >= 0) {
            use_number(t, 1 + n, constant_int(t, k));
        }
        return true;
    }
    return false;
}
