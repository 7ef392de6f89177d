"""Coroutines that compiled code makes, awaits and resumes, and what is seen of them: results,
exceptions, frames, states, finalizers, warnings; by hand, without a loop of events."""

import inspect
import sys
import types
import warnings

from oracle import Dying, record, same, spy, watch


class Pause:
    """Awaited, it yields `value` and returns what is sent."""

    def __init__(self, value=None):
        self.value = value

    def __await__(self):
        return (yield self.value)


@types.coroutine
def pause(value=None):
    return (yield value)


def drive(c, send=lambda value: None):
    """What the coroutine yields, and what it returns."""
    out, sent = [], None
    try:
        while True:
            value = c.send(sent)
            out.append(value)
            sent = send(value)
    except StopIteration as e:
        return out, e.value


async def value(x):
    return x


async def add(a, b):
    return await value(a) + await value(b)


@same
def test_sums_of_values_of_all_kinds():
    async def total(items, x):
        for i in items:
            x = await add(x, i)
        return x
    big = 1 << 62
    out = []
    for items in ([1, 2, 3] * 10, [0.5, -0.0, float("inf")] * 10, [big] * 20, [True] * 20,
                  [1, 0.5, big, 1j] * 6, [float("nan")] * 12):
        out.append(drive(total(items, items[0])))
    out.append(drive(total(["a", "b"] * 10, "")))
    return out


@same
def test_recursive():
    async def fib(n):
        if n < 2:
            return n
        return await fib(n - 1) + await fib(n - 2)

    async def depth(n):
        return 0 if n == 0 else 1 + await depth(n - 1)
    return [drive(fib(n)) for n in range(12)], drive(depth(200)), drive(depth(150))


@same
def test_too_deep():
    async def depth(n):
        return 0 if n == 0 else 1 + await depth(n - 1)

    async def many():
        for n in (5, 20, 400, 100_000, 30, 100_000):
            try:
                record(await depth(n))
            except RecursionError as e:
                record(str(e)[:40])
    return drive(many())


@same
def test_suspended_at_every_level():
    async def inner(n):
        total = 0
        for i in range(n):
            total += await Pause(("inner", i))
            total += await pause(i)
        return total

    async def middle(n):
        total = 0
        for i in range(n):
            await pause(("middle", i))
            total += await inner(i)
        return total

    async def outer(n):
        total = 0
        for i in range(n):
            total += await middle(i)
        return total
    return drive(outer(6), lambda x: 1), drive(outer(5), lambda x: 0.5), drive(outer(3), lambda x: 1 << 65)


@same(raises=ZeroDivisionError)
def test_traceback_through_many():
    async def inner(i):
        local = i * 2
        return 1 // (12 - i)

    async def middle(i):
        return await inner(i)

    async def outer(n):
        total = 0
        for i in range(n):
            total += await middle(i)
        return total
    drive(outer(20))


@same
def test_exceptions_and_finally():
    async def inner(i):
        try:
            if i % 3 == 1:
                await pause(i)
            if i % 5 == 2:
                raise ValueError(i)
            return i
        finally:
            record("inner", i)

    async def outer(n):
        total = 0
        for i in range(n):
            try:
                total += await inner(i)
            except ValueError as e:
                record(e, e.__traceback__.tb_lineno, e.__traceback__.tb_next.tb_frame.f_code.co_name)
                total -= 1
            else:
                record("no error")
            finally:
                total += await value(100)
        return total
    return drive(outer(24))


@same
def test_stop_iteration_in_a_coroutine():
    async def raises(i):
        if i == 7:
            raise StopIteration(i)
        return i

    async def outer(n):
        out = []
        for i in range(n):
            try:
                out.append(await raises(i))
            except RuntimeError as e:
                out.append((str(e), repr(e.__cause__)))
        return out
    return drive(outer(16))


