"""Panels side by side: the same names and series several times in one row, each time under a heading of its own."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..blocks import Block
from ..extent import Extent, bounds
from ..marks import Mark
from ..scene import Binding

SPANS = 0.6
"""Share of a second panel that a text over both covers at least."""


@dataclass(frozen=True, slots=True)
class Panel(Extent):
    """One of several panels side by side, with the numbers in it."""

    values: tuple[Mark, ...]


def panels_beside(binding: Binding) -> list[Panel]:
    """The panels of a chart of rows from left to right; empty where it has one only.

    Each row has every series as often as there are panels.
    """
    lefts: dict[str, list[list[float]]] = {}
    repeated = 0
    for row in binding.rows:
        places: dict[str, list[float]] = {}
        for value in row.values:
            series = binding.series.get(id(value))
            if series is not None:
                carrier = binding.carriers.get(id(value), value)
                places.setdefault(series.text, []).append(min(carrier.x0, value.x0))
        repeated += any(len(found) > 1 for found in places.values())
        for series_name, found in places.items():
            lefts.setdefault(series_name, []).append(sorted(found))
    if not lefts or 2 * repeated < len(binding.rows):
        return []
    counts = {name: statistics.mode(len(row) for row in found) for name, found in lefts.items()}
    count = max(counts.values())
    # A series that most rows lack somewhere begins where it does in the others.
    whole = [[row for row in found if len(row) == count] for found in lefts.values()]
    usual = [found for found in whole if found]
    starts = [min(statistics.median(row[number] for row in found) for found in usual) for number in range(count)]
    return _panels(binding, starts) if count > 1 else []


def _panels(binding: Binding, starts: Sequence[float]) -> list[Panel]:
    values = [value for row in binding.rows for value in row.values]
    panels: list[Panel] = []
    for number, start in enumerate(starts):
        end = starts[number + 1] if number + 1 < len(starts) else float("inf")
        first = number == 0
        own = [value for value in values if (first or value.cx >= start) and value.cx < end]
        carriers = [binding.carriers.get(id(value), value) for value in own]
        if not own:
            return []
        panels.append(Panel(*bounds(carriers), tuple(own)))
    return panels


def panel_headings(panels: Sequence[Panel], texts: Sequence[Block]) -> Mapping[int, Block]:
    """The heading of each number (by its `id`): of the rows of texts over the panels, the lowest with one for each
    panel that no other has. Empty where some panel has none.
    """
    top = min(panel.y0 for panel in panels)
    over: list[list[Block]] = [[] for _ in panels]
    for text in texts:
        shares = [text.overlap_x(panel) / min(panel.width, text.width) for panel in panels]
        most = max(range(len(panels)), key=lambda n: (shares[n], -abs(panels[n].cx - text.cx)))
        covered = sum(text.overlap_x(panel) > SPANS * panel.width for panel in panels)
        if text.cy < top and covered < 2 and shares[most] > 0:
            over[most].append(text)
    texts_of = [{text.key for text in found} for found in over]
    own = [
        [text for text in found if not any(text.key in texts_of[m] for m in range(len(panels)) if m != n)]
        for n, found in enumerate(over)
    ]
    if not all(own):
        return {}
    for text in sorted(own[0], key=lambda t: -t.y1):
        row = [text]
        for found in own[1:]:
            level = [t for t in found if t.overlap_y(text) > 0.4 * min(t.height, text.height)]
            row += sorted(level, key=lambda t: abs(t.y1 - text.y1))[:1]
        if len(row) == len(panels):
            return {id(v): heading for panel, heading in zip(panels, row, strict=True) for v in panel.values}
    return {}
