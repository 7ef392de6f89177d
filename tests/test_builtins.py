"""Builtins on numbers, characters and sequences, and the functions of math, against
errors, types of one's own, and names that are bound anew."""

import builtins
import math

from math import sin
from oracle import Dying, record, same, spy, watch


class Base:
    pass


class Derived(Base):
    __slots__ = ("x",)


class Liar:
    @property
    def __class__(self):
        record("class asked for")
        return Base


class Meta(type):
    def __instancecheck__(cls, instance):
        record("instancecheck")
        return False


class Checked(metaclass=Meta):
    pass


class Index:
    def __index__(self):
        record("index")
        return 65

    def __float__(self):
        record("float")
        return 0.5

    def __round__(self, n=None):
        return "rounded"

    def __str__(self):
        return "str of index"

    def __repr__(self):
        record("repr")
        return "repr of index"

    def __hash__(self):
        record("hash")
        return 7


NUMBERS = [0, 1, -1, 2.5, -2.5, 0.5, 1.5, -0.5, 3.499999, 1e15, 1e16, -1e300, 0.0, -0.0, float("nan"), float("inf"),
           True, 2**30, 2**31, -2**63, 2**63 - 1, 2**63, 2**70, 1e-320, 0.49999999999999994, 4503599627370497.5]


@same
def test_isinstance():
    things = [1, 2.5, "s", None, True, [], {}, Base(), Derived(), Liar(), Checked(), 2**70, int, Index(), (1,)]
    out = []
    for i in range(60):
        x = things[i % len(things)]
        out.append((isinstance(x, int), isinstance(x, (str, float)), isinstance(x, Base), isinstance(x, Derived)))
        out.append((isinstance(x, Checked), isinstance(x, (list, (dict, Base))), isinstance(x, object), isinstance(x, type)))
        try:
            isinstance(x, 5)
        except TypeError as e:
            out.append(e.args)
        try:
            out.append(isinstance(x, (int, 5)))
        except TypeError as e:
            out.append(e.args)
    return out


@same
def test_isinstance_of_one_type():
    out = []
    for x in [Base()] * 6 + [Liar()] * 3 + [Derived()] * 3 + [Checked()] * 2:
        if isinstance(x, Derived):
            out.append("derived")
        elif isinstance(x, (int, str)):
            out.append("plain")
        elif isinstance(x, Base):
            out.append("base")
        else:
            out.append("else")
        out.append(isinstance(x, Checked))
    return out


@same
def test_classes_change():
    class A:
        pass

    class B:
        pass

    class C(A):
        pass
    c, out = C(), []
    for i in range(24):
        out.append((isinstance(c, A), isinstance(c, B)))
        if i == 8:
            C.__bases__ = (B,)
        if i == 12:
            C.x = 1
        if i == 16:
            c.__class__ = A
    return out


@same
def test_characters():
    out = []
    text = "aZ0\u00e9\u0130\u20ac\U0001f600\x00"
    for i in range(40):
        c = text[i % len(text)]
        n = ord(c)
        out.append((n, chr(n) == c, chr(n) is c, chr(i)))
        for bad in ("", "ab", 5, None, b"a", b"ab"):
            try:
                out.append(ord(bad))
            except TypeError as e:
                out.append(e.args)
        for bad in (-1, 0x110000, 2**70, "a", 1.5, True, Index()):
            try:
                out.append(chr(bad))
            except (TypeError, ValueError, OverflowError) as e:
                out.append(e.args)
    return out


@same
def test_rounding():
    out = []
    for i in range(len(NUMBERS) * 2):
        x = NUMBERS[i % len(NUMBERS)]
        try:
            out.append((round(x), round(x) is x))
        except (ValueError, OverflowError) as e:
            out.append(e.args)
        out.append((round(x, 1), round(x, -1), round(x, 0)))
        for f in (math.floor, math.ceil, math.trunc):
            pass
        try:
            out.append((math.floor(x), math.ceil(x), math.trunc(x)))
        except (ValueError, OverflowError) as e:
            out.append(e.args)
        out.append((round(Index()), bool(x), bool(i % 2)))
    return out


@same
def test_rounding_one_type():
    out = []
    for i in range(-40, 40):
        x = i * 0.25
        out.append((round(x), math.floor(x), math.ceil(x), math.trunc(x), round(x * 1.1, 1), round(i)))
    for x in [1.5, 2.5, 1e15, 4503599627370497.5, 1e300, float("inf")]:
        try:
            out.append((round(x), math.floor(x), math.ceil(x)))
        except OverflowError as e:
            out.append(e.args)
    return out


