"""Calls of Python functions: arguments, results, exceptions and frames through
one or many levels of compiled code."""

import pytest

from oracle import DEBUG_BUILD, check_source, run_program, same

FEW = {"modes": {"threshold=1": {}, "force_exit=2": {"force_exit": 2}, "max_versions=1": {"max_versions": 1}}}


def subject(source, raises=None, **options):
    """The source must behave the same; its main() ends in the exception."""
    for seen in check_source(source, **options):
        exc = seen["exception"]
        found = "None" if exc == "None" else exc["type"].partition("#")[0]
        assert found == (raises or "None"), exc


# ------------------------------------------------------------ arguments and results

def test_arguments_of_every_kind():
    subject("""
        def positional(a, b, c): return a, b, c
        def defaults(a, b=2.5, c=1 << 40): return a, b, c
        def mutable(a, seen=[]):
            seen.append(a)
            return len(seen), seen[-1]
        def keywords(a, *, b, c=3): return a, b, c
        def rest(a, *args, **kwargs): return a, args, sorted(kwargs.items())
        def only(a, /, b): return a, b
        def closure(n):
            total = n
            def add(k):
                nonlocal total
                total += k
                return total
            return add
        def main():
            out = []
            add, scale = closure(0.5), lambda x, k=3: x * k
            for i in range(12):
                x = i * 0.5
                out.append(positional(i, x, "s"))
                out.append(positional(c=i, a=x, b=None))
                out.append(defaults(i))
                out.append(defaults(i, x))
                out.append(defaults(i, c=x))
                out.append(mutable(i))
                out.append(keywords(i, b=x))
                out.append(keywords(x, c=i, b=1))
                out.append(rest(i, x, i, k=i, j=x))
                out.append(rest(*(i, x), **{"z": i}))
                out.append(only(i, b=x))
                out.append((add(i), scale(x), scale(i, x)))
            return out
    """)


@pytest.mark.parametrize("call", ["f()", "f(1)", "f(1, 2, 3)", "f(1, c=2)", "f(1, a=2)", "f(*[i], **{1: 2})", "f(*i)", "f(**i)",
                                  "g(1, 2)", "g(a=1)", "g()", "i(1)", "None(1)", "C(1)", "C(1, 2, 3)", "C(1, b=2, c=3)"])
def test_calls_that_fail(call):
    subject(f"""
        def f(a, b): return a
        def g(a, /, *, b): return a
        class C:
            def __init__(self, a, b): self.a = a
        def main():
            out = []
            for i in range(8):
                x = i * 0.5
                try:
                    out.append(f(i, x))
                    out.append(C(i, x).a)
                    if i > 3:
                        {call}
                except (TypeError, NameError) as e:
                    out.append((e.args, e.__traceback__.tb_lineno, x))
            return out
    """)


def test_unboxed_arguments_given_twice_are_one_object():
    subject("""
        def twice(a, b): return a is b, a, b
        def kept(a): return a
        def swap(a, b): return b, a
        def main():
            out = []
            for i in range(1000, 1012):
                x = i * 1.5
                n = i * 3
                out.append(twice(x, x))
                out.append(twice(n, n))
                out.append(twice(x + 1.0, x + 1.0)[0])
                y, m = kept(x), kept(n)
                out.append((y is x, m is n, y, m))
                a, b = swap(x, n)
                out.append((a is n, b is x))
                z = kept(kept(x + 0.5))
                out.append((z is z, kept(z) is z))
                c = complex(x, 1.0)
                out.append((kept(c) is c, twice(c, c)[0]))
            return out
    """)


def test_numbers_stored_by_the_callee_are_those_of_the_caller():
    subject("""
        last = None
        class Box: pass
        box = Box()
        def store(x):
            global last
            last = x
            return x
        def put(x):
            box.x = x
            return 0
        def make(i):
            global last
            last = i * 1.5
            return last
        def main():
            out = []
            for i in range(300, 312):
                x, n = i * 0.5, i * 7
                y = store(x)
                out.append((last is x, y is x, last is y))
                m = store(n)
                out.append((last is n, m is n))
                put(x)
                out.append(box.x is x)
                put(n)
                out.append((box.x is n, box.x is last))
                z = make(i)
                out.append((z is last, z))
            return out
    """)


