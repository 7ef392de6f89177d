"""C functions that iterate over a generator or call a function (sum, sorted, min with a key, reduce, ...): they
get an object of ours in its stead, which must not show, whatever runs meanwhile."""

import pytest

from oracle import check_source

CALLS = ["min(L, key=f)", "max(L, key=f)", "max(L, default=5, key=f)", "sorted(L, key=f)", "sorted(L, reverse=True, key=f)",
         "min((x for x in L), key=f)", "sorted((x for x in L), key=f, reverse=True)", "max(*L, key=f)", "min(L[0], L[1], key=f)",
         "reduce(f2, L)", "reduce(f2, (x for x in L))", "reduce(f2, L, 0.5)", "reduce(f2, (x for x in L), 1)", "reduce(f2, [], None)",
         "bisect.bisect_left(S, 5, key=f0)", "bisect.bisect(S, 5, key=f0)", "bisect.insort(list(S), 5, key=f0)",
         "re.sub('[a-c]', g, 'abcdabcd')", "PATTERN.sub(g, 'abcd')", "PATTERN.subn(g, 'abcd')", "PATTERN.sub('x', 'abcd')",
         "sort(list(L), key=f)", "sort(list(L), reverse=True, key=f)", "sort(list(L), key=None)", "sort(list(L))",
         "list(x for x in L)", "dict((x, x) for x in L)", "dict(x for x in L)", "bytes(x for x in S)", "bytearray(x for x in S)",
         "bytes(x for x in L)", "b'-'.join(bytes([x]) for x in S)", "b'-'.join(x for x in L)", "set(x for x in L)",
         "extended([1], (x for x in L))", "updated({0}, (x for x in L))", "updated({0: 1}, ((x, 1) for x in L))",
         "updated({0: 1}, (x for x in L))", "extended(bytearray(b'a'), (x for x in S))", "extended(array.array('d'), (x for x in S))",
         "extended(collections.deque([1]), (x for x in L))", "collections.Counter(x for x in L)", "math.prod(x for x in L)",
         "math.fsum(x for x in S)", "sum((x for x in L), 0.5)", "sum((x for x in L), start=2)", "sum([], G())", "max(5, G(), key=K)",
         "min(G(), key=K)", "sum([R()], G())", "max(R(), G())", "tuple(x for x in L)", "all(x for x in L)", "any(x < 0 for x in L)"]

PRELUDE = """
import array, bisect, collections, math, re, sys
from functools import reduce
L = [3, 1, 2, 9, 4, 7]
S = [1, 3, 5, 7]
PATTERN = re.compile("[bc]")
class R:
    def __radd__(s, o): record(type(o).__name__, hasattr(o, "send")); return 1
    def __lt__(s, o): record(type(o).__name__, hasattr(o, "send")); return True
    __gt__ = __lt__
def G():
    yield 1
    yield 2
def K(o): record(type(o).__name__, hasattr(o, "gi_frame")); return 1
def sort(l, **kw): l.sort(**kw) if len(kw) > 1 else l.sort(key=kw["key"]) if kw else l.sort(); return l
def extended(l, x): l.extend(x); return l
def updated(l, x): l.update(x); return l
class Other(Exception): pass
class M:
    def key(self, x): return -x
    def two(self, x, y): return x - y
def shown(value):
    return (type(value).__name__, str(value)) if not hasattr(value, "send") else (type(value).__name__, next(value))
def main():
    state = 0
    for kind in range(8):
        try:
            value = run(kind)
            record(kind, shown(value), type(value).__name__)
        except BaseException as e:
            t, lines = e.__traceback__, []
            while t:
                lines.append((t.tb_frame.f_code.co_name, t.tb_lineno - t.tb_frame.f_code.co_firstlineno, t.tb_lasti))
                t = t.tb_next
            record(kind, type(e).__name__, str(e), lines)
"""

