"""Texts for property tests: any Unicode, and the mess that people write in Vietnamese."""

import unicodedata

from hypothesis import strategies as st

ANY_TEXT = st.text(st.characters(), max_size=60)

_PIECES = st.sampled_from(
    [
        *"aáàAÁoòOuúUyýYiíIđêệơợqgkhnttcl",
        *" \n\t_.-*,:;=()<>@#&!?/|^'\"0123459",
        *"\u0300\u0301\u0302\u0306\u0323\u031b\u0328\u200b\u200d\u00ad\ufe0f\u20e3\ud83d\u00a0\u2028“”–…ＡＮ！ð",
        *"😀😡👍🏽🇻🇳❤\U0001f468",
        *[
            "hoà",
            "khoẻ",
            "thuỷ",
            "hòan",
            "qúy",
            "gìa",
            "ngừơi",
            "quí",
            "kĩ",
            "hi|vọng",
            "b.á.n",
            "t.i.ề.n",
            "quáaaa",
            "HAYYYY",
            "III",
            "TTTT",
            "xoong",
            "v.v",
        ],
        *[
            ":)",
            ":((",
            "=))",
            "<3",
            "T_T",
            "^_^",
            ":v",
            ":D",
            "@@",
            "colonsmile",
            "colonsad",
            "&amp;",
            "&lt;",
            "&nbsp;",
            "&#x1F621;",
            "&amp;lt;3",
        ],
        *[
            "https://hoamai.vn/a?b=1",
            "www.hoamai.vn",
            "hoamai.com",
            "a@b.vn",
            "0912345678",
            "+84",
            "1900",
            "0912.345",
            ".678",
            "<URL>",
        ],
        *[
            "@lan",
            "#TưVấnYTế",
            "#dân_hỏi",
            "#3",
            "xxurl",
            "xxemoji",
            "xxemojipos",
            "xxhashtag",
            "TP.HCM",
            "12.000",
            "01/01/2021",
        ],
    ]
)

MESSY_TEXT = st.builds(
    lambda pieces, form: unicodedata.normalize(form, "".join(pieces)) if form else "".join(pieces),
    st.lists(st.one_of(_PIECES, _PIECES, _PIECES.map(lambda piece: piece + " ")), max_size=25),
    st.sampled_from(["", "", "NFC", "NFD"]),
)

TEXT = st.one_of(MESSY_TEXT, MESSY_TEXT, ANY_TEXT)
