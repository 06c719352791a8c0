"""Which cells of a table are statements."""

import re
import unicodedata

from opinion_nlp.text.statements.vocabulary import one_of
from opinion_nlp.text.statements.voices import complains

_HEADERS = re.compile(
    one_of(
        "nội dung, ý kiến, kiến nghị, phản ánh, vấn đề, tóm tắt, kết quả, đơn vị, cơ quan, địa bàn, địa chỉ, "
        "họ và tên, họ tên, thời gian, lĩnh vực, ghi chú, nguồn, ngày, số, tình trạng, người"
    )
    + "(?: "
    + one_of(
        "nội dung, của, cử tri, phản ánh, kiến nghị, đề xuất, ý kiến, xử lý, giải quyết, trả lời, chủ trì, "
        "thực hiện, và, tên, địa chỉ, tiếp nhận, thẩm quyền, phụ trách, liên quan, dư luận, người dân, công dân, "
        "nhân dân, chuyển, đơn vị, cơ quan, tin, thứ tự, điện thoại, hiện nay"
    )
    + ")*"
)
_STATUS = re.compile(
    one_of("đã, đang, chưa, sẽ, chờ, chuyển, giao")
    + r"(?: \w+)? "
    + one_of("trả lời, xử lý, chuyển, giải quyết, tiếp thu, báo cáo, xác minh, kiểm tra, hoàn thành, tiếp nhận")
    + r"(?: \S+){0,5}"
)
_PLACE = re.compile(
    one_of(
        "thôn, xã, phường, tổ, dân, phố, khu, huyện, quận, tỉnh, thành, thị, trấn, ấp, bản, làng, xóm, ubnd, ủy, "
        "ban, nhân, hđnd, sở, phòng, công, an, trường, trạm, y, tế, bệnh, viện, số, và, ông, bà, anh, chị, tp, tx, "
        "kp, đường, hẻm, ngõ, cục, chi, nhánh, điện, lực, chợ"
    )
)
_LEAST_WORDS = 4
_LEAST_COMPLAINT_WORDS = 3


def is_statement_cell(text: str) -> bool:
    """Tell whether a cell of a table says something, and is no number, label, place or state of work.

    Parameters
    ----------
    text : str
        The cell, without the spaces around.

    Returns
    -------
    bool
        False for fewer than four words, three where they complain, and for the names of columns.

    Examples
    --------
    >>> [is_statement_cell(cell) for cell in ("Trạm y tế thiếu thuốc huyết áp", "Nước bẩn quá")]
    [True, True]
    >>> cells = ("", "12.500", "Nội dung phản ánh", "Tổ dân phố 4, phường Trung An", "Đã chuyển Sở Y tế xử lý")
    >>> [is_statement_cell(cell) for cell in cells]
    [False, False, False, False, False]
    """
    if len(text) > 200:
        return any(map(str.isalpha, text))
    key = " ".join(unicodedata.normalize("NFC", text).lower().split())
    words = [word for word in text.split() if any(map(str.isalpha, word))]
    is_complaint = complains(key) and len(words) >= _LEAST_COMPLAINT_WORDS
    if is_complaint and not _HEADERS.fullmatch(key) and not _STATUS.fullmatch(key.rstrip(".")):
        return True
    if len(words) < _LEAST_WORDS or _HEADERS.fullmatch(key) or _STATUS.fullmatch(key.rstrip(".")):
        return False
    return any(not word[0].isupper() and not _PLACE.fullmatch(word.strip(".,;:()").lower()) for word in words)
