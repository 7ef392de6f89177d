"""Exceptions at every place of a loop: which handler runs, what the traceback
says (lines, columns, locals), what finally, with and else do on the way."""

import sys

import pytest

from oracle import Dying, check_source, record, same, spy, watch

RAISERS = {
    "int division": "z = 1 // (5 - i)", "float division": "z = 1.5 / (5.0 - i)", "modulo": "z = i % (5 - i)",
    "type error": "z = i + (None if i == 5 else 1)", "raise": "if i == 5: raise KeyError(i)",
    "unbound local": "if i == 5: del i\n        z = i", "unbound global": "z = i if i != 5 else missing",
    "shift": "z = 1 << (4 - i)", "overflow": "z = 10.0 ** (300 * (i > 4)) ** (1 + (i > 4))", "attribute": "z = i.real if i != 5 else i.nothing",
    "index": "z = [0, 1, 2, 3, 4][i]", "call": "z = fail(i)", "int()": "z = int('5' if i < 5 else 'five')",
    "assert": "assert i < 5, i", "unpack": "z, y = (1, 2) if i < 5 else (1, 2, 3)", "huge": "z = (10**400 if i == 5 else 1) * 1.5",
    "compare": "z = (1j if i == 5 else i) < 3", "missing function": "z = g if i < 5 else deleted()",
}
PRELUDE = """
import sys
g = 1
class Thing:
    def __enter__(self): record("enter"); return self
    def __exit__(self, kind, value, tb): record("exit", kind, value, tb and tb.tb_lineno); return False
class Swallow(Thing):
    def __exit__(self, kind, value, tb): record("swallow", kind); return True
def fail(n):
    if n == 5:
        raise LookupError("from a callee", n)
    return n
"""
SHAPES = {
    "bare": """
def main():
    total = 0
    i = 0
    while i < 9:
        {raiser}
        total += i
        i += 1
    return total
""", "for range": """
def main():
    total = 0
    for i in range(9):
        {raiser}
        total += i
    return total
""", "try outside": """
def main():
    total = 0
    try:
        for i in range(9):
            total += 1
            {raiser}
    except Exception as e:
        return total, e, e.__traceback__.tb_lineno
    else:
        return "else"
    finally:
        record("finally", total)
""", "try inside": """
def main():
    total = caught = 0
    for i in range(9):
        try:
            {raiser}
        except Exception as e:
            caught += 1
            record(e, e.__traceback__.tb_lineno, sys.exception())
        else:
            total += 1
        finally:
            total += 100
    return total, caught, sys.exception()
""", "nested": """
def main():
    total = 0
    for j in range(3):
        try:
            for i in range(4, 7):
                try:
                    {raiser}
                    total += 1
                except (IndexError, ZeroDivisionError):
                    total += 10
                    raise
                finally:
                    total += 100
        except ZeroDivisionError:
            total += 1000
        except Exception as e:
            record(e)
            total += 10000
    return total
""", "with": """
def main():
    total = 0
    for j in range(3):
        with Swallow():
            with Thing():
                for i in range(3, 7):
                    {raiser}
                    total += 1
        total += 10
    return total
""", "break and continue": """
def main():
    total = i = 0
    while True:
        i += 1
        try:
            {raiser}
            if i == 8:
                break
            if i % 2:
                continue
            total += 1
        except Exception as e:
            record(type(e), total)
            if i == 5:
                continue
            break
        finally:
            total += 10
    return total, i
""", "reraise from": """
def main():
    for i in range(9):
        try:
            {raiser}
        except Exception as e:
            for k in range(5):
                i = i + k
            raise RuntimeError("wrapped", i) from e
""", "loop in handler": """
def main():
    total = 0
    for i in range(4, 9):
        try:
            {raiser}
        except Exception as e:
            for k in range(10):
                total += k * 0.5
                if k == 8:
                    record(sys.exception() is e)
            i = 5
        total += 1
    return total
""", "generator": """
def gen():
    total = 0
    for i in range(9):
        {raiser}
        total += i
        yield total
def main():
    out = []
    for v in gen():
        out.append(v)
        record(v)
    return out
""", "comprehension": """
def body(i):
    {raiser}
    return i
def main():
    try:
        return [body(i) + k for i in range(9) for k in range(2)]
    finally:
        record("left")
""",
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("raiser", RAISERS)
def test_raise(raiser, shape):
    lines = SHAPES[shape].splitlines()
    place = next(line for line in lines if "{raiser}" in line)
    indent = " " * (len(place) - len(place.lstrip()))
    text = RAISERS[raiser].replace("\n        ", "\n" + indent)
    check_source(PRELUDE + SHAPES[shape].replace("{raiser}", text))


@same(raises=ZeroDivisionError)
def test_columns_within_one_line():
    a, b, c = 3, 2, 1
    while True:
        x = (a + b) * (a // c) + (b / a) - (a % b if b else a // b); a, b, c = a, b - 1, c if b > 0 else c


@pytest.mark.parametrize("statement", [
    "x = (i // (8 - i)) + (i // (7 - i)) + (i // (6 - i))", "x += i / (6 - i)", "x = a[i] + a[i + 1]", "x = -(None if i > 4 else i)",
    "x = i if i < 6 else -i // (i - 6)", "x = (i,\n            1 //\n            (6 - i))", "x = f(i) + f(i // (6 - i))",
    "x = i < (None if i > 5 else 3) < 5", "x = not (1 % (6 - i))", "while 1 // (6 - i): break", "if 1.0 / (6 - i) > 0: x = 1",
    "x = [k // (6 - i) for k in (1, 2)]", "x = lambda: 1 // 0; x = x() if i == 6 else 0", "assert 7 // (6 - i)", "a[i // (6 - i)] = 0",
    "x = 1 if i // (6 - i) else 2", "x = i and 1 // (6 - i)", "for k in range(i // (6 - i)): x = k", "del a[i]; x = a[4]",
])
def test_position_in_the_statement(statement):
    seen = check_source(f"""
def f(v):
    return v
def main():
    a = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9][:7]
    x = 0
    for i in range(20):
        {statement}
        x = 0
""")
    assert seen[0]["exception"] != "None"


@same
def test_finally_with_return_value_kept():
    def f(n):
        for i in range(n):
            try:
                if i == 7:
                    return i * 1.5
            finally:
                i = 100
                record(i)
        return -1
    return f(10), f(5)


@pytest.mark.filterwarnings("ignore")
def test_break_continue_return_in_finally():
    check_source("""
        def breaking(n):
            for i in range(n):
                try:
                    1 // (3 - i)
                finally:
                    if i >= 3: break
            return i
        def continuing(n):
            t = 0
            for i in range(n):
                try:
                    t += 1 // (3 - i)
                finally:
                    continue
            return t
        def returning(n):
            t = 0
            while True:
                t += 1
                try:
                    t / (n - t)
                finally:
                    if t >= n: return t
        def main():
            return breaking(9), continuing(9), returning(9)
    """)


@same
def test_exception_variable_is_unbound_after_the_handler():
    out = []
    for i in range(6):
        try:
            1 // (i % 2)
        except ZeroDivisionError as e:
            out.append(e.args)
        try:
            e
        except UnboundLocalError as error:
            out.append(error.args)
    return out


@same
def test_context_chains_through_loops():
    caught = None
    for i in range(4):
        try:
            try:
                1 // (i - i)
            except ZeroDivisionError:
                for k in range(3):
                    {}[k] if k == 2 else k
        except KeyError as e:
            caught = e
            record(e)
    try:
        raise caught
    except KeyError as e:
        record(e)
    return caught


@same(raises=ValueError)
def test_reraise_keeps_and_extends_the_traceback():
    kept = None
    for i in range(8):
        try:
            if kept and i == 7:
                raise kept
            if i == 3:
                raise ValueError(i)
        except ValueError as e:
            kept = e
            if i == 7:
                raise


@same
def test_sys_exception_inside_and_after():
    out = []
    for i in range(8):
        try:
            if i % 2:
                1 / 0
        except ZeroDivisionError:
            out.append(sys.exc_info()[0])
            for k in range(3):
                out.append(sys.exception().args)
                try:
                    [][k]
                except IndexError:
                    out.append(sys.exc_info()[0])
            out.append(sys.exc_info()[0])
        out.append(sys.exc_info()[0])
    return out


@same(raises=ExceptionGroup)
def test_exception_groups():
    def f(n):
        errors = []
        for i in range(n):
            try:
                try:
                    if i % 3 == 0:
                        raise ExceptionGroup("g", [ValueError(i), TypeError(i), ExceptionGroup("h", [KeyError(i), ValueError(-i)])])
                    if i % 3 == 1:
                        raise ValueError(i)
                except* ValueError as group:
                    record(len(group.exceptions), group)
                    total = 0
                    for k in range(5):
                        total += k
                    record(total)
                except* KeyError as group:
                    record(group)
            except ExceptionGroup as rest:
                errors.append(rest)
        raise ExceptionGroup("all", errors)
    f(7)


@same(raises=ExceptionGroup)
def test_exception_in_except_star_body():
    try:
        for i in range(5):
            if i == 4:
                raise ExceptionGroup("g", [ValueError(1), OSError(2)])
    except* ValueError:
        for i in range(5):
            i // 1
            if i == 4:
                raise RuntimeError("in the handler")


@same(raises=StopIteration)
def test_stop_iteration_raised_by_hand():
    it = iter([1, 2, 3])
    total = 0
    while True:
        total += next(it)


@same
def test_with_statements_in_loops():
    class Manager:
        def __init__(self, swallow):
            self.swallow = swallow

        def __enter__(self):
            return 5

        def __exit__(self, kind, value, tb):
            record(kind, tb is None or tb.tb_lineno)
            return self.swallow
    total = 0
    for i in range(10):
        with Manager(i % 2) as a, Manager(True) as b:
            total += a + b
            if i == 4:
                continue
            if i == 6:
                total //= 0
            if i == 8:
                break
            total += 100 // (i % 3)
    return total


@same(raises=KeyError)
def test_exit_method_raises():
    class Manager:
        def __enter__(self):
            pass

        def __exit__(self, *args):
            raise KeyError("exit")
    for i in range(10):
        if i == 5:
            with Manager():
                i // (5 - i)


@same
def test_locals_of_dead_frames():
    def f(n):
        a, b, c = 1, 2.0, True
        for i in range(100):
            a, b, c = a + 1, b * 1.5, not c
            d = a > 5
            if i == n:
                e = 10
                e / (n - i)
    out = []
    for n in range(5, 9):
        try:
            f(n)
        except ZeroDivisionError as error:
            frame = error.__traceback__.tb_next.tb_frame
            out.append((dict(frame.f_locals), frame.f_lineno, error))
    return out


@same
def test_values_die_when_the_exception_does():
    class Custom(Exception):
        pass

    def f():
        x = Dying("in the frame")
        for i in range(9):
            if i == 8:
                raise Custom(i)
    for i in range(3):
        try:
            f()
        except Custom as e:
            record("caught", e.args)
        record("handled")


@same
def test_memory_and_recursion_errors_are_caught():
    out = []
    for i in range(3):
        try:
            [0] * (2**62 + i)
        except MemoryError:
            out.append("memory")
        try:
            (i + 1) << 2**62
        except (MemoryError, OverflowError) as e:
            out.append(type(e))
    return out


@same
def test_hundreds_of_caught_exceptions_leak_nothing():
    n = 0
    token = watch(object())
    for i in range(300):
        try:
            n += 1 // (i % 3)
        except ZeroDivisionError as e:
            held = token
            n += 1
    held = None
    return n


@same(raises=KeyboardInterrupt)
def test_base_exceptions_pass_through_except_exception():
    for i in range(10):
        try:
            if i == 6:
                raise KeyboardInterrupt(i)
        except Exception:
            record("wrong")


@same(raises=SystemExit)
def test_system_exit():
    for i in range(10):
        try:
            i // (i - 5) if i < 5 else sys.exit(i)
        finally:
            record(i)


@same
def test_notes_are_kept():
    out = []
    for i in range(4):
        try:
            try:
                i / (i // 4)
            except ZeroDivisionError as e:
                e.add_note(f"round {i}")
                raise
        except ZeroDivisionError as e:
            out.append(e)
    return out


@same(args=[(n,) for n in range(14)])
def test_exception_at_the_nth_operation(n):
    """Whichever instruction it is: the locals show exactly what was done before."""
    class Bomb:
        def __init__(self):
            self.left = n

        def tick(self, value):
            self.left -= 1
            if self.left < 0:
                raise EOFError(value)
            return value
    bomb = Bomb()
    a = b = c = None
    try:
        for i in range(3):
            a = bomb.tick(i)
            b = bomb.tick(a + 0.5) + bomb.tick(b or 0)
            c = (bomb.tick(a) < bomb.tick(b)) + i
            spy()
    except EOFError as e:
        record(a, b, c, i, e)
    return a, b, c
