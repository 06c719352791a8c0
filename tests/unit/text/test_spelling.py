import pytest

from opinion_nlp.text import spelling

SYLLABLES = "à y ở tiền bán nghiêng khuỷu xoong quý huyền thuở già giêng gì quốc khoẻ hòa rượu hoa ưu yêu mười đường"


@pytest.mark.parametrize("word", SYLLABLES.split())
def test_syllables(word):
    assert spelling.is_syllable(word)
    assert spelling.is_syllable(word.upper())


@pytest.mark.parametrize("word", ["", "ubnd", "điởăn", "anhem", "wifi", "bántiền", "mátv", "bàá", "nhn", "12", "vtv"])
def test_not_syllables(word):
    assert not spelling.is_syllable(word)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("hoàng hoạt thuyền quyết khuỷu oái xoáy", "hoàng hoạt thuyền quyết khuỷu oái xoáy"),
        ("quà quá quỹ quẻ", "quà quá quỹ quẻ"),
        ("của múa mùa lúa thủa", "của múa mùa lúa thủa"),
        ("nghĩa gió giờ giục", "nghĩa gió giờ giục"),
        ("oà uý", "òa úy"),
        ("Toà án, THUỶ LỢI", "Tòa án, THỦY LỢI"),
        ("họat động, lọai, xóay, khủyu", "hoạt động, loại, xoáy, khuỷu"),
        ("qùa qủy gìa gỉa", "quà quỷ già giả"),
        ("đựơc mụôn tụôi yếu thúê", "được muộn tuội yếu thuế"),
        ("hoà\u0327", "hoà\u0327"),
    ],
)
def test_tone_placement(text, expected):
    assert spelling.TONE_PAIR.sub(spelling.place_tone, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("mì lì tí sĩ hí kịch kiên lính quít hi hữu", "mì lì tí sĩ hí kịch kiên lính quít hi hữu"),
        ("kì kí kỉ kĩ kị", "kỳ ký kỷ kỹ kỵ"),
        ("QUÍ quỉ Quì", "QUÝ quỷ Quỳ"),
        ("hi vọng, hi  vọng", "hy vọng, hi  vọng"),
    ],
)
def test_i_or_y(text, expected):
    assert spelling.I_OR_Y.sub(spelling.unify_i_and_y, text) == expected
