/* Translations: dictionaries and sets, and what lists, tuples and strings have
 * besides items: membership, concatenation, slices with a step, deletion.  All through C functions
 * (runtime/containers.c) that leave when Python code would have to run. */
#include "translate/operate.h"

static bool is_sequence(value_type type)
{
    return type == T_LIST || type == T_TUPLE;
}

static bool is_int(value_type type)
{
    return type == T_INT64 || type == T_BOOL;
}

static outcome split_or_unsupported(translator *t, outcome what)
{
    return what == SPLIT ? SPLIT : t_unsupported(t);
}

/* Whether the value is an int in a register, for which there is no object. */
static bool has_no_object(translator *t, int v)
{
    return val(t, v)->type == T_INT64 && val(t, v)->konst == NULL && ctx_home(t->c, v) < 0;
}

bool hashed_in_python(translator *t, int v)
{
    PyObject *seen = val(t, v)->seen;
    return val(t, v)->type == T_ANY && seen != NULL
           && adapter_special_method(Py_TYPE(seen), "__hash__") != NULL;
}

outcome dict_subscript(translator *t)
{
    int key = peek(t, 1), home = ctx_home(t->c, peek(t, 2));
    if (has_no_object(t, key) && home >= 0) {
        guard_operands(t, 2);
        int reg = in_reg(t, key);
        /* Nobody has what becomes the KeyError's argument. */
        bool unnamed = val(t, key)->uses == 1 && val(t, key)->sub[0] == NO_VALUE;
        before_call(t);
        label *out = leave(t, EXIT_CONDITION);
        if (unnamed) {
            label raises = failed_or_raised(t, out);
            EMIT(dict_int_raise, SLOT_OFFSET(home), reg, PTR(&raises));
        }
        else {
            EMIT(dict_int_item, SLOT_OFFSET(home), reg, PTR(out));
        }
        drop_operands(t, 2);
        result_object(t, 2, T_ANY);
        return GO_ON;
    }
    if (hashed_in_python(t, key) || !operate_own(t, graft_dict_item, (int[]){2, 1}, 2, 2, 0)) {
        return t_unsupported(t);
    }
    result_object(t, 2, T_ANY);
    return GO_ON;
}

/* d[key] = an int that is in a register alone: False: it is not. */
static bool dict_store_int(translator *t)
{
    context *c = t->c;
    int key = peek(t, 1), v = peek(t, 3), home = ctx_home(c, peek(t, 2));
    if (!has_no_object(t, v) || !last_use(t, v) || val(t, v)->sub[0] != NO_VALUE || home < 0
        || val(t, key)->type == T_RANGE_ITER) {
        return false;
    }
    int at = boxed_in(t, key, ctx_top(c, 1));
    if (home >= ctx_top(c, 3)) {
        EMIT(guard_kept, SLOT_OFFSET(home), PTR(leave(t, EXIT_FINALIZER)));
    }
    guard_operands(t, 3);
    int reg = in_reg(t, v);
    before_call(t);
    EMIT(dict_set_int, SLOT_OFFSET(home), SLOT_OFFSET(at), reg, PTR(leave(t, EXIT_CONDITION)));
    drop_operands(t, 3);
    pop(t, 3);
    return true;
}

outcome dict_store(translator *t)
{
    if (hashed_in_python(t, peek(t, 1))) {
        return t_unsupported(t);
    }
    if (dict_store_int(t)) {
        return GO_ON;
    }
    if (!operate_own(t, graft_dict_store, (int[]){2, 1, 3}, 3, 3, 2)) {
        return t_unsupported(t);
    }
    pop(t, 3);
    return GO_ON;
}

outcome t_delete_subscr(translator *t)
{
    outcome what = UNSUPPORTED;
    value_type type = know_type(t, peek(t, 2), &what);
    PyCFunctionFast function = type == T_DICT ? graft_dict_delete : graft_list_delete;
    if (type != T_DICT && !(type == T_LIST && is_int(know_type(t, peek(t, 1), &what)))) {
        return split_or_unsupported(t, what);
    }
    if (!operate_own(t, function, (int[]){2, 1}, 2, 2, 2)) {
        return t_unsupported(t);
    }
    pop(t, 2);
    return GO_ON;
}

/* Whether an int in a register is one of a few small constants. */
static bool among_constants(translator *t, int item, PyObject *tuple)
{
    int64_t k[6];
    Py_ssize_t size = tuple != NULL && PyTuple_CheckExact(tuple) ? PyTuple_GET_SIZE(tuple) : 0;
    if (size < 1 || size > 6 || val(t, item)->type != T_INT64 || val(t, item)->konst != NULL) {
        return false;
    }
    for (Py_ssize_t n = 0; n < size; n++) {
        if (!is_imm(PyTuple_GET_ITEM(tuple, n), &k[n])) {
            return false;
        }
    }
    settle(t, 2);
    int reg = in_reg(t, item), result = free_reg(t, false), other = free_reg(t, false);
    for (Py_ssize_t n = 0; n < size; n++) {
        int to = n == 0 ? result : other;
        EMIT(const_i, to, k[n]);
        EMIT(set_eq_i, to, reg);
        if (n > 0) {
            EMIT(or_i, result, other);
        }
    }
    if (t->arg & 1) {
        EMIT(not_b, result);
    }
    push_result(t, 2, T_BOOL, result);
    return true;
}

