"""Floats: doubles in registers must look like float objects.

NaN in every comparison, the sign of zero, infinities, floor division and
modulo, powers, comparisons with ints beyond 2**53, and the errors.
"""

import math

import pytest

from oracle import check_source, record, same

INF, NAN = float("inf"), float("nan")

FLOATS = ["0.0", "-0.0", "1.0", "-1.0", "0.5", "-0.5", "1.5", "3.0", "-7.5", "1e16", "2.0**53", "2.0**53+2", "2.0**63",
          "-2.0**63", "1e308", "-1e308", "1.7976931348623157e308", "5e-324", "-5e-324", "2.2250738585072014e-308",
          "INF", "-INF", "NAN", "0.1", "1e-17"]
INTS = ["0", "1", "-1", "3", "-7", "2**53", "2**53+1", "-2**53-1", "2**63-1", "2**63", "-2**63", "2**64+1", "10**400",
        "-10**400", "True", "False"]

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
            except (ZeroDivisionError, OverflowError, ValueError) as e:
                out.append((type(e), e.args, i))
    return out
"""


def pairs(expression, left=FLOATS, right=FLOATS):
    seen = check_source(PAIRS.format(left=", ".join(left), right=", ".join(right), expression=expression), repeat=2)
    assert seen[0]["exception"] == "None"


OPERATORS = ["+", "-", "*", "/", "//", "%", "<", "<=", "==", "!=", ">", ">="]


@pytest.mark.parametrize("op", OPERATORS)
def test_float_with_float(op):
    pairs(f"a {op} b")


@pytest.mark.parametrize("op", OPERATORS)
def test_float_with_int(op):
    pairs(f"a {op} b", right=INTS)


@pytest.mark.parametrize("op", OPERATORS)
def test_int_with_float(op):
    pairs(f"a {op} b", left=INTS)


def test_power():
    pairs("a ** b")
    pairs("a ** b", right=["0", "1", "2", "3", "-1", "-2", "True", "False"])
    pairs("a ** b", left=["0", "1", "2", "-3", "True", "2**64"])


@pytest.mark.parametrize("expression", [
    "not a < b", "not a == b", "a < b or a >= b", "a < b < a", "a <= b <= b", "1 if a < b else 2", "1 if a != a else 2",
    "1 if not (a >= b) else 2", "1 if not (a <= b) else 2", "a and b", "a or b", "not a", "not not a", "-a", "+a", "abs(a)",
    "-a + b", "-(a - b)", "0.0 - a", "0 - a", "-0.0 + a", "a + 0", "a * 0", "a * -1", "a - a", "a / a if a else b",
    "a is a", "bool(a)", "a + b == b + a", "min(a, b)", "max(a, b)", "a * 2.0", "a + 1", "2 * a", "1 / b", "a ** 2", "a * a",
    "a ** 0.5 if a > 0 else 0", "a ** -1 if a else 0", "a % 1.0", "a // 1", "a % -1.5", "a // -0.3", "(a, b)", "divmod(a, b)",
    "a in (b,)", "a == b or a is b", "1 if a else 2", "1 if not a else 2", "round(a) if abs(a) < 1e16 else 0",
    "int(a) if -1e300 < a < 1e300 else 0", "a.hex()", "a.is_integer()", "a < 3 < b", "(a < b) + (a > b) + (a == b)",
])
def test_expression(expression):
    pairs(expression)


@same
def test_nan_in_every_form_of_branch():
    nan = NAN
    counts = [0] * 16
    x = 0.0
    for i in range(20):
        y = nan if i % 2 else x
        if y < 1.0: counts[0] += 1
        if y <= 1.0: counts[1] += 1
        if y > 1.0: counts[2] += 1
        if y >= 1.0: counts[3] += 1
        if y == y: counts[4] += 1
        if y != y: counts[5] += 1
        if not y < 1.0: counts[6] += 1
        if not y <= 1.0: counts[7] += 1
        if not y > 1.0: counts[8] += 1
        if not y >= 1.0: counts[9] += 1
        if not y == y: counts[10] += 1
        if not y != y: counts[11] += 1
        if y: counts[12] += 1
        if not y: counts[13] += 1
        if 0.0 <= y <= 2.0: counts[14] += 1
        while y != y or y > 100.0:
            counts[15] += 1
            break
        x += 0.25
    return counts


@same
def test_nan_ends_and_continues_while_loops():
    x, n = 1.0, 0
    while x < 1e300:
        x *= 1e50
        n += 1
        if n == 4:
            x = NAN
    m = 0
    while not x < 1.0:
        m += 1
        if m > 10:
            x = 0.5
    return x, n, m


@same
def test_nan_identity_in_containers_and_comparisons():
    x = NAN
    hits = 0
    for i in range(10):
        y = x
        hits += (x in [y]) + (x is y) + (x == y) + ((x,) == (y,))
    return hits


@same
def test_sign_of_zero():
    z = 0.0
    out = []
    for i in range(8):
        z = -z
        out.append((z, math.copysign(1, z), z + 0.0, z * 1, 0.0 - z, z - 0, z == 0, 0 * z, -0.0 + z, abs(z), +z, z // 1, z % 3,
                    z % -3, z / 7, z * -5))
    return out


@same
def test_negative_zero_constant_and_accumulators():
    a = b = c = -0.0
    for i in range(5):
        a += -0.0
        b += 0
        c *= 1.0
    return a, b, c, 0 * -1, 0 * -1.0


@same
def test_overflow_to_infinity_and_nan():
    x = 1e300
    trail = []
    for i in range(10):
        x *= 1e3
        trail.append((x, x - x, x * 0, -x, x == x + 1, x // 2, x % 2 if x < INF else 0))
    return trail


@same(raises=OverflowError)
def test_power_overflows():
    x = 2.0
    while True:
        x = x ** 2


@pytest.mark.parametrize("op", ["/", "//", "%"])
@pytest.mark.parametrize("left", ["1.5", "0.0", "NAN", "INF", "3", "True", "10**30"])
@pytest.mark.parametrize("zero", ["0.0", "-0.0"])
def test_division_by_zero_in_mid_loop(left, op, zero):
    seen = check_source(f"""
        INF, NAN = float("inf"), float("nan")
        def main():
            d, total, a = 3.0, 0.0, {left}
            while True:
                d = d - 1 if d > 1 else {zero}
                total += 1.0
                q = a {op} d
    """)
    assert seen[0]["exception"]["args"] == [seen[0]["exception"]["args"][0]]
    assert "ZeroDivisionError" in seen[0]["exception"]["type"]


@same(raises=OverflowError, args=[(10**400,), (-10**400,)])
def test_int_too_large_for_float(big):
    x = 1.0
    n = 0
    while True:
        x = x + (n if n < 5 else big)
        n += 1


@same
def test_comparison_with_ints_beyond_2_to_the_53():
    out = []
    f = 2.0**53
    n = 2**53
    for i in range(10):
        out.append((f < n, f <= n, f == n, f != n, f > n, f >= n, n < f, n <= f, n == f, n > f))
        n += 1
        if i == 5:
            n = 2**63 - 1
            f = 2.0**63
        if i == 7:
            n = 2**63 - 3
    return out


@same
def test_int_becomes_float_with_one_rounding():
    out = []
    n = 2**53 + 1
    for i in range(12):
        out.append((n + 0.0, n * 1.0, n / 1, n - 0.5, 1.0 * n, n / 3, n / (n - 1), n // 1.0))
        n = n * 3 + 1 if n < 2**61 else 2**63 - 1 - i
    return out


@same(args=[(2**63 - 1, 3), (-2**63, 3), (2**63 - 1, 2**62 + 1), (2**53 + 1, 2**53 - 1), (10**18, 7), (1, 2**63 - 1)])
def test_true_division_of_ints_is_correctly_rounded(a, b):
    s = 0.0
    for i in range(10):
        s += (a - i) / (b + i)
        record((a + i) / b, b / (a + i), -a / b)
    return s


@same
def test_mixed_accumulators():
    i, f = 0, 0.0
    mixed = 0
    while f < 50:
        i += 1
        f += i / 4
        mixed = mixed + i if i % 3 else mixed + f
        i = i
    return i, f, mixed


@same
def test_mandelbrot():
    total = 0
    for row in range(12):
        for col in range(16):
            cx, cy = -2.2 + 3.2 * col / 16, -1.2 + 2.4 * row / 12
            zx = zy = 0.0
            count = 0
            while zx * zx + zy * zy <= 4.0 and count < 60:
                zx, zy = zx * zx - zy * zy + cx, 2.0 * zx * zy + cy
                count += 1
            total += count
            record(zx, zy)
    return total


@same
def test_more_live_floats_than_registers():
    a = b = c = d = e = f = g = h = j = k = m = n = 0.5
    for i in range(30):
        a = b * 1.01 + c
        b = c - d / 3
        c = d + e * 0.25
        d = e - f
        e = f + g * 0.5
        f = g - h
        g = h + j
        h = j - k * 0.125
        j = k + m
        k = m - n
        m = n * 0.75 + a * 1e-3
        n = a * 1e-2 - b + i
        if i % 11 == 10:
            record(a, b, c, d, e, f, g, h, j, k, m, n)
    return a, b, c, d, e, f, g, h, j, k, m, n


@same
def test_newton_and_series():
    x = 2.0
    for i in range(30):
        x = x - (x * x - 2) / (2 * x)
    term = total = 1.0
    n = 1
    while term > 1e-18:
        term /= n
        total += term
        n += 1
    pi = 0.0
    for k in range(400):
        pi += (-1) ** k / (2 * k + 1)
    return x, total, n, pi


@same
def test_complex_results_of_powers():
    out = []
    x = 3.0
    for i in range(6):
        x -= 1
        out.append((x ** 0.5, x ** 3, (-x) ** 1.5 if x else 0))
    return out


@same
def test_complex_numbers():
    z = 0j
    c = -0.4 + 0.6j
    n = 0
    while abs(z) < 4.0 and n < 50:
        z = z * z + c
        n += 1
    t = 0
    for i in range(10):
        t += z * 2 - i + 1.5j
        t *= -1
        record(t == z, z != c, -z, +t, bool(z), t - t, z / (i + 1))
    return z, n, t, (-0.0 + 0j), -0j * 1


@same(raises=TypeError)
def test_complex_has_no_order():
    x = 5.0
    while True:
        x -= 1.5
        y = x ** 0.5
        if y < 1:
            record(y)


@same
def test_float_to_int_and_back():
    total = 0
    for i in range(30):
        f = i * 1.75 - 20
        total += int(f)
        total += round(f)
        total += f // 1
        record(total, math.floor(f), math.sqrt(abs(f)), f.as_integer_ratio())
    return total


def test_modulo_and_powers_of_many_floats():
    check_source("""
import random
def work(r, n):
    out = []
    for i in range(n):
        a, b = r.uniform(-9, 9), r.choice([r.uniform(-9, 9), float(r.randint(-4, 4)) or 2.0, 0.5, -360.0, 1e-3, 1e17])
        out += [a % b, a // b, divmod(a, b), (a * 50) % 360.0, a ** 2, a ** -3, a ** 3.0, abs(a) ** b, (a - b) ** 4]
        for n in a, b:
            try: out.append(a ** n if n == b else n ** n)
            except OverflowError as e: out.append(str(e))
    return out
def main():
    for seed in range(4):
        record([repr(x) for x in work(random.Random(seed), 60)])
""")
