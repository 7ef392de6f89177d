"""Branches and loops of every shape: the right path, each time."""

import pytest

from oracle import check_source, record, same, spy


@same(args=[(0,), (1,), (5,), (10,), (50,)])
def test_while_else(limit):
    out = []
    for stop in (0, 3, 7, 100):
        i = 0
        while i < limit:
            if i == stop:
                out.append(("break", i))
                break
            i += 1
        else:
            out.append(("else", i))
    return out


@same(args=[(0,), (1,), (5,), (10,), (50,)])
def test_for_else(limit):
    out = []
    for stop in (0, 3, 7, 100):
        for i in range(limit):
            if i == stop:
                break
        else:
            out.append("else")
            i = -1
        out.append(i)
    return out


@same
def test_nested_loops_four_deep():
    total = 0
    f = 0.0
    for a in range(4):
        b = 0
        while b < 4:
            for c in range(b, 5):
                d = c
                while d:
                    total += a * b + c - d
                    f += d * 0.5
                    d -= 1
                    if total % 17 == 3:
                        break
                else:
                    total += 1
                if total % 19 == 7:
                    continue
                total += 2
            b += 1
        record(a, b, c, d, total, f)
    return total, f, a, b, c, d


@same
def test_break_out_of_several_loops():
    found = None
    tried = 0
    for a in range(1, 30):
        for b in range(a, 30):
            for c in range(b, 30):
                tried += 1
                if a * a + b * b == c * c and a + b + c == 56:
                    found = a, b, c
                    break
            else:
                continue
            break
        else:
            continue
        break
    return found, tried, a, b, c


@same
def test_continue_everywhere():
    a = b = c = 0
    i = -1
    while i < 60:
        i += 1
        if i % 2:
            a += 1
            continue
        if i % 3:
            b += 1
            if i % 5 == 0:
                continue
            b += 10
        elif i % 7 == 0:
            continue
        c += 1
    return a, b, c, i


