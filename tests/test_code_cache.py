"""A code cache that fills up at any point of a program's compilation."""

import pytest

import graft
import oracle

PROGRAMS = {
    "branches": """
def main():
    out = []
    for a in (True, False, 0, 3, 2**63 - 1, 2**70, 1.0, -0.0, -2.5):
        for b in (True, 0, 2, 0.5, 2**64):
            i = 0
            while i < 3:
                c = a if b else not a
                d = 1 if a < b else 2 if a == b else 3
                i += 1
            out.append((c, d))
    return out
""",
    "numbers": """
def main():
    n, f, big = 1, 0.5, 2**40
    for i in range(30):
        n = n * 3 + i if n < 2**62 else n // 7
        f = f * 1.5 - n if f > -1e6 else f / -3.0
        big = big * big % 1000003 + (i << 33)
        for k in range(i % 4):
            f += k * 0.25
    return n, f, big
""",
    "objects": """
class Point:
    def __init__(self, x):
        self.x = x
def main():
    points = [Point(i * 0.5) for i in range(7)]
    items, text = [1.5, 2, 2**50, "s"], "abcab"
    out = []
    for _ in range(4):
        for p in points:
            p.x += 1.25
            if p.x > 4.0 and len(out) < 40:
                out.append((p.x, text[len(out) % 5] == "a"))
        items[0], items[1] = items[1] + 1, items[0] * 2
    return [p.x for p in points], items, out
""",
}


def fresh(source):
    space = {}
    exec(source, space)
    return space["main"]


@pytest.mark.skipif(not oracle.REAL, reason="there is no code cache without a JIT")
@pytest.mark.parametrize("name", PROGRAMS)
def test_every_size(name):
    expected = repr(fresh(PROGRAMS[name])())
    sizes = range(0, 24_000, 1536 if oracle.DEBUG_BUILD else 320)
    for versions in (2, 20):
        for size in sizes:
            with oracle.jit(code_cache=size, max_versions=versions):
                main = fresh(PROGRAMS[name])
                for _ in range(3):
                    assert repr(main()) == expected, (size, versions)
                assert graft.stats()["code_bytes"] <= size
