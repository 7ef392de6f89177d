/* Objects of ours that C functions get for generators and functions: see stand_ins.h. */
#include "runtime/stand_ins.h"
#include "runtime/generators.h"
#include "runtime/tracebacks.h"
#include <string.h>

/* ---- in the place of a function ------------------------------------------------------------- */

/* Only the C function has it, while a call of that runs: so the call owns what is borrowed here, and it
 * is not called again while it runs. */
typedef struct caller_object {
    PyObject_HEAD
    vectorcallfunc vectorcall;
    PyObject *callable;         /* borrowed; owned when somebody keeps the caller */
    PyObject *function, *self;  /* of a bound method; else the callable, NULL */
    PyCodeObject *code;         /* what was entered last, which keeps the unit alive */
    unit *unit;                 /* the same, where the frame is made here; or NULL */
    bool owner;
    jit_frame below, inner;     /* `below` stands for the C function */
    call_site site;
} caller_object;

static caller_object *spare;

static void caller_dealloc(PyObject *object)
{
    caller_object *c = (caller_object *)object;
    if (c->owner) {
        Py_DECREF(c->callable);
    }
    if (spare == NULL) {
        spare = c;
        return;
    }
    PyObject_Free(object);
}

/* Looks for a unit that is as simple as enter() needs it: the one that calls of the same code have compiled. */
static void find(caller_object *c)
{
    PyFunctionObject *function = (PyFunctionObject *)c->function;
    PyCodeObject *code = (PyCodeObject *)function->func_code;
    unit *u = unit_to_enter(&c->site, function, c->below.tstate);
    if (u != NULL && u->call_entry != NULL && c->site.code == code && adapter_plain_function(code)) {
        Py_XSETREF(c->code, (PyCodeObject *)Py_NewRef(code));
        c->unit = u;
    }
}

/* Calls the function by the code that was entered before.  False: something is not as it was. */
static inline bool enter(caller_object *c, PyThreadState *tstate, PyObject *const *args, int count, PyObject **result)
{
    unit *u = c->unit;
    PyFunctionObject *function = (PyFunctionObject *)c->function;
    jit_frame *inner = &c->inner;
    py_frame *frame;
    if (u == NULL || function->func_code != (PyObject *)c->code || u->generation != c->site.expected
        || u->call_entry == NULL || u->visible || count != c->code->co_argcount
        || tstate->eval_breaker != c->below.expected_breaker || !adapter_up_to_date(c->code, tstate)
        || adapter_others_monitor_code(c->code, GRAFT_TOOL) || function->vectorcall != c->site.vectorcall
        || (char *)__builtin_frame_address(0) < c->below.stack_limit
        || (frame = adapter_room(tstate, c->code)) == NULL) {
        return false;
    }
    uintptr_t *variables = frame_slots(frame);
    int n = 0;
    for (; n < count; n++) {
        variables[n] = slot_from_new(Py_NewRef(args[n]));
    }
    for (; n < c->code->co_nlocalsplus; n++) {
        variables[n] = SLOT_NULL;
    }
    adapter_take_room(tstate, c->code);
    tstate->py_recursion_remaining--;
    u->calls++;
    inner->expected_breaker = c->below.expected_breaker;
    inner->frame = frame;
    inner->tstate = tstate;
    inner->parent = &c->below;
    inner->exit = NULL;
    inner->flags = 0;
    inner->stack_limit = c->below.stack_limit;
    inner->kind = graft_enter(frame, tstate, inner, u->call_entry);
    traceback_complete(&c->below);
    *result = boxed_result(inner->kind, &inner->result.i);
    return true;
}

