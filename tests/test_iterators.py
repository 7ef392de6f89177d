"""Iteration over enumerate, zip, reversed, strings, bytes, dictionaries and sets:
made in compiled code or found on the stack, shared, changed, exhausted."""

import builtins
import gc
import sys

from oracle import Dying, record, same, spy, watch

CONTAINERS = ([], [1], [1.5, "x", None, 2**70, True, [3]], (), (4, 5.5, "yy"), "", "abc", "aé", "x\U0001f600é\x00z",
              b"", b"a\xffb", range(0), range(3, -9, -4), range(2**40, 2**40 + 3))


@same
def test_enumerate_of_everything():
    out = []
    for c in CONTAINERS:
        for i, x in enumerate(c):
            out.append((i, x, x is c[i]) if not isinstance(c, range) else (i, x))
        for i, x in enumerate(c, 5):
            out.append((x, i))
        for pair in enumerate(c, -2):
            out.append(pair)
    return out


@same
def test_zip_of_everything():
    out = []
    for c in CONTAINERS:
        for d in CONTAINERS:
            for x, y in zip(c, d):
                out.append((y, x))
        for x, y, z in zip(c, range(4), "abcdef"):
            out.append((y, x, z))
        for t in zip(c, c, c):
            out.append(t)
        for x, in zip(c):
            out.append(x)
        for x, y in zip(range(9), c, strict=len(c) == 9):
            out.append(x)
    return out


@same
def test_reversed_of_everything():
    out = []
    for c in CONTAINERS:
        for x in reversed(c):
            out.append(x)
        for i, x in enumerate(reversed(c)):
            out.append((i, x))
        for x, y in zip(c, reversed(c)):
            out.append((x, y))
    return out


@same
def test_plain_iteration_of_everything():
    out = []
    for c in CONTAINERS:
        for x in c:
            out.append(x)
        for x in iter(c):
            out.append((x, x is x))
    return out


@same
def test_start_of_enumerate():
    class Index:
        def __index__(self):
            record("index")
            return 3
    out = []
    for start in (0, -1, 256, 2**31, sys.maxsize - 1, sys.maxsize, 2**62, 2**62 - 1, 2**70, True, Index()):
        for i, x in enumerate("abc", start):
            out.append((i, type(i), x))
        for i, x in enumerate([7.5, 8], start=start):
            out.append((i, x))
    for _ in range(4):
        try:
            for i, x in enumerate("abc", 1.0):
                pass
        except TypeError as e:
            out.append(e.args)
        try:
            for i, x in enumerate(5):
                pass
        except TypeError as e:
            out.append(e.args)
        try:
            for i, x in zip("ab", 5):
                pass
        except TypeError as e:
            out.append(e.args)
    return out


@same
def test_shared_iterators():
    out = []
    for k in range(4):
        it = iter("abcdefghijkl")
        for c in it:
            out.append(c)
            if c in "ceg":
                out.append(next(it))
        e = enumerate("abcdefghijkl", 1)
        for i, c in e:
            out.append((i, c))
            if i % 3 == 1:
                out.append(next(e, None))
        inner = iter([1, 2, 3, 4, 5, 6, 7, 8])
        for i, x in enumerate(inner):
            out.append((i, x, next(inner, None)))
        inner = iter(range(10))
        for x, y in zip(inner, inner):
            out.append((x, y))
        for x, y in zip(inner, "ab"):
            out.append((x, y))
        inner = iter("abcdef")
        for x, y in zip(inner, "ab"):
            out.append((x, y))
        out.append(list(inner))
        z = zip([1, 2, 3, 4], "abcd")
        for x, y in z:
            out.append((x, y, next(z, None)))
        r = reversed([1, 2, 3, 4, 5, 6])
        for x in r:
            out.append((x, next(r, None)))
        d = {1: 2, 3: 4, 5: 6, 7: 8}
        items = iter(d.items())
        for k, v in items:
            out.append((k, v, next(items, None)))
    return out


@same
def test_breaking_and_going_on():
    out = []
    for k in range(3):
        e, z, r = enumerate("abcdef"), zip("abcdef", range(9), [0.5] * 5), reversed([1, 2, 3, 4])
        s, d, m = iter("abcdéf"), iter({1: "a", 2: "b", 3: "c"}.items()), iter({5, 6, 7})
        for it in (e, z, r, s, d, m):
            for x in it:
                out.append(x)
                if len(out) % 3 == 2:
                    break
            else:
                out.append("exhausted")
            out.append(next(it, "none"))
            for x in it:
                out.append(x)
            out.append(next(it, "none"))
    return out


