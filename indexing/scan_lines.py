"""Lines of a scanned page as a PDF's text layer would tell them, from what OCR read and from the ink itself.

OCR's boxes have a margin that varies from line to line. The ink tells where a line begins and ends, how large its
letters are (the height of the ink, by the letters in it that rise or descend), how heavy their strokes are, where
gaps divide entries of a table that OCR took for one line, and the bullets, which OCR leaves out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .loaders.parsed import Label
from .loaders.pdf_lines import CJK, WIDE_GAP, Line, line_separator

Ink = NDArray[np.bool_]
"""`(height, width)`, True where something is printed."""

BODY_SIZE = 10.0
"""Points that the usual letters of a page are taken to have: scans seldom tell their true size."""

_ASCENT, _DESCENT = 0.73, 0.21  # share of the font's size
_X_HEIGHT = 0.53
_CJK_HEIGHT, _CJK_DROP = 0.92, 0.1
_LINE_ABOVE, _LINE_BELOW = 0.93, 0.23  # share of the font's size that a line reaches above and below its baseline
_DESCENDS = re.compile(r"[gjpqy()\[\]{}|§]")
_COMMA = 0.13  # share of the font's size that a comma descends
_DESCENDS_A_LITTLE = re.compile(r"[,;$/Q@]")
_RISES = re.compile(r"[A-Zbdfhijklt0-9()\[\]{}|$§/%&!?\"'“”‘’€£¥]")
_HAS_CJK = re.compile(f"[{CJK}]")
_NARROW = re.compile(r"[iljtfrI.,:;'’|!()\[\]\-1]")
_NUMBER_END, _NUMBER_START = re.compile(r"[\d)%—–]$"), re.compile(r"[\d($€£¥—–-]")
_NUMBER_GAP = 0.45  # of the font's size, between two numbers
_SLIVER = 0.3  # sizes of the font
_PROSE_SPACES = 8
_WIDE_IN_PROSE = 1.6  # sizes of the font; in justified lines gaps are wide
_ONE_SIZE = 0.08  # by which sizes differ within one style, as measured
_LONG = 20  # characters of a line whose size is sure
_BOLD = 1.28  # times the usual thickness of strokes
_RULE = 0.8  # of a line's width: more ink in a row of pixels than letters have
_BULLET = "• "


@dataclass(frozen=True, slots=True)
class ScannedLines:
    """The lines of a page in points, and how many points a pixel is."""

    lines: tuple[Line, ...]
    points: float


@dataclass(slots=True)
class _Measured:
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


def lines_of(labels: Sequence[Label], ink: Ink) -> ScannedLines:
    """The lines that `labels`, with boxes in fractions of the upright page, are on the page whose ink is given."""
    measured = [_measure(label, ink) for label in _with_dashes(labels)]
    level = [piece for piece in measured if piece.box is None]
    if not measured:
        return ScannedLines((), 1.0)
    body = _usual([(piece.size, len(piece.text)) for piece in level or measured])
    stroke = _usual([(piece.stroke, len(piece.text)) for piece in level or measured])
    _even_sizes(level, body)
    points = BODY_SIZE / body
    rows = _joined([part for piece in level for part in _parted(piece)])
    lines = [
        # Small letters are blurred, which makes up for their thinner strokes.
        _line(_with_bullet(piece, ink), points, bold=piece.stroke > _BOLD * stroke * max(piece.size / body, 1.0))
        for piece in rows
    ]
    lines += [_line(piece, points, bold=False) for piece in measured if piece.box is not None]
    return ScannedLines(tuple(lines), points)


def _with_dashes(labels: Sequence[Label]) -> list[Label]:
    """The labels with dashes where OCR took a dash in a table without Chinese text for the Chinese one."""
    chinese = sum(len(_HAS_CJK.findall(label.text)) for label in labels if label.text != "一")
    if chinese:
        return list(labels)
    return [replace(label, text="—") if label.text == "一" else label for label in labels]


def _even_sizes(pieces: Sequence[_Measured], body: float) -> None:
    """Give the lines of one style one size: that of most of its letters."""
    styles: list[float] = [body]
    for piece in sorted(pieces, key=lambda piece: -len(piece.text)):
        if len(piece.text) >= _LONG and all(abs(piece.size - style) > _ONE_SIZE * style for style in styles):
            styles.append(piece.size)
    above: list[_Measured] = []
    for piece in sorted(pieces, key=lambda piece: (piece.baseline, piece.x0)):
        # The fewer letters, the less sure is the size; in doubt it is that of the line above.
        doubt = _ONE_SIZE + 0.5 / len(piece.text)
        likely = [style for style in styles if abs(piece.size - style) < doubt * style]
        column = [other for other in above if other.x0 < piece.x1 and piece.x0 < other.x1][-1:]
        same = [other.size for other in column if other.size in likely and piece.baseline - other.baseline < 2 * body]
        if likely:
            piece.size = same[0] if same else min(likely, key=lambda style: abs(style - piece.size))
        above.append(piece)


def _usual(weighted: Sequence[tuple[float, int]]) -> float:
    """The weighted median."""
    ordered = sorted(weighted)
    half, passed = sum(weight for _, weight in ordered) / 2, 0
    for value, weight in ordered:
        passed += weight
        if passed >= half:
            return max(value, 1e-6)
    return 1.0


def _measure(label: Label, ink: Ink) -> _Measured:
    """A label with its ink: its extent, its size, its strokes."""
    height, width = ink.shape
    x0, y0 = int(label.box.x0 * width), int(label.box.y0 * height)
    x1, y1 = max(round(label.box.x1 * width), x0 + 1), max(round(label.box.y1 * height), y0 + 1)
    if label.vertical:
        size = 0.8 * (x1 - x0)
        return _Measured(label.text, x0, x1, y1, size, 0.1 * size, box=(x0, y0, x1, y1))
    window = ink[y0:y1, x0:x1]
    if window.mean() > 0.5:  # light letters on dark ground
        window = ~window
    rows = _print_rows(window)
    columns = np.flatnonzero(window[rows].any(axis=0))
    if not len(columns) or len(rows) < 3:
        size = 0.75 * (y1 - y0)
        return _Measured(label.text, x0, x1, y1 - 0.25 * (y1 - y0), size, 0.1 * size)
    size, baseline = _size_and_baseline(label.text, int(rows[0]), int(rows[-1]) + 1)
    size = min(max(size, 0.5 * (y1 - y0)), 0.9 * (y1 - y0))
    columns = x0 + _without_neighbours(columns, x1 - x0, size)
    stroke = _stroke(window[rows])
    return _Measured(label.text, float(columns[0]), float(columns[-1]) + 1, y0 + baseline, size, stroke, columns)


def _without_neighbours(columns: NDArray[np.int64], width: int, size: float) -> NDArray[np.int64]:
    """Columns of ink without what reaches in from the entry beside: a sliver at the edge, behind a gap."""
    steps = np.diff(columns)
    gaps = np.flatnonzero(steps > _NUMBER_GAP * size)
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


def _parted(piece: _Measured) -> list[_Measured]:
    """A line cut at the gaps that are too wide for one line of text: entries of a table that OCR took for one."""
    text, columns, size = piece.text, piece.columns, piece.size
    spaces = [match.start() for match in re.finditer(" ", text)]
    if columns is None or not spaces:
        return [piece]
    steps = np.diff(columns)
    limit = (_WIDE_IN_PROSE if len(spaces) >= _PROSE_SPACES else 1.15 * WIDE_GAP) * size
    parts: list[_Measured] = []
    begin, first = 0, 0
    progress = _progress(text)
    for gap in np.flatnonzero(steps > _NUMBER_GAP * size).tolist():
        # Ink before the gap as a share of all ink tells which space it is.
        share = (gap + 1) / len(columns)
        cut = min(spaces, key=lambda at: (abs(progress[at] - share), at))
        left, right = text[begin:cut].strip(), text[cut:].strip()
        numbers = _NUMBER_END.search(left) and _NUMBER_START.match(right)
        if left and right and steps[gap] > (_NUMBER_GAP * size if numbers else limit):
            parts.append(replace(piece, text=left, x0=float(columns[first]), x1=float(columns[gap]) + 1, columns=None))
            begin, first = cut, gap + 1
    return [*parts, replace(piece, text=text[begin:].strip(), x0=float(columns[first]), columns=None)]


def _progress(text: str) -> list[float]:
    """For each character the share of the line's ink that stands before it."""
    widths = [
        0.0 if character == " " else 1.0 if _HAS_CJK.match(character) else 0.3 if _NARROW.match(character) else 0.55
        for character in text
    ]
    passed = np.concatenate([[0.0], np.cumsum(widths)])
    shares: list[float] = (passed / max(passed[-1], 1e-6)).tolist()
    return shares


