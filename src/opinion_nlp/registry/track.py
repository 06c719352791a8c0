"""Log items to a run of MLflow; a run that fails is marked so, with the reason."""

import contextlib
import json
import re
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from opinion_nlp.registry.connection import EXPERIMENT, Connection, telling_errors
from opinion_nlp.registry.items import Dataset, Item, Json, Metric, Param, Picture, Table, Tag, Text

STARTED, COMPLETED = "opinion_nlp.started", "opinion_nlp.completed"
FAILED = "opinion_nlp.failed"
KIND = "opinion_nlp.kind"
PARENT = "mlflow.parentRunId"
CONTEXT = "mlflow.data.context"
# What one call of MLflow's REST interface takes.
MAX_PARAMS, MAX_METRICS, MAX_TAGS = 100, 1000, 100
MAX_PARAM, MAX_TAG, MAX_DIGEST, MAX_REASON = 6000, 5000, 36, 500

_QUOTE = re.compile(r"""['"`“‘«]""")


@dataclass(frozen=True)
class Run:
    """A run of MLflow that goes on; made by :func:`open_run`.

    Attributes
    ----------
    connection : Connection
    run_id, experiment_id : str
    """

    connection: Connection
    run_id: str
    experiment_id: str

    def log(self, items: Iterable[Item]) -> None:
        """Log items, in whatever order they come."""
        log_items(self, items)


@contextlib.contextmanager
def open_run(
    connection: Connection, name: str, kind: str, *, experiment: str = EXPERIMENT, parent: str | None = None
) -> Iterator[Run]:
    """Open a run, and end it as finished, failed or killed by how the block ends.

    Parameters
    ----------
    connection : Connection
    name : str
        Name of the run.
    kind : str
        ``train``, ``evaluate``, ``score``, ``register``, ``promote``, ``rollback`` or ``monitor``.
    experiment : str
        Name of the experiment; made if it is not there.
    parent : str, optional
        Id of the run that this one is a part of, such as a search.

    Yields
    ------
    Run
    """
    client = connection.client
    experiment_id = connection.experiment_id(experiment)
    tags = {KIND: kind, STARTED: now()} | ({PARENT: parent} if parent else {})
    run_id = client.create_run(experiment_id, tags=tags, run_name=name).info.run_id
    try:
        yield Run(connection, run_id, experiment_id)
    except BaseException as error:
        reason = f"{type(error).__name__}: {cut_quotes(str(error))}"[:MAX_REASON]
        with contextlib.suppress(Exception):  # the first error matters, not that telling it failed too
            client.set_tag(run_id, FAILED, reason)
            client.set_terminated(run_id, "FAILED" if isinstance(error, Exception) else "KILLED")
        raise
    client.set_tag(run_id, COMPLETED, now())
    client.set_terminated(run_id, "FINISHED")


def cut_quotes(message: str) -> str:
    """Cut a message before anything that it quotes, which may be a cell of a table.

    Examples
    --------
    >>> cut_quotes("unknown label 'Nghe nói mai cắt nước' in row 7")
    'unknown label …'
    >>> cut_quotes("the disk is full")
    'the disk is full'
    """
    plain = _QUOTE.split(message, maxsplit=1)[0]
    return plain if plain == message else f"{plain}…"


def log_items(run: Run, items: Iterable[Item]) -> None:
    """Log items to a run: settings, measures and words in as few calls as they fit in, then files.

    Of measures of one name and step the last counts: among equals in time, MLflow would take the greatest.
    """
    with telling_errors(run.connection.uri):
        _log_items(run, items)


def _log_items(run: Run, items: Iterable[Item]) -> None:
    from mlflow import entities

    client, run_id = run.connection.client, run.run_id
    params: list[entities.Param] = []
    measured: dict[tuple[str, int], entities.Metric] = {}
    tags: list[entities.RunTag] = []
    inputs: list[entities.DatasetInput] = []
    moment = int(time.time() * 1000)
    with tempfile.TemporaryDirectory() as spool:
        for item in items:
            match item:
                case Param(name, value):
                    params.append(entities.Param(name, value[:MAX_PARAM]))
                case Metric(name, value, step):
                    measured[name, step] = entities.Metric(name, value, moment, step)
                case Tag(name, value):
                    tags.append(entities.RunTag(name, value[:MAX_TAG]))
                case Dataset():
                    inputs.append(make_input(item))
                case _:
                    write_artifact(item, Path(spool))
        if any(Path(spool).iterdir()):
            client.log_artifacts(run_id, spool)
    for start in range(0, len(params), MAX_PARAMS):
        client.log_batch(run_id, params=params[start : start + MAX_PARAMS])
    metrics = list(measured.values())
    for start in range(0, len(metrics), MAX_METRICS):
        client.log_batch(run_id, metrics=metrics[start : start + MAX_METRICS])
    for start in range(0, len(tags), MAX_TAGS):
        client.log_batch(run_id, tags=tags[start : start + MAX_TAGS])
    if inputs:
        client.log_inputs(run_id, inputs)


def make_input(dataset: Dataset):  # type: ignore[no-untyped-def]  # noqa: ANN201 - mlflow.entities.DatasetInput
    """Make what MLflow calls a dataset input; its digests hold 36 characters, the whole one is in the source."""
    from mlflow.entities import Dataset as Entity
    from mlflow.entities import DatasetInput, InputTag

    source = json.dumps({"sha256": dataset.digest}, ensure_ascii=False)
    profile = json.dumps(dict(dataset.facts), ensure_ascii=False)
    entity = Entity(dataset.name, dataset.digest[:MAX_DIGEST] or "unknown", "local", source, profile=profile)
    return DatasetInput(entity, tags=[InputTag(CONTEXT, dataset.context)])


def write_artifact(item: Item, spool: Path) -> None:
    """Write an artifact below a folder, as it will stand among the run's."""
    assert isinstance(item, Text | Json | Picture | Table)
    if PurePosixPath(item.path).is_absolute() or ".." in PurePosixPath(item.path).parts:
        raise ValueError(f"{item.path}: no place among the artifacts of a run")
    path = spool / item.path
    path.parent.mkdir(parents=True, exist_ok=True)
    match item:
        case Text(_, content):
            path.write_text(content, encoding="utf-8", newline="\n")
        case Json(_, values):
            path.write_text(to_json(values), encoding="utf-8", newline="\n")
        case Picture(_, figure):
            figure.savefig(path, dpi=120)
        case Table(_, frame):
            frame.to_parquet(path, index=False)


def to_json(values: Mapping[str, object]) -> str:
    """Write JSON that people can read."""
    return json.dumps(values, ensure_ascii=False, indent=1, allow_nan=False, default=str) + "\n"


def now() -> str:
    """Give the moment in UTC, to the second.

    Examples
    --------
    >>> len(now()), now()[-1]
    (20, 'Z')
    """
    return tell_time(time.time())


def tell_time(seconds: float) -> str:
    """Write a moment in UTC, to the second.

    Examples
    --------
    >>> tell_time(0)
    '1970-01-01T00:00:00Z'
    """
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
