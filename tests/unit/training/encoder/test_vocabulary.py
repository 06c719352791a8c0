# ruff: noqa: E402 - without torch this room cannot be imported
import numpy as np
import pytest

torch = pytest.importorskip("torch")

from opinion_nlp.classify.tokenizer import BEGIN, END, UNKNOWN
from opinion_nlp.training.encoder.pretrained import SPECIAL_PIECES, Pretrained
from opinion_nlp.training.encoder.vocabulary import ALPHABET, MASK_PIECE, Vocabulary, read_vocabulary, trim_vocabulary

FOREIGN = ("▁the", "▁и", "▁中", "中", "国")
WORDS = ("▁đường", "▁thôn", "▁ngập", "▁chợ", "▁phường", "▁mưa")
LETTERS = tuple(dict.fromkeys(["▁", *ALPHABET, *ALPHABET.upper()]))
TEXTS = ["đường thôn ngập", "đường thôn mưa", "đường chợ", "đường thôn"]


@pytest.fixture(scope="module")
def pretrained() -> Pretrained:
    pieces = (*SPECIAL_PIECES, *FOREIGN, *LETTERS, *WORDS, MASK_PIECE)
    scores = [0.0] * 4 + [-3.0] * len(FOREIGN) + [-9.0] * len(LETTERS) + [-4.0 - n for n in range(len(WORDS))] + [0.0]
    return Pretrained(pieces, np.array(scores, dtype=np.float32), {}, layers=1, heads=1)


@pytest.fixture(scope="module")
def trimmed(pretrained: Pretrained) -> Vocabulary:
    return trim_vocabulary(pretrained, TEXTS, max_pieces=5 + len(LETTERS) + 3)


def test_special_pieces_come_first_and_every_letter_stays(trimmed: Vocabulary):
    assert trimmed.pieces[:5] == (*SPECIAL_PIECES, MASK_PIECE)
    assert trimmed.scores[:5] == (0.0,) * 5
    assert set(LETTERS) <= set(trimmed.pieces)
    assert len(trimmed.pieces) == len(set(trimmed.pieces)) == 5 + len(LETTERS) + 3


def test_of_the_words_the_most_used_stay_most_used_first(trimmed: Vocabulary):
    # đường 4, thôn 3, then three with 1; phường and the foreign ones have none.
    assert trimmed.pieces[5:7] == ("▁đường", "▁thôn")
    words = set(trimmed.pieces) - set(LETTERS) - set(trimmed.pieces[:5])
    assert len(words) == 3
    assert words & {"▁ngập", "▁mưa", "▁chợ"}


def test_pieces_that_no_text_uses_do_not_fill_the_room(pretrained: Pretrained):
    found = trim_vocabulary(pretrained, TEXTS, max_pieces=10_000)
    assert set(found.pieces) == {*SPECIAL_PIECES, MASK_PIECE, *LETTERS, *WORDS} - {"▁phường"}


def test_each_piece_knows_where_it_was_published_and_its_score(trimmed: Vocabulary, pretrained: Pretrained):
    for place, source in enumerate(trimmed.sources):
        if place == 4:
            assert source == UNKNOWN  # the mask has no weights of its own
            continue
        assert pretrained.pieces[source] == trimmed.pieces[place]
        assert trimmed.scores[place] == pretrained.scores[source]


def test_a_word_that_was_dropped_is_written_with_letters(trimmed: Vocabulary):
    encoding = trimmed.tokenizer().encode("đường phường")
    assert encoding.tokens == ["<s>", "▁đường", "▁", "p", "h", "ư", "ờ", "n", "g", "</s>"]
    assert (encoding.ids[0], encoding.ids[-1]) == (BEGIN, END)


def test_an_unknown_letter_becomes_the_unknown_piece(trimmed: Vocabulary):
    encoding = trimmed.tokenizer().encode("đường 国 thôn")
    assert UNKNOWN in encoding.ids
    assert {"▁đường", "▁thôn"} <= set(encoding.tokens)


def test_a_stored_tokenizer_reads_back_the_same(trimmed: Vocabulary):
    stored = trimmed.tokenizer().to_str()
    found = read_vocabulary(stored)
    assert found.pieces == trimmed.pieces
    assert found.scores == pytest.approx(trimmed.scores)
    assert found.sources.tolist() == list(range(len(found.pieces)))
    for text in [*TEXTS, "Chợ phường 国!", "", "<mask> thôn"]:
        assert found.tokenizer().encode(text).ids == trimmed.tokenizer().encode(text).ids
