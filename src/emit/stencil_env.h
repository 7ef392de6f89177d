/* The environment in which the bodies of micro-ops (src/uops/uops.def) are
 * compiled: by clang as stencils (GRAFT_STENCIL), and by any compiler as the steps
 * that records are made of (emit/step_env.h). */
#ifndef GRAFT_STENCIL_ENV_H
#define GRAFT_STENCIL_ENV_H

#include "cpython/stencil_python.h"
#include "cpython/frames.h"
#include "cpython/generators.h"
#include "emit/call_abi.h"
#include "runtime/calls.h"
#include "runtime/exceptions.h"
#include "runtime/helpers.h"

#ifndef GRAFT_STENCIL
#  include "emit/step_env.h"
#else
#define PARAMS \
    char *frame, char *ts, jit_frame *jf, \
    int64_t i0, int64_t i1, int64_t i2, int64_t i3, \
    int64_t i4, int64_t i5, int64_t i6, int64_t i7, \
    double d0, double d1, double d2, double d3, \
    double d4, double d5, double d6, double d7
#define ARGS \
    frame, ts, jf, i0, i1, i2, i3, i4, i5, i6, i7, d0, d1, d2, d3, d4, d5, d6, d7
#define STENCIL __attribute__((preserve_none))
typedef STENCIL int64_t (*stencil_code)(PARAMS);
/* Runs code for another frame, until it returns (RETURNS_...). */
#define RUN(code, frame, inner) \
    code(frame, ts, inner, i0, i1, i2, i3, i4, i5, i6, i7, d0, d1, d2, d3, d4, d5, d6, d7)
#define EXIT(label) __attribute__((musttail)) return label(ARGS)
/* Out of a stencil with a call, whose results are in i0 and d0. */
#define EXIT_WITH(label) { \
        i1 = i2 = i3 = i4 = i5 = i6 = i7 = lost_i; \
        d1 = d2 = d3 = d4 = d5 = d6 = d7 = lost_d; \
        __attribute__((musttail)) return label(ARGS); \
    }
/* Behind a call: nothing is kept that is not in memory. */
#define FORGET(i, d) i = lost_i, d = lost_d, frame = jf->frame, ts = jf->tstate;
#define EXIT_LOST(label) { \
        i1 = i2 = i3 = i4 = i5 = i6 = i7 = lost_i; \
        d0 = d1 = d2 = d3 = d4 = d5 = d6 = d7 = lost_d; \
        EXIT(label); \
    }

/* Holes.  An immediate is the address of a symbol that the copier knows: the
 * small code model makes that 32 bits wide, and lets clang assume that it is
 * in [0, 2**31).  It is weak because other symbols are never 0, for clang, which an
 * immediate may be.  A pool hole is eight bytes near the code. */
extern char H_IMM0[] __attribute__((weak)), H_IMM1[] __attribute__((weak)),
            H_IMM2[] __attribute__((weak)), H_IMM3[] __attribute__((weak));
extern const int64_t H_POOL0, H_POOL1, H_POOL2;
STENCIL int64_t H_NEXT(PARAMS);
STENCIL int64_t H_LABEL0(PARAMS);
STENCIL int64_t H_LABEL1(PARAMS);
STENCIL int64_t H_LABEL2(PARAMS);
STENCIL int64_t H_LABEL3(PARAMS);
STENCIL int64_t H_LABEL4(PARAMS);
#define IMM(n) ((int64_t)(uintptr_t)H_IMM##n)
#define POOL_I(n) (H_POOL##n)
#define POOL_D(n) (*(const double *)&H_POOL##n)
#define POOL_P(n) (*(void *const *)&H_POOL##n)

/* Functions and objects of the process are reached through the pool: they may
 * be further away than 32 bits. */
#define SYM(name) (*(__typeof__(name) *)H_SYM_##name)

/* Hides where a value comes from, so that clang recomputes rather than keeps it. */
#define OPAQUE(x) __asm__ volatile("" : "+r"(x))
/* Ends a stencil's cold path: jf->slow is called and control goes on behind the
 * stencil, or to the label when it returned non-zero. */
__attribute__((noinline)) STENCIL int64_t S_slow(PARAMS);
#define TEXT(x) #x
#define CODE_ADDRESS(to, symbol) __asm__("lea %0, [rip + " TEXT(symbol) "]" : "=r"(to))
#define SLOW_CALL(function) { \
        jf->slow = SYM(function); \
        CODE_ADDRESS(jf->slow_next, H_NEXT); \
        EXIT(S_slow); \
    }
