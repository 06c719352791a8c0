import numpy as np
import pytest
from scipy.special import log_softmax, softmax

from opinion_nlp.classify.blend import blend_scores
from opinion_nlp.classify.cascade import is_passed_on
from opinion_nlp.schema import RUMOUR_COLUMN
from opinion_nlp.training.config import FitConfig
from opinion_nlp.training.profiles import (
    MAX_LOSS,
    MISSING,
    MIXES,
    Choices,
    HeldOut,
    choose_cascade,
    choose_mix,
    choose_profiles,
    cross_fitted,
    measure,
)

N_TEXTS = 400
MOODS = ("negative", "neutral", "positive")


def make_codes(n_labels: int = 3, n_texts: int = N_TEXTS) -> np.ndarray:
    return np.random.default_rng(1).integers(0, n_labels, n_texts)


def guess(codes: np.ndarray, strength: float, seed: int, n_labels: int = 3) -> np.ndarray:
    """Calibrated probabilities of a model that sees the truth through noise; it knows nothing with strength 0."""
    noise = np.random.default_rng(seed).normal(size=(len(codes), n_labels))
    return softmax(strength * (strength * np.eye(n_labels)[codes] + noise), axis=1)


def log_loss(proba: np.ndarray, codes: np.ndarray) -> float:
    return float(-np.log(proba[np.arange(len(codes)), codes]).mean())


def test_the_model_that_knows_more_gets_the_weight():
    codes = make_codes()
    good = guess(codes, 3.0, 2)
    noise = softmax(np.random.default_rng(4).normal(size=good.shape) * 2, axis=1)
    assert choose_mix(np.log(good), noise, codes, MOODS)[0].weight >= 0.8
    assert choose_mix(np.log(noise), good, codes, MOODS)[0].weight == min(MIXES)


def test_two_models_that_err_on_different_texts_share_the_weight():
    codes = make_codes()
    encoder, linear = guess(codes, 1.5, 2), guess(codes, 1.5, 3)
    head, losses = choose_mix(np.log(encoder), linear, codes, MOODS)
    assert 0.3 <= head.weight <= 0.7
    assert list(losses) == [f"{weight:.1f}" for weight in MIXES]
    assert losses[f"{head.weight:.1f}"] == min(losses.values())
    assert losses["1.0"] > min(losses.values()) + 0.05
    assert head.labels == MOODS


def test_the_mixture_is_calibrated():
    codes = make_codes()
    # Far too sure of itself.
    encoder = log_softmax(4 * np.log(guess(codes, 1.5, 2)), axis=1)
    linear = guess(codes, 1.0, 3)
    head, losses = choose_mix(encoder, linear, codes, MOODS)
    scores = blend_scores(encoder, linear, head.weight)
    found = log_loss(head.calibrator.predict_proba(scores), codes)
    assert found < log_loss(softmax(scores, axis=1), codes)
    assert found == pytest.approx(min(losses.values()), abs=0.03)


@pytest.mark.parametrize("method", ["temperature", "sigmoid", "isotonic"])
def test_cross_fitted_probabilities_sum_to_1_and_never_saw_the_texts_own_label(method: str):
    codes = make_codes()
    scores = np.log(guess(codes, 1.5, 2))
    proba = cross_fitted(scores, codes, method)
    assert proba.shape == scores.shape
    np.testing.assert_allclose(proba.sum(axis=1), 1.0)
    changed = codes.copy()
    changed[7] = (changed[7] + 1) % 3
    again = cross_fitted(scores, changed, method)
    np.testing.assert_array_equal(again[7], proba[7])
    assert not np.array_equal(again, proba)


WEIGHTS = {"mood": np.ones(3), "topic": np.ones(3)}


def cascade_of(strength: float, accurate_strength: float = 4.0):
    codes = {"mood": make_codes(), "topic": make_codes()[::-1].copy()}
    linear = {name: guess(own, strength, 5 + place) for place, (name, own) in enumerate(codes.items())}
    accurate = {name: guess(own, accurate_strength, 8 + place) for place, (name, own) in enumerate(codes.items())}
    return choose_cascade(linear, accurate, codes, WEIGHTS), linear, accurate, codes


