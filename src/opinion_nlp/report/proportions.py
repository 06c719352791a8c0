"""Shares and their differences: intervals, a test, and a correction for many tests.

All functions take counts as numbers or arrays of one shape, and give arrays of that shape. Rows are taken as
independent of each other: statements of one document, or copies of one post, are not, and then the intervals are too
narrow and the tests too keen.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import false_discovery_control, fisher_exact, norm

FloatArray = NDArray[np.float64]

CONFIDENCE = 0.95
MIN_EXPECTED = 5
"""With an expected count below this the exact test is taken (Cochran, Biometrics 10, 1954)."""


class Interval(NamedTuple):
    """Two ends.

    Attributes
    ----------
    low, high : ndarray of float
        NaN where there is nothing to share.
    """

    low: FloatArray
    high: FloatArray


def wilson_interval(n: ArrayLike, total: ArrayLike, confidence: float = CONFIDENCE) -> Interval:
    """Give the score interval of a share.

    Source: Wilson, JASA 22 (1927); Newcombe, Statistics in Medicine 17, 857-872 (1998), method 3.

    Parameters
    ----------
    n, total : array-like of int
        Rows with the property, of all rows; ``0 <= n <= total``.
    confidence : float
        In (0, 1).

    Returns
    -------
    Interval
        In [0, 1]; NaN where ``total`` is 0.

    Examples
    --------
    >>> interval = wilson_interval([81, 0], [263, 20])
    >>> interval.low.round(4).tolist(), interval.high.round(4).tolist()
    ([0.2553, 0.0], [0.3662, 0.1611])
    """
    n, total = np.asarray(n, float), np.asarray(total, float)
    z = float(norm.ppf((1 + confidence) / 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        share = n / total
        middle = (share + z**2 / (2 * total)) / (1 + z**2 / total)
        half = z * np.sqrt(share * (1 - share) / total + z**2 / (4 * total**2)) / (1 + z**2 / total)
        # At the ends the formula is exact only on paper.
        low = np.where(n == 0, 0.0, np.maximum(middle - half, 0.0))
        high = np.where(n == total, 1.0, np.minimum(middle + half, 1.0))
    gone = np.where(total > 0, 1.0, np.nan)
    return Interval(low * gone, high * gone)


def newcombe_interval(
    n: ArrayLike, total: ArrayLike, n_before: ArrayLike, total_before: ArrayLike, confidence: float = CONFIDENCE
) -> Interval:
    """Give the interval of the difference of two shares of separate rows, from their score intervals.

    Source: Newcombe, Statistics in Medicine 17, 873-890 (1998), method 10.

    Parameters
    ----------
    n, total, n_before, total_before : array-like of int
    confidence : float

    Returns
    -------
    Interval
        Of ``n / total - n_before / total_before``, in [-1, 1]; NaN where a total is 0.

    Examples
    --------
    >>> interval = newcombe_interval(56, 70, 48, 80)
    >>> float(interval.low.round(4)), float(interval.high.round(4))
    (0.0524, 0.3339)
    """
    n, total, n_before, total_before = (np.asarray(count, float) for count in (n, total, n_before, total_before))
    now, before = wilson_interval(n, total, confidence), wilson_interval(n_before, total_before, confidence)
    with np.errstate(divide="ignore", invalid="ignore"):
        share, share_before = n / total, n_before / total_before
        low = share - share_before - np.hypot(share - now.low, before.high - share_before)
        high = share - share_before + np.hypot(now.high - share, share_before - before.low)
    return Interval(np.maximum(low, -1.0), np.minimum(high, 1.0))


def compare_shares(n: ArrayLike, total: ArrayLike, n_before: ArrayLike, total_before: ArrayLike) -> FloatArray:
    """Test whether two shares of separate rows are equal.

    Parameters
    ----------
    n, total, n_before, total_before : array-like of int

    Returns
    -------
    ndarray of float
        Two-sided p-values: of the pooled two-proportion z-test (Fleiss, Levin and Paik, Statistical Methods for Rates
        and Proportions, 3rd ed. 2003, section 3.2, without continuity correction), or of Fisher's exact test where an
        expected count is below :data:`MIN_EXPECTED`. 1 where both shares are 0, or both are 1; NaN where a total is 0.

    Examples
    --------
    >>> compare_shares([56, 9], [70, 10], [48, 3], [80, 10]).round(4).tolist()
    [0.008, 0.0198]
    """
    n, total, n_before, total_before = np.broadcast_arrays(
        *(np.asarray(count, float) for count in (n, total, n_before, total_before))
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        pooled = (n + n_before) / (total + total_before)
        error = np.sqrt(pooled * (1 - pooled) * (1 / total + 1 / total_before))
        z = (n / total - n_before / total_before) / error
    p_values = np.asarray(2 * norm.sf(np.abs(z)), float)
    p_values[np.asarray((pooled == 0) | (pooled == 1))] = 1.0
    smallest = np.minimum(total, total_before) * np.minimum(pooled, 1 - pooled)
    p_values[np.asarray(np.minimum(total, total_before) == 0)] = np.nan
    for place in zip(*np.nonzero(np.atleast_1d((smallest > 0) & (smallest < MIN_EXPECTED))), strict=True):
        own = place if p_values.ndim else ()
        rows = [[n[own], total[own] - n[own]], [n_before[own], total_before[own] - n_before[own]]]
        p_values[own] = fisher_exact(np.asarray(rows, int)).pvalue
    return p_values


def correct_many(p_values: ArrayLike) -> FloatArray:
    """Correct p-values for their number, so that of those below 0.05 about one in twenty is by chance.

    Source: Benjamini and Hochberg, JRSS B 57 (1995).

    Parameters
    ----------
    p_values : array-like of float, shape (n_tests,)
        Those of all comparisons that are shown; NaN is no comparison.

    Returns
    -------
    ndarray of float, shape (n_tests,)
        Adjusted p-values ("q-values"), none below its p-value.

    Examples
    --------
    >>> correct_many([0.01, 0.04, 0.03, float("nan")]).round(3).tolist()
    [0.03, 0.04, 0.04, nan]
    """
    found = np.array(p_values, float)
    tested = np.isfinite(found)
    if tested.any():
        found[tested] = false_discovery_control(found[tested], method="bh")
    return found
