"""Exceptions whose traceback nobody looks at while they are handled, and those where somebody does
after all: late, from a called function, from a finalizer, by what lives on, by a tool."""

import pytest

from oracle import check_source, run_program

PRELUDE = '''
import gc, sys, traceback, weakref
class Own(Exception):
    def __init__(self, n, more=None):
        super().__init__("own", n)
        self.n = n
class Quiet(LookupError): pass
class Slotted(ValueError): __slots__ = ("place",)
class Finalized(ValueError):
    def __del__(self): record("finalized", sys.exception(), sys._getframe(1).f_lineno)
class Weird(Exception):
    def __init__(self, *args): pass
class Loud(Exception):
    def __init__(self, n): raise Own(n)
class Returns(Exception):
    def __init__(self, n): return n
class Held:
    def __init__(self, n): self.n = n
    def __del__(self): record("held", self.n, sys.exception(), sys._getframe(1).f_lineno)
def leaf(i, own=Own):
    local = ["a local", i]
    if i % 2: raise own(i)
    raise Quiet(i)
def middle(i): return leaf(i) + 1
def top(i):
    here = i * 2
    return middle(i) + here
def passes(i):
    try: return middle(i)
    finally: i += 1
def through(i):
    try: return middle(i)
    except KeyError: return 0
def holds(i):
    held = Held(i)
    raise Quiet(i)
def cells(i):
    inner = lambda: i
    raise Quiet(inner())
def lines(e): return [(tb.tb_lineno, tb.tb_lasti, tb.tb_frame.f_lineno, tb.tb_frame.f_lasti, tb.tb_frame.f_code.co_name,
                       sorted(tb.tb_frame.f_locals)) for tb in entries(e)]
def entries(e):
    tb = e.__traceback__
    while tb is not None:
        yield tb
        tb = tb.tb_next
def looks(): return lines(sys.exception())
def again(e):
    try: raise e
    except Exception: pass
def nested(e):
    try: leaf(1)
    except Own:
        try: raise e
        except Exception: pass
def forgets(e):
    try: raise e
    finally: e.__context__ = None
def depth(n): return 0 if n == 0 else 1 + depth(n - 1)
'''
LOOPS = {
    "unseen": """
        try: top(i)
        except Own as e: total += e.n
        except Quiet: total += 1
    """, "seen late": """
        try: top(i)
        except (Own, Quiet) as e:
            if i > 11: record(lines(e))
            total += 1
    """, "seen by a function": """
        try: top(i)
        except Exception:
            total += 1
            if i > 11: record(looks())
    """, "seen by a function of a function": """
        try: passes(i)
        except Exception:
            total += depth(i)
            if i > 11: record((lambda: looks())())
            total += depth(3)
    """, "outlives its handler": """
        try: top(i)
        except Exception as e:
            kept.append(e)
    """, "outlives it under another name": """
        try: top(i)
        except Exception as e:
            value = e
        if i > 11: record(lines(value))
    """, "the variable is bound again": """
        try: top(i)
        except Exception as e:
            total += len(e.args)
            e = i
    """, "the variable is gone": """
        try: top(i)
        except Exception as e:
            del e
            total += 1
    """, "raised again": """
        try:
            try: middle(i)
            except Exception: raise
        except Exception as e:
            if i > 11: record(lines(e))
    """, "raised again by name": """
        try:
            try: middle(i)
            except Exception as e:
                total += 1
                raise e
        except Exception as e:
            if i > 11: record(lines(e))
    """, "no handler fits": """
        try:
            try: middle(i)
            except ZeroDivisionError: total += 1
            except (KeyError, OSError): total += 2
        except Exception as e:
            if i > 11: record(lines(e))
    """, "finally": """
        try:
            try: middle(i)
            finally: total += 1
        except Exception as e:
            if i > 11: record(lines(e))
    """, "finally that looks": """
        try:
            try: middle(i)
            finally:
                if i > 11: record(looks())
        except Exception as e:
            total += 1
    """, "another one in the handler": """
        try:
            try: middle(i)
            except Exception: leaf(i + 1)
        except Exception as e:
            if i > 11: record(lines(e), lines(e.__context__))
    """, "another one from it": """
        try:
            try: middle(i)
            except Quiet as e: raise Own(i) from e
            except Own as e: raise Quiet(i) from None
        except Exception as e:
            if i > 11: record(lines(e), e.__cause__, lines(e.__context__))
    """, "handled in a handler": """
        try: middle(i)
        except Exception as e:
            try: top(i + 1)
            except Exception as other:
                if i > 11: record(lines(other), other.__context__ is e)
            total += 1
            if i > 12: record(lines(e))
    """, "handlers in called functions": """
        try: middle(i)
        except Exception as e:
            total += through(0) if i > 13 else 0
    """, "variables with finalizers": """
        try: holds(i)
        except Quiet: total += 1
        record("behind")
    """, "variables with finalizers and a name": """
        try: holds(i)
        except Quiet as e: total += 1
        record("behind")
    """, "exceptions with finalizers": """
        try: raise Finalized(i)
        except ValueError: total += 1
        record("behind")
    """, "with finalizers and a name": """
        try: leaf(1, Finalized)
        except ValueError as e: total += e.args[0]
        record("behind")
    """, "what dies with its arguments": """
        try: raise Quiet(Held(i))
        except Quiet: total += 1
        record("behind")
    """, "what dies with its attributes": """
        try: leaf(1)
        except Own as e:
            e.held = Held(i)
            e.held = Held(-i)
        record("behind")
    """, "closures": """
        try: cells(i)
        except Quiet as e: total += e.args[0]
    """, "temporaries": """
        try: total += len([i, [i, leaf(i)]])
        except Exception: total += 1
    """, "temporaries with finalizers": """
        try: record(Held(i), leaf(i))
        except Exception: total += 1
        record("behind")
    """, "weak references": """
        try: leaf(i)
        except Exception as e:
            if i > 11: value = weakref.ref(e)
        if i > 11: record(value())
    """, "slots": """
        try: raise Slotted(i)
        except ValueError as e:
            e.place = [i]
            total += e.place[0]
    """, "odd ways to be made": """
        try:
            if i % 3 == 0: raise Weird(i)
            if i % 3 == 1: raise Loud(i)
            raise Returns(i)
        except (Own, Weird, TypeError) as e:
            record(e.args, lines(e))
    """, "classes": """
        try: raise (KeyError, Quiet, Own, int)[i % 4]
        except Exception as e: record(e.args)
    """, "instances": """
        try: raise kept[0]
        except IndexError: kept.append(Own(1))
        except Own as e:
            if i > 11: record(lines(e))
    """, "attributes": """
        try: raise Own(i)
        except Own as e:
            e.more = e.n + 1
            e.n += 1
            total += e.more + e.n + len(e.args) + e.args[1]
            if i > 11: record(vars(e), e.__dict__ is vars(e))
            if i > 12:
                try: e.none
                except AttributeError as other: record(other.name, other.obj is e)
    """, "wrong classes to match": """
        try:
            try: leaf(i)
            except (Own, 1): total += 1
            except 2: total += 2
        except TypeError as e: record(e, lines(e))
    """, "stop iteration": """
        it = iter([i])
        try:
            while True: total += next(it)
        except StopIteration as e: total += e.value is None
    """, "attribute errors": """
        try: value.nothing
        except AttributeError as e: total += len(e.name)
    """, "continue and break": """
        for k in range(3):
            try: leaf(k)
            except Own: continue
            except Quiet:
                if k: break
            total += k
    """, "garbage": """
        try: top(i)
        except Exception as e:
            cycle = [e]
            cycle.append(cycle)
            if i == 12: gc.collect()
        cycle = None
    """, "sys.exception": """
        try: top(i)
        except Exception:
            value = sys.exception()
        if i > 11: record(lines(value))
        value = None
    """, "with_traceback": """
        try:
            try: top(i)
            except Exception as e: raise e.with_traceback(None)
        except Exception as e:
            if i > 11: record(lines(e))
    """, "frames of others": """
        try: top(i)
        except Exception as e:
            if i > 11:
                frame = e.__traceback__.tb_next.tb_frame
                record(frame.f_back is sys._getframe(), frame.f_locals["here"])
                frame.clear()
                record(frame.f_locals, frame.f_back)
    """, "raised again by a function that handles it": """
        try: top(i)
        except Exception as e:
            again(e)
            if i > 11: record(lines(e))
    """, "raised again from a handler of another": """
        try: top(i)
        except Exception as e:
            nested(e)
            if i > 11: record(lines(e))
    """, "the context goes": """
        try:
            try: raise Quiet(Held(i))
            except Quiet:
                try: leaf(i)
                except Exception as e:
                    e.__context__ = None
                    raise
        except Exception as e: total += 1
        record("behind")
    """, "the cleanup drops what was handled": """
        try:
            try: raise Quiet(Held(i))
            except Quiet:
                forgets(Own(i))
        except Own as e: total += e.n
        record("behind")
    """, "print_exc": """
        try: top(i)
        except Exception:
            if i > 11: record(traceback.format_exc())
    """, "tracing from then on": """
        try: top(i)
        except Exception as e:
            if i == 12:
                seen = []
                sys.settrace(lambda frame, event, arg: seen.append((frame.f_lineno, event)))
            total += 1
        if i == 14:
            sys.settrace(None)
            record(seen)
    """,
}


