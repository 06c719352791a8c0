"""Number plates of vehicles and numbers of health insurance cards: letters and digits with a structure.

Sources: series and codes of circular 24/2023/TT-BCA, annex 2 (and the four-digit plates before); codes of
beneficiaries of decision 1351/QĐ-BHXH of 2015.
"""

import re

from opinion_nlp.text.redact.view import fold_letters

_PROVINCE = "(?:1[124-9]|2\\d|3\\d|4[013789]|[5-9]\\d)"
_LETTER = "[A-HK-NPR-VX-ZĐ]"
_SERIES = f"(?:{_LETTER}[1-9]|M[ĐD][1-9]?|LD|DA|HC|KT|NG|NN|QT|CD|RM|TĐ|TD|[A-FHKLM][A-FHKLMNPR]|{_LETTER})"
_HEAD = rf"(?<![\w.,/-]){_PROVINCE} ?-? ?{_SERIES}"
_PLATE = re.compile(
    rf"{_HEAD}(?: ?[-.] ?| )\d{{3}}[. ]\d{{2}}(?![\w%]|[.,]\d)"  # 29A-123.45, 51F1 234.56
    rf"|{_HEAD} ?- ?\d{{5}}(?!\w|[.,]\d)"
    rf"|{_HEAD} ?- ?(?!(?:19|20)\d\d)\d{{4}}(?!\w|[.,/-]\d)"
    rf"|{_HEAD} ?\d{{5}}(?![\w%]|[.,]\d)"
    r"|(?<![\w.,/-])\d{2}-\d{3}-(?:NG|NN|QT|CV|LS)-?\d{2}(?!\w)",  # diplomatic
    re.IGNORECASE,
)
_HAS_PLATE = re.compile(r"\d\d ?-? ?[A-Za-zĐđ]{1,2}\d?(?: ?[-.] ?| )?\d{3}|-\d{3}-[A-Za-z]{2}")
_CUE = re.compile(
    r"(?<!\w)(?:bien so|bien kiem soat|bien|bks|bs|xe)(?: (?:xe|so|mang|la|may|tai|con|o to|may))*[ :]{1,3}"
)
_CUED = re.compile(
    rf"{_PROVINCE} ?-? ?{_SERIES}(?: ?[-.] ?| )?(?:\d{{3}}[. ]?\d{{2}}|\d{{4}})(?!\w|[.,/-]\d)"
    r"|[A-HK-NPR-VX-Z]{2}[ -]?\d{2}[ .-]\d{2}(?!\w|[.,/-]\d)",  # of the army
    re.IGNORECASE,
)
_BENEFICIARY = (
    "DN|HX|CH|NN|HC|XK|HT|TB|NO|CT|XB|TN|CS|QN|CA|CY|XN|MS|CC|CK|CB|KC|HD|TE|BT|HN|DT|DK|XD|TS|TC|TQ|TA|TY|HG|LS|PV"
    "|HS|SV|GB|GD|TV|TD|TH|XV|NU|ND|DS|PT|TG|CN|TL|NV"
)
_CARD = re.compile(rf"(?<!\w)(?:{_BENEFICIARY})[ -]?[1-5](?:[ -]?\d){{12}}(?!\w)", re.IGNORECASE)
_HAS_CARD = re.compile(r"\d(?:[ -]?\d){12}")


def find_plates(text: str) -> list[tuple[int, int]]:
    """Find number plates in a view, as half-open spans in order.

    Examples
    --------
    >>> find_plates("Xe 29A-123.45, biển số 63B9 1234; lớp 12A 2023, QL1A")
    [(3, 13), (23, 32)]
    """
    if not _HAS_PLATE.search(text):
        return []
    spans = [match.span() for match in _PLATE.finditer(text)]
    cued = (_CUED.match(text, cue.end()) for cue in _CUE.finditer(fold_letters(text)))
    spans += [match.span() for match in cued if match]
    done = 0
    found = []
    for start, end in sorted(spans):
        if start >= done:
            found.append((start, end))
            done = end
    return found


def find_cards(text: str) -> list[tuple[int, int]]:
    """Find numbers of health insurance cards in a view, as half-open spans in order.

    Examples
    --------
    >>> find_cards("thẻ GD4797912345678, mã đơn ZZ1234567890123")
    [(4, 19)]
    """
    return [match.span() for match in _CARD.finditer(text)] if _HAS_CARD.search(text) else []
