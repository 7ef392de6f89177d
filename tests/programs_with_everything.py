"""Writes random programs of all of the language: classes with hostile special methods, closures,
generators, handlers, containers, strings, numbers of all kinds, patterns, and changes to all of
these while they are in use.

`program(seed)` is source text with a function main().  It is made from the tables below: in a
template `<i>` stands for an expression of kind i, `<block>` for statements.  The kinds are those
of the variables: i ints, x floats, z complex numbers, s strings, l lists, u tuples, d dictionaries,
e sets, o objects, g things to call, c bools; v is anything.  Variables mostly keep to their kind,
not always.  Programs end: every function and loop counts its steps (tick), and what grows is cut.
"""

import random
import re
import textwrap

VARIABLES = {"i": "i j n", "x": "x y", "z": "z", "s": "s t", "l": "l m", "u": "u", "d": "d", "e": "e", "o": "o p", "g": "g", "v": "v w"}

CONSTANTS = {
    "i": "0 1 2 3 -1 -7 10 255 257 2**15 -2**30 2**31 2**62 -2**63 2**63 2**64+1 True False".split(),
    "x": "0.5 -0.0 0.0 1.5 -2.25 3.0 1e308 -1e308 5e-324 inf -inf nan 1e16 0.1".split(),
    "z": "1j 0j -0j (1+2j) complex(nan,1) complex(-0.0,2)".split(),
    "s": ["''", "'a'", "'abc'", "'x y z'", "'é'", "'\\u20ac1'", "'12'", "'A'", "'😀b'"],
    "l": ["[]", "[1]", "[1, 2.5, 'a']", "[3, 1, 2]", "[None, True]", "[[1], [2]]"],
    "u": ["()", "(1,)", "(1, 2.5)", "('a', 1, None)"],
    "d": ["{}", "{'a': 1}", "{1: 'x', 2: 2.5}", "{'a': 1, 'b': [2]}"],
    "e": ["set()", "{1, 2}", "{'a', 1}", "frozenset((1, 2, 3))"],
    "o": ["None", "o", "p"],
    "g": ["(lambda *a: a)", "len", "abs", "str", "TABLE[0]", "TABLE['f']"],
    "v": ["None", "True", "1", "2.5", "'a'", "NotImplemented", "..."],
}

