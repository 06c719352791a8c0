"""The ordered table of normalising rules, each with its reason and its own test table."""

import html
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from opinion_nlp.text import spelling, symbols

Example = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Rule:
    """One step of normalising.

    Parameters
    ----------
    name : str
        Identifier, unique in the table.
    pattern : re.Pattern
        What the rule looks for.
    replace : str or callable
        What comes in its place, as :func:`re.sub` takes it. A callable sees the whole text through the match.
    reason : str
        Why the rule is there.
    examples : tuple of (str, str)
        Texts, and what this rule alone makes of them: the rule's test table.
    needs : frozenset of str, optional
        Without one of these characters the rule has nothing to do. Saves a search.
    guard : callable, optional
        Falsy for a text in which the rule has nothing to do. Saves a slower search.
    is_closed : bool, default False
        True when the result can never give an earlier rule something to do, so that no second pass is needed.
    """

    name: str
    pattern: re.Pattern[str]
    replace: str | Callable[[re.Match[str]], str]
    reason: str
    examples: tuple[Example, ...]
    needs: frozenset[str] | None = None
    guard: Callable[[str], object] | None = None
    is_closed: bool = False


def _character_rule(name: str, found: str, to: dict[str, str], reason: str, *examples: Example) -> Rule:
    """Return a rule that replaces single characters, of those that a character class finds."""
    pattern = re.compile(f"[{found}]")
    return Rule(
        name,
        pattern,
        lambda match: to.get(match.group(), match.group()),
        reason,
        examples,
        guard=pattern.search,
    )


def _unescape(match: re.Match[str]) -> str:
    """Return the character that an HTML entity stands for, also if it was escaped several times."""
    text, before = match.group(), ""
    while text != before:
        text, before = html.unescape(text), text
    return text


