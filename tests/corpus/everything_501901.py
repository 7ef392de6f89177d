# differs (everything, seed 501901)
# differs in mode threshold=1, call 1 of 1 with (): exception.type
#    off: NameError#536
#     on: NameError#537

import sys, math, collections, itertools, functools, operator, heapq, copy, contextlib, array, gc, builtins
from collections import Counter, OrderedDict, defaultdict, deque
G, H, NEWG, q0, q = (1, 2.5, 0, 3, 4)
shared, LIST, HEAP, nums, out, steps, trace = ([], [1, 2], [], [], [], [0], [])
BYTES, ARRAY, FLOATS, DEQUE = (bytearray(b'hello'), array.array('q', [1, 2, 3]), array.array('d', [0.5, 1.5]), deque([1, 2, 3], 8))

class Enough(BaseException):
    pass

class Own(Exception):
    pass

def tick(n=1):
    pass

def note(v):
    pass

def global_G(v):
    pass

def unmonitor():
    pass

def spare(p0=0, p1=1, *rest, k=2, **more):
    pass

def yielding(v, n):
    pass

class A0:

    def __init__(self, x=1, y=0.5, *rest, **more):
        tick()

class A1(A0):
    pass

class A2(A0):
    pass

def f1(p0=0, p1=1, *rest, k=2, **more):
    i, j, n = (-2 ** 30, 2, 3)
    x, y, z = (1.5, 0.5, 0j)
    s, t, l, m = ('12', '😀b', [1, 2.5, 'a'], [1, 2, 3])
    H = -y
    try:
        try:
            while i < 9:
                spy()
            try:
                d[2.0] = g(*u)
            except Exception:
                pass
        except Exception as ex:
            out.append(type(ex).__name__)
    except Exception:
        pass
i, j, n = (255, -2 ** 63, 3)
x, y, z = (1e+308, -2.25, complex(-0.0, 2))
s, t, l, m = ('abc', 'abc', [], [1, 2, 3])
p = A1(2)
g, v, w, a, b, q, q0, keep = (len, True, None, 1, 2, 3, 4, None)
try:
    for i in range(7):
        tick()
        del LIST[4:]
        (i, x), w = ((max(j, j), x if any((v for q in reversed(m[:8]))) else 10), f1(w, 2 ** 31, 'A', k='a'))
except (Enough, Exception) as ex:
    pass

def main():
    steps[0] = seen[0] = 0
    return (out[:60], shared, trace, seen)
