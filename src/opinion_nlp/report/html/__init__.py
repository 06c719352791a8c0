"""The synthesis as one page that needs nothing else: no network, no server."""

from opinion_nlp.report.html.render import MAX_STATEMENTS, render_html

__all__ = ["MAX_STATEMENTS", "render_html"]
