"""Lines of text that belong together because they are set closely under each other: "Never" / "heard of it"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .extent import Extent, bounds
from .marks import Mark, join_texts
from .palette import Color, color_distance, is_neutral

OTHER_INK = 60
"""Levels by which the colours of two lines differ that do not belong together."""
OTHER_GREY = 80
"""As `OTHER_INK`, for two greys: bold letters are darker than thin ones of the same ink."""
CLOSE = 0.35
"""Share of a line's height that the gap between two lines of one label may have."""


@dataclass(frozen=True, slots=True)
class Block(Extent):
    """Marks that read as one text, from top to bottom."""

    marks: tuple[Mark, ...]

    @property
    def text(self) -> str:
        """The lines joined."""
        return join_texts(mark.text for mark in self.marks)

    @property
    def key(self) -> str:
        """What tells texts apart: letters, digits and signs. OCR sees the apostrophe of '98 here and not there."""
        return "".join(character for character in self.text if character.isalnum() or character in "+<>")

    @property
    def line_height(self) -> float:
        """Height of one line."""
        return self.marks[0].line_height


def block_of(marks: Sequence[Mark]) -> Block:
    """One block of at least one mark."""
    return Block(*bounds(marks), tuple(marks))


def text_blocks(marks: Sequence[Mark], *, years: bool = False, inks: Mapping[int, Color] | None = None) -> list[Block]:
    """Group lines of text, from top to bottom; numbers stay out, except years if `years`.

    Lines whose colours are known by `inks` (from the `id` of their mark) to differ stay apart.
    A line joins the block above it if the gap is small, the sizes agree, and the two are flush left, flush right or
    centred with each other.
    """
    usable = [
        mark for mark in marks if not mark.label.vertical and (mark.number is None or (years and mark.number.is_year))
    ]
    groups: list[list[Mark]] = []
    for mark in sorted(usable, key=lambda m: (m.y0, m.x0, m.index)):
        above = [group for group in groups if goes_below(group[-1], mark) and same_ink(group[-1], mark, inks or {})]
        if above:
            min(above, key=lambda group: (mark.y0 - group[-1].y1, abs(mark.cx - group[-1].cx))).append(mark)
        else:
            groups.append([mark])
    return [block_of(group) for group in groups]


def same_ink(upper: Mark, lower: Mark, inks: Mapping[int, Color]) -> bool:
    """Whether the colours of two lines, as far as they are known, may be those of one text."""
    one, other = inks.get(id(upper)), inks.get(id(lower))
    both_neutral = one is not None and other is not None and is_neutral(one) and is_neutral(other)
    if one is None or other is None or color_distance(one, other) <= (OTHER_GREY if both_neutral else OTHER_INK):
        return True
    # A unit in brackets may be printed paler than what it belongs to.
    return both_neutral and lower.text.startswith(("(", "（"))


def goes_below(upper: Mark | Block, lower: Mark | Block) -> bool:
    """Whether a line is set closely under another one, in its size, and is flush or centred with it."""
    small, large = sorted((upper.line_height, lower.line_height))
    if large > 1.6 * small or not -0.7 * small < lower.y0 - upper.y1 < CLOSE * small:
        return False
    aligned = min(abs(upper.x0 - lower.x0), abs(upper.x1 - lower.x1), abs(upper.cx - lower.cx))
    return aligned < 0.7 * small and lower.cy - upper.cy > 0.5 * small
