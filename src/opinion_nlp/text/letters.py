"""Rules about spelling: how one and the same word is written."""

import re

from opinion_nlp.text import spelling
from opinion_nlp.text.rule import Rule

_LETTER = r"[^\W\d_]"
_SHATTERED = re.compile(
    rf"{_LETTER}(?<![\w{spelling.MARKS}].){_LETTER}{{0,2}}([.*-]){_LETTER}{{1,5}}(?:\1{_LETTER}{{1,3}}){{0,9}}"
    rf"(?![\w{spelling.MARKS}])"
)


def _join_shattered(match: re.Match[str]) -> str:
    """Return the syllable that dots, stars or hyphens hide, or what was matched if they hide none."""
    pieces = match.group().split(match.group(1))
    joined = "".join(pieces)
    if len(pieces) == 2:
        is_onset = match.group(1) == "." and spelling.ALL_VOWELS.isdisjoint(pieces[0])
        is_broken = is_onset and joined.islower() and not joined.isascii()
    else:
        is_initials = joined.isascii() and joined.isupper()
        is_broken = sum(len(piece) == 1 for piece in pieces) >= 2 and not is_initials
    return joined if is_broken and spelling.is_syllable(joined) else match.group()


_SAME_VOWEL = "|".join(f"[{vowel}{toned}]{vowel}{{2,}}" for vowel, toned in spelling.TONED.items())
_REPEATED = re.compile(rf"([^\W\d_])\1\1+|(?:{_SAME_VOWEL})", re.IGNORECASE)
_HAS_DOUBLE = re.compile(r"(.)\1(?<=[^\W\d_])", re.IGNORECASE)
_LONGEST = 16
"""Letters looked at on each side of a run: no abbreviation is longer, and no text may take long."""
_ROMAN = re.compile(r"M{0,3}(?:C[MD]|D?C{0,3})(?:X[CL]|L?X{0,3})(?:I[XV]|V?I{0,3})")


def _shorten(match: re.Match[str]) -> str:
    """Return one letter for three or more; leave laughter, Roman numerals and abbreviations in capitals."""
    run, text = match.group(), match.string
    start, end = match.span()
    while start and text[start - 1].isalnum() and match.start() - start < _LONGEST:
        start -= 1
    while end < len(text) and text[end].isalnum() and end - match.end() < _LONGEST:
        end += 1
    word = text[start:end]
    is_abbreviation = word.isupper() and spelling.ALL_VOWELS.isdisjoint(word)
    if run.isupper() and len(run) <= 4 and (is_abbreviation or _ROMAN.fullmatch(word)):
        return run
    if word == run and spelling.ALL_VOWELS.isdisjoint(run):
        return run[:3]
    return run[0]


LETTER_RULES: tuple[Rule, ...] = (
    Rule(
        "shattered_letters",
        _SHATTERED,
        _join_shattered,
        "Dots, stars or hyphens between the letters of one syllable dodge a filter. In plain capitals they "
        "stand between initials (U.B.N.D, N.V.A), and those stay.",
        (
            ("", ""),
            ("U.B.N.D T.P. N.V.An v.v.v ki-lô-mét a.b.c", "U.B.N.D T.P. N.V.An v.v.v ki-lô-mét a.b.c"),
            ("tốt.ăn, N.Ánh, tp.ở, xe.đạp", "tốt.ăn, N.Ánh, tp.ở, xe.đạp"),
            ("b.á.n nhà lấy t.i.ề.n.", "bán nhà lấy tiền."),
            ("c.h.ết, đ-ộ-ng, B.À.I, x*á*c", "chết, động, BÀI, xác"),
            ("t.ử v.o.n.g, b.ệnh", "tử vong, bệnh"),
            ("12.3.2021, 2-3-4", "12.3.2021, 2-3-4"),
        ),
        guard=re.compile(r"[.*-](?<=[^\W\d_].)[^\W\d_]").search,
    ),
    Rule(
        "repeated_letters",
        _REPEATED,
        _shorten,
        "Drawn-out words are the same words. Roman numerals, abbreviations in capitals and laughter "
        "stay (kkk; k alone means không).",
        (
            ("", ""),
            (
                "cái xoong, quý III, khóa XXIII, Sở TTTT, CCCD",
                "cái xoong, quý III, khóa XXIII, Sở TTTT, CCCD",
            ),
            ("hayyyy", "hay"),
            ("kkkkkk hhh", "kkk hhh"),
            ("HAYYYY quáaaa Đẹppp", "HAY quá Đẹp"),
            ("chánnn ơiiii Aaaa", "chán ơi A"),
        ),
        guard=_HAS_DOUBLE.search,
    ),
    Rule(
        "repeated_signs",
        re.compile(r"([^\w\s])\1{3,}"),
        r"\1\1\1",
        "Three of a sign already shout.",
        (("", ""), ("Sao???", "Sao???"), ("Sao????? .....", "Sao??? ...")),
        guard=re.compile(r"(.)\1\1\1").search,
        is_closed=True,
    ),
    Rule(
        "tone_mark",
        spelling.TONE_PAIR,
        spelling.place_tone,
        "hoà and hòa are one word; the segmenter writes the old style. Keyboards misplace marks (ngừơi).",
        (
            ("", ""),
            ("hòa, khỏe, thủy, hoàn, quý, già, khuỷu", "hòa, khỏe, thủy, hoàn, quý, già, khuỷu"),
            ("hoà khoẻ thuỷ uỷ", "hòa khỏe thủy ủy"),
            ("hòan tòan, ngòai, hùynh", "hoàn toàn, ngoài, huỳnh"),
            ("qúy, qủa, gía, ngừơi, tíêng, vịêc", "quý, quả, giá, người, tiếng, việc"),
            ("HOÀ Thuỵ HÒAN", "HÒA Thụy HOÀN"),
        ),
        is_closed=True,
    ),
    Rule(
        "i_or_y",
        spelling.I_OR_Y,
        spelling.unify_i_and_y,
        "quí and quý, kĩ and kỹ are one word; the segmenter does not unify them.",
        (
            ("", ""),
            ("mì lì tí ti ki-lô kim quít hi hi", "mì lì tí ti ki-lô kim quít hi hi"),
            ("Quí vị, kĩ sư, LÍ do, nước Mĩ, tỉ lệ, bác sỹ", "Quý vị, kỹ sư, LÝ do, nước Mỹ, tỷ lệ, bác sĩ"),
            ("hi vọng, Hi sinh", "hy vọng, Hy sinh"),
        ),
        is_closed=True,
    ),
)
"""In order: words are put together before their letters are counted and their tone marks placed."""
