"""Idioms of classes and their instances (see ../count.py)."""

import abc
import collections
import dataclasses
import enum
import typing


class Slotted:
    __slots__ = ("a", "b", "n")

    def __init__(self, a, b):
        self.a = a
        self.b = b
        self.n = None

    def move(self, d):
        self.a += d
        self.b -= d


@dataclasses.dataclass
class Data:
    x: int
    y: int = 0

    def norm(self):
        return self.x * self.x + self.y * self.y


@dataclasses.dataclass(frozen=True)
class Frozen:
    x: int
    y: int


@dataclasses.dataclass(order=True)
class Ordered:
    x: int
    y: int


class Node:
    def __init__(self, v, nx=None):
        self.v = v
        self.next = nx


class LinkedList:
    def __init__(self):
        self.head = None
        self.n = 0

    def push(self, v):
        self.head = Node(v, self.head)
        self.n += 1

    def pop(self):
        h = self.head
        if h is None:
            raise IndexError
        self.head = h.next
        self.n -= 1
        return h.v


Pair = collections.namedtuple("Pair", "x y")


class Named(typing.NamedTuple):
    x: int
    y: int

    def s(self):
        return self.x + self.y


class Color(enum.Enum):
    RED = 1
    BLUE = 2


def idiom_slots(n):
    for i in range(n):
        Slotted(i, i)


def idiom_slotmove(n):
    s = Slotted(1, 2)
    for i in range(n):
        s.move(i)


def idiom_dcnew(n):
    for i in range(n):
        Data(i, 2).norm()


def idiom_dceq(n):
    a, b = Data(1, 2), Data(1, 2)
    for i in range(n):
        a == b


def idiom_fdcnew(n):
    for i in range(n):
        Frozen(i, 2)


def idiom_fdchash(n):
    d = {Frozen(1, 2): 3}
    k = Frozen(1, 2)
    for i in range(n):
        d[k]


def idiom_odclt(n):
    a, b = Ordered(1, 2), Ordered(1, 3)
    for i in range(n):
        a < b


def idiom_linked(n):
    l = LinkedList()
    for i in range(n):
        l.push(i)
        l.push(2)
        l.pop()
        l.pop()


def idiom_tree(n):
    class T:
        def __init__(s, k):
            s.k = k
            s.l = None
            s.r = None

    root = T(500)
    for i in range(n):
        k = (i * 7919) % 1000
        c = root
        while c.k != k:
            if k < c.k:
                if c.l is None:
                    c.l = T(k)
                c = c.l
            else:
                if c.r is None:
                    c.r = T(k)
                c = c.r


def idiom_ntattr(n):
    p = Pair(1, 2)
    for i in range(n):
        p.x + p.y


def idiom_ntmeth(n):
    p = Named(1, 2)
    for i in range(n):
        p.s()


def idiom_ntunpack(n):
    p = Pair(1, 2)
    for i in range(n):
        a, b = p


def idiom_enumcmp(n):
    c = Color.RED
    for i in range(n):
        c is Color.RED
        c == Color.BLUE


def idiom_enumval(n):
    for i in range(n):
        Color.RED.value
        Color.RED.name


def idiom_enumcall(n):
    for i in range(n):
        Color(1)


def idiom_super(n):
    class A:
        def m(self, x):
            return x

    class B(A):
        def m(self, x):
            return super().m(x) + 1

    b = B()
    for i in range(n):
        b.m(i)


def idiom_superinit(n):
    class A:
        def __init__(self, x):
            self.x = x

    class B(A):
        def __init__(self, x, y):
            super().__init__(x)
            self.y = y

    for i in range(n):
        B(i, 2)


def idiom_abc(n):
    class A(abc.ABC):
        @abc.abstractmethod
        def m(self): ...

    class B(A):
        def m(self):
            return 1

    b = B()
    for i in range(n):
        b.m()
        isinstance(b, A)


def idiom_property(n):
    class A:
        def __init__(self):
            self._x = 1

        @property
        def x(self):
            return self._x

        @x.setter
        def x(self, v):
            self._x = v

    a = A()
    for i in range(n):
        a.x = a.x + 1


def idiom_static(n):
    class A:
        @staticmethod
        def s(x):
            return x

        @classmethod
        def c(cls, x):
            return x

    a = A()
    for i in range(n):
        A.s(i)
        a.c(i)
        A.c(i)


def idiom_clsfactory(n):
    class A:
        def __init__(self, x):
            self.x = x

        @classmethod
        def make(cls, x):
            return cls(x)

    for i in range(n):
        A.make(i)


