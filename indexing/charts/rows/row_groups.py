"""Which heading a row of a chart takes along: that of its panel or group, where its name alone would not tell it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..axes.time_axis import year_of
from ..blocks import OTHER_INK, Block
from ..extent import Extent
from ..marks import Mark
from ..palette import color_distance
from ..scene import Binding, Scene
from .name_columns import is_over_panel, name_columns, panel_of
from .panels import Panel, panel_headings, panels_beside
from .row_headings import last_paragraph

SET_IN = 0.4
"""Heights of a line by which the names of a group's rows begin further right than that of the group."""
SET_RIGHT = 0.25
"""As `SET_IN`, for the ends of names that are flush right."""
PARALLEL = 0.8
"""Share of the names that two panels have in common at least."""


@dataclass(frozen=True, slots=True)
class _NamedRow:
    """The numbers beside one name."""

    name: Block
    values: tuple[Mark, ...]


def add_row_headings(binding: Binding, scene: Scene, texts: Sequence[Block]) -> None:
    """Headings for numbers in rows whose category and series others have, too. `texts` name nothing yet."""
    over_rows = {id(mark) for heading in binding.headings for mark in heading.marks}
    others = [text for text in texts if not any(id(mark) in over_rows for mark in text.marks)]
    panels = panels_beside(binding)
    if panels and _share_names(panels, binding):
        found = panel_headings(panels, [*binding.headings, *others])
        binding.heading.update({key: heading for key, heading in found.items() if key in binding.category})
    rows = _named_rows(binding, scene.values)
    columns = name_columns([row.name for row in rows], scene.values)
    heads = [*others, *binding.series.values(), *(entry.name for entry in binding.legend)]
    alone = [text for text in others if _stands_alone(text, heads, binding.rows, columns)]
    of_panels = {id(heading) for heading in binding.heading.values()}
    headings = [text for text in (*binding.headings, *alone) if id(text) not in of_panels]
    unclear = {id(value) for value in binding.unclear(scene.values)}
    twins = [row for row in rows if any(id(value) in unclear for value in row.values)]
    twins = [row for row in twins if any(other is not row and other.name.key == row.name.key for other in twins)]
    for number in range(max(1, len(columns)) if twins else 0):
        own = [row for row in rows if panel_of(row.name, columns) == number]
        over = _distinct([heading for heading in headings if is_over_panel(heading, number, columns)])
        _add_headings_of_twins(binding, scene, own, [row for row in twins if row in own], over)


def _add_headings_of_twins(
    binding: Binding,
    scene: Scene,
    rows: Sequence[_NamedRow],
    twins: Sequence[_NamedRow],
    headings: Sequence[Block],
) -> None:
    """Headings for those rows of a panel whose names are printed more than once.

    In their groups, other dates take the heading along, too: these tell when, not what, and belong to one series.
    """
    given: dict[int, Block] = {}
    for row in twins:
        heading = _in_header(row, rows, headings, scene) or _over(row, headings) or _parent(row, rows, twins)
        if heading is not None:
            given[id(row)] = heading
    of_groups = {id(heading) for heading in given.values()}
    for row in rows:
        heading = given.get(id(row))
        if heading is None and year_of(row.name.text) is not None:
            over = _over(row, headings)
            heading = over if id(over) in of_groups else None
        if heading is None:
            continue
        for value in row.values:
            known = binding.group if id(value) in binding.heading else binding.heading
            known[id(value)] = heading


def _share_names(panels: Sequence[Panel], binding: Binding) -> bool:
    """Whether panels have a name in common: if each has names of its own, these tell the panels apart."""
    names = [{binding.category[id(v)].key for v in panel.values if id(v) in binding.category} for panel in panels]
    return any(one & other for one, other in itertools.combinations(names, 2))


def _named_rows(binding: Binding, values: Sequence[Mark]) -> list[_NamedRow]:
    names = {id(block): block for block in binding.category.values()}
    rows = [
        _NamedRow(name, tuple(value for value in values if binding.category.get(id(value)) is name))
        for name in names.values()
    ]
    return sorted(rows, key=lambda row: (row.name.cy, row.name.x0))


def _distinct(texts: Sequence[Block]) -> list[Block]:
    """What is printed several times tells no panels apart: a head, or a heading of their parts."""
    keys = [text.key for text in texts]
    return [text for text in texts if keys.count(text.key) == 1]


