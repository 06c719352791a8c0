"""How shares have changed, with an interval, a test, and the correction for the number of tests shown."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from opinion_nlp.records import Record
from opinion_nlp.report.axes import MERGED, MISSING
from opinion_nlp.report.proportions import compare_shares, correct_many, newcombe_interval
from opinion_nlp.report.tables import CountTable, row_bases

SIGNIFICANT = 0.05


@dataclass(frozen=True)
class Change(Record):
    """A share now and before.

    Attributes
    ----------
    against : str
        What it is compared with: a period, or ``previous`` for the previous table.
    n, total, share : int, int, float
        Now: rows, of how many, their share in [0, 1].
    n_before, total_before, share_before : int, int, float
        Before.
    difference, low, high : float
        ``share - share_before``, in [-1, 1], with its 95 % interval (Newcombe, method 10).
    p_value, q_value : float
        Of the test that the shares are equal; after the correction for all comparisons of a summary (Benjamini and
        Hochberg).
    """

    against: str
    n: int
    total: int
    share: float
    n_before: int
    total_before: int
    share_before: float
    difference: float
    low: float
    high: float
    p_value: float
    q_value: float = math.nan

    @property
    def is_significant(self) -> bool:
        """Whether the corrected p-value is below 0.05."""
        return self.q_value < SIGNIFICANT


class Pair(NamedTuple):
    """Counts to compare: rows and of how many, now and before, and what before is."""

    against: str
    n: int
    total: int
    n_before: int
    total_before: int


class Key(NamedTuple):
    """Whose change it is: a value of a dimension, against the period before or the previous table."""

    dimension: str
    value: str
    kind: str


def compare_all(pairs: Mapping[Key, Pair]) -> dict[Key, Change]:
    """Compare all pairs of a summary at once, so that the correction knows how many there are.

    Parameters
    ----------
    pairs : mapping of Key to Pair
        A pair with a total of 0 is left out.

    Returns
    -------
    dict of Key to Change

    Examples
    --------
    >>> key = Key("nature", "rumour", "latest")
    >>> [change] = compare_all({key: Pair("2026-W44", 56, 70, 48, 80)}).values()
    >>> round(change.difference, 2), round(change.low, 4), round(change.high, 4), change.is_significant
    (0.2, 0.0524, 0.3339, True)
    """
    keys = [key for key, pair in pairs.items() if pair.total and pair.total_before]
    if not keys:
        return {}
    counts = np.array([pairs[key][1:] for key in keys], dtype=np.int64).T
    n, total, n_before, total_before = counts
    low, high = newcombe_interval(n, total, n_before, total_before)
    p_values = compare_shares(n, total, n_before, total_before)
    q_values = correct_many(p_values)
    found = {}
    for place, key in enumerate(keys):
        against, *own = pairs[key]
        share, share_before = own[0] / own[1], own[2] / own[3]
        found[key] = Change(
            against,
            *(own[0], own[1], share, own[2], own[3], share_before),
            difference=share - share_before,
            low=float(low[place]),
            high=float(high[place]),
            p_value=float(p_values[place]),
            q_value=float(q_values[place]),
        )
    return found


def pair_periods(trend: CountTable, last: str, before: str) -> dict[str, Pair]:
    """Pair the cells of two periods; those of which one is hidden, or both are 0, are left out.

    Parameters
    ----------
    trend : CountTable
        Its rows are periods.
    last, before : str
        Two of them.

    Returns
    -------
    dict of str to Pair
        By value.
    """
    if last not in trend.counts.index or before not in trend.counts.index:
        return {}
    bases = row_bases(trend)
    shown = trend.counts.loc[[last, before]].drop(columns=[MERGED, MISSING], errors="ignore").dropna(axis=1)
    return {
        str(value): Pair(before, int(n), bases[last], int(n_before), bases[before])
        for value, (n, n_before) in shown.items()
        if n or n_before
    }
