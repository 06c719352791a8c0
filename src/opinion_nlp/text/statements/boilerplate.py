"""Lines of a report that are form and not content: letterhead, title, greeting, signature, addressees."""

import re

from opinion_nlp.text.statements.lines import TextLine
from opinion_nlp.text.statements.vocabulary import one_of
from opinion_nlp.text.statements.voices import complains

_NATIONAL = re.compile(
    r"cộng h(?:oà|òa) xã hội chủ nghĩa việt nam|độc lập\W+tự do\W+hạnh phúc|^\W*đảng cộng sản việt nam\W*$"
)
_DATE = r"ngày\W{0,4}\d{0,2}\W{0,4}(?:tháng\W{0,4}\d{0,2}\W{0,4}năm\W{0,4}\d{0,4}|[/.-]\s?\d{1,2}\s?[/.-]\s?\d{2,4})"
_DATE_LINE = re.compile(rf"(?:[\w .–-]{{2,40}}, ?)?{_DATE}\W*$|ngày \d{{1,2}}/\d{{1,2}}/\d{{4}}\W*$")
_NUMBER = re.compile(r"số(?: ?: ?| (?=[\d.…]))[\d.…]*\W{0,3}(?:[a-zđ]{2,}|\d+)?[-–/] ?[\w/&–-]+|v/v\W")
_TO = re.compile(r"kính (?:gửi|trình|thưa)\W")
_ADDRESSEES = re.compile(r"nơi nhận\W*")
_LEGAL = re.compile(r"căn cứ (?!cho|vào đâu).*[;,.]?$")
_PAGE = re.compile(r"(?:[-–—]\s*)?\d{1,4}(?:\s*[-–—])?$|trang \d+(?: ?(?:/|trên) ?\d+)?$")
_DOCUMENT = re.compile(
    "(?:dự thảo |phụ lục )?"
    + one_of(
        "báo cáo, tờ trình, công văn, biên bản, thông báo, bản tin, tin nhanh, điểm tin, bảng tổng hợp, tổng hợp, "
        "ghi chép, dự thảo, phiếu (?:phản ánh|thu thập|tổng hợp), "
        "đơn (?:kiến nghị|phản ánh|đề nghị|tố cáo|khiếu nại|xin), thư (?:ngỏ|kiến nghị)"
    )
    + r"(?!\w)"
)
_GREETING = re.compile(
    r"(?:xin |chúng tôi |tôi |rất |kính )*(?:trân trọng|chân thành|mong (?:nhận )?được (?:quý|sự)|chào)(?!\w)"
    r"|(?:.* )?(?:xin )?(?:trân trọng|chân thành|kính) (?:báo cáo|cảm ơn|cám ơn|kính chào|đề nghị quý)[^,]{0,40}$"
    r"|trên đây là "
)
_LEAD_IN = re.compile(
    r"(?:.*\W)?"
    + one_of("báo cáo, tổng hợp, kết quả, tình hình, phản ánh, kính đề nghị, thông tin, dư luận, cụ thể, nội dung")
    + r"[^.!?]*(?:như sau|sau đây)\W*$"
)
_FORM = re.compile(
    r"hôm nay, |chúng tôi (?:là|gồm) |tôi (?:tên )?là\W|tên tôi là |"
    + r"(?:cuộc họp|hội nghị|buổi \w+|biên bản)(?: \w+)? "
    + one_of("kết thúc, bắt đầu, bế mạc, lập xong, được lập, được thông qua")
    + "|"
    + one_of(
        "thời gian, địa điểm, thành phần, chủ trì, chủ tọa, chủ toạ, thư ký, họ và tên, địa chỉ, điện thoại, "
        "số điện thoại, người viết đơn, đại diện, có mặt, vắng mặt"
    )
    + r"(?: \w+){0,2} ?:|nội dung(?: cuộc họp)? ?: ?(?:bàn|họp|thảo luận)"
)
_OFFICE = one_of(
    "chủ tịch, bí thư, trưởng ban, trưởng phòng, trưởng thôn, giám đốc, chánh văn phòng, tổ trưởng, hiệu trưởng, "
    "chủ nhiệm"
)
_SIGNER = one_of(
    "thư ký, chủ trì, chủ tọa, chủ toạ, người (?:báo cáo|viết đơn|làm đơn|tổng hợp|lập biểu|ghi chép), đại diện"
)
_ROLE = rf"(?:(?:phó |quyền )?{_OFFICE}(?: (?:thường trực|chi bộ|thôn|ubnd(?: xã)?|hđnd))?|{_SIGNER})"
_FOR = one_of(r"t/m, tm\., t\.m, t/l, tl\., k/t, kt\., tuq\., thay mặt")
_SIGNATURE = re.compile(
    rf"{_FOR} ?\.? ?[^.!?]{{2,60}}$|\(?(?:ký và ghi|ký[,;]) [^.]*\)?$|{_ROLE}(?: {_ROLE})*$"
    r"|(?:\(?(?:đã ký|ký tên)\)? ?)+$"
)
_ALWAYS_FORM = ("căn cứ ", "thực hiện ", "trên đây", "v/v", "báo cáo ", "qua nắm ")
_LEAST_CHARS = 6
_OPENING = ("thực hiện ", "qua nắm ", "trong tuần", "trong tháng", "căn cứ ", "theo ", "hôm nay")
_NAME = re.compile(r"[^\W\d_]+(?: [^\W\d_]+){1,5}")


