/* Resuming generators from C, and what compiled code calls when they begin, end, or
 * leave.  See generators.h. */
#include "runtime/generators.h"
#include "memory.h"
#include "runtime/escape.h"
#include "runtime/generic.h"
#include "runtime/helpers.h"
#include <internal/pycore_interp.h>

/* ---- places of resumption ------------------------------------------------------------ */

unit *generator_unit(PyObject *generator)
{
    py_frame *frame = &((PyGenObject *)generator)->gi_iframe;
    PyCodeObject *code = GENERATOR_CODE((PyGenObject *)generator);
    int wanted = CO_OPTIMIZED | CO_NEWLOCALS;
    if ((code->co_flags & wanted) != wanted || !CODE_MAKES_GENERATOR(code)
        || adapter_others_monitor(code, GRAFT_TOOL)) {
        return NULL;
    }
    unit *u = unit_of(code);
    if (u == NULL || u->no_calls || !unit_prepare(u)
        || (u->globals != NULL && (u->globals != frame->f_globals || u->builtins != frame->f_builtins))) {
        return NULL;
    }
    if (u->resume == NULL) {
        u->resume = memory_zeroed(2 * (size_t)u->size + 1, sizeof(*u->resume));
    }
    return u->resume != NULL ? u : NULL;
}

void *graft_resume_point(PyObject *generator)
{
    PyGenObject *g = (PyGenObject *)generator;
    unit *u = unit_of(GENERATOR_CODE(g));
    return u != NULL ? compile_resume(u, &g->gi_iframe, false) : NULL;
}

/* ---- results --------------------------------------------------------------------------- */

/* New reference, or NULL: an exception, or the end. */
static PyObject *result_object(int64_t kind, const jit_frame *jf)
{
    switch (kind) {
        case RETURNS_OBJECT:
            return slot_object((uintptr_t)jf->result.i);
        case RETURNS_END:
            return jf->result.p;
        default:
            return boxed_result((uint64_t)kind, &jf->result.i);
    }
}

int graft_resumed(jit_frame *jf, uintptr_t *slot)
{
    PyObject *object = result_object((int64_t)jf->kind, jf);
    if (jf->failed && object != NULL) {
        jf->failed = 0;
        Py_DECREF(object);
        object = PyErr_NoMemory();
    }
    if (adapter_others_monitor_code(frame_code(jf->frame), GRAFT_TOOL)) {
        jf->expected_breaker = ~(uint64_t)0;        /* leave behind this instruction */
    }
    *slot = slot_from_new(object);
    if (object == NULL) {
        return -1;
    }
    if (jf->kind == RETURNS_END && jf->site->ends_empty && tools_have_come(jf)) {
        jf->synced = 0;
        return 2;
    }
    if (jf->kind == RETURNS_END && jf->site->ends_empty) {
        *slot = SLOT_NULL;
        Py_DECREF(object);
    }
    return jf->kind == RETURNS_END;
}

/* Whether the frame's variables and its function can be dropped so. */
static bool frame_is_plain(py_frame *frame)
{
    uintptr_t *slots = frame_slots(frame);
    int count = frame_code(frame)->co_nlocalsplus;
    PyObject *function = PyStackRef_AsPyObjectBorrow(frame->f_funcobj);
    bool dying = false;         /* something that may hold others */
    int iterators = 0;
    for (int n = 0; n < count; n++) {
        PyObject *object = slot_object(slots[n]);
        if ((slots[n] & 1) || object == NULL) {
            continue;
        }
        /* The closure has the free variables' cells, too. */
        Py_ssize_t times = 1 + (PyCell_Check(object) && Py_REFCNT(function) == 1);
        for (int other = 0; other < count && Py_REFCNT(object) > 1; other++) {
            times += other != n && slots[other] == slots[n];
        }
        if (Py_REFCNT(object) > times) {
            continue;
        }
        bool lets_live = adapter_is_iterator(Py_TYPE(object)) && iterators++ == 0
                         && graft_iterator_lets_live(object, slots, count);
        if (!lets_live && !graft_plain_inside(object, GRAFT_PLAIN_DEPTH)) {
            return false;
        }
        dying |= !lets_live && !graft_plain_inside(object, 0);
    }
    return dying ? drops_quietly(function, 1) : dies_quietly(function);
}

