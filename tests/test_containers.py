"""Lists, tuples and strings: items, stores, iteration, appends, unpacking, while
others change them."""

import builtins

from oracle import Dying, record, same, spy, watch


@same
def test_items_of_lists_and_tuples():
    floats, ints, mixed = [i * 0.5 for i in range(10)], tuple(range(10)), [1, 2.5, True, 2**70, "x", None]
    total, out = 0.0, []
    for i in range(-10, 10):
        total += floats[i] * ints[i] - ints[-i - 1]
        out.append(mixed[i % 6])
        out.append(mixed[-1 - i % 6])
    return total, out


@same
def test_index_errors_and_odd_indices():
    items = [1.5, 2.5, 3.5]
    out = []
    for index in (0, 2, 3, -3, -4, True, False, 2**70, 1.0, "0", None, slice(1, 3)):
        for _ in range(3):
            try:
                x = items[index]
                items[index] = x
            except (IndexError, TypeError) as e:
                x = e.args
        out.append(x)
    return out, items


@same
def test_stored_item_is_the_object():
    items = [None] * 8
    out = []
    for i in range(16):
        v = i * 1.25
        n = i + 2**40
        items[i % 4] = v
        items[4 + i % 4] = n
        out.append((items[i % 4] is v, items[4 + i % 4] is n))
    return out, items


@same
def test_replacing_a_float_leaves_other_holders_alone():
    items = [0.5, 1.5]
    others = []
    for i in range(12):
        others.append(items[0])
        items[0] = items[0] * 2.0
        items[1] = items[0] + items[1]
    return items, others


@same
def test_swapping_in_a_list():
    perm = list(range(9))
    floats = [float(2**n) + 0.5 for n in range(9)]
    for k in range(20):
        i, j = k % 9, (k * 5 + 2) % 9
        perm[i], perm[j] = perm[j], perm[i]
        t = floats[i]
        floats[i] = floats[j]
        floats[j] = t
    return perm, floats


@same
def test_list_shrinks_while_indexed():
    items = list(range(20))
    def cut(i):
        if i % 4 == 3:
            del items[-3:]
        return i
    total = 0
    try:
        for i in range(20):
            total += items[i]
            cut(i)
    except IndexError as e:
        record(e, total, i)
    return total, items


@same
def test_list_changes_while_iterated():
    items = [1, 2, 3]
    seen = []
    for x in items:
        seen.append(x)
        if len(items) < 12:
            items.append(x + 1)
        elif len(seen) == 8:
            del items[5:]
    return seen, items


@same
def test_iterator_kept_by_others():
    items = list(range(10))
    it = iter(items)
    out = []
    for x in it:
        out.append(x)
        if x % 3 == 1:
            out.append(next(it))
    out.append(list(it))
    return out


@same
def test_last_reference_to_the_sequence():
    total = 0
    for k in range(6):
        for x in [k, k + 1, k + 2]:
            total += x
        for x in (k, total):
            total -= x
        for x in [Dying(f"{k}"), 5]:
            pass
        record("after", k)
        for x in list(range(k)):
            total += x
    return total


@same
def test_finalizers_of_items():
    items = [Dying("a"), Dying("b"), 1]
    for i in range(9):
        items[i % 3] = Dying(f"item{i}") if i % 2 else i
        record(i)
    items = None
    return i


@same
def test_rows_dropped_with_what_is_in_them():
    row = [0]
    for i in range(12):
        row = [i, i * 0.5, [i]]
        if i % 4 == 2:
            row.append(Dying(f"in row {i}"))
        if i % 4 == 3:
            o = Dying(f"twice {i}")
            row = [o, 1, o]
            del o
        record(i)
    return row[0] if row else None


@same
def test_append():
    out, rows = [], []
    for i in range(40):
        v = i * 0.5
        out.append(v)
        out.append(i)
        out.append(i + 2**40)
        out.append(None)
        rows.append([i, v])
        record(out[-4] is v)
    return out, rows, [r[1] is out[4 * n] for n, r in enumerate(rows)]


@same
def test_append_of_a_subclass():
    class Loud(list):
        def append(self, x):
            record("append", x)
            super().append(x)
    for items in ([], Loud(), []):
        for i in range(5):
            items.append(i)
    return items


@same
def test_subclasses_with_their_own_items():
    class Odd(list):
        def __getitem__(self, i):
            return -1
        def __setitem__(self, i, v):
            record(i, v)
    total = 0
    for items in ([1, 2, 3], Odd([1, 2, 3]), (4, 5, 6), [1, 2, 3]):
        for i in range(3):
            total += items[i]
            if isinstance(items, list):
                items[i] = total
    return total


