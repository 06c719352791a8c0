"""Docstrings of public names are specifications: what goes in, what comes out, what is refused."""

import ast
import importlib
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator
from typing import Any

import pytest

# The rooms' public names, and those modules that pin their own.
MODULES = [
    "opinion_nlp",
    "opinion_nlp.text",
    "opinion_nlp.archive",
    "opinion_nlp.features",
    "opinion_nlp.classify",
    "opinion_nlp.scoring",
    "opinion_nlp.training.evaluate",
    "opinion_nlp.training.behaviour",
    "opinion_nlp.training.metrics",
]
# Rooms whose every public function needs an example that runs, but for those named with a reason.
WITH_EXAMPLES = ["opinion_nlp", "opinion_nlp.text", "opinion_nlp.features", "opinion_nlp.classify"]
WITHOUT_EXAMPLE = {
    "opinion_nlp.features.make_cues": "it only makes a CueCounter, which has the example",
    "opinion_nlp.classify.explain": "it needs a fitted model; Tagger.explain has the example",
}
# What people call first in other rooms.
WITH_EXAMPLE = [
    ("opinion_nlp.archive", "find_text_column"),
    ("opinion_nlp.archive", "iter_chunks"),
    ("opinion_nlp.training.evaluate", "evaluate"),
    ("opinion_nlp.training.evaluate", "evaluate_predictions"),
]


def iter_public(module: str) -> Iterator[tuple[str, Any]]:
    """Yield the classes and functions that a module names in ``__all__``."""
    found = importlib.import_module(module)
    for name in found.__all__:
        value = getattr(found, name)
        if inspect.isclass(value) or inspect.isfunction(value):
            yield name, value


def iter_functions(module: str) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield public functions, and the public methods that their classes define themselves."""
    for name, value in iter_public(module):
        if inspect.isfunction(value):
            yield name, value
            continue
        for method, member in vars(value).items():
            if inspect.isfunction(member) and not method.startswith("_"):
                yield f"{name}.{method}", member


def has_section(doc: str, title: str) -> bool:
    return f"{title}\n{'-' * len(title)}" in doc


def names_described(doc: str) -> set[str]:
    """Read the names of the section Parameters; one entry may describe several, as in ``low, high : float``."""
    section = doc.partition("Parameters\n----------\n")[2].partition("\n\n")[0]
    entries = re.findall(r"^([*\w][*\w, ]*?)(?: :|$)", section, re.MULTILINE)
    return {name.strip(" *") for entry in entries for name in entry.split(",")}


def raises_ours(function: Callable[..., Any]) -> set[str]:
    """Name the errors of the package that a function raises in its own body."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    raised = [node.exc for node in ast.walk(tree) if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)]
    names = {call.func.id for call in raised if isinstance(call.func, ast.Name)}
    return {name for name in names if hasattr(importlib.import_module("opinion_nlp.errors"), name)}


@pytest.mark.parametrize("module", MODULES)
def test_public_names_and_methods_are_described(module: str):
    assert importlib.import_module(module).__doc__
    for name, value in [*iter_public(module), *iter_functions(module)]:
        doc = inspect.getdoc(value)
        assert doc, f"{module}.{name} has no docstring"
        assert doc.splitlines()[0].endswith((".", ".'")), f"{module}.{name}: the first line is no sentence"


@pytest.mark.parametrize("module", MODULES)
def test_functions_say_what_they_take_and_give(module: str):
    wrong = []
    for name, function in iter_public(module):
        if not inspect.isfunction(function):
            continue
        doc, signature = inspect.getdoc(function) or "", inspect.signature(function)
        if signature.parameters and not has_section(doc, "Parameters"):
            wrong.append(f"{name}: no Parameters")
        if signature.return_annotation not in (None, "None") and not has_section(doc, "Returns"):
            wrong += [] if has_section(doc, "Yields") else [f"{name}: no Returns"]
        described = names_described(doc)
        missing = [parameter for parameter in signature.parameters if parameter not in described]
        wrong += [f"{name}: nothing on {', '.join(missing)}"] if described and missing else []
    assert not wrong, f"{module}: {'; '.join(wrong)}"


@pytest.mark.parametrize("module", MODULES)
def test_functions_and_methods_name_the_errors_they_raise(module: str):
    for name, function in iter_functions(module):
        raised = raises_ours(function)
        doc = inspect.getdoc(function) or ""
        silent = [error for error in raised if error not in doc.partition("Raises\n------")[2]]
        assert not silent, f"{module}.{name} raises {silent} and does not say so"


@pytest.mark.parametrize(("module", "name"), WITH_EXAMPLE)
def test_what_people_call_first_has_an_example(module: str, name: str):
    assert ">>> " in (inspect.getdoc(getattr(importlib.import_module(module), name)) or "")


@pytest.mark.parametrize("module", WITH_EXAMPLES)
def test_functions_have_an_example_or_a_reason(module: str):
    functions = {f"{module}.{name}": value for name, value in iter_public(module) if inspect.isfunction(value)}
    without = {name for name, value in functions.items() if ">>> " not in (inspect.getdoc(value) or "")}
    assert without == {name for name in WITHOUT_EXAMPLE if name.rpartition(".")[0] == module}
