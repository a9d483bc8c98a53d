"""One piece of evidence beside the chat: its picture with the deciding region marked, its values, where it is from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st
from PIL import Image

from ...errors import InputError
from ...indexing.documents import ChartReading, Region, Table
from ...indexing.source_files import source_file
from ...retrieval.evidence import Evidence
from ...retrieval.evidence_pictures import highlighted
from .literal import literal
from .session import say

_MOST_ROWS = 200


def show_evidence(answer: Mapping[str, Any], number: int) -> None:
    """Show evidence `number` of an answer in its JSON form."""
    evidence = Evidence.from_dict(answer["evidence"][number - 1])
    st.subheader(f"[{number}] " + literal(Path(evidence.source).name))
    st.caption(literal(_place(evidence)))
    deciding = deciding_regions(answer, number) or [region.region for region in evidence.regions]
    _show_picture(evidence, deciding)
    if evidence.reading is not None and evidence.reading.values:
        st.dataframe(reading_rows(evidence.reading), hide_index=True)
    elif evidence.table is not None:
        _show_table(evidence.table)
    st.text(evidence.text)
    _offer_original(evidence)


def deciding_regions(answer: Mapping[str, Any], number: int) -> list[Region]:
    """Where the checks found what decides the claims that cite the evidence."""
    return [
        Region.from_dict(claim["region"])
        for claim in answer["claims"]
        if claim["region"] and claim["evidence"] == number and number in claim["citations"]
    ]


def reading_rows(reading: ChartReading) -> list[dict[str, str]]:
    """The values of a chart, one row each, saying which are printed and which estimated."""
    return [
        {
            say("series"): value.series,
            say("category"): value.category,
            say("value"): value.text or f"{value.number:g} {value.unit}".strip(),
            say("how"): say(value.how),
        }
        for value in reading.values
    ]


def _place(evidence: Evidence) -> str:
    page = say("page").format(evidence.page_label or evidence.page) if "{}" in say("page") else ""
    if evidence.page and not page:
        page = f"{say('page')} {evidence.page_label or evidence.page}"
    where = [page if evidence.page else "", *evidence.headings, evidence.caption]
    return " › ".join(part for part in where if part)


def _show_picture(evidence: Evidence, regions: Sequence[Region]) -> None:
    try:
        picture = highlighted(evidence, [region for region in regions if region not in evidence.bounds])
    except (InputError, OSError) as error:
        st.caption(say("no picture") + literal(str(error)))
        return
    if picture is not None:
        st.image(_bounded(picture), width="stretch")


def _bounded(picture: Image.Image) -> Image.Image:
    picture.thumbnail((1600, 1600))
    return picture


def _show_table(table: Table) -> None:
    rows = [*table.header, *table.body][:_MOST_ROWS]
    width = max((len(row) for row in rows), default=0)
    st.dataframe(
        [{str(column + 1): row[column] if column < len(row) else "" for column in range(width)} for row in rows],
        hide_index=True,
    )


def _offer_original(evidence: Evidence) -> None:
    with source_file(evidence.source) as file:
        if file is None:
            st.caption(say("original gone"))
            return
    st.download_button(
        say("download"),
        partial(_original, evidence.source),
        file_name=Path(evidence.source).name,
        mime="application/octet-stream",
    )


def _original(source: str) -> bytes:
    with source_file(source) as file:
        return file.read_bytes() if file is not None else b""
