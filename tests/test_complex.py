"""Complex numbers: pairs of doubles in registers must look like complex objects.

Mixed arithmetic that converts nothing, signs of zeros, infinities that come
back out of NaNs, division, powers, magnitudes next to their bound, identity,
and the errors.
"""

import math
import random

import pytest

from oracle import FEW_MODES, check_source, record, same, spy, watch

INF, NAN = float("inf"), float("nan")

PARTS = ["0.0", "-0.0", "1.0", "-2.5", "1e200", "-5e-324", "INF", "-INF", "NAN"]
COMPLEXES = [f"complex({re}, {im})" for re in PARTS for im in PARTS] + [
    "-1j", "3+4j", "0.1-0.2j", "1e-200-1e-200j", "complex(5e-324, -1e308)", "1e160+1j"]
REALS = [*PARTS, "-1e308", "0.5", "3.0", "0", "1", "-1", "3", "-7", "2**53+1", "2**62+1", "-2**63", "2**64+1", "10**400", "True",
         "False"]
FEW = ["complex(0.0, 0.0)", "complex(-0.0, -0.0)", "complex(1.0, -0.0)", "complex(-2.5, 0.5)", "1j", "complex(INF, NAN)",
       "complex(-INF, 1.0)", "complex(NAN, 0.0)", "complex(1e200, -1e200)", "complex(5e-324, 2.0)", "complex(INF, -INF)"]

PAIRS = """
INF, NAN = float("inf"), float("nan")
LEFT = [{left}]
RIGHT = [{right}]
def main():
    out = []
    for a in LEFT:
        for b in RIGHT:
            i = 0
            try:
                while i < 3:
                    c = {expression}
                    i += 1
                out.append(c)
            except (ArithmeticError, ValueError, TypeError, AttributeError) as e:
                out.append((type(e), e.args, i))
    return out
"""
SOME_MODES = {"threshold=1": {}, "force_exit=3": {"force_exit": 3}, "max_versions=1": {"max_versions": 1}}


def pairs(expression, left=COMPLEXES, right=FEW, modes=SOME_MODES):
    seen = check_source(PAIRS.format(left=", ".join(left), right=", ".join(right), expression=expression), repeat=1,
                        modes=modes, leaks=False)
    assert seen[0]["exception"] == "None"


OPERATORS = ["+", "-", "*", "/", "==", "!="]


@pytest.mark.parametrize("op", OPERATORS)
def test_complex_with_complex(op):
    pairs(f"a {op} b")


@pytest.mark.parametrize("op", OPERATORS)
def test_complex_with_real(op):
    pairs(f"a {op} b", right=REALS)


@pytest.mark.parametrize("op", OPERATORS)
def test_real_with_complex(op):
    pairs(f"a {op} b", left=REALS, right=COMPLEXES)


def test_power():
    pairs("a ** b")
    pairs("a ** b", right=["-2", "-1", "0", "1", "2", "3", "7", "100", "101", "-100", "True", "0.5", "2.0", "-0.0", "1e300",
                           "NAN", "INF", "2**64"])
    pairs("a ** b", left=REALS)


@pytest.mark.parametrize("op", ["//", "%", "<", ">=", "@", "&", "<<", "is", "is not"])
def test_operators_that_complex_lacks(op):
    pairs(f"a {op} b", left=FEW, right=[*FEW[:3], "1", "2.0"])


