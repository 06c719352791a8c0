"""Register a model folder as a new version, with all that is measured of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from opinion_nlp.errors import ConfigError
from opinion_nlp.registry.answers import answer
from opinion_nlp.registry.connection import Connection
from opinion_nlp.registry.contents import (
    DIGEST,
    MANIFEST_DIGEST,
    describe_answers,
    describe_behaviour,
    describe_evaluation,
    describe_model,
    identify,
)
from opinion_nlp.registry.items import Dataset, Item
from opinion_nlp.registry.package import log_model
from opinion_nlp.registry.track import Run, open_run
from opinion_nlp.registry.versions import (
    CANDIDATE,
    CHAMPION,
    MODEL_NAME,
    Version,
    check_name,
    find_version,
    list_versions,
)
from opinion_nlp.schema import DEFAULT_TASKS, NATURE, RUMOUR_COLUMN
from opinion_nlp.tagger import Tagger
from opinion_nlp.training.behaviour import run_behaviour
from opinion_nlp.training.results import Evaluation
from opinion_nlp.training.side_by_side import evaluate_profiles

if TYPE_CHECKING:
    import pandas as pd

    from opinion_nlp.archive import Reject


@dataclass(frozen=True)
class Labelled:
    """A labelled table to measure versions on.

    Attributes
    ----------
    name : str
        Name of the file.
    digest : str
        SHA-256 of the file.
    frame : pandas.DataFrame
    tasks : mapping of str to str
        The column of each task's labels.
    text_column : str
    group_column : str or None
    rejects : tuple of Reject
        Rows that could not be read.
    """

    name: str
    digest: str
    frame: "pd.DataFrame"
    tasks: Mapping[str, str]
    text_column: str = "text"
    group_column: str | None = None
    rejects: "tuple[Reject, ...]" = ()

    @classmethod
    def read(
        cls, path: Path, tasks: Mapping[str, str], *, text_column: str | None = None, group_column: str | None = None
    ) -> "Labelled":
        """Read a labelled table; without ``tasks``, every column named like a task is one.

        Raises
        ------
        InputError
            If the table cannot be read.
        """
        from opinion_nlp.store import sha256
        from opinion_nlp.training.tables import read_labelled

        table = read_labelled(path, text_column)
        return cls(path.name, sha256(path), table.frame, tasks, table.text_column, group_column, tuple(table.rejects))

    def tasks_of(self, tagger: Tagger) -> dict[str, str]:
        """Give the tasks of a tagger that the table has labels for.

        Raises
        ------
        ConfigError
            If there are none.
        """
        found = {task: column for task, column in self.tasks.items() if task in tagger.tasks}
        found = found or {task: task for task in tagger.tasks if task in self.frame}
        if not found:
            raise ConfigError(
                f"{self.name}: no labels for {', '.join(tagger.tasks)}. Name their columns with --task NAME=COLUMN."
            )
        return found


def register(
    connection: Connection,
    tagger: Tagger,
    *,
    name: str = MODEL_NAME,
    data: Labelled | None = None,
    run: Run | None = None,
) -> Version:
    """Make a stored tagger a new version of a registered model, and point the alias ``candidate`` to it.

    Parameters
    ----------
    connection : Connection
    tagger : Tagger
        From a folder.
    name : str
        Name of the registered model.
    data : Labelled, optional
        Labelled texts to measure it on; what its manifest tells of earlier measures is logged in any case.
    run : Run, optional
        The run that the version belongs to, such as that of its training; a new one if not given.

    Returns
    -------
    Version
        The new one, or the one that holds this very model already: it becomes candidate too, unless it is champion,
        and is measured on ``data``.

    Raises
    ------
    ConfigError
        If the tagger was never saved.
    RegistryError
        If the registry refuses or goes away; no version is there then.
    """
    check_name(name)
    tags = {item.name: item.value for item in identify(tagger)}
    for version in list_versions(connection, name):
        if version.digest == tags[DIGEST] and version.tags.get(MANIFEST_DIGEST) == tags.get(MANIFEST_DIGEST):
            return complete(connection, version, tagger, data)
    if run is not None:
        return add_version(run, tagger, name)
    with open_run(connection, f"register {tagger.version}", "register") as own:
        own.log(describe(tagger, data))
        return add_version(own, tagger, name)


def complete(connection: Connection, version: Version, tagger: Tagger, data: Labelled | None) -> Version:
    """Bring a version that is there to where a new one would be."""
    if data is not None:
        experiment_id = str(connection.client.get_run(version.run_id).info.experiment_id)
        Run(connection, version.run_id, experiment_id).log(measure_on(tagger, data))
    if not {CHAMPION, CANDIDATE} & set(version.aliases):
        connection.client.set_registered_model_alias(version.name, CANDIDATE, str(version.number))
    return find_version(connection, version.number, version.name)


def describe(tagger: Tagger, data: Labelled | None = None) -> Iterator[Item]:
    """Tell all there is of a model: where it comes from, what was measured before, and what is measured now.

    What its manifest tells of a task is left out where the task is measured now, so that no run mixes the two.
    """
    yield from describe_model(tagger)
    measured = set() if data is None else set(data.tasks_of(tagger))
    for key, found in tagger.manifest.metrics.items():
        profile = key.rpartition(", ")[2] if key.rpartition(", ")[2] in tagger.profiles else tagger.profiles[0]
        before = Evaluation.from_dict(found)
        rest = tuple(part for part in before.tasks if part.task not in measured)
        rumour = None if NATURE.name in measured else before.rumour
        if rest or rumour is not None:
            yield from describe_evaluation(replace(before, tasks=rest, rumour=rumour), profile)
    if data is not None:
        yield from measure_on(tagger, data)
    if has_default_tasks(tagger):
        for profile in tagger.profiles:
            yield from describe_behaviour(run_behaviour(tagger, profile=profile), profile)


def measure_on(tagger: Tagger, data: Labelled, *, n_boot: int = 1000) -> Iterator[Item]:
    """Measure a tagger on a labelled table, and tell it."""
    tasks = data.tasks_of(tagger)
    about: dict[str, Any] = {"text_column": data.text_column, "group_column": data.group_column}
    yield Dataset(data.name, data.digest, "validation", {"rows": len(data.frame)})
    for profile, found in evaluate_profiles(tagger, data.frame, tasks, **about, n_boot=n_boot).items():
        yield from describe_evaluation(found, profile)
        yield from describe_answers(answer(tagger, data.frame, tasks, profile=profile, **about), profile)


def has_default_tasks(tagger: Tagger) -> bool:
    """Tell whether the behaviour suites can be run on a tagger."""
    labels = {task.name: set(map(str, task.labels)) for task in DEFAULT_TASKS}
    return tagger.has_rumour and all(
        name in tagger.tasks and labels[name] <= set(tagger.labels(name)) for name in labels
    )


def add_version(run: Run, tagger: Tagger, name: str) -> Version:
    """Upload a model, and only when all of it is there make it a version."""
    from mlflow.exceptions import MlflowException

    connection = run.connection
    client = connection.client
    model_id = log_model(connection, run.run_id, run.experiment_id, tagger, name)
    try:
        client.create_registered_model(name)
    except MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise
    tags = {item.name: item.value for item in identify(tagger)}
    entity = client.create_model_version(
        name, source=f"models:/{model_id}", run_id=run.run_id, tags=tags, model_id=model_id
    )
    client.set_registered_model_alias(name, CANDIDATE, entity.version)
    return find_version(connection, int(entity.version), name)


def tasks_of(tagger: Tagger) -> tuple[str, ...]:
    """Give the names of a tagger's tasks, the rumour likelihood among them."""
    return (*tagger.tasks, RUMOUR_COLUMN) if tagger.has_rumour else tagger.tasks
