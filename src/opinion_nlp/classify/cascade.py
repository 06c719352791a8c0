"""The profile ``balanced``: the linear model decides what it is sure of, the rest goes on to ``accurate``.

A cascade (Viola and Jones, 2001): most texts are easy, and a calibrated probability says which.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from opinion_nlp.classify.blend import BlendedHead, BlendedModel
from opinion_nlp.classify.calibrate import FloatArray
from opinion_nlp.classify.linear import LinearModel


@dataclass(frozen=True)
class CascadeModel:
    """The linear model first, and the mixture for what it is not sure of.

    Attributes
    ----------
    linear : LinearModel
        Run on every text.
    accurate : BlendedModel
        Run on the texts that are passed on.
    thresholds : mapping of str to float
        Least confidence of the linear model in each question that keeps a text from being passed on.
    """

    linear: LinearModel
    accurate: BlendedModel
    thresholds: Mapping[str, float]

    @property
    def heads(self) -> Mapping[str, BlendedHead]:
        """Questions and labels, those of ``accurate``."""
        return self.accurate.heads

    def predict_proba(self, texts: Sequence[str]) -> dict[str, FloatArray]:
        """Give every question's calibrated probabilities.

        Parameters
        ----------
        texts : sequence of str
            Raw texts.

        Returns
        -------
        dict of str to ndarray
            ``(n_texts, n_labels)`` for each question; rows sum to 1. All rows of one text are by the same model.

        Raises
        ------
        ConfigError, ModelFormatError
            If a text is passed on, and the encoder cannot be opened.
        """
        proba = self.linear.predict_proba(texts)
        places = np.flatnonzero(self.is_passed_on(proba))
        if not len(places):
            return {name: proba[name] for name in self.heads}
        known = {name: own[places] for name, own in proba.items()}
        better = self.accurate.predict_proba([texts[place] for place in places.tolist()], known)
        for name, own in better.items():
            proba[name][places] = own
        return {name: proba[name] for name in self.heads}

    def is_passed_on(self, linear_proba: Mapping[str, FloatArray]) -> NDArray[np.bool_]:
        """Tell which texts the linear model is not sure of; see :func:`is_passed_on`."""
        return is_passed_on(linear_proba, self.thresholds)


def is_passed_on(linear_proba: Mapping[str, FloatArray], thresholds: Mapping[str, float]) -> NDArray[np.bool_]:
    """Tell which texts the linear model is not sure of.

    Parameters
    ----------
    linear_proba : mapping of str to ndarray, shape (n_texts, n_labels)
        Calibrated probabilities of each question.
    thresholds : mapping of str to float
        Least largest probability of a question; a question without one is never a reason to pass a text on.

    Returns
    -------
    ndarray of bool, shape (n_texts,)
        Whether any question's largest probability is below its threshold.

    Examples
    --------
    >>> proba = {"mood": np.array([[0.9, 0.1], [0.6, 0.4]]), "p_rumour": np.array([[0.7, 0.3], [0.98, 0.02]])}
    >>> is_passed_on(proba, {"mood": 0.8}).tolist(), is_passed_on(proba, {"mood": 0.5, "p_rumour": 0.9}).tolist()
    ([False, True], [True, False])
    """
    n_texts = max((len(own) for own in linear_proba.values()), default=0)
    passed = np.zeros(n_texts, dtype=bool)
    for name, threshold in thresholds.items():
        passed |= linear_proba[name].max(axis=1) < threshold
    return passed
