"""How many machine instructions a round of each small idiom takes, with the JIT off and on.

    python tools/instructions/count.py [--rounds N] [--file MODULE.py] [IDIOM ...]

Unlike times, the figures are the same in every run and on a busy machine: callgrind (of valgrind)
counts them.  They say nothing of caches and mispredicted branches; and Graft's judging of loops reads
the processor's clock, which stands still for a program that is looked at, so that it gives up fewer.
An idiom is a function `idiom_NAME(n)` of the modules in idioms/.  A ratio below 1 is a bug."""

import argparse
import glob
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile

from rich.console import Console
from rich.table import Table

IDIOMS = pathlib.Path(__file__).parent / "idioms"
WARM = 3                    # calls before the one that is counted: everything is compiled then

# callgrind writes a part of its profile whenever nice() is called.
CHILD = f"""
import os, runpy, sys
rounds, names = int(sys.argv[2]), sys.argv[3:]
for name, function in runpy.run_path(sys.argv[1], run_name="idioms").items():
    if name.startswith("idiom_") and (not names or name[6:] in names):
        for _ in range({WARM}):
            function(rounds)
        os.nice(0)
        function(rounds)
        os.nice(0)
        print(name[6:], flush=True)
"""


def count(module, rounds, names, jit):
    """Instructions per round, by name."""
    with tempfile.TemporaryDirectory() as folder:
        parts = os.path.join(folder, "part")
        done = subprocess.run(
            ["valgrind", "--tool=callgrind", "--dump-before=nice", f"--callgrind-out-file={parts}",
             sys.executable, "-c", CHILD, str(module), str(rounds), *names],
            env=os.environ | {"PYTHON_JIT": jit}, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"{module} with PYTHON_JIT={jit}:\n{done.stderr[-2000:]}")
        found = {}
        for number, name in enumerate(done.stdout.split(), 1):
            profile = pathlib.Path(f"{parts}.{2 * number}").read_text()
            found[name] = int(re.search(r"^(?:summary|totals): (\d+)", profile, re.M)[1]) / rounds
        return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=4000)
    parser.add_argument("--file", help="a module instead of those in idioms/")
    parser.add_argument("names", nargs="*", metavar="IDIOM")
    options = parser.parse_args()
    off, on = {}, {}
    for module in [options.file] if options.file else sorted(glob.glob(str(IDIOMS / "*.py"))):
        off |= count(module, options.rounds, options.names, "0")
        on |= count(module, options.rounds, options.names, "1")
    table = Table("idiom")
    for title in "off", "on", "ratio":
        table.add_column(title, justify="right")
    ratios = {name: off[name] / on[name] for name in off}
    for name in sorted(off, key=ratios.get):
        table.add_row(name, f"{off[name]:.0f}", f"{on[name]:.0f}", f"{ratios[name]:.2f}",
                      style="red" if ratios[name] < 0.97 else None)
    if ratios:
        table.add_section()
        table.add_row("geometric mean", "", "", f"{statistics.geometric_mean(ratios.values()):.2f}")
    Console(highlight=False).print(table)


if __name__ == "__main__":
    main()
