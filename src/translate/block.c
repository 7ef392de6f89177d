/* One block: bytecode in, micro-ops out.  The loop over instructions, and the
 * ways in which a block ends. */
#include "faults.h"
#include "memory.h"
#include "translate/operate.h"

#define ENTRY(op, function) [op] = t_##function,
const translation translations[256] = {TRANSLATIONS(ENTRY)};

/* Room that an instruction may need at most, kept so that none is cut off. */
#define ROOM_VALUES 12

/* ---- ends of blocks ------------------------------------------------------------ */

static stub *way_on(translator *t, int at)
{
    stub *s = stub_new(t->u, at, t->c, STUB_COMPILE, EXIT_UNSUPPORTED);
    if (s == NULL) {
        t->failed = true;
    }
    return s;
}

label *way_to(translator *t, int at)
{
    placement moves[MAX_VALUES];
    int count;
    version *v = version_find(t->u, at, t->c, moves, &count);
    if (v != NULL && count == 0) {
        return &v->entry;
    }
    stub *s = way_on(t, at);
    return s != NULL ? &s->label : leave(t, EXIT_NO_MEMORY);
}

/* Emits a jump to unit `at`; the stub when it leads to one. */
static stub *jump_on(translator *t, int at)
{
    placement moves[MAX_VALUES];
    int count;
    version *v = version_find(t->u, at, t->c, moves, &count);
    if (v != NULL) {
        translate_moves(t->c, moves, count);
        emit_jump(&v->entry);
        return NULL;
    }
    stub *s = way_on(t, at);
    if (s != NULL) {
        emit_jump(&s->label);
    }
    return s;
}

void jump_to(translator *t, int at)
{
    (void)jump_on(t, at);
}

void branch_to(translator *t, enum uop uop, enum uop inverse, const int64_t *operands,
               int noperands, int taken, int other)
{
    int64_t all[4];
    for (int n = 0; n < noperands; n++) {
        all[n] = operands[n];
    }
    uint8_t *start = cache_position().hot;
    label *to = way_to(t, taken);
    all[noperands] = PTR(to);
    emit_uop(HOT, uop, all);
    stub *second = jump_on(t, other);
    if (second == NULL || !to->movable || t->failed) {
        return;
    }
    stub *first = (stub *)to;
    block_branch *b = memory_new(sizeof(*b));
    if (b == NULL) {
        return;         /* it stays as it is */
    }
    *b = (block_branch){.start = start, .end = cache_position().hot, .inverse = inverse,
                  .label_at = noperands, .taken = first, .other = second};
    for (int n = 0; n < noperands; n++) {
        b->operands[n] = operands[n];
    }
    first->branch = second->branch = b;
}

/* ---- the loop ------------------------------------------------------------------- */

static bool room_left(const context *c)
{
    int used = 0;
    for (int v = 0; v < c->nvalues; v++) {
        used += c->values[v].uses > 0;
    }
    return used + ROOM_VALUES < MAX_VALUES;
}

void exit_here(translator *t, exit_reason reason)
{
    t->failed = false;
    emit_jump(leave(t, reason));
    if (t->failed) {        /* it leads nowhere */
        cache_give_up();
    }
}

/* The last thing in a block. */
static void end_with_jump(translator *t)
{
    jump_to(t, t->at);
    if (t->failed) {
        exit_here(t, EXIT_NO_MEMORY);
    }
}

void translate_block(unit *u, int at, context *c, const py_frame *frame,
                     stub_kind kind, int tries)
{
    translator t = {.u = u, .c = c, .next = at, .first = true, .kind = kind, .tries = tries,
                    .globals = frame->f_globals, .builtins = frame->f_builtins};
    for (;;) {
        t.at = t.next;
        if (!t.first && (u->is_target[t.at] || cache_crowded())) {
            end_with_jump(&t);
            return;
        }
        const instruction *in = &u->in[t.at];
        translation translate = translations[in->op];
        t.next = t.at + in->size;
        t.arg = in->arg;
        t.pinned_i = t.pinned_d = 0;
        t.exits_i = t.exits_d = false;
        t.reason = EXIT_UNSUPPORTED;
        if (!room_left(c)) {
            exit_here(&t, EXIT_UNSUPPORTED);
            return;
        }
        context before;
        ctx_copy(&before, c);
        cache_mark mark = cache_position();
        if (settings.force_exit > 0) {
            int64_t operands[] = {PTR(&stress_countdown), PTR(leave(&t, EXIT_STRESS))};
            emit_in(&t, HOT, U_stress, operands);
        }
        bool given_up = t.first && t.tries > MOST_TRIES && has_generic(in->op);
        outcome what = translate != NULL && !given_up ? translate(&t) : UNSUPPORTED;
        t.failed |= fault(FAULT_TRANSLATION);
        if (what == UNSUPPORTED && !given_up && !t.failed) {
            t.pinned_i = t.pinned_d = 0;
            what = in->op == BINARY_OP ? binary_operator(&t)
                   : in->op == UNARY_NEGATIVE ? unary_operator(&t, "__neg__")
                   : in->op == COMPARE_OP ? compare_operator(&t)
                   : in->op == CONTAINS_OP ? contains_operator(&t) : UNSUPPORTED;
        }
        if (what == UNSUPPORTED && !given_up && !t.failed) {
            t.pinned_i = t.pinned_d = 0;
            what = dict_relative(&t);
        }
        if (what == UNSUPPORTED || (what == SPLIT && t.first)) {
            /* A split that could not be seen even now is a case for it, too. */
            what = translate_generic(&t);
        }
        if (t.failed) {
            cache_rewind(mark);
            ctx_copy(c, &before);
            exit_here(&t, EXIT_NO_MEMORY);
            return;
        }
        switch (what) {
            case GO_ON:
                break;
            case ENDED:
                return;
            case SPLIT:
                end_with_jump(&t);
                return;
            case UNSUPPORTED:
                exit_here(&t, t.reason);
                return;
        }
        t.first = false;
        if (cache_full()) {
            return;
        }
    }
}