#define SLOW_CALL_OR(function, label) { \
        CODE_ADDRESS(jf->slow_failed, label); \
        SLOW_CALL(function); \
    }
/* The same, but it goes on at `done`. */
#define SLOW_CALL_THEN(function, done, label) { \
        jf->slow = SYM(function); \
        CODE_ADDRESS(jf->slow_next, done); \
        CODE_ADDRESS(jf->slow_failed, label); \
        EXIT(S_slow); \
    }
/* cvtsi2sd keeps the register's upper half: without the xor it would wait for
 * whatever computed the old value. */
#define INT_TO_DOUBLE(to, from) \
    __asm__("xorps %0, %0\n\tcvtsi2sd %0, %1" : "=&x"(to) : "r"(from))
#define STACK_POINTER(to) __asm__("mov %0, rsp" : "=r"(to))
#endif

#define LIKELY(x) __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)

/* Reference counts.  DROP ends the stencil when it drops the last reference. */
#ifdef Py_REF_DEBUG
#  define NEW_REF(o) SYM(graft_new_ref)(o)
#  define DROP(o) SYM(graft_drop)(o)
#  define DROP_ONE(o) SYM(graft_drop)(o)
#  define DROP_OWNED(o) SYM(graft_drop)(o)
#  define DROP_ONE_OWNED(o) SYM(graft_drop)(o)
#else
#  define NEW_REF(o) Py_NewRef(o)
#  define DROP(o) { \
        if (!_Py_IsImmortal(o) && UNLIKELY(--(o)->ob_refcnt == 0)) { \
            jf->arg[0].p = (o); \
            SLOW_CALL(graft_slow_dealloc); \
        } \
    }
/* A reference that is not the last one. */
#  define DROP_ONE(o) { if (!_Py_IsImmortal(o)) --(o)->ob_refcnt; }
/* The same for what a slot holds a counted reference to: it was mortal then. */
#  define DROP_OWNED(o) { \
        if (UNLIKELY(--(o)->ob_refcnt == 0)) { \
            jf->arg[0].p = (o); \
            SLOW_CALL(graft_slow_dealloc); \
        } \
    }
#  define DROP_ONE_OWNED(o) --(o)->ob_refcnt
#endif
/* What a slot holds for a new (stolen) reference. */
static inline uintptr_t SLOT_STEAL(PyObject *o)
{
    return (uintptr_t)o | (_Py_IsImmortal(o) ? 1 : 0);
}
/* Whether dropping one reference runs no finalizer: it is not the last one, or
 * the type is a plain one. */
#define DROPPABLE(o) (LIKELY(Py_REFCNT(o) > 1) || DROPPED_PLAINLY(o))
#define DROPPED_PLAINLY(o) (Py_TYPE(o) == &SYM(PyFloat_Type) \
        || Py_TYPE(o) == &SYM(PyLong_Type) || Py_TYPE(o) == &SYM(PyUnicode_Type) \
        || Py_TYPE(o) == &SYM(PyComplex_Type) || Py_TYPE(o) == &SYM(PyRangeIter_Type))

/* Objects that CPython keeps for the next of their type (pycore_freelist.h); NULL: none, or
 * somebody traces allocations. */
#ifdef Py_REF_DEBUG
#  define TAKE_FREE(list) NULL
#else
#  define TAKE_FREE(list) ({ \
        struct _Py_freelist *all = &THREAD->interp->object_state.freelists.list; \
        PyObject *taken = all->freelist; \
        if (UNLIKELY(SYM(_PyRuntime).ref_tracer.tracer_func != NULL)) taken = NULL; \
        if (LIKELY(taken != NULL)) { \
            all->freelist = *(void **)taken; \
            all->size--; \
            taken->ob_refcnt_full = 1; \
        } \
        taken; })
#endif
/* Ints of one digit. */
#define IS_ONE_DIGIT(v) ((uint64_t)(v) + ((1ull << 30) - 1) < (1ull << 31) - 1)
#define SET_ONE_DIGIT(o, v) { \
        ((PyLongObject *)(o))->long_value.lv_tag = (1 << 3) | ((v) < 0 ? 2 : 0); \
        ((PyLongObject *)(o))->long_value.ob_digit[0] = (digit)((v) < 0 ? -(v) : (v)); \
    }

