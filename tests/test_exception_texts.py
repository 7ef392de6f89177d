"""str(), format() and repr() of exceptions that compiled code handles."""

from oracle import Dying, record, same


@same
def test_texts():
    class Mine(Exception): pass
    class Loud(Exception):
        def __str__(self): return "loud " + str(self.args)
    class Formatted(ValueError):
        def __format__(self, spec): return "formatted " + spec
    class Initialized(Exception):
        def __init__(self, a, b):
            super().__init__(a)
            self.b = b
    out = []
    for i in range(40):
        for make in (lambda: ValueError(i), lambda: KeyError("k"), lambda: KeyError("k", i), lambda: Mine(),
                     lambda: Mine("one"), lambda: Mine("one", 2.5, None), lambda: Loud(i), lambda: Formatted("x"),
                     lambda: OSError(2, "no", "file"), lambda: Initialized(1, 2), lambda: Mine([i]),
                     lambda: StopIteration(i), lambda: UnicodeDecodeError("a", b"x", 0, 1, "why"),
                     lambda: SyntaxError("s", ("f", 1, 2, "t")), lambda: ImportError("i", name="n")):
            try: raise make()
            except Exception as e:
                out.append((str(e), f"{e}", f"{e!s}", f"{e!r}", f"{e:}", repr(e)))
    return out


@same
def test_one_kind_of_exception():
    class Mine(Exception): pass
    out = []
    for i in range(60):
        try:
            if i & 1: raise ValueError(i)
            raise Mine("text", i)
        except ValueError as e: out.append(str(e))
        except Mine as e: out.append(f"<{e}>")
    return out


@same
def test_the_text_is_the_argument():
    out = []
    for i in range(30):
        text = "a%d" % i
        try: raise ValueError(text)
        except ValueError as e: out.append((str(e) is text, f"{e}" is text, f"{e!s}" is text))
    return out


@same
def test_classes_that_change():
    class Mine(Exception): pass
    out = []
    for i in range(60):
        try: raise Mine(i, "x")
        except Mine as e: out.append((str(e), f"{e}"))
        if i == 20: Mine.__str__ = lambda self: "patched"
        if i == 30: Mine.__format__ = lambda self, spec: "formatted"
        if i == 40: del Mine.__str__
        if i == 50: del Mine.__format__
    return out


@same
def test_arguments_that_run_code():
    class Shown:
        def __str__(self): record("str"); return "shown"
        def __repr__(self): record("repr"); return "<shown>"
    out = []
    for i in range(30):
        for args in ((Shown(),), (1, Shown()), ((Shown(),),), ("s",)):
            try: raise ValueError(*args)
            except ValueError as e: out.append((str(e), f"{e}"))
    return out


@same
def test_long_numbers():
    out = []
    for i in range(30):
        try: raise ValueError(10 ** (5000 if i > 20 else 50))
        except ValueError as e:
            try: out.append(len(str(e)))
            except ValueError as second: out.append((str(second)[:20], second.__context__ is e))
    return out


@same
def test_tracebacks_afterwards():
    import traceback
    def f(i):
        if i & 1: raise KeyError(i)
        return i
    out = []
    for i in range(40):
        try: f(i)
        except KeyError as e:
            out.append(str(e))
            if i % 5 == 1: out.append([s.lineno - traceback.extract_tb(e.__traceback__)[0].lineno
                                       for s in traceback.extract_tb(e.__traceback__)])
            if i % 7 == 1: out.append(type(e.__traceback__.tb_frame).__name__)
    return out


@same
def test_arguments_that_die():
    for i in range(20):
        try: raise ValueError("a", Dying(i))
        except ValueError as e: record(f"{e.args[0]}")
        try: raise ValueError("b")
        except ValueError as e:
            held = [Dying("h")]
            record(str(e))
