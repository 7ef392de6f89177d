"""CPython's own test suite, with the JIT off and on: every test must end in the same way.

    python tests/cpython/run.py [--build release,debug] [--mode NAME,…] [test_… | --language]

Each file runs in a process of its own, once with the JIT off and once in each mode of MODES;
outcomes are compared test by test.  A file that differs runs once more in both ways: what
then agrees is called unsteady.  Results stay in build/cpython-tests/, so that a run can be
broken off and taken up again; those with the JIT on are taken again when Graft has changed.
Exit status 1 when there are differences that known.py does not explain.
"""

import argparse
import concurrent.futures
import fnmatch
import hashlib
import json
import os
import pathlib
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from rich.console import Console
from rich.table import Table

from known import KNOWN
from selection import LANGUAGE

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
RESULTS = ROOT / "build/cpython-tests"
BUILDS = {"release": ROOT / ".venv/bin/python", "debug": ROOT / ".venv-dbg/bin/python"}

# A mode: off, normal, or settings of Graft, `a=1+b=2`; the threshold is then 1 unless it is said.
OFF = "off"
MODES = ["threshold=1", "normal", "force_exit=3", "code_cache=64K"]

MEMORY = 8 << 30            # of one process, bytes
REPORTED = 40               # differences that are printed in full

console = Console(highlight=False)


# ------------------------------------------------------------ one file, in one mode

def environment(mode):
    env = {name: value for name, value in os.environ.items()
           if not name.startswith(("GRAFT", "PYTHON"))}
    env |= {"PYTHON_JIT": "0" if mode == OFF else "1", "PYTHONHASHSEED": "1", "TERM": "dumb"}
    if mode not in (OFF, "normal"):
        settings = {"threshold": "1"} | dict(setting.split("=") for setting in mode.split("+"))
        env |= {f"GRAFT_{name.upper()}": value for name, value in settings.items()}
    return env


def read_notes(path):
    """{test: (outcome, text)}, the worst for tests that end more than once."""
    order = ["begins", "passed", "skipped", "expected failure", "unexpected success", "failed", "error"]
    found = {}
    for line in path.read_text(errors="replace").splitlines() if path.exists() else ():
        try:
            outcome, test, text = json.loads(line)
        except ValueError:
            continue                    # cut off when the process died
        test = test.replace("__main__.", "")
        if order.index(outcome) >= order.index(found.get(test, ("begins", ""))[0]):
            found[test] = outcome, text
    return found