def _joined(pieces: Sequence[_Measured]) -> list[_Measured]:
    """Join what OCR took for two lines though no wide gap stands between them."""
    joined: list[_Measured] = []
    for row in _rows(pieces):
        joined.append(row[0])
        for piece in row[1:]:
            before = joined[-1]
            size = min(before.size, piece.size)
            numbers = _NUMBER_END.search(before.text) and _NUMBER_START.match(piece.text)
            limit = (_NUMBER_GAP if numbers else WIDE_GAP) * size
            level = abs(before.baseline - piece.baseline) < 0.3 * size
            alike = max(before.size, piece.size) < 1.3 * size
            if not (alike and level and -0.5 * size < piece.x0 - before.x1 < limit):
                joined.append(piece)
                continue
            text = before.text + line_separator(before.text, piece.text) + piece.text
            main = max(before, piece, key=lambda part: len(part.text))
            joined[-1] = replace(main, text=text, x0=before.x0, x1=piece.x1)
    return joined


def _rows(pieces: Sequence[_Measured]) -> list[list[_Measured]]:
    rows: list[list[_Measured]] = []
    for piece in sorted(pieces, key=lambda piece: (piece.baseline, piece.x0)):
        if rows and piece.baseline - rows[-1][0].baseline < 0.4 * min(piece.size, rows[-1][0].size):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [sorted(row, key=lambda piece: piece.x0) for row in rows]


