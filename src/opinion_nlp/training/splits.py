"""Splits that do not leak: texts of one group never stand on both sides."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.model_selection import GroupKFold, GroupShuffleSplit

from opinion_nlp.errors import InputError

Split = tuple[NDArray[np.intp], NDArray[np.intp]]


def group_folds(frame: pd.DataFrame, n: int = 5, seed: int = 0) -> list[Split]:
    """Cut a frame into folds by its ``group`` column.

    Parameters
    ----------
    frame : pandas.DataFrame
        With a ``group`` column, as :func:`opinion_nlp.training.corpora.load_corpus` gives it.
    n : int
        Number of folds, at least 2.
    seed : int
        Seed of the shuffle of the groups.

    Returns
    -------
    list of (ndarray of int, ndarray of int)
        Positions of the training and the test rows of each fold, ascending; every row is tested once.

    Raises
    ------
    InputError
        If the column is missing, a group is missing, or there are fewer groups than folds.

    Examples
    --------
    >>> frame = pd.DataFrame({"text": ["Lúa tốt", "Lúa tốt quá", "Mưa to", "Gió lớn"], "group": list("aabc")})
    >>> [test.tolist() for _, test in group_folds(frame, n=3)]
    [[3], [2], [0, 1]]
    """
    groups = _groups_of(frame, n_least=n)
    folds = GroupKFold(n_splits=n, shuffle=True, random_state=seed).split(groups, groups=groups)
    return [_checked(frame, train, test) for train, test in folds]


def group_split(frame: pd.DataFrame, test_share: float = 0.2, seed: int = 0) -> Split:
    """Cut a frame in two by its ``group`` column.

    Parameters
    ----------
    frame : pandas.DataFrame
        With a ``group`` column.
    test_share : float
        Share of the groups that are tested, in (0, 1).
    seed : int
        Seed of the choice.

    Returns
    -------
    (ndarray of int, ndarray of int)
        Positions of the training and the test rows, ascending.

    Raises
    ------
    InputError
        If the column or a group is missing, or there are fewer than two groups.

    Examples
    --------
    >>> frame = pd.DataFrame({"text": ["Lúa tốt", "Lúa tốt quá", "Mưa to", "Gió lớn"], "group": list("aabc")})
    >>> train, test = group_split(frame, test_share=0.3)
    >>> sorted([*train.tolist(), *test.tolist()])
    [0, 1, 2, 3]
    """
    groups = _groups_of(frame, n_least=2)
    splitter = GroupShuffleSplit(n_splits=1, test_size=test_share, random_state=seed)
    train, test = next(splitter.split(groups, groups=groups))
    return _checked(frame, train, test)


def check_disjoint(*parts: Sequence[str]) -> None:
    """Refuse parts that share a group.

    Parameters
    ----------
    *parts : sequence of str
        The groups of the texts of each part.

    Raises
    ------
    InputError
        If a group is in two parts; the message names one.

    Examples
    --------
    >>> check_disjoint(["bài 1", "bài 2"], ["bài 3", "bài 2"])
    Traceback (most recent call last):
    ...
    opinion_nlp.errors.InputError: split: 1 group is in part 0 and in part 1 ('bài 2'). Split by group.
    """
    sets = [set(part) for part in parts]
    for first in range(len(sets)):
        for second in range(first + 1, len(sets)):
            shared = sorted(map(str, sets[first] & sets[second]))
            if shared:
                counted = "1 group is" if len(shared) == 1 else f"{len(shared)} groups are"
                raise InputError(
                    f"split: {counted} in part {first} and in part {second} ({shared[0]!r}). Split by group."
                )


def _groups_of(frame: pd.DataFrame, *, n_least: int) -> NDArray[np.object_]:
    if "group" not in frame.columns:
        raise InputError(f"split: the table has no column 'group', only {', '.join(map(str, frame.columns))}.")
    if frame["group"].isna().any():
        row = int(np.flatnonzero(frame["group"].isna())[0])
        raise InputError(f"split: row {row} has no group. Give each text one, its id if it stands alone.")
    groups: NDArray[np.object_] = frame["group"].to_numpy(dtype=object)
    n_groups = len(set(groups))
    if n_groups < n_least:
        raise InputError(f"split: {n_groups} groups are too few for {n_least} parts. Ask for fewer.")
    return groups


def _checked(frame: pd.DataFrame, train: NDArray[np.intp], test: NDArray[np.intp]) -> Split:
    check_disjoint(frame["group"].iloc[train].tolist(), frame["group"].iloc[test].tolist())
    return train, test