bool generator_is_plain(PyObject *generator)
{
    PyGenObject *g = (PyGenObject *)generator;
    return FRAME_STATE_FINISHED(g->gi_frame_state) && g->gi_weakreflist == NULL
           && g->gi_iframe.frame_obj == NULL && Py_REFCNT(GENERATOR_CODE(g)) > 1;
}

int64_t graft_generator_end(jit_frame *jf)
{
    PyThreadState *tstate = jf->tstate;
    py_frame *frame = jf->frame;
    jit_frame *parent = jf->parent;
    PyObject *value = jf->result.p;
    bool drop = parent->site->ends_empty;
    bool written = parent->real && parent->synced;
    if (!written && (!frame_is_plain(frame) || (drop && !drops_quietly(value, 1)))) {
        frames_real(parent);
        frames_sync(parent);
    }
    if (jf->real) {
        tstate->current_frame = parent->frame;
    }
    frame->stackpointer = frame->localsplus + frame_code(frame)->co_nlocalsplus;
    tstate->py_recursion_remaining++;
    _PyEval_FrameClearAndPop(tstate, frame);
    if (drop && value != Py_None) {
        Py_DECREF(value);
        value = Py_None;
    }
    jf->result.p = value;
    return RETURNS_END;
}

int graft_make_range(uintptr_t *slot, int64_t start, int64_t left, int64_t step)
{
    PyObject *it = adapter_range_iterator(start, step, left);
    *slot = slot_from_new(it);
    return it == NULL ? -1 : 0;
}

/* ---- resumed by C code ------------------------------------------------------------------ */

/* The activation of a generator that C code resumes, and one that stands for the C code. */
typedef struct {
    jit_frame below, inner;
    call_site site;
} activation;

static void prepare(activation *a, PyThreadState *tstate, PyGenObject *g)
{
    a->site.levels = 1;         /* (the rest is not looked at, and takes its time to clear) */
    a->site.ends_empty = a->site.is_init = a->site.operands = 0;
    a->site.function = NULL;
    a->site.out = NULL;
    a->below.frame = tstate->current_frame;
    a->below.tstate = a->inner.tstate = tstate;
    a->below.parent = NULL;
    a->below.site = &a->site;
    a->inner.frame = &g->gi_iframe;
    a->inner.parent = &a->below;
    a->inner.stack_limit = adapter_stack_limit(tstate);
}

/* One resumption, with the value sent: what `result_object` makes of a->inner and the kind.  -1: the
 * interpreter has to do it. */
static inline int64_t step(activation *a, PyGenObject *g, unit *u, PyObject *value)
{
    PyThreadState *tstate = a->inner.tstate;
    PyCodeObject *code = u->code;
    if (GENERATOR_BUSY(g) || tstate->py_recursion_remaining <= 1 || tstate->tracing
        || (char *)__builtin_frame_address(0) < a->inner.stack_limit
        || !adapter_up_to_date(code, tstate)
        || adapter_others_monitor_code(code, GRAFT_TOOL)) {
        return -1;
    }
    bool given = value != Py_None;
    if (given && g->gi_frame_state == FRAME_CREATED) {
        return -1;
    }
    _PyStackRef *top = g->gi_iframe.stackpointer;
    if (given) {
        top->bits = slot_from_new(Py_NewRef(value));
    }
    uint8_t *to = u->resume[GENERATOR_AT(g, code) + (given ? u->size : 0)];
    if (to == NULL && (to = compile_resume(u, &g->gi_iframe, given)) == NULL) {
        if (given) {
            Py_DECREF(value);
        }
        return -1;
    }
    a->below.expected_breaker = a->inner.expected_breaker = code->_co_instrumentation_version;
    a->below.flags = a->inner.flags = 0;
    a->below.real = a->below.synced = 1;
    if (!(code->co_flags & CO_GENERATOR)) {     /* (coroutines mostly do what their frames are seen in) */
        g->gi_iframe.previous = tstate->current_frame;
        tstate->current_frame = &g->gi_iframe;
        a->inner.real = 1;
        a->inner.settled = g->gi_iframe.frame_obj == NULL;
    }
    a->inner.generator = 1;
    u->calls++;
    generator_enter(tstate, g);
    return graft_enter(a->inner.frame, tstate, &a->inner, to);
}

