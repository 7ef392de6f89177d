"""Faults made on purpose at every place: memory, pages, translations, a full cache, signals, forks.

The settings fail_memory, fail_pages, fail_translation and signals make them (src/faults.h).  Each
first fault is another one: the n-th, for all n of a range.  GRAFT_TEST_FAULTS=long (`make
test-faults`) takes every n, more programs and longer ranges."""

import pathlib

import pytest

import graft
import oracle
from conftest import LONG
from oracle import environment, python
from programs_of_all_kinds import PROGRAMS, fresh
from random_programs import GENERATORS

CHILD = str(pathlib.Path(__file__).with_name("faults_child.py"))
SEEDS = (1, 2, 4, 5, 6, 7, 8, 9) if LONG else (6,)
ENGINE = ("fail_memory", "fail_pages", "fail_translation")

pytestmark = pytest.mark.skipif(not oracle.REAL, reason="a stand-in has no faults")


def places(dense, sparse, step):
    """Every n that is small, where a run has many faults; then fewer, but each when LONG."""
    if LONG:
        return range(1, 3 * sparse)
    return [*range(1, dense), *range(dense, sparse, step)] if not oracle.DEBUG_BUILD else \
           [*range(1, dense, 3), *range(dense, sparse, 4 * step)]


@pytest.mark.parametrize("kind", ENGINE)
@pytest.mark.parametrize("name", PROGRAMS)
def test_the_compiler_fails(kind, name):
    """The n-th thing that it asks for, and every n-th after that."""
    expected = repr(fresh(name)())
    for n in places(30, 900, 13):
        with oracle.jit(**{kind: n}):
            main = fresh(name)
            for _ in range(3):
                assert repr(main()) == expected, n
            graft.configure(**{kind: 0})        # what failed may succeed now
            for _ in range(2):
                assert repr(main()) == expected, n


@pytest.mark.parametrize("kind", ENGINE)
@pytest.mark.parametrize("generator", GENERATORS)
@pytest.mark.parametrize("seed", SEEDS)
def test_the_compiler_fails_in_random_programs(kind, generator, seed):
    """Compared by the oracle: tracebacks, identity, reference counts."""
    modes = {f"{kind}={n}": {kind: n} for n in places(14, 500, 41)}
    oracle.check_source(GENERATORS[generator](seed), modes=modes, repeat=2, leaks=False)


@pytest.mark.parametrize("first, then", [("fail_memory", "fail_translation"), ("fail_translation", "fail_pages"),
                                         ("fail_pages", "fail_memory"), ("force_exit", "fail_memory")])
def test_two_kinds_at_once(first, then):
    for name in PROGRAMS:
        expected = repr(fresh(name)())
        for n in places(8, 90, 17):
            with oracle.jit(**{first: n + 3, then: 2 * n + 1}):
                main = fresh(name)
                for _ in range(3):
                    assert repr(main()) == expected, (name, n)


# ------------------------------------------------------------ a code cache that fills up anywhere

@pytest.mark.parametrize("name", PROGRAMS)
def test_cache_full_at_every_size(name):
    expected = repr(fresh(name)())
    for size in range(0, 60_000, 64 if LONG else 4_000 if oracle.DEBUG_BUILD else 1_100):
        with oracle.jit(code_cache=size):
            main = fresh(name)
            for _ in range(3):
                assert repr(main()) == expected, size


# ------------------------------------------------------------ in processes of their own

def child(*arguments, timeout=100):
    run = python("-X", "faulthandler", CHILD, *map(str, arguments), env=environment(), timeout=timeout * (40 if LONG else 1))
    assert run.returncode == 0, run.stderr[-3000:]
    word, count = run.stdout.split()[-2:]
    assert word == "right", run.stdout
    return int(count)


@pytest.mark.parametrize("width", [1, 4, 0])
@pytest.mark.parametrize("warm", [0, 2])
@pytest.mark.parametrize("name", PROGRAMS)
def test_cpython_has_no_memory(name, warm, width):
    """The n-th allocation of all fails, the following, or all from there on: the compiler is silent,
    the program has its result or a MemoryError."""
    pytest.importorskip("_testcapi", reason="comes with CPython's tests")
    step = 1 if LONG else 13 if oracle.DEBUG_BUILD else 5
    numbers = warm, width, 1, step, 2500 if LONG else 800
    try:
        failed = child("nomemory", name, "on", *numbers)
    except AssertionError:
        if oracle.DEBUG_BUILD:
            everywhere = warm, width, 1, 1, 800     # (allocations are counted otherwise with the JIT on)
            off = python(CHILD, "nomemory", name, "off", *map(str, everywhere), env=environment())
            if off.returncode < 0 and "_Py_Dealloc: Assertion" in off.stderr:
                pytest.skip("CPython's debug build aborts at some places with the JIT off, too")
        raise
    assert failed > 0 or width == 1


@pytest.mark.parametrize("action", ["nothing", "look", "trace", "collect", "reset", "switch"])
def test_signals_at_every_poll(action):
    for name in PROGRAMS:
        assert child("signals", name, action, 1, 2, *(range(3, 40) if LONG else (3, 7, 19))) > 100


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_signal_ends_the_program_at_every_poll(name):
    """The n-th poll, each n: the handler raises."""
    assert child("signals", name, "stop", *range(1, 400 if LONG else 60, 1 if not oracle.DEBUG_BUILD else 5)) > 30


@pytest.mark.parametrize("name", PROGRAMS)
def test_fork_at_every_poll(name):
    """The child goes on from there and has the right result; so has the parent."""
    assert child("signals", name, "fork", 1, 2, 3, *(range(4, 60) if LONG else (5, 11))) > 30
