"""Statements to quote, for each topic and side."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from opinion_nlp.report.axes import MERGED, MISSING, Axis
from opinion_nlp.report.quotes import Quote, choose_typical, draw_candidates
from opinion_nlp.report.rows import PLACES, Rows
from opinion_nlp.report.tables import CountTable
from opinion_nlp.text.redact import redact

BoolArray = NDArray[np.bool_]

REFERENCE = ("id", "page", "paragraph", "row")


def pick_quotes(
    rows: Rows,
    bodies: Mapping[str, Axis],
    crosses: Sequence[CountTable],
    is_focus: BoolArray,
    listed: pd.DataFrame,
    n_quotes: int,
    seed: int,
) -> Iterator[Quote]:
    """Yield statements that stand for each topic and sentiment whose count is shown.

    Parameters
    ----------
    rows : Rows
    bodies : mapping of str to Axis
        The dimensions of the rows reported on.
    crosses : sequence of CountTable
        Among them the one of topics and sentiments; without it nothing is quoted.
    is_focus : ndarray of bool, shape (n_rows,)
        Rows reported on.
    listed : pandas.DataFrame
        What may be told of each row, see :class:`~opinion_nlp.report.summary.Summary`.
    n_quotes : int
        Of each topic and sentiment.
    seed : int

    Yields
    ------
    Quote
        By falling number of statements.
    """
    table = next((one for one in crosses if (one.rows, one.columns) == ("topic", "sentiment")), None)
    texts = rows.scored.get("text")
    if table is None or texts is None or not n_quotes:
        return
    lengths = texts.str.len().fillna(0).to_numpy().astype(np.int64)
    is_sure = ~(rows.unsure["topic"] | rows.unsure["sentiment"]) if rows.unsure else np.ones(len(rows), dtype=bool)
    topic, sentiment = bodies["topic"], bodies["sentiment"]
    shown = table.counts.drop(index=[MERGED, MISSING], columns=[MERGED, MISSING], errors="ignore").fillna(0)
    cells = [
        (-int(n), str(own_topic), str(own_sentiment))
        for own_topic, line in zip(shown.index, shown.to_numpy(), strict=True)
        for own_sentiment, n in zip(shown.columns, line, strict=True)
        if n
    ]
    for minus_n, own_topic, own_sentiment in sorted(cells):
        is_own = (topic.codes == topic.values.index(own_topic)) & (
            sentiment.codes == sentiment.values.index(own_sentiment)
        )
        places = np.flatnonzero(is_own & is_focus & (lengths > 0))
        places = draw_candidates(places, lengths, is_sure, n_quotes, seed)
        candidates = texts.iloc[places].astype("str").tolist()
        for place in choose_typical(candidates, n_quotes):
            at = int(places[place])
            yield Quote(
                own_topic,
                own_sentiment,
                -minus_n,
                redact(candidates[place]),
                tuple(_refer(rows, listed, at)),
                _cell(rows.columns.get("nature"), at),
                float(rows.p_rumour[at]),
                at,
            )


def _refer(rows: Rows, listed: pd.DataFrame, at: int) -> Iterator[tuple[str, str]]:
    for what in REFERENCE:
        if cell := _cell(rows.scored.get(what), at):
            yield what, redact(cell)
    day = listed["day"].iloc[at]
    if not pd.isna(day):
        yield "date", f"{day:%d/%m/%Y}"
    for what in PLACES:
        if what in listed and (place := str(listed[what].iloc[at])) not in (MERGED, MISSING):
            yield what, place


def _cell(column: pd.Series | None, at: int) -> str:
    if column is None or pd.isna(value := column.iloc[at]):
        return ""
    return str(value).removesuffix(".0").strip()
