"""Turning Graft on and off: by call in mid-loop, by environment, by option,
by `python -m graft`."""

import os
import subprocess
import sys
import tempfile
import textwrap

import graft
import pytest

import oracle
from conftest import needs_jit
from oracle import check_source, environment, python, run_program

IS_ON = "import sys; g = sys.modules.get('graft'); import graft; print(graft.is_enabled())"


@pytest.mark.parametrize("action", ["graft.disable()", "graft.enable()", "graft.disable(); graft.enable()", "graft.reset()",
                                    "graft.configure(threshold=1, force_exit=1)", "graft.configure(max_versions=1)",
                                    "graft.configure(code_cache=4096)", "graft.stats()", "graft.is_enabled()"])
def test_in_mid_loop(action):
    check_source(f"""
        import graft
        def step(i):
            if i % 10 == 5:
                {action}
        def main():
            was = graft.is_enabled()
            x, f, t = 0, 0.5, None
            try:
                for i in range(60):
                    x += i
                    f = f * 1.01 + x
                    step(i)
                    for k in range(5):
                        x ^= k
                        if k == 3 and i % 20 == 7:
                            {action}
                    t = f if i % 2 else x
            finally:
                graft.enable() if was else graft.disable()
            return x, f, t
    """.replace("graft.enable()", "graft.enable() if graft_may_run else None").replace(
        "import graft\n", "import graft, oracle\n        graft_may_run = oracle.running_with is not None\n"), leaks=False)


def test_switching_from_another_thread():
    run_program("""
        import threading, time, graft
        stop = False
        def switch():
            on = graft.is_enabled()
            while not stop:
                graft.disable()
                time.sleep(0.0005)
                if on: graft.enable()
                time.sleep(0.0005)
                graft.reset()
        t = threading.Thread(target=switch)
        t.start()
        for k in range(200):
            n, f = 0, 0.5
            for i in range(2000):
                n += i
                f += 0.5
            assert (n, f) == (1999000, 1000.5)
        stop = True
        t.join()
        print("done")
    """)


@needs_jit
@pytest.mark.parametrize("env, options, on", [
    ({}, [], False), ({"PYTHON_JIT": "0"}, [], False), ({"PYTHON_JIT": "1"}, [], True), ({}, ["-Xjit"], True), ({}, ["-Xjit=1"], True),
    ({"PYTHON_JIT": "1"}, ["-Xjit=0"], False), ({"PYTHON_JIT": "0"}, ["-Xjit=1"], True), ({"PYTHON_JIT": "1", "GRAFT": "0"}, [], False),
    ({"GRAFT": "0"}, ["-Xjit"], False), ({"PYTHON_JIT": "1"}, ["-E"], False), ({"PYTHON_JIT": "1"}, ["-I"], False),
    ({"PYTHON_JIT": "1"}, ["-S"], None),
])
def test_environment_and_options(env, options, on):
    base = environment()
    del base["PYTHON_JIT"]
    run = python(*options, "-c", IS_ON, env=base | env)
    if on is None:                  # without site there may be no graft at all: but no crash
        assert run.returncode in (0, 1)
    else:
        assert (run.returncode, run.stdout, run.stderr) == (0, f"{on}\n", "")


@pytest.mark.parametrize("env, options", [
    ({}, []), ({"PYTHON_JIT": "0"}, []), ({"PYTHON_JIT": "1"}, ["-Xjit=0"]), ({"PYTHON_JIT": "1", "GRAFT": "0"}, []),
    ({"PYTHON_JIT": "0", "GRAFT_THRESHOLD": "1"}, []),
])
def test_off_means_off(env, options):
    """Not even loaded, and no monitoring tool in use."""
    base = environment()
    del base["PYTHON_JIT"]
    run = python(*options, "-c", "import sys\nt = 0\nfor i in range(100000): t += i\n"
                 "print([m for m in sys.modules if 'graft' in m], sys.monitoring.get_tool(5))", env=base | env)
    assert (run.returncode, run.stdout, run.stderr) == (0, "[] None\n", "")


@needs_jit
def test_graft_takes_over_from_the_built_in_jit():
    """With Graft on, CPython's own JIT compiles nothing; with GRAFT=0 it is
    as it was."""
    show = "import sys; print(sys._jit.is_available(), sys._jit.is_enabled())"
    base = environment()
    del base["PYTHON_JIT"]
    plain = python("-c", show, env=base | {"PYTHON_JIT": "1", "GRAFT": "0"})
    available = plain.stdout.split()[0]
    assert plain.stdout == f"{available} {available}\n"
    with_graft = python("-c", "import graft; assert graft.is_enabled();" + show, env=base | {"PYTHON_JIT": "1"})
    assert with_graft.returncode == 0, with_graft.stderr


@needs_jit
@pytest.mark.parametrize("name, value", [("GRAFT_THRESHOLD", v) for v in ("", "x", "-1", "0", "99999999999999999999", "1.5")]
                         + [("GRAFT_CODE_CACHE", v) for v in ("", "x", "-1", "0", "1", "99999999999999999999")]
                         + [("GRAFT_FORCE_EXIT", v) for v in ("", "x", "-1")] + [("GRAFT_MAX_VERSIONS", v) for v in ("", "x", "-1", "0", "1000")])