EXPRESSIONS = {
    "i": ["(<i> + <i>)", "(<i> - <i>)", "(<i> * <i>)", "(<i> // <i>)", "(<i> % <i>)", "(<i> & <i>)", "(<i> | <i>)", "(<i> ^ <i>)",
          "(<i> << (<i> & 15))", "(<i> >> (<i> & 63))", "-<i>", "~<i>", "+<i>", "abs(<i>)", "len(<l>)", "len(<s>)", "len(<d>)", "len(<e>)",
          "len(<o>)", "int(<x>)", "ord(<s>[:1] or 'a')", "(<i> if <c> else <i>)", "<u>[0]", "<l>[<k>]", "<o>.x", "<o>.n", "G", "LIST[0]",
          "sum(<l>)", "max(<i>, <i>)", "min(<i>, <x>)", "<i>.bit_length()", "round(<x>)", "divmod(<i>, <i>)[1]", "<s>.find(<s>)", "<l>.count(<v>)",
          "<l>.index(<v>)", "hash(<i>)", "int(<s>)", "sum(<i> for q in <l>[:8])", "pow(<i>, 2)", "pow(<i>, <k> & 3, 7)", "<d>.get(<v>, <i>)", "(n := <i>)",
          "<ba>[<k>]", "<ar>[<k>]", "<call>", "<o>.prop", "type(<o>).count", "operator.add(<i>, <i>)", "next(iter(<l>), 0)", "<i>.real", "<i>.numerator"],
    "x": ["(<x> + <x>)", "(<x> - <i>)", "(<x> * <x>)", "(<i> / <i>)", "(<x> // <x>)", "(<x> % <x>)", "-<x>", "abs(<x>)", "float(<i>)", "(<x> ** 2)",
          "<o>.y", "H", "math.sqrt(abs(<x>))", "math.floor(<x>)", "(<x> if <c> else <i>)", "round(<x>, 2)", "max(<x>, <i>)", "sum(<l>, <x>)", "<z>.real",
          "<z>.imag", "abs(<z>)", "float(<s>)", "math.copysign(1, <x>)", "(y := <x>)", "(<x>).is_integer()", "<call>", "<ar>[0]", "math.fsum((<x>, <x>))"],
    "z": ["(<z> + <z>)", "(<z> * <x>)", "(<z> - <i>)", "(<z> / <z>)", "complex(<x>, <x>)", "<z>.conjugate()", "-<z>", "(<x> + <z>)", "<z> * <z>"],
    "s": ["(<s> + <s>)", "<s> * (<i> & 3)", "<s>[<k>]", "<s>[<k>:<k>]", "<s>[::<step>]", "f'{<i>}'", "f'{<x>:.3f}'", "f'{<v>!r:>8.8}'", "f'{<s>}-{<i>:05d}|{<o>}'",
          "str(<i>)", "repr(<l>)[:30]", "<s>.upper()", "<s>.replace(<s>, 'b')", "<s>.strip()", "','.join(map(str, <l>))", "''.join([<s>, <s>])", "chr(<i> % 300)",
          "<s>.join((<s>, 'q'))", "'%s:%r' % (<s>, <i>)", "<s>.split()[0]", "(<s> or 'e')", "type(<v>).__name__", "'{}{}'.format(<s>, <i>)", "<s>.ljust(4)",
          "<s>.encode().decode()", "max(<s>, <s>)", "f'{<o>:>4}'", "hex(<i>)"],
    "l": ["[<v>, <v>]", "[*<l>, <i>]", "(<l> + <l>)", "<l>[<k>:<k>]", "<l>[::<step>]", "sorted(<l>, key=repr)", "list(<u>)", "list(range(<k> & 7))", "<l>.copy()",
          "[<i> for q in <it>]", "[q for q in <it> if <c>]", "[(a, b) for a in <it> for b in <u>][:9]", "list(map(<g>, <l>[:8]))", "list(<d>)", "<s>.split()", "<l> * (<i> & 3)",
          "list(<gen>)", "list(zip(<l>, <s>))", "list(enumerate(<s>))", "list(reversed(<l>[:8]))", "[*<it>]", "list(<d>.values())", "list(filter(None, <l>))", "<o>.items", "sorted(<d>)"],
    "u": ["(<v>, <v>)", "(<i>, *<l>)", "tuple(<l>)", "<u>[<k>:]", "(<u> + <u>)", "divmod(<i>, <i>)", "<s>.partition(<s>)", "tuple(<gen>)", "tuple(<i> for q in <it>)", "(*<s>,)"],
    "d": ["{<key>: <v>}", "{**<d>, <key>: <v>}", "dict(a=<v>, b=<v>)", "{q: <v> for q in <it>}", "<d>.copy()", "dict(zip(<s>, <l>))", "(<d> | <d>)", "dict.fromkeys(<s>, <v>)",
          "Counter(<s>)", "defaultdict(list, <d>)", "OrderedDict(<d>)", "vars(<o>)", "collections.ChainMap(<d>)", "M(<d>)"],
    "e": ["{<key>, <key>}", "set(<s>)", "(<e> | <e>)", "(<e> & <e>)", "(<e> - <e>)", "{<key> for q in <it>}", "frozenset(<u>)", "(<e> ^ <e>)", "<d>.keys()"],
    "o": ["<class>(<i>)", "<class>(<i>, <x>)", "<class>(y=<x>, x=<v>)", "<class>.make(<i>)", "<class>.build(<v>)", "(<o> + <v>)", "(<v> + <o>)", "<o>.next", "<o>()",
          "(<o> or <o>)", "copy.copy(<o>)", "P(<i>, <x>)", "Named(<i>, <v>)", "type(<o>)(<i>)", "-<o>", "<o>.me()", "object.__new__(<class>)"],
    "g": ["(lambda a=<v>, *b: (a, <v>))", "(lambda *a, **k: <v>)", "<o>.method", "<class>.make", "<o>.__len__", "<l>.append", "<s>.upper", "<class>", "adder(<i>)", "partial(<function>, <v>)",
          "<function>", "TABLE[<k> & 1]", "counter()", "<d>.get", "<o>", "functools.cache(<g>)", "operator.itemgetter(<k>)", "operator.attrgetter('x')", "getattr(<o>, 'method')"],
    "c": ["(<i> < <i>)", "(<x> <= <x>)", "(<i> == <x>)", "(<s> == <s>)", "(<v> is <v>)", "(<v> is not None)", "(not <v>)", "(<i> in <l>)", "(<key> in <d>)", "(<s> in <s>)", "(<v> in <e>)",
          "isinstance(<v>, (int, str))", "(<o> == <v>)", "(<v> != <o>)", "(<o> < <o>)", "(<v> in <o>)", "bool(<o>)", "(<c> and <c>)", "(<c> or <v>)", "(<i> < <i> < <x>)", "callable(<v>)",
          "hasattr(<o>, 'x')", "(<l> == <l>)", "(<u> < <u>)", "any(<v> for q in <it>)", "all(<l>)", "<s>.startswith(<s>)", "(<e> <= <e>)", "isinstance(<o>, <class>)", "issubclass(<class>, A0)", "<s>.isdigit()"],
    "v": ["<i>", "<i>", "<i>", "<x>", "<x>", "<s>", "<l>", "<u>", "<d>", "<o>", "<o>", "<c>", "<z>", "<g>(<v>)", "<g>(<v>, <v>)", "<g>(*<u>)", "<g>(<v>, **<d>)", "<g>()", "<call>", "<call>", "<l>[<k>]",
          "<d>[<key>]", "<o>[<v>]", "<u>[<k>]", "<o>.x", "<o>.y", "<o>.z", "<o>.prop", "<o>.method(<v>)", "<o>.kind(<v>)", "<class>.count", "next(<o>)", "<l>.pop()", "<d>.pop(<key>, <v>)", "<d>.setdefault(<key>, <v>)",
          "(<v> if <c> else <v>)", "(<v> or <v>)", "(<v> and <v>)", "getattr(<o>, <s>, <v>)", "record(<v>)", "(v := <v>)", "G", "H", "LIST[:3]", "TABLE[<key>](<v>)", "sys._getframe().f_lineno", "type(<v>)",
          "reduce(<g>, <l>[:8], <v>)", "<d>.get(<key>)", "max(<l>)", "min(<l>[:8], key=<g>)", "next(<gen>, <v>)", "sorted(<l>)", "(<v> + <v>)", "(<v> * <c>)", "(<v> < <v>)", "-<v>", "[<v> for q in <it>][-1]", "drive(<gen>, <v>)",
          "(lambda: <v>)()"],
    "k": ["0", "1", "-1", "2", "-2", "i % 3", "len(l) - 1", "i & 3", "True", "7"],
    "step": ["1", "2", "-1", "-2", "3", "n or 1"],
    "key": ["<i>", "<s>", "'a'", "'b'", "1", "2.0", "<u>", "<o>", "<x>", "None", "q0"],
    "ba": ["BYTES", "bytearray(b'abc')", "b'xyz'", "memoryview(BYTES)"],
    "ar": ["ARRAY", "FLOATS", "DEQUE"],
    "it": ["range(<k>)", "range(6)", "range(5, 0, -2)", "<l>[:8]", "<s>", "<u>", "<d>", "list(<e>)[:0]", "<d>.items()", "enumerate(<l>[:8])", "zip(<s>, <l>)", "<gen>", "reversed(<l>[:8])", "<o>", "map(<g>, <l>[:8])",
           "<d>.values()", "itertools.chain(<s>, <u>)", "sorted(<l>, key=repr)", "itertools.islice(<gen>, 4)", "range(12)", "range(9)", "ARRAY", "BYTES", "tuple(DEQUE)", "iter(<l>[:8])", "itertools.repeat(<i>, 3)"],
    "gen": ["(<v> for q in <it>)", "<generator>(<v>)", "<generator>(<v>, <i>)", "itertools.islice(itertools.count(<i>, 1), 5)", "iter(<l>[:8])", "squares(<k>)", "delegate(<v>)"],
    "error": ["ValueError", "KeyError", "TypeError", "LookupError", "ZeroDivisionError", "AttributeError", "Own", "Exception", "(KeyError, TypeError)", "StopIteration", "IndexError"],
}

