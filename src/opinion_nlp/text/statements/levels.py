"""The titles that a line stands under, kept while a report is read from top to bottom."""

from dataclasses import dataclass

from opinion_nlp.text.statements.marks import RANKS

_DEEPEST = 10


@dataclass(slots=True)
class _Level:
    style: str
    rank: float
    number: int
    title: str | None
    has_content: bool = False
    has_items: bool = False


class Levels:
    """The open levels of an outline.

    Examples
    --------
    >>> levels = Levels()
    >>> levels.enter("roman.", "roman", 1, "Y TẾ")
    >>> levels.enter("arabic.", "arabic", 1, "Trạm y tế")
    >>> levels.section
    'Y TẾ > Trạm y tế'
    >>> levels.enter("roman.", "roman", 2, "GIÁO DỤC")
    >>> levels.section
    'GIÁO DỤC'
    """

    def __init__(self) -> None:
        self._levels: list[_Level] = []

    @property
    def section(self) -> str:
        """Titles of the open levels, the highest first."""
        return " > ".join(level.title for level in self._levels if level.title)

    @property
    def styles(self) -> frozenset[str]:
        """Styles of the open levels."""
        return frozenset(level.style for level in self._levels)

    def was_item(self, style: str) -> bool:
        """Tell whether the last line of this style was an item, in the list that is open."""
        return any(level.style == style and level.title is None for level in self._levels)

    def enter(self, style: str, level: str, number: int, title: str | None) -> None:
        """Go to a line with a mark, or to a title without one.

        Parameters
        ----------
        style, level : str
            As in :class:`~opinion_nlp.text.statements.marks.Mark`.
        number : int
            Place in its list, 0 if not known.
        title : str or None
            None for an item.
        """
        rank = RANKS[level]
        top = self._levels[-1] if self._levels else None
        beside = self._find_beside(style, number)
        is_below_top = top is not None and top.title is not None and not top.has_content
        if level == "lead":
            self._close_lead_ins(is_below_top)
        elif is_below_top and self._starts_below(beside, number):
            pass
        elif beside is not None:
            del self._levels[beside:]
        else:
            self._close_from(rank)
        for above in self._levels:
            above.has_content = above.has_items = True
        self._levels.append(_Level(style, rank, number, title))

    def add_paragraph(self) -> None:
        """Go to a paragraph without a mark: it ends the lists, and the lead-in whose list is over."""
        while self._levels and (top := self._levels[-1]):
            is_lead = top.rank >= RANKS["lead"]
            if top.title is not None and not (is_lead and top.has_items):
                break
            self._levels.pop()
        self.add_content()

    def add_content(self) -> None:
        """Note that there is something below the titles."""
        for above in self._levels:
            above.has_content = True

    def _find_beside(self, style: str, number: int) -> int | None:
        found = [i for i, level in enumerate(self._levels) if level.style == style]
        before = [i for i in found if self._levels[i].number == number - 1]
        return before[-1] if before else found[-1] if found else None

    def _starts_below(self, beside: int | None, number: int) -> bool:
        """Tell whether a list that begins below an empty title is a new one."""
        if len(self._levels) >= _DEEPEST:
            return False
        return beside is None or (number == 1 and beside < len(self._levels) - 1)

    def _close_lead_ins(self, is_below_top: bool) -> None:
        n_leads = sum(level.rank == RANKS["lead"] for level in self._levels)
        if is_below_top and n_leads < 2 and len(self._levels) < _DEEPEST:
            return
        first = next((i for i, level in enumerate(self._levels) if level.rank == RANKS["lead"]), len(self._levels))
        del self._levels[first:]
        while self._levels and (self._levels[-1].title is None or self._levels[-1].rank >= RANKS["lead"]):
            self._levels.pop()

    def _close_from(self, rank: float) -> None:
        while self._levels and self._levels[-1].rank >= rank:
            self._levels.pop()
