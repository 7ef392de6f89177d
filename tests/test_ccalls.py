"""Calls of functions, methods and types written in C, in loops: what they are given and
what they see, locals that are boxed for them, objects that die when a local is stored."""

import sys
from collections import OrderedDict, deque
from functools import partial, reduce

import pytest

from oracle import Dying, check_source, record, run_program, same, spy, watch

FEW = {"modes": {"threshold=1": {}, "force_exit=2": {"force_exit": 2}, "max_versions=1": {"max_versions": 1}}}


# ------------------------------------------------------------ operands and results

@same
def test_every_convention():
    out, d, o, b = [], deque([1, 2]), OrderedDict(), bytearray(b"abc")
    for i in range(40):
        d.append(i)
        d.appendleft(i * 0.5)
        o[i & 3] = i
        o.move_to_end(i & 3, last=False)
        b.append(i)
        out.append((d.pop(), d.popleft(), len(d), o.popitem(last=bool(i & 1)), b.pop(), b.find(b"c"),
                    i.to_bytes(4, "little"), int.from_bytes(b, byteorder="big"), getattr(d, "maxlen"), getattr(d, "no", i),
                    "%d-%s" % (i, "x"), "{:>4}".format(i), "{a}{b}".format(a=i, b=2.5), hasattr(i, "real"), callable(len),
                    int(str(i)), int("11", base=3), dict(a=i), dict([(i, 1)]), frozenset((i,)), complex(i, 1), list(map(str, (i, 2))),
                    dict.fromkeys((1, 2), i), str.upper("ab"), list.index([3, i], i), str(b"x", "ascii"), bytes(3), divmod(i, 7)))
    return out, list(d), list(o), bytes(b)


@same
def test_results_of_builtin_types():
    out = []
    for i in range(30):
        l, t, s, d, b = list(range(i % 5)), tuple({i: 1}), set("ab"), dict(zip("ab", (i, 2))), bytearray(2)
        l.append(i)
        s.add(i)
        d["c"] = t[0]
        b[0] = i
        out.append((l, t, len(s), d, b, list(d.items()), tuple(l), type(l) is list, set(l) == {*l}))
    return out


@same
def test_ints_and_floats_that_are_kept():
    kept, d = [], deque()
    x, y, z = 255, 0.5, -4
    for i in range(80):
        d.append(x)
        d.append(y)
        d.append(z)
        kept.append((x, y, z, i))
        x += 1
        y *= -1.5
        z -= 1
        d.rotate(1)
    return list(d), kept, [p is q for p, q in zip(d, d)]


@pytest.mark.parametrize("start", [0, 250, -8, (1 << 30) - 5, -(1 << 30) - 5, (1 << 60) - 5, (1 << 62) - 3, -(1 << 60) + 3])
def test_ints_of_every_size(start):
    check_source(f"""
        def main():
            from collections import deque
            d, out, x, y = deque(), [], {start}, {-start}
            for i in range(24):
                d.append(x)
                d.append(x)
                out.append((d[-1] is d[-2], d[-1] == x, y, repr(x)))
                x = x + 1 if i % 5 else x * 2 - {start}
                y -= i
                d.extend((y,))
            return list(d), out, x, y
    """, **FEW)


@same
def test_reference_counts():
    class C:
        pass
    out, d, x = [], deque(maxlen=3), C()
    count = sys.getrefcount
    for i in range(30):
        a = x
        out.append((count(x), count(a), count(C()), count([i]), count((a, a)), count(*[x])))
        d.append(x)
        d.append(a)
        out.append(count(x) - len(d))
        out.append((count(y := C()), count(y)))
    return out


@same
def test_wrong_operands():
    class L(list):
        pass
    class X:
        append = list.append
        hash = deque.__len__
    out = []
    d, five = deque(), 5
    for i in range(60):
        for f in (lambda: X().append(1), lambda: X().hash(), lambda: L().append(i), lambda: d.append(), lambda: d.append(1, 2),
                  lambda: d.append(x=1), lambda: d.rotate("x"), lambda: sorted([1], wrong=2), lambda: list.append(3, 4), lambda: list.append(),
                  lambda: int("x"), lambda: int("1", wrong=2), lambda: len(), lambda: len(1, 2), lambda: len(5), lambda: isinstance(1, 5),
                  lambda: isinstance(1, (str, 5)), lambda: five(), lambda: d.popleft(1), lambda: deque.append(d), lambda: getattr(d, i),
                  lambda: dict(1), lambda: tuple(1), lambda: str(1, 2, 3, 4)):
            try:
                out.append(f())
            except (TypeError, ValueError, AttributeError) as e:
                out.append((type(e).__name__, str(e), e.__traceback__.tb_next.tb_lineno if e.__traceback__.tb_next else 0))
        d.clear()
    return out


