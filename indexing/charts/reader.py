"""The chart reader: from a figure's labels and pixels to title, axes, legend and every printed value with its place.

    >>> labels = ocr.read(image)                                   # doctest: +SKIP
    >>> reading = read_chart(figure, labels)                       # doctest: +SKIP
    >>> [(value.series, value.category, value.number) for value in reading.values]   # doctest: +SKIP

Only printed numbers become values (`how="labelled"`). What labels and marks do not make plain is left empty.
"""

from __future__ import annotations

import io
import re
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ..documents import Axis, Box, ChartReading, ChartValue, Image, Region
from ..loaders.parsed import FigureBlock, Label
from ..ocr_pixels import Pixels, to_bgr
from .axes import Axes, axis_of, find_axes
from .binding import bind
from .carriers import carriers_of, oriented
from .estimates import Estimate, estimates
from .graphics import Dot, Graphics
from .header import Surroundings, surroundings
from .joined_names import split_names
from .line_labels import split_line_labels
from .marks import Mark, join_texts, line_height, marks_of
from .names_in_bars import names_in_bars
from .numbers import ParsedNumber
from .painting import find_graphics
from .palette import Color, hex_color
from .scene import Binding, Scene
from .segments import with_narrow_segments
from .series import Entry, legend_entries
from .splitting import split_labels
from .swatches import TextBox
from .tick_numbers import tick_numbers
from .types import chart_type, type_in_words, type_of_labels
from .values import named_number

BEYOND_AXIS = 10.0
"""Times the largest tick of a linear axis up to which a number may be a value."""
ENOUGH_TO_COMPARE = 5
TOO_WIDE = 1.27
MARKERS = frozenset("oO○●°·•◦。")
"""What OCR makes of the markers of a line."""
MANY_DOTS = 24
"""From so many dots on, what is read where one stands is the dot."""
SMALL = 0.55
"""Times the usual height of a line up to which a zero is a marker."""
MISREAD = 4.0
"""Times the usual height of a line from which a character is a shape that OCR has read as one."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A value's mark with what was read for it."""

    mark: Mark
    number: ParsedNumber
    name: str = ""


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
    kind = _type(figure, view, found, binding, axes)
    if kind == "scatter":
        found = [value for value in found if value.name]  # the rest is what OCR makes of dots and ticks
    unit = _common_unit(found, view.around, axes)
    trust = _trust([value.mark for value in found])
    off_axis = [_estimated_value(estimate, unit, figure) for estimate in estimates(scene, binding, kind)]
    return ChartReading(
        chart_type=kind,
        title=join_texts(mark.text for mark in view.around.title),
        subtitle=join_texts(mark.text for mark in view.around.subtitle),
        source_note=join_texts(mark.text for mark in view.around.note),
        x_axis=axis_of(axes.x, axes.x_title),
        y_axis=_y_axis(axes, binding),
        legend=tuple(entry.name.text for entry in binding.legend),
        legend_colors=tuple(hex_color(entry.color) if entry.color else "" for entry in binding.legend),
        values=(*(_chart_value(value, binding, unit, figure.region, trust) for value in found), *off_axis),
    )


def _view(figure: FigureBlock, labels: Sequence[Label]) -> _View:
    width, height = figure.size
    marks = marks_of(labels, width, height)
    pixels = _pixels(figure.image)
    if pixels is not None and figure.labels is None:  # the text layer has them apart
        marks = split_labels(marks, pixels)
    marks = split_names(marks)
    graphics = find_graphics(pixels, _text_boxes(marks)) if pixels is not None else Graphics()
    inks = {id(mark): ink for mark, ink in zip(marks, graphics.text_colors, strict=False) if ink is not None}
    legend = legend_entries(graphics.swatches, marks, graphics.bars)
    # A dash is the key of a line; before a text it may be a blank to fill in.
    legend = [entry for entry in legend if graphics.strokes or not entry.dash]
    if pixels is not None:
        marks, graphics = with_narrow_segments(marks, pixels, graphics, inks)
    legend = legend or names_in_bars(marks, graphics.bars)
    keys = {id(mark) for entry in legend for mark in entry.name.marks}
    marks, inks = split_line_labels(marks, graphics.strokes, inks)
    around = surroundings([mark for mark in marks if id(mark) not in keys], height, inks)
    return _View(width, marks, graphics, inks, legend, around)


def _axes_and_values(view: _View) -> tuple[Axes, list[_Found]]:
    """The axes, and the numbers that may be values: those that turn out to be ticks are left out."""
    usual = line_height(view.marks)
    plot = [
        mark
        for mark in view.around.plot
        if not _is_marker(mark, usual) and (len(mark.text) > 2 or mark.line_height < MISREAD * usual)
    ]
    plot = [mark for mark in plot if mark.is_number or not any(_is_all(dot, mark) for dot in view.graphics.dots)]
    axes = find_axes(plot, view.width)
    found = _values(axes)
    numbers = [value.mark for value in found]
    graphics = view.graphics
    bars = oriented(graphics.bars, numbers)
    left, below = tick_numbers(numbers, axes.y.marks, graphics, bars, carriers_of(numbers, bars, ()))
    found = [value for value in found if not any(value.mark is mark for mark in (*left, *below))]
    if len(graphics.dots) >= MANY_DOTS:
        found = [v for v in found if not any(v.mark.holds(dot.cx, dot.cy) for dot in graphics.dots)]
    return axes.with_ticks(left, below), found


