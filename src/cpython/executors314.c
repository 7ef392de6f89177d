/* Executors of CPython 3.14: how interpreters that were built with the JIT go from an
 * instruction into machine code.  ENTER_EXECUTOR (Python/bytecodes.c) stands in the
 * place of a RESUME or JUMP_BACKWARD and calls `jit_code` of the object that
 * co_executors names; CPython takes all of them out when it instruments the code. */
#include "cpython/adapter.h"
#include "faults.h"
#include "internal/pycore_optimizer.h"
#include "internal/pycore_instruments.h"
#include "opcode_ids.h"
#include <string.h>

#define MOST_EXECUTORS 256      /* ENTER_EXECUTOR has eight bits for the number */

typedef struct {
    _PyExecutorObject base;
    PyCodeObject *code;         /* borrowed: co_executors owns the executor */
    uint8_t instrumented;       /* the opcode that it stands for, if that makes events */
    executor_place place;
} executor;

static uint8_t plain_of(uint8_t op)
{
    switch (op) {
    case INSTRUMENTED_RESUME: case RESUME: case RESUME_CHECK:
        return RESUME;
    case INSTRUMENTED_JUMP_BACKWARD: case JUMP_BACKWARD: case JUMP_BACKWARD_JIT:
    case JUMP_BACKWARD_NO_JIT:
        return JUMP_BACKWARD;
    default:
        return 0;
    }
}

/* The events at this place would be lost: CPython believes that they are asked for. */
static void restore_events(executor *e)
{
    _Py_CODEUNIT *unit = _PyCode_CODE(e->code) + e->base.vm_data.index;
    if (e->instrumented != 0 && plain_of(unit->op.code) == unit->op.code) {
        unit->op.code = e->instrumented;
    }
}

static void executor_dealloc(PyObject *self)
{
    executor *e = (executor *)self;
    if (e->code != NULL) {
        restore_events(e);      /* taken out by CPython */
    }
    PyObject_Free(self);
}

/* What the dis module asks an executor for. */
static PyObject *get_opcode(PyObject *self, PyObject *ignored)
{
    return PyLong_FromLong(((executor *)self)->base.vm_data.opcode);
}

static PyObject *get_oparg(PyObject *self, PyObject *ignored)
{
    return PyLong_FromLong(((executor *)self)->base.vm_data.oparg);
}

static PyMethodDef executor_methods[] = {
    {"get_opcode", get_opcode, METH_NOARGS, NULL},
    {"get_oparg", get_oparg, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyTypeObject executor_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "graft.executor",
    .tp_basicsize = sizeof(executor),
    .tp_dealloc = executor_dealloc,
    .tp_methods = executor_methods,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
};

bool adapter_has_executors(void)
{
    static int known = -1;
    if (known < 0) {
        known = GRAFT_EXECUTORS && strcmp(Py_GetVersion(), GRAFT_BUILT_FOR) == 0
                && PyType_Ready(&executor_type) == 0;
        PyErr_Clear();
    }
    return known;
}

/* A free place among the code's executors; -1: none. */
static int free_place(PyCodeObject *code)
{
    _PyExecutorArray *all = code->co_executors;
    int size = all != NULL ? all->size : 0;
    for (int n = 0; n < size; n++) {
        if (all->executors[n] == NULL) {
            return n;
        }
    }
    if (size == MOST_EXECUTORS) {
        return -1;
    }
    if (all == NULL || size == all->capacity) {
        int capacity = all != NULL ? 2 * all->capacity : 2;
        _PyExecutorArray *grown = PyMem_Realloc(
            all, offsetof(_PyExecutorArray, executors) + (size_t)capacity * sizeof(void *));
        if (grown == NULL) {
            return -1;
        }
        grown->size = size;
        grown->capacity = capacity;
        code->co_executors = all = grown;
    }
    all->executors[size] = NULL;
    return all->size++;
}

static bool is_up_to_date(const PyCodeObject *code, const PyThreadState *tstate)
{
    return code->_co_instrumentation_version == (tstate->eval_breaker & ~_PY_EVAL_EVENTS_MASK);
}

bool adapter_put_executor(PyCodeObject *code, int at, executor_function function, void *unit,
                          int target)
{
    _Py_CODEUNIT *instruction = _PyCode_CODE(code) + at;
    uint8_t op = instruction->op.code, plain = plain_of(op);
    if (op == ENTER_EXECUTOR) {
        return Py_IS_TYPE(code->co_executors->executors[instruction->op.arg], &executor_type);
    }
    if (plain == 0 || !is_up_to_date(code, PyThreadState_Get())) {
        return false;
    }
    int number = fault(FAULT_MEMORY) ? -1 : free_place(code);
    executor *e = number >= 0 && !fault(FAULT_MEMORY) ? PyObject_Malloc(sizeof(*e)) : NULL;
    if (e == NULL) {
        return false;
    }
    memset(e, 0, sizeof(*e));
    PyObject_Init((PyObject *)e, &executor_type);
    e->base.jit_code = (void *)function;
    e->base.vm_data.opcode = plain;
    e->base.vm_data.oparg = instruction->op.arg;
    e->base.vm_data.valid = true;
    e->base.vm_data.index = at;
    e->base.vm_data.code = code;
    e->code = code;
    e->instrumented = op >= MIN_INSTRUMENTED_OPCODE ? op : 0;
    e->place = (executor_place){unit, at, target};
    code->co_executors->executors[number] = &e->base;
    instruction->op.arg = (uint8_t)number;
    instruction->op.code = ENTER_EXECUTOR;
    return true;
}

static void take(PyCodeObject *code, int number)
{
    executor *e = (executor *)code->co_executors->executors[number];
    _Py_CODEUNIT *instruction = _PyCode_CODE(code) + e->base.vm_data.index;
    instruction->op.code = e->base.vm_data.opcode;
    instruction->op.arg = e->base.vm_data.oparg;
    restore_events(e);
    e->base.vm_data.code = e->code = NULL;
    code->co_executors->executors[number] = NULL;
    Py_DECREF(e);
}

void adapter_take_executors(PyCodeObject *code, int at)
{
    _PyExecutorArray *all = code->co_executors;
    for (int n = 0; all != NULL && n < all->size; n++) {
        _PyExecutorObject *e = all->executors[n];
        if (e != NULL && Py_IS_TYPE(e, &executor_type) && (at < 0 || e->vm_data.index == at)) {
            take(code, n);
        }
    }
}

bool adapter_entered(py_frame *frame, _PyStackRef *stack_pointer, PyThreadState *tstate,
                     executor_place *place)
{
    executor *e = (executor *)tstate->current_executor;
    tstate->current_executor = NULL;
    frame->stackpointer = stack_pointer;
    *place = e->place;
    return is_up_to_date(frame_code(frame), tstate);
}
