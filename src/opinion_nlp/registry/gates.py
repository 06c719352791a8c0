"""Gates: what a version has to reach before it becomes champion, and the verdict on one."""

import math
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from importlib import resources
from pathlib import Path
from typing import Any

from opinion_nlp.errors import ConfigError
from opinion_nlp.records import Record, format_table
from opinion_nlp.registry.answers import Difference
from opinion_nlp.training.behaviour import SUITES

DEFAULT_MARGIN = "default"
COMPARED = ("macro_f1", "auroc", "average_precision")
MEASURES = (*COMPARED, "weighted_f1", "accuracy", "brier", "ece", "sure_coverage", "sure_accuracy")
RATES = ("mft", "invariance", "spelling", "direction")
GAPS = ("mean_gap", "max_gap")
PAIRS = tuple(suite for suite in SUITES if suite not in RATES)


@dataclass(frozen=True)
class Comparison:
    """How a version is compared with the champion; see ``gates.toml``."""

    level: float = 0.95
    n_boot: float = 2000
    min_texts: float = 100


@dataclass(frozen=True)
class Resources:
    """How large and how slow a version may be; see ``gates.toml``."""

    max_mb: float = math.inf
    min_speed: float = 0.0


@dataclass(frozen=True)
class Gates:
    """All gates; made by :func:`read_gates`. Measures are named ``TASK/MEASURE``.

    Attributes
    ----------
    comparison : Comparison
    margins : mapping of str to float
        How much worse than the champion a measure may be; ``default`` for those not named.
    floors, ceilings : mapping of str to float
        The least and the greatest value of a measure.
    behaviour : mapping of str to float
        The least share of cases passed of a suite; ``mean_gap`` and ``max_gap``, the greatest gaps of pairs.
    resources : Resources
    """

    comparison: Comparison = field(default_factory=Comparison)
    margins: Mapping[str, float] = field(default_factory=dict)
    floors: Mapping[str, float] = field(default_factory=dict)
    ceilings: Mapping[str, float] = field(default_factory=dict)
    behaviour: Mapping[str, float] = field(default_factory=dict)
    resources: Resources = field(default_factory=Resources)

    def margin(self, measure: str) -> float:
        """Give how much worse a measure may be, without the name of a profile."""
        return self.margins.get(measure, self.margins.get(DEFAULT_MARGIN, 0.0))


SECTIONS: Mapping[str, Any] = {"comparison": Comparison, "resources": Resources}
NAMES: Mapping[str, list[str]] = {
    **{name: [own.name for own in fields(section)] for name, section in SECTIONS.items()},
    "behaviour": [*RATES, *GAPS],
}


@dataclass(frozen=True)
class Measured:
    """What is known of a version when it is judged.

    Attributes
    ----------
    version : str
        Its number, for people.
    profiles, tasks : tuple of str
        Those that it has; among the tasks ``p_rumour``.
    metrics : mapping of str to float
        Measures of its run, named ``PROFILE/TASK/MEASURE``.
    size_mb : float
        Of its folder.
    has_behaviour : bool
        Whether the behaviour suites can be run on it: it has the usual tasks with the usual labels.
    """

    version: str
    profiles: tuple[str, ...]
    tasks: tuple[str, ...]
    metrics: Mapping[str, float]
    size_mb: float
    has_behaviour: bool = False


@dataclass(frozen=True)
class Check(Record):
    """One gate, and how a version stands to it.

    Attributes
    ----------
    gate : str
        What is asked, such as ``fast nature/macro_f1``.
    is_met : bool
    got, wanted : str
        For people.
    """

    gate: str
    is_met: bool
    got: str
    wanted: str


@dataclass(frozen=True)
class Verdict(Record):
    """Whether a version may become champion, and what speaks for and against it.

    Attributes
    ----------
    version : str
    champion : str
        The version that it was compared with; ``""`` if there was none.
    checks : tuple of Check
    """

    version: str
    champion: str
    checks: tuple[Check, ...]

    @property
    def is_passed(self) -> bool:
        """Whether every gate is met."""
        return all(check.is_met for check in self.checks)

    @property
    def failed(self) -> tuple[Check, ...]:
        """The gates that are not met."""
        return tuple(check for check in self.checks if not check.is_met)

    def __str__(self) -> str:
        rows = [("met" if check.is_met else "NOT MET", check.gate, check.got, check.wanted) for check in self.checks]
        against = f"against version {self.champion}" if self.champion else "the first: nothing to compare with"
        n_failed = len(self.failed)
        told = "passes every gate" if self.is_passed else f"fails {n_failed} of {len(self.checks)} gates"
        return (
            f"version {self.version} ({against})\n\n{format_table(rows, ('', 'gate', 'got', 'wanted'))}\n\nIt {told}."
        )


