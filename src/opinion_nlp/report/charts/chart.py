"""One chart: what it shows, in words, as a table, and drawn."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from opinion_nlp.archive.formula import neutralise
from opinion_nlp.report.charts.looks import PAGES, make_config
from opinion_nlp.report.plain_text import drop_unfit

if TYPE_CHECKING:
    import altair as alt

PICTURE_SCALE = 2.0


@dataclass(frozen=True, eq=False)
class ReportChart:
    """A chart of a report.

    Attributes
    ----------
    name : str
        Of its file, such as ``topics_over_time``.
    title : str
        What it shows, in the language of the report.
    description : str
        What a person hears who does not see it: the main figures, in one or two sentences.
    data : pandas.DataFrame
        What is drawn, a line for each mark; hidden numbers are missing. Labels and names as the summary has them.
    lang : str
        ``vi`` or ``en``.
    draw : callable
        Gives the Altair chart, without colours of background and letters.
    """

    name: str
    title: str
    description: str
    data: pd.DataFrame
    lang: str
    draw: "Callable[[], alt.TopLevelMixin]" = field(repr=False)

    def to_altair(self, *, is_dark: bool = False) -> "alt.TopLevelMixin":
        """Give the Altair chart, for a light or a dark page."""
        import altair as alt

        drawn: Any = self.draw()
        chart = drawn.properties(description=self.description)
        chart.config = alt.Config.from_dict(
            make_config(PAGES["dark" if is_dark else "light"], self.lang), validate=False
        )
        whole: alt.TopLevelMixin = chart
        return whole

    def to_spec(self, *, is_dark: bool = False) -> dict[str, Any]:
        """Give the Vega-Lite specification, data included."""
        import altair as alt

        with alt.data_transformers.enable("default", max_rows=None):
            spec: dict[str, Any] = self.to_altair(is_dark=is_dark).to_dict()
        # vl-convert 1.9 ends the whole process at a character that XML cannot hold.
        fit: dict[str, Any] = drop_unfit(spec)
        return fit

    def to_svg(self, *, is_dark: bool = False) -> str:
        """Draw as SVG: no browser, no network."""
        import vl_convert

        return str(vl_convert.vegalite_to_svg(self.to_spec(is_dark=is_dark)))

    def to_png(self, scale: float = PICTURE_SCALE, *, is_dark: bool = False) -> bytes:
        """Draw as PNG.

        Parameters
        ----------
        scale : float
            Pixels of the picture for one of the chart.
        is_dark : bool
        """
        import vl_convert

        return bytes(vl_convert.vegalite_to_png(self.to_spec(is_dark=is_dark), scale=scale, ppi=72))

    def to_csv(self) -> str:
        """Write the data as CSV; a hidden number is an empty cell, and no text is a formula to a spreadsheet."""
        safe = self.data.map(lambda cell: neutralise(cell) if isinstance(cell, str) else cell)
        return safe.to_csv(index=False, lineterminator="\n")

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        """Show in a notebook, as a picture where it knows no Vega-Lite."""
        return {"image/svg+xml": self.to_svg(), "text/plain": f"{self.title}. {self.description}"}
