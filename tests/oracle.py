"""The oracle: Python with the JIT off is always right.

A *subject* (a function, or a source text) runs with the JIT off and then in
every mode of MODES, each time on code objects that are new, and a few times in
a row so that compiled code is entered again in other states.  Everything that
a program could notice is turned into a *description*, plain nested data, and
the descriptions must be equal:

    result       with exact types, -0.0 and 0.0 apart, all NaNs alike
    identity     every object carries a number (`float#3`), given at its first
                 appearance: the same numbers mean the same pattern of `is`
    exception    type, args, notes, cause, context, and the traceback with
                 function, line, columns and the locals of each frame
    output       what was printed, and the warnings
    events       what the subject itself hands to record(), spy() and Dying
    references   what became of the counts of objects handed to watch()
    leaks        no growth from run to run that the JIT off does not show too

For subjects:  record(*values)  notes values as they are now
               spy()            notes all frames above: line, columns, locals
               watch(object)    notes the change of its reference count
               Dying(name)      notes when it is finalized
For tests:     @same, check(), check_source(), run_program(), jit(), REAL
"""

import contextlib
import gc
import inspect
import io
import os
import re
import subprocess
import sys
import tempfile
import textwrap
import types
import warnings

import graft

DEBUG_BUILD = hasattr(sys, "gettotalrefcount")

# tools/sanitize.sh: AddressSanitizer reserves terabytes of address space.
SANITIZED = "asan" in os.environ.get("LD_PRELOAD", "")
# GRAFT_TEST_MACHINE_CODE=0 makes micro-ops be executed by C functions: for sanitizers.
MACHINE_CODE = int(os.environ.get("GRAFT_TEST_MACHINE_CODE") or 1)
FAULTS = {"fail_memory": 0, "fail_pages": 0, "fail_translation": 0, "signals": 0}
DEFAULTS = {"threshold": 1, "force_exit": 0, "max_versions": 8, "code_cache": 16 << 20,
            "machine_code": MACHINE_CODE, **FAULTS}

# The modes in which a subject must behave as with the JIT off.
MODES = {
    "threshold=1": {},
    "force_exit=1": {"force_exit": 1},
    "force_exit=2": {"force_exit": 2},
    "force_exit=3": {"force_exit": 3},
    "force_exit=7": {"force_exit": 7},
    "max_versions=1": {"max_versions": 1},
    "max_versions=2": {"max_versions": 2},
    "code_cache=4096": {"code_cache": 4096},
    "code_cache=16384": {"code_cache": 16384},
}
FEW_MODES = {name: MODES[name] for name in ("threshold=1", "force_exit=1", "force_exit=3", "max_versions=1")}
PROGRAM_MODES = {name: MODES[name] for name in ("threshold=1", "force_exit=2", "max_versions=1")}
LEAK_MODES = {name: MODES[name] for name in ("threshold=1", "force_exit=2")}


_VERBOSE = os.environ.get("GRAFT_TEST_VERBOSE")     # shows each subject and mode as it starts: for crashes


class Mismatch(AssertionError):
    """The subject behaved differently with the JIT on."""


# ------------------------------------------------------------ the JIT, on and off

@contextlib.contextmanager
def jit(**settings):
    """The JIT on, with nothing compiled yet; off again afterwards.  What was
    compiled stays until the next use, as in a program that calls disable()."""
    graft.disable()
    graft.configure(**(DEFAULTS | settings | FAULTS))
    graft.reset()
    graft.enable()
    graft.configure(**(FAULTS | {name: value for name, value in settings.items() if name in FAULTS}))
    try:
        yield
    finally:
        graft.configure(**FAULTS)
        graft.disable()


def _is_real():
    with jit():
        return graft.is_enabled()


REAL = _is_real()       # False: a stand-in for graft that does nothing


# ------------------------------------------------------------ descriptions

_BY_REDUCE = (type(iter(range(0))), type(iter(range(1 << 70))), type(iter([])), type(iter(())),
              type(iter("")), type(reversed([])), enumerate, zip, map, filter, type(iter({})))
_positions = {}


