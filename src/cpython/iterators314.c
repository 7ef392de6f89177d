/* The adapter for CPython 3.14: iterators.  Their layouts are in iterators.h. */
#include "cpython/adapter.h"
#include "cpython/iterators.h"

static PyTypeObject *ascii_iterator;

PyTypeObject *adapter_ascii_iterator(void)
{
    return ascii_iterator;
}

/* One over `container`, at its second item. */
static PyObject *started(PyObject *iterator)
{
    PyObject *item = iterator != NULL ? PyIter_Next(iterator) : NULL;
    Py_XDECREF(item);
    return iterator;
}

/* Whether the fields are where iterators.h has them. */
static bool sequence_fits(PyObject *iterator, PyObject *sequence, Py_ssize_t index)
{
    sequence_iterator *it = (sequence_iterator *)started(iterator);
    bool fits = it != NULL && Py_TYPE(it)->tp_basicsize == sizeof(*it)
                && it->sequence == sequence && it->index == index;
    Py_XDECREF(it);
    return fits;
}

static bool wrappers_fit(PyObject *list)
{
    PyObject *args[2] = {list, PyLong_FromLong(7)}, *pair[2] = {list, list};
    enumerate_object *e = (enumerate_object *)started(
        PyObject_Vectorcall((PyObject *)&PyEnum_Type, args, 2, NULL));
    zip_object *z = (zip_object *)PyObject_Vectorcall((PyObject *)&PyZip_Type, pair, 2, NULL);
    bool fits = e != NULL && z != NULL
        && Py_TYPE(e)->tp_basicsize == sizeof(*e) && Py_TYPE(z)->tp_basicsize == sizeof(*z)
        && e->index == 8 && Py_IS_TYPE(e->inner, &PyListIter_Type) && e->long_index == NULL
        && PyTuple_CheckExact(e->result)
        && z->size == 2 && z->strict == 0 && PyTuple_CheckExact(z->inner)
        && PyTuple_GET_SIZE(z->inner) == 2 && PyTuple_CheckExact(z->result);
    Py_XDECREF(e);
    Py_XDECREF(z);
    return fits;
}

static bool tables_fit(PyObject *dict, PyObject *set)
{
    dict_iterator *d = (dict_iterator *)started(PyObject_GetIter(dict));
    set_iterator *s = (set_iterator *)started(PyObject_GetIter(set));
    bool fits = d != NULL && s != NULL
        && Py_TYPE(d)->tp_basicsize == sizeof(*d) && Py_TYPE(s)->tp_basicsize == sizeof(*s)
        && (PyObject *)d->dict == dict && d->used == 1 && d->position == 1 && d->left == 0
        && (PyObject *)s->set == set && s->used == 1 && s->position > 0 && s->left == 0;
    Py_XDECREF(d);
    Py_XDECREF(s);
    return fits;
}

bool adapter_iterators_as_expected(void)
{
    PyObject *text = PyUnicode_FromString("ab"), *bytes = PyBytes_FromString("ab");
    PyObject *wide = PyUnicode_FromString("\xc3\xa9z");
    PyObject *list = Py_BuildValue("[ii]", 1, 2), *tuple = Py_BuildValue("(ii)", 1, 2);
    PyObject *dict = Py_BuildValue("{ii}", 1, 2), *set = PySet_New(dict);
    bool fits = text != NULL && bytes != NULL && wide != NULL && list != NULL && tuple != NULL
                && set != NULL;
    if (fits) {
        PyObject *it = PyObject_GetIter(text);
        ascii_iterator = it != NULL ? Py_TYPE(it) : NULL;
        fits = sequence_fits(it, text, 1)
            && sequence_fits(PyObject_GetIter(bytes), bytes, 1)
            && sequence_fits(PyObject_GetIter(wide), wide, 1)
            && sequence_fits(PyObject_GetIter(list), list, 1)
            && sequence_fits(PyObject_GetIter(tuple), tuple, 1)
            && sequence_fits(PyObject_CallOneArg((PyObject *)&PyReversed_Type, list), list, 0)
            && sequence_fits(PyObject_CallOneArg((PyObject *)&PyReversed_Type, tuple), tuple, 0)
            && wrappers_fit(list) && tables_fit(dict, set);
    }
    PyErr_Clear();
    PyObject *all[] = {text, bytes, wide, list, tuple, dict, set};
    for (size_t n = 0; n < Py_ARRAY_LENGTH(all); n++) {
        Py_XDECREF(all[n]);
    }
    return fits;
}

bool adapter_is_sequence_iterator(PyTypeObject *type)
{
    return type == &PyListIter_Type || type == &PyTupleIter_Type || type == &PyBytesIter_Type
           || type == &PyUnicodeIter_Type || type == ascii_iterator
           || type == &PyListRevIter_Type || type == &PyReversed_Type;
}

bool adapter_is_dict_iterator(PyTypeObject *type)
{
    return type == &PyDictIterKey_Type || type == &PyDictIterValue_Type
           || type == &PyDictIterItem_Type;
}

bool adapter_is_iterator(PyTypeObject *type)
{
    return adapter_is_sequence_iterator(type) || adapter_is_dict_iterator(type)
           || type == &PySetIter_Type || type == &PyEnum_Type || type == &PyZip_Type
           || type == &PyRangeIter_Type;
}

bool adapter_iterates_quietly(PyTypeObject *type)
{
    return adapter_is_iterator(type) || type == &PyList_Type || type == &PyTuple_Type
           || type == &PyUnicode_Type || type == &PyBytes_Type || type == &PyRange_Type
           || type == &PyDict_Type || type == &PySet_Type || type == &PyFrozenSet_Type
           || type == &PyDictKeys_Type || type == &PyDictValues_Type || type == &PyDictItems_Type;
}
