"""Functions with *args and **kwargs, closures, and classes with metaclasses and of exceptions, called
from compiled code."""

import pytest

from oracle import check_source

PRELUDE = '''
import abc, sys
class Error(Exception): pass
def rest(*args): return args
def both(a, b=2, *args, **kwargs): return a, b, args, kwargs
def names(**kwargs): kwargs["new"] = 1; return kwargs
def looks(*args, **kwargs): return sys._getframe().f_locals, sys._getframe(1).f_lineno
def fails(*args, **kwargs): raise Error(*args)
def star_of(*args): return rest(*args), both(*args) if args else None
def gives(a, *args):
    yield a
    yield args
def plain(a, b=5): return a, b
def only(*, a): return a
def closure(n):
    def inner(*args, k=0): return n, args
    def other(a=n): return a, n
    def changing(*args):
        nonlocal n
        n += len(args)
        return n
    return inner, other, changing
'''
CALLS = ["rest()", "rest(i)", "rest(i, i + 1, 'x', [i])", "both(i)", "both(i, 3, 4, 5)", "names()", "looks(i, 2)",
         "star_of()", "star_of(i, 2, 3)", "list(gives(i, 2, 3))", "plain(*(i,))", "plain(*[i, 2])", "plain(*(i, 2, 3))",
         "plain(*(), **{'a': i})", "plain(*(i,), **{})", "both(*range(i % 5 + 1))", "inner(i)", "inner(*(i,) * 3)",
         "other()", "other(i)", "changing(i, i)", "rest(*'abc')", "fails(i)", "fails(*[i] * 3)", "only(*())",
         "only(*(), a=i)", "plain(*gen)", "plain(**{1: 2})", "plain(*None)", "plain()", "rest(*rest(i, *rest(i)))"]


@pytest.mark.parametrize("call", CALLS)
def test_calls(call):
    check_source(PRELUDE + f"""
def main():
    inner, other, changing = closure(7)
    gen = (1, 2)
    functions = [rest]
    for i in range(12):
        try: record({call})
        except Exception as e: record(type(e), e.args, e.__traceback__.tb_next and e.__traceback__.tb_next.tb_lineno)
""")


def test_the_tuple_and_the_dictionary_are_new():
    check_source(PRELUDE + """
def keeps(*args, **kwargs):
    kept.append((args, kwargs))
kept = []
def main():
    del kept[:]
    given = (1, 2)
    for i in range(10):
        keeps(*given)
        kept[-1][1]["i"] = i
        keeps()
    return kept, given, kept[0][0] is given, len({id(k[1]) for k in kept})
""")


def test_code_and_defaults_change():
    check_source(PRELUDE + """
def one(a, b=1, *args): return a, b, args
def two(*args): return "two", args
def main():
    one.__defaults__ = (1,)
    saved = one.__code__
    f = one
    for i in range(20):
        if i == 8: f.__defaults__ = (8,)
        if i == 12: f.__code__ = two.__code__
        record(f(*(i,)))
    one.__code__ = saved
""")


def test_metaclasses():
    check_source(PRELUDE + """
class Meta(type): pass
class Other(type):
    def __call__(cls, *args): return "called", args
class A(metaclass=Meta):
    def __init__(self, n): self.n = n
class B(abc.ABC):
    def __init__(self, n): self.n = n
class C(abc.ABC):
    @abc.abstractmethod
    def method(self): pass
    def __init__(self, n): self.n = n
def main():
    for i in range(30):
        if i == 10: Meta.__call__ = lambda cls, n: "by the metaclass"
        if i == 15: del Meta.__call__
        if i == 20: A.__class__ = Other
        if i == 25: A.__class__ = Meta
        a, b = A(i), B(i)
        record(a if type(a) is str else type(a), b.n)
        try: C(i)
        except TypeError as e: record(e)
""")


def test_classes_of_exceptions():
    check_source(PRELUDE + """
class E(Exception):
    def __init__(self, n, text="text"):
        record(self.args, type(self))
        super().__init__(text, n)
        self.n = n
class F(E):
    def __init__(self, *args):
        E.__init__(self, *args)
        self.more = args
class G(KeyError):
    def __init__(self, key): KeyError.__init__(self, key, key)
class N(Exception):
    def __new__(cls, *args): return super().__new__(cls, "new", *args)
    def __init__(self, n): self.n = n
class O(OSError):
    def __init__(self, n): super().__init__(2, "gone", n)
class D(Exception):
    def __init__(self, n): self.args = [n]
class P(Exception):
    n = property(lambda self: self._n, lambda self, n: self.__dict__.update(_n=n))
    def __init__(self, n): self.n = n
class W(Exception):
    def __init__(self, n): ValueError.__init__(self, n)
class R(Exception):
    def __init__(self, n): return 5
def main():
    for i in range(24):
        for kind in (E, F, G, N, O, D, P, R, W):
            try: e = kind(i)
            except TypeError as error: record(error)
            else: record(e.args, str(e), vars(e), getattr(e, "n", None), e.__traceback__)
        if i == 12: E.__init__ = lambda self, n: setattr(self, "n", "changed")
        if i == 16: E.n = 5
        try: e = E(i, text="by name")
        except TypeError as error: record(error)
        try: E()
        except TypeError as error: record(error)
        try: raise F(i)
        except E as e: record(e.n, e.more, e.args)
        d = {"e": e}
        e.n = [i]
        e.n.append(e)
        e.n = None
    del E.n
""", leaks=False, repeat=1)
