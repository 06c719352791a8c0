import json
import unicodedata

import numpy as np
import pytest

from opinion_nlp import Tagger
from opinion_nlp.classify.explain import label_weights, merge_words
from opinion_nlp.errors import InputError

TEXT = "Nghe đồn   chợ huyện sắp dời, bà con TP hoang mang lắm!!! 😡"


def test_spans_point_into_the_text_as_given(tiny_tagger: Tagger):
    for text in (TEXT, unicodedata.normalize("NFD", TEXT), "\u200b" + TEXT):
        explanation = tiny_tagger.explain(text)
        assert explanation.text == text
        assert explanation.evidence
        for item in explanation.evidence:
            assert 0 <= item.start < item.end <= len(text)
            assert text[item.start : item.end].strip() == text[item.start : item.end]


def test_hearsay_is_named_in_both_languages(tiny_tagger: Tagger):
    named = [item for item in tiny_tagger.explain(TEXT).spans("p_rumour") if item.cue]
    assert any("nghe" in item.cue.lower() and "hearsay" in item.cue_en.lower() for item in named)


def test_contributions_add_up_to_the_score(tiny_tagger: Tagger):
    """What is spread over the words is what the score is made of, but for features without a place."""
    from opinion_nlp.classify.explain import find_cues, iter_places
    from opinion_nlp.text import normalise_aligned

    model = tiny_tagger._model
    row = model.features.transform([TEXT])
    text = normalise_aligned(TEXT).text
    head = model.heads["sentiment"]
    weights = label_weights(head, "negative")
    placed = {feature: value for feature, value, _ in iter_places(model, row, text, find_cues(text))}
    names = model.features.named_steps["features"].get_feature_names_out()
    unplaced = [names[feature] for feature in row.indices if feature not in placed]
    assert all(name.startswith("cues__") for name in unplaced), unplaced
    score = sum(value * weights[feature] for feature, value in placed.items())
    rest = sum(row[0, feature] * weights[feature] for feature in row.indices if feature not in placed)
    assert score + rest == pytest.approx((row @ weights).item(), abs=1e-4)


@pytest.mark.parametrize("text", ["", "   ", "…!!!", "😡"])
def test_a_text_without_words_has_no_evidence(tiny_tagger: Tagger, text: str):
    explanation = tiny_tagger.explain(text)
    assert explanation.evidence == ()
    assert json.loads(explanation.to_json()) == []


def test_neighbours_that_pull_the_same_way_become_one_span():
    text = "một hai, ba bốn"
    weights = np.zeros(len(text))
    weights[[0, 4, 9, 12]] = [1.0, 1.0, 1.0, -1.0]
    spans = merge_words(text, weights)
    assert {text[start:end] for start, end, _ in spans} == {"một hai", "ba", "bốn"}


def test_explain_takes_one_string(tiny_tagger: Tagger):
    with pytest.raises(InputError, match="explain takes one text, got list"):
        tiny_tagger.explain(["a"])
