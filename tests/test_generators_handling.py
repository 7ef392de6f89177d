"""Exceptions, handlers, `with`, closures and C functions that consume, in generators that
compiled code resumes."""

import gc
import sys
import traceback

from oracle import record, same


def drained(items):
    out = []
    for x in items:
        out.append(x)
    return out


@same
def test_exceptions_that_leave_a_generator():
    def g(n, bad):
        for i in range(n):
            yield i // (bad - i)
        yield "end"

    def through(n, bad):
        try:
            yield from g(n, bad)
        finally:
            record("through", n, bad)
    out = []
    for k in range(40):
        for make in (g, through):
            it = make(k % 9, 5)
            try:
                for x in it:
                    out.append(x)
            except ZeroDivisionError as e:
                record(e)
                record([(f.name, f.lineno) for f in traceback.extract_tb(e.__traceback__)])
            record(it.gi_frame is None, it.gi_running, next(it, "over"))
    return out


@same
def test_stop_iteration_becomes_runtime_error():
    def g(n):
        for i in range(n):
            if i == 4:
                raise StopIteration(i)
            yield i
    out = []
    for k in range(30):
        try:
            for x in g(k % 7):
                out.append(x)
        except RuntimeError as e:
            record(e, e.__cause__)
    return out


@same
def test_handlers_and_yields_inside_them():
    def g(n):
        for i in range(n):
            try:
                if i % 3 == 0:
                    raise ValueError(i)
                yield i
            except ValueError as e:
                yield repr(e), sys.exc_info()[1] is e
                yield sys.exception() is e
            finally:
                yield "finally", sys.exception()
            record(sys.exception())
    out = []
    for k in range(12):
        for x in g(k):
            out.append((x, sys.exception()))
        try:
            raise KeyError(k)
        except KeyError:
            for x in g(k):
                out.append((x, repr(sys.exception())))
    return out


@same
def test_managers_that_end_and_swallow():
    class Manager:
        def __init__(self, swallow):
            self.swallow = swallow

        def __enter__(self):
            return self

        def __exit__(self, kind, value, tb):
            record("exit", kind, sys._getframe(1).f_lineno)
            return self.swallow

    def g(n, swallow):
        for i in range(n):
            with Manager(swallow):
                if i == 3:
                    raise LookupError(i)
                yield i
    out = []
    for k in range(20):
        try:
            for x in g(k % 6, k % 2):
                out.append(x)
        except LookupError as e:
            record(e, e.__context__)
    return out


@same
def test_left_early_and_thrown_into():
    def g(n):
        try:
            for i in range(n):
                try:
                    yield i
                except KeyError as e:
                    yield "thrown", e.args
        finally:
            record("closed", n)
    out = []
    for k in range(30):
        it = g(20)
        for x in it:
            out.append(x)
            if x == k % 5:
                break
        out.append(it.throw(KeyError(k)))
        for x in it:
            out.append(x)
            if x == 10:
                it.close()
        del it
    return out


@same
def test_a_generator_that_is_running_already():
    def g(n):
        for i in range(n):
            if i == 3:
                try:
                    for x in me[0]:
                        record(x)
                except ValueError as e:
                    record(e)
                try:
                    record(sum(me[0]))
                except ValueError as e:
                    record(e)
            yield i
    me = [None]
    out = []
    for k in range(20):
        me[0] = g(6)
        for x in me[0]:
            out.append(x)
    return out


@same
def test_expressions_over_ranges_and_free_variables():
    out = []
    for k in range(60):
        step = k % 5 - 2 or 7
        out.append((sum(x * k for x in range(10)), sum(x for x in range(3, 30, abs(step))),
                    list(x + k for x in range(20, 0, -3)), max(x ^ k for x in range(1, 9)),
                    any(x == k for x in range(50)), all(x < k for x in range(40)),
                    ",".join(str(x + step) for x in range(k % 4)), tuple(x for x in range(0)),
                    sorted((-x for x in range(5)), key=lambda v: v % 3),
                    min((x - k for x in range(5)), key=abs, default=None),
                    sum((x << 58 for x in range(k)), k), sum(x / 2 for x in range(k)),
                    set(x % 3 for x in range(k))))
    return out


