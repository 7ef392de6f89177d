/* Translations: calls of Python functions, their return, and whatever may run
 * arbitrary Python code.  How frames and calls fit together: emit/call_abi.h. */
#include "hooks/watch.h"
#include "runtime/generators.h"
#include "runtime/helpers.h"
#include "translate/translate.h"
#include <string.h>

#define MOST_ARGUMENTS 14

/* ---- calls of Python functions -------------------------------------------------------- */

PyFunctionObject *function_called(translator *t, int callable, int *slot)
{
    const value *value = val(t, callable);
    PyObject *object = value->konst != NULL ? value->konst : value->seen;
    if (object == NULL || !PyFunction_Check(object)) {
        return NULL;
    }
    *slot = value->konst != NULL ? -1 : ctx_home(t->c, callable);
    return value->konst == NULL && *slot < 0 ? NULL : (PyFunctionObject *)object;
}

unit *unit_called(PyFunctionObject *function)
{
    PyCodeObject *code = (PyCodeObject *)function->func_code;
    if (!adapter_function_with_frame(code) || function->vectorcall != adapter_vectorcall(code)
        || adapter_others_monitor(code, GRAFT_TOOL)) {
        return NULL;
    }
    unit *u = unit_of(code);
    if (u == NULL || u->no_calls || !unit_prepare(u)
        || (u->globals != NULL && (u->globals != function->func_globals
                                   || u->builtins != function->func_builtins))) {
        return NULL;
    }
    u->globals = function->func_globals;
    u->builtins = function->func_builtins;
    return u;
}

/* Whether the variable may lose its value before the code returns; None, as in
 * `if x is None: x = []`, is none to lose. */
static bool rebinds(const unit *u, int local)
{
    bool found = false;
    int size, none_until = 0;
    for (int at = 0; at < u->size; at += size) {
        const instruction *in = u->in + at;
        size = in->size ? in->size : 1;
        int arg = (int)in->arg;
        if (u->is_target[at]) {
            none_until = 0;         /* somebody else may come from elsewhere */
        }
        switch (in->op) {
        case LOAD_FAST:
        case LOAD_FAST_BORROW:
            if (arg == local && in[size].op == POP_JUMP_IF_NOT_NONE && !u->is_target[at + size]) {
                none_until = adapter_jump_target(u->in, at + size);
            }
            break;
        case MAKE_CELL:             /* others may store to it */
            found |= arg == local;
            break;
        case STORE_FAST:
        case DELETE_FAST:
        case LOAD_FAST_AND_CLEAR:
            found |= at >= none_until && arg == local;
            break;
        case STORE_FAST_STORE_FAST:
            found |= at >= none_until && ((arg & 15) == local || arg >> 4 == local);
            break;
        case STORE_FAST_LOAD_FAST:
            found |= at >= none_until && arg >> 4 == local;
            break;
        default:
            break;
        }
    }
    return found;
}

/* A guard that nobody can tell when the call drops the operand. */
static void guard_held(translator *t, int slot)
{
    context *c = t->c;
    int v = ctx_value(c, slot);
    if (v == NO_VALUE) {
        t->failed = true;
    }
    else if (c->memory[slot] == M_CURRENT && !type_is_plain(val(t, v)->type)) {
        EMIT(guard_held, SLOT_OFFSET(slot), PTR(leave(t, EXIT_FINALIZER)));
    }
}

void guard_given(translator *t, const unit *u, int local, int slot)
{
    if (rebinds(u, local)) {
        guard_held(t, slot);
    }
}

void guard_known_function(translator *t, const call_site *site)
{
    uint32_t version = adapter_function_version(site->function);
    const uint8_t *tools = adapter_local_tools(site->code);
    label *out = guard_failed(t);
    if (version == 0 || version > IMM_MAX || tools == NULL) {
        EMIT(guard_function, PTR(site), PTR(out));
        return;
    }
    EMIT(guard_function_version, PTR(site->function), version, PTR(out));
    if (site->defaults != NULL) {       /* functions of the same code share the version */
        EMIT(guard_place, PTR(&((PyFunctionObject *)site->function)->func_defaults), PTR(site->defaults), PTR(out));
    }
    EMIT(guard_generation, PTR(site->generation), site->expected, PTR(out));
    EMIT(guard_tools, PTR(tools), PTR(out));
}

static void push_frame(translator *t, const call_site *site)
{
    EMIT(push_frame, PTR(site), site->size, site->levels, PTR(leave(t, EXIT_DEPTH)));
}

/* How one argument gets into the callee's frame; `keep`: the caller has it on. */
static void pass(translator *t, context *callee, uint8_t *as, int local, int slot, bool keep)
{
    context *c = t->c;
    int v = c->slot[slot];
    int64_t to = (int64_t)SLOT_OFFSET(local), from = (int64_t)SLOT_OFFSET(slot);
    int given = NO_VALUE;
    if (v == V_MEMORY) {
        if (keep) {
            EMIT(pass_copied, to, from);
        }
        else {
            EMIT(pass_moved, to, from);
        }
        return;
    }
    const value *value = val(t, v);
    if (as[v] != NO_VALUE) {
        given = as[v];          /* given twice */
    }
    else if (value->reg >= 0) {
        given = ctx_new_value(callee, (value_type)value->type);
        callee->values[given].reg = value->reg;
        (type_is_double(value->type) ? callee->dreg : callee->ireg)[value->reg] = (uint8_t)given;
    }
    else if (value->type >= T_STR && value->type <= T_SET) {
        given = ctx_new_value(callee, (value_type)value->type);
    }
    else if (value->type == T_ANY && value->konst == NULL && value->version != 0) {
        given = ctx_new_value(callee, T_ANY);
        callee->values[given].version = value->version;
        callee->values[given].inline_values = value->inline_values;
    }
    int home = ctx_home(c, v);
    callee->memory[local] = M_CURRENT;
    if (c->memory[slot] == M_CURRENT && !keep) {
        EMIT(pass_moved, to, from);
    }
    else if (home >= 0 && home < c->nlocals && c->memory[slot] == M_BORROWED) {
        EMIT(pass_borrowed, to, SLOT_OFFSET(home));
    }
    else if (home >= 0) {
        EMIT(pass_copied, to, SLOT_OFFSET(home));
    }
    else if (value->konst != NULL) {
        EMIT(pass_const, to, PTR(value->konst));
    }
    else {
        EMIT(pass_nothing, to);
        callee->memory[local] = M_STALE;
    }
    if (given != NO_VALUE) {
        ctx_set(callee, local, given);
        as[v] = (uint8_t)given;
    }
}

/* An argument's slot goes to the callee: what else names its value, as in f(x := g()), gets a
 * reference before, if it has none. */