@pytest.mark.parametrize("name", LOOPS)
def test_loops(name):
    check_source(PRELUDE + f"""
def main():
    total, value, kept = 0, 0, []
    for i in range(16):
{LOOPS[name]}
    return total, sys.exception(), [lines(e) for e in kept if isinstance(e, Exception)]
""", leaks=False)


@pytest.mark.parametrize("name", LOOPS)
def test_functions(name):
    """In a function that compiled code calls, inside of a handler of its own."""
    check_source(PRELUDE + f"""
def work(i, total, value, kept):
    if True:
{LOOPS[name]}
    return total
def main():
    total, value, kept = 0, 0, []
    for i in range(16):
        try: total += 1 // 0
        except ZeroDivisionError: total = work(i, total, value, kept)
        if i > 11: record(total, sys.exception())
    return total, [lines(e) for e in kept if isinstance(e, Exception)]
""".replace("        continue and", "        "), leaks=False)


@pytest.mark.parametrize("name", ["unseen", "seen late", "raised again", "finally", "temporaries", "attributes",
                                  "another one from it", "outlives its handler", "handled in a handler"])
def test_leaks(name):
    check_source(PRELUDE + f"""
def main():
    total, value, kept = 0, 0, []
    for i in range(16):
{LOOPS[name]}
    return total
""")


