/* What the translation functions share: the state of a block's translation and
 * the steps that they are made of. */
#ifndef GRAFT_TRANSLATE_H
#define GRAFT_TRANSLATE_H

#include "runtime/calls.h"
#include "translate/compile.h"

typedef struct {
    unit *u;
    context *c;
    int at;                     /* bytecode unit of the instruction */
    int next;                   /* of the one after it */
    uint32_t arg;
    PyObject *globals, *builtins;   /* of the frame */
    bool first;                 /* the block's first instruction, to which these apply: */
    stub_kind kind;
    int tries;
    uint32_t pinned_i, pinned_d;    /* registers that must not be taken now */
    bool exits_i, exits_d;          /* this instruction's ways out have values in registers */
    bool has_stack;             /* the block has made sure that there is enough machine stack */
    exit_reason reason;         /* of UNSUPPORTED */
    bool failed;                /* out of values, cells or memory */
    bool sent;                  /* SEND: None was on top of the stack at the instruction's start, and
                                 * is there again at its target */
} translator;

/* What a translation function says. */
typedef enum {
    GO_ON,          /* with t->next */
    ENDED,          /* control does not come out of the block's end */
    SPLIT,          /* nothing emitted that matters: compile from here once it is reached,
                       when the values can be seen */
    UNSUPPORTED,    /* leave to the interpreter at this instruction */
} outcome;
typedef outcome (*translation)(translator *t);
extern const translation translations[256];

#define EMIT(u, ...) emit_in(t, HOT, U_##u, (int64_t[]){__VA_ARGS__})
void emit_in(translator *t, part where, enum uop uop, const int64_t *operands);
#define PTR(p) ((int64_t)(intptr_t)(p))
#define IMM_MAX INT32_MAX
static inline int64_t double_bits(double d)
{
    union { double d; int64_t i; } u = {d};
    return u.i;
}

/* ---- ways out, in the state of this instruction ------------------------- */
label *guard_failed(translator *t);
label *needs_boxes(translator *t);
label *leave(translator *t, exit_reason reason);

/* Where an exception that this instruction raised goes; its operands are gone. */
stub *raised(translator *t);

/* ---- values and places --------------------------------------------------- */
static inline value *val(translator *t, int v) { return &t->c->values[v]; }
int new_value(translator *t, value_type type);
/* A register for a new value or for a copy; what sits in it moves out. */
int free_reg(translator *t, bool is_double);
void take_reg(translator *t, bool is_double, int reg);
/* Puts the unboxed value into a register and pins it. */
int in_reg(translator *t, int v);
void pin(translator *t, bool is_double, int reg);
void bind_reg(translator *t, int v, int reg);       /* the register now holds the value */
/* Before a call to C: values in registers that it destroys get spilled. */
void before_call(translator *t);
/* A register that may be written, holding v: v's own when `v` has no other use. */
int reg_to_write(translator *t, int v);
bool last_use(translator *t, int v);

/* What is known, or can be found out, of a value's type: T_ANY when it can be
 * seen and is none of ours.  SPLIT in *what when it cannot be seen.  Emits a
 * guard where the type is only seen, and unboxes what can be. */
value_type know_type(translator *t, int v, outcome *what);

/* ---- the evaluation stack ------------------------------------------------- */
int peek(translator *t, int n);                     /* value, 1 = top; NO_VALUE fails */
void push(translator *t, int v);
void pop(translator *t, int n);                     /* of plain or register-only values */
/* Leaves slot's memory with nothing that is owned.  Its exit is for this
 * instruction's start. */
void release(translator *t, int slot);
/* The same of one that owns anything. */
void release_any(translator *t, int slot);
/* Before `slot` names another value: whoever else names the old one and has it
 * nowhere else gets its memory; else what the memory holds is left there when
 * nobody can tell (a local's), or released. */
void vacate(translator *t, int slot);
/* Drops what `slot` holds, which is plain or NULL. */
void drop_plain(translator *t, int slot);
/* Makes the slot's memory own its value. */
void own(translator *t, int slot);
/* Makes the n-th of the stack own its value, for somebody to take; slots before
 * `first` that name it, too, keep the same object. */
void give_away(translator *t, int n, int first);
/* A slot whose memory holds the boxed value, made if needed in `slot`. */
int boxed_in(translator *t, int v, int slot);

/* ---- code that may run Python ----------------------------------------------- */
/* Leaves where the machine stack comes to its end. */
void guard_stack(translator *t);
/* Makes the frame true: the memory of every slot but the top `but` holds its value.  In
 * the state of the instruction's start. */
