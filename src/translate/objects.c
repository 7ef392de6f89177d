/* Translations: attributes of instances, items of lists and tuples, iteration,
 * and calls of C functions that are known to run no Python code.
 *
 * An item or attribute that is a number and goes straight into arithmetic is
 * unboxed from where it is, without a reference of its own; the value remembers
 * its container and place (sub[0], sub[1]), from where deoptimization fetches
 * the very object.  Anything else becomes a reference on the stack.
 */
#include "hooks/watch.h"
#include "planted.h"
#include "translate/operate.h"

/* ---- where a result goes ------------------------------------------------------ */

bool used_by_arithmetic(translator *t)
{
    int above = 0, at = t->next;
    for (int n = 0; n < 12; n++) {
        const instruction *in = &t->u->in[at];
        if (t->u->is_target[at]) {
            return false;
        }
        switch (in->op) {
            case LOAD_FAST:
            case LOAD_FAST_BORROW:
            case LOAD_CONST:
            case LOAD_SMALL_INT:
            case LOAD_NAME:
            case LOAD_DEREF:
                above++;
                break;
            case LOAD_GLOBAL:
                if (in->arg & 1) {
                    return false;       /* for a call */
                }
                above++;
                break;
            case LOAD_FAST_LOAD_FAST:
            case LOAD_FAST_BORROW_LOAD_FAST_BORROW:
                above += 2;
                break;
            case LOAD_ATTR:
                if (above == 0 || (in->arg & 1)) {
                    return false;
                }
                break;
            case UNARY_NEGATIVE:
                if (above == 0) {
                    return true;
                }
                break;
            case BINARY_OP:
                if (in->arg == OP_SUBSCRIPT && above == 1) {
                    return false;       /* it is the container */
                }
                if (above <= 1) {
                    return true;
                }
                above--;
                break;
            case COMPARE_OP:
                if (above <= 1) {
                    return true;
                }
                above--;
                break;
            case NOP:
                break;
            default:
                return false;
        }
        at += in->size;
    }
    return false;
}

/* The slot of a local that holds the value, or -1: there it stays while the
 * expression is evaluated. */
static int local_home(translator *t, int v)
{
    int home = ctx_home(t->c, v);
    return home >= 0 && home < t->c->nlocals ? home : -1;
}

bool first_try(translator *t)
{
    return !(t->first && t->kind != STUB_COMPILE);
}

static bool is_short(PyObject *object)
{
    return object != NULL && PyLong_CheckExact(object)
           && adapter_is_short(object);
}

/* ---- attributes ----------------------------------------------------------------- */

/* Makes sure that the type of `v` is the one that is seen, with its version.
 * Returns the object seen, or NULL. */
PyObject *know_version(translator *t, int v, outcome *what)
{
    PyObject *seen = val(t, v)->seen;
    int home = ctx_home(t->c, v);
    if (seen == NULL || home < 0) {
        *what = home >= 0 ? SPLIT : UNSUPPORTED;
        return NULL;
    }
    if (val(t, v)->version != 0) {
        return seen;
    }
    uint32_t version = adapter_type_version(Py_TYPE(seen));
    if (version == 0 || version > IMM_MAX) {
        *what = UNSUPPORTED;
        return NULL;
    }
    if (!PLANTED(unguarded_version)) {
        EMIT(guard_version, SLOT_OFFSET(home), version, PTR(guard_failed(t)));
    }
    val(t, v)->version = version;
    return seen;
}

bool guard_type_of(translator *t, PyObject *object)
{
    PyTypeObject *type = Py_TYPE(object);
    if (adapter_type_is_fixed(object)) {
        return true;
    }
    uint32_t version = adapter_type_version(type);
    if (version == 0 || version > IMM_MAX) {
        return false;
    }
    EMIT(guard_metaclass, PTR(object), PTR(type), PTR(guard_failed(t)));
    EMIT(guard_class, PTR(type), version, PTR(guard_failed(t)));
    return true;
}

/* The offset of an attribute in the instance, behind the guards that it needs.
 * -1: it is not such an attribute. */
static int attribute(translator *t, int v, bool store, outcome *what, attribute_place *place)
{
    PyObject *name = PyTuple_GET_ITEM(t->u->code->co_names, store ? t->arg : t->arg >> 1);
    if (val(t, v)->type != T_ANY || val(t, v)->konst != NULL) {
        *what = UNSUPPORTED;
        return -1;
    }
    PyObject *seen = val(t, v)->seen;
    if (seen != NULL && !adapter_attribute(seen, name, store, place)) {
        *what = UNSUPPORTED;
        return -1;
    }
    if (know_version(t, v, what) == NULL) {
        return -1;
    }
    if (place->hidden != NULL && !guard_type_of(t, place->hidden)) {
        *what = UNSUPPORTED;
        return -1;
    }
    int64_t at = (int64_t)SLOT_OFFSET(ctx_home(t->c, v));
    if (place->valid_at >= 0) {
        if (!val(t, v)->inline_values) {
            EMIT(guard_inline, at, place->valid_at, PTR(guard_failed(t)));
            val(t, v)->inline_values = true;
        }
        if (store && *(PyObject **)((char *)seen + place->offset) == NULL) {
            EMIT(guard_no_dict, at, PTR(leave(t, EXIT_CONDITION)));
        }
        else if (store) {
            EMIT(guard_dict_unwatched, at, PTR(leave(t, EXIT_CONDITION)));
        }
    }
    return place->offset;
}

