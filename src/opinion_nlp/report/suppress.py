"""Hide small cells of tables of counts, and enough others that none can be worked out from what is shown.

What is shown, and to whom nothing more is told
-----------------------------------------------
All totals of a table are shown, and every cell that is not hidden. For a table whose cells were hidden by
:func:`hide_cells`, and a reader who knows every number shown, that counts are whole and none is negative:

1. No cell ``0 < n < min_cell`` of a sensitive line is shown.
2. No hidden cell can be worked out. At least two values remain possible for each, so no sum or difference of cells and
   totals shown gives it.
3. The hidden cells of a line add up to ``min_cell`` at least, unless the whole line is smaller: what a reader gets when
   he takes the shown cells off a total is no small cell either.

The second is checked exactly, not by rule of thumb. The cells of a two-way table are the edges of a graph whose nodes
are its rows and columns. A hidden cell can have another value if and only if it lies on a cycle of hidden cells along
which one statement can be moved: one more here, one less there, every total as before, none below 0 (Gusfield, SIAM J.
Comput. 17, 1988). Where there is no such cycle, the cheapest is opened (Cox, JASA 90, 1995): cells are hidden with the
fewest statements in all along a shortest path.

Tables hang together only by their totals. If these are shown in each of them (small categories are first merged by
:func:`find_small`), a linear equation over the cells of several tables is a sum of equations within each, so that
nothing can be worked out across tables that cannot be within one.

How many rows a table has, how many a period, how many say nothing in a column, and of how many the model was unsure, is
always told: it says what was gathered, not who said what.

Not covered: what several tables and the rule that counts are not negative tell together (bounds, not equations); that
all rows of a shown line are in one cell; reports made earlier from some of the same rows; statements quoted or listed.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse.csgraph import dijkstra

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

MIN_CELL = 5

_FREE = 1e-6  # A hidden cell costs nothing more to use; a graph needs some weight.


def find_small(counts: ArrayLike, min_cell: int = MIN_CELL) -> BoolArray:
    """Find the categories that cannot stand for themselves in a line whose total is shown.

    Parameters
    ----------
    counts : array-like of int, shape (n_categories,)
        At least 0.
    min_cell : int
        A count below it, and not 0, is small.

    Returns
    -------
    ndarray of bool, shape (n_categories,)
        To be merged into one, or hidden: all small ones; and the smallest other one where they would be less than
        ``min_cell`` together, as a single one always is: the total tells that.

    Examples
    --------
    >>> find_small([40, 3, 9, 0, 12]).tolist()
    [False, True, True, False, False]
    >>> find_small([40, 3, 2, 9, 0]).tolist()
    [False, True, True, False, False]
    """
    found = np.asarray(counts, np.int64)
    is_small: BoolArray = (found > 0) & (found < min_cell)
    if is_small.any() and found[is_small].sum() < min_cell:
        others = np.flatnonzero(~is_small & (found > 0))
        if others.size:
            is_small[others[np.argmin(found[others])]] = True
    return is_small


def hide_line(counts: ArrayLike, min_cell: int = MIN_CELL) -> BoolArray:
    """Choose the cells to hide in a line of its own whose total is shown.

    Parameters
    ----------
    counts : array-like of int, shape (n_cells,)
    min_cell : int

    Returns
    -------
    ndarray of bool, shape (n_cells,)
        As :func:`find_small`; a zero is hidden too where a single cell would be left. Nothing is hidden in a line of
        one cell, which is its total.

    Examples
    --------
    >>> hide_line([3, 0, 0]).tolist(), hide_line([3]).tolist()
    ([True, True, False], [False])
    """
    found = np.asarray(counts, np.int64)
    hidden = find_small(found, min_cell)
    if hidden.sum() == 1 and found.size > 1:
        hidden[np.flatnonzero(~hidden)[0]] = True
    return hidden if found.size > 1 else np.zeros(found.size, dtype=bool)


def hide_cells(counts: ArrayLike, min_cell: int = MIN_CELL, *, open_columns: ArrayLike = ()) -> BoolArray:
    """Choose the cells to hide in a two-way table whose row and column totals are shown.

    Parameters
    ----------
    counts : array-like of int, shape (n_rows, n_columns)
        At least 0.
    min_cell : int
        At least 1; with 1 nothing is hidden.
    open_columns : array-like of int
        Columns whose small cells tell nothing about anybody (rows without an entry): shown, unless needed to hide
        others.

    Returns
    -------
    ndarray of bool, shape (n_rows, n_columns)
        See the guarantee above. The same for the same table. Nothing is hidden in a table with but one row, or but one
        column, that is not empty: it repeats its totals.

    Examples
    --------
    >>> hide_cells([[20, 3, 30], [25, 8, 9], [40, 50, 60]]).astype(int).tolist()
    [[1, 1, 0], [1, 1, 0], [0, 0, 0]]
    """
    table = np.asarray(counts, np.int64)
    hidden: BoolArray = (table > 0) & (table < min_cell)
    hidden[:, np.asarray(open_columns, np.int64)] = False
    if min((table.sum(axis=1) > 0).sum(), (table.sum(axis=0) > 0).sum()) < 2:
        return np.zeros_like(hidden)
    safe = np.zeros_like(hidden)
    while True:
        _fill_lines(table, hidden, min_cell)
        _fill_lines(table.T, hidden.T, min_cell)
        _find_safe(table, hidden, safe)
        if (unsafe := np.argwhere(hidden & ~safe)).size == 0:
            return hidden
        _close_cycle(table, hidden, *unsafe[np.argmax(table[tuple(unsafe.T)])])


def _fill_lines(table: IntArray, hidden: BoolArray, min_cell: int) -> None:
    """Hide one more cell in each row whose hidden cells are too few statements together."""
    sums = np.where(hidden, table, 0).sum(axis=1)
    for row in np.flatnonzero(hidden.any(axis=1) & (sums < min_cell)):
        others = np.flatnonzero(~hidden[row] & (table[row] > 0))
        if others.size:
            # First among columns that have something hidden anyway: then a cycle is near.
            order = np.lexsort((others, table[row, others], ~hidden[:, others].any(axis=0)))
            hidden[row, others[order[0]]] = True


def _find_safe(table: IntArray, hidden: BoolArray, safe: BoolArray) -> None:
    """Mark the hidden cells that can have another value; once safe, a cell stays so."""
    can_fall = hidden & (table > 0)
    for row, column in np.argwhere(hidden & ~safe):
        # One more here and one less elsewhere in its column, or the other way round.
        safe[row, column] = _has_way(can_fall, hidden, column, row) or (
            can_fall[row, column] and _has_way(hidden.T, can_fall.T, row, column)
        )


def _has_way(first: BoolArray, then: BoolArray, start: int, goal: int) -> bool:
    """Tell whether a change can be made good: from a column to rows by ``first``, on to columns by ``then``, to a row.

    The way from ``start`` straight to ``goal`` is the changed cell itself, and does not count.
    """
    first = first.copy()
    first[goal, start] = False
    columns = np.zeros(first.shape[1], dtype=bool)
    columns[start] = True
    seen_columns, seen_rows = columns.copy(), np.zeros(first.shape[0], dtype=bool)
    while columns.any():
        rows = first[:, columns].any(axis=1) & ~seen_rows
        if rows[goal]:
            return True
        seen_rows |= rows
        columns = then[rows].any(axis=0) & ~seen_columns
        seen_columns |= columns
    return False


def _close_cycle(table: IntArray, hidden: BoolArray, row: int, column: int) -> None:
    """Hide the cells of the cheapest cycle through a hidden cell along which one statement can be moved."""
    n_rows, n_columns = table.shape
    cost = np.where(hidden, _FREE, table + 1.0)
    cost[row, column] = np.inf
    graph = np.full((n_rows + n_columns, n_rows + n_columns), np.inf)
    graph[:n_rows, n_rows:] = cost  # one more: from its row to its column
    graph[n_rows:, :n_rows] = np.where(table > 0, cost, np.inf).T  # one less: back
    ends = [(n_rows + column, row)] + ([(row, n_rows + column)] if table[row, column] > 0 else [])
    lengths, before = dijkstra(graph, indices=[start for start, _ in ends], return_predecessors=True)
    place = int(np.argmin([lengths[i, goal] for i, (_, goal) in enumerate(ends)]))
    # With two rows and two columns that are not empty, the bounds of a cell are apart, so that there is a way.
    start, node = ends[place]
    while node != start:
        last = int(before[place, node])
        hidden[min(last, node), max(last, node) - n_rows] = True
        node = last
