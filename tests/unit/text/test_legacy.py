import codecs
import itertools
import shutil
import subprocess
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.unit.text.strategies import TEXT

from opinion_nlp.errors import InputError
from opinion_nlp.text.legacy import (
    LEGACY,
    Decoded,
    Encoding,
    charts,
    decode,
    decode_bytes,
    decode_font,
    decode_line,
    detect,
    encode,
    font_encoding,
    repair,
)
from opinion_nlp.text.legacy.readings import Reading, judge_unicode
from opinion_nlp.text.legacy.shapes import is_plausible

TONES = ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")
ONSETS = [
    "",
    *[
        "b",
        "c",
        "ch",
        "d",
        "đ",
        "g",
        "gh",
        "gi",
        "h",
        "k",
        "kh",
        "l",
        "m",
        "n",
        "ng",
        "ngh",
        "nh",
        "ph",
        "qu",
        "r",
        "s",
        "t",
        "th",
        "tr",
        "v",
        "x",
    ],
]
RIMES = [
    "a",
    "ac",
    "ach",
    "ai",
    "am",
    "an",
    "ang",
    "anh",
    "ao",
    "ap",
    "at",
    "au",
    "ay",
    "ăc",
    "ăm",
    "ăn",
    "ăng",
    "ăp",
    "ăt",
    "âc",
    "âm",
    "ân",
    "âng",
    "âp",
    "ât",
    "âu",
    "ây",
    "e",
    "ec",
    "em",
    "en",
    "eng",
    "eo",
    "ep",
    "et",
    "ê",
    "êch",
    "êm",
    "ên",
    "ênh",
    "êp",
    "êt",
    "êu",
    "i",
    "ia",
    "ich",
    "im",
    "in",
    "inh",
    "ip",
    "it",
    "iu",
    "iêc",
    "iêm",
    "iên",
    "iêng",
    "iêp",
    "iêt",
    "iêu",
    "yêm",
    "yên",
    "yêng",
    "yêt",
    "yêu",
    "o",
    "oa",
    "oac",
    "oach",
    "oai",
    "oam",
    "oan",
    "oang",
    "oanh",
    "oao",
    "oat",
    "oay",
    "oăc",
    "oăm",
    "oăn",
    "oăng",
    "oăt",
    "oc",
    "oe",
    "oen",
    "oeo",
    "oet",
    "oi",
    "om",
    "on",
    "ong",
    "ooc",
    "oong",
    "op",
    "ot",
    "ô",
    "ôc",
    "ôi",
    "ôm",
    "ôn",
    "ông",
    "ôp",
    "ôt",
    "ơ",
    "ơi",
    "ơm",
    "ơn",
    "ơp",
    "ơt",
    "u",
    "ua",
    "uâ",
    "uân",
    "uâng",
    "uât",
    "uây",
    "uc",
    "uê",
    "uêch",
    "uênh",
    "ui",
    "um",
    "un",
    "ung",
    "up",
    "ut",
    "uôc",
    "uôi",
    "uôm",
    "uôn",
    "uông",
    "uôt",
    "uơ",
    "uy",
    "uya",
    "uych",
    "uyên",
    "uyêt",
    "uynh",
    "uyt",
    "uyu",
    "ư",
    "ưa",
    "ưc",
    "ưi",
    "ưm",
    "ưng",
    "ưt",
    "ưu",
    "ươc",
    "ươi",
    "ươm",
    "ươn",
    "ương",
    "ươp",
    "ươt",
    "ươu",
    "y",
    "ynh",
    "yt",
]