@same
def test_divmod_and_pow():
    out = []
    for i in range(len(NUMBERS)):
        for k in range(len(NUMBERS)):
            a, b = NUMBERS[i], NUMBERS[k]
            try:
                q, r = divmod(a, b)
                out.append((q, r))
            except (ZeroDivisionError, OverflowError) as e:
                out.append(e.args)
            if abs(b) < 100 and abs(a) < 2**40:
                try:
                    out.append(pow(a, b))
                except (ZeroDivisionError, OverflowError) as e:
                    out.append(e.args)
    return out


@same
def test_divmod_of_ints():
    out = []
    for a in range(-15, 15):
        for b in (-7, -2, -1, 1, 2, 7, 2**31, 2**40, -2**31):
            q, r = divmod(a, b)
            out.append((q, r, divmod(a * 1000003, b), r is a))
            r, q = divmod(b, a or 3)
            out.append((q, r))
        try:
            q, r = divmod(a, a - a)
        except ZeroDivisionError as e:
            out.append(e.args)
    return out


@same
def test_pow_with_modulus():
    out = []
    for a in range(-6, 7):
        for m in (1, 2, 7, 2**61 - 1, 2**63 - 1, -5, 2**70):
            for e in (0, 1, 5, 2**40 + 3):
                out.append(pow(a, e, m))
        for bad in ((a, 2, 0), (2, -1, 4), (2.0, 2, 3), (3, -1, 7)):
            try:
                out.append(pow(*bad[:2], bad[2]))
            except (ValueError, TypeError) as e:
                out.append(e.args)
    return out


@same
def test_math():
    out = []
    for i in range(len(NUMBERS) * 2):
        x = NUMBERS[i % len(NUMBERS)]
        for k in range(16):
            try:
                r = (math.sin(x) if k == 0 else math.cos(x) if k == 1 else math.tan(x) if k == 2 else math.exp(x)
                     if k == 3 else math.log(x) if k == 4 else math.log2(x) if k == 5 else math.log10(x) if k == 6
                     else math.atan(x) if k == 7 else math.asin(x) if k == 8 else math.fabs(x) if k == 9
                     else math.sqrt(x) if k == 10 else math.sinh(x) if k == 11 else math.tanh(x) if k == 12
                     else math.expm1(x) if k == 13 else math.cbrt(x) if k == 14 else math.log(x, 3))
            except (ValueError, OverflowError) as e:
                r = e.args
            out.append(r)
        try:
            out.append((math.isnan(x), math.isinf(x), math.isfinite(x)))
        except OverflowError as e:
            out.append(e.args)
    return out


@same
def test_math_of_two():
    out = []
    for i in range(len(NUMBERS)):
        for k in range(len(NUMBERS)):
            x, y = NUMBERS[i], NUMBERS[k]
            for f in range(6):
                try:
                    r = (math.atan2(x, y) if f == 0 else math.pow(x, y) if f == 1 else math.fmod(x, y) if f == 2
                         else math.hypot(x, y) if f == 3 else math.copysign(x, y) if f == 4 else math.isclose(x, y))
                except (ValueError, OverflowError) as e:
                    r = e.args
                out.append(r)
            try:
                out.append(math.gcd(x, y))
            except TypeError as e:
                out.append(e.args)
    return out


@same
def test_math_of_odd_things():
    out = []
    for x in [1.0, Index(), True, "a", None, 1j, 2, 10**400] * 2:
        for k in range(3):
            try:
                out.append(sin(x) if k == 0 else math.floor(x) if k == 1 else math.log(x))
            except (TypeError, ValueError, OverflowError) as e:
                out.append(e.args)
    return out


@same
def test_sums_and_extremes():
    out = []
    data = [[1, 2, 3], [1.5, 2.5], (1, 2.5, True), [], [2**62, 2**62], ["b", "a"], [True, False], [float("nan"), 1.0],
            [1.0, float("nan")], [-0.0, 0.0], [0.0, -0.0], [1, 1.0], [None], [[1], [2]], range(5), {3, 1}, "ba"]
    for i in range(len(data) * 2):
        x = data[i % len(data)]
        for k in range(8):
            try:
                r = (sum(x) if k == 0 else min(x) if k == 1 else max(x) if k == 2 else any(x) if k == 3 else all(x)
                     if k == 4 else sorted(x) if k == 5 else sum(x, 0.5) if k == 6 else list(x))
            except (TypeError, ValueError) as e:
                r = e.args
            out.append(r)
        y = list(x)
        try:
            y.sort()
        except TypeError as e:
            out.append(e.args)
        out.append((y, tuple(x), len(tuple(x)), tuple(y) is y))
        try:
            out.append(len(set(x)))
        except TypeError as e:
            out.append(e.args)
    return out


