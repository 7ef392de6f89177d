"""What an attacker in or beside the process could use, and must not find: writable code or tables,
files that somebody else controls, settings that get past -E and -I.  And a process that forbids itself
to make pages executable goes on."""

import pathlib
import re
import subprocess
import sys

import pytest

import graft
import oracle
from oracle import environment, python

pytestmark = pytest.mark.skipif(not oracle.REAL, reason="a stand-in has no machine code")

ENGINE = getattr(sys.modules.get("graft._graft"), "__file__", "")
WORK = """
import graft
def work(n):
    t = 0.5
    for i in range(n):
        t += i * 1.5 if i & 1 else len(str(i))
    return t
def compile_more(k):
    space = {}
    exec(f"def f(n):\\n t = {k}\\n for i in range(n):\\n  t += i * {k} % 7 if i & 1 else [t][0]\\n return t", space)
    return space["f"](100)
expected = work(2000)
graft.configure(threshold=1)
graft.enable()
assert work(2000) == expected
"""


def child(code, *options, **env):
    done = python(*options, "-c", code, env=environment(**env))
    assert done.returncode == 0, done.stderr
    return done.stdout


def symbols(*names):
    """Addresses of symbols of the loaded engine."""
    elffile = pytest.importorskip("elftools.elf.elffile", reason="pyelftools reads the symbols")
    with open("/proc/self/maps") as maps, open(ENGINE, "rb") as file:
        base = int(next(line for line in maps if ENGINE in line).partition("-")[0], 16)
        table = elffile.ELFFile(file).get_section_by_name(".symtab")
        if table is None:
            pytest.skip("the engine has been stripped")
        found = {symbol.name: base + symbol["st_value"] for symbol in table.iter_symbols() if symbol.name in names}
    assert set(found) == set(names)
    return found


def test_tables_are_read_only():
    """Machine code's templates, and the addresses of functions that it calls."""
    found = symbols("stencil_code", "stencil_data", "stencil_holes", "stencil_table", "stencil_index",
                    "stencil_symbols", "uop_table")
    with open("/proc/self/maps") as file:
        ranges = [re.match(r"([0-9a-f]+)-([0-9a-f]+) (....)", line).groups() for line in file]
    for name, address in found.items():
        flags = [flags for start, end, flags in ranges if int(start, 16) <= address < int(end, 16)]
        assert flags == ["r--p"], (name, flags)


def test_addresses_that_compiled_code_calls_through_are_read_only():
    """The copy of stencil_symbols in the code cache, found by its contents."""
    out = child(WORK + """
import ctypes, re, sys
with open("/proc/self/maps") as file:
    lines = file.readlines()
ours = [re.match("([0-9a-f]+)-([0-9a-f]+) (....)", line).groups() for line in lines if len(line.split()) == 5]
wanted = ctypes.cast(ctypes.pythonapi.PyNumber_Remainder, ctypes.c_void_p).value
code = [(int(a, 16), int(b, 16)) for a, b, flags in ours if flags == "r-xp"]
near = [(int(a, 16), int(b, 16), flags) for a, b, flags in ours
        if any(0 <= int(a, 16) - start < 1 << 25 for start, end in code)]
print(sorted({flags for *_, flags in near}))
""")
    assert "'r--p'" in out and "'r-xp'" in out and "wx" not in out, out


def test_engine_opens_no_files():
    """Nothing is read or written by the engine: no map for perf, no cache of code, no setting from a file.
    (The start-up hook reads the environment; see below.)"""
    elffile = pytest.importorskip("elftools.elf.elffile", reason="pyelftools reads the symbols")
    with open(ENGINE, "rb") as file:
        wanted = {symbol.name for symbol in elffile.ELFFile(file).get_section_by_name(".dynsym").iter_symbols()
                  if symbol["st_shndx"] == "SHN_UNDEF"}
    assert not wanted & {"open", "open64", "openat", "openat64", "creat", "fopen", "fopen64", "freopen", "tmpfile", "mkstemp",
                         "getenv", "secure_getenv", "system", "popen", "execve", "posix_spawn", "dlopen", "socket",
                         "shm_open", "memfd_create", "gets", "strcpy", "strcat", "sprintf"}
    assert "mprotect" in wanted


def test_stack_is_not_executable_and_nothing_is_promised_to_the_loader():
    """Compiled code has no landing pads (endbr64): the engine must not be marked as if it had."""
    elffile = pytest.importorskip("elftools.elf.elffile", reason="pyelftools reads the notes")
    with open(ENGINE, "rb") as file:
        elf = elffile.ELFFile(file)
        stack = [segment for segment in elf.iter_segments() if segment["p_type"] == "PT_GNU_STACK"]
        assert stack and not stack[0]["p_flags"] & 1
        assert any(segment["p_type"] == "PT_GNU_RELRO" for segment in elf.iter_segments())
    notes = subprocess.run(["readelf", "-n", ENGINE], capture_output=True, text=True).stdout
    assert "IBT" not in notes and "SHSTK" not in notes