@pytest.mark.parametrize("expression", [
    "-a", "+a", "+a is a", "not a", "1 if a else 2", "1 if not a else 2", "a and b", "a or b", "a * a", "a - a", "a + a",
    "a is a", "a == a", "a != a", "1 if a == b else 2", "1 if a != b else 2", "bool(a)", "-a + b", "-(a - b)", "(a + b) * (a - b)",
    "a.real", "a.imag", "a.real is a.real", "a.real + a.imag", "(a.real, a.imag, a)", "a.conjugate()", "a * a.conjugate()",
    "a.conjugate() is a", "a.conjugate().imag", "complex(a.real, a.imag)", "complex(a.imag)", "complex(a) is a", "complex(a)",
    "complex(b.real, b.real)", "complex(3, 4)", "complex(True, False)", "complex(2**53 + 1, 2)", "complex(1.5)", "complex()",
    "a + 1", "1 + a", "a - 1", "1 - a", "a * 2", "2 * a", "a * -1", "a / 2", "2 / a", "a / -0.5", "a / 0", "a / 0.0",
    "a + 0.0", "a - 0.0", "0.0 - a", "-0.0 + a", "a * 0.0", "0 - a", "a * 1j", "1j * a", "a + 1j", "1j - a", "a - 1j", "a / 1j",
    "1j / a", "a * 0j", "0j * a", "0j + a", "a + -0j", "a == 0", "a == 0j", "a == 1.0", "0.0 == a", "a == 2**53 + 1", "a != True",
    "a ** 2", "a ** 3", "a ** -1", "a ** 0.5", "2 ** a", "a ** 1j", "a ** 0", "1j * 1j + a", "(a == b) + (a != b)",
    "a == 'x'", "a == None", "a + 'x'", "a in (b,)", "a.real.imag", "a.nothing", "complex(a, b)", "complex(a, 1)", "complex('1')",
    "complex(real=1.0)", "f'{a}'", "[a] * 2", "(a, a)", "max(a.real, a.imag)", "a.imag * a.real - b.imag",
])
def test_expression(expression):
    pairs(expression, right=FEW[1:6] if "b" in expression else ["1j"])


# ------------------------------------------------------------ magnitudes

NEAR = ["3+4j", "4+3j", "-3-4j", "complex(3, math.nextafter(4, 5))", "complex(3, math.nextafter(4, 0))",
        "complex(math.nextafter(3, 0), 4)", "5+1e-9j", "complex(5.0, 1e-300)", "complex(math.nextafter(5, 0), 0.0)",
        "complex(math.nextafter(5, 9), 0.0)", "5j", "-5.0+0j", "1.7e308+1.7e308j", "1e308+0j", "1e200j", "complex(INF, NAN)",
        "complex(NAN, -INF)", "complex(NAN, 1)", "complex(INF, INF)", "0j", "1e-300+1e-300j", "5e-324j", "complex(5, 3e-8)",
        "complex(5, 6e-8)", "complex(4.99999999999999, 1e-7)", "1e-140+0j", "1.1e-140j", "9e139+5e139j"]
MAGNITUDES = """
import math
import random
INF, NAN = float("inf"), float("nan")
def main():
    out = []
    for z in [{values}]:
        for repeat in range(3):
            w = z * 1.0 if repeat else z
            try:
                if abs(w) {op} {bound}:
                    out.append((w, True))
                else:
                    out.append((w, False))
                while not abs(w) {op} {bound}:
                    out.append("once")
                    break
                out.append((abs(w) {op} {bound}, {bound} {op} abs(w), abs(w), abs(-w) - 1))
            except OverflowError as e:
                out.append((w, e.args))
    return out
"""


@pytest.mark.parametrize("bound", ["5", "5.0", "5.000000000000001", "0", "0.0", "-1.0", "1e-140", "1e-160", "1e150", "INF", "NAN"])
@pytest.mark.parametrize("op", ["<", "<=", ">", ">=", "==", "!="])
def test_magnitude_near_its_bound(op, bound):
    seen = check_source(MAGNITUDES.format(values=", ".join(NEAR), op=op, bound=bound), repeat=2, modes=SOME_MODES, leaks=False)
    assert seen[0]["exception"] == "None"


@same
def test_escape_times():
    out = []
    for k in range(40):
        c = complex(k / 20 - 1.5, k / 30)
        z = 0j
        for n in range(30):
            if abs(z) > 2.0:
                break
            z = z * z + c
        out.append((n, z, z.real ** 2, c))
    return out


@same(raises=OverflowError)
def test_overflow_of_a_compared_magnitude():
    z = 1e308 + 1e308j
    n = 0
    while abs(z) > 2.0:
        z *= 1.05
        n += 1
    return z


@same(raises=OverflowError)
def test_overflow_of_a_magnitude():
    z = 1e308 + 1e308j
    s = 0.0
    for i in range(50):
        z *= 1.05
        s = abs(z)


