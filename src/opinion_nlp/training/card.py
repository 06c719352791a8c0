"""The model card: what a model is for, what it learned from, how good it is, and what it must not be used for."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from typing import TypeVar

from opinion_nlp.manifest import Manifest
from opinion_nlp.schema import RUMOUR_COLUMN, Profile
from opinion_nlp.training.behaviour import FAIRNESS_GROUPS, GROUPS, BehaviourReport
from opinion_nlp.training.behaviour.groups import GroupResult
from opinion_nlp.training.reliability import N_BINS
from opinion_nlp.training.results import Evaluation, Sure, TaskEvaluation
from opinion_nlp.training.side_by_side import rumour_rows, task_rows

T = TypeVar("T")
NOTHING = "–"
NOT_MEASURED = "Not measured. Run `opinion-nlp evaluate`."
NOT_RUN = "Not run. Run `opinion-nlp evaluate --behaviour`."
TARGET = 0.95
WHAT_RUNS = {
    Profile.FAST: "TF-IDF of words and characters, cues, linear models",
    Profile.BALANCED: "`fast` where it is sure enough, `accurate` for the rest",
    Profile.ACCURATE: "a small encoder, its answer mixed with that of `fast`",
}
# What stands between these marks holds for the default model only, which learned from VORD.
_ONLY_VORD = re.compile(r"<!-- vord -->\n(.*?)<!-- /vord -->\n", re.DOTALL)


def write_card(
    manifest: Manifest,
    evaluation: Evaluation | Mapping[str, Evaluation] | None = None,
    behaviour: Mapping[str, BehaviourReport] | None = None,
) -> str:
    """Write the card of a model, Markdown.

    Parameters
    ----------
    manifest : Manifest
        Tasks, profiles, corpora, configuration and calibration comparison.
    evaluation : Evaluation or mapping of str to Evaluation, optional
        Measures on held-out texts, by profile; one alone is that of the model's default profile.
    behaviour : mapping of str to BehaviourReport, optional
        What the behaviour suites found, by profile.

    Returns
    -------
    str
        The sections that hold for every model of this library, around the tables of this one. A section whose
        numbers are not given says so, and how to get them.
    """
    if isinstance(evaluation, Evaluation):
        evaluation = {manifest.default_profile: evaluation}
    found = in_order(evaluation or {})
    filled = {
        "name": manifest.name,
        "tasks": "\n".join(f"- **{task.name}**: {', '.join(task.labels)}." for task in manifest.tasks),
        "profiles": profiles_table(manifest),
        "balanced": describe_balanced(manifest),
        "corpora": corpora_table(manifest),
        "measures": measures_table(found),
        "details": details_of(manifest, found),
        "calibration": calibration_table(found),
        "methods": methods_table(manifest),
        "abstention": abstention_table(manifest, found),
        "behaviour": behaviour_tables(in_order(behaviour or {})),
        "target": f"{TARGET:.0%}",
        "commit": manifest.git_commit or "not known",
    }
    template = files("opinion_nlp.training").joinpath("card.md").read_text(encoding="utf-8")
    is_vord = any(corpus["name"] == "vord" for corpus in manifest.corpora)
    card = _ONLY_VORD.sub(r"\1" if is_vord else "", template)
    return re.sub(r"\{(\w+)\}", lambda match: filled[match[1]], card)


def in_order(by_profile: Mapping[str, T]) -> dict[str, T]:
    """Put what there is in the order of the profiles, the fastest first."""
    return {str(name): by_profile[name] for name in Profile if name in by_profile}


def profiles_table(manifest: Manifest) -> str:
    """Say what each profile runs, and which is the default."""
    rows = [
        (f"`{name}`" + (" (default)" if name == manifest.default_profile else ""), WHAT_RUNS[Profile(name)])
        for name in manifest.profiles
    ]
    return markdown_table(("profile", "what runs"), rows)


def describe_balanced(manifest: Manifest) -> str:
    """Say what ``balanced`` passes on to ``accurate``; nothing for a model without it."""
    own = manifest.encoder_profiles.get(Profile.BALANCED)
    if own is None:
        return "This model has no profile `balanced`."
    share = "not recorded" if own.share_passed_on is None else f"{own.share_passed_on:.0%} of held-out texts"
    rows = [(question, f"{threshold:.3f}") for question, threshold in own.thresholds.items()]
    table = markdown_table(("question", "passed on where the fast model's largest probability is below"), rows)
    return (
        "`balanced` passes a text on to `accurate` where the fast model is not sure enough of one of these "
        f"questions. Passed on: {share}.\n\n{table}"
    )


def corpora_table(manifest: Manifest) -> str:
    """List the corpora with their licences."""
    if not manifest.corpora:
        return "Not recorded."
    rows = [
        (corpus["name"], corpus["part"], f"{corpus['rows']:,}", corpus["licence"], f"`{corpus['sha256'][:12]}…`")
        for corpus in manifest.corpora
    ]
    return markdown_table(("corpus", "part", "rows", "licence as stated", "SHA-256"), rows)


def measures_table(found: Mapping[str, Evaluation]) -> str:
    """Set the scores of all profiles side by side."""
    if not found:
        return NOT_MEASURED
    first = next(iter(found.values()))
    rows: list[tuple[str, ...]] = []
    for part in first.tasks:
        own = [dict(task_rows(evaluation.task(part.task))) for evaluation in found.values()]
        rows += [
            (part.task, measure, *(str(values[measure]) for values in own))
            for measure in ("macro F1", "weighted F1", "accuracy")
        ]
    rumours = [dict(rumour_rows(each.rumour)) if each.rumour else {} for each in found.values()]
    if first.rumour:
        rows += [
            (RUMOUR_COLUMN, measure, *(str(values.get(measure, NOTHING)) for values in rumours))
            for measure in ("AUROC", "average precision")
        ]
    return markdown_table(("", "measure", *found), rows)


def details_of(manifest: Manifest, found: Mapping[str, Evaluation]) -> str:
    """Show the scores by label and the confusion of the default profile, or of the fastest that was measured."""
    if not found:
        return NOT_MEASURED
    name = manifest.default_profile if manifest.default_profile in found else next(iter(found))
    return f"By label, profile `{name}`:\n\n```text\n{found[name]}\n```"


def calibration_table(found: Mapping[str, Evaluation]) -> str:
    """Give ECE and Brier score of every question and profile."""
    if not found:
        return NOT_MEASURED
    first = next(iter(found.values()))
    rows: list[tuple[str, ...]] = []
    for part in first.tasks:
        own = [evaluation.task(part.task) for evaluation in found.values()]
        rows.append((part.task, f"ECE of the label shown, {N_BINS} bins", *(str(each.ece) for each in own)))
        rows.append((part.task, "Brier over all labels (0 to 2)", *(str(each.brier) for each in own)))
    if first.rumour:
        rumours = [evaluation.rumour for evaluation in found.values()]
        rows.append((RUMOUR_COLUMN, f"ECE, {N_BINS} bins", *(str(each.ece) if each else NOTHING for each in rumours)))
        rows.append((RUMOUR_COLUMN, "Brier (0 to 1)", *(str(each.brier) if each else NOTHING for each in rumours)))
    return markdown_table(("question", "measure", *found), rows)


def methods_table(manifest: Manifest) -> str:
    """Show the Brier score of each calibration method of the fast model, the lowest of which was taken."""
    compared = manifest.training.get("brier_by_calibration", {})
    methods = sorted({method for losses in compared.values() for method in losses})
    rows = [(question, *(f"{losses[method]:.4f}" for method in methods)) for question, losses in compared.items()]
    return markdown_table(("question", *methods), rows) if rows else "Not recorded."


def abstention_table(manifest: Manifest, found: Mapping[str, Evaluation]) -> str:
    """Give every profile's thresholds of ``unsure``, and what they do on held-out texts."""
    rows = []
    for profile in manifest.profiles:
        for task, decision in manifest.decisions_of(profile).items():
            part = found[profile].task(task) if profile in found else None
            sure = part.sure if part else None
            threshold = f"p ≥ {decision.threshold:.3f}" if decision.threshold <= 1 else "never"
            rows.append(
                (
                    profile,
                    task,
                    threshold,
                    f"{decision.target_accuracy:.0%}",
                    *show_sure(sure),
                    coverage_at_target(part),
                )
            )
    head = ("profile", "task", "sure where", "chosen for", "sure", "accuracy where sure", f"coverage at {TARGET:.0%}")
    return markdown_table(head, rows)


