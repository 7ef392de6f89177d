/* Records: writing them into the code cache, and running them. */
#include "emit/records.h"
#include "emit/cache.h"
#include "emit/call_abi.h"
#include <string.h>

#define NOBODYS INT64_C(0x7ff4dead7ff4dead)     /* as a double: a signalling NaN */

unsigned record_size(enum uop uop)
{
    return 4 + 4 * (unsigned)strlen(uop_table[uop].operands);
}

void record_write(uint8_t *at, enum uop uop, const int64_t *operands)
{
    const char *kinds = uop_table[uop].operands;
    int32_t field = (int32_t)uop;
    memcpy(at, &field, 4);
    for (int n = 0; kinds[n]; n++) {
        int64_t value = operands[n];
        at += 4;
        if (kinds[n] == 'p') {
            const uint8_t *place = cache_pool(value);
            value = place != NULL ? place - (at + 4) : 0;
        }
        else if (kinds[n] == 'x') {
            label *to = (label *)(intptr_t)value;
            value = to->code - (at + 4);
            label_add_site(to, at);
        }
        field = (int32_t)value;
        memcpy(at, &field, 4);
    }
}

void records_lose(register_file *file, unsigned i_kept, unsigned d_kept)
{
    int64_t bits = NOBODYS;
    for (int n = GRAFT_PRESERVED_I; n < GRAFT_NREGS; n++) {
        if (!(i_kept >> n & 1)) {
            file->i[n] = bits;
        }
    }
    for (int n = 0; n < GRAFT_NREGS; n++) {
        if (!(d_kept >> n & 1)) {
            memcpy(&file->d[n], &bits, sizeof(bits));
        }
    }
}

int64_t records_run(const uint8_t *code, const register_file *from, char *frame, char *ts, jit_frame *jf)
{
    register_file file = *from;
    for (;;) {
        int64_t next = step_table[*(const int32_t *)code + 2](code, &file, frame, ts, jf);
        if ((uint64_t)next <= RETURNS_END) {
            return next;
        }
        code = (const uint8_t *)(intptr_t)next;
    }
}

uint64_t records_enter(void *frame, void *tstate, jit_frame *jf, uint8_t *code)
{
    register_file file;
    file.i[0] = NOBODYS;
    records_lose(&file, 0, 0);
    return (uint64_t)records_run(code, &file, frame, tstate, jf);
}
