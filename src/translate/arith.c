/* Translations: arithmetic, comparisons, truth. */
#include "translate/operate.h"

/* ---- operands and results -------------------------------------------------- */

static bool is_integral(value_type type)
{
    return type == T_INT64 || type == T_BOOL;
}

void push_result(translator *t, int operands, value_type type, int reg)
{
    context *c = t->c;
    uint8_t *owner = type_is_double(type) ? c->dreg : c->ireg;
    int v = new_value(t, type);
    if (owner[reg] != NO_VALUE) {
        val(t, owner[reg])->reg = -1;
    }
    bind_reg(t, v, reg);
    ctx_hold(c, v);
    pop(t, operands);
    push(t, v);
    ctx_drop(c, v);
}

void push_known(translator *t, int operands, PyObject *konst)
{
    int v = ctx_constant(t->c, konst);
    if (v == NO_VALUE) {
        t->failed = true;
        return;
    }
    ctx_hold(t->c, v);
    pop(t, operands);
    push(t, v);
    ctx_drop(t->c, v);
}

int as_double(translator *t, int v)
{
    value *value = val(t, v);
    if (value->type == T_FLOAT) {
        return in_reg(t, v);
    }
    if (value->konst != NULL) {
        int reg = free_reg(t, true);
        EMIT(const_d, reg, double_bits((double)PyLong_AsLongLong(value->konst)));
        return reg;
    }
    int from = in_reg(t, v);
    int reg = free_reg(t, true);
    EMIT(to_d, reg, from);
    return reg;
}

static int as_double_to_write(translator *t, int v)
{
    return val(t, v)->type == T_FLOAT ? reg_to_write(t, v) : as_double(t, v);
}

static bool double_constant(translator *t, int v, double *k)
{
    PyObject *konst = val(t, v)->konst;
    if (konst == NULL) {
        return false;
    }
    *k = PyFloat_CheckExact(konst) ? PyFloat_AS_DOUBLE(konst) : (double)PyLong_AsLongLong(konst);
    return true;
}

/* ---- numbers as objects ------------------------------------------------------ */

static outcome boxed_op(translator *t, int l, int r, int op)
{
    context *c = t->c;
    int to = ctx_top(c, 2);
    if (c->memory[to] == M_CURRENT && val(t, l)->uses > 1) {
        vacate(t, to);          /* the result goes there: others keep the operand */
    }
    int left = boxed_in(t, l, to);
    int right = boxed_in(t, r, ctx_top(c, 1));
    value_type lt = val(t, l)->type, rt = val(t, r)->type;
    bool both_int = lt != T_FLOAT && lt != T_COMPLEX && rt != T_FLOAT && rt != T_COMPLEX;
    bool shared = c->memory[to] == M_CURRENT && val(t, l)->uses > 1;
    if (shared) {
        vacate(t, to);
        left = ctx_home(c, l);
        right = ctx_home(c, r);
    }
    if (c->memory[to] != M_CURRENT) {
        EMIT(clear_slot, SLOT_OFFSET(to));
    }
    before_call(t);
    EMIT(op_boxed, SLOT_OFFSET(to), SLOT_OFFSET(left), SLOT_OFFSET(right), op,
         PTR(leave(t, EXIT_CONDITION)));
    pop(t, 1);
    int result = new_value(t, T_ANY);
    if (both_int && op % OPERATORS != 11 && op % OPERATORS != 8
        && !(lt == T_BOOL && rt == T_BOOL)) {   /* not / nor **; & of bools is a bool */
        val(t, result)->type = T_INT;
    }
    c->memory[to] = M_STALE;
    ctx_set(c, to, result);
    c->memory[to] = M_CURRENT;
    return GO_ON;
}

/* ---- int64 ------------------------------------------------------------------- */

enum { ADD = 0, AND = 1, FLOORDIV = 2, LSHIFT = 3, MUL = 5, MOD = 6, OR = 7, POW = 8,
       RSHIFT = 9, SUB = 10, TRUEDIV = 11, XOR = 12 };

static bool commutes(int op)
{
    return op == ADD || op == MUL || op == AND || op == OR || op == XOR;
}

