"""Measure what an archive costs: rates by engine, profile and number of rows; memory; workers; start; peers.

    python benchmarks/scale.py
    python benchmarks/scale.py --only rates --rows 10000 100000 --profiles fast
    python benchmarks/scale.py --rows 300 --equal-rows 300 --repeats 1 -o /tmp/trial.md

Whole processes of ``opinion-nlp score``, from csv to parquet, on comments that ``bench_texts.py`` makes.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pandas as pd
from bench_process import run
from bench_scale_peers import measure_networks, measure_peers
from bench_score import LOCAL, SPARK, score
from bench_shares import sample
from bench_table import REPORT, ROOT, Row, range_row, read_rows, sign, tell, write_section
from bench_texts import write_comments

PROFILES = ("fast", "balanced", "accurate")
RATES, EQUAL, WORKERS, START, COST = "rates of the engines", "engines agree", "more workers", "start", "cost"
SHARES = "where the time goes"
RATE_BARS = {"fast": 12_000.0, "balanced": 1_200.0, "accurate": 280.0}
SPARK_BAR = 0.8
WORKER_BARS = {"fast": 1.7, "accurate": 1.8}
GROWTH_BAR = 1.1
N_CLUSTER = 1_000
CLUSTER_SHARE = 0.8
NOTES = """\
Rows are comments of 29 syllables (about 40 pieces of the encoder), recombined clauses of `data/samples`, in csv; a rate
is rows by the wall-clock time of the whole process, with its start, reading and writing. Both engines have the same
cores; Spark runs as `local[N]`. Memory is the highest resident memory of the process of the local engine that needs
most, in 10^6 bytes. Engines agree where labels, probabilities and texts are equal bit by bit, row by row. Cost is
core-hours: by the rate per core of the largest run that was measured. The cluster is a calculation, not a
measurement: cores of this kind, and a share of 0.8 of their time spent on tagging, the rest on reading, shuffling and
waiting for the last task. Where the time goes: shares of the samples of working threads that py-spy takes in all
processes, 50 a second; those of `accurate` and `balanced` do not see the threads of ONNX Runtime one by one."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what is asked for, and write each part into the report as soon as it is done."""
    options = parse_options(arguments)
    given = list(sys.argv[1:] if arguments is None else arguments)
    command = " ".join(["python benchmarks/scale.py", *given])
    with tempfile.TemporaryDirectory(prefix="opinion-nlp-scale-", dir=options.scratch) as folder:
        for part in options.only:
            tell(f"== {part}")
            for rows in PARTS[part](options, Path(folder)):
                write_section("scale", "Scale", NOTES, sign(rows, command), options.output)
    if "cost" in options.only:
        plot(options.output)


def parse_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Measure what an archive costs; write the table.")
    parser.add_argument("--only", nargs="+", default=list(PARTS), help=f"some of {', '.join(PARTS)}")
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000, 1_000_000, 10_000_000])
    parser.add_argument("--profiles", nargs="+", default=list(PROFILES), help="profiles to measure")
    parser.add_argument("--engines", nargs="+", default=[LOCAL, SPARK], help="engines to measure")
    parser.add_argument(
        "--max-seconds", type=float, default=2_400, help="a longer run, as far as foreseen, is left out"
    )
    parser.add_argument("--equal-rows", type=int, default=100_000, help="rows on which the engines are compared")
    parser.add_argument("--workers", type=int, default=2, help="cores")
    parser.add_argument("--repeats", type=int, default=3, help="turns of each side of a ratio")
    parser.add_argument("--model", default=None, help="folder of the model; the bundled one by default")
    parser.add_argument("--scratch", type=Path, default=None, help="folder for what is made and written; 10 GB")
    parser.add_argument("-o", "--output", type=Path, default=REPORT, help="Markdown file")
    options = parser.parse_args(arguments)
    if min(*options.rows, options.equal_rows, options.workers, options.repeats) < 1:
        parser.error("all numbers must be at least 1")
    for name, known in (("only", PARTS), ("profiles", PROFILES), ("engines", (LOCAL, SPARK))):
        if unknown := set(getattr(options, name)) - set(known):
            parser.error(f"--{name} takes {', '.join(known)}, got {', '.join(sorted(unknown))}")
    return options


