"""Running headers, footers and page numbers: the same line, up to its digits, at the same place on many pages."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from .lines import Line

_MARGIN = 0.12  # share of the page's height, at the top and at the bottom, that can hold running lines
_ROWS = 4  # printed rows from the edge of the text that can be running lines
_PLACE = 0.012  # share of the page's size by which the place may differ
_SHARE = 0.1  # of the pages, at least, carry a running line ...
_MIN_PAGES = 3  # ... and so many pages
_DENSITY = 0.3  # of the pages between its first and its last appearance carry it
_NUMBERS = 8  # in a line, that are looked at
_NUMBERED = 0.7  # share of the pages whose number a line tells
_HEADER_GAP = 1.2  # heights of a line between the header of a table and its next row, at most
_FIRST_YEAR = 1900  # greater numbers at a page's edge are years at the head of a table
_DIGITS = re.compile(r"\d{1,9}")
_PAGE_NUMBER = re.compile(
    r"(?:[Pp]age\s*|PAGE\s*|[Pp]\.\s*|第\s*|[A-Z]{1,2}-|-\s*|[|]\s*)?(\d{1,4})(?:\s*(?:/|of|OF|[|])\s*\d{1,4}|\s*-|\s*页.*|\s*頁.*|\s*[|])?"
)
_ROMAN = re.compile(r"(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})(?<=.)")
_ROMAN_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


@dataclass(frozen=True, slots=True)
class PageLines:
    """The lines of one page and its upright size in points."""

    lines: Sequence[Line]
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Boilerplate:
    """For each page, the positions in `lines` that are running lines, and its printed number where it has one."""

    positions: tuple[frozenset[int], ...]
    printed_numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Candidate:
    page: int
    position: int
    line: Line
    place: float  # vertical centre as a share of the page
    in_margin: bool


def find_boilerplate(pages: Sequence[PageLines]) -> Boilerplate:
    """Find the running lines of a document. One page alone tells none, two pages tell page numbers only."""
    found: list[set[int]] = [set() for _ in pages]
    printed = [""] * len(pages)
    numbers, texts = _grouped(pages)
    counted = [candidate for group in numbers if _counts_up(group) for candidate in group]
    for candidate in [*_alike([one for group in numbers for one in group], counted), *counted]:
        found[candidate.page].add(candidate.position)
        printed[candidate.page] = _printed(candidate.line.text)
    running = [one for group in texts for same in _same_text(group) if _is_running(same, len(pages)) for one in same]
    for candidate in running:
        found[candidate.page].add(candidate.position)
        found[candidate.page].update(_beside(candidate, pages[candidate.page].lines))
    return Boilerplate(tuple(map(frozenset, found)), tuple(printed))


def _alike(numbers: Sequence[_Candidate], counted: Sequence[_Candidate]) -> list[_Candidate]:
    """Numbers that stand where the page numbers of other pages stand ("ii" before "1", "2", "3")."""
    places = [candidate.place for candidate in counted if candidate.in_margin]
    return [
        candidate
        for candidate in numbers
        if candidate.in_margin and sum(abs(candidate.place - place) < _PLACE / 4 for place in places) >= _MIN_PAGES
    ]


def _beside(running: _Candidate, lines: Sequence[Line]) -> list[int]:
    """What stands beside a running line, such as the name of the section."""
    return [i for i, line in enumerate(lines) if abs(line.middle - running.line.middle) < 0.3 * running.line.height]


def _grouped(pages: Sequence[PageLines]) -> tuple[list[list[_Candidate]], list[list[_Candidate]]]:
    """Numbers that keep their distance to the page's count, the rarest first, and equal texts at equal places."""
    texts: defaultdict[str, list[_Candidate]] = defaultdict(list)
    numbers: defaultdict[tuple[str, int], list[_Candidate]] = defaultdict(list)
    for page_number, page in enumerate(pages):
        for candidate in _candidates(page_number, page):
            counted = _page_number(candidate.line.text)
            if counted:
                numbers[counted[0], counted[1] - page_number].append(candidate)
            elif candidate.in_margin and any(map(str.isalpha, candidate.line.text)):
                texts[_key(candidate.line.text)].append(candidate)
    by_size = sorted(numbers.items(), key=lambda item: (len(item[1]), item[0]))
    return [group for _, group in by_size], [group for key in sorted(texts) for group in _same_place(texts[key])]


