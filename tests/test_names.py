"""Names in dictionaries: code at a module's level, global variables that change, and what
can happen to the dictionary meanwhile."""

import textwrap

import pytest

from oracle import check_source, run_program

FEW = {"modes": {"threshold=1": {}, "force_exit=2": {"force_exit": 2}, "max_versions=1": {"max_versions": 1}}}


def subject(source, raises=None, **options):
    for seen in check_source(source, **options):
        exc = seen["exception"]
        found = "None" if exc == "None" else exc["type"].partition("#")[0]
        assert found == (raises or "None"), exc


def module(body, raises=None, prepare="", **options):
    """The text as a module's code, run twice in new namespaces and twice in the same."""
    subject(f"""
TEXT = {textwrap.dedent(body)!r}
def main():
    code = compile(TEXT, "<module>", "exec")
    out = []
    for fresh in (True, True, False, False):
        if fresh:
            names = {{"record": record, "spy": spy, "Dying": Dying}}
            {prepare or "pass"}
        exec(code, names)
        out.append([(k, names[k] if not callable(names[k]) and k != "names" else "...") for k in names if not k.startswith("__")])
    return out
""", raises, **(FEW | options))


# ------------------------------------------------------------ a module's level

def test_numbers_at_module_level():
    module("""
        total = 0; f = 0.0; b = False; c = 1j; s = ""
        for i in range(40):
            total += i * i
            f = f * 0.5 + i
            b = not b
            c = c * 1j + i
            s += chr(65 + i)
            i2 = i
        n = 0
        while n < 30:
            n += 1
            m = n - 5
            k = -m if m < 0 else m
        big = 1
        for i in range(80):
            big = big * 3 - i
        neg = 5
        for i in range(80):
            neg = neg * -2 + 1
    """)


def test_digits_of_ints_in_place():
    """Ints of one, two and three digits, small ones and back, positive and negative."""
    module("""
        kept = []
        for step in (1, -1, 255, 2**29, -2**29, 2**30 - 1, 2**31, -2**45, 2**59, 2**60 - 1, -2**61, 2**62):
            x = 0
            for i in range(12):
                x += step
                if i % 5 == 4: kept.append(x)
                if i == 9: x = x % 1000
            y = 2**58
            while y > 3:
                y = y // 7
                if y % 3 == 0: kept.append(y)
            z = step
            for i in range(5):
                z = -z
                w = z + 0
    """)


def test_identity_of_values_in_names():
    module("""
        a = 1000; out = []
        for i in range(2000, 2020):
            b = a
            a = i * 3
            out.append((a is b, b is a))
            c = a
            a += 1
            out.append((c, a, c is a))
            f = i * 0.5
            g = f
            f += 1
            out.append((f, g, f is g))
    """)


def test_types_change_in_mid_loop():
    module("""
        x = 1; trail = []
        for i in range(40):
            y = x
            x = x + x if i < 30 else x
            if i == 6: x = 1.5
            if i == 12: x = 2**70
            if i == 18: x = "a"
            if i == 23: x = [i]
            if i == 27: x = True
            trail.append((type(x).__name__, y if i != 26 else None))
            if i == 26: x = 0
    """)


def test_names_appear_and_vanish():
    module("""
        out = []
        for i in range(60):
            globals()["v%d" % i] = i
            if i % 7 == 3: del globals()["v%d" % i]
            x = i
            out.append(x + i)
            if i % 11 == 5:
                del x
                try: x
                except NameError as e: out.append(str(e))
        try:
            for i in range(30):
                y = i
                if i == 20: del y
                if i > 15: out.append(y)
        except NameError as e:
            out.append((str(e), e.name))
        try:
            for i in range(5): del nothing
        except NameError as e:
            out.append((str(e), e.name))
    """)


def test_names_the_dictionary_is_changed_by_hand():
    module("""
        g = globals(); out = []; x = 0; z = 1.5
        for i in range(50):
            x = x + 1
            z = z * 1.25
            if i == 10: g["x"] = 100
            if i == 20: g.pop("x"); g["x"] = 7.5
            if i == 25: g.update(x=3, z="s" * 0 or 2.0)
            if i == 30: locals()["x"] = 9
            if i == 35: g["x"] = Ellipsis if False else 2**65
            out.append((x, z))
        del g
    """)
    module("""
        x = 0; out = []
        for i in range(50):
            x += 1
            if i in (12, 30):
                (lambda g, d: (g.clear(), g.update(d)))(globals(), dict(globals()))
            out.append(x)
    """)


def test_builtins_hidden_and_shown_again():
    module("""
        out = []
        for i in range(40):
            out.append(len("abc"))
            if i == 10: len = lambda s: -1
            if i == 20: del len
            if i == 30: globals()["len"] = abs if False else (lambda s: s)
    """)


