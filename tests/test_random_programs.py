"""Random programs: expressions and loop nests over numbers at their edges.

The programs are source text, made so that most of their loops run to the end:
variables n, m, p hold ints and bools, x, y, z floats, u, v, w anything; most
divisors are never zero.  A failure prints the smallest program found.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import oracle
from conftest import EXAMPLES
from oracle import check_source

pytestmark = pytest.mark.skipif(not EXAMPLES, reason="GRAFT_TEST_EXAMPLES=0")

INTS = ["0", "1", "-1", "2", "3", "-7", "10", "255", "2**30 - 1", "2**30", "-2**30", "2**30 + 1", "2**31", "-2**31", "2**53 + 1",
        "2**53 - 1", "2**62", "-2**62", "2**63 - 1", "-2**63", "2**63", "-2**63 - 1", "2**64", "True", "False"]
FLOATS = ["0.0", "-0.0", "1.0", "-1.0", "0.5", "1.5", "-2.75", "3.0", "inf", "-inf", "nan", "1e308", "-1e308", "5e-324", "2.0**53",
          "2.0**63", "-2.0**63", "1e16", "0.1"]
SMALL = ["0", "1", "2", "3", "5", "8", "31", "63", "64"]

HEAD = """\
inf, nan, LIMIT = float("inf"), float("nan"), 2**200
def main(n, m, x, y, u, v):
    p, z, w, i, j, k = 3, 0.5, False, 0, 0, 0
