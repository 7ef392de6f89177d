/* The only room that knows a CPython version: opcodes, the layout of frames
 * and of the objects that compiled code opens, private functions.
 * This adapter is for 3.14 with the GIL, on a 64-bit machine.
 *
 * References are borrowed unless a comment says otherwise.
 */
#ifndef GRAFT_ADAPTER_H
#define GRAFT_ADAPTER_H

#ifndef Py_BUILD_CORE
#  define Py_BUILD_CORE 1
#endif
#include <Python.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <opcode_ids.h>
#include <internal/pycore_frame.h>
#include <internal/pycore_interpframe.h>
#include <internal/pycore_stackref.h>
#include <internal/pycore_code.h>
#include <internal/pycore_function.h>
#include <internal/pycore_gc.h>
#include <internal/pycore_ceval.h>
#include <internal/pycore_range.h>
#include <internal/pycore_long.h>
#include "cpython/frames.h"

#if PY_VERSION_HEX < 0x030e0000 || PY_VERSION_HEX >= 0x030f0000
#  error "this adapter is for CPython 3.14"
#endif
#ifdef Py_GIL_DISABLED
#  error "free-threaded builds are not supported yet"
#endif

typedef struct _PyInterpreterFrame py_frame;

/* NULL when the running interpreter is the one that this was compiled for,
 * else one line that says what differs (static storage). */
const char *adapter_mismatch(void);

/* ---- frames -------------------------------------------------------------
 * Slots: first the local variables (with cells and free variables), then the
 * evaluation stack.  A slot holds a tagged pointer: bit 0 set means that the
 * slot does not own a reference (immortal, borrowed or NULL). */
#define SLOT_NULL ((uintptr_t)1)
#define SLOT_OFFSET(n) (offsetof(py_frame, localsplus) + (n) * sizeof(uintptr_t))

static inline uintptr_t *frame_slots(py_frame *frame)
{
    return (uintptr_t *)frame->localsplus;
}
static inline PyObject *slot_object(uintptr_t slot)
{
    return (PyObject *)(slot & ~(uintptr_t)1);
}
static inline uintptr_t slot_from_new(PyObject *object)
{
    return object == NULL ? SLOT_NULL : PyStackRef_FromPyObjectSteal(object).bits;
}
static inline PyCodeObject *frame_code(py_frame *frame)
{
    return _PyFrame_GetCode(frame);
}
/* Puts a new reference on top of the stack of a frame that is not running. */
static inline void frame_push(py_frame *frame, PyObject *object)
{
    *frame->stackpointer++ = PyStackRef_FromPyObjectSteal(object);
}
static inline void frame_push_unit(py_frame *frame, int at)
{
    *frame->stackpointer++ = PyStackRef_TagInt(at);
}
static inline uintptr_t slot_from_unit(int at)
{
    return PyStackRef_TagInt(at).bits;
}
/* Whether the slot has such a unit, and no object. */
static inline bool slot_is_unit(uintptr_t slot)
{
    return PyStackRef_IsTaggedInt((_PyStackRef){.bits = slot});
}
static inline int slot_unit(uintptr_t slot)
{
    return (int)PyStackRef_UntagInt((_PyStackRef){.bits = slot});
}
static inline void frame_pop(py_frame *frame)
{
    PyStackRef_XCLOSE(*--frame->stackpointer);
}
/* Drops the frame's object, if it has one that nobody else has and nobody has changed (a
 * traceback that is gone has left it behind).  False: it keeps one. */
bool frame_forget_object(py_frame *frame);
static inline int frame_depth(py_frame *frame)
{
    return (int)(frame->stackpointer - frame->localsplus) - frame_code(frame)->co_nlocalsplus;
}
static inline void *code_instruction(PyCodeObject *code, int at)
{
    return _PyCode_CODE(code) + at;
}
/* The same of an instruction that is under way: behind its EXTENDED_ARGs. */
static inline void *code_running(PyCodeObject *code, int at)
{
    _Py_CODEUNIT *instruction = _PyCode_CODE(code) + at;
    while (instruction->op.code == EXTENDED_ARG) {
        instruction++;
    }
    return instruction;
}
static inline int unit_running(PyCodeObject *code, int at)
{
    return (int)((_Py_CODEUNIT *)code_running(code, at) - _PyCode_CODE(code));
}
/* The interpreter goes on at bytecode unit `at` with `depth` values on the stack. */
static inline void frame_resume_at(py_frame *frame, int at, int depth)
{
    PyCodeObject *code = frame_code(frame);
    frame->instr_ptr = code_instruction(code, at);
    frame->stackpointer = frame->localsplus + code->co_nlocalsplus + depth;
}

