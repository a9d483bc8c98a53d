"""Where the figures of a page are: pictures worth keeping, and drawings that are charts rather than table rules.

Pure geometry over what a page paints; boxes are `x0, y0, x1, y1` in points with the origin at the top left.

A drawing counts as a chart where some of its paths cannot be rules, underlines or shading: curves, polylines and
diagonals of some size, or at least three bars that stand on one line and differ in length. From these it grows over
everything painted close by (axes, grid lines, legend keys).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .figure_marks import (
    Floats,
    Ints,
    Paths,
    Rectangle,
    bar_families,
    is_shaded_table,
    legend_keys,
    strokes_of,
    touching,
)

_CLOSE = 7.0  # points between the paths of one drawing
_STRAY = 30.0  # points at which a small drawing (a legend) still belongs to a large one
_ABOVE = 48.0  # points from a chart up to the keys of its legend
_MIN_CHART = (70.0, 45.0)  # points, longer and shorter side
_MIN_PICTURE = 24.0  # points, shorter side
_BACKGROUND = 0.7  # share of the page that makes a painted thing its background
_BAND = 12.0  # times as long as high: a rule or a band
_MAX_DRAWINGS = 32  # on one page


@dataclass(frozen=True, slots=True)
class Picture:
    """A raster image as placed on the page, with its own size in pixels and its encoded size in bytes."""

    box: Rectangle
    pixels: tuple[int, int]
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class FigureArea:
    """The place of a figure. `vector` figures are drawn, the others are raster images.

    `bytes` is the encoded size of the images in it: equal figures on several pages agree in it.
    """

    box: Rectangle
    vector: bool
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class SkippedArea:
    """A figure left out, and why."""

    box: Rectangle
    reason: str


def find_drawings(
    paths: Paths, lines: Floats, prose: NDArray[np.bool_], page_size: tuple[float, float]
) -> tuple[list[FigureArea], list[SkippedArea]]:
    """Charts drawn with paths. `lines` holds the boxes of the page's lines, `prose` marks those of running text."""
    area = page_size[0] * page_size[1]
    sizes = paths.boxes[:, 2:] - paths.boxes[:, :2]
    kept = np.flatnonzero((sizes[:, 0] * sizes[:, 1] < _BACKGROUND * area) & (sizes.max(axis=1, initial=0) > 0))
    paths = paths[kept]
    families = bar_families(paths, lines)
    strokes, bars = strokes_of(paths), families >= 0
    # The bars of one chart belong together like the paths of an embedded drawing.
    together = np.where((paths.group < 0) & bars, families + paths.group.max(initial=-1) + 1, paths.group)
    paths = Paths(paths.boxes, paths.segments, together, paths.strokes)
    seeds = np.flatnonzero(strokes | bars)
    if not len(seeds):
        return [], []
    boxes = _merge_strays(_grow(paths, seeds))
    figures: list[FigureArea] = []
    skipped: list[SkippedArea] = []
    for box in boxes:
        width, height = box[2] - box[0], box[3] - box[1]
        if max(width, height) < _MIN_CHART[0] or min(width, height) < _MIN_CHART[1]:
            skipped.append(SkippedArea(box, "decoration: a drawing too small to be a chart"))
        elif not touching(box, paths.boxes[strokes]).any() and is_shaded_table(box, lines, paths.boxes[bars]):
            continue
        elif _covered(box, lines[prose]) > 0.25:
            skipped.append(SkippedArea(box, "decoration: a frame around text"))
        else:
            figures.append(FigureArea(box, vector=True))
    keys = legend_keys(paths, lines)
    return [FigureArea(_with_keys(figure.box, keys), vector=True) for figure in figures], skipped


def find_pictures(
    pictures: Sequence[Picture], page_size: tuple[float, float], *, characters: int, min_pixels: int, max_pixels: int
) -> tuple[list[FigureArea], list[SkippedArea]]:
    """Raster images worth keeping. `characters` is the length of the page's text."""
    figures: list[FigureArea] = []
    skipped: list[SkippedArea] = []
    for picture in _join_tiles(pictures):
        reason = _picture_reason(picture, page_size, characters, min_pixels, max_pixels)
        if reason:
            skipped.append(SkippedArea(picture.box, reason))
        else:
            figures.append(FigureArea(picture.box, vector=False, bytes=picture.bytes))
    return figures, skipped


def without_overlaps(drawings: Sequence[FigureArea], pictures: Sequence[FigureArea]) -> list[FigureArea]:
    """One figure for each place: a picture inside a drawing is part of it, and a drawing on a picture of that one."""
    figures = list(pictures)
    for drawing in drawings:
        over = [figure for figure in figures if not figure.vector and overlap(figure.box, drawing.box) > 0.5]
        vector = not any(_size(figure.box) > 0.8 * _size(drawing.box) for figure in over)
        box = drawing.box
        for figure in over:
            box = union(box, figure.box)
        figures = [figure for figure in figures if figure not in over] + [FigureArea(box, vector)]
    return sorted(figures, key=lambda figure: (figure.box[1], figure.box[0]))


def union(first: Rectangle, second: Rectangle) -> Rectangle:
    """The smallest box that holds both."""
    return (min(first[0], second[0]), min(first[1], second[1]), max(first[2], second[2]), max(first[3], second[3]))


def overlap(first: Rectangle, second: Rectangle) -> float:
    """Common area as a share of the smaller box."""
    width = min(first[2], second[2]) - max(first[0], second[0])
    height = min(first[3], second[3]) - max(first[1], second[1])
    smaller = min(_size(first), _size(second))
    return width * height / smaller if width > 0 and height > 0 and smaller > 0 else 0.0


