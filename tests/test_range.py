"""Loops over range: compiled without range or iterator objects, and nobody
may see the difference."""

import builtins
import itertools
import pickle

import pytest

from oracle import check, check_source, record, same, spy, watch

MIN, MAX = -2**63, 2**63 - 1

BOUNDS = [
    "5", "0", "-5", "1", "3, 9", "9, 3", "3, 3", "-4, 4", "0, 10, 3", "0, 9, 3", "10, 0, -3", "0, 10, -1", "10, 0, 1",
    "-10, 10, 7", "10, -10, -7", "5, 5, -1", "True", "False", "False, 5", "0, True", "True, 10, 2", "0, 10, True",
    "MAX - 3, MAX", "MAX - 3, MAX + 1", "MAX - 3, MAX + 3", "MAX, MAX + 3", "MAX + 1, MAX + 4", "MIN, MIN + 3",
    "MIN - 3, MIN + 1", "MIN + 3, MIN, -1", "MIN + 3, MIN - 1, -1", "MIN + 3, MIN - 4, -1", "MAX, MAX - 3, -1",
    "MIN, MAX, 2**62", "MAX, MIN, -2**62", "MIN, MAX, MAX", "MAX, MIN, MIN", "0, MAX, 2**62 + 1", "MIN, MAX + 1, 2**63",
    "0, 2**70, 2**68", "2**70, 2**70 + 3", "-2**70, -2**70 - 3, -1", "0, 5, 2**64", "5, 0, -2**64", "0, 5, MAX", "5, 0, MIN",
    "2**31 - 2, 2**31 + 2", "2**30 - 2, 2**30 + 2", "-2**31 - 2, -2**31 + 2", "2**60 - 2, 2**60 + 2", "2**32 - 2, 2**32 + 2",
    "0, 1, 1", "0, 2**33, 2**32", "I(4)", "I(2), I(9), I(3)", "B(4)",
]


@pytest.mark.parametrize("bounds", BOUNDS)
def test_bounds(bounds):
    seen = check_source(f"""
        MAX, MIN = {MAX}, {MIN}
        class I(int):
            pass
        class B:
            def __init__(self, n): self.n = n
            def __index__(self): record("index"); return self.n
        def main():
            out = []
            i = "unset"
            for i in range({bounds}):
                out.append(i)
            n = 0
            for k in range({bounds}):
                n += k
                n ^= k
            else:
                out.append("else")
            for m in range({bounds}):
                if n: n = n + 1
                last = m + 1
            return out, i, n, locals().get("last"), len(out)
    """)
    assert seen[0]["exception"] == "None"


@pytest.mark.parametrize("bounds", ["0, 5, 0", "0, 5, False", "1.0", "0, 2.5", "'5'", "None", "", "1, 2, 3, 4", "0, 5, 1.0", "[5]"])
def test_bad_bounds(bounds):
    seen = check_source(f"""
        def main():
            for i in range(3):
                n = i
            for i in range({bounds}) if n else ():
                n += 1
    """)
    assert seen[0]["exception"] != "None"


def test_variable_bounds_that_change_type():
    values = [0, 3, True, -2, 2**63 - 2, 2**70]
    def subject(start, count, step):
        out = []
        for i in range(start, start + count * step, step):
            out.append(i + 1)
            x = i * 2
        return out
    check(subject, args=[(a, b, s) for a in values for b in (0, 1, True, 4) for s in (1, -1, 3, True)], repeat=1)


@same(args=[(0, 5.0), (0, None), ("a", 5)], raises=TypeError)
def test_bounds_of_a_wrong_type_later(start, stop):
    n = 0
    for k in range(8):
        for i in range(0 if k < 6 else start, 3 if k < 6 else stop):
            n += i


@same
def test_iterator_shared_by_two_loops():
    it = iter(range(20))
    out = []
    for i in it:
        out.append(i)
        if i == 7:
            break
    out.append(it.__length_hint__())
    for i in it:
        out.append(-i)
        if i == 12:
            break
    record(it)
    for i in it:
        for j in it:
            out.append((i, j))
            break
    for i in it:
        out.append("never")
    return out, it, list(it)


@same
def test_next_on_the_iterator_inside_its_loop():
    it = iter(range(30))
    out = []
    for i in it:
        out.append(i)
        if i % 3 == 0:
            out.append(next(it))
        if i == 16:
            for k in it:
                if k > 20:
                    break
    return out, next(it, "end")


@same
def test_iterator_looked_at_inside_its_loop():
    it = iter(range(3, 12, 2))
    out = []
    for i in it:
        out.append((i, it.__length_hint__(), it.__reduce__(), pickle.dumps(it)))
    return out, it.__reduce__(), it.__length_hint__()


@same
def test_iterator_set_back_and_forth_by_setstate():
    it = iter(range(10))
    out = []
    jumped = False
    for i in it:
        out.append(i)
        if i == 8 and not jumped:
            jumped = True
            it.__setstate__(2)
    return out


@same
def test_range_object_kept_and_looped_over_twice():
    r = range(2, 30, 3)
    total = 0
    for i in r:
        for j in r:
            total += i * j
            if j > i:
                break
    return total, r, r[2], len(r), 5 in r, r is r


@same
def test_range_object_counts():
    r = watch(range(10))
    bound = watch(2**80)
    it = watch(iter(range(3)))
    for i in r:
        pass
    for i in r:
        if i == 5:
            break
    for i in range(bound, bound + 2):
        pass
    for i in it:
        break
    return i


@same
def test_range_shadowed_by_a_local_and_a_parameter():
    out = []

    def f(range):
        for i in range(5):
            out.append(i)
    for k in range(3):
        f(builtins.range)
        f(lambda n: [n, n * 2])
    return out