def _position(code, lasti):
    """(line, end line, column, end column) of the instruction at lasti."""
    if code not in _positions:
        _positions[code] = list(code.co_positions())
    table = _positions[code]
    return table[lasti // 2] if 0 <= lasti // 2 < len(table) else None


class Describer:
    """Turns objects into comparable data.  It keeps every object that it gave
    a number alive, so that an address is never used twice.  What runs while
    the JIT is on (all but exceptions) has no loops, so as not to disturb the
    measurement: it uses map()."""

    def __init__(self, identity):
        self.identity = identity            # of ints, floats and complex numbers too?
        self.numbers = {}
        self.kept = []
        self.expanded = set()

    def describe(self, obj):
        self.expanded = set()
        return self._describe(obj)

    def _name(self, obj):
        kind = type(obj)
        name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
        if hasattr(kind, "__del__") or kind is MemoryError:
            return name                     # must not be kept alive (CPython makes 16 of these beforehand)
        if not self.identity and kind in (int, float, complex):
            return name
        number = self.numbers.get(id(obj))
        if number is None:
            number = self.numbers[id(obj)] = len(self.kept)
            self.kept.append(obj)
        return f"{name}#{number}"

    def _pair(self, pair):
        return self._describe(pair[0]), self._describe(pair[1])

    def _describe(self, obj):
        if obj is None or obj is True or obj is False or obj is Ellipsis or obj is NotImplemented:
            return repr(obj)
        kind = type(obj)
        name = self._name(obj)
        extra = vars(obj) if hasattr(obj, "__dict__") and not isinstance(
            obj, (type, types.ModuleType, types.FunctionType, types.BuiltinFunctionType)) else None
        if isinstance(obj, int):
            value = int.__repr__(obj) if -1 << 70 < int(obj) < 1 << 70 else hex(int(obj))
            return self._with(f"{name} {value}", extra)
        if isinstance(obj, float):
            return self._with(f"{name} {float.__repr__(obj)}", extra)
        if kind is complex or isinstance(obj, (str, bytes)):
            return self._with(f"{name} {kind.__repr__(obj)}", extra)
        if isinstance(obj, (type, types.ModuleType, types.FunctionType, types.BuiltinFunctionType)):
            return f"{name} {getattr(obj, '__qualname__', obj.__name__)}"
        if isinstance(obj, types.CodeType):
            return f"{name} {obj.co_qualname}"
        if isinstance(obj, range):
            return f"{name} {obj!r}"
        if id(obj) in self.expanded:
            return name
        self.expanded.add(id(obj))
        if isinstance(obj, (list, tuple)):
            return self._with((name, *map(self._describe, obj)), extra)
        if isinstance(obj, (set, frozenset)):
            return self._with((name, *sorted(map(self._describe, obj), key=repr)), extra)
        if isinstance(obj, (dict, types.MappingProxyType)):
            return self._with((name, *map(self._pair, obj.items())), extra)
        if isinstance(obj, BaseException):
            return self._exception(name, obj)
        if isinstance(obj, types.FrameType):
            return self._frame(obj, obj.f_lineno, obj.f_lasti)
        if isinstance(obj, types.CellType):
            return (name, self._describe(obj.cell_contents)) if _is_bound(obj) else (name, "empty")
        if isinstance(obj, types.MethodType):
            return (name, obj.__func__.__qualname__, self._describe(obj.__self__))
        if isinstance(obj, (types.GeneratorType, types.CoroutineType, types.AsyncGeneratorType)):
            prefix = {types.GeneratorType: "gi", types.CoroutineType: "cr"}.get(kind, "ag")
            frame = getattr(obj, prefix + "_frame")
            return (name, getattr(obj, prefix + "_running"),
                    frame and self._frame(frame, frame.f_lineno, frame.f_lasti))
        if isinstance(obj, _BY_REDUCE):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                state = obj.__reduce__()
            return (name, *map(self._describe, state[1:]))
        return self._with(name, extra)

    def _with(self, description, attributes):
        if not attributes:
            return description
        return ("with attributes", description, *map(self._pair, list(attributes.items())))

    def _frame(self, frame, line, lasti):
        # The order in which f_locals lists the names is part of the behaviour.
        return {"function": frame.f_code.co_qualname,
                "line": line,
                "position": _position(frame.f_code, lasti),
                "locals": "of the module" if frame.f_locals is frame.f_globals else
                          dict(map(self._local, frame.f_locals.items()))}

    def _local(self, item):
        return item[0], self._describe(item[1])

    def frames(self, frame):
        if frame is None or frame.f_code.co_filename == __file__:
            return []
        return [self._frame(frame, frame.f_lineno, frame.f_lasti), *self.frames(frame.f_back)]

    def _exception(self, name, exc):
        entries = []
        tb = exc.__traceback__
        while tb is not None:
            code = tb.tb_frame.f_code
            if code.co_filename != __file__:
                entries.append(self._frame(tb.tb_frame, tb.tb_lineno, tb.tb_lasti))
            tb = tb.tb_next
        members = exc.exceptions if isinstance(exc, BaseExceptionGroup) else ()
        described = {"type": name,
                     "args": [self._describe(arg) for arg in exc.args],
                     "traceback": entries,
                     "cause": self._describe(exc.__cause__),
                     "context": self._describe(exc.__context__),
                     "suppress context": exc.__suppress_context__,
                     "exceptions": [self._describe(member) for member in members],
                     "attributes": [self._pair(item) for item in vars(exc).items()]}
        if isinstance(exc, StopIteration):
            described["value"] = self._describe(exc.value)
        return described


def _is_bound(cell):
    try:
        cell.cell_contents
    except ValueError:
        return False
    return True


# ------------------------------------------------------------ what subjects call

class _Recording:
    def __init__(self, identity):
        self.describer = Describer(identity)
        self.events = []
        self.watched = []


_recording = None       # none: nothing is noted (while looking for leaks)
running_with = None     # the settings of the present run; None: the JIT is off


def record(*values):
    """Note the values as they are now; returns the first."""
    if _recording is not None:
        _recording.events.append(("record", *map(_recording.describer.describe, values)))
    return values[0] if values else None


def spy():
    """Note the caller's frame and all frames above it."""
    if _recording is not None:
        _recording.describer.expanded = set()       # what was described before may be dead
        _recording.events.append(("frames", _recording.describer.frames(sys._getframe(1))))


def watch(obj):
    """Note how its reference count changes until the call ends; returns it."""
    if _recording is not None:
        _recording.watched.append((obj, sys.getrefcount(obj)))
    return obj


class Dying:
    """Notes its own end."""

    def __init__(self, name):
        self.name = name

    def __del__(self):
        if _recording is not None:
            _recording.events.append(("finalized", str(self.name)))


_TOOLS = {"record": record, "spy": spy, "watch": watch, "Dying": Dying}


# ------------------------------------------------------------ subjects

def _clone_code(code):
    return code.replace(co_consts=tuple(
        _clone_code(const) if isinstance(const, types.CodeType) else const for const in code.co_consts))


def _clone_function(function, namespace):
    clone = types.FunctionType(_clone_code(function.__code__), namespace, function.__name__,
                               function.__defaults__, function.__closure__)
    clone.__kwdefaults__ = function.__kwdefaults__
    clone.__qualname__ = function.__qualname__
    return clone


@contextlib.contextmanager
def _body_interpreted():
    """What compiled code binds is a constant nowhere.  So in most modes a module's body is left to the
    interpreter, as it is in programs whose names are bound before anything is hot."""
    interpreted = running_with is not None and running_with.get("force_exit", 0) in (0, 3)
    if interpreted:
        graft.disable()
    try:
        yield
    finally:
        if interpreted:
            graft.enable()


class FunctionSubject:
    """A function of a test module.  A fresh one is a copy with new code, in a
    copy of its module in which all other functions are such copies too."""

    def __init__(self, function):
        self.function = function

    def fresh(self):
        original = self.function.__globals__
        namespace = dict(original)
        for name, value in original.items():
            if isinstance(value, types.FunctionType) and value.__globals__ is original:
                namespace[name] = _clone_function(value, namespace)
        return _clone_function(self.function, namespace)

    def show(self):
        return textwrap.dedent(inspect.getsource(self.function))


class SourceSubject:
    """A source text.  With a `main` function, that is what is called; if not,
    the module's body is, in a new namespace each time, and its names are the
    result."""

    def __init__(self, source):
        self.source = textwrap.dedent(source)

    def fresh(self):
        code = compile(self.source, "<subject>", "exec")
        if "main" in code.co_names:
            namespace = dict(_TOOLS, __name__="subject")
            with _body_interpreted():
                exec(code, namespace)
            return namespace["main"]

        def run():
            namespace = dict(_TOOLS, __name__="subject")
            exec(code, namespace)
            return {name: value for name, value in namespace.items()
                    if name not in _TOOLS and not name.startswith("__")}
        return run

    def show(self):
        return self.source


# ------------------------------------------------------------ one observation

def _call(function, args):
    return function(*args)


def _observe(subject, calls, settings, identity=True):
    """The descriptions of all calls; settings None: with the JIT off."""
    global _recording, running_with
    running_with = settings
    raw = []
    output = io.StringIO()
    _recording = _Recording(identity)
    describer = _recording.describer
    collecting = gc.isenabled()
    gc.disable()                            # finalizers run when references die, and only then
    gc.freeze()                             # makes a subject's own gc.collect() quick
    try:
        with warnings.catch_warnings(record=True) as warned, contextlib.redirect_stdout(output):
            warnings.simplefilter("always")
            with jit(**settings) if settings is not None else contextlib.nullcontext():
                function = subject.fresh()
                for args in calls:
                    try:
                        outcome = _call(function, args), None
                    except BaseException as exc:
                        outcome = None, exc
                    raw.append((*outcome, _recording.events, _recording.watched,
                                [(obj, sys.getrefcount(obj)) for obj, _ in _recording.watched],
                                output.tell(), len(warned)))
                    _recording.events = []
                    _recording.watched = []
                    outcome = None
        text = output.getvalue()
        descriptions = []
        printed = warnings_seen = 0
        for result, exc, events, before, after, end, warnings_end in raw:
            descriptions.append({
                "exception": describer.describe(exc),
                "result": describer.describe(result),
                "output": text[printed:end],
                "warnings": [(w.category.__name__, str(w.message), w.lineno)
                             for w in warned[warnings_seen:warnings_end]],
                "events": events,
                "references": [b[1] - a[1] for a, b in zip(before, after)],
            })
            printed, warnings_seen = end, warnings_end
        return descriptions
    finally:
        gc.unfreeze()
        _recording = running_with = None
        if collecting:
            gc.enable()


_count = sys.gettotalrefcount if DEBUG_BUILD else sys.getallocatedblocks


def _quiet_call(function, args):
    try:
        function(*args)
    except BaseException:
        pass


def _growth(subject, calls, settings, windows, runs):
    """The smallest and the largest growth of references (debug builds) or of
    allocated blocks from one window of runs to the next.  What leaks grows in
    every window."""
    collecting = gc.isenabled()
    gc.disable()
    growths = []
    try:
        with (warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()) as output,
              jit(**settings) if settings is not None else contextlib.nullcontext()):
            warnings.simplefilter("ignore")
            function = subject.fresh()
            before = 0
            gc.freeze()                     # makes the collection quick
            gc.collect()                    # empties the free lists
            for window in range(windows + 1):
                for _ in range(runs if window else 3):
                    for args in calls:
                        _quiet_call(function, args)
                    output.seek(0)
                    output.truncate()
                gc.collect()                # cycles are no leak; quick, as all else is frozen
                now = _count()
                if window:
                    growths.append(now - before)
                before = _count()
    finally:
        gc.unfreeze()
        if collecting:
            gc.enable()
    return min(growths), max(growths)


