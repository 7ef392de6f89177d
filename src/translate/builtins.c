/* Translations: calls of builtins on numbers and characters in registers, isinstance,
 * math, and the text of numbers. */
#include "translate/operate.h"
#include <math.h>
#include <string.h>

/* ---- results ---------------------------------------------------------------------- */

outcome itself(translator *t, int popped)
{
    context *c = t->c;
    int to = ctx_top(c, popped), top = ctx_top(c, 1), v = peek(t, 1);
    if (popped == 1) {
        return GO_ON;
    }
    vacate(t, to);
    c->memory[to] = M_STALE;
    if (c->memory[top] == M_CURRENT) {
        EMIT(move_slot, SLOT_OFFSET(to), SLOT_OFFSET(top));
        c->memory[to] = M_CURRENT;
        c->memory[top] = M_STALE;
    }
    ctx_set(c, to, v);
    pop(t, popped - 1);
    return GO_ON;
}

/* str() of an exception that shows its arguments. */
static bool exception_text(translator *t, int v, int popped, outcome *what)
{
    const value *value = val(t, v);
    return value->type == T_ANY && value->konst == NULL && value->seen != NULL && first_try(t)
           && adapter_exception_shows_args(Py_TYPE(value->seen)) && know_version(t, v, what) != NULL
           && operate_own(t, graft_exception_text, (int[]){0, 1}, 2, popped, 0);
}

/* `repr`: of a number it is the same. */
static outcome text(translator *t, int popped, bool repr)
{
    int v = peek(t, 1);
    outcome what = UNSUPPORTED;
    value_type type = know_type(t, v, &what);
    if (type == T_STR) {
        return itself(t, popped);
    }
    if (type == T_INT64 || type == T_FLOAT) {
        int reg = in_reg(t, v);
        before_call(t);
        if (type == T_FLOAT) {
            EMIT(str_of_float, reg, PTR(leave(t, EXIT_NO_MEMORY)));
        }
        else {
            EMIT(str_of_int, reg, PTR(leave(t, EXIT_NO_MEMORY)));
        }
    }
    else if (type == T_ANY && !repr && exception_text(t, v, popped, &what)) {
        /* done */
    }
    else if (type != T_BOOL || !operate_own(t, graft_text_of, (int[]){0, 1}, 2, popped, 0)) {
        return what == SPLIT ? SPLIT : t_unsupported(t);
    }
    result_object(t, popped, T_STR);
    return GO_ON;
}

outcome t_format_simple(translator *t)
{
    return text(t, 1, false);
}

outcome t_convert_value(translator *t)
{
    enum { STR = 1, REPR = 2 };
    outcome what = UNSUPPORTED;
    if (t->arg == REPR && know_type(t, peek(t, 1), &what) == T_STR) {
        if (!operate_own(t, graft_text_of, (int[]){0, 1}, 2, 1, 0)) {
            return t_unsupported(t);
        }
        result_object(t, 1, T_STR);
        return GO_ON;
    }
    if (what == SPLIT || (t->arg != STR && t->arg != REPR)) {
        return what == SPLIT ? SPLIT : t_unsupported(t);
    }
    what = text(t, 1, t->arg == REPR);
    if (what == GO_ON && t->c->memory[ctx_top(t->c, 1)] == M_BORROWED) {
        t->c->memory[ctx_top(t->c, 1)] = M_STALE;       /* str() gives a reference of its own */
    }
    return what;
}

outcome t_format_with_spec(translator *t)
{
    outcome what = UNSUPPORTED;
    value_type type = know_type(t, peek(t, 2), &what);
    if ((type != T_INT64 && type != T_FLOAT && type != T_STR)
        || know_type(t, peek(t, 1), &what) != T_STR) {
        return what == SPLIT ? SPLIT : t_unsupported(t);
    }
    if (!operate_own(t, graft_format, (int[]){0, 2, 1}, 3, 2, 0)) {
        return t_unsupported(t);
    }
    result_object(t, 2, T_STR);
    return GO_ON;
}

/* ---- math ------------------------------------------------------------------------- */

/* Functions of libm that math calls as they are; where the result is not finite it
 * is left to math, which may raise. */
