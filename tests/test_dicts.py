"""Dictionaries and sets: lookups, stores, methods, comprehensions, with keys whose
hash or == is Python code, values with finalizers, and dictionaries that matter to others."""

import builtins
import sys

from oracle import Dying, record, same, spy, watch


class Key:
    """Equal to its number, and tells when it is asked."""

    def __init__(self, number):
        self.number = number

    def __hash__(self):
        record("hash", self.number)
        return hash(self.number)

    def __eq__(self, other):
        record("eq", self.number)
        return self.number == other

    def __repr__(self):
        return f"Key({self.number})"


class Text(str):
    def __hash__(self):
        record("hash of text")
        return str.__hash__(self)

    def __eq__(self, other):
        record("eq of text")
        return str.__eq__(self, other)


class Missing(dict):
    def __missing__(self, key):
        record("missing", key)
        return key


@same
def test_items_of_dictionaries():
    d = {"a": 1, "b": 2.5, 3: "three", 2**70: "big", (1, "x"): None, 1.5: [1], None: 0, True: "yes"}
    keys = ["a", "b", 3, 2**70, (1, "x"), 1.5, None, True, 1, 3.0, -1, -2, "c", (1, "y"), (), 0.0, -0.0, 0]
    out = []
    for i in range(60):
        k = keys[i % len(keys)]
        try:
            v = d[k]
        except KeyError as e:
            v = e.args
        out.append((v, k in d, k not in d, d.get(k), d.get(k, out and 1), len(d)))
    return out


@same
def test_unhashable_and_odd_keys():
    d, s = {1: 2}, {1, 2}
    out = []
    for k in [[], {}, set(), [1], (1, []), slice(1, 2), float("nan"), 1j, b"x", frozenset([1]), object, len] * 3:
        for f in (lambda: d[k], lambda: k in d, lambda: k in s, lambda: d.get(k)):
            pass
        try:
            x = k in d
        except TypeError as e:
            x = e.args
        try:
            y = k in s
        except TypeError as e:
            y = e.args
        try:
            d[k] = 5
        except TypeError as e:
            x = (x, e.args)
        out.append((x, y))
    return out, len(d)


@same
def test_keys_with_python_code_inside():
    d = {Key(1): "one", 2: "two", Key(3): "three"}
    s = {Key(1), 2}
    out = []
    for i in range(12):
        k = i % 5
        out.append((k in d, k in s, d.get(k)))
        d[k] = i
        s.add(k)
        record(i, len(d), len(s))
    return out, list(d.values())


@same
def test_lookup_by_keys_with_python_code():
    d = {1: "one", 2: "two", "x": 3}
    s = {1, "x"}
    out = []
    for k in [1, Key(1), 2, Key(2), Key(7), Text("x"), "x", Text("y")] * 2:
        out.append((d.get(k), k in d, k in s))
        d[k] = 5
        s.discard(k)
        d.setdefault(k, 6)
        d.pop(k)
    return out, d


@same
def test_string_keys_that_are_not_interned():
    d = {}
    for i in range(40):
        k = "key" + str(i % 7)
        d[k] = d.get(k, 0) + i
        d["x" * (i % 3)] = k
    return d, list(d)


@same
def test_the_key_that_was_first_stays():
    d, s = {}, set()
    for k in [1, 1.0, True, 2, 2.0, (1,), (1.0,), (True,), 0, -0.0, 0.0, False]:
        d[k] = k
        s.add(k)
    return d, sorted(s, key=repr)


@same
def test_values_are_the_objects():
    a, b = [1], 2.5**20
    d = {"a": a, "b": b}
    out = []
    for i in range(10):
        x, y = d["a"], d.get("b")
        out.append((x is a, y is b, d.setdefault("a", 1) is a, d.get("c", b) is b))
        d["c"] = y
        z = i * 1.5 + 1000
        d["d"] = z
        out.append((d["d"] is z, d.pop("c") is b))
    return out


