/* What compiled code calls.  Every helper here is reachable from a micro-op
 * through SYM(name); none runs arbitrary Python code and none needs the frame
 * to be written back.  On failure a helper sets no exception: compiled code
 * then leaves to the interpreter, which does the instruction again and raises.
 */
#ifndef GRAFT_HELPERS_H
#define GRAFT_HELPERS_H

#include <Python.h>
#include <stdbool.h>
#include <stdint.h>

/* Puts a new object for the value into a frame's slot that owns nothing.
 * -1: no memory. */
int graft_box_int(uintptr_t *slot, int64_t value);
int graft_box_float(uintptr_t *slot, double value);
int graft_box_complex(uintptr_t *slot, double real, double imag);
/* Drops the contents of two slots, leaving NULL.  -1, with nothing done: that
 * would run a finalizer. */
int graft_release_pair(uintptr_t *one, uintptr_t *two);

/* Reference counts on builds that count them all. */
PyObject *graft_new_ref(PyObject *object);
void graft_drop(PyObject *object);
/* Called through S_slow: arguments in jf->arg. */
struct jit_frame;
struct call_site;
int graft_slow_signal(struct jit_frame *jf);       /* SIGUSR1 has come (see faults.h) */
int graft_slow_dealloc(struct jit_frame *jf);      /* [0]: no reference is left */
int graft_slow_droppable(struct jit_frame *jf);    /* whether dropping the last reference
                                                     * to [0] runs no finalizer; -1: it may */
int graft_slow_unseen(struct jit_frame *jf);       /* the same, and nobody can tell when that happens */
int graft_slow_release(struct jit_frame *jf);      /* the same for slot [0], and drops it */
/* *[0] = a new object for [1]; what was there (droppable) is dropped.  -1: no memory. */
int graft_slow_store_float(struct jit_frame *jf);
int graft_slow_store_int(struct jit_frame *jf);
int graft_slow_append_float(struct jit_frame *jf);      /* [0] list, [1] */
int graft_slow_append_int(struct jit_frame *jf);
int graft_slow_append(struct jit_frame *jf);            /* [0] list, [1] object, borrowed */
int graft_lacks(PyObject *object, PyObject *name);      /* whether its dictionary lacks the name, for sure */
int graft_str_equal(PyObject *left, PyObject *right);   /* exact strings */
/* The first of `count` slots gets a list or tuple of what they own.  -1: no memory. */
int graft_build_list(uintptr_t *slot, int64_t count);
int graft_build_tuple(uintptr_t *slot, int64_t count);
int graft_str_item(uintptr_t *slot, PyObject *string, int64_t index);   /* -1: it raises */
/* slot = sequence[start:stop] of an exact list, tuple, str or bytes.  -1: no memory. */
int graft_slice(uintptr_t *slot, PyObject *sequence, int64_t start, int64_t stop);
/* UNPACK_EX k of an exact list or tuple, which the first slot owns if `owned`.  -1: too few, or no memory. */
int graft_unpack_ex(uintptr_t *slots, PyObject *sequence, int64_t k, int64_t owned);
int graft_iterate(uintptr_t *slot, PyObject *sequence); /* slot = iter(a builtin); -1 */
int graft_iterate_top(uintptr_t *slot);     /* the same, over what the slot holds */
int graft_complex_abs(double real, double imag, double *result);    /* -1: it raises */
/* complex_operation on operands[0..1] and [2..3]; the result into [0..1].  -1 as below. */
int graft_complex_op(double *operands, int64_t op);

/* The slot's object becomes a cell of it.  -1: no memory. */
int graft_make_cell(uintptr_t *slot);
/* slot = a new function.  -1: the interpreter may find something else, or no memory. */
int graft_make_function(uintptr_t *slot, PyObject *code, PyObject *globals, PyObject *builtins);

/* Whether dropping the last reference runs no finalizer, whatever else dies at the same time; looks
 * into containers in containers, `depth` of them. */
#define GRAFT_PLAIN_DEPTH 2
bool graft_plain_inside(PyObject *object, int depth);
/* The same where nothing else dies at the same time: what others hold lives on. */
bool graft_plain_alone(PyObject *object);
/* Whether `count` references to an object, or NULL, can be dropped with others without running a
 * finalizer. */
static inline bool drops_quietly(PyObject *object, Py_ssize_t count)
{
    return object == NULL || Py_REFCNT(object) > count
           || graft_plain_inside(object, GRAFT_PLAIN_DEPTH);
}

/* Whether one reference, or NULL, can be dropped so, and nothing else. */
static inline bool dies_quietly(PyObject *object)
{
    return object == NULL || Py_REFCNT(object) > 1 || graft_plain_alone(object);
}

/* How often the item is among them, or could be. */
Py_ssize_t graft_occurrences(PyObject **items, Py_ssize_t count, PyObject *item);
bool graft_iterator_droppable(PyObject *iterator, int depth, bool alone);
/* Whether all that an iterator holds lives on, but for numbers and strings, when it dies with what
 * `count` slots hold. */
