"""Cells, free variables, functions that are made while compiled code runs, super(), static
and class methods."""

from oracle import check_source, run_program, same

FEW = {"modes": {"threshold=1": {}, "force_exit=2": {"force_exit": 2}, "max_versions=1": {"max_versions": 1}}}


def subject(source, raises=None, **options):
    for seen in check_source(source, **options):
        exc = seen["exception"]
        found = "None" if exc == "None" else exc["type"].partition("#")[0]
        assert found == (raises or "None"), exc


# ------------------------------------------------------------ cells

@same
def test_numbers_in_cells():
    total = 0
    real = 0.5
    flag = False
    big = 2**58
    text = ""
    def look():
        return total, real, flag, big, text
    out = []
    for i in range(40):
        total += i * i
        real = real * 1.5 - i
        flag = not flag
        big += 2**56
        text += "x"
        if i % 9 == 0:
            out.append(look())
    return out, look()


@same
def test_nonlocal_counters():
    count, real = 0, 0.0
    def bump(k):
        nonlocal count, real
        count += k
        real += k * 0.5
        return count
    def reset():
        nonlocal count
        count = -2**29
    out = []
    for i in range(40):
        out.append(bump(i))
        count -= 1
        if i % 13 == 12:
            reset()
    return out, count, real


@same
def test_types_in_cells_change():
    x = 1
    def get():
        return x
    trail = []
    for i in range(40):
        y = x + x
        trail.append((y, get() is x))
        if i == 5: x = 1.5
        if i == 10: x = 2**80
        if i == 15: x = "ab"
        if i == 20: x = [1]
        if i == 25: x = True
        if i == 30: x = -0.0
        if i == 35: x = 3
    return trail


@same
def test_cells_unbound_and_bound_again():
    out = []
    x = 0
    def get():
        return x
    for i in range(30):
        if i % 7 == 3:
            del x
        try:
            out.append(x + 1)
        except NameError as e:
            out.append((type(e).__name__, str(e)))
        try:
            out.append(get())
        except NameError as e:
            out.append((type(e).__name__, str(e)))
        x = i
    return out


def test_unbound_at_last():
    for line in ("x = x + 1", "record(get())", "del x"):
        subject(f"""
def main():
    x = 1
    def get(): return x
    for i in range(12):
        x = x + get()
        if i == 9:
            del x
            {line}
    return x
""", "NameError" if "get" in line else "UnboundLocalError")


@same
def test_identity_of_what_is_in_cells():
    a = 1000
    def get():
        return a
    out = []
    for i in range(2000, 2020):
        b = a
        a = i * 3
        out.append((a is b, get() is a))
        c = a
        a += 1
        out.append((c, a, c is a))
    return out


@same
def test_arguments_that_are_cells():
    def f(a, b=2.5, *, c=3):
        def g():
            nonlocal a
            a = a + b
            return a + c
        return g() + g()
    def twice(a, b):
        g = lambda: (a, b, a is b)
        return g()
    out = []
    for i in range(20):
        out.append(f(i))
        out.append(f(i * 0.5, i))
        n = 5000 + i
        out.append(twice(n, n))
        out.append(twice(i, i + 0.5))
    return out


@same
def test_finalizers_of_what_is_in_cells():
    log = []
    class D:
        def __init__(self, n):
            self.n = n
        def __del__(self):
            log.append((self.n, i))
    x = None
    def get():
        return x
    def keep(n):
        d = D(n)
        def inner():
            return d.n
        return inner() if n % 2 else n
    for i in range(20):
        x = D(i)
        if i % 3 == 0: x = i
        if i % 4 == 0: x = [D(-i)]
        log.append(keep(100 + i))
    x = None
    return log


# ------------------------------------------------------------ functions made and called

@same
def test_lambdas_and_inner_functions():
    out = []
    k = 3
    f = lambda x: x * k + 1
    for i in range(30):
        out.append(f(i))
        g = lambda y, z=i: y + z - k
        out.append(g(1.5))
        out.append(g(2, 3))
        if i == 10: k = 0.5
        if i == 20: f = lambda x: -x
        def h(x):
            return x if x < 2 else h(x - 1) + h(x - 2)
        out.append(h(6))
    return out