static void keep_for_others(translator *t, int slot)
{
    context *c = t->c;
    int v = c->slot[slot], keeper = -1;
    if (v == V_MEMORY || c->memory[slot] != M_CURRENT || val(t, v)->konst != NULL) {
        return;
    }
    for (int s = 0; s < slot; s++) {
        if (c->slot[s] == v && c->memory[s] == M_CURRENT) {
            return;
        }
        if (c->slot[s] == v && keeper < 0) {
            keeper = s;
        }
    }
    if (keeper >= 0) {
        own(t, keeper);
    }
}

/* Arguments that are unboxed travel in registers, but for complex numbers; those that
 * the caller keeps are boxed before, so that both frames have the same object. */
static void ready(translator *t, int slot)
{
    context *c = t->c;
    int v = ctx_value(c, slot);
    if (v == NO_VALUE) {
        t->failed = true;
        return;
    }
    keep_for_others(t, slot);
    if (!type_is_scalar(val(t, v)->type) && val(t, v)->type != T_COMPLEX) {
        if (ctx_home(c, v) < 0 && val(t, v)->konst == NULL) {
            own(t, slot);
        }
        return;
    }
    if (ctx_home(c, v) >= 0 || val(t, v)->konst != NULL) {
        return;
    }
    if (val(t, v)->uses > 1 || val(t, v)->sub[0] != NO_VALUE) {
        int keeper = slot;
        for (int s = 0; s < c->nlocals; s++) {
            if (c->slot[s] == v) {
                keeper = s;
                break;
            }
        }
        own(t, keeper);
    }
}

label *with_result(translator *t, value_type type)
{
    context *c = t->c, after;
    ctx_copy(&after, c);
    t->c = &after;
    int v = new_value(t, type);
    bind_reg(t, v, 0);
    push(t, v);
    label *way = way_to(t, t->next);
    t->c = c;
    return way;
}

/* The label of code in the cold part that raises TypeError for a result of __init__. */
static label init_failed(const call_site *site, int kind, int slot)
{
    label here = {cache_position().cold, NULL, false};
    emit_uop(COLD, U_init_failed, (int64_t[]){kind, (int64_t)SLOT_OFFSET(slot),
                                              PTR(&site->out->label)});
    return here;
}

/* Before a call with a visible frame: this one is written back, but for the operands.  Before any:
 * numbers that wait for it get the objects that they came from, which may be replaced meanwhile. */
static void show_caller(translator *t, const call_site *site, int operands)
{
    context *c = t->c;
    if (site->visible) {
        write_back(t, operands);
        t->pinned_i = t->pinned_d = 0;
        EMIT(settle);
        return;
    }
    for (int slot = c->nlocals; slot < ctx_slots(c) - operands; slot++) {
        int v = c->slot[slot];
        if (v != V_MEMORY && type_is_scalar(val(t, v)->type) && val(t, v)->sub[0] != NO_VALUE) {
            own(t, slot);
        }
    }
}

/* Emits the call; its operands have been handed over or stay.  False: no memory. */
static bool emit_call(translator *t, call_site *site, unit *u, context *callee, int result,
                      label *as_int, label *as_float, label *again)
{
    placement moves[MAX_VALUES];
    int count;
    label *entry;
    ctx_at_start(callee, u->code);
    version *v = version_find(u, 0, callee, moves, &count);
    if (v != NULL) {
        translate_moves(callee, moves, count);
        entry = &v->entry;
    }
    else {
        stub *s = stub_new(u, 0, callee, STUB_COMPILE, EXIT_UNSUPPORTED);
        if (s == NULL || t->failed) {
            t->failed = true;
            return false;
        }
        entry = &s->label;
    }
    if (t->failed) {            /* the site may have no way out */
        return false;
    }
    if (site->visible) {
        /* (the memory of operands need not hold them) */
        EMIT(at_instruction, PTR(code_running(t->u->code, t->at)),
             SLOT_OFFSET(t->c->nlocals + site->out->context->depth - (int)site->operands));
        EMIT(show_frame, PTR(site));
        EMIT(call_visible, SLOT_OFFSET(result), PTR(&t->u->generation), t->u->generation,
             PTR(own_tools(t)), PTR(entry), PTR(as_int), PTR(as_float), PTR(&site->out->label), PTR(again));
        return true;
    }
    EMIT(call_frame, SLOT_OFFSET(result), PTR(entry), PTR(as_int), PTR(as_float),
         PTR(&site->out->label), PTR(again));
    return true;
}

void settle_caller(translator *t, call_site *site)
{
    before_call(t);
    if (t->c->ireg[0] != NO_VALUE) {
        take_reg(t, false, 0);
    }
    forget_origins(t);
    site->out = raised(t);
}

label resume_synced(translator *t)
{
    context *c = t->c, memory, both;
    ctx_copy(&memory, c);
    ctx_copy(&both, c);
    all_in_memory(&memory, true);
    label *out = leave_behind(t, &memory, t->next), *general = go_on_from_memory(t, true);
    t->c = &both;
    forget(t);
    memset(both.memory, M_CURRENT, (size_t)ctx_slots(&both));
    memset(both.empty, 0, sizeof(both.empty));
    label *same = way_to(t, t->next);
    t->c = c;
    label here = {cache_position().cold, NULL, false};
    emit_uop(COLD, U_synced, (int64_t[]){PTR(&t->u->generation), t->u->generation, PTR(out),
                                         PTR(general), PTR(same)});
    return here;
}

static void pop_handed_over(translator *t)
{
    context *c = t->c;
    int slot = ctx_top(c, 1);
    c->memory[slot] = M_STALE;
    ctx_set(c, slot, V_MEMORY);
    c->depth--;
}

void push_in_memory(translator *t)
{
    push(t, new_value(t, T_ANY));
    t->c->memory[ctx_top(t->c, 1)] = M_CURRENT;
}

/* The frame is made and its arguments are in it: the rest of the call.  `made`: the
 * value that the new object is, in the slot of its class, or NO_VALUE. */
static outcome finish_call(translator *t, call_site *site, unit *u, context *callee, int operands,
                           int made)
{
    context *c = t->c;
    for (int n = 0; n < operands; n++) {
        int slot = ctx_top(c, 1);
        if (n == operands - 1 && c->memory[slot] == M_CURRENT && made == NO_VALUE) {
            EMIT(drop_slot, SLOT_OFFSET(slot));     /* the call has it too */
        }
        pop_handed_over(t);
    }
    if (made != NO_VALUE) {
        push(t, made);
        c->memory[ctx_top(c, 1)] = M_CURRENT;
    }
    settle_caller(t, site);
    if (site->visible) {
        forget(t);
    }
    int slot = ctx_slots(c);
    label *as_int, *as_float, bad[3];
    if (made != NO_VALUE) {
        for (int kind = RETURNS_OBJECT; kind <= RETURNS_FLOAT; kind++) {
            bad[kind] = init_failed(site, kind, slot);
        }
        as_int = &bad[RETURNS_INT];
        as_float = &bad[RETURNS_FLOAT];
    }
    else {
        as_int = with_result(t, T_INT64);
        as_float = with_result(t, T_FLOAT);
        push_in_memory(t);
    }
    label again = resume_synced(t);
    if (!emit_call(t, site, u, callee, slot, as_int, as_float, &again)) {
        return GO_ON;
    }
    if (made != NO_VALUE) {
        EMIT(guard_none, SLOT_OFFSET(slot), PTR(&bad[RETURNS_OBJECT]));
    }
    jump_to(t, t->next);
    return ENDED;
}

