/* The code cache: memory for compiled code, never writable and executable at
 * once.  Private to the process (not shared with children after a fork, which
 * inherit a copy), so the one mapping changes its protection around writes.
 *
 * It does so by chunks, which are few pages with a gap behind them: a chunk is the
 * whole of what the system knows as a mapping, which it then neither has to cut
 * into pieces nor to put together again. */
#define _GNU_SOURCE
#include "emit/cache.h"
#include "emit/records.h"
#include "faults.h"
#include "memory.h"
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#ifndef MAP_FIXED_NOREPLACE
#  define MAP_FIXED_NOREPLACE 0x100000
#endif
#ifndef PR_GET_MDWE
#  define PR_GET_MDWE 66
#endif
#define CHUNK (64 * 1024)
#define LEAST 2048              /* room of a kind for one more block */
#define CROWDED 1024            /* for one more instruction */

code_cache cache;

/* A mapping lives as long as it is the cache, or somebody runs code in it. */
struct cache_mapping { uint8_t *base; size_t size; int users; bool given_up; };

static size_t page_size;
static int seccomp_was;

/* What the system may refuse. */
static bool set_protection(uint8_t *from, size_t bytes, int protection)
{
    return !fault(FAULT_PAGES) && mprotect(from, bytes, protection) == 0;
}

static uint8_t *page_down(uint8_t *p)
{
    return (uint8_t *)((uintptr_t)p & ~(page_size - 1));
}

static uint8_t *page_up(uint8_t *p)
{
    return page_down(p + page_size - 1);
}

