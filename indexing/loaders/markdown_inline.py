"""The text within a Markdown paragraph, heading or table cell: markup resolved, line by line of the source."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from .flow import Line
from .html_cleaning import parse_html

if TYPE_CHECKING:
    from markdown_it.token import Token

Show = Callable[[str, str], bool]
"""Takes a picture's address and caption, and tells whether it became a figure."""

_TAG = re.compile(r"<(/?)([a-z][a-z0-9-]*)", re.IGNORECASE)
_DROPPED = {"script", "style", "template", "noscript"}


def read_inline(token: Token, show: Show) -> list[Line]:
    """The lines of an `inline` token with their places in the source.

    A picture that `show` turns into a figure leaves no text, any other its alternative text.
    """
    start, end = token.map or (0, 0)
    reader = _Reader(show)
    reader.read(token)
    if reader.source_lines != end - start:  # a tag or code span runs over a line end: the exact lines are unknown
        return [Line(text, start, end, hard) for text, hard, _ in reader.lines]
    return [Line(text, start + offset, start + offset + 1, hard) for text, hard, offset in reader.lines]


def cell_text(token: Token, show: Show) -> str:
    """The text of a table cell, on one line."""
    reader = _Reader(show)
    reader.read(token)
    return " ".join(text.strip() for text, _, _ in reader.lines).strip()


def caption_of(alternative: str, title: str) -> str:
    """A picture's caption: its alternative text, and its title where that says something else."""
    parts = [part.strip() for part in (alternative, title) if part.strip()]
    return "\n".join(dict.fromkeys(parts))


class _Reader:
    """Collects `(text, ends hard, offset of its source line)` for each line."""

    def __init__(self, show: Show) -> None:
        self.lines: list[tuple[str, bool, int]] = []
        self.source_lines = 1
        self._show = show
        self._text: list[str] = []
        self._dropped = ""  # the element whose content is being left out

    def read(self, token: Token) -> None:
        for child in token.children or ():
            if child.type in {"softbreak", "hardbreak"}:
                self._end_line(hard=child.type == "hardbreak")
                self.source_lines += 1
            elif child.type == "html_inline":
                self._tag(child.content)
            elif not self._dropped:
                self._text.append(self._picture(child) if child.type == "image" else child.content)
        self._end_line(hard=False)

    def _end_line(self, *, hard: bool) -> None:
        self.lines.append(("".join(self._text), hard, self.source_lines - 1))
        self._text = []

    def _picture(self, image: Token) -> str:
        alternative = _plain(image)
        caption = caption_of(alternative, str(image.attrs.get("title", "")))
        return "" if self._show(str(image.attrs.get("src", "")), caption) else alternative

    def _tag(self, markup: str) -> None:
        tag = _TAG.match(markup)
        if not tag:
            return  # a comment or declaration
        name = tag[2].lower()
        if self._dropped:
            if tag[1] and name == self._dropped:
                self._dropped = ""
        elif name in _DROPPED and not tag[1] and not markup.endswith("/>"):
            self._dropped = name
        elif name == "br":
            self._end_line(hard=True)
        elif name == "img" and (image := parse_html(markup).select_one("img")) is not None:
            alternative = str(image.get("alt", ""))
            caption = caption_of(alternative, str(image.get("title", "")))
            self._text.append("" if self._show(str(image.get("src", "")), caption) else alternative)


def _plain(token: Token) -> str:
    """The text of an image's description, in which only words count."""
    pieces: list[str] = []
    pending = list(reversed(token.children or ()))
    while pending:
        child = pending.pop()
        if child.type == "image":
            pending += reversed(child.children or ())
        else:
            pieces.append(" " if child.type in {"softbreak", "hardbreak"} else child.content)
    return "".join(pieces)
