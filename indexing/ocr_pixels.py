"""The pixels that OCR looks at: any picture as BGR, resized, and the straightened crop of one line."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PILImage

Pixels = NDArray[np.uint8]
"""`(height, width, 3) uint8` in the order blue, green, red, as OpenCV and RapidOCR have it."""

BLANK_RANGE = 8
"""A picture whose every channel varies by less than this many of 256 levels shows nothing."""


def to_bgr(image: PILImage.Image) -> Pixels:
    """Any picture as opaque 8-bit BGR. Transparent parts become white, or black under text that is light."""
    if image.mode.startswith(("I", "F")):
        image = _eight_bits(image)
    if image.has_transparency_data:
        image = _flattened(image.convert("RGBA"))
    return np.ascontiguousarray(np.asarray(image.convert("RGB"), np.uint8)[:, :, ::-1])


def is_blank(pixels: Pixels) -> bool:
    """Whether the picture is of one colour."""
    spread = pixels.max(axis=(0, 1)).astype(int) - pixels.min(axis=(0, 1)).astype(int)
    return bool(spread.max() < BLANK_RANGE)


def resized(pixels: Pixels, scale: float) -> Pixels:
    """The picture magnified or reduced by `scale`, never below one pixel a side."""
    import cv2

    if scale == 1.0:
        return pixels
    size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
    method = cv2.INTER_AREA if scale < 1.0 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(pixels, size, interpolation=method), np.uint8)


def crop(pixels: Pixels, quad: NDArray[np.float32]) -> Pixels:
    """What lies in `quad` (`(4, 2)` corners in pixels, clockwise from the top left), straightened to a rectangle."""
    import cv2

    width = max(1, int(max(np.linalg.norm(quad[0] - quad[1]), np.linalg.norm(quad[2] - quad[3]))))
    height = max(1, int(max(np.linalg.norm(quad[0] - quad[3]), np.linalg.norm(quad[1] - quad[2]))))
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(quad.astype(np.float32), target)
    line = cv2.warpPerspective(pixels, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(line, np.uint8)


def padded(line: Pixels, aspect: float) -> Pixels:
    """The line with neutral grey added at its right until width over height is `aspect`."""
    height, width = line.shape[:2]
    missing = max(0, round(height * aspect) - width)
    return np.pad(line, ((0, 0), (0, missing), (0, 0)), constant_values=127)


def _eight_bits(image: PILImage.Image) -> PILImage.Image:
    """16-bit and floating-point grey levels stretched to 0..255: Pillow would clip them."""
    levels = np.asarray(image, np.float64)
    low, high = float(levels.min()), float(levels.max())
    scale = 255.0 / (high - low) if high > low else 0.0
    return PILImage.fromarray(((levels - low) * scale).astype(np.uint8))


def _flattened(image: PILImage.Image) -> PILImage.Image:
    if image.getchannel("A").getextrema()[0] == 255:
        return image.convert("RGB")
    levels = np.asarray(image)
    opaque = levels[levels[:, :, 3] > 127][:, :3]
    # Only where hardly anything dark is drawn is the picture meant for a dark page.
    light = opaque.size > 0 and float(np.percentile(opaque.mean(axis=1), 5)) > 127
    ground = PILImage.new("RGBA", image.size, (0, 0, 0, 255) if light else (255, 255, 255, 255))
    ground.alpha_composite(image)
    return ground.convert("RGB")