def _leak(subject, calls, settings):
    """A message, or None."""
    if not REAL or _count() == 0:           # nobody counts: PYTHONMALLOC=malloc
        return None
    # Once more, and more exactly; then until no more versions of a block are made:
    # each version that knows a class which the subject has just made holds something.
    for runs, windows in (1, 3), (25, 3), (25, 40):
        off = max(*_growth(subject, calls, None, 3, runs), 0)
        on = min(_growth(subject, calls, settings, windows, runs))
        if on - off < runs * 0.8:
            return None
    what = "references" if DEBUG_BUILD else "memory blocks"
    return f"{what} left over by {runs} runs: off {off}, on {on}"


# ------------------------------------------------------------ comparing

def first_difference(off, on, path=""):
    """(path, off, on) of the first difference of two descriptions, or None."""
    if type(off) is type(on) and isinstance(off, (list, tuple)):
        for i, (a, b) in enumerate(zip(off, on)):
            if found := first_difference(a, b, f"{path}[{i}]"):
                return found
        if len(off) == len(on):
            return None
        shorter = min(len(off), len(on))
        return (f"{path}[{shorter}:]", off[shorter:], on[shorter:])
    if isinstance(off, dict) and isinstance(on, dict):
        for key in [*off, *(key for key in on if key not in off)]:
            where = f"{path}.{key}" if path else str(key)
            if key not in off or key not in on:
                return (where, off.get(key, "(missing)"), on.get(key, "(missing)"))
            if found := first_difference(off[key], on[key], where):
                return found
        return None if list(off) == list(on) else (path, f"order {list(off)}", f"order {list(on)}")
    return None if off == on and type(off) is type(on) else (path, off, on)


