"""Evidence as a picture: its part of the page, or the chart, with regions marked."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image, ImageDraw

from ..indexing.documents import WHOLE, Box, Region
from ..indexing.page_rendering import render_page
from ..indexing.source_files import source_file
from .evidence import Evidence

_MARGIN = 0.03
_MARK = (214, 84, 0)
_WASH = (255, 190, 90, 70)
_LINES_A_SIDE = 300
"""Lines are so thin a part of the picture at least, so that they stay visible where it is shown small."""


def highlighted(evidence: Evidence, regions: Sequence[Region]) -> Image.Image | None:
    """The evidence's own part of its page with the regions marked; None for formats without pages or pictures."""
    if evidence.kind == "chart" and evidence.image_path is not None and evidence.bounds:
        with Image.open(evidence.image_path) as chart:
            frame = evidence.bounds[0].box
            boxes = [_relative(region.box, frame) for region in regions if region.page == evidence.bounds[0].page]
            return _marked(chart.convert("RGB"), boxes)
    if evidence.media_type != "application/pdf" or evidence.page is None:
        return None
    with source_file(evidence.source) as file:
        if file is None:
            return None
        page = render_page(file, evidence.page)
    here = [region.box for region in regions if region.page == evidence.page]
    bounds = [region.box for region in evidence.bounds if region.page == evidence.page]
    cells = evidence.table.boxes if evidence.table and evidence.table.boxes else ()
    bounds += [cell.box for row in cells for cell in row if cell is not None and cell.page == evidence.page]
    frame = _padded([*bounds, *here]) if bounds or here else WHOLE
    width, height = page.size
    cropped = page.crop((int(frame.x0 * width), int(frame.y0 * height), int(frame.x1 * width), int(frame.y1 * height)))
    return _marked(cropped, [_relative(box, frame) for box in here])


def _relative(box: Box, frame: Box) -> Box:
    """`box`, in fractions of the page, in fractions of `frame`."""
    width, height = max(frame.x1 - frame.x0, 1e-9), max(frame.y1 - frame.y0, 1e-9)
    return Box(
        (box.x0 - frame.x0) / width,
        (box.y0 - frame.y0) / height,
        (box.x1 - frame.x0) / width,
        (box.y1 - frame.y0) / height,
    )


def _padded(boxes: Sequence[Box]) -> Box:
    frame = boxes[0]
    for box in boxes[1:]:
        frame = frame.union(box)
    return Box(
        max(0.0, frame.x0 - _MARGIN),
        max(0.0, frame.y0 - _MARGIN),
        min(1.0, frame.x1 + _MARGIN),
        min(1.0, frame.y1 + _MARGIN),
    )


def _marked(picture: Image.Image, boxes: Sequence[Box]) -> Image.Image:
    width, height = picture.size
    canvas = ImageDraw.Draw(picture, "RGBA")
    line = max(2, round(max(width, height) / _LINES_A_SIDE))
    for box in boxes:
        corners = (box.x0 * width - 3, box.y0 * height - 3, box.x1 * width + 3, box.y1 * height + 3)
        canvas.rectangle(corners, fill=_WASH, outline=_MARK, width=line)
    return picture
