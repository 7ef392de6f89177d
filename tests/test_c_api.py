"""What C code may do to functions and code objects through the C API."""

import pytest

from oracle import PROGRAM_MODES, run_program


def test_code_with_the_data_of_somebody_else():
    """Code objects that carry extra data, but none of Graft's, die."""
    run_program("""
        import ctypes, gc, os
        api = ctypes.pythonapi
        freed = []
        function = ctypes.CFUNCTYPE(None, ctypes.c_void_p)
        api.PyUnstable_Eval_RequestCodeExtraIndex.argtypes = (function,)
        api.PyUnstable_Eval_RequestCodeExtraIndex.restype = ctypes.c_ssize_t
        api.PyUnstable_Code_SetExtra.argtypes = (ctypes.py_object, ctypes.c_ssize_t, ctypes.c_void_p)
        on_free = function(lambda data: freed.append(data))
        index = api.PyUnstable_Eval_RequestCodeExtraIndex(on_free)
        for i in range(20):
            f = eval(f"lambda: {i}")
            api.PyUnstable_Code_SetExtra(f.__code__, index, 100 + i)
            if i & 1:
                f()
            del f
        gc.collect()
        print([data for data in freed if data], flush=True)
        os._exit(0)         # the function that frees must not die before what it is to free
    """)


def test_function_called_by_other_c_code_than_its_own():
    """PyFunction_SetVectorcall: the function's bytecode is run no more."""
    run_program("""
        import ctypes
        api = ctypes.pythonapi
        api.PyFunction_SetVectorcall.argtypes = (ctypes.py_object, ctypes.c_void_p)
        api.PyFunction_SetVectorcall.restype = None
        vectorcall = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.c_void_p, ctypes.c_void_p,
                                       ctypes.c_size_t, ctypes.c_void_p)
        overridden = vectorcall(lambda *args: "overridden")
        def f(x): return x + 1
        class C:
            def g(self, x): return x + 2
        def main(n, change):
            results = []
            c = C()
            for i in range(n):
                if i == change:
                    for function in f, C.g:
                        api.PyFunction_SetVectorcall(function, ctypes.cast(overridden, ctypes.c_void_p))
                results.append((f(i), c.g(i)))
            return results
        print(main(50, 100))
        print(main(50, 20))
        print(main(50, 100))
    """)


def test_hot_functions_are_given_to_other_interpreters():
    """They carry nothing that would make them unfit."""
    run_program("""
        from concurrent import interpreters
        def main():
            def work(n):
                s = 0
                for i in range(n): s += i
                return s
            print(work(1000), work(10))
            interp = interpreters.create()
            print(interp.call(work, 100), work(100))
            interp.close()
        main()
    """)


def test_much_code_that_comes_and_goes():
    run_program("""
        import gc, random
        random.seed(1)
        kept = {}
        total = 0
        for i in range(3000):
            namespace = {}
            exec(f"def f(n):\\n  s = {i}\\n  for k in range(n): s += k\\n  return s", namespace)
            kept[random.randrange(200)] = namespace["f"]
            total += random.choice(list(kept.values()))(3) + namespace["f"](2)
            if i % 700 == 0:
                kept.clear()
                gc.collect()
        print(total)
    """)


def test_objects_of_types_made_by_c_code():
    """PyType_FromSpec: dropped as instances of classes are, but what they keep need not be objects."""
    pytest.importorskip("_testlimitedcapi")
    run_program("""
        import _testlimitedcapi
        def work(size, offset):
            total = 0
            for i in range(100):
                T = _testlimitedcapi.make_heaptype_with_member(0, -size, offset, True)
                x = T()
                x.set_memb(13)
                total += x.memb
                x.memb = 14
                total += x.get_memb()
            class D(T): __slots__ = ("a", "b")
            for i in range(100):
                y = D()
                y.a, y.memb = [i], 5
                total += y.memb
            return total
        total = sum(work(size, offset) for size in (8, 16, 123) for offset in (0, 1, 4))
        print(total)
    """)


def test_an_evaluator_of_frames_is_given_all_calls():
    """PEP 523, set in mid-loop and taken away again."""
    pytest.importorskip("_testinternalcapi")
    run_program("""
        import _testinternalcapi as internal
        def inner(x=42): return x
        def numbers(n):
            for i in range(n): yield i
        def outer(n): yield from numbers(n)
        async def wait(): return 7
        class C:
            def __init__(self): self.v = 1
            def __add__(self, other): return 3
            def __iter__(self): yield 1
            def __getitem__(self, i): return i
            @property
            def p(self): return 5
        def work():
            c = C()
            total = inner() + inner(1) + inner(*[2]) + (c + c) + c[3] + c.p
            for x in numbers(3): total += x
            for x in c: total += x
            total += sum(outer(2)) + sum(i for i in range(2))
            try:
                wait().send(None)
            except StopIteration as e:
                total += e.value
            return total
        calls, total = [], 0
        for i in range(900):
            if i == 700: internal.set_eval_frame_record(calls)
            total += work()
            if i == 750: internal.set_eval_frame_default(); after = len(calls)
        print(total, len(calls), after, calls[:after])
    """, modes=PROGRAM_MODES | {"usual threshold": {}})
