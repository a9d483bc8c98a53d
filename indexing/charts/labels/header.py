"""What surrounds a chart: its title and subtitle on top, notes and source at the bottom."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..extent import Extent, bounds
from ..marks import Mark, join_texts, letters, line_height, rows_of
from ..palette import Color, color_distance, is_neutral

SAME_FONT = 0.87
"""A line whose letters are narrower than this share of the title's is set in another font or size."""
HEADER_ZONE = 0.6
NOTE_ZONE = 0.35
"""Titles begin above, notes below this share of the height."""
OTHER_INK = 70
"""Levels by which the ink of a subtitle differs from that of the title, where it does."""
BESIDE = 1.5
"""Heights of a line that another text at the right of a subtitle's line stands off it at least."""
SET_IN = 2.0
"""Heights of a line from which a line begins further right than those above it, which are flush left."""
OTHER_SHADE = 30
SMALLER = 0.93
"""Levels, and share of the title's height, by which a line that is smaller, too, is told from the title."""

_SUBTITLE_START = re.compile(
    r"[(（]?\s*(%|percent|per cent|percentage of|share of|number of|in (us|millions|billions|thousands|\$)|among |"
    r"average |median |based on|do you |how |which |thinking |单位|（%)",
    re.IGNORECASE,
)
_UNIT_START = re.compile(r"[(（]|\s*%|单位")
_NOTE_START = re.compile(
    r"\(?(notes?\b|sources?\b|\*|†|‡|©|based on|base:|data( from| source|\s?:)|figures? (may|for|do)|numbers may|"
    r"percentages|don't know|question wording|survey|n\s?=|q\d+|results? (for|from|based)|pew research|see |"
    r"according to|"
    r"注[:：]?|资料来源|数据来源|来源|说明[:：]|出处)",
    re.IGNORECASE,
)
_BARE_NUMBER = re.compile(r"(figure|fig\.|chart|exhibit|graph|图表?)\s*\d+(\.\d+)?\s*[.:：]?", re.IGNORECASE)
_NUMBERED = re.compile(r"(figure|fig\.|chart|exhibit|graph|图表?)\s*\d+", re.IGNORECASE)
_CAPITALS = re.compile(r"[A-Z][A-Z&.'-]*( [A-Z&.'-]+)+")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Marks by role; `plot` is all the rest, in the given order."""

    title: tuple[Mark, ...]
    subtitle: tuple[Mark, ...]
    note: tuple[Mark, ...]
    plot: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class _Line(Extent):
    """A row of marks taken as one line of text."""

    marks: tuple[Mark, ...]

    @property
    def text(self) -> str:
        return join_texts(mark.text for mark in self.marks)

    @property
    def letter_width(self) -> float:
        return sum(mark.width for mark in self.marks) / max(1.0, sum(letters(mark.text) for mark in self.marks))

    @property
    def line_height(self) -> float:
        return line_height(self.marks)

    @property
    def words(self) -> float:
        """Words, an East Asian character for half of one."""
        return max(len(self.text.split()), letters(self.text) / 4 if not self.text.isascii() else 0)

    @property
    def has_numbers(self) -> bool:
        return any(mark.number is not None for mark in self.marks)


def surroundings(marks: Sequence[Mark], height: float, inks: Mapping[int, Color] | None = None) -> Surroundings:
    """Tell title, subtitle and notes from the plot of a figure `height` pixels high.

    `inks` are the colours of the marks' letters by their `id`, where known: a subtitle is often paler than the title.
    """
    flat = [mark for mark in marks if not mark.label.vertical]
    lines = [_Line(*bounds(row), tuple(row)) for row in rows_of(flat)]
    note = _note_lines(lines, height)
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


def _marks(lines: Sequence[_Line]) -> tuple[Mark, ...]:
    return tuple(mark for line in lines for mark in line.marks)


def _title_lines(lines: Sequence[_Line], height: float, inks: Mapping[int, Color]) -> list[_Line]:
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


def _paler(line: _Line, first: _Line, inks: Mapping[int, Color]) -> bool:
    """Whether a line is printed in another colour than the title's first one, or smaller and in another grey."""
    one, other = inks.get(id(first.marks[0])), inks.get(id(line.marks[0]))
    if one is None or other is None:
        return False
    # Of coloured letters, thin ones come out paler.
    grey = is_neutral(one) and is_neutral(other) and line.line_height < SMALLER * first.line_height
    return color_distance(one, other) > (OTHER_SHADE if grey else OTHER_INK)


def _begins_subtitle(line: _Line, title: Sequence[_Line]) -> bool:
    """Whether the line reads as a subtitle does; "Among" and its like begin second lines of titles as well."""
    match = _SUBTITLE_START.match(line.text)
    if match is None:
        return False
    width = sum(part.letter_width for part in title) / len(title)
    as_large = line.letter_width > 0.95 * width and line.line_height > 0.85 * title[0].line_height
    return not (as_large and match[0].rstrip()[-1:].isalpha() and match[0].isascii())


