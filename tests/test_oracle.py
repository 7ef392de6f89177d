"""The harness itself: it must notice each kind of difference, and name it."""

import gc
import sys
import warnings

import pytest

import oracle
from oracle import Dying, Mismatch, check, check_source, first_difference, record, run_program, spy, watch


def jit_is_on():
    return oracle.running_with is not None


def differs(subject, where, **options):
    with pytest.raises(Mismatch) as caught:
        check(subject, **options)
    message = str(caught.value)
    assert where in message.splitlines()[0], message
    assert "in mode threshold=1" in message
    assert "def subject" in message or "def c" in message           # the source is shown
    return message


@pytest.mark.parametrize("off, on", [
    ("1", "2"), ("0", "False"), ("1", "True"), ("1", "1.0"), ("0.0", "-0.0"), ("float('nan')", "0.0"),
    ("[1, 2]", "[1, 2, 3]"), ("[1, 2]", "(1, 2)"), ("{1: 2, 3: 4}", "{3: 4, 1: 2}"), ("None", "0"),
    ("type('int', (int,), {})(1)", "1"), ("2**64", "2.0**64"), ("1", "1j"), ("'1'", "1"),
    ("{1, 2}", "{1, 3}"), ("range(3)", "range(4)"), ("'a'", "b'a'"), ("0j", "-0j"),
])
def test_results(off, on):
    source = f"import oracle\ndef main():\n    return [{on} if oracle.running_with is not None else {off}]\n"
    with pytest.raises(Mismatch, match="call 1 of 3.*result"):
        check_source(source)


def test_all_nans_are_alike():
    def subject():
        nan = float("inf") - float("inf")
        return -nan if jit_is_on() else nan
    check(subject)


def test_identity():
    def subject():
        a = float("1.5")
        b = float("1.5") if jit_is_on() else a
        return a, b
    differs(subject, "result")


def test_identity_of_numbers_can_be_left_out():
    def subject():
        a = float("1.5")
        return a, float("1.5") if jit_is_on() else a
    check(subject, identity=False)

    def objects():
        a = [1]
        return a, [1] if jit_is_on() else a
    with pytest.raises(Mismatch):
        check(objects, identity=False)


def test_identity_across_records():
    def subject():
        a = float("1.5")
        record(a)
        record(float("1.5") if jit_is_on() else a)
    differs(subject, "events[1]")


def test_output():
    def subject():
        print("b" if jit_is_on() else "a")
    differs(subject, "output")


def test_output_of_a_later_call():
    def subject(n):
        print("x" * n if n < 3 or not jit_is_on() else "?")
    differs(subject, "call 3 of 9", args=[(1,), (2,), (3,)])


def test_warnings():
    def subject():
        if jit_is_on():
            warnings.warn("boo")
    differs(subject, "warnings")


@pytest.mark.parametrize("off, on, where", [
    ("ValueError(1)", "ValueError(2)", "exception.args"),
    ("ValueError(1)", "TypeError(1)", "exception.type"),
    ("ValueError(1)", "ValueError(True)", "exception.args"),
    ("ValueError(1)", "note(ValueError(1))", "exception.attributes"),
    ("ExceptionGroup('', [ValueError(1)])", "ExceptionGroup('', [ValueError(2)])", "exception."),
])
def test_exceptions(off, on, where):
    source = (f"import oracle\ndef note(e):\n    e.add_note('n')\n    return e\n"
              f"def main():\n    raise ({on}) if oracle.running_with is not None else ({off})\n")
    with pytest.raises(Mismatch) as caught:
        check_source(source)
    assert where in str(caught.value)


def test_context_and_cause():
    def context():
        try:
            1 / 0
        except ZeroDivisionError as e:
            new = KeyError()
            if jit_is_on():
                e.__context__ = ValueError()
            raise new
    differs(context, "exception.context")

    def cause():
        raise KeyError() from (ValueError() if jit_is_on() else None)
    differs(cause, "exception.cause")


def test_traceback_lines():
    def subject():
        if jit_is_on():
            raise KeyError()
        raise KeyError()
    differs(subject, "traceback[0].line")


def test_traceback_columns():
    def subject(on):
        zero = 0
        if jit_is_on(): return zero + 1 / zero; return 1 / zero     # noqa: both on one line
        return 1 / zero
    with pytest.raises(Mismatch):
        check(subject, args=[(1,)])
    source = ("import oracle\ndef main():\n    z = 0\n"
              "    return (1 / z) if oracle.running_with is not None else (2 / z)\n")
    with pytest.raises(Mismatch, match="traceback.*position"):
        check_source(source)