ASSIGN = ["<var> = <same>"] * 12 + [
    "<number> += <i>", "<number> -= <x>", "<number> *= <k>", "i += 1", "x += y", "s += <s>\nif len(s) > 40: s = s[:5]", "l += <u>\ncut(l)", "d |= <d>", "e = e | <e>", "i, j = j, i", "i, j = <u>", "v, *l = <it>", "(i, x), w = (<i>, <x>), <v>",
    "l = [*l][:6]", "o.x += 1", "o.x = <v>", "o.y = <x>", "o.z = <v>", "o.n = <i>", "o.prop = <v>", "o.next = <o>", "<class>.count += 1", "l[<k>] = <v>", "l[<k>:<k>] = <l>", "l[::2] = <u>", "d[<key>] = <v>",
    "d[<key>] += 1", "d[<s>] = d.get(<s>, 0) + 1", "e = {*e, <key>}", "del l[<k>]", "del l[<k>:<k>]", "del d[<key>]", "l.append(<v>)", "l.insert(0, <v>)", "l.extend(<it>)\ncut(l)", "l.sort(key=repr)", "l.sort()", "l.reverse()", "e.add(<key>)",
    "e.discard(<key>)", "d.update(<d>)", "d.clear()", "m = l", "o[<v>] = <v>", "del o.z", "del o[<v>]", "ARRAY[<k>] = <i>", "FLOATS[0] = <x>", "BYTES[<k>] = <i> & 255", "DEQUE.append(<v>)", "DEQUE.rotate(1)", "o += <v>",
    "o = p", "p = <o>", "v = <v>", "w = <v>", "G = <v>", "G += 1", "H = <x>", "LIST[0] += 1", "LIST.append(<i>)", "del LIST[4:]", "nums.append(i)", "t = s[::-1]", "heapq.heappush(HEAP, <i>)", "v = heapq.heappop(HEAP)", "keep = D(<i>)", "keep = None"]

# What changes under the program's feet; and what looks at it from within.
MUTATE = ["globals()['<function>'] = <function>", "globals()['<function>'] = <function>", "<function>.__code__ = <function>.__code__", "globals()['<class>'] = <class>", "globals()['tick'] = tock", "globals()['tick'] = tick_", "G = <v>", "H = <v>", "<class>.count = <v>", "<class>.z = <v>", "<class>.method = lambda self, a=0: (a, 'new')", "<class>.__bool__ = lambda self: True", "<class>.prop = property(lambda self: <k>)", "<class>.prop = 5", "del <class>.count",
          "<class>.__add__ = lambda self, other: NotImplemented", "<class>.__getattr__ = lambda self, name: 7", "<class>.__len__ = lambda self: <k>", "<class>.__eq__ = lambda self, other: <c>", "o.__class__ = <class>", "<function>.__code__ = spare.__code__",
          "<function>.__defaults__ = (<v>, <v>)", "<function>.__kwdefaults__ = {'k': <v>}", "<function>.__defaults__ = None", "globals()['<function>'] = spare", "len = <shadow>", "del globals()['len']", "globals()['abs'] = <shadow>", "globals().pop('abs', None)", "C1.__bases__ = (C0,)",
          "C1.__bases__ = (B0,)", "TABLE['f'] = <g>", "TABLE[0] = <function>", "<class>.__iter__ = lambda self: iter((1, 2))", "<class>.__call__ = <function>", "<class>.make = staticmethod(lambda a: a)", "o.__dict__ = {'x': 1, 'y': 2.5}", "o.__dict__.clear()", "vars(o)['x'] = <v>",
          "i, x = x, i", "i = 2**62", "x = <i>", "i = <x>", "s = <v>", "l = <u>", "o = <v>", "j = None", "builtins.QQ = <v>; del builtins.QQ", "sys.settrace(tracer)", "sys.settrace(None)", "sys.setprofile(profiler)", "sys.setprofile(None)", "gc.collect()", "graft_off()", "setattr(o, <s>, <v>)",
          "<class>.x = 3", "del <class>.x", "math.pi2 = <x>; x = math.pi2", "globals()['NEW%d' % (i & 7)] = 1", "<class>.__slots__ = ()", "sys._getframe().f_locals['i'] = <i>", "poke(<v>)", "monitor()", "unmonitor()"]