def test_results_of_changing_type():
    subject("""
        def f(i):
            if i % 5 == 0: return i
            if i % 5 == 1: return i * 0.5
            if i % 5 == 2: return None
            if i % 5 == 3: return i == 3
            return [i]
        def big(i): return i << 60
        def fall(i):
            if i > 3: return i
        def char(s, i): return s[i]
        def it(i): return iter(range(i))
        def main():
            out = []
            for i in range(25):
                out.append(f(i))
                out.append(big(i))
                out.append(fall(i))
                out.append(char("hällo wörld ⋯ and more of it all", i))
                out.append(list(it(i % 4)))
            t = 0
            for i in range(10):
                t = t + big(i)
            return out, t
    """)


def test_recursive_functions_of_changing_types():
    subject("""
        def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
        def power(x, n):
            if n == 0: return x ** 0
            half = power(x, n // 2)
            return half * half * (x if n % 2 else 1)
        def even(n): return True if n == 0 else odd(n - 1)
        def odd(n): return False if n == 0 else even(n - 1)
        def depth(t): return 1 + max(map(depth, t), default=0) if isinstance(t, tuple) else 0
        def main():
            return (fib(12), fib(7.0), fib(True), power(3, 100), power(1.5, 30), power(2, 62), power(2, 63), power(True, 9),
                    power(1j, 7), even(30), odd(7), depth(((), ((),), (((), 1),))))
    """)


def test_references_of_arguments_and_results():
    subject("""
        import sys
        def count(x): return sys.getrefcount(x)
        def pass_on(x): return count(x)
        def give(x): return x
        def rebind(x):
            x = [x]
            return x[0]
        def delete(x):
            y = x
            del x
            return y
        def drop(x): del x
        def main():
            out = []
            a, b, c = watch([1]), watch("a string " * 2), watch((object(),))
            for i in range(10):
                out.append((count(a), pass_on(a), count([]), pass_on([]), count(give(a)), count(rebind(b)), count(delete(c))))
                drop(a)
                drop([i])
                out.append(give(a) is a)
                d = give(b)
                x = i * 1000.5
                out.append((count(x), pass_on(x), count(x + 1.0), pass_on(x + 1.0)))
            return out
    """)


def test_arguments_die_in_order():
    subject("""
        def f(a, b, c=None):
            d = Dying(a.name + " local")
            return None
        def g(a, b):
            a = b = None
            record("gone")
            return 1
        def h(a):
            return a
        def k(a, b):
            del b
            record("b is gone")
            return a
        def fails(a, b):
            c = Dying("c")
            raise KeyError(a.name)
        def main():
            for i in range(5):
                f(Dying("a"), Dying("b"))
                f(Dying("a"), b=Dying("b"), c=Dying("c"))
                g(Dying("a"), Dying("b"))
                h(Dying("a"))
                record("dropped")
                x = h(Dying("x"))
                record("kept")
                x = h(Dying("y"))
                record("replaced")
                k(Dying("a"), Dying("b"))
                try:
                    fails(Dying("a"), Dying("b"))
                except KeyError as e:
                    record(e.args)
                record("end")
    """)


def test_finalizers_that_run_at_returns_see_and_raise():
    subject("""
        import sys
        class D:
            def __init__(self, what): self.what = what
            def __del__(self):
                spy()
                record(sys._getframe(1).f_code.co_name, self.what)
                if self.what == 3: del self.what.real
        sys.unraisablehook = lambda u: record(type(u.exc_value).__name__)
        def leaf(i):
            d = D(i)
            return i * 2
        def middle(i):
            x = i * 0.5
            e = D(-i)
            return leaf(i) + x
        def main():
            old = sys.unraisablehook
            try:
                t = 0
                for i in range(6): t += middle(i)
                return t
            finally:
                sys.unraisablehook = sys.__unraisablehook__
    """)


# ------------------------------------------------------------ exceptions

LEVELS = """
    def leaf(i, how):
        x = i * 1.5
        if i % 4 == how: raise KeyError(i, x)
        if i % 4 == 3: return i // (i - i)
        return x
    def middle(i, how):
        y = i + 0.25
        {middle}
    def top(i, how):
        z = i * 2
        {top}
    def main(how):
        out, i, r = [], 0, None
        for i in range(16):
            w = i * 0.5
            {main}
        return out, w
"""
PLAIN, CATCH = "return leaf(i, how) + y", """try:
            return leaf(i, how) + y
        except KeyError as e:
            return y, e.args"""