@same
def test_lists_that_change():
    out = []
    for k in range(3):
        items = [1, 2, 3, 4, 5]
        for i, x in enumerate(items):
            out.append((i, x))
            if i < 7:
                items.append(x)
            elif i == 9:
                items.clear()
        items = list(range(9))
        for i, x in enumerate(items):
            out.append((i, x))
            items.pop()
        items = [1, 2, 3, 4, 5, 6, 7]
        for x in reversed(items):
            out.append(x)
            items.pop()
            if x == 6:
                del items[2:]
        items = [1, 2, 3, 4]
        for x, y in zip(items, "abcdefgh"):
            out.append((x, y))
            if len(items) < 7:
                items.append(x + 5)
    return out


@same
def test_tables_that_change():
    out = []
    for k in range(4):
        for change in range(4):
            d = {i: i * 1.5 for i in range(6)}
            s = set(range(6))
            for view in (d, d.keys(), d.values(), d.items(), s):
                n = 0
                try:
                    for x in view:
                        n += 1
                        if n == 3:
                            if change == 1:
                                d[n + 50 + len(d)] = 1
                                s.add(len(s) + 50)
                            elif change == 2:
                                d.pop(5, None)
                                s.discard(5)
                            elif change == 3:
                                d[2] = "changed"
                                del d[next(iter(d))]
                                d[n * 100 + len(out)] = 3
                        out.append(x)
                except RuntimeError as e:
                    record(e, n, x)
    return out


@same
def test_dictionaries():
    class Key:
        def __init__(self, k):
            self.k = k
        def __hash__(self):
            record("hash", self.k)
            return self.k
        def __eq__(self, other):
            record("eq")
            return self is other
    class Slots:
        pass
    out = []
    o = Slots()
    o.a, o.b, o.c = 1, 2.5, "x"
    for d in ({}, {1: 2}, {"a": 1, "b": [2], None: None}, {Key(1): 2, Key(2): 3}, vars(o), dict.fromkeys(range(40), 0)):
        for k in d:
            out.append(k)
        for k, v in d.items():
            out.append((v, k))
        for v in d.values():
            out.append(v)
        for pair in d.items():
            out.append(pair)
        for i, k in enumerate(d):
            out.append((i, k))
        for i, (k, v) in enumerate(d.items()):
            out.append((i, k, v))
        for k, v in zip(d.keys(), d.values()):
            out.append((k, v))
        for k, v in zip(d, range(50)):
            out.append((k, v))
    return [x.k if type(x) is Key else x for x in out if not isinstance(x, tuple)], len(out)


@same
def test_items_that_die():
    for k in range(3):
        items = [Dying(f"e{k}.{i}") for i in range(6)]
        for i, x in enumerate(items):
            record(i)
            items[i] = None
            x = None
            record("after", i)
        items = [Dying(f"z{k}.{i}") for i in range(6)]
        others = list(items)
        for x, y in zip(items, others):
            items[0] = others[0] = None
            items[3:4] = others[3:4] = [None]
            del x, y
            record("zip")
        d = {i: Dying(f"d{k}.{i}") for i in range(5)}
        for i, v in d.items():
            d[i] = i
            v = None
            record("items", i)
        for v in [Dying(f"l{k}"), Dying(f"m{k}")]:
            record("list")
        for i, v in enumerate([Dying(f"el{k}"), Dying(f"em{k}")]):
            record("enumerate")
        for v, w in zip([Dying(f"zl{k}"), Dying(f"zm{k}")], "ab"):
            record("zip of temporaries")
        for v, w in zip(*[[Dying(f"same{k}"), 1, 2]] * 2):
            record("the same twice")
        v = w = None
        record("end", k)


@same
def test_the_container_goes_with_the_iterator():
    out = []
    for k in range(5):
        for i, x in enumerate([Dying(f"a{k}"), k]):
            out.append(i)
        for i, x in enumerate([k, 1.5, [k]]):
            out.append(x)
        for x in reversed([Dying(f"r{k}"), k]):
            out.append(k)
        x = None
        for c in "abc" + str(k):
            out.append(c)
        for x in {"k": Dying(f"v{k}")}.values():
            x = None
        for x in {k: [k]}.items():
            out.append(x)
    return out


