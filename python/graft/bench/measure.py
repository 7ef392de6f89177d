"""Takes the measurements: each in a fresh process, the modes taking turns."""

import os
import statistics
import subprocess
import sys
from dataclasses import dataclass, field

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAMS_FOLDER = os.path.join(os.path.dirname(HERE), "benchmarks")
_NOT_INHERITED = ("GRAFT", "PYTHON_JIT", "PYTHONDONTWRITEBYTECODE")


class Failure(Exception):
    """A run that gave no measurement; the message says what happened."""


@dataclass
class Mode:
    """A way to run a program: its name, interpreter, and environment variables."""
    name: str
    python: str
    environment: dict


@dataclass
class Subject:
    """What is measured.  The seconds are those of run() inside the process for a
    benchmark program, of the whole process for a script."""
    name: str
    path: str
    is_script: bool = False
    rounds_factor: int = 1


@dataclass
class Series:
    """The measurements of one subject in one mode: seconds, and peak memory in bytes."""
    seconds: list = field(default_factory=list)
    memory: list = field(default_factory=list)
    answers: list = field(default_factory=list)

    @property
    def median(self):
        return statistics.median(self.seconds)

    @property
    def spread(self):
        """Standard deviation in seconds; 0.0 of a single measurement."""
        return statistics.stdev(self.seconds) if len(self.seconds) > 1 else 0.0

    @property
    def peak(self):
        return statistics.median(self.memory)


def measure(subject, modes, rounds, progress):
    """Run `subject` in every mode, `rounds` times in turns; {mode name: Series}.

    `progress` is called with a line of text before each run.  Raises Failure."""
    series = {mode.name: Series() for mode in modes}
    if subject.is_script:
        for mode in modes:      # fills the caches of files and of compiled modules
            progress(f"{subject.name}, {mode.name}, warming up")
            _run(subject, mode)
    rounds *= subject.rounds_factor
    for number in range(rounds):
        for mode in modes:
            progress(f"{subject.name}, {mode.name}, round {number + 1} of {rounds}")
            seconds, memory, answer = _run(subject, mode)
            series[mode.name].seconds.append(seconds)
            series[mode.name].memory.append(memory)
            series[mode.name].answers.append(answer)
    return series


def _run(subject, mode):
    """One run: seconds, peak memory in bytes, answer."""
    environment = {name: value for name, value in os.environ.items()
                   if name not in _NOT_INHERITED}
    environment.update(mode.environment)
    command = [mode.python, subject.path]
    if not subject.is_script:
        command.insert(1, os.path.join(HERE, "child.py"))
    reader, writer = os.pipe()
    launcher = [sys.executable, "-I", "-S", os.path.join(HERE, "launch.py"), str(writer)]
    done = subprocess.run(launcher + command, env=environment, pass_fds=[writer],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True)
    os.close(writer)
    with open(reader, encoding="ascii") as file:
        report = file.read().split()
    what = f"{subject.name}, {mode.name}"
    if not report:
        raise Failure(f"{what}: {_last_line(done.stderr)}")
    status, seconds, memory = int(report[0]), float(report[1]), int(report[2]) * 1024
    if "running without the JIT" in done.stderr:
        raise Failure(f"{what}: {_last_line(done.stderr)}")
    if subject.is_script:
        return seconds, memory, f"{done.stdout}(exit status {status})"
    if status:
        raise Failure(f"{what}: exit status {status}, {_last_line(done.stderr)}")
    inside, answer, expected = done.stdout.splitlines()
    if answer != expected:
        raise Failure(f"{what}: answer {answer}, but {expected} is right")
    return float(inside), memory, answer


def _last_line(text):
    lines = text.strip().splitlines()
    return lines[-1] if lines else "no message"