/* With a constant on the right that fits an instruction.  False: not done. */
static bool int_op_constant(translator *t, int l, PyObject *konst, int op, value_type type)
{
    int64_t k;
    if ((op == ADD || op == SUB) && konst != NULL && PyLong_CheckExact(konst)) {
        int overflow;
        int64_t value = PyLong_AsLongLongAndOverflow(konst, &overflow);
        if (!overflow && value < 0 && value >= -IMM_MAX) {
            int reg = reg_to_write(t, l);
            label *x = needs_boxes(t);
            if (op == ADD) {
                EMIT(subk_i, reg, -value, PTR(x));
            }
            else {
                EMIT(addk_i, reg, -value, PTR(x));
            }
            push_result(t, 2, type, reg);
            return true;
        }
    }
    if (!is_imm(konst, &k)) {
        return false;
    }
    bool power_of_two = k > 0 && (k & (k - 1)) == 0;
    switch (op) {
        case LSHIFT:
            if (k < 1 || k > 62) {
                return false;
            }
            break;
        case MOD:
            if (k >= 1 << 30) {
                return false;       /* may give the object itself */
            }
            /* fall through */
        case FLOORDIV:
            if (!power_of_two) {
                return false;
            }
            break;
        case RSHIFT:
            if (k < 1) {
                return false;
            }
            break;
        case ADD: case SUB: case MUL: case AND: case OR: case XOR:
            break;
        default:
            return false;
    }
    int reg = reg_to_write(t, l);
    switch (op) {
        case ADD: EMIT(addk_i, reg, k, PTR(needs_boxes(t))); break;
        case SUB: EMIT(subk_i, reg, k, PTR(needs_boxes(t))); break;
        case MUL: EMIT(mulk_i, reg, k, PTR(needs_boxes(t))); break;
        case AND: EMIT(andk_i, reg, k); break;
        case OR: EMIT(ork_i, reg, k); break;
        case XOR: EMIT(xork_i, reg, k); break;
        case LSHIFT: EMIT(shlk_i, reg, k, PTR(needs_boxes(t))); break;
        case RSHIFT: EMIT(shrk_i, reg, k > 63 ? 63 : k); break;
        case FLOORDIV: EMIT(shrk_i, reg, __builtin_ctzll((uint64_t)k)); break;
        case MOD: EMIT(andk_i, reg, k - 1); break;
    }
    push_result(t, 2, type, reg);
    return true;
}

static void int_pow(translator *t, int l, int r)
{
    int64_t k;
    int base = in_reg(t, l);
    if (is_imm(val(t, r)->konst, &k) && k == 2) {
        int reg = free_reg(t, false);
        EMIT(mov_i, reg, base);
        EMIT(mul_i, reg, base, PTR(needs_boxes(t)));
        push_result(t, 2, T_INT64, reg);
        return;
    }
    int exponent = in_reg(t, r);
    take_reg(t, false, FIXED_pow_i_a);
    before_call(t);
    EMIT(pow_i, base, exponent, PTR(needs_boxes(t)));
    push_result(t, 2, T_INT64, FIXED_pow_i_a);
}

void exact_operand(translator *t, int v)
{
    int64_t k;
    if (val(t, v)->type == T_INT64 && !is_imm(val(t, v)->konst, &k)) {
        int reg = in_reg(t, v);
        EMIT(guard_exact, reg, PTR(needs_boxes(t)));
    }
}

static void double_division(translator *t, int l, int r)
{
    double k;
    if (double_constant(t, r, &k) && k != 0.0) {
        int reg = as_double_to_write(t, l);
        EMIT(divk_d, reg, double_bits(k));
        push_result(t, 2, T_FLOAT, reg);
        return;
    }
    int right = as_double(t, r);
    int reg = as_double_to_write(t, l);
    EMIT(div_d, reg, right, PTR(needs_boxes(t)));
    push_result(t, 2, T_FLOAT, reg);
}

