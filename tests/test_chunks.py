"""Compiled code over many chunks of the code cache: long blocks, loops that were compiled bit by bit,
jumps from one chunk to another that are sent elsewhere, and failures at any of them."""

import re

import pytest

import graft
import oracle

pytestmark = pytest.mark.skipif(not oracle.REAL, reason="there is no code cache without a JIT")


def straight(statements):
    """A function with a loop whose body is one block, of many statements."""
    body = "\n".join(f"        a = a * 0.5 + b * {n}.25 - i; b = b - a / {n + 3}" for n in range(statements))
    return f"def main(n):\n    a, b = 1.5, 0.25\n    for i in range(n):\n{body}\n    return a, b\n"


def functions(count, first=0):
    """A program of as many functions, each called by the next, with loops and branches."""
    parts = ["def f0(n, k):\n    return n + k\n"]
    for n in range(1, count):
        parts.append(f"""
def f{n}(n, k):
    t = k * {n + first}
    for i in range(n & 3):
        t += i * {n}.5 if i & 1 else len([t, k])
    return t + f{n - 1}(n, k % 7)
""")
    return "".join(parts) + f"def main(n):\n    return [f{count - 1}(n, k) for k in range(4)]\n"


def fresh(source):
    space = {}
    exec(source, space)
    return space["main"]


def left_for_want_of_room():
    """How often, in this process: the code of earlier tests may be alive and counted."""
    return sum(row[5] for row in graft.stats()["exits_by_location"] if row[4] == "cache full")


def anonymous_maps():
    with open("/proc/self/maps") as file:
        maps = [re.match(r"([0-9a-f]+)-([0-9a-f]+) (....) \S+ \S+ 0\s*$", line) for line in file]
    return {(int(m[1], 16), int(m[2], 16), m[3]) for m in maps if m}


def test_long_block():
    """More than a chunk holds: it goes on in others, and never leaves for want of room."""
    source = straight(1500)
    expected = fresh(source)(40)
    with oracle.jit():
        before = left_for_want_of_room()
        main = fresh(source)
        assert main(40) == expected and main(40) == expected
        assert graft.stats()["code_bytes"] > 3 * 65536
        assert left_for_want_of_room() == before


@pytest.mark.parametrize("machine_code", [1, 0])
def test_many_functions(machine_code):
    source = functions(150)
    expected = fresh(source)(3)
    with oracle.jit(machine_code=machine_code):
        before = left_for_want_of_room()
        main = fresh(source)
        for _ in range(4):
            assert main(3) == expected
        assert main(2) == fresh(source)(2)
        assert graft.stats()["code_bytes"] > 2 * 65536
        assert left_for_want_of_room() == before


def test_pages_of_chunks():
    """No mapping of compiled code is writable once it runs, and each is one chunk."""
    source = functions(150)
    with oracle.jit():
        before = anonymous_maps()      # earlier tests may have left threads in code of other sizes
        fresh(source)(3)
        used = graft.stats()["code_bytes"]
        maps = anonymous_maps()
        assert not any("w" in flags and "x" in flags for *_, flags in maps)
        chunks = [end - start for start, end, flags in maps - before if flags == "r-xp"]
        assert len(chunks) >= used // 65536 and set(chunks) == {65536}


@pytest.mark.parametrize("size", [*range(60_000, 160_000, 7_300), *range(160_000, 420_000, 33_000)])
def test_full_with_few_chunks(size):
    source = functions(120)
    expected = fresh(source)(3)
    with oracle.jit(code_cache=size):
        main = fresh(source)
        for _ in range(3):
            assert main(3) == expected
        assert graft.stats()["code_bytes"] <= size
    source = straight(300)
    expected = fresh(source)(5)
    with oracle.jit(code_cache=size):
        assert fresh(source)(5) == expected
        assert graft.stats()["code_bytes"] <= size


@pytest.mark.parametrize("fault", ["fail_pages", "fail_memory", "fail_translation"])
def test_faults_on_the_way_to_another_chunk(fault):
    source, long = functions(60), straight(200)
    expected, long_expected = fresh(source)(3), fresh(long)(6)
    for n in (*range(1, 12), 17, 90, 203, 451, 800, 1601):
        with oracle.jit(**{fault: n}):
            main = fresh(source)
            assert main(3) == expected and main(3) == expected, n
            main = fresh(long)
            assert main(6) == long_expected and main(6) == long_expected, n


def test_code_that_changes_types_late():
    """Blocks of old chunks get versions in later ones; their jumps are sent there."""
    source = functions(40) + """
def late(values):
    out = []
    for v in values:
        w = v + v
        if w:
            out.append(w)
        else:
            out.insert(0, v)
    return out
"""
    values = [1, 2**62, 0, 0.5, -0.0, "a", "", (1,), (), [2], 2**70, True, 1j, b"x"]
    space = {}
    exec(source, space)
    expected = repr([space["late"](values[k:]) for k in range(len(values))])
    with oracle.jit():
        space = {}
        exec(source, space)
        for k in range(len(values)):
            space["late"](values[:k])
            more = {}
            exec(functions(25, k), more)
            more["main"](3)
        assert repr([space["late"](values[k:]) for k in range(len(values))]) == expected


@pytest.mark.parametrize("count", [1, 60])
def test_in_all_modes(count):
    oracle.check_source(functions(count) + "def subject():\n    return main(3), main(2)\n", leaks=False)
