"""Whether a person could read what was drawn: no text on another, none cut off, no line through a label.

Boxes are (left, bottom, right, top) in any one unit with y upwards.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Box = tuple[float, float, float, float]
Point = tuple[float, float]
Place = tuple[int, int]
"""Positions of series and category."""


class Illegible(Exception):
    """The chart cannot be drawn legibly with this content and look; the generator tries another."""


@dataclass(frozen=True, slots=True)
class PlacedText:
    """A text as drawn. `turn` in degrees, `height` of one line."""

    text: str
    box: Box
    turn: float = 0.0
    height: float = 0.0


def check_texts(texts: Sequence[PlacedText], canvas: Box) -> None:
    """Raise `Illegible` where texts overlap or leave the canvas."""
    for text in texts:
        x0, y0, x1, y1 = text.box
        if x0 < canvas[0] - 1 or y0 < canvas[1] - 1 or x1 > canvas[2] + 1 or y1 > canvas[3] + 1:
            raise Illegible(f"{text.text!r} leaves the picture")
    for first, second in itertools.combinations(texts, 2):
        if _collide(first, second):
            raise Illegible(f"{first.text!r} and {second.text!r} overlap")


def _collide(first: PlacedText, second: PlacedText) -> bool:
    slanted = first.turn % 90 != 0
    if slanted and first.turn == second.turn:
        # Slanted neighbours: what counts is the distance between their lines.
        dx = first.box[2] - second.box[2] if first.turn > 0 else first.box[0] - second.box[0]
        return abs(dx * math.sin(math.radians(first.turn))) < 0.9 * max(first.height, second.height)
    return overlap(first.box, second.box, slack=2.0 if slanted else 1.0)


def overlap(first: Box, second: Box, slack: float = 0.0) -> bool:
    """Whether two boxes share more than `slack` in both directions."""
    wide = min(first[2], second[2]) - max(first[0], second[0])
    high = min(first[3], second[3]) - max(first[1], second[1])
    return wide > slack and high > slack


def text_width(text: str, size: float) -> float:
    """About how wide a text is in a proportional font of this size."""
    longest = max(text.split("\n"), key=len)
    return sum(size if ord(character) > 0x2E7F else 0.6 * size for character in longest)


def label_sides(
    rows: Sequence[Sequence[Point]], labels: Mapping[Place, str], size: float, gap: float
) -> dict[Place, int]:
    """For the labels of points on lines: 1 above, -1 below, where neither a line nor another label is in the way."""
    segments = [pair for row in rows for pair in itertools.pairwise(row)]
    taken: list[Box] = []
    sides: dict[Place, int] = {}
    for place, text in sorted(labels.items(), key=lambda item: (-rows[item[0][0]][item[0][1]][1], item[0])):
        x, y = rows[place[0]][place[1]]
        width = text_width(text, size)
        for side in (1, -1):
            near, far = y + side * gap, y + side * (gap + size)
            box = (x - width / 2, min(near, far), x + width / 2, max(near, far))
            if any(_crosses(segment, box) for segment in segments) or any(overlap(box, other) for other in taken):
                continue
            sides[place] = side
            taken.append(box)
            break
        else:
            raise Illegible(f"no room for the label {text!r}")
    return sides


def far_apart(places: Iterable[float], least: float) -> bool:
    """Whether neighbours among the places keep the least distance."""
    return all(later - earlier >= least for earlier, later in itertools.pairwise(sorted(places)))


def _crosses(segment: tuple[Point, Point], box: Box) -> bool:
    (xa, ya), (xb, yb) = sorted(segment)
    inset = 0.15 * (box[3] - box[1])
    left, right = max(xa, box[0] + inset), min(xb, box[2] - inset)
    if left >= right:
        return False
    at_left, at_right = (ya + (yb - ya) * (x - xa) / max(xb - xa, 1e-9) for x in (left, right))
    return max(at_left, at_right) > box[1] + inset and min(at_left, at_right) < box[3] - inset
