"""From a page to what a scanner makes of it: uneven light, noise, blur, skew, quarter turns, and JPEG."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...indexing.documents import Box

if TYPE_CHECKING:
    from PIL.Image import Image as PilImage


@dataclass(frozen=True, slots=True)
class Scanner:
    """How a page is spoilt: `skew` in degrees and `turns` in quarters, both clockwise, noise in levels of gray."""

    dpi: float = 170.0
    noise: float = 6.0
    blur: float = 0.6
    quality: int = 60
    skew: float = 0.0
    turns: int = 0

    def displayed(self, box: Box, width: float, height: float) -> Box:
        """The box around a place of the page (fractions; the page's size in any unit) on the scan."""
        angle = math.radians(self.skew)
        wide = width * math.cos(angle) + height * abs(math.sin(angle))
        high = width * abs(math.sin(angle)) + height * math.cos(angle)
        corners = []
        for x, y in ((x * width - width / 2, y * height - height / 2) for x in box[::2] for y in box[1::2]):
            turned = x * math.cos(angle) - y * math.sin(angle), x * math.sin(angle) + y * math.cos(angle)
            corners.append((turned[0] / wide, turned[1] / high))
        for _ in range(self.turns):
            corners = [(-y, x) for x, y in corners]
        xs, ys = zip(*corners, strict=True)
        return Box(min(xs) + 0.5, min(ys) + 0.5, max(xs) + 0.5, max(ys) + 0.5)


def render(pdf: bytes, page: int, dpi: float) -> PilImage:
    """Page `page` (from 0) of a PDF as a picture."""
    import pypdfium2

    with pypdfium2.PdfDocument(pdf) as document:
        picture: PilImage = document[page].render(scale=dpi / 72).to_pil().convert("RGB")
        return picture


def scanned(picture: PilImage, scanner: Scanner, seed: int) -> bytes:
    """The picture as a scanner's JPEG."""
    from PIL import Image, ImageFilter

    chance = np.random.default_rng(seed)
    turned = picture.rotate(-scanner.skew, Image.Resampling.BICUBIC, expand=bool(scanner.skew), fillcolor="white")
    turned = turned.rotate(-90 * scanner.turns, expand=True).filter(ImageFilter.GaussianBlur(scanner.blur))
    levels = np.asarray(turned, np.float32)
    light = np.linspace(chance.uniform(0.85, 1.0), chance.uniform(0.85, 1.0), levels.shape[1], dtype=np.float32)
    levels = levels * light[None, :, None] * 0.96 + 6
    levels += chance.normal(0, scanner.noise, (*levels.shape[:2], 1)).astype(np.float32)
    encoded = io.BytesIO()
    Image.fromarray(levels.clip(0, 255).astype(np.uint8)).save(encoded, "JPEG", quality=scanner.quality)
    return encoded.getvalue()


def as_pdf(pictures: list[bytes], dpi: float) -> bytes:
    """JPEG pictures as the pages of a PDF without text."""
    from PIL import Image
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    buffer = io.BytesIO()
    canvas = Canvas(buffer, invariant=1)
    for data in pictures:
        with Image.open(io.BytesIO(data)) as picture:
            width, height = picture.width * 72 / dpi, picture.height * 72 / dpi
        canvas.setPageSize((width, height))
        canvas.drawImage(ImageReader(io.BytesIO(data)), 0, 0, width, height)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()