/* The ints and one-character strings of which there is only one object, immortal. */
#define IS_SMALL_INT(v) \
    ((uint64_t)(v) + _PY_NSMALLNEGINTS < _PY_NSMALLNEGINTS + _PY_NSMALLPOSINTS)
#define SMALL_INT(v) \
    ((PyObject *)&SYM(_PyRuntime).static_objects.singletons.small_ints[(v) + _PY_NSMALLNEGINTS])
#define LATIN1(c) ((c) < 128 \
    ? (PyObject *)&SYM(_PyRuntime).static_objects.singletons.strings.ascii[c] \
    : (PyObject *)&SYM(_PyRuntime).static_objects.singletons.strings.latin1[(c) - 128])
/* The characters of an exact str of kind 1. */
#define LATIN1_DATA(o) \
    ((const uint8_t *)((PyASCIIObject *)(o) + 1) + (((PyASCIIObject *)(o))->state.ascii \
        ? 0 : sizeof(PyCompactUnicodeObject) - sizeof(PyASCIIObject)))

/* An int of one or two digits, exactly. */
#define UNBOX_INT(to, o, label) { \
        PyLongObject *number = (PyLongObject *)(o); \
        if (UNLIKELY(Py_TYPE(o) != &SYM(PyLong_Type))) EXIT(label); \
        uintptr_t tag = number->long_value.lv_tag; \
        to = (int64_t)number->long_value.ob_digit[0]; \
        if (UNLIKELY(tag >= 2 << 3)) { \
            if (UNLIKELY(tag >= 3 << 3)) EXIT(label); \
            to |= (int64_t)number->long_value.ob_digit[1] << PyLong_SHIFT; \
        } \
        if (UNLIKELY(tag & 2)) to = -to; \
    }
/* An int that nobody else holds gets another value, where it has the digits for that. */
#define REUSE_INT(o, v) ({ \
        PyLongObject *number = (PyLongObject *)(o); \
        uint64_t size = (v) < 0 ? -(uint64_t)(v) : (uint64_t)(v); \
        int reused = 0; \
        if (LIKELY(Py_TYPE(o) == &SYM(PyLong_Type) && Py_REFCNT(o) == 1)) { \
            uintptr_t tag = number->long_value.lv_tag; \
            if (LIKELY(size >> PyLong_SHIFT == 0 && tag < 3 << 3)) { \
                number->long_value.ob_digit[0] = (digit)size; \
                number->long_value.lv_tag = (1 << 3) | ((v) < 0 ? 2 : 0); \
                reused = 1; \
            } else if (size >> 2 * PyLong_SHIFT == 0 && tag >> 3 == 2) { \
                number->long_value.ob_digit[0] = (digit)(size & PyLong_MASK); \
                number->long_value.ob_digit[1] = (digit)(size >> PyLong_SHIFT); \
                number->long_value.lv_tag = ((size >> PyLong_SHIFT ? 2 : 1) << 3) | ((v) < 0 ? 2 : 0); \
                reused = 1; \
            } \
        } \
        reused; \
    })
/* Where item n of the list or tuple in slot l is. */
#define ITEM_INDEX(k, o, n, label) \
    int64_t k = (n); \
    if (UNLIKELY((uint64_t)k >= (uint64_t)Py_SIZE(o))) { \
        k = (int64_t)((uint64_t)k + (uint64_t)Py_SIZE(o)); \
        if (UNLIKELY((n) >= 0 || k < 0)) EXIT(label); \
    }
#define ARRAY_PLACE(type, p, l, n, label) \
    array_object *o = (array_object *)SLOT_OBJECT(l); \
    ITEM_INDEX(k, o, n, label) \
    type *p = (type *)o->items + k
#define ARRAY_STORE(type, l, n, v, label) \
    if (UNLIKELY((v) != (type)(v))) EXIT(label); \
    ARRAY_PLACE(type, p, l, n, label); \
    *p = (type)(v);
#define LIST_PLACE(p, l, n, label) \
    { PyListObject *o = (PyListObject *)SLOT_OBJECT(l); ITEM_INDEX(k, o, n, label); p = &o->ob_item[k]; }
#define TUPLE_PLACE(p, l, n, label) \
    { PyTupleObject *o = (PyTupleObject *)SLOT_OBJECT(l); ITEM_INDEX(k, o, n, label); p = &o->ob_item[k]; }
