"""Tables that run over pages: parts with the same columns, nothing between them, become one table with one header."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..table_words import without_continued
from .figures import PageFigure
from .paragraphs import Draft, PlacedLine
from .placed_table import PlacedTable
from .table_grid import Cell, Grid, Interval
from .words import PageFrame

_SPACE = re.compile(r"\s+")
_HALF = 0.5  # of the page's height, that a table reaches down to which goes on under the same header
_LOW = 0.6  # ... and without one
_COMMON = 0.3  # share of the narrower of two columns that are one
_MAX_CAPTIONS = 3

FlowElement = Draft | PlacedTable | PageFigure


def join_continued(
    flow: Sequence[FlowElement], frames: Sequence[PageFrame]
) -> tuple[list[FlowElement], list[list[PlacedLine]]]:
    """The flow with each table in one piece, and the lines that its later pages only repeat: captions and headers."""
    joined: list[FlowElement] = []
    repeated: list[list[PlacedLine]] = []
    for element in flow:
        captions = _captions_between(joined, element) if isinstance(element, PlacedTable) else None
        if captions is not None and isinstance(element, PlacedTable):
            first = joined[-1 - len(captions)]
            if isinstance(first, PlacedTable) and _goes_on(first, element, captions, frames):
                del joined[len(joined) - len(captions) :]
                repeated += [draft.lines for draft in captions]
                repeated += _append(first, element)
                continue
        joined.append(element)
    return joined, repeated


def _captions_between(joined: Sequence[FlowElement], part: PlacedTable) -> list[Draft] | None:
    """What stands on the part's page above it, if the page before ends with a table; None where it does not."""
    page = part.pages[0]
    captions: list[Draft] = []
    for element in reversed(joined):
        if isinstance(element, PlacedTable):
            return captions if element.pages[-1] == page - 1 else None
        if not isinstance(element, Draft) or element.lines[0].page != page or len(captions) == _MAX_CAPTIONS:
            return None
        captions.insert(0, element)
    return None


def _goes_on(table: PlacedTable, part: PlacedTable, captions: Sequence[Draft], frames: Sequence[PageFrame]) -> bool:
    titles = [_text(draft.lines) for draft in captions]
    if part.title:
        titles.append(_text(part.title))
    own = {_fold(_text(table.title)), *(_fold(line.line.text) for line in table.title)}
    continued = any(without_continued(title) is not None for title in titles)
    if titles and not continued and not all(_fold(title) in own for title in titles):
        return False
    if column_map(table.grid, part.grid) is None:
        return False
    if continued:
        return True
    lowest = max(line.y1 for cell in table.grid.cells[-1] for line in cell.lines)
    reach = lowest / frames[table.pages[-1] - 1].upright_size[1]
    if _repeats_header(table.grid, part.grid):
        return reach > _HALF
    if part.grid.header_rows == 0:
        return reach > _LOW
    # Without its header, the first row of a part may be taken for one.
    return reach > _LOW and _is_bold(table.grid) and not _is_bold(part.grid)


def column_map(grid: Grid, part: Grid) -> tuple[list[int], list[int], int] | None:
    """Positions in the joined table of the columns of `grid` and of `part`, and its width; None where they differ.

    A part may lack columns that are empty in it, or have one that the other lacks.
    """
    if len(part.columns) <= len(grid.columns):
        places = _places(grid.columns, part.columns)
        return (list(range(len(grid.columns))), places, len(grid.columns)) if places else None
    places = _places(part.columns, grid.columns)
    return (places, list(range(len(part.columns))), len(part.columns)) if places else None


def _places(columns: Sequence[Interval], fewer: Sequence[Interval]) -> list[int] | None:
    places = [max(range(len(columns)), key=lambda i: (_common(columns[i], span), -i)) for span in fewer]
    distinct = len(set(places)) == len(places) and places == sorted(places)
    enough = all(_common(columns[place], span) > _COMMON for place, span in zip(places, fewer, strict=True))
    return places if distinct and enough and len(fewer) >= max(2, len(columns) - 1) else None


def _common(first: Interval, second: Interval) -> float:
    common = min(first[1], second[1]) - max(first[0], second[0])
    return common / max(min(first[1] - first[0], second[1] - second[0]), 1.0)


def _append(table: PlacedTable, part: PlacedTable) -> list[list[PlacedLine]]:
    """Add the rows of a part; returns the lines of it that are left out."""
    mapped = column_map(table.grid, part.grid)
    if mapped is None:
        raise ValueError("the columns of the parts differ")
    own, others, width = mapped
    dropped = table.grid.header_rows if _repeats_header(table.grid, part.grid) else 0
    page = part.pages[0]
    repeated = [part.title] if part.title else []
    for row in part.grid.cells[:dropped]:
        lines = [line for cell in {id(cell): cell for cell in row}.values() for line in cell.lines]
        repeated.append([PlacedLine(line, page) for line in lines])
    if width > len(table.grid.columns):
        table.grid.cells = [_spread(row, own, width) for row in table.grid.cells]
        table.grid.columns = part.grid.columns
    table.grid.cells += [_spread(row, others, width) for row in part.grid.cells[dropped:]]
    table.pages += part.pages[dropped:]
    table.notes += part.notes
    return [lines for lines in repeated if lines]


def _spread(row: list[Cell], places: Sequence[int], width: int) -> list[Cell]:
    cells = [Cell() for _ in range(width)]
    for cell, place in zip(row, places, strict=True):
        cells[place] = cell
    return cells


def _repeats_header(grid: Grid, part: Grid) -> bool:
    rows = grid.header_rows
    if not rows or len(part.cells) < rows:
        return False
    return [_texts(row) for row in grid.cells[:rows]] == [_texts(row) for row in part.cells[:rows]]


def _texts(row: Sequence[Cell]) -> list[str]:
    return [text for cell in {id(cell): cell for cell in row}.values() if (text := _fold(cell.text))]


def _is_bold(grid: Grid) -> bool:
    lines = [line for row in grid.cells[: grid.header_rows] for cell in row for line in cell.lines]
    return bool(lines) and all(line.bold for line in lines)


def _text(lines: Sequence[PlacedLine]) -> str:
    return " ".join(placed.line.text for placed in lines)


def _fold(text: str) -> str:
    return _SPACE.sub("", text).casefold()
