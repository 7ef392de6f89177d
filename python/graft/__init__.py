"""Graft: a just-in-time compiler that you add to the CPython you already have.

Usually switched on from outside (`PYTHON_JIT=1`, `python -X jit`,
`python -m graft app.py`); from inside a program:

    enable()              start counting and compiling; RuntimeError when this
                          interpreter is not the one that Graft was built for
    disable()             back to the interpreter; compiled code is left at its next check
    is_enabled()          whether the JIT is on
    configure(**values)   change settings (integers; `python -m graft --help` lists
                          them); TypeError for an unknown one, ValueError for a bad value
    settings()            the settings in force: {name: int}
    stats()               what was done since the start or the last reset():
        blocks              basic blocks compiled
        code_bytes          machine code in the cache, bytes
        data_bytes          the compiler's own tables, bytes
        pieces              pieces of memory that the compiler holds
        entries             times that compiled code was entered
        compile_ns          time spent compiling, nanoseconds
        invalidations       times that compiled code was thrown away
        exits_by_reason     {reason: times}
        exits_by_location   [(filename, qualname, line, opname, reason, times), ...],
                            most frequent first
    reset()               forget all compiled code, counters and statistics
"""

try:
    from graft._graft import configure, disable, enable, is_enabled, reset, settings, stats
except ModuleNotFoundError as error:
    import sys
    raise ImportError(f"it was not built for {sys.executable}; install it with that "
                      f"interpreter's pip ({error})") from None

__all__ = ["configure", "disable", "enable", "is_enabled", "reset", "settings", "stats"]
__version__ = "0.1.0"
