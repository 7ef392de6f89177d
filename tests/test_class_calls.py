"""Calls of classes that are seen, not known: held by variables, cells, attributes and
arguments; and of classes without an __init__ of their own."""

import pytest

from oracle import Dying, check, record, same, watch


@same
def test_class_of_a_variable():
    class A:
        def __init__(self, x):
            self.x = x
    make, out = A, []
    for i in range(30):
        out.append(make(i).x)
        out.append(make(x=i * 0.5).x)
    return out


@same
def test_class_changes_in_the_loop():
    class A:
        def __init__(self, x): self.x = x
    class B:
        def __init__(self, x): self.x = -x
    class C(A):
        pass
    def fun(x): return C(x + 100)
    make, out = A, []
    for i in range(60):
        if i % 10 == 9:
            make = (B, C, fun, A)[i // 10 % 4]
        o = make(i)
        out.append((type(o).__name__, o.x))
    return out


@same
def test_factory_of_subclasses():
    class A:
        def __init__(self, x): self.x = x
        @classmethod
        def make(cls, x): return cls(x)
    class B(A):
        def __init__(self, x):
            super().__init__(x)
            self.y = x * 2
    class C(B):
        def __init__(self, x):
            super().__init__(x + 0.5)
            self.z = 1
    return [(type(o).__name__, vars(o)) for i in range(40) for o in (A.make(i), B.make(i), C.make(i))]


@same
def test_init_is_replaced():
    class A:
        def __init__(self, x): self.x = x
    def other(self, x): self.x = [x]
    def wrong(self, x): return x
    old, out = A.__init__, []
    for i in range(60):
        if i == 10: A.__init__ = other
        if i == 20: A.__init__ = old
        if i == 30: A.__init__ = wrong
        if i == 40: del A.__init__
        if i == 50: A.__new__ = lambda cls, x: x
        try:
            o = A(i)
            out.append(o.x if type(o) is A else o)
        except (TypeError, AttributeError) as error:
            out.append(str(error))
    return out


@same
def test_plain_class_gets_more():
    class A:
        pass
    def init(self): self.x = 1
    out, make = [], A
    for i in range(80):
        if i == 10: A.__init__ = init
        if i == 20: del A.__init__
        if i == 30: A.__new__ = staticmethod(lambda cls: 5)
        if i == 40: del A.__new__
        if i == 50: A.__abstractmethods__ = frozenset(["m"])
        if i == 60: A.__abstractmethods__ = frozenset()
        if i == 70: make = int
        try:
            o = make()
            out.append((type(o).__name__, getattr(o, "__dict__", o)))
        except TypeError as error:
            out.append(str(error))
    return out


@same
def test_plain_classes_of_every_kind():
    import abc
    class Plain: pass
    class Slots: __slots__ = ("a",)
    class Both(Slots): pass
    class Weak: __slots__ = ("__weakref__",)
    class Abstract(abc.ABC): pass
    class Of(list): pass
    class Meta(type):
        def __call__(cls): return super().__call__(), cls.__name__
    class Made(metaclass=Meta): pass
    class Error(Exception): pass
    class New:
        def __new__(cls): return object.__new__(cls)
    out = []
    for i in range(12):
        for make in (Plain, Slots, Both, Weak, Abstract, Of, Made, Error, New, object):
            o = make()
            out.append((type(o).__name__, hasattr(o, "__dict__")))
    return out


@pytest.mark.parametrize("call", ["C(1)", "C(x=1)", "C(*[1])", "C(**{'x': 1})", "C(*[], **{})"])
def test_plain_class_with_arguments(call):
    space = {}
    exec(f"""
def subject():
    class C: pass
    out = []
    for i in range(15):
        o = C()
        try: out.append(type({call}).__name__)
        except TypeError as error: out.append(str(error))
    return out
""", space)
    check(space["subject"])


@same
def test_identity_and_attributes_of_plain_instances():
    class C: pass
    seen = []
    for i in range(25):
        o = C()
        o.x = i
        p = C()
        p.o = o
        o.y = i * 0.5
        seen.append(p)
        record(o is p, type(o) is C, o.x, p.o.y)
    return seen[3].o, seen[3], len({id(o) for o in seen})


@same
def test_finalizers_of_plain_instances():
    class C:
        def __del__(self): record("dies")
    class D(C): pass
    for i in range(20):
        C()
        d = D()
        d.x = Dying(i)
    return 1


@same
def test_class_is_referred_to_as_often_as_before():
    class C: pass
    class D:
        def __init__(self, x): self.x = x
    watch(C)
    watch(D)
    held = [(C(), D(i)) for i in range(20)]
    for i in range(20):
        c = C()
        d = D(i)
    del held, c, d
    return 0


@same
def test_class_that_dies():
    import gc, weakref
    def make(k):
        class C:
            def __init__(self): self.k = k
        class D: pass
        return C, D
    out = []
    for i in range(12):
        for n in range(3):
            out.append(make(i)[0]().k)
            out.append(type(make(i)[1]()).__name__)
        gc.collect()
    return out


@same
def test_init_raises():
    class A:
        def __init__(self, x):
            self.x = 10 // x
    make, out = A, []
    for i in range(-12, 12):
        try:
            out.append(make(i).x)
        except ZeroDivisionError as error:
            out.append(error.__traceback__.tb_next.tb_lineno - error.__traceback__.tb_lineno)
    return out


@same
def test_class_in_an_attribute_and_a_list():
    class A:
        def __init__(self, x): self.x = x
    class Plain: pass
    class Factory:
        product = A
        def __init__(self): self.other = Plain
        def make(self, x): return self.product(x), self.other()
    factory, table, out = Factory(), [A, Plain], []
    for i in range(30):
        a, p = factory.make(i)
        out.append((a.x, type(p).__name__, table[0](i).x, type(table[1]()).__name__))
        if i == 15:
            factory.other, factory.product = dict, complex
            break
    return out


@same
def test_metaclass_changes():
    class Meta(type): pass
    class A(metaclass=Meta):
        def __init__(self, x=0): self.x = x
    class B(metaclass=Meta): pass
    out = []
    for i in range(40):
        if i == 15: Meta.__call__ = lambda cls, *a: (cls.__name__, a)
        if i == 25: del Meta.__call__
        o, p = A(i), B()
        out.append((o if type(o) is tuple else o.x, p if type(p) is tuple else type(p).__name__))
    return out


@same
def test_recursive_structure_of_local_classes():
    class Node:
        def __init__(self, k):
            self.k, self.left, self.right = k, None, None
    def insert(node, k):
        if node is None:
            return Node(k)
        if k < node.k: node.left = insert(node.left, k)
        else: node.right = insert(node.right, k)
        return node
    def total(node):
        return 0 if node is None else node.k + total(node.left) + total(node.right)
    root = None
    for i in range(60):
        root = insert(root, i * 37 % 61)
    return total(root)


@same
def test_operators_of_local_classes():
    class V:
        def __init__(self, x, y): self.x, self.y = x, y
        def __add__(self, o): return V(self.x + o.x, self.y + o.y)
        def __mul__(self, k): return V(self.x * k, self.y * k)
        def __eq__(self, o): return self.x == o.x and self.y == o.y
        def __neg__(self): return V(-self.x, -self.y)
    out = []
    for i in range(30):
        a, b = V(1.0, i), V(i * 0.5, float("nan") if i % 5 == 0 else -0.0)
        c = a + b * 2
        out.append((c.x, c.y, (-c).y, c == a, -b == b))
    return out
