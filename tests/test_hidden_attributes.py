"""Attributes of instances that hide those of their class, or do not yet; classes with metaclasses; what
descriptors written in Python give; functions that instances have."""

import dataclasses
import enum
import functools
import sys

from oracle import Dying, record, same, spy, watch


@dataclasses.dataclass
class Point:
    x: int
    y: int = 0
    label: str = "none"

    def norm(self):
        return self.x * self.x + self.y * self.y


class Color(enum.Enum):
    RED = 1
    BLUE = "two"
    DARK = RED

    def shout(self):
        return self.name + "!"

    @classmethod
    def first(cls):
        return cls.RED


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 10


class Flags(enum.Flag):
    A = 1
    B = 2


@same
def test_defaults_of_dataclasses():
    out, total = [], 0
    for i in range(60):
        p = Point(i, i + 1) if i % 3 else Point(i)
        total += p.norm()
        p.y += 1
        out.append((p.y, p.label, p == Point(i, p.y), p))
        if i == 40:
            Point.y = 7
        if i == 50:
            del p.y
            out.append(p.y)
    Point.y = 0
    return out, total


@same
def test_attributes_that_are_set_at_last():
    class A:
        n = 0
        items = ()
        f = 1.5

    out, all_of_them = [], [A() for _ in range(5)]
    for i in range(100):
        a = all_of_them[i % 5]
        a.n += 1
        a.f *= 1.5
        out.append((a.n, a.f, a.items))
        if i % 7 == 0:
            a.items = a.items + (i,)
        if i % 11 == 0:
            del a.n
        if i == 60:
            A.n = 100
        if i == 70:
            all_of_them[2] = A()
    return out


@same
def test_the_class_takes_the_attribute_away():
    class Value:
        pass

    class A:
        v = Value()
        n = 1

    a, out = A(), []
    a.v, a.n = "own", 5
    for i in range(80):
        out.append((a.v, a.n))
        if i == 20:
            Value.__get__ = lambda self, instance, owner: "not data"
        if i == 30:
            Value.__set__ = lambda self, instance, value: spy()
        if i == 40:
            a.v = "no store"
        if i == 50:
            del Value.__set__
        if i == 60:
            A.n = property(lambda self: "property")
    return out


@same
def test_stores_that_the_class_takes():
    class Value:
        pass

    class A:
        v = Value()

    a, out = A(), []
    a.v = 0
    for i in range(60):
        a.v = i
        out.append(a.__dict__.get("v"))
        if i == 30:
            Value.__set__ = lambda self, instance, value: out.append(("set", value, spy()))
    return out


@same
def test_class_of_what_is_hidden_changes():
    class Plain:
        pass

    class Descriptor:
        def __get__(self, instance, owner):
            return "get"

        def __set__(self, instance, value):
            spy()

    class A:
        v = Plain()

    a, b, out = A(), A(), []
    a.v = "own"
    for i in range(60):
        out.append((a.v, b.v == "get", A.v == "get"))
        if i == 30:
            A.__dict__["v"].__class__ = Descriptor
        a.v = i
    return out


@same
def test_dictionaries_that_have_been_made():
    class A:
        pass

    a, out = A(), []
    a.x, a.y = 1, 2.5
    d = a.__dict__
    for i in range(80):
        a.x += 1
        a.y = a.y * 1.25
        out.append((a.x, d["x"], d["y"], vars(a) is d, list(d.items())))
        if i == 20:
            d["x"] = "text"
            a.x = 3
        if i == 30:
            d["new"] = 1
        if i == 40:
            a.__dict__ = d = dict(d, x=50)
        if i == 50:
            a.other = 5
        if i == 60:
            d.clear()
            a.x, a.y = 0, 1.0
    return out


@same
def test_values_that_die_in_such_dictionaries():
    class A:
        pass

    a, out = A(), []
    a.x = None
    d = a.__dict__
    for i in range(40):
        a.x = Dying(i)
        out.append(d["x"] is a.x)
        a.x = i
        out.append(d["x"])
    return out


@same
def test_stores_while_the_dictionary_is_iterated_over():
    class A:
        pass

    out = []
    for i in range(30):
        a = A()
        a.x, a.y, a.z = i, i, i
        for key, value in vars(a).items():
            a.z = (key, i)
            a.x = 5
            out.append((key, value))
    return out


