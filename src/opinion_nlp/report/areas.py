"""Names of communes, districts and provinces in their variants, made one.

Two names are taken as one where they differ in letter case, spaces, the form of their letters (NFC or NFD), the place
of a tone mark (Hoà, Hòa), or in how the kind of area is written (``TP. Lạng Sơn``, ``thành phố Lạng Sơn``). A name
typed without accents, or without its kind, goes with a full one if there is exactly one that it can mean. Communes
merged into others (as in 2025) are only known from a table that the user gives; nothing is guessed.
"""

import csv
import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from opinion_nlp.errors import InputError
from opinion_nlp.text import normalise

_KINDS = {
    "thành phố": r"thành\s*phố|thanh\s*pho|t\s*\.?\s*p(?=[\s.\d]|hcm)",
    "thị trấn": r"thị\s*trấn|thi\s*tran|t\s*\.?\s*t(?=[\s.])",
    "thị xã": r"thị\s*xã|thi\s*xa|t\s*\.?\s*x(?=[\s.])",
    "đặc khu": r"đặc\s*khu|dac\s*khu|đk(?=[\s.])",
    "phường": r"phường|phuong|ph?(?=[\s.\d])|f(?=[.\d])",
    "huyện": r"huyện|huyen|h(?=[\s.])",
    "quận": r"quận|quan|q(?=[\s.\d])",
    "tỉnh": r"tỉnh|tinh|t(?=\.)",
    "xã": r"xã|xa|x(?=[\s.])",
}
_KIND = re.compile("|".join(f"(?P<k{place}>{form})" for place, form in enumerate(_KINDS.values())), re.IGNORECASE)
_BARE_KINDS = ("thanhpho", "thitran", "thixa", "dackhu", "phuong", "huyen", "quan", "tinh", "xa")
_BARE_FITS = ("phường", "xã", "thị trấn", "đặc khu", "quận", "huyện", "thị xã")
# Cities bear the names of provinces: such a name without its kind can mean either.
_FIXED = {"tt huế": "Thừa Thiên Huế", "hcm": "thành phố Hồ Chí Minh", "tphcm": "thành phố Hồ Chí Minh"}
_OLD_NAMES = ("old", "cũ", "cu", "tên cũ", "đơn vị cũ")
_NOTHING = ("", "không", "không rõ", "không có", "chưa rõ", "n/a", "na", "nan", "none", "null", "?")
_N_COLUMNS = 2


@dataclass(frozen=True)
class Areas:
    """Names of areas, made one.

    Attributes
    ----------
    names : dict of str to str
        By each name as written, the one that stands for it; ``""`` for what names no area, such as ``không rõ``.
    variants : dict of str to tuple of str
        By each such name, the different names as written, where there are two or more.
    mapped : dict of str to str
        What the table of merged communes changed: names as written, and what they are now.
    """

    names: dict[str, str]
    variants: dict[str, tuple[str, ...]]
    mapped: dict[str, str]


@dataclass(frozen=True)
class _Name:
    """A name taken apart: its levels from the smallest up, each a kind (or none) and a key of its letters."""

    levels: tuple[tuple[str, str], ...]

    @property
    def plain(self) -> tuple[tuple[str, str], ...]:
        return tuple((kind, strip_accents(key)) for kind, key in self.levels)


def unify_areas(counts: Mapping[str, int], moved: Mapping[str, str] | None = None) -> Areas:
    """Find which names mean one area.

    Parameters
    ----------
    counts : mapping of str to int
        Rows of each name as written. The name that most rows have gives its spelling to all.
    moved : mapping of str to str, optional
        Old and new names of areas, see :func:`read_area_map`; variants of the old ones count too.

    Returns
    -------
    Areas

    Examples
    --------
    >>> areas = unify_areas({"thành phố Lạng Sơn": 8, "TP. Lạng Sơn": 5, "X. Na Kham": 1, "xã Nà Khảm": 4})
    >>> areas.names["TP. Lạng Sơn"], areas.names["X. Na Kham"]
    ('thành phố Lạng Sơn', 'xã Nà Khảm')
    >>> unify_areas({"P. Đông Kinh": 3}, {"phường Đông Kinh": "phường Lương Văn Tri"}).names
    {'P. Đông Kinh': 'phường Lương Văn Tri'}
    """
    parsed = {name: _parse(name) for name in sorted(counts)}
    by_key: dict[_Name, int] = defaultdict(int)
    for name, key in parsed.items():
        by_key[key] += counts[name]
    full = _find_full(by_key)
    groups: dict[_Name, list[str]] = defaultdict(list)
    for name, key in parsed.items():
        groups[full.get(key, key)].append(name)
    spelling = {key: _choose_spelling(key, names, counts, parsed) for key, names in groups.items()}
    names = {name: spelling[full.get(key, key)] for name, key in parsed.items()}
    mapped = _apply_moves(names, moved or {})
    names |= mapped
    variants: dict[str, list[str]] = defaultdict(list)
    for name in parsed:
        if name not in mapped:
            variants[names[name]].append(name)
    return Areas(names, {to: tuple(found) for to, found in variants.items() if len(found) > 1}, mapped)


