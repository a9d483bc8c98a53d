"""How deep each row of a table stands: by indentation, and below subheadings ("Operating expenses:")."""

from __future__ import annotations

import re
from collections.abc import Sequence

_STEP = 3.0  # points of indentation that make a level
_MAX_LEVEL = 5
_TOTAL = re.compile(r"(?:sub-?\s?)?totals?\b|net\b.*\btotal|合计|合計|小计|小計|总计|總計|总额|總額", re.IGNORECASE)


def row_levels(
    indents: Sequence[float | None], rows: Sequence[Sequence[str]], header_rows: int, bold: Sequence[bool]
) -> tuple[int, ...]:
    """A level for each row, 0 for the header; () where all of them are on one level.

    `indents` are the left edges of the labels in points, None where unknown. A row that has nothing but a label is a
    subheading where it is bold or ends with a colon; it stands above the rows that follow it with no smaller
    indentation, down to their total or to the next subheading.
    """
    steps = _steps([indent for indent in indents[header_rows:] if indent is not None])
    levels = [0] * header_rows
    below: int | None = None  # the indentation of the subheading in force
    for index in range(header_rows, len(rows)):
        indent = _step_of(indents[index], steps)
        label, rest = rows[index][0].strip(), rows[index][1:]
        lone = bool(label) and all(not cell or cell == rows[index][0] for cell in rest)
        ends = bool(_TOTAL.match(label)) or (bold[index] and not lone)
        levels.append(indent + 1 if below == indent and not lone and not ends else indent)
        if lone and (bold[index] or label.endswith((":", "："))):
            below = indent
        elif ends or (below is not None and indent < below):
            below = None
    return tuple(min(level, _MAX_LEVEL) for level in levels) if any(levels) else ()


def _steps(indents: Sequence[float]) -> list[float]:
    steps: list[float] = []
    for indent in sorted(indents):
        if not steps or indent - steps[-1] > _STEP:
            steps.append(indent)
    return steps if len(steps) <= _MAX_LEVEL + 1 else steps[:1]


def _step_of(indent: float | None, steps: Sequence[float]) -> int:
    if indent is None:
        return 0
    return max((number for number, step in enumerate(steps) if step <= indent + 0.5), default=0)
