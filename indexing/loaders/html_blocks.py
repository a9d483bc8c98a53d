"""From HTML elements to blocks: headings, paragraphs, list items, code, quotations, tables and figures."""

from __future__ import annotations

from collections.abc import Callable

from bs4 import BeautifulSoup
from bs4.element import Tag

from ..documents import Region
from .flow import Flow, Line
from .html_cleaning import (
    BLOCK_ELEMENTS,
    Content,
    attribute,
    child_named,
    collapse,
    parse_html,
    remove_unshown,
    visible_text,
    walk,
)
from .html_tables import is_data_table, nested_tables, read_table
from .linked_images import LinkedImages
from .parsed import FigureBlock, Limits, SkippedFigure, TextKind
from .text_decoding import clean_text

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_KINDS: dict[str, TextKind] = {
    **dict.fromkeys(_HEADINGS, "heading"),
    "li": "list_item",
    "dt": "list_item",
    "dd": "list_item",
    "blockquote": "quote",
    "pre": "code",
}
_DRAWINGS = {"svg": "an SVG drawing", "canvas": "drawn by a script"}

Locate = Callable[[int], float]
"""From the number of characters read so far to a place in the units of the flow."""


def add_content(content: Content, flow: Flow, images: LinkedImages, limits: Limits) -> None:
    """Add the blocks of `content` to a flow that counts characters of text."""
    reader = _Reader(flow, images, limits, float)
    for root in content.roots:
        reader.read(root, content.skipped)


def add_fragment(markup: str, flow: Flow, place: tuple[float, float], images: LinkedImages, limits: Limits) -> None:
    """Add the blocks of a piece of HTML that stands at `place` (start, end) of another document."""
    soup = parse_html(markup)
    remove_unshown(soup)
    add_elements(soup, flow, place, images, limits)


def add_elements(root: Tag, flow: Flow, place: tuple[float, float], images: LinkedImages, limits: Limits) -> None:
    """Add the blocks of an element that stands at `place` (start, end) of another document."""
    length = max(len(visible_text(root)), 1)
    start, end = place
    _Reader(flow, images, limits, lambda done: start + (end - start) * min(done / length, 1.0)).read(root, frozenset())


def text_length(content: Content) -> int:
    """The number of characters of text in `content`, white space included."""
    return sum(
        len(item) for root in content.roots for _, item in walk(root, content.skipped) if not isinstance(item, Tag)
    )


