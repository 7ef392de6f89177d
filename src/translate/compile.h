/* Units, block versions and stubs: lazy basic block versioning.
 *
 *   unit      a code object that has compiled code
 *   block version   machine code for the bytecode at one offset in one context
 *   stub      a place that is not compiled yet, or where compiled code leaves:
 *             an offset, a context, and the jumps that lead here
 *
 * When a stub is reached, the engine compiles the block for the state it finds
 * (values are looked at, guards are put on what is seen), sends the stub's jumps
 * there and goes on; or it rebuilds the interpreter's state and leaves.
 */
#ifndef GRAFT_COMPILE_H
#define GRAFT_COMPILE_H

#include "emit/call_abi.h"
#include "emit/emit.h"
#include "translate/context.h"

typedef enum {
    STUB_COMPILE,       /* go on compiled */
    STUB_GUARD,         /* a guard failed: compile another try at the same instruction */
    STUB_BOXED,         /* int64 was not enough: do this instruction on objects */
    STUB_EXIT,          /* leave to the interpreter, at this instruction */
    STUB_RAISED,        /* this instruction raised an exception: to its handler, or leave */
} stub_kind;

typedef enum {
    EXIT_UNSUPPORTED,   /* bytecode, or types, that are not compiled */
    EXIT_POLL,          /* eval_breaker: signals, GIL, GC, tracing */
    EXIT_CONDITION,     /* an operation met a case that the interpreter handles */
    EXIT_POLYMORPHIC,   /* too many types at one instruction */
    EXIT_DEPTH,         /* a call, with no room for a frame */
    EXIT_FINALIZER,     /* dropping an object would run one */
    EXIT_RETURN,        /* the end of a function that the interpreter called */
    EXIT_EXCEPTION,
    EXIT_INVALID,       /* what the code relied on is no longer so */
    EXIT_STRESS,        /* forced, by the setting force_exit */
    EXIT_NO_MEMORY,
    EXIT_CACHE_FULL,
    EXIT_REASONS
} exit_reason;
extern const char *const exit_reason_names[EXIT_REASONS];

#define MOST_EXITS 16       /* before an instruction that has a general form */
#define MOST_TRIES 5        /* types tried at one instruction before it is given up */

typedef struct version {
    struct version *next;       /* of the same unit */
    label entry;
    snapshot *context;
    int at;
} version;

/* Where an exception is handled; `known`: this has been looked up. */
typedef struct {
    int at;                     /* -1: nowhere */
    int depth;
    bool lasti, known;
} handler_place;

typedef struct stub {
    label label;                /* must be first */
    struct unit *unit;
    snapshot *context;
    struct block_branch *branch;      /* the two-way branch that it ends, or NULL */
    uint32_t number;
    uint32_t next, previous;    /* numbers of others of the unit; 0: none */
    int at;
    int done;                   /* the instruction that execution has come from, of an exit behind it; or -1 */
    uint8_t kind;               /* stub_kind */
    uint8_t reason;             /* exit_reason, for STUB_EXIT */
    uint8_t tries;              /* guards that failed here before */
    uint8_t general;            /* for what is left when versions are used up */
    uint32_t generation;        /* of the unit; leads out when that has moved on */
    uint64_t hits;              /* exits */
    handler_place place;        /* of STUB_RAISED, once it was looked up */
    bool unwinds;               /* jumps to it go there directly, or it is where these give up */
    uint8_t *handler;           /* compiled code of that, once it was entered from here */
} stub;

/* A place where the interpreter's frames are taken over: a loop at its back-edge, or
 * a function at its start. */
typedef struct {
    int jump, target;           /* bytecode units; jump -1: the function's start */
    uint32_t count;             /* times passed while cold */
    uint32_t entries, fruitless, unjudged;
    uint8_t *code;              /* entry, for a stack of `depth` */
    int depth;
    bool off;                   /* given up */
    bool executor;              /* the interpreter comes by an executor, not by an event */
} loop_entry;

typedef struct unit {
    struct unit *next, **link;
    PyCodeObject *code;         /* borrowed: the unit dies with it */
    uint32_t code_version;      /* its co_version, which no other code ever has */
    instruction *in;            /* decoded bytecode, NULL until it is needed */
    uint8_t *is_target;
    int size;                   /* in bytecode units */
    int instructions;
    bool has_loop;
    version *versions;
    loop_entry *loops;
    int nloops;
    uint32_t stubs;             /* number of the first; 0: none */
    struct call_site *sites;
    uint32_t generation;        /* goes up when the compiled code is dropped; this field
                                 * stays readable when the unit has been freed */
    uint32_t calls, left;       /* as a function that compiled code calls: finished by the
                                 * interpreter so often */
    uint32_t seen;              /* calls in which the frame had to become real */
    uint32_t handled;           /* unit_only_handles() so often ... */
    uint64_t handled_at;        /* ... and when a window of them began */
    bool visible;               /* compiled for frames that are real from the start: call_abi.h */
    bool no_calls;              /* not worth calling from compiled code */
    bool no_room;               /* the cache is full: nothing more of it is compiled */
    struct dependency *dependencies;
    PyObject *globals, *builtins;   /* borrowed: what compiled code was made for */
    bool module;                /* made for frames whose local names are the globals */
    uint8_t refused;            /* cannot be compiled */
    uint8_t invalidations;
    uint8_t resets;             /* for frames with other globals */
    uint8_t *call_entry;        /* code of the function from its start, with everything in memory */
    uint32_t asked;             /* calls before there was such code */
    uint8_t **resume;           /* of a generator: its code by the bytecode unit at which it goes on,
                                 * or NULL; first for None that is sent, then for any value */
} unit;

