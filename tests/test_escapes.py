"""What a call lets happen while compiled code is on the stack: the operations of
user classes, collections, finalizers, tracing, the JIT's own functions."""

import pytest

from oracle import check_source, run_program

FEW = {"modes": {"threshold=1": {}, "force_exit=2": {"force_exit": 2}, "max_versions=1": {"max_versions": 1}}}


def subject(source, raises=None, **options):
    """The source must behave the same; its main() ends in the exception."""
    for seen in check_source(source, **options):
        exc = seen["exception"]
        found = "None" if exc == "None" else exc["type"].partition("#")[0]
        assert found == (raises or "None"), exc


# ------------------------------------------------------------ operators

def test_operators_of_user_classes():
    names = ["add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "and", "or", "xor", "lshift", "rshift", "matmul"]
    signs = ["+", "-", "*", "/", "//", "%", "**", "&", "|", "^", "<<", ">>", "@"]
    methods = "\n".join(f"    def __{n}__(self, o): return answer(self, '{n}', o)\n    def __r{n}__(self, o): return answer(self, 'r{n}', o)\n"
                        f"    def __i{n}__(self, o): return answer(self, 'i{n}', o)" for n in names)
    body = "\n".join(f"""
            try: out.append(a {s} b)
            except (TypeError, KeyError, ZeroDivisionError, ValueError, OverflowError) as e: out.append((e.args, e.__traceback__.tb_lineno))
            c = a
            try: c {s}= b
            except (TypeError, KeyError, ZeroDivisionError, ValueError, OverflowError) as e: out.append(e.args)
            out.append(c)""" for s in signs)
    for pairs in ("[(A(i), 2), (2, A(i)), (1.5, A(i)), (A(i), A(1))]", "[(B(i), A(i)), (A(i), B(i)), (I(i), 3), (3, I(i)), (2.5, F(i)), (F(i), i)]",
                  "[(A(1), None), ('s', A(2)), ([i], A(i)), (A(-1), A(i))]"):
        subject(f"""
def answer(self, what, o):
    if self.n == 2: return NotImplemented
    if self.n == 4: raise KeyError(what)
    if self.n == 3: return self
    return what, self.n, o if type(o) in (int, float) else type(o).__name__
class Ops:
{methods}
class A(Ops):
    def __init__(self, n): self.n = n
    def __repr__(self): return f"{{type(self).__name__}}{{self.n}}"
class B(A):
    def __radd__(self, o): return "B first"
class I(Ops, int):
    n = property(lambda self: int(self))
class F(Ops, float):
    n = property(lambda self: int(self))
def main():
    out = []
    for i in range(6):
        for a, b in {pairs}:{body}
    return [repr(o) for o in out]
""", repeat=1, leaks=False, **FEW)


def test_comparisons_and_truth_of_user_classes():
    subject("""
        class C:
            def __init__(self, n): self.n = n
            def __eq__(self, o): return self.answer("eq")
            def __lt__(self, o): return self.answer("lt")
            def __ge__(self, o): return self.answer("ge")
            def __ne__(self, o): return self.answer("ne")
            def answer(self, what):
                if self.n == 1: return NotImplemented
                if self.n == 2: return [what]
                if self.n == 3: return self
                if self.n == 4: raise KeyError(what)
                return self.n % 3 == 0
            def __hash__(self): return 5
            def __bool__(self):
                if self.n == 3: raise ValueError(self.n)
                if self.n == 5: return 1
                return self.n > 6
        class L:
            def __init__(self, n): self.n = n
            def __len__(self):
                if self.n == 3: return -1
                if self.n == 4: return 1 << 70
                if self.n == 5: return "no"
                if self.n == 6: raise KeyError(6)
                return self.n % 2
        def truth(x):
            if x: return 1
            return 0
        def both(a, b): return a and b or not a
        def main():
            out = []
            for i in range(10):
                for f in (lambda: C(i) == 1, lambda: 1 == C(i), lambda: C(i) < 2, lambda: 2 > C(i), lambda: C(i) >= C(1), lambda: C(i) != None,
                          lambda: C(i) in [1, C(i)], lambda: 1.5 not in (C(i), 2), lambda: {C(i): 1, C(0): 2}, lambda: truth(C(i)), lambda: truth(L(i)),
                          lambda: both(C(i), L(i)), lambda: not L(i), lambda: 0 if C(i) < 1 else 2, lambda: 1 < C(i) < 3, lambda: len(L(i)),
                          lambda: "y" if C(i) == 0.5 == C(i) else "n"):
                    try:
                        x = f()
                        out.append(x if type(x) in (int, bool, list, str) else type(x).__name__)
                    except (TypeError, ValueError, KeyError, OverflowError) as e:
                        out.append((e.args, e.__traceback__.tb_next.tb_lineno))
                x = 0
                try:
                    while C(i) < x and x < 4:
                        x += 1
                    if C(i) == x or L(i):
                        x += 0.5
                except (TypeError, ValueError, KeyError, OverflowError) as e:
                    out.append(e.args)
                out.append(x)
            return out
    """, **FEW)


def test_hashing_that_mutates_the_container():
    subject("""
        class K:
            def __init__(self, n, act=None): self.n, self.act = n, act
            def __hash__(self):
                if self.act and self.n == 3: self.act()
                return self.n % 3
            def __eq__(self, o):
                if self.act: self.act()
                return isinstance(o, K) and self.n == o.n
        def main():
            out = []
            for i in range(8):
                d = {K(k): k for k in range(5)}
                s = {K(k) for k in range(5)}
                x = i * 0.5
                def grow(): d[K(100 + len(d))] = x
                def clear():
                    d.clear()
                    s.clear()
                def fail(): raise ValueError(len(d))
                for act in None, grow, clear, fail:
                    for op in ("get", "in", "set", "del", "setdefault", "sin", "sadd", "sdiscard"):
                        k = K(i, act)
                        try:
                            if op == "get": out.append(d[k])
                            elif op == "in": out.append(k in d)
                            elif op == "set": d[k] = x
                            elif op == "del": del d[k]
                            elif op == "setdefault": out.append(d.setdefault(k, x))
                            elif op == "sin": out.append(k in s)
                            elif op == "sadd": s.add(k)
                            else: s.discard(k)
                        except (KeyError, ValueError, RuntimeError) as e:
                            out.append((type(e).__name__, e.__traceback__.tb_lineno))
                        for k in list(d): k.act = None
                        out.append((len(d), len(s)))
                try:
                    for k in d:
                        if K(1, grow) == k: out.append(1)
                except (RuntimeError, ValueError) as e:
                    out.append(e.args)
                l = [K(1), K(2), K(5)]
                try: out.append((K(5, l.clear) in l, l.index(K(2)) if l else -1))
                except ValueError as e: out.append(e.args)
                try: out.append(K(5, fail) in [K(1)])
                except ValueError as e: out.append(e.args)
            return out
    """, **FEW)


# ------------------------------------------------------------ iteration, unpacking, formatting

def test_user_iterators():
    subject("""
        class It:
            def __init__(self, n, how): self.n, self.how, self.k = n, how, 0
            def __iter__(self):
                if self.how == "iter": raise KeyError("iter")
                if self.how == "not": return 5
                return self
            def __next__(self):
                self.k += 1
                if self.k > self.n:
                    if self.how == "raise": raise ValueError(self.k)
                    if self.how == "subclass": raise Stop(self.k)
                    raise StopIteration(self.k)
                return self.k * 0.5
        class Stop(StopIteration): pass
        class Old:
            def __init__(self, n): self.n = n
            def __getitem__(self, i):
                if i == 2 and self.n == 5: raise TypeError(i)
                if i >= self.n: raise IndexError
                return i
        def two(x):
            a, b = x
            return a, b
        def star(x):
            a, *b = x
            return a, b
        def total(x):
            t = 0
            for v in x: t += v
            else: t += 100
            return t
        def nested(n):
            for (a, b), c in It2(n): pass
            return a, b, c
        class It2:
            def __init__(self, n): self.n = n
            def __iter__(self):
                for i in range(3): yield It(self.n - i, ""), i
        def main():
            out = []
            for i in range(6):
                for how in "", "iter", "not", "raise", "subclass":
                    for f in two, star, total, list, lambda x: [v + 1 for v in x], lambda x: 1.0 in x, lambda x: [*x, *x], lambda x: {*x}:
                        try: out.append(f(It(i, how)))
                        except (KeyError, TypeError, ValueError, RuntimeError) as e: out.append(e)
                for f in two, total, star, sorted:
                    try: out.append(f(Old(i)))
                    except (TypeError, ValueError) as e: out.append((e.args, e.__traceback__.tb_next and e.__traceback__.tb_next.tb_lineno))
                try: out.append(nested(i))
                except ValueError as e: out.append(e.args)
            return out
    """, **FEW)


def test_formatting_of_user_classes():
    subject("""
        class F:
            def __init__(self, n): self.n = n
            def __format__(self, spec):
                if self.n == 3: raise ValueError(spec)
                if self.n == 4: return 5
                if self.n == 5: return S("s")
                return f"<{spec}{self.n}>"
            def __str__(self): return "str" if self.n != 2 else None
            def __repr__(self): return S("répr")
        class S(str): pass
        def show(x, w): return f"{x}|{x:>{w}}|{x!s:>5}|{x!r}|{x!a}|{w:03d}"
        def plain(x): return f"{x}"
        def main():
            out = []
            for i in range(8):
                for x in F(i), i * 0.5, S(i), [F(i)], 10 ** i:
                    for f in show, lambda x, w: plain(x), lambda x, w: f"{x}{x!r}", lambda x, w: f"{x:{x}}":
                        try: out.append(f(x, i))
                        except (ValueError, TypeError) as e: out.append(e)
            return out
    """, **FEW)


def test_attribute_hooks():
    subject("""
        class A:
            def __init__(self): object.__setattr__(self, "d", {})
            def __getattr__(self, name):
                if name == "fail": raise KeyError(name)
                if name == "x5": raise AttributeError("mine")
                return self.d.get(name, name)
            def __setattr__(self, name, v):
                if v == 4: raise ValueError(name)
                self.d[name] = v
            def __delattr__(self, name): del self.d[name]
        class G:
            def __getattribute__(self, name):
                if name == "x": return 1.5
                if name == "y": return self
                return super().__getattribute__(name)
            def m(self): return "m"
        class Desc:
            def __init__(self): self.log = []
            def __get__(self, o, t):
                self.log.append(1)
                return len(self.log) if o is not None else self
            def __set__(self, o, v): self.log.clear()
            def __delete__(self, o): raise TypeError("no")
        class O:
            d = Desc()
            s = staticmethod(len)
            f = len
            c = classmethod(lambda cls, x: (cls.__name__, x))
        def touch(a, i):
            a.x = i
            r = a.x, a.nothing
            del a.x
            return r
        def main():
            out = []
            for i in range(8):
                a, g, o = A(), G(), O()
                for f in (lambda: touch(a, i), lambda: a.fail, lambda: a.x5, lambda: a.call(i), lambda: (g.x, g.y.y.x, g.m()), lambda: g.none,
                          lambda: (o.d, o.d, o.s([i]), o.f("abc"), o.c(i)), lambda: touch(o, i), lambda: setattr(o, "d", i)):
                    try: out.append(f())
                    except (KeyError, AttributeError, ValueError, TypeError) as e: out.append((e, e.__traceback__.tb_next.tb_lineno))
                try: del o.d
                except TypeError as e: out.append(e.args)
                out.append(g.x + i)
                try:
                    a.k = i
                    out.append(a.k)
                    out.append(a.fail if i == 2 else a.call)
                except (KeyError, ValueError) as e: out.append(e.args)
            return [repr(o) for o in out]
    """, **FEW)


# ------------------------------------------------------------ collections and finalizers

def test_collections_in_callees():
    subject("""
        import gc, weakref
        class Node:
            def __init__(self, n):
                self.n = n
                self.me = self
            def __del__(self): events.append(("del", self.n))
        events = []
        def collect(i):
            gc.collect(0)
            return i * 0.5
        def make(i):
            node = Node(i)
            refs.append(weakref.ref(node, lambda r: events.append("dead")))
            x = i * 1.5
            y = collect(i)
            return x + y, node.n
        refs = []
        class C:
            def __init__(self, i):
                self.x = collect(i)
        def main():
            events.clear()
            refs.clear()
            out = []
            start = lambda phase, info: events.append(phase)
            gc.callbacks.append(start)
            try:
                for i in range(8):
                    out.append(make(i))
                    out.append((C(i).x, collect(i)))
                    out.append([collect(k) for k in range(i)])
                    out.append(len(events))
                    t = [(i, k) for k in range(3)]
            finally:
                gc.callbacks.remove(start)
            return out, events[:], [r() for r in refs]
    """, **FEW)


def test_everything_is_tracked_while_frames_are_on_the_stack():
    subject("""
        import gc
        class Thing:
            def __init__(self, n): self.n = n
        def look(x):
            kinds = sorted(type(r).__name__ for r in gc.get_referrers(x))
            return kinds, gc.is_tracked(x)
        def hold(x):
            y = [x]
            return look(x)
        def main():
            out = []
            for i in range(5):
                a = Thing(i)
                out.append((look(a), hold(a), hold(Thing(i)), look(Thing(i))))
            return out
    """, **FEW)


def test_collections_at_any_allocation():
    run_program("""
        import gc
        gc.set_threshold(1)
        class C:
            def __init__(self, x):
                self.x = [x]
                self.me = self
            def get(self): return [self.x[0], {}]
        def leaf(i):
            if i % 7 == 0: raise KeyError([i])
            return [i, (i, [i])]
        def level(i):
            c = C(i)
            try:
                return leaf(i)[1][1][0] + c.get()[0]
            except KeyError as e:
                return e.args[0][0]
        t = 0
        for k in range(3):
            for i in range(500):
                t += level(i) * 0.5
                d = {j: [j] for j in range(3)}
        print(t)
    """)


def test_finalizers_of_overwritten_and_dropped_objects():
    subject("""
        class D:
            def __init__(self, n): self.n = n
            def __del__(self):
                global last
                last = self.n
                record(self.n, shared[:])
        last, shared = None, []
        def f(i):
            a = D(i)
            shared.append(i)
            a = D(i + 0.5)
            shared.append(-i)
            b = [a]
            del a
            b[0] = None
            shared.clear()
            return last
        def g(i):
            x = i * 0.5
            for k in range(2):
                d = {"k": D(k)}
                d["k"] = k
                x += last
            D(x)
            D(1) if i else D(2)
            return x, last, [D(3), D(4)][0].n, (D(5), 1)[1]
        def main():
            return [(f(i), g(i)) for i in range(6)]
    """)


def test_finalizers_that_change_what_is_running():
    subject("""
        import sys
        class D:
            def __init__(self, act): self.act = act
            def __del__(self): self.act()
        def helper(x): return x + 1
        def other(x): return "other"
        def change():
            global helper
            helper = other
        def code(): main_helper.__code__ = other.__code__
        def local(): sys._getframe(2).f_locals["x"] = "changed"
        def grow(): items.append(1)
        def main_helper(x): return x * 2
        items = []
        def run(i, act):
            x = i * 0.5
            d = D(act)
            x += 1
            d = None
            y = x
            return x, y, helper(i), main_helper(i), len(items)
        def returns(i, act):
            d = D(act)
            return i + 0.5
        def drops(act): D(act)
        def main():
            out = []
            acts = [list, grow, local, list, change, code, list, grow]
            for i in range(8):
                x = i * 0.25
                out.append(run(i, acts[i]))
                y = returns(i, acts[i])
                out.append((x, y))
                drops(acts[i])
                out.append((x, y, helper(i)))
            return out
    """, repeat=1, leaks=False)


# ------------------------------------------------------------ globals and builtins

def test_globals_that_change_in_escapes():
    subject("""
        import builtins
        a, b = 1, 2.5
        def change(i):
            global a, b, fresh
            if i % 3 == 0: a = i * 0.5
            if i % 3 == 1: b = "s" * i
            if i == 5: fresh = i
            if i == 7 and "fresh" in globals(): del fresh
        class Op:
            def __add__(self, i):
                change(i)
                return i
        def use(i):
            x = a
            Op() + i
            y = a, b
            change(i + 1)
            return x, y, a, b
        def main():
            global a, b
            a, b = 1, 2.5
            out = []
            for i in range(10):
                x = a
                Op() + i
                out.append((x, a, b, use(i)))
                try: out.append(fresh)
                except NameError as e: out.append(e.args)
                try: out.append(patched)
                except NameError as e: out.append(e.args)
                if i == 4: builtins.patched = i
                if i == 6: del builtins.patched
                out.append(abs(-i))
                if i == 3: globals()["abs"] = lambda x: "mine"
                if i == 6: del globals()["abs"]
            return out
    """, leaks=False)


# ------------------------------------------------------------ the JIT and tracing, from callees

SWITCHES = {
    "graft.reset()": "graft.reset()",
    "graft.disable()": "graft.disable()",
    "off and on": "graft.disable(); graft.enable()",
    "on": "graft.enable()",
    "off, reset, on": "graft.disable(); graft.reset(); graft.enable()",
    "max_versions": "graft.configure(max_versions=1)",
    "force_exit": "graft.configure(force_exit=1)",
    "force_exit off": "graft.configure(force_exit=0)",
}


@pytest.mark.parametrize("where", ["leaf", "operator", "finalizer", "raises"])
@pytest.mark.parametrize("switch", SWITCHES)
def test_the_jit_is_switched_in_callees(switch, where):
    run_program(f"""
        import graft, sys
        def turn(i):
            if i == 5 or i % 50 == 49:
                {SWITCHES[switch]}
            return i
        class Op:
            def __init__(self, x): self.x = x
            def __add__(self, i): return turn(i) + self.x
            def __del__(self): turn(self.x)
        def leaf(i):
            x = i * 0.5
            if {where!r} == "leaf": turn(i)
            if {where!r} == "operator": x += Op(0) + i
            if {where!r} == "finalizer": Op(i)
            if {where!r} == "raises":
                turn(i)
                raise KeyError(x)
            return x
        def middle(i):
            try:
                y = i + 0.25
                return leaf(i) + y
            except KeyError as e:
                return e.args[0] + y
        def recursive(n, i): return recursive(n - 1, i) + 1 if n else middle(i)
        class C:
            def __init__(self, i): self.x = middle(i)
        def main():
            t, out = 0.0, []
            for i in range(200):
                t += middle(i) + recursive(5, i) + C(i).x
                out.append(t)
            return t, sum(out)
        for k in range(3): print(main())
    """)


TRACERS = {
    "settrace": ("sys.settrace(trace)", "sys.settrace(None)"),
    "settrace, f_trace": ("(sys.settrace(trace), setattr(sys._getframe(2), 'f_trace', trace), setattr(sys._getframe(3), 'f_trace', trace))",
                          "sys.settrace(None)"),
    "setprofile": ("sys.setprofile(trace)", "sys.setprofile(None)"),
    "monitoring": ("mon.set_events(3, E.LINE | E.PY_START | E.PY_RETURN | E.CALL | E.RAISE | E.PY_UNWIND)", "mon.set_events(3, 0)"),
    "local events": ("[mon.set_local_events(3, f.__code__, E.LINE | E.PY_RETURN) for f in (leaf, middle, main)]",
                     "[mon.set_local_events(3, f.__code__, 0) for f in (leaf, middle, main)]"),
    "local events of the caller": ("mon.set_local_events(3, middle.__code__, E.LINE)", "mon.set_local_events(3, middle.__code__, 0)"),
    "local events of the loop": ("mon.set_local_events(3, main.__code__, E.LINE)", "mon.set_local_events(3, main.__code__, 0)"),
}


@pytest.mark.parametrize("where", ["leaf", "operator", "init"])
@pytest.mark.parametrize("tracer", TRACERS)
def test_tracing_is_switched_in_callees(tracer, where):
    on, off = TRACERS[tracer]
    run_program(f"""
        import sys
        mon, E = sys.monitoring, sys.monitoring.events
        mon.use_tool_id(3, "test")
        log = []
        def note(what):
            def noted(code, *args):
                if code.co_name in ("leaf", "middle", "main", "turn", "__init__", "__add__"):
                    log.append((what, code.co_name, [a for a in args if type(a) in (int, float)]))
            return noted
        for name in "LINE", "PY_START", "PY_RETURN", "CALL", "RAISE", "PY_UNWIND":
            mon.register_callback(3, getattr(E, name), note(name))
        def trace(frame, event, arg):
            if frame.f_code.co_name in ("leaf", "middle", "main", "turn", "__init__", "__add__"):
                log.append((event, frame.f_code.co_name, frame.f_lineno))
            return trace
        def turn(i):
            if i == 5 or i == 12: {on}
            if i == 7 or i == 14: {off}
            return i
        class Op:
            def __add__(self, i): return turn(i)
        class C:
            def __init__(self, i):
                if {where!r} == "init": turn(i)
                self.x = i
        def leaf(i):
            x = i * 0.5
            if {where!r} == "leaf": turn(i)
            if {where!r} == "operator": x += Op() + i
            if i % 4 == 2: raise KeyError(i)
            return x
        def middle(i):
            y = i + 0.25
            y += C(i).x
            return leaf(i) + y
        def main():
            t = 0.0
            for i in range(20):
                try:
                    t += middle(i)
                except KeyError:
                    t += 1
            return t
        for k in range(3):
            print(main())
            mon.set_events(3, 0)
            print(log)
            log.clear()
    """)


def test_signals_and_threads_switches_in_callees():
    run_program("""
        import signal, threading, sys
        hits = 0
        def handler(n, frame):
            global hits
            hits += 1
            if hits % 5 == 0: raise KeyError(hits)
        signal.signal(signal.SIGALRM, handler)
        def leaf(i):
            if i % 100 == 50: signal.raise_signal(signal.SIGALRM)
            return i * 0.5
        def middle(i):
            try:
                return leaf(i) + 1
            except KeyError as e:
                return e.args[0]
        t = 0
        for i in range(5000): t += middle(i)
        print(t, hits)
    """)


def test_other_tools_hear_of_an_exception_that_a_callee_switched_them_on_for():
    run_program("""
        import sys
        mon, E = sys.monitoring, sys.monitoring.events
        mon.use_tool_id(3, "test")
        log = []
        mon.register_callback(3, E.RAISE, lambda code, at, e: log.append((code.co_name, at, e.args)))
        def leaf(i):
            if i == 5:
                mon.set_events(3, E.RAISE)
                raise KeyError(i)
            return i
        def middle(i): return leaf(i) + 1
        def main():
            t = 0
            for i in range(8):
                try:
                    t += middle(i)
                except KeyError:
                    t += 1
                    mon.set_events(3, 0)
            return t
        for k in range(3):
            print(main(), log)
            log.clear()
    """)