@same
def test_finalizers_of_values():
    d = {}
    for i in range(14):
        d[i % 3] = Dying(f"value{i}") if i % 4 != 3 else i
        record(i)
        d["x"] = [Dying(f"in list{i}")]
        record("x")
        if i % 5 == 4:
            del d[i % 3]
            record("deleted")
            d.pop("x")
            record("popped")
            d.clear()
            record("cleared")
    d = None
    return i


@same
def test_finalizers_of_keys():
    d, s = {}, set()
    for i in range(8):
        k = Dying(f"key{i}")
        d[k] = i
        s.add(k)
        t = {k, i}
        m = {k: i, i: k}
        if i % 3 == 2:
            s.clear()
            d.clear()
        k = None
        t = m = None
        record(i)
    return len(d), len(s)


@same
def test_references():
    a, k = [1, 2], (10**20, "k")
    watch(a)
    watch(k)
    d, s = {}, set()
    for i in range(20):
        d[k] = a
        d[i % 4] = a
        s.add(k)
        x = d.get(k)
        y = d[i % 4]
        d.setdefault(k, a)
        if i % 6 == 5:
            z = d.pop(k)
            s.discard(k)
            del d[i % 4]
        m = {k: a, i: a}
        c = {n: a for n in range(3)}
        e = {k for n in range(3)}
    return len(d)


@same
def test_subclasses_of_dict():
    from collections import Counter, OrderedDict, defaultdict
    out = []
    for make in (Missing, Counter, OrderedDict, lambda: defaultdict(list), dict):
        d = make()
        for i in range(6):
            try:
                d[i % 3]
            except KeyError as e:
                out.append(e.args)
            out.append((d.get(i), i in d, len(d)))
            d[i] = i
    return out


@same
def test_missing_in_a_loop():
    d = Missing()
    out = []
    for i in range(10):
        out.append(d[i])
        d = d if i < 5 else {i + 1: "found"}
        if i >= 5:
            d[i] = 1
            out.append(i in d)
            d = {n: n for n in range(10)}
    return out


@same
def test_dictionary_changes_its_kind():
    d = {"a": 1, "b": 2}
    out = []
    for i in range(30):
        k = "a" if i % 2 else "b"
        d[k] += i
        if i == 10:
            d[5] = "int"
        if i == 15:
            d[Key("c")] = "hostile"
        if i == 20:
            d.clear()
            d["a"] = d["b"] = 0
        out.append((k in d, d.get("a"), len(d)))
    return out, d


@same
def test_changed_while_iterated():
    d = {n: n for n in range(8)}
    out = []
    for change in range(4):
        try:
            for k in d:
                out.append(k)
                if change == 1 and k == 3:
                    del d[3]
                if change == 2 and k == 4:
                    d["new"] = 1
                if change == 3 and k == 5:
                    d[5] = "replaced"
        except RuntimeError as e:
            out.append(e.args)
    return out, d


@same
def test_namespace_of_an_instance():
    class C:
        pass
    out = []
    for i in range(12):
        c = C()
        c.x = i
        c.y = 2
        d = c.__dict__
        d["x"] = d["x"] + 1
        d["z"] = c.x
        out.append((c.x, c.z, "y" in d, len(d)))
        c.x = 7
        d.setdefault("w", 3)
        del d["y"]
        out.append((d["x"], c.w, hasattr(c, "y")))
    return out


@same
def test_inline_attributes_taken_away_in_mid_loop():
    class C:
        pass
    c = C()
    c.x = 0
    c.y = 1.5
    d = c.__dict__
    out = []
    for i in range(30):
        c.x = c.x + 1
        if i % 7 == 6:
            d["n%d" % i] = i
        if i == 15:
            d.clear()
            d["x"] = 0
        out.append(c.x)
    return out, list(d)


factor = 2


@same
def test_stores_into_the_globals():
    g = globals()
    out = []
    for i in range(20):
        g["factor"] = i
        out.append(factor * 2 + len([1]))
        if i == 9:
            g["len"] = lambda x: 100
        if i == 13:
            g.pop("len")
        if i == 15:
            g.setdefault("abs", lambda x: "mine")
            out.append(abs(1))
            del g["abs"]
    g["factor"] = 2
    return out