def _size(box: Rectangle) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _grow(paths: Paths, seeds: Ints) -> list[Rectangle]:
    """Let each drawing grow from its seeds over all paths close to it."""
    free = np.ones(len(paths.boxes), bool)
    drawings: list[Rectangle] = []
    for seed in seeds:
        if not free[seed]:
            continue
        if len(drawings) >= _MAX_DRAWINGS:
            break
        box = paths.boxes[seed]
        group = paths.group[seed]
        if group >= 0:
            members = paths.group == group
            box = np.concatenate([paths.boxes[members, :2].min(axis=0), paths.boxes[members, 2:].max(axis=0)])
        while True:
            reach = box + np.array([-_CLOSE, -_CLOSE, _CLOSE, _CLOSE])
            close = free & touching(tuple(reach.tolist()), paths.boxes)
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
    merged = sorted(boxes, key=lambda box: (-_size(box), box))
    changed = True
    while changed:
        changed = False
        for i, large in enumerate(merged):
            for j in range(i + 1, len(merged)):
                small = merged[j]
                distance = _STRAY if _size(small) < 0.2 * _size(large) and _is_chart_size(large) else 0.0
                if _distance(large, small) <= distance:
                    merged[i] = union(large, small)
                    del merged[j]
                    changed = True
                    break
            if changed:
                break
    return merged


def _with_keys(box: Rectangle, keys: Floats) -> Rectangle:
    """Grow a chart over the keys of its legend: marks of one size that stand in a row or a column beside it."""
    reach = (box[0] - _STRAY, box[1] - _ABOVE, box[2] + _STRAY, box[3] + _STRAY)
    for key in keys[touching(reach, keys)]:
        alike = (np.abs((keys[:, 2:] - keys[:, :2]) - (key[2:] - key[:2])) < 1).all(axis=1)
        family = keys[alike & (np.abs(keys[:, :2] - key[:2]) < 1).any(axis=1)]
        x0, y0 = (float(edge) for edge in family[:, :2].min(axis=0))
        x1, y1 = (float(edge) for edge in family[:, 2:].max(axis=0))
        # One mark alone may be anything, and a legend is not longer than its chart.
        within = box[0] - _ABOVE <= x0 and x1 <= box[2] + _ABOVE and box[1] - _ABOVE <= y0 and y1 <= box[3] + _ABOVE
        if len(family) >= 2 and within:
            box = union(box, (x0, y0, x1, y1))
    return box


def _is_chart_size(box: Rectangle) -> bool:
    width, height = box[2] - box[0], box[3] - box[1]
    return max(width, height) >= _MIN_CHART[0] and min(width, height) >= _MIN_CHART[1]


def _distance(first: Rectangle, second: Rectangle) -> float:
    dx = max(first[0] - second[2], second[0] - first[2], 0.0)
    dy = max(first[1] - second[3], second[1] - first[3], 0.0)
    return max(dx, dy)


def _covered(box: Rectangle, prose: Floats) -> float:
    """Share of a box that lines of running text cover."""
    if not len(prose):
        return 0.0
    width = np.minimum(prose[:, 2], box[2]) - np.maximum(prose[:, 0], box[0])
    height = np.minimum(prose[:, 3], box[3]) - np.maximum(prose[:, 1], box[1])
    return float((np.maximum(width, 0) * np.maximum(height, 0)).sum() / max(_size(box), 1.0))


def _join_tiles(pictures: Sequence[Picture]) -> list[Picture]:
    """Join pictures that were cut into strips: they touch along a whole edge."""
    joined: list[Picture] = []
    for picture in sorted(pictures, key=lambda picture: (picture.box[1], picture.box[0])):
        for index, other in enumerate(joined):
            stacked = abs(other.box[0] - picture.box[0]) < 1 and abs(other.box[2] - picture.box[2]) < 1
            beside = abs(other.box[1] - picture.box[1]) < 1 and abs(other.box[3] - picture.box[3]) < 1
            if stacked and abs(picture.box[1] - other.box[3]) < 1:
                pixels = (max(other.pixels[0], picture.pixels[0]), other.pixels[1] + picture.pixels[1])
            elif beside and abs(picture.box[0] - other.box[2]) < 1:
                pixels = (other.pixels[0] + picture.pixels[0], max(other.pixels[1], picture.pixels[1]))
            else:
                continue
            joined[index] = Picture(union(other.box, picture.box), pixels, other.bytes + picture.bytes)
            break
        else:
            joined.append(picture)
    return joined


def _picture_reason(
    picture: Picture, page_size: tuple[float, float], characters: int, min_pixels: int, max_pixels: int
) -> str:
    """Why a picture is left out; empty for one that is kept."""
    width, height = picture.box[2] - picture.box[0], picture.box[3] - picture.box[1]
    if picture.pixels[0] * picture.pixels[1] > max_pixels:
        return f"too large: {picture.pixels[0]} x {picture.pixels[1]} pixels, the limit is {max_pixels}"
    if min(picture.pixels) < min_pixels:
        return f"decoration: {picture.pixels[0]} x {picture.pixels[1]} pixels, figures have at least {min_pixels}"
    if min(width, height) < _MIN_PICTURE:
        return f"decoration: drawn only {width:.0f} x {height:.0f} points large"
    if max(width, height) > _BAND * min(width, height):
        return "decoration: a rule or a band"
    if width * height > _BACKGROUND * page_size[0] * page_size[1] and characters > 200:
        return "background: covers the page under its text"
    return ""
