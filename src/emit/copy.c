/* The copier: a micro-op's stencil into the code cache, its holes filled
 * (Xu and Kjolstad, "Copy-and-Patch Compilation", 2021).  x86-64.  Or its record. */
#include "emit/cache.h"
#include "emit/records.h"
#include "memory.h"
#include <string.h>

/* jmp rel32, or a record: either ends in the distance. */
#define JUMP_SIZE (cache.machine_code ? 5 : 8)

enter_function graft_enter;

/* For when there is no memory: emit_reserve sees to it that there is one. */
static jump_site *spare;

void label_add_site(label *l, uint8_t *at)
{
    if (!l->movable) {
        return;
    }
    jump_site *site = memory_new(sizeof(*site));
    if (site == NULL && spare != NULL) {
        site = spare;
        spare = NULL;
    }
    if (site == NULL) {
        cache.full = true;      /* as good as: the block is given up */
        return;
    }
    site->at = at;
    site->next = l->sites;
    l->sites = site;
}

static void fill(uint8_t *at, const hole *h, int64_t value)
{
    int32_t bytes = (int32_t)(value + h->addend - (h->relative ? (int64_t)(intptr_t)at : 0));
    memcpy(at, &bytes, 4);
}

static void emit_record(part where, enum uop uop, const int64_t *operands)
{
    uint8_t **cursor = where == HOT ? &cache.hot : &cache.cold;
    uint8_t *at = *cursor, *limit = where == HOT ? cache.hot_end : cache.cold_end;
    if (cache.full || at + record_size(uop) + JUMP_SIZE > limit) {
        cache_no_room();
        return;
    }
    *cursor += record_size(uop);
    record_write(at, uop, operands);
}

static void copy_uop(part where, enum uop uop, const int64_t *operands, kept registers)
{
    if (!cache.machine_code) {
        emit_record(where, uop, operands);
        return;
    }
    const uop_info *info = &uop_table[uop];
    unsigned index = info->first, scale = 1;
    int64_t imm[4];
    uint8_t *pool[3];
    label *labels[5];
    int nimm = 0, npool = 0, nlabels = 0;
    for (int n = 0; info->operands[n]; n++) {
        switch (info->operands[n]) {
            case 'i':
            case 'd':
                index += (unsigned)operands[n] * scale;
                scale *= GRAFT_NREGS;
                break;
            case 'k':
                imm[nimm++] = operands[n];
                break;
            case 'p':
                pool[npool++] = cache_pool(operands[n]);
                break;
            case 'x':
                labels[nlabels++] = (label *)(intptr_t)operands[n];
                break;
        }
    }
    const stencil *s = &stencil_table[stencil_index[index]];
    uint8_t **hot_cursor = where == HOT ? &cache.hot : &cache.cold;
    uint8_t *hot = *hot_cursor;
    uint8_t *hot_limit = where == HOT ? cache.hot_end : cache.cold_end;
    if (where == COLD) {
        hot_limit -= s->cold_size;
    }
    if (cache.full || hot + s->hot_size + JUMP_SIZE > hot_limit
        || cache.cold + s->cold_size > cache.cold_end) {
        cache_no_room();
        return;
    }
    *hot_cursor += s->hot_size;
    uint8_t *cold = cache.cold;
    cache.cold += s->cold_size;
    memcpy(hot, stencil_code + s->code, s->hot_size);
    memcpy(cold, stencil_code + s->code + s->hot_size, s->cold_size);
    for (int n = 0; n < s->hot_holes + s->cold_holes; n++) {
        const hole *h = &stencil_holes[s->holes + (uint32_t)n];
        uint8_t *at = (n < s->hot_holes ? hot : cold) + h->offset;
        int64_t target = 0;
        switch ((enum hole_what)h->what) {
            case HOLE_IMM:
                target = imm[h->which];
                break;
            case HOLE_POOL:
                target = (int64_t)(intptr_t)pool[h->which];
                break;
            case HOLE_LABEL:
                target = (int64_t)(intptr_t)labels[h->which]->code;
                label_add_site(labels[h->which], at);
                break;
            case HOLE_NEXT:
                target = (int64_t)(intptr_t)(hot + s->hot_size);
                break;
            case HOLE_HOT:
                target = (int64_t)(intptr_t)hot;
                break;
            case HOLE_COLD:
                target = (int64_t)(intptr_t)cold;
                break;
            case HOLE_SYM:
                target = (int64_t)(intptr_t)(cache.symbols + 8 * h->which);
                break;
            case HOLE_BLOB:
                target = (int64_t)(intptr_t)cache.blobs[h->which == STENCIL_SLOW
                                                        ? STENCIL_SLOW + registers : h->which];
                break;
            case HOLE_DATA:
                target = (int64_t)(intptr_t)(cache.constants + 16 * h->which);
                break;
        }
        fill(at, h, target);
    }
}