/* What the iteration next() gives. */
static PyObject *next_object(int64_t kind, const jit_frame *jf)
{
    PyObject *result = result_object(kind, jf);
    if (kind == RETURNS_END) {
        if (result != Py_None) {
            _PyGen_SetStopIterationValue(result);
        }
        Py_CLEAR(result);
    }
    return result;
}

/* One step() by itself. */
static int64_t resume_once(activation *a, PyObject *generator, PyObject *value)
{
    PyGenObject *g = (PyGenObject *)generator;
    unit *u = GENERATOR_BUSY(g) ? NULL : unit_found(GENERATOR_CODE(g));
    if (!GENERATOR_BUSY(g) && (u == NULL || u->resume == NULL || u->no_calls
                             || u->globals != g->gi_iframe.f_globals
                             || u->builtins != g->gi_iframe.f_builtins)) {
        u = generator_unit(generator);      /* step() asks the rest itself */
    }
    if (u == NULL) {
        return -1;
    }
    prepare(a, PyThreadState_Get(), g);
    cache_mapping *mapping = cache_enter();
    compile_active++;
    int64_t kind = step(a, g, u, value);
    compile_active--;
    cache_leave(mapping);
    return kind;
}

PyObject *generator_next(PyObject *generator)
{
    activation a;
    int64_t kind = resume_once(&a, generator, Py_None);
    return kind >= 0 ? next_object(kind, &a.inner) : Py_TYPE(generator)->tp_iternext(generator);
}

PySendResult generator_send(PyObject *generator, PyObject *value, PyObject **result)
{
    activation a;
    int64_t kind = resume_once(&a, generator, value);
    if (kind < 0) {
        return PyIter_Send(generator, value, result);
    }
    *result = result_object(kind, &a.inner);
    return *result == NULL ? PYGEN_ERROR : kind == RETURNS_END ? PYGEN_RETURN : PYGEN_NEXT;
}

/* ---- steps of async generators ----------------------------------------------------------- */

/* CPython: async_gen_asend_send and async_gen_unwrap_value. */
int generator_async_step(PyObject *object, PyObject **result)
{
    async_step *s = (async_step *)object;
    PyAsyncGenObject *g = s->generator;
    int state = s->state;
    bool possible = async_steps_as_expected()
                    && (state == ASYNC_STEP_RUNS || (state == ASYNC_STEP_NEW && !g->ag_running_async));
    int64_t kind = -1;
    activation a;
    if (possible) {
        PyObject *value = state == ASYNC_STEP_NEW && s->value != NULL ? s->value : Py_None;
        int running = g->ag_running_async;
        s->state = ASYNC_STEP_RUNS;
        g->ag_running_async = 1;
        kind = resume_once(&a, (PyObject *)g, value);
        if (kind < 0) {
            s->state = state;
            g->ag_running_async = running;
        }
    }
    if (kind < 0) {
        *result = Py_TYPE(object)->tp_iternext(object);
        return *result != NULL ? 0 : _PyGen_FetchStopIterationValue(result) < 0 ? -1 : 1;
    }
    *result = result_object(kind, &a.inner);
    if (kind == RETURNS_END && *result != NULL) {
        Py_CLEAR(*result);
        PyErr_SetNone(PyExc_StopAsyncIteration);
    }
    if (*result == NULL) {
        g->ag_closed |= PyErr_ExceptionMatches(PyExc_StopAsyncIteration)
                        || PyErr_ExceptionMatches(PyExc_GeneratorExit);
        g->ag_running_async = 0;
        s->state = ASYNC_STEP_OVER;
        return -1;
    }
    PyObject *item = async_unwrapped(*result);
    if (item == NULL) {
        return 0;
    }
    *result = item;
    g->ag_running_async = 0;
    s->state = ASYNC_STEP_OVER;
    return 1;
}

