"""Labels that OCR ran together although the chart prints several: names in different colours, entries of a legend."""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Sequence

from ..documents import Box
from ..loaders.parsed import Label
from ..ocr_pixels import Pixels
from .label_runs import OTHER_INK, SHORT, Run, runs_of
from .marks import Mark, letters
from .numbers import parse_number
from .palette import Color, color_distance, is_neutral

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


def split_labels(marks: Sequence[Mark], pixels: Pixels) -> list[Mark]:
    """The marks with those taken apart whose words change colour, or have legend keys between them."""
    return [piece for mark in marks for piece in _pieces(mark, pixels)]


def _pieces(mark: Mark, pixels: Pixels) -> list[Mark]:
    words = mark.text.split()
    if mark.number is not None or mark.label.vertical or (len(words) < 2 and len(mark.text) < 6):
        return [mark]
    runs = runs_of(mark, pixels)
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


def _cuts(runs: Sequence[Run]) -> list[tuple[float, float]]:
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


def _gaps(runs: Sequence[Run], mark: Mark) -> list[tuple[float, float]]:
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


def _is_other_name(left: Run, right: Run) -> bool:
    """Whether the colour changes between two runs; short ones give no reliable colour."""
    plain = not (left.is_key or right.is_key or left.is_mixed)
    return plain and min(left.width, right.width) >= SHORT and _other_ink(left.color, right.color)


def _other_ink(first: Color, second: Color) -> bool:
    return color_distance(first, second) > OTHER_INK and not (is_neutral(first) and is_neutral(second))


def _share_before(x: float, runs: Sequence[Run], line: float) -> float:
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