@same
def test_walrus_in_conditions():
    n = 27
    steps = 0
    while (n := n // 2 if n % 2 == 0 else 3 * n + 1) != 1:
        steps += 1
        if (half := n / 2) > 1000 and (big := n > 4000):
            record(half, big, n)
    return steps, n, half, [y := 1, y ** 2, (z := y + 1)]


@same
def test_chained_comparisons_evaluate_once_and_stop_early():
    seen = []

    def v(x):
        seen.append(x)
        return x
    hits = 0
    for i in range(12):
        hits += 1 < v(i) < v(i * 2) <= 14 != 10
        hits += (0 <= i < 5 < 10) + (i > 3 > 2.5 > i - 5) + (i == i == i) + (i is i is not None)
        if not 2 < i <= 9 or 3 > i > 1:
            hits += 100
    return hits, seen


@same
def test_conditional_expressions():
    out = []
    for i in range(20):
        x = i if i % 2 else -i if i % 3 else 0.5 if i % 5 else None
        y = (1 if i > 10 else 2) + (3.0 if i > 15 else 4)
        out.append((x, y, x if x else y, (x if x is not None else 0) * y))
    return out


@same
def test_and_or_give_operands_not_bools():
    zero, zf, nz, t, f = 0, -0.0, 7, True, False
    out = []
    for i in range(6):
        e = i - 3
        out.append((zero or zf, zf or zero, nz and zf, t and nz, f or e, e and nz, e or zf, e or f or nz, e and nz and t,
                    not e or nz, (e and zero) or (zf and nz), not (e and nz), e or None, None and e, e and 1 or 2))
    return out


@same
def test_match_on_numbers():
    out = []
    for v in [0, 1, 2, 3, -1, True, False, 1.0, 2.5, 10, 99, 2**70, None, "x", (1, 2), [3, 4.0], {"k": 5}]:
        for i in range(3):
            match v:
                case 0 | False:
                    r = "zero"
                case True:
                    r = "true"
                case 1:
                    r = "one"
                case int(n) if n > 50:
                    r = ("big", n)
                case int() | float() as n if i == 1:
                    r = ("number", n)
                case -1 | 2.5:
                    r = "some"
                case (a, b):
                    r = a + b
                case {"k": w}:
                    r = w
                case None:
                    r = None
                case _:
                    r = "other"
        out.append(r)
    return out


@same
def test_match_as_a_state_machine():
    state, n, trail = 0, 0, []
    while n < 40:
        n += 1
        match state:
            case 0:
                state = 3 if n % 2 else 1
            case 1:
                state = 2.0
            case 2:
                state = 0
            case 3:
                state = n % 4
                continue
        trail.append(state)
    return trail


@same
def test_constant_conditions():
    n = 0
    while True:
        n += 1
        if n > 30:
            break
        while 1:
            if n % 3:
                break
            n += 1
        while False:
            n += 1000
        if None:
            n += 1000
        while not 0.0:
            break
        else:
            n += 1000
    return n


@same
def test_pass_only_loops():
    for i in range(100):
        pass
    for j in range(0):
        pass
    n = 50
    while (n := n - 1):
        pass
    return i, n


@same(raises=UnboundLocalError)
def test_loop_variable_of_an_empty_loop_is_unbound():
    for i in range(0):
        pass
    return i


@same
def test_loop_variable_changed_in_the_body():
    out = []
    for i in range(10):
        out.append(i)
        i *= 2.5
        out.append(i)
        if i > 20:
            i = "over"
    return out, i


@same
def test_same_variable_in_nested_loops():
    out = []
    for i in range(4):
        for i in range(i, 6):
            if i == 5:
                i = 50
            out.append(i)
        out.append(i)
    return out, i


@same
def test_closures_with_nonlocal_counters():
    count = 0
    scale = 1.5

    def bump(n):
        nonlocal count, scale
        for i in range(n):
            count += i
            scale *= 1.01
        return count
    for i in range(10):
        bump(i)
        count -= 1
        scale = scale + 1 if i % 4 == 0 else scale

    def late():
        return count, scale, i
    for i in range(5):
        count += i
    return late()


@same
def test_cell_variables_are_seen_by_others_during_the_loop():
    seen = []

    def look():
        seen.append((x, i))
    x = 0
    for i in range(12):
        x = x + i if i % 2 else x * 0.5
        if i % 3 == 0:
            look()
    del x
    try:
        look()
    except NameError as e:
        seen.append(e.args)
    return seen


@same
def test_lambdas_made_in_a_loop():
    fs = []
    gs = []
    for i in range(8):
        fs.append(lambda: i)
        gs.append(lambda n=i, s=0: [s := s + k * n for k in range(n)] and s)
    return [f() for f in fs], [g() for g in gs]


@same
def test_comprehensions_nested():
    a = [[i * j for j in range(i)] for i in range(8) if i % 2]
    b = {i: {j / 2 for j in range(i) if j % 3} for i in range(6)}
    c = sum(i * j for i in range(10) for j in range(i) if (i + j) % 3 == 0)
    out = []
    for i in range(5):
        out.append([i for i in range(i)])
        out.append({j: i for j in range(i)})
        out.append(sum(i + k * 0.5 for k in range(i)))
    return a, b, c, out, i, any(x > 5 for x in range(10)), all(x < 5 for x in range(10))


def test_loops_at_module_level():
    check_source("""
        total = 0
        f = 0.5
        big = 2**62
        i = 0
        while i < 30:
            total += i
            f = f * 1.1 - i
            big += big // 3
            i += 1
            if i % 10 == 0:
                record(total, f, big, dict(globals()).get("i"))
        for k in range(5):
            for m in range(k):
                total -= m
            del k
        squares = [n * n for n in range(6)]
    """)


def test_loops_in_class_bodies():
    check_source("""
        def main():
            out = []
            for n in range(4):
                class C:
                    total = 0
                    f = 1.0
                    for i in range(n * 3):
                        total += i
                        f /= 2
                        exec("total += 1")
                        locals()["extra"] = i
                    while total > 10:
                        total -= n
                    squares = [i * i for i in range(3)]
                    def method(self, k):
                        while k < 10:
                            k += 3
                        return k
                out.append((sorted(k for k in vars(C) if not k.startswith("_")), C.total, C.f, C().method(n)))
            return out
    """)


def test_loops_in_exec_and_eval():
    check_source("""
        def main():
            out = []
            for n in range(5):
                space = {"n": n}
                exec("t = 0\\nfor i in range(n * 4):\\n    t += i * 0.5\\n    if t > 20: break", space)
                local = {}
                exec("t = 0\\nwhile t < n:\\n    t += 1", {"n": n}, local)
                out.append((space["t"], space.get("i"), local, eval("[k * n for k in range(n)]", {"n": n})))
            return out
    """)


@same
def test_global_variables_written_in_the_loop():
    global counter, factor
    counter = 0
    factor = 1.5

    def other():
        global counter
        counter += 100
    for i in range(20):
        counter += i
        factor *= 1.0625
        if i % 7 == 6:
            other()
        if i == 10:
            factor = 3
        if i == 15:
            del factor
            factor = True
    result = counter, factor
    del counter, factor
    return result


@same(raises=NameError)
def test_global_deleted_in_mid_loop():
    global fleeting
    fleeting = 1
    total = 0
    for i in range(20):
        total += fleeting
        if i == 10:
            del fleeting


@same
def test_builtin_shadowed_in_mid_loop():
    space = {"out": []}
    source = "for i in range(12):\n    out.append(abs(i - 6))\n    if i == 5: abs = lambda x: x * 100\n    if i == 9: del abs\n"
    exec(source, space)
    return space["out"]


@same
def test_augmented_assignment_to_cells_and_items():
    a = [0, 0.5, True]
    d = {"n": 0}

    class N:
        pass
    o = N()
    o.v = 2**62
    for i in range(20):
        a[i % 3] += i
        d["n"] += a[1]
        o.v += o.v
        a[-1] -= d["n"] > 100
    return a, d, o.v


@same
def test_starred_and_parallel_assignment():
    a, b, c = 1, 2.5, [3]
    for i in range(15):
        a, b = b, a
        (a, *rest), b = (a, i, b), a + b
        x = y = z = a * 2
        c[i % 1], a = a, c[0] if isinstance(c[0], (int, float)) else 0
        record(x is y is z, rest)
    return a, b, c, x, y, z


@same
def test_deep_evaluation_stack():
    a, b = 3, 1.5
    for i in range(20):
        r = (i + (a * (b - (i * (a + (b * (i - (a - (b + (i * (a + (b - (i + 1)))))))))))))
        s = [i, (a, [b, (i, [a, (b, i + a * b if i % 2 else i)])])]
        t = (i, a, b, i + 1, a + 1, b + 1, i * 2, a * 2, b * 2, i < a, a < b, b < i, -i, -a, -b, (r if i > 10 else s))
    return r, s, t


@same
def test_switching_between_many_paths():
    x, y, trail = 1, 0.0, 0
    for i in range(300):
        k = (i * 7 + x) % 11
        if k == 0: x += 1
        elif k == 1: x -= 1
        elif k == 2: x *= 3
        elif k == 3: x //= 2
        elif k == 4: y += x
        elif k == 5: y = -y / 2
        elif k == 6: x = int(y) % 1000
        elif k == 7: x ^= i
        elif k == 8: x = -x
        elif k == 9: trail = trail * 31 + x & 0xffffffff
        else: y = 0
    return x, y, trail


@pytest.mark.parametrize("count", [10, 60, 300])
def test_function_with_very_many_locals(count):
    names = [f"v{n}" for n in range(count)]
    check_source("def main():\n"
                 + "".join(f"    {name} = {n if n % 3 else n / 2 if n % 2 else n > 5}\n" for n, name in enumerate(names))
                 + "    for i in range(6):\n"
                 + "".join(f"        {a} = {b} + i\n" for a, b in zip(names, names[3:] + names[:3]))
                 + f"    return {', '.join(names)}\n", repeat=2)


def test_very_long_loop_body():
    """Jumps of more than 255 code units, EXTENDED_ARG everywhere."""
    check_source("def main():\n    x = y = 0\n    f = 0.5\n    for i in range(5):\n"
                 + "".join(f"        if i != {n % 7}: x += {n}; f = f * 0.5 + x\n        else: y ^= x + {n * 1000003}\n"
                           for n in range(400))
                 + "    return x, y, f\n", repeat=2)


@same
def test_one_line_loops():
    i = t = 0
    while i < 50: i += 1; t += i
    for i in range(50): t -= i; t ^= 1
    return [i, t][i and 1], t if t else i; pass


@same
def test_spying_between_loops():
    x = 0
    for i in range(5):
        x += i
        spy()
    y = 1.0
    while y < 100:
        y *= 3
        spy()
    return x, y