@same
def test_counts():
    o = watch(object())
    a = watch([o] * 5)
    b = watch((o, 1.5, o, None, o))
    d = watch({i: o for i in range(4)})
    s = watch("text" * 3 + str(len(a)))
    for k in range(4):
        for i, x in enumerate(a):
            y = x
        for i, x in enumerate(b, k):
            if i == 3:
                break
        for x, y in zip(a, b):
            pass
        for x, y, z in zip(a, s, d):
            pass
        for x in reversed(a):
            pass
        for key, x in d.items():
            pass
        for x in d.values():
            pass
        for pair in d.items():
            pass
        for c in s:
            pass
        for i, c in enumerate(s):
            pass
    del x, y, z, pair, c


@same
def test_tuples_that_are_kept():
    out = []
    for k in range(3):
        kept = [p for p in enumerate("abcde")]
        pairs = [p for p in zip(kept, range(5))]
        for n, p in enumerate(pairs):
            (i, c), m = p
            out.append((i, c, m, n, p is pairs[n], p[0] is kept[n]))
        e = enumerate([1.5, 2.5, 3.5, 4.5])
        first = next(e)
        for i, x in e:
            out.append((first, i, x))
            first = (x, first)
        z = zip([1, 2, 3, 4], "abcd")
        keep = []
        for n in range(2):
            keep.append(next(z))
        for x, y in z:
            keep.append((y, x))
        out.append(keep)
        d = {i: str(i) for i in range(4)}
        keep = []
        it = iter(d.items())
        keep.append(next(it))
        for k, v in it:
            keep.append((k, v))
        out.append(keep)
    return out


@same
def test_the_wrong_number_to_unpack():
    out = []
    for k in range(3):
        try:
            for a, b, c in enumerate("abc"):
                out.append(a)
        except ValueError as e:
            out.append(e.args)
        try:
            for a, b in zip("abc", "def", "ghi"):
                out.append(a)
        except ValueError as e:
            out.append(e.args)
        try:
            for a, b in zip("abc"):
                out.append(a)
        except ValueError as e:
            out.append(e.args)
        for a, b in ["xy", (1, 2), [3, 4]]:
            out.append((a, b))
        for (a, b), c in zip([(1, 2), (3, 4)], "xy"):
            out.append((a, b, c))
        for a, *b in enumerate("abc"):
            out.append(b)
    return out


@same
def test_rebound_builtins():
    out = []
    real = builtins.enumerate, builtins.zip, builtins.reversed
    try:
        for k in range(12):
            for i, x in enumerate("ab"):
                out.append((i, x))
            for i, x in zip("ab", "cd"):
                out.append((i, x))
            for x in reversed([1, 2]):
                out.append(x)
            if k == 5:
                builtins.enumerate = lambda x: [(7, 8)]
                builtins.zip = lambda x, y: [(x, y)]
                builtins.reversed = lambda x: "r"
            if k == 9:
                builtins.enumerate, builtins.zip, builtins.reversed = real
    finally:
        builtins.enumerate, builtins.zip, builtins.reversed = real
    return out


@same
def test_subclasses():
    class L(list):
        def __iter__(self):
            record("iter")
            return iter([9])
        def __reversed__(self):
            record("reversed")
            return iter("r")
    class S(str):
        def __iter__(self):
            return iter([self])
    class D(dict):
        def items(self):
            return [(1, 2)]
        def __iter__(self):
            return iter("D")
    class E(enumerate):
        def __next__(self):
            i, x = super().__next__()
            return i + 100, x
    class Z(zip):
        pass
    class Plain(str):
        pass
    out = []
    for k in range(3):
        for c in ([1, 2], L([1, 2]), "ab", S("ab"), Plain("ab"), {1: 2}, D({3: 4}), (5,)):
            for i, x in enumerate(c):
                out.append((i, x))
            for i, x in E(c):
                out.append((i, x))
            for x, y in Z(c, c):
                out.append((x, y))
            for x in c:
                out.append(x)
            if not isinstance(c, str):
                for x in reversed(c):
                    out.append(x)
            if hasattr(c, "items"):
                for x, y in c.items():
                    out.append((x, y))
    return out


