"""The footnotes of a table: which nodes of it tell them."""

from __future__ import annotations

from collections.abc import Sequence

from .documents import Part
from .loaders.parsed import TableBlock
from .loaders.table_words import note_mark
from .token_budget import TokenBudget


class TableNotes:
    """Hands the notes of `block` out to its nodes, none of which grows beyond `limit` tokens."""

    def __init__(self, block: TableBlock, budget: TokenBudget, limit: int) -> None:
        texts = [" ".join(note.split()) for note in block.table.footnotes]
        regions = block.note_regions or [block.regions] * len(texts)
        self._parts = [Part(text, places) for text, places in zip(texts, regions, strict=True)]
        self._marks = [note_mark(text) for text in texts]
        self._budget = budget
        self._limit = limit
        self._told: set[int] = set()

    def take(self, lines: Sequence[str], *, last: bool) -> list[Part]:
        """The notes whose marks stand in the lines of a node, and in the last one all others, if they fit."""
        if not self._parts:
            return []
        text, used = "\n".join(lines), sum(self._budget.count(lines))
        taken: list[int] = []
        for index, (part, mark) in enumerate(zip(self._parts, self._marks, strict=True)):
            if (mark and mark in text) or (last and index not in self._told):
                tokens = self._budget.count([part.text])[0]
                if used + tokens <= self._limit:
                    taken.append(index)
                    used += tokens
        self._told.update(taken)
        return [self._parts[index] for index in taken]

    def untold(self) -> list[Part]:
        """The notes that no node has room for."""
        return [part for index, part in enumerate(self._parts) if index not in self._told]