static PyObject *caller_call(PyObject *object, PyObject *const *args, size_t nargsf, PyObject *names)
{
    caller_object *c = (caller_object *)object;
    PyThreadState *tstate = c->below.tstate;
    Py_ssize_t count = PyVectorcall_NARGS(nargsf);
    PyObject *operands[MOST_SPECIAL], *result;
    if (names == NULL && count < MOST_SPECIAL && !c->owner) {
        if (c->self != NULL) {
            operands[0] = c->self;
            memcpy(operands + 1, args, (size_t)count * sizeof(PyObject *));
            args = operands;
        }
        int given = (int)count + (c->self != NULL);
        c->below.frame = tstate->current_frame;
        c->below.flags = 0;
        c->below.real = c->below.synced = 1;
        if (enter(c, tstate, args, given, &result)) {
            return result;
        }
        if (graft_call_special(&c->below, c->function, args, given, &result)) {
            find(c);
            return result;
        }
        args += c->self != NULL;
    }
    return PyObject_Vectorcall(c->callable, args, (size_t)count, names);
}

static PyTypeObject caller_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "function",
    .tp_basicsize = sizeof(caller_object),
    .tp_dealloc = caller_dealloc,
    .tp_vectorcall_offset = offsetof(caller_object, vectorcall),
    .tp_call = PyVectorcall_Call,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_HAVE_VECTORCALL,
};

/* New reference; NULL without an exception: better as it is. */
static PyObject *caller_new(PyObject *callable)
{
    bool bound = Py_IS_TYPE(callable, &PyMethod_Type);
    PyObject *function = bound ? PyMethod_GET_FUNCTION(callable) : callable;
    if (!PyFunction_Check(function)) {
        return NULL;
    }
    caller_object *c = spare;
    if (c != NULL) {
        spare = NULL;
        PyObject_Init((PyObject *)c, &caller_type);
    }
    else if (PyType_Ready(&caller_type) < 0 || (c = PyObject_New(caller_object, &caller_type)) == NULL) {
        PyErr_Clear();
        return NULL;
    }
    c->vectorcall = caller_call;
    c->callable = callable;
    c->function = function;
    c->self = bound ? PyMethod_GET_SELF(callable) : NULL;
    c->code = NULL;
    c->unit = NULL;
    c->owner = false;
    c->below.tstate = PyThreadState_Get();
    c->below.parent = NULL;
    c->below.expected_breaker = adapter_tools_version(c->below.tstate);
    c->below.site = &c->site;
    c->below.stack_limit = adapter_stack_limit(c->below.tstate);
    c->site.code = NULL;        /* (the rest is not looked at, and takes its time to clear) */
    c->site.out = NULL;
    c->site.function = function;
    c->site.levels = 1;
    c->site.operands = c->site.is_init = 0;
    find(c);
    return (PyObject *)c;
}

static void caller_done(PyObject *object)
{
    caller_object *c = (caller_object *)object;
    Py_CLEAR(c->code);
    c->unit = NULL;
    if (Py_REFCNT(c) > 1) {
        Py_INCREF(c->callable);
        c->owner = true;
    }
    Py_DECREF(c);
}

/* ---- calls with them ---------------------------------------------------------------------- */

#define NOTHING -1
#define KEY -2                  /* the argument of that name */
#define ALONE -3                /* the first, if there is no other */

/* Where the function finds an argument, among those by name, too; or NOTHING. */
static Py_ssize_t place_of(int which, Py_ssize_t given, PyObject *names)
{
    if (which == ALONE) {
        return given == 1 ? 0 : NOTHING;
    }
    if (which != KEY) {
        return which < given ? which : NOTHING;
    }
    for (Py_ssize_t n = 0; names != NULL && n < PyTuple_GET_SIZE(names); n++) {
        if (PyUnicode_EqualToUTF8(PyTuple_GET_ITEM(names, n), "key")) {
            return given + n;
        }
    }
    return NOTHING;
}

