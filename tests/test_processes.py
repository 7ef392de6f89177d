"""The edges of a process: fork, sub-interpreters, start and end."""

import sys

import pytest

from oracle import run_program


def test_fork_with_compiled_loops():
    run_program("""
        import os, sys
        def work(x, n):
            for i in range(n): x = x + i
            return x
        print(work(0, 1000), work(0.5, 1000), flush=True)
        for k in range(4):
            pid = os.fork()
            if pid == 0:
                # compiled code from before, and code compiled in the child
                ok = work(k, 1000) == k + 499500 and work(2**62, 1000) == 2**62 + 499500
                def fresh():
                    n = 0
                    while n < 1000: n += k + 1
                    return n
                os._exit(k + 10 if ok and fresh() >= 1000 else 99)
            print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), work(1.5, 100), flush=True)
    """)


def test_fork_inside_a_loop_and_of_a_child_that_goes_on():
    run_program("""
        import os, sys
        total = 0
        pids = []
        for i in range(6):
            total += i * 2
            sys.stdout.flush()
            pid = os.fork()
            if pid == 0:
                for k in range(100): total += k
                print("child", i, total, flush=True)
                os._exit(i)
            pids.append(pid)
            print("status", os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
        print(total)
    """)


def test_fork_while_a_thread_loops():
    run_program("""
        import os, threading, time, warnings
        warnings.simplefilter("ignore")
        stop = False
        def spin():
            n = 0
            while not stop: n += 1
        t = threading.Thread(target=spin)
        t.start()
        time.sleep(0.02)
        pid = os.fork()
        if pid == 0:
            n = 0
            for i in range(100000): n += i
            os._exit(7 if n == 4999950000 else 8)
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
        stop = True
        t.join()
    """)


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_multiprocessing(method):
    run_program(f"""
        import multiprocessing
        def work(n):
            t = 0
            for i in range(n): t += i * 0.5
            return t
        if __name__ == "__main__":
            with multiprocessing.get_context({method!r}).Pool(2) as pool:
                print(pool.map(work, range(0, 2000, 100)))
    """, modes={"threshold=1": {}})


SUBINTERPRETER = """
code = '''
def work(n):
    t, f = 0, 0.5
    for i in range(n):
        t += i
        f = f * 1.001 + t
    return t, f
for k in range(20): result = work(1000)
x = 0
while x < 10000: x += 1
try:
    import _graft
except ImportError:
    pass
print("in the sub-interpreter", result, x, flush=True)
'''
def main_loop():
    t = 0
    for i in range(10000): t += i
    return t
"""


def test_concurrent_interpreters():
    run_program(SUBINTERPRETER + """
from concurrent import interpreters
print(main_loop(), flush=True)
for i in range(3):
    interp = interpreters.create()
    interp.exec(code)
    print(main_loop(), flush=True)
    interp.close()
print(main_loop(), flush=True)
""")


def test_interpreters_in_threads_at_the_same_time():
    run_program(SUBINTERPRETER + """
import threading
from concurrent import interpreters
def run():
    interp = interpreters.create()
    interp.exec(code.replace("print", "repr and (lambda *a, **k: 0)"))
    interp.close()
threads = [threading.Thread(target=run) for i in range(3)]
for t in threads: t.start()
print(main_loop())
for t in threads: t.join()
print(main_loop())
""")


def test_legacy_sub_interpreters_that_share_the_gil():
    run_program(SUBINTERPRETER + """
import _interpreters
print(main_loop(), flush=True)
for i in range(3):
    interp = _interpreters.create("legacy")
    print(_interpreters.exec(interp, code), flush=True)
    print(main_loop(), flush=True)
    _interpreters.destroy(interp)
print(main_loop(), flush=True)
""")


def test_exception_in_a_sub_interpreter():
    run_program("""
        from concurrent import interpreters
        interp = interpreters.create()
        try:
            interp.exec("for i in range(100):\\n    1 // (50 - i)")
        except interpreters.ExecutionFailed as e:
            print(e.excinfo.type.__name__, e.excinfo.msg)
        interp.exec("print(i, flush=True)")
        interp.close()
    """)


def test_loops_at_exit_and_in_finalizers_at_shutdown():
    run_program("""
        import atexit, sys, weakref
        def loop(name, n=500):
            t, f = 0, 0.5
            for i in range(n):
                t += i
                f *= 1.01
            while t > 100: t //= 2
            print(name, t, f, flush=True)
        class Last:
            def __init__(self, name): self.name = name
            def __del__(self, loop=loop):
                t = 0
                for i in range(300): t += i
                loop("del " + self.name)
        a = Last("global")
        cycle = Last("cycle"); cycle.me = cycle
        sys.kept = Last("in sys")
        atexit.register(loop, "atexit 1")
        atexit.register(loop, "atexit 2", 10000)
        weakref.finalize(a, loop, "finalize")
        import threading
        threading._register_atexit(loop, "threading atexit")
        loop("main")
    """)