HANDLERS = {
    "plain": (PLAIN, "return middle(i, how)"),
    "leaf's caller": (CATCH, "return middle(i, how)"),
    "reraise": ("""try:
            return leaf(i, how)
        except KeyError:
            y += 1
            raise""", "return middle(i, how)"),
    "raise from": ("""try:
            return leaf(i, how)
        except KeyError as e:
            raise ValueError(y) from e""", """try:
            return middle(i, how)
        except ValueError as e:
            raise KeyError(z) from None"""),
    "in handler": ("""try:
            return leaf(i, how)
        except KeyError as e:
            return leaf(i, how)""", """try:
            return middle(i, how)
        finally:
            record(z)"""),
    "finally": ("""try:
            return leaf(i, how) + y
        finally:
            record("finally", y)""", """try:
            return middle(i, how)
        finally:
            if z == 6: return "swallowed"
"""),
    "else": ("""try:
            y += leaf(i, how)
        except ZeroDivisionError:
            y = "zero"
        else:
            y = leaf(i + 1, how)
        return y""", "return middle(i, how)"),
    "loops": ("""for k in range(3):
            try:
                for j in range(2):
                    try:
                        y += leaf(i + j + k, how)
                    except ZeroDivisionError:
                        y += 100
            except KeyError as e:
                if k == 2: raise
                y += 0.5
            else:
                y += 0.125
        else:
            y -= 1
        return y""", """t = []
        for k in range(2):
            t.append(middle(i, how))
        return t"""),
    "with": ("""with Manager(i):
            return leaf(i, how) + y""", """with Manager(-1) as m, Manager(z):
            return middle(i, how), m"""),
    "comprehension": ("return [leaf(k, how) for k in range(i) if k != i // 2] + [y]",
                      "return {k: middle(k, how) for k in range(i)}, z"),
    "generator": ("return sum(leaf(k, how) for k in range(i)) + y", "return list(map(lambda k: middle(k, how), range(i)))"),
    "nested try": ("""try:
            try:
                try:
                    return leaf(i, how)
                except ValueError:
                    return "never"
            finally:
                y = leaf(i & 1, how)
        except KeyError as e:
            return e.args, y, e.__context__""", "return middle(i, how)"),
    "except star": ("""try:
            y += leaf(i, how)
        except* KeyError as group:
            y = [e.args for e in group.exceptions]
        return y""", "return middle(i, how)"),
}
MANAGER = """
    class Manager:
        def __init__(self, i): self.i = i
        def __enter__(self): return self.i
        def __exit__(self, kind, value, tb):
            record(self.i, kind, tb and tb.tb_lineno)
            return self.i % 3 == 0
"""
CALLERS = {
    "escapes": "out.append(top(i, how))",
    "caught": """try:
                out.append(top(i, how))
            except (KeyError, ValueError, ZeroDivisionError) as e:
                tb = e.__traceback__
                record(e)
                while tb:
                    out.append((tb.tb_lineno, tb.tb_frame.f_lineno, tb.tb_lasti, dict(tb.tb_frame.f_locals) if tb.tb_next else 0))
                    tb = tb.tb_next
                tb = e = None""",
}


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("handlers", HANDLERS)
def test_exceptions_through_levels(handlers, caller):
    middle, top = HANDLERS[handlers]
    check_source(MANAGER + LEVELS.format(middle=middle, top=top, main=CALLERS[caller]), args=[(0,), (1,), (9,)], repeat=2,
                 leaks=caller == "caught", **FEW)


def test_exceptions_of_every_instruction_in_callees():
    subject("""
        def divide(a, b): return a / b
        def index(a, i): return a[i]
        def attribute(a): return a.nothing
        def name(a): return nothing + a
        def unbound(a):
            if a > 4: b = a
            return b
        def unpack(a):
            b, c = a
            return b
        def add(a, b): return a + b
        def compare(a, b): return a < b
        def store(a, i): a[i] = i
        def negate(a): return -a
        def iterate(a):
            for b in a: pass
        def invoke(a): return a(1)
        def check(a):
            assert a > 5, a
        def delete(a):
            del a
            del a
        def main():
            out = []
            for i in range(10):
                for f, args in ((divide, (i, 5 - i)), (divide, (i * 1.0, 5.0 - i)), (index, ([1, 2, 3, 4], i)), (attribute, (i,)),
                                (name, (i,)), (unbound, (i,)), (unpack, ((1,) * (i % 4),)), (add, (i, "s" if i > 5 else i)),
                                (compare, (i, None if i > 5 else i)), (store, ([0] * 5, i)), (negate, ("s" if i > 6 else i,)),
                                (iterate, (i if i > 3 else [i],)), (invoke, (i if i > 4 else abs,)), (check, (i,)), (delete, (i,))):
                    try:
                        out.append(f(*args))
                    except Exception as e:
                        out.append((e.args, e.__traceback__.tb_next.tb_lineno))
                try: out.append(divide(i, 5 - i))
                except ZeroDivisionError as e: record(e)
                try: out.append(index([1, 2, 3], i))
                except IndexError as e: record(e)
                try: out.append(unbound(i))
                except UnboundLocalError as e: record(e)
                try: out.append(unpack((i,) * (i % 3 + 1)))
                except ValueError as e: record(e)
                try: check(i)
                except AssertionError as e: record(e)
            return out
    """, **FEW)