/* Where an operator goes on when dropping its operands would run Python code: that is to find the
 * frame as the interpreter would have it, at the operator. */
static label operands_noticed(const call_site *site, value_type type, int from, const label *again)
{
    label here = {cache_position().cold, NULL, false};
    int kind = type == T_ANY ? RETURNS_OBJECT : type == T_FLOAT ? RETURNS_FLOAT : RETURNS_INT;
    if (type == T_ANY) {
        emit_uop(COLD, U_take_result, (int64_t[]){(int64_t)SLOT_OFFSET(from)});
    }
    else {
        emit_uop(COLD, type == T_FLOAT ? U_result_d : U_result_i, (int64_t[]){0});
    }
    emit_uop(COLD, U_operator_done, (int64_t[]){kind, PTR(&site->out->label), PTR(again)});
    return here;
}

/* The end of an operator, whose result has been returned: its operands go, and the
 * result (`type` in register 0, or T_ANY in slot `from`) takes their place.  `again`: where a frame
 * goes on that has been written back. */
static void replace_operands(translator *t, const call_site *site, value_type type, int from,
                             const label *again)
{
    context *c = t->c;
    int n = (int)site->operands, first = ctx_top(c, n);
    bool owned[2] = {false, false};
    for (int i = 0; i < n; i++) {
        owned[i] = c->memory[first + i] == M_CURRENT;
    }
    for (int i = 0; i < n; i++) {
        pop_handed_over(t);
    }
    int v = new_value(t, type);
    if (type != T_ANY) {
        bind_reg(t, v, 0);
    }
    push(t, v);
    c->memory[first] = type == T_ANY ? M_CURRENT : M_STALE;
    if (owned[0] || owned[1]) {
        label noticed = operands_noticed(site, type, from, again);
        if (owned[0] && owned[1]) {
            EMIT(drop_both, SLOT_OFFSET(first), SLOT_OFFSET(first + 1), PTR(&noticed));
        }
        else {
            EMIT(drop_operand, SLOT_OFFSET(first + owned[1]), PTR(&noticed));
        }
    }
    if (type == T_ANY && from != first) {
        EMIT(move_slot, SLOT_OFFSET(first), SLOT_OFFSET(from));
    }
    jump_to(t, t->next);
}

/* The end of a comparison or membership test.  `later`: where numbers as results go; what is
 * no bool is finished by C code, in the frame that is written back. */
static outcome finish_predicate(translator *t, call_site *site, const context *before, int from,
                                label *later, label *again)
{
    label rest = {cache_position().cold, NULL, false};
    bool value = site->predicate == PREDICATE_VALUE;
    bool negated = site->negated || site->predicate == PREDICATE_NOT_EQUAL;
    emit_uop(COLD, U_operator_rest, (int64_t[]){(int64_t)SLOT_OFFSET(from), PTR(&site->out->label),
                                                PTR(again)});
    if (value) {
        EMIT(guard_implemented, SLOT_OFFSET(from), PTR(&rest));
    }
    else {
        emit_uop(HOT, U_truth_of, (int64_t[]){(int64_t)SLOT_OFFSET(from), PTR(&rest)});
        if (negated) {
            EMIT(not_b, 0);
        }
    }
    replace_operands(t, site, value ? T_ANY : T_BOOL, from, again);
    for (int n = 0; n < 2; n++) {
        ctx_copy(t->c, before);
        label here = {cache_position().hot, NULL, false};
        label_redirect(&later[n], &here);
        label_clear(&later[n]);         /* of a block that is given up */
        if (!value && n == 0) {
            EMIT(set_true_i, 0);
        }
        else if (!value) {
            EMIT(set_true_d, 0);
            EMIT(mov_i, 0, FIXED_set_true_d_r);
        }
        if (!value && negated) {
            EMIT(not_b, 0);
        }
        replace_operands(t, site, !value ? T_BOOL : n == 0 ? T_INT64 : T_FLOAT, from, again);
    }
    return ENDED;
}

/* The same for an operator, whose operands stay on the stack until it is done, as in
 * the interpreter.  `from`: slot for a result that is an object. */
static outcome finish_operator(translator *t, call_site *site, unit *u, context *callee, int from)
{
    context *c = t->c;
    settle_caller(t, site);
    if (site->visible) {
        forget(t);
    }
    context before;
    ctx_copy(&before, c);
    label again, bad, later[2] = {{cache_position().hot, NULL, true}, {cache_position().hot, NULL, true}};
    for (uint32_t n = 1; n < site->operands; n++) {
        pop_handed_over(t);
    }
    pop_handed_over(t);
    push_in_memory(t);
    again = resume_synced(t);
    ctx_copy(c, &before);
    if (!emit_call(t, site, u, callee, from, &later[0], &later[1], &again)) {
        label_clear(&later[0]);
        label_clear(&later[1]);
        return GO_ON;
    }
    if (site->predicate != PREDICATE_NONE) {
        return finish_predicate(t, site, &before, from, later, &again);
    }
    if (site->detail != NULL) {
        bad = (label){cache_position().cold, NULL, false};
        emit_uop(COLD, U_operator_failed, (int64_t[]){PTR(&site->out->label)});
        EMIT(guard_implemented, SLOT_OFFSET(from), PTR(&bad));
    }
    replace_operands(t, site, T_ANY, from, &again);
    for (int n = 0; n < 2; n++) {
        ctx_copy(c, &before);
        label here = {cache_position().hot, NULL, false};
        label_redirect(&later[n], &here);
        label_clear(&later[n]);
        replace_operands(t, site, n == 0 ? T_INT64 : T_FLOAT, from, &again);
    }
    return ENDED;
}

static uint32_t frame_size(const PyCodeObject *code)
{
    return (uint32_t)code->co_framesize * sizeof(PyObject *);
}

/* What is called, and how. */
typedef struct {
    PyFunctionObject *function;
    PyTypeObject *class;        /* whose instance is made, and function its __init__; or NULL */
    int looked_at;              /* slot in which the function is looked at, or -1: it is known */
    int class_in;               /* the same for the class */
} target;

/* The class that is called, known or seen (then in slot *in), or NULL. */
static PyTypeObject *class_called(translator *t, int callable, bool has_self, int *in)
{
    const value *value = val(t, callable);
    PyObject *object = value->konst != NULL ? value->konst : value->seen;
    *in = value->konst != NULL ? -1 : ctx_home(t->c, callable);
    return object != NULL && PyType_Check(object) && !has_self && (value->konst != NULL || *in >= 0)
           ? (PyTypeObject *)object : NULL;
}

