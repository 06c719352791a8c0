"""``opinion-nlp explain``: one text, its tags, and what in the text moved them."""

import json
import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from opinion_nlp.cli.console import ModelOption
from opinion_nlp.cli.highlight import Mark, bracket, colour
from opinion_nlp.errors import InputError
from opinion_nlp.schema import Profile
from opinion_nlp.settings import load_settings

COLOURS = (31, 34, 35, 36, 33, 32)


def explain(
    text: Annotated[str | None, typer.Argument(help="The text. Default: standard input.", metavar="TEXT")] = None,
    *,
    profile: Annotated[
        Profile | None, typer.Option(help="How much work goes into the text. Default: the model's own.")
    ] = None,
    model: ModelOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Tag one text, and show the evidence for each tag.

    The rumour likelihood is evidence in the wording for a person to check. It is no verdict on truth, and no
    measure of how critical a text is. What is marked is the fast model's view, whatever the profile that decides.
    """
    settings = load_settings()
    text = read_text() if text is None else text
    # Imported here: the libraries behind it cost a second, which --help must not pay.
    from opinion_nlp.tagger import load_tagger

    tagger = load_tagger(model or settings.model)
    found = explain_text(tagger, text, profile.value if profile else None)
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2, allow_nan=False))
    else:
        typer.echo(describe(found, is_terminal=sys.stdout.isatty(), lang=settings.lang))


def read_text() -> str:
    """Read a text from standard input, or say how to give one where a person would wait for ever."""
    if sys.stdin.isatty():
        raise InputError('No text is given. Write it in quotation marks: opinion-nlp explain "Nghe nói ...".')
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise InputError(f"Standard input: the byte at offset {error.start} is not UTF-8 text.") from error


def explain_text(tagger: Any, text: str, profile: str | None) -> dict[str, Any]:  # noqa: ANN401  a Tagger
    """Collect the tags, all probabilities and the evidence of one text; numbers that are none become None."""
    row = tagger.tag([text], profile=profile, explain=True).iloc[0].to_dict()
    evidence = json.loads(row.pop("evidence") or "[]")
    probabilities = {
        task: {
            label: _number(p)
            for label, p in zip(
                tagger.labels(task), tagger.predict_proba([text], task=task, profile=profile)[0], strict=True
            )
        }
        for task in tagger.tasks
    }
    return {
        "text": text,
        "tags": {name: value if isinstance(value, str) else _number(value) for name, value in row.items()},
        "probabilities": probabilities,
        "evidence": evidence,
        "model_version": tagger.version,
        "profile": profile or tagger.default_profile,
        "evidence_profile": str(Profile.FAST),
    }


def describe(found: dict[str, Any], *, is_terminal: bool, lang: str = "vi") -> str:
    """Lay out what :func:`explain_text` found.

    Examples
    --------
    >>> print(describe({
    ...     "text": "Nghe nói mai cắt nước",
    ...     "tags": {"nature": "rumour", "p_nature": 0.91, "p_rumour": 0.94, "unsure": ""},
    ...     "probabilities": {"nature": {"opinion": 0.09, "rumour": 0.91}},
    ...     "evidence": [{"task": "nature", "label": "rumour", "start": 0, "end": 8, "weight": 1.25,
    ...                   "cue": "nghe nói lại", "cue_en": "hearsay"}],
    ... }, is_terminal=False))
    [Nghe nói] mai cắt nước
    nature     rumour 0.91, opinion 0.09
    p_rumour   0.94
    evidence
      nature: rumour +1.25  "Nghe nói"  (nghe nói lại)
    """
    text, tags, evidence = found["text"], found["tags"], found["evidence"]
    # Only what speaks for a tag is marked; what speaks against one is listed.
    ranked = sorted((item for item in evidence if item["weight"] > 0), key=lambda item: -item["weight"])
    marks = [Mark(item["start"], item["end"], item["label"]) for item in ranked]
    lines = [colour(text, marks, COLOURS) if is_terminal else bracket(text, marks)]
    for task, labels in found["probabilities"].items():
        lines.append(f"{task:10} {_rank_labels(tags[task], labels)}")
    if tags.get("p_rumour") is not None:
        lines.append(f"p_rumour   {tags['p_rumour']:.2f}")
    if tags.get("unsure"):
        lines.append(f"unsure     {tags['unsure']}")
    return "\n".join([*lines, *_list_evidence(text, evidence, "cue_en" if lang == "en" else "cue")])


def _rank_labels(chosen: str | None, labels: dict[str, float | None], n_shown: int = 3) -> str:
    """Name the label chosen, which is not always the most probable one, then the most probable others."""
    if chosen is None:
        return "no words to judge"
    others = sorted(((p, label) for label, p in labels.items() if p is not None and label != chosen), reverse=True)
    shown = [(labels[chosen] or 0.0, chosen), *others[: n_shown - 1]]
    return ", ".join(f"{label} {p:.2f}" for p, label in shown)


def _list_evidence(text: str, evidence: Sequence[dict[str, Any]], cue_key: str) -> list[str]:
    lines = ["evidence"] if evidence else []
    for item in evidence:
        what = f"{item['task']}: {item['label']}"
        cue = f"  ({item[cue_key]})" if item.get(cue_key) else ""
        lines.append(f'  {what} {item["weight"]:+.2f}  "{text[item["start"] : item["end"]]}"{cue}')
    return lines


def _number(value: Any) -> float | None:  # noqa: ANN401  a cell
    return None if value is None or value != value else round(float(value), 6)
