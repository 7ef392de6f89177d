/* Instructions in their general form: the frame is made real, and a function of
 * runtime/generic.h does what the interpreter would do. */
#include "runtime/exceptions.h"
#include "runtime/generic.h"
#include "runtime/generators.h"
#include "translate/translate.h"

#define MOST_OPERANDS 24

/* What the interpreter would hold in the slot, into its memory. */
static void write_slot(translator *t, int slot)
{
    context *c = t->c;
    int v = c->slot[slot];
    t->pinned_i = t->pinned_d = 0;
    if (v == V_MEMORY || c->memory[slot] == M_CURRENT) {
        return;
    }
    if (val(t, v)->type == T_RANGE_ITER) {
        EMIT(clear_slot, SLOT_OFFSET(slot));        /* nobody can see that it is not there */
        return;
    }
    if (c->memory[slot] == M_BORROWED) {
        for (int local = 0; local < c->nlocals; local++) {
            if (c->slot[local] == v && c->memory[local] == M_CURRENT) {
                EMIT(borrow_slot, SLOT_OFFSET(slot), SLOT_OFFSET(local));
                c->memory[slot] = M_CURRENT;
                return;
            }
        }
    }
    own(t, slot);
}

void write_back(translator *t, int but)
{
    for (int slot = 0; slot < ctx_slots(t->c) - but; slot++) {
        write_slot(t, slot);
    }
}

void forget_origins(translator *t)
{
    context *c = t->c;
    for (int v = 0; v < c->nvalues; v++) {
        value *value = &c->values[v];
        if (value->uses > 0 && !type_has_parts(value->type) && value->sub[0] != NO_VALUE) {
            int container = value->sub[0], place = value->sub[1];
            value->sub[0] = value->sub[1] = NO_VALUE;
            ctx_drop(c, container);
            ctx_drop(c, place);
        }
    }
}

void forget(translator *t)
{
    forget_origins(t);
    for (int v = 0; v < t->c->nvalues; v++) {
        value *value = &t->c->values[v];
        if (value->uses > 0 && value->type == T_ITER) {
            close_iterator(t, v);
        }
        value->version = 0;
        value->inline_values = false;
    }
}

void all_in_memory(context *c, bool ranges)
{
    for (int slot = 0; slot < ctx_slots(c); slot++) {
        int v = c->slot[slot];
        if (ranges || v == V_MEMORY || c->values[v].type != T_RANGE_ITER) {
            ctx_set(c, slot, V_MEMORY);
            c->memory[slot] = M_CURRENT;
        }
    }
}

label *go_on_from_memory(translator *t, bool ranges)
{
    context general;
    ctx_copy(&general, t->c);
    all_in_memory(&general, ranges);
    stub *s = stub_new(t->u, t->next, &general, STUB_COMPILE, EXIT_UNSUPPORTED);
    if (s == NULL) {
        t->failed = true;
        return leave(t, EXIT_NO_MEMORY);
    }
    return &s->label;
}

label *leave_behind(translator *t, const context *c, int at)
{
    stub *s = stub_new(t->u, at, c, STUB_EXIT, EXIT_POLL);
    if (s == NULL) {
        t->failed = true;
        return leave(t, EXIT_NO_MEMORY);
    }
    s->done = t->at;
    return &s->label;
}

void guard_stack(translator *t)
{
    if (!t->has_stack) {
        EMIT(guard_stack, PTR(leave(t, EXIT_CONDITION)));
        t->has_stack = true;
    }
}

void hand_over(translator *t, int n)
{
    context *c = t->c;
    while (n-- > 0) {
        int slot = ctx_top(c, 1);
        c->memory[slot] = M_STALE;
        ctx_set(c, slot, V_MEMORY);
        c->depth--;
    }
}

void push_result_in_memory(translator *t)
{
    push(t, new_value(t, T_ANY));
    t->c->memory[ctx_top(t->c, 1)] = M_CURRENT;
}

