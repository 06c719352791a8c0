"""Read the marked samples of ``reports/``; their README tells the marks."""

import re
from dataclasses import dataclass
from pathlib import Path

from opinion_nlp.text.statements import LineKind

FOLDER = Path(__file__).parent / "reports"
_KIND = re.compile(r"‹(\w+)›")
_MARK = re.compile(r"⟪/(?P<closed>\d)⟫|⟪(?P<level>\d):(?P<title>[^⟫]*)⟫|(?P<open>⟦)|(?P<end>⟧)")


@dataclass(frozen=True)
class Sample:
    """A text without its marks, the kinds of its lines, and its statements as (start, end, section)."""

    name: str
    text: str
    kinds: list[LineKind] | None
    statements: list[tuple[int, int, str]]

    @property
    def is_held_out(self) -> bool:
        return self.name.startswith("held-")


def read_samples() -> list[Sample]:
    """Read all samples, by name."""
    return [read_sample(path) for path in sorted(FOLDER.glob("*.txt"))]


def read_sample(path: Path) -> Sample:
    """Read one sample."""
    lines = path.read_text(encoding="utf-8").split("\n")
    named = [_KIND.match(line) for line in lines]
    kinds = [LineKind(kind[1]) if kind else LineKind.PARAGRAPH for kind in named] if any(named) else None
    return Sample(path.stem, *_strip("\n".join(_KIND.sub("", line, count=1) for line in lines), kinds))


def _strip(marked: str, kinds: list[LineKind] | None) -> tuple[str, list[LineKind] | None, list[tuple[int, int, str]]]:
    """Take the marks out of a text and note what they say."""
    text, done, start = "", 0, 0
    titles: list[tuple[int, str]] = []
    statements = []
    for mark in _MARK.finditer(marked):
        text += marked[done : mark.start()]
        done = mark.end()
        if mark["open"]:
            start = len(text)
        elif mark["end"]:
            statements.append((start, len(text), " > ".join(title for _, title in titles)))
        else:
            level = int(mark["closed"] or mark["level"])
            titles = [title for title in titles if title[0] < level]
            if mark["level"]:
                titles.append((level, mark["title"]))
                text += mark["title"]
    return text + marked[done:], kinds, statements
