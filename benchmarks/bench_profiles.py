"""What ``profiles.py`` measures of a stored model: besides the speed, its quality, what it needs, its 8 bits."""

import json
import math
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from bench_predictions import (
    Predictions,
    difference_row,
    predict,
    rumour_difference_rows,
    rumour_rows,
    task_rows,
)
from bench_process import run
from bench_rates import measure_balanced, measure_peer
from bench_setting import ACCURATE, BALANCED, Setting, read_dev
from bench_sides import ENCODER
from bench_table import ROOT, Row, range_row, tell

from opinion_nlp.schema import RUMOUR_COLUMN

LOSS_BAR = 0.005
ECE_BAR, MB_BAR, OPEN_BAR = 0.03, 40.0, 1.0
DIFFERENCE_BAR, EQUAL_BAR = 0.02, 0.99
GAIN_BAR = 0.5
N_MEMORY_TEXTS = 2_000
# Subject, measure, its name, what a plain linear model reaches, the bar of ``accurate``.
MEASURES = (
    ("nature", "macro_f1", "macro F1", "0.727", 0.78),
    (RUMOUR_COLUMN, "auroc", "AUROC", "0.907", 0.95),
    (RUMOUR_COLUMN, "average_precision", "average precision", "0.678", 0.81),
    (RUMOUR_COLUMN, "ece", "ECE, 15 bins", "", None),
    ("sentiment", "macro_f1", "macro F1", "0.664", 0.79),
    ("topic", "macro_f1", "macro F1", "0.643", 0.77),
)


def measure_quality(setting: Setting) -> list[Row]:
    """Measure every profile on VORD dev, and what ``balanced`` loses against ``accurate``."""
    if ("vord", "dev") in {(corpus.get("name"), corpus.get("part")) for corpus in setting.tagger.manifest.corpora}:
        tell(f"quality: left out, {setting.tagger.version} was fitted on VORD dev, by its manifest")
        return []
    frame = read_dev(setting)
    if frame is None:
        tell(f"quality: left out, there is no VORD dev in {setting.data_dir}; name its folder with --data")
        return []
    tasks = {task: task for task in setting.tagger.tasks if task in frame}
    found: dict[str, Predictions] = {}
    rows: list[Row] = []
    for profile in setting.tagger.profiles:
        tell(f"quality: {profile}")
        found[profile] = predict(setting.tagger, frame, tasks, profile=profile)
        rows += quality_rows(profile, found[profile])
    if ACCURATE in found and BALANCED in found:
        rows += loss_rows(found[ACCURATE], found[BALANCED], list(tasks))
    return rows


def quality_rows(profile: str, found: Predictions) -> list[Row]:
    """Give the measures of one profile; the bars on ranking and labels are those of ``accurate``."""
    rows: list[Row] = []
    for subject, key, measure, linear, bar in MEASURES:
        own = ECE_BAR if key == "ece" else bar if profile == ACCURATE else None
        wanted = {key: (measure, f"linear {linear}" if linear else "", own)}
        if subject in found["truth"]:
            measured = task_rows("profiles on VORD dev", found, subject, wanted, "")
        elif subject == RUMOUR_COLUMN and found["p_rumour"] is not None:
            measured = rumour_rows("profiles on VORD dev", found, wanted, "")
        else:
            continue
        rows += [replace(row, subject=f"{profile}: {subject}") for row in measured]
    return rows


def loss_rows(accurate: Predictions, balanced: Predictions, tasks: Sequence[str]) -> list[Row]:
    """Give what ``balanced`` loses, on the same resamples of the same texts."""
    set_name, loss = "balanced on VORD dev, what it loses", f"{ACCURATE} minus {BALANCED}"
    rows = [difference_row(set_name, accurate, balanced, task, f"macro F1, {loss}", "") for task in tasks]
    if accurate["p_rumour"] is not None:
        ranked = rumour_difference_rows(set_name, accurate, balanced, "")
        rows += [replace(row, measure=f"{row.measure}, {loss}") for row in ranked]
    return [replace(row, bar=LOSS_BAR, is_upper_bar=True) for row in rows]