static void int_op(translator *t, int l, int r, int op)
{
    bool bools = val(t, l)->type == T_BOOL && val(t, r)->type == T_BOOL;
    value_type type = bools && (op == AND || op == OR || op == XOR) ? T_BOOL : T_INT64;
    if (op == TRUEDIV) {
        exact_operand(t, l);
        exact_operand(t, r);
        double_division(t, l, r);
        return;
    }
    if (op == POW) {
        int_pow(t, l, r);
        return;
    }
    if (int_op_constant(t, l, val(t, r)->konst, op, type)
        || (commutes(op) && int_op_constant(t, r, val(t, l)->konst, op, type))) {
        return;
    }
    if (commutes(op) && !last_use(t, l) && last_use(t, r)) {
        int swap = l;
        l = r;
        r = swap;
    }
    int right = in_reg(t, r);
    int reg = reg_to_write(t, l);
    switch (op) {
        case ADD: EMIT(add_i, reg, right, PTR(needs_boxes(t))); break;
        case SUB: EMIT(sub_i, reg, right, PTR(needs_boxes(t))); break;
        case MUL: EMIT(mul_i, reg, right, PTR(needs_boxes(t))); break;
        case AND: EMIT(and_i, reg, right); break;
        case OR: EMIT(or_i, reg, right); break;
        case XOR: EMIT(xor_i, reg, right); break;
        case LSHIFT: EMIT(shl_i, reg, right, PTR(needs_boxes(t))); break;
        case RSHIFT: EMIT(shr_i, reg, right, PTR(needs_boxes(t))); break;
        case FLOORDIV: EMIT(floordiv_i, reg, right, PTR(needs_boxes(t))); break;
        case MOD: EMIT(mod_i, reg, right, PTR(needs_boxes(t))); break;
    }
    push_result(t, 2, type, reg);
}

/* ---- doubles -------------------------------------------------------------------- */

static void float_call(translator *t, int l, int r, int op)
{
    int left = as_double(t, l), right = as_double(t, r);
    before_call(t);
    if (op == POW) {
        EMIT(pow_d, left, right, PTR(needs_boxes(t)));
    }
    else {
        EMIT(op_d, left, right, op, PTR(needs_boxes(t)));
    }
    push_result(t, 2, T_FLOAT, FIXED_op_d_a);
}

static bool float_op(translator *t, int l, int r, int op)
{
    double k;
    switch (op) {
        case TRUEDIV:
            double_division(t, l, r);
            return true;
        case FLOORDIV:
        case MOD:
        case POW:
            float_call(t, l, r, op);
            return true;
        case ADD:
        case SUB:
        case MUL:
            break;
        default:
            return false;
    }
    if (commutes(op) && double_constant(t, l, &k)) {
        int swap = l;
        l = r;
        r = swap;
    }
    if (double_constant(t, r, &k)) {
        int reg = as_double_to_write(t, l);
        switch (op) {
            case ADD: EMIT(addk_d, reg, double_bits(k)); break;
            case SUB: EMIT(subk_d, reg, double_bits(k)); break;
            case MUL: EMIT(mulk_d, reg, double_bits(k)); break;
        }
        push_result(t, 2, T_FLOAT, reg);
        return true;
    }
    if (commutes(op) && !last_use(t, l) && (last_use(t, r) || val(t, r)->type != T_FLOAT)) {
        int swap = l;
        l = r;
        r = swap;
    }
    int right = as_double(t, r);
    int reg = as_double_to_write(t, l);
    switch (op) {
        case ADD: EMIT(add_d, reg, right); break;
        case SUB: EMIT(sub_d, reg, right); break;
        case MUL: EMIT(mul_d, reg, right); break;
    }
    push_result(t, 2, T_FLOAT, reg);
    return true;
}