@pytest.mark.parametrize("option", ["-E", "-I"])
def test_environment_is_not_heeded_where_python_does_not(option):
    show = "import graft; print(graft.is_enabled(), graft.settings()['threshold'], graft.settings()['fail_memory'])"
    settings = {"GRAFT_THRESHOLD": "3", "GRAFT_FAIL_MEMORY": "2"}
    assert child(show, "-X", "jit", **settings) == "True 3 2\n"
    assert child(show, option, "-X", "jit", **settings) == "True 500 0\n"
    assert child(show, option, PYTHON_JIT="1", **settings) == "False 500 0\n"


def test_no_file_is_made(tmp_path):
    """By a whole run: in the home and the place for temporary files, nor a map for perf."""
    number = child(WORK + "for k in range(30): compile_more(k)\nimport os; os.chdir(os.environ['HOME']); print(os.getpid())",
                   TMPDIR=str(tmp_path), HOME=str(tmp_path), PYTHONDONTWRITEBYTECODE="1")
    assert list(tmp_path.iterdir()) == []
    assert not pathlib.Path(f"/tmp/perf-{number.strip()}.map").exists()


def test_no_page_is_ever_writable_and_executable():
    """Looked at by another thread while code is compiled, patched, dropped, run in threads and after forks."""
    assert child(WORK + r"""
import os, re, threading
wrong, over, looks = [], False, 0
def watch():
    global looks
    while not over:
        looks += 1
        with open("/proc/self/maps") as file:
            wrong.extend(line for line in file if re.search(r" [r-]wx", line))
watcher = threading.Thread(target=watch)
watcher.start()
def busy(first):
    for k in range(first, first + 40):
        compile_more(k)
        work(50)
for round in range(4):
    threads = [threading.Thread(target=busy, args=(100 * round + n,)) for n in range(3)]
    for thread in threads: thread.start()
    busy(1000 * round)
    len = lambda text: 3            # drops work
    assert work(20) == 0.5 + sum(i * 1.5 if i & 1 else 3 for i in range(20))
    del len
    for thread in threads: thread.join()
    graft.reset()
    child = os.fork()
    if child == 0:
        over = False
        threading.Thread(target=watch, daemon=True).start()
        busy(9000)
        os._exit(1 if wrong else 0)
    wrong.extend(["in the child"] if os.waitpid(child, 0)[1] else [])
over = True
watcher.join()
assert looks > 3
print(wrong)
""") == "[]\n"


@pytest.mark.parametrize("when", ["before", "after"])
def test_process_that_denies_itself_writing_and_executing(when):
    """prctl(PR_SET_MDWE): pages that could be written can never be executed.  No code is compiled from then
    on, and what is compiled runs on."""
    deny = """
import ctypes
if ctypes.CDLL(None).prctl(65, 1, 0, 0, 0) != 0:
    print("kernel too old"), exit()
"""
    enable = WORK if when == "after" else WORK.replace("graft.enable()", "try: graft.enable()\nexcept RuntimeError as e: print('refused:', e)")
    rest = "for k in range(20): compile_more(k)\nassert work(2000) == expected\nprint('done')"
    out = child(enable + deny + rest if when == "after" else deny + enable + rest)
    if "kernel too old" in out:
        pytest.skip("this kernel has no PR_SET_MDWE")
    assert out.splitlines()[-1] == "done"
    assert when == "after" or "refused: the system refuses memory for machine code" in out


def test_process_that_filters_its_system_calls():
    """A seccomp filter refuses mprotect(PROT_EXEC) from some time on."""
    out = child(WORK + r"""
import ctypes, struct
libc = ctypes.CDLL(None, use_errno=True)
EXEC = 4
code = [(0x20, 0, 0, 0), (0x15, 0, 3, 10),          # the number: 10, mprotect; else allow
        (0x20, 0, 0, 32), (0x45, 0, 1, EXEC),       # the low half of the third argument
        (0x06, 0, 0, 0x00050001), (0x06, 0, 0, 0x7fff0000)]
text = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in code))
program = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(code), ctypes.addressof(text)))
assert libc.prctl(38, 1, 0, 0, 0) == 0              # PR_SET_NO_NEW_PRIVS
if libc.prctl(22, 2, ctypes.c_void_p(ctypes.addressof(program)), 0, 0) != 0:
    print("no filters here"), exit()
for k in range(20): compile_more(k)
assert work(2000) == expected
print("done")
""")
    if "no filters here" in out:
        pytest.skip("this system has no seccomp filters")
    assert out == "done\n"
