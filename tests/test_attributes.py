"""Attributes of instances: read, stored, replaced, deleted and redefined while a
loop over them runs."""

import math
import sys

from oracle import Dying, record, same, spy, watch


class Point:
    def __init__(self, x, n):
        self.x = x
        self.n = n
        self.other = None


class Slots:
    __slots__ = ("x", "n")

    def __init__(self, x, n):
        self.x = x
        self.n = n


@same
def test_numbers_read_and_stored():
    points = [Point(i * 0.5, i) for i in range(6)] + [Slots(i * 0.25, -i) for i in range(6)]
    for _ in range(5):
        for p in points:
            p.x += p.n * 0.5
            p.n = p.n * 3 - 1
            if p.x > 50.0:
                p.x = -p.x
    return [(p.x, p.n) for p in points]


@same
def test_stored_object_is_the_object():
    p = Point(1.5, 2**40)
    out = []
    for i in range(20):
        v = i * 1.5
        p.x = v
        w = i + 2**50
        p.n = w
        p.other = p.x
        out.append((p.x is v, p.n is w, p.other is v, p.x is p.other))
    return out, p.x, v


@same
def test_replacing_a_float_leaves_other_holders_alone():
    p = Point(0.5, 0)
    held, trail = [], []
    for i in range(12):
        old = p.x
        p.x = p.x + 1.0
        held.append(old)
        again = p.x
        p.x = again * 2.0
        trail.append((old, again, p.x, old is held[-1]))
    return held, trail


@same
def test_attribute_becomes_a_property():
    class Changing:
        def __init__(self):
            self.x = 1.0
    c = Changing()
    total = 0.0
    for i in range(30):
        total += c.x
        c.x = i * 0.5 if i < 10 else 2.0
        if i == 15:
            Changing.x = property(lambda self: 100.0, lambda self, value: record(value))
        if i == 22:
            del Changing.x
    return total, vars(c)


@same
def test_class_attribute_shadowed_and_back():
    class Base:
        x = 7
    class Derived(Base):
        pass
    d = Derived()
    total = []
    for i in range(24):
        total.append(d.x + 1)
        if i == 6:
            d.x = 2.5
        if i == 12:
            Base.x = 9
            del d.x
        if i == 18:
            Derived.x = 1000
    return total


@same
def test_getattr_and_setattr_appear():
    class Plain:
        def __init__(self):
            self.x = 1
    p = Plain()
    out = []
    for i in range(20):
        p.x = p.x + 1
        out.append(p.x)
        if i == 5:
            Plain.__setattr__ = lambda self, name, value: object.__setattr__(self, name, value + 10)
        if i == 10:
            Plain.__getattribute__ = lambda self, name: 3
        if i == 15:
            del Plain.__getattribute__, Plain.__setattr__
    return out, p.x


@same
def test_deleted_attribute():
    p = Point(1.0, 5)
    out = []
    for i in range(14):
        try:
            out.append(p.x * 2.0)
        except AttributeError as e:
            out.append(e.args)
            p.x = i + 0.25
        if i % 5 == 3:
            del p.x
    return out, list(vars(p))


@same
def test_dict_taken_and_replaced():
    p = Point(1.0, 5)
    out = []
    for i in range(20):
        p.x = p.x + 0.5
        out.append(p.x)
        if i == 6:
            d = p.__dict__
        if i > 6:
            d["x"] = d["x"] * 2
        if i == 12:
            p.__dict__ = d = {"x": -1.0, "n": 0}
    return out, vars(p)


@same
def test_types_of_an_attribute_change():
    p = Point(1, 0)
    out = []
    for value in [1, 2.5, True, 2**70, -0.0, float("nan"), 3, 2**31, 1j, 7]:
        p.x = value
        for i in range(4):
            p.x = p.x + 1
            p.n = p.x * 2
        out.append((p.x, p.n))
    return out


@same
def test_many_classes_at_one_place():
    classes = [type(f"C{n}", (), {"__init__": lambda self, n=n: setattr(self, "x", n * 0.5)}) for n in range(9)]
    objects = [c() for c in classes] * 3
    total = 0.0
    for _ in range(4):
        for o in objects:
            total += o.x
            o.x = o.x + 1.0
    return total


@same
def test_finalizers_of_replaced_values():
    p = Point(None, 0)
    for i in range(10):
        p.x = Dying(f"x{i}")
        p.other = p.x
        p.n = p.n + 1
        p.other = p.n if i % 2 else None
    p.x = None
    return p.n


@same
def test_counts():
    p = watch(Point(1.0, 2))
    v = watch(object())
    f = watch(float("3.25"))
    for i in range(12):
        p.other = v
        p.x = f
        q = p.other
        r = p.x
    del q, r


@same(raises=AttributeError)
def test_missing_attribute_has_its_traceback():
    p = Point(1.0, 2)
    total = 0.0
    for i in range(10):
        total += p.x
        if i == 7:
            spy()
            total += p.nothing
    return total


@same
def test_an_operator_of_ours_gets_the_very_object():
    class Probe:
        def __radd__(self, other):
            record(other is p.x, other is items[2])
            return other
    p = Point(2.5, 0)
    items = [1.5, 3.5, 2.25]
    total = 0.0
    operand = 1.0
    for i in range(12):
        if i == 6:
            operand = Probe()
        total = total + (p.x + operand) + (items[2] + operand)
    return total


@same
def test_module_functions_rebound():
    total = 0.0
    real = math.sqrt
    try:
        for i in range(20):
            total += math.sqrt(i)
            if i == 8:
                math.sqrt = lambda x: -x
            if i == 14:
                math.sqrt = real
    finally:
        math.sqrt = real
    return total


@same
def test_sqrt_of_what_has_none():
    out = []
    for x in (4, 2.25, 0.0, -0.0, float("inf"), float("nan"), -1.0, 2**80, True, "4"):
        for _ in range(3):
            try:
                y = math.sqrt(x)
            except (ValueError, TypeError) as e:
                y = e.args
        out.append(y)
    return out


@same
def test_instances_die_in_the_loop():
    sizes = []
    for i in range(15):
        p = Point(i * 0.5, Dying(f"n{i}"))
        p.x = p.x + 1.0
        sizes.append(p.x)
        sys.getrefcount(p)
    return sizes


@same
def test_slots_are_filled():
    """A slot that is empty takes the first value, and dies with its object."""
    class Point:
        __slots__ = ("x", "y", "tag")
        def __init__(self, x, y):
            self.x = x
            self.y = y
    class Point3(Point):
        __slots__ = ("z",)
        def __init__(self, x, y, z):
            super().__init__(x, y)
            self.z = z
    class Weak:
        __slots__ = ("x", "__weakref__")
        def __init__(self, x):
            self.x = x
    out = []
    for i in range(40):
        p, q, w = Point(i, i * 0.5), Point3(i, None, spy()), Weak(spy())
        if i % 3 == 0:
            p.tag = spy()
        try:
            out.append((p.x, p.y, q.z is not None, p.tag is None))
        except AttributeError as error:
            out.append(str(error))
        del p.x
        p.x = i
        p.x = spy()
        out.append((q.x, w.x is None))
    return out


@same
def test_what_classes_of_tuples_hold_dies_with_them():
    class Pair(tuple):
        __slots__ = ()
    class Named(tuple):
        pass
    out = []
    for i in range(40):
        a, b, c = Pair((i, spy())), Pair((i, i * 0.5)), Named((spy(), i))
        if i & 1:
            c.more = spy()
        out.append((a[0], b[1], c[1]))
        a = b = c = None
        record(i)
    return out