void write_back(translator *t, int but);
/* The top n values are an operation's: it drops them. */
void hand_over(translator *t, int n);
/* The result of one: anything, in the memory of its slot. */
void push_result_in_memory(translator *t);
/* At a poll: where tests want signals (faults.h), they come here. */
void may_be_signalled(translator *t);
void poll(translator *t);
/* Where it is kept which tools have asked for events of the unit's code alone (guard_tools); NULL: the
 * block fails. */
const uint8_t *own_tools(translator *t);
/* Leaves, or forgets everything, where that is what the escape calls for.  `site`: of a call, behind
 * which the interpreter would handle signals at once (or NULL); its result is on the stack. */
void check_escaped(translator *t, const call_site *site);
/* The call site of an operation whose operands have been handed over; NULL: the block fails. */
call_site *operation_site(translator *t, PyObject *detail);
/* A C function of one or two objects, the top values and `last` unless that is NULL, may run
 * any code; its result, of this type, takes the place of those. */
outcome escape_to(translator *t, void *function, int operands, PyObject *last, value_type result);
/* A call that is none of a Python function, in its general form; `names` of the last
 * arguments, which are a constant on top of the stack, or NULL. */
outcome call_c(translator *t, int nargs, bool has_self, PyObject *names);
/* The instruction done as the interpreter does it, whatever its operands are
 * (runtime/generic.h).  UNSUPPORTED: there is no such form. */
outcome translate_generic(translator *t);
outcome return_any(translator *t);          /* its part for RETURN_VALUE (calls.c) */
bool has_generic(int op);
/* The function and the object it is called on take the object's place. */
outcome push_method(translator *t, int v, PyObject *method);
/* Arbitrary code has run: what can have changed is known no more. */
void forget(translator *t);
/* Containers have been written to: unboxed values have lost the objects they came from. */
void forget_origins(translator *t);
/* Every slot's value is in its memory and nothing is known of it; iterators over ranges
 * that are virtual stay so unless `ranges`. */
void all_in_memory(context *c, bool ranges);
/* The stub for such a state behind this instruction. */
label *go_on_from_memory(translator *t, bool ranges);
/* Out of the state `c`, behind this instruction, where the interpreter goes on at unit `at`. */
label *leave_behind(translator *t, const context *c, int at);

/* ---- control -------------------------------------------------------------- */
/* Ends the block with a jump to bytecode unit `at`. */
void jump_to(translator *t, int at);
/* Where a jump to bytecode unit `at` from the middle of a block goes. */
label *way_to(translator *t, int at);
/* Emits the way out in the place of the instruction, also when its translation has failed. */
void exit_here(translator *t, exit_reason reason);
/* Ends the block with a branch: `uop` jumps to unit `taken` when its condition
 * holds, `inverse` when not; operands without the label, which comes last. */
void branch_to(translator *t, enum uop uop, enum uop inverse, const int64_t *operands,
               int noperands, int taken, int other);

/* Small constants in bodies of code. */
static inline bool is_imm(PyObject *konst, int64_t *k)
{
    if (konst == NULL || !(PyLong_CheckExact(konst) || PyBool_Check(konst))) {
        return false;
    }
    int overflow;
    *k = PyLong_AsLongLongAndOverflow(konst, &overflow);
    return !overflow && *k >= 0 && *k <= IMM_MAX;
}
static inline int64_t spill_offset(int cell)
{
    return (int64_t)offsetof(jit_frame, spill) + 8 * cell;
}

