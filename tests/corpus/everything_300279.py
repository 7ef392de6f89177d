# crash (everything, seed 300279)
# SIGSEGV in mode max_versions=1: the list was freed, as the result of += was a borrowed reference
# (its slot on the stack had been written back for the escape before)

def f():
    l, q = [], 'ab'
    for j in range(14):
        l += (*q,)
    return l

def main():
    return [f() for k in range(3)]