@same
def test_abs_replaced_in_mid_loop():
    import builtins
    real = builtins.abs
    z, out = 3 + 4j, []
    try:
        for i in range(12):
            if i == 6:
                builtins.abs = lambda z: 0.5
            out.append(1 if abs(z) > 2.0 else 2)
            out.append(abs(z))
            z += 1
    finally:
        builtins.abs = real
    return out


# ------------------------------------------------------------ identity, objects

@same
def test_one_object_for_all_names():
    z = 1 + 1j
    for i in range(25):
        w = z
        z = z * (0.5 + 0.5j)
        y = x = z
        record(x is y, x is z, w is z, z, w)
        t = (x, y, z, z)
        record(t[0] is t[3], t)
    return x is y, x, y, z, t


@same
def test_carried_through_swaps():
    a, b = complex("1+2j"), complex("3-4j")
    keep = a, b
    s = 0j
    for i in range(21):
        a, b = b, a
        s += a * b
        s -= a
    return a is keep[1], b is keep[0], a, b, s


@same
def test_parts_are_objects_of_their_own():
    x, y = float("1.5"), float("2.5")
    for i in range(20):
        z = complex(x, y)
        u, v = z.real, z.imag
        record(u is x, v is y, u is z.real, z.real is z.real, u, v)
        w = complex(x, x)
        r = w.real
        record(r is w.imag, w)
        x = y
        y = u
    return x, y, z, w, u, v


@same
def test_numbers_that_share_parts():
    z = 1 + 2j
    out = []
    for i in range(30):
        w = z + 1.5             # has the imaginary part of z
        u = w.conjugate()       # and the real part of w
        x = u.real
        v = complex(x, x)
        z = v * 0.5 - u / 4
        x += 1.0
        out.append((z, w, u, v, x))
        if i % 7 == 3:
            spy()
    return out


@same
def test_kept_in_containers():
    zs = [complex(i, -i) for i in range(20)]
    out, table, s = [], {}, 0j
    for z in zs:
        w = z * 2
        s += w
        out.append(w)
        out.append(z)
        table[w] = s
        zs[3] = w
    for i in range(20):
        zs[i] = zs[i] * 1j + zs[19 - i]
    return out, table, s, zs, [z * z for z in zs], [z.imag for z in zs]


class Holder:
    def __init__(self):
        self.z = 0j
        self.w = 1j


@same
def test_attributes():
    h = Holder()
    for i in range(25):
        h.z = h.z * h.w + 0.5
        h.w = h.w + h.z.imag
        v = h.z
        h.w = v
    return h.z, h.w, v is h.w, v is h.z


@same
def test_reference_counts():
    z = watch(complex("1.5+2j"))
    w = z
    s = 0j
    for i in range(30):
        s = s * 0.5 + z
        w = z
        u = w
    return s, u is z


@same
def test_many_numbers_at_once():
    a, b, c, d, e, f = 1j, 2 + 0j, 0.5 - 1j, -1 - 1j, 3 + 1j, 0.25j
    x, y = 0.5, 1.5
    for i in range(40):
        a, b = b * 0.5 + c, a * d - e
        c = (a + b) * (c - d) * 0.1 + f / (2 + 0j)
        d, e = e * 0.5, d + complex(x, y)
        f = f * a.conjugate() * 0.1 + x
        x, y = y * 0.75, x + f.imag * 0.01
        record(a, b, c, d, e, f, x, y)
        if i % 9 == 4:
            spy()
    return a, b, c, d, e, f, x, y


@same
def test_constants_become_numbers_and_back():
    out = []
    for i in range(40):
        z = 0j
        for j in range(i % 4):
            if z == 0j:
                z = 1j
            else:
                z *= 1j
        out.append(z)
        z = 0.5 if i % 3 else 2j
        z += 1
        out.append(z)
    return out


# ------------------------------------------------------------ calls

def squared(z):
    return z * z


def second(x, z):
    return z


def grow(z, k):
    while abs(z) < 4.0:
        z = z * (1.5 + 0.5j) + k
        if k > 0.7:
            return z
    return z.conjugate()


