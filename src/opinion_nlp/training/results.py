"""What an evaluation found: frozen records that print as tables, become JSON and back, and plot."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from opinion_nlp.errors import ConfigError
from opinion_nlp.records import Record, format_table
from opinion_nlp.schema import RUMOUR_COLUMN
from opinion_nlp.training.bootstrap import Interval
from opinion_nlp.training.reliability import N_BINS, ReliabilityBin

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TOO_SMALL = 20


@dataclass(frozen=True)
class LabelScore:
    """One label's scores; ``support`` is the number of texts that have it."""

    label: str
    precision: float
    recall: float
    f1: Interval
    support: int


@dataclass(frozen=True)
class CoverageAt:
    """Largest share of texts, taken in order of confidence, that is at least ``accuracy`` accurate."""

    accuracy: float
    coverage: Interval


@dataclass(frozen=True)
class Sure:
    """What the model's own threshold does: the share of texts it decides, and the accuracy among those."""

    coverage: Interval
    accuracy: Interval


@dataclass(frozen=True)
class Slice:
    """The texts that share one value of one column.

    Attributes
    ----------
    column, value : str
    n : int
    metric : Interval
        Macro F1 of a task, AUROC of ``p_rumour``. Neither says much where a slice holds one label only.
    also : Interval
        Accuracy of a task, Brier score of ``p_rumour``: defined, and comparable, in every slice.
    """

    column: str
    value: str
    n: int
    metric: Interval
    also: Interval

    @property
    def is_too_small(self) -> bool:
        """Whether there are fewer texts than :data:`TOO_SMALL`, too few to conclude anything from."""
        return self.n < TOO_SMALL


@dataclass(frozen=True)
class TaskEvaluation(Record):
    """How well one task's labels and probabilities fit the labels given.

    Attributes
    ----------
    task : str
    labels : tuple of str
        The model's labels, in the order of the rows and columns of ``confusion``.
    n, n_untagged, n_unlabelled : int
        Texts evaluated; those among them that got no tag for want of words, and count as wrong; and texts
        left out, because their label is missing.
    accuracy, macro_f1, weighted_f1 : Interval
        In [0, 1].
    brier : Interval
        Over all labels, in [0, 2]; 0 is best. Without the untagged texts, as is ``ece``.
    ece : Interval
        Expected calibration error of the top label, 15 bins of equal width; in [0, 1].
    per_label : tuple of LabelScore
    confusion : tuple of tuple of int
        Rows are labels given, columns labels predicted.
    coverage_at : tuple of CoverageAt
    coverage_curve : tuple of (float, float)
        Pairs (coverage, accuracy), from the most confident texts to all of them.
    sure : Sure or None
        None where it is not known which texts the model declined.
    reliability : tuple of ReliabilityBin
        Of the top label.
    slices : tuple of Slice
        With macro F1 and accuracy.
    """

    task: str
    labels: tuple[str, ...]
    n: int
    n_untagged: int
    accuracy: Interval
    macro_f1: Interval
    weighted_f1: Interval
    brier: Interval
    ece: Interval
    per_label: tuple[LabelScore, ...]
    confusion: tuple[tuple[int, ...], ...]
    coverage_at: tuple[CoverageAt, ...]
    coverage_curve: tuple[tuple[float, float], ...]
    reliability: tuple[ReliabilityBin, ...]
    sure: Sure | None = None
    slices: tuple[Slice, ...] = ()
    n_unlabelled: int = 0

    def plot(self, *, lang: str = "en") -> "Figure":
        """Draw the confusion matrix, the reliability diagram and the accuracy-coverage curve.

        Parameters
        ----------
        lang : {"en", "vi"}
            Language of the labels' names.
        """
        from opinion_nlp.training.plots import plot_task

        return plot_task(self, lang=lang)

    def __str__(self) -> str:
        rows = [
            ("macro F1", str(self.macro_f1)),
            ("weighted F1", str(self.weighted_f1)),
            ("accuracy", str(self.accuracy)),
            ("Brier (0 to 2)", str(self.brier)),
            (f"ECE (top label, {N_BINS} bins)", str(self.ece)),
            *((f"coverage at accuracy {c.accuracy:g}", str(c.coverage)) for c in self.coverage_at),
        ]
        if self.sure:
            rows += [("sure", str(self.sure.coverage)), ("accuracy where sure", str(self.sure.accuracy))]
        scores = [(s.label, f"{s.precision:.3f}", f"{s.recall:.3f}", str(s.f1), str(s.support)) for s in self.per_label]
        width = max(len(str(n)) for row in self.confusion for n in row)
        counts = [
            (label, " ".join(f"{n:>{width}}" for n in row))
            for label, row in zip(self.labels, self.confusion, strict=True)
        ]
        parts = [
            f"{self.task}: {_count(self.n, 'text')}{_remarks(self.n_untagged, 'wrong', self.n_unlabelled)}",
            format_table(rows),
            format_table(scores, ("label", "precision", "recall", "F1", "support")),
            format_table(counts, ("label given", "predicted, in the same order")),
        ]
        return "\n\n".join([*parts, *_slice_table(self.slices, "macro F1", "accuracy")])


