"""The keys of a legend: small patches or dashes at the left of their texts, and the colours of texts themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...ocr_pixels import Pixels
from ..extent import Extent, edges
from ..graphics import Swatch
from ..palette import NO_COLOR, VIVID, Color, Indices, Palette, is_neutral, largest_difference

REACH = 6.0
"""Heights of a line that a key may begin before its text."""


BEYOND = 1.0
"""Heights of a line over or under a line's box where a bar goes on; a key of a name of two lines ends before."""
ALONE = 0.8
"""Share of all that a line has of a colour."""
SEEN = 0.5
"""Share of a key that has its colour at least, where JPEG has spread it."""
ALL = 0.5
"""Share of a text's box from which what is painted there is all of it."""
SMALLEST = 0.25
"""Heights of a line that a patch has at least, each way."""
LONG = 0.7
"""Heights of a line from which a flat key is a dash; OCR leaves room over and under Chinese lines."""
PIECE = 0.8
"""Heights of a line from which a piece of line, in dashes or with a marker on it, is a key."""
HOLLOW = 0.6
"""Share of its box that the soft edge around a key fills at most."""
STRONG = 0.7
"""Share of the largest difference from the ground from which a pixel is a letter's, not that of an edge."""
GROUND = 40
"""Levels by which the ground differs from its usual colour at most."""
BETWEEN = 0.35
"""Share of a row of pixels that letters leave free at least."""


@dataclass(frozen=True, slots=True)
class TextBox:
    """A label's index, its box in pixels, and whether it may name something (is no number, is not turned)."""

    index: int
    box: Extent
    is_name: bool


def swatches_of(indices: Indices, palette: Palette, texts: Sequence[TextBox]) -> list[Swatch]:
    """One swatch at most for each text that has one at its left, or at its beginning where OCR took it for text."""
    found: list[Swatch] = []
    for text in texts:
        if text.is_name:
            swatch = _swatch(indices, palette, text, texts)
            if swatch is not None:
                found.append(swatch)
    return found


def _swatch(indices: Indices, palette: Palette, text: TextBox, texts: Sequence[TextBox]) -> Swatch | None:
    import cv2

    box, line = text.box, text.box.height
    start, free = _room(text, texts)
    x0, x1 = max(0, int(start)), min(indices.shape[1], int(box.x0 + 2.6 * line))
    y0, y1 = max(0, int(box.y0 - 0.15 * line)), min(indices.shape[0], int(np.ceil(box.y1 + 0.15 * line)))
    area = indices[y0:y1, x0:x1]
    if min(area.shape) < 3:
        return None
    around = indices[y0:y1, max(0, int(box.x0)) : max(1, int(box.x1))]
    ground, ink = _commonest_two(around)
    found: list[tuple[int, Swatch]] = []
    for color in np.unique(area):
        if color in {NO_COLOR, ground}:
            continue
        count, _, stats, _ = cv2.connectedComponentsWithStats((area == color).astype(np.uint8), connectivity=8)
        for x, y, width, height, filled in _of_key_size(stats[1:count], line).tolist():
            clipped = x == 0 < x0 and bool((indices[y0 + y : y0 + y + height, x0 - 1] == color).any())
            top, bottom = y0 - BEYOND * line if y == 0 else None, y1 + BEYOND * line if y + height == y1 - y0 else None
            if clipped or any(_is_there(indices, color, x0 + x, width, at) for at in (top, bottom) if at is not None):
                continue  # it goes on beyond the line: no key but a bar or a rule
            key = Extent(x0 + x, y0 + y, x0 + x + width, y0 + y + height)
            # What has a vivid colour that the letters do not have is none of them: JPEG has spread it over others.
            own = filled >= ALONE * np.count_nonzero(area == color) and filled >= SEEN * width * height
            alone = own and max(palette.colors[color]) - min(palette.colors[color]) >= VIVID
            solid = np.count_nonzero(area[y : y + height, x : x + width] != ground) if alone else 0
            shape = _key_shape(key, max(filled, solid), box, neutral=is_neutral(palette.colors[color]))
            # Nothing that letters come before is a key.
            if shape and (key.cx <= box.x0 or _is_first(area[y : y + height], ground, int(free) - x0, x)):
                key_color = palette.colors[color]
                weight = filled // 2 if filled <= HOLLOW * width * height else filled
                found.append((weight, Swatch(*edges(key), color=key_color, label=text.index, dash=shape == "dash")))
        line_key = None if found else _line_key(area == color, box, x0, y0)
        if line_key is not None and line_key.x1 > box.x0 and color == ink and is_neutral(palette.colors[color]):
            line_key = None  # a dash that is printed
        if line_key is not None and _is_first(area, ground, int(free) - x0, int(line_key.x0) - x0):
            swatch = Swatch(*edges(line_key), color=palette.colors[color], label=text.index, dash=True)
            found.append((int(line_key.area), swatch))
    if not found:
        return None
    # The nearest, and of what is at one place the largest: its soft edges have colours of their own.
    nearest = max(swatch.x1 for _, swatch in found)
    return max((s for s in found if s[1].x1 > nearest - 0.6 * line), key=lambda s: (s[0], s[1].x1))[1]


