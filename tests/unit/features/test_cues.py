"""Cues: every entry fires, nothing else does, and the counter keeps no lexicon in its state."""

import json
import pickle
import subprocess
import sys

import numpy as np
import pytest
import skops.io
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from opinion_nlp.errors import ConfigError, InputError, ModelFormatError
from opinion_nlp.features import CueCounter, cue_names, find_cues, make_cues
from opinion_nlp.features.lexicon import CATEGORY_NAMES, Category, fold, load_lexicon, parse_lexicon
from opinion_nlp.features.match import detect_unmarked
from opinion_nlp.features.shape import SHAPE_FEATURES
from opinion_nlp.text import normalise

ENTRIES = load_lexicon().entries
CUES = [entry for entry in ENTRIES if entry.category != Category.SHIELD]
SHIELDS = [entry for entry in ENTRIES if entry.category == Category.SHIELD]
HEADER = "category\tentry\texample\treason\n"


@pytest.fixture(scope="module")
def counter():
    return make_cues().fit([])


def measured(counter, text):
    """Give the features of one text that are not zero."""
    names = counter.get_feature_names_out()
    row = counter.transform([normalise(text)])
    return {str(names[column]): float(value) for column, value in zip(row.indices, row.data, strict=True)}


def categories(text):
    return [cue.category for cue in find_cues(normalise(text))]


# --- the lexicon ---


def test_every_entry_fires_on_its_own_example_and_counts():
    silent = [
        entry.entry for entry in CUES if entry.entry not in {cue.entry for cue in find_cues(normalise(entry.example))}
    ]
    assert silent == []
    counter = make_cues().fit([])
    counted = counter.transform([normalise(entry.example) for entry in CUES])
    names = list(counter.get_feature_names_out())
    uncounted = [
        entry.entry for row, entry in enumerate(CUES) if not counted[row, names.index(f"cue_{entry.category}")]
    ]
    assert uncounted == []


def test_every_shield_hides_what_is_in_it():
    for shield in SHIELDS:
        start = normalise(shield.example).lower().index(shield.entry)
        inside = [cue for cue in find_cues(normalise(shield.example)) if start <= cue.start < start + len(shield.entry)]
        assert inside == [], shield.entry


def test_every_shield_is_needed():
    first_or_later = {syllable for entry in CUES if " " not in entry.entry for syllable in [entry.entry]}
    phrases = [entry.entry for entry in CUES if " " in entry.entry]
    idle = [
        shield.entry
        for shield in SHIELDS
        if not first_or_later & set(shield.entry.split())
        and not any(f" {phrase} " in f" {shield.entry} " for phrase in phrases)
    ]
    assert idle == []


def test_no_entry_stands_twice_and_every_line_is_complete():
    assert len({entry.entry for entry in ENTRIES}) == len(ENTRIES)
    assert all(entry.example.strip() and entry.reason.strip() for entry in ENTRIES)
    assert len(ENTRIES) >= 350
    assert {entry.category for entry in ENTRIES} == set(CATEGORY_NAMES) == set(Category)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("hearsay\tnghe nói\tNghe nói mai mưa.\n", "line 2: 3 columns"),
        ("gossip\tnghe nói\tNghe nói mai mưa.\tdictionary\n", "line 2: unknown category 'gossip'"),
        (
            "hearsay\tnghe nói\ta\tb\nhedging\tNghe  nói\ta\tb\n",
            "line 3: 'Nghe  nói' stands in the lexicon already",
        ),
        ("negation\tkhông\ta\tb\nnegation\tko\ta\tb\n", "line 3: 'ko' stands"),
        ("hearsay\tre:nghe (nói\ta\tb\n", "line 2: 're:nghe \\(nói' is not a regular expression"),
        ("hearsay\tre:a?b\ta\tb\nhearsay\tre:a?b\ta\tb\n", "line 3: 're:a.b' stands"),
    ],
)
def test_a_broken_lexicon_is_refused(line, message):
    with pytest.raises(InputError, match=message):
        parse_lexicon(HEADER + line)


def test_an_entry_matches_whichever_tone_placement_it_is_written_in():
    old, new = parse_lexicon(HEADER + "denial\txóa\ta\tb\n"), parse_lexicon(HEADER + "denial\txoá\ta\tb\n")
    assert old.trie == new.trie


