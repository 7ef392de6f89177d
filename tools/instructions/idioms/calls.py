"""Idioms of functions, generators and exceptions (see ../count.py)."""

import contextlib
import functools
import io
import itertools
import logging
import math


async def _leaf():
    return 1


async def _co(k):
    t = 0
    for i in range(k):
        t += await _leaf()
    return t


def idiom_closurecnt(n):
    def mk():
        c = 0

        def inc():
            nonlocal c
            c += 1
            return c

        return inc

    f = mk()
    for i in range(n):
        f()


def idiom_mkclosure(n):
    for i in range(n):
        g = lambda x: x + i
        g(1)


def idiom_deco(n):
    def deco(f):
        @functools.wraps(f)
        def w(*a, **k):
            return f(*a, **k)

        return w

    @deco
    def g(x):
        return x

    for i in range(n):
        g(i)


def idiom_lru(n):
    @functools.lru_cache(64)
    def g(x):
        return x

    for i in range(n):
        g(i & 31)


def idiom_partial(n):
    g = functools.partial(max, 3)
    for i in range(n):
        g(i)


def idiom_genpipe(n):
    def a(n):
        for i in range(n):
            yield i

    def b(g):
        for x in g:
            if x % 2:
                yield x * 2

    for i in range(n // 20):
        for x in b(a(20)):
            pass


def idiom_gensend(n):
    def acc():
        t = 0
        while True:
            x = yield t
            t += x

    g = acc()
    next(g)
    for i in range(n):
        g.send(i)


def idiom_yieldfrom(n):
    def walk(d):
        if d == 0:
            yield 1
        else:
            yield from walk(d - 1)
            yield from walk(d - 1)

    for i in range(n // 16):
        sum(walk(4))


def idiom_ctxgen(n):
    @contextlib.contextmanager
    def c():
        yield 1

    for i in range(n):
        with c():
            pass


def idiom_tryraise(n):
    for i in range(n):
        try:
            if i & 1:
                raise ValueError(i)
        except ValueError as e:
            str(e)


def idiom_trykey(n):
    d = {1: 2}
    for i in range(n):
        try:
            d[i & 1]
        except KeyError:
            pass


def idiom_tryfin(n):
    for i in range(n):
        try:
            x = i
        finally:
            y = i


def idiom_await(n):
    c = _co(n)
    try:
        c.send(None)
    except StopIteration:
        pass


def idiom_asyncgen(n):
    async def ag(k):
        for i in range(k):
            yield i

    async def main(k):
        t = 0
        async for x in ag(k):
            t += x

    c = main(n)
    try:
        c.send(None)
    except StopIteration:
        pass


def idiom_reduce(n):
    for i in range(n // 4):
        functools.reduce(lambda a, b: a + b, (1, 2, 3, 4))


def idiom_recur(n):
    def ack(m, k):
        if m == 0:
            return k + 1
        if k == 0:
            return ack(m - 1, 1)
        return ack(m - 1, ack(m, k - 1))

    for i in range(n // 100):
        ack(2, 3)


def idiom_memofib(n):
    for i in range(n // 20):
        memo = {}

        def fib(k):
            if k in memo:
                return memo[k]
            r = k if k < 2 else fib(k - 1) + fib(k - 2)
            memo[k] = r
            return r

        fib(20)


def idiom_fnargs(n):
    def f(a, b=2, *c, d=4, **e):
        return a

    for i in range(n):
        f(i)
        f(i, 3)
        f(i, 3, 5, d=6)
        f(i, x=1)


def idiom_kwcall(n):
    def f(a, b, c):
        return a

    d = {"a": 1, "b": 2, "c": 3}
    for i in range(n):
        f(**d)
        f(a=1, c=2, b=i)


def idiom_startcall(n):
    def f(a, b, c):
        return a

    t = (1, 2, 3)
    for i in range(n):
        f(*t)


def idiom_boundm(n):
    l = []
    ap = l.append
    for i in range(n):
        ap(i)


def idiom_mapfilter(n):
    for i in range(n // 5):
        list(map(lambda x: x + 1, [1, 2, 3]))
        list(filter(None, [0, 1, 2]))


def idiom_sumgen(n):
    for i in range(n // 10):
        sum(x * x for x in range(10))


def idiom_anyall(n):
    l = [1, 2, 3, 0, 5]
    for i in range(n // 5):
        any(x > 4 for x in l)
        all(x for x in l)


def idiom_dispatchtab(n):
    tab = {"add": lambda a, b: a + b, "sub": lambda a, b: a - b}
    ops = ["add", "sub"]
    for i in range(n):
        tab[ops[i & 1]](i, 2)


def idiom_global(n):
    global COUNT
    for i in range(n):
        COUNT = i
        COUNT + 1


def idiom_print(n):
    o = io.StringIO()
    for i in range(n):
        print(i, "a", file=o)


def idiom_log(n):
    l = logging.getLogger("x")
    l.setLevel(logging.WARNING)
    for i in range(n):
        l.debug("a %s", i)


def idiom_itertools(n):
    for i in range(n // 5):
        for a, b in itertools.product((1, 2), (3, 4)):
            pass
        list(itertools.chain((1,), (2,)))


def idiom_gcd(n):
    def gcd(a, b):
        while b:
            a, b = b, a % b
        return a

    for i in range(1, n + 1):
        gcd(1071, i)
        math.gcd(12, i)
