"""What graft.pth calls at the interpreter's start when the JIT is wanted.

CPython runs a .pth file twice in a virtual environment; the hook tells by this
module's name in sys.modules that it was here before.
"""

import os
import sys

from graft import _graft, _settings


def start():
    """Apply the settings of the environment and switch the JIT on.

    RuntimeError when this interpreter is not one that Graft can run in."""
    if not sys.flags.ignore_environment:
        _settings.apply(os.environ, _graft.configure, _warn)
    _graft.enable()
    if "graft-stats" in sys._xoptions:
        import atexit
        atexit.register(_print_stats)


def _warn(line):
    if sys.stderr:
        print(f"graft: {line}", file=sys.stderr)


def _print_stats():
    from graft import _report
    if sys.stderr:
        print(_report.statistics(_graft.stats()), file=sys.stderr)
