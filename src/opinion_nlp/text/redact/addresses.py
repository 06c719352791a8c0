"""Street addresses: the number of a house with its alley, hamlet or street. Wards and all above them stay.

A house number is told by its words (``số nhà``), or by what follows it: an alley, a street, a name behind which a
ward stands. The name of an area, a street or an alley alone is nobody's address, and an analyst needs it.
"""

import re
from dataclasses import dataclass

from opinion_nlp.text import spelling

_NUMBER = r"\d{1,4}[a-z]?\d?(?:[/-][a-z]?\d{1,4}[a-z]?\d?){0,4}(?!\w)"
_NEXT = r"(?:,? +| ?- ?)"
_CAPITAL = (
    "(?-i:[A-ZĐ"
    + "".join(letter for toned in spelling.TONED.values() for letter in toned if letter.isupper())
    + "ĂÂÊÔƠƯ])"
)
_SMALL = r"[^\W\d_]{1,7}"
_BEHIND = (
    rf"(?={_NEXT}(?:(?:ngõ|ngách|hẻm|kiệt|ngo|ngach|hem|kiet|đường|duong|phố|pho|đại lộ|hương lộ|quốc lộ|quoc lo|ql"
    rf"|tỉnh lộ|tl"
    rf"|đt|tổ|thôn|xóm|ấp|bản|buôn|khóm|to|thon|xom|ap|khom|khu phố|khu pho|kp|tdp|tòa|toà|toa|block|lô|tầng|tang"
    rf"|chung cư"
    rf"|chung cu|khu tập thể)[ .\d]|đ\.|{_CAPITAL}\w* {_CAPITAL}|phường|phuong|p\.? ?\d"
    rf"|{_SMALL} {_SMALL}(?: {_SMALL}){{0,2}},? (?:phường|phuong|quận|quan|p\.? ?\d)))"
)
_HOUSE = re.compile(
    r"(?<![\w/.,-])(?:(?P<house>số nhà|nhà số|so nha|nha so) ?[.:]? ?|(?P<flat>căn hộ|can ho|phòng) (?:số )?"
    r"|(?P<so>số|so|s\.?n\.?) )?"
    rf"(?P<number>(?(flat)[a-z]?\d{{1,4}}(?:[.-]\d{{1,3}})?(?!\w)|{_NUMBER}))(?!%|[.,/-]\d)(?(house)|{_BEHIND})",
    re.IGNORECASE,
)
_HAS_HOUSE = re.compile(
    rf"\d(?:(?<=(?:số nhà|nhà số|so nha|nha so)[ :.].)|(?<=(?:số nhà|nhà số|so nha|nha so)[:.] .)|[a-z]?{_BEHIND})",
    re.IGNORECASE,
)
_ALLEY = re.compile(rf"{_NEXT}(?:ngõ|ngách|hẻm|kiệt|ngo|ngach|hem|kiet)\.? ?(?:số )?{_NUMBER}", re.IGNORECASE)
_HAMLET = re.compile(
    rf"{_NEXT}(?:(?:tổ|thôn|xóm|ấp|bản|buôn|khóm|to|thon|xom|ap|khom)\.? (?:số )?{_NUMBER}"
    r"|(?P<named>thôn|xóm|ấp|bản|buôn|khóm) )",
    re.IGNORECASE,
)
_QUARTER = re.compile(rf"{_NEXT}(?:khu phố|kp|tổ dân phố|tdp|khu pho)\.? ?(?:số )?{_NUMBER}", re.IGNORECASE)
_BUILDING = re.compile(
    rf"{_NEXT}(?:tòa(?: nhà)?|toà(?: nhà)?|toa(?: nha)?|block|lô|tầng|tang)\.? (?:[a-z]{{1,2}}\d{{0,3}}"
    rf"|\d{{1,3}})(?!\w)",
    re.IGNORECASE,
)
_ESTATE = re.compile(rf"{_NEXT}(?:chung cư|khu tập thể|chung cu) ", re.IGNORECASE)
_STREET = re.compile(
    rf"{_NEXT}(?:(?P<road>quốc lộ|quoc lo|ql|tỉnh lộ|tl|đt)[. ]*|(?:đường|duong|phố|pho|đại lộ|hương lộ) +"
    rf"|(?P<lane>ngõ|hẻm|kiệt) |đ\. ?)(?=\w)",
    re.IGNORECASE,
)
_STREET_NUMBER = re.compile(
    r"(?:(?:số |so )?\d{1,4}[a-z]?(?: tháng \d{1,2}| thang \d{1,2}|/\d{1,2})?|(?:đt|ql|tl)[ .]?\d{1,4}[a-z]?"
    r"|[a-z]{1,2}\d{1,3})"
    r"(?!\w)",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(",? ")
_MONTH = re.compile(r"(?<=[tT]háng|[tT]hang) \d{1,2}(?!\w)")
_WORD = re.compile(r"[^\W\d_]{1,12}(?!\w)")
_AREA = re.compile(
    r"[ ,(-]*(?:(?:phường|quận|xã|huyện|thị trấn|thị xã|thành phố|tỉnh|khu phố|tổ dân phố|khu dân cư|ấp|thôn)(?!\w)"
    r"|(?:p|q|tp|tx|tt)\. ?\w|[pq] ?\d|(?:tp|tx|tt|kp|tdp|kdc)(?!\w)|(?:phuong|quan) \d)",
    re.IGNORECASE,
)
_AREA_WORD = re.compile(
    r"(?:phường|quận|xã|huyện|tỉnh|khu|ấp|thôn|tổ|ngõ|hẻm|thị trấn|thị xã|thành phố|thi tran|thi xa|thanh pho)(?!\w)"
    r"|(?:tp|tx|tt|kp|tdp|kdc|[pq])(?!\w)|(?:phuong|quan) \d",
    re.IGNORECASE,
)
_MOST_WORDS, _USUAL_WORDS = 6, 2
_STOPS_TEXT = (
    "và bị có thuộc gần cạnh của này đó đang đã thì tôi đến đi ra vào ở tại nhà là va bi co thuoc gan canh cua "
    "nay dang da toi den di vao o tai nha"
)
_STOPS = frozenset(_STOPS_TEXT.split())
_BODIES_TEXT = (
    "ủy uỷ hội sở bộ công ban trường ubnd hđnd mttq phòng đảng người ông bà anh chị em quyết nghị thông kế ca quý "
    "tháng năm phường quận xã huyện tỉnh thôn ấp tổ khu đồng triệu tỷ nghìn ngàn thành tp viện đài phút giờ"
)
_BODIES = frozenset(_BODIES_TEXT.split()) - {"bà"}
_PLACED = re.compile(
    r"(?<!\w)(?:(?P<sure>ở|tại|ngụ|trú|địa chỉ|đ/?c|o|tai|ngu|tru|dia chi|dc)|về|tới|trước|cạnh|gần|sau|nhà|đến|hộ"
    r"|quán|tiệm|nha"
    r"|đối diện)(?: nhà| nha)?[ :.(-]*\Z",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"([^\W_]+|[^\w\s]) *\Z")
_NOT_BEFORE_TEXT = (
    "định quyết luật tư văn bản báo hoạch đất thửa đồ lô cống trạm camera máy bến xe tờ cột trụ mã phép lệnh án "
    "đội kiốt ốt trường chợ thpt thcs học tuyến điểm cầu biểu tri trang mục hàng đồng ban giấy đơn phiếu ngày năm "
    "tháng sáng chiều tối trưa lúc quý khóa khoá kỳ lần thứ mùng điều khoản tuổi lớp hơn lộ ql phường quận khu thôn ấp "
    "xóm tầng phòng km đường phố ngõ hẻm kiến công ty đánh gắn cấp bãi tổ p q phuong quan ngay nam thang lop lan"
)
_NOT_BEFORE = frozenset(_NOT_BEFORE_TEXT.split())
_DATE = re.compile(r"(?:[012]?\d|3[01])[/-](?:0?\d|1[0-2])(?:[/-](?:\d\d){1,2})?|(?:19|20)\d\d")
_UNIT = re.compile(r" (?:tầng|căn|hộ|tuyến|triệu|tỷ|nghìn|ngàn|người|m2|mét|năm|đồng|cái|chiếc|tháng|ngày|lần)(?!\w)|%")
_PARTS_BEFORE = re.compile(
    rf"(?<!\w)(?:(?:ngõ|ngách|hẻm|kiệt|tổ|thôn|xóm|ấp|ngo|hem|kiet|thon|xom|ap) {_NUMBER},? +)+\Z", re.IGNORECASE
)
_LOOK_BACK = 60


@dataclass(frozen=True, slots=True)
class _Parts:
    """What follows a house number: where it ends, and what is there."""

    end: int
    has_alley: bool = False
    has_hamlet: bool = False
    has_street: bool = False


@dataclass(frozen=True, slots=True)
class _Place:
    """What stands before a house number: the word or sign, and whether it says that a place follows."""

    word: str
    is_placed: bool
    is_sure: bool


def find_addresses(text: str) -> list[tuple[int, int]]:
    """Find street addresses in a view, as half-open spans in order.

    Examples
    --------
    >>> text = "số 12, ngõ 34/5, đường Nguyễn Trãi, phường Hòa Mai; 12/4B Lê Lợi, P.5; thôn 4; đường số 7"
    >>> [text[start:end] for start, end in find_addresses(text)]
    ['số 12, ngõ 34/5, đường Nguyễn Trãi', '12/4B Lê Lợi']
    """
    spans: list[tuple[int, int]] = []
    if not _HAS_HOUSE.search(text):
        return spans
    done = 0
    for house in _HOUSE.finditer(text):
        if house.start() < done or (end := _end_of_address(text, house)) is None:
            continue
        parts = _PARTS_BEFORE.search(text, max(done, house.start() - _LOOK_BACK), house.start())
        spans.append((parts.start() if parts else house.start(), end))
        done = end
    return spans


def _end_of_address(text: str, house: re.Match[str]) -> int | None:
    """Return where the address ends that starts with this number, or None if it is no house number."""
    end = house.end()
    if _UNIT.match(text, end):
        return None
    place = _look_before(text, house.start())
    if house["flat"]:
        return _end_of_flat(text, end) if place.is_placed or house["flat"].lower() != "phòng" else None
    if house["house"]:
        return None if place.word in ("đánh", "gắn", "cấp") else _read_parts(text, end, is_sure=True).end
    is_marked = bool(house["so"]) or place.is_sure
    has_slash = "/" in house["number"]
    parts = _read_parts(text, end, is_sure=place.is_sure, reads_small=is_marked, reads_comma=is_marked or has_slash)
    if parts.end == end:
        return end if has_slash and place.is_sure and _AREA.match(text, end) else None
    if place.word in _NOT_BEFORE and not place.is_placed and not (place.word == "xe" and parts.has_street):
        return None
    has_area = _AREA.match(text, parts.end) is not None
    return parts.end if _is_house(house, parts, place, has_area) else None


def _look_before(text: str, start: int) -> _Place:
    placed = _PLACED.search(text, max(0, start - _LOOK_BACK), start)
    before = _BEFORE.search(text, max(0, start - _LOOK_BACK), start)
    return _Place(before[1].lower() if before else "", placed is not None, placed is not None and bool(placed["sure"]))


def _is_house(house: re.Match[str], parts: _Parts, place: _Place, has_area: bool) -> bool:
    """Tell whether a number is that of a house, from what stands before and behind."""
    number = house["number"]
    is_part = parts.has_alley or parts.has_street
    if _DATE.fullmatch(number):
        is_clear = place.is_placed or not place.word.isalnum()
        return ((has_area or bool(house["so"])) and is_part) or (has_area and is_clear and len(number) < 8)
    if house["so"]:
        return is_part or parts.has_hamlet or place.is_placed or has_area
    if place.is_placed:
        return not parts.has_hamlet or is_part
    has_letter_or_slash = "/" in number or number[-1].isalpha()
    if parts.has_street and has_letter_or_slash:
        return True
    return has_area and (not is_part or not place.word.isalnum()) and (is_part or not parts.has_hamlet)


def _read_parts(text: str, start: int, *, is_sure: bool, reads_small: bool = True, reads_comma: bool = True) -> _Parts:
    """Read alleys, hamlets, buildings and the street behind a house number.

    A name without the word for a street is read where it has two capitals, and in small letters where the house
    is sure and an area stands behind; behind the word, in small letters where ``reads_small``. A comma may stand
    before a name where ``reads_comma``.
    """
    end, has_alley, has_hamlet = start, False, False
    while True:
        if part := _ALLEY.match(text, end):
            has_alley = True
            end = part.end()
        elif street := _end_of_street(text, end, reads_small):
            return _Parts(street, has_alley, has_hamlet, has_street=True)
        elif hamlet := _end_of_hamlet(text, end):
            has_hamlet = True
            end = hamlet
        elif part := _BUILDING.match(text, end):
            end = part.end()
        else:
            break
    quarter = _QUARTER.match(text, end)
    if quarter and (street := _end_of_street(text, quarter.end(), reads_small)):
        return _Parts(street, has_alley, has_hamlet, has_street=True)
    separator = _SEPARATOR.match(text, end)
    if not has_hamlet and separator and (reads_comma or separator.group() == " "):
        end = _end_of_bare_name(text, separator.end(), is_sure=is_sure and end == start) or end
    return _Parts(end, has_alley, has_hamlet)


def _end_of_hamlet(text: str, start: int) -> int | None:
    part = _HAMLET.match(text, start)
    if part is None or not part["named"]:
        return part.end() if part else None
    end, n_words = _read_capitals(text, part.end())
    return end if n_words else None


def _end_of_street(text: str, start: int, reads_small: bool) -> int | None:
    """Return where a street ends that its word tells (``đường Lê Lợi``, ``quốc lộ 1A``), or None."""
    word = _STREET.match(text, start)
    if word is None:
        return None
    number = None if word["lane"] else _STREET_NUMBER.match(text, word.end())
    if number or word["road"]:
        return number.end() if number else None
    end, n_words = _read_capitals(text, word.end())
    if not n_words and reads_small and not word["lane"]:
        end, n_words, is_closed = _read_small(text, word.end())
        if not is_closed:
            end, n_words, _ = _read_small(text, word.end(), _USUAL_WORDS)
    return end if n_words else None


def _end_of_bare_name(text: str, start: int, *, is_sure: bool) -> int | None:
    """Return where the name of a street ends that has no word before it, or None."""
    first = _WORD.match(text, start)
    if first is None or first.group().lower() in _BODIES:
        return None
    end, n_words = _read_capitals(text, start)
    if n_words >= 2:
        is_shouted = len(first.group()) > 1 and first.group().isupper()
        return None if is_shouted and not _AREA.match(text, end) else end
    if n_words or not is_sure:
        return None
    end, n_words, is_closed = _read_small(text, start)
    return end if n_words >= 2 and is_closed and _AREA.match(text, end) else None


def _end_of_flat(text: str, start: int) -> int | None:
    """Return where a flat ends with its building, or None where there is none."""
    end = start
    while part := _BUILDING.match(text, end):
        end = part.end()
    if end > start:
        return end
    if estate := _ESTATE.match(text, end):
        end, n_words = _read_capitals(text, estate.end())
        return end if n_words else None
    return None


def _read_capitals(text: str, start: int) -> tuple[int, int]:
    """Return where a name in capitalised words ends, and how many words it has."""
    end, n_words = start, 0
    while n_words < _MOST_WORDS and (word := _WORD.match(text, start)):
        if not word.group()[0].isupper() or (n_words and _AREA_WORD.match(text, start)):
            break
        end, n_words = word.end(), n_words + 1
        if text[end : end + 1] != " ":
            break
        start = end + 1
    month = _MONTH.match(text, end)
    return month.end() if month else end, n_words


def _read_small(text: str, start: int, most: int = _MOST_WORDS - 1) -> tuple[int, int, bool]:
    """Return where a name in small letters ends, how many words it has, and whether something ends it."""
    end, n_words = start, 0
    while n_words < most and (word := _WORD.match(text, start)):
        if word.group().lower() in _STOPS or _AREA_WORD.match(text, start):
            return end, n_words, True
        end, n_words = word.end(), n_words + 1
        if text[end : end + 1] != " ":
            return end, n_words, True
        start = end + 1
    return end, n_words, n_words < most
