"""Functions whose frames are seen in most of their calls, so that they are real from the start:
the same in every frame, result, exception and finalizer; and functions that are seen later,
or no more."""

import sys

from oracle import check_source, record, same, spy, watch


@same
def test_callers_and_variables_seen_from_below():
    def below(x):
        spy()
        return x

    def between(x, y):
        z = x + y
        w = below(z)
        return w + 1.5

    def above(n):
        total = 0
        for i in range(n):
            half = i / 2
            total += between(i, half)
        return total
    return [above(12) for _ in range(3)]


@same
def test_variables_die_in_the_interpreters_order():
    def f(n):
        first, second = watch(("first", n)), watch(("second", n))
        third = [watch(("inside", n))]
        spy()
        return n

    def g(n):
        kept = watch(("kept", n))
        return f(n), kept
    return [g(i)[0] for i in range(12)]


@same
def test_finalizers_of_variables_look_at_frames_and_raise():
    class Loud:
        def __init__(self, n):
            self.n = n

        def __del__(self):
            frame = sys._getframe(1)
            record(self.n, frame.f_code.co_name, frame.f_lineno - frame.f_code.co_firstlineno)

    def f(n):
        a = Loud(n)
        getattr(a, "n")
        b = Loud((n, 2))
        del a
        return [b][0].n if n % 3 else None

    def g(n):
        out = []
        for i in range(n):
            out.append(f(i))
        return out
    return g(20)


@same
def test_exceptions_pass_and_are_handled():
    def lowest(n):
        spy()
        return 10 // n

    def low(n):
        try:
            return lowest(n)
        except ZeroDivisionError as error:
            if n == 0:
                raise KeyError(n) from error
        finally:
            record("left", n)

    def top(count):
        out = []
        for i in range(count):
            try:
                out.append(low(i % 4 - 1))
            except KeyError as error:
                out.append(str(error))
                record(error, error.__cause__)
        return out
    return top(16)


@same
def test_operators_comparisons_and_new_objects():
    class V:
        def __init__(self, x):
            self.x = x
            spy()

        def __add__(self, other):
            spy()
            return V(self.x + other.x)

        def __eq__(self, other):
            spy()
            return self.x == other.x

        def __lt__(self, other):
            spy()
            return 0 if self.x % 2 else []

        def __contains__(self, item):
            spy()
            return item == self.x

        def __call__(self, *values, key=3):
            spy()
            return values, key, self.x

    def work(n):
        out = []
        a = V(1)
        for i in range(n):
            b = V(i)
            c = a + b
            out.append((c.x, a == b, a < b, b in [a, b], i in b, a(i), b(i, c, key=i)[1]))
        return out
    return work(14)


@same
def test_frames_that_are_kept_and_changed():
    frames = []

    def f(n, x):
        if n % 5 == 0:
            frames.append(sys._getframe())
            frames.append(sys._getframe(1))
        if n % 7 == 3:
            sys._getframe(1).f_locals["marker"] = n
            sys._getframe(0).f_locals["x"] = "changed"
        getattr(x, "real", None)
        return x

    def g(n):
        marker = None
        x = f(n, n + 0.5)
        return x, marker

    def h(count):
        return [g(i) for i in range(count)]
    out = h(40)
    return out, [(frame.f_code.co_name, sorted(map(str, frame.f_locals))) for frame in frames]


@same
def test_seen_at_first_and_not_later():
    def f(n, look):
        if look:
            spy()
        return n * 2.5

    def g(count, until):
        total = 0.0
        for i in range(count):
            total += f(i, i < until)
        return total
    return g(60, 20), g(60, 60), g(60, 0), g(60, 31)


@same
def test_recursion_that_is_seen():
    def down(n):
        if n == 0:
            return 0
        getattr(n, "real")
        return down(n - 1) + 1

    def deep(n):
        try:
            return deep(n + 1)
        except RecursionError:
            return "deep"
    return [down(k) for k in range(30)], deep(0)


@same
def test_tracing_begins_and_ends_below():
    events = []

    def tracer(frame, event, arg):
        events.append((frame.f_code.co_name, event, frame.f_lineno - frame.f_code.co_firstlineno))
        return tracer

    def below(n):
        getattr(n, "real")
        if n == 25:
            sys.settrace(tracer)
        if n == 28:
            sys.settrace(None)
        return n

    def middle(n):
        return below(n) + 1

    def top(count):
        return sum([middle(i) for i in range(count)])
    try:
        result = top(40)
    finally:
        sys.settrace(None)
    return result, events


@same
def test_code_and_defaults_change_meanwhile():
    def first(x, y=1):
        return x, y, getattr(x, "real")

    def second(x, y=2):
        return "second", x, y

    def work(n):
        out = []
        for i in range(n):
            if i == 25:
                first.__defaults__ = ("new",)
            if i == 30:
                first.__code__ = second.__code__
            out.append(first(i))
        return out
    return work(40)


def test_locals_that_are_bound_from_elsewhere():
    """A local that compiled code knows to be unbound is given a value by a callee, and then stored to."""
    check_source("""
import sys
log = []
class D:
    def __init__(self, n): self.n = n
    def __del__(self): log.append(self.n)
def sneak(n):
    sys._getframe(1).f_locals["x"] = D(n)
def perhaps(n, deep):
    return deeper(n) if deep else n
def deeper(n):
    sys._getframe(2).f_locals["x"] = D(n)
    return n
def stores(n, k):
    if k == 0: sneak(n)
    elif k == 1: perhaps(n, n & 1)
    x = D(-n)
    log.append("stored")
    return n
def returns(n):
    sneak(n)
    return n
    x = 1
def stores_list(n):
    perhaps(n, n % 3 == 0)
    x = [n + 1]
    return x
def stores_float(n):
    sneak(n)
    x = n * 0.5
    return x + 1
def stores_int(n):
    a = 1
    perhaps(n, n % 5 == 0)
    x = a + n
    a = x
    return a
def deletes(n):
    sneak(n)
    del x
    return n
    x = 1
def main():
    log.clear()
    return [(stores(n, n % 3), returns(n), stores_list(n), stores_float(n), stores_int(n), deletes(n))
            for n in range(40)], list(log)
""", leaks=True)
