# differs (owners, seed 1354)
# differs in mode max_versions=1, call 2 of 2 with (): events[44][2]
#    off: str#157 'AttributeError'
#     on: str#157 'NameError'

shared, LIST, TABLE, busy, over, steps, seen = ([], [], {}, [], [], [0], [0])
G = 1

class Enough(BaseException):
    pass

def tick():
    pass

class Box:
    v = 1

    def __init__(self, d, y=2.5):
        pass

    def m(self, a=0):
        pass

    def take(self):
        pass

class Box2(Box):
    pass
BOX = Box(None)

class D:

    def __init__(self, n=0):
        pass

    def m(self, a=0):
        pass

    def __add__(self, o):
        pass
first_add = D.__add__

def made(d):
    pass

def deep(d):
    pass

def named(d):
    pass

def keeps(d, n=3):
    for k in range(n):
        yield k

def gives(*all):
    pass

def passes(d):
    pass

def drops(d):
    pass

def raises(d):
    pass

def other(p0=0, p1=1, p2=2):
    pass

class Looks(D):
    pass

class Writes(D):
    pass

class Raises(D):
    pass

class Method(D):

    def __del__(self):
        Box.m = (lambda self, a=0: 12) if self.n & 1 else Box.first_m

class Calls(D):

    def __del__(self):
        again(self.n)

class Traces(D):
    pass

class Catches(D):
    pass

class Iterates(D):
    pass

def f0(p0=1, p1=2.5, p2=None):
    i, x, d, e = (p0 if isinstance(p0, int) and -99 < p0 < 99 else 1, 0.5, p2, p1)
    d = e = Calls(0)
    for i in range(5):
        e = Method(1)
    v = [d, i, Method(i & 3)]
    a, v = (drops(Calls(i & 3)) for q in {Looks(G & 1)})

def f1(p0=1, p1=2.5, p2=None):
    tick()
    i, x, d, e = (p0 if isinstance(p0, int) and -99 < p0 < 99 else 1, 0.5, p2, p1)
    a, v, g, k, q, f, l, t, b = (0, None, None, 1, 2, {'f': named(Catches(0))}.pop('f'), [Calls(2), 1], {'a': 1}, Box(Catches(3)))
    b.__dict__ = {'d': Calls(i & 3), 'y': i}
    try:
        while True:
            tick()
            v = f0(any((q is d for q in range(3))), len([q for q in l]))
    except Exception:
        pass
    b.d = b.d
first = [f0, f0.__defaults__]

def main():
    reset()
    over.clear()
    i, x, d, e, l, t, b, f, v, q = (1, 0.5, None, None, [], {}, BOX, other, None, 2)
    try:
        for turn in range(4):
            try:
                v = f1(keeps(Looks(0)).__next__, Catches(2), [other].pop())
                record(value(v))
            except (Exception, Enough) as ex:
                pass
            v = None
            try:
                v = f1()
                record(value(v))
            except (Exception, Enough) as ex:
                pass
            v = None
            try:
                v = f0((lambda q: i)(D(2)))
                record(value(v))
            except (Exception, Enough) as ex:
                pass
            v = None
    finally:
        l = t = b = d = e = f = None
        reset()

def reset():
    pass