def _short(value, limit=1500):
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= limit else text[:limit] + f"… ({len(text)} characters)"


def _report(subject, mode, where, off, on):
    source = "\n".join(f"{number:4} | {line}" for number, line in
                       enumerate(subject.show().rstrip().splitlines(), 1))
    return Mismatch(f"differs in mode {mode}, {where}\n"
                    f"   off: {_short(off)}\n"
                    f"    on: {_short(on)}\n"
                    f"source:\n{source}\n")


def _check(subject, args, modes, repeat, leaks, identity):
    calls = list(args) * repeat
    if _VERBOSE:
        os.write(2, f"subject, called with {args}:\n{subject.show()}\n".encode())
    expected = _observe(subject, calls, None, identity)
    for mode, settings in modes.items():
        if _VERBOSE:
            os.write(2, f"in mode {mode}\n".encode())
        observed = _observe(subject, calls, settings, identity)
        for number, (off, on) in enumerate(zip(expected, observed)):
            if found := first_difference(off, on):
                path, a, b = found
                raise _report(subject, mode, f"call {number + 1} of {len(calls)}"
                              f" with {_short(calls[number], 200)}: {path}", a, b)
    if leaks:
        for mode, settings in LEAK_MODES.items():
            if _VERBOSE:
                os.write(2, f"leaks in mode {mode}\n".encode())
            if mode in modes and (leak := _leak(subject, calls, settings)):
                off, on = leak.split(", on ")
                raise _report(subject, mode, "leaks", off, on)
    return expected