def test_finalizers_of_values_in_names():
    module("""
        out = []
        class D:
            def __init__(self, n): self.n = n
            def __del__(self): out.append((self.n, d if "d" in globals() else None, i))
        for i in range(20):
            d = D(i)
            d = i * 2
            e = [D(-i)]
            e = None
        del D
    """, prepare="")


def test_exceptions_see_the_names():
    module("""
        out = []
        def f(n):
            spy()
            if n % 5 == 4: raise ValueError(n)
            return n
        total = 0
        for i in range(12):
            try:
                total += f(i)
            except ValueError as e:
                total += 100
                out.append(str(e))
            out.append(total)
        del f
    """)
    module("""
        x = 0.0
        for i in range(12):
            x = x + i
            y = 1 / (i - 9)
    """, raises="ZeroDivisionError")
    module("""
        x = 0
        for i in range(12):
            x = x + (i if i < 9 else "s")
    """, raises="TypeError")


def test_containers_and_instances_at_module_level():
    module("""
        data = []; d = {}; s = set(); t = (1, 2.5, 3)
        class P:
            k = 3
            def __init__(self, x): self.x = x
            def m(self, y): return self.x * y
        p = P(2)
        out = 0
        for i in range(40):
            data.append(i)
            d[i % 7] = data[i] + t[i % 3]
            s.add(i % 5)
            p.x += i
            out += p.m(i) + p.k
            data[i // 2] += 1
            if i == 20: p = P(1.5)
            if i == 30: P.k = 4.5
        x = p.x
        del p, P
    """)


def test_functions_called_at_module_level():
    module("""
        counter = 0; log = []
        def bump(k):
            global counter
            counter += k
            return counter
        def reset():
            global counter, fresh
            counter = 0
            fresh = len(log)
        for i in range(50):
            x = bump(i)
            if i % 10 == 9: reset(); log.append(counter)
            if i == 25:
                def bump(k): return k
            if i == 35:
                counter = 1.5
        del bump, reset
    """)


def test_comprehensions_and_imports_at_module_level():
    module("""
        out = []
        for i in range(12):
            import math
            from math import floor as fl
            x = [j * i for j in range(5)]
            y = {k: i for k in x}
            z = sum(v for v in x)
            out.append((math.sqrt(i), fl(i / 2), x, y, z))
        del math, fl
    """)


def test_locals_that_are_not_the_globals():
    subject("""
TEXT = '''
for i in range(20):
    x = x + i if i else 0
    y = x * 0.5
    if i > 12: out.append((x, y, len("ab")))
    if i == 15: del x; x = 2
'''
class Names(dict):
    def __missing__(self, key):
        if key == "out": return OUT
        raise KeyError(key)
    def __setitem__(self, key, value):
        if key == "y": value += 1
        super().__setitem__(key, value)
class Mapping:
    def __init__(self): self.d = {"out": OUT}
    def __getitem__(self, k): return self.d[k]
    def __setitem__(self, k, v): self.d[k] = v
    def __delitem__(self, k): del self.d[k]
OUT = []
def main():
    OUT.clear()
    code = compile(TEXT, "<m>", "exec")
    g = {"out": OUT}
    exec(code, g)
    for names in ({"out": OUT}, Names(), Mapping(), g):
        exec(code, {"len": lambda s: 7}, names)
    exec(code, g)
    return list(OUT)
""", **FEW)


def test_class_bodies_with_loops():
    subject("""
def main():
    out = []
    for n in range(3):
        class C:
            t = 0
            for i in range(15):
                t += i
                if i == 8: exec("u = 5")
                if i == 9: del u
                v = n + t
            def m(self): return n
            [k for k in range(3)]
        out.append((C.t, C.i, C.v, C().m(), sorted(x for x in vars(C) if len(x) == 1)))
    return out
""", **FEW)


def test_annotations_and_dunder_names():
    module("""
        for i in range(10):
            x: int = i
            __y__ = x + 1
        z = __y__
    """)


# ------------------------------------------------------------ global variables

def test_global_counters():
    subject("""
counter = 0; total = 0.0; last = None; big = 2**58; items = []
def hit(i):
    global counter, total, last, big
    counter += 1
    total += i * 0.25
    last = i
    big += 2**55
    items.append(counter)
    return counter
def loop(n):
    global counter
    for i in range(n):
        counter -= 2
        if i % 7 == 0: counter = counter * -3
        hit(i)
def main():
    global counter, total, big
    counter = 0; total = 0.0; big = 2**58; items.clear()
    loop(40)
    return counter, total, last, big, list(items)
""")


def test_globals_others_rely_on():
    """What one function changes, another has as a constant."""
    subject("""
flag = False; scale = 2; name = "a"
def user(n):
    out = 0
    for i in range(n):
        if flag: out += scale * i
        else: out -= 1
        if name == "b": out += 1000
    return out
def change(i):
    global flag, scale, name
    flag = not flag
    scale = scale + i
    name = "b" if i % 2 else "a"
def both(n):
    global scale
    out = []
    for i in range(n):
        out.append(user(4))
        if i % 3 == 0: change(i)
        scale = i
        out.append(scale)
    return out
def main():
    global flag, scale, name
    flag = False; scale = 2; name = "a"
    return both(20), user(10)
""")