static int constant_offset(translator *t, int offset)
{
    PyObject *object = PyLong_FromLong(offset);         /* small: immortal */
    int v = object == NULL ? NO_VALUE : ctx_constant(t->c, object);
    Py_XDECREF(object);
    if (v == NO_VALUE) {
        t->failed = true;
        return 0;
    }
    return v;
}

void push_taken(translator *t, int operands, value_type type, int reg, int container, int place)
{
    context *c = t->c;
    ctx_hold(c, container);
    ctx_hold(c, place);
    int v = new_value(t, type);
    bind_reg(t, v, reg);
    ctx_hold(c, v);
    val(t, v)->sub[0] = (uint8_t)container;
    val(t, v)->sub[1] = (uint8_t)place;
    pop(t, operands);
    push(t, v);
    ctx_drop(c, v);
}

void push_reference(translator *t, int operands, int from)
{
    context *c = t->c;
    int to = ctx_top(c, operands);
    for (int n = 1; n <= operands; n++) {
        drop_guarded(t, n);
    }
    pop(t, operands);
    if (from != to) {
        EMIT(move_slot, SLOT_OFFSET(to), SLOT_OFFSET(from));
    }
    push(t, new_value(t, T_ANY));
    c->memory[to] = M_CURRENT;
}

void guard_operand(translator *t, int n)
{
    context *c = t->c;
    int slot = ctx_top(c, n), v = peek(t, n);
    if (c->memory[slot] == M_CURRENT && val(t, v)->uses == 1 && !type_is_plain(val(t, v)->type)) {
        EMIT(guard_droppable, SLOT_OFFSET(slot), PTR(leave(t, EXIT_FINALIZER)));
    }
}

void drop_guarded(translator *t, int n)
{
    context *c = t->c;
    int slot = ctx_top(c, n), v = peek(t, n);
    if (c->memory[slot] == M_CURRENT && val(t, v)->uses == 1) {
        drop_plain(t, slot);
        c->memory[slot] = M_STALE;
    }
}

/* What the container n from the top gets must not die with it: a guard that somebody
 * else has it, where that is not known. */
static void guard_container(translator *t, int n)
{
    int slot = ctx_top(t->c, n);
    if (ctx_home(t->c, peek(t, n)) == slot) {
        EMIT(guard_kept, SLOT_OFFSET(slot), PTR(leave(t, EXIT_FINALIZER)));
    }
}

PyTypeObject *type_known(translator *t, int v)
{
    switch ((value_type)val(t, v)->type) {
        case T_INT: case T_INT64: return &PyLong_Type;
        case T_BOOL: return &PyBool_Type;
        case T_FLOAT: return &PyFloat_Type;
        case T_COMPLEX: return &PyComplex_Type;
        case T_CHAR: case T_STR: return &PyUnicode_Type;
        case T_LIST: return &PyList_Type;
        case T_TUPLE: return &PyTuple_Type;
        case T_BYTES: return &PyBytes_Type;
        case T_BYTEARRAY: return &PyByteArray_Type;
        case T_DICT: return &PyDict_Type;
        case T_SET: return &PySet_Type;
        default: return NULL;
    }
}

outcome push_method(translator *t, int v, PyObject *method)
{
    context *c = t->c;
    int function = ctx_constant(c, method), slot = ctx_top(c, 1);
    if (function == NO_VALUE) {
        t->failed = true;
        return GO_ON;
    }
    push(t, v);
    vacate(t, slot);
    ctx_set(c, slot, function);
    return GO_ON;
}

/* A method of an instance, or another object of its class, known by its type; borrowed. */
static PyObject *find_in_class(translator *t, int v, PyObject *name, member_wanted wanted,
                               outcome *what)
{
    PyObject *seen = val(t, v)->seen;
    method_condition condition;
    if (val(t, v)->konst != NULL || (seen == NULL && ctx_home(t->c, v) < 0)) {
        return NULL;
    }
    if (seen == NULL) {
        *what = SPLIT;
        return NULL;
    }
    PyObject *method = adapter_instance_method(seen, name, wanted, &condition);
    if (method == NULL || know_version(t, v, what) == NULL
        || (wanted != WANT_METHOD && !guard_type_of(t, method))) {
        return NULL;
    }
    int64_t at = (int64_t)SLOT_OFFSET(ctx_home(t->c, v));
    switch (condition.condition) {
        case METHOD_ALWAYS:
            break;
        case METHOD_KEYS:
            if (!val(t, v)->inline_values) {
                EMIT(guard_inline, at, condition.valid_at, PTR(guard_failed(t)));
                val(t, v)->inline_values = true;
            }
            EMIT(guard_count, PTR(condition.keys), condition.count, PTR(guard_failed(t)));
            break;
        case METHOD_UNSET:
            if (!val(t, v)->inline_values) {
                EMIT(guard_inline, at, condition.valid_at, PTR(guard_failed(t)));
                val(t, v)->inline_values = true;
            }
            EMIT(guard_field, at, condition.unset_at, 0, PTR(guard_failed(t)));
            break;
        case METHOD_NO_DICT:
            EMIT(guard_no_dict, at, PTR(guard_failed(t)));
            break;
        case METHOD_NULL:
            EMIT(guard_field, at, condition.valid_at, 0, PTR(guard_failed(t)));
            break;
        case METHOD_LACKS:
            before_call(t);
            EMIT(guard_lacks, at, PTR(name), PTR(guard_failed(t)));
            break;
    }
    return method;
}

