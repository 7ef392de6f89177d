/* Translations: operators of classes, as calls of their methods.
 *
 * Only where the method's answer is final (CPython: Objects/abstract.c, binary_op1):
 * the other operand is of the same type, or an exact number. */
#include "translate/translate.h"

/* By the argument of BINARY_OP, of which those in place are the second half. */
static const struct { const char *sign, *method, *reflected; } operators[OPERATORS] = {
    {"+", "__add__", "__radd__"}, {"&", "__and__", "__rand__"},
    {"//", "__floordiv__", "__rfloordiv__"}, {"<<", "__lshift__", "__rlshift__"},
    {"@", "__matmul__", "__rmatmul__"}, {"*", "__mul__", "__rmul__"},
    {"%", "__mod__", "__rmod__"}, {"|", "__or__", "__ror__"},
    {"** or pow()", "__pow__", "__rpow__"}, {">>", "__rshift__", "__rrshift__"},
    {"-", "__sub__", "__rsub__"}, {"/", "__truediv__", "__rtruediv__"},
    {"^", "__xor__", "__rxor__"},
};

static const char *const signs_in_place[OPERATORS] = {
    "+=", "&=", "//=", "<<=", "@=", "*=", "%=", "|=", "**=", ">>=", "-=", "/=", "^=",
};

PyFunctionObject *special_method(translator *t, int v, const char *name, outcome *what)
{
    PyObject *seen = val(t, v)->seen;
    if (val(t, v)->type != T_ANY || val(t, v)->konst != NULL || ctx_home(t->c, v) < 0) {
        return NULL;
    }
    if (seen == NULL) {
        *what = SPLIT;
        return NULL;
    }
    PyFunctionObject *function = adapter_special_method(Py_TYPE(seen), name);
    return function != NULL && know_version(t, v, what) != NULL ? function : NULL;
}

/* Whether an operand leaves the answer to the other one. */
static bool is_number(translator *t, int v)
{
    value_type type = val(t, v)->type;
    return type == T_INT || type == T_INT64 || type == T_FLOAT || type == T_BOOL;
}

/* A number's type is guarded; an instance's is left to be looked at. */
static void know_number(translator *t, int v, outcome *what)
{
    if (val(t, v)->seen != NULL && type_is_number(type_of_object(val(t, v)->seen))) {
        (void)know_type(t, v, what);
    }
}

outcome binary_operator(translator *t)
{
    int r = peek(t, 1), l = peek(t, 2);
    outcome what = UNSUPPORTED;
    if (t->arg == OP_SUBSCRIPT) {
        PyFunctionObject *function = special_method(t, l, "__getitem__", &what);
        return function != NULL ? call_operator(t, function, 2, false, NULL)
               : what == SPLIT ? SPLIT : t_unsupported(t);
    }
    if (t->arg >= 2 * OPERATORS) {
        return t_unsupported(t);
    }
    bool in_place = t->arg >= OPERATORS;
    int op = (int)(t->arg % OPERATORS);
    const char *sign = in_place ? signs_in_place[op] : operators[op].sign;
    know_number(t, l, &what);
    know_number(t, r, &what);
    if (is_number(t, l)) {
        PyFunctionObject *function = special_method(t, r, operators[op].reflected, &what);
        /* (what is a number, too, can be the number's own operand) */
        return function != NULL && adapter_plain_class(Py_TYPE(val(t, r)->seen))
               ? call_operator(t, function, 2, true, sign)
               : what == SPLIT ? SPLIT : t_unsupported(t);
    }
    if (in_place && val(t, l)->seen != NULL) {
        char name[24];
        snprintf(name, sizeof(name), "__i%s", operators[op].method + 2);
        if (adapter_has_special(Py_TYPE(val(t, l)->seen), name)) {
            return t_unsupported(t);
        }
    }
    if (!is_number(t, r) && l != r) {
        /* Of the same type, and so it has no say. */
        PyObject *a = val(t, l)->seen, *b = val(t, r)->seen;
        if (a == NULL || b == NULL) {
            return ctx_home(t->c, l) >= 0 && ctx_home(t->c, r) >= 0 ? SPLIT : t_unsupported(t);
        }
        if (Py_TYPE(a) != Py_TYPE(b) || val(t, r)->konst != NULL || val(t, r)->type != T_ANY
            || know_version(t, r, &what) == NULL) {
            return t_unsupported(t);
        }
    }
    PyFunctionObject *function = special_method(t, l, operators[op].method, &what);
    if (function == NULL) {
        return what == SPLIT ? SPLIT : t_unsupported(t);
    }
    if (!adapter_plain_class(Py_TYPE(val(t, l)->seen))) {
        return t_unsupported(t);
    }
    return call_operator(t, function, 2, false, sign);
}

