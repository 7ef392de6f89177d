"""Calls of functions that are known only when they are called: more than one place can be
compiled for, from tables, arguments and many methods."""

import pytest

from oracle import check_source, record, same, spy

HEAD = """
import sys
kept = []
def add(x): return x + 1
def scale(x, y=2): return x * y
def listed(x, *rest): return [x, rest]
def keyword(x, *, y=3): return x, y
def negative(x): return -x
def halved(x): return x / 2
def same_object(x): return x
def nothing(x): pass
def truth(x): return x > 5
def several(x):
    total = 0
    for k in range(3):
        total += x * k
    return total
def generator(x):
    yield x
    yield x + 1
def make(n):
    def closed(x): return x + n
    return closed
closed = make(10)
class Called:
    def __call__(self, x): return ("called", x)
class Base:
    def __init__(self, n=0): self.n = n
    def m(self, x): return x + self.n
classes = [type(f"C{n}", (Base,), {"m": (lambda k: lambda self, x: (k, x + self.n))(n)}) for n in range(8)]
plain = [add, scale, negative, halved, same_object, nothing, truth, several]
"""


@pytest.mark.parametrize("functions", [
    "plain", "plain[:1] * 7", "plain + [listed, keyword]", "plain + [closed, make(1)]",
    "plain + [Called(), len, str, Base]", "[Base(5).m, classes[0](1).m] + plain",
    "[lambda x, f=f: f(x) for f in plain]", "plain + [lambda: 0]", "plain + [lambda a, b: a]",
])
def test_tables_of_functions(functions):
    check_source(HEAD + f"""
def work(table, n):
    out = []
    for i in range(n):
        f = table[i % len(table)]
        try:
            out.append(f(i))
        except (TypeError, ValueError) as error:
            out.append((type(error), str(error).split(" at ")[0]))
    return out
def subject():
    results = work({functions}, 120)
    return [r.n if isinstance(r, Base) else r for r in results]
""")


@same
def test_many_methods():
    classes = []
    for n in range(9):
        class C:
            k = n

            def m(self, x, y=7):
                return self.k * x + y

            def grow(self):
                self.k += 1
        classes.append(C)

    def work(objects, rounds):
        total = 0
        for i in range(rounds):
            o = objects[i % len(objects)]
            total += o.m(i)
            total += o.m(i, 2)
            o.grow()
        return total

    objects = [C() for C in classes]
    return work(objects, 200), [o.k for o in objects]


@same
def test_exceptions_come_out_with_their_tracebacks():
    def one(x):
        return 10 // (x % 5)

    def two(x):
        return [1, 2, 3][x % 4]

    def three(x):
        try:
            return one(x)
        finally:
            record("finally", x)

    def four(x):
        raise KeyError(x)

    functions = [one, two, three, four, lambda x: four(x), lambda x: two(x + 1), lambda x: {}[x]]
    out = []
    for i in range(100):
        try:
            out.append(functions[i % 7](i))
        except Exception as error:
            lines, traceback = [], error.__traceback__
            while traceback is not None:
                lines.append((traceback.tb_frame.f_code.co_name, traceback.tb_lineno, traceback.tb_lasti))
                traceback = traceback.tb_next
            out.append((type(error), error.args, lines))
    return out


@same
def test_frames_are_seen_from_within():
    def seen(x):
        y = x + 1
        spy()
        return y

    def deeper(x):
        return seen(x) + 1

    functions = [seen, deeper, lambda x: seen(x), lambda x: deeper(x), lambda x: x, lambda x: -x, lambda x: 2]
    total = 0
    for i in range(40):
        local = [i]
        total += functions[i % 7](i)
        local = None
    return total


@same
def test_callees_change_what_is_called():
    def a(x):
        return x

    def b(x):
        return x + 1

    def c(x):
        if x == 30:
            a.__code__ = d.__code__
        if x == 50:
            b.__defaults__ = (1,)
            table[1] = d
        return x + 2

    def d(x):
        return ("d", x)

    table = [a, b, c, lambda x: x, lambda x: 1, lambda x: 2, lambda x: 3]
    return [table[i % 7](i) for i in range(100)]


@same
def test_finalizers_of_variables_run_when_the_function_returns():
    import sys

    class Dying:
        def __init__(self, n):
            self.n = n

        def __del__(self):
            frame = sys._getframe(1)
            record("died", self.n, frame.f_code.co_name, frame.f_lineno - frame.f_code.co_firstlineno)

    def direct(n):
        first, second = Dying(n), Dying(n + 100)
        return n * 2

    def text(n):
        held = [Dying(n)]
        return f"{n}"

    def other(n):
        held = Dying(n)
        return held if n % 2 else None

    def work(n):
        out = []
        for i in range(n):
            out.append(direct(i))
            out.append(text(i))
            kept = other(i)
            out.append(kept is None)
        return out

    return work(60)


@same
def test_finalizers_that_raise_recurse_and_change_globals():
    class Dying:
        def __init__(self, n):
            self.n = n

        def __del__(self):
            record(self.n)
            if self.n > 0 and self.n % 3 == 0:
                make(self.n - 1)

    def make(n):
        local = Dying(n)
        return n

    return [make(i) for i in range(50)]


@pytest.mark.parametrize("limit", [60, 120])
def test_recursion_through_a_table(limit):
    check_source(f"""
import sys
def subject():
    def down(n): return table[n % 8](n + 1)
    table = [down, lambda n: down(n), lambda n: table[(n + 3) % 8](n + 1)] * 3
    before = sys.getrecursionlimit()
    out = []
    for i in range(12):
        reached = [0]
        def count(n):
            reached[0] = n
            return table[n % 8](n + 1)
        table[3] = count
        sys.setrecursionlimit({limit} + len(__import__("inspect").stack()))
        try:
            down(i)
        except RecursionError as error:
            out.append((str(error)[:30], reached[0] - i))
        finally:
            sys.setrecursionlimit(before)
    return out
""")