bool graft_iterator_lets_live(PyObject *iterator, const uintptr_t *slots, int count);
int graft_slow_recycle(struct jit_frame *jf);      /* the same of the items of tuple [0] */
int graft_slow_walked(struct jit_frame *jf);       /* the same of what iterator [0] lets go of at its end */
int graft_slow_box_int(struct jit_frame *jf);      /* slot [0] = [1] */
int graft_slow_box_float(struct jit_frame *jf);
int graft_slow_rebox_int(struct jit_frame *jf);    /* the same; what the slot holds is dropped */
int graft_slow_rebox_float(struct jit_frame *jf);
/* slots[0] = type(slots[2], ...), which runs no Python code; the arguments are
 * dropped.  -1: it raises. */
int graft_call_type(uintptr_t *slots, int64_t nargs, PyTypeObject *type);
/* Iterators, none of them exhausted but the last kind.  -1: leave, as it was. */
int graft_text_next(uintptr_t *slot, PyObject *iterator);       /* over a str */
int graft_next_tuple(uintptr_t *to, PyObject *iterator);        /* enumerate, zip */
enum { HASH_KEYS, HASH_VALUES, HASH_TUPLES, HASH_PAIRS, HASH_SET };
/* Of a dict or set; HASH_PAIRS fills two slots, the key in the second.
 * 0: exhausted, 1: there was one more. */
int graft_hash_next(uintptr_t *to, PyObject *iterator, int64_t part);

/* The value of an exact int.  -1: it does not fit. */
int graft_int_value(PyObject *object, int64_t *value);
/* slot (which may own an operand, dropped) = left <op> right for exact ints, floats, bools and complex numbers
 * (borrowed).  -1: it raised, or cannot be done. */
int graft_number_op(uintptr_t *slot, PyObject *left, PyObject *right, int64_t op);
/* Result of left <op> right for exact numbers: 0, 1, or -1 as above. */
int64_t graft_number_compare(PyObject *left, PyObject *right, int64_t op);

/* Arithmetic that CPython does in a function of its own.  They return 0 and
 * the result, or -1. */
int graft_float_op(double left, double right, int64_t op, double *result);
int graft_float_pow(double left, double right, double *result);
int graft_int_pow(int64_t base, int64_t exponent, int64_t *result);
/* How many values range(start, stop, step) has; -1: the step is 0, or their
 * number does not fit. */
int graft_range_len(int64_t start, int64_t stop, int64_t step, int64_t *result);

/* The value of an int that fits, or of a float; the reference is dropped. */
int64_t graft_take_int(PyObject *object);
double graft_take_float(PyObject *object);
/* New strings; NULL without an exception. */
PyObject *graft_str_of_int(int64_t value);
PyObject *graft_str_of_float(double value);
PyObject *graft_chr(int64_t value);
/* Appends to the string that the slot owns, in place where nobody else has it. */
int graft_str_append(struct jit_frame *jf, uintptr_t *slot, PyObject *right);
int graft_int_gcd(int64_t a, int64_t b, int64_t *result);
/* Lookups of an int that has no object; NULL and -1: cannot say, or not there. */
PyObject *graft_dict_int_raise(PyObject *dict, int64_t key);     /* may set KeyError */
PyObject *graft_dict_int_item(PyObject *dict, int64_t key);
int graft_dict_set_int(PyObject *dict, PyObject *key, int64_t value);     /* dict[key] = value; -1: not done */
int64_t graft_dict_has_int(PyObject *dict, int64_t key);
int64_t graft_set_has_int(PyObject *set, int64_t key);

/* Generators (runtime/generators.h).  The code with which one goes on; NULL: it cannot be compiled. */
void *graft_resume_point(PyObject *generator);
/* A generator has been resumed (jf->kind, jf->result) from a frame that was written back
 * meanwhile: the object goes to the slot.  0: yielded, 1: returned,
 * 2: returned to FOR_ITER, and tools are to be told, so that END_FOR drops the object, -1: an exception is set. */
int graft_resumed(struct jit_frame *jf, uintptr_t *slot);
/* slots[0] = the generator that the generator function there makes for the `nargs` arguments from
 * slots[2] on, or the object of the method before, which are consumed.  -1: not, and nothing done. */
int graft_make_generator(struct jit_frame *jf, uintptr_t *slots, int64_t nargs,
                         const struct call_site *site);
/* *slot = the generator that the site's function makes for the object there, which is consumed.  -1:
 * not, and nothing done. */
int graft_make_iterator(struct jit_frame *jf, uintptr_t *slot, const struct call_site *site);
/* The end of a generator's frame, which returns jf->result: RETURNS_END. */
int64_t graft_generator_end(struct jit_frame *jf);
/* slot = a range iterator of that state.  -1: no memory. */
int graft_make_range(uintptr_t *slot, int64_t start, int64_t left, int64_t step);

/* tp_iternext has returned NULL.  1: there is no more, -1: an exception is set. */
int graft_iterated(struct jit_frame *jf);

/* A stub was hit: returns the code to go on with, NULL to leave. */
void *graft_on_stub(struct jit_frame *jf);

#endif
