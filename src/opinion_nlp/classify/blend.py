"""The profile ``accurate``: the encoder and the linear model, mixed question by question and calibrated.

The encoder knows what words mean beside each other, the linear model knows single words and cues for certain; they
err on different texts. A weighted sum of log probabilities ("logarithmic opinion pool", Heskes, 1998) keeps a label
small that either of them excludes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from opinion_nlp.classify.calibrate import Calibrator, FloatArray
from opinion_nlp.classify.encoder import EncoderModel
from opinion_nlp.classify.linear import LinearModel
from opinion_nlp.errors import InputError, ModelFormatError

MIN_PROBA = 1e-6


@dataclass(frozen=True)
class BlendedHead:
    """How one question's answers are mixed.

    Attributes
    ----------
    labels : tuple of str
        Label of each column.
    weight : float
        Share of the encoder, in [0, 1]; the rest is the linear model's.
    calibrator : Calibrator
        Mixed scores to probabilities.
    """

    labels: tuple[str, ...]
    weight: float
    calibrator: Calibrator

    def predict_proba(self, encoder_logp: FloatArray, linear_proba: FloatArray | None) -> FloatArray:
        """Mix and calibrate the two models' answers; see :func:`blend_scores` for shapes and errors."""
        return self.calibrator.predict_proba(blend_scores(encoder_logp, linear_proba, self.weight))


@dataclass(frozen=True)
class BlendedModel:
    """Encoder and linear model, mixed.

    Attributes
    ----------
    linear : LinearModel
        Answers the same questions; not run if the encoder has the whole weight in all of them.
    encoder : EncoderModel
        May answer more questions, which are left out.
    heads : mapping of str to BlendedHead
        One for each question.

    Raises
    ------
    ModelFormatError
        If a head's labels are not those of the encoder and the linear model, in the same order.
    """

    linear: LinearModel
    encoder: EncoderModel
    heads: Mapping[str, BlendedHead]

    def __post_init__(self) -> None:
        linear = {name: head.labels for name, head in self.linear.heads.items()}
        for name, head in self.heads.items():
            for what, labels in (("encoder", self.encoder.questions.get(name)), ("linear model", linear.get(name))):
                if labels is None or tuple(map(str, labels)) != tuple(map(str, head.labels)):
                    raise ModelFormatError(
                        f"question {name!r}: the {what} has the labels {', '.join(labels or ('none',))}, the profile "
                        f"accurate {', '.join(head.labels)}. Train the model again."
                    )

    def predict_proba(
        self, texts: Sequence[str], linear_proba: Mapping[str, FloatArray] | None = None
    ) -> dict[str, FloatArray]:
        """Give every question's calibrated probabilities.

        Parameters
        ----------
        texts : sequence of str
            Raw texts.
        linear_proba : mapping of str to ndarray, optional
            What the linear model says of them, where that is known.

        Returns
        -------
        dict of str to ndarray
            ``(n_texts, n_labels)`` for each question; rows sum to 1.

        Raises
        ------
        ConfigError, ModelFormatError
            If the encoder cannot be opened.
        """
        if not len(texts):
            return {name: np.empty((0, len(head.labels))) for name, head in self.heads.items()}
        scores = self.encoder.predict_scores(texts)
        if linear_proba is None:
            is_needed = any(head.weight < 1 for head in self.heads.values())
            linear_proba = self.linear.predict_proba(texts) if is_needed else {}
        return {name: head.predict_proba(scores[name], linear_proba.get(name)) for name, head in self.heads.items()}


def blend_scores(encoder_logp: FloatArray, linear_proba: FloatArray | None, weight: float) -> FloatArray:
    """Mix two models' answers to one question.

    Parameters
    ----------
    encoder_logp : ndarray, shape (n_texts, n_labels)
        Log probabilities by the encoder.
    linear_proba : ndarray, shape (n_texts, n_labels), or None
        Probabilities by the linear model; below ``1e-6`` they count as that. Not needed if ``weight`` is 1.
    weight : float
        Share of the encoder, in [0, 1].

    Returns
    -------
    ndarray, shape (n_texts, n_labels)
        Scores, to be calibrated.

    Raises
    ------
    InputError
        If the linear model has a share and no probabilities.

    Examples
    --------
    >>> blend_scores(np.log([[0.9, 0.1]]), np.array([[0.4, 0.6]]), 0.5).round(3).tolist()
    [[-0.511, -1.407]]
    """
    if weight == 1:
        return encoder_logp
    if linear_proba is None:
        raise InputError(f"the encoder has {weight} of the weight, the linear model the rest: give its probabilities.")
    return weight * encoder_logp + (1 - weight) * np.log(np.clip(linear_proba, MIN_PROBA, 1.0))
