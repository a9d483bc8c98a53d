"""Labels that OCR ran together although the chart prints several: names in different colours, entries of a legend."""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

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
FLAT = 0.35
"""Heights of a line that a line in a legend is thick at most."""
STRAIGHT = 0.7
"""Share of its columns in which a line in a legend is seen at one height, beside its marker."""
SHORT = 6
"""Pixels."""
KEYS_DIFFER = 2
"""Pixels by which the keys of one legend differ."""
_READ_AS_KEYS = " ="
"""What OCR makes of keys between the names of a legend."""
WIDE_GAP = 1.1
NAME_GAP = 0.64
NUMBER_GAP = 0.55
"""Heights of a line that two names, or a name and a number, stand apart: more than words do."""
WIDER = 2.4
"""Times the gaps between the words of a label that `NAME_GAP` must have, too: some fonts are set wide."""
BLANK = 0.3
"""Heights of a line that a blank is wide at most."""
WORD_GAP = 0.16
"""Heights of a line that words stand apart at least."""


@dataclass(frozen=True, slots=True)
class _Run:
    """Letters without a gap: their box, their colour, whether they are one filled square (a legend's key), or begin
    in another colour than they end in (a key close to its text).
    """

    x0: int
    x1: int
    y0: int
    y1: int
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
    cuts = sorted({*_cuts(runs), *_gaps(runs, mark)})
    if not cuts:
        return [mark]
    pieces: list[Mark] = []
    start_x, text = mark.x0, mark.text
    consumed = 0
    for end_x, next_x in [*cuts, (mark.x1, mark.x1)]:
        stop = len(text) if end_x == mark.x1 else _word_end(text, consumed, _share_before(end_x, runs, mark.height))
        piece = text[consumed:stop].strip(_READ_AS_KEYS)
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
        runs += _by_color(_run((area - ground)[part], ground, seen, x0 + start), area - ground, ground, inked, x0)
    return _without_letters_as_keys(_after_line_key(runs, inked, x0))


def _after_line_key(runs: list[_Run], inked: NDArray[np.bool_], x0: int) -> list[_Run]:
    """The runs without a piece of line before the letters, the key of a line that OCR has taken for text.

    It is thin and goes on at one height, but for the marker on it.
    """
    line = inked.shape[0]
    for number, run in enumerate(runs):
        if is_neutral(run.color) or color_distance(run.color, runs[0].color) > OTHER_INK:
            key = inked[:, runs[0].x0 - x0 : runs[number - 1].x1 - x0] if number else inked[:, :0]
            if key.shape[1] < line:
                return runs
            thick = key.sum(axis=0)
            straight = key.mean(axis=1).max() > STRAIGHT and np.median(thick[thick > 0]) <= FLAT * line
            return runs[number:] if straight else runs
    return runs


def _by_color(
    run: _Run, offset: NDArray[np.float64], ground: NDArray[np.float64], inked: NDArray[np.bool_], x0: int
) -> list[_Run]:
    """A run as two, where all letters up to one have one colour, and those after it another."""
    if run.is_key or (is_neutral(run.color) and not run.is_mixed):
        return [run]
    spans = _groups(np.asarray(inked[:, run.x0 - x0 : run.x1 - x0].any(axis=0), np.bool_), 1)
    parts = [np.s_[:, run.x0 - x0 + start : run.x0 - x0 + end] for start, end in spans]
    letters_ = [_run(offset[p], ground, inked[p], x0 + p[1].start) for p in parts]
    for cut in range(1, len(letters_)):
        left, right = letters_[:cut], letters_[cut:]
        if min(sum(run.width for run in side) for side in (left, right)) < SHORT:
            continue
        halves = [_joined(side) for side in (left, right)]
        apart = color_distance(halves[0].color, halves[1].color)
        off = [
            color_distance(letter.color, half.color)
            for half, side in zip(halves, (left, right), strict=True)
            for letter in side
        ]
        if apart > OTHER_INK and max(off) < 0.5 * apart:
            return halves
    return [run]


def _joined(runs: Sequence[_Run]) -> _Run:
    """Letters side by side as one run in the colour of the widest."""
    widest = max(runs, key=lambda run: run.width)
    return _Run(
        runs[0].x0,
        runs[-1].x1,
        min(run.y0 for run in runs),
        max(run.y1 for run in runs),
        widest.color,
        is_key=False,
        is_mixed=False,
    )


def _without_letters_as_keys(runs: Sequence[_Run]) -> list[_Run]:
    """Small letters, too, may fill their box; but a black or grey key has a coloured one of its size beside it."""
    keys = [run for run in runs if run.is_key and not is_neutral(run.color)]

    def is_key(run: _Run) -> bool:
        return any(
            max(abs(run.width - key.width), abs(run.y0 - key.y0), abs(run.y1 - key.y1)) <= KEYS_DIFFER for key in keys
        )

    return [replace(run, is_key=run.is_key and is_key(run)) for run in runs]


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
    square = 0.7 <= width / height <= 1.5 and height >= 4 and full > 0.9
    half = max(1, width // 2)
    ends = [ink_of(o[d >= 0.5 * d.max()], ground, float(d.max())) for o, d in _halves(offset, distance, half)]
    mixed = color_distance(ends[0], ends[1]) > OTHER_INK
    return _Run(x0, x0 + width, int(rows[0]), int(rows[-1]) + 1, color, bool(square), mixed)


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


def _gaps(runs: Sequence[_Run], mark: Mark) -> list[tuple[float, float]]:
    """Gaps much wider than between words, or wider than that next to a number at the beginning or end."""
    words, line = mark.text.split(), mark.height
    pairs = [(a, b) for a, b in itertools.pairwise(runs) if not (a.is_key or b.is_key)]
    spaces = sorted(b.x0 - a.x1 for a, b in pairs)
    usual = spaces[(len(spaces) - 1) // 2] if len(spaces) > 1 else 0
    # Full-width punctuation has as wide a gap beside it.
    wide = WIDE_GAP * line if _is_full_width(mark.text) else min(WIDE_GAP * line, max(NAME_GAP * line, WIDER * usual))
    gaps = [(float(a.x1), float(b.x0)) for a, b in pairs if b.x0 - a.x1 > wide]
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


def _share_before(x: float, runs: Sequence[_Run], line: float) -> float:
    """Share of the text's length that lies at the left of `x`: keys left out, and gaps no wider than a blank."""
    words = [run for run in runs if not run.is_key]
    blanks = [min(after.x0 - word.x1, BLANK * line) for word, after in itertools.pairwise(words)]
    lengths = [word.width + blank for word, blank in zip(words, [*blanks, 0.0], strict=True)]
    before = sum(length for word, length in zip(words, lengths, strict=True) if word.x1 <= x)
    return before / max(1.0, sum(lengths))


def _word_end(text: str, start: int, share: float) -> int:
    """The end of the word (or, where OCR left out the blank, of the lower-case run) nearest to a share of the text."""
    total = letters(text)
    best, at = start, float("inf")
    for position in range(start + 1, len(text)):
        blank = text[position] == " "
        joined = text[position].isupper() and text[position - 1].islower()
        if blank or joined or _is_full_width(text[position - 1 : position + 1]):
            off = abs(letters(text[:position]) / total - share)
            if off < at:
                best, at = position, off
    return best if at < 0.15 else start


def _is_full_width(text: str) -> bool:
    """Whether most characters are as wide as Chinese ones."""
    return 2 * sum(unicodedata.east_asian_width(character) in "WF" for character in text) > len(text)
