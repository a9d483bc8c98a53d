"""Where the figures of a page are: pictures worth keeping, and drawings that are charts rather than table rules.

Pure geometry over what a page paints. Pictures are told from decoration in `figure_pictures.py`, drawings in
`figure_drawings.py`; here are the terms of both, and the choice of one figure for each place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from .rectangles import Rectangle, area_of, overlap, union


@dataclass(frozen=True, slots=True)
class Picture:
    """A raster image as placed on the page, with its own size in pixels and its encoded size in bytes.

    `group` is the number of the form that it is part of, or -1.
    """

    box: Rectangle
    pixels: tuple[int, int]
    bytes: int = 0
    group: int = -1


@dataclass(frozen=True, slots=True)
class FigureArea:
    """The place of a figure. `vector` figures are drawn, the others are raster images.

    `bytes` tells equal figures on several pages: the encoded size of the images in it, or a checksum of its paths.
    `closed` figures were placed on the page as a whole, as a form with its own text: no label of them stands outside.
    """

    box: Rectangle
    vector: bool
    bytes: int = 0
    closed: bool = False


@dataclass(frozen=True, slots=True)
class SkippedArea:
    """A figure left out, and why."""

    box: Rectangle
    reason: str


def without_overlaps(drawings: Sequence[FigureArea], pictures: Sequence[FigureArea]) -> list[FigureArea]:
    """One figure for each place: a picture inside a drawing is part of it, and a drawing on a picture of that one."""
    figures = list(pictures)
    for drawing in drawings:
        over = [figure for figure in figures if not figure.vector and overlap(figure.box, drawing.box) > 0.5]
        vector = not any(area_of(figure.box) > 0.8 * area_of(drawing.box) for figure in over)
        box = drawing.box
        for figure in over:
            box = union(box, figure.box)
        figures = [figure for figure in figures if figure not in over] + [replace(drawing, box=box, vector=vector)]
    return sorted(figures, key=lambda figure: (figure.box[1], figure.box[0]))
