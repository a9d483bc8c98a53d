"""One piece of evidence beside the chat: its picture with the deciding region marked, its values, where it is from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import streamlit as st
from PIL import Image

from ...errors import InputError
from ...indexing.documents import ChartReading, Region, Table
from ...retrieval.evidence import Evidence
from ...retrieval.evidence_pictures import highlighted
from .answer_pieces import SIGNS, Told
from .literal import literal
from .originals import offer_original
from .session import say

_MOST_ROWS = 200
_COLORS: Mapping[str, Literal["green", "red", "orange"]] = {
    "supported": "green",
    "contradicted": "red",
    "not_found": "orange",
}


def show_evidence(answer: Told, number: int, claim: int | None) -> None:
    """Show evidence `number` of an answer in its JSON form, as the claim at that position cites it."""
    evidence = Evidence.from_dict(answer["evidence"][number - 1])
    st.markdown(f"##### \\[{number}\\] {literal(Path(evidence.source).name)}")
    st.caption(literal(_place(evidence)))
    citation = citation_of(answer, number, claim)
    if citation is not None:
        told = answer["claims"][citation["claim"]]
        st.badge(f"{SIGNS[citation['verdict']]} {say(citation['verdict'])}", color=_COLORS[citation["verdict"]])
        st.caption(f"{literal(told['text'])} — {literal(told['reason'])}")
    deciding = deciding_regions(answer, number, claim) or [region.region for region in evidence.regions]
    _show_picture(evidence, deciding)
    if evidence.reading is not None and evidence.reading.corrected:
        st.caption(say("corrected by hand"))
    if evidence.reading is not None and evidence.reading.values:
        st.dataframe(reading_rows(evidence.reading, deciding), hide_index=True)
    elif evidence.table is not None:
        show_table(evidence.table)
    st.text(evidence.text)
    offer_original(evidence.source)


def citation_of(answer: Told, number: int, claim: int | None) -> Told | None:
    """The citation of that number by that claim, else by any claim of the answer; None where no claim cites it."""
    citations: Sequence[Told] = [one for one in answer["citations"] if one["number"] == number]
    return next((one for one in citations if one["claim"] == claim), citations[0] if citations else None)


def deciding_regions(answer: Told, number: int, claim: int | None) -> list[Region]:
    """Where the check of the citing claim found what decides it; empty where it found no place."""
    citation = citation_of(answer, number, claim)
    return [Region.from_dict(citation["region"])] if citation is not None and citation["region"] else []


def reading_rows(reading: ChartReading, deciding: Sequence[Region] = ()) -> list[dict[str, str]]:
    """The values of a chart, one row each, saying which are printed, estimated or corrected by hand.

    Those that stand in a `deciding` region come first, with a mark.
    """
    told = [(value, any(_holds(region, value.region) for region in deciding)) for value in reading.values]
    named = any(value.series for value in reading.values)
    return [
        {
            **({"": "▸" if decides else ""} if deciding else {}),
            **({say("series"): value.series} if named else {}),
            say("category"): value.category,
            say("value"): value.text or f"{value.number:g} {value.unit}".strip(),
            say("how"): say(value.how),
        }
        for value, decides in sorted(told, key=lambda pair: not pair[1])
    ]


def _holds(outer: Region, inner: Region) -> bool:
    x, y = (inner.box.x0 + inner.box.x1) / 2, (inner.box.y0 + inner.box.y1) / 2
    box = outer.box
    return outer.page == inner.page and box.x0 <= x <= box.x1 and box.y0 <= y <= box.y1


def _place(evidence: Evidence) -> str:
    page = say("page", page=evidence.page_label or evidence.page) if evidence.page else ""
    where = [page, *evidence.headings, evidence.caption]
    return " › ".join(part for part in where if part)


def _show_picture(evidence: Evidence, regions: Sequence[Region]) -> None:
    try:
        picture = highlighted(evidence, [region for region in regions if region not in evidence.bounds])
    except (InputError, OSError) as error:
        st.caption(say("no picture") + literal(str(error)))
        return
    if picture is not None:
        where = Path(evidence.source).name + (f" · {say('page', page=evidence.page)}" if evidence.page else "")
        st.image(_bounded(picture), width="stretch", alt=say("picture of", place=where))


def _bounded(picture: Image.Image) -> Image.Image:
    picture.thumbnail((1600, 1600))
    return picture


def show_table(table: Table) -> None:
    """A table's first rows, its cells as text."""
    rows = [*table.header, *table.body][:_MOST_ROWS]
    width = max((len(row) for row in rows), default=0)
    st.dataframe(
        [{str(column + 1): row[column] if column < len(row) else "" for column in range(width)} for row in rows],
        hide_index=True,
    )
