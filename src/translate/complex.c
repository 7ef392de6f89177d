/* Translations: complex numbers, unboxed as two doubles.
 *
 * An unboxed complex is a value made of two others, its parts: floats in
 * registers, spill cells, or constants.  A part never shows as an object, so
 * numbers can share one: z + 1.0 has z's imaginary part, complex(x, y) has x
 * and y as they are.  What does show, z.real, is a value of its own.
 *
 * Numbers of mixed kinds are not converted to complex first (complexobject.c):
 * signs of zeros and infinities show the difference.
 */
#include "translate/operate.h"
#include <opcode.h>

enum { RE = 0, IM = 1 };

/* ---- parts --------------------------------------------------------------------- */

static double constant_part(PyObject *konst, int n)
{
    Py_complex z = ((PyComplexObject *)konst)->cval;
    return n == RE ? z.real : z.imag;
}

/* A new double in a register, as a value with one use: the caller's. */
static int float_in(translator *t, int reg)
{
    int owner = t->c->dreg[reg];
    if (owner != NO_VALUE) {
        val(t, owner)->reg = -1;        /* the operand goes with this instruction */
    }
    int v = new_value(t, T_FLOAT);
    bind_reg(t, v, reg);
    pin(t, true, reg);
    ctx_hold(t->c, v);
    return v;
}

void complex_unbox(translator *t, int v)
{
    int64_t home = (int64_t)SLOT_OFFSET(ctx_home(t->c, v));
    for (int n = RE; n <= IM; n++) {
        int reg = free_reg(t, true);
        EMIT(load_field_d, reg, home, offsetof(PyComplexObject, cval)
             + (n == RE ? offsetof(Py_complex, real) : offsetof(Py_complex, imag)));
        val(t, v)->sub[n] = (uint8_t)float_in(t, reg);
    }
}

static bool is_complex(translator *t, int v)
{
    return val(t, v)->type == T_COMPLEX;
}

/* The value of a part, unless the complex is a constant. */
static int part_of(translator *t, int v, int n)
{
    if (val(t, v)->sub[RE] == NO_VALUE) {
        complex_unbox(t, v);
    }
    return val(t, v)->sub[n];
}

/* A register with a part. */
static int part_in_reg(translator *t, int v, int n)
{
    PyObject *konst = val(t, v)->konst;
    if (konst == NULL) {
        return in_reg(t, part_of(t, v, n));
    }
    int reg = free_reg(t, true);
    EMIT(const_d, reg, double_bits(constant_part(konst, n)));
    return reg;
}

/* A register with a part that may be written: the part's own, when nobody else
 * names the part nor the whole. */
static int part_to_write(translator *t, int v, int n)
{
    if (val(t, v)->konst == NULL && last_use(t, v)) {
        return reg_to_write(t, part_of(t, v, n));
    }
    int from = part_in_reg(t, v, n);
    if (val(t, v)->konst != NULL) {
        return from;
    }
    int reg = free_reg(t, true);
    EMIT(mov_d, reg, from);
    return reg;
}

static int copy_of(translator *t, int from)
{
    int reg = free_reg(t, true);
    EMIT(mov_d, reg, from);
    return reg;
}

/* The number made of two values, of which the caller gives up a use, replaces
 * the top of the stack. */
static outcome push_complex(translator *t, int operands, int re, int im)
{
    int v = new_value(t, T_COMPLEX);
    val(t, v)->sub[RE] = (uint8_t)re;
    val(t, v)->sub[IM] = (uint8_t)im;
    ctx_hold(t->c, v);
    pop(t, operands);
    push(t, v);
    ctx_drop(t->c, v);
    return GO_ON;
}

/* The same, of doubles in registers. */
static outcome push_pair(translator *t, int operands, int re, int im)
{
    int real = float_in(t, re);
    return push_complex(t, operands, real, float_in(t, im));
}

/* One more use of a part, for a number that shares it. */
static int shared_part(translator *t, int v, int n)
{
    if (val(t, v)->konst != NULL) {
        return float_in(t, part_in_reg(t, v, n));
    }
    int part = part_of(t, v, n);
    ctx_hold(t->c, part);
    return part;
}

/* ---- + - * ---------------------------------------------------------------------- */

static void add_or_subtract(translator *t, int l, int r, bool subtract)
{
    if (!subtract && !is_complex(t, l)) {
        int swap = l;
        l = r;
        r = swap;
    }
    if (is_complex(t, l) && is_complex(t, r)) {
        if (!subtract && !last_use(t, l) && last_use(t, r)) {
            int swap = l;
            l = r;
            r = swap;
        }
        int part[2];
        for (int n = RE; n <= IM; n++) {
            PyObject *konst = val(t, r)->konst;
            int right = konst != NULL ? 0 : part_in_reg(t, r, n);
            int reg = part[n] = part_to_write(t, l, n);
            if (konst != NULL) {
                int64_t k = double_bits(constant_part(konst, n));
                emit_uop(HOT, subtract ? U_subk_d : U_addk_d, (int64_t[]){reg, k});
            }
            else {
                emit_uop(HOT, subtract ? U_sub_d : U_add_d, (int64_t[]){reg, right});
            }
        }
        push_pair(t, 2, part[RE], part[IM]);
        return;
    }
    if (is_complex(t, l)) {
        int right = as_double(t, r);
        int reg = part_to_write(t, l, RE);
        emit_uop(HOT, subtract ? U_sub_d : U_add_d, (int64_t[]){reg, right});
        int im = shared_part(t, l, IM);
        push_complex(t, 2, float_in(t, reg), im);
        return;
    }
    int right = part_in_reg(t, r, RE);          /* a real number minus a complex one */
    int reg = copy_of(t, as_double(t, l));
    EMIT(sub_d, reg, right);
    int im = part_to_write(t, r, IM);
    EMIT(neg_d, im);
    push_pair(t, 2, reg, im);
}

