"""A linear classifier that learns from probabilities, not only from labels."""

from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from scipy.special import log_softmax

from opinion_nlp.classify.calibrate import FloatArray
from opinion_nlp.classify.linear import LinearHead


class SoftHead(LinearHead):
    """Multinomial logistic regression on probabilities as targets, in double precision until it has settled.

    Parameters
    ----------
    C, class_weight, max_iter, seed
        As in :class:`~opinion_nlp.classify.linear.LinearHead`; ``class_weight`` is not used here: the caller
        weighs the rows. Of two labels each has weights of its own, so the penalty is half of that head's.
    differences : csr_matrix, shape (n_pairs, n_features), optional
        Features of a text minus those of its variant; see :mod:`opinion_nlp.training.paired`. For two labels.
    strength : float
        Weight of the pairs' mean squared difference of log-odds against the rows' mean loss.
    """

    def __init__(
        self,
        C: float = 5.0,
        class_weight: str | None = None,
        max_iter: int = 150,
        seed: int = 0,
        differences: csr_matrix | None = None,
        strength: float = 0.0,
    ) -> None:
        super().__init__(C=C, class_weight=class_weight, max_iter=max_iter, seed=seed)
        self.differences = differences
        self.strength = strength

    def fit_soft(self, X: csr_matrix, targets: FloatArray, sample_weight: FloatArray) -> Self:
        """Fit on probabilities.

        Parameters
        ----------
        X : csr_matrix, shape (n_texts, n_features)
            Features.
        targets : ndarray, shape (n_texts, n_labels)
            Rows sum to 1; a known label is a row with a single 1.
        sample_weight : ndarray, shape (n_texts,)
            How much each row counts.

        Returns
        -------
        SoftHead
            Itself, fitted.
        """
        n_features = X.shape[1]
        n_labels = targets.shape[1]
        X = X.astype(np.float64)
        transposed = csr_matrix(X.T)
        D = csr_matrix((0, n_features)) if self.differences is None else self.differences.astype(np.float64)
        pair_weight = self.strength * float(sample_weight.sum()) / max(D.shape[0], 1)
        targets = np.asarray(targets, dtype=np.float64)
        weights = np.asarray(sample_weight, dtype=np.float64)[:, None]

        def loss(parameters: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
            whole = parameters.reshape(n_features + 1, n_labels)
            coef, intercept = whole[:-1], whole[-1]
            logs = log_softmax(X @ coef + intercept, axis=1)
            error = weights * (np.exp(logs) - targets)
            slope = np.empty_like(whole)
            slope[:-1] = transposed @ error + coef / self.C
            slope[-1] = error.sum(axis=0)
            value = -(weights * targets * logs).sum() + (coef * coef).sum() / (2 * self.C)
            if D.shape[0]:
                gap = D @ (coef[:, 1] - coef[:, 0])
                value += pair_weight * float(gap @ gap) / 2
                pull = pair_weight * (D.T @ gap)
                slope[:-1, 1] += pull
                slope[:-1, 0] -= pull
            return float(value), slope.ravel()

        start = np.zeros((n_features + 1) * n_labels)
        options = {"maxiter": self.max_iter, "maxcor": 6}
        best = minimize(loss, start, jac=True, method="L-BFGS-B", options=options).x.reshape(n_features + 1, n_labels)
        self.coef_ = np.ascontiguousarray(best[:-1].T, dtype=np.float32)
        self.intercept_ = best[-1].astype(np.float32)
        return self

    def plain(self) -> LinearHead:
        """Return the same classifier without the pairs it was fitted with."""
        head = LinearHead(C=self.C, class_weight=self.class_weight, max_iter=self.max_iter, seed=self.seed)
        head.coef_, head.intercept_ = self.coef_, self.intercept_
        return head
