"""Operators of classes: calls of their methods, in compiled code too."""

import pytest

from oracle import check_source, same, watch

PRELUDE = """
class V:
    def __init__(self, x, y): self.x, self.y = x, y
    def __add__(self, o):
        record("add", type(o).__name__)
        return V(self.x + o.x, self.y + o.y) if isinstance(o, V) else V(self.x + o, self.y + o)
    __radd__ = __add__
    def __sub__(self, o): return NotImplemented if o == 3 else V(self.x - 1, self.y)
    def __rsub__(self, o): return ("rsub", o)
    def __mul__(self, o): return self.x * o.x + self.y * o.y if isinstance(o, V) else V(self.x * o, self.y * o)
    def __rmul__(self, o): return V(self.x * o, self.y * o)
    def __truediv__(self, o): return self.x // o
    def __neg__(self): return V(-self.x, -self.y)
    def __getitem__(self, k): return (self.x, self.y)[k]
    def __iadd__(self, o): self.x += 1; return self
    def __pow__(self, o): return "pow", o
    def __matmul__(self, o): return 2.5
    def __xor__(self, o): raise KeyError("xor", o)
    def __mod__(self, o): return None
    def __repr__(self): return f"V({self.x!r}, {self.y!r})"
class W(V):
    def __add__(self, o): return "W.add"
    def __radd__(self, o): return "W.radd"
class Plain: pass
"""


@pytest.mark.parametrize("expression", [
    "a + b", "a + 1", "1 + a", "a + 1.5", "2.5 + a", "True + a", "a + w", "w + a", "a - b", "a - 3", "3 - a", "a * b", "a * 2",
    "2.0 * a", "a * 2**70", "a / 2", "a / 0", "-a", "-a + -b", "a[0] + a[1]", "a[2]", "a['x']", "a ** 2", "2 ** a", "a @ b",
    "a @ 3", "a ^ b", "a % b", "a & b", "a | 1", "1 | a", "a << b", "a // b", "a + None", "a + Plain()", "Plain() + a",
    "a + [1]", "[1] + a", "a * [1]", "a + 'x'", "'x' % a", "(a + b) + (b + a)", "(a + b) * (a - b)", "a + a", "a * a",
    "a + (b + (a + b))", "1 + (2 + a)", "a + 1j", "1j + a", "~a", "+a", "a - (a - 3 if i > 3 else a)",
])
def test_expression(expression):
    check_source(PRELUDE + f"""
def main():
    a, b, w = V(1, 2.5), V(3, -0.0), W(5, 6)
    out = []
    for i in range(6):
        try:
            out.append({expression})
        except Exception as error:
            out.append((type(error).__name__, str(error), error.__traceback__.tb_lineno))
    return [repr(o) for o in out]
""")


@pytest.mark.parametrize("statement", [
    "a += b", "a -= 1", "a *= 2", "a -= 3", "a @= b", "a &= 1", "a **= 2", "a /= 2",
])
def test_in_place(statement):
    check_source(PRELUDE + f"""
def main():
    b, out = V(3, 4), []
    for i in range(6):
        a = V(i, i / 2)
        c = a
        try:
            {statement}
        except Exception as error:
            out.append((type(error).__name__, str(error)))
        out.append((repr(a), a is c))
    return out
""")


@same
def test_methods_that_change_in_mid_loop():
    class N:
        def __init__(self, n): self.n = n
        def __add__(self, o): return N(self.n + o.n)
    def other(self, o): return N(self.n * 10 + o.n)
    a, out = N(0), []
    for i in range(12):
        a = a + N(i)
        out.append(a.n)
        if i == 4: N.__add__ = other
        if i == 7: del N.__add__; N.__add__ = lambda self, o: N(-i)
        if i == 9: N.__radd__ = other
    return out


@same
def test_operands_with_finalizers():
    from oracle import Dying
    class N:
        def __init__(self, n): self.n, self.d = n, Dying(f"d{n}")
        def __add__(self, o): return N(self.n + o.n)
        def __mul__(self, o): return self.n * o.n
    total = 0
    for i in range(5):
        total += (N(i) + N(10 * i)) * N(2)
    return total


@same
def test_operators_that_look_at_frames():
    import sys
    class N:
        def __init__(self, n): self.n = n
        def __add__(self, o):
            back = sys._getframe(1)
            seen.append((back.f_lineno - back.f_code.co_firstlineno, back.f_locals["i"], back.f_locals["t"]))
            return N(self.n + o.n)
    seen, t, a = [], 0.5, N(1)
    for i in range(6):
        t *= 1.5
        a = a + N(i)
    return seen, a.n, t


@same
def test_reference_counts_of_operands():
    class N:
        def __add__(self, o): return self
        def __mul__(self, o): return o
        def __neg__(self): return self
    a, b = N(), N()
    watch(a); watch(b)
    for i in range(8):
        c = a + b
        c = a * b
        c = -a
        c = (a + b) * (b + a)
    return c is b, c is a


@same
def test_init_that_returns_something():
    class N:
        def __init__(self, n):
            if n > 3: return n
    out = []
    for i in range(6):
        try: out.append(type(N(i)).__name__)
        except TypeError as error: out.append(str(error))
    return out


@same
def test_recursion_in_an_operator():
    class N:
        def __init__(self, n): self.n = n
        def __add__(self, o): return self.n if self.n <= 0 else 1 + (N(self.n - 1) + o)
    return [N(k) + N(0) for k in range(12)]


@same
def test_properties():
    import sys
    class P:
        def __init__(self, n): self.n = n
        @property
        def twice(self): return self.n * 2
        @property
        def fails(self): raise KeyError(self.n)
        @property
        def looks(self): return sys._getframe(1).f_locals["i"]
        @property
        def float(self): return self.n / 2
    p, q, out = P(3), P(2.5), []
    for i in range(10):
        p.n = i
        out.append((p.twice, q.twice, p.float + q.float, p.looks, P(i).twice))
        try: out.append(p.fails)
        except KeyError as error: out.append((str(error), error.__traceback__.tb_next.tb_lineno - error.__traceback__.tb_lineno))
        try: out.append(p.fails())
        except KeyError as error: out.append(str(error))
        if i == 4: P.twice = property(lambda self: -self.n)
        if i == 6: P.twice = 7
        if i == 8: del P.float; P.__getattr__ = lambda self, name: 0.25
    return out