def test_the_lexicon_is_read_once_and_not_at_import():
    assert load_lexicon() is load_lexicon()
    code = (
        "import builtins, io, json\n"
        "import opinion_nlp.features.lexicon as lexicon\n"
        "print(json.dumps(lexicon.load_lexicon.cache_info().currsize))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == 0


# --- matching ---


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("?!…", []),
        ("Nghe nói mai nghỉ chợ.", [Category.HEARSAY]),
        ("NGHE ĐỒN TRẠM ĐÓNG CỬA", [Category.HEARSAY]),
        ("Nghe mấy o nói ngoài chợ sắp đổi tiền", [Category.HEARSAY]),
        ("Nghe nói tới họp là mệt", [Category.HEARSAY_LOOKALIKE]),
        ("Tập nghe. Nói chậm thôi.", [Category.SPOKEN]),
        ("nghenói", []),
        ("Trẻ em vui", []),
        ("Huyện bác bỏ", [Category.DENIAL]),
        ("Tin trên không đúng sự thật", [Category.DENIAL]),
        ("Sắp dời chợ, có đúng hông?", [Category.CONFIRM_QUESTION]),
        ("Ko ai trả lời", [Category.NEGATION]),
    ],
)
def test_a_text_gets_these_cues_and_no_others(text, expected):
    assert categories(text) == expected


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("Quyết định số 1142-QĐ/TU đã ký", Category.DOCUMENT),
        ("Mức phạt theo văn bản 15/2020/NĐ-CP", Category.DOCUMENT),
        ("Chiếu khoản 2 mà làm", Category.DOCUMENT),
        ("Cô em trực ở kho thuốc nhắn lô này hỏng", Category.HEARSAY),
        ("KHẨN: ai ở bãi chạy ngay", Category.ALARM),
        ("Gấp! Dọn đồ", Category.ALARM),
        ("Theo Tuổi Trẻ, xe buýt chạy lại", Category.ACCOUNTABLE_SOURCE),
    ],
)
def test_a_pattern_fires(text, category):
    assert category in categories(text)


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("Ngày 15/2020 người xem", Category.DOCUMENT),
        ("Mấy điều hai bên đã hứa", Category.DOCUMENT),
        ("Quyết định thật vội", Category.DOCUMENT),
        ("Tôi không nghe ông Ba nói", Category.HEARSAY),
        ("Cô em trực ở kho thuốc", Category.HEARSAY),
        ("Thợ khẩn trương vá đường", Category.ALARM),
        ("Giá tăng gấp đôi", Category.ALARM),
        ("Theo tuổi mà xếp hàng", Category.ACCOUNTABLE_SOURCE),
    ],
)
def test_a_pattern_does_not_fire(text, category):
    assert category not in categories(text)


NEAR_MISSES = {
    "re:(?<!không )(?<!chưa )(?<!lắng )": "Tôi không nghe ông Ba nói",
    "re:(?:bạn|chị|anh": "Cô em trực ở kho thuốc ba năm",
    "re:(?:dân|bà con": "Dân thôn kéo lên đồn công an trình báo",
    "re:theo (?:(?:báo |trang": "Theo nhân dân thôn Đoài thì nên giữ đò",
    "re:(?:báo|tờ|đài|kênh)": "Báo Tuổi Trẻ bán hết từ sáng",
    "re:(?:số )?": "Trận đấu kết thúc 2/1 cho đội nhà",
    "re:(?:quyết định|nghị quyết": "Quyết định vội thì hỏng 2 năm công",
    "re:(?:điều|khoản)": "Mấy điều hai bên đã hứa",
    "re:khẩn(?=": "Thợ khẩn trương vá đường",
    "re:gấp(?=": "Giá tăng gấp đôi",
}


def test_every_pattern_has_a_near_miss_that_does_not_fire():
    patterns = [entry.entry for entry in ENTRIES if entry.is_pattern]
    assert len(patterns) == len(NEAR_MISSES)
    for pattern in patterns:
        (text,) = [text for start, text in NEAR_MISSES.items() if pattern.startswith(start)]
        assert pattern not in {cue.entry for cue in find_cues(normalise(text))}, text


def test_places_point_at_the_words():
    text = "İ Chị Bông: NGHE ĐỒN sắp đóng trạm; Công văn 12 đâu?"
    found = {text[cue.start : cue.end].lower() for cue in find_cues(text)}
    assert {"nghe đồn", "công văn", "công văn 12"} <= found


