"""issubclass, getattr of classes, id, callable, repr: what is answered without running code."""

from oracle import check_source, record, same


@same
def test_issubclass():
    class Meta(type):
        def __subclasscheck__(cls, other):
            record("asked", other.__name__)
            return True

    class A:
        pass

    class B(A, int):
        pass

    class M(metaclass=Meta):
        pass

    def work(classes, targets, n):
        out = []
        for i in range(n):
            try:
                out.append(issubclass(classes[i % len(classes)], targets[i % len(targets)]))
            except TypeError as error:
                out.append(str(error))
        return out

    plain = [int, bool, A, B, list, object]
    return (work(plain, [int, A, (A, list), (), object], 60), work(plain + [M], [int, M, (int, M)], 60),
            work(plain + [3, "x"], [int, A, 5, ("x",)], 60), work([list], [list[int]], 20))


@same
def test_members_of_classes():
    class Meta(type):
        def __getattr__(cls, name):
            record(name)
            return name

        meta = 5

    class Descriptor:
        def __get__(self, instance, owner):
            record("get", owner.__name__)
            return 7

    class A:
        x = 1
        d = Descriptor()

        def m(self):
            return self

        @classmethod
        def c(cls):
            return cls

        @staticmethod
        def s():
            return 1

        @property
        def p(self):
            return 2

    class B(A):
        __slots__ = ("slot",)
        __repr__ = A.m

    class M(metaclass=Meta):
        y = 2

    def work(classes, names, n):
        out = []
        for i in range(n):
            class_, name = classes[i % len(classes)], names[i // len(classes) % len(names)]
            try:
                value = getattr(class_, name)
            except AttributeError as error:
                value = str(error)
            other = getattr(class_, name, None)
            out.append((callable(value), value if type(value) in (int, str) else type(value).__name__,
                        other is None, type(other).__name__))
            if i == n // 2:
                A.x = [A.x]
        return out

    names = ["x", "m", "c", "s", "p", "d", "slot", "__repr__", "__name__", "__doc__", "__dict__", "missing",
             "__class__", "mro", "__mro__", "y", "meta", "__module__", "__len__", "append"]
    return work([A, B, int, list], names, 200), work([M, A, str], names, 150), work([A(), B(), 3], names, 150)


@same
def test_id_callable_and_repr():
    class A:
        def __repr__(self):
            record("repr")
            return "A()"

    a, objects = A(), [1, 2.5, "x", None, [1], 10**30, -0.0, True, float("nan"), len]
    out = []
    for i in range(60):
        o = objects[i % 10]
        out.append((id(o) == id(objects[i % 10]), id(o) == id(a), callable(o), repr(o)[:20], repr(a)))
        out.append((repr(i), repr(i * 0.5), repr(i > 3), id(i * 1000) > 0))
    return out


def test_id_is_audited():
    check_source("""
import sys
seen = []
sys.addaudithook(lambda event, args: seen.append(event) if event == "builtins.id" and on[0] else None)
on = [False]
def work(n):
    for i in range(n):
        on[0] = i > 20
        id(i)
def subject():
    seen.clear()
    work(40)
    on[0] = False
    return len(seen)
""")
