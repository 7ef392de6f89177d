"""Exceptions that are raised, handled and passed on inside compiled code: the chain of
handled exceptions, tracebacks, finally, `with`, what dies when, and what tools see."""

import sys

import pytest

from oracle import Dying, check_source, record, same, spy, watch

PRELUDE = '''
import sys
class Own(Exception):
    def __init__(self, n):
        super().__init__("own", n)
        self.n = n
class Plain(LookupError): pass
def leaf(i):
    if i % 3 == 1: raise KeyError(i)
    if i % 3 == 2: raise Own(i)
    return i
def middle(i): return leaf(i) + 1
def passes(i):
    try:
        return middle(i)
    finally:
        record("finally", i, sys.exception())
class Manager:
    def __init__(self, answer=False): self.answer, self.depth = answer, 0
    def __enter__(self): self.depth += 1; return self
    def __exit__(self, kind, value, traceback):
        record(kind, value, traceback and traceback.tb_lineno, sys.exception())
        self.depth -= 1
        return self.answer
'''
LOOPS = {
    "caught here": """
        try:
            if i % 2: raise ValueError(i)
            total += i
        except ValueError as e:
            total += e.args[0] * 2
        record(sys.exception())
    """, "class raised": """
        try: raise ValueError
        except (KeyError, ValueError) as e: record(e, e.__context__, e.__traceback__.tb_lineno)
    """, "from": """
        try:
            try: leaf(i)
            except KeyError as e: raise Own(i) from e
            except Own as e: raise ValueError(i) from None
        except Exception as e: record(e, e.__cause__, e.__context__, e.__suppress_context__)
    """, "context": """
        try:
            try: leaf(i)
            except KeyError: {}[i]
            except Own: int("x" * (i + 1))
        except Exception as e: record(e, e.__context__, e.__context__.__traceback__.tb_lineno)
    """, "again": """
        try:
            try: middle(i)
            except KeyError: raise
            except Own as e: raise e
        except Exception as e:
            total += 1
            record(e); t = e.__traceback__
            while t: record(t.tb_lineno, t.tb_lasti, t.tb_frame.f_code.co_name); t = t.tb_next
            t = None
    """, "nothing to raise again": """
        try: raise
        except RuntimeError as e: record(e, e.__traceback__.tb_lineno)
    """, "nested": """
        try: leaf(i)
        except Exception as a:
            try: leaf(i + 1)
            except Exception as b:
                record(sys.exception() is b, a, b, b.__context__ is a)
            record(sys.exception() is a)
        record(sys.exception())
    """, "not caught": """
        try:
            try: leaf(i)
            except ZeroDivisionError: record("never")
            else: total += 1
            finally: total += 100
        except Exception as e: record(type(e))
    """, "through three": """
        try: total += passes(i)
        except LookupError as e: total += 5; record(e.__traceback__.tb_next.tb_next.tb_lineno)
        except Own as e: total += e.n; record(vars(e))
    """, "with": """
        with Manager(i % 2 == 0) as m:
            total += m.depth
        try:
            with Manager(i % 2 == 0) as m, Manager() as n:
                total += leaf(i)
        except Exception as e: record(e, m.depth, n.depth)
    """, "return from finally": """
        total += returns(i)
    """, "continue and break": """
        for k in range(4):
            try:
                if k == 1: continue
                if k == 3: break
                total += leaf(i + k)
            except Exception: total += 1000; continue
            finally: total += 1
    """, "numbers in the handler": """
        x = i * 0.5
        try:
            x += 1.25; y = 1 << 70 + i; leaf(i)
            x *= 2
        except Exception as e: record(x, y, i); y = x
        total += int(x)
    """, "dictionary": """
        d = {0: 1, "a": 2, (1, 2): 3}
        for key in (i, "a", "b", i + 300, (1, 2), (1, 3), 1.5, None):
            try: total += d[key]
            except KeyError as e: record(e, e.args[0] is key)
    """, "known functions": """
        for text in "12", "x", " 7 ", "", "1" * 30, "z" * 30:
            try: total += int(text)
            except ValueError as e: record(e, e.__traceback__.tb_lineno)
            try: total += "abc".index(text)
            except ValueError as e: record(e)
            try: total += float(text)
            except ValueError as e: record(e)
    """, "strange exceptions": """
        for what in ValueError(1), KeyError, 5, None, type, int, Odd, Fails:
            try: raise what
            except BaseException as e: record(type(e), e.args, e.__context__)
            try: raise what from what
            except BaseException as e: record(type(e), e.args, e.__cause__)
    """, "strange handlers": """
        for kind in KeyError, (KeyError, Own), ((KeyError,),), 5, (KeyError, 5), Meta, BaseException:
            try:
                try: leaf(i)
                except kind: total += 1
            except BaseException as e: record(type(e), str(e), e.__context__)
    """, "deleted": """
        try: leaf(i)
        except Exception as e:
            del e
        try: e
        except UnboundLocalError as u: record(str(u))
    """, "dying": """
        try:
            d = Dying(("local", i))
            try: holds(i)
            except Exception as e: record(type(e)); kept = e
            record("behind"); kept = None
            record("released")
        finally: d = None
    """, "frames": """
        try: leaf(i)
        except Exception: spy()
        spy()
    """, "written by somebody": """
        try: pokes(i)
        except Exception as e: total += e.n if type(e) is Own else 7
        total += value
    """, "group": """
        try: raise ExceptionGroup("g", [KeyError(i), Own(i)])
        except* KeyError as e: record(e)
        except* Own as e: record(e)
    """, "assert": """
        try: assert i % 2, i
        except AssertionError as e: record(e); raise_later = e
    """, "stop": """
        it = iter(range(i))
        while True:
            try: total += next(it)
            except StopIteration as e: record(e.value); break
    """, "no manager": """
        for what in 5, Half():
            try:
                with what: record("never")
            except (TypeError, AttributeError) as e: record(str(e))
    """,
}
HELPERS = '''
class Meta(type):
    def __instancecheck__(cls, other): return True
    def __subclasscheck__(cls, other): raise ZeroDivisionError
class Odd(Exception):
    def __new__(cls, *args): return 5
class Fails(Exception):
    def __init__(self, *args): raise KeyError("in __init__")
class Half:
    def __enter__(self): return self
def returns(i):
    for k in range(3):
        try:
            try: leaf(i)
            except KeyError: return [k, i][1]
            finally: leaf(0)
        except Own: pass
        finally:
            if i % 4 == 2: return 99
    return -1
def holds(i):
    d = Dying(("held", i))
    raise Own(i) if i % 2 else KeyError(i)
def pokes(i):
    sys._getframe(1).f_locals["value"] = i * 10
    raise Own(i) if i % 2 else KeyError(i)
'''


