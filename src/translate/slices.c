/* Translations: x[a:b:c] and x[a:b] = y on built-in sequences, with bounds that are ints or
 * None; the slice object is not made.  (x[a:b] is in sequences.c.) */
#include "translate/operate.h"

/* Whether the top n values are such bounds. */
static bool are_bounds(translator *t, int n, outcome *what)
{
    for (int k = 1; k <= n; k++) {
        int v = peek(t, k);
        value_type type = val(t, v)->konst == Py_None ? T_INT64 : know_type(t, v, what);
        if (type != T_INT64 && type != T_INT && type != T_BOOL) {
            return false;
        }
    }
    return true;
}

outcome t_build_slice(translator *t)
{
    int bounds = (int)t->arg, count = bounds + 1;
    const instruction *use = &t->u->in[t->next];
    outcome what = UNSUPPORTED;
    if (use->op != BINARY_OP || use->arg != OP_SUBSCRIPT || t->u->is_target[t->next]
        || t->c->depth < count) {
        return t_unsupported(t);
    }
    value_type type = know_type(t, peek(t, count), &what);
    if ((type != T_LIST && type != T_TUPLE && type != T_STR && type != T_BYTES)
        || !are_bounds(t, bounds, &what)) {
        return what == SPLIT ? SPLIT : t_unsupported(t);
    }
    int places[] = {0, count, count - 1, count - 2, count - 3};
    if (!operate_own(t, graft_slice_item, places, count + 1, count, 0)) {
        return t_unsupported(t);
    }
    result_object(t, count, type);
    t->next += use->size;
    return GO_ON;
}

outcome t_store_slice(translator *t)
{
    outcome what = UNSUPPORTED;
    value_type type = know_type(t, peek(t, 4), &what);
    if (know_type(t, peek(t, 3), &what) != T_LIST || (type != T_LIST && type != T_TUPLE)
        || !are_bounds(t, 2, &what)) {
        return what == SPLIT ? SPLIT : t_unsupported(t);
    }
    if (!operate_own(t, graft_slice_store, (int[]){0, 3, 2, 1, 4}, 5, 4, 3)) {
        return t_unsupported(t);
    }
    pop(t, 4);
    return GO_ON;
}