static void multiply(translator *t, int l, int r)
{
    if (!is_complex(t, l)) {
        int swap = l;
        l = r;
        r = swap;
    }
    if (!is_complex(t, r)) {
        int right = as_double(t, r);
        int re = part_to_write(t, l, RE), im = part_to_write(t, l, IM);
        EMIT(mul_d, re, right);
        EMIT(mul_d, im, right);
        push_pair(t, 2, re, im);
        return;
    }
    int a = part_in_reg(t, l, RE), b = part_in_reg(t, l, IM);
    int c = l == r ? a : part_in_reg(t, r, RE), d = l == r ? b : part_in_reg(t, r, IM);
    int re = copy_of(t, a);
    EMIT(mul_d, re, c);
    int product = copy_of(t, b);
    EMIT(mul_d, product, d);
    EMIT(sub_d, re, product);
    int im = copy_of(t, a);
    EMIT(mul_d, im, d);
    if (l == r) {
        EMIT(add_d, im, im);
    }
    else {
        EMIT(mov_d, product, b);
        EMIT(mul_d, product, c);
        EMIT(add_d, im, product);
    }
    EMIT(guard_not_nan, re, PTR(needs_boxes(t)));
    push_pair(t, 2, re, im);
}

/* ---- / ** ------------------------------------------------------------------------ */

/* By a call to C; operands and result go through scratch cells. */
static void operation_by_call(translator *t, int l, int r, complex_operation op)
{
    int both[2] = {l, r};
    for (int n = 0; n < 4; n++) {
        int v = both[n / 2], cell = GRAFT_NSPILL + n;
        if (!is_complex(t, v) && n % 2 == IM) {
            EMIT(spill_const, spill_offset(cell), double_bits(0.0));
            continue;
        }
        int reg = is_complex(t, v) ? part_in_reg(t, v, n % 2) : as_double(t, v);
        EMIT(spill_d, reg, spill_offset(cell));
    }
    before_call(t);
    EMIT(complex_op, spill_offset(GRAFT_NSPILL), op, PTR(needs_boxes(t)));
    push_pair(t, 2, FIXED_complex_op_a, FIXED_complex_op_b);
}

static void divide(translator *t, int l, int r)
{
    if (is_complex(t, r)) {
        operation_by_call(t, l, r, is_complex(t, l) ? COMPLEX_BY_COMPLEX : REAL_BY_COMPLEX);
        return;
    }
    int right = as_double(t, r);
    int re = part_to_write(t, l, RE), im = part_to_write(t, l, IM);
    label *x = needs_boxes(t);
    EMIT(div_d, re, right, PTR(x));
    EMIT(div_d, im, right, PTR(x));
    push_pair(t, 2, re, im);
}

bool complex_op(translator *t, int l, int r, int op)
{
    switch (op) {
        case NB_ADD:
        case NB_SUBTRACT:
            add_or_subtract(t, l, r, op == NB_SUBTRACT);
            return true;
        case NB_MULTIPLY:
            multiply(t, l, r);
            return true;
        case NB_TRUE_DIVIDE:
            divide(t, l, r);
            return true;
        case NB_POWER:
            operation_by_call(t, l, r, COMPLEX_POWER);
            return true;
        default:
            return false;
    }
}

outcome complex_negative(translator *t, int v)
{
    int re = part_to_write(t, v, RE), im = part_to_write(t, v, IM);
    EMIT(neg_d, re);
    EMIT(neg_d, im);
    return push_pair(t, 1, re, im);
}

/* ---- comparisons, truth ----------------------------------------------------------- */

/* Whether both parts of l are those of r. */
outcome complex_equal(translator *t, int l, int r, bool negate)
{
    if (!is_complex(t, l)) {
        int swap = l;
        l = r;
        r = swap;
    }
    if (!is_complex(t, r)) {
        exact_operand(t, r);
    }
    take_reg(t, false, FIXED_set_eq_d_r);
    int both = free_reg(t, false);
    for (int n = RE; n <= IM; n++) {
        int left = part_in_reg(t, l, n), right;
        if (is_complex(t, r)) {
            right = part_in_reg(t, r, n);
        }
        else if (n == RE) {
            right = as_double(t, r);
        }
        else {
            right = free_reg(t, true);
            EMIT(const_d, right, double_bits(0.0));
        }
        EMIT(set_eq_d, left, right);
        if (n == RE) {
            EMIT(mov_i, both, FIXED_set_eq_d_r);
        }
    }
    EMIT(and_i, both, FIXED_set_eq_d_r);
    if (negate) {
        EMIT(not_b, both);
    }
    push_result(t, 2, T_BOOL, both);
    return GO_ON;
}

