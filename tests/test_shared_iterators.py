"""Generator expressions over iterators that compiled code does not open: who holds them, and
when they die."""

from oracle import Dying, check_source, same, spy, watch

KINDS = ["Own()", "itertools.islice(gen(), 4)", "map(lambda k: k, gen())", "filter(None, gen())", "gen()",
         "iter([1, 2, 3])", "reversed([1, 2])", "iter({1: 2})", "enumerate(gen())", "iter(range(3))",
         "zip(gen(), Own())", "iter('abc')", "iter(b'abc')", "itertools.chain([1], gen())"]


def test_left_early():
    for kind in KINDS:
        check_source(f"""
            import itertools
            class Own:
                def __iter__(self): return self
                def __next__(self): return 1
                def __del__(self): record("died")
            def gen():
                try:
                    yield 1
                    yield 2
                    yield 0
                finally:
                    record("closed")
            def first(w):
                x = next((w for q in {kind}), True)
                record("after")
                return x
            def some():
                x = any(True for q in {kind})
                record("after")
                return x
            def held():
                g = (q for q in {kind})
                out = [next(g), next(g)]
                record("held")
                del g
                record("dropped")
                return out
            def main():
                return [(first(None), some(), held()) for _ in range(4)]
        """)


class Own:
    def __init__(self, n):
        self.n = n
        self.dying = Dying(f"of {n}")

    def __iter__(self):
        return self

    def __next__(self):
        self.n -= 1
        if self.n < 0:
            raise StopIteration
        spy()
        return self.n


@same
def test_to_the_end():
    return [[q + 1 for q in (k for k in Own(3))], sum(k for k in Own(4)), max(k for k in Own(2))]


@same
def test_references():
    out = []
    for turn in range(4):
        own = watch(Own(4))
        g = (k for k in own)
        out.append(next(g))
        if turn % 2:
            g.close()
        out.append(next(g, None))
        del g
    return out


@same(raises=ZeroDivisionError)
def test_an_exception_inside():
    return [1 // k for k in (q for q in Own(3))]
