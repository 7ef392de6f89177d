"""Generators that compiled code resumes: in loops, by `yield from`, and by C functions
that consume them; whatever they and their consumers do meanwhile."""

import gc
import sys

from oracle import Dying, record, same, spy, watch


def squares(n):
    for i in range(n):
        yield i * i


def halves(n):
    x = 0.5
    for i in range(n):
        x += i
        yield x


def counted(n):
    i = 0
    while i < n:
        yield i
        i += 1
    return "counted", n


def total(items):
    s = 0
    for x in items:
        s += x
    return s


@same
def test_sums_of_ints_and_floats():
    out = []
    for k in range(30):
        out.append((total(squares(k)), total(halves(k)), total(counted(k))))
    return out


@same
def test_yielded_values_of_all_kinds():
    def kinds(n):
        for i in range(n):
            yield i
            yield i + 300
            yield (1 << 62) + i - 3 + (1 << 62)
            yield -i * 1.0
            yield float("nan") if i % 2 else -0.0
            yield i == 3
            yield None
            yield complex(i, 1)
            yield "ab"[i % 2]
            yield str(i), [i]
    out = []
    for k in range(12):
        for x in kinds(k):
            out.append(x)
        for x in kinds(2):
            out.append((type(x), x is None, x is True))
    return out


@same
def test_the_object_that_is_yielded_is_the_one_that_is_kept():
    def kept(n):
        i, f = 1000, 0.5
        objects = []
        for k in range(n):
            i += 1
            f *= 1.5
            yield i
            objects.append(i)
            yield f
            objects.append(f)
            yield objects
    out, seen = [], []
    for x in kept(30):
        if isinstance(x, list):
            out.append([a is b for a, b in zip(x, seen)])
        else:
            seen.append(x)
        out.append(x)
    return out, seen


@same
def test_numbers_held_by_the_consumer_are_not_overwritten():
    def numbers(n):
        i, f = 5000, 0.25
        while i < 5000 + n:
            i += 1
            f += 0.5
            yield i
            yield f
    held = []
    for x in numbers(40):
        held.append(x)
    frames = []
    g = numbers(40)
    for x in g:
        frames.append(g.gi_frame.f_locals["i"])
        frames.append(g.gi_frame.f_locals["f"])
    return held, frames


@same
def test_int_overflow_and_big_ints_between_yields():
    def powers(n):
        x = 1
        for i in range(n):
            yield x
            x *= -(1 << 13)
            yield x + 1
    return [total(powers(k)) for k in range(14)]


@same
def test_nested_and_piped():
    def evens(items):
        for x in items:
            if x % 2 == 0:
                yield x

    def scaled(items, by):
        for x in items:
            yield x * by
    out = []
    for k in range(10):
        out.append(total(scaled(evens(counted(k * 3)), 3)))
        out.append(total(scaled(evens(scaled(evens(squares(k)), 0.5)), 2)))
    return out


class Tree:
    def __init__(self, left, value, right):
        self.left, self.value, self.right = left, value, right


def build(depth, at=1):
    return Tree(build(depth - 1, 2 * at), at, build(depth - 1, 2 * at + 1)) if depth else None


def walk(tree):
    if tree is not None:
        yield from walk(tree.left)
        yield tree.value
        yield from walk(tree.right)


@same
def test_recursive_walk():
    tree = build(5)
    out = []
    for k in range(4):
        for v in walk(tree):
            out.append(v)
    return out, list(walk(tree)), sum(walk(tree)), max(walk(tree))


@same
def test_yield_from_everything():
    def sub(n):
        x = yield from counted(n)
        return x

    def all_of(n):
        a = yield from range(n)
        b = yield from [n, n + 0.5]
        c = yield from (n, None)
        d = yield from "xyz"
        e = yield from counted(n)
        f = yield from {n: 1}
        g = yield from zip(range(n), "abc")
        h = yield from sub(n)
        i = yield from iter(lambda: None, None)
        j = yield from (k for k in range(n))
        yield a, b, c, d, e, f, g, h, i, j
    out = []
    for k in range(10):
        for x in all_of(k):
            out.append(x)
    return out


