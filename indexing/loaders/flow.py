"""Builds the parsed form of documents without pages (Markdown, HTML, plain text, CSV).

Places are given in units of the source, lines or characters, and turn into fractions of the whole document.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace

from ..documents import Box, Region, Table
from .parsed import (
    Block,
    FigureBlock,
    ParsedDocument,
    SkippedFigure,
    TableBlock,
    TextBlock,
    TextKind,
    TextSpan,
)

# "Table 3: …", "Figure 2 Sales" and "图 2-1 …" are captions; "Figure 2 shows …" is a sentence about one.
_NUMBERED_CAPTION = r"\s*[0-9一二三四五六七八九十IVX][0-9.\-]*(?:\s*[:：.。、—–]|\s+(?![a-z])|$)"
_TABLE_CAPTION = re.compile(r"(?:[Tt]able|TABLE|Tab\.|表格?)" + _NUMBERED_CAPTION)
_FIGURE_CAPTION = re.compile(
    r"(?:[Ff]igure|FIGURE|[Ff]ig\.|FIG\.|[Cc]hart|CHART|[Ee]xhibit|EXHIBIT|图表?|圖表?)" + _NUMBERED_CAPTION
)
_MAX_CAPTION = 400


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text that stands from `start` to `end` in the source. After `hard` the line really ends;
    otherwise the text flows on into the next line.
    """

    text: str
    start: float
    end: float
    hard: bool = False


class Flow:
    """Collects blocks in reading order. `total` is the length of the source in the units of all places given."""

    def __init__(self, total: float) -> None:
        self._total = max(total, 1.0)
        self._blocks: list[Block] = []
        self._captions: set[int] = set()  # positions of the blocks that are captions by their style
        self._skipped: list[SkippedFigure] = []
        self._boilerplate: list[TextBlock] = []

    def region(self, start: float, end: float) -> Region:
        """The full width of the document from `start` to `end`."""
        top = min(max(start / self._total, 0.0), 1.0)
        return Region(None, Box(0.0, top, 1.0, min(max(end / self._total, top), 1.0)))

    def add_text(self, kind: TextKind, lines: Sequence[Line], level: int = 0) -> None:
        """Add a block of text; lines without any text count as nothing."""
        block = self._text_block(kind, lines, level)
        if block:
            self._blocks.append(block)

    def add_caption(self, lines: Sequence[Line]) -> None:
        """Add a paragraph that the document itself calls a caption, whatever its words."""
        place = len(self._blocks)
        self.add_text("paragraph", lines)
        self._captions.update(range(place, len(self._blocks)))

    def add_boilerplate(self, lines: Sequence[Line]) -> None:
        """Keep text that is not part of the content: navigation, page headers, front matter."""
        block = self._text_block("paragraph", lines, 0)
        if block:
            self._boilerplate.append(block)

    def add_table(self, table: Table, start: float, end: float) -> None:
        """Add a table; one without any text counts as nothing."""
        if any(cell for row in table.rows for cell in row):
            self._blocks.append(TableBlock(table, (self.region(start, end),)))

    def add_figure(self, figure: FigureBlock | SkippedFigure) -> None:
        """Add a figure, or the record that it was left out."""
        if isinstance(figure, SkippedFigure):
            self._skipped.append(figure)
        else:
            self._blocks.append(figure)

    def has_content(self) -> bool:
        """Whether any block was added."""
        return bool(self._blocks)

    def first_heading(self) -> str:
        """The text of the first heading, or an empty string."""
        headings = (block for block in self._blocks if isinstance(block, TextBlock) and block.kind == "heading")
        return next((heading.text for heading in headings), "")

    def document(self, media_type: str, title: str, warnings: Sequence[str] = ()) -> ParsedDocument:
        """The parsed document; captions printed as paragraphs are given to their tables and figures as well."""
        return ParsedDocument(
            media_type=media_type,
            title=title,
            pages=(),
            blocks=tuple(_with_captions(self._blocks, self._captions)),
            skipped_figures=tuple(self._skipped),
            boilerplate=tuple(self._boilerplate),
            warnings=tuple(warning for warning in warnings if warning),
        )

    def _text_block(self, kind: TextKind, lines: Sequence[Line], level: int) -> TextBlock | None:
        pieces: list[str] = []
        spans: list[TextSpan] = []
        length = 0
        previous: Line | None = None
        for line in lines:
            text = line.text.rstrip() if kind == "code" else line.text.strip()
            if not text and (kind != "code" or not spans):
                continue
            glue = _glue(previous, text) if previous else ""
            pieces += (glue, text)
            length += len(glue)
            if text:
                spans.append(TextSpan(length, length + len(text), self.region(line.start, line.end)))
            length += len(text)
            previous = replace(line, text=text)
        return TextBlock(kind, "".join(pieces).rstrip(), tuple(spans), level) if spans else None


def _glue(previous: Line, text: str) -> str:
    if previous.hard:
        return "\n"
    # Chinese and Japanese have no spaces: a line break inside a sentence stands for nothing (CSS Text, 4.1.2).
    return "" if previous.text and text and _is_wide(previous.text[-1]) and _is_wide(text[0]) else " "


def _is_wide(character: str) -> bool:
    is_hangul = "\uac00" <= character <= "\ud7a3"
    return unicodedata.east_asian_width(character) in "WF" and not is_hangul


def _with_captions(blocks: Sequence[Block], styled: Container[int]) -> list[Block]:
    """The blocks, tables and figures with the caption that stands right above or below. Each caption is given once,
    and the one above comes first, so that a column of pictures keeps its captions in step, above or below.
    """
    captioned = list(blocks)
    given: set[int] = set()
    for index, block in enumerate(blocks):
        if isinstance(block, TextBlock):
            continue
        patterns = (_TABLE_CAPTION, _FIGURE_CAPTION)
        own, other = patterns if isinstance(block, TableBlock) else patterns[::-1]
        places = [place for place in (index - 1, index + 1) if place not in given and 0 <= place < len(blocks)]
        texts = ((place, _caption(blocks[place], own, other, styled=place in styled)) for place in places)
        place, text = next(((place, text) for place, text in texts if text), (-1, ""))
        if isinstance(block, FigureBlock) and text and text not in block.caption:
            captioned[index] = replace(block, caption=f"{block.caption}\n{text}".strip())
            given.add(place)
        elif isinstance(block, TableBlock) and text and not block.table.title:
            captioned[index] = replace(block, table=replace(block.table, title=text))
            given.add(place)
    return captioned


def _caption(block: Block, own: re.Pattern[str], other: re.Pattern[str], *, styled: bool) -> str:
    """The text of a paragraph that is a caption by its first words, or by its style unless its words contradict."""
    if not isinstance(block, TextBlock) or block.kind != "paragraph" or len(block.text) > _MAX_CAPTION:
        return ""
    return block.text if own.match(block.text) or (styled and not other.match(block.text)) else ""
