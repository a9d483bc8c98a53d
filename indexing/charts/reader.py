"""The chart reader: from a figure's labels and pixels to title, axes, legend and every printed value with its place.

    >>> labels = ocr.read(image)                                   # doctest: +SKIP
    >>> reading = read_chart(figure, labels)                       # doctest: +SKIP
    >>> [(value.series, value.category, value.number) for value in reading.values]   # doctest: +SKIP

Only printed numbers become values (`how="labelled"`). What labels and marks do not make plain is left empty.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ..documents import Axis, ChartReading, Image
from ..loaders.parsed import FigureBlock, Label
from ..ocr_pixels import Pixels, to_bgr
from .axes.axes import Axes, axis_of, find_axes
from .axes.tick_numbers import tick_numbers
from .binding import bind
from .chart_values import chart_value, common_unit, estimated_value, trust_in
from .estimates import estimates
from .found_values import FoundValue, possible_values, without
from .graphics import Dot, Graphics
from .labels.header import Surroundings, surroundings
from .labels.joined_names import split_names
from .labels.line_labels import split_line_labels
from .labels.markers_read import without_marker_texts
from .labels.splitting import split_labels
from .labels.turned_pieces import join_turned
from .marks import Mark, join_texts, line_height, marks_of
from .named_values import column_heads, named_values
from .painted.painting import find_graphics
from .painted.segments import with_narrow_segments
from .painted.swatches import TextBox
from .palette import Color, color_distance, hex_color, is_neutral
from .scene import Binding, Scene
from .series.carriers import carriers_of, oriented
from .series.names_in_bars import names_in_bars
from .series.series import ALIKE, Entry, entry_by_color, legend_entries
from .types import chart_type, type_in_words, type_of_labels
from .withholding import with_meaning

MARKERS = frozenset("oO○●°·•◦。")
"""What OCR makes of the markers of a line."""
UPRIGHT = frozenset("Il|")
"""What OCR makes of narrow bars."""
MANY_DOTS = 24
"""From so many dots on, what is read where one stands is the dot."""
SMALL = 0.55
"""Times the usual height of a line up to which a zero is a marker."""
MISREAD = 4.0
"""Times the usual height of a line from which a character is a shape that OCR has read as one."""


@dataclass(frozen=True, slots=True)
class _View:
    """What is seen of a chart before its axes are looked for; sizes in pixels."""

    width: float
    marks: Sequence[Mark]
    graphics: Graphics
    inks: Mapping[int, Color]
    legend: Sequence[Entry]
    around: Surroundings


def read_chart(figure: FigureBlock, labels: Sequence[Label]) -> ChartReading:
    """Tell title, subtitle, source note, axes, legend and printed values apart, and bind each value.

    `labels` have boxes in fractions of the figure, in reading order; the regions of the values come out in fractions
    of the page that the figure stands on. A picture that cannot be decoded is read from its labels alone.
    """
    if figure.reading is not None:
        return figure.reading
    view = _view(figure, labels)
    axes, found = _axes_and_values(view)
    scene = _scene(view, axes, found)
    binding = bind(scene)
    found = [value for value in found if value.name or binding.is_value(value.mark)]
    named = [value.mark for value in found if value.name]
    binding.series.update(column_heads(named, scene.texts, view.inks))
    kind = _type(figure, view, found, binding, axes)
    if kind == "scatter":
        found = [value for value in found if value.name]  # the rest is what OCR makes of dots and ticks
    found = with_meaning(found, binding, scene)
    unit = common_unit(found, view.around, axes)
    trust = trust_in([value.mark for value in found])
    off_axis = [estimated_value(estimate, unit, figure) for estimate in estimates(scene, binding, kind)]
    return ChartReading(
        chart_type=kind,
        title=join_texts(mark.text for mark in view.around.title),
        subtitle=join_texts(mark.text for mark in view.around.subtitle),
        source_note=join_texts(mark.text for mark in view.around.note),
        x_axis=axis_of(axes.x, axes.x_title),
        y_axis=_y_axis(axes, binding),
        legend=tuple(entry.name.text for entry in binding.legend),
        legend_colors=tuple(hex_color(entry.color) if entry.color else "" for entry in binding.legend),
        values=(*(chart_value(value, binding, unit, figure.region, trust) for value in found), *off_axis),
    )


def _view(figure: FigureBlock, labels: Sequence[Label]) -> _View:
    width, height = figure.size
    if figure.labels is None:
        labels = join_turned(labels, width, height)
    marks = marks_of(labels, width, height)
    pixels = _pixels(figure.image)
    if pixels is not None and figure.labels is None:  # the text layer has them apart
        marks = split_labels(without_marker_texts(marks, pixels), pixels)
    marks = split_names(marks)
    graphics = find_graphics(pixels, _text_boxes(marks)) if pixels is not None else Graphics()
    inks = {id(mark): ink for mark, ink in zip(marks, graphics.text_colors, strict=False) if ink is not None}
    legend = legend_entries(graphics.swatches, marks, graphics.bars)
    legend = [entry for entry in legend if not entry.dash or _may_be_key(entry, graphics)]
    if pixels is not None:
        marks, graphics = with_narrow_segments(marks, pixels, graphics, inks)
    legend = legend or names_in_bars(marks, graphics.bars)
    keys = {id(mark) for entry in legend for mark in entry.name.marks}
    marks, inks = split_line_labels(marks, graphics.strokes, inks)
    around = surroundings([mark for mark in marks if id(mark) not in keys], height, inks)
    return _View(width, marks, graphics, inks, legend, around)


def _may_be_key(dash: Entry, graphics: Graphics) -> bool:
    """Whether there are lines, or bars in its colour: before a text, a dash may also be a blank to fill in."""
    colored = dash.color is not None and not is_neutral(dash.color)
    bars = [bar for bar in graphics.bars if colored and entry_by_color(bar.color, [dash]) is not None]
    return bool(graphics.strokes or bars)


def _axes_and_values(view: _View) -> tuple[Axes, list[FoundValue]]:
    """The axes, and the numbers that may be values: those that turn out to be ticks are left out."""
    usual = line_height(view.marks)
    plot = [
        mark
        for mark in view.around.plot
        if not _is_marker(mark, usual) and (len(mark.text) > 2 or mark.line_height < MISREAD * usual)
    ]
    plot = [mark for mark in plot if mark.is_number or not any(_is_all(dot, mark) for dot in view.graphics.dots)]
    plot = [mark for mark in plot if not _is_bar(mark, view)]
    named = named_values(plot)
    axes = find_axes(without(plot, [value.mark for value in named]), view.width)
    found = possible_values(axes)
    if named and len(named) <= len(found):  # "Top 10%" names one of the numbers
        named, axes = [], find_axes(plot, view.width)
        found = possible_values(axes)
    numbers = [value.mark for value in found]
    graphics = view.graphics
    bars = oriented(graphics.bars, numbers)
    texts = [mark for mark in axes.rest if not mark.is_number]
    left, below = tick_numbers(numbers, axes.y.marks, texts, graphics, bars, carriers_of(numbers, bars, ()))
    found = [value for value in found if not any(value.mark is mark for mark in (*left, *below))]
    if len(graphics.dots) >= MANY_DOTS:
        found = [v for v in found if not any(v.mark.holds(dot.cx, dot.cy) for dot in graphics.dots)]
    return axes.with_ticks(left, below), [*found, *named]


def _is_all(dot: Dot, mark: Mark) -> bool:
    """Whether a marker fills what OCR has read as a character."""
    return mark.holds(dot.cx, dot.cy) and dot.area > 0.4 * mark.area


def _is_bar(mark: Mark, view: _View) -> bool:
    """Whether OCR has read a narrow bar as a letter: an upright stroke in the colour of bars."""
    ink = view.inks.get(id(mark))
    colors = {bar.color for bar in view.graphics.bars if not is_neutral(bar.color)}
    return mark.text in UPRIGHT and ink is not None and any(color_distance(ink, color) <= ALIKE for color in colors)


def _is_marker(mark: Mark, usual: float) -> bool:
    """Whether OCR has read a marker as a letter, or as a zero, which is smaller than a digit then."""
    return mark.text in MARKERS or (mark.text == "0" and mark.line_height < SMALL * usual)


def _scene(view: _View, axes: Axes, found: Sequence[FoundValue]) -> Scene:
    texts = [*(mark for mark in axes.rest if not mark.is_number), *axes.dates]
    values = [value.mark for value in found if not value.name]
    return Scene(values, texts, axes, view.graphics, view.legend, view.inks, view.around.subtitle)


def _type(figure: FigureBlock, view: _View, found: Sequence[FoundValue], binding: Binding, axes: Axes) -> str:
    """The chart's type, by what is painted, what the words around it say, or what its labels alone tell."""
    words = f"{figure.caption} {join_texts(mark.text for mark in (*view.around.title, *view.around.subtitle))}"
    names = [mark for mark in view.marks if mark.number is None]
    return chart_type(view.graphics, binding, names) or type_in_words(words) or _type_of_labels(found, binding, axes)


