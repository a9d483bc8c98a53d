"""Markdown notes: each heading of a level asks, and the section below it answers.

Every section becomes a document of its own, heading and all, so that which one is found can be judged; the text below
the heading is the reference answer.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

from ...errors import InvalidDataset
from .imported import Imported, TextDocument
from .item import Item, Relevant

_HINT = "Sections are told by headings of one level, ## if nothing else is said."
_SUFFIXES = (".md", ".markdown")
_EMPTY = frozenset({"", "[TOC]", "---", "***", "___"})
"""Lines that say nothing."""


def import_markdown_headings(path: Path, *, level: int = 2) -> Imported:
    """Import a file or the Markdown files below a folder. Raises `InvalidDataset`."""
    files = [path]
    if path.is_dir():
        files = sorted(file for file in path.rglob("*") if file.suffix.lower() in _SUFFIXES)
    items: list[Item] = []
    documents: list[TextDocument] = []
    used: set[str] = set()
    for file in files:
        stem = "-".join((*file.relative_to(path).parts[:-1], file.stem)) if path.is_dir() else file.stem
        while stem in used:  # `a-b.md` and `a/b.md` would share their ids
            stem += "+"
        used.add(stem)
        for number, (heading, body, section) in enumerate(_sections(file, level), start=1):
            name = f"{stem}-{number:03}"
            items.append(Item(name, heading, (body,), (Relevant(f"{name}.md", node="text"),)))
            documents.append(TextDocument(f"{name}.md", section))
    if not items:
        raise InvalidDataset(f"{path} has no headings of level {level} with text below them.", hint=_HINT)
    return Imported(tuple(items), tuple(documents))


def _sections(path: Path, level: int) -> Iterator[tuple[str, str, str]]:
    """Heading, text below it, and both, of each section that has text."""
    from markdown_it import MarkdownIt

    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidDataset(f"{path} cannot be read: {error}.", hint="It must be a UTF-8 file.") from error
    lines = text.splitlines()
    tokens = MarkdownIt("commonmark").parse("\n".join(lines))
    starts: list[tuple[int, int, str]] = []
    ends: list[int] = []
    for token, inline in itertools.pairwise(tokens):
        if token.type != "heading_open" or token.map is None or token.level:
            continue
        depth = int(token.tag[1:])
        if depth <= level:
            ends.append(token.map[0])
        if depth == level:
            plain = "".join(child.content for child in inline.children or () if child.type in {"text", "code_inline"})
            starts.append((token.map[0], token.map[1], plain.strip()))
    for first, body_from, heading in starts:
        end = next((end for end in ends if end > first), len(lines))
        body = "\n".join(line for line in lines[body_from:end] if line.strip() not in _EMPTY or not line.strip())
        if heading and body.strip():
            yield heading, body.strip(), "\n".join(lines[first:end]).rstrip() + "\n"
