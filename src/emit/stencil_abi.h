/* What stencils and the engine agree on: the registers that compiled code
 * keeps its values in, and the block of memory that it carries with it.
 *
 * Compiled code is a chain of tail calls between `preserve_none` functions
 * (clang's calling convention that passes the most in registers).  The first
 * three arguments are pinned; the others are the register file: eight integer
 * and eight double registers.  The pinned three and i0 sit in registers that C
 * functions preserve; a call to C destroys all others.
 *
 * Included by the extension (any C compiler) and by the stencils (clang).
 */
#ifndef GRAFT_STENCIL_ABI_H
#define GRAFT_STENCIL_ABI_H

#include <stdint.h>

#define GRAFT_NREGS 8           /* of each class */
#define GRAFT_NSPILL 48         /* unboxed values that found no register */
#define GRAFT_NOPERANDS 18
#define GRAFT_PRESERVED_I 1     /* i0 survives calls to C */
#define GRAFT_TOOL 5            /* sys.monitoring.OPTIMIZER_ID, the tool that Graft is */

#define FAILED_LOST 2           /* the slot at arg[0].p has lost its object */

/* One per activation of compiled code, on the C stack. */
typedef struct jit_frame {
    uint64_t expected_breaker;  /* tstate->eval_breaker when nothing is asked of us */
    uint64_t stub;              /* set by a stub on its way to the engine */
    int64_t i[GRAFT_NREGS];     /* the register file while the engine runs */
    double d[GRAFT_NREGS];
    union { int64_t i; double d; } spill[GRAFT_NSPILL + 16];    /* and scratch cells */
    union { int64_t i; double d; void *p; } result;     /* of a helper */
    void *operand[GRAFT_NOPERANDS];     /* of a C function that is called */
    /* A call from the cold part of a stencil, which keeps all registers: */
    int (*slow)(struct jit_frame *);    /* 0, or not: go to slow_failed */
    void *slow_next, *slow_failed;
    union { int64_t i; double d; void *p; } arg[3];
    void *frame;                /* _PyInterpreterFrame * */
    void *tstate;               /* PyThreadState * */
    void *exit;                 /* the stub that compiled code left by, for the caller */
    /* Calls (emit/call_abi.h): */
    struct jit_frame *parent;   /* whose compiled code called this one's; NULL: the interpreter */
    struct call_site *site;     /* the call that runs */
    void *callee;               /* the room for its frame */
    void *function;             /* called by it, where the site does not say: owned */
    union {
        uint64_t flags;
        struct {
            uint8_t real;       /* the frame's header is written, and the interpreter knows it */
            uint8_t synced;     /* the frame was written back while the call ran */
            uint8_t failed;     /* MemoryError while leaving; FAILED_LOST */
            uint8_t settled;    /* real, without an object, and the frames below are written back */
            uint8_t reraised;   /* the exception has its place in the traceback: at unit arg[0].i */
            uint8_t generator;  /* the frame is a generator's, which has been resumed */
            uint8_t unseen;     /* UNSEEN_... (runtime/tracebacks.h) */
            uint8_t hole;       /* frames at hole_at and above are gone */
        };
    };
#define JIT_FRAME_VISIBLE (1u | 1u << 24)       /* flags: real and settled */
    uint64_t kind;              /* RETURNS_..., where the engine returns for the code */
    char *stack_limit;          /* machine stack below which nothing more is called */
    /* An exception whose traceback nobody has seen (runtime/tracebacks.h): */
    void *raised;               /* handled in this frame: borrowed */
    uint64_t raised_at;
    void *ended;                /* the innermost of the frames that it has ended, or NULL */
    void *hole_at;
} jit_frame;

#endif
