"""Variants of a text that must keep its label: the model learns what may not matter.

- *spelling*: many comments are typed without diacritics, in short forms, in lower case or in capitals;
- *stance*: changing praise into blame, or blame into praise, must not move the rumour likelihood;
- *names*: who is named, of what people or faith, and where, must not move it either.
"""

import random
import re
from collections.abc import Callable

from opinion_nlp.features.lexicon import fold

Variant = Callable[[str, random.Random], str]

# Words of praise and blame that can stand in for each other without breaking the sentence.
PRAISE = (
    "tốt", "rất tốt", "tuyệt vời", "tận tình", "hài lòng", "phấn khởi", "đồng tình", "ủng hộ", "hoan nghênh",
    "khen", "trách nhiệm", "gương mẫu", "liêm khiết", "minh bạch", "công bằng", "nhanh chóng", "hiệu quả",
    "chu đáo", "tử tế", "giỏi", "đẹp", "sạch", "vui mừng", "tự hào", "biết ơn", "tin tưởng", "đáng khen",
    "hết lòng vì dân", "chất lượng", "kịp thời", "xuất sắc", "dễ chịu", "yên tâm", "an toàn", "cảm ơn",
    "được khen thưởng", "được thăng chức", "giúp đỡ", "thân thiện", "chăm chỉ", "đáng tin", "thuận lợi",
)  # fmt: skip
BLAME = (
    "tệ", "quá tệ", "thất vọng", "bức xúc", "bất bình", "phản đối", "chê", "vô trách nhiệm", "quan liêu",
    "tham nhũng", "mờ ám", "bất công", "chậm trễ", "hách dịch", "lạnh nhạt", "thờ ơ", "dở", "xấu", "bẩn",
    "lo lắng", "xấu hổ", "phẫn nộ", "mất niềm tin", "đáng trách", "hành dân", "kém chất lượng", "cẩu thả",
    "yếu kém", "khó chịu", "bất an", "nguy hiểm", "oán trách", "bị kỷ luật", "bị cách chức", "gây khó dễ",
    "thô lỗ", "lười biếng", "đáng ngờ", "khó khăn", "ăn chặn", "nhận hối lộ", "bao che", "lừa dân",
)  # fmt: skip
GROUPS: tuple[tuple[str, ...], ...] = (
    ("Kinh", "Tày", "Nùng", "Thái", "Mường", "Mông", "Dao", "Khmer", "Chăm", "Ê Đê", "Ba Na", "Hoa"),
    ("Phật giáo", "Công giáo", "Tin lành", "Cao Đài", "Hòa Hảo", "Hồi giáo", "Bà-la-môn"),
    ("đạo Phật", "đạo Thiên Chúa", "đạo Tin lành", "đạo Cao Đài", "đạo Hòa Hảo", "đạo Hồi"),
    ("sư thầy", "nhà sư", "ông sư", "linh mục", "cha xứ", "mục sư", "chức sắc", "thầy chùa", "ni cô", "bà xơ"),
    ("chùa", "nhà thờ", "thánh thất", "thánh đường", "hội thánh", "đền", "miếu"),
    (
        "Hà Nội", "Sài Gòn", "Đà Nẵng", "Huế", "Cần Thơ", "Hải Phòng", "Nghệ An", "Thanh Hóa", "Lạng Sơn", "Cà Mau",
        "Đồng Nai", "Bắc Giang", "Hà Tĩnh", "Quảng Ninh", "Lào Cai", "Đắk Lắk", "Gia Lai", "An Giang", "Nam Định",
        "Thái Bình", "Bình Dương", "Long An", "Tiền Giang", "Bến Tre", "Sóc Trăng", "Phú Thọ", "Hòa Bình",
    ),
    (
        "chủ tịch", "bí thư", "giám đốc", "hiệu trưởng", "trưởng thôn", "trưởng phòng", "bác sĩ", "cô giáo",
        "thầy giáo",
        "công an", "cán bộ", "kế toán", "bảo vệ", "y tá", "kiểm lâm", "bộ đội", "nhân viên", "thanh tra",
    ),
    (
        "bệnh viện", "trường học", "ủy ban", "công ty", "hợp tác xã", "ngân hàng", "nhà máy", "trạm y tế", "nhà chùa",
        "nhà thờ", "siêu thị", "điện lực", "bưu điện", "quỹ tín dụng", "doanh nghiệp",
    ),
    ("Mỹ", "Trung Quốc", "Nga", "Nhật Bản", "Hàn Quốc", "Pháp", "Đức", "Thái Lan", "Lào", "Campuchia", "Ấn Độ"),
)  # fmt: skip
SURNAMES = (
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Hoàng",
    "Vũ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
    "Lý",
    "Phan",
    "Lò",
    "Giàng",
    "Nông",
    "Quàng",
    "Thạch",
    "Danh",
    "Siu",
    "Châu",
)
GIVEN = (
    "Minh",
    "Hùng",
    "Lan",
    "Hương",
    "Tuấn",
    "Dũng",
    "Hoa",
    "Phúc",
    "Thảo",
    "Sơn",
    "Quang",
    "Mai",
    "Thành",
    "Yến",
    "Páo",
    "Mỷ",
    "Sươn",
    "Rếp",
    "Pha",
    "Blơi",
)


