"""Small plots as SVG that takes its colours from the page, so that they suit a light and a dark one."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from .model import Bar, BarPlot, Curve

_WIDTH = 640
_LABELS = 250
_ROW = 26
_TOP = 30
_VALUE = 60
_SIDE = 300
_LEFT, _BOTTOM = 52, 44
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


def svg(plot: BarPlot | Curve) -> str:
    """The plot as an SVG element; its texts are escaped."""
    return _bars(plot) if isinstance(plot, BarPlot) else _curve(plot)


def _bars(plot: BarPlot) -> str:
    height = _TOP + _ROW * len(plot.bars) + 24
    span = _WIDTH - _LABELS - _VALUE
    parts = [
        f'<line class="grid" x1="{_LABELS + tick * span:.1f}" x2="{_LABELS + tick * span:.1f}" y1="{_TOP - 4}" '
        f'y2="{height - 22}"/><text class="tick" x="{_LABELS + tick * span:.1f}" y="{height - 8}" '
        f'text-anchor="middle">{tick:g}</text>'
        for tick in _TICKS
    ]
    for index, bar in enumerate(plot.bars):
        parts += _bar(bar, _TOP + _ROW * index, span)
    return _figure(plot.title, _WIDTH, height, parts)


def _bar(bar: Bar, top: float, span: float) -> Iterator[str]:
    length = min(max(bar.value, 0.0), 1.0) * span
    middle = top + _ROW / 2
    yield f'<text class="label" x="{_LABELS - 10}" y="{middle + 4:.1f}" text-anchor="end">{escape(bar.label)}</text>'
    yield f'<rect class="bar" x="{_LABELS}" y="{top + 5:.1f}" width="{length:.1f}" height="{_ROW - 10}" rx="2"/>'
    if bar.low is not None and bar.high is not None:
        low, high = (_LABELS + min(max(end, 0.0), 1.0) * span for end in (bar.low, bar.high))
        ends = "".join(f"M{end:.1f} {middle - 4:.1f}v8" for end in (low, high))
        yield f'<path class="whisker" d="M{low:.1f} {middle:.1f}H{high:.1f}{ends}"/>'
    yield f'<text class="value" x="{_WIDTH - 4}" y="{middle + 4:.1f}" text-anchor="end">{bar.value:.3f}</text>'


def _curve(plot: Curve) -> str:
    width, height = 520, _SIDE
    across, up = width - _LEFT - 16, height - _TOP - _BOTTOM

    def place(x: float, y: float) -> str:
        return f"{_LEFT + x * across:.1f} {_TOP + (1 - min(max(y, 0.0), 1.0)) * up:.1f}"

    parts = []
    for tick in _TICKS:
        parts.append(f'<path class="grid" d="M{place(0, tick)}L{place(1, tick)}"/>')
        y = _TOP + (1 - tick) * up
        parts.append(f'<text class="tick" x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{tick:g}</text>')
        x = _LEFT + tick * across
        parts.append(f'<text class="tick" x="{x:.1f}" y="{height - 26}" text-anchor="middle">{tick:g}</text>')
    if plot.level is not None:
        parts.append(f'<path class="level" d="M{place(0, plot.level)}L{place(1, plot.level)}"/>')
        y = _TOP + (1 - plot.level) * up
        parts.append(
            f'<text class="tick" x="{width - 18}" y="{y - 6:.1f}" text-anchor="end">{escape(plot.level_label)}</text>'
        )
    line = "L".join(place(x, y) for x, y in plot.points)
    parts.append(f'<path class="curve" d="M{line}"/>')
    label = escape(plot.x_label)
    parts.append(f'<text class="tick" x="{_LEFT + across / 2}" y="{height - 8}" text-anchor="middle">{label}</text>')
    parts.append(f'<text class="tick" x="{_LEFT - 40}" y="{_TOP - 12}">{escape(plot.y_label)}</text>')
    return _figure(plot.title, width, height, parts)


def _figure(title: str, width: int, height: float, parts: list[str]) -> str:
    name = escape(title, quote=True)
    heading = f'<text class="title" x="{width}" y="14" text-anchor="end">{name}</text>'
    box = f'viewBox="0 0 {width} {height:.0f}"'
    return f'<svg class="plot" {box} role="img" aria-label="{name}">{heading}{"".join(parts)}</svg>'
