/* The adapter for CPython 3.14: see adapter.h. */
#define NEED_OPCODE_METADATA 1
#include "cpython/adapter.h"
#include <internal/pycore_debug_offsets.h>
#include <internal/pycore_dict.h>
#include <internal/pycore_interp_structs.h>
#include <internal/pycore_object.h>
#include <internal/pycore_opcode_metadata.h>
#include <internal/pycore_runtime.h>
#include <internal/pycore_tstate.h>
#include <opcode.h>
#include <internal/pycore_complexobject.h>
#include <errno.h>
#include <math.h>
#include <string.h>

const char *adapter_mismatch(void)
{
    if ((Py_Version >> 16) != (PY_VERSION_HEX >> 16)) {
        return "built for another minor version of Python";
    }
#ifdef Py_DEBUG
    if (PySys_GetObject("gettotalrefcount") == NULL) {
        return "built for a debug build of Python, which this is not";
    }
#else
    if (PySys_GetObject("gettotalrefcount") != NULL) {
        return "built for a release build of Python, but this is a debug build";
    }
#endif
    /* CPython tells debuggers where its fields are: Python/remote_debug.h.  A
     * release that moved one of them is not the one that we were compiled for. */
    static const _Py_DebugOffsets ours = _Py_DebugOffsets_INIT(_Py_Debug_Cookie);
    _Py_DebugOffsets theirs = _PyRuntime.debug_offsets;
    theirs.version = ours.version;
    if (memcmp(&ours, &theirs, sizeof(ours)) != 0) {
        return "this interpreter lays out its data in another way than the one "
               "that Graft was built for";
    }
    if (!adapter_iterators_as_expected()) {
        return "this interpreter's iterators are not those that Graft was built for";
    }
    if (PyInterpreterState_Get() != PyInterpreterState_Main()) {
        return "only the main interpreter is supported";
    }
    return NULL;
}

int adapter_decode(PyCodeObject *code, instruction *out)
{
    /* De-specialized and de-instrumented, unlike the live array. */
    PyObject *bytes = PyCode_GetCode(code);
    if (bytes == NULL) {
        return -1;
    }
    const uint8_t *unit = (const uint8_t *)PyBytes_AS_STRING(bytes);
    int count = (int)(PyBytes_GET_SIZE(bytes) / 2);
    memset(out, 0, sizeof(*out) * (size_t)count);
    for (int at = 0; at < count;) {
        int start = at;
        uint32_t arg = unit[2 * at + 1];
        while (unit[2 * at] == EXTENDED_ARG && at + 1 < count) {
            at++;
            arg = arg << 8 | unit[2 * at + 1];
        }
        uint8_t op = unit[2 * at];
        at += 1 + _PyOpcode_Caches[op];
        out[start] = (instruction){.op = op, .size = (uint16_t)(at - start), .arg = arg};
    }
    Py_DECREF(bytes);
    return 0;
}

int adapter_jump_target(const instruction *in, int at)
{
    int next = at + in[at].size;
    switch (in[at].op) {
        case JUMP_FORWARD:
        case POP_JUMP_IF_TRUE:
        case POP_JUMP_IF_FALSE:
        case POP_JUMP_IF_NONE:
        case POP_JUMP_IF_NOT_NONE:
        case SEND:
            return next + (int)in[at].arg;
        case FOR_ITER:
            return next + (int)in[at].arg + 1;      /* past END_FOR */
        case JUMP_BACKWARD:
        case JUMP_BACKWARD_NO_INTERRUPT:
            return next - (int)in[at].arg;
        default:
            return -1;
    }
}

int adapter_event_place(const instruction *in, int at)
{
    return at + in[at].size - 1 - _PyOpcode_Caches[in[at].op];
}

/* A number of the exception table (CPython: InternalDocs/exception_handling.md). */
static const uint8_t *read_varint(const uint8_t *p, int *value)
{
    int n = *p & 63;
    while (*p++ & 64) {
        n = n << 6 | (*p & 63);
    }
    *value = n;
    return p;
}

int adapter_handler(PyCodeObject *code, int at, int *depth, bool *lasti)
{
    const uint8_t *p = (const uint8_t *)PyBytes_AS_STRING(code->co_exceptiontable);
    const uint8_t *end = p + PyBytes_GET_SIZE(code->co_exceptiontable);
    while (p < end) {
        int start, size, target, what;
        p = read_varint(p, &start);
        p = read_varint(p, &size);
        p = read_varint(p, &target);
        p = read_varint(p, &what);
        if (at >= start && at < start + size) {
            *depth = what >> 1;
            *lasti = what & 1;
            return target;
        }
        if (start > at) {
            break;
        }
    }
    return -1;
}

