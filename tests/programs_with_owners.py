"""Writes random programs about who owns what, and when it dies.

Objects whose finalizers look at frames, write variables, change classes, functions and containers
or raise are owned by all that can own: temporaries, variables, containers, iterators, generators,
exceptions, and functions (defaults, cells, attributes), which are called at once.  `program(seed)`
is source text with a function main().  What is in cycles, and dies when the collector
runs, says nothing.
"""

import programs_with_everything

# What the finalizers of the classes made by `finalizer` below do.
FINALIZERS = {
    "D": "pass",
    "Looks": "look(sys._getframe(1))",
    "Writes": "write(sys._getframe(1), 'i', self.n)",
    "WritesBelow": "write(sys._getframe(1).f_back, 'x', self.n + 0.5)",
    "WritesD": "write(sys._getframe(1), 'd', self.n)",
    "Raises": "raise Own(self.n)",
    "Clears": "LIST.clear(); TABLE.clear()",
    "Appends": "LIST.append(self.n) if len(LIST) < 9 else None",
    "Back": "shared.append(self) if len(shared) < 4 else shared.clear()",
    "Property": "Box.v = property(lambda self: 11)",
    "Value": "Box.v = self.n; G = self.n; D.v = 3.5",
    "Method": "Box.m = (lambda self, a=0: 12) if self.n & 1 else Box.first_m",
    "Adds": "D.__add__ = (lambda self, o: NotImplemented) if self.n & 1 else first_add",
    "Function": "globals()['f0'] = other if self.n & 1 else first[0]",
    "Defaults": "f0.__defaults__ = (self.n, 2.5, None)",
    "Code": "made.__code__ = (lambda d: lambda a=0: 6).__code__ if self.n & 1 else first_code",
    "Calls": "again(self.n)",
    "Traces": "sys.settrace(tracer if self.n & 1 else None)",
    "Catches": "caught(self.n)",
    "Iterates": "record(sum(a * 2 for a in range(3)), [b for b in 'ab'])",
    "Turns": "BOX.__class__ = Box2 if self.n & 1 else Box",
    "Exits": "record(type(sys.exception()).__name__)",
}

HEAD = """\
import sys, gc
from collections import deque
from functools import partial
shared, LIST, TABLE, busy, over, steps, seen = [], [], {}, [], [], [0], [0]
G = 1
class Enough(BaseException): pass
class Own(Exception): pass
def tick(n=8):
    steps[0] += n
    if steps[0] > 2500: raise Enough
def value(v): return v if isinstance(v, (int, float, str)) else type(v).__name__
def look(f):
    for _ in range(2):
        if f.f_code.co_filename == look.__code__.co_filename:
            record(f.f_code.co_name, f.f_lineno, [(k, value(v)) for k, v in f.f_locals.items()])
            f = f.f_back
def write(f, name, v):
    if f.f_code.co_filename == look.__code__.co_filename and name in f.f_locals: f.f_locals[name] = v
def safe(f, *a):
    try: return value(f(*a))
    except Exception as ex: return type(ex).__name__
def again(n):
    if not busy:
        busy.append(1)
        try: record(safe(f0, n & 3))
        finally: busy.clear()
def caught(n):
    try: raise Own(n)
    except Own as ex: record(str(ex), type(sys.exception().__context__).__name__)
def tracer(frame, event, arg):
    if frame.f_code.co_filename == look.__code__.co_filename and seen[0] < 50: seen[0] += 1; record(frame.f_code.co_name, event, frame.f_lineno)
    return tracer
def died(name, n): return over or record(name, n)
def unraisable(args): record("unraisable", type(args.exc_value).__name__)
class Box:
    v = 1
    def __init__(self, d, y=2.5): self.d, self.y = d, y
    def m(self, a=0): return self.y
    def take(self):
        d, self.d = self.d, None
        return value(d)
    def __call__(self, a=0):
        self.d = a
        return 4
    first_m = m
class Box2(Box):
    v = 2
BOX = Box(None)
class D:
    v = 1.5
    def __init__(self, n=0):
        self.n = n if isinstance(n, int) and -9 < n < 9 else 5
        tick(1)
    def m(self, a=0): return self.n
    def __add__(self, o): return self.n + 1
    def __radd__(self, o): return self.n + 2
    def __iadd__(self, o): return type(self)(self.n + 1)
    def __neg__(self): return -self.n
    def __lt__(self, o): return self.n < 3
    def __eq__(self, o): return self is o
    def __hash__(self): return self.n
    def __bool__(self): return self.n != 1
    def __len__(self): return 3
    def __getitem__(self, k): return (self.n, 2.5, D(7))[k]
    def __contains__(self, o): return self.n > 2
    def __iter__(self): yield self.n; yield D(8)
    def __call__(self, a=0): return self.n
    def __format__(self, spec): return f"D{self.n}"
    def __enter__(self): return self.n
    def __exit__(self, *error): return self.n == 2
    @property
    def prop(self): return self.n
    def __del__(self): died("D", self.n)
first_add = D.__add__
def made(d): return lambda a=0: d.n
first_code = made.__code__
def forgets(d):
    def inner(a=0):
        nonlocal d
        d = None
        return a
    return inner
def deep(d): return lambda: (lambda: d.n)
def named(d):
    def inner(a=0): return 3
    inner.d = d
    return inner
def keeps(d, n=3):
    for k in range(n):
        tick()
        yield k
def gives(*all):
    for d in all: yield d
def ends(d):
    try: yield d.n
    finally: record("closed")
def delegates(d): return (yield from keeps(d))
def passes(d): return d
def drops(d): d = None; return 9
def raises(d): raise Own(d)
def other(p0=0, p1=1, p2=2): return 8
"""

