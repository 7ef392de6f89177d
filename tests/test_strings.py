"""Strings: methods, + and *, f-strings, conversions; and lists and tuples as far as
they do the same."""

from oracle import Dying, record, same, spy, watch


class Text(str):
    def __add__(self, other):
        record("add")
        return "added"

    def __radd__(self, other):
        record("radd")
        return "radded"

    def __format__(self, spec):
        return f"<{spec}>"

    def __str__(self):
        return "text"

    def __contains__(self, item):
        return "contained"

    def upper(self):
        return "UP"


class Number(int):
    def __str__(self):
        return "number"

    def __format__(self, spec):
        record("format", spec)
        return "formatted"

    def __index__(self):
        record("index")
        return 2


WORDS = ["", "a", "abc", " abc ", "ABC", "aBc1", "12", "\u00e9", "\u20ac", "\U0001f600", "a b\nc\td", "\u0130", "\u00df", "\x00",
         "a" * 50, "x\u20acy"]


@same
def test_predicates_and_cases():
    out = []
    for i in range(48):
        w = WORDS[i % len(WORDS)]
        out.append((w.isdigit(), w.isalpha(), w.isalnum(), w.isspace(), w.isupper(), w.islower(),
                    w.isdecimal(), w.isnumeric(), w.isidentifier(), w.istitle(), w.isprintable(), w.isascii()))
        out.append((w.upper(), w.lower(), w.title(), w.capitalize(), w.swapcase(), w.casefold()))
        out.append((w.strip(), w.lstrip(), w.rstrip(), w.strip("a"), w.lstrip(" a"), w.rstrip("c ")))
        out.append((w.strip() is w, w.upper() is w))
    return out


@same
def test_searching():
    out = []
    for i in range(48):
        w, v = WORDS[i % len(WORDS)], WORDS[i * 5 % 7]
        out.append((w.find(v), w.rfind(v), w.count(v), w.find(v, 1), w.find(v, -2, 5), v in w, v not in w))
        out.append((w.startswith(v), w.endswith(v), w.startswith((v, "x")), w.startswith(v, 1), w.endswith(("c", v))))
        out.append((w.replace(v, "<>"), w.replace("a", ""), w.replace("a", "b", 1)))
        out.append((w.partition(" "), w.rpartition("b"), w.removeprefix("a"), w.removesuffix("c")))
        try:
            out.append((w.index(v), w.rindex("b")))
        except ValueError as e:
            out.append(e.args)
    return out


@same
def test_splitting_and_joining():
    out = []
    for i in range(32):
        w = WORDS[i % len(WORDS)]
        out.append((w.split(), w.split("b"), w.split("b", 1), w.rsplit(" ", 1), w.splitlines(), w.splitlines(True)))
        parts = w.split("b")
        out.append((",".join(parts), w.join(["x", "y"]), "".join(parts) is w, "-".join((w,)) is w, w.join(())))
        out.append((w.zfill(5), w.ljust(4), w.rjust(4, "*"), w.center(7), w.expandtabs(4)))
        out.append(w.encode())
        try:
            w.split("")
        except ValueError as e:
            out.append(e.args)
        try:
            "".join([w, i])
        except TypeError as e:
            out.append(e.args)
    return out


@same
def test_wrong_arguments():
    out = []
    for i in range(10):
        for bad in (None, 1, b"x", ["x"], 2.5):
            try:
                out.append("abc".startswith(bad))
            except TypeError as e:
                out.append(e.args)
            try:
                out.append("abc" + bad)
            except TypeError as e:
                out.append(e.args)
            try:
                out.append(bad in "abc")
            except TypeError as e:
                out.append(e.args)
            try:
                out.append(",".join(bad))
            except TypeError as e:
                out.append(e.args)
        try:
            "\ud800".encode()
        except UnicodeEncodeError as e:
            out.append(e.args)
    return out


@same
def test_subclasses():
    out = []
    for w in ["a", Text("a"), "b", Text("b")] * 3:
        out.append((w + "x", "x" + w, w.upper(), f"{w}", f"{w:>3}", f"{w!s}", f"{w!r}", str(w), "a" in w))
        out.append(("-".join([w, "z"]), [w].count("a"), w.lower()))
        out.append(("abc".find(w), "abc".startswith(w), w * 2))
    return out