int adapter_reraise(PyCodeObject *code, const instruction *in, bool *lasti)
{
    int ignored, found = -1;
    bool any;
    *lasti = false;
    for (int at = 0; at < (int)Py_SIZE(code); at += in[at].size ? in[at].size : 1) {
        if (in[at].op == RERAISE && in[at].arg <= 1 && adapter_handler(code, at, &ignored, &any) < 0) {
            found = at;
            if (in[at].arg == 1) {
                *lasti = true;
                break;
            }
        }
    }
    return found;
}

bool adapter_is_audited(void)
{
    return _PyRuntime.audit_hooks.head != NULL || PyInterpreterState_Get()->audit_hooks != NULL;
}

bool adapter_memory_is_traced(void)
{
    return _PyRuntime.tracemalloc.config.tracing != 0;
}

char *adapter_stack_limit(PyThreadState *tstate)
{
    /* The interpreter goes on in what is left: it needs little for calls that it inlines,
     * but a level of its own for each chunk of its stack of frames. */
    const _PyThreadStateImpl *thread = (_PyThreadStateImpl *)tstate;
    uintptr_t half = (thread->c_stack_top - thread->c_stack_soft_limit) / 2, least = 96 << 10;
    return (char *)thread->c_stack_soft_limit + (half > least ? half : least);
}

bool adapter_function_with_frame(const PyCodeObject *code)
{
    int unlike = CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR;
    return (code->co_flags & (CO_OPTIMIZED | CO_NEWLOCALS)) == (CO_OPTIMIZED | CO_NEWLOCALS)
           && !(code->co_flags & unlike);
}

bool adapter_plain_function(const PyCodeObject *code)
{
    return adapter_function_with_frame(code) && !(code->co_flags & (CO_VARARGS | CO_VARKEYWORDS))
           && code->co_kwonlyargcount == 0;
}

/* (_PyFunction_Vectorcall is no name that extensions can link to.) */
vectorcallfunc adapter_vectorcall(PyCodeObject *code)
{
    static vectorcallfunc found;
    if (found == NULL) {
        PyObject *globals = PyDict_New();
        PyObject *function = globals ? PyFunction_New((PyObject *)code, globals) : NULL;
        if (function == NULL) {
            PyErr_Clear();
        }
        else {
            found = ((PyFunctionObject *)function)->vectorcall;
        }
        Py_XDECREF(function);
        Py_XDECREF(globals);
    }
    return found;
}

const char *adapter_opcode_name(int op)
{
    const char *name = op >= 0 && op < 256 ? _PyOpcode_OpName[op] : NULL;
    return name != NULL ? name : "?";
}

bool adapter_builtin_jit(bool on)
{
    PyInterpreterState *interp = PyInterpreterState_Get();
    bool was = interp->jit;
    interp->jit = on;
    return was;
}

static bool any_other(const uint8_t *tools, size_t count, uint8_t others)
{
    uint8_t all = 0;
    for (size_t event = 0; event < count; event++) {
        all |= tools[event];
    }
    return (all & others) != 0;
}

bool frame_forget_object(py_frame *frame)
{
    PyFrameObject *o = frame->frame_obj;
    if (o == NULL) {
        return true;
    }
    if (Py_REFCNT(o) != 1 || o->f_trace != NULL || o->f_extra_locals != NULL
        || o->f_locals_cache != NULL || o->f_overwritten_fast_locals != NULL || o->f_back != NULL
        || o->f_lineno != 0 || !o->f_trace_lines || o->f_trace_opcodes) {
        return false;
    }
    frame->frame_obj = NULL;        /* as Python/frame.c does before it drops it */
    Py_DECREF(o);
    return true;
}

py_frame *adapter_frame_below(const py_frame *frame)
{
    py_frame *below = frame->previous;
    while (below != NULL && below->owner == FRAME_OWNED_BY_INTERPRETER) {
        below = below->previous;
    }
    return below;
}

int adapter_start(const PyCodeObject *code)
{
    return code->_co_firsttraceable;
}

const uint8_t *adapter_local_tools(const PyCodeObject *code)
{
    return code->_co_monitoring != NULL ? code->_co_monitoring->local_monitors.tools : NULL;
}

bool adapter_is_pending(const PyThreadState *tstate)
{
    return (tstate->eval_breaker & _PY_EVAL_EVENTS_MASK) != 0;
}

