"""Other questions, answered on other corpora, lend their scores to the tasks, and melt into the tasks' weights."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack

from opinion_nlp.classify.linear import LinearHead
from opinion_nlp.training.config import FitConfig, Progress
from opinion_nlp.training.examples import Examples, list_texts
from opinion_nlp.training.heads import fit_head
from opinion_nlp.training.paired import PairedHead


@dataclass(frozen=True)
class Auxiliary:
    """Scores of other questions as further features: weights, offsets and scale, ``(n_features, n_scores)``."""

    weights: NDArray[np.float32]
    offsets: NDArray[np.float32]

    def extend(self, X: csr_matrix) -> csr_matrix:
        """Put the scores behind the features."""
        if not self.weights.shape[1]:
            return X
        return csr_matrix(hstack([X, csr_matrix(X @ self.weights + self.offsets)]))

    def melt(self, head: LinearHead) -> LinearHead:
        """Turn a head over features and scores into one over features alone, with the same scores."""
        n_features, n_scores = self.weights.shape
        if not n_scores:
            return head.plain() if isinstance(head, PairedHead) else head
        melted = LinearHead(C=head.C, class_weight=head.class_weight, max_iter=head.max_iter, seed=head.seed)
        own, borrowed = head.coef_[:, :n_features], head.coef_[:, n_features:]
        melted.coef_ = np.ascontiguousarray(own + borrowed @ self.weights.T, dtype=np.float32)
        melted.intercept_ = np.asarray(head.intercept_ + borrowed @ self.offsets, dtype=np.float32)
        return melted


def fit_auxiliary(
    features: Any,  # noqa: ANN401 - a fitted scikit-learn pipeline
    auxiliary: Mapping[str, Examples],
    X: csr_matrix,
    config: FitConfig,
    seed: int,
    on_progress: Progress,
) -> Auxiliary:
    """Fit a classifier of each auxiliary question, and scale its scores to the tasks' texts ``X``."""
    texts = list_texts(auxiliary)
    row_of = {text: row for row, text in enumerate(texts)}
    if texts:
        on_progress(f"features of {len(texts):,} auxiliary texts")
    others = csr_matrix(features.transform(texts)) if texts else X
    weights, offsets = [np.zeros((X.shape[1], 0), dtype=np.float32)], [np.zeros(0, dtype=np.float32)]
    for name, examples in auxiliary.items():
        on_progress(f"auxiliary {name}: {len(examples.texts):,} texts, {len(examples.label_set)} labels")
        head = LinearHead(C=config.C_auxiliary, max_iter=config.max_iter, seed=seed)
        fitted = fit_head(head, others[[row_of[text] for text in examples.texts]], examples, examples.label_set)
        coef = fitted.coef_[1:] if len(fitted.coef_) == 2 else fitted.coef_
        scores = X @ coef.T
        scale = config.auxiliary_weight / np.maximum(scores.std(axis=0), 1e-6)
        weights.append((coef * scale[:, None]).T.astype(np.float32))
        offsets.append((-scores.mean(axis=0) * scale).astype(np.float32))
    return Auxiliary(np.hstack(weights), np.concatenate(offsets))
