"""Marked texts: ``personal_data.jsonl`` holds invented texts, the personal data in them, and which were held out.

A third was not looked at while the patterns were made. An item is found if a span of its kind overlaps it by more
than half of both together.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from opinion_nlp.text.redact import Redaction, find_personal_data

SAMPLE = Path(__file__).parent / "personal_data.jsonl"


@dataclass(frozen=True)
class Marked:
    """One text with its personal data: start, end and kind of each."""

    text: str
    items: tuple[tuple[int, int, str], ...]
    is_held_out: bool


@dataclass
class Score:
    """Counts by kind, and of characters."""

    n_marked: Counter[str] = field(default_factory=Counter)
    n_found: Counter[str] = field(default_factory=Counter)
    n_right: Counter[str] = field(default_factory=Counter)
    n_characters: int = 0
    n_leaked: int = 0

    def precision(self, kind: str | None = None) -> float:
        """Share of what was found that is marked."""
        return _share(self.n_right, self.n_found, kind)

    def recall(self, kind: str | None = None) -> float:
        """Share of what is marked that was found."""
        return _share(self.n_right, self.n_marked, kind)

    @property
    def leak(self) -> float:
        """Share of the marked characters that no span covers."""
        return self.n_leaked / max(1, self.n_characters)


def read_marked() -> list[Marked]:
    """Read the marked texts."""
    rows = [json.loads(line) for line in SAMPLE.read_text(encoding="utf-8").splitlines()]
    return [
        Marked(row["text"], tuple((start, end, kind) for start, end, kind, _ in row["items"]), row["held_out"])
        for row in rows
    ]


def measure(sample: Sequence[Marked]) -> Score:
    """Set what is found against the marks."""
    score = Score()
    for marked in sample:
        found = find_personal_data(marked.text)
        covered = {place for one in found for place in range(one.start, one.end)}
        score.n_found.update(one.kind for one in found)
        left = list(found)
        for start, end, kind in marked.items:
            score.n_marked[kind] += 1
            score.n_characters += end - start
            score.n_leaked += sum(place not in covered for place in range(start, end))
            match = next((one for one in left if one.kind == kind and _overlap(one, start, end) > 0.5), None)
            if match is not None:
                score.n_right[kind] += 1
                left.remove(match)
    return score


def _overlap(found: Redaction, start: int, end: int) -> float:
    return (min(found.end, end) - max(found.start, start)) / (max(found.end, end) - min(found.start, start))


def _share(part: Counter[str], whole: Counter[str], kind: str | None) -> float:
    return part[kind] / max(1, whole[kind]) if kind else sum(part.values()) / max(1, sum(whole.values()))