def measure_rates(options: argparse.Namespace, folder: Path) -> "list[list[Row]]":
    """Measure every engine and profile on ever more rows, as long as a run is not foreseen to take too long."""
    rows: list[Row] = []
    seconds: dict[tuple[str, str], float] = {}
    peaks: dict[str, dict[int, float]] = {}
    rates: dict[tuple[str, str, int], float] = {}
    for n_rows in sorted(options.rows):
        table = folder / f"{n_rows}.csv"
        wanted = [
            (engine, profile)
            for profile in options.profiles
            for engine in options.engines
            if seconds.get((engine, profile), 0.0) * n_rows <= options.max_seconds
        ]
        if wanted:
            write_comments(table, n_rows, seed=0)
        for engine, profile in wanted:
            done = score(table, engine, profile, options.workers, options.model)
            rate = n_rows / done.seconds
            tell(f"  {engine}, {profile}, {n_rows:,} rows: {rate:,.0f} a second")
            seconds[engine, profile] = done.seconds / n_rows
            rates[engine, profile, n_rows] = rate
            rows += rate_rows(engine, profile, n_rows, rate, rates, options.workers)
            if engine == LOCAL:
                peaks.setdefault(profile, {})[n_rows] = done.greatest_mb
                subject = f"local, {profile}, {n_rows:,} rows"
                rows.append(one(name_set(profile), subject, "peak of a process, MB", done.greatest_mb))
        table.unlink(missing_ok=True)
    for profile, own in peaks.items():
        sizes = sorted(own)
        if len(sizes) > 1 and sizes[-1] >= 10 * sizes[-2] and sizes[-2] >= 100_000:
            subject = f"local, {profile}, {sizes[-1]:,} against {sizes[-2]:,} rows"
            growth = own[sizes[-1]] / own[sizes[-2]]
            measure = "peak of a process, times as much"
            rows.append(one(name_set(profile), subject, measure, growth, GROWTH_BAR, is_upper=True))
    return [rows]


def rate_rows(
    engine: str,
    profile: str,
    n_rows: int,
    rate: float,
    rates: Mapping[tuple[str, str, int], float],
    workers: int,
) -> list[Row]:
    """Give the rate of one run, for all cores and for each, and Spark's share of the local engine's."""
    subject = f"{engine}, {profile}, {n_rows:,} rows"
    bar = RATE_BARS[profile] if engine == LOCAL and n_rows >= 100_000 else None
    rows = [
        one(name_set(profile), subject, f"rows a second, {workers} cores", rate, bar),
        one(name_set(profile), subject, "rows a second and core", rate / workers),
    ]
    local = rates.get((LOCAL, profile, n_rows))
    if engine == SPARK and local is not None:
        bar = SPARK_BAR if n_rows >= 1_000_000 else None
        rows.append(one(name_set(profile), subject, "share of the local engine's rate", rate / local, bar))
    return rows


def name_set(profile: str) -> str:
    """Name the rates of a profile: those of another stay when these are measured again."""
    return f"{RATES}, {profile}"


def measure_equality(options: argparse.Namespace, folder: Path) -> "list[list[Row]]":
    """Score the same table by both engines, and count the rows that differ."""
    table = folder / "equal.csv"
    write_comments(table, options.equal_rows, seed=1)
    rows = []
    for profile in options.profiles:
        outs = {engine: folder / f"equal-{engine}-{profile}.parquet" for engine in (LOCAL, SPARK)}
        for engine, out in outs.items():
            score(table, engine, profile, options.workers, options.model, out=out)
        first, second = (read_sorted(out) for out in outs.values())
        shared = [name for name in first if name in second]
        is_same = len(first) == len(second) and (first[shared].fillna("") == second[shared].fillna("")).all(axis=1)
        n_wrong = len(first) - int(is_same.sum()) if len(first) == len(second) else max(len(first), len(second))
        tell(f"  {profile}: {n_wrong} of {len(first):,} rows differ in {', '.join(shared)}")
        subject = f"{profile}, {options.equal_rows:,} rows, {len(shared)} columns"
        rows.append(one(EQUAL, subject, "rows that differ between the engines", n_wrong, 0.0, is_upper=True))
    return [rows]


def read_sorted(out: Path) -> pd.DataFrame:
    """Read a result in the order of its ids."""
    return pd.read_parquet(out).sort_values("Mã").reset_index(drop=True)


def measure_workers(options: argparse.Namespace, folder: Path) -> "list[list[Row]]":
    """Time one worker on one core against two, in turns: a lone worker would else take both cores for the encoder."""
    found = []
    for profile in options.profiles:
        n_rows = {"fast": 500_000, "balanced": 20_000, "accurate": 8_000}[profile]
        n_rows = min(n_rows, max(options.rows))
        table = folder / f"workers-{profile}.csv"
        write_comments(table, n_rows, seed=2)
        ratios = []
        for repeat in range(options.repeats):
            taken = {}
            for workers in (1, options.workers)[:: 1 if repeat % 2 == 0 else -1]:
                done = score(table, LOCAL, profile, workers, options.model, one_core=workers == 1)
                taken[workers] = done.seconds
            ratios.append(taken[1] / taken[options.workers])
            tell(f"  {profile}: {ratios[-1]:.2f} times as fast with {options.workers} workers")
        subject = f"local, {profile}, {n_rows:,} rows"
        measure = f"{options.workers} workers, times as fast as 1 on one core"
        found.append([range_row(f"{WORKERS}, {profile}", subject, measure, ratios, bar=WORKER_BARS.get(profile))])
    return found