@same
def test_the_range_of_an_expression_is_seen():
    def watching(it):
        for x in it:
            frame = it.gi_frame
            record(frame.f_locals[".0"].__length_hint__() if frame else None)
            if x == 16 and frame:
                record(next(frame.f_locals[".0"], None))
            yield x
    out = []
    for k in range(25):
        out.append(drained(watching(x * x for x in range(k % 8))))
        out.append(sum(watching(x * x for x in range(2, 9))))
    return out


@same
def test_consumers_that_return_values_and_raise():
    def g(n):
        for i in range(n):
            yield i
        return "value", n

    def failing(n):
        for i in range(n):
            yield i
        raise OSError(n)
    out = []
    for k in range(30):
        for make in (g, failing):
            for consume in (sum, list, tuple, set, frozenset, any, all, sorted, dict):
                try:
                    out.append(consume(make(k % 6)))
                except (OSError, TypeError) as e:
                    record(e)
            for consume in (min, max):
                try:
                    out.append(consume(make(k % 6)))
                except (OSError, ValueError) as e:
                    record(e)
            try:
                out.append(sum(make(k % 6), 0.5))
            except OSError as e:
                record(e)
    return out


@same
def test_finalizers_of_what_a_frame_alone_has():
    class Dying:
        def __init__(self, name):
            self.name = name

        def __del__(self):
            frame = sys._getframe(1)
            record(self.name, frame.f_code.co_name, sorted(map(str, frame.f_locals)))

    def g(n):
        held = Dying(n)
        for i in range(n):
            yield i

    def closing(n):
        held = Dying(("closure", n))
        return (x + (held is None) for x in range(n))
    out = []
    for k in range(30):
        for x in g(k % 4):
            out.append(x)
        for x in closing(k % 4):
            out.append(x)
        out.append(sum(g(k % 3)))
        out.append(sum(closing(k % 3)))
    return out


@same
def test_closures_that_change_meanwhile():
    def make(n):
        count = 0

        def g():
            nonlocal count
            for i in range(n):
                count += i
                yield count

        def bump(k):
            nonlocal count
            count += k
        return g, bump
    out = []
    for k in range(20):
        g, bump = make(8)
        for x in g():
            out.append(x)
            bump("x" if False else k * 1000)
    return out


@same
def test_functions_whose_defaults_and_code_change():
    def g(n, start=1):
        for i in range(n):
            yield start + i

    def other(n, start=5):
        for i in range(n):
            yield start * i
    out = []
    code = g.__code__
    for k in range(40):
        if k == 20:
            g.__defaults__ = (100,)
        if k == 25:
            g.__code__ = other.__code__
        if k == 30:
            g.__code__ = code
        total = 0
        for x in g(5):
            total += x
        out.append(total)
        out.append(sum(g(4, k)))
    return out


@same
def test_tracing_that_begins_in_the_middle():
    def g(n):
        for i in range(n):
            if i == 5:
                sys.settrace(tracer)
            if i == 7:
                sys.settrace(None)
            yield i

    def tracer(frame, event, arg):
        if frame.f_code is g.__code__:
            lines.append((event, frame.f_lineno - g.__code__.co_firstlineno))
        return tracer
    lines, out = [], []
    before = sys.gettrace()
    try:
        for k in range(8):
            for x in g(10):
                out.append(x)
            out.append(sum(g(9)))
    finally:
        sys.settrace(before)
    return out, [event for event, _ in lines].count("return") > 0


@same
def test_cycles_through_frames_are_collected():
    def g(n):
        me = [None]
        for i in range(n):
            yield me
    out = []
    for k in range(20):
        it = g(3)
        for me in it:
            me[0] = it
        del it, me
        out.append(gc.collect() >= 0)
    return out
