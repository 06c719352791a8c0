"""What a run of MLflow holds: everything that was measured, and no text."""

import json
import re

import pandas as pd
import pytest

from opinion_nlp.registry.answers import answer
from opinion_nlp.registry.contents import describe_answers, describe_evaluation, describe_model, describe_scoring
from opinion_nlp.registry.items import Dataset, Json, Metric, Param, Picture, Table, Tag, Text
from opinion_nlp.registry.register import Labelled, describe, has_default_tasks, measure_on
from opinion_nlp.scoring import ScoreResult
from opinion_nlp.training.evaluate import evaluate

TASKS = {"nature": "nature", "topic": "topic"}
# What MLflow's own validation lets through.
ALLOWED = re.compile(r"^[/\w.\- :]{1,250}$")


@pytest.fixture(scope="module")
def evaluation(tiny_tagger, sample_rows):
    return evaluate(tiny_tagger, pd.DataFrame(sample_rows), TASKS, n_boot=20)


def named(items, kind):
    return {item.name: item for item in items if isinstance(item, kind)}


def test_a_model_is_told_with_its_origin(tiny_tagger):
    items = list(describe_model(tiny_tagger))
    tags, params = named(items, Tag), named(items, Param)
    assert tags["opinion_nlp.digest"].value == tiny_tagger.manifest.digest
    assert tags["opinion_nlp.version"].value == tiny_tagger.version
    assert tags["package.scikit-learn"].value
    assert params["fit.min_df"].value == "2"
    assert params["seed"].value == "0"
    assert {item.path for item in items if isinstance(item, Text | Json)} == {"card.md", "config.json"}


def test_corpora_are_datasets_with_digest_and_licence(tiny_tagger):
    corpus = {"name": "vord", "part": "train", "rows": 10, "sha256": "ab" * 32, "licence": "CC BY 4.0"}
    manifest = tiny_tagger.manifest.with_changes(corpora=(corpus,))
    tagger = type(tiny_tagger)(tiny_tagger.models, manifest)
    [dataset] = [item for item in describe_model(tagger) if isinstance(item, Dataset)]
    assert (dataset.name, dataset.digest, dataset.context) == ("vord/train", "ab" * 32, "training")
    assert dataset.facts == {"part": "train", "rows": 10, "licence": "CC BY 4.0"}


def test_every_measure_has_its_interval(evaluation):
    metrics = named(describe_evaluation(evaluation, "fast"), Metric)
    part = evaluation.task("nature")
    assert metrics["fast/nature/macro_f1"].value == part.macro_f1.value
    assert metrics["fast/nature/macro_f1/low"].value == part.macro_f1.low
    assert metrics["fast/p_rumour/auroc"].value == evaluation.rumour.auroc.value
    assert any(name.startswith("fast/topic/slices/length/") for name in metrics)
    assert all(ALLOWED.match(name) for name in metrics)
    assert all(item.value == item.value for item in metrics.values()), "MLflow takes no NaN"


def test_diagrams_and_confusion_are_artifacts(evaluation):
    items = list(describe_evaluation(evaluation, "fast"))
    assert {item.path for item in items if isinstance(item, Picture)} == {
        "evaluation/fast/nature.png",
        "evaluation/fast/topic.png",
        "evaluation/fast/p_rumour.png",
    }
    [told] = [item for item in items if isinstance(item, Json)]
    assert told.content["tasks"][0]["confusion"]


def test_no_text_is_among_the_items(tiny_tagger, sample_rows):
    frame = pd.DataFrame(sample_rows)
    data = Labelled("gold.csv", "cd" * 32, frame, TASKS)
    told = []
    for item in measure_on(tiny_tagger, data, n_boot=0):
        told.append(item.frame.to_csv() if isinstance(item, Table) else "" if isinstance(item, Picture) else repr(item))
    whole = "\n".join(told)
    assert "errors/fast/nature.json" in whole
    assert not [text for text in frame["text"] if text in whole]


def test_errors_are_ids(tiny_tagger, sample_rows):
    answers = answer(tiny_tagger, pd.DataFrame(sample_rows), TASKS)
    items = list(describe_answers(answers, "fast"))
    errors = [item for item in items if isinstance(item, Json)]
    assert [item.path for item in errors] == ["errors/fast/nature.json", "errors/fast/topic.json"]
    for row in errors[0].content["errors"]:
        assert re.fullmatch(r"[0-9a-f]{16}", row["id"])
        assert row["given"] != row["said"]


def test_the_default_tasks_are_told_from_others(tiny_tagger):
    assert has_default_tasks(tiny_tagger)
    items = named(describe(tiny_tagger), Metric)
    assert 0 <= items["fast/behaviour/mft"].value <= 1
    assert 0 <= items["fast/behaviour/stance_flips/max_gap"].value <= 1


def test_a_scoring_is_told_in_numbers():
    result = ScoreResult(
        n_rows=4,
        n_rejected=1,
        out="a.csv",
        rejects_path=None,
        seconds=2.0,
        model_version="tiny-1",
        profile="fast",
        counts={"nature": {"rumour": 1, "opinion": 3}},
        n_unsure=2,
        n_files=1,
    )
    items = list(describe_scoring(result, [("kho.csv", "ef" * 32)]))
    metrics = {name: item.value for name, item in named(items, Metric).items()}
    assert metrics["rows"] == 4
    assert metrics["unsure_share"] == 0.5
    assert metrics["share/nature/rumour"] == 0.25
    assert metrics["rows_per_second"] == 2.0
    [dataset] = [item for item in items if isinstance(item, Dataset)]
    assert (dataset.name, dataset.context) == ("kho.csv", "scoring")


def test_json_items_are_json(evaluation):
    for item in describe_evaluation(evaluation, "fast"):
        if isinstance(item, Json):
            json.dumps(item.content, allow_nan=False)
