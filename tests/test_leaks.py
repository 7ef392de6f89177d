"""Nothing is left over: references (debug build) or blocks of CPython's, pieces of the compiler's own
memory, bytes of machine code and mappings, over thousands of compilations, invalidations, deaths of
code, threads, and switchings on and off.

Each activity runs in windows of the same length.  What leaks grows in every window; what is kept up to
a bound (dead names are swept when there are many) does not."""

import contextlib
import gc
import os
import subprocess
import sys
import threading

import pytest

import graft
import oracle
from conftest import LONG
from programs_of_all_kinds import PROGRAMS, fresh

ROUNDS = 300 if LONG else 20 if oracle.DEBUG_BUILD else 40
WINDOWS = 7
count = sys.gettotalrefcount if oracle.DEBUG_BUILD else sys.getallocatedblocks

pytestmark = pytest.mark.skipif(not oracle.REAL, reason="a stand-in has no memory")

ACTIVITIES = '''
def compilations():
    """New code, compiled, which then dies."""
    for name in PROGRAMS:
        main = fresh(name)
        main(), main(), main()

def invalidations():
    space = {}
    exec("def g(n): return n * K\\ndef f():\\n t = 0\\n for i in range(30): t += g(i)\\n return t", space)
    for k in range(12):
        space["K"] = k
        space["f"]()
        space["g"] = eval("lambda n: n + K", space)
        space["f"]()

def generations():
    """The same code again and again for other globals."""
    code = compile("t = 0\\nfor i in range(30): t += i * K", "x", "exec")
    for k in range(12):
        exec(code, {"K": k})

def types():
    """Versions of classes that come and go."""
    space = {}
    exec("def f(o):\\n t = 0\\n for i in range(9): t += o.x + o.m()\\n return t", space)
    for k in range(7):
        space["f"](type(f"C{k}", (), {"x": k, "m": lambda self: self.x})())

def threads():
    main = fresh("objects")
    started = [threading.Thread(target=main) for _ in range(4)]
    for thread in started:
        thread.start()
    for thread in started:
        thread.join()
    graft.reset()       # what CPython's threading has compiled stays, and with it stubs of its callers

def switchings():
    main = fresh("names")
    for _ in range(4):
        main()
        graft.disable()
        main()
        graft.enable()

def resets():
    main = fresh("generators")
    for _ in range(2):
        main()
        graft.reset()

def exceptions():
    main = fresh("exceptions")
    main(), main(), main()

def generators_closed():
    space = {}
    exec("""
def g(n):
    try:
        for i in range(n):
            yield [i]
    finally:
        pass
def f():
    for k in range(9):
        for v in g(20):
            if v[0] == k:
                break
    a = g(3)
    next(a)
    a.close()
    b = g(3)
    next(b)
    return b
""", space)
    for _ in range(5):
        space["f"]()

def failures():
    for kind in "fail_memory", "fail_translation":
        for n in 5, 31:
            graft.configure(**{kind: n})
            fresh("objects")()
            graft.configure(**{kind: 0})

def window(activity):
    for _ in range(ROUNDS):
        activity()
        gc.collect()
    if graft.is_enabled():
        graft.disable()         # the names of dead dictionaries are swept
        graft.enable()

def mappings():
    file = os.open("/proc/self/maps", os.O_RDONLY)      # in C: no Python code to compile
    lines = 0
    while text := os.read(file, 100_000):
        lines += text.count(b"\\n") - 2 * text.count(b" r-xp 00000000 00:00 0")   # a chunk of code, a gap
    os.close(file)
    return lines

def growths(activity, on):
    """The least growth of each count from window to window, and what was used at most."""
    gc.collect()
    gc.freeze()         # makes later ones quick
    try:
        with jit() if on else nullcontext():
            rows = []
            for _ in range(WINDOWS):
                window(activity)
                rows.append((count(), graft.stats()["pieces"], mappings()))
    finally:
        gc.unfreeze()
    steps = [[b - a for a, b in zip(old, new)] for old, new in zip(rows[1:], rows[2:])]
    return [min(step) for step in zip(*steps)]
'''
# Graft leaves the import system's code alone: what measures is not part of what is measured.
space = {"graft": graft, "threading": threading, "PROGRAMS": PROGRAMS, "fresh": fresh, "gc": gc, "os": os, "jit": oracle.jit,
         "nullcontext": contextlib.nullcontext, "count": count, "ROUNDS": ROUNDS, "WINDOWS": WINDOWS}
