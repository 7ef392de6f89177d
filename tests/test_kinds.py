"""type(x), x.__class__, names of classes; bound methods and functions written in C that are held
by variables."""

import pytest

from oracle import Dying, check, record, same, watch


@same
def test_types_of_values():
    class A: pass
    class I(int): pass
    class F(float): pass
    values = [1, True, None, 1.5, float("nan"), -0.0, 1 << 80, "s", "é", b"b", [], (), {}, set(), 2j, A(), A, I(3),
              F(2), len, [].append, range(3), type, object(), ..., NotImplemented]
    out = []
    for i in range(4):
        for x in values:
            out.append((type(x), x.__class__, type(x) is x.__class__, type(type(x))))
            out.append((type(x).__name__, x.__class__.__qualname__, type(x).__name__ + "!"))
    return [str(o) for o in out], out[0][0] is int


@same
def test_types_of_one_kind():
    class A: pass
    a, n, s, out = A(), 0, 0.5, []
    for i in range(30):
        n += type(i) is int
        n += type(s) is float
        n += type(a) is A
        n += i.__class__ is int
        n += a.__class__ is A
        s += 1
        out.append(type([i]))
        out.append([s].__class__)
        out.append((i, s).__class__.__name__ if type((i,)) is tuple else None)
    return n, out


@same
def test_class_attribute_of_its_own():
    class Liar:
        __class__ = int
    class Property:
        @property
        def __class__(self): return str
    class Own:
        def __getattribute__(self, name): return name
    class Fallback:
        def __getattr__(self, name): return name
    class Plain: pass
    out = []
    p = Plain()
    p.__dict__["__class__"] = 5
    for i in range(12):
        for o in (Liar(), Property(), Own(), Fallback(), p):
            out.append((o.__class__, type(o).__name__))
    return [str(o) for o in out]


@same
def test_class_of_an_instance_changes():
    class A: pass
    class B: pass
    a, out = A(), []
    for i in range(40):
        if i % 7 == 0 and i < 20: a.__class__ = B if type(a) is A else A
        if i == 25: A.__name__ = "Other"
        if i == 30: A.__qualname__ = "Another.Name"
        out.append((a.__class__ if i > 21 else a.__class__.__name__, type(a).__name__,
                    type(a).__qualname__))
    return [str(o) for o in out]


@same
def test_names_of_classes():
    class Meta(type):
        @property
        def __name__(cls): return "meta " + super().__name__
    class A(metaclass=Meta): pass
    class B:
        __name__ = "in the dictionary"
    class Text(str): pass
    C = type(Text("C"), (), {})
    out = []
    for i in range(10):
        for c in (A, B, C, int, Meta, type):
            out.append(c.__name__)
            out.append(c.__qualname__)
        try: B().__qualname__
        except AttributeError as error: out.append(str(error))
        out.append(B().__name__)
        out.append(len.__name__)
    return out


@same
def test_temporaries_that_die():
    class D:
        def __init__(self, k): self.k = k
        def __del__(self): record(self.k)
    out = []
    for i in range(20):
        out.append(D(i).__class__.__name__)
        out.append(type(D(i)).__name__)
        out.append(type(Dying(i)) is Dying)
    return out


@same
def test_references_of_types():
    class A: pass
    watch(A)
    a = A()
    for i in range(30):
        t = type(a)
        c = a.__class__
        type(a).__name__
        [t, c]
    del t, c
    return 0


@same
def test_dispatch_by_name():
    class Num:
        def __init__(self, v): self.v = v
    class Add:
        def __init__(self, l, r): self.l, self.r = l, r
    class Eval:
        def visit(self, n): return getattr(self, "visit_" + type(n).__name__, self.other)(n)
        def visit_Num(self, n): return n.v
        def visit_Add(self, n): return self.visit(n.l) + self.visit(n.r)
        def other(self, n): return n
    out, e = [], Eval()
    for i in range(12):
        t = Add(Add(Num(i), Num(2.5)), Add(i, Num(1 << 70)))
        out.append(e.visit(t))
    return out


