"""What is said more, or less, than before: log-odds with an informative prior.

Source: Monroe, Colaresi and Quinn, "Fightin' Words", Political Analysis 16, 372-403 (2008), equations 15 to 22.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm

from opinion_nlp.records import Record
from opinion_nlp.report.proportions import correct_many

FloatArray = NDArray[np.float64]

PRIOR = 0.4
"""Weight of the prior against all that is counted on the smaller side.

A much smaller one makes the variance of what never occurred before explode, a larger one flattens everything: ten
statements against none, of equally many, give z = 1.2 at a weight of 0.01, 2.4 at 0.4, 1.8 at 2.
"""


MIN_Z = 1.96


class LogOdds(NamedTuple):
    """Logarithm of the odds ratio, and the same in its standard errors.

    Attributes
    ----------
    log_odds, z : ndarray of float
        Above 0 where there is more now.
    """

    log_odds: FloatArray
    z: FloatArray


@dataclass(frozen=True)
class Contrast(Record):
    """Something that is said more, or less, than before.

    Attributes
    ----------
    value : str
        A phrase, or a topic.
    n, n_before : int or None
        Statements with it; None where they are fewer than ``min_cell`` (but some). Log-odds are then those of one less
        than ``min_cell``, so that they do not tell the number, and rather say too little than too much.
    total, total_before : int
        Statements looked at.
    log_odds, z : float
        See :func:`compare_counts`.
    q_value : float
        Two-sided p-value of ``z``, corrected for all that was compared (Benjamini and Hochberg).
    """

    value: str
    n: int | None
    total: int
    n_before: int | None
    total_before: int
    log_odds: float
    z: float
    q_value: float


@dataclass(frozen=True)
class Contrasts(Record):
    """What is said more than before, and what less.

    Attributes
    ----------
    unit : str
        ``topic``; or what phrases are made of: ``word`` or ``syllable``.
    now, against : str
        What is compared with what: periods, ``all`` or ``previous``; ``""`` where there is nothing to compare.
    emerging, fading : tuple of Contrast
        Furthest first, |z| at least 1.96: leads to look at. Those with a ``q_value`` below 0.05 are more than chance.
    """

    unit: str
    now: str = ""
    against: str = ""
    emerging: tuple[Contrast, ...] = ()
    fading: tuple[Contrast, ...] = ()


def compare_counts(n: ArrayLike, n_before: ArrayLike, prior: float = PRIOR) -> LogOdds:
    """Compare how often each of many things is said now and before.

    Parameters
    ----------
    n, n_before : array-like of int, shape (n_things,)
        Counts now and before; each thing has one at least.
    prior : float
        Weight of the prior, above 0: so many times the counts of the smaller side, shared out as both together are.

    Returns
    -------
    LogOdds
        Arrays of shape (n_things,). NaN where there is one thing only, or one side has nothing.

    Examples
    --------
    >>> found = compare_counts([10, 90], [0, 100])
    >>> found.log_odds.round(2).tolist(), found.z.round(2).tolist()
    ([1.87, -1.87], [2.44, -15.21])
    """
    n, n_before = np.asarray(n, float), np.asarray(n_before, float)
    both = n + n_before
    with np.errstate(divide="ignore", invalid="ignore"):
        alpha = prior * min(n.sum(), n_before.sum()) * both / both.sum()
        odds, odds_before = (
            (counts + alpha) / (counts.sum() + alpha.sum() - counts - alpha) for counts in (n, n_before)
        )
        log_odds = np.log(odds) - np.log(odds_before)
        variance = 1 / (n + alpha) + 1 / (n_before + alpha)
        return LogOdds(log_odds, log_odds / np.sqrt(variance))


def contrast(
    values: Sequence[str],
    n: ArrayLike,
    n_before: ArrayLike,
    totals: tuple[int, int],
    *,
    min_cell: int,
) -> list[Contrast]:
    """Compare things by their counts, those under ``min_cell`` not told.

    Parameters
    ----------
    values : sequence of str
        The things.
    n, n_before : array-like of int, shape (n_things,)
        Statements with each, now and before.
    totals : tuple of int
        All statements, now and before.
    min_cell : int
        Smaller counts are hidden.

    Returns
    -------
    list of Contrast
        In the order given.
    """
    now, before = np.asarray(n, np.int64), np.asarray(n_before, np.int64)
    small, small_before = ((counts > 0) & (counts < min_cell) for counts in (now, before))
    told, told_before = np.where(small, min_cell - 1, now), np.where(small_before, min_cell - 1, before)
    log_odds, z = compare_counts(told, told_before)
    q_values = correct_many(2 * norm.sf(np.abs(z)))
    return [
        Contrast(
            value,
            None if small[place] else int(now[place]),
            totals[0],
            None if small_before[place] else int(before[place]),
            totals[1],
            float(log_odds[place]),
            float(z[place]),
            float(q_values[place]),
        )
        for place, value in enumerate(values)
    ]


def rank(found: Sequence[Contrast], unit: str, n_top: int) -> Contrasts:
    """Choose what stands out furthest on either side."""
    risen = sorted((one for one in found if one.z >= MIN_Z and one.n), key=lambda one: (-one.z, one.value))
    fallen = sorted((one for one in found if one.z <= -MIN_Z and one.n_before), key=lambda one: (one.z, one.value))
    return Contrasts(unit, emerging=tuple(risen[:n_top]), fading=tuple(fallen[:n_top]))
