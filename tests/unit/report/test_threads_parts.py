"""The parts of finding threads: names, near copies, linkage, ids, stances, alarm."""

import csv
import math
from collections import Counter
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from tests.unit.report.marked_threads import SAMPLE

from opinion_nlp.errors import ConfigError
from opinion_nlp.report.threads import AlarmLevel, Stance, ThreadOptions
from opinion_nlp.report.threads.alarm import find_alarm
from opinion_nlp.report.threads.answers import read_stance
from opinion_nlp.report.threads.copies import find_leaders
from opinion_nlp.report.threads.grouping import LINK, Statements, gather, link
from opinion_nlp.report.threads.identity import SKETCH_SIZE, make_sketch, name_threads
from opinion_nlp.report.threads.pairs import Pairs, find_pairs
from opinion_nlp.report.threads.places import are_apart, learn_names
from opinion_nlp.report.threads.records import Thread
from opinion_nlp.report.threads.vectors import N_BACKGROUND, load_frequent, make_vectors
from opinion_nlp.report.threads.words import digest, read_words, spell


def statements(rows, names=None) -> Statements:
    X = csr_matrix(np.array(rows, dtype=np.float32))
    return Statements(X, X, names or [frozenset()] * X.shape[0])


def thread(name: str, digests: list[str]) -> Thread:
    blank = Thread("", "", "", 0, 0, None, None, (), math.nan, (), math.nan, AlarmLevel.LOW, ())
    return replace(blank, id=name, sketch=make_sketch(digests))


@given(st.text())
def test_words_of_any_text_are_lower_case_and_their_digest_is_stable(text: str):
    words = read_words(text)
    assert [word.lower() for word in words] == words
    assert digest(words) == digest(read_words(text))
    assert all(map(str.isalnum, spell(words)))


def test_names_are_found_without_capitals_and_without_marks():
    names = learn_names(["Nghe nói quỹ tín dụng Nhân Hưng sắp vỡ"], ["xã Khe Dẻ"])
    for text in ("quỹ nhân hưng vỡ rồi", "quy tin dung nhan hung vo", "Nhân Hưng hết tiền"):
        found, rest = names.find(read_words(text))
        assert {name for name, _ in found} == {"nhan hung"}
        assert "hung" not in map(str, rest)
    assert names.find(["không", "có", "tên", "nào"])[0] == frozenset()


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("cầu Vàm Gừa nứt", "cầu Khe Dẻ nứt", True),
        ("cầu Vàm Gừa nứt", "cầu nứt to lắm", False),
        ("cầu Vàm Gừa ở xã Yên Kiệu", "cầu Vàm Gừa ở xã Gò Trám", False),
        ("cầu Vàm Gừa sắp sập", "hồ Khe Ngà sắp vỡ", True),
        ("xã Vàm Gừa", "cầu Khe Dẻ", False),
        ("trường Đông Hạc ở xã Yên Kiệu", "trường Hoa Sậy ở xã Yên Kiệu", True),
        ("cầu Vàm Gừa ở tỉnh Lam Thủy", "cầu Khe Dẻ ở tỉnh Lam Thủy", True),
    ],
)
def test_claims_about_other_places_are_apart(one: str, other: str, expected: bool):
    names = learn_names([one, other])
    assert are_apart(*(names.find(read_words(text))[0] for text in (one, other))) is expected


def test_near_copies_follow_their_first_and_never_against_their_names():
    text = read_words("nghe noi dap ho nut roi dem nay xa lu dan duoi ha luu chay di nhanh len ba con oi")
    texts = [text, [*text, "nhe"], [*text[:3], "o", *text[3:]], ["gia", "nuoc", "tang", "gap", "doi"]]
    assert find_leaders(texts).tolist() == [0, 0, 0, 3]
    assert find_leaders(texts, lambda one, other: other == 1).tolist() == [0, 1, 0, 3]
    assert find_leaders([[], []]).tolist() == [0, 1]


