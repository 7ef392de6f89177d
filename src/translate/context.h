/* The context: what is known, at one point of the bytecode, about every slot of
 * the frame (Chevalier-Boisvert and Feeley, "Simple and Effective Type Check
 * Removal through Lazy Basic Block Versioning", 2015).
 *
 * Slots name values.  A value is immutable and may be in several places at
 * once: a register, a spill cell of the jit_frame, unboxed in both; boxed in
 * the memory of a slot that names it; or it is a constant.  Slots that name
 * the same value stay the same object when it is boxed.
 *
 * The memory of a local variable always holds a valid reference or NULL: either
 * the slot's value (M_CURRENT), or something left over that no finalizer can
 * miss, or NULL (both M_STALE); where it is certainly NULL, the local is marked
 * empty.  The memory of a stack slot that is not M_CURRENT holds nothing that is owned.
 */
#ifndef GRAFT_CONTEXT_H
#define GRAFT_CONTEXT_H

#include "cpython/adapter.h"
#include "emit/stencil_abi.h"

#define MAX_SLOTS 128       /* code with more locals and stack is left alone */
#define MAX_VALUES 96
#define NO_VALUE 0xfe
/* A value of which nothing is known, in its slot's own memory, in no other slot. */
#define V_MEMORY 0xff

typedef enum {
    T_ANY,          /* any object, or NULL where the bytecode allows it */
    T_INT,          /* an int, exactly, of any size; boxed only */
    T_INT64,        /* an int, exactly, that fits int64 */
    T_BOOL,
    T_FLOAT,        /* a float, exactly */
    T_COMPLEX,      /* a complex, exactly; unboxed: sub[] = real and imaginary part, floats */
    T_CHAR,         /* a str of one Latin-1 character, unboxed only: its number */
    T_STR, T_LIST, T_TUPLE, T_BYTES, T_BYTEARRAY, T_DICT, T_SET,    /* exactly; boxed only */
    T_LIST_ITER, T_TUPLE_ITER,  /* iterators that nobody else holds; boxed only */
    T_ITER,         /* another such iterator: see iterate.c; boxed only */
    T_RANGE_ITER,   /* virtual: sub[] = next value, how many are left, step */
} value_type;

/* M_BORROWED is M_STALE for a stack slot in which the interpreter would hold a
 * borrowed reference (LOAD_FAST_BORROW): reference counts show the difference. */
typedef enum { M_STALE, M_CURRENT, M_BORROWED } memory_state;

typedef struct {
    uint8_t type;           /* value_type */
    int8_t reg;             /* unboxed in that register of its class, or -1 */
    int8_t spill;           /* unboxed in that spill cell, or -1 */
    uint8_t uses;           /* slots and values that name it */
    uint8_t sub[3];         /* values that make up a virtual one, or addresses for a T_ITER;
                             * or, of an unboxed one: container and index that its object
                             * is still at */
    bool inline_values;     /* an instance whose attributes are known to be inline */
    uint32_t version;       /* version tag of the type, when that is known (never 0); or
                             * what a T_ITER is */
    PyObject *konst;        /* the constant that it is (borrowed: of the code object, or a
                             * global that is watched), or NULL */
    PyObject *seen;         /* while compiling: what it is now, if that can be seen */
} value;

typedef struct {
    uint16_t nlocals;
    uint16_t depth;                 /* of the evaluation stack */
    uint16_t nvalues;               /* those behind have not been used, and hold nothing */
    uint8_t ireg[GRAFT_NREGS];      /* value in the register, or NO_VALUE */
    uint8_t dreg[GRAFT_NREGS];
    uint64_t spilled;               /* cells in use */
    uint64_t empty[MAX_SLOTS / 64]; /* a bit for each local whose memory is certainly NULL */
    uint8_t slot[MAX_SLOTS];        /* value that it names, or V_MEMORY */
    uint8_t memory[MAX_SLOTS];      /* memory_state */
    PyObject *seen[MAX_SLOTS];      /* as in value, for V_MEMORY slots */
    value values[MAX_VALUES];       /* must be last */
} context;

/* A context as it is kept: only what is in use, in one allocation, which stubs may share. */
typedef struct {
    PyObject *konst;
    uint32_t version;
    uint8_t type;
    int8_t reg, spill;
    uint8_t sub[3];
    bool inline_values;
} kept_value;
typedef struct {
    uint32_t users;             /* (must be first) */
    uint8_t nlocals, depth, nvalues;
    bool in_memory;             /* every slot's memory holds its value, as the interpreter wants it */
    uint64_t empty[MAX_SLOTS / 64];
    kept_value values[];        /* then a byte per slot: value; then: memory state */
} snapshot;

