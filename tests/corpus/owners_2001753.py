# differs (owners, seed 2001753)
# differs in mode max_versions=1, call 2 of 2 with (): events[0][1][2][1]
#    off: int#1 0
#     on: int#2 3

def died(name, n):
    return record(n)

class D:

    def __init__(self, n=0):
        self.n = n

    def __del__(self):
        died('D', self)

class Raises(D):
    pass

def f0():
    a, v, g, k, q, f, l, t, b = (0, None, None, 1, 2, Raises(), Raises(3), 1, 1)
    g = l

def main():
    for turn in range(4):
        f0()