@same
def test_members_of_enumerations():
    out = []
    for i in range(60):
        c = (Color.RED, Color.BLUE, Color.DARK)[i % 3]
        out.append((Color.RED.value, c.name, c.value, c is Color.RED, c == Color.BLUE, c.shout(),
                    Color.first(), Level.LOW < Level.HIGH, Level.HIGH + i, Level.LOW.value,
                    Flags.A | Flags.B, (Flags.A | Flags.B).value, Color(1), Color["BLUE"]))
    return out


@same
def test_errors_of_enumerations():
    out = []
    for i in range(60):
        try:
            Color.RED.value = 5
        except AttributeError as e:
            out.append(str(e))
        try:
            out.append(Color.GREEN)
        except AttributeError as e:
            out.append((str(e), e.name))
        try:
            Color(99)
        except ValueError as e:
            out.append(str(e))
        try:
            Color.RED.nothing
        except AttributeError as e:
            out.append(str(e))
    return out


@same
def test_metaclasses_that_change():
    class Meta(type):
        pass

    class Other(type):
        k = property(lambda cls: "other")

    class C(metaclass=Meta):
        k = 5
        t = [1]

        @classmethod
        def make(cls, n):
            return cls.__name__, n

        @staticmethod
        def double(n):
            return 2 * n

    out = []
    for i in range(100):
        out.append((C.k, C.t, C.make(i), C.double(i)))
        if i == 20:
            Meta.k = "not data"
        if i == 30:
            Meta.k = property(lambda cls: "meta")
        if i == 40:
            del Meta.k
        if i == 50:
            Meta.__getattribute__ = lambda cls, name: (record(name), type.__getattribute__(cls, name))[1]
        if i == 60:
            del Meta.__getattribute__
        if i == 70:
            C.__class__ = Other
        if i == 80:
            C.__class__ = Meta
            C.make = lambda n: "own"
        if i == 90:
            Meta.double = lambda cls, n: "hidden"
    return out


@same
def test_many_classes_with_a_metaclass():
    class Meta(type):
        pass

    classes = [Meta("C%d" % n, (), {"k": n, "f": staticmethod(lambda n=n: n)}) for n in range(8)]
    out = []
    for i in range(100):
        cls = classes[i & 7]
        out.append((cls.k, cls.f(), cls.__name__))
    return out


class Getter:
    def __init__(self, name):
        self.name = name

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        return instance.__dict__.get("_" + self.name, owner.__name__)


class Checked(Getter):
    def __set__(self, instance, value):
        instance.__dict__["_" + self.name] = value


class Owner:
    a = Getter("a")
    b = Checked("b")


@same
def test_descriptors_in_python():
    o, out = Owner(), []
    for i in range(80):
        out.append((o.a, o.b))
        if i == 20:
            o.b = i
        if i == 30:
            o.a = "hides it"
        if i == 40:
            del o.a
        if i == 50:
            Owner.a = Getter("b")
        if i == 60:
            o.__dict__["b"] = "does not hide it"
    Owner.a = Getter("a")
    return out


@same
def test_results_of_descriptors():
    class Giving:
        def __get__(self, instance, owner):
            return instance.value

    class A:
        given = Giving()

    a, out = A(), []
    for value in (1, 2.5, "text", None, 10**30, True, [1], Dying("x")) * 6:
        a.value = value
        out.append(a.given)
        if type(value) in (int, float):
            out.append(a.given + 1)
    return [x for x in out if not isinstance(x, Dying)]


@same
def test_failing_descriptors():
    class Failing:
        def __get__(self, instance, owner):
            if instance.n % 3 == 0:
                raise AttributeError("n is %d" % instance.n)
            if instance.n % 5 == 0:
                raise KeyError(instance.n)
            return instance.n

    class A:
        f = Failing()

    class B(A):
        def __getattr__(self, name):
            return name, self.n

    out = []
    for i in range(60):
        for o in (A(), B()):
            o.n = i
            try:
                out.append(o.f)
            except (AttributeError, KeyError) as e:
                record(e)
                out.append(repr(e))
    return out


@same
def test_descriptors_with_other_parameters():
    class Any:
        def __get__(*args, **kwargs):
            return len(args), kwargs

    class Short:
        def __get__(self, instance):
            return 1

    class Long:
        def __get__(self, instance, owner, more=5, *, named=6):
            return more, named

    class Strict:
        def __get__(self, instance, *, owner):
            return owner

    class A:
        any, short, long, strict = Any(), Short(), Long(), Strict()

    a, out = A(), []
    for i in range(40):
        out.append((a.any, a.long))
        for name in ("short", "strict"):
            try:
                out.append(a.short if name == "short" else a.strict)
            except TypeError as e:
                out.append(str(e))
    return out


