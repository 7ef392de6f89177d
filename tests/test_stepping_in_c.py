"""Iterators written in C over anything, in `for` loops."""

import itertools

from oracle import Dying, record, same, watch


@same
def test_itertools():
    out = []
    for i in range(30):
        for a, b in itertools.product((1, i), "xy"): out.append((a, b))
        for x in itertools.chain([i], (2.5,), "s", iter([])): out.append(x)
        for x in itertools.islice(itertools.count(i), 3): out.append(x)
        for k, g in itertools.groupby([1, 1, i]): out.append((k, list(g)))
        for x in itertools.repeat(None, 2): out.append(x)
        for x in itertools.accumulate([1, 2, i]): out.append(x)
        for x in itertools.combinations("abc", 2): out.append(x)
    return out


@same
def test_callbacks():
    def f(x):
        if x == 7: raise KeyError(x)
        if x == 5: raise StopIteration("early")
        return x * 2
    out = []
    for i in range(40):
        try:
            for x in map(f, range(i % 9)): out.append(x)
        except KeyError as error: out.append(("key", error.args, error.__traceback__.tb_next is not None))
        for x in filter(lambda x: x & 1, (1, 2, i)): out.append(x)
        for x in itertools.takewhile(lambda x: x < 3, (1, 2, i, 1)): out.append(x)
        for x in itertools.starmap(lambda a, b: a + b, [(1, i), (2, 3)]): out.append(x)
        for x in iter([i, 2, 3].pop, i): out.append(x)
    return out


@same
def test_one_place_many_iterators():
    class Mine:
        def __init__(self): self.n = 0
        def __iter__(self): return self
        def __next__(self):
            self.n += 1
            if self.n > 3: raise StopIteration
            return self.n
    def gen(): yield 1; yield 2
    out = []
    for i in range(60):
        for make in (lambda: itertools.chain("ab"), Mine, gen, lambda: map(str, [1]), lambda: reversed([1, 2]),
                     lambda: iter({"k": i}), lambda: zip([1], [i]), lambda: iter(b"ab")):
            for x in make(): out.append(x)
    return out


@same
def test_next_that_changes():
    class Box: pass
    box = Box()
    def f(x):
        box.n += 1
        if box.n % 13 == 0: box.other = x
        return box.n
    out = []
    for i in range(20):
        box.n = i
        t = 0
        for x in map(f, range(10)):
            t += x + box.n
        out.append(t)
    return out


@same
def test_locals_seen_and_changed():
    import sys
    def look(x):
        frame = sys._getframe(1)
        record(sorted(k for k in frame.f_locals if k != "out"))
        if x == 5: frame.f_locals["t"] = 1000
        return x
    out = []
    for i in range(12):
        t = 0
        for x in map(look, range(7)):
            t += x
        out.append(t)
    return out


@same
def test_items_that_die():
    for i in range(20):
        for x in map(Dying, (i, "b")): record("in loop")
        for x in itertools.chain([Dying(1)], [Dying(2)]): pass
        record("end", i)
        x = None


@same
def test_class_with_next_patched():
    class It(map): pass
    out = []
    def patched(self):
        if i & 1: raise StopIteration
        out.append(i)
        return 1
    for i in range(60):
        if i == 30: It.__next__ = patched
        n = 0
        for x in It(str, [1, 2, i]):
            n += 1
            if n > 4: break
        out.append(n)
    return out


@same
def test_isinstance_of_classes_that_ask():
    import abc, collections.abc
    class A(abc.ABC): pass
    class B(A): pass
    @A.register
    class C: pass
    class Meta(type):
        def __instancecheck__(cls, x): record("asked"); return x == 3
    class D(metaclass=Meta): pass
    out = []
    for i in range(40):
        for x in (B(), C(), 3, [], D(), {}):
            out.append((isinstance(x, A), isinstance(x, B), isinstance(x, D), isinstance(x, (int, A)),
                        isinstance(x, collections.abc.Mapping), isinstance(x, (collections.abc.Sized, D))))
        if i == 20: Meta.__instancecheck__ = lambda cls, x: True
        if i == 30: del Meta.__instancecheck__
    return out


@same
def test_methods_by_name():
    import weakref
    class V:
        def visit(self, n): return getattr(self, "v_" + type(n).__name__, self.other)(n)
        def v_int(self, n): return n * 2
        def v_str(self, n): return n + "!"
        def v_float(self, n, extra=1): raise ValueError(n)
        def other(self, n): return type(n).__name__
        @staticmethod
        def v_list(n): return len(n)
        @classmethod
        def v_dict(cls, n): return cls.__name__
    class W(V):
        def v_int(self, n): return super().v_int(n) + 1
    v, w, out = V(), W(), []
    for i in range(50):
        for n in (i, "s", 2.5, [1], {}, (), None):
            for visitor in (v, w):
                try: out.append(visitor.visit(n))
                except ValueError as error: out.append(error.args)
        if i == 25: v.v_int = lambda n: "own"
        if i == 35: V.v_str = lambda self, n: "changed"
    return out


@same
def test_methods_that_are_watched():
    import weakref
    class A:
        def m(self, x): return x
    a, out = A(), []
    def make(i):
        m = a.m
        if i % 3 == 0: refs.append(weakref.ref(m, lambda r: record("gone")))
        return m
    refs = []
    for i in range(40):
        out.append(make(i)(i))
        record("called")
        refs.clear()
        out.append([].append(i))
        out.append(getattr([i], "count")(i))
    return out


@same
def test_methods_alone_with_their_object():
    class A:
        def __init__(self, n): self.d = Dying(n)
        def m(self): record("in m"); return 1
    def get(i): return A(i).m
    for i in range(20):
        record(get(i)())
        record(getattr(A(i), "m")())
