"""What compiled code leaves at again and again: failing calls, finalizers, and methods
of extension types, which are called without leaving."""

import random

from oracle import Dying, record, same, spy, watch


class Slippery:
    """Equal to everything with its hash, and tells; not simple inside a tuple."""

    def __init__(self, number):
        self.number = number

    def __hash__(self):
        return hash(self.number)

    def __eq__(self, other):
        record("eq", self.number, type(other).__name__)
        return other == self.number


@same
def test_a_call_that_fails_often():
    def parse(text):
        try:
            return float(text)
        except ValueError as error:
            return str(error)

    class Text(str):
        def __float__(self):
            spy()
            return 2.5

    out = []
    for i in range(90):
        out.append(parse(["1.5", "x", "", " 7 ", "n/a", Text("3.5"), Text("no")][i % 7]))
    return out


@same
def test_a_call_that_fails_often_with_nobody_to_catch_it():
    def parse(text, i):
        keep = [i]
        return int(text) + keep[0]

    out = []
    for i in range(70):
        try:
            out.append(parse("7" if i % 3 else "seven", i))
        except ValueError as error:
            out.append((str(error), error.__traceback__.tb_next.tb_frame.f_locals))
    return out


@same
def test_finalizers_often():
    items, d = [None] * 3, {}
    for i in range(60):
        items[i % 3] = Dying(i)
        d["key"] = Dying(-i)
        other = [Dying(1000 + i)]
        other = i
        a, b = [Dying(2000 + i), i]
        record(len(items), other, b)
    return len(d)


@same
def test_finalizers_that_look_at_the_frame():
    class Looking:
        def __del__(self):
            spy()

    def store(items, i):
        local = i * 1.5
        items[0] = Looking()
        return local + i

    total, items = 0, [None]
    for i in range(40):
        total += store(items, i)
        items[0] = Looking() if i % 2 else None
    items.clear()
    return total


@same
def test_iterators_dying_with_finalizers():
    total = 0
    for i in range(50):
        for item in iter([Dying(i), Dying(-i)]):
            total += i
    return total


@same
def test_random_methods():
    rng = random.Random(7)
    out = []
    for i in range(60):
        out.append(rng.random())
        out.append(rng.getrandbits(i))
        out.append(rng.getrandbits(2 * i + 1) >> 3)
        out.append(rng.randrange(1, i + 2))
        out.append(rng.choice([i, "x", None]))
    return out, rng.getstate()[1][-1]


@same
def test_random_methods_with_odd_arguments():
    class Index:
        def __index__(self):
            spy()
            return 9

    rng = random.Random(7)
    out = []
    for k in [1, 0, -1, True, 2**70, 1.5, "x", Index(), None, 64, 63] * 6:
        try:
            out.append(rng.getrandbits(k))
        except (ValueError, TypeError, OverflowError) as error:
            out.append((type(error), str(error)))
        try:
            out.append(rng.random(k) if k == 64 else rng.random())
        except TypeError as error:
            out.append(str(error))
    return out


@same
def test_bound_methods_of_an_object_that_is_known():
    global shared_random, shared_bits
    rng = random.Random(11)
    shared_random, shared_bits = rng.random, rng.getrandbits
    out = []
    for i in range(60):
        out.append(shared_random() + i)
        out.append(shared_bits(i))
        if i == 40:
            shared_random = random.Random(12).random
    return out, rng.getstate()[1][-1]


@same
def test_random_methods_that_change():
    class Other(random.Random):
        def random(self):
            spy()
            return 0.25

    class Third(random.Random):
        pass

    rng, third = random.Random(3), Third(5)
    third.random = lambda: 0.75
    out = []
    for i in range(80):
        out.append(rng.random())
        out.append(third.random())
        out.append(third.getrandbits(8))
        if i == 30:
            rng.__class__ = Third
        if i == 40:
            Third.random = lambda self: 0.125
        if i == 50:
            rng = Other(4)
        if i == 60:
            rng = [Dying(1)]
            rng = random.Random(3)
        if i == 70:
            rng.random = lambda: "own"
    return out


@same
def test_index_of_operands():
    from operator import index

    class Number(int):
        def __index__(self):
            record("index")
            return 5

    class Index:
        def __index__(self):
            spy()
            return 6

    out = []
    for x in [1, True, 2**62, 2**70, -2**63, Number(4), Index(), 7] * 8:
        out.append(index(x))
    for x in [1.5, "x", None, 3] * 8:
        try:
            out.append(index(x))
        except TypeError as error:
            out.append(str(error))
    return out


@same
def test_tuples_as_keys():
    nan = float("nan")
    keys = [(1, 2), (2, 1), (-1,), (-2,), (1.0, 2), (True, 2), (), ((),), (nan,), (nan, 1), (2**70, 1),
            ((1, 2), (3, ("x", (4, (5, 6))))), ("a", "b"), ("a",), ("a", "b", "c"), (None, 0.0), (None, -0.0),
            (-1, -2), (-2, -1), (-1, -1), (-2, -2)]
    d, s, out = {}, set(), []
    for n in range(4):
        for key in keys:
            other = tuple(list(key))
            d[other] = d.get(key, 0) + 1
            d[key] = d.get(other, 0) + 1
            out.append((other in s, key in s))
            s.add(other)
            s.add(key)
    return out, d, len(s), sorted(map(repr, s))


@same
def test_tuples_with_hostile_items_as_keys():
    hostile = Slippery(3)
    keys = [(hostile,), (3,), (1, hostile), (1, 3), (2, 3), (Slippery(3),), (3.0,), (hostile, []), ([],)]
    for key in keys[:7]:
        hash(key)                       # CPython may remember it
    d, s, out = {(3,): "three"}, set(), []
    for n in range(5):
        for key in keys:
            try:
                out.append((d.get(key), key in d, key in s))
                d[key] = n
                s.add(key)
                s.discard((1, 3))
            except TypeError as error:
                out.append(str(error))
    return out, len(d), len(s)


@same
def test_tuples_of_unequal_length_with_one_hash():
    class Same(tuple):
        def __hash__(self):
            record("hash")
            return 5

        def __eq__(self, other):
            record("eq")
            return tuple.__eq__(self, other)

    d, out = {5: 0}, []
    for n in range(30):
        key = Same((n % 3, 1)) if n % 2 else (n % 3, 1)
        d[key] = n
        out.append((key in d, d[key], d.get((n % 3, 1))))
    return out, len(d)


@same
def test_dying_sequences_share_their_items():
    a, b = Dying("a"), [1]
    watch(b)
    out = []
    for i in range(40):
        pair = (b, b)
        pair = [pair, (pair, i)]
        pair = None
        out.append(i)
        if i == 20:
            both = [a, [a]]
            del a
            both = None
    return out
