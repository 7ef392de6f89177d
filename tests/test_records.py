"""Micro-ops executed by C functions, without machine code (the setting machine_code=0):
everything as in machine code, and no memory is executable."""

import subprocess
import sys
import textwrap

import pytest

import graft
from oracle import MODES, REAL, check_source, environment, run_program
from random_programs import GENERATORS
from test_bad_luck import WORK

pytestmark = pytest.mark.skipif(not REAL, reason="graft is a stand-in here")
WITHOUT = {f"machine_code=0, {name}": MODES[name] | {"machine_code": 0}
           for name in ("threshold=1", "force_exit=2", "max_versions=1", "code_cache=4096", "code_cache=16384")}


@pytest.mark.parametrize("generator", GENERATORS)
@pytest.mark.parametrize("part", range(4))
@pytest.mark.filterwarnings("ignore::SyntaxWarning")
def test_random_programs(generator, part):
    for seed in range(1000 + part, 1024, 4):
        check_source(GENERATORS[generator](seed), modes=WITHOUT, repeat=2, leaks=part == 0)


def test_registers_and_branches():
    """Loops with more values than registers, moved and spilled."""
    names = "abcdefghijkl"
    check_source("def main(n):\n"
                 + "".join(f"    {x} = {k}\n    {x}{x} = {k}.5\n" for k, x in enumerate(names))
                 + "    for step in range(n):\n"
                 + "".join(f"        {x}, {y} = {y} + step, {x} - {y} if {x}{x} < {k} else {x} % 7 + step // 3\n"
                           f"        {x}{x} = {y}{y} * 0.5 + {y} - ({x}{x} if {x} > {y} else -{y}{y})\n"
                           for k, (x, y) in enumerate(zip(names, names[1:])))
                 + f"    return {', '.join(names)}, {', '.join(2 * x for x in names)}\n",
                 args=[(0,), (1,), (50,), (200,)], modes=WITHOUT)


def test_numbers_at_the_edges():
    """What a sanitizer minds although the machine does not: indexes, divisors, sums."""
    check_source("""
        EDGES = [2**63 - 1, -2**63, 2**63 - 2, 1 - 2**63, 2**62, -2**62, 2**53, 2**30, -1, 0, 1, 5, 1030]
        def main():
            out, items, floats, counts = [], (1, 2), [0.5, 1.5], [2**40, 2**50]
            for a in EDGES:
                for kind in items, floats, counts, "ab", b"ab":
                    try:
                        out.append(kind[a])
                    except IndexError:
                        out.append(None)
                try:
                    floats[a] = counts[a] = 3
                except IndexError:
                    out.append(None)
                for b in EDGES:
                    if b:
                        out.append((a // b, a % b, a / b))
                    out.append((a + b, a - b, a + 7, a - 7, a * b, a * 0.5, -a, abs(a), a + 0.5 > b))
            return out, floats, counts
    """, modes=WITHOUT, identity=False)


def test_a_call_whose_way_out_is_compiled_while_it_runs():
    """The caller's record is sent elsewhere while the callee runs."""
    check_source("""
        def fib(n, one=1):
            return one if n < 2 else fib(n - 1, one) + fib(n - 2, one)
        def main(n):
            return fib(n), fib(n, 1.5), fib(n, 1j), fib(n, 2**62), fib(n, ()), fib(n, "x")
    """, args=[(2,), (9,)], modes=WITHOUT)


def test_programs():
    run_program(WORK, modes=WITHOUT)


def test_setting():
    """It takes effect at the next reset().  In a process where nobody else compiles anything."""
    done = python(textwrap.dedent("""
        import graft
        def loop(n):
            total = 0
            for i in range(n):
                total += i
            return total
        def used():
            assert loop(1000) == 499500
            return graft.stats()["code_bytes"]
        graft.configure(threshold=100, machine_code=1)
        graft.reset()
        as_code = used()
        graft.configure(machine_code=0)
        assert used() == as_code
        graft.reset()
        assert 0 < used() != as_code
        graft.configure(machine_code=1)
        graft.reset()
        assert used() == as_code
    """))
    assert done.returncode == 0, done.stderr
    for wrong in -1, 2, "yes":
        with pytest.raises((TypeError, ValueError)):
            graft.configure(machine_code=wrong)


def python(code, **settings):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60,
                          env=environment(settings))


LOOP = """
import graft
def loop(n):
    total = 0.5
    for i in range(n):
        total += i
    return total
print(loop(100000), graft.is_enabled() and graft.stats()["blocks"] > 0)
"""


def test_no_page_is_executable():
    count = "print(sum('xp 00000000 00:00 0' in line and '[' not in line for line in open('/proc/self/maps')))"
    done = python(LOOP + count, machine_code=0)
    without = python(LOOP + "graft.disable()\n" + count, machine_code=0)
    assert done.stdout.splitlines() == ["4999950000.5 True", "0"] == without.stdout.splitlines(), done.stderr


FORBID = """
import ctypes
if ctypes.CDLL(None).prctl(65, 1, 0, 0, 0):         # PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN
    raise SystemExit(77)
import graft
graft.configure(threshold=1)
graft.reset()
try:
    graft.enable()
except RuntimeError as error:
    print(error)
"""


@pytest.mark.parametrize("machine_code", [0, 1])
def test_a_system_that_forbids_executable_memory(machine_code):
    forbid = FORBID.replace("threshold=1", f"threshold=1, machine_code={machine_code}")
    done = subprocess.run([sys.executable, "-c", forbid + LOOP], capture_output=True, text=True,
                          timeout=60, env=environment(None))
    if done.returncode == 77:
        pytest.skip("this system cannot forbid it (Linux 6.3)")
    refused = ["the system refuses memory for machine code"]
    assert done.stdout.splitlines() == (refused if machine_code else []) + [
        f"4999950000.5 {not machine_code}"], done.stderr
    assert done.returncode == 0 and not done.stderr
