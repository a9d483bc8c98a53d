"""A report as one HTML file that needs nothing else: no network, no other file."""

from __future__ import annotations

from .markdown import printable
from .model import Report
from .svg_plots import svg

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"


def html_page(report: Report) -> str:
    """The page. Every text is escaped; the plots are drawn here."""
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=PackageLoader("chartwell.eval.reports", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: printable(value) if type(value) is str else value,
    )
    environment.filters["plot"] = lambda plot: Markup(svg(plot))  # noqa: S704 - it escapes its texts
    return environment.get_template("report.html.jinja").render(report=report, policy=_POLICY)
