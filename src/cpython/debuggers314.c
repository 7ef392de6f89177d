/* CPython 3.14: what debuggers need where there is another tool.  See adapter.h. */
#include "cpython/adapter.h"
#include <internal/pycore_instruments.h>

static PyObject *stops[2];     /* names of functions that stop in a debugger */

static bool may_stop(const PyCodeObject *code)
{
    for (Py_ssize_t n = 0; n < PyTuple_GET_SIZE(code->co_names); n++) {
        PyObject *name = PyTuple_GET_ITEM(code->co_names, n);
        if (name == stops[0] || name == stops[1]) {
            return true;
        }
    }
    return false;
}

/* CPython's update_instrumentation_data (Python/instrumentation.c) makes an array of
 * zeros of who is to be told of each instruction once two tools share any event: who was alone
 * before, and needed none, is not told from then on.  An array that is there already is kept. */
void adapter_keep_opcode_events(PyCodeObject *code)
{
    if (stops[0] == NULL) {
        PyObject *error = PyErr_GetRaisedException();
        stops[1] = PyUnicode_InternFromString("breakpoint");
        stops[0] = PyUnicode_InternFromString("set_trace");
        PyErr_SetRaisedException(error);
    }
    if (!may_stop(code)) {
        return;
    }
    if (code->_co_monitoring == NULL) {
        code->_co_monitoring = PyMem_Calloc(1, sizeof(*code->_co_monitoring));
    }
    _PyCoMonitoringData *data = code->_co_monitoring;
    if (data != NULL && data->per_instruction_opcodes == NULL && data->per_instruction_tools == NULL) {
        data->per_instruction_tools = PyMem_Calloc((size_t)Py_SIZE(code), 1);
    }
}