LOOK = ["record(i, x)", "record(s, l)", "record(o)", "spy()", "record(sorted(locals(), key=str))", "peek()", "record(sys._getframe().f_locals['i'])", "record(sys.exception())", "note(v)", "record(d, u)", "print(i, x, s)", "record(v)", "record(sys._getframe(1).f_lineno)",
        "record(i is j, o is p, v is w)", "watch(o)", "record(e)", "tick(5)", "record(inspect_frames())"]

STATEMENTS = ["<assign>"] * 40 + ["<look>"] * 4 + [
    "if <c>:\n    <block>", "if <c>:\n    <block>\nelse:\n    <block>", "if <v>:\n    <block>\nelif <c>:\n    <block>\nelse:\n    <block>", "<loop>", "<loop>", "<loop>", "<loop>", "<loop>", "<loop>",
    "try:\n    <block>\nexcept <error> as ex:\n    <block>\n    record(ex)", "try:\n    <block>\nexcept <error>:\n    <block>\nelse:\n    <block>\nfinally:\n    <block>", "try:\n    <block>\nfinally:\n    <block>",
    "try:\n    <block>\nexcept <error>:\n    raise", "try:\n    <block>\nexcept <error> as ex:\n    raise Own(<v>) from ex", "try:\n    raise <error1>(<v>)\nexcept <error>:\n    <block>", "try:\n    <block>\nexcept <error>:\n    v = sys.exception()\n    note(v.__traceback__.tb_lineno)",
    "try:\n    <block>\nexcept* <error> as ex:\n    record(ex.exceptions)", "try:\n    <block>\nexcept Exception as ex:\n    out.append(type(ex).__name__)", "with Manager(<k>) as v:\n    <block>", "with suppressing(<error>), Manager(0):\n    <block>", "with contextlib.suppress(<error>):\n    <block>",
    "if <c>: raise <error1>(<v>)", "if <c>: return <v>", "if <c>: raise Own from None", "assert <v>, <s>", "match <v>:\n    case 0 | 1:\n        <block>\n    case [a, *rest]:\n        w = rest\n    case {'a': a, **rest}:\n        w = a\n    case A0(x=a):\n        w = a\n    case str() | float():\n        <block>\n    case _ if <c>:\n        <block>",
    "match <u>:\n    case (int(a), b) if <c>:\n        v = b\n    case (a,):\n        v = a\n    case P(a, y=b):\n        v = b\n    case ():\n        <block>", "match <o>:\n    case P(a, b):\n        v = a\n    case A0() as w:\n        <block>\n    case None:\n        pass",
    "def inner(a=<v>, *b, k=<v>):\n    nonlocal i, v\n    i += 1\n    v = a\n    return <v>\nv = inner(<v>)\ninner(k=<v>)", "for f in [lambda q=q: (q, x, i) for q in range(3)]:\n    v = f()", "class Local(<class>):\n    count = i\n    def method(self, a=<v>): return super().method(a), i\nv = Local(<i>).method(<v>)",
    "it = <gen>\nnext(it, None)\n<block>\nv = next(it, None)\ngetattr(it, 'close', int)()", "del v\nv = <v>", "NEWG = <v>", "import math as mm\nx = mm.floor(<x>)", "for j in range(4):\n    record(pick(<v>))\n    if j == 1: pick_another()", "v = yielding(<v>, <i>)", "o, p = <o>, <o>", "print(f'{<s>}', <i>, sep='')"]

LOOPS = ["for i in range(<n>):\n    tick()\n    <block>", "for j in range(<n>):\n    <block>\n    <block>", "for q0 in <it>:\n    tick()\n    <block>", "for v in <it>:\n    tick()\n    <block>\n    if <c>: break\nelse:\n    <block>", "for v in <it>:\n    tick()\n    if <c>: continue\n    <block>",
         "while i < 9:\n    tick()\n    i += 1\n    <block>", "n = <n>\nwhile n > 0:\n    n -= 1\n    tick()\n    <block>", "for v in l:\n    tick()\n    if len(l) < 9: l.append(<v>)\n    <block>", "for v in d:\n    tick()\n    <block>", "for v, w in <it>:\n    tick()\n    <block>", "for a, b in d.items():\n    tick()\n    v = b\n    <block>",
         "for w in o:\n    tick()\n    <block>", "for o in (<o>, <o>, <o>) * 3:\n    tick()\n    <block>", "while True:\n    tick()\n    <block>\n    if <c> or tick(): break"]