@same
def test_iterators_in_python():
    class It:
        def __init__(self, n):
            self.n = n
        def __iter__(self):
            return self
        def __next__(self):
            record("next", self.n)
            self.n -= 1
            if self.n < 0:
                raise StopIteration
            return self.n
    class Sequence:
        def __len__(self):
            return 3
        def __getitem__(self, i):
            record("item", i)
            if i > 2:
                raise IndexError
            return i * 2
    def gen(n):
        for i, x in enumerate(range(n)):
            yield i, x
    out = []
    for k in range(4):
        for i, x in enumerate(It(3)):
            out.append((i, x))
        for x, y in zip(It(2), "abc"):
            out.append((x, y))
        for i, x in enumerate(Sequence()):
            out.append((i, x))
        for x in reversed(Sequence()):
            out.append(x)
        for i, x in gen(4):
            out.append((i, x))
        for i, (j, x) in enumerate(gen(3)):
            out.append((i, j, x))
    return out


@same
def test_types_change_between_loops():
    out = []
    for c in ("abc", [1, 2], (1.5, 2), "é", b"xy", range(3), "\u1234", {1: 2}, {3}, frozenset({4}), "abc", [Dying]) * 2:
        n = 0
        for i, x in enumerate(c):
            out.append((i, x))
            n += i
        for x in c:
            n += 1
        for x, y in zip(c, c):
            out.append(x == y)
        out.append(n)
    return out


@same
def test_nested():
    out, n = [], 0
    rows = [[(i * j) % 7 for j in range(6)] for i in range(5)]
    for i, row in enumerate(rows):
        for j, x in enumerate(row):
            for k, c in zip(range(2), "ab"):
                n += i * j + x * k
            if x == 3:
                spy()
        out.append(n)
    return out


@same
def test_frames_seen_inside():
    for i, c in enumerate("abc"):
        spy()
    for c, d in zip("aé", [1.5, 2.5]):
        spy()
    for c in reversed((1, 2, 3)):
        spy()
    for k, v in {1: 2, 3: 4}.items():
        spy()
    for c in "xyz":
        spy()


@same
def test_walrus_and_names_of_iterators():
    out = []
    for k in range(4):
        for i, x in (e := enumerate("abcd")):
            out.append((i, x, next(e, 0)))
        for x in (z := zip("abcd", s := "efgh")):
            out.append((x, s))
        for x in (r := [k, 1]):
            r.append(x) if len(r) < 6 else None
        out.append([(y := [k]), y, y is not None])
        for i, x in enumerate(w := [k, k + 1]):
            out.append((w, i, x))
    return out


@same
def test_ranges_as_objects():
    out = []
    for k in range(5):
        big = 2**40 + k
        r = range(big, big + 3)
        out.append((r, r.start is big, r.stop is big))
        for i, x in enumerate(range(k)):
            out.append((i, x))
        for x, y in zip(range(k), range(9, 0, -2)):
            out.append((x, y))
        for x in reversed(range(k)):
            out.append(x)
        try:
            for x in enumerate(range(1, 9, k)):
                out.append(x)
        except ValueError as e:
            out.append(e.args)
    return out


@same
def test_collections_during_iteration():
    out = []
    for k in range(3):
        for i, x in enumerate([[j] for j in range(6)]):
            if i == 3:
                gc.collect()
            out.append((i, x))
        for x, y in zip([1, 2, 3, 4], [[], [1], [2], [3]]):
            gc.collect()
            y.append(y)
            out.append(x)
            y.clear()
    return out


@same
def test_steps_that_take_items_out_of_temporaries():
    out = []
    for k in range(5):
        out.append([[k], [k + 1]][0])
        out.append([[k], [k + 1]][0:1])
        out.append(([k], [k + 1])[-1])
        out.append(([k], [[k + 1]], 5)[1:])
        v = [k, 2]
        [[1], [2]][0] = v
        [[1]].append(v)
        x, y = [[k]], v
        out.append((x, y))
        out.append([Dying(f"in{k}"), [k]][1])
        out.append([[Dying(f"deep{k}")], [k]][1:][0])
    return out