int adapter_handle_pending(PyThreadState *tstate)
{
    return adapter_is_pending(tstate) ? _Py_HandlePending(tstate) : 1;
}

bool adapter_others_monitor(PyCodeObject *code, int tool)
{
    PyInterpreterState *interp = PyInterpreterState_Get();
    uint8_t others = (uint8_t)~(1u << tool);
    _PyCoMonitoringData *data = code->_co_monitoring;
    return any_other(interp->monitors.tools, sizeof(interp->monitors.tools), others)
           || (data != NULL && any_other(data->local_monitors.tools,
                                         sizeof(data->local_monitors.tools), others));
}

int adapter_tell_exception(PyThreadState *tstate, py_frame *frame, exception_event event, int at)
{
    static const struct { int event; int (*fire)(PyMonitoringState *, PyObject *, int32_t); } events[] = {
        [EXCEPTION_RERAISED] = {PY_MONITORING_EVENT_RERAISE, PyMonitoring_FireReraiseEvent},
        [EXCEPTION_CAUGHT] = {PY_MONITORING_EVENT_EXCEPTION_HANDLED, PyMonitoring_FireExceptionHandledEvent},
        [EXCEPTION_UNWINDS] = {PY_MONITORING_EVENT_PY_UNWIND, PyMonitoring_FirePyUnwindEvent},
    };
    if (event == EXCEPTION_RAISED) {
        _PyEval_MonitorRaise(tstate, frame, code_instruction(frame_code(frame), at));
        return 0;
    }
    PyMonitoringState state = {.active = tstate->interp->monitors.tools[events[event].event]};
    return events[event].fire(&state, (PyObject *)frame_code(frame), at * (int)sizeof(_Py_CODEUNIT));
}

static int line_of(PyCodeObject *code, int at)
{
    return PyCode_Addr2Line(code, at * (int)sizeof(_Py_CODEUNIT));
}

static int unit_of_frame(py_frame *frame)
{
    return (int)(frame->instr_ptr - _PyFrame_GetBytecode(frame));
}

bool adapter_begins_line(py_frame *frame, int from)
{
    PyCodeObject *code = frame_code(frame);
    return frame->instr_ptr->op.code == INSTRUMENTED_LINE
           && line_of(code, from) != line_of(code, unit_of_frame(frame));
}

/* CPython: remove_line_tools. */
static void disable_line(PyCodeObject *code, int at, uint8_t still)
{
    const _PyCoMonitoringData *data = code->_co_monitoring;
    _Py_CODEUNIT *instruction = _PyCode_CODE(code) + at;
    if (data->line_tools != NULL) {
        data->line_tools[at] &= still;
    }
    else if (still == 0 && instruction->op.code == INSTRUMENTED_LINE) {
        instruction->op.code = data->lines->data[at * data->lines->bytes_per_entry];
    }
}

int adapter_tell_line(PyThreadState *tstate, py_frame *frame)
{
    PyCodeObject *code = frame_code(frame);
    int at = unit_of_frame(frame);
    const _PyCoMonitoringData *data = code->_co_monitoring;
    uint8_t tools = data->line_tools != NULL ? data->line_tools[at]
                    : tstate->interp->monitors.tools[PY_MONITORING_EVENT_LINE]
                      | data->local_monitors.tools[PY_MONITORING_EVENT_LINE];
    PyMonitoringState state = {.active = tools};
    int offset = at * (int)sizeof(_Py_CODEUNIT);
    int result = tools == 0 ? 0
                 : PyMonitoring_FireLineEvent(&state, (PyObject *)code, offset, line_of(code, at));
    if (state.active != tools && code->_co_monitoring != NULL) {
        disable_line(code, at, state.active);
    }
    return result;
}

PyObject *adapter_common_constant(int n)
{
    return PyInterpreterState_Get()->common_consts[n];
}

PyObject *adapter_with_method(PyTypeObject *type, int n)
{
    PyObject *found = _PyType_Lookup(type, _Py_SpecialMethods[n].name);
    return found != NULL && (PyFunction_Check(found) || Py_IS_TYPE(found, &PyMethodDescr_Type))
           ? found : NULL;
}

PyObject *adapter_range_iterator(int64_t start, int64_t step, int64_t len)
{
    range_iterator *it = PyObject_New(range_iterator, &PyRangeIter_Type);
    if (it == NULL) {
        PyErr_Clear();
        return NULL;
    }
    it->start = start;
    it->step = step;
    it->len = len;
    return (PyObject *)it;
}