call_site *operation_site(translator *t, PyObject *detail)
{
    before_call(t);
    if (t->c->ireg[0] != NO_VALUE) {
        take_reg(t, false, 0);
    }
    call_site *site = site_new(t->u);
    stub *out = raised(t);
    if (site == NULL || t->failed) {
        t->failed = true;
        return NULL;
    }
    site->out = out;
    site->detail = detail;
    site->instruction = code_running(t->u->code, t->at);
    return site;
}

const uint8_t *own_tools(translator *t)
{
    const uint8_t *tools = adapter_local_tools(t->u->code);
    t->failed |= tools == NULL;
    return tools;
}

void check_escaped(translator *t, const call_site *site)
{
    may_be_signalled(t);
    label *left = leave_behind(t, t->c, t->next), *general = go_on_from_memory(t, false);
    label periodic = {cache_position().cold, NULL, false}, again = {cache_position().hot, NULL, false};
    uint8_t op = t->u->in[t->at].op;
    if (site != NULL && (op == CALL || op == CALL_KW || op == CALL_FUNCTION_EX)) {
        emit_uop(COLD, U_periodic, (int64_t[]){PTR(site), (int64_t)SLOT_OFFSET(ctx_top(t->c, 1)),
                                               PTR(&site->out->label), PTR(left), PTR(&again)});
        left = &periodic;
    }
    EMIT(escaped, PTR(&t->u->generation), t->u->generation, PTR(own_tools(t)), PTR(left), PTR(general));
}

/* Emits the operation on the top n values; they give way to its results. */
static outcome operation(translator *t, escape_function *function, int n, int64_t k,
                         PyObject *detail, int results)
{
    context *c = t->c;
    if (n > MOST_OPERANDS || k > IMM_MAX) {
        return t_unsupported(t);
    }
    for (int i = 1; i <= n; i++) {
        int v = c->slot[ctx_top(c, i)];
        if (v != V_MEMORY && val(t, v)->type == T_RANGE_ITER) {
            return t_unsupported(t);    /* there is no such object */
        }
    }
    guard_stack(t);
    write_back(t, 0);
    int first = ctx_top(c, n);
    hand_over(t, n);
    call_site *site = operation_site(t, detail);
    if (site == NULL) {
        return GO_ON;
    }
    EMIT(escape, PTR(function), PTR(site), SLOT_OFFSET(first), n, k, PTR(&site->out->label));
    forget(t);
    while (results-- > 0) {
        push_result_in_memory(t);
    }
    check_escaped(t, site);
    return GO_ON;
}

/* The type of an iterator whose tp_iternext can be called as it is, or NULL. */
static PyTypeObject *iterates_in_c(translator *t, int iterator)
{
    const value *value = val(t, iterator);
    if (value->type != T_ANY || value->konst != NULL || value->seen == NULL || ctx_home(t->c, iterator) < 0
        || !first_try(t)) {
        return NULL;
    }
    PyTypeObject *type = Py_TYPE(value->seen);
    return type->tp_iternext != NULL && !PyGen_CheckExact(value->seen)
           && adapter_special_method(type, "__next__") == NULL ? type : NULL;
}

