"""The fuzzer itself (tests/fuzz): it must see what it is there for, and make it small."""

import pathlib
import sys
import time

import pytest

import oracle
sys.path.insert(0, str(pathlib.Path(__file__).with_name("fuzz")))
from shrink import shrink       # noqa: E402
from worker import Worker       # noqa: E402

pytestmark = pytest.mark.skipif(not oracle.REAL, reason="nothing differs from a stand-in")

PROGRAM = """
import graft, ctypes, time
def helper(a):
    return a + 1
def main():
    out = []
    for i in range(5):
        out.append(helper(i))
        if graft.is_enabled():
            {}
    return out
"""
MODES = ["threshold=1"]


@pytest.fixture
def worker():
    worker = Worker()
    yield worker
    worker.stop()


@pytest.mark.parametrize("outcome, what", [("same", "pass"), ("differs", "out.append(1)"), ("crash", "ctypes.string_at(0)"), ("hang", "while True: pass"),
                                           ("invalid", "pass\n    return id(out)")])
def test_outcomes(worker, outcome, what):
    limit = 4 if outcome == "hang" else 60
    assert worker.run(limit, source=PROGRAM.format(what), modes=MODES)["outcome"] == outcome
    assert worker.run(60, source=PROGRAM.format("pass"), modes=MODES)["outcome"] == "same"


@pytest.mark.parametrize("outcome, what", [("differs", "out.append(1)"), ("crash", "ctypes.string_at(0)")])
def test_shrinks(worker, outcome, what):
    small = shrink(PROGRAM.format(what), lambda source: worker.run(20, source=source, modes=MODES, repeat=1)["outcome"] == outcome,
                   time.monotonic() + 30)
    assert "helper" not in small and len(small.splitlines()) < 9