# Written for these tests, as the reports of an invented commune.
PARAGRAPHS = [
    "Cử tri xã Hòa Mai kiến nghị huyện sớm sửa chữa tuyến đường liên thôn đã xuống cấp nghiêm trọng, mùa mưa nước ngập "
    "không đi lại được, học sinh phải nghỉ học.",
    "Qua nắm tình hình, dư luận nhân dân phường Trung An đồng tình với chủ trương sắp xếp lại tổ dân phố; tuy nhiên "
    "một số ý kiến băn khoăn về chế độ của cán bộ không chuyên trách.",
    "Giá phân bón tăng 35% so với cùng kỳ, bà con lo lắng vụ đông xuân này thua lỗ, đề nghị ngân hàng giãn nợ.",
    "Người dân phản ánh bãi rác gần chợ bốc mùi hôi thối, ruồi muỗi nhiều, đã gửi đơn 3 lần mà chưa được trả lời.",
    "Nhiều hộ thuộc diện thu hồi đất cho rằng mức bồi thường quá thấp, chưa thỏa đáng, đề nghị đối thoại công khai.",
]
SMALL_CAPITALS = str.maketrans({letter: letter.lower() for letter in "ÀÁẢÃẠẮẰẲẴẶẤẦẨẪẬÉÈẺẼẸẾỀỂỄỆÍÌỈĨỊÓÒỎÕỌỐỒỔỖỘỚỜỞỠỢ"})
HEADING = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
HEADINGS = {
    Encoding.TCVN3: "CéNG HßA X· HéI CHñ NGHÜA VIÖT NAM",
    Encoding.VNI: "COÄNG HOØA XAÕ HOÄI CHUÛ NGHÓA VIEÄT NAM",
    Encoding.VISCII: "C“NG HÒA XÃ H“I CHÜ NGHÎA VIŽT NAM".replace("Ü", "œ"),
    Encoding.CP1258: "CÔòNG HOÌA XAÞ HÔòI CHUÒ NGHIÞA VIÊòT NAM",
}

NOT_VIETNAMESE = [
    "L'été à Paris, où le maïs coûte cher, où les prix ont été relevés.",
    "où est-elle ? où est-il ? où êtes-vous ?",
    "Le garçon naïf a reçu un chèque à Noël, près de l'hôpital.",
    "Déjà vu : la crème brûlée, le pâté, la forêt, le goût du thé.",
    "La cité thaï, le canoë, l'ambiguïté, Haïti, Zoé et Loïc.",
    "Loïc",
    "Thaï",
    "Ça coûte 12 € à l'aéroport ; c'était « très bien » !",
    "ÉTÉ 2019 : LES PRIX RELEVÉS À GENÈVE, ÇA COÛTE",
    "Sœur Thérèse, cœur, œuf, bœuf, manœuvre",
    "Über die Straße läuft ein Mädchen mit größeren Füßen.",
    "Müller, Köln, Zürich, Düsseldorf, Österreich",
    "Bö ö ä ü ß",
    "schöne Grüße aus München, tschüß",
    "GRÖSSE, STRAßE, ÄRGER, ÜBUNG",
    "El niño y la niña comen piñas en España, ¿verdad? ¡Sí, señor!",
    "Mañana él irá allí; más tarde tú también. Qué difícil decisión.",
    "1ª planta, 2º piso, n.º 15, D.ª María Dña. Inés",
    "Não há pão, irmão; a mãe põe a maçã na mão. Você é avó.",
    "Så då går på gården, två små får från Skåne ligger i sängen.",
    "Rødgrød med fløde på Ærø, blåbærsyltetøy, øl",
    "Hyvää yötä, työtä päivää, öljyä, äiti",
    "Türkçe öğretmeni üç gün önce döndü, çok güzel gördüm.",
    "Það er íslenska, þú ert góður, æ og ö",
    "Příliš žluťoučký kůň úpěl ďábelské ódy",
    "Größe: 5 µm ± 0,3 µm bei 20 °C; 3×4 m²; ½ l; ¼",
    "The café's naïve résumé — “déjà vu” — cost £5 or €6…",
    "Copyright © 2019 Hoa Mai® Ltd. §5, ¶2, ™",
    "price: 12,000,000₫; 15/03/2019; +84 (24) 3825-0000; 50%",
    "lan.nguyen@hoamai.example, https://hoamai.example/a?b=%C3%A1&c=1#é",
    "def f(x): return {'a': x ** 2, \"b\": [1, 2]}  # naïve",
    "SELECT * FROM t WHERE ten = 'café' AND gia >= 10;",
    "\x02\x05\x06\x14\x19\x1e",
    "nước¹ m² kg·m³ A±B ‰ ¶",
    "Tổ 5, m², 30°C, “ngoặc kép”, ‘đơn’, … – — • ®",
    "bé té hòa ôm âm là cá",
    "\uf0b7 Thôn Đông\t\uf0a7 \uf0fc \uf0d8 xong",
    "π ≈ 3,14; αβγ; Москва; 東京; 안녕; ไทย; עברית",
    "inter\u00adnatio\u00adnal tri\u00adbu\u00adnal",
    "thông\u00ad tin tuyên\u00ad truyền, bảo\u00advệ",
    "Häagen-Dazs, Mötley Crüe, Blåhaj, São Tomé, Citroën, Nestlé",
    "Người dân gặp Müller ở Köln, ăn phở với Loïc và Zoë.",
    "koï où aï haï",
    "mät vän",
    "Ðau lưng, ðau đầu. Ðó là lúc Ðông y nói: Ðừng lo, ði khám.",
    "Ðau lung, Ðó là Ðông y, Ðình",
    "tôt rât môt đươc hơp lý",
]


