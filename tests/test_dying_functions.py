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


def test_variables_go_last_first():
    """An argument that dies with the list of a later variable dies behind what the list has before it."""
    check_source("""
        class D:
            def __init__(self, n=0): self.n = n
            def __del__(self): record(self.n)
        def same_twice(p, q=2.5):
            e = q
            l = [D(0)]
            l.append(e)
        def with_result(p, q=2.5):
            e = q
            l = [D(2), D(3)]
            l.append(e)
            return p + 1
        def lists(p, q):
            l = [q, D(4)]
            m = (q, D(5), l)
            n = [D(6), q]
            return l
        def main():
            for k in range(4):
                same_twice(1, D(1))
                record(with_result(k, D(7)))
                lists(k, D(8))
                x = lists(k, D(9))
    """)


def test_variables_of_frames_that_raised_go_last_first():
    check_source("""
        class D:
            def __init__(self, n=0): self.n = n
            def __del__(self): record(self.n)
        def plain(n):
            e = [D(n), 2.5]
            f = e[0]
            raise ValueError
        def shared(p, q):
            e = q
            l = [D(0)]
            l.append(e)
            if p: raise ValueError
        def through(p, q):
            a, b = [q, D(10)], D(11)
            shared(p, a[1])
        def caught(f, *args):
            try: f(*args)
            except ValueError: pass
            record("after")
        def main():
            for k in range(4):
                try: plain(3)
                except ValueError: pass
                try: shared(1, D(4))
                except ValueError: pass
                try: through(1, D(5))
                except ValueError: pass
                caught(plain, 6)
                caught(shared, 1, D(7))
                caught(through, 1, D(8))
    """)


@pytest.mark.parametrize("look", ["", "sys._getframe()"])
def test_an_object_of_several_variables_dies_with_the_first(look):
    check_source(f"""
        import sys
        class D:
            def __init__(self, n=0): self.n = n
            def __del__(self): record(self.n)
        def alias(x):
            {look}
            a, g, k, f, l, t = (0, None, 1, D(1), D(3), 1)
            g = l
        def in_list(x):
            {look}
            g, f, l = (None, [D(1)], D(3))
            g = l
            f.append(D(4))
            return x
        def result(x):
            {look}
            g, f, l = (None, [D(1)], D(3))
            g = l
            return l.n
        def itself(x):
            {look}
            g, h, f, l = (None, None, [D(1)], [D(3)])
            h = g = l
            return l
        def both(x):
            {look}
            a, b = D(1), D(2)
            c, d = a, b
            e, a = a, None
            return x * 0.5
        def main():
            for k in range(4):
                for f in alias, in_list, result, itself, both:
                    f(k)
                    record(k)
    """)