static const struct { const char *name; double (*function)(double); } unary[] = {
    {"sin", sin}, {"cos", cos}, {"tan", tan}, {"asin", asin}, {"acos", acos}, {"atan", atan},
    {"sinh", sinh}, {"cosh", cosh}, {"tanh", tanh}, {"asinh", asinh}, {"acosh", acosh},
    {"atanh", atanh}, {"exp", exp}, {"exp2", exp2}, {"expm1", expm1}, {"cbrt", cbrt},
    {"log", log}, {"log2", log2}, {"log10", log10},
};
static const struct { const char *name; double (*function)(double, double); } binary[] = {
    {"atan2", atan2}, {"pow", pow}, {"fmod", fmod}, {"copysign", copysign},
};

static bool is_number(value_type type)
{
    return type == T_INT64 || type == T_FLOAT;
}

static outcome float_to_int(translator *t, enum uop uop)
{
    int reg = free_reg(t, false);
    emit_uop(HOT, uop, (int64_t[]){reg, in_reg(t, peek(t, 1)), PTR(leave(t, EXIT_CONDITION))});
    push_result(t, 3, T_INT64, reg);
    return GO_ON;
}

static outcome float_test(translator *t, enum uop uop)
{
    int from = in_reg(t, peek(t, 1));
    take_reg(t, false, FIXED_set_nan_r);
    emit_uop(HOT, uop, (int64_t[]){from});
    push_result(t, 3, T_BOOL, FIXED_set_nan_r);
    return GO_ON;
}

static outcome math_unary(translator *t, const char *name)
{
    int v = peek(t, 1);
    outcome what = UNSUPPORTED;
    value_type type = know_type(t, v, &what);
    if (!is_number(type)) {
        return what;
    }
    if (type == T_FLOAT) {
        static const struct { const char *name; enum uop uop; bool test; } direct[] = {
            {"floor", U_floor_i}, {"ceil", U_ceil_i}, {"trunc", U_truncate_d},
            {"isnan", U_set_nan, true}, {"isinf", U_set_inf, true},
            {"isfinite", U_set_finite, true},
        };
        for (size_t n = 0; n < Py_ARRAY_LENGTH(direct); n++) {
            if (strcmp(name, direct[n].name) == 0) {
                return direct[n].test ? float_test(t, direct[n].uop)
                                      : float_to_int(t, direct[n].uop);
            }
        }
    }
    if (strcmp(name, "fabs") == 0) {
        int reg = type == T_FLOAT ? reg_to_write(t, v) : as_double(t, v);
        EMIT(abs_d, reg);
        push_result(t, 3, T_FLOAT, reg);
        return GO_ON;
    }
    for (size_t n = 0; n < Py_ARRAY_LENGTH(unary); n++) {
        if (strcmp(name, unary[n].name) == 0) {
            int from = as_double(t, v);
            before_call(t);
            EMIT(math_d, from, PTR(unary[n].function), PTR(leave(t, EXIT_CONDITION)));
            push_result(t, 3, T_FLOAT, FIXED_math_d_a);
            return GO_ON;
        }
    }
    return UNSUPPORTED;
}

static outcome math_binary(translator *t, const char *name)
{
    int l = peek(t, 2), r = peek(t, 1);
    outcome what = UNSUPPORTED;
    value_type lt = know_type(t, l, &what), rt = know_type(t, r, &what);
    if (what == SPLIT || !is_number(lt) || !is_number(rt)) {
        return what;
    }
    if (strcmp(name, "gcd") == 0 && lt == T_INT64 && rt == T_INT64) {
        int a = in_reg(t, l), b = in_reg(t, r);
        take_reg(t, false, FIXED_gcd_i_a);
        before_call(t);
        EMIT(gcd_i, a, b, PTR(leave(t, EXIT_CONDITION)));
        push_result(t, 4, T_INT64, FIXED_gcd_i_a);
        return GO_ON;
    }
    for (size_t n = 0; n < Py_ARRAY_LENGTH(binary); n++) {
        if (strcmp(name, binary[n].name) == 0) {
            int a = as_double(t, l), b = as_double(t, r);
            before_call(t);
            EMIT(math_dd, a, b, PTR(binary[n].function), PTR(leave(t, EXIT_CONDITION)));
            push_result(t, 4, T_FLOAT, FIXED_math_dd_a);
            return GO_ON;
        }
    }
    return UNSUPPORTED;
}

