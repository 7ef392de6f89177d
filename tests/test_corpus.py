"""Small programs that the fuzzer found (tests/fuzz), each with a comment that says what it showed;
and a few random programs of all of the language, always the same."""

import gc
import pathlib
import sys

import pytest

from conftest import EXAMPLES
from oracle import DEBUG_BUILD, FEW_MODES, check_source
from random_programs import GENERATORS

CORPUS = sorted(pathlib.Path(__file__).with_name("corpus").glob("*.py"))
PARTS = 4
PROGRAMS = 16 if DEBUG_BUILD else 100


@pytest.fixture(autouse=True)
def finalizers_may_raise(monkeypatch):
    monkeypatch.setattr(sys, "unraisablehook", lambda unraisable: None)
    yield
    gc.collect()


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
@pytest.mark.filterwarnings("ignore::SyntaxWarning")
def test_corpus(path):
    check_source(path.read_text(), repeat=2)


@pytest.mark.skipif(not EXAMPLES, reason="GRAFT_TEST_EXAMPLES=0")
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("generator", ["everything", "owners"])
@pytest.mark.filterwarnings("ignore::SyntaxWarning")
def test_random_programs(generator, part):
    modes = list(FEW_MODES.items())
    for seed in range(part, PROGRAMS, PARTS):
        check_source(GENERATORS[generator](seed), modes=dict([modes[0], modes[seed % len(modes)]]), repeat=2, leaks=False)
