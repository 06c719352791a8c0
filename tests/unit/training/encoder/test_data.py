# ruff: noqa: E402 - without torch this room cannot be imported
import random

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from tests.unit.training.encoder import tiny

from opinion_nlp.classify.tokenizer import BEGIN, END, PADDING
from opinion_nlp.errors import InputError
from opinion_nlp.training.encoder.data import (
    MISSING,
    Row,
    TextSet,
    Variation,
    cut_texts,
    iterate,
    join_examples,
    make_batches,
    pad,
    read_epoch,
)
from opinion_nlp.training.examples import Examples
from opinion_nlp.training.variants import vary_names, vary_spelling, vary_stance

VOCABULARY = tiny.make_vocabulary()
LABELS = {"mood": ("bad", "good"), "topic": ("roads", "water", "markets")}
MOOD = Examples(["đường xấu", "chợ sạch", "kênh tốt"], ["bad", "good", "good"], weights=np.array([1.0, 0.5, 2.0]))
TOPIC = Examples(["kênh tốt", "cầu xã"], ["water", "roads"])


def test_texts_stand_once_and_missing_answers_are_told():
    joined = join_examples({"mood": MOOD, "topic": TOPIC}, LABELS)
    assert joined.texts == ["đường xấu", "chợ sạch", "kênh tốt", "cầu xã"]
    assert joined.answers["mood"].codes.tolist() == [0, 1, 1, MISSING]
    assert joined.answers["topic"].codes.tolist() == [MISSING, MISSING, 1, 0]
    assert joined.answers["mood"].weights.tolist() == [1.0, 0.5, 2.0, 0.0]
    assert joined.answers["topic"].weights.tolist() == [0.0, 0.0, 1.0, 1.0]
    assert joined.answers["topic"].labels == LABELS["topic"]


def test_rows_of_are_the_texts_that_answer_any_of_the_questions():
    joined = join_examples({"mood": MOOD, "topic": TOPIC}, LABELS)
    assert joined.rows_of(["topic"]).tolist() == [2, 3]
    assert joined.rows_of(["mood", "topic"]).tolist() == [0, 1, 2, 3]


def test_a_text_that_a_question_holds_twice_keeps_the_last_answer():
    twice = Examples(["đường xấu", "đường xấu"], ["bad", "good"])
    joined = join_examples({"mood": twice}, LABELS)
    assert (joined.texts, joined.answers["mood"].codes.tolist()) == (["đường xấu"], [1])


def test_an_unknown_label_is_refused():
    with pytest.raises(InputError, match="question mood: label sad is not among bad, good"):
        join_examples({"mood": Examples(["đường xấu"], ["sad"])}, LABELS)


def variation(spelling_share: float = 0.0, pair_share: float = 0.0) -> Variation:
    return Variation(vary_spelling, spelling_share, vary_stance, vary_names, pair_share)


@pytest.fixture(scope="module")
def source() -> TextSet:
    return join_examples({"mood": tiny.mood_examples()}, {"mood": ("negative", "positive")})


def read(source: TextSet, own: Variation, seed: int = 0, window: int = 32) -> list[Row]:
    return read_epoch(source, np.arange(len(source.texts)), VOCABULARY, own, window, seed)


def test_without_variation_every_text_is_read_as_it_is(source: TextSet):
    rows = read(source, variation())
    assert [row.row for row in rows] == list(range(len(source.texts)))
    assert [row.pieces for row in rows] == cut_texts(source.texts, VOCABULARY, 32)
    assert all(row.variant is None for row in rows)


def test_variation_is_the_same_by_the_same_seed_and_another_by_another(source: TextSet):
    own = variation(0.3, 0.5)
    assert read(source, own, seed=7) == read(source, own, seed=7)
    assert read(source, own, seed=7) != read(source, own, seed=8)


def test_the_shares_are_kept(source: TextSet):
    plain = cut_texts(source.texts, VOCABULARY, 32)
    rows = [row for seed in range(8) for row in read(source, variation(0.25, 0.5), seed)]
    spelt = np.mean([row.pieces != plain[row.row] for row in rows])
    paired = np.mean([row.variant is not None for row in rows])
    # All spellings change these texts but lower case, one of four; names stand in none of them, so half the pairs stay.
    assert spelt == pytest.approx(0.25 * 3 / 4, abs=0.06)
    assert paired == pytest.approx(0.5 / 2, abs=0.06)
    assert all(row.pieces == plain[row.row] for row in rows if row.variant is not None)