outcome unary_operator(translator *t, const char *name)
{
    outcome what = UNSUPPORTED;
    PyFunctionObject *function = special_method(t, peek(t, 1), name, &what);
    return function != NULL ? call_operator(t, function, 1, false, NULL)
           : what == SPLIT ? SPLIT : t_unsupported(t);
}

/* Whether the value's type leaves == and != to what the object is, behind a guard on that. */
static bool equal_by_identity(translator *t, int v, outcome *what)
{
    PyObject *konst = val(t, v)->konst;
    PyTypeObject *type = konst != NULL ? Py_TYPE(konst) : Py_TYPE(val(t, v)->seen);
    if (!adapter_equal_by_identity(type)) {
        return false;
    }
    if (konst == NULL) {
        return know_version(t, v, what) != NULL;
    }
    uint32_t version = adapter_type_version(type);
    if (type->tp_flags & Py_TPFLAGS_IMMUTABLETYPE) {
        return true;
    }
    if (version == 0 || version > IMM_MAX) {
        return false;
    }
    EMIT(guard_class, PTR(type), version, PTR(guard_failed(t)));
    return true;
}

/* Objects of the same class, or the right one of a built-in type that is none of its
 * subclasses: the left one's method is asked first. */
outcome compare_operator(translator *t)
{
    static const char *const methods[] = {"__lt__", "__le__", "__eq__", "__ne__", "__gt__", "__ge__"};
    int l = peek(t, 2), r = peek(t, 1), op = (int)(t->arg >> 5);
    outcome what = UNSUPPORTED;
    PyObject *a = val(t, l)->seen, *b = val(t, r)->seen;
    if (val(t, l)->type != T_ANY || val(t, l)->konst != NULL || ctx_home(t->c, l) < 0) {
        return t_unsupported(t);
    }
    if (a == NULL) {
        return SPLIT;
    }
    PyTypeObject *type = Py_TYPE(a);
    if ((op == Py_EQ || op == Py_NE) && adapter_equal_by_identity(type) && val(t, r)->type == T_ANY) {
        if (val(t, r)->konst == NULL && b == NULL) {
            return ctx_home(t->c, r) >= 0 ? SPLIT : t_unsupported(t);
        }
        if (equal_by_identity(t, r, &what) && equal_by_identity(t, l, &what)) {
            return compare_identity(t, op == Py_NE);
        }
    }
    if (!adapter_plain_class(type)) {
        return t_unsupported(t);
    }
    predicate as = {t->arg & 16 ? PREDICATE_TRUTH : PREDICATE_VALUE, op, false};
    PyFunctionObject *function = adapter_special_method(type, methods[op]);
    if (function == NULL && op == Py_NE && adapter_has_object_method(type, methods[op])) {
        as.kind = PREDICATE_NOT_EQUAL;
        function = adapter_special_method(type, methods[Py_EQ]);
    }
    if (function == NULL) {
        return t_unsupported(t);
    }
    if (b != NULL && type_of_object(b) != T_ANY) {
        (void)know_type(t, r, &what);
    }
    if (val(t, r)->konst != NULL || val(t, r)->type != T_ANY) {
        PyTypeObject *right = val(t, r)->konst != NULL ? Py_TYPE(val(t, r)->konst) : type_known(t, r);
        if (right == NULL || (right->tp_flags & Py_TPFLAGS_HEAPTYPE)) {
            return t_unsupported(t);
        }
    }
    else if (b == NULL) {
        return ctx_home(t->c, r) >= 0 ? SPLIT : t_unsupported(t);
    }
    else if (Py_TYPE(b) != type || (l != r && know_version(t, r, &what) == NULL)) {
        return what == SPLIT ? SPLIT : t_unsupported(t);
    }
    if (know_version(t, l, &what) == NULL) {
        return what == SPLIT ? SPLIT : t_unsupported(t);
    }
    return call_predicate(t, function, false, &as);
}

outcome contains_operator(translator *t)
{
    outcome what = UNSUPPORTED;
    PyFunctionObject *function = special_method(t, peek(t, 1), "__contains__", &what);
    predicate as = {PREDICATE_CONTAINS, 0, t->arg & 1};
    return function != NULL ? call_predicate(t, function, true, &as)
           : what == SPLIT ? SPLIT : t_unsupported(t);
}