def _may_be_title(line: _Line, others: Sequence[_Line], height: float) -> bool:
    """Words on top, alone in their row, and either several or larger than what is printed in the plot."""
    if line.has_numbers or line.y0 > HEADER_ZONE * height or not any(c.isalpha() for c in line.text):
        return False
    if _is_legend_row(line) or _UNIT_START.match(line.text):
        return False
    if _NUMBERED.match(line.text):
        return True
    rest = sorted(other.letter_width for other in others if not other.has_numbers)
    larger = not rest or line.letter_width > 1.12 * rest[len(rest) // 2]
    below = others[0] if others and _continues(line, others[0], line) else None
    return larger or line.words + (below.words if below else 0) >= 3


def _subtitle_lines(lines: Sequence[_Line], title: Sequence[_Line]) -> list[_Line]:
    subtitle: list[_Line] = []
    for whole in lines:
        previous = subtitle[-1] if subtitle else title[-1]
        line = _beginning(whole) if subtitle else whole
        if not _continues(previous, line, title[0], gap=1.0 if subtitle else 1.4) or _is_set_in(line, subtitle):
            break
        if _has_gap(line):
            break
        starts = bool(_SUBTITLE_START.match(line.text))
        if not subtitle and not starts and line.words < 3:
            break
        if subtitle and not 0.8 < line.letter_width / subtitle[0].letter_width < 1.3 and letters(line.text) >= 12:
            break
        subtitle.append(line)
    return subtitle


def _beginning(line: _Line) -> _Line:
    """A line that goes on with a sentence, without what stands far off at its right: the first head of a column."""
    first, *others = line.marks
    far = bool(others) and others[0].x0 - first.x1 > BESIDE * line.line_height and not others[0].text[0].islower()
    return _Line(*bounds((first,)), (first,)) if far and first.text[0].islower() else line


def _is_set_in(line: _Line, subtitle: Sequence[_Line]) -> bool:
    """Whether a line is centred under lines that are flush left: the heading of a panel."""
    left = [part.x0 for part in subtitle]
    return bool(left) and line.x0 - max(left) > SET_IN * line.line_height and max(left) - min(left) < line.line_height


def _has_gap(line: _Line) -> bool:
    """Whether the line holds two texts side by side, the heads of two panels, rather than a blank to fill in."""
    return any(
        right.x0 - left.x1 > BESIDE * line.line_height and not right.text[0].islower()
        for left, right in itertools.pairwise(line.marks)
    )


def _split_at_subtitle_start(title: list[_Line]) -> tuple[list[_Line], list[_Line]]:
    """A subtitle in the title's own font begins with what such lines begin with."""
    for number, line in enumerate(title[1:], start=1):
        if line.text.startswith(("(", "（")) and title[-1].text.endswith((")", "）")):
            return title[:number], title[number:]
    return title, []


def _continues(upper: _Line, lower: _Line, first: _Line, gap: float = 0.9) -> bool:
    """Whether `lower` goes on below `upper` in the same header: close, and flush left or centred with its start."""
    year = len(lower.marks) == 1 and lower.marks[0].number is not None and lower.marks[0].number.is_year
    if (lower.has_numbers and not year) or _is_legend_row(lower) or lower.y0 - upper.y1 > gap * upper.line_height:
        return False
    flush = abs(lower.x0 - first.x0) < 0.7 * first.line_height
    centred = abs((lower.x0 + lower.x1) - (first.x0 + first.x1)) / 2 < 0.7 * first.line_height
    return flush or centred


def _is_legend_row(line: _Line) -> bool:
    """Several short texts side by side, rather than a sentence with blanks to fill in."""
    if len(line.marks) < 2:
        return False
    if any(mark.text[0].islower() for mark in line.marks[1:]):
        return False
    longest = max(len(mark.text.split()) for mark in line.marks)
    gaps = [right.x0 - left.x1 for left, right in zip(line.marks, line.marks[1:], strict=False)]
    return longest <= 4 and min(gaps) > 0.3 * line.line_height and not _SUBTITLE_START.match(line.text)


def _note_lines(lines: Sequence[_Line], height: float) -> list[_Line]:
    """The lines from the first that begins like a note, as far as text follows that is no part of the plot."""
    for number, line in enumerate(lines):
        if number and line.y0 > NOTE_ZONE * height and _begins_note(line, lines, height):
            return _note_from(lines[number:], line)
    return []


def _begins_note(line: _Line, lines: Sequence[_Line], height: float) -> bool:
    if line.has_numbers and line.marks[0].number is not None:
        return False
    left = min(other.x0 for other in lines)
    at_margin = line.x0 - left < 3 * line.line_height
    if _NOTE_START.match(line.text):
        # A category such as "Survey" has its value beside it, and a tick label such as "Q1 2024" others.
        return at_margin and not any(mark.is_number for mark in line.marks[1:]) and not _is_legend_row(line)
    return at_margin and line.y0 > 0.75 * height and bool(_CAPITALS.match(line.text)) and line is lines[-1]


def _note_from(lines: Sequence[_Line], first: _Line) -> list[_Line]:
    note: list[_Line] = []
    for line in lines:
        alone = line.marks[0].number is not None
        far = bool(note) and line.y0 - note[-1].y1 > 4 * first.line_height
        if alone or far or (len(line.marks) > 1 and any(mark.is_number for mark in line.marks[1:])):
            break
        note.append(line)
    return note