def read_gates(path: str | Path | None = None) -> Gates:
    """Read gates from a TOML file.

    Parameters
    ----------
    path : path, optional
        The file; ``gates.toml`` beside this module if not given, which holds all that there can be.

    Returns
    -------
    Gates

    Raises
    ------
    ConfigError
        If the file is missing, is no TOML, or holds what is no gate.

    Examples
    --------
    >>> read_gates().floors["p_rumour/auroc"]
    0.85
    """
    if path is None:
        text, where = resources.files("opinion_nlp.registry").joinpath("gates.toml").read_text("utf-8"), "gates.toml"
    else:
        where = str(path)
        try:
            text = Path(path).read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"{where}: cannot be read ({error}). Name a file of gates with --gates.") from error
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{where}: no TOML: {error}.") from error
    return make_gates(values, where)


def make_gates(values: Mapping[str, Any], where: str) -> Gates:
    """Make gates of what a TOML file holds."""
    known = [own.name for own in fields(Gates)]
    if unknown := sorted(set(values) - set(known)):
        raise ConfigError(f"{where}: unknown sections {', '.join(unknown)}. Known are {', '.join(known)}.")
    found: dict[str, Any] = {}
    for name, section in values.items():
        if not isinstance(section, dict):
            raise ConfigError(f"{where}: {name} must be a section, [{name}].")
        numbers = {key: read_number(value, f"{where}: {name}.{key}") for key, value in section.items()}
        if name in NAMES:
            check_names(numbers, NAMES[name], f"{where}: {name}")
        else:
            check_measures_known(numbers, COMPARED if name == "margins" else MEASURES, f"{where}: {name}")
        found[name] = SECTIONS[name](**numbers) if name in SECTIONS else numbers
    gates = Gates(**found)
    if not 0 < gates.comparison.level < 1:
        raise ConfigError(f"{where}: comparison.level must lie between 0 and 1, got {gates.comparison.level}.")
    return gates