@same
def test_yield_from_an_object_with_send():
    class Sub:
        def __init__(self, n):
            self.n = n

        def __iter__(self):
            return self

        def __next__(self):
            self.n -= 1
            if self.n < 0:
                raise StopIteration(("value", self.n))
            return self.n

        def send(self, value):
            record("sent", value)
            return next(self)

        def throw(self, *args):
            record("thrown", args)
            return -100

        def close(self):
            record("closed")

    def g(n):
        for i in range(n):
            record((yield from Sub(i)))
    out = []
    for k in range(6):
        for x in g(k):
            out.append(x)
    it = g(5)
    for i in range(4):
        out.append(next(it))
    out.append(it.send("hello"))
    out.append(it.throw(ValueError))
    it.close()
    return out


@same
def test_sent_and_thrown_into_in_the_middle_of_a_loop():
    def g(n):
        got = 0
        for i in range(n):
            try:
                x = yield i + got
                if x is not None:
                    got += x
            except ValueError as e:
                record(e)
                got -= 1
    out = []
    it = g(40)
    for x in it:
        out.append(x)
        if x % 5 == 0:
            out.append(it.send(2.5))
        if x % 7 == 3:
            out.append(it.throw(ValueError(x)))
    return out


@same
def test_closed_while_suspended():
    def g(n):
        held = Dying("held")
        try:
            for i in range(n):
                yield i
        finally:
            record("finally", i)
    out = []
    for k in range(6):
        for x in g(20):
            out.append(x)
            if x == k * 2:
                break
        else:
            record("else")
        record("after", k)
        it = g(10)
        for x in it:
            if x == 4:
                it.close()
    return out


@same
def test_finalizers_when_a_generator_ends():
    def g(n):
        a, b = Dying("a"), [Dying("b")]
        both = b
        for i in range(n):
            yield i
        c = Dying("c")
        return Dying("returned")

    def outer(n):
        x = yield from g(n)
        record("got it")
        del x
        record("dropped it")
    for k in range(5):
        for x in g(k):
            pass
        record("loop ended")
        for x in outer(k):
            pass
    return None


@same
def test_finalizer_that_looks_at_the_consumer():
    class Looks:
        def __del__(self):
            record(sys._getframe(1).f_code.co_name, sys._getframe(1).f_locals.get("s"))

    def g(n):
        looks = Looks()
        for i in range(n):
            yield i

    def consumer(n):
        s = 0
        for x in g(n):
            s += x
        return s
    return [consumer(k) for k in range(8)]


@same
def test_exceptions_out_of_a_generator():
    def g(n):
        for i in range(n):
            if i == 7:
                1 // (i - 7)
            yield i

    def outer(n):
        yield from g(n)

    def consume(make, n):
        s = 0
        try:
            for x in make(n):
                s += x
        except ZeroDivisionError as e:
            record(e, s)
        return s
    return [consume(make, n) for make in (g, outer) for n in (3, 7, 8, 20)]


@same(raises=ZeroDivisionError)
def test_traceback_through_many_generators():
    def g(n):
        local = n * 2
        if n:
            yield from g(n - 1)
        yield 1 / (n - 2)
    for k in range(3, 6):
        for x in g(k):
            record(x)


@same
def test_exception_state_inside():
    def g(n):
        for i in range(n):
            record(sys.exception())
            yield i
            try:
                raise KeyError(i)
            except KeyError:
                record(sys.exception())
                yield i + 0.5
                record(sys.exception())
    for x in g(4):
        record(x, sys.exception())
    try:
        raise ValueError("outside")
    except ValueError:
        for x in g(5):
            record(x, sys.exception())
    return sys.exception()


@same
def test_stop_iteration_in_all_places():
    def raises(n):
        for i in range(n):
            if i == 5:
                raise StopIteration(i)
            yield i

    def returns(n):
        yield n
        return n
    out = []
    for k in range(8):
        try:
            for x in raises(k):
                out.append(x)
        except RuntimeError as e:
            record(e, e.__cause__)
        it = returns(k)
        next(it)
        try:
            next(it)
        except StopIteration as e:
            out.append(e.value)
        for x in it:
            out.append("never")
    return out


