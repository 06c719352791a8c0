"""Kill runs of ``opinion-nlp score`` at random moments, resume them, and compare with an unbroken run.

    python benchmarks/faults.py

Every second kill hits the workers too, as when a machine loses power. Whatever the moment, the resumed run must
give the result of an unbroken one, and leave nothing else behind.
"""

import argparse
import hashlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bench_table import REPORT, Row, sign, tell, write_section
from bench_texts import write_comments

COMMAND = Path(sys.executable).with_name("opinion-nlp")
NOTES = """\
A trial starts `score`, sends SIGKILL at a moment drawn evenly from the length of an unbroken run, to the process
alone or to its workers too in turn, and resumes until the run is done. It fails if the sorted lines of the result
differ from those of the unbroken run, if the list of rejects differs, or if a file is left behind."""


@dataclass(frozen=True)
class Trial:
    """What came of one trial.

    Attributes
    ----------
    killed_at : float
        Seconds after the start.
    was_killed : bool
        Whether the kill came before the run was done.
    n_kept : int
        Parts that were there to be resumed from.
    is_equal : bool
        Whether the result and the rejects are those of the unbroken run, and nothing else lies there.
    """

    killed_at: float
    was_killed: bool
    n_kept: int
    is_equal: bool


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the trials, write the table, and tell by the exit code whether all went well."""
    options = parse_options(arguments)
    given = list(sys.argv[1:] if arguments is None else arguments)
    with tempfile.TemporaryDirectory(prefix="opinion-nlp-faults-") as name:
        trials, seconds = run_trials(Path(name), options)
    n_bad = sum(not trial.is_equal for trial in trials)
    counts = {
        "trials with another result": n_bad,
        "trials killed before the end": sum(trial.was_killed for trial in trials),
        "trials resumed from finished parts": sum(trial.was_killed and trial.n_kept > 0 for trial in trials),
    }
    subject = f"score, {options.rows:,} rows, {options.workers} workers"
    rows = [Row("faults", subject, what, float(count), command="", n=len(trials)) for what, count in counts.items()]
    rows[0] = replace(rows[0], bar=0.0, is_upper_bar=True)
    rows.append(Row("faults", subject, "seconds, the unbroken run", seconds, command="", n=1))
    command = " ".join(["python benchmarks/faults.py", *given])
    write_section("faults", "Runs that are killed", NOTES, sign(rows, command), options.output)
    return int(n_bad > 0)


def parse_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Kill and resume runs; write the table.")
    parser.add_argument("--rows", type=int, default=100_000, help="comments of the table that is scored")
    parser.add_argument("--trials", type=int, default=50, help="runs that are killed")
    parser.add_argument("--workers", type=int, default=2, help="worker processes")
    parser.add_argument("--kind", default="jsonl", choices=("jsonl", "csv", "parquet"), help="kind of the result")
    parser.add_argument("--seed", type=int, default=0, help="seed of the comments and of the moments")
    parser.add_argument("-o", "--output", type=Path, default=REPORT, help="Markdown file")
    return parser.parse_args(arguments)


def run_trials(folder: Path, options: argparse.Namespace) -> tuple[list[Trial], float]:
    """Score once without a break, then again and again with one."""
    table = folder / "comments.csv"
    write_comments(table, options.rows, seed=options.seed)
    with table.open("ab") as stream:
        stream.write("dòng này, có, quá nhiều, ô, thừa\n".encode())  # one row that is rejected
    whole = folder / f"whole.{options.kind}"
    started = time.perf_counter()
    run(make_command(table, whole, options))
    seconds = time.perf_counter() - started
    wanted = digest_result(whole)
    whole.unlink()
    chance = random.Random(options.seed)
    trials = []
    for number in range(options.trials):
        moment = chance.uniform(0, seconds)
        trials.append(
            run_trial(table, folder / f"out.{options.kind}", wanted, moment, options, kills_workers=number % 2 == 1)
        )
        tell(f"faults: trial {number + 1} of {options.trials}: {trials[-1]}")
    return trials, seconds


def run_trial(
    table: Path, out: Path, wanted: str, moment: float, options: argparse.Namespace, *, kills_workers: bool
) -> Trial:
    """Kill one run, resume it, and compare."""
    command = make_command(table, out, options)
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        process.wait(timeout=moment)
        was_killed = False
    except subprocess.TimeoutExpired:
        was_killed = True
        if kills_workers:
            os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.wait()
    n_kept = len(list(out.parent.glob("out.*.partial/parts-*/part-*.parquet")))
    done = run([*command, "--resume"])
    left = sorted(path.name for path in out.parent.glob("out.*"))
    is_whole = done.returncode in (0, 4) and left == [out.name, f"{out.name}.rejects.jsonl"]
    is_equal = is_whole and digest_result(out) == wanted
    if not is_equal:
        tell(f"faults: exit code {done.returncode}, left {left}: {done.stderr}")
    for path in out.parent.glob("out.*"):
        path.unlink()
    return Trial(round(moment, 2), was_killed, n_kept, is_equal)


def run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def make_command(table: Path, out: Path, options: argparse.Namespace) -> list[str]:
    """Give the command of one run."""
    return [str(COMMAND), "score", str(table), "-o", str(out), "--profile", "fast", "--workers", str(options.workers)]


def digest_result(out: Path) -> str:
    """Digest the sorted lines of a result, or all of a Parquet file, and its rejects."""
    content = out.read_bytes()
    if out.suffix != ".parquet":
        content = b"".join(sorted(content.splitlines(keepends=True)))
    return hashlib.sha256(content + Path(f"{out}.rejects.jsonl").read_bytes()).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
