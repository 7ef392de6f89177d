"""What dies with a called function, or with the value that a variable had, runs finalizers: these see
the callers as the interpreter has them, and what they change is seen."""

import pytest

from oracle import check_source

CALLERS_ARE_SEEN = """
import sys
class D:
    def __del__(self):
        print(sys._getframe(1).f_code.co_name, sys._getframe(1).f_lineno)
def factory(o):
    def called():
        return 0 and o
    return called
def inner(i):
    x = i
    (lambda b=D(): 1)()
    y = factory(D())()
    [factory(D())].pop()()
    return x + y
def main():
    return sum(inner(i)
               for i in range(3)) + inner(7)
for i in range(5):
    print(main())
"""

CHANGES_ARE_SEEN = """
import sys
class Box:
    def __init__(self): self.v = 0
    def m(self): return 1
class D:
    def __del__(self):
        Box.v = property(lambda self: 77)
        Box.m = lambda self: 'other'
        sys._getframe(1).f_locals['x'] = 'changed'
def factory(o):
    def called(i): return 0 and o
    return called
box = Box()
def f(last):
    b, out, x = box, [], 1
    for i in range(40):
        b.m()
        factory(D() if i == last else None)(i)
        out.append((b.v, b.m(), x))
    return out
print(f(-1), f(-1), f(35), f(-1))
"""

LOADED_BEFORE = """
import sys
class D:
    def __del__(self): sys._getframe(1).f_locals['x'] = 100
def g(): pass
class Holder:
    def m(self): return 1
def variable():
    x = 1
    d = D(); g()
    d = None; return x
def method():
    x = 1
    h = Holder(); h.o = D()
    h = h.m; h()
    h = None; return x
def function():
    x = 1
    def f(): pass
    f.o = D(); f()
    f = None; return x
def itself(i):
    x = D(); g()
    x = i; return x
for f in variable, method, function:
    print([f() for i in range(24)])
print([itself(i) for i in range(24)])
"""


@pytest.mark.parametrize("source", [CALLERS_ARE_SEEN, CHANGES_ARE_SEEN, LOADED_BEFORE],
                         ids=["callers", "changes", "loaded"])
def test_finalizers(source):
    check_source(source)