@same
def test_running_already():
    def g(n):
        for i in range(n):
            if i > 2:
                try:
                    for x in it:
                        pass
                except ValueError as e:
                    record(e)
            yield i
    out = []
    for k in range(6):
        it = g(k)
        for x in it:
            out.append(x)
    return out


@same
def test_state_seen_from_outside():
    import inspect

    def inner(n):
        for i in range(n):
            yield i

    def g(n):
        me = yield
        for i in range(n):
            record(me.gi_running, inspect.getgeneratorstate(me))
            yield i
            yield from inner(2)
    for k in range(4):
        it = g(k)
        record(inspect.getgeneratorstate(it))
        next(it)
        out = [it.send(it)] if k else []
        for x in it:
            record(x, inspect.getgeneratorstate(it), it.gi_running, it.gi_frame.f_lineno,
                   it.gi_yieldfrom is None, it.gi_frame.f_lasti, it.gi_frame.f_back)
        record(inspect.getgeneratorstate(it), it.gi_frame)


@same
def test_frames_seen_from_inside():
    def inner(n):
        for i in range(n):
            if i % 4 == 3:
                spy()
                f = sys._getframe(1)
                record(f.f_code.co_name, f.f_lineno, sorted(f.f_locals))
            yield i

    def outer(n):
        for x in inner(n):
            yield x + 1
        yield from inner(n)

    def consumer(n):
        s = 0.0
        for x in outer(n):
            s += x
        return s
    return [consumer(k) for k in range(9)]


@same
def test_locals_changed_through_the_frame():
    def g(n):
        i, f = 0, 1.5
        while i < n:
            yield i, f
            i += 1
            f += i
    it = g(30)
    out = []
    for i, f in it:
        out.append((i, f))
        if i == 5:
            it.gi_frame.f_locals["i"] = 10.5
        if f > 200:
            it.gi_frame.f_locals["f"] = 1 << 70
        if i > 24:
            it.gi_frame.f_locals["i"] = 40
    return out


@same
def test_consumed_container_changes():
    data = list(range(10))

    def g(items):
        for x in items:
            yield x
            if len(items) < 20:
                items.append(x)
    return total(g(data)), data


@same
def test_other_types_in_mid_loop():
    def g(n):
        for i in range(n):
            yield i if i < 6 else i + 0.5 if i < 12 else 1 << 70 if i < 14 else True
    out = []
    for k in range(20):
        out.append(total(g(k)))
    return out


@same
def test_iterators_of_many_kinds_at_one_loop():
    class Own:
        def __iter__(self):
            for i in range(3):
                yield i * 0.5

    def other(n):
        yield n
        yield -n
    sources = [lambda: squares(4), lambda: counted(3), lambda: [1, 2], lambda: range(3), Own,
               lambda: other(4), lambda: halves(3), lambda: (1.5, 2), lambda: (x for x in [4, 5]),
               lambda: map(abs, other(5)), lambda: {7: 8}]
    return [total(make()) for _ in range(5) for make in sources]


@same
def test_generator_function_changes():
    def g(n):
        yield n

    def h(n):
        yield -n
        yield n * 2
    out = []
    f = g
    for i in range(20):
        for x in f(i):
            out.append(x)
        if i == 8:
            f = h
        if i == 14:
            g.__code__, f = h.__code__, g
    return out


@same
def test_arguments_of_generator_functions():
    def g(a, b=2, *, c=3):
        yield a, b, c

    def d(a, b=2.5, c="c"):
        yield a, b, c
        a = b = c = None
        yield a

    class K:
        def items(self, n=2):
            for i in range(n):
                yield self, i

        @classmethod
        def of(cls, n):
            yield cls.__name__, n

        @staticmethod
        def by(n):
            yield n
    k = K()
    out = []
    for i in range(12):
        for x in g(i):
            out.append(x)
        for x in g(i, c=i):
            out.append(x)
        for x in d(i):
            out.append(x)
        for x in d(i, i * 0.5):
            out.append(x)
        for x in d(i + 0.5, i, i):
            out.append(x)
        for x in d(c=i, a=1):
            out.append(x)
        for self, x in k.items():
            out.append((self is k, x))
        for self, x in k.items(i % 3):
            out.append((self is k, x))
        for x in k.of(i):
            out.append(x)
        for x in k.by(i):
            out.append(x)
        for bad in (lambda: d(), lambda: d(1, 2, 3, 4), lambda: d(1, x=2), lambda: k.items(1, 2)):
            try:
                bad()
            except TypeError as e:
                record(e)
        if i == 8:
            d.__defaults__ = (1, 2)
        if i == 10:
            d.__defaults__ = None
            d = (lambda d: lambda a, b=0, c=0: d(a, b, c))(d)
    return out


