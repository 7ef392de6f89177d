/* The engine's own memory, with the GIL held: counted, so that tests can tell what is left over,
 * and made to fail by them. */
#ifndef GRAFT_MEMORY_H
#define GRAFT_MEMORY_H

#include <stddef.h>

/* NULL: there is none. */
void *memory_new(size_t size);
void *memory_zeroed(size_t count, size_t size);
void *memory_resized(void *old, size_t size);       /* NULL: the old one stays */
void memory_free(void *p);
/* How many pieces are held. */
size_t memory_pieces(void);

#endif
