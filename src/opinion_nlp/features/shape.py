"""Shape of a text: capitals, numbers, dates, punctuation, placeholders, length. Unicode-aware throughout."""

import re
from collections.abc import Sequence
from math import log1p

PLACEHOLDERS = (
    "xxurl",
    "xxemail",
    "xxphone",
    "xxmention",
    "xxhashtag",
    "xxemojipos",
    "xxemojineg",
    "xxemoji",
)
# A personal title before at least two capitalised syllables makes a person who can be asked.
# fmt: off
TITLES = frozenset({
    "ông", "bà", "anh", "chị", "cô", "bác", "chú", "thầy", "chí", "tịch", "trưởng", "thư", "sĩ", "sư",
    "tướng", "tá", "úy", "đốc", "phó", "bs", "ts", "ths", "gs", "pgs", "ls", "kts",
})
# fmt: on

SHAPE_NAMES: dict[str, dict[str, str]] = {
    "shape_length": {"en": "length in syllables", "vi": "độ dài (âm tiết)"},
    "shape_lines": {"en": "line breaks", "vi": "xuống dòng"},
    "shape_upper": {"en": "share of capital letters", "vi": "tỷ lệ chữ hoa"},
    "shape_capitalised": {
        "en": "share of capitalised words inside sentences",
        "vi": "tỷ lệ từ viết hoa giữa câu",
    },
    "shape_heading": {"en": "starts with words in capitals", "vi": "mở đầu bằng chữ in hoa"},
    "shape_starts_lower": {"en": "starts with a small letter", "vi": "mở đầu bằng chữ thường"},
    "shape_unmarked": {"en": "written without diacritics", "vi": "viết không dấu"},
    "shape_numbers": {"en": "numbers", "vi": "con số"},
    "shape_dates": {"en": "dates and times", "vi": "ngày, giờ"},
    "shape_money": {"en": "amounts of money", "vi": "số tiền"},
    "shape_exclamations": {"en": "exclamation marks", "vi": "dấu chấm than"},
    "shape_questions": {"en": "question marks", "vi": "dấu hỏi"},
    "shape_ellipses": {"en": "dots of omission", "vi": "dấu ba chấm"},
    "shape_quotes": {"en": "quotation marks", "vi": "dấu ngoặc kép"},
    "shape_titled_names": {"en": "persons named with a title", "vi": "người có tên và chức danh"},
    **{
        f"shape_{word}": {"en": f"{english} in the text", "vi": f"có {vietnamese}"}
        for word, english, vietnamese in (
            ("xxurl", "link", "đường dẫn"),
            ("xxemail", "e-mail address", "địa chỉ thư điện tử"),
            ("xxphone", "phone number", "số điện thoại"),
            ("xxmention", "mention", "nhắc tên tài khoản"),
            ("xxhashtag", "hashtag", "hashtag"),
            ("xxemojipos", "happy emoji", "biểu tượng vui"),
            ("xxemojineg", "unhappy emoji", "biểu tượng buồn, giận"),
            ("xxemoji", "other emoji", "biểu tượng khác"),
        )
    },
}
SHAPE_FEATURES = tuple(SHAPE_NAMES)

# A digit that begins a word, found in a third of the time of \b\d: the search starts at digits alone.
_FIRST_DIGIT = r"\d(?<!\w\d)"
NUMBER = re.compile(_FIRST_DIGIT)
DATE = re.compile(
    r"\b(?=[\dntq])(?:\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?"
    r"|\d{1,2} ?(?:h|giờ)(?: ?\d{1,2}(?: ?phút)?)?"
    r"|ngày \d{1,2}|tháng \d{1,2}|năm \d{4}|quý (?:\d|i{1,3}|iv)|\d{1,2}:\d{2})\b"
)
MONEY = re.compile(
    rf"{_FIRST_DIGIT}[\d.,]*(?: ?(?:nghìn|ngàn|triệu|tr|tỷ|tỉ|trăm))*"
    r"(?: ?(?:đồng|đ|vnđ|vnd|usd|đô|euro|tỷ|tỉ|triệu|tr|ngàn|nghìn|k|củ))\b"
)
SENTENCE_ENDS = frozenset('.!?…:\n"“-')


def shape_of(text: str, low: str, tokens: Sequence[str], *, is_unmarked: bool) -> list[float]:
    """Measure the shape of one text.

    Parameters
    ----------
    text, low : str
        Normalised text, and the same in lower case.
    tokens : sequence of str
        Words, marks and line breaks of ``text``.
    is_unmarked : bool
        Whether the text is written without diacritics.

    Returns
    -------
    list of float
        One value for each of :data:`SHAPE_FEATURES`: shares and yes or no in [0, 1], counts as
        ``log(1 + n)``. All zero for a text without words.

    Examples
    --------
    >>> text, tokens = "SỐC! Giá 5 triệu", ["SỐC", "!", "Giá", "5", "triệu"]
    >>> values = shape_of(text, text.lower(), tokens, is_unmarked=False)
    >>> [name for name, value in zip(SHAPE_FEATURES, values) if value]
    ['shape_length', 'shape_upper', 'shape_numbers', 'shape_money', 'shape_exclamations']
    """
    words = [token for token in tokens if token.isalnum()]
    n_words = len(words)
    if not n_words:
        return [0.0] * len(SHAPE_FEATURES)
    n_dates = n_money = 0
    if n_numbers := len(NUMBER.findall(low)):
        n_dates = len(DATE.findall(low))
        n_money = len(MONEY.findall(low))
    capitals = [word for word in words if word[0].isupper()] if text != low else []
    n_upper = sum(map(str.isupper, "".join(capitals))) if capitals else 0
    n_letters = sum(map(len, words))
    marks = [
        low.count("!"),
        low.count("?"),
        low.count("…") + low.count("..."),
        low.count('"') + low.count("“") + low.count("”"),
    ]
    inside, titled = _capitalised(tokens) if capitals else (0, 0)
    placeholders = [words.count(word) for word in PLACEHOLDERS] if "xx" in low else [0] * len(PLACEHOLDERS)
    if "#" in tokens:
        placeholders[4] += tokens.count("#")
    return [
        log1p(n_words),
        log1p(low.count("\n")),
        n_upper / n_letters,
        inside / n_words,
        float(n_words > 3 and all(word.isupper() for word in words[:3])),
        float(words[0][0].islower()),
        float(is_unmarked),
        log1p(n_numbers),
        log1p(n_dates),
        log1p(n_money),
        *map(log1p, marks),
        log1p(titled),
        *map(log1p, placeholders),
    ]


def _capitalised(tokens: Sequence[str]) -> tuple[int, int]:
    """Count capitalised words inside sentences, and names of two such words or more after a title."""
    inside = titled = run = 0
    previous = "\n"
    follows_title = False
    for token in tokens:
        if token[0].isupper():
            inside += previous not in SENTENCE_ENDS
            if token.lower() in TITLES:
                run = 0
            else:
                follows_title = previous.lower() in TITLES if run == 0 else follows_title
                run += 1
                titled += run == 2 and follows_title
        else:
            run = 0
        previous = token
    return inside, titled
