"""Comparisons and membership tests of instances: methods that answer with all kinds of
objects, or not at all, or change, or look at their callers."""

import sys

from oracle import Dying, record, same


class Pair:
    def __init__(self, x, y=0):
        self.x = x
        self.y = y

    def __eq__(self, other):
        if not isinstance(other, Pair):
            return NotImplemented
        return self.x == other.x and self.y == other.y

    def __lt__(self, other):
        return self.x < other.x

    def __contains__(self, item):
        return item == self.x or item == self.y

    __hash__ = None


class Odd:
    """Answers with what it is given."""

    def __init__(self, answer):
        self.answer = answer

    def __eq__(self, other):
        record("eq", repr(self.answer))
        return self.answer

    __lt__ = __gt__ = __le__ = __ge__ = __contains__ = __eq__
    __hash__ = None


class Truth:
    def __init__(self, truth):
        self.truth = truth

    def __bool__(self):
        record("truth", self.truth)
        if self.truth is None:
            raise ValueError("neither")
        return self.truth


@same
def test_plain_comparisons():
    things = [Pair(i % 3, i % 2) for i in range(6)]
    out = []
    for i in range(120):
        a, b = things[i % 6], things[i // 6 % 6]
        t = 0
        if a == b:
            t += 1
        if a != b:
            t += 10
        if a < b:
            t += 100
        if i % 3 in a:
            t += 1000
        if i % 2 not in a:
            t += 10000
        out.append((t, a == b, a != b, a < b, a == a, a != a, a < a, 1 in a, 1 not in a))
    return out


@same
def test_reflected_and_impossible():
    things, out = [Pair(1), Pair(2)], []
    for i in range(60):
        a, b = things[i % 2], (things[0], 1, None, "x", 1.5, Pair)[i % 6]
        out.append((a == b, a != b, b == a, b != a))
        for compare in (lambda: a > b, lambda: a <= b, lambda: a >= b, lambda: a < b):
            try:
                out.append(compare())
            except (TypeError, AttributeError) as e:
                out.append(str(e))
    return out


ANSWERS = [True, False, 0, 1, -3, 0.0, 2.5, "", "yes", None, [], [0], NotImplemented, Truth(True),
           Truth(False), Truth(None), 2**70, Odd(1)]


@same
def test_answers_of_all_kinds():
    out = []
    for answer in ANSWERS:
        a, b = Odd(answer), Odd(answer)
        for i in range(12):
            try:
                out.append(repr((a == b, type(a < b), a != b)) if i < 6 else a == b)
                if a == b:
                    out.append("equal")
                if a != b:
                    out.append("not equal")
                if not a < b:
                    out.append("not less")
            except (TypeError, ValueError) as e:
                out.append(str(e))
            try:
                out.append((i in a, i not in a))
                if i in b:
                    out.append("in")
            except (TypeError, ValueError) as e:
                out.append(str(e))
    return [repr(x) if isinstance(x, Odd) else x for x in out]


@same
def test_answers_that_vary():
    a, b, out = Odd(True), Odd(False), []
    for i in range(120):
        a.answer = ANSWERS[i // 6 % 14]
        try:
            t = 0
            if a == b:
                t = 1
            if b in a:
                t += 2
            if a != b:
                t += 4
            out.append(t)
        except (TypeError, ValueError) as e:
            out.append(str(e))
    return out


@same
def test_classes_that_change():
    a, b, out = Pair(1), Pair(1), []
    saved = Pair.__eq__, Pair.__lt__, Pair.__contains__
    for i in range(120):
        if i == 20:
            Pair.__eq__ = lambda self, other: (record("eq"), False)[1]
        if i == 40:
            Pair.__ne__ = lambda self, other: (record("ne"), "ne")[1]
        if i == 60:
            del Pair.__ne__, Pair.__eq__
        if i == 70:
            Pair.__contains__ = None
        if i == 80:
            del Pair.__contains__
            Pair.__iter__ = lambda self: iter([1, 2])
        if i == 100:
            del Pair.__iter__
        try:
            out.append((a == b, a != b, a < b))
            out.append((1 in a, 2 not in a))
        except TypeError as e:
            out.append(str(e))
    Pair.__eq__, Pair.__lt__, Pair.__contains__ = saved
    return out


@same
def test_subclasses():
    class Sub(Pair):
        pass
    class Louder(Pair):
        def __eq__(self, other):
            record("louder")
            return Pair.__eq__(self, other)
        def __gt__(self, other):
            record("gt")
            return True
    things, out = [Pair(1), Sub(1), Louder(1), Pair(2)], []
    for i in range(96):
        a, b = things[i % 4], things[i // 4 % 4]
        out.append((a == b, a != b, a < b))
    return out


@same
def test_frames_and_exceptions():
    class Seen:
        def __eq__(self, other):
            caller = sys._getframe(1)
            record(caller.f_code.co_name, caller.f_lineno - caller.f_code.co_firstlineno,
                   sorted(k for k in caller.f_locals))
            if caller.f_locals["i"] % 5 == 4:
                raise ValueError(caller.f_locals["i"])
            return NotImplemented if caller.f_locals["i"] % 3 else 1
    a, b, out = Seen(), Seen(), []
    for i in range(40):
        x = i * 0.5
        try:
            if a == b:
                out.append(x)
            out.append(a != b)
        except ValueError as e:
            out.append((e.args, e.__traceback__.tb_next is not None))
    return out


@same
def test_operands_that_die():
    class Mortal(Dying):
        def __eq__(self, other):
            record("eq")
            return self is other
        def __lt__(self, other):
            return NotImplemented
        def __contains__(self, item):
            return item
        __hash__ = None
    out = []
    for i in range(30):
        out.append(Mortal(f"a{i}") == Mortal(f"b{i}"))
        record(i)
        out.append(i in Mortal(f"c{i}"))
        record("in")
        try:
            out.append(Mortal(f"d{i}") < Mortal(f"e{i}"))
        except TypeError as e:
            out.append(str(e))
        if Mortal(f"f{i}") != Mortal(f"g{i}"):
            record("ne")
    return out


@same
def test_in_called_functions():
    def count(things, wanted):
        n = 0
        for thing in things:
            if thing == wanted:
                n += 1
            elif thing < wanted or wanted in thing:
                n += 100
        return n
    things = [Pair(i % 4) for i in range(12)]
    return [count(things, things[i % 12]) for i in range(40)]


@same
def test_recursive():
    class Node:
        def __init__(self, value, rest):
            self.value = value
            self.rest = rest

        def __eq__(self, other):
            return self.value == other.value and (
                self.rest == other.rest if self.rest is not None and other.rest is not None
                else self.rest is other.rest)

        def __contains__(self, item):
            return self.value == item or (self.rest is not None and item in self.rest)
    def chain(n, last=0):
        node = Node(last, None)
        for i in range(n):
            node = Node(i, node)
        return node
    a, b, c = chain(50), chain(50), chain(50, 1)
    out = []
    for i in range(10):
        out.append((a == b, a == c, a != c, 48 in a, 77 in a))
    try:
        chain(5000) == chain(5000)
    except RecursionError:
        out.append("deep")
    return out


@same
def test_sorted_by_lt():
    things = [Pair(i * 7 % 11, i) for i in range(40)]
    for _ in range(5):
        for i in range(len(things) - 1):
            if things[i + 1] < things[i]:
                things[i], things[i + 1] = things[i + 1], things[i]
    return [(p.x, p.y) for p in things], [(p.x, p.y) for p in sorted(things)]
