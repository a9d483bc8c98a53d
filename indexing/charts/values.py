"""Which category and series a printed number belongs to, where the places of the labels make it plain."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .axes.ticks import Ticks
from .blocks import Block, block_of, text_blocks
from .marks import Mark

SAME_ROW = 0.45
"""Share of a line's height by which the centres of a value and its category may differ."""
MOST_WORDS = 8
"""Of a legend entry."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Categories and series by value mark (its `id`), with the marks that were used for them."""

    category: Mapping[int, Block] = field(default_factory=dict)
    series: Mapping[int, Block] = field(default_factory=dict)
    legend: tuple[Block, ...] = ()
    orientation: str = ""
    """`rows`: categories at the left of the values; `columns`: below them; `slices`: above or below each value."""


def read_values(values: Sequence[Mark], texts: Sequence[Mark], x_ticks: Ticks, y_ticks: Ticks) -> Reading:
    """Categories, series and legend for `values` among the `texts` of the plot that are no axis label."""
    blocks = text_blocks(texts, years=True)
    years = [block for block in y_ticks.blocks if y_ticks.scale == "date"]
    by_row = _row_categories(values, texts, [*blocks, *years])
    by_column = _column_categories(values, x_ticks)
    if by_row and 2 * len(by_row) >= len(values) and _is_column(by_row, values) and len(by_row) >= len(by_column):
        used = {id(mark) for block in by_row.values() for mark in block.marks}
        heads = [block for block in blocks if not any(id(mark) in used for mark in block.marks)]
        series, legend = _row_series(values, by_row, heads)
        return Reading(by_row, series, legend, "rows")
    if x_ticks.blocks:
        return Reading(by_column, legend=_legend(blocks, x_ticks), orientation="columns" if by_column else "")
    by_slice = _slice_categories(values, blocks)
    if by_slice:
        return Reading(by_slice, orientation="slices")
    return Reading()


def _row_categories(values: Sequence[Mark], texts: Sequence[Mark], blocks: Sequence[Block]) -> dict[int, Block]:
    """The text at the left of each value: the lines centred on its row, else the one line in its row."""
    lines = [block_of((mark,)) for mark in texts if not mark.label.vertical and not mark.is_number]
    names = [name for block in blocks for name in _by_row(block, values)]
    result: dict[int, Block] = {}
    for value in values:
        line, centred = _left_of(value, lines), _left_of(value, names)
        # A name of several lines counts unless another text stands closer to the value.
        whole = centred if line is None or (centred and centred.x1 >= line.x1) else line
        if whole is not None:
            result[id(value)] = whole
    return result


def _by_row(block: Block, values: Sequence[Mark]) -> list[Block]:
    """Names set closely under each other form one block: its lines, each given to the nearest row of values."""
    rows: list[float] = []
    reach = 0.5 * block.line_height
    for value in sorted(values, key=lambda m: m.cy):
        beside = value.x0 >= block.x1 - reach and block.y0 - reach < value.cy < block.y1 + reach
        if beside and (not rows or value.cy - rows[-1] > reach):
            rows.append(value.cy)
    if len(rows) < 2:
        return [block]
    parts: dict[float, list[Mark]] = {}
    for mark in block.marks:
        parts.setdefault(min(rows, key=lambda row: abs(row - mark.cy)), []).append(mark)
    return [block_of(part) for part in parts.values()]


def _left_of(value: Mark, blocks: Sequence[Block]) -> Block | None:
    beside = [
        block
        for block in blocks
        if block.x1 <= value.x0 + 0.3 * value.line_height and abs(block.cy - value.cy) < SAME_ROW * value.line_height
    ]
    return max(beside, key=lambda block: (block.x1, -abs(block.cy - value.cy)), default=None)