def test_odd_settings_never_break_a_program(name, value):
    run = python("-c", "t = 0\nfor i in range(10000): t += i\nprint(t)", env=environment({}) | {name: value})
    assert (run.returncode, run.stdout) == (0, "49995000\n")
    assert "Traceback" not in run.stderr and len(run.stderr.splitlines()) <= 1


@pytest.mark.parametrize("settings", [{"threshold": "x"}, {"threshold": -1}, {"nonsense": 1}, {"threshold": None}, {"threshold": 2**70},
                                      {"code_cache": -1}, {"max_versions": 0}, {"max_versions": 1.5}])
@needs_jit
def test_configure_refuses_nonsense(settings):
    with pytest.raises((TypeError, ValueError, OverflowError)):
        graft.configure(**settings)


# ------------------------------------------------------------ python -m graft

def as_graft(source, args=(), name="program.py", directory=False):
    """The same script under `python` and under `python -m graft`."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, name)
        if source is not None:
            with open(path, "w") as file:
                file.write(textwrap.dedent(source))
        if directory:
            path = folder
        env = environment(GRAFT_THRESHOLD="1", PYTHONFAULTHANDLER="")
        plain = python(path, *args, env=env)
        del env["PYTHON_JIT"]
        ours = python("-m", "graft", path, *args, env=env)
        return plain, ours


def last_line(text):
    return text.splitlines()[-1] if text else ""


@pytest.mark.parametrize("source", [
    "print(1)", "import sys; sys.exit(3)", "import sys; sys.exit('message')", "import sys; sys.exit(None)", "1 // 0", "def f(:",
    "raise KeyError('x')", "raise SystemExit(7)", "import os; os._exit(9)", "raise KeyboardInterrupt", "import os; os.abort()",
    "for i in range(100):\n    1 // (50 - i)", "raise SystemExit([1])", "import does_not_exist", "", "print('no newline', end='')",
    "import sys; sys.stdout.close()", "import sys; print('err', file=sys.stderr); sys.exit(255)",
    "def f(n):\n    for i in range(3):\n        1 // (n - i)\n    return f(n - 1)\nf(5)",
    "import atexit; atexit.register(print, 'bye'); raise ValueError", "import threading; threading.Thread(target=lambda: 1 // 0).start()",
])
def test_exit_status_of_scripts(source):
    plain, ours = as_graft(source)
    assert ours.returncode == plain.returncode
    assert ours.stdout == plain.stdout
    assert last_line(ours.stderr) == last_line(plain.stderr)


def test_traceback_is_that_of_the_script_alone():
    plain, ours = as_graft("def f(n):\n    for i in range(9):\n        n / (5 - i)\nf(3)\n")
    strip = [line for line in ours.stderr.splitlines()]
    assert [l.replace(os.path.dirname(ours.args[3]), "") for l in strip] == \
           [l.replace(os.path.dirname(plain.args[1]), "") for l in plain.stderr.splitlines()]


def test_script_that_does_not_exist():
    plain, ours = as_graft(None, name="missing.py")
    assert plain.returncode == ours.returncode == 2
    assert len(ours.stderr.splitlines()) == 1 and "missing.py" in ours.stderr and "Traceback" not in ours.stderr


def test_directory_and_directory_without_main():
    plain, ours = as_graft("import sys; print(sys.argv[1:], __name__)", ["x"], name="__main__.py", directory=True)
    assert (ours.returncode, ours.stdout) == (plain.returncode, plain.stdout)
    plain, ours = as_graft("print(1)", name="other.py", directory=True)
    assert ours.returncode == plain.returncode == 1
    assert "__main__" in ours.stderr


def test_the_script_sees_what_it_always_sees():
    plain, ours = as_graft("""
        import os, sys
        print(__name__, os.path.basename(__file__), sys.argv[1:], os.path.basename(sys.argv[0]), __package__, __spec__)
        print(sys.path[0] == os.path.dirname(os.path.abspath(__file__)), sys.modules["__main__"].__dict__ is globals())
        print(sorted(k for k in globals() if k.startswith("__") and k != "__conditional_annotations__"))
        def work():
            t = 0
            for i in range(1000): t += i
            return t
        print(work(), work.__module__)
        import pickle
        class C: pass
        print(type(pickle.loads(pickle.dumps(C()))) is C)
    """, ["-m", "--help", "a b", ""])
    assert ours.stdout == plain.stdout
    assert ours.returncode == plain.returncode == 0, ours.stderr


@needs_jit
def test_run_as_graft_is_on():
    plain, ours = as_graft("import graft; print(graft.is_enabled())")
    assert (plain.stdout, ours.stdout) == ("False\n", "True\n")


def test_interrupted_by_ctrl_c():
    plain, ours = as_graft("""
        import os, signal, threading
        threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
        n = 0
        while True: n += 1
    """)
    assert ours.returncode == plain.returncode
    assert last_line(ours.stderr) == last_line(plain.stderr) == "KeyboardInterrupt"


def test_reads_a_program_from_a_pipe_without_hanging():
    run = subprocess.run([sys.executable, "-m", "graft"], input="print(5)\n", text=True, capture_output=True,
                         timeout=30, env=environment())
    assert "Traceback" not in run.stderr