def test_traceback_locals():
    def subject():
        a = 1
        if jit_is_on():
            a = 1.0
        raise KeyError(a * 0 == 0)
    differs(subject, "traceback[0].locals.a")


def test_spied_locals():
    def subject():
        a = 1
        if jit_is_on():
            a = True
        spy()
    differs(subject, "events[0][1][0].locals.a")


def test_spied_caller():
    def inner():
        spy()

    def subject():
        if jit_is_on():
            unused = 1
        inner()
    differs(subject, "events[0][1][1].locals")


def test_order_of_finalizers():
    def subject():
        a = Dying("a")
        b = Dying("b")
        if jit_is_on():
            del b
            del a
        else:
            del a
            del b
    differs(subject, "events[0]")


def test_references():
    keep = []

    def subject():
        a = watch(object())
        if jit_is_on():
            keep.append(a)
    differs(subject, "references")


def test_order_of_locals():
    def subject():
        if jit_is_on():
            b = a = 1
        else:
            a = b = 1
        return locals()
    check(subject)      # the order of f_locals is that of the code: no difference


counted = pytest.mark.skipif(oracle._count() == 0, reason="nobody counts (PYTHONMALLOC=malloc)")


@pytest.mark.skipif(not oracle.REAL, reason="leaks are only looked for when there is a JIT")
@counted
def test_leaks():
    keep = []

    def subject():
        if oracle.graft.is_enabled():
            keep.append(object())
    differs(subject, "leaks")


@counted
def test_leak_count_is_nearly_exact():
    """A leak of one object in each run is found, and none where there is none."""
    keep = []

    class Subject:
        def fresh(self):
            return lambda: keep.append([])
    smallest, largest = oracle._growth(Subject(), [()], None, 3, 100)
    assert 95 <= smallest <= largest <= 105

    class Clean:
        def fresh(self):
            return lambda: [].append([])
    smallest, largest = oracle._growth(Clean(), [()], None, 3, 100)
    assert -5 <= smallest <= largest <= 5


def test_every_mode_is_run():
    seen = []

    def subject():
        seen.append(oracle.running_with)
    check(subject, repeat=2, leaks=False)
    expected = [None, *oracle.MODES.values()]
    assert seen == [settings for settings in expected for _ in range(2)]


def test_code_is_new_in_each_mode():
    codes = []

    def subject():
        def inner():
            pass
        codes.append(sys._getframe().f_code)
        codes.append(inner.__code__)
    check(subject, repeat=1, leaks=False)
    assert len({id(code) for code in codes}) == len(codes) == 2 * (1 + len(oracle.MODES))


def test_state_of_the_module_starts_afresh():
    check_source("""
        count = 0
        def main():
            global count
            count += 1
            return count
    """)


def test_source_without_main_gives_its_names():
    seen = check_source("total = 0\nfor i in range(5):\n    total += i\n")
    assert seen[0]["result"][1:] == (seen[0]["result"][1], seen[0]["result"][2])
    assert "total" in repr(seen[0]["result"])


def test_programs():
    assert run_program("print('hello')").stdout == "hello\n"
    with pytest.raises(Mismatch, match="stdout"):
        run_program("import os; print(os.environ['PYTHON_JIT'])")
    with pytest.raises(Mismatch, match="returncode"):
        run_program("import os, sys; sys.exit(int(os.environ['PYTHON_JIT']))")
    with pytest.raises(Mismatch, match="stderr"):
        run_program("import os, sys; print(os.environ['PYTHON_JIT'], file=sys.stderr)")


def test_first_difference():
    assert first_difference({"a": [1, (2, 3)]}, {"a": [1, (2, 3)]}) is None
    assert first_difference({"a": [1, (2, 3)]}, {"a": [1, (2, 4)]}) == ("a[1][1]", 3, 4)
    assert first_difference([1], [1, 2]) == ("[1:]", [], [2])
    assert first_difference({"a": 1}, {"b": 1}) == ("a", 1, "(missing)")
    assert first_difference({"a": 1, "b": 2}, {"b": 2, "a": 1})[0] == ""


def test_a_failing_subject_changes_nothing_around_it():
    enabled = gc.isenabled()

    def subject():
        raise SystemExit(3)
    seen = check(subject)
    assert gc.isenabled() == enabled
    assert seen[0]["exception"]["type"].startswith("SystemExit")
