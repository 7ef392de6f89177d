"""What an iterator has walked to its end goes then, not when the iterator does: CPython lets
go of the sequence in FOR_ITER.  Who could see it: finalizers, by their order."""

import itertools

from oracle import check_source

CLASSES = """
            class D:
                def __init__(self, n): self.n = n
                def __del__(self): record(self.n)
            class Text(str):
                def __del__(self): record(str(self))
            class Bytes(bytes):
                def __del__(self): record(bytes(self))
"""
SOURCES = ["[D(1), D(2), D(3)]", "(D(4), D(5))", "reversed([D(6), D(7), D(8)])", "reversed((D(9), D(10)))",
           "{D(11): 1, D(12): 2}", "{1: D(13), 2: D(14)}.values()", "{D(15): D(16), 1: D(17)}.items()",
           "{D(18)}", "Text('abc')", "Text('a\\u20ac')", "Bytes(b'ab')", "range(2)", "'xyz'", "[]",
           "enumerate([D(19), D(20)])", "zip([D(21), D(22)], (D(23),))"]


def test_alone():
    for source in SOURCES:
        check_source(CLASSES + f"""
            def loop():
                for x in {source}:
                    record("body")
                record("end")
            def summed():
                return sum(x is not None for x in {source})
            def yielded():
                for x in (x for x in {source}):
                    record("body")
                record("end")
            def two():
                for x in (y for x in {source} for y in (x, x)):
                    record("body")
            def main():
                for _ in range(3):
                    loop()
                    record(summed())
                    yielded()
                    two()
        """)


def test_side_by_side():
    for first, second in itertools.product(SOURCES[:4] + SOURCES[8:14], repeat=2):
        check_source(CLASSES + f"""
            def unpacked():
                for x, y in zip({first}, {second}):
                    record("body")
                record("end")
            def pairs():
                for p in zip({first}, {second}):
                    record("body")
                record("end")
            def yielded():
                return sum(x is not None for x, y in zip({first}, {second}))
            def main():
                for _ in range(3):
                    unpacked()
                    pairs()
                    record(yielded())
        """, leaks=False)


def test_three_and_kept():
    for sources in [SOURCES[:3], [SOURCES[3], SOURCES[11], SOURCES[0]], [SOURCES[0], SOURCES[0], "range(1)"]]:
        a, b, c = sources
        check_source(CLASSES + f"""
            def unpacked():
                for x, y, z in zip({a}, {b}, {c}):
                    record("body")
                record("end")
            def kept():
                kept = []
                for p in zip({a}, {b}, {c}):
                    kept.append(p)
                record("end")
            def numbered():
                for n, x in enumerate({a}):
                    record(n)
                record("end")
            def main():
                for _ in range(3):
                    unpacked()
                    kept()
                    numbered()
        """)
