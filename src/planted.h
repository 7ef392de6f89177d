/* Bugs planted on purpose by the build option planted_bug, to see that the tests find them.  In
 * every other build PLANTED(...) is false. */
#ifndef GRAFT_PLANTED_H
#define GRAFT_PLANTED_H

#include "planted_bug.h"

enum {
    BUG_none,
    BUG_unchecked_multiply,          /* a stencil: int64 multiplication without its check for overflow (tools/stencils) */
    BUG_unguarded_version,      /* a guard left out: an instance's class may be another one */
    BUG_lost_reference,         /* what is dropped from the stack stays counted */
    BUG_deaf_watcher,           /* globals that are bound anew do not drop code */
    BUG_forgotten_range,        /* a range iterator does not get its next value back when code is left */
};

#define PLANTED(name) (PLANTED_BUG == BUG_##name)

#endif
