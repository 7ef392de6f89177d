"""A child process of the fuzzer, as its parent sees it: a program goes in, an outcome comes out,
also when the child crashes or hangs; then the next program gets a new child."""

import json
import os
import pathlib
import select
import signal
import subprocess
import sys
import tempfile
import time

CHILD = pathlib.Path(__file__).with_name("child.py")


class Worker:
    def __init__(self, python=sys.executable):
        self.python = python
        self.process = None

    def start(self):
        env = {name: value for name, value in os.environ.items() if not name.startswith(("GRAFT", "PYTHON"))}
        env |= {"PYTHONHASHSEED": "0", "PYTHONFAULTHANDLER": "1", "PYTHONWARNINGS": "ignore"}
        self.errors = tempfile.TemporaryFile()
        self.process = subprocess.Popen([self.python, CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=self.errors, env=env)
        self.rest = b""

    def stop(self):
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.errors.close()
            self.process = None

    def _line(self, until):
        """The child's next line; "" at its end, None when the time is over."""
        while b"\n" not in self.rest:
            if not select.select([self.process.stdout], [], [], max(until - time.monotonic(), 0))[0]:
                return None
            chunk = os.read(self.process.stdout.fileno(), 1 << 16)
            if not chunk:
                return b""
            self.rest += chunk
        line, _, self.rest = self.rest.partition(b"\n")
        return line

    def _said(self):
        self.errors.seek(0)
        return self.errors.read()[-4000:].decode(errors="replace")

    def run(self, limit, *, modes=None, repeat=2, leaks=False, trusted=False, **program):
        """{"outcome": same, differs, invalid, crash or hang; "mode", "report"}.  trusted: that
        the program does the same each time is tried only when it differs."""
        if self.process is None:
            self.start()
        begin = time.monotonic()
        until = begin + limit
        steady, done, off = False, None, 0
        try:
            self.process.stdin.write(json.dumps(dict(program, modes=modes, repeat=repeat, leaks=leaks, trusted=trusted)).encode() + b"\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass
        while True:
            line = self._line(until)
            if line:
                reply = json.loads(line)
                if "outcome" in reply:
                    return reply
                off = off if steady else time.monotonic() - begin
                steady, done = True, reply.get("done", done)
                continue
            if line is None:
                outcome, how = "hang", f"no answer within {limit:.0f} s, of which {off:.0f} s twice with the JIT off"
            else:
                code = self.process.wait()
                outcome, how = "crash", signal.Signals(-code).name if code < 0 else f"exit status {code}"
            report = f"{how}\n{self._said()}"
            self.stop()
            if not steady:              # with the JIT off
                outcome = "invalid"
            return {"outcome": outcome, "mode": None, "after": done, "report": report}
