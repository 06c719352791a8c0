"""What a run of MLflow should hold of a model, an evaluation or a scoring: pure generators of items.

No text, and nothing of a person, is ever among them: digests, counts, measures, and ids of texts.
"""

import math
import os
import platform
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from opinion_nlp.manifest import Manifest
from opinion_nlp.registry.answers import GIVEN, worst_errors
from opinion_nlp.registry.items import Dataset, Item, Json, Metric, Param, Picture, Table, Tag, Text
from opinion_nlp.schema import RUMOUR_COLUMN
from opinion_nlp.store import MANIFEST, sha256
from opinion_nlp.tagger import Tagger
from opinion_nlp.training.bootstrap import Interval
from opinion_nlp.training.results import Evaluation, RumourEvaluation, Slice, TaskEvaluation

if TYPE_CHECKING:
    from opinion_nlp.scoring import ScoreResult
    from opinion_nlp.training.behaviour import BehaviourReport

PREFIX = "opinion_nlp."
DIGEST, VERSION, PROFILES = f"{PREFIX}digest", f"{PREFIX}version", f"{PREFIX}profiles"
MANIFEST_DIGEST = f"{PREFIX}manifest"
COMMIT, DIRTY = "git.commit", "git.is_dirty"
DIRTY_MARK = "+dirty"
MAX_SLICES = 100

_NOT_IN_NAMES = re.compile(r"[^\w./ :-]")


def describe_model(tagger: Tagger) -> Iterator[Item]:
    """Tell what a model is and comes from: settings, seed, versions, corpora, code, machine, card."""
    manifest = tagger.manifest
    yield Param("name", manifest.name)
    yield Param("tasks", ", ".join(f"{task.name} ({len(task.labels)} labels)" for task in manifest.tasks))
    yield from describe_settings(manifest)
    yield from identify(tagger)
    for package, version in manifest.packages.items():
        yield Tag(f"package.{package}", version)
    yield from describe_machine()
    for corpus in manifest.corpora:
        facts = {key: value for key, value in corpus.items() if key not in ("name", "sha256")}
        name = "/".join(str(corpus[key]) for key in ("name", "part") if corpus.get(key))
        yield Dataset(name or "table", str(corpus.get("sha256", "")), "training", facts)
    yield Text("card.md", tagger.card)
    yield Json("config.json", {"training": dict(manifest.training), "decisions": describe_decisions(manifest)})


def identify(tagger: Tagger) -> Iterator[Tag]:
    """Tell which model it is, by digest, and the commit of the code that made it."""
    manifest = tagger.manifest
    yield Tag(VERSION, manifest.version)
    yield Tag(DIGEST, manifest.digest)
    if tagger.path is not None:
        yield Tag(MANIFEST_DIGEST, sha256(Path(tagger.path) / MANIFEST))
    yield Tag(PROFILES, ",".join(manifest.profiles))
    if manifest.git_commit:
        yield Tag(COMMIT, manifest.git_commit.removesuffix(DIRTY_MARK))
        yield Tag(DIRTY, str(manifest.git_commit.endswith(DIRTY_MARK)).lower())


def describe_settings(manifest: Manifest) -> Iterator[Param]:
    """Tell the settings of a training, one a parameter, and its seed."""
    config = manifest.training.get("config", {})
    for name, value in sorted(config.items()):
        yield Param(f"fit.{name}", str(value))
    if "seed" in manifest.training:
        yield Param("seed", str(manifest.training["seed"]))


def describe_machine() -> Iterator[Tag]:
    """Tell the machine that the run is on, without its name."""
    yield Tag("machine.python", platform.python_version())
    yield Tag("machine.system", f"{platform.system()} {platform.machine()}")
    yield Tag("machine.cores", str(os.cpu_count() or 0))


def describe_decisions(manifest: Manifest) -> dict[str, Any]:
    """Give thresholds, weights and calibrations by profile and task, as plain JSON types."""
    return {
        profile: {task: asdict(decision) for task, decision in manifest.decisions_of(profile).items()}
        for profile in manifest.profiles
    }


def describe_evaluation(evaluation: Evaluation, profile: str) -> Iterator[Item]:
    """Tell what was measured of one profile: every measure with its interval, slices, confusion and diagrams."""
    yield Metric(f"{profile}/n_texts", evaluation.n)
    yield Json(f"evaluation/{profile}.json", evaluation.to_dict())
    for part in evaluation.tasks:
        yield from describe_task(part, profile)
    if evaluation.rumour is not None:
        yield from describe_rumour(evaluation.rumour, profile)


