"""Bools: they are ints that keep their identity and their own type."""

import pytest

from oracle import check_source, record, same

VALUES = ["True", "False", "0", "1", "2", "-1", "2**63-1", "2**70", "1.0", "0.0", "-2.5"]


@pytest.mark.parametrize("expression", [
    *(f"a {op} b" for op in ("+", "-", "*", "//", "%", "/", "**", "<<", ">>", "&", "|", "^", "<", "<=", "==", "!=", ">", ">=",
                             "is", "is not", "and", "or")),
    "-a", "+a", "not a", "abs(a)", "a if b else not a", "(a < b) + (b < a)", "(a == b) * 3", "(a > b) & (b > 0)",
    "(a < b) | (a == b)", "(a < b) ^ (a > b)", "(a < b) is True", "(a < b) is (b > a)", "not (a < b)", "(not a) + (not b)",
    "-(a < b)", "(a < b) - (a > b)", "(a < b) / 2", "(a < b) // True", "(a < b) << 3", "2 ** (a < b)", "(a < b) == 1",
    "(a < b) < (a > b)", "1.5 * (a < b)", "int(a < b)", "bool(a)", "isinstance(a, bool)", "type(a < b)", "sum((a < b, a > b))",
    "(a and b) or (not a)", "(a & True)", "a == True", "a is True",
])
def test_expression(expression):
    values = [v for v in VALUES if expression not in ("a ** b", "a << b", "a * b") or "**" not in v]
    seen = check_source(f"""
        VALUES = [{', '.join(values)}]
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
                    except (TypeError, ZeroDivisionError, ValueError, OverflowError) as e:
                        out.append((type(e), e.args))
            return out
    """, repeat=2)
    assert seen[0]["exception"] == "None"


@same
def test_invert_warns_each_time():
    b = True
    n = 0
    for i in range(4):
        n += ~b
        b = not b
    return n


@same
def test_accumulating_a_bool_gives_an_int():
    a = False
    b = True
    c = True
    for i in range(5):
        a += i > 2
        b &= i < 9
        c = c | (i > 100)
        record(a, b, c)
    return a, b, c


@same
def test_flags_keep_their_type():
    found = False
    done = None
    seen = 0
    for i in range(20):
        if not found:
            found = i * i > 50
            seen += 1
        elif done is None:
            done = found
        record(found, done)
    return found, done, seen


@same
def test_int_or_bool_by_turns():
    x = True
    out = []
    for i in range(12):
        out.append((x, x is True, x + 0, x and x, type(x).__name__))
        x = (not x) if i % 3 else int(x)
    return out


@same
def test_sieve_with_flags_in_locals():
    count = 0
    for n in range(2, 200):
        prime = True
        d = 2
        while d * d <= n and prime:
            prime = n % d != 0
            d += 1
        count += prime
    return count


@same
def test_is_on_bools_and_none():
    hits = 0
    x = None
    for i in range(20):
        if x is None:
            hits += 1
        if x is not None:
            hits += 100
        if x is True:
            hits += 10000
        if x is not False:
            hits += 1000000
        x = None if i % 3 == 0 else i % 3 == 1
    return hits


@same(args=[(True, 10), (False, 10), (1, 10), (1.0, 10), (True, True)])
def test_bool_as_counter_step_and_bound(step, n):
    x = 0
    while x < n:
        x += step or 1
        x += True
    while n > 0:
        n -= True
    return x, n
