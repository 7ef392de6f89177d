/* Units, block versions, stubs, and what happens when a stub is reached.
 *
 *     loop is hot ──▶ compile_entry ──▶ a version of its first block
 *     compiled code ──▶ stub ──▶ graft_on_stub ──▶ find or compile a version,
 *                                send the stub's jumps there, go on
 *                                            └──▶ deoptimize, leave
 */
#include "faults.h"
#include "hooks/watch.h"
#include "memory.h"
#include "runtime/calls.h"
#include "runtime/deopt.h"
#include "runtime/exceptions.h"
#include "runtime/generators.h"
#include "runtime/helpers.h"
#include "runtime/tracebacks.h"
#include "translate/translate.h"
#include <time.h>
#include <x86intrin.h>

#define LARGE_UNIT 200      /* block versions */
#define SEEN_CALLS 16       /* in which a frame was seen, before it is real from the start */
#define HANDLED_WINDOW 256  /* exceptions whose traceback was made, after which they are judged */
#define HANDLED_CYCLES 800  /* apart: the interpreter is as fast when there is nothing else */
#define LEFT_WINDOW 64      /* calls finished by the interpreter, after which they are judged */
#define MUCH_CODE (256 << 10)   /* from here on, and with twice and four times as much, twice as hot */
#define MOST_DOUBLINGS 3
#define LOW_THRESHOLD 30    /* somebody wants to see everything compiled */

const char *const exit_reason_names[EXIT_REASONS] = {
    [EXIT_UNSUPPORTED] = "unsupported", [EXIT_POLL] = "poll",
    [EXIT_CONDITION] = "condition", [EXIT_POLYMORPHIC] = "polymorphic",
    [EXIT_DEPTH] = "depth", [EXIT_FINALIZER] = "finalizer", [EXIT_STRESS] = "stress",
    [EXIT_RETURN] = "return", [EXIT_EXCEPTION] = "exception", [EXIT_INVALID] = "invalid",
    [EXIT_NO_MEMORY] = "no memory", [EXIT_CACHE_FULL] = "cache full",
};

compile_totals totals;
compile_settings settings = {.threshold = 500, .code_cache = 16 << 20, .max_versions = 20,
                             .machine_code = 1};
int64_t stress_countdown;

/* By number, from 1 on.  Numbers that are free are linked: each says 2 * the next one + 1. */
static union { stub *stub; uintptr_t free; } *stubs;
static uint32_t stub_count = 1, stub_room, free_number;
static unit *units, *free_units;
int compile_active;

/* ---- stubs --------------------------------------------------------------------- */

static bool stub_number(stub *s)
{
    s->number = free_number;
    if (free_number != 0) {
        free_number = (uint32_t)(stubs[free_number].free >> 1);
    }
    else {
        if (stub_count >= stub_room) {
            uint32_t room = stub_room ? 2 * stub_room : 256;
            void *grown = memory_resized(stubs, room * sizeof(*stubs));
            if (grown == NULL) {
                return false;
            }
            stubs = grown;
            stub_room = room;
        }
        s->number = stub_count++;
    }
    stubs[s->number].stub = s;
    return true;
}

static bool is_stub(uint32_t number)
{
    return !(stubs[number].free & 1);
}

static void stub_free(stub *s);

/* What the block under way has made so far.  Should there be no room for it, nobody will ever
 * come to these stubs, nor by these calls. */
static struct {
    unit *unit;
    uint32_t generation;        /* of the unit, when it began */
    call_site *sites;           /* of the unit, at that time */
    uint32_t *stubs, count, room;
} made;

/* False: no memory. */
static bool note_made(uint32_t number)
{
    if (made.count == made.room) {
        uint32_t room = made.room ? 2 * made.room : 64;
        uint32_t *grown = memory_resized(made.stubs, room * sizeof(*grown));
        if (grown == NULL) {
            return false;
        }
        made.stubs = grown;
        made.room = room;
    }
    made.stubs[made.count++] = number;
    return true;
}

