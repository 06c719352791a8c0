"""The sample of marked rumour threads, and how well threads found agree with it."""

import csv
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from opinion_nlp.report.threads import Stance, ThreadReport

SAMPLE = Path(__file__).parents[3] / "data" / "samples" / "threads.csv"
PARTS = ("tune", "held")
COLUMNS = {"date_column": "date", "area_column": "area", "id_column": "id"}


@dataclass(frozen=True)
class Score:
    """Agreement of the threads found with those marked.

    Attributes
    ----------
    precision, recall : ndarray of float, shape (n_claims,)
        B-cubed (Bagga and Baldwin, 1998): of the statements in the thread found for each statement, the share that is
        of its marked thread; and the other way round. A statement in no thread is one of its own.
    marked : list of str
        Marked thread of each statement.
    n_answered, n_found, n_right : int
        Threads that are answered as marked, as found, and both.
    n_right_stance : int
        Of the last, those with the right stance.
    """

    precision: NDArray[np.float64]
    recall: NDArray[np.float64]
    marked: list[str]
    n_answered: int
    n_found: int
    n_right: int
    n_right_stance: int

    @property
    def f1(self) -> float:
        """B-cubed F1."""
        return f1(self.precision.mean(), self.recall.mean())

    def interval(self, n_boot: int = 1000, seed: int = 0) -> tuple[float, float]:
        """Give the 95 % percentile bootstrap interval of F1; statements of one thread are drawn together."""
        by_thread = defaultdict(list)
        for place, name in enumerate(self.marked):
            by_thread[name].append(place)
        threads = [np.array(places) for _, places in sorted(by_thread.items())]
        random = np.random.default_rng(seed)
        drawn = []
        for _ in range(n_boot):
            places = np.concatenate([threads[k] for k in random.integers(0, len(threads), len(threads))])
            drawn.append(f1(self.precision[places].mean(), self.recall[places].mean()))
        low, high = np.percentile(drawn, [2.5, 97.5])
        return float(low), float(high)


def f1(precision: float, recall: float) -> float:
    return float(2 * precision * recall / (precision + recall)) if precision + recall else 0.0


def read_marked(part: str | None = None) -> pd.DataFrame:
    """Read the sample, or one part; ``p_rumour`` stands for what a model would say."""
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        frame = pd.DataFrame(list(csv.DictReader(file)))
    frame["p_rumour"] = np.where(frame["nature"] == "rumour", 0.9, 0.1)
    return frame if part is None else frame[frame["part"] == part]


def bcubed(marked: Sequence[str], found: Sequence[str]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give the B-cubed precision and recall of every item."""
    both, of_marked, of_found = Counter(zip(marked, found, strict=True)), Counter(marked), Counter(found)
    pairs = list(zip(marked, found, strict=True))
    return (
        np.array([both[pair] / of_found[pair[1]] for pair in pairs]),
        np.array([both[pair] / of_marked[pair[0]] for pair in pairs]),
    )


def score(frame: pd.DataFrame, report: ThreadReport) -> Score:
    """Compare a report on (a part of) the sample with its marks."""
    claims = frame[frame["nature"] == "rumour"]
    in_thread = report.members[report.members["role"] == "claim"]["thread"]
    alone = pd.Series([f"alone {label}" for label in claims.index], index=claims.index)
    marked = claims["thread"].where(claims["thread"] != "", alone).tolist()
    found = in_thread.reindex(claims.index).fillna(alone).tolist()
    precision, recall = bcubed(marked, found)
    # A thread found is of the marked thread that most of its statements are of.
    meant = {
        name: Counter(own).most_common(1)[0][0]
        for name, own in pd.Series(marked).groupby(np.array(found, dtype=object))
    }
    answers = frame[(frame["nature"] == "information") & frame["stance"].isin(["deny", "confirm"])]
    right = dict(zip(answers["thread"], answers["stance"], strict=True))
    given = {
        meant.get(thread.id, thread.id): thread.answer.stance.value
        for thread in report.threads
        if thread.answer is not None and thread.answer.stance != Stance.UNCLEAR
    }
    agreed = right.keys() & given.keys()
    return Score(
        precision,
        recall,
        marked,
        n_answered=len(right),
        n_found=len(given),
        n_right=len(agreed),
        n_right_stance=sum(right[thread] == given[thread] for thread in agreed),
    )
