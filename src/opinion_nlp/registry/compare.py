"""Two versions side by side: what was measured of each, and the differences on the texts that both were asked."""

from collections.abc import Mapping
from dataclasses import dataclass

from opinion_nlp.records import format_table
from opinion_nlp.registry.connection import Connection
from opinion_nlp.registry.gates import Gates
from opinion_nlp.registry.promote import compare, describe_differences, open_version
from opinion_nlp.registry.register import Labelled
from opinion_nlp.registry.versions import MODEL_NAME, Version, find_version

NOTHING = "–"
# Of the many measures of a run, those that people look at first.
SHOWN = (
    "macro_f1",
    "weighted_f1",
    "auroc",
    "average_precision",
    "ece",
    "sure_coverage",
    "mft",
    "invariance",
    "spelling",
    "direction",
    "mean_gap",
    "max_gap",
)


@dataclass(frozen=True)
class VersionComparison:
    """Two versions, their measures, and a row of words for each difference."""

    first: Version
    second: Version
    measures: Mapping[str, Mapping[str, float]]
    differences: tuple[tuple[str, ...], ...]

    def __str__(self) -> str:
        heads = [f"version {version.number}: {version.model}" for version in (self.first, self.second)]
        parts = ["\n".join(heads), show_measures(self.measures)]
        if self.differences:
            head = ("profile", "measure", str(self.first.number), str(self.second.number), "difference [95 %]", "texts")
            parts.append(format_table(self.differences, head))
        else:
            parts.append("No labelled text that both were asked: name some with --data.")
        return "\n\n".join(parts)


def compare_versions(
    connection: Connection,
    first: str | int,
    second: str | int,
    *,
    name: str = MODEL_NAME,
    data: Labelled | None = None,
) -> VersionComparison:
    """Compare two versions of a registered model.

    Parameters
    ----------
    connection : Connection
    first, second : str or int
        Number, alias or head of the digest.
    name : str
        Name of the registered model.
    data : Labelled, optional
        Labelled texts to ask both now; without them, those that both were asked before.

    Returns
    -------
    VersionComparison

    Raises
    ------
    ModelNotFoundError, ModelFormatError, RegistryError
        If there is no such version, it was changed, or the registry refuses.
    """
    versions = [find_version(connection, which, name) for which in (first, second)]
    taggers = [open_version(connection, version) for version in versions]
    found = compare(connection, (versions[0], taggers[0]), (versions[1], taggers[1]), Gates(), data)
    measures = {str(version.number): read_measures(connection, version) for version in versions}
    rows = tuple(tuple(row) for row in describe_differences(dict(found)))
    return VersionComparison(versions[0], versions[1], measures, rows)


def read_measures(connection: Connection, version: Version) -> dict[str, float]:
    """Give the measures of a version's run that people look at first, ``PROFILE/TASK/MEASURE``."""
    metrics = connection.client.get_run(version.run_id).data.metrics
    return {
        key: round(float(value), 6)
        for key, value in sorted(metrics.items())
        if key.rpartition("/")[2] in SHOWN and "/slices/" not in key and "/groups/" not in key
    }


def show_measures(measures: Mapping[str, Mapping[str, float]]) -> str:
    """Lay out the measures of versions as a table, a column each."""
    names = sorted({name for own in measures.values() for name in own})
    if not names:
        return "Nothing was measured."
    rows = [(name, *(f"{own[name]:.3f}" if name in own else NOTHING for own in measures.values())) for name in names]
    return format_table(rows, ("measure", *(f"version {number}" for number in measures)))