@same
def test_closures_of_one_code():
    def adder(n):
        def inner(x):
            return x + n
        return inner
    def counter():
        n = 0
        def step():
            nonlocal n
            n += 1
            return n
        return step
    adders = [adder(i) for i in range(4)] + [adder(0.5), adder("s")]
    a, b = counter(), counter()
    out = []
    for i in range(20):
        for f in adders:
            try:
                out.append(f(i))
            except TypeError as e:
                out.append(str(e))
        out.append((a(), b() if i % 2 else -1))
    return out


@same
def test_decorators():
    def logged(f):
        calls = 0
        def wrapper(*args):
            nonlocal calls
            calls += 1
            return f(*args) + calls
        return wrapper
    def simple(f):
        def wrapper(x):
            return f(x) * 2
        return wrapper
    @logged
    def one(x):
        return x
    @simple
    @simple
    def two(x):
        return x + 0.5
    return [(one(i), two(i)) for i in range(30)]


@same
def test_defaults_annotations_and_attributes_of_new_functions():
    out = []
    for i in range(12):
        def f(a, b=i, *c, d=i * 2, **e) -> int:
            "doc"
            return a, b, c, d, e, i
        def g(a: int = i, b: "str" = "x"):
            return a, b
        f.extra = i
        out.append((f(1), f(1, 2, 3, d=4, z=5), f.__defaults__, f.__kwdefaults__, f.__doc__, f.extra,
                    f.__qualname__, f.__name__, f.__annotations__, g(), g.__annotations__))
    return out


@same
def test_functions_that_die():
    import weakref
    log = []
    class D:
        def __del__(self):
            log.append("d")
    for i in range(15):
        d = D() if i % 3 == 0 else None
        def f(x=d):
            return d, x
        if i % 4 == 1:
            w = weakref.ref(f, lambda r: log.append("weak"))
        if i % 5 == 2:
            f.attribute = D()
        log.append(i)
        del d, f
    return log


def test_code_and_closure_change():
    subject("""
def maker(n):
    def f(x): return x + n
    return f
def other(n):
    def f(x): return x * n
    return f
def main():
    out = []
    f = maker(3)
    for i in range(30):
        out.append(f(i))
        if i == 10: f.__code__ = other(1).__code__
        if i == 20: f.__closure__[0].cell_contents = 2.5
        if i == 25: f.__defaults__ = (7,)
    out.append(f())
    return out
""")


def test_frames_seen_from_closures():
    subject("""
def main():
    total = 0
    def inner(k):
        nonlocal total
        total += k
        spy()
        if k == 9: raise ValueError(k)
        return total
    for k in range(12):
        inner(k)
""", "ValueError")


@same
def test_f_locals_writes_cells():
    import sys
    x = 1
    def get():
        return x
    out = []
    def poke(n):
        sys._getframe(1).f_locals["x"] = n
    for i in range(20):
        x += 1
        if i % 6 == 5:
            poke(i * 100.5)
        out.append((x, get()))
    return out


@same
def test_comprehensions_with_cells():
    out = []
    for i in range(12):
        fs = [lambda y, j=j: i + j + y for j in range(3)]
        gs = [lambda: j for j in range(3)]
        out.append([f(1) for f in fs] + [g() for g in gs])
    return out


@same
def test_class_bodies_that_see_cells():
    out = []
    for i in range(8):
        n = i * 2
        class C:
            x = n
            y = [n + k for k in range(2)] if i > 3 else x
            def m(self):
                return __class__.__name__, n
        out.append((C.x, C.y, C().m()))
    return out


# ------------------------------------------------------------ classes

def test_super():
    subject("""
class A:
    def __init__(self, x): self.x = x
    def m(self, y): return self.x + y
    def v(self): return "A.v"
    @classmethod
    def c(cls, n): return cls.__name__, n
    @staticmethod
    def s(n): return n
    p = property(lambda self: self.x * 2)
    k = 7
class B(A):
    def __init__(self, x):
        super().__init__(x)
        self.z = 1
    def m(self, y): return super().m(y) + self.z
    def v(self): return super(B, self).v() + "B"
    @classmethod
    def c(cls, n): return super().c(n + 1)
    def all(self): return super().p, super().k, super().s(4), super().c(1), super().__class__.__name__
class C(A):
    def m(self, y): return super().m(y) * 2
class D(B, C):
    def m(self, y): return super().m(y) - 1
class E(B):
    def __getattribute__(self, name): return object.__getattribute__(self, name)
class O:
    def __init__(self):
        super().__init__()
        self.n = 3
def main():
    out = []
    objects = [B(1), D(2), B(0.5), E(4)]
    for i in range(30):
        o = objects[i % 4] if i > 10 else objects[0]
        out.append((o.m(i), o.v(), type(o).c(i), o.all(), B(i).x, O().n))
        if i == 15: A.m = lambda self, y: -y
        if i == 20: B.__bases__ = (C,)
        if i == 24: objects[0].__class__ = D
        if i == 27: del A.m; C.m = lambda self, y: y
    return out
""", repeat=1, leaks=False)


