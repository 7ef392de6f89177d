"""Keys of dictionaries and sets: objects compared by identity, strings, ints, tuples; what
dies with them, and numbers that are stored again and again."""

import sys

from oracle import Dying, record, same


@same
def test_objects_as_keys():
    class Plain:
        pass
    class Slotted:
        __slots__ = ("x",)
    keys = [Plain(), Slotted(), Plain, int, len, test_objects_as_keys, sys, object(), Ellipsis]
    counts, seen, out = {}, set(), 0
    for i in range(60):
        key = keys[i % len(keys)]
        counts[key] = counts.get(key, 0) + i
        if key in seen:
            out += 1
        seen.add(key)
        pair = (key, i % 2)
        if pair not in counts:
            counts[pair] = i
        out += counts[pair] + counts.setdefault(key, 0)
        if Plain() in seen or Plain() in counts:
            out += 1000
    return [counts[key] for key in keys], out, len(counts), len(seen)


@same
def test_key_whose_class_gets_eq_in_mid_loop():
    class Key:
        def __init__(self, n):
            self.n = n
    keys = [Key(n + 100) for n in range(4)]
    d = {key: key.n for key in keys}
    out = []
    for i in range(60):
        if i == 30:
            d.clear()
            Key.__eq__ = lambda self, other: (record("eq"), self is other)[1]
            Key.__hash__ = lambda self: (record("hash"), self.n)[1]
        if i == 45:
            del Key.__hash__, Key.__eq__
            d.clear()               # whether it finds them would depend on addresses
        key = keys[i % 4]
        out.append((d.get(key), key in d, d.pop(key, None)))
        d[key] = i
    return out, sorted(d.values())


@same
def test_subclasses_with_and_without_eq():
    class A:
        pass
    class B(A):
        pass
    class C(A):
        def __eq__(self, other):
            record("eq")
            return self is other
        def __hash__(self):
            return 7
    class D(A):
        __hash__ = None
    keys = [A(), B(), C(), C()]
    d, out = {}, []
    for i in range(40):
        key = keys[i % 4]
        d[key] = d.get(key, 0) + 1
        try:
            d[D()] = 1
        except TypeError as e:
            out.append(str(e))
    return out, list(d.values())


@same
def test_the_last_reference_to_a_key():
    d, s, out = {}, set(), []
    for i in range(40):
        d[Dying(f"d{i}")] = i
        d[Dying(f"p{i}"), 1] = i
        record(f"a{i}")
        out.append(d.pop(next(iter(d))))
        record(f"b{i}")
        del d[next(iter(d))]
        record(f"c{i}")
        s.add(Dying(f"s{i}"))
        s.discard(next(iter(s)))
        s.add((i, Dying(f"t{i}")))
        s.remove(next(iter(s)))
        record(f"e{i}")
    return out, len(d), len(s)


@same
def test_ints_stored_in_place():
    d, others = {"a": 1000, (1, 2): 5000, 7: -70000, "b": 2**40}, []
    for i in range(40):
        for key in ("a", (1, 2), 7, "b", "new"):
            if i % 5 == 0 and key in d:
                others.append(d[key])
            d[key] = d.get(key, 300) + 1
        d["a"] *= -1
        d["b"] += 2**70 if i == 20 else 2**30
        if i == 10:
            d["a"] = 2**30 - 1
        if i == 12:
            d["a"] = -2**30
        if i == 15:
            d[7] = True
        if i == 18:
            d[7] = 2.5
        if i == 25:
            d[7] = 255
    return d, others, [type(v) for v in d.values()]


@same
def test_same_int_in_two_places():
    d, e, items = {}, {}, []
    for i in range(30):
        n = i * 1000
        d["n"] = n
        e["n"] = n
        items.append(d["n"])
        d["m"] = items[i // 2]
        d["m"] += 1
        e["same"] = (d["n"] is n, e["n"] is d["n"], d["n"] is items[-1])
    return d, e, items


@same
def test_inserts_that_resize_and_change_the_kind():
    out = []
    for size in (3, 5, 6, 11, 22, 200, 300):
        d = {}
        for i in range(size):
            d[f"k{i}"] = i
        for i in range(0, size, 2):
            del d[f"k{i}"]
        for i in range(size):
            d[f"k{i}"] = -i
            if i == size // 2:
                d[i] = "int"
                d[2.0] = "float"
        out.append(list(d.items()))
    d = {}
    for i in range(70000):
        d[i] = i
    return out, len(d), d[69999], 70000 in d


@same
def test_hashes_that_collide():
    d, n = {}, 2**61 - 1
    for i in range(60):
        key = (-1, -2, 0, n, 1, n + 1, 1.0, True, "1", (), None, -n, 2 * n)[i % 13]
        d[key] = d.get(key, 0) + i
        d[key, i % 3] = i
    return d, [(-1 in d), (-2 in d), (n in d), (3 * n in d)]


@same
def test_instance_and_class_dictionaries():
    class A:
        pass
    a = A()
    a.x = 1
    for i in range(30):
        a.__dict__["x"] = a.__dict__.get("x", 0) + 1000
        a.__dict__[f"y{i % 3}"] = i
        vars(a).setdefault("z", i)
        if i == 20:
            a.w = 5
    return a.__dict__, a.x


@same
def test_interned_and_equal_strings():
    names = ["alpha", "beta", "\u00e9t\u00e9", "\u4e2d\u6587", "\U0001f600x", ""]
    d, s, out = {}, set(), 0
    for i in range(60):
        name = names[i % 6]
        fresh = "".join(list(name))
        d[fresh] = d.get(name, 0) + 1
        s.add(fresh)
        out += (name in s) + (fresh + "x" in s) + (name in d)
    return d, sorted(s), out
