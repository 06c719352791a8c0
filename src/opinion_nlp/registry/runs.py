"""Runs of MLflow for what the commands do: training, evaluation, scoring."""

import contextlib
import math
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import numpy as np

from opinion_nlp.registry.connection import EXPERIMENT, Connection, connect
from opinion_nlp.registry.contents import (
    VERSION,
    describe_behaviour,
    describe_evaluation,
    describe_scoring,
    identify,
    metric_name,
)
from opinion_nlp.registry.drift import compare_counts
from opinion_nlp.registry.items import Dataset, Item, Metric, Tag
from opinion_nlp.registry.register import Labelled, describe
from opinion_nlp.registry.track import COMPLETED, KIND, Run, open_run
from opinion_nlp.scoring import ScoreResult
from opinion_nlp.store import sha256
from opinion_nlp.tagger import Tagger
from opinion_nlp.training.behaviour import BehaviourReport
from opinion_nlp.training.results import Evaluation

SHARE = "share/"
BEFORE = "opinion_nlp.drift.reference_run"


@contextlib.contextmanager
def tracking(is_wanted: bool, name: str, kind: str, uri: str | None = None) -> Iterator[Run | None]:
    """Open a connection and a run in it, or nothing at all.

    Yields
    ------
    Run or None
        None if it is not wanted.

    Raises
    ------
    RegistryError
        If MLflow does not answer, before anything of the block is done.
    """
    if not is_wanted:
        yield None
        return
    with connect(uri) as connection, open_run(connection, name, kind) as run:
        yield run


def describe_training(tagger: Tagger, seconds: float, data: Labelled | None = None) -> Iterator[Item]:
    """Tell what a training made, how long it took, and how good it is on a labelled table."""
    yield from describe(tagger, data)
    yield Metric("seconds/train", seconds)


def describe_measures(
    tagger: Tagger,
    evaluations: Mapping[str, Evaluation],
    reports: Mapping[str, BehaviourReport],
    data: Path,
) -> Iterator[Item]:
    """Tell what an evaluation found, by profile; ``""`` stands for the model's usual one."""
    yield from identify(tagger)
    yield Dataset(data.name, sha256(data), "evaluation")
    for profile, found in evaluations.items():
        yield from describe_evaluation(found, profile or tagger.default_profile)
    for profile, report in reports.items():
        yield from describe_behaviour(report, profile or tagger.default_profile)


def track_scoring(result: ScoreResult, inputs: Iterable[str | Path], uri: str | None = None) -> str:
    """Log a scoring that is done: rows, model, labels, and how they moved since the last one by the same model.

    Parameters
    ----------
    result : ScoreResult
    inputs : iterable of path
        What was scored; the names of files and folders and the digests of files are logged, nothing of what they
        hold.
    uri : str, optional
        See :func:`~opinion_nlp.registry.connection.choose_uri`.

    Returns
    -------
    str
        Id of the run.

    Raises
    ------
    RegistryError
        If MLflow does not answer or refuses.
    """
    with connect(uri) as connection:
        paths = [Path(name) for name in inputs]
        digests = [(path.name, sha256(path) if path.is_file() else "") for path in paths if path.exists()]
        before = find_last_scoring(connection, result.model_version)
        name = f"score {time.strftime('%Y-%m-%d %H:%M')}"
        with open_run(connection, name, "score") as run:
            run.log(describe_scoring(result, digests))
            if before is not None:
                run.log(describe_move(result, *before))
        return run.run_id


def find_last_scoring(connection: Connection, model: str) -> tuple[str, dict[str, float]] | None:
    """Find the last finished scoring by a model: the id of its run, and its measures."""
    experiment = connection.client.get_experiment_by_name(EXPERIMENT)
    if experiment is None:
        return None
    if "'" in model:
        return None
    asked = f"tags.`{KIND}` = 'score' and tags.`{VERSION}` = '{model}' and attributes.status = 'FINISHED'"
    found = connection.client.search_runs(
        [experiment.experiment_id], asked, max_results=1, order_by=["attributes.start_time DESC"]
    )
    for run in found:
        if COMPLETED in run.data.tags:
            return str(run.info.run_id), dict(run.data.metrics)
    return None


def describe_move(result: ScoreResult, run_id: str, before: Mapping[str, float]) -> Iterator[Item]:
    """Tell how far the labels of a scoring lie from those of an earlier one, by the population stability index."""
    yield Tag(BEFORE, run_id)
    n_before = before.get("rows", 0.0)
    for task, counts in result.counts.items():
        where = metric_name(f"{SHARE}{task}/")
        counted = {metric_name(f"{SHARE}{task}/{label}"): n for label, n in counts.items()}
        names = sorted(set(counted) | {name for name in before if name.startswith(where)})
        now = np.array([counted.get(name, 0) for name in names], dtype=float)
        then = np.array([before.get(name, 0.0) * n_before for name in names])
        index = compare_counts(now, then)
        if math.isfinite(index):
            yield Metric(metric_name(f"drift/{task}/psi"), index)