/* ---- bytecode ----------------------------------------------------------- */
typedef struct {
    uint8_t op;
    uint16_t size;      /* units, caches included, prefixes not */
    uint32_t arg;
} instruction;

/* Decodes `code` into out[co units]: each unit that begins an instruction (its
 * first EXTENDED_ARG, if any) gets op, arg and the size with prefixes; other
 * units get op 0 (CACHE).  -1 with an exception on no memory. */
int adapter_decode(PyCodeObject *code, instruction *out);
/* Unit that a jump at `at` goes to, or -1 when it is not a jump. */
int adapter_jump_target(const instruction *in, int at);
/* Where the event of the instruction comes from: behind its prefixes, before its caches. */
int adapter_event_place(const instruction *in, int at);
const char *adapter_opcode_name(int op);
/* Whether the code's instrumentation is what the thread expects, nothing is pending, and calls of
 * it are the interpreter's. */
static inline bool adapter_up_to_date(const PyCodeObject *code, const PyThreadState *tstate)
{
    return code->_co_instrumentation_version == tstate->eval_breaker && !frames_have_evaluator(tstate);
}
/* What eval_breaker is while nothing is asked for: it changes when tools come or go. */
static inline uint64_t adapter_tools_version(const PyThreadState *tstate)
{
    return tstate->eval_breaker & ~(uintptr_t)_PY_EVAL_EVENTS_MASK;
}
/* Room for the code's frame on the thread's stack of frames, where the next call would have it;
 * NULL: there is none without another piece of memory, or the recursion is too deep. */
static inline py_frame *adapter_room(const PyThreadState *tstate, const PyCodeObject *code)
{
    char *top = (char *)tstate->datastack_top;
    size_t size = (size_t)code->co_framesize * sizeof(PyObject *);
    return tstate->py_recursion_remaining <= 1 || top == NULL
           || (size_t)((char *)tstate->datastack_limit - top) <= size ? NULL : (py_frame *)top;
}
static inline void adapter_take_room(PyThreadState *tstate, const PyCodeObject *code)
{
    tstate->datastack_top += code->co_framesize;
}
/* The frame for a call, on top of the thread's: as the interpreter makes it, whatever the function's
 * parameters are.  Takes the references to the arguments, n and those that `names` (or NULL) has, even
 * when it fails (NULL, with an exception). */
static inline py_frame *adapter_push_frame(PyThreadState *tstate, PyFunctionObject *function,
                                           const _PyStackRef *args, size_t n, PyObject *names,
                                           py_frame *previous)
{
    py_frame *frame = _PyEvalFramePushAndInit(tstate, PyStackRef_FromPyObjectNew((PyObject *)function),
                                              NULL, args, n, names, previous);
    if (frame != NULL) {
        tstate->current_frame = frame;
    }
    return frame;
}
/* `vectorcall` of functions that are called by running their code, which `code` is one of. */
vectorcallfunc adapter_vectorcall(PyCodeObject *code);

/* Where an exception raised at unit `at` is handled: a unit, or -1.  `depth` is what
 * the stack is cut down to; `lasti`: the raising unit is pushed below the exception. */
int adapter_handler(PyCodeObject *code, int at, int *depth, bool *lasti);
/* A unit outside of every handler that raises again what is on top of the stack, above
 * the unit that raised it if `lasti`; -1: the code has none. */