def test_a_statement_between_two_claims_does_not_chain_them():
    # The middle one is as near to either side as a thread needs; the sides have nothing in common.
    side, other = [1.0, 0, 0, 0], [0, 1.0, 0, 0]
    middle = [0.55, 0.55, 0.63, 0]
    labels = link(statements([side, side, side, middle, other, other, other]), LINK)
    assert labels[0] != labels[4]
    assert len(set(labels[:3].tolist())) == len(set(labels[4:].tolist())) == 1


def test_what_names_another_place_is_not_linked():
    here, there = frozenset({("vam gua", 4)}), frozenset({("khe de", 4)})
    rows = [[1.0, 0], [1.0, 0], [1.0, 0]]
    assert link(statements(rows, [here, there, here]), LINK).tolist() == [0, 1, 0]


def test_what_is_left_over_joins_the_nearest_thread_and_a_far_one_stays_alone():
    rows = np.array([[0.9, 0.43, 0, 0], [0.9, 0, 0.43, 0], [0.45, 0, 0.89, 0], [0, 0, 0, 1.0]])
    assert gather(statements(rows), np.array([0, 0, 2, 3])).tolist() == [0, 0, 0, 3]


def test_a_part_too_large_for_a_matrix_is_cut(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("opinion_nlp.report.threads.grouping._LARGEST", 4)
    rows = np.repeat(np.array([[1.0, 0.3, 0], [0, 0.3, 1.0]]), 4, axis=0)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    rows[:, 1] += 0.2
    assert link(statements(rows), LINK).tolist() == [0] * 4 + [4] * 4


def test_rare_features_lead_to_the_same_pairs_where_there_are_many(monkeypatch: pytest.MonkeyPatch):
    random = np.random.default_rng(0)
    X = csr_matrix((random.random((60, 40)) < 0.1).astype(np.float32))
    every = find_pairs(X, X, 1.5)
    monkeypatch.setattr("opinion_nlp.report.threads.pairs.MOST_COMPARED", 0)
    monkeypatch.setattr("opinion_nlp.report.threads.pairs._CHUNK", 50)
    assert isinstance(every, Pairs)
    for mine, theirs in zip(find_pairs(X, X, 1.5), every, strict=True):
        assert mine.tolist() == theirs.tolist()


def test_vectors_without_words_are_zero_and_others_have_length_one():
    X = make_vectors([[], ["dap"], ["dap", "nut", "roi"]])
    lengths = np.sqrt(np.asarray(X.multiply(X).sum(axis=1)).ravel())
    assert lengths[0] == 0
    assert lengths[2] == pytest.approx(1)
    assert make_vectors([]).shape[0] == 0


def test_the_background_was_counted_on_the_sample_archive():
    with (SAMPLE.parent / "statements.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = learn_names([row["Nội dung"] for row in rows], [row["Địa bàn"] for row in rows])
    texts = [spell(names.find(read_words(row["Nội dung"]))[1]) for row in rows]
    singles = Counter(word for text in texts for word in set(text))
    pairs = Counter(pair for text in texts for pair in {" ".join(pair) for pair in pairwise(text)})
    counted = {name: n / len(rows) for name, n in singles.items() if n >= 0.02 * len(rows)}
    counted |= {name: n / len(rows) for name, n in pairs.items() if n >= 0.01 * len(rows)}
    assert len(rows) == N_BACKGROUND
    assert dict(load_frequent()) == pytest.approx(counted, abs=0.0005)


def test_the_larger_part_of_a_split_keeps_the_id_and_the_other_gets_its_own():
    before = thread("T-aaaaaaaaaa", ["a" * 16, "b" * 16, "c" * 16])
    small, large = name_threads([["a" * 16], ["b" * 16, "c" * 16]], [before])
    assert large.id == before.id
    assert small.id not in ("", before.id)


def test_a_merged_thread_keeps_the_larger_id_and_lists_the_other():
    one, other = thread("T-1", ["a" * 16, "b" * 16]), thread("T-2", ["c" * 16])
    [merged] = name_threads([["c" * 16, "a" * 16, "b" * 16]], [one, other])
    assert merged == ("T-1", ("T-2",))


@given(st.lists(st.lists(st.sampled_from("abcdefgh"), min_size=1, unique=True), max_size=4))
def test_ids_are_unique_and_the_same_run_again_keeps_all(groups):
    digests, seen = [], set()
    for own in groups:
        fresh = [letter * 16 for letter in own if letter not in seen]
        seen |= set(own)
        digests += [fresh] if fresh else []
    names = [identity.id for identity in name_threads(digests)]
    assert len(set(names)) == len(names)
    previous = [thread(name, own) for name, own in zip(names, digests, strict=True)]
    assert [identity.id for identity in name_threads(digests[::-1], previous)] == names[::-1]


def test_the_sketches_of_a_growing_thread_overlap():
    digests = [digest([str(number)]) for number in range(3 * SKETCH_SIZE)]
    grown, before = make_sketch(digests), make_sketch(digests[: 2 * SKETCH_SIZE])
    assert len(grown) == SKETCH_SIZE
    assert len(set(grown) & set(before)) > SKETCH_SIZE / 2


@pytest.mark.parametrize(
    ("text", "stance"),
    [
        ("Sở Y tế bác bỏ tin đồn có dịch lạ", Stance.DENY),
        ("Không có chuyện vỡ đập như lời đồn", Stance.DENY),
        ("Đây là tin đồn thất thiệt", Stance.DENY),
        ("Chủ tịch xã khẳng định thông tin trên là sai sự thật", Stance.DENY),
        ("Công an tỉnh xác nhận thông tin 7 người chết là không đúng sự thật", Stance.DENY),
        ("Công an xác nhận vụ việc, hai người bị thương", Stance.CONFIRM),
        ("Đúng là có đợt cắt nước từ ngày 3/10", Stance.CONFIRM),
        ("Theo thông báo của UBND xã, bến phà dừng chạy ba ngày", Stance.CONFIRM),
        ("Sở Y tế xác nhận có 11 cháu đau bụng, mẫu thức ăn đang được kiểm nghiệm", Stance.CONFIRM),
        ("Vụ việc chưa được cơ quan nào xác nhận", Stance.UNCLEAR),
        ("UBND xã đang xác minh, chờ kết quả", Stance.UNCLEAR),
        ("Khánh thành cầu mới dài 32 m", Stance.UNCLEAR),
        ("so y te bac bo tin don co dich la", Stance.DENY),
    ],
)
def test_the_stance_is_read_from_the_wording(text: str, stance: Stance):
    assert read_stance(text) == stance


def alarm(**given) -> AlarmLevel:
    usual = {"size": 3, "n_last": 1, "n_before": 1, "growth": 1.0, "n_areas": 1, "mean_p_rumour": 0.6}
    return find_alarm(**usual | given, options=ThreadOptions())[0]


def test_the_alarm_rises_with_each_sign_and_falls_with_silence():
    assert alarm() == AlarmLevel.LOW
    assert alarm(mean_p_rumour=0.95) == AlarmLevel.LOW
    assert alarm(size=10) == AlarmLevel.WATCH
    assert alarm(size=10, mean_p_rumour=0.95) == AlarmLevel.RAISED
    assert alarm(size=10, n_areas=3, n_last=6, growth=6.0) == AlarmLevel.HIGH
    assert alarm(size=10, n_areas=3, n_last=0, n_before=0, growth=0.0, mean_p_rumour=0.9) == AlarmLevel.WATCH
    assert alarm(n_last=2, n_before=0, growth=2.0) == AlarmLevel.LOW  # two statements are no growth
    assert alarm(size=10, n_areas=3, n_last=0, n_before=0, growth=math.nan, mean_p_rumour=math.nan) == AlarmLevel.RAISED


def test_options_out_of_range_are_refused():
    with pytest.raises(ConfigError, match="min_size must be at least 1, got 0"):
        ThreadOptions(min_size=0)
