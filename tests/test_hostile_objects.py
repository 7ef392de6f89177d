"""Objects whose special methods raise, look around, rebind, or die badly,
used where the loop also works on numbers."""

import sys

import pytest

from oracle import Dying, check_source, record, same, spy, watch


@pytest.mark.parametrize("method, use", [
    ("__add__", "h + i"), ("__radd__", "i + h"), ("__iadd__", "h += 1"), ("__mul__", "h * f"), ("__rmul__", "f * h"),
    ("__lt__", "h < i"), ("__gt__", "i < h"), ("__eq__", "h == i"), ("__ne__", "i != h"), ("__bool__", "1 if h else 2"),
    ("__bool__", "not h"), ("__bool__", "h and i"), ("__bool__", "h or i"), ("__len__", "1 if h else 2"), ("__neg__", "-h"),
    ("__invert__", "~h"), ("__pos__", "+h"), ("__index__", "range(h)"), ("__index__", "[0][h]"), ("__float__", "float(h)"),
    ("__int__", "int(h)"), ("__abs__", "abs(h)"), ("__getitem__", "h[i]"), ("__setitem__", "h[i] = f"),
    ("__delitem__", "del h[i]"), ("__call__", "h(i)"), ("__contains__", "i in h"), ("__iter__", "for _ in h: break"),
    ("__next__", "next(h)"), ("__getattr__", "h.missing"), ("__setattr__", "h.x = i"), ("__enter__", "with h: pass"),
    ("__hash__", "{h}"), ("__format__", "f'{h}'"), ("__pow__", "h ** 2"), ("__rpow__", "2 ** h"), ("__lshift__", "h << 1"),
    ("__floordiv__", "h // i"), ("__mod__", "h % 3"), ("__matmul__", "h @ i"), ("__divmod__", "divmod(h, i)"),
])
@pytest.mark.parametrize("body", ["raise KeyError('hostile')", "spy(); return 1", "return sys._getframe(1).f_locals['i'] % 2"])
def test_method(method, use, body):
    if method == "__bool__":
        body = body.replace("return 1", "return True").replace("return sys", "return 1 == sys")
    extra = "def __exit__(self, *e): return False" if method == "__enter__" else ""
    statement = use if "=" in use and "==" not in use and "!=" not in use or use.startswith(("del", "for", "with")) else f"r = {use}"
    check_source(f"""
import sys
class Hostile:
    def {method}(self, *args):
        {body}
    {extra}
def main():
    h = None
    r = None
    total, f = 0, 0.5
    for i in range(12):
        total += i
        f = f * 1.5 + total
        if i == 6:
            h = Hostile()
        if i > 5:
            {statement}
            h = Hostile()
    return total, f, r
""")


@same
def test_operators_see_and_change_the_locals_of_the_loop():
    class Meddler:
        def __add__(self, other):
            record(dict(sys._getframe(1).f_locals))
            sys._getframe(1).f_locals["total"] = 1000.5
            return other
    m = Meddler()
    total = 0
    f = 0.25
    for i in range(10):
        f += i
        total += 1
        if i % 3 == 2:
            m + i
    return total, f


@same
def test_operators_that_switch_the_operand_under_the_loop():
    class Chameleon:
        def __init__(self):
            self.n = 0

        def __add__(self, other):
            self.n += 1
            return self if self.n < 5 else 1.5 if self.n < 8 else 7

        __radd__ = __add__
    x = Chameleon()
    for i in range(20):
        x = x + i
        record(x)
    return x


@same
def test_comparisons_return_odd_things():
    class Odd:
        def __init__(self, value):
            self.value = value

        def __lt__(self, other):
            return self.value

        def __eq__(self, other):
            return self.value
    out = []
    for i in range(3):
        for value in (0, 1, "", "x", [], None, 0.0, float("nan"), NotImplemented):
            o = Odd(value)
            try:
                out.append((o == i, o < i, 1 if o < i else 2))
            except TypeError as e:
                out.append(e.args)
    return out