def measure_resources(setting: Setting) -> list[Row]:
    """Measure cold starts, memory and the size on disk."""
    n_texts = min(N_MEMORY_TEXTS, setting.limit or N_MEMORY_TEXTS)
    rows: list[Row] = []
    kinds = [*setting.tagger.profiles, *([ENCODER] if ACCURATE in setting.tagger.profiles else [])]
    for kind in kinds:
        tell(f"resources: cold start, {kind}")
        program = [sys.executable, ROOT / "benchmarks" / "bench_cold.py", kind, str(setting.model), str(n_texts)]
        run(program)  # fills the caches of the file system and of compiled modules
        runs = [run(program) for _ in range(setting.repeats)]
        told = [json.loads(one.stdout) for one in runs]
        first_s, load_s = ([one[key] for one in told] for key in ("first_s", "load_s"))
        if kind == ENCODER:
            rows.append(cold_row("encoder", "seconds to open it and read a text", first_s, bar=OPEN_BAR))
            continue
        rows.append(cold_row(kind, "seconds, import and load_tagger()", load_s))
        rows.append(cold_row(kind, "seconds of the first tag() of 20 texts, after that", first_s))
        if not math.isnan(runs[0].parent_mb):
            peaks = [one.parent_mb for one in runs]
            rows.append(cold_row(kind, f"peak memory while {n_texts:,} comments are tagged, MB", peaks))
    return [*rows, *size_rows(setting.model)]


def size_rows(folder: Path) -> list[Row]:
    """Give the size of a model on disk, in all and of each of its folders."""
    sizes: dict[str, int] = {}
    for file in folder.rglob("*"):
        if file.is_file():
            inside = file.relative_to(folder).parts
            part = f"{inside[0]}/" if len(inside) > 1 else "manifest and card"
            sizes[part] = sizes.get(part, 0) + file.stat().st_size
    rows = [cold_row("model in all", "size on disk, MB", [sum(sizes.values()) / 1e6], bar=MB_BAR)]
    return [*rows, *(cold_row(part, "size on disk, MB", [sizes[part] / 1e6]) for part in sorted(sizes))]


def measure_parity(setting: Setting) -> list[Row]:
    """Give how far the stored 8-bit encoder is from the network that it was made of, as measured when it was stored."""
    parity = setting.tagger.manifest.training.get("encoder", {}).get("parity")
    if not parity:
        tell(f"parity: left out, the manifest of {setting.tagger.version} tells of none")
        return []
    wanted = (
        ("largest_difference", "largest difference of a probability", DIFFERENCE_BAR, True),
        ("high_difference", "99th percentile of the differences", None, True),
        ("mean_difference", "mean difference of a probability", None, True),
        ("equal_decisions", "share of equal most probable labels", EQUAL_BAR, False),
    )
    rows = [
        Row(
            set="encoder in 8 bits against 32",
            subject="stored encoder",
            measure=measure,
            value=float(parity[key]),
            command="",
            n=int(parity.get("n_texts", 0)),
            bar=bar,
            is_upper_bar=is_upper_bar,
        )
        for key, measure, bar, is_upper_bar in wanted
        if key in parity
    ]
    if not rows:
        tell(f"parity: left out, the manifest tells of {', '.join(parity)} only")
    return rows


def measure_lesson(setting: Setting) -> list[Row]:
    """Give what the lesson gave the fast model, as measured on held-out texts when the model was trained."""
    gains = setting.tagger.manifest.training.get("lesson", {}).get("gains")
    if not gains:
        tell(f"lesson: left out, the manifest of {setting.tagger.version} tells of none")
        return []
    rows: list[Row] = []
    for name, own in gains.items():
        subject, _, measure = name.partition("/")
        gap = own["accurate"] - own["first"]
        about = {"set": "the lesson, on texts held out of the trial", "subject": subject, "command": "", "n": own["n"]}
        told = f"before {own['first']:.3f}, accurate {own['accurate']:.3f}"
        rows.append(Row(**about, measure=f"{measure}, fast after the lesson", value=own["taught"], reference=told))
        rows.append(Row(**about, measure=f"{measure}, gained", value=own["gained"], low=own["low"], high=own["high"]))
        if gap > 0:
            share = own["gained"] / gap
            rows.append(Row(**about, measure=f"{measure}, share of the gap to accurate", value=share, bar=GAIN_BAR))
    return rows


def cold_row(subject: str, measure: str, values: Sequence[float], *, bar: float | None = None) -> Row:
    """Sum up the repeats of something that should be little."""
    return range_row("start, memory and size of the profiles", subject, measure, values, bar=bar, is_upper_bar=True)


PARTS: Mapping[str, Callable[[Setting], list[Row]]] = {
    "peer": measure_peer,
    "balanced": measure_balanced,
    "quality": measure_quality,
    "resources": measure_resources,
    "parity": measure_parity,
    "lesson": measure_lesson,
}