/* `args` is the caller's own. */
static inline PyObject *call_with(PyObject *function, PyObject *const *arguments, size_t nargsf,
                                  PyObject *names, int iterated, int called, bool sums)
{
    PyObject **args = (PyObject **)arguments;
    Py_ssize_t given = PyVectorcall_NARGS(nargsf);
    Py_ssize_t from = place_of(iterated, given, names), by = place_of(called, given, names);
    PyObject *generator = from >= 0 ? args[from] : NULL, *callable = by >= 0 ? args[by] : NULL;
    PyObject *driver = generator != NULL && PyGen_CheckExact(generator) ? generator_driver(generator) : NULL;
    PyObject *caller = callable != NULL ? caller_new(callable) : NULL, *result;
    if (driver != NULL) {
        args[from] = driver;
    }
    if (caller != NULL) {
        args[by] = caller;
    }
    if (sums && driver != NULL && given == 1 && names == NULL) {
        result = generator_sum(function, driver);
    }
    else {
        result = PyObject_Vectorcall(function, args, nargsf, names);
    }
    if (driver != NULL) {
        args[from] = generator;
        Py_DECREF(driver);
    }
    if (caller != NULL) {
        args[by] = callable;
        caller_done(caller);
    }
    return result;
}

/* name, what is iterated over, what is called: places among the arguments */
#define CALL_WITH(name, iterated, called)                                                                \
    static PyObject *name(PyObject *function, PyObject *const *args, size_t nargsf, PyObject *names)    \
    {                                                                                                    \
        return call_with(function, args, nargsf, names, iterated, called, false);                        \
    }
CALL_WITH(first_iterated, 0, NOTHING)
CALL_WITH(second_iterated, 1, NOTHING)
CALL_WITH(sorting, 0, KEY)
CALL_WITH(choosing, ALONE, KEY)
CALL_WITH(by_key, NOTHING, KEY)
CALL_WITH(reducing, 1, 0)
CALL_WITH(replacing, NOTHING, 1)

static PyObject *summing(PyObject *function, PyObject *const *args, size_t nargsf, PyObject *names)
{
    return call_with(function, args, nargsf, names, 0, NOTHING, true);
}

/* Those of methods count the object as the first. */
static const struct {
    const char *owner, *name;
    vectorcallfunc call;
} functions[] = {
    {"builtins", "sum", summing}, {"builtins", "any", first_iterated}, {"builtins", "all", first_iterated},
    {"builtins", "min", choosing}, {"builtins", "max", choosing}, {"builtins", "sorted", sorting},
    {"type", "list", first_iterated}, {"type", "tuple", first_iterated}, {"type", "set", first_iterated},
    {"type", "frozenset", first_iterated}, {"type", "dict", first_iterated},
    {"type", "bytes", first_iterated}, {"type", "bytearray", first_iterated},
    {"str", "join", second_iterated}, {"bytes", "join", second_iterated},
    {"list", "extend", second_iterated}, {"list", "sort", by_key},
    {"set", "update", second_iterated}, {"dict", "update", second_iterated},
    {"bytearray", "extend", second_iterated}, {"array.array", "extend", second_iterated},
    {"collections.deque", "extend", second_iterated}, {"_collections", "_count_elements", second_iterated},
    {"math", "prod", first_iterated}, {"math", "fsum", first_iterated}, {"_functools", "reduce", reducing},
    {"_bisect", "bisect_left", by_key}, {"_bisect", "bisect_right", by_key},
    {"_bisect", "insort_left", by_key}, {"_bisect", "insort_right", by_key},
    {"re.Pattern", "sub", replacing}, {"re.Pattern", "subn", replacing},
};

vectorcallfunc stand_in_call(PyObject *function)
{
    c_function c;
    if (!adapter_c_function(function, &c) || (PyCFunction_CheckExact(function) && strchr(c.owner, '.') != NULL)) {
        return NULL;            /* (a bound method of such an owner) */
    }
    for (size_t n = 0; n < Py_ARRAY_LENGTH(functions); n++) {
        if (strcmp(functions[n].name, c.name) == 0 && strcmp(functions[n].owner, c.owner) == 0) {
            return functions[n].call;
        }
    }
    return NULL;
}

bool stand_in_fits(PyObject *argument)
{
    return PyGen_CheckExact(argument) || PyFunction_Check(argument) || Py_IS_TYPE(argument, &PyMethod_Type);
}
