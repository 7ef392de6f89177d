"""Comparing by identity, the truth of instances, classes with metaclasses and __getattr__."""

from oracle import record, same


@same
def test_enums_and_plain_objects():
    import enum
    class Kind(enum.Enum):
        A = 1
        B = 2
    class Flags(enum.Flag):
        X = 1
        Y = 2
    class P: pass
    class Q(P):
        def __eq__(self, other): return "Q"
        __hash__ = None
    p, q = P(), Q()
    out = []
    for i in range(30):
        kind = Kind.A if i % 3 else Kind.B
        out.append((kind == Kind.A, kind != Kind.B, kind == 1, kind == None, p == p, p != p, p == kind))
        out.append((p == q, q == p, q != p, None == p, object() == object(), (Flags.X | Flags.Y) == Flags(3)))
        out.append((isinstance(kind, Kind), isinstance(kind, kind.__class__), isinstance(1, Kind), Flags.X in Flags.X))
    return out


@same
def test_a_class_learns_to_compare():
    class P: pass
    class Meta(type):
        pass
    class M(metaclass=Meta): pass
    p, r, m = P(), P(), M()
    out = []
    for i in range(40):
        if i == 15:
            P.__eq__ = lambda self, other: "eq"
        if i == 25:
            del P.__eq__
        if i == 30:
            P.__bool__ = lambda self: i % 2 == 0
        if i == 33:
            P.__len__ = lambda self: 0
        if i == 36:
            del P.__bool__
        if i == 20:
            Meta.__instancecheck__ = lambda cls, x: record("asked", cls.__name__) or x is p
        out.append((p == r, p != r, p == p, bool(p), not p, 1 if p else 2, isinstance(p, M), isinstance(m, M)))
    return out


@same
def test_attributes_of_classes_with_getattr():
    class G:
        c = "class"
        def __init__(self):
            self.x = 1
        def __getattr__(self, name):
            if name == "bad":
                raise AttributeError("none")
            return "got " + name
        @property
        def fails(self):
            raise AttributeError("in property")
        def m(self): return self.x
    class H(G):
        def __getattribute__(self, name):
            record(name)
            return object.__getattribute__(self, name)
    out = []
    g, h = G(), H()
    for i in range(30):
        g.x = i
        g.y = i * 0.5
        h.x = i
        if i % 5 == 4:
            del g.y
        out.append((g.x, g.y, g.z, g.c, g.fails, h.x, h.nothing, g.m() if i < 24 else 0))
        try:
            out.append(g.bad)
        except AttributeError as error:
            out.append(str(error))
        if i == 20:
            del G.__getattr__
            G.y = G.z = G.fails = 0
            H.nothing = 1
        if i == 24:
            G.__getattribute__ = lambda self, name: object.__getattribute__(self, name) if "_" in name else name
    return out


@same
def test_ints_of_all_sizes_as_keys():
    numbers = [0, 1, -1, -2, 2**30 - 1, 2**30, 2**30 + 1, -2**30, 2**59, 2**60 - 1, 2**60, 2**61 - 2, 2**61 - 1,
               2**61, -2**60, -2**61, 2**64, True, False]
    d, s = {}, set()
    out = []
    for i in range(6):
        for n in numbers:
            d[n] = d.get(n, 0) + 1
            s.add(n + i)
            out.append((n in d, float(n) in d, n + 1 in d, n - 1 in s, d.get(-n), (n, 1) in {(n, 1): 2}))
            out.append({n: 1, float(n): 2} == {n: 2})
    return out, sorted(d.items()), len(s)
