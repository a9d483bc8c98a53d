"""All charts that were found, each beside what was read from it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from ...indexing.documents import ChartReading
from ...retrieval.evidence import Evidence
from .evidence_panel import reading_rows
from .literal import literal
from .session import Place, client, say

_A_PAGE = 12


def show(place: Place) -> None:
    """Draw the page."""
    st.header(say("charts"))
    chartwell = client(place.path)
    total = chartwell.collection.node_count("chart")
    if not total:
        st.info(say("no charts"))
        return
    wanted = st.text_input(say("find charts"), key="find charts")
    if wanted.strip():
        _show_all(chartwell.search(wanted, top_k=_A_PAGE, where={"kind": "chart"}))
        return
    pages = -(-total // _A_PAGE)
    page = st.number_input(say("charts page"), 1, pages, key="charts page") if pages > 1 else 1
    _show_all(chartwell.browse("chart", offset=(int(page) - 1) * _A_PAGE, limit=_A_PAGE))


def _show_all(charts: Sequence[Evidence]) -> None:
    for chart in charts:
        with st.container(border=True):
            _show_chart(chart)


def _show_chart(chart: Evidence) -> None:
    title = (chart.reading.title if chart.reading else "") or chart.caption
    st.markdown(f"**{literal(title)}**")
    st.caption(literal(Path(chart.source).name) + (" · " + say("page", page=chart.page) if chart.page else ""))
    original, read = st.columns(2)
    with original:
        if chart.image_path is not None and chart.image_path.is_file():
            st.image(str(chart.image_path), width="stretch")
    with read:
        if chart.reading is None or not chart.reading.values:
            st.caption(say("nothing read"))
            return
        st.caption(say("drawn again"))
        st.bar_chart(
            _drawn_again(chart.reading), x="category", y="number", color="series", stack=False, horizontal=True
        )
    st.dataframe(reading_rows(chart.reading), hide_index=True)


def _drawn_again(reading: ChartReading) -> list[dict[str, Any]]:
    return [
        {"category": value.category or value.series, "number": value.number, "series": value.series or "–"}
        for value in reading.values
    ]
