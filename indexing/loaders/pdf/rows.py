"""Rows: what stands side by side, with the pieces of one entry joined (a currency sign and its number, a bullet and
its text), and the patterns that tell numbers, years and bullets.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from .columns import FigureSpot, Item
from .lines import Break, Line

_CURRENCY = re.compile(r"(?:US|HK|NT|CA|AU|[ACNS])?[$€£¥]\s*[(]?")
_CLOSING = re.compile(r"\)?\s*%?\s*\)?")
_AMOUNT = re.compile(
    r"[(\[]?\s*[-+–−]?\s*(?:US|HK|NT|RMB|CNY|EUR|USD)?\s*[$€£¥]?\s*[(]?[-+–−]?\s*\d(?:[\d,.' ]*\d)?\s*"
    r"(?:%|x|X|bps|pts?|pp|bn|mn|m|k|million|billion|thousand|[万萬亿億]元?|元)?\s*[)\]]?\s*%?"
    r"\s*(?:\(\w{1,2}\)|[*†‡]+)?"
)
_EMPTY_AMOUNT = re.compile(r"[$€£¥]?\s*[-–—]+\s*%?|[Nn]\.?/?[AaMm]\.?|\*+", re.ASCII)
_NO_FIGURE = re.compile(r"[A-Za-z./*]+")
_LOOSE_SIGN = re.compile(r"(?<=^[$€£¥])\s+(?=[\d(—–-])|(?<=[\d)])\s+(?=%)")
_YEAR = re.compile(r"(?:FY|CY|[Qq][1-4]|[1-4]Q|H[12])?\s*['’]?(?:19|20)\d\d\s*(?:[AEF]|\(\w{1,2}\)|年)?")
_FOOTNOTE = re.compile(r"\(\w{1,2}\)|\[\w{1,2}\]|[*†‡]+|[¹²³⁴⁵⁶⁷⁸⁹]+")
_HANGING = 4.0  # heights of a line, at most, from a bullet or an enumerator to its text
_BULLET = "[•●○▪■◦‣⁃∙·➢►◆❖✓☐☒□]"
_ENUMERATOR = r"\(?(?:\d{1,2}|[a-zA-Z]|[ivx]{1,5})[.)]"
_CHINESE_ENUMERATOR = r"[（(][一二三四五六七八九十]{1,3}[)）]|（\d{1,2}）|[一二三四五六七八九十]{1,3}、|\d{1,2}、"
_LONE_MARKER = re.compile(
    rf"{_BULLET}|[-–—*]|{_ENUMERATOR}|{_CHINESE_ENUMERATOR}|(?:\d{{1,2}}\.){{1,3}}\d{{0,2}}|(?:Item|ITEM|Note|NOTE)\s+\w{{1,3}}\.?"
)
_LIST_START = re.compile(rf"(?:{_BULLET}|{_CHINESE_ENUMERATOR})\s*\S|(?:[-–—*]|{_ENUMERATOR})\s+\S")
_BULLET_START = re.compile(rf"{_BULLET}|[-–—*]\s")


@dataclass(slots=True)
class Row:
    """What stands at one height, from left to right; `figure` rows hold nothing but the place of a figure."""

    cells: list[Line]
    figure: FigureSpot | None = None

    @property
    def x0(self) -> float:
        """Left edge in points."""
        return self.cells[0].x0

    @property
    def x1(self) -> float:
        """Right edge in points."""
        return max(cell.x1 for cell in self.cells)

    @property
    def y0(self) -> float:
        """Top in points."""
        return self.figure.y0 if self.figure else min(cell.y0 for cell in self.cells)

    @property
    def y1(self) -> float:
        """Bottom in points."""
        return self.figure.y1 if self.figure else max(cell.y1 for cell in self.cells)

    @property
    def height(self) -> float:
        """Height in points."""
        return self.y1 - self.y0

    @property
    def text(self) -> str:
        """All entries, from left to right."""
        return " ".join(cell.text for cell in self.cells)

    def merged(self) -> Line:
        """The whole row as one line of text."""
        line = self.cells[0]
        for cell in self.cells[1:]:
            line = _glue(line, cell, " ")
        return line


def rows_of(items: Sequence[Item]) -> list[Row]:
    """The items of one region as rows from top to bottom."""
    rows: list[Row] = []
    for item in sorted(items, key=lambda item: (item.y0 + item.y1, item.x0)):
        if isinstance(item, FigureSpot):
            rows.append(Row([], item))
            continue
        above = rows[-1] if rows else None
        if above and above.cells:
            other = max(above.cells, key=lambda cell: cell.height)
            if item.middle - other.middle < 0.5 * min(item.height, other.height):
                above.cells.append(item)
                continue
        rows.append(Row([item]))
    for row in rows:
        row.cells = _join_pieces(sorted(row.cells, key=lambda cell: cell.x0))
    return _figures_side_by_side(rows)


def is_amount(text: str) -> bool:
    """Whether a cell holds a number, a percentage, an amount, or the dash that stands for none."""
    return bool(_AMOUNT.fullmatch(text) or _EMPTY_AMOUNT.fullmatch(text))


def is_figure(text: str) -> bool:
    """Whether a cell holds figures: an amount, a range, several amounts, a dash; no words ("n/a") and no year."""
    if is_amount(text):
        return not is_year(text) and not _NO_FIGURE.fullmatch(text)
    letters = sum(map(str.isalpha, text))
    digits = sum(map(str.isdigit, text))
    # "30," is the end of a date in a narrow heading.
    loose = text[:1].isalpha() or text.endswith(",") or is_year(text)
    return digits >= 2 and letters <= 0.5 * digits and not loose


def is_year(text: str) -> bool:
    """Whether a cell holds a year or a quarter, which heads a column rather than filling it."""
    return bool(_YEAR.fullmatch(text))


def is_list_start(text: str) -> bool:
    """Whether a line begins with a bullet or an enumerator."""
    return bool(_LIST_START.match(text))


def is_bullet_start(text: str) -> bool:
    """Whether a line begins with a bullet, which cannot be part of a sentence."""
    return bool(_BULLET_START.match(text))


def _figures_side_by_side(rows: list[Row]) -> list[Row]:
    """Figures that follow each other and stand at about one height, ordered from left to right."""
    ordered: list[Row] = []
    for row in rows:
        index = len(ordered)
        while row.figure and index and _right_of(ordered[index - 1].figure, row.figure):
            index -= 1
        ordered.insert(index, row)
    return ordered


def _right_of(other: FigureSpot | None, figure: FigureSpot) -> bool:
    if other is None or other.x0 <= figure.x0:
        return False
    common = min(other.y1, figure.y1) - max(other.y0, figure.y0)
    return common > 0.5 * min(other.y1 - other.y0, figure.y1 - figure.y0)


def _join_pieces(cells: list[Line]) -> list[Line]:
    """Join what tells one entry in several pieces: `$` + `1,234`, `(56` + `)`, `•` + text, a number and its note."""
    if len(cells) < 2:
        return cells
    joined = [cells[0]]
    for cell in cells[1:]:
        before = joined[-1]
        separator = _piece_separator(before, cell, first=len(joined) == 1)
        if separator is None:
            joined.append(cell)
        else:
            joined[-1] = _glue(before, cell, separator)
    for cell in joined:
        text = _LOOSE_SIGN.sub("", cell.text)
        if len(text) < len(cell.text):
            cell.text, cell.breaks = text, ()
    return joined


def _piece_separator(before: Line, cell: Line, *, first: bool) -> str | None:
    """What stands between two pieces of one entry; None where they are entries of their own."""
    if _CURRENCY.fullmatch(before.text) and is_amount(cell.text):
        return ""
    if _CLOSING.fullmatch(cell.text) and is_amount(before.text.rstrip("(") or "x"):
        return ""
    if _FOOTNOTE.fullmatch(cell.text) and cell.height < 0.8 * before.height and cell.x0 - before.x1 < before.height:
        return " "
    near = cell.x0 - before.x1 < _HANGING * before.height
    if first and near and _LONE_MARKER.fullmatch(before.text) and cell.text[0].isalpha() | (cell.text[0] in "“\"'‘[$"):
        return " "
    return None


def _glue(left: Line, right: Line, separator: str) -> Line:
    text = left.text + separator
    moved = (Break(mark.offset + len(text), mark.left, mark.right) for mark in right.breaks)
    own = (Break(len(text), left.x1, right.x0),) if separator else ()
    return replace(
        left,
        text=text + right.text,
        x0=min(left.x0, right.x0),
        y0=min(left.y0, right.y0),
        x1=max(left.x1, right.x1),
        y1=max(left.y1, right.y1),
        size=(left if len(left.text) >= len(right.text) else right).size,
        bold=left.bold and right.bold,
        italic=left.italic and right.italic,
        words=left.words + right.words,
        hyphenated=right.hyphenated,
        breaks=(*left.breaks, *own, *moved),
    )