def test_globals_change_between_load_and_use():
    subject("""
x = 1.5; y = 7; log = []
class N:
    def __init__(self, v): self.v = v
    def __radd__(self, o):
        global x, y
        x = 99.5; y = -1
        return o + self.v
    @property
    def p(self):
        global x, y
        x += 1; y += 1
        return self.v
def f(i, n):
    global x, y
    a = x + n.p
    b = y * n.p
    c = x + n
    d = y + n
    log.append((a, b, c, d, x, y))
    x = 1.5 + i; y = 7 + i
    return x + (y - x)
def main():
    global x, y
    x = 1.5; y = 7; log.clear()
    n = N(3)
    for i in range(15): f(i, n)
    return list(log)
""")


def test_global_objects_with_finalizers():
    subject("""
g = None; log = []
class D:
    def __init__(self, n): self.n = n
    def __del__(self): log.append((self.n, type(globals().get("g")).__name__))
def f(i):
    global g
    g = D(i)
    if i % 2: g = i
    if i % 3 == 0: del g; g = 1.5
def main():
    global g
    log.clear()
    for i in range(15): f(i)
    g = None
    return list(log)
""", **FEW)


def test_globals_deleted():
    subject("""
g = 1; out = []
def f(i):
    global g
    if i % 4 == 3: del g
    try:
        out.append(g)
        g = g + 1
    except NameError as e:
        out.append(str(e)); g = i
def gone():
    global never
    del never
def main():
    global g
    g = 1; out.clear()
    for i in range(20): f(i)
    for i in range(3):
        try: gone()
        except NameError as e: out.append((str(e), e.name))
    return list(out)
""")


def test_same_function_other_globals():
    subject("""
import types
def f(n):
    global c
    for i in range(n):
        c = c + step
    return c
def main():
    out = []
    spaces = [{"c": 0, "step": 1}, {"c": 0.5, "step": 2.5, "x": 1}, {"step": 1, "c": "", "y": 2}]
    for space in spaces:
        for k in range(3):
            g = types.FunctionType(f.__code__, space)
            try: out.append(g(10))
            except TypeError as e: out.append(str(e))
    del spaces
    for k in range(12):
        space = {"c": k, "step": k}
        out.append(types.FunctionType(f.__code__, space)(4))
    return out
""", **FEW)


def test_hostile_keys_among_globals():
    subject("""
class Key(str):
    def __hash__(self): return hash("c")
    def __eq__(self, o):
        hits.append(o)
        return o == "nobody"
hits = []
TEXT = '''
c = 0
def f(n):
    global c
    for i in range(n):
        c += 1
    return c
r = f(20)
for i in range(10): c += 2
'''
def main():
    hits.clear()
    g = {Key("k"): 1}
    exec(TEXT, g)
    return g["c"], g["r"]
""", **FEW)


def test_threads_and_signals_change_globals():
    run_program("""
        import signal
        hits = 0; state = 0
        def handler(n, frame):
            global hits, state
            hits += 1
            state = hits * 0.5
        signal.signal(signal.SIGALRM, handler)
        total = 0
        for i in range(4000):
            if i % 100 == 50: signal.raise_signal(signal.SIGALRM)
            total += state
            state = int(state)
        print(total, hits, state)
    """)


def test_tracing_sees_the_names():
    run_program("""
        import sys
        seen = []
        def trace(frame, event, arg):
            if event == "line" and len(seen) < 60: seen.append((frame.f_lineno, frame.f_globals.get("total")))
            return trace
        total = 0
        for i in range(200):
            total += i
            if i == 150: sys.settrace(trace); sys._getframe().f_trace = trace
            if i == 160: sys.settrace(None); sys._getframe().f_trace = None
        print(total, seen)
    """)


def test_a_module_switches_off_and_on():
    run_program("""
        import graft
        x = 0
        def f(): return y
        y = 1
        for i in range(3000):
            x += f()
            if i == 1000: graft.disable(); y = 5; graft.enable()
            if i == 2000: graft.reset(); y = 7.5
        print(x)
    """)


def test_other_watchers_are_told():
    """A dictionary that somebody else watches is stored to in the general form."""
    pytest.importorskip("_testcapi")
    run_program("""
        import _testcapi
        if hasattr(_testcapi, "add_dict_watcher"):
            d = globals()
            w = _testcapi.add_dict_watcher(0)
            _testcapi.watch_dict(w, d)
            x = 0
            for i in range(2000): x += 1
            events = _testcapi.get_dict_watcher_events()
            print(x, len(events))
            _testcapi.clear_dict_watcher(w)
    """)
