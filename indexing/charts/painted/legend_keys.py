"""The keys of a legend among the patches beside texts: of one size, in a line, of different colours."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from ..graphics import Swatch

ALIGNED = 2.5
"""Pixels by which the keys of a legend may miss a common line."""


def legend_keys(swatches: Sequence[Swatch]) -> list[Swatch]:
    """Keys of a legend are of one size and of different colours; of those that disagree the commoner size stays."""
    groups: list[list[Swatch]] = []
    for swatch in sorted(swatches, key=lambda s: (s.y0, s.x0)):
        alike = [
            group
            for group in groups
            if abs(group[0].height - swatch.height) <= max(3.0, 0.3 * swatch.height)
            and abs(group[0].width - swatch.width) <= max(4.0, 0.4 * swatch.width)
        ]
        if alike:
            alike[0].append(swatch)
        else:
            groups.append([swatch])
    several = [_in_line(group) for group in groups if len(group) <= 24]
    return [swatch for group in several if len({s.color for s in group}) >= 2 for swatch in group]


def _in_line(keys: Sequence[Swatch]) -> Sequence[Swatch]:
    """The keys; where colours repeat, some are points beside their names, and only those in one line or row count."""
    if len({key.color for key in keys}) == len(keys):
        return keys
    lines = [[k for k in keys if abs(k.x0 - key.x0) <= ALIGNED] for key in keys]
    lines += [[k for k in keys if abs(k.cy - key.cy) <= ALIGNED] for key in keys]
    distinct = [line for line in lines if len({key.color for key in line}) == len(line)]
    best: list[Swatch] = max(distinct, key=len, default=[])
    covered = {id(key) for line in distinct if len(line) > 1 for key in line}
    # One key may be found for both lines of its name.
    apart = all(a.overlap_y(b) <= 0 or a.overlap_x(b) <= 0 for a, b in itertools.combinations(keys, 2))
    if len(best) > 1 and len(covered) == len(keys) and apart:
        return keys  # several legends
    return best if len(best) > 2 else keys
