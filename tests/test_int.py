"""Integer arithmetic: int64 in registers must look like ints without bounds.

Every operator at the edges of int64 and of CPython's digits (2**30, 2**60),
with values that grow through an edge while the loop runs, negative floor
division and modulo, shifts, powers, and big ints flowing in and out.
"""

import pytest

from oracle import check_source, record, same, watch

MIN, MAX = -2**63, 2**63 - 1

EDGES = [0, 1, -1, 2, -2, 3, 7, -7, 255, 2**15, 2**30 - 1, 2**30, 2**30 + 1, -2**30, -2**30 - 1, 2**31 - 1, 2**31,
         -2**31, -2**31 - 1, 2**32, 3037000499, 3037000500, -3037000500, 2**53, 2**53 + 1, 2**60 - 1, 2**60, -2**60,
         -2**60 - 1, 2**62, -2**62, MAX - 1, MAX, MAX + 1, MIN, MIN + 1, MIN - 1, 2**64, -2**64, 2**90]

PAIRS = """
EDGES = {edges}
OTHERS = {others}
def main():
    out = []
    for a in EDGES:
        for b in OTHERS:
            i = 0
            try:
                while i < 3:
                    c = a {op} b
                    d = a
                    d {op}= b
                    i += 1
                out.append((c, d))
            except ZeroDivisionError as e:
                out.append(e.args)
            except ValueError as e:
                out.append(e.args)
    return out
"""


@pytest.mark.parametrize("op", ["+", "-", "*", "//", "%", "&", "|", "^", "/"])
def test_operator_at_every_pair_of_edges(op):
    check_source(PAIRS.format(edges=EDGES, others=EDGES, op=op), repeat=2)


SHIFTS = [0, 1, 2, 29, 30, 31, 32, 33, 59, 60, 61, 62, 63, 64, 65, 127, 128, 200, -1, MIN, True, False]


@pytest.mark.parametrize("op", ["<<", ">>"])
def test_shift_of_every_edge(op):
    check_source(PAIRS.format(edges=EDGES, others=SHIFTS, op=op), repeat=2)


def test_right_shift_by_huge_counts():
    check_source(PAIRS.format(edges=EDGES, others=[2**31, 2**32, 2**62, MAX, 2**64, 2**70, 2**32 + 1], op=">>"), repeat=2)


def test_left_shift_of_zero_by_huge_counts():
    check_source(PAIRS.format(edges=[0, False], others=[2**31, 2**62, MAX], op="<<"), repeat=2)


@same(raises=OverflowError, args=[(1, 2**64), (-1, 2**64)])
def test_left_shift_by_too_much(a, n):
    s = 0
    while True:
        s += a << 3
        if s > 30 or s < -30:
            a << n


POWERS = [0, 1, 2, 3, 4, 5, 8, 31, 62, 63, 64, True, False, -1, -2, -63]


def test_power_of_every_edge():
    check_source(PAIRS.format(edges=EDGES, others=POWERS, op="**"), repeat=2)


@pytest.mark.parametrize("exponent", [0, 1, 2, 3, 4, 5, 10, -1, -2, 0.5, -0.5, 2.0, True])
def test_power_with_a_constant_exponent(exponent):
    check_source(f"""
        def main():
            out = []
            for a in {EDGES!r}:
                i = 0
                while i < 3:
                    i += 1
                    try:
                        b = a ** {exponent}
                    except (ZeroDivisionError, OverflowError) as e:
                        b = e.args
                out.append(b)
            return out
    """, repeat=2)


