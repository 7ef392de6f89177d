/* Micro-ops without machine code: where there are no stencils to be copied, the code cache
 * holds records, and C functions, the steps, do what they say.  For sanitizers, and for systems
 * that forbid executable memory.
 *
 * A record is an array of int32_t: the number of its step, then the operands as uops.def lists
 * them, but for fixed registers: a register's number, an immediate, the distance to a label or to
 * a constant in the pool, from the field's end.  Control goes on behind it. */
#ifndef GRAFT_RECORDS_H
#define GRAFT_RECORDS_H

#include "emit/stencil_abi.h"

typedef struct {
    int64_t i[GRAFT_NREGS];
    double d[GRAFT_NREGS];
} register_file;

/* Where control goes on, as an address, or RETURNS_...: the code returns. */
typedef int64_t (*step)(const uint8_t *record, register_file *file, char *frame, char *ts, jit_frame *jf);

/* Steps that are no micro-ops. */
enum {
    RECORD_ENGINE = -2,
    RECORD_JUMP = -1,           /* as a record's last but one field, only ever a jump: distances are
                                 * divisible by four, and other fields not negative */
};
/* By the step's number + 2. */
extern const step step_table[];

/* Does what the records at `code` say, with its own copy of the registers, until they return. */
int64_t records_run(const uint8_t *code, const register_file *file, char *frame, char *ts, jit_frame *jf);
/* The same, called like machine code (enter_function). */
uint64_t records_enter(void *frame, void *tstate, jit_frame *jf, uint8_t *code);
/* Gives registers that a call to C destroys values that nobody can mistake for theirs. */
void records_lose(register_file *file, unsigned i_kept, unsigned d_kept);

#endif