/* Translations by subject; the table is in block.c. */
#define TRANSLATIONS(X) \
    X(NOP, nop) X(NOT_TAKEN, nop) X(RESUME, resume) X(CACHE, nop) X(END_FOR, pop_top) \
    X(LOAD_FAST, load_fast) X(LOAD_FAST_BORROW, load_fast_borrow) \
    X(LOAD_FAST_LOAD_FAST, load_fast_pair) X(LOAD_FAST_BORROW_LOAD_FAST_BORROW, load_fast_borrow_pair) \
    X(LOAD_FAST_CHECK, load_fast_check) X(LOAD_FAST_AND_CLEAR, load_fast_and_clear) \
    X(STORE_FAST, store_fast) X(STORE_FAST_LOAD_FAST, store_fast_load_fast) \
    X(STORE_FAST_STORE_FAST, store_fast_store_fast) X(DELETE_FAST, delete_fast) \
    X(LOAD_CONST, load_const) X(LOAD_SMALL_INT, load_small_int) \
    X(LOAD_COMMON_CONSTANT, load_common_constant) X(LOAD_GLOBAL, load_global) X(PUSH_NULL, push_null) \
    X(COPY_FREE_VARS, copy_free_vars) X(MAKE_CELL, make_cell) X(LOAD_DEREF, load_deref) \
    X(STORE_DEREF, store_deref) X(MAKE_FUNCTION, make_function) \
    X(SET_FUNCTION_ATTRIBUTE, set_function_attribute) X(LOAD_SUPER_ATTR, load_super_attr) \
    X(MATCH_SEQUENCE, match_sequence) X(MATCH_MAPPING, match_mapping) X(GET_LEN, get_len) \
    X(LOAD_NAME, load_name) X(STORE_NAME, store_name) X(STORE_GLOBAL, store_global) \
    X(POP_TOP, pop_top) X(POP_ITER, pop_top) X(COPY, copy) X(SWAP, swap) \
    X(BUILD_LIST, build_list) X(BUILD_TUPLE, build_tuple) X(LIST_APPEND, list_append) \
    X(UNPACK_SEQUENCE, unpack_sequence) X(UNPACK_EX, unpack_ex) X(STORE_SUBSCR, store_subscr) X(LOAD_ATTR, load_attr) X(STORE_ATTR, store_attr) \
    X(BINARY_OP, binary_op) X(BINARY_SLICE, binary_slice) X(UNARY_NEGATIVE, unary_negative) X(UNARY_INVERT, unary_invert) \
    X(UNARY_NOT, unary_not) X(TO_BOOL, to_bool) X(CALL_INTRINSIC_1, intrinsic_1) \
    X(COMPARE_OP, compare_op) X(IS_OP, is_op) \
    X(POP_JUMP_IF_TRUE, pop_jump_if_true) X(POP_JUMP_IF_FALSE, pop_jump_if_false) \
    X(POP_JUMP_IF_NONE, pop_jump_if_none) X(POP_JUMP_IF_NOT_NONE, pop_jump_if_not_none) \
    X(JUMP_FORWARD, jump_forward) X(JUMP_BACKWARD, jump_backward) \
    X(JUMP_BACKWARD_NO_INTERRUPT, jump_backward_no_interrupt) \
    X(YIELD_VALUE, yield_value) X(SEND, send) X(END_SEND, end_send) \
    X(GET_YIELD_FROM_ITER, get_yield_from_iter) X(GET_AWAITABLE, get_awaitable) \
    X(END_ASYNC_FOR, end_async_for) \
    X(FOR_ITER, for_iter) X(GET_ITER, get_iter) \
    X(CALL_FUNCTION_EX, call_function_ex) X(CALL, call) X(CALL_KW, call_kw) X(RETURN_VALUE, return_value) \
    X(CONTAINS_OP, contains_op) X(DELETE_SUBSCR, delete_subscr) X(BUILD_MAP, build_map) \
    X(MAP_ADD, map_add) X(BUILD_SET, build_set) X(SET_ADD, set_add) X(LIST_EXTEND, list_extend) \
    X(FORMAT_SIMPLE, format_simple) X(FORMAT_WITH_SPEC, format_with_spec) \
    X(CONVERT_VALUE, convert_value) X(BUILD_STRING, build_string) \
    X(BUILD_SLICE, build_slice) X(STORE_SLICE, store_slice) \
    X(RAISE_VARARGS, raise_varargs) X(RERAISE, reraise) X(PUSH_EXC_INFO, push_exc_info) \
    X(POP_EXCEPT, pop_except) X(CHECK_EXC_MATCH, check_exc_match) X(LOAD_SPECIAL, load_special)
#define DECLARE(op, function) outcome t_##function(translator *t);
TRANSLATIONS(DECLARE)
#undef DECLARE
outcome t_unsupported(translator *t);       /* says UNSUPPORTED */
outcome t_subscript(translator *t);         /* BINARY_OP with [] */

/* Whether the value that this instruction leaves on top of the stack is next
 * used as an operand of arithmetic or a comparison, with nothing in between that
 * stores, calls or branches. */
bool used_by_arithmetic(translator *t);
/* A second try at this instruction takes no more risks on the result's type. */
bool first_try(translator *t);
/* Pushes the unboxed number in `reg`, taken from `place` of `container`, of which the
 * number is no reference; `operands` go. */
void push_taken(translator *t, int operands, value_type type, int reg, int container, int place);

