"""Operands that die with an operator, a comparison or a getter run finalizers: in the interpreter's order, and
these see the frames as the interpreter has them."""

import pytest

from oracle import check_source

PRELUDE = """
import gc, sys
class Q:
    def __init__(s, name): s.name = name
    def __del__(s):
        f = sys._getframe(1)
        g = f.f_back
        record("del", s.name, f.f_code.co_name, f.f_lineno - f.f_code.co_firstlineno, g.f_code.co_name,
               sorted((k, str(v)) for k, v in f.f_locals.items() if type(v) is not P),
               sorted((k, v) for k, v in g.f_locals.items() if type(v) is float))
class P:
    def __init__(s, name): s.name = name
    def seen(s, o=None):
        s.x = Q(s.name)
        if type(o) is P: o.x = Q(o.name + "o")
        return RESULT
    __add__ = __radd__ = __truediv__ = __lt__ = __eq__ = __contains__ = __getitem__ = __neg__ = __call__ = seen
    m = pr = property(seen)
    def __matmul__(s, o=0): return s.seen(o)
class G:
    def __get__(s, o, c): return o.seen()
P.get = G()
RESULT = 7
def outer(f, n):
    x = 0.5
    for i in range(n):
        x += i * 0.25
        f(i)
    return x
"""

OPERATORS = ["-P('l')", "P('l') + z", "z + P('l')", "P('l') + P('r')", "P('l') / P('r')", "P('l') @ P('r')", "P('l') < P('r')",
             "P('l') == P('r')", "P('l') == 5", "P('l') in P('r')", "P('l') not in P('r')", "P('l')[P('r')]", "P('l')[y]",
             "P('l').pr", "P('l').get", "1 if P('l') < P('r') else 2", "k + P('l')", "P('l') + k", "k / (k := P('l'))",
             "P('l') + (P('m') + P('r'))", "keep.append(P('t')) or keep[-1] + keep.pop()", "P('l') < P('m') < P('r')",
             "[q + P(str(q)) for q in (1, 2)]"]


@pytest.mark.parametrize("result", ["7", "2.5", "True", "2**80", "'text'", "[]"])
@pytest.mark.parametrize("expression", OPERATORS)
def test_finalizers_see_the_frames(expression, result):
    check_source(PRELUDE + f"""
keep = []
def f(y):
    z = y * 2.5
    k = y + 1000
    if y > 1:
        z += y
    try:
        k = (y,
             {expression})
    except TypeError as e:
        k = str(e)
    y += 1
    return k, z
def main():
    global RESULT
    RESULT = {result}
    return outer(f, 8), [f(n) for n in range(3)]
""")


def test_both_operands_go():
    check_source("""
import gc
class Q:
    def __del__(s): pass
class P:
    def both(s, o):
        s.x = Q()
        return True
    __truediv__ = __lt__ = both
    def __contains__(s, o):
        o.x = Q()
        return True
def div(): return P() / P()
def lt(): return P() < P()
def within(): return P() in P()
def main():
    for f in (div, lt, within):
        for i in range(20): f()
        gc.collect()
        record(f.__name__, sum(type(o) is P for o in gc.get_objects()))
""")


def test_one_object_on_both_sides():
    check_source("""
class P:
    def __init__(s, name): s.name = name
    def __del__(s): record("del", s.name)
    def __add__(s, o): return s.name
    def __lt__(s, o): return s is o
def add(pair): return pair.pop() + pair.pop()
def less(pair): return pair.pop() < pair.pop()
def main():
    for i in range(12):
        for f in (add, less):
            record(f([P(i)] * 2))
            record(f([P(i), P(-i)]))
""")


def test_finalizers_change_the_caller():
    check_source("""
import sys
class Q:
    def __del__(s):
        frames.append(sys._getframe(1))
        frames[-1].f_locals["z"] = "changed"
        raise KeyError
class P:
    def __init__(s, last): s.last = last
    def seen(s, o=None):
        if s.last: s.x = Q()
        return 2.5
    __add__ = __lt__ = __neg__ = seen
frames = []
def f(last):
    z = t = 0
    for i in range(30):
        z = i + 1
        t = P(i == last) + P(False), -P(i == last), P(i == last) < 3
        if i >= last: record(i, z, t)
    return z
def main():
    sys.unraisablehook = lambda *a: record("unraisable")
    for last in (40, 40, 20, 40): record(f(last))
    record([g.f_locals["z"] for g in frames])
    frames.clear()
""")


def test_names_of_operands_that_changed_class():
    check_source("""
import gc
class B: pass
def made(i):
    class A:
        def either(self, o):
            if kill:
                self.__class__ = B
                gc.collect()
                for k in range(20): junk.append(type("Z%d" % k, (), {}))
            return NotImplemented
        __add__ = __radd__ = __mul__ = either
    A.__name__ = "A%d" % i
    return A
junk = []
def add(a, n): return a + n
def added(a, n): return n + a
def counted(a, n): return (n + 1) + a
def temporary(a, n): return n * 2.5 + a * n
def times(a, n):
    a *= n * 1.5
def main():
    global kill
    junk.clear()
    for f in (add, added, counted, temporary, times):
        for n in range(4):
            kill = False
            a = made(n)()
            for i in range(6):
                kill = i == 5
                try: f(a, i)
                except TypeError as e: record(str(e))
""", leaks=False)


IDENTITIES = ["(D(), i) is not None", "[D(), i] is None", "{1: D()} is True", "[threading.Lock(), i] is None", "(g(), i) is not None",
              "l.pop() is l.pop()", "l.pop() is not l.pop()", "l.pop() == l.pop()", "l.pop() != l.pop()", "None is (D(), i)",
              "[D()] is [D()]", "(D(),) is not [D()]", "f'{i}' is None", "[x for x in range(3) if ((D(), x) is not None) == True]"]


@pytest.mark.parametrize("form", ["r = {}", "r = 1 if {} else 2", "r = (i, {}, i)", "while r is None: r = ({},)", "yield {}"])
@pytest.mark.parametrize("expression", IDENTITIES)
def test_operands_of_identity(expression, form):
    source = "\n".join([
        "import sys, threading",
        "class D:",
        "    def __del__(s): record('del', sys._getframe(1).f_code.co_name, sys._getframe(1).f_lineno)",
        "def g(): yield 1",
        "def f(i):",
        "    r = None",
        "    l = [D()]",
        "    l.append(l[0])",
        "    " + form.format(expression),
        "    record(r, l)",
        "    return i",
        "def main():",
        "    for i in range(6):",
        "        r = f(i)",
        "        record(r if isinstance(r, int) else [type(x) for x in r])"])
    check_source(source)
