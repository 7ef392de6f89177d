/* Translations: calls of objects written in C that may run any code: functions and
 * methods that are known are called by their C functions, others by the vectorcall
 * protocol.
 *
 * Locals and what lies below the operands are written back, as for every escape
 * (generic.c).  The operands themselves are in nobody's sight, so that they become
 * references of the stack only where the interpreter would have some of its own. */
#include "runtime/generators.h"
#include "runtime/stand_ins.h"
#include "translate/operate.h"

typedef struct {
    calling how;                /* CALL_OTHER: a vectorcallfunc */
    void *function;
    PyObject *first;            /* operand before the arguments, or NULL: it is among them ... */
    bool callable;              /* ... being the callable itself */
    bool keeps_itself;          /* the callable need not be kept alive */
    value_type result;
} c_call;

static bool is_immutable(const PyTypeObject *type)
{
    return (type->tp_flags & Py_TPFLAGS_IMMUTABLETYPE) != 0;
}

/* A type whose instances are always of this very type. */
static value_type type_made(PyObject *type)
{
    return type == (PyObject *)&PyList_Type ? T_LIST : type == (PyObject *)&PyTuple_Type ? T_TUPLE
           : type == (PyObject *)&PyDict_Type ? T_DICT : type == (PyObject *)&PySet_Type ? T_SET
           : type == (PyObject *)&PyByteArray_Type ? T_BYTEARRAY : T_ANY;
}

static calling calling_of(const PyMethodDef *def)
{
    switch (def->ml_flags & (METH_NOARGS | METH_O | METH_FASTCALL | METH_KEYWORDS | METH_VARARGS
                             | METH_METHOD)) {
        case METH_NOARGS: return CALL_NOARGS;
        case METH_O: return CALL_ONE;
        case METH_FASTCALL: return CALL_FAST;
        case METH_FASTCALL | METH_KEYWORDS: return CALL_KEYWORDS;
        default: return CALL_OTHER;
    }
}

/* How a constant is called with `nargs` arguments besides the object of a method. */
static c_call call_of(translator *t, PyObject *callable, int self, int nargs, bool named)
{
    c_call call = {CALL_OTHER, (void *)PyObject_Vectorcall, NULL, true, false, T_ANY};
    const PyMethodDef *def = NULL;
    if (PyCFunction_CheckExact(callable)) {
        def = ((PyCFunctionObject *)callable)->m_ml;
    }
    else if (Py_IS_TYPE(callable, &PyMethodDescr_Type)) {
        PyMethodDescrObject *descriptor = (PyMethodDescrObject *)callable;
        PyTypeObject *owner = descriptor->d_common.d_type;
        PyTypeObject *type = self == NO_VALUE ? NULL : type_known(t, self);
        if (type == NULL && self != NO_VALUE && val(t, self)->version != 0
            && val(t, self)->seen != NULL) {
            type = Py_TYPE(val(t, self)->seen);
        }
        call.keeps_itself = type != NULL && is_immutable(owner);
        call.function = (void *)descriptor->vectorcall;
        if (type == NULL || !PyType_IsSubtype(type, owner)) {
            return call;        /* it looks at the object itself */
        }
        def = descriptor->d_method;
    }
    else if (PyType_CheckExact(callable) && is_immutable((PyTypeObject *)callable)) {
        if (((PyTypeObject *)callable)->tp_vectorcall != NULL) {
            call.function = (void *)((PyTypeObject *)callable)->tp_vectorcall;
        }
        call.result = type_made(callable);
    }
    if (def == NULL) {
        return call;
    }
    calling how = calling_of(def);
    if (how == CALL_OTHER || (named && how != CALL_KEYWORDS) || (how == CALL_NOARGS && nargs != 0)
        || (how == CALL_ONE && nargs != 1)) {
        return call;
    }
    call.how = how;
    call.function = (void *)generator_method(callable, def->ml_meth);
    call.callable = false;
    if (self == NO_VALUE) {
        call.first = PyCFunction_GET_SELF(callable);
    }
    return call;
}