@same
def test_reference_counts():
    def g(a, n):
        b = a
        for i in range(n):
            c = [a, b]
            yield a
            del c
        yield b
    a = object()
    watch(a)
    for k in range(8):
        for x in g(a, k):
            record(sys.getrefcount(a))
        it = g(a, k)
        for x in it:
            break
        record(sys.getrefcount(a), sys.getrefcount(it))
        del it
        del x
        record(sys.getrefcount(a))


@same
def test_consumers_in_c():
    def words(n):
        for i in range(n):
            yield str(i)

    def tests(n):
        for i in range(n):
            yield i == 5
    out = []
    for k in range(14):
        out.append((sum(squares(k)), sum(halves(k)), sum(squares(k), 0.5), any(tests(k)), all(tests(k)),
                    list(counted(k)), tuple(halves(k)), set(squares(k)), frozenset(counted(k)),
                    "-".join(words(k)), sorted(squares(k), key=lambda x: -x), max(counted(k), default=None),
                    min(halves(k), default="none"), dict(zip(words(k), squares(k))),
                    list(map(str, squares(k))), list(enumerate(counted(k), 2))))
    return out


@same
def test_consumers_in_c_that_fail_or_stop_early():
    def g(n, bad):
        try:
            for i in range(n):
                yield bad if i == 6 else i
        finally:
            record("finally", n)

    def raising(n):
        for i in range(n):
            yield 1 // (4 - i)
        return n
    out = []
    for k in range(10):
        for make in (lambda: sum(g(k, "x")), lambda: max(g(k, None)), lambda: "".join(g(k, "x")),
                     lambda: any(g(k, 0)), lambda: set(g(k, [])), lambda: sum(raising(k)),
                     lambda: list(raising(k)), lambda: sum(g(k, 1 << 62)), lambda: sum(g(k, 0.5)),
                     lambda: sum(g(k, True)), lambda: sum(g(k, 1j)), lambda: sum(g(k, -0.0)),
                     lambda: sum(g(k, float("inf")))):
            try:
                out.append(make())
            except (TypeError, ZeroDivisionError, ValueError) as e:
                record(e)
    return out


@same
def test_sum_with_hostile_numbers():
    class N:
        def __init__(self, result):
            self.result = result

        def __radd__(self, other):
            record("radd", other)
            return self.result

    class I(int):
        def __radd__(self, other):
            record("int radd", other)
            return int(self) + other

    def g(n, *items):
        for i in range(n):
            yield i + (1 << 61)
        for x in items:
            yield x
        for i in range(n):
            yield i
    out = []
    for k in range(6):
        for items in ((), (N(4),), (N("s"),), (N([]),), (I(5),), (True, 2.5), (2.5, 1e100, -1e100), (0.1,) * 10,
                      (1 << 70, -(1 << 70)), (1j, 2), (b"",), (None,)):
            try:
                out.append(sum(g(k, *items)))
            except TypeError as e:
                record(e)
    return out


@same
def test_builtins_replaced():
    def mine(items):
        return "mine", list(items)
    out = []
    global sum
    try:
        for k in range(12):
            out.append(sum(squares(k)))
            if k == 6:
                sum = mine
    finally:
        del sum
    return out


@same
def test_generator_expressions_over_everything():
    data, limit = [3, 1.5, 2], 2
    out = []
    for k in range(10):
        out.append((sum(x * x for x in data if x > limit / 2), sum(i for i in range(k)), list(i + k for i in (1, 2, 3)),
                    any(x == k for x in data), [y for x in data for y in (x + i for i in range(2))],
                    list(c + "!" for c in "abc"), sum(a * b for a, b in zip(data, range(3))),
                    dict((i, c) for i, c in enumerate("xyz")), list(i for i in squares(k) if i % 2),
                    tuple(a for a in {1: 2, 3: 4}), sum(x for x in iter(data))))
        data.append(k) if k == 5 else None
    return out