outcome step_any(translator *t, escape_function *function, int sent, bool result)
{
    context *c = t->c;
    int iterator = peek(t, 1 + sent);
    PyObject *seen = val(t, iterator)->seen;
    if (seen != NULL && (PyGen_CheckExact(seen) || PyCoro_CheckExact(seen)) && generator_unit(seen) == NULL) {
        return t_unsupported(t);        /* the interpreter runs it without another machine frame */
    }
    if (val(t, iterator)->type == T_RANGE_ITER) {
        return t_unsupported(t);
    }
    PyTypeObject *type = function == graft_any_next ? iterates_in_c(t, iterator) : NULL;
    if (type != NULL) {
        EMIT(guard_type, SLOT_OFFSET(ctx_home(t->c, iterator)), PTR(type), PTR(guard_failed(t)));
    }
    guard_stack(t);
    write_back(t, 0);
    hand_over(t, sent);
    int slot = ctx_top(c, 1), target = adapter_jump_target(t->u->in, t->at), next = t->next;
    call_site *site = operation_site(t, NULL);
    if (site == NULL) {
        return GO_ON;
    }
    forget(t);
    label over = {cache_position().cold, NULL, false};
    t->next = target;
    context before;
    ctx_copy(&before, c);
    if (result) {
        push_in_memory(t);
    }
    label *left = leave_behind(t, c, target), *general = go_on_from_memory(t, false), *end = way_to(t, target);
    ctx_copy(c, &before);
    t->next = next;
    over.code = cache_position().cold;
    emit_uop(COLD, U_escaped_to, (int64_t[]){PTR(&t->u->generation), t->u->generation, PTR(own_tools(t)),
                                             PTR(left), PTR(general), PTR(end)});
    if (type != NULL) {
        EMIT(settle);
        EMIT(at_instruction, PTR(site->instruction), SLOT_OFFSET(ctx_slots(c)));
        EMIT(escape_iternext, PTR(site), SLOT_OFFSET(slot), PTR(&site->out->label), PTR(&over));
    }
    else {
        EMIT(escape_next, PTR(function), PTR(site), SLOT_OFFSET(slot), PTR(&site->out->label),
             PTR(&over));
    }
    push_result_in_memory(t);
    check_escaped(t, NULL);
    return GO_ON;
}

/* The top of the stack becomes the local's value; what that was is dropped, which may run
 * anything.  Everything has been written back. */
static void store_and_drop(translator *t, int local)
{
    context *c = t->c;
    int top = ctx_top(c, 1);
    EMIT(swap_slots, SLOT_OFFSET(top), SLOT_OFFSET(local));
    ctx_set(c, local, ctx_value(c, top));
    hand_over(t, 1);
    EMIT(at_instruction, PTR(code_running(t->u->code, t->at)), SLOT_OFFSET(top));
    EMIT(drop_slot, SLOT_OFFSET(top));
}

/* POP_TOP, STORE_FAST, STORE_FAST_STORE_FAST, STORE_FAST_LOAD_FAST, DELETE_FAST */
static outcome any_store(translator *t, int op)
{
    context *c = t->c;
    int local = op == STORE_FAST || op == DELETE_FAST ? (int)t->arg : (int)(t->arg >> 4);
    int stored = op == DELETE_FAST ? 0 : op == STORE_FAST_STORE_FAST ? 2 : 1;
    guard_stack(t);
    if (op == DELETE_FAST) {
        EMIT(guard_bound, SLOT_OFFSET(boxed_in(t, ctx_value(c, local), local)),
             PTR(leave(t, EXIT_CONDITION)));
    }
    for (int n = 1; n <= stored; n++) {
        if (val(t, peek(t, n))->type == T_RANGE_ITER) {
            return t_unsupported(t);
        }
        own(t, ctx_top(c, n));
    }
    write_back(t, stored);
    before_call(t);
    EMIT(settle);
    if (op == DELETE_FAST) {
        EMIT(at_instruction, PTR(code_running(t->u->code, t->at)), SLOT_OFFSET(ctx_slots(c)));
        EMIT(drop_slot, SLOT_OFFSET(local));
        ctx_set(c, local, V_MEMORY);
    }
    else if (op == POP_TOP) {
        int top = ctx_top(c, 1);
        hand_over(t, 1);
        EMIT(at_instruction, PTR(code_running(t->u->code, t->at)), SLOT_OFFSET(top));
        EMIT(drop_slot, SLOT_OFFSET(top));
    }
    else if (op == STORE_FAST_LOAD_FAST) {      /* which loads before anything dies */
        int top = ctx_top(c, 1);
        EMIT(at_instruction, PTR(code_running(t->u->code, t->at)), SLOT_OFFSET(top + 1));
        EMIT(store_and_load, SLOT_OFFSET(top), SLOT_OFFSET(local), SLOT_OFFSET((int)(t->arg & 15)));
        ctx_set(c, local, ctx_value(c, top));
        hand_over(t, 1);
    }
    else {
        store_and_drop(t, local);
    }
    if (op == STORE_FAST_STORE_FAST) {
        store_and_drop(t, (int)(t->arg & 15));
    }
    forget(t);
    if (op == STORE_FAST_LOAD_FAST) {
        int v = ctx_value(c, (int)(t->arg & 15));
        t->failed |= v == NO_VALUE;
        push(t, v != NO_VALUE ? v : 0);
        c->memory[ctx_top(c, 1)] = M_CURRENT;
    }
    check_escaped(t, NULL);
    return GO_ON;
}

