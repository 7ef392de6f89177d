"""Small programs that use much of the language, for what is done to each of them hundreds of times:
faults at every place, signals and forks at every poll, leaks.  Each has a `main` without arguments,
whose result is the same every time and has a repr.  None of them calls repr or str of a container
(CPython's own forgets itself when there is no memory)."""

PROGRAMS = {
"numbers": """
def main():
    total, f, big, z = 0, 0.5, 1 << 70, 1j
    for i in range(60):
        total += i * 1000003
        f = f * 1.5 + total
        big = big + i
        z = z * 1.0000001 + total
        pair = (total, f)
    return total, f, big, z, pair
""",
"containers": """
def main():
    items, names, seen, text = [], {}, set(), ""
    for i in range(40):
        items.append(i * 1.5)
        names[str(i)] = [i, i * 1000]
        seen.add((i, -i))
        text += chr(65 + i % 26)
        a = [x * 300 for x in items[-3:]]
        b = {k: v for k, v in zip(text, a)}
        names.setdefault(i, items[:2])
        del items[:i % 3]
    return items, list(names.items()), len(seen), text, a, b
""",
"objects": """
class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y
    def __add__(self, other):
        return Point(self.x + other.x, self.y + other.y)
    @property
    def far(self):
        return self.x * self.y
class Special(Point):
    __slots__ = ("z",)
    def __init__(self, x):
        super().__init__(x, x * 2)
        self.z = x
def work(a, b=3, *rest, k=7, **more):
    return a + b + k + len(rest) + len(more)
def main():
    p, out = Point(0, 1.5), []
    for i in range(30):
        p = p + Special(i * 1000)
        p.note = i
        out.append(p.far)
        out.append(work(i, i * 1000, i, z=i))
        def inner(n): return n + i
        out.append(inner(1000))
    return out, p.x, p.y
""",
"generators": """
def numbers(n):
    for i in range(n):
        try:
            yield i * 1000
        finally:
            pass
def tree(n):
    if n:
        yield from tree(n - 1)
        yield n
def main():
    out = []
    for i in range(10):
        for v in numbers(6):
            out.append(v)
        out.append(sum(v * 1.5 for v in numbers(4)))
        out.extend(tree(3))
        out.append(list(map(str, numbers(3))))
    return out
""",
"exceptions": """
class Wrong(Exception): pass
def thrower(n):
    if n % 3 == 0:
        raise Wrong(n)
    return 1000 // (n % 3 - 1)
class Manager:
    def __enter__(self): return self
    def __exit__(self, *e): return e[0] is Wrong
def main():
    out = []
    for i in range(25):
        try:
            out.append(thrower(i))
        except ZeroDivisionError as e:
            out.append(str(e))
        except Wrong as e:
            out.append(e.args[0] * 1000)
        finally:
            out.append(i)
        with Manager():
            out.append(thrower(3))
            out.append("no")
        try:
            out.append([][i])
        except (IndexError, KeyError):
            out.append(f"{i:>4}{i!r}")
    return out
""",
}

PROGRAMS["names"] = """
COUNT, LIMIT = 0, 7
def adder(n):
    total = 0
    def add(k):
        nonlocal total
        total += k * n
        return total
    return add
def step():
    global COUNT
    COUNT += 1
    return COUNT * LIMIT
def main():
    global COUNT, LIMIT
    COUNT, LIMIT, out = 0, 7, []
    for i in range(30):
        out.append(step())
        add = adder(i)
        out.append(add(i) + add(1000))
        if i % 10 == 9:
            LIMIT = LIMIT % 7 + 1
    match out:
        case [first, *rest]:
            out.append((first, len(rest)))
    return out
"""


def fresh(name):
    """The program's main function, with new code."""
    space = {"__name__": "subject"}
    exec(PROGRAMS[name], space)
    return space["main"]