@same
def test_given_to_functions_and_returned():
    z, w, out = 1 + 1j, 0.5j, []
    for i in range(40):
        z = z * w + 0.5
        u = second(i, z)
        v = second(z, z)
        record(u is z, v is z, u is v, z)
        w = squared(z * 0.5) + second(z.real, w)
        y = grow(complex(z.imag, 0.25), i / 40)
        w = w / (abs(w) + abs(y) + 1)
        x = second(1j, second(z, w))
        out.append((z, w, y, x is w, x))
        if i % 9 == 8:
            spy()
    return out


def collatz_like(z, depth):
    w = z * 2
    if depth:
        v = collatz_like(w, depth - 1)
        return v + w - z
    return w


@same
def test_kept_across_recursive_calls():
    s = 0j
    for i in range(30):
        z = complex(i, -i) * 0.5
        t = z
        s = s * 0.25 + collatz_like(z, i % 5)
        record(t is z, z, s)
    return s


def failing(z):
    w = z * 1j
    if z.real > 3:
        spy()
        raise ValueError(w, z)
    return w


@same
def test_exceptions_through_frames_with_complex_numbers():
    out, z = [], 0.5j
    for i in range(20):
        z = z + 0.5
        w = z
        try:
            out.append(failing(z))
        except ValueError as e:
            out.append((e.args, e.args[1] is z, w is z))
            z = z * 0.25
    return out


class Calls:
    @property
    def z(self):
        spy()
        return 2 + 1j


@same
def test_kept_while_other_code_runs():
    z, p, out = 1j, Calls(), []
    for i in range(20):
        z = z * 1j + 0.5
        w = z
        out.append(str(z))
        z = z + p.z * 0.1
        out.append((w is z, sorted([z.real, z.imag]), w, z))
    return out


# ------------------------------------------------------------ types that change

class C(complex):
    def __add__(self, other):
        return "C.__add__"

    def __radd__(self, other):
        return "C.__radd__"

    def __abs__(self):
        return -1.0

    def __eq__(self, other):
        return "equal"

    __hash__ = None


@same
def test_subclasses():
    out = []
    for z in [1j, 2j, C(1, 2), 3j, C(0, 0), 1.5, 2, True, 10 ** 30, 4j] * 3:
        out.append((z + 1j, 1j + z, z * 1j, -z, abs(z), z == 1j, z.real, z.imag, z.conjugate(), complex(z), +z))
        if z:
            out.append(1 if abs(z) > 1.0 else 0)
    return out


class HasComplex:
    def __complex__(self):
        return 1j

    def __float__(self):
        return 2.0


@same
def test_conversions_that_run_code():
    out = []
    for x in [1.0, 2, HasComplex(), "3", True, 4.0, 1j, None] * 3:
        try:
            out.append(complex(x))
            out.append(complex(x, 1.0))
        except (TypeError, ValueError) as e:
            out.append((type(e), e.args))
    return out


@same
def test_types_change_in_mid_loop():
    out = []
    z = 1
    for i in range(60):
        z = z * (1j if i % 10 == 0 else 1)
        z = z + 0.5
        if i % 17 == 16:
            z = i
        elif i % 13 == 12:
            z = float(i)
        elif i % 23 == 22:
            z = 10 ** 25
        out.append(z)
        if z == 0.5 or not z:
            out.append("zero")
    return out


@same
def test_nans_in_mid_loop():
    z, out = 1 + 1j, []
    for i in range(40):
        z = z * z + 1
        w = z * complex(INF, NAN) if i % 5 == 4 else z
        out.append((z, w, w == w, w != w, bool(w)))
        if i % 11 == 10:
            z = 1 + 1j
    return out


@same(raises=ZeroDivisionError)
def test_division_by_zero():
    z, w = 1 + 1j, 5 + 0j
    for i in range(10):
        spare = z
        z = z / w
        w -= 1
    return z


@same(raises=OverflowError)
def test_int_too_large():
    z, k = 1 + 1j, 1
    while True:
        k *= 1000
        z = z + k


@same(raises=OverflowError)
def test_power_overflows():
    z = 1.5 + 1.5j
    while True:
        z = z ** 3


@same(raises=AttributeError)
def test_parts_are_read_only():
    z = 1j
    for i in range(10):
        z = z * 1j
        if i == 8:
            z.real = 2.0


