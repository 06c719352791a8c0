"""The charts that a summary can fill."""

from collections.abc import Iterator, Sequence

from opinion_nlp.errors import ConfigError
from opinion_nlp.report.charts import levels, shares, sides, timeline, volumes
from opinion_nlp.report.charts.chart import ReportChart
from opinion_nlp.report.summary import Summary
from opinion_nlp.report.synthesis import ShownThread
from opinion_nlp.report.wording import LANGUAGES


def make_charts(summary: Summary, threads: Sequence[ShownThread] = (), *, lang: str = "vi") -> tuple[ReportChart, ...]:
    """Make the charts of a report.

    Parameters
    ----------
    summary : Summary
    threads : sequence of ShownThread
        Rumours, the most pressing first.
    lang : {"vi", "en"}

    Returns
    -------
    tuple of ReportChart
        In the order of reading; a chart is left out if the data cannot fill it: one period has no trend, a table
        whose cells are all hidden has no sides.

    Raises
    ------
    ConfigError
        If ``lang`` is neither.

    Examples
    --------
    >>> import pandas as pd
    >>> from opinion_nlp.report.read import make_scored
    >>> from opinion_nlp.report.summarise import summarise
    >>> rows = {"text": "Đường mới đẹp", "ngày": ["02/11/2026"] * 20 + ["09/11/2026"] * 20, "unsure": ""}
    >>> tags = {"nature": ["opinion", "rumour"] * 20, "topic": ["health"] * 20 + ["sport"] * 20, "sentiment": "neutral"}
    >>> charts = make_charts(summarise(make_scored(pd.DataFrame(rows | tags))))
    >>> [chart.name for chart in charts]
    ['topics', 'topics_over_time', 'nature_over_time', 'sentiment_by_topic', 'nature_by_topic']
    >>> charts[2].description
    'Trong tuần 46/2026 (09/11–15/11): tin đồn 50,0 % (kỳ trước 50,0 %); dư luận, ý kiến 50,0 % (kỳ trước 50,0 %).'
    """
    if lang not in LANGUAGES:
        raise ConfigError(f"lang must be one of {', '.join(LANGUAGES)}, got {lang!r}.")
    return tuple(_iter_charts(summary, threads, lang))


def _iter_charts(summary: Summary, threads: Sequence[ShownThread], lang: str) -> Iterator[ReportChart]:
    yield from levels.iter_charts(summary, lang)
    yield from volumes.iter_charts(summary, lang)
    yield from shares.iter_charts(summary, lang)
    yield from sides.iter_charts(summary, lang)
    yield from timeline.iter_charts(threads, lang)
