/* Translations: iterators that exist as objects.  They are advanced in place, so
 * that leaving needs nothing; pairs that are unpacked at once are not made.
 *
 * A T_ITER value says that the iterator, and those that it is made of, are of
 * known types and held by nobody else: sub[] are their addresses, and `version`
 * is what they are, in groups of four bits: a kind, then its sources.
 */
#include "cpython/iterators.h"
#include "runtime/helpers.h"
#include "translate/translate.h"

enum kind { SINGLE = 1, ENUMERATE, ZIP, HASH };
enum source { FROM_LIST = 1, FROM_TUPLE, FROM_ASCII, FROM_TEXT, FROM_BYTES, FROM_RANGE,
              FROM_LIST_BACK, FROM_TUPLE_BACK };
#define SOURCE(version, n) ((enum source)((version) >> (4 * (n) + 4) & 15))

/* ---- what an iterator is -------------------------------------------------------- */

/* 0: none that is compiled. */
static enum source source_of(PyObject *iterator)
{
    PyTypeObject *type = Py_TYPE(iterator);
    PyObject *sequence = ((sequence_iterator *)iterator)->sequence;
    if (type == &PyReversed_Type) {
        return sequence != NULL && PyTuple_CheckExact(sequence) ? FROM_TUPLE_BACK : 0;
    }
    if (type == &PyBytesIter_Type) {
        return sequence != NULL && PyBytes_CheckExact(sequence) ? FROM_BYTES : 0;
    }
    return type == &PyListIter_Type ? FROM_LIST : type == &PyTupleIter_Type ? FROM_TUPLE
         : type == adapter_ascii_iterator() ? FROM_ASCII : type == &PyUnicodeIter_Type ? FROM_TEXT
         : type == &PyRangeIter_Type ? FROM_RANGE
         : type == &PyListRevIter_Type ? FROM_LIST_BACK : 0;
}

static int hash_part(PyTypeObject *type)
{
    return type == &PyDictIterKey_Type ? HASH_KEYS : type == &PyDictIterValue_Type ? HASH_VALUES
         : type == &PyDictIterItem_Type ? HASH_TUPLES : type == &PySetIter_Type ? HASH_SET : -1;
}

static int source_count(uint32_t version)
{
    int count = 0;
    while (count < 3 && SOURCE(version, count) != 0) {
        count++;
    }
    return count;
}

bool iterator_is_plain(uint32_t version)
{
    int count = source_count(version);
    for (int n = 0; n < count; n++) {
        enum source source = SOURCE(version, n);
        if (source != FROM_ASCII && source != FROM_BYTES && source != FROM_RANGE) {
            return false;
        }
    }
    return (version & 15) != HASH;
}

/* The sources of an enumerate or zip object, or the iterator itself.  0: none
 * that is compiled. */
static int find_sources(PyObject *seen, enum kind kind, PyObject **inner)
{
    if (kind == SINGLE) {
        inner[0] = seen;
        return 1;
    }
    if (kind == ENUMERATE) {
        inner[0] = ((enumerate_object *)seen)->inner;
        return ((enumerate_object *)seen)->index < 1ll << 62;
    }
    zip_object *zip = (zip_object *)seen;
    if (zip->size < 1 || zip->size > 3 || zip->strict || Py_REFCNT(zip->inner) != 1) {
        return 0;
    }
    for (Py_ssize_t n = 0; n < zip->size; n++) {
        inner[n] = PyTuple_GET_ITEM(zip->inner, n);
    }
    return (int)zip->size;
}

/* Whether the iterator is the one of a generator expression, which has it as a variable, too. */
static bool is_shared(translator *t, int v, int slot)
{
    context *c = t->c;
    PyCodeObject *code = t->u->code;
    PyObject *seen = val(t, v)->seen;
    if (!(code->co_flags & CO_GENERATOR) || c->nlocals == 0
        || PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(code->co_localsplusnames, 0), ".0") != 0) {
        return false;
    }
    PyObject *variable = c->slot[0] == V_MEMORY ? c->seen[0] : val(t, c->slot[0])->seen;
    return seen != NULL && variable == seen && c->memory[0] == M_CURRENT
           && Py_REFCNT(seen) == (c->memory[slot] == M_CURRENT ? 2 : 1);
}

