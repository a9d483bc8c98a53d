"""The notes and sources under a chart."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .header_lines import Line, is_legend_row

NOTE_ZONE = 0.35
"""Share of the height below which notes begin."""

_NOTE_START = re.compile(
    r"\(?(notes?\b|sources?\b|\*|†|‡|©|based on|base:|data( from| source|\s?:)|figures? (may|for|do)|numbers may|"
    r"percentages|don't know|question wording|survey|n\s?=|q\d+|results? (for|from|based)|pew research|see |"
    r"according to|"
    r"注[:：]?|资料来源|数据来源|来源|说明[:：]|出处)",
    re.IGNORECASE,
)
_CAPITALS = re.compile(r"[A-Z][A-Z&.'-]*( [A-Z&.'-]+)+")


def begins_like_note(text: str) -> bool:
    """Whether a text reads as a note's or a source's beginning, wherever it stands."""
    return _NOTE_START.match(text) is not None


def note_lines(lines: Sequence[Line], height: float) -> list[Line]:
    """The lines from the first that begins like a note, as far as text follows that is no part of the plot."""
    for number, line in enumerate(lines):
        if number and line.y0 > NOTE_ZONE * height and _begins_note(line, lines, height):
            return _note_from(lines[number:], line)
    return []


def _begins_note(line: Line, lines: Sequence[Line], height: float) -> bool:
    if line.has_numbers and line.marks[0].number is not None:
        return False
    left = min(other.x0 for other in lines)
    at_margin = line.x0 - left < 3 * line.line_height
    if begins_like_note(line.text):
        # A category such as "Survey" has its value beside it, and a tick label such as "Q1 2024" others.
        return at_margin and not any(mark.is_number for mark in line.marks[1:]) and not is_legend_row(line)
    return at_margin and line.y0 > 0.75 * height and bool(_CAPITALS.match(line.text)) and line is lines[-1]


def _note_from(lines: Sequence[Line], first: Line) -> list[Line]:
    note: list[Line] = []
    for line in lines:
        alone = line.marks[0].number is not None
        far = bool(note) and line.y0 - note[-1].y1 > 4 * first.line_height
        if alone or far or (len(line.marks) > 1 and any(mark.is_number for mark in line.marks[1:])):
            break
        note.append(line)
    return note
