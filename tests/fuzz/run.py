"""The fuzzer: random programs, with the JIT off and on in every mode of the oracle.

    python tests/fuzz/run.py [--time SECONDS] [--seed FIRST] [--jobs N] [--generator NAME]

Programs run in child processes; one that crashes or hangs costs its child and is noted.  What
differs, crashes or hangs is shrunk and written to tests/corpus/, which test_corpus.py runs.  The
last line sums up; exit status 1 when something was found."""

import argparse
import pathlib
import sys
import threading
import time

from rich.console import Console

from child import GENERATORS
from shrink import shrink
from worker import Worker

CORPUS = pathlib.Path(__file__).resolve().parent.parent / "corpus"
PER_CHILD = 40          # programs; what is wrong after many programs should not be blamed on one
BAD = ("differs", "crash", "hang")

console = Console(highlight=False)


class Fuzzer:
    def __init__(self, options):
        self.options = options
        self.until = time.monotonic() + options.time
        self.next = options.seed
        self.lock = threading.Lock()
        self.programs = self.invalid = 0
        self.found = []                 # (outcome, generator, seed)

    def take(self):
        """The next seed, or None at the end."""
        with self.lock:
            if self.options.first and self.found:
                return None
            if time.monotonic() >= self.until or self.options.count and self.next >= self.options.seed + self.options.count:
                return None
            self.next += 1
            return self.next - 1

    def work(self):
        worker = Worker(self.options.python)
        names = list(GENERATORS) if self.options.generator == "all" else [self.options.generator]
        count = 0
        while (seed := self.take()) is not None:
            name = names[seed % len(names)]
            outcome = worker.run(self.options.limit, generator=name, seed=seed, leaks=seed % 10 == 0)
            count += 1
            if count % PER_CHILD == 0:
                worker.stop()
            with self.lock:
                self.programs += 1
                self.invalid += outcome["outcome"] == "invalid"
            if outcome["outcome"] == "invalid" and self.options.verbose:
                console.print(f"{name} {seed}: invalid: {outcome['report'][:300]}", markup=False)
            if outcome["outcome"] in BAD:
                self.report(name, seed, outcome)
        worker.stop()

    def report(self, name, seed, outcome):
        with self.lock:
            self.found.append((outcome["outcome"], name, seed))
        console.print(f"{name} {seed}: {outcome['outcome']}: {outcome['report'][:1500]}", markup=False)
        if not self.options.shrink:
            return
        source, first = GENERATORS[name](seed), outcome
        leaks, modes = _leaks(first), first["mode"] and [first["mode"]]
        worker = Worker(self.options.python)
        last = {}

        def shows(candidate, repeat, trusted=True):
            seen = worker.run(min(self.options.limit, 10), source=candidate, leaks=leaks, modes=modes, repeat=repeat,
                              trusted=trusted and first["outcome"] == "differs")
            if seen["outcome"] != first["outcome"] or leaks != _leaks(seen):
                return False
            last.update(seen)
            return True

        repeat = 1 if shows(source, 1) else 2
        small = shrink(source, lambda candidate: shows(candidate, repeat), time.monotonic() + self.options.shrink)
        worker.stop()
        if small is None:
            console.print(f"{name} {seed}: not shown again by the program alone", markup=False)
            return
        self.options.corpus.mkdir(exist_ok=True)
        path = self.options.corpus / f"{name}_{seed}.py"
        said = last["report"].strip().splitlines()[:8]
        path.write_text("".join(f"# {line[:140]}".rstrip() + "\n" for line in
                                (f"{last['outcome']} ({name}, seed {seed})", *said)) + "\n" + small)
        console.print(f"{name} {seed}: shrunk to {len(small.splitlines())} lines: {path.name}", markup=False)

    def run(self):
        begin = time.monotonic()
        threads = [threading.Thread(target=self.work) for _ in range(self.options.jobs)]
        for thread in threads:
            thread.start()
        with console.status("") if console.is_terminal else _Nothing() as status:
            while any(thread.is_alive() for thread in threads):
                status.update(self.line(time.monotonic() - begin))
                for thread in threads:
                    thread.join(0.5)
        console.print(self.line(min(time.monotonic() - begin, self.options.time)), markup=False, soft_wrap=True)

    def line(self, seconds):
        counts = {kind: sum(entry[0] == kind for entry in self.found) for kind in BAD}
        seeds = ", ".join(f"{name} {seed}" for _, name, seed in self.found) or "none"
        return (f"{self.programs} programs from seed {self.options.seed}, {self.programs / max(seconds, 1e-3):.1f} per second, "
                f"{self.invalid} invalid, {counts['differs']} differences, {counts['crash']} crashes, "
                f"{counts['hang']} hangs; seeds: {seeds}")


def _leaks(outcome):
    return "leaks" in outcome["report"].partition("\n")[0]


class _Nothing:
    """In the display's place where there is no terminal."""
    def __enter__(self): return self
    def __exit__(self, *error): pass
    def update(self, text): pass


def main():
    parser = argparse.ArgumentParser(description="Random programs with the JIT off and on.")
    parser.add_argument("--time", type=float, default=600, help="seconds (600)")
    parser.add_argument("--seed", type=int, default=0, help="the first program's (0)")
    parser.add_argument("--count", type=int, default=0, help="at most so many programs")
    parser.add_argument("--first", action="store_true", help="end with the first program that is found")
    parser.add_argument("--jobs", type=int, default=1, help="processes (1)")
    parser.add_argument("--generator", choices=[*GENERATORS, "all"], default="all")
    parser.add_argument("--limit", type=float, default=30, help="seconds for one program in all modes (30)")
    parser.add_argument("--shrink", type=float, default=60, help="seconds for making one program small; 0: do not (60)")
    parser.add_argument("--corpus", type=pathlib.Path, default=CORPUS, help="where small programs go (tests/corpus)")
    parser.add_argument("--python", default=sys.executable, help="the interpreter of the programs (this one)")
    parser.add_argument("--verbose", action="store_true", help="tell of invalid programs, too")
    fuzzer = Fuzzer(parser.parse_args())
    fuzzer.run()
    return 1 if fuzzer.found else 0


if __name__ == "__main__":
    sys.exit(main())
