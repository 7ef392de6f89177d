"""Instances that are called: __call__ of all kinds, and classes that change."""

import sys

from oracle import Dying, record, same


class Adder:
    def __init__(self, n):
        self.n = n

    def __call__(self, x, y=1):
        return self.n + x * y


class Meta(type):
    def __call__(cls, *args):
        record("meta", cls.__name__)
        return type.__call__(cls, *args)


class Made(metaclass=Meta):
    def __init__(self, x):
        self.x = x


class Static:
    @staticmethod
    def __call__(x):
        return x + 1


class Deep:
    def __call__(self, n):
        return 0 if n == 0 else 1 + self(n - 1)


@same
def test_arguments():
    a, out = Adder(3), []
    for i in range(40):
        out.append((a(i), a(i, 2), a(i, y=3), a(*[i]), a(i * 0.5), Static()(i)))
        try:
            a()
        except TypeError as e:
            out.append(str(e))
        try:
            a(1, 2, 3)
        except TypeError as e:
            out.append(str(e))
    return out


@same
def test_classes_that_change():
    a, out = Adder(1), []
    for i in range(80):
        if i == 20:
            Adder.__call__ = lambda self, x: ("lambda", x)
        if i == 40:
            a.__call__ = lambda x: "of the instance"
        if i == 60:
            Adder.__call__ = len
        try:
            out.append(a(i))
        except TypeError as e:
            out.append(str(e))
    Adder.__call__ = original
    return out


original = Adder.__call__


@same
def test_several_kinds():
    things, out = [Adder(1), len, Static(), Adder(2), lambda x: x, Deep(), int, Made], []
    for i in range(80):
        thing = things[i % 8]
        try:
            result = thing([1, 2] if i % 8 == 1 else i % 9)
            out.append(result.x if isinstance(result, Made) else result)
        except TypeError as e:
            out.append(str(e))
    return out


@same
def test_recursion():
    deep, out = Deep(), []
    for i in range(30):
        out.append(deep(i))
    try:
        deep(10 ** 6)
    except RecursionError:
        out.append("deep")
    return out


@same
def test_exceptions_and_frames():
    class Bad:
        def __call__(self, x):
            record(sys._getframe().f_code.co_name, sys._getframe(1).f_code.co_name)
            if x % 4 == 3:
                raise ValueError(x)
            return x
    bad, out = Bad(), []
    for i in range(40):
        try:
            out.append(bad(i))
        except ValueError as e:
            out.append((e.args, e.__traceback__.tb_next.tb_lineno - e.__traceback__.tb_lineno))
    return out


@same
def test_instance_that_dies_with_its_call():
    class Once(Dying):
        def __call__(self, x):
            record("called", x)
            return x
    out = []
    for i in range(30):
        out.append(Once(f"o{i}")(i))
        thing = Once(f"p{i}")
        out.append(thing(i))
        del thing
        record(i)
    return out


@same
def test_decorators():
    class Count:
        def __init__(self, function):
            self.function = function
            self.calls = 0

        def __call__(self, x):
            self.calls += 1
            return self.function(x)

    @Count
    def twice(x):
        return 2 * x
    return [twice(i) for i in range(50)], twice.calls
