/* Calls of C functions on objects: operands from the frame into the jit_frame, the
 * call, and the result back.  The function runs no Python code.  When it fails, compiled
 * code is left before the instruction, or the exception is the instruction's. */
#include "translate/operate.h"

/* The slot among the top n that alone keeps the value at place k, when that could have
 * a finalizer; -1: there is none, or another place of the same value was asked first. */
static int last_holder(translator *t, int n, int k)
{
    context *c = t->c;
    int v = peek(t, k), inside = 0, first = 0;
    for (int m = n; m >= 1; m--) {
        if (c->slot[ctx_top(c, m)] == v) {
            inside++;
            first = m;
        }
    }
    int home = ctx_home(c, v);
    return first == k && val(t, v)->uses == inside && home >= ctx_top(c, n)
           && !type_is_plain(val(t, v)->type) ? home : -1;
}

/* One object that several of the operands are must not die with the last of them. */
static void guard_apart(translator *t, int n, int k, int home)
{
    value_type type = val(t, peek(t, k))->type;
    for (int m = k + 1; m <= n; m++) {
        int other = last_holder(t, n, m);
        value_type others = other >= 0 ? val(t, peek(t, m))->type : T_ANY;
        if (other >= 0 && (type == others || type == T_ANY || others == T_ANY)) {
            EMIT(guard_apart, SLOT_OFFSET(home), SLOT_OFFSET(other), n, PTR(leave(t, EXIT_FINALIZER)));
        }
    }
}

void guard_operands(translator *t, int n)
{
    for (int k = 1; k <= n; k++) {
        int home = last_holder(t, n, k);
        if (home >= 0) {
            EMIT(guard_droppable, SLOT_OFFSET(home), PTR(leave(t, EXIT_FINALIZER)));
            guard_apart(t, n, k, home);
        }
    }
}

void drop_operands(translator *t, int n)
{
    for (int k = 1; k <= n; k++) {
        int home = last_holder(t, n, k);
        if (home >= 0) {
            drop_plain(t, home);
            t->c->memory[home] = M_STALE;
        }
    }
}

static int64_t operand_offset(int n)
{
    return (int64_t)offsetof(jit_frame, operand) + 8 * n;
}

/* Whether the value is an object or can be made one. */
static bool is_operand(translator *t, int v)
{
    const value *value = val(t, v);
    return value->type != T_RANGE_ITER
           && (value->type != T_ANY || value->konst != NULL || ctx_home(t->c, v) >= 0);
}

label failed_or_raised(translator *t, label *out)
{
    label *raises = &raised(t)->label;      /* the operands go with the rest of the stack */
    label here = {cache_position().cold, NULL, false};
    emit_uop(COLD, U_invoke_raised, (int64_t[]){PTR(out), PTR(raises)});
    return here;
}

bool operate(translator *t, const operation *op)
{
    context *c = t->c;
    if (op->count > GRAFT_NOPERANDS) {
        return false;
    }
    for (int n = 0; n < op->count; n++) {
        if (op->places[n] > 0 && !is_operand(t, peek(t, op->places[n]))) {
            return false;
        }
    }
    for (int n = 0; n < op->count; n++) {
        int place = op->places[n];
        if (place > 0 && val(t, peek(t, place))->konst == NULL) {
            (void)boxed_in(t, peek(t, place), ctx_top(c, place));
        }
    }
    if (op->kept > 0) {
        int v = peek(t, op->kept), home = ctx_home(c, v);
        if (home < 0) {
            return false;
        }
        if (home >= ctx_top(c, op->popped)) {
            EMIT(guard_kept, SLOT_OFFSET(home), PTR(leave(t, EXIT_FINALIZER)));
        }
    }
    guard_operands(t, op->popped);
    take_reg(t, false, FIXED_result_int_a);
    before_call(t);
    for (int n = 0; n < op->count; n++) {
        int v = op->places[n] > 0 ? peek(t, op->places[n]) : NO_VALUE;
        PyObject *konst = v == NO_VALUE ? op->self : val(t, v)->konst;
        if (v == NO_VALUE || konst != NULL) {
            EMIT(operand_const, operand_offset(n), PTR(konst));
        }
        else {
            EMIT(operand_slot, operand_offset(n), SLOT_OFFSET(ctx_home(c, v)));
        }
    }
    label *out = leave(t, EXIT_CONDITION);
    label failed = op->raises ? failed_or_raised(t, out) : (label){cache_position().cold, NULL, false};
    if (!op->raises) {
        emit_uop(COLD, U_invoke_undone, (int64_t[]){PTR(out)});
    }
    switch (op->how) {
        case CALL_NOARGS: EMIT(invoke_noargs, PTR(op->function), PTR(&failed)); break;
        case CALL_ONE: EMIT(invoke_one, PTR(op->function), PTR(&failed)); break;
        case CALL_FAST: EMIT(invoke_fast, op->count - 1, PTR(op->function), PTR(&failed)); break;
        default: EMIT(invoke_keywords, op->count - 1, PTR(op->function), PTR(&failed)); break;
    }
    drop_operands(t, op->popped);
    return true;
}

bool operate_own(translator *t, PyCFunctionFast function, const int *places, int count,
                 int popped, int kept)
{
    return operate(t, &(operation){CALL_FAST, (void *)function, NULL, places, count, popped, kept,
                                   function == graft_dict_item || function == graft_dict_delete});
}

void result_object(translator *t, int popped, value_type type)
{
    context *c = t->c;
    pop(t, popped);
    int slot = ctx_slots(c);
    EMIT(result_object, SLOT_OFFSET(slot));
    push(t, new_value(t, type));
    c->memory[slot] = M_CURRENT;
}

void result_int(translator *t, int popped)
{
    EMIT(result_int, 0);
    push_result(t, popped, T_INT64, FIXED_result_int_a);
}

void result_truth(translator *t, int popped, bool negate)
{
    EMIT(result_truth, 0);
    if (negate) {
        EMIT(not_b, FIXED_result_truth_a);
    }
    push_result(t, popped, T_BOOL, FIXED_result_truth_a);
}

void result_float(translator *t, int popped)
{
    EMIT(result_float, 0);
    push_result(t, popped, T_FLOAT, FIXED_result_float_a);
}