def test_deep_stacks_of_ended_frames():
    """The room of frames that were looked at from above is used again."""
    run_program(PRELUDE.replace("record", "print") + """
def deep(n):
    if n == 0: raise Quiet(n)
    return deep(n - 1)
def main():
    seen = 0
    for i in range(20_000):
        try: deep(30)
        except Quiet as e:
            if i % 2: seen += len(looks())
            elif i % 3 == 0: seen += depth(5)
            elif i % 5 == 0: seen += len(lines(e))
    print(seen)
main()
def recursive(n):
    try: deep(3)
    except Quiet as e:
        if n == 0: return looks()
        return recursive(n - 1)
for _ in range(100): result = recursive(50)
print(result)
""")


def test_recursion_errors():
    run_program("""
import sys
def endless(n): return endless(n + 1) + 1
def main():
    for i in range(30):
        try: endless(0)
        except RecursionError as e:
            n, tb = 0, e.__traceback__
            while tb: n, tb = n + 1, tb.tb_next
            print(n, str(e))
sys.setrecursionlimit(300)
main()
def main():
    for i in range(3000):
        try: endless(0)
        except RecursionError as e: last = str(e)
    print(last)
main()
""")


def test_threads():
    run_program("""
import sys, threading
sys.setswitchinterval(1e-5)
class Own(Exception):
    def __init__(self, n): super().__init__(n); self.n = n
def leaf(i): raise Own(i)
def middle(i): return leaf(i)
def work(out):
    total = 0
    for i in range(30_000):
        try: middle(i)
        except Own as e:
            total += e.n
            if i % 1000 == 0:
                tb, names = e.__traceback__, []
                while tb: names.append(tb.tb_frame.f_code.co_name); tb = tb.tb_next
                out.add(tuple(names))
    out.add(total)
outs = [set() for _ in range(4)]
threads = [threading.Thread(target=work, args=(out,)) for out in outs]
for t in threads: t.start()
for t in threads: t.join()
print([sorted(map(str, out)) for out in outs])
""")