static outcome load_from_instance(translator *t);

static outcome load_instance_method(translator *t, int v, PyObject *name)
{
    outcome what = UNSUPPORTED;
    PyObject *method = find_in_class(t, v, name, WANT_METHOD, &what);
    class_member member;
    if (method == NULL) {
        return what == SPLIT ? SPLIT : load_from_instance(t);
    }
    if (adapter_member(method, &member) && member.kind != MEMBER_FUNCTION) {
        return push_called(t, &member, Py_TYPE(val(t, v)->seen));
    }
    return push_method(t, v, method);
}

/* An object that a class has now takes the place of the top value.  The class may lose
 * it while it is used. */
static outcome push_of_class(translator *t, PyObject *object)
{
    context *c = t->c;
    int v = ctx_constant(c, object);
    if (v == NO_VALUE) {
        t->failed = true;
        return GO_ON;
    }
    ctx_hold(c, v);
    pop(t, 1);
    push(t, v);
    ctx_drop(c, v);
    if (!_Py_IsImmortal(object)) {
        int slot = ctx_top(c, 1);
        value_type type = type_of_object(object);
        own(t, slot);
        v = new_value(t, type >= T_STR && type <= T_SET ? type : T_ANY);
        ctx_set(c, slot, v);
        c->memory[slot] = M_CURRENT;
        val(t, v)->seen = object;
        if (!adapter_type_is_fixed(object)) {
            val(t, v)->version = adapter_type_version(Py_TYPE(object));     /* guarded */
        }
    }
    return t->arg & 1 ? t_push_null(t) : GO_ON;
}

/* Class.name; the class is known. */
static outcome load_from_class(translator *t, PyTypeObject *class)
{
    PyObject *name = PyTuple_GET_ITEM(t->u->code->co_names, t->arg >> 1);
    PyObject *object = adapter_class_attribute(class, name);
    uint32_t version = object != NULL ? adapter_type_version(class) : 0;
    if (version == 0 || version > IMM_MAX || !guard_type_of(t, (PyObject *)class)) {
        return t_unsupported(t);
    }
    EMIT(guard_class, PTR(class), version, PTR(guard_failed(t)));
    return guard_type_of(t, object) ? push_of_class(t, object) : t_unsupported(t);
}

/* list.append and the like, obj.method: the function and the object it is called on. */
static outcome load_method(translator *t, int v)
{
    PyTypeObject *type = type_known(t, v);
    PyObject *name = PyTuple_GET_ITEM(t->u->code->co_names, t->arg >> 1);
    if (val(t, v)->type == T_ANY) {
        return load_instance_method(t, v, name);
    }
    PyObject *method = type == NULL || type == &PyBool_Type ? NULL : adapter_method(type, name);
    if (method == NULL) {
        return t_unsupported(t);
    }
    return push_method(t, v, method);
}

/* An attribute of a module that is known: as good as a global. */
static outcome load_from_module(translator *t, PyObject *module)
{
    PyObject *name = PyTuple_GET_ITEM(t->u->code->co_names, t->arg >> 1);
    PyObject *object = watch_module(t->u, module, name);
    int v = object == NULL ? NO_VALUE : ctx_constant(t->c, object);
    if (v == NO_VALUE) {
        return t_unsupported(t);
    }
    ctx_hold(t->c, v);
    pop(t, 1);
    push(t, v);
    ctx_drop(t->c, v);
    return t->arg & 1 ? t_push_null(t) : GO_ON;
}

/* The class that the value is, if it is one: a constant, or guarded to be the one seen. */
static PyTypeObject *class_on_top(translator *t, int v)
{
    PyObject *object = val(t, v)->konst, *seen = val(t, v)->seen;
    int home = ctx_home(t->c, v);
    if (object != NULL || seen == NULL || !PyType_Check(seen) || home < 0) {
        return object != NULL && PyType_Check(object) ? (PyTypeObject *)object : NULL;
    }
    EMIT(guard_object, SLOT_OFFSET(home), PTR(seen), PTR(guard_failed(t)));
    return (PyTypeObject *)seen;
}

outcome t_load_attr(translator *t)
{
    int v = peek(t, 1);
    outcome what = UNSUPPORTED;
    PyObject *konst = val(t, v)->konst;
    if (konst != NULL && PyModule_CheckExact(konst)) {
        return load_from_module(t, konst);
    }
    outcome kind = load_kind(t, PyTuple_GET_ITEM(t->u->code->co_names, t->arg >> 1));
    if (kind != UNSUPPORTED || t->failed) {
        return kind;
    }
    PyTypeObject *class = class_on_top(t, v);
    if (class != NULL) {
        what = t->arg & 1 ? load_class_member(t, class) : UNSUPPORTED;
        return what == UNSUPPORTED && !t->failed ? load_from_class(t, class) : what;
    }
    if (t->arg & 1) {
        (void)know_type(t, v, &what);
        return what == SPLIT ? SPLIT : load_method(t, v);
    }
    if (val(t, v)->seen != NULL && PyComplex_CheckExact(val(t, v)->seen)) {
        (void)know_type(t, v, &what);
    }
    if (val(t, v)->type == T_COMPLEX) {
        PyObject *name = PyTuple_GET_ITEM(t->u->code->co_names, t->arg >> 1);
        bool real = PyUnicode_EqualToUTF8(name, "real");
        return real || PyUnicode_EqualToUTF8(name, "imag")
               ? complex_part(t, v, real ? 0 : 1) : t_unsupported(t);
    }
    if (val(t, v)->type == T_ANY && konst == NULL && val(t, v)->seen != NULL) {
        PyObject **getter = adapter_property(
            Py_TYPE(val(t, v)->seen), PyTuple_GET_ITEM(t->u->code->co_names, t->arg >> 1));
        if (getter != NULL && know_version(t, v, &what) != NULL) {
            guard_kept(t, getter);
            return call_operator(t, (PyFunctionObject *)*getter, 1, false, NULL);
        }
    }
    return load_from_instance(t);
}

