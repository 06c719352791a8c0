"""Run ``opinion-nlp score`` as a user does, with either engine."""

import shutil
import sys
from pathlib import Path

from bench_process import Run, run

COMMAND = Path(sys.executable).with_name("opinion-nlp")
LOCAL, SPARK = "local", "spark"


def score(
    table: Path,
    engine: str,
    profile: str,
    workers: int,
    model: str | None,
    *,
    out: Path | None = None,
    one_core: bool = False,
) -> Run:
    """Run ``opinion-nlp score`` from csv to parquet with an engine, on one core if need be."""
    # What Spark leaves of an earlier result must not be taken for one of the local engine, nor the other way.
    remove(out or table.with_suffix(".parquet"))
    return run(score_command(table, engine, profile, workers, model, out=out), one_core=one_core)


def score_command(
    table: Path, engine: str, profile: str, workers: int, model: str | None, *, out: Path | None = None
) -> list[str | Path]:
    """Give the command that scores a table."""
    command: list[str | Path] = [COMMAND, "score", table, "-o", out or table.with_suffix(".parquet"), "--overwrite"]
    command += ["--profile", profile, *(["--model", model] if model else [])]
    if engine == SPARK:
        command += ["--engine", "spark", "--spark-conf", f"spark.master=local[{workers}]"]
        command += ["--spark-conf", "spark.driver.memory=2g", "--spark-conf", "spark.ui.enabled=false"]
    else:
        command += ["--workers", str(workers)]
    return command


def remove(path: Path) -> None:
    """Delete a file or a folder of parts, if it is there."""
    if path.is_dir():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
