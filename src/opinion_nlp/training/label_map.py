"""The map from the labels of public corpora to the labels of this project: one table, ``labels.tsv``.

The table stands beside this module. A row names a label of a corpus, the task that it speaks to, and the
label that it becomes; an empty target means that the label is left out, and then the reason says why. A
topic is mapped where at least half of its texts are about the target.
"""

import csv
import io
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from opinion_nlp.errors import InputError
from opinion_nlp.schema import DEFAULT_TASKS

MAP_FILE = "labels.tsv"
HEADER = ("corpus", "column", "label", "task", "maps_to", "reason")


@dataclass(frozen=True)
class LabelRule:
    """What becomes of one label of one corpus.

    Attributes
    ----------
    corpus, column, label : str
        Where the label stands, as the corpus states it.
    task : str
        The task of this project that the label speaks to.
    maps_to : str or None
        The label of that task; None where the label is left out.
    reason : str
        Why, where it is not obvious; never empty where the label is left out.
    """

    corpus: str
    column: str
    label: str
    task: str
    maps_to: str | None
    reason: str


@lru_cache(maxsize=1)
def load_label_map() -> tuple[LabelRule, ...]:
    """Read the table of labels that comes with the package.

    Returns
    -------
    tuple of LabelRule
        In the order of the table.

    Examples
    --------
    >>> rule = load_label_map()[0]
    >>> rule.corpus, rule.column, rule.label, rule.task, rule.maps_to
    ('vsfc', 'sentiment', 'negative', 'sentiment', 'negative')
    """
    content = files("opinion_nlp.training").joinpath(MAP_FILE).read_text(encoding="utf-8")
    return parse_label_map(content, where=MAP_FILE)


def parse_label_map(content: str, *, where: str) -> tuple[LabelRule, ...]:
    r"""Check and read a table of labels.

    Parameters
    ----------
    content : str
        Tab-separated, with the header ``corpus, column, label, task, maps_to, reason``.
    where : str
        What messages call the table.

    Returns
    -------
    tuple of LabelRule
        In the order of the table.

    Raises
    ------
    InputError
        If the header differs, a label stands twice for one task, a task or a target is unknown, or a label is
        left out without a reason.

    Examples
    --------
    >>> table = "corpus\tcolumn\tlabel\ttask\tmaps_to\treason\nbáo\tmục\tđá bóng\ttopic\tđá bóng\t"
    >>> parse_label_map(table, where="bảng")
    Traceback (most recent call last):
    ...
    opinion_nlp.errors.InputError: bảng, line 2: 'đá bóng' is no label of topic. Use one of the schema's.
    """
    reader = csv.reader(io.StringIO(content), delimiter="\t", quoting=csv.QUOTE_NONE)
    if tuple(next(reader, ())) != HEADER:
        raise InputError(f"{where}: the header is not {', '.join(HEADER)}. Restore it.")
    labels = {task.name: set(task.labels) for task in DEFAULT_TASKS}
    rules: dict[tuple[str, str, str, str], LabelRule] = {}
    for number, row in enumerate(reader, start=2):
        at = f"{where}, line {number}"
        if len(row) != len(HEADER):
            raise InputError(f"{at}: {len(row)} fields instead of {len(HEADER)}. Separate them with one tab.")
        corpus, column, label, task, maps_to, reason = row
        if task not in labels:
            raise InputError(f"{at}: there is no task {task!r}. Use one of {', '.join(labels)}.")
        if maps_to and maps_to not in labels[task]:
            raise InputError(f"{at}: {maps_to!r} is no label of {task}. Use one of the schema's.")
        if not maps_to and not reason:
            raise InputError(f"{at}: {label!r} is left out without a reason. Give one.")
        key = (corpus, column, label, task)
        if key in rules:
            raise InputError(f"{at}: {label!r} of {corpus} stands here a second time for {task}. Drop one.")
        rules[key] = LabelRule(corpus, column, label, task, maps_to or None, reason)
    return tuple(rules.values())


def rules_for(corpus: str, task: str) -> dict[tuple[str, str], str | None]:
    """Give the map of one corpus for one task.

    Returns
    -------
    dict of (str, str) to str or None
        From (column, label) to the label of the task, None where it is left out; empty where the corpus does
        not speak to the task.

    Examples
    --------
    >>> rules_for("vsmec", "sentiment")[("emotion", "Anger")]
    'negative'
    >>> rules_for("vsmec", "nature")
    {}
    """
    return {
        (rule.column, rule.label): rule.maps_to
        for rule in load_label_map()
        if rule.corpus == corpus and rule.task == task
    }
