"""Drafts of an evaluation set from a collection, for a person to correct: `metadata.reviewed` is false in all of them.

Without a language model titles ask: headings for the section below them, titles of charts and tables for these. With
one it writes a question and its answer for each node, and `metadata.supported` says whether Chartwell's own check finds
the answer in that node.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from ...errors import DecoderError, QueryError
from ...generation.decoders.chat_model import ChatModel
from ...indexing.collection import Collection
from ...indexing.documents import Document, Node
from ...indexing.tokens import telling_tokens
from ...retrieval.query import parse_query
from .item import Box, Item, Relevant
from .question_writing import WrittenQuestion, write_question

_SPREAD = 4
"""Nodes looked at for each question wanted: many have no title, or that of another, or say nothing to ask for."""
_LONGEST_TITLE = 300
_FAILURES_IN_A_ROW = 5
"""Then the model is not there, and asking on is no use."""


@dataclass(frozen=True, slots=True)
class DraftEvent:
    """How many questions there are, of how many."""

    done: int
    total: int


@dataclass
class Draft:
    """The questions, and what the model failed at, which cost one question each."""

    items: list[Item] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    failures_in_a_row: int = 0


def draft_items(
    collection: Collection,
    count: int,
    *,
    model: ChatModel | None = None,
    on_event: Callable[[DraftEvent], None] = lambda _: None,
    cancel: threading.Event | None = None,
) -> Draft:
    """Draft up to `count` questions, spread evenly over the collection; fewer where it has no more titles.

    `cancel` ends it with what there is, and so does a model that fails several times in a row. Raises `DecoderError`
    where that is at the beginning.
    """
    draft = Draft()
    documents = {document.id: document for document in collection.documents()}
    asked: set[str] = set()
    for node in _spread(collection, count):
        if len(draft.items) >= count or (cancel is not None and cancel.is_set()):
            break
        if draft.failures_in_a_row >= _FAILURES_IN_A_ROW:
            break
        document = documents[node.document_id]
        item = _from_title(collection, node, document) if model is None else _written(model, node, document, draft)
        if item is not None and item[0].casefold() not in asked:
            asked.add(item[0].casefold())
            question, answers, relevant, metadata = item
            draft.items.append(Item(f"draft-{len(draft.items) + 1:04}", question, answers, relevant, metadata=metadata))
            on_event(DraftEvent(len(draft.items), count))
    return draft


Drafted = tuple[str, tuple[str, ...], tuple[Relevant, ...], dict[str, str | int | float]]
"""Question, answers, what is relevant, metadata."""


def _spread(collection: Collection, count: int) -> Iterator[Node]:
    """Evenly spread nodes: first as many as are wanted, then those between them."""
    nodes = collection.sample_nodes(count * _SPREAD)
    step = max(1, len(nodes) // count)
    for first in range(step):
        yield from nodes[first::step]


def _from_title(collection: Collection, node: Node, document: Document) -> Drafted | None:
    title, made_from = _title(node)
    title = " ".join(title.split())
    if len(title) > _LONGEST_TITLE or not telling_tokens(title) or not _can_be_asked(title):
        return None
    relevant: tuple[Relevant, ...] = (_place(node, document),)
    if made_from == "heading":
        section = [one for one in collection.nodes_of(node.document_id) if one.headings == node.headings]
        relevant = tuple(dict.fromkeys(Relevant(document.source, one.page, node=one.kind) for one in section))
    return title, (), relevant, {"reviewed": False, "made_from": made_from}


def _title(node: Node) -> tuple[str, str]:
    if node.kind == "chart":
        return (node.reading.title if node.reading else "") or node.caption, "chart title"
    if node.kind == "table":
        return (node.table.title if node.table else "") or node.caption, "table title"
    return node.headings[-1] if node.headings else "", "heading"


def _written(model: ChatModel, node: Node, document: Document, draft: Draft) -> Drafted | None:
    try:
        written: WrittenQuestion | None = write_question(model, node)
    except DecoderError as error:
        draft.failures.append(f"{document.source}: {error.message}")
        draft.failures_in_a_row += 1
        if draft.failures_in_a_row >= _FAILURES_IN_A_ROW and not draft.items:
            raise
        return None
    draft.failures_in_a_row = 0
    if written is None or not _can_be_asked(written.question):
        return None
    metadata: dict[str, str | int | float] = {
        "reviewed": False,
        "made_from": f"model {model.name}",
        "supported": written.supported,
    }
    return written.question, (written.answer,), (_place(node, document),), metadata


def _place(node: Node, document: Document) -> Relevant:
    """The node's page and, for tables and charts, the box that frames it."""
    boxes: Sequence[Box] = ()
    if node.kind != "text" and node.page is not None:
        framed = [region for region in node.regions if region.page == node.page]
        boxes = [Box(node.page, *(min(1.0, max(0.0, side)) for side in region.box)) for region in framed]
        boxes = [box for box in boxes if box.left < box.right and box.top < box.bottom]
    return Relevant(document.source, node.page, tuple(boxes), node.kind)


def _can_be_asked(text: str) -> bool:
    try:
        parse_query(text)
    except QueryError:
        return False
    return True
