"""Who speaks in a report: the words that begin the report of an opinion, a wish or a rumour.

The lists were written from the language of such reports; each is of lower-case syllables in NFC.
"""

import re

from opinion_nlp.text.statements.vocabulary import one_of

_QUANTITY = one_of(
    r"hầu hết, phần lớn, phần đông, đại đa số, đa số, số đông, không ít, rất nhiều, nhiều, một số, một bộ phận, "
    r"một vài, một, số ít, có, các, những, tập thể, toàn thể, hàng trăm, hàng chục, hàng nghìn, \d[\d.]*"
)
_PEOPLE = one_of(
    "quần chúng, bà con, đồng bào, nhân dân, người dân, người, dân, cử tri, dư luận, ý kiến, phụ huynh, học sinh, "
    "sinh viên, giáo viên, thầy cô, công nhân, nông dân, tiểu thương, hộ, gia đình, cán bộ, đảng viên, công chức, "
    "viên chức, hội viên, đoàn viên, thanh niên, cựu chiến binh, doanh nghiệp, chủ, cư dân, công dân, tài khoản, "
    "bạn đọc, du khách, khách, chị em, hợp tác xã, bạn trẻ, tín đồ, giáo dân, bác sĩ, cụ già, các cụ, anh em, "
    "đồng chí, cộng đồng, cộng tác viên, lái xe, tài xế, trường, thôn, bạn"
)
_PERSONS = one_of("chị, em, cụ, cháu, ông, bà, anh")
_OFFICES = one_of(
    "ubnd, ủy ban, uỷ ban, hđnd, sở, phòng, ban, chi cục, cục, trung tâm, trạm, bệnh viện, công ty, công an, "
    "điện lực, nhà trường, lực lượng, đại biểu, lãnh đạo, chủ tịch, bí thư, đ/c, đồng chí, xã, huyện, phường, "
    "tỉnh, ngành, "
    "ông, bà, anh, chị, cụ, hội, cơ quan, chính quyền, đơn vị, chủ đầu tư"
)
_SAYS = one_of(
    "phản ánh, cho rằng, cho biết, cho hay, đề nghị, kiến nghị, đề xuất, mong, băn khoăn, trăn trở, tâm tư, "
    "bức xúc, phấn khởi, vui mừng, đồng tình, ủng hộ, hoan nghênh, hỏi, thắc mắc, khen, chê, phàn nàn, than, kêu, "
    "yêu cầu, đòi, cảm ơn, biết ơn, tin tưởng, quan tâm, nói, nhận xét, đánh giá, phản đối, không nhất trí, "
    "nhất trí, tự hào, hài lòng, ghi nhận, bày tỏ, chia sẻ, bàn tán, xôn xao, kháo, đồn, rỉ tai, không đồng, "
    "chưa đồng, hoang mang, xúc động, chúc mừng, xin, hiến kế, góp ý, viết, bình luận, thống nhất, tán thành, "
    "kỳ vọng, ngỡ ngàng"
)
_FEELS = one_of("lo, sợ, nghi, mừng")
_OFFICE_SAYS = one_of(
    "xác nhận, khẳng định, bác bỏ, cho biết, thông báo, cam kết, giải thích, trả lời, tiếp thu, ghi nhận, đề nghị, "
    "hứa sẽ, lý giải"
)
_REPORTS = one_of(
    "cho rằng, cho biết, cho hay, khẳng định, giải thích, lý giải, xác nhận, bác bỏ, thừa nhận, nhận định, đề nghị, "
    "kiến nghị, yêu cầu, phản ánh, phản đối, phàn nàn, than, nói, kể, lên tiếng, bình luận rằng, nghĩ rằng, hứa, "
    "cam kết, lo ngại, bức xúc, tố cáo, xì xào, đồn, bàn tán, thắc mắc, băn khoăn, mong muốn, hoan nghênh, ủng hộ, "
    "đồng tình, khen ngợi, hỏi"
)
"""Verbs that make whoever stands before them a speaker."""

_HEARSAY = one_of(
    "nghe nói, nghe đồn, nghe đâu, đồn rằng, đồn là, có tin, có thông tin, có dư luận, có ý kiến, cũng có ý kiến, "
    "lan truyền, có người (?:nói|cho|bảo|kể|hiến|hỏi|đồn)"
)
_SOURCES = one_of("tin đồn, theo tin đồn, ý kiến khác, trên mạng, trên zalo, trên facebook, dư luận")
_WISHES = one_of("đề nghị, kiến nghị, đề xuất, mong, xin, yêu cầu, cần, rất mong, kính mong, kính đề nghị")

