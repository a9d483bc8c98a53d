"""What stands on a page, in reading order: drafts of text blocks, tables and figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .pdf_columns import FigureSpot, Item, reading_regions
from .pdf_figures import PageFigure
from .pdf_lines import Line
from .pdf_paragraphs import Draft, drafts_of, goes_on
from .pdf_rows import Row, rows_of
from .pdf_table_grid import Grid
from .pdf_tables import TableArea, find_tables


@dataclass(frozen=True, slots=True)
class PlacedTable:
    """A table on its page (counted from 1), with the printed lines of its title."""

    page: int
    grid: Grid
    title: tuple[Line, ...]


FlowElement = Draft | PlacedTable | PageFigure


def page_flow(lines: Sequence[Line], figures: Sequence[PageFigure], page: int) -> list[FlowElement]:
    """The elements of a page in reading order. Lines that run up or down the page come last."""
    items: list[Item] = [line for line in lines if not line.vertical]
    items += [FigureSpot(index, *figure.box) for index, figure in enumerate(figures)]
    flow: list[FlowElement] = []
    for region in reading_regions(items):
        flow += _region_flow(rows_of(region), figures, page)
    for line in lines:
        if line.vertical:
            flow += drafts_of([line], page)
    return flow


def join_broken_paragraphs(flow: Sequence[FlowElement]) -> list[FlowElement]:
    """One draft for a paragraph that runs over a column or page break."""
    joined: list[FlowElement] = []
    for element in flow:
        open_draft = _last_text(joined)
        if (
            isinstance(element, Draft)
            and open_draft
            and _after_break(open_draft, element)
            and goes_on(open_draft, element)
        ):
            open_draft.lines.extend(element.lines)
            open_draft.right = element.right
            continue
        joined.append(element)
    return joined


def _last_text(flow: Sequence[FlowElement]) -> Draft | None:
    """The draft that ends the flow so far; figures float and may stand after it."""
    for element in reversed(flow):
        if isinstance(element, Draft):
            return element
        if isinstance(element, PlacedTable):
            return None
    return None


def _after_break(draft: Draft, following: Draft) -> bool:
    last, first = draft.lines[-1], following.lines[0]
    return first.page == last.page + 1 or (first.page == last.page and first.line.y1 < last.line.y0)


def _region_flow(rows: list[Row], figures: Sequence[PageFigure], page: int) -> list[FlowElement]:
    tables: dict[int, TableArea] = {table.start: table for table in find_tables(rows)}
    flow: list[FlowElement] = []
    text: list[Line] = []

    def close_text() -> None:
        if text:
            flow.extend(drafts_of(text, page))
            text.clear()

    index = 0
    while index < len(rows):
        row = rows[index]
        if index in tables:
            close_text()
            flow.append(PlacedTable(page, tables[index].grid, tables[index].title))
            index = tables[index].end
            continue
        if row.figure:
            close_text()
            flow.append(figures[row.figure.index])
        elif len(row.cells) > 1 and not any(cell.reads_as_prose() for cell in row.cells):
            # Entries side by side that are no table do not run on into the next line.
            close_text()
            flow.extend(drafts_of([row.merged()], page))
        else:
            text.append(row.merged())
        index += 1
    close_text()
    return flow
