"""The benchmark programs do the same off and on, in small, and their table adds up."""

import glob
import os

import pytest

from graft import bench
from graft.bench.measure import Mode, Series, Subject
from oracle import check_source

FOLDER = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "bench")

# Arguments of run() that leave something to compile and do not take long.
SMALL = {
    "bank": dict(transfers=1_000, customers=10),
    "binary_trees": dict(depth=7),
    "csv_clean": dict(count=150, times=2),
    "dijkstra": dict(nodes=100, edges=8),
    "fannkuch": dict(n=6, times=1),
    "fib": dict(n=12),
    "float_sum": dict(calls=50),
    "float_sum_once": dict(n=500),
    "generator_sum": dict(times=1),
    "interpreter": dict(sums=150, primes=100),
    "json_dumps": dict(times=2),
    "json_parse": dict(documents=4, depth=3),
    "levenshtein": dict(pairs=8, length=12),
    "life": dict(generations=20),
    "lru_cache": dict(requests=1_000, capacity=20),
    "lu": dict(n=12, systems=2),
    "mandelbrot": dict(width=12, height=12, limit=60),
    "mandelbrot_complex": dict(width=12, height=12, limit=60),
    "matmul": dict(n=12),
    "nbody": dict(steps=100),
    "orders": dict(count=200),
    "particles": dict(count=20, steps=100),
    "queens": dict(n=6),
    "raytrace": dict(width=12, height=9),
    "scheduler": dict(amount=200),
    "sieve": dict(limit=2_000),
    "spectral_norm": dict(n=12, steps=2),
    "tax": dict(count=200),         # of prepare()
    "tokenizer": dict(lines=40, times=2),
    "word_count": dict(words=600),
}


def test_every_program_is_listed():
    files = {os.path.basename(path)[:-len(".py")] for path in glob.glob(os.path.join(FOLDER, "*.py"))}
    assert files == set(bench.PROGRAMS + bench.EXTRAS) == SMALL.keys() | {"startup"}


@pytest.mark.parametrize("name", SMALL)
def test_same_off_and_on(name):
    with open(os.path.join(FOLDER, name + ".py"), encoding="utf-8") as file:
        source = file.read()
    call = "run(prepare(**{}))" if "def prepare(" in source else "run(**{})"
    seen = check_source(f"{source}\ndef main(): return {call.format(SMALL[name])}\n", repeat=2)
    assert [call["exception"] for call in seen] == ["None", "None"]


def test_table_ends_with_the_mean():
    rich = pytest.importorskip("rich.console")
    from graft.bench import report

    def series(*seconds):
        return Series(list(seconds), [10 << 20] * len(seconds), ["5"] * len(seconds))
    rows = [(Subject("fib", ""), {"off": series(4.0, 4.0, 9.0), "on": series(1.0)}),
            (Subject("tax", ""), {"off": series(1.0), "on": series(4.0)}),
            (Subject("startup", "", True), {"off": series(9.0), "on": series(1.0)})]
    modes = [Mode("off", "", {}), Mode("on", "", {})]
    output = rich.Console(width=150, file=open(os.devnull, "w"), record=True)
    output.print(report.table(rows, modes, bench.PROGRAMS))
    lines = [line.split() for line in output.export_text().splitlines()]
    assert [line[0] for line in lines] == ["program", "fib", "tax", "startup", "geometric", "lowest"]
    assert "4.00x" in lines[1] and "0.25x" in lines[2] and "9.00x" in lines[3]
    assert lines[4] == ["geometric", "mean", "of", "2", "1.00x"] and lines[5] == ["lowest", "0.25x"]
    output.file.close()


def test_no_mean_of_one():
    rich = pytest.importorskip("rich.console")
    from graft.bench import report
    row = Subject("fib", ""), {"off": Series([1.0], [0], ["5"])}
    assert report.table([row], [Mode("off", "", {})], bench.PROGRAMS).row_count == 1
