/* Translations: the class of an object (type(x), x.__class__) and its name. */
#include "translate/operate.h"
#include <string.h>

static bool is_name(PyObject *name, const char *text)
{
    return PyUnicode_EqualToUTF8(name, text);
}

/* The class of the top value, which is an object in a slot, takes the place of the top n. */
static void push_class(translator *t, int n, PyTypeObject *seen)
{
    context *c = t->c;
    int home = ctx_home(c, peek(t, 1)), top = ctx_top(c, 1);
    /* Room for it: below an operand that the stack has alone, or above. */
    int to = c->memory[top] != M_CURRENT ? top : n > 1 ? ctx_top(c, 2) : top + 1;
    guard_operands(t, n);
    EMIT(class_of, SLOT_OFFSET(to), SLOT_OFFSET(home));
    if (to < top) {
        c->memory[to] = M_STALE;        /* it was NULL */
    }
    push_reference(t, n, to);
    val(t, peek(t, 1))->seen = (PyObject *)seen;
}

/* The same where the value's type is known to be a built-in one. */
static void push_known_class(translator *t, int n, PyTypeObject *type)
{
    guard_operands(t, n);
    drop_operands(t, n);
    push_known(t, n, (PyObject *)type);
}

outcome call_class_of(translator *t)
{
    int v = peek(t, 1);
    outcome what = UNSUPPORTED;
    if (!(t->first && t->kind == STUB_GUARD && t->tries >= 3)) {
        (void)know_type(t, v, &what);
        if (what == SPLIT) {
            return SPLIT;
        }
    }
    PyTypeObject *type = type_known(t, v);
    if (type != NULL) {
        push_known_class(t, 3, type);
        return GO_ON;
    }
    if (val(t, v)->type != T_ANY || val(t, v)->konst != NULL || ctx_home(t->c, v) < 0) {
        return UNSUPPORTED;
    }
    PyObject *seen = val(t, v)->seen;
    push_class(t, 3, seen != NULL ? Py_TYPE(seen) : NULL);
    return GO_ON;
}

/* Whether there is a place for what the top value is replaced by before that is dropped. */
static bool has_room(const context *c, const translator *t)
{
    return c->memory[ctx_top(c, 1)] != M_CURRENT
           || ctx_slots(c) < c->nlocals + t->u->code->co_stacksize;
}

/* x.__class__, where that is object's own attribute. */
static outcome load_class_of(translator *t)
{
    context *c = t->c;
    int v = peek(t, 1);
    outcome what = UNSUPPORTED;
    (void)know_type(t, v, &what);
    if (what == SPLIT) {
        return SPLIT;
    }
    PyTypeObject *type = type_known(t, v);
    PyObject *seen = val(t, v)->seen;
    if (type != NULL) {
        push_known_class(t, 1, type);
    }
    else {
        bool room = has_room(c, t);
        if (val(t, v)->type != T_ANY || val(t, v)->konst != NULL || seen == NULL || !room
            || !adapter_generic_getattr(Py_TYPE(seen))
            || !adapter_has_object_method(Py_TYPE(seen), "__class__")
            || know_version(t, v, &what) == NULL) {
            return what == SPLIT ? SPLIT : UNSUPPORTED;
        }
        push_class(t, 1, Py_TYPE(seen));
    }
    return t->arg & 1 ? t_push_null(t) : GO_ON;
}

/* class.__name__ and class.__qualname__ of a class made by a class statement. */
static outcome load_class_name(translator *t, int64_t at)
{
    context *c = t->c;
    int v = peek(t, 1), home = ctx_home(c, v), top = ctx_top(c, 1);
    PyObject *seen = val(t, v)->seen;
    if (val(t, v)->type != T_ANY || val(t, v)->konst != NULL || home < 0 || (t->arg & 1)
        || !has_room(c, t)) {
        return UNSUPPORTED;
    }
    if (seen == NULL) {
        return SPLIT;
    }
    if (!PyType_CheckExact(seen) || !PyType_HasFeature((PyTypeObject *)seen, Py_TPFLAGS_HEAPTYPE)) {
        return UNSUPPORTED;
    }
    int to = c->memory[top] == M_CURRENT ? top + 1 : top;
    guard_operand(t, 1);
    EMIT(guard_type, SLOT_OFFSET(home), PTR(&PyType_Type), PTR(guard_failed(t)));
    EMIT(class_name, SLOT_OFFSET(to), SLOT_OFFSET(home), at, PTR(guard_failed(t)));
    push_reference(t, 1, to);
    return GO_ON;
}

outcome load_kind(translator *t, PyObject *name)
{
    return is_name(name, "__class__") ? load_class_of(t)
         : is_name(name, "__name__") ? load_class_name(t, offsetof(PyHeapTypeObject, ht_name))
         : is_name(name, "__qualname__") ? load_class_name(t, offsetof(PyHeapTypeObject, ht_qualname))
         : UNSUPPORTED;
}