_STYLED = {
    letter: unicodedata.normalize("NFKC", letter)
    for first, last in ((0xFF01, 0xFFEE), (0x1D400, 0x1D7FF))
    for letter in map(chr, range(first, last + 1))
    if unicodedata.normalize("NFKC", letter) != letter
}
_PLAIN_SIGNS = (
    dict.fromkeys("“”„‟«»″❝❞〝〞", '"')
    | dict.fromkeys("‘’‚‛‹›′´❛❜", "'")
    | dict.fromkeys("‐‑‒–—―−─━", "-")
    | {"…": "...", "‥": "..", "，": ",", "。": ".", "、": ","}
)
_INVISIBLE = re.compile(
    "[\0-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_SPACES = re.compile("\r\n?|[\t\v\f\x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u2800\u3000]")
_EMAIL = re.compile(r"[a-zA-Z0-9](?<![\w.+-].)[\w.+-]*@[a-zA-Z0-9][\w-]*(?:\.[a-zA-Z0-9][\w-]*)+", re.ASCII)
_TOP_DOMAIN = "com|vn|net|org|edu|gov|info|biz|me|io|tv|app|shop|store|online|xyz|club|asia|ly|gl|be|co"
_HAS_URL = re.compile(
    rf"[.:<w](?:(?<=\.)(?:{_TOP_DOMAIN})(?![a-z0-9])|(?<=:)//|(?<=<)url>|(?<=w)ww\.)",
    re.IGNORECASE | re.ASCII,
)
_URL = re.compile(
    r"<url>|(?:https?|ftp)://[^\s<>\"]*[^\s<>\".,;:!?'()\[\]{}]"
    r"|www\.[a-z0-9][^\s<>\"]*[^\s<>\".,;:!?'()\[\]{}]"
    rf"|[a-z0-9](?<![\w.@-].)[a-z0-9-]*(?:\.[a-z0-9-]+)*\.(?:{_TOP_DOMAIN})(?:/[^\s<>\"]*[^\s<>\".,;:!?'()\[\]{{}}]|/)?"
    r"(?![\w@-])(?!\.\w)",
    re.IGNORECASE | re.ASCII,
)
_PHONE = re.compile(
    r"[+(018](?<![\w.,/+].)(?<!\w-.)(?:"
    r"(?<=\+)\(?84\)?(?:[ .-]?\d){9,10}"  # +84 912 345 678
    r"|(?<=8)4[35789]\d{8}"  # 84912345678
    r"|(?<=0)[35789]\d(?:[ .-]?\d){7}"  # 0912.345.678; three digits together, so that no date fits
    r"|(?<=0)1[2689]\d(?:[ .-]?\d){7}"  # 0168 234 5678, of before 2018
    r"|(?<=0)2\d{1,2}(?:[ .-]?\d){7,8}"  # 024 3825 3531
    r"|(?<=\()(?:02\d{1,2}|0[35789]\d{1,2}|\+84)\)(?:[ .-]?\d){6,9}"  # (028) 3829 5678
    r"|(?<=1)[89]00(?:[ .]?\d){4,6}"  # 1900 6099
    r")(?![\w/]|[.,:]\d|-\d(?!\d{8}))"
)
_MENTION = re.compile(r"@(?<![\w@].)[\w](?:[\w.]*\w)?")
_HASHTAG = re.compile(r"#+(\w*[^\W\d_]\w*)")


def _split_hashtag(match: re.Match[str]) -> str:
    """Return the placeholder and the words of a hashtag, cut at underscores and at capitals."""
    tag = match.group(1)
    words = [tag[0]]
    for i in range(1, len(tag)):
        starts_word = tag[i].isupper() and (
            tag[i - 1].islower() or (i + 1 < len(tag) and tag[i + 1].islower())
        )
        words.append(" " + tag[i] if starts_word and tag[i - 1].isalpha() else tag[i])
    return " xxhashtag " + "".join(words).replace("_", " ") + " "


_SHATTERED = re.compile(
    rf"[^\W\d_](?<![\w{spelling.MARKS}].)[^\W\d_]{{0,2}}([.*-])[^\W\d_]{{1,3}}(?:\1[^\W\d_]{{1,3}})+(?![\w{spelling.MARKS}])"
)


def _join_shattered(match: re.Match[str]) -> str:
    """Return the syllable that dots, stars or hyphens hide, or the text as it is when it is an abbreviation."""
    pieces = match.group().split(match.group(1))
    joined = "".join(pieces)
    is_initials = joined.isascii() and joined.isupper()
    is_broken = sum(len(piece) == 1 for piece in pieces) >= 2
    return joined if is_broken and not is_initials and spelling.is_syllable(joined) else match.group()


_SAME_VOWEL = "|".join(f"[{vowel}{toned}]{vowel}{{2,}}" for vowel, toned in spelling.TONED.items())
_REPEATED = re.compile(rf"([^\W\d_])\1\1+|(?:{_SAME_VOWEL})", re.IGNORECASE)
_HAS_DOUBLE = re.compile(r"(\w)\1", re.IGNORECASE)
_ROMAN = re.compile(r"M{0,3}(?:C[MD]|D?C{0,3})(?:X[CL]|L?X{0,3})(?:I[XV]|V?I{0,3})")


def _shorten(match: re.Match[str]) -> str:
    """Return one letter for three or more, but leave Roman numerals and abbreviations in capitals."""
    run = match.group()
    if run.isupper() and len(run) <= 4:
        text, start, end = match.string, match.start(), match.end()
        while start and text[start - 1].isalnum():
            start -= 1
        while end < len(text) and text[end].isalnum():
            end += 1
        word = text[start:end]
        if _ROMAN.fullmatch(word) or (word.isupper() and spelling.ALL_VOWELS.isdisjoint(word)):
            return run
    return run[0]


_WHITE_SPACE = re.compile(r"[ \n](?:[ \n]+|(?<=\A[ \n])|\Z)")


def _collapse(match: re.Match[str]) -> str:
    """Return nothing at the ends of the text, else one line break or one space."""
    if match.start() == 0 or match.end() == len(match.string):
        return ""
    return "\n" if "\n" in match.group() else " "


def _has_white_space(text: str) -> bool:
    return "  " in text or "\n" in text or text[:1] == " " or text[-1:] == " "


RULES: tuple[Rule, ...] = (
    Rule(
        "html_entities",
        re.compile(r"&(?:amp;)*(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});"),
        _unescape,
        "Crawled text holds entities, at times escaped twice; they hide quotes, links and emoticons.",
        (
            ("", ""),
            ("Sở Y tế & Sở Xây dựng", "Sở Y tế & Sở Xây dựng"),
            ("thu &amp; chi, &quot;rõ&quot;", 'thu & chi, "rõ"'),
            ("thu&nbsp;chi", "thu\xa0chi"),
            ("&amp;lt;3 &#7873; &#x1EC1;", "<3 ề ề"),
            ("&khong; &#;", "&khong; &#;"),
        ),
        needs=frozenset("&"),
    ),
    Rule(
        "emoji",
        symbols.EMOJI,
        symbols.name_emoji,
        "Thousands of emoji say a handful of things; before invisible signs go, since those join emoji.",
        (
            ("", ""),
            ("giá xăng ©, 5 ° C → 7", "giá xăng ©, 5 ° C → 7"),
            ("hay😀quá", "hay xxemojipos quá"),
            ("👨\u200d👩\u200d👧", " xxemoji "),
            ("👍🏽", " xxemojipos "),
            ("❤\ufe0f", " xxemojipos "),
            ("🇻🇳 1\ufe0f\u20e3", " xxemoji   xxemoji "),
            ("😡😡", " xxemojineg  xxemojineg "),
        ),
        guard=symbols.EMOJI_SIGNS.search,
    ),
    _character_rule(
        "styled_letters",
        "\uff01-\uffee\U0001d400-\U0001d7ff",  # as a range: a class of a thousand letters is slow
        _STYLED,
        "Full-width, half-width and mathematical letters decorate posts; other compatibility forms (², ½) carry sense.",
        ("", ""),
        ("30 m², ½ giá", "30 m², ½ giá"),
        ("ＴＩＮ　ＮÓＮＧ！", "TIN　NÓNG!"),
        ("𝐭𝐡𝐨̂𝐧𝐠 𝟐", "tho\u0302ng 2"),
    ),
    Rule(
        "invisible",
        _INVISIBLE,
        "",
        "Zero-width, bidirectional and control characters and soft hyphens split words that look whole.",
        (
            ("", ""),
            ("bà con\n", "bà con\n"),
            ("bà\u200b con\ufeff", "bà con"),
            ("\u202ebà\u202c \x00con", "bà con"),
            ("tin\xad đồn \ud83d", "tin đồn "),
        ),
        guard=_INVISIBLE.search,
    ),
    Rule(
        "spaces",
        _SPACES,
        lambda match: "\n" if match.group()[0] in "\r\v\f\x85\u2028\u2029" else " ",
        "Exotic spaces and line ends come from word processors; words must split at all of them.",
        (
            ("", ""),
            ("bà con\nthôn", "bà con\nthôn"),
            ("bà\xa0con\tthôn\u3000xóm", "bà con thôn xóm"),
            ("một\r\nhai\rba\u2028bốn", "một\nhai\nba\nbốn"),
        ),
        guard=_SPACES.search,
    ),
    Rule(
        "nfc",
        re.compile(r"[\0-\x7f]?[^\0-\x7f]+"),
        lambda match: unicodedata.normalize("NFC", match.group()),
        "Text from some keyboards and from PDF is decomposed. No ASCII character joins the one before it, so that "
        "pieces cut before ASCII characters normalise apart.",
        (
            ("", ""),
            ("đường sá", "đường sá"),
            ("d\u0323u\u031bo\u031b\u0323c", "ḍược"),
            ("tie\u0302\u0300n", "tiền"),
        ),
        guard=lambda text: not unicodedata.is_normalized("NFC", text),
    ),
    _character_rule(
        "stroked_d",
        "ÐƉð",
        {"Ð": "Đ", "Ɖ": "Đ", "ð": "đ"},
        "Old fonts and some keyboards write the Icelandic eth, which looks the same, for the letter Đ.",
        ("", ""),
        ("Đồng ý", "Đồng ý"),
        ("Ðồng Nai, ði", "Đồng Nai, đi"),
    ),
    _character_rule(
        "plain_signs",
        "".join(_PLAIN_SIGNS),
        _PLAIN_SIGNS,
        "Typographic quotes, dashes and ellipses vary with the editor, not with the writer's meaning.",
        ("", ""),
        ("\"đúng\" - 'sai'...", "\"đúng\" - 'sai'..."),
        ("“đúng” – ‘sai’…", "\"đúng\" - 'sai'..."),
    ),
    Rule(
        "email",
        _EMAIL,
        " xxemail ",
        "An address is personal and never seen twice; that there is one is a sign. Before links: it ends like one.",
        (
            ("", ""),
            ("họp lúc 8h @ nhà văn hóa", "họp lúc 8h @ nhà văn hóa"),
            ("gửi tiepdan.xa-1@hoamai.gov.vn.", "gửi  xxemail ."),
        ),
        needs=frozenset("@"),
    ),
    Rule(
        "url",
        _URL,
        " xxurl ",
        "A link is never seen twice; that there is one is a sign.",
        (
            ("", ""),
            ("Xã Hòa Mai.Vẫn chờ, T.P. v.v.", "Xã Hòa Mai.Vẫn chờ, T.P. v.v."),
            ("xem https://hoamai.vn/tin?id=3&x=1.", "xem  xxurl ."),
            ("(www.hoamai.vn) baohoamai.com.vn, <URL>", "( xxurl )  xxurl ,  xxurl "),
            ("Theo HoaMai.net/tin-moi thì", "Theo  xxurl  thì"),
        ),
        guard=_HAS_URL.search,
    ),
    Rule(
        "phone",
        _PHONE,
        " xxphone ",
        "A telephone number is personal; adverts and alarms give one. Prices, dates and document numbers stay.",
        (
            ("", ""),
            ("ngày 05-12-2020, 0.500.000 đồng", "ngày 05-12-2020, 0.500.000 đồng"),
            ("số 0123/2021/QĐ-UBND, năm 1900-1975", "số 0123/2021/QĐ-UBND, năm 1900-1975"),
            ("căn cước 079099001234, 1.200.000.000", "căn cước 079099001234, 1.200.000.000"),
            ("gọi 0912345678.", "gọi  xxphone ."),
            ("0912.345.678; 0912 345 678; 091-234-5678", " xxphone ;  xxphone ;  xxphone "),
            ("+84 912 345 678, 84912345678", " xxphone ,  xxphone "),
            ("024 3825 3531 và (028) 3829 1234", " xxphone  và  xxphone "),
            ("01682345678 hoặc 1900 6099", " xxphone  hoặc  xxphone "),
        ),
        needs=frozenset("018"),
    ),
    Rule(
        "mention",
        _MENTION,
        " xxmention ",
        "User names are personal, and never inputs of a model.",
        (
            ("", ""),
            ("a @ b, a@b", "a @ b, a@b"),
            ("@lan.anh_99. đúng không @Nguyễn", " xxmention . đúng không  xxmention "),
        ),
        needs=frozenset("@"),
    ),
    Rule(
        "hashtag",
        _HASHTAG,
        _split_hashtag,
        "The words of a hashtag are words; that it is one is a sign.",
        (
            ("", ""),
            ("tổ #3, C #", "tổ #3, C #"),
            ("#TưVấnMùaThi", " xxhashtag Tư Vấn Mùa Thi "),
            (
                "#dân_hỏi #UBNDXã #F0 #YTế",
                " xxhashtag dân hỏi   xxhashtag UBND Xã   xxhashtag F0   xxhashtag Y Tế ",
            ),
        ),
        needs=frozenset("#"),
    ),
    Rule(
        "emoticon",
        symbols.EMOTICON,
        symbols.name_emoticon,
        "Emoticons carry the sentiment of short comments, and tokenising would break them up.",
        (
            ("", ""),
            ("lúc 7:30, 3:0, gồm:(1) đất; (2) nhà => hết", "lúc 7:30, 3:0, gồm:(1) đất; (2) nhà => hết"),
            ("giá <3 triệu, Bộ XD, TT 05, http:/", "giá <3 triệu, Bộ XD, TT 05, http:/"),
            ("vui :) quá =)))", "vui  xxemojipos  quá  xxemojipos "),
            ("buồn:(( T_T :'(", "buồn xxemojineg   xxemojineg   xxemojineg "),
            ("ờ :v, yêu <3", "ờ  xxemoji , yêu  xxemojipos "),
            ("^_^ -_- :D", " xxemojipos   xxemojineg   xxemojipos "),
        ),
        needs=frozenset(":;=^@_-<>xoO"),
        guard=re.compile(r"[:;=^@_<>](?=[^ \n\d\w]|[dDpP3vVoOxX_T])|xD|-[_.]-").search,
    ),
    Rule(
        "spelt_emoticon",
        symbols.SPELT_EMOTICON,
        symbols.name_spelt_emoticon,
        "The corpus UIT-VSFC spells emoticons as words; a model trained on it must meet the same signs elsewhere.",
        (
            ("", ""),
            ("bệnh colon, colony", "bệnh colon, colony"),
            ("thầy vui colonsmile colonlove", "thầy vui xxemojipos xxemojipos"),
            ("khó quá colonsad coloncc colonsurprise", "khó quá xxemojineg xxemojineg xxemoji"),
        ),
        guard=lambda text: "colon" in text,
    ),
    Rule(
        "underscore",
        re.compile("_+"),
        " ",
        "The underscore is the mark of a segmented word, so that normalised text must not hold it.",
        (("", ""), ("bà con", "bà con"), ("bà_con ____ thôn", "bà con   thôn")),
        needs=frozenset("_"),
    ),
    Rule(
        "shattered_letters",
        _SHATTERED,
        _join_shattered,
        "Dots or hyphens between the letters of one syllable dodge a filter. Plain capitals stay: they are initials.",
        (
            ("", ""),
            ("U.B.N.D T.P. N.V.An v.v.v ki-lô-mét a.b.c", "U.B.N.D T.P. N.V.An v.v.v ki-lô-mét a.b.c"),
            ("b.á.n nhà lấy t.i.ề.n.", "bán nhà lấy tiền."),
            ("c.h.ết, đ-ộ-ng, B.À.I, x*á*c", "chết, động, BÀI, xác"),
            ("12.3.2021, 2-3-4", "12.3.2021, 2-3-4"),
        ),
        guard=re.compile(r"[.*-][^\W\d_]{1,3}[.*-]").search,
    ),
    Rule(
        "repeated_letters",
        _REPEATED,
        _shorten,
        "Drawn-out words are the same words. Roman numerals and abbreviations in capitals stay.",
        (
            ("", ""),
            (
                "cái xoong, quý III, khóa XXIII, Sở TTTT, CCCD",
                "cái xoong, quý III, khóa XXIII, Sở TTTT, CCCD",
            ),
            ("hayyyy", "hay"),
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
        guard=re.compile(r"([!-/:-@\[-`{-~]|[^\0-\x7f])\1\1\1").search,
    ),
    Rule(
        "tone_mark",
        spelling.TONE_PAIR,
        spelling.place_tone,
        "hoà and hòa are one word; the segmenter writes the old style. Misplaced marks (ngừơi) come from keyboards.",
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
    Rule(
        "white_space",
        _WHITE_SPACE,
        _collapse,
        "Runs of spaces carry nothing; a line break ends a clause and stays.",
        (("", ""), ("một\nhai ba", "một\nhai ba"), ("  một  hai \n\n ba \n", "một hai\nba"), (" ", "")),
        guard=_has_white_space,
    ),
    Rule(
        "emoji_runs",
        re.compile(r"xxemoji(?<!\w.......)(pos|neg|)(?!\w)(?:[ \n]xxemoji\1(?!\w)){2,}"),
        r"xxemoji\1 xxemoji\1",
        "Two of the same feeling in a row already insist; longer runs only drown the words.",
        (
            ("", ""),
            ("xxemoji xxemojipos xxemoji", "xxemoji xxemojipos xxemoji"),
            ("a xxemojipos xxemojipos xxemojipos b", "a xxemojipos xxemojipos b"),
            ("xxemoji xxemoji xxemoji xxemojineg", "xxemoji xxemoji xxemojineg"),
        ),
        guard=lambda text: "xxemoji" in text,
        is_closed=True,
    ),
)
"""Every rule, in the order in which it is applied."""
