"""The few colours that a chart is painted in, and the picture as indices into them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..ocr_pixels import Pixels
from .extent import Extent

Color = tuple[int, int, int]
"""Red, green, blue, 0 to 255."""
Indices = NDArray[np.uint8]
"""`(height, width) uint8`: which colour of the palette a pixel has, `NO_COLOR` for none."""

NO_COLOR = 255
SAME_COLOR = 22
"""Levels by which pixels of one flat colour may differ in any channel: noise of JPEG, rounding to 5 bits."""
MOST_COLORS = 40
FEWEST_PIXELS = 10
"""Of a colour that counts, and at least `FEWEST_SHARE` of the picture."""
FEWEST_SHARE = 2e-5
LINE = 16
"""Pixels of a thin line that count as one of a filled patch."""
GROUND = 0.2
"""Share of the picture from which the colour along its edges is the background's."""
VIVID = 90
"""Difference between the channels of a colour that letters in black or white never show at their edges."""
HIDDEN = 0.45
"""Share of a rectangle that must be seen between the letters of a label printed over it."""
LETTERS = 0.4
"""Share of a label's box that its letters do not reach."""
COLORED = 50
LESS_VIVID = 3.0
"""As `VIVID`, for colours of that many times as many pixels as a vivid one has at least."""
SPREAD_PIXELS = 100
SPREAD_SHARE = 8e-4
"""Pixels, and share of the picture, that a colour has at least which is flat nowhere."""
NEUTRAL = 28
"""Largest difference between the channels of a grey."""


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours by frequency, but first the background's, which is mostly that along the edges.

    `codes` and `soft` map 15-bit colours to indices: `soft` also those of edges, mixed from a colour and the
    background.
    """

    colors: tuple[Color, ...]
    codes: Indices
    soft: Indices


def hex_color(color: Color) -> str:
    """`#rrggbb`."""
    return "#{:02x}{:02x}{:02x}".format(*color)


def color_distance(first: Color, second: Color) -> int:
    """Largest difference in a channel, 0 to 255."""
    return max(abs(a - b) for a, b in zip(first, second, strict=True))


def largest_difference(offset: NDArray[Any]) -> NDArray[Any]:
    """Per pixel the largest difference in a channel: `(…, 3)` to `(…)`. Numpy's own maximum over so short an axis
    takes three times as long.
    """
    size = np.abs(offset)
    return np.asarray(np.maximum(np.maximum(size[..., 0], size[..., 1]), size[..., 2]))


def is_neutral(color: Color) -> bool:
    """Black, white or a grey."""
    return max(color) - min(color) < NEUTRAL


def codes_of(pixels: Pixels) -> NDArray[np.uint16]:
    """Colours with 5 bits a channel, `(height, width) uint16`."""
    five = (pixels >> 3).astype(np.uint16)
    return np.asarray(five[:, :, 2] << 10 | five[:, :, 1] << 5 | five[:, :, 0], np.uint16)


def palette_of(codes: NDArray[np.uint16]) -> Palette:
    """The flat colours of a picture: frequent ones that fill more than the edges of something else."""
    counts = np.bincount(codes.ravel(), minlength=1 << 15)
    enough = max(FEWEST_PIXELS, FEWEST_SHARE * codes.size)
    # Pixels whose neighbours to the right and below have the same colour: inside something flat.
    level = (codes[:-1, :-1] == codes[1:, :-1]) & (codes[:-1, :-1] == codes[:-1, 1:])
    solid = np.bincount(codes[:-1, :-1][level], minlength=1 << 15)
    # A line of the grid is one pixel thick, but long.
    long_ = (codes[:, 3:-2] == codes[:, 2:-3]) & (codes[:, 3:-2] == codes[:, 4:-1])
    long_ &= (codes[:, 3:-2] == codes[:, 1:-4]) & (codes[:, 3:-2] == codes[:, 5:])
    solid += np.bincount(codes[:, 3:-2][long_], minlength=1 << 15) // LINE
    present = np.flatnonzero(counts)
    levels = _levels(present)
    usable = np.flatnonzero((solid[present] >= 4) & (counts[present] >= enough))
    ranked = sorted(usable, key=lambda n: (-int(solid[present[n]]), int(present[n])))
    chosen: list[int] = []
    for number in ranked:
        if len(chosen) >= MOST_COLORS:
            break
        if not chosen or np.abs(levels[chosen] - levels[number]).max(axis=1).min() > SAME_COLOR:
            chosen.append(int(number))
    if not chosen:
        chosen = [int(np.argmax(counts[present]))]
    edge = np.concatenate([codes[:2].ravel(), codes[-2:].ravel(), codes[:, :2].ravel(), codes[:, -2:].ravel()])
    around = levels[int(np.searchsorted(present, np.bincount(edge).argmax()))]
    ground = int(np.abs(levels[chosen] - around).max(axis=1).argmin())
    # A frame around the picture has a colour of its own, but little of it.
    if counts[present[chosen[ground]]] < GROUND * codes.size:
        ground = int(counts[present[chosen]].argmax())
    chosen.insert(0, chosen.pop(ground))
    chosen += _spread(levels, counts[present], chosen, max(SPREAD_PIXELS, SPREAD_SHARE * codes.size))
    colors = levels[chosen]
    distance = largest_difference(levels[:, None, :] - colors[None])
    nearest = distance.argmin(axis=1).astype(np.uint8)
    hard = np.where(distance.min(axis=1) <= SAME_COLOR, nearest, NO_COLOR).astype(np.uint8)
    table, soft = np.full(1 << 15, NO_COLOR, np.uint8), np.full(1 << 15, NO_COLOR, np.uint8)
    table[present] = hard
    soft[present] = _mixed(levels, colors, hard)
    return Palette(tuple((int(r), int(g), int(b)) for r, g, b in colors), table, soft)


def _levels(codes: NDArray[np.int64]) -> NDArray[np.int16]:
    """Red, green, blue of the codes, `(n, 3)`: the middle of what rounds to them, black and white themselves."""
    five = np.stack([codes >> 10, (codes >> 5) & 31, codes & 31], axis=1)
    return np.asarray(np.round(five * (255 / 31)), np.int16)


def _spread(levels: NDArray[np.int16], counts: NDArray[np.int64], chosen: Sequence[int], fewest: float) -> list[int]:
    """Colours of thin lines that JPEG has spread over so many shades that none of them is flat anywhere."""
    off = np.full(len(levels), np.iinfo(np.int16).max, np.int16)
    for number in chosen:
        off = np.minimum(off, largest_difference(levels - levels[number]))
    colored = np.ptp(levels, axis=1) >= COLORED
    found: list[int] = []
    while len(chosen) + len(found) < MOST_COLORS:
        free = np.where(colored & (off > SAME_COLOR), counts, 0)
        peak = int(free.argmax())
        distance = largest_difference(levels - levels[peak])
        pixels = free[distance <= SAME_COLOR].sum()
        if pixels < fewest:
            break
        known = levels[[*chosen, *found]]
        vivid = np.ptp(levels[peak]) >= VIVID
        # What is mixed from two colours at the edge between them is rarer than these.
        ends = known if vivid else known[[_pixels(levels, counts, color) >= pixels for color in known]]
        if (vivid or pixels >= LESS_VIVID * fewest) and not _lies_between(levels[peak], ends):
            found.append(peak)
        off = np.minimum(off, distance)
    return found


def _pixels(levels: NDArray[np.int16], counts: NDArray[np.int64], color: NDArray[np.int16]) -> int:
    """How many pixels have about a colour."""
    return int(counts[largest_difference(levels - color) <= SAME_COLOR].sum())


def _lies_between(color: NDArray[np.int16], others: NDArray[np.int16]) -> bool:
    """Whether a colour is mixed from two others, as at the edge between them."""
    ends = others.astype(np.float32)
    first, second = np.triu_indices(len(ends), 1)
    line = ends[second] - ends[first]
    share = ((color - ends[first]) * line).sum(axis=1) / (line**2).sum(axis=1)
    beside = largest_difference(color - ends[first] - np.clip(share, 0, 1)[:, None] * line)
    return bool((beside <= SAME_COLOR).any())


def _mixed(levels: NDArray[np.int16], colors: NDArray[np.int16], hard: Indices) -> Indices:
    """Colours between the background and a colour of the palette belong to the latter; the nearest line decides."""
    if len(colors) < 2:
        return hard
    ground, others = colors[0].astype(np.float32), colors[1:].astype(np.float32)
    line = others - ground
    length = (line**2).sum(axis=1)
    offset = levels.astype(np.float32) - ground
    share = (offset @ line.T) / length
    beside = largest_difference(offset[:, None, :] - np.clip(share, 0, 1)[:, :, None] * line[None])
    beside[(share < 0.3) | (share > 1.1)] = np.inf
    best = beside.argmin(axis=1)
    fits = beside[np.arange(len(levels)), best] <= SAME_COLOR
    return np.where((hard == NO_COLOR) & fits, (best + 1).astype(np.uint8), hard).astype(np.uint8)


def without_text(
    indices: Indices, texts: Sequence[Extent], inks: Sequence[Color | None], colors: Sequence[Color]
) -> Indices:
    """The picture with its labels painted over by what surrounds each of them, so that bars are whole again.

    What is also found around a label's box is taken for its ground and stays; the letters take the ground's colour at
    their left. White letters on a bar that ends beside them are told from the white page by what lies left and right.
    `inks` are given for labels that may hide a whole bar: a colour in their boxes that is not the letters' is one.
    """
    painted = indices.copy()
    height, width = indices.shape
    chroma = np.array([*(max(color) - min(color) for color in colors), *[0] * (NO_COLOR + 1 - len(colors))])
    vivid = np.flatnonzero(chroma >= VIVID)
    for text, ink in zip(texts, inks, strict=True):
        x0, x1 = max(0, int(text.x0) - 2), min(width, int(text.x1) + 3)
        y0, y1 = max(0, int(text.y0) - 2), min(height, int(text.y1) + 3)
        if x1 - x0 < 5 or y1 - y0 < 5:
            continue
        area = painted[y0:y1, x0:x1]
        ring = np.concatenate([area[0], area[-1], area[:, 0], area[:, -1]])
        counts = np.bincount(ring, minlength=NO_COLOR + 1)
        counts[NO_COLOR] = 0
        if not counts.any():
            continue
        inside = np.bincount(area.ravel(), minlength=NO_COLOR + 1)
        inside[NO_COLOR] = 0
        ground = (counts >= max(3, 0.04 * len(ring))) | (inside >= LETTERS * area.size)
        filled = _filled_from_left(area, ground[area])
        left, right, page = filled[:, :1], filled[:, -1:], int(counts.argmax())
        across = (left == right) & (inside[left] > inside[page]) & (filled == page)
        filled = np.where(across, left, filled)
        if ink is not None and is_neutral(ink) and is_neutral(colors[page]):
            for color in vivid[inside[vivid] >= FEWEST_PIXELS]:
                _fill_hidden(filled, area == color, int(color))
        painted[y0:y1, x0:x1] = filled
    return painted


def _fill_hidden(filled: Indices, seen: NDArray[np.bool_], color: int) -> None:
    """Paint the rectangle that a colour takes in a label's box, if the letters leave enough of it to be seen."""
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    place = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    if len(rows) >= 4 and seen[place].mean() >= HIDDEN:
        filled[place] = color


def _filled_from_left(area: Indices, known: NDArray[np.bool_]) -> Indices:
    """Each row with unknown pixels set to the known one before them; those at the beginning to the first one."""
    columns = np.arange(area.shape[1])
    last = np.maximum.accumulate(np.where(known, columns, -1), axis=1)
    first = np.where(known.any(axis=1), known.argmax(axis=1), 0)
    source = np.where(last < 0, first[:, None], last)
    return np.take_along_axis(area, source, axis=1)
