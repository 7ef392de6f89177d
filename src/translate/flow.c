/* Translations: jumps, loops, globals, and the call of range. */
#include "faults.h"
#include "runtime/generators.h"
#include "translate/operate.h"

/* ---- jumps -------------------------------------------------------------------- */

outcome t_jump_forward(translator *t)
{
    jump_to(t, adapter_jump_target(t->u->in, t->at));
    return ENDED;
}

outcome t_jump_backward_no_interrupt(translator *t)
{
    return t_jump_forward(t);
}

void may_be_signalled(translator *t)
{
    if (faults[FAULT_SIGNAL].every > 0) {
        EMIT(signal, PTR(&faults[FAULT_SIGNAL].left));
    }
}

void poll(translator *t)
{
    may_be_signalled(t);
    EMIT(poll, PTR(leave(t, EXIT_POLL)));
}

outcome t_jump_backward(translator *t)
{
    /* Whatever is asked of this thread, the interpreter does at this instruction. */
    poll(t);
    return t_jump_forward(t);
}

static outcome jump_if_none(translator *t, bool when)
{
    int v = peek(t, 1);
    int target = adapter_jump_target(t->u->in, t->at);
    int if_none = when ? target : t->next, if_not = when ? t->next : target;
    const value *value = val(t, v);
    if (value->konst != NULL || value->type != T_ANY) {
        bool none = value->konst == Py_None;
        pop(t, 1);
        jump_to(t, none ? if_none : if_not);
        return ENDED;
    }
    int home = ctx_home(t->c, v), top = ctx_top(t->c, 1);
    if (home == top) {          /* to be looked at and dropped */
        int64_t reg = FIXED_set_is_r;
        guard_operands(t, 1);
        take_reg(t, false, FIXED_set_is_r);
        EMIT(set_is, SLOT_OFFSET(home), PTR(Py_None));
        drop_operands(t, 1);
        pop(t, 1);
        branch_to(t, when ? U_br_true_i : U_br_zero_i, when ? U_br_zero_i : U_br_true_i,
                  &reg, 1, target, t->next);
        return ENDED;
    }
    int64_t at = (int64_t)SLOT_OFFSET(home);
    pop(t, 1);
    branch_to(t, when ? U_br_none : U_br_not_none, when ? U_br_not_none : U_br_none,
              &at, 1, target, t->next);
    return ENDED;
}

outcome t_pop_jump_if_none(translator *t)
{
    return jump_if_none(t, true);
}

outcome t_pop_jump_if_not_none(translator *t)
{
    return jump_if_none(t, false);
}

/* ---- identity ------------------------------------------------------------------- */

outcome compare_identity(translator *t, bool negated)
{
    int r = peek(t, 1), l = peek(t, 2);
    const value *left = val(t, l), *right = val(t, r);
    if (left->konst != NULL && right->konst == NULL) {
        const value *swap = left;
        left = right;
        right = swap;
        r = l;
        l = peek(t, 1);
    }
    bool singleton = right->konst == Py_None || right->konst == Py_True || right->konst == Py_False;
    bool known, same = false;
    if (left->konst != NULL) {
        known = right->konst != NULL;
        same = left->konst == right->konst;
    }
    else if (singleton && left->type != T_ANY && left->type != T_BOOL) {
        known = true;
    }
    else if (l == r) {
        known = same = true;
    }
    else {
        known = false;
    }
    if (known) {
        int v = ctx_constant(t->c, same != negated ? Py_True : Py_False);
        if (v == NO_VALUE) {
            t->failed = true;
            return GO_ON;
        }
        ctx_hold(t->c, v);
        guard_operands(t, 2);
        drop_operands(t, 2);
        pop(t, 2);
        push(t, v);
        ctx_drop(t->c, v);
        return GO_ON;
    }
    guard_operands(t, 2);
    bool swapped = peek(t, 1) == l;
    int at = boxed_in(t, l, ctx_top(t->c, swapped ? 1 : 2));
    t->pinned_i = t->pinned_d = 0;
    if (right->konst != NULL) {
        take_reg(t, false, FIXED_set_is_r);
        EMIT(set_is, SLOT_OFFSET(at), PTR(right->konst));
    }
    else {
        int other = boxed_in(t, r, ctx_top(t->c, swapped ? 2 : 1));
        t->pinned_i = t->pinned_d = 0;
        take_reg(t, false, FIXED_set_is_r);
        EMIT(set_same, SLOT_OFFSET(at), SLOT_OFFSET(other));
    }
    if (negated) {
        EMIT(not_b, FIXED_set_is_r);
    }
    int v = new_value(t, T_BOOL);
    bind_reg(t, v, FIXED_set_is_r);
    ctx_hold(t->c, v);
    drop_operands(t, 2);
    pop(t, 2);
    push(t, v);
    ctx_drop(t->c, v);
    return GO_ON;
}

