"""A stream of jobs through a pure function from frame to frame."""

from opinion_nlp.scoring.frame import ScoreOptions, tag_frame
from opinion_nlp.scoring.local import ScoreResult, describe_kept, score

__all__ = ["ScoreOptions", "ScoreResult", "describe_kept", "score", "tag_frame"]
