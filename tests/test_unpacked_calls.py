"""f(*args), f(*args, **kwargs): tuples and dictionaries that become arguments."""

import pytest

from oracle import Dying, check, check_source, record, same, watch


@same
def test_tuples_of_every_size():
    def f(a, b=2, *c, d=4, **e): return a, b, c, d, e
    def g(a, b, c): return c, b, a
    def h(*a): return a
    class K:
        def __init__(self, a, b=5): self.ab = a, b
        def m(self, *a): return a
    out = []
    for i in range(30):
        for t in ((i,), (i, i * 0.5), (i, "b", None), tuple(range(i % 9 + 1)), ()):
            for k in (f, g, h, K, K(i).m, max, print if i > 99 else len):
                try:
                    r = k(*t)
                    out.append(r.ab if type(r) is K else r)
                except TypeError as error:
                    out.append(str(error))
    return out


@same
def test_one_tuple_again_and_again():
    def f(a, b, c): return a + b * c
    class P:
        def __init__(self, a, b, c): self.a, self.b, self.c = a, b, c
    t, n = (1, 2.5, 3), 0
    for i in range(40):
        n += f(*t)
        p = P(*t)
        n += p.a + p.b
        if i == 20: t = (2, 1 << 70, 1)
    return n


@same
def test_wrappers():
    import functools
    def deco(f):
        @functools.wraps(f)
        def w(*a, **k):
            return f(*a, **k)
        return w
    @deco
    def g(x): return x
    @deco
    def h(x, y=2, *, z=3): return x, y, z
    @deco
    def empty(): return "empty"
    @deco
    def keeps(*a, **k): return a, k
    @deco
    class Made:
        def __init__(self, x=1): self.x = x
    out = []
    for i in range(30):
        out.append((g(i), g(x=i), h(i), h(i, 5), h(i, z=7), h(y=i, x=2), empty(), Made(i).x, Made().x))
        out.append((keeps(), keeps(1, 2), keeps(1, k=i)))
        try: g()
        except TypeError as error: out.append(str(error))
        try: g(1, 2, y=i)
        except TypeError as error: out.append(str(error))
    return out


