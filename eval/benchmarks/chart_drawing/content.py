"""What one chart says, before anyone decides how it looks."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field

from .topics import Unit
from .truth import ChartTruth, TrueValue

ROUND = ("pie", "donut")
TIMED = ("line", "area", "stacked area")
WITHOUT_ESTIMATES = frozenset({"area", "stacked area", "pie", "donut", "scatter", "dot plot"})


@dataclass(frozen=True, slots=True)
class Content:
    """One chart. `values` has a row for each series; `printed` are the positions of the categories whose values are
    printed, `ticks` those of the categories whose names are.
    """

    kind: str
    language: str
    title: str
    subtitle: str
    note: str
    category_title: str
    value_title: str
    series: tuple[str, ...]
    categories: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]
    unit: Unit
    decimals: int
    unit_in_labels: bool
    unit_in_ticks: bool
    printed: tuple[int, ...]
    ticks: tuple[int, ...]
    axis: tuple[float, float]
    axis_ticks: tuple[float, ...]
    log: bool = False
    points: tuple[tuple[tuple[float, float], ...], ...] = field(default=())
    """Of a scatter plot: a row of (x, y) for each series."""

    @property
    def horizontal(self) -> bool:
        """Whether values run from left to right."""
        return self.kind.startswith("horizontal") or self.kind == "dot plot"

    @property
    def stacked(self) -> bool:
        """Whether the series stand on each other."""
        return "stacked" in self.kind

    def label(self, number: float) -> str:
        """A value as it is printed beside its mark."""
        return self._written(number, self.decimals, with_unit=self.unit_in_labels)

    def tick(self, number: float) -> str:
        """A value as it is printed at the axis."""
        steps = [later - earlier for earlier, later in itertools.pairwise(self.axis_ticks)]
        smallest = min(map(abs, [*steps, *(n for n in self.axis_ticks if n)])) if self.log else min(steps)
        decimals = max(0, -math.floor(math.log10(smallest) + 1e-9))
        if not self.log and abs(round(smallest, decimals) - smallest) > 1e-9 * smallest:
            decimals += 1
        return self._written(number, decimals, with_unit=self.unit_in_ticks)

    def _written(self, number: float, decimals: int, *, with_unit: bool) -> str:
        digits = f"{abs(number):,.{decimals}f}"
        sign = "-" if number < 0 and float(digits.replace(",", "")) else ""
        return f"{sign}{self.unit.prefix}{digits}{self.unit.suffix}" if with_unit else f"{sign}{digits}"

    def truth(self, id_: str, drawn: frozenset[tuple[int, int]], renderer: str, style: str) -> ChartTruth:
        """The truth of the drawn chart; `drawn` holds the (series, category) whose values were printed."""
        estimable = not self.printed and self.kind not in WITHOUT_ESTIMATES
        return ChartTruth(
            id=id_,
            chart_type=self.kind,
            title=self.title,
            values=tuple(self._value(s, c) for s, c in sorted(drawn)),
            data=tuple(self._value(s, c) for s in range(len(self.series)) for c in self.ticks) if estimable else (),
            axis=self.axis if estimable else None,
            log_axis=self.log,
            renderer=renderer,
            style=style,
            language=self.language,
        )

    def _value(self, series: int, category: int) -> TrueValue:
        return TrueValue(self.series[series], self.categories[category], self.values[series][category], self.unit.name)


def nice_axis(low: float, high: float, parts: int) -> tuple[tuple[float, float], tuple[float, ...]]:
    """Ends and ticks of a linear axis over `low` to `high` in about `parts` round steps."""
    span = max(high - low, 1e-9)
    raw = span / parts
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= raw * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    ticks = tuple(round(step * number, 10) for number in range(first, last + 1))
    return (ticks[0], ticks[-1]), ticks


def log_axis(low: float, high: float) -> tuple[tuple[float, float], tuple[float, ...]]:
    """Ends and ticks of a logarithmic axis: whole powers of ten."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    last = max(last, first + 2)
    ticks = tuple(float(10.0**power) for power in range(first, last + 1))
    return (ticks[0], ticks[-1]), ticks
