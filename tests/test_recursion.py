"""Deep recursion with a loop in every frame: the limit is where it always was,
and the C stack does not run out before it."""

import sys

import pytest

from oracle import check_source, record, run_program, same, spy

LIMITED = """
import sys
def depth_of(function):
    try:
        function(0)
    except RecursionError as e:
        return reached[0], e.args
def with_limit(function, limit):
    depth, frame = 0, sys._getframe()
    while frame: depth += 1; frame = frame.f_back
    old = sys.getrecursionlimit()
    sys.setrecursionlimit(depth + limit)
    try:
        return depth_of(function)
    finally:
        sys.setrecursionlimit(old)
reached = [0]
"""


@pytest.mark.parametrize("function", [
    "def f(n):\n    reached[0] = n\n    t = 0\n    for i in range(3): t += i\n    return f(n + 1) + t",
    "def f(n):\n    reached[0] = n\n    for i in range(3):\n        if i == 1: return f(n + 1)\n    return 0",
    "def f(n):\n    reached[0] = n\n    i = 0\n    while i < 3:\n        i += 1\n        if i == 2: f(n + 1)\n    return i",
    "def f(n):\n    reached[0] = n\n    return [f(n + 1) for k in range(2) if k]",
    "def f(n):\n    reached[0] = n\n    return sum(f(n + 1) for k in range(2))",
    "class C:\n    def __add__(self, n):\n        reached[0] = n\n        for i in range(3):\n            if i == 1: return self + (n + 1)\n"
    "def f(n): return C() + n",
    "def g(n):\n    for i in range(3): pass\n    return f(n + 1)\ndef f(n):\n    reached[0] = n\n    while n: return g(n)\n    return g(n)",
])
@pytest.mark.parametrize("limit", [50, 300])
def test_limit_is_exact(function, limit):
    seen = check_source(LIMITED + function + f"\ndef main():\n    return with_limit(f, {limit})\n", leaks=False)
    assert seen[0]["exception"] == "None"


def test_default_limit_in_a_fresh_process():
    run_program("""
        def f(n):
            global deepest
            deepest = n
            t = 0
            for i in range(3): t += i
            for i in range(2):
                if i: return f(n + 1) + t
        for k in range(3):
            try:
                f(0)
            except RecursionError as e:
                print(deepest, e)
        f(0)
    """)


def test_a_hundred_thousand_frames():
    run_program("""
        import sys
        sys.setrecursionlimit(200_000)
        def f(n):
            t = 0
            for i in range(3): t += i
            return f(n - 1) + t if n else 0
        print(f(100_000))
        def g(n):
            for i in range(3):
                if i == 2 and n: return g(n - 1) + 1
            return 0
        print(g(100_000))
    """)


def test_recursion_through_c_functions_in_loops():
    run_program("""
        import functools
        def f(n):
            global deepest
            deepest = n
            for i in range(3):
                if i == 1:
                    return list(map(f, [n + 1]))
        try:
            f(0)
        except RecursionError as e:
            print("caught", deepest > 100)
        def k(a, b):
            for i in range(3):
                if i: return functools.reduce(k, [a, b])
        try:
            k(1, 2)
        except RecursionError as e:
            print("caught")
    """, modes={"threshold=1": {}})


@same
def test_recursion_from_within_loops():
    def hanoi(n, a, b, c):
        moves = 0
        for step in range(3):
            if n and step != 1:
                moves += hanoi(n - 1, a, c, b)
            elif n:
                moves += 1
        return moves

    def ackermann(m, n):
        while m:
            if n == 0:
                n = 1
            else:
                n = ackermann(m, n - 1)
            m -= 1
        return n + 1

    def permutations(items, k, out):
        if k == len(items):
            out.append(tuple(items))
        for i in range(k, len(items)):
            items[k], items[i] = items[i], items[k]
            permutations(items, k + 1, out)
            items[k], items[i] = items[i], items[k]
    out = []
    permutations([1, 2.5, True, None], 0, out)
    return hanoi(6, "a", "b", "c"), ackermann(2, 3), out


@same
def test_same_loop_active_in_many_frames_with_other_types():
    def f(n, x):
        total = x
        for i in range(4):
            total = total + x
            if i == 2 and n:
                total = total + f(n - 1, (1, 0.5, True, 2**64)[n % 4])
        return total
    return [f(n, x) for n in range(7) for x in (1, 1.5, 2**63)]


@same(raises=KeyError)
def test_exception_through_loops_in_many_frames():
    def f(n):
        x = n * 0.5
        for i in range(5):
            x += i
            if i == 3:
                if n == 0:
                    raise KeyError(x)
                f(n - 1)
    f(12)


@same
def test_spy_through_loops_in_many_frames():
    def f(n):
        x = n * 0.5
        for i in range(4):
            x += i
            if i == 2 and n:
                f(n - 1)
            elif i == 3 and not n:
                spy()
        return x
    return f(6)
