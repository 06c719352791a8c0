"""Make a version champion if it passes the gates, and go back."""

import getpass
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from opinion_nlp import store
from opinion_nlp.errors import ConfigError, RegistryError
from opinion_nlp.registry.answers import Difference, answer, compare_answers
from opinion_nlp.registry.connection import Connection, lock_model
from opinion_nlp.registry.contents import answers_path, identify
from opinion_nlp.registry.gates import Gates, Measured, Verdict, judge, read_gates
from opinion_nlp.registry.items import Json, Metric, Tag
from opinion_nlp.registry.package import fetch
from opinion_nlp.registry.register import Labelled, has_default_tasks, measure_on, tasks_of
from opinion_nlp.registry.track import now, open_run
from opinion_nlp.registry.versions import (
    CANDIDATE,
    CHAMPION,
    MODEL_NAME,
    Version,
    find_version,
    list_versions,
    read_aliases,
)
from opinion_nlp.tagger import Tagger
from opinion_nlp.training.behaviour import load_cases

PREFIX = "opinion_nlp.promotion."
WHO, WHEN, WHY, BEFORE, FORCED = (f"{PREFIX}{name}" for name in ("by", "at", "why", "before", "forced"))
BACK_WHO, BACK_WHEN, BACK_WHY, BACK_FROM = (f"opinion_nlp.rollback.{name}" for name in ("by", "at", "why", "from"))
PASSED = "passed every gate"
N_TURNS = 3


@dataclass(frozen=True)
class Promotion:
    """What came of an attempt to promote a version.

    Attributes
    ----------
    version : Version
    verdict : Verdict
    is_promoted : bool
    reason : str
        Why it was promoted against the verdict; ``""`` if it was not.
    """

    version: Version
    verdict: Verdict
    is_promoted: bool
    reason: str = ""


def promote(
    connection: Connection,
    which: str | int | None = None,
    *,
    name: str = MODEL_NAME,
    gates: Gates | None = None,
    data: Labelled | None = None,
    force: str | None = None,
    why: str = "",
) -> Promotion:
    """Judge a version by the gates, and make it champion if it passes them.

    Parameters
    ----------
    connection : Connection
    which : str or int, optional
        Number, alias or digest; the version that ``candidate`` points to if not given.
    name : str
        Name of the registered model.
    gates : Gates, optional
        Those that come with the package, if not given.
    data : Labelled, optional
        Labelled texts to measure both versions on now; without them, the texts that both were asked before.
    force : str, optional
        A reason to promote it whatever the verdict; it is recorded.
    why : str
        A word for the record.

    Returns
    -------
    Promotion
        With ``is_promoted`` False, nothing was moved.

    Raises
    ------
    ConfigError
        If the version is champion already, ``force`` gives no reason, or no version is named and none is candidate.
    ModelNotFoundError, ModelFormatError
        If there is no such version, or its files were changed.
    RegistryError
        If the registry refuses or goes away, or another promotion came between.
    """
    if force is not None and not force.strip():
        raise ConfigError("a forced promotion needs a reason: --force 'why'.")
    gates = gates or read_gates()
    aliases = read_aliases(connection, name)
    if which is None and CANDIDATE not in aliases and aliases:
        raise ConfigError(f"{name} has no candidate: register a model, or name a version.")
    candidate = find_version(connection, CANDIDATE if which is None else which, name)
    # One that was deleted is nothing to compare with.
    present = [version for version in list_versions(connection, name) if version.number == aliases.get(CHAMPION)]
    champion = present[0] if present else None
    if champion is not None and champion.number == candidate.number:
        raise ConfigError(f"version {candidate.number} of {name} is champion already.")
    tagger = open_version(connection, candidate)
    other = None if champion is None else open_version(connection, champion)
    about = f"promote {name} version {candidate.number}"
    with open_run(connection, about, "promote", parent=candidate.run_id) as run:
        measured = measure(connection, candidate, tagger)
        if data is not None:
            items = list(measure_on(tagger, data))
            run.log(items)
            now_measured = {item.name: item.value for item in items if isinstance(item, Metric)}
            measured = replace(measured, metrics={**measured.metrics, **now_measured})
        verdict = judge(
            gates,
            measured,
            None if champion is None or other is None else measure(connection, champion, other),
            {} if other is None else compare(connection, (candidate, tagger), (champion, other), gates, data),
            None if other is None else compare_speed(tagger, other),
        )
        reason = force.strip() if force is not None and not verdict.is_passed else ""
        told = PASSED if verdict.is_passed else "gates not met"
        record = {WHO: who(), WHEN: now(), WHY: reason or why or (force or "").strip() or told}
        record |= {FORCED: str(bool(reason)).lower(), BEFORE: str(champion.number) if champion else ""}
        run.log([Json("verdict.json", {"is_passed": verdict.is_passed, **verdict.to_dict()}), *identify(tagger)])
        run.log(Tag(tag, value) for tag, value in record.items())
        run.log([Tag(f"{PREFIX}is_passed", str(verdict.is_passed).lower())])
    if not verdict.is_passed and force is None:
        return Promotion(candidate, verdict, is_promoted=False)
    move_champion(connection, name, candidate.number, aliases.get(CHAMPION), record)
    return Promotion(find_version(connection, candidate.number, name), verdict, is_promoted=True, reason=reason)