/* Guards that the iterator in `slot` is what it is seen to be. */
static outcome open_iterator(translator *t, int v, int slot, bool shared)
{
    PyObject *seen = val(t, v)->seen, *inner[3];
    PyTypeObject *type = Py_TYPE(seen);
    int64_t at = (int64_t)SLOT_OFFSET(slot);
    enum kind kind = type == &PyEnum_Type ? ENUMERATE : type == &PyZip_Type ? ZIP
                   : hash_part(type) >= 0 ? HASH : SINGLE;
    if (!shared && (t->c->memory[slot] != M_CURRENT || val(t, v)->uses != 1 || Py_REFCNT(seen) != 1)) {
        return t_unsupported(t);
    }
    uint32_t version = kind;
    int count = 0, texts = 0;
    if (kind == HASH) {
        version |= (uint32_t)hash_part(type) << 4;
    }
    else {
        count = find_sources(seen, kind, inner);
        for (int n = 0; n < count; n++) {
            enum source source = kind == SINGLE || Py_REFCNT(inner[n]) == 1 ? source_of(inner[n]) : 0;
            if (source == 0 || (source == FROM_TEXT && texts++)) {
                return t_unsupported(t);
            }
            version |= (uint32_t)source << (4 * n + 4);
        }
        if (count == 0) {
            return t_unsupported(t);
        }
    }
    EMIT(guard_type, at, PTR(type), PTR(guard_failed(t)));
    if (shared) {
        EMIT(guard_shared, at, SLOT_OFFSET(0), PTR(leave(t, EXIT_CONDITION)));
    }
    else {
        EMIT(guard_sole, at, PTR(leave(t, EXIT_CONDITION)));
    }
    if (kind == ENUMERATE) {
        EMIT(guard_enum, at, PTR(leave(t, EXIT_CONDITION)));
    }
    else if (kind == ZIP) {
        EMIT(guard_zip, at, count, PTR(guard_failed(t)));
    }
    int address[3];
    for (int n = 0; n < count; n++) {
        enum source source = SOURCE(version, n);
        int reg = address[n] = free_reg(t, false);
        if (kind == SINGLE) {
            EMIT(iter_object, reg, at);
        }
        else if (kind == ENUMERATE) {
            EMIT(iter_inner, reg, at, offsetof(enumerate_object, inner));
        }
        else {
            EMIT(zip_inner, reg, at, n);
        }
        if (kind != SINGLE) {
            EMIT(guard_iter, reg, PTR(Py_TYPE(inner[n])), PTR(guard_failed(t)));
        }
        if (source == FROM_TUPLE_BACK || source == FROM_BYTES) {
            EMIT(guard_over_type, reg, PTR(source == FROM_BYTES ? &PyBytes_Type : &PyTuple_Type),
                 PTR(guard_failed(t)));
        }
        else if (source != FROM_RANGE) {
            EMIT(guard_over, reg, PTR(leave(t, EXIT_CONDITION)));
        }
    }
    for (int n = 0; n < count; n++) {
        int made = new_value(t, T_INT64);
        ctx_hold(t->c, made);
        bind_reg(t, made, address[n]);
        val(t, v)->sub[n] = (uint8_t)made;
    }
    val(t, v)->type = T_ITER;
    val(t, v)->version = version;
    return GO_ON;
}

void close_iterator(translator *t, int v)
{
    value *value = val(t, v);
    value->type = T_ANY;
    value->version = 0;
    for (int n = 0; n < 3; n++) {
        int address = value->sub[n];
        value->sub[n] = NO_VALUE;
        if (address != NO_VALUE) {
            ctx_drop(t->c, address);
        }
    }
}

