"""Keep the sentences of a paragraph together while they are one thought."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from opinion_nlp.text.statements.enumerations import split_enumeration
from opinion_nlp.text.statements.vocabulary import one_of
from opinion_nlp.text.statements.voices import (
    begins_with_hearsay,
    begins_with_response,
    begins_with_voice,
    begins_with_wish,
)

LONGEST_WORDS = 90
LONG_WORDS = 70
_REACTION_WORDS = 6
_NOTE_WORDS = 4
_HEAD = 240

_OPENS = re.compile(
    one_of(
        "bên cạnh, bên cạnh đó, ngoài ra, mặt khác, đồng thời, thêm vào đó, đối với, liên quan, cùng với đó, "
        "song song, trong thời gian tới, thời gian tới, nhìn chung, tuần qua, trong tuần, trong tháng"
    )
    + r"(?!\w)|về (?!cơ bản|lâu dài|phía|đêm|đến|đây)"
)
_STAYS = re.compile(
    one_of(
        r"tuy, nhưng, song, thế nhưng, thế mà, vậy mà, vì, do, bởi, nên, cho nên, từ đó, qua đó, theo đó, như vậy, "
        r"nếu, mặc dù, dù, cụ thể, ví dụ, chẳng hạn, đơn cử, thậm chí, đặc biệt, nhất là, trong khi, trong đó, "
        r"hậu quả, kết quả là, nguyên nhân, lý do, sau đó, khi đó, lúc đó, mỗi khi, mỗi lần, có khi, có lúc, "
        r"có hôm, có nơi, có tuần, có thửa, có hộ, nhiều lần, thực tế, thực ra, qua xác minh, riêng, hiện, đến nay, "
        r"từ đầu năm, hơn nữa, chưa kể, họ, nó, "
        r"tôi, chúng tôi, mình, trước mắt, trước hết, đây, đó, tại đây, ở đây, số còn lại, (?:điều|việc) (?:này|đó), "
        r"việc làm này, \w+(?: \w+)?(?: \w+)?(?: \w+)? (?:này|ấy|nói trên)"
    )
    + r"(?!\w)"
)
_LIMITS = re.compile(one_of("tuy nhiên, nhưng, song, thế nhưng, tuy vậy, dù vậy, mặc dù vậy") + r"\W+")
_ANNOUNCES = re.compile(r"(?:tuần qua\W+)?(?:câu chuyện|chuyện|vấn đề|điều)(?!\w)[^.:]* là [^.]*")
_WANTS = re.compile(
    rf"(?<!\w){one_of('mong, đề nghị, kiến nghị, yêu cầu, đòi, hỏi, cho rằng, phản đối, ủng hộ')}(?!\w)"
)
_FUNCTION_LETTERS = 2
_CLAIMS = re.compile(
    r"(?:[^>]* > )*(?:\w+ )?"
    + one_of(
        "dự báo, nhận định, đánh giá, nhận xét, số liệu, kết quả, kết luận, công tác nắm, tình hình chung, "
        "tình hình tiếp nhận, ưu điểm, thuận lợi, khó khăn, hạn chế, tồn tại"
    )
    + r"[^>]*$"
)


def join_thoughts(
    text: str, sentences: Sequence[tuple[int, int]], section: str = "", *, is_post: bool = False
) -> list[tuple[int, int]]:
    """Join the sentences of a paragraph that belong to one thought, and part long enumerations.

    Parameters
    ----------
    text : str
        The document.
    sentences : sequence of (int, int)
        Half-open spans of the sentences of one paragraph, in order.
    section : str
        Titles above it; empty for an item of a list. Under ``Nhận định``, ``Dự báo``, ``Số liệu`` each sentence is a
        claim by itself.
    is_post : bool
        Whether the writer speaks for himself: in a post only hearsay is another voice.

    Returns
    -------
    list of (int, int)
        Half-open spans in order.

    Notes
    -----
    The first rule that fits decides whether a sentence opens a thought:

    1. It opens one if both together have more than 90 words.
    2. "Bên cạnh đó", "Ngoài ra", "Về …", "Đối với …" open one.
    3. "Tuy nhiên", "Nhưng", "Song" stay, unless another voice follows: "Tuy nhiên, một số hộ cho rằng …".
    4. Connectives and anaphora stay: "Vì vậy", "Do đó", "Cụ thể", "Nếu", "Điều này", "Họ", "Tình trạng này".
    5. Voices and hearsay open one: "Cử tri … đề nghị", "Một số ý kiến cho rằng", "Nghe nói", "Có tin". A reaction of
       up to six words stays: "Phụ huynh rất bức xúc."; hearsay never does, a wish only up to four.
       So does what an office has done about the matter, unless in vain: "Xã đã họp nhưng chưa giải quyết."
    6. "Đề nghị …", "Mong …" stay with what they are about, and open one after another wish. What follows a wish
       opens one unless it begins with a word of it: "Đề nghị diệt chuột. Chuột phá lúa."
    7. Any other sentence explains or intensifies the one before, and stays; in a section of claims, or
       where both have more than 70 words, it opens one.

    An enumeration is parted first (:func:`~opinion_nlp.text.statements.enumerations.split_enumeration`); each of its
    points opens a thought.

    Examples
    --------
    >>> from opinion_nlp.text.statements.sentences import split_sentences
    >>> text = "Mương sạt lở. Vì vậy ruộng khô. Đề nghị xã sửa sớm. Nghe nói sắp thu hồi đất làm đường."
    >>> [text[start:end] for start, end in join_thoughts(text, split_sentences(text))]
    ['Mương sạt lở. Vì vậy ruộng khô. Đề nghị xã sửa sớm.', 'Nghe nói sắp thu hồi đất làm đường.']
    """
    thoughts: list[tuple[int, int]] = []
    has_claims = _CLAIMS.match(_key(section)) is not None
    thought = _Thought()
    for start, end, is_point in _iter_points(text, sentences):
        key = _key(text[start : min(end, start + _HEAD)])
        n_words = len(text[start:end].split())
        if not thoughts or is_point or _opens(key, n_words, thought, has_claims=has_claims, is_post=is_post):
            thoughts.append((start, end))
            thought = _Thought()
        else:
            thoughts[-1] = (thoughts[-1][0], end)
        thought = thought.with_sentence(key, n_words)
    return thoughts


@dataclass(frozen=True, slots=True)
class _Thought:
    """What is known of the thought so far: its last sentence, its words, whether it holds a wish."""

    last: str = ""
    n_words: int = 0
    has_wish: bool = False

    def with_sentence(self, key: str, n_words: int) -> "_Thought":
        return _Thought(key, self.n_words + n_words, self.has_wish or begins_with_wish(key))


def _iter_points(text: str, sentences: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, bool]]:
    """Yield the sentences and the points of enumerations; True marks a point after another."""
    for sentence in sentences:
        for i, (start, end) in enumerate(split_enumeration(text, *sentence)):
            yield start, end, i > 0


def _opens(key: str, n_words: int, thought: _Thought, *, has_claims: bool, is_post: bool) -> bool:
    n_together = thought.n_words + n_words
    if n_together > LONGEST_WORDS or _OPENS.match(key):
        return True
    if limit := _LIMITS.match(key):
        return begins_with_voice(key[limit.end() :])
    if _STAYS.match(key):
        return False
    if begins_with_hearsay(key):
        return True
    if is_post or _ANNOUNCES.match(thought.last):
        return False
    if begins_with_voice(key):
        return n_words > (_NOTE_WORDS if _WANTS.search(key) else _REACTION_WORDS)
    if begins_with_response(key):
        return n_words > _NOTE_WORDS
    is_wish = begins_with_wish(key)
    if thought.has_wish and not is_wish and _takes_up(key, thought.last):
        return False
    return thought.has_wish or has_claims or (n_together > LONG_WORDS and not is_wish)


def _takes_up(key: str, last: str) -> bool:
    """Tell whether a sentence begins with a word of the sentence before it."""
    word = key.split(" ", 1)[0]
    return len(word) > _FUNCTION_LETTERS and word in last.rstrip(".").split()


def _key(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).lower().split()).lstrip("“\"'‘(- ")
