"""Labels that OCR ran together although the chart prints several: names in different colours, entries of a legend."""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..documents import Box
from ..loaders.parsed import Label
from ..ocr_pixels import Pixels
from .marks import Mark, letters
from .numbers import parse_number
from .palette import Color, color_distance, is_neutral, largest_difference
from .swatches import ink_of

OTHER_INK = 60
"""Levels by which the colours of two names differ in a channel."""
INKED = 0.35
PALE = 0.16
"""Shares of the letters' contrast that letters, and the keys of a legend, have at least."""
SHORT = 6
"""Pixels."""
WIDE_GAP = 1.1
NUMBER_GAP = 0.55
"""Heights of a line that two names, or a name and a number, stand apart: more than words do."""
WORD_GAP = 0.16
"""Heights of a line that words stand apart at least."""


@dataclass(frozen=True, slots=True)
class _Run:
    """Letters without a gap: their columns, their colour, whether they are one filled square (a legend's key), or begin
    in another colour than they end in (a key close to its text).
    """

    x0: int
    x1: int
    color: Color
    is_key: bool
    is_mixed: bool

    @property
    def width(self) -> int:
        return self.x1 - self.x0


def split_labels(marks: Sequence[Mark], pixels: Pixels) -> list[Mark]:
    """The marks with those taken apart whose words change colour, or have legend keys between them."""
    return [piece for mark in marks for piece in _pieces(mark, pixels)]


def _pieces(mark: Mark, pixels: Pixels) -> list[Mark]:
    words = mark.text.split()
    if mark.number is not None or mark.label.vertical or (len(words) < 2 and len(mark.text) < 6):
        return [mark]
    runs = _runs(mark, pixels)
    cuts = sorted({*_cuts(runs), *_gaps(runs, words, mark.height)})
    if not cuts:
        return [mark]
    pieces: list[Mark] = []
    start_x, text = mark.x0, mark.text
    consumed = 0
    for end_x, next_x in [*cuts, (mark.x1, mark.x1)]:
        stop = len(text) if end_x == mark.x1 else _word_end(text, consumed, _share_before(end_x, runs))
        piece = text[consumed:stop].strip()
        if piece:
            box = mark.label.box
            scale = (box.x1 - box.x0) / max(1e-9, mark.width)
            part = Box(box.x0 + (start_x - mark.x0) * scale, box.y0, box.x0 + (end_x - mark.x0) * scale, box.y1)
            label = Label(piece, part, mark.label.confidence)
            pieces.append(Mark(start_x, mark.y0, end_x, mark.y1, mark.index, label, parse_number(piece)))
        consumed, start_x = stop, next_x
    return pieces if len(pieces) > 1 else [mark]


def _runs(mark: Mark, pixels: Pixels) -> list[_Run]:
    x0, x1 = max(0, int(mark.x0)), min(pixels.shape[1], int(mark.x1) + 1)
    y0, y1 = max(0, int(mark.y0)), min(pixels.shape[0], int(mark.y1) + 1)
    area = pixels[y0:y1, x0:x1].astype(np.int16)
    if min(area.shape[:2]) < 4:
        return []
    flat = area.reshape(-1, 3)
    codes = (flat[:, 0] >> 4) * 256 + (flat[:, 1] >> 4) * 16 + (flat[:, 2] >> 4)
    ground = np.median(flat[codes == np.bincount(codes).argmax()], axis=0)
    distance = largest_difference(area - ground)
    far = float(np.percentile(distance, 97))
    if far < 40:
        return []
    inked = distance >= INKED * far
    runs: list[_Run] = []
    pale = distance >= PALE * far
    for start, end in _spans(inked, pale):
        part = np.s_[:, start:end]
        seen = inked[part] if inked[part].any() else pale[part]
        runs.append(_run((area - ground)[part], ground, seen, x0 + start))
    return runs


