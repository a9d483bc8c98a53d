"""Names of rows that OCR has run together with the first number of their row: "Greece 92%"."""

from __future__ import annotations

import itertools
import re
import statistics
from collections.abc import Sequence
from dataclasses import replace

from ...documents import Box
from ...loaders.parsed import Label
from ..marks import Mark, letters
from ..numbers import parse_number

_NAME_AND_NUMBER = re.compile(r"(?P<name>.*[^\W\d_].*?)\s+(?P<number>[-+]?\d{1,3}(\.\d)?%?)")
FEWEST_ROWS = 3
"""Rows that tell how many numbers a row has."""


def split_names(marks: Sequence[Mark]) -> list[Mark]:
    """The marks with names taken off the number at their end, where their row has one number less than most rows."""
    flat = [mark for mark in marks if not mark.label.vertical]
    counts = {id(mark): _numbers_after(mark, flat) for mark in flat if mark.number is None}
    rows = [count for count in counts.values() if count]
    if len(rows) < FEWEST_ROWS or statistics.mode(rows) < 2:
        return list(marks)
    missing_one = statistics.mode(rows) - 1
    letter = statistics.median(mark.letter_width for mark in flat)
    return [
        piece for mark in marks for piece in (_split(mark, letter) if counts.get(id(mark)) == missing_one else [mark])
    ]


def _numbers_after(name: Mark, marks: Sequence[Mark]) -> int:
    """How many numbers follow a text in its line, up to the next text."""
    level = [m for m in marks if m is not name and abs(m.cy - name.cy) < 0.5 * name.line_height and m.x0 > name.x0]
    return sum(1 for _ in itertools.takewhile(lambda mark: mark.is_number, sorted(level, key=lambda m: m.x0)))


def _split(mark: Mark, letter: float) -> list[Mark]:
    """Name and number, as wide as letters are in the chart: between them there may be a bar's empty end."""
    match = _NAME_AND_NUMBER.fullmatch(mark.text)
    number = parse_number(match["number"]) if match else None
    if match is None or number is None:
        return [mark]
    letter = min(letter, mark.letter_width)
    end, start = mark.x0 + letter * letters(match["name"]), mark.x1 - letter * letters(match["number"])
    return [
        replace(mark, x1=end, label=_part(mark, match["name"], mark.x0, end)),
        replace(mark, x0=start, label=_part(mark, match["number"], start, mark.x1), number=number),
    ]


def _part(mark: Mark, text: str, x0: float, x1: float) -> Label:
    box = mark.label.box
    scale = (box.x1 - box.x0) / max(1e-9, mark.width)
    return replace(
        mark.label,
        text=text,
        box=Box(box.x0 + (x0 - mark.x0) * scale, box.y0, box.x0 + (x1 - mark.x0) * scale, box.y1),
    )
