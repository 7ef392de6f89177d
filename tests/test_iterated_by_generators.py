"""`for x in o` and `yield from o`, where the class has an __iter__ that is a generator function."""

import sys

from oracle import Dying, record, same, spy


class Tree:
    def __init__(self, left, value, right):
        self.left, self.value, self.right = left, value, right

    def __iter__(self):
        if self.left:
            yield from self.left
        yield self.value
        if self.right:
            yield from self.right


def tree(values):
    if not values:
        return None
    k = len(values) // 2
    return Tree(tree(values[:k]), values[k], tree(values[k + 1:]))


@same
def test_trees():
    out, t = [], tree(range(40))
    for i in range(6):
        for x in t:
            out.append(x)
        out += list(t)
        out.append(sum(x for x in t if x % 3))
    return out


@same
def test_trees_of_all_kinds_of_values():
    out = []
    for values in ([1.5, -0.0, 1e300], ["a", None, (1, 2)], [1 << 70, True, -1], []):
        t = tree(values)
        for i in range(5):
            if t is not None:
                out.append([x for x in t])
                for x in t:
                    out.append(x)
    return out


@same
def test_iter_changes():
    class A:
        def __iter__(self, first=1, step=2):
            yield first
            yield first + step

    class B(A):
        def __iter__(self):
            yield from A()
            yield "B"

    a, b, out = A(), B(), []
    old = A.__iter__
    for i in range(120):
        for x in a:
            out.append(x)
        for x in b:
            out.append(x)
        if i == 20:
            A.__iter__.__defaults__ = (10, 20)
        if i == 40:
            A.__iter__.__code__ = (lambda self, a, b: iter((a, b))).__code__
        if i == 60:
            A.__iter__ = lambda self: iter("xy")
        if i == 80:
            A.__iter__ = old
            a.__iter__ = lambda: spy()
        if i == 100:
            del B.__iter__
    return out


@same
def test_what_is_no_iterator():
    class Never:
        __iter__ = None

    class Async:
        async def __iter__(self):
            return 1

    class AsyncGenerator:
        async def __iter__(self):
            yield 1

    class Static:
        @staticmethod
        def __iter__():
            yield 1

    class Many:
        def __iter__(self, other):
            yield 1

    class Star:
        def __iter__(*args, **named):
            yield len(args), named

    class Class:
        @classmethod
        def __iter__(cls):
            yield cls.__name__

    out = []
    for i in range(30):
        for o in (Never(), Async(), AsyncGenerator(), Static(), Many(), Star(), Class()):
            try:
                for x in o:
                    out.append(x)
            except TypeError as e:
                out.append(str(e))
    return out


@same
def test_who_holds_the_object():
    class A:
        def __init__(self, n):
            self.held = Dying(n)

        def __iter__(self):
            out.append(sys.getrefcount(self))
            yield 1
            self = None
            yield 2

    out = []
    for i in range(30):
        for x in A(i):
            out.append(x)
        kept = A(-i)
        for x in kept:
            out.append((x, sys.getrefcount(kept)))
            if x == 1:
                break
    return out


@same
def test_closures_and_frames():
    def make(k):
        class A:
            def __iter__(self):
                for i in range(3):
                    yield i * k
                    if k == 3:
                        record(sys._getframe().f_back.f_code.co_name)
        return A()

    out = []
    for i in range(40):
        for x in make(i % 4):
            out.append(x)
    return out


@same(raises=ZeroDivisionError)
def test_exceptions():
    class A:
        def __iter__(self):
            for i in range(3, -1, -1):
                yield 6 // i

    out, a = [], A()
    for i in range(30):
        try:
            for x in a:
                out.append(x)
        except ZeroDivisionError as e:
            out.append((str(e), e.__traceback__.tb_next.tb_lineno))
    record(out)
    for x in a:
        out.append(x)


@same
def test_closed_early_and_nested():
    class A:
        def __init__(self, depth):
            self.depth = depth

        def __iter__(self):
            try:
                yield self.depth
                if self.depth:
                    yield from A(self.depth - 1)
                yield -self.depth
            finally:
                out.append(("closed", self.depth))

    out = []
    for i in range(40):
        for x in A(4):
            if x == i % 5:
                break
        for x, y in zip(A(2), A(3)):
            out.append((x, y))
        first, *rest = A(2)
        out.append((first, rest, 1 in A(3), max(A(3))))
    return out


@same
def test_classes_take_turns():
    class A:
        def __iter__(self):
            yield "A"

    class B:
        def __iter__(self):
            return iter("B")

    class C(list):
        def __iter__(self):
            yield from list.__iter__(self)
            yield "C"

    out = []
    for i in range(60):
        for o in (A(), B(), [1], C([5, 6]), (x for x in "g"), "s"):
            for x in o:
                out.append(x)
    return out