stub *stub_new(unit *u, int at, const context *c, stub_kind kind, exit_reason reason)
{
    stub *s = memory_new(sizeof(*s));
    if (s == NULL) {
        return NULL;
    }
    *s = (stub){.unit = u, .at = at, .done = -1, .kind = (uint8_t)kind, .reason = (uint8_t)reason,
                .generation = u->generation, .context = ctx_save(c)};
    if (s->context == NULL || !stub_number(s)) {
        ctx_release(s->context);
        memory_free(s);
        return NULL;
    }
    s->next = u->stubs;
    if (s->next != 0) {
        stubs[s->next].stub->previous = s->number;
    }
    u->stubs = s->number;
    s->label.movable = true;
    if (!note_made(s->number)) {
        stub_free(s);
        return NULL;
    }
    s->label.code = emit_stub(s->number);
    return s;
}

/* The branch that this stub ends stays as it is from now on. */
static void stub_leave_branch(stub *s)
{
    block_branch *b = s->branch;
    if (b == NULL) {
        return;
    }
    b->taken->branch = b->other->branch = NULL;
    memory_free(b);
}

static void stub_free(stub *s)
{
    stub_leave_branch(s);
    *(s->previous != 0 ? &stubs[s->previous].stub->next : &s->unit->stubs) = s->next;
    if (s->next != 0) {
        stubs[s->next].stub->previous = s->previous;
    }
    stubs[s->number].free = (uintptr_t)free_number << 1 | 1;
    free_number = s->number;
    label_clear(&s->label);
    ctx_release(s->context);
    memory_free(s);
}

call_site *site_new(unit *u)
{
    call_site *site = memory_zeroed(1, sizeof(*site));
    if (site != NULL) {
        site->next = u->sites;
        u->sites = site;
    }
    return site;
}

/* ---- units ----------------------------------------------------------------------- */

unit *unit_new(PyCodeObject *code)
{
    unit *u = free_units;
    if (u != NULL) {
        free_units = u->next;
    }
    else if ((u = memory_zeroed(1, sizeof(*u))) == NULL) {
        return NULL;
    }
    /* Calls that were compiled for the unit that this was must not take it for that. */
    *u = (unit){.code = code, .code_version = code->co_version, .size = (int)Py_SIZE(code),
                .generation = u->generation + 1,
                .link = &units, .next = units};
    if (units != NULL) {
        units->link = &u->next;
    }
    units = u;
    return u;
}

static void free_sites(unit *u, const call_site *stop)
{
    while (u->sites != stop) {
        call_site *site = u->sites;
        u->sites = site->next;
        Py_XDECREF((PyObject *)site->defaults);
        memory_free(site);
    }
}

static void free_stubs(unit *u)
{
    while (u->stubs != 0) {
        stub_free(stubs[u->stubs].stub);
    }
    free_sites(u, NULL);
}

static void block_begins(unit *u)
{
    made.unit = u;
    made.generation = u->generation;
    made.sites = u->sites;
    made.count = 0;
}

/* There is no room for the block. */
static void block_is_lost(void)
{
    while (made.count > 0) {
        uint32_t number = made.stubs[--made.count];
        if (is_stub(number)) {          /* it may be gone already, with its unit's code */
            stub_free(stubs[number].stub);
        }
    }
    if (made.generation == made.unit->generation) {
        free_sites(made.unit, made.sites);
    }
}

void unit_reset(unit *u)
{
    watch_forget(u);
    u->generation++;
    while (u->versions != NULL) {
        version *v = u->versions;
        u->versions = v->next;
        ctx_release(v->context);
        memory_free(v);
    }
    if (compile_active == 0) {
        free_stubs(u);
    }
    for (int n = 0; n < u->nloops; n++) {
        u->loops[n].code = NULL;
    }
    u->globals = u->builtins = NULL;
    u->call_entry = NULL;
    u->no_room = false;
    if (u->resume != NULL) {
        memset(u->resume, 0, 2 * (size_t)u->size * sizeof(*u->resume));
    }
}

void unit_free(unit *u)
{
    unit_reset(u);
    free_stubs(u);          /* no frame runs the code of an object that dies */
    *u->link = u->next;
    if (u->next != NULL) {
        u->next->link = u->link;
    }
    memory_free(u->in);
    memory_free(u->is_target);
    memory_free(u->loops);
    memory_free(u->resume);
    u->next = free_units;
    free_units = u;
}

