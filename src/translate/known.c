/* The table of C functions and methods that run no Python code when their operands
 * have the types that it names; the adding of another one is one line. */
#include "translate/operate.h"
#include <string.h>

/* Operands, the object of a method first: s str, i int that fits int64 or bool, f float,
 * n any of these numbers, l list, t tuple, q list or tuple, d dict, e set, o any object,
 * m what the method is for, of any class, c what is seen to be a class, k classes that
 * check their instances plainly;
 * what stands behind | may be left out.  Result: the same letters (i: fits int64), - None,
 * b bool, o any.  A capital letter as the first operand: it is changed. */
typedef struct {
    const char *owner, *name, *operands;
    char result;
    PyCFunctionFast instead;    /* called rather than the function itself */
} known_function;

static const known_function known[] = {
    {"str", "upper", "s", 's'}, {"str", "lower", "s", 's'}, {"str", "capitalize", "s", 's'},
    {"str", "title", "s", 's'}, {"str", "casefold", "s", 's'}, {"str", "swapcase", "s", 's'},
    {"str", "strip", "s|s", 's'}, {"str", "lstrip", "s|s", 's'}, {"str", "rstrip", "s|s", 's'},
    {"str", "startswith", "ss|ii", 'b'}, {"str", "startswith", "st|ii", 'b'},
    {"str", "endswith", "ss|ii", 'b'}, {"str", "endswith", "st|ii", 'b'},
    {"str", "find", "ss|ii", 'i'}, {"str", "rfind", "ss|ii", 'i'},
    {"str", "index", "ss|ii", 'i'}, {"str", "rindex", "ss|ii", 'i'},
    {"str", "count", "ss|ii", 'i'}, {"str", "replace", "sss|i", 's'},
    {"str", "split", "s|si", 'l'}, {"str", "rsplit", "s|si", 'l'},
    {"str", "splitlines", "s|i", 'l'}, {"str", "join", "sq", 's'},
    {"str", "partition", "ss", 't'}, {"str", "rpartition", "ss", 't'},
    {"str", "removeprefix", "ss", 's'}, {"str", "removesuffix", "ss", 's'},
    {"str", "zfill", "si", 's'}, {"str", "ljust", "si|s", 's'}, {"str", "rjust", "si|s", 's'},
    {"str", "center", "si|s", 's'}, {"str", "expandtabs", "s|i", 's'},
    {"str", "encode", "s", 'o'},
    {"str", "isdigit", "s", 'b'}, {"str", "isalpha", "s", 'b'}, {"str", "isalnum", "s", 'b'},
    {"str", "isspace", "s", 'b'}, {"str", "isupper", "s", 'b'}, {"str", "islower", "s", 'b'},
    {"str", "isdecimal", "s", 'b'}, {"str", "isnumeric", "s", 'b'},
    {"str", "isidentifier", "s", 'b'}, {"str", "istitle", "s", 'b'},
    {"str", "isprintable", "s", 'b'}, {"str", "isascii", "s", 'b'},

    {"list", "insert", "Lio", '-'}, {"list", "reverse", "L", '-'}, {"list", "copy", "l", 'l'},
    {"list", "pop", "L|i", 'o'}, {"list", "extend", "Lq", '-'},
    {"list", "extend", "Ls", '-'}, {"list", "clear", "L", '-', graft_list_clear},
    {"list", "remove", "Lo", '-', graft_list_remove}, {"list", "sort", "L", '-', graft_sort_list},
    {"list", "index", "lo", 'i', graft_items_index}, {"list", "count", "lo", 'i', graft_items_count},
    {"tuple", "index", "to", 'i', graft_items_index}, {"tuple", "count", "to", 'i', graft_items_count},

    {"dict", "get", "do|o", 'o', graft_dict_get}, {"dict", "pop", "Do|o", 'o', graft_dict_pop},
    {"dict", "setdefault", "Do|o", 'o', graft_dict_setdefault},
    {"dict", "clear", "D", '-', graft_dict_clear}, {"dict", "copy", "d", 'd'},
    {"dict", "keys", "d", 'o'}, {"dict", "values", "d", 'o'}, {"dict", "items", "d", 'o'},
    {"set", "add", "Eo", '-', graft_set_add}, {"set", "discard", "Eo", '-', graft_set_discard},
    {"set", "remove", "Eo", '-', graft_set_remove}, {"set", "pop", "E", 'o'},
    {"set", "copy", "e", 'e'}, {"set", "union", "ee", 'e', graft_set_or},
    {"set", "intersection", "ee", 'e', graft_set_and},
    {"set", "difference", "ee", 'e', graft_set_subtract},
    {"set", "symmetric_difference", "ee", 'e', graft_set_xor},

    {"int", "bit_length", "i", 'i'}, {"int", "bit_count", "i", 'i'},
    {"float", "is_integer", "f", 'b'}, {"float", "as_integer_ratio", "f", 't'},
    {"float", "hex", "f", 's'},

    {"builtins", "len", "d", 'i'}, {"builtins", "len", "e", 'i'},
    {"builtins", "ord", "s", 'i'}, {"builtins", "repr", "s", 's', graft_text_of},
    {"builtins", "hash", "s", 'i', graft_hash_simple}, {"builtins", "hash", "n", 'i', graft_hash_simple},
    {"builtins", "sum", "q|n", 'o', graft_sum_items},
    {"builtins", "any", "q", 'b', graft_any_item}, {"builtins", "all", "q", 'b', graft_all_items},
    {"builtins", "min", "q", 'o', graft_least_item}, {"builtins", "max", "q", 'o', graft_greatest_item},
    {"builtins", "sorted", "q", 'l', graft_sorted_items},
    {"builtins", "round", "f", 'o'}, {"builtins", "round", "fi", 'f'},
    {"builtins", "divmod", "ff", 't'}, {"builtins", "pow", "iii", 'i', graft_pow_mod},
    {"builtins", "isinstance", "ok", 'b', graft_isinstance},
    {"builtins", "issubclass", "co", 'b', graft_issubclass},
    {"builtins", "id", "o", 'i', graft_id}, {"builtins", "callable", "o", 'b'},
    {"builtins", "getattr", "cs|o", 'o', graft_class_member},
    {"builtins", "repr", "n", 's', graft_text_of},

    {"type", "list", "|q", 'l', graft_list_from}, {"type", "list", "s", 'l', graft_list_from},
    {"type", "tuple", "|q", 't', graft_tuple_from}, {"type", "tuple", "s", 't', graft_tuple_from},
    {"type", "set", "|q", 'e', graft_set_from}, {"type", "set", "s", 'e', graft_set_from},
    {"type", "dict", "", 'd', graft_dict_new},
    {"type", "int", "s", 'i', graft_int_from_str}, {"type", "float", "s", 'f', graft_float_from_str},
    {"type", "range", "i|ii", 'o', graft_range_new},

    {"math", "hypot", "n|nnn", 'f'}, {"math", "log", "nn", 'f'}, {"math", "isclose", "nn", 'b'},
    {"math", "degrees", "n", 'f'}, {"math", "radians", "n", 'f'},
    {"math", "ldexp", "fi", 'f'}, {"math", "modf", "n", 't'}, {"math", "frexp", "n", 't'},
    {"math", "remainder", "nn", 'f'}, {"math", "fma", "nnn", 'f'}, {"math", "isqrt", "i", 'i'},
    {"math", "gamma", "n", 'f'}, {"math", "lgamma", "n", 'f'}, {"math", "erf", "n", 'f'},
    {"math", "erfc", "n", 'f'}, {"math", "ulp", "n", 'f'}, {"math", "nextafter", "nn", 'f'},
    {"_heapq", "heappush", "Lo", '-', graft_heap_push}, {"_heapq", "heappop", "L", 'o', graft_heap_pop},
    {"_heapq", "heapreplace", "Lo", 'o', graft_heap_replace},
    {"_heapq", "heappushpop", "Lo", 'o', graft_heap_push_pop},
    {"_random.Random", "random", "m", 'f'}, {"_random.Random", "getrandbits", "mi", 'o'},
    {"time", "perf_counter", "", 'f'}, {"time", "monotonic", "", 'f'}, {"time", "time", "", 'f'},
};