KINDS = """
def run(kind):
    calls = 0
    def f(x, y=2):
        nonlocal calls
        calls += 1
        if kind == 2 and calls == 4: raise Other(calls)
        if kind == 3 and calls == 3: raise StopIteration(calls)
        if kind == 5 and calls == 3: record(sorted(k for k in sys._getframe(1).f_locals), sys._getframe(1).f_lineno - sys._getframe(1).f_code.co_firstlineno)
        if kind == 6 and calls == 2: f.__code__ = (lambda x, y=1: 5).__code__ if not f.__closure__ else f.__code__.replace(co_name="other")
        if kind == 7 and calls == 2: f.__defaults__ = (9,)
        return x * 0.5 if kind == 1 else (x % 3, y)
    f0 = lambda x: x + kind / 8
    f2 = lambda x, y: x - y if kind != 2 else 1 // (y - 2)
    g = lambda m: m[0].upper() if kind != 3 else None
    if kind == 4: f, f0, f2, g = M().key, M().key, M().two, M().two
    r = EXPRESSION
    record(calls)
    return r
"""


@pytest.mark.parametrize("expression", CALLS)
def test_is_not_noticed(expression):
    check_source(PRELUDE + KINDS.replace("EXPRESSION", expression), repeat=2)


FLOATS = ["[I(0)] + [0.1] * 10", "[-1, 2**63, 1 - 2**63] + [0.1] * 10", "[2**62, 2**62, -2**63] + [0.1] * 10", "[1, I(0)] + [0.1] * 10",
          "[2**70, -2**70] + [0.1] * 10", "[True, 2.5, 1, 10**30, 1e-30]", "[0.1] * 10", "[1j, 2.5, 1]", "[1e308, 1e308, -1e308]",
          "[R()] + [0.1] * 10", "[2**40, 2**62, -2**62, 2**61, 0.5]", "['a']", "[1, 'a']", "[0.5, 'a']", "[-0.0]", "[0, -0.0]"]


@pytest.mark.parametrize("items", FLOATS)
def test_sums_are_those_of_sum(items):
    check_source(f"""
class I(int): pass
class R:
    def __radd__(s, o): return 5
def f(l): return sum(x for x in l)
def main():
    for i in range(5):
        try: record(repr(f({items})))
        except TypeError as e: record(str(e))
""")


def test_an_addition_may_raise_stop_iteration():
    check_source("""
class S:
    def __add__(s, o): raise StopIteration(7)
class R:
    def __init__(s, new): s.new = new
    def __radd__(s, o):
        if s.new: return S()
        raise StopIteration(5)
def f(l): return sum(x for x in l)
def main():
    for i in range(4):
        for l in [R(False)], [R(True), 1]:
            try: record(f(l))
            except StopIteration as e: record(e.value)
""")


def test_a_generator_that_is_no_iterable_but_an_item_stays_itself():
    check_source("""
def gen():
    try:
        for k in range(5): yield k
    finally: record("closed")
def add(g): return sum([], g)
def least(g): return min(5, g, key=lambda x: isinstance(x, int))
def main():
    out = [f(gen()) for i in range(4) for f in (add, least)]
    for g in out:
        record(next(g), next(g), g.gi_frame.f_lineno)
        g.close()
""")


TOOLS = ["sum(gen(k))", "list(gen(k))", "max(gen(k), key=abs)", "min(range(4), key=lambda x: list(gen(k) if x == k else ()) or [x])",
         "sorted(range(4), key=lambda x: switch(k, x))", "reduce(lambda x, y: switch(k, y), range(4))"]


@pytest.mark.parametrize("expression", TOOLS)
def test_tools_that_come_meanwhile_see_the_rest(expression):
    check_source(f"""
import sys
from functools import reduce
log = []
def trace(frame, event, argument):
    log.append((frame.f_code.co_name, event, frame.f_lineno))
    return trace
def switch(k, x):
    if x == k: sys.settrace(trace)
    return [x]
def gen(k):
    for i in range(4):
        if i == k:
            switch(k, i)
        yield i
def f(k): return {expression}
def main():
    for i in range(8):
        f(9)
    for k in range(3):
        log.clear()
        f(k)
        sys.settrace(None)
        record(log)
""")
