"""Measure the speed, start-up and memory of ``opinion-nlp score``, and write the table.

    python benchmarks/speed.py

Speed is measured in pairs: each repeat times ``underthesea.word_tokenize`` alone and ``score`` after each
other, in alternating order, on texts of the same table.
"""

import argparse
import json
import math
import random
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench_process import Run, run
from bench_table import REPORT, ROOT, Row, range_row, sign, tell, write_section
from bench_texts import iter_comments, write_comments

COMMAND = Path(sys.executable).with_name("opinion-nlp")
N_SEGMENTED = 5_000
LARGE_FACTOR = 4
MB_BAR = 1_000.0
GROWTH_BAR = 1.1
RATIO_BAR = 5.0
NOTES = """\
Value and interval are the median, the least and the greatest of n repeats. `score` is timed as a whole
process: loading the model, reading csv and writing parquet included. Memory is the highest resident memory of
a process, in 10^6 bytes; what processes share counts in each. `benchmarks/bench_texts.py` makes the comments."""
_TIMER = "import time; t = time.perf_counter(); {timed}; print(time.perf_counter() - t)"


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what is asked for, and write it into the report."""
    options = parse_options(arguments)
    given = list(sys.argv[1:] if arguments is None else arguments)
    command = " ".join(["python benchmarks/speed.py", *given])
    rows: list[Row] = []
    if "start-up" in options.only:
        rows += measure_start_up(options.start_up_repeats, options.model)
    if "throughput" in options.only:
        rows += measure_throughput(options)
    write_section("speed", "Speed", NOTES, sign(rows, command), options.output)
    tell(f"{options.output}: {len(rows)} rows")


def parse_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Measure speed, start-up and memory; write the table.")
    parser.add_argument("--rows", type=int, default=200_000, help="comments of the table that is scored")
    parser.add_argument("--repeats", type=int, default=3, help="pairs of word_tokenize and score")
    parser.add_argument("--start-up-repeats", type=int, default=9, help="runs behind each start-up time")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2], help="worker processes to try")
    parser.add_argument("--only", nargs="+", default=["start-up", "throughput"], help="parts to measure")
    parser.add_argument("--model", default=None, help="folder of the model; the bundled one by default")
    parser.add_argument("--seed", type=int, default=0, help="seed of the comments and of the subset")
    parser.add_argument("-o", "--output", type=Path, default=REPORT, help="Markdown file")
    options = parser.parse_args(arguments)
    if options.rows < 1 or options.repeats < 1 or min(options.workers) < 1:
        parser.error("--rows, --repeats and --workers must be at least 1")
    if unknown := set(options.only) - {"start-up", "throughput"}:
        parser.error(f"--only takes start-up and throughput, got {', '.join(sorted(unknown))}")
    return options


def measure_start_up(n_repeats: int, model: str | None) -> list[Row]:
    """Time what a person waits for before the first text is read."""
    loading = f"from opinion_nlp import load_tagger; load_tagger({model!r})"
    # Subject, what its seconds are, the program, whether it times itself, the bar.
    programs: list[tuple[str, str, list[str | Path], bool, float | None]] = [
        (
            "import opinion_nlp",
            "the import alone",
            python(_TIMER.format(timed="import opinion_nlp")),
            True,
            0.2,
        ),
        ("import opinion_nlp", "the whole process", python("import opinion_nlp"), False, None),
        ("opinion-nlp --help", "the whole process", [COMMAND, "--help"], False, 0.5),
        ("load_tagger()", "import and loading", python(_TIMER.format(timed=loading)), True, None),
    ]
    rows = []
    for subject, what, program, is_timer, bar in programs:
        tell(f"start-up: {subject}, {what}")
        run(program)  # fills the caches of the file system and of compiled modules
        runs = [run(program) for _ in range(n_repeats)]
        seconds = [float(one.stdout) if is_timer else one.seconds for one in runs]
        rows.append(range_row("start-up", subject, f"seconds, {what}", seconds, bar=bar, is_upper_bar=True))
    return rows


def python(program: str) -> list[str | Path]:
    """Give the command that runs a program of one line."""
    return [sys.executable, "-c", program]


def measure_throughput(options: argparse.Namespace) -> list[Row]:
    """Time ``score`` against the segmenter, and watch its memory while the table grows."""
    with tempfile.TemporaryDirectory(prefix="opinion-nlp-speed-") as folder:
        table, subset = Path(folder, "comments.csv"), Path(folder, "subset.json")
        n_large = options.rows * LARGE_FACTOR
        tell(f"throughput: writing {options.rows:,} comments")
        write_comments(table, options.rows, seed=options.seed)
        texts = list(iter_comments(options.rows, seed=options.seed))
        chosen = random.Random(options.seed).sample(texts, min(N_SEGMENTED, len(texts)))
        subset.write_text(json.dumps(chosen, ensure_ascii=False), encoding="utf-8")
        segmenter, scores = time_pairs(table, subset, options)
        large_table = Path(folder, "many.csv")
        write_comments(large_table, n_large, seed=options.seed)
        large: dict[int, Run] = {}
        for workers in options.workers:
            tell(f"throughput: score of {n_large:,} rows, {workers} worker(s)")
            large[workers] = score(large_table, workers, options.model)
    n_syllables = statistics.mean(len(text.split()) for text in texts)
    return [
        *speed_rows(segmenter, scores, options.rows, len(chosen), n_syllables),
        *memory_rows(scores, large, options.rows, n_large),
    ]


def time_pairs(table: Path, subset: Path, options: argparse.Namespace) -> tuple[list[float], dict[int, list[Run]]]:
    """Time the segmenter and ``score`` in turn, and turn the order round with each repeat."""
    segmenter: list[float] = []
    scores: dict[int, list[Run]] = {workers: [] for workers in options.workers}

    def segment() -> None:
        alone = run([sys.executable, ROOT / "benchmarks" / "bench_segmenter.py", subset], one_core=True)
        segmenter.append(float(alone.stdout))
        tell(f"  word_tokenize alone: {segmenter[-1]:,.0f} texts a second")

    for repeat in range(options.repeats):
        tell(f"throughput: repeat {repeat + 1} of {options.repeats}")
        if repeat % 2 == 0:
            segment()
        for workers in options.workers:
            scores[workers].append(score(table, workers, options.model))
            rate = options.rows / scores[workers][-1].seconds
            tell(f"  score, {workers} worker(s): {rate:,.0f} rows a second")
        if repeat % 2 == 1:
            segment()
    return segmenter, scores


def score(table: Path, workers: int, model: str | None) -> Run:
    """Run ``opinion-nlp score`` with the profile ``fast`` from csv to parquet; one worker is kept on one core."""
    out = table.with_suffix(".parquet")
    named = ["--model", model] if model else []
    command: list[str | Path] = [
        COMMAND,
        "score",
        table,
        "-o",
        out,
        "--overwrite",
        "--workers",
        str(workers),
        "--profile",
        "fast",
        *named,
    ]
    return run(command, one_core=workers == 1)


def speed_rows(
    segmenter: list[float], scores: dict[int, list[Run]], n_rows: int, n_segmented: int, n_syllables: float
) -> list[Row]:
    """Give rates, and the ratios of each pair."""
    of = f"{n_rows:,} comments of {n_syllables:.0f} syllables"
    alone = f"word_tokenize alone, one core, {n_segmented:,} of them"
    rows = [range_row("speed", alone, "texts a second", segmenter)]
    for workers, runs in scores.items():
        rates = [n_rows / one.seconds for one in runs]
        subject = f"score, {count_workers(workers)}, {of}"
        rows.append(range_row("speed", subject, "rows a second", rates))
        ratios = [rate / other for rate, other in zip(rates, segmenter, strict=True)]
        rows.append(range_row("speed", subject, "times word_tokenize on one core", ratios, bar=RATIO_BAR))
    return rows


def memory_rows(scores: dict[int, list[Run]], large: dict[int, Run], n_rows: int, n_large: int) -> list[Row]:
    """Give the peaks of memory, and how they grow with the table."""
    rows = []
    for workers, runs in scores.items():
        if math.isnan(runs[0].parent_mb):
            tell("memory: this system has no /proc, so memory is not measured")
            return []
        for n, measured in ((n_rows, runs), (n_large, [large[workers]])):
            subject = f"score, {count_workers(workers)}, {n:,} rows"
            rows.append(peak_row(subject, "parent", [one.parent_mb for one in measured]))
            if any(one.workers_mb for one in measured):
                peaks = [max(one.workers_mb) for one in measured]
                rows.append(peak_row(subject, "largest worker", peaks))
        growth = [large[workers].greatest_mb / statistics.median(one.greatest_mb for one in runs)]
        subject = f"score, {count_workers(workers)}, {n_large:,} against {n_rows:,} rows"
        measure = "largest process, times as much"
        rows.append(range_row("memory", subject, measure, growth, bar=GROWTH_BAR, is_upper_bar=True))
    return rows


def peak_row(subject: str, process: str, peaks: list[float]) -> Row:
    """Make the row of a peak of resident memory."""
    measure = f"peak of the {process}, MB"
    return range_row("memory", subject, measure, peaks, bar=MB_BAR, is_upper_bar=True)


def count_workers(workers: int) -> str:
    """Say how many workers, and how many cores they may use."""
    return "1 worker on one core" if workers == 1 else f"{workers} workers"


if __name__ == "__main__":
    main()
