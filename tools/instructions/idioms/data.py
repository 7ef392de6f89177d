"""Idioms of numbers, text and containers (see ../count.py)."""

import abc
import bisect
import collections
import copy
import datetime
import decimal
import fractions
import heapq
import math
import operator
import random
import re


def idiom_counter(n):
    c = collections.Counter()
    for i in range(n):
        c[i & 15] += 1


def idiom_defdict(n):
    c = collections.defaultdict(list)
    for i in range(n):
        c[i & 15].append(i)


def idiom_deque(n):
    q = collections.deque()
    for i in range(n):
        q.append(i)
        q.append(i)
        q.popleft()
        q.pop()


def idiom_odict(n):
    q = collections.OrderedDict()
    for i in range(n):
        q[i & 7] = i
        q.move_to_end(i & 7)


def idiom_heap(n):
    h = []
    for i in range(n):
        heapq.heappush(h, (i * 7 % 13, i))
        (len(h) > 10 and heapq.heappop(h))


def idiom_bisect(n):
    l = list(range(100))
    for i in range(n):
        bisect.bisect_left(l, i % 100)


def idiom_strcat(n):
    s = ""
    for i in range(n):
        s += "x"


def idiom_strjoin(n):
    for i in range(n):
        ",".join([str(i), "a", "b"])


def idiom_format(n):
    for i in range(n):
        "%d %s" % (i, "a")
        "{} {}".format(i, "b")


def idiom_fstring(n):
    for i in range(n):
        f"{i:5d} {i} {i!r:>5}"


def idiom_strmeth(n):
    s = "Hello World foo"
    for i in range(n):
        s.lower()
        s.replace("o", "0")
        s.find("W")
        s.strip()


def idiom_strsplit(n):
    for i in range(n):
        a, b, c = "x=1;y".partition("=")
        [p.strip() for p in "a , b, c".split(",")]