# Members of classes: <x> and so on see the method's own variables only (self, other, G, H).
MEMBERS = {
    "__eq__": ["{m}; return isinstance(other, A0) and self.x == other.x", "return NotImplemented", "self.x = other; return {c}", "return [self.x] if {c} else 0"],
    "__hash__": ["return 7", "return hash(self.x)", "{m}; return 1"],
    "__lt__": ["{m}; return {c}", "return NotImplemented", "return self.x < other"],
    "__le__": ["return {v}"],
    "__add__": ["return type(self)(self.x + other)", "return NotImplemented", "{m}; return {v}", "return self.x + (other.x if isinstance(other, A0) else other)"],
    "__radd__": ["return NotImplemented", "{m}; return {v}", "return self.x"],
    "__iadd__": ["self.x = other; return self", "{m}; return {v}", "return NotImplemented"],
    "__len__": ["return 2", "{m}; return 3", "return self.x", "return -1 if {c} else 1"],
    "__bool__": ["return {c}", "{m}; return True", "return self.x != 0"],
    "__getitem__": ["return (self.x, 2, 3)[other]", "tick(); {m}; return {v}", "tick()\n    if other == 4: raise IndexError(other)\n    return other"],
    "__setitem__": ["self.x = other", "{m}"],
    "__delitem__": ["{m}", "raise KeyError(other)"],
    "__contains__": ["return {v}", "{m}; return other is self.x"],
    "__iter__": ["return iter((self.x, 2, 'c'))", "yield self.x; {m}; yield 2", "return self"],
    "__next__": ["self.n += 1; tick()\n    if self.n > 5: self.n = 0; raise StopIteration(self.n)\n    return self.n", "{m}; raise StopIteration"],
    "__call__": ["{m}; return self.x", "return other, k"],
    "__getattr__": ["if other == 'z': return 26\n    raise AttributeError(other)", "if other[0] == '_': raise AttributeError(other)\n    return other"],
    "__getattribute__": ["return object.__getattribute__(self, other)"],
    "__setattr__": ["object.__setattr__(self, other, k)"],
    "__neg__": ["return self", "{m}; return -1"],
    "__index__": ["return 1", "{m}; return 0"],
    "__format__": ["return 'F' + other"],
    "__del__": ["shared.append('died')", "note(self.x)", "{m}"],
    "__enter__": ["return self"],
    "__get__": ["return 11"],
    "__or__": ["return {v}"], "__mul__": ["return NotImplemented", "return self.x * other"], "__rmul__": ["return {v}"], "__sub__": ["return {v}"],
}
NO_OTHER = {"__hash__", "__len__", "__bool__", "__iter__", "__next__", "__neg__", "__index__", "__del__", "__enter__"}
SIGNATURES = {"__call__": "self, other=0, *a, k=1", "__setitem__": "self, other, k", "__setattr__": "self, other, k", "__get__": "self, other, k=None"}
CLASS_MUTATE = ["global_G({v})", "shared.append(1)", "self.x = {v}", "self.y = {v}", "type(self).count = {v}", "spy()", "tick()", "note(G)", "peek()", "raise Own(1)", "LIST.append(2)", "pass", "self.x, self.y = self.y, self.x", "record(self.x)"]
CLASS_VALUES = ["1", "2.5", "self.x", "self.y", "G", "'m'", "None", "self", "(1, 2)", "2**63", "0"]
CLASS_TESTS = ["True", "False", "self.x == 1", "G == 1", "len(shared) & 1", "tick()"]