EXPRESSIONS = {
    "own": ["<class>(<n>)"],
    "n": ["0", "1", "2", "3", "i & 3", "i & 7", "G & 1" ],
    "f": ["(lambda a=<own>: <i>)", "(lambda a=0, *, k=<own>: <v>)", "made(<own>)", "forgets(<own>)", "deep(<own>)()", "named(<own>)", "<own>.m", "partial(other, <own>)", "(lambda a=0: <own>)",
          "Box(<own>)", "Box(<own>).m", "keeps(<own>).__next__", "[made(<own>)].pop()", "{'f': named(<own>)}.pop('f')", "<own>", "(lambda a=0, d=<own>: a)", "other", "(lambda a=0: d)", "(lambda *a, **k: x)",
          "f", "made(<c>)", "(lambda a=<c>, b=<f>: <i>)"],
    "c": ["[<own>, <v>]", "(<own>, <i>)", "[<own>, [<own>]]", "([<own>, <i>],)", "deque([<own>, <own>])", "[<f>]", "[*<it>]", "list(<it>)", "tuple(<it>)", "(<own>, *<it>)", "l", "([<own>] * 2)", "([<own>] + [<i>])", "[<own>, <own>][:1]"],
    "t": ["{<k>: <own>}", "{'a': <own>, 1: <i>}", "t", "{**t, <k>: <own>}", "dict(a=<own>)", "{<own>: <v>}"],
    "b": ["Box(<own>)", "Box(<c>)", "Box(<f>, <x>)", "b", "b", "BOX"],
    "it": ["[<own>, <own>, <i>]", "(<own>, <i>)", "reversed([<own>, <own>])", "iter([<own>])", "gives(<own>, <own>)", "keeps(<own>)", "ends(<own>)", "delegates(<own>)", "(q for q in [<own>, <own>])", "(q for q in keeps(<own>))",
           "map(<f>, (1, 2))", "map(passes, [<own>, <own>])", "{1: <own>, 2: <own>}.values()", "{1: <own>, <own>: 2}", "enumerate([<own>, <own>])", "zip([<own>, <own>], (<own>, 1))", "zip((1, 2), [<own>])", "{1: <own>}.items()", "<own>", "range(3)", "l",
           "filter(None, [<own>, <own>])", "(<i> for q in <it>)", "{<own>}", "<c>"],
    "pair": ["zip([<own>, <own>], (<own>, 1))", "zip((1, 2), [<own>])", "enumerate([<own>, <own>])", "{1: <own>, 2: <own>}.items()", "[(<own>, <i>), (1, <own>)]", "((q, <own>) for q in [1, <own>])", "zip([<own>, <own>], keeps(<own>))", "enumerate(gives(<own>))",
             "[[<own>, <own>]] * 2", "t.items()"],
    "i": ["i", "i", "(<i> + 1)", "(<i> - i)", "(i * 3)", "<own>.n", "<own>.m(<i>)", "len(<c>)", "len(<own>)", "sum(1 for q in <it>)", "-<own>", "<own>[0]", "b.v", "<b>.v", "(i if <own> else G)", "(<own> < <own>)", "(<own> in <c>)", "(<own> == <i>)", "G",
          "isinstance(<own>, D)", "(<i> if <c> else 2)", "drops(<own>)", "<own>.prop", "len([q for q in <it>])", "(1, <own>)[0]", "[<own>, i][1]", "{1: i, 2: <own>}[1]", "(<own>, i)[1]", "<t>.get(7, i)", "min(<i>, 2)", "bool(<own>)", "(<own> is d)",
          "(1 if i > 2 and <own> else i)", "(<own> or i).n", "made(<own>)()", "named(<own>)()", "forgets(<own>)()", "<b>(<i>)", "any(q is d for q in <it>)", "len({*<c>})", "len(f'{<own>}')"],
    "x": ["x", "x", "0.5", "(x + 1.5)", "(x * i)", "<own>.v", "<b>.y", "<b>.m()", "<own>[1]", "(x if <own> else 0.25)", "sum([x, <i>])"],
    "v": ["<i>", "<x>", "<own>", "<call>", "<call>", "<f>()", "<f>()", "<f>(<i>)", "<c>", "<b>.d", "<b>.take()", "passes(<own>)", "(<own> + <i>)", "(<i> + <own>)", "(<x> + <own>)", "[q for q in <it>]", "[(q, i) for q in <it>][-1:]", "next(iter(<it>), 0)",
          "<own>[2]", "(lambda q: i)(<own>)", "(lambda q: q)(<own>)", "safe(<f>)", "safe(raises, <own>)", "[*<it>][-1]", "{q: <i> for q in <it>}", "(d, e)", "max(<it>, key=lambda q: 1)", "sorted(<it>, key=lambda q: 1)", "getattr(<b>, 'd')", "d", "e",
          "<c>.pop()", "<c>[0]", "<t>.pop('a', 0)", "l.pop()", "(e := <own>)", "other(<own>, *<c>)", "other(**{'p0': <own>})", "f0(p1=<own>)", "partial(f0, <own>)()", "deep(<own>)()()"],
    "k": ["'a'", "1", "i & 1", "<own>"],
    "error": ["Own", "Exception", "TypeError", "(Own, KeyError)", "AttributeError"],
}