/* What an instruction takes and gives in its general form. */
typedef struct {
    escape_function *function;
    int8_t operands;            /* fixed number, or as below */
    int8_t per_arg;             /* and so many for each of the argument */
    uint8_t results;
    enum { K_NONE, K_ARG, K_0, K_1, K_2 } k;
    enum { D_NONE, D_NAME } detail;     /* co_names[arg] */
} general_form;

static const general_form forms[256] = {
    [CALL] = {graft_any_call, 2, 1, 1, K_NONE, D_NONE},
    [CALL_KW] = {graft_any_call_kw, 3, 1, 1, K_NONE, D_NONE},
    [CALL_FUNCTION_EX] = {graft_any_call_ex, 4, 0, 1, K_NONE, D_NONE},
    [COMPARE_OP] = {graft_any_compare, 2, 0, 1, K_ARG, D_NONE},
    [CONTAINS_OP] = {graft_any_contains, 2, 0, 1, K_ARG, D_NONE},
    [TO_BOOL] = {graft_any_true, 1, 0, 1, K_NONE, D_NONE},
    [UNARY_NEGATIVE] = {graft_any_unary, 1, 0, 1, K_0, D_NONE},
    [UNARY_INVERT] = {graft_any_unary, 1, 0, 1, K_1, D_NONE},
    [STORE_ATTR] = {graft_any_set_attr, 2, 0, 0, K_NONE, D_NAME},
    [DELETE_ATTR] = {graft_any_del_attr, 1, 0, 0, K_NONE, D_NAME},
    [STORE_SUBSCR] = {graft_any_set_item, 3, 0, 0, K_NONE, D_NONE},
    [DELETE_SUBSCR] = {graft_any_del_item, 2, 0, 0, K_NONE, D_NONE},
    [BINARY_SLICE] = {graft_any_slice, 3, 0, 1, K_NONE, D_NONE},
    [STORE_SLICE] = {graft_any_set_slice, 4, 0, 0, K_NONE, D_NONE},
    [BUILD_SLICE] = {graft_any_build_slice, 0, 1, 1, K_NONE, D_NONE},
    [GET_ITER] = {graft_any_iter, 1, 0, 1, K_NONE, D_NONE},
    [FORMAT_SIMPLE] = {graft_any_format, 1, 0, 1, K_NONE, D_NONE},
    [FORMAT_WITH_SPEC] = {graft_any_format, 2, 0, 1, K_NONE, D_NONE},
    [CONVERT_VALUE] = {graft_any_convert, 1, 0, 1, K_ARG, D_NONE},
    [BUILD_STRING] = {graft_any_join, 0, 1, 1, K_NONE, D_NONE},
    [BUILD_LIST] = {graft_any_list, 0, 1, 1, K_NONE, D_NONE},
    [BUILD_TUPLE] = {graft_any_tuple, 0, 1, 1, K_NONE, D_NONE},
    [BUILD_MAP] = {graft_any_map, 0, 2, 1, K_NONE, D_NONE},
    [BUILD_SET] = {graft_any_set, 0, 1, 1, K_NONE, D_NONE},
    [LIST_EXTEND] = {graft_any_list_extend, 1, 0, 0, K_ARG, D_NONE},
    [LIST_APPEND] = {graft_any_list_append, 1, 0, 0, K_ARG, D_NONE},
    [SET_ADD] = {graft_any_set_add, 1, 0, 0, K_ARG, D_NONE},
    [MAP_ADD] = {graft_any_map_add, 2, 0, 0, K_ARG, D_NONE},
    [STORE_GLOBAL] = {graft_any_store_global, 1, 0, 0, K_NONE, D_NAME},
    [DELETE_GLOBAL] = {graft_any_delete_global, 0, 0, 0, K_NONE, D_NAME},
    [LOAD_NAME] = {graft_any_name, 0, 0, 1, K_NONE, D_NAME},
    [STORE_NAME] = {graft_any_store_name, 1, 0, 0, K_NONE, D_NAME},
    [DELETE_NAME] = {graft_any_delete_name, 0, 0, 0, K_NONE, D_NAME},
    [LOAD_DEREF] = {graft_any_deref, 0, 0, 1, K_ARG, D_NONE},
    [STORE_DEREF] = {graft_any_store_deref, 1, 0, 0, K_ARG, D_NONE},
    [DELETE_DEREF] = {graft_any_delete_deref, 0, 0, 0, K_ARG, D_NONE},
    [LOAD_FROM_DICT_OR_DEREF] = {graft_any_dict_or_deref, 1, 0, 1, K_ARG, D_NONE},
    [LOAD_FROM_DICT_OR_GLOBALS] = {graft_any_dict_or_global, 1, 0, 1, K_NONE, D_NAME},
    [LOAD_LOCALS] = {graft_any_locals, 0, 0, 1, K_NONE, D_NONE},
    [LOAD_BUILD_CLASS] = {graft_any_build_class, 0, 0, 1, K_NONE, D_NONE},
    [MAKE_FUNCTION] = {graft_any_function, 1, 0, 1, K_NONE, D_NONE},
    [SET_FUNCTION_ATTRIBUTE] = {graft_any_set_function, 2, 0, 1, K_ARG, D_NONE},
    [SET_UPDATE] = {graft_any_set_update, 1, 0, 0, K_ARG, D_NONE},
    [DICT_UPDATE] = {graft_any_dict_update, 1, 0, 0, K_ARG, D_NONE},
    [DICT_MERGE] = {graft_any_dict_merge, 1, 0, 0, K_ARG, D_NONE},
    [IMPORT_NAME] = {graft_any_import, 2, 0, 1, K_NONE, D_NAME},
    [IMPORT_FROM] = {graft_any_import_from, 0, 0, 1, K_NONE, D_NAME},
    [MATCH_SEQUENCE] = {graft_any_match_flag, 0, 0, 1, K_0, D_NONE},
    [MATCH_MAPPING] = {graft_any_match_flag, 0, 0, 1, K_1, D_NONE},
    [MATCH_KEYS] = {graft_any_match_keys, 0, 0, 1, K_NONE, D_NONE},
    [MATCH_CLASS] = {graft_any_match_class, 3, 0, 1, K_ARG, D_NONE},
    [GET_LEN] = {graft_any_len, 0, 0, 1, K_NONE, D_NONE},
    [BUILD_TEMPLATE] = {graft_any_template, 2, 0, 1, K_NONE, D_NONE},
    [CALL_INTRINSIC_1] = {graft_any_intrinsic, 1, 0, 1, K_ARG, D_NONE},
    [CALL_INTRINSIC_2] = {graft_any_intrinsic, 2, 0, 1, K_ARG, D_NONE},
    [GET_YIELD_FROM_ITER] = {graft_any_yield_from_iter, 1, 0, 1, K_NONE, D_NONE},
    [GET_AWAITABLE] = {graft_any_awaitable, 1, 0, 1, K_ARG, D_NONE},
    [GET_AITER] = {graft_any_aiter, 1, 0, 1, K_NONE, D_NONE},
    [END_ASYNC_FOR] = {graft_any_end_async_for, 2, 0, 0, K_NONE, D_NONE},
    [GET_ANEXT] = {graft_any_anext, 0, 0, 1, K_NONE, D_NONE},
    [END_SEND] = {graft_any_end_send, 2, 0, 1, K_NONE, D_NONE},
    [POP_ITER] = {graft_any_drop, 1, 0, 0, K_NONE, D_NONE},
    [POP_EXCEPT] = {graft_any_pop_except, 1, 0, 0, K_NONE, D_NONE},
    [CHECK_EXC_MATCH] = {graft_any_match, 1, 0, 1, K_NONE, D_NONE},
    [LOAD_SPECIAL] = {graft_any_special, 1, 0, 2, K_ARG, D_NONE},
    [WITH_EXCEPT_START] = {graft_any_exit, 0, 0, 1, K_NONE, D_NONE},
};