# ------------------------------------------------------------ bound methods and C functions

@same
def test_bound_methods_of_c_in_variables():
    import collections
    l, d, s, q = [], {}, set(), collections.deque()
    append, get, setdefault, add, push, pop = l.append, d.get, d.setdefault, s.add, q.append, l.pop
    upper, join = "abc".upper, ",".join
    out = []
    for i in range(40):
        append(i)
        append(i * 0.5)
        setdefault(i % 5, i)
        add(i % 7)
        push(i)
        out.append((get(i), get(i, "no"), upper(), join(["a", "b"]), pop()))
    return out, l, d, sorted(s), list(q)


@pytest.mark.parametrize("call", ["f()", "f(1, 2)", "f(x=1)", "f(*[1, 2])", "g()", "g([], 1, 2, 3)", "h(1)", "h()"])
def test_errors_of_bound_methods(call):
    space = {}
    exec(f"""
def subject():
    import collections
    l = []
    f, g, h, out = l.append, {{}}.get, collections.deque().popleft, []
    for i in range(12):
        f(i)
        try: out.append({call})
        except (TypeError, IndexError) as error: out.append(str(error))
    return out, l
""", space)
    check(space["subject"])


@same
def test_bound_methods_of_many_objects():
    class L(list):
        def append(self, x): list.append(self, [x])
    class M(list): pass
    a, b, c, m = [], L(), bytearray(), M()
    out = []
    for i in range(60):
        f = (a.append, b.append, c.append, m.append, out.append)[i % 5]
        f(i)
        for g in (a.append, len, abs, m.append, str):
            try: out.append(g(i))
            except TypeError as error: out.append(str(error))
    return a, b, c, m, out


@same
def test_bound_methods_whose_object_is_only_theirs():
    out = []
    for i in range(30):
        f = [Dying(i)].append
        f(i)
        f = {"k": i}.get
        out.append(f("k"))
        g = [i].pop
        out.append(g())
        del g
    return out


@same
def test_functions_of_c_that_change():
    f, out = len, []
    for i in range(50):
        if i % 12 == 11: f = (abs, len, max, ord, str)[i // 12 % 5]
        for x in ([1, 2], -3, "a", (i, 2)):
            try: out.append(f(x))
            except TypeError as error: out.append(str(error))
    return out


@same
def test_bound_methods_of_python_in_variables():
    class A:
        def __init__(self): self.n = 0
        def add(self, k, by=1):
            self.n += k * by
            return self.n
        def me(self): return self
    class B(A):
        def add(self, k, by=1): return super().add(k, by) + 0.5
    a, b = A(), B()
    f, g, me, out = a.add, b.add, a.me, []
    for i in range(40):
        out.append((f(i), g(i, 2), f(k=i), me() is a))
        if i == 20: f, g = g, f
        h = (f, g, me, out.index)[i % 3]
        out.append(h(1) if i % 3 < 2 else h() is a)
    return out


@same
def test_handlers():
    class Emitter:
        def __init__(self): self.handlers = {}
        def on(self, event, f): self.handlers.setdefault(event, []).append(f)
        def emit(self, event, *a):
            for f in self.handlers.get(event, ()): f(*a)
    emitter, l = Emitter(), []
    class H:
        def __init__(self): self.seen = []
        def handle(self, x): self.seen.append(x)
        __call__ = handle
    h = H()
    for f in (lambda v: l.append(-v), l.append, h.handle, h): emitter.on("x", f)
    for i in range(30):
        emitter.emit("x", i)
        emitter.emit("y", i)
    return l, h.seen


@same
def test_index_gives_the_operand_itself():
    import operator
    out = []
    for i in range(24):
        x = (1 << 40) + i
        y = operator.index(x)
        out.append((x, y, y is x, operator.index(True)))
    return out