/* ---- complex numbers ------------------------------------------------------ */

static inline Py_complex product(Py_complex l, Py_complex r)
{
    Py_complex result = {l.real * r.real - l.imag * r.imag, l.real * r.imag + l.imag * r.real};
    return isnan(result.real) ? _Py_c_prod(l, r) : result;
}

/* Powers with small exponents are products, in this order, beginning with 1:
 * c_powu in complexobject.c. */
static Py_complex small_power(Py_complex base, int exponent)
{
    Py_complex result = {1.0, 0.0};
    for (int bit = 1;; bit <<= 1) {
        if (exponent & bit) {
            result = product(result, base);
        }
        if (2 * bit > exponent) {
            return result;
        }
        base = product(base, base);
    }
}

static Py_complex power(Py_complex base, Py_complex exponent)
{
    if (exponent.imag == 0.0 && fabs(exponent.real) <= 100.0) {
        int n = (int)exponent.real;
        if (n == exponent.real) {
            return n > 0 ? small_power(base, n)
                         : _Py_c_quot((Py_complex){1.0, 0.0}, small_power(base, -n));
        }
    }
    return _Py_c_pow(base, exponent);
}

int adapter_complex_op(complex_operation op, Py_complex l, Py_complex r, Py_complex *result)
{
    errno = 0;
    switch (op) {
        case COMPLEX_BY_COMPLEX:
            *result = _Py_c_quot(l, r);
            break;
        case REAL_BY_COMPLEX:
            *result = _Py_rc_quot(l.real, r);
            break;
        case COMPLEX_POWER:
            *result = power(l, r);
            if (!isfinite(result->real) || !isfinite(result->imag)) {
                return -1;      /* an OverflowError, mostly */
            }
            break;
    }
    return errno == 0 ? 0 : -1;
}

/* ---- types and attributes ----------------------------------------------- */

uint32_t adapter_type_version(PyTypeObject *type)
{
    if (type->tp_version_tag == 0) {
        (void)PyUnstable_Type_AssignVersionTag(type);
    }
    return type->tp_version_tag;
}

PyObject *adapter_type_dict(PyTypeObject *type)
{
    PyObject *dict = PyType_GetDict(type);      /* new reference; the type has one */
    Py_XDECREF(dict);
    return dict;
}

int adapter_valid_offset(void)
{
    return (int)offsetof(PyDictValues, valid);
}

static PyObject *special(PyTypeObject *type, const char *name)
{
    PyObject *string = PyUnicode_InternFromString(name);
    PyObject *found = string != NULL ? _PyType_Lookup(type, string) : NULL;
    Py_XDECREF(string);
    PyErr_Clear();
    return found;
}

bool adapter_generic_getattr(PyTypeObject *type)
{
    return type->tp_getattro == PyObject_GenericGetAttr
           || ((type->tp_flags & Py_TPFLAGS_HEAPTYPE) && special(type, "__getattr__") != NULL
               && adapter_has_object_method(type, "__getattribute__"));
}

bool adapter_attribute(PyObject *object, PyObject *name, bool store, attribute_place *place)
{
    PyTypeObject *type = Py_TYPE(object);
    if (!adapter_generic_getattr(type)
        || (store && type->tp_setattro != PyObject_GenericSetAttr)
        || !(type->tp_flags & Py_TPFLAGS_HEAPTYPE)) {
        return false;
    }
    PyObject *descriptor = _PyType_Lookup(type, name);      /* borrowed */
    if (descriptor != NULL && Py_IS_TYPE(descriptor, &PyMemberDescr_Type)) {
        PyMemberDef *member = ((PyMemberDescrObject *)descriptor)->d_member;
        if (member->type != Py_T_OBJECT_EX || (member->flags & (Py_AUDIT_READ | Py_READONLY))
            || !PyType_IsSubtype(type, ((PyMemberDescrObject *)descriptor)->d_common.d_type)) {
            return false;
        }
        *place = (attribute_place){(int)member->offset, -1, NULL};
        return true;
    }
    if ((descriptor != NULL && Py_TYPE(descriptor)->tp_descr_set != NULL)
        || !(type->tp_flags & Py_TPFLAGS_INLINE_VALUES)) {
        return false;
    }
    PyDictKeysObject *keys = ((PyHeapTypeObject *)type)->ht_cached_keys;
    PyDictValues *values = _PyObject_InlineValues(object);
    if (keys == NULL || keys->dk_kind != DICT_KEYS_SPLIT || !values->valid) {
        return false;
    }
    for (Py_ssize_t n = 0; n < keys->dk_nentries && n < values->capacity; n++) {
        if (DK_UNICODE_ENTRIES(keys)[n].me_key == name) {
            place->offset = (int)((char *)&values->values[n] - (char *)object);
            place->valid_at = (int)((char *)&values->valid - (char *)object);
            place->hidden = descriptor;
            return store || descriptor == NULL || values->values[n] != NULL;
        }
    }
    return false;
}