/* Near the interpreter, if there is room, so that 32 bits reach it. */
static uint8_t *reserve(size_t size)
{
    extern int Py_IsInitialized(void);
    uintptr_t near = (uintptr_t)&Py_IsInitialized & ~(uintptr_t)0xffffff;
    const uintptr_t step = 16 << 20, reach = 1u << 30;
    if (fault(FAULT_PAGES)) {
        return NULL;
    }
    for (uintptr_t distance = 4 * step; distance < reach; distance += step) {
        void *hint = (void *)(near + distance);
        void *p = mmap(hint, size, PROT_NONE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
        if (p == hint) {
            return p;
        }
        if (p != MAP_FAILED) {
            munmap(p, size);        /* a kernel that does not know the flag */
            break;
        }
    }
    void *p = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

static uint8_t *least(uint8_t *a, uint8_t *b)
{
    return a < b ? a : b;
}

static uint8_t *copy_code(const stencil *s)
{
    uint8_t *at = cache.hot;
    memcpy(at, stencil_code + s->code, (size_t)s->hot_size + s->cold_size);
    for (int n = 0; n < s->hot_holes + s->cold_holes; n++) {
        const hole *h = &stencil_holes[s->holes + (uint32_t)n];
        uint8_t *where = at + h->offset + (n < s->hot_holes ? 0 : s->hot_size);
        uint8_t *target = h->what == HOLE_SYM ? cache.symbols + 8 * h->which
                        : h->what == HOLE_COLD ? at + s->hot_size : at;
        int32_t bytes = (int32_t)(target + h->addend - where);
        memcpy(where, &bytes, 4);
    }
    cache.hot = (uint8_t *)(((uintptr_t)at + s->hot_size + s->cold_size + 15) & ~(uintptr_t)15);
    return at;
}

/* Divides the chunk into hot and cold, as the code so far was. */
static void begin_chunk(uint8_t *chunk)
{
    size_t hot = cache.hot_before, cold = cache.cold_before, size = cache.chunk_size;
    size_t part = hot + cold == 0 ? size / 2 : (size_t)((double)hot / (double)(hot + cold) * (double)size);
    part = part < size / 4 ? size / 4 : part > size / 4 * 3 ? size / 4 * 3 : part;
    cache.chunk = cache.hot = cache.code_start = chunk;
    cache.cold = cache.cold_start = cache.hot_end = chunk + (part & ~(size_t)15);
    cache.cold_end = chunk + size;
}

static bool is_last_chunk(void)
{
    return cache.chunk + cache.stride + cache.chunk_size > cache.data_start;
}

static bool next_chunk(void)
{
    if (is_last_chunk()) {
        return false;
    }
    cache.hot_before += (size_t)(cache.hot - cache.code_start);
    cache.cold_before += (size_t)(cache.cold - cache.cold_start);
    begin_chunk(cache.chunk + cache.stride);
    return true;
}

bool cache_create(size_t size, bool machine_code)
{
    page_size = (size_t)sysconf(_SC_PAGESIZE);
    seccomp_was = prctl(PR_GET_SECCOMP, 0, 0, 0, 0);
    size_t fixed = 8 * STENCIL_SYMBOLS + 16 * STENCIL_DATA + 64;
    size_t limit = size;        /* of code; a small one is smaller than the pages it is in */
    size = (size + page_size - 1) & ~(page_size - 1);
    if (size < 4 * page_size) {
        size = 4 * page_size;
    }
    memset(&cache, 0, sizeof(cache));
    cache.base = reserve(size);
    cache.mapping = cache.base != NULL ? memory_new(sizeof(*cache.mapping)) : NULL;
    if (cache.mapping == NULL) {
        if (cache.base != NULL) {
            munmap(cache.base, size);
        }
        return false;
    }
    *cache.mapping = (struct cache_mapping){cache.base, size, 0, false};
    cache.size = size;
    cache.machine_code = machine_code;
    cache.closed = machine_code ? PROT_READ | PROT_EXEC : PROT_READ;
    size_t eighth = (size / 8 + page_size - 1) & ~(page_size - 1);
    cache.data = cache.data_start = cache.base + size - eighth;
    cache.data_end = cache.base + size;
    bool small = size - eighth < 2 * (CHUNK + page_size);
    cache.chunk_size = small ? size - eighth : CHUNK;
    cache.stride = cache.chunk_size + page_size;
    begin_chunk(cache.base);
    if (fixed > eighth
        || !set_protection(cache.data_start, eighth, PROT_READ | PROT_WRITE)) {
        cache_destroy();
        return false;
    }
    cache.constants = cache.data;
    memcpy(cache.constants, stencil_data, 16 * STENCIL_DATA);
    cache.symbols = cache.constants + 16 * (STENCIL_DATA + 1);
    memcpy(cache.symbols, stencil_symbols, 8 * STENCIL_SYMBOLS);
    cache.data = cache.symbols + 8 * STENCIL_SYMBOLS;
    /* What code is called through is never written again. */
    uint8_t *rest = page_up(cache.data);
    if (rest < cache.data_end
        && set_protection(cache.data_start, (size_t)(rest - cache.data_start), PROT_READ)) {
        cache.data = rest;
    }
    if (!cache_open()) {
        cache_destroy();
        return false;
    }
    if (machine_code) {
        for (int n = 0; n < STENCIL_BLOBS; n++) {
            cache.blobs[n] = copy_code(&stencil_table[n]);
        }
        graft_enter = (enter_function)(void *)cache.blobs[STENCIL_ENTER];
    }
    else {
        cache.blobs[STENCIL_ENGINE] = cache.hot;
        memcpy(cache.hot, &(int32_t){RECORD_ENGINE}, 4);
        cache.hot += 4;
        graft_enter = records_enter;
    }
    cache_close();
    if (cache.broken) {
        cache_destroy();
        return false;
    }
    cache.code_start = cache.hot;
    cache.hot_end = least(cache.hot_end, cache.hot + limit / 2);
    cache.cold_end = least(cache.cold_end, cache.cold + limit / 2);
    cache.ready = true;
    return true;
}

static void release(cache_mapping *m)
{
    if (m != NULL && m->given_up && m->users == 0) {
        munmap(m->base, m->size);
        memory_free(m);
    }
}

cache_mapping *cache_enter(void)
{
    cache.mapping->users++;
    return cache.mapping;
}

void cache_leave(cache_mapping *m)
{
    m->users--;
    release(m);
}

void cache_destroy(void)
{
    cache_mapping *m = cache.mapping;
    if (m != NULL) {
        m->given_up = true;
        release(m);
    }
    memset(&cache, 0, sizeof(cache));
}

extern _Noreturn void Py_FatalError(const char *message);

/* What has code in it must become so again: somebody may be on the way back to it. */
static void make_executable(uint8_t *chunk)
{
    if (!set_protection(chunk, cache.chunk_size, cache.closed)) {
        cache.broken = true;
        if (mprotect(chunk, cache.chunk_size, cache.closed) != 0 && cache.ready) {
            Py_FatalError("graft: the system no longer lets machine code be executed");
        }
    }
}

/* Whether the process has been forbidden meanwhile to make pages executable: then none that
 * holds code may be opened. */
static bool forbidden(void)
{
    return prctl(PR_GET_MDWE, 0, 0, 0, 0) > 0 || prctl(PR_GET_SECCOMP, 0, 0, 0, 0) != seccomp_was;
}

/* Makes the chunk writable until cache_close. */
static bool open_chunk(uint8_t *chunk)
{
    if (cache.broken) {         /* it may be one that could not be opened */
        return false;
    }
    for (int n = 0; n < cache.nopened; n++) {
        if (cache.opened[n] == chunk) {
            return true;
        }
    }
    if (cache.nopened == MOST_OPEN) {
        uint8_t *second = cache.opened[1];
        cache.opened[1] = cache.opened[--cache.nopened];    /* not the one just opened */
        make_executable(second);
    }
    cache.opened[cache.nopened++] = chunk;
    return set_protection(chunk, cache.chunk_size, PROT_READ | PROT_WRITE);
}

bool cache_open(void)
{
    cache.full = cache.no_room = cache.spent = false;
    if (cache.base == NULL || cache.broken) {
        return false;
    }
    if (cache.machine_code && forbidden()) {
        cache.broken = true;
        return false;
    }
    if (cache.hot_end - cache.hot < LEAST || cache.cold_end - cache.cold < LEAST) {
        (void)next_chunk();
    }
    cache.fresh = cache.hot == cache.code_start;
    if (!open_chunk(cache.chunk)) {
        cache_close();
        return false;
    }
    return true;
}

void cache_close(void)
{
    while (cache.nopened > 0) {
        make_executable(cache.opened[--cache.nopened]);
    }
}

void cache_give_up(void)
{
    cache.full = true;
}

void cache_no_room(void)
{
    cache.no_room |= !cache.full;
    cache.full = true;
}

bool cache_full(void)
{
    return cache.full || cache.broken;
}

bool cache_go_on(void)
{
    if (!cache.no_room || cache.broken) {
        return false;
    }
    cache.spent = cache.fresh || !next_chunk();
    return !cache.spent;
}

bool cache_is_spent(void)
{
    return cache.spent;
}

bool cache_crowded(void)
{
    return (cache.hot_end - cache.hot < CROWDED || cache.cold_end - cache.cold < CROWDED)
           && !is_last_chunk();
}

size_t cache_code_bytes(void)
{
    return cache.hot_before + (size_t)(cache.hot - cache.code_start)
           + cache.cold_before + (size_t)(cache.cold - cache.cold_start);
}

size_t cache_data_bytes(void)
{
    return (size_t)(cache.data - cache.data_start);
}

cache_mark cache_position(void)
{
    return (cache_mark){cache.hot, cache.cold};
}

void cache_rewind(cache_mark mark)
{
    cache.hot = mark.hot;
    cache.cold = mark.cold;
}

bool cache_patch(uint8_t *at, int32_t bytes)
{
    if (!open_chunk(cache.base + (size_t)(at - cache.base) / cache.stride * cache.stride)) {
        cache.broken = true;
        return false;
    }
    memcpy(at, &bytes, 4);
    return true;
}

uint8_t *cache_pool(int64_t bits)
{
    /* The same constants come again in the next version of a block. */
    uint8_t *first = cache.symbols + 8 * STENCIL_SYMBOLS;
    for (uint8_t *at = cache.data - 8, *stop = cache.data - 8 * 64; at >= first && at > stop; at -= 8) {
        if (memcmp(at, &bits, 8) == 0) {
            return at;
        }
    }
    if (cache.data + 8 > cache.data_end) {
        cache.full = cache.spent = true;
        return NULL;
    }
    memcpy(cache.data, &bits, 8);
    cache.data += 8;
    return cache.data - 8;
}