def test_everything_is_passed_on_where_the_linear_model_knows_nothing():
    noise = {name: softmax(np.random.default_rng(3).normal(size=(N_TEXTS, 3)), axis=1) for name in WEIGHTS}
    constant = {name: np.full((N_TEXTS, 3), 1 / 3) for name in WEIGHTS}
    _, _, accurate, codes = cascade_of(1.0)
    for useless in (noise, constant):
        cascade = choose_cascade(useless, accurate, codes, WEIGHTS)
        assert cascade.share_passed_on > 0.95
        assert max(cascade.losses.values()) <= MAX_LOSS


def test_nothing_is_passed_on_where_the_linear_model_is_as_good():
    _, _, accurate, codes = cascade_of(1.0)
    cascade = choose_cascade(accurate, accurate, codes, WEIGHTS)
    assert cascade.share_passed_on == 0.0
    assert set(cascade.losses.values()) == {0.0}
    assert not is_passed_on(accurate, cascade.thresholds).any()


def test_the_more_the_linear_model_knows_the_fewer_texts_are_passed_on_and_little_is_ever_lost():
    shares = []
    for strength in (1.0, 2.0, 3.0, 4.0):
        cascade, linear, accurate, codes = cascade_of(strength)
        shares.append(cascade.share_passed_on)
        assert max(cascade.losses.values()) <= MAX_LOSS
        passed = is_passed_on(linear, cascade.thresholds)
        assert passed.mean() == cascade.share_passed_on
        for name in codes:
            mixed = np.where(passed[:, None], accurate[name], linear[name])
            lost = measure(name, accurate[name], codes[name], None) - measure(name, mixed, codes[name], None)
            assert cascade.losses[name] == pytest.approx(lost)
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > 0.5
    assert shares[-1] < 0.3


def test_the_texts_passed_on_are_the_least_sure_of_a_question():
    cascade, linear, _, _ = cascade_of(2.0)
    assert 0 < cascade.share_passed_on < 1
    passed = is_passed_on(linear, cascade.thresholds)
    for name, threshold in cascade.thresholds.items():
        assert linear[name][~passed].max(axis=1).min() >= threshold


def test_a_question_that_the_linear_model_answers_well_is_no_reason_to_pass_a_text_on():
    _, _, accurate, codes = cascade_of(1.0)
    # Of the topic it knows three texts of four, and is sure of these only.
    topic = accurate["topic"].copy()
    topic[::4] = [0.4, 0.3, 0.3]
    linear = {"mood": guess(codes["mood"], 4.0, 40), "topic": topic}
    accurate = accurate | {"mood": linear["mood"]}
    cascade = choose_cascade(linear, accurate, codes, WEIGHTS)
    assert cascade.thresholds["mood"] == 0.0
    assert cascade.thresholds["topic"] > 0.4
    assert cascade.share_passed_on == pytest.approx(0.25, abs=0.03)


def test_texts_without_a_known_answer_are_not_measured():
    _, linear, accurate, codes = cascade_of(2.0)
    half = np.arange(N_TEXTS) < N_TEXTS // 2
    missing = {name: np.where(half, own, MISSING) for name, own in codes.items()}
    first = choose_cascade(
        {name: own[half] for name, own in linear.items()},
        {name: own[half] for name, own in accurate.items()},
        {name: own[half] for name, own in codes.items()},
        WEIGHTS,
    )
    whole = choose_cascade(linear, accurate, missing, WEIGHTS)
    assert max(whole.losses.values()) <= MAX_LOSS
    assert whole.share_passed_on == pytest.approx(first.share_passed_on, abs=0.1)


def test_tasks_are_measured_by_macro_f1_of_the_decisions_and_rumour_by_its_order():
    codes = np.array([0, 0, 1, MISSING])
    proba = np.array([[0.9, 0.1], [0.6, 0.4], [0.7, 0.3], [0.0, 1.0]])
    assert measure("mood", proba, codes, None) == pytest.approx((2 * 2 / 5 + 0) / 2)
    # With 2.5 for the second label, two are right and one wrong.
    assert measure("mood", proba, codes, np.array([1.0, 2.5])) == pytest.approx((2 / 3 + 2 / 3) / 2)
    # The only rumour stands second.
    assert measure(RUMOUR_COLUMN, proba, codes, None) == pytest.approx(0.5)


