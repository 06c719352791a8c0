import numpy as np
import pandas as pd
import pytest

from opinion_nlp.errors import InputError
from opinion_nlp.training.splits import check_disjoint, group_folds, group_split

FRAME = pd.DataFrame({"group": [f"bài {number % 13}" for number in range(60)]}, index=range(100, 160))


def test_every_row_is_tested_once_and_groups_stay_together():
    folds = group_folds(FRAME, n=5)
    assert sorted(np.concatenate([test for _, test in folds]).tolist()) == list(range(60))
    for train, test in folds:
        assert sorted([*train, *test]) == list(range(60))
        assert not set(FRAME["group"].iloc[train]) & set(FRAME["group"].iloc[test])


def test_the_seed_decides_the_folds():
    first, again, other = ([test.tolist() for _, test in group_folds(FRAME, n=5, seed=seed)] for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_the_order_of_rows_does_not_move_a_group_to_another_fold():
    turned = FRAME.iloc[::-1]
    folds = [set(FRAME["group"].iloc[test]) for _, test in group_folds(FRAME)]
    assert [set(turned["group"].iloc[test]) for _, test in group_folds(turned)] == folds


def test_split_keeps_groups_together_and_its_share():
    train, test = group_split(FRAME, test_share=0.3, seed=4)
    assert sorted([*train, *test]) == list(range(60))
    assert not set(FRAME["group"].iloc[train]) & set(FRAME["group"].iloc[test])
    assert len(set(FRAME["group"].iloc[test])) == 4


def test_a_group_in_two_parts_is_refused():
    with pytest.raises(InputError, match=r"2 groups are in part 0 and in part 2 \('a'\)"):
        check_disjoint(["a", "b"], ["c"], ["b", "a"])
    check_disjoint(["a", "a"], ["b"], [])


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (pd.DataFrame({"text": ["Mưa"]}), "no column 'group', only text"),
        (pd.DataFrame({"group": ["a", None, "b"]}), "row 1 has no group"),
        (pd.DataFrame({"group": ["a", "a"]}), "1 groups are too few for"),
    ],
)
def test_frames_that_cannot_be_split(frame, message):
    with pytest.raises(InputError, match=message):
        group_folds(frame)
    with pytest.raises(InputError, match=message):
        group_split(frame)