def to_tcvn3(text: str) -> str:
    """Write a text as people did who had no code for a toned capital."""
    return "".join(
        encode(letter if can_express(letter, Encoding.TCVN3) else letter.lower(), "tcvn3") for letter in text
    )


def can_express(text: str, encoding: Encoding) -> bool:
    try:
        encode(text, encoding)
    except InputError:
        return False
    return True


def to_legacy(text: str, encoding: Encoding) -> str:
    return to_tcvn3(text) if encoding is Encoding.TCVN3 else encode(text, encoding)


def to_bytes(text: str) -> bytes:
    """Return the bytes that a legacy string shows."""
    return bytes(charts.WESTERN.index(letter) for letter in text)


def iter_syllables():
    for onset, rime, tone in itertools.product(ONSETS, RIMES, TONES):
        for i in [i for i, letter in enumerate(rime) if letter in "aăâeêioôơuưy"] if tone else [0]:
            yield unicodedata.normalize("NFC", onset + rime[: i + 1] + tone + rime[i + 1 :])


SYLLABLES = [syllable for syllable in dict.fromkeys(iter_syllables()) if is_plausible(syllable)]


def test_there_are_syllables_to_test_with():
    assert len(SYLLABLES) > 12_000
    assert {"nghiêng", "quỵt", "giếng", "khuỷu", "ạ", "ở", "yêu"} <= set(SYLLABLES)


@pytest.mark.parametrize("encoding", LEGACY)
@pytest.mark.parametrize("case", [str.lower, str.title, str.upper])
def test_every_syllable_survives(encoding: Encoding, case):
    syllables = [case(syllable) for syllable in SYLLABLES]
    expressible = [syllable for syllable in syllables if can_express(syllable, encoding)]
    assert [decode(encode(syllable, encoding), encoding) for syllable in expressible] == expressible
    lost = set(syllables) - set(expressible)
    assert not lost or encoding is Encoding.TCVN3
    assert all(syllable != syllable.lower() for syllable in lost)


def test_tcvn3_restores_every_syllable_in_capitals():
    capitals = [syllable.upper() for syllable in SYLLABLES if len(syllable) > 2]
    assert [decode(to_tcvn3(syllable), "tcvn3") for syllable in capitals] == capitals


@pytest.mark.skipif(shutil.which("iconv") is None, reason="needs iconv")
@pytest.mark.parametrize(
    ("encoding", "name"),
    [(Encoding.TCVN3, "TCVN5712-1"), (Encoding.VISCII, "VISCII"), (Encoding.CP1258, "CP1258")],
)
def test_charts_agree_with_iconv(encoding: Encoding, name: str):
    known = subprocess.run(["iconv", "-l"], capture_output=True, text=True, check=True).stdout
    if name not in known:
        pytest.skip(f"this iconv has no {name}")
    chart = charts.CHARTS[encoding]
    raw = b"".join(b"a" + bytes([byte]) + b"\n" for byte in sorted(chart))
    read = subprocess.run(["iconv", "-f", name, "-t", "UTF-8"], input=raw, capture_output=True, check=True)
    expected = [f"a{chart[byte]}" for byte in sorted(chart)]
    nfc = [unicodedata.normalize("NFC", line) for line in expected]
    assert [unicodedata.normalize("NFC", line) for line in read.stdout.decode().split("\n")[:-1]] == nfc


def test_charts_have_all_letters():
    lower = {letter for syllable in SYLLABLES for letter in syllable if not letter.isascii()}
    assert len(lower) == 67
    assert {letter for letter in charts.CHARTS[Encoding.TCVN3].values() if letter.islower()} == lower
    assert set(charts.CHARTS[Encoding.TCVN3].values()) - lower == set("ĂÂÊÔƠƯĐ")
    assert set(charts.CHARTS[Encoding.VISCII].values()) == lower | {letter.upper() for letter in lower}