_GROUP = rf"(?:(?:{_QUANTITY} )*{_PEOPLE}|(?:{_QUANTITY} )+{_PERSONS})(?!\w)"
_NEAR = r"(?:\W+\w+){0,9}?\W+"
_NO_VERB = one_of(
    "được, bị, theo, đơn, lời, việc, sự, những, các, bản, văn bản, nội dung, công văn, để, không thể, không ai"
)
_BETWEEN = rf"(?!{_NO_VERB} {_REPORTS}(?!\w))\w+"
_ANYBODY = (
    rf"(?!(?:đề nghị|kiến nghị|yêu cầu|nói)(?!\w))(?:\w+(?:[ “”\"()/&.-]+{_BETWEEN}){{0,9}}?[ “”\"()/&.-]+{_REPORTS}"
    rf"|{_PERSONS} \w+(?:\W+{_BETWEEN}){{0,9}}?\W+{_REPORTS})"
)
_IN_VAIN = re.compile(
    r"(?:\w+\W+){1,8}?đã (?:\w+ ){1,4}lần(?!\w)|(?:\w+\W+){1,8}?đã \w+(?: \w+)? từ(?!\w)"
    rf"|{_OFFICES}(?!\w).*(?<!\w)(?:nhưng|mà|song) (?:\w+ ){{0,3}}(?:chưa|không|lại)(?!\w)"
    r"|.*(?<!\w)hứa(?: \w+){0,5} (?:nhưng|mà)(?!\w)"
)
_ACTS = re.compile(rf"{_OFFICES}(?!\w)(?: \w+){{0,4}} (?:đã|đang|sẽ)(?!\w)")
_VOICE = re.compile(
    rf"(?:{_HEARSAY}|{_SOURCES}|{_GROUP}(?:{_NEAR}{_SAYS}|(?:,? \w+){{0,5}}? {_FEELS})"
    rf"|{_OFFICES}(?!\w){_NEAR}{_OFFICE_SAYS}|một (?:số|bộ phận|vài) {_PEOPLE}|{_ANYBODY})(?!\w)"
)
_HEARSAY_START = re.compile(rf"{_HEARSAY}(?!\w)")
_WISH = re.compile(rf"{_WISHES}(?!\w)")
_HEARD = re.compile(rf"(?:{_HEARSAY}|đề nghị)(?!\w)")
_ASSERTS = re.compile(rf"(?:{_GROUP}{_NEAR}(?:{_SAYS}|{_FEELS})|{_HEARSAY}|{_WISHES})(?!\w)")
_COMPLAINT = re.compile(
    r"(?:^|\W)"
    + one_of(
        "phản ánh, bức xúc, phàn nàn, lo, lo lắng, lo ngại, hoang mang, nghe nói, nghe đồn, nghe đâu, tin đồn, quá, "
        "hỏng, bẩn, mất điện, mất nước, cúp điện, cắt nước, chưa có, chưa được, chưa ai, chưa thấy, không có, "
        "không ai, không được, không đồng ý, tăng nhanh, tăng cao, tăng giá, thiếu, luôn, tràn lan, đóng cửa, ngập, "
        "ô nhiễm, xây lại, xây dựng lại, cứu, phải chờ, phải đi, xuống cấp, sạt lở, sớm, chậm, hứa, dột, đắt, tắc, kẹt"
    )
    + r"(?!\w)"
)
_LEAST_WORDS = 5


def begins_with_voice(key: str) -> bool:
    """Tell whether a sentence begins with those whose opinion it passes on, or as hearsay.

    Parameters
    ----------
    key : str
        Its first words in lower case, NFC, with single spaces. May be empty.

    Returns
    -------
    bool
        True for hearsay, for a group of people or an office with a verb of saying near.

    Examples
    --------
    >>> keys = "cử tri xã đề nghị sửa đường", "nghe nói sắp thu hồi đất", "nhiều hộ lo mất đất", "nhiều hộ mất đất", ""
    >>> [begins_with_voice(key) for key in keys]
    [True, True, True, False, False]
    """
    return _VOICE.match(key) is not None and _IN_VAIN.match(key) is None


def begins_with_hearsay(key: str) -> bool:
    """Tell whether a sentence passes on what its writer only heard.

    Parameters
    ----------
    key : str
        As for :func:`begins_with_voice`.

    Examples
    --------
    >>> [begins_with_hearsay(key) for key in ("nghe nói trạm sắp đóng cửa", "cử tri nói trạm sắp đóng cửa", "")]
    [True, False, False]
    """
    return _HEARSAY_START.match(key) is not None


def begins_with_response(key: str) -> bool:
    """Tell whether a sentence begins with what an office has done about a matter.

    Parameters
    ----------
    key : str
        As for :func:`begins_with_voice`.

    Returns
    -------
    bool
        False for what was promised or begun in vain: that belongs to the complaint.

    Examples
    --------
    >>> keys = "công an huyện đã mời hai người lên làm việc", "xã đã lập biên bản nhưng chưa xử lý", "xã đông dân"
    >>> [begins_with_response(key) for key in keys]
    [True, False, False]
    """
    return _ACTS.match(key) is not None and _IN_VAIN.match(key) is None


def complains(key: str) -> bool:
    """Tell whether a line holds a word that people use of their lives, and no form does.

    Parameters
    ----------
    key : str
        All of it in lower case, NFC, with single spaces.

    Examples
    --------
    >>> [complains(key) for key in ("nước bẩn quá", "kính gửi lãnh đạo, xã tôi mất nước", "nơi nhận: như trên", "")]
    [True, True, False, False]
    """
    return _COMPLAINT.search(key) is not None


def begins_with_wish(key: str) -> bool:
    """Tell whether a sentence begins with a wish: ``đề nghị``, ``mong``.

    Parameters
    ----------
    key : str
        As for :func:`begins_with_voice`.

    Examples
    --------
    >>> begins_with_wish("đề nghị xã sửa sớm"), begins_with_wish("đề án chậm"), begins_with_wish("")
    (True, False, False)
    """
    return _WISH.match(key) is not None


def asserts(key: str) -> bool:
    """Tell whether a line without a full stop says what somebody thinks or wants, so that it is no title.

    Parameters
    ----------
    key : str
        As for :func:`begins_with_voice`.

    Returns
    -------
    bool
        Fewer than five words (``Dư luận đồng tình``, ``Kiến nghị``) assert nothing, unless they begin with
        hearsay or ``đề nghị``.

    Examples
    --------
    >>> [asserts(key) for key in ("đề nghị sửa đường", "kiến nghị, đề xuất", "ý kiến của cử tri", "về y tế", "")]
    [True, False, False, False, False]
    """
    if len(key.split()) < _LEAST_WORDS:
        return _HEARD.match(key) is not None
    return _ASSERTS.match(key) is not None