@same(raises=IndexError)
def test_an_exception_in_the_middle():
    d, x = deque([Dying(n) for n in range(5)]), 0.5
    for i in range(30):
        x += i
        d.rotate(d.pop().name + i)
        watch(d)


@same
def test_exceptions_with_operands_of_its_own():
    out = []
    for i in range(30):
        try:
            getattr(Dying(i), "n" + str(i), *[] if i & 1 else [Dying(-i)])
        except AttributeError as e:
            out.append(str(e))
            e.__traceback__ = None
            del e.obj
        try:
            int([Dying(i + 100)], Dying(i + 200))
        except TypeError as e:
            out.append(str(e))
    return out


# ------------------------------------------------------------ what they can see and do

@same
def test_frames_seen_from_within():
    out, x, y, s = [], 1, 0.5, "a"
    for i in range(6):
        x, y = x * 1000, y + i
        out.append(sorted([3, 1, 2], key=lambda n: (record(i, x), spy(), n)[2] * -1))
        out.append(max((1, 2), key=lambda n: sys._getframe(1).f_locals["x"] + n))
        out.append(reduce(lambda a, b: a + b + sys._getframe(1).f_lineno, (1, 2, 3)))
        del s
        out.append(sorted(sys._getframe().f_locals))
        s = "a" * i
    return out


def test_locals_changed_from_within():
    check_source("""
        def main():
            import sys
            from functools import partial
            def change(n, what):
                if n == 20:
                    f = sys._getframe(1)
                    f.f_locals["x"], f.f_locals["y"] = what, [what]
                return n
            x, y, out, last = 1, 0.5, [], None
            for i in range(40):
                last = max((i, -1), key=partial(change, what="changed"))
                out.append((x, y, last))
                x = i if i % 3 else x
                y = y if i % 4 else i * 0.5
            return out
    """, leaks=False)


@same
def test_names_rebound_by_what_they_call():
    namespace = {"keep": []}
    exec("""
import operator
from collections import deque
def key(n):
    global f, g, K
    if n == 7:
        f = len
        g = operator.itemgetter(0)
        K = (int, str)
    return n
f, g, K = max, operator.itemgetter(1), deque
def main():
    out = []
    for i in range(10):
        out.append(sorted([i, 1], key=key))
        out.append((f([1, i]), g((i, -1)), isinstance(i, (K, float)), isinstance([], (list, K))))
    return out
""", namespace)
    return namespace["main"]()


@same
def test_a_function_that_is_deleted_while_it_runs():
    namespace = {}
    exec("""
from functools import partial
def gone(n):
    global call
    if n == 12: del call
    return n
def main():
    global call
    call, out = partial(max, key=gone), []
    try:
        for i in range(20):
            out.append(call(i, 1))
    except NameError as e:
        out.append(str(e))
    return out
""", namespace)
    return namespace["main"]()


@same
def test_classes_asked_of_liars():
    class Meta(type):
        def __instancecheck__(cls, x):
            return record(type(x).__name__) == "int"
    class M(metaclass=Meta):
        pass
    class Liar:
        @property
        def __class__(self):
            return int
    class Plain:
        pass
    out, what = [], [1, True, 2.5, "a", None, Liar(), Plain(), M(), 3, [], (), int, Plain]
    for i in range(8):
        for x in what:
            out.append((isinstance(x, (int, float)), isinstance(x, (str, Plain, list)), isinstance(x, (M, str)), isinstance(x, (Plain,)),
                        isinstance(x, (int, (str, list))), isinstance(x, int | str)))
        if i == 5:
            Plain.__instancecheck__ = Liar.__eq__ = None
    return out