int adapter_reraise(PyCodeObject *code, const instruction *in, bool *lasti);
/* Whether the code is a function that runs when called, on a frame of its own. */
bool adapter_function_with_frame(const PyCodeObject *code);
/* The same, and it is called with positional arguments only. */
bool adapter_plain_function(const PyCodeObject *code);
/* A number that is another one whenever the function's code, defaults or vectorcall have been
 * replaced (CPython: Objects/funcobject.c, "Function versions"); 0: it has none. */
uint32_t adapter_function_version(const PyFunctionObject *function);

/* ---- the interpreter ---------------------------------------------------- */
/* Switches the built-in JIT, where there is one; returns what it was. */
bool adapter_builtin_jit(bool on);
/* The nearest frame below that Python code runs in, or NULL; borrowed. */
py_frame *adapter_frame_below(const py_frame *frame);
/* Where PY_START is reported for the code, as a number of code units. */
int adapter_start(const PyCodeObject *code);
/* Where CPython keeps which tools have asked for events of this code alone (a _Py_LocalMonitors,
 * as long as the code lives); NULL: nobody ever has. */
const uint8_t *adapter_local_tools(const PyCodeObject *code);
/* What the interpreter does behind a call (CPython: _CHECK_PERIODIC): signals, pending calls, the
 * collector, the GIL.  0: done, 1: there was nothing to do, -1: an exception is set. */
int adapter_handle_pending(PyThreadState *tstate);
bool adapter_is_pending(const PyThreadState *tstate);
/* Sees to it that a code object that may stop in a debugger (it names set_trace or breakpoint)
 * keeps the opcode events that the debugger asks for, though Graft asks for others. */
void adapter_keep_opcode_events(PyCodeObject *code);
/* Whether a monitoring tool other than `tool` (tracing and profiling are such
 * tools) has asked for events that concern `code`. */
bool adapter_others_monitor(PyCodeObject *code, int tool);
/* The same for those that have asked for events of this code alone. */
static inline bool adapter_others_monitor_code(PyCodeObject *code, int tool)
{
    const _PyCoMonitoringData *data = code->_co_monitoring;
    if (data == NULL) {
        return false;
    }
    const uint8_t *tools = data->local_monitors.tools;
    uint64_t first, last;
    memcpy(&first, tools, 8);
    memcpy(&last, tools + sizeof(data->local_monitors.tools) - 8, 8);
    return ((first | last) & ~(0x0101010101010101u << tool)) != 0;
}
/* Executors: where the interpreter was built with the JIT, it can be made to call a C
 * function in the place of a RESUME or JUMP_BACKWARD, at a tenth of an event's cost. */
typedef struct {
    void *unit;                 /* the caller's */
    int at, target;             /* where it stands, where execution goes on: bytecode units */
} executor_place;
/* Returns where the interpreter goes on, or NULL with an exception, which it then handles
 * as one of the unit before instr_ptr; the frame has its stack pointer. */
typedef _Py_CODEUNIT *(*executor_function)(py_frame *frame, _PyStackRef *stack_pointer,
                                           PyThreadState *tstate);
bool adapter_has_executors(void);
/* False: not here, or not now.  Events that the instruction makes are kept back as long as it
 * stands there; they come back when CPython instruments the code, or it is taken out. */
bool adapter_put_executor(PyCodeObject *code, int at, executor_function function, void *unit,
                          int target);
void adapter_take_executors(PyCodeObject *code, int at);    /* at -1: all of them */
/* To be called first in an executor_function.  False: what tools want to know of the code may
 * have changed, so that the executor must be taken out, and the instruction itself be done. */
bool adapter_entered(py_frame *frame, _PyStackRef *stack_pointer, PyThreadState *tstate,
                     executor_place *place);
/* Tells tools of the exception that is set in the frame, which is the thread's current one, as an
 * event of unit `at`.  -1: a tool has replaced it by another one. */
typedef enum { EXCEPTION_RAISED, EXCEPTION_RERAISED, EXCEPTION_CAUGHT, EXCEPTION_UNWINDS } exception_event;
int adapter_tell_exception(PyThreadState *tstate, py_frame *frame, exception_event event, int at);
/* Whether tools want to know that a line begins where the frame goes on, coming from unit `from`. */
bool adapter_begins_line(py_frame *frame, int from);
/* Tells them.  -1: one has raised an exception. */
int adapter_tell_line(PyThreadState *tstate, py_frame *frame);
/* The object of LOAD_COMMON_CONSTANT, which is never dropped. */
PyObject *adapter_common_constant(int n);
/* What LOAD_SPECIAL finds for the type: a Python function or a method of a C type, borrowed;
 * NULL: something else, or nothing. */