@dataclass(frozen=True)
class RumourEvaluation(Record):
    """How well ``p_rumour`` tells rumours from the rest, and how far it can be read as a probability.

    Attributes
    ----------
    n, n_rumour, n_untagged, n_unlabelled : int
        Texts evaluated, and the rumours among them; texts left out because they have no words, hence no
        probability, and because it is not known whether they are rumours.
    auroc : Interval
        In [0, 1]; 0.5 for a model that knows nothing.
    average_precision : Interval
        In [0, 1]; the share of rumours for a model that knows nothing.
    brier, ece : Interval
        Of the binary probability, both in [0, 1]; 0 is best. ECE with 15 bins of equal width.
    reliability : tuple of ReliabilityBin
    precision_recall : tuple of (float, float)
        Pairs (recall, precision), from the highest threshold to the lowest.
    slices : tuple of Slice
        With AUROC, which is not defined where all texts are of one kind, and Brier score.
    """

    n: int
    n_rumour: int
    n_untagged: int
    auroc: Interval
    average_precision: Interval
    brier: Interval
    ece: Interval
    reliability: tuple[ReliabilityBin, ...]
    precision_recall: tuple[tuple[float, float], ...]
    slices: tuple[Slice, ...] = ()
    n_unlabelled: int = 0

    def plot(self) -> "Figure":
        """Draw the reliability diagram and the precision-recall curve."""
        from opinion_nlp.training.plots import plot_rumour

        return plot_rumour(self)

    def __str__(self) -> str:
        rows = [
            ("AUROC", str(self.auroc)),
            ("average precision", str(self.average_precision)),
            ("Brier (0 to 1)", str(self.brier)),
            (f"ECE ({N_BINS} bins)", str(self.ece)),
        ]
        head = f"{RUMOUR_COLUMN}: {_count(self.n, 'text')}, {_count(self.n_rumour, 'rumour')}"
        parts = [head + _remarks(self.n_untagged, "left out", self.n_unlabelled), format_table(rows)]
        return "\n\n".join([*parts, *_slice_table(self.slices, "AUROC", "Brier")])


@dataclass(frozen=True)
class Evaluation(Record):
    """All that was measured of one model on one table.

    Attributes
    ----------
    model : str
        The model's version.
    n : int
        Number of rows of the table.
    n_boot, seed : int
        Resamples behind each interval, and their seed.
    tasks : tuple of TaskEvaluation
    rumour : RumourEvaluation or None
        None where the model has no ``p_rumour``, or nothing says which texts are rumours.
    """

    model: str
    n: int
    n_boot: int
    seed: int
    tasks: tuple[TaskEvaluation, ...]
    rumour: RumourEvaluation | None = None

    def task(self, name: str) -> TaskEvaluation:
        """Give one task's part.

        Raises
        ------
        ConfigError
            If the task was not evaluated.
        """
        for part in self.tasks:
            if part.task == name:
                return part
        names = ", ".join(part.task for part in self.tasks)
        raise ConfigError(f"task {name!r} was not evaluated. Evaluated were: {names}.")

    def plot(self, name: str | None = None, *, lang: str = "en") -> "Figure":
        """Draw one part: that of the task ``name`` (the first, if None), or of ``"p_rumour"``.

        The figure belongs to no backend and is not kept by pyplot: save it with ``savefig``, or show it in
        a notebook.
        """
        if name == RUMOUR_COLUMN and self.rumour:
            return self.rumour.plot()
        return (self.tasks[0] if name is None else self.task(name)).plot(lang=lang)

    def __str__(self) -> str:
        head = f"model {self.model}, {_count(self.n, 'row')}"
        if self.n_boot:
            head += f"; in brackets 95 % bootstrap intervals ({self.n_boot} resamples, seed {self.seed})"
        parts = [head, *(str(part) for part in self.tasks)]
        return "\n\n".join([*parts, str(self.rumour)] if self.rumour else parts)


def _count(n: int, noun: str) -> str:
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


def _remarks(n_untagged: int, treated: str, n_unlabelled: int) -> str:
    untagged = f"; {n_untagged:,} without words ({treated})" if n_untagged else ""
    return untagged + (f"; {n_unlabelled:,} without a label (left out)" if n_unlabelled else "")


def _slice_table(slices: Sequence[Slice], metric: str, also: str) -> list[str]:
    rows = [
        (
            f"{s.column}: {s.value}",
            f"{s.n:,}",
            str(s.metric),
            str(s.also),
            "too small" if s.is_too_small else "",
        )
        for s in slices
    ]
    return [format_table(rows, ("slice", "n", metric, also, ""))] if rows else []
