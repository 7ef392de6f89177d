"""What the process or the system does not give: right results, or one clear message."""

import subprocess
import sys

import pytest

from oracle import SANITIZED, run_program

WORK = """
import math
LIMIT = 300
class Point:
    def __init__(self, x): self.x = x
    def far(self): return abs(self.x) > LIMIT
def work(n):
    total, seen = 0.0, {}
    for i in range(n):
        p = Point(i * 1.5)
        total += math.sqrt(p.x)
        seen[i % 7] = p.far()
    return round(total, 6), seen
print(work(2000))
LIMIT = 10
print(work(2000))
math.sqrt = lambda x: 1.0
print(work(500))
"""


def python(code, *options):
    return subprocess.run([sys.executable, *options, "-c", code], capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize("kind", ["Dict", "Code"])
def test_all_watchers_are_taken(kind):
    """Eight of a kind are all that an interpreter has."""
    before = f"""
import ctypes
callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.py_object, ctypes.c_void_p, ctypes.c_void_p)
taken = callback(lambda *args: 0)
add = ctypes.pythonapi.Py{kind}_AddWatcher
try:
    for _ in range(9):
        add(taken)
except RuntimeError:
    pass
"""
    end = "import os, sys\nsys.stdout.flush()\nos._exit(0)        # the callback cannot outlive ctypes\n"
    off = python(before + WORK + end)
    on = python(before + "import graft\ntry:\n    graft.enable()\nexcept RuntimeError as error:\n"
                "    assert 'watcher' in str(error), error\n" + WORK + end)
    assert (off.returncode, off.stdout) == (0, on.stdout), on.stderr
    assert on.returncode == 0 and not on.stderr


def test_the_tool_is_taken():
    code = "import sys; sys.monitoring.use_tool_id(5, 'other')\nimport graft\n"
    assert "another tool holds" in python(code + "graft.enable()").stderr
    done = python(code + "try: graft.enable()\nexcept RuntimeError: pass\n" + WORK)
    assert done.returncode == 0 and done.stdout == python(WORK).stdout


@pytest.mark.skipif(SANITIZED, reason="a sanitized process needs terabytes of address space")
@pytest.mark.parametrize("megabytes", [30, 40, 50, 60, 80, 100])
def test_little_address_space(megabytes):
    """The cache's 16 MB cannot be had, or only just."""
    limit = f"""
import resource
with open("/proc/self/statm") as file:
    used = int(file.read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + {megabytes - 20} * 2**20,) * 2)
import graft
try:
    graft.enable()
except (MemoryError, RuntimeError, OSError) as error:
    print("refused", file=__import__("sys").stderr)
"""
    done = python(limit + WORK)
    assert done.returncode == 0 and done.stdout == python(WORK).stdout, done.stderr
    assert done.stderr in ("", "refused\n")


@pytest.mark.parametrize("offset", [24, 40, 200, 400])
def test_another_layout(offset):
    """CPython's own table of where its fields are says something else than when Graft was built."""
    done = python(f"""
import ctypes
table = ctypes.c_char.in_dll(ctypes.pythonapi, "_PyRuntime")
ctypes.c_uint8.from_address(ctypes.addressof(table) + {offset}).value ^= 8
try:
    import graft
    graft.enable()
except (RuntimeError, ImportError) as error:
    print("lays out" in str(error), str(error).count(chr(10)))
finally:
    ctypes.c_uint8.from_address(ctypes.addressof(table) + {offset}).value ^= 8
print(sum(i * i for i in range(5000)))
""")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["True 0", "41654167500"]


def test_no_page_is_writable_and_executable():
    """Read all the time while code is compiled, run, dropped and compiled again."""
    done = python(r"""
import re, threading
import graft
graft.configure(threshold=2)
graft.enable()
wrong, over = [], False
def watch():
    while not over:
        with open("/proc/self/maps") as file:
            wrong.extend(line for line in file if re.search(r" [r-]wx", line))
watcher = threading.Thread(target=watch)
watcher.start()
for k in range(60):
    space = {}
    exec(f"def f(n):\n t = {k}\n for i in range(n):\n  t += i * {k} % 7 if i & 1 else [t][0]\n return t", space)
    space["f"](3000)
    list(map(space["f"], [10] * 20))
    if k % 25 == 24:
        graft.reset()
over = True
watcher.join()
assert graft.stats()["blocks"] > 50, graft.stats()
print(wrong)
""")
    assert done.returncode == 0 and done.stdout == "[]\n", done.stderr


def test_a_child_process_goes_on():
    run_program(WORK + """
import os, sys
sys.stdout.flush()
for _ in range(3):
    child = os.fork()
    if child == 0:
        print(work(800))
        LIMIT = 7
        print(work(700))
        sys.stdout.flush()
        os._exit(3)
    print(os.waitpid(child, 0)[1] >> 8)
    sys.stdout.flush()
    print(work(600))
""")