outcome t_is_op(translator *t)
{
    return compare_identity(t, t->arg != 0);
}

/* ---- calls ----------------------------------------------------------------------- */

outcome t_push_null(translator *t)
{
    /* In no place and of unknown type: NULL when it has to be written. */
    push(t, new_value(t, T_ANY));
    return GO_ON;
}

/* ---- range ------------------------------------------------------------------------ */

int constant_int(translator *t, long k)
{
    PyObject *object = PyLong_FromLong(k);      /* small: immortal */
    int v = object == NULL ? NO_VALUE : ctx_constant(t->c, object);
    Py_XDECREF(object);
    if (v == NO_VALUE) {
        t->failed = true;
        return 0;
    }
    ctx_hold(t->c, v);
    return v;
}

/* A new value with a copy of an int operand, or the constant where that is a
 * small int: of others, range makes objects of its own. */
static int int_copy(translator *t, int v)
{
    value *value = val(t, v);
    int64_t k;
    if (value->konst != NULL && PyLong_CheckExact(value->konst)
        && is_imm(value->konst, &k) && k <= 256) {
        int copy = ctx_constant(t->c, value->konst);
        if (copy == NO_VALUE) {
            t->failed = true;
            return 0;
        }
        ctx_hold(t->c, copy);
        return copy;
    }
    int from = in_reg(t, v);
    int reg = free_reg(t, false);
    EMIT(mov_i, reg, from);
    int copy = new_value(t, T_INT64);
    bind_reg(t, copy, reg);
    ctx_hold(t->c, copy);
    return copy;
}

/* for ... in range(...): neither the range nor its iterator is made. */
static outcome call_range(translator *t, int nargs)
{
    context *c = t->c;
    outcome what = UNSUPPORTED;
    int args[3] = {0};
    for (int n = 0; n < nargs; n++) {
        args[n] = peek(t, nargs - n);
        value_type type = know_type(t, args[n], &what);
        if (type != T_INT64 && type != T_BOOL) {
            return what == SPLIT ? SPLIT : t_unsupported(t);
        }
    }
    bool has_step = nargs == 3;
    int start = nargs == 1 ? constant_int(t, 0) : args[0];
    int stop = nargs == 1 ? args[0] : args[1];
    int step = has_step ? args[2] : constant_int(t, 1);
    int next = int_copy(t, start);
    int by = has_step ? int_copy(t, step) : step;
    int len = new_value(t, T_INT64);
    ctx_hold(c, len);
    int64_t k;
    if (!has_step && is_imm(val(t, start)->konst, &k) && k == 0) {
        int from = in_reg(t, stop);
        int reg = free_reg(t, false);
        EMIT(mov_i, reg, from);
        bind_reg(t, len, reg);
    }
    else {
        int a = in_reg(t, next), b = in_reg(t, stop), s = in_reg(t, by);
        take_reg(t, false, FIXED_range_len_a);
        before_call(t);
        EMIT(range_len, a, b, s, PTR(leave(t, EXIT_CONDITION)));
        bind_reg(t, len, FIXED_range_len_a);
    }
    int v = new_value(t, T_RANGE_ITER);
    val(t, v)->sub[0] = (uint8_t)next;
    val(t, v)->sub[1] = (uint8_t)len;
    val(t, v)->sub[2] = (uint8_t)by;
    ctx_hold(c, v);
    if (nargs == 1) {
        ctx_drop(c, start);
    }
    pop(t, nargs + 2);
    push(t, v);
    ctx_drop(c, v);
    t->next += t->u->in[t->next].size;      /* GET_ITER */
    return GO_ON;
}

