"""Texts in, calibrated probabilities out, and the reasons for them."""

from opinion_nlp.classify.calibrate import Method, make_calibrator
from opinion_nlp.classify.explain import Evidence, Explanation, explain
from opinion_nlp.classify.linear import CalibratedHead, LinearHead, LinearModel

__all__ = [
    "CalibratedHead",
    "Evidence",
    "Explanation",
    "LinearHead",
    "LinearModel",
    "Method",
    "explain",
    "make_calibrator",
]
