"""The process of the fuzzer that runs programs.  It reads requests from stdin, one JSON object a
line, and answers on stdout: first {"steady": …} when the program has been run with the JIT off,
then {"outcome": …}.  What a program prints goes to neither.

Outcomes: same; differs (with the oracle's report); invalid (the program itself is no good, as
when it is no Python or does not do the same when it runs again with the JIT off)."""

import json
import os
import pathlib
import resource
import sys

TESTS = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TESTS))

import oracle                           # noqa: E402
from random_programs import GENERATORS  # noqa: E402

MEMORY = 6 << 30        # of address space, bytes


def steady(source, repeat):
    """Does the program do the same twice with the JIT off?"""
    first, second = (oracle.check_source(source, modes={}, repeat=repeat, leaks=False) for _ in range(2))
    return oracle.first_difference(first, second) is None


def answer(out, **values):
    out.write(json.dumps(values) + "\n")
    out.flush()


def run(request, out):
    source, repeat = request["source"], request["repeat"]
    try:
        good = request["trusted"] or steady(source, repeat)
    except Exception as exc:
        return answer(out, outcome="invalid", report=repr(exc))
    if not good:
        return answer(out, outcome="invalid", report="does not do the same again with the JIT off")
    answer(out, steady=True)
    modes = {name: oracle.MODES[name] for name in request["modes"] or oracle.MODES}
    for name, settings in modes.items():
        try:
            oracle.check_source(source, modes={name: settings}, repeat=repeat, leaks=request["leaks"])
        except Exception as exc:
            if request["trusted"] and not steady(source, repeat):
                return answer(out, outcome="invalid", report="not steady")
            return answer(out, outcome="differs", mode=name, report=f"{exc}".partition("\nsource:")[0])
        answer(out, done=name)
    return answer(out, outcome="same")


def main():
    if not oracle.SANITIZED:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    out = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    for line in sys.stdin:
        request = json.loads(line)
        if "seed" in request:
            request["source"] = GENERATORS[request["generator"]](request["seed"])
        run(request, out)


if __name__ == "__main__":
    main()