def test_super_that_fails():
    for call, error in (("super().nothing(i)", "AttributeError"), ("super(int, self).m(i)", "TypeError"),
                        ("super().m(i, 1)", "TypeError")):
        subject(f"""
class A:
    def m(self, y): return y
class B(A):
    def m(self, y, i):
        if y > 8: return {call}
        return super().m(y)
def main():
    b = B()
    for i in range(12): b.m(i, i)
""", error)
    subject("""
class A:
    def m(self): return 1
class B(A):
    def m(self):
        del self
        return super().m()
def main():
    for i in range(9):
        try: B().m()
        except (RuntimeError, UnboundLocalError) as e: record(str(e))
    def f(x): return super().m()
    for i in range(9):
        try: f(1)
        except RuntimeError as e: record(str(e))
""")


def test_super_is_something_else():
    subject("""
class A:
    def m(self): return "A"
class B(A):
    def m(self): return super().m() + "B"
def main():
    global super
    out = []
    b = B()
    for i in range(30):
        out.append(b.m())
        if i == 10:
            class Other:
                def m(self): return "other"
            super = lambda *a: Other()
        if i == 20: del super
    return out
""", repeat=1)


def test_static_and_class_methods():
    subject("""
class M(type):
    @property
    def q(cls): return 9
class A:
    base = 1
    def __init__(self): self.n = 5
    def m(self, y): return self.n + y
    @staticmethod
    def s(y): return y + 1
    @classmethod
    def c(cls, y): return cls.base + y
    @classmethod
    def make(cls): return cls()
class B(A):
    base = 2.5
class N(A, metaclass=M):
    base = 3
def main():
    out = []
    a, b, n = A(), B(), N()
    for i in range(40):
        out.append((A.s(i), a.s(i), A.c(i), a.c(i), B.c(i), b.c(i), A.m(a, i), B.m(b, i), N.c(i), N.q, n.s(i)))
        o = (a, b, n)[i % 3]
        out.append((o.c(i), o.s(i), type(o).c(i), o.make().n))
        for cls in (A, B): out.append((cls.base, cls.c(1), cls.s(2)))
        if i == 10: A.s = staticmethod(lambda y: -y)
        if i == 15: A.c = classmethod(lambda cls, y: (cls.__name__, y))
        if i == 20: a.s = lambda y: "own"
        if i == 25: A.m = lambda self, y: y
        if i == 30: B.base = 7
        if i == 35: A.s = lambda *y: y[-1]
        if i == 36: a.__dict__["c"] = abs; A.s = staticmethod(len); out.append(A.s("abc")); A.s = staticmethod(lambda y: y)
    return out
""", repeat=1, leaks=False)


def test_errors_in_class_calls():
    subject("""
class A:
    @classmethod
    def c(cls, y): return 1 // (y - 9)
    @staticmethod
    def s(y): return A.c(y)
def main():
    for i in range(12): A.s(i)
""", "ZeroDivisionError")
    subject("""
class A:
    def m(self, y): return y
def main():
    for i in range(12): A.m(i) if i == 9 else A.m(A, i)
""", "TypeError")


def test_tracing_in_closures():
    run_program("""
        import sys
        events = []
        def trace(frame, event, arg):
            events.append((event, frame.f_lineno, frame.f_code.co_name))
            return trace
        def main():
            n = 0
            def step(k):
                nonlocal n
                n += k
                if n == 3 * 400: sys.settrace(trace)
                if n == 3 * 405: sys.settrace(None)
                return n
            for i in range(500): step(3)
            return n
        print(main(), events)
    """)


def test_deep_recursion_of_inner_functions():
    run_program("""
        import sys
        sys.setrecursionlimit(5000)
        def main():
            depth = 0
            def down(n):
                nonlocal depth
                depth += 1
                return 0 if n == 0 else down(n - 1) + 1
            for i in range(20): r = down(300)
            try: down(10**6)
            except RecursionError: pass
            return r, depth > 5000
        print(main())
    """)