def rollback(connection: Connection, *, name: str = MODEL_NAME, why: str = "") -> tuple[Version, Version]:
    """Make the version champion again that was before the present one.

    Parameters
    ----------
    connection : Connection
    name : str
        Name of the registered model.
    why : str
        A word for the record.

    Returns
    -------
    Version, Version
        The one that is champion now, and the one that was.

    Raises
    ------
    ModelNotFoundError
        If there is no champion, or the one before was deleted.
    ConfigError
        If there was none before.
    ModelFormatError
        If the files of the one before were changed.
    """
    champion = find_version(connection, CHAMPION, name)
    before = champion.tags.get(BEFORE, "")
    if not before:
        raise ConfigError(f"version {champion.number} of {name} is the first champion: there is none to go back to.")
    target = find_version(connection, before, name)
    # A model that cannot be loaded is no way out.
    open_version(connection, target)
    record = {BACK_WHO: who(), BACK_WHEN: now(), BACK_WHY: why or "not told", BACK_FROM: str(champion.number)}
    about = f"roll back {name} to version {target.number}"
    with open_run(connection, about, "rollback", parent=target.run_id) as run:
        run.log(Tag(tag, value) for tag, value in record.items())
        move_champion(connection, name, target.number, champion.number, record)
        for tag in (BACK_WHO, BACK_WHEN, BACK_WHY):
            connection.client.set_model_version_tag(name, str(champion.number), tag, record[tag])
    return find_version(connection, target.number, name), find_version(connection, champion.number, name)


def move_champion(connection: Connection, name: str, number: int, expected: int | None, record: dict[str, str]) -> None:
    """Write the record of a promotion, then move the alias: one step, and the last.

    Raises
    ------
    RegistryError
        If ``champion`` does not point to ``expected`` any more, or not to ``number`` afterwards.
    """
    client = connection.client
    with lock_model(connection, name):
        present = read_aliases(connection, name).get(CHAMPION)
        if present != expected:
            raise RegistryError(
                f"another promotion came between: version {present} of {name} is champion now. Look at it, and "
                f"promote again."
            )
        for tag, value in record.items():
            client.set_model_version_tag(name, str(number), tag, value)
        client.set_registered_model_alias(name, CHAMPION, str(number))
        aliases = read_aliases(connection, name)
        if aliases.get(CHAMPION) != number:
            raise RegistryError(
                f"another promotion came between: version {aliases.get(CHAMPION)} of {name} is champion now."
            )
        if aliases.get(CANDIDATE) == number:
            client.delete_registered_model_alias(name, CANDIDATE)