/* ---- FOR_ITER ---------------------------------------------------------------------- */

static bool gives_reference(enum source source)
{
    return source == FROM_LIST || source == FROM_TUPLE || source == FROM_LIST_BACK
           || source == FROM_TUPLE_BACK || source == FROM_TEXT;
}

/* Whether the step to the next item looks for the end, too. */
static bool checks_itself(uint32_t version)
{
    return SOURCE(version, 0) == FROM_ASCII && SOURCE(version, 1) == 0;
}

/* Whether what follows unpacks the `count` items that an iteration gives. */
static bool unpacked_next(translator *t, int count)
{
    const instruction *in = &t->u->in[t->next];
    return in->op == UNPACK_SEQUENCE && (int)in->arg == count && !t->u->is_target[t->next];
}

static void push_owned(translator *t, value_type type)
{
    push(t, new_value(t, type));
    t->c->memory[ctx_top(t->c, 1)] = M_CURRENT;
}

label *end_of_loop(translator *t)
{
    context *c = t->c, end;
    if (t->sent) {
        ctx_copy(&end, c);
        t->c = &end;
        push(t, ctx_constant(&end, Py_None));
    }
    label *way = way_to(t, adapter_jump_target(t->u->in, t->at));
    t->c = c;
    return way;
}

static outcome next_of_hash(translator *t, int part, int slot)
{
    bool pairs = part == HASH_TUPLES && unpacked_next(t, 2);
    before_call(t);
    EMIT(hash_next, SLOT_OFFSET(slot + 1), SLOT_OFFSET(slot), pairs ? HASH_PAIRS : part,
         PTR(leave(t, EXIT_CONDITION)),
         PTR(end_of_loop(t)));
    push_owned(t, part == HASH_TUPLES && !pairs ? T_TUPLE : T_ANY);
    if (pairs) {
        push_owned(t, T_ANY);
        t->next += t->u->in[t->next].size;
    }
    return GO_ON;
}

/* `walked`: leave where the iterator in the slot still holds what CPython lets go of at the
 * end, and a finalizer could tell; NULL: it dies at once. */
static void check_end(translator *t, enum source source, int p, label *end, int slot, label *walked)
{
    static const struct { enum uop end, walked; } UOPS[] = {
        [FROM_LIST] = {U_sized_end, U_sized_walked}, [FROM_TUPLE] = {U_sized_end, U_sized_walked},
        [FROM_BYTES] = {U_sized_end, U_sized_walked}, [FROM_ASCII] = {U_text_end, U_text_walked},
        [FROM_TEXT] = {U_text_end, U_text_walked}, [FROM_LIST_BACK] = {U_back_end, U_back_walked},
        [FROM_TUPLE_BACK] = {U_back_end, U_back_walked}, [FROM_RANGE] = {U_counted_end, U_counted_walked},
    };
    emit_in(t, HOT, walked == NULL ? UOPS[source].end : UOPS[source].walked,
            (int64_t[]){p, PTR(end), (int64_t)SLOT_OFFSET(slot), PTR(walked)});
}

/* Takes the next item: a reference into slot `to` (NO_VALUE is returned), or a
 * new value with one use, the caller's.  `check`: unless there is none. */
