"""The tests of the tests: bugs that are planted on purpose (src/planted.h, the build option
planted_bug) must be found, each within bounds by the oracle's tests and by the fuzzer.  That the same
tests find nothing otherwise is what they say themselves; the fuzzer's programs are tried here."""

import faulthandler
import fcntl
import pathlib
import subprocess
import sys

import pytest

import oracle

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / f"planted{'-debug' if oracle.DEBUG_BUILD else ''}"
BUGS = ["unguarded_version", "lost_reference", "deaf_watcher", "forgotten_range", "unchecked_multiply"]
# Of the quick tests, which CI runs, those of one kind each.
ORACLE = ["test_int.py", "test_attributes.py", "test_lifetime.py", "test_names.py", "test_range.py"]
PROGRAMS = 240          # from seed 0
SECONDS = 240

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not oracle.REAL, reason="nothing can be planted in a stand-in"),
    pytest.mark.skipif(oracle.DEBUG_BUILD, reason="the release build shows it")]


def run(*command, timeout):
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=timeout, cwd=ROOT)


def fuzz(python, *options):
    done = run(sys.executable, "tests/fuzz/run.py", "--python", python, "--seed", 0, "--count", PROGRAMS,
               "--time", SECONDS, "--shrink", 0, *options, timeout=SECONDS + 60)
    assert done.returncode in (0, 1), done.stderr
    return done


@pytest.fixture
def planted():
    """A function that builds with a bug; one build at a time, in one directory."""
    faulthandler.cancel_dump_traceback_later()      # building takes its time
    BUILD.parent.mkdir(exist_ok=True)
    with open(BUILD.with_suffix(".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)

        def build(bug):
            done = run("tools/make_variant.sh", sys.prefix, BUILD, f"-Dplanted_bug={bug}", timeout=900)
            assert done.returncode == 0, done.stderr[-3000:]
            return BUILD / "python"
        yield build


@pytest.mark.parametrize("bug", BUGS)
def test_is_found(planted, bug):
    python = planted(bug)
    tests = run(python, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-m", "not slow",
                *(f"tests/{name}" for name in ORACLE), timeout=400)
    assert tests.returncode != 0, f"the oracle's tests do not see {bug}: {tests.stdout[-500:]}"
    found = fuzz(python, "--first")
    assert found.returncode == 1, f"the fuzzer does not see {bug}: {found.stdout[-500:]}"


def test_nothing_is_found_when_nothing_is_planted():
    faulthandler.cancel_dump_traceback_later()
    done = fuzz(sys.executable)
    assert done.returncode == 0, done.stdout[-3000:]
