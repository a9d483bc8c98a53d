"""Which of a page's painted paths are bars: blocks that begin on one line, and no shading of a table's cells.

Boxes are `x0, y0, x1, y1` in points with the origin at the top left.
"""

from __future__ import annotations

import numpy as np

from .marks import Ints, Paths, behind_text
from .rectangles import Floats, Rectangle, around, touching

_THIN = 2.0  # points; painted things thinner than this are rules
_NEXT_BAR = 2.0  # times the thickness of a bar, or of a group of bars, to the next one of the same chart
_TOUCHING = 0.3  # times the thickness of a bar, up to which the gap to the next one parts no groups
_GROUPED = 6  # bars that touch each other are a group; more are a histogram
_FILLED_BARS = 0.34  # share of the bars of a group that text may fill


def bar_families(paths: Paths, lines: Floats) -> Ints:
    """For each path the number of the group of bars that it belongs to, or -1.

    The bars of a group stand on, hang from, or start at one line, side by side.
    """
    sizes = paths.boxes[:, 2:] - paths.boxes[:, :2]
    blocks = (paths.segments >= 4) & (paths.segments <= 5) & (sizes.min(axis=1, initial=np.inf) >= _THIN)
    behind = np.zeros(len(sizes), bool)
    behind[blocks] = behind_text(paths.boxes[blocks], lines)
    thickness = sizes.min(axis=1, initial=np.inf) - 2 * paths.strokes
    rules = paths.boxes[(thickness < _THIN) & (sizes.max(axis=1, initial=0) > _THIN)]
    families = np.full(len(sizes), -1, np.int64)
    for across in (0, 1):
        stacks = _stacks(paths.boxes, np.flatnonzero(blocks & (families < 0)), across)
        wholes = np.array([around(paths.boxes[stack]) for stack in stacks]).reshape(-1, 4)
        for base in (3 - across, 1 - across):
            for group in _bars(wholes, np.arange(len(stacks)), rules, base, (base + 2) % 4, across):
                families[np.concatenate([stacks[stack] for stack in group])] = families.max() + 1
    for base, tip, across in ((3, 1, 0), (0, 2, 1), (1, 3, 0), (2, 0, 1)):
        # A printed value fills a short bar as the text of a cell does its shading; it is short among longer ones.
        for free in (blocks, blocks & ~behind):
            for group in _bars(paths.boxes, np.flatnonzero(free & (families < 0)), rules, base, tip, across):
                if behind[group].mean() <= _FILLED_BARS:
                    families[group] = families.max() + 1
    return families


def _stacks(boxes: Floats, blocks: Ints, across: int) -> list[Ints]:
    """Blocks as thick as each other, each on the end of the one before, whatever is printed in them.

    Shaded cells of a table pile up like that as well, but then all piles are equally high.
    """
    found: list[list[int]] = []
    along = 1 - across
    sides = np.round(boxes[:, [across, across + 2]]).astype(np.int64)
    for block in sorted(blocks.tolist(), key=lambda i: (*sides[i].tolist(), boxes[i, along])):
        last = found[-1][-1] if found else block
        touches = abs(boxes[block, along] - boxes[last, along + 2]) < _THIN
        if last != block and touches and (sides[block] == sides[last]).all():
            found[-1].append(block)
        else:
            found.append([block])
    return [np.array(stack) for stack in found if len(stack) > 1]


def is_shaded_table(box: Rectangle, lines: Floats, bars: Floats) -> bool:
    """Rows of text that the bars do not belong to: the blocks are shading of a table's cells."""
    inside = lines[touching(box, lines)]
    bars = bars[touching(box, bars)]
    middles = (inside[:, 1] + inside[:, 3]) / 2
    rows = [value for value in np.unique(np.round(middles)) if (np.abs(middles - value) < 2).sum() >= 3]
    barred = sum(bool(((bars[:, 1] < value) & (value < bars[:, 3])).any()) for value in rows)
    return len(rows) >= 4 and barred < 0.5 * len(rows)