bool adapter_lacks(PyObject *object, PyObject *name)
{
    PyTypeObject *type = Py_TYPE(object);
    PyObject *dict = NULL;
    if (type->tp_flags & Py_TPFLAGS_MANAGED_DICT) {
        if ((type->tp_flags & Py_TPFLAGS_INLINE_VALUES) && _PyObject_InlineValues(object)->valid) {
            return false;
        }
        dict = (PyObject *)_PyObject_GetManagedDict(object);
    }
    else {
        PyObject **place = _PyObject_GetDictPtr(object);
        dict = place != NULL ? *place : NULL;
    }
    if (dict == NULL) {
        return true;
    }
    return PyDict_CheckExact(dict) && DK_IS_UNICODE(((PyDictObject *)dict)->ma_keys)
           && PyUnicode_CheckExact(name) && PyDict_Contains(dict, name) == 0;
}

/* Whether the object is given as it is when it is found in a class. */
static bool is_no_descriptor(PyObject *object)
{
    PyTypeObject *type = Py_TYPE(object);
    return type->tp_descr_get == NULL && type->tp_descr_set == NULL;
}

bool adapter_metaclass_lets(PyTypeObject *type, PyObject *name)
{
    PyTypeObject *metaclass = Py_TYPE(type);
    PyObject *found = _PyType_Lookup(metaclass, name);
    return metaclass->tp_getattro == PyType_Type.tp_getattro
           && (found == NULL || (adapter_type_is_fixed(found) && Py_TYPE(found)->tp_descr_set == NULL));
}

PyObject *adapter_class_attribute(PyTypeObject *type, PyObject *name)
{
    PyObject *found = adapter_metaclass_lets(type, name) ? _PyType_Lookup(type, name) : NULL;
    /* (methods of C types give themselves) */
    return found != NULL && (is_no_descriptor(found) || Py_IS_TYPE(found, &PyMethodDescr_Type)
                             || Py_IS_TYPE(found, &PyWrapperDescr_Type)) ? found : NULL;
}

/* Whether an object that is found in the class is of the kind. */
static bool is_wanted(PyTypeObject *type, PyObject *found, member_wanted wanted)
{
    class_member member;
    switch (wanted) {
        case WANT_METHOD:
            return Py_IS_TYPE(found, &PyMethodDescr_Type) || adapter_member(found, &member);
        case WANT_OBJECT:
            return is_no_descriptor(found);
        default:
            return type->tp_getattro == PyObject_GenericGetAttr
                   && adapter_special_method(Py_TYPE(found), "__get__") != NULL;
    }
}

PyObject *adapter_instance_method(PyObject *object, PyObject *name, member_wanted wanted,
                                  method_condition *condition)
{
    PyTypeObject *type = Py_TYPE(object);
    if (!adapter_generic_getattr(type)) {
        return NULL;
    }
    PyObject *method = _PyType_Lookup(type, name);          /* borrowed */
    if (method == NULL || !is_wanted(type, method, wanted)) {
        return NULL;
    }
    if (type->tp_dictoffset == 0 || Py_TYPE(method)->tp_descr_set != NULL) {
        condition->condition = METHOD_ALWAYS;
        return method;
    }
    if (!(type->tp_flags & Py_TPFLAGS_MANAGED_DICT)) {
        if (type->tp_dictoffset > 0
            && *(PyObject **)((char *)object + type->tp_dictoffset) == NULL) {
            condition->condition = METHOD_NULL;
            condition->valid_at = (int)type->tp_dictoffset;
            return method;
        }
        condition->condition = METHOD_LACKS;
        return adapter_lacks(object, name) ? method : NULL;
    }
    if (!(type->tp_flags & Py_TPFLAGS_INLINE_VALUES) || !_PyObject_InlineValues(object)->valid) {
        condition->condition = _PyObject_GetManagedDict(object) == NULL ? METHOD_NO_DICT : METHOD_LACKS;
        return adapter_lacks(object, name) ? method : NULL;
    }
    PyDictKeysObject *keys = ((PyHeapTypeObject *)type)->ht_cached_keys;
    PyDictValues *values = _PyObject_InlineValues(object);
    condition->valid_at = (int)((char *)&values->valid - (char *)object);
    for (Py_ssize_t n = 0; n < keys->dk_nentries; n++) {
        if (DK_UNICODE_ENTRIES(keys)[n].me_key == name) {       /* an instance may have its own */
            if (n >= values->capacity || values->values[n] != NULL) {
                return NULL;
            }
            condition->condition = METHOD_UNSET;
            condition->unset_at = (int)((char *)&values->values[n] - (char *)object);
            return method;
        }
    }
    condition->condition = METHOD_KEYS;
    condition->keys = &keys->dk_nentries;
    condition->count = keys->dk_nentries;
    return method;
}

