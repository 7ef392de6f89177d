"""What graft.pth calls at the interpreter's start when the JIT is wanted.

Every millisecond here is paid by every script, so graft.pth runs this file by
its path and this file loads the engine by its path: searching sys.path for the
package took longer than all the rest.  `import graft` finds the engine in
sys.modules afterwards.

CPython runs a .pth file twice in a virtual environment; the hook tells by the
engine's name in sys.modules that it was here before.
"""

import os
import sys


def start(folder):
    """Apply the settings of the environment and switch the JIT on.

    `folder` is the one that holds the package.  RuntimeError when this
    interpreter is not one that Graft can run in."""
    engine = _engine(folder)
    if not sys.flags.ignore_environment and any(name.startswith("GRAFT_") for name in os.environ):
        from graft import _settings
        _settings.apply(os.environ, engine.configure, _warn)
    # `python -m` has argv[0] "-m" until runpy has found the module, which may be a library's.
    engine.enable(sys.argv[:1] != ["-m"])
    if "graft-stats" in sys._xoptions:
        import atexit
        atexit.register(_print_stats)


def _engine(folder):
    import _imp
    from _frozen_importlib import ModuleSpec, _load
    from _frozen_importlib_external import ExtensionFileLoader
    name = "graft._graft"
    path = f"{folder}/graft/_graft{_imp.extension_suffixes()[0]}"
    if not os.path.exists(path):        # not built for this interpreter, or installed in place
        from graft import _graft
        return _graft
    spec = ModuleSpec(name, ExtensionFileLoader(name, path), origin=path)
    spec.has_location = True
    return _load(spec)


def _warn(line):
    if sys.stderr:
        print(f"graft: {line}", file=sys.stderr)


def _print_stats():
    from graft import _graft, _report
    if sys.stderr:
        print(_report.statistics(_graft.stats()), file=sys.stderr)
