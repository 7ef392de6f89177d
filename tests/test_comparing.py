"""Comparisons of lists and tuples: items of all kinds, nested, with == of their own."""

from oracle import record, same


class Loud:
    def __init__(self, n):
        self.n = n

    def __eq__(self, other):
        record("eq", self.n)
        return NotImplemented if self.n == 3 else self.n == getattr(other, "n", other)

    def __lt__(self, other):
        record("lt", self.n)
        return self.n < getattr(other, "n", other)

    __hash__ = None


class Items(list):
    def __eq__(self, other):
        record("list eq")
        return True


NAN = float("nan")
VALUES = [
    [], [1], [1, 2], [1, 2.0], [True, 2], [2**70, 1], [2**70, 2], [NAN], [float("nan")], ["a", 1],
    ["a", "b"], [None], [None, 1], [[1], [2]], [[1], [2, 3]], [(1, "x")], [(1, "y")], [0.0], [-0.0],
    [-1], [-2], [[[[[1]]]]], [[[[[2]]]]], [1j], [b"x"], [Loud(1)], [Loud(2), 1], [Loud(3)], Items(),
    [object], ["\u00e9"], ["\U0001f600"], [1, "a"], [{}], [{1: 2}],
]


@same
def test_all_operators():
    out = []
    for l in VALUES:
        for r in VALUES:
            for a, b in ((l, r), (tuple(l), tuple(r)), (l, tuple(r))):
                out.append((a == b, a != b))
                try:
                    out.append((a < b, a <= b))
                    out.append((a > b, a >= b))
                except TypeError as e:
                    out.append(str(e))
    return out


@same
def test_branches():
    a, t = [1, 2, 3], 0
    for i in range(60):
        b = [1, 2, i % 5]
        if a == b:
            t += 1
        if a != b:
            t += 10
        if b < a:
            t += 100
        elif a <= b and not a > b:
            t += 1000
        if (i, 2) >= (7, 1):
            t += 10000
        if [] == [] and () == ():
            t += 100000
    return t


@same
def test_lists_that_hold_themselves():
    a, b = [1], [1]
    a.append(a)
    b.append(b)
    out = []
    for i in range(30):
        try:
            out.append((a == a, a != a, a == [1], a == b))
        except RecursionError:
            out.append("deep")
        a[0] = b[0] = i
    return out


@same
def test_types_that_change():
    out, things = [], [1, "x", None, [1], (1,), 2.5, Loud(1), [Loud(1)], {1}, [1, 2]]
    for i in range(100):
        a, b = things[i % 10], things[(i * 3 + i // 10) % 10]
        out.append((a == b, a != b))
        try:
            out.append(a < b)
        except TypeError as e:
            out.append(str(e))
    return out


@same
def test_temporaries_are_dropped():
    out = []
    for i in range(40):
        out.append(([i, i * 0.5] == [i, i / 2], [str(i)] < [str(i + 1)], ([i] * 3)[:2] == [i, i]))
    return out