def test_exception_at_shutdown():
    run_program("""
        import atexit
        def bad():
            for i in range(10): i // (5 - i)
        atexit.register(bad)
        class Bad:
            def __del__(self):
                for i in range(10): i // (5 - i)
        b = Bad()
        for i in range(100): pass
    """)


@pytest.mark.parametrize("ending", [
    "sys.exit(3)", "sys.exit('message')", "sys.exit()", "sys.exit(None)", "sys.exit(256 + 7)", "sys.exit(-1)", "sys.exit(2**70)",
    "os._exit(4)", "raise SystemExit(5)", "raise KeyError('x')", "raise SystemExit((1, 2))", "1 // 0", "undefined",
    "assert i < 0, i", "raise BaseException(i)", "raise ExceptionGroup('g', [ValueError(i), TypeError(t)])", "pass",
    "os.kill(os.getpid(), 9)", "os.abort()", "sys.exit(True)", "raise KeyboardInterrupt",
])
def test_exit_status_and_traceback(ending):
    run_program(f"""
        import os, sys
        def work():
            t = 0
            for i in range(1000):
                t += i
                if i == 900:
                    {ending}
            return t
        print(work(), flush=True)
    """, env={"PYTHONFAULTHANDLER": ""}, modes={"threshold=1": {}})


@pytest.mark.parametrize("source", [
    "for i in range(10) print(i)", "def f(:\n", "for i in range(3):\n  x = 1\n   y = 2\n", "\x00", "# -*- coding: nonsense -*-\n",
    "", "import does_not_exist", "from __future__ import nothing", "return 5", "while True: break\nelse: pass\nbreak",
])
def test_programs_that_do_not_start(source):
    run_program(source, modes={"threshold=1": {}})


def test_arguments_and_main_module():
    run_program("""
        import sys
        total = 0
        for a in sys.argv[1:]:
            total += len(a)
        print(sys.argv[1:], total, __name__, sys.orig_argv[2:], sorted(k for k in globals() if k.startswith("__")))
    """, args=["a", "--flag", "", "ü"])


@pytest.mark.parametrize("option", ["-O", "-OO", "-B", "-E", "-I", "-s", "-S", "-u", "-Werror", "-Xdev", "-Xfaulthandler",
                                    "-Xtracemalloc", "-bb", "-P", "-q", "-Xfrozen_modules=off", "-Xno_debug_ranges"])
def test_interpreter_options(option):
    """-E and -I switch the environment off, and -S the start-up hook: nothing
    may break either way."""
    run_program("""
        def work(n):
            t = 0
            for i in range(n):
                t += i
                assert t >= 0
            return t
        print(work(1000), __debug__)
        for i in range(10):
            1 // (5 - i)
    """, python_args=[option], modes={"threshold=1": {}}, env={"PYTHONWARNINGS": ""})


def test_standard_library_at_work():
    run_program("""
        import argparse, asyncio, collections, copy, datetime, decimal, difflib, fractions, functools, hashlib, heapq, itertools
        import json, random, re, statistics, string, textwrap, unittest, zlib
        r = random.Random(5)
        data = [r.random() for i in range(200)]
        print(statistics.mean(data), statistics.stdev(data), sorted(data)[100])
        print(fractions.Fraction(355, 113).limit_denominator(50), decimal.Decimal(2).sqrt())
        print(json.dumps({str(i): [i, i / 2] for i in range(20)}, indent=1)[:200])
        print(re.sub(r"(\\d+)", lambda m: str(int(m[1]) * 2), "a1b22c333"), difflib.get_close_matches("appel", ["ape", "apple"]))
        print(textwrap.fill(string.ascii_letters * 5, 40), hashlib.sha256(bytes(range(256))).hexdigest())
        heap = []
        for i in range(300): heapq.heappush(heap, (i * 7919) % 1009)
        print([heapq.heappop(heap) for i in range(20)], list(itertools.accumulate(range(20))))
        print(datetime.date(2024, 2, 29) + datetime.timedelta(days=1000), copy.deepcopy([1, [2, {3: 4}]]))
        print(functools.reduce(lambda a, b: a * b % 1000003, range(1, 500)), collections.Counter("abracadabra"))
        class T(unittest.TestCase):
            def test_a(self):
                for i in range(10):
                    with self.subTest(i=i): self.assertLess(i, 10)
        print(unittest.TextTestRunner(stream=open("/dev/null", "w")).run(unittest.defaultTestLoader.loadTestsFromTestCase(T)))
        print(asyncio.run(asyncio.sleep(0, "slept")))
    """, timeout=120)