@pytest.mark.parametrize(
    ("code", "letters"),
    [
        ("aùaøaûaõaïaâaáaàaåaãaäaêaéaèaúaüaë", "áàảãạâấầẩẫậăắằẳẵặ"),
        ("eùeøeûeõeïeâeáeàeåeãeä", "éèẻẽẹêếềểễệ"),
        ("íìæóò", "íìỉĩị"),
        ("oùoøoûoõoïoâoáoàoåoãoäôôùôøôûôõôï", "óòỏõọôốồổỗộơớờởỡợ"),
        ("uùuøuûuõuïööùöøöûöõöï", "úùủũụưứừửữự"),
        ("yùyøyûyõîñ", "ýỳỷỹỵđ"),
    ],
)
def test_vni_chart(code: str, letters: str):
    assert decode(code, "vni") == letters
    assert decode(code.upper(), "vni") == letters.upper()
    assert encode(letters, "vni") == code


def test_vni_takes_the_longest_letter_first():
    assert decode("ngöôøi Vieät", "vni") == "người Việt"
    assert decode("Aán Ñoä", "vni") == "Ấn Độ"
    assert decode("30°C, “a” ù", "vni") == "30°C, “a” ù"


def test_viscii_capitals_among_the_controls():
    assert decode("\x02\x05\x06\x14\x19\x1e", "viscii") == "ẲẴẪỶỸỴ"
    assert repair("C\x06M TH\x14 M\x19 L\x1e, VIŽT NAM, NGUYÍN VÅN Ð“").encoding is not Encoding.UNICODE


@pytest.mark.parametrize(
    ("text", "encoding", "letter"),
    [
        ("xã Ủy", "tcvn3", "Ủ"),
        ("a·b", "tcvn3", "·"),
        ("aø", "vni", "ø"),
        ("\x02", "viscii", "\x02"),
        ("😀", "cp1258", "😀"),
    ],
)
def test_encode_names_what_it_cannot_express(text: str, encoding: str, letter: str):
    place = text.index(letter)
    with pytest.raises(InputError, match=rf"{encoding} cannot express .* at offset {place}\. "):
        encode(text, encoding)


@pytest.mark.parametrize("encoding", ["unknown", "mixed", "utf-7", ""])
def test_other_encodings_are_refused(encoding: str):
    with pytest.raises(InputError, match="is no encoding that can be read"):
        decode("a", encoding)
    with pytest.raises(InputError, match="is no encoding that can be read"):
        encode("a", encoding)


@pytest.mark.parametrize("encoding", LEGACY)
@pytest.mark.parametrize("text", PARAGRAPHS)
def test_paragraphs_are_detected_and_restored(text: str, encoding: Encoding):
    legacy = to_legacy(text, encoding)
    assert detect(legacy) is encoding
    assert repair(legacy) == Decoded(text, encoding)
    assert decode_bytes(to_bytes(legacy)) == Decoded(text, encoding)


@pytest.mark.parametrize("encoding", LEGACY)
def test_headings_in_capitals(encoding: Encoding):
    assert detect(HEADINGS[encoding]) is encoding
    assert repair(HEADINGS[encoding]).text == HEADING


@pytest.mark.parametrize("encoding", LEGACY)
@pytest.mark.parametrize("shift", [0xF000, 0])
def test_bytes_shown_as_symbols_or_as_latin_1(encoding: Encoding, shift: int):
    raw = to_bytes(to_legacy(PARAGRAPHS[0], encoding))
    shown = "".join(chr(byte + shift) if byte >= 0x80 or (shift and byte > 0x20) else chr(byte) for byte in raw)
    assert repair(shown).text == PARAGRAPHS[0]


def test_a_space_as_a_symbol_and_bullets_of_symbol_fonts():
    shown = "".join(chr(0xF000 + byte) for byte in to_bytes(to_tcvn3(PARAGRAPHS[1])))
    assert repair(f"\uf0b7 {shown}").text == f"\uf0b7 {PARAGRAPHS[1]}"


