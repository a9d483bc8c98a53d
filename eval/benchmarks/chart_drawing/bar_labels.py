"""Where the value of a bar is printed, for every renderer."""

from __future__ import annotations

from typing import NamedTuple

from .content import Content
from .legibility import Illegible, text_width
from .styles import Look
from .wording import contrast


class BarLabel(NamedTuple):
    """`where` is `outside`, `inside` (at the end) or `middle`; `at` the number on the axis; `way` 1 or -1: whether
    the bar grows or falls towards it. `size` in points.
    """

    text: str
    where: str
    at: float
    way: int
    size: float
    ink: str


Span = tuple[float, float]


def bar_spans(content: Content) -> list[list[Span]]:
    """From where to where each bar goes, a row a series."""
    base = content.axis[0] if content.log else 0.0
    if not content.stacked:
        return [[(base, value) for value in row] for row in content.values]
    result: list[list[Span]] = []
    tops = [0.0] * len(content.categories)
    for row in content.values:
        spans = [(top, top + value) for top, value in zip(tops, row, strict=True)]
        tops = [end for _, end in spans]
        result.append(spans)
    return result


def bar_label(
    content: Content, look: Look, plot: tuple[float, float], place: tuple[int, int], span: Span, colour: str
) -> BarLabel | None:
    """The label of a bar of this `colour` in a plot of these points, or None: a block of a stack that is too small
    goes without. Raises `Illegible` where it would reach over the next bars.
    """
    text = content.label(content.values[place[0]][place[1]])
    size = look.text_size * (0.9 if len(content.series) > 2 else 1.0)
    along, across = (plot[0], plot[1]) if content.horizontal else (plot[1], plot[0])
    long = 0.0 if content.log else abs(span[1] - span[0]) * along / (content.axis[1] - content.axis[0])
    width = text_width(text, size)
    needed = width if content.horizontal else size
    thick = across / len(content.categories) * look.bar_width / (1 if content.stacked else len(content.series))
    if len(content.series) > 1 and thick < (0.85 * size if content.horizontal else 0.95 * width):
        raise Illegible(f"the bars are too thin for {text!r}")
    if content.stacked:
        room = long >= 1.35 * needed
        return BarLabel(text, "middle", sum(span) / 2, 1, size, contrast(colour)) if room else None
    fits = long > 1.8 * needed and thick > 1.1 * (size if content.horizontal else width)
    where = look.value_labels if fits else "outside"
    ink = look.ink if where == "outside" else contrast(colour)
    return BarLabel(
        text, where, sum(span) / 2 if where == "middle" else span[1], 1 if span[1] >= span[0] else -1, size, ink
    )