SIMPLE = ["d = <own>", "d = None", "e = d", "del d; d = 1", "d, e = e, d", "d, e = <own>, <i>", "e = <own>", "e = <v>", "d = e = <own>", "i = <i>", "i = <i>", "i += <i> & 7", "x = <x>", "x += i", "i += 1", "x = x * 0.5 + i",
          "l.append(<own>)", "l.append(<v>)", "l.pop()", "l[0] = <own>", "l[:] = [<own>]", "del l[0]", "l = [<own>, i]", "l.clear()", "l.extend(<it>); del l[9:]", "l += [<own>]", "l[-1] = i", "l.insert(0, <own>)", "l.reverse()", "LIST.append(<own>); del LIST[9:]", "LIST[:] = [<own>, i]", "l = LIST",
          "t[<k>] = <own>", "t[<k>] = <v>", "t.pop(<k>, None)", "del t[<k>]", "t = <t>", "t.clear()", "t.update(a=<own>)", "t.setdefault('a', <own>)", "TABLE['a'] = <own>",
          "b.d = <own>", "b.d = <v>", "b.d = None", "del b.d", "b = Box(<own>)", "b.y = <x>", "b.z = <own>", "b.take()", "b.__dict__ = {'d': <own>, 'y': i}", "b.v = <own>", "Box.v = i", "b.d = b.d", "b.d, d = d, b.d",
          "f = <f>", "f = None", "f = made(d)", "f()", "v = f()", "<f>()", "<v>", "<own>", "<call>", "v = <v>", "v = <call>", "v = None", "record(i, x)", "record(value(<v>))", "spy()", "look(sys._getframe())", "G = <i>", "G += 1",
          "if i > 3: return <i>", "if <i> > 5: raise Own(<own>)", "if i == 4: d = None; return x", "a, *v = <it>", "a, v = <it>", "[a, v] = <own>, <own>", "(a, v), e = (<own>, i), <own>", "assert <i>, <own>", "d += 1", "v = [d, i, <own>]", "v = (x, <own>, d)",
          "e = drops(<own>) + i", "f0.__defaults__ = (<own>, i, <own>)", "f0.__kwdefaults__ = None", "made(<own>).d = <own>", "g = <it>", "v = sys.exception()", "g = keeps(<own>); next(g); g.close()", "g = keeps(<own>); next(g); g = None"]

