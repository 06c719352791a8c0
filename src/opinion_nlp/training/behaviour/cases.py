"""The cases: frozen dataclasses, read from the JSON Lines files beside this module."""

import json
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any, Literal, overload

from opinion_nlp.errors import ConfigError

SUITES = ("mft", "invariance", "direction", "stance_flips", "name_swaps")


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
    """Two texts that differ in stance or in a name, and ground what they claim alike."""

    id: str
    capability: str
    a: str
    b: str


@overload
def load_cases(kind: Literal["mft"]) -> list[MftCase]: ...
@overload
def load_cases(kind: Literal["invariance"]) -> list[InvarianceCase]: ...
@overload
def load_cases(kind: Literal["direction"]) -> list[DirectionCase]: ...
@overload
def load_cases(kind: Literal["stance_flips", "name_swaps"]) -> list[PairCase]: ...
def load_cases(kind: str) -> list[Any]:
    """Read the cases of one suite, in the order of their file.

    Parameters
    ----------
    kind : {"mft", "invariance", "direction", "stance_flips", "name_swaps"}

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
    lines = resources.files(__package__).joinpath(f"{kind}.jsonl").read_text(encoding="utf-8").splitlines()
    read = _READERS[kind]
    return [read(json.loads(line)) for line in lines]


def _read_mft(row: dict[str, Any]) -> MftCase:
    return MftCase(**row)


def _read_invariance(row: dict[str, Any]) -> InvarianceCase:
    if row.pop("nfd", False):
        row["variant"] = unicodedata.normalize("NFD", row["text"])
    return InvarianceCase(**row | {"tasks": tuple(row["tasks"])})


def _read_direction(row: dict[str, Any]) -> DirectionCase:
    score = row.pop("score")
    return DirectionCase(**row, **(score if isinstance(score, dict) else {}))


def _read_pair(row: dict[str, Any]) -> PairCase:
    return PairCase(**row)


_READERS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "mft": _read_mft,
    "invariance": _read_invariance,
    "direction": _read_direction,
    "stance_flips": _read_pair,
    "name_swaps": _read_pair,
}
