"""Named places and bodies in statements, and whether two statements are about different ones.

"Cầu Vàm Gừa sắp sập" and "cầu Khe Dẻ sắp sập" differ in one name and are different claims. Names are learnt from the
archive itself, where a capitalised name follows a word such as *cầu*, *trường* or *quỹ*, and from its areas; they are
then found in every statement, without capitals and without diacritics too.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from opinion_nlp.report.threads.words import fold

UNKNOWN, PROVINCE, DISTRICT, COMMUNE, HAMLET, OBJECT = range(-1, 5)
"""How exact a name is; an object is a thing or body that is at one place: a bridge, a school, a fund, a singer."""

LEVELS: dict[str, int] = {
    "tỉnh": PROVINCE,
    **dict.fromkeys(("huyện", "quận", "thị xã"), DISTRICT),
    **dict.fromkeys(("xã", "phường", "thị trấn", "đặc khu"), COMMUNE),
    **dict.fromkeys(("thôn", "bản", "ấp", "xóm", "làng", "buôn", "sóc", "khóm", "đường", "phố"), HAMLET),
    **dict.fromkeys(("cầu", "phà", "chợ", "trường", "bệnh viện", "viện", "bv", "chùa", "đền", "đình", "miếu"), OBJECT),
    **dict.fromkeys(("hồ", "đập", "sông", "suối", "đèo", "nhà máy", "xưởng", "trạm", "bot", "tiệm", "quán"), OBJECT),
    **dict.fromkeys(("công ty", "quỹ", "ngân hàng", "tiệm vàng", "đội", "đội bóng"), OBJECT),
    **dict.fromkeys(("ca sĩ", "diễn viên", "cầu thủ"), OBJECT),
}
"""The one or two words before a name, and how exact the name is then."""

_FOLDED_LEVELS = {fold(head): level for head, level in LEVELS.items()}
_BETWEEN = frozenset((
    "tiểu", "học", "mầm", "non", "trung", "cơ", "sở", "phổ", "thông", "thpt", "thcs", "cấp", "tín", "dụng", "nhân",
    "dân", "treo", "phao", "đa", "khoa",
))  # fmt: skip
_FOLDED_BETWEEN = frozenset(map(fold, _BETWEEN))
_MOST_BETWEEN = 4
_NATURAL = frozenset(("suối", "sông", "hồ", "đèo", "đập"))
_TOKEN = re.compile(r"[^\W_]+|[^\w\s]|\n")
_LONGEST_NAME = 4
_SURE_SHARE = 0.5

Name = tuple[str, int]
"""A name, folded, and how exact it is."""


@dataclass(frozen=True)
class Gazetteer:
    """The names that an archive knows, ready to be found.

    Attributes
    ----------
    marked, folded : dict of str to tuple of tuple of str
        By the first two syllables, the names that begin so, longest first, with their diacritics and without.
    levels : dict of str to int
        How exact a folded name usually is, where that is sure.
    """

    marked: dict[tuple[str, str], tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    folded: dict[tuple[str, str], tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    levels: dict[str, int] = field(default_factory=dict)

    def find(self, words: Sequence[str]) -> tuple[frozenset[Name], list[str]]:
        """Find the names in a statement.

        Parameters
        ----------
        words : sequence of str
            Its syllables in lower case.

        Returns
        -------
        names : frozenset of (str, int)
            Each name, folded, and how exact it is here.
        rest : list of str
            The syllables that belong to no name.

        Examples
        --------
        >>> gazetteer = learn_names(["Cầu Vàm Gừa nứt mố"])
        >>> gazetteer.find("cau vam gua sap sap".split())
        (frozenset({('vam gua', 4)}), ['cau', 'sap', 'sap'])
        """
        starts, heads, between = self.marked, LEVELS, _BETWEEN
        if all(map(str.isascii, words)):
            starts, heads, between = self.folded, _FOLDED_LEVELS, _FOLDED_BETWEEN
        found: set[Name] = set()
        rest: list[str] = []
        done = 0
        for place, pair in enumerate(pairwise(words)):
            if place < done or pair not in starts:
                continue
            name = next((name for name in starts[pair] if tuple(words[place : place + len(name)]) == name), None)
            if name is not None:
                plain = fold(" ".join(name))
                level = _read_head(words, place, heads, between)
                found.add((plain, self.levels.get(plain, UNKNOWN) if level is None else level))
                rest += words[done:place]
                done = place + len(name)
        return frozenset(found), rest + list(words[done:])


def learn_names(texts: Iterable[str], areas: Iterable[str] = ()) -> Gazetteer:
    """Learn the names of an archive.

    Parameters
    ----------
    texts : iterable of str
        Statements; names are learnt where they have capitals.
    areas : iterable of str
        Values of the column of areas, such as ``xã Khe Dẻ``.

    Returns
    -------
    Gazetteer

    Examples
    --------
    >>> learn_names(["Nghe nói quỹ tín dụng Nhân Hưng sắp vỡ"], ["xã Khe Dẻ"]).levels
    {'nhan hung': 4, 'khe de': 2}
    """
    seen: dict[tuple[str, ...], Counter[int]] = defaultdict(Counter)
    for text in (*texts, *areas):
        for name, level in _iter_names(_TOKEN.findall(unicodedata.normalize("NFC", text))):
            seen[name][level] += 1
    levels: dict[str, Counter[int]] = defaultdict(Counter)
    for name, counts in seen.items():
        levels[fold(" ".join(name))].update(counts)
    usual = {name: max(sorted(counts), key=counts.__getitem__) for name, counts in levels.items()}
    return Gazetteer(
        _index(seen),
        _index({tuple(map(fold, name)) for name in seen}),
        {name: level for name, level in usual.items() if levels[name][level] >= _SURE_SHARE * levels[name].total()},
    )


@lru_cache(maxsize=100_000)
def are_apart(ours: frozenset[Name], theirs: frozenset[Name]) -> bool:
    """Tell whether two statements are about different places or bodies.

    They are if both name something equally exact (a commune, an object) without a name in common, unless they share
    one at least as exact: the same bridge may be told of in two communes.

    Examples
    --------
    >>> gua, de = ("vam gua", OBJECT), ("khe de", OBJECT)
    >>> are_apart(frozenset({gua}), frozenset({de})), are_apart(frozenset({gua}), frozenset())
    (True, False)
    >>> here, there = ("yen kieu", COMMUNE), ("go tram", COMMUNE)
    >>> are_apart(frozenset({gua, here}), frozenset({gua, there}))
    False
    """
    if not ours or not theirs:
        return False
    own, other = _by_level(ours), _by_level(theirs)
    shared = {name for name, _ in ours} & {name for name, _ in theirs}
    finest = max((level for name, level in (*ours, *theirs) if name in shared), default=UNKNOWN)
    return any(level > finest and own[level].isdisjoint(other[level]) for level in own.keys() & other.keys())


def _by_level(names: frozenset[Name]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    for name, level in names:
        if level != UNKNOWN:
            found[level].add(name)
    return found


def _iter_names(tokens: Sequence[str]) -> Iterator[tuple[tuple[str, ...], int]]:
    """Yield every capitalised name after a word of :data:`LEVELS`, in lower case, and how exact it is."""
    lower = [token.lower() for token in tokens]
    place = 0
    while place < len(tokens):
        end = place
        while end < len(tokens) and end - place <= _LONGEST_NAME and _is_title(tokens[end]):
            end += 1
        if end == place:
            place += 1
            continue
        head = _read_head(lower, place, LEVELS, _BETWEEN)
        start = place
        if head is None and lower[place] in LEVELS:
            # At the start of a sentence the head has a capital itself: "Cầu Vàm Gừa nứt"; in "Suối Bưởi" it is a
            # part of the name.
            head = LEVELS[lower[place]]
            start += end - place > 2 or lower[place] not in _NATURAL
        if head is not None and 2 <= end - start <= _LONGEST_NAME:
            yield tuple(lower[start:end]), head
        place = end


def _is_title(token: str) -> bool:
    return token[0].isupper() and (len(token) == 1 or token[1:].islower()) and token.isalpha()


def _read_head(words: Sequence[str], place: int, heads: dict[str, int], between: frozenset[str]) -> int | None:
    """Tell by the one or two words before a name how exact it is; None if they do not say."""
    before = place - 1
    while before >= 0 and place - before <= _MOST_BETWEEN and words[before] in between:
        before -= 1
    if before < 0:
        return None
    two = f"{words[before - 1]} {words[before]}" if before else ""
    return heads.get(two, heads.get(words[before]))


def _index(names: Iterable[tuple[str, ...]]) -> dict[tuple[str, str], tuple[tuple[str, ...], ...]]:
    starts: dict[tuple[str, str], list[tuple[str, ...]]] = defaultdict(list)
    for name in sorted(names, key=lambda name: (-len(name), name)):
        starts[name[0], name[1]].append(name)
    return {start: tuple(found) for start, found in starts.items()}
