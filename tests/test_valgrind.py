"""Real machine code under valgrind (memcheck), with every object a block of its own: no
access to memory that is none of the program's, by compiled code, the engine, or CPython
because of them; and no decision of theirs that rests on a value which nobody wrote."""

import os
import pathlib
import re
import shutil
import subprocess
import sys

import pytest

from oracle import DEBUG_BUILD, MODES, REAL, environment
from random_programs import GENERATORS
from test_bad_luck import WORK

VALGRIND = shutil.which("valgrind")
# Functions of the C library that read a whole vector where the end of a string is in it.
VECTORS = re.compile(r"__\w+_(avx2|evex|sse\w+|avx512)\w*$")
SOURCES = {path.name for path in pathlib.Path(__file__).parent.parent.glob("src/**/*.[ch]")}
PREPARE = """
import gc, sys
def record(*values): return values[0] if values else None
def watch(obj): return obj
def spy(): return len(sys._getframe(1).f_locals)
class Dying:
    def __init__(self, name): self.name = name
    def __del__(self): pass
def run(source):
    space = {"record": record, "watch": watch, "spy": spy, "Dying": Dying, "__name__": "subject"}
    exec(compile(source, "<program>", "exec"), space)
    for _ in range(3):
        try:
            repr(space["main"]())
        except Exception:
            pass
"""


def errors(code, settings, folder):
    """What valgrind reports: (kind, [(function, object), ...])."""
    script, log = os.path.join(folder, "program.py"), os.path.join(folder, "log")
    with open(script, "w") as file:
        file.write(code)
    env = environment(settings, PYTHONMALLOC="malloc", PYTHONFAULTHANDLER="0", PYTHONHASHSEED="0")
    done = subprocess.run([VALGRIND, "--num-callers=30", "--error-limit=no", f"--log-file={log}",
                           sys.executable, "-W", "ignore", script],
                          env=env, capture_output=True, text=True, timeout=1200)
    with open(log) as file:
        text = file.read()
    if "Cannot continue" in text or "Fatal error at startup" in text:
        pytest.skip("valgrind cannot start this interpreter (tools/get_cpython.sh .cpython --symbols): "
                    + text.strip().splitlines()[-1])
    assert done.returncode == 0, (done.stderr[-2000:], text[-4000:])
    lines = [re.sub(r"^==\d+== ?", "", line) for line in text.splitlines() if line.startswith("==")]
    found = []
    for block in "\n".join(lines).split("\n\n"):
        frames = re.findall(r"^ +(?:at|by) 0x[0-9A-F]+: (\S+)(?: \((?:in )?([^)]*)\))?", block, re.M)
        if frames:
            found.append((block.strip().splitlines()[0], frames))
    assert "ERROR SUMMARY" in text
    return found


def ours(frame):
    """Compiled code belongs to no file; the engine's has line numbers."""
    place = frame[1]
    return not place or "_graft." in place or place.partition(":")[0] in SOURCES


def bad(found):
    """Those that count."""
    result = []
    for kind, frames in found:
        if kind.startswith(("Conditional jump", "Use of uninitialised")):
            # CPython's own, too, has some of these.
            if ours(frames[0]):
                result.append((kind, frames))
        elif not VECTORS.match(frames[0][0]):
            result.append((kind, frames))
    return result


pytestmark = [pytest.mark.slow,
              pytest.mark.skipif(not VALGRIND, reason="valgrind is not installed"),
              pytest.mark.skipif(DEBUG_BUILD, reason="too slow with the debug build"),
              pytest.mark.skipif(not REAL, reason="graft is a stand-in here")]


@pytest.mark.parametrize("mode", ["threshold=1", "force_exit=3", "code_cache=16384"])
@pytest.mark.parametrize("generator", [*GENERATORS, "work"])
def test_programs(generator, mode, tmp_path):
    if generator == "work":
        code = WORK
    else:
        sources = [GENERATORS[generator](seed) for seed in range(2000, 2004)]
        code = PREPARE + f"for source in {sources!r}:\n    run(source)\n"
    assert bad(errors(code, MODES[mode], tmp_path)) == []


def test_an_invalid_read_is_found(tmp_path):
    """Of this file itself."""
    code = "import ctypes\nblock = id(bytearray(5000))\nctypes.c_long.from_address(block).value\n"
    assert [kind for kind, _ in bad(errors(code, None, tmp_path))] == ["Invalid read of size 8"]
