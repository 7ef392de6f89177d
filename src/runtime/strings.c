/* Strings and the text of numbers: see operations.h and helpers.h.
 *
 * Formatting ints is done here: CPython's own functions poll for signals, whose
 * handlers are Python code. */
#include "cpython/adapter.h"
#include "emit/stencil_abi.h"
#include "runtime/helpers.h"
#include "runtime/operations.h"
#include <stdio.h>
#include <string.h>

static PyObject *quietly(PyObject *object)
{
    if (object == NULL) {
        PyErr_Clear();
    }
    return object;
}

static PyObject *ascii(const char *text, Py_ssize_t length)
{
    PyObject *string = PyUnicode_New(length, 127);
    if (string != NULL) {
        memcpy(PyUnicode_1BYTE_DATA(string), text, (size_t)length);
    }
    return string;
}

/* Digits of `value` in base 2, 8, 10 or 16, ending before `end`: the first one. */
static char *digits(char *end, uint64_t value, unsigned base, bool upper)
{
    const char *digit = upper ? "0123456789ABCDEF" : "0123456789abcdef";
    do {
        *--end = digit[value % base];
        value /= base;
    } while (value != 0);
    return end;
}

static uint64_t magnitude(int64_t value)
{
    return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

static PyObject *int_text(int64_t value)
{
    char text[24], *start = digits(text + sizeof(text), magnitude(value), 10, false);
    if (value < 0) {
        *--start = '-';
    }
    return ascii(start, text + sizeof(text) - start);
}

PyObject *graft_str_of_int(int64_t value)
{
    return quietly(int_text(value));
}

static PyObject *float_text(double value)
{
    char *text = PyOS_double_to_string(value, 'r', 0, Py_DTSF_ADD_DOT_0, NULL);
    PyObject *string = text != NULL ? ascii(text, (Py_ssize_t)strlen(text)) : NULL;
    PyMem_Free(text);
    return string;
}

PyObject *graft_str_of_float(double value)
{
    return quietly(float_text(value));
}

PyObject *graft_chr(int64_t value)
{
    return value < 0 || value > 0x10ffff ? NULL : quietly(PyUnicode_FromOrdinal((int)value));
}

int graft_str_append(jit_frame *jf, uintptr_t *slot, PyObject *right)
{
    PyObject *left = slot_object(*slot);
    if (PyUnicode_GET_LENGTH(right) > PY_SSIZE_T_MAX - PyUnicode_GET_LENGTH(left)) {
        return -1;
    }
    if (*slot & 1) {        /* immortal, or not ours: a reference to give away */
        Py_INCREF(left);
    }
    PyUnicode_Append(&left, right);
    if (left == NULL) {
        PyErr_Clear();
        /* The string is gone, as in the interpreter: the slot gets empty when it is left. */
        *slot = slot_from_new(Py_NewRef(Py_None));
        jf->arg[0].p = slot;
        jf->failed = FAILED_LOST;
        return -1;
    }
    *slot = slot_from_new(left);
    return 0;
}

/* ---- strings ------------------------------------------------------------------- */

OPERATION(str_build)
{
    return adapter_join(args, count);
}

OPERATION(str_contains)
{
    int found = PyUnicode_Contains(self, args[0]);
    return found < 0 ? NULL : found ? Py_True : Py_False;
}

/* ---- text of a value ----------------------------------------------------------- */

/* repr of an exact number or str. */
OPERATION(text_of)
{
    if (PyLong_CheckExact(args[0])) {
        int64_t value;
        return graft_int_value(args[0], &value) < 0 ? NULL : int_text(value);
    }
    return Py_TYPE(args[0])->tp_repr(args[0]);
}

/* format(int, "[<>][0][width][bdoxX]"); other specifications of ints are left. */
static PyObject *format_int(int64_t value, PyObject *spec)
{
    char field[96], *end = field + sizeof(field);
    if (!PyUnicode_IS_ASCII(spec)) {
        return NULL;
    }
    const char *at = (const char *)PyUnicode_1BYTE_DATA(spec);
    char align = '>', fill = ' ';
    if (*at == '<' || *at == '>') {
        align = *at++;
        if (*at == '0') {
            return NULL;
        }
    }
    if (*at == '0') {
        fill = '0';
        at++;
    }
    Py_ssize_t width = 0;
    while (*at >= '0' && *at <= '9' && width < 64) {
        width = 10 * width + (*at++ - '0');
    }
    char kind = *at != '\0' ? *at++ : 'd';
    unsigned base = kind == 'd' ? 10 : kind == 'x' || kind == 'X' ? 16 : kind == 'o' ? 8
                  : kind == 'b' ? 2 : 0;
    if (base == 0 || width > 64
        || at != (const char *)PyUnicode_1BYTE_DATA(spec) + PyUnicode_GET_LENGTH(spec)) {
        return NULL;
    }
    char *start = digits(end, magnitude(value), base, kind == 'X');
    Py_ssize_t size = end - start + (value < 0);
    while (fill == '0' && size < width) {
        *--start = '0';
        size++;
    }
    if (value < 0) {
        *--start = '-';
    }
    if (align == '>') {
        while (size < width) {
            *--start = ' ';
            size++;
        }
        return size == 1 ? PyUnicode_FromOrdinal(*start) : ascii(start, size);
    }
    char left[96];
    memset(left, ' ', sizeof(left));
    memcpy(left, start, (size_t)size);
    size = size < width ? width : size;
    return size == 1 ? PyUnicode_FromOrdinal(*left) : ascii(left, size);
}

/* value, specification */
OPERATION(format)
{
    int64_t value;
    if (PyUnicode_GET_LENGTH(args[1]) > 0 && PyLong_CheckExact(args[0])) {
        return graft_int_value(args[0], &value) < 0 ? NULL : format_int(value, args[1]);
    }
    return PyLong_Check(args[0]) ? NULL : PyObject_Format(args[0], args[1]);
}

/* ---- numbers from text, hash ----------------------------------------------------- */

OPERATION(int_from_str)
{
    return PyUnicode_GET_LENGTH(args[0]) > 18 ? NULL : PyLong_FromUnicodeObject(args[0], 10);
}

OPERATION(float_from_str)
{
    return PyFloat_FromString(args[0]);
}

OPERATION(hash_simple)
{
    Py_hash_t hash = PyObject_Hash(args[0]);
    return hash == -1 ? NULL : PyLong_FromSsize_t(hash);
}

/* ---- numbers ------------------------------------------------------------------------ */

int64_t graft_take_int(PyObject *object)
{
    int64_t value = PyLong_AsLongLong(object);
    Py_DECREF(object);
    return value;
}

double graft_take_float(PyObject *object)
{
    double value = PyFloat_AS_DOUBLE(object);
    Py_DECREF(object);
    return value;
}

int graft_int_gcd(int64_t a, int64_t b, int64_t *result)
{
    uint64_t x = magnitude(a), y = magnitude(b);
    while (y != 0) {
        uint64_t rest = x % y;
        x = y;
        y = rest;
    }
    *result = (int64_t)x;
    return x >= 1 << 30 ? -1 : 0;       /* may be an operand itself */
}

/* pow(base, exponent, modulus) of ints that fit. */
OPERATION(pow_mod)
{
    int64_t base, exponent, modulus;
    if (graft_int_value(args[0], &base) < 0 || graft_int_value(args[1], &exponent) < 0
        || graft_int_value(args[2], &modulus) < 0 || exponent < 0 || modulus <= 0) {
        return NULL;
    }
    unsigned __int128 m = (uint64_t)modulus, power = 1 % m;
    int64_t rest = base % modulus;
    unsigned __int128 square = (uint64_t)(rest < 0 ? rest + modulus : rest);
    for (; exponent > 0; exponent >>= 1) {
        if (exponent & 1) {
            power = power * square % m;
        }
        square = square * square % m;
    }
    return PyLong_FromLongLong((int64_t)power);
}