/* ---- builtins --------------------------------------------------------------------- */

static outcome call_ord(translator *t)
{
    int v = peek(t, 1);
    outcome what = UNSUPPORTED;
    if (val(t, v)->type == T_CHAR) {
        push_result(t, 3, T_INT64, reg_to_write(t, v));
        return GO_ON;
    }
    if ((t->first && t->kind != STUB_COMPILE) || know_type(t, v, &what) != T_STR
        || ctx_home(t->c, v) < 0) {
        return what;
    }
    guard_operands(t, 3);
    int reg = free_reg(t, false);
    EMIT(ord_slot, reg, SLOT_OFFSET(ctx_home(t->c, v)), PTR(guard_failed(t)));
    push_result(t, 3, T_INT64, reg);
    return GO_ON;
}

static outcome call_chr(translator *t)
{
    int v = peek(t, 1);
    outcome what = UNSUPPORTED;
    if (know_type(t, v, &what) != T_INT64) {
        return what;
    }
    int reg = in_reg(t, v);
    before_call(t);
    EMIT(chr_i, reg, PTR(leave(t, EXIT_CONDITION)));
    result_object(t, 3, T_STR);
    return GO_ON;
}

static outcome call_bool(translator *t)
{
    int v = peek(t, 1);
    outcome what = UNSUPPORTED;
    value_type type = know_type(t, v, &what);
    if (type == T_BOOL) {
        return itself(t, 3);
    }
    if (type == T_INT64) {
        int reg = reg_to_write(t, v);
        EMIT(set_true_i, reg);
        push_result(t, 3, T_BOOL, reg);
        return GO_ON;
    }
    if (type == T_FLOAT) {
        int from = in_reg(t, v);
        take_reg(t, false, FIXED_set_true_d_r);
        EMIT(set_true_d, from);
        push_result(t, 3, T_BOOL, FIXED_set_true_d_r);
        return GO_ON;
    }
    return what;
}

static outcome call_round(translator *t)
{
    outcome what = UNSUPPORTED;
    value_type type = know_type(t, peek(t, 1), &what);
    return type == T_FLOAT && !(t->first && t->kind != STUB_COMPILE)
           ? float_to_int(t, U_round_i) : type == T_INT64 ? itself(t, 3) : what;
}

static outcome call_index(translator *t)
{
    outcome what = UNSUPPORTED;
    return know_type(t, peek(t, 1), &what) == T_INT64 ? itself(t, 3) : what;
}

/* q, r = divmod(a, b): no tuple is made. */
static outcome call_divmod(translator *t)
{
    context *c = t->c;
    const instruction *unpack = &t->u->in[t->next];
    int l = peek(t, 2), r = peek(t, 1);
    outcome what = UNSUPPORTED;
    if (know_type(t, l, &what) != T_INT64 || know_type(t, r, &what) != T_INT64
        || unpack->op != UNPACK_SEQUENCE || unpack->arg != 2 || t->u->is_target[t->next]) {
        return what;
    }
    int right = in_reg(t, r), left = in_reg(t, l);
    int made[2];
    for (int n = 0; n < 2; n++) {
        int reg = free_reg(t, false);
        EMIT(mov_i, reg, left);
        if (n == 0) {
            EMIT(mod_i, reg, right, PTR(leave(t, EXIT_CONDITION)));
        }
        else {
            EMIT(floordiv_i, reg, right, PTR(leave(t, EXIT_CONDITION)));
        }
        made[n] = new_value(t, T_INT64);
        ctx_hold(c, made[n]);
        bind_reg(t, made[n], reg);
    }
    pop(t, 4);
    for (int n = 0; n < 2; n++) {
        push(t, made[n]);
        ctx_drop(c, made[n]);
    }
    t->next += unpack->size;
    return GO_ON;
}

