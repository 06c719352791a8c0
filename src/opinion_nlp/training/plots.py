"""Figures of an evaluation, drawn without pyplot: no global state, and no backend is chosen or changed."""

from collections.abc import Mapping
from typing import Any

from matplotlib.figure import Figure

from opinion_nlp.schema import RUMOUR_COLUMN, label_name
from opinion_nlp.training.results import Evaluation, RumourEvaluation, TaskEvaluation

BLUE, GREY = "#1f5a8a", "#8a8a8a"
# Apart for colour-blind readers too (Okabe and Ito, 2008).
COLOURS = (BLUE, "#d55e00", "#009e73", "#cc79a7")


def plot_task(result: TaskEvaluation, *, lang: str = "en") -> Figure:
    """Draw the confusion matrix, the reliability diagram and the accuracy-coverage curve of a task.

    Parameters
    ----------
    result : TaskEvaluation
    lang : {"en", "vi"}
        Language of the labels' names.

    Returns
    -------
    matplotlib.figure.Figure
        With three axes, in that order.
    """
    side = max(4.6, 0.45 * len(result.labels) + 2.0)
    figure = Figure(figsize=(side + 9.0, side), layout="constrained")
    matrix, reliability, coverage = figure.subplots(1, 3, width_ratios=(side, 4.0, 4.0))
    _draw_confusion(matrix, result, lang)
    _draw_reliability(reliability, result.reliability)
    reliability.set(xlabel="probability of the top label", ylabel="share that is right")
    reliability.set_title(f"reliability, ECE {result.ece.value:.3f}")
    coverage.plot(*zip(*result.coverage_curve, strict=True), color=BLUE)
    for point in result.coverage_at:
        coverage.axhline(point.accuracy, color=GREY, linewidth=0.6, linestyle=":")
    coverage.set(xlabel="share of texts decided", ylabel="accuracy among them", xlim=(0, 1.02))
    coverage.set_title("accuracy and coverage")
    if result.sure and result.sure.coverage.value > 0:
        coverage.plot(result.sure.coverage.value, result.sure.accuracy.value, "o", color=BLUE)
    figure.suptitle(f"{label_name(result.task, lang)}: macro F1 {result.macro_f1}, n = {result.n:,}")
    return figure


def plot_rumour(result: RumourEvaluation) -> Figure:
    """Draw the reliability diagram and the precision-recall curve of ``p_rumour``.

    Returns
    -------
    matplotlib.figure.Figure
        With two axes, in that order.
    """
    figure = Figure(figsize=(9.0, 4.4), layout="constrained")
    reliability, curve = figure.subplots(1, 2)
    _draw_reliability(reliability, result.reliability)
    reliability.set(xlabel="p_rumour", ylabel="share of rumours")
    reliability.set_title(f"reliability, ECE {result.ece.value:.3f}")
    if result.precision_recall:
        curve.step(*zip(*result.precision_recall, strict=True), color=BLUE, where="pre")
    curve.axhline(result.n_rumour / result.n, color=GREY, linewidth=0.8, linestyle="--")
    curve.set(xlabel="recall of rumours", ylabel="precision", xlim=(0, 1.02), ylim=(0, 1.02))
    curve.set_title("precision and recall; dashed: no knowledge")
    figure.suptitle(f"p_rumour: AUROC {result.auroc}, average precision {result.average_precision}")
    return figure


def plot_profiles(evaluations: Mapping[str, Evaluation], *, lang: str = "en") -> Figure:
    """Draw the reliability and the accuracy-coverage curves of several profiles over each other.

    Parameters
    ----------
    evaluations : mapping of str to Evaluation
        By profile, of the same texts and tasks; at least one.
    lang : {"en", "vi"}
        Language of the tasks' names.

    Returns
    -------
    matplotlib.figure.Figure
        Two axes a task, and two for ``p_rumour`` if it was measured: reliability beside accuracy and coverage
        (for ``p_rumour`` precision and recall). A bin's point is larger the more texts it holds; a dot on the
        curve marks what the stored threshold of ``unsure`` decides.
    """
    first = next(iter(evaluations.values()))
    names = [part.task for part in first.tasks] + ([RUMOUR_COLUMN] if first.rumour else [])
    figure = Figure(figsize=(9.0, 4.2 * len(names)), layout="constrained")
    grid = figure.subplots(len(names), 2, squeeze=False)
    for name, (reliability, curve) in zip(names, grid, strict=True):
        reliability.plot((0, 1), (0, 1), color=GREY, linewidth=0.8, linestyle="--")
        for i, (profile, evaluation) in enumerate(evaluations.items()):
            colour = COLOURS[i % len(COLOURS)]
            part = evaluation.rumour if name == RUMOUR_COLUMN else evaluation.task(name)
            if part is not None:
                _draw_profile(reliability, curve, part, profile, colour)
        reliability.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), aspect="equal", title=label_name(name, lang))
        reliability.set(xlabel="probability", ylabel="observed share")
        is_rumour = name == RUMOUR_COLUMN
        curve.set(xlabel="recall" if is_rumour else "share of texts decided", xlim=(0, 1.02))
        curve.set(ylabel="precision" if is_rumour else "accuracy among them")
        reliability.legend(frameon=False)
    return figure


def _draw_profile(reliability: Any, curve: Any, part: Any, profile: str, colour: str) -> None:  # noqa: ANN401
    bins = part.reliability
    label = f"{profile}, ECE {part.ece.value:.3f}"
    p, share = [row.mean_p for row in bins], [row.share for row in bins]
    n_texts = sum(row.n for row in bins)
    reliability.plot(p, share, color=colour, linewidth=0.8, label=label)
    reliability.scatter(p, share, s=[8 + 300 * row.n / n_texts for row in bins], color=colour, alpha=0.6)
    if isinstance(part, RumourEvaluation):
        if part.precision_recall:
            curve.step(*zip(*part.precision_recall, strict=True), color=colour, where="pre")
        return
    curve.plot(*zip(*part.coverage_curve, strict=True), color=colour)
    if part.sure and part.sure.coverage.value > 0:
        curve.plot(part.sure.coverage.value, part.sure.accuracy.value, "o", color=colour)


def _draw_confusion(axes: Any, result: TaskEvaluation, lang: str) -> None:  # noqa: ANN401
    names = [label_name(label, lang) for label in result.labels]
    positions = range(len(names))
    shares = [[n / max(1, sum(row)) for n in row] for row in result.confusion]
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for i, row in enumerate(result.confusion):
        for j, n in enumerate(row):
            axes.text(j, i, n, ha="center", va="center", color="white" if shares[i][j] > 0.5 else "black")
    axes.set_xticks(positions, names, rotation=45, ha="right", rotation_mode="anchor")
    axes.set_yticks(positions, names)
    axes.set(xlabel="predicted", ylabel="given", title="texts; shade: share of the row")


def _draw_reliability(axes: Any, bins: Any) -> None:  # noqa: ANN401
    """Draw each bin as a point, larger the more texts it holds, beside the line of a perfect model."""
    n_texts = sum(row.n for row in bins)
    axes.plot((0, 1), (0, 1), color=GREY, linewidth=0.8, linestyle="--")
    p, share = [row.mean_p for row in bins], [row.share for row in bins]
    axes.plot(p, share, color=BLUE, linewidth=0.8)
    axes.scatter(p, share, s=[15 + 400 * row.n / n_texts for row in bins], color=BLUE, alpha=0.6)
    axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), aspect="equal")
