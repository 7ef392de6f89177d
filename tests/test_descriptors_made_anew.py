"""Static and class methods and properties whose __init__ is called again, while their class and compiled
code use them: what is called is the function that they have now, and none that has died."""

import pytest

from oracle import check_source, jit

FUNCTIONS = """
keep = []
class Told:
    def __init__(self, n):
        self.n = n
    def __del__(self):
        record('del', self.n)
def plain(i):
    return lambda *args: (args[1:], i)
def kept(i):
    keep.append(lambda *args: (args[1:], i))
    return keep[-1]
def with_default(i):
    def f(c, q=0, r=i):
        return q, r
    return f
def with_named_default(i):
    def f(*args, d=i):
        return args[1:], d
    return f
def told(i):
    told = Told(i)
    return lambda *args: (args[1:], told.n)
def generator(i):
    def f(c, q=0, r=i):
        yield q
        yield r
        yield i
    return f
code = compile('def f(*args): return args[1:], v', 'f', 'exec')
def other_globals(i):
    names = {'v': i}
    exec(code, names)
    return names.pop('f')
def shown(result):
    return result if isinstance(result, tuple) else list(result)
"""

MAKERS = ['plain', 'kept', 'with_default', 'with_named_default', 'told', 'generator', 'other_globals']


def check_with(maker, source):
    check_source(FUNCTIONS + f'make = {maker}\n' + source)


@pytest.mark.parametrize('maker', MAKERS)
@pytest.mark.parametrize('kind', ['staticmethod', 'classmethod'])
def test_once(kind, maker):
    check_with(maker, f"""
def main():
    method = {kind}(make(-1))
    class A:
        m = method
    a = A()
    out = []
    for i in range(12):
        out.append((shown(a.m(i)), shown(A.m(i))) if {kind} is classmethod else
                   (shown(a.m(A, i)), shown(A.m(A, i))))
        if i == 7:
            method.__init__(make(i))
        record('--')
    record(out)
""")


@pytest.mark.parametrize('maker', MAKERS)
@pytest.mark.parametrize('kind', ['staticmethod', 'classmethod'])
def test_again_and_again(kind, maker):
    # (each function may get the memory of the last but one)
    check_with(maker, f"""
def main():
    method = {kind}(make(-1))
    class A:
        m = method
    a = A()
    given = (A,) if {kind} is staticmethod else ()
    out = []
    for i in range(30):
        if given:
            out.append((shown(a.m(A, i)), shown(A.m(A))))
        else:
            out.append((shown(a.m(i)), shown(A.m())))
        method.__init__(make(i))
        if i % 3 == 0:
            method.__init__(make(i + 100))
        record('--')
    record(out)
""")


@pytest.mark.parametrize('maker', MAKERS)
def test_by_an_argument(maker):
    check_with(maker, """
def main():
    method = staticmethod(make(-1))
    class A:
        m = method
    a = A()
    out = []
    def change(i):
        method.__init__(make(i))
        return i
    for i in range(20):
        out.append((shown(a.m(A, change(i))), shown(A.m(A, change(i + 100)))))
        out.append(shown(a.m(A, i if i & 1 else change(-i))))
        record('--')
    record(out)
""")


@pytest.mark.parametrize('kind', ['staticmethod', 'classmethod'])
def test_by_the_function_itself(kind):
    check_with('told', f"""
def make(i, box):
    told = Told(i)
    def f(*args):
        if i < 30:
            box[0].__init__(make(i + 1, box))
        return len(args), told.n
    return f
def main():
    box = []
    method = {kind}(make(0, box))
    box.append(method)
    class A:
        m = method
    a = A()
    out = []
    for i in range(10):
        out.append((a.m(i), A.m(i), a.m(*(1, 2)), A.m()))
        record('--')
    record(out)
    box.clear()
""")


def test_new():
    check_with('told', """
def make(i, box):
    told = Told(i)
    def f(c, *args):
        if i < 40:
            box[0].__init__(make(i + 1, box))
        return object.__new__(c) if i & 1 else told.n
    return f
def main():
    box = []
    method = staticmethod(make(0, box))
    box.append(method)
    class A:
        __new__ = method
    out = []
    for i in range(50):
        out.append(type(A()).__name__)
        record('--')
    for other in int, len, None:        # no functions in Python
        method.__init__(other)
        for i in range(3):
            try:
                out.append(A())
            except TypeError as error:
                out.append(str(error))
    record(out)
    box.clear()
""")


def test_property():
    # (the interpreter's own caches keep a getter that is gone: so it is not compared with that)
    names = {}
    exec("""
keep = [lambda self, n=n: n for n in range(10)]
def main():
    prop = property(keep[0])
    class A:
        x = prop
    a = A()
    values = []
    i = 0
    while i < 30:
        values.append(a.x)
        if i % 3 == 2:
            prop.__init__(keep[i // 3])
        i += 1
    return values
""", names)
    with jit(threshold=1):
        assert names['main']() == [0] * 3 + [i // 3 for i in range(27)]


@pytest.mark.parametrize('more', ['', ', k=5', ', k=5, *, d=7', ', *, d=7'])
def test_getters_with_defaults(more):
    check_source(f"""
def main():
    class A:
        def get(self{more}):
            return sum(v for v in locals().values() if v is not self)
        x = property(get)
    a = A()
    record([a.x for i in range(30)])
    A.x.fget.__defaults__ = (8,)
    record([a.x for i in range(30)])
""")
