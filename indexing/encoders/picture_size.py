"""How many pixels of a picture a model is given."""

from __future__ import annotations

import math

from PIL.Image import Image as PILImage

from ...errors import LimitExceeded

MAX_PIXELS = 64_000_000
"""Larger pictures are refused."""
PIXELS_READ = 1_048_576
"""Larger pictures are scaled down for models that take any size: they turn pixels into tokens, 1,300 a megapixel."""


def require_pixels(image: PILImage, limit: int, name: str) -> None:
    """Raises `LimitExceeded` for a picture of more than `limit` pixels."""
    if image.width * image.height > limit:
        raise LimitExceeded(
            f"{name} has {image.width} x {image.height} pixels, more than {limit}.",
            hint="Scale it down, or raise the limit.",
        )


def scaled_down(image: PILImage, pixels: int = PIXELS_READ) -> PILImage:
    """The picture with at most `pixels` pixels, its proportions kept as far as whole pixels allow."""
    from PIL import Image

    if image.width * image.height <= pixels:
        return image
    factor = math.sqrt(pixels / (image.width * image.height))
    width, height = (max(1, math.floor(side * factor)) for side in image.size)
    # A strip thinner than a pixel is kept one pixel thick: its length must not exceed what is allowed either.
    return image.resize((min(width, pixels), min(height, pixels)), Image.Resampling.LANCZOS)
