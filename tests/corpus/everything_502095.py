# crash (everything, seed 502095)
# SIGSEGV
# Fatal Python error: Segmentation fault
#
# Current thread 0x00007fe5d38cf400 [python] (most recent call first):
#   File "<subject>", line 8 in f3
#   File "<subject>", line 13 in main
#   File "tests/oracle.py", line 351 in _call
#   File "tests/oracle.py", line 372 in _observe

class A0:
    __slots__ = 'x'

class A2(A0):
    pass

def f3(p0=2):
    p = A2()
    v = p0

def main():
    for turn in range(2):
        f3([])
