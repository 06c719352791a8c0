"""Who speaks in a report: the words that begin the report of an opinion, a wish or a rumour."""

import re

_QUANTITY = (
    r"(?:hầu hết |phần lớn |phần đông |đại đa số |đa số |số đông |không ít |nhiều |một số |một bộ phận |một vài |một |có (?:một số |nhiều )?|"
    r"các |những |tập thể |toàn thể |rất nhiều |số ít |hàng (?:trăm|chục|nghìn) |\d[\d.]* )"
)
_PEOPLE = (
    r"(?:quần chúng |bà con |đồng bào |người |nhân dân|dân|cử tri|dư luận|ý kiến|phụ huynh|học sinh|sinh viên|giáo viên|thầy cô|công nhân|"
    r"nông dân|tiểu thương|hộ|gia đình|cán bộ|đảng viên|công chức|viên chức|hội viên|đoàn viên|thanh niên|cựu chiến binh|"
    r"doanh nghiệp|chủ |cư dân|công dân|tài khoản|bạn đọc|du khách|khách|chị em|hợp tác xã|bạn trẻ|tín đồ|giáo dân|bác sĩ|"
    r"cụ già|các cụ|bà con|anh em|cộng đồng|cộng tác viên|lái xe|tài xế|người|trường|thôn|bạn)"
)
_OFFICES = (
    r"(?:ubnd|ủy ban|uỷ ban|hđnd|sở|phòng|ban|chi cục|cục|trung tâm|trạm|bệnh viện|công ty|công an|điện lực|nhà trường|đại biểu|"
    r"lãnh đạo|chủ tịch|bí thư|đ/c|đồng chí|xã|huyện|phường|tỉnh|ngành|ông|bà|anh|chị|cụ|hội|cơ quan|chính quyền|đơn vị|chủ đầu tư)"
)
_SAYS = (
    r"(?:phản ánh|cho rằng|cho biết|cho hay|đề nghị|kiến nghị|đề xuất|mong|lo|băn khoăn|trăn trở|tâm tư|bức xúc|phấn khởi|vui mừng|"
    r"đồng tình|ủng hộ|hoan nghênh|hỏi|thắc mắc|khen|chê|phàn nàn|than|kêu|yêu cầu|đòi|cảm ơn|biết ơn|tin tưởng|quan tâm|nói|nhận xét|"
    r"đánh giá|phản đối|không nhất trí|nhất trí|nghi|sợ|tự hào|hài lòng|ghi nhận|bày tỏ|chia sẻ|bàn tán|xôn xao|kháo|đồn|rỉ tai|mừng|"
    r"không đồng|chưa đồng|hoang mang|xúc động|chúc mừng|xin|muốn|hiến kế|góp ý|viết|bình luận|thống nhất|tán thành|kỳ vọng|ngỡ ngàng)"
)
_OFFICE_SAYS = r"(?:xác nhận|khẳng định|bác bỏ|cho biết|thông báo|cam kết|giải thích|trả lời|tiếp thu|ghi nhận|đề nghị|hứa sẽ|lý giải)"
_HEARSAY = (
    r"(?:nghe nói|nghe đồn|nghe đâu|đồn rằng|đồn là|có tin|tin đồn|có thông tin|có dư luận|có ý kiến|ý kiến khác|lan truyền|"
    r"có người|có hộ|cũng có|trên mạng|trên zalo|trên facebook|dư luận)(?!\w)"
)
_WISH = r"(?:đề nghị|kiến nghị|đề xuất|mong|xin|yêu cầu|cần|rất mong|kính mong|kính đề nghị|phải)(?!\w)"

_VOICE = re.compile(
    rf"{_HEARSAY}|{_QUANTITY}+{_PEOPLE}(?!\w)|(?<!\w){_PEOPLE}(?!\w)(?:\W+\w+){{0,9}}?\W+{_SAYS}(?!\w)"
    rf"|{_OFFICES}(?!\w)(?:\W+\w+){{0,9}}?\W+{_OFFICE_SAYS}(?!\w)"
)
_WISHES = re.compile(_WISH)
_ASSERTS = re.compile(rf"{_PEOPLE}(?!\w)(?:\W+\w+){{0,9}}?\W+{_SAYS}(?!\w)|{_HEARSAY}")


def begins_with_voice(key: str) -> bool:
    """Tell whether a sentence begins with those whose opinion it passes on, or as hearsay.

    Parameters
    ----------
    key : str
        Its first words in lower case, NFC.

    Examples
    --------
    >>> sentences = "cử tri xã đề nghị sửa đường", "nghe nói sắp thu hồi đất", "nhiều hộ phải mua nước", "nước đục"
    >>> [begins_with_voice(sentence) for sentence in sentences]
    [True, True, True, False]
    """
    return _VOICE.match(key) is not None


def begins_with_wish(key: str) -> bool:
    """Tell whether a sentence begins with a wish: ``đề nghị``, ``mong``.

    Examples
    --------
    >>> begins_with_wish("đề nghị xã sửa sớm"), begins_with_wish("đề án chậm")
    (True, False)
    """
    return _WISHES.match(key) is not None


def begins_statement(key: str) -> bool:
    """Tell whether a line without a full stop says what somebody thinks or wants, so that it is no title.

    Examples
    --------
    >>> begins_statement("đề nghị sửa đường"), begins_statement("ý kiến của cử tri"), begins_statement("về y tế")
    (True, False, False)
    """
    return _WISHES.match(key) is not None or _ASSERTS.match(key) is not None
