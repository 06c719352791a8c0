"""The model card: what a model is for, what it learned from, how good it is, and what it must not be used for."""

from importlib.resources import files

from opinion_nlp.manifest import Manifest
from opinion_nlp.training.results import Evaluation


def write_card(manifest: Manifest, evaluation: Evaluation | None = None) -> str:
    """Write the card of a model, Markdown.

    Parameters
    ----------
    manifest : Manifest
        Tasks, corpora, configuration and calibration comparison.
    evaluation : Evaluation, optional
        Measures on held-out texts.

    Returns
    -------
    str
        The sections that hold for every model of this library, around the tables of this one.
    """
    template = files("opinion_nlp.training").joinpath("card.md").read_text(encoding="utf-8")
    measures = str(evaluation) if evaluation is not None else "Not measured. Run `opinion-nlp evaluate`."
    return (
        template.replace("{name}", manifest.name)
        .replace("{tasks}", "\n".join(describe_task(manifest, task.name) for task in manifest.tasks))
        .replace("{corpora}", corpora_table(manifest))
        .replace("{measures}", f"```text\n{measures}\n```")
        .replace("{calibration}", calibration_table(manifest))
        .replace("{commit}", manifest.git_commit or "not known")
    )


def describe_task(manifest: Manifest, name: str) -> str:
    """Describe one task in a line."""
    task = next(task for task in manifest.tasks if task.name == name)
    decision = manifest.decisions[name]
    sure = f"p >= {decision.threshold:.2f}" if decision.threshold <= 1 else "never"
    return (
        f"- **{name}**: {', '.join(task.labels)}. Sure where {sure}, chosen for {decision.target_accuracy:.0%} "
        f"accuracy on unseen training texts; calibrated by {decision.calibration}."
    )


def corpora_table(manifest: Manifest) -> str:
    """List the corpora with their licences."""
    if not manifest.corpora:
        return "Not recorded."
    lines = ["| corpus | part | rows | licence as stated | SHA-256 |", "|---|---|---|---|---|"]
    lines += [
        f"| {corpus['name']} | {corpus['part']} | {corpus['rows']:,} | {corpus['licence']} "
        f"| `{corpus['sha256'][:12]}…` |"
        for corpus in manifest.corpora
    ]
    return "\n".join(lines)


def calibration_table(manifest: Manifest) -> str:
    """Show the Brier score of each calibration method, the lowest of which was taken."""
    compared = manifest.training.get("brier_by_calibration", {})
    methods = sorted({method for losses in compared.values() for method in losses})
    lines = [f"| question | {' | '.join(methods)} |", "|---" * (len(methods) + 1) + "|"]
    lines += [
        f"| {question} | {' | '.join(f'{losses[method]:.4f}' for method in methods)} |"
        for question, losses in compared.items()
    ]
    return "\n".join(lines)
