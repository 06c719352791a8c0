"""Charts of a summary: the same one for a page, a picture, and a notebook."""

from opinion_nlp.report.charts.chart import ReportChart
from opinion_nlp.report.charts.make import make_charts
from opinion_nlp.report.charts.save import save_charts

__all__ = ["ReportChart", "make_charts", "save_charts"]
