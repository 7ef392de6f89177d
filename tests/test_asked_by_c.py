"""Special methods in Python that an instruction's C code asks for: `__next__` of iterators, `__hash__` of
keys; while they fail, change, and look around."""

import sys

from oracle import Dying, record, same, spy


class Count:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        if self.n <= 0:
            raise StopIteration
        self.n -= 1
        return self.n


class Key:
    def __init__(self, k):
        self.k = k

    def __hash__(self):
        return hash(self.k)

    def __eq__(self, other):
        return isinstance(other, Key) and self.k == other.k

    def __repr__(self):
        return f"Key({self.k!r})"


@same
def test_iterators_in_python():
    out, total = [], 0
    for i in range(60):
        for x in Count(i % 7):
            total += x
        else:
            total += 100
        for x in Count(5):
            if x == 2:
                break
            out.append(x)
    return out, total, [x * 2 for x in Count(4)], list(Count(3))


@same
def test_what_iterators_give():
    class Given:
        def __init__(self, items):
            self.items = items

        def __iter__(self):
            return self

        def __next__(self):
            if not self.items:
                raise StopIteration("over", 5)
            return self.items.pop()

    out = []
    for i in range(30):
        for x in Given([1, 2.5, "text", None, 10**30, True, [i], (i,), Dying(i)]):
            out.append(x if type(x) is not Dying else "dying")
    return out


@same
def test_iterators_that_fail():
    class Failing(Count):
        def __next__(self):
            x = super().__next__()
            if x == 3:
                raise KeyError(x)
            if x == 1:
                raise MyStop(x)
            return x

    class MyStop(StopIteration):
        pass

    out = []
    for i in range(60):
        try:
            for x in Failing(i % 6):
                out.append(x)
            else:
                out.append("over")
        except KeyError as e:
            record(e)
            out.append(repr(e))
    return out


@same(raises=ZeroDivisionError)
def test_iterators_that_nobody_handles():
    class Dividing(Count):
        def __next__(self):
            return 1 // (super().__next__() - 3)

    for i in range(40):
        for x in Dividing(3 if i < 30 else 5):
            pass


@same
def test_iterators_that_change():
    out = []
    c = Count(200)
    for x in c:
        out.append(x)
        if x == 150:
            c.__next__ = lambda: "not asked"
        if x == 120:
            Other.__next__ = lambda self: (spy(), Count.__next__(self))[1]
            c.__class__ = Other
        if x == 80:
            Other.__next__ = lambda self, more=1: self.n and Count.__next__(self) - more
        if x == 40:
            Other.__next__ = Count(20).__next__
        if len(out) > 150:
            break
    return out


class Other(Count):
    pass


@same
def test_iterators_with_other_parameters():
    class Few:
        def __iter__(self):
            return self

        def __next__():
            return 1

    class Many(Count):
        def __next__(self, *args, **kwargs):
            return (super().__next__(), args, kwargs)

    class Generating:
        def __iter__(self):
            return self

        def __next__(self):
            yield 1

    out = []
    for i in range(40):
        try:
            for x in Few():
                out.append(x)
        except TypeError as e:
            out.append(str(e))
        for x in Many(3):
            out.append(x)
        for x in Generating():
            out.append(list(x))
            break
    return out


@same
def test_iterators_that_look_at_frames():
    class Looking(Count):
        def __next__(self):
            f = sys._getframe(1)
            if f.f_locals.get("i") == 20:
                spy()
            return super().__next__(), f.f_lineno - f.f_code.co_firstlineno, sorted(f.f_locals)

    out = []
    for i in range(40):
        for x in Looking(3):
            out.append(x)
    return out


@same
def test_deep_iterators():
    class Nested:
        def __init__(self, n):
            self.n, self.inner = n, None

        def __iter__(self):
            return self

        def __next__(self):
            if self.inner is None:
                self.inner = Nested(self.n - 1) if self.n else Count(3)
            for x in self.inner:
                return x
            raise StopIteration

    out = []
    for i in range(30):
        for x in Nested(i % 12):
            out.append(x)
    return out


@same
def test_recursion_of_iterators():
    class Endless:
        def __iter__(self):
            return self

        def __next__(self):
            for x in self:
                return x

    out = []
    for i in range(3):
        for x in Count(20):
            out.append(x)
        try:
            for x in Endless():
                out.append(x)
        except RecursionError:
            out.append("too deep")
    return out


@same
def test_keys_hashed_in_python():
    d, out = {}, []
    for i in range(100):
        k = Key(i % 13)
        if k in d:
            d[k] += 1
        else:
            d[k] = i
        out.append((d[k], Key(-i) in d, Key(-1) not in d))
        try:
            d[Key("missing")]
        except KeyError as e:
            out.append(repr(e))
        s = {k}
        out.append((Key(i % 13) in s, Key(i) in s))
    return out, d


@same
def test_hashes_of_all_kinds():
    class K:
        def __init__(self, h):
            self.h = h

        def __hash__(self):
            return self.h

        def __eq__(self, other):
            return self is other

    class Int(int):
        def __hash__(self):
            return 3

    values = [0, -1, -2, 2**61 - 1, 2**64, -2**70, 10**50, True, Int(7), 2.5, "text", None]
    out = []
    for i in range(60):
        h = values[i % len(values)]
        k, d = K(h), {}
        try:
            d[k] = i
            out.append((d[k], k in d, hash(k)))
        except TypeError as e:
            record(e)
            out.append(str(e))
        try:
            out.append(k in {1: 2})
        except TypeError as e:
            out.append(str(e))
    return out


@same
def test_hashes_that_fail_or_change():
    class Mine(TypeError):
        pass

    class K(Key):
        def __hash__(self):
            if self.k % 5 == 0:
                raise (ValueError, TypeError, Mine)[self.k // 5 % 3](self.k)
            return self.k

    out, d = [], {}
    for i in range(80):
        k = K(i)
        try:
            d[k] = i
            out.append(d[k])
        except (ValueError, TypeError) as e:
            record(e)
            out.append(repr(e))
        if i == 40:
            K.__hash__ = lambda self: (spy(), self.k)[1]
        if i == 50:
            K.__hash__ = None
        if i == 60:
            K.__hash__ = Key.__hash__
        if i == 70:
            del K.__hash__
    return out


@same
def test_dictionaries_that_are_changed_by_hashing():
    class K(Key):
        def __hash__(self):
            if self.k == "clear":
                d.clear()
            if self.k == "grow":
                d.update({n: n for n in range(100)})
            return 1

        def __eq__(self, other):
            if self.k == "clear":
                d.clear()
            return False

    d, out = {}, []
    for i in range(60):
        k = K(("clear", "grow", i)[i % 3])
        d[1] = "one"
        try:
            out.append(d[k])
        except KeyError as e:
            out.append("KeyError")
        d[k] = i
        out.append((len(d), k in d))
    return out


@same
def test_subclasses_of_dict():
    class Missing(dict):
        def __missing__(self, key):
            return "missing", key.k

    class Own(dict):
        def __getitem__(self, key):
            return "own", key.k

    out = []
    for i in range(40):
        k = Key(i)
        m, o = Missing(), Own()
        m[k] = i
        o[k] = i
        out.append((m[k], m[Key(-1)], o[k], Key(i) in m))
    return out


@same
def test_keys_and_values_that_die():
    class K(Key):
        def __del__(self):
            record("key")

    d = {}
    for i in range(40):
        d[K(i % 3)] = Dying(i)
        del d[K(i % 3)]
        d[K(i % 2)] = i
        d[K(i % 2)] += 1
    return len(d), list(d.values())