def idiom_chars(n):
    s = "the quick brown fox"
    for i in range(n // 10):
        c = 0
        for ch in s:
            if ch.isalpha() and ch not in "aeiou":
                c += 1


def idiom_charcls(n):
    s = "ab12 cd"
    for i in range(n):
        ch = s[i % 7]
        if ch.isdigit():
            pass
        elif ch.isspace():
            pass
        elif "0" <= ch <= "9" or ch == "_":
            pass


def idiom_bytes(n):
    b = bytearray(100)
    for i in range(n):
        b[i % 100] = i & 255
        b[(i + 1) % 100]


def idiom_intparse(n):
    for i in range(n):
        int("123")
        float("1.5")
        str(i)


def idiom_divmod(n):
    for i in range(1, n + 1):
        divmod(1000, i)
        abs(-i)
        min(i, 5)
        max(i, 3, 4)
        round(i / 3, 1)


def idiom_listcomp(n):
    for i in range(n // 10):
        [x * 2 for x in range(10) if x % 2]


def idiom_dictcomp(n):
    for i in range(n // 10):
        {x: x * 2 for x in range(10)}


def idiom_setcomp(n):
    for i in range(n // 10):
        {x % 3 for x in range(10)}


def idiom_zipenum(n):
    a = [1, 2, 3, 4]
    b = [5, 6, 7, 8]
    for i in range(n // 4):
        t = 0
        for k, (x, y) in enumerate(zip(a, b)):
            t += k * x * y


def idiom_items(n):
    d = {"a": 1, "b": 2, "c": 3}
    for i in range(n // 3):
        for k, v in d.items():
            v + 1


def idiom_dictget(n):
    d = {"a": 1, "b": 2}
    for i in range(n):
        d.get("a")
        d.get("z", 0)
        "b" in d
        d.setdefault("c", 1)


def idiom_dictupd(n):
    for i in range(n):
        d = {}
        d["x"] = i
        d["y"] = 2
        del d["x"]
        d.pop("y")


def idiom_tuplekey(n):
    d = {}
    for i in range(n):
        d[(i & 7, i & 3)] = i
        d[(i & 7, i & 3)]


def idiom_sortkey(n):
    l = [(3, "a"), (1, "b"), (2, "c")]
    for i in range(n // 3):
        sorted(l, key=lambda t: t[0])
        l.sort(key=operator.itemgetter(1))


def idiom_slice2(n):
    l = list(range(20))
    for i in range(n):
        l[2:5]
        l[-3:]
        l[::2]


def idiom_unpack(n):
    t = (1, 2, 3, 4)
    for i in range(n):
        a, *b = t
        (c, d), e = (1, 2), 3


def idiom_swap(n):
    l = [1, 2, 3, 4]
    for i in range(n):
        l[0], l[3] = l[3], l[0]


def idiom_matrix(n):
    m = [[1] * 5 for _ in range(5)]
    for i in range(n):
        m[i % 5][(i + 1) % 5] += i


def idiom_match(n):
    for i in range(n):
        match (i % 3, "a"):
            case (0, x):
                pass
            case (1, "a"):
                pass
            case _:
                pass


def idiom_bigint(n):
    x = 1
    for i in range(1, n // 10 + 1):
        x *= i
        x //= 2
        x &= (1 << 200) - 1


def idiom_frac(n):
    a = fractions.Fraction(1, 3)
    for i in range(n // 10):
        a + fractions.Fraction(1, 2)


def idiom_decimal(n):
    t = decimal.Decimal(0)
    d = decimal.Decimal("1.1")
    for i in range(n):
        t += d * 2


def idiom_date(n):
    d = datetime.date(2020, 1, 1)
    w = datetime.timedelta(1)
    for i in range(n):
        d + w
        d.year


def idiom_regex(n):
    r = re.compile(r"(\w+)=(\d+)")
    for i in range(n):
        m = r.match("abc=12")
        m.group(1)
        m.group(2)


def idiom_random(n):
    r = random.Random(1)
    for i in range(n):
        r.random()
        r.randint(1, 6)
        r.choice("abc")


def idiom_copy(n):
    d = {"a": [1, 2], "b": (1, 2)}
    for i in range(n // 10):
        copy.deepcopy(d)


def idiom_queue(n):
    seen = set()
    q = collections.deque([0])
    g = {k: [(k * 2) % 500, (k * 3 + 1) % 500] for k in range(500)}
    for i in range(n // 500 + 1):
        seen = {0}
        q = collections.deque([0])
        while q:
            v = q.popleft()
            for w in g[v]:
                if w not in seen:
                    seen.add(w)
                    q.append(w)


def idiom_grid(n):
    g = [[0] * 10 for _ in range(10)]
    for k in range(n // 100 + 1):
        for y in range(10):
            for x in range(10):
                c = 0
                for dy in (-1, 0, 1):
                    for dx in (-1, 0, 1):
                        if 0 <= y + dy < 10 and 0 <= x + dx < 10:
                            c += g[y + dy][x + dx]
                g[y][x] = c & 1


def idiom_sieve(n):
    s = [True] * n
    for i in range(2, int(n**0.5) + 1):
        if s[i]:
            for j in range(i * i, n, i):
                s[j] = False


def idiom_state(n):
    state = "a"
    tr = {"a": "b", "b": "c", "c": "a"}
    cnt = {"a": 0, "b": 0, "c": 0}
    for i in range(n):
        state = tr[state]
        cnt[state] += 1


def idiom_sql(n):
    rows = [{"id": i, "n": "x%d" % i, "v": i * 1.5} for i in range(20)]
    for i in range(n // 20):
        out = []
        for r in rows:
            if r["v"] > 5 and r["n"].startswith("x"):
                out.append({**r, "k": r["id"] * 2})


def idiom_group(n):
    rows = [("a", 1), ("b", 2), ("a", 3)]
    for i in range(n // 3):
        g = {}
        for k, v in rows:
            if k not in g:
                g[k] = []
            g[k].append(v)


def idiom_lexer(n):
    src = "foo = 12 + bar * (3 - x)"
    for k in range(n // 24 + 1):
        i = 0
        toks = []
        while i < len(src):
            c = src[i]
            if c.isspace():
                i += 1
            elif c.isalpha():
                j = i
                while j < len(src) and src[j].isalnum():
                    j += 1
                toks.append(("id", src[i:j]))
                i = j
            elif c.isdigit():
                j = i
                while j < len(src) and src[j].isdigit():
                    j += 1
                toks.append(("num", int(src[i:j])))
                i = j
            else:
                toks.append(("op", c))
                i += 1


def idiom_vm(n):
    prog = [("push", 1), ("push", 2), ("add", None), ("pop", None)]
    st = []
    for i in range(n // 4):
        for op, arg in prog:
            if op == "push":
                st.append(arg)
            elif op == "add":
                b = st.pop()
                a = st.pop()
                st.append(a + b)
            elif op == "pop":
                st.pop()


def idiom_complexm(n):
    z = 0j
    for i in range(n):
        z = z * z + 0.1j


def idiom_mathf(n):
    for i in range(n):
        math.sqrt(i) + math.sin(i) * math.floor(i / 2)


def idiom_str2num(n):
    for i in range(n):
        ord("a") + i % 26
        chr(97 + i % 26)
        hex(i)
        "%02x" % (i & 255)


def idiom_setops(n):
    a = {1, 2, 3}
    b = {2, 3, 4}
    for i in range(n):
        a & b
        a | b
        a - b
        2 in a


def idiom_listops(n):
    for i in range(n):
        l = [1, 2]
        l.append(i)
        l.extend((3, 4))
        l.insert(0, i)
        l.pop()
        l.index(i)
        l.reverse()


def idiom_listsum(n):
    l = [1.5, 2.5, 3.5]
    for i in range(n):
        sum(l)
        max(l)
        min(l)
        len(l)
        sorted(l)


def idiom_listin(n):
    l = ["a", "b", "c"]
    for i in range(n):
        "c" in l
        i in (1, 2, 3)
        "a" == l[0]


def idiom_cmpchain(n):
    for i in range(n):
        0 <= i < 10
        not i
        i and 5
        i or 6
        i if i else 7


def idiom_floatm(n):
    x = 0.0
    for i in range(n):
        x = x * 0.5 + i / 3 - x**2 * 1e-9