/* An attribute that is in the instance or found in its class. */
static outcome load_from_instance(translator *t)
{
    int v = peek(t, 1), top = ctx_top(t->c, 1);
    outcome what = UNSUPPORTED;
    PyObject *name = PyTuple_GET_ITEM(t->u->code->co_names, t->arg >> 1);
    attribute_place place = {0};
    int offset = attribute(t, v, false, &what, &place);
    if (offset < 0) {
        bool any = what != SPLIT && val(t, v)->type == T_ANY;
        PyObject *object = any ? find_in_class(t, v, name, WANT_OBJECT, &what) : NULL;
        if (object != NULL) {
            return push_of_class(t, object);
        }
        object = any && what != SPLIT && !(t->arg & 1) ? find_in_class(t, v, name, WANT_GETTER, &what)
                                                       : NULL;
        if (object != NULL) {
            return call_getter(t, object, Py_TYPE(val(t, v)->seen));
        }
        return what == SPLIT ? SPLIT : t->arg & 1 ? t_unsupported(t) : load_from_exception(t, name);
    }
    PyObject *value = *(PyObject **)((char *)val(t, v)->seen + offset);
    int home = ctx_home(t->c, v);
    if (value == NULL) {
        return t_unsupported(t);
    }
    bool is_float = PyFloat_CheckExact(value);
    if ((is_float || is_short(value)) && first_try(t) && offset <= 256 && !(t->arg & 1)
        && local_home(t, v) >= 0 && used_by_arithmetic(t)) {
        int reg = free_reg(t, is_float);
        if (is_float) {
            EMIT(attr_float, reg, SLOT_OFFSET(home), offset, PTR(guard_failed(t)));
        }
        else {
            EMIT(attr_int, reg, SLOT_OFFSET(home), offset, PTR(guard_failed(t)));
        }
        push_taken(t, 1, is_float ? T_FLOAT : T_INT64, reg, v, constant_offset(t, offset));
        return GO_ON;
    }
    guard_operand(t, 1);
    label *unset = place.hidden != NULL ? guard_failed(t) : leave(t, EXIT_CONDITION);
    if (t->c->memory[top] == M_CURRENT) {
        if (ctx_slots(t->c) >= t->c->nlocals + t->u->code->co_stacksize) {
            return t_unsupported(t);        /* no room above it */
        }
        EMIT(attr_item, SLOT_OFFSET(top + 1), SLOT_OFFSET(home), offset, PTR(unset));
        push_reference(t, 1, top + 1);
    }
    else {
        EMIT(attr_item, SLOT_OFFSET(top), SLOT_OFFSET(home), offset, PTR(unset));
        push_reference(t, 1, top);
    }
    return t->arg & 1 ? t_push_null(t) : GO_ON;
}

outcome t_store_attr(translator *t)
{
    context *c = t->c;
    int owner = peek(t, 1), v = peek(t, 2);
    outcome what = UNSUPPORTED;
    if (val(t, v)->type == T_RANGE_ITER || local_home(t, owner) < 0) {
        if (val(t, owner)->type != T_ANY || ctx_home(c, owner) < 0) {
            return t_unsupported(t);
        }
    }
    attribute_place place = {0};
    int offset = attribute(t, owner, true, &what, &place);
    if (offset < 0) {
        return what == SPLIT ? SPLIT
               : store_to_exception(t, PyTuple_GET_ITEM(t->u->code->co_names, t->arg));
    }
    guard_operand(t, 1);
    int64_t at = (int64_t)SLOT_OFFSET(ctx_home(c, owner));
    int home = ctx_home(c, v);
    if (*(PyObject **)((char *)val(t, owner)->seen + offset) == NULL) {
        home = boxed_in(t, v, ctx_top(c, 2));
        if (place.valid_at >= 0) {
            EMIT(attr_new, at, offset, SLOT_OFFSET(home), place.valid_at - adapter_valid_offset(),
                 PTR(guard_failed(t)));
        }
        else {
            EMIT(attr_fill, at, offset, SLOT_OFFSET(home), PTR(guard_failed(t)));
        }
        pop(t, 2);
        return GO_ON;
    }
    if (home >= 0) {
        EMIT(attr_set_slot, at, offset, SLOT_OFFSET(home), PTR(leave(t, EXIT_FINALIZER)));
    }
    else if (val(t, v)->konst != NULL) {
        EMIT(attr_set_const, at, offset, PTR(val(t, v)->konst), PTR(leave(t, EXIT_FINALIZER)));
    }
    else if (val(t, v)->type == T_FLOAT && last_use(t, v)) {
        EMIT(attr_set_float, at, offset, in_reg(t, v), PTR(leave(t, EXIT_FINALIZER)));
    }
    else if (val(t, v)->type == T_INT64 && last_use(t, v)) {
        EMIT(attr_set_int, at, offset, in_reg(t, v), PTR(leave(t, EXIT_FINALIZER)));
    }
    else {
        /* Others name it too: one object for all. */
        home = boxed_in(t, v, ctx_top(c, 2));
        EMIT(attr_set_slot, at, offset, SLOT_OFFSET(home), PTR(leave(t, EXIT_FINALIZER)));
    }
    pop(t, 2);
    return GO_ON;
}