def idiom_opov(n):
    class V:
        def __init__(self, x, y):
            self.x = x
            self.y = y

        def __add__(self, o):
            return V(self.x + o.x, self.y + o.y)

        def __mul__(self, k):
            return V(self.x * k, self.y * k)

        def __eq__(self, o):
            return self.x == o.x and self.y == o.y

        def __neg__(self):
            return V(-self.x, -self.y)

    a, b = V(1.0, 2.0), V(3.0, 4.0)
    for i in range(n):
        (a + b * 2) == -a


def idiom_getitem(n):
    class M:
        def __init__(self):
            self.d = [1, 2, 3]

        def __getitem__(self, i):
            return self.d[i]

        def __setitem__(self, i, v):
            self.d[i] = v

        def __len__(self):
            return len(self.d)

        def __contains__(self, x):
            return x in self.d

    m = M()
    for i in range(n):
        m[i % 3] = m[1]
        len(m)
        2 in m


def idiom_iterproto(n):
    class It:
        def __init__(self, n):
            self.i = 0
            self.n = n

        def __iter__(self):
            return self

        def __next__(self):
            if self.i >= self.n:
                raise StopIteration
            self.i += 1
            return self.i

    for i in range(n // 10):
        for x in It(10):
            pass


def idiom_polym(n):
    class A:
        def area(s):
            return 1

    class B(A):
        def area(s):
            return 2

    class C(A):
        def area(s):
            return 3

    l = [A(), B(), C(), B()]
    for i in range(n):
        l[i & 3].area()


def idiom_poly8(n):
    cl = [type("K%d" % k, (), {"m": (lambda k: lambda self: k)(k)}) for k in range(8)]
    l = [c() for c in cl]
    for i in range(n):
        l[i & 7].m()


def idiom_visitor(n):
    class Num:
        def __init__(s, v):
            s.v = v

    class Add:
        def __init__(s, l, r):
            s.l = l
            s.r = r

    class Eval:
        def visit(s, n):
            return getattr(s, "visit_" + type(n).__name__)(n)

        def visit_Num(s, n):
            return n.v

        def visit_Add(s, n):
            return s.visit(n.l) + s.visit(n.r)

    t = Add(Add(Num(1), Num(2)), Num(3))
    e = Eval()
    for i in range(n // 5):
        e.visit(t)


def idiom_instdict(n):
    class A:
        pass

    a = A()
    a.__dict__["q"] = 1
    a.z = 5
    for i in range(n):
        a.z = a.z + 1


def idiom_callobj(n):
    class A:
        def __call__(s, x):
            return x

    a = A()
    for i in range(n):
        a(i)


def idiom_varattr(n):
    class A:
        pass

    a = A()
    for i in range(n):
        setattr(a, "x", i)
        getattr(a, "x")
        hasattr(a, "y")
        a.__dict__


def idiom_matchcls(n):
    ds = [Data(1, 2), Slotted(1, 2), 5]
    for i in range(n):
        match ds[i % 3]:
            case Data(x=1, y=y):
                pass
            case Slotted():
                pass
            case int():
                pass


def idiom_typeis(n):
    vs = [1, "a", 2.0]
    for i in range(n):
        v = vs[i % 3]
        if type(v) is int:
            pass
        elif type(v) == str:
            pass


def idiom_isinst(n):
    vs = [1, "a", 2.0, None, [1]]
    for i in range(n):
        v = vs[i % 5]
        if isinstance(v, int):
            pass
        elif isinstance(v, (str, bytes)):
            pass
        elif v is None:
            pass
        elif isinstance(v, list):
            pass


def idiom_chain(n):
    class Q:
        def __init__(s, l):
            s.l = l

        def where(s, f):
            return Q([x for x in s.l if f(x)])

        def select(s, f):
            return Q([f(x) for x in s.l])

        def list(s):
            return s.l

    for i in range(n // 5):
        Q([1, 2, 3]).where(lambda x: x > 1).select(lambda x: x * 2).list()


def idiom_event(n):
    class Em:
        def __init__(s):
            s.h = {}

        def on(s, e, f):
            s.h.setdefault(e, []).append(f)

        def emit(s, e, *a):
            for f in s.h.get(e, ()):
                f(*a)

    em = Em()
    l = []
    em.on("x", lambda v: None)
    em.on("x", l.append)
    for i in range(n):
        em.emit("x", i)


def idiom_ctx(n):
    class C:
        def __enter__(self):
            return self

        def __exit__(self, *a):
            return False

    c = C()
    for i in range(n):
        with c:
            pass
