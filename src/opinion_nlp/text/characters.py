"""Rules about single characters: how one and the same text is encoded or decorated."""

import re
import unicodedata

from opinion_nlp.text import symbols
from opinion_nlp.text.rule import Rule, character_rule


def _unescape(match: re.Match[str]) -> str:
    """Return the character that an HTML entity stands for, also if it was escaped several times."""
    import html  # only where an entity is met: importing it costs more than the rest of this module

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
    | {"…": "...", "‥": "..", "。": ".", "、": ","}
)
_INVISIBLE = re.compile(
    "[\0-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\ufff9-\ufffc\ufffe\uffff\ud800-\udfff"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_SPACES = re.compile("\r\n?|[\t\v\f\x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u2800\u3000]")

CHARACTER_RULES: tuple[Rule, ...] = (
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
        needs_rare=True,
    ),
    character_rule(
        "styled_letters",
        "\uff01-\uffee\U0001d400-\U0001d7ff",  # as a range: a class of a thousand letters is slow
        _STYLED,
        "Full-width, half-width and mathematical letters decorate posts; other forms (², ½) carry sense.",
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
        needs_rare=True,
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
        needs_rare=True,
        is_closed=True,
    ),
    Rule(
        "nfc",
        re.compile(r"[\0-\x7f]?[^\0-\x7f]+"),
        lambda match: unicodedata.normalize("NFC", match.group()),
        "Text from some keyboards and from PDF is decomposed. No ASCII character joins the one before it, so "
        "that pieces cut before ASCII characters normalise apart.",
        (
            ("", ""),
            ("đường sá", "đường sá"),
            ("d\u0323u\u031bo\u031b\u0323c", "ḍược"),
            ("tie\u0302\u0300n", "tiền"),
        ),
        guard=lambda text: not unicodedata.is_normalized("NFC", text),
        needs_rare=True,
    ),
    character_rule(
        "stroked_d",
        "ÐƉð",
        {"Ð": "Đ", "Ɖ": "Đ", "ð": "đ"},
        "Old fonts and some keyboards write the Icelandic eth, which looks the same, for the letter Đ.",
        ("", ""),
        ("Đồng ý", "Đồng ý"),
        ("Ðồng Nai, ði", "Đồng Nai, đi"),
        is_closed=True,
    ),
    character_rule(
        "plain_signs",
        "".join(_PLAIN_SIGNS),
        _PLAIN_SIGNS,
        "Typographic quotes, dashes and ellipses vary with the editor, not with the writer's meaning.",
        ("", ""),
        ("\"đúng\" - 'sai'...", "\"đúng\" - 'sai'..."),
        ("“đúng” – ‘sai’…", "\"đúng\" - 'sai'..."),
        is_closed=True,
    ),
)
"""In order: what stands for a character, then the characters, then the signs between words."""