COMPOUND = ["for d in <it>:\n    tick()\n    <block>", "for e in <it>:\n    <block>", "for a, d in <pair>:\n    tick()\n    <block>", "for a, e in <pair>:\n    <block>\nelse:\n    <block>", "for i in range(5):\n    <block>", "for k in range(4):\n    <block>\n    <block>",
            "while i < 6:\n    tick()\n    i += 1\n    <block>", "for d in <it>:\n    <block>\n    if <i>: break", "for d in <it>:\n    if <i>: continue\n    <block>", "for q in <it>:\n    <block>\n    d = None", "for d in l:\n    tick()\n    <block>",
            "if <i>:\n    <block>\nelse:\n    <block>", "if <own>:\n    <block>", "with <own> as d:\n    <block>", "with <own>, <own> as e:\n    <block>\n    raise Own(<own>)",
            "try:\n    <block>\nexcept <error> as ex:\n    <block>", "try:\n    <block>\nexcept <error>:\n    <block>\nfinally:\n    <block>", "try:\n    raise Own(<own>)\nexcept Own as ex:\n    v = ex.args[0]\n    <block>", "try:\n    raises(<own>)\nexcept Own:\n    <block>",
            "try:\n    <block>\n    raise Own(<own>)\nexcept <error>:\n    <block>", "try:\n    <block>\nfinally:\n    d = None", "try:\n    try:\n        raises(<own>)\n    finally:\n        <block>\nexcept Own as ex:\n    <block>",
            "def inner(a=<own>, *b, k=<v>):\n    nonlocal i, d\n    i += 1\n    d = a\n    return <i>\nv = inner()\ninner(<own>)", "g = <it>\nfor q in g:\n    <block>\n    break\ndel g", "match <c>:\n    case [a, *v]:\n        <block>\n    case _:\n        <block>",
            "for f in [made(<own>), named(<own>), <f>]:\n    v = f()\n    <block>", "for b in (Box(<own>), Box(<own>), BOX):\n    i = b.v\n    <block>", "while True:\n    tick()\n    <block>\n    if <i> or i > 3: break"]


def finalizer(name, body):
    # (the class cell of super() would make a cycle)
    return (f"class {name}(D):\n    def __del__(self):\n        {'global G' if 'G =' in body else 'pass'}\n"
            f"        if died('{name}', self.n): return\n        {body}\n")