/* pow of two numbers of one type, as ** does it. */
static outcome call_pow(translator *t)
{
    int l = peek(t, 2), r = peek(t, 1);
    outcome what = UNSUPPORTED;
    value_type lt = know_type(t, l, &what), rt = know_type(t, r, &what);
    if (what == SPLIT || !is_number(lt) || lt != rt) {
        return what;
    }
    int a = in_reg(t, l), b = in_reg(t, r);
    if (lt == T_FLOAT) {
        before_call(t);
        EMIT(pow_d, a, b, PTR(leave(t, EXIT_CONDITION)));
        push_result(t, 4, T_FLOAT, FIXED_pow_d_a);
        return GO_ON;
    }
    take_reg(t, false, FIXED_pow_i_a);
    before_call(t);
    EMIT(pow_i, a, b, PTR(leave(t, EXIT_CONDITION)));
    push_result(t, 4, T_INT64, FIXED_pow_i_a);
    return GO_ON;
}

/* isinstance(x, T): known from the guard on the type of x.  After a few types at one
 * place UNSUPPORTED: then it is found out by a call. */
static outcome call_isinstance(translator *t)
{
    int v = peek(t, 2);
    PyObject *classes = val(t, peek(t, 1))->konst;
    outcome what = UNSUPPORTED;
    if (classes == NULL || (t->first && t->kind == STUB_GUARD && t->tries >= 3)) {
        return UNSUPPORTED;
    }
    (void)know_type(t, v, &what);
    if (what == SPLIT || (val(t, v)->type == T_ANY && val(t, v)->konst != NULL)
        || val(t, v)->type == T_RANGE_ITER) {
        return what;
    }
    PyTypeObject *type = type_known(t, v);
    if (type == NULL) {
        PyObject *seen = know_version(t, v, &what);
        if (seen == NULL) {
            return what;
        }
        type = Py_TYPE(seen);
    }
    bool tuple = PyTuple_CheckExact(classes), result = false;
    for (Py_ssize_t n = 0; !result && n < (tuple ? PyTuple_GET_SIZE(classes) : 1); n++) {
        PyObject *class = tuple ? PyTuple_GET_ITEM(classes, n) : classes;
        if (class == (PyObject *)type) {
            result = true;
            break;
        }
        if (!PyType_CheckExact(class)) {
            return UNSUPPORTED;     /* (the class of a plain class cannot be changed) */
        }
        result = PyType_IsSubtype(type, (PyTypeObject *)class);
        if (!result && !adapter_class_is_plain(type)) {
            return UNSUPPORTED;
        }
    }
    guard_operands(t, 4);
    drop_operands(t, 4);
    push_known(t, 4, result ? Py_True : Py_False);
    return GO_ON;
}

outcome call_unboxed(translator *t, const c_function *c, int nargs)
{
    static const struct {
        const char *owner, *name;
        int nargs;
        outcome (*translate)(translator *t);
    } forms[] = {
        {"builtins", "ord", 1, call_ord}, {"builtins", "chr", 1, call_chr},
        {"type", "bool", 1, call_bool}, {"builtins", "round", 1, call_round},
        {"builtins", "divmod", 2, call_divmod}, {"builtins", "pow", 2, call_pow},
        {"builtins", "isinstance", 2, call_isinstance}, {"type", "type", 1, call_class_of},
        {"_operator", "index", 1, call_index},
    };
    if (strcmp(c->owner, "math") == 0) {
        return nargs == 1 ? math_unary(t, c->name)
             : nargs == 2 ? math_binary(t, c->name) : UNSUPPORTED;
    }
    if (nargs == 1 && ((strcmp(c->owner, "type") == 0 && strcmp(c->name, "str") == 0)
                       || (strcmp(c->owner, "builtins") == 0 && strcmp(c->name, "repr") == 0
                           && val(t, peek(t, 1))->type != T_STR))) {
        outcome what = UNSUPPORTED;
        bool repr = c->name[0] == 'r';
        return repr && know_type(t, peek(t, 1), &what) == T_STR ? UNSUPPORTED : text(t, 3, repr);
    }
    for (size_t n = 0; n < Py_ARRAY_LENGTH(forms); n++) {
        if (forms[n].nargs == nargs && strcmp(c->name, forms[n].name) == 0
            && strcmp(c->owner, forms[n].owner) == 0) {
            return forms[n].translate(t);
        }
    }
    return UNSUPPORTED;
}