class _Reader:
    """Goes through the elements once. Text gathers in lines until an element begins or ends a block."""

    def __init__(self, flow: Flow, images: LinkedImages, limits: Limits, locate: Locate) -> None:
        self._flow = flow
        self._images = images
        self._limits = limits
        self._locate = locate
        self._done = 0  # characters read
        self._lines: list[Line] = []
        self._pieces: list[str] = []  # of the current line
        self._line_start = 0
        self._preformatted = 0  # how many open elements keep white space
        self._containers: list[str] = []  # names of the open elements that give a block its kind
        self._captions: list[str] = []  # of the open <figure> elements
        self._figures: list[FigureBlock | SkippedFigure] = []  # pictures within the current block

    def read(self, root: Tag | BeautifulSoup, skipped: frozenset[int]) -> None:
        left_out = set(skipped)
        for kind, item in walk(root, left_out):
            if not isinstance(item, Tag):
                self._add_text(item)
            elif kind == "open":
                self._open(item, left_out)
            else:
                self._close(item)
        self._end_block()

    def _open(self, tag: Tag, left_out: set[int]) -> None:
        name = tag.name
        if name == "br":
            self._end_line()
        elif name == "img":
            self._picture(tag)
        elif name in _DRAWINGS:
            left_out.add(id(tag))
            self._figures.append(SkippedFigure(self._here(), f"The picture is {_DRAWINGS[name]}, which is not read."))
        elif name in BLOCK_ELEMENTS:
            self._end_block()
            if name == "table" and is_data_table(tag):
                self._table(tag)
                left_out.add(id(tag))
            elif name == "figure":
                self._begin_figure(tag, left_out)
            if name in _KINDS:
                self._containers.append(name)
                self._preformatted += name == "pre"

    def _close(self, tag: Tag) -> None:
        if tag.name not in BLOCK_ELEMENTS:
            return
        self._end_block()
        if tag.name in _KINDS:
            self._containers.pop()
            self._preformatted -= tag.name == "pre"
        elif tag.name == "figure":
            self._captions.pop()

    def _add_text(self, text: str) -> None:
        lines = clean_text(text).split("\n") if self._preformatted else [text]
        for number, line in enumerate(lines):
            if number:
                self._end_line()
            self._pieces.append(line)
            self._done += len(line) + (number < len(lines) - 1)

    def _end_line(self) -> None:
        text = "".join(self._pieces)
        text = text.replace("\u00a0", " ") if self._preformatted else collapse(text)
        self._lines.append(Line(text, self._locate(self._line_start), self._locate(self._done), hard=True))
        self._pieces = []
        self._line_start = self._done

    def _end_block(self) -> None:
        self._end_line()
        container = self._containers[-1] if self._containers else ""
        kind = _KINDS.get(container, "paragraph")
        self._flow.add_text(kind, self._lines, level=_HEADINGS.get(container, 0))
        self._lines = []
        for figure in self._figures:
            self._flow.add_figure(figure)
        self._figures = []

    def _picture(self, image: Tag) -> None:
        alternative = collapse(attribute(image, "alt")).strip()
        caption = (self._captions[-1] if self._captions else "") or _caption(image)
        figure = self._images.figure(_address(image), caption, self._here())
        self._figures.append(figure)
        if isinstance(figure, SkippedFigure):
            self._pieces.append(f" {alternative} ")

    def _begin_figure(self, figure: Tag, left_out: set[int]) -> None:
        """Give the caption to the pictures and tables inside; where there are none, it stays text."""
        caption = child_named(figure, "figcaption")
        self._captions.append(visible_text(caption) if caption is not None else "")
        if caption is None or caption.find("img") is not None:
            return
        is_used = any(
            isinstance(self._images.figure(_address(image), "", self._here()), FigureBlock)
            for image in figure.find_all("img")
        )
        if is_used or any(is_data_table(table) for table in figure.find_all("table")):
            left_out.add(id(caption))

    def _table(self, table: Tag) -> None:
        caption = child_named(table, "caption")
        title = visible_text(caption) if caption is not None else (self._captions[-1] if self._captions else "")
        start = self._done
        self._done += sum(map(len, table.strings))
        grid = read_table(table, title, self._limits)
        self._flow.add_table(grid, self._locate(start), self._locate(self._done))
        for image in table.find_all("img"):
            self._flow.add_figure(self._images.figure(_address(image), _caption(image), self._here()))
        self._nested(table, self._locate(start), self._locate(self._done))
        self._line_start = self._done

    def _nested(self, table: Tag, start: float, end: float) -> None:
        """Tables in the cells of a table follow it."""
        tables = nested_tables(table)
        while tables:
            inner = tables.pop(0)
            caption = child_named(inner, "caption")
            title = visible_text(caption) if caption is not None else ""
            self._flow.add_table(read_table(inner, title, self._limits), start, end)
            tables[:0] = nested_tables(inner)

    def _here(self) -> Region:
        return self._flow.region(self._locate(self._done), self._locate(self._done))


def _caption(image: Tag) -> str:
    parts = (collapse(attribute(image, name)).strip() for name in ("alt", "title"))
    return "\n".join(dict.fromkeys(part for part in parts if part))


def _address(image: Tag) -> str:
    """Where the picture is: its source, or what pages that load pictures late keep it in."""
    sources = [attribute(image, name).strip() for name in ("src", "data-src")]
    alternatives = attribute(image, "srcset").split()
    return next((source for source in sources if source), alternatives[0] if alternatives else "")