CHAT: dict[str, tuple[str, ...]] = {
    "không": ("ko", "k", "kh", "hok", "hong"), "được": ("đc", "dc"), "gì": ("j", "gi"), "vậy": ("v", "z", "zậy"),
    "rồi": ("r", "rùi"), "người": ("ng", "ngừi"), "mọi người": ("mn", "m.n"), "biết": ("bít", "bt"),
    "bây giờ": ("bh", "bi h"),
    "với": ("vs", "zới"), "mình": ("mk", "mik", "mh"), "nhiều": ("nhìu", "nh"), "cũng": ("cx", "cug"),
    "những": ("nhg", "nhữg"),
    "anh em": ("ae",), "chị em": ("ce",), "thôi": ("thui",), "yêu": ("iu",), "quá": ("wá", "qá"), "luôn": ("lun",),
    "muốn": ("mún",), "buồn": ("bùn",), "đường": ("đg", "đườg"), "trường": ("trg", "trườg"), "trong": ("trog",),
    "phải": ("fải", "p"), "gia đình": ("gđ",), "công ty": ("cty",), "nói": ("ns",), "nhắn tin": ("nt", "ib"),
    "điện thoại": ("đt", "dt"), "học sinh": ("hs",), "sinh viên": ("sv",), "giáo viên": ("gv",), "bệnh viện": ("bv",),
    "thành phố": ("tp",), "việt nam": ("vn",), "hôm nay": ("hnay", "hn"), "bao nhiêu": ("bn", "bnhiu"),
    "như thế nào": ("ntn",), "sao": ("s",), "bạn": ("b", "bn"), "em": ("e",), "anh": ("a",), "chị": ("c",),
    "làm": ("lm",),
    "hôm": ("hum",), "giờ": ("h",), "thích": ("thik",), "trước": ("trc",), "nhưng": ("nhg", "nma"), "lắm": ("lém",),
    "nữa": ("nx", "nữa"), "này": ("nì", "nay"), "việc": ("vc",), "vợ": ("vk",), "chồng": ("ck",), "tháng": ("th",),
    "ngày": ("ngày", "ngay"), "chưa": ("ch", "chưa"), "còn": ("cn", "còn"), "đang": ("đag", "dg"), "thông báo": ("tb",),
    "xin lỗi": ("sr", "xl"), "cảm ơn": ("tks", "cảm ơn"), "chính quyền": ("cq",), "công an": ("ca",), "ủy ban": ("ub",),
}  # fmt: skip
CROWD = (
    "bà con",
    "người dân",
    "nhân dân",
    "hộ dân",
    "nhiều hộ",
    "phụ huynh",
    "công nhân",
    "nông dân",
    "các cụ",
    "chị em",
)
FAITHFUL = (
    "theo đạo Phật",
    "theo đạo Thiên Chúa",
    "theo đạo Tin lành",
    "Công giáo",
    "theo Hồi giáo",
    "theo đạo Cao Đài",
)