@same
def test_wrapped_functions_that_change():
    class Box: pass
    box, out = Box(), []
    def f(*a, **k):
        g = box.f
        return g(*a, **k)
    functions = [lambda x: x, dict, len, lambda *a, **k: (a, k), str, lambda x, y=3: y, list]
    for i in range(70):
        box.f = functions[i // 10]
        try: out.append(f([i]))
        except TypeError as error: out.append(str(error))
        if i % 4 == 3:
            try: out.append(f(x=i))
            except TypeError as error: out.append(str(error))
    return out


@same
def test_identity_of_what_is_passed():
    def keep(*a, **k): return a, k
    def pass_on(*a, **k): return keep(*a, **k), a, k
    out, t, d = [], (1, 2), {}
    for i in range(20):
        (a, k), b, l = pass_on(*t, **d)
        out.append((a is b, k is l, k is d, a is t, b is t, a == b))
        (a, k), b, l = pass_on()
        out.append((a is b, k is l, a == ()))
        k["x"] = i
        out.append((l, d))
    return out


@same
def test_keywords_that_appear_in_the_loop():
    def f(a, b=0, c=0): return a, b, c
    def w(d, *a):
        k = d
        return f(*a, **k)
    d, out = {}, []
    for i in range(40):
        if i == 12: d["b"] = i
        if i == 20: d["c"] = 1.5
        if i == 28: d.clear()
        if i == 34: d[1] = 2
        try: out.append(w(d, i))
        except TypeError as error: out.append(str(error))
    return out


@same
def test_keywords_that_are_no_dictionaries():
    import collections, types
    def f(**k): return sorted(k.items())
    class M:
        def keys(self): return ["a"]
        def __getitem__(self, k): return k + "!"
    class D(dict): pass
    out = []
    for i in range(20):
        for k in ({}, D(), D(a=1), M(), types.MappingProxyType({}), collections.OrderedDict(z=1), None, 5, {"a": i}):
            try: out.append(f(**k))
            except TypeError as error: out.append(str(error))
    return out


@same
def test_arguments_that_are_no_tuples():
    def f(*a): return a
    class T(tuple): pass
    class I:
        def __iter__(self): return iter((1, 2))
    out = []
    for i in range(20):
        for a in ((i,), [i], T((1, i)), I(), range(3), "ab", {i: 1}, iter([1]), (x for x in (1, i)), 5):
            try: out.append(f(*a))
            except TypeError as error: out.append(str(error))
    return out


@same
def test_temporaries():
    def f(a, b): return a
    def g(*a): return len(a)
    class C:
        def __init__(self, k, l): self.k = k
    for i in range(20):
        f(*(Dying(i), Dying("b")))
        g(*(Dying(i),))
        x = C(*(Dying(i), i))
        f(*tuple([Dying("t"), i]))
        del x
        record(i)
    return 0


@same
def test_references():
    class O: pass
    a, b = O(), O()
    watch(a)
    watch(b)
    t = (a, b)
    watch(t)
    def f(x, y): return y
    def g(*x): return x
    class C:
        def __init__(self, x, y): self.x = x
    for i in range(30):
        f(*t)
        g(*t)
        r = g(a, *t)
        c = C(*t)
    del r, c
    return 0


@pytest.mark.parametrize("call", ["f(*t)", "f(*t, **{})", "f(*t[:2])", "f(*t, 4)", "f(*t, a=1)", "f(*t[:1], **{'a': 1})",
                                  "C(*t)", "C(*t[:1])", "E(*t)", "(lambda: 0)(*t)", "(lambda *, k: k)(*t[:0], k=3)"])
def test_exceptions(call):
    for seen in check_source(f"""
def f(a, b, c): return a / b
class C:
    def __init__(self, a, b): self.x = a / b
class E(Exception):
    def __init__(self, a, b, c): super().__init__(a, b)
def main():
    out, t = [], (1, 2, 3)
    for i in range(14):
        t = (i, i % 3, 2.5)
        if i > 8: t = t[:2]
        try: out.append(str({call}).partition(" at ")[0])
        except (TypeError, ZeroDivisionError) as error:
            out.append((str(error), error.__traceback__.tb_next is None))
    return out
"""):
        assert seen["exception"] == "None"


@same
def test_frames_seen_from_within():
    import sys
    def f(a, b=1):
        frame = sys._getframe(1)
        return frame.f_code.co_name, sorted(frame.f_locals), frame.f_lineno - frame.f_code.co_firstlineno
    def w(*args, **kwargs):
        x = 1
        return f(*args, **kwargs)
    return [w(i) for i in range(15)] + [w(i, b=2) for i in range(3)]


@same
def test_tracing_in_the_middle():
    import sys
    events = []
    def trace(frame, event, arg):
        events.append((event, frame.f_code.co_name, frame.f_lineno - frame.f_code.co_firstlineno))
        return trace
    def f(a, b): return a
    def w(*a, **k): return f(*a, **k)
    for i in range(20):
        if i == 15: sys.settrace(trace)
        w(i, 2)
        if i == 17: sys.settrace(None)
    return events


@same
def test_deep_recursion():
    def f(*a, **k):
        if not a: return 0
        return 1 + f(*a[1:], **k)
    def g(n, *a):
        return g(*(n + 1,), *a)
    out = [f(*range(40)) for i in range(5)]
    for i in range(3):
        try: g(0, 1)
        except RecursionError: out.append("deep")
    return out


@same
def test_defaults_that_change():
    def f(a, b=1, *c): return a, b, c
    out, t = [], (1,)
    for i in range(40):
        if i == 10: f.__defaults__ = (2,)
        if i == 20: f.__defaults__ = None
        if i == 30: f.__defaults__ = (3, 4)
        try: out.append(f(*t))
        except TypeError as error: out.append(str(error))
    return out
