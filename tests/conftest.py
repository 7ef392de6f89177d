"""Shared by all tests: time limits, hypothesis profiles, fixtures.

GRAFT_TEST_EXAMPLES=n sets the number of random programs per test (0: skip them).
"""

import faulthandler
import os
import signal
import sys

import pytest
from hypothesis import HealthCheck, settings

import oracle

# A job in the background ignores Ctrl-C, and so would the programs that are tested.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

EXAMPLES = int(os.environ.get("GRAFT_TEST_EXAMPLES") or (40 if oracle.DEBUG_BUILD else 400))
TIME_LIMIT = 500 if oracle.DEBUG_BUILD or oracle.SANITIZED else 200 + EXAMPLES // 10     # seconds for one test
settings.register_profile(
    "graft", derandomize=True, database=None, deadline=None, print_blob=False,
    max_examples=max(EXAMPLES, 1), suppress_health_check=list(HealthCheck))
settings.load_profile("graft")

_stderr = os.dup(2)     # pytest captures 2


@pytest.fixture(autouse=True)
def time_limit():
    """A loop that never ends kills the process, saying where it was: nothing
    else is sure to stop compiled code."""
    faulthandler.dump_traceback_later(TIME_LIMIT, exit=True, file=_stderr)
    yield
    faulthandler.cancel_dump_traceback_later()


@pytest.fixture(autouse=True)
def leave_no_trace():
    """Whatever a test did: the JIT is off afterwards, and nobody traces."""
    yield
    oracle.graft.disable()
    assert sys.gettrace() is None and sys.getprofile() is None


@pytest.fixture(params=["off", "threshold=1", "force_exit=1"])
def mode(request):
    """For what cannot be compared run by run: the test says what must hold,
    and runs with the JIT off and on."""
    if request.param == "off":
        yield None
    else:
        with oracle.jit(**oracle.MODES[request.param]):
            yield request.param


needs_jit = pytest.mark.skipif(not oracle.REAL, reason="graft is a stand-in here: graft.enable() "
                               "leaves graft.is_enabled() false")