given = set(space)
exec(compile(ACTIVITIES, "<frozen importlib, or so>", "exec"), space)


@pytest.mark.parametrize("name", [name for name in space if name not in given | {"window", "mappings", "growths", "__builtins__"}])
def test_nothing_grows(name):
    """In a process of its own: while a thread of an earlier test is inside compiled code, nothing that
    others drop is freed."""
    run = subprocess.run([sys.executable, "-c", f"import test_leaks; test_leaks.measure({name!r})"],
                         cwd=os.path.dirname(os.path.abspath(__file__)), capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


def measure(name):
    activity = space[name]
    slack = ROUNDS * 4 // 5          # one a round is a leak
    for _ in range(3):               # what other threads leave for later is none
        off, on = space["growths"](activity, False), space["growths"](activity, True)
        if on[0] <= max(off[0], 0) + slack:
            break
    assert on[0] <= max(off[0], 0) + slack, f"{on[0]} objects or references"
    assert on[1] <= slack, f"{on[1]} pieces of the compiler's memory"
    assert on[2] <= 2, f"{on[2]} mappings"


def test_machine_code_has_a_bound():
    """Code that has died keeps its place in the cache until reset(), which gives all of it back."""
    with oracle.jit(code_cache=200_000):
        space["window"](space["compilations"])
        assert graft.stats()["code_bytes"] <= 200_000
        for _ in range(20):
            graft.reset()
            assert graft.stats()["code_bytes"] == 0
            fresh("numbers")()
            fresh("numbers")()
            assert graft.stats()["code_bytes"] > 0


def test_descriptors_and_mappings_of_resets():
    def used():
        return len(os.listdir("/proc/self/fd")), space["mappings"]()
    with oracle.jit():
        fresh("objects")()
        graft.reset()
        before = used()
        for _ in range(50):
            fresh("objects")()
            graft.reset()
        after = used()
    assert after[0] == before[0] and after[1] <= before[1] + 2


FULL = """
def functions(n):
    return [eval(f"lambda x: x + {k} if x % 3 else -x") for k in range(n)]
def generators(n):
    return [eval(f"lambda x: (y + {k} for y in range(x % 4))") for k in range(n)]
def calls(functions):
    total = 0
    for i in range(500):
        total += functions[i % len(functions)](i)
    return total
def resumes(generators):
    total = 0
    for i in range(500):
        for value in generators[i % len(generators)](i):
            total += value
    return total
def filler(n):
    total = 0
    for i in range(n):
""" + "".join(f"        total += i % {k + 2} * {k}\n" for k in range(200))


@pytest.mark.parametrize("size", [40_000, 64_000, 100_000, 150_000])
@pytest.mark.parametrize("what", ["calls", "resumes"])
def test_nothing_is_tried_again_and_again_in_a_full_cache(what, size):
    """Each try would take time, and memory (it did: every call of a function that a compiled caller
    knew only when it called)."""
    space, rows = {}, []
    exec(FULL, space)
    many = space["functions" if what == "calls" else "generators"](60)
    expected = space[what](many)
    with oracle.jit(code_cache=size):
        for n in range(1, 30):
            space[what](many[:n])
        space["filler"](9)
        for _ in range(9):
            assert space[what](many) == expected
            stats = graft.stats()
            rows.append((stats["blocks"], stats["pieces"]))
    assert stats["exits_by_reason"]["cache full"] > 0
    assert rows[-1][0] - rows[2][0] < 100 and rows[-1][1] - rows[2][1] < 100
