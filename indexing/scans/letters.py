"""How a line of print on a scan is set, told by its ink: where it begins and ends, its baseline, size and strokes."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..loaders.parsed import Label
from ..loaders.pdf.lines import CJK
from .ink import Ink

NUMBER_GAP = 0.45
"""Sizes of the font between two numbers from which they are two entries."""
_ASCENT, _DESCENT = 0.73, 0.21  # share of the font's size
_X_HEIGHT = 0.53
_CJK_HEIGHT, _CJK_DROP = 0.92, 0.1
_DESCENDS = re.compile(r"[gjpqy()\[\]{}|§]")
_COMMA = 0.13  # share of the font's size that a comma descends
_DESCENDS_A_LITTLE = re.compile(r"[,;$/Q@]")
_RISES = re.compile(r"[A-Zbdfhijklt0-9()\[\]{}|$§/%&!?\"'“”‘’€£¥]")
_RULE = 0.8  # of a line's width: more ink in a row of pixels than letters have
_SLIVER = 0.3  # sizes of the font
_HAS_CJK = re.compile(f"[{CJK}]")


@dataclass(slots=True)
class MeasuredLine:
    """A line in pixels: its text, its ink from `x0` to `x1`, its baseline, size and thickness of strokes."""

    text: str
    x0: float
    x1: float
    baseline: float
    size: float
    stroke: float
    columns: NDArray[np.int64] | None = None
    """The columns of pixels that hold ink, where it was found."""
    box: tuple[float, float, float, float] | None = None
    """The place of a turned line."""


def measure(label: Label, ink: Ink) -> MeasuredLine:
    """A label with its ink: its extent, its size, its strokes."""
    height, width = ink.shape
    x0, y0 = int(label.box.x0 * width), int(label.box.y0 * height)
    x1, y1 = max(round(label.box.x1 * width), x0 + 1), max(round(label.box.y1 * height), y0 + 1)
    if label.vertical:
        size = 0.8 * (x1 - x0)
        return MeasuredLine(label.text, x0, x1, y1, size, 0.1 * size, box=(x0, y0, x1, y1))
    window = ink[y0:y1, x0:x1]
    if window.mean() > 0.5:  # light letters on dark ground
        window = ~window
    rows = _print_rows(window)
    columns = np.flatnonzero(window[rows].any(axis=0))
    if not len(columns) or len(rows) < 3:
        size = 0.75 * (y1 - y0)
        return MeasuredLine(label.text, x0, x1, y1 - 0.25 * (y1 - y0), size, 0.1 * size)
    size, baseline = _size_and_baseline(label.text, int(rows[0]), int(rows[-1]) + 1)
    size = min(max(size, 0.5 * (y1 - y0)), 0.9 * (y1 - y0))
    columns = x0 + _without_neighbours(columns, x1 - x0, size)
    stroke = _stroke(window[rows])
    return MeasuredLine(label.text, float(columns[0]), float(columns[-1]) + 1, y0 + baseline, size, stroke, columns)


def _without_neighbours(columns: NDArray[np.int64], width: int, size: float) -> NDArray[np.int64]:
    """Columns of ink without what reaches in from the entry beside: a sliver at the edge, behind a gap."""
    steps = np.diff(columns)
    gaps = np.flatnonzero(steps > NUMBER_GAP * size)
    if len(gaps) and columns[-1] == width - 1 and columns[-1] - columns[gaps[-1] + 1] < _SLIVER * size:
        return columns[: gaps[-1] + 1]
    if len(gaps) and columns[0] == 0 and columns[gaps[0]] < _SLIVER * size:
        return columns[gaps[0] + 1 :]
    return columns


def _print_rows(window: Ink) -> NDArray[np.int64]:
    """Rows from the top of the letters to their bottom, without rules and what reaches in from other lines."""
    counts = window.sum(axis=1)
    columns = np.flatnonzero(window.any(axis=0))
    rules = np.flatnonzero(counts > _RULE * np.ptp(columns)) if len(columns) else columns
    counts[np.clip([rules - 1, rules, rules + 1], 0, len(counts) - 1)] = 0
    inked = np.flatnonzero(counts > 1)
    if not len(inked):
        return inked
    runs = np.split(inked, np.flatnonzero(np.diff(inked) > 1) + 1)
    main = max(runs, key=lambda run: int(counts[run].sum()))
    # The dots of a line without other tall letters stand apart from it.
    kept = [run for run in runs if run is main or (0 < main[0] - run[-1] < 0.35 * len(main) and run[0] > 0)]
    return np.arange(kept[0][0], kept[-1][-1] + 1)


def _size_and_baseline(text: str, top: int, bottom: int) -> tuple[float, float]:
    """Font size and baseline of a line whose ink reaches from `top` to `bottom`."""
    extent = bottom - top
    if _HAS_CJK.search(text):
        size = extent / _CJK_HEIGHT
        return size, bottom - _CJK_DROP * size
    rise = _ASCENT if _RISES.search(text) else _X_HEIGHT
    drop = _DESCENT if _DESCENDS.search(text) else _COMMA if _DESCENDS_A_LITTLE.search(text) else 0.0
    size = extent / (rise + drop)
    return size, bottom - drop * size


def _stroke(window: Ink) -> float:
    """Mean thickness of strokes in pixels: twice the area over the length of the outline."""
    inner = window[1:-1, 1:-1] & window[:-2, 1:-1] & window[2:, 1:-1] & window[1:-1, :-2] & window[1:-1, 2:]
    area = int(np.count_nonzero(window))
    return 2.0 * area / max(area - int(np.count_nonzero(inner)), 1)
