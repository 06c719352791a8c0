"""Columns of a table that hold personal data in every cell, told by their names."""

import re
import unicodedata

_CITIZEN = "cong dan|nguoi dan|khach hang|chu ho|benh nhan|hoc sinh|phu huynh|can bo"
_BY = (
    "phan anh|gui|kien nghi|gop y|lien he|to cao|khieu nai|nop don|lam don|dai dien|binh luan|dang|viet|nop|yeu cau"
    "|cung cap"
    "|nhan|uy quyen|khai"
)
_COLUMNS = {
    "<EMAIL>": "e ?mails?(?: address)?|thu dien tu|hop thu|hom thu|gmail",
    "<TAX>": "mst|ma so thue|ma thue|tax(?: code| id| number)?",
    "<ID>": (
        "cccd|cmnd|cmtnd|cmt|can cuoc(?: cong dan)?|chung minh(?: nhan dan| thu)?|(?:so |ma )?dinh danh(?: ca nhan)?"
        "|ho chieu"
        "|passport|bhyt|bhxh|(?:the |so the |ma the |so so )?bao hiem(?: y te| xa hoi)?|giay to tuy than|id card"
        "|national id"
    ),
    "<USER>": (
        "user ?names?|user|nick ?names?|nick|ten dang nhap|ten tai khoan|tai khoan (?:facebook|zalo|tiktok"
        "|mang xa hoi|dang nhap)"
        "|facebook|fb|tiktok|handle|screen ?name"
    ),
    "<ACCOUNT>": (
        "stk|(?:so )?tai khoan(?: ngan hang| nhan tien)?|so tk|bank account|account(?: no| number)?"
        "|so the(?: ngan hang| atm)?"
    ),
    "<PHONE>": (
        "sdt|dt|so dt|dien thoai(?: di dong| ban| lien he)?|so may|di dong|so di dong|phone(?: ?(?:number|no))?|tel"
        "|telephone"
        "|mobile|cell|hotline|zalo|viber|so lien (?:he|lac)|fax"
    ),
    "<PLATE>": "bien so(?: xe)?|bien kiem soat|bks|so xe|license plate|plate",
    "<URL>": "url|link|duong dan|lien ket|website",
    "<ADDRESS>": (
        "dia chi(?: nha(?: rieng)?| lien he| thuong tru| tam tru| cu the| chi tiet)?|noi (?:o|cu tru|thuong tru"
        "|tam tru)|cho o"
        "|thuong tru|tam tru|so nha|ho khau|address|street"
    ),
    "<NAME>": (
        f"ho(?: va)?(?: chu dem(?: va)?)? ten(?: nguoi)?|ho dem|(?:ten |ho ten |ho va ten )?nguoi (?:{_BY})"
        f"|ten (?:{_CITIZEN})"
        f"|full ?name|customer ?name|first ?name|last ?name|surname|author|sender|tac gia"
    ),
}
_TAIL = (
    f"(?: (?:cua )?(?:nguoi (?:{_BY}|dan)|{_CITIZEN}|nguoi|ca nhan|so|neu co|bat buoc|lien he|lien lac|rieng"
    "|cu|moi|khac|\\d+))*"
)
_HEAD = "(?:(?:so|ma|ma so|so the|so hieu|thong tin|cot) )*"
_PATTERNS = {placeholder: re.compile(f"{_HEAD}(?:{names}){_TAIL}") for placeholder, names in _COLUMNS.items()}
_JOINED = re.compile(r"[/,;|&+()\[\]]|\b(?:va|hoac|and|or)\b")
_LONGEST = 80


def is_personal_column(name: str) -> str | None:
    """Tell what stands in the place of all cells of a column that holds personal data.

    Parameters
    ----------
    name : str
        Name of the column. Case, accents and punctuation make no difference. May be empty.

    Returns
    -------
    str or None
        A placeholder as in :func:`~opinion_nlp.text.redact.redact`, or ``<NAME>`` for a column of names of
        persons, which cannot be found in text; None for a column of anything else. Of a name that joins several
        (``CMND/CCCD``, ``Họ tên, SĐT``) the first that is personal counts.

    Examples
    --------
    >>> for name in ("SĐT", "so_dien_thoai", "Số CMND/CCCD", "Địa chỉ (nếu có)", "Họ và tên người phản ánh"):
    ...     print(name, is_personal_column(name))
    SĐT <PHONE>
    so_dien_thoai <PHONE>
    Số CMND/CCCD <ID>
    Địa chỉ (nếu có) <ADDRESS>
    Họ và tên người phản ánh <NAME>
    >>> [is_personal_column(name) for name in ("Nội dung phản ánh", "Địa bàn", "Tên đơn vị", "Ngày gửi", "")]
    [None, None, None, None, None]
    """
    if len(name) > _LONGEST:
        return None
    letters = unicodedata.normalize("NFKD", name).casefold().replace("đ", "d")
    letters = "".join(char for char in letters if not unicodedata.combining(char)).replace("_", " ")
    for part in (letters, *_JOINED.split(letters)):
        words = re.sub(r"[\W_]+", " ", part).strip()
        for placeholder, pattern in _PATTERNS.items():
            if pattern.fullmatch(words):
                return placeholder
    return None