static destructor subtype_dealloc;      /* of classes made by a class statement */

static bool made_by_class_statement(PyTypeObject *type)
{
    if (subtype_dealloc == NULL) {
        PyObject *module = PyImport_ImportModule("_frozen_importlib");
        PyObject *spec = module != NULL ? PyObject_GetAttrString(module, "ModuleSpec") : NULL;
        if (spec == NULL) {
            PyErr_Clear();
            return false;
        }
        subtype_dealloc = ((PyTypeObject *)spec)->tp_dealloc;
        Py_DECREF(spec);
        Py_DECREF(module);
    }
    return (type->tp_flags & Py_TPFLAGS_HEAPTYPE) && type->tp_dealloc == subtype_dealloc;
}

/* Whether calling the class allocates an instance and initializes it. */
static bool made_and_initialized(PyTypeObject *type)
{
    return made_by_class_statement(type) && Py_TYPE(type)->tp_call == PyType_Type.tp_call
           && type->tp_alloc == PyType_GenericAlloc && !(type->tp_flags & Py_TPFLAGS_IS_ABSTRACT);
}

bool adapter_made_plainly(PyTypeObject *type)
{
    return made_and_initialized(type) && type->tp_new == PyBaseObject_Type.tp_new
           && type->tp_init == PyBaseObject_Type.tp_init;
}

PyFunctionObject *adapter_init(PyTypeObject *type)
{
    if (!made_and_initialized(type)
        || (type->tp_new != PyBaseObject_Type.tp_new
            && type->tp_new != ((PyTypeObject *)PyExc_BaseException)->tp_new)) {
        return NULL;
    }
    static PyObject *name;
    if (name == NULL && (name = PyUnicode_InternFromString("__init__")) == NULL) {
        PyErr_Clear();
        return NULL;
    }
    PyObject *init = _PyType_Lookup(type, name);
    return init != NULL && PyFunction_Check(init) ? (PyFunctionObject *)init : NULL;
}

/* As specialize_class_call() of CPython has it. */
bool adapter_init_takes_arguments(PyTypeObject *type, PyFunctionObject *init)
{
    PyCodeObject *code = (PyCodeObject *)init->func_code;
    return Py_IS_TYPE(type, &PyType_Type) && type->tp_new == PyBaseObject_Type.tp_new
           && (code->co_flags & (CO_OPTIMIZED | CO_VARARGS | CO_VARKEYWORDS)) == CO_OPTIMIZED
           && code->co_kwonlyargcount == 0;
}

PyObject **adapter_new(PyTypeObject *type)
{
    static PyObject *name;
    if (name == NULL && (name = PyUnicode_InternFromString("__new__")) == NULL) {
        PyErr_Clear();
        return NULL;
    }
    class_member member;
    return made_by_class_statement(type) && Py_IS_TYPE(type, &PyType_Type)
           && adapter_class_member(type, name, &member) && member.kind == MEMBER_STATIC
           ? member.place : NULL;
}

PyFunctionObject *adapter_special_method(PyTypeObject *type, const char *name)
{
    if (!(type->tp_flags & Py_TPFLAGS_HEAPTYPE)) {
        return NULL;
    }
    PyObject *found = special(type, name);
    return found != NULL && PyFunction_Check(found) ? (PyFunctionObject *)found : NULL;
}

bool adapter_equal_by_identity(PyTypeObject *type)
{
    return type->tp_richcompare == PyBaseObject_Type.tp_richcompare;
}

/* CPython: PyObject_IsTrue. */
bool adapter_always_true(PyTypeObject *type)
{
    return (type->tp_as_number == NULL || type->tp_as_number->nb_bool == NULL)
           && (type->tp_as_mapping == NULL || type->tp_as_mapping->mp_length == NULL)
           && (type->tp_as_sequence == NULL || type->tp_as_sequence->sq_length == NULL);
}