/* Whether an exception that one of ours leaves set is what the instruction raises. */
static bool raises_itself(PyCFunctionFast function)
{
    return function == graft_int_from_str || function == graft_float_from_str || function == graft_items_index
           || function == graft_list_remove || function == graft_dict_pop || function == graft_set_remove;
}

/* A class, or a tuple of some, whose metaclass leaves it to type which instances it has. */
static bool checks_plainly(PyObject *seen)
{
    bool tuple = PyTuple_CheckExact(seen);
    for (Py_ssize_t n = 0; n < (tuple ? PyTuple_GET_SIZE(seen) : 1); n++) {
        if (!adapter_checks_instances_plainly(tuple ? PyTuple_GET_ITEM(seen, n) : seen)) {
            return false;
        }
    }
    return true;
}

/* Whether a value is what the letter says; SPLIT when it has to be seen first. */
static bool is_what(translator *t, const c_function *c, int v, char letter, outcome *what)
{
    if (letter == 'o') {
        return true;
    }
    if (letter == 'c') {
        PyObject *seen = val(t, v)->konst != NULL ? val(t, v)->konst : val(t, v)->seen;
        return seen != NULL && PyType_CheckExact(seen);
    }
    if (letter == 'k') {
        PyObject *seen = val(t, v)->konst != NULL ? val(t, v)->konst : val(t, v)->seen;
        PyObject *object = val(t, peek(t, 2))->seen;
        return seen == NULL || (object != NULL && (PyObject *)Py_TYPE(object) == seen) || checks_plainly(seen);
    }
    if (letter == 'm') {
        PyObject *seen = val(t, v)->type == T_ANY && val(t, v)->konst == NULL
                         ? know_version(t, v, what) : NULL;
        return seen != NULL && c->type != NULL && PyObject_TypeCheck(seen, c->type);
    }
    value_type type = know_type(t, v, what);
    switch (letter) {
        case 's': return type == T_STR;
        case 'i': return type == T_INT64 || type == T_BOOL;
        case 'f': return type == T_FLOAT;
        case 'n': return type == T_INT64 || type == T_BOOL || type == T_FLOAT;
        case 'l': case 'L': return type == T_LIST;
        case 't': return type == T_TUPLE;
        case 'q': return type == T_LIST || type == T_TUPLE;
        case 'd': case 'D': return type == T_DICT;
        case 'e': case 'E': return type == T_SET;
        default: return false;
    }
}

