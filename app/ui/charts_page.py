"""All charts that were found, each beside what was read from it; readings are corrected here by hand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from ...errors import ChartwellError
from ...indexing.documents import ChartReading
from ...retrieval.evidence import Evidence
from .chart_plot import WORDS, plot_of, plot_rows
from .evidence_panel import reading_rows
from .literal import literal
from .reading_editor import PLACE, edited_reading, editor_rows
from .session import Place, client, say, told_error

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
        _show_all(place, chartwell.search(wanted, top_k=_A_PAGE, where={"kind": "chart"}))
        return
    st.caption(say("charts found", count=total))
    pages = -(-total // _A_PAGE)
    page = st.number_input(say("charts page"), 1, pages, key="charts page") if pages > 1 else 1
    _show_all(place, chartwell.browse("chart", offset=(int(page) - 1) * _A_PAGE, limit=_A_PAGE))


def _show_all(place: Place, charts: Sequence[Evidence]) -> None:
    for chart in charts:
        with st.container(border=True):
            _show_chart(place, chart)


def _show_chart(place: Place, chart: Evidence) -> None:
    reading = chart.reading or ChartReading()
    title = reading.title or chart.caption or Path(chart.source).name
    st.markdown(f"**{literal(title)}**")
    where = literal(_where(chart))
    st.caption(f"{where} · {say('corrected by hand')}" if reading.corrected else where)
    original, read = st.columns(2)
    with original:
        st.caption(say("original chart"))
        if chart.image_path is not None and chart.image_path.is_file():
            st.image(str(chart.image_path), width="stretch", alt=say("picture of", place=_where(chart)))
    with read:
        st.caption(say("drawn again"))
        if reading.values:
            words = {name: say("value" if name == "number" else name) for name in WORDS}
            st.vega_lite_chart(plot_rows(reading), plot_of(reading, words), height=280, alt=title)
        else:
            st.info(say("nothing read"))
    if reading.values:
        st.dataframe(reading_rows(reading), hide_index=True)
    if chart.image_path is not None:
        _offer_correction(place, chart)


def _offer_correction(place: Place, chart: Evidence) -> None:
    number = chart.node_ids[0]
    with st.container(horizontal=True):
        if st.button(say("correct"), key=f"correct {number}", icon=":material/edit:", type="tertiary"):
            st.dialog(say("correct"), width="large")(_correct)(place, chart)
        if chart.reading is not None and chart.reading.corrected:
            back = st.button(say("uncorrect"), key=f"uncorrect {number}", icon=":material/undo:", type="tertiary")
            if back and _done(lambda: client(place.path).uncorrect_chart(chart)):
                st.rerun()


def _where(chart: Evidence) -> str:
    return Path(chart.source).name + (" · " + say("page", page=chart.page) if chart.page else "")


def _correct(place: Place, chart: Evidence) -> None:
    reading = chart.reading or ChartReading()
    st.image(str(chart.image_path), width=480, alt=say("picture of", place=_where(chart)))
    title = st.text_input(say("title"), reading.title)
    st.caption(say("how to correct"))
    edited: Any = st.data_editor(
        editor_rows(reading) or [{PLACE: None, "series": "", "category": "", "number": None, "unit": "", "how": ""}],
        key=f"values {chart.node_ids[0]}",
        num_rows="dynamic",
        hide_index=True,
        column_config={
            PLACE: None,
            "series": st.column_config.TextColumn(say("series")),
            "category": st.column_config.TextColumn(say("category")),
            "number": st.column_config.NumberColumn(say("value"), format="%.10g"),
            "unit": st.column_config.TextColumn(say("unit"), width="small"),
            "how": None,
        },
    )
    if st.button(say("keep correction"), type="primary"):

        def keep() -> None:
            corrected = edited_reading(reading, title, edited, chart.bounds[0])
            client(place.path).correct_chart(chart, corrected)

        if _done(keep):
            st.rerun()


def _done(change: Any) -> bool:  # noqa: ANN401 - what it returns does not matter
    """Whether the change was made; where not, the page says why."""
    try:
        with st.spinner(say("working")):
            change()
    except (ChartwellError, OSError) as error:
        st.error(literal(told_error(error)))
        return False
    return True
