"""The lines of text around a chart."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..extent import Extent
from ..marks import Mark, join_texts, letters, line_height

SUBTITLE_START = re.compile(
    r"[(（]?\s*(%|percent|per cent|percentage of|share of|number of|in (us|millions|billions|thousands|\$)|among |"
    r"average |median |based on|do you |how |which |thinking |单位|（%)",
    re.IGNORECASE,
)
"""What subtitles begin with."""


@dataclass(frozen=True, slots=True)
class Line(Extent):
    """A row of marks taken as one line of text."""

    marks: tuple[Mark, ...]

    @property
    def text(self) -> str:
        """The words of all marks."""
        return join_texts(mark.text for mark in self.marks)

    @property
    def letter_width(self) -> float:
        """Estimated width of an average letter, in pixels."""
        return sum(mark.width for mark in self.marks) / max(1.0, sum(letters(mark.text) for mark in self.marks))

    @property
    def line_height(self) -> float:
        """Median height of the marks, in pixels."""
        return line_height(self.marks)

    @property
    def words(self) -> float:
        """Words, an East Asian character for half of one."""
        return max(len(self.text.split()), letters(self.text) / 4 if not self.text.isascii() else 0)

    @property
    def has_numbers(self) -> bool:
        """Whether a mark is a number, years included."""
        return any(mark.number is not None for mark in self.marks)


def is_legend_row(line: Line) -> bool:
    """Several short texts side by side, rather than a sentence with blanks to fill in."""
    if len(line.marks) < 2:
        return False
    if any(mark.text[0].islower() for mark in line.marks[1:]):
        return False
    longest = max(len(mark.text.split()) for mark in line.marks)
    gaps = [right.x0 - left.x1 for left, right in zip(line.marks, line.marks[1:], strict=False)]
    return longest <= 4 and min(gaps) > 0.3 * line.line_height and not SUBTITLE_START.match(line.text)