outcome t_binary_op(translator *t)
{
    if (t->arg == OP_SUBSCRIPT) {
        return t_subscript(t);
    }
    int op = (int)t->arg % OPERATORS;
    int r = peek(t, 1), l = peek(t, 2);
    outcome what = UNSUPPORTED;
    value_type lt = know_type(t, l, &what);
    value_type rt = lt == T_ANY ? T_ANY : know_type(t, r, &what);
    if (what != SPLIT && lt != T_ANY && rt != T_ANY
        && !(type_is_number(lt) && type_is_number(rt))) {
        return sequence_op(t);
    }
    if (!type_is_number(lt) || !type_is_number(rt)) {
        return what == SPLIT ? SPLIT : t_unsupported(t);
    }
    bool boxed = lt == T_INT || rt == T_INT || (t->first && t->kind == STUB_BOXED);
    bool complex = lt == T_COMPLEX || rt == T_COMPLEX;
    if (complex && !boxed && complex_op(t, l, r, op)) {
        return GO_ON;
    }
    if (boxed || complex) {
        return boxed_op(t, l, r, (int)t->arg);
    }
    if (is_integral(lt) && is_integral(rt)) {
        if (op == 4) {
            return t_unsupported(t);    /* @ */
        }
        int_op(t, l, r, op);
        return GO_ON;
    }
    return float_op(t, l, r, op) ? GO_ON : t_unsupported(t);
}

outcome t_unary_negative(translator *t)
{
    int v = peek(t, 1);
    outcome what = UNSUPPORTED;
    value_type type = know_type(t, v, &what);
    if (type == T_COMPLEX) {
        return complex_negative(t, v);
    }
    if (type == T_FLOAT) {
        int reg = reg_to_write(t, v);
        EMIT(neg_d, reg);
        push_result(t, 1, T_FLOAT, reg);
        return GO_ON;
    }
    if (is_integral(type)) {
        int reg = reg_to_write(t, v);
        EMIT(neg_i, reg, PTR(leave(t, EXIT_CONDITION)));
        push_result(t, 1, T_INT64, reg);
        return GO_ON;
    }
    return what == SPLIT ? SPLIT : t_unsupported(t);
}

outcome t_unary_invert(translator *t)
{
    int v = peek(t, 1);
    outcome what = UNSUPPORTED;
    value_type type = know_type(t, v, &what);
    if (type != T_INT64) {      /* ~bool warns */
        return what == SPLIT ? SPLIT : t_unsupported(t);
    }
    int reg = reg_to_write(t, v);
    EMIT(inv_i, reg);
    push_result(t, 1, T_INT64, reg);
    return GO_ON;
}

outcome t_intrinsic_1(translator *t)
{
    if (t->arg != 5) {          /* INTRINSIC_UNARY_POSITIVE */
        return t_unsupported(t);
    }
    int v = peek(t, 1);
    outcome what = UNSUPPORTED;
    value_type type = know_type(t, v, &what);
    if (type == T_INT64 || type == T_FLOAT || type == T_COMPLEX) {
        return GO_ON;           /* the object itself */
    }
    return what == SPLIT ? SPLIT : t_unsupported(t);
}

/* ---- truth ---------------------------------------------------------------------- */

outcome t_unary_not(translator *t)
{
    int v = peek(t, 1);
    outcome what = UNSUPPORTED;
    value_type type = know_type(t, v, &what);
    if (type != T_BOOL) {
        return what == SPLIT ? SPLIT : t_unsupported(t);
    }
    if (val(t, v)->konst != NULL) {
        push_known(t, 1, val(t, v)->konst == Py_True ? Py_False : Py_True);
        return GO_ON;
    }
    int reg = reg_to_write(t, v);
    EMIT(not_b, reg);
    push_result(t, 1, T_BOOL, reg);
    return GO_ON;
}

bool branch_at(translator *t, int at, int *if_true, int *if_false)
{
    const instruction *in = &t->u->in[at];
    if (in->op != POP_JUMP_IF_FALSE && in->op != POP_JUMP_IF_TRUE) {
        return false;
    }
    int target = adapter_jump_target(t->u->in, at), other = at + in->size;
    *if_true = in->op == POP_JUMP_IF_TRUE ? target : other;
    *if_false = in->op == POP_JUMP_IF_TRUE ? other : target;
    return true;
}

/* The same of the instruction after this one. */
static bool branch_follows(translator *t, int *if_true, int *if_false)
{
    return branch_at(t, t->next, if_true, if_false);
}

void settle(translator *t, int n)
{
    for (; n > 0; n--) {
        int slot = ctx_top(t->c, n);
        if (t->c->memory[slot] == M_CURRENT && type_is_scalar(val(t, peek(t, n))->type)) {
            vacate(t, slot);
        }
    }
}