def vary_spelling(text: str, rng: random.Random) -> str:
    """Write a text as people type: without diacritics, in short forms, without capitals, or all in capitals."""
    kind = rng.random()
    if kind < 0.25:
        return fold(text)
    if kind < 0.45:
        return fold(text).lower()
    if kind < 0.55:
        share = rng.uniform(0.2, 0.8)
        return _WORD.sub(lambda match: fold(match[0]) if rng.random() < share else match[0], text)
    if kind < 0.8:
        return vary_chat(text, rng)
    return text.lower() if kind < 0.92 else text.upper()


def vary_chat(text: str, rng: random.Random) -> str:
    """Write a text in the short forms of chat.

    Examples
    --------
    >>> vary_chat("Mọi người không biết", random.Random(2))
    'mn k bt'
    """
    share = rng.uniform(0.5, 1.0)

    def shorten(match: re.Match[str]) -> str:
        if rng.random() > share:
            return match[0]
        return rng.choice(CHAT[match[0].lower()])

    def shorten_letters(match: re.Match[str]) -> str:
        return match[0] if rng.random() > 0.2 else match[0].replace("ng", "g").replace("ph", "f")

    written = _CHAT.sub(shorten, text.lower() if rng.random() < 0.7 else text)
    written = _LETTERS.sub(shorten_letters, written)
    return fold(written) if rng.random() < 0.2 else written


def vary_stance(text: str, rng: random.Random) -> str:
    """Turn every word of praise into one of blame, and the other way round."""
    return _STANCE.sub(lambda match: rng.choice(BLAME if match[0].lower() in _IS_PRAISE else PRAISE), text)


def vary_names(text: str, rng: random.Random) -> str:
    """Swap places, offices, institutions, peoples, faiths, countries and personal names for others of their kind.

    Where people are spoken of in general ("bà con"), some become people of one ethnic group or faith.
    """

    def swap(match: re.Match[str]) -> str:
        found = match[0]
        group = _GROUP_OF.get(found)
        if group is None:
            return f"{rng.choice(SURNAMES)} {rng.choice(('Văn', 'Thị', ''))} {rng.choice(GIVEN)}".replace("  ", " ")
        return rng.choice(group)

    def describe(match: re.Match[str]) -> str:
        if rng.random() < 0.5:
            return match[0]
        return (
            f"{match[0]} người {rng.choice(GROUPS[0])}" if rng.random() < 0.5 else f"{match[0]} {rng.choice(FAITHFUL)}"
        )

    return _PEOPLE.sub(describe, _NAMES.sub(swap, text), count=1)


_IS_PRAISE = frozenset(PRAISE)
_STANCE = re.compile(
    r"(?<!\w)(?:" + "|".join(map(re.escape, sorted(PRAISE + BLAME, key=len, reverse=True))) + r")(?!\w)",
    re.IGNORECASE,
)
_GROUP_OF = {name: group for group in GROUPS for name in group}
_NAMES = re.compile(
    r"(?<!\w)(?:"
    + "|".join(map(re.escape, sorted(_GROUP_OF, key=len, reverse=True)))
    + r"|(?:"
    + "|".join(SURNAMES)
    + r")(?: [A-ZĐÀ-Ỹ][a-zđà-ỹ]+){1,3})(?!\w)"
)
_WORD = re.compile(r"\w+")
_CHAT = re.compile(
    r"(?<!\w)(?:" + "|".join(map(re.escape, sorted(CHAT, key=len, reverse=True))) + r")(?!\w)", re.IGNORECASE
)
_LETTERS = re.compile(r"(?<!\w)ph|ng(?!\w)")
_PEOPLE = re.compile(r"(?<!\w)(?:" + "|".join(CROWD) + r")(?!\w)(?! (?:người|theo))", re.IGNORECASE)
