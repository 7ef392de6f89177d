"""Calls of classes and instances whose arguments stay on the caller's stack until they have returned,
whatever the called function does to its parameters."""

import graft
import pytest

import oracle
from conftest import needs_jit
from oracle import check_source


ARGUMENTS = '''
class D:
    def __init__(self, n): self.n = n
    def __del__(self): record('del', self.n)
class Child:
    def __init__(self, n): self.own = D(n)
class Star:
    def __init__(self, *a): a = None; record('in')
class KwOnly:
    def __init__(self, a, *, b=None): a = b = None; record('in')
class Plain:
    def __init__(self, a, b=None): a = b = None; record('in')
class Names:
    def __init__(self, a, **names): names.clear(); record('in')
class Kept:
    def __init__(self, a, b, c=None): record('in')
class Slots:
    __slots__ = ()
    def __init__(self, a): a = None; record('in')
class Cell:
    def __init__(self, a):
        def forget():
            nonlocal a
            a = None
        forget()
        record('in')
class Default:
    def __init__(self, a=None, b=None):
        if a is None:
            a = 1
        if b or a is None:
            a = 2
        record('in')
class Later:
    def __init__(self, a=None):
        for n in range(2):
            if a is None:
                a = n
            record('in')
            if n: a = None
class Meta(type): pass
class OfMeta(metaclass=Meta):
    def __init__(self, a): del a; record('in')
class Error(Exception):
    def __init__(self, a): a = None; self.args = (); record('in')
class Called:
    def __init__(self, n=None): self.n = n
    def __del__(self):
        if self.n is not None: record('del', self.n)
    def __call__(self, a, b=None, *c):
        self = None; record('in')
        a = b = c = None; record('end')
called = Called()
def main():
    for i in range(12):
        record(i)
        %s
'''


@pytest.mark.parametrize("call", [
    "Star(D(1), D(2))", "Star(*(D(1), D(2)))", "Plain(*(D(1), D(2)))", "Plain(*[Child(1)])",
    "KwOnly(D(1))", "KwOnly(D(1), b=D(2))", "Plain(D(1), b=D(2))", "Plain(b=Child(1), a=Child(2))",
    "Names(D(1), x=D(2), y=[D(3)])", "Kept(D(1), D(2), D(3))", "Kept(c=D(1), a=D(2), b=D(3))",
    "Plain(D(1), D(2))", "Slots(D(1))", "Cell(a=D(1))", "Plain(a={1: D(1)})", "Plain(a=(D(1), 2))",
    "Default(a=D(1))", "Default(a=D(1), b=True)", "Later(a=D(1))", "OfMeta(D(1))", "Error(D(1))", "called(D(1), D(2))", "Called(0)(D(1))", "Called(0)(Child(1), D(2), D(3), [D(4)])",
    "Called(0)(*[D(1)])", "Called(0)(D(1), b=D(2))"])
def test_arguments_die_when_the_interpreter_drops_them(call):
    check_source(ARGUMENTS % call)


@pytest.mark.parametrize("call", ["Called()(Weak())", "Made(a=Weak())", "Made(a=[Weak()])", "Made(a={1: Weak()})",
                                  "Called()({Weak()})", "Called()([Weak()])"])
def test_arguments_that_are_looked_at_weakly(call):
    check_source('''
import weakref
class Weak:
    def __hash__(self): return 1
def look(a):
    for item in a.values() if type(a) is dict else a if type(a) in (set, list) else (a,):
        return weakref.ref(item)
class Made:
    def __init__(self, a):
        seen = look(a); a = None
        record(seen() is None)
class Called:
    def __call__(self, a):
        seen = look(a); a = None
        record(seen() is None)
def main():
    for i in range(12):
        %s
''' % call)


@needs_jit
def test_ordinary_arguments_stay_in_compiled_code():
    class Made:
        def __init__(self, a, b=None, *, c=1):
            if b is None:
                b = []
            a = a or 1
            self.a, self.b, self.c = a, b, c

    class Kept:
        def __init__(self, a):
            if a is None:
                a = ()
            self.a = a

    class Called:
        def __call__(self, a, b):
            a = a + 1
            b = b or []
            return a, b

    def main(held):
        called, out = Called(), []
        for i in range(300):
            out += [Made(i + 1000, b=[i, i + 1], c=str(i)).b, Made("%d" % i, b=held).a,
                    Made(a={"x": i}).a, Kept(a=Kept(a=held)).a.a, called(i + 0.5, [i]), called(i, held)]
        return out

    def left():
        return graft.stats()["exits_by_reason"].get("finalizer", 0)
    held = [1]
    off = main(held)
    with oracle.jit(threshold=50):
        assert main(held) == off
        before = left()
        assert main(held) == off
        assert left() == before
