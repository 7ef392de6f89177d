"""Functions that give back the very object that they were given do so in compiled code, too, wherever
it came from: numbers that are known to be in registers have not lost their objects."""

import pytest

from oracle import check_source

SAME = ["float({})", "int({})", "abs({})", "round({})", "operator.index({})", "math.floor({})", "math.trunc({})",
        "+{}", "min({}, 10 ** 9)", "max({}, -3)", "max(-7.5, {})", "min([{}])", "max(({}, -5.0))", "{} or 3",
        "{} and {}", "({} if {} else 5)", "sum([{}])", "next(iter([{}]))", "(lambda x: x)({})", "complex({})",
        "str({})", "[{}][0]", "({},)[0]", "{{0: {}}}[0]", "[{}].pop()", "(a := {})", "copy.copy({})", "divmod({}, 1)[0]",
        "{} * 1", "{} + 0", "{} ** 1", "-(-{})", "bool({})", "list(map(float, [{}]))[0]", "sorted([{}])[0]",
        "[x for x in [{}]][0]", "(yield_one({}))", "operator.pos({})", "int.__new__(int, {})", "{}.real", "{}.conjugate()",
        "{}.__float__()", "{}.__int__()", "float.__pos__(float({}))", "getattr(v, 'x')"]
SOURCES = {"local": "p", "attribute": "v.x", "item": "o[1]", "global": "K", "key": "d['x']", "cell": "q", "slot": "s.x"}
VALUES = {"float": "0.75", "int": "10 ** 6", "large": "2 ** 61", "bigger": "2 ** 80", "bool": "True", "complex": "1.5j"}

BEGIN = """
import copy, math, operator
K = {value}
class V: pass
class S:
    __slots__ = "x",
def yield_one(x):
    def g():
        yield x
    return next(g())
"""
PART = """
def make_{n}(q):
    def f(p, v, o, d, s):
        out = []
        for i in range(3):
            try:
                x = {expression}
                out.append((x is K, x is {place}, x))
                y = {expression}
                out.append((y is x, [y][0] is K))
            except Exception as e:
                out.append(repr(e))
        return out
    return f
"""
END = """
def main():
    out = []
    for make in (MAKERS):
        v, s = V(), S()
        v.x = s.x = K
        f = make(K)
        out.append([f(K, v, [1, K], dict(x=K), s) for i in range(3)])
    return out
"""


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("source", SOURCES)
def test_is(source, value):
    place = SOURCES[source]
    parts = [PART.format(n=n, place=place, expression=expression.format(*[place] * 4))
             for n, expression in enumerate(SAME)]
    makers = "".join(f"make_{n}, " for n in range(len(SAME)))
    check_source(BEGIN.format(value=VALUES[value]) + "".join(parts) + END.replace("MAKERS", makers), leaks=False)