unit *unit_new(PyCodeObject *code);         /* NULL: no memory */
void unit_free(unit *u);
/* The unit of a code object, made if needed; NULL: no memory, or none wanted. */
unit *unit_of(PyCodeObject *code);
/* The same if there is one, or NULL. */
unit *unit_found(PyCodeObject *code);
/* Counts an exception that one of its loops has handled and somebody has looked at.  Whether the
 * loops do hardly anything else: then they are given up. */
bool unit_only_handles(unit *u);
/* Drops all compiled code of the unit.  Who runs it leaves at the next check. */
void unit_reset(unit *u);
/* The frame of a call had to become real: from now on it will be from the start, if that
 * happens in more than every fifth call. */
void unit_seen(unit *u);
/* Decodes the bytecode, once.  False: it cannot be compiled. */
bool unit_prepare(unit *u);
/* A block is being translated.  (Looking things up may run Python code: the __eq__ of a key
 * in a class's dictionary.)  Nothing is entered or compiled meanwhile. */
extern bool compile_translating;
/* How many activations of compiled code are on the machine stacks. */
extern int compile_active;
/* Drops all compiled code and all counts. */
void units_reset(void);
/* From now on the interpreter comes by events only. */
void units_take_executors(void);
/* The instruction at which the interpreter looks for a handler when it was taken over
 * here and gets an exception back. */
static inline int entry_event(int jump, int target)
{
    return jump < 0 ? target - 1 : target;
}
loop_entry *unit_loop(unit *u, int jump, int target);   /* NULL: no memory */

/* The entry for a frame at a hot loop's back-edge, or at its start; NULL when it cannot be
 * compiled.  Called with the GIL; sets no exception. */
uint8_t *compile_entry(unit *u, loop_entry *loop, py_frame *frame);
/* How often a place has to be passed before it is compiled: the more code there is already, the
 * less of what is added to it runs often enough to be worth the time that compiling takes. */
uint64_t hot_count(void);

/* The code for a generator that goes on where its frame is suspended, with None sent or, if
 * `given`, with what lies above its stack; NULL as above. */
uint8_t *compile_resume(unit *u, py_frame *frame, bool given);

/* The code for a function's frame, not started, whose arguments are in place; NULL as above. */
uint8_t *compile_call(unit *u, py_frame *frame);

/* For the translator. */
call_site *site_new(unit *u);       /* owned by the unit; NULL: no memory */
stub *stub_new(unit *u, int at, const context *c, stub_kind kind, exit_reason reason);
version *version_find(unit *u, int at, const context *c, placement *moves, int *count);

/* A two-way branch at the end of a block, which can still be turned round. */
typedef struct block_branch {
    uint8_t *start, *end;       /* of the hot code */
    enum uop inverse;           /* the same test, jumping when it fails */
    int64_t operands[3];        /* without the label */
    int label_at;               /* its place among the operands */
    stub *taken, *other;        /* NULL once resolved */
} block_branch;

/* Translates the block at `at`, for the state in c (its `seen` filled), to the
 * hot cursor; what it cannot do becomes exits.  `kind` and `tries` are those of
 * the stub that asked. */
void translate_block(unit *u, int at, context *c, const py_frame *frame,
                     stub_kind kind, int tries);
/* Emits what goes from stub `s` (STUB_RAISED), whose context is c, to its handler, which is known.
 * False: it cannot be done. */
bool translate_unwind(unit *u, stub *s, context *c);
/* Emits what brings `c` to the form of version `v`, and the jump there. */
void translate_moves(context *c, const placement *moves, int count);
/* Emits what brings `c` into the most general form. */
void translate_generalize(unit *u, int at, context *c, const context *to);

/* Totals, for graft.stats(). */
typedef struct {
    uint64_t blocks, entries, compile_ns, invalidations;
    uint64_t exits[EXIT_REASONS];
} compile_totals;
extern compile_totals totals;
/* A list of (filename, qualname, line, opname, reason, count): new reference. */
PyObject *exits_by_location(void);

/* Settings. */
typedef struct {
    int64_t threshold, code_cache, max_versions, force_exit, machine_code;
} compile_settings;
extern compile_settings settings;
extern int64_t stress_countdown;

#endif