PyObject *adapter_with_method(PyTypeObject *type, int n);
/* Whether anybody is told of what audit events tell. */
bool adapter_is_audited(void);
/* Whether tracemalloc is on. */
bool adapter_memory_is_traced(void);
/* Machine stack that must stay free below what compiled code calls. */
char *adapter_stack_limit(PyThreadState *tstate);
/* Events that callbacks caused are muted while tstate->tracing is raised. */
static inline int adapter_unmute(PyThreadState *tstate)
{
    int saved = tstate->tracing;
    tstate->tracing = 0;
    return saved;
}
static inline void adapter_mute(PyThreadState *tstate, int saved)
{
    tstate->tracing = saved;
}

/* ---- types and attributes ------------------------------------------------ */
/* The version tag of a type as it is now; 0: it has none.  A tag is never given
 * to another type, nor to this one once it has changed. */
uint32_t adapter_type_version(PyTypeObject *type);
PyObject *adapter_type_dict(PyTypeObject *type);
/* Where an instance keeps the value of an attribute: a pointer at `offset`, which
 * can be relied on for this version of the type while the byte at `valid_at` of
 * the instance is not 0 (-1: always, for slots). */
typedef struct {
    int offset, valid_at;
    PyObject *hidden;           /* an object of the class that the instance's attribute hides, as long
                                 * as that has no __set__ or __delete__; or NULL */
} attribute_place;
/* Where that byte is among the values. */
int adapter_valid_offset(void);
/* Arrays of the array module, exactly, whose items are numbers: what their `kind` points to, and
 * its letter (as in the module's documentation) and size in bytes.  False: it is none. */
typedef struct {
    void *kind;
    char letter;
    int size;
} array_items;
bool adapter_array(PyObject *object, array_items *out);
/* Whether attributes that instances or the class have are found in the usual way (`__getattr__`
 * is asked for others only; a property that raises AttributeError is one of those). */
bool adapter_generic_getattr(PyTypeObject *type);
/* False: the attribute is something else, or (but for a store) the class has it and the instance
 * has not. */
bool adapter_attribute(PyObject *object, PyObject *name, bool store, attribute_place *place);
/* What LOAD_ATTR gives as a function and the object it is called on: a Python
 * function or a method of a C type, borrowed from the type; or NULL.  For this version
 * of the type it stays so under the condition: */
typedef struct {
    enum { METHOD_ALWAYS,       /* none */
           METHOD_KEYS,         /* the values are inline, and *keys (of the type) is still `count` */
           METHOD_NO_DICT,      /* the instance has no dictionary */
           METHOD_NULL,         /* the instance has NULL at valid_at, where its dictionary would be */
           METHOD_UNSET,        /* the values are inline, and NULL at `unset_at` */
           METHOD_LACKS,        /* adapter_lacks() */
    } condition;
    int valid_at, unset_at;     /* as in attribute_place */
    const Py_ssize_t *keys;
    Py_ssize_t count;
} method_condition;
/* Whether the instance's dictionary has no such name, if that can be told without running
 * Python code. */
bool adapter_lacks(PyObject *object, PyObject *name);
/* Or: an object of the class that LOAD_ATTR gives as it is, or one that it asks by a Python function
 * `__get__`, both as long as the object's own type stays as it is. */
typedef enum { WANT_METHOD, WANT_OBJECT, WANT_GETTER } member_wanted;
PyObject *adapter_instance_method(PyObject *object, PyObject *name, member_wanted wanted,
                                  method_condition *condition);
/* What LOAD_ATTR gives for the class itself, for this version of it, of its metaclass, and of the
 * object's type; NULL: not known. */