static inline const uint8_t *snapshot_slots(const snapshot *s)
{
    return (const uint8_t *)&s->values[s->nvalues];
}
static inline const uint8_t *snapshot_memory(const snapshot *s)
{
    return snapshot_slots(s) + s->nlocals + s->depth;
}

static inline int ctx_top(const context *c, int n)      /* slot of the n-th from the top, 1-based */
{
    return c->nlocals + c->depth - n;
}
static inline int ctx_slots(const context *c)
{
    return c->nlocals + c->depth;
}
static inline bool ctx_is_empty(const context *c, int local)
{
    return c->empty[local / 64] >> local % 64 & 1;
}
static inline void ctx_mark_empty(context *c, int local, bool empty)
{
    uint64_t bit = (uint64_t)1 << local % 64;
    c->empty[local / 64] = empty ? c->empty[local / 64] | bit : c->empty[local / 64] & ~bit;
}
static inline bool type_is_double(int type)
{
    return type == T_FLOAT;
}
/* Types whose objects have no finalizer: to drop one late or early is unseen. */
static inline bool type_is_plain(int type)
{
    return type != T_ANY && type != T_LIST && type != T_TUPLE && type != T_DICT
           && type != T_SET && type != T_LIST_ITER && type != T_TUPLE_ITER && type != T_ITER;
}
static inline bool type_is_number(int type)
{
    return type >= T_INT && type <= T_COMPLEX;
}
/* Types whose values are made of others, in sub[]: always, or when they are unboxed. */
static inline bool type_has_parts(int type)
{
    return type == T_RANGE_ITER || type == T_ITER || type == T_COMPLEX;
}
/* Types that can be unboxed in a register. */
static inline bool type_is_scalar(int type)
{
    return type == T_INT64 || type == T_BOOL || type == T_FLOAT || type == T_CHAR;
}

/* For the start of a function: marks the locals that hold no argument, or one that is
 * elsewhere. */
void ctx_at_start(context *c, const PyCodeObject *code);
/* Everything unknown and in memory, as the interpreter leaves it. */
void ctx_init(context *c, int nlocals, int depth);
/* `*to = *from`, but for what has not been used. */
void ctx_copy(context *to, const context *from);
/* A fresh value of the type, in no place; NO_VALUE when there are too many. */
int ctx_new_value(context *c, value_type type);
int ctx_constant(context *c, PyObject *object);
/* The value that a slot names; gives a V_MEMORY slot one.  NO_VALUE: too many. */
int ctx_value(context *c, int slot);
/* Makes `slot` name `v`; what it named before is dropped (its places freed when
 * nothing names it any more).  Memory states are the caller's business; the slot is
 * not marked empty any more. */
void ctx_set(context *c, int slot, int v);
void ctx_hold(context *c, int v);       /* one more use */
void ctx_drop(context *c, int v);       /* one use less */
void ctx_unbind(context *c, int v);     /* it is unboxed in no place any more */
/* A slot whose memory holds `v`, or -1. */
int ctx_home(const context *c, int v);
/* Whether the slot's value is in its memory and that is all that is known of it: then it
 * need not be named. */
bool ctx_only_in_memory(const context *c, int slot);
/* What the type of an object says of a value that is it. */
value_type type_of_object(PyObject *object);

snapshot *ctx_save(const context *c);           /* NULL: no memory */
void ctx_release(snapshot *s);                  /* or NULL */
void ctx_load(context *c, const snapshot *s);

/* How code for context `to` can serve in context `from`. */
typedef enum { MATCH_NO, MATCH_MOVES, MATCH_SAME } match;
typedef struct {
    uint8_t is_double;
    int8_t reg, spill;          /* where to */
    uint8_t from;               /* value of `from` */
} placement;
/* Fills `moves` with the placements that differ. */
match ctx_match(const context *from, const context *to, placement *moves, int *count);
/* The most general form: every value boxed in its own slot, nothing known.  For
 * virtual values their type is kept.  `to` may not alias `from`. */
void ctx_generalize(const context *from, context *to);
/* Forgets second places of values, so that code made for `c` needs fewer. */
void ctx_canonical(context *c);

#endif
