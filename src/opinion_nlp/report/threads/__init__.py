"""Rumours as threads: statements that pass on the same claim, across wordings and places, and who answers them."""

from opinion_nlp.report.threads.find import find_threads
from opinion_nlp.report.threads.records import (
    AlarmLevel,
    AlarmSign,
    Answer,
    Stance,
    Thread,
    ThreadOptions,
    ThreadReport,
)

__all__ = ["AlarmLevel", "AlarmSign", "Answer", "Stance", "Thread", "ThreadOptions", "ThreadReport", "find_threads"]