PyObject *adapter_class_attribute(PyTypeObject *type, PyObject *name);
/* Whether what a class has is found there, for this version of the metaclass: that has not something
 * which goes first. */
bool adapter_metaclass_lets(PyTypeObject *type, PyObject *name);
/* Whether the object has the type that it has now, and that is as it is, for good. */
static inline bool adapter_type_is_fixed(PyObject *object)
{
    return (Py_TYPE(object)->tp_flags & Py_TPFLAGS_IMMUTABLETYPE) != 0;
}
/* What Class.name and instance.name give for a call when it is a Python function in the end. */
typedef struct {
    PyObject *function;         /* borrowed from the class */
    PyObject **place;           /* where a static or class method keeps it: only as long as it is there */
    enum { MEMBER_FUNCTION,     /* called with the instance, if there is one */
           MEMBER_STATIC,       /* with nothing */
           MEMBER_OF_CLASS,     /* with the class */
    } kind;
} class_member;
/* Of an object that is found in a class. */
bool adapter_member(PyObject *found, class_member *out);
/* Of the class itself, for this version of it and of its metaclass. */
bool adapter_class_member(PyTypeObject *type, PyObject *name, class_member *out);
/* The method that super(type, object).name gives with the object as it is, for this version
 * of the object's type: borrowed.  NULL: it is something else. */
PyObject *adapter_super_method(PyTypeObject *type, PyObject *object, PyObject *name);
/* A new function as MAKE_FUNCTION makes it.  NULL without an exception: that could run code,
 * it would have other builtins, or there is no memory. */
PyObject *adapter_make_function(PyObject *code, PyObject *globals, PyObject *builtins);
/* The method descriptor that a bound method written in C comes from, borrowed, where a built-in class
 * has it for good; NULL: it is something else. */
PyObject *adapter_unbound(PyObject *bound);
/* Where SET_FUNCTION_ATTRIBUTE puts what its argument says; -1: it does more than that. */
int adapter_function_attribute(uint32_t arg);
/* Whether a function that dies drops nothing but what somebody else holds and objects of
 * types that are `plain`.  Not `alone`: others die at the same time, and may hold the same things. */
bool adapter_function_dies_quietly(PyObject *function, bool (*plain)(PyTypeObject *), bool alone);
/* The Python function __init__ of a type whose instances are made by object.__new__, or
 * BaseException's, and type.__call__, for this version of its class; NULL: they are not. */
PyFunctionObject *adapter_init(PyTypeObject *type);
/* Whether the interpreter enters that __init__ itself in a call without names.  Then the call
 * gets the arguments; otherwise they stay on the caller's stack until it has returned. */
bool adapter_init_takes_arguments(PyTypeObject *type, PyFunctionObject *init);
/* Where the static method __new__ of a class made by a class statement, whose metaclass is type, keeps
 * its Python function, for this version of the class; or NULL. */
PyObject **adapter_new(PyTypeObject *type);
/* Whether such a class leaves making and initializing to object. */
bool adapter_made_plainly(PyTypeObject *type);
/* A special method of a class made by a class statement, borrowed, when that is a Python
 * function; and whether the type has one at all. */
PyFunctionObject *adapter_special_method(PyTypeObject *type, const char *name);
/* Whether objects of the type are equal if they are the same, as object() has it. */
bool adapter_equal_by_identity(PyTypeObject *type);
/* Whether all objects of the type are true. */
bool adapter_always_true(PyTypeObject *type);
/* Whether no class of another making than the class statement's is among its bases. */
bool adapter_plain_class(PyTypeObject *type);
bool adapter_has_special(PyTypeObject *type, const char *name);
/* Whether it is object's own. */
bool adapter_has_object_method(PyTypeObject *type, const char *name);
/* Where a property of the type keeps the Python function that gets its value, for this version of the
 * type; NULL: the attribute is no property, or it is another kind of function. */
PyObject **adapter_property(PyTypeObject *type, PyObject *name);
/* An instance that dies without running anything, except that it drops `count` values
 * (any may be NULL); NULL: it is not known to be so. */
