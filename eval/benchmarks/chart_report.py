"""A page of the charts that were read worst: picture, true values against read ones, and which kinds fail."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ...indexing.documents import ChartReading
from .chart_samples import Sample
from .chart_scoring import TOLERANCE, Match

WORST = 60
_STYLE = """body{font:14px sans-serif;margin:2em;max-width:1200px} table{border-collapse:collapse;margin:.5em 0}
td,th{border:1px solid #ccc;padding:2px 6px;text-align:left} img{max-width:560px;border:1px solid #ccc}
.chart{display:flex;gap:1.5em;border-top:2px solid #333;padding:1em 0} .right{color:#080} .wrong{color:#c00}"""


@dataclass(frozen=True, slots=True)
class ReadChart:
    """A chart with its reading and their comparison."""

    sample: Sample
    reading: ChartReading
    match: Match


def write_report(folder: Path, charts: Sequence[ReadChart], summary: str) -> Path:
    """Write `report.html` with the worst charts' pictures beside it; `summary` is the benchmark's own output."""
    pictures = folder / "pictures"
    pictures.mkdir(parents=True, exist_ok=True)
    worst = sorted(charts, key=lambda chart: (-chart.match.errors, chart.sample.truth.id))
    worst = [chart for chart in worst if chart.match.errors][:WORST]
    for chart in worst:
        (pictures / f"{chart.sample.truth.id}.png").write_bytes(chart.sample.png)
    wrong = sum(chart.match.errors > 0 for chart in charts)
    parts = [f"<!doctype html><meta charset=utf-8><title>Charts read</title><style>{_STYLE}</style>"]
    parts.append(f"<h1>Charts read worst</h1><p>{wrong} of {len(charts)} charts have an error.</p>")
    parts.append(f"<pre>{html.escape(summary)}</pre>")
    parts += [_chart(chart) for chart in worst]
    path = folder / "report.html"
    path.write_text("\n".join(parts), "utf-8")
    return path


def _chart(chart: ReadChart) -> str:
    truth, reading = chart.sample.truth, chart.reading
    about = " · ".join(filter(None, (truth.id, truth.renderer, truth.style, truth.language)))
    head = [
        f"<h3>{html.escape(about)}: {chart.match.errors} errors</h3>",
        _pair("type", truth.chart_type, reading.chart_type, good=bool(chart.match.score.types_right)),
        _pair("title", truth.title, reading.title, good=bool(chart.match.score.titles_right)),
    ]
    picture = f'<img src="pictures/{html.escape(truth.id)}.png" alt="">'
    return (
        f"<div class=chart><div>{picture}</div><div>{''.join(head)}{_true_rows(chart)}{_read_rows(chart)}</div></div>"
    )


def _pair(what: str, true: str, read: str, *, good: bool) -> str:
    mark = "right" if good else "wrong"
    return f"<div class={mark}>{what}: {html.escape(true)} | read: {html.escape(read or 'nothing')}</div>"


def _true_rows(chart: ReadChart) -> str:
    truth, match = chart.sample.truth, chart.match
    rows = [
        ("right" if index in match.true_found else "wrong", value.series, value.category, f"{value.number:g}")
        for index, value in enumerate(truth.values)
    ]
    for index, value in enumerate(truth.data):
        error = match.data_errors.get(index)
        off = "not given" if error is None else f"off by {100 * error:.1f} % of the axis"
        good = error is not None and error <= TOLERANCE
        rows.append(("right" if good else "wrong", value.series, value.category, f"{value.number:g} ({off})"))
    return _table("True values", rows)


def _read_rows(chart: ReadChart) -> str:
    rows = [
        (
            "right" if index in chart.match.given_right else "" if value.how == "estimated" else "wrong",
            value.series,
            value.category,
            f"{value.number:g} ({value.how}, “{value.text}”, {value.confidence:.2f})",
        )
        for index, value in enumerate(chart.reading.values)
    ]
    return _table("Read values", rows)


def _table(title: str, rows: Sequence[tuple[str, str, str, str]]) -> str:
    cells = [
        f"<tr class='{mark}'>" + "".join(f"<td>{html.escape(text)}</td>" for text in texts) + "</tr>"
        for mark, *texts in rows
    ]
    head = f"<tr><th>series<th>category<th>{title.lower()}</tr>"
    return f"<details open><summary>{title}</summary><table>{head}{''.join(cells)}</table></details>"