void units_reset(void)
{
    for (unit *u = units; u != NULL; u = u->next) {
        unit_reset(u);
        memory_free(u->loops);
        u->loops = NULL;
        u->nloops = 0;
        u->refused = u->invalidations = 0;
        u->asked = 0;
        u->calls = u->left = u->seen = u->no_calls = u->visible = 0;
        u->handled = 0;
        u->handled_at = 0;
    }
    if (compile_active == 0) {
        stub_count = 1;                     /* every stub belonged to one of them */
        free_number = 0;
    }
}

void unit_seen(unit *u)
{
    uint32_t enough = settings.threshold < SEEN_CALLS ? 2 : SEEN_CALLS;
    if (++u->seen >= enough && u->seen > u->calls / 5 && !u->visible
        && !CODE_MAKES_GENERATOR(u->code)) {
        u->visible = true;
        unit_reset(u);
    }
}

void units_take_executors(void)
{
    for (unit *u = units; u != NULL; u = u->next) {
        adapter_take_executors(u->code, -1);
    }
}

loop_entry *unit_loop(unit *u, int jump, int target)
{
    for (int n = 0; n < u->nloops; n++) {
        if (u->loops[n].jump == jump) {
            return &u->loops[n];
        }
    }
    loop_entry *grown = memory_resized(u->loops, (size_t)(u->nloops + 1) * sizeof(*grown));
    if (grown == NULL) {
        return NULL;
    }
    u->loops = grown;
    grown[u->nloops] = (loop_entry){.jump = jump, .target = target};
    return &grown[u->nloops++];
}

bool unit_prepare(unit *u)
{
    if (u->in != NULL || u->refused) {
        return !u->refused;
    }
    PyCodeObject *code = u->code;
    u->refused = 1;
    if (code->co_nlocalsplus + code->co_stacksize > MAX_SLOTS) {
        return false;
    }
    instruction *in = memory_zeroed((size_t)u->size + 1, sizeof(*in));
    uint8_t *is_target = memory_zeroed((size_t)u->size + 1, 1);
    if (in == NULL || is_target == NULL || adapter_decode(code, in) < 0) {
        PyErr_Clear();
        memory_free(in);
        memory_free(is_target);
        return false;
    }
    for (int at = 0; at < u->size; at += in[at].size ? in[at].size : 1) {
        int target = adapter_jump_target(in, at);
        if (target >= 0 && target < u->size) {
            is_target[target] = 1;
            u->has_loop |= target <= at && in[at].op != JUMP_BACKWARD_NO_INTERRUPT;     /* (of an await) */
        }
        u->instructions++;
    }
    u->in = in;
    u->is_target = is_target;
    u->refused = 0;
    /* What is left over dies with the call, as the interpreter lets it die. */
    u->visible |= (code->co_flags & (CO_VARARGS | CO_VARKEYWORDS)) && !CODE_MAKES_GENERATOR(code);
    return true;
}

/* ---- versions --------------------------------------------------------------------- */

/* What ctx_match compares first, without loading the context. */
static bool cannot_match(const context *c, const snapshot *kept)
{
    int slots = ctx_slots(c);
    if (c->nlocals != kept->nlocals || c->depth != kept->depth
        || (kept->empty[0] & ~c->empty[0]) != 0
        || memcmp(c->memory, snapshot_memory(kept), (size_t)slots) != 0) {
        return true;
    }
    const uint8_t *names = snapshot_slots(kept);
    for (int s = 0; s < slots; s++) {
        if (ctx_only_in_memory(c, s) != (names[s] == V_MEMORY)
            || (names[s] != V_MEMORY
                && c->values[c->slot[s]].type != kept->values[names[s]].type)) {
            return true;
        }
    }
    return false;
}

version *version_find(unit *u, int at, const context *c, placement *moves, int *count)
{
    version *best = NULL;
    context to;
    placement these[MAX_VALUES];
    int fewest = MAX_VALUES;
    for (version *v = u->versions; v != NULL; v = v->next) {
        int n;
        if (v->at != at || cannot_match(c, v->context)) {
            continue;
        }
        ctx_load(&to, v->context);
        match m = ctx_match(c, &to, these, &n);
        if (m != MATCH_NO && n < fewest) {
            best = v;
            fewest = n;
            memcpy(moves, these, (size_t)n * sizeof(*moves));
        }
    }
    *count = fewest;
    return best;
}

