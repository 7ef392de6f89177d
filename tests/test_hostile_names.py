"""Namespaces with keys whose __eq__ runs code: looking a name up may not run it while
code is compiled, and must run it where the interpreter does."""

from oracle import run_program

SOME_EXITS = {f"force_exit={n}": {"force_exit": n} for n in (0, 1, 2, 3, 4, 5, 7)}


def test_key_of_builtins():
    run_program("""
        import builtins, contextlib
        original = {"iter": iter, "reversed": reversed}
        names = builtins.__dict__

        def run(name, items):
            iterator = iter(items)
            class Key:
                def __init__(self, name, iterator):
                    self.name, self.iterator = name, iterator
                def __hash__(self):
                    return hash(self.name)
                def __eq__(self, other):
                    list(self.iterator)
                    return other == self.name
            del names[name]
            names[Key(name, iterator)] = original[name]
            return iterator.__reduce__()

        def main():
            try:
                for items in "xyz", [1, 2, 3], bytes(3), bytearray(3), (1, 2, 3):
                    print(run("iter", items))
            finally:
                for name, function in original.items():
                    with contextlib.suppress(KeyError):
                        del names[name]
                    names[name] = function
        for n in range(3):
            main()
    """, modes=SOME_EXITS)


def test_key_of_a_module():
    run_program("""
        class Key:
            count = 0
            def __init__(self, name): self.name = name
            def __hash__(self): return hash(self.name)
            def __eq__(self, other):
                Key.count += 1
                return other == self.name
        def value(): return 1
        def work(n):
            total = 0
            for i in range(n):
                total += value() + other
                if i == 20:
                    names = globals()
                    del names["other"]
                    names[Key("other")] = 5
            return total
        other = 2
        for k in range(3):
            other = 2
            print(work(50), Key.count)
    """, modes=SOME_EXITS)


def test_key_of_a_class():
    run_program("""
        class Key:
            count = 0
            def __hash__(self): return hash("method")
            def __eq__(self, other):
                Key.count += 1
                total = 0
                for i in range(10): total += i
                return False
        def work(C, n):
            total = 0
            c = C()
            for i in range(n):
                total += c.method(i)
            return total
        for k in range(3):
            C = type("C", (), {Key(): 1, "method": lambda self, x: x + 1})
            print(work(C, 50), Key.count > 0)
    """, modes=SOME_EXITS)
