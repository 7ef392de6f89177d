/* Operations of built-in types that are done by a C function, see operate.c. */
#ifndef GRAFT_OPERATE_H
#define GRAFT_OPERATE_H

#include "runtime/operations.h"
#include "translate/translate.h"

/* Calls `function` on the values at `places` of the stack (1 = top); place 0 is `self`,
 * which may be NULL.  The instruction's `popped` values can be dropped afterwards
 * without leaving.  `kept`: place of an operand that changes, which must have another
 * holder; 0: none.  False: it cannot be done. */
typedef struct {
    calling how;
    void *function;
    PyObject *self;
    const int *places;
    int count, popped, kept;
    bool raises;                /* an exception that it sets is what the instruction raises */
} operation;
bool operate(translator *t, const operation *op);
/* In the cold part: to where the exception that is set is raised; to `out` when none is. */
label failed_or_raised(translator *t, label *out);
/* Emits one of our own functions (runtime/operations.h). */
bool operate_own(translator *t, PyCFunctionFast function, const int *places, int count,
                 int popped, int kept);
/* What becomes of the result of operate(): it replaces the top `popped` values. */
void result_object(translator *t, int popped, value_type type);
void result_int(translator *t, int popped);
void result_truth(translator *t, int popped, bool negate);
void result_float(translator *t, int popped);
/* A guard that the top n values can be dropped after the instruction. */
void guard_operands(translator *t, int n);
/* Behind such a guard and all exits: drops those that nobody else holds. */
void drop_operands(translator *t, int n);

/* A call of a function that is in the table of known ones. */
outcome call_operation(translator *t, PyObject *function, int nargs, bool has_self);
/* The top value is the result: it takes the place of the first of `popped` values. */
outcome itself(translator *t, int popped);
/* Of functions that have forms of their own: unboxed, or known when compiling. */
outcome call_unboxed(translator *t, const c_function *c, int nargs);

/* BINARY_OP on sequences; [] and stores with dictionaries. */
outcome sequence_op(translator *t);
outcome slice_subscript(translator *t);
outcome dict_subscript(translator *t);
outcome dict_store(translator *t);
/* BINARY_OP, STORE_SUBSCR and CONTAINS_OP on objects of classes derived from dict. */
outcome dict_relative(translator *t);
/* COMPARE_OP on two lists or two tuples. */
outcome compare_sequences(translator *t, int op);

#endif
