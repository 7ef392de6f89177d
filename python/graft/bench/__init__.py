"""`python -m graft bench`: the benchmark programs with the JIT off and on."""

import argparse
import os
import shutil
import sys

from graft import _report
from graft.bench.measure import PROGRAMS_FOLDER, Failure, Mode, Subject, measure

PROGRAMS = ("mandelbrot", "dijkstra", "levenshtein", "tax", "orders",
            "mandelbrot_complex", "float_sum", "json_dumps", "generator_sum", "fib",
            "nbody", "fannkuch", "spectral_norm", "matmul", "lu", "sieve", "queens", "life",
            "raytrace", "particles", "bank", "scheduler", "binary_trees", "interpreter",
            "tokenizer", "json_parse", "word_count", "csv_clean", "lru_cache")
EXTRAS = ("float_sum_once", "startup")
STARTUP_ROUNDS_FACTOR = 10


def _parser():
    parser = argparse.ArgumentParser(
        prog="python -m graft bench",
        description="Run the benchmark programs with the JIT off and on, taking turns, each "
                    "in a fresh process, and compare. Medians, with the standard deviation; "
                    "ratio: seconds off / seconds on, with their geometric mean below; peak "
                    "memory of the process, and its difference to off. Exit status 1 when a run failed or answers differ.",
        epilog=f"programs: {', '.join(PROGRAMS + EXTRAS)}. The mean is of all but the "
               f"last {len(EXTRAS)}. The seconds of startup and of --script are of the "
               f"whole process, else of the program's run(). All programs with the default "
               f"rounds take two to four minutes; a median of more rounds is steadier.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="programs to run (default: all)")
    parser.add_argument("--rounds", type=int, default=3, metavar="N",
                        help="runs of each program in each mode (default: %(default)s; "
                             f"{STARTUP_ROUNDS_FACTOR} times as many of startup)")
    parser.add_argument("--builtin-jit", action="store_true",
                        help="also with CPython's own JIT, where the build has it")
    parser.add_argument("--pypy", nargs="?", const="pypy3", metavar="PATH",
                        help="also with PyPy (default: pypy3 on the PATH)")
    parser.add_argument("--json", metavar="FILE", help="write the measurements for pyperf")
    parser.add_argument("--script", metavar="FILE", help="measure a script of your own")
    return parser


def _modes(options, fail):
    modes = [Mode("off", sys.executable, {"GRAFT": "0", "PYTHON_JIT": "0"}),
             Mode("on", sys.executable, {"PYTHON_JIT": "1"})]
    if options.builtin_jit:
        if not _report.has_builtin_jit():
            fail("this build of CPython has no JIT of its own")
        modes.append(Mode("built-in", sys.executable, {"GRAFT": "0", "PYTHON_JIT": "1"}))
    if options.pypy:
        path = shutil.which(options.pypy)
        if not path:
            fail(f"no PyPy at {options.pypy}")
        modes.append(Mode("pypy", path, {}))
    return modes


def _subjects(options, fail):
    names = options.names
    if options.script:
        if not os.path.isfile(options.script):
            fail(f"no script {options.script}")
    elif not names:
        names = PROGRAMS + EXTRAS
    subjects = []
    for name in names:
        if name not in PROGRAMS + EXTRAS:
            fail(f"no program {name}; there are: {', '.join(PROGRAMS + EXTRAS)}")
        path = os.path.join(PROGRAMS_FOLDER, name + ".py")
        if name == "startup":
            subjects.append(Subject(name, path, True, STARTUP_ROUNDS_FACTOR))
        else:
            subjects.append(Subject(name, path))
    if options.script:
        subjects.append(Subject(os.path.basename(options.script), options.script, True))
    return subjects


def main(arguments):
    """Run the command with these arguments; returns the exit status."""
    parser = _parser()
    options = parser.parse_args(arguments)
    modes = _modes(options, parser.error)
    subjects = _subjects(options, parser.error)
    if options.rounds < 1:
        parser.error("--rounds must be at least 1")
    if not _report.hook_is_installed():
        parser.error("the start-up hook graft.pth is not in this interpreter's "
                     "site-packages (install Graft with pip)")
    try:
        from rich.console import Console
        from graft.bench import report
        if options.json:
            import pyperf  # noqa: F401 (before the measurements, not after)
    except ImportError as error:
        parser.error(f"needs {error.name} (pip install rich pyperf)")

    output, messages = Console(), Console(stderr=True, soft_wrap=True)
    if not output.is_terminal:
        output = Console(width=200)
    rows, failed = [], False
    with messages.status("") as line:
        for subject in subjects:
            try:
                rows.append((subject, measure(subject, modes, options.rounds, line.update)))
            except Failure as failure:
                failed = True
                messages.print(f"graft: {failure}", markup=False)
    for warning in report.differing(rows):
        failed = True
        messages.print(f"graft: warning: {warning}", markup=False)
    if rows:
        output.print(report.table(rows, modes, PROGRAMS))
    if options.json and rows:
        report.write_json(options.json, rows)
    return int(failed)