/* Where the value of name n is in the dictionary: at `at` in keys of layout w. */
#define NAME_PLACE(p, dict, w, at, n, label) { \
        char *keys = (char *)((PyDictObject *)(dict))->ma_keys; \
        if (UNLIKELY(DICT_LAYOUT(keys) != (uint32_t)(w))) EXIT(label); \
        p = &AT(keys, PyObject *, at); \
        if (UNLIKELY((void *)p[-1] != (n))) EXIT(label); \
    }
/* A store there concerns nobody else: no watcher but ours, which is told (*r units rely on the
 * name) by the interpreter only. */
#define STORED_UNSEEN(dict, watchers, r, label) { \
        if (UNLIKELY(AT(dict, uint8_t, offsetof(PyDictObject, _ma_watcher_tag)) != (watchers))) EXIT(label); \
        if (UNLIKELY(*(const uint32_t *)(r) != 0)) EXIT(label); \
    }
/* Puts a number into a place of a container.  A float or int that nobody else holds is
 * reused. */
#define STORE_FLOAT(p, v, label) { \
        PyObject *old = *p; \
        if (LIKELY(Py_TYPE(old) == &SYM(PyFloat_Type) && Py_REFCNT(old) == 1)) { \
            ((PyFloatObject *)old)->ob_fval = v; \
        } else { \
            if (UNLIKELY(!DROPPABLE(old))) EXIT(label); \
            jf->arg[0].p = p; jf->arg[1].d = v; \
            SLOW_CALL_OR(graft_slow_store_float, label); \
        } \
    }
#define STORE_INT(p, v, label) { \
        PyObject *old = *p; \
        if (IS_SMALL_INT(v)) { \
            if (UNLIKELY(!DROPPABLE(old))) EXIT(label); \
            *p = SMALL_INT(v); \
            DROP(old); \
        } \
        else if (UNLIKELY(!REUSE_INT(old, v))) { \
            if (UNLIKELY(!DROPPABLE(old))) EXIT(label); \
            jf->arg[0].p = p; jf->arg[1].i = v; \
            SLOW_CALL_OR(graft_slow_store_int, label); \
        } \
    }
/* An iterator is at its end, and CPython would let go of what it has walked. */
#define WALKED(s, end, label) { \
        jf->arg[0].p = SLOT_OBJECT(s); \
        SLOW_CALL_THEN(graft_slow_walked, end, label); \
    }

#define SLOT(offset) (*(uintptr_t *)(frame + (offset)))
#define SLOT_OBJECT(offset) ((PyObject *)(SLOT(offset) & ~(uintptr_t)1))
#define FRAME(pointer) ((_PyInterpreterFrame *)(pointer))
#define FRAME_CODE(pointer) ((PyCodeObject *)(FRAME(pointer)->f_executable.bits & ~(uintptr_t)1))
#define THREAD ((PyThreadState *)ts)
/* Whether somebody has the frame object, and will see the frame when it has ended. */
#define FRAME_TAKEN(pointer) ({ \
        PyFrameObject *o = FRAME(pointer)->frame_obj; \
        UNLIKELY(o != NULL) && Py_REFCNT(o) > 1; })
#define AT(pointer, type, offset) (*(type *)((char *)(pointer) + (offset)))

/* ---- calls of Python functions (CPython: _PyFrame_PushUnchecked) ----------- */

typedef uint64_t __attribute__((aligned(1), may_alias)) eight_bytes;
/* Whether a tool other than ours has asked for events of this code alone. */
#define OTHER_TOOLS(tools) \
    (((*(eight_bytes *)(tools) | *(eight_bytes *)((tools) + sizeof(_Py_LocalMonitors) - 8)) \
      & ~(0x0101010101010101u << GRAFT_TOOL)) != 0)
#define OTHERS_MONITOR(code) ({ \
        _PyCoMonitoringData *m = (code)->_co_monitoring; \
        m != NULL && OTHER_TOOLS(m->local_monitors.tools); })