def test_frames_of_tracebacks_keep_what_they_had():
    subject("""
        def leaf(a):
            b = a * 2.5
            c = [a]
            return c[a]
        def middle(a):
            d = a + 1
            return leaf(d)
        def main():
            kept = []
            for i in range(8):
                x = i * 0.5
                try:
                    middle(i)
                except IndexError as e:
                    kept.append(e)
                x += 1
            return [[(f.f_lineno, f.f_lasti, dict(f.f_locals)) for f in frames(e.__traceback__)] for e in kept]
        def frames(tb):
            tb = tb.tb_next
            while tb:
                yield tb.tb_frame
                tb = tb.tb_next
    """)


def test_the_handled_exception_is_each_frames_own():
    subject("""
        import sys
        def current(): return sys.exception()
        def fails(i):
            if i % 2: raise KeyError(i)
            return current()
        def nested(i):
            try:
                fails(i)
            except KeyError as e:
                try:
                    fails(i + 2)
                except KeyError as f:
                    return f.__context__ is e, current() is f
            return current()
        def bare():
            raise
        def main():
            out = []
            for i in range(8):
                try:
                    raise ValueError(i)
                except ValueError as v:
                    out.append((nested(i), current() is v))
                    try: bare()
                    except ValueError as w: out.append(w is v)
                out.append(current())
                try: bare()
                except RuntimeError as e: out.append(e.args)
            return out
    """)


# ------------------------------------------------------------ frames that are looked at

def test_callees_that_look_at_their_callers():
    subject("""
        import sys, inspect, traceback
        def look(n):
            f = sys._getframe(n)
            return f.f_code.co_name, f.f_lineno, f.f_lasti, dict(f.f_locals)
        def middle(i):
            y = i * 0.5
            z = look(1)
            return y, z, look(2), locals()
        def stack(i):
            return [(s.function, s.lineno, s.index) for s in inspect.stack(0)[:3]]
        def extract():
            return [(s.name, s.lineno) for s in traceback.extract_stack()[-3:]]
        def caller(i):
            k = i + 1
            return stack(i), extract()
        def main():
            out = []
            for i in range(6):
                x = i * 1.5
                out.append(middle(i))
                out.append(look(1))
                out.append(caller(i))
                x += 1
                spy()
            return out
    """, **FEW)


def test_callees_that_write_their_callers_variables():
    subject("""
        import sys
        def write(name, value, n=1): sys._getframe(n).f_locals[name] = value
        def through(name, value):
            mine = value
            write("mine", 5.5)
            write(name, mine, 2)
            return mine
        def main():
            out = []
            x, n, s, fresh = 1.5, 1000, "text", None
            for i in range(12):
                x = x + 1.0
                n = n + i if n != "no number" else 7
                if i == 3: write("x", 100)
                if i == 5: write("n", "no number")
                if i == 7: through("x", 0.25)
                if i == 8: write("i", 50)
                if i == 9: write("s", x)
                out.append((x, n, s, i))
                if i == 10: write("out", [])
                y = through("fresh", i)
            del x
            write("x", n)
            return out, x, n, s, i, fresh, y
    """)


def test_frames_kept_after_their_return():
    subject("""
        import sys
        kept = []
        def f(a):
            b = a * 0.5
            kept.append(sys._getframe())
            b += 1
            return b
        def g(a):
            c = f(a) + a
            kept.append(sys._getframe(0).f_locals)
            return c
        def closes(a):
            frame = sys._getframe()
            return frame
        def main():
            kept.clear()
            t = 0
            for i in range(6):
                t += g(i)
                try:
                    closes(i).clear()
                except RuntimeError as e:
                    record(e.args)
                record(closes(i).f_back is sys._getframe(), kept[0].f_back)
            return t, [dict(getattr(k, "f_locals", k)) for k in kept]
    """)


def test_locals_and_dir_in_callees():
    subject("""
        def f(a, b=2.5):
            c = a + b
            d = locals()
            c = 0
            return d, locals() is locals(), sorted(vars()), dir(), eval("a + b + c"), exec("a = 99") or a
        def g(a):
            def inner(): return a
            return locals().keys() - {"inner"}, inner()
        def main():
            return [(f(i), f(i * 0.5, i), g(i)) for i in range(6)]
    """)