/* Branch with `when` jumping when true and `unless` when false: the jump is to
 * the bytecode's own target, so that its other way is fallen into first. */
static outcome branch(translator *t, enum uop when, enum uop unless, const int64_t *operands,
                      int noperands, int if_true, int if_false, int popped)
{
    pop(t, popped);
    if (if_false > if_true) {
        branch_to(t, unless, when, operands, noperands, if_false, if_true);
    }
    else {
        branch_to(t, when, unless, operands, noperands, if_true, if_false);
    }
    return ENDED;
}

static outcome branch_on_truth(translator *t, int v, int if_true, int if_false)
{
    PyObject *konst = val(t, v)->konst;
    if (konst != NULL) {
        int truth = PyObject_IsTrue(konst);     /* a number, None or bool */
        pop(t, 1);
        jump_to(t, truth ? if_true : if_false);
        return ENDED;
    }
    settle(t, 1);
    int reg = in_reg(t, v);
    if (val(t, v)->type == T_FLOAT) {
        return branch(t, U_br_ne_dk, U_br_eq_dk, (int64_t[]){reg, 0}, 2, if_true, if_false, 1);
    }
    return branch(t, U_br_true_i, U_br_zero_i, (int64_t[]){reg}, 1, if_true, if_false, 1);
}

outcome t_to_bool(translator *t)
{
    int v = peek(t, 1);
    outcome what = UNSUPPORTED;
    value_type type = know_type(t, v, &what);
    int if_true, if_false;
    if (what == SPLIT) {
        return SPLIT;
    }
    if (type == T_COMPLEX) {
        return complex_truth(t, v);
    }
    if (type == T_ANY && val(t, v)->konst == Py_None) {
        push_known(t, 1, Py_False);
        return GO_ON;
    }
    if (type == T_ANY && val(t, v)->seen == Py_None) {
        EMIT(guard_object, SLOT_OFFSET(ctx_home(t->c, v)), PTR(Py_None), PTR(guard_failed(t)));
        push_known(t, 1, Py_False);
        return GO_ON;
    }
    if ((type == T_LIST || type == T_TUPLE || type == T_STR || type == T_DICT || type == T_SET)
        && ctx_home(t->c, v) >= 0) {
        guard_operand(t, 1);
        int reg = free_reg(t, false);
        if (type == T_STR) {
            EMIT(str_length, reg, SLOT_OFFSET(ctx_home(t->c, v)));
        }
        else if (type == T_DICT) {
            EMIT(dict_used, reg, SLOT_OFFSET(ctx_home(t->c, v)));
        }
        else if (type == T_SET) {
            EMIT(set_used, reg, SLOT_OFFSET(ctx_home(t->c, v)));
        }
        else {
            EMIT(size_of, reg, SLOT_OFFSET(ctx_home(t->c, v)));
        }
        push_result(t, 1, type = T_INT64, reg);
        v = peek(t, 1);
    }
    if (type == T_ANY && val(t, v)->konst == NULL && val(t, v)->seen != NULL
        && adapter_always_true(Py_TYPE(val(t, v)->seen)) && know_version(t, v, &what) != NULL) {
        guard_operand(t, 1);
        push_known(t, 1, Py_True);
        return GO_ON;
    }
    if (!type_is_scalar(type)) {
        return t_unsupported(t);
    }
    if (branch_follows(t, &if_true, &if_false)) {
        return branch_on_truth(t, v, if_true, if_false);
    }
    if (type == T_BOOL) {
        return GO_ON;
    }
    if (type == T_FLOAT) {
        int from = in_reg(t, v);
        take_reg(t, false, FIXED_set_true_d_r);
        EMIT(set_true_d, from);
        push_result(t, 1, T_BOOL, FIXED_set_true_d_r);
        return GO_ON;
    }
    int reg = reg_to_write(t, v);
    EMIT(set_true_i, reg);
    push_result(t, 1, T_BOOL, reg);
    return GO_ON;
}

static outcome pop_jump(translator *t, bool when)
{
    int v = peek(t, 1);
    outcome what = UNSUPPORTED;
    if (know_type(t, v, &what) != T_BOOL) {
        return what == SPLIT ? SPLIT : t_unsupported(t);
    }
    int target = adapter_jump_target(t->u->in, t->at);
    return branch_on_truth(t, v, when ? target : t->next, when ? t->next : target);
}