def _commonest_two(area: Indices) -> tuple[int, int]:
    """The colour that most of an area has, and the next, that of its letters; -1 where there is none."""
    counts = np.bincount(area[area != NO_COLOR].ravel(), minlength=1)
    ground = int(counts.argmax())
    counts[ground] = 0
    return ground, int(counts.argmax()) if counts.any() else -1


def _is_there(indices: Indices, color: int, x0: int, width: int, y: float) -> bool:
    """Whether the row at `y` has a colour on most of a width."""
    row = min(max(0, round(y)), indices.shape[0] - 1)
    return bool(np.mean(indices[row, x0 : x0 + width] == color) > 0.5)


def _of_key_size(stats: NDArray[np.int32], line: float) -> NDArray[np.int32]:
    """The components (`(n, 5)`: left, top, width, height, pixels) that `_key_shape` may accept: letters and their edges
    are many.
    """
    width, height = stats[:, 2], stats[:, 3]
    return stats[(width >= SMALLEST * line) & ((height >= SMALLEST * line) | (width >= LONG * line))]


def _line_key(seen: NDArray[np.bool_], text: Extent, x0: int, y0: int) -> Extent | None:
    """A piece of line with a marker on it, which may cut it in two, before the text or at its beginning."""
    import cv2

    line = text.height
    closed = cv2.morphologyEx(seen.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((1, max(3, int(0.6 * line))), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(closed, connectivity=8)
    for number, (x, y, width, height, _) in enumerate(stats[1:count].tolist(), start=1):
        key = Extent(x0 + x, y0 + y, x0 + x + width, y0 + y + height)
        if not PIECE * line <= width <= 4.0 * line or height > 0.75 * line or abs(key.cy - text.cy) > 0.3 * line:
            continue
        own = seen[y : y + height, x : x + width] & (labels[y : y + height, x : x + width] == number)
        thick = own.sum(axis=0)
        starts_text = key.cx <= text.x0 or abs(key.x0 - text.x0) < 0.7 * line
        # Thin nearly all along, and at one height: a word is neither.
        ends = [np.flatnonzero(own[:, part].any(axis=1)) for part in (slice(0, 3), slice(-3, None))]
        level = all(len(end) for end in ends) and abs(float(ends[0].mean() - ends[1].mean())) <= 1.5
        straight = own.mean(axis=1).max() > 0.7
        if starts_text and level and straight and np.median(thick[thick > 0]) <= 0.35 * line:
            return key
    return None


def _room(text: TextBox, texts: Sequence[TextBox]) -> tuple[float, float]:
    """From where on a key of the text may stand, and where the letters of the text before it have ended."""
    box, line = text.box, text.box.height
    start, free = box.x0 - REACH * line, box.x0
    for other in texts:
        if other.index != text.index and other.box.overlap_y(box) > 0.3 * line and other.box.x1 <= box.x0 + line:
            start = max(start, min(other.box.x1, box.x0) - 0.1 * line)
            free = max(free, other.box.x1 + 2.0)
    return start, free


def _is_first(area: Indices, ground: int, start: int, end: int) -> bool:
    """Whether nothing is painted in the key's rows from `start` to the key at `end`, its soft edge aside."""
    before = area[:, max(0, start) : max(0, end - 2)]
    return bool(((before == ground) | (before == NO_COLOR)).all())


def _key_shape(key: Extent, filled: int, text: Extent, *, neutral: bool) -> str:
    """`patch`, `dash` or nothing."""
    line = text.height
    if abs(key.cy - text.cy) > 0.4 * line:
        return ""
    full = filled / max(1.0, key.area)
    inside = key.cx > text.x0
    square = 0.55 <= key.width / max(1.0, key.height) <= 4.0
    size = SMALLEST * line <= key.height <= 1.25 * line and SMALLEST * line <= key.width <= 3.5 * line
    if inside and key.area > ALL * text.area:
        return ""  # what OCR has read is a marker itself
    if inside and (key.x0 > text.x0 + 1.3 * line or not 0.6 <= key.width / max(1.0, key.height) <= 1.7):
        return ""
    if size and square and full >= (0.86 if neutral else 0.8 if inside else 0.66):
        return "patch"
    if not inside and key.width >= LONG * line and key.height <= 0.8 * line and key.width >= 2 * key.height:
        return "dash"
    return ""


def text_color(pixels: Pixels, box: Extent) -> Color | None:
    """The colour that the letters in `box` are painted in; None where nothing stands out."""
    x0, x1 = max(0, int(box.x0)), min(pixels.shape[1], int(box.x1) + 1)
    y0, y1 = max(0, int(box.y0)), min(pixels.shape[0], int(box.y1) + 1)
    step = max(0, y1 - y0) * max(0, x1 - x0) // 1500 + 1
    area = pixels[y0:y1, x0:x1:step].astype(np.int16)
    if area.size < 36:
        return None
    # The background is the commonest colour, the letters are what differs most from it.
    codes = (area[..., 0] >> 4) * 256 + (area[..., 1] >> 4) * 16 + (area[..., 2] >> 4)
    ground = np.median(area[codes == np.bincount(codes.ravel()).argmax()], axis=0)
    offset = area - ground
    distance = largest_difference(offset)
    own = own_rows(distance)
    offset, distance = offset[own].reshape(-1, 3), distance[own].ravel()
    far = float(np.percentile(distance, 97))
    return None if far < GROUND else ink_of(offset[distance >= STRONG * far], ground, far)


def own_rows(distance: NDArray[np.float64]) -> slice:
    """The rows of a label's box less those at its edges that lie in something else: a bar under the text, a frame.

    `distance` is `(height, width)`: how far each pixel is from the ground.
    """
    full = (distance < GROUND).mean(axis=1) < BETWEEN
    edge = len(full) // 4
    above, below = np.flatnonzero(full[:edge]), np.flatnonzero(full[len(full) - edge :])
    start = int(above[-1]) + 1 if len(above) else 0
    return slice(start, len(full) - edge + int(below[0]) if len(below) else len(full))


def ink_of(offset: NDArray[np.float64], ground: NDArray[np.float64], far: float) -> Color:
    """The flat colour that pixels differing by `offset` from the ground are mixtures of, `far` levels away from it.

    Their mean gives the direction: letters set for screens have red and blue fringes, which cancel out.
    """
    mean = offset.mean(axis=0)
    blue, green, red = np.clip(ground + mean * (far / max(1.0, float(np.abs(mean).max()))), 0, 255)
    return int(red), int(green), int(blue)