/* ---- items ------------------------------------------------------------------------ */

/* The type of a sequence whose items can be taken by index, or T_ANY. */
static value_type indexable(translator *t, int container, int index, outcome *what)
{
    value_type type = know_type(t, container, what);
    if (type != T_LIST && type != T_TUPLE && type != T_STR && type != T_BYTES
        && type != T_BYTEARRAY) {
        return T_ANY;
    }
    value_type by = know_type(t, index, what);
    return by == T_INT64 || by == T_BOOL ? type : T_ANY;
}

/* What an item is likely to be: what the first one is. */
static PyObject *likely_item(translator *t, int container)
{
    PyObject *seen = val(t, container)->konst ? val(t, container)->konst : val(t, container)->seen;
    if (seen == NULL || PyUnicode_Check(seen) || Py_SIZE(seen) == 0) {
        return NULL;
    }
    return PyList_CheckExact(seen) ? PyList_GET_ITEM(seen, 0) : PyTuple_GET_ITEM(seen, 0);
}

outcome t_subscript(translator *t)
{
    context *c = t->c;
    int index = peek(t, 1), container = peek(t, 2);
    outcome what = UNSUPPORTED;
    if (know_type(t, container, &what) == T_DICT) {
        return dict_subscript(t);
    }
    if (val(t, index)->konst != NULL && PySlice_Check(val(t, index)->konst)) {
        return what == SPLIT ? SPLIT : slice_subscript(t);
    }
    value_type type = indexable(t, container, index, &what);
    outcome array = type == T_ANY && what != SPLIT ? array_subscript(t) : UNSUPPORTED;
    if (array != UNSUPPORTED) {
        return array;
    }
    if (type == T_ANY) {
        return what == SPLIT ? SPLIT : t_unsupported(t);
    }
    settle(t, 1);
    int home = ctx_home(c, container);
    if (home < 0) {         /* a constant tuple */
        home = boxed_in(t, container, ctx_top(c, 2));
    }
    int64_t at = (int64_t)SLOT_OFFSET(home);
    int n = in_reg(t, index);
    if (type == T_BYTES || type == T_BYTEARRAY) {
        return byte_subscript(t, type, home, n);
    }
    if (type == T_STR && str_subscript(t, container, home, n) == GO_ON) {
        return GO_ON;
    }
    PyObject *item = likely_item(t, container);
    bool is_float = item != NULL && PyFloat_CheckExact(item);
    if ((is_float || is_short(item)) && first_try(t) && local_home(t, container) >= 0
        && used_by_arithmetic(t)) {
        int reg = free_reg(t, is_float);
        label *failed = guard_failed(t);
        if (type == T_LIST && is_float) {
            EMIT(list_float, reg, at, n, PTR(failed));
        }
        else if (type == T_LIST) {
            EMIT(list_int, reg, at, n, PTR(failed));
        }
        else if (is_float) {
            EMIT(tuple_float, reg, at, n, PTR(failed));
        }
        else {
            EMIT(tuple_int, reg, at, n, PTR(failed));
        }
        push_taken(t, 2, is_float ? T_FLOAT : T_INT64, reg, container, index);
        return GO_ON;
    }
    guard_operand(t, 2);
    int64_t to = (int64_t)SLOT_OFFSET(ctx_top(c, 1));
    if (type == T_STR) {
        before_call(t);
        EMIT(str_item, to, at, n, PTR(leave(t, EXIT_CONDITION)));
    }
    else if (type == T_LIST) {
        EMIT(list_item, to, at, n, PTR(leave(t, EXIT_CONDITION)));
    }
    else {
        EMIT(tuple_item, to, at, n, PTR(leave(t, EXIT_CONDITION)));
    }
    push_reference(t, 2, ctx_top(c, 1));
    return GO_ON;
}

outcome t_store_subscr(translator *t)
{
    context *c = t->c;
    int index = peek(t, 1), container = peek(t, 2), v = peek(t, 3);
    outcome what = UNSUPPORTED;
    value_type type = know_type(t, container, &what);
    if (type == T_DICT) {
        return dict_store(t);
    }
    type = indexable(t, container, index, &what);
    if (type == T_BYTEARRAY) {
        return bytearray_store(t);
    }
    outcome array = type == T_ANY && what != SPLIT ? array_store(t) : UNSUPPORTED;
    if (array != UNSUPPORTED) {
        return array;
    }
    if (type != T_LIST) {
        return what == SPLIT ? SPLIT : t_unsupported(t);
    }
    if (val(t, v)->type == T_RANGE_ITER) {
        return t_unsupported(t);
    }
    settle(t, 1);
    guard_container(t, 2);
    int64_t at = (int64_t)SLOT_OFFSET(boxed_in(t, container, ctx_top(c, 2)));
    int home = ctx_home(c, v);
    bool alone = last_use(t, v) && val(t, v)->konst == NULL;
    if (home < 0 && val(t, v)->konst == NULL
        && !(alone && (val(t, v)->type == T_FLOAT || val(t, v)->type == T_INT64))) {
        home = boxed_in(t, v, ctx_top(c, 3));
    }
    int n = in_reg(t, index);
    if (home >= 0) {
        EMIT(list_set_slot, at, n, SLOT_OFFSET(home), PTR(leave(t, EXIT_CONDITION)));
    }
    else if (val(t, v)->konst != NULL) {
        EMIT(list_set_const, at, n, PTR(val(t, v)->konst), PTR(leave(t, EXIT_CONDITION)));
    }
    else if (val(t, v)->type == T_FLOAT) {
        EMIT(list_set_float, at, n, in_reg(t, v), PTR(leave(t, EXIT_CONDITION)));
    }
    else {
        EMIT(list_set_int, at, n, in_reg(t, v), PTR(leave(t, EXIT_CONDITION)));
    }
    drop_guarded(t, 2);
    pop(t, 3);
    return GO_ON;
}

