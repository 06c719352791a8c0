"""The cases: frozen dataclasses, read from the JSON Lines files beside this module. Never train on them."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib import resources
from typing import Any, Literal, overload

from opinion_nlp.errors import ConfigError
from opinion_nlp.schema import NATURE, SENTIMENT, TOPIC
from opinion_nlp.training.behaviour.transforms import TRANSFORMS, decompose

SUITES = ("mft", "invariance", "spelling", "direction", "stance_flips", "name_swaps")
PAIR_SUITES = SUITES[-2:]
ALL_TASKS = (NATURE.name, SENTIMENT.name, TOPIC.name)
# Each base text takes one of the rarer forms, in turn; all take the others.
RARE_FORMS = ("detached_tones", "eth", "hard_spaces", "bold")


@dataclass(frozen=True)
class MftCase:
    """A text whose labels leave no doubt.

    Attributes
    ----------
    id, capability : str
        The case's name, and the short name of its group.
    text : str
    expect : mapping of str to str
        Task to label; one or more tasks.
    p_rumour_min, p_rumour_max : float or None
        Bounds of the rumour likelihood, in [0, 1]; None where the case sets none.
    """

    id: str
    capability: str
    text: str
    expect: Mapping[str, str]
    p_rumour_min: float | None = None
    p_rumour_max: float | None = None


@dataclass(frozen=True)
class InvarianceCase:
    """A text and a variant of it that says the same to a reader.

    Attributes
    ----------
    id, capability : str
        The case's name, and the nature of the text.
    kind : str
        What was changed: names, places, typo, nfd, and so on.
    text, variant : str
        The text decomposed at loading, in a case with ``"nfd": true``: editors compose without a word.
    tasks : tuple of str
        Tasks whose label must stay.
    """

    id: str
    capability: str
    kind: str
    text: str
    variant: str
    tasks: tuple[str, ...]


@dataclass(frozen=True)
class DirectionCase:
    """A text and a variant that must have a higher or a lower score.

    Attributes
    ----------
    id, capability : str
    text, variant : str
    direction : {"up", "down"}
        The way of the score from the text to the variant.
    task, label : str or None
        The score is the probability of this label; None for ``p_rumour``.
    """

    id: str
    capability: str
    text: str
    variant: str
    direction: str
    task: str | None = None
    label: str | None = None


@dataclass(frozen=True)
class PairCase:
    """Two texts that differ in stance or in a name, and ground what they claim alike.

    Attributes
    ----------
    id, capability : str
    a, b : str
    tasks : tuple of str
        Tasks whose label must be the same: the nature of a stance flip, all of a name swap.
    """

    id: str
    capability: str
    a: str
    b: str
    tasks: tuple[str, ...] = ()


@overload
def load_cases(kind: Literal["mft"]) -> list[MftCase]: ...
@overload
def load_cases(kind: Literal["invariance", "spelling"]) -> list[InvarianceCase]: ...
@overload
def load_cases(kind: Literal["direction"]) -> list[DirectionCase]: ...
@overload
def load_cases(kind: Literal["stance_flips", "name_swaps"]) -> list[PairCase]: ...
def load_cases(kind: str) -> list[Any]:
    """Read the cases of one suite, in the order of their file.

    Parameters
    ----------
    kind : {"mft", "invariance", "spelling", "direction", "stance_flips", "name_swaps"}
        Name of the suite. The cases of ``spelling`` are made at loading: of each base text one without
        diacritics, one with the tone marks placed the other way, one decomposed, and one in a rarer form of
        Unicode; see :mod:`~opinion_nlp.training.behaviour.transforms`.

    Returns
    -------
    list of MftCase, InvarianceCase, DirectionCase or PairCase

    Raises
    ------
    ConfigError
        If there is no such suite.

    Examples
    --------
    >>> load_cases("mft")[0].expect
    {'nature': 'rumour', 'topic': 'politics'}
    >>> load_cases("fairness")
    Traceback (most recent call last):
    ...
    opinion_nlp.errors.ConfigError: behaviour: there is no suite 'fairness'. Name one of mft, invariance, ...
    """
    if kind not in SUITES:
        raise ConfigError(f"behaviour: there is no suite {kind!r}. Name one of {', '.join(SUITES)}.")
    if kind == "spelling":
        return _make_spelling_cases(_read_rows("bases"))
    read = _READERS[kind]
    return [read(row) for row in _read_rows(kind)]


def _read_rows(name: str) -> list[dict[str, Any]]:
    lines = resources.files(__package__).joinpath(f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _make_spelling_cases(bases: list[dict[str, Any]]) -> list[InvarianceCase]:
    common = [kind for kind in TRANSFORMS if kind not in RARE_FORMS]
    return [
        InvarianceCase(
            id=f"{base['id']}-{kind.replace('_', '-')}",
            capability=base["nature"],
            kind=kind,
            text=base["text"],
            variant=TRANSFORMS[kind](base["text"]),
            tasks=ALL_TASKS,
        )
        for place, base in enumerate(bases)
        for kind in (*common, RARE_FORMS[place % len(RARE_FORMS)])
    ]


def _read_mft(row: dict[str, Any]) -> MftCase:
    return MftCase(**row)


def _read_invariance(row: dict[str, Any]) -> InvarianceCase:
    if row.pop("nfd", False):
        row["variant"] = decompose(row["text"])
    return InvarianceCase(**row | {"tasks": tuple(row["tasks"])})


def _read_direction(row: dict[str, Any]) -> DirectionCase:
    score = row.pop("score")
    return DirectionCase(**row, **(score if isinstance(score, dict) else {}))


def _read_pair(row: dict[str, Any], tasks: tuple[str, ...]) -> PairCase:
    return PairCase(**row, tasks=tasks)


_READERS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "mft": _read_mft,
    "invariance": _read_invariance,
    "direction": _read_direction,
    "stance_flips": partial(_read_pair, tasks=(NATURE.name,)),
    "name_swaps": partial(_read_pair, tasks=ALL_TASKS),
}
