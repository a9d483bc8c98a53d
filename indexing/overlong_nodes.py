"""Passages that a text encoder does not read to their end: they were cut for another one that reads more."""

from __future__ import annotations

from .collection import Collection
from .encoders.protocols import TextEncoder
from .search_form import search_form


def overlong_note(collection: Collection, encoder: TextEncoder) -> str:
    """How many passages and tables are too long for the encoder and what to do about it; empty where none is.

    Charts are left out: their text is kept whole, however long. Counts the tokens of every node, some thousands a
    second.
    """
    counter = encoder.token_counter()
    overlong = 0
    for document in collection.document_names():
        nodes = [node for node in collection.nodes_of(document.id) if node.kind != "chart"]
        counts = counter.count([search_form(node.embedding_text) for node in nodes])
        overlong += sum(count > counter.max_tokens for count in counts)
    if not overlong:
        return ""
    return (
        f"{overlong} passages or tables are longer than the {counter.max_tokens} tokens that {encoder.name} reads, so "
        "vectors tell of their beginning alone. They were cut for another encoder: `chartwell index` with the same "
        "files cuts them anew."
    )
