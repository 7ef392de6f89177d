# differs (calls, seed 1300944)
# differs in mode threshold=1, call 1 of 1 with (): exception.args[0]
#    off: str#7 "'int' object is not callable"
#     on: str#8 "'int' object is not callable"

class V:

    def __init__(self, x, y=0.5):
        self.x = x
        self.y = y

    def __getitem__(self, i):
        return (1, self.y)[i]

class W(V):
    pass

def f1(p0):
    o, l = (W(p0), 1)
    return float(o.x)

def main():
    a, b, o, l, out = (0, 1.5, V(1), 1, 1)
    a = f1(o[1])
    1()
