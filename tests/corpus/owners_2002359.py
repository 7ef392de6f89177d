# differs (owners, seed 2002359)
# differs in mode threshold=1, call 1 of 1 with (): events[1:]
#    off: [('record',)]
#     on: []

def died(name, n):
    return record()

class D:

    def __del__(self):
        died('D', 1)

class Raises(D):
    pass

def f1():
    i, x = (1, 1)
    d = e = Raises()
    d, e = (D(), i)

def main():
    f1()
