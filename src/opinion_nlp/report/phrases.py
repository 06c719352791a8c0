"""Phrases that are said more, or less, than before."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from opinion_nlp.report.contrasts import Contrast, Contrasts, contrast, rank
from opinion_nlp.text import normalise, syllables, words
from opinion_nlp.text.redact import redact

IntArray = NDArray[np.int64]

WORD_TEXTS = 3_000
"""Up to so many texts are segmented into words, at some 700 a second; of more, syllables are taken."""

SAMPLE_TEXTS = 10_000
"""At most so many texts of each side are looked at, drawn by chance."""

N_TOP = 15
_LENGTHS = {"word": (1, 3), "syllable": (2, 4)}
_BREAK = re.compile(r"<\w+>|xx[a-z]+|[^\w\s/.,-]+|[.,](?!\d)|\n+")
_FUNCTION_WORDS_TEXT = (
    "là và của có được cho các những một này đó kia ấy thì mà ở tại trong ngoài trên dưới với về từ đến tới bị do vì "
    "nên nếu khi để đã đang sẽ vẫn còn cũng lại ra vào lên xuống đi rồi nữa chưa không chẳng chả hay hoặc như theo "
    "qua bằng rất quá lắm hơn nhất chỉ mới cứ đều phải thế vậy sao gì nào ai đâu nhé nha ạ à ơi nhỉ hả chứ chớ luôn "
    "mình tôi tui em anh chị bạn nó họ ta chúng bao nhưng tuy dù song bởi thêm sau trước giữa cùng đây ngay mọi mỗi "
    "từng nhiều ít cả"
)
_FUNCTION_WORDS = frozenset(_FUNCTION_WORDS_TEXT.split())
_SHARED = 0.8


def find_phrases(
    now: Sequence[str],
    before: Sequence[str],
    *,
    min_cell: int = 5,
    n_top: int = N_TOP,
    word_texts: int = WORD_TEXTS,
    sample_texts: int = SAMPLE_TEXTS,
    seed: int = 0,
) -> Contrasts:
    """Find the phrases that are said more, and those that are said less, than before.

    Parameters
    ----------
    now, before : sequence of str
        Texts. A text counts once for a phrase. Personal data in it is masked before anything is counted.
    min_cell : int
        A phrase that fewer texts hold is not looked at; see :class:`~opinion_nlp.report.contrasts.Contrast`.
    n_top : int
        At most so many on each side.
    word_texts, sample_texts : int
        See :data:`WORD_TEXTS` and :data:`SAMPLE_TEXTS`.
    seed : int
        Of the drawing.

    Returns
    -------
    Contrasts
        Phrases of one to three words, or of two to four syllables, in lower case; none inside another, none across
        punctuation, none of numbers alone, none with a function word at its end. Empty where either side has no text.

    Examples
    --------
    >>> before = ["Chợ xã bẩn quá", "Giá điện tăng, dân kêu"] * 20
    >>> now = ["Nghe nói nước máy", "Giá điện tăng, dân kêu"] * 20
    >>> found = find_phrases(now, before, word_texts=0)
    >>> [(one.value, one.n, one.n_before) for one in found.emerging]
    [('nghe nói nước máy', 20, 0)]
    >>> [one.value for one in found.fading]
    ['chợ xã bẩn']
    """
    sides = [_draw(texts, sample_texts, seed) for texts in (now, before)]
    unit = "word" if sum(map(len, sides)) <= word_texts else "syllable"
    if not all(sides):
        return Contrasts(unit)
    stream = _read_stream([*sides[0], *sides[1]], unit)
    phrases: list[str] = []
    counts = [np.zeros((0, 2), np.int64)]
    for own, number in _iter_lengths(stream, len(sides[0]), min_cell, unit):
        phrases += own
        counts.append(number)
    n, n_before = np.concatenate(counts).T
    found = contrast(phrases, n, n_before, (len(sides[0]), len(sides[1])), min_cell=min_cell)
    return rank(_without_nested(found), unit, n_top)


class _Stream(NamedTuple):
    """All texts as one sequence of tokens, with the code -1 where a phrase must end."""

    tokens: list[str]
    codes: IntArray
    texts: IntArray


def _draw(texts: Sequence[str], size: int, seed: int) -> list[str]:
    if len(texts) <= size:
        return list(texts)
    return [texts[place] for place in np.sort(np.random.default_rng(seed).choice(len(texts), size, replace=False))]


def _read_stream(texts: Sequence[str], unit: str) -> _Stream:
    cut = words if unit == "word" else syllables
    places: dict[str, int] = {}
    codes: list[int] = []
    lengths: list[int] = []
    for text in texts:
        start = len(codes)
        for clause in _BREAK.split(normalise(redact(text))):
            codes += [places.setdefault(token, len(places)) for token in cut(clause.casefold())]
            codes.append(-1)
        lengths.append(len(codes) - start)
    return _Stream(list(places), np.array(codes, np.int64), np.repeat(np.arange(len(texts)), lengths))


def _iter_lengths(stream: _Stream, n_now: int, min_cell: int, unit: str) -> Iterator[tuple[list[str], IntArray]]:
    """Yield the phrases of each length that enough texts hold, with their counts, shape (n_phrases, 2).

    A phrase is only looked for where both phrases it begins and ends with, one token shorter, are frequent (Agrawal and
    Srikant, VLDB 1994).
    """
    is_end = np.array([token not in _FUNCTION_WORDS for token in stream.tokens] + [False], dtype=bool)
    is_word = np.array([any(map(str.isalpha, token)) for token in stream.tokens] + [False], dtype=bool)
    shortest, longest = _LENGTHS[unit]
    own, n_codes = stream.codes, len(stream.tokens)
    for length in range(1, longest + 1):
        if length > 1:
            both = (own[:-1] >= 0) & (own[1:] >= 0)
            own = np.append(np.where(both, own[:-1] * n_codes + own[1:], -1), -1)
        found, first, own = _number(own)
        if not found.size:
            return
        pairs = np.sort(own[own >= 0] * len(stream.texts) + stream.texts[own >= 0])
        pairs = pairs[np.append(True, pairs[1:] > pairs[:-1])]
        codes, texts = np.divmod(pairs, len(stream.texts))
        counts = np.stack([np.bincount(codes[side], minlength=found.size) for side in (texts < n_now, texts >= n_now)])
        is_frequent = counts.max(axis=0) >= min_cell
        own, n_codes = np.append(np.where(is_frequent, np.arange(found.size), -1), -1)[own], found.size
        if length >= shortest:
            starts = first[is_frequent]
            tokens = stream.codes[starts[:, None] + np.arange(length)]
            good = is_end[tokens[:, 0]] & is_end[tokens[:, -1]] & is_word[tokens].any(axis=1)
            names = [" ".join(stream.tokens[code] for code in row).replace("_", " ") for row in tokens[good]]
            yield names, counts.T[is_frequent][good].astype(np.int64)


def _number(codes: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """Give codes their numbers from 0: the codes, where each is first, and the numbers; -1 stays."""
    found, first, numbers = np.unique(codes, return_index=True, return_inverse=True)
    n_gone = int(found.size > 0 and found[0] < 0)
    return found[n_gone:], first[n_gone:], numbers.astype(np.int64) - n_gone


def _without_nested(found: Sequence[Contrast]) -> list[Contrast]:
    """Of phrases inside each other keep one: the longer if most texts with the shorter hold it, else the clearer."""
    kept: list[Contrast] = []
    for one in sorted(found, key=lambda one: (-abs(one.z), -len(one.value), one.value)):
        if abs(one.z) < 1 or len(kept) >= 10 * N_TOP:
            break
        clash = next((place for place, other in enumerate(kept) if _is_nested(one, other)), None)
        if clash is None:
            kept.append(one)
        elif len(one.value) > len(kept[clash].value) and _most(one) >= _SHARED * _most(kept[clash]):
            kept[clash] = one
    return kept


def _is_nested(one: Contrast, other: Contrast) -> bool:
    short, long = sorted((f" {one.value} ", f" {other.value} "), key=len)
    return short in long and (one.z > 0) == (other.z > 0)


def _most(one: Contrast) -> int:
    return max(one.n or 0, one.n_before or 0)