@same
def test_more_values_than_registers():
    a = b = c = d = e = 1
    f = g = h = 0.5
    out = []
    text = "abcdefghij" * 2
    wide = "aé\u0100" * 7
    for i, (x, y, z) in enumerate(zip(text, range(3, 99, 4), wide)):
        a, b, c, d, e = b + i, c - y, d + a, e + 2, a ^ i
        f, g, h = g + a, h * 0.5 + b, f - c
        for j, w in enumerate(text, i):
            for k, v, u in zip(range(i), text, text):
                a += j * k + (v != w) + (x == u)
                b ^= k
                c -= 1 if v < x else d & 3
                f += e
            g = g + j
        if x == z:
            out.append((a, b, c, d, e, f, g, h, x, y, z, w))
    return out, a, b, c, d, e, f, g, h


@same
def test_all_kinds_at_one_place():
    out = []
    big = {n: str(n) for n in range(5)}
    for n in range(3):
        for it in (enumerate("abc"), enumerate([1.5, 2]), zip("ab", b"cd"), zip((1, 2), [3, 4]), big.items(),
                   enumerate(range(3)), enumerate(reversed("xyz")), zip(big, "pqrst"), [(1, 2), (3, 4)],
                   enumerate("é\u0100"), zip(reversed([1, 2]), reversed((3, 4))), ("xy", "zw"), iter({(5, 6)}),
                   enumerate(enumerate("ab")), map(divmod, (7, 8), (2, 3)), {"ab": 1}, enumerate("abc", 2**62)):
            for x, y in it:
                out.append((x, y))
                if x == "b":
                    spy()
    return out


@same(raises=KeyError)
def test_exceptions_inside():
    d = {"a": 1, "b": 2}
    n = 0
    for i, c in enumerate("abab"):
        n += d[c] * i
    for i, c in enumerate("abcab"):
        n += d[c] * i
    return n


@same
def test_generators_over_iterators():
    def letters(text, rows):
        for i, c in enumerate(text):
            for x, y in zip(rows, text):
                if c == y:
                    yield i, c, x
    return [x for x in letters("abcab", (1, 2.5, None))], sum(i for i, c in enumerate("abc") if c != "b")


@same
def test_calls_inside():
    def first(text, c):
        for i, d in enumerate(text):
            if c == d:
                return i
        return text[-1]
    def twice(x, y):
        return x, y, x
    def fails(c):
        if c == "d":
            raise KeyError(c)
        return c
    def frames(c):
        spy()
        return c
    out = []
    items = [1, 2.5, "c", None]
    for k in range(4):
        for i, c in enumerate("abcé"):
            out.append(first("xcbaé", c))
            out.append(first("xyz", c))
            out.append(twice(c, i))
            out.append(frames(c))
        for x, y in zip(items, "abcd"):
            out.append(twice(x, y))
            if k == 1:
                items.append(frames(y))
                del items[4:]
        for k1, v in {"a": 1, "b": first}.items():
            out.append(twice(k1, k1))
        for c in reversed(items):
            out.append(frames(c))
        try:
            for i, c in enumerate("abcdef"):
                out.append(fails(c))
        except KeyError as e:
            out.append((e.args, i, c))
        try:
            for c in {1: 2, 3: 4, 5: 6}:
                items[0] = twice(c, c)
                out.append(first((c, c), c))
        except RuntimeError as e:
            out.append(e.args)
    return out


@same
def test_callees_change_what_is_iterated_over():
    items, d, s = list(range(6)), {1: 2, 3: 4}, {1, 2, 3}
    out = []
    def grow(x):
        if len(items) < 12:
            items.append(x)
        elif len(items) > 10:
            items.clear()
        return x
    def change(x):
        d[x + 10] = x
        s.add(x + 10)
        return x
    for k in range(3):
        for i, x in enumerate(items):
            out.append((i, grow(x)))
        items.extend(range(6))
        for x, y in zip(items, reversed(items)):
            out.append((grow(x), y))
        items.extend(range(3))
        for view in (d, d.items(), d.values(), s):
            try:
                for x in view:
                    out.append(x)
                    change(len(out))
            except RuntimeError as e:
                out.append(e.args)
    return out


@same
def test_collector_inside_callees():
    def collect(x):
        gc.collect()
        return len(gc.get_referrers(x)) > 0
    out = []
    for i, x in enumerate([[1], [2], [3]]):
        out.append((i, collect(x)))
    for x, y in zip([[1], [2], [3]], [[4], [5], [6]]):
        out.append((collect(x), collect(y)))
    for k, v in {1: [1], 2: [2]}.items():
        out.append((k, collect(v)))
    return out