def is_national_heading(line: TextLine) -> bool:
    """Tell whether a line is the heading of the State or of the Party."""
    return _NATIONAL.search(line.key) is not None and line.n_words <= 24


def is_anchor(line: TextLine) -> bool:
    """Tell whether a line stands only in a report or a letter, so that other form is to be expected."""
    if len(line.text) < _LEAST_CHARS:
        return False
    return (
        is_national_heading(line)
        or is_addressees(line)
        or is_to(line)
        or is_document_title(line)
        or is_number_or_date(line)
        or (line.n_words <= 12 and re.match(r"t/m|tm\.|k/t|t/l|\(đã ký", line.key) is not None)
    )


def is_number_or_date(line: TextLine) -> bool:
    """Tell whether a line is the number of a document, or its place and date."""
    return (line.n_words <= 14 and _DATE_LINE.match(line.key) is not None) or (
        line.n_words <= 16 and _NUMBER.match(line.key) is not None and not _speaks(line)
    )


def is_document_title(line: TextLine) -> bool:
    """Tell whether a line names the kind of document: ``BÁO CÁO``, ``Biên bản họp thôn``."""
    return (
        line.mark is None
        and line.n_words <= 30
        and len(line.text) <= 300
        and line.text[-1] not in ".!?:;,"
        and line.text[:1].isupper()
        and _DOCUMENT.match(line.key) is not None
    )


def is_to(line: TextLine) -> bool:
    """Tell whether a line begins with ``Kính gửi`` and says no more than to whom."""
    return _TO.match(line.key) is not None and _is_one_phrase(line) and not _speaks(line)


def is_addressees(line: TextLine) -> bool:
    """Tell whether the list of those who receive the document begins here."""
    return _ADDRESSEES.match(line.key) is not None and line.n_words <= 30 and not _speaks(line)


def is_form(line: TextLine) -> bool:
    """Tell whether a line of a report is no content: date, number, greeting, legal basis, lead-in sentence."""
    if line.n_words > 80 or _speaks(line):
        return False
    key = line.key
    if line.mark is not None and _FORM.match(key) is None:
        return False
    if key.startswith(_OPENING) and _LEAD_IN.match(line.tail) is not None:
        return True
    if line.n_words > 30 and not key.startswith(("căn cứ", "thực hiện", "hôm nay", "trên đây")):
        return _LEAD_IN.match(line.tail) is not None and _is_one_phrase(line)
    return (
        any(pattern.match(key) is not None for pattern in (_DATE_LINE, _NUMBER, _FORM, _TO))
        or (_GREETING.match(key) is not None or _LEGAL.match(key) is not None)
        or _LEAD_IN.match(line.tail) is not None
    ) and _is_one_phrase(line)


def is_page_number(line: TextLine) -> bool:
    """Tell whether a line is the number of a page, its dashes read as a mark or not."""
    return line.n_words <= 4 and _PAGE.match(line.key) is not None


def is_signature(line: TextLine) -> bool:
    """Tell whether a line begins or belongs to the place where a document is signed."""
    return line.mark is None and line.n_words <= 14 and _SIGNATURE.match(line.key) is not None and not _speaks(line)


def is_name(line: TextLine) -> bool:
    """Tell whether a line is nothing but one or two persons' names."""
    words = line.text.split()
    return (
        line.mark is None
        and 2 <= len(words) <= 8
        and _NAME.fullmatch(" ".join(words)) is not None
        and all(word[0].isupper() for word in words)
    )


def _speaks(line: TextLine) -> bool:
    return complains(line.key) and not line.key.startswith(_ALWAYS_FORM)


def _is_one_phrase(line: TextLine) -> bool:
    return re.search(r"[.!?]\s+[^\W\d_]", line.text[:600]) is None
