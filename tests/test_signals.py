"""Signals reach a program whose time is spent in compiled loops, at a place
where its variables are consistent."""

import pytest

from oracle import PROGRAM_MODES, check_source, environment, python, same, run_program

SETUP = """
import signal, sys, time
def alarm(seconds, handler=None):
    if handler: signal.signal(signal.SIGALRM, handler)
    signal.setitimer(signal.ITIMER_REAL, seconds)
"""


@pytest.mark.parametrize("loop", [
    "while True: n += 1",
    "while True:\n            n += 1\n            f = n * 0.5",
    "while True: pass",
    "while n >= 0:\n            n += 1\n            if n % 2: continue\n            n += 2",
    "for n in range(10**18): pass",
    "for a in range(10**9):\n            for n in range(10): pass",
    "while True:\n            try: n += 1\n            finally: f = 1.5",
    "while True:\n            for k in range(3): n += k",
    "while True: n = n * 3 % 1000003",
    "while True: f = f * 1.0000001 if f < 1e300 else 1.0",
])
def test_interrupt_ends_an_infinite_loop(loop):
    """What was seen: the exception, where it came from, and sane locals."""
    run_program(SETUP + f"""
def work():
    n, f = 0, 1.0
    alarm(0.03, lambda *a: (_ for _ in ()).throw(KeyboardInterrupt))
    try:
        {loop}
    except KeyboardInterrupt as e:
        assert type(n) is int and type(f) is float and n >= 0 and f > 0, (n, f)
        tb = e.__traceback__
        print("interrupted in", tb.tb_frame.f_code.co_name)
    for i in range(1000): n += i
    return "done"
print(work())
""")


def test_variables_are_consistent_when_a_signal_comes():
    """The interpreter takes signals at back-edges only: both of these were
    changed, or neither."""
    run_program(SETUP + """
def stop(*args): raise KeyboardInterrupt
def work():
    a = b = 0
    f = 0.0
    alarm(0.02, stop)
    try:
        while True:
            a += 1
            b += 2
            f += 0.5
    except KeyboardInterrupt:
        return b == 2 * a and f == a / 2 and a > 100
for i in range(5):
    print(work())
""")


def test_handler_sees_and_changes_the_locals():
    run_program(SETUP + """
def handler(signum, frame):
    assert frame.f_code.co_name == "work", frame
    n = frame.f_locals["n"]
    assert type(n) is int and n > 0
    if n > 2000: frame.f_locals["running"] = False
    else: alarm(0.01)
def work():
    n = 0
    running = True
    alarm(0.01, handler)
    while running:
        n += 1
    return "stopped"
def work_float():
    n = 0
    limit = 1e300
    alarm(0.01, lambda s, frame: frame.f_locals.__setitem__("limit", -1))
    while n < limit:
        n += 1
    return limit
print(work(), work_float())
""")


def test_handlers_run_while_the_loop_goes_on():
    run_program(SETUP + """
count = 0
def handler(signum, frame):
    global count
    count += 1
    if count < 20:          # (another one might come when the interpreter has ended)
        signal.setitimer(signal.ITIMER_REAL, 0.002)
def work():
    n = 0
    alarm(0.002, handler)
    while count < 20:
        n += 1
    signal.setitimer(signal.ITIMER_REAL, 0)
    return n > 20
print(work(), count >= 20)
""")


def test_raise_signal_in_the_loop():
    check_source("""
        import signal
        def main():
            seen = []
            def handler(signum, frame):
                seen.append((frame.f_lineno, frame.f_locals["i"], frame.f_locals["x"]))
            old = signal.signal(signal.SIGUSR1, handler)
            try:
                x = 0.5
                for i in range(30):
                    x += i
                    if i % 7 == 3:
                        signal.raise_signal(signal.SIGUSR1)
                    x *= 2
            finally:
                signal.signal(signal.SIGUSR1, old)
            return seen, x
    """)


def test_handler_raises_inside_try_finally():
    check_source("""
        import signal
        class Stop(Exception): pass
        def main():
            def handler(signum, frame):
                raise Stop(frame.f_locals["i"])
            old = signal.signal(signal.SIGUSR1, handler)
            out = []
            try:
                for i in range(12):
                    try:
                        if i % 4 == 1:
                            signal.raise_signal(signal.SIGUSR1)
                        out.append(i)
                    except Stop as e:
                        out.append(e)
                    finally:
                        out.append("finally")
            finally:
                signal.signal(signal.SIGUSR1, old)
            return out
    """)


def test_interrupt_without_a_handler_ends_the_process_as_always():
    run_program("""
        import os, signal, threading, time
        def killer():
            time.sleep(0.1)
            os.kill(os.getpid(), signal.SIGINT)
        threading.Thread(target=killer, daemon=True).start()
        n = 0
        while True:
            n += 1
    """)


def test_default_signals_kill_the_process():
    run_program("""
        import signal
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        n = 0
        while True: n += 1
    """)


def test_interrupt_of_the_same_loop_again_and_again():
    run_program(SETUP + """
class Stop(Exception): pass
def handler(*args): raise Stop
def work():
    n = 0
    while True:
        n += 1
caught = 0
for i in range(30):
    try:
        alarm(0.02, handler)
        work()
    except Stop as e:
        tb = e.__traceback__
        while tb.tb_frame.f_code.co_name != "work": tb = tb.tb_next
        assert tb.tb_lineno == work.__code__.co_firstlineno + 3, tb.tb_lineno
        assert tb.tb_frame.f_locals["n"] > 0
        caught += 1
print(caught)
""")


def test_a_signal_during_a_call_is_handled_behind_it():
    """Not at the next poll, which may be outside the try or with statement."""
    run_program("""
        import ctypes, signal
        class Timeout(Exception): pass
        def handler(*args): raise Timeout(len(seen))
        signal.signal(signal.SIGUSR1, handler)
        raise_signal = getattr(ctypes.CDLL(None), "raise")
        seen = []
        class Context:
            def __enter__(self): return self
            def __exit__(self, *exception):
                seen.append(exception[0])
                return True
        def tried(args, keywords):
            try:
                raise_signal(signal.SIGUSR1)
            except Timeout as e:
                seen.append((str(e), e.__traceback__.tb_lineno))
            else:
                seen.append("late")
            try:
                raise_signal(*args)
            except Timeout as e:
                seen.append((str(e), e.__traceback__.tb_lineno))
            with Context():
                [raise_signal(*args, **keywords), 1]
        for i in range(700):
            try:
                tried((signal.SIGUSR1,), {})
            except Timeout:
                print("outside")
        print(len(seen), sorted(set(map(str, seen[-9:]))))
    """, modes=PROGRAM_MODES | {"usual threshold": {}})


def test_pending_calls_that_ask_for_another():
    """Handled once behind each call, as the interpreter does it: the program goes on."""
    run_program("""
        import ctypes, math, os
        add = ctypes.pythonapi.Py_AddPendingCall
        add.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
        count, done = [0], []
        def again(argument):
            count[0] += 1
            if not done and count[0] < 300_000:
                add(callback, None)
            return 0
        called = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)(again)
        callback = ctypes.cast(called, ctypes.c_void_p)
        def work(n):
            for i in range(n):
                os.getpid()
                str(i, **{})
            return n
        for k in range(3):
            add(callback, None)
            print(work(600))
        done.append(True)
        print(count[0] < 300_000)
    """, modes=PROGRAM_MODES | {"usual threshold": {}})