@same
def test_unpacking():
    pairs = [(1, 2.5), (2**40, "x"), (None, [1]), (0.5, -0.0)]
    out = []
    for _ in range(3):
        for a, b in pairs:
            out.append((b, a))
        for a, b, c in [(1, 2, 3), (4.5, 5, 6)]:
            out.append(a + b + c)
    x, y, z = 1, 2.5, "z"
    for _ in range(7):
        x, y, z = z, x, y
    return out, x, y, z


@same(raises=ValueError)
def test_unpacking_the_wrong_number():
    n = 0
    for item in [(1, 2), (3, 4), (5, 6), (7, 8, 9)]:
        a, b = item
        n += a * b
    return n


@same
def test_tuples_made_in_the_loop():
    out = []
    x = 1.0
    for i in range(10):
        x = x * 1.5
        pair = (x, i)
        same_pair = pair
        out.append((pair, x, pair is same_pair, pair[0] is x))
    return out


@same
def test_comprehensions():
    n = 12
    out = []
    for k in range(4):
        out.append([i * 0.5 for i in range(n) if i % 2])
        out.append([[i + j for j in range(3)] for i in range(k)])
        out.append([x for row in out[-1] for x in row if x > 1])
    return out


@same
def test_strings():
    a, b = "abcde", "abXdé"
    emoji = "x\U0001f600y"
    same_chars, out = 0, []
    for i in range(-5, 5):
        if a[i] == b[i]:
            same_chars += 1
        out.append(a[i] != b[i])
        out.append(b[i] is b[i])
        out.append(emoji[i % 3] + "" if i > 3 else emoji[i % 3])
    return same_chars, out


@same(raises=IndexError)
def test_string_index_error():
    n = 0
    for i in range(10):
        if "abc"[i] == "b":
            n += 1
    return n


@same
def test_builtins_on_numbers():
    out = []
    for i in range(-6, 6):
        f = i * 0.75
        out.append((abs(i), abs(f), abs(i - 2**40), min(i + 1, 3 - i), max(f + 1.0, f * 2.0),
                    int(f), float(i), len(out), min(i, f), max(True, i), abs(True)))
    return out


@same
def test_identity_of_what_builtins_return():
    big, f = 2**40, 1.5
    out = []
    for i in range(8):
        big = big + 1
        f = f * 2.0
        out.append((abs(big) is big, min(big, big + 1) is big, max(f, 0.0) is f,
                    int(big) is big, float(f) is f, abs(f) is f))
    return out


@same
def test_extremes_of_odd_numbers():
    nan, inf = float("nan"), float("inf")
    out = []
    for a in (0.0, -0.0, nan, inf, -inf, 1.5):
        for b in (0.0, -0.0, nan, inf, 2.5):
            for _ in range(2):
                r = (min(a + 0.0, b + 0.0), max(a + 0.0, b + 0.0), min(a - 0.0, b - 0.0))
            out.append(r)
    return out


@same
def test_float_to_int_at_the_edges():
    out = []
    for f in (0.5, -0.5, 2.0**53, -(2.0**62), 2.0**63, -(2.0**63), 1e300, float("inf"), float("nan")):
        for _ in range(3):
            try:
                n = int(f)
            except (OverflowError, ValueError) as e:
                n = e.args
        out.append(n)
    return out


@same
def test_builtins_rebound_in_mid_loop():
    out = []
    real = builtins.len
    try:
        for i in range(15):
            out.append(len(out))
            if i == 5:
                builtins.len = lambda x: -1
            if i == 10:
                builtins.len = real
    finally:
        builtins.len = real
    return out


@same
def test_complex_numbers():
    out = []
    for c in (0.1 + 0.2j, -0.75j, 0j, complex("nan"), complex(float("inf"), 1)):
        z = 0j
        for i in range(10):
            if abs(z) > 2.0:
                break
            z = z * z + c
        out.append((i, z, abs(z)))
    return out


@same(raises=OverflowError)
def test_abs_of_complex_overflows():
    z = 1.7e308 + 1.7e308j
    for i in range(5):
        x = abs(z if i == 3 else 1j)
    return x


@same
def test_counts():
    o = watch(object())
    items = watch([o] * 4)
    pair = watch((o, 1.5))
    for i in range(12):
        x = items[i % 4]
        items[(i + 1) % 4] = x
        y, z = pair
        for w in items:
            if w is None:
                break
        rows = [x, y, items]
    del x, y, w, rows


@same
def test_generator_over_a_list():
    items = list(range(10))
    def squares():
        for x in items:
            yield x * x
    out = []
    for s in squares():
        out.append(s)
        if s == 16:
            items.append(99)
    return out, sum(squares())


@same
def test_locals_seen_while_containers_are_used():
    items = [1.5, 2.5, 3.5]
    total = 0.0
    for i, in [(0,), (1,), (2,), (1,)]:
        x = items[i]
        total += x * items[-i]
        spy()
    return total