static bool has_version(PyTypeObject *type)
{
    uint32_t version = adapter_type_version(type);
    return version != 0 && version <= IMM_MAX;
}

/* The class is the one that is known, as it is now. */
static void guard_class_called(translator *t, PyTypeObject *class, int in)
{
    if (in >= 0) {
        EMIT(guard_object, SLOT_OFFSET(in), PTR(class), PTR(guard_failed(t)));
    }
    EMIT(guard_class, PTR(class), class->tp_version_tag, PTR(guard_failed(t)));
    PyTypeObject *metaclass = Py_TYPE(class);
    if (metaclass != &PyType_Type) {
        EMIT(guard_metaclass, PTR(class), PTR(metaclass), PTR(guard_failed(t)));
        EMIT(guard_class, PTR(metaclass), metaclass->tp_version_tag, PTR(guard_failed(t)));
    }
}

static bool find_target(translator *t, int callable, bool has_self, target *to)
{
    *to = (target){.looked_at = -1};
    to->class = class_called(t, callable, has_self, &to->class_in);
    if (to->class != NULL) {
        to->function = adapter_init(to->class);
        return to->function != NULL && has_version(to->class) && has_version(Py_TYPE(to->class));
    }
    to->function = function_called(t, callable, &to->looked_at);
    return to->function != NULL;
}

/* Where the functions of such code keep the default of a keyword-only parameter. */
static bool named_default_place(const target *to, int parameter, name_place *place)
{
    PyObject *named = to->function->func_kwdefaults;
    PyCodeObject *code = (PyCodeObject *)to->function->func_code;
    return named != NULL && adapter_name_place(named, PyTuple_GET_ITEM(code->co_localsplusnames, parameter), place);
}

/* Default of a parameter as it is now, or NULL; one of a keyword-only parameter is watched if the function
 * is known. */
static PyObject *default_of(translator *t, const target *to, int parameter)
{
    PyObject *defaults = to->function->func_defaults, *named = to->function->func_kwdefaults;
    PyCodeObject *code = (PyCodeObject *)to->function->func_code;
    int count = code->co_argcount;
    if (parameter >= count && to->looked_at >= 0) {
        name_place place;
        return named_default_place(to, parameter, &place) ? place.value : NULL;
    }
    if (parameter >= count) {
        return named == NULL ? NULL
               : watch_item(t->u, named, PyTuple_GET_ITEM(code->co_localsplusnames, parameter));
    }
    Py_ssize_t n = defaults != NULL ? parameter - count + PyTuple_GET_SIZE(defaults) : -1;
    return n < 0 ? NULL : PyTuple_GET_ITEM(defaults, n);
}

/* Parameters that have a place of their own. */
static int parameters(const PyCodeObject *code)
{
    return code->co_argcount + code->co_kwonlyargcount;
}

/* The site of a call of `to` that gives the parameters in the bit set; NULL: it cannot be
 * compiled. */
static call_site *call_to(translator *t, const target *to, uint64_t given, unit **u)
{
    *u = unit_called(to->function);
    PyCodeObject *code = (PyCodeObject *)to->function->func_code;
    bool missing = false, named = false;
    if (*u == NULL || parameters(code) > 62 || given >> parameters(code) != 0) {
        return NULL;
    }
    for (int n = 0; n < parameters(code); n++) {
        if (!(given >> n & 1)) {
            missing |= n < code->co_argcount;
            named |= n >= code->co_argcount;
            if (default_of(t, to, n) == NULL) {
                return NULL;
            }
        }
    }
    /* The site keeps them, so that no others get their address; it must be able to
     * let go of them at any time.  Others are looked at in each call. */
    PyObject *defaults = missing ? to->function->func_defaults : NULL;
    bool kept = missing && graft_plain_inside(defaults, GRAFT_PLAIN_DEPTH);
    call_site *site = site_new(t->u);
    if (site != NULL) {
        *site = (call_site){
            .code = code, .function = to->looked_at < 0 ? to->function : NULL, .next = site->next,
            .guards = (kept ? GUARD_DEFAULTS : missing ? GUARD_NDEFAULTS : 0)
                      | (named && to->looked_at < 0 ? GUARD_KWDEFAULTS : 0),
            .defaults = kept ? Py_NewRef(defaults) : NULL,
            .ndefaults = missing ? (uint32_t)PyTuple_GET_SIZE(defaults) : 0,
            .kwdefaults = to->function->func_kwdefaults,
            .globals = to->function->func_globals, .vectorcall = (void *)to->function->vectorcall,
            .generation = &(*u)->generation, .expected = (*u)->generation, .calls = &(*u)->calls,
            .unit = *u, .visible = (*u)->visible, .size = frame_size(code),
            .slots = (uint32_t)code->co_nlocalsplus, .levels = 1,
        };
    }
    return site;
}

/* Whether calls make a tuple (1) and a dictionary (2) of what has no parameter of its own. */
static int stars(const PyCodeObject *code)
{
    return (code->co_flags & CO_VARARGS ? 1 : 0) | (code->co_flags & CO_VARKEYWORDS ? 2 : 0);
}

/* Parameters that are not given, and the other variables. */
static void pass_rest(translator *t, const target *to, const call_site *site, uint64_t given)
{
    PyCodeObject *code = (PyCodeObject *)to->function->func_code;
    int star = stars(code);
    for (int n = 0; n < parameters(code); n++) {
        if (given >> n & 1) {
            continue;
        }
        if (n < code->co_argcount && (site->guards & GUARD_NDEFAULTS)) {
            EMIT(pass_default, SLOT_OFFSET(n), PTR(site), n - (code->co_argcount - (int)site->ndefaults));
        }
        else if (n >= code->co_argcount && to->looked_at >= 0) {
            name_place place = {0};
            t->failed |= !named_default_place(to, n, &place);
            EMIT(pass_kwdefault, SLOT_OFFSET(n), place.offset);
        }
        else {
            PyObject *constant = default_of(t, to, n);
            t->failed |= constant == NULL;
            EMIT(pass_const, SLOT_OFFSET(n), PTR(constant));
        }
    }
    int next = parameters(code) + (star & 1) + (star >> 1), end = code->co_nlocalsplus;
    for (; end - next >= 4; next += 4) {
        EMIT(pass_nothing_4, SLOT_OFFSET(next));
    }
    if (end - next >= 2) {
        EMIT(pass_nothing_2, SLOT_OFFSET(next));
        next += 2;
    }
    if (next < end) {
        EMIT(pass_nothing, SLOT_OFFSET(next));
    }
}

enum { TO_KEYWORDS = 254, TO_STAR };    /* arguments without a parameter go to the dictionary, the tuple */

/* The parameter that each of `count` arguments is for, of which the last ones have names
 * (NULL: none); `skip` ones are given already.  The bit set of all; 0: they do not fit. */
