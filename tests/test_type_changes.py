"""Types that change while the loop runs, or from one entry to the next."""

import itertools

import pytest

from oracle import check, check_source, record, same, spy

TEN = ["5", "2.5", "True", "2**70", "3+1j", "Decimal('1.5')", "Fraction(1, 3)", "Int(7)", "Float(1.25)", "-0.0"]

PRELUDE = """
from decimal import Decimal
from fractions import Fraction
class Int(int): pass
class Float(float): pass
class Str(str): pass
"""


@same
def test_int_float_bigint_str_object_in_one_loop():
    x = 1
    trail = []
    i = 0
    while i < 50:
        i += 1
        y = x * 2
        trail.append(y)
        if i == 8:
            x = x + 0.5
        elif i == 16:
            x = 2**62
        elif i == 24:
            x = 2**80
        elif i == 32:
            x = "ab"
        elif i == 40:
            x = [i]
        elif i == 45:
            x = True
        elif not isinstance(x, (str, list)):
            x = x + 1
    return trail, x


@pytest.mark.parametrize("changes", list(itertools.permutations(["7", "1.5", "2**65", "True"], 3)) + [
    ("'a'", "1", "1.0"), ("1", "'a'", "1.0"), ("(1,)", "2", "2.0"), ("1", "1.0", "[1]")])
def test_accumulator_changes_type(changes):
    a, b, c = changes
    check_source(f"""
        def main():
            x = {a}
            out = []
            for i in range(30):
                if i == 10:
                    x = {b}
                if i == 20:
                    x = {c}
                x = x * 2 if i % 10 == 5 else x
                out.append(x)
            return out, x
    """)


@same
def test_local_changes_type_every_iteration():
    x = 1
    total = 0.0
    for i in range(60):
        if i % 4 == 0:
            x = i
        elif i % 4 == 1:
            x = i * 0.5
        elif i % 4 == 2:
            x = i > 10
        else:
            x = i << 60
        total += x
    return total, x


@pytest.mark.parametrize("op", ["+", "-", "*", "/", "==", "<", "and", "or"])
def test_ten_types_at_one_operator(op):
    check_source(PRELUDE + f"""
VALUES = [{', '.join(TEN)}]
def main():
    out = []
    for a in VALUES:
        for b in VALUES:
            try:
                n = 0
                while n < 3:
                    n += 1
                    c = a {op} b
                out.append(c)
            except TypeError as e:
                out.append(e.args)
    return out
""")


def test_ten_types_as_arguments_of_one_function():
    check_source(PRELUDE + f"""
VALUES = [{', '.join(TEN)}]
def main(k):
    s = VALUES[k]
    n = 0
    while n < 5:
        s = s + s
        s = s * 3 - s
        n += 1
    return s
""", args=[(k,) for k in range(len(TEN))])


@same(args=[(1, 2), (1.0, 2), (1, 2.0), (1.5, 2.5), (True, 2), (1, True), (2**70, 1), (1, 2**70), (1.5, 2**70), (1, 2)])
def test_reentry_with_other_types(a, b):
    n = 0
    while n < 12:
        a = a + b
        b = b * 2 - a
        n += 1
    return a, b, n


@same(args=[(3, "x"), (3, None), (3.0, "x"), (2**70, ())], raises=TypeError)
def test_wrong_type_after_a_while(a, b):
    n = 0
    while True:
        n += 1
        y = a if n < 9 else b
        a = a + y


@same
def test_loop_carried_swap_of_types():
    a, b, c = 1, 2.5, True
    for i in range(31):
        a, b, c = b, c, a
        record(a, b, c)
    return a, b, c


@same
def test_none_then_number():
    best = None
    for i in range(40):
        v = (i * 37) % 41
        if best is None or v > best:
            best = v
            if i == 20:
                best = float(best)
    return best


@same
def test_counter_turns_float():
    i = 0
    n = 0
    while i < 20:
        i += 1 if n < 5 else 0.5
        n += 1
    return i, n


@same
def test_branches_join_with_different_types():
    total = 0
    for i in range(40):
        if i % 2:
            v = i
        else:
            v = i / 2
        if i % 3:
            w = v
        else:
            w = v > 10
        total = total + v * w
        spy() if i % 13 == 12 else None
    return total


@same
def test_many_locals_each_of_many_types():
    a = b = c = d = 1
    for i in range(48):
        if i % 3 == 0:
            a = a + 0.5 if i % 2 else int(a)
        if i % 4 == 0:
            b = b * 1.5 if i % 8 else bool(b)
        if i % 5 == 0:
            c = c << 13 if i % 2 else 1
        if i % 7 == 0:
            d = not d
        a, d = d, a
        e = a + b * c - d
    return a, b, c, d, e


@same
def test_value_becomes_unbound_and_comes_back_as_another_type():
    x = 1
    out = []
    for i in range(20):
        try:
            x = x + 1
        except UnboundLocalError:
            x = 0.5 if i % 2 else "s" if i % 3 else 2
        except TypeError:
            out.append("type error")
            del x
            continue
        out.append(x)
        if i % 4 == 3:
            del x
    return out


def test_versions_are_bounded_but_behaviour_is_not():
    """More combinations of types than any version limit."""
    values = (1, 1.5, True, 2**70)
    def subject(a, b, c):
        n = 0
        while n < 4:
            a, b, c = b + 0, c + 0, a + 0
            n += 1
            d = a if a > b else b if b > c else c
            n += d is None
        return a, b, c, d
    check(subject, args=list(itertools.product(values, repeat=3)), repeat=1)