def _with_bullet(piece: _Measured, ink: Ink) -> _Measured:
    """The line with the bullet before it, where a dot or square as high as half a letter stands there alone."""
    size = piece.size
    top, bottom = int(piece.baseline - 0.8 * size), int(piece.baseline + 0.1 * size)
    left, right = int(piece.x0 - 2.5 * size), int(piece.x0 - 0.25 * size)
    if top < 0 or left < 0 or right - left < 3 or not piece.text[0].isalnum():
        return piece
    window = ink[top:bottom, left:right]
    rows, columns = np.flatnonzero(window.any(axis=1)), np.flatnonzero(window.any(axis=0))
    if not len(rows):
        return piece
    high, wide = rows[-1] + 1 - rows[0], columns[-1] + 1 - columns[0]
    middle = (rows[0] + rows[-1] + 1) / 2 / size
    filled = window[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].mean()
    if not (0.15 * size < high < 0.6 * size and 0.7 * high < wide < 1.5 * high and filled > 0.65):
        return piece
    free = columns[0] > 0 and len(window[0]) - columns[-1] > 1
    if not free or not 0.3 < middle < 0.75:
        return piece
    return replace(piece, text=_BULLET + piece.text, x0=float(left + columns[0]))


def _line(piece: _Measured, points: float, *, bold: bool) -> Line:
    if piece.box is not None:
        x0, y0, x1, y1 = (edge * points for edge in piece.box)
    else:
        x0, x1 = piece.x0 * points, piece.x1 * points
        y0 = (piece.baseline - _LINE_ABOVE * piece.size) * points
        y1 = (piece.baseline + _LINE_BELOW * piece.size) * points
    return Line(
        text=piece.text,
        x0=x0,
        y0=max(y0, 0.0),
        x1=x1,
        y1=y1,
        size=round(piece.size * points, 1),
        bold=bold,
        italic=False,
        words=len(piece.text.split()),
        hyphenated=piece.text.endswith("-"),
        vertical=piece.box is not None,
    )
