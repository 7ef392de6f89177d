"""Calls of functions with every kind of parameter, by every kind of call."""

import sys

import pytest

from oracle import record, same, spy, watch


@same
def test_what_is_left_over():
    def rest(*values): return values
    def names(**values): return values
    def both(a, *values, **more): return a, values, more
    def keyword(a, *values, k, j=5): return a, values, k, j
    def method_like(self, /, *a, self2=1, **k): return self, a, self2, k
    out = []
    for i in range(30):
        x, big = i * 0.5, i << 70
        out.append((rest(), rest(i), rest(i, x, big, None), names(), names(a=i), both(i), both(i, x, big)))
        out.append((both(i, x, k=big), keyword(i, k=x), keyword(i, 1, 2, j=i, k=x), method_like(i, 1, self=x)))
        out.append((rest(*(i, x)), names(**{"b": x}), both(*[i, x], **{"z": i}), keyword(*(i,), k=1)))
    return out


@same
def test_the_tuple_is_a_new_one_and_the_empty_one_is_not():
    def rest(*values, **names): return values, names
    kept = []
    for i in range(20):
        a, b = rest(i), rest(i)
        c, d = rest(), rest()
        record(a[0] is b[0], c[0] is d[0], c[1] is d[1])
        c[1]["x"] = i
        kept.append((a, c))
    return kept


@same
def test_what_does_not_fit():
    def keyword(a, *values, k): return a, values, k
    def rest(a, *values): return a, values
    out = []
    for i in range(12):
        for bad in (lambda: keyword(i), lambda: keyword(k=1), lambda: rest(), lambda: rest(i, z=1),
                    lambda: keyword(i, a=1, k=2), lambda: rest(*5), lambda: keyword(i, **{1: 2})):
            try:
                bad()
            except TypeError as error:
                out.append(str(error))
    return out


@same
def test_arguments_live_and_die():
    def rest(*values, **names):
        spy()
        return len(values) + len(names)

    def drop(first, *values):
        values = None
        return first
    out = []
    for i in range(12):
        out.append(rest(watch(("a", i)), watch(("b", i))))
        out.append(rest(i, name=watch(("c", i))))
        x = watch(("d", i))
        out.append(drop(x, x, x) is x)
    return out


@same
def test_defaults_of_keywords_change():
    def f(a, *, k=1, j="j"): return a, k, j
    def g(a, *, k=[]):
        k.append(a)
        return len(k)
    out = []
    for i in range(60):
        if i == 20:
            f.__kwdefaults__["k"] = "other"
        if i == 30:
            f.__kwdefaults__ = {"k": 2.5, "j": None}
        if i == 40:
            f.__kwdefaults__ = None
        if i == 50:
            f.__kwdefaults__ = {"k": 7}
        try:
            out.append((f(i), g(i)))
        except TypeError as error:
            out.append(str(error))
        out.append(f(i, k=i, j=2))
    return out


@same
def test_defaults_that_are_shared_and_hold_much():
    class Held:
        pass
    held = Held()
    def f(a, memo=None, nothing=[], thing=held):
        if memo is None:
            memo = {}
        if a % 7 == 0:
            nothing.append(a)
        memo = dict(memo)
        memo[a] = thing
        return len(memo), len(nothing), thing is held
    out = []
    for i in range(40):
        out.append(f(i))
        out.append(f(i, {1: 2}))
        if i == 25:
            f.__defaults__ = (None, [1, 2, 3], 5)
        if i == 32:
            f.__defaults__ = ([], {}, {})
        if i == 33:
            f.__defaults__ = (None, [], {})
    return out


@same
def test_closures_with_defaults_of_their_own():
    def make(n):
        def f(x, extra=[n], *more, k=n):
            return x, extra, more, k
        return f
    out = []
    for i in range(20):
        f = make(i)
        out.append((f(1), f(1, 2), f(1, 2, 3), f(1, k=5)))
    return out


@same
def test_bound_methods_in_variables():
    class A:
        def __init__(self, n): self.n = n
        def get(self, x=1): return self.n + x
        def many(self, *a, **k): return self, a, k
        def fails(self): raise KeyError(self.n)
    class B(A):
        def get(self, x=2): return "B", x
    def work(objects, count):
        out = []
        for i in range(count):
            o = objects[i % len(objects)]
            get, many, fails = o.get, o.many, o.fails
            out.append((get(), get(i), get(x=2), many(1, k=i)[1:]))
            try:
                fails()
            except KeyError as error:
                record(error)
            del get
        return out
    a, b = A(1), B(2.5)
    return work([a], 20), work([b], 5), work([a, b], 20)


@same
def test_bound_methods_change():
    class A:
        def f(self): return "f"
        def g(self): return "g"
    class C:
        def __call__(self, x): return "called", x
    def work(m, count):
        out = []
        for i in range(count):
            if i == 10:
                m = A().g
            if i == 14:
                m = len
            if i == 18:
                m = C().__call__
            out.append(m() if i < 14 else m("abc"))
        return out
    import types
    return work(A().f, 22), work(types.MethodType(lambda self: ("free", self), 5), 12)


@same
def test_decorators():
    import functools
    def counted(function):
        calls = 0
        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            nonlocal calls
            calls += 1
            record(calls)
            return function(*args, **kwargs)
        return wrapper
    @counted
    def add(a, b=1, *, c=0): return a + b + c
    @counted
    def fails(a): return 1 // a
    class K:
        @counted
        def m(self, x, **more): return x, more
    out = []
    k = K()
    for i in range(25):
        out.append((add(i), add(i, 2), add(i, b=2.5, c=3), k.m(i), k.m(i, y=2)))
        try:
            out.append(fails(i % 3))
        except ZeroDivisionError as error:
            record(error)
    return out


@same
def test_dictionaries_of_keywords():
    class Text(str): pass
    class Mapping:
        def keys(self): return ["a", "b"]
        def __getitem__(self, key): return key * 2
    def f(a, b=2, **more): return a, b, more
    out = []
    for i in range(15):
        for keywords in ({"a": i}, {"a": i, "b": 3}, {"z": 1, "a": 2}, {Text("a"): 1}, Mapping(), {1: 2, "a": 1}):
            try:
                out.append(f(**keywords))
            except TypeError as error:
                out.append(str(error))
    return out


class Chooser:
    def choose(self, a, b=3):
        return a, b


@same
def test_a_bound_method_that_the_caller_lends():
    """Its function and object are counted, the method is not when the stack only borrows it."""
    def alone(method): return method(1)
    def with_default(method): return method(1, 2)
    def asked(method):
        if method: return method(2)
    def stored(method):
        other = method
        return other(1) + method(2)
    def named(method): return method(1, b=4)
    def loop(function, method):
        for _ in range(3):
            function(method)
    out = []
    for function in (alone, with_default, asked, stored, named) * 2:
        chooser = Chooser()
        method = watch(chooser.choose)
        held = [method] * 5
        loop(function, method)
        record(sys.getrefcount(held[0]), sys.getrefcount(chooser))
        for _ in range(20):
            out.append(function(method))
        record(sys.getrefcount(held[0]), sys.getrefcount(chooser))
    return out
