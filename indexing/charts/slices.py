"""Slices of a pie or donut: their numbers and names."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from .blocks import Block
from .extent import Extent
from .graphics import Sector
from .marks import Mark
from .series.series import Entry, entry_by_color

BESIDE = 0.75
"""Radii that a label may stand outside its circle."""
AROUND = 60.0
"""Degrees between a slice and its name, where a line leads from one to the other."""


def sector_at(extent: Extent, sectors: Sequence[Sector]) -> Sector | None:
    """The slice that a label stands in or beside, by the angle of its middle; None far from any circle."""
    near: list[tuple[float, int]] = []
    for number, sector in enumerate(sectors):
        dx, dy = extent.cx - sector.cx, extent.cy - sector.cy
        distance = math.hypot(dx, dy)
        outside = distance - sector.radius - 0.5 * extent.width * abs(dx) / max(1.0, distance)
        if outside > BESIDE * sector.radius or distance < 0.35 * sector.inner_radius:
            continue
        angle = math.degrees(math.atan2(dx, -dy)) % 360.0
        off = (angle - sector.middle + 180.0) % 360.0 - 180.0
        if abs(off) <= 180.0 * sector.share + 2.0 or distance > sector.radius:
            near.append((max(0.0, abs(off) - 180.0 * sector.share) + 0.01 * abs(off), number))
    if not near or min(near)[0] > 12.0:
        return None
    return sectors[min(near)[1]]


def slices_of(values: Sequence[Mark], sectors: Sequence[Sector]) -> dict[int, Sector]:
    """The slice of each number by its `id`: where the shares agree with the numbers, else where the number stands.

    Every slice has one number; where two would share one, the number nearer to the slice's share has it.
    """
    found: dict[int, Sector] = {}
    total = sum(abs(value.number.number) for value in values if value.number is not None)
    candidates: list[tuple[float, int, int]] = []
    for v, value in enumerate(values):
        at = sector_at(value, sectors)
        share = abs(value.number.number) / total if value.number is not None and total else 0.0
        for s, sector in enumerate(sectors):
            away = 0.0 if sector is at else 0.12 + _angle_between(value, sector) / 360.0
            candidates.append((away + abs(share - sector.share), v, s))
    taken: set[int] = set()
    for cost, v, s in sorted(candidates):
        if cost < 0.35 and id(values[v]) not in found and s not in taken:
            found[id(values[v])] = sectors[s]
            taken.add(s)
    return found


def _angle_between(extent: Extent, sector: Sector) -> float:
    angle = math.degrees(math.atan2(extent.cx - sector.cx, sector.cy - extent.cy)) % 360.0
    return abs((angle - sector.middle + 180.0) % 360.0 - 180.0)


def slice_names(
    values: Sequence[Mark], slices: Mapping[int, Sector], legend: Sequence[Entry], names: Sequence[Block]
) -> dict[int, Block]:
    """The name of each number's slice: the legend's by colour, or the text that stands at the slice."""
    found: dict[int, Block] = {}
    if legend:
        for value in values:
            sector = slices.get(id(value))
            entry = entry_by_color(sector.color if sector else None, legend)
            if entry is not None:
                found[id(value)] = entry.name
        return found
    sectors = list(slices.values())
    candidates: list[tuple[float, int, int]] = []
    for v, value in enumerate(values):
        for n, name in enumerate(names):
            close = max(0.0, -value.overlap_x(name)) + max(0.0, -value.overlap_y(name))
            if close < 1.2 * value.line_height:
                candidates.append((close / value.line_height, v, n))
            elif id(value) in slices and sector_at(name, sectors) is slices[id(value)]:
                candidates.append((2.0 + _angle_between(name, slices[id(value)]) / 90.0, v, n))
    found = _nearest(candidates, values, names)
    # Names that stand further off, with a line to their slice perhaps.
    left = [v for v in values if id(v) not in found and id(v) in slices]
    unused = [n for n in names if n not in found.values() and _is_around(n, sectors)]
    angles = [
        (_angle_between(name, slices[id(value)]), v, n)
        for v, value in enumerate(left)
        for n, name in enumerate(unused)
        if _angle_between(name, slices[id(value)]) < AROUND
    ]
    return found | _nearest(angles, left, unused)


def _nearest(
    candidates: Sequence[tuple[float, int, int]], values: Sequence[Mark], names: Sequence[Block]
) -> dict[int, Block]:
    """Values (by `id`) with their names, each name used once, the cheapest pairs first."""
    found: dict[int, Block] = {}
    taken: set[int] = set()
    for _, v, n in sorted(candidates):
        if id(values[v]) not in found and n not in taken:
            found[id(values[v])] = names[n]
            taken.add(n)
    return found


def _is_around(name: Block, sectors: Sequence[Sector]) -> bool:
    """Whether a name stands outside of a pie, but not further off than names do."""
    distances = [(math.hypot(name.cx - s.cx, name.cy - s.cy), s.radius) for s in sectors]
    return any(radius < distance < (1.0 + BESIDE) * radius for distance, radius in distances)