HEAD = """\
import sys, math, collections, itertools, functools, operator, heapq, copy, contextlib, array, gc, builtins
from collections import Counter, OrderedDict, defaultdict, deque
from functools import partial, reduce
inf, nan, FILE = math.inf, math.nan, sys._getframe().f_code.co_filename
G, H, NEWG, q0, q = 1, 2.5, 0, 3, 4
shared, LIST, HEAP, nums, out, steps, trace = [], [1, 2], [], [], [], [0], []
BYTES, ARRAY, FLOATS, DEQUE = bytearray(b"hello"), array.array("q", [1, 2, 3]), array.array("d", [0.5, 1.5]), deque([1, 2, 3], 8)
class Enough(BaseException): pass
class Own(Exception): pass
def tick(n=1):
    steps[0] += n
    if steps[0] > 400:
        steps[0] = 0
        raise Enough
    return 0
tick_ = tick
def tock(n=1): return tick_(2)
def note(v):
    if len(shared) < 40: shared.append(v if isinstance(v, (int, float, str)) else type(v).__name__)
def global_G(v):
    global G
    G = v
def pick(v): return 1, v
def pick_2(v): return 2, v
def pick_another():
    global pick, pick_2
    pick, pick_2 = pick_2, pick
def peek():
    f = sys._getframe(1)
    record(f.f_lineno, [*f.f_locals][:5])
def poke(v):
    f = sys._getframe(1)
    if "i" in f.f_locals: f.f_locals["i"] = v
def inspect_frames():
    f, found = sys._getframe(1), []
    while f is not None and f.f_code.co_filename == FILE: found.append((f.f_code.co_name, f.f_lineno)); f = f.f_back
    return found
def cap(v):
    if isinstance(v, int) and not -2**80 < v < 2**80: return 5
    if isinstance(v, (str, bytes, list, tuple)) and len(v) > 40: return v[:10]
    return v
def cut(v):
    if type(v) in (dict, Counter, OrderedDict) and len(v) > 30: v.clear()
    if type(v) is list and len(v) > 40: del v[10:]
    return v
def tracer(frame, event, arg):
    if frame.f_code.co_filename != FILE or frame.f_code.co_name[0] == "<" or frame.f_code.co_name in QUIET: return None
    if len(trace) < 200 and trace[-1:] != [(frame.f_code.co_name, event, frame.f_lineno)]: trace.append((frame.f_code.co_name, event, frame.f_lineno))
    return tracer
def profiler(frame, event, arg):
    if frame.f_code.co_filename == FILE and len(trace) < 200 and "c_" not in event: trace.append((frame.f_code.co_name, event))
QUIET = {"tick", "note", "main", "tracer", "profiler", "cap", "cut"}
def graft_off(): pass
seen = [0]
def on_return(code, offset, value): seen[0] += code.co_filename == FILE
def monitor():
    m = sys.monitoring
    if m.get_tool(4) is None: m.use_tool_id(4, "fuzz")
    m.register_callback(4, m.events.PY_RETURN, on_return)
    m.set_events(4, m.events.PY_RETURN)
def unmonitor():
    m = sys.monitoring
    if m.get_tool(4) is not None: m.set_events(4, 0); m.free_tool_id(4)
def spare(p0=0, p1=1, *rest, k=2, **more): return ("spare", p0, k)
def spare_len(v): return 3
class D:
    def __init__(self, n): self.n = n
    def __del__(self): note(self.n)
class M(dict):
    def __missing__(self, key):
        if len(self) < 5: self[key] = 1
        return 0
class P:
    __slots__ = ("x", "y")
    __match_args__ = ("x", "y")
    count = 0
    def __init__(self, x=0, y=1): self.x, self.y = x, y
    def __repr__(self): return "P"
    def __eq__(self, other): return NotImplemented if type(other) is not P else (self.x, self.y) == (other.x, other.y)
    def __hash__(self): return 5
    def method(self, a=0): return self.x, a
class Named(tuple):
    __slots__ = ()
    def __new__(cls, x, y=1): return tuple.__new__(cls, (x, y))
    x = property(operator.itemgetter(0))
    y = property(operator.itemgetter(1))
class Manager:
    def __init__(self, n): self.n = n
    def __enter__(self): note("enter"); return self.n
    def __exit__(self, kind, exc, tb): note(kind and kind.__name__); return self.n == 1
@contextlib.contextmanager
def suppressing(*errors):
    try: yield 1
    except errors: note("suppressed")
def adder(n): return lambda a=0, *b: a + n
def counter():
    n = 0
    def count(*a):
        nonlocal n
        n += 1
        return n
    return count
def squares(n):
    for k in range(abs(n) % 7):
        got = yield k * k
        if got: note(got)
    return n
def delegate(v):
    try: got = yield from squares(4)
    finally: note("closed")
    yield got, v
def drive(it, v):
    it, got = iter(it), []
    try:
        got.append(next(it))
        if hasattr(it, "send"): got.append(it.send(v))
        if hasattr(it, "throw"): got.append(it.throw(Own(1)))
    except (StopIteration, Own) as ex: got.append(type(ex).__name__)
    finally: getattr(it, "close", int)()
    return got
def yielding(v, n):
    def inside():
        nonlocal v
        try:
            while tick() == 0: v = yield v
        except Own as ex: yield "caught"
        finally: note("ended")
    it = inside()
    next(it)
    return it.send(n), it.throw(Own), it.close()
"""