/* Whether the code at one offset has versions enough.  Types that settle late need many;
 * in a large unit that would take too much time and memory. */
static bool enough_versions(const unit *u, int at)
{
    int count = 0, all = 0;
    for (const version *v = u->versions; v != NULL; v = v->next) {
        all++;
        count += v->at == at;
    }
    return count >= (all < LARGE_UNIT ? settings.max_versions : (settings.max_versions + 3) / 4);
}

/* Notes in the context what its values are right now, in the frame. */
static void look(context *c, py_frame *frame)
{
    uintptr_t *slots = frame_slots(frame);
    for (int s = 0; s < ctx_slots(c); s++) {
        if (c->memory[s] != M_CURRENT) {
            continue;
        }
        PyObject *object = slot_is_unit(slots[s]) ? NULL : slot_object(slots[s]);
        if (c->slot[s] == V_MEMORY) {
            c->seen[s] = object;
        }
        else {
            c->values[c->slot[s]].seen = object;
        }
    }
}

bool compile_translating;

/* Compiles the block at the hot cursor, as a version of its own.  NULL: no room. */
static version *version_new(unit *u, int at, context *c, py_frame *frame, stub_kind kind, int tries)
{
    version *v = memory_zeroed(1, sizeof(*v));
    if (v == NULL) {
        return NULL;
    }
    ctx_canonical(c);
    if (u->is_target[at]) {     /* where ways meet, not a version for each of them */
        memset(c->empty, 0, sizeof(c->empty));
    }
    v->at = at;
    v->entry.code = cache_position().hot;
    v->context = ctx_save(c);
    if (v->context == NULL) {
        memory_free(v);
        return NULL;
    }
    bool listed = kind == STUB_COMPILE;
    if (listed) {           /* before translation: it may jump to itself */
        v->next = u->versions;
        u->versions = v;
    }
    look(c, frame);
    compile_translating = true;
    translate_block(u, at, c, frame, kind, tries);
    compile_translating = false;
    totals.blocks++;
    return v;
}

/* ---- compiling on demand ------------------------------------------------------------- */

static uint64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* Turns the branch round when its taken side is wanted first and nothing has
 * been put behind it: the wanted code is then fallen into. */
static bool branch_turn(stub *wanted)
{
    block_branch *b = wanted->branch;
    if (b == NULL || b->taken != wanted || b->end != cache_position().hot) {
        return false;
    }
    stub *other = b->other;
    int64_t operands[4];
    memcpy(operands, b->operands, sizeof(b->operands));
    operands[b->label_at] = PTR(&other->label);
    if (!emit_reserve(b->start, b->inverse, operands)) {
        return false;
    }
    cache_mark mark = cache_position();
    label_forget(&wanted->label, b->start, b->end);
    label_forget(&other->label, b->start, b->end);
    mark.hot = b->start;
    cache_rewind(mark);
    emit_uop(HOT, b->inverse, operands);
    return true;
}

/* Emits code for the stub's place in its context, at the hot cursor. */
static bool stub_compile(stub *s, context *c, py_frame *frame)
{
    unit *u = s->unit;
    placement moves[MAX_VALUES];
    int count;
    if (s->kind == STUB_COMPILE && !s->general) {
        version *v = version_find(u, s->at, c, moves, &count);
        if (v != NULL) {
            translate_moves(c, moves, count);
            emit_jump(&v->entry);
            return !cache_full();
        }
        if (enough_versions(u, s->at)) {
            /* Enough special cases: everything else shares one general version,
             * compiled when its values have arrived in the frame. */
            context general;
            ctx_generalize(c, &general);
            translate_generalize(u, s->at, c, &general);
            v = version_find(u, s->at, &general, moves, &count);
            if (v != NULL) {
                translate_moves(&general, moves, count);
                emit_jump(&v->entry);
                return !cache_full();
            }
            stub *later = stub_new(u, s->at, &general, STUB_COMPILE, EXIT_UNSUPPORTED);
            if (later == NULL) {
                return false;
            }
            later->general = true;
            emit_jump(&later->label);
            return !cache_full();
        }
    }
    version *v = version_new(u, s->at, c, frame, (stub_kind)s->kind, s->tries);
    if (v == NULL) {
        return false;
    }
    bool listed = s->kind == STUB_COMPILE, full = cache_full();
    if (listed && full) {
        u->versions = v->next;
    }
    if (!listed || full) {
        ctx_release(v->context);
        memory_free(v);
    }
    return !full;
}

