"""Which lines of a PDF page label its drawn charts: those inside, at the edges, or all of a chart's own page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

from ...figures.areas import FigureArea
from ...figures.rectangles import Rectangle, area_of, common, union
from .captions import is_table_caption
from .figure_edges import Neighbours, take_edges
from .figures import PageFigure
from .lines import Line

_HEADING = 1.2  # times the size of the text's letters
_SAME_SIZE = 0.1  # share by which lines of the text differ from its size
_ABOVE_TEXT = 2.0  # times the height of a heading, down to the text that it is of
_WATERMARK = 2.5  # times the size of the text's letters
_PROSE_LINES = 3  # make a page one of text
_PARAGRAPH = 4  # lines; titles and notes have fewer
_OWN_PAGE = 0.3  # share of what stands on a page that its only chart takes at least
_OWN_LABELS = 3


@dataclass(frozen=True, slots=True)
class BodyText:
    """The size of a document's text in points, and sizes and weights of the lines that stand over its paragraphs."""

    size: float
    headings: frozenset[tuple[float, bool]] = frozenset()

    @classmethod
    def of(cls, pages: Iterable[Sequence[Line]], size: float) -> BodyText:
        """Larger lines over running text are headings; those over nothing but charts are titles of these."""
        found: set[tuple[float, bool]] = set()
        for lines in pages:
            prose = [line for line in lines if line.reads_as_prose() and abs(line.size - size) < _SAME_SIZE * size]
            for line in lines:
                style = (line.size, line.bold)
                if line.size > _HEADING * size and style not in found and any(_is_over(line, text) for text in prose):
                    found.add(style)
        return cls(size, frozenset(found))


def _is_over(heading: Line, text: Line) -> bool:
    near = -0.5 * heading.height < text.y0 - heading.y1 < _ABOVE_TEXT * heading.height
    centred = abs(heading.x0 + heading.x1 - text.x0 - text.x1) < 4
    return near and (centred or abs(heading.x0 - text.x0) < 2)


def take_labels(
    areas: Sequence[FigureArea],
    lines: Sequence[Line],
    captions: set[int],
    page: int,
    body: BodyText,
    legends: Sequence[Rectangle] = (),
) -> tuple[list[PageFigure], set[int]]:
    """Give each drawn figure the lines inside it and the short ones that lie at its edges, but for `captions`.

    `legends` are the boxes of the page's keys with names. Returns the figures, and the positions in `lines` that are
    labels now and no text of the page any more.
    """
    figures: list[PageFigure] = []
    kept = captions | {index for index, line in enumerate(lines) if is_table_caption(line.text)}
    taken = set(kept)
    headings = _headings(lines, body)
    for area in areas:
        if not area.vector:
            figures.append(PageFigure(page, area.box, None))
            continue
        inside = {
            i for i, line in enumerate(lines) if i not in taken and _holds(area.box, line, _WATERMARK * body.size)
        }
        figures.append(PageFigure(page, area.box, [lines[i] for i in sorted(inside)]))
        taken |= inside
    for figure, area in zip(figures, areas, strict=True):
        if area.vector and figure.labels is not None:
            if not area.closed:
                neighbours = Neighbours([other.box for other in areas if other is not area], legends)
                taken |= take_edges(figure, lines, taken | headings, neighbours)
                if len(areas) == 1:
                    taken |= _take_page(figure, lines, taken, neighbours)
            # A drawing without text may be one whose letters are drawn too: leave it to character recognition.
            figure.labels = sorted(figure.labels, key=lambda line: (line.y0, line.x0)) or None
    return figures, taken - kept


def _holds(box: Rectangle, line: Line, large: float) -> bool:
    """Whether a line stands in a box; the letters of a watermark that runs through it, larger than `large`, do not."""
    middle_x, middle_y = (line.x0 + line.x1) / 2, (line.y0 + line.y1) / 2
    inside = box[0] <= middle_x <= box[2] and box[1] <= middle_y <= box[3]
    share = 0.98 if min(line.width, line.height) > large else 0.5
    return inside and common(box, (line.x0, line.y0, line.x1, line.y1)) > share * line.width * line.height


def _headings(lines: Sequence[Line], body: BodyText) -> set[int]:
    """Lines of a page of text that are set as its headings are: no label outside of what is drawn is."""
    if sum(line.reads_as_prose() for line in lines) < _PROSE_LINES:
        return set()
    return {index for index, line in enumerate(lines) if (line.size, line.bold) in body.headings}


def _take_page(figure: PageFigure, lines: Sequence[Line], taken: set[int], neighbours: Neighbours) -> set[int]:
    """Where the chart is all that its page shows, as a slide or a file saved by a chart's program: the rest, too.

    A page that has a paragraph or a table as well, or on which the drawing is but a logo, is no chart's own.
    """
    rest = {index for index, line in enumerate(lines) if index not in taken}
    whole = reduce(union, (neighbours.legend_of(lines[i]) for i in rest), figure.box)
    labels = figure.labels or []
    own = area_of(figure.box) > _OWN_PAGE * area_of(whole) and len(labels) >= _OWN_LABELS
    outside = [lines[i] for i in sorted(rest)]
    # A title is no sentence; notes below a chart are.
    sentence = any(line.y0 < figure.box[1] and line.text.endswith((".", "。")) for line in outside)
    if not own or sentence or _has_paragraph(outside) or _has_table(outside):
        return set()
    figure.labels = [*labels, *outside]
    figure.box = whole
    return rest


def _has_paragraph(lines: Sequence[Line]) -> bool:
    """Whether four or more lines of running text follow each other."""
    prose = sorted((line for line in lines if line.reads_as_prose()), key=lambda line: line.y0)
    runs: list[list[Line]] = []
    for line in prose:
        run = next((run for run in runs if _continues(run[-1], line)), None)
        if run is None:
            runs.append([line])
        else:
            run.append(line)
    return any(len(run) >= _PARAGRAPH for run in runs) or len(prose) >= 2 * _PARAGRAPH


def _continues(line: Line, following: Line) -> bool:
    below = following.y0 - line.y1
    return -0.5 * line.height < below < line.height and min(line.x1, following.x1) > max(line.x0, following.x0)


def _has_table(lines: Sequence[Line]) -> bool:
    """Whether three rows of three or more entries each follow each other."""
    rows: list[list[Line]] = []
    for line in sorted((line for line in lines if not line.vertical), key=lambda line: line.middle):
        if rows and line.middle - rows[-1][0].middle < 0.5 * line.height:
            rows[-1].append(line)
        else:
            rows.append([line])
    wide = [len(row) >= 3 for row in rows]
    return any(all(wide[start : start + 3]) for start in range(len(wide) - 2))
