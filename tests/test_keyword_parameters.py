"""Keywords without a parameter of their own, and defaults of keyword-only parameters of functions that
are made anew."""

from oracle import Dying, record, same, watch


@same
def test_keywords_into_a_dictionary():
    def f(a, b=2, *c, d=4, **e): return a, b, c, d, e
    def g(**k): return k
    def p(a, /, **k): return a, k
    def change(**k):
        k["new"] = 1
        k.pop("x", None)
        return list(k)
    out = []
    for i in range(40):
        out.append((f(i, x=1), f(i, z=i * 0.5, b=7, y=[i], d=i), f(i, 3, 5, 6, d=1, q=None)))
        out.append((g(), g(x=i), g(x=i, y=-0.0, z=1 << 80), p(1, a=2), p(i, a=i, k=i)))
        out.append((change(x=1), change(y=i, x=2, new=3)))
        try: f(x=1)
        except TypeError as error: out.append(str(error))
        try: p(a=1)
        except TypeError as error: out.append(str(error))
    return out


@same
def test_order_and_identity_of_keywords():
    def f(a, **k): return list(k.items())
    out, mark = [], object()
    for i in range(30):
        big, number = 1 << 70, i * 1.5
        found = f(1, z=mark, a2=big, m=number, b=mark)
        out.append([name for name, _ in found])
        out.append((found[0][1] is mark, found[1][1] is big, found[2][1] is number))
        x = i + 1000
        out.append(f(0, one=x, two=x)[0][1] is x)
        out.append(f(a=0, q=(y := i * 2000)) == [("q", y)])
    return out


@same
def test_keywords_that_die():
    def f(a, **k): return a
    def fails(**k): raise KeyError(len(k))
    for i in range(20):
        f(1, x=Dying("x"))
        record(i)
        f(Dying("a"), x=[Dying("inner")])
        try: fails(x=Dying("y"), z=1)
        except KeyError as error: record(error.args)


@same
def test_classes_with_starred_parameters():
    class A:
        def __init__(self, a, *rest, k=5, **kw): self.all = a, rest, k, kw
    class Base:
        def __init__(self, x, y=2): self.x, self.y = x, y
    class Sub(Base):
        def __init__(self, *args, **kwargs): super().__init__(*args, **kwargs)
    class Bad:
        def __init__(self, **kw): return kw
    out = []
    for i in range(40):
        out.append((A(1).all, A(i, 2, 3).all, A(i, x=1).all, A(a=i, k=2, z=i).all, A(1, 2, k=i, q=None).all))
        s, t, u = Sub(i), Sub(i, 3), Sub(x=i, y=i * 0.5)
        out.append((s.x, s.y, t.y, u.x, u.y, A(*(i, 2, 3)).all, A(*(i,)).all))
        for wrong in (lambda: A(), lambda: Sub(), lambda: Sub(1, 2, 3), lambda: Bad(x=1), lambda: Sub(1, z=2)):
            try: wrong()
            except TypeError as error: out.append(str(error))
    return out


@same
def test_defaults_of_keyword_only_parameters():
    def make(d):
        def f(a, *, k=d, m="m"): return a, k, m
        return f
    out = []
    for i in range(60):
        f = make(i * 0.5)
        out.append((f(1), f(i, k=3), f(i, m=i), f(i, m=1, k=2)))
        if i % 7 == 3: f.__kwdefaults__["k"] = "changed"
        if i % 7 == 4: f.__kwdefaults__ = {"m": 1, "k": 2}
        if i % 7 == 5: f.__kwdefaults__ = None
        if i % 7 == 6: f.__kwdefaults__ = {"k": 1, "x": 2, "m": [i]}
        if i % 11 == 10: f.__kwdefaults__ = dict(k=1)
        try: out.append(f(i))
        except TypeError as error: out.append(str(error))
        try: out.append(f(i, k=1))
        except TypeError as error: out.append(str(error))
    return out


@same
def test_defaults_that_die_with_their_function():
    def make(i):
        def f(a, *, k=Dying(i)): return a
        return f
    for i in range(20):
        f = make(i)
        record(f(i))
        f.__kwdefaults__ = {"k": i}
        record(f(i))


@same
def test_one_place_many_functions():
    def a(x, *, k=1): return x, k
    def b(x, **k): return x, k
    def c(x, *y, **k): return x, y, k
    class D:
        def __init__(self, x, **k): self.got = x, k
        def __eq__(self, other): return self.got == other.got
        def __repr__(self): return repr(self.got)
    out = []
    for i in range(60):
        for f in (a, b, c, D):
            out.append(f(i, k=i * 1.0))
            try: out.append(f(i, z=2))
            except TypeError as error: out.append(str(error))
    return out


@same
def test_frames_seen_from_within():
    import sys
    def f(a, *c, k=1, **e):
        frame = sys._getframe()
        return sorted(frame.f_locals), frame.f_back.f_lineno - frame.f_back.f_code.co_firstlineno
    out = []
    for i in range(20):
        out.append(f(i, 2, x=3))
        out.append(f(i))
    return out


@same
def test_subclasses_of_str_as_names():
    class S(str): pass
    def f(a=0, **k): return [(type(n).__name__, v) for n, v in k.items()], a
    out = []
    for i in range(20):
        out.append(f(**{S("b"): i}))
        out.append(f(**{"b": i, "c": 1}))
    return out


@same
def test_arguments_kept_alive():
    kept = []
    def f(*a, **k):
        kept.append((a, k))
        if len(kept) > 3: kept.pop(0)
    for i in range(30):
        f(i * 1000, x=i * 2000, y=[i])
        a, k = kept[-1]
        record(a, k)
    return kept
