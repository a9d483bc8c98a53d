"""Series of the numbers in a chart's rows: by the legend, by the names over them, by the order of other rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from ..blocks import Block, text_blocks
from ..columns.stack_series import series_by_legend
from ..extent import Extent, bounds
from ..marks import Mark
from ..scene import Binding, Scene
from ..series.carriers import Carrier
from ..series.head_rows import head_rows
from ..series.heads import by_heads
from ..series.series import Entry
from .name_columns import name_columns, panel_of
from .names_around import names_around
from .number_columns import of_number_column
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
    series_by_legend(binding, values, scene.legend)
    rest = [value for value in values if id(value) not in binding.series]
    if not rest:
        return
    columns = name_columns(list({id(name): name for name in binding.category.values()}.values()), values)
    for number in range(max(1, len(columns))):
        panel = [_in_panel(row, columns, number) for row in rows]
        own = [text for text in texts if panel_of(text, columns) == number]
        _add_by_heads(binding, scene, [row for row in panel if row is not None], rest, own)
    if not scene.legend:
        _add_names_around(binding, rows, text_blocks(texts, inks=scene.inks))
    _add_by_usual_order(binding, rows)


def _add_names_around(binding: Binding, rows: Sequence[Row], texts: Sequence[Block]) -> None:
    for row in rows:
        around = names_around(row, [other for other in rows if other is not row], texts)
        binding.series.update(around)
        known = {entry.name.key for entry in binding.legend}
        binding.legend += [Entry(name) for name in around.values() if name.key not in known]


def _in_panel(row: Row, columns: Sequence[float], number: int) -> Row | None:
    """What lies of a row in one of several panels, each with names of its own; None for nothing."""
    parts = tuple(part for part in row.parts if panel_of(part, columns) == number)
    values = tuple(value for value in row.values if panel_of(value, columns) == number)
    return Row(*bounds((*parts, *values)), parts, values) if parts and values else None


def _add_by_heads(
    binding: Binding, scene: Scene, rows: Sequence[Row], rest: Sequence[Mark], texts: Sequence[Mark]
) -> None:
    carriers = binding.carriers
    values = [value for row in rows for value in row.values]
    if rows and not any(_has_levels(row) for row in rows):
        plot = Extent(*bounds([*(part for row in rows for part in row.parts), *values]))
        lines = [(row, [v for v in row.values if v in rest]) for row in rows]
        heads = head_rows(texts, scene.inks, plot)
        series, entries = by_heads(lines, heads, carriers, scene.inks, single=bool(scene.legend))
        # The heads of one panel are those of the others.
        first = {entry.name.key: entry.name for entry in binding.legend}
        series = {value: first.get(name.key, name) for value, name in series.items()}
        binding.series.update(series)
        binding.series.update(_whole_columns(series, values, carriers))
        known = {entry.name.text for entry in binding.legend}
        binding.legend += [entry for entry in entries if entry.name.text not in known]
    elif rows:
        binding.series.update(of_number_column(rows, carriers, texts, scene.inks))


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
    """Numbers that stand under those of a column without bars: the column's name. They are near the end of a bar by
    chance, or in a row with fewer numbers, the sums perhaps.
    """
    columns: dict[int, tuple[Block, list[Mark]]] = {}
    for value in values:
        if id(value) in series and id(value) not in carriers:
            columns.setdefault(id(series[id(value)]), (series[id(value)], []))[1].append(value)
    found: dict[int, Block] = {}
    for value in values:
        carrier = carriers.get(id(value))
        if id(value) in series if carrier is None else carrier.holds(value.cx, value.cy):
            continue
        for name, numbers in columns.values():
            under = [
                n for n in numbers if min(abs(n.cx - value.cx), abs(n.x1 - value.x1)) < ALIGNED * value.line_height
            ]
            if len(under) >= FEWEST and len(under) >= OFTEN * sum(n.overlap_x(value) > 0 for n in values):
                found[id(value)] = name
    return found
