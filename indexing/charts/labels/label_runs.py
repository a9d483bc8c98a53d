"""The letters of a label in its pixels: runs without a gap, their colours, and the keys of a legend between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ...ocr_pixels import Pixels
from ..marks import Mark
from ..painted.swatches import ink_of, own_rows
from ..palette import Color, color_distance, is_neutral, largest_difference

OTHER_INK = 60
"""Levels by which the colours of two names differ in a channel."""
OTHER_GREY = 30
"""Levels by which the greys of two keys differ."""
INKED = 0.35
PALE = 0.16
"""Shares of the letters' contrast that letters, and the keys of a legend, have at least."""
FLAT = 0.35
"""Heights of a line that a line in a legend is thick at most."""
STRAIGHT = 0.7
"""Share of its columns in which a line in a legend is seen at one height, beside its marker."""
KEY_LENGTH = 0.6
"""Heights of a line that a line in a legend is long at least; boxes of lines leave room above and below them."""
BARE = 0.4
"""Share of its columns in which nothing but the line is seen."""
SHORT = 6
SIDE = 2
"""Pixels that a run is wide at least whose colour counts, and the side of a frame at most."""
KEYS_DIFFER = 2
"""Pixels by which the keys of one legend differ."""
WORD_GAP = 0.16
"""Heights of a line that words stand apart at least."""


@dataclass(frozen=True, slots=True)
class Run:
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
        """From left to right."""
        return self.x1 - self.x0


def runs_of(mark: Mark, pixels: Pixels) -> list[Run]:
    """The runs of a label, from left to right; none where nothing stands out of the ground."""
    x0, x1 = max(0, int(mark.x0)), min(pixels.shape[1], int(mark.x1) + 1)
    y0, y1 = max(0, int(mark.y0)), min(pixels.shape[0], int(mark.y1) + 1)
    area = pixels[y0:y1, x0:x1].astype(np.int16)
    if min(area.shape[:2]) < 4:
        return []
    flat = area.reshape(-1, 3)
    codes = (flat[:, 0] >> 4) * 256 + (flat[:, 1] >> 4) * 16 + (flat[:, 2] >> 4)
    ground = np.median(flat[codes == np.bincount(codes).argmax()], axis=0)
    offset = area - ground
    own = own_rows(largest_difference(offset))
    offset = offset[own]
    distance = largest_difference(offset)
    far = float(np.percentile(distance, 97))
    if far < 40:
        return []
    inked = distance >= INKED * far
    runs: list[Run] = []
    pale = distance >= PALE * far
    for start, end in _spans(inked, pale):
        part = np.s_[:, start:end]
        seen = inked[part] if inked[part].any() else pale[part]
        runs += _by_color(_run(offset[part], ground, seen, x0 + start), offset, ground, inked, x0)
    return _with_line_keys(_without_letters_as_keys(_after_line_key(runs, inked, x0)), inked, x0)


def _after_line_key(runs: list[Run], inked: NDArray[np.bool_], x0: int) -> list[Run]:
    """The runs without a piece of line before the letters, the key of a line that OCR has taken for text.

    It is thin and goes on at one height, but for the marker on it.
    """
    line = inked.shape[0]
    for number, run in enumerate(runs):
        if is_neutral(run.color) or color_distance(run.color, runs[0].color) > OTHER_INK:
            key = inked[:, runs[0].x0 - x0 : runs[number - 1].x1 - x0] if number else inked[:, :0]
            return runs[number:] if key.shape[1] >= KEY_LENGTH * line and _is_line(key) else runs
    return runs


def _with_line_keys(runs: list[Run], inked: NDArray[np.bool_], x0: int) -> list[Run]:
    """The runs, with pieces of line between the names of a legend as keys: they have another ink than the letters."""
    line = inked.shape[0]
    straight = [run.width >= KEY_LENGTH * line and _is_line(inked[:, run.x0 - x0 : run.x1 - x0]) for run in runs]
    letters_ = [run.color for run, is_line in zip(runs, straight, strict=True) if not is_line and not run.is_key]
    return [
        replace(run, is_key=True)
        if is_line and letters_ and min(color_distance(run.color, color) for color in letters_) > OTHER_INK
        else run
        for run, is_line in zip(runs, straight, strict=True)
    ]


def _is_line(inked: NDArray[np.bool_]) -> bool:
    """Whether what is inked goes on at one height, but for a marker, and is thin."""
    thick = inked.sum(axis=0)
    band = inked.mean(axis=1) > STRAIGHT
    if not band.any() or np.median(thick[thick > 0]) > FLAT * inked.shape[0]:
        return False
    return bool((~inked[~band].any(axis=0)).mean() >= BARE)


def _by_color(
    run: Run, offset: NDArray[np.float64], ground: NDArray[np.float64], inked: NDArray[np.bool_], x0: int
) -> list[Run]:
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


def _joined(runs: Sequence[Run]) -> Run:
    """Letters side by side as one run in the colour of the widest."""
    widest = max(runs, key=lambda run: run.width)
    return Run(
        runs[0].x0,
        runs[-1].x1,
        min(run.y0 for run in runs),
        max(run.y1 for run in runs),
        widest.color,
        is_key=False,
        is_mixed=False,
    )


def _without_letters_as_keys(runs: Sequence[Run]) -> list[Run]:
    """Small letters, too, may fill their box; but a black or grey key has one of its size and another colour beside
    it, and letters have one ink.
    """
    keys = [run for run in runs if run.is_key]

    def is_key(run: Run) -> bool:
        return any(
            max(abs(run.width - key.width), abs(run.y0 - key.y0), abs(run.y1 - key.y1)) <= KEYS_DIFFER
            and (not is_neutral(key.color) or color_distance(run.color, key.color) > OTHER_GREY)
            for key in keys
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


def _run(offset: NDArray[np.float64], ground: NDArray[np.float64], inked: NDArray[np.bool_], x0: int) -> Run:
    distance = largest_difference(offset)
    color = ink_of(offset[distance >= 0.5 * distance.max()], ground, float(distance.max()))
    rows = np.flatnonzero(inked.any(axis=1))
    columns = np.flatnonzero(inked.any(axis=0))
    height, width = int(rows[-1] - rows[0] + 1), inked.shape[1]
    # Without the pale edges that smoothing leaves beside a key.
    full = inked[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].mean()
    square = 0.7 <= width / height <= 1.5 and height >= 4 and full > 0.9
    half = max(1, width // 2)
    ends = [ink_of(o[d >= 0.5 * d.max()], ground, float(d.max())) for o, d in _halves(offset, distance, half)]
    mixed = color_distance(ends[0], ends[1]) > OTHER_INK
    return Run(x0, x0 + width, int(rows[0]), int(rows[-1]) + 1, color, bool(square), mixed)


def _halves(
    offset: NDArray[np.float64], distance: NDArray[np.float64], at: int
) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    if at >= offset.shape[1]:
        return [(offset, distance), (offset, distance)]
    return [(offset[:, :at], distance[:, :at]), (offset[:, at:], distance[:, at:])]
