"""Markdown that shows any text as it is: text of documents and models never becomes markup, links or HTML."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

_MARKUP = re.compile(r"([\\`*_\[\]<>!|~&$@]|:(?=//)|(?<=www)\.|^[#+=-]|(?<=^\d)[.)](?=\s|$)|(?<=^\d\d)[.)](?=\s|$))")
"""What means something anywhere, what makes addresses into links, and what does at the start of a line."""
_ENTITIES = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}


def plain(text: str, *, longest: int = 0) -> str:
    """Text as one line that Markdown, also with raw HTML allowed, renders as it is; cut after `longest` characters."""
    line = " ".join(printable(text).split())
    if longest and len(line) > longest:
        line = line[:longest].rstrip() + " …"
    return _MARKUP.sub(lambda match: _ENTITIES.get(match[1], "\\" + match[1]), line)


def printable(text: str) -> str:
    """Text with control characters other than line breaks and tabs made visible."""
    return "".join(c if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cf", "Cs"} else "�" for c in text)


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; the cells are Markdown, and all columns but the first are set to the right."""
    lines = [_row(header), _row(["---", *["---:"] * (len(header) - 1)])]
    return "\n".join([*lines, *map(_row, rows)]) + "\n"


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