/* Code for the stub's place in its context; NULL: the cache is full. */
static uint8_t *stub_resolve(stub *s, py_frame *frame)
{
    context c;
    ctx_load(&c, s->context);
    if (s->kind == STUB_COMPILE) {
        placement moves[MAX_VALUES];
        int count;
        version *v = version_find(s->unit, s->at, &c, moves, &count);
        if (v != NULL && count == 0) {
            label_redirect(&s->label, &v->entry);
            return v->entry.code;
        }
    }
    bool turned = branch_turn(s);
    stub_leave_branch(s);
    bool fallen_into = emit_take_back_jump(&s->label) || turned;
    label here = {cache_position().hot, NULL, false};
    if (!stub_compile(s, &c, frame)) {
        if (fallen_into) {
            emit_jump_again(here.code, &s->label);
        }
        return NULL;
    }
    label_redirect(&s->label, &here);
    return here.code;
}

/* The code at `at` for the frame, which is as `c` says; NULL: no room. */
static uint8_t *compile_place(unit *u, int at, context *c, py_frame *frame)
{
    uint64_t start = now_ns();
    uint8_t *code = NULL;
    placement moves[MAX_VALUES];
    int count;
    version *v = version_find(u, at, c, moves, &count);
    if (v != NULL) {
        code = v->entry.code;
    }
    else if (!u->no_room) {
        do {
            context tried;
            ctx_copy(&tried, c);
            block_begins(u);
            if (cache_open()) {
                v = version_new(u, at, &tried, frame, STUB_COMPILE, 0);
                if (v != NULL && cache_full()) {
                    u->versions = v->next;
                    ctx_release(v->context);
                    memory_free(v);
                    block_is_lost();
                }
                else if (v != NULL) {
                    code = v->entry.code;
                }
                cache_close();
            }
        } while (code == NULL && cache_go_on());
        u->no_room = code == NULL && cache_is_spent();
    }
    totals.compile_ns += now_ns() - start;
    return code;
}

/* The same for a frame whose values are all in memory. */
static uint8_t *code_from_memory(unit *u, int at, py_frame *frame)
{
    context c;
    ctx_init(&c, u->code->co_nlocalsplus, frame_depth(frame));
    if (at == 0) {
        ctx_at_start(&c, u->code);
    }
    return compile_place(u, at, &c, frame);
}

/* The interpreter goes on with the frame, where it is now. */
static void *interpret(jit_frame *jf, stub *s)
{
    jf->exit = s;
    traceback_complete(jf);
    traceback_close_hole(jf);
    if (jf->parent != NULL) {
        unit *u = s->unit;
        if (s->reason != EXIT_POLL && s->reason != EXIT_STRESS && ++u->left % LEFT_WINDOW == 0
            && u->calls / 2 < u->left) {
            u->no_calls = true;
            unit_reset(u);
        }
        frame_finish(jf);
    }
    return NULL;
}

bool unit_only_handles(unit *u)
{
    if (u->handled++ % HANDLED_WINDOW != 0) {
        return false;
    }
    uint64_t now = __rdtsc(), before = u->handled_at;
    u->handled_at = now;
    if (before == 0 || now - before > (uint64_t)HANDLED_WINDOW * HANDLED_CYCLES) {
        return false;
    }
    for (int n = 0; n < u->nloops; n++) {
        u->loops[n].off = true;
    }
    return true;
}

/* From now on exceptions raised there go to the handler in compiled code. */
static void unwind_directly(stub *s)
{
    context c;
    ctx_load(&c, s->context);
    int dropped = ctx_slots(&c) - c.nlocals - s->place.depth;
    s->unwinds = true;
    if (dropped < 0 || dropped > 30 || !cache_open()) {
        return;
    }
    label here = {cache_position().hot, NULL, false};
    block_begins(s->unit);
    if (translate_unwind(s->unit, s, &c) && !cache_full()) {
        label_redirect(&s->label, &here);
    }
    else {
        block_is_lost();
    }
    cache_close();
}

/* An exception is set that the stub's instruction raised; the frame is as the interpreter
 * would have it. */