/* Whether the slot below the arguments holds an object, as it does for methods, or
 * NULL; in the general context that has to be looked at. */
bool is_object(translator *t, int self)
{
    value *value = val(t, self);
    int home = ctx_home(t->c, self);
    if (value->type != T_ANY || value->konst != NULL || value->version != 0) {
        return true;
    }
    if (home < 0) {
        return false;
    }
    if (value->seen != NULL) {
        EMIT(guard_bound, SLOT_OFFSET(home), PTR(guard_failed(t)));
        return true;
    }
    EMIT(guard_null, SLOT_OFFSET(home), PTR(guard_failed(t)));
    return false;
}

/* An instance whose class has a Python function as __call__ becomes the object that this
 * is called on: the same call, to whoever goes on from here. */
static bool call_of_instance(translator *t, int nargs, outcome *what)
{
    context *c = t->c;
    int to = ctx_top(c, nargs + 1), from = ctx_top(c, nargs + 2), v = peek(t, nargs + 2);
    PyObject *seen = val(t, v)->seen;
    if (val(t, v)->type != T_ANY || val(t, v)->konst != NULL || seen == NULL || ctx_home(c, v) < 0) {
        return false;
    }
    PyFunctionObject *function = adapter_special_method(Py_TYPE(seen), "__call__");
    if (function == NULL || know_version(t, v, what) == NULL) {
        return false;
    }
    PyCodeObject *code = (PyCodeObject *)function->func_code;
    if (!CODE_MAKES_GENERATOR(code)) {
        unit *u = unit_called(function);
        if (u == NULL) {
            return false;
        }
        guard_given(t, u, 0, from);
        for (int n = 1; n <= nargs; n++) {
            guard_given(t, u, n < code->co_argcount ? n : code->co_argcount + code->co_kwonlyargcount, to + n);
        }
    }
    int called = ctx_constant(c, (PyObject *)function);
    if (called == NO_VALUE) {
        t->failed = true;
        return false;
    }
    if (c->memory[from] == M_CURRENT) {
        EMIT(move_slot, SLOT_OFFSET(to), SLOT_OFFSET(from));
    }
    c->memory[to] = c->memory[from];
    ctx_set(c, to, v);
    c->memory[from] = M_STALE;
    ctx_set(c, from, called);
    return true;
}

/* A bound method of a Python function becomes that and its object, as the interpreter does it. */
static bool call_of_method(translator *t, int nargs)
{
    context *c = t->c;
    int to = ctx_top(c, nargs + 1), from = ctx_top(c, nargs + 2), v = peek(t, nargs + 2);
    PyObject *seen = val(t, v)->seen;
    int home = ctx_home(c, v);
    if (val(t, v)->type != T_ANY || val(t, v)->konst != NULL || seen == NULL || home < 0
        || !Py_IS_TYPE(seen, &PyMethod_Type) || !PyFunction_Check(PyMethod_GET_FUNCTION(seen))) {
        return false;
    }
    EMIT(unbind_method, SLOT_OFFSET(home), SLOT_OFFSET(from), SLOT_OFFSET(to),
         c->memory[from] == M_CURRENT, PTR(guard_failed(t)));
    int function = new_value(t, T_ANY);
    val(t, function)->seen = PyMethod_GET_FUNCTION(seen);
    ctx_set(c, from, function);
    int self = new_value(t, T_ANY);
    val(t, self)->seen = PyMethod_GET_SELF(seen);
    ctx_set(c, to, self);
    c->memory[from] = c->memory[to] = M_CURRENT;
    return true;
}

/* A bound method written in C becomes what its class has and its object; a function of a module
 * is the one that is seen.  True: it has an object now. */
