"""A stream of chunks through a pure function from frame to frame."""

from opinion_nlp.scoring.frame import ScoreOptions, tag_frame
from opinion_nlp.scoring.local import ScoreResult, score

__all__ = ["ScoreOptions", "ScoreResult", "score", "tag_frame"]
