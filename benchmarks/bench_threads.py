"""Fit the constants of ``opinion_nlp.report.threads`` on the half ``tune`` of the marked sample, and print them.

    python benchmarks/threads.py --fit

Logistic regressions tell from a statement's similarity with a marked thread, with names and without, whether it is of
that thread; they are checked on the half ``held``. The thresholds of linkage are searched on a grid.
"""

import itertools
from collections.abc import Iterator

import numpy as np
from bench_table import tell
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss
from tests.unit.report.marked_threads import COLUMNS, read_marked, score

from opinion_nlp.report.threads import find_threads, grouping
from opinion_nlp.report.threads.places import are_apart
from opinion_nlp.report.threads.vectors import make_vectors, normalise_rows
from opinion_nlp.report.threads.wordings import read_wordings

N_NEAREST = 3
GRID = {"LINK": (0.22, 0.25, 0.28), "MIN_JOIN": (0.15, 0.2, 0.25, 0.3), "MERGE": (0.27, 0.31, 0.35)}


def main() -> None:
    """Fit, check and search."""
    for name, nature in (("JOIN_WEIGHTS", "rumour"), ("ANSWER_WEIGHTS", "information")):
        X, y = make_pairs("tune", nature)
        model = LogisticRegression(C=1e4, max_iter=10_000).fit(X, y)
        held_X, held_y = make_pairs("held", nature)
        brier = brier_score_loss(held_y, model.predict_proba(held_X)[:, 1])
        weights = ", ".join(f"{value:.2f}" for value in (*model.coef_[0], model.intercept_[0]))
        tell(f"{name} = ({weights}), {len(y)} pairs; Brier score on held {brier:.3f}, {len(held_y)} pairs")
    for f1, chosen in sorted(iter_grid(), key=lambda found: -found[0])[:5]:
        tell(f"B-cubed F1 {f1:.3f}: {chosen}")


def make_pairs(part: str, nature: str) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Give the similarities of each statement with the marked threads nearest to it, and whether it is of them."""
    frame = read_marked(part)
    frame = frame[frame["nature"].isin(["rumour", "information"])]
    wordings = read_wordings(frame["text"].tolist(), sorted(set(frame["area"])))
    whole, rest = (make_vectors(texts)[wordings.codes] for texts in (wordings.whole, wordings.rest))
    names = [wordings.names[code] for code in wordings.codes]
    marked, is_claim = frame["thread"].to_numpy(), (frame["nature"] == "rumour").to_numpy()
    members = {name: np.flatnonzero(is_claim & (marked == name)) for name in sorted(set(marked)) if name}
    found = []
    for place in np.flatnonzero((frame["nature"] == nature).to_numpy()):
        pairs = []
        for name, own in members.items():
            others = own[own != place]
            if np.mean([are_apart(names[place], names[other]) for other in others]) <= grouping.MOST_APART:
                likeness = [
                    float((rows[place] @ normalise_rows(csr_matrix(rows[others].sum(axis=0))).T).toarray()[0, 0])
                    for rows in (whole, rest)
                ]
                pairs.append((*likeness, name == marked[place]))
        found += sorted(pairs, reverse=True)[:N_NEAREST]
    table = np.array(found, dtype=np.float64)
    return table[:, :2], table[:, 2] == 1


def iter_grid() -> Iterator[tuple[float, dict[str, float]]]:
    """Yield the quality on the half ``tune`` with each choice of thresholds."""
    frame = read_marked("tune")
    for values in itertools.product(*GRID.values()):
        chosen = dict(zip(GRID, values, strict=True))
        for name, value in chosen.items():
            setattr(grouping, name, value)
        yield score(frame, find_threads(frame, **COLUMNS)).f1, chosen
