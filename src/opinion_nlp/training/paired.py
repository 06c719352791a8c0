"""A binary classifier that is told which changes of a text may not matter.

Beside labelled texts it sees pairs: a text, and the same text with praise turned to blame or with other names. The
squared difference of their scores is part of the loss ("counterfactual logit pairing", Garg et al., 2019), so a word
that stance or names bring in earns no weight for the label, whatever the labelled texts suggest.
"""

import random
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from scipy.special import expit

from opinion_nlp.classify.linear import LinearHead
from opinion_nlp.training.variants import vary_names, vary_stance


def make_pairs(texts: Sequence[str], *, seed: int = 0) -> list[tuple[str, str]]:
    """Pair texts with variants of other stance or other names; texts that have none are left out.

    Examples
    --------
    >>> [a for a, b in make_pairs(["Bí thư xã rất tận tình", "Mai mưa to"])]
    ['Bí thư xã rất tận tình', 'Bí thư xã rất tận tình']
    """
    rng = random.Random(seed)
    pairs: list[tuple[str, str]] = []
    for text in texts:
        for vary in (vary_stance, vary_names, vary_stance):
            varied = vary(text, rng)
            if varied != text and (text, varied) not in pairs[-3:]:
                pairs.append((text, varied))
    return pairs


def pair_differences(
    transform: Callable[[Sequence[str]], csr_matrix], texts: Sequence[str], *, seed: int = 0
) -> csr_matrix | None:
    """Give the features of each text minus those of its variant, one row a pair; None where no text has a variant."""
    pairs = make_pairs(list(dict.fromkeys(texts)), seed=seed)
    if not pairs:
        return None
    given, varied = (transform(side) for side in zip(*pairs, strict=True))
    return csr_matrix(given - varied)


class PairedHead(LinearHead):
    """Binary logistic regression with a penalty on score differences of pairs.

    Parameters
    ----------
    C, class_weight, max_iter, seed
        As in :class:`~opinion_nlp.classify.linear.LinearHead`.
    differences : csr_matrix, shape (n_pairs, n_features)
        Features of each text minus features of its variant.
    strength : float
        Weight of the pairs' mean squared score difference against the labelled texts' mean loss.
    """

    def __init__(
        self,
        C: float = 5.0,
        class_weight: str | None = "balanced",
        max_iter: int = 60,
        seed: int = 0,
        differences: csr_matrix | None = None,
        strength: float = 0.0,
    ) -> None:
        super().__init__(C=C, class_weight=class_weight, max_iter=max_iter, seed=seed)
        self.differences = differences
        self.strength = strength

    def fit(
        self, X: csr_matrix, codes: NDArray[np.integer], sample_weight: NDArray[np.floating] | None = None
    ) -> "PairedHead":
        """Fit on features ``(n_texts, n_features)`` and positions 0 or 1 of the labels ``(n_texts,)``."""
        n_texts, n_features = X.shape
        X = X.astype(np.float64)
        D = csr_matrix((0, n_features)) if self.differences is None else self.differences.astype(np.float64)
        weights = np.ones(n_texts) if sample_weight is None else np.asarray(sample_weight, dtype=float)
        if self.class_weight == "balanced":
            totals = np.bincount(codes, weights=weights, minlength=2)
            weights = weights * (weights.sum() / (2 * np.maximum(totals, 1e-12)))[codes]
        pair_weight = self.strength * n_texts / max(D.shape[0], 1)

        def loss(parameters: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
            coef, intercept = parameters[:-1], parameters[-1]
            margin = X @ coef + intercept
            error = weights * (expit(margin) - codes)
            gap = D @ coef
            value = (
                (weights * (np.logaddexp(0, margin) - codes * margin)).sum()
                + coef @ coef / (2 * self.C)
                + pair_weight * (gap @ gap) / 2
            )
            slope = X.T @ error + coef / self.C + pair_weight * (D.T @ gap)
            return float(value), np.append(slope, error.sum())

        best = minimize(
            loss, np.zeros(n_features + 1), jac=True, method="L-BFGS-B", options={"maxiter": self.max_iter}
        ).x
        half = best[:-1] / 2
        self.coef_ = np.vstack([-half, half]).astype(np.float32)
        self.intercept_ = np.array([-best[-1] / 2, best[-1] / 2], dtype=np.float32)
        return self

    def plain(self) -> LinearHead:
        """Return the same classifier without the pairs it was fitted with."""
        head = LinearHead(C=self.C, class_weight=self.class_weight, max_iter=self.max_iter, seed=self.seed)
        head.coef_, head.intercept_ = self.coef_, self.intercept_
        return head