@same(raises=TypeError)
def test_lt_returns_not_implemented_on_both_sides():
    class Odd:
        def __lt__(self, other):
            return NotImplemented
    i = 0
    while True:
        i += 1
        if i > 5:
            Odd() < i


@same(raises=TypeError)
def test_bool_returns_something_else():
    class Bad:
        def __bool__(self):
            return 1
    b = True
    n = 0
    while b:
        n += 1
        if n == 5:
            b = Bad()


@same(raises=ValueError)
def test_len_is_negative():
    class Bad:
        def __len__(self):
            return -1
    b = 1
    n = 0
    while b:
        n += 1
        b = 1 if n < 5 else Bad()


@same
def test_finalizer_runs_at_the_store_that_drops_the_object():
    class Last:
        def __init__(self, n):
            self.n = n

        def __del__(self):
            record(self.n, dict(sys._getframe(1).f_locals))
    x = 0
    for i in range(12):
        y = i * 2
        if i % 3 == 1:
            x = Last(str(i))
        else:
            x = i
        z = i * 3.5
    return y, z


@same
def test_finalizer_changes_a_local_of_the_loop():
    class Last:
        def __del__(self):
            sys._getframe(1).f_locals["total"] += 1000
    total = 0
    x = None
    for i in range(12):
        total += i
        if i % 4 == 2:
            x = Last()
        if i % 4 == 3:
            x = i
    return total


@same
def test_order_of_finalizers_in_swaps_and_overwrites():
    a = Dying("a")
    b = Dying("b")
    for i in range(10):
        record(i)
        if i == 3:
            a, b = b, a
        if i == 4:
            a = i
        if i == 5:
            b = 1.5
        if i == 6:
            a = b = Dying("c")
        if i == 7:
            a = Dying("d")
        if i == 8:
            b = None
    record("end")


@same
def test_finalizer_raises():
    import sys as system
    seen = []
    old = system.unraisablehook
    system.unraisablehook = lambda args: seen.append((type(args.exc_value), args.exc_value.args, args.exc_traceback.tb_lineno))

    class Bad:
        def __del__(self):
            raise KeyError("from the grave")
    try:
        x = 1
        total = 0
        for i in range(10):
            total += x if isinstance(x, int) else 0
            x = Bad() if i % 3 == 0 else i
        del x
    finally:
        system.unraisablehook = old
    return total, seen


@same
def test_finalizer_resurrects():
    saved = []

    class Lazarus:
        def __init__(self, n):
            self.n = n

        def __del__(self):
            saved.append(self.n)
            keep.append(self)
    keep = []
    x = None
    for i in range(9):
        x = Lazarus(i) if i % 2 else i
    x = None
    names = [k.n for k in keep]
    keep.clear()
    return saved, names


@same
def test_weakref_callbacks_run_at_once():
    import weakref

    class Thing:
        pass
    dead = []
    r = None
    x = 1
    for i in range(12):
        if i % 3 == 0:
            x = Thing()
            r = weakref.ref(x, lambda ref: dead.append(i))
        elif i % 3 == 1:
            x = i * 1.5
        record(r(), len(dead))
        i
    return dead


@same
def test_references_to_objects_passed_through_the_loop():
    a = watch(object())
    b = watch([])
    c = watch(2**90)
    f = watch(float("1.75"))
    x = a
    total = 0
    for i in range(30):
        x, y = (b, a) if i % 3 == 0 else (c, x) if i % 3 == 1 else (f, b)
        total += i
        if x is f:
            total = total + f
        z = x
    return total


@same
def test_property_and_descriptor_loops():
    class Account:
        def __init__(self):
            self._v = 0

        @property
        def v(self):
            return self._v

        @v.setter
        def v(self, value):
            if value > 50:
                raise OverflowError(value)
            self._v = value
    a = Account()
    total = 0
    try:
        for i in range(100):
            a.v += i
            total += a.v * 0.5
    except OverflowError as e:
        return total, i, e.args
