"""Plain text: paragraphs are set apart by blank lines, headings are taken for headings only where unmistakable."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from .flow import Flow, Line
from .parsed import Limits, ParsedDocument
from .text_decoding import read_text

_MAX_HEADING = 80
_UNDERLINE = re.compile(r"(={3,}|-{3,})\s*$")
_COLUMNS = re.compile(r"\t|\S {3,}\S|\|")
_SENTENCE_END = tuple(".,;:!?。，；：！？…")
_NUMBERED = re.compile(r"(\d{1,2}(?:\.\d{1,2}){0,4})\.?\s+(?P<initial>[^\W\d_])")
_CHINESE_CHAPTER = re.compile(r"第[0-9零〇一二三四五六七八九十百]+(?P<unit>[章篇部编節节])(?!的)")
_MIN_CAPITALS = 4


class PlainTextLoader:
    """Reads plain text in any encoding that `text_decoding` knows."""

    media_types = ("text/plain",)

    def load(self, path: Path, limits: Limits) -> ParsedDocument:
        """Parse the text file at `path`."""
        decoded = read_text(path, limits)
        lines = decoded.text.split("\n")
        flow = Flow(len(lines))
        add_paragraphs(flow, lines)
        return flow.document("text/plain", flow.first_heading(), [decoded.warning])


def add_paragraphs(flow: Flow, lines: Sequence[str], place: Callable[[int], float] = float) -> None:
    """Add the paragraphs and headings of plain text; `place` turns the number of a line into the flow's units."""
    paragraphs = list(_paragraphs(lines))
    neighbours = [None, *paragraphs, None]
    for before, paragraph, after in zip(neighbours, paragraphs, neighbours[2:], strict=False):
        _add(flow, paragraph, before, after, place)


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """Lines between blank lines; the first has the number `start`, counted from 0. An underlined heading has a `level`
    and is one line, although it takes `height` lines.
    """

    start: int
    lines: tuple[str, ...]
    level: int = 0
    height: int = 0


def _paragraphs(lines: Sequence[str]) -> Iterator[_Paragraph]:
    start = 0
    while start < len(lines):
        if not lines[start].strip():
            start += 1
            continue
        heading = _underlined_heading(lines, start)
        if heading:
            yield heading
            start += heading.height
            continue
        end = start
        while end < len(lines) and lines[end].strip():
            end += 1
        yield _Paragraph(start, tuple(lines[start:end]))
        start = end


def _underlined_heading(lines: Sequence[str], start: int) -> _Paragraph | None:
    """A title with a line of `=` (level 1) or `-` (level 2) below it, or the same line above and below it."""
    first, second, third = (*lines[start : start + 3], "", "")[:3]
    if level := _underlined_level(first, second):
        return _Paragraph(start, (first,), level, height=2)
    if first.strip() == third.strip() and (level := _underlined_level(second, third)):
        return _Paragraph(start, (second,), level, height=3)
    return None


def _underlined_level(title: str, underline: str) -> int:
    """1 for a title underlined with `=`, 2 with `-`; 0 otherwise, also for the header row of a text table."""
    mark = _UNDERLINE.match(underline)
    title = title.strip()
    if not mark or _COLUMNS.search(title) or len(title) > _MAX_HEADING or not any(map(str.isalpha, title)):
        return 0
    # Wide characters take two columns, so the line may be up to twice as long as the title has characters.
    if not 0.5 * len(title) <= len(mark[1]) <= 2 * len(title) + 2:
        return 0
    return 1 if mark[1][0] == "=" else 2


def _add(
    flow: Flow,
    paragraph: _Paragraph,
    before: _Paragraph | None,
    after: _Paragraph | None,
    place: Callable[[int], float],
) -> None:
    if paragraph.level:
        line = Line(paragraph.lines[0], place(paragraph.start), place(paragraph.start + paragraph.height))
        flow.add_text("heading", [line], paragraph.level)
        return
    longest = max(map(len, paragraph.lines))
    lines = [
        # A line much shorter than the others was ended by its writer (a verse, an entry), not by the page's width.
        Line(
            text,
            place(number),
            place(number + 1),
            hard=len(text.rstrip()) < 0.75 * longest or bool(_COLUMNS.search(text)),
        )
        for number, text in enumerate(paragraph.lines, start=paragraph.start)
    ]
    level = _heading_level(paragraph, before, after)
    flow.add_text("heading" if level else "paragraph", lines, level)


def _heading_level(paragraph: _Paragraph, before: _Paragraph | None, after: _Paragraph | None) -> int:
    """The level of a heading that stands alone between blank lines, or 0."""
    title = paragraph.lines[0].strip()
    if len(paragraph.lines) > 1 or len(title) > _MAX_HEADING or after is None or _COLUMNS.search(title):
        return 0
    if title.endswith(_SENTENCE_END):
        return 0
    if chapter := _CHINESE_CHAPTER.match(title):
        return 2 if chapter["unit"] in "节節" else 1
    if number := _NUMBERED.match(title):
        is_title = number["initial"].isupper() or not number["initial"].isascii()
        return number[1].count(".") + 1 if is_title and not _is_list_item(number[1], before, after) else 0
    letters = [character for character in title if character.isalpha()]
    is_capitals = len(letters) >= _MIN_CAPITALS and title.isupper() and len(letters) * 2 > len(title)
    return 1 if is_capitals and all(map(str.isascii, letters)) else 0


def _is_list_item(number: str, before: _Paragraph | None, after: _Paragraph | None) -> bool:
    """Whether a numbered line follows or precedes its like: headings have text between them, or are nested."""
    preceding = _NUMBERED.match(before.lines[0].strip()) if before and len(before.lines) == 1 else None
    following = _NUMBERED.match(after.lines[0].strip()) if after else None
    if preceding and not number.startswith(preceding[1] + "."):
        return True
    return following is not None and not following[1].startswith(number + ".")
