"""When counting begins: not for imports of libraries, at once for the program itself."""

import subprocess
import sys

import pytest

LOOP = "n = 0\nwhile n < 3000: n += 1\n"
REPORT = """
import atexit, sys
def report():
    import graft
    print(sys.monitoring.get_events(5) != 0, graft.stats()["entries"] != 0)
atexit.register(report)
"""


def run(*arguments, cwd, code=None):
    done = subprocess.run([sys.executable, "-X", "jit", *arguments], cwd=cwd, input=code,
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    return done.stdout.split()[-2:]


def test_importing_libraries_is_not_counted(tmp_path):
    (tmp_path / "program.py").write_text(
        "import asyncio, decimal, unittest, argparse\n"
        "import graft\n"
        "print\n")
    statistics = subprocess.run([sys.executable, "-X", "jit", "-X", "graft-stats", "program.py"],
                                cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert "blocks compiled  0 " in statistics.stderr

@pytest.mark.parametrize("source", [
    LOOP,
    "def f():\n    n = 0\n    while n < 3000: n += 1\nf()\n",
    "class C:\n    n = 0\n    while n < 3000: n += 1\n",
    "x = [i for i in range(3000)]\n",
    "import statistics\nstatistics.fmean(range(10))\nstatistics.variance(list(range(4000)))\n",
])
@pytest.mark.parametrize("how", ["script", "-c", "stdin"])
def test_the_program_itself_is(source, how, tmp_path):
    if how == "script":
        (tmp_path / "program.py").write_text(source + REPORT)
        assert run("program.py", cwd=tmp_path) == ["True", "True"]
    elif how == "-c":
        assert run("-c", source + REPORT, cwd=tmp_path) == ["True", "True"]
    else:
        assert run("-", cwd=tmp_path, code=source + REPORT) == ["True", "True"]


def test_a_module_that_works_at_import(tmp_path):
    (tmp_path / "worker.py").write_text(LOOP + REPORT)
    (tmp_path / "program.py").write_text("import worker\n")
    assert run("program.py", cwd=tmp_path) == ["True", "True"]
    assert run("-m", "program", cwd=tmp_path) == ["True", "True"]
    assert run("-m", "worker", cwd=tmp_path) == ["True", "True"]
    (tmp_path / "__main__.py").write_text("import worker\n")
    assert run(str(tmp_path), cwd=tmp_path) == ["True", "True"]


def test_a_module_of_the_library_as_the_program(tmp_path):
    out = run("-m", "timeit", "-n", "1", "-r", "1", "-s", REPORT,
              "n = 0\nwhile n < 3000: n += 1", cwd=tmp_path)
    assert out == ["True", "True"]


def test_switching_off_while_waiting(tmp_path):
    (tmp_path / "program.py").write_text(
        "import graft\ngraft.disable()\n" + LOOP
        + "import sys\nassert sys.monitoring.get_tool(5) is None\ngraft.enable()\n" + LOOP + REPORT)
    assert run("program.py", cwd=tmp_path) == ["True", "True"]
