/* The engine's own memory: CPython's raw allocator, counted. */
#include "memory.h"
#include "faults.h"
#include <Python.h>

struct fault_state faults[FAULT_KINDS];
static size_t pieces;

static void *counted(void *p)
{
    pieces += p != NULL;
    return p;
}

void *memory_new(size_t size)
{
    return fault(FAULT_MEMORY) ? NULL : counted(PyMem_RawMalloc(size));
}

void *memory_zeroed(size_t count, size_t size)
{
    return fault(FAULT_MEMORY) ? NULL : counted(PyMem_RawCalloc(count, size));
}

void *memory_resized(void *old, size_t size)
{
    void *p = fault(FAULT_MEMORY) ? NULL : PyMem_RawRealloc(old, size);
    return old == NULL ? counted(p) : p;
}

void memory_free(void *p)
{
    pieces -= p != NULL;
    PyMem_RawFree(p);
}

size_t memory_pieces(void)
{
    return pieces;
}