def check(function, args=((),), modes=MODES, repeat=3, leaks=True, identity=True):
    """The function must behave the same off and on.  It is called with each
    tuple of `args` in turn, all of it `repeat` times.  identity=False leaves out
    which numbers are the same object: whether `x % y` gives x itself or an equal
    int depends on the number of its digits.  Returns what was seen with the JIT
    off."""
    return _check(FunctionSubject(function), args, modes, repeat, leaks, identity)


def check_source(source, args=((),), modes=MODES, repeat=3, leaks=True, identity=True):
    """The same for a source text."""
    return _check(SourceSubject(source), args, modes, repeat, leaks, identity)


def same(function=None, /, **options):
    """Decorator: makes the function a test that says `check(function)`.
    With `raises=SomeError` each call must end in that exception, with the JIT
    off as well: a subject that fails by accident tests nothing.  Without,
    none may."""
    if function is None:
        return lambda function: same(function, **options)
    raises = options.pop("raises", None)

    def test():
        for seen in check(function, **options):
            expect_exception(seen, raises)
    test.__name__ = function.__name__
    test.__qualname__ = function.__qualname__
    test.__module__ = function.__module__
    test.__doc__ = function.__doc__
    return test


def expect_exception(seen, raises):
    exc = seen["exception"]
    name = None if exc == "None" else exc["type"].partition("#")[0].rpartition(".")[2]
    wanted = raises and raises.__name__
    if name != wanted:
        raise AssertionError(f"the subject itself is wrong: raises {name}, not {wanted}: {_short(exc)}")


# ------------------------------------------------------------ whole programs

_ENVIRONMENT = {"threshold": "GRAFT_THRESHOLD", "force_exit": "GRAFT_FORCE_EXIT",
                "max_versions": "GRAFT_MAX_VERSIONS", "code_cache": "GRAFT_CODE_CACHE",
                "machine_code": "GRAFT_MACHINE_CODE"}


def environment(settings=None, **more):
    """The environment for a process; settings None: with the JIT off."""
    env = {key: value for key, value in os.environ.items()
           if not key.startswith("GRAFT") and key != "PYTHON_JIT"}
    if settings is None:
        env["PYTHON_JIT"] = "0"
    else:
        env["PYTHON_JIT"] = "1"
        env.update({_ENVIRONMENT[key]: str(value) for key, value in (DEFAULTS | settings).items()
                    if key in ("threshold", "machine_code") or key in settings})
    env["PYTHONFAULTHANDLER"] = "1"
    env.update(more)
    return env


def python(*arguments, env=None, timeout=60, **options):
    """Runs this interpreter; stdout and stderr as text."""
    return subprocess.run([sys.executable, *arguments], env=env or environment(), timeout=timeout,
                          capture_output=True, text=True, **options)


def _without_addresses(text):
    return re.sub(r" at 0x[0-9a-f]+", " at 0x…", text) if isinstance(text, str) else text


def run_program(source, args=(), modes=PROGRAM_MODES, python_args=(), env={}, timeout=60):
    """The source as a script, in fresh processes: stdout, stderr and exit
    status must be the same off and on.  Returns the run with the JIT off."""
    source = textwrap.dedent(source)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "program.py")
        with open(path, "w") as file:
            file.write(source)
        command = [*python_args, path, *args]
        off = python(*command, env=environment(None, **env), timeout=timeout)
        for mode, settings in modes.items():
            on = python(*command, env=environment(settings, **env), timeout=timeout)
            for what in ("returncode", "stdout", "stderr"):
                a, b = (_without_addresses(getattr(run, what)) for run in (off, on))
                if a != b:
                    raise _report(SourceSubject(source), mode, what, a,
                                  f"{b}\nstderr: {on.stderr}" if what != "stderr" else b)
    return off