def test_cp1258_with_all_tones_as_marks():
    apart = unicodedata.normalize("NFD", PARAGRAPHS[3])
    for hat, letters in {"\u0302": "aeo", "\u0306": "a", "\u031b": "ou"}.items():
        for letter in letters + letters.upper():
            for tone in ("", *"\u0323"):  # a dot below stands before the hat in NFD
                composed = unicodedata.normalize("NFC", letter + hat)
                apart = apart.replace(letter + tone + hat, composed + tone)
    legacy = "".join(charts.WESTERN[byte] for byte in apart.encode("cp1258"))
    assert "aì" in legacy
    assert repair(legacy) == Decoded(PARAGRAPHS[3], Encoding.CP1258)


def test_soft_hyphen_of_tcvn3_may_show_as_a_hyphen():
    assert repair("Ng-êi d©n ®Ò nghÞ ®-îc h-ëng chÕ ®é, xe ®Þa ph-¬ng").text == (
        "Người dân đề nghị được hưởng chế độ, xe địa phương"
    )


@pytest.mark.parametrize("text", NOT_VIETNAMESE)
def test_other_texts_are_never_converted(text: str):
    composed = unicodedata.normalize("NFC", text)
    assert detect(text) in (Encoding.UNICODE, Encoding.UNKNOWN)
    assert repair(text).text == composed
    assert repair("\n".join([*PARAGRAPHS, text])).text == "\n".join([*PARAGRAPHS, composed])


def test_other_texts_together_are_never_converted():
    document = unicodedata.normalize("NFC", "\n".join(NOT_VIETNAMESE))
    assert repair(document).text == document
    assert repair(document.replace("\n", " ")).text == document.replace("\n", " ")


@pytest.mark.parametrize("text", PARAGRAPHS)
def test_unicode_stays(text: str):
    assert detect(text) is Encoding.UNICODE
    assert repair(text) == Decoded(text, Encoding.UNICODE)
    assert repair(unicodedata.normalize("NFD", text)) == Decoded(text, Encoding.UNICODE)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ViÖt Nam", Encoding.TCVN3),
        ("Vieät Nam", Encoding.VNI),
        ("Vi®t Nam", Encoding.VISCII),
        ("Viêòt Nam", Encoding.CP1258),
        ("NguyÔn V¨n An", Encoding.TCVN3),
        ("bé", Encoding.UNICODE),
        ("ViÖt", Encoding.UNICODE),
        ("l¸ m¸", Encoding.UNKNOWN),
        ("møc cao nh©t", Encoding.UNKNOWN),  # mức cao nhât, misspelt, or mục cao nhẹt
        ("Viá»‡t Nam Ä‘áº¥t nÆ°á»›c", Encoding.UNKNOWN),
        ("", Encoding.UNICODE),
    ],
)
def test_short_runs(text: str, expected: Encoding):
    assert detect(text) is expected


@pytest.mark.parametrize(
    "text",
    [
        "ViÖt ®Êt n­íc ng­êi ®­îc kh«ng nh÷ng viÖc, bình hình",  # two words are Vietnamese as they stand only
        "ViÖt ®Êt n­íc, Müller Größe Zoë",  # half is explained
        "the best ®Êt of n­íc with ViÖt from street",  # no Vietnamese around it
        "Thaï lan",  # a rare word
        "ViÖt street",
    ],
)
def test_what_an_encoding_explains_in_part_is_left(text: str):
    assert detect(text) is Encoding.UNICODE
    assert repair(text).text == text


@pytest.mark.parametrize("text", ["thông\u00ad", "tô\u200bi", "Ðâu", "“và”", "hình/bình"])
def test_signs_nobody_sees_do_not_make_unicode_wrong(text: str):
    assert judge_unicode(text) is Reading.EXPLAINED


@pytest.mark.parametrize("word", ["saù", "ngừơi", "bỡnh", "kả", "ca1", "", "thưc", "hoạnf"])
def test_words_that_are_not_spelt_so(word: str):
    assert not is_plausible(word)


def test_the_document_decides_over_short_lines():
    lines = ["Bé phËn tiÕp d©n", to_tcvn3(PARAGRAPHS[0]), "ViÖt", "Bé", "l¸ m¸", "UBND", ""]
    assert repair("\n".join(lines)).text == "\n".join(
        ["Bộ phận tiếp dân", PARAGRAPHS[0], "Việt", "Bộ", "lá má", "UBND", ""]
    )


def test_many_short_lines_are_judged_together():
    assert repair("ViÖt\n§Êt\nN­íc\nNg­êi").text == "Việt\nĐất\nNước\nNgười"
    assert repair("ViÖt\nEtoile").text == "ViÖt\nEtoile"


