"""Charts to files."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from opinion_nlp.errors import ConfigError
from opinion_nlp.report.charts.chart import ReportChart

KINDS = ("png", "svg", "csv")


def save_charts(charts: Iterable[ReportChart], folder: str | Path, kinds: Sequence[str] = KINDS) -> list[Path]:
    """Write charts as pictures and tables.

    Parameters
    ----------
    charts : iterable of ReportChart
    folder : str or pathlib.Path
        Made if it is not there. Files of the same names are replaced.
    kinds : sequence of str
        Of ``png``, ``svg`` and ``csv``.

    Returns
    -------
    list of pathlib.Path
        What was written, such as ``folder/topics.png``.

    Raises
    ------
    ConfigError
        If a kind is none of these.
    """
    if unknown := [kind for kind in kinds if kind not in KINDS]:
        raise ConfigError(f"charts are saved as {', '.join(KINDS)}, got {unknown[0]!r}.")
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for chart in charts:
        for kind in kinds:
            path = folder / f"{chart.name}.{kind}"
            path.write_bytes(_encode(chart, kind))
            written.append(path)
    return written


def _encode(chart: ReportChart, kind: str) -> bytes:
    if kind == "png":
        return chart.to_png()
    if kind == "svg":
        return chart.to_svg().encode()
    # The mark tells Excel that the letters are UTF-8.
    return chart.to_csv().encode("utf-8-sig")