@same
def test_the_iterator_of_a_generator_expression_seen():
    source = iter(range(20))
    it = (x * 2 for x in source)
    out = []
    for x in it:
        out.append(x)
        if x == 6:
            out.append(next(source))
        inner = it.gi_frame.f_locals[".0"]
        record(inner is source, sys.getrefcount(inner) - sys.getrefcount(source))
        if x == 20:
            out.append(next(inner))
    return out


@same
def test_list_under_a_generator_expression_changes():
    data = list(range(8))
    out = []
    for x in (y + 1 for y in data):
        out.append(x)
        if x == 3:
            data.clear()
            data.extend([10, 11, 12, 13, 14])
        if x == 13:
            del data[-1:]
    return out


@same
def test_recursion_limit():
    def deep(n):
        yield n
        yield from deep(n + 1)
    seen = 0
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(120)
    try:
        try:
            for x in deep(0):
                seen = x
        except RecursionError as e:
            record(str(e))
    finally:
        sys.setrecursionlimit(limit)
    return seen > 20


@same(leaks=False)
def test_tracing_switched_on_in_mid_loop():
    events = []

    def tracer(frame, event, arg):
        if frame.f_code.co_name in ("traced", "consumer"):
            events.append((frame.f_code.co_name, event, frame.f_lineno))
            return tracer

    def traced(n):
        for i in range(n):
            if i == 6:
                sys.settrace(tracer)
            if i == 9:
                sys.settrace(None)
            yield i

    def consumer(n):
        s = 0
        for x in traced(n):
            s += x
        return s
    try:
        out = consumer(15)
    finally:
        sys.settrace(None)
    return out, events


@same(leaks=False)
def test_profiling_switched_on_in_mid_loop():
    events = []

    def profiler(frame, event, arg):
        if frame.f_code.co_name in ("profiled", "consumer"):
            events.append((frame.f_code.co_name, event))

    def profiled(n):
        for i in range(n):
            yield i

    def consumer(n):
        s = 0
        for x in profiled(n):
            if x == 5:
                sys.setprofile(profiler)
            if x == 9:
                sys.setprofile(None)
            s += x
        return s
    try:
        out = consumer(15), sum(profiled(5))
    finally:
        sys.setprofile(None)
    return out, events


@same
def test_collected_in_mid_loop():
    def g(n):
        cycle = []
        cycle.append(cycle)
        for i in range(n):
            gc.collect()
            yield i

    def outer(n):
        yield from g(n)
    return total(g(6)), total(outer(6)), sum(g(6))


@same
def test_coroutines_and_async_generators():
    import types

    @types.coroutine
    def pause(n):
        for i in range(n):
            got = yield i
        return n * 2

    async def leaf(n):
        return await pause(n)

    async def agen(n):
        for i in range(n):
            yield await leaf(i)

    async def main(n):
        s = 0
        for i in range(n):
            s += await leaf(i)
        async for x in agen(n):
            s += x
        return s
    out = []
    for k in range(8):
        co = main(k)
        try:
            while True:
                out.append(co.send(None))
        except StopIteration as e:
            out.append(e.value)

    def bad():
        co = leaf(1)
        try:
            yield from co
        except TypeError as e:
            record(e)
        co.close()
    for k in range(4):
        out.append(list(bad()))
    return out


@same
def test_try_finally_and_with_around_yield():
    class Context:
        def __enter__(self):
            record("enter")

        def __exit__(self, *args):
            record("exit", args[0])

    def g(n):
        for i in range(n):
            with Context():
                yield i
            try:
                yield -i
            finally:
                record("inner finally")
    out = []
    for k in range(5):
        for x in g(k):
            out.append(x)
    for x in g(5):
        if x == 3:
            break
    return out


@same
def test_conditional_yields_on_a_deep_stack():
    def g(n):
        for i in range(n):
            x = [i, (yield i), i * 0.5, (yield i + 0.5), str((yield "s"))]
            record(x, i + (0 if (yield x) is None else 1))
    out = []
    for k in range(5):
        for x in g(k):
            out.append(x)
    return out
