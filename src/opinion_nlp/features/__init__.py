"""Unfitted scikit-learn transformers over normalised texts."""

from opinion_nlp.features.cues import CueCounter, CueMatch, cue_names, find_cues, make_cues

__all__ = ["CueCounter", "CueMatch", "cue_names", "find_cues", "make_cues"]
