"""Which lines at the edges of a drawn chart are part of it: tick labels, axis titles, notes, and its title.

A figure is grown here over them. What is nearer to another figure, or is a line of a paragraph, is left alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ...figures.rectangles import Rectangle, distance, union
from .figures import PageFigure
from .lines import Line

_MAX_LABEL_WORDS = 12
_TITLE_REACH = 3.0  # times the height of its letters, from a title down to the chart
_TICKS_REACH = 3.0  # times the height of its letters, from a row of tick labels to the chart
_FAR_TICKS = 8.0  # times it, where their steps are even
_ROUNDS = 8  # tick labels, those that go on beyond the marks, axis title, legend, subtitle, title, spare ones
_LEGEND_OVER = 90.0  # points, up or down to a legend
_LEGEND_BESIDE = 40.0  # points, right or left to it
_STEP = 0.3  # share by which steps between tick labels differ
_STEPS_APART = 12.0  # times the height of its letters, to the next tick label at most


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What else stands on the page: the boxes of its other figures, and those of legends, each whole."""

    figures: Sequence[Rectangle]
    legends: Sequence[Rectangle]

    def legend_of(self, line: Line) -> Rectangle:
        """The box of the legend that a line is a name of, or its own."""
        return next((union(box, _box(line)) for box in self.legends if _is_inside(line, box)), _box(line))


def take_edges(figure: PageFigure, lines: Sequence[Line], taken: set[int], neighbours: Neighbours) -> set[int]:
    """Grow a figure over titles, tick labels and axis titles right outside of what is drawn; returns these.

    The lines at the positions `taken` belong elsewhere.
    """
    own: set[int] = set()
    labels = figure.labels = list(figure.labels or ())
    for line in labels:
        figure.box = union(figure.box, _box(line))
    drawn = figure.box
    for _ in range(_ROUNDS):
        free = [i for i, line in enumerate(lines) if i not in taken | own and _is_label(line, lines, taken | own)]
        added = [
            i
            for i in _next_labels(figure, drawn, lines, free, neighbours.legends)
            if not _belongs_to(neighbours.figures, drawn, lines[i])
        ]
        if not added:
            break
        own.update(added)
        for i in added:
            labels.append(lines[i])
            figure.box = union(figure.box, neighbours.legend_of(lines[i]))
    return own


def _next_labels(
    figure: PageFigure,
    drawn: Rectangle,
    lines: Sequence[Line],
    free: Sequence[int],
    legends: Sequence[Rectangle],
) -> list[int]:
    """The free lines that are next to a figure as it is now, those of its legend, or its title."""
    labels = figure.labels or []
    titled = any(label.middle < drawn[1] and _is_strong(label, labels) for label in labels)
    added = [i for i in free if _at_edge(figure.box, drawn, lines[i], titled=titled)]
    added = added or _going_on(labels, lines, free) or _tick_row(figure.box, drawn, lines, free)
    added = added or _names_in_legends(figure.box, lines, free, legends)
    return added if added or titled else _title_of(figure, drawn, lines, free)


def _at_edge(box: Rectangle, drawn: Rectangle, line: Line, *, titled: bool) -> bool:
    letter = line.x1 - line.x0 if line.vertical else line.height
    slack = 0.1 * (drawn[2] - drawn[0]) + 10
    within = box[0] - slack <= line.x0 and line.x1 <= box[2] + slack
    above, below = box[1] - line.y1, line.y0 - box[3]
    # The title may keep its distance, what stands above the title may not.
    reach = 1.1 if titled else 2.0
    if within and (-letter <= above <= reach * letter or -letter <= below <= 1.1 * letter):
        return True
    beside = box[1] - line.height <= line.middle <= box[3] + line.height
    gap_x = max(box[0] - line.x1, line.x0 - box[2])
    return beside and gap_x <= 1.3 * letter


def _names_in_legends(
    box: Rectangle, lines: Sequence[Line], free: Sequence[int], legends: Sequence[Rectangle]
) -> list[int]:
    """The names of legends over, under or beside a chart, with nothing printed between."""
    found: list[int] = []
    for legend in legends:
        names = [i for i in free if _is_inside(lines[i], legend)]
        over = box[0] < (legend[0] + legend[2]) / 2 < box[2] and distance(box, legend) < _LEGEND_OVER
        beside = box[1] < (legend[1] + legend[3]) / 2 < box[3] and distance(box, legend) < _LEGEND_BESIDE
        around = union(box, legend)
        outside = sum(_is_inside(line, around) and not _is_inside(line, box) for line in lines)
        if names and (over or beside) and outside == len(names):
            found += names
    return found


def _is_inside(line: Line, box: Rectangle) -> bool:
    return box[0] < (line.x0 + line.x1) / 2 < box[2] and box[1] < line.middle < box[3]


def _going_on(labels: Sequence[Line], lines: Sequence[Line], free: Sequence[int]) -> list[int]:
    """Lines with which a column or a row of tick labels goes on at even steps beyond what is drawn."""
    found: set[int] = set()
    for edge in (lambda line: line.x0, lambda line: line.x1, lambda line: line.x0 + line.x1):
        found |= _at_even_steps(labels, lines, free, edge, lambda line: line.middle)
    found |= _at_even_steps(labels, lines, free, lambda line: line.middle, lambda line: (line.x0 + line.x1) / 2)
    return sorted(found)


