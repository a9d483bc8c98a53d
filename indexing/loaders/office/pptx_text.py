"""The texts and tables of a slide's shapes as blocks, each with the place of its shape or cell."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from ...charts.marks import join_texts
from ...documents import Box, Region, Table
from ..parsed import Limits, TableBlock, TextBlock, TextKind, TextSpan
from ..table_limits import require_characters, require_size
from .pptx_shapes import Placed, is_title, placeholder_type
from .xml import Element, child, local_name, tag

if TYPE_CHECKING:
    from pptx.table import Table as SlideTable

_BULLETED = {"body", "obj"}
_TEXTS = (tag("a:t"), tag("m:t"), tag("a:br"))


def text_blocks(placed: Placed, page: int) -> Iterator[TextBlock]:
    """A block for each paragraph of a shape; the title is one heading."""
    body = child(placed.shape.element, "p:txBody")
    paragraphs = body.findall(tag("a:p")) if body is not None else []
    region = Region(page, placed.box)
    texts = [paragraph_text(paragraph) for paragraph in paragraphs]
    if is_title(placed.shape):
        # Lines of a title are broken for their looks.
        yield from text_block("heading", join_texts(line for text in texts for line in text.split("\n")), region, 1)
        return
    bulleted = placeholder_type(placed.shape) in _BULLETED and sum(map(bool, texts)) > 1
    for paragraph, text in zip(paragraphs, texts, strict=True):
        yield from text_block(_kind(paragraph, bulleted=bulleted), text, region)


def text_block(kind: TextKind, text: str, region: Region, level: int = 0) -> Iterator[TextBlock]:
    """One block that stands in `region`; none without text."""
    if text:
        yield TextBlock(kind, text, (TextSpan(0, len(text), region),), level)


def paragraph_text(paragraph: Element) -> str:
    """The text of `a:p`, fields and formulas included, with its line breaks."""
    pieces = ["\n" if local_name(run) == "br" else run.text or "" for run in paragraph.iter(*_TEXTS)]
    lines = (" ".join(line.split()) for line in "".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line)


def table_block(table: SlideTable, placed: Placed, page: int, title: str, limits: Limits) -> TableBlock | None:
    """A table with the box of each cell; a spanning cell's text and box stand in each position that it covers.

    Raises `LimitExceeded` for more than `limits.max_table_rows` rows, and where spans blow the grid up.
    """
    rows: list[Any] = list(table._tbl.tr_lst)  # noqa: SLF001 - `table.cell` looks every cell up from the start
    columns: list[Any] = table._tbl.tblGrid.gridCol_lst  # noqa: SLF001 - likewise
    require_size(len(rows), len(columns), limits)
    xs = _edges([int(column.w) for column in columns], placed.box.x0, placed.box.x1)
    ys = _edges([int(row.h) for row in rows], placed.box.y0, placed.box.y1)
    width = len(xs) - 1
    grid = [[""] * width for _ in rows]
    boxes: list[list[Region | None]] = [[None] * width for _ in rows]
    for y, row in enumerate(rows):
        for x, cell in enumerate(row.tc_lst[:width]):
            if cell.hMerge or cell.vMerge:
                continue
            right, bottom = min(x + max(cell.gridSpan, 1), width), min(y + max(cell.rowSpan, 1), len(rows))
            text = join_texts(line for p in cell.iter(tag("a:p")) for line in paragraph_text(p).split("\n"))
            region = Region(page, Box(xs[x], ys[y], xs[right], ys[bottom]))
            for covered in range(y, bottom):
                grid[covered][x:right] = [text] * (right - x)
                boxes[covered][x:right] = [region] * (right - x)
    require_characters(grid, limits)
    if not any(cell for line in grid for cell in line):
        return None
    header = int(table.first_row and len(rows) > 1)
    read = Table(tuple(map(tuple, grid)), header, title, tuple(map(tuple, boxes)))
    return TableBlock(read, (Region(page, placed.box),))


def _kind(paragraph: Element, *, bulleted: bool) -> TextKind:
    properties = child(paragraph, "a:pPr")
    if properties is not None:
        if child(properties, "a:buNone") is not None:
            return "paragraph"
        told = child(properties, "a:buChar") is not None or child(properties, "a:buAutoNum") is not None
        bulleted = bulleted or told or properties.get("lvl", "0") != "0"
    return "list_item" if bulleted else "paragraph"


def _edges(sizes: list[int], start: float, end: float) -> list[float]:
    """Where rows or columns of these sizes begin and end between `start` and `end`."""
    total = sum(sizes) or 1
    return [start + (end - start) * done / total for done in accumulate(sizes, initial=0)]