static bool accepts(translator *t, const c_function *c, const known_function *k, int count,
                    outcome *what)
{
    const char *letter = k->operands;
    if (*letter == 'm' && !c->method) {
        letter++;               /* a bound method: it has been checked */
    }
    bool optional = false;
    for (int n = count; n > 0; n--, letter++) {
        if (*letter == '|') {
            optional = true;
            letter++;
        }
        if (*letter == '\0' || !is_what(t, c, peek(t, n), *letter, what)) {
            return false;
        }
    }
    return optional || *letter == '\0' || *letter == '|';
}

static void push_what(translator *t, int popped, char result)
{
    switch (result) {
        case '-': push_known(t, popped, Py_None); break;
        case 'i': result_int(t, popped); break;
        case 'b': result_truth(t, popped, false); break;
        case 'f': result_float(t, popped); break;
        case 's': result_object(t, popped, T_STR); break;
        case 'l': result_object(t, popped, T_LIST); break;
        case 't': result_object(t, popped, T_TUPLE); break;
        case 'd': result_object(t, popped, T_DICT); break;
        case 'e': result_object(t, popped, T_SET); break;
        default: result_object(t, popped, T_ANY); break;
    }
}

outcome call_operation(translator *t, PyObject *function, int nargs, bool has_self)
{
    c_function c;
    int count = nargs + has_self, popped = nargs + 2;
    if (!adapter_c_function(function, &c) || (has_self && !c.method)) {
        return t_unsupported(t);
    }
    outcome what = has_self ? UNSUPPORTED : call_unboxed(t, &c, nargs);
    for (size_t n = 0; what == UNSUPPORTED && n < Py_ARRAY_LENGTH(known); n++) {
        const known_function *k = &known[n];
        if (strcmp(k->name, c.name) != 0 || strcmp(k->owner, c.owner) != 0
            || !accepts(t, &c, k, count, &what)) {
            continue;
        }
        if (k->instead == NULL && (c.how == CALL_OTHER
                                   || (c.how == CALL_ONE && count - c.method != 1)
                                   || (c.how == CALL_NOARGS && count != c.method))) {
            continue;
        }
        int places[GRAFT_NOPERANDS], used = 0;
        if (!c.method) {
            places[used++] = 0;
        }
        for (int m = count; m > 0 && used < GRAFT_NOPERANDS; m--) {
            places[used++] = m;
        }
        operation op = {k->instead != NULL ? CALL_FAST : c.how,
                        k->instead != NULL ? (void *)k->instead : (void *)c.def->ml_meth,
                        k->instead != NULL ? function : c.self,
                        places, used, popped, k->operands[0] < 'a' && k->operands[0] >= 'A' ? count : 0,
                        k->instead == NULL || raises_itself(k->instead)};
        if (!operate(t, &op)) {
            return t_unsupported(t);
        }
        push_what(t, popped, k->result);
        return GO_ON;
    }
    return what;
}
