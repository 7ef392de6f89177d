/* What the bodies of micro-ops mean as steps: ordinary C functions, for any compiler, each
 * of which does what a record in the code cache says (emit/records.h).  Included by the
 * steps (tools/stencils/steps.py), by way of stencil_env.h.
 *
 * A step is one function for all choices of registers: the register file is memory, and the
 * numbers of the registers are operands of the record, like everything that is a hole in
 * machine code. */
#ifndef GRAFT_STEP_ENV_H
#define GRAFT_STEP_ENV_H

#include "emit/records.h"
#include <stdlib.h>

typedef const uint8_t *stencil_code;
#define PARAMS const uint8_t *record, register_file *file, char *frame, char *ts, jit_frame *jf
#define STENCIL static
#define SYM(name) name
#define i0 file->i[0]
#define i1 file->i[1]
#define i2 file->i[2]
#define i3 file->i[3]
#define i4 file->i[4]
#define i5 file->i[5]
#define i6 file->i[6]
#define i7 file->i[7]
#define d0 file->d[0]
#define d1 file->d[1]
#define d2 file->d[2]
#define d3 file->d[3]
#define d4 file->d[4]
#define d5 file->d[5]
#define d6 file->d[6]
#define d7 file->d[7]

/* Operands: field n of the record, and what it is the distance to. */
#define FIELD(n) (((const int32_t *)record)[n])
#define FAR(n) (record + 4 * (n) + 4 + FIELD(n))
#define BEHIND(fields) (record + 4 * (fields))

/* A label is a pointer to its field, or an address. */
static inline const uint8_t *label_target(const int32_t *field)
{
    return (const uint8_t *)(field + 1) + *field;
}
static inline const uint8_t *address_target(const uint8_t *address)
{
    return address;
}
#define TARGET(label) \
    _Generic((label), const int32_t *: label_target, const uint8_t *: address_target)(label)
#define EXIT(label) return (int64_t)(intptr_t)TARGET(label)
/* A call to C destroys the registers but i0 and its results, which are bits of the masks. */
#ifdef NDEBUG
#  define LOSE(i_kept, d_kept)
#else
#  define LOSE(i_kept, d_kept) records_lose(file, i_kept, d_kept);
#endif
#define EXIT_WITH(label) { LOSE(1, 1) EXIT(label); }
#define EXIT_LOST(label) { LOSE(0, 0) EXIT(label); }
#define FORGET(i, d)
#define RUN(code, frame, inner) records_run(TARGET(code), file, frame, ts, inner)

/* (Without a label, the function cannot fail.) */
#define SLOW_CALL(function) { if (function(jf) != 0) abort(); EXIT(H_NEXT); }
#define SLOW_CALL_OR(function, label) { if (function(jf) != 0) EXIT(label); EXIT(H_NEXT); }
#define SLOW_CALL_THEN(function, done, label) { if (function(jf) != 0) EXIT(label); EXIT(done); }
#define OPAQUE(x)
#define INT_TO_DOUBLE(to, from) to = (double)(from)
#define STACK_POINTER(to) to = __builtin_frame_address(0)

#endif
