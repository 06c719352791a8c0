import random

import numpy as np
import pytest
from scipy.special import softmax

from opinion_nlp.classify.linear import LinearHead
from opinion_nlp.errors import InputError
from opinion_nlp.schema import RUMOUR_COLUMN
from opinion_nlp.training.config import FitConfig
from opinion_nlp.training.distil import Lesson, balanced, distil
from opinion_nlp.training.examples import Examples
from opinion_nlp.training.variants import vary_stance

CONFIG = FitConfig(min_df=1, max_word_features=3_000, max_character_features=3_000, max_iter=60)
PLACES = ("xã Hòa Mai", "phường Trung An", "thôn Gò Sậy", "xóm Bến Đá", "ấp Cầu Ván", "khu phố Lò Gạch")
MOODS = ("negative", "positive")
LABELS = {"mood": MOODS}
# The labelled texts know two words, the plain ones others, which only the teacher understands.
KNOWN = {"negative": ("hỏng",), "positive": ("mới",)}
TOLD = {"negative": ("ngập", "nứt", "sụt", "hôi"), "positive": ("thoáng", "mát", "phẳng", "vững")}


def sentences(words: dict[str, tuple[str, ...]], things: tuple[str, ...]) -> tuple[list[str], list[str]]:
    rows = [
        (f"Ở {place} {thing} đang {word}", label)
        for label, own in words.items()
        for word in own
        for place in PLACES
        for thing in things
    ]
    return [text for text, _ in rows], [label for _, label in rows]


def teach(labels: list[str]) -> np.ndarray:
    return np.array([[0.95, 0.05] if label == "negative" else [0.05, 0.95] for label in labels])


EXAMPLES = Examples(*sentences(KNOWN, ("đường", "cầu")))
PLAIN, SAID = sentences(TOLD, ("đường", "cầu", "chợ"))
# None of these texts is in the lesson.
OTHERS, TRUTH = sentences(TOLD, ("sân", "hồ"))


def agreement(weight: float) -> float:
    lesson = Lesson(PLAIN, {"mood": teach(SAID)}, weight)
    scores = distil({"mood": EXAMPLES}, LABELS, lesson, config=CONFIG).scores(OTHERS)["mood"]
    return float(np.mean([MOODS[place] == label for place, label in zip(scores.argmax(axis=1), TRUTH, strict=True)]))


def test_the_student_follows_the_teacher_on_texts_that_neither_labels_nor_lesson_hold():
    assert agreement(3.0) > 0.95
    assert agreement(1e-9) < 0.75


def test_the_student_keeps_what_the_labels_say():
    # The teacher is wrong on the labelled words, but the labels outweigh it.
    wrong = [MOODS[1 - MOODS.index(label)] for label in EXAMPLES.labels]
    lesson = Lesson([text.replace("Ở", "Tại") for text in EXAMPLES.texts], {"mood": teach(wrong)}, weight=0.2)
    scores = distil({"mood": EXAMPLES}, LABELS, lesson, config=CONFIG).scores(list(EXAMPLES.texts))["mood"]
    assert [MOODS[place] for place in scores.argmax(axis=1)] == list(EXAMPLES.labels)


def test_the_student_is_as_unsure_as_its_teacher():
    even = np.full((len(PLAIN), 2), 0.5)
    sure, unsure = (
        distil({"mood": EXAMPLES}, LABELS, Lesson(PLAIN, {"mood": said}), config=CONFIG).scores(OTHERS)["mood"]
        for said in (teach(SAID), even)
    )
    assert np.abs(softmax(sure, axis=1)[:, 1] - 0.5).mean() > 0.25
    assert np.abs(softmax(unsure, axis=1)[:, 1] - 0.5).mean() < 0.1


def test_scores_come_in_the_order_of_texts_questions_and_labels():
    questions = {"mood": EXAMPLES, "kind": Examples(["Chợ mới mở", "Đường hỏng", "Cầu cũ"], ["b", "a", "c"])}
    labels = {"mood": MOODS, "kind": ("c", "b", "a")}
    said = {"mood": teach(SAID), "kind": np.full((len(PLAIN), 3), 1 / 3)}
    lines: list[str] = []
    student = distil(questions, labels, Lesson(PLAIN, said), config=CONFIG, on_progress=lines.append)
    scores = student.scores([*OTHERS, "Chợ mới mở"])
    assert {name: own.shape for name, own in scores.items()} == {
        "mood": (len(OTHERS) + 1, 2),
        "kind": (len(OTHERS) + 1, 3),
    }
    assert labels["kind"][scores["kind"][-1].argmax()] == "b"
    np.testing.assert_allclose(student.scores(["Chợ mới mở"])["kind"][0], scores["kind"][-1], atol=1e-6)
    assert all(type(head) is LinearHead for head in student.heads.values())
    assert any("144 plain texts" in line for line in lines)


def test_the_same_seed_gives_the_same_student():
    lesson = Lesson(PLAIN, {"mood": teach(SAID)})
    first, second = (distil({"mood": EXAMPLES}, LABELS, lesson, config=CONFIG, seed=3) for _ in range(2))
    np.testing.assert_array_equal(first.heads["mood"].coef_, second.heads["mood"].coef_)


def test_the_rumour_likelihood_is_held_still_when_stance_changes():
    # Hearsay that blames, and news that praises: the labels alone do not say which of the two makes the rumour.
    things = ("đường", "cầu")
    texts = [f"Nghe đồn {thing} {place} {word}" for place in PLACES for thing in things for word in ("quá tệ", "xấu")]
    n_rumours = len(texts)
    texts += [f"Sáng nay {thing} {place} {word}" for place in PLACES for thing in things for word in ("tốt", "đẹp")]
    examples = Examples(texts, ["rumour"] * n_rumours + ["not_rumour"] * (len(texts) - n_rumours))
    rng = random.Random(4)
    flipped = [vary_stance(text, rng) for text in texts]
    lesson = Lesson(PLAIN[:20], {RUMOUR_COLUMN: np.full((20, 2), 0.5)}, weight=0.5)
    labels = {RUMOUR_COLUMN: ("not_rumour", "rumour")}
    gaps = {}
    for strength in (0.0, 2.0):
        config = FitConfig.from_dict({**vars(CONFIG), "pair_strength": strength})
        student = distil({RUMOUR_COLUMN: examples}, labels, lesson, config=config)
        own, other = (student.scores(side)[RUMOUR_COLUMN] @ [-1.0, 1.0] for side in (texts, flipped))
        assert ((own > 0) == (np.arange(len(texts)) < n_rumours)).all()
        gaps[strength] = float(np.abs(own - other).mean())
    assert gaps[2.0] < 0.5 * gaps[0.0]


@pytest.mark.parametrize("seed", range(5))
def test_labels_are_evened_out_and_the_sum_stays(seed: int):
    rng = np.random.default_rng(seed)
    weights, codes = rng.uniform(0.1, 3.0, 40), rng.integers(0, 3, 40)
    found = balanced(weights, codes, 4)  # the fourth label has no text
    assert found.sum() == pytest.approx(weights.sum())
    np.testing.assert_allclose(np.bincount(codes, weights=found), weights.sum() / 3)
    np.testing.assert_allclose(found[codes == 1] / found[codes == 1][0], weights[codes == 1] / weights[codes == 1][0])


def test_a_lesson_without_texts_is_refused():
    with pytest.raises(InputError, match="holds no text"):
        distil({}, {}, Lesson([], {}), config=FitConfig())
