"""Async generators, `async for`, and programs with asyncio's loop of events."""

import asyncio
import inspect
import sys

from oracle import Dying, record, same, spy
from test_coroutines import Pause, drive, pause, value


async def counted(n):
    for i in range(n):
        yield i


@same
def test_items_of_all_kinds():
    async def kinds(n):
        for i in range(n):
            yield i
            yield i + 300
            yield (1 << 62) + i
            yield -i * 1.0
            yield None
            yield StopAsyncIteration(i)
            yield (i, [i])
            yield await value(i)
            yield await pause(i)

    async def total(n):
        out = []
        async for x in kinds(n):
            out.append(x)
        else:
            out.append("else")
        return out, [x async for x in counted(n)], [x async for x in kinds(2) if x is not None]
    return [drive(total(n), lambda x: x) for n in (0, 1, 9)]


@same
def test_nested_and_piped():
    async def evens(items):
        async for x in items:
            if x % 2 == 0:
                await pause(x)
                yield x

    async def scaled(items, by):
        async for x in items:
            yield x * by

    async def total(n):
        s = 0
        async for x in scaled(evens(scaled(counted(n), 3)), 0.5):
            s += x
            async for y in counted(int(x) // 4):
                s += y
        return s
    return drive(total(20))


@same
def test_own_iterators():
    class Own:
        def __init__(self, n):
            self.n = n

        def __aiter__(self):
            return self

        async def __anext__(self):
            self.n -= 1
            if self.n < 0:
                raise StopAsyncIteration
            return await pause(self.n)

    class NoNext:
        def __aiter__(self):
            return 3

    class BadNext(Own):
        def __anext__(self):
            return 7

    async def over(thing):
        out = []
        try:
            async for x in thing:
                out.append(x)
        except TypeError as e:
            out.append(str(e))
        return out

    async def all_of(k):
        return [await over(t) for t in (Own(k), counted(k), NoNext(), BadNext(2), [1, 2], None, counted(3))]
    return [drive(all_of(k), lambda x: x) for k in range(12)]


@same
def test_exceptions_in_and_out():
    async def g(n):
        held = Dying(n)
        try:
            for i in range(n):
                if i == 6:
                    1 // (i - 6)
                try:
                    yield i
                except KeyError as e:
                    record("inside", e)
                    yield "again"
        finally:
            record("finally", n)

    async def consume(n):
        out = []
        try:
            async for x in g(n):
                out.append(x)
                if x == 3 and n % 2:
                    raise ValueError(x)
        except (ZeroDivisionError, ValueError) as e:
            record(e, e.__traceback__.tb_next and e.__traceback__.tb_next.tb_lineno)
        return out

    async def by_hand(n):
        a = g(n)
        out = [await anext(a), await a.asend(None), await a.athrow(KeyError(n))]
        record(a.ag_running, a.ag_frame.f_lineno, a.ag_await)
        await a.aclose()
        record(a.ag_frame)
        try:
            await anext(a)
        except StopAsyncIteration as e:
            record(repr(e))
        out.append(await anext(a, "default"))
        return out
    return [drive(consume(n)) for n in range(12)], [drive(by_hand(n)) for n in range(4, 12)]


@same
def test_sent_values():
    async def averager():
        total, count, mean = 0, 0, None
        while True:
            x = yield mean
            total += x
            count += 1
            mean = total / count

    async def outer(n):
        a = averager()
        await anext(a)
        out = [await a.asend(i * i) for i in range(n)] + [await a.asend(0.5), await a.asend(1 << 70)]
        try:
            await a.asend("x")
        except TypeError as e:
            out.append(str(e))
        try:
            await a.asend(1)
        except StopAsyncIteration as e:
            out.append(repr(e))
        b = averager()
        try:
            await b.asend(1)
        except TypeError as e:
            out.append(str(e))
        return out
    return drive(outer(25))


@same
def test_running_twice_and_steps_used_twice():
    async def g(n):
        for i in range(n):
            await pause(i)
            yield i

    async def outer(n):
        out = []
        for k in range(n):
            a = g(4)
            first, second = anext(a), anext(a)
            out.append(first.send(None))
            for step in (second, a.asend(None)):
                try:
                    step.send(None)
                except RuntimeError as e:
                    out.append(str(e))
            try:
                first.send(None)
            except StopIteration as e:
                out.append(e.value)
            try:
                await first
            except RuntimeError as e:
                out.append(str(e))
            second.close()
            await a.aclose()
        return out
    return drive(outer(10))


@same
def test_stop_iterations_inside():
    async def g(kind, n):
        for i in range(n):
            yield i
        raise kind(n)

    async def outer(n):
        out = []
        for k in range(n):
            for kind in (StopIteration, StopAsyncIteration, GeneratorExit, KeyError):
                try:
                    async for x in g(kind, k):
                        pass
                except BaseException as e:
                    out.append((repr(e), repr(e.__cause__)))
        return out
    return drive(outer(9))


@same
def test_frames_and_hooks():
    def first(a):
        record("first", a.ag_code.co_name)

    def last(a):
        record("last", a.ag_code.co_name)

    async def g(n):
        for i in range(n):
            if i % 5 == 4:
                spy()
            yield i

    async def outer(n):
        total = 0
        for k in range(n):
            async for x in g(k):
                total += x
                if x == 7:
                    break
        return total
    old = sys.get_asyncgen_hooks()
    sys.set_asyncgen_hooks(first, last)
    try:
        return drive(outer(12))
    finally:
        sys.set_asyncgen_hooks(*old)


@same
def test_tracing_that_begins_in_the_middle():
    def tracer(frame, event, arg):
        if frame.f_code.co_filename == __file__:
            record(frame.f_code.co_name, event, frame.f_lineno)
        return tracer

    async def g(n):
        for i in range(n):
            if i == 12:
                sys.settrace(tracer)
                sys._getframe(1).f_trace = tracer
            if i == 16:
                sys.settrace(None)
            yield i

    async def outer(n):
        total = 0
        async for x in g(n):
            total += x
        return total
    try:
        return drive(outer(24))
    finally:
        sys.settrace(None)


@same
def test_send_and_next_by_hand():
    def accumulate(total):
        while True:
            x = yield total
            if x is not None:
                total += x

    def ends(n):
        for i in range(n):
            x = yield i
            if x == "stop":
                return "stopped", i
        return n

    def chain(n):
        return (yield from ends(n)), (yield from accumulate(1.5) if n == 9 else ends(2))
    out = []
    for k, start in enumerate((0, 0.5, 1 << 62, "", True)):
        g = accumulate(start)
        next(g)
        for i in range(40):
            out.append(g.send(str(i) if start == "" else i if i % 7 else None))
        try:
            g.send([])
        except TypeError as e:
            out.append(str(e))
        for again in (lambda: next(g), lambda: g.send(1), lambda: next(g, "default")):
            try:
                out.append(again())
            except StopIteration as e:
                out.append(repr(e))
    for make in (ends, chain):
        for k in range(14):
            g = make(k)
            try:
                g.send("too early")
            except TypeError as e:
                out.append(str(e))
            for i in range(20):
                try:
                    out.append(next(g) if i % 2 == 0 else g.send("stop" if i == k else i))
                except StopIteration as e:
                    out.append((i, repr(e.value)))
                    break
            out.append(next(g, None))
            record(inspect.getgeneratorstate(g))
    return out


@same
def test_sent_into_itself_and_seen():
    def g():
        me = yield
        for i in range(30):
            try:
                me.send(i)
            except ValueError as e:
                record(e)
            f = sys._getframe(1)
            record(f.f_code.co_name, f.f_lineno, f.f_locals.get("i"))
            x = yield i
            record(x)

    def caller(n):
        it = g()
        next(it)
        it.send(it)
        for i in range(n):
            record(it.send(i), it.gi_frame.f_lineno, it.gi_running)
        del it
        return n
    return caller(25)


@same
def test_references_of_what_is_sent():
    a = object()

    def g():
        x = None
        while True:
            x = yield x
            record(sys.getrefcount(a))

    it = g()
    next(it)
    for i in range(30):
        b = it.send(a)
        record(sys.getrefcount(a), b is a)
        it.send(Dying(i))
        record("sent", i)
    it.close()
    del b
    record(sys.getrefcount(a))


@same
def test_deep_chains():
    def down(n):
        if n:
            yield from down(n - 1)
        yield n

    async def wait(n):
        if n:
            return 1 + await wait(n - 1)
        return await pause(n)
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(30_000)
    try:
        out = []
        for n in (10, 300, 4000, 10, 4000):
            out.append(sum(1 for x in zip(range(4), down(n))))
            out.append(drive(wait(n), lambda x: 0.5))
        return out
    finally:
        sys.setrecursionlimit(limit)


@same
def test_asyncio_tasks():
    async def work(i, out):
        out.append(("start", i))
        for k in range(i % 4):
            await asyncio.sleep(0)
        if i % 5 == 4:
            raise ValueError(i)
        return i * 2

    async def main():
        out = []
        results = await asyncio.gather(*[work(i, out) for i in range(30)], return_exceptions=True)
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(work(i * 5, out)) for i in range(10)]
        lock, queue = asyncio.Lock(), asyncio.Queue(3)

        async def producer():
            for i in range(40):
                async with lock:
                    await queue.put(i)
            await queue.put(None)

        async def consumer():
            total = 0
            while (x := await queue.get()) is not None:
                total += await value(x)
            return total
        p = asyncio.create_task(producer())
        total = await consumer()
        await p
        return out, [repr(r) for r in results], [t.result() for t in tasks], total
    return asyncio.run(main()), asyncio.run(main(), debug=True)


