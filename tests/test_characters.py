"""Characters and strings: indexing, comparing, slicing, in registers and as objects."""

from oracle import record, same, spy, watch

TEXTS = ("", "a", "b", "é", "\xff", "\x00", "\u0100", "\U0001f600", "ab", "aé", "a\u0100", "abc")


class Str(str):
    def __eq__(self, other):
        record("eq", str(self))
        return "odd"
    def __lt__(self, other):
        record("lt")
        return NotImplemented
    __hash__ = str.__hash__


@same
def test_comparisons():
    out = []
    for a in TEXTS:
        for b in TEXTS:
            if a == b:
                out.append(1)
            if a != b:
                out.append(2)
            out.append((a == b, a != b, a < b, a <= b, a > b, a >= b))
    return out


@same
def test_comparisons_of_characters():
    out = []
    for s in ("aébc", "", "zéa\x00", "ab\u0100", "xyz"):
        for c in s:
            for d in "aéz\xff":
                if c == d:
                    out.append(c)
                if c < d:
                    out.append(d)
                out.append((c == d, c != d, c < d, c <= d, c > d, c >= d, c is d))
            for d in TEXTS:
                if c != d:
                    out.append(d)
                out.append((c == d, d == c, c != d, d != c, c < d, d >= c))
            for d in (None, 1, 97, b"a", Str("a"), ["a"], 97.0):
                out.append((c == d, d == c, d != c))
            out.append((c == "a", "a" == c, c != "é", c == "ab", c == "", c == "\u0100", c < "b", "b" < c, c > "ab"))
    return out


@same
def test_comparisons_with_constants():
    n = 0
    for s in ("a+b-c", "+", "é", "\u0100+", Str("a"), "ab", b"+", 5, None, "+") * 2:
        if s == "+":
            n += 1
        if "a" != s:
            n += 2
        if s == "é" or s == "\u0100":
            n += 4
        if s == "ab":
            n += 8
        if isinstance(s, str):
            for c in s:
                if c == "+":
                    n += 16
                elif c != "b":
                    n += 32
    return n


@same(raises=TypeError)
def test_ordering_with_something_else():
    n = 0
    for c in ["a", "b", "c", "d", 5]:
        n += c < "c"
    return n


@same
def test_characters_are_the_objects():
    out = []
    letters = ["a", "é", "\xff", "\x00"]
    for s in ("aé", "\xff\x00", "a\u0100", "a"):
        for i in range(len(s)):
            c = s[i]
            d = c
            out.append((c is s[i], d is c, any(map(c.__eq__, letters)), [c, d], {c: d}, c + d, c in s, hash(c) == hash(d)))
            t = (c, c)
            x, y = t
            out.append((x is y, x is c, f"{c}", ord(c), len(c), bool(c), c * 2, not c, c is None))
            spy()
    return out


@same
def test_indexing():
    out = []
    for s in ("abc", "aéc", "x\u0100y", "\U0001f600bc", "abc"):
        for i in range(-3, 3):
            out.append(s[i])
            if s[i] == "b" and s[i - 1] != "c":
                out.append(i)
            if s[i] == s[-1]:
                out.append(-i)
    for i in (0, True, -1, 5, None, 2**70, 1.0, -9):
        for s in ("ab", b"ab", bytearray(b"ab")):
            for _ in range(2):
                try:
                    x = s[i]
                except (IndexError, TypeError) as e:
                    x = e.args
            out.append(x)
    return out


@same
def test_subclass_of_str():
    class Odd(str):
        def __getitem__(self, i):
            return "odd"
        def __len__(self):
            return 2
    out = []
    for s in ("abc", Odd("abc"), "xyz", Str("q")) * 2:
        out.append(s[0])
        out.append(len(s))
        if s == "abc":
            out.append("abc")
        for c in s:
            out.append(c == "b")
    return out


@same
def test_characters_as_locals_of_many_kinds():
    out = []
    x = "start"
    for i, c in enumerate("abcab"):
        if i % 2:
            x = c
        elif i == 4:
            x = 1.5
        y = x
        out.append((x, y, x is y))
        if x == y:
            out.append(c)
        z = c if i > 2 else i
        out.append(z)
    del c
    return out, x, y, z


@same
def test_counting_words():
    text = "the cat the dog a cat\nthe end  "
    words, word, counts = [], "", {}
    for c in text:
        if c == " " or c == "\n":
            if word:
                words.append(word)
                word = ""
        else:
            word = word + c
    for w in words:
        counts[w] = counts.get(w, 0) + 1
    return words, counts


@same
def test_vowels_by_index():
    s, n, out = "an example of a sentence", 0, []
    i = 0
    while i < len(s):
        if s[i] in "aeiou":
            n += 1
        elif s[i] == " ":
            out.append(i)
        elif "m" <= s[i] <= "p":
            out.append(s[i])
        i += 1
    return n, out


@same
def test_counts():
    s = watch("some text " + str(3))
    t = watch("other " + str(4.5))
    n = 0
    for i in range(len(s)):
        c = s[i]
        if c != t[i % 5]:
            n += 1
        if s == t or t != s:
            n += 2
        if s < t:
            n += 3
    return n


@same
def test_palindromes():
    out = []
    for s in ("abba", "abcba", "ab", "x", "", "é\u0100é"):
        i, j = 0, len(s) - 1
        ok = True
        while i < j:
            if s[i] != s[j]:
                ok = False
                break
            i, j = i + 1, j - 1
        out.append(ok)
    return out
