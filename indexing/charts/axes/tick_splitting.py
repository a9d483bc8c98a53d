"""Tick labels that OCR ran together: what stands under several columns is cut between them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from ...documents import Box
from ...east_asian import EAST_ASIAN
from ...loaders.parsed import Label
from ..columns.column_names import SLANTED
from ..columns.columns import Column, grouped_columns, panels_of
from ..marks import Mark, letters
from ..numbers import parse_number
from .scales import FEWEST_TICKS

EAST_ASIAN_TEXT = re.compile(rf"[{EAST_ASIAN}]+")
UNDER = 0.35
"""Share of the distance between two columns by which a label may stand beside its own."""
NEAR = 4.0
"""Heights of a line below the columns within which their tick labels begin."""


def split_ticks(columns: Sequence[Column], texts: Sequence[Mark]) -> list[Mark]:
    """The texts, those in the first row under columns cut where the words under one column, or group, end."""
    pieces: dict[int, list[Mark]] = {}
    for panel in panels_of(columns):
        groups = grouped_columns(panel, 0)
        row = _first_row(panel, texts)
        cut = {id(text): _cut(text, [group.cx for group in groups]) for text in row}
        if len(groups) < len(panel) and _named_singly(groups, [piece for found in cut.values() for piece in found]):
            places = sorted(column.cx for column in panel)
            cut = {id(text): [p for piece in cut[id(text)] for p in _cut(piece, places)] for text in row}
        pieces.update(cut)
    return [piece for text in texts for piece in pieces.get(id(text), [text])]


def _first_row(panel: Sequence[Column], texts: Sequence[Mark]) -> list[Mark]:
    base, left, right = max(c.y1 for c in panel), min(c.x0 for c in panel), max(c.x1 for c in panel)
    below = [
        text
        for text in texts
        if not text.label.vertical
        and text.letter_width > SLANTED * text.height
        and -0.5 * text.line_height < text.y0 - base < NEAR * text.line_height
        and left < text.cx < right
    ]
    top = min((text.y0 for text in below), default=0.0)
    return [text for text in below if text.y0 - top < 0.8 * text.line_height]


def _named_singly(groups: Sequence[Column], row: Sequence[Mark]) -> bool:
    """Whether most groups of touching columns have a label for each column of theirs."""
    whole = [sum(g.x0 < text.cx < g.x1 for text in row) == len(g.parts) for g in groups if len(g.parts) > 1]
    return 2 * sum(whole) > len(whole)


def _cut(text: Mark, places: Sequence[float]) -> list[Mark]:
    """The text's words by the place that each is nearest to, if what is cut stands under these places."""
    words = text.text.split()
    blank = " "
    if len(words) == 1 and EAST_ASIAN_TEXT.fullmatch(text.text):
        words, blank = list(text.text), ""  # written without blanks: cut between any two characters
    if len(words) < 2 or sum(text.x0 < place < text.x1 for place in places) < 2:
        return [text]
    total, at, runs = letters(text.text), 0.0, list[tuple[int, list[str], float, float]]()
    for word in words:
        start, end = at / total, (at + letters(word)) / total
        at += letters(f"{word}{blank}")
        x0, x1 = text.x0 + start * text.width, text.x0 + min(1.0, end) * text.width
        nearest = min(range(len(places)), key=lambda n: abs(places[n] - (x0 + x1) / 2))
        if runs and runs[-1][0] == nearest:
            runs[-1] = (nearest, [*runs[-1][1], word], runs[-1][2], x1)
        else:
            runs.append((nearest, [word], x0, x1))
    spacing = min(abs(b - a) for a, b in itertools.pairwise(sorted(places)))
    under = [place for place in places if text.x0 < place < text.x1]
    if len(words) == len(under) >= FEWEST_TICKS and all(any(map(str.isdigit, word)) for word in words):
        return [_piece(text, word, place - 1.0, place + 1.0) for word, place in zip(words, sorted(under), strict=True)]
    fits = all(abs((x0 + x1) / 2 - places[n]) < UNDER * spacing and not run[0][0].islower() for n, run, x0, x1 in runs)
    return [_piece(text, blank.join(run), x0, x1) for _, run, x0, x1 in runs] if fits and len(runs) > 1 else [text]


def _piece(text: Mark, words: str, x0: float, x1: float) -> Mark:
    box = text.label.box
    scale = (box.x1 - box.x0) / max(1e-9, text.width)
    part = Box(box.x0 + (x0 - text.x0) * scale, box.y0, box.x0 + (x1 - text.x0) * scale, box.y1)
    return Mark(x0, text.y0, x1, text.y1, text.index, Label(words, part, text.label.confidence), parse_number(words))
