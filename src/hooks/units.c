/* The units of code objects, found by address.
 *
 * Not in the code objects' own extra data: CPython takes a function that carries any for
 * one that other interpreters cannot be given, and other tools that keep data there are
 * told of the death of all code that has some. */
#include "hooks/units.h"
#include "memory.h"

static unit **table;            /* open addressing; at most half full */
static size_t size, used;       /* size: a power of two, or 0 */
static int watcher = -1;

static size_t first_place(const PyCodeObject *code)
{
    return (size_t)(((uintptr_t)code >> 4) * UINT64_C(0x9e3779b97f4a7c15) >> 20) & (size - 1);
}

/* Where the unit is, or the empty place for it. */
static size_t place_of(const PyCodeObject *code)
{
    size_t n = first_place(code);
    while (table[n] != NULL && table[n]->code != code) {
        n = (n + 1) & (size - 1);
    }
    return n;
}

static bool make_room(void)
{
    if (2 * (used + 1) <= size) {
        return true;
    }
    unit **old = table, **grown = memory_zeroed(size ? 2 * size : 256, sizeof(*grown));
    if (grown == NULL) {
        return false;
    }
    size_t count = size;
    table = grown;
    size = size ? 2 * size : 256;
    for (size_t n = 0; n < count; n++) {
        if (old[n] != NULL) {
            table[place_of(old[n]->code)] = old[n];
        }
    }
    memory_free(old);
    return true;
}

/* Those behind it that had to pass by this place move up. */
static void remove_at(size_t hole)
{
    for (size_t n = (hole + 1) & (size - 1); table[n] != NULL; n = (n + 1) & (size - 1)) {
        size_t wanted = first_place(table[n]->code);
        if (((n - wanted) & (size - 1)) >= ((n - hole) & (size - 1))) {
            table[hole] = table[n];
            hole = n;
        }
    }
    table[hole] = NULL;
    used--;
}

static int on_code(PyCodeEvent what, PyCodeObject *code)
{
    if (what != PY_CODE_EVENT_DESTROY || size == 0) {
        return 0;
    }
    size_t n = place_of(code);
    unit *u = table[n];
    if (u != NULL) {
        remove_at(n);
        unit_free(u);
    }
    return 0;
}

bool units_start(void)
{
    if (watcher < 0) {
        watcher = PyCode_AddWatcher(on_code);
        if (watcher < 0) {
            PyErr_Clear();
        }
    }
    return watcher >= 0;
}

/* The import system's own loops are short, and part of every start-up. */
static bool is_import_system(const PyCodeObject *code)
{
    static const char prefix[] = "<frozen importlib";
    PyObject *name = code->co_filename;
    return PyUnicode_IS_COMPACT_ASCII(name)
           && PyUnicode_GET_LENGTH(name) >= (Py_ssize_t)sizeof(prefix) - 1
           && memcmp(PyUnicode_1BYTE_DATA(name), prefix, sizeof(prefix) - 1) == 0;
}

unit *unit_found(PyCodeObject *code)
{
    unit *u = size != 0 ? table[place_of(code)] : NULL;
    /* While an interpreter ends, code dies unreported, and its address is used again. */
    return u != NULL && u->code_version == code->co_version ? u : NULL;
}

unit *unit_of(PyCodeObject *code)
{
    unit *u = size != 0 ? table[place_of(code)] : NULL;
    if (u != NULL) {
        return unit_found(code);
    }
    if (is_import_system(code) || !make_room() || (u = unit_new(code)) == NULL) {
        return NULL;
    }
    table[place_of(code)] = u;
    used++;
    adapter_keep_opcode_events(code);       /* it is about to start for the first time */
    return u;
}
