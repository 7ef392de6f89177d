"""heapq on lists of all kinds of items, some of which compare by Python code."""

import heapq
from heapq import heappop, heappush

from oracle import Dying, record, same


class Loud:
    def __init__(self, n):
        self.n = n

    def __lt__(self, other):
        record("lt", self.n)
        return self.n < getattr(other, "n", other)

    def __gt__(self, other):
        record("gt", self.n)
        return self.n > getattr(other, "n", other)

    def __repr__(self):
        return f"Loud({self.n})"


@same
def test_numbers_and_tuples():
    ints, pairs, floats, words, mixed, out = [], [], [], [], [], []
    for i in range(120):
        n = i * 7919 % 101
        heappush(ints, n - 50)
        heappush(pairs, (n % 7, -n, i))
        heapq.heappush(floats, (n % 13) / 3)
        heappush(words, (str(n), [i], n))
        heappush(mixed, (n % 5 if i % 3 else (n % 5) * 1.0, 2**70 if i % 4 else i, True))
        if i % 3 == 2:
            out.append((heappop(ints), heappop(pairs), heapq.heappop(floats), heappop(words), heappop(mixed)))
        if i % 7 == 6:
            out.append((heapq.heapreplace(ints, n), heapq.heappushpop(pairs, (n % 7, n, i)),
                        heapq.heappushpop(floats, -1.0)))
        out.append((list(ints), list(pairs)))
    while ints:
        out.append(heappop(ints))
    return out, floats, words, mixed


@same
def test_nan_and_equal_items():
    nan, heap, out = float("nan"), [], []
    for i in range(60):
        item = (nan, 1.0, -0.0, 0.0, float("nan"), 1, True)[i % 7]
        heappush(heap, item)
        heappush(heap, (item, i)) if i < 0 else None
        out.append([str(x) for x in heap])
        if i % 2:
            out.append(heappop(heap) is item)
    pairs = []
    for i in range(60):
        heappush(pairs, ((nan, 1.0, float("nan"))[i % 3], i))
        out.append([j for _, j in pairs])
        if i % 2:
            heappop(pairs)
    return out


@same
def test_items_that_compare_by_python():
    heap, out = [], []
    for i in range(60):
        heappush(heap, Loud(i * 7 % 11) if i % 5 == 0 else i * 3 % 13)
        if i % 2:
            out.append(heappop(heap))
    return out, heap


@same
def test_errors():
    heap, out = [], []
    for i in range(60):
        try:
            heappush(heap, (i % 5, "a" if i % 2 else None) if i % 7 == 0 else (i % 5, i))
            out.append(heappop(heap))
            heappop([])
        except (TypeError, IndexError) as e:
            out.append(str(e))
        try:
            heapq.heapreplace([], i)
        except IndexError as e:
            out.append(str(e))
        try:
            heappush((1, 2) if i % 2 else None, 3)
        except TypeError as e:
            out.append(str(e))
        out.append(list(heap))
    return out


@same
def test_what_dies():
    heap = []
    for i in range(40):
        heappush(heap, (i % 3, i, Dying(i)))
        if i % 2:
            heappop(heap)
        record(i)
        heapq.heappushpop(heap, (-1, i, Dying(f"x{i}")))
        heapq.heapreplace(heap, (5, i, Dying(f"y{i}")))
    return len(heap)


@same
def test_heaps_held_by_nobody_else():
    out = []
    for i in range(40):
        out.append(heappop([i]))
        out.append(heappop([i, i + 1, i + 2]))
        heappush([i], -i)
        heappush([], i)
    return out


@same
def test_item_that_is_the_heap():
    heap = []
    out = []
    for i in range(20):
        heappush(heap, i)
        heappush(heap, [i])if not heap else None
        try:
            heappush(heap, heap)
        except TypeError as e:
            out.append(str(e))
        heap[:] = [x for x in heap if x is not heap]
        heap.sort()
    return out, heap


@same
def test_list_sizes():
    heap, out = [], []
    for i in range(50):
        heappush(heap, -i)
    for i in range(50):
        out.append(heap.__sizeof__())
        heappop(heap)
    return out
