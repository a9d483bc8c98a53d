"""Questions made from a collection itself, where nobody has asked any yet.

A title, caption, heading or sentence asks for the rest of its node: the inverse cloze task (Lee, Chang and Toutanova,
ACL 2019). It is taken out of the node first: to find one's own words again teaches nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ...errors import QueryError
from ...indexing.collection import Collection
from ...indexing.documents import Node
from ...indexing.tokens import query_tokens
from ..query import parse_query
from .example import RESTS_PER_NODE, KnownQuestion, MadeFrom, rest_id

_LEAST_ASKED, _MOST_ASKED = 3, 40
"""Search tokens of a question."""
_LEAST_LEFT = 8
"""Search tokens of the rest."""


def made_questions(collection: Collection, nodes: Sequence[Node]) -> list[KnownQuestion]:
    """Up to two questions for each of the nodes that have something to ask with and something left to find."""
    groups = collection.groups([node.id for node in nodes])
    by_headings: dict[tuple[int, tuple[str, ...]], list[int]] = {}
    for node in nodes:
        by_headings.setdefault((node.document_id, node.headings), []).append(node.id)
    questions = []
    for node in nodes:
        beside = frozenset(other.id for other in collection.neighbours(node.id) if other.id != node.id)
        made = 0
        for piece in _pieces(node):
            rest = replace(without(node, piece), id=rest_id(node.id, made))
            tokens = len(query_tokens(rest.text))
            if made == RESTS_PER_NODE or tokens < _LEAST_LEFT or node.id not in groups:
                continue
            try:
                query = parse_query(piece)
            except QueryError:
                continue  # nothing but control characters
            # What stands below the same heading answers to it as well.
            siblings = by_headings[node.document_id, node.headings] if piece in node.headings else []
            kin = (beside | frozenset(siblings)) - {node.id}
            evidence = (frozenset({groups[node.id]}),)
            held = frozenset({node.document_id})
            questions.append(KnownQuestion(f"{node.id}.{made}", query, evidence, held, MadeFrom(node, rest, kin)))
            made += 1
    return questions


def without(node: Node, piece: str) -> Node:
    """The node with the piece taken out of its text, parts, headings, caption, and the title of its chart."""
    words = piece.split()
    pattern = re.compile(r"\s+".join(map(re.escape, words)), re.IGNORECASE)
    whole = " ".join(words).casefold()

    def cut(text: str) -> str:
        return pattern.sub(" ", text).strip()

    def left(text: str) -> str:
        """Nothing of what is a piece of the piece: a title of two lines is two parts."""
        said = " ".join(text.split()).casefold()
        return "" if said in whole and len(said.split()) > 1 else cut(text)

    parts = tuple(replace(part, text=kept) for part in node.parts if (kept := left(part.text)))
    headings = tuple(heading for heading in map(cut, node.headings) if heading)
    reading = node.reading
    if reading is not None:
        # They count in the chart's vector beside its text.
        reading = replace(reading, title=left(reading.title), subtitle=left(reading.subtitle))
    rest = replace(node, text=cut(node.text), parts=parts, headings=headings, caption=cut(node.caption))
    return replace(rest, reading=reading)


def _pieces(node: Node) -> Iterator[str]:
    """What the node can be asked for by, the most like a question first, each once."""
    title = node.reading.title if node.reading else node.table.title if node.table else ""
    heading = node.headings[-1] if node.headings else ""
    sentences = [part.text for part in node.parts] if node.kind == "text" and len(node.parts) > 1 else []
    fitting = [sentence for sentence in sentences if _askable(sentence)]
    sentence = fitting[node.id % len(fitting)] if fitting else ""
    for piece in dict.fromkeys((title, node.caption, heading, sentence)):
        if piece and _askable(piece):
            yield piece


def _askable(piece: str) -> bool:
    return _LEAST_ASKED <= len(query_tokens(piece)) <= _MOST_ASKED
