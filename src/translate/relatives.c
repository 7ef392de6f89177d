/* Translations: items of objects whose classes take them from dict: OrderedDict, defaultdict,
 * Counter, and classes of the program.  Like those of dictionaries, behind a guard on the
 * version of the class. */
#include "translate/operate.h"

outcome dict_relative(translator *t)
{
    const instruction *in = &t->u->in[t->at];
    bool contains = in->op == CONTAINS_OP, stores = in->op == STORE_SUBSCR;
    if (!contains && !stores && (in->op != BINARY_OP || t->arg != OP_SUBSCRIPT)) {
        return t_unsupported(t);
    }
    outcome what = UNSUPPORTED;
    int n = contains ? 1 : 2, v = peek(t, n);
    if (val(t, v)->type != T_ANY || val(t, v)->konst != NULL || ctx_home(t->c, v) < 0) {
        return t_unsupported(t);
    }
    PyObject *seen = val(t, v)->seen;
    if (seen == NULL) {
        return SPLIT;
    }
    PyTypeObject *type = Py_TYPE(seen);
    dict_part part = contains ? DICT_CONTAINS : stores ? DICT_STORES : DICT_ITEMS;
    bool ordered = stores && type == &PyODict_Type;
    if ((!ordered && !adapter_like_dict(type, part)) || know_version(t, v, &what) == NULL) {
        return what == SPLIT ? SPLIT : t_unsupported(t);
    }
    if (stores && !ordered) {
        return dict_store(t);
    }
    PyCFunctionFast function = contains ? graft_dict_contains : stores ? graft_ordered_store
                               : adapter_is_defaultdict(type) ? graft_default_item : graft_relative_item;
    int other = contains ? 2 : 1;
    if (!operate_own(t, function, (int[]){n, other, 3}, stores ? 3 : 2, stores ? 3 : 2,
                     stores || function == graft_default_item ? n : 0)) {
        return t_unsupported(t);
    }
    if (contains) {
        result_truth(t, 2, t->arg & 1);
    }
    else if (stores) {
        pop(t, 3);
    }
    else {
        result_object(t, 2, T_ANY);
    }
    return GO_ON;
}