def _is_column(categories: Mapping[int, Block], values: Sequence[Mark]) -> bool:
    """Whether the categories stand in a column (flush left, flush right or centred) and each in a row of its own."""
    blocks = list({id(block.marks[0]): block for block in categories.values()}.values())
    if len(blocks) == 1:
        return len(values) == len(categories)
    tolerance = 1.0 * statistics.median(block.line_height for block in blocks)
    for edge in ("x0", "x1", "cx"):
        places = sorted(getattr(block, edge) for block in blocks)
        middle = places[len(places) // 2]
        if 3 * sum(abs(place - middle) < tolerance for place in places) >= 2 * len(places):
            return True
    return False


def _row_series(
    values: Sequence[Mark], categories: Mapping[int, Block], heads: Sequence[Block]
) -> tuple[dict[int, Block], tuple[Block, ...]]:
    """Series by order along the row, where a row of as many names as there are values stands above."""
    series: dict[int, Block] = {}
    legend: list[Block] = []
    for names, rows in _governed(values, categories, heads):
        if sum(len(row) == len(names) for row in rows) * 5 < len(rows) * 4:
            continue
        legend += [name for name in names if name.text not in {known.text for known in legend}]
        for row in rows:
            if len(row) == len(names):
                series.update({id(value): name for value, name in zip(row, names, strict=True)})
    return series, tuple(legend)


def _governed(
    values: Sequence[Mark], categories: Mapping[int, Block], heads: Sequence[Block]
) -> list[tuple[list[Block], list[list[Mark]]]]:
    """Rows of names, each with the rows of values between it and the next row of names."""
    rows: dict[int, list[Mark]] = {}
    for value in values:
        if id(value) in categories:
            rows.setdefault(id(categories[id(value)].marks[0]), []).append(value)
    ordered = sorted((sorted(row, key=lambda m: m.x0) for row in rows.values()), key=lambda row: row[0].cy)
    names = _name_rows(heads)
    result: list[tuple[list[Block], list[list[Mark]]]] = []
    for number, row in enumerate(names):
        end = min(b.y0 for b in names[number + 1]) if number + 1 < len(names) else float("inf")
        start = max(block.y1 for block in row)
        below = [r for r in ordered if start - row[0].line_height < r[0].cy < end]
        if below:
            result.append((row, below))
    return result


def _name_rows(heads: Sequence[Block]) -> list[list[Block]]:
    """Blocks side by side: those of one row end at about the same height, whatever their number of lines."""
    rows: list[list[Block]] = []
    for block in sorted(heads, key=lambda b: (b.y1, b.x0)):
        last = rows[-1] if rows else None
        if last and abs(block.y1 - last[0].y1) < 0.8 * block.line_height:
            last.append(block)
        else:
            rows.append([block])
    return [sorted(row, key=lambda b: b.x0) for row in rows if len(row) >= 2]


def _column_categories(values: Sequence[Mark], ticks: Ticks) -> dict[int, Block]:
    """The tick label under each value. Between the ticks of a time axis a value has no category."""
    if len(ticks.blocks) < 2 or ticks.scale not in {"category", "date"}:
        return {}
    top = min(block.y0 for block in ticks.blocks)
    reach = tick_reach(ticks)
    result: dict[int, Block] = {}
    for value in values:
        nearest = min(ticks.blocks, key=lambda block: (abs(block.cx - value.cx), block.x0))
        if value.cy < top and abs(nearest.cx - value.cx) <= reach:
            result[id(value)] = nearest
    return result


def tick_reach(ticks: Ticks) -> float:
    """How far, in pixels, a value may stand off the middle of its tick label (of two or more)."""
    spacing = min(right.cx - left.cx for left, right in itertools.pairwise(ticks.blocks))
    if ticks.scale == "category":
        return 0.5 * spacing
    years = [block.marks[0].number.number for block in ticks.blocks if block.marks[0].number is not None]
    if len(years) == len(ticks.blocks) and years[-1] > years[0]:
        pixels_a_year = (ticks.blocks[-1].cx - ticks.blocks[0].cx) / (years[-1] - years[0])
        return max(0.45 * pixels_a_year, 0.3 * ticks.blocks[0].line_height)
    return 0.4 * spacing


def _legend(blocks: Sequence[Block], ticks: Ticks) -> tuple[Block, ...]:
    """Names side by side above the tick labels, or one under the other with a common left edge."""
    top = min(block.y0 for block in ticks.blocks)
    names = [block for block in blocks if block.y1 < top]
    rows = _name_rows([block for block in names if len(block.text.split()) <= MOST_WORDS])
    if rows:
        return tuple(rows[0])
    lines = [block_of((mark,)) for block in names for mark in block.marks if len(mark.text.split()) <= MOST_WORDS]
    stacked = lines[:1]
    for line in lines[1:]:
        if abs(line.x0 - stacked[-1].x0) < 0.5 * line.line_height and line.y0 - stacked[-1].y1 < line.line_height:
            stacked.append(line)
    return tuple(stacked) if len(stacked) >= 2 else ()


def _slice_categories(values: Sequence[Mark], blocks: Sequence[Block]) -> dict[int, Block]:
    """Names of pie slices: every value has its own text right above it, or every value has it right below."""
    for below in (False, True):
        found: dict[int, Block] = {}
        for value in values:
            near = [block for block in blocks if _touches(value, block, below=below)]
            if len(near) == 1:
                found[id(value)] = near[0]
        distinct = {id(block) for block in found.values()}
        if len(values) >= 2 and len(found) == len(values) == len(distinct):
            return found
    return {}


def _touches(value: Mark, block: Block, *, below: bool) -> bool:
    gap = block.y0 - value.y1 if below else value.y0 - block.y1
    over = min(value.x1, block.x1) - max(value.x0, block.x0)
    return over > 0.4 * value.width and -0.5 * value.line_height < gap < 0.8 * value.line_height