PyObject **adapter_instance_values(PyObject *object, Py_ssize_t *count);
/* Whether the type's instances are exceptions that CPython makes and initializes. */
bool adapter_makes_exceptions(PyTypeObject *type);
/* Whether the function is the __init__ of such a type, which only sets `args`. */
bool adapter_initializes_exceptions(PyObject *function);
/* What an exception's attribute is, for this version of its type. */
typedef enum {
    EXCEPTION_OTHER,
    EXCEPTION_ITEM,             /* in its dictionary, or there is none */
    EXCEPTION_ARGS,
} exception_part;
exception_part adapter_exception_part(PyObject *exception, PyObject *name, bool store);
/* Whether str() and format() of the type's instances, exceptions, show their `args` and nothing else. */
bool adapter_exception_shows_args(PyTypeObject *type);
/* Whether an exception's type runs nothing when it dies.  What dies with it, but for its traceback:
 * the six parts (borrowed, or NULL). */
#define EXCEPTION_PARTS 6
bool adapter_exception_is_plain(PyObject *object, PyObject **parts);
/* "module.name" or "type.name" of a C function that every interpreter has;
 * NULL for any other object.  Static storage. */
const char *adapter_builtin_name(PyObject *function);

/* A method of a built-in type, a function of an extension module, or a built-in type
 * itself (owner "type", def NULL).  False: none of these. */
typedef enum { CALL_OTHER, CALL_NOARGS, CALL_ONE, CALL_FAST, CALL_KEYWORDS } calling;
typedef struct {
    const char *owner, *name;   /* type or module, and what it is called there */
    PyMethodDef *def;
    PyObject *self;             /* the module, or the object of a bound method */
    PyTypeObject *type;         /* whose method it is, or NULL */
    calling how;
    bool method;                /* the object it is called on is its first operand */
} c_function;
bool adapter_c_function(PyObject *function, c_function *out);
/* The method of a built-in type; NULL: it is something else. */
PyObject *adapter_method(PyTypeObject *type, PyObject *name);
/* Whether isinstance() asks nobody else about the class: it is one, and its metaclass has no
 * __instancecheck__ of its own. */
bool adapter_checks_instances_plainly(PyObject *class);
/* Whether x.__class__ is type(x) for the type's instances, as long as its version lasts. */
bool adapter_class_is_plain(PyTypeObject *type);

/* ---- keys of dictionaries and sets ---------------------------------------- */
/* Exact str, int, float, bool, None, and tuples of those: their hash and == are C, and
 * they have no finalizer.  The functions below also know objects that are compared by
 * identity, as object() is. */
bool adapter_simple(PyObject *object);
/* These look without running Python code.  -1: cannot say (no exception is set). */
int adapter_simple_equal(PyObject *left, PyObject *right);
/* New sequences that take what the slots hold; NULL, with an exception: nothing was taken. */
PyObject *adapter_list_of_slots(uintptr_t *slots, Py_ssize_t count);
PyObject *adapter_tuple_of_slots(uintptr_t *slots, Py_ssize_t count);
/* Where a value is (valid until the dictionary changes): 1, or 0: not there. */
int adapter_dict_find(PyObject *dict, PyObject *key, PyObject ***place);
int adapter_dict_find_int(PyObject *dict, int64_t key, PyObject ***place);
/* With the key's hash, for adapter_dict_insert() when it is not there. */
int adapter_dict_find_place(PyObject *dict, PyObject *key, PyObject ***place, Py_hash_t *hash);
int adapter_dict_insert(PyObject *dict, PyObject *key, Py_hash_t hash, PyObject *value);
/* Takes the key and its value, which are there, out of a private dictionary; the value, an owned reference. */
PyObject *adapter_dict_remove(PyObject *dict, PyObject **place, Py_hash_t hash);
/* Whether the keys are simple and the values plain. */
bool adapter_dict_is_plain(PyObject *dict, bool (*is_plain)(PyObject *value, int depth), int depth);
/* Where a dictionary with names only keeps the value of one: `offset` bytes into its keys,
 * behind a pointer to the name.  So it is while the keys are laid out as now and that
 * pointer is there. */