@same
def test_operators_with_parameters_that_have_to_be_named():
    class A:
        def __add__(self, *, other):
            return other

        def __getitem__(self, *, key):
            return key

    a, out = A(), []
    for i in range(30):
        for f in (lambda: a + a, lambda: a[i]):
            try:
                out.append(f())
            except TypeError as e:
                out.append(str(e))
    return out


@same
def test_descriptors_that_die_in_use():
    class Last:
        def __get__(self, instance, owner):
            del owner.d
            owner.d = Last()
            return type(self).__name__, spy() is None

        def __del__(self):
            record("gone")

    class A:
        d = Last()

    a, out = A(), []
    for i in range(30):
        out.append(a.d)
    return out


@same
def test_descriptors_that_look_at_the_frames():
    class Looking:
        def __get__(self, instance, owner):
            f = sys._getframe(1)
            return f.f_lineno - f.f_code.co_firstlineno, sorted(f.f_locals)

    class A:
        d = Looking()

    a, out = A(), []
    for i in range(40):
        x = i * 2
        out.append((a.d, x))
    return out


@same
def test_cached_properties():
    class A:
        @functools.cached_property
        def p(self):
            spy()
            return [self.n]

    out = []
    for i in range(60):
        a = A()
        a.n = i
        first = a.p
        out.append((first is a.p, a.p, "p" in a.__dict__))
        if i % 4 == 0:
            del a.p
            a.n = "again"
            out.append(a.p)
    return out


@same
def test_functions_that_instances_have():
    class A:
        def __init__(self, f):
            self.f = f

    class Slots:
        __slots__ = ("f",)

    out, slots = [], Slots()
    made = [A(lambda x: x + 1), A(lambda x: x * 2.5), A(str), A([1, 2, 3].count), A(A)]
    for i in range(100):
        a = made[i % 5]
        slots.f = a.f
        out.append((a.f(i), slots.f(i)) if i % 5 < 4 else type(a.f(i)).__name__)
        if i == 50:
            made[0].f = lambda x: (spy(), x)[1]
        if i == 60:
            A.f = lambda self, x: "hidden"
        if i == 70:
            del made[1].f
        if i == 80:
            A.f = property(lambda self: lambda x: "property")
    return out


@same
def test_functions_that_are_missing():
    class A:
        pass

    out = []
    for i in range(40):
        a = A()
        if i % 3:
            a.f = lambda: i
        try:
            out.append(a.f())
        except AttributeError as e:
            out.append(str(e))
    return out


@same
def test_callables_of_the_class():
    class Call:
        def __call__(self, *args):
            return len(args)

    class A:
        c = Call()
        kind = int
        f = [1, 2].count

    a, out = A(), []
    for i in range(60):
        out.append((a.c(i), A.c(i), a.kind(2.5), A.kind("7"), a.f(1), A.f(2)))
        if i == 30:
            Call.__get__ = lambda self, instance, owner: lambda *args: (instance is a, args)
    return out


@same
def test_class_of_an_object():
    class A:
        k = 1

        def __init__(self):
            self.n = self.__class__.k

    class B(A):
        k = 2

    class Liar:
        __class__ = property(lambda self: (record("asked"), int)[1])

    out = []
    for i in range(60):
        o = (A, B, Liar)[i % 3]()
        out.append((o.__class__.__name__, (1).__class__, "x".__class__ is str, i.__class__, 2.5.__class__))
        if i == 40:
            a = A()
            a.__class__ = B
            out.append(a.__class__ is B)
    return out


@dataclasses.dataclass(frozen=True)
class Frozen:
    x: int
    y: float = 1.5

    def sum(self):
        return self.x + self.y


@same
def test_frozen_dataclasses():
    out, d = [], {}
    for i in range(60):
        f = Frozen(i % 7, 2.5) if i % 2 else Frozen(i % 5)
        d[f] = i
        out.append((f.sum(), hash(f) == hash((f.x, f.y)), f in d, d[f]))
        try:
            f.x = 5
        except dataclasses.FrozenInstanceError as e:
            out.append(str(e))
        if i % 10 == 0:
            object.__setattr__(f, "x", "other")
            out.append((f.x, f in d))
    return out


@same
def test_attributes_beside_own_stores():
    class A:
        k = 0

        def __setattr__(self, name, value):
            object.__setattr__(self, name, value * 2)

        def __getattr__(self, name):
            return name

    a, out = A(), []
    for i in range(40):
        a.x = i
        out.append((a.x, a.x + 1, a.k, a.other))
        if i == 20:
            a.k = 5
        if i == 30:
            del a.x
            out.append(a.x)
    return out
