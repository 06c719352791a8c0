"""Headline findings: facts with their numbers, and the sentences that tell them. None is a verdict on truth."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from opinion_nlp.records import Record
from opinion_nlp.report.axes import MERGED, MISSING
from opinion_nlp.report.changes import SIGNIFICANT, Change
from opinion_nlp.report.tables import CountTable
from opinion_nlp.report.wording import capital, dimension_name, fill, view_name
from opinion_nlp.schema import Nature, Sentiment

if TYPE_CHECKING:
    from opinion_nlp.report.contrasts import Contrast
    from opinion_nlp.report.summary import Breakdown, Summary

N_TOPICS = 3
N_CHANGES = 5
N_PHRASES = 5
MIN_BASE = 30
"""Rows that a share needs below it before it is called the highest."""

FINDING_TEXTS: dict[str, dict[str, str]] = {
    "volume": {"vi": "Có {n} ý kiến trong {value}.", "en": "There are {n} statements in {value}."},
    "volume_change": {
        "vi": "Có {n} ý kiến trong {value}, so với {n_before} trong {against}.",
        "en": "There are {n} statements in {value}, against {n_before} in {against}.",
    },
    "largest": {
        "vi": "Chủ đề được nói đến nhiều: {value} ({n} ý kiến, {share}; khoảng tin cậy {low} đến {high}).",
        "en": "Much spoken of: {value} ({n} statements, {share}; 95 % interval {low} to {high}).",
    },
    "rumour": {
        "vi": (
            "{share} số ý kiến được nhận là tin đồn, tức lời truyền chưa nêu căn cứ ({n} trên {total}; khoảng tin cậy "
            "{low} đến {high}). Đây không phải kết luận đúng hay sai."
        ),
        "en": (
            "{share} of the statements pass on claims that they do not ground ({n} of {total}; 95 % interval {low} to "
            "{high}). This is no verdict on their truth."
        ),
    },
    "negative": {
        "vi": "{share} số ý kiến có sắc thái tiêu cực ({n} trên {total}; khoảng tin cậy {low} đến {high}).",
        "en": "{share} of the statements are negative ({n} of {total}; 95 % interval {low} to {high}).",
    },
    "most_negative": {
        "vi": "Tiêu cực nhiều nhất theo {dimension}: {value} ({share} trong {total} ý kiến; {low} đến {high}).",
        "en": "Most negative by {dimension}: {value} ({share} of {total} statements; {low} to {high}).",
    },
    "most_rumour": {
        "vi": "Nhiều tin đồn nhất theo {dimension}: {value} ({share} trong {total} ý kiến; {low} đến {high}).",
        "en": "Most rumours by {dimension}: {value} ({share} of {total} statements; {low} to {high}).",
    },
    "rise": {
        "vi": (
            "{dimension} “{value}” tăng từ {share_before} ({against}) lên {share} ({now}): {difference} điểm, khoảng "
            "tin cậy {low} đến {high}."
        ),
        "en": (
            "{dimension} “{value}” rose from {share_before} ({against}) to {share} ({now}): {difference} points, 95 % "
            "interval {low} to {high}."
        ),
    },
    "fall": {
        "vi": (
            "{dimension} “{value}” giảm từ {share_before} ({against}) xuống {share} ({now}): {difference} điểm, khoảng "
            "tin cậy {low} đến {high}."
        ),
        "en": (
            "{dimension} “{value}” fell from {share_before} ({against}) to {share} ({now}): {difference} points, 95 % "
            "interval {low} to {high}."
        ),
    },
    "no_change": {
        "vi": "Không có tỷ lệ nào thay đổi rõ rệt từ {against} đến {now} ({n} phép so sánh, đã hiệu chỉnh).",
        "en": "No share has clearly changed from {against} to {now} ({n} comparisons, corrected).",
    },
    "emerging": {
        "vi": "Cụm từ mới nổi: “{value}” ({n} ý kiến, trước đó {n_before}).",
        "en": "New or growing phrase: “{value}” ({n} statements, {n_before} before).",
    },
    "fading": {
        "vi": "Cụm từ lắng xuống: “{value}” ({n} ý kiến, trước đó {n_before}).",
        "en": "Fading phrase: “{value}” ({n} statements, {n_before} before).",
    },
}
"""A sentence for each kind of finding."""


@dataclass(frozen=True)
class Finding(Record):
    """One fact worth telling first.

    Attributes
    ----------
    kind : str
        A key of :data:`FINDING_TEXTS`.
    dimension, value : str
        What it is about, such as ``topic`` and ``health``; ``""`` where nothing single is.
    numbers : dict of str to (int, float or None)
        What it says: ``n``, ``total``, ``share``, ``low``, ``high``, ``n_before``, …; None is a hidden count.
    now, against : str
        What is compared with what, such as two periods; ``""`` without a comparison.
    """

    kind: str
    dimension: str
    value: str
    numbers: dict[str, float | None]
    now: str = ""
    against: str = ""


def phrase_finding(finding: Finding, lang: str = "vi") -> str:
    """Put a finding into a sentence.

    Examples
    --------
    >>> numbers = {"n": 120, "total": 400, "share": 0.3, "low": 0.257, "high": 0.347}
    >>> phrase_finding(Finding("largest", "topic", "health", numbers))
    'Chủ đề được nói đến nhiều: y tế (120 ý kiến, 30,0 %; khoảng tin cậy 25,7 % đến 34,7 %).'
    """
    told = dict(finding.numbers)
    is_change = finding.kind in ("rise", "fall")
    if is_change:
        # The ends of a difference are points as well.
        told["difference_low"], told["difference_high"] = told.pop("low"), told.pop("high")
    named = (("value", finding.value), ("now", finding.now), ("against", finding.against))
    words = {name: view_name(value, lang, has_days=not is_change) for name, value in named}
    words["dimension"] = dimension_name(finding.dimension, lang)
    template = FINDING_TEXTS[finding.kind][lang]
    if is_change:
        template = template.replace("{low}", "{difference_low}").replace("{high}", "{difference_high}")
    return capital(fill(template, {**told, **words}, lang))


def iter_findings(summary: "Summary") -> Iterator[Finding]:
    """Yield what is worth telling first, in the order of telling."""
    if not summary.n_focus:
        return
    yield _tell_volume(summary)
    by_name = {breakdown.dimension: breakdown for breakdown in summary.breakdowns}
    yield from _tell_levels(by_name)
    yield from _tell_highest(summary.crosses)
    yield from _tell_changes(summary)
    for kind, found in (("emerging", summary.phrases.emerging), ("fading", summary.phrases.fading)):
        for one in _take_apart([one for one in found if one.q_value < SIGNIFICANT])[:N_PHRASES]:
            numbers: dict[str, float | None] = {"n": one.n, "n_before": one.n_before}
            yield Finding(kind, "phrase", one.value, numbers, summary.phrases.now, summary.phrases.against)


def _take_apart(found: Sequence["Contrast"]) -> "list[Contrast]":
    """Leave out phrases most of whose syllables are in one before them: pieces of the same saying."""
    kept: list[Contrast] = []
    for one in found:
        own = set(one.value.split())
        if all(len(own & set(other.value.split())) <= len(own) / 2 for other in kept):
            kept.append(one)
    return kept


def _tell_volume(summary: "Summary") -> Finding:
    if summary.n_before:
        numbers: dict[str, float | None] = {"n": summary.n_focus, "n_before": summary.n_before}
        return Finding("volume_change", "", summary.focus, numbers, summary.focus, summary.against)
    return Finding("volume", "", summary.focus, {"n": summary.n_focus})


def _tell_levels(by_name: "dict[str, Breakdown]") -> Iterator[Finding]:
    for dimension, value, kind in (
        ("nature", Nature.RUMOUR, "rumour"),
        ("sentiment", Sentiment.NEGATIVE, "negative"),
    ):
        for line in by_name[dimension].lines if dimension in by_name else ():
            if line.value == value:
                yield Finding(kind, dimension, line.value, line.numbers())
    shown = [line for line in by_name["topic"].lines if line.value != MERGED and line.n] if "topic" in by_name else []
    for line in shown[:N_TOPICS]:
        yield Finding("largest", "topic", line.value, line.numbers())


def _tell_highest(crosses: tuple[CountTable, ...]) -> Iterator[Finding]:
    """Yield where a side is strongest: by the lower end of its interval, so that few rows do not win by chance.

    Nothing is called the highest where the share of another line is hidden.
    """
    for column, value, kind in (
        ("sentiment", Sentiment.NEGATIVE, "most_negative"),
        ("nature", Nature.RUMOUR, "most_rumour"),
    ):
        for table in crosses:
            if table.columns != column or table.rows not in ("topic", "area"):
                continue
            shares = table.shares()
            is_own = (shares[column] == value) & ~shares[table.rows].isin([MERGED, MISSING])
            own = shares[is_own & (shares["total"] >= MIN_BASE)]
            if len(own) > 1 and own["low"].notna().all():
                best = own.iloc[int(np.argmax(own["low"].to_numpy()))]
                numbers = {name: float(best[name]) for name in ("n", "total", "share", "low", "high")}
                yield Finding(kind, table.rows, str(best[table.rows]), dict(numbers))


def _tell_changes(summary: "Summary") -> Iterator[Finding]:
    now, against = summary.topics.now, summary.topics.against
    found: list[tuple[str, str, Change]] = []
    for breakdown in summary.breakdowns:
        for line in breakdown.lines:
            if (change := line.change_on(against)) is not None and line.value != MERGED:
                found.append((breakdown.dimension, line.value, change))
    clear = sorted((one for one in found if one[2].is_significant), key=lambda one: -abs(one[2].difference))
    for dimension, value, change in clear[:N_CHANGES]:
        numbers: dict[str, float | None] = {
            name: getattr(change, name)
            for name in ("n", "total", "share", "n_before", "total_before", "share_before", "difference", "low", "high")
        }
        yield Finding("rise" if change.difference > 0 else "fall", dimension, value, numbers, now, against)
    if found and not clear:
        yield Finding("no_change", "", "", {"n": len(found)}, now, against)