bool adapter_plain_class(PyTypeObject *type)
{
    PyObject *mro = type->tp_mro;
    for (Py_ssize_t n = 0; mro != NULL && n < PyTuple_GET_SIZE(mro); n++) {
        PyTypeObject *base = (PyTypeObject *)PyTuple_GET_ITEM(mro, n);
        if (base != &PyBaseObject_Type && !made_by_class_statement(base)) {
            return false;
        }
    }
    return mro != NULL;
}

bool adapter_has_special(PyTypeObject *type, const char *name)
{
    return special(type, name) != NULL;
}

bool adapter_has_object_method(PyTypeObject *type, const char *name)
{
    return special(type, name) == special(&PyBaseObject_Type, name);
}

_Static_assert(OP_SUBSCRIPT == NB_SUBSCR && OPERATORS == NB_INPLACE_ADD, "BINARY_OP");

/* Whether all that objects of the type have beyond those of `root` is what __slots__ made: types made
 * by C code (PyType_FromSpec) can be dropped as classes are, and keep other things. */
static bool only_slots(PyTypeObject *type, const PyTypeObject *root)
{
    Py_ssize_t size = type->tp_basicsize - root->tp_basicsize;
    for (; type != root; type = type->tp_base) {
        const PyMemberDef *member = PyObject_GetItemData((PyObject *)type);
        if (member == NULL) {
            PyErr_Clear();
            return false;
        }
        for (Py_ssize_t n = 0; n < Py_SIZE(type); n++) {
            if (member[n].type != Py_T_OBJECT_EX || (member[n].flags & Py_READONLY)) {
                return false;       /* (subtype_dealloc leaves those) */
            }
            size -= (Py_ssize_t)sizeof(PyObject *);
        }
    }
    return size == 0;
}

/* Values in the object, of __dict__ (inline), of __slots__, or of a tuple's class, as
 * subtype_dealloc (Objects/typeobject.c) drops them. */
PyObject **adapter_instance_values(PyObject *object, Py_ssize_t *count)
{
    PyTypeObject *type = Py_TYPE(object), *root = &PyBaseObject_Type;
    if (!made_by_class_statement(type) || type->tp_finalize != NULL || type->tp_del != NULL
        || Py_REFCNT(type) < 2) {
        return NULL;
    }
    if (type->tp_flags & Py_TPFLAGS_TUPLE_SUBCLASS) {
        root = &PyTuple_Type;
    }
    PyTypeObject *base = type->tp_base;
    while (base != NULL && base->tp_dealloc == subtype_dealloc) {
        base = base->tp_base;
    }
    if (base != root || ((type->tp_flags & Py_TPFLAGS_MANAGED_WEAKREF)
                         && *(PyObject **)((char *)object + MANAGED_WEAKREF_OFFSET) != NULL)) {
        return NULL;
    }
    if (type->tp_flags & Py_TPFLAGS_INLINE_VALUES) {
        PyDictValues *values = _PyObject_InlineValues(object);
        if (type->tp_basicsize != PyBaseObject_Type.tp_basicsize || !values->valid
            || _PyObject_GetManagedDict(object) != NULL) {
            return NULL;
        }
        *count = values->capacity;
        return values->values;
    }
    if ((type->tp_flags & Py_TPFLAGS_MANAGED_DICT) || type->tp_dictoffset != 0
        || type->tp_weaklistoffset > 0) {
        return NULL;
    }
    if (root == &PyTuple_Type) {
        *count = Py_SIZE(object);
        return ((PyTupleObject *)object)->ob_item;
    }
    *count = (type->tp_basicsize - root->tp_basicsize) / (Py_ssize_t)sizeof(PyObject *);
    return type->tp_itemsize == 0 && only_slots(type, root)
           ? (PyObject **)((char *)object + root->tp_basicsize) : NULL;
}

bool adapter_makes_exceptions(PyTypeObject *type)
{
    PyTypeObject *base = (PyTypeObject *)PyExc_BaseException;
    return PyExceptionClass_Check((PyObject *)type) && Py_IS_TYPE(type, &PyType_Type)
           && type->tp_new == base->tp_new && type->tp_init == base->tp_init
           && type->tp_alloc == PyType_GenericAlloc && !(type->tp_flags & Py_TPFLAGS_IS_ABSTRACT);
}

bool adapter_initializes_exceptions(PyObject *function)
{
    return Py_IS_TYPE(function, &PyWrapperDescr_Type)
           && ((PyWrapperDescrObject *)function)->d_wrapped
              == (void *)((PyTypeObject *)PyExc_BaseException)->tp_init;
}

