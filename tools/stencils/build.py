"""The stencil builder: the list of micro-ops in, tables of machine code out.

Runs at build time under the interpreter that Graft is built for.  Steps: write
a C function for each micro-op and choice of registers (spec.py), compile with
clang to assembly, rearrange it (assembly.py), assemble, read the object file's
bytes and relocations, write them as C tables (stencils.h says the format).  And
the same micro-ops as ordinary C (steps.py).

    build.py --clang CLANG --uops FILE --out-c FILE --out-h FILE --out-steps FILE --include DIR...
    build.py ... --dump NAME     print the machine code of a micro-op's stencils
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import assembly
import objects
import spec
import steps
import tables

OLDEST_CLANG, NEWEST_CLANG = 19, 22
FLAGS = """-Os -std=gnu2x -fno-pic -mcmodel=small -fomit-frame-pointer -fno-strict-aliasing
-fno-asynchronous-unwind-tables -fcf-protection=none -fno-stack-protector -fno-jump-tables
-fno-math-errno -fno-builtin-memcpy -mno-red-zone -masm=intel -Wall -Wno-uninitialized
-Wno-unused-value -DNDEBUG -DGRAFT_STENCIL=1""".split()


def check_clang(clang):
    try:
        text = subprocess.run([clang, "--version"], capture_output=True, text=True,
                              check=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"graft: cannot run {clang} ({error}); install clang-19")
    match = re.search(r"clang version (\d+)", text)
    version = int(match[1]) if match else 0
    if not OLDEST_CLANG <= version <= NEWEST_CLANG:
        sys.exit(f"graft: {clang} is clang {version or '?'}; stencils need clang "
                 f"{OLDEST_CLANG} to {NEWEST_CLANG} (preserve_none, musttail); install clang-19")


def compile_part(clang, includes, source, directory, number, extra):
    """One C source to an object file; returns its path and the functions
    whose hot part falls through."""
    base = os.path.join(directory, f"part{number}")
    with open(base + ".c", "w", encoding="utf-8") as file:
        file.write(source)
    flags = FLAGS + extra + [f"-I{d}" for d in includes]
    subprocess.run([clang, *flags, "-S", base + ".c", "-o", base + ".raw.s"], check=True)
    with open(base + ".raw.s", encoding="utf-8") as file:
        text, falling = assembly.process(file.read())
    with open(base + ".s", "w", encoding="utf-8") as file:
        file.write(text)
    subprocess.run([clang, "-c", base + ".s", "-o", base + ".o"], check=True)
    return base + ".o", falling


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--clang", required=True)
    parser.add_argument("--uops", required=True)
    parser.add_argument("--out-c")
    parser.add_argument("--out-h")
    parser.add_argument("--out-steps", help="the micro-ops as ordinary C")
    parser.add_argument("--include", action="append", default=[])
    parser.add_argument("--debug-build", action="store_true",
                        help="for an interpreter with Py_DEBUG")
    parser.add_argument("--dump", metavar="NAME")
    args = parser.parse_args()
    check_clang(args.clang)
    try:
        uops = spec.parse(args.uops)
    except ValueError as error:
        sys.exit(f"graft: {error}")
    if args.dump:
        uops = [u for u in uops if u.name == args.dump]
        if not uops:
            sys.exit(f"graft: no micro-op {args.dump}")
    root = os.path.dirname(os.path.dirname(os.path.abspath(args.uops)))
    entry = os.path.join(root, "emit", "entry_stencils.h")
    with open(entry, encoding="utf-8") as file:
        texts = [file.read()]
    with open(os.path.join(root, "emit", "stencil_env.h"), encoding="utf-8") as file:
        texts.append(file.read())
    symbols = spec.symbols_used(uops, texts)
    parts = 2 * (os.cpu_count() or 1)
    sources, names = spec.sources(uops, "emit/entry_stencils.h", symbols, parts)
    with tempfile.TemporaryDirectory() as directory:
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            jobs = [pool.submit(compile_part, args.clang, [root, *args.include], source,
                                directory, number, [])
                    for number, source in enumerate(sources)]
            try:
                done = [job.result() for job in jobs]
            except subprocess.CalledProcessError as error:
                sys.exit(f"graft: clang failed on the stencils ({error.returncode})")
        if args.dump:
            for path, _ in done:
                subprocess.run(["objdump", "-dr", "-Mintel", "--no-show-raw-insn", path])
            return
        stencils = {}
        for path, falling in done:
            stencils.update(objects.read(path, falling, symbols))
    tables.write(args.out_c, args.out_h, uops, names, symbols, stencils)
    steps.write(args.out_steps, uops)


if __name__ == "__main__":
    main()