void emit_uop(part where, enum uop uop, const int64_t *operands)
{
    copy_uop(where, uop, operands, KEEP_ALL);
}

void emit_uop_keeping(kept registers, part where, enum uop uop, const int64_t *operands)
{
    copy_uop(where, uop, operands, registers);
}

bool emit_reserve(uint8_t *at, enum uop uop, const int64_t *operands)
{
    const char *kinds = uop_table[uop].operands;
    unsigned index = uop_table[uop].first, scale = 1;
    for (int n = 0; kinds[n]; n++) {
        if (kinds[n] == 'p' && cache_pool(operands[n]) == NULL) {
            return false;
        }
        if (kinds[n] == 'i' || kinds[n] == 'd') {
            index += (unsigned)operands[n] * scale;
            scale *= GRAFT_NREGS;
        }
    }
    if (spare == NULL && (spare = memory_new(sizeof(*spare))) == NULL) {
        return false;
    }
    if (!cache.machine_code) {
        return at >= cache.chunk && at + record_size(uop) + JUMP_SIZE <= cache.hot_end;
    }
    const stencil *s = &stencil_table[stencil_index[index]];
    return at >= cache.chunk && at + s->hot_size + JUMP_SIZE <= cache.hot_end
           && cache.cold + s->cold_size <= cache.cold_end;
}

/* Whether the distance at `at` is that of a jump which nothing but the distance depends on. */
static bool is_jump(const uint8_t *at)
{
    if (cache.machine_code) {
        return at[-1] == 0xe9;
    }
    int32_t field;
    memcpy(&field, at - 4, 4);
    return field == RECORD_JUMP;
}

void emit_jump(label *to)
{
    if (cache.full || cache.hot + JUMP_SIZE > cache.hot_end) {
        cache_no_room();
        return;
    }
    uint8_t *at = cache.hot;
    cache.hot += JUMP_SIZE;
    int32_t distance = (int32_t)(to->code - cache.hot);
    if (cache.machine_code) {
        at[0] = 0xe9;
    }
    else {
        memcpy(at, &(int32_t){RECORD_JUMP}, 4);
    }
    memcpy(cache.hot - 4, &distance, 4);
    label_add_site(to, cache.hot - 4);
}

uint8_t *emit_stub(uint32_t number)
{
    uint8_t *at = cache.cold;
    label engine = {cache.blobs[STENCIL_ENGINE], NULL, false};
    emit_uop(COLD, U_stub, (int64_t[]){number, (int64_t)(intptr_t)&engine});
    return at;
}

void label_redirect(label *from, label *to)
{
    for (jump_site **link = &from->sites; *link != NULL;) {
        jump_site *site = *link;
        if (cache_patch(site->at, (int32_t)(to->code - (site->at + 4)))) {
            *link = site->next;
            memory_free(site);
        }
        else {
            link = &site->next;
        }
    }
}

void label_divert(label *l, cache_mark since, uint8_t *to)
{
    for (jump_site *site = l->sites; site != NULL && !cache.full; site = site->next) {
        if ((site->at >= since.hot && site->at < cache.hot)
            || (site->at >= since.cold && site->at < cache.cold)) {
            int32_t distance = (int32_t)(to - (site->at + 4));
            memcpy(site->at, &distance, 4);
        }
    }
}

void label_forget(label *l, uint8_t *start, uint8_t *end)
{
    for (jump_site **link = &l->sites; *link != NULL;) {
        jump_site *site = *link;
        if (site->at >= start && site->at < end) {
            *link = site->next;
            memory_free(site);
        }
        else {
            link = &site->next;
        }
    }
}

void label_clear(label *l)
{
    label_forget(l, NULL, (uint8_t *)UINTPTR_MAX);
}

bool emit_take_back_jump(label *l)
{
    uint8_t *at = cache.hot - 4;
    for (jump_site *site = l->sites; site != NULL; site = site->next) {
        if (site->at == at && is_jump(at) && cache.hot - JUMP_SIZE >= cache.chunk) {
            label_forget(l, at, at + 4);
            cache.hot -= JUMP_SIZE;
            return true;
        }
    }
    return false;
}

void emit_jump_again(uint8_t *at, label *l)
{
    cache.full = false;
    cache.hot = at;
    emit_jump(l);
}
