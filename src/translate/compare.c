/* Translations: comparisons of lists and of tuples, whose items run no Python code. */
#include "translate/operate.h"

outcome compare_sequences(translator *t, int op)
{
    operation compare = {CALL_FAST, (void *)graft_compare_items, (PyObject *)(intptr_t)op,
                         (int[]){0, 2, 1}, 3, 2, 0};
    if (!operate(t, &compare)) {
        return t_unsupported(t);
    }
    result_truth(t, 2, false);
    return GO_ON;
}
