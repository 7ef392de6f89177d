"""Dictionaries that are filled and emptied; lists and tuples that are made and dropped at once."""

from oracle import Dying, record, same


@same
def test_filled_and_emptied():
    out = []
    for i in range(60):
        d = {}
        d["x"] = i
        d["y"] = i * 0.5
        del d["x"]
        out.append(d.pop("y"))
        d["y"] = 1; d["x"] = 2; d["z"] = 3
        out.append((list(d.items()), d.pop("x"), d.pop("x", None), len(d)))
        d["x"] = 4
        del d["y"]
        d[i] = 5
        del d["z"]
        d[i, 1] = 6
        out.append((list(d), d.pop(i), d.pop((i, 1)), list(d)))
        for k in range(20): d[k] = k
        for k in range(0, 20, 3): del d[k]
        for k in range(1, 20, 3): out.append(d.pop(k))
        for k in range(5): d[k + 0.5] = k
        out.append((list(d.items()), d.pop(2.5)))
        try: del d["absent"]
        except KeyError as error: out.append(error.args)
        try: d.pop(i + 100)
        except KeyError as error: out.append(error.args)
    return out


@same
def test_deleted_until_it_is_full():
    d, out = {}, []
    for i in range(300):
        d["k%d" % (i % 7)] = i
        if i % 3 == 0: out.append(d.pop("k%d" % (i % 5), None))
        if "k1" in d and i % 4 == 0: del d["k1"]
        if i % 50 == 49: out.append(list(d.items()))
    return out


@same
def test_keys_that_collide():
    out = []
    step = 8 * 2 ** 20
    for i in range(30):
        d = {k * step: k for k in range(9)}
        for k in (3, 0, 8): del d[k * step]
        d[5 * step] = "five"
        out.append((list(d.items()), d.get(8 * step), d.pop(7 * step), -1 in d))
        d[-1] = d[-2] = i
        del d[-1]
        out.append((d.pop(-2), d.get(-1)))
    return out


@same
def test_values_that_die():
    for i in range(20):
        d = {"a": Dying(1), "b": 2}
        del d["a"]
        record("deleted")
        d["c"] = Dying(2)
        d.pop("c")
        record("popped")
        d[Dying("key")] = 1
        d.clear()
        record("cleared")


@same
def test_instance_dictionaries():
    class A: pass
    out = []
    for i in range(40):
        a = A()
        a.x = i; a.y = 2
        d = a.__dict__
        del d["x"]
        d["z"] = 3
        out.append((hasattr(a, "x"), a.z, d.pop("y"), sorted(vars(a))))
        a.x = 5
        out.append((d, d.pop("x")))
    return out


@same
def test_iterated_meanwhile():
    out = []
    for i in range(40):
        d = {"a": 1, "b": 2, "c": 3}
        try:
            for k in d:
                if k == "b": del d["a"]
        except RuntimeError as error: out.append(str(error))
        try:
            for k in d:
                d.pop(k)
                d[k] = i
                if len(out) % 3 == 0: break
        except RuntimeError as error: out.append(str(error))
        out.append(d)
    return out


@same
def test_made_and_dropped():
    class P: pass
    out = []
    for i in range(60):
        [i, 2]; (i, 3); [i * 0.5, "s", None]; (i, (i, [i])); [[i], {}, P()]
        [P(), P()]; (P(), i)
        x = P()
        [x, x]; (x, x, x); [x] * 3
        t = (x, i)
        u = [t, t]
        u = None
        out.append(((i, i + 1) < (i, 3), (i, 0.5) == (i, 0.5), [i] == [i], (x, 1) == (x, 1)))
        big = [x] * 20
        big = None
    return out


@same
def test_dropped_with_what_dies():
    for i in range(20):
        [Dying(1), 2]
        record("list")
        (i, Dying(2))
        record("tuple")
        d = Dying(3)
        [d, d]
        record("held")
        d = None
        x = [Dying(4)]
        x = [x, x]
        record("nested")
        x = None
        record("gone")


@same
def test_functions_that_die():
    for i in range(30):
        f = lambda x, y=[i]: x + i
        record(f(1))
        g = lambda x, y=Dying(i): x
        record(g(1))
        g.__doc__ = g.__code__
        g.attribute = Dying("attribute")
        g = None
        h = lambda: 1
        h.__doc__ = h.__kwdefaults__ = {"k": Dying("kw")}
        h = None
        record("next")