static uint64_t place_arguments(const target *to, int count, PyObject *names, int skip,
                                uint8_t *parameter)
{
    PyCodeObject *code = (PyCodeObject *)to->function->func_code;
    int named = names != NULL ? (int)PyTuple_GET_SIZE(names) : 0;
    uint64_t given = skip ? 1 : 0;
    for (int n = 0; n < count; n++) {
        int p = n + skip;
        if (n >= count - named) {
            PyObject *name = PyTuple_GET_ITEM(names, n - (count - named));
            p = code->co_posonlyargcount;
            while (p < parameters(code)
                   && PyTuple_GET_ITEM(code->co_localsplusnames, p) != name) {
                p++;            /* names are interned; one that is not is not found */
            }
            if (p == parameters(code) && stars(code) & 2 && PyUnicode_CHECK_INTERNED(name)) {
                parameter[n] = TO_KEYWORDS;
                continue;
            }
        }
        else if (p >= code->co_argcount) {
            if (!(stars(code) & 1)) {
                return 0;
            }
            parameter[n] = TO_STAR;
            continue;
        }
        if (p >= parameters(code) || p > 62 || (given >> p & 1)) {
            return 0;
        }
        parameter[n] = (uint8_t)p;
        given |= 1ull << p;
    }
    return given | 1ull << 63;
}

/* The variable that an argument for this parameter gets into. */
static int variable_of(const unit *u, int parameter)
{
    return parameter == TO_STAR ? parameters(u->code) : parameter;
}

/* guard_given() for all arguments from slot `first` on.  Those of a frame that ends go last first, as
 * those on a stack do; what that is not true of is guarded, too. */
static void guard_all_given(translator *t, const unit *u, int count, const uint8_t *parameter, int first)
{
    int last = 0;
    for (int n = 0; n < count; n++) {
        if (parameter[n] == TO_KEYWORDS || parameter[n] < last) {
            guard_held(t, first + n);
        }
        else {
            guard_given(t, u, variable_of(u, parameter[n]), first + n);
            last = parameter[n];
        }
    }
}

/* A class that leaves making instances to object, called without arguments. */
outcome call_plain_class(translator *t, int nargs, bool has_self)
{
    context *c = t->c;
    int in, callable = peek(t, nargs + 2), slot = ctx_top(c, 1);
    PyTypeObject *class = nargs == 0 ? class_called(t, callable, has_self, &in) : NULL;
    if (class == NULL || !adapter_made_plainly(class) || !has_version(class)
        || !has_version(Py_TYPE(class))) {
        return UNSUPPORTED;
    }
    guard_class_called(t, class, in);
    guard_operand(t, 2);
    EMIT(make_instance, SLOT_OFFSET(slot), PTR(class), PTR(leave(t, EXIT_NO_MEMORY)));
    c->memory[slot] = M_STALE;          /* it was NULL */
    push_reference(t, 2, slot);
    value *made = val(t, peek(t, 1));
    made->version = class->tp_version_tag;
    made->inline_values = (class->tp_flags & Py_TPFLAGS_INLINE_VALUES) != 0;
    return GO_ON;
}

/* Guards that the function is the one that the site is made for, and a frame for the call. */
static void make_frame(translator *t, const target *to, call_site *site, int callable, uint64_t given)
{
    if (to->looked_at < 0) {
        if (to->class != NULL) {
            guard_class_called(t, to->class, to->class_in);
        }
        guard_known_function(t, site);
        push_frame(t, site);
        return;
    }
    int home = ctx_home(t->c, callable);
    EMIT(guard_function_in, PTR(site), SLOT_OFFSET(home), PTR(guard_failed(t)));
    PyCodeObject *code = (PyCodeObject *)to->function->func_code;
    for (int n = code->co_argcount; n < parameters(code); n++) {
        name_place place = {0};
        if (!(given >> n & 1)) {
            t->failed |= !named_default_place(to, n, &place);
            EMIT(guard_kwdefault, SLOT_OFFSET(home), place.layout, place.offset,
                 PTR(PyTuple_GET_ITEM(code->co_localsplusnames, n)), PTR(guard_failed(t)));
        }
    }
    EMIT(push_frame_of, PTR(site), SLOT_OFFSET(home), PTR(leave(t, EXIT_DEPTH)));
}

/* The instance that is initialized, in the slot of its class, and as the callee's first variable. */
static int make_object(translator *t, const target *to, int class_slot, context *callee)
{
    int made = new_value(t, T_ANY), object = ctx_new_value(callee, T_ANY);
    ctx_hold(t->c, made);
    val(t, made)->version = callee->values[object].version = to->class->tp_version_tag;
    val(t, made)->inline_values = callee->values[object].inline_values =
        (to->class->tp_flags & Py_TPFLAGS_INLINE_VALUES) != 0;
    ctx_set(callee, 0, object);
    EMIT(pass_copied, SLOT_OFFSET(0), SLOT_OFFSET(class_slot));
    return made;
}

/* f(*arguments) with a tuple of the size that is seen, for a Python function or a class. */
static outcome call_unpacked(translator *t, PyObject *seen)
{
    context *c = t->c;
    int callable = peek(t, 4), class_slot = ctx_top(c, 4), tuple_slot = ctx_top(c, 2);
    int home = ctx_home(c, peek(t, 2)), made = NO_VALUE;
    Py_ssize_t size = PyTuple_GET_SIZE(seen);
    target to;
    unit *u;
    if (!find_target(t, callable, false, &to)) {
        return val(t, callable)->konst == NULL && val(t, callable)->seen == NULL
               && ctx_home(c, callable) >= 0 ? SPLIT : UNSUPPORTED;
    }
    bool constructs = to.class != NULL;
    if (!constructs && to.looked_at < 0 && c->memory[class_slot] == M_CURRENT) {
        to.looked_at = class_slot;      /* as in call_python */
    }
    uint8_t parameter[MOST_ARGUMENTS + 1];
    uint64_t given = size > MOST_ARGUMENTS || (constructs && PyExceptionClass_Check((PyObject *)to.class))
                     ? 0 : place_arguments(&to, (int)size, NULL, constructs, parameter);
    call_site *site = given != 0 ? call_to(t, &to, given & ~(1ull << 63), &u) : NULL;
    if (site == NULL) {
        return UNSUPPORTED;
    }
    site->levels = constructs && Py_TYPE(to.class) == &PyType_Type ? 2 : 1;
    site->is_init = constructs;
    EMIT(guard_size, SLOT_OFFSET(home), size, PTR(guard_failed(t)));
    show_caller(t, site, 4);
    for (int n = 0; constructs && n < (int)size; n++) {
        if (rebinds(u, variable_of(u, parameter[n]))) {
            guard_held(t, tuple_slot);
            break;
        }
    }
    make_frame(t, &to, site, callable, given);
    /* From here on nothing may leave before the call. */
    context callee;
    ctx_init(&callee, (int)site->slots, 0);
    int parameters_here = parameters(u->code), star = stars(u->code), first_spare = (int)size;
    for (int n = (int)size - 1; n >= 0; n--) {
        first_spare = parameter[n] == TO_STAR ? n : first_spare;
    }
    if (star) {
        EMIT(pass_star_items, SLOT_OFFSET(parameters_here), SLOT_OFFSET(home), first_spare << 2 | star,
             PTR(&raised(t)->label));
    }
    if (constructs) {
        if (c->memory[class_slot] == M_CURRENT) {
            EMIT(drop_slot, SLOT_OFFSET(class_slot));
            c->memory[class_slot] = M_STALE;
        }
        EMIT(allocate, SLOT_OFFSET(class_slot), PTR(to.class), PTR(&raised(t)->label));
        made = make_object(t, &to, class_slot, &callee);
    }
    for (int n = 0; n < first_spare; n++) {
        EMIT(pass_item, SLOT_OFFSET(parameter[n]), SLOT_OFFSET(home), n);
    }
    pass_rest(t, &to, site, given);
    if (c->memory[tuple_slot] == M_CURRENT) {
        EMIT(drop_slot, SLOT_OFFSET(tuple_slot));       /* what it holds is held by the call */
    }
    outcome what = finish_call(t, site, u, &callee, 4, made);
    if (made != NO_VALUE) {
        ctx_drop(c, made);
    }
    return what;
}

