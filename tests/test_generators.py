"""Loops that are suspended: generators, coroutines and async generators,
driven, closed early, thrown into, and looked at from outside."""

import asyncio
import gc

from oracle import Dying, record, same, spy


def numbers(n):
    total, f = 0, 0.5
    for i in range(n):
        total += i
        f = f * 1.5 - i
        yield total, f
    return total


@same
def test_loop_with_a_yield():
    out = []
    for a, b in numbers(20):
        out.append((a, b))
    return out


@same
def test_return_value_and_yield_from():
    def outer(n):
        s = 0
        for i in range(n):
            s += yield from numbers(i)
        return s

    def top():
        for k in range(3):
            record((yield from outer(k + 3)))
    return list(top())


@same
def test_loop_between_yields():
    def g():
        x = 1
        while True:
            for i in range(20):
                x = x * 3 % 1009
            sent = yield x
            if sent is not None:
                x = sent
    it = g()
    out = [next(it), next(it), it.send(5), it.send(2.5), next(it), it.send(True), it.send(2**70)]
    it.close()
    return out


@same
def test_closed_early():
    def g():
        held = Dying("held by the generator")
        n = 0
        try:
            while True:
                n += 1
                yield n
        except GeneratorExit:
            record("closing", n)
            for i in range(5):
                n += i
            raise
        finally:
            record("finally", n)
    for k in range(4):
        it = g()
        for v in it:
            if v > k * 3:
                break
        spy()
        it.close()
    it = g()
    next(it)
    del it
    record("end")


@same
def test_thrown_into():
    def g():
        n = 0
        f = 0.0
        while n < 30:
            try:
                n += 1
                f += n / 2
                yield n, f
            except ValueError as e:
                record(e)
                n += 5
            except KeyError:
                f = -f
                yield "key", f
    it = g()
    out = []
    for i in range(40):
        try:
            if i % 5 == 3:
                out.append(it.throw(ValueError(i)))
            elif i % 7 == 5:
                out.append(it.throw(KeyError))
            else:
                out.append(next(it))
        except StopIteration:
            out.append("stop")
        except (ValueError, KeyError) as e:
            record(e)
    try:
        it.throw(ZeroDivisionError)
    except ZeroDivisionError as e:
        record(e)
    return out


@same(raises=TypeError)
def test_exception_not_caught_by_the_generator():
    def g():
        x = 0
        for i in range(10):
            x += i
            yield x
    it = g()
    for v in it:
        if v > 10:
            it.throw(TypeError("thrown"))


@same
def test_stop_iteration_inside_becomes_runtime_error():
    def g():
        it = iter(range(3))
        while True:
            yield next(it)
    out = []
    try:
        for v in g():
            out.append(v)
    except RuntimeError as e:
        record(e)
    return out


@same
def test_locals_seen_from_outside_while_suspended():
    def g():
        a, b, c = 1, 2.0, True
        for i in range(10):
            a += i
            b *= 1.5
            c = not c
            yield
    it = g()
    for _ in it:
        record(dict(it.gi_frame.f_locals), it.gi_frame.f_lineno)
        if it.gi_frame.f_locals["i"] == 4:
            it.gi_frame.f_locals["a"] = 1000.25
        if it.gi_frame.f_locals["i"] == 6:
            it.gi_frame.f_locals["b"] = 3
    return it


@same
def test_many_generators_interleaved():
    def g(a, b):
        while True:
            a, b = b, a + b
            yield a
    its = [g(1, 1), g(1.5, 1), g(True, 2.5), g(2**62, 2**62), g("a", "b")]
    out = []
    for i in range(12):
        for it in its:
            out.append(next(it))
    return out


@same
def test_generator_expressions():
    total = 0
    for i in range(6):
        total += sum(k * k for k in range(i))
        total += sum(k / 2 for k in range(i) if k % 2)
        total += max((k % 7 for k in range(20) if k > i), default=-1)
    it = (k * total for k in range(100))
    return total, next(it), next(it), it


@same
def test_generators_left_suspended_in_a_cycle():
    def g():
        me = yield
        d = Dying("in a cycle")
        for i in range(10):
            yield i
    for i in range(3):
        it = g()
        next(it)
        it.send(it)
        next(it)
        del it
        gc.collect()
        record(i)


@same
def test_generator_already_executing():
    def g():
        for i in range(5):
            if i == 3:
                try:
                    next(it)
                except ValueError as e:
                    record(e.args)
            yield i
    it = g()
    return list(it)


@same
def test_send_into_an_unstarted_and_a_finished_one():
    out = []
    for i in range(5):
        it = numbers(i)
        try:
            it.send(1)
        except TypeError as e:
            out.append(e.args)
        try:
            while True:
                out.append(next(it))
        except StopIteration as e:
            out.append(e.value)
        out.append(next(it, "done"))
    return out


@same
def test_recursive_generators():
    def walk(n):
        if n:
            for i in range(2):
                yield from walk(n - 1)
                yield n * 10 + i
    return list(walk(4))


class Steps:
    """An awaitable that suspends n times."""

    def __init__(self, n):
        self.n = n

    def __await__(self):
        for i in range(self.n):
            got = yield i
            if got == "stop":
                break
        return self.n * 0.5


@same
def test_coroutines_driven_by_hand():
    async def work(n):
        total = 0
        for i in range(n):
            total += await Steps(i % 3)
            total += i
        return total
    out = []
    for n in range(6):
        c = work(n)
        try:
            while True:
                out.append(c.send(None))
        except StopIteration as e:
            out.append(e.value)
    c = work(5)
    c.send(None)
    try:
        c.throw(KeyError("into the coroutine"))
    except KeyError as e:
        record(e)
    c = work(5)
    c.send(None)
    c.close()
    return out


@same(leaks=False)
def test_asyncio_tasks_with_loops():
    async def count(name, n, log):
        total = 0
        for i in range(n):
            total += i * 1.5
            if i % 5 == 0:
                log.append((name, i, total))
                await asyncio.sleep(0)
        return total

    async def ticker(n):
        i = 0
        while i < n:
            yield i
            i += 1
            await asyncio.sleep(0)

    class Manager:
        async def __aenter__(self):
            await asyncio.sleep(0)
            return 3

        async def __aexit__(self, *args):
            await asyncio.sleep(0)
            return args[0] is ZeroDivisionError

    async def run():
        log = []
        results = await asyncio.gather(*(count(k, 10 + k, log) for k in range(4)))
        async for v in ticker(6):
            log.append(v)
        else:
            log.append("else")
        squares = [v * v async for v in ticker(5) if v % 2]
        for i in range(4):
            async with Manager() as m:
                log.append(m // (i % 2))
        task = asyncio.create_task(count("cancelled", 10**9, []))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            log.append("cancelled")
        return results, log, squares
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(run())
    finally:
        loop.close()


@same
def test_async_generators_by_hand():
    async def g(n):
        x = 0
        try:
            for i in range(n):
                x += i
                got = yield x
                if got:
                    x = got
        finally:
            record("finally", x)
    def drive(awaitable):
        try:
            awaitable.send(None)
        except StopIteration as e:
            return e.value
        except StopAsyncIteration:
            return "end"
    out = []
    it = g(6)
    for i in range(4):
        out.append(drive(it.asend(None if i == 0 else 2.5 * i)))
    out.append(drive(it.aclose()))
    out.append(drive(it.__anext__()))
    return out