def run_file(python, mode, file, limit):
    with tempfile.TemporaryDirectory(prefix="graft-cpython-", ignore_cleanup_errors=True) as folder:
        notes = pathlib.Path(folder, "notes")
        command = [python, HERE / "child.py", notes, "--single-process", "--randseed=1",
                   "--fail-env-changed", "--tempdir", folder, "-u", "decimal,subprocess", file]
        begin = time.monotonic()
        with open(pathlib.Path(folder, "output"), "w+b") as output:
            process = subprocess.Popen(
                [str(part) for part in command], env=environment(mode), cwd=folder,
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY)))
            try:
                status = process.wait(limit)
            except subprocess.TimeoutExpired:
                status = "time limit"
            finally:
                try:
                    os.killpg(process.pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
                process.wait()
            output.seek(0)
            text = output.read().decode(errors="replace")
        return {"status": status, "seconds": round(time.monotonic() - begin, 1),
                "tests": read_notes(notes), "output": text[-12000:] if status != 0 else ""}


def fingerprint(python):
    """Of the installed Graft."""
    folder = subprocess.run([python, "-c", "import graft; print(graft.__path__[0])"], check=True,
                            capture_output=True, text=True).stdout.strip()
    digest = hashlib.sha256()
    for path in sorted(pathlib.Path(folder).glob("*")):
        if path.suffix in (".so", ".py"):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


class Runner:
    def __init__(self, build, python, limit, keep):
        self.build, self.python, self.limit, self.keep = build, python, limit, keep
        self.graft = fingerprint(python)
        self.version = subprocess.run([python, "-VV"], capture_output=True, text=True).stdout.strip()

    def result(self, mode, file, again=False):
        """That of an earlier run, if nothing has changed."""
        path = RESULTS / self.build / mode / f"{file}.json"
        key = [self.version, "" if mode == OFF or self.keep else self.graft]
        try:
            stored = json.loads(path.read_text())
            if not again and stored["key"][:1 if self.keep else 2] == key[:1 if self.keep else 2]:
                return stored
        except (OSError, ValueError):
            pass
        stored = run_file(self.python, mode, file, self.limit)
        stored["key"] = [self.version, "" if mode == OFF else self.graft]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_suffix(".new").write_text(json.dumps(stored))
        path.with_suffix(".new").replace(path)
        return stored


# ------------------------------------------------------------ comparing

def describe_status(status):
    if isinstance(status, int) and status < 0:
        return f"killed by {signal.Signals(-status).name}"
    return {0: "ok", 2: "tests failed", 3: "environment changed", 4: "no tests"}.get(
        status, str(status) if isinstance(status, str) else f"exit status {status}")


def differences(file, off, on):
    """[(test or file, outcome off, outcome on, text)]"""
    found = []
    for test in {**off["tests"], **on["tests"]}:
        a, b = (run["tests"].get(test, ("not run", "")) for run in (off, on))
        if a[0] != b[0]:
            found.append((test, a[0], b[0], b[1] if b[0] != "passed" else a[1]))
    dead = [test for test, a, b, _ in found if b == "begins"]
    if dead:            # it says all: what came behind did not run
        found = [entry for entry in found if entry[2] not in ("not run",)]
    if off["status"] != on["status"] and not (found and on["status"] in (0, 2)):
        found.append((file, describe_status(off["status"]), describe_status(on["status"]),
                      on["output"] or off["output"]))
    return found


def reason(test):
    return next((why for pattern, why in KNOWN.items() if fnmatch.fnmatchcase(test, pattern)), None)


def compare(runner, mode, file):
    """(number of tests that agree, differences, unsteady ones)"""
    off, on = runner.result(OFF, file), runner.result(mode, file)
    found = differences(file, off, on)
    unsteady = []
    if any(reason(entry[0]) is None for entry in found):
        key = [runner.graft, off["key"]]
        if on.get("confirmed") != key:
            off2, on2 = run_file(runner.python, OFF, file, runner.limit), None
            on2 = run_file(runner.python, mode, file, runner.limit)
            still = {entry[0] for entry in differences(file, off2, on2)}
            on["confirmed"], on["still"] = key, sorted(still)
            path = RESULTS / runner.build / mode / f"{file}.json"
            path.write_text(json.dumps(on))
        still = set(on["still"])
        unsteady = [entry for entry in found if entry[0] not in still]
        found = [entry for entry in found if entry[0] in still]
    agreed = sum(off["tests"].get(test, [None])[0] == outcome[0] for test, outcome in on["tests"].items())
    return agreed, found, unsteady


# ------------------------------------------------------------ the whole run

def all_files(python):
    output = subprocess.run([python, "-m", "test", "--list-tests"], env=environment(OFF), check=True,
                            capture_output=True, text=True).stdout
    return [line for line in output.split() if line.startswith("test")]


def select(python, names, language):
    names = names or (LANGUAGE if language else [])
    every = all_files(python)
    if not names:
        return every
    return [file for file in every if any(file == name or f".{name}." in f".{file}." for name in names)]


def run_mode(runner, mode, files, jobs, summary):
    def line(file, outcome):
        agreed, found, unsteady = outcome
        for entry in found:
            why = reason(entry[0])
            summary["known" if why else "new"].append((runner.build, mode, *entry))
            if not why:
                console.print(f"[red]differs[/red] {runner.build} {mode} {file}: {entry[0]}: "
                              f"off {entry[1]}, on {entry[2]}", soft_wrap=True)
        for entry in unsteady:
            summary["unsteady"].append((runner.build, mode, *entry))
            console.print(f"[yellow]unsteady[/yellow] {runner.build} {mode} {file}: {entry[0]}: "
                          f"off {entry[1]}, on {entry[2]}", soft_wrap=True)
        return agreed, len(found), len(unsteady)

    counts = [0, 0, 0]
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        futures = {pool.submit(compare, runner, mode, file): file for file in files}
        with console.status(f"{runner.build} {mode}") as status:
            for number, future in enumerate(concurrent.futures.as_completed(futures), 1):
                counts = [a + b for a, b in zip(counts, line(futures[future], future.result()))]
                status.update(f"{runner.build} {mode}: {number} of {len(files)} files")
    return counts


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("files", nargs="*", metavar="test_…", help="files of the suite; default: all")
    parser.add_argument("--language", action="store_true", help="those of selection.py")
    parser.add_argument("--build", default="release,debug", help="release, debug, or both (default)")
    parser.add_argument("--mode", default=",".join(MODES), help="or others; default: %(default)s")
    parser.add_argument("--jobs", type=int, default=1, help="processes at a time (default 1)")
    parser.add_argument("--limit", type=float, default=600, help="seconds for one file (default 600)")
    parser.add_argument("--python", help="this interpreter instead of the build's")
    parser.add_argument("--keep", action="store_true", help="keep results of an earlier Graft, too")
    parser.add_argument("--text", action="store_true", help="print what went wrong in full")
    parser.add_argument("--clean", action="store_true", help="forget all results first")
    options = parser.parse_args()
    if options.clean:
        shutil.rmtree(RESULTS, ignore_errors=True)

    summary = {"new": [], "known": [], "unsteady": []}
    table = Table("build", "mode", "files", "tests agree", "differ", "unsteady")
    for build in options.build.split(","):
        python = pathlib.Path(options.python) if options.python else BUILDS[build]
        runner = Runner(build, str(python.absolute()), options.limit, options.keep)
        files = select(python, options.files, options.language)
        for mode in options.mode.split(","):
            counts = run_mode(runner, mode, files, options.jobs, summary)
            table.add_row(build, mode, str(len(files)), *map(str, counts))
    for build, mode, test, off, on, text in summary["new"][:REPORTED] if options.text else ():
        console.rule(f"{build} {mode}: {test}: off {off}, on {on}")
        console.print(text, markup=False, soft_wrap=True)
    for _, mode, test, off, on, _ in sorted(set(summary["known"])):
        console.print(f"known: {mode} {test}: off {off}, on {on}: {reason(test)}", soft_wrap=True)
    console.print(table)
    return 1 if summary["new"] else 0


if __name__ == "__main__":
    sys.exit(main())