/* ---- C functions that resume generators --------------------------------------------------- */

/* generator.send(), coroutine.send() */
static PyObject *call_send(PyObject *generator, PyObject *value)
{
    PyObject *result;
    if (generator_send(generator, value, &result) != PYGEN_RETURN) {
        return result;
    }
    if (result == Py_None) {
        PyErr_SetNone(PyExc_StopIteration);
    }
    else {
        _PyGen_SetStopIterationValue(result);
    }
    Py_DECREF(result);
    return NULL;
}

static PyCFunctionFast next_itself;

/* next() */
static PyObject *call_next(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    if (nargs != 1 || !PyGen_CheckExact(args[0])) {
        return next_itself(module, args, nargs);
    }
    PyObject *result = generator_next(args[0]);
    if (result == NULL && !PyErr_Occurred()) {
        PyErr_SetNone(PyExc_StopIteration);
    }
    return result;
}

PyCFunction generator_method(PyObject *function, PyCFunction itself)
{
    c_function f;
    if (!adapter_c_function(function, &f) || f.def == NULL || f.name == NULL) {
        return itself;
    }
    if ((f.type == &PyGen_Type || f.type == &PyCoro_Type) && strcmp(f.name, "send") == 0) {
        return call_send;
    }
    if (f.owner != NULL && strcmp(f.owner, "builtins") == 0 && strcmp(f.name, "next") == 0) {
        next_itself = (PyCFunctionFast)(void *)itself;
        return (PyCFunction)(void *)call_next;
    }
    return itself;
}

/* ---- C functions that consume generators (stand_ins.h) ------------------------------------ */

typedef struct driver_object {
    PyObject_HEAD
    PyGenObject *generator;
    unit *unit;
    uint32_t generation;
    uint64_t version;           /* of instrumentation: with another, tools have come */
    struct driver_object *next; /* of those that are free */
    activation activation;
} driver_object;

#define MOST_FREE 8
static driver_object *free_drivers;
static int free_count;

static void driver_dealloc(PyObject *self)
{
    driver_object *d = (driver_object *)self;
    Py_DECREF(d->generator);
    if (free_count == MOST_FREE) {
        PyObject_Free(self);
        return;
    }
    d->next = free_drivers;
    free_drivers = d;
    free_count++;
}

static int64_t driver_step(driver_object *d)
{
    if (d->generation != d->unit->generation
        || d->version != adapter_tools_version(d->activation.inner.tstate)) {
        return -1;
    }
    return step(&d->activation, d->generator, d->unit, Py_None);
}

static PyObject *driver_next(PyObject *self)
{
    driver_object *d = (driver_object *)self;
    int64_t kind = driver_step(d);
    if (kind == RETURNS_OBJECT) {
        return slot_object((uintptr_t)d->activation.inner.result.i);
    }
    return kind < 0 ? PyGen_Type.tp_iternext((PyObject *)d->generator)
                    : next_object(kind, &d->activation.inner);
}

static PyTypeObject driver_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "generator",
    .tp_basicsize = sizeof(driver_object),
    .tp_dealloc = driver_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = driver_next,
};

PyObject *generator_driver(PyObject *generator)
{
    unit *u = GENERATOR_BUSY((PyGenObject *)generator) ? NULL : generator_unit(generator);
    if (u == NULL || PyType_Ready(&driver_type) < 0) {
        PyErr_Clear();
        return NULL;
    }
    driver_object *d = free_drivers;
    if (d != NULL) {
        free_drivers = d->next;
        free_count--;
        PyObject_Init((PyObject *)d, &driver_type);
    }
    else if ((d = PyObject_New(driver_object, &driver_type)) == NULL) {
        PyErr_Clear();
        return NULL;
    }
    d->generator = (PyGenObject *)Py_NewRef(generator);
    d->unit = u;
    d->generation = u->generation;
    prepare(&d->activation, PyThreadState_Get(), d->generator);
    d->version = adapter_tools_version(d->activation.inner.tstate);
    return (PyObject *)d;
}