/* The operand n from the top will be dropped after a step that cannot be undone:
 * make sure that it can be dropped. */
void guard_operand(translator *t, int n);
/* Drops it after that step, whatever the step has made of what is in it. */
void drop_guarded(translator *t, int n);

/* Where FOR_ITER goes (or SEND, over an iterator) when there is no more. */
label *end_of_loop(translator *t);
/* Iteration over iterators that are objects. */
outcome for_iter_object(translator *t, int v, int slot);
/* The same for the iterator that a generator expression has as a variable as well.  False: it is
 * none. */
bool for_iter_shared(translator *t, int v, int slot, outcome *what);
/* Nothing is known of a T_ITER any more. */
void close_iterator(translator *t, int v);
/* Whether dropping such a T_ITER drops nothing that could have a finalizer. */
bool iterator_is_plain(uint32_t version);
/* enumerate(x), zip(x, y), reversed(x) of what runs no Python code. */
outcome call_type(translator *t, PyObject *callable, int nargs);
/* A T_CHAR becomes a T_STR. */
void box_char(translator *t, int v);
/* string[n] with the string in slot `home` and n in a register, as a T_CHAR. */
outcome str_subscript(translator *t, int container, int home, int n);
/* bytes[n] and bytearray[n], likewise; bytearray[n] = v. */
outcome byte_subscript(translator *t, value_type type, int home, int n);
outcome bytearray_store(translator *t);
/* array[n], array[n] = v for arrays of numbers; UNSUPPORTED when it is none. */
outcome array_subscript(translator *t);
outcome array_store(translator *t);
/* The top `operands` values give way to the reference in slot `from`, above the
 * first of them. */
void push_reference(translator *t, int operands, int from);
/* Whether the top two values can be compared as numbers of characters: then they
 * have given way to those. */
bool compare_chars(translator *t, int op, outcome *what);
/* A constant with one use, the caller's. */
int constant_int(translator *t, long k);
/* The built-in type that the value is known to have exactly, or NULL. */
PyTypeObject *type_known(translator *t, int v);
/* Makes sure that the type of `v` is the one that is seen, with its version.
 * Returns the object seen, or NULL. */
PyObject *know_version(translator *t, int v, outcome *what);
/* Makes sure that a known object has the type that it has now, with its version, where that can
 * change.  False: it cannot be relied on. */
bool guard_type_of(translator *t, PyObject *object);

/* Whether the key is seen to have a hash by a Python function: such are for the general form. */
bool hashed_in_python(translator *t, int v);
/* type(x); x.__class__, and the names of classes: UNSUPPORTED for other attributes. */
outcome call_class_of(translator *t);
outcome load_kind(translator *t, PyObject *name);
/* LOAD_ATTR for a call: the class on top of the stack, which is known, gives way to a
 * function and what it is called with. */
outcome load_class_member(translator *t, PyTypeObject *class);
/* The top of the stack gives way to a member that does not take it. */
/* The function is still where a descriptor keeps it. */
void guard_kept(translator *t, PyObject **place);
outcome push_called(translator *t, const class_member *member, PyTypeObject *class);
/* Iteration over a generator, which is seen. */
outcome for_iter_generator(translator *t, int v, int slot);
/* The call of a generator function, known or seen: UNSUPPORTED when it is none. */
outcome call_generator(translator *t, int nargs, bool has_self);
/* The generator that the __iter__ of the top value's class makes takes its place; else UNSUPPORTED,
 * or SPLIT. */
outcome iterate_by_generator(translator *t);
/* The function of the site, which is known, is as it was when this was compiled. */
void guard_known_function(translator *t, const call_site *site);
/* The Python function that is the method of a class, behind a guard on the value's type; NULL: it is
 * none. */
PyFunctionObject *special_method(translator *t, int v, const char *name, outcome *what);
/* RETURN_VALUE of a generator. */
outcome return_from_generator(translator *t);
/* The next item of the iterator on top of the stack, but for `sent` values, by `function`
 * (runtime/generic.h); at the end, `result`: above it what the iterator returned. */
outcome step_any(translator *t, escape_function *function, int sent, bool result);

/* Parts of a call (calls.c).  The function that it is known or seen to go to, borrowed, or NULL;
 * `slot` is where it has to be looked at, or -1. */
PyFunctionObject *function_called(translator *t, int callable, int *slot);
/* Everything that lives on is spilled; nothing is known of where it
 * came from. */
