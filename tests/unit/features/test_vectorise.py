import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from opinion_nlp.errors import ConfigError
from opinion_nlp.features import make_features, make_vectoriser
from opinion_nlp.features.ngrams import make_ngram_table
from opinion_nlp.features.vectorise import NgramVectoriser

SEEN = [
    "Nghe nói mai cắt nước ba ngày!!!",
    "Ở xã tôi, y tá rất tận tình…",
    "Giá xăng tăng 15 % từ 1/7\nkhổ quá",
    "NÓNG: bão số 5  sắp vào",
]
NEW = [*SEEN, "", "zzz", "Nghe nói nghe nói nghe nói", "giá  xăng\n\ntăng?!?! 99", "y ở Ở Y", "🙂 … %"]


@pytest.mark.parametrize("unit", ["syllable", "word", "character"])
@pytest.mark.parametrize("ngrams", [(1, 1), (1, 3), (2, 5)])
def test_fast_counting_equals_its_parent(unit: str, ngrams: tuple[int, int]):
    vectoriser = make_vectoriser(unit, ngrams=ngrams, min_df=1).fit(SEEN)
    ours, theirs = vectoriser.transform(NEW), TfidfVectorizer.transform(vectoriser, NEW)
    assert ours.shape == theirs.shape
    assert ours.dtype == np.float32
    np.testing.assert_allclose(ours.toarray(), theirs.toarray(), rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(vectoriser.fit_transform(SEEN).toarray(), ours.toarray()[:4], rtol=1e-5, atol=1e-7)


def test_ngrams_too_long_to_be_packed_are_counted_by_the_parent():
    syllables = [chr(ord("a") + place // 26) + chr(ord("a") + place % 26) for place in range(300)]
    vectoriser = make_vectoriser(ngrams=(1, 8), min_df=1).fit([" ".join(syllables)])
    text = " ".join(syllables[5:20])
    assert make_ngram_table(vectoriser.vocabulary_, " ") is None
    assert vectoriser.transform([text]).nnz == sum(15 - size + 1 for size in range(1, 9))


def test_a_vectoriser_fitted_again_forgets_its_first_vocabulary():
    vectoriser = make_vectoriser(ngrams=(1, 1), min_df=1).fit(["chợ quê"])
    assert vectoriser.transform(["chợ quê"]).nnz == 2
    assert vectoriser.fit(["đò dọc"]).transform(["chợ quê", "đò quê"]).toarray().tolist() == [[0, 0], [0, 1]]


@given(
    st.lists(st.lists(st.sampled_from(["mất", "nước", "điện", "lạ"]), max_size=12), max_size=6),
    st.sampled_from([(1, 1), (1, 3), (2, 2), (3, 4)]),
)
def test_a_table_counts_like_a_dictionary(texts: list[list[str]], sizes: tuple[int, int]):
    known = ["mất", "nước", "mất nước", "mất nước mất", "điện điện điện điện", "nước điện"]
    vocabulary = {ngram: place for place, ngram in enumerate(known)}
    table = make_ngram_table(vocabulary, " ")
    assert table is not None
    expected = np.zeros((len(texts), len(known)))
    for row, tokens in enumerate(texts):
        for size in range(sizes[0], sizes[1] + 1):
            for start in range(len(tokens) - size + 1):
                if (column := vocabulary.get(" ".join(tokens[start : start + size]))) is not None:
                    expected[row, column] += 1
    np.testing.assert_array_equal(table.count(texts, sizes).toarray(), expected)


def test_no_texts_give_no_rows():
    assert make_vectoriser(min_df=1).fit(SEEN).transform([]).shape[0] == 0


def test_one_letter_words_and_marks_are_kept():
    vocabulary = make_vectoriser(ngrams=(1, 1), min_df=1).fit(SEEN).vocabulary_
    assert {"ở", "y", "!!!", "…", "%"} <= set(vocabulary)


def test_digits_share_their_shape_and_case_tells_only_characters():
    words = make_vectoriser(ngrams=(1, 1), min_df=1).fit(SEEN).vocabulary_
    characters = make_vectoriser("character", ngrams=(2, 3), min_df=1).fit(SEEN).vocabulary_
    assert "00" in words
    assert "15" not in words
    assert "nóng" in words
    assert "NÓN" in characters
    assert "nón" not in characters


def test_words_are_segmented():
    vocabulary = make_vectoriser("word", ngrams=(1, 1), min_df=1).fit(["Bộ Y tế bác bỏ tin đồn"]).vocabulary_
    assert "bác_bỏ" in vocabulary


def test_diacritics_tell_words_apart():
    assert len(make_vectoriser(ngrams=(1, 1), min_df=1).fit(["ma má mà mả mã mạ"]).vocabulary_) == 6


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"unit": "token"}, "unknown unit of n-grams 'token'. Choose one of syllable, word, character"),
        ({"ngrams": (0, 2)}, "n-grams from 0 to 2 is no range"),
        ({"ngrams": (3, 2)}, "n-grams from 3 to 2 is no range"),
    ],
)
def test_wrong_settings_are_named(arguments: dict[str, object], message: str):
    with pytest.raises(ConfigError, match=message):
        make_vectoriser(**arguments)


def test_features_read_raw_texts_alike_however_they_are_spelt():
    features = make_features(min_df=1).fit(SEEN)
    blocks = [name for name, _ in features.named_steps["features"].transformer_list]
    assert blocks == ["words", "characters", "cues"]
    rows = features.transform(["Khoẻ  quá\u200b", "Khỏe quá"]).toarray()
    np.testing.assert_array_equal(rows[0], rows[1])


def test_the_type_is_stored_by_name():
    assert NgramVectoriser.__module__ == "opinion_nlp.features.vectorise"