@same
def test_extremes_are_the_objects():
    a, b, c = 10**10, 10**10 + 1 - 1, "x" * 20
    out = []
    for i in range(10):
        l = [a, b] if i % 2 else [b, a]
        out.append((min(l) is a, max(l) is a, min([c, "y"]) is c, tuple((c,))[0] is c, sorted(l)[0] is a, a is b))
        u = (a, b)
        out.append((tuple(u) is u, list(u) == l))
    return out


@same
def test_conversions_from_text():
    out = []
    for w in ["1", "-5", " 7 ", "1_000", "0x10", "", "abc", "1.5", "9" * 18, "9" * 19, "9" * 30, "\u0663", "nan", "1e5", "inf"] * 2:
        try:
            out.append(int(w))
        except ValueError as e:
            out.append(e.args)
        try:
            out.append(float(w))
        except ValueError as e:
            out.append(e.args)
        out.append((hash(w) == hash(w + ""), str(w) is w, list(w), tuple(w), sorted(set(w))))
    return out


@same
def test_hash():
    out = []
    for x in [1, -1, -2, 2.5, 1.0, True, 2**61 - 1, 2**70, float("inf"), -0.0, Index(), [], None] * 2:
        try:
            out.append(hash(x) if x is not None else 0)
        except TypeError as e:
            out.append(e.args)
    return out


@same
def test_ranges_as_values():
    out = []
    for i in range(-3, 6):
        r = range(i)
        s = range(i, 10, 2)
        out.append((r, len(s), list(r), i in s))
        try:
            range(1, 5, i)
        except ValueError as e:
            out.append(e.args)
        out.append((list(), tuple(), dict(), set(), list(r) == [], dict() is dict()))
    return out


@same
def test_other_things_than_numbers():
    out = []
    for x in [Index(), 1, Index(), "a", 2.5] * 3:
        out.append((str(x), repr(x), f"{x}", f"{x!r}", bool(x)))
        try:
            out.append("%s" % x)
        except TypeError as e:
            out.append(e.args)
    return out


@same
def test_names_bound_anew():
    out = []
    try:
        for i in range(16):
            out.append((ord("a"), round(2.5), len({1: 2})))
            if i == 6:
                builtins.ord = lambda c: "mine"
            if i == 9:
                builtins.round = lambda x: "rounded"
            if i == 12:
                builtins.ord = real_ord
    finally:
        builtins.ord, builtins.round = real_ord, real_round
    return out


real_ord, real_round = ord, round


@same
def test_module_function_bound_anew():
    real, out = math.cos, []
    try:
        for i in range(12):
            out.append(math.cos(i))
            if i == 7:
                math.cos = lambda x: "cosine"
    finally:
        math.cos = real
    return out


@same
def test_finalizers_of_operands():
    for i in range(6):
        isinstance(Dying(f"a{i}"), Base)
        record(i)
        len([Dying(f"b{i}")])
        record(i)
        list([Dying(f"c{i}")])
        record(i)
        any([0, Dying(f"d{i}")])
        record(i)
        x = tuple([Dying(f"e{i}")])
        x = None
        record(i)
    return i


@same
def test_tracebacks():
    def f(i):
        x = i * 2
        for k in range(5):
            y = math.sqrt(i - k)
            z = {1: 2}[k + 1 if k < 1 else 1]
            w = chr(65 + i - k)
        return ord(w * i)
    out = []
    for i in range(4):
        try:
            out.append(f(i))
        except (ValueError, TypeError, KeyError):
            import traceback
            out.append([line[1:] for line in traceback.extract_tb(__import__("sys").exc_info()[2])][-1:])
    return len(out)


class Indexed:
    def __init__(self, value):
        self.value = value

    def __index__(self):
        return self.value() if callable(self.value) else self.value


class Whole(int):
    def __index__(self):
        return 7


@same
def test_operator_index():
    from operator import index
    out = []
    many = [1, -5, 1 << 70, True, False, Whole(3), Indexed(4), Indexed(1 << 40), 2.0, "3", None, Indexed("x"),
            Indexed(True), Indexed(spy)]
    for i in range(3):
        for x in many:
            try:
                value = index(x)
                out.append((value, value is x, type(value).__name__))
            except TypeError as e:
                out.append(str(e))
    total = 0
    for i in range(100):
        total += index(i * 1000) + index(i + (1 << 62))
    return out, total


@same
def test_operator_index_of_what_changes():
    from operator import index
    out, x = [], 5
    for i in range(60):
        out.append(index(x))
        x = x + 1 if i < 20 else True if i < 30 else Whole(i) if i < 40 else (1 << 63) + i
    return out
