"""Write the synthesis as a formal report."""

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

from docx.oxml.ns import qn

from opinion_nlp.errors import InputError
from opinion_nlp.report.charts import make_charts
from opinion_nlp.report.docx.assessment import write_assessment
from opinion_nlp.report.docx.concerns import write_concerns
from opinion_nlp.report.docx.fields import LANGUAGE_TAGS, make_element, to_bytes
from opinion_nlp.report.docx.markers import ANNEX, BODY, fill_markers, find_places, remove_marker
from opinion_nlp.report.docx.opening import open_template
from opinion_nlp.report.docx.periods import say_period
from opinion_nlp.report.docx.quality import write_quality
from opinion_nlp.report.docx.rumours import write_rumours
from opinion_nlp.report.docx.situation import is_too_few, write_situation
from opinion_nlp.report.docx.styles import ensure_styles
from opinion_nlp.report.docx.template import make_template
from opinion_nlp.report.docx.words import say
from opinion_nlp.report.docx.writer import Writer
from opinion_nlp.report.plain_text import clean_text
from opinion_nlp.report.saving import write_whole
from opinion_nlp.report.synthesis import Synthesis
from opinion_nlp.report.wording import capital, format_count


def write_docx(synthesis: Synthesis, path: str | Path, *, template: str | Path | None = None) -> None:
    """Write the synthesis as a formal report in Word.

    Sections I to III, an annex of the threads of rumours, an annex on how to read the figures. What the software cannot
    know or must not say is left blank: who writes to whom, and what to think and to do.

    Parameters
    ----------
    synthesis : Synthesis
    path : str or pathlib.Path
        A .docx file, replaced if it exists; written whole or not at all.
    template : str or pathlib.Path, optional
        An office's own .docx. Its page, headers, letterhead and styles stay; the report goes where a paragraph holds
        ``{{ noi_dung }}``, the annexes where one holds ``{{ phu_luc }}``, each to the end without it. The other
        markers of :data:`opinion_nlp.report.docx.markers.KNOWN` are filled in anywhere. By default the form of Decree
        30/2020/NĐ-CP, which :func:`~opinion_nlp.report.docx.save_template` writes as a file to start from.

    Raises
    ------
    InputError
        If the template is no .docx that can be read, or has unknown markers; if the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> import docx
    >>> import pandas as pd
    >>> from opinion_nlp.report.read import make_scored
    >>> from opinion_nlp.report.synthesis import make_synthesis
    >>> rows = pd.DataFrame(columns=["text", "nature", "sentiment", "topic", "unsure"])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_docx(make_synthesis(make_scored(rows)), Path(folder) / "bao-cao.docx")
    ...     document = docx.Document(Path(folder) / "bao-cao.docx")
    >>> [paragraph.text for paragraph in document.paragraphs if paragraph.style.name == "Heading 1"]
    ['I. Tình hình chung', 'II. Những vấn đề dư luận quan tâm', 'III. Nhận định, kiến nghị']
    """
    path = Path(path)
    if template is not None and path.resolve() == Path(template).resolve():
        raise InputError(f"{path}: the report would replace its template. Choose another name for the report.")
    document = make_template(synthesis.lang) if template is None else open_template(template)
    try:
        places = find_places(document)
    except InputError as error:
        raise InputError(f"{template}: {error}") from error
    fill_markers(document, _marker_values(synthesis))
    _write_parts(document, synthesis, places)
    _set_properties(document, synthesis)
    write_whole(path, to_bytes(document))


def _write_parts(document: Any, synthesis: Synthesis, places: dict[str, Any]) -> None:  # noqa: ANN401
    lang, summary = synthesis.lang, synthesis.summary
    if is_too_few(summary):
        synthesis = replace(synthesis, threads=())
    charts = {chart.name: chart for chart in make_charts(summary, synthesis.threads, lang=lang)}
    annex = say("annex", lang)
    styles = ensure_styles(document, lang)
    # One annex alone has no number.
    numbers = ("I", "II") if synthesis.threads else ("", "")
    body = Writer(document, _make_anchor(document, places.get(BODY)), lang, styles)
    write_situation(body, summary, charts, f"{annex} {numbers[1]}".strip())
    write_concerns(body, synthesis, charts, f"{annex} {numbers[0]}".strip())
    write_assessment(body)
    _remove(body.anchor)
    end = Writer(document, _make_anchor(document, places.get(ANNEX)), lang, styles, body.counts)
    if synthesis.threads:
        write_rumours(end, synthesis, charts, numbers[0])
    write_quality(end, summary, numbers[1])
    _remove(end.anchor)


def _make_anchor(document: Any, place: Any) -> Any:  # noqa: ANN401
    """Make the paragraph before which to write: after a marker's one, or at the end."""
    if place is None:
        return document.element.body.add_p()
    keeps_text = remove_marker(place)
    anchor = make_element("w:p")
    place.addnext(anchor)
    section = place.find(f"{qn('w:pPr')}/{qn('w:sectPr')}")
    if section is not None:
        # The paragraph ends a section of the template: what is written belongs to it.
        anchor.get_or_add_pPr().append(section)
    if not keeps_text:
        place.getparent().remove(place)
    return anchor


def _remove(anchor: Any) -> None:  # noqa: ANN401
    """Take the anchor away, unless it ends a section, or nothing but a table would stand before the end."""
    before, after = anchor.getprevious(), anchor.getnext()
    ends_section = anchor.find(f"{qn('w:pPr')}/{qn('w:sectPr')}") is not None
    is_needed = before is not None and before.tag == qn("w:tbl") and (after is None or after.tag != qn("w:p"))
    if not ends_section and not is_needed:
        anchor.getparent().remove(anchor)


def _marker_values(synthesis: Synthesis) -> dict[str, str]:
    lang, summary = synthesis.lang, synthesis.summary
    days = summary.find_days()
    first, last = (f"{day:%d/%m/%Y}" for day in days) if days else ("……", "……")
    today = dt.date.today()
    return {
        "tieu_de": synthesis.title,
        "ten_loai": say("kind", lang),
        "trich_yeu": _cut_kind(synthesis.title, lang),
        "ky_bao_cao": say_period(summary, lang),
        "tu_ngay": first,
        "den_ngay": last,
        "so_dong": format_count(summary.n_focus, lang),
        "ngay": f"{today:%d/%m/%Y}",
        "nam": f"{today:%Y}",
    }


def _cut_kind(title: str, lang: str) -> str:
    """Leave out of a title the word that stands above it anyway."""
    kind = say("kind", lang)
    rest = title[len(kind) :].strip() if title[: len(kind)].upper() == kind else title
    return capital(rest) if rest else title


def _set_properties(document: Any, synthesis: Synthesis) -> None:  # noqa: ANN401
    properties = document.core_properties
    # The core properties hold at most 255 characters.
    properties.title = clean_text(synthesis.title)[:255]
    properties.language = LANGUAGE_TAGS[synthesis.lang]
    properties.created = properties.modified = dt.datetime.now(dt.UTC)
    properties.last_modified_by = ""
    properties.revision = 1