def test_a_variant_differs_from_its_text_and_says_whether_it_is_flipped():
    text = "Bí thư xã ở Hà Nội rất tốt"
    source = TextSet([text] * 40, {})
    rows = read(source, variation(0.0, 1.0))
    whole = VOCABULARY.tokenizer().encode(text).ids
    flips = [row for row in rows if row.variant is not None and row.is_flipped]
    names = [row for row in rows if row.variant is not None and not row.is_flipped]
    assert len(flips) > 10
    assert len(names) > 10
    assert all(row.pieces == whole and row.variant != whole for row in flips + names)
    # A flip leaves all but the praise at the end, a change of names leaves the praise.
    n_end = len(VOCABULARY.tokenizer().encode("rất tốt", add_special_tokens=False).ids)
    assert all(row.variant[: -n_end - 1] != whole[: -n_end - 1] for row in names)
    assert all(row.variant[-n_end - 1 :] == whole[-n_end - 1 :] for row in names)
    assert all(row.variant[: len(whole) - n_end - 1] == whole[: -n_end - 1] for row in flips)


def test_a_long_text_keeps_its_first_pieces_and_the_end():
    long, short = cut_texts(["đường thôn " * 20, "đường"], VOCABULARY, 9)
    assert len(long) == 9
    assert (long[0], long[-1]) == (BEGIN, END)
    assert long[1:8] == VOCABULARY.tokenizer().encode("đường thôn " * 4, add_special_tokens=False).ids[:7]
    assert len(short) == 3
    assert cut_texts([], VOCABULARY, 9) == []


def some_rows(n_rows: int = 300) -> list[Row]:
    rng = random.Random(3)
    rows = []
    for number in range(n_rows):
        variant = [BEGIN, *[6] * rng.randrange(1, 50), END] if rng.random() < 0.3 else None
        rows.append(Row(number, [BEGIN, *[5] * rng.randrange(0, 50), END], variant, variant is not None))
    return rows


def test_batches_hold_each_row_once_in_an_order_by_the_seed():
    rows = some_rows()
    batches = make_batches(rows, 256, seed=1)
    assert sorted(row.row for batch in batches for row in batch) == list(range(len(rows)))
    assert batches == make_batches(rows, 256, seed=1)
    assert batches != make_batches(rows, 256, seed=2)
    lengths = [batch[0].length for batch in batches]
    assert lengths != sorted(lengths)


def test_batches_are_about_as_large_as_asked_and_little_is_padding():
    rows = some_rows()
    batches = [pad(batch).tokens for batch in make_batches(rows, 512, seed=1)]
    # Rows are sorted by their length and up to 8 more, so one may be that much longer than the last that was let in.
    assert all(tokens.numel() <= 512 + 8 * len(tokens) for tokens in batches)
    assert np.mean([tokens.numel() for tokens in batches]) > 300
    n_pieces = sum(len(row.pieces) + len(row.variant or ()) for row in rows)
    assert n_pieces > 0.6 * sum(tokens.numel() for tokens in batches)


def test_a_row_longer_than_a_batch_is_a_batch_of_its_own():
    rows = [Row(0, [BEGIN, *[5] * 98, END]), Row(1, [BEGIN, *[5] * 98, END])]
    assert sorted(batch[0].row for batch in make_batches(rows, 16, seed=0)) == [0, 1]
    assert make_batches([], 16, seed=0) == []


def test_variants_stand_behind_the_texts_and_know_their_partner():
    rows = [
        Row(40, [BEGIN, 6, END]),
        Row(41, [BEGIN, 7, 8, END], variant=[BEGIN, 7, 9, 10, END], is_flipped=True),
        Row(42, [BEGIN, END], is_flipped=True),  # a flip that changed nothing has no variant
        Row(43, [BEGIN, 8, END], variant=[BEGIN, 9, END]),
    ]
    batch = pad(rows)
    p = PADDING
    assert batch.tokens.tolist() == [
        [BEGIN, 6, END, p, p],
        [BEGIN, 7, 8, END, p],
        [BEGIN, END, p, p, p],
        [BEGIN, 8, END, p, p],
        [BEGIN, 7, 9, 10, END],
        [BEGIN, 9, END, p, p],
    ]
    assert batch.tokens.dtype == torch.int64
    assert batch.rows.tolist() == [40, 41, 42, 43, 41, 43]
    assert batch.partner.tolist() == [-1, -1, -1, -1, 1, 3]
    assert batch.is_flipped.tolist() == [False, False, False, False, True, False]


def test_batches_can_be_gone_on_with():
    batches = make_batches(some_rows(60), 128, seed=0)
    whole = list(iterate(batches, 0))
    rest = list(iterate(batches, 3))
    assert len(rest) == len(whole) - 3
    assert all(torch.equal(a.tokens, b.tokens) for a, b in zip(whole[3:], rest, strict=True))
