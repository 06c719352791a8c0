"""Measures against scikit-learn, tables computed by hand, and simulated data whose truth is known."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom
from sklearn import metrics as sk

from opinion_nlp.errors import InputError
from opinion_nlp.training import metrics
from opinion_nlp.training.bootstrap import (
    bootstrap_intervals,
    event_statistics,
    iter_resamples,
    label_statistics,
    selective_statistics,
)
from opinion_nlp.training.selective import lower_accuracy_bound

U = metrics.UNTAGGED


def draw_codes(seed, n=300, n_labels=5, share_untagged=0.1):
    rng = np.random.default_rng(seed)
    true = rng.integers(n_labels, size=n)
    pred = np.where(rng.random(n) < 0.6, true, rng.integers(n_labels, size=n))
    return true, np.where(rng.random(n) < share_untagged, U, pred)


def draw_events(seed, n=400, decimals=2):
    rng = np.random.default_rng(seed)
    p = rng.random(n).round(decimals)
    return rng.random(n) < p**2, p


class TestLabels:
    def test_f1_is_that_of_sklearn_with_untagged_texts_as_no_label(self):
        true, pred = draw_codes(1)
        labels = list(range(5))
        assert metrics.macro_f1(true, pred) == pytest.approx(sk.f1_score(true, pred, labels=labels, average="macro"))
        assert metrics.weighted_f1(true, pred) == pytest.approx(
            sk.f1_score(true, pred, labels=labels, average="weighted")
        )

    def test_macro_f1_counts_labels_given_or_predicted_and_no_others(self):
        # F1 of label 0: 2*1/(2+1) = 2/3; label 1 is predicted, never given: 0; label 2 is known, unused.
        assert metrics.macro_f1([0, 0], [0, 1]) == pytest.approx((2 / 3 + 0) / 2)

    def test_untagged_texts_are_wrong(self):
        assert metrics.accuracy([0, 1, 1, 1], [0, 1, U, U]) == 0.5
        scores = metrics.label_scores([0, 1, 1, 1], [0, 1, U, U], 2)
        assert scores.recall.tolist() == pytest.approx([1, 1 / 3])
        assert scores.precision.tolist() == [1, 1]
        assert scores.support.tolist() == [1, 3]

    def test_confusion_matrix_by_hand(self):
        matrix = metrics.confusion_matrix([0, 0, 1, 2, 2, 2], [0, 2, 1, 0, 2, U], 3)
        assert matrix.tolist() == [[1, 0, 1], [0, 1, 0], [1, 0, 1]]

    @pytest.mark.parametrize(("true", "pred"), [([], []), ([0, 1], [0])])
    def test_refuses_no_texts_and_unequal_lengths(self, true, pred):
        with pytest.raises(InputError, match="at least one"):
            metrics.macro_f1(true, pred)


class TestEvents:
    @pytest.mark.parametrize("decimals", [1, 6])
    def test_ranking_and_brier_are_those_of_sklearn(self, decimals):
        happened, p = draw_events(2, decimals=decimals)
        assert metrics.auroc(happened, p) == pytest.approx(sk.roc_auc_score(happened, p))
        assert metrics.average_precision(happened, p) == pytest.approx(sk.average_precision_score(happened, p))
        assert metrics.binary_brier(happened, p) == pytest.approx(sk.brier_score_loss(happened, p))

    def test_one_kind_only_is_not_defined(self):
        assert math.isnan(metrics.auroc([True, True], [0.2, 0.9]))
        assert math.isnan(metrics.average_precision([False, False], [0.2, 0.9]))

    def test_brier_by_hand_and_twice_the_binary_one(self):
        assert metrics.brier([2], [[0.5, 0.3, 0.2]]) == pytest.approx(0.25 + 0.09 + 0.64)
        happened, p = draw_events(3)
        both = metrics.brier(happened.astype(int), np.column_stack([1 - p, p]))
        assert both == pytest.approx(2 * metrics.binary_brier(happened, p))

    @pytest.mark.parametrize("p", [[0.2, 1.2], [-0.1, 0.5], [math.nan, 0.5]])
    def test_refuses_what_is_no_probability(self, p):
        with pytest.raises(InputError, match=r"p\[[01]\] is .* between 0 and 1"):
            metrics.binary_brier([True, False], p)


class TestCalibration:
    def test_ece_by_hand(self):
        # Bin (0.2, 0.267]: mean 0.25, share 0.5, 2 texts; bin (0.867, 0.933]: mean 0.9, share 1, 3 texts.
        happened, p = [True, False, True, True, True], [0.25, 0.25, 0.9, 0.9, 0.9]
        expected = 2 / 5 * 0.25 + 3 / 5 * 0.1
        assert metrics.expected_calibration_error(happened, p) == pytest.approx(expected)

    def test_edges_belong_to_the_lower_bin_and_0_to_the_first(self):
        table = metrics.reliability_table([False] * 4, [0.0, 1 / 15, 2 / 15, 1.0])
        assert [(row.n, round(row.high * 15)) for row in table] == [(2, 1), (1, 2), (1, 15)]

    def test_ece_of_a_calibrated_sample_is_small_and_of_a_shifted_one_is_the_shift(self):
        rng = np.random.default_rng(4)
        p = rng.random(20_000) * 0.8
        happened = rng.random(20_000) < p
        assert metrics.expected_calibration_error(happened, p) < 0.015
        assert metrics.expected_calibration_error(happened, p + 0.2) == pytest.approx(0.2, abs=0.015)

    @given(st.lists(st.tuples(st.booleans(), st.floats(0, 1)), min_size=1, max_size=60))
    @settings(max_examples=100, deadline=None)
    def test_ece_lies_between_the_overall_gap_and_1(self, rows):
        happened, p = zip(*rows, strict=True)
        ece = metrics.expected_calibration_error(happened, p)
        assert abs(np.mean(happened) - np.mean(p)) - 1e-9 <= ece <= 1 + 1e-9


class TestSelective:
    CONFIDENCE = (0.9, 0.8, 0.8, 0.7, 0.6)
    IS_CORRECT = (True, True, True, False, True)

    def test_curve_takes_ties_together(self):
        coverage, right = metrics.accuracy_coverage_curve(self.CONFIDENCE, self.IS_CORRECT)
        assert coverage.tolist() == pytest.approx([0.2, 0.6, 0.8, 1.0])
        assert right.tolist() == pytest.approx([1, 1, 0.75, 0.8])

    @pytest.mark.parametrize(("target", "coverage"), [(1.0, 0.6), (0.8, 1.0), (0.79, 1.0), (0.81, 0.6), (0.0, 1.0)])
    def test_coverage(self, target, coverage):
        assert metrics.coverage_at_accuracy(self.CONFIDENCE, self.IS_CORRECT, target) == coverage

    def test_unreachable_target_covers_nothing(self):
        assert metrics.coverage_at_accuracy([0.9, 0.5], [False, True], 0.9) == 0.0
        assert metrics.selective_threshold([0.9, 0.5], [False, True], 0.9) == math.inf

    def test_untagged_texts_count_in_the_share_and_are_never_taken(self):
        confidence = [0.9, math.nan, 0.8, math.nan]
        assert metrics.coverage_at_accuracy(confidence, [True, False, True, False], 1.0) == 0.5
        assert metrics.selective_threshold(confidence * 50, [True, False, True, False] * 50, 0.9) == 0.0

    @pytest.mark.parametrize(("n_right", "n"), [(45, 45), (98, 100), (1, 7), (300, 400)])
    def test_bound_is_the_one_below_which_so_many_hits_are_rarer_than_delta(self, n_right, n):
        bound = lower_accuracy_bound(n_right, n, 0.1)
        assert binom.sf(n_right - 1, n, bound) == pytest.approx(0.1)

    def test_nothing_right_has_no_bound(self):
        assert lower_accuracy_bound(0, 5, 0.1) == 0.0

    def test_threshold_needs_proof_not_only_a_high_share(self):
        few = [0.9] * 10 + [0.5] * 10, [True] * 10 + [False] * 10
        assert metrics.selective_threshold(*few, 0.9) == math.inf
        many = [0.9] * 100 + [0.5] * 100, [True] * 100 + [False] * 100
        assert metrics.selective_threshold(*many, 0.9) == 0.9

    def test_threshold_keeps_its_promise_on_texts_not_seen(self):
        """The least threshold with the observed accuracy breaks it about half the time; this one seldom."""
        rng = np.random.default_rng(12)
        broken = naive_broken = 0
        for _ in range(200):
            confidence = rng.random(400)
            is_right = rng.random(400) < 0.6 + 0.4 * confidence
            threshold = metrics.selective_threshold(confidence, is_right, 0.9)
            # Above t the accuracy of this population is the mean of 0.6 + 0.4 c over [t, 1].
            broken += threshold < math.inf and 0.6 + 0.2 * (1 + threshold) < 0.9
            coverage = metrics.coverage_at_accuracy(confidence, is_right, 0.9)
            naive_broken += 0.6 + 0.2 * (2 - coverage) < 0.9
        assert broken <= 20
        assert naive_broken >= 80

    @given(
        st.lists(st.tuples(st.sampled_from([0.3, 0.5, 0.6, 0.9]), st.booleans()), min_size=1, max_size=200),
        st.floats(0, 1),
        st.floats(0.01, 0.5),
    )
    @settings(max_examples=150, deadline=None)
    def test_texts_above_the_threshold_reach_the_target_and_rising_targets_raise_it(self, rows, target, delta):
        confidence, is_correct = map(np.array, zip(*rows, strict=True))
        threshold = metrics.selective_threshold(confidence, is_correct, target, delta=delta)
        assert metrics.selective_threshold(confidence, is_correct, (1 + target) / 2, delta=delta) >= threshold
        if threshold < math.inf:
            assert is_correct[confidence >= threshold].mean() >= target

    def test_refuses_all_nan_and_what_is_no_share(self):
        with pytest.raises(InputError, match="at least one confidence"):
            metrics.selective_threshold([math.nan], [True], 0.9)
        with pytest.raises(InputError, match="target_accuracy is 90"):
            metrics.selective_threshold([0.5], [True], 90)
        with pytest.raises(InputError, match=r"delta is 0: .*such as 0\.1"):
            metrics.selective_threshold([0.5], [True], 0.9, delta=0)


class TestBootstrap:
    """Each statistic of counts equals the measure of the texts repeated that often."""

    LABELS = tuple("abcde")

    @pytest.fixture(params=[None, 7], ids=["all texts once", "a resample"])
    def rows(self, request):
        n = 300
        return np.arange(n) if request.param is None else np.random.default_rng(request.param).integers(n, size=n)

    def counts(self, rows):
        return np.vstack([np.bincount(rows, minlength=300), np.ones(300)]).astype(float)

    def test_label_statistics(self, rows):
        true, pred = draw_codes(5)
        found = label_statistics(true, pred, self.LABELS)(self.counts(rows))
        true, pred = true[rows], pred[rows]
        assert found["accuracy"][0] == pytest.approx(metrics.accuracy(true, pred))
        assert found["macro_f1"][0] == pytest.approx(metrics.macro_f1(true, pred))
        assert found["weighted_f1"][0] == pytest.approx(metrics.weighted_f1(true, pred))
        f1 = metrics.label_scores(true, pred, 5).f1
        assert [found[f"f1/{label}"][0] for label in self.LABELS] == pytest.approx(f1.tolist())

    @pytest.mark.parametrize("decimals", [1, 6])
    def test_event_statistics(self, rows, decimals):
        happened, p = draw_events(6, n=300, decimals=decimals)
        found = event_statistics(happened, p)(self.counts(rows))
        happened, p = happened[rows], p[rows]
        assert found["auroc"][0] == pytest.approx(metrics.auroc(happened, p))
        assert found["average_precision"][0] == pytest.approx(metrics.average_precision(happened, p))
        assert found["brier"][0] == pytest.approx(metrics.binary_brier(happened, p))
        assert found["ece"][0] == pytest.approx(metrics.expected_calibration_error(happened, p))

    def test_selective_statistics(self, rows):
        is_correct, confidence = draw_events(8, n=300, decimals=1)
        confidence[::9] = math.nan
        is_correct &= ~np.isnan(confidence)
        terms = np.where(np.isnan(confidence), math.nan, (confidence - is_correct) ** 2)
        is_sure = confidence >= 0.8
        found = selective_statistics(is_correct, confidence, terms, [0.3, 0.7], is_sure)(self.counts(rows))
        is_correct, confidence, is_sure = is_correct[rows], confidence[rows], is_sure[rows]
        tagged = ~np.isnan(confidence)
        for target in (0.3, 0.7):
            expected = metrics.coverage_at_accuracy(confidence, is_correct, target)
            assert 0 < expected < 1
            assert found[f"coverage_at/{target}"][0] == pytest.approx(expected)
        ece = metrics.expected_calibration_error(is_correct[tagged], confidence[tagged])
        assert found["ece"][0] == pytest.approx(ece)
        assert found["brier"][0] == pytest.approx(np.nanmean(terms[rows]))
        assert found["sure_coverage"][0] == pytest.approx(is_sure.mean())
        assert found["sure_accuracy"][0] == pytest.approx(is_correct[is_sure].mean())

    def test_intervals_cover_the_truth_about_as_often_as_they_say(self):
        rng = np.random.default_rng(9)
        covered = 0
        for _ in range(200):
            true = rng.integers(2, size=150)
            pred = np.where(rng.random(150) < 0.8, true, 1 - true)
            interval = bootstrap_intervals(label_statistics(true, pred, "ab"), 150, n_boot=200)["accuracy"]
            covered += interval.low <= 0.8 <= interval.high
        assert 180 <= covered <= 199

    def test_texts_of_one_group_widen_the_interval(self):
        rng = np.random.default_rng(10)
        is_right = np.repeat(rng.random(40) < 0.7, 10).astype(int)
        statistics = label_statistics(np.ones(400, dtype=int), is_right, "ab")
        alone = bootstrap_intervals(statistics, 400)["accuracy"]
        together = bootstrap_intervals(statistics, 400, groups=np.repeat(np.arange(40), 10))["accuracy"]
        assert together.value == alone.value
        assert together.high - together.low > 2 * (alone.high - alone.low)

    def test_groups_are_drawn_whole_and_as_many_as_there_are(self):
        groups = np.array(["xã", "huyện", "xã", "tỉnh"])
        [counts] = iter_resamples(4, n_boot=50, seed=0, groups=groups)
        assert counts.shape == (50, 4)
        assert (counts[:, 0] == counts[:, 2]).all()
        assert (counts[:, [0, 1, 3]].sum(axis=1) == 3).all()

    def test_same_seed_same_interval_and_none_without_resamples(self):
        statistics = event_statistics(*draw_events(11))
        first, again, other = (bootstrap_intervals(statistics, 400, n_boot=50, seed=s)["ece"] for s in (1, 1, 2))
        assert first == again
        assert first != other
        none = bootstrap_intervals(statistics, 400, n_boot=0)["ece"]
        assert none.value == first.value
        assert math.isnan(none.low)
        assert str(none) == f"{first.value:.3f}"

    def test_resamples_in_which_a_measure_is_not_defined_are_left_out(self):
        happened, p = np.array([True, False, False, False]), np.array([0.9, 0.4, 0.3, 0.2])
        interval = bootstrap_intervals(event_statistics(happened, p), 4, n_boot=100)["auroc"]
        assert (interval.value, interval.low, interval.high) == (1.0, 1.0, 1.0)

    def test_refuses_groups_of_another_length(self):
        with pytest.raises(InputError, match="3 groups for 4 texts"):
            list(iter_resamples(4, n_boot=1, seed=0, groups=[1, 2, 3]))
