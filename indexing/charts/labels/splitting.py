"""Labels that OCR ran together although the chart prints several: names in different colours, entries of a legend."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Callable, Sequence

from ...documents import Box
from ...loaders.parsed import Label
from ...ocr_pixels import Pixels
from ..blocks import CLOSE
from ..extent import Extent
from ..marks import Mark, letters
from ..numbers import parse_number
from ..palette import Color, color_distance, is_neutral
from .label_runs import OTHER_INK, SHORT, SIDE, Run, runs_of
from .notes import begins_like_note

_READ_AS_KEYS = " ="
"""What OCR makes of keys between the names of a legend."""
_READ_AS_LINES = re.compile(r"(?:^|(?<=\s))[-=_~–—一]+(?=\s|$)|(?<=\S)[–—]+(?=\s|$)")
"""What it makes of those that are lines, where there are such."""
WIDE_GAP = 1.1
NAME_GAP = 0.64
COLUMN_GAP = 0.4
NUMBER_GAP = 0.55
"""Heights of a line that two names, two lines of columns, or a name and a number, stand apart: more than words do."""
WIDER = 2.4
"""Times the gaps between the words of a label that `NAME_GAP` must have, too: some fonts are set wide."""
SHORTEST = 4
"""Characters of a word that may be two names."""
LINE_KEY = 2.0
"""Times its height, with a marker on it, that a piece of line in a legend is wide at least."""
BLANK = 0.3
"""Heights of a line that a blank is wide at most."""


def split_labels(marks: Sequence[Mark], pixels: Pixels) -> list[Mark]:
    """The marks with those taken apart whose words change colour, or have legend keys between them."""
    known: dict[int, list[Run]] = {}

    def runs(mark: Mark) -> list[Run]:
        if id(mark) not in known:
            known[id(mark)] = runs_of(mark, pixels)
        return known[id(mark)]

    apart = [piece for mark in marks for piece in _pieces(mark, runs)]
    return [piece for mark in apart for piece in _lines_of_columns(mark, apart, runs)]


def _pieces(mark: Mark, runs_in: Callable[[Mark], list[Run]]) -> list[Mark]:
    words = mark.text.split()
    if mark.number is not None or mark.label.vertical or (len(words) < 2 and len(mark.text) < SHORTEST):
        return [mark]
    runs = runs_in(mark)
    cuts = sorted({*_cuts(runs), *_gaps(runs, mark)})
    pieces = _parted(mark, runs, cuts)
    # A number in brackets belongs to the text before it, where the bar under them ends perhaps.
    brackets = any(piece.number is not None and piece.text[0] in "(（" for piece in pieces)
    return [mark] if brackets else pieces


def _parted(mark: Mark, runs: Sequence[Run], cuts: Sequence[tuple[float, float]]) -> list[Mark]:
    """The mark in pieces, with the words between each two cuts."""
    if not cuts:
        return [mark]
    pieces: list[Mark] = []
    start_x, text = mark.x0, mark.text
    first = next((run.x0 for run in runs if not run.is_key), start_x)
    lines = [run for run in runs if run.is_key and run.width > LINE_KEY * (run.y1 - run.y0)]
    if runs[0] in lines or (any(run.is_key for run in runs) and first - start_x > 0.5 * mark.height):
        start_x = float(first)
    # More dashes than keys are printed: "Aged 18 – 29".
    if 0 < len(_READ_AS_LINES.findall(text)) <= len(lines):
        text = " ".join(_READ_AS_LINES.sub(" ", text).split()) or text
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


def _lines_of_columns(mark: Mark, marks: Sequence[Mark], runs_in: Callable[[Mark], list[Run]]) -> list[Mark]:
    """A label taken apart under, or over, the gap between two labels on one line, where both sides go on with these."""
    if mark.number is not None or mark.label.vertical or " " not in mark.text or begins_like_note(mark.text):
        return [mark]
    line = mark.height
    near = [other for other in marks if _is_next_line(other, mark) and other.overlap_x(mark) > 0]
    if len(near) == 1 and " " in near[0].text:
        runs = runs_in(mark)
        return _parted(mark, runs, _common_gaps(runs, runs_in(near[0]), line))
    pairs = [(a, b) for a, b in itertools.product(near, near) if a.x1 < b.x0 and abs(a.cy - b.cy) < 0.3 * line]
    if not pairs:
        return [mark]
    runs = runs_in(mark)
    for left, right in itertools.pairwise(runs):
        before, after = (Extent(mark.x0, mark.y0, left.x1, mark.y1), Extent(right.x0, mark.y0, mark.x1, mark.y1))
        wide = right.x0 - left.x1 > COLUMN_GAP * line
        if wide and any(_is_aligned(a, before) and _is_aligned(b, after) for a, b in pairs):
            return _parted(mark, runs, [(float(left.x1), float(right.x0))])
    return [mark]


def _common_gaps(runs: Sequence[Run], others: Sequence[Run], line: float) -> list[tuple[float, float]]:
    """The gaps wider than between words that two lines have at one place: OCR ran both lines of two columns together.

    A text of more than two such lines is a paragraph, whose gaps fall together by chance.
    """
    gaps, under = [
        [(float(a.x1), float(b.x0)) for a, b in itertools.pairwise(row) if b.x0 - a.x1 > COLUMN_GAP * line]
        for row in (runs, others)
    ]
    found = [gap for gap in gaps if any(min(gap[1], g[1]) - max(gap[0], g[0]) > 0 for g in under)]
    return found if len(gaps) == len(under) == len(found) == 1 else []


def _is_next_line(other: Mark, line: Mark) -> bool:
    """Whether a label is the line right over or under another one."""
    gap = -other.overlap_y(line)
    return other is not line and other.number is None and -0.5 * line.height < gap < CLOSE * line.height


def _is_aligned(one: Extent, other: Extent) -> bool:
    """Whether two lines are flush left, flush right or centred with each other."""
    return min(abs(one.x0 - other.x0), abs(one.x1 - other.x1), abs(one.cx - other.cx)) < 0.5 * other.height


def _is_other_name(left: Run, right: Run) -> bool:
    """Whether the colour changes between two runs; short ones give no reliable colour."""
    plain = not (left.is_key or right.is_key or left.is_mixed)
    return plain and min(left.width, right.width) >= SHORT and _other_ink(left.color, right.color)


def _other_ink(first: Color, second: Color) -> bool:
    return color_distance(first, second) > OTHER_INK and not (is_neutral(first) and is_neutral(second))


def _share_before(x: float, runs: Sequence[Run], line: float) -> float:
    """Share of the text's length that lies at the left of `x`: keys and frames left out, and gaps no wider than a
    blank.
    """
    words = [run for run in runs if not run.is_key and run.width > SIDE]
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
        stop = text[position - 1] == "." and text[position + 1 : position + 2].islower()
        joined = text[position].isupper() and (text[position - 1].islower() or stop)
        if blank or joined or _is_full_width(text[position - 1 : position + 1]):
            off = abs(letters(text[:position]) / total - share)
            if off < at:
                best, at = position, off
    return best if at < 0.15 else start


def _is_full_width(text: str) -> bool:
    """Whether most characters are as wide as Chinese ones."""
    return 2 * sum(unicodedata.east_asian_width(character) in "WF" for character in text) > len(text)
