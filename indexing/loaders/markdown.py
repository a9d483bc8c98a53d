"""Markdown: CommonMark with tables, strikethrough and front matter."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import DamagedFile
from ..documents import Table
from .flow import Flow, Line
from .html_blocks import add_fragment
from .linked_images import LinkedImages, beside
from .markdown_inline import cell_text, read_inline
from .parsed import FigureBlock, Limits, ParsedDocument, SkippedFigure
from .text_decoding import read_text

if TYPE_CHECKING:
    from markdown_it.token import Token

_MAX_NESTING = 100
_CONTENTS_MARK = re.compile(r"\[\[?_?TOC_?\]?\]", re.IGNORECASE)
_FRONT_TITLE = re.compile(r"^title\s*:\s*(.+?)\s*$", re.MULTILINE | re.IGNORECASE)
_CONTAINER_MARKS = re.compile(r"^(?:\s|>|[-+*]\s|\d{1,9}[.)]\s)+")


class MarkdownLoader:
    """Reads Markdown.

    Every list item is a block (its marker kept where it is a number, its lead-in before nested items), pictures below
    the document's folder become figures, HTML counts with its content only. Places are lines of the source.
    """

    media_types = ("text/markdown",)

    def load(self, path: Path, limits: Limits) -> ParsedDocument:
        """Parse the Markdown file at `path`."""
        decoded = read_text(path, limits)
        walk = _Walk(decoded.text, LinkedImages(beside(path, limits), limits), limits)
        try:
            walk.run(_parse(decoded.text))
        except RecursionError as error:
            raise DamagedFile(
                f"{path} nests links or pictures too deeply to be read.", hint="Simplify it, or save it as plain text."
            ) from error
        title = walk.front_title or walk.flow.first_heading()
        return walk.flow.document("text/markdown", title, [decoded.warning])


def _parse(text: str) -> list[Token]:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.front_matter import front_matter_plugin

    class Parser(MarkdownIt):
        def validateLink(self, url: str) -> bool:  # noqa: ARG002, N802 - overrides
            # Which addresses are followed is decided in `linked_images`; a refused one would be read as text.
            return True

    parser = Parser("commonmark", {"maxNesting": _MAX_NESTING}).enable(["table", "strikethrough"])
    return parser.use(front_matter_plugin).parse(text)


def _place(token: Token) -> tuple[int, int]:
    """First line of the source, counted from 0, and the line after the last."""
    start, end = token.map or (0, 0)
    return start, end


class _Walk:
    """Goes through the tokens once and fills a `Flow`."""

    def __init__(self, text: str, images: LinkedImages, limits: Limits) -> None:
        self._source = text.split("\n")
        self.flow = Flow(len(self._source))
        self.front_title = ""
        self._images = images
        self._limits = limits
        self._containers: list[str] = []  # what the current token stands in, outermost first
        self._item: list[Line] = []  # text of the current list item that is not yet a block
        self._marker = ""  # the number before the first text of an ordered list's item
        self._figures: list[FigureBlock | SkippedFigure] = []  # pictures within the current text

    def run(self, tokens: list[Token]) -> None:
        """Read all tokens of a document."""
        handlers = {
            "heading_open": self._heading,
            "table_open": self._table,
            "inline": self._text,
            "fence": self._code,
            "code_block": self._code,
            "html_block": self._html,
            "front_matter": self._front_matter,
            "blockquote_open": self._open,
            "bullet_list_open": self._open,
            "ordered_list_open": self._open,
            "list_item_open": self._open,
            "blockquote_close": self._close,
            "bullet_list_close": self._close,
            "ordered_list_close": self._close,
            "list_item_close": self._close,
        }
        position = 0
        while position < len(tokens):
            handler = handlers.get(tokens[position].type)
            position += handler(tokens, position) if handler else 1
        self._end_item()

    # Each handler takes the tokens and the position of its own one, and returns how many it has read.

    def _open(self, tokens: list[Token], position: int) -> int:
        token = tokens[position]
        self._end_item()
        self._containers.append(token.type.removesuffix("_open"))
        if token.type == "list_item_open":
            self._marker = f"{token.info}{token.markup} " if token.info else ""
        if tokens[position + 1].nesting < 0 and token.map:
            # Empty, or nested beyond what the parser goes into: then its lines are kept as they are.
            start, end = token.map
            lines = [_CONTAINER_MARKS.sub("", line + " ") for line in self._source[start:end]]
            self._add_lines([Line(text, start + i, start + i + 1, hard=True) for i, text in enumerate(lines)])
        return 1

    def _close(self, _tokens: list[Token], _position: int) -> int:
        self._end_item()
        self._containers.pop()
        return 1

    def _heading(self, tokens: list[Token], position: int) -> int:
        if self._containers:
            return 1  # part of an item or a quotation, not of the document's outline
        token = tokens[position + 1]
        self.flow.add_text("heading", self._lines(token), level=int(tokens[position].tag[1:]))
        self._add_figures()
        return 2

    def _text(self, tokens: list[Token], position: int) -> int:
        token = tokens[position]
        if not _CONTENTS_MARK.fullmatch(token.content.strip()):
            self._add_lines(self._lines(token))
            if self._figures:
                self._end_item()
                self._add_figures()
        return 1

    def _code(self, tokens: list[Token], position: int) -> int:
        token = tokens[position]
        self._end_item()
        start, end = _place(token)
        first = start + 1 if token.type == "fence" else start
        lines = token.content.rstrip("\n").split("\n")
        self.flow.add_text(
            "code", [Line(text, first + i, min(first + i + 1, end), hard=True) for i, text in enumerate(lines)]
        )
        return 1

    def _html(self, tokens: list[Token], position: int) -> int:
        token = tokens[position]
        self._end_item()
        add_fragment(token.content, self.flow, _place(token), self._images, self._limits)
        return 1

    def _front_matter(self, tokens: list[Token], position: int) -> int:
        token = tokens[position]
        title = _FRONT_TITLE.search(token.content)
        if title:
            self.front_title = title[1].strip("\"'")
        start = _place(token)[0] + 1
        lines = token.content.split("\n")
        self.flow.add_boilerplate([Line(text, start + i, start + i + 1, hard=True) for i, text in enumerate(lines)])
        return 1

    def _table(self, tokens: list[Token], position: int) -> int:
        self._end_item()
        opening = tokens[position]
        end_of_table = next(i for i in range(position, len(tokens)) if tokens[i].type == "table_close")
        rows: list[list[str]] = []
        header_rows = 0
        for token in tokens[position:end_of_table]:
            if token.type == "tr_open":
                rows.append([])
            elif token.type == "inline":
                rows[-1].append(cell_text(token, self._show(token)))
            elif token.type == "thead_close":
                header_rows = len(rows)
        start, end = _place(opening)
        self.flow.add_table(Table(tuple(map(tuple, rows)), min(header_rows, max(len(rows) - 1, 0))), start, end)
        self._add_figures()
        return end_of_table - position + 1

    def _lines(self, token: Token) -> list[Line]:
        return read_inline(token, self._show(token))

    def _show(self, token: Token) -> Callable[[str, str], bool]:
        """A function that resolves a picture within `token` and tells whether it became a figure."""
        start, end = _place(token)

        def show(address: str, caption: str) -> bool:
            figure = self._images.figure(address, caption, self.flow.region(start, end))
            self._figures.append(figure)
            return isinstance(figure, FigureBlock)

        return show

    def _add_lines(self, lines: list[Line]) -> None:
        container = self._containers[-1] if self._containers else ""
        if container == "list_item":
            if self._marker and lines:
                lines = [replace(lines[0], text=self._marker + lines[0].text), *lines[1:]]
                self._marker = ""
            self._item += [*lines[:-1], replace(lines[-1], hard=True)] if lines else []
        else:
            self.flow.add_text("quote" if container == "blockquote" else "paragraph", lines)

    def _end_item(self) -> None:
        """The current list item's text, so far, becomes a block."""
        self.flow.add_text("list_item", self._item)
        self._item = []

    def _add_figures(self) -> None:
        for figure in self._figures:
            self.flow.add_figure(figure)
        self._figures = []
