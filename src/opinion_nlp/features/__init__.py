"""Unfitted scikit-learn transformers from texts to numbers."""

from opinion_nlp.features.cues import CueCounter, cue_names, make_cues
from opinion_nlp.features.match import CueMatch, find_cues
from opinion_nlp.features.vectorise import Unit, make_features, make_vectoriser

__all__ = [
    "CueCounter",
    "CueMatch",
    "Unit",
    "cue_names",
    "find_cues",
    "make_cues",
    "make_features",
    "make_vectoriser",
]
