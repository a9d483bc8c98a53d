"""What there is to bind in a chart, and what has been bound (see `binding`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .axes.axes import Axes
from .blocks import Block
from .columns.columns import Column
from .graphics import Graphics
from .marks import Mark
from .palette import Color
from .rows.rows import Row
from .series.carriers import Bars, Carrier
from .series.series import Entry

FEWEST_BOUND = 4
"""Numbers bound in a chart, from which one that nothing carries or names is none of its values."""


@dataclass(slots=True)
class Binding:
    """Categories, series and headings of the numbers by their `id`, and what they were told by."""

    category: dict[int, Block] = field(default_factory=dict)
    series: dict[int, Block] = field(default_factory=dict)
    heading: dict[int, Block] = field(default_factory=dict)
    group: dict[int, Block] = field(default_factory=dict)
    """The headings of groups within a panel, where `heading` is the panel's."""
    sure: dict[int, float] = field(default_factory=dict)
    legend: list[Entry] = field(default_factory=list)
    carriers: dict[int, Carrier] = field(default_factory=dict)
    bars: Bars = field(default_factory=Bars)
    rows: list[Row] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    ticks: list[Block] = field(default_factory=list)
    headings: list[Block] = field(default_factory=list)
    """Lines over groups of rows, from top to bottom."""
    on_lines: set[int] = field(default_factory=set)
    """The numbers, by their `id`, that stand at a point of a line, though neither series nor category is printed."""
    misread: set[int] = field(default_factory=set)
    """The numbers, by their `id`, that are not those printed: the chart's scale puts them elsewhere."""
    orientation: str = ""
    """`rows`, `columns`, `lines`, `slices` or empty."""

    def is_value(self, mark: Mark) -> bool:
        """Whether a number is one of the chart's: where most are bound, one that nothing carries or names is none."""
        bound = len(self.category.keys() | self.series.keys())
        key = id(mark)
        known = key in self.category or key in self.series or key in self.carriers or key in self.on_lines
        return known or bound < FEWEST_BOUND or not self.orientation

    def unclear(self, values: Sequence[Mark]) -> list[Mark]:
        """Numbers whose heading, category and series others have, too."""
        seen: dict[tuple[str, ...], list[Mark]] = {}
        for value in values:
            found = (known.get(id(value)) for known in (self.heading, self.category, self.series))
            heading, category, series = (block.key if block else "" for block in found)
            if category:
                seen.setdefault((heading, category, series), []).append(value)
        return [value for group in seen.values() if len(group) > 1 for value in group]


@dataclass(frozen=True, slots=True)
class Scene:
    """What there is to bind: numbers, texts that are no title, note or axis title, and the marks painted."""

    values: Sequence[Mark]
    texts: Sequence[Mark]
    axes: Axes
    graphics: Graphics
    legend: Sequence[Entry]
    inks: Mapping[int, Color]
    header: Sequence[Mark] = ()
    """The subtitle, whose last lines may be the heading of the first rows."""
