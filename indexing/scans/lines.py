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

from ..loaders.parsed import Label
from ..loaders.pdf.lines import CJK, WIDE_GAP, Line, line_separator
from .ink import Ink
from .letters import NUMBER_GAP, MeasuredLine, measure

BODY_SIZE = 10.0
"""Points that the usual letters of a page are taken to have: scans seldom tell their true size."""

_LINE_ABOVE, _LINE_BELOW = 0.93, 0.23  # share of the font's size that a line reaches above and below its baseline
_HAS_CJK = re.compile(f"[{CJK}]")
_NARROW = re.compile(r"[iljtfrI.,:;'’|!()\[\]\-1]")
_NUMBER_END, _NUMBER_START = re.compile(r"[\d)%—–]$"), re.compile(r"[\d($€£¥—–-]")
_PROSE_SPACES = 8
_WIDE_IN_PROSE = 1.6  # sizes of the font; in justified lines gaps are wide
_ONE_SIZE = 0.08  # by which sizes differ within one style, as measured
_LONG = 20  # characters of a line whose size is sure
_BOLD = 1.28  # times the usual thickness of strokes
_BULLET = "• "


@dataclass(frozen=True, slots=True)
class ScannedLines:
    """The lines of a page in points, and how many points a pixel is."""

    lines: tuple[Line, ...]
    points: float


def lines_of(labels: Sequence[Label], ink: Ink) -> ScannedLines:
    """The lines that `labels`, with boxes in fractions of the upright page, are on the page whose ink is given."""
    measured = [measure(label, ink) for label in _with_dashes(labels)]
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


def _even_sizes(pieces: Sequence[MeasuredLine], body: float) -> None:
    """Give the lines of one style one size: that of most of its letters."""
    styles: list[float] = [body]
    for piece in sorted(pieces, key=lambda piece: -len(piece.text)):
        if len(piece.text) >= _LONG and all(abs(piece.size - style) > _ONE_SIZE * style for style in styles):
            styles.append(piece.size)
    above: list[MeasuredLine] = []
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


def _parted(piece: MeasuredLine) -> list[MeasuredLine]:
    """A line cut at the gaps that are too wide for one line of text: entries of a table that OCR took for one."""
    text, columns, size = piece.text, piece.columns, piece.size
    spaces = [match.start() for match in re.finditer(" ", text)]
    if columns is None or not spaces:
        return [piece]
    steps = np.diff(columns)
    limit = (_WIDE_IN_PROSE if len(spaces) >= _PROSE_SPACES else 1.15 * WIDE_GAP) * size
    parts: list[MeasuredLine] = []
    begin, first = 0, 0
    progress = _progress(text)
    for gap in np.flatnonzero(steps > NUMBER_GAP * size).tolist():
        # Ink before the gap as a share of all ink tells which space it is.
        share = (gap + 1) / len(columns)
        cut = min(spaces, key=lambda at: (abs(progress[at] - share), at))
        left, right = text[begin:cut].strip(), text[cut:].strip()
        numbers = _NUMBER_END.search(left) and _NUMBER_START.match(right)
        if left and right and steps[gap] > (NUMBER_GAP * size if numbers else limit):
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


def _joined(pieces: Sequence[MeasuredLine]) -> list[MeasuredLine]:
    """Join what OCR took for two lines though no wide gap stands between them."""
    joined: list[MeasuredLine] = []
    for row in _rows(pieces):
        joined.append(row[0])
        for piece in row[1:]:
            before = joined[-1]
            size = min(before.size, piece.size)
            numbers = _NUMBER_END.search(before.text) and _NUMBER_START.match(piece.text)
            limit = (NUMBER_GAP if numbers else WIDE_GAP) * size
            level = abs(before.baseline - piece.baseline) < 0.3 * size
            alike = max(before.size, piece.size) < 1.3 * size
            if not (alike and level and -0.5 * size < piece.x0 - before.x1 < limit):
                joined.append(piece)
                continue
            text = before.text + line_separator(before.text, piece.text) + piece.text
            main = max(before, piece, key=lambda part: len(part.text))
            joined[-1] = replace(main, text=text, x0=before.x0, x1=piece.x1)
    return joined


def _rows(pieces: Sequence[MeasuredLine]) -> list[list[MeasuredLine]]:
    rows: list[list[MeasuredLine]] = []
    for piece in sorted(pieces, key=lambda piece: (piece.baseline, piece.x0)):
        if rows and piece.baseline - rows[-1][0].baseline < 0.4 * min(piece.size, rows[-1][0].size):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [sorted(row, key=lambda piece: piece.x0) for row in rows]


def _with_bullet(piece: MeasuredLine, ink: Ink) -> MeasuredLine:
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


def _line(piece: MeasuredLine, points: float, *, bold: bool) -> Line:
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