def test_range_shadowed_by_a_global_in_mid_loop():
    check_source("""
        out = []
        def inner(n):
            for i in range(n):
                out.append(i)
        def main():
            global range
            for k in (1, 2, 3, 4, 5, 6):
                inner(k)
                for i in range(k):
                    out.append(-i)
                if k == 3:
                    def range(n): return ["mine", n]
                if k == 5:
                    del range
            return list(out)
    """)


def test_range_replaced_in_builtins_in_mid_loop():
    check_source("""
        import builtins
        out = []
        def inner(n):
            for i in range(n):
                out.append(i)
        def main():
            original = builtins.range
            try:
                k = 0
                while k < 6:
                    k += 1
                    inner(k)
                    for i in range(k):
                        out.append(-i)
                        if i == 2 and k == 3:
                            builtins.range = lambda *a: [*original(*a), "extra"]
                    if k == 5:
                        builtins.range = original
            finally:
                builtins.range = original
            return list(out)
    """, leaks=False)


@same(raises=NameError)
def test_range_gone_from_builtins():
    space = {"__builtins__": {"record": record}}
    exec("def f():\n    n = 0\n    for i in (1, 2, 3, 4):\n        n += i\n        for k in range(n): pass\n", space)
    space["__builtins__"]["range"] = range
    space["f"]()
    del space["__builtins__"]["range"]
    space["f"]()


@same
def test_subscripted_builtins_namespace():
    space = {"__builtins__": {"range": lambda n: (n, n + 1)}, "out": []}
    exec("for i in range(5):\n    out.append(i)\n    for k in range(i): out.append(k)", space)
    return space["out"]


@same
def test_large_counts_break_early():
    out = []
    for stop in (10**6, 10**12, 2**62, 2**63 - 1, 2**64, 10**30):
        n = 0
        for i in range(stop):
            n += i
            if n > 1000:
                break
        out.append((n, i))
        for i in range(stop, 0, -1):
            n -= 1
            if n < 900:
                break
        out.append((n, i))
    return out


@same
def test_loop_variable_is_a_new_int_each_time():
    kept = []
    for i in range(254, 262):
        kept.append(i)
        j = i
        record(i is j, i is kept[-1], i)
    for i in kept:
        record(i)
    return kept


@same
def test_loop_variable_in_all_kinds_of_uses():
    out = []
    f = 0.0
    for i in range(-3, 12):
        f += i
        f *= i or 1
        out.append((i, i + 1, i * 1.5, i < 5, -i, i / 4, i // 4, i % 4, i & 5, i << 2, not i, i == f, (i,), [i] * 2, f"{i}"))
    return out, f


@same
def test_stop_iteration_leaves_the_last_value():
    out = []
    for n in range(4):
        i = "before"
        for i in range(n):
            pass
        out.append(i)
    for i in range(5):
        del i
    try:
        i
    except UnboundLocalError as e:
        out.append(e.args)
    return out


@same
def test_loop_variable_stored_elsewhere():
    class Box:
        pass
    box, items, d = Box(), [0], {}
    n = 0
    for box.i in range(5):
        n += box.i
    for items[0] in range(5):
        n += items[0]
    for d["k"] in range(5):
        n += d["k"]
    for (a, b) in zip(range(5), range(5, 10)):
        n += a * b
    for a, *b in [(i, i + 1, i + 2) for i in range(4)]:
        n += a + b[1]
    return n, box.i, items, d, a, b


def test_loop_variable_is_global_or_cell():
    check_source("""
        def main():
            global g
            n = 0
            for g in range(6):
                n += g
                peek()
            c = None
            def cell():
                return c
            for c in range(6):
                n += cell()
            return n, g, c
        def peek():
            record(g)
    """)


@same
def test_enumerate_zip_reversed_of_ranges():
    out = []
    for i, k in enumerate(range(5, 9)):
        out.append(i * k)
    for i, k in enumerate(range(5, 9), 2**63 - 2):
        out.append(i + k)
    for a, b in zip(range(5), range(9, 0, -2)):
        out.append(a - b)
    for i in reversed(range(1, 9, 3)):
        out.append(i)
    for i in itertools.islice(range(100), 3, 20, 4):
        out.append(i)
    for i in list(range(4)):
        out.append(i)
    for i in sorted({3, 1, 2}):
        out.append(i)
    for i in "abc":
        out.append(i)
    for i in {1: 2, 3: 4}:
        out.append(i)
    for i in iter(lambda: out.append(0) or len(out), 40):
        out.append(i)
    return out


@same
def test_containers_that_change_under_their_loop():
    out = []
    a = [1, 2, 3]
    for x in a:
        out.append(x)
        if len(a) < 8:
            a.append(x * 1.5)
        if x == 2:
            a.remove(1)
    try:
        d = {1: 1}
        for k in d:
            d[k + 1] = 1
    except RuntimeError as e:
        out.append(e.args)
    return out, a, d


@same(args=[(n,) for n in range(1, 9)])
def test_spy_in_a_range_loop(n):
    total = 0
    for i in range(n, 10, n):
        total += i
        spy()
    spy()
    return total


@same
def test_own_iterators():
    class Countdown:
        def __init__(self, n):
            self.n = n

        def __iter__(self):
            return self

        def __next__(self):
            if self.n <= 0:
                raise StopIteration
            self.n -= 1
            return self.n

    class Sequence:
        def __getitem__(self, i):
            if i > 6:
                raise IndexError
            return i * 0.5
    total = 0
    for x in Countdown(10):
        for y in Sequence():
            total += x * y
    c = Countdown(10)
    for x in c:
        for y in c:
            total -= y
            break
    return total
