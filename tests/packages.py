"""The test suites of packages that people use, with the JIT off and on: each test must end in the
same way.

    python tests/packages.py [--mode NAME,…] [PACKAGE …]

Sources are downloaded to build/packages/ and stay there.  A test that differs runs once more in
both ways: what then agrees is called unsteady.  Modes as in tests/cpython/run.py.  Exit status 1
when there are differences.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import tarfile
import time
import xml.etree.ElementTree as xml

from rich.console import Console
from rich.table import Table

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE / "cpython"))
from run import OFF, environment  # noqa: E402

FOLDER = HERE.parent / "build/packages"
NEEDED = FOLDER / "needed"          # what their tests import
NEEDS = ["markupsafe", "six", "webencodings", "dnspython"]
TIME = 1800                         # of one run, seconds

# Package: where its modules are, and which tests (all of some would take an hour).
PACKAGES = {
    "attrs": ("src", ["tests"]),
    "boltons": (".", ["tests"]),
    "chardet": ("src", ["tests", "--ignore=tests/test_benchmark.py"]),     # (asserts times)
    "docutils": (".", ["test"]),
    "jinja2": ("src", ["tests"]),
    "lark": (".", ["tests/test_parser.py", "tests/test_grammar.py", "tests/test_trees.py",
                   "tests/test_tools.py", "tests/test_lexer.py", "tests/test_reconstructor.py"]),
    "markdown": (".", ["tests"]),
    "mistune": ("src", ["tests"]),
    "more-itertools": (".", ["tests"]),
    "mpmath": (".", [f"mpmath/tests/test_{name}.py"
                     for name in ("basic_ops", "mpmath", "str", "linalg", "interval")]),
    "networkx": (".", ["networkx/algorithms/tests", "networkx/classes", "networkx/utils"]),
    "pycparser": (".", ["tests"]),
    "pyparsing": (".", ["tests"]),
    "simpy": ("src", ["tests"]),
    "sqlglot": (".", ["tests"]),
    "sympy": (".", ["sympy/core", "sympy/combinatorics", "sympy/sets", "sympy/logic"]),
    "toolz": (".", ["toolz"]),
}

console = Console(highlight=False)


def pip(*arguments):
    subprocess.run([sys.executable, "-m", "pip", "-q", "--disable-pip-version-check", *arguments],
                   check=True)


def source(package):
    """The folder with the package's source."""
    folder = FOLDER / package
    if not folder.exists():
        archives = FOLDER / f"{package}.archive"
        pip("download", "--no-deps", "--no-binary=:all:", "-d", str(archives), package)
        with tarfile.open(next(archives.glob("*.tar.gz"))) as archive:
            archive.extractall(folder, filter="data")
    return next(folder.iterdir())


def outcomes(package, mode):
    """How each test ended, and the seconds that all took."""
    where, tests = PACKAGES[package]
    folder, report = source(package), FOLDER / f"{package}.xml"
    report.unlink(missing_ok=True)
    env = environment(mode) | {"PYTHONPATH": os.pathsep.join([str(folder / where), str(NEEDED)]),
                               "PYTHONDONTWRITEBYTECODE": "1"}
    start = time.monotonic()
    try:
        run = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "--tb=no", "-p", "no:cacheprovider", "-p", "no:xdist",
             "-W", "ignore", "-o", "addopts=", "--continue-on-collection-errors", f"--junitxml={report}",
             *tests], cwd=folder, env=env, timeout=TIME, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        return {"the run": "timed out"}, TIME
    took, ended = time.monotonic() - start, {}
    if not report.exists():
        return {"the run": f"status {run.returncode}"}, took
    for case in xml.parse(report).iter("testcase"):
        name = f"{case.get('classname')}.{case.get('name')}"
        ended[name] = ",".join(sorted({child.tag for child in case} & {"failure", "error", "skipped"})) or "passed"
    return ended, took


def differences(off, on):
    return {name for name in off.keys() | on.keys() if off.get(name) != on.get(name)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mode", default="normal,threshold=1", help="separated by commas (%(default)s)")
    parser.add_argument("packages", nargs="*", metavar="PACKAGE", help=f"of {', '.join(PACKAGES)} (all)")
    given = parser.parse_args()
    unknown = set(given.packages) - set(PACKAGES)
    if unknown:
        parser.error(f"no such package here: {', '.join(sorted(unknown))}")
    FOLDER.mkdir(parents=True, exist_ok=True)
    if not NEEDED.exists():
        pip("install", "--target", str(NEEDED), *NEEDS)
    table = Table("package", "mode", "tests agree", "passed", "differ", "unsteady", "off, s", "on, s")
    failed = False
    for package in given.packages or PACKAGES:
        off, seconds = outcomes(package, OFF)
        for mode in given.mode.split(","):
            on, took = outcomes(package, mode)
            differ, unsteady = differences(off, on), set()
            if differ:
                again = differences(outcomes(package, OFF)[0], outcomes(package, mode)[0])
                differ, unsteady = differ & again, differ - again
            for name in sorted(differ):
                console.print(f"{package} {mode} {name}: off {off.get(name)}, on {on.get(name)}", markup=False)
            failed |= bool(differ)
            agree = len(off.keys() | on.keys()) - len(differ) - len(unsteady)
            table.add_row(package, mode, str(agree), str(list(on.values()).count("passed")),
                          str(len(differ)), str(len(unsteady)), f"{seconds:.1f}", f"{took:.1f}")
    console.print(table)
    return failed


if __name__ == "__main__":
    sys.exit(main())
