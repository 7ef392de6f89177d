"""Loops really are compiled: a suite that passes with a JIT that does nothing
proves nothing.  And the figures of stats() say so."""


import graft
import pytest

import oracle
from conftest import needs_jit

pytestmark = needs_jit


def numeric(n):
    total = 0
    f = 0.5
    for i in range(n):
        total += i & 7
        f = f * 1.0000001 + 0.25
        if f > 100:
            f -= 99.5
    return total, f


def stats_of(function, *args, **settings):
    with oracle.jit(**settings):
        function(*args)
        return graft.stats()


LOOPS = {
    "int": "while i < n: i += 1",
    "float": "while f < n: f += 0.5",
    "range": "for i in range(n): t += i",
    "range with a step": "for i in range(n, 0, -2): t += i",
    "nested": "for i in range(n // 10):\n        for j in range(10): t += i * j",
    "branches": "while i < n:\n        i += 1\n        if i % 3: t += 1\n        elif i % 5: t += 2\n        else: f += 1.0",
    "mixed": "while i < n:\n        i += 1\n        f += i\n        t = f * i",
    "bool": "while i < n:\n        i += 1\n        b = i > 5\n        t += b",
    "break and continue": "while True:\n        i += 1\n        if i % 2: continue\n        if i > n: break",
    "try": "for i in range(n):\n        try: t += 1 // (i % 7 + 1)\n        except ZeroDivisionError: pass",
    "big ints now and then": "for i in range(n): t = t * 3 % 2**61",
    "complex": "z = 0j\n    for i in range(n):\n        if abs(z) > 2.0: z = 0j\n        z = z * z - 0.5j\n        t += z.real",
}


@pytest.mark.parametrize("kind", LOOPS)
def test_loop_is_compiled(kind):
    space = {}
    exec(f"def f(n):\n    i = t = 0\n    f = 0.0\n    b = False\n    {LOOPS[kind]}\n    return i, t, f\n", space)
    expected = space["f"](2000)
    with oracle.jit():
        assert graft.is_enabled()
        assert space["f"](2000) == expected
        stats = graft.stats()
    assert stats["blocks"] > 0 and stats["entries"] > 0 and stats["code_bytes"] > 0
    assert stats["entries"] < 300, "entered again and again: every entry was soon left"


def test_short_loops_left_by_return_are_still_entered():
    def find(n):
        for i in range(100):
            if i == n:
                return i
    def calls():
        list(map(find, [20] * 300))
    assert stats_of(calls)["entries"] > 250


def test_stats_have_all_fields():
    stats = stats_of(numeric, 1000)
    for name in ("blocks", "code_bytes", "entries", "invalidations"):
        assert type(stats[name]) is int and stats[name] >= 0
    assert isinstance(stats["exits_by_reason"], dict) and isinstance(stats["exits_by_location"], list)
    assert all(isinstance(k, str) and isinstance(v, int) for k, v in stats["exits_by_reason"].items())


def test_reset_drops_everything():
    with oracle.jit():
        numeric(1000)
        used = graft.stats()
        assert used["blocks"] > 0
        graft.reset()
        stats = graft.stats()
        assert (stats["blocks"], stats["entries"]) == (0, 0)
        assert stats["code_bytes"] < used["code_bytes"]
        numeric(1000)
        assert graft.stats()["blocks"] > 0


def test_disabled_compiles_nothing():
    with oracle.jit():
        graft.disable()
        assert not graft.is_enabled()
        graft.reset()
        numeric(1000)
        assert graft.stats()["entries"] == 0


def test_cold_code_is_not_compiled():
    stats = stats_of(numeric, 5, threshold=1_000_000)
    assert stats["entries"] == 0 and stats["blocks"] == 0


def test_threshold_is_respected():
    assert stats_of(numeric, 1000, threshold=100)["entries"] > 0


def test_forced_exits_happen():
    plain = stats_of(numeric, 5000)
    forced = stats_of(numeric, 5000, force_exit=2)
    assert sum(forced["exits_by_reason"].values()) > sum(plain["exits_by_reason"].values()) + 10


@pytest.mark.parametrize("size", [1, 4096, 16384, 65536])
def test_code_cache_is_bounded(size):
    def many(k):
        space = {}
        exec(f"def f(n):\n    t = {k}\n    for i in range(n):\n" + "        t = t * 3 + i & 0xffff\n" * 20 + "    return t\n", space)
        return space["f"]
    functions = [many(k) for k in range(40)]
    expected = [f(50) for f in functions]
    with oracle.jit(code_cache=size):
        assert [f(50) for f in functions] == expected
        assert graft.stats()["code_bytes"] <= size     # a page of each kind
        assert [f(50) for f in functions] == expected


def test_version_limit_is_kept_and_polymorphic_code_still_enters():
    def poly(x, n):
        for i in range(n):
            x = x + x * 0 + 1
        return x
    with oracle.jit(max_versions=1):
        for x in (1, 1.5, True, 2**70, 1j):
            poly(x, 100)
        one = graft.stats()["blocks"]
    with oracle.jit(max_versions=4):
        for x in (1, 1.5, True, 2**70, 1j):
            poly(x, 100)
        four = graft.stats()["blocks"]
    assert 0 < one < four


def test_enable_and_disable_are_idempotent():
    for _ in range(3):
        graft.enable()
        graft.enable()
        assert graft.is_enabled()
        graft.disable()
        graft.disable()
        assert not graft.is_enabled()


def test_no_memory_is_writable_and_executable():
    with oracle.jit():
        numeric(5000)
        with open("/proc/self/maps") as file:
            assert not [line for line in file if "wx" in line.split()[1]]


@pytest.mark.parametrize("nested", [False, True])
def test_a_function_that_hands_a_long_generator_to_c_code_is_hot(nested):
    """However seldom it is called: compiled from its start, it needs no entry for each item."""
    def flat(n):
        return sum(i * i for i in range(n))

    def deep(n):
        return sum(i + 1 for i in (k * 2 for k in range(n)))
    function = deep if nested else flat
    off = function(5000)
    with oracle.jit(threshold=500):
        assert function(5000) == off
        before = graft.stats()
        assert function(5000) == off
        after = graft.stats()
    assert 1 <= after["entries"] - before["entries"] <= 3
    assert after["exits_by_reason"].get("return", 0) > before["exits_by_reason"].get("return", 0)
