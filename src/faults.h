/* Faults made on purpose, for tests: the engine's allocations, changes of pages' protection and
 * translations that fail, and signals at the polls of compiled code, each every n-th time as the
 * settings say (fail_memory, fail_pages, fail_translation, signals; 0: never). */
#ifndef GRAFT_FAULTS_H
#define GRAFT_FAULTS_H

#include <stdbool.h>
#include <stdint.h>

typedef enum { FAULT_MEMORY, FAULT_PAGES, FAULT_TRANSLATION, FAULT_SIGNAL, FAULT_KINDS } fault_kind;

extern struct fault_state { int64_t every, left; } faults[FAULT_KINDS];

/* Whether it is to fail this time. */
static inline bool fault(fault_kind kind)
{
    struct fault_state *f = &faults[kind];
    if (__builtin_expect(f->every == 0, 1) || --f->left > 0) {
        return false;
    }
    f->left = f->every;
    return true;
}

static inline void faults_restart(void)
{
    for (int n = 0; n < FAULT_KINDS; n++) {
        faults[n].left = faults[n].every;
    }
}

#endif
