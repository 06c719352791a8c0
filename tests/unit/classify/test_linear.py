import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from opinion_nlp import Tagger
from opinion_nlp.classify.linear import LinearHead, round_mantissa

RNG = np.random.default_rng(0)
X = csr_matrix(RNG.normal(size=(60, 5)))


@pytest.mark.parametrize("n_labels", [2, 3])
def test_head_decides_as_logistic_regression_does(n_labels: int):
    codes = (X.toarray()[:, :n_labels]).argmax(axis=1)
    head = LinearHead(C=1.0).fit(X, codes)
    reference = LogisticRegression(C=1.0, class_weight="balanced", max_iter=60, tol=1e-3).fit(X, codes)
    assert head.decision_function(X).shape == (60, n_labels)
    scores = head.decision_function(X)
    proba = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(proba, reference.predict_proba(X), atol=1e-4)


def test_compact_keeps_scores_and_frees_bits():
    head = LinearHead().fit(X, (X.toarray()[:, 0] > 0).astype(int))
    small = head.compact()
    np.testing.assert_allclose(small.decision_function(X), head.decision_function(X), rtol=0.01, atol=0.01)
    assert not (small.coef_.view(np.uint32) & 0x3FFF).any()
    assert head.coef_ is not small.coef_


def test_rounding_is_within_a_thousandth():
    values = RNG.normal(size=1_000).astype(np.float32)
    np.testing.assert_allclose(round_mantissa(values), values, rtol=1e-3)


def test_shared_features_give_each_head_its_own_columns(tiny_tagger: Tagger, sample_rows: list[dict[str, str]]):
    texts = [row["text"] for row in sample_rows[:20]]
    model = tiny_tagger._model
    together = model.predict_proba(texts)
    features = model.features.transform(texts)
    for name, head in model.heads.items():
        alone = head.calibrator.predict_proba(head.head.decision_function(features).astype(float))
        np.testing.assert_allclose(together[name], alone, atol=1e-6)
        np.testing.assert_allclose(together[name].sum(axis=1), 1)


def test_no_texts_give_no_rows(tiny_tagger: Tagger):
    proba = tiny_tagger._model.predict_proba([])
    assert proba["topic"].shape == (0, 13)
