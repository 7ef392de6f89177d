/* Bytecodes done as the interpreter does them, for operands of any type.  All are
 * `escape_function`s (runtime/calls.h): n operands, k the bytecode's argument where
 * it matters, jf->site->detail the name. */
#ifndef GRAFT_GENERIC_H
#define GRAFT_GENERIC_H

#include "runtime/calls.h"

escape_function graft_any_call, graft_any_call_kw, graft_any_call_ex;
escape_function graft_any_compare, graft_any_contains, graft_any_true;
escape_function graft_any_unary;                /* k: 0 -x, 1 ~x, 2 +x */
escape_function graft_any_get_method, graft_any_set_attr, graft_any_del_attr;
escape_function graft_any_set_item, graft_any_del_item, graft_any_slice, graft_any_set_slice;
escape_function graft_any_iter;
escape_function graft_any_next;                 /* 1: there is no more */
escape_function graft_any_unpack;
escape_function graft_any_format, graft_any_convert, graft_any_join;
escape_function graft_any_list, graft_any_tuple, graft_any_map, graft_any_set, graft_any_build_slice;
/* The container is the operand n + k. from the top, below what is consumed: */
escape_function graft_any_list_extend, graft_any_list_append, graft_any_set_add;
escape_function graft_any_map_add;
escape_function graft_any_global, graft_any_store_global, graft_any_delete_global;
escape_function graft_any_name, graft_any_store_name, graft_any_delete_name;
escape_function graft_any_drop;
escape_function graft_any_dict_item;            /* dict[key], key of a class with a __hash__ in Python */
escape_function graft_any_unpack_ex;
/* The container is below the operand, as above: */
escape_function graft_any_set_update, graft_any_dict_update, graft_any_dict_merge;
/* What they ask about is below, and stays: */
escape_function graft_any_import_from, graft_any_match_flag /* k: 0 sequence, 1 mapping */;
escape_function graft_any_match_keys, graft_any_len;
escape_function graft_any_match_class, graft_any_import, graft_any_super;
escape_function graft_any_template, graft_any_interpolation, graft_any_intrinsic;
/* k: the slot of the cell. */
escape_function graft_any_deref, graft_any_store_deref, graft_any_delete_deref;
escape_function graft_any_dict_or_deref;
escape_function graft_any_dict_or_global, graft_any_locals, graft_any_build_class;
escape_function graft_any_function, graft_any_set_function;

#endif