@pytest.mark.parametrize("what", [
    "sys.setprofile(lambda *a: events.append((a[1], a[0].f_lineno)) if a[0].f_code is main.__code__ else None)",
    "sys.settrace(tracer) or setattr(sys._getframe(2), 'f_trace', tracer)",
    "m.use_tool_id(3, 'x'), m.register_callback(3, m.events.LINE, lambda c, n: events.append(n)), m.set_local_events(3, main.__code__, m.events.LINE)",
])
def test_somebody_starts_to_look(what):
    check_source(f"""
        import sys
        m = sys.monitoring
        events = []
        def tracer(frame, event, arg):
            if frame.f_code is main.__code__: events.append((event, frame.f_lineno))
            return tracer
        def key(n):
            if n == 9: begin()
            return n
        def begin():
            {what}
        def main():
            x, total = 0.5, 0
            del events[:]
            try:
                for i in range(13):
                    total += max((i, -1), key=key)
                    x += total
                    total += len(repr(i))
            finally:
                sys.setprofile(None)
                sys.settrace(None)
                if m.get_tool(3):
                    m.set_local_events(3, main.__code__, 0)
                    m.register_callback(3, m.events.LINE, None)
                    m.free_tool_id(3)
            return total, x, list(events)
    """, leaks=False)


def test_recursion_through_c():
    check_source("""
        import sys
        def deep(n):
            x = n * 0.5
            return n if n == 0 else max((n - 1,), key=deep) + x - n
        def endless(n):
            return sorted([n + 1], key=endless)
        def main():
            out = []
            for i in range(12):
                out.append(deep(i))
                try:
                    endless(i)
                except RecursionError as e:
                    out.append(type(e).__name__)
            return out
    """, leaks=False, **FEW)


def test_calls_in_functions_called_from_compiled_code():
    check_source("""
        import sys
        from collections import deque
        d = deque()
        def look(n):
            record(sys._getframe(1).f_locals.get("y"), sys._getframe(2).f_locals.get("x"))
            if n == 15: sys._getframe(2).f_locals["x"] = "changed"
            return n
        def inner(a, y):
            y += a
            d.append(y)
            return max((a, -1), key=look)
        def middle(x, n):
            x += 0.5
            r = inner(n, n * 2) + inner(n, 1)
            return r, x
        def main():
            return [middle(i * 0.25, i) for i in range(20)], list(d)[-40:], d.clear()
    """, leaks=False)


# ------------------------------------------------------------ stores that drop an object

@same
def test_stores_that_run_finalizers():
    class F:
        def __init__(self, n):
            self.n = n
        def __del__(self):
            record(self.n, sys._getframe(1).f_lineno)
            spy()
    last = a = b = None
    for i in range(40):
        last = F(i)
        a, b = F(-i), F(i + 100)
        c = F(i + 200)
        n = i
        if i % 3 == 0:
            del c
            c = None
        a = b = i
    return a, b, n


def test_finalizers_that_change_the_locals():
    check_source("""
        import sys
        class F:
            def __init__(self, n): self.n = n
            def __del__(self):
                if self.n % 10 == 7:
                    locals = sys._getframe(1).f_locals
                    locals["x"], locals["b"] = self.n, "changed"
        def main():
            x, out, a, b = 0, [], None, None
            for i in range(60):
                a = F(i)
                out.append((x, type(b).__name__))
                a, b = F(i + 1000), F(i + 2000)
                out.append((x, type(b).__name__))
                x += 1
                a = i
                a
                out.append((a, x))
                if i % 4 == 0: x = 0.5
                c = F(i)
                del c
                out.append(x)
            return out
    """, leaks=False)


@same
def test_objects_of_c_types_that_are_replaced():
    import re
    p, k, out = re.compile(r"(\w)=(\d+)"), 0, []
    for i in range(100):
        m = p.match("a=%d" % i)
        n = m and p.search("xb=1")
        k += int(m.group(2)) + len(n[1])
        it, part = iter([m]), partial(int, base=2)
        m = next(it)
        out.append((m.start(), part("11")))
        m = n = None
        m
    return k, out


@same
def test_deleting_what_is_not_there():
    out = []
    for i in range(60):
        x = Dying(i)
        if i % 5 == 4:
            del x
        try:
            del x
        except UnboundLocalError as e:
            out.append(str(e))
    return out


# ------------------------------------------------------------ slices, sets

@same
def test_slices_of_constants():
    class S:
        def __getitem__(self, s):
            return s
    out, last, s = [], None, S()
    for i in range(30):
        for x in ([1, 2, i], (i, 2, 3), "abc", b"abc", s, range(9)):
            out.append((x[::-1], x[:-1:1], x[1::-2]))
        out.append(s[::-1] is last)
        last = s[::-1]
        try:
            [1][::0]
        except ValueError as e:
            out.append(str(e))
        try:
            i[::-1]
        except TypeError as e:
            out.append(str(e))
    return out


