"""Writes random programs of functions, classes and exceptions that call each other.

`program(seed)` is source text with a function main(): every function calls only
those above it (or itself, with a smaller number), so that all programs end.
"""

import random

INTS = ["0", "1", "2", "-3", "300", "2**30", "2**62", "-2**63", "2**63", "True"]
FLOATS = ["0.5", "-0.0", "1.5", "1e308", "3.0"]
OTHERS = ["None", "'text'", "[1, 2]", "(1, 0.5)", "{}", "1j", "'x'"]
ERRORS = ["KeyError", "ValueError", "ZeroDivisionError", "TypeError", "LookupError", "Exception"]

HEAD = """\
import sys
G, H = 1, 2.5
shared = []
steps = [0]
class Enough(BaseException): pass
def peek(): record(dict(sys._getframe(1).f_locals))
def poke(v): sys._getframe(1).f_locals["b"] = v
def twice(f): return f(), f()
class V:
    def __init__(self, x, y=0.5):
        self.x = x
        self.y = y
    def __add__(self, o): return V(self.x + (o.x if isinstance(o, V) else o), self.y)
    def __radd__(self, o): return NotImplemented if o is None else self.x
    def __eq__(self, o): return isinstance(o, V) and self.x == o.x
    __hash__ = None
    def __bool__(self): return self.x != 0
    def __len__(self): return 2
    def __iter__(self): return iter((self.x, self.y))
    def __getitem__(self, i): return (self.x, self.y)[i]
    def __contains__(self, o): return o == self.x
    def __call__(self, a): return a, self.x
    def __format__(self, spec): return f"V{spec}"
    def __enter__(self): return self
    def __exit__(self, *error): return self.x == 2
    def __repr__(self): return "V"
class W(V):
    count = 0
    @property
    def half(self): return self.x / 2
    @staticmethod
    def make(x): return W(x)
    @classmethod
    def of(cls, x): return cls(x, x)
    def __getattr__(self, name):
        if name == "missing": raise AttributeError(name)
        return name
class D:
    def __init__(self, n): self.n = n
    def __del__(self): shared.append(self.n if isinstance(self.n, (int, str)) else 0)
class S:
    __slots__ = "x", "y"
    def __init__(self, x, y=None): self.x, self.y = x, y
    def __repr__(self): return "S"
"""