static void *go_on_raised(jit_frame *jf, stub *s)
{
    static stub left;           /* at a handler */
    unit *u = s->unit;
    py_frame *frame = jf->frame;
    PyThreadState *tstate = jf->tstate;
    bool other = jf->failed;
    if (jf->failed) {
        PyErr_NoMemory();
    }
    switch (frame_unwind(jf, s)) {
        case UNWOUND_FRAME:         /* its code and the stub may be gone */
            return NULL;
        case UNWOUND_NOT:
            traceback_close_hole(jf);
            s->hits++;
            totals.exits[EXIT_EXCEPTION]++;
            jf->exit = s;
            return NULL;
        case UNWOUND_ELSEWHERE:
            other = true;
            break;
        case UNWOUND_TO_HANDLER:
            break;
    }
    jf->failed = 0;
    if (jf->parent == NULL && jf->unseen == UNSEEN_NONE && unit_only_handles(u)) {
        other = true;
    }
    if (!other && s->generation == u->generation && tstate->eval_breaker == jf->expected_breaker) {
        if (!s->unwinds && jf->unseen == UNSEEN_HANDLED) {
            unwind_directly(s);
        }
        if (s->handler == NULL) {
            s->handler = code_from_memory(u, (int)(frame->instr_ptr - _PyCode_CODE(u->code)), frame);
        }
        if (s->handler != NULL) {
            return s->handler;
        }
    }
    totals.exits[EXIT_EXCEPTION]++;
    left = (stub){.unit = u, .at = s->at, .kind = STUB_EXIT, .reason = EXIT_EXCEPTION};
    return interpret(jf, &left);
}

/* Behind an instruction during which tools have come: the interpreter would not find that a line
 * begins here, since it looks for the line that it comes from where instr_ptr is. */
static bool line_is_told(jit_frame *jf, const stub *s)
{
    py_frame *frame = jf->frame;
    if (s->done < 0 || !adapter_begins_line(frame, s->done)) {
        return true;
    }
    frames_sync(jf->parent);
    traceback_complete(jf);
    traceback_close_hole(jf);
    return adapter_tell_line(jf->tstate, frame) == 0;
}

static void *leave_compiled(jit_frame *jf, stub *s)
{
    static stub line;           /* whose event's callback has raised */
    bool raised = s->kind == STUB_RAISED;
    uintptr_t *lost = jf->failed == FAILED_LOST ? jf->arg[0].p : NULL;     /* see graft_str_append */
    if (raised && jf->synced) {
        frame_resume_at(jf->frame, s->at, s->context->depth);   /* it has been written back */
        jf->synced = 0;
    }
    else if (deoptimize(jf, s->context, s->at) < 0) {
        jf->failed = 1;
    }
    if (lost != NULL) {
        *lost = SLOT_NULL;
    }
    if (raised || jf->failed) {
        return go_on_raised(jf, s);
    }
    s->hits++;
    totals.exits[s->reason]++;
    if (s->reason == EXIT_STRESS) {
        stress_countdown = settings.force_exit;
    }
    if (!line_is_told(jf, s)) {
        line = (stub){.unit = s->unit, .at = s->at, .done = -1, .kind = STUB_RAISED,
                      .reason = EXIT_EXCEPTION, .generation = s->unit->generation - 1};
        return go_on_raised(jf, &line);
    }
    return interpret(jf, s);
}

/* An instruction that is left to the interpreter often gets its general form there. */
static bool left_too_often(const stub *s)
{
    return s->kind == STUB_EXIT && s->hits >= MOST_EXITS
           && (s->reason == EXIT_CONDITION || s->reason == EXIT_FINALIZER)
           && s->generation == s->unit->generation && has_generic(s->unit->in[s->at].op);
}