static bool call_of_c(translator *t, int nargs)
{
    context *c = t->c;
    int to = ctx_top(c, nargs + 1), from = ctx_top(c, nargs + 2), v = peek(t, nargs + 2);
    PyObject *seen = val(t, v)->seen;
    int home = ctx_home(c, v);
    if (val(t, v)->type != T_ANY || val(t, v)->konst != NULL || seen == NULL || home < 0
        || !PyCFunction_CheckExact(seen)
        || (t->first && t->kind == STUB_GUARD && t->tries >= 3)) {
        return false;
    }
    PyObject *self = PyCFunction_GET_SELF(seen), *method = adapter_unbound(seen);
    int function = self != NULL && (method != NULL || PyModule_CheckExact(self))
                   ? ctx_constant(c, method != NULL ? method : seen) : NO_VALUE;
    if (function == NO_VALUE) {
        return false;
    }
    if (method == NULL) {
        EMIT(guard_object, SLOT_OFFSET(home), PTR(seen), PTR(guard_failed(t)));
        ctx_set(c, from, function);
        return false;
    }
    EMIT(unbind_c, SLOT_OFFSET(home), PTR(((PyCFunctionObject *)seen)->m_ml), SLOT_OFFSET(from),
         SLOT_OFFSET(to), c->memory[from] == M_CURRENT, PTR(guard_failed(t)));
    c->memory[from] = M_STALE;
    ctx_set(c, from, function);
    int object = new_value(t, T_ANY);
    val(t, object)->seen = self;
    ctx_set(c, to, object);
    c->memory[to] = M_CURRENT;
    outcome what = UNSUPPORTED;
    (void)know_type(t, object, &what);
    return true;
}

outcome t_call(translator *t)
{
    int nargs = (int)t->arg;
    int callable = peek(t, nargs + 2);
    int self = peek(t, nargs + 1);
    bool has_self = is_object(t, self);
    outcome seen = UNSUPPORTED;
    if (!has_self && (call_of_method(t, nargs) || call_of_instance(t, nargs, &seen)
                      || call_of_c(t, nargs))) {
        has_self = true;
    }
    callable = peek(t, nargs + 2);
    if (val(t, callable)->konst == (PyObject *)&PyRange_Type && nargs >= 1 && nargs <= 3
        && !has_self && t->u->in[t->next].op == GET_ITER && !t->u->is_target[t->next]) {
        return call_range(t, nargs);
    }
    PyObject *function = val(t, callable)->konst;
    outcome what = UNSUPPORTED;
    if (function != NULL) {
        what = call_known(t, function, nargs, has_self);
        if (what == UNSUPPORTED && !t->failed) {
            what = call_exception(t, function, nargs, has_self);
        }
    }
    if (what == UNSUPPORTED && !t->failed) {
        what = call_plain_class(t, nargs, has_self);
    }
    if (what == UNSUPPORTED && !t->failed) {
        what = call_generator(t, nargs, has_self);
    }
    if (what == UNSUPPORTED && !t->failed) {
        what = call_python(t, nargs, has_self, NULL);
    }
    return what == UNSUPPORTED && !t->failed ? call_c(t, nargs, has_self, NULL) : what;
}

outcome t_call_kw(translator *t)
{
    int nargs = (int)t->arg;
    PyObject *names = val(t, peek(t, 1))->konst;
    if (names == NULL || !PyTuple_CheckExact(names)) {
        return t_unsupported(t);
    }
    bool has_self = is_object(t, peek(t, nargs + 2));
    outcome what = call_python(t, nargs, has_self, names);
    return what == UNSUPPORTED && !t->failed ? call_c(t, nargs, has_self, names) : what;
}

/* A range iterator made by the interpreter: its state into registers.  It must
 * have no other holder, who could see that it stands still. */