bool has_generic(int op)
{
    return forms[op].function != NULL || op == FOR_ITER || op == SEND || op == BINARY_OP || op == LOAD_ATTR || op == LOAD_GLOBAL
           || op == UNPACK_SEQUENCE || op == STORE_FAST || op == STORE_FAST_LOAD_FAST
           || op == STORE_FAST_STORE_FAST || op == DELETE_FAST || op == POP_TOP || op == UNPACK_EX
           || op == LOAD_SUPER_ATTR || op == BUILD_INTERPOLATION || op == RETURN_VALUE;
}

outcome translate_generic(translator *t)
{
    PyObject *names = t->u->code->co_names;
    int op = t->u->in[t->at].op, arg = (int)t->arg;
    t->pinned_i = t->pinned_d = 0;
    switch (op) {
        case FOR_ITER:
            return step_any(t, graft_any_next, 0, false);
        case SEND:
            return step_any(t, graft_any_send, 1, true);
        case LOAD_ATTR:
            return arg & 1 ? operation(t, graft_any_get_method, 1, 0,
                                       PyTuple_GET_ITEM(names, arg >> 1), 2)
                   : escape_to(t, (void *)PyObject_GetAttr, 1, PyTuple_GET_ITEM(names, arg >> 1), T_ANY);
        case BINARY_OP:
            if (arg == OP_SUBSCRIPT && hashed_in_python(t, peek(t, 1))
                && (type_known(t, peek(t, 2)) == &PyDict_Type
                    || (val(t, peek(t, 2))->seen != NULL && PyDict_CheckExact(val(t, peek(t, 2))->seen)))) {
                return operation(t, graft_any_dict_item, 2, 0, NULL, 1);
            }
            return escape_to(t, (void *)adapter_binary_op(arg), 2, NULL, T_ANY);
        case LOAD_GLOBAL:
            return operation(t, graft_any_global, 0, arg & 1, PyTuple_GET_ITEM(names, arg >> 1),
                             1 + (arg & 1));
        case POP_TOP:
        case STORE_FAST:
        case STORE_FAST_LOAD_FAST:
        case STORE_FAST_STORE_FAST:
        case DELETE_FAST:
            return any_store(t, op);
        case RETURN_VALUE:
            return return_any(t);
        case RAISE_VARARGS:
            return operation(t, graft_any_raise, arg, 0, NULL, 0);
        case RERAISE:
            return operation(t, graft_any_reraise, 1, arg, NULL, 0);
        case UNPACK_SEQUENCE:
            return operation(t, graft_any_unpack, 1, arg, NULL, arg);
        case SET_FUNCTION_ATTRIBUTE:
            if (adapter_function_attribute(t->arg) < 0) {
                return t_unsupported(t);
            }
            break;
        case UNPACK_EX:
            return operation(t, graft_any_unpack_ex, 1, arg, NULL, (arg & 0xff) + 1 + (arg >> 8));
        case LOAD_SUPER_ATTR:
            return operation(t, graft_any_super, 3, arg & 3, PyTuple_GET_ITEM(names, arg >> 2),
                             1 + (arg & 1));
        case BUILD_INTERPOLATION:
            return operation(t, graft_any_interpolation, 2 + (arg & 1), arg >> 2, NULL, 1);
        default:
            break;
    }
    const general_form *form = &forms[op];
    if (form->function == NULL) {
        return t_unsupported(t);
    }
    PyObject *detail = form->detail == D_NONE ? NULL : PyTuple_GET_ITEM(names, arg);
    int64_t k = form->k == K_ARG ? arg : form->k >= K_0 ? (int)form->k - K_0 : 0;
    return operation(t, form->function, form->operands + form->per_arg * arg, k, detail,
                     form->results);
}