class Writer(programs_with_everything.Writer):
    def __init__(self, seed):
        super().__init__(seed)
        every = sorted(FINALIZERS)
        self.classes = self.random.choices(every, k=self.random.randint(2, 5)) + ["Looks", "D"]
        self.guarded = self.chance(60)

    def expression(self, kind, depth):
        if kind == "class":
            return self.one(self.classes)
        if kind == "call":
            return self.call(depth)
        table = EXPRESSIONS[kind]
        if depth <= 0:
            least = min(template.count("<") for template in table)
            table = [template for template in table if template.count("<") <= max(least, 1)]
        if depth <= -3:
            table = [template for template in table if "<" not in template] or [{"own": "<class>(2)", "b": "b", "t": "t"}.get(kind, "l")]
        return self.fill(self.one(table), depth - 1)

    def call(self, depth):
        if not self.functions:
            return self.fill("passes(<own>)", depth - 1)
        arguments = [self.expression(self.one(["i", "i", "x", "own", "own", "v", "f"]), depth - 1) for _ in range(self.random.randint(0, 3))]
        return f"{self.one(self.functions)}({', '.join(arguments)})"

    def statement_(self, depth):
        self.budget -= 1
        if depth and self.loops < 2 and self.chance(35):
            self.loops += 1
            text = self.compound(self.one(COMPOUND), depth)
            self.loops -= 1
            return text
        return self.fill(self.one(SIMPLE), self.one([0, 1, 1, 2]))

    def statement(self, depth):
        if self.guarded and self.chance(25):
            return "try:\n" + "".join(f"    {line}\n" for line in self.statement_(depth).split("\n")) + "except Exception: pass"
        return self.statement_(depth)

    def function(self, number):
        name = f"f{number}"
        self.budget = self.random.randint(5, 16)
        self.loops = 0
        lines = [f"def {name}(p0=1, p1=2.5, p2=None):", "    global G", "    tick()",
                 "    i, x, d, e = p0 if isinstance(p0, int) and -99 < p0 < 99 else 1, 0.5, p2, p1",
                 "    " + self.fill("a, v, g, k, q, f, l, t, b = 0, None, None, 1, 2, <f>, [<own>, 1], {'a': 1}, Box(<own>)", 0)]
        for _ in range(self.random.randint(3, 7)):
            lines += [f"    {line}" for line in self.statement(2).split("\n")]
        if self.chance(12):
            lines.append("    " + self.fill("yield <v>", 1))
        lines.append("    " + self.fill(self.one(["return <i>", "d = None; return i", "d = None; return x", "return <v>", "e = None; return (i, x)", "return"]), 1))
        self.functions.append(name)
        return "\n".join(lines)

    def program(self):
        parts = [HEAD, *(finalizer(name, body) for name, body in FINALIZERS.items() if name != "D")]
        for number in range(self.random.randint(1, 4)):
            parts.append(self.function(number))
        self.loops = 1
        self.budget = 9
        calls = "\n".join(f"            try:\n                v = {self.call(1)}\n                record(value(v))\n            except (Exception, Enough) as ex:\n"
                          "                record(type(ex).__name__)\n            v = None" for _ in range(self.random.randint(2, 4)))
        parts.append("first = [f0, f0.__defaults__]")
        parts.append(f"""\
def main():
    global G
    reset()
    over.clear()
    sys.unraisablehook = unraisable
    gc.disable()
    i, x, d, e, l, t, b, f, v, q = 1, 0.5, None, None, [], {{}}, BOX, other, None, 2
    try:
        for turn in range({self.one([2, 4, 6])}):
            steps[0] = 0
{calls}
    finally:
        sys.settrace(None)
        over.append(1)              # (the order in which cycles die is not the program's)
        l = t = b = d = e = f = None
        reset()
        gc.enable()
        gc.collect()
        sys.unraisablehook = sys.__unraisablehook__
def reset():
    global G, f0
    for held in shared, LIST, TABLE, busy: held.clear()
    G = 1
    seen[0] = 0
    f0 = first[0]
    f0.__defaults__ = first[1]
    made.__code__ = first_code
    D.__add__ = first_add
    D.v = 1.5
    Box.v, Box.m = 1, Box.first_m
    BOX.__class__ = Box
    BOX.__dict__ = {{"d": None, "y": 2.5}}
""")
        return "\n".join(parts)


def program(seed):
    return Writer(seed).program()