/* Behind an item that is NULL: whether that was an exception, and not the end. */
static bool has_failed(void)
{
    if (PyErr_Occurred() && PyErr_ExceptionMatches(PyExc_StopIteration)) {
        PyErr_Clear();
    }
    return PyErr_Occurred() != NULL;
}

/* The rest of the sum that has come to `sum` (stolen; NULL: an exception is set), which is no int that
 * sum() would still add up without objects. */
static PyObject *rest_of_sum(PyObject *function, PyObject *driver, PyObject *sum)
{
    if (sum != NULL && (PyFloat_CheckExact(sum) || PyComplex_CheckExact(sum))) {
        PyObject *args[] = {driver, sum};
        PyObject *result = PyObject_Vectorcall(function, args, 2, NULL);
        Py_DECREF(sum);
        return result;
    }
    while (sum != NULL) {
        PyObject *item = driver_next(driver);
        if (item == NULL) {
            if (has_failed()) {
                Py_CLEAR(sum);
            }
            break;
        }
        Py_SETREF(sum, PyNumber_Add(sum, item));
        Py_DECREF(item);
    }
    return sum;
}

/* As CPython's sum() begins (Python/bltinmodule.c), but that ints need not be objects. */
PyObject *generator_sum(PyObject *function, PyObject *driver)
{
    driver_object *d = (driver_object *)driver;
    int64_t sum = 0, number;
    for (;;) {
        int64_t kind = driver_step(d);
        PyObject *item;
        if (kind == RETURNS_INT) {
            number = d->activation.inner.result.i;
            if (!__builtin_add_overflow(sum, number, &sum)) {
                continue;
            }
            sum = (int64_t)((uint64_t)sum - (uint64_t)number);
            item = PyLong_FromLongLong(number);
        }
        else if (kind < 0) {
            item = PyGen_Type.tp_iternext((PyObject *)d->generator);
        }
        else {
            item = next_object(kind, &d->activation.inner);
        }
        if (item == NULL) {
            return has_failed() ? NULL : PyLong_FromLongLong(sum);
        }
        int overflow = 1;
        if (PyLong_CheckExact(item) || PyBool_Check(item)) {
            number = PyLong_AsLongLongAndOverflow(item, &overflow);
        }
        if (!overflow) {
            if (!__builtin_add_overflow(sum, number, &sum)) {
                Py_DECREF(item);
                continue;
            }
            sum = (int64_t)((uint64_t)sum - (uint64_t)number);
        }
        PyObject *before = PyLong_FromLongLong(sum);
        PyObject *after = before != NULL ? PyNumber_Add(before, item) : NULL;
        Py_XDECREF(before);
        Py_DECREF(item);
        return rest_of_sum(function, driver, after);
    }
}

/* ---- generator functions ---------------------------------------------------------------- */

bool generator_function(const PyFunctionObject *f)
{
    PyCodeObject *code = (PyCodeObject *)f->func_code;
    int flags = CO_OPTIMIZED | CO_NEWLOCALS;
    int unlike = CO_VARARGS | CO_VARKEYWORDS | CO_ITERABLE_COROUTINE;
    return (code->co_flags & (flags | unlike)) == flags && CODE_MAKES_GENERATOR(code)
           && code->co_kwonlyargcount == 0
           && f->vectorcall == adapter_vectorcall(code);
}

bool generator_start(unit *u, int *at, int *nfree)
{
    *at = *nfree = 0;
    if (!unit_prepare(u)) {
        return false;
    }
    if (u->in[0].op == COPY_FREE_VARS) {
        *nfree = (int)u->in[0].arg;
        *at = u->in[0].size;
    }
    *at += u->in[*at].size;
    return u->in[*at - 1].op == RETURN_GENERATOR;
}

/* A generator that has not started, whose first `nargs` variables are still to be set.  NULL without
 * an exception: not possible, or no memory. */