outcome t_call_function_ex(translator *t)
{
    int arguments = peek(t, 2);
    outcome what = UNSUPPORTED;
    if (is_object(t, peek(t, 1)) || know_type(t, arguments, &what) != T_TUPLE
        || ctx_home(t->c, arguments) < 0) {
        return what == SPLIT ? SPLIT : t_unsupported(t);
    }
    PyObject *seen = val(t, arguments)->seen;
    if (seen == NULL) {
        return t->first ? t_unsupported(t) : SPLIT;
    }
    what = call_unpacked(t, seen);
    return what == UNSUPPORTED && !t->failed ? t_unsupported(t) : what;
}

/* BUILD_MAP, LOAD_FAST, DICT_MERGE, CALL_FUNCTION_EX with an empty dictionary. */
bool no_keywords(translator *t, outcome *what)
{
    context *c = t->c;
    const instruction *in = t->u->in;
    int load = t->next, merge = load + in[load].size, call = merge + in[merge].size;
    if ((in[load].op != LOAD_FAST && in[load].op != LOAD_FAST_BORROW) || in[merge].op != DICT_MERGE
        || in[merge].arg != 1 || in[call].op != CALL_FUNCTION_EX || t->u->is_target[load]
        || t->u->is_target[merge] || c->depth < 3 || (t->first && t->kind == STUB_GUARD)) {
        return false;
    }
    int local = (int)in[load].arg, callable = peek(t, 3);
    PyObject *function = val(t, callable)->konst != NULL ? val(t, callable)->konst
                                                         : val(t, callable)->seen;
    int keywords = ctx_value(c, local), home = ctx_home(c, callable);
    if (keywords == NO_VALUE) {
        t->failed = true;
        return false;
    }
    if (function == NULL && home >= 0) {
        *what = SPLIT;
        return false;
    }
    if (function == NULL || !PyFunction_Check(function)
        || know_type(t, keywords, what) != T_DICT || ctx_home(c, keywords) < 0) {
        return false;
    }
    PyObject *seen = val(t, keywords)->seen;
    if (seen != NULL && PyDict_GET_SIZE(seen) != 0) {
        return false;
    }
    if (val(t, callable)->konst == NULL) {
        EMIT(guard_type, SLOT_OFFSET(home), PTR(&PyFunction_Type), PTR(guard_failed(t)));
    }
    EMIT(guard_field, SLOT_OFFSET(ctx_home(c, keywords)), offsetof(PyDictObject, ma_used), 0,
         PTR(guard_failed(t)));
    t->next = call;
    (void)t_push_null(t);
    return true;
}

#define MOST_IN_REGISTERS 5

outcome call_python(translator *t, int nargs, bool has_self, PyObject *names)
{
    context *c = t->c;
    int extra = names != NULL, callable = peek(t, nargs + 2 + extra), count = nargs + has_self;
    target to;
    unit *u;
    if (!find_target(t, callable, has_self, &to)) {
        return val(t, callable)->konst == NULL && val(t, callable)->seen == NULL
               && ctx_home(c, callable) >= 0 ? SPLIT : t_unsupported(t);
    }
    bool constructs = to.class != NULL;
    bool exception = constructs && PyExceptionClass_Check((PyObject *)to.class);
    if (exception && names != NULL) {
        return t_unsupported(t);
    }
    if (!constructs && to.looked_at < 0 && c->memory[ctx_top(c, nargs + 2 + extra)] == M_CURRENT) {
        /* The stack's reference may be the last one: the call takes one of its own. */
        to.looked_at = ctx_top(c, nargs + 2 + extra);
    }
    uint8_t parameter[MOST_ARGUMENTS + 1];
    uint64_t given = count > MOST_ARGUMENTS ? 0
                     : place_arguments(&to, count, names, constructs, parameter);
    call_site *site = given != 0 ? call_to(t, &to, given & ~(1ull << 63), &u) : NULL;
    if (site == NULL || (exception && stars(u->code))) {
        return t_unsupported(t);
    }
    PyTypeObject *metaclass = constructs ? Py_TYPE(to.class) : &PyType_Type;
    site->levels = constructs && !exception && metaclass == &PyType_Type ? 2 : 1;
    site->is_init = constructs;
    int first = ctx_top(c, count + extra), class_slot = ctx_top(c, nargs + 2 + extra);
    int made = NO_VALUE;
    int star = stars((PyCodeObject *)to.function->func_code), spare = 0, spare_from = 0;
    for (int n = 0; n < count; n++) {
        ready(t, first + n);
        if (parameter[n] == TO_STAR) {
            spare_from = spare++ == 0 ? n : spare_from;
        }
        if (parameter[n] >= TO_KEYWORDS) {
            own(t, first + n);
        }
        t->pinned_i = t->pinned_d = 0;
        if (exception && val(t, c->slot[first + n])->type == T_RANGE_ITER) {
            return t_unsupported(t);
        }
        if (exception) {
            own(t, first + n);          /* they are its `args`, too */
            t->pinned_i = t->pinned_d = 0;
        }
    }
    show_caller(t, site, nargs + 2 + extra);
    if (constructs && (extra || !adapter_init_takes_arguments(to.class, to.function))) {
        guard_all_given(t, u, count, parameter, first);
    }
    make_frame(t, &to, site, callable, given);
    /* From here on nothing may leave before the call. */
    context callee;
    ctx_init(&callee, (int)site->slots, 0);
    int registers = 0;
    uint8_t as[MAX_VALUES];     /* the caller's value is that one of the callee's */
    memset(as, NO_VALUE, sizeof(as));
    int star_slot = parameters(u->code), dict_slot = star_slot + (star & 1);
    if (star) {
        EMIT(pass_star, SLOT_OFFSET(star_slot), SLOT_OFFSET(first + spare_from), spare << 2 | star,
             PTR(&raised(t)->label));
    }
    for (int n = 0; n < count; n++) {
        if (parameter[n] == TO_KEYWORDS) {
            EMIT(pass_keyword, SLOT_OFFSET(dict_slot), SLOT_OFFSET(first + n),
                 PTR(PyTuple_GET_ITEM(names, n - nargs - has_self + PyTuple_GET_SIZE(names))),
                 PTR(&raised(t)->label));
        }
    }
    if (constructs) {
        if (c->memory[class_slot] == M_CURRENT) {
            EMIT(drop_slot, SLOT_OFFSET(class_slot));       /* the class lives on: it has itself in its mro */
            c->memory[class_slot] = M_STALE;
        }
        if (exception) {
            EMIT(allocate_exception, SLOT_OFFSET(class_slot), PTR(to.class), SLOT_OFFSET(first), count,
                 PTR(&raised(t)->label));
        }
        else {
            EMIT(allocate, SLOT_OFFSET(class_slot), PTR(to.class), PTR(&raised(t)->label));
        }
        made = make_object(t, &to, class_slot, &callee);
    }
    for (int n = 0; n < count; n++) {
        int v = ctx_value(c, first + n);
        if (parameter[n] < TO_KEYWORDS && type_is_scalar(val(t, v)->type)
            && registers < MOST_IN_REGISTERS) {
            in_reg(t, v);
            registers++;
        }
    }
    for (int n = 0; n < count; n++) {
        if (parameter[n] < TO_KEYWORDS) {
            pass(t, &callee, as, parameter[n], first + n, false);
        }
    }
    pass_rest(t, &to, site, given);
    if (extra && c->memory[ctx_top(c, 1)] == M_CURRENT) {
        EMIT(drop_slot, SLOT_OFFSET(ctx_top(c, 1)));        /* the names: a constant */
    }
    outcome what = finish_call(t, site, u, &callee, nargs + 2 + extra, made);
    if (made != NO_VALUE) {
        ctx_drop(c, made);
    }
    return what;
}

