"""Series of the numbers in a chart's rows: by the legend, by the names over them, by the order of other rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from ..blocks import Block
from ..columns.stack_series import series_by_legend
from ..extent import Extent, bounds
from ..marks import Mark
from ..scene import Binding, Scene
from ..series.carriers import Carrier
from ..series.head_rows import head_rows
from ..series.heads import by_heads
from .rows import Row

FEWEST = 3
OFTEN = 0.4
"""Numbers of a column that have no bar at their left: how many at least, and which share of all that stand there."""
ALIGNED = 0.3
"""Heights of a line by which the numbers of a column are out of line at most."""


def add_row_series(
    binding: Binding, scene: Scene, rows: Sequence[Row], values: Sequence[Mark], texts: Sequence[Mark]
) -> None:
    """The series of `values` in `rows`; `texts` are those that name no row.

    Names over rows with several bars under each other tell nothing about these.
    """
    carriers = binding.carriers
    series_by_legend(binding, values, scene.legend)
    rest = [value for value in values if id(value) not in binding.series]
    if not rest:
        return
    if not any(_has_levels(row) for row in rows):
        plot = Extent(*bounds([*(part for row in rows for part in row.parts), *values]))
        lines = [(row, [v for v in row.values if v in rest]) for row in rows]
        heads = head_rows(texts, scene.inks, plot)
        series, entries = by_heads(lines, heads, carriers, scene.inks, single=bool(scene.legend))
        binding.series.update(series)
        binding.series.update(_whole_columns(series, values, carriers))
        known = {entry.name.text for entry in binding.legend}
        binding.legend += [entry for entry in entries if entry.name.text not in known]
    _add_by_usual_order(binding, rows)


def _has_levels(row: Row) -> bool:
    """Whether bars of the row lie under each other."""
    return any(part.overlap_y(row.parts[0]) <= 0 for part in row.parts[1:])


def _add_by_usual_order(binding: Binding, rows: Sequence[Row]) -> None:
    """A row set apart by other shades has its series in the order of the others, if it has as many numbers."""
    named = [[binding.series.get(id(value)) for value in row.values] for row in rows]
    whole = [tuple(names) for names in named if len(names) > 1 and all(names)]
    orders = Counter(tuple(name.text for name in names if name) for names in whole)
    if not orders:
        return
    usual, count = orders.most_common(1)[0]
    if 2 * count <= len(whole) or len(set(usual)) < len(usual):
        return
    blocks: dict[str, Block] = {name.text: name for names in whole for name in names if name}
    for row, names in zip(rows, named, strict=True):
        agree = all(name is None or name.text == text for name, text in zip(names, usual, strict=False))
        if len(names) == len(usual) and agree:
            binding.series.update({id(value): blocks[text] for value, text in zip(row.values, usual, strict=True)})


def _whole_columns(
    series: Mapping[int, Block], values: Sequence[Mark], carriers: Mapping[int, Carrier]
) -> dict[int, Block]:
    """Numbers that stand under those of a column without bars, near the end of a bar by chance: the column's name."""
    columns: dict[int, tuple[Block, list[Mark]]] = {}
    for value in values:
        if id(value) in series and id(value) not in carriers:
            columns.setdefault(id(series[id(value)]), (series[id(value)], []))[1].append(value)
    found: dict[int, Block] = {}
    for value in values:
        carrier = carriers.get(id(value))
        if carrier is None or carrier.holds(value.cx, value.cy):
            continue
        for name, numbers in columns.values():
            under = [n for n in numbers if abs(n.cx - value.cx) < ALIGNED * value.line_height]
            if len(under) >= FEWEST and len(under) >= OFTEN * sum(n.overlap_x(value) > 0 for n in values):
                found[id(value)] = name
    return found
