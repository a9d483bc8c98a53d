"""The report of a run, drawn from what it is made of: every word of documents and models is shown as text."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

import streamlit as st

from ...eval.reports.model import BarPlot, Curve, Failure, Report, Section, Table
from .literal import literal
from .session import say

_OUTCOMES = ("answered", "abstained", "not asked")
"""For which there are words; others tell of a failure."""


def show_report(report: Report) -> None:
    """Draw the whole report."""
    st.subheader(literal(report.title))
    for warning in report.warnings:
        st.warning(literal(warning))
    if report.tiles:
        with st.container(horizontal=True):
            for tile in report.tiles:
                note = say("interval", interval=literal(tile.interval), note=literal(tile.note))
                st.metric(literal(tile.name), literal(tile.value), help=note, border=True, width=170)
    for section in report.sections:
        _show_section(section)
    if report.failures:
        st.subheader(say("worst questions", metric=literal(report.failures_by)))
        for failure in report.failures:
            with st.expander(literal(failure.question)):
                _show_failure(failure)
    with st.expander(say("all questions")):
        show_table(report.questions)
    with st.expander(say("run")):
        st.dataframe([{"": name, " ": told} for name, told in report.facts], hide_index=True)


def show_table(table: Table) -> None:
    """A table with its caption and note; cells are shown as they are."""
    if table.caption:
        st.markdown(f"**{literal(table.caption)}**")
    header = _distinct(table.header)
    st.dataframe([dict(zip(header, row, strict=True)) for row in table.rows], hide_index=True)
    if table.note:
        st.caption(literal(table.note))


def _show_section(section: Section) -> None:
    st.subheader(literal(section.title))
    if section.text:
        st.text(section.text)
    for plot in section.plots:
        st.caption(literal(plot.title))
        st.vega_lite_chart(_bars(plot) if isinstance(plot, BarPlot) else _curve(plot), alt=plot.title)
    for table in section.tables:
        show_table(table)


def _show_failure(failure: Failure) -> None:
    st.text(failure.question)
    for reference in failure.references:
        st.text(f"{say('reference')}: {reference}")
    outcome = say(f"outcome {failure.outcome}") if failure.outcome in _OUTCOMES else failure.outcome
    st.text(f"{outcome}: {failure.answer}")
    for claim in failure.claims:
        st.text(f"· {say(claim.verdict)}: {claim.text} — {claim.reason}")
    if failure.lost:
        st.text(f"{say('lost most')}: {failure.lost}")
    if failure.found:
        st.text(f"{say('found sources')}: {'; '.join(failure.found)}")
    st.caption(literal(", ".join(f"{name} {score}" for name, score in failure.scores)))
    for picture in failure.pictures:
        if picture.address:
            st.image(base64.b64decode(picture.address.partition(",")[2]), caption=literal(picture.caption))
        else:
            st.caption(literal(picture.caption))
            st.text(picture.text)


def _bars(plot: BarPlot) -> dict[str, Any]:
    """As a Vega-Lite chart."""
    shown = [{"field": name, "title": say(f"bar {name}")} for name in ("label", "value", "low", "high")]
    rows = [{"label": bar.label, "value": bar.value, "low": bar.low, "high": bar.high} for bar in plot.bars]
    label = {"field": "label", "type": "nominal", "sort": None, "title": None, "axis": {"labelLimit": 240}}
    value = {"field": "value", "type": "quantitative", "title": None, "scale": {"domain": [0, 1]}}
    interval = {"x": {"field": "low", "type": "quantitative"}, "x2": {"field": "high"}}
    return {
        "data": {"values": rows},
        "encoding": {"y": label},
        "layer": [
            {"mark": {"type": "bar"}, "encoding": {"x": value, "tooltip": shown}},
            {"mark": {"type": "rule", "strokeWidth": 2, "color": "#808080"}, "encoding": interval},
        ],
    }


def _curve(plot: Curve) -> dict[str, Any]:
    """As a Vega-Lite chart."""
    points = [{"x": x, "y": y, "place": place} for place, (x, y) in enumerate(plot.points)]
    axes = {
        axis: {"field": axis, "type": "quantitative", "title": title, "scale": {"domain": [0, 1]}}
        for axis, title in (("x", plot.x_label), ("y", plot.y_label))
    }
    line: dict[str, Any] = {
        "data": {"values": points},
        "mark": {"type": "line", "point": True},
        "encoding": {**axes, "order": {"field": "place"}},
    }
    level: dict[str, Any] = {
        "data": {"values": [] if plot.level is None else [{"y": plot.level, "label": plot.level_label}]},
        "mark": {"type": "rule", "strokeDash": [4, 4], "tooltip": {"content": "data"}},
        "encoding": {"y": {"field": "y", "type": "quantitative"}},
    }
    return {"layer": [line, level]}


def _distinct(names: Sequence[str]) -> list[str]:
    """Names of columns, told apart by blanks where two are the same."""
    found: list[str] = []
    for name in names:
        while name in found:
            name += " "  # noqa: PLW2901 - grown until it is new
        found.append(name)
    return found