@pytest.mark.parametrize("expression", [
    "a < b", "a <= b", "a == b", "a != b", "a > b", "a >= b", "a < b < a + 2", "a <= b == b", "not a < b",
    "a if a > b else b", "a and b", "a or b", "a is b", "a is not b", "bool(a)", "-a", "+a", "~a", "not a", "abs(a)",
    "-a - b", "~a & b", "-(-a)", "a - -b", "divmod(a, b or 1)", "min(a, b)", "max(a, b)", "int(a)", "float(a)",
    "a * b + a", "(a + b) * (a - b)", "a * a - b * b", "a + b - a", "(a ^ b) - (a & b)", "a * 3 // 2 % 5",
    "a.bit_length()", "a.__add__(b)", "a // 1", "a % -1", "a // -1", "a * -1", "a * 0", "0 - a", "1 - a", "a - 1",
    "a + 1", "2 * a", "a >> 1 << 1", "a & 0xff", "a & -1", "a | 0", "a % 2", "a // 2", "a % 10", "a // 10", "a % -7",
    "a // -7", "1 << (a & 63)", "1 << (a & 127)", "a == 0", "a > -1", "a != a", "0 < a < 10", "a in (b, 1)",
])
def test_expression_at_every_pair_of_edges(expression):
    identity = " is " in expression or " is not " in expression
    edges = [0, 1, -7, 255, 300, 2**70] if identity else EDGES[::2] + [MIN, MAX, MIN - 1, MAX + 1]
    check_source(f"""
        EDGES = {edges}
        def main():
            out = []
            for a in EDGES:
                for b in EDGES:
                    i = 0
                    while i < 3:
                        c = {expression}
                        i += 1
                    out.append(c)
            return out
    """, repeat=2)


@pytest.mark.parametrize("start, step", [
    (MAX - 3, "x += 1"), (MIN + 3, "x -= 1"), (MAX - 3, "x = 1 + x"), (MIN + 3, "x = x - 1"),
    (2**30 - 3, "x += 1"), (-2**30 + 3, "x -= 1"), (2**60 - 3, "x += 1"), (-2**60 + 3, "x -= 1"),
    (2**31 - 3, "x += 1"), (2**32 - 3, "x += 1"), (1, "x *= 2"), (-1, "x *= 2"), (1, "x <<= 1"), (-1, "x <<= 1"),
    (3, "x *= -3"), (1, "x += x"), (-1, "x += x"), (2, "x = x * x if x < 2**200 else 2"), (MAX, "x = -x - 1"),
    (MIN, "x = -x"), (MIN, "x = abs(x) - i"), (MIN, "x = ~x"), (MIN, "x //= -1"), (MIN, "x = x % -1"),
    (MIN, "x = 0 - x"), (2**70, "x >>= 1"), (-2**70, "x >>= 1"), (2**70, "x //= 3"), (-2**70, "x //= 3"),
    (2**70, "x -= 2**64"), (2**63, "x -= 1"), (MIN - 1, "x += 1"), (2**65, "x %= MAX"), (2**65, "x &= MAX"),
    (2**65 + 5, "x ^= 2**65"), (MAX, "x |= 2**63"), (MAX, "x += -1 if i % 2 else 1"), (MAX, "x = x + 1 - 1"),
    (MAX, "x = (x + 1) // 2 * 2 - 1"), (MAX, "y = x; x += 1; x = y if i % 3 else x"),
])
def test_growing_through_an_edge(start, step):
    seen = check_source(f"""
        MIN, MAX = {MIN}, {MAX}
        def main():
            x = {start}
            trail = []
            i = 0
            while i < 80:
                before = x
                {step}
                i += 1
                if i % 7 == 0 or i < 8:
                    trail.append((before, x))
            return x, trail
    """)
    assert seen[0]["exception"] == "None"


@pytest.mark.parametrize("op, start, operand, count", [
    ("+", MAX - 1000, 1, 1003), ("-", MIN + 1000, 1, 1003), ("+", MAX - 5000, 7, 800), ("*", 1, 3, 60), ("*", -1, -3, 60),
    ("+", 0, 2**62, 5), ("-", 0, 2**62, 5), ("+", 0, MIN, 3), ("-", -1, MAX, 4), ("-", 0, MIN, 2), ("<<", 1, 1, 70),
])
def test_accumulator_overflows_with_no_other_work_in_the_loop(op, start, operand, count):
    check_source(f"""
        def main():
            x = {start}
            for i in range({count}):
                x {op}= {operand}
            return x, i
        """)
    check_source(f"""
        def main(k, n):
            x = {start}
            while n:
                x = x {op} k
                n -= 1
            return x, n
        """, args=[(operand, count), (operand, 3), (operand, count + 1)])


@same(identity=False, args=[(MIN, -1), (MIN, 1), (MAX, -1), (MIN + 1, -1), (MIN - 1, -1)])
def test_the_one_division_that_overflows(a, b):
    for i in range(5):
        q = a // b
        r = a % b
        d = divmod(a, b)
        f = a / b
    return q, r, d, f


