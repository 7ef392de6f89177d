"""What is compiled when: places that are hot, and hotter ones when there is much code already."""

import pytest

import graft
import oracle
from test_chunks import fresh, functions

pytestmark = pytest.mark.skipif(not oracle.REAL, reason="nothing is compiled without a JIT")

LOOP = """
def loop(n):
    t = 0
    for i in range(n):
        t += i * 3 % 7
    return t
"""
CALLED = """
class A:
    def __init__(self, x): self.x = x
    def get(self, k): return self.x + k
class B(A):
    def get(self, k): return self.x - k
def caller(n):
    items, t = [A(1), B(2.5)], 0
    for i in range(n):
        t += items[i & 1].get(i)
    return t
"""


def loop(source, name):
    space = {}
    exec(source, space)
    return space[name]


def blocks():
    return graft.stats()["blocks"]


def much_code(least):
    """Compiles so many bytes."""
    k = 0
    while graft.stats()["code_bytes"] < least:
        main = fresh(functions(60, k))
        for _ in range(60):
            main(3)
        k += 1
        assert k < 100


def compiled_after(make, most=100_000):
    """How many rounds of a fresh loop the interpreter does before it is compiled, in steps of 50."""
    main, rounds, before = make(), 0, blocks()
    while blocks() == before and rounds < most:
        main(51)
        rounds += 50
    return rounds


def test_threshold_with_little_code():
    with oracle.jit(threshold=500):
        assert compiled_after(lambda: loop(LOOP, "loop")) in (450, 500, 550)


@pytest.mark.parametrize("least, times", [(1 << 18, 2), (1 << 19, 4), (1 << 20, 8), (1 << 22, 8)])
def test_threshold_with_much_code(least, times):
    with oracle.jit(threshold=40):
        much_code(least)
        if graft.stats()["code_bytes"] < 2 * least or times == 8:
            rounds = compiled_after(lambda: loop(LOOP, "loop"))
            assert 40 * times - 50 <= rounds <= 40 * times + 50


def test_low_thresholds_are_as_they_are():
    with oracle.jit(threshold=2):
        much_code(1 << 20)
        assert compiled_after(lambda: loop(LOOP, "loop")) <= 50


def test_reset_begins_anew():
    with oracle.jit(threshold=40):
        much_code(1 << 20)
        graft.reset()
        assert compiled_after(lambda: loop(LOOP, "loop")) <= 100


def test_places_that_are_compiled_stay_so():
    """Much code that comes later does not send them back to counting."""
    with oracle.jit(threshold=40):
        main = loop(LOOP, "loop")
        main(200)
        much_code(1 << 20)
        before = graft.stats()["entries"]
        for _ in range(5):
            main(3)
        assert graft.stats()["entries"] >= before + 5


@pytest.mark.parametrize("least", [0, 1 << 20])
@pytest.mark.parametrize("threshold", [1, 5, 40, 500])
def test_results(least, threshold):
    """The same before places are hot, while they become so, and after."""
    with oracle.jit(threshold=threshold):
        much_code(least)
        main, call = loop(LOOP, "loop"), loop(CALLED, "caller")
        for n in (0, 1, 7, 130, 900, 5000, 3):
            assert main(n) == sum(i * 3 % 7 for i in range(n))
            assert call(n) == sum(2.5 - i if i & 1 else 1 + i for i in range(n))


def test_names_that_change_while_places_are_cold_again():
    """Code that is dropped becomes hot once more, however much there is."""
    source = "LIMIT = 3\n" + LOOP.replace("i * 3 % 7", "i % LIMIT")
    with oracle.jit(threshold=40):
        space = {}
        exec(source, space)
        assert space["loop"](500) == sum(i % 3 for i in range(500))
        much_code(1 << 20)
        space["LIMIT"] = 5
        assert space["loop"](5000) == sum(i % 5 for i in range(5000))
        entries = graft.stats()["entries"]
        assert space["loop"](50) == sum(i % 5 for i in range(50))
        assert graft.stats()["entries"] > entries


CONSUMER = """
def consumer(n, times):
    for _ in range(times):
        answer = sum(k * k for k in range(n))
    return answer
"""


@pytest.mark.parametrize("wide", [False, True])
def test_loop_around_a_consumer_is_hot_with_the_generator(wide):
    """The loop that hands long generators to C code is compiled once one of them is hot, though it has
    not gone round often itself (`wide`: a jump with EXTENDED_ARG)."""
    source = CONSUMER
    if wide:
        source = source.replace("        answer", "        if n < 0:\n" + "            n += 3 * n - 7\n" * 60 + "        answer")
    made = []
    for times in (1, 12):
        with oracle.jit(threshold=500):
            loop(source, "consumer")(2000, times)
            made.append(blocks())
    assert made[0] < made[1]        # the generator's, and those of its consumer
