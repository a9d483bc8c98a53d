"""What stands on a page, in reading order: drafts of text blocks, tables and figures."""

from __future__ import annotations

from collections.abc import Sequence

from .columns import FigureSpot, Item, reading_regions
from .figures import PageFigure
from .lattice import Lattice
from .lines import Line
from .paragraphs import Draft, PlacedLine, drafts_of, goes_on
from .placed_table import PlacedTable, notes_in_last_rows, take_notes, title_start
from .rows import Row, rows_of
from .ruled_tables import ruled_table
from .rules import NO_RULES, PageRules
from .tables import find_tables

FlowElement = Draft | PlacedTable | PageFigure


def page_flow(
    lines: Sequence[Line],
    figures: Sequence[PageFigure],
    page: int,
    *,
    lattices: Sequence[Lattice] = (),
    rules: PageRules = NO_RULES,
) -> list[FlowElement]:
    """The elements of a page in reading order. Lines that run up, down or slanting over the page come last."""
    objects: list[PageFigure | PlacedTable] = list(figures)
    boxes = [figure.box for figure in figures]
    for lattice in lattices:
        grid, taken = ruled_table(lattice, lines)
        if grid is not None:
            objects.append(PlacedTable.on(page, grid))
            boxes.append(lattice.box)
            lines = [line for i, line in enumerate(lines) if i not in taken]
    items: list[Item] = [line for line in lines if not (line.vertical or line.slanted)]
    items += [FigureSpot(index, *box) for index, box in enumerate(boxes)]
    flow: list[FlowElement] = []
    for region in reading_regions(items):
        flow += _region_flow(rows_of(region), objects, rules, page)
    for line in lines:
        if line.vertical or line.slanted:
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


def _region_flow(
    rows: list[Row], objects: Sequence[PageFigure | PlacedTable], rules: PageRules, page: int
) -> list[FlowElement]:
    tables = _tables_of(rows, objects, rules, page)
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
            index, table = tables[index]
            flow.append(table)
            continue
        if row.figure:
            close_text()
            flow.append(objects[row.figure.index])
        elif len(row.cells) > 1 and not any(cell.reads_as_prose() for cell in row.cells):
            # Entries side by side that are no table do not run on into the next line.
            close_text()
            flow.extend(drafts_of([row.merged()], page))
        else:
            text.append(row.merged())
        index += 1
    close_text()
    return flow


def _tables_of(
    rows: list[Row], objects: Sequence[PageFigure | PlacedTable], rules: PageRules, page: int
) -> dict[int, tuple[int, PlacedTable]]:
    """The tables of a region with their titles and notes: first row -> (row after the last, table)."""
    found = [(area.start, area.end, PlacedTable.on(page, area.grid)) for area in find_tables(rows, rules)]
    for index, row in enumerate(rows):
        ruled = objects[row.figure.index] if row.figure else None
        if isinstance(ruled, PlacedTable):
            found.append((index, index + 1, ruled))
    found.sort(key=lambda item: item[0])
    tables: dict[int, tuple[int, PlacedTable]] = {}
    done = 0
    for number, (start, end, table) in enumerate(found):
        following = found[number + 1][0] if number + 1 < len(found) else len(rows)
        first = title_start(rows, start, done)
        table.title = [PlacedLine(row.merged(), page) for row in rows[first:start]]
        notes_in_last_rows(table)
        done = take_notes(rows, end, following, table)
        tables[first] = (done, table)
    return tables