class Writer:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.lines = []
        self.functions = []         # (name, how many arguments)
        self.names = []             # variables of the function that is written
        self.recursive = None
        self.loops = 0
        self.budget = 0
        self.changes_globals = False

    def one(self, *choices):
        return self.random.choice(choices)

    def chance(self, percent):
        return self.random.random() * 100 < percent

    def name(self):
        return self.one(*self.names)

    # ---- expressions

    def atom(self):
        if self.chance(65):
            return self.name()
        return f"({self.one(*OTHERS, 'o', 'l') if self.chance(3) else self.one(*INTS, *FLOATS)})"

    def object(self):
        return self.name() if self.chance(1) else "o"

    def list(self):
        return self.name() if self.chance(1) else self.one("l", "l", "o")

    def call(self, depth):
        if not self.functions or self.loops > 2:
            return self.atom()
        name, count = self.one(*self.functions)
        args = [self.any(depth - 1) for _ in range(count)]
        if self.chance(10) and count:
            args[-1] = f"*({args[-1]},)"
        elif self.chance(15) and count:
            args[-1] = f"p{count - 1}={args[-1]}"
        elif self.chance(0.4):
            args.append(self.atom())
        elif self.chance(0.6) and count > 1:
            args.pop()              # has a default, perhaps
        return f"{name}({', '.join(args)})"

    def any(self, depth):
        if depth <= 0:
            return self.atom()
        what = self.one("op", "op", "op", "op", "op", "call", "call", "call", "call", "compare", "attribute", "attribute", "item", "if", "if",
                        "builtin", "global", "object", "is", *(["method", "comprehension", self.one("display", "format", "lambda", "method")] * self.chance(20)))
        if what == "op":
            op = self.one("+", "+", "-", "*") if self.chance(85) else self.one("//", "%", "/") if self.chance(75) else self.one("&", "|", "<<")
            right = self.any(depth - 1)
            return f"({self.any(depth - 1)} {op} {f'({right} & 7)' if op == '<<' else right})"
        if what == "call":
            return self.call(depth)
        if what == "compare":
            return f"({self.any(depth - 1)} {self.one('<', '==', '!=', '>=', 'and', 'or') if self.chance(97) else 'in'} {self.any(depth - 1)})"
        if what == "object":
            return self.one("V({0}).x", "W({0}, {1}).y", "W.make({0}).half", "W.of({0}).y", "S({0}).x", "V({0})({1})[1]", "D({0}).n",
                            "V(y={0}, x={1}).y", "(V({0}) + {1}).x", "({0} + V({1}))", "len(V({0}))", "({0} in V({1}))").format(
                self.any(depth - 1), self.atom())
        if what == "attribute":
            return f"{self.object()}.{self.one('x', 'y', 'y', 'half' if self.chance(15) else 'x', 'count' if self.chance(15) else 'y', 'missing' if self.chance(5) else 'x')}" \
                if self.chance(70) else f"{self.name()}.real"
        if what == "method":
            return f"{self.name()}.{self.one('conjugate()', '__add__(1)', 'is_integer()', '__neg__()', 'copy()' if self.chance(10) else '__abs__()')}"
        if what == "item":
            return f"{self.list()}[{self.one('0', '1', '-1') if self.chance(95) else self.atom()}]"
        if what == "display":
            return self.one("[{0}, {1}]", "({0}, {1})", "[{0}, *({1},)]", "{{'k': {0}, 'j': {1}}}", "{{{0}: {1}}}").format(self.any(depth - 1), self.atom())
        if what == "if":
            return f"({self.any(depth - 1)} if {self.any(depth - 1)} else {self.atom()})"
        if what == "builtin":
            return self.one("abs({0})", "isinstance({0}, (int, V))", "bool({0})", "len(repr({0})[:20])", "sum([{0}, 1])", "max({0}, 1)", "min({0}, 0.5)",
                            "callable({0})", "record({0})", "int({0})" if self.chance(5) else "({0})", "float({0})" if self.chance(5) else "({0})"
                            ).format(self.any(depth - 1))
        if what == "comprehension":
            self.names.append("c")
            self.loops += 1
            body = self.any(depth - 1)
            self.loops -= 1
            self.names.pop()
            return self.one(f"[{body} for c in range(3)]", f"sum({body} for c in (1, 2, 0.5))", f"{{c: {body} for c in range(2)}}",
                            f"list(map(lambda c: {body}, range(3)))")
        if what == "format":
            return f"f'{{{self.name()}}}{{{self.atom()}!r:.9}}'[:30]"
        if what == "lambda":
            return f"(lambda c, d={self.atom()}: (c, d, {self.name()}))({self.any(depth - 1)})"
        if what == "is":
            return f"({self.name()} is {self.name()})"
        return self.one("G", "H", "len(shared)")

    # ---- statements

    def line(self, indent, text):
        self.lines.append("    " * indent + text)

    def clip(self, indent, name):
        self.line(indent, f"if isinstance({name}, (int, float)) and abs({name}) > 2**70: {name} = {self.one('1', '0.5', '2**62')}")
        self.line(indent, f"elif not isinstance({name}, (int, float, V)): {name} = {self.one('1', '0.5', '300')}")

    def statement(self, indent, depth):
        self.budget -= 1
        what = self.one("assign", "assign", "assign", "assign", "if", "loop", "try", "try", "raise", "return", "global", "attribute", "item",
                        "with", "unpack", "call", "look", "delete", "recurse", "closure", "keep")
        name = self.name()
        if what == "if" and depth:
            self.line(indent, f"if {self.any(2)}:")
            self.block(indent + 1, depth - 1)
            if self.chance(50):
                self.line(indent, "else:")
                self.block(indent + 1, depth - 1)
        elif what == "loop" and depth and self.loops < 2:
            self.loops += 1
            counter = f"i{self.loops}"
            self.names.append(counter)
            self.line(indent, f"for {counter} in {self.one('range(4)', 'range(7)', 'range(7)', '[1, 0.5, True]', '[*l][:6]', 'o', 'range(2, -3, -1)')}:")
            self.block(indent + 1, depth - 1)
            if self.chance(25):
                self.line(indent + 1, f"if {self.any(1)}: {self.one('break', 'continue')}")
            self.names.remove(counter)
            self.loops -= 1
            if self.chance(20):
                self.line(indent, "else:")
                self.block(indent + 1, 0)
        elif what == "try" and depth:
            self.line(indent, "try:")
            self.block(indent + 1, depth - 1)
            kind = self.chance(80)
            if kind:
                error = self.one(*ERRORS, "Exception", "Exception")
                self.line(indent, f"except {error} as e:")
                self.line(indent + 1, self.one(f"{name} = len(e.args)", "record(e)", "pass", "raise" if self.chance(30) else "pass", f"raise ValueError({self.atom()}) from e" if self.chance(30) else "b = 2",
                                               "record(sys.exception())", f"{name} = {self.any(2)}", f"{name} = e.__traceback__.tb_lineno"))
                if self.chance(20):
                    self.line(indent, "else:")
                    self.block(indent + 1, 0)
            if not kind or self.chance(25):
                self.line(indent, "finally:")
                self.block(indent + 1, 0)
        elif what == "raise" and self.chance(50):
            self.line(indent, f"if {self.any(1)}: raise {self.one(*ERRORS)}({self.atom()})")
        elif what == "return" and self.chance(40):
            self.line(indent, f"if {self.any(1)}: return {self.any(1)}")
        elif what == "global" and self.changes_globals:
            self.line(indent, self.one(f"G = {self.any(1)}", f"H = {self.atom()}", f"shared.append({self.one('1', '2')})",
                                       "if len(shared) > 30: shared.clear()"))
            self.clip(indent, "G")
        elif what == "attribute":
            o = self.object()
            self.line(indent, self.one(f"{o}.x = {self.any(1)}", f"{o}.y = {self.atom()}", f"{o}.z = {self.atom()}",
                                       f"V(1).x = {self.atom()}", "W.count += 1", f"{o}.y = {o}.y + 1", f"o = {self.one('V', 'W', 'W')}({self.atom()})",
                                       f"o.x = o.y = {self.atom()}"))
        elif what == "item":
            l = "l" if self.chance(95) else name
            self.line(indent, self.one(f"{l}[{self.one('0', '-1')}] = {self.any(1)}", f"{l}.append({self.any(1)})", f"if len({l}) > 2: {l}.pop()",
                                       f"l = [{self.any(1)}, {self.atom()}]"))
        elif what == "with" and depth:
            self.line(indent, f"with V({self.atom()}) as o:")
            self.block(indent + 1, depth - 1)
        elif what == "unpack":
            self.line(indent, f"{name}, {self.one('p0', 'b', 'a')} = {self.any(1)}, {self.atom()}" if self.chance(70)
                      else self.one("a, b = o", "a, b = l", "a, *l = o", "o.x, a = o", f"a, b = {self.any(1)}" if self.chance(10) else "(a, b), l = o, [b, a]"))
        elif what == "call":
            self.line(indent, self.call(2))
        elif what == "look":
            self.line(indent, self.one("record(a, b)", "spy()", "record(sorted(locals()))", "sys._getframe().f_locals['a'] = b", "o = o if isinstance(o, V) else V(1)", "l = l[:2] if isinstance(l, list) else [1, 2.5]",
                                       "record(sys._getframe(1).f_lineno)", f"record({name} is a)", "peek()", "poke(b)"))
        elif what == "delete" and self.chance(30):
            self.line(indent, f"del {self.one('a', 'b')}")
            self.line(indent, "a = b = 1")
        elif what == "recurse" and self.recursive:
            function, count = self.recursive
            rest = "".join(f", {self.atom()}" for _ in range(count - 1))
            self.line(indent, f"if isinstance(p0, int) and 0 < p0 < 6: {name} = {function}(p0 - 1{rest})")
        elif what == "closure":
            self.line(indent, f"{name} = twice(lambda: {self.any(1)})[1]")
        elif what == "keep":
            self.line(indent, self.one(f"d = D({self.one('1', '2')})", "d = None"))
        else:
            op = self.one("=", "=", "=", "+=", "-=", "*=") if self.chance(60) else "="
            self.line(indent, f"{name} {op} {self.any(3)}")
            self.clip(indent, name)

    def block(self, indent, depth):
        for _ in range(self.random.randint(1, 3)):
            if self.budget > 0:
                self.statement(indent, depth)
        self.line(indent, self.one("pass", f"{self.name()} = {self.atom()}"))

    def function(self, number):
        name = f"f{number}"
        count = self.random.randint(1, 3)
        parameters = [f"p{k}" for k in range(count)]
        self.names = [*parameters, "a", "b", "p0"]
        self.recursive = (name, count) if self.chance(50) else None
        self.budget = self.random.randint(4, 14)
        given = list(parameters)
        if count > 1 and self.chance(40):
            given[-1] += f"={self.one(*INTS, *FLOATS)}"
        if self.chance(15):
            given.append("*rest")
        if self.chance(10):
            given.append("k=3, **more" if "*rest" in given else "*, k=3")
        generator = self.chance(5)
        self.line(0, f"def {name}({', '.join(given)}):")
        self.line(1, "global G, H")
        self.line(1, "steps[0] += 1")
        self.line(1, "if steps[0] > 300: raise Enough")
        if self.chance(70):
            self.line(1, f"p0 = p0 if isinstance(p0, (int, float)) else {self.one(*INTS, *FLOATS)}")
        self.line(1, f"a, b, d = {self.one(*INTS, *FLOATS)}, {self.one('p0', self.one(*INTS, *FLOATS))}, None")
        self.line(1, f"o, l = {self.one('V', 'W')}(p0, {self.one(*INTS, *FLOATS)}), [1, 0.5]")
        self.block(1, 3)
        self.block(1, 2)
        if generator:
            self.line(1, f"yield {self.name()}")
            self.line(1, f"yield {self.any(1)}")
        self.line(1, f"return {self.any(2)}")
        self.functions.append((name, count))

    def program(self):
        self.lines = [HEAD]
        self.changes_globals = self.chance(30)
        for number in range(self.random.randint(2, 5)):
            self.function(number)
        self.line(0, "def main():")
        self.line(1, "global G, H")
        self.line(1, "G, H = 1, 2.5")
        self.line(1, "shared.clear()")
        self.line(1, "W.count = 0")
        self.line(1, "a, b, o, l, out = 0, 1.5, V(1), [1, 2], []")
        self.names = ["a", "b", "i"]
        self.recursive = None
        self.line(1, f"for i in range({self.one('3', '6', '9')}):")
        for _ in range(self.random.randint(1, 4)):
            self.line(2, "try:")
            self.line(3, f"{self.name().replace('i', 'a')} = {self.call(2)}")
            self.line(3, "out.append(a if isinstance(a, (int, float, str)) else type(a).__name__)")
            self.line(2, "except (Enough, MemoryError):")      # of those CPython has a few that are used again
            self.line(3, "steps[0] = 0")
            self.line(2, "except Exception as e:")
            self.line(3, "out.append((type(e).__name__, e.args if len(repr(e.args)) < 80 else 0))")
            self.line(3, "tb = e.__traceback__")
            self.line(3, "while tb: out.append((tb.tb_lineno, tb.tb_lasti)); tb = tb.tb_next")
            if self.chance(25):
                self.line(3, "record(e)")
        self.budget = 3
        self.line(2, "steps[0] = 0")
        self.line(2, "a = a if isinstance(a, (int, float)) and abs(a) < 2**70 else i")
        self.line(2, "out.append((G if isinstance(G, (int, float)) else 0, shared[:]))")
        self.line(1, "return out, a")
        return "\n".join(self.lines) + "\n"


def program(seed):
    return Writer(seed).program()