static int take_next(translator *t, enum source source, int address, int to, bool check)
{
    if (source == FROM_TEXT) {
        int p = in_reg(t, address);
        before_call(t);
        EMIT(text_next, SLOT_OFFSET(to), p, PTR(leave(t, EXIT_NO_MEMORY)));
        return NO_VALUE;
    }
    int p = in_reg(t, address);
    switch (source) {
        case FROM_LIST: EMIT(list_next, SLOT_OFFSET(to), p); return NO_VALUE;
        case FROM_TUPLE: EMIT(tuple_next, SLOT_OFFSET(to), p); return NO_VALUE;
        case FROM_LIST_BACK: EMIT(list_back, SLOT_OFFSET(to), p); return NO_VALUE;
        case FROM_TUPLE_BACK: EMIT(tuple_back, SLOT_OFFSET(to), p); return NO_VALUE;
        default: break;
    }
    int reg = free_reg(t, false);
    if (source == FROM_ASCII && check) {
        EMIT(ascii_step, reg, p, PTR(end_of_loop(t)));
    }
    else if (source == FROM_ASCII) {
        EMIT(ascii_next, reg, p);
    }
    else if (source == FROM_BYTES) {
        EMIT(byte_next, reg, p);
    }
    else {
        EMIT(counted_next, reg, p);
    }
    int v = new_value(t, source == FROM_ASCII ? T_CHAR : T_INT64);
    ctx_hold(t->c, v);
    bind_reg(t, v, reg);
    return v;
}

static void push_item(translator *t, int v, enum source source)
{
    if (v == NO_VALUE) {
        push_owned(t, source == FROM_TEXT ? T_STR : T_ANY);
    }
    else {
        push(t, v);
        ctx_drop(t->c, v);
    }
}

/* enumerate or zip, unpacked: the items go on the stack, the first on top, and
 * into the tuple that would have been reused for them. */
static void next_unpacked(translator *t, int v, int slot, enum kind kind, int count, bool itself)
{
    uint32_t version = val(t, v)->version;
    int size = kind == ENUMERATE ? 2 : count, shift = size - count, item[3];
    int64_t at = (int64_t)SLOT_OFFSET(slot);
    int64_t result = kind == ENUMERATE ? offsetof(enumerate_object, result)
                                       : offsetof(zip_object, result);
    for (int n = 0; n < count; n++) {
        if (gives_reference(SOURCE(version, n)) && SOURCE(version, n) != FROM_TEXT) {
            EMIT(guard_recycle, at, result, n + shift, count, PTR(leave(t, EXIT_FINALIZER)));
        }
    }
    /* The one that can fail comes first. */
    for (int pass = 0; pass < 2; pass++) {
        for (int n = 0; n < count; n++) {
            if ((SOURCE(version, n) == FROM_TEXT) == (pass == 0)) {
                item[n] = take_next(t, SOURCE(version, n), val(t, v)->sub[n],
                                    slot + size - n - shift, itself);
            }
        }
    }
    for (int n = 0; n < count; n++) {
        if (gives_reference(SOURCE(version, n)) && SOURCE(version, n) != FROM_TEXT) {
            EMIT(recycle, at, result, n + shift, SLOT_OFFSET(slot + size - n - shift));
        }
    }
    for (int n = count - 1; n >= 0; n--) {
        push_item(t, item[n], SOURCE(version, n));
    }
    if (kind == ENUMERATE) {
        int reg = free_reg(t, false);
        EMIT(enum_next, reg, at);
        int index = new_value(t, T_INT64);
        bind_reg(t, index, reg);
        push(t, index);
    }
    t->next += t->u->in[t->next].size;
}

/* A range iterator that stays an object: the next number, in a register. */
static outcome next_of_shared_range(translator *t, int slot)
{
    int64_t at = (int64_t)SLOT_OFFSET(slot);
    EMIT(guard_type, at, PTR(&PyRangeIter_Type), PTR(guard_failed(t)));
    EMIT(guard_shared, at, SLOT_OFFSET(0), PTR(leave(t, EXIT_CONDITION)));
    int left = free_reg(t, false), current = free_reg(t, false), next = free_reg(t, false),
        step = free_reg(t, false);
    EMIT(load_field, left, at, offsetof(range_iterator, len));
    EMIT(br_done_i, left, PTR(end_of_loop(t)));
    EMIT(load_field, current, at, offsetof(range_iterator, start));
    EMIT(load_field, step, at, offsetof(range_iterator, step));
    EMIT(mov_i, next, current);
    EMIT(step_i, next, step);
    EMIT(count_down, left);
    EMIT(store_field, at, offsetof(range_iterator, start), next);
    EMIT(store_field, at, offsetof(range_iterator, len), left);
    int v = new_value(t, T_INT64);
    bind_reg(t, v, current);
    push(t, v);
    return GO_ON;
}