static py_frame *make(PyThreadState *tstate, PyFunctionObject *f, Py_ssize_t nargs, int at, int nfree)
{
    PyCodeObject *code = (PyCodeObject *)f->func_code;
    PyObject *defaults = f->func_defaults;
    Py_ssize_t have = defaults != NULL ? PyTuple_GET_SIZE(defaults) : 0;
    Py_ssize_t missing = code->co_argcount - nargs;
    if (missing < 0 || missing > have || tstate->py_recursion_remaining <= 1
        || adapter_others_monitor_code(code, GRAFT_TOOL) || frames_have_evaluator(tstate)
        || (tstate->coroutine_origin_tracking_depth > 0 && code->co_flags & CO_COROUTINE)) {
        return NULL;            /* (CPython looks where from, starting at the frame of the call) */
    }
    PyGenObject *g = (PyGenObject *)_Py_MakeCoro(f);
    if (g == NULL) {
        PyErr_Clear();
        return NULL;
    }
    py_frame *frame = &g->gi_iframe;
    uintptr_t *slots = frame_slots(frame);
    Py_ssize_t n = nargs;
    for (; n < code->co_argcount; n++) {
        slots[n] = slot_from_new(Py_NewRef(PyTuple_GET_ITEM(defaults, have - code->co_argcount + n)));
    }
    for (; n < code->co_nlocalsplus - nfree; n++) {
        slots[n] = SLOT_NULL;
    }
    for (int k = 0; k < nfree; k++, n++) {
        slots[n] = slot_from_new(Py_NewRef(PyTuple_GET_ITEM(f->func_closure, k)));
    }
    Py_INCREF(code);
    frame_make(frame, NULL, code, (PyFunctionObject *)Py_NewRef(f));
    frame->instr_ptr += at;
    frame->owner = FRAME_OWNED_BY_GENERATOR;
    return frame;
}

PyObject *generator_new(PyThreadState *tstate, PyObject *function, PyObject *const *args,
                        Py_ssize_t nargs)
{
    PyFunctionObject *f = (PyFunctionObject *)function;
    int at, nfree;
    unit *u = generator_function(f) ? unit_of((PyCodeObject *)f->func_code) : NULL;
    py_frame *frame = u != NULL && generator_start(u, &at, &nfree)
                      ? make(tstate, f, nargs, at, nfree) : NULL;
    if (frame == NULL) {
        return NULL;
    }
    for (Py_ssize_t n = 0; n < nargs; n++) {
        frame_slots(frame)[n] = slot_from_new(Py_NewRef(args[n]));
    }
    PyGenObject *g = _PyGen_GetGeneratorFromFrame(frame);
    g->gi_frame_state = FRAME_CREATED;
    return (PyObject *)g;
}

/* The same with arguments from slots, which it takes over (NULL: not possible, they stay). */
static PyGenObject *make_of_slots(jit_frame *jf, PyObject *function, uintptr_t *first, int64_t nargs,
                                  const call_site *site)
{
    py_frame *frame = make(jf->tstate, (PyFunctionObject *)function, nargs, (int)site->size,
                           (int)site->slots);
    if (frame == NULL) {
        return NULL;
    }
    for (int64_t n = 0; n < nargs; n++) {
        PyObject *object = slot_object(first[n]);
        frame_slots(frame)[n] = first[n] & 1 ? slot_from_new(Py_NewRef(object)) : first[n];
        first[n] = SLOT_NULL;
    }
    PyGenObject *g = _PyGen_GetGeneratorFromFrame(frame);
    g->gi_frame_state = FRAME_CREATED;
    return g;
}

int graft_make_generator(jit_frame *jf, uintptr_t *slots, int64_t nargs, const call_site *site)
{
    PyObject *function = slot_object(slots[0]);
    PyGenObject *g = make_of_slots(jf, function, slots + 2 - site->has_self, nargs + site->has_self, site);
    if (g == NULL) {
        return -1;
    }
    if (!(slots[0] & 1)) {
        Py_DECREF(function);        /* the generator has it, too */
    }
    slots[0] = slot_from_new((PyObject *)g);
    return 0;
}

int graft_make_iterator(jit_frame *jf, uintptr_t *slot, const call_site *site)
{
    PyGenObject *g = make_of_slots(jf, site->function, slot, 1, site);
    if (g == NULL) {
        return -1;
    }
    *slot = slot_from_new((PyObject *)g);
    return 0;
}
