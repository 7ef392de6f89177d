/* Translations: what patterns ask of the value on top of the stack, which stays. */
#include "translate/translate.h"

static outcome match_flag(translator *t, unsigned long flag)
{
    outcome what = UNSUPPORTED;
    int v = peek(t, 1);
    (void)know_type(t, v, &what);
    PyTypeObject *type = type_known(t, v);
    if (type == NULL) {
        return what == SPLIT ? SPLIT : t_unsupported(t);
    }
    int result = ctx_constant(t->c, PyType_HasFeature(type, flag) ? Py_True : Py_False);
    if (result == NO_VALUE) {
        t->failed = true;
        return GO_ON;
    }
    push(t, result);
    return GO_ON;
}

outcome t_match_sequence(translator *t)
{
    return match_flag(t, Py_TPFLAGS_SEQUENCE);
}

outcome t_match_mapping(translator *t)
{
    return match_flag(t, Py_TPFLAGS_MAPPING);
}

outcome t_get_len(translator *t)
{
    outcome what = UNSUPPORTED;
    int v = peek(t, 1);
    value_type type = know_type(t, v, &what);
    if ((type != T_LIST && type != T_TUPLE) || ctx_home(t->c, v) < 0) {
        return what == SPLIT ? SPLIT : t_unsupported(t);
    }
    int reg = free_reg(t, false);
    EMIT(size_of, reg, SLOT_OFFSET(ctx_home(t->c, v)));
    push_result(t, 0, T_INT64, reg);
    return GO_ON;
}