# ------------------------------------------------------------ recursion

RECURSION = """
import sys
reached = 0
def with_limit(function, limit):
    global reached
    depth, frame = 0, sys._getframe()
    while frame: depth += 1; frame = frame.f_back
    old = sys.getrecursionlimit()
    sys.setrecursionlimit(depth + limit)
    out = []
    try:
        for k in range(4):
            reached = 0
            try:
                function(0)
            except RecursionError as e:
                out.append((reached, e.args))
                tb, n = e.__traceback__, 0
                while tb: tb = tb.tb_next; n += 1
                out.append(n)
                e = None
        return out
    finally:
        sys.setrecursionlimit(old)
"""
# (operations of user classes are not here: what they count depends on how far the
# interpreter has specialized them)
RECURSIONS = [
    "def f(n):\n    global reached\n    reached = n\n    return f(n + 1)",
    "def f(n, x=0.5):\n    global reached\n    reached = n\n    return f(n + 1, x * 2) + 1",
    "def f(n):\n    global reached\n    reached = n\n    return f(n=n + 1)",
    "def f(*n):\n    global reached\n    reached = n\n    return f(*n, 1) if len(n) < 40 else f(*n)",
    "def g(n): return f(n + 1)\ndef f(n):\n    global reached\n    reached = n\n    return g(n) + g(n)",
    "class C:\n    def m(self, n):\n        global reached\n        reached = n\n        return self.m(n + 1)\ndef f(n): return C().m(n)",
    "class C:\n    def __call__(self, n):\n        global reached\n        reached = n\n        return self(n + 1)\ndef f(n): return C()(n)",
    "class C:\n    def __add__(self, n):\n        global reached\n        reached = n\n        return self + (n + 1)\ndef f(n): return C() + n",
    "def f(n):\n    global reached\n    reached = n\n    try:\n        return f(n + 1)\n    finally:\n        reached += 1000",
    "def f(n):\n    global reached\n    reached = n\n    try:\n        return f(n + 1)\n    except RecursionError:\n        return leaf(n)\n"
    "def leaf(n): return n * 2",
    "def f(n):\n    global reached\n    reached = n\n    for i in range(2):\n        f(n + 1)",
    "def f(n):\n    global reached\n    reached = n\n    return [f(k) for k in (n + 1,)]",
    "def f(n):\n    def inner(k):\n        global reached\n        reached = n\n        return f(k + 1)\n    return inner(n)",
    "def f(n):\n    global reached\n    reached = n\n    yielded = list(g(n + 1))\ndef g(n):\n    yield f(n)",
]


@pytest.mark.parametrize("limit", [30, 31, 200])
@pytest.mark.parametrize("function", RECURSIONS)
def test_recursion_limit_is_exact(function, limit):
    subject(RECURSION + function + f"\ndef main():\n    return with_limit(f, {limit})\n", leaks=False, repeat=2, **FEW)


DEEP = [
    "def f(n): return f(n - 1) + 1 if n else 0",
    "def f(n, x=0.5): return f(n - 1, x) + x if n else x",
    "def f(n): return g(n - 1, 1) if n else 0\ndef g(n, k): return f(n) + k",
    "class C:\n    def m(self, n): return self.m(n - 1) + 1 if n else 0\ndef f(n): return C().m(n)",
    "def f(n):\n    try:\n        return f(n - 1) + 1 if n else 1 // n\n    except KeyError:\n        return 0",
    "def f(n):\n    try:\n        return f(n - 1) + 1 if n else 1 // n\n    except ZeroDivisionError:\n        return -1",
    "def f(n):\n    t = 0\n    for i in range(2):\n        if i and n: t += f(n - 1)\n    return t + 1",
    "def f(n): return f(n=n - 1) + 1 if n else 0",
    "def f(n): return f(*(n - 1,)) + 1 if n else 0",
    "def f(n, *rest): return f(n - 1) + 1 if n else 0",
    "def f(n):\n    def inner(k): return f(k) + 1\n    return inner(n - 1) if n else 0",
    "def f(n): return sum([f(k) for k in (n - 1,)]) + 1 if n else 0",
    "def f(n):\n    g = lambda k: f(k) + 1\n    return g(n - 1) if n else 0",
    "def f(n, key=None): return f(n - 1, key=[n]) + 1 if n else 0",
    "class C:\n    def m(self, n): return 1\nclass D(C):\n"
    "    def m(self, n): return self.m(n - 1) + super().m(n) if n else 0\ndef f(n): return D().m(n)",
]


