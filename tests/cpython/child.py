"""Runs files of CPython's test suite in this process, by regrtest, and notes each test's
beginning and outcome as it happens: what was noted stays when the process dies.

    python child.py NOTES [regrtest's arguments] test_…

NOTES gets one JSON list a line: ["begins", test], [outcome, test, text of what went wrong].
"""

import fcntl
import json
import os
import sys
import traceback


def note_outcomes(path):
    from test.libregrtest.testresult import RegressionTestResult as Result

    opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    fd = fcntl.fcntl(opened, fcntl.F_DUPFD_CLOEXEC, 500)        # out of the way of tests that count
    os.close(opened)

    def note(*what):
        os.write(fd, (json.dumps(what) + "\n").encode())

    def noting(method, outcome, detail):
        original = getattr(Result, method)

        def noted(self, test, *args):
            if outcome != "begins":
                original(self, test, *args)
            found = outcome(args) if callable(outcome) else outcome
            if found:
                text = str(detail(self, args))[-4000:] if detail else ""
                # a subtest counts for its test
                note(found, getattr(test, "test_case", test).id(), text)
            if outcome == "begins":
                original(self, test, *args)
        setattr(Result, method, noted)

    def error_text(self, args):
        return "".join(traceback.format_exception(*args[-1]))

    def of_subtest(args):
        error = args[1]
        return error and ("failed" if issubclass(error[0], AssertionError) else "error")

    noting("startTest", "begins", None)
    noting("addSuccess", "passed", None)
    noting("addFailure", "failed", error_text)
    noting("addError", "error", error_text)
    noting("addSkip", "skipped", lambda self, args: args[0])
    noting("addExpectedFailure", "expected failure", None)
    noting("addUnexpectedSuccess", "unexpected success", None)
    noting("addSubTest", of_subtest, lambda self, args: error_text(self, args) if args[1] else "")


def hide_tool():
    """test_monitoring wants to find no tool but its own."""
    monitoring = sys.monitoring
    ours = monitoring.OPTIMIZER_ID
    if monitoring.get_tool(ours) == "graft":
        get_events, all_events = monitoring.get_events, monitoring._all_events
        monitoring.get_events = lambda tool: 0 if tool == ours else get_events(tool)
        monitoring._all_events = lambda: {event: tools & ~(1 << ours) for event, tools
                                          in all_events().items() if tools != 1 << ours}


def main():
    notes, *arguments = sys.argv[1:]
    sys.path[0:1] = []                  # the folder of this script
    note_outcomes(notes)
    if arguments[-1] == "test_monitoring":
        hide_tool()
    from test.libregrtest.main import main
    sys.argv[1:] = arguments
    main()


if __name__ == "__main__":
    main()
