"""Which painted paths of a page are charts.

A drawing counts as a chart where some of its paths cannot be rules, underlines or shading: curves, polylines and
diagonals of some size, at least three bars that stand on one line and differ in length, or marks scattered over an
area. A form (a drawing embedded as a whole) that holds such paths and its own text is one chart. Elsewhere a chart
grows from these paths over everything painted close by (axes, grid lines, legend keys).
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .areas import FigureArea, SkippedArea
from .bars import bar_families, is_shaded_table
from .legends import PageText, find_legends, legend_keys, with_legends
from .marks import Ints, Paths, mark_families, strokes_of
from .plots import grid_families, line_families
from .rectangles import Floats, Rectangle, area_of, around, around_each, covered, distance, overlap, touching, union

_CLOSE = 7.0  # points between the paths of one drawing
_STRAY = 12.0  # points at which a small drawing (a legend) still belongs to a large one
_MIN_CHART = (70.0, 45.0)  # points, longer and shorter side
_SMALL_CHART = 36.0  # points, shorter side of a chart with labels around it
_BACKGROUND = 0.7  # share of the page that makes a painted thing its background
_FRAME = (14.0, 70.0)  # points, shorter and longer side of a frame around text
_MANY_FRAMES = 2_000  # large outlines on a page are a map or the like
_MARGIN = 0.06  # of the page's sides: what stands wholly outside of this is no part of a chart
_BAND = 7.0  # times as long as high: a band at the edge of the page
_PROSE = 0.25  # share of a frame that running text covers
_MAX_DRAWINGS = 32  # on one page


@dataclass(frozen=True, slots=True)
class Drawings:
    """The charts that a page draws, those that are no chart with the reason, and the boxes of all legends."""

    areas: tuple[FigureArea, ...] = ()
    skipped: tuple[SkippedArea, ...] = ()
    legends: tuple[Rectangle, ...] = ()


def find_drawings(
    paths: Paths, forms: dict[int, Rectangle], text: PageText, page_size: tuple[float, float]
) -> Drawings:
    """Charts drawn with paths. `forms` holds the boxes of the forms with text of their own, by `paths.group`."""
    paths = _without_background(paths, page_size)
    bars, marks = bar_families(paths, text.lines), mark_families(paths, text.lines)
    strokes = strokes_of(paths)
    seeds = strokes | (bars >= 0) | (marks >= 0)
    if not seeds.any():
        return Drawings()
    closed = _closed_forms(paths, seeds, forms, text, page_size)
    inside = np.isin(paths.group, list(closed)) if closed else np.zeros(len(seeds), bool)
    for box in closed.values():
        inside |= _within(box, paths.boxes)
    areas = [FigureArea(box, vector=True, closed=True) for box in closed.values()]
    margin, frames = _in_margin(paths.boxes, page_size), _frames_of_text(paths.boxes, text)
    exhibits = _around_captions(paths, text)
    rest = np.flatnonzero(~(inside | margin | frames | exhibits))
    grown, skipped = _grown(paths[rest], bars[rest], marks[rest], strokes[rest], text)
    keys = legend_keys(paths[rest[bars[rest] < 0]], text.lines)
    legends = find_legends(keys, text)
    for aside, reason in ((margin, "in the margin of the page"), (frames & ~margin, "a frame around text")):
        seen = around_each(paths.boxes[aside & seeds & ~inside])
        skipped += [SkippedArea(box, f"decoration: {reason}") for box in seen]
    boxes = with_legends(grown, keys, legends, text)
    open_ = [box for box in boxes if not any(overlap(box, form) > 0.5 for form in closed.values())]
    areas += [FigureArea(box, vector=True) for box in open_]
    areas = [replace(area, bytes=_checksum(area.box, paths)) for area in areas]
    return Drawings(tuple(areas), tuple(skipped), tuple(legends))


def _without_background(paths: Paths, page_size: tuple[float, float]) -> Paths:
    sizes = paths.boxes[:, 2:] - paths.boxes[:, :2]
    area = page_size[0] * page_size[1]
    return paths[np.flatnonzero((sizes[:, 0] * sizes[:, 1] < _BACKGROUND * area) & (sizes.max(axis=1, initial=0) > 0))]


def _in_margin(boxes: Floats, page_size: tuple[float, float]) -> NDArray[np.bool_]:
    """Bands, tabs, waves and logos that stand in the margin of the page, and bands along its edges."""
    width, height = page_size
    beside = (boxes[:, 2] < _MARGIN * width) | (boxes[:, 0] > (1 - _MARGIN) * width)
    outside = beside | (boxes[:, 3] < _MARGIN * height) | (boxes[:, 1] > (1 - _MARGIN) * height)
    sizes = boxes[:, 2:] - boxes[:, :2]
    at_edge = (boxes[:, :2] < 3).any(axis=1) | (boxes[:, 2] > width - 3) | (boxes[:, 3] > height - 3)
    long = sizes.max(axis=1, initial=0) > _BAND * sizes.min(axis=1, initial=np.inf)
    return np.asarray(outside | (at_edge & long), np.bool_)


def _frames_of_text(boxes: Floats, text: PageText) -> NDArray[np.bool_]:
    """Call-outs, shading behind paragraphs and borders: outlines that running text fills."""
    sizes = boxes[:, 2:] - boxes[:, :2]
    large = np.flatnonzero((sizes.min(axis=1, initial=np.inf) > _FRAME[0]) & (sizes.max(axis=1, initial=0) > _FRAME[1]))
    frames = np.zeros(len(boxes), bool)
    if len(large) > _MANY_FRAMES:
        return frames
    prose = text.lines[text.prose]
    frames[[index for index in large if covered(tuple(boxes[index].tolist()), prose) > _PROSE]] = True
    return frames


def _around_captions(paths: Paths, text: PageText) -> NDArray[np.bool_]:
    """Frames around a figure together with its caption, and the bars behind captions."""
    around_any = np.zeros(len(paths.boxes), bool)
    for x0, y0, x1, y1 in text.lines[text.captions].tolist():
        x, y = (x0 + x1) / 2, (y0 + y1) / 2
        low, high = paths.boxes[:, :2], paths.boxes[:, 2:]
        around_any |= ((low < (x, y)) & (high > (x, y))).all(axis=1)
    return around_any


def _closed_forms(
    paths: Paths,
    seeds: NDArray[np.bool_],
    forms: dict[int, Rectangle],
    text: PageText,
    page_size: tuple[float, float],
) -> dict[int, Rectangle]:
    """The forms that are charts by themselves, with the box of all that is in them."""
    found: dict[int, Rectangle] = {}
    for group, text_box in forms.items():
        own = paths.group == group
        if not (own & seeds).any():
            continue
        box = union(text_box, around(paths.boxes[own]))
        page_like = area_of(box) > _BACKGROUND * page_size[0] * page_size[1]
        if _is_chart_size(box) and not page_like and covered(box, text.lines[text.prose]) < _PROSE:
            found[group] = box
    return found


def _grown(
    paths: Paths,
    bars: Ints,
    marks: Ints,
    strokes: NDArray[np.bool_],
    text: PageText,
) -> tuple[list[Rectangle], list[SkippedArea]]:
    """Charts grown from their curves, bars and marks."""
    group = _joined_groups(_joined_groups(paths.group, bars), marks)
    group = _joined_groups(group, line_families(paths, strokes, text.lines))
    grids = grid_families(paths)
    seeds = np.flatnonzero(strokes | (bars >= 0) | (marks >= 0))
    figures: list[Rectangle] = []
    skipped: list[SkippedArea] = []
    certain = strokes | (marks >= 0)
    for box in _merge_strays(_grow(replace(paths, group=group), seeds, grids)):
        if not _is_chart_size(box) and not _has_labels_around(box, text):
            skipped.append(SkippedArea(box, "decoration: a drawing too small to be a chart"))
        elif not touching(box, paths.boxes[certain]).any() and is_shaded_table(box, text.lines, paths.boxes[bars >= 0]):
            continue
        elif covered(box, text.lines[text.prose]) > _PROSE:
            skipped.append(SkippedArea(box, "decoration: a frame around text"))
        else:
            figures.append(box)
    return figures, skipped


def _joined_groups(group: Ints, families: Ints) -> Ints:
    """The bars or marks of one chart belong together like the paths of a form, and so do the forms that they are in."""
    joined = group.copy()
    for family in range(int(families.max(initial=-1)) + 1):
        members = families == family
        forms = np.unique(joined[members & (joined >= 0)])
        joined[members | np.isin(joined, forms)] = forms[0] if len(forms) else joined.max(initial=-1) + 1
    return joined


def _grow(paths: Paths, seeds: Ints, grids: Ints) -> list[Rectangle]:
    """Let each drawing grow from its seeds over all paths close to it, and over the whole of a grid that it lies in."""
    free = np.ones(len(paths.boxes), bool)
    areas = paths.boxes.copy()  # of a grid's line, the whole grid's
    for grid in range(int(grids.max(initial=-1)) + 1):
        areas[grids == grid] = around(paths.boxes[grids == grid])
    drawings: list[Rectangle] = []
    for seed in seeds:
        if not free[seed]:
            continue
        if len(drawings) >= _MAX_DRAWINGS:
            break
        box = paths.boxes[seed]
        group = paths.group[seed]
        if group >= 0:
            box = np.array(around(paths.boxes[paths.group == group]))
        while True:
            reach = box + np.array([-_CLOSE, -_CLOSE, _CLOSE, _CLOSE])
            close = free & touching(tuple(reach.tolist()), areas)
            if not close.any():
                break
            free &= ~close
            low = np.minimum(box[:2], paths.boxes[close, :2].min(axis=0))
            high = np.maximum(box[2:], paths.boxes[close, 2:].max(axis=0))
            box = np.concatenate([low, high])
        x0, y0, x1, y1 = box.tolist()
        drawings.append((x0, y0, x1, y1))
    return drawings


def _merge_strays(boxes: list[Rectangle]) -> list[Rectangle]:
    """Join drawings that overlap, and small ones (legends, single markers) to a large one nearby."""
    merged = sorted(boxes, key=lambda box: (-area_of(box), box))
    changed = True
    while changed:
        changed = False
        for i, large in enumerate(merged):
            for j in range(i + 1, len(merged)):
                small = merged[j]
                reach = _STRAY if area_of(small) < 0.2 * area_of(large) and _is_chart_size(large) else 0.0
                if distance(large, small) <= reach:
                    merged[i] = union(large, small)
                    del merged[j]
                    changed = True
                    break
            if changed:
                break
    return merged


def _has_labels_around(box: Rectangle, text: PageText) -> bool:
    """Whether labels stand on both sides of a drawing, as they do at a small pie and not at an icon or a logo."""
    if min(box[2] - box[0], box[3] - box[1]) < _SMALL_CHART:
        return False
    near = text.labels_near(box)
    aside = (near[:, 0] + near[:, 2] - box[0] - box[2]) / 2
    side = 0.3 * (box[2] - box[0])
    return len(near) >= 3 and bool((aside < -side).any() and (aside > side).any())


def _is_chart_size(box: Rectangle) -> bool:
    width, height = box[2] - box[0], box[3] - box[1]
    return max(width, height) >= _MIN_CHART[0] and min(width, height) >= _MIN_CHART[1]


def _within(box: Rectangle, boxes: Floats) -> NDArray[np.bool_]:
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2
    return np.asarray(((middles > box[:2]) & (middles < box[2:])).all(axis=1), np.bool_)


def _checksum(box: Rectangle, paths: Paths) -> int:
    """Equal for one drawing on several pages: of the places and points of its paths."""
    inside = touching(box, paths.boxes)
    shape = np.column_stack([np.round(paths.boxes[inside]), paths.segments[inside]]).astype(np.int64)
    return zlib.crc32(shape.tobytes())
