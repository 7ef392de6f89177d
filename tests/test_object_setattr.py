"""object.__setattr__ called by name, as frozen dataclasses do; methods of C types taken from their
classes."""

import dataclasses

from oracle import Dying, record, same, spy


@dataclasses.dataclass(frozen=True)
class Frozen:
    x: int
    y: float = 1.5
    z: object = None


@dataclasses.dataclass(frozen=True, slots=True)
class Slotted:
    x: int
    y: float = 1.5


@same
def test_frozen_dataclasses():
    out = []
    for i in range(60):
        out.append((Frozen(i), Frozen(i, i * 2.5), Frozen(i, z=[i]), Slotted(i), Slotted("text", None)))
        a = Frozen(i, 2.5, "z")
        b = dataclasses.replace(a, x=i + 1)
        out.append((a == b, hash(a) == hash(Frozen(i, 2.5, "z")), a.x + b.y))
    return out


@same
def test_stores_by_object():
    class A:
        def __setattr__(self, name, value):
            raise AttributeError(name)

    a, out = A(), []
    for i in range(80):
        object.__setattr__(a, "x", i)
        object.__setattr__(a, "y", i * 1.5)
        result = object.__setattr__(a, "z", [i])
        out.append((a.x, a.y, a.z, result))
        try:
            a.x = 5
        except AttributeError as e:
            out.append(str(e))
        if i == 30:
            A.x = property(lambda self: "data", lambda self, value: (record(value), spy()))
        if i == 40:
            del A.x
        if i == 50:
            a.__dict__["w"] = 1
        if i == 60:
            A.__slots__ = ()
            a = A()
    return out


@same
def test_fresh_instances():
    class A:
        def __init__(self, i):
            put = object.__setattr__
            put(self, "a", i)
            object.__setattr__(self, "b", i / 2)
            if i % 3:
                object.__setattr__(self, "c", str(i))
            object.__setattr__(self, "a", (i, i))

    return [sorted(vars(A(i)).items()) for i in range(60)]


@same
def test_what_it_does_not_take():
    class Meta(type):
        pass

    class C(metaclass=Meta):
        pass

    class L(list):
        pass

    class Text(str):
        pass

    out, l, e = [], L(), ValueError(1)
    for i in range(40):
        for target, name in ((C, "x"), (int, "x"), (5, "x"), ("text", "x"), (None, "x"), (l, "x"), (e, "x"),
                             (l, Text("t")), (l, 5), (object(), "x")):
            try:
                out.append(object.__setattr__(target, name, i))
            except (TypeError, AttributeError) as error:
                record(error)
                out.append(str(error))
        try:
            object.__setattr__(l)
        except TypeError as error:
            out.append(str(error))
        try:
            object.__setattr__(C, "x", i)
        except TypeError as error:
            out.append(str(error))
        object.__setattr__(l, "y", i)
        object.__setattr__(e, "y", i)
        out.append((l.y, e.y))
    return out


@same
def test_values_that_die():
    class A:
        pass

    a = A()
    for i in range(40):
        object.__setattr__(a, "x", Dying(i))
        object.__setattr__(a, "x", i)
        object.__setattr__(A(), "x", Dying(-i))


@same
def test_methods_of_c_types_from_their_classes():
    class D(dict):
        pass

    out, d = [], D()
    for i in range(60):
        dict.__setitem__(d, i, str.upper("a") + str(i))
        l = []
        list.append(l, i)
        out.append((dict.get(d, i), str.join(",", ["a", "b"]), l, dict.__len__(d), D.get(d, -1),
                    object.__repr__ is object.__repr__, int.__add__(i, 1), D.__contains__(d, i)))
        f = str.lower
        out.append((f("X"), f is str.lower, list.append, D.get is dict.get))
        if i == 30:
            D.get = lambda self, key: (spy(), "own")[1]
    return [row[:8] for row in out if len(row) == 8], out[-1][0]


@same
def test_metaclasses_that_have_it_too():
    class Meta(type):
        def f(cls):
            return "meta"

        g = 5

    class C(metaclass=Meta):
        def f(self=None):
            return "class"

        g = 6

    out = []
    for i in range(80):
        out.append((C.f(), C.g, object.__init__ is C.__init__))
        if i == 20:
            Meta.g = property(lambda cls: "data")
        if i == 30:
            Meta.f = property(lambda cls: lambda: "data, too")
        if i == 50:
            del Meta.g, Meta.f
        if i == 60:
            del C.g
            Meta.g = 7
    return out
