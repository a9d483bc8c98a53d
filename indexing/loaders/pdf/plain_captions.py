"""Captions without a number: one to three lines right above or below a figure in letters that set them apart.

Around a drawn chart such a line could be a title or a note of the chart itself. What tells them apart is how the
document captions the figures whose extent is certain, its pictures and closed drawings.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ...figures.areas import FigureArea
from ...figures.rectangles import Rectangle
from .captions import CaptionBlock, Side, is_source_line, is_table_caption
from .lines import Line

_MAX_LINES = 3
_MAX_WORDS = 40
_LEADING = 0.65  # times the height of the letters, between two lines of one caption
_REACH = 2.5  # times the height of the letters, from a figure to its caption
_MIN_FIGURE = 60.0  # points, shorter side of a figure with such a caption
_TITLE_LINES = 6  # centred short lines make a title page
_ROW = 3  # lines side by side are the row of a table
_SEEN = 2  # figures with captions of one style make it the document's
_FAR = 60.0  # points from what is drawn of a chart to its caption

_Style = tuple[Side, int, bool, bool]


def caption_lines(
    areas: Sequence[Sequence[FigureArea]], lines: Sequence[Sequence[Line]], taken: Sequence[set[int]], body_size: float
) -> list[set[int]]:
    """The lines near drawn charts that are set as the document's captions are, page by page: no labels.

    `taken` has the positions of the lines that are numbered captions.
    """
    styles: Counter[_Style] = Counter()
    for page, found in enumerate(areas):
        for area in found:
            if area.vector and not area.closed:
                continue
            for block in plain_blocks(area.box, lines[page], taken[page], body_size):
                line = lines[page][block.positions[0]]
                styles[_style(line, "above" if line.middle < area.box[1] else "below")] += 1
    usual = [style for style, count in styles.most_common(1) if count >= _SEEN]
    if not usual:
        return [set() for _ in areas]
    return [
        {
            index
            for index, line in enumerate(lines[page])
            if any(_is_set_so(line, area.box, usual[0]) for area in found if area.vector and not area.closed)
        }
        for page, found in enumerate(areas)
    ]


def _style(line: Line, side: Side) -> _Style:
    return side, round(4 * line.size), line.bold, line.italic


def _is_set_so(line: Line, box: Rectangle, style: _Style) -> bool:
    gap, side = max((box[1] - line.y1, "above"), (line.y0 - box[3], "below"))
    beside = line.x0 < box[2] and line.x1 > box[0]
    return beside and 0 <= gap < _FAR and side == style[0] and _style(line, style[0]) == style


def plain_blocks(box: Rectangle, lines: Sequence[Line], taken: set[int], body_size: float) -> list[CaptionBlock]:
    """The one to three lines right above and right below a figure that could be a caption without a number."""
    left, top, right, bottom = box
    if right - left < _MIN_FIGURE or bottom - top < _MIN_FIGURE or _is_title_page(box, lines):
        return []  # what stands by a logo is no caption
    fitting = [
        index
        for index, line in enumerate(lines)
        if index not in taken and not line.vertical and _is_aligned(line, box) and not _in_table(line, box, lines)
    ]
    blocks: list[CaptionBlock] = []
    for upward in (True, False):
        edge = top if upward else bottom
        positions: list[int] = []
        while True:
            near = [
                index
                for index in fitting
                if index not in positions and _is_next(lines[index], edge, upward=upward, started=bool(positions))
            ]
            if not near:
                break
            index = min(near, key=lambda index: abs(lines[index].middle - edge))
            if positions and not _same_letters(lines[index], lines[positions[0]]):
                break
            positions.append(index)
            edge = lines[index].y0 if upward else lines[index].y1
        if _is_plain_caption([lines[index] for index in positions], box, body_size):
            ordered = sorted(positions, key=lambda index: lines[index].y0)
            blocks.append(CaptionBlock(tuple(ordered), numbered=False))
    return blocks


def _is_title_page(box: Rectangle, lines: Sequence[Line]) -> bool:
    """Whether many short lines are centred on a picture, as those of a title page are on its logo."""
    middle = box[0] + box[2]
    centred = [line for line in lines if abs(line.x0 + line.x1 - middle) < 16]
    widest = max((line.width for line in lines), default=0.0)
    return sum(line.width < 0.6 * widest for line in centred) >= _TITLE_LINES


def _is_aligned(line: Line, box: Rectangle) -> bool:
    """Whether a line stays within a figure's width, takes much of it, or is set flush with it or centred on it."""
    left, _, right, _ = box
    within = left - 20 < line.x0 and line.x1 < right + 20
    takes = min(line.x1, right) - max(line.x0, left) > 0.5 * min(line.width, right - left)
    return within or takes or abs(line.x0 - left) < 8 or abs(line.x0 + line.x1 - left - right) < 16


def _in_table(line: Line, box: Rectangle, lines: Sequence[Line]) -> bool:
    """Whether a line stands in a row of several within a figure's width, as the header of a table does."""
    row = [other for other in lines if abs(other.middle - line.middle) < 0.3 * line.height]
    return sum(other.x1 > box[0] and other.x0 < box[2] for other in row) >= _ROW


def _is_plain_caption(lines: Sequence[Line], box: Rectangle, body_size: float) -> bool:
    if not lines or len(lines) > _MAX_LINES or sum(line.words for line in lines) > _MAX_WORDS:
        return False
    if not all(line.italic or line.size < 0.95 * body_size or _is_centred_title(line, box) for line in lines):
        return False
    first = min(lines, key=lambda line: line.y0)
    if is_source_line(first.text) or is_table_caption(first.text):
        return False
    return first.text[0].isalpha() and sum(map(str.isalpha, first.text)) > 0.5 * len(first.text.replace(" ", ""))


def _is_centred_title(line: Line, box: Rectangle) -> bool:
    return line.bold and line.middle < box[1] and abs(line.x0 + line.x1 - box[0] - box[2]) < 16


def _is_next(line: Line, edge: float, *, upward: bool, started: bool) -> bool:
    gap = edge - line.y1 if upward else line.y0 - edge
    return -0.5 * line.height < gap < (_LEADING if started else _REACH) * line.height


def _same_letters(line: Line, other: Line) -> bool:
    return abs(line.size - other.size) <= 0.06 * other.size and (line.bold, line.italic) == (other.bold, other.italic)