@same
def test_subclasses_of_numbers():
    out = []
    for n in [1, Number(1), 2.5, True, 2**70, Number(3)] * 3:
        out.append((f"{n}", f"{n!r}", str(n), repr(n), f"{n!s}"))
        try:
            out.append((f"{n:3}", f"{n:>6}"))
        except ValueError as e:
            out.append(e.args)
        try:
            out.append("ab" * n)
        except (TypeError, OverflowError, MemoryError) as e:
            out.append(type(e))
        try:
            out.append("abcd"[:n])
        except TypeError as e:
            out.append(e.args)
        try:
            out.append("abc".find("c", n))
        except TypeError as e:
            out.append(e.args)
    return out


@same
def test_growing():
    s, t, parts = "", "x", []
    kept = []
    for i in range(60):
        s += "ab"
        s = s + str(i)
        t += s[-1]
        if i % 7 == 0:
            kept.append(s)
        if i % 11 == 0:
            u = s
            s += "!"
            kept.append(u)
            kept.append(u == s)
        if i % 13 == 0:
            hash(s)
            d = {s: 1}
            s += "?"
            kept.append(list(d))
        if i == 40:
            s += "\u20ac"
        if i == 45:
            s += ""
            x = ""
            x += s
            kept.append(x is s)
        s += s[:1]
    return s, t, kept


@same
def test_growing_what_others_hold():
    out = []
    base = "base" * 3
    for i in range(12):
        s = base
        s += "x"
        s += s
        v = s
        v += v[0]
        out.append((base, s, v, s is v))
        w = "k"
        w += "k"
        w *= 3
        out.append(w)
    return out


@same
def test_growing_in_an_exception():
    s = ""
    for i in range(20):
        try:
            s += "a"
            s += None if i % 5 == 4 else "b"
        except TypeError as e:
            record(e, s)
    return s


@same
def test_growing_is_seen():
    s = "start"
    for i in range(6):
        s += "x"
        spy()
        s = s + "y"
        spy()
    return s


@same
def test_f_strings():
    out = []
    for i in range(-20, 20):
        x, b, s, n = i * 0.37, i % 2 == 0, WORDS[i % 16], None
        big = i * 2**40
        out.append(f"{i} {x} {b} {s} {n} {big} {2**70 + i}")
        out.append(f"{i!r} {x!r} {b!r} {s!r} {n!r} {s!a}")
        out.append(f"{i:5}|{i:<5}|{i:>5}|{i:05}|{i:x}|{i:X}|{i:o}|{i:b}|{i:08b}|{i:d}|{i:1}|{i:02x}")
        out.append(f"{i:+d}|{i:,}|{i:^5}|{i:#x}|{i:e}|{i:*>4}|{i: d}|{i:_}|{i:.2f}|{i:<05}|{i:>05}")
        out.append(f"{x:.2f}|{x:8.3f}|{x:e}|{x:g}|{x:+.1f}|{x:%}|{x:08.2f}|{x}")
        out.append(f"{s:5}|{s:>6}|{s:^7}|{s:.2}|{s:}")
        out.append(f"{b:5}|{b:d}")
        out.append(f"{i}" f"{s}")
        out.append((f"{s}" is s, f"{i}{''}", f"{s}{''}" is s))
        try:
            out.append(f"{i:z}")
        except ValueError as e:
            out.append(e.args)
        try:
            out.append(f"{s:d}")
        except ValueError as e:
            out.append(e.args)
        w = 3 + abs(i)
        out.append(f"{i:{w}}|{x:.{w}f}|{big:{w}d}|{i:70}|{i:<60}")
    return out


@same
def test_extreme_numbers_as_text():
    numbers = [0, -0.0, 0.1, 1e300, -1e-300, float("inf"), float("nan"), 1e16, 123456789.123, -2**63, 2**63 - 1,
               2**63, 5e-324, 1.0, 9, -9, 10**15, True, False]
    out = []
    for i in range(len(numbers) * 2):
        n = numbers[i % len(numbers)]
        out.append((str(n), repr(n), f"{n}", f"{n:}", f"{n:20}", str(n) is str(n), f"{n:b}" if isinstance(n, int) else 0))
    return out


@same
def test_identity_of_single_characters():
    out = []
    for i in range(12):
        s = str(i)
        out.append((s is str(i), f"{i:d}" is f"{i:d}", f"{i:x}" is f"{i:x}", f"{i:1}" is f"{i:1}", repr(i) is s,
                    chr(65 + i) is chr(65 + i), chr(300 + i) is chr(300 + i)))
        out.append(("abc"[i % 3] is "abc"[i % 3], f"{s}{''}" is s, "".join([s]) is s, s + "" is s, s * 1 is s))
    return out