@same
def test_dict_methods():
    d = {"a": 1}
    out = []
    for i in range(24):
        k = "ab"[i % 2]
        out.append(d.setdefault(k, i))
        out.append(d.setdefault("none"))
        out.append(d.pop("zz", i))
        out.append(d.pop("none"))
        out.append(list(d.keys()) + list(d.values()))
        e = d.copy()
        e[k] = "copy"
        out.append((d[k], len(e)))
        try:
            d.pop("zz")
        except KeyError as err:
            out.append(err.args)
        if i % 5 == 4:
            del d[k]
        try:
            del d["zz"]
        except KeyError as err:
            out.append(err.args)
    return out


@same
def test_methods_called_wrongly():
    d, s, l = {1: 2}, {1}, [1]
    out = []
    for i in range(6):
        try:
            d.get()
        except TypeError as e:
            out.append(e.args)
        try:
            d.get(1, 2, 3)
        except TypeError as e:
            out.append(e.args)
        try:
            s.add()
        except TypeError as e:
            out.append(e.args)
        try:
            d.pop()
        except TypeError as e:
            out.append(e.args)
        try:
            dict.get([], 1)
        except TypeError as e:
            out.append(e.args)
        out.append(dict.get(d, 1))
        try:
            set.add(d, 1)
        except TypeError as e:
            out.append(e.args)
    return out


@same
def test_building():
    out = []
    a = [1]
    for i in range(12):
        out.append({"a": i, "b": a, i: None, 1.5: "x", 1: 2, True: 3})
        out.append({})
        out.append({i, "a", 2.0, 2, (i, 1), i})
        try:
            out.append({i: 1, (): 2, (i, a): 3})
        except TypeError as e:
            out.append(e.args)
        try:
            out.append({i, a})
        except TypeError as e:
            out.append(e.args)
        out.append({Key(i): i, i: "same"})
        d = {"x": i}
        d["x"] = d
        d = None
    return out


@same
def test_comprehensions():
    out = []
    for i in range(8):
        out.append({n: n * i for n in range(10)})
        out.append({n % 3 for n in range(10)})
        out.append({str(n % 4): [n] for n in range(10)})
        out.append({Key(n % 2) for n in range(4)})
        out.append({Key(n % 2): n for n in range(4)})
        out.append(len({Dying(f"{i}.{n}"): n for n in range(3)}))
        out.append(len({n % 2: Dying(f"v{i}.{n}") for n in range(4)}))
        try:
            out.append({[n] for n in range(3)})
        except TypeError as e:
            out.append(e.args)
    return out


@same
def test_set_methods():
    s = set()
    out = []
    for i in range(40):
        s.add(i % 7)
        s.add(float(i % 5))
        s.add(("t", i % 2))
        s.discard(i % 3)
        out.append((i % 4 in s, i % 4 not in s, len(s), bool(s)))
        try:
            s.remove(i % 6)
        except KeyError as e:
            out.append(e.args)
        c = s.copy()
        c.add("copy")
        out.append(("copy" in s, "copy" in c, len(c)))
        if i % 10 == 9:
            while s:
                s.pop()
            try:
                s.pop()
            except KeyError as e:
                out.append(e.args)
    return out, sorted(s, key=repr)


@same
def test_large_tables_and_deletions():
    d, s = {}, set()
    for i in range(700):
        d[i * 7919 % 1009] = i
        s.add(i * 7919 % 1009)
        if i % 3 == 0:
            d.pop(i, None)
            s.discard(i)
        if i % 5 == 0 and i in d:
            del d[i]
    total = 0
    for i in range(1100):
        total += (i in d) + 2 * (i in s) + d.get(i, 0)
    return total, len(d), len(s)


@same
def test_colliding_hashes():
    d, s = {}, set()
    m = sys.hash_info.modulus
    out = []
    for i in range(20):
        for k in (i, i + m, i + 2 * m, -1, -2, i - m):
            d[k] = d.get(k, 0) + 1
            s.add(k)
        out.append((i + m in d, i + 3 * m in d, -1 in s, len(d), len(s)))
    return out


