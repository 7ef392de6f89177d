"""Slices, bytes and bytearrays."""

from oracle import Dying, record, same, spy, watch

BOUNDS = (0, 1, -1, 2, 3, -3, 4, -4, 100, -100, 2**40, -(2**40), 2**63 - 1, -(2**63), 2**63, 2**70, -(2**70), None, True)


@same
def test_slices():
    out = []
    for s in ([1, 2.5, "x"], (1, 2.5, "x"), "abc", "a\u0100c", b"abc", [], (), "", b"", range(5), bytearray(b"abc")):
        for a in BOUNDS:
            for b in BOUNDS:
                x = s[a:b]
                out.append((x, x is s))
            out.append(s[a:])
            out.append(s[:a])
        out.append((s[:], s[::2], s[::-1]))
    return out


@same
def test_slices_of_objects():
    class L(list):
        def __getitem__(self, i):
            record(i)
            return "odd"
    class Index:
        def __index__(self):
            record("index")
            return 1
    out = []
    for s in ([1, 2, 3], L([1, 2, 3]), "abc", (1, 2, 3)) * 2:
        for a in (1, Index(), 0):
            out.append(s[a:2])
            out.append(s[0:a])
        for a in ("x", 1.5):
            try:
                out.append(s[a:])
            except TypeError as e:
                out.append(e.args)
    return out


@same
def test_what_is_sliced_goes():
    o = watch(object())
    items = watch([o] * 4)
    text = watch("some text" + str(len(items)))
    n = 0
    for i in range(8):
        x = items[i % 3:i]
        y = text[i:]
        y = text[:]
        z = (items + [Dying(f"item {i}")])[1:3]
        n += len(x) + len(y) + len(z)
        if [1, 2, 3][i % 2:] == [1, 2, 3]:
            n += 1000
    del x, y, z
    return n


@same
def test_slices_change_their_owner():
    items = list(range(6))
    out = []
    for i in range(9):
        items[1:3] = [i, i + 1]
        tail = items[i % 4:]
        tail.append(items)
        out.append(len(tail))
        del items[5:]
        tail = None
    return items, out


@same
def test_bytes_and_bytearrays():
    b, a = bytes(range(250, 256)) * 2, bytearray(b"hello world")
    n, out = 0, []
    for i in range(-11, 11):
        n += b[i] * a[i] - len(b) + len(a)
        a[i] = (a[i] + i) & 255
        a[-1] = i > 0
        out.append((b[i], a[i], b[i] is b[i]))
    return n, out, a


@same
def test_bytearray_errors():
    a = bytearray(b"abc")
    out = []
    for i, v in ((0, 1), (1, 255), (1, 256), (2, -1), (3, 1), (-3, 9), (-4, 1), (0, True), (0, None), (True, 7),
                 (0, 2**70), (2**70, 1), (0, 1.0), (0, b"x")):
        for _ in range(3):
            try:
                a[i] = v
                out.append(a[i])
            except (IndexError, ValueError, TypeError) as e:
                out.append(e.args)
    return out, a


@same
def test_bytearray_shrinks():
    a = bytearray(range(20))
    n = 0
    try:
        for i in range(20):
            n += a[i]
            if i % 3 == 0:
                del a[-3:]
    except IndexError as e:
        record(e, n)
    return n, a


@same
def test_subclasses():
    class B(bytes):
        def __getitem__(self, i):
            return -1
        def __len__(self):
            return 7
        def __iter__(self):
            return iter("B")
        def __del__(self):
            record("del")
    class A(bytearray):
        def __setitem__(self, i, v):
            record(i, v)
    out = []
    for b in (b"abc", B(b"abc"), bytearray(b"abc"), A(b"abc"), b"xyz") * 2:
        out.append((b[0], len(b)))
        if isinstance(b, bytearray):
            b[1] = 5
        for x in b:
            out.append(x)
        for i, x in enumerate(b):
            out.append((i, x))
    for k in range(3):
        for x in bytes.__iter__(B(b"def")):
            out.append(x)
        record(k)
    b = None
    return out


@same
def test_negative_and_zero_items():
    items, row = [0, -1, 5, -(2**29), 2**29, -257, 256, -5, -6], (0, -7, 3)
    n, out = 0, []
    for i in range(-9, 9):
        n += items[i] * row[i % 3]
        items[i] = -items[i] + i
        out.append(items[i])
        out.append(items[i] - 1)
    for i in range(-300, 300, 7):
        out.append(i * 2)
        items[3] = i
        out.append(items[3] is i)
        items[3] = i + 1
    return n, out, items


@same
def test_unpacking_of_all_kinds():
    """Tuples, lists and constants; what dies with its last item in a slot, and what is too short."""
    class Items(list):
        pass
    out = []
    def pair(a, b): return a, b
    def listed(a, b): return [a, b]
    for i in range(40):
        (a, b), c = (1, 2.5), i
        d, e = pair(spy(), i)
        f, g = listed(i * 0.5, spy())
        shared = [i, spy()]
        h, k = shared
        l, m = Items((i, i + 1))
        d = e = f = None
        out.append((a, b, c, g is not None, h, k is shared[1], l, m))
        g = k = None
        record(i)
        x, y, z = "abc" if i & 1 else [1, 2, i]
        try:
            x, y = [1] * (i % 4)
        except ValueError as error:
            out.append(str(error))
        for x, y in [[i, 1], [2, i], (3, 4)]:
            out.append((x, y))
        out.append((x, y, z))
    return out
