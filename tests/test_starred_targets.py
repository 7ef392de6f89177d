"""a, *b = …"""

from oracle import Dying, record, same


@same
def test_lists_and_tuples():
    import sys
    out = []
    for i in range(40):
        for s in ([i, 2.5, "x", None], (i, [i], 1 << 70), [i], (1, 2), list(range(9))):
            a, *b = s
            *c, d = s
            out.append((a, b, c, d, b is s, sys.getsizeof(b), sys.getsizeof(c)))
            b.append(i)
            try:
                e, f, *g, h = s
                out.append((e, f, g, h, sys.getsizeof(g)))
            except ValueError as error: out.append(str(error))
        a, *b = (i, *out[-1:])
        *b, = s
        (x, *y), *z = (i, 2), 3
        out.append((a, b, b is s, x, y, z))
    return out


@same
def test_other_iterables():
    class Mine:
        def __iter__(self): record("iter"); return iter((1, 2, 3))
    class L(list):
        def __iter__(self): return iter("own")
    class T(tuple): pass
    out = []
    for i in range(40):
        for s in ([1, i], "abc", {1: 2, 3: 4}, Mine(), L([1, 2]), T((1, i)), range(3), (x for x in "xy"), b"by", {i}):
            a, *b = s
            out.append((a, b))
        try: a, *b = i
        except TypeError as error: out.append(str(error))
        try: a, *b = []
        except ValueError as error: out.append(str(error))
    return out


@same
def test_the_sequence_itself():
    out = []
    for i in range(40):
        s = [i, s] if i % 3 else [i, 2]
        s, *t = s
        a, *a = (1, 2, i)
        t, *s = t, s
        x = y = [1, i]
        x, *z = y
        out.append((len(t), a, x, z, y))
        s = None
    return out


@same
def test_items_that_die():
    for i in range(20):
        a, *b = [Dying(1), Dying(2), Dying(3)]
        record("unpacked")
        b.pop()
        record("popped")
        a, *b = (4, 5)
        record("gone")
        *c, d = (Dying(6),)
        try: a, d, *c = (Dying(7),)
        except ValueError: record("too few")
        c = d = None


@same
def test_in_parameters_and_loops():
    def f(first, *rest):
        head, *tail = rest
        return first, head, tail
    out = []
    for i in range(30):
        out.append(f(i, 2, 3))
        for a, *b in [(1, 2, 3), [4], "xy", (i, i * 0.5)]: out.append((a, b))
    return out
