"""Labels of a chart as marks in pixels: the geometry that telling title, ticks and values apart rests on."""

from __future__ import annotations

import re
import statistics
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ..documents import Box
from ..east_asian import EAST_ASIAN
from ..loaders.parsed import Label
from ..reading_order import text_rows
from .extent import Extent
from .numbers import ParsedNumber, parse_number

_NARROW = frozenset("iljtfrI.,;:'`!|()[]/‘’“”\" ")
_WIDE = frozenset("mwMW%@—…")
_EAST_ASIAN = re.compile(rf"[{EAST_ASIAN}，。、：；（）《》「」]")
_KEYS = "|■□▪▫●○◆◇▲△▼▬—–• "
_TICK_DASH = re.compile(r"(?<=[\d%a-zA-Z万亿元])\s*[-–—_]$|^[-–—_]\s+(?=\d)")
"""The tick of an axis, read as part of its label."""
_MARKER = re.compile(r"(?<=[\d%])\s*[△▲Δ▽▼●○◦■□▪▫◆◇]+$|(?<=%)[0oO]$")
"""The marker of a line, read as part of its number."""
_LINE_KEY = re.compile(r"^[-=~_]+(?=[A-Z])")
"""The key of a line, read as part of its name."""
_SHARES = re.compile(r"(?:\d+(?:\.\d+)?[%％]\s?){2,}")
_LETTER_O = re.compile(r"(?<=\d)[oO]+(?![A-Za-z])")
_ZERO = re.compile(r"\b0(?=[a-z]{2})")
DIGIT = 0.52
"""Width of an average letter in heights of its line, as OCR's boxes have it."""
_AFTER_SIGN = re.compile(r"([%％])(?=[-+<]?\d)")
_MONTH = re.compile(r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?", re.IGNORECASE)
_YEARS_JOINED = re.compile(r"(?:(?:19|20)\d\d){2,}")
_DECIMALS_JOINED = re.compile(r"(\d{1,3}\.)(\d{3,})\.(\d+)")
_THOUSANDS_JOINED = re.compile(r"(\d{1,3}(?:,\d{3})+)(\d{1,3}(?:,\d{3})+)")
_MONTHS = re.compile(rf"({_MONTH.pattern}\s*){{2,}}", re.IGNORECASE)
_NEXT_MONTH = re.compile(r"(?<=[a-z.])(?=[A-Z])")
_SHORT_YEAR = re.compile(r"['’‘]\d\d")
_SPACED_THOUSANDS = re.compile(r"\d{1,3}( \d{3})+")


@dataclass(frozen=True, slots=True)
class Mark(Extent):
    """A label, or one of the numbers that OCR ran together in one label. `index` is the label's; sizes in pixels."""

    index: int
    label: Label
    number: ParsedNumber | None

    @property
    def text(self) -> str:
        """The text as printed."""
        return self.label.text

    @property
    def line_height(self) -> float:
        """Height of the line of text, whichever way it is turned."""
        return self.width if self.label.vertical else self.height

    @property
    def letter_width(self) -> float:
        """Estimated width of an average letter: tells fonts and sizes apart better than the box's height does."""
        length = self.height if self.label.vertical else self.width
        return length / max(1.0, letters(self.text))

    @property
    def is_number(self) -> bool:
        """A number that is no year."""
        return self.number is not None and not self.number.is_year


def marks_of(labels: Sequence[Label], width: float, height: float) -> list[Mark]:
    """One mark for each label of a figure of `width` x `height` pixels, more where a label holds several numbers."""
    return [
        Mark(
            piece.box.x0 * width,
            piece.box.y0 * height,
            piece.box.x1 * width,
            piece.box.y1 * height,
            index,
            piece,
            None if piece.vertical and len(piece.text) > 8 else parse_number(_TICK_DASH.sub("", piece.text)),
        )
        for index, label in enumerate(labels)
        for piece in _split_numbers(_without_slips(label), height / width)
    ]


def _without_slips(label: Label) -> Label:
    """The label without the key of a legend that OCR has read as a character of it, and with its zeros."""
    unmarked = _MARKER.sub("", label.text)
    if unmarked != label.text and not label.vertical:
        box = label.box
        share = letters(unmarked) / letters(label.text)
        label = replace(label, text=unmarked, box=Box(box.x0, box.y0, box.x0 + (box.x1 - box.x0) * share, box.y1))
    text = with_zeros(_LINE_KEY.sub("", unmarked.lstrip(_KEYS)))
    return replace(label, text=text) if text and text != label.text else label


def with_zeros(text: str) -> str:
    """`text` with zeros for the letter that OCR takes old-style ones for: "2o1o"; and the letter for one in "0ct"."""
    return _ZERO.sub("O", _LETTER_O.sub(lambda found: "0" * len(found[0]), text))


def rows_of(marks: Sequence[Mark]) -> list[list[Mark]]:
    """The marks by row, from top to bottom, each row from left to right."""
    return [[marks[i] for i in row] for row in text_rows([mark.label for mark in marks])]


def join_texts(texts: Iterable[str]) -> str:
    """Lines of one text joined by spaces, except between East Asian characters, which take none."""
    joined = ""
    for text in (" ".join(text.split()) for text in texts):
        tight = joined and text and _EAST_ASIAN.match(joined[-1]) and _EAST_ASIAN.match(text[0])
        joined += text if tight or not joined or not text else f" {text}"
    return joined


def letters(text: str) -> float:
    """The length of `text` in average letters of a proportional font."""
    return sum(_letter(character) for character in text)


def line_height(marks: Sequence[Mark]) -> float:
    """Median height of the lines; 1 without any."""
    return statistics.median([mark.line_height for mark in marks]) if marks else 1.0


def _letter(character: str) -> float:
    if unicodedata.east_asian_width(character) in "WF":
        return 2.0
    if character in _NARROW:
        return 0.55
    if character in _WIDE:
        return 1.6
    return 1.25 if character.isupper() else 1.05


def _words_apart(text: str) -> list[str]:
    """The words of a label; months, shares and numbers without a blank between them apart."""
    if _MONTHS.fullmatch(text):
        text = _NEXT_MONTH.sub(" ", text)
    return [word for part in _AFTER_SIGN.sub(r"\1 ", text).split() for word in _numbers_apart(part)]


def _numbers_apart(text: str) -> tuple[str, ...]:
    """Two numbers as one word: "71.374.9", which have equally many decimals, or "1,2001,350"."""
    thousands, decimals = _THOUSANDS_JOINED.fullmatch(text), _DECIMALS_JOINED.fullmatch(text)
    if thousands:
        return thousands[1], thousands[2]
    if decimals and 2 <= len(decimals[2]) - len(decimals[3]) <= 3:
        places = len(decimals[3])
        return decimals[1] + decimals[2][:places], f"{decimals[2][places:]}.{decimals[3]}"
    return (text,)


def _split_numbers(label: Label, aspect: float) -> list[Label]:
    """Numbers set close together come back from OCR as one label: "34% 55% 10%", "68%69%", "20122011"."""
    joined = _YEARS_JOINED.fullmatch(label.text) is not None
    words = re.findall(r"\d{4}", label.text) if joined else _words_apart(label.text)
    joined = joined or len(_numbers_apart(label.text)) > 1
    one_number = not joined and (parse_number(label.text) or _SPACED_THOUSANDS.fullmatch(label.text))
    if label.vertical or len(words) < 2 or one_number:
        return [label]
    # Months close together, whose years stand below them, are the labels of several ticks, and so are short years.
    years = sum(map(bool, map(_SHORT_YEAR.fullmatch, words)))
    dates = all(map(_MONTH.fullmatch, words)) or (2 * years > len(words) and all(word[0] in "'’‘" for word in words))
    if any(parse_number(word) is None for word in words) and not dates:
        return [label]
    box, pieces, position = label.box, [], 0
    width = box.x1 - box.x0
    # What lies between two numbers, the dots that they belong to perhaps, is part of the label's box, too.
    letter = min(width / letters("".join(words)), DIGIT * (box.y1 - box.y0) * aspect)
    for word in words:
        start = label.text.index(word, position)
        position = start + len(word)
        left, right = (box.x0 + width * at / len(label.text) for at in (start, position))
        if len(words) == 2:
            left, right = (box.x0, right) if start == 0 else (left, box.x1)
            long = letters(word) * letter
            left, right = (left, left + long) if start == 0 else (right - long, right)
        pieces.append(Label(word, Box(left, box.y0, right, box.y1), label.confidence))
    return pieces
