"""The interpreter's own way into compiled code, where it has one: nobody can tell."""

import dis
import gc
import marshal
import sys
import weakref

import pytest

import graft
from oracle import jit, run_program, same


def looping(x):
    total = 0
    for i in range(4):
        total += i * x
    return total


def copy_of(function):
    return type(function)(function.__code__.replace(), globals(), function.__name__)


@pytest.fixture
def hot():
    """A function that the interpreter has called often, with the JIT on."""
    function = copy_of(looping)
    with jit(threshold=5):
        list(map(function, range(100)))
        entries = graft.stats()["entries"]
        list(map(function, range(100)))
        assert graft.stats()["entries"] >= entries + 100
        yield function


def traced(function):
    events = []

    def tracer(frame, event, arg):
        if frame.f_code is function.__code__:
            events.append((event, frame.f_lineno, arg if event == "return" else None))
        return tracer

    sys.settrace(tracer)
    try:
        list(map(function, range(2)))
    finally:
        sys.settrace(None)
    return events


def test_tracing_sees_everything_and_compiled_code_comes_back(hot):
    expected = traced(copy_of(looping))
    for _ in range(3):
        assert traced(hot) == expected
        entries = graft.stats()["entries"]
        list(map(hot, range(100)))
        assert graft.stats()["entries"] > entries


def test_profiling(hot):
    def calls(function):
        seen = []
        sys.setprofile(lambda frame, event, arg:
                       seen.append(event) if frame.f_code is function.__code__ else None)
        try:
            list(map(function, range(3)))
        finally:
            sys.setprofile(None)
        return seen

    assert calls(hot) == calls(copy_of(looping)) == ["call", "return"] * 3


@pytest.mark.parametrize("everywhere", [True, False])
def test_another_tool(hot, everywhere):
    monitoring = sys.monitoring
    seen = []
    monitoring.use_tool_id(3, "test")
    try:
        for name in ("PY_START", "JUMP", "PY_RETURN"):
            monitoring.register_callback(
                3, getattr(monitoring.events, name),
                lambda code, *rest, name=name: seen.append((name, *rest)) if code is hot.__code__ else None)
        events = monitoring.events.PY_START | monitoring.events.JUMP | monitoring.events.PY_RETURN
        if everywhere:
            monitoring.set_events(3, events)
        else:
            monitoring.set_local_events(3, hot.__code__, events)
        hot(2)
    finally:
        monitoring.free_tool_id(3)
    assert [event[0] for event in seen] == ["PY_START", "JUMP", "JUMP", "JUMP", "JUMP", "PY_RETURN"]
    entries = graft.stats()["entries"]
    list(map(hot, range(100)))
    assert graft.stats()["entries"] > entries


def test_the_code_looks_the_same(hot):
    cold = copy_of(looping)
    assert hot.__code__.co_code == cold.__code__.co_code
    assert hot.__code__ == cold.__code__ and hash(hot.__code__) == hash(cold.__code__)
    assert marshal.dumps(hot.__code__) == marshal.dumps(cold.__code__)
    assert dis.Bytecode(hot).dis() == dis.Bytecode(cold).dis()
    dis.Bytecode(hot, adaptive=True).dis()
    assert hot.__code__.replace().co_code == cold.__code__.co_code
    assert copy_of(hot)(3) == 18


def test_disable_leaves_nothing_behind(hot):
    graft.disable()
    entries = graft.stats()["entries"]
    assert list(map(hot, range(3))) == [0, 6, 12]
    assert graft.stats()["entries"] == entries
    graft.enable()
    list(map(hot, range(100)))
    assert graft.stats()["entries"] > entries


def test_reset(hot):
    graft.reset()
    assert list(map(hot, range(3))) == [0, 6, 12]


def test_code_dies(hot):
    function = copy_of(looping)
    list(map(function, range(100)))
    died = weakref.ref(function.__code__)
    del function
    gc.collect()
    assert died() is None


def test_code_is_exchanged_while_it_runs(hot):
    def other(x):
        return "other"

    results = []
    for n in range(20):
        results += map(hot, [1])
        if n == 10:
            hot.__code__ = other.__code__
    assert results == [6] * 11 + ["other"] * 9


def test_tracing_that_begins_in_the_middle():
    program = """
import sys
events = []
def tracer(frame, event, arg):
    if frame.f_code.co_name in ("work", "inner"):
        events.append((frame.f_code.co_name, event, frame.f_lineno))
    return tracer
def inner(n):
    if n == 150:
        sys.settrace(tracer)
    if n == 152:
        sys.settrace(None)
    total = 0
    for k in range(3):
        total += k * n
    return total
def work(n):
    total = 0
    for k in range(3):
        total += inner(n)
    return total
print(sum(map(work, range(300))))
print(events)
"""
    run_program(program)


@same
def test_exceptions_leave_by_the_right_way():
    def risky(x):
        try:
            for i in range(3):
                if x % 7 == i:
                    raise ValueError(x, i)
                if x % 11 == i + 1:
                    [][i]
        except ValueError as error:
            return error.args
        return x

    results = []
    for x in range(60):
        try:
            results += map(risky, [x])
        except IndexError as error:
            results.append((x, error.__traceback__.tb_next.tb_lineno - risky.__code__.co_firstlineno))
    return results


@same
def test_results_of_all_kinds():
    def of(kind, x):
        for _ in range(2):
            pass
        if kind == 0:
            return x
        if kind == 1:
            return x + 1
        if kind == 2:
            return x * 0.5
        if kind == 3:
            return x > 3
        if kind == 4:
            return None
        if kind == 5:
            return "text"
        if kind == 6:
            return [x]
        if kind == 7:
            return chr(x)
        return complex(x, 1)

    kept = object()
    return [list(map(of, [kind] * 12, range(60, 72))) for kind in range(9)] + [
        list(map(of, [0] * 6, [kept] * 6))]


@same
def test_frames_that_somebody_has_seen():
    import sys

    def seen(x, keep):
        local = [x]
        for i in range(3):
            local = x + i
        if keep:
            frames.append(sys._getframe())
        return local * 2

    frames = []
    results = list(map(seen, range(40), [n % 3 == 0 for n in range(40)]))
    return results, [(f.f_locals["local"], f.f_locals["x"], f.f_lineno - f.f_code.co_firstlineno)
                     for f in frames]