#define OPERAND(n) ((int64_t)offsetof(jit_frame, operand) + 8 * (n))

/* The value n from the top as an operand in place `at` of the jit_frame. */
static void put_operand(translator *t, int at, int n)
{
    context *c = t->c;
    int slot = ctx_top(c, n), v = c->slot[slot];
    int64_t to = OPERAND(at);
    if (c->memory[slot] != M_CURRENT && val(t, v)->konst != NULL) {
        EMIT(operand_const, to, PTR(val(t, v)->konst));
        return;
    }
    EMIT(operand_slot, to, SLOT_OFFSET(c->memory[slot] == M_CURRENT ? slot : ctx_home(c, v)));
}

/* The slot gets a reference of its own where the interpreter would have one. */
static void keep_operand(translator *t, int slot)
{
    context *c = t->c;
    int v = ctx_value(c, slot);
    t->pinned_i = t->pinned_d = 0;
    if (v == NO_VALUE) {
        t->failed = true;
        return;
    }
    bool lent = c->memory[slot] == M_BORROWED && ctx_home(c, v) >= 0 && ctx_home(c, v) < c->nlocals;
    if (!lent && (val(t, v)->konst == NULL || !_Py_IsImmortal(val(t, v)->konst))) {
        own(t, slot);
    }
}

static bool are_operands(translator *t, int operands)
{
    for (int n = 1; n <= operands; n++) {
        if (val(t, peek(t, n))->type == T_RANGE_ITER) {
            return false;
        }
    }
    return true;
}

/* What an escape takes from the stack. */
typedef struct {
    int first, popped;          /* slot of the first value, and how many */
    uint64_t owned;             /* which of them have to be dropped */
    label *failed, dropping;    /* where an exception goes */
    call_site *site;            /* or NULL: no memory */
} taken;

/* The operands are in the jit_frame: their slots are given up, and the frame is as the
 * interpreter would have it. */
static void take(translator *t, int popped, taken *out)
{
    context *c = t->c;
    *out = (taken){.first = ctx_top(c, popped), .popped = popped,
                   .dropping = {cache_position().cold, NULL, false}};
    for (int n = 0; n < popped; n++) {
        out->owned |= (uint64_t)(c->memory[out->first + n] == M_CURRENT) << n;
    }
    EMIT(settle);
    EMIT(at_instruction, PTR(code_running(t->u->code, t->at)), SLOT_OFFSET(out->first));
    hand_over(t, popped);
    out->site = operation_site(t, NULL);
    out->failed = &raised(t)->label;
    out->dropping.code = cache_position().cold;
    if (out->owned != 0) {
        emit_uop(COLD, U_ccall_failed, (int64_t[]){(int64_t)SLOT_OFFSET(out->first),
                                                   (int64_t)out->owned, PTR(out->failed)});
        out->failed = &out->dropping;
    }
}

/* Behind the call: drops the operands, the last one first or the first one, and pushes the
 * result. */
static outcome give(translator *t, const taken *in, bool last_first, value_type result)
{
    for (int n = 0; n < in->popped; n++) {
        int drop = last_first ? in->popped - 1 - n : n;
        if (in->owned >> drop & 1) {
            EMIT(drop_slot, SLOT_OFFSET(in->first + drop));
        }
    }
    EMIT(result_object, SLOT_OFFSET(in->first));
    forget(t);
    push_result_in_memory(t);
    val(t, peek(t, 1))->type = (uint8_t)result;
    check_escaped(t, in->site);
    return GO_ON;
}

