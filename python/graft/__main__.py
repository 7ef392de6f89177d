"""The command `python -m graft`: run a program with the JIT, measure, show the state."""

import os
import sys

from graft import _report, _settings

_USAGE = """\
usage: python -m graft [--stats] FILE [ARGUMENT ...]       run a program with the JIT,
       python -m graft [--stats] -m MODULE [ARGUMENT ...]  as python itself would run it
       python -m graft [--stats] -c CODE [ARGUMENT ...]
       python -m graft bench [--help]                      the benchmark programs, off and on
       python -m graft status                              interpreter, settings, statistics

  --stats   print statistics to stderr when the program ends
A script that is called bench or status is reached as ./bench or ./status.

Without `python -m graft`: PYTHON_JIT=1 or -X jit switches the JIT on, PYTHON_JIT=0
or -X jit=0 off (unset: off; -X wins), and GRAFT=0 leaves Graft out entirely.

Settings, from the environment or by graft.configure(name=value), with their unit:
"""


def _help():
    lines = [f"  {s.variable:<22}  {s.name:<16}  {s.unit:<12}  {s.meaning}"
             for s in _settings.SETTINGS]
    return _USAGE + "\n".join(lines)


def _interpreter_flags():
    """The flags that this interpreter was started with, up to `-m graft`."""
    flags = sys.orig_argv[1:len(sys.orig_argv) - (len(sys.argv) - 1)]
    last = flags.pop()
    if last == "graft":
        last = flags.pop()[:-len("m")]
    else:
        last = last[:-len("mgraft")]
    return flags if last == "-" else flags + [last]


def _run(arguments, with_stats):
    """Become `python -X jit ARGUMENTS`: what the program sees and the exit status
    are then python's own."""
    if not _report.hook_is_installed():
        print("graft: its start-up hook graft.pth is not in this interpreter's "
              "site-packages (install with pip); running without the JIT", file=sys.stderr)
    options = ["-X", "jit"] + (["-X", "graft-stats"] if with_stats else [])
    os.execv(sys.executable, [sys.executable, *_interpreter_flags(), *options, *arguments])


def main():
    arguments = sys.argv[1:]
    with_stats = arguments[:1] == ["--stats"]
    if with_stats:
        del arguments[0]
    if arguments[:1] in (["--help"], ["-h"]):
        print(_help())
        return 0
    if arguments == ["status"]:
        print(_report.status())
        return 0
    if arguments[:1] == ["bench"]:
        from graft import bench
        return bench.main(arguments[1:])
    if not arguments or (arguments[0].startswith("-") and
                         arguments[0][:2] not in ("-", "-m", "-c")):
        print(_help(), file=sys.stderr)
        return 2
    return _run(arguments, with_stats)


if __name__ == "__main__":
    sys.exit(main())
