"""References, finalizers and the death of code: nothing leaks, nothing dies
twice, and nothing outlives what it would outlive."""

import gc
import sys
import weakref

import pytest

import oracle
from oracle import Dying, check_source, record, same, watch


@same
def test_counts_of_numbers_held_in_locals():
    f = watch(float("1.5"))
    n = watch(int("123456789"))
    big = watch(2**100)
    a, b, c = f, n, big
    for i in range(40):
        a, b, c = b, c, a
        t = a + b
        u = -c
        v = a if i % 2 else c
    return a, b, c


@same
def test_counts_after_breaking_out_at_each_place():
    f = watch(float("1.5"))
    o = watch(object())
    for stop in range(8):
        for i in range(10):
            x = f
            if i == stop and stop % 4 == 0:
                break
            y = (x, o)
            if i == stop and stop % 4 == 1:
                break
            z = y[i % 2] is o
            if i == stop and stop % 4 == 2:
                break
            x = y = z = None
            if i == stop:
                break


@same
def test_counts_after_exceptions_with_a_full_stack():
    f = watch(float("1.5"))
    o = watch(object())
    n = watch(int("99999"))
    for i in range(30):
        try:
            [f, (o, n + i, f * 2, [n, 1 // (i % 3), o])]
        except ZeroDivisionError:
            pass


@same
def test_counts_when_a_loop_over_a_container_is_left():
    items = watch([watch(object()) for i in range(5)])
    for k in range(6):
        for x in items:
            for y in items:
                if y is items[k % 5]:
                    break
    del x, y


@same
def test_counts_of_functions_and_cells():
    def f(n):
        return n
    watch(f)
    for i in range(30):
        g = f
        h = lambda: g
        g(i)


@same
def test_finalizers_at_the_end_of_the_function():
    def f():
        a, b, c = Dying("a"), Dying("b"), Dying("c")
        x = 0
        for i in range(10):
            x += i
        record("end of f")
        return x
    f()
    record("after f")


@same
def test_finalizers_of_values_on_the_stack():
    def make(name):
        record("make", name)
        return Dying(name)
    for i in range(5):
        (make("a"), i + 1, make("b"))
        record("between")
        x = [make("c"), i * 0.5][1] + 1
        record("after")


@same
def test_loop_variable_dies_when_replaced():
    for i in range(6):
        x = Dying(f"x{i}") if i % 2 else i
        for y in [Dying("y1"), 5, Dying("y2")]:
            record("body")
        record("round")


@same
def test_large_objects_die_at_once():
    class Big:
        def __init__(self):
            self.data = [0] * 1000

        def __del__(self):
            record("freed", alive())
    refs = []

    def alive():
        return sum(r() is not None for r in refs)
    for i in range(12):
        b = Big()
        refs.append(weakref.ref(b))
        n = i * 2.5
        b = n


def test_code_objects_come_and_go(mode):
    """exec in a loop, thousands of times: code dies, and its memory with it."""
    source = "t = 0\nfor i in range(30):\n    t += i * 0.5\n    if t > 100: break\n"
    refs = []
    gc.collect()

    def rounds(n):
        for k in range(n):
            code = compile(source + f"# {k}\n", f"<{k}>", "exec")
            space = {}
            exec(code, space)
            assert space["t"] == 105.0 and space["i"] == 20, space["t"]
    rounds(300)
    gc.collect()
    before = sys.getallocatedblocks()
    rounds(1500 if not oracle.DEBUG_BUILD else 300)
    gc.collect()
    assert sys.getallocatedblocks() - before < 300


def test_functions_defined_in_loops_come_and_go(mode):
    alive = weakref.WeakSet()
    for k in range(1000):
        def f(n):
            t = k
            for i in range(n):
                t += i
            return t
        alive.add(f)
        assert f(20) == k + 190
    del f
    gc.collect()
    assert not alive


def test_code_that_dies_while_it_runs(mode):
    """The function is gone, its loop is not."""
    def run(n):
        space = {}
        exec("def f(gone):\n    gone()\n    t = 0\n    for i in range(50):\n        t += i\n        if i == 25: gone()\n    return t\n", space)
        f = space["f"]
        def gone():
            space.clear()
            gc.collect(0)
        call = [f]
        del f
        return call.pop()(gone)
    for n in range(20):
        assert run(n) == 1225


def test_suspended_generators_die_with_compiled_loops(mode):
    def g():
        d = token
        x = 0
        for i in range(100):
            x += i * 0.5
            yield x
    token = object()
    before = sys.getrefcount(token)
    its = []
    for k in range(50):
        it = g()
        for i in range(k):
            next(it)
        its.append(it)
    its.clear()
    del it
    gc.collect()
    assert sys.getrefcount(token) == before


def test_memory_stays_flat_over_many_runs(mode):
    def work(x):
        total = x
        for i in range(50):
            total = total + i * 1.5
            try:
                total += 1 // (i % 10)
            except ZeroDivisionError:
                total -= x
        return total
    for k in range(50):
        work(k), work(k * 0.5), work(2**70)
    gc.collect()
    before = sys.getallocatedblocks()
    for k in range(300):
        work(k), work(k * 0.5), work(2**70)
    gc.collect()
    assert sys.getallocatedblocks() - before < 60


@pytest.mark.skipif(not oracle.DEBUG_BUILD, reason="needs a debug build of Python")
def test_total_references_stay_flat(mode):
    def work(x, y):
        held = (x, y)
        total = x
        for i in range(50):
            total = total + y
            x, y = y, x
            if i % 7 == 0:
                total = held[i % 2] * 2
            try:
                total += 1 // (i % 10)
            except ZeroDivisionError:
                pass
        return total
    values = [1, 0.5, True, 2**70]
    for k in range(20):
        for a in values:
            for b in values:
                work(a, b)
    gc.collect()
    before = sys.gettotalrefcount()
    for k in range(20):
        for a in values:
            for b in values:
                work(a, b)
    gc.collect()
    assert abs(sys.gettotalrefcount() - before) < 40


@same
def test_gc_inside_the_loop():
    class Node:
        def __init__(self, n):
            self.n = n

        def __del__(self):
            record("collected", self.n)
    x = 0.5
    for i in range(12):
        x += i
        a, b = Node(i), Node(-i)
        a.other, b.other = b, a
        if i % 4 == 3:
            gc.collect()
    a = b = None
    gc.collect()
    return x


@same
def test_referrers_and_frames_seen_by_the_gc():
    o = ["unique list"]
    n = 0
    for i in range(8):
        p = o
        n += 1
        record(sys.getrefcount(o) >= 2, any(r is o for r in gc.get_referents(sys._getframe())))
    return n


@pytest.mark.parametrize('values', [
    'D("a"), D("b"), D("c", 2)',            # the second is equal to the first, and dies at once
    'D("a"), D("b", 2), D("c"), D("d", 2)',
    'D("a"), D("b", None), D("c", 2)',      # no hash: what is left dies in order, and then the set
    'D("a", []), D("b"), D("c", 2)',
    'D("a", None), D("b", None)',
    'D("a"), [], D("b"), D("c")',
])
def test_a_set_takes_its_values_one_by_one(values):
    check_source(f"""
class D:
    def __init__(self, name, h=1):
        self.name = name
        self.h = h
    def __hash__(self):
        record('hash', self.name)
        return self.h
    def __eq__(self, other):
        return True
    def __del__(self):
        record('del', self.name)
def build():
    return {{{values}}}
def main():
    for i in range(20):
        try:
            build()
        except TypeError as error:
            record(str(error))
        record('--')
""")


def test_an_object_of_two_variables_that_get_others_at_once():
    check_source("""
class D:
    def __init__(self, n=0): self.n = n
    def __del__(self): record("died", self.n)
def pair(i):
    d = e = D(1)
    d, e = D(2), i
    record("end")
def other_way(i):
    d = e = D(1)
    e, d = D(2), i
def three(i):
    d = e = f = D(1)
    d, e = D(2), i
    record("three")
    f, d = D(3), i
def in_loop(i):
    d = e = D(1)
    for k in range(4):
        d, e = e, D(k)
        d = e
        d, e = D(k), i
def unpacked(i):
    d = e = D(1)
    for d, e in [(D(2), i), (i, D(3))]:
        d = e
def main():
    for f in pair, other_way, three, in_loop, unpacked:
        for k in range(4): f(1)
""")
