"""Slices with steps, slices that are stored, and what dies with them."""

from oracle import Dying, record, same


class Index:
    def __init__(self, n):
        self.n = n

    def __index__(self):
        record("index", self.n)
        return self.n


class List(list):
    def __getitem__(self, index):
        record("getitem", index)
        return list.__getitem__(self, index)

    def __setitem__(self, index, value):
        record("setitem", index)
        list.__setitem__(self, index, value)


@same
def test_steps():
    items, out = list(range(7)), []
    bounds = [None, 0, 1, 3, 7, 9, -1, -3, -7, -9, 2**62, -2**62, 2**70, -2**70, True, False]
    for step in (1, 2, 3, -1, -2, 10, -10, None, 2**62, -2**62, 2**70, -2**70, True):
        for i in range(48):
            a, b = bounds[i % 16], bounds[(i * 5 + i // 16) % 16]
            out.append((items[a:b:step], tuple(items)[a:b:step], "abcdefg"[a:b:step],
                        b"abcdefg"[a:b:step], [][a:b:step]))
    return out


@same
def test_steps_that_fail():
    items, out = [1, 2, 3], []
    for i in range(40):
        step = (0, 1, "a", 1.0, None, Index(2), Index(0), False)[i % 8]
        try:
            out.append(items[:i:step])
        except (TypeError, ValueError) as e:
            out.append(str(e))
        try:
            out.append((1, 2, 3)[step::step])
        except (TypeError, ValueError) as e:
            out.append(str(e))
    return out


@same
def test_identity_of_whole_slices():
    t, s, out = (1, [2]), "abc", []
    for i in range(30):
        step = 1 if i % 3 else None
        out.append((t[::step] is t, s[::step] is s, t[0:2:step] is t, t[:0][::-1] is t[5:], t[::-1][1] is t[1]))
    return out


@same
def test_other_containers():
    out = []
    things = [list(range(5)), List(range(5)), tuple(range(5)), "abcde", range(9), bytearray(b"abcde"),
              memoryview(b"abcde"), {}]
    for i in range(60):
        thing, k = things[i % 8], i % 3
        try:
            out.append(repr(thing[k::2]) if i % 8 != 6 else bytes(thing[k::2]))
        except (TypeError, KeyError) as e:
            out.append((type(e), str(e)))
    return out


@same
def test_slices_stored():
    items, out = list(range(10)), []
    for i in range(60):
        k = i % 11
        items[:k] = items[k::-1]
        items[k:] = (i, i + 1)
        items[-2:k] = []
        items[k:2] = items
        items[None:3] = [i]
        items[2**70:] = [-i]
        items[5:2] = (7,)
        del items[12:]
        out.append(list(items))
    return out


@same
def test_stored_of_other_kinds():
    out = []
    for i in range(60):
        items = [1, 2, 3] if i % 2 else List([1, 2, 3])
        value = ([7], (8, 9), "xy", iter([1, 2]), {3: 4}, 5, None, range(3), {6}, (x for x in (1, 2)))[i % 10]
        try:
            items[1:2] = value
        except TypeError as e:
            out.append(str(e))
        try:
            items[Index(0):i % 3] = [i]
            items["a":] = []
        except TypeError as e:
            out.append(str(e))
        out.append(list(items))
    return out


@same
def test_what_a_stored_slice_drops():
    items, kept = [], []
    for i in range(30):
        items[:] = [Dying(f"a{i}"), Dying(f"b{i}"), [Dying(f"c{i}")]]
        record(i)
        items[1:] = items[:0:-1]
        record("reversed")
        twice = Dying(f"d{i}")
        items[0:1] = (twice, twice)
        twice = None
        record("twice")
        kept[:] = items[0:2]
        items[0:2] = []
        record("one left")
        kept[:1] = [1, 2]
        record("none left")
    return len(items)


@same
def test_finalizer_that_sees_the_list():
    items = [0, 1, 2, 3]
    class Peek:
        def __del__(self):
            record(list(items))
            items.append("seen")
    for i in range(20):
        items[1:3] = [Peek(), i]
        items[1:2] = (i, i)
        del items[4:]
    return items


@same
def test_temporary_lists():
    out = []
    for i in range(40):
        out.append([i, i + 1, i + 2][::-1])
        out.append(([Dying(f"x{i}"), i][1::1], record(i)))
        out.append([i, 2][::-1][:1])
        ([i] * 3)[1:2] = [5, 6]
    return out


@same
def test_bounds_change_their_type():
    items, out = list("abcdefgh"), []
    for i in range(60):
        a = i % 4 if i < 20 else None if i < 30 else 2**65 if i < 40 else True
        out.append("".join(items[a::-1]) + "".join(items[::a or 1]))
        items[a:a] = ["z"]
        items.pop()
    return out, items


@same
def test_permutations_of_objects():
    class Thing:
        def __init__(self, n):
            self.n = n
    stack = [Thing(n) for n in range(8)]
    for i in range(60):
        k = i % 7 + 1
        stack[:k + 1] = stack[k::-1]
        stack[k:] = stack[:k - 1:-1]
    return [x.n for x in stack]


