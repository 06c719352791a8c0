"""Numbers that are personal because of the words beside them: bank accounts, papers, tax numbers, telephones.

A number belongs to the nearest cue before it in the same sentence. Cues of other things (a document, an order)
end the reach of a cue; amounts and dates are never taken. Three kinds of numbers need no cue before them: a
citizen's identity number and a tax number with its branch, which check themselves, and a number with the name of
a bank behind it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from opinion_nlp.text.redact import number_shapes as shapes
from opinion_nlp.text.redact.view import fold_letters

Found = tuple[int, int, str]

_BANKS = (
    "vietcombank|vcb|agribank|nhno(?:&ptnt)?|nhnn&ptnt|bidv|techcombank|tcb|mb ?bank|mb|vietinbank|acb|sacombank|stb"
    "|vpbank"
    "|tpbank|vib|shb|hd ?bank|ocb|msb|seabank|eximbank|scb|nam ?a ?bank|bac ?a ?bank|lpbank|lienvietpostbank|pvcombank"
    "|abbank|bao ?viet ?bank|viet ?a ?bank|viet ?bank|viet ?capital(?: ?bank)?|kien ?long ?bank|saigonbank|oceanbank"
    "|gpbank|ncb|pgbank|dong ?a ?bank|cake|timo|shinhan(?: ?bank)?|woori(?: ?bank)?|hsbc|ngan hang|kho bac"
)
_CUES = {
    "account": "stk|so (?:tai khoan|t\\.?k)|tai khoan so|so the(?! (?:bhyt|bao hiem|can cuoc))|account(?: no"
    "| number)?|a/c",
    "bank": f"tai khoan|tk|chuyen khoan|ck|{_BANKS}",
    "paper": "cccd|can cuoc|cmnd|cmtnd|cmt|chung minh(?: nhan dan| thu)?|dinh danh|giay to tuy than",
    "insurance": "bhxh|bhyt|bao hiem(?: y te| xa hoi)?",
    "passport": "ho chieu|passport",
    "tax": "mst|ma so thue|ma thue|ma so (?:doanh nghiep|dn)|msdn|tax code",
    "firm": "cong ty|doanh nghiep|hop tac xa|ho kinh doanh|chi nhanh",
    "phone": "s\\.?d\\.?t|dien thoai|d\\.?t|tel|phone|hotline|duong day nong|may ban|so may|mobile|fax|di dong",
    "contact": "lien he|lh|zalo|viber|momo|goi|alo|nhan tin|call|ib|inbox",
    "other": "don hang|van don|ho so|bao danh|cong van|van ban|quyet dinh|hop dong|ban do|thua dat|so do|so hong"
    "|giay phep"
    "|hoa don|buu chinh|so tien|dien tich|san luong|bien ban|to trinh|thong bao|nghi quyet|ke hoach|seri"
    "|serial|ma vach|lo hang|chung tu|ma giao dich|but toan",
}
_EVENT = re.compile(
    r"\d++|(?<!\w)(?:" + "|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _CUES.items()) + r")(?!\w)"
)
_BANK_BEHIND = re.compile(rf"[\d .]{{8,32}}+[,(:-]?[ (:-]{{0,3}}(?:tai |o |cua |nh )*(?:{_BANKS})(?!\w)")
_REACH = {
    "account": 45,
    "bank": 35,
    "paper": 45,
    "insurance": 45,
    "passport": 30,
    "tax": 45,
    "firm": 30,
    "phone": 35,
    "contact": 20,
}
_NEXT_REACH = 25
_SENTENCE_END = re.compile(r"[!?;]|\.[ \n]|\n\n")
_AMOUNT_BEFORE = re.compile(
    r"(?<!\w)(?:tru|no|vay|lai|von|tang|giam|nap|rut|thu|hon|gan|khoang|mat|du|dat|so du|phi|gia|duoc|con)(?!\w)"
)
_WORD = re.compile(r"[a-z]+")
_KINDS = {"account": "account", "bank": "account", "paper": "id", "insurance": "id", "passport": "id"}
_KINDS |= {"tax": "tax", "firm": "tax"}


@dataclass(frozen=True, slots=True)
class _Cue:
    """The nearest word that says what the next number is."""

    kind: str
    end: int
    reach: int

    def gap(self, folded: str, start: int) -> str | None:
        """Return what stands between the cue and a number, or None where the cue does not reach it."""
        if start - self.end > self.reach:
            return None
        between = folded[self.end : start]
        return None if len(between) > 3 and _SENTENCE_END.search(between) else between


def find_cued_numbers(text: str) -> list[Found]:
    """Find bank accounts, papers and tax numbers.

    Parameters
    ----------
    text : str
        Text of a view, addresses and links hidden.

    Returns
    -------
    list of (int, int, str)
        Half-open spans with their kind (``account``, ``id`` or ``tax``), in order.

    Examples
    --------
    >>> find_cued_numbers("STK 0071000123456, CCCD 079099001234, chuyển khoản 500.000 đồng")
    [(4, 17, 'account'), (24, 36, 'id')]
    """
    return [(start, end, _KINDS[kind]) for start, end, kind in _iter_taken(text) if kind in _KINDS]


def find_cued_phones(text: str) -> list[tuple[int, int]]:
    """Find telephone numbers that only their cue tells, as half-open spans in order.

    Parameters
    ----------
    text : str
        Text of a view, numbers of other kinds and plain telephone numbers hidden.

    Examples
    --------
    >>> find_cued_phones("số điện thoại nhà tôi là 3825353, đường ĐT 741")
    [(25, 32)]
    """
    return [(start, end) for start, end, kind in _iter_taken(text) if kind in ("phone", "contact")]


def _iter_taken(text: str) -> Iterator[Found]:
    """Yield every number that its cue or its own structure explains, with the kind of the cue."""
    folded = fold_letters(text)
    cue, done = None, 0
    for event in _EVENT.finditer(folded):
        start, kind = event.start(), event.lastgroup
        if kind is not None:
            cue = _Cue(kind, event.end(), _REACH.get(kind, _NEXT_REACH))
        elif start >= done and (taken := _take(folded, start, cue)):
            yield taken
            done = taken[1]
            if cue is not None:  # a list goes on, but less is taken for granted
                cue = _Cue("bank" if cue.kind == "account" else cue.kind, done, _NEXT_REACH)


def _take(folded: str, start: int, cue: _Cue | None) -> Found | None:
    """Return the number that starts here with its kind, or None if nothing says what it is."""
    gap = cue.gap(folded, start) if cue is not None else None
    if cue is not None and gap is not None and cue.kind in _TAKERS:
        taken = _TAKERS[cue.kind](folded, start, gap)
        if taken is not None:
            return (*taken, cue.kind)
    if not shapes.starts_number(folded, start):
        return None
    if gap is not None and cue is not None and cue.kind == "other":
        return None
    if end := shapes.match_citizen(folded, start):
        return start, end, "paper"
    if end := shapes.match_tax_branch(folded, start):
        return start, end, "tax"
    is_called = gap is not None and cue is not None and cue.kind in ("phone", "contact")
    if is_called or not _BANK_BEHIND.match(folded, start):
        return None
    taken = _take_bank_account(folded, start, "")
    return None if taken is None or shapes.is_mobile(folded[start : taken[1]]) else (*taken, "bank")


def _take_account(folded: str, start: int, gap: str) -> tuple[int, int] | None:
    if not shapes.starts_number(folded, start):
        return None
    end = shapes.match_old_account(folded, start) or shapes.match_grouped(folded, start, 6, 19)
    if not end or shapes.has_currency(folded, end):
        return None
    number = folded[start:end]
    is_other = shapes.is_date(number) or (shapes.is_price(number) and number[0] != "0")
    return None if is_other else (start, end)


def _take_bank_account(folded: str, start: int, gap: str) -> tuple[int, int] | None:
    """Return an account behind the name of a bank, where an amount or a telephone number stands as often."""
    taken = _take_account(folded, start, gap)
    if taken is None:
        return None
    number = folded[taken[0] : taken[1]]
    n_digits = sum(char.isdigit() for char in number)
    if n_digits < 8 or shapes.has_unit(folded, taken[1]) or _AMOUNT_BEFORE.search(gap):
        return None
    if n_digits <= 9 and number.endswith("000") and number[0] != "0":
        return None
    return None if shapes.is_mobile(number) and len(_WORD.findall(gap)) > 1 else taken


def _take_paper(folded: str, start: int, gap: str) -> tuple[int, int] | None:
    return _take_exact(folded, start, frozenset({9, 12}), is_price_taken=True)


def _take_insurance(folded: str, start: int, gap: str) -> tuple[int, int] | None:
    return _take_exact(folded, start, frozenset({10, 12, 13}))


def _take_tax(folded: str, start: int, gap: str) -> tuple[int, int] | None:
    if not shapes.starts_number(folded, start):
        return None
    if end := shapes.match_tax_branch(folded, start, is_checked=False):
        return start, end
    return _take_exact(folded, start, frozenset({10, 12, 13}))


def _take_firm(folded: str, start: int, gap: str) -> tuple[int, int] | None:
    """Return a tax number behind the word for who bears one, if its check digit fits."""
    taken = _take_exact(folded, start, frozenset({10}))
    number = folded[taken[0] : taken[1]] if taken else ""
    return taken if number.isdigit() and shapes.has_tax_check(number) and not shapes.is_mobile(number) else None


def _take_passport(folded: str, start: int, gap: str) -> tuple[int, int] | None:
    """Return a letter and seven or eight digits; ``start`` is where the digits start."""
    end = shapes.match_grouped(folded, start, 7, 8)
    if end and folded[end : end + 1].isalpha() and not folded[end + 1 : end + 2].isalnum():
        end += 1
    is_lettered = gap[-1:].isascii() and gap[-1:].isalpha() and not gap[-2:-1].isalnum()
    return (start - 1, end) if end and is_lettered else None


def _take_phone(folded: str, start: int, gap: str) -> tuple[int, int] | None:
    taken = _take_exact(folded, start, frozenset({9, 10, 11} if folded[start] == "0" else {7, 8}))
    if taken is None or shapes.has_unit(folded, taken[1]) or shapes.is_date(number := folded[taken[0] : taken[1]]):
        return None
    return None if number.endswith("000") and number[0] != "0" else taken


def _take_contact(folded: str, start: int, gap: str) -> tuple[int, int] | None:
    taken = _take_exact(folded, start, frozenset({9, 10, 11}))
    return taken if taken and folded[start] == "0" else None


def _take_exact(
    folded: str, start: int, lengths: frozenset[int], *, is_price_taken: bool = False
) -> tuple[int, int] | None:
    """Return a number of so many digits that is no amount."""
    if not shapes.starts_number(folded, start):
        return None
    end = shapes.match_exact(folded, start, lengths)
    if not end or shapes.has_currency(folded, end):
        return None
    return None if shapes.is_price(folded[start:end]) and not is_price_taken else (start, end)


_TAKERS = {
    "account": _take_account,
    "bank": _take_bank_account,
    "paper": _take_paper,
    "insurance": _take_insurance,
    "passport": _take_passport,
    "tax": _take_tax,
    "firm": _take_firm,
    "phone": _take_phone,
    "contact": _take_contact,
}
