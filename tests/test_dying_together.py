"""Objects that two others hold which die at the same time; and arguments, which belong to the called
function alone."""

import pytest

from oracle import check_source

LOOKS = """
import sys, types
class D:
    def __init__(self, n=0): self.n = n
    def __del__(self):
        f = sys._getframe(1)
        record(self.n, f.f_code.co_name, f.f_lineno, dict.fromkeys(f.f_locals), sys.exception())
class Box: pass
"""


@pytest.mark.parametrize("two", [
    "[lambda: d, lambda: d]", "(lambda: d, lambda: d)", "[iter(l), iter(l)]", "[enumerate(m), zip(m, m)]",
    "[f.__closure__[0], f]", "[f.__closure__, f]", "{'a': f, 'b': lambda: d}", "box(lambda: d, lambda: d)",
    "[types.FunctionType(same.__code__, {}, 'q', t) for k in range(14)]", "[g(), g()]", "[[d], [d]]", "[(d, 1), box(d)]",
    "[lambda a=d: a, lambda a=d: a]", "with_same_defaults(d)", "[l, box(l)]", "[f, iter([f])]",
    "ValueError(f, lambda: d)"])
def test_holders(two):
    check_source(LOOKS + f"""
def same(a=1): return a
def box(*items):
    b = Box()
    b.a, b.b = items * 2 if len(items) == 1 else items
    return b
def with_same_defaults(d):
    def a(*, k=1): return k
    def b(*, k=1): return k
    a.__kwdefaults__ = b.__kwdefaults__ = {{'k': d}}
    return [a, b]
def make(d):
    l = [d]
    m = iter(l)
    t = (d,)
    f = lambda: d
    def g(): yield d
    return {two}
def work():
    x = make(D())
    y = 1
    x = 2
    y = 3
def in_containers():
    a, b, c = [1], {{}}, Box()
    a[0] = make(D(1))
    a[0] = 1
    b["k"] = make(D(2))
    b["k"] = 2
    c.x = make(D(3))
    c.x = 3
    a = (make(D(4)), 1)
    a = 4
def result():
    x = make(D(5))
    return 5
def unused():
    make(D(6))
    return 6
def looped():
    for x in [make(D(7)), make(D(8))]: y = x
    for k in range(3): x = make(D(9))
def main():
    for f in work, in_containers, result, unused, looped:
        for k in range(5): f()
""", leaks=False)


def test_causes_that_are_contexts():
    check_source(LOOKS + """
class E(Exception): pass
def work():
    x = 1
    try:
        try: raise KeyError(D())
        except KeyError as e: raise E(1) from e
    except E: x = 2
    x = 3
def other(e): raise E(1) from e
def given():
    x = 1
    try: other(KeyError(D()))
    except E: x = 2
    x = 3
def twice():
    d = D()
    k = KeyError(d, d)
    k.attribute = d
    d = None
    try: raise k from k
    except KeyError: k = 2
    x = 3
def main():
    for i in range(30):
        work()
        given()
        twice()
""")


def test_temporaries():
    check_source("""
import sys
class D:
    def __del__(self):
        f = sys._getframe(2)
        record(f.f_code.co_name, f.f_lineno, dict(f.f_locals))
class E(Exception): pass
def fail(): raise E(1)
def two(*a): return 1
def inner(y):
    y += 1
    try: y = two(w := [D()], w, (w := 1), fail())
    except E: y = 8
    return y
def work(i):
    j = i + 1
    inner(j)
    return j
def main():
    for i in range(6): work(i)
""")


def test_arguments_are_the_functions():
    check_source("""
class D:
    def __init__(self, n): self.n = n
    def __del__(self): record("died", self.n)
def rest(*a, **k):
    a = None
    k = None
    record("in")
def named(a, z=None):
    a = None
    record("between")
    z = None
    record("in")
def generates(a, z=None):
    a = None
    yield 1
def make(n):
    found = []
    for i in range(n):
        exec("def f(a, b=None):\\n    a = b = None\\n    record('in')\\n", globals())
        found.append(globals().pop("f"))
    return found
def main():
    for i in range(8):
        rest(*[D(1), D(2)])
        rest(*[D(1), D(2)], **{"k": D(3)})
        rest(D(1), *[D(2)], k=D(3), **{"l": D(4)})
        named(*[D(1)], **{"z": D(2)})
        named(1, **{"z": D(2)})
        list(generates(*[D(1)], **{"z": D(2)}))
        try: named(*[D(1), D(2), D(3)])
        except TypeError: record("type error")
        try: named(D(1), **{"y": D(2)})
        except TypeError: record("type error")
    for f in make(12): f(D(1), b=D(2))      # cold
    for f in make(12): f(D(1), D(2))
    for f in make(12): f(*(D(1), D(2)))
""")


def test_iterators_of_a_generator_that_share():
    for setup, loop in [("it = iter([D(1), D(2)])", "for a, b in zip(it, it): a = b = None"),
                        ("l = [D(1), D(2)]; i1 = iter(l); i2 = iter(l); l = None; next(i1)", "for a in (): pass"),
                        ("l = [D(1), D(2)]; z = zip(l, l); next(z)", "l = None"),
                        ("i1 = iter([D(1), D(2)]); z = zip(i1, i1)", "pass"),
                        ("z = zip([D(1)], [D(2)]); p = next(z)", "pass"),
                        ("z = enumerate([D(1), D(2)]); p = next(z); y = z", "pass"),
                        ("d = {1: D(1), 2: D(2)}; i1 = iter(d.items()); p = next(i1); d = None", "pass")]:
        check_source(f"""
            import sys
            class D:
                def __init__(self, n): self.n = n
                def __del__(self):
                    f = sys._getframe(1)
                    g = f.f_back
                    record(self.n, f.f_code.co_name, f.f_lineno, g and sorted((k, v) for k, v in g.f_locals.items() if type(v) is float))
            def gen(k):
                {setup}
                {loop}
                for i in range(k):
                    yield i * 0.5
            def use(k):
                x = 0.25
                for y in gen(k):
                    x += y
                return x
            def main():
                for k in range(6):
                    record(use(k))
                    record(sum(gen(k)))
        """)