def _is_all(dot: Dot, mark: Mark) -> bool:
    """Whether a marker fills what OCR has read as a character."""
    return mark.holds(dot.cx, dot.cy) and dot.area > 0.4 * mark.area


def _is_marker(mark: Mark, usual: float) -> bool:
    """Whether OCR has read a marker as a letter, or as a zero, which is smaller than a digit then."""
    return mark.text in MARKERS or (mark.text == "0" and mark.line_height < SMALL * usual)


def _scene(view: _View, axes: Axes, found: Sequence[_Found]) -> Scene:
    named = [value.mark for value in found if value.name]
    texts = [*_without([mark for mark in axes.rest if not mark.is_number], named), *axes.dates]
    values = [value.mark for value in found if not value.name]
    return Scene(values, texts, axes, view.graphics, view.legend, view.inks, view.around.subtitle)


def _type(figure: FigureBlock, view: _View, found: Sequence[_Found], binding: Binding, axes: Axes) -> str:
    """The chart's type, by what is painted, what the words around it say, or what its labels alone tell."""
    words = f"{figure.caption} {join_texts(mark.text for mark in (*view.around.title, *view.around.subtitle))}"
    return chart_type(view.graphics, binding) or type_in_words(words) or _type_of_labels(found, binding, axes)


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
    return [TextBox(number, mark, not mark.is_number and not mark.label.vertical) for number, mark in enumerate(marks)]


def _values(axes: Axes) -> list[_Found]:
    ticks = [abs(mark.number.number) for mark in axes.y.marks if mark.number is not None]
    # Far beyond the axis, a number is two that OCR has run together ("80" and "75" as 8075).
    most = BEYOND_AXIS * max(ticks) if ticks and axes.y.scale == "linear" and max(ticks) > 0 else float("inf")
    found: list[_Found] = []
    marks = _without(axes.rest, axes.dates)
    numbers = [mark for mark in marks if mark.is_number]
    for mark in marks:
        named = None if mark.number or _names_row(mark, numbers) else named_number(mark)
        scaled = any(character.isalpha() for character in mark.text)  # "576万" on an axis in 万
        if mark.is_number and mark.number is not None and (scaled or abs(mark.number.number) <= most):
            found.append(_Found(mark, mark.number))
        elif named is not None:
            found.append(_Found(mark, named[1], named[0]))
    return found


def _names_row(mark: Mark, numbers: Sequence[Mark]) -> bool:
    """Whether numbers follow in the same line: then a text with a number ("Less than $30,000") is the row's name."""
    return any(number.x0 > mark.x1 and abs(number.cy - mark.cy) < 0.5 * mark.line_height for number in numbers)


def _without(marks: Sequence[Mark], taken: Sequence[Mark]) -> list[Mark]:
    used = {id(mark) for mark in taken}
    return [mark for mark in marks if id(mark) not in used]


def _chart_value(value: _Found, binding: Binding, unit: str, figure: Region, trust: Mapping[int, float]) -> ChartValue:
    key = id(value.mark)
    category, series, heading = binding.category.get(key), binding.series.get(key), binding.heading.get(key)
    name = value.name or (category.text if category else "")
    return ChartValue(
        number=value.number.number,
        text=value.mark.text,
        region=Region(figure.page, value.mark.label.box.within(figure.box)),
        series=series.text if series else "",
        category=f"{heading.text.rstrip(' :：')}: {name}" if heading and name else name,
        unit=value.number.unit or unit,
        how="labelled",
        confidence=value.mark.label.confidence * trust.get(key, 1.0) * binding.sure.get(key, 1.0),
    )


def _estimated_value(estimate: Estimate, unit: str, figure: FigureBlock) -> ChartValue:
    width, height = figure.size
    end, heading = estimate.end, estimate.heading
    box = Box(end.x0 / width, end.y0 / height, end.x1 / width, end.y1 / height)
    name = estimate.category.text
    return ChartValue(
        number=estimate.number,
        text="",
        region=Region(figure.region.page, box.within(figure.region.box)),
        series=estimate.series.text if estimate.series else "",
        category=f"{heading.text.rstrip(' :：')}: {name}" if heading else name,
        unit=unit,
        how="estimated",
        confidence=estimate.confidence,
    )


def _trust(marks: Sequence[Mark]) -> dict[int, float]:
    """Factors on the confidence: numbers set wider than the others may be two ("6" and "3") read as one."""
    several = [mark for mark in marks if sum(character.isdigit() for character in mark.text) >= 2]
    if len(several) < ENOUGH_TO_COMPARE:
        return {}
    usual = statistics.median(mark.letter_width for mark in several)
    return {id(mark): 0.5 for mark in several if mark.letter_width > TOO_WIDE * usual}


def _common_unit(found: Sequence[_Found], around: Surroundings, axes: Axes) -> str:
    """The unit of values printed without one: that of the other values and of the ticks of the y axis (charts often
    print it once), or per cent where the header says so.
    """
    ticks = [mark.number for mark in axes.y.marks if mark.number is not None]
    units = {number.unit for number in (*ticks, *(value.number for value in found))} - {""}
    if units:
        return units.pop() if len(units) == 1 else ""
    header = join_texts(mark.text for mark in (*around.title, *around.subtitle))
    starts = re.search(
        r"(?:^|[(（]|\s)(%|percent(age)? of|per cent of|in percent)(?=\s|$|[)）])", header, re.IGNORECASE
    )
    return "%" if starts else ""


def _type_of_labels(found: Sequence[_Found], binding: Binding, axes: Axes) -> str:
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