@pytest.mark.parametrize("function", DEEP)
def test_very_deep_recursion(function):
    run_program(f"""
import sys
sys.setrecursionlimit(200_000)
{function}
for k in range(3):
    try:
        print(f(100), f(2000), f(60_000 + k))
    except (RecursionError, ZeroDivisionError) as e:
        print(type(e), e)
""")


def test_recursion_error_goes_on():
    run_program("""
        def f(n):
            try:
                return f(n + 1)
            except RecursionError:
                return n
        def g(n):
            return g(n + 1) + 1
        for i in range(10):
            try:
                g(0)
            except RecursionError as e:
                print(e)
        print(f(0) > 900, f(0) == f(0))
        def h(n):
            return h(n + 1)
        h(0)
    """)


# ------------------------------------------------------------ classes

def test_instances_and_methods():
    subject("""
        import abc, collections, dataclasses
        class A:
            count = 0
            def __init__(self, x): self.x = x
            def get(self): return self.x
            def add(self, k=1):
                self.x += k
                return self
            @staticmethod
            def static(a, b=2): return a * b
            @classmethod
            def make(cls, x): return cls(x)
            @property
            def half(self): return self.x / 2
            @half.setter
            def half(self, v): self.x = v * 2
            def __len__(self): return 3
        class B(A):
            def __init__(self, x, y=0.5):
                super().__init__(x)
                self.y = y
            def get(self): return super().get() + self.y
        class S:
            __slots__ = "a", "b"
            def __init__(self, a, b):
                self.a = a
                self.b = b
            def total(self): return self.a + self.b
        @dataclasses.dataclass
        class D:
            a: int
            b: float = 1.5
            c: list = dataclasses.field(default_factory=list)
        @dataclasses.dataclass(frozen=True, slots=True)
        class F:
            a: int
        P = collections.namedtuple("P", "x y", defaults=[0.5])
        class Abstract(abc.ABC):
            @abc.abstractmethod
            def m(self): pass
        class Concrete(Abstract):
            def m(self): return 1
        class Meta(type):
            def __call__(cls, *args):
                record(cls.__name__)
                return super().__call__(*args)
        class M(metaclass=Meta):
            def __init__(self, x): self.x = x
        def main():
            out = []
            for i in range(10):
                a, b = A(i), B(i * 0.5)
                out.append((a.get(), b.get(), a.add().add(2).x, A.static(i), a.static(i, 0.5), B.make(i).y, a.half, len(b)))
                a.half = i
                bound = a.get if i % 2 else b.get
                out.append((bound(), A.get(b), type(a) is A))
                s = S(i, 0.5)
                out.append((s.total(), D(i), D(i, c=[i]) == D(i), F(i), hash(F(i)) == hash(F(i)), P(i), P(i, i).y, Concrete().m(), M(i).x))
                try: Abstract()
                except TypeError as e: out.append(e.args)
                try: F(i).a = 2
                except dataclasses.FrozenInstanceError as e: out.append(e.args)
                if i == 5: vars(a)["z"] = 1
                vars(b)["x"] = i
                out.append((a.add(1).x, b.get(), b.__dict__))
            return [repr(o) for o in out]
    """, **FEW)


def test_making_of_instances_that_goes_wrong():
    subject("""
        class N:
            def __new__(cls, i):
                if i % 3 == 0: return i
                if i % 3 == 1: return super().__new__(cls)
                return A(i)
            def __init__(self, i): self.i = i
        class A:
            def __init__(self, i): self.i = i
        class R:
            def __init__(self, i):
                self.i = i
                if i == 4: return i
                if i == 5: return i * 0.5
                if i == 6: return "text"
                if i == 7: return [self]
                if i == 8: return 1 << 100
                if i == 9: return True
        class E:
            def __init__(self, i):
                self.d = Dying(i)
                if i % 2: raise KeyError(i)
        class Empty: pass
        class L(list):
            def __init__(self, n): super().__init__([n] * 2)
        class I(int):
            def __init__(self, n): self.n = n
        class X(Exception):
            def __init__(self, n): self.n = n
        class Del:
            def __init__(self, n): self.n = n
            def __del__(self): record("del", self.n)
        def main():
            out = []
            for i in range(12):
                n = N(i)
                out.append((type(n).__name__, getattr(n, "i", None)))
                try: out.append(R(i).i)
                except TypeError as e: out.append(e)
                try: E(i)
                except KeyError as e: out.append(e.args)
                try: Empty(i)
                except TypeError as e: out.append(e.args)
                Del(i)
                out.append((L(i), I(i), I(i).n, X(i).n, Empty().__dict__))
                d = Del(i * 0.5)
            return out
    """)


