"""Look for what a reader must know about the data."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from opinion_nlp.archive.periods import NO_DATE, is_next_period, period_bounds
from opinion_nlp.report.areas import Areas
from opinion_nlp.report.notes import Note
from opinion_nlp.report.rows import Rows
from opinion_nlp.report.summary import Summary
from opinion_nlp.text.redact import redact

N_EXAMPLES = 3
_HALF = 0.5
_MISSING_DAYS = 0.25
_SHOWN_CHARS = 40
_OPTIONS = {"date": "--date-column", "area": "--area-column", "source": "--source-column", "text": "--text-column"}


def iter_notes(
    summary: Summary, rows: Rows, areas: Areas, earlier: Rows | None = None, n_shared: int = 0
) -> Iterator[Note]:
    """Yield what is worth knowing, the gravest first.

    Parameters
    ----------
    summary : Summary
        Without its notes.
    rows : Rows
        Of the table.
    areas : Areas
        What was done to names of areas.
    earlier : Rows, optional
        Of the previous table.
    n_shared : int
        Rows left out of it, because they stand in this table too.

    Yields
    ------
    Note
    """
    if not summary.n_rows:
        yield Note("no_rows", {})
    if rejects := rows.scored.rejects:
        yield Note("unreadable_rows", {"n": len(rejects)}, tuple(reject.place for reject in rejects[:N_EXAMPLES]))
    if not summary.n_rows:
        return
    if summary.n_focus < summary.min_cell:
        yield Note("few_rows", {"n": summary.n_focus, "min_cell": summary.min_cell})
    for what, option in _OPTIONS.items():
        if getattr(rows.scored.columns, what) is None:
            yield Note("no_column", {}, (option,), what)
    yield from _check_dates(summary, rows)
    yield from _check_texts(rows)
    yield from _check_names(summary, rows, areas)
    yield from _check_models(summary, earlier, n_shared)


def _check_dates(summary: Summary, rows: Rows) -> Iterator[Note]:
    dates = rows.dates
    if rows.scored.columns.date is None:
        return
    n_none = next((own.n for own in summary.periods if own.name == NO_DATE), 0)
    if n_none:
        yield Note("no_date", {"n": n_none, "total": summary.n_rows})
    if dates.n_unread:
        yield Note("unread_dates", {"n": dates.n_unread}, tuple(_show(dates.unread)))
    if dates.n_month_first:
        yield Note("month_first_dates", {"n": dates.n_month_first, "n_ambiguous": dates.n_ambiguous})
    if dates.n_far:
        yield Note("far_dates", {"n": dates.n_far}, dates.far)
    dated = [own.name for own in summary.periods if own.name != NO_DATE]
    for name in (summary.focus, summary.against):
        if name in dated:
            yield from _check_ends(name, dated, dates.days)
    if len(dated) == 1 and summary.against != "previous":
        yield Note("one_period", {}, (dated[0],))
    if len(dated) > 1 and not is_next_period(dated[-1], dated[-2]):
        yield Note("gap", {}, (dated[-2],))


def _check_ends(name: str, dated: Sequence[str], days: NDArray[np.datetime64]) -> Iterator[Note]:
    """Look whether the table begins or ends in the midst of a period."""
    first, last = (np.datetime64(day, "D") for day in period_bounds(name))
    own = days[(days >= first) & (days <= last)]
    n_days = int((last - first).astype(int)) + 1
    n_before = int((own.min() - first).astype(int)) if name == dated[0] else 0
    n_after = int((last - own.max()).astype(int)) if name == dated[-1] else 0
    if n_before + n_after > _MISSING_DAYS * n_days:
        yield Note("cut_period", {"n": n_days - n_before - n_after, "total": n_days}, (name,))


def _check_texts(rows: Rows) -> Iterator[Note]:
    texts = rows.scored.get("text")
    n_rows = len(rows)
    is_blank = np.zeros(n_rows, dtype=bool)
    if texts is not None:
        stripped = texts.str.strip()
        is_blank = (stripped.isna() | (stripped == "")).to_numpy(dtype=bool)
        if is_blank.any():
            yield Note("no_text", {"n": int(is_blank.sum()), "total": n_rows})
        if n_copies := int((~is_blank).sum()) - int(stripped[~is_blank].nunique()):
            yield Note("duplicates", {"n": n_copies, "total": n_rows})
    tags = [
        column.isna().to_numpy(dtype=bool)
        for task in ("nature", "sentiment", "topic")
        if (column := rows.columns.get(task)) is not None
    ]
    is_untagged = np.logical_and.reduce(tags) & ~is_blank if tags else is_blank[:0]
    if is_untagged.any():
        yield Note("untagged", {"n": int(is_untagged.sum()), "total": n_rows})


def _check_names(summary: Summary, rows: Rows, areas: Areas) -> Iterator[Note]:
    area = rows.columns.get("area")
    if area is not None:
        n_none = int((area.isna() | area.astype("str").map(areas.names).eq("")).sum())
        if n_none:
            yield Note("no_area", {"n": n_none, "total": summary.n_rows})
    if areas.variants:
        examples = [f"{' = '.join(_show(names))} → {to}" for to, names in sorted(areas.variants.items())]
        yield Note("areas_unified", {"n": len(areas.variants)}, tuple(examples[:N_EXAMPLES]), "area")
    if areas.mapped:
        examples = [f"{_show([old])[0]} → {new}" for old, new in sorted(areas.mapped.items())]
        yield Note("areas_moved", {"n": len(areas.mapped)}, tuple(examples[:N_EXAMPLES]), "area")
    for breakdown in summary.breakdowns:
        if breakdown.n_merged:
            numbers: dict[str, float] = {"n": breakdown.n_merged, "min_cell": summary.min_cell}
            yield Note("small_values", numbers, (), breakdown.dimension)
    tables = [*summary.crosses, *(own.trend for own in summary.breakdowns)]
    if n_hidden := sum(table.n_hidden for table in tables):
        yield Note("hidden_cells", {"n": n_hidden, "min_cell": summary.min_cell})
        if summary.period == "week" and n_hidden > _HALF * sum(table.counts.size for table in tables):
            yield Note("mostly_hidden", {})


def _check_models(summary: Summary, earlier: Rows | None, n_shared: int) -> Iterator[Note]:
    shares = {own.task: own.share for own in summary.unsure}
    if shares.get("any") == 1:
        yield Note("all_unsure", {})
    for task, share in shares.items():
        if task != "any" and share >= _HALF:
            yield Note("unsure", {"share": share}, (), task)
    versions = summary.model_versions
    if len(versions) > 1:
        yield Note("several_models", {"n": len(versions)}, versions[:N_EXAMPLES])
    if earlier is not None and earlier.scored.model_versions and set(earlier.scored.model_versions) != set(versions):
        yield Note("other_model_before", {}, earlier.scored.model_versions[:N_EXAMPLES])
    if n_shared:
        yield Note("rows_of_both", {"n": n_shared})


def _show(names: Sequence[str]) -> list[str]:
    """Give a few cells, cut, without the personal data that a slip may have put there."""
    shown = map(redact, names[:N_EXAMPLES])
    return [name if len(name) <= _SHOWN_CHARS else f"{name[:_SHOWN_CHARS]}…" for name in shown]