def measure_start(options: argparse.Namespace, folder: Path) -> "list[list[Row]]":
    """Time ten rows by each engine, and how long a model takes to reach the workers."""
    table = folder / "start.csv"
    write_comments(table, 10, seed=3)
    taken: dict[str, list[float]] = {LOCAL: [], SPARK: []}
    for repeat in range(options.repeats):
        for engine in (LOCAL, SPARK)[:: 1 if repeat % 2 == 0 else -1]:
            taken[engine].append(score(table, engine, "fast", options.workers, options.model).seconds)
    rows = [
        range_row(START, f"{engine}, fast, 10 rows", "seconds, the whole process", own) for engine, own in taken.items()
    ]
    program = ROOT / "benchmarks" / "bench_ship.py"
    shipped = [float(run([sys.executable, program]).stdout.split()[-1]) for _ in range(options.repeats)]
    rows.append(
        range_row(START, "the bundled model", "seconds to pack and send it, with the first Python worker", shipped)
    )
    return [rows]


def measure_shares(options: argparse.Namespace, folder: Path) -> "list[list[Row]]":
    """Sample where the time of a run goes."""
    found = []
    for profile in options.profiles:
        n_rows = min({"fast": 300_000, "balanced": 10_000, "accurate": 5_000}[profile], max(options.rows))
        table = folder / f"shares-{profile}.csv"
        write_comments(table, n_rows, seed=5)
        shares = sample(table, profile, options.workers, options.model, folder)
        tell(f"  {profile}: " + ", ".join(f"{stage} {share:.0%}" for stage, share in list(shares.items())[:6]))
        subject = f"local, {profile}, {n_rows:,} rows"
        found.append(
            [one(f"{SHARES}, {profile}", subject, f"share: {stage}", share) for stage, share in shares.items()]
        )
    return found


def calculate_cost(options: argparse.Namespace, folder: Path) -> "list[list[Row]]":
    """Calculate what a million rows cost, from the largest runs that were measured."""
    store = options.output.with_name(f"{options.output.stem}.scale.json")
    largest: dict[tuple[str, str], tuple[int, float]] = {}
    for row in read_rows(store):
        if row.set.startswith(RATES) and row.measure == "rows a second and core":
            engine, profile, size = row.subject.rsplit(" rows", 1)[0].split(", ", 2)
            n_rows = int(size.replace(",", ""))
            if n_rows > largest.get((engine, profile), (0, 0.0))[0]:
                largest[engine, profile] = (n_rows, row.value)
    rows = []
    for (engine, profile), (n_rows, rate) in largest.items():
        subject = f"{engine}, {profile}, by its rate on {n_rows:,} rows"
        rows.append(one(COST, subject, "core-hours for a million rows", 1e6 / rate / 3600))
        if engine == SPARK:
            seconds = 1e8 / (rate * N_CLUSTER * CLUSTER_SHARE)
            measure = f"minutes for 100 million rows on {N_CLUSTER:,} cores, calculated"
            rows.append(one(COST, subject, measure, seconds / 60))
    return [rows] if rows else []


def one(
    set_name: str, subject: str, measure: str, value: float, bar: float | None = None, *, is_upper: bool = False
) -> Row:
    """Make the row of a single measure."""
    return Row(set_name, subject, measure, float(value), "", 1, bar=bar, is_upper_bar=is_upper)


def plot(report: Path) -> None:
    """Draw rates against rows, as a picture beside the report."""
    from matplotlib.figure import Figure

    points: dict[tuple[str, str], list[tuple[int, float]]] = {}
    for row in read_rows(report.with_name(f"{report.stem}.scale.json")):
        if row.set.startswith(RATES) and row.measure.startswith("rows a second, "):
            engine, profile, size = row.subject.rsplit(" rows", 1)[0].split(", ", 2)
            points.setdefault((engine, profile), []).append((int(size.replace(",", "")), row.value))
    if not points:
        return
    figure = Figure(figsize=(8, 4.5), layout="constrained")
    axes = figure.subplots()
    colours = dict(zip(PROFILES, ("#1f77b4", "#2ca02c", "#d62728"), strict=True))
    for (engine, profile), own in points.items():
        rows, rates = zip(*sorted(own), strict=True)
        style = "-" if engine == LOCAL else "--"
        axes.plot(rows, rates, style, marker="o", color=colours[profile], label=f"{profile}, {engine}")
    axes.set(xscale="log", yscale="log", xlabel="rows", ylabel="rows a second, two cores")
    axes.grid(which="both", alpha=0.25)
    axes.legend(ncols=len(PROFILES))
    figure.savefig(report.with_name(f"{report.stem}.scale.png"), dpi=110)


PARTS: Mapping[str, "Callable[[argparse.Namespace, Path], list[list[Row]]]"] = {
    "rates": measure_rates,
    "equal": measure_equality,
    "workers": measure_workers,
    "start": measure_start,
    "shares": measure_shares,
    "peers": measure_peers,
    "networks": measure_networks,
    "cost": calculate_cost,
}


if __name__ == "__main__":
    main()
