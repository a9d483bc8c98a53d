"""Which lines of a PDF page are labels of its drawn charts: those inside, and titles and tick labels at the edges."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from ...figures.areas import FigureArea
from ...figures.rectangles import Rectangle, common, union
from .captions import is_table_caption
from .figures import PageFigure
from .lines import Line

_MAX_LABEL_WORDS = 12
_HEADING = 1.2  # times the size of the text's letters
_PROSE_LINES = 3  # make a page one of text
_TITLE_REACH = 3.0  # times the height of its letters, from a title down to the chart
_ROUNDS = 5  # tick labels, axis title, subtitle, title, one spare


def take_labels(
    areas: Sequence[FigureArea], lines: Sequence[Line], captions: set[int], page: int, body_size: float
) -> tuple[list[PageFigure], set[int]]:
    """Give each drawn figure the lines inside it and the short ones that lie at its edges, but for `captions`.

    `body_size` is that of the document's text, in points. Returns the figures, and the positions in `lines` that are
    labels now and no text of the page any more.
    """
    figures: list[PageFigure] = []
    kept = captions | {index for index, line in enumerate(lines) if is_table_caption(line.text)}
    taken = set(kept)
    headings = _headings(lines, body_size)
    for area in areas:
        if not area.vector:
            figures.append(PageFigure(page, area.box, None))
            continue
        inside = {i for i, line in enumerate(lines) if i not in taken and _holds(area.box, line, 2.5 * body_size)}
        figures.append(PageFigure(page, area.box, [lines[i] for i in sorted(inside)]))
        taken |= inside
    for figure, area in zip(figures, areas, strict=True):
        if area.vector and figure.labels is not None:
            if not area.closed:
                others = [other.box for other in areas if other is not area]
                taken |= _take_edges(figure, lines, taken | headings, others)
            # A drawing without text may be one whose letters are drawn too: leave it to character recognition.
            figure.labels = sorted(figure.labels, key=lambda line: (line.y0, line.x0)) or None
    return figures, taken - kept


def _holds(box: Rectangle, line: Line, large: float) -> bool:
    """Whether a line stands in a box; the letters of a watermark that runs through it, larger than `large`, do not."""
    middle_x, middle_y = (line.x0 + line.x1) / 2, (line.y0 + line.y1) / 2
    inside = box[0] <= middle_x <= box[2] and box[1] <= middle_y <= box[3]
    share = 0.98 if min(line.width, line.height) > large else 0.5
    return inside and common(box, (line.x0, line.y0, line.x1, line.y1)) > share * line.width * line.height


def _headings(lines: Sequence[Line], body_size: float) -> set[int]:
    """Lines that are larger than the text of the page: no label outside of what is drawn is."""
    if sum(line.reads_as_prose() for line in lines) < _PROSE_LINES:
        return set()
    return {index for index, line in enumerate(lines) if line.size > _HEADING * body_size}


def _take_edges(figure: PageFigure, lines: Sequence[Line], taken: set[int], others: Sequence[Rectangle]) -> set[int]:
    """Grow a figure over titles, tick labels and axis titles right outside of what is drawn; returns these."""
    own: set[int] = set()
    labels = figure.labels or []
    for line in labels:
        figure.box = union(figure.box, (line.x0, line.y0, line.x1, line.y1))
    drawn = figure.box
    for _ in range(_ROUNDS):
        free = [i for i, line in enumerate(lines) if i not in taken | own and _is_label(line, lines, taken | own)]
        added = [i for i in _next_labels(figure, drawn, lines, free) if not _belongs_to(others, drawn, lines[i])]
        if not added:
            break
        own.update(added)
        for i in added:
            line = lines[i]
            labels.append(line)
            figure.box = union(figure.box, (line.x0, line.y0, line.x1, line.y1))
    figure.labels = labels
    return own


def _next_labels(figure: PageFigure, drawn: Rectangle, lines: Sequence[Line], free: Sequence[int]) -> list[int]:
    """The free lines that are next to a figure as it is now, or its title."""
    labels = figure.labels or []
    titled = any(label.middle < drawn[1] and _is_strong(label, labels) for label in labels)
    added = [i for i in free if _at_edge(figure.box, drawn, lines[i], titled=titled)]
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