def _stands_alone(text: Block, others: Sequence[Block], rows: Sequence[Extent], columns: Sequence[float]) -> bool:
    """Texts side by side in a panel are heads of columns; what stands beside a bar says something about that.

    `columns` is where the columns of names begin, one for each of several panels side by side.
    """
    own = [other for other in others if other is not text and panel_of(other, columns) == panel_of(text, columns)]
    beside = any(other.overlap_y(text) > 0.5 * min(other.height, text.height) for other in own)
    return not beside and not any(row.y0 < text.cy < row.y1 for row in rows)


def _over(row: _NamedRow, headings: Sequence[Block]) -> Block | None:
    """The lowest heading over a row; of several at one height the one over its numbers."""
    above = [h for h in headings if h.y1 <= row.name.y0 + 0.6 * h.line_height]
    if not above:
        return None
    lowest = max(h.y1 for h in above)
    level = [h for h in above if h.y1 > lowest - 0.5 * h.line_height]
    parts = (row.name, *row.values)
    span = Extent(min(p.x0 for p in parts), row.name.y0, max(p.x1 for p in parts), row.name.y1)
    return min(level, key=lambda h: (max(0.0, -h.overlap_x(span)), abs(h.cx - span.cx)))


def _parent(row: _NamedRow, rows: Sequence[_NamedRow], twins: Sequence[_NamedRow]) -> Block | None:
    """The name of the row over a group of rows whose names are all set in from it, as those of its twins are.

    One of the twins may stand at the outer edge itself, in no group.
    """
    same = [twin for twin in twins if twin.name.key == row.name.key]
    if len(same) < 2:
        return None  # the others are in another panel
    for edge in (_left_edge, _right_edge):
        parents = [_outer_row(twin, rows, edge) for twin in same]
        outer = [edge(parent.name) for parent in parents if parent is not None]
        reach = SET_IN * row.name.line_height
        alone = [edge(twin.name) for twin, parent in zip(same, parents, strict=True) if parent is None]
        if len(alone) < min(2, len(outer)) and max([*outer, *alone]) - min([*outer, *alone]) <= reach:
            parent = parents[same.index(row)]
            return parent.name if parent is not None else None
    return None


def _left_edge(name: Block) -> float:
    return name.x0


def _right_edge(name: Block) -> float:
    return name.x1


def _outer_row(row: _NamedRow, rows: Sequence[_NamedRow], edge: Callable[[Block], float]) -> _NamedRow | None:
    """The nearest row above whose name is further left, if all between are where this one is."""
    reach = (SET_IN if edge is _left_edge else SET_RIGHT) * row.name.line_height
    for other in sorted((r for r in rows if r.name.cy < row.name.cy), key=lambda r: -r.name.cy):
        if edge(other.name) < edge(row.name) - reach:
            return other
        if edge(other.name) > edge(row.name) + reach:
            return None
    return None


def _in_header(row: _NamedRow, rows: Sequence[_NamedRow], headings: Sequence[Block], scene: Scene) -> Block | None:
    """The end of the subtitle, where it is what the heading of the next panel is there: set like it, over a panel
    with the same rows.
    """
    own = last_paragraph(scene.header)
    following = min((h for h in headings if h.y0 > row.name.cy), key=lambda h: h.y0, default=None)
    if own is None or following is None or not _is_in_place_of(own, following):
        return None
    inks = [scene.inks.get(id(heading.marks[0])) for heading in (own, following)]
    if inks[0] is None or inks[1] is None or color_distance(inks[0], inks[1]) > OTHER_INK:
        return None
    if any(_is_in_place_of(heading, following) for heading in headings if heading.y0 < row.name.y0):
        return None
    end = min((h.y0 for h in headings if h.y0 > following.y1), default=float("inf"))
    first = {r.name.key for r in rows if r.name.cy < following.y0}
    second = {r.name.key for r in rows if following.y0 < r.name.cy < end}
    return own if len(first & second) >= PARALLEL * max(len(first), len(second)) else None


def _is_in_place_of(one: Block, other: Block) -> bool:
    """Whether two texts begin at one place, or are centred with each other."""
    return min(abs(one.x0 - other.x0), abs(one.cx - other.cx)) < one.line_height