@same
def test_slices():
    out = []
    l, u, s = list(range(10)), tuple(range(10)), "0123456789"
    for i in range(-12, 12):
        for x in (l, u, s):
            out.append((x[i:], x[:i], x[i:i + 3], x[1:3], x[-3:], x[::2], x[::-1], x[:], x[5:2]))
            out.append((x[:] is x, x[0:100] is x))
        try:
            out.append(s[1.5:i])
        except TypeError as e:
            out.append(e.args)
        out.append((l[None:i], s[2**70:], s[:-2**70], s[:True]))
    return out


@same
def test_plus_and_times():
    out = []
    a, b = [1, [2]], (3, "x")
    for i in range(-2, 8):
        out.append((a + [i], b + (i,), a * i, i * b, "ab" * i, i * "x", b + () is b, () + b is b, b * 1 is b, a * 1 is a))
        out.append((a * True, "q" * False))
        try:
            out.append(a + b)
        except TypeError as e:
            out.append(e.args)
        try:
            out.append(a * 2.0)
        except TypeError as e:
            out.append(e.args)
        try:
            "ab" * 2**62
        except (OverflowError, MemoryError) as e:
            out.append(type(e))
        try:
            "ab" * 2**70
        except (OverflowError, MemoryError) as e:
            out.append(e.args)
    return out


@same
def test_lists_in_place():
    l = [1]
    kept = l
    out = []
    for i in range(8):
        l += [i]
        l += (i, i + 1)
        l *= 1
        l.extend(l[:1])
        l.extend("ab")
        out.append((l is kept, len(l)))
        if i == 5:
            l += l
        if i == 6:
            l = l + [1]
            kept = l
        try:
            l += 5
        except TypeError as e:
            out.append(e.args)
    return out, l


@same
def test_list_methods():
    l = [5, 3, 8]
    out = []
    for i in range(30):
        l.insert(i % 5, i)
        l.insert(-1, i * 0.5)
        out.append((l.pop(), l.pop(0), l[:]))
        l.append("x")
        out.append((l.index("x"), l.count(i), "x" in l, i in l, None in l))
        l.remove("x")
        l.reverse()
        c = l.copy()
        out.append((c == l, c is l))
        del l[-1]
        l.extend([1, 2])
        if i % 10 == 9:
            l.clear()
            try:
                l.pop()
            except IndexError as e:
                out.append(e.args)
            try:
                l.remove(1)
            except ValueError as e:
                out.append(e.args)
            try:
                del l[0]
            except IndexError as e:
                out.append(e.args)
            l.append(0)
        try:
            l.pop(100)
        except IndexError as e:
            out.append(e.args)
    return out, l


class Odd:
    def __init__(self, name):
        self.name = name

    def __eq__(self, other):
        record("eq", self.name)
        return other == 3

    def __lt__(self, other):
        record("lt", self.name)
        return True

    def __bool__(self):
        record("bool", self.name)
        return False

    def __add__(self, other):
        record("add", self.name)
        return 1

    __radd__ = __add__
    __hash__ = None


@same
def test_hostile_items():
    out = []
    o = Odd("o")
    for i in range(8):
        l = [1, 2, 3] if i % 2 else [1, o, 3]
        u = tuple(l)
        out.append((3 in l, 3 in u, l.count(3), u.index(3), l.index(1), any(l), all(u)))
        out.append(o in [1, 2])
        try:
            out.append((sum(l), min(l), max(u)))
        except TypeError as e:
            out.append(e.args)
        try:
            out.append(sorted(l, key=id) and sorted(l)[0])
        except TypeError as e:
            out.append(e.args)
        l.remove(3)
        record(i)
    return out


@same
def test_finalizers_of_items():
    l = []
    for i in range(8):
        l.append(Dying(f"a{i}"))
        l.insert(0, [Dying(f"b{i}")])
        record(i)
        del l[0]
        record("deleted")
        l.pop()
        record("popped")
        l.extend([Dying(f"c{i}")])
        l += [Dying(f"d{i}")]
        if i % 2:
            l.clear()
            record("cleared")
        m = l + [Dying(f"e{i}")]
        m = m * 2
        m = None
        record("end")
        [Dying(f"f{i}")].pop()
        record("temporary")
    return len(l)


@same
def test_references():
    a, s = [1], "s" * 30
    watch(a)
    watch(s)
    out = []
    for i in range(12):
        l = [a, a]
        l = l + [a]
        l *= 2
        l.insert(0, a)
        x = l.pop()
        x = l.pop(0)
        del l[1]
        l.extend((a, s))
        y = s.strip()
        z = f"{s}"
        w = str(s)
        t = (s,) + (a,)
        u = ",".join([s])
        v = s in (s, 1)
        l.reverse()
        out.append(len(l) + len(t))
    return out