@pytest.fixture(scope="module")
def held_out() -> HeldOut:
    codes = {"mood": make_codes(), "topic": make_codes(4), RUMOUR_COLUMN: make_codes(2)}
    codes["topic"][::3] = MISSING
    labels = {"mood": MOODS, "topic": ("a", "b", "c", "d"), RUMOUR_COLUMN: ("not_rumour", "rumour")}
    linear, encoder = (
        {
            name: guess(np.where(own == MISSING, 0, own), strength, seed + place, len(labels[name]))
            for place, (name, own) in enumerate(codes.items())
        }
        for strength, seed in ((2.0, 20), (3.0, 30))
    )
    return HeldOut(labels, codes, linear, {name: np.log(own) for name, own in encoder.items()})


CONFIG = FitConfig(target_accuracy=0.9)


@pytest.fixture(scope="module")
def choices(held_out: HeldOut) -> Choices:
    return choose_profiles(held_out, CONFIG)


def test_both_profiles_are_told_for_every_task(held_out: HeldOut, choices: Choices):
    assert list(choices.heads) == ["mood", "topic", RUMOUR_COLUMN]
    assert {name: head.labels for name, head in choices.heads.items()} == held_out.labels
    assert set(choices.profiles) == {"balanced", "accurate"}
    accurate, balanced = choices.profiles["accurate"], choices.profiles["balanced"]
    for name in ("mood", "topic"):
        assert balanced.tasks[name].weights == accurate.tasks[name].weights
        assert len(balanced.tasks[name].weights) == len(held_out.labels[name])
        assert 0 <= balanced.tasks[name].threshold <= 1.01
    assert RUMOUR_COLUMN not in accurate.tasks
    assert not accurate.thresholds
    assert set(balanced.thresholds) == set(held_out.labels)
    assert balanced.share_passed_on is not None
    passed = is_passed_on(held_out.linear, balanced.thresholds).mean()
    assert 0 < passed < 1
    assert balanced.share_passed_on == pytest.approx(passed, abs=0.01)
    assert max(choices.notes["lost by the cascade"].values()) <= MAX_LOSS
    assert set(choices.notes) == {"lost by the cascade", *(f"log loss by weight, {name}" for name in held_out.labels)}


def test_where_a_profile_is_sure_it_is_as_right_as_asked(held_out: HeldOut, choices: Choices):
    head, decision = choices.heads["mood"], choices.profiles["accurate"].tasks["mood"]
    scores = blend_scores(held_out.encoder["mood"], held_out.linear["mood"], head.weight)
    proba = head.calibrator.predict_proba(scores)
    chosen = (proba * decision.weights).argmax(axis=1)
    is_sure = proba[np.arange(len(chosen)), chosen] >= decision.threshold
    assert is_sure.mean() > 0.3
    assert (chosen == held_out.codes["mood"])[is_sure].mean() >= 0.88


def test_texts_without_a_known_answer_do_not_choose(held_out: HeldOut, choices: Choices):
    is_unknown = held_out.codes["topic"] == MISSING
    junk = softmax(5 * np.random.default_rng(0).normal(size=held_out.linear["topic"].shape), axis=1)
    other = HeldOut(
        held_out.labels,
        held_out.codes,
        held_out.linear,
        held_out.encoder | {"topic": np.where(is_unknown[:, None], np.log(junk), held_out.encoder["topic"])},
    )
    first, second = choices, choose_profiles(other, CONFIG)
    assert second.heads["topic"].weight == first.heads["topic"].weight
    np.testing.assert_array_equal(
        second.heads["topic"].calibrator.predict_proba(held_out.encoder["topic"]),
        first.heads["topic"].calibrator.predict_proba(held_out.encoder["topic"]),
    )
    assert second.profiles["accurate"].tasks == first.profiles["accurate"].tasks
