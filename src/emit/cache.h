/* What cache.c and copy.c share. */
#ifndef GRAFT_CACHE_H
#define GRAFT_CACHE_H

#include "emit/emit.h"

#define MOST_OPEN 8

typedef struct {
    cache_mapping *mapping;
    uint8_t *base;
    size_t size;
    /* The chunk that is being filled: hot code, then cold code. */
    uint8_t *chunk;
    uint8_t *hot, *hot_end;         /* next free byte, end of the region */
    uint8_t *cold, *cold_end;
    uint8_t *code_start, *cold_start;   /* where its two kinds begin, behind what every cache holds */
    size_t hot_before, cold_before;     /* bytes in the chunks that are full */
    size_t chunk_size, stride;
    uint8_t *data, *data_start, *data_end;
    uint8_t *symbols, *constants;   /* in data: process symbols, stencil constants */
    uint8_t *blobs[STENCIL_BLOBS];
    uint8_t *opened[MOST_OPEN];     /* chunks that are writable now, the one being filled first */
    int nopened;
    int closed;                     /* protection of chunks that are not open */
    bool machine_code;              /* or records (emit/records.h) */
    bool ready;                     /* there may be code in it that somebody runs */
    bool full, broken;
    bool no_room;                   /* full, because the chunk is */
    bool spent;                     /* and there is no other */
    bool fresh;                     /* nothing was in the chunk when it was opened */
} code_cache;

extern code_cache cache;

/* Writes four bytes of code, opening their chunk when it is not open; false: refused. */
bool cache_patch(uint8_t *at, int32_t bytes);
/* What was to be emitted does not fit. */
void cache_no_room(void);
/* Notes that the four bytes are a jump to it. */
void label_add_site(label *l, uint8_t *at);
/* A micro-op as a record: its size, and writing it. */
unsigned record_size(enum uop uop);
void record_write(uint8_t *at, enum uop uop, const int64_t *operands);
/* Address of an eight-byte constant in data; NULL: full. */
uint8_t *cache_pool(int64_t bits);

#endif