def test_a_text_without_diacritics_is_matched_without():
    assert Category.HEARSAY in categories("nghe noi mai ca xom cup nuoc")
    assert Category.CONFIRM_QUESTION in categories("mai cup nuoc co dung khong")
    assert Category.DOCUMENT in categories("cong van 12 da gui")


def test_a_text_with_diacritics_is_never_folded():
    assert Category.HEARSAY not in categories("Nghe noi mai cả xóm cúp nước")
    assert categories("Mấy người đó nghe nồi nước sôi") == []


def test_a_lone_syllable_is_too_ambiguous_without_diacritics():
    assert categories("toi nay mua") == []


@pytest.mark.parametrize(
    "entry",
    [entry for entry in CUES if entry.category in (Category.HEARSAY, Category.DENIAL)][::9],
    ids=lambda e: e.entry,
)
def test_examples_fire_without_diacritics_too(entry):
    assert entry.category in categories(fold(entry.example))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", True),
        ("mai cup nuoc", True),
        ("Mai cúp nước", False),
        ("mai cup nuoc ca xom nghe ba con oi đó", True),
    ],
)
def test_unmarked_means_hardly_a_diacritic(text, expected):
    assert detect_unmarked(text, text.split()) is expected


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80) | st.lists(st.sampled_from([e.example for e in ENTRIES]), max_size=3).map(" ".join))
def test_places_lie_inside_the_text_in_order(text):
    cues = find_cues(text)
    assert all(0 <= cue.start < cue.end <= len(text) for cue in cues)
    assert [cue.start for cue in cues] == sorted(cue.start for cue in cues)


# --- the counter ---


def test_an_empty_or_wordless_text_gives_zeros(counter):
    for text in ("", "   ", "?!"):
        assert measured(counter, text) == {}


def test_shape_dtype_and_names_agree(counter):
    texts = ["", "Nghe nói mai mưa", "Tôi thấy ổn"]
    matrix = counter.transform(texts)
    assert matrix.shape == (3, len(counter.get_feature_names_out()))
    assert matrix.dtype == np.float32
    assert matrix.format == "csr"
    assert counter.transform([]).shape == (0, matrix.shape[1])


def test_one_text_measures_the_same_alone_and_among_others(counter):
    texts = [entry.example for entry in ENTRIES[::40]]
    together = counter.transform(texts).toarray()
    for row, text in enumerate(texts):
        np.testing.assert_array_equal(counter.transform([text]).toarray()[0], together[row])


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=120))
def test_values_are_finite_and_not_negative(text):
    values = make_cues().fit([]).transform([text]).data
    assert np.isfinite(values).all()
    assert (values > 0).all()


def test_counts_are_logarithmic(counter):
    once, twice = (
        measured(counter, "Nghe nói mai mưa."),
        measured(counter, "Nghe nói mai mưa. Nghe đồn mai rét."),
    )
    assert once["cue_hearsay"] == pytest.approx(np.log(2))
    assert twice["cue_hearsay"] == pytest.approx(np.log(3))


@pytest.mark.parametrize(
    ("text", "present", "absent"),
    [
        ("Nghe nói mai đóng chợ, thương lái đi hết.", "first_hearsay", "pair_hearsay_sourced"),
        ("Chợ đông lắm, nghe nói mai đóng.", "cue_hearsay", "first_hearsay"),
        ("Nghe mấy o nói mai đóng chợ.", "first_hearsay", "pair_hearsay_sourced"),
        ("Nghe nói mai đóng chợ.", "pair_hearsay_unsourced", "pair_hearsay_denied"),
        (
            "Nghe nói đóng chợ nhưng ban quản lý cho biết chưa.",
            "pair_hearsay_sourced",
            "pair_hearsay_unsourced",
        ),
        ("Nghe đồn vỡ đê, UBND xã bác bỏ.", "pair_denial_sourced", "pair_alarm_forwarded"),
        ("Nghe đồn vỡ đê, UBND xã bác bỏ.", "pair_hearsay_denied", "pair_hearsay_question"),
        ("Nghe nói đóng chợ, có đúng không?", "pair_hearsay_question", "pair_personal_view"),
        ("Khẩn cấp, chia sẻ gấp cho bà con!", "pair_alarm_forwarded", "pair_hearsay_unsourced"),
        ("Tôi thất vọng quá.", "pair_personal_view", "pair_hearsay_evaluated"),
    ],
)
def test_position_and_pairs(counter, text, present, absent):
    values = measured(counter, text)
    assert present in values
    assert absent not in values