void settle_caller(translator *t, call_site *site);
/* A stub behind the call, for a result in register 0 of its class. */
label *with_result(translator *t, value_type type);
/* Code in the cold part for a frame that was written back during the call. */
label resume_synced(translator *t);
/* A result that is in its slot. */
void push_in_memory(translator *t);

/* Iteration over lists and tuples: UNSUPPORTED when it is none. */
outcome for_iter_sequence(translator *t, int v, int slot);
/* A call of a Python function whose code is compiled (UNSUPPORTED when it is none), with
 * the names of the last arguments on top of the stack, or NULL. */
/* The unit of a function that can be called from compiled code, or NULL. */
unit *unit_called(PyFunctionObject *function);
/* Before a call that gets an operand for the variable `local`, where the interpreter keeps it on
 * the caller's stack until the call has returned: a guard that nobody can tell. */
void guard_given(translator *t, const unit *u, int local, int slot);
outcome call_python(translator *t, int nargs, bool has_self, PyObject *names);
/* Whether the value is an object and not NULL, as it is seen, behind a guard. */
bool is_object(translator *t, int v);
/* BUILD_MAP for keywords that turn out to be none, in a call of a Python function: NULL takes the
 * place of the dictionary.  False: it is something else. */
bool no_keywords(translator *t, outcome *what);
/* The call of a class that makes its instances as object does: UNSUPPORTED when it is none. */
outcome call_plain_class(translator *t, int nargs, bool has_self);
/* An operator on the top values that is a call of a type's method; `reflected`: with the
 * operands the other way round.  For binary ones `sign` is for the TypeError when the method
 * returns NotImplemented; else it is NULL. */
outcome call_operator(translator *t, PyFunctionObject *function, int nargs, bool reflected,
                      const char *sign);
/* The same for a comparison or a membership test, whose result becomes a bool (call_abi.h). */
typedef struct { int kind, comparison; bool negated; } predicate;
outcome call_predicate(translator *t, PyFunctionObject *function, bool reflected,
                       const predicate *as);
/* LOAD_ATTR of what a descriptor's Python function `__get__` gives for the object on top of the stack
 * and its class; the descriptor's type has been guarded. */
outcome call_getter(translator *t, PyObject *descriptor, PyTypeObject *class);
outcome compare_operator(translator *t);
/* The top two are, or are not, the same object. */
outcome compare_identity(translator *t, bool negated);
outcome contains_operator(translator *t);
/* BINARY_OP on instances: UNSUPPORTED when it is no such call. */
outcome binary_operator(translator *t);
outcome unary_operator(translator *t, const char *name);
/* A call of a function that is known and runs no Python code. */
outcome call_known(translator *t, PyObject *function, int nargs, bool has_self);

/* The same of a class of exceptions without a Python function that initializes them, or of what does
 * that instead; attributes of exceptions (exceptions.c). */
outcome call_exception(translator *t, PyObject *function, int nargs, bool has_self);
outcome load_from_exception(translator *t, PyObject *name);
outcome store_to_exception(translator *t, PyObject *name);

/* Replaces the top `operands` values of the stack by a new one in `reg`, which
 * may be a register of an operand that has no other use. */
void push_result(translator *t, int operands, value_type type, int reg);
void push_known(translator *t, int operands, PyObject *konst);
/* A double register that holds the number `v`. */
int as_double(translator *t, int v);
/* An int must convert to double exactly; else the instruction is done on objects. */
void exact_operand(translator *t, int v);
/* Where the branch at `at` goes when the top of the stack is true and when it is
 * false.  False: it is none. */
bool branch_at(translator *t, int at, int *if_true, int *if_false);

/* ---- complex numbers (complex.c) ------------------------------------------ */
/* Loads the parts of a complex that is boxed in a slot. */
void complex_unbox(translator *t, int v);
/* The top two values, of which one is complex and the other an unboxed number. */
bool complex_op(translator *t, int l, int r, int op);      /* false: not this operator */
outcome complex_equal(translator *t, int l, int r, bool negate);
/* The top value, which is complex. */
outcome complex_negative(translator *t, int v);
outcome complex_truth(translator *t, int v);
outcome complex_part(translator *t, int v, int part);       /* z.real, z.imag */
/* Calls; the operands are on top of the stack. */
outcome complex_abs(translator *t, int v);
outcome complex_conjugate(translator *t);
outcome call_complex(translator *t, int nargs);

/* Operands that are unboxed need no memory on the stack any more.  To be done
 * before they are put into registers. */
void settle(translator *t, int n);

#endif