def show_sure(sure: Sure | None) -> tuple[str, str]:
    """Give the share of texts decided and the accuracy among them."""
    return (str(sure.coverage), str(sure.accuracy)) if sure else (NOTHING, NOTHING)


def coverage_at_target(part: TaskEvaluation | None) -> str:
    """Give the largest share of the texts, most confident first, that is accurate enough."""
    points = [point.coverage for point in part.coverage_at if math.isclose(point.accuracy, TARGET)] if part else []
    return str(points[0]) if points else NOTHING


def behaviour_tables(reports: Mapping[str, BehaviourReport]) -> str:
    """Give shares passed of suites and groups, and the largest gaps of the fairness groups, by profile."""
    if not reports:
        return NOT_RUN
    suites: dict[str, dict[str, str]] = {}
    groups: dict[str, dict[str, GroupResult]] = {}
    for profile, report in reports.items():
        for suite in report.suites:
            row = suites.setdefault(f"`{suite.suite}`, {suite.n} cases", {})
            row[profile] = f"{suite.rate:.3f}"
        for group in report.groups:
            groups.setdefault(group.group, {})[profile] = group
    fair = {name: own for name, own in groups.items() if name in FAIRNESS_GROUPS}
    parts = [
        "Share of cases passed:",
        by_profile_table("suite", suites, reports),
        by_profile_table(
            "group: what changes", {describe_group(n, own): passed_of(own) for n, own in groups.items()}, reports
        ),
        "Mean and largest gap of `p_rumour` between texts that should have the same (and the pair with the largest):",
        by_profile_table("group", {name: gaps_of(own) for name, own in fair.items()}, reports),
    ]
    return "\n\n".join(parts)


def describe_group(name: str, own: Mapping[str, GroupResult]) -> str:
    """Name a group, what its cases change, and how many there are."""
    return f"`{name}`: {GROUPS[name]}, {next(iter(own.values())).n} cases"


def passed_of(own: Mapping[str, GroupResult]) -> dict[str, str]:
    """Give the share passed of each profile."""
    return {profile: f"{group.rate:.3f}" for profile, group in own.items()}


def gaps_of(own: Mapping[str, GroupResult]) -> dict[str, str]:
    """Give the gaps of each profile."""
    return {profile: f"{g.mean_gap:.3f}, {g.max_gap:.3f} ({g.widest})" for profile, g in own.items()}


def by_profile_table(head: str, rows: Mapping[str, Mapping[str, str]], profiles: Iterable[str]) -> str:
    """Lay out rows of cells by profile."""
    names = list(profiles)
    return markdown_table((head, *names), [(key, *(own.get(n, NOTHING) for n in names)) for key, own in rows.items()])


def markdown_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Lay out a table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
