"""Where the time of a run goes: samples of all its processes by py-spy, put down to stages."""

import shutil
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from bench_process import run
from bench_score import LOCAL, score_command

# What a stack is put down to: the first stage one of whose functions is in it.
STAGES: dict[str, tuple[str, ...]] = {
    "start: imports, loading the model": ("_find_and_load (", "load_tagger (", "check_model ("),
    "normalising": ("normalise_all (",),
    "n-grams of syllables": ("NgramVectoriser._count_tokens (", "fold_case_and_digits ("),
    "n-grams of characters": ("NgramVectoriser._count_characters (", "fold_digits ("),
    "n-grams, weighting": ("NgramVectoriser.transform (",),
    "cues": ("CueCounter.transform (",),
    "encoder": ("EncoderModel",),
    "weights of the tasks, calibration": ("LinearModel.predict_proba (", "predict_proba ("),
    "frame of tags": ("Tagger.tag (",),
    "decoding, splitting": ("prepare_job (",),
    "writing parts": ("PartStore.add (",),
    "counting labels": ("count_tags (",),
    "putting parts together": ("write_table (",),
    "reading": ("iter_chunks (", "_dispatch_new (", "JobMaker"),
}
OTHER = "other"


def sample(table: Path, profile: str, workers: int, model: str | None, folder: Path) -> dict[str, float]:
    """Run ``opinion-nlp score`` under py-spy, and give each stage's share of the samples of working threads.

    Raises
    ------
    SystemExit
        If py-spy is not installed.
    """
    program = shutil.which("py-spy", path=str(Path(sys.executable).parent)) or shutil.which("py-spy")
    if program is None:
        raise SystemExit("py-spy is not installed: pip install py-spy")
    stacks = folder / "stacks.txt"
    command = score_command(table, LOCAL, profile, workers, model)
    run([program, "record", "--subprocesses", "--rate", "50", "--format", "raw", "-o", stacks, "--", *command])
    return share_out(stacks.read_text(encoding="utf-8").splitlines())


def share_out(stacks: Iterable[str]) -> dict[str, float]:
    """Give each stage's share of sampled stacks, the largest first.

    Examples
    --------
    >>> share_out(["main (a.py:1);CueCounter.transform (cues.py:165);_measure (cues.py:7) 3", "main (a.py:9) 1"])
    {'cues': 0.75, 'other': 0.25}
    """
    counts: Counter[str] = Counter()
    for line in stacks:
        stack, _, n = line.rpartition(" ")
        counts[find_stage(stack)] += int(n)
    return {stage: n / counts.total() for stage, n in counts.most_common()}


def find_stage(stack: str) -> str:
    """Name the stage of a stack."""
    for stage, functions in STAGES.items():
        if any(function in stack for function in functions):
            return stage
    return OTHER
