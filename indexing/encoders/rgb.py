"""Brings pictures of any mode to RGB as a reader would see them on paper."""

from __future__ import annotations

from PIL.Image import Image as PILImage


def as_rgb(image: PILImage) -> PILImage:
    """The picture in RGB: what is transparent becomes white (charts are often drawn on nothing), 16 bits become 8."""
    from PIL import Image

    if image.mode.startswith("I"):
        # 16 bits a pixel: Pillow would clip at 255, so that nearly everything would be white.
        image = image.convert("I").point(lambda value: value / 257).convert("L")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        paper = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(paper, image).convert("RGB")
    return image.convert("RGB")
