"""Keep the sentences of a paragraph together while they are one thought."""

import re
import unicodedata
from collections.abc import Sequence

from opinion_nlp.text.voices import begins_with_voice, begins_with_wish

LONGEST_WORDS = 90
LONG_WORDS = 55
_SHORT_REACTION_WORDS = 6

_OPENS = re.compile(
    r"(?:bên cạnh đó|ngoài ra|mặt khác|đồng thời|thêm vào đó|về (?!cơ bản|lâu dài|phía|đêm|đến|đây)|đối với|liên quan|riêng về|"
    r"cùng với đó|song song|trong thời gian tới|thời gian tới|nhìn chung|tuần qua|trong tuần)(?!\w)"
)
_STAYS = re.compile(
    r"(?:tuy|nhưng|song|thế nhưng|thế mà|vậy mà|vì|do|bởi|nên|cho nên|từ đó|qua đó|theo đó|như vậy|nếu|mặc dù|dù|cụ thể|"
    r"ví dụ|chẳng hạn|đơn cử|thậm chí|đặc biệt|nhất là|trong khi|trong đó|hậu quả|kết quả là|nguyên nhân|lý do|sau đó|khi đó|"
    r"lúc đó|mỗi khi|mỗi lần|có khi|có lúc|có hôm|có nơi|có tuần|có thửa|có hộ|nhiều lần|thực tế|thực ra|qua xác minh|riêng|"
    r"hiện|đến nay|từ đầu năm|hơn nữa|chưa kể|họ|nó|đây|đó|điều (?:này|đó)|việc (?:này|đó|làm này)|tại đây|ở đây|"
    r"\w+(?: \w+){0,2} (?:này|đó|trên|ấy))(?!\w)"
)
_LIMITS = re.compile(r"(?:tuy nhiên|nhưng|song|thế nhưng|tuy vậy|dù vậy|mặc dù vậy)\W+")
_HAS_VOICE_OR_FACT = 8


def join_thoughts(text: str, sentences: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join the sentences that belong to one thought."""
    thoughts: list[tuple[int, int]] = []
    n_words = 0
    ends_in_wish = False
    for start, end in sentences:
        key = _key(text[start : start + 240])
        n_new = len(text[start:end].split())
        if thoughts and not _opens(key, n_words, n_new, ends_in_wish):
            thoughts[-1] = (thoughts[-1][0], end)
            n_words += n_new
        else:
            thoughts.append((start, end))
            n_words = n_new
        ends_in_wish = begins_with_wish(key)
    return thoughts


def _opens(key: str, n_words: int, n_new: int, ends_in_wish: bool) -> bool:
    if n_words + n_new > LONGEST_WORDS or _OPENS.match(key):
        return True
    if limit := _LIMITS.match(key):
        return begins_with_voice(key[limit.end() :])
    if _STAYS.match(key):
        return False
    if begins_with_voice(key):
        return n_new > _SHORT_REACTION_WORDS
    if begins_with_wish(key):
        return ends_in_wish
    return ends_in_wish or n_words + n_new > LONG_WORDS


def _key(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).lower().split()).lstrip("“\"'‘(- ")