def read_number(value: object, where: str) -> float:
    """Check that a gate is a number of at least 0."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not value >= 0:
        raise ConfigError(f"{where} must be a number of at least 0, got {value!r}.")
    return float(value)


def check_names(values: Iterable[str], known: list[str], where: str) -> None:
    """Refuse names that are not known."""
    if unknown := sorted(set(values) - set(known)):
        raise ConfigError(f"{where}: unknown {', '.join(unknown)}. Known are {', '.join(known)}.")


def check_measures_known(values: Iterable[str], known: Sequence[str], where: str) -> None:
    """Refuse what is no ``TASK/MEASURE``; which tasks there are, the model says."""
    for name in values:
        task, _, measure = name.partition("/")
        if name != DEFAULT_MARGIN and not (task and measure in known):
            raise ConfigError(f"{where}: {name!r} is no measure. Write TASK/MEASURE with one of {', '.join(known)}.")


def judge(
    gates: Gates,
    candidate: Measured,
    champion: Measured | None = None,
    differences: Mapping[str, Iterable[Difference]] | None = None,
    speed_ratio: float | None = None,
) -> Verdict:
    """Judge a version.

    Parameters
    ----------
    gates : Gates
    candidate : Measured
    champion : Measured, optional
        The version that it would replace; none for a first version, which has to meet the absolute gates only.
    differences : mapping of str to iterable of Difference
        By profile, candidate minus champion.
    speed_ratio : float, optional
        Texts a second, as a share of the champion's.

    Returns
    -------
    Verdict
    """
    checks = [
        *check_measured(candidate),
        *check_measures(gates, candidate),
        *check_behaviour(gates, candidate),
        *check_size(gates, candidate),
    ]
    if champion is not None:
        checks += check_differences(gates, candidate, champion, differences or {})
        if speed_ratio is not None and gates.resources.min_speed > 0:
            checks.append(
                Check(
                    "speed against the champion",
                    speed_ratio >= gates.resources.min_speed,
                    f"{speed_ratio:.2f} times",
                    f"at least {gates.resources.min_speed:g}",
                )
            )
    return Verdict(candidate.version, champion.version if champion else "", tuple(checks))


def check_measured(candidate: Measured) -> Iterator[Check]:
    """Check that the model was measured on labelled texts at all, in every task and profile."""
    lacking = [
        f"{profile} {task}"
        for task in candidate.tasks
        for profile in candidate.profiles
        if not any(name.startswith(f"{profile}/{task}/") for name in candidate.metrics)
    ]
    got = f"not {', '.join(lacking)}" if lacking else "every task and profile"
    yield Check("measured on labelled texts", not lacking, got, "promote with --data")


def check_measures(gates: Gates, candidate: Measured) -> Iterator[Check]:
    """Check floors and ceilings in every profile; what was not measured is not met."""
    for limits, is_upper in ((gates.floors, False), (gates.ceilings, True)):
        for measure, limit in limits.items():
            if measure.partition("/")[0] not in candidate.tasks:
                yield Check(measure, True, "no such task", "left out")
                continue
            for profile in candidate.profiles:
                yield check_limit(
                    f"{profile} {measure}", candidate.metrics.get(f"{profile}/{measure}"), limit, is_upper
                )


def check_behaviour(gates: Gates, candidate: Measured) -> Iterator[Check]:
    """Check the behaviour suites in every profile, where they can be run on the model at all."""
    if not candidate.has_behaviour:
        return
    for profile in candidate.profiles:
        where = f"{profile}/behaviour"
        for suite, limit in gates.behaviour.items():
            if suite in RATES:
                yield check_limit(f"{profile} {suite}", candidate.metrics.get(f"{where}/{suite}"), limit, False)
                continue
            for pairs in PAIRS:
                got = candidate.metrics.get(f"{where}/{pairs}/{suite}")
                yield check_limit(f"{profile} {pairs}, {suite.replace('_', ' ')}", got, limit, True)


def check_size(gates: Gates, candidate: Measured) -> Iterator[Check]:
    """Check how large the folder is, if that is limited."""
    if math.isfinite(gates.resources.max_mb):
        yield check_limit("size on disk, MB", candidate.size_mb, gates.resources.max_mb, True, "{:.1f}")


def check_limit(gate: str, got: float | None, limit: float, is_upper: bool, form: str = "{:.3f}") -> Check:
    """Compare a value with a limit."""
    wanted = f"at most {limit:g}" if is_upper else f"at least {limit:g}"
    if got is None or math.isnan(got):
        return Check(gate, False, "not measured", wanted)
    return Check(gate, got <= limit if is_upper else got >= limit, form.format(got), wanted)


def check_differences(
    gates: Gates, candidate: Measured, champion: Measured, differences: Mapping[str, Iterable[Difference]]
) -> Iterator[Check]:
    """Check that nothing that the champion does is lost, and no measure worse beyond its margin."""
    for task in champion.tasks:
        if task not in candidate.tasks:
            yield Check(f"{task}, which the champion has", False, "lost", "the tasks of the champion")
    for profile in candidate.profiles:
        own = list(differences.get(profile, ()))
        for task in [task for task in champion.tasks if task in candidate.tasks]:
            of_task = [found for found in own if found.measure.partition("/")[0] == task]
            yield from check_task(gates, f"{profile} {task}", profile, of_task)


def check_task(gates: Gates, name: str, profile: str, found: Sequence[Difference]) -> Iterator[Check]:
    """Check the differences of one task in one profile; none, or of too few texts, is not met."""
    least = gates.comparison.min_texts
    most = max((own.n for own in found), default=0)
    if most < least:
        got = f"{most} labelled texts that both were asked"
        yield Check(f"{name} against the champion", False, got, f"at least {least:g}: name some with --data")
        return
    for own in found:
        margin = gates.margin(own.measure)
        sides = f"{own.first:.3f} against {own.second:.3f}"
        got = f"{sides}, difference {own.difference:+.3f} [{own.low:+.3f}, {own.high:+.3f}]"
        yield Check(f"{profile} {own.measure}, {own.n:,} texts", own.low >= -margin, got, f"interval above -{margin:g}")
