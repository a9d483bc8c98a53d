"""Evaluation runs: all of them, the report of one, the comparison of two."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from ...eval.comparison.comparison import Comparison, compare
from ...eval.reports.html_page import html_page
from ...eval.reports.model import Report
from ...eval.reports.report import build_report
from ...eval.runs.listing import ListedRun, list_runs
from ...eval.runs.run import Run
from .literal import literal
from .run_comparison import show_comparison
from .run_report import show_report
from .session import Place, say, settings

_KEPT = 8
"""Reports and comparisons that are kept once they are computed."""


def show(place: Place) -> None:
    """Draw the page."""
    st.header(say("evaluation"))
    folder = Path(settings().ui.runs)
    runs = list_runs(folder)
    if not runs:
        st.info(say("no runs", folder=literal(str(folder.absolute()))))
        st.code(f"chartwell eval run questions.jsonl -c '{place.path}' -o {folder / 'first'}", language=None)
        return
    st.dataframe([_row(run) for run in runs], hide_index=True)
    scored = {run.name: run for run in runs if run.state == "scored"}
    chosen = st.multiselect(
        say("runs to show"), list(scored), max_selections=2, placeholder=say("choose"), key="chosen runs"
    )
    if len(chosen) == 1:
        _show_one(scored[chosen[0]])
    elif len(chosen) == 2:
        _show_two([scored[name] for name in chosen])


def _row(run: ListedRun) -> dict[str, Any]:
    told = say(f"run {run.state}", reason=run.reason) if run.state == "damaged" else say(f"run {run.state}")
    at = dt.datetime.fromtimestamp(run.finished_at, dt.UTC) if run.finished_at else None
    return {
        say("run"): run.name,
        say("run state"): told,
        say("dataset"): run.dataset,
        say("questions"): run.questions,
        say("run at"): at,
        **{name: round(mean, 4) for name, mean in run.headline.items()},
    }


def _show_one(run: ListedRun) -> None:
    with st.spinner(say("computing")):
        report = _report(str(run.path), run.finished_at)
    st.download_button(
        say("download report"), lambda: html_page(report), file_name=f"{run.path.name}.html", mime="text/html"
    )
    show_report(report)


def _show_two(runs: Sequence[ListedRun]) -> None:
    a, b = reversed(runs) if st.toggle(say("swap")) else runs
    with st.spinner(say("computing")):
        found = _comparison(str(a.path), str(b.path), (a.finished_at, b.finished_at))
    show_comparison(found, a.name, b.name)


@st.cache_resource(max_entries=_KEPT, show_spinner=False)
def _report(path: str, at: float | None) -> Report:  # noqa: ARG001 - a run scored again has another report
    """The report of a run as it was scored at that time."""
    return build_report(Run.open(path))


@st.cache_resource(max_entries=_KEPT, show_spinner=False)
def _comparison(a: str, b: str, at: tuple[float | None, ...]) -> Comparison:  # noqa: ARG001 - as above
    """Run B against run A as they were scored at these times."""
    return compare(a, b)
