"""Patterns, stars, imports and other instructions that are done in their general form."""

from oracle import check_source, run_program, same

FEW = {"modes": {"threshold=1": {}, "force_exit=2": {"force_exit": 2}, "max_versions=1": {"max_versions": 1}}}


def subject(source, raises=None, **options):
    for seen in check_source(source, **options):
        exc = seen["exception"]
        found = "None" if exc == "None" else exc["type"].partition("#")[0]
        assert found == (raises or "None"), exc


@same
def test_sequence_patterns():
    out = []
    subjects = [(1, 2), [1, 2], [1, 2, 3], "ab", b"ab", (), [], (5,), range(3), {1: 2}, None, 3, (1, (2, [3, 4])), bytearray(b"x")]
    for i in range(56):
        x = subjects[i % 14]
        match x:
            case (): out.append("empty")
            case [a]: out.append(("one", a))
            case (1, 2): out.append("one two")
            case [a, b] if a == b: out.append("pair")
            case [1, (b, [c, *d])]: out.append((b, c, d))
            case [a, *rest]: out.append((a, rest))
            case "ab" | b"ab": out.append("text")
            case {1: v}: out.append(v)
            case None: out.append("none")
            case int(n): out.append(n)
            case _: out.append("other")
    return out


@same
def test_mapping_patterns():
    import collections
    class Missing(dict):
        def __missing__(self, key):
            return "missing"
    out = []
    subjects = [{}, {"k": 1}, {"k": 1, "v": 2}, {"v": None, "z": 3}, collections.OrderedDict(k=5), Missing(v=1), [], "k",
                collections.defaultdict(int), collections.ChainMap({"k": 9})]
    for i in range(40):
        match subjects[i % 10]:
            case {"k": a, "v": b}: out.append((a, b))
            case {"k": a, **rest}: out.append((a, rest))
            case {"v": None, **rest}: out.append(rest)
            case {"v": 1}: out.append("v")
            case {}: out.append("mapping")
            case _: out.append("other")
    return out


def test_class_patterns():
    subject("""
class P:
    __match_args__ = ("x", "y")
    def __init__(self, x, y): self.x, self.y = x, y
class Q(P):
    __match_args__ = ("x",)
    @property
    def z(self):
        log.append("z")
        if self.x == 7: raise ValueError("z")
        return self.x * 2
class Meta(type):
    def __instancecheck__(cls, o):
        log.append("check")
        return isinstance(o, float)
class F(metaclass=Meta): pass
log = []
def what(o):
    match o:
        case Q(1): return "q1"
        case Q(x, z=8): return "q8", x
        case P(x, 3): return "p3", x
        case P(x=x, y=P(x=y)): return x, y
        case P(): return "p"
        case F(): return "f"
        case bool(b): return "bool", b
        case int(n) | str(n): return n
        case tuple((a, b)): return a, b
        case list([*a]): return a
    return None
def main():
    log.clear()
    out = []
    for i in range(30):
        for o in (P(i, 3), P(i, P(i, 0)), P(0, 0), Q(1, 2), Q(i if i != 7 else 0, 3), Q(4, 0), i * 0.5, i % 3 == 0, i, "s", (1, i), (1,), [i]):
            out.append(what(o))
    Q.__match_args__ = ("x", "y", "z")
    out.append(what(Q(3, 3)))
    return out, list(log)
""", repeat=1)
    for fault, error in (("case P(a, b, c): pass", "TypeError"), ("case Q(z=3): pass", "ValueError"), ("case P(a, x=b): pass", "TypeError"),
                         ("case n.x(): pass", "TypeError")):
        subject(f"""
class P:
    __match_args__ = ("x", "y")
    def __init__(self, x, y): self.x, self.y = x, y
class Q(P):
    @property
    def z(self): raise ValueError("z")
class n:
    x = 3
def main():
    p = Q(1, 2)
    for i in range(12):
        match p if i == 9 else i:
            {fault}
            case _: record(i)
""", error)


