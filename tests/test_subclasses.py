"""Subclasses of int, float and bool's relatives: they have operators and
identities of their own, and must never be taken for the numbers they look like."""

import pytest

from oracle import check_source, record, same

PRELUDE = """
import enum
class Plain(int): pass
class PlainFloat(float): pass
class Loud(int):
    def __add__(self, other): return Loud(int(self) + int(other) + 1000)
    def __radd__(self, other): return Loud(int(self) + int(other) + 2000)
    def __sub__(self, other): return NotImplemented
    def __mul__(self, other): return "mul"
    def __rmul__(self, other): return "rmul"
    def __lt__(self, other): return "lt"
    def __gt__(self, other): return []
    def __eq__(self, other): return False
    def __hash__(self): return 1
    def __bool__(self): return False
    def __neg__(self): return Loud(7)
    def __invert__(self): return 1.5
    def __floordiv__(self, other): return None
    def __iadd__(self, other): return Loud(5)
    def __index__(self): return 3
class LoudFloat(float):
    def __add__(self, other): return LoudFloat(float(self) + float(other) + 0.25)
    def __radd__(self, other): return LoudFloat(float(self) + float(other) + 0.125)
    def __mul__(self, other): return 2
    def __lt__(self, other): return 0
    def __bool__(self): return self > 100
    def __neg__(self): return "neg"
    def __eq__(self, other): return True
    __hash__ = float.__hash__
class Color(enum.IntEnum):
    RED = 1
    BLUE = 2
class Flag(enum.IntFlag):
    A = 1
    B = 2
VALUES = [1, 2.0, True, Plain(1), Plain(2**70), PlainFloat(-0.0), Loud(3), LoudFloat(2.5), Color.BLUE, Flag.A | Flag.B]
"""


@pytest.mark.parametrize("expression", [
    "a + b", "a - b", "a * b", "a // b", "a / b", "a % b", "a ** b", "a < b", "a > b", "a == b", "a != b", "a & b", "a | b",
    "a << b", "-a", "+a", "~a", "not a", "a and b", "a or b", "a if b else 0", "a is b", "a < b < a", "-a + b", "abs(a)",
    "a + 1", "1 + a", "a * 2.0", "2.0 * a", "a == 1", "a < 2", "2 > a", "(a, b)", "a ^ True",
])
def test_expression(expression):
    prelude = PRELUDE.replace("2**70", "9") if expression in ("a ** b", "a << b") else PRELUDE
    check_source(prelude + f"""
def main():
    out = []
    for a in VALUES:
        for b in VALUES:
            i = 0
            try:
                while i < 3:
                    c = {expression}
                    i += 1
                out.append(c)
            except (TypeError, ZeroDivisionError, OverflowError, ValueError) as e:
                out.append((type(e), e.args, i))
    return out
""", repeat=2)


@pytest.mark.parametrize("value", ["Plain(5)", "PlainFloat(5)", "Loud(5)", "LoudFloat(5)", "Color.RED", "Flag.B"])
def test_number_turns_into_its_subclass_in_mid_loop(value):
    check_source(PRELUDE + f"""
def main():
    x = y = 1
    out = []
    for i in range(24):
        if i == 12:
            x = {value}
        y = y + x
        z = x
        z += 1
        out.append((y, z, x if x else None, x is z))
        if not isinstance(y, (int, float)):
            y = 1
    return out
""")


def test_subclass_is_the_loop_counter():
    check_source(PRELUDE + """
class Count(int):
    def __add__(self, other): return Count(int.__add__(self, other))
def main():
    i = Count(0)
    n = 0
    while i < 20:
        i = i + 1
        n += i
    j = Plain(0)
    while j < 20:
        j += 1
    return i, n, j
""")


def test_operators_appear_on_the_class_in_mid_loop():
    check_source("""
class Late(int): pass
def main():
    class Late(int): pass
    x = Late(5)
    out = []
    for i in range(20):
        if i == 7:
            Late.__add__ = lambda self, other: -1
        if i == 10:
            Late.__bool__ = lambda self: False
        if i == 13:
            Late.__lt__ = lambda self, other: "less"
        if i == 16:
            del Late.__add__
        out.append((x + 1, 1 if x else 0, x < 3))
    return out
""")


@same
def test_class_of_an_object_changes_in_mid_loop():
    class A:
        def __add__(self, other):
            return other + 1

        def __bool__(self):
            return True

    class B:
        def __add__(self, other):
            return other * 2.0

        def __bool__(self):
            return False
    x = A()
    total = 0
    for i in range(20):
        total += (x + i) if x else (x + 1)
        if i % 5 == 4:
            x.__class__ = B if x.__class__ is A else A
    return total


@same
def test_inherited_and_reflected_priority():
    class Sub(float):
        def __radd__(self, other):
            return ("radd", other)

        def __rsub__(self, other):
            return ("rsub", other)

        def __gt__(self, other):
            return ("gt", other)
    s = Sub(2)
    out = []
    for i in range(8):
        f = i * 1.0
        out.append((f + s, f - s, f < s, s + f, i + s, i < s, s * f))
    return out


@same
def test_attributes_survive():
    class Tagged(int):
        pass
    x = Tagged(5)
    x.tag = "t"
    y = 0
    for i in range(10):
        a = x
        y = a if i % 2 else y
        record(y)
    return x, y, y is x, y.tag