def test_unboxed_and_odd_results_of_init():
    subject("""
        class R:
            def __init__(self, i): return i
        class F:
            def __init__(self, i): return i * 0.5
        class O:
            def __init__(self, i): return watch([i])
        def main():
            out = []
            for i in range(6):
                for C in R, F, O:
                    pass
                try: R(i)
                except TypeError as e: out.append(e)
                try: F(i)
                except TypeError as e: out.append(e)
                try: O(i)
                except TypeError as e: out.append(e)
            return out
    """)


CHANGES = {
    "method": "C.get = lambda self: 'new'",
    "init": "C.__init__ = lambda self, x: setattr(self, 'x', 'other')",
    "del init": "del C.__init__",
    "new": "C.__new__ = lambda cls, x: object.__new__(cls)",
    "class": "c.__class__ = D",
    "property": "C.x = property(lambda self: 'property')",
    "data descriptor": "C.x = type('Desc', (), {'__get__': lambda *a: 'got', '__set__': lambda *a: None})()",
    "getattr": "C.__getattr__ = lambda self, name: name; del c.x",
    "getattribute": "C.__getattribute__ = lambda self, name: object.__getattribute__(self, name) if name != 'x' else 'hooked'",
    "setattr": "C.__setattr__ = lambda self, name, v: object.__setattr__(self, name, [v])",
    "instance method": "c.get = lambda: 'instance'",
    "static": "C.get = staticmethod(lambda *a: a)",
    "bases": "C.__bases__ = (E,)",
    "delete": "del C.get",
    "materialize": "vars(c)['x'] = 'dict'",
    "replace dict": "c.__dict__ = {'x': 'new dict'}",
    "code": "C.get.__code__ = D.get.__code__",
    "defaults": "C.get.__defaults__ = (9,)",
    "init defaults": "C.__init__.__defaults__ = (9,)",
    "name": "globals()['C'] = D",
    "function": "globals()['helper'] = lambda x: 'other'",
    "function code": "helper.__code__ = other.__code__",
    "function kind": "helper.__code__ = star.__code__",
    "function generator": "helper.__code__ = gen.__code__",
    "function closure": "globals()['helper'] = len",
    "builtin": "globals()['len'] = lambda x: 'shadowed'",
    "module builtin": "import builtins; builtins.len = lambda x: 'patched'",
    "del global": "del globals()['helper']",
    "del builtins": "import builtins; del builtins.len",
}


@pytest.mark.parametrize("when", ["call", "init", "between"])
@pytest.mark.parametrize("change", CHANGES)
def test_things_that_change_in_mid_loop(change, when):
    subject(f"""
        import builtins
        class Base:
            def other(self): return "base"
        class C(Base):
            def __init__(self, x=0.5):
                self.x = x
                if x == 105: turn(5, "init", self)
            def get(self, k=1):
                turn(self.x, "call", self)
                return self.x
        class D(Base):
            def __init__(self, x=0): self.x = -x
            def get(self, k=2): return "D", self.x, k
        class E:
            def other(self): return "E"
        class Number(int): pass
        def helper(x): return x * 2
        def other(x): return "other code", x
        def star(*x): return "star", x
        def gen(x): yield x
        done = False
        def turn(i, where, c):
            global done
            if i == 5 and where == {when!r} and not done:
                done = True
                {CHANGES[change]}
        def main():
            global done
            done = False
            c, out, original, n = C(0), [], builtins.len, 1.5
            try:
                for i in range(12):
                    n += 0.5
                    try:
                        c.x = i
                        out.append(c.get())
                        out.append(c.other())
                    except (TypeError, AttributeError, NameError) as e:
                        out.append(e)
                    turn(i, "between", c)
                    try:
                        d = C(100 + i)
                        out.append(d.x)
                        out.append(c.x)
                        out.append(C().x)
                    except (TypeError, AttributeError, NameError) as e:
                        out.append(e)
                    try:
                        x = helper(i)
                        out.append(x if type(x) in (int, str, tuple) else type(x).__name__)
                        out.append(len(out) if i != 9 else n)
                    except (TypeError, AttributeError, NameError) as e:
                        out.append(e)
                return out
            finally:
                builtins.len = original
                globals().pop("len", None)
    """, repeat=1, leaks=False, **FEW)


@pytest.mark.parametrize("change", [
    "f.__code__ = g.__code__", "f.__defaults__ = (100,)", "f.__defaults__ = None", "f.__kwdefaults__ = {'k': 1}",
    "f.__code__ = h.__code__", "globals()['f'] = g", "del globals()['f']", "f.__code__ = f.__code__.replace()"])