def _spans(inked: NDArray[np.bool_], pale: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Columns of words, and of filled blocks that stand close to them: a legend's keys, paler than letters often."""
    height = inked.shape[0]
    filled = pale.sum(axis=0)
    blocks: list[tuple[int, int]] = []
    for start, end in _groups(filled > 0, 1):
        high = int(filled[start:end].max())
        if high >= 0.25 * height and end - start >= 4 and int(filled[start:end].min()) >= 0.8 * high:
            blocks.append((start, end))
    letters_at: NDArray[np.bool_] = np.asarray(inked.any(axis=0), np.bool_)
    for start, end in blocks:
        letters_at[start:end] = False
    words = _groups(letters_at, max(2, round(WORD_GAP * height)))
    # A word does not go on across a key.
    parts = [part for word in words for part in _cut_at(word, blocks)]
    return sorted([*parts, *blocks])


def _groups(used: NDArray[np.bool_], gap: int) -> list[tuple[int, int]]:
    """Runs of used columns, gaps of up to `gap` columns closed."""
    columns = np.flatnonzero(used)
    groups = np.split(columns, np.flatnonzero(np.diff(columns) > gap) + 1)
    return [(int(group[0]), int(group[-1]) + 1) for group in groups if len(group)]


def _cut_at(word: tuple[int, int], blocks: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    for start, end in blocks:
        if word[0] < start and end < word[1]:
            return [(word[0], start), *_cut_at((end, word[1]), blocks)]
    return [word]


def _run(offset: NDArray[np.float64], ground: NDArray[np.float64], inked: NDArray[np.bool_], x0: int) -> _Run:
    distance = largest_difference(offset)
    color = ink_of(offset[distance >= 0.5 * distance.max()], ground, float(distance.max()))
    rows = np.flatnonzero(inked.any(axis=1))
    height, width = int(rows[-1] - rows[0] + 1), inked.shape[1]
    full = inked[rows[0] : rows[-1] + 1].mean()
    # Small letters, too, may fill their box; but a legend's keys are not printed in the letters' black.
    square = 0.7 <= width / height <= 1.5 and height >= 4 and full > 0.9 and not is_neutral(color)
    half = max(1, width // 2)
    ends = [ink_of(o[d >= 0.5 * d.max()], ground, float(d.max())) for o, d in _halves(offset, distance, half)]
    mixed = color_distance(ends[0], ends[1]) > OTHER_INK
    return _Run(x0, x0 + width, color, bool(square), mixed)


def _halves(
    offset: NDArray[np.float64], distance: NDArray[np.float64], at: int
) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    if at >= offset.shape[1]:
        return [(offset, distance), (offset, distance)]
    return [(offset[:, :at], distance[:, :at]), (offset[:, at:], distance[:, at:])]


def _cuts(runs: Sequence[_Run]) -> list[tuple[float, float]]:
    """Where one piece ends and the next begins, in pixels."""
    cuts: list[tuple[float, float]] = []
    wide = [run for run in runs if not run.is_key]
    if len(wide) < 2:
        return []
    for left, right in itertools.pairwise(runs):
        if right.is_key and not left.is_key:
            following = next((run for run in runs if run.x0 > right.x0), None)
            if following is not None:
                cuts.append((float(left.x1), float(following.x0)))
        elif _is_other_name(left, right):
            cuts.append((float(left.x1), float(right.x0)))
    return cuts


def _gaps(runs: Sequence[_Run], words: Sequence[str], line: float) -> list[tuple[float, float]]:
    """Gaps much wider than between words, or wider than that next to a number at the beginning or end."""
    gaps = [(float(a.x1), float(b.x0)) for a, b in itertools.pairwise(runs) if b.x0 - a.x1 > WIDE_GAP * line]
    spaces = sorted(b.x0 - a.x1 for a, b in itertools.pairwise(runs))
    usual = spaces[(len(spaces) - 1) // 2] if len(spaces) > 1 else 0
    for word, ends in ((words[0], runs[:2]), (words[-1], runs[-2:])):
        if len(ends) < 2 or parse_number(word) is None:
            continue
        if ends[1].x0 - ends[0].x1 > max(NUMBER_GAP * line, 1.6 * usual):
            gaps.append((float(ends[0].x1), float(ends[1].x0)))
    return gaps


def _is_other_name(left: _Run, right: _Run) -> bool:
    """Whether the colour changes between two runs; short ones give no reliable colour."""
    plain = not (left.is_key or right.is_key or left.is_mixed)
    return plain and min(left.width, right.width) >= SHORT and _other_ink(left.color, right.color)


def _other_ink(first: Color, second: Color) -> bool:
    return color_distance(first, second) > OTHER_INK and not (is_neutral(first) and is_neutral(second))


def _share_before(x: float, runs: Sequence[_Run]) -> float:
    """Share of the letters' width that lies at the left of `x`, keys left out."""
    words = [run for run in runs if not run.is_key]
    total = sum(run.x1 - run.x0 for run in words)
    return sum(run.x1 - run.x0 for run in words if run.x1 <= x) / max(1, total)


def _word_end(text: str, start: int, share: float) -> int:
    """The end of the word (or, where OCR left out the blank, of the lower-case run) nearest to a share of the text."""
    total = letters(text)
    best, at = start, float("inf")
    for position in range(start + 1, len(text)):
        blank = text[position] == " "
        joined = text[position].isupper() and text[position - 1].islower()
        east_asian = all(
            unicodedata.east_asian_width(character) in "WF" for character in text[position - 1 : position + 1]
        )
        if blank or joined or east_asian:
            off = abs(letters(text[:position]) / total - share)
            if off < at:
                best, at = position, off
    return best if at < 0.15 else start