exception_part adapter_exception_part(PyObject *exception, PyObject *name, bool store)
{
    PyTypeObject *type = Py_TYPE(exception), *base = (PyTypeObject *)PyExc_BaseException;
    if (!PyExceptionInstance_Check(exception)
        || (store ? type->tp_setattro != PyObject_GenericSetAttr
                  : type->tp_getattro != PyObject_GenericGetAttr)) {
        return EXCEPTION_OTHER;
    }
    PyObject *found = _PyType_Lookup(type, name);
    PyErr_Clear();
    return found == NULL ? EXCEPTION_ITEM
           : !store && PyUnicode_EqualToUTF8(name, "args") && found == _PyType_Lookup(base, name)
           ? EXCEPTION_ARGS : EXCEPTION_OTHER;
}

bool adapter_exception_shows_args(PyTypeObject *type)
{
    static PyObject *name;
    if (name == NULL && (name = PyUnicode_InternFromString("__format__")) == NULL) {
        PyErr_Clear();
        return false;
    }
    return PyExceptionClass_Check((PyObject *)type)
           && (type->tp_str == ((PyTypeObject *)PyExc_BaseException)->tp_str
               || type->tp_str == ((PyTypeObject *)PyExc_KeyError)->tp_str)
           && _PyType_Lookup(type, name) == _PyType_Lookup(&PyBaseObject_Type, name);
}

bool adapter_exception_is_plain(PyObject *object, PyObject **parts)
{
    PyTypeObject *type = Py_TYPE(object), *base = (PyTypeObject *)PyExc_BaseException;
    PyBaseExceptionObject *e = (PyBaseExceptionObject *)object;
    parts[0] = e->dict;
    parts[1] = e->args;
    parts[2] = e->context;
    parts[3] = e->cause;
    parts[4] = parts[5] = NULL;
    if (e->notes != NULL) {
        return false;
    }
    if (type == (PyTypeObject *)PyExc_StopIteration) {
        parts[4] = ((PyStopIterationObject *)object)->value;
        return true;
    }
    if (type == (PyTypeObject *)PyExc_AttributeError) {
        parts[4] = ((PyAttributeErrorObject *)object)->obj;
        parts[5] = ((PyAttributeErrorObject *)object)->name;
        return true;
    }
    for (; type->tp_dealloc != base->tp_dealloc; type = type->tp_base) {
        if (!made_by_class_statement(type) || type->tp_finalize != NULL || type->tp_del != NULL
            || Py_REFCNT(type) < 2) {
            return false;
        }
    }
    type = Py_TYPE(object);
    return type->tp_basicsize == sizeof(PyBaseExceptionObject)
           && !((type->tp_flags & Py_TPFLAGS_MANAGED_WEAKREF)
                && *(PyObject **)((char *)object + MANAGED_WEAKREF_OFFSET) != NULL);
}

const char *adapter_builtin_name(PyObject *function)
{
    static const struct { const char *module, *name, *full; } known[] = {
        {"builtins", "len", "builtins.len"}, {"builtins", "abs", "builtins.abs"},
        {"builtins", "min", "builtins.min"}, {"builtins", "max", "builtins.max"},
        {"math", "sqrt", "math.sqrt"},
    };
    if (Py_IS_TYPE(function, &PyMethodDescr_Type)) {
        PyMethodDescrObject *descriptor = (PyMethodDescrObject *)function;
        PyTypeObject *type = descriptor->d_common.d_type;
        const char *name = descriptor->d_method->ml_name;
        return type == &PyList_Type && strcmp(name, "append") == 0 ? "list.append"
             : type == &PyComplex_Type && strcmp(name, "conjugate") == 0 ? "complex.conjugate"
             : NULL;
    }
    if (!PyCFunction_CheckExact(function)) {
        return NULL;
    }
    /* The module that it was made in, whatever it may be called now. */
    PyObject *self = PyCFunction_GET_SELF(function);
    if (self == NULL || !PyModule_CheckExact(self)) {
        return NULL;
    }
    PyModuleDef *def = PyModule_GetDef(self);
    for (size_t n = 0; def != NULL && n < Py_ARRAY_LENGTH(known); n++) {
        if (strcmp(def->m_name, known[n].module) == 0
            && strcmp(((PyCFunctionObject *)function)->m_ml->ml_name, known[n].name) == 0) {
            return known[n].full;
        }
    }
    return NULL;
}