/* The arguments of a descriptor's __get__ that are not on the stack. */
typedef struct {
    PyObject *descriptor;
    PyTypeObject *class;
} descriptor_call;

static void pass_getter(translator *t, context *callee, const descriptor_call *get)
{
    EMIT(pass_const, SLOT_OFFSET(0), PTR(get->descriptor));
    EMIT(pass_const, SLOT_OFFSET(2), PTR(get->class));
    if (!adapter_type_is_fixed(get->descriptor)) {
        int v = ctx_new_value(callee, T_ANY);
        callee->values[v].version = adapter_type_version(Py_TYPE(get->descriptor));
        ctx_set(callee, 0, v);
        callee->memory[0] = M_CURRENT;
    }
}

/* Whether the interpreter moves the operands into the method's frame, which drops the last one first
 * (BINARY_OP_SUBSCR_GETITEM). */
static bool method_inlined(const translator *t, const PyCodeObject *method)
{
    return t->u->in[t->at].op == BINARY_OP && t->arg == OP_SUBSCRIPT && method->co_argcount == 2
           && method->co_kwonlyargcount == 0;
}

static outcome operator_call(translator *t, PyFunctionObject *function, int nargs, bool reflected,
                             const char *sign, const predicate *becomes,
                             const descriptor_call *get)
{
    context *c = t->c;
    target to = {.function = function, .looked_at = -1};
    unit *u;
    int first = ctx_top(c, nargs), from = -1;
    for (int n = 0; n < nargs; n++) {
        if (ctx_value(c, first + n) == NO_VALUE || val(t, c->slot[first + n])->type == T_COMPLEX) {
            return t_unsupported(t);
        }
        if (from < 0 && c->memory[first + n] != M_CURRENT) {
            from = first + n;           /* its memory is free for the result */
        }
    }
    if (from < 0) {
        from = first + nargs;
        if (from >= c->nlocals + t->u->code->co_stacksize) {
            return t_unsupported(t);
        }
    }
    uint64_t given = get != NULL ? 7 : (1ull << nargs) - 1;
    call_site *site = call_to(t, &to, given, &u);
    if (site == NULL || stars(u->code) || u->code->co_argcount < nargs) {
        return t_unsupported(t);
    }
    site->operands = (uint32_t)nargs;
    site->first = (uint32_t)SLOT_OFFSET(first);
    site->detail = (void *)(intptr_t)sign;
    site->right_first = becomes != NULL || method_inlined(t, u->code);
    if (becomes != NULL) {
        site->predicate = (uint32_t)becomes->kind;
        site->comparison = (uint32_t)becomes->comparison;
        site->negated = becomes->negated;
    }
    for (int n = 0; n < nargs; n++) {
        ready(t, first + n);
        t->pinned_i = t->pinned_d = 0;
        if (first + n == from && c->memory[from] == M_CURRENT) {
            return t_unsupported(t);    /* it had to be boxed there */
        }
    }
    show_caller(t, site, nargs);
    for (int n = 1; n <= nargs; n++) {
        guard_operand(t, n);
    }
    guard_known_function(t, site);
    push_frame(t, site);
    context callee;
    ctx_init(&callee, (int)site->slots, 0);
    uint8_t as[MAX_VALUES];
    memset(as, NO_VALUE, sizeof(as));
    for (int n = 0; n < nargs; n++) {
        int v = ctx_value(c, first + n);
        if (type_is_scalar(val(t, v)->type)) {
            in_reg(t, v);
        }
    }
    for (int n = 0; n < nargs; n++) {
        pass(t, &callee, as, get != NULL ? 1 : reflected ? nargs - 1 - n : n, first + n, true);
    }
    if (get != NULL) {
        pass_getter(t, &callee, get);
    }
    pass_rest(t, &to, site, given);
    return finish_operator(t, site, u, &callee, from);
}

outcome call_operator(translator *t, PyFunctionObject *function, int nargs, bool reflected,
                      const char *sign)
{
    return operator_call(t, function, nargs, reflected, sign, NULL, NULL);
}

outcome call_getter(translator *t, PyObject *descriptor, PyTypeObject *class)
{
    PyFunctionObject *function = adapter_special_method(Py_TYPE(descriptor), "__get__");
    if (function == NULL || ((PyCodeObject *)function->func_code)->co_argcount < 3) {
        return t_unsupported(t);
    }
    return operator_call(t, function, 1, false, NULL, NULL, &(descriptor_call){descriptor, class});
}

outcome call_predicate(translator *t, PyFunctionObject *function, bool reflected,
                       const predicate *as)
{
    return operator_call(t, function, 2, reflected, NULL, as, NULL);
}

/* ---- the callee's side ------------------------------------------------------------------ */