void *graft_on_stub(jit_frame *jf)
{
    stub *s = stubs[jf->stub].stub;
    frames_real(jf);
    if (left_too_often(s)) {
        s->kind = STUB_GUARD;
        s->tries = MOST_TRIES + 1;
    }
    if (s->generation != s->unit->generation && s->kind < STUB_EXIT) {
        s->kind = STUB_EXIT;
        s->reason = EXIT_INVALID;
    }
    if (s->kind >= STUB_EXIT) {
        return leave_compiled(jf, s);
    }
    uint64_t start = now_ns();
    uint8_t *code = NULL;
    if (s->kind != STUB_COMPILE && s->tries > MOST_TRIES + !!has_generic(s->unit->in[s->at].op)) {
        s->kind = STUB_EXIT;
        s->reason = EXIT_POLYMORPHIC;
    }
    else {
        do {
            block_begins(s->unit);
            if (cache_open()) {
                code = stub_resolve(s, jf->frame);
                if (code == NULL) {
                    block_is_lost();
                }
                cache_close();
            }
        } while (code == NULL && cache_go_on());
        if (code == NULL) {
            s->kind = STUB_EXIT;
            s->reason = EXIT_CACHE_FULL;
        }
    }
    totals.compile_ns += now_ns() - start;
    if (code == NULL) {
        return leave_compiled(jf, s);
    }
    if (s->label.sites == NULL) {       /* nobody jumps to it any more */
        stub_free(s);
    }
    return code;
}

uint64_t hot_count(void)
{
    uint64_t count = (uint64_t)settings.threshold;
    size_t code = cache_code_bytes();
    for (int n = 0; n < MOST_DOUBLINGS && count >= LOW_THRESHOLD && code >> n >= MUCH_CODE; n++) {
        count *= 2;
    }
    return count < UINT32_MAX ? count : UINT32_MAX;
}

uint8_t *compile_entry(unit *u, loop_entry *loop, py_frame *frame)
{
    int ignored, depth = frame_depth(frame);
    bool also;
    if (loop->code != NULL && loop->depth == depth) {
        return loop->code;
    }
    if (!unit_prepare(u)
        || (adapter_handler(u->code, entry_event(loop->jump, loop->target), &ignored, &also) >= 0
            && adapter_reraise(u->code, u->in, &also) < 0)) {
        return NULL;
    }
    u->globals = frame->f_globals;
    u->builtins = frame->f_builtins;
    u->module = frame->f_locals == frame->f_globals;
    loop->code = code_from_memory(u, loop->target, frame);
    loop->depth = depth;
    return loop->code;
}

uint8_t *compile_resume(unit *u, py_frame *frame, bool given)
{
    int at = (int)(frame->instr_ptr - _PyCode_CODE(u->code));
    if (u->resume == NULL || u->in == NULL || at < 0 || at >= u->size
        || (u->globals != NULL && (u->globals != frame->f_globals || u->builtins != frame->f_builtins))) {
        return NULL;
    }
    u->globals = frame->f_globals;
    u->builtins = frame->f_builtins;
    u->module = false;
    context c;
    ctx_init(&c, u->code->co_nlocalsplus, frame_depth(frame) + 1);
    if (!given) {
        int sent = ctx_top(&c, 1);
        ctx_set(&c, sent, ctx_constant(&c, Py_None));
        c.memory[sent] = M_STALE;
    }
    return u->resume[given ? u->size + at : at] = compile_place(u, at, &c, frame);
}

uint8_t *compile_call(unit *u, py_frame *frame)
{
    PyFunctionObject *function = (PyFunctionObject *)PyStackRef_AsPyObjectBorrow(frame->f_funcobj);
    u->globals = function->func_globals;
    u->builtins = function->func_builtins;
    u->module = false;
    return u->call_entry = code_from_memory(u, 0, frame);
}

/* ---- statistics ------------------------------------------------------------------------ */

PyObject *exits_by_location(void)
{
    PyObject *list = PyList_New(0);
    for (uint32_t n = 1; list != NULL && n < stub_count; n++) {
        if (!is_stub(n) || stubs[n].stub->hits == 0) {
            continue;
        }
        stub *s = stubs[n].stub;
        PyCodeObject *code = s->unit->code;
        PyObject *row = Py_BuildValue(
            "(OOissK)", code->co_filename, code->co_qualname,
            PyCode_Addr2Line(code, s->at * (int)sizeof(_Py_CODEUNIT)),
            adapter_opcode_name(s->unit->in[s->at].op), exit_reason_names[s->reason],
            (unsigned long long)s->hits);
        if (row == NULL || PyList_Append(list, row) < 0) {
            Py_CLEAR(list);
        }
        Py_XDECREF(row);
    }
    return list;
}