static outcome emit_call(translator *t, const c_call *call, int nargs, bool has_self,
                         PyObject *names)
{
    context *c = t->c;
    int extra = names != NULL, popped = nargs + 2 + extra;
    int count = nargs + has_self;
    if (count + 1 > GRAFT_NOPERANDS || !are_operands(t, count + extra)) {
        return UNSUPPORTED;
    }
    guard_stack(t);
    write_back(t, popped);
    for (int n = popped; n > extra; n--) {
        int slot = ctx_top(c, n);
        bool absent = n == popped ? call->keeps_itself && c->memory[slot] != M_CURRENT
                                  : n == popped - 1 && !has_self;
        if (!absent) {
            keep_operand(t, slot);
        }
    }
    before_call(t);
    int used = 0;
    if (call->callable) {
        put_operand(t, used++, popped);
    }
    else if (!has_self) {
        EMIT(operand_const, OPERAND(0), PTR(call->first));
        used++;
    }
    for (int n = count + extra; n > extra; n--) {
        put_operand(t, used++, n);
    }
    taken in;
    take(t, popped, &in);
    int given = used - 1 - (extra ? (int)PyTuple_GET_SIZE(names) : 0);
    void *function = call->function;
    switch (call->how) {
        case CALL_NOARGS: EMIT(ccall_noargs, PTR(function), PTR(in.failed)); break;
        case CALL_ONE: EMIT(ccall_one, PTR(function), PTR(in.failed)); break;
        case CALL_FAST: EMIT(ccall_fast, given, PTR(function), PTR(in.failed)); break;
        case CALL_KEYWORDS:
            EMIT(ccall_keywords, given, PTR(function), PTR(names), PTR(in.failed));
            break;
        default: EMIT(ccall_vector, given, PTR(function), PTR(names), PTR(in.failed)); break;
    }
    return give(t, &in, true, call->result);
}

outcome escape_to(translator *t, void *function, int operands, PyObject *last, value_type result)
{
    if (!are_operands(t, operands)) {
        return t_unsupported(t);
    }
    guard_stack(t);
    write_back(t, operands);
    for (int n = operands; n > 0; n--) {
        keep_operand(t, ctx_top(t->c, n));
    }
    before_call(t);
    for (int n = operands; n > 0; n--) {
        put_operand(t, operands - n, n);
    }
    if (last != NULL) {
        EMIT(operand_const, OPERAND(operands), PTR(last));
    }
    taken in;
    take(t, operands, &in);
    if (operands + (last != NULL) == 1) {
        EMIT(ccall_noargs, PTR(function), PTR(in.failed));
    }
    else {
        EMIT(ccall_one, PTR(function), PTR(in.failed));
    }
    return give(t, &in, false, result);
}

/* Whether an argument can be one that a C function gets a stand-in for. */
static bool may_stand_in(translator *t, int nargs, bool named)
{
    for (int n = 1; n <= nargs; n++) {
        const value *given = val(t, peek(t, n + named));
        PyObject *object = given->konst != NULL ? given->konst : given->seen;
        if (object != NULL ? stand_in_fits(object) : given->type == T_ANY) {
            return true;
        }
    }
    return false;
}

/* What runtime/generic.c calls in compiled code. */
static bool in_python(PyObject *callable, PyObject *names)
{
    return PyFunction_Check(callable) || PyMethod_Check(callable)
           || (names == NULL && PyType_Check(callable) && adapter_new((PyTypeObject *)callable) != NULL);
}

outcome call_c(translator *t, int nargs, bool has_self, PyObject *names)
{
    int callable = peek(t, nargs + 2 + (names != NULL));
    int self = has_self ? peek(t, nargs + 1 + (names != NULL)) : NO_VALUE;
    PyObject *object = val(t, callable)->konst;
    if (object != NULL) {
        if (in_python(object, names)) {
            return UNSUPPORTED;
        }
        c_call call = call_of(t, object, self, nargs, names != NULL);
        vectorcallfunc stand_in = may_stand_in(t, nargs, names != NULL) ? stand_in_call(object) : NULL;
        if (stand_in != NULL) {
            call = (c_call){CALL_OTHER, (void *)stand_in, NULL, true, false, call.result};
        }
        return emit_call(t, &call, nargs, has_self, names);
    }
    object = val(t, callable)->seen;
    if (object == NULL || in_python(object, names)) {
        return UNSUPPORTED;
    }
    c_call call = {CALL_OTHER, (void *)PyObject_Vectorcall, NULL, true, false, T_ANY};
    return emit_call(t, &call, nargs, has_self, names);
}
