"""Classes with a __new__ in Python."""

import collections
import typing

from oracle import Dying, check, record, same

Pair = collections.namedtuple("Pair", "x y", defaults=[5])


class Point(typing.NamedTuple):
    x: int
    y: float = 0.5

    def norm(self): return self.x * self.y


@same
def test_named_tuples():
    class Sub(Pair):
        __slots__ = ()
        def __new__(cls, x): return super().__new__(cls, x, -x)
    class WithInit(Pair):
        def __init__(self, x, y=3): record("init", x, y)
    out = []
    for i in range(40):
        out.append((Pair(i, 2), Pair(i), Pair(x=i, y=1), Point(i), Point(i, 2.5).norm(), Sub(i), WithInit(i)))
        out.append((type(Sub(i)) is Sub, WithInit(i, 7) == (i, 7), Pair(*(i, i)), Pair([i], Dying("y")).x))
        for wrong in (lambda: Pair(), lambda: Pair(1, 2, 3), lambda: Sub(1, 2), lambda: Pair(z=1)):
            try: wrong()
            except TypeError as error: out.append(str(error))
    return out


@same
def test_what_new_returns():
    class Base:
        def __new__(cls, kind):
            record("new", cls.__name__)
            if kind == 0: return object.__new__(cls)
            if kind == 1: return object.__new__(Derived)
            if kind == 2: return 42
            if kind == 3: return None
            if kind == 4: raise KeyError(kind)
            if kind == 5: return object.__new__(Failing)
            return cls
    class Derived(Base):
        def __init__(self, kind): record("init of derived", kind)
    class Failing(Base):
        def __init__(self, kind): raise ValueError(kind)
    class Returns(Base):
        def __init__(self, kind): return kind
    out = []
    for i in range(70):
        for made in (Base, Derived, Returns):
            try: out.append(type(made(i % 7)).__name__)
            except (KeyError, ValueError, TypeError) as error:
                out.append((type(error).__name__, str(error), error.__traceback__.tb_next is not None))
    return out


@same
def test_singletons_and_caches():
    class One:
        made = None
        def __new__(cls):
            if cls.made is None: cls.made = super().__new__(cls)
            return cls.made
        def __init__(self): self.n = getattr(self, "n", 0) + 1
    class Cached:
        all = {}
        def __new__(cls, key, *rest):
            if key not in cls.all: cls.all[key] = object.__new__(cls)
            return cls.all[key]
    return [(One().n, One() is One(), Cached(i % 3) is Cached(i % 3, 1, 2)) for i in range(40)]


@same
def test_classes_that_change():
    class A:
        def __new__(cls, a): return object.__new__(cls)
    def with_init(self, a): self.a = a
    out = []
    for i in range(80):
        if i == 20: A.__init__ = with_init
        if i == 40: A.__new__ = staticmethod(lambda cls, a: record("other") or object.__new__(cls))
        if i == 50: del A.__init__
        if i == 60: del A.__new__
        try: out.append(sorted(vars(A(i))))
        except TypeError as error: out.append(str(error))
    return out


@same
def test_metaclasses():
    class Meta(type):
        def __call__(cls, *args): return cls.__name__, args
    class Quiet(type): pass
    class A(metaclass=Meta):
        def __new__(cls, a): return 1
    class B(metaclass=Quiet):
        def __new__(cls, a): return object.__new__(cls)
        def __init__(self, a): self.a = a
    out = []
    for i in range(30):
        out.append((A(i), B(i).a))
        if i == 15: Quiet.__call__ = lambda cls, a: type.__call__(cls, -a)
    return out


@same
def test_other_new():
    class Static:
        __new__ = lambda cls, a: (cls.__name__, a)
    class ByObject:
        class Callable:
            def __call__(self, cls, a): return a
        __new__ = Callable()
    class Int(int):
        def __new__(cls, v): return super().__new__(cls, v * 2)
    class Text(str):
        def __new__(cls, *v): return super().__new__(cls, "".join(v))
    return [(Static(i), ByObject(i), Int(i), type(Int(i)).__name__, Text("a", str(i))) for i in range(30)]


@same
def test_frames_and_tracebacks():
    import sys, traceback
    class A:
        def __new__(cls, i):
            if i % 5 == 4: raise ValueError(i)
            return sys._getframe(1).f_code.co_name, sys._getframe().f_locals["i"]
    out = []
    for i in range(40):
        try: out.append(A(i))
        except ValueError as error:
            out.append([s.name for s in traceback.extract_tb(error.__traceback__)])
    return out


@same
def test_deep():
    class Chain:
        def __new__(cls, n): return (cls, n) if n == 0 else Chain(n - 1)
    out = [Chain(i)[1] for i in range(40)]
    try: Chain(10 ** 6)
    except RecursionError: out.append("deep")
    return out
