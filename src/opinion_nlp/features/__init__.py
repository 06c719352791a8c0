"""Unfitted scikit-learn transformers over normalised texts."""

from opinion_nlp.features.cues import CueCounter, cue_names, make_cues
from opinion_nlp.features.match import CueMatch, find_cues

__all__ = ["CueCounter", "CueMatch", "cue_names", "find_cues", "make_cues"]