class Writer:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.functions = []
        self.parameters = {}
        self.generators = []
        self.classes = ["A0"]
        self.budget = 0
        self.loops = 0
        self.mutating = self.one([0, 3, 10, 25])
        self.guarded = self.chance(70)      # most errors are caught where they arise

    def one(self, choices):
        return self.random.choice(choices)

    def chance(self, percent):
        return self.random.random() * 100 < percent

    # ---- expressions

    def special(self, kind):
        """What is no table's; None for the others."""
        if kind == "class":
            return self.one(self.classes)
        if kind == "function":
            return self.one(self.functions or ["spare"])
        if kind == "generator":
            return self.one(self.generators or ["squares"])
        if kind == "shadow":
            return self.one(["spare_len", "spare", "(lambda v: 4)"])
        if kind == "error1":
            return self.one(["ValueError", "KeyError", "Own", "TypeError", "IndexError", "ZeroDivisionError"])
        if kind == "n":
            return self.one(["3", "6", "9", "14"])
        if kind == "number":
            return self.one(["i", "j", "x", "y"])
        return None

    def call(self, depth):
        if not self.functions or self.loops > 1 and self.chance(70):
            return self.expression("i", 0)
        name = self.one(self.functions)
        parameters = self.parameters[name]
        most = 3 if "*rest" in parameters else 2 if "p1" in parameters else 1
        arguments = [self.expression(self.one("iixsvo"), depth - 1) for _ in range(self.random.randint(1, most))]
        if self.chance(3):
            arguments.append(self.one(["*u", "*l", "other=3", "p1=2", "**d"]))      # fits or not
        elif self.chance(15) and "*rest" in parameters:
            arguments.append(f"*{self.expression('u', 0)}")
        elif self.chance(15) and len(arguments) == 1 and "p1" in parameters:
            arguments.append(f"p1={self.expression('v', depth - 1)}")
        if self.chance(30) and "k=" in parameters:
            arguments.append(self.one([f"k={self.expression('v', depth - 1)}", "**{'k': 1}"]))
        return f"{name}({', '.join(arguments)})"

    def expression(self, kind, depth):
        special = self.special(kind)
        if special is not None:
            return special
        if kind == "call":
            return self.call(depth)
        if depth <= 0 and kind in CONSTANTS:
            if self.chance(65) and kind in VARIABLES:
                return self.one(VARIABLES[self.one("ixso") if self.chance(2) else kind].split())
            return f"({self.one(CONSTANTS[kind])})"
        table = EXPRESSIONS[kind]
        if depth <= -3:         # an end at last
            table = [template for template in table if "<" not in template] or {"c": ["(i < 3)"], "it": ["range(4)"], "gen": ["squares(3)"]}[kind]
        return self.fill(self.one(table), depth - 1)

    def fill(self, template, depth):
        return re.sub(r"<([a-z0-9]+)>", lambda found: self.expression(found[1], depth), template)

    # ---- statements

    def assign(self):
        template = self.one(ASSIGN)
        if "<same>" not in template:
            text = self.fill(template, 1)
            if self.chance(25) and template[:2] in ("d[", "l.", "l["):
                text += f"\ncut({template[0]})"
            return text
        kind = self.one("iiiixxxzssllluddeooogvv")
        name = self.one(VARIABLES[kind].split())
        value = self.expression(kind, self.one([1, 2, 2, 3]))
        if kind in "i":
            return f"{name} = {value}\nif not -2**80 < {name} < 2**80: {name} = {self.one(CONSTANTS['i'])}" if self.chance(60) else f"{name} = cap({value})"
        return f"{name} = cap({value})" if kind in "slu" else f"{name} = {value}"

    def statement(self, depth):
        if self.guarded and self.chance(35):
            return f"try:\n{textwrap.indent(self.statement_(depth), '    ')}\nexcept Exception{self.one(['', ' as ex', ''])}:\n    {self.one(['pass', 'i = 3', 'v = 1', 'note(sys.exception())', 'x = 0.5', 's = str(i)'])}"
        return self.statement_(depth)

    def statement_(self, depth):
        self.budget -= 1
        template = "<mutate>" if self.chance(self.mutating) else self.one(STATEMENTS)
        if "<block>" in template and not depth or template == "<loop>" and (not depth or self.loops > 2):
            template = "<assign>"
        if template == "<assign>":
            return self.assign()
        if template == "<mutate>":
            return self.fill(self.one(MUTATE), 1)
        if template == "<look>":
            return self.one(LOOK)
        if template == "<loop>":
            self.loops += 1
            text = self.compound(self.one(LOOPS), depth)
            self.loops -= 1
            return text
        return self.compound(template, depth)

    def compound(self, template, depth):
        lines = []
        for line in template.split("\n"):
            if line.strip() == "<block>":
                lines.append(textwrap.indent(self.block(depth - 1), line[:line.index("<")]))
            else:
                lines.append(self.fill(line, 1))
        return "\n".join(lines)

    def block(self, depth):
        statements = [self.statement(depth) for _ in range(self.random.randint(1, 3)) if self.budget > 0]
        return "\n".join(statements or [self.one(["pass", "i += 1", "x = x * 0.5", "v = i"])])

    # ---- definitions

    def member(self, name):
        body = self.one(MEMBERS[name])
        body = re.sub(r"\{(.)\}", lambda found: self.one({"m": CLASS_MUTATE, "v": CLASS_VALUES, "c": CLASS_TESTS}[found[1]]), body)
        body = re.sub(r"\{v\}", lambda found: self.one(CLASS_VALUES), body)
        signature = SIGNATURES.get(name) or ("self" if name in NO_OTHER else "self, other")
        lines = [part for part in body.split("; ") for part in [part]] if "\n" not in body else [body]
        return f"    def {name}({signature}):\n" + "\n".join("        " + line.replace("\n    ", "\n        ") for line in lines)

    def class_(self, name, base):
        lines = [f"class {name}{base and f'({base})'}:"]
        if self.chance(25) and not base:
            lines.append("    __slots__ = ('x', 'y', 'n', 'z', 'next', '__dict__')" if self.chance(50) else "    __slots__ = ('x', 'y', 'n', 'z', 'next', 'items', '__weakref__')")
        lines.append(f"    count = {self.one(['0', '1', 'None'])}")
        if not base or self.chance(30):
            lines.append("    def __init__(self, x=1, y=0.5, *rest, **more):\n" + ("        super().__init__(x, y)\n" if base else "") + f"        self.x, self.y = x, y\n        self.n = {self.one(['0', '1', '2.5'])}" + self.one(["", "\n        self.next = None", "\n        tick()", "\n        self.items = [x]"]))
        for special in self.random.sample(sorted(MEMBERS), self.random.randint(1, 7)):
            if special not in ("__getattribute__", "__setattr__", "__get__") or self.chance(30):
                lines.append(self.member(special))
        if not base or self.chance(40):
            lines.append(self.one(["    @property\n    def prop(self): return self.x\n    @prop.setter\n    def prop(self, v): self.x = v", "    prop = 3", "    @functools.cached_property\n    def prop(self): return 5", "    @property\n    def prop(self): tick(); return self.y"]))
            lines.append(self.one(["    @staticmethod\n    def make(a=0): return A0(a)", "    @staticmethod\n    def make(*a): return a"]))
            lines.append("    @classmethod\n    def build(cls, a=1): return cls(a)")
            lines.append("    @classmethod\n    def kind(cls, a=1): return cls.__name__, a")
            lines.append("    def me(self): return self")
        lines.append("    def method(self, a=0):\n        tick()\n        " + self.one(["return self.x, a", "return (self.y, super().method(a))" if base else "return self.y", "self.x = a; return a", "self.n += 1; return self.n", "return self.x + a"]))
        lines.append(f"    def __repr__(self): return '{name}'")
        self.classes.append(name)
        return "\n".join(lines)

    def variables(self):
        given = {kind: self.one(CONSTANTS[kind]) for kind in VARIABLES}
        return textwrap.dedent(f"""\
            i, j, n = {given['i']}, {self.one(CONSTANTS['i'])}, 3
            x, y, z = {given['x']}, {self.one(CONSTANTS['x'])}, {given['z']}
            s, t, l, m = {given['s']}, {self.one(CONSTANTS['s'])}, {given['l']}, [1, 2, 3]
            u, d, e = {given['u']}, {given['d']}, {given['e']}
            o = {self.one(self.classes[1:])}({given['i']}); p = {self.one(self.classes[1:])}(2)
            g, v, w, a, b, q, q0, keep = {given['g']}, {given['v']}, None, 1, 2, 3, 4, None""")

    def function(self, number, generator=False):
        name = f"{'gen' if generator else 'f'}{number}"
        self.budget = self.random.randint(5, 18)
        parameters = self.one(["p0", "p0, p1=2", "p0=1, *rest", "p0, p1=2.5, *, k=3", "p0, *rest, k=1, **more", "p0=0, p1=1, *rest, k=2, **more"])
        lines = [f"def {name}({parameters}):", "    global G, H, len, NEWG", "    tick(2)"]
        lines.append(textwrap.indent(self.variables(), "    "))
        lines.append(f"    {self.one(['i = p0 if isinstance(p0, int) else 1', 'v = p0', 'x = p0', 'o = p0 if isinstance(p0, A0) else o', 'l = p0 if isinstance(p0, list) else l', 'if isinstance(p0, float): x = p0'])}")
        if generator:
            body = [self.compound(self.one(["for i in range(<n>):\n    w = yield <v>\n    <block>", "try:\n    yield <v>\n    <block>\n    yield from <it>\nfinally:\n    note('end')", "v = yield from squares(<k>)\n<block>\nyield v", "while tick() == 0:\n    try:\n        v = yield i\n        <block>\n    except Own:\n        yield 'own'"]), 2)]
        else:
            body = [self.statement(3) for _ in range(self.random.randint(2, 6))]
            self.loops = 1
            body.append(self.compound(self.one(LOOPS), 3))
            self.loops = 0
        lines.append(textwrap.indent("\n".join(body), "    "))
        lines.append(f"    return {self.expression('v', 2)}")
        self.parameters[name] = parameters
        (self.generators if generator else self.functions).append(name)
        return "\n".join(lines)

    def program(self):
        parts = [HEAD]
        for number in range(self.random.randint(2, 4)):
            base = "" if number == 0 or self.chance(25) else self.one(self.classes[1:] or [""])
            parts.append(self.class_(f"A{number}", base) if number else self.class_("A0", ""))
            if number == 0:
                self.classes = ["A0", "A0"]
        parts.append("class B0:\n    def who(self): return 'B0'\n    def method(self, a=0): return 1\nclass C0(B0):\n    def who(self): return 'C0'\nclass C1(B0):\n    x, y, z, n, count, next, items, prop = 1, 2.5, 3, 4, 0, None, (), 6\n    def __init__(self, x=0, y=0): self.x = x\n    def __repr__(self): return 'C1'\n    def __enter__(self): return self.who()")
        self.classes.append("C1")
        parts.append("TABLE = {0: spare, 1: lambda *a: a[:2], 'f': len, 'a': str}")
        for number in range(self.random.randint(1, 2)):
            parts.append(self.function(number, generator=True))
        for number in range(self.random.randint(1, 4)):
            parts.append(self.function(number))
        if self.chance(30):     # at the module's level
            self.budget = 6
            parts.append(self.variables())
            parts.append("try:\n    for i in range(7):\n        tick()\n" + textwrap.indent("\n".join(self.assign() for _ in range(3)), "        ") + "\nexcept (Enough, Exception) as ex: note(type(ex).__name__)")
        calls = "\n".join(self.attempt() for _ in range(self.random.randint(2, 4)))
        parts.append(textwrap.dedent("""\
            def main():
                global G, H
                G, H = 1, 2.5
                for a in shared, LIST, HEAP, trace, out: a.clear()
                LIST.extend((1, 2))
                steps[0] = seen[0] = 0
            %s
                try:
                    for turn in range(%s):
            %s
                finally:
                    sys.settrace(None)
                    sys.setprofile(None)
                    unmonitor()
                    globals().pop("len", None)
                    globals().pop("abs", None)
                return out[:60], shared, trace, seen
            """) % (textwrap.indent(self.variables(), "    "), self.one(["2", "4", "7"]), textwrap.indent(calls, " " * 12)))
        return "\n".join(parts)

    def attempt(self):
        self.loops = 0
        return (f"steps[0] = 0\ntry:\n    v = {self.call(2)}\n    out.append(v if isinstance(v, (int, float, str, tuple)) else type(v).__name__)\n"
                "except Enough:\n    out.append('enough')\n"
                "except MemoryError:\n    out.append('memory')\n"
                "except Exception as ex:\n    out.append((type(ex).__name__, str(ex)[:60]))\n    tb = ex.__traceback__\n"
                "    while tb: out.append((tb.tb_frame.f_code.co_name, tb.tb_lineno)); tb = tb.tb_next\n"
                + ("    record(ex)\n" if self.chance(20) else "") +
                "    ex = tb = None")


def program(seed):
    return Writer(seed).program()
