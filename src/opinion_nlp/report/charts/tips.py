"""What a mark tells when it is pointed at."""

from typing import TYPE_CHECKING

import pandas as pd

from opinion_nlp.report.charts.names import short_name
from opinion_nlp.report.charts.wording import say
from opinion_nlp.report.wording import capital, dimension_name, format_count, format_share

if TYPE_CHECKING:
    import altair as alt


def add_words(data: pd.DataFrame, lang: str, dimensions: tuple[str, ...]) -> pd.DataFrame:
    """Add what is told of each mark, in words: ``told_n``, ``told_share``, ``told_interval`` and the names.

    Examples
    --------
    >>> data = pd.DataFrame({"topic": ["health"], "n": [12], "share": [0.25], "low": [0.2], "high": [0.3]})
    >>> add_words(data, "vi", ("topic",)).filter(like="told").iloc[0].tolist()
    ['12', '25,0 %', '20,0 % – 30,0 %', 'Y tế']
    """
    words: dict[str, list[str]] = {}
    if "n" in data:
        words["told_n"] = [format_count(None if pd.isna(n) else int(n), lang) for n in data["n"]]
    if "share" in data:
        words["told_share"] = [format_share(share, lang) for share in data["share"]]
    if "low" in data:
        ends = zip(data["low"], data["high"], strict=True)
        words["told_interval"] = [" – ".join(format_share(end, lang) for end in pair) for pair in ends]
    for dimension in dimensions:
        words[f"told_{dimension}"] = [short_name(value, lang) for value in data[dimension]]
    return data.assign(**words)


def tips(data: pd.DataFrame, lang: str) -> "list[alt.Tooltip]":
    """Give the tooltips of a table with words."""
    import altair as alt

    titles = {name: say(name, lang) for name in ("told_n", "told_share", "told_interval", "told_before")}
    told = [str(column) for column in data if str(column).startswith("told_")]
    names = {name: titles.get(name) or dimension_name(name.removeprefix("told_"), lang) for name in told}
    order = sorted(told, key=lambda name: name in titles)
    return [alt.Tooltip(f"{name}:N", title=capital(names[name])) for name in order]
