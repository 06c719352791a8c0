import numpy as np
import pytest

from opinion_nlp import Tagger
from opinion_nlp.errors import ConfigError, InputError
from opinion_nlp.training.auxiliary import fit_auxiliary
from opinion_nlp.training.decisions import BRIER_TIE, NEVER_SURE, choose_weights
from opinion_nlp.training.examples import Examples
from opinion_nlp.training.fit import RUMOUR_LABELS, FitConfig, fit
from opinion_nlp.training.heads import score_unseen

SMALL = FitConfig(n_folds=2, max_word_features=2_000, max_character_features=2_000, max_iter=20)


def examples_of(rows: list[dict[str, str]], task: str) -> Examples:
    return Examples([row["text"] for row in rows], [row[task] for row in rows])


def test_any_single_label_column_can_be_a_task(sample_rows: list[dict[str, str]]):
    labels = ["long" if len(row["text"]) > 150 else "short" for row in sample_rows]
    tagger = fit({"size": Examples([row["text"] for row in sample_rows], labels)}, config=SMALL)
    assert tagger.tasks == ("size",)
    assert not tagger.has_rumour
    tags = tagger.tag([row["text"] for row in sample_rows])
    assert list(tags.columns) == ["size", "p_size", "unsure"]
    assert (tags["size"] == labels).mean() > 0.85
    with pytest.raises(ConfigError, match="does not estimate p_rumour"):
        tagger.predict_rumour(["Đường xấu"])


def test_same_seed_gives_the_same_model(sample_rows: list[dict[str, str]]):
    tasks = {"nature": examples_of(sample_rows, "nature")}
    first, second = (fit(tasks, config=SMALL, seed=3) for _ in range(2))
    texts = [row["text"] for row in sample_rows[:20]]
    np.testing.assert_array_equal(first.predict_rumour(texts), second.predict_rumour(texts))
    assert first.manifest.to_dict() == second.manifest.to_dict()


def test_rumour_likelihood_comes_from_nature(tiny_tagger: Tagger, sample_rows: list[dict[str, str]]):
    p = tiny_tagger.predict_rumour([row["text"] for row in sample_rows])
    is_rumour = np.array([row["nature"] == "rumour" for row in sample_rows])
    assert p[is_rumour].mean() > p[~is_rumour].mean() + 0.3


def test_a_lowest_brier_score_is_taken(tiny_tagger: Tagger):
    compared = tiny_tagger.manifest.training["brier_by_calibration"]
    assert set(compared) == {"nature", "sentiment", "topic", "p_rumour"}
    for task in tiny_tagger.tasks:
        losses = compared[task]
        assert losses[tiny_tagger.manifest.decisions[task].calibration] <= min(losses.values()) + BRIER_TIE


def test_validation_texts_choose_the_calibration(sample_rows: list[dict[str, str]]):
    tasks = {"nature": examples_of(sample_rows[:250], "nature")}
    held_out = {"nature": examples_of(sample_rows[250:], "nature")}
    with_them = fit(tasks, validation=held_out, config=SMALL).manifest.training["brier_by_calibration"]
    without = fit(tasks, config=SMALL).manifest.training["brier_by_calibration"]
    assert with_them["nature"] != without["nature"]
    assert with_them["p_rumour"] == without["p_rumour"]


def test_no_text_is_scored_by_a_model_that_saw_its_group():
    """Labels are noise that only the group tells: whoever sees the group's other texts knows them."""
    from scipy.sparse import csr_matrix

    from opinion_nlp.classify.linear import LinearHead

    rng = np.random.default_rng(0)
    groups = np.repeat(np.arange(60), 4)
    X = csr_matrix(np.eye(60)[groups])
    codes = rng.integers(0, 2, 60)[groups]
    labels = [("a", "b")[code] for code in codes]
    texts = [f"câu {n}" for n in range(240)]
    grouped = Examples(texts, labels, groups=[str(group) for group in groups])
    unseen = score_unseen(LinearHead(C=100.0), X, grouped, ("a", "b"), n_folds=5, seed=0)
    leaking = score_unseen(LinearHead(C=100.0), X, Examples(texts, labels), ("a", "b"), n_folds=5, seed=0)
    assert (leaking.scores.argmax(axis=1) == leaking.codes).mean() > 0.9
    assert (unseen.scores.argmax(axis=1) == unseen.codes).mean() < 0.7


