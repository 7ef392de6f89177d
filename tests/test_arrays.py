"""Items of the array module's arrays."""

import pytest

from oracle import check_source, record, same

SUM = """
import array
def work(a, n):
    total = 0
    for i in range(n):
        total += a[i % len(a)]
        total -= a[-1 - i % len(a)] * 2
    return total, type(a[0])
def subject():
    return work(array.array({letter!r}, {items}), 40)
"""


@pytest.mark.parametrize("letter", "bBhHiIlLqQfd")
def test_items_of_each_kind(letter):
    check_source(SUM.format(letter=letter, items=[1, 2, 100, 0, 77]))


@pytest.mark.parametrize("letter, limit", [("b", 7), ("h", 15), ("i", 31), ("l", 63), ("q", 63)])
def test_limits(letter, limit):
    check_source(SUM.format(letter=letter, items=[2**limit - 1, -2**limit, -1, 0]))
    check_source(SUM.format(letter=letter.upper(), items=[2**(limit + 1) - 1, 2**limit, 0]))


@pytest.mark.parametrize("letter", "bBhHiIlLqQfd")
@pytest.mark.parametrize("value", ["i", "i * 1.5", "True", "-i", "2**31 + i", "2**63 - 1", "2**63 + i",
                                   "2**64", "'x'", "None", "float('nan')", "-0.0", "1e300", "Big(i)"])
def test_stores(letter, value):
    check_source(f"""
import array
class Big(int): pass
def work(a, n):
    for i in range(n):
        a[i % 5] = i
        try:
            a[-1 - i % 5] = {value}
        except Exception as error:
            return type(error), str(error), a, i
    return a
def subject():
    a = array.array({letter!r}, [0] * 5)
    return [repr(x) for x in (work(a, 3), work(a, 30))], a.tobytes()
""")


@same
def test_index_out_of_range():
    import array

    def work(a, n):
        total = 0
        try:
            for i in range(n):
                total += a[i]
                a[i + 1] = i
        except IndexError as error:
            return total, str(error)

    return [work(array.array("d", [1.0] * n), 100) for n in (0, 1, 30)]


@same
def test_indexes_of_other_types():
    import array

    class Index:
        def __index__(self):
            record("index")
            return 2

    def work(a, indexes):
        return [a[i] for i in indexes]

    a = array.array("i", range(10))
    results = [work(a, [True, False, 3] * 20), work(a, [Index()] * 20), work(a, [slice(2, 5)] * 20)]
    for bad in ("x", 1.0, 2**70, None):
        try:
            work(a, [1] * 20 + [bad])
        except (TypeError, IndexError) as error:
            results.append((type(error), str(error)))
    return results


@same
def test_kinds_change_in_mid_loop():
    import array

    class Other(array.array):
        def __getitem__(self, index):
            record("get")
            return super().__getitem__(index) + 1

        def __setitem__(self, index, value):
            record("set")
            super().__setitem__(index, value)

    def work(arrays, n):
        total = 0
        for i in range(n):
            a = arrays[i % len(arrays)]
            total += a[1]
            a[0] = i
        return total

    kinds = [array.array(k, [1, 2]) for k in "dib"] + [Other("i", [3, 4]), [5, 6], bytearray(b"ab")]
    return [work(kinds[:n], 60) for n in range(1, 7)], kinds[4], [list(k) for k in kinds]


@same
def test_array_that_changes_its_size():
    import array

    def work(a, n):
        total = 0
        for i in range(n):
            total += a[i]
            if i % 3 == 0:
                a.append(i)
            if i == 40:
                del a[10:]
        return total

    try:
        return work(array.array("l", range(30)), 100)
    except IndexError as error:
        return str(error)


@same
def test_exported_memory():
    import array

    def work(a, n):
        for i in range(n):
            a[i % 4] = i
        return a[3]

    a = array.array("h", [0] * 4)
    view = memoryview(a)
    return work(a, 50), view.tolist(), view[2]


@same
def test_last_reference_on_the_stack():
    import array
    import weakref

    def make(n):
        a = array.array("d", [n, n + 1.0])
        kept.append(weakref.ref(a, lambda ref: record("gone")))
        return a

    def work(n):
        total = 0.0
        for i in range(n):
            total += make(i)[1]
            make(i)[0] = total
        return total

    kept = []
    return work(30)