@same
def test_starred_targets():
    class It:
        def __init__(self, n):
            self.n = n
        def __iter__(self):
            yield from range(self.n)
    out = []
    for i in range(40):
        for what in ([1, 2, 3, i], (1, i), "abc" + "d" * (i % 3), range(i % 5), It(i % 4), {1: 2, 3: 4}.items(), 5):
            try:
                a, *b = what
                *c, d = what
                e, *f, g = what
                out.append((a, b, c, d, e, f, g))
            except (ValueError, TypeError) as e:
                out.append(str(e))
    return out


@same
def test_starred_displays():
    out = []
    items, pairs, names = [1, 2], (3, 4), {"a": 1}
    class Bad:
        def keys(self):
            raise KeyError("keys")
    for i in range(30):
        out.append([*items, i, *pairs])
        out.append((*items, *range(i % 3)))
        out.append(sorted({*items, i, *pairs}))
        out.append({**names, "b": i, **{"a": i}})
        for wrong in (lambda: [*i], lambda: {**i}, lambda: {*i}, lambda: {**Bad()}, lambda: {*[[]]}):
            try:
                wrong()
            except (TypeError, KeyError) as e:
                out.append(str(e))
    return out


@same
def test_starred_calls():
    def f(*args, **kwargs):
        return args, kwargs
    def g(a, b=2, *, c=3):
        return a, b, c
    out = []
    for i in range(30):
        d = {"c": i}
        out.append(f(*range(i % 3), **d, z=1))
        out.append(g(*(1, i), **d))
        out.append(g(i, **{"b": 0}, **d))
        for wrong in (lambda: g(**d, **d), lambda: g(*5), lambda: g(1, **5), lambda: g(1, **{1: 2}), lambda: g(**{"a": 1}, a=2)):
            try:
                wrong()
            except TypeError as e:
                out.append(str(e))
    return out


@same
def test_imports_in_loops():
    out = []
    for i in range(20):
        import os.path
        import math as m
        from math import floor, ceil as up
        out.append((os.path.sep, m.pi, floor(i / 3), up(i / 3)))
        try:
            from math import nothing
        except ImportError as e:
            out.append((str(e)[:40], e.name))
        try:
            import no.such.module
        except ImportError as e:
            out.append((str(e), e.name))
    return out


@same
def test_template_strings():
    out = []
    for i in range(12):
        t = t"a{i}b{i + 1!r:>{i}}c{out!s}" if i < 2 else t"{i}"
        out.append((t.strings, [(v.value if type(v.value) is int else 0, v.expression, v.conversion, v.format_spec) for v in t.interpolations]))
    return out


@same
def test_classes_in_loops():
    out = []
    for i in range(10):
        class C[T]:
            a: int = i
            def m(self, x: T) -> T:
                return self.a + i
        def f[S: int](x: S) -> S:
            return x
        type Alias[V] = list[V]
        out.append((C.a, C().m(1), C.__type_params__[0].__name__, f(i), f.__type_params__[0].__name__, str(Alias[int]), C.__annotations__))
    return out


def test_import_star():
    run_program("""
        for i in range(600):
            from math import *
            x = floor(i / 2)
        print(x, pi)
    """)


@same
def test_hostile_mappings_and_sets():
    class Key:
        def __init__(self, n):
            self.n = n
        def __hash__(self):
            log.append(("hash", self.n))
            return 1
        def __eq__(self, other):
            log.append(("eq", self.n))
            if self.n == 13:
                raise ValueError(self.n)
            return isinstance(other, Key) and self.n == other.n
    log = []
    for i in range(16):
        k = Key(i)
        try:
            s = {*[k, Key(i - 1)], *(Key(i),)}
            d = {k: 1, **{Key(i): 2, Key(i + 1): 3}}
            log.append((len(s), len(d)))
            match d:
                case dict(x):
                    log.append(len(x))
        except ValueError as e:
            log.append(str(e))
    return log
