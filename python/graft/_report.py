"""What there is to say about Graft in this process: statistics and state, as text."""

import os
import platform
import site
import sys

from graft import __version__, _settings, is_enabled, settings, stats

_LOCATIONS = 10


def hook_is_installed():
    """Whether this interpreter's start-up runs graft.pth."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    folders = [*site.getsitepackages(), site.getusersitepackages()]
    return any(os.path.exists(os.path.join(folder, "graft.pth")) and
               os.path.samefile(folder, package) for folder in folders)


def has_builtin_jit():
    """Whether this build of CPython carries its own JIT."""
    return hasattr(sys, "_jit") and sys._jit.is_available()


def statistics(values):
    """The result of graft.stats() as lines of text."""
    lines = [
        f"blocks compiled  {values['blocks']:,} in {values['compile_ns'] / 1e6:.2f} ms",
        f"machine code     {values['code_bytes']:,} bytes",
        f"tables           {values['data_bytes']:,} bytes",
        f"entries          {values['entries']:,}",
        f"invalidations    {values['invalidations']:,}",
    ]
    reasons = sorted(values["exits_by_reason"].items(), key=lambda item: -item[1])
    lines += [f"exits            {times:,} {reason}" for reason, times in reasons]
    places = {}
    for *place, times in values["exits_by_location"]:
        places[tuple(place)] = places.get(tuple(place), 0) + times
    places = sorted(places.items(), key=lambda item: -item[1])
    for (filename, qualname, line, opname, reason), times in places[:_LOCATIONS]:
        lines.append(f"  {times:>12,} {filename}:{line} {qualname}, {opname}: {reason}")
    return "\n".join(lines)


def status():
    """Interpreter, state, settings and statistics of this process as lines of text."""
    lines = [
        f"graft            {__version__}",
        f"interpreter      {platform.python_implementation()} {platform.python_version()}"
        f"{' (debug build)' if hasattr(sys, 'gettotalrefcount') else ''}, {sys.executable}",
        f"JIT              {'on' if is_enabled() else 'off'}",
        f"built-in JIT     {'in this build' if has_builtin_jit() else 'none in this build'}",
    ]
    values = settings()
    for setting in _settings.SETTINGS:
        lines.append(f"{setting.name:<16} {values[setting.name]:,} ({setting.unit}; "
                     f"{setting.variable})")
    return "\n".join(lines) + "\n" + statistics(stats())