void give_away(translator *t, int n, int first)
{
    context *c = t->c;
    int v = peek(t, n), other = -1;
    for (int s = 0; s < first; s++) {
        if (c->slot[s] == v
            && (other < 0 || (c->memory[s] == M_CURRENT && c->memory[other] != M_CURRENT))) {
            other = s;
        }
    }
    if (other >= 0) {
        own(t, other);
    }
    own(t, ctx_top(c, n));
}

static outcome build_sequence(translator *t, enum uop uop)
{
    context *c = t->c;
    int count = (int)t->arg;
    if (count > 16 || (count == 0 && uop == U_build_tuple)) {
        return t_unsupported(t);
    }
    for (int n = count; n > 0; n--) {
        give_away(t, n, ctx_top(c, count));
    }
    before_call(t);
    int64_t at = (int64_t)SLOT_OFFSET(ctx_top(c, count));
    emit_uop(HOT, uop, (int64_t[]){at, count, PTR(leave(t, EXIT_NO_MEMORY))});
    for (int n = 0; n < count; n++) {
        int slot = ctx_top(c, 1);
        c->memory[slot] = M_STALE;      /* the sequence has it */
        ctx_set(c, slot, V_MEMORY);
        c->depth--;
    }
    push(t, new_value(t, uop == U_build_list ? T_LIST : T_TUPLE));
    c->memory[ctx_top(c, 1)] = M_CURRENT;
    return GO_ON;
}

outcome t_build_list(translator *t)
{
    return build_sequence(t, U_build_list);
}

/* An object that was made for the code (stolen, or NULL: false) takes the place of what it is
 * made of; the site keeps it. */
static bool push_made(translator *t, int operands, PyObject *object)
{
    call_site *site = object != NULL ? site_new(t->u) : NULL;
    if (site == NULL) {
        PyErr_Clear();
        Py_XDECREF(object);
        return false;
    }
    site->defaults = object;
    push_known(t, operands, object);
    return true;
}

/* The tuple in isinstance(x, (A, B)), of classes that are known, is made once. */
static bool constant_classes(translator *t)
{
    int count = (int)t->arg;
    const instruction *call = &t->u->in[t->next];
    if (call->op != CALL || call->arg != 2 || t->u->is_target[t->next] || count < 1 || count > 8
        || t->c->depth < count + 3) {
        return false;
    }
    PyObject *callable = val(t, peek(t, count + 3))->konst;
    c_function c;
    if (callable == NULL || !adapter_c_function(callable, &c) || strcmp(c.owner, "builtins") != 0
        || strcmp(c.name, "isinstance") != 0) {
        return false;
    }
    for (int n = 1; n <= count; n++) {
        PyObject *class = val(t, peek(t, n))->konst;
        if (class == NULL || !PyType_Check(class)) {
            return false;
        }
    }
    PyObject *tuple = PyTuple_New(count);
    for (int n = 0; tuple != NULL && n < count; n++) {
        PyTuple_SET_ITEM(tuple, n, Py_NewRef(val(t, peek(t, count - n))->konst));
    }
    return push_made(t, count, tuple);
}

outcome t_build_tuple(translator *t)
{
    if (constant_classes(t)) {
        return GO_ON;
    }
    return build_sequence(t, U_build_tuple);
}

/* A tuple on top of the stack gives way to its items, the first on top. */
static void unpack_constant(translator *t, PyObject *tuple)
{
    int slot = ctx_top(t->c, 1);
    if (t->c->memory[slot] == M_CURRENT) {
        drop_plain(t, slot);        /* the code has it */
        t->c->memory[slot] = M_STALE;
    }
    pop(t, 1);
    for (Py_ssize_t n = PyTuple_GET_SIZE(tuple) - 1; n >= 0; n--) {
        int v = ctx_constant(t->c, PyTuple_GET_ITEM(tuple, n));
        if (v == NO_VALUE) {
            t->failed = true;
            return;
        }
        push(t, v);
    }
}

/* The item of a tuple or list. */
static void unpack_item(translator *t, bool list, int to, int64_t at, int n)
{
    if (list) {
        EMIT(list_get, SLOT_OFFSET(to), at, n);
    }
    else {
        EMIT(tuple_get, SLOT_OFFSET(to), at, n);
    }
}

