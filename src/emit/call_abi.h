/* What the engine and the stencils agree on about calls: of Python functions,
 * whose compiled code is called as a machine function on a frame of its own, and
 * of everything else that may run Python code.
 *
 * Such a frame is at first only room on the interpreter's stack of frames, with the
 * memory of its slots: frames_real() writes the headers of all that are running and
 * makes them known.  And while a call runs, the slots of the frames below may be stale:
 * what they hold is in the spill cells of their jit_frames.  frames_sync() writes
 * them back by the snapshots of their call sites; a frame that this was done to goes on
 * in the most general context.  Whoever lets Python code run (an escaping helper,
 * a frame that leaves to the interpreter) calls both first.
 *
 * Functions whose frames are seen in many of their calls (unit.visible) are called with a real
 * frame from the start, by callers that have been written back: that costs less than to make
 * it real later, and their callers go on as after any escape.
 *
 * Included by the extension (any C compiler) and by the stencils (clang). */
#ifndef GRAFT_CALL_ABI_H
#define GRAFT_CALL_ABI_H

#include "emit/stencil_abi.h"

/* How a Python function's compiled code returns; the value is in jf->result. */
enum {
    RETURNS_OBJECT,             /* result.p: new reference */
    RETURNS_INT, RETURNS_FLOAT, /* result.i, result.d */
    RETURNS_ERROR,              /* an exception is set */
    RETURNS_IN_FRAME,           /* to the interpreter: on the frame's stack */
    RETURNS_END,                /* a generator has returned: result.p, new reference.  Else it has
                                 * yielded: an object (result.i) as a slot holds it */
};

/* What becomes of the result of an operator's method. */
enum {
    PREDICATE_NONE,             /* it is the result */
    PREDICATE_VALUE,            /* a comparison's, if it is not NotImplemented */
    PREDICATE_TRUTH,            /* its truth */
    PREDICATE_NOT_EQUAL,        /* object.__ne__: the contrary of __eq__ */
    PREDICATE_CONTAINS,         /* its truth, found before the operands are dropped */
};

/* Of the function that is called. */
enum {
    GUARD_DEFAULTS = 1,         /* func_defaults */
    GUARD_NDEFAULTS = 2,        /* their number */
    GUARD_KWDEFAULTS = 4,       /* func_kwdefaults */
};

/* One call in compiled code. */
typedef struct call_site {
    struct stub *out;           /* the state without the operands: for frames_sync and exceptions */
    void *detail;               /* of an operation: what it needs besides, borrowed */
    void *instruction;          /* of an operation: where the frame is then */
    uint32_t calls_function;    /* of an operation, a call: it was one of a Python function, the last time */
    /* Of a call of a Python function: */
    void *code;                 /* PyCodeObject * of the function, borrowed */
    void *function;             /* borrowed, or NULL: the one in the slot is looked at */
    void *defaults;             /* func_defaults that are relied on, or a constant that was made
                                 * for the code, or NULL; owned */
    uint32_t guards;            /* GUARD_...: what else must be as it was seen */
    uint32_t ndefaults;         /* the number of defaults, which are looked at in each call */
    void *kwdefaults;           /* func_kwdefaults, whose items are watched; borrowed */
    void *globals;              /* func_globals of the function */
    void *vectorcall;           /* how C code calls it: by running its code */
    const uint32_t *generation; /* of the function's unit ... */
    uint32_t expected;          /* ... when this call was compiled */
    uint32_t *calls;            /* the unit's counter of calls */
    struct unit *unit;          /* as long as the generation is the one expected */
    uint32_t visible;           /* its frames are real and settled from the start */
    uint32_t size;              /* of a frame, in bytes */
    uint32_t slots;             /* locals, cells and free variables */
    uint32_t levels;            /* of recursion that CPython counts */
    uint32_t is_init;           /* __init__ of an object that is made: returns None */
    uint32_t operands;          /* of an operator, which stay on the stack meanwhile; else 0 */
    uint32_t first;             /* offset of the first one's slot in the frame */
    uint32_t right_first;       /* the right one is dropped before the left one */
    void *type;                 /* of what is resumed, PyTypeObject *, borrowed */
    uint32_t predicate;         /* of a comparison or membership test: what its result becomes */
    uint32_t comparison;        /* Py_EQ ... */
    uint32_t negated;
    uint32_t has_self;          /* of a generator function that is called as a method (whose `size` is
                                 * where its generators begin, and `slots` its free variables) */
    /* Of an instruction that resumes a generator (and code, generation, globals, calls): */
    uint8_t **resume;           /* its code by the bytecode unit where it goes on, or NULL */
    uint32_t ends_empty;        /* what the generator returns is dropped */
    struct call_site *next;     /* of the same unit */
} call_site;

#endif
