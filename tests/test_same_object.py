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


WAITING = """
class Reflected:
    def __radd__(self, other): return other
class Box:
    def __init__(self, v): self.v, self.r = v, Reflected()
    @property
    def p(self): return self.r
    def __getitem__(self, n): return self.r
def outer():
    c = 10**9
    def cell(b):
        k = c
        return c + b.p is k, c + b[0] is k
    return cell
def item(a, b):
    k = a[0]
    return a[0] + b.p is k, a[0] + b[0] is k
def attribute(o, b):
    k = o.v
    return o.v + b.p is k, o.v + b[0] is k
for i in range(12):
    b = Box(i * 1000)
    print(item([1000000 + i], b), item([i + 0.5], b), attribute(b, b), outer()(b))
"""

MISSING = """
class O: pass
def item(d, a):
    try: d[a[0]]
    except KeyError as e: return e.args[0] is a[0]
def attribute(d, o):
    try: d[o.x]
    except KeyError as e: return e.args[0] is o.x
def local(d, k):
    try: d[k]
    except KeyError as e: return e.args[0] is k
for i in range(12):
    o = O(); o.x = 1000 + i
    print(item({}, [1000 + i]), item({}, (1000 + i,)), attribute({}, o), local({}, 1000 + i))
"""


@pytest.mark.parametrize("source", [WAITING, MISSING], ids=["waiting", "missing"])
def test_numbers_that_were_taken_from_somewhere(source):
    check_source(source)