typedef struct { int layout, offset; PyObject *value; } name_place;
bool adapter_name_place(PyObject *dict, PyObject *name, name_place *out);
int adapter_set_has(PyObject *set, PyObject *key);
int adapter_set_has_int(PyObject *set, int64_t key);
/* Has the collector track the object, if it does not. */
static inline void adapter_track(PyObject *object)
{
    if (!_PyObject_GC_IS_TRACKED(object)) {
        PyObject_GC_Track(object);
    }
}
/* Where a set has a key, or would have it; valid until it changes. */
typedef struct { setentry *entry; Py_hash_t hash; } set_place;
int adapter_set_find(PyObject *set, PyObject *key, set_place *place);
/* Of a key that was not there.  -1 with an exception. */
int adapter_set_insert(PyObject *set, PyObject *key, const set_place *place);
/* Of one that is there, and whose death runs nothing. */
void adapter_set_remove(PyObject *set, const set_place *place);
bool adapter_set_is_simple(PyObject *set);      /* whether all its items are */
/* Whether to change the dictionary concerns nobody else: no watcher, and it is not
 * the view of an instance's inline attributes. */
bool adapter_dict_is_private(PyObject *dict);

/* Whether a class derived from dict has this from dict itself (for a key that is there). */
typedef enum { DICT_ITEMS, DICT_STORES, DICT_CONTAINS } dict_part;
bool adapter_like_dict(PyTypeObject *type, dict_part part);
bool adapter_is_defaultdict(PyTypeObject *type);        /* exactly */
PyObject *adapter_default_factory(PyObject *defaultdict);

/* ---- objects ------------------------------------------------------------ */
typedef _PyRangeIterObject range_iterator;
/* Kinds of iterators (iterators.h); in all, of types that are CPython's own and
 * run no Python code of themselves. */
bool adapter_iterators_as_expected(void);
bool adapter_is_sequence_iterator(PyTypeObject *type);
bool adapter_is_dict_iterator(PyTypeObject *type);
bool adapter_is_iterator(PyTypeObject *type);
PyTypeObject *adapter_ascii_iterator(void);     /* of strings that are all ASCII */
/* Whether iter(x) of this very type runs no Python code: a container, or one of
 * the iterators above. */
bool adapter_iterates_quietly(PyTypeObject *type);
/* "".join(strings), as f-strings do it: new reference. */
PyObject *adapter_join(PyObject *const *strings, Py_ssize_t count);
/* New reference, or NULL without an exception. */
PyObject *adapter_range_iterator(int64_t start, int64_t step, int64_t len);
/* What Python's / and ** give for numbers of which at least one is complex; a real
 * one has the imaginary part 0.  -1: an exception, or ask the operator itself. */
typedef enum { COMPLEX_BY_COMPLEX, REAL_BY_COMPLEX, COMPLEX_POWER } complex_operation;
int adapter_complex_op(complex_operation op, Py_complex l, Py_complex r, Py_complex *result);
/* Arguments of BINARY_OP: x[y], and how many there are before those in place begin. */
#define OP_SUBSCRIPT 26
#define OPERATORS 13
/* Gives an object that nobody else holds another value, where it is an exact int of that size
 * and the value has no object of its own.  False: not done. */
bool adapter_reuse_int(PyObject *object, int64_t value);
/* CPython keeps dead floats and ints of one digit, for the next that are made.  Where it has
 * none, these allocate some at once: whoever makes one is likely to make more. */
void adapter_stock_floats(void);
void adapter_stock_ints(void);
/* Whether an exact int has at most the two digits that compiled code looks at. */
static inline bool adapter_is_short(PyObject *number)
{
    return ((PyLongObject *)number)->long_value.lv_tag < 3 << NON_SIZE_BITS;
}
/* Whether an exact int has one digit. */
static inline bool adapter_is_compact(PyObject *number)
{
    return _PyLong_IsCompact((PyLongObject *)number);
}
static inline Py_ssize_t adapter_compact_value(PyObject *number)
{
    return _PyLong_CompactValue((PyLongObject *)number);
}
static inline binaryfunc adapter_binary_op(int op)
{
    return _PyEval_BinaryOps[op];
}

#endif