outcome t_contains_op(translator *t)
{
    int container = peek(t, 1), item = peek(t, 2);
    outcome what = UNSUPPORTED;
    value_type type = know_type(t, container, &what);
    PyObject *konst = val(t, container)->konst;
    PyCFunctionFast function = NULL;
    (void)know_type(t, item, &what);
    if (among_constants(t, item, konst)) {
        return GO_ON;
    }
    int home = ctx_home(t->c, container);
    if ((type == T_DICT || type == T_SET) && has_no_object(t, item) && home >= 0) {
        guard_operands(t, 2);
        int reg = in_reg(t, item);
        take_reg(t, false, FIXED_dict_has_int_a);
        before_call(t);
        emit_uop(HOT, type == T_DICT ? U_dict_has_int : U_set_has_int,
                 (int64_t[]){(int64_t)SLOT_OFFSET(home), reg, PTR(leave(t, EXIT_CONDITION))});
        drop_operands(t, 2);
        if (t->arg & 1) {
            EMIT(not_b, FIXED_dict_has_int_a);
        }
        push_result(t, 2, T_BOOL, FIXED_dict_has_int_a);
        return GO_ON;
    }
    if ((type == T_DICT || type == T_SET) && hashed_in_python(t, item)) {
        return t_unsupported(t);
    }
    if (type == T_DICT) {
        function = graft_dict_contains;
    }
    else if (type == T_SET || (konst != NULL && PyFrozenSet_CheckExact(konst))) {
        function = graft_set_contains;
    }
    else if (is_sequence(type)) {
        function = graft_items_contain;
    }
    else if (type == T_STR && know_type(t, item, &what) == T_STR) {
        function = graft_str_contains;
    }
    if (function == NULL) {
        return split_or_unsupported(t, what);
    }
    if (!operate_own(t, function, (int[]){1, 2}, 2, 2, 0)) {
        return t_unsupported(t);
    }
    result_truth(t, 2, t->arg & 1);
    return GO_ON;
}

/* The instruction's operands, from the first of `count` to the top, behind no self. */
static outcome build(translator *t, PyCFunctionFast function, int count, value_type type)
{
    int places[GRAFT_NOPERANDS] = {0};
    if (count + 1 > GRAFT_NOPERANDS) {
        return t_unsupported(t);
    }
    for (int n = 0; n < count; n++) {
        places[n + 1] = count - n;
    }
    if (!operate_own(t, function, places, count + 1, count, 0)) {
        return t_unsupported(t);
    }
    result_object(t, count, type);
    return GO_ON;
}

outcome t_build_map(translator *t)
{
    outcome what = UNSUPPORTED;
    return t->arg == 0 && no_keywords(t, &what) ? GO_ON
           : what == SPLIT ? SPLIT : build(t, graft_dict_build, 2 * (int)t->arg, T_DICT);
}

outcome t_build_set(translator *t)
{
    return build(t, graft_set_build, (int)t->arg, T_SET);
}

outcome t_build_string(translator *t)
{
    for (int n = 1; n <= (int)t->arg; n++) {
        outcome what = UNSUPPORTED;
        if (know_type(t, peek(t, n), &what) != T_STR) {
            return split_or_unsupported(t, what);
        }
    }
    return build(t, graft_str_build, (int)t->arg, T_STR);
}

/* The container of a comprehension is n from the top, and stays. */
static outcome add(translator *t, PyCFunctionFast function, value_type type, int n, int count)
{
    outcome what = UNSUPPORTED;
    if (know_type(t, peek(t, n), &what) != type) {
        return split_or_unsupported(t, what);
    }
    int places[] = {n, count, count - 1};
    if (!operate_own(t, function, places, count + 1, count, 0)) {
        return t_unsupported(t);
    }
    pop(t, count);
    return GO_ON;
}

outcome t_map_add(translator *t)
{
    return add(t, graft_dict_store, T_DICT, (int)t->arg + 2, 2);
}

outcome t_set_add(translator *t)
{
    return add(t, graft_set_add, T_SET, (int)t->arg + 1, 1);
}