def open_version(connection: Connection, version: Version) -> Tagger:
    """Load a version from the registry's own files, with their digests checked."""
    return store.load(fetch(connection, version.told, is_fresh=True))


def measure(connection: Connection, version: Version, tagger: Tagger) -> Measured:
    """Gather what is known of a version."""
    folder = Path(str(tagger.path))
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    metrics = dict(connection.client.get_run(version.run_id).data.metrics)
    return Measured(
        str(version.number), tagger.profiles, tasks_of(tagger), metrics, size / 1e6, has_default_tasks(tagger)
    )


def compare(
    connection: Connection,
    new: tuple[Version, Tagger],
    old: tuple[Version | None, Tagger],
    gates: Gates,
    data: Labelled | None,
) -> dict[str, list[Difference]]:
    """Compare every profile of a version with the same of the champion, or with the champion's usual one."""
    (candidate, tagger), (champion, other) = new, old
    assert champion is not None
    # A label that one of them does not have counts against it.
    labels = {
        task: tuple(dict.fromkeys((*tagger.labels(task), *other.labels(task))))
        for task in tagger.tasks
        if task in other.tasks
    }
    found: dict[str, list[Difference]] = {}
    for profile in tagger.profiles:
        against = profile if profile in other.profiles else other.default_profile
        sides = [
            read_answers(connection, version, own, asked, data)
            for version, own, asked in ((candidate, tagger, profile), (champion, other, against))
        ]
        if sides[0] is not None and sides[1] is not None:
            options = gates.comparison
            found[profile] = compare_answers(
                sides[0], sides[1], labels, level=options.level, n_boot=int(options.n_boot)
            )
    return found


def read_answers(
    connection: Connection, version: Version, tagger: Tagger, profile: str, data: Labelled | None
) -> pd.DataFrame | None:
    """Give what a version answered: to the texts at hand, else to those of its run; None if it was never asked."""
    if data is not None:
        return answer(
            tagger,
            data.frame,
            data.tasks_of(tagger),
            text_column=data.text_column,
            group_column=data.group_column,
            profile=profile,
        )
    listed = {file.path for file in connection.client.list_artifacts(version.run_id, "answers")}
    if answers_path(profile) not in listed:
        return None
    with tempfile.TemporaryDirectory() as spool:
        return pd.read_parquet(connection.download(f"runs:/{version.run_id}/{answers_path(profile)}", Path(spool)))


def compare_speed(tagger: Tagger, other: Tagger) -> float:
    """Give the texts a second of a tagger, in its usual profile, as a share of another's, in turns in this process."""
    texts = sample_texts()
    for own in (tagger, other):
        own.tag(texts[:8])
    seconds = {id(tagger): 0.0, id(other): 0.0}
    for turn in range(N_TURNS):
        for own in (tagger, other) if turn % 2 == 0 else (other, tagger):
            started = time.perf_counter()
            own.tag(texts)
            seconds[id(own)] += time.perf_counter() - started
    return seconds[id(other)] / max(seconds[id(tagger)], 1e-9)


def sample_texts() -> list[str]:
    """Give texts to time a model on: those of the minimum functionality cases."""
    return [case.text for case in load_cases("mft")]


def who() -> str:
    """Name the account that promotes."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"


def describe_differences(differences: dict[str, Iterable[Difference]]) -> Sequence[Sequence[str]]:
    """Give a row of words for each difference."""
    return [
        (
            profile,
            own.measure,
            f"{own.first:.3f}",
            f"{own.second:.3f}",
            f"{own.difference:+.3f} [{own.low:+.3f}, {own.high:+.3f}]",
            f"{own.n:,}",
        )
        for profile, all_own in differences.items()
        for own in all_own
    ]