@same
def test_thrown_and_closed():
    async def inner(i):
        try:
            return await pause(i)
        except ValueError as e:
            record("inner", e)
            return await Pause(("instead", i))
        finally:
            record("finally", i)

    async def outer(n):
        total = []
        for i in range(n):
            try:
                total.append(await inner(i))
            except KeyError as e:
                record("outer", e)
        return total
    c = outer(30)
    out = [c.send(None)]
    try:
        for k in range(20):
            out.append(c.throw(ValueError(k)) if k % 3 == 0 else c.throw(KeyError(k)) if k % 3 == 1
                       else c.send(k))
    except StopIteration as e:
        out.append(e.value)
    c.close()
    record(c.cr_frame, c.cr_await, c.cr_running)
    for k in range(6):
        c = outer(5)
        for i in range(k):
            c.send(None)
        c.close()
        try:
            c.send(None)
        except RuntimeError as e:
            record(e)
    return out


@same
def test_close_that_is_refused():
    async def stubborn(i):
        try:
            await pause(i)
        except GeneratorExit:
            await pause("no")

    async def outer(n):
        for i in range(n):
            await stubborn(i)
    for k in range(8):
        c = outer(10)
        for i in range(k):
            c.send(None)
        try:
            c.close()
        except RuntimeError as e:
            record(e)
        for i in range(40):
            try:
                c.send(None)
            except (StopIteration, RuntimeError) as e:
                record(i, repr(e))
                break


@same
def test_awaited_twice():
    async def outer(n):
        out = []
        for i in range(n):
            c = value(i)
            out.append(await c)
            try:
                await c
            except RuntimeError as e:
                out.append(str(e))
        return out
    return drive(outer(25))


@same
def test_awaited_by_two():
    async def inner(n):
        for i in range(n):
            await pause(i)
        return "inner"

    async def outer(c, n):
        out = []
        for i in range(n):
            try:
                out.append(await c)
            except RuntimeError as e:
                out.append(str(e))
        return out
    shared = inner(30)
    a, b = outer(shared, 3), outer(shared, 20)
    out = []
    for k in range(40):
        for c in (a, b):
            try:
                out.append(c.send(None))
            except StopIteration as e:
                out.append(e.value)
            except RuntimeError as e:
                out.append(str(e))
    return out


@same
def test_awaits_itself():
    async def strange():
        await pause(1)
        try:
            await me
        except (RuntimeError, ValueError) as e:
            record(type(e), e)
        return 2

    async def outer(n):
        global me
        out = []
        for i in range(n):
            me = strange()
            out.append(await me)
        return out
    return drive(outer(15))


@same
def test_not_awaitable():
    class Bad:
        def __await__(self):
            return [1]

    class Worse:
        def __await__(self):
            return value(1)

    async def outer(n, *things):
        out = []
        for i in range(n):
            for thing in things:
                try:
                    out.append(await thing)
                except TypeError as e:
                    out.append(str(e))
        return out
    w = Worse()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = drive(outer(12, 1, None, "x", Bad(), w, value, (i for i in "ab")))
    return result


@same
def test_awaitables_of_many_kinds_at_one_place():
    class Own:
        def __init__(self, n):
            self.n = n

        def __await__(self):
            return self

        def __iter__(self):
            return self

        def __next__(self):
            self.n -= 1
            if self.n < 0:
                raise StopIteration("own")
            return self.n

        def send(self, value):
            record("sent", value)
            return next(self)

    async def other(x):
        return -x

    async def third(x):
        return await pause(x)
    makers = [value, other, third, Pause, pause, Own, lambda x: add(x, x), lambda x: value(str(x))]

    async def outer(n):
        out = []
        for i in range(n):
            for make in makers:
                out.append(await make(i))
        return out
    return drive(outer(9), lambda x: x * 2)