@same(identity=False, args=[(7, 2), (-7, 2), (7, -2), (-7, -2), (6, 3), (-6, 3), (6, -3), (-6, -3), (0, 5), (0, -5), (1, 7), (-1, 7),
            (1, -7), (-1, -7), (MAX, 2), (MIN, 2), (MAX, MIN), (MIN, MAX), (MIN, MIN), (2**60, -2**30)])
def test_floor_division_and_modulo_signs(a, b):
    out = []
    for i in range(-3, 4):
        x = a + i
        out.append((x // b, x % b, x // b * b + x % b == x))
    return out


@pytest.mark.parametrize("op", ["//", "%", "/"])
@pytest.mark.parametrize("zero", ["0", "False", "i - 3", "0.0", "-0.0"])
def test_division_by_zero_in_mid_loop(op, zero):
    check_source(f"""
        def main(a):
            done = 0
            for i in range(10):
                z = 1 if i < 3 else {zero}
                r = a {op} z
                done += 1
            return done
    """, args=[(5,), (-5,), (2**70,), (0,), (True,)])


@same(raises=ZeroDivisionError)
def test_zero_to_a_negative_power():
    n = 3
    while True:
        x = (n - 1) ** (n - 3)
        n -= 1


@same
def test_big_ints_flow_in_and_out():
    x = 1
    small = big = 0
    for i in range(200):
        if x < 2**80:
            x *= 17
            big += 1
        else:
            x = x >> 70
            small += 1
    return x, small, big


@same
def test_bigint_local_that_is_only_carried_around():
    a = watch(2**100)
    b = watch(2**101)
    for i in range(51):
        a, b = b, a
    return a, b, a is b


@same
def test_small_ints_stay_singletons():
    x = 250
    one = 1
    out = []
    for i in range(12):
        x += 1
        out.append(x is (250 + i + 1) if x <= 256 else None)
        y = x - 250 - i
        record(y is one, x - x is one - 1)
    return out


@same
def test_collatz():
    longest = best = 0
    for start in range(1, 300):
        n = start
        steps = 0
        while n != 1:
            if n % 2:
                n = 3 * n + 1
            else:
                n //= 2
            steps += 1
        if steps > longest:
            longest, best = steps, start
    return longest, best


@same
def test_linear_congruences_and_hashes():
    x = 12345
    h = 14695981039346656037
    for i in range(500):
        x = (x * 6364136223846793005 + 1442695040888963407) & 0xFFFFFFFFFFFFFFFF
        h ^= x & 0xff
        h = h * 1099511628211 % 2**64
    return x, h


@same
def test_gcd_powmod_isqrt():
    a, b = 2**61 - 1, 2**31 - 1
    for i in range(20):
        x, y = a + i, b - i
        while y:
            x, y = y, x % y
        record(x)
    result, base, exponent = 1, 3, 2**61 - 3
    while exponent:
        if exponent & 1:
            result = result * base % a
        base = base * base % a
        exponent >>= 1
    n = 10**18 + 9
    guess = n
    while guess * guess > n:
        guess = (guess + n // guess) // 2
    return result, guess


@same
def test_fibonacci_far_beyond_int64():
    a, b = 0, 1
    for i in range(300):
        a, b = b, a + b
    return a, b


@same(args=[(0,), (1,), (5,), (-1,), (True,), (2**70,)])
def test_truth_of_ints(n):
    t = f = 0
    for i in range(10):
        if n:
            t += 1
        else:
            f += 1
        if not n - i:
            t += 100
        while n and not i:
            f += 1000
            break
    return t, f


@same(raises=TypeError, args=[("+", "x"), ("-", None), ("%", []), ("<", "x")])
def test_type_errors_name_the_operands(op, other):
    x = 5
    for i in range(10):
        y = 1 if i < 6 else other
        if op == "+":
            x = x + y
        elif op == "-":
            x -= y
        elif op == "%":
            x = x % y
        else:
            x = (x < y) + 1


@same
def test_constants_of_every_size():
    a = b = c = d = e = 0
    for i in range(20):
        a += 127
        b += 128
        c += 2147483647
        d += 9223372036854775807
        e -= 9223372036854775808
        a ^= -2147483649
        b -= -9223372036854775808
        c += 100000000000000000000
    return a, b, c, d, e