@pytest.mark.parametrize(
    ("text", "feature", "value"),
    [
        ("ĐÊ VỠ RỒI", "shape_upper", 1.0),
        ("Đê vỡ", "shape_upper", 1 / 4),
        ("NƯỚC LŨ VỀ RỒI bà con", "shape_heading", 1.0),
        ("ạ dạ đê vỡ", "shape_starts_lower", 1.0),
        ("Xe đi Hà Nam Ninh", "shape_capitalised", 3 / 5),
        ("de vo roi", "shape_unmarked", 1.0),
        ("Có 3 xe và 12 ghe", "shape_numbers", np.log(3)),
        ("Họp ngày 3/4 lúc 15h", "shape_dates", np.log(3)),
        ("Họp lúc 8 giờ 30", "shape_dates", np.log(2)),
        ("Thu 200 nghìn đồng, rồi 5 triệu", "shape_money", np.log(3)),
        ("Thật à?!!", "shape_exclamations", np.log(3)),
        ("Thật à??", "shape_questions", np.log(3)),
        ("Chờ… rồi chờ...", "shape_ellipses", np.log(3)),
        ('Gọi là "sạch"', "shape_quotes", np.log(3)),
        ("một hai ba", "shape_length", np.log(4)),
        ("Ông Lò Văn Tấm gặp bà Vũ Nhàn", "shape_titled_names", np.log(3)),
        ("Xem xxurl và xxurl", "shape_xxurl", np.log(3)),
        ("Vui xxemojipos", "shape_xxemojipos", np.log(2)),
        ("Vui xxhashtag", "shape_xxhashtag", np.log(2)),
        ("Dòng một\nDòng hai", "shape_lines", np.log(2)),
    ],
)
def test_shape(counter, text, feature, value):
    names = list(counter.get_feature_names_out())
    assert counter.transform([text])[0, names.index(feature)] == pytest.approx(value, abs=1e-6)


def test_features_left_out_are_gone_and_the_rest_stays(counter):
    without = ("cue_agency", "first_agency")
    fewer = CueCounter(without=without).fit([])
    text = "UBND xã cho biết mai nghỉ"
    expected = {name: value for name, value in measured(counter, text).items() if name not in without}
    assert measured(fewer, text) == expected
    assert "cue_agency" in measured(counter, text)
    with pytest.raises(ConfigError, match="no feature 'cue_gossip'"):
        CueCounter(without=("cue_gossip",)).fit([])


def test_every_feature_has_a_name_in_both_languages(counter):
    names = [str(name) for name in counter.get_feature_names_out()]
    assert len(set(names)) == len(names)
    assert set(SHAPE_FEATURES) <= set(names)
    for lang in ("vi", "en"):
        given = [cue_names(name, lang) for name in names]
        assert len(set(given)) == len(given)
        assert not set(given) & set(names)
    assert cue_names("word_đồn") == "word_đồn"


# --- as an estimator ---


def test_parameters_go_round():
    counter = CueCounter(without=("cue_agency",))
    assert counter.get_params() == {"without": ("cue_agency",)}
    assert clone(counter).get_params() == counter.get_params()
    assert CueCounter().set_params(without=("cue_alarm",)).without == ("cue_alarm",)


def test_it_must_be_fitted_first():
    with pytest.raises(NotFittedError):
        CueCounter().transform(["Nghe nói"])


def test_the_state_holds_parameters_and_a_digest_only(counter):
    assert {key for key in counter.__getstate__() if not key.startswith("_sklearn")} == {
        "without",
        "lexicon_sha256_",
    }
    assert len(pickle.dumps(counter)) < 500


def test_skops_brings_it_back(counter):
    back = skops.io.loads(skops.io.dumps(counter), trusted=["opinion_nlp.features.cues.CueCounter"])
    text = ["Nghe nói mai nghỉ chợ"]
    assert (back.transform(text) != counter.transform(text)).nnz == 0


def test_another_lexicon_is_refused(counter):
    stranger = clone(counter).fit([])
    stranger.lexicon_sha256_ = "0" * 64
    with pytest.raises(ModelFormatError, match="another cue lexicon"):
        stranger.transform(["Nghe nói"])