@same
def test_method_and_closure_and_defaults():
    class K:
        def __init__(self, x):
            self.x = x

        async def get(self, more=0.5):
            return self.x + more

        @classmethod
        async def make(cls, x):
            return cls(x)

        @staticmethod
        async def double(x, *, by=2):
            return x * by

        async def __aenter__(self):
            record("enter", await self.get())
            return self

        async def __aexit__(self, kind, error, traceback):
            record("exit", kind, await self.get(1))
            return kind is ValueError

    def maker(step):
        count = 0

        async def bump(*args, **kwargs):
            nonlocal count
            count += step + len(args) + len(kwargs)
            return count
        return bump

    async def outer(n):
        bump, total = maker(3), 0
        for i in range(n):
            k = await K.make(i)
            total += await k.get() + await k.get(i) + await k.double(i) + await K.double(i, by=3)
            total += await bump() + await bump(1, 2) + await bump(a=i) + await bump(*[i], **{"b": i})
            async with K(i) as entered:
                if i % 4 == 1:
                    raise ValueError(i)
                total += entered.x
        return total
    return drive(outer(24))


@same
def test_frames_seen_from_within():
    async def inner(i):
        if i % 5 == 4:
            spy()
            f = sys._getframe(1)
            record(f.f_code.co_name, f.f_lineno, f.f_locals["total"])
            f.f_locals["total"] = total = 1000
        return i

    async def outer(n):
        total = 0
        for i in range(n):
            total += await inner(i)
            record(total)
        return total
    return drive(outer(22))


@same
def test_states_seen_from_outside():
    async def inner(i):
        record(inspect.getcoroutinestate(me), me.cr_running, me.cr_frame.f_lineno, me.cr_await is None)
        await pause(i)
        return i

    async def outer(n):
        total = 0
        for i in range(n):
            total += await inner(i)
        return total
    global me
    for k in range(3):
        me = outer(8)
        record(inspect.getcoroutinestate(me), me.cr_frame.f_lasti)
        while True:
            try:
                x = me.send(None)
            except StopIteration as e:
                record(e.value)
                break
            awaited = me.cr_await
            record(x, inspect.getcoroutinestate(me), me.cr_frame.f_lineno, me.cr_frame.f_lasti,
                   awaited.cr_code.co_name, awaited.cr_await.gi_code.co_name, awaited.cr_frame.f_locals,
                   me.cr_frame.f_locals["total"], me.cr_frame.f_back, awaited.cr_frame.f_back)
        record(inspect.getcoroutinestate(me), me.cr_frame, me.cr_await)


@same
def test_locals_changed_between_resumptions():
    async def inner(n):
        i, f = 0, 0.5
        while i < n:
            await pause((i, f))
            i += 1
            f += i
        return i, f

    async def outer(n):
        return await inner(n), await inner(3)
    c = outer(30)
    out = []
    try:
        while True:
            out.append(c.send(None))
            frame = c.cr_await.cr_frame
            if frame.f_locals["i"] == 5:
                frame.f_locals["i"] = 10.5
            if len(out) == 14:
                frame.f_locals["i"], frame.f_locals["f"] = 1, 1 << 70
    except StopIteration as e:
        return out, e.value


@same
def test_never_awaited():
    async def forgotten(x):
        return x

    def outer(n):
        for i in range(n):
            forgotten(i)
            c = forgotten(i)
            if i % 2:
                c = None
    caught = []
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = lambda message, *rest: caught.append(str(message))
        outer(20)
    return caught


@same
def test_origins():
    async def leaf(x):
        await pause(x)
        return x

    async def outer(n):
        for i in range(n):
            c = leaf(i)
            record(c.cr_origin and [o[2] for o in c.cr_origin[:2]])
            await c
            if i == 8:
                sys.set_coroutine_origin_tracking_depth(3)
            if i == 30:
                sys.set_coroutine_origin_tracking_depth(0)
    try:
        return drive(outer(40))
    finally:
        sys.set_coroutine_origin_tracking_depth(0)


