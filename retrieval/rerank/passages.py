"""What of a node a relevance model is given to read: all of it where it fits, else its most telling lines.

A model reads some hundred tokens of question and passage together. A chart with many labels, or a long table, has
more; cut at the end by the tokenizer, it would often lose just the row that answers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ...indexing.documents import Node

Count = Callable[[Sequence[str]], list[int]]
"""Tokens of each text, special tokens left out."""
Weigh = Callable[[str], float]
"""How much a piece of text has to do with the question."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A text to be read, and its length in tokens."""

    text: str
    tokens: int


def readable_text(node: Node) -> str:
    """Heading path, caption where the text does not repeat it, and text."""
    return "\n".join(part for part in (_context(node), node.text) if part)


def cut_question(text: str, room: int, count: Count) -> Passage:
    """The question, of one that is longer than `room` tokens the end: there it is mostly asked."""
    return _fitting(text, room, count, lambda size: text[len(text) - size :])


def cut_passages(nodes: Sequence[Node], room: int, count: Count, weigh: Weigh) -> list[Passage]:
    """For each node its readable text, in at most `room` tokens.

    Of a text that is longer, whole sentences (or lines of a table or chart) are kept, in their order: context and
    first line, which say what it is about, then those that weigh most, as far as they fit.
    """
    texts = [readable_text(node) for node in nodes]
    passages = []
    for node, text, tokens in zip(nodes, texts, count(texts), strict=True):
        passages.append(Passage(text, tokens) if tokens <= room else _cut(node, room, count, weigh))
    return passages


def _cut(node: Node, room: int, count: Count, weigh: Weigh) -> Passage:
    sentences = node.kind == "text" and len(node.parts) > 1
    context = _context(node)
    body = [part.text for part in node.parts] if sentences else node.text.splitlines()
    pieces = [piece for piece in (context, *body) if piece.strip()]
    first = 1 + bool(context.strip())
    # What joins two pieces takes up to a token.
    lengths = [length + 1 for length in count(pieces)]
    by_weight = sorted(range(first, len(pieces)), key=lambda index: (-weigh(pieces[index]), index))
    chosen: list[int] = []
    for index in (*range(min(first, len(pieces))), *by_weight):
        if lengths[index] <= room:
            chosen.append(index)
            room -= lengths[index]
    if not chosen:
        return _fitting(pieces[0], room, count, lambda size: pieces[0][:size])
    text = (" " if sentences else "\n").join(pieces[index] for index in sorted(chosen))
    return Passage(text, count([text])[0])


def _context(node: Node) -> str:
    caption = node.caption if node.caption not in node.text else ""
    return "\n".join(part for part in (" > ".join(node.headings), caption) if part)


def _fitting(text: str, room: int, count: Count, slice_of: Callable[[int], str]) -> Passage:
    """The longest slice of at most `room` tokens; `slice_of` gives the slice of so many characters."""
    tokens = count([text])[0]
    if tokens <= room:
        return Passage(text, tokens)
    fits, too_long = 0, len(text)
    while too_long - fits > 1:
        middle = (fits + too_long) // 2
        if count([slice_of(middle)])[0] <= room:
            fits = middle
        else:
            too_long = middle
    return Passage(slice_of(fits), count([slice_of(fits)])[0])