def _pixels(image: Image | None) -> Pixels | None:
    """The picture decoded; None where there is none, it does not decode, or it is not of the size it says."""
    if image is None or not image.data:
        return None
    from PIL import Image as PILImage

    try:
        with PILImage.open(io.BytesIO(image.data)) as picture:
            pixels = to_bgr(picture)
    except (OSError, ValueError, PILImage.DecompressionBombError):
        return None
    return pixels if pixels.shape[:2] == (image.height, image.width) else None


def _text_boxes(marks: Sequence[Mark]) -> list[TextBox]:
    return [TextBox(number, mark, _may_be_name(mark, marks)) for number, mark in enumerate(marks)]


def _may_be_name(mark: Mark, marks: Sequence[Mark]) -> bool:
    """Whether a label may name something: a text, or a limit such as "<$30K" in one line with texts."""
    if mark.label.vertical or not mark.is_number:
        return not mark.label.vertical
    level = [other for other in marks if other is not mark and abs(other.cy - mark.cy) < 0.5 * mark.line_height]
    is_limit = mark.number is not None and mark.number.bound != ""
    return is_limit and bool(level) and not any(other.is_number for other in level)


def _type_of_labels(found: Sequence[FoundValue], binding: Binding, axes: Axes) -> str:
    if found and all(value.name for value in found):
        binding = replace(binding, orientation="slices")
    numbers, marks = [value.number for value in found], [value.mark for value in found]
    return type_of_labels(numbers, marks, binding, axes=bool(axes.x.blocks or axes.y.blocks))


def _y_axis(axes: Axes, binding: Binding) -> Axis | None:
    """The y axis; where categories stand in a column at the left, they are its labels."""
    axis = axis_of(axes.y, axes.y_title)
    if binding.orientation != "rows" or axes.y.blocks:
        return axis
    blocks = {id(block.marks[0]): block for block in binding.category.values()}
    ordered = sorted(blocks.values(), key=lambda block: (block.cy, block.x0))
    return Axis(axis.title if axis else "", axis.unit if axis else "", "category", tuple(b.text for b in ordered))
