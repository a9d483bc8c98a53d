"""What is printed on a scanned page: its ink against its paper, and the places of charts and pictures on it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from .figure_marks import Rectangle, touching
from .figures import union
from .loaders.pdf_lines import Line, boxes_of
from .ocr_pixels import Pixels
from .scan_lines import BODY_SIZE

Ink = NDArray[np.bool_]
"""`(height, width)`, True where something is printed."""

_DARK = 0.72  # of the paper's brightness: letters
_TINTED = 0.7  # of the paper's brightness in its weakest colour: coloured areas; the shading of tables is paler
_LINE_PIXELS = 8.0  # height of a line of text in the small picture in which figures are sought
_THICK = 11  # pixels from which something dark is an area and no rule
_BREAK = 5  # pixels by which noise breaks a rule
_TILES = 8  # a side, in which the brightness of the paper is measured
_REACH = 7  # pixels between marks that are one part of a figure
_RULE = 14  # pixels from which a thin straight thing is a rule
_SMALLEST = (56, 32)  # pixels, longer and shorter side of a figure
_LEADING = 1.16  # height of a line in sizes of its font
_FILLED = 0.6  # share of a line's box that is marked where it stands on a coloured area
_SPECK = 4  # pixels
_APART = 48  # pixels between the parts of one figure without text between them
_TOUCHING = 8  # pixels between two parts that could be figures by themselves
_MOST_PARTS = 150  # the largest
_PROSE_SHARE = 0.25  # of a figure's box that running text may cover
_EDGE = 0.08  # share of the page: dark stripes as wide as this at its edges are the scanner's


def page_ink(pixels: Pixels) -> Ink:
    """The dark parts of a page, without long rules, at its full size."""
    import cv2

    gray = cv2.medianBlur(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), 3)
    ink = np.asarray(gray < _DARK * _paper(gray), np.uint8)
    length = max(pixels.shape[1] // 16, 24)
    areas = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((_THICK, _THICK), np.uint8))
    for along, across in (((1, length), (3, 1)), ((length, 1), (1, 3))):
        bridge = np.ones((1, _BREAK) if along[0] == 1 else (_BREAK, 1), np.uint8)
        straight = cv2.morphologyEx(
            cv2.morphologyEx(ink, cv2.MORPH_CLOSE, bridge), cv2.MORPH_OPEN, np.ones(along, np.uint8)
        )
        ink[(cv2.dilate(straight, np.ones(across, np.uint8)) > 0) & (areas == 0)] = 0
    return np.asarray(ink, np.bool_)


def figure_boxes(pixels: Pixels, lines: Sequence[Line], points: float) -> list[Rectangle]:
    """Where pictures and charts stand on an upright page; boxes in points, as those of its lines.

    `points` is the size of a pixel.
    """
    import cv2

    scale = min(points * _LINE_PIXELS / (BODY_SIZE * _LEADING), 1.0)
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    marks = _marks(small)
    unit = points / scale
    boxes = (boxes_of(lines) / unit).round().astype(int)
    for x0, y0, x1, y1 in boxes.tolist():
        print_ = marks[max(y0 - 1, 0) : y1 + 1, max(x0 - 1, 0) : x1 + 1]
        # Letters on a bar or a slice leave it whole.
        if print_.size and print_.mean() < _FILLED:
            print_[:] = 0
    _remove_edges(marks)
    prose = boxes[[line.reads_as_prose() for line in lines]]
    joined = _joined(_parts(marks), prose)
    figures = [box for box in joined if _is_figure_size(box) and _covered(box, prose) < _PROSE_SHARE]
    return [(x0 * unit, y0 * unit, x1 * unit, y1 * unit) for x0, y0, x1, y1 in figures]


def _parts(marks: NDArray[np.uint8]) -> list[Rectangle]:
    """Boxes around marks that lie close together, but for specks."""
    import cv2

    grown = cv2.dilate(marks, np.ones((_REACH, _REACH), np.uint8))
    count, parts = cv2.connectedComponents(grown)
    y, x = np.nonzero(marks)
    order = np.argsort(parts[y, x], kind="stable")
    x, y = x[order], y[order]
    starts = np.searchsorted(parts[y, x], np.arange(1, count + 1))
    found: list[Rectangle] = []
    for start, end in pairwise(starts.tolist()):
        if end > start:
            box = (x[start:end].min(), y[start:end].min(), x[start:end].max() + 1, y[start:end].max() + 1)
            found.append((float(box[0]), float(box[1]), float(box[2]), float(box[3])))
    return [box for box in found if max(_sides(box)) >= _SPECK]


def _joined(boxes: Sequence[Rectangle], prose: NDArray[np.int64]) -> list[Rectangle]:
    """Join the parts of each figure, the closest first, where no running text stands between them.

    What is as large as a figure by itself stays apart from another such: charts often stand side by side.
    """
    joined = sorted(boxes, key=lambda box: (-_area(box), box))[:_MOST_PARTS]
    while True:
        near = [
            (gap, i, j)
            for i, j, gap in _gaps(joined)
            if gap <= (_APART if not all(map(_is_figure_size, (joined[i], joined[j]))) else _TOUCHING)
        ]
        pair = next(
            (
                (i, j)
                for _, i, j in sorted(near)
                if not _parted(union(joined[i], joined[j]), joined[i], joined[j], prose)
            ),
            None,
        )
        if pair is None:
            return joined
        i, j = pair
        joined[i] = union(joined[i], joined[j])
        del joined[j]


def _gaps(boxes: Sequence[Rectangle]) -> list[tuple[int, int, float]]:
    """Pairs of boxes, by their positions, that are at most `_APART` pixels apart, and how far."""
    if len(boxes) < 2:
        return []
    x0, y0, x1, y1 = np.array(boxes).T
    gaps = np.maximum.reduce([x0[:, None] - x1, x0 - x1[:, None], y0[:, None] - y1, y0 - y1[:, None]])
    i, j = np.nonzero(np.triu(gaps <= _APART, 1))
    return list(zip(i.tolist(), j.tolist(), np.maximum(gaps[i, j], 0.0).tolist(), strict=True))


def _is_figure_size(box: Rectangle) -> bool:
    return max(_sides(box)) >= _SMALLEST[0] and min(_sides(box)) >= _SMALLEST[1]


def _parted(whole: Rectangle, first: Rectangle, second: Rectangle, prose: NDArray[np.int64]) -> bool:
    """Whether a line of running text stands in `whole` but in neither of its parts."""
    inside = prose[touching(whole, prose)]
    return bool((~touching(first, inside) & ~touching(second, inside)).any())


def _sides(box: Rectangle) -> tuple[float, float]:
    return box[2] - box[0], box[3] - box[1]


def _area(box: Rectangle) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _covered(box: Rectangle, prose: NDArray[np.int64]) -> float:
    """Share of a box that lines of running text cover."""
    width = np.minimum(prose[:, 2], box[2]) - np.maximum(prose[:, 0], box[0])
    height = np.minimum(prose[:, 3], box[3]) - np.maximum(prose[:, 1], box[1])
    return float((np.maximum(width, 0) * np.maximum(height, 0)).sum() / max(_area(box), 1.0))


def _marks(pixels: Pixels) -> NDArray[np.uint8]:
    """Everything that is not paper, coloured areas too, but for thin rules."""
    import cv2

    weakest = np.asarray(pixels.min(axis=2), np.uint8)
    marks = (weakest < _TINTED * _paper(weakest)).astype(np.uint8)
    for shape in ((_RULE, 1), (1, _RULE)):
        straight = cv2.morphologyEx(marks, cv2.MORPH_OPEN, np.ones(shape[::-1], np.uint8))
        thick = cv2.morphologyEx(marks, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
        marks &= ~(straight & ~thick)
    return marks


def _paper(gray: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Brightness of the paper at each pixel: high levels of gray in tiles of the page, between them in proportion."""
    import cv2

    height, width = gray.shape
    whole = float(np.percentile(gray[:: max(height // 400, 1), :: max(width // 400, 1)], 90))
    rows, columns = np.array_split(np.arange(height), _TILES), np.array_split(np.arange(width), _TILES)
    levels = [
        [
            float(np.percentile(gray[r[0] : r[-1] + 1 : 3, c[0] : c[-1] + 1 : 3], 90)) if len(r) and len(c) else whole
            for c in columns
        ]
        for r in rows
    ]
    tiles = np.maximum(np.array(levels, np.float32), 0.75 * whole)
    return np.asarray(cv2.resize(tiles, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


def _remove_edges(marks: NDArray[np.uint8]) -> None:
    """Take out what lies along the page's edges: shadows of the lid, punched holes, the black of skewed corners."""
    import cv2

    height, width = marks.shape
    count, parts, stats, _ = cv2.connectedComponentsWithStats(marks)
    for part in range(1, count):
        x, y, wide, high = (int(value) for value in stats[part][:4])
        touches = x <= 1 or y <= 1 or x + wide >= width - 1 or y + high >= height - 1
        if touches and (wide < _EDGE * width or high < _EDGE * height):
            marks[parts == part] = 0