/* [*a, *b]: the list is on the stack alone. */
outcome t_list_extend(translator *t)
{
    outcome what = UNSUPPORTED;
    if (know_type(t, peek(t, (int)t->arg + 1), &what) != T_LIST
        || !is_sequence(know_type(t, peek(t, 1), &what))) {
        return split_or_unsupported(t, what);
    }
    if (!operate_own(t, graft_extend_in_place, (int[]){0, (int)t->arg + 1, 1}, 3, 1, 0)) {
        return t_unsupported(t);
    }
    pop(t, 1);
    return GO_ON;
}

/* [a:b:c] with constants: numbers or None, as code objects have them. */
outcome slice_subscript(translator *t)
{
    PySliceObject *slice = (PySliceObject *)val(t, peek(t, 1))->konst;
    value_type type = val(t, peek(t, 2))->type;
    if ((!is_sequence(type) && type != T_STR) || !adapter_simple(slice->start)
        || !adapter_simple(slice->stop) || !adapter_simple(slice->step)
        || !operate_own(t, graft_subscript, (int[]){0, 2, 1}, 3, 2, 0)) {
        return t_unsupported(t);
    }
    result_object(t, 2, type);
    return GO_ON;
}

/* ---- + and * ------------------------------------------------------------------- */

/* s = s + x or s += x for a local string: in place where nobody else has it, as the
 * interpreter does it.  False: it is something else. */
static bool append_to_local(translator *t)
{
    context *c = t->c;
    int left = peek(t, 2), right = peek(t, 1), home = ctx_home(c, left);
    const instruction *store = &t->u->in[t->next];
    if (store->op != STORE_FAST || t->u->is_target[t->next] || home != (int)store->arg
        || c->memory[ctx_top(c, 2)] == M_CURRENT || val(t, left)->uses != 2
        || val(t, left)->konst != NULL || left == right) {
        return false;
    }
    int from = boxed_in(t, right, ctx_top(c, 1));
    before_call(t);
    EMIT(str_append, SLOT_OFFSET(home), SLOT_OFFSET(from), PTR(leave(t, EXIT_NO_MEMORY)));
    pop(t, 2);
    ctx_set(c, home, new_value(t, T_STR));
    t->next += store->size;
    return true;
}

/* The list on top of the stack is the result, too: as that, the slot may not borrow it
 * from a local, which is about to be overwritten. */
static void list_stays(translator *t)
{
    context *c = t->c;
    int top = ctx_top(c, 1);
    for (int local = 0; local < c->nlocals; local++) {
        if (c->slot[local] == c->slot[top] && c->memory[local] == M_CURRENT) {
            if (c->memory[top] == M_CURRENT) {
                drop_plain(t, top);         /* not the last reference */
            }
            c->memory[top] = M_STALE;
            return;
        }
    }
    if (c->memory[top] == M_CURRENT) {
        EMIT(keep_slot, SLOT_OFFSET(top));      /* borrowed before an escape, perhaps */
    }
}

outcome sequence_op(translator *t)
{
    enum { ADD = 0, AND = 1, MULTIPLY = 5, OR = 7, SUBTRACT = 10, XOR = 12,
           INPLACE_ADD = 13, INPLACE_MULTIPLY = 18 };
    value_type lt = val(t, peek(t, 2))->type, rt = val(t, peek(t, 1))->type;
    bool left = is_sequence(lt) || lt == T_STR, right = is_sequence(rt) || rt == T_STR;
    int op = (int)t->arg;
    value_type type = left ? lt : rt;
    if ((op == ADD || op == INPLACE_ADD) && lt == T_STR && rt == T_STR && append_to_local(t)) {
        return GO_ON;
    }
    if ((op == ADD || (op == INPLACE_ADD && lt != T_LIST)) && left && lt == rt) {
        if (!operate_own(t, graft_concatenate, (int[]){0, 2, 1}, 3, 2, 0)) {
            return t_unsupported(t);
        }
    }
    else if ((op == MULTIPLY || (op == INPLACE_MULTIPLY && lt != T_LIST))
             && ((left && is_int(rt)) || (right && is_int(lt)))) {
        if (!operate_own(t, graft_list_repeat, (int[]){0, 2, 1}, 3, 2, 0)) {
            return t_unsupported(t);
        }
    }
    else if (op == INPLACE_ADD && lt == T_LIST && is_sequence(rt)) {
        if (!operate_own(t, graft_extend_in_place, (int[]){0, 2, 1}, 3, 1, 2)) {
            return t_unsupported(t);
        }
        pop(t, 1);
        list_stays(t);
        return GO_ON;
    }
    else if (lt == T_SET && rt == T_SET) {
        bool makes = op == SUBTRACT || op == AND || op == OR || op == XOR;
        return makes ? escape_to(t, (void *)adapter_binary_op(op), 2, NULL, T_SET) : t_unsupported(t);
    }
    else {
        return t_unsupported(t);
    }
    result_object(t, 2, type);
    return GO_ON;
}
