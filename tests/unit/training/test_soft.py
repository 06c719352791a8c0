import numpy as np
import pytest
from scipy.optimize import approx_fprime
from scipy.sparse import csr_matrix
from scipy.special import log_softmax, softmax
from sklearn.linear_model import LogisticRegression

from opinion_nlp.classify.linear import LinearHead
from opinion_nlp.training.soft import SoftHead


def make_data(n_labels: int, n_texts: int = 120, n_features: int = 7) -> tuple[csr_matrix, np.ndarray, np.ndarray]:
    """Features, labels that they tell in part, and weights."""
    rng = np.random.default_rng(n_labels)
    X = rng.normal(size=(n_texts, n_features)) * (rng.random((n_texts, n_features)) < 0.6)
    scores = X @ rng.normal(size=(n_features, n_labels)) + rng.gumbel(size=(n_texts, n_labels))
    return csr_matrix(X), scores.argmax(axis=1), rng.uniform(0.2, 3.0, size=n_texts)


def fit(X: csr_matrix, targets: np.ndarray, weights: np.ndarray, C: float = 2.0, **more: object) -> SoftHead:
    return SoftHead(C=C, max_iter=5_000, **more).fit_soft(X, targets, weights)


@pytest.mark.parametrize("n_labels", [3, 5])
def test_with_known_labels_it_is_the_logistic_regression_of_scikit_learn(n_labels: int):
    X, codes, weights = make_data(n_labels)
    reference = LogisticRegression(C=2.0, tol=1e-9, max_iter=5_000).fit(X, codes, sample_weight=weights)
    head = fit(X, np.eye(n_labels)[codes], weights)
    np.testing.assert_allclose(head.coef_, reference.coef_, atol=2e-3)
    np.testing.assert_allclose(softmax(head.decision_function(X), axis=1), reference.predict_proba(X), atol=1e-3)


def test_of_two_labels_each_has_weights_so_that_the_penalty_is_half():
    X, codes, weights = make_data(2)
    reference = LogisticRegression(C=4.0, tol=1e-9, max_iter=5_000).fit(X, codes, sample_weight=weights)
    head = fit(X, np.eye(2)[codes], weights, C=2.0)
    np.testing.assert_allclose(head.coef_[1] - head.coef_[0], reference.coef_[0], atol=2e-3)
    np.testing.assert_allclose(softmax(head.decision_function(X), axis=1), reference.predict_proba(X), atol=1e-3)


def test_a_row_with_probabilities_counts_as_its_labels_by_their_share():
    X, _, weights = make_data(3)
    targets = np.random.default_rng(0).dirichlet([0.5] * 3, size=X.shape[0])
    spread = fit(
        csr_matrix(np.repeat(X.toarray(), 3, axis=0)),
        np.tile(np.eye(3), (X.shape[0], 1)),
        (weights[:, None] * targets).ravel(),
    )
    head = fit(X, targets, weights)
    np.testing.assert_allclose(head.coef_, spread.coef_, atol=2e-3)
    np.testing.assert_allclose(
        head.intercept_ - head.intercept_[0], spread.intercept_ - spread.intercept_[0], atol=2e-3
    )


def objective(
    whole: np.ndarray, X: csr_matrix, targets: np.ndarray, weights: np.ndarray, head: SoftHead
) -> tuple[float, float]:
    """The loss, written out anew, and the mean squared difference of log-odds of the pairs."""
    coef, intercept = whole[:-1], whole[-1]
    rows = -(targets * log_softmax(X @ coef + intercept, axis=1)).sum(axis=1)
    gap = np.zeros(1) if head.differences is None else head.differences @ (coef[:, 1] - coef[:, 0])
    total = weights @ rows + (coef**2).sum() / (2 * head.C) + head.strength * weights.sum() * (gap**2).mean() / 2
    return float(total), float((gap**2).mean())


