"""What one kind of value does where another is expected: characters, complex numbers,
dictionaries, sets, bytes and iterators in each other's operations and in calls."""

from oracle import Dying, record, run_program, same, spy

TEXT = "abcaé\xff\x00z"


@same
def test_characters_as_keys_and_items():
    count, seen, order = {}, set(), []
    for c in TEXT * 3:
        if c in count:
            count[c] += 1
        else:
            count[c] = 1
        seen.add(c)
        order.append(c)
        if c not in seen or c in ("x", "y") or c in [1, "z", None]:
            order.append(c in "abc")
    for n in range(len(TEXT)):
        c = TEXT[n]
        order[n] = c
        order.append(count.get(c, 7))
        order.append({c: n, n: c})
        order.append({c, n})
        order.append([c] * 2 + [c])
        del count[c]
        count[c] = c
    return count, sorted(seen), order


@same
def test_characters_in_calls_of_builtins():
    out = []
    for c in TEXT:
        out.append((ord(c), c.upper(), c.isalpha(), str(c), repr(c), len(c), bool(c), f"{c}{c!r}{c:>3}"))
        out.append((isinstance(c, str), isinstance(c, (int, list)), hash(c) == hash(c + ""), c * 3, c + c))
        out.append((c.join(["1", "2"]), c[0] is c, c[-1:], c[0:True], "x" + c, chr(ord(c)) is c))
        if c:
            out.append(not c)
    for i, c in enumerate(TEXT):
        out.append(ord(c) + i)
        n = ord(c)
        n += 1
        out.append((n, ord(c)))
        try:
            out.append(int(c))
        except ValueError as e:
            out.append(str(e))
    return out


def several(c, d, e, s, z, b, n):
    d[c] = n
    e.add(c)
    if n > 0:
        return [c, d[c], c in e, s == c, z * 2, b[n % 2]]
    return c


@same
def test_every_kind_as_an_argument():
    out, d, e = [], {}, set()
    z = 1.5 + 2j
    for n, c in enumerate("abcdefgh" * 4):
        z = z * 0.5 + n
        out.append(several(c, d, e, "b", z, b"xy", n))
    return out, sorted(e), d, z


def one(c):
    return c


def six(a, b, c, d, e, f):
    return a is one(a), b, c, d, e, f


@same
def test_more_arguments_than_registers():
    out = []
    for c, n in zip("abcdefgh" * 4, range(32)):
        out.append(six(c, n * 0.5, n + 300, n * 1j, c, n == 3))
    return out


@same
def test_complex_numbers_in_containers():
    d, out, e = {}, [], set()
    z = 0j
    for n in range(40):
        z = z * 1j + complex(n, -0.0)
        d[n] = z
        out.append(z)
        out[-1] = z
        out.append((z, n, d[n] is z, isinstance(z, complex), z in out, f"{n}:{z}", z == z))
        e.add(n)
        if z in e or z in d:
            out.append(n)
        try:
            d[z] = n
            e.add(z)
        except TypeError:
            out.append(None)
        out.append([z] * 2 + [z.real, z.conjugate()])
    return d, out, len(e)


@same
def test_iterating_over_what_is_known():
    out = []
    d = {"a": 1, "b": [2], 3: 4.5}
    e = {5}
    for n in range(30):
        d[n % 4] = n
        e.add(5)
        for k in d:
            out.append(k)
        for k, v in d.items():
            out.append((v, k))
        for v in d.values():
            out.append(v)
        for x in e:
            out.append(x)
        for k in d.copy():
            out.append(k)
        for i, k in enumerate(list(d)):
            out.append((i, k))
        for k, c in zip(d.copy(), "abcdefg"):
            out.append(k == c)
    return out


@same
def test_changed_while_iterated_over():
    out = []
    for n in range(30):
        d = {k: k for k in range(5)}
        try:
            for k in d:
                out.append(k)
                if n > 20:
                    d[k + 100] = k
                else:
                    d[k] = (k,)
        except RuntimeError as error:
            out.append(str(error))
        try:
            for k, v in d.items():
                if k == 3 and n % 2:
                    d.pop(k)
                    d[99] = v
                d[k] = [v]
                out.append((k, v))
        except RuntimeError as error:
            out.append(str(error))
        items = [1, 2, 3, 4]
        for x in items:
            if x == 2:
                items.remove(1)
            if n > 25:
                items.clear()
            out.append(x)
        s = "ab"
        for c in s:
            s += c
            out.append((s, c))
    return out


@same
def test_what_a_temporary_gets_dies_with_it_as_ever():
    dead = []
    for n in range(30):
        [0, 1][0] = Dying(dead)
        [0, n][n % 2] = Dying(dead)
        [].append(Dying(dead))
        [0][0] = 2.5 * n
        {}[n] = Dying(dead)
        dead.append(n)
    return dead


@same
def test_slices_of_all_kinds():
    out = []
    bounds = (None, 0, 1, -1, 2, -3, 99, -99, True, False, 2**70, -2**70)
    for s in ([1, 2.5, "x"], (1, 2, 3), "abc", "a\u0100c", b"abc", bytearray(b"abc")):
        for a in bounds:
            for b in bounds:
                t = s[a:b]
                out.append((t, t is s))
        out.append((s[::2], s[::-1], s[1:], s[:-1], s[:]))
    return out


@same
def test_methods_of_bytes():
    out = []
    for b in (b"ab", b"", b"\xff") * 10:
        out.append((b.hex(), len(b), bool(b), isinstance(b, bytes), b + b"x", b * 2, b in {b"ab": 1}))
        a = bytearray(b)
        a.append(7)
        a[0] = True
        out.append((bytes(a), isinstance(a, (bytes, bytearray)), 7 in a))
    return out


def looked_at(it):
    s = spy()
    record(s)
    return it


@same
def test_iterators_as_values():
    out = []
    d = {}
    for n in range(30):
        it = iter("abc")
        d[n] = it
        for c in it:
            out.append(c)
            break
        out.append(list(looked_at(d[n])))
        e = enumerate({"k": n}.items())
        for i, (k, v) in e:
            out.append((i, k, v))
        for a, b in zip({1: 2}, {3}):
            out.append((a, b))
        for k in {Dying(out): n}:
            out.append(n)
        for v in {n: Dying(out)}.values():
            out.append(n)
        v = k = None
    return out


def test_deeply_nested_iterators_are_dropped():
    run_program("""
def nest(make, depth):
    it = iter([1])
    for _ in range(depth):
        it = make(it)
    return it


def drop_all(items):
    for n in range(len(items)):
        item = [items[n]]
        items[n] = None
        item = None
    return len(items)


for make in (lambda it: iter([it]), enumerate, lambda it: iter({1: it}.values()), zip):
    for depth in (1, 2, 3, 200_000):
        items = [iter([1]) for _ in range(5000)]
        items[4990] = nest(make, depth)
        print(drop_all(items))
""")