/* `shared`: the iterator stays when the loop has ended. */
static outcome next_of_object(translator *t, int v, int slot, bool shared)
{
    uint32_t version = val(t, v)->version;
    enum kind kind = (enum kind)(version & 15);
    if (kind == HASH) {
        return next_of_hash(t, (int)(version >> 4), slot);
    }
    int count = source_count(version), address[3];
    for (int n = 0; n < count; n++) {
        address[n] = in_reg(t, val(t, v)->sub[n]);
    }
    bool pairs = kind != SINGLE && !unpacked_next(t, kind == ENUMERATE ? 2 : count);
    bool itself = !shared && checks_itself(version);
    label *end = pairs || !itself ? end_of_loop(t) : NULL;
    label *walked = shared || kind == ZIP ? leave(t, EXIT_FINALIZER) : NULL;
    for (int n = 0; n < count && end != NULL; n++) {
        check_end(t, SOURCE(version, n), address[n], end, slot, walked);
    }
    if (kind == SINGLE) {
        enum source source = SOURCE(version, 0);
        push_item(t, take_next(t, source, val(t, v)->sub[0], slot + 1, itself), source);
    }
    else if (!pairs) {
        next_unpacked(t, v, slot, kind, count, itself);
    }
    else {
        before_call(t);
        EMIT(next_tuple, SLOT_OFFSET(slot + 1), SLOT_OFFSET(slot), PTR(leave(t, EXIT_CONDITION)));
        push_owned(t, T_TUPLE);
    }
    return GO_ON;
}

bool for_iter_shared(translator *t, int v, int slot, outcome *what)
{
    if (val(t, v)->type != T_ANY || !is_shared(t, v, slot)) {
        return false;
    }
    if (t->c->memory[slot] != M_CURRENT) {
        own(t, slot);
    }
    context before;             /* the slot owns what it holds, whatever comes of it */
    ctx_copy(&before, t->c);
    if (Py_IS_TYPE(val(t, v)->seen, &PyRangeIter_Type)) {
        *what = next_of_shared_range(t, slot);
        return true;
    }
    *what = open_iterator(t, v, slot, true);
    if (*what == GO_ON) {
        *what = next_of_object(t, v, slot, true);
        close_iterator(t, v);       /* between two steps somebody may take it */
    }
    else {
        ctx_copy(t->c, &before);
    }
    return true;
}

outcome for_iter_object(translator *t, int v, int slot)
{
    if (val(t, v)->type != T_ITER) {
        outcome what = open_iterator(t, v, slot, false);
        if (what != GO_ON) {
            return what;
        }
    }
    return next_of_object(t, v, slot, false);
}

/* ---- making iterators ------------------------------------------------------------------ */

/* Whether iterating over the value runs no Python code; guards its type. */
static bool iterates_quietly(translator *t, int v, outcome *what)
{
    value_type type = know_type(t, v, what);
    if (type == T_LIST || type == T_TUPLE || type == T_STR || type == T_BYTES
        || type == T_DICT || type == T_SET || type == T_ITER) {
        return true;
    }
    const value *value = val(t, v);
    if (type != T_ANY || *what == SPLIT) {
        return false;
    }
    if (value->konst != NULL) {
        return adapter_iterates_quietly(Py_TYPE(value->konst));
    }
    int home = ctx_home(t->c, v);
    if (value->seen == NULL || home < 0 || !adapter_iterates_quietly(Py_TYPE(value->seen))) {
        return false;
    }
    EMIT(guard_type, SLOT_OFFSET(home), PTR(Py_TYPE(value->seen)), PTR(guard_failed(t)));
    return true;
}

