"""Sets that compiled code changes are laid out as the interpreter lays them out: the order of their
items and their size in memory, with collisions, dummies that are used again, and growth."""

import random

from oracle import same

CHANGES = [(random.Random(n).randrange(40), random.Random(n + 7919).randrange(5)) for n in range(400)]


class Hostile:
    """Equal to 7, and to what it is asked about when it says so."""

    def __init__(self, log):
        self.log = log

    def __hash__(self):
        return 7

    def __eq__(self, other):
        self.log.append(type(other).__name__)
        return other == 7


def changed(items, made):
    seen = []
    for number, what in CHANGES:
        item = made(number)
        if what < 2:
            items.add(item)
        elif what < 3:
            items.discard(item)
        elif item in items:
            items.remove(item)
        if number == 11:
            seen.append((list(items), items.__sizeof__()))
    return seen, list(items), items.__sizeof__(), len(items)


@same
def test_ints():
    return changed(set(), lambda n: n)


@same
def test_negative_ints():
    return changed({-1, -2, 3}, lambda n: 5 - n)


@same
def test_ints_that_collide():
    return changed(set(), lambda n: n * 64)


@same
def test_large_ints():
    return changed(set(range(5)), lambda n: n << 58)


@same
def test_tuples():
    return changed(set(), lambda n: (n, -n))


@same
def test_mixed():
    return changed({2.0, True}, lambda n: (n, float(n), -1, -2, None, (n,), n == 3, n + 0.5)[n & 7])


@same
def test_one_that_comes_and_goes():
    items = set()
    for n in range(300):
        items.add(n)
        items.remove(n)
    return list(items), items.__sizeof__()


@same
def test_growth():
    items, sizes = set(), []
    for n in range(600):
        items.add(n * 37 % 1009)
        if n & 3 == 3:
            items.discard((n - 2) * 37 % 1009)
        sizes.append(items.__sizeof__())
    return list(items), sizes


@same
def test_while_it_is_iterated_over():
    items = set(range(20))
    out = []
    try:
        for n in items:
            out.append(n)
            items.discard(n + 1)
            if n == 9:
                items.add(9)
            if n == 12:
                items.add(100)
    except RuntimeError as error:
        out.append(str(error))
    return out


@same
def test_keys_that_compare_by_themselves():
    log = []
    items = {Hostile(log), 3}
    found = []
    for n in range(30):
        found.append(n & 15 in items)
        items.add(n & 7)
        items.discard(3)
    return found, len(items), log


@same
def test_random():
    out = []
    for seed in range(6):
        rand = random.Random(seed)
        items = set()
        for _ in range(400):
            n = rand.getrandbits(4 + seed)
            if rand.getrandbits(1):
                items.add(n)
            else:
                items.discard(n)
            if n == 3:
                out.append(list(items))
        out.append((list(items), items.__sizeof__()))
    return out