outcome t_unpack_sequence(translator *t)
{
    context *c = t->c;
    int v = peek(t, 1), slot = ctx_top(c, 1), count = (int)t->arg;
    outcome what = UNSUPPORTED;
    PyObject *konst = val(t, v)->konst;
    if (konst != NULL && PyTuple_CheckExact(konst) && PyTuple_GET_SIZE(konst) == count && count <= 8) {
        unpack_constant(t, konst);
        return GO_ON;
    }
    value_type type = know_type(t, v, &what);
    if ((type != T_TUPLE && type != T_LIST) || ctx_home(c, v) < 0 || count < 1 || count > 8) {
        return what == SPLIT ? SPLIT : t_unsupported(t);
    }
    int64_t at = (int64_t)SLOT_OFFSET(ctx_home(c, v));
    EMIT(guard_size, at, count, PTR(leave(t, EXIT_CONDITION)));
    /* It can die: its items live on in their slots. */
    for (int n = 0; n < count - 1; n++) {
        unpack_item(t, type == T_LIST, slot + count - 1 - n, at, n);
    }
    if (c->memory[slot] != M_CURRENT || val(t, v)->uses != 1) {
        vacate(t, slot);
        unpack_item(t, type == T_LIST, slot, SLOT_OFFSET(ctx_home(c, v)), count - 1);
    }
    else if (type == T_LIST) {
        EMIT(list_become, at, count - 1);
    }
    else {
        EMIT(tuple_become, at, count - 1);
    }
    c->memory[slot] = M_STALE;
    pop(t, 1);
    for (int n = 0; n < count; n++) {
        push(t, new_value(t, T_ANY));
        c->memory[slot + n] = M_CURRENT;
    }
    return GO_ON;
}

/* ---- iteration --------------------------------------------------------------------- */

outcome for_iter_sequence(translator *t, int v, int slot)
{
    context *c = t->c;
    int64_t at = (int64_t)SLOT_OFFSET(slot);
    if (val(t, v)->type == T_ANY) {
        PyObject *seen = val(t, v)->seen;
        bool list = Py_IS_TYPE(seen, &PyListIter_Type);
        if ((!list && !Py_IS_TYPE(seen, &PyTupleIter_Type)) || c->memory[slot] != M_CURRENT
            || val(t, v)->uses != 1 || Py_REFCNT(seen) != 1) {
            return t_unsupported(t);
        }
        EMIT(guard_type, at, PTR(Py_TYPE(seen)), PTR(guard_failed(t)));
        EMIT(guard_sole, at, PTR(leave(t, EXIT_CONDITION)));
        val(t, v)->type = list ? T_LIST_ITER : T_TUPLE_ITER;
    }
    int64_t to = (int64_t)SLOT_OFFSET(slot + 1);
    label *end = end_of_loop(t);
    if (val(t, v)->type == T_LIST_ITER) {
        EMIT(list_iter_end, at, PTR(end));
        EMIT(list_iter_next, to, at);
    }
    else {
        EMIT(tuple_iter_end, at, PTR(end));
        EMIT(tuple_iter_next, to, at);
    }
    push(t, new_value(t, T_ANY));
    c->memory[slot + 1] = M_CURRENT;
    return GO_ON;
}

/* ---- calls ---------------------------------------------------------------------------- */

/* Whether a result that may be this operand itself can be a new object: nobody
 * else has the operand, or it is a small int, of which there is only one. */
static bool nobody_can_tell(translator *t, int v)
{
    int64_t k;
    return is_imm(val(t, v)->konst, &k) ? k <= 256
           : val(t, v)->konst == NULL && last_use(t, v) && val(t, v)->sub[0] == NO_VALUE;
}

/* min and max of numbers of one type. */
static outcome call_extremum(translator *t, int nargs, bool least)
{
    outcome what = UNSUPPORTED;
    value_type type = T_ANY;
    if (nargs < 2 || nargs > 4) {
        return t_unsupported(t);
    }
    for (int n = nargs; n > 0; n--) {
        int v = peek(t, n);
        value_type this = know_type(t, v, &what);
        if ((this != T_INT64 && this != T_FLOAT) || (type != T_ANY && this != type)
            || !nobody_can_tell(t, v)) {
            return what == SPLIT ? SPLIT : t_unsupported(t);
        }
        type = this;
    }
    int best = reg_to_write(t, peek(t, nargs));
    pin(t, type == T_FLOAT, best);
    for (int n = nargs - 1; n > 0; n--) {
        int other = in_reg(t, peek(t, n));
        if (type == T_FLOAT) {
            emit_uop(HOT, least ? U_least_d : U_greatest_d, (int64_t[]){best, other});
        }
        else {
            emit_uop(HOT, least ? U_least_i : U_greatest_i, (int64_t[]){best, other});
        }
    }
    push_result(t, nargs + 2, type, best);
    return GO_ON;
}

static outcome call_len(translator *t)
{
    int v = peek(t, 1);
    outcome what = UNSUPPORTED;
    value_type type = know_type(t, v, &what);
    if (type != T_LIST && type != T_TUPLE && type != T_STR && type != T_BYTES
        && type != T_BYTEARRAY) {
        return what == SPLIT ? SPLIT : t_unsupported(t);
    }
    int home = ctx_home(t->c, v);
    if (home < 0) {
        return t_unsupported(t);
    }
    guard_operand(t, 1);
    int reg = free_reg(t, false);
    if (type == T_STR) {
        EMIT(str_length, reg, SLOT_OFFSET(home));
    }
    else {
        EMIT(size_of, reg, SLOT_OFFSET(home));
    }
    push_result(t, 3, T_INT64, reg);
    return GO_ON;
}