def _bars(boxes: Floats, blocks: Ints, rules: Floats, base: int, tip: int, across: int) -> list[Ints]:
    """Groups of blocks that begin on one line and end at different places, equally thick, at even distances.

    `base` and `tip` are the columns of `boxes` where bars begin and end, `across` the one in which they lie apart.
    """
    found: list[Ints] = []
    bases = np.round(boxes[blocks, base]).astype(np.int64)
    values, counts = np.unique(bases, return_counts=True)
    for value in values[counts > 1]:
        for group in _equally_thick(boxes, blocks[bases == value], across):
            if len(group) < 2 or len(set(np.round(boxes[group, tip]).tolist())) < 2:
                continue
            if _stand_as_bars(boxes[group], tip, across) or _on_axis(boxes[group], rules, base, across):
                parts = _side_by_side(boxes[group], group, across)
                found += parts if min(map(len, parts)) > 1 else [group]
    return found


def _side_by_side(bars: Floats, group: Ints, across: int) -> list[Ints]:
    """The `group` of bars in one part for each chart: two may stand side by side on one height."""
    gaps = bars[1:, across] - bars[:-1, across + 2]
    thick = float(np.median(bars[:, across + 2] - bars[:, across]))
    runs = np.diff(np.flatnonzero(np.concatenate([[True], gaps > _TOUCHING * thick, [True]])))
    together = float(np.median(runs)) if len(runs) > 2 and runs.max() <= _GROUPED else 1.0
    return np.split(group, np.flatnonzero(gaps > _NEXT_BAR * together * thick) + 1)


def _equally_thick(boxes: Floats, blocks: Ints, across: int) -> list[Ints]:
    """The blocks by thickness, each group in the order in which they lie."""
    if len(blocks) < 2:
        return []
    thick = boxes[blocks, across + 2] - boxes[blocks, across]
    order = np.argsort(thick, kind="stable")
    steps = np.diff(thick[order]) > np.maximum(1.0, 0.1 * thick[order[:-1]])
    groups = np.split(blocks[order], np.flatnonzero(steps) + 1)
    return [group[np.argsort(boxes[group, across], kind="stable")] for group in groups]


def _on_axis(bars: Floats, rules: Floats, base: int, across: int) -> bool:
    """Whether two or more bars stand apart on the line of an axis, however alike their lengths are."""
    if len(bars) < 2:
        return False
    gaps = bars[1:, across] - bars[:-1, across + 2]
    thick = float(np.median(bars[:, across + 2] - bars[:, across]))
    other = 1 - across
    middle = (rules[:, other] + rules[:, other + 2]) / 2
    on_line = (np.abs(middle - bars[0, base]) < _THIN) & (rules[:, other + 2] - rules[:, other] < 2 * _THIN)
    spanning = (rules[:, across] <= bars[0, across] + 2) & (rules[:, across + 2] >= bars[-1, across + 2] - 2)
    return bool(gaps.min() > 0.1 * thick and gaps.max() < 5 * thick and (on_line & spanning).any())


def _stand_as_bars(boxes: Floats, tip: int, across: int) -> bool:
    """Whether blocks, in order, that begin on one line are bars rather than the shaded cells of a table."""
    if len(boxes) < 3:
        return False
    thick = float(np.median(boxes[:, across + 2] - boxes[:, across]))
    gaps = boxes[1:, across] - boxes[:-1, across + 2]
    # Cells of a table end on few common lines; bars end wherever their values say.
    tips = len(np.unique(np.round(boxes[:, tip])))
    if tips < max(3, 0.5 * len(boxes)) or gaps.max() > 5 * thick or gaps.min() < -0.1 * thick:
        return False
    # Cells of a table touch each other as well; of bars only those of one group do, and the many of a histogram.
    apart = np.flatnonzero(gaps > _TOUCHING * thick)
    runs = np.diff(np.concatenate([[-1], apart, [len(boxes) - 1]]))
    grouped = len(runs) > 1 and bool((runs == runs[0]).all())
    return grouped or bool(np.median(gaps) > 0.1 * thick) or (across == 0 and len(boxes) >= 6)
