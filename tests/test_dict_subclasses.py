"""Classes derived from dict: OrderedDict, defaultdict, Counter, and the program's own."""

import collections
from collections import Counter, OrderedDict, defaultdict

from oracle import Dying, record, same


class Missing(dict):
    def __missing__(self, key):
        record("missing", key)
        if key == 13:
            raise KeyError("unlucky")
        return -1


class Plain(dict):
    pass


class Deleting(dict):
    def __delitem__(self, key):
        record("del", key)
        dict.__delitem__(self, key)


class Storing(dict):
    def __setitem__(self, key, value):
        record("set", key)
        dict.__setitem__(self, key, value)


class Containing(dict):
    def __contains__(self, key):
        record("in", key)
        return True


class Getting(dict):
    def __getitem__(self, key):
        record("get", key)
        return dict.get(self, key, 0)


class Default(defaultdict):
    pass


class Named(defaultdict):
    def __missing__(self, key):
        record("missing", key)
        return 5


def loud():
    record("factory")
    return 7


@same
def test_items_stores_membership():
    out = []
    for make in (Missing, Plain, Deleting, Storing, Containing, Getting, OrderedDict, Counter, dict,
                 lambda: defaultdict(int), lambda: Default(int), lambda: Named(int)):
        d = make()
        for i in range(40):
            k = (i % 7, "k%d" % (i % 3), (i % 2, "x"), 13)[i % 4]
            try:
                d[k] = d[k] + i
            except KeyError as e:
                out.append(e.args)
                d[k] = i
            out.append((k in d, "z" not in d, len(d)))
            if i % 9 == 8:
                del d[k]
        out.append(list(d.items()))
    return out


@same
def test_factories():
    out = []
    for factory in (int, float, list, dict, set, str, loud, None, tuple, lambda: None):
        d = defaultdict(factory)
        for i in range(24):
            try:
                v = d[i % 5]
                if factory is list:
                    d[i % 5].append(i)
                elif factory is int or factory is float:
                    d[i % 5] += i
            except KeyError as e:
                out.append(e.args)
            if i == 15:
                d.default_factory = list if factory is int else None
        out.append((dict(d), [type(v) for v in d.values()]))
    return out


@same
def test_order():
    d, out = OrderedDict(), []
    for i in range(80):
        k = i * 7 % 11
        if k in d:
            d.move_to_end(k)
            out.append(d[k])
        d[k] = i
        if len(d) > 6:
            out.append(d.popitem(last=False))
        out.append(list(d))
    return out


@same
def test_what_dies():
    for make in (OrderedDict, Plain, lambda: defaultdict(int), Counter):
        d = make()
        for i in range(30):
            d[i % 3] = Dying(i)
            record(i)
            d[i % 2] = [Dying(f"l{i}")]
            d[Dying(f"k{i}")] = 1
            record("k")
            make()[1] = Dying(f"t{i}")
        d.clear()


@same
def test_classes_that_change():
    out = []
    d = Plain(a=1)
    for i in range(60):
        if i == 20:
            Plain.__missing__ = lambda self, key: (record("missing"), key)[1]
        if i == 30:
            Plain.__getitem__ = lambda self, key: (record("get"), 9)[1]
        if i == 40:
            del Plain.__getitem__
            Plain.__setitem__ = lambda self, key, value: record("set", key, value)
        if i == 50:
            del Plain.__setitem__, Plain.__missing__
            Plain.__contains__ = lambda self, key: False
        try:
            out.append((d["a"], d.get("b"), "a" in d, d["c"] if i % 2 else None))
        except KeyError as e:
            out.append(e.args)
        d["a"] = i
    del Plain.__contains__
    return out, dict(d)


@same
def test_ordered_iteration_while_storing():
    d, out = OrderedDict((k, 1000) for k in "abcdef"), []
    for i in range(20):
        try:
            for k in d:
                d[k] += 1
                if i > 15:
                    d[k + "x"] = i
        except RuntimeError as e:
            out.append(str(e))
    return out, d


@same
def test_counts():
    counts, words = Counter(), "the cat and the dog and the bird".split()
    for i in range(100):
        counts[words[i % 8]] += 1
        counts[i % 5, words[i % 3]] += 2
    return counts.most_common(4), counts["nothing"], len(counts), collections.Counter("hello")
