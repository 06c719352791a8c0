"""Scored rows to what people read: the periodic synthesis, its threads of rumours, charts and documents.

Nothing here touches a model. Charts, page and Word report are in the packages :mod:`opinion_nlp.report.charts`,
:mod:`opinion_nlp.report.html` and :mod:`opinion_nlp.report.docx`.
"""

from opinion_nlp.report.areas import read_area_map
from opinion_nlp.report.read import Scored, make_scored, read_scored
from opinion_nlp.report.summarise import summarise
from opinion_nlp.report.summary import Summary
from opinion_nlp.report.synthesis import Synthesis, make_synthesis
from opinion_nlp.report.threads import Thread, ThreadReport, find_threads

__all__ = [
    "Scored",
    "Summary",
    "Synthesis",
    "Thread",
    "ThreadReport",
    "find_threads",
    "make_scored",
    "make_synthesis",
    "read_area_map",
    "read_scored",
    "summarise",
]
