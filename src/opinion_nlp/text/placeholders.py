"""Rules that put one word in the place of a link, an address, a number, a name or a face."""

import re

from opinion_nlp.text import spelling, symbols
from opinion_nlp.text.rule import Rule

EMAIL = re.compile(r"(?i:<email>)|[a-zA-Z0-9](?<![\w.+-].)[\w.+-]*@[a-zA-Z0-9][\w-]*(?:\.[a-zA-Z0-9][\w-]*)+", re.ASCII)
_TOP_DOMAIN = "com|vn|net|org|edu|gov|info|biz|me|io|tv|app|shop|store|online|xyz|club|asia|ly|gl|be|co"
HAS_URL = re.compile(
    rf"[.:<w](?:(?<=\.)(?:{_TOP_DOMAIN})(?![a-z0-9])|(?<=:)//|(?<=<)url>|(?<=w)ww\.)",
    re.IGNORECASE | re.ASCII,
)
URL = re.compile(
    r"<url>|(?:https?|ftp)://[^\s<>\"]*[^\s<>\".,;:!?'()\[\]{}]"
    r"|www\.[a-z0-9][^\s<>\"]*[^\s<>\".,;:!?'()\[\]{}]"
    rf"|[a-z0-9](?<![\w.@-].)[a-z0-9-]*(?:\.[a-z0-9-]+)*\.(?:{_TOP_DOMAIN})(?:/[^\s<>\"]*[^\s<>\".,;:!?'()\[\]{{}}]|/)?"
    r"(?![\w@-])(?!\.\w)",
    re.IGNORECASE | re.ASCII,
)
PHONE = re.compile(
    r"<(?i:phone)>|[+(018](?<![\w.,/+].)(?<!\w-.)(?:"
    r"(?<=\+)\(?84\)?(?:(?: +|[.-])?\d){9,10}"  # +84 912 345 678
    r"|(?<=8)4[35789]\d{8}"  # 84912345678
    r"|(?<=0)[35789]\d(?:(?: +|[.-])?\d){7}"  # 0912.345.678; three digits together, so that no date fits
    r"|(?<=0)1[2689]\d(?:(?: +|[.-])?\d){7}"  # 0168 234 5678, of before 2018
    r"|(?<=0)2\d{1,2}(?:(?: +|[.-])?\d){7,8}"  # 024 3825 3531
    r"|(?<=\()(?:02\d{1,2}|0[35789]\d{1,2}|\+84)\)(?:(?: +|[.-])?\d){6,9}"  # (028) 3829 5678
    r"|(?<=1)[89]00(?:(?: +|\.)?\d){4,6}"  # 1900 6099
    r")(?![\w/]|[.,:]\d|-\d(?!\d{8}))"
)
MENTION = re.compile(r"<(?i:user)>|@(?<![\w@].)\w(?:[\w.]*\w)?(?:@\w(?:[\w.]*\w)?)*")
"""A user name, or several that hang together (``@lan@mai``): one by one they would need a pass each."""

_HASHTAG = re.compile(rf"#(\w*[^\W\d_][\w{spelling.MARKS}]*)")


def _name_mentions(match: re.Match[str]) -> str:
    return " xxmention " * max(1, match.group().count("@"))


def _split_hashtag(match: re.Match[str]) -> str:
    """Return the placeholder and the words of a hashtag, cut at underscores and at capitals."""
    tag = match.group(1)
    words = [tag[0]]
    for i in range(1, len(tag)):
        is_last = i + 1 == len(tag)
        after_lower = tag[i - 1].islower() and i > 1 and not is_last  # nCoV and LớpA stay whole
        after_upper = tag[i - 1].isupper() and not is_last and tag[i + 1].islower()
        words.append(" " + tag[i] if tag[i].isupper() and (after_lower or after_upper) else tag[i])
    return " xxhashtag " + "".join(words).replace("_", " ") + " "


PLACEHOLDER_RULES: tuple[Rule, ...] = (
    Rule(
        "email",
        EMAIL,
        " xxemail ",
        "An address is personal and never seen twice; that there is one is a sign.",
        (
            ("", ""),
            ("họp lúc 8h @ nhà văn hóa", "họp lúc 8h @ nhà văn hóa"),
            ("gửi tiepdan.xa-1@hoamai.gov.vn.", "gửi  xxemail ."),
            ("<EMAIL>", " xxemail "),
        ),
        needs=frozenset("@<"),
    ),
    Rule(
        "url",
        URL,
        " xxurl ",
        "A link is never seen twice; that there is one is a sign.",
        (
            ("", ""),
            ("Xã Hòa Mai.Vẫn chờ, T.P. v.v.", "Xã Hòa Mai.Vẫn chờ, T.P. v.v."),
            ("xem https://hoamai.vn/tin?id=3&x=1.", "xem  xxurl ."),
            ("(www.hoamai.vn) baohoamai.com.vn, <URL>", "( xxurl )  xxurl ,  xxurl "),
            ("Theo HoaMai.net/tin-moi thì", "Theo  xxurl  thì"),
        ),
        guard=HAS_URL.search,
    ),
    Rule(
        "phone",
        PHONE,
        " xxphone ",
        "A telephone number is personal; adverts and alarms give one. Prices, dates, document numbers stay.",
        (
            ("", ""),
            ("ngày 05-12-2020, 0.500.000 đồng", "ngày 05-12-2020, 0.500.000 đồng"),
            ("số 0123/2021/QĐ-UBND, năm 1900-1975", "số 0123/2021/QĐ-UBND, năm 1900-1975"),
            ("căn cước 079099001234, 1.200.000.000", "căn cước 079099001234, 1.200.000.000"),
            ("gọi 0912345678.", "gọi  xxphone ."),
            ("0912.345.678; 0912 345 678; 091-234-5678", " xxphone ;  xxphone ;  xxphone "),
            ("+84 912 345 678, 84912345678", " xxphone ,  xxphone "),
            ("024 3825 3531 và (028) 3829 1234", " xxphone  và  xxphone "),
            ("01682345678 hoặc 1900 6099, <PHONE>", " xxphone  hoặc  xxphone ,  xxphone "),
        ),
        needs=frozenset("018<"),
    ),
    Rule(
        "mention",
        MENTION,
        _name_mentions,
        "User names are personal, and never inputs of a model.",
        (
            ("", ""),
            ("a @ b, a@b", "a @ b, a@b"),
            ("@lan.anh_99. đúng không @Nguyễn <user>", " xxmention . đúng không  xxmention   xxmention "),
            ("@lan@mai.99@ @hoa.@tư@@năm", " xxmention  xxmention @  xxmention . xxmention @@năm"),
        ),
        needs=frozenset("@<"),
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
            ("#nCoV #LớpA", " xxhashtag nCoV   xxhashtag LớpA "),
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
        "The corpus UIT-VSFC spells emoticons as words; they must be the same signs as elsewhere.",
        (
            ("", ""),
            ("bệnh colon, colony", "bệnh colon, colony"),
            ("thầy vui colonsmile colonlove", "thầy vui xxemojipos xxemojipos"),
            ("khó quá colonsad coloncc colonsurprise", "khó quá xxemojineg xxemojineg xxemoji"),
        ),
        guard=lambda text: "colon" in text,
    ),
)
"""In order: an e-mail address ends like a link, and a link may hold a number, an @ or a #."""
