"""Shows the measurements as a table, and writes them in pyperf's format."""

import statistics

from rich.table import Table

MEGABYTE = 1 << 20


def table(rows, modes, averaged):
    """A rich table of `rows`: [(Subject, {mode name: Series}), ...].  Below are
    the mean and the lowest ratios of the programs named in `averaged`, if two or more."""
    result = Table(box=None, pad_edge=False, header_style="bold")
    result.add_column("program")
    result.add_column("answer", justify="right")
    for mode in modes:
        result.add_column(f"{mode.name}, s", justify="right")
        if mode.name != "off":
            result.add_column("ratio", justify="right", style="bold")
    result.add_column("memory off, MB", justify="right")
    for mode in modes:
        if mode.name != "off":
            result.add_column(f"{mode.name}", justify="right")
    for subject, series in rows:
        result.add_row(*_cells(subject, series, modes))
    averaged = [series for subject, series in rows if subject.name in averaged]
    if len(averaged) > 1:
        for what, summary in ((f"geometric mean of {len(averaged)}", statistics.geometric_mean),
                              ("lowest", min)):
            result.add_row(what, *_summary_cells(averaged, modes, summary), style="bold")
    return result


def _cells(subject, series, modes):
    off = series["off"]
    yield subject.name
    yield "" if subject.is_script else off.answers[0]
    for mode in modes:
        mine = series[mode.name]
        yield f"{mine.median:.4f} ± {100 * mine.spread / mine.median:.0f} %"
        if mode.name != "off":
            yield f"{_ratio(series, mode):.2f}x"
    yield f"{off.peak / MEGABYTE:.1f}"
    for mode in modes:
        if mode.name != "off":
            yield f"{(series[mode.name].peak - off.peak) / MEGABYTE:+.1f}"


def _summary_cells(averaged, modes, summary):
    """The cells behind the name of a row that sums up the ratios."""
    yield ""
    for mode in modes:
        yield ""
        if mode.name != "off":
            yield f"{summary([_ratio(series, mode) for series in averaged]):.2f}x"


def _ratio(series, mode):
    return series["off"].median / series[mode.name].median


def differing(rows):
    """A line of text for each subject whose answers were not all the same."""
    for subject, series in rows:
        answers = {mode: set(mine.answers) for mode, mine in series.items()}
        if len(set().union(*answers.values())) > 1:
            modes = ", ".join(f"{mode}: {len(found)} different" for mode, found in
                              answers.items())
            yield f"{subject.name}: the answers differ between runs ({modes})"


def write_json(path, rows):
    """Write all measurements to `path`; pyperf reads it.  Benchmarks are named
    "program mode"; mem_max_rss is in bytes."""
    import pyperf
    benchmarks = []
    for subject, series in rows:
        for mode, mine in series.items():
            runs = [pyperf.Run([seconds], collect_metadata=False, metadata={
                        "name": f"{subject.name} {mode}", "unit": "second",
                        "mem_max_rss": memory})
                    for seconds, memory in zip(mine.seconds, mine.memory)]
            benchmarks.append(pyperf.Benchmark(runs))
    pyperf.BenchmarkSuite(benchmarks).dump(path, replace=True)