def read_area_map(path: str | Path) -> dict[str, str]:
    """Read which areas have been merged into which.

    Parameters
    ----------
    path : str or pathlib.Path
        A csv table in UTF-8 of two columns, separated by ``,`` or ``;``: the old name and the new one. A first line
        ``old,new`` or ``cũ,mới`` is a header.

    Returns
    -------
    dict of str to str

    Raises
    ------
    InputError
        If it cannot be read, a line has not two names, or an old name has two new ones.
    """
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path}: the table of merged areas cannot be read: {error}. Give a csv table in UTF-8: old,new."
        ) from error
    delimiter = ";" if text.partition("\n")[0].count(";") else ","
    found: dict[str, str] = {}
    for number, row in enumerate(csv.reader(text.splitlines(), delimiter=delimiter), start=1):
        cells = [_clean(cell) for cell in row]
        if not any(cells) or (number == 1 and cells[0].casefold() in _OLD_NAMES):
            continue
        if len(cells) != _N_COLUMNS or not all(cells):
            raise InputError(
                f"{path}, line {number}: {delimiter.join(row)!r} is not an old and a new name. Write both."
            )
        old, new = cells
        if found.get(old, new) != new:
            raise InputError(f"{path}, line {number}: {old!r} is merged into {found[old]!r} already. Leave one line.")
        found[old] = new
    return found


def strip_accents(text: str) -> str:
    """Give the letters without their marks.

    Examples
    --------
    >>> strip_accents("đặc khu Phú Quý")
    'dac khu Phu Quy'
    """
    letters = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(char for char in letters if not unicodedata.combining(char))


def _clean(name: str) -> str:
    name = " ".join(unicodedata.normalize("NFC", name).replace("\u200b", "").split()).strip(" ,;.-")
    return "" if name.casefold() in _NOTHING else name


def _parse(name: str) -> _Name:
    return _Name(tuple(_parse_level(part) for part in re.split(r"\s*[,;–]\s*|\s+-\s+", _clean(name)) if part))


def _parse_level(part: str) -> tuple[str, str]:
    part = _FIXED.get(re.sub(r"[\s.-]+", " ", part.casefold()).strip(), part)
    kind, rest = "", part
    if found := _KIND.match(part):
        after = part[found.end() :].lstrip(" .")
        is_apart = part[found.end() : found.end() + 1] in " ." or after[:1].isdigit() or after.casefold() == "hcm"
        # "Xa" and "Quan" are first syllables of names too: a kind without accents stands before a name without.
        if after and is_apart and not (_is_bare_kind(found) and not part.isascii()):
            kind, rest = list(_KINDS)[int(str(found.lastgroup)[1:])], after
    if rest.casefold() == "hcm":
        kind, rest = "thành phố", "Hồ Chí Minh"
    key = " ".join(re.findall(r"\w+", normalise(rest).casefold())) or rest.casefold()
    return kind, re.sub(r"\b0+(?=\d)", "", key)


def _is_bare_kind(found: re.Match[str]) -> bool:
    """Tell whether a kind is written out, and without its accents."""
    return re.sub(r"\s", "", found.group().casefold()) in _BARE_KINDS


def _find_full(keys: Mapping[_Name, int]) -> dict[_Name, _Name]:
    """Find the one full name that a name without accents, or without a kind, can mean."""
    by_plain: dict[tuple[tuple[str, str], ...], set[_Name]] = defaultdict(set)
    for key in keys:
        by_plain[key.plain].add(key)
    found: dict[_Name, _Name] = {}
    for key in keys:
        others = {other for other in by_plain[key.plain] if other != key and other.plain != other.levels}
        if key.levels == key.plain and len(others) == 1:
            found[key] = others.pop()
    accented = [key for key in keys if key not in found]
    by_bare: dict[tuple[str, ...], set[_Name]] = defaultdict(set)
    for key in accented:
        if len(key.levels) == 1 and key.levels[0][0]:
            by_bare[(key.levels[0][1],)].add(key)
    for key in accented:
        if len(key.levels) == 1 and not key.levels[0][0]:
            others = by_bare[(key.levels[0][1],)] or {
                other for bare, own in by_bare.items() if strip_accents(bare[0]) == key.levels[0][1] for other in own
            }
            if len(others) == 1 and (other := next(iter(others))).levels[0][0] in _BARE_FITS:
                found[key] = other
    return {key: found.get(other, other) for key, other in found.items()}


def _choose_spelling(key: _Name, names: Sequence[str], counts: Mapping[str, int], parsed: Mapping[str, _Name]) -> str:
    """Write a name in full, as most rows spell it."""
    own = [name for name in names if parsed[name] == key] or list(names)
    best = max(own, key=lambda name: (not _clean(name).isupper(), counts[name], name))
    levels = []
    for part, (kind, _) in zip(re.split(r"\s*[,;–]\s*|\s+-\s+", _clean(best)), key.levels, strict=False):
        fixed = _FIXED.get(re.sub(r"[\s.-]+", " ", part.casefold()).strip())
        found = _KIND.match(part) if kind and fixed is None else None
        if found and _is_bare_kind(found):
            levels.append(part)  # no name with accents is known that would say what is kind and what is name
            continue
        rest = re.sub(r"^0+(?=\d)", "", part[found.end() :].lstrip(" .")) if found else part
        if rest.casefold() == "hcm":
            rest = "Hồ Chí Minh"
        if rest.isupper() or rest.islower():
            rest = " ".join(word.capitalize() for word in rest.split())
        levels.append(fixed or (f"{kind} {rest}" if kind else rest))
    return ", ".join(levels)


def _apply_moves(names: Mapping[str, str], moved: Mapping[str, str]) -> dict[str, str]:
    by_key = {_parse(old): _clean(new) for old, new in moved.items()}
    return {name: by_key[key] for name, to in names.items() if (key := _parse(to)) in by_key}
