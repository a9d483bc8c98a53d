"""Which lines are the captions of figures: numbered ones right above or below (or beside), else plain ones that are
set apart from the text by small or slanted letters.

A document sets its captions on one side of its figures, so where a numbered caption stands between two figures, the
side that most figures of the document have theirs on decides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ...figures.areas import FigureArea
from ...figures.rectangles import Rectangle
from .captions import CaptionBlock, Side, is_figure_caption, is_figure_number, is_source_line, is_table_caption
from .figures import PageFigure
from .lines import Line
from .plain_captions import plain_blocks

_MAX_LINES = 8  # of a numbered caption
_LEADING = 0.65  # times the height of the letters, between two lines of one caption
_TAB = 4.0  # times the height of the letters, between a figure's number and the text of its caption
_REACH = (3.0, 5.0)  # times the height of the letters, from a figure to its caption; the second where all is clear
_PLAIN_REACH = (1.5, 2.5)  # the same for one without a number
_UNUSUAL = 6.0  # points that a caption on the other side than usual seems further away
_EDGE = 0.2  # share of a figure's height at its edge, in which its caption may stand


@dataclass(frozen=True, slots=True)
class _Candidate:
    page: int
    figure: int
    block: CaptionBlock
    side: Side
    distance: float


def numbered_captions(lines: Sequence[Line], areas: Sequence[FigureArea]) -> list[CaptionBlock]:
    """The captions on a page with figures at `areas` that begin with the number of a figure."""
    blocks: list[CaptionBlock] = []
    inside = {index for index, line in enumerate(lines) if any(_stands_in(line, area) for area in areas)}
    used: set[int] = set()
    for index, line in enumerate(lines):
        if index not in used and not line.vertical and is_figure_caption(line.text):
            # A caption outside of a figure does not run on into the figure's title.
            positions = tuple(_continued(index, lines, set() if index in inside else inside))
            used.update(positions)
            blocks.append(CaptionBlock(positions, numbered=True))
    return blocks


def take_captions(
    figures: Sequence[Sequence[PageFigure]],
    lines: Sequence[Sequence[Line]],
    blocks: Sequence[Sequence[CaptionBlock]],
    labels: Sequence[set[int]],
    body_size: float,
) -> list[set[int]]:
    """Give the figures of a document their captions; each argument but the last is told page by page.

    `blocks` are the numbered captions, `labels` the positions of the lines that are labels. Returns for each page the
    positions of the lines that are captions now.
    """
    candidates = [
        candidate
        for page, found in enumerate(figures)
        for index, figure in enumerate(found)
        for block in blocks[page]
        for candidate in _candidates(page, index, figure, block, lines[page])
    ]
    taken = _assign(candidates, figures, lines)
    numbered = sum(bool(figure.caption_lines) for found in figures for figure in found)
    if 2 * numbered >= sum(map(len, figures)):
        return taken  # a document that numbers its figures does not caption the others
    plain = [
        candidate
        for page, found in enumerate(figures)
        for index, figure in enumerate(found)
        if not figure.caption_lines
        for block in plain_blocks(figure.box, lines[page], labels[page] | taken[page], body_size)
        for candidate in _candidates(page, index, figure, block, lines[page])
    ]
    for page, positions in enumerate(_assign(plain, figures, lines)):
        taken[page] |= positions
    return taken


def _assign(
    candidates: Sequence[_Candidate], figures: Sequence[Sequence[PageFigure]], lines: Sequence[Sequence[Line]]
) -> list[set[int]]:
    """Each figure gets one caption, the nearest first."""
    votes = Counter(side for _, _, side in {(c.page, c.figure, c.side) for c in candidates})
    usual: Side = "above" if votes["above"] > votes["below"] else "below"

    def cost(candidate: _Candidate) -> tuple[float, int, int, tuple[int, ...]]:
        unusual = 0.0 if candidate.side == usual else _UNUSUAL
        return candidate.distance + unusual, candidate.page, candidate.figure, candidate.block.positions

    taken: list[set[int]] = [set() for _ in figures]
    for candidate in sorted(candidates, key=cost):
        figure = figures[candidate.page][candidate.figure]
        positions = candidate.block.positions
        if not figure.caption_lines and not taken[candidate.page].intersection(positions):
            figure.caption_lines = [lines[candidate.page][position] for position in positions]
            taken[candidate.page].update(positions)
    return taken


def _candidates(
    page: int, index: int, figure: PageFigure, block: CaptionBlock, lines: Sequence[Line]
) -> Iterator[_Candidate]:
    """Where a caption is near enough to a figure, and on which side."""
    own = [lines[position] for position in block.positions]
    x0, x1 = min(line.x0 for line in own), max(line.x1 for line in own)
    y0, y1 = own[0].y0, own[-1].y1
    left, top, right, bottom = figure.box
    near, far = (reach * own[0].height for reach in (_REACH if block.numbered else _PLAIN_REACH))
    edge = _EDGE * (bottom - top)
    if x0 < right and x1 > left:
        # A caption may stand inside the frame that is drawn around a figure.
        below = y0 > bottom - edge
        gap = max(y0 - bottom if below else top - y1, 0.0)
        band = (max(x0, left), bottom, min(x1, right), y0) if below else (max(x0, left), y1, min(x1, right), top)
        if (below or y1 < top + edge) and (gap < near or (gap < far and _is_clear(band, lines))):
            yield _Candidate(page, index, block, "below" if below else "above", gap)
    elif block.numbered and y0 < bottom and y1 > top:
        gap = max(x0 - right, left - x1)
        if gap < near:
            yield _Candidate(page, index, block, "beside", gap)


def _is_clear(band: Rectangle, lines: Sequence[Line]) -> bool:
    """Whether no line stands between a figure and its caption."""
    x0, y0, x1, y1 = band
    return not any(y0 < line.middle < y1 and line.x1 > x0 and line.x0 < x1 for line in lines)


def _stands_in(line: Line, area: FigureArea) -> bool:
    x0, y0, x1, y1 = area.box
    return area.vector and x0 < (line.x0 + line.x1) / 2 < x1 and y0 < line.middle < y1


def _continued(first: int, lines: Sequence[Line], barred: set[int]) -> list[int]:
    """The lines of a caption from its first one on, down to where a gap, other letters or a short line end it."""
    positions = [first]
    if is_figure_number(lines[first].text):
        beside = [i for i, line in enumerate(lines) if i not in barred and _is_beside(lines[first], line)]
        positions += [min(beside, key=lambda index: lines[index].x0)] if beside else []
    while len(positions) < _MAX_LINES:
        above = lines[positions[-1]]
        following = [
            index
            for index in range(len(lines))
            if index not in positions
            and index not in barred
            and _goes_on(lines[first], above, lines[index], [lines[p] for p in positions])
        ]
        if not following:
            break
        positions.append(min(following, key=lambda index: lines[index].y0))
    return positions


def _is_beside(number: Line, line: Line) -> bool:
    """Whether a line follows the number of a figure, set off by some space."""
    return abs(line.middle - number.middle) < 0.3 * number.height and 0 <= line.x0 - number.x1 < _TAB * number.height


def _goes_on(first: Line, above: Line, line: Line, block: Sequence[Line]) -> bool:
    gap = line.y0 - above.y1
    if line.vertical or not -0.3 * above.height < gap < _LEADING * above.height:
        return False
    if abs(line.size - above.size) > 0.06 * above.size or line.bold != above.bold or line.italic != above.italic:
        return is_figure_number(above.text) and line.x0 < above.x1 and line.x1 > above.x0
    left, right = min(other.x0 for other in block), max(other.x1 for other in (*block, line))
    centred = abs((line.x0 + line.x1) - (above.x0 + above.x1)) < 6
    aligned = left - 3 < line.x0 < max(left + 0.3 * (right - left), first.x0 + 3)
    if not (centred or aligned) or is_figure_caption(line.text) or is_table_caption(line.text):
        return False
    if is_source_line(line.text):
        return False
    return above.x1 > right - 0.3 * (right - left) or centred or is_figure_number(above.text)
