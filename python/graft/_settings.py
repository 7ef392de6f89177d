"""All settings of Graft, in one table.

`python -m graft --help` and `python -m graft status` print it, the start-up
hook reads the environment by it (so no imports here).  Values are integers;
from inside a program they are set with graft.configure(name=value).
"""


class Setting:
    """One setting: its name, environment variable, unit and meaning."""

    def __init__(self, name, variable, unit, meaning):
        self.name, self.variable, self.unit, self.meaning = name, variable, unit, meaning


SETTINGS = (
    Setting("threshold", "GRAFT_THRESHOLD", "back-edges",
            "a loop is compiled when it has gone round so often (up to eight times as often"
            " when there is much code already)"),
    Setting("code_cache", "GRAFT_CODE_CACHE", "bytes",
            "room for machine code (K and M accepted); when full, compilation stops"),
    Setting("max_versions", "GRAFT_MAX_VERSIONS", "versions",
            "versions of the code at one bytecode offset, for different types"),
    Setting("force_exit", "GRAFT_FORCE_EXIT", "checks",
            "for tests: every n-th check leaves compiled code, 0 = none"),
    Setting("machine_code", "GRAFT_MACHINE_CODE", "0 or 1",
            "0: micro-ops are executed by C functions, without machine code; slow, for tests"),
    Setting("fail_memory", "GRAFT_FAIL_MEMORY", "allocations",
            "for tests: every n-th of the compiler's fails, 0 = none"),
    Setting("fail_pages", "GRAFT_FAIL_PAGES", "requests",
            "for tests: the system refuses every n-th for pages or their protection, 0 = none"),
    Setting("fail_translation", "GRAFT_FAIL_TRANSLATION", "instructions",
            "for tests: every n-th translation fails, 0 = none"),
    Setting("signals", "GRAFT_SIGNALS", "polls",
            "for tests: SIGUSR1 comes at every n-th in compiled code, 0 = none"),
)

_SUFFIXES = {"K": 1 << 10, "M": 1 << 20}


def parse(setting, text):
    """The integer that `text` means; ValueError when it means none."""
    digits, factor = text.strip().upper(), 1
    if setting.name == "code_cache" and digits[-1:] in _SUFFIXES:
        digits, factor = digits[:-1], _SUFFIXES[digits[-1]]
    if not (digits.isascii() and digits.isdigit()):
        raise ValueError(f"expected a whole number of {setting.unit}")
    return int(digits) * factor


def apply(environment, configure, warn):
    """Hand the settings found in `environment` to `configure`, one at a time.

    `warn` is called with one line for each value that is refused; the default
    stays in force for it."""
    for setting in SETTINGS:
        text = environment.get(setting.variable)
        if not text:
            continue
        try:
            configure(**{setting.name: parse(setting, text)})
        except (ValueError, OverflowError) as error:
            warn(f"{setting.variable}={text}: {error}; using the default")
