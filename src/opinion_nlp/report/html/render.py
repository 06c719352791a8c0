"""A synthesis to one self-contained page."""

import base64
import functools
import hashlib
import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from opinion_nlp.errors import ConfigError
from opinion_nlp.report.charts import make_charts
from opinion_nlp.report.html.breakdowns import show_breakdowns, show_crosses
from opinion_nlp.report.html.cells import is_listed
from opinion_nlp.report.html.figures import show_charts
from opinion_nlp.report.html.headlines import show_findings, show_key_figures, show_masthead
from opinion_nlp.report.html.quotes import show_contrasts, show_quotes
from opinion_nlp.report.html.statements import list_statements
from opinion_nlp.report.html.texts import choose_texts
from opinion_nlp.report.html.threads import show_threads
from opinion_nlp.report.notes import phrase_note
from opinion_nlp.report.synthesis import Synthesis
from opinion_nlp.report.wording import format_count

if TYPE_CHECKING:
    import jinja2

MAX_STATEMENTS = 50_000
SCRIPTS = ("drill.js", "charts.js", "tables.js", "statements.js", "page.js")


def render_html(synthesis: Synthesis, *, max_statements: int = MAX_STATEMENTS) -> str:
    """Write a synthesis as one HTML page.

    Parameters
    ----------
    synthesis : Synthesis
    max_statements : int
        Statements listed at most, those reported on first, the latest first; 0 lists none.

    Returns
    -------
    str
        The page, with its charts, styles and scripts. A policy in it forbids it to load or send anything. All that
        comes from the data is text in it, whatever it looks like.

    Raises
    ------
    ConfigError
        If ``max_statements`` is negative.

    Examples
    --------
    >>> import pandas as pd
    >>> from opinion_nlp.report.read import make_scored
    >>> from opinion_nlp.report.synthesis import make_synthesis
    >>> rows = {"text": "Đường mới <b>đẹp</b>", "date": ["02/11/2026"] * 20, "nature": "opinion", "unsure": ""}
    >>> scored = make_scored(pd.DataFrame(rows | {"topic": "transport", "sentiment": "positive"}))
    >>> page = render_html(make_synthesis(scored))
    >>> page.startswith("<!doctype html>"), "<b>đẹp</b>" in page
    (True, False)
    """
    if max_statements < 0:
        raise ConfigError(f"max_statements must be at least 0, got {max_statements}.")
    lang, summary = synthesis.lang, synthesis.summary
    charts = show_charts(make_charts(summary, synthesis.threads, lang=lang), summary, lang)
    statements = list_statements(synthesis, max_statements)
    scripts = [*([_bundle_vega()] if charts else []), _read_scripts()]
    style = _read("page.css")
    template = _make_environment().get_template("page.html.j2")
    return template.render(
        lang=lang,
        title=synthesis.title,
        t=choose_texts(lang),
        policy=make_policy(scripts, style),
        style=style,
        scripts=scripts,
        masthead=show_masthead(synthesis),
        key_figures=show_key_figures(synthesis),
        findings=show_findings(summary, lang),
        charts=charts,
        threads=show_threads(synthesis),
        contrasts=show_contrasts(summary, lang),
        quotes=show_quotes(summary, lang),
        breakdowns=show_breakdowns(summary, lang),
        crosses=show_crosses(summary, lang),
        notes=[phrase_note(note, lang) for note in summary.notes],
        statements=statements,
        specs=to_json({chart.name: chart.spec for chart in charts}),
        data=to_json(statements.data),
        words=to_json({"lang": lang, **choose_texts(lang, "js_")}),
        min_cell=summary.min_cell,
        count=lambda n: format_count(n, lang),
        opens=lambda drill: statements.n_listed > 0 and is_listed(drill, summary),
    )


def to_json(value: Any) -> str:  # noqa: ANN401
    r"""Write JSON that may stand in a script element: nothing in it ends the element or begins a comment.

    Examples
    --------
    >>> to_json({"a": "</script><!--"})
    '{"a":"\\u003c/script\\u003e\\u003c!--"}'
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    # A half of a surrogate pair is no letter, and no file can hold it.
    return text.encode("utf-8", "replace").decode()


def make_policy(scripts: list[str], style: str) -> str:
    """Write a content security policy: these scripts, this style, and nothing else from anywhere."""
    hashes = " ".join(map(_hash, scripts))
    return f"default-src 'none'; script-src {hashes}; style-src {_hash(style)}; base-uri 'none'; form-action 'none'"


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@functools.cache
def _bundle_vega() -> str:
    """Give Vega, Vega-Lite and Vega-Embed as one script."""
    import vl_convert

    return _close_safely(str(vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")))


@functools.cache
def _read_scripts() -> str:
    return _close_safely('"use strict";\n' + "\n".join(_read(name) for name in SCRIPTS))


def _close_safely(script: str) -> str:
    """Let no string of a script end the element that it stands in."""
    return script.replace("</script", "<\\/script").replace("<!--", "<\\!--")


def _read(name: str) -> str:
    # A page's hash is that of its text with these line ends.
    return files(__package__).joinpath(name).read_text(encoding="utf-8").replace("\r\n", "\n")


@functools.cache
def _make_environment() -> "jinja2.Environment":
    import jinja2

    return jinja2.Environment(
        loader=jinja2.FunctionLoader(_read),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