/* Whether the function is still the one that its code was compiled for. */
#define GUARD_FUNCTION(f, s, label) { \
        if (UNLIKELY((f)->func_code != (PyObject *)(s)->code)) EXIT(label); \
        if (UNLIKELY((void *)(f)->vectorcall != (s)->vectorcall)) EXIT(label); \
        if (UNLIKELY(*(s)->generation != (s)->expected)) EXIT(label); \
        if (UNLIKELY((f)->func_globals != (s)->globals)) EXIT(label); \
        if ((s)->guards != 0) { \
            PyObject *defaults = (f)->func_defaults; \
            if (UNLIKELY((s)->guards & GUARD_DEFAULTS && defaults != (s)->defaults)) EXIT(label); \
            if (UNLIKELY((s)->guards & GUARD_NDEFAULTS \
                         && (defaults == NULL || Py_SIZE(defaults) != (s)->ndefaults))) EXIT(label); \
            if (UNLIKELY((s)->guards & GUARD_KWDEFAULTS && (f)->func_kwdefaults != (s)->kwdefaults)) EXIT(label); \
        } \
        PyCodeObject *code = (s)->code; \
        if (UNLIKELY(OTHERS_MONITOR(code))) EXIT(label); \
    }
/* Where the machine stack comes to its end, the interpreter goes on, which calls without it. */
#define GUARD_STACK(label) { \
        char *sp; \
        STACK_POINTER(sp); \
        if (UNLIKELY(sp < jf->stack_limit)) EXIT(label); \
    }

/* What a frame that Python code can see needs: see graft_slow_settle. */
#define SETTLE() { if (UNLIKELY(!jf->settled)) SLOW_CALL(graft_slow_settle); }

/* Room for the frame of a call, `size` bytes; exits when there is none (nor a stack yet: both
 * ends are NULL).  `levels`: of recursion. */
#define PUSH_FRAME(s, size, levels, label) { \
        GUARD_STACK(label) \
        /* RESUME would bring the code's instrumentation up to date. */ \
        if (UNLIKELY(((PyCodeObject *)(s)->code)->_co_instrumentation_version != jf->expected_breaker)) EXIT(label); \
        if (UNLIKELY(frames_have_evaluator(THREAD))) EXIT(label); \
        if (UNLIKELY(THREAD->py_recursion_remaining <= (int32_t)(levels))) EXIT(label); \
        char *top = (char *)THREAD->datastack_top; \
        if (UNLIKELY((char *)THREAD->datastack_limit - top <= (int64_t)(size))) EXIT(label); \
        jf->callee = top; \
        THREAD->datastack_top = (PyObject **)(top + (int64_t)(size)); \
        THREAD->py_recursion_remaining -= (int32_t)(levels); \
        ++*(s)->calls; \
        jf->site = (s); \
    }
/* Whether the generator can be resumed in compiled code, by site s: goes to `label` when not, or to
 * `other` when it is none that the site was made for. */
#define GUARD_GENERATOR(g, s, label, other) \
        if (UNLIKELY((void *)Py_TYPE(g) != (s)->type)) EXIT(other); \
        PyCodeObject *s##_code = (s)->code; \
        if (UNLIKELY(GENERATOR_CODE(g) != s##_code)) EXIT(other); \
        if (UNLIKELY(*(s)->generation != (s)->expected)) EXIT(other); \
        if (UNLIKELY((g)->gi_iframe.f_globals != (s)->globals)) EXIT(other); \
        if (UNLIKELY(GENERATOR_BUSY(g))) EXIT(label); \
        if (UNLIKELY(OTHERS_MONITOR(s##_code))) EXIT(label); \
        GUARD_STACK(label) \
        if (UNLIKELY(s##_code->_co_instrumentation_version != jf->expected_breaker)) EXIT(label); \
        if (UNLIKELY(frames_have_evaluator(THREAD))) EXIT(label); \
        if (UNLIKELY(THREAD->py_recursion_remaining <= 1)) EXIT(label);
/* The frame that was pushed for site s becomes the thread's, as the interpreter would have it. */
#define SHOW_FRAME(s) { \
        PyObject *called = (s)->function; \
        if (called == NULL) called = jf->function; else NEW_REF(called); \
        PyObject *executable = (s)->code; \
        NEW_REF(executable); \
        frame_make(jf->callee, FRAME(frame), (PyCodeObject *)executable, (PyFunctionObject *)called); \
        THREAD->current_frame = jf->callee; \
    }
#define CALLEE_SLOT(offset) AT(jf->callee, uintptr_t, offset)
/* Takes the frame down, whose locals have been dropped. */
#define POP_FRAME() { \
        if (UNLIKELY(jf->real || jf->parent->site->function == NULL)) { \
            SLOW_CALL(graft_slow_pop_frame); \
        } \
        THREAD->py_recursion_remaining += (int32_t)jf->parent->site->levels; \
        THREAD->datastack_top = (PyObject **)frame; \
    }

#endif
