"""Rumours as threads: statements that pass on the same claim, across wordings, places and weeks."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_matrix, hstack

from opinion_nlp.errors import InputError
from opinion_nlp.report.threads.answers import MIN_UNCLEAR, match_answers, read_stance
from opinion_nlp.report.threads.copies import find_leaders
from opinion_nlp.report.threads.describe import ANSWER, CLAIM, Groups, Matches, describe_threads
from opinion_nlp.report.threads.grouping import Statements, find_centres, group, measure_closeness
from opinion_nlp.report.threads.places import are_apart
from opinion_nlp.report.threads.records import Stance, Thread, ThreadOptions, ThreadReport
from opinion_nlp.report.threads.table import Table, read_table
from opinion_nlp.report.threads.vectors import make_vectors
from opinion_nlp.report.threads.wordings import Wordings, read_wordings

EMBEDDING_WEIGHT = 0.3
"""Share of the similarity that embeddings make, where they are given."""

IntArray = NDArray[np.int64]


def find_threads(
    frame: pd.DataFrame,
    *,
    text_column: str = "text",
    date_column: str | None = None,
    area_column: str | None = None,
    id_column: str | None = None,
    period: str = "week",
    embeddings: ArrayLike | None = None,
    previous: Sequence[Thread] = (),
    options: ThreadOptions | None = None,
) -> ThreadReport:
    """Group the statements that pass on the same claim, and find who answers it.

    Parameters
    ----------
    frame : pandas.DataFrame
        Result of ``opinion-nlp score``: a column of texts, ``nature`` and ``p_rumour``, and any others. Not changed.
    text_column : str
    date_column, area_column, id_column : str, optional
        Without dates there are no periods and no growth; without areas no spread; without ids, rows are cited by their
        labels.
    period : {"week", "month"}
    embeddings : array-like, shape (n_rows, n_dimensions), optional
        A vector for each row of ``frame``, such as an encoder gives; NaN where there is none. They make three tenths of
        the similarity. In archives of more than 2,000 wordings they weigh pairs that words in common have led to, and
        lead to none themselves.
    previous : sequence of Thread
        Threads of an earlier run, whose ids are kept.
    options : ThreadOptions, optional

    Returns
    -------
    ThreadReport
        The same whatever the order of the rows.

    Raises
    ------
    InputError
        If a column is missing, or ``embeddings`` has not one row for each row.
    ConfigError
        If ``period`` is neither.

    Notes
    -----
    Near copies are found by MinHash and locality-sensitive hashing, other wordings by TF-IDF over syllables and pairs
    of syllables without diacritics, joined by average linkage and never where they name different places or bodies.
    Thresholds were chosen on one half of ``data/samples/threads.csv``; ``docs/BENCHMARKS.md`` tells the quality on the
    other. Whether a claim is true plays no part: ``answered`` says what accountable sources wrote, not who is right.

    Examples
    --------
    >>> frame = pd.DataFrame(
    ...     {
    ...         "text": [
    ...             "Nghe nói đập hồ Khe Ngà nứt rồi, đêm nay xả lũ",
    ...             "dap ho khe nga nut, dem nay xa lu do ba con",
    ...             "Giá nước sắp tăng gấp đôi",
    ...             "Công ty Thủy lợi bác bỏ tin đập hồ Khe Ngà nứt",
    ...         ],
    ...         "nature": ["rumour", "rumour", "rumour", "information"],
    ...         "p_rumour": [0.9, 0.8, 0.9, 0.1],
    ...     }
    ... )
    >>> report = find_threads(frame)
    >>> [thread] = report.threads
    >>> thread.size, thread.claim, thread.answer.stance.value, thread.answer.reference
    (2, 'Nghe nói đập hồ Khe Ngà nứt rồi, đêm nay xả lũ', 'deny', 'row 3')
    """
    options = options or ThreadOptions()
    table = read_table(
        frame,
        text_column=text_column,
        date_column=date_column,
        area_column=area_column,
        id_column=id_column,
        period=period,
        min_p_rumour=options.min_p_rumour,
    )
    vectors = _read_embeddings(embeddings, len(frame))
    wordings = read_wordings(table.texts, table.areas)
    statements = _compare(table, wordings, None if vectors is None else vectors[table.rows])
    groups = _group(table, wordings, statements, options.min_size)
    answers = _match(table, wordings, statements, groups, options.answer_lead_days)
    threads = describe_threads(table, wordings, groups, answers, previous, period, options)
    return ThreadReport(
        threads=tuple(sorted(threads, key=_rank)),
        members=_list_members(frame, table, groups, answers, [thread.id for thread in threads]),
        n_claims=int(table.is_claim.sum()),
        notes=table.notes,
    )


def _rank(thread: Thread) -> tuple[int, int, str, str]:
    return -thread.alarm, -thread.size, str(thread.first or ""), thread.id


def _read_embeddings(embeddings: ArrayLike | None, n_rows: int) -> NDArray[np.float32] | None:
    """Check the embeddings, take off what all have in common, and give every row the length 1."""
    if embeddings is None:
        return None
    given = np.asarray(embeddings, dtype=np.float32)
    if given.ndim != 2 or len(given) != n_rows:
        raise InputError(
            f"embeddings have the shape {given.shape}, the table has {n_rows} rows. Give one vector for each row."
        )
    is_known = np.asarray(np.isfinite(given).all(axis=1))
    unit = np.zeros_like(given)
    if is_known.any():
        centred = given[is_known] - given[is_known].mean(axis=0)
        lengths = np.linalg.norm(centred, axis=1, keepdims=True)
        unit[is_known] = centred / np.where(lengths > 0, lengths, 1)
    return unit


def _compare(table: Table, wordings: Wordings, vectors: NDArray[np.float32] | None) -> Statements:
    """Make the vectors of all wordings."""
    whole = make_vectors(wordings.whole)
    if vectors is not None:
        whole = _add_embeddings(whole, vectors[table.rows], wordings.codes)
    return Statements(whole, make_vectors(wordings.rest), wordings.names)


def _add_embeddings(whole: csr_matrix, vectors: NDArray[np.float32], codes: IntArray) -> csr_matrix:
    """Put embeddings beside the words, so that they make a part of every product of two rows that have some."""
    sums = np.zeros((whole.shape[0], vectors.shape[1]), dtype=np.float32)
    np.add.at(sums, codes, vectors)
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    unit = sums / np.where(lengths > 0, lengths, 1)
    share = np.where(lengths > 0, 1 - EMBEDDING_WEIGHT, 1) ** 0.5
    return csr_matrix(hstack([whole.multiply(share), unit * EMBEDDING_WEIGHT**0.5]), dtype=np.float32)


def _group(table: Table, wordings: Wordings, statements: Statements, min_size: int) -> Groups:
    """Group the claims; what has fewer than ``min_size`` statements is no thread."""
    claims = np.flatnonzero(table.is_claim)
    used, places = np.unique(wordings.codes[claims], return_inverse=True)
    first = find_leaders(
        [wordings.whole[place] for place in used],
        lambda one, other: are_apart(wordings.names[used[one]], wordings.names[used[other]]),
    )
    leaders, copies = np.unique(first, return_inverse=True)
    places = copies[places]  # of each claim, its place among the leaders
    inside = statements.take(used[leaders])
    labels = group(inside)
    sizes = np.bincount(labels[places], minlength=len(labels))
    numbers = np.where(sizes >= min_size, np.cumsum(sizes >= min_size) - 1, -1)[labels]
    is_in = numbers >= 0
    kept = inside.take(np.flatnonzero(is_in))
    centres = find_centres(kept, numbers[is_in], int((sizes >= min_size).sum()))
    of_row = np.full(len(table.rows), -1)
    of_row[claims] = numbers[places]
    whole, rest = np.full((2, len(table.rows)), np.nan)
    for part, rows, centre in ((whole, kept.whole, centres.whole), (rest, kept.rest, centres.rest)):
        measured = np.full(len(labels), np.nan)
        measured[is_in] = measure_closeness(rows, numbers[is_in], centre)
        part[claims] = measured[places]
    stands_for = wordings.codes.copy()
    stands_for[claims] = used[leaders][places]
    return Groups(of_row, whole, rest, stands_for, centres)


def _match(table: Table, wordings: Wordings, statements: Statements, groups: Groups, lead_days: int) -> Matches:
    """Match the rows from accountable sources with threads; one that is much older than a thread does not answer it."""
    rows = np.flatnonzero(~table.is_claim)
    used, places = np.unique(wordings.codes[rows], return_inverse=True)
    answer, thread, similarity = match_answers(
        find_centres(statements.take(used), np.arange(len(used)), len(used)), groups.centres
    )
    of_wording, sure = np.full(len(used), -1), np.full(len(used), np.nan)
    of_wording[answer], sure[answer] = thread, similarity
    found = of_wording[places] >= 0
    rows, threads, similarity = rows[found], of_wording[places][found], sure[places][found]
    first = groups.first_days(table)[threads]
    # Without a date on either side nothing speaks against it: a comparison with NaT is false.
    is_late = ~(table.days[rows] < first - np.timedelta64(lead_days, "D"))
    rows, threads, similarity = rows[is_late], threads[is_late], similarity[is_late]
    says = [read_stance(table.texts[row]) != Stance.UNCLEAR for row in rows.tolist()]
    is_sure = np.array(says, dtype=bool) | (similarity >= MIN_UNCLEAR)
    return Matches(rows[is_sure], threads[is_sure], similarity[is_sure])


def _list_members(
    frame: pd.DataFrame, table: Table, groups: Groups, answers: Matches, ids: Sequence[str]
) -> pd.DataFrame:
    """List the rows of threads and their answers, in the order of the table."""
    claims = np.flatnonzero(groups.of_row >= 0)
    rows = np.concatenate([claims, answers.rows])
    order = np.argsort(rows, kind="stable")
    threads = np.concatenate([groups.of_row[claims], answers.threads])
    similarity = np.concatenate([groups.similarity[claims], answers.similarity])
    return pd.DataFrame(
        {
            "thread": pd.Series([ids[place] for place in threads[order]], dtype="str").to_numpy(),
            "role": np.where(order < len(claims), CLAIM, ANSWER),
            "similarity": similarity[order],
        },
        index=frame.index[table.rows[rows[order]]],
    )
