"""Random programs of functions, classes and exceptions that call each other
(programs_with_calls.py); a number in a failure's name is the program's seed."""

import pytest

from conftest import EXAMPLES
from oracle import FEW_MODES, check_source
from programs_with_calls import program

pytestmark = pytest.mark.skipif(not EXAMPLES, reason="GRAFT_TEST_EXAMPLES=0")
PARTS = 4
HUGE = {3}      # programs that make numbers of a gigabyte


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.filterwarnings("ignore::SyntaxWarning")
def test_programs(part):
    modes = list(FEW_MODES.items())
    for seed in sorted(set(range(part, EXAMPLES // 10, PARTS)) - HUGE):
        check_source(program(seed), modes=dict([modes[0], modes[seed % len(modes)]]), repeat=2, leaks=seed % 20 == 0)


def test_most_calls_of_the_programs_return():
    """Of the generator itself."""
    returned = raised = 0
    for seed in range(30):
        namespace = {"record": lambda *values: values[0], "spy": lambda: None}
        exec(compile(program(seed), "<program>", "exec"), namespace)
        for entry in namespace["main"]()[0]:
            returned += isinstance(entry, (int, float, str))
            raised += isinstance(entry, tuple) and isinstance(entry[0], str)
    assert returned > raised / 2