outcome t_pop_jump_if_true(translator *t)
{
    return pop_jump(t, true);
}

outcome t_pop_jump_if_false(translator *t)
{
    return pop_jump(t, false);
}

/* ---- comparisons ------------------------------------------------------------------ */

static const int mirrored[] = {Py_GT, Py_GE, Py_EQ, Py_NE, Py_LT, Py_LE};

static outcome compare_ints(translator *t, int l, int r, int op, int if_true, int if_false)
{
    static const enum uop with_constant[][2] = {
        [Py_LT] = {U_br_lt_ik, U_br_ge_ik}, [Py_LE] = {U_br_le_ik, U_br_gt_ik},
        [Py_EQ] = {U_br_eq_ik, U_br_ne_ik}, [Py_NE] = {U_br_ne_ik, U_br_eq_ik},
        [Py_GT] = {U_br_gt_ik, U_br_le_ik}, [Py_GE] = {U_br_ge_ik, U_br_lt_ik},
    };
    int64_t k;
    if (is_imm(val(t, l)->konst, &k) && !is_imm(val(t, r)->konst, &k)) {
        int swap = l;
        l = r;
        r = swap;
        op = mirrored[op];
    }
    int left = in_reg(t, l);
    if (is_imm(val(t, r)->konst, &k)) {
        return branch(t, with_constant[op][0], with_constant[op][1],
                      (int64_t[]){left, k}, 2, if_true, if_false, 2);
    }
    int right = in_reg(t, r);
    if (left == right) {        /* x < x */
        pop(t, 2);
        jump_to(t, op == Py_LE || op == Py_GE || op == Py_EQ ? if_true : if_false);
        return ENDED;
    }
    if (op == Py_GT || op == Py_LE) {       /* a > b is b < a; a <= b is b >= a */
        int swap = left;
        left = right;
        right = swap;
        op = mirrored[op];
    }
    enum uop when = op == Py_LT ? U_br_lt_i : op == Py_GE ? U_br_ge_i
                  : op == Py_EQ ? U_br_eq_i : U_br_ne_i;
    enum uop unless = op == Py_LT ? U_br_ge_i : op == Py_GE ? U_br_lt_i
                    : op == Py_EQ ? U_br_ne_i : U_br_eq_i;
    return branch(t, when, unless, (int64_t[]){left, right}, 2, if_true, if_false, 2);
}

static outcome compare_doubles(translator *t, int l, int r, int op, int if_true, int if_false)
{
    static const enum uop with_constant[][2] = {
        [Py_LT] = {U_br_lt_dk, U_br_nlt_dk}, [Py_LE] = {U_br_le_dk, U_br_nle_dk},
        [Py_EQ] = {U_br_eq_dk, U_br_ne_dk}, [Py_NE] = {U_br_ne_dk, U_br_eq_dk},
        [Py_GT] = {U_br_gt_dk, U_br_ngt_dk}, [Py_GE] = {U_br_ge_dk, U_br_nge_dk},
    };
    double k;
    if (double_constant(t, l, &k) && !double_constant(t, r, &k)) {
        int swap = l;
        l = r;
        r = swap;
        op = mirrored[op];
    }
    int left = as_double(t, l);
    if (double_constant(t, r, &k)) {
        return branch(t, with_constant[op][0], with_constant[op][1],
                      (int64_t[]){left, double_bits(k)}, 2, if_true, if_false, 2);
    }
    int right = as_double(t, r);
    if (op == Py_GT || op == Py_GE) {
        int swap = left;
        left = right;
        right = swap;
        op = mirrored[op];
    }
    enum uop when = op == Py_LT ? U_br_lt_d : op == Py_LE ? U_br_le_d
                  : op == Py_EQ ? U_br_eq_d : U_br_ne_d;
    enum uop unless = op == Py_LT ? U_br_nlt_d : op == Py_LE ? U_br_nle_d
                    : op == Py_EQ ? U_br_ne_d : U_br_eq_d;
    return branch(t, when, unless, (int64_t[]){left, right}, 2, if_true, if_false, 2);
}

