/* Bytecodes done as the interpreter does them, for operands of any type.  All are
 * `escape_function`s (runtime/calls.h): n operands, k the bytecode's argument where
 * it matters, jf->site->detail the name. */
#ifndef GRAFT_GENERIC_H
#define GRAFT_GENERIC_H

#include "runtime/calls.h"

/* What they are made of.  The frame as the interpreter would have it, with n operands: */
void begin(jit_frame *jf, uintptr_t *slots, int64_t n);
void close_slot(uintptr_t *slot);
/* Their ends: with a status; with a result (new reference, or NULL: an exception) or a
 * truth (-1: an exception) that takes the place of the operands, which are dropped. */
int leave_with(jit_frame *jf, int result);
int finish(jit_frame *jf, uintptr_t *slots, int64_t n, PyObject *result);
int finish_truth(jit_frame *jf, uintptr_t *slots, int64_t n, int truth);

escape_function graft_any_call, graft_any_call_kw, graft_any_call_ex;
escape_function graft_any_binary_op, graft_any_compare, graft_any_contains, graft_any_true;
escape_function graft_any_unary;                /* k: 0 -x, 1 ~x, 2 +x */
escape_function graft_any_get_attr, graft_any_get_method, graft_any_set_attr, graft_any_del_attr;
escape_function graft_any_set_item, graft_any_del_item, graft_any_slice, graft_any_set_slice;
escape_function graft_any_iter;
escape_function graft_any_next;                 /* 1: there is no more */
escape_function graft_any_unpack;
escape_function graft_any_format, graft_any_convert, graft_any_join;
escape_function graft_any_list, graft_any_tuple, graft_any_map, graft_any_set, graft_any_build_slice;
/* The container is the operand n + k. from the top, below what is consumed: */
escape_function graft_any_list_extend, graft_any_list_append, graft_any_set_add;
escape_function graft_any_map_add;
escape_function graft_any_global, graft_any_store_global;
escape_function graft_any_drop;

#endif
