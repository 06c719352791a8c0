"""The list of statements: only what the summary lets a list tell, as columns of numbers and texts."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from opinion_nlp.report.axes import MERGED
from opinion_nlp.report.charts.names import short_name
from opinion_nlp.report.synthesis import Synthesis
from opinion_nlp.text.redact import redact

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

TAGS = ("topic", "sentiment", "nature")
PLACES = ("area", "source", "period")
NONE = -1
HIDDEN = "*"


@dataclass(frozen=True)
class Statements:
    """Statements for the page.

    Attributes
    ----------
    data : dict
        ``n``; ``text`` and ``ref``, a string each; ``day``, days since 1970 or null; ``p``, 100 times ``p_rumour`` or
        -1; ``unsure``, a bit for each of :data:`TAGS`; ``thread``, a place in ``threads`` or -1; and ``codes``: by
        dimension, ``values``, their ``names``, and a place in them for each statement, or -1.
    n_listed, n_total : int
        Statements in it, and all rows of the table.
    n_over : int
        Rows beyond the most that are listed.
    """

    data: dict[str, Any]
    n_listed: int
    n_total: int
    n_over: int


def list_statements(synthesis: Synthesis, max_statements: int) -> Statements:
    """List the statements reported on, the latest first; none where they are too few for a table.

    Parameters
    ----------
    synthesis : Synthesis
    max_statements : int

    Returns
    -------
    Statements
        Personal data masked. Areas, sources, periods and days as the summary lets a list tell them.
    """
    summary, scored = synthesis.summary, synthesis.scored
    rows = summary.rows
    texts = scored.get("text")
    is_listed = rows["in_focus"].to_numpy(dtype=bool)
    if texts is None or summary.n_focus < summary.min_cell:
        is_listed = np.zeros(len(rows), dtype=bool)
    places = np.flatnonzero(is_listed)
    day = rows["day"].to_numpy().astype("datetime64[D]").astype(np.int64)
    chosen = places[np.lexsort((places, -day[places]))][:max_statements]
    is_known = ~np.isnat(rows["day"].to_numpy()[chosen])
    threads, members = _find_threads(synthesis)
    own_threads = members[chosen]
    tags = {name: own for name in TAGS if (own := scored.get(name)) is not None}
    codes = {name: _encode_tag(own.iloc[chosen], synthesis.lang) for name, own in tags.items()}
    codes |= {name: _encode_place(rows[name], chosen, synthesis.lang) for name in PLACES if name in rows}
    data = {
        "n": int(chosen.size),
        "text": [] if texts is None else redact_all(texts.iloc[chosen]),
        "ref": _refer(synthesis, chosen),
        "day": [int(own) if known else None for own, known in zip(day[chosen], is_known, strict=True)],
        "p": _percent(scored.get("p_rumour"), chosen),
        "unsure": _find_unsure(scored.get("unsure"), chosen),
        "threads": threads,
        "thread": own_threads.tolist(),
        "codes": codes,
    }
    return Statements(data, int(chosen.size), len(rows), int(places.size - chosen.size))


def redact_all(texts: pd.Series) -> list[str]:
    """Mask the personal data of texts; one that is repeated is read once.

    Examples
    --------
    >>> redact_all(pd.Series(["Gọi 0912345678", None, "Gọi 0912345678"]))
    ['Gọi <PHONE>', '', 'Gọi <PHONE>']
    """
    codes, found = pd.factorize(texts)
    masked = [*(redact(str(text)) for text in found), ""]
    return [masked[code] for code in codes]


def _encode_tag(column: pd.Series, lang: str) -> dict[str, Any]:
    codes, values = pd.factorize(column)
    return _encode([str(value) for value in values], codes, lang)


def _encode_place(column: pd.Series, chosen: IntArray, lang: str) -> dict[str, Any]:
    own = column.iloc[chosen].cat
    return _encode([str(value) for value in own.categories], own.codes.to_numpy(), lang)


def _encode(values: list[str], codes: NDArray[np.integer[Any]], lang: str) -> dict[str, Any]:
    """Keep the values that occur, in their order."""
    used = np.unique(codes[codes >= 0])
    to = np.full(len(values) + 1, NONE, dtype=np.int64)
    to[used] = np.arange(used.size)
    kept = [values[place] for place in used]
    names = [HIDDEN if value == MERGED else short_name(value, lang) for value in kept]
    return {"values": kept, "names": names, "of": to[codes].tolist()}


def _find_threads(synthesis: Synthesis) -> tuple[list[dict[str, str]], IntArray]:
    """Say which shown thread each row passes on; one whose size is hidden has no rows here."""
    shown = {thread.id: place for place, thread in enumerate(own for own in synthesis.threads if own.size is not None)}
    claims = [{"id": own.id, "claim": own.claim} for own in synthesis.threads if own.id in shown]
    places = np.full(len(synthesis.scored.frame), NONE, dtype=np.int64)
    members = synthesis.found.members
    if len(members):
        own = members[(members["role"] == "claim") & members["thread"].isin(list(shown))]
        at = synthesis.scored.frame.index.get_indexer(own.index)
        places[at] = own["thread"].map(shown).to_numpy(dtype=np.int64)
    return claims, places


def _refer(synthesis: Synthesis, chosen: IntArray) -> list[str]:
    ids = synthesis.scored.get("id")
    if ids is None:
        return [str(place + 1) for place in chosen]
    return redact_all(ids.iloc[chosen].astype("str"))


def _percent(column: pd.Series | None, chosen: IntArray) -> list[int]:
    if column is None:
        return [NONE] * int(chosen.size)
    numbers = pd.to_numeric(column.iloc[chosen], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    return list(map(int, np.where(np.isnan(numbers), NONE, np.round(100 * np.nan_to_num(numbers)))))


def _find_unsure(column: pd.Series | None, chosen: IntArray) -> list[int]:
    if column is None:
        return [0] * int(chosen.size)
    codes, found = pd.factorize(column.iloc[chosen])
    bits = [sum(1 << place for place, tag in enumerate(TAGS) if tag in str(value).split(",")) for value in found]
    return list(map(int, np.array([*bits, 0], dtype=np.int64)[codes]))
