"""``opinion-nlp report``: from scored rows to the periodic synthesis."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from opinion_nlp.cli.console import EXIT_REJECTS, show_steps, tell, tell_reject
from opinion_nlp.schema import Period

if TYPE_CHECKING:
    from opinion_nlp.report.synthesis import Synthesis

SHOWN_REJECTS = 5
_STEPS = {
    "read": "Reading",
    "summary": "Counting",
    "threads": "Grouping rumours",
    "charts": "Drawing",
    "write": "Writing",
}


class Language(StrEnum):
    """Language of a report."""

    VIETNAMESE = "vi"
    ENGLISH = "en"


class Kind(StrEnum):
    """What a report is written as, by the suffix of its name."""

    HTML = ".html"
    DOCX = ".docx"
    JSON = ".json"


def _save_template(path: Path | None) -> None:
    """Save the template and end: it needs no scored rows."""
    if path is None:
        return
    from opinion_nlp.errors import InputError
    from opinion_nlp.report.docx import save_template

    if path.exists():
        raise InputError(f"{path}: this file is there already. Name another one.")
    save_template(path)
    tell(f"Template: {path}. Change it in Word, and give it with --template.")
    raise typer.Exit


def report(
    scored: Annotated[Path, typer.Argument(help="Result of `opinion-nlp score`.", metavar="SCORED")],
    *,
    out: Annotated[
        Path,
        typer.Option(
            "--output",
            "-o",
            help="Report: a page for any browser (.html), the formal report (.docx), or all its numbers (.json).",
            metavar="OUT",
        ),
    ],
    period: Annotated[Period, typer.Option(help="By what changes are told; weeks begin on Monday.")] = Period.WEEK,
    focus: Annotated[
        str | None,
        typer.Option(
            help="What is reported on: last, the last period, compared with the one before it; or all. Default: last, "
            "but all with --previous or where there is one period only.",
            metavar="last|all",
        ),
    ] = None,
    previous: Annotated[
        Path | None,
        typer.Option(help="Earlier result of `opinion-nlp score` to compare with.", metavar="SCORED"),
    ] = None,
    group_by: Annotated[
        list[str] | None,
        typer.Option(help="One more column to count by. May be given again.", metavar="COLUMN"),
    ] = None,
    min_cell: Annotated[
        int, typer.Option(min=1, help="Counts below it are hidden, and others that would tell them.")
    ] = 5,
    quotes: Annotated[
        int, typer.Option(min=0, help="Typical statements quoted of each topic and sentiment; 0 quotes none.")
    ] = 3,
    max_statements: Annotated[
        int, typer.Option(min=0, help="Statements listed in a page (.html), personal data masked; 0 lists none.")
    ] = 50_000,
    lang: Annotated[Language, typer.Option(help="Language of the report.")] = Language.VIETNAMESE,
    title: Annotated[str | None, typer.Option(help="Title of the report.", metavar="TEXT")] = None,
    template: Annotated[
        Path | None,
        typer.Option(
            help="Your office's own .docx: its page, letterhead and styles are kept. See --save-template.",
            metavar="FILE",
        ),
    ] = None,
    charts: Annotated[
        Path | None,
        typer.Option(help="Folder for the charts as well, each as PNG, SVG and csv.", metavar="FOLDER"),
    ] = None,
    text_column: Annotated[
        str | None, typer.Option(help="Column of the texts. Default: one of the usual names.", metavar="COLUMN")
    ] = None,
    date_column: Annotated[
        str | None, typer.Option(help="Column of the dates. Default: one of the usual names.", metavar="COLUMN")
    ] = None,
    date_format: Annotated[
        str | None,
        typer.Option(
            help="How dates are written, such as %m/%d/%Y. Default: 2026-12-31 or day first, 31/12/2026.",
            metavar="FORMAT",
        ),
    ] = None,
    area_column: Annotated[
        str | None, typer.Option(help="Column of the areas. Default: one of the usual names.", metavar="COLUMN")
    ] = None,
    area_map: Annotated[
        Path | None,
        typer.Option(help="csv table of merged areas: old name, new name.", metavar="FILE"),
    ] = None,
    source_column: Annotated[
        str | None,
        typer.Option(help="Column of the sources or channels. Default: one of the usual names.", metavar="COLUMN"),
    ] = None,
    id_column: Annotated[
        str | None,
        typer.Option(help="Column by which statements are cited. Default: one of the usual names.", metavar="COLUMN"),
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace OUT if it is there.")] = False,
    save_template: Annotated[
        Path | None,
        typer.Option(
            help="Save the usual form of the report in Word, for your office to change and give as --template; and "
            "do nothing else.",
            metavar="FILE",
            callback=_save_template,
            is_eager=True,
        ),
    ] = None,
) -> None:
    """Write what people say, on what, what changes, and which rumours go round.

    Small counts are hidden and statements are quoted with personal data masked. Rows that cannot be read are listed
    in OUT.rejects.jsonl, and the exit code is 4.
    """
    kind = _check(out, focus, template, charts, overwrite=overwrite)
    # Imported here: the libraries behind it cost a second, which --help must not pay.
    from opinion_nlp.report import make_synthesis, read_area_map, read_scored
    from opinion_nlp.report.saving import write_rejects

    columns = {
        "text_column": text_column,
        "date_column": date_column,
        "area_column": area_column,
        "source_column": source_column,
        "id_column": id_column,
    }
    with show_steps(_STEPS) as on_step:
        on_step("read")
        table = read_scored(scored, **columns)
        before = None if previous is None else read_scored(previous, **columns)
        synthesis = make_synthesis(
            table,
            period=period.value,
            focus=focus,
            previous=before,
            group_by=tuple(group_by or ()),
            min_cell=min_cell,
            n_quotes=quotes,
            area_map=None if area_map is None else read_area_map(area_map),
            date_format=date_format,
            title=title,
            lang=lang.value,
            on_step=on_step,
        )
        if charts is not None:
            on_step("charts")
            _save_charts(synthesis, charts)
        on_step("write")
        _write(synthesis, out, kind, template, max_statements)
    for line in _describe(synthesis, out, charts):
        tell(line)
    rejects = [*table.rejects, *(before.rejects if before is not None else ())]
    listed = write_rejects(out, rejects)
    if listed is not None:
        for reject in rejects[:SHOWN_REJECTS]:
            tell_reject(reject)
        tell(f"{len(rejects):,} rows or files could not be read, each listed in {listed}.")
        raise typer.Exit(EXIT_REJECTS)


def _check(out: Path, focus: str | None, template: Path | None, charts: Path | None, *, overwrite: bool) -> Kind:
    """Refuse before anything is read what cannot become a report."""
    from opinion_nlp.errors import InputError

    kind = out.suffix.lower()
    if kind not in tuple(Kind):
        raise typer.BadParameter(f"{str(out)!r} must end in {', '.join(Kind)}.", param_hint="--output")
    if focus not in (None, "last", "all"):
        raise typer.BadParameter(f"{focus!r} is neither last nor all.", param_hint="--focus")
    if template is not None and kind != Kind.DOCX:
        raise typer.BadParameter("this is for a report in .docx.", param_hint="--template")
    if not out.parent.is_dir():
        raise InputError(f"{out}: there is no folder {str(out.parent)!r}. Create it first.")
    if out.exists() and not overwrite:
        raise InputError(f"{out}: this file is there already. Name another one, or replace it with --overwrite.")
    if charts is not None and charts.exists() and not charts.is_dir():
        raise InputError(f"{charts}: this is a file. Name a folder with --charts.")
    return Kind(kind)


def _write(synthesis: "Synthesis", out: Path, kind: Kind, template: Path | None, max_statements: int) -> None:
    from opinion_nlp.report.saving import write_whole

    if kind is Kind.DOCX:
        from opinion_nlp.report.docx import write_docx

        write_docx(synthesis, out, template=template)
    elif kind is Kind.HTML:
        from opinion_nlp.report.html import render_html

        write_whole(out, render_html(synthesis, max_statements=max_statements).encode())
    else:
        import json

        write_whole(out, (json.dumps(synthesis.to_dict(), ensure_ascii=False, indent=1) + "\n").encode())


def _save_charts(synthesis: "Synthesis", folder: Path) -> None:
    from opinion_nlp.report.charts import make_charts, save_charts

    save_charts(make_charts(synthesis.summary, synthesis.threads, lang=synthesis.lang), folder)


def _describe(synthesis: "Synthesis", out: Path, charts: Path | None) -> list[str]:
    from opinion_nlp.report.notes import phrase_note

    summary = synthesis.summary
    n_answered = sum(thread.is_answered for thread in synthesis.threads)
    where = f"{out}" if charts is None else f"{out}, charts in {charts}"
    against = f", against {summary.against}" if summary.against else ""
    return [
        f"{summary.n_focus:,} of {summary.n_rows:,} rows reported on ({summary.focus}{against}), "
        f"{len(synthesis.threads)} threads of rumours, {n_answered} answered: {where}",
        *(f"Note: {phrase_note(note, 'en')}" for note in summary.notes),
    ]
