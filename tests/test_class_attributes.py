"""Attributes that classes have: of instances and of the classes themselves, while they
change, are hidden, and die."""

import sys

from oracle import Dying, record, same, spy, watch

NUMBERS = (1, 2.5, 10**20)


def make(**attributes):
    return type("Made", (), attributes)


@same
def test_constants_of_a_class():
    C = make(k=5, f=1.5, s="text", t=(1, 2), big=10**30, none=None, flag=True, l=[1])
    D = type("D", (C,), {"k": 7})
    c, d, out = C(), D(), []
    for i in range(30):
        out.append((c.k + i, d.k + i, C.k, D.k, c.f * i, D.f, c.s, c.t[0], C.big, c.none, c.flag, D.l))
        c.l.append(i)
    return out


@same
def test_global_class_that_changes():
    global Shared
    Shared = make(k=5, t=(1, 2))
    out = []
    for i in range(60):
        out.append((Shared.k, Shared.t, Shared.k * 2, i))
        if i == 20:
            Shared.k = 6.5
        if i == 30:
            Shared.t = [i]
        if i == 40:
            Shared = type("Derived", (make(k=1),), {"k": "k", "t": None})
        if i == 50:
            del Shared.k
        if i == 55:
            Shared.__bases__ = (make(k="base"),)
    return out


@same
def test_instances_that_hide_it():
    C = make(k=5, t=(1,))
    c, plain, out = C(), C(), []
    plain.other = 1
    for i in range(60):
        out.append((c.k, c.t, plain.k))
        if i == 20:
            c.k = "own"
        if i == 30:
            del c.k
        if i == 35:
            c.__dict__["t"] = "own too"
        if i == 45:
            plain.__dict__ = {"k": "third"}
        if i == 50:
            plain.__class__ = make(k=property(lambda self: "property"))
    return out


@same
def test_what_becomes_a_descriptor():
    class Value:
        pass

    class Number(int):
        pass

    C = make(v=Value(), n=Number(4), p=3)
    c, out = C(), []
    for i in range(60):
        out.append((type(c.v).__name__, c.n, c.p, type(C.v).__name__, C.n, C.p))
        if i == 20:
            Value.__get__ = lambda self, instance, owner: (spy(), Dying)[1]
        if i == 30:
            Number.__get__ = lambda self, instance, owner: i
        if i == 40:
            C.p = property(lambda self: i)
    return [row[:3] for row in out], len(out)


@same
def test_objects_that_die_in_use():
    watched = []
    watch(watched)
    C = make(t=(watched,), d=Dying("first"))
    c, out, keep = C(), [], None
    for i in range(40):
        t = c.t
        keep = (C.t, [t, replace(C, i, watched)])
        out.append((len(t), keep[0] is t, type(c.d).__name__))
        if i % 10 == 0:
            C.d = Dying(i)
    return out


def replace(C, i, watched):
    if i % 3 == 0:
        C.t = (watched, i)
    return i


@same
def test_metaclasses_and_lookups_in_python():
    class Meta(type):
        k = "meta"

        @property
        def p(cls):
            spy()
            return "from meta"

    class C(metaclass=Meta):
        p = "hidden"
        c = 4

        def __getattr__(self, name):
            record(name)
            return name

    class D:
        k = 3

        def __getattribute__(self, name):
            record("got", name)
            return object.__getattribute__(self, name)

    c, d, out = C(), D(), []
    for i in range(25):
        out.append((C.k, C.p, C.c, c.p, c.c, c.missing, d.k, D.k, C.__name__, D.__module__, c.__module__))
        if i == 15:
            D.__getattribute__ = object.__getattribute__
    return out


@same
def test_missing_ones():
    C = make(k=1)
    c, out = C(), []
    for i in range(40):
        for f in (lambda: c.gone, lambda: C.gone, lambda: c.k):
            try:
                out.append(f())
            except AttributeError as error:
                out.append(str(error))
        if i == 20:
            del C.k
        if i == 30:
            C.gone = i
    return out


@same
def test_temporary_instances():
    out = []
    for i in range(30):
        C = make(k=(i, "x"), d=Dying(i))
        out.append((C().k, make(k=[i])().k))
    return out


@same
def test_with_slots_and_builtin_bases():
    class S:
        __slots__ = ("a",)
        k = NUMBERS

    class L(list):
        k = NUMBERS

    class E(Exception):
        k = NUMBERS

    s, l, e, out = S(), L(), E(), []
    for i in range(30):
        out.append((s.k, l.k, e.k, e.args, S.k is l.k, int.__doc__ is None, sys.maxsize))
        if i == 20:
            S.k = L.k = E.k = i
    return out