def test_words_in_unicode_stay_beside_legacy_words():
    assert repair(f"{to_tcvn3(PARAGRAPHS[0])} bình").text == f"{PARAGRAPHS[0]} bình"
    assert repair(f"{to_tcvn3(PARAGRAPHS[0])}\nbình ®Êt").text == f"{PARAGRAPHS[0]}\nbình ®Êt"


def test_short_lines_of_a_second_encoding():
    short = ["Vieät", "Ñaát", "Nöôùc", "Ngöôøi"]
    decoded = repair("\n".join([to_tcvn3(PARAGRAPHS[0]), *short]))
    assert decoded.text.split("\n") == [PARAGRAPHS[0], "Việt", "Đất", "Nước", "Người"]
    assert decoded.notes == ("lines in more than one encoding: 1 in tcvn3, 4 in vni",)


def test_a_hint_decides_over_a_cell():
    assert repair("Bé", hint=Encoding.TCVN3).text == "Bộ"
    assert repair("Bé", hint=Encoding.VNI).text == "Bé"
    assert repair("bộ phận, bé", hint=Encoding.TCVN3).text == "bộ phận, bé"
    assert repair("Müller", hint=Encoding.TCVN3).text == "Müller"
    assert repair("Bé", hint=Encoding.MIXED).text == "Bé"


def test_signs_that_are_words():
    line = to_tcvn3("mua ô tô, dạ vâng ạ, 5000 đ")
    assert repair(f"{line}\n· {PARAGRAPHS[0]}").text == f"mua ô tô, dạ vâng ạ, 5000 đ\n· {PARAGRAPHS[0]}"
    line = encode("Ở đây đường nhiều ổ gà, ở xóm ngoài ngập nước, dài", "viscii")
    speech = f"— {encode('Người dân phản ánh đường xuống cấp', 'viscii')}"
    assert repair(speech).text == "— Người dân phản ánh đường xuống cấp"
    assert repair(f"{line} ± 5 mét – hỏng").text == "Ở đây đường nhiều ổ gà, ở xóm ngoài ngập nước, dài ± 5 mét – hỏng"


def test_unicode_lines_beside_legacy_lines():
    lines = [PARAGRAPHS[0], to_tcvn3(PARAGRAPHS[1]), "bé", "hòa", "ThÞ trÊn Hoµ Mai", PARAGRAPHS[2]]
    decoded = repair("\n".join(lines))
    assert decoded.text.split("\n") == [*PARAGRAPHS[:2], "bé", "hòa", "Thị trấn Hoà Mai", PARAGRAPHS[2]]
    assert decoded.encoding is Encoding.MIXED
    assert decoded.notes == ("lines in more than one encoding: 2 in tcvn3, 2 in Unicode",)


def test_two_legacy_encodings_by_paragraph():
    lines = [to_tcvn3(PARAGRAPHS[0]), "l¸ m¸", to_tcvn3(PARAGRAPHS[1]), encode(PARAGRAPHS[2], "vni")]
    decoded = repair("\n".join(lines))
    assert decoded.text.split("\n") == [PARAGRAPHS[0], "lá má", *PARAGRAPHS[1:3]]
    assert decoded.encoding is Encoding.MIXED
    assert decoded.notes == ("lines in more than one encoding: 3 in tcvn3, 1 in vni",)


def test_a_legacy_run_inside_a_unicode_line():
    assert repair("Trích đơn: ®Ò nghÞ söa ch÷a ®­êng lµng, đã chuyển xã").text == (
        "Trích đơn: đề nghị sửa chữa đường làng, đã chuyển xã"
    )


def test_a_tie_is_left_and_told():
    decoded = repair("l¸ m¸\nl¸ m¸ r¸")
    assert decoded.text == "l¸ m¸\nl¸ m¸ r¸"
    assert decoded.encoding is Encoding.UNKNOWN
    assert decoded.notes == ("2 lines look legacy and were left, the first is line 1",)


def test_lost_capitals_are_told():
    decoded = repair(f"{to_tcvn3('ủy ban nhân dân xã họp bàn.')} {to_tcvn3('ở thôn Đông, bà con chờ đợi.')}")
    assert decoded.text == "ủy ban nhân dân xã họp bàn. ở thôn Đông, bà con chờ đợi."
    assert decoded.notes == ("TCVN3 writes no capitals with a tone: 2 sentences begin with a small letter",)