@same
def test_generators_of_complex_numbers():
    def spiral(z, n):
        for _ in range(n):
            yield z
            z *= 1j
    return list(spiral(1 + 0.5j, 20)), sum(spiral(2j, 9)), [math.hypot(z.real, z.imag) for z in spiral(3j, 5)]


# ------------------------------------------------------------ random programs

def random_program(seed):
    choose = random.Random(seed)
    one = choose.choice
    names = {"complex": ["a", "b", "c"], "real": ["x", "y", "n", "i"]}

    def expression(kind, depth):
        if depth == 0 or choose.random() < 0.15:
            return one(names[kind] * 3 + (["1j", "0j", "-0j", "(0.5-2j)", "1e200j"] if kind == "complex" else
                                          ["0.5", "-0.0", "2", "1e200", "inf", "-1"]))
        if kind == "real":
            what = one(["part", "part", "abs", "op"])
            if what == "op":
                return f"({expression('real', depth - 1)} {one('+-*')} {expression('real', depth - 1)})"
            inner = expression("complex", depth - 1)
            return f"abs({inner})" if what == "abs" else f"{inner}.{one(['real', 'imag'])}"
        what = one(["op", "op", "op", "mixed", "mixed", "divide", "power", "unary", "new", "conjugate", "if"])
        if what == "op":
            return f"({expression('complex', depth - 1)} {one('+-*')} {expression('complex', depth - 1)})"
        if what == "mixed":
            both = [expression("complex", depth - 1), expression("real", depth - 1)]
            choose.shuffle(both)
            return f"({both[0]} {one('+-*')} {both[1]})"
        if what == "divide":
            return f"({expression(one(['real', 'complex']), depth - 1)} / ({expression('complex', depth - 1)} or 1j))"
        if what == "power":
            return f"({expression('complex', 0)} ** {one(['2', '3', '-1', '0.5', '1j'])})"
        if what == "unary":
            return f"({one('+-')}{expression('complex', depth - 1)})"
        if what == "new":
            return f"complex({expression('real', depth - 1)}, {expression('real', depth - 1)})"
        if what == "conjugate":
            return f"{expression('complex', depth - 1)}.conjugate()"
        return f"({expression('complex', depth - 1)} if {condition(depth - 1)} else {expression('complex', depth - 1)})"

    def condition(depth):
        what = one(["equal", "mixed", "truth", "abs"])
        if what == "abs":
            return f"abs({expression('complex', depth)}) {one(['<', '>', '<=', '>='])} {one(['2', '1.5', 'y'])}"
        if what == "truth":
            return one(["", "not "]) + expression("complex", depth)
        right = "complex" if what == "equal" else "real"
        return f"{expression('complex', depth)} {one(['==', '!='])} {expression(right, depth)}"

    def statements(indent, count):
        lines = []
        for _ in range(count):
            what = one(["complex", "complex", "complex", "real", "if", "copy", "note"])
            if what == "if":
                lines += [indent + f"if {condition(1)}:", *statements(indent + "    ", 2)]
            elif what == "real":
                lines.append(indent + f"{one('xy')} = {expression('real', 2)}")
            elif what == "copy":
                lines.append(indent + one(["a = b", "b = c", "c = a", "a, b = b, a", "x = y", "out.append(c)", "spy()"]))
            elif what == "note":
                lines.append(indent + "record(a, b, c, x, y, a is b, b is c)")
            else:
                lines.append(indent + f"{one('abc')} {one(['=', '=', '+=', '-=', '*='])} {expression('complex', 3)}")
        return lines

    return "\n".join([
        "inf = float('inf')", "def main():", "    a, b, c, x, y, n, out = 1+2j, 0j, -0.5j, 1.5, -0.0, 3, []",
        "    for i in range(7):", "        try:", *statements(" " * 12, 6),
        "        except (ArithmeticError, ValueError) as e:", "            out.append((type(e), e.args))",
        "            a, b, c, x, y = 1+2j, 0j, -0.5j, 1.5, -0.0", "    return a, b, c, x, y, out"])


@pytest.mark.parametrize("seed", range(12))
def test_random_program(seed):
    seen = check_source(random_program(seed), modes=FEW_MODES, repeat=2)
    assert seen[0]["exception"] == "None"
