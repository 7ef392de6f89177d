"""Arguments by name, defaults, and what does not fit."""

from oracle import same, watch


@same
def test_by_name():
    def f(a, b=2, c=3.5, /, d="d", *, e=5): return a, b, c, d, e
    def g(a, b=20, c=30): return a, b, c
    class K:
        def __init__(self, x, y=1): self.x, self.y = x, y
        def m(self, p, q=None): return self.x, p, q
    out = []
    for i in range(8):
        out.append((g(i, c=i + 0.5), g(c=1, b=i, a=i * 1000), g(i, b=i), f(i, d=i), f(i, e=2), g(a=i)))
        k = K(i, y=i + 1000)
        out.append((k.x, k.y, K(y=i, x=2).y, k.m(q=i, p=1), k.m(1, q=2.5)))
        for bad in (lambda: g(i, a=i), lambda: g(x=i), lambda: g(b=i), lambda: f(a=i), lambda: K(z=i), lambda: k.m(p=1, self=2)):
            try: bad()
            except TypeError as error: out.append(str(error))
    return out


@same
def test_defaults_that_change():
    def f(a, b=1): return a, b
    out = []
    for i in range(12):
        out.append((f(a=i), f(i, b=i), f(b=3, a=i)))
        if i == 3: f.__defaults__ = (i * 100.5,)
        if i == 6: f.__defaults__ = None
        if i == 6: f.__defaults__ = ([],)
        if i == 9: f.__code__ = (lambda a, b: (b, a)).__code__
    return out


@same
def test_reference_counts():
    def f(a, b=None, c=0): return b
    o = object()
    watch(o)
    for i in range(10):
        f(o, c=o)
        x = f(i, b=o)
        f(b=o, a=o, c=i)
    return x is o
