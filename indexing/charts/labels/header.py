"""What surrounds a chart: its title and subtitle on top, notes and source at the bottom."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..extent import bounds
from ..marks import Mark, letters, rows_of
from ..palette import Color, color_distance, is_neutral
from .header_lines import SUBTITLE_START, Line, is_legend_row
from .notes import note_lines

SAME_FONT = 0.87
"""A line whose letters are narrower than this share of the title's is set in another font or size."""
HEADER_ZONE = 0.6
"""Share of the height above which titles begin."""
OTHER_INK = 70
"""Levels by which the ink of a subtitle differs from that of the title, where it does."""
BESIDE = 1.5
"""Heights of a line that another text at the right of a subtitle's line stands off it at least."""
FLUSH = 0.4
"""Heights of a line by which texts under each other begin at one place, and those beside each other are apart."""
SET_IN = 2.0
"""Heights of a line from which a line begins further right than those above it, which are flush left."""
OTHER_SHADE = 30
SMALLER = 0.93
"""Levels, and share of the title's height, by which a line that is smaller, too, is told from the title."""

_UNIT_START = re.compile(r"[(（]|\s*%|单位")
_BARE_NUMBER = re.compile(r"(figure|fig\.|chart|exhibit|graph|图表?)\s*\d+(\.\d+)?\s*[.:：]?", re.IGNORECASE)
_NUMBERED = re.compile(r"(figure|fig\.|chart|exhibit|graph|图表?)\s*\d+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Marks by role; `plot` is all the rest, in the given order."""

    title: tuple[Mark, ...]
    subtitle: tuple[Mark, ...]
    note: tuple[Mark, ...]
    plot: tuple[Mark, ...]


def surroundings(marks: Sequence[Mark], height: float, inks: Mapping[int, Color] | None = None) -> Surroundings:
    """Tell title, subtitle and notes from the plot of a figure `height` pixels high.

    `inks` are the colours of the marks' letters by their `id`, where known: a subtitle is often paler than the title.
    """
    flat = [mark for mark in marks if not mark.label.vertical]
    lines = [Line(*bounds(row), tuple(row)) for row in rows_of(flat)]
    note = note_lines(lines, height)
    body = [line for line in lines if line not in note]
    # A title of its own follows a bare "Figure 1".
    number = body[:1] if len(body) > 1 and _BARE_NUMBER.fullmatch(body[0].text) else []
    body = body[len(number) :]
    title = _title_lines(body, height, inks or {})
    subtitle = _subtitle_lines(body[len(title) :], title) if title else []
    if title and not subtitle:
        title, subtitle = _split_at_subtitle_start(title)
    taken = {id(mark) for part in (number, title, subtitle, note) for mark in _marks(part)}
    plot = tuple(mark for mark in marks if id(mark) not in taken)
    return Surroundings(_marks(title), _marks(subtitle), _marks(note), plot)


def _marks(lines: Sequence[Line]) -> tuple[Mark, ...]:
    return tuple(mark for line in lines for mark in line.marks)


def _title_lines(lines: Sequence[Line], height: float, inks: Mapping[int, Color]) -> list[Line]:
    if not lines or not _may_be_title(lines[0], lines[1:], height):
        return []
    title = [lines[0]]
    for line in lines[1:]:
        width = sum(part.letter_width for part in title) / len(title)
        if not _continues(title[-1], line, title[0]) or _begins_subtitle(line, title):
            break
        # Few letters give no reliable width; a short last line of a title is common.
        tolerance = SAME_FONT if letters(line.text) >= 12 else SAME_FONT - 0.1
        if line.letter_width < tolerance * width or line.line_height < 0.7 * title[0].line_height:
            break
        if _paler(line, title[0], inks):
            break
        title.append(line)
    return title


def _paler(line: Line, first: Line, inks: Mapping[int, Color]) -> bool:
    """Whether a line is printed in another colour than the title's first one, or smaller and in another grey."""
    one, other = inks.get(id(first.marks[0])), inks.get(id(line.marks[0]))
    if one is None or other is None:
        return False
    # Of coloured letters, thin ones come out paler.
    grey = is_neutral(one) and is_neutral(other) and line.line_height < SMALLER * first.line_height
    return color_distance(one, other) > (OTHER_SHADE if grey else OTHER_INK)


def _begins_subtitle(line: Line, title: Sequence[Line]) -> bool:
    """Whether the line reads as a subtitle does; "Among" and its like begin second lines of titles as well."""
    match = SUBTITLE_START.match(line.text)
    if match is None:
        return False
    width = sum(part.letter_width for part in title) / len(title)
    as_large = line.letter_width > 0.95 * width and line.line_height > 0.85 * title[0].line_height
    return not (as_large and match[0].rstrip()[-1:].isalpha() and match[0].isascii())


def _may_be_title(line: Line, others: Sequence[Line], height: float) -> bool:
    """Words on top, alone in their row, and either several or larger than what is printed in the plot."""
    if line.has_numbers or line.y0 > HEADER_ZONE * height or not any(c.isalpha() for c in line.text):
        return False
    if is_legend_row(line) or _UNIT_START.match(line.text):
        return False
    if _NUMBERED.match(line.text):
        return True
    rest = sorted(other.letter_width for other in others if not other.has_numbers)
    larger = not rest or line.letter_width > 1.12 * rest[len(rest) // 2]
    below = others[0] if others and _continues(line, others[0], line) else None
    return larger or line.words + (below.words if below else 0) >= 3


def _subtitle_lines(lines: Sequence[Line], title: Sequence[Line]) -> list[Line]:
    subtitle: list[Line] = []
    for whole in lines:
        previous = subtitle[-1] if subtitle else title[-1]
        line = _beginning(whole) if subtitle else whole
        if not _continues(previous, line, title[0], gap=1.0 if subtitle else 1.4) or _is_set_in(line, subtitle):
            break
        if _has_gap(line) or _has_columns(line, lines):
            break
        starts = bool(SUBTITLE_START.match(line.text))
        if not subtitle and not starts and line.words < 3:
            break
        if subtitle and not 0.8 < line.letter_width / subtitle[0].letter_width < 1.3 and letters(line.text) >= 12:
            break
        subtitle.append(line)
    return subtitle


def _beginning(line: Line) -> Line:
    """A line that goes on with a sentence, without what stands far off at its right: the first head of a column."""
    first, *others = line.marks
    far = bool(others) and others[0].x0 - first.x1 > BESIDE * line.line_height and not others[0].text[0].islower()
    return Line(*bounds((first,)), (first,)) if far and first.text[0].islower() else line


def _is_set_in(line: Line, subtitle: Sequence[Line]) -> bool:
    """Whether a line is centred under lines that are flush left: the heading of a panel."""
    left = [part.x0 for part in subtitle]
    return bool(left) and line.x0 - max(left) > SET_IN * line.line_height and max(left) - min(left) < line.line_height


def _has_gap(line: Line) -> bool:
    """Whether the line holds two texts side by side, the heads of two panels, rather than a blank to fill in."""
    return any(
        right.x0 - left.x1 > BESIDE * line.line_height and not right.text[0].islower()
        for left, right in itertools.pairwise(line.marks)
    )


def _has_columns(line: Line, lines: Sequence[Line]) -> bool:
    """Whether a text beside the first one begins where one of another line does: two texts of several lines each."""
    right = [mark for mark in line.marks[1:] if not mark.text[0].islower()]
    others = [mark for other in lines if other is not line for mark in other.marks[1:]]
    return any(
        abs(mark.x0 - other.x0) < FLUSH * line.line_height
        and mark.x0 - line.marks[0].x1 > FLUSH * line.line_height
        and abs(mark.cy - other.cy) < 1.6 * line.line_height
        for mark in right
        for other in others
    )


def _split_at_subtitle_start(title: list[Line]) -> tuple[list[Line], list[Line]]:
    """A subtitle in the title's own font begins with what such lines begin with."""
    for number, line in enumerate(title[1:], start=1):
        if line.text.startswith(("(", "（")) and title[-1].text.endswith((")", "）")):
            return title[:number], title[number:]
    return title, []


def _continues(upper: Line, lower: Line, first: Line, gap: float = 0.9) -> bool:
    """Whether `lower` goes on below `upper` in the same header: close, and flush left or centred with its start."""
    year = len(lower.marks) == 1 and lower.marks[0].number is not None and lower.marks[0].number.is_year
    if (lower.has_numbers and not year) or is_legend_row(lower) or lower.y0 - upper.y1 > gap * upper.line_height:
        return False
    flush = abs(lower.x0 - first.x0) < 0.7 * first.line_height
    centred = abs((lower.x0 + lower.x1) - (first.x0 + first.x1)) / 2 < 0.7 * first.line_height
    return flush or centred
