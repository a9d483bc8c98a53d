"""Labels that hold a name and its number, as those in pies and bars do: "Disapprove 59%", "Racism (75)"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from .axes.ticks import aligned
from .blocks import Block, text_blocks
from .found_values import FoundValue
from .marks import Mark
from .numbers import ParsedNumber, parse_number
from .palette import Color

MOST_WORDS = 5
FEWEST_BRACKETS = 3
"""Numbers in brackets from which on these are no remarks."""
OVER = 1.5
"""Heights of a line between the head of a column and its first label."""
_NAMED = re.compile(r"(?P<name>[^\d$€£¥%]{2,40}?)\s*[:：,，(（]?\s*(?P<number>[$€£¥+<-]{0,2}\d[\d.,]*\s?[%％]?)[)）]?")
_COLON = re.compile(r"[:：]\s*\S+$")
_BRACKETS = re.compile(r"[(（]\S+[)）]$")


def named_values(marks: Sequence[Mark]) -> list[FoundValue]:
    """Those of `marks` that hold a name and a number with a unit, after a colon, or in brackets as several others do.

    A text that numbers follow in its line ("Less than $30,000") is the name of their row.
    """
    numbers = [mark for mark in marks if mark.is_number]
    found = [
        FoundValue(mark, named[1], named[0])
        for mark in marks
        if mark.number is None and (named := _name_and_number(mark)) is not None and not _names_row(mark, numbers)
    ]
    brackets = [value for value in found if _BRACKETS.search(value.mark.text)]
    counts = len(brackets) >= FEWEST_BRACKETS
    return [v for v in found if v.number.unit or _COLON.search(v.mark.text) or (counts and v in brackets)]


def _name_and_number(mark: Mark) -> tuple[str, ParsedNumber] | None:
    match = _NAMED.fullmatch(mark.text)
    if match is None or len(match["name"].split()) > MOST_WORDS or not any(c.isalpha() for c in match["name"]):
        return None
    number = parse_number(match["number"])
    return None if number is None or number.is_year else (match["name"].strip(" :：,，(（"), number)


def _names_row(mark: Mark, numbers: Sequence[Mark]) -> bool:
    return any(number.x0 > mark.x1 and abs(number.cy - mark.cy) < 0.5 * mark.line_height for number in numbers)


def column_heads(named: Sequence[Mark], texts: Sequence[Mark], inks: Mapping[int, Color]) -> dict[int, Block]:
    """The head of the column that each label stands in, by its `id`: several columns, each with a text flush over it.

    Empty where some column has none.
    """
    columns = [column for column in aligned(named, lambda mark: mark.x0) if len(column) > 1]
    heads: dict[int, Block] = {}
    for column in columns:
        first = min(column, key=lambda mark: mark.y0)
        over = [
            block
            for block in text_blocks(texts, inks=inks)
            if abs(block.x0 - first.x0) < 0.6 * first.line_height
            and -0.6 * first.line_height < first.y0 - block.y1 < OVER * first.line_height
        ]
        if len(over) != 1:
            return {}
        heads.update({id(mark): over[0] for mark in column})
    return heads if len(columns) > 1 else {}