@pytest.mark.parametrize(("n_labels", "strength"), [(4, 0.0), (2, 0.0), (2, 0.7)])
def test_the_loss_falls_by_the_slope_that_it_is_given(monkeypatch: pytest.MonkeyPatch, n_labels: int, strength: float):
    X, codes, weights = make_data(n_labels)
    targets = 0.8 * np.eye(n_labels)[codes] + 0.2 / n_labels
    differences = csr_matrix(np.random.default_rng(1).normal(size=(9, X.shape[1]))) if strength else None
    head = SoftHead(C=1.5, differences=differences, strength=strength)
    seen = {}

    def catch(loss, start, **options):
        seen["loss"] = loss
        return minimise(loss, start, **options)

    from opinion_nlp.training import soft

    minimise = soft.minimize
    monkeypatch.setattr(soft, "minimize", catch)
    head.fit_soft(X, targets, weights)
    at = np.random.default_rng(2).normal(size=(X.shape[1] + 1) * n_labels)
    value, slope = seen["loss"](at)
    assert value == pytest.approx(objective(at.reshape(-1, n_labels), X, targets, weights, head)[0])
    numeric = approx_fprime(at, lambda x: seen["loss"](x)[0], 1e-6)
    np.testing.assert_allclose(slope, numeric, rtol=1e-3, atol=1e-2)


def test_it_ends_at_the_least_loss():
    X, codes, weights = make_data(3)
    targets = 0.8 * np.eye(3)[codes] + 0.2 / 3
    head = fit(X, targets, weights)
    best = np.vstack([head.coef_.T, head.intercept_]).astype(float)
    least = objective(best, X, targets, weights, head)[0]
    rng = np.random.default_rng(0)
    for _ in range(20):
        aside = best + 0.05 * rng.normal(size=best.shape)
        assert objective(aside, X, targets, weights, head)[0] > least


def test_pairs_hold_the_log_odds_still_and_leave_the_rest():
    # The first feature tells the label, and so does the second, which the pairs change.
    rng = np.random.default_rng(3)
    codes = np.arange(200) % 2
    X = csr_matrix(rng.normal(size=(200, 3)) + np.outer(codes - 0.5, [2.0, 2.0, 0.0]))
    differences = csr_matrix(np.outer(rng.normal(size=30), [0.0, 1.0, 0.0]))
    gaps, accuracies = [], []
    for strength in (0.0, 1.0, 100.0):
        head = fit(X, np.eye(2)[codes], np.ones(200), differences=differences, strength=strength)
        scores = head.decision_function(X)
        gaps.append(float(np.abs(differences @ (head.coef_[1] - head.coef_[0])).mean()))
        accuracies.append(float((scores.argmax(axis=1) == codes).mean()))
    assert gaps[1] < 0.8 * gaps[0]
    assert gaps[2] < 0.05 * gaps[0]
    assert accuracies[2] > 0.75


def test_what_the_pairs_weigh_does_not_depend_on_how_many_there_are():
    X, codes, weights = make_data(2)
    D = csr_matrix(np.random.default_rng(1).normal(size=(5, X.shape[1])))
    once = fit(X, np.eye(2)[codes], weights, differences=D, strength=0.5)
    thrice = fit(X, np.eye(2)[codes], weights, differences=csr_matrix(np.tile(D.toarray(), (3, 1))), strength=0.5)
    np.testing.assert_allclose(once.coef_, thrice.coef_, atol=2e-3)


def test_what_is_stored_knows_nothing_of_the_pairs():
    X, codes, weights = make_data(2)
    D = csr_matrix(np.ones((1, X.shape[1])))
    head = fit(X, np.eye(2)[codes], weights, differences=D, strength=0.5)
    plain = head.plain()
    assert type(plain) is LinearHead
    assert set(vars(plain)) == {*LinearHead().get_params(), "coef_", "intercept_"}
    np.testing.assert_array_equal(plain.decision_function(X), head.decision_function(X))
    assert plain.coef_.dtype == plain.intercept_.dtype == np.float32