def test_only_target_texts_are_scored_for_calibration():
    from scipy.sparse import csr_matrix

    from opinion_nlp.classify.linear import LinearHead

    X = csr_matrix(np.random.default_rng(0).normal(size=(40, 3)))
    is_target = np.arange(40) < 10
    examples = Examples([f"câu {n}" for n in range(40)], ["a", "b"] * 20, is_target=is_target)
    unseen = score_unseen(LinearHead(), X, examples, ("a", "b"), n_folds=2, seed=0)
    assert unseen.scores.shape == (10, 2)


def test_auxiliary_scores_melt_into_the_weights(sample_rows: list[dict[str, str]]):
    from scipy.sparse import csr_matrix

    from opinion_nlp.classify.linear import LinearHead
    from opinion_nlp.features import make_features

    texts = [row["text"] for row in sample_rows[:120]]
    features = make_features(max_word_features=300, max_character_features=300)
    X = csr_matrix(features.fit_transform(texts))
    other = {"other": examples_of(sample_rows[120:], "sentiment")}
    helpers = fit_auxiliary(features, other, X, SMALL, 0, lambda message: None)
    extended = helpers.extend(X)
    assert extended.shape == (120, X.shape[1] + 3)
    scores = extended[:, X.shape[1] :].toarray()
    np.testing.assert_allclose(scores.std(axis=0), SMALL.auxiliary_weight, rtol=1e-3)
    np.testing.assert_allclose(scores.mean(axis=0), 0, atol=1e-4)
    head = LinearHead().fit(extended, np.random.default_rng(0).integers(0, 2, 120))
    np.testing.assert_allclose(
        helpers.melt(head).decision_function(X), head.decision_function(extended), rtol=1e-3, atol=1e-3
    )


def test_weights_prefer_what_is_rare_within_bounds():
    rng = np.random.default_rng(0)
    codes = (rng.random(4_000) < 0.1).astype(int)
    p = np.clip(0.1 + 0.25 * (codes - 0.1) + rng.normal(scale=0.12, size=4_000), 0.01, 0.99)
    proba = np.column_stack([1 - p, p])
    weights = choose_weights(proba, codes, 3.0)
    assert weights[1] / weights[0] > 1.5
    assert (weights >= 1 / 3 - 1e-9).all()
    assert (weights <= 3 + 1e-9).all()
    np.testing.assert_array_equal(choose_weights(proba, codes, 1.0), [1, 1])


def test_an_accuracy_out_of_reach_is_never_sure(sample_rows: list[dict[str, str]]):
    rng = np.random.default_rng(0)
    texts = [row["text"] for row in sample_rows]
    noise = fit(
        {"coin": Examples(texts, rng.choice(["heads", "tails"], len(texts)).tolist())},
        config=FitConfig(n_folds=2, max_word_features=500, max_character_features=500, target_accuracy=0.999),
    )
    if noise.manifest.decisions["coin"].threshold == NEVER_SURE:
        assert (noise.tag(texts)["unsure"] == "coin").all()
    else:
        assert (noise.tag(texts)["unsure"] == "coin").mean() > 0.8


@pytest.mark.parametrize(
    ("tasks", "message"),
    [
        ({}, "there is no task to learn"),
        ({"mood": Examples(["Tốt", "Hay"], ["good", "good"])}, r"task 'mood' has 1 label"),
        ({"mood": Examples(["Tốt", "Dở"], ["good", "bad"])}, r"fewer than 5 texts of bad \(1\), good \(1\)"),
    ],
)
def test_what_teaches_nothing_is_refused(tasks: dict[str, Examples], message: str):
    with pytest.raises(InputError, match=message):
        fit(tasks)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"c": 1}, "unknown setting c. Known are C, "),
        ({"C": -1.0}, "C and C_rumour above 0"),
        ({"target_accuracy": 1.5}, "target_accuracy must lie between 0 and 1"),
        ({"calibration": "beta"}, "unknown calibration 'beta'"),
    ],
)
def test_a_wrong_configuration_is_named(values: dict[str, object], message: str):
    with pytest.raises(ConfigError, match=message):
        FitConfig.from_dict(values)


def test_examples_must_fit_each_other():
    with pytest.raises(InputError, match=r"2 texts, but 1 labels"):
        Examples(["Tốt", "Dở"], ["good"])
    with pytest.raises(InputError, match=r"text 1 holds no words \('…'\)"):
        Examples(["Tốt", "…"], ["good", "bad"])


def test_rumour_labels_are_fixed():
    assert RUMOUR_LABELS == ("not_rumour", "rumour")