def describe_task(part: TaskEvaluation, profile: str) -> Iterator[Item]:
    """Tell the measures of one task."""
    where = f"{profile}/{part.task}"
    for name in ("macro_f1", "weighted_f1", "accuracy", "brier", "ece"):
        yield from measure(f"{where}/{name}", getattr(part, name))
    for label in part.per_label:
        yield from measure(f"{where}/f1/{label.label}", label.f1)
    for at in part.coverage_at:
        yield from measure(f"{where}/coverage_at_{at.accuracy:g}", at.coverage)
    if part.sure is not None:
        yield from measure(f"{where}/sure_coverage", part.sure.coverage)
        yield from measure(f"{where}/sure_accuracy", part.sure.accuracy)
    yield from describe_slices(part.slices, where, "macro_f1")
    yield Picture(f"evaluation/{profile}/{part.task}.png", part.plot())


def describe_rumour(part: RumourEvaluation, profile: str) -> Iterator[Item]:
    """Tell the measures of the rumour likelihood."""
    where = f"{profile}/{RUMOUR_COLUMN}"
    for name in ("auroc", "average_precision", "brier", "ece"):
        yield from measure(f"{where}/{name}", getattr(part, name))
    yield from describe_slices(part.slices, where, "auroc")
    yield Picture(f"evaluation/{profile}/{RUMOUR_COLUMN}.png", part.plot())


def describe_slices(slices: tuple[Slice, ...], where: str, name: str) -> Iterator[Item]:
    """Tell the measure of every slice that is large enough to say anything."""
    for part in [part for part in slices if not part.is_too_small][:MAX_SLICES]:
        yield from measure(f"{where}/slices/{part.column}/{part.value}/{name}", part.metric)


def describe_behaviour(report: "BehaviourReport", profile: str) -> Iterator[Item]:
    """Tell the results of the behaviour and fairness suites of one profile."""
    where = f"{profile}/behaviour"
    for suite in report.suites:
        yield from measure(f"{where}/{suite.suite}", Interval(suite.rate))
    for gaps in report.gaps:
        yield from measure(f"{where}/{gaps.suite}/mean_gap", Interval(gaps.mean_gap))
        yield from measure(f"{where}/{gaps.suite}/max_gap", Interval(gaps.max_gap))
    for group in report.groups:
        yield from measure(f"{where}/groups/{group.group}/passed", Interval(group.rate))
        yield from measure(f"{where}/groups/{group.group}/max_gap", Interval(group.max_gap))


def describe_answers(answers: pd.DataFrame, profile: str) -> Iterator[Item]:
    """Tell what a profile answered, by ids of texts, and which errors it was surest of."""
    yield Table(answers_path(profile), answers)
    for task in [name.removesuffix(GIVEN) for name in map(str, answers) if name.endswith(GIVEN)]:
        yield Json(f"errors/{profile}/{task}.json", {"errors": worst_errors(answers, task)})


def answers_path(profile: str) -> str:
    """Name the artifact that holds a profile's answers."""
    return f"answers/{profile}.parquet"


def describe_scoring(result: "ScoreResult", inputs: Iterable[tuple[str, str]]) -> Iterator[Item]:
    """Tell what a scoring did: rows, model, distribution of labels, and names and digests of its inputs."""
    yield Param("profile", result.profile)
    yield Tag(VERSION, result.model_version)
    yield from describe_machine()
    yield Metric("rows", result.n_rows)
    yield Metric("rejected", result.n_rejected)
    yield Metric("files", result.n_files)
    yield Metric("seconds", result.seconds)
    yield Metric("rows_per_second", result.rows_per_second)
    if result.n_rows:
        yield Metric("unsure_share", result.n_unsure / result.n_rows)
        for task, counts in result.counts.items():
            for label, n in sorted(counts.items()):
                yield Metric(metric_name(f"share/{task}/{label}"), n / result.n_rows)
    for name, digest in inputs:
        yield Dataset(name, digest, "scoring")


def measure(name: str, interval: Interval) -> Iterator[Metric]:
    """Give a measure and the ends of its interval, as far as they are defined."""
    for ending, value in (("", interval.value), ("/low", interval.low), ("/high", interval.high)):
        if math.isfinite(value):
            yield Metric(metric_name(f"{name}{ending}"), float(value))


def metric_name(name: str) -> str:
    """Replace what MLflow does not allow in the name of a measure.

    Examples
    --------
    >>> metric_name("fast/topic/slices/length/1–19 (short)")
    'fast/topic/slices/length/1_19 _short_'
    """
    return _NOT_IN_NAMES.sub("_", name)[:250]