/* A comparison whose result stays a value. */
static outcome compare_to_value(translator *t, int l, int r, int op, bool doubles)
{
    bool negate = op == Py_NE;
    if (op == Py_GT || op == Py_GE) {
        int swap = l;
        l = r;
        r = swap;
        op = mirrored[op];
    }
    if (doubles) {
        int left = as_double(t, l), right = as_double(t, r);
        take_reg(t, false, FIXED_set_lt_d_r);
        switch (op) {
            case Py_LT: EMIT(set_lt_d, left, right); break;
            case Py_LE: EMIT(set_le_d, left, right); break;
            default: EMIT(set_eq_d, left, right); break;
        }
        if (negate) {
            EMIT(not_b, FIXED_set_lt_d_r);
        }
        push_result(t, 2, T_BOOL, FIXED_set_lt_d_r);
        return GO_ON;
    }
    int right = in_reg(t, r);
    int reg = reg_to_write(t, l);
    switch (op) {
        case Py_LT: EMIT(set_lt_i, reg, right); break;
        case Py_LE: EMIT(set_le_i, reg, right); break;
        default: EMIT(set_eq_i, reg, right); break;
    }
    if (negate) {
        EMIT(not_b, reg);
    }
    push_result(t, 2, T_BOOL, reg);
    return GO_ON;
}

outcome t_compare_op(translator *t)
{
    int op = (int)(t->arg >> 5);
    int r = peek(t, 1), l = peek(t, 2);
    outcome what = UNSUPPORTED;
    int if_true, if_false;
    if (compare_chars(t, op, &what)) {
        l = peek(t, 2);
        r = peek(t, 1);
        settle(t, 2);
        return branch_follows(t, &if_true, &if_false)
               ? compare_ints(t, l, r, op, if_true, if_false) : compare_to_value(t, l, r, op, false);
    }
    value_type lt = know_type(t, l, &what);
    value_type rt = lt == T_ANY ? T_ANY : know_type(t, r, &what);
    bool strings = lt == T_STR && rt == T_STR;
    if (what != SPLIT && lt == rt && (lt == T_LIST || lt == T_TUPLE)) {
        return compare_sequences(t, op);
    }
    if (what == SPLIT || !(strings || (type_is_number(lt) && type_is_number(rt)))) {
        return what == SPLIT ? SPLIT : t_unsupported(t);
    }
    bool boxed = lt == T_INT || rt == T_INT || (t->first && t->kind == STUB_BOXED);
    if ((lt == T_COMPLEX || rt == T_COMPLEX) && !boxed && (op == Py_EQ || op == Py_NE)) {
        return complex_equal(t, l, r, op == Py_NE);
    }
    if (boxed || !type_is_scalar(lt) || !type_is_scalar(rt)) {
        int left = boxed_in(t, l, ctx_top(t->c, 2));
        int right = boxed_in(t, r, ctx_top(t->c, 1));
        take_reg(t, false, FIXED_compare_boxed_a);
        before_call(t);
        if (strings && (op == Py_EQ || op == Py_NE)) {
            EMIT(str_equal, SLOT_OFFSET(left), SLOT_OFFSET(right));
            if (op == Py_NE) {
                EMIT(not_b, FIXED_str_equal_a);
            }
            push_result(t, 2, T_BOOL, FIXED_str_equal_a);
            return GO_ON;
        }
        EMIT(compare_boxed, SLOT_OFFSET(left), SLOT_OFFSET(right), op,
             PTR(leave(t, EXIT_CONDITION)));
        push_result(t, 2, T_BOOL, FIXED_compare_boxed_a);
        return GO_ON;
    }
    settle(t, 2);
    bool doubles = lt == T_FLOAT || rt == T_FLOAT;
    if (doubles) {              /* an int beyond 2**53 is compared exactly */
        exact_operand(t, l);
        exact_operand(t, r);
    }
    if (!branch_follows(t, &if_true, &if_false)) {
        return compare_to_value(t, l, r, op, doubles);
    }
    return doubles ? compare_doubles(t, l, r, op, if_true, if_false)
                   : compare_ints(t, l, r, op, if_true, if_false);
}