@same
def test_finalizers():
    async def inner(i):
        held = Dying(("held", i))
        x = [Dying(("listed", i))]
        if i % 4 == 3:
            await pause(i)
        return Dying(("returned", i))

    async def outer(n):
        for i in range(n):
            await inner(i)
            record("dropped", i)
            x = await inner(i)
            record("kept", i)
    out = drive(outer(12))
    for k in range(4):
        c = outer(12)
        for i in range(k):
            c.send(None)
        record("dropping", k)
        del c
    return out


@same
def test_finalizer_that_looks_at_who_awaits():
    class Looks:
        def __del__(self):
            f = sys._getframe(1)
            record(f.f_code.co_name, f.f_lineno, f.f_locals.get("total"))

    async def inner(i):
        looks = Looks()
        return i

    async def outer(n):
        total = 0
        for i in range(n):
            total += await inner(i)
        return total
    return drive(outer(15))


@same
def test_reference_counts():
    a = object()
    watch(a)

    async def inner(a, n):
        b = a
        if n % 3 == 2:
            await pause(n)
        record(sys.getrefcount(a))
        return b

    async def outer(n):
        for i in range(n):
            c = inner(a, i)
            record(sys.getrefcount(c), sys.getrefcount(a))
            x = await c
            record(sys.getrefcount(c), sys.getrefcount(a))
    return drive(outer(14))


@same
def test_function_changes():
    async def f(x):
        return x

    async def g(x):
        return -x

    async def outer(n):
        nonlocal f
        out = []
        for i in range(n):
            out.append(await f(i))
            if i == 8:
                f = g
            if i == 14:
                g.__code__ = (lambda c: c)(h.__code__)
            if i == 20:
                f = lambda x: value(x * 10)
        return out

    async def h(x):
        return x, await pause(x)
    return drive(outer(26))


@same
def test_exception_state():
    async def inner(i):
        record(sys.exception())
        try:
            raise KeyError(i)
        except KeyError:
            record(sys.exception())
            await pause(i)
            record(sys.exception())
        record(sys.exception())

    async def outer(n):
        for i in range(n):
            try:
                raise ValueError(i)
            except ValueError:
                await inner(i)
                record(sys.exception())
            await inner(i)
    return drive(outer(12))


@same
def test_yield_from_a_coroutine():
    async def leaf(i):
        return i + (await pause(i))

    @types.coroutine
    def bridge(n):
        total = 0
        for i in range(n):
            total += yield from leaf(i)
        return total

    def wrong(n):
        out = []
        for i in range(n):
            c = leaf(i)
            try:
                yield from c
            except TypeError as e:
                out.append(str(e))
            c.close()
        return out

    async def outer(n):
        return await bridge(n), await bridge(n)
    out = [drive(outer(12), lambda x: 1)]
    g = wrong(14)
    try:
        g.send(None)
    except StopIteration as e:
        out.append(e.value)
    return out


@same
def test_tracing_that_begins_in_the_middle():
    async def inner(i):
        if i == 12:
            sys.settrace(tracer)
            sys._getframe(1).f_trace = tracer
        if i == 20:
            sys.settrace(None)
        return i

    def tracer(frame, event, arg):
        if frame.f_code.co_filename == __file__:
            record(frame.f_code.co_name, event, frame.f_lineno, arg if event == "return" else None)
        return tracer

    async def outer(n):
        total = 0
        for i in range(n):
            total += await inner(i)
            if i % 6 == 0:
                total += await pause(i)
        return total
    try:
        return drive(outer(28), lambda x: 1)
    finally:
        sys.settrace(None)


@same
def test_profiled_in_the_middle():
    def profiler(frame, event, arg):
        if frame.f_code.co_filename == __file__:
            record(frame.f_code.co_name, event, frame.f_lineno)

    async def inner(i):
        if i == 12:
            sys.setprofile(profiler)
        if i == 20:
            sys.setprofile(None)
        return i

    async def outer(n):
        total = 0
        for i in range(n):
            total += await inner(i)
            if i % 6 == 0:
                total += await pause(i)
        return total
    try:
        return drive(outer(28), lambda x: 1)
    finally:
        sys.setprofile(None)