outcome t_resume(translator *t)
{
    if ((t->arg & 3) <= 1) {        /* at a function's start, or behind a yield */
        poll(t);
    }
    return GO_ON;
}

/* Drops the local variables, the last first, as the interpreter does (_PyFrame_ClearLocals). */
static void drop_locals(translator *t)
{
    context *c = t->c;
    for (int slot = c->nlocals - 1; slot >= 0; slot--) {
        int v = c->slot[slot];
        bool plain = c->memory[slot] != M_CURRENT
                     || (v != V_MEMORY && type_is_plain(val(t, v)->type));
        if (ctx_is_empty(c, slot)) {
            /* nothing to drop */
        }
        else if (plain) {
            EMIT(drop_slot, SLOT_OFFSET(slot));
        }
        else {
            release_any(t, slot);
        }
        for (int other = slot - 1; v != V_MEMORY && other >= 0; other--) {
            if (c->slot[other] == v && c->memory[other] != M_CURRENT) {
                /* Its value may have gone: from here on it is what is left over there. */
                bool empty = ctx_is_empty(c, other);
                ctx_set(c, other, V_MEMORY);
                c->memory[other] = M_CURRENT;
                ctx_mark_empty(c, other, empty);
            }
        }
        ctx_set(c, slot, V_MEMORY);
        c->memory[slot] = M_CURRENT;        /* NULL */
        ctx_mark_empty(c, slot, true);
    }
}

/* An object of several variables is to die with the first of them, the last that is dropped. */
static void give_to_first(translator *t, part where)
{
    const context *c = t->c;
    for (int slot = 1; slot < c->nlocals; slot++) {
        int v = c->slot[slot], first = 0;
        if (c->memory[slot] != M_CURRENT || v == V_MEMORY || type_is_plain(val(t, v)->type)) {
            continue;
        }
        while (c->slot[first] != v) {
            first++;
        }
        if (first < slot && c->memory[first] != M_CURRENT) {
            emit_in(t, where, U_swap_slots, (int64_t[]){(int64_t)SLOT_OFFSET(slot), (int64_t)SLOT_OFFSET(first)});
        }
    }
}

/* How a frame that the interpreter called for returns, as long as nobody has seen it: its
 * locals need not be written back, and RETURN_VALUE is left to the interpreter. */
static void return_to_interpreter(translator *t, int v, int top, int home, label *way)
{
    const value *value = val(t, v);
    label *out = leave(t, EXIT_RETURN);
    bool number = value->type == T_INT64 || value->type == T_FLOAT;
    bool in_memory = t->c->memory[top] == M_CURRENT || home >= 0 || value->konst != NULL;
    *way = (label){cache_position().cold, NULL, false};
    if (t->c->depth != 1 || !(in_memory || (value->reg >= 0 && (number || value->type == T_BOOL)))
        || (!in_memory && value->sub[0] != NO_VALUE)) {
        *way = *out;
        return;
    }
    int kind = RETURNS_IN_FRAME;
    emit_uop(COLD, U_guard_unseen, (int64_t[]){PTR(out)});
    if (t->c->memory[top] == M_CURRENT) {
        /* it is there */
    }
    else if (home >= 0) {
        emit_uop(COLD, U_copy_slot, (int64_t[]){SLOT_OFFSET(top), SLOT_OFFSET(home)});
    }
    else if (value->konst != NULL) {
        emit_uop(COLD, U_set_slot, (int64_t[]){SLOT_OFFSET(top), PTR(value->konst)});
    }
    else if (value->type == T_BOOL) {
        emit_uop(COLD, U_box_b, (int64_t[]){value->reg, SLOT_OFFSET(top)});
    }
    else if (value->type == T_FLOAT) {
        kind = RETURNS_FLOAT;
        emit_uop(COLD, U_result_d, (int64_t[]){value->reg});
    }
    else {
        kind = RETURNS_INT;
        emit_uop(COLD, U_result_i, (int64_t[]){value->reg});
    }
    give_to_first(t, COLD);
    emit_uop(COLD, U_leave_at, (int64_t[]){t->at, kind});
}

/* The called function's variables and frame go. */
static void end_frame(translator *t, bool any)
{
    if (t->u->visible) {
        give_to_first(t, HOT);
        EMIT(unlink_frame);
        for (int slot = t->c->nlocals - 1; slot >= 0; slot--) {
            EMIT(drop_slot, SLOT_OFFSET(slot));
        }
        EMIT(drop_function);
        EMIT(drop_code);
        return;
    }
    if (any) {
        EMIT(settle);               /* real: then pop_frame drops them as the interpreter does */
    }
    else {
        drop_locals(t);
    }
    EMIT(pop_frame);
}

/* `any`: what the variables hold may have finalizers, which see the callers. */
static outcome return_value(translator *t, bool any)
{
    context *c = t->c;
    int top = ctx_top(c, 1), v = peek(t, 1), home = ctx_home(c, v);
    value *value = val(t, v);
    if (value->type == T_RANGE_ITER) {
        return t_unsupported(t);
    }
    label way;
    return_to_interpreter(t, v, top, home, &way);
    EMIT(guard_called, PTR(&way));
    if (CODE_MAKES_GENERATOR(t->u->code)) {
        return return_from_generator(t);
    }
    int64_t k;
    bool small = is_imm(value->konst, &k) && PyLong_CheckExact(value->konst) && k <= 256;
    if (small || (home < 0 && value->konst == NULL && value->sub[0] == NO_VALUE
                  && (value->type == T_INT64 || value->type == T_FLOAT))) {
        int reg = in_reg(t, v);
        bool is_float = value->type == T_FLOAT;
        if (is_float) {
            EMIT(result_d, reg);
        }
        else {
            EMIT(result_i, reg);
        }
        end_frame(t, any);
        EMIT(return_kind, is_float ? RETURNS_FLOAT : RETURNS_INT);
        return ENDED;
    }
    if (c->memory[top] != M_CURRENT && home >= 0 && home < c->nlocals) {
        EMIT(move_slot, SLOT_OFFSET(top), SLOT_OFFSET(home));
        c->memory[top] = M_CURRENT;
        ctx_set(c, home, V_MEMORY);         /* unbound */
        ctx_mark_empty(c, home, true);
    }
    else if (c->memory[top] == M_CURRENT) {
        EMIT(keep_slot, SLOT_OFFSET(top));      /* it may be a variable's reference */
    }
    else {
        own(t, top);
    }
    if (any || t->u->visible) {
        EMIT(take_result, SLOT_OFFSET(top));
        end_frame(t, any);
    }
    else {
        drop_locals(t);             /* may leave, with the result in its place */
        EMIT(take_result, SLOT_OFFSET(top));
        EMIT(pop_frame);
    }
    EMIT(return_kind, RETURNS_OBJECT);
    return ENDED;
}

outcome t_return_value(translator *t)
{
    return return_value(t, false);
}

outcome return_any(translator *t)
{
    return return_value(t, true);
}