outcome t_get_iter(translator *t)
{
    context *c = t->c;
    int v = peek(t, 1), top = ctx_top(c, 1);
    outcome what = UNSUPPORTED;
    if (val(t, v)->seen != NULL && PyGen_CheckExact(val(t, v)->seen) && c->memory[top] == M_CURRENT) {
        EMIT(guard_type, SLOT_OFFSET(top), PTR(&PyGen_Type), PTR(guard_failed(t)));
        return GO_ON;
    }
    if ((what = iterate_by_generator(t)) != UNSUPPORTED) {
        return what;
    }
    if (!iterates_quietly(t, v, &what)) {
        return what == SPLIT ? SPLIT : t_unsupported(t);
    }
    value_type type = (value_type)val(t, v)->type;
    PyObject *object = val(t, v)->konst != NULL ? val(t, v)->konst : val(t, v)->seen;
    if (type == T_ITER || (type == T_ANY && adapter_is_iterator(Py_TYPE(object)))) {
        /* Itself; where somebody else has it, too, FOR_ITER is not compiled. */
        return c->memory[top] == M_CURRENT ? GO_ON : t_unsupported(t);
    }
    if (c->memory[top] == M_CURRENT && val(t, v)->uses > 1) {
        vacate(t, top);
    }
    int home = boxed_in(t, v, top);
    before_call(t);
    if (home == top) {
        EMIT(iterate_top, SLOT_OFFSET(top), PTR(leave(t, EXIT_NO_MEMORY)));
    }
    else {
        EMIT(iterate, SLOT_OFFSET(top), SLOT_OFFSET(home), PTR(leave(t, EXIT_NO_MEMORY)));
    }
    ctx_set(c, top, new_value(t, type == T_LIST ? T_LIST_ITER : type == T_TUPLE ? T_TUPLE_ITER
                                 : T_ANY));
    c->memory[top] = M_CURRENT;
    return GO_ON;
}

/* Whether type(arguments) is a call of this kind that runs no Python code. */
static bool quiet_call(translator *t, PyTypeObject *type, int nargs, outcome *what)
{
    int containers = type == &PyZip_Type ? nargs : 1;
    if (nargs < 1 || nargs > 3 || (containers == 1 && nargs > 1 + (type == &PyEnum_Type))) {
        return false;
    }
    for (int n = 0; n < nargs; n++) {
        int v = peek(t, nargs - n);
        if (n >= containers) {
            if (know_type(t, v, what) != T_INT64) {
                return false;
            }
        }
        else if (!iterates_quietly(t, v, what)) {
            return false;
        }
    }
    if (type == &PyReversed_Type) {
        /* (of a list, a tuple, or a range: others may look for methods) */
        const value *value = val(t, peek(t, 1));
        PyObject *object = value->konst != NULL ? value->konst : value->seen;
        return value->type == T_LIST || value->type == T_TUPLE
               || (value->type == T_ANY && PyRange_Check(object));
    }
    return true;
}

outcome call_type(translator *t, PyObject *callable, int nargs)
{
    context *c = t->c;
    PyTypeObject *type = (PyTypeObject *)callable;
    outcome what = UNSUPPORTED;
    if (type != &PyEnum_Type && type != &PyZip_Type && type != &PyReversed_Type) {
        return t_unsupported(t);
    }
    if (!quiet_call(t, type, nargs, &what)) {
        return what == SPLIT ? SPLIT : t_unsupported(t);
    }
    int first = ctx_top(c, nargs + 2);
    vacate(t, first);
    vacate(t, first + 1);
    for (int n = nargs; n > 0; n--) {
        give_away(t, n, first);
    }
    before_call(t);
    EMIT(call_type, SLOT_OFFSET(first), nargs, PTR(type), PTR(leave(t, EXIT_CONDITION)));
    for (int n = 0; n < nargs; n++) {
        c->memory[ctx_top(c, 1)] = M_STALE;         /* dropped by the call */
        pop(t, 1);
    }
    pop(t, 2);
    push_owned(t, T_ANY);
    return GO_ON;
}