outcome complex_truth(translator *t, int v)
{
    take_reg(t, false, FIXED_set_true_d_r);
    int any = free_reg(t, false);
    EMIT(set_true_d, part_in_reg(t, v, RE));
    EMIT(mov_i, any, FIXED_set_true_d_r);
    EMIT(set_true_d, part_in_reg(t, v, IM));
    EMIT(or_i, any, FIXED_set_true_d_r);
    push_result(t, 1, T_BOOL, any);
    return GO_ON;
}

/* ---- attributes and calls ----------------------------------------------------------- */

outcome complex_part(translator *t, int v, int part)
{
    push_result(t, 1, T_FLOAT, part_to_write(t, v, part));
    return GO_ON;
}

outcome complex_conjugate(translator *t)
{
    int v = peek(t, 1);
    int re = shared_part(t, v, RE);
    int reg = part_to_write(t, v, IM);
    EMIT(neg_d, reg);
    return push_complex(t, 2, re, float_in(t, reg));
}

/* complex(x), complex(x, y) of real numbers; complex(z) is z. */
outcome call_complex(translator *t, int nargs)
{
    outcome what = UNSUPPORTED;
    if (nargs < 1 || nargs > 2) {
        return t_unsupported(t);
    }
    for (int n = nargs; n > 0; n--) {
        value_type type = know_type(t, peek(t, n), &what);
        if (nargs == 1 && type == T_COMPLEX) {
            return itself(t, 3);
        }
        if (!type_is_scalar(type)) {
            return what == SPLIT ? SPLIT : t_unsupported(t);
        }
    }
    int part[2];
    for (int n = RE; n <= IM; n++) {
        int v = n < nargs ? peek(t, nargs - n) : NO_VALUE;
        if (v != NO_VALUE && val(t, v)->type == T_FLOAT) {
            in_reg(t, v);
            ctx_hold(t->c, part[n] = v);
            continue;
        }
        int reg;
        if (v != NO_VALUE) {
            reg = as_double(t, v);
        }
        else {
            reg = free_reg(t, true);
            EMIT(const_d, reg, double_bits(0.0));
        }
        part[n] = float_in(t, reg);
    }
    return push_complex(t, nargs + 2, part[RE], part[IM]);
}

/* abs(z) that is only compared with a constant, and branched on, needs no root but
 * where it is very near to it: squares are compared, with room for every rounding
 * error.  The first try is for magnitudes below the bound, the second for those
 * above; where neither goes, the root is taken. */
static bool compare_magnitude(translator *t, int v)
{
    const instruction *load = &t->u->in[t->next];
    int compare_at = t->next + load->size;
    const instruction *compare = &t->u->in[compare_at];
    int after = compare_at + compare->size, tries = t->first ? t->tries : 0;
    if ((load->op != LOAD_CONST && load->op != LOAD_SMALL_INT) || compare->op != COMPARE_OP
        || t->u->is_target[t->next] || t->u->is_target[compare_at] || tries > 1) {
        return false;
    }
    PyObject *konst = load->op == LOAD_CONST
                    ? PyTuple_GET_ITEM(t->u->code->co_consts, load->arg) : NULL;
    if (konst != NULL && !PyFloat_CheckExact(konst)) {
        return false;
    }
    double bound = konst != NULL ? PyFloat_AS_DOUBLE(konst) : (double)load->arg;
    int op = (int)(compare->arg >> 5), if_true, if_false;
    if (!(bound > 1e-140 && bound < 1e140) || op == Py_EQ || op == Py_NE
        || !branch_at(t, after, &if_true, &if_false)) {
        return false;
    }
    int re = part_in_reg(t, v, RE), im = part_in_reg(t, v, IM);
    int square = copy_of(t, re);
    EMIT(mul_d, square, re);
    int other = copy_of(t, im);
    EMIT(mul_d, other, im);
    EMIT(add_d, square, other);
    bool below = tries == 0, less = op == Py_LT || op == Py_LE;
    if (below) {
        EMIT(br_nlt_dk, square, double_bits(bound * bound * (1.0 - 1e-14)), PTR(guard_failed(t)));
    }
    else {
        EMIT(guard_above_d, square, double_bits(bound * bound * (1.0 + 1e-14)),
             PTR(guard_failed(t)));
    }
    pop(t, 3);
    jump_to(t, below == less ? if_true : if_false);
    return true;
}

outcome complex_abs(translator *t, int v)
{
    if (compare_magnitude(t, v)) {
        return ENDED;
    }
    int re = part_in_reg(t, v, RE), im = part_in_reg(t, v, IM);
    before_call(t);
    EMIT(complex_abs, re, im, PTR(leave(t, EXIT_CONDITION)));
    push_result(t, 3, T_FLOAT, FIXED_complex_abs_a);
    return GO_ON;
}
