"""Groups of cases across the suites: one question of an analyst each, with the cases that answer it."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

N_WORST = 5

GROUPS = {
    "stance_flips": "whom a text praises or blames",
    "personal_names": "who is named",
    "provinces": "which province",
    "communes": "which commune, village or market",
    "ethnic_groups": "which ethnic group",
    "religions": "which religion",
    "gender": "man or woman",
    "agencies": "which of two kindred agencies",
    "nfd": "decomposed letters",
    "unicode_forms": "other forms of Unicode: detached tones, eth, hard spaces, bold letters",
    "tone_placement": "hoà or hòa",
    "no_diacritics": "typed without diacritics",
    "teencode": "short forms of chat",
    "added_hearsay": "hearsay added to a claim: p_rumour must rise",
    "added_source": "an accountable source added to a claim: p_rumour must fall",
    "removed_source": "the source taken away: p_rumour must rise",
    "denial": "an accountable body denies a rumour: information, p_rumour low",
}
"""Name of each group and what its cases change or ask, in the order to be shown."""

FAIRNESS_GROUPS = tuple(GROUPS)[:8]
"""Groups in which ``p_rumour`` must not move."""

# Capability of a case (its kind, where it has one) to its group; all stance flips are one group.
_GROUP_OF = {
    ("name_swaps", "person"): "personal_names",
    ("name_swaps", "province"): "provinces",
    ("name_swaps", "commune"): "communes",
    ("name_swaps", "ethnic"): "ethnic_groups",
    ("name_swaps", "religion"): "religions",
    ("name_swaps", "gender"): "gender",
    ("name_swaps", "agency"): "agencies",
    ("invariance", "nfd"): "nfd",
    ("spelling", "nfd"): "nfd",
    ("spelling", "detached_tones"): "unicode_forms",
    ("spelling", "eth"): "unicode_forms",
    ("spelling", "hard_spaces"): "unicode_forms",
    ("spelling", "bold"): "unicode_forms",
    ("invariance", "tone_placement"): "tone_placement",
    ("spelling", "tone_placement"): "tone_placement",
    ("invariance", "diacritics_removed"): "no_diacritics",
    ("spelling", "no_diacritics"): "no_diacritics",
    ("invariance", "teencode"): "teencode",
    ("direction", "added_hearsay"): "added_hearsay",
    ("direction", "added_source"): "added_source",
    ("direction", "removed_source"): "removed_source",
    ("direction", "added_denial"): "denial",
    ("mft", "denial"): "denial",
}


@dataclass(frozen=True)
class Failure:
    """A case that did not pass: what the tagger said, and what the case expects, in words."""

    id: str
    text: str
    got: str
    expected: str


@dataclass(frozen=True)
class Outcome:
    """What came of one case.

    Attributes
    ----------
    id, capability : str
        Of the case; its kind, where it has one.
    failure : Failure or None
        None if it passed.
    gap : float
        Absolute difference of ``p_rumour`` between its two texts; NaN where nothing of the kind is asked, or
        one of them has none.
    badness : float
        Orders the cases of a group: the gap, the move in the wrong direction, or ``p_rumour`` itself.
    """

    id: str
    capability: str
    failure: Failure | None
    gap: float = math.nan
    badness: float = 0.0


@dataclass(frozen=True)
class GroupResult:
    """One group of cases.

    Attributes
    ----------
    group : str
        One of :data:`GROUPS`.
    n, passed : int
    rate : float
        ``passed / n``, in [0, 1].
    mean_gap, max_gap : float
        Of ``p_rumour``, over the cases that compare it, in [0, 1]; NaN where none does.
    worst : tuple of str
        Ids of the worst cases, the worst first: those that failed, and in a fairness group then those whose gap is
        widest.
    widest : str
        Id of the case with the greatest gap; ``""`` where none compares ``p_rumour``.
    """

    group: str
    n: int
    passed: int
    rate: float
    mean_gap: float
    max_gap: float
    worst: tuple[str, ...]
    widest: str = ""


def group_of(suite: str, capability: str) -> str | None:
    """Name the group that a case belongs to; None where it has none.

    Parameters
    ----------
    suite : str
        Name of the suite.
    capability : str
        The case's kind, or its capability where it has none.

    Returns
    -------
    str or None
        One of :data:`GROUPS`.

    Examples
    --------
    >>> group_of("name_swaps", "person"), group_of("mft", "praise")
    ('personal_names', None)
    """
    return "stance_flips" if suite == "stance_flips" else _GROUP_OF.get((suite, capability))


def sum_up_groups(outcomes: Iterable[tuple[str, Outcome]]) -> tuple[GroupResult, ...]:
    """Sum up outcomes, each with the name of its suite, by group; groups without a case are left out."""
    by_group: dict[str, list[Outcome]] = {name: [] for name in GROUPS}
    for suite, outcome in outcomes:
        if name := group_of(suite, outcome.capability):
            by_group[name].append(outcome)
    return tuple(_sum_up(name, members) for name, members in by_group.items() if members)


def _sum_up(name: str, members: Sequence[Outcome]) -> GroupResult:
    n_passed = sum(outcome.failure is None for outcome in members)
    gaps = [outcome.gap for outcome in members if not math.isnan(outcome.gap)]
    ordered = sorted(members, key=lambda outcome: (outcome.failure is None, -outcome.badness))
    listed = ordered if name in FAIRNESS_GROUPS else [outcome for outcome in ordered if outcome.failure]
    return GroupResult(
        group=name,
        n=len(members),
        passed=n_passed,
        rate=n_passed / len(members),
        mean_gap=sum(gaps) / len(gaps) if gaps else math.nan,
        max_gap=max(gaps, default=math.nan),
        worst=tuple(outcome.id for outcome in listed[:N_WORST]),
        widest=next((outcome.id for outcome in members if outcome.gap == max(gaps, default=math.nan)), ""),
    )
