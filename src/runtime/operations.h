/* Operations of built-in types as C functions in the METH_FASTCALL convention, for
 * micro-ops invoke_*.  Each does what the Python operation does as long as no Python
 * code can run; otherwise, and on errors, it returns NULL having done nothing.  An
 * exception that it leaves set is cleared by its caller. */
#ifndef GRAFT_OPERATIONS_H
#define GRAFT_OPERATIONS_H

#include <Python.h>

#define OPERATIONS(X) \
    X(dict_item) X(relative_item) X(dict_get) X(dict_contains) X(dict_store) X(dict_delete) X(dict_pop) \
    X(dict_setdefault) X(dict_clear) X(dict_build) X(dict_new) \
    X(set_contains) X(set_add) X(set_discard) X(set_remove) X(set_build) X(set_from) \
    X(set_subtract) X(set_and) X(set_or) X(set_xor) \
    X(items_contain) X(items_index) X(items_count) X(list_remove) X(list_clear) X(list_delete) \
    X(list_repeat) X(list_from) X(tuple_from) X(concatenate) X(extend_in_place) \
    X(sum_items) X(any_item) X(all_items) X(least_item) X(greatest_item) \
    X(sorted_items) X(sort_list) \
    X(str_build) X(str_contains) X(text_of) X(format) X(int_from_str) X(float_from_str) \
    X(hash_simple) X(pow_mod) X(range_new) X(isinstance) X(issubclass) X(id) X(class_member) X(subscript) \
    X(slice_item) X(slice_store) X(compare_items) \
    X(ordered_store) X(default_item) X(heap_push) X(heap_pop) X(heap_replace) X(heap_push_pop) \
    X(exception_new) X(exception_init) X(exception_item) X(exception_args) X(exception_store) \
    X(exception_text)
#define DECLARE(name) \
    PyObject *graft_##name(PyObject *self, PyObject *const *args, Py_ssize_t count);
OPERATIONS(DECLARE)
#undef DECLARE

/* left op right for objects that are compared without running Python code: 1 or 0; -1: they
 * are none. */
int graft_compare_simply(PyObject *left, PyObject *right, int op);

#define OPERATION(name) \
    PyObject *graft_##name(PyObject *self, PyObject *const *args, Py_ssize_t count)

#endif
