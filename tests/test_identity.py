"""`is`: a value carried around in locals stays one object, however often it was
unboxed on the way; a value computed anew is a new one."""

from oracle import record, same


@same
def test_float_carried_through_swaps():
    a = float("1.5")
    b = float("2.5")
    c = d = a
    for i in range(21):
        a, b = b, a
        record(a is c, b is c, c is d, a, b)
        x = a + b
    return a, b, c, d


@same
def test_big_enough_ints_carried_through_swaps():
    a = int("1000")
    b = int("2000")
    keep = (a, b)
    total = 0
    for i in range(21):
        a, b = b, a
        total += a - b
    return a is keep[1], b is keep[0], keep, a, b


@same
def test_used_in_arithmetic_but_never_changed():
    k = float("3.25")
    n = int("12345678901")
    first = (k, n)
    total = 0.0
    for i in range(30):
        total += k * n
        total -= n
        j = k
        m = n
    return j is first[0], m is first[1], k is j, n is m, total


@same
def test_two_names_for_one_value_made_in_the_loop():
    x = 1.5
    for i in range(20):
        x = x * 1.25
        y = x
        z = (x, y)
        record(x is y, z[0] is z[1], z[0] is x)
    return x, y, z


@same
def test_same_value_from_two_computations_is_two_objects():
    x = 1.5
    for i in range(20):
        a = x * 2
        b = x * 2
        record(a is b, a == b)
    return a, b, a is b


@same
def test_value_stored_in_containers_keeps_its_identity():
    kept = []
    x = 0.5
    n = 1000
    for i in range(12):
        x += 1
        n += 1
        kept.append(x)
        kept.append(n)
        kept.append((x, n))
        record(kept[-3] is x, kept[-2] is n, kept[-1][0] is x)
    return kept, x, n


@same
def test_old_values_survive_one_iteration():
    previous = None
    x = 1.0
    n = 500
    for i in range(20):
        record(previous is x, previous)
        previous = x
        before = n
        if i % 3 == 0:
            x = x + 0.5
            n = n + 300
        record(previous is x, before is n)
    return previous, x


@same
def test_identity_operators():
    for i in range(250, 270):
        x = i
        y = i + 0
        z = -(-i)
        record(x is i, y is i if i < 257 else None, z is i if i < 257 else None, +x is x, x * 1 == x)
    f = 1.25
    for i in range(10):
        g = +f
        h = f if i % 2 else f * 1
        record(g is f, h is f, abs(f) is f, float(f) is f, int(i) is i)


@same
def test_constants_are_one_object():
    out = []
    for i in range(10):
        x = 1.5
        y = 1000000
        z = 2**70
        out.append((x, y, z, -0.0, 0.0))
    first = out[0]
    return [all(a is b for a, b in zip(first, row)) for row in out], out[0] is out[1]


@same
def test_bools_and_none_are_singletons():
    x = 5
    for i in range(10):
        a = x > i
        b = not a
        record(a is True, b is True, a is (i < x), (a and b) is b, (a or b) is a, (None or a) is a)


@same
def test_nan_is_itself():
    nan = float("nan")
    other = nan
    for i in range(10):
        third = other
        other = nan
        record(third is nan, third == nan, nan in [third], [third] == [nan], {nan: 1}.get(third))
        fresh = nan + 0
        record(fresh is nan)


@same
def test_and_or_and_conditionals_hand_on_the_object():
    a, b, zero = float("1.5"), float("2.5"), float("0")
    for i in range(12):
        x = a and b
        y = zero or a
        z = a if i % 2 else b
        w = (a or b) and zero
        record(x is b, y is a, z is (a if i % 2 else b), w is zero)
        t = a + b


@same
def test_loop_variables_stay_the_objects_they_were():
    items = [float("0.5"), int("777"), True, 2**80, float("0.5")]
    out = []
    for x in items:
        y = x
        y2 = x + 1
        out.append(y is x)
    for i in range(3):
        for x in items:
            out.append(x)
    return out, items


@same
def test_argument_identity():
    def f(x, n):
        y = x
        for i in range(n):
            z = x * 2
            y = x
        return y
    a = float("1.75")
    b = 2**64
    c = int("4096")
    return [(f(v, n) is v) for v in (a, b, c, True) for n in (0, 1, 10)]


@same
def test_augmented_assignment_does_not_change_the_other_name():
    a = b = float("1.5")
    n = m = int("1000")
    for i in range(10):
        a += 1
        n += 1
        record(a is b, n is m, b, m)
    return a, b, n, m


@same
def test_id_within_an_iteration():
    x = 0.5
    for i in range(10):
        x *= 3
        before = id(x)
        y = x
        record(id(y) == before, id(x) == before)


@same
def test_range_makes_objects_of_its_own():
    start, out = 2**30 - 3, []
    for i in range(6):
        for j in range(1073741821, 1073741824):
            out.append(j)
        for k in range(start, start + 2):
            out.append(k)
            record(k is start, j is out[0])
    return out