@pytest.mark.parametrize(
    ("legacy", "text"),
    [
        ("CéNG HßA", "CỘNG HÒA"),
        ("ñy ban, §é Èm", "ủy ban, Độ ẩm"),
        ("ñY BAN NH¢N D¢N", "ỦY BAN NHÂN DÂN"),
        ("UBND X· HßA MAI", "UBND XÃ HÒA MAI"),
        ("UBND x· Hßa Mai", "UBND xã Hòa Mai"),
        ("TP.Hµ Néi", "TP.Hà Nội"),
        ("ý KIÕN", "Ý KIẾN"),
        ("HOAµ", "HOÀ"),
    ],
)
def test_capitals_of_tcvn3(legacy: str, text: str):
    assert decode(legacy, "tcvn3") == text


@pytest.mark.parametrize(
    ("font", "expected"),
    [
        (".VnTime", (Encoding.TCVN3, False)),
        (".VnTimeH", (Encoding.TCVN3, True)),
        (".vntimeh", (Encoding.TCVN3, True)),
        (".VnArial NarrowH", (Encoding.TCVN3, True)),
        (".VnArialH-Bold", (Encoding.TCVN3, True)),
        ("ABCDEF+.VnTimeH,BoldItalic", (Encoding.TCVN3, True)),
        ("VnTime", (Encoding.TCVN3, False)),
        ("VNI-Times", (Encoding.VNI, False)),
        ("VNI-Helve-Condense", (Encoding.VNI, False)),
        ("ABCDEF+VNI-Times,Bold", (Encoding.VNI, False)),
        ("vni times", (Encoding.VNI, False)),
        ("VNtimes new roman", None),
        ("Times New Roman", None),
        ("Vnbook", None),
        ("VNIcons", None),
        ("", None),
    ],
)
def test_fonts(font: str, expected: tuple[Encoding, bool] | None):
    assert font_encoding(font) == expected


def test_a_font_decides_over_what_no_text_tells():
    assert decode_font("bé phËn ®¨ng ký", ".VnTimeH") == "BỘ PHẬN ĐĂNG KÝ"
    assert decode_font("oâng", "VNI-Times") == "ông"
    assert decode_font("bộ phận bé", ".VnTime") == "bộ phận bé"
    assert decode_font("ho\u0300a", "Arial") == "hòa"
    assert decode_font("", ".VnTime") == ""


@pytest.mark.parametrize(
    "raw",
    [
        PARAGRAPHS[0].encode("utf-8"),
        PARAGRAPHS[0].encode("utf-8-sig"),
        PARAGRAPHS[0].encode("utf-16"),
        codecs.BOM_UTF16_BE + PARAGRAPHS[0].encode("utf-16-be"),
        PARAGRAPHS[0].encode("utf-16-le"),
        PARAGRAPHS[0].encode("utf-16-be"),
        PARAGRAPHS[0].encode("utf-32"),
    ],
)
def test_unicode_files(raw: bytes):
    assert decode_bytes(raw) == Decoded(PARAGRAPHS[0], Encoding.UNICODE)


def test_a_utf8_file_with_legacy_text_in_it():
    assert decode_bytes(to_tcvn3(PARAGRAPHS[0]).encode()) == Decoded(PARAGRAPHS[0], Encoding.TCVN3)


def test_a_file_put_together_from_utf8_and_legacy_parts():
    raw = b"\n".join([PARAGRAPHS[0].encode(), to_bytes(to_tcvn3(PARAGRAPHS[1])), b"\xb8", PARAGRAPHS[2].encode()])
    decoded = decode_bytes(raw)
    assert decoded.text.split("\n") == [*PARAGRAPHS[:2], "á", PARAGRAPHS[2]]
    assert decoded.encoding is Encoding.MIXED


def test_damaged_utf8_is_not_legacy():
    raw = "\n".join(PARAGRAPHS).encode()
    place = raw.index("ữ".encode())
    damaged = raw[: place + 1] + b"?" + raw[place + 2 :]
    decoded = decode_bytes(damaged)
    assert decoded.encoding is Encoding.UNICODE
    assert decoded.text.count("\ufffd") == 2
    assert decoded.notes == (f"2 damaged bytes replaced by U+FFFD, the first (0xe1) at offset {place}",)


