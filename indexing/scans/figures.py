"""Where the charts and pictures of a scanned page are: what is printed there besides its lines of text.

Marks that lie close together are a part of a figure; parts are joined by axes and frames, and where they lie near each
other without running text between them. Rules alone are no figure, nor is the pale shading of tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from itertools import combinations, pairwise

import numpy as np
from numpy.typing import NDArray

from ..figures.rectangles import Floats, Rectangle, touching, union
from ..loaders.parsed import Label
from ..loaders.pdf.lines import Line, boxes_of
from ..ocr_pixels import Pixels
from .ink import Mask, marks_and_rules
from .lines import BODY_SIZE

_LINE_PIXELS = 8.0
"""Height of a line of usual text in the small picture in which figures are sought; all pixels below are of this one."""
_LEADING = 1.16  # height of a line in sizes of its font
_SOLID = 5  # pixels from which marks are no strokes of letters
_FILLED = 0.6  # share of a line's box that is marked where it stands on a coloured area
_REACH = 7  # pixels between marks that are one part of a figure
_SPECK = 3  # pixels, shorter side: dashes and dots that OCR has not read are smaller
_APART = 48  # pixels between the parts of one figure without text between them
_TOUCHING = 8  # pixels between two parts that could be figures by themselves
_MOST_PARTS = 60  # the largest
_SMALLEST = (56, 32)  # pixels, longer and shorter side of a figure
_ENTRIES, _ROWS = 3, 4  # entries of a row, and rows, that make a table
_MARKED = 0.08  # share of a row's width that bars or slices take at least
_FRAMED = 0.12  # share of the place between two rules that figures take where it is all theirs
_THIN = 4  # pixels
_PROSE_SHARE = 0.25  # of a figure's box that running text may cover


def figure_boxes(pixels: Pixels, labels: Sequence[Label], lines: Sequence[Line], points: float) -> list[Rectangle]:
    """Where pictures and charts stand on an upright page; boxes in points, as those of its lines.

    `labels` is what OCR read on it, `points` the size of a pixel.
    """
    import cv2

    scale = min(points * _LINE_PIXELS / (BODY_SIZE * _LEADING), 1.0)
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    marks, rules = marks_and_rules(np.asarray(small, np.uint8))
    unit = points / scale
    boxes = np.round(boxes_of(list(lines)) / unit)
    _remove_print(marks, boxes, labels)
    prose = boxes[[line.reads_as_prose() for line in lines]]
    joined = _joined(_parts(marks, rules), prose)
    figures = [
        box
        for box in joined
        if _is_figure_size(box) and _covered(box, prose) < _PROSE_SHARE and not _is_table(box, boxes, marks)
    ]
    figures = _to_rules(figures, rules, prose)
    return [(x0 * unit, y0 * unit, x1 * unit, y1 * unit) for x0, y0, x1, y1 in figures]


def _remove_print(marks: Mask, boxes: Floats, labels: Sequence[Label]) -> None:
    """Take the letters out of the marks; letters on a bar or a slice leave it whole."""
    import cv2

    height, width = marks.shape
    solid = cv2.morphologyEx(marks, cv2.MORPH_OPEN, np.ones((_SOLID, _SOLID), np.uint8))
    for x0, y0, x1, y1 in (label.box for label in labels):
        window = np.s_[round(y0 * height) : round(y1 * height) + 1, round(x0 * width) : round(x1 * width) + 1]
        marks[window][solid[window] == 0] = 0
    for x0, y0, x1, y1 in boxes.astype(int).tolist():
        behind = marks[max(y0 - 1, 0) : y1 + 1, max(x0 - 1, 0) : x1 + 1]
        # A coloured area shows above the letters and below.
        if behind.size and min(behind[0].mean(), behind[-1].mean(), behind.mean()) < _FILLED:
            behind[:] = 0


def _parts(marks: Mask, rules: Mask) -> list[Rectangle]:
    """Boxes around marks that lie close together, but for specks; those on common axes or in a frame in one box."""
    import cv2

    _, parts = cv2.connectedComponents(cv2.dilate(marks, np.ones((_REACH, _REACH), np.uint8)))
    boxes = _boxes_by_label(np.where(marks > 0, parts, 0).astype(np.int32))
    reach = cv2.dilate(rules, np.ones((3, 3), np.uint8))
    _, frames = cv2.connectedComponents(reach)
    frame_boxes = _boxes_by_label(np.asarray(frames, np.int32))
    meeting = (marks > 0) & (frames > 0)
    members: dict[int, list[int]] = {}
    for frame, part in np.unique(np.stack([frames[meeting], parts[meeting]], axis=1), axis=0).tolist():
        members.setdefault(frame, []).append(part)
    for frame, touched in members.items():
        held = [part for part in touched if part in boxes]
        # The dark head of a ruled table is one low part.
        if len(held) > 1 or any(_is_figure_size(boxes[part]) for part in held):
            boxes[held[0]] = reduce(union, [boxes.pop(part) for part in held], frame_boxes[frame])
    return [box for _, box in sorted(boxes.items()) if min(_sides(box)) >= _SPECK]


def _to_rules(figures: Sequence[Rectangle], rules: Mask, prose: Floats) -> list[Rectangle]:
    """Figures with all that stands between a rule above and an equal one below: title, legend and notes."""
    import cv2

    _, labels = cv2.connectedComponents(rules)
    level = [
        box
        for box in _boxes_by_label(np.asarray(labels, np.int32)).values()
        if box[2] - box[0] >= _SMALLEST[0] and box[3] - box[1] <= _THIN
    ]
    level.sort(key=lambda box: box[1])
    found = list(figures)
    for top, bottom in combinations(level, 2):
        if max(abs(top[0] - bottom[0]), abs(top[2] - bottom[2])) > _THIN or bottom[3] - top[1] > 0.6 * len(rules):
            continue
        between = union(top, bottom)
        inside = [box for box in found if touching(between, np.array([box]))[0]]
        share = sum(map(_area, inside)) / _area(between)
        whole = reduce(union, inside, between)
        if share >= _FRAMED and _covered(between, prose) < _PROSE_SHARE and _area(whole) < 1.1 * _area(between):
            found = [*(box for box in found if box not in inside), whole]
    return sorted(found, key=lambda box: (box[1], box[0]))


def _boxes_by_label(labels: NDArray[np.int32]) -> dict[int, Rectangle]:
    """The box around the pixels of each label but 0."""
    y, x = np.nonzero(labels)
    values = labels[y, x]
    order = np.argsort(values, kind="stable")
    x, y, values = x[order], y[order], values[order]
    starts = [*np.flatnonzero(np.diff(values, prepend=0)).tolist(), len(values)]
    return {
        int(values[start]): (
            float(x[start:end].min()),
            float(y[start:end].min()),
            float(x[start:end].max() + 1),
            float(y[start:end].max() + 1),
        )
        for start, end in pairwise(starts)
    }


def _joined(boxes: Sequence[Rectangle], prose: Floats) -> list[Rectangle]:
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


def _is_table(box: Rectangle, lines: Floats, marks: Mask) -> bool:
    """Whether most rows of entries in a box have no marks beside them: a table with some cells filled."""
    inside = lines[touching(box, lines)]
    middles = (inside[:, 1] + inside[:, 3]) / 2
    rows = [y for y in np.unique(np.round(middles)) if (np.abs(middles - y) < 2).sum() >= _ENTRIES]
    part = marks[:, int(box[0]) : int(box[2])]
    marked = sum(part[int(y) - 1 : int(y) + 2].any(axis=0).mean() > _MARKED for y in rows)
    return len(rows) >= _ROWS and marked < 0.5 * len(rows)


def _is_figure_size(box: Rectangle) -> bool:
    return max(_sides(box)) >= _SMALLEST[0] and min(_sides(box)) >= _SMALLEST[1]


def _parted(whole: Rectangle, first: Rectangle, second: Rectangle, prose: Floats) -> bool:
    """Whether a line of running text stands in `whole` but in neither of its parts."""
    inside = prose[touching(whole, prose)]
    return bool((~touching(first, inside) & ~touching(second, inside)).any())


def _sides(box: Rectangle) -> tuple[float, float]:
    return box[2] - box[0], box[3] - box[1]


def _area(box: Rectangle) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _covered(box: Rectangle, prose: Floats) -> float:
    """Share of a box that lines of running text cover."""
    width = np.minimum(prose[:, 2], box[2]) - np.maximum(prose[:, 0], box[0])
    height = np.minimum(prose[:, 3], box[3]) - np.maximum(prose[:, 1], box[1])
    return float((np.maximum(width, 0) * np.maximum(height, 0)).sum() / max(_area(box), 1.0))
