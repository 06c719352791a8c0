"""Emoji and emoticons: what counts as one, and which feeling it shows.

The classes are coarse on purpose (positive, negative, other): what an emoji says beyond that depends on the
text. A laughing face is positive here although it often mocks; the classifiers see the words beside it. Ticks
and crosses are other: posts use them as bullets.
"""

import re

POSITIVE, NEGATIVE, OTHER = "xxemojipos", "xxemojineg", "xxemoji"

POSITIVE_EMOJI = frozenset(
    "😀😃😄😁😆😅😂🤣😊😇🙂😉😌😍🥰😘😗😙😚😋😛😝😜🤗🤩🥳😎🤠☺😸😹😺😻😽"
    "👍👌👏🙌🤝🙏💪✌🤞🤟🤘🫶🫰🤙💯🎉🎊🎁🏆🥇🥈🥉🏅🎖⭐🌟✨🌈🌹🌷🌸🌺🌻💐🍀🥂🍻"
    "❤🧡💛💚💙💜🤎🤍🖤💕💞💓💗💖💘💝💟♥❣😻💋🤭☀🌞🎂🎈🕊"
)
NEGATIVE_EMOJI = frozenset(
    "😞😔😟😕🙁☹😣😖😫😩🥺😢😭😤😠😡🤬😱😨😰😥😓😒🙄😑😐😬🤢🤮🤧🤒🤕😵💀☠👿😈👹👺💩🤡"
    "👎🖕😾😿🙀💔🚫⛔🆘☣☢⚠🤦🤥😧😦😮😳😪🥵🥶😶🤐🤨🧐😲😯"
)

_SKIN = "\U0001f3fb-\U0001f3ff"
_TAGS = "\U000e0020-\U000e007f"
_FLAG = "\U0001f1e6-\U0001f1ff"
_BASE = (
    "\u203c\u2049\u231a\u231b\u2328\u23cf\u23e9-\u23fa\u25aa\u25ab\u25b6\u25c0\u25fb-\u25fe\u2600-\u275a\u275f-\u2775"
    "\u2794-\u27bf\u2b05-\u2b07\u2b1b\u2b1c\u2b50\u2b55\u3030\u303d\u3297\u3299"
    "\U0001f000-\U0001f1e5\U0001f200-\U0001faff"
)
_ONE = f"[{_BASE}][\ufe0e\ufe0f\u20e3{_SKIN}{_TAGS}]*"
EMOJI = re.compile(f"[{_FLAG}]{{1,2}}|[0-9#*]\ufe0f?\u20e3|{_ONE}(?:\u200d{_ONE})*")
"""One emoji as a reader sees it: with its skin tone, a joined family, a flag of two letters, a keycap.

Source: Unicode Technical Standard 51, section 1.4.9, simplified: not every sequence matched is a valid emoji.
"""

EMOJI_SIGNS = re.compile(f"[{_BASE}{_FLAG}\u20e3]")
"""Finds something in every text that holds an emoji."""


def name_emoji(match: re.Match[str]) -> str:
    """Return the placeholder for one emoji, by the class of its first character.

    Parameters
    ----------
    match : re.Match
        A match of :data:`EMOJI`.

    Returns
    -------
    str
        ``xxemojipos``, ``xxemojineg`` or ``xxemoji``, between spaces.

    Examples
    --------
    >>> EMOJI.sub(name_emoji, "Hay👍🏽quá, chán😡")
    'Hay xxemojipos quá, chán xxemojineg '
    """
    first = match.group()[0]
    if first in POSITIVE_EMOJI:
        return f" {POSITIVE} "
    return f" {NEGATIVE} " if first in NEGATIVE_EMOJI else f" {OTHER} "


_UNIT = (
    r"\s*(?:[\d%]|năm|tuổi|tháng|tuần|ngày|giờ|phút|lần|người|hộ|triệu|tr\b|tỷ|tỉ|nghìn|ngàn|k\b"
    r"|kg|km|m\b|m2|độ|điểm)"
)
"""What follows ``<3`` when it means fewer than three."""

EMOTICON = re.compile(
    r"(?P<neg>[:=;]['-]?\(+(?!\w)|:['-]?<+(?![\w<>])|:-?\|(?!\w)|(?<![/\w]):-?/(?![/\w])|</3+(?!\w)"
    r"|(?<!\w)T[_^]+T(?!\w)|(?<!\w);_+;|(?<!-)-[_.]-(?!-)|(?<!>)>[_.]*<(?!<)|=\.=)"
    rf"|(?P<pos>[:=;]['-]?[)\]]+|(?<!\d):-?[dDpP]+(?!\w)|(?<!\d)=D+(?!\w)|:\"?>+|:-?\*+|\^[_.-]?\^"
    rf"|(?<![\w<])<3+(?![\w.,])(?!{_UNIT})|(?<!\w)xD+(?!\w)|(?<!\d):3+(?![\w:]))"
    r"|(?P<other>(?<!\d):-?[vVoOxX]+(?!\w)|(?<![\w@])@@(?![\w@])|(?<!\w)[oO]_+[oO](?!\w))"
)
"""Emoticons of Vietnamese comments. Not here, as they mean something else as often: TT, XD, T.T, =>, 8)."""

_EMOTICON_CLASS = {"pos": POSITIVE, "neg": NEGATIVE, "other": OTHER}


def name_emoticon(match: re.Match[str]) -> str:
    """Return the placeholder for one emoticon, between spaces.

    Parameters
    ----------
    match : re.Match
        A match of :data:`EMOTICON`.

    Returns
    -------
    str
        ``xxemojipos``, ``xxemojineg`` or ``xxemoji``, between spaces.

    Examples
    --------
    >>> EMOTICON.sub(name_emoticon, "Vui quá :)), buồn T_T")
    'Vui quá  xxemojipos , buồn  xxemojineg '
    """
    return f" {_EMOTICON_CLASS[match.lastgroup or 'other']} "


SPELT_EMOTICON = re.compile(r"(?<!\w)colon(?:[a-z]+)(?!\w)")
"""Emoticons as the corpus UIT-VSFC spells them: colonsmile, colonbigsmile, coloncontemn."""

_SPELT_POSITIVE = ("smile", "love", "hihi", "haha", "laugh", "kiss", "heart", "cool")
_SPELT_NEGATIVE = ("sad", "contemn", "cry", "angry", "cc", "hate", "tired")


def name_spelt_emoticon(match: re.Match[str]) -> str:
    """Return the placeholder for an emoticon that is spelt as a word; other words stay.

    Parameters
    ----------
    match : re.Match
        A match of :data:`SPELT_EMOTICON`.

    Returns
    -------
    str
        A placeholder, or the word itself (``colony``).

    Examples
    --------
    >>> SPELT_EMOTICON.sub(name_spelt_emoticon, "thầy vui tính colonsmilesmile")
    'thầy vui tính xxemojipos'
    """
    word = match.group().removeprefix("colon")
    if any(part in word for part in _SPELT_NEGATIVE):
        return NEGATIVE
    if any(part in word for part in _SPELT_POSITIVE):
        return POSITIVE
    return OTHER if word in ("surprise", "doublesurprise", "v", "pacman", "o") else match.group()