@same
def test_asyncio_cancelled():
    async def forever(i):
        total = 0
        try:
            while True:
                total += await value(1)
                await asyncio.sleep(0)
        except asyncio.CancelledError:
            record("cancelled", i)
            if i % 3 == 0:
                await asyncio.sleep(0)
            raise
        finally:
            record("finally", i)

    async def main():
        tasks = [asyncio.create_task(forever(i)) for i in range(8)]
        for k in range(30):
            await asyncio.sleep(0)
        for t in tasks:
            t.cancel()
        out = await asyncio.gather(*tasks, return_exceptions=True)
        try:
            async with asyncio.timeout(0):
                await forever(100)
        except TimeoutError as e:
            record(type(e))

        async def items():
            try:
                for i in range(100):
                    await asyncio.sleep(0)
                    yield i
            finally:
                record("items closed")
        async for x in items():
            if x == 20:
                break
        return [repr(x) for x in out]
    return asyncio.run(main())


@same
def test_short_loops_in_a_long_one():
    class Failing:
        def __init__(self, n):
            self.n = n
            self.held = Dying(n)

        def __aiter__(self):
            return self

        async def __anext__(self):
            self.n -= 1
            if self.n == 3:
                raise KeyError(self.n)
            if self.n < 0:
                raise StopAsyncIteration
            return self.n

    async def outer(n):
        total = 0
        for i in range(n):
            async for x in counted(i % 4):
                total += x
            try:
                async for x in Failing(i % 6):
                    total += x
            except KeyError as e:
                record(e, e.__traceback__.tb_lineno, e.__traceback__.tb_next.tb_lineno,
                       e.__traceback__.tb_next.tb_next, e.__context__)
            record(i, total, sys.exception())
        return total
    return drive(outer(40))
