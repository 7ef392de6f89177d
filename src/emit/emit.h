/* Stencils in, machine code out: the code cache and the copier.
 * The only room with knowledge of the processor. */
#ifndef GRAFT_EMIT_H
#define GRAFT_EMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "emit/stencil_abi.h"
#include "stencils.h"

/* A place in the code that others jump to.  While it may still move, it keeps
 * the list of those jumps. */
typedef struct jump_site {
    struct jump_site *next;
    uint8_t *at;                /* four bytes, relative to their end */
} jump_site;
typedef struct {
    uint8_t *code;
    jump_site *sites;
    bool movable;
} label;

/* ---- the code cache -----------------------------------------------------
 * One reservation: chunks of hot and cold code, data.  Code pages are readable and
 * (for machine code) executable, and writable instead only between cache_open and cache_close. */
/* For machine code, or for records of micro-ops.  False: no memory, or not allowed to execute. */
bool cache_create(size_t size, bool machine_code);
void cache_destroy(void);
/* Around running its code, which a cache_destroy meanwhile leaves in place. */
typedef struct cache_mapping cache_mapping;
cache_mapping *cache_enter(void);
void cache_leave(cache_mapping *m);
bool cache_open(void);                  /* false: full, or the system refuses */
void cache_close(void);
bool cache_full(void);                  /* something did not fit since cache_open */
/* That was so because of what the chunk had held before: another one is begun. */
bool cache_go_on(void);
/* It was so, and there is no room anywhere. */
bool cache_is_spent(void);
bool cache_crowded(void);               /* not much fits in any more: better go on in another chunk */
void cache_give_up(void);               /* as if it were so: what was written since leads nowhere */
size_t cache_code_bytes(void);
size_t cache_data_bytes(void);

typedef struct { uint8_t *hot, *cold; } cache_mark;
cache_mark cache_position(void);
/* Gives back all code since the mark, which nothing may refer to. */
void cache_rewind(cache_mark mark);

/* ---- the copier: all between cache_open and cache_close ------------------ */
typedef enum { HOT, COLD } part;

/* Copies the stencil of a micro-op with operands as uops.def lists them:
 * register numbers, constants, bits of doubles, pointers, and `label *`.
 * On a full cache does nothing but note that. */
void emit_uop(part where, enum uop uop, const int64_t *operands);
/* The same; when its cold part calls C, only these registers need to keep what they hold. */
typedef enum { KEEP_ALL, KEEP_INTS, KEEP_NONE } kept;
void emit_uop_keeping(kept registers, part where, enum uop uop, const int64_t *operands);
/* Makes sure that the micro-op and a jump can be emitted at `at`, in the hot part.
 * False: full. */
bool emit_reserve(uint8_t *at, enum uop uop, const int64_t *operands);
void emit_jump(label *to);
/* The code of a stub: notes `number` and goes to the engine. */
uint8_t *emit_stub(uint32_t number);
/* Sends all jumps to `from` to `to`.  Those stay its sites whose pages the system does not let
 * be written. */
void label_redirect(label *from, label *to);
/* Sends the jumps to `l` emitted since the mark to the code `to`, until label_redirect sends
 * them on. */
void label_divert(label *l, cache_mark since, uint8_t *to);
/* Forgets (and frees) the list of jumps to it that lie in [start, end). */
void label_forget(label *l, uint8_t *start, uint8_t *end);
void label_clear(label *l);
/* Whether the last thing in the hot part is a jump to `l`: then it is taken
 * back, and code emitted next is fallen into. */
bool emit_take_back_jump(label *l);
/* Puts a jump to `l` at `at`, where one was, and the hot cursor behind it: what
 * was emitted since is given up. */
void emit_jump_again(uint8_t *at, label *l);

/* Runs compiled code until it leaves through graft_on_stub, or returns (RETURNS_...). */
typedef uint64_t (*enter_function)(void *frame, void *tstate, jit_frame *jf, uint8_t *code);
extern enter_function graft_enter;

#endif
