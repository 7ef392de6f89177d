/* What cache.c and copy.c share. */
#ifndef GRAFT_CACHE_H
#define GRAFT_CACHE_H

#include "emit/emit.h"

#define MOST_PATCHED 8

typedef struct {
    cache_mapping *mapping;
    uint8_t *base;
    size_t size;
    uint8_t *hot, *hot_end;         /* next free byte, end of the region */
    uint8_t *cold, *cold_end;
    uint8_t *data, *data_end;
    uint8_t *cold_start, *data_start;
    uint8_t *code_start;            /* behind what every cache holds */
    uint8_t *symbols, *constants;   /* in data: process symbols, stencil constants */
    uint8_t *blobs[STENCIL_BLOBS];
    uint8_t *open_hot, *open_hot_end, *open_cold, *open_cold_end;
    uint8_t *patched[MOST_PATCHED]; /* pages outside of these that are open, too */
    int npatched;
    int closed;                     /* protection of pages that are not open */
    bool machine_code;              /* or records (emit/records.h) */
    bool full, broken;
} code_cache;

extern code_cache cache;

/* Writes four bytes of code, opening their page when it is not open. */
void cache_patch(uint8_t *at, int32_t bytes);
/* Notes that the four bytes are a jump to it. */
void label_add_site(label *l, uint8_t *at);
/* A micro-op as a record: its size, and writing it. */
unsigned record_size(enum uop uop);
void record_write(uint8_t *at, enum uop uop, const int64_t *operands);
/* Address of an eight-byte constant in data; NULL: full. */
uint8_t *cache_pool(int64_t bits);

#endif