@pytest.mark.parametrize("name", LOOPS)
def test_loops(name):
    body = LOOPS[name]
    check_source(PRELUDE + HELPERS + f"""
def main():
    total, value = 0, 0
    for i in range(7):
{body}
    return total, sys.exception()
""", leaks=False)


@pytest.mark.parametrize("name", LOOPS)
def test_functions(name):
    """The same in a function that compiled code calls, and inside of a handler."""
    body = LOOPS[name]
    check_source(PRELUDE + HELPERS + f"""
def work(i):
    total, value = 0, 0
    if True:
{body}
    return total
def main():
    total = 0
    for i in range(5):
        total += work(i)
    try: {{}}[total]
    except KeyError as e:
        for i in range(3): total += work(i)
        record(sys.exception() is e)
    return total
""", leaks=False)


@same
def test_result_kept_by_finally():
    def g():
        return [1]

    def f(k):
        out = [k, [k]]
        try:
            return out
        finally:
            g().append(out.__class__)

    return [f(i) for i in range(20)], [len(f(i)) for i in range(20)]


@same
def test_counts_of_references():
    class Thing(Exception):
        pass

    thing, total = watch(Thing(1)), 0
    kept = watch([])

    def thrower(what, k):
        local = kept
        raise what

    for i in range(20):
        try:
            thrower(thing, kept)
        except Thing as e:
            total += len(e.args)
        thing.__traceback__ = None
    return total


@same
def test_traceback_keeps_the_frames():
    def inner(n):
        mine = [n]
        raise ValueError(n)

    def outer(n):
        also = (n, n)
        inner(n)

    kept = []
    for i in range(10):
        try:
            outer(i)
        except ValueError as e:
            kept.append(e)
    for e in kept:
        t = e.__traceback__
        while t:
            record(t.tb_frame.f_code.co_name, t.tb_lineno)
            if t.tb_next:
                record({k: v for k, v in t.tb_next.tb_frame.f_locals.items()})
            t = t.tb_next
    return len(kept)


TOOLS = '''
import sys
log = []
def trace(frame, event, arg):
    log.append((event, frame.f_code.co_name, frame.f_lineno))
    return trace
def leaf(i):
    if i == 5:
        start()
        raise KeyError(i)
    return i
def middle(i):
    return leaf(i) + 1
def work():
    t = 0
    for i in range(8):
        try:
            t += middle(i)
        except KeyError:
            t += 1
            stop()
    return t
def main():
    result = work()
    record(list(log)); log.clear()
    return result
'''
STARTS = {
    "settrace": '''
def start():
    sys.settrace(trace)
    sys._getframe(1).f_trace = sys._getframe(2).f_trace = trace
def stop(): sys.settrace(None)
''', "setprofile": '''
def start(): sys.setprofile(lambda frame, event, arg: log.append((event, frame.f_code.co_name)))
def stop(): sys.setprofile(None)
''', "monitoring": '''
E = sys.monitoring.events
def is_ours(code):      # and not that of another thread, of the tests' runner
    return code.co_filename == leaf.__code__.co_filename
def start():
    sys.monitoring.use_tool_id(3, "test")
    for name in "RAISE", "RERAISE", "EXCEPTION_HANDLED", "PY_UNWIND", "PY_THROW":
        sys.monitoring.register_callback(3, getattr(E, name), lambda code, offset, exc, name=name:
            log.append((name, code.co_name, type(exc))) if is_ours(code) else None)
    sys.monitoring.set_events(3, E.RAISE | E.RERAISE | E.EXCEPTION_HANDLED | E.PY_UNWIND | E.PY_THROW)
def stop():
    sys.monitoring.set_events(3, 0)
    sys.monitoring.free_tool_id(3)
''',
}


@pytest.mark.parametrize("tool", STARTS)
def test_tools_started_in_a_callee_that_raises(tool):
    check_source(TOOLS + STARTS[tool], leaks=False)