@pytest.mark.parametrize("raw", [b"\xff\x00\x9d", b"xin \xe1\xe9 ch\xe0o \xff\xfe\xfd", b"ab\n\xe2\x28\xa1"])
def test_bytes_that_nothing_explains_name_the_first(raw: bytes):
    place = next(i for i, byte in enumerate(raw) if byte >= 0x80)
    with pytest.raises(InputError, match=rf"the byte 0x{raw[place]:02x} at offset {place} is neither"):
        decode_bytes(raw)


def test_no_bytes():
    assert decode_bytes(b"") == Decoded("", Encoding.UNICODE)


@pytest.mark.parametrize("encoding", LEGACY)
def test_lines_of_a_table(encoding: Encoding):
    line = "12;Bộ phận một cửa;tổ 5\r\n"
    assert decode_line(to_bytes(to_legacy(line, encoding)), encoding) == line
    assert decode_line(line.encode(), encoding) == line
    assert decode_line(b"12;a\n", encoding) == "12;a\n"
    assert decode_line(b"", encoding) == ""


def test_lines_of_a_mixed_or_unicode_table():
    raw = to_bytes(to_tcvn3(PARAGRAPHS[0]))
    assert decode_line(raw, Encoding.MIXED) == PARAGRAPHS[0]
    assert decode_line(PARAGRAPHS[0].encode(), Encoding.MIXED) == PARAGRAPHS[0]
    assert decode_line(b"h\xe1ng", Encoding.MIXED) == "h\udce1ng"
    assert decode_line(b"h\xe1ng", Encoding.UNICODE) == "h\udce1ng"
    assert decode_line(b"th\xdf\xbdng", Encoding.VISCII) == "thương"


LEGACY_PIECE = st.sampled_from(
    [to_legacy(text, encoding) for encoding in LEGACY for text in (*PARAGRAPHS, HEADING, "Việt Nam", "bộ", "lá má")]
)
DOCUMENT = st.lists(st.one_of(LEGACY_PIECE, TEXT, st.sampled_from(PARAGRAPHS)), max_size=6).map("\n".join)
SCRAPS = st.text(
    st.sampled_from([*map(chr, range(0x100)), *charts.WESTERN, *"ệđ\uf0b8\uf020 \n\n  aeoNH"]), max_size=80
)


@given(st.one_of(DOCUMENT, SCRAPS, TEXT))
@example("ViÖt N¨m \n")
def test_repair_never_raises_gives_nfc_and_is_idempotent(text: str):
    decoded = repair(text)
    assert unicodedata.is_normalized("NFC", decoded.text)
    assert repair(decoded.text).text == decoded.text
    assert detect(text) in Encoding


@given(st.one_of(SCRAPS, TEXT), st.sampled_from(LEGACY))
def test_decode_and_fonts_never_raise_and_give_nfc(text: str, encoding: Encoding):
    assert unicodedata.is_normalized("NFC", decode(text, encoding))
    assert unicodedata.is_normalized("NFC", decode_font(text, text))
    assert unicodedata.is_normalized("NFC", decode_font(text, ".VnTimeH"))


@given(st.one_of(st.binary(max_size=200), SCRAPS.map(lambda text: text.encode("utf-8", "replace"))))
def test_bytes_are_read_or_refused(raw: bytes):
    try:
        decoded = decode_bytes(raw)
    except InputError as error:
        assert "offset" in str(error)  # noqa: PT017
    else:
        assert unicodedata.is_normalized("NFC", decoded.text)
    for encoding in Encoding:
        assert isinstance(decode_line(raw, encoding), str)


@settings(max_examples=20)
@given(st.sampled_from(LEGACY), st.sampled_from(PARAGRAPHS))
def test_text_of_one_run_is_the_same_at_any_length(encoding: Encoding, text: str):
    legacy = to_legacy(text, encoding)
    assert repair(" ".join([legacy] * 3)).text == " ".join([text] * 3)


@pytest.mark.parametrize("piece", ["a", "ø", "á", "¸", "ViÖt Nam ", "aø,", "\uf0b8", "-", "ê-", "C“", "\n"])
def test_a_long_line_is_no_trouble(piece: str):
    text = piece * (1_000_000 // len(piece))
    assert len(repair(text).text) <= len(text)
    assert len(decode(text, "vni")) <= len(text)