"""

few_modes = dict(modes=oracle.FEW_MODES, repeat=2)


class Programs:
    """Writes one program; every choice is drawn from hypothesis, so that the
    program can be shrunk."""

    def __init__(self, draw, wild=False, watch=False):
        self.draw = draw
        self.wild = wild            # divisions by zero and wrong types are welcome
        self.watch = watch          # with record() and spy() in between
        self.lines = []
        self.loops = []             # variables of the loops around

    def one(self, *choices):
        return self.draw(st.sampled_from(choices))

    def chance(self, percent):
        return self.draw(st.integers(0, 99)) >= 100 - percent

    # ---- expressions

    def int(self, depth):
        what = self.one("var", "const", "op", "op", "op", "divide", "shift", "unary", "bool", "power", "if") if depth else \
            self.one("var", "var", "const")
        if what == "var":
            return self.one("n", "m", "p", *self.loops, *(["u", "v"] if self.wild else []))
        if what == "const":
            return self.atom(INTS)
        if what == "op":
            return f"({self.int(depth - 1)} {self.one('+', '-', '*', '&', '|', '^')} {self.int(depth - 1)})"
        if what == "divide":
            return f"({self.int(depth - 1)} {self.one('//', '%')} {self.divisor(self.int(depth - 1), INTS)})"
        if what == "shift":
            amount = self.one(*SMALL) if self.chance(50) else f"({self.int(depth - 1)} & 63)"
            return f"({self.int(depth - 1)} {self.one('<<', '>>', '>>')} {amount})"
        if what == "unary":
            return f"{self.one('-', '+', '~')}{self.int(depth - 1)}"
        if what == "power":
            return f"({self.int(0)} ** {self.one('0', '1', '2', '2', '3', '5')})"
        if what == "if":
            return f"({self.int(depth - 1)} if {self.condition(depth - 1)} else {self.int(depth - 1)})"
        return f"({self.condition(depth - 1)})"

    def float(self, depth):
        what = self.one("var", "const", "op", "op", "op", "mixed", "divide", "unary", "power", "if") if depth else \
            self.one("var", "var", "const")
        if what == "var":
            return self.one("x", "y", "z")
        if what == "const":
            return self.atom(FLOATS)
        if what == "op":
            return f"({self.float(depth - 1)} {self.one('+', '-', '*')} {self.float(depth - 1)})"
        if what == "mixed":
            a, b = self.float(depth - 1), self.int(0)
            op = self.one("+", "-", "*")
            return f"({a} {op} {b})" if self.chance(50) else f"({b} {op} {a})"
        if what == "divide":
            return f"({self.float(depth - 1)} {self.one('/', '//', '%')} {self.divisor(self.float(depth - 1), FLOATS)})"
        if what == "unary":
            return f"{self.one('-', '+')}{self.float(depth - 1)}"
        if what == "power":
            return f"({self.float(0)} ** {self.one('2', '2.0', '0', '3') if not self.wild else self.one('0.5', '-1', '2', '-0.5')})"
        return f"({self.float(depth - 1)} if {self.condition(depth - 1)} else {self.float(depth - 1)})"

    def any(self, depth):
        what = self.one("var", "int", "float", "op", "and or", "condition") if depth else self.one("var", "int", "float")
        if what == "var":
            return self.one("u", "v", "w")
        if what == "int":
            return self.int(depth)
        if what == "float":
            return self.float(depth)
        if what == "op":
            return f"({self.any(depth - 1)} {self.one('+', '-', '*')} {self.any(depth - 1)})"
        if what == "and or":
            return f"({self.any(depth - 1)} {self.one('and', 'or')} {self.any(depth - 1)})"
        return f"({self.condition(depth - 1)})"

    def condition(self, depth):
        what = self.one("compare", "compare", "compare", "truth", "chain", "not", "and or", "is") if depth > 0 else "compare"
        kind = self.one(self.int, self.float, self.any)
        depth = max(depth - 1, 0)
        op = self.one("<", "<=", "==", "!=", ">", ">=")
        if what == "compare":
            return f"{kind(depth)} {op} {self.one(kind, self.int, self.float)(depth)}"
        if what == "truth":
            return kind(depth)
        if what == "chain":
            return f"{kind(depth)} {op} {kind(depth)} {self.one('<', '<=', '!=')} {kind(depth)}"
        if what == "not":
            return f"not {kind(depth)}"
        if what == "is":
            return f"{self.one('u', 'v', 'w')} {self.one('is', 'is not')} {self.one('u', 'v', 'w', 'x', 'n')}"
        return f"({self.condition(depth)} {self.one('and', 'or')} {self.condition(depth)})"

    def atom(self, constants):
        constant = self.one(*constants)
        return f"({constant})" if constant.startswith("-") or "*" in constant else constant

    def divisor(self, expression, constants):
        if self.chance(40 if self.wild else 4):
            return expression
        safe = [c for c in constants if c not in ("0", "False", "0.0", "-0.0")]
        return f"({expression} or {self.one(*safe)})" if self.chance(60) else self.atom(safe)

    # ---- statements

    def line(self, indent, text):
        self.lines.append("    " * indent + text)

    def assign(self, indent):
        kind, names = self.one((self.int, "nmp"), (self.float, "xyz"), (self.any, "uvw"))
        name = self.one(*names)
        if self.chance(25):
            op = self.one("+", "-", "*", "&", "|", "^") if kind == self.int else self.one("+", "-", "*")
            self.line(indent, f"{name} {op}= {kind(1)}")
        else:
            self.line(indent, f"{name} = {kind(2)}")
        if kind != self.float or self.wild:         # there, x may hold an int
            self.line(indent, f"if {name} > LIMIT or {name} < -LIMIT: {name} = "
                      + self.one(f"{name} % 1000003", self.atom(INTS), f"-({name} % 2**63)"))

    def statement(self, indent, loops):
        what = self.one("assign", "assign", "assign", "swap", "if", "if", "loop", "loop", "try", "leave", "look", "walrus")
        if what == "swap":
            self.line(indent, self.one("n, m = m, n", "x, y = y, x + 0.5", "u, v, w = v, w, u", "u = n", "v = x", "w = u", "u = v = w",
                                       "n, p = p, n", "x, z = z, -x"))
        elif what == "if":
            self.line(indent, f"if {self.condition(2)}:")
            self.block(indent + 1, loops, 2)
            if self.chance(50):
                self.line(indent, "else:")
                self.block(indent + 1, loops, 2)
        elif what == "loop" and loops:
            self.loop(indent, loops)
        elif what == "try" and (self.wild or self.chance(30)):
            self.line(indent, "try:")
            self.block(indent + 1, loops, 2)
            self.line(indent, self.one("except ZeroDivisionError:", "except (TypeError, ZeroDivisionError, OverflowError):",
                                       "except Exception as e:"))
            self.block(indent + 1, 0, 1)
            if self.chance(30):
                self.line(indent, "finally:")
                self.block(indent + 1, 0, 1)
        elif what == "leave" and self.loops:
            self.line(indent, f"if {self.condition(1)}: {self.one('break', 'continue', 'break', f'return n, x, u')}")
        elif what == "look" and self.watch:
            self.line(indent, self.one("record(n, x, u)", "spy()", "record(u is v, v is w, n is m, x is y)", "record(dict(locals()))"))
        elif what == "walrus":
            self.line(indent, f"if (u := {self.int(1)}) > 0 or (u > LIMIT): u = 5")
        else:
            self.assign(indent)

    def loop(self, indent, loops):
        free = [name for name in "ijk" if name not in self.loops]
        if not free:
            return self.assign(indent)
        name = free[0]
        self.loops.append(name)
        if self.chance(35):
            self.line(indent, f"{name} = 0")
            self.line(indent, f"while {name} < {self.one('4', '7', '12')}{self.one('', '', f' and ({self.condition(1)})')}:")
            self.line(indent + 1, f"{name} += 1")
        else:
            bounds = self.one("5", "9", "13", "-4, 5", "9, 0, -2", "2**63 - 4, 2**63 + 3", "-2**63 + 2, -2**63 - 3, -1",
                              "2**30 - 3, 2**30 + 3", "2**62, 2**64, 2**61", "n & 7", "m & 7, 9", "p & 3, 12, (n & 3) + 1")
            self.line(indent, f"for {name} in range({bounds}):")
        self.block(indent + 1, loops - 1, 4)
        self.loops.pop()
        if self.chance(20):
            self.line(indent, "else:")
            self.block(indent + 1, 0, 1)

    def block(self, indent, loops, most):
        for _ in range(self.draw(st.integers(1, most))):
            self.statement(indent, loops)

    def program(self):
        for _ in range(self.draw(st.integers(0, 2))):
            self.assign(1)
        for _ in range(self.draw(st.integers(1, 2))):
            self.loop(1, 3)
        self.line(1, "return n, m, p, x, y, z, u, v, w, i, j, k")
        return HEAD + "\n".join(self.lines) + "\n"


values = {name: eval(name, {"inf": float("inf"), "nan": float("nan")}) for name in INTS + FLOATS}
ints = st.sampled_from([values[name] for name in INTS])
floats = st.sampled_from([values[name] for name in FLOATS])
anything = st.one_of(ints, floats)
arguments = st.lists(st.tuples(ints, ints, floats, floats, anything, anything), min_size=1, max_size=3)
wild_arguments = st.lists(st.tuples(*[anything] * 6), min_size=1, max_size=3)


@st.composite
def programs(draw, **options):
    return Programs(draw, **options).program()


@given(programs(), arguments)
def test_loop_nests(source, args):
    check_source(source, args=args, leaks=False, **few_modes)


@given(programs(wild=True), wild_arguments)
def test_loop_nests_that_raise(source, args):
    check_source(source, args=args, leaks=False, **few_modes)


@given(programs(watch=True), arguments)
def test_loop_nests_that_are_looked_at(source, args):
    check_source(source, args=args, leaks=False, **few_modes)


@settings(max_examples=max(EXAMPLES // 3, 1))
@given(programs(wild=True), wild_arguments)
def test_loop_nests_leak_nothing(source, args):
    check_source(source, args=args, modes={"threshold=1": {}, "force_exit=2": {"force_exit": 2}}, repeat=1, leaks=True)


@settings(max_examples=max(EXAMPLES // 2, 1))
@given(programs(), arguments, st.integers(1, 9), st.sampled_from([1, 2, 3, 8]), st.sampled_from([2048, 4096, 8192, 1 << 20]))
def test_loop_nests_in_odd_modes(source, args, force_exit, max_versions, code_cache):
    modes = {f"force_exit={force_exit}, max_versions={max_versions}, code_cache={code_cache}":
             dict(force_exit=force_exit, max_versions=max_versions, code_cache=code_cache)}
    check_source(source, args=args, modes=modes, repeat=2, leaks=False)


@st.composite
def expressions(draw):
    writer = Programs(draw)
    kind = writer.one(writer.int, writer.float, writer.any, writer.condition)
    return kind(3)


@given(expressions(), arguments)
def test_expressions(expression, args):
    check_source(f"""\
inf, nan = float("inf"), float("nan")
def main(n, m, x, y, u, v):
    p, z, w, out = 3, 0.5, True, []
    for i in range(6):
        r = {expression}
        out.append(r)
        n, m, x, y = m, n - i, y * 0.5, x + i
        w = not w
    return out, r
""", args=args, leaks=False, **few_modes)


def test_most_of_the_programs_run_to_the_end():
    """Of the generator itself."""
    ends = []

    @given(programs(), arguments)
    def collect(source, args):
        seen = check_source(source, args=args, modes={}, repeat=1)
        ends.extend(call["exception"] == "None" for call in seen)
    collect()
    assert sum(ends) > 0.8 * len(ends)
