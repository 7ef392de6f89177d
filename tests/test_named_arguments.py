"""Arguments that get a name where they are passed: f(x := g())."""

import sys

from oracle import Dying, record, same, spy


def ends(text, ends_):
    return any(text == end for end in ends_)


def first(x, y=None):
    return x


def change(x):
    x = [x]
    return x


class Node:
    def __init__(self, name, back=None):
        self.name = name
        self.back = back

    def called(self, other):
        return self.name, other


@same
def test_string_from_a_call():
    found = []
    for n in range(8):
        found.append(ends(s := str(n), ("1", "3")))
        found.append(s)
    return found


@same
def test_attribute():
    node = None
    for name in ("abc", "imp", "abd", "abe") * 3:
        node = Node(name, node)
    found = []
    while node is not None and (first(name := node.name) == "x" or not ends(name, ("abc", "?"))):
        found.append(name)
        node = node.back
    return found, name


@same(args=[(lambda n: [n],), (lambda n: n * 1.5,), (lambda n: n << 80,), (lambda n: n,),
            (lambda n: {n: n},), (lambda n: complex(n, 1),), (lambda n: None,), (str,)])
def test_any_object(make):
    found = []
    for n in range(8):
        r = first(x := make(n))
        record(r is x)
        found.append((first(y := make(n), first(z := y)), x, y is z, change(w := make(n)), w))
        spy()
    return found, x, y, z, w


@same
def test_constructor_and_method():
    found = []
    for n in range(8):
        a = Node(b := [n], c := str(n))
        found.append((a.name is b, a.back is c, a.called(d := (n,)), d, b, c))
        found.append(Node(e := Node(n)).called(e)[0] is e)
    return found


@same
def test_finalizers():
    for n in range(5):
        first(x := Dying(n))
        record("after", x.name)
        change(x := Dying(f"again {n}"))
        record(sys.getrefcount(x))
    del x
    return n


@same(raises=ZeroDivisionError)
def test_exception_in_the_callee():
    def fail(x, n):
        return x / n
    for n in range(8, -1, -1):
        try:
            fail(x := float(n + 1), n)
        finally:
            record(x)
