"""What the pages of composed reports paint beside their text that is no figure: rules, bands, logos, shading."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Canvas = Any
"""A canvas of reportlab, which has no types."""
Colour = Any
_TINTS = ("#1f4e79", "#7a1f1f", "#24613f", "#444444", "#b5651d")


@dataclass(frozen=True, slots=True)
class Decorations:
    """The decorations that every page of one report has."""

    painters: tuple[Callable[[Canvas], None], ...]

    @classmethod
    def of(cls, source: random.Random) -> Decorations:
        """Some of all, with the report's tint."""
        return cls(tuple(painter(source) for painter in _PAINTERS if source.random() < 0.3))

    def paint(self, canvas: Canvas) -> None:
        """Paint them on the current page."""
        for painter in self.painters:
            canvas.saveState()
            painter(canvas)
            canvas.restoreState()


def _size(canvas: Canvas) -> tuple[float, float]:
    width, height = canvas._pagesize  # noqa: SLF001 - reportlab tells the size of its page nowhere else
    return float(width), float(height)


def _tint(source: random.Random) -> Colour:
    from reportlab.lib.colors import HexColor

    return HexColor(source.choice(_TINTS))


def _header_band(source: random.Random) -> Callable[[Canvas], None]:
    tint = _tint(source)

    def paint(canvas: Canvas) -> None:
        width, height = _size(canvas)
        canvas.setFillColor(tint)
        canvas.rect(0, height - 26, width, 26, fill=1, stroke=0)

    return paint


def _rules(source: random.Random) -> Callable[[Canvas], None]:
    tint = _tint(source)

    def paint(canvas: Canvas) -> None:
        width, height = _size(canvas)
        canvas.setStrokeColor(tint)
        canvas.setLineWidth(0.8)
        canvas.line(50, height - 38, width - 50, height - 38)
        canvas.line(50, 38, width - 50, 38)

    return paint


def _raster_logo(source: random.Random) -> Callable[[Canvas], None]:
    from PIL import Image, ImageDraw
    from reportlab.lib.utils import ImageReader

    logo = Image.new("RGB", (240, 120), "white")
    pen = ImageDraw.Draw(logo)
    pen.ellipse((10, 10, 110, 110), fill=source.choice(_TINTS))
    pen.rectangle((125, 30, 230, 90), fill=source.choice(_TINTS))
    reader = ImageReader(logo)

    def paint(canvas: Canvas) -> None:
        width, height = _size(canvas)
        canvas.drawImage(reader, width - 120, height - 68, 56, 28)

    return paint


def _drawn_logo(source: random.Random) -> Callable[[Canvas], None]:
    tint = _tint(source)
    large = source.random() < 0.5

    def paint(canvas: Canvas) -> None:
        height = _size(canvas)[1]
        side = 44 if large else 24
        canvas.setFillColor(tint)
        for index in range(3 if large else 1):
            canvas.circle(56 + side * (0.5 + 0.6 * index), height - 40, side / 2.4, fill=1, stroke=0)

    return paint


def _wave(source: random.Random) -> Callable[[Canvas], None]:
    tint = _tint(source)

    def paint(canvas: Canvas) -> None:
        width = _size(canvas)[0]
        path = canvas.beginPath()
        path.moveTo(0, 0)
        path.lineTo(0, 30)
        path.curveTo(width * 0.3, 60, width * 0.6, 5, width, 34)
        path.lineTo(width, 0)
        path.close()
        canvas.setFillColor(tint)
        canvas.drawPath(path, fill=1, stroke=0)

    return paint


def _side_band(source: random.Random) -> Callable[[Canvas], None]:
    tint = _tint(source)

    def paint(canvas: Canvas) -> None:
        height = _size(canvas)[1]
        canvas.setFillColor(tint)
        canvas.rect(0, 0, 22, height, fill=1, stroke=0)
        for index in range(5):  # index tabs at the edge
            canvas.roundRect(10, height - 160 - 70 * index, 24, 44, 6, fill=1, stroke=0)

    return paint


def _border(source: random.Random) -> Callable[[Canvas], None]:
    rounded = source.random() < 0.5

    def paint(canvas: Canvas) -> None:
        width, height = _size(canvas)
        canvas.setLineWidth(0.7)
        if rounded:
            canvas.roundRect(20, 20, width - 40, height - 40, 12)
        else:
            canvas.rect(20, 20, width - 40, height - 40)

    return paint


def _watermark(source: random.Random) -> Callable[[Canvas], None]:
    word = source.choice(("DRAFT", "CONFIDENTIAL", "SAMPLE"))

    def paint(canvas: Canvas) -> None:
        width, height = _size(canvas)
        canvas.translate(width / 2, height / 2)
        canvas.rotate(50)
        canvas.setFillGray(0.92)
        canvas.setFont("Helvetica-Bold", 80)
        canvas.drawCentredString(0, 0, word)

    return paint


def _background(source: random.Random) -> Callable[[Canvas], None]:
    import numpy as np
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    shade = np.linspace(238, 252, 300).astype(np.uint8)
    picture = np.repeat(np.repeat(shade[:, None], 200, axis=1)[:, :, None], 3, axis=2)
    reader = ImageReader(Image.fromarray(picture))
    image = source.random() < 0.5

    def paint(canvas: Canvas) -> None:
        width, height = _size(canvas)
        if image:
            canvas.drawImage(reader, 0, 0, width, height)
        else:
            canvas.setFillGray(0.97)
            canvas.rect(0, 0, width, height, fill=1, stroke=0)

    return paint


_PAINTERS = (
    _background,
    _header_band,
    _rules,
    _raster_logo,
    _drawn_logo,
    _wave,
    _side_band,
    _border,
    _watermark,
)
