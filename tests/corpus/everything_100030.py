# differs (everything, seed 100030)
# differs in mode threshold=1, leaks
#    off: memory blocks left over by 25 runs: off 1
#     on: 1398
# (a class's operator that raised left an operand behind)

import collections

def f1():
    try:
        d = collections.ChainMap()
        d[y] += 1
    except Exception:
        pass
y = 0.0

def main():
    for turn in range(7):
        f1()
