"""Choose files by patterns of their paths."""

import fnmatch
import re
import unicodedata
from collections.abc import Iterable, Sequence

_ANY_FOLDERS = None
"""Stands for ``**`` among the parts of a pattern."""


class Selection:
    """Patterns that files must, and must not, match.

    A path is what leads from the input to the file, its parts joined by ``/``; an archive in it counts as a
    folder. Case and the Unicode form of letters make no difference, and a backslash in a pattern is a ``/``.

    - ``*``, ``?`` and ``[ab]`` stand for characters of one name, ``**`` for any number of folders.
    - A pattern without ``/`` is looked for at every depth: ``*.docx``, ``2024``.
    - A pattern with ``/`` starts at the input: ``2024/*.docx``, ``**/tong-hop/*``.
    - A pattern that matches a folder or an archive stands for all that is in it.

    Parameters
    ----------
    include : sequence of str
        If there are any, a file must match one of them.
    exclude : sequence of str
        A file must match none of them.

    Examples
    --------
    >>> chosen = Selection(include=["*.docx", "Quý 1/**"], exclude=["nháp"])
    >>> paths = ["2024/BC.DOCX", "Quý 1/a.csv", "2024/a.csv", "2024/Nháp/b.docx"]
    >>> [chosen.allows(tuple(path.split("/"))) for path in paths]
    [True, True, False, False]
    """

    def __init__(self, include: Sequence[str] = (), exclude: Sequence[str] = ()) -> None:
        self._include = [_Pattern(pattern) for pattern in include]
        self._exclude = [_Pattern(pattern) for pattern in exclude]

    @property
    def is_open(self) -> bool:
        """Whether every path is chosen."""
        return not self._include and not self._exclude

    def allows(self, parts: tuple[str, ...]) -> bool:
        """Tell whether a file is chosen."""
        folded = tuple(_fold(part) for part in parts)
        is_included = not self._include or _matches_any(self._include, folded)
        return is_included and not _matches_any(self._exclude, folded)

    def excludes(self, parts: tuple[str, ...]) -> bool:
        """Tell whether a folder is left out with all that is in it."""
        return _matches_any(self._exclude, tuple(_fold(part) for part in parts))


class _Pattern:
    def __init__(self, pattern: str) -> None:
        names = _fold(pattern.replace("\\", "/")).removeprefix("./").strip("/").split("/")
        if len(names) == 1:
            names.insert(0, "**")
        # fnmatch's own translation: it is linear, and takes a bracket that is never closed for a plain one.
        self._names = [_ANY_FOLDERS if name == "**" else re.compile(fnmatch.translate(name)) for name in names]

    def matches(self, parts: Sequence[str]) -> bool:
        """Follow all ways through the pattern at once, so that many ``**`` cost no more than one."""
        places = self._skip_any({0})
        for part in parts:
            places = self._skip_any({after for place in places for after in self._step(place, part)})
            if len(self._names) in places:
                return True
        return False

    def _step(self, place: int, part: str) -> Iterable[int]:
        if place == len(self._names):
            return ()
        name = self._names[place]
        if name is _ANY_FOLDERS:
            return (place,)
        return (place + 1,) if name.match(part) else ()

    def _skip_any(self, places: set[int]) -> set[int]:
        """Add the places behind each ``**``, which may stand for no folder; behind the last one all has matched."""
        reached = set(places)
        for place in sorted(places):
            while place < len(self._names) and self._names[place] is _ANY_FOLDERS:
                place += 1
                reached.add(place)
        return reached


def _matches_any(patterns: Sequence[_Pattern], parts: Sequence[str]) -> bool:
    return any(pattern.matches(parts) for pattern in patterns)


def _fold(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