static outcome open_range(translator *t, int slot, int v)
{
    context *c = t->c;
    range_iterator *seen = (range_iterator *)val(t, v)->seen;
    int64_t at = (int64_t)SLOT_OFFSET(slot);
    if (Py_REFCNT(seen) != 1) {
        return t_unsupported(t);
    }
    EMIT(guard_type, at, PTR(&PyRangeIter_Type), PTR(guard_failed(t)));
    EMIT(guard_sole, at, PTR(leave(t, EXIT_CONDITION)));
    int step;
    if (seen->step > 0 && seen->step <= 64) {
        EMIT(guard_field, at, offsetof(range_iterator, step), seen->step,
             PTR(guard_failed(t)));
        step = constant_int(t, seen->step);
    }
    else {
        step = new_value(t, T_INT64);
        ctx_hold(c, step);
        int reg = free_reg(t, false);
        EMIT(load_field, reg, at, offsetof(range_iterator, step));
        bind_reg(t, step, reg);
    }
    int part[2];
    static const size_t field[2] = {offsetof(range_iterator, start), offsetof(range_iterator, len)};
    for (int n = 0; n < 2; n++) {
        part[n] = new_value(t, T_INT64);
        ctx_hold(c, part[n]);
        int reg = free_reg(t, false);
        EMIT(load_field, reg, at, (int64_t)field[n]);
        bind_reg(t, part[n], reg);
    }
    value *value = val(t, v);
    value->type = T_RANGE_ITER;
    value->sub[0] = (uint8_t)part[0];
    value->sub[1] = (uint8_t)part[1];
    value->sub[2] = (uint8_t)step;
    return GO_ON;
}

/* Gives a part of a virtual value a new value of its own, in a register that
 * may be written. */
static int replace_part(translator *t, int v, int n)
{
    context *c = t->c;
    int old = val(t, v)->sub[n];
    int reg;
    if (val(t, old)->uses == 1 && val(t, old)->reg >= 0) {
        reg = val(t, old)->reg;
        val(t, old)->reg = -1;
        c->ireg[reg] = NO_VALUE;
    }
    else {
        int from = in_reg(t, old);
        reg = free_reg(t, false);
        EMIT(mov_i, reg, from);
    }
    pin(t, false, reg);
    int made = new_value(t, T_INT64);
    ctx_hold(c, made);
    bind_reg(t, made, reg);
    val(t, v)->sub[n] = (uint8_t)made;
    ctx_drop(c, old);
    return reg;
}

/* There is one more: it becomes the loop variable. */
static void next_of_range(translator *t, int v)
{
    int current = val(t, v)->sub[0];
    int64_t k;
    ctx_hold(t->c, current);        /* it stays as the loop variable */
    in_reg(t, current);
    int next = replace_part(t, v, 0);
    PyObject *step = val(t, val(t, v)->sub[2])->konst;
    if (is_imm(step, &k)) {
        EMIT(stepk_i, next, k);
    }
    else {
        int by = in_reg(t, val(t, v)->sub[2]);
        EMIT(step_i, next, by);
    }
    int left = replace_part(t, v, 1);
    EMIT(count_down, left);
    push(t, current);
    ctx_drop(t->c, current);
}

outcome t_for_iter(translator *t)
{
    context *c = t->c;
    int top = ctx_top(c, 1);
    int v = peek(t, 1);
    if (val(t, v)->seen != NULL && PyGen_CheckExact(val(t, v)->seen)) {
        return for_iter_generator(t, v, top);
    }
    outcome shared;
    if (for_iter_shared(t, v, top, &shared)) {
        return shared;
    }
    if (val(t, v)->type == T_LIST_ITER || val(t, v)->type == T_TUPLE_ITER) {
        return for_iter_sequence(t, v, top);
    }
    if (val(t, v)->type == T_ITER) {
        return for_iter_object(t, v, top);
    }
    if (val(t, v)->type != T_RANGE_ITER) {
        PyObject *seen = val(t, v)->seen;
        if (seen == NULL) {
            return val(t, v)->type == T_ANY && ctx_home(c, v) >= 0 ? SPLIT : t_unsupported(t);
        }
        if (Py_IS_TYPE(seen, &PyListIter_Type) || Py_IS_TYPE(seen, &PyTupleIter_Type)) {
            return for_iter_sequence(t, v, top);
        }
        if (!Py_IS_TYPE(seen, &PyRangeIter_Type)) {
            return for_iter_object(t, v, top);
        }
        if (c->memory[top] != M_CURRENT
            || val(t, v)->uses != 1) {
            return t_unsupported(t);
        }
        outcome what = open_range(t, top, v);
        if (what != GO_ON) {
            return what;
        }
    }
    int len = in_reg(t, val(t, v)->sub[1]);
    EMIT(br_done_i, len, PTR(end_of_loop(t)));
    next_of_range(t, v);
    return GO_ON;
}