def _candidates(number: int, page: PageLines) -> list[_Candidate]:
    """Lines among the outermost rows of a page that stand in its margins, or are the very first or last."""
    order = sorted(range(len(page.lines)), key=lambda i: page.lines[i].middle)
    rows: list[list[int]] = []
    for position in order:
        line = page.lines[position]
        if rows and line.middle - page.lines[rows[-1][0]].middle < 0.5 * line.height:
            rows[-1].append(position)
        else:
            rows.append([position])
    found = []
    for index, row in enumerate(rows):
        from_edge = min(index, len(rows) - 1 - index)
        if from_edge >= _ROWS or any(_is_of_table(row, other, page.lines) for other in _neighbours(rows, index)):
            continue
        for position in row:
            place = page.lines[position].middle / page.height
            in_margin = place < _MARGIN or place > 1 - _MARGIN
            # A page number follows the text where a page ends early.
            if in_margin or from_edge == 0:
                found.append(_Candidate(number, position, page.lines[position], place, in_margin))
    return found


def _neighbours(rows: Sequence[list[int]], index: int) -> Sequence[list[int]]:
    """The rows next to one at the page's top or bottom, towards the middle; those of wrapped cells may interlock."""
    return rows[index + 1 : index + 3] if index < len(rows) / 2 else rows[max(index - 2, 0) : index]


def _is_of_table(row: Sequence[int], inner: Sequence[int], lines: Sequence[Line]) -> bool:
    """Whether entries of a row stand close over or under those of the next one: columns, on however many pages."""
    first, second = [lines[i] for i in row], [lines[i] for i in inner]
    if len(first) < 2:
        return False
    gap = max(second[0].middle, first[0].middle) - min(second[0].middle, first[0].middle)
    aligned = [any(line.x0 < other.x1 and other.x0 < line.x1 for other in second) for line in first]
    return gap < (1 + _HEADER_GAP) * first[0].height and sum(aligned) >= 2


def _page_number(text: str) -> tuple[str, int] | None:
    """Style and value of a line that is nothing but a page number."""
    counted = _PAGE_NUMBER.fullmatch(text)
    if counted:
        value = int(counted.group(1))
        return ("arabic", value) if value < _FIRST_YEAR else None
    if _ROMAN.fullmatch(text.lower()):
        values = [_ROMAN_VALUES[letter] for letter in text.lower()]
        smaller = (value if value >= after else -value for value, after in zip(values, [*values[1:], 0], strict=True))
        return "roman", sum(smaller)
    return None


def _printed(text: str) -> str:
    counted = _PAGE_NUMBER.fullmatch(text)
    return counted.group(1) if counted else text


def _key(text: str) -> str:
    return _DIGITS.sub("#", " ".join(text.split())).casefold()


def _same_place(candidates: list[_Candidate]) -> list[list[_Candidate]]:
    """Group by height on the page; left and right pages may set the same line at different sides."""
    groups: list[list[_Candidate]] = []
    for candidate in sorted(candidates, key=lambda c: (c.place, c.page, c.position)):
        if groups and candidate.place - groups[-1][-1].place <= _PLACE:
            groups[-1].append(candidate)
        else:
            groups.append([candidate])
    return groups


def _same_text(group: list[_Candidate]) -> list[list[_Candidate]]:
    """The group, where its texts differ by the page number only; else the lines of each text by themselves.

    "Page 3 of 9" runs on; "Second quarter 2022" and "Third quarter 2023" are titles.
    """
    texts: defaultdict[str, list[_Candidate]] = defaultdict(list)
    offsets: defaultdict[int, int] = defaultdict(int)
    for candidate in group:
        texts[" ".join(candidate.line.text.split())].append(candidate)
        for offset in {int(number) - candidate.page for number in _DIGITS.findall(candidate.line.text)[:_NUMBERS]}:
            offsets[offset] += 1
    if len(texts) == 1 or max(offsets.values(), default=0) > _NUMBERED * len(group):
        return [group]
    return list(texts.values())


def _is_running(group: list[_Candidate], pages: int) -> bool:
    on_pages = sorted({candidate.page for candidate in group})
    if len(on_pages) < max(_MIN_PAGES, _SHARE * pages):
        return False
    return len(on_pages) >= _DENSITY * (on_pages[-1] - on_pages[0] + 1)


def _counts_up(group: list[_Candidate]) -> bool:
    """Whether numbers that follow the pages do so at one place, or on so many pages that it is no chance."""
    on_pages = {candidate.page for candidate in group}
    if len(on_pages) >= _MIN_PAGES:
        return True
    return len(on_pages) == 2 and len(_same_place(group)) == 1 and all(candidate.in_margin for candidate in group)