static outcome call_abs(translator *t)
{
    int v = peek(t, 1);
    outcome what = UNSUPPORTED;
    switch (know_type(t, v, &what)) {
        case T_FLOAT: {
            int reg = reg_to_write(t, v);
            EMIT(abs_d, reg);
            push_result(t, 3, T_FLOAT, reg);
            return GO_ON;
        }
        case T_INT64: {
            if (!nobody_can_tell(t, v)) {
                break;
            }
            int reg = reg_to_write(t, v);
            EMIT(abs_i, reg, PTR(leave(t, EXIT_CONDITION)));
            push_result(t, 3, T_INT64, reg);
            return GO_ON;
        }
        case T_COMPLEX:
            return complex_abs(t, v);
        default:
            break;
    }
    return what == SPLIT ? SPLIT : t_unsupported(t);
}

/* float(x), int(x), math.sqrt(x) on a number. */
static outcome call_conversion(translator *t, bool to_float, bool root)
{
    int v = peek(t, 1);
    outcome what = UNSUPPORTED;
    value_type type = know_type(t, v, &what);
    if (type != T_INT64 && type != T_FLOAT) {
        return what == SPLIT ? SPLIT : t_unsupported(t);
    }
    if (root) {
        int reg = type == T_FLOAT ? reg_to_write(t, v) : as_double(t, v);
        EMIT(sqrt_d, reg, PTR(leave(t, EXIT_CONDITION)));
        push_result(t, 3, T_FLOAT, reg);
    }
    else if (to_float == (type == T_FLOAT)) {
        return itself(t, 3);
    }
    else if (to_float) {
        push_result(t, 3, T_FLOAT, as_double(t, v));
    }
    else {
        int from = in_reg(t, v);
        int reg = free_reg(t, false);
        EMIT(truncate_d, reg, from, PTR(leave(t, EXIT_CONDITION)));
        push_result(t, 3, T_INT64, reg);
    }
    return GO_ON;
}

/* Appends the top of the stack to the list `n` from the top. */
static outcome append(translator *t, int n)
{
    context *c = t->c;
    int v = peek(t, 1), list = peek(t, n);
    int at = ctx_home(c, list), home = ctx_home(c, v);
    if (val(t, list)->type != T_LIST || at < 0 || val(t, v)->type == T_RANGE_ITER) {
        return t_unsupported(t);
    }
    bool alone = last_use(t, v) && val(t, v)->konst == NULL;
    if (home < 0 && alone && val(t, v)->type == T_FLOAT) {
        EMIT(list_append_float, SLOT_OFFSET(at), in_reg(t, v), PTR(leave(t, EXIT_NO_MEMORY)));
    }
    else if (home < 0 && alone && val(t, v)->type == T_INT64) {
        EMIT(list_append_int, SLOT_OFFSET(at), in_reg(t, v), PTR(leave(t, EXIT_NO_MEMORY)));
    }
    else {
        home = boxed_in(t, v, ctx_top(c, 1));
        EMIT(list_append_slot, SLOT_OFFSET(at), SLOT_OFFSET(home), PTR(leave(t, EXIT_NO_MEMORY)));
    }
    return GO_ON;
}

static outcome call_append(translator *t)
{
    guard_container(t, 2);
    outcome what = append(t, 2);
    if (what == GO_ON) {
        drop_guarded(t, 2);
        push_known(t, 3, Py_None);
    }
    return what;
}

/* In comprehensions. */
outcome t_list_append(translator *t)
{
    outcome what = UNSUPPORTED;
    if (know_type(t, peek(t, (int)t->arg + 1), &what) != T_LIST) {
        return what == SPLIT ? SPLIT : t_unsupported(t);
    }
    what = append(t, (int)t->arg + 1);
    if (what == GO_ON) {
        pop(t, 1);
    }
    return what;
}

outcome call_known(translator *t, PyObject *function, int nargs, bool has_self)
{
    outcome what = call_operation(t, function, nargs, has_self);
    if (what != UNSUPPORTED || t->failed) {
        return what;
    }
    const char *name = adapter_builtin_name(function);
    if (has_self && nargs == 0 && name != NULL && strcmp(name, "complex.conjugate") == 0) {
        return complex_conjugate(t);
    }
    if (has_self) {
        return nargs == 1 && name != NULL && strcmp(name, "list.append") == 0
               ? call_append(t) : t_unsupported(t);
    }
    if (function == (PyObject *)&PyFloat_Type && nargs == 1) {
        return call_conversion(t, true, false);
    }
    if (function == (PyObject *)&PyComplex_Type) {
        return call_complex(t, nargs);
    }
    if (function == (PyObject *)&PyLong_Type && nargs == 1) {
        return call_conversion(t, false, false);
    }
    if (name == NULL) {
        return call_type(t, function, nargs);
    }
    if (strcmp(name, "builtins.min") == 0 || strcmp(name, "builtins.max") == 0) {
        return call_extremum(t, nargs, strcmp(name, "builtins.min") == 0);
    }
    if (nargs != 1) {
        return t_unsupported(t);
    }
    return strcmp(name, "builtins.len") == 0 ? call_len(t)
         : strcmp(name, "builtins.abs") == 0 ? call_abs(t)
         : strcmp(name, "math.sqrt") == 0 ? call_conversion(t, true, true)
         : t_unsupported(t);
}
