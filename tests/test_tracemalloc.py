"""tracemalloc: the lines at which objects are made."""

from oracle import run_program


def test_lines_of_what_is_made():
    run_program("""
        import tracemalloc
        class C:
            def __init__(self, n):
                self.n = [n]
        def work(n):
            kept = []
            for i in range(n):
                a = [i]
                a = None
                b = [i, i]
                kept.append(b)
                kept.append(C(i + 1000))
                kept.append(i * 1.5)
                kept.append(
                    (i, a))
            return kept
        def lines(kept):
            found = {}
            for item in kept:
                trace = tracemalloc.get_object_traceback(item)
                line = trace and trace[0].lineno
                key = type(item).__name__, line
                found[key] = found.get(key, 0) + 1
            return sorted(found.items(), key=str)
        work(100)
        tracemalloc.start()
        for k in range(3):
            print(lines(work(50)))
        tracemalloc.stop()
        print(lines(work(50)))
    """)
