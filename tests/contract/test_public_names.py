"""The public surface, pinned."""

import importlib
import inspect
import re
from importlib.metadata import version
from pathlib import Path

import pytest

import opinion_nlp

ROOT = Path(__file__).parents[2]
ROOMS = ["opinion_nlp", "opinion_nlp.text", "opinion_nlp.features", "opinion_nlp.classify"]


def test_root_names_are_pinned():
    assert sorted(opinion_nlp.__all__) == ["Tagger", "__version__", "load_tagger"]


def test_version_is_told_alike_everywhere():
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## \[(\d[^]]*)\]", changelog, re.MULTILINE)
    assert newest is not None
    assert opinion_nlp.__version__ == version("opinion-nlp") == newest[1]


@pytest.mark.parametrize("room", ROOMS)
def test_public_objects_say_what_they_take_and_give(room: str):
    module = importlib.import_module(room)
    for name in module.__all__:
        value = getattr(module, name)
        if not (inspect.isclass(value) or inspect.isfunction(value)):
            continue
        doc = inspect.getdoc(value)
        assert doc, f"{room}.{name} has no docstring"
        if inspect.isfunction(value):
            if inspect.signature(value).parameters:
                assert "Parameters\n---" in doc, f"{room}.{name}: no Parameters"
            assert "Returns\n---" in doc, f"{room}.{name}: no Returns"


def test_methods_of_the_tagger_are_specified_with_an_example():
    for name in ("tag", "predict_proba", "predict_rumour", "explain"):
        doc = inspect.getdoc(getattr(opinion_nlp.Tagger, name)) or ""
        for section in ("Parameters\n---", "Returns\n---", "Raises\n---", ">>> "):
            assert section in doc, f"Tagger.{name}: no {section[:10]}"