@same
def test_sets_with_holes():
    class K:
        def __init__(self, n):
            self.n = n
        def __hash__(self):
            return self.n
        def __eq__(self, other):
            record(self.n)
            return True
    out = []
    for i in range(40):
        a, b = {1, 2, 3, i, "x", (1, i)}, {2.0, 3, i + 1, "y"}
        a.discard(2)
        b.discard(i + 1)
        a.add(9)
        if i > 30:
            a.add(K(3))
            b.add(K(50))
        out.append((sorted(map(str, map(type, a | b))), len(a & b), len(a - b), len(a ^ b), len(set() | a)))
    return out


def test_a_program_that_calls_c():
    run_program("""
        import bisect, heapq, itertools, operator, random, re, struct, io
        from collections import Counter, OrderedDict, defaultdict, deque
        random.seed(5)
        total, heap, count, groups, window, text = 0, [], Counter(), defaultdict(list), deque(maxlen=7), io.StringIO()
        words = re.findall(r"[a-z]+", "the quick brown fox jumps over the lazy dog and the cat")
        cache = OrderedDict()
        for i in range(3000):
            x = random.randrange(1000)
            heapq.heappush(heap, (x, i))
            if len(heap) > 50:
                total += heapq.heappop(heap)[0]
            count[words[i % len(words)]] += 1
            groups[x % 10].append(i)
            window.append(x)
            if x in cache:
                cache.move_to_end(x)
            cache[x] = i
            if len(cache) > 100:
                cache.popitem(last=False)
            text.write("%03d " % x)
            total += struct.unpack("<H", struct.pack("<H", x))[0] + bisect.bisect_left([1, 50, 500], x) + int(str(x)) + sum(window)
            a, *rest = sorted(window, key=lambda n: -n)
            total += a + len(rest) + operator.itemgetter(1)((x, i)) + next(itertools.count(x)) + len(bytearray(3) + b"x")
        print(total, sorted(count.items()), [len(groups[k]) for k in sorted(groups)], list(window), list(cache)[:9], len(text.getvalue()), heap[0])
    """)


# ------------------------------------------------------------ callers of what calls C

@pytest.mark.parametrize("look", ["pass", "n % 9 == 5 and sys._getframe(2).f_locals", "n == 25 and f.f_locals.update(x='changed', z=n)",
                                  "n == 30 and sys.setprofile(None)", "n == 31 and globals().update(K=dict)"])
def test_callers_keep_their_values(look):
    check_source(f"""
        import sys
        from collections import deque, OrderedDict
        d, K = deque(maxlen=5), OrderedDict
        def look(n):
            f = sys._getframe(2)
            {look}
            return n
        class P:
            def __init__(self, n):
                d.append(n)
                self.n = max((n, -1), key=look)
            def __add__(self, other):
                d.append(self.n)
                return P(self.n + 1) if self.n % 3 else NotImplemented if self.n % 5 == 0 else self.n * 0.5
            def __radd__(self, other):
                d.appendleft(other)
                return other + self.n
            def __neg__(self):
                return d.append(-self.n) or d[-1]
            @property
            def half(self):
                d.rotate(self.n)
                return self.n / 2
        def plain(a, b=2.5):
            d.append(a)
            k = K()
            k[a] = b
            return a if a % 2 else b if a % 3 else k
        def main():
            x, y, z, w, s, out = 0, 0.5, 1j, 1 << 40, "abcdef", []
            for i in range(36):
                c = s[i % 6]
                for k in range(2):
                    x += i
                    y = y * 1.25 + k
                    z = z * (1 + 0.5j) if abs(z) < 1e9 else 1j
                    w -= i
                    p = P(i)
                    q = p.half
                    try:
                        r = p + x
                        r = 3 + p
                    except TypeError as e:
                        r = str(e)
                    m = -p
                    v = plain(i)
                    out.append((c, x, y, z, w, q, m, type(v).__name__, r if type(r) in (int, float, str) else r.n, k, i))
                    if c == "d":
                        out.append((c + s, plain(x), list(d)))
                x = x if type(x) is int else i
                z = z if type(z) is complex else 1j
            return out
    """, leaks=False)