def test_functions_that_change_themselves(change):
    subject(f"""
        def g(n, d=5): return "g", n, d
        def h(n, d=5, *, k=2): return "h", n, d, k
        def f(n, d=5):
            x = n * 0.5
            if n == 6 and not done:
                done.append(1)
                {change}
            return x + d if n % 2 else f(n + 1)
        done = []
        def main():
            out = []
            for i in range(12):
                try:
                    out.append(f(i))
                except (NameError, TypeError) as e:
                    out.append(e)
            return out
    """, repeat=1, leaks=False)


# ------------------------------------------------------------ generators, threads

def test_generators_and_coroutines():
    subject("""
        import asyncio
        def leaf(i): return i * 0.5
        def fails(i):
            if i == 5: raise KeyError(i)
            return i
        def gen(n):
            try:
                for i in range(n):
                    x = leaf(i)
                    sent = yield x
                    if sent: x = fails(sent)
            finally:
                record("closed", n)
        def delegate(n):
            r = yield from gen(n)
            return r
        async def aleaf(i):
            return leaf(i) + fails(i % 5)
        async def amain():
            t = 0
            for i in range(6):
                t += await aleaf(i)
            async for x in agen(4): t += x
            return t
        async def agen(n):
            for i in range(n): yield leaf(i)
        def drive(c):
            try:
                while True: c.send(None)
            except StopIteration as e:
                return e.value
        def main():
            out = []
            for i in range(7):
                out.append(list(gen(i)))
                out.append(sum(delegate(i)))
                g = gen(5)
                next(g)
                try: out.append(g.send(i))
                except KeyError as e: out.append((e, e.__traceback__.tb_next.tb_lineno))
                del g
                out.append(drive(amain()))
                out.append([leaf(x) for x in gen(3)])
            return out
    """, **FEW)


def test_threads_switch_in_calls():
    run_program("""
        import sys, threading
        sys.setswitchinterval(1e-6)
        class C:
            def __init__(self, x): self.x = x
            def add(self, k): return self.x + k
        def leaf(i):
            if i % 97 == 0: raise KeyError(i)
            return i * 0.5
        def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
        def work(n):
            t = 0.0
            for i in range(3000):
                try:
                    t += leaf(i) + C(i).add(n)
                except KeyError as e:
                    t += e.args[0]
                if i % 500 == 0: t += fib(10)
            results[n] = t
        results = {}
        for k in range(3):
            threads = [threading.Thread(target=work, args=(n,)) for n in range(5)]
            for t in threads: t.start()
            for t in threads: t.join()
            print(sorted(results.items()))
    """)


# ------------------------------------------------------------ leaks

@pytest.mark.skipif(not DEBUG_BUILD, reason="counts references: needs a debug build")
@pytest.mark.parametrize("settings", [{}, {"GRAFT_FORCE_EXIT": "3"}])
def test_references_stay_flat(settings):
    """Over many thousand calls and exceptions."""
    program = """
        import gc, sys
        class C:
            def __init__(self, x, y=1.5): self.x = x
            def add(self, k):
                if k == 7: raise ValueError([k])
                return self.x + k
            def __del__(self): pass
        def leaf(i, s="s", *, k=None):
            if i % 10 == 3: raise KeyError(i * 1000)
            return [i * 1000.5]
        def level(i):
            d = {"i": i}
            try:
                return leaf(i)[0] + C(i).add(i % 10)
            except KeyError as e:
                return leaf(i=i + 1, k=d)[0]
            finally:
                d = None
        def deep(n): return deep(n + 1)
        def work():
            t = 0
            for i in range(400):
                try:
                    t += level(i)
                except ValueError:
                    t += 1
            try:
                deep(0)
            except RecursionError:
                pass
            return t
        for k in range(10): work()
        gc.collect()
        growths = []
        for k in range(6):
            before = sys.gettotalrefcount()
            work()
            work()
            growths.append(sys.gettotalrefcount() - before)
        print(min(growths) < 10 or growths)
    """
    assert run_program(program, env=settings).stdout == "True\n"


@same
def test_method_deleted_while_its_arguments_are_made():
    import sys
    def remove(k):
        if k == 3:
            del C.m
        return k
    class C:
        pass
    out = []
    for turn in range(6):
        exec("def m(self, a, b): return (a, b, sys._getframe(0).f_code.co_name)", {"sys": sys}, space := {})
        C.m = space.pop("m")
        o = C()
        for k in range(5):
            try: out.append(o.m(remove(k), [k]))
            except AttributeError as error: out.append(str(error))
    return out