@same
def test_membership_in_constants():
    out = []
    values = [1, 2, "a", 2.0, None, (1,), "x", True, 2**70, [1], 1j, b"a"]
    for i in range(36):
        v = values[i % len(values)]
        out.append((v in (1, 2, "a", None), v in ("a", 2.5), v not in (1, 3)))
        try:
            out.append(v in {1, "a", None})
        except TypeError as e:
            out.append(e.args)
    return out


@same
def test_int_keys_without_objects():
    d = {n * 3: n for n in range(40)}
    d |= {2**40: "big", 6.0: "float", -1: "minus", -2: "two", 2**60: "edge", True: "true", "s": 1}
    s = set(d)
    out = []
    for i in range(-5, 60):
        n = i * 3 % 7 - 2
        out.append((i * 2 in d, i - 1 in s, i + 1 not in s, i * 2**40 in d, (i + 1) * 2**59 in s, n in (0, 1, 4, -1), n in (1, 3)))
        out.append((n not in (0, 2, 5), d.get(i + 1)))
        try:
            out.append(d[i + 1])
        except KeyError as e:
            out.append(e.args)
        if i == 20:
            d[Key(i + 3)] = "key"
            s.add(Key(i + 4))
        if i == 30:
            d = {str(k): k for k in d}
        if i == 40:
            d = {i + 1: Dying("value")}
    return out


@same
def test_operations_of_sets():
    a, b = {1, 2, "x"}, {2, "x", 5.0}
    hostile = {Key(2), 3}
    out = []
    for i in range(12):
        c = {i, 2}
        for r in (a | b, a & c, c - b, a ^ c, a | {i}, a.union(b), a.intersection(c), c.difference(b), a.symmetric_difference(c)):
            out.append(sorted(r, key=repr))
        if i > 7:
            out.append(len(a | hostile))
            out.append(len(hostile & c))
        try:
            out.append(a + b)
        except TypeError as e:
            out.append(e.args)
        try:
            out.append(a | [1])
        except TypeError as e:
            out.append(e.args)
        c |= a
        out.append(len(c))
    return out


@same
def test_a_lookup_that_may_give_none():
    d = {1: None, 2: "two", 3: 3.5, 4: [1]}
    out = []
    for i in range(24):
        if d.get(i % 6) is None:
            out.append("none")
        if d.get(i % 6) is not None:
            out.append("some")
        out.append(d[i % 4 + 1] is None)
        while d.setdefault(i % 7, i) is None:
            d[i % 7] = "set"
        if i == 10:
            d[5] = Dying("five")
        if i == 20:
            if d.pop(5) is None:
                out.append("popped none")
            record("popped")
    return out


@same
def test_what_is_true():
    d, s, out = {}, set(), []
    for i in range(12):
        if d:
            d.pop("k")
        else:
            d["k"] = i
        if not s:
            s.add(i)
        elif i % 3 == 0:
            s.clear()
        out.append((bool(d), not s, len(d) + len(s)))
    return out


@same
def test_weakly_referenced_set_dies():
    import weakref
    out = []
    for i in range(8):
        s = {1, 2, i}
        if i % 3 == 2:
            class S:
                pass
            r = weakref.ref(s, lambda r: record("gone"))
        s.add(5)
        s = None
        record(i)
    return out


@same
def test_a_dictionary_that_holds_itself():
    out = []
    for i in range(6):
        d = {"n": i}
        d["self"] = d
        out.append(d["self"]["self"] is d)
        d["self"]["n"] = 5
        d["self"] = None
    return out


@same
def test_container_that_only_the_expression_holds():
    for i in range(8):
        {}.setdefault("x", Dying(f"a{i}"))
        record(i)
        [].append(Dying(f"b{i}"))
        record(i)
        set().add(Dying(f"c{i}"))
        record(i)
        {"k": Dying(f"d{i}")}.pop("k")
        record(i)
        {"k": Dying(f"e{i}")}["k"]
        record(i)
        [Dying(f"f{i}")].insert(0, 5)
        record(i)
    return i