def _at_even_steps(
    labels: Sequence[Line],
    lines: Sequence[Line],
    free: Sequence[int],
    edge: Callable[[Line], float],
    place: Callable[[Line], float],
) -> set[int]:
    """The lines that follow two or more labels at an even step; `edge` is what those of one row or column share."""
    aligned: defaultdict[tuple[int, float], list[float]] = defaultdict(list)
    for label in labels:
        if not label.vertical and not label.reads_as_prose():
            aligned[round(edge(label)), label.size].append(place(label))
    found: set[int] = set()
    for i in free:
        line = lines[i]
        known = [at for off in (-1, 0, 1) for at in aligned[round(edge(line)) + off, line.size]]
        steps = [right - left for left, right in pairwise(sorted(known)) if right - left > 0.5 * line.height]
        if line.vertical or line.reads_as_prose() or not steps:
            continue
        step = median(steps)
        away = max(min(known) - place(line), place(line) - max(known))
        even = max(steps) - min(steps) < _STEP * step and abs(away - step) < _STEP * step
        if even and step < _STEPS_APART * line.height:
            found.add(i)
    return found


def _tick_row(box: Rectangle, drawn: Rectangle, lines: Sequence[Line], free: Sequence[int]) -> list[int]:
    """Three or more short lines in a row below a chart, along most of its width: nothing but tick labels."""
    below = [i for i in free if 0 <= lines[i].y0 - box[3] <= _FAR_TICKS * lines[i].height and not lines[i].vertical]
    if not below:
        return []
    first = min(below, key=lambda i: lines[i].y0)
    row = sorted((i for i in below if abs(lines[i].middle - lines[first].middle) < 2), key=lambda i: lines[i].x0)
    slack = 0.1 * (drawn[2] - drawn[0]) + 10
    if len(row) < 3:
        return []
    within = drawn[0] - slack <= lines[row[0]].x0 and lines[row[-1]].x1 <= drawn[2] + slack
    along = lines[row[-1]].x1 - lines[row[0]].x0 > 0.6 * (drawn[2] - drawn[0])
    near = lines[first].y0 - box[3] <= _TICKS_REACH * lines[first].height or _is_even([lines[i] for i in row])
    if not (within and along and near):
        return []
    # Where a second such row follows, the first one is the head of a table.
    second = [i for i in below if lines[i].y0 > lines[first].middle]
    table = second and sum(abs(lines[i].middle - lines[second[0]].middle) < 2 for i in second) > 2
    return [] if table else row


def _is_even(row: Sequence[Line]) -> bool:
    """Whether the middles of lines in a row stand at even steps."""
    steps = [right.x0 + right.x1 - left.x0 - left.x1 for left, right in pairwise(row)]
    return max(steps) - min(steps) < 0.1 * max(steps)


def _title_of(figure: PageFigure, drawn: Rectangle, lines: Sequence[Line], free: Sequence[int]) -> list[int]:
    """The title of a figure that has none yet: in strong letters, alone on its height, further off than labels are.

    A title may be wider than a small chart, and may be set flush with more than what is drawn.
    """
    x0, y0, x1, _ = figure.box
    slack = 0.8 * (drawn[2] - drawn[0]) + 10

    def fits(line: Line) -> bool:
        near = -line.height <= y0 - line.y1 <= _TITLE_REACH * line.height
        return near and x0 - slack <= line.x0 and line.x1 <= x1 + slack and not line.vertical

    near = [index for index in free if fits(lines[index])]
    alone = [i for i in near if all(i == j or abs(lines[i].middle - lines[j].middle) > 3 for j in near)]
    strong = [i for i in alone if _is_strong(lines[i], figure.labels or ())]
    return [max(strong, key=lambda index: lines[index].y1)] if strong else []


def _is_strong(line: Line, labels: Sequence[Line]) -> bool:
    """Whether a line is set as a title is: bold, larger than the labels, or longer."""
    if not any(map(str.isalpha, line.text)):
        return False
    size = median([label.size for label in labels if not label.vertical] or [0.0])
    return line.bold or line.size > 1.1 * size or line.words >= 4


def _is_label(line: Line, lines: Sequence[Line], taken: set[int]) -> bool:
    """Short, and not a line of a paragraph that happens to stand near."""
    if line.words > _MAX_LABEL_WORDS or line.cjk > 30:
        return False
    if line.reads_as_prose() and line.text.endswith((".", "。")):
        return False
    return not any(other is not line and i not in taken and _goes_with(line, other) for i, other in enumerate(lines))


def _goes_with(line: Line, other: Line) -> bool:
    """Whether a line stands right above or below one of a paragraph."""
    long = other.words >= 7 or other.cjk >= 15
    if not long or not (other.reads_as_prose() or abs(other.size - line.size) < 0.2):
        return False
    near = max(other.y0 - line.y1, line.y0 - other.y1) < 0.6 * line.height
    return near and min(other.x1, line.x1) > max(other.x0, line.x0)


def _belongs_to(others: Sequence[Rectangle], own: Rectangle, line: Line) -> bool:
    """Whether a line is nearer to another figure than to one's own."""
    return any(_gap(other, line) < _gap(own, line) for other in others)


def _gap(box: Rectangle, line: Line) -> float:
    dx = max(box[0] - line.x1, line.x0 - box[2], 0.0)
    dy = max(box[1] - line.y1, line.y0 - box[3], 0.0)
    return dx + dy


def _box(line: Line) -> Rectangle:
    return line.x0, line.y0, line.x1, line.y1
