"""What the process or the system does not give: right results, or one clear message."""

import os
import pathlib
import shutil
import site
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


@pytest.mark.parametrize("kind", ["Dict", "Code", "Type"])
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


def test_the_tool_is_taken_after_us():
    """Nobody else can have it then; when it is freed from under us, nothing breaks."""
    done = python(f"""
import sys, graft
graft.enable()
try:
    sys.monitoring.use_tool_id(5, "other")
except ValueError as error:
    print("in use", file=sys.stderr)
{WORK}
sys.monitoring.free_tool_id(5)
print(work(300))
sys.monitoring.use_tool_id(5, "other")
sys.monitoring.set_events(5, sys.monitoring.events.PY_START)
print(work(300))
try:
    graft.disable()
except Exception as error:
    print(type(error).__name__, file=sys.stderr)
print(work(300))
""")
    assert done.returncode == 0, done.stderr
    off = python(WORK + "print(work(300))\n" * 3)
    assert done.stdout == off.stdout and done.stderr.startswith("in use\n")


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


def test_every_word_of_the_layout_counts():
    """Wrong sizes, wrong offsets: each word of the table in turn."""
    done = python("""
import ctypes, graft
table = ctypes.addressof(ctypes.c_char.in_dll(ctypes.pythonapi, "_PyRuntime"))
word = lambda n: ctypes.c_uint64.from_address(table + 8 * n)
# After cookie and version, up to the end: the offsets of asyncio's or what is last are all small.
accepted = []
for n in range(2, 60):
    was = word(n).value
    word(n).value = was + 8
    try:
        graft.enable()
        accepted.append(n)
        graft.disable()
    except RuntimeError as error:
        assert str(error).count(chr(10)) == 0 and "lays out" in str(error), error
    finally:
        word(n).value = was
print(accepted)
graft.enable()
print(sum(i * i for i in range(5000)), graft.is_enabled())
""")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["[]", "41654167500 True"]


def test_another_version():
    done = python("""
import ctypes, graft
version = ctypes.c_ulong.in_dll(ctypes.pythonapi, "Py_Version")
page = ctypes.addressof(version) & ~4095
assert ctypes.CDLL(None).mprotect(ctypes.c_void_p(page), 4096, 3) == 0
was = version.value
version.value = 0x030f00f0
try:
    graft.enable()
except RuntimeError as error:
    print(error)
version.value = was
graft.enable()
print(sum(i * i for i in range(5000)))
""")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["built for another minor version of Python", "41654167500"]


def test_release_and_debug_builds_do_not_mix(tmp_path):
    """The engine of the one, renamed so that the other loads it."""
    engine = getattr(sys.modules.get("graft._graft"), "__file__", None)
    other = shutil.which(os.path.join(sys.base_prefix, "bin", "python3.14" + ("" if hasattr(sys, "gettotalrefcount") else "d")))
    if engine is None or other is None:
        pytest.skip("needs both builds of the interpreter")
    package = shutil.copytree(os.path.dirname(engine), tmp_path / "graft", ignore=shutil.ignore_patterns("*.so", "__pycache__"))
    shutil.copy(engine, os.path.join(package, "_graft.so"))
    done = subprocess.run([other, "-S", "-c", """
try:
    import graft
    graft.enable()
except (ImportError, RuntimeError) as error:
    print("refused", str(error).count(chr(10)))
print(sum(i * i for i in range(5000)))
"""], capture_output=True, text=True, timeout=60, env={**os.environ, "PYTHONPATH": str(tmp_path), "GRAFT": "0"})
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["refused 0", "41654167500"], done.stderr


def test_start_with_another_layout_says_one_line():
    """As a user meets it: the start-up hook, in an interpreter that is not the one that was built for."""
    hook = "".join(pathlib.Path(folder, "graft.pth").read_text() for folder in site.getsitepackages()
                   if os.path.exists(os.path.join(folder, "graft.pth")))
    if not hook:
        pytest.skip("the hook is not installed")
    done = python(f"""
import ctypes, os, site, sys
table = ctypes.addressof(ctypes.c_char.in_dll(ctypes.pythonapi, "_PyRuntime"))
word = ctypes.c_uint64.from_address(table + 80)
word.value ^= 8
os.environ["PYTHON_JIT"] = "1"
os.environ.pop("GRAFT", None)
sys.modules.pop("graft._graft", None), sys.modules.pop("graft._startup", None)
sitedir = next(folder for folder in site.getsitepackages() if os.path.exists(folder + "/graft.pth"))
exec({hook!r})
word.value ^= 8
print(sum(i * i for i in range(5000)))
""")
    assert done.returncode == 0 and done.stdout == "41654167500\n"
    assert len(done.stderr.splitlines()) == 1 and "lays out" in done.stderr and "running without the JIT" in done.stderr


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
