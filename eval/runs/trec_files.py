"""The ranking and what is relevant in TREC's forms, for `ir_measures`, `trec_eval` and their like."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ..datasets.item import Item
from ..metrics.relevance_levels import Level, judged
from .recorded import Record, found_of

TAG = "chartwell"


def level_of(items: Sequence[Item]) -> Level:
    """Pages where the data set names some, else documents."""
    return "page" if any(one.page is not None for item in items for one in item.relevant) else "document"


def run_lines(items: Sequence[Item], retrievals: Mapping[str, Record], level: Level) -> Iterator[str]:
    """`query Q0 document rank score tag`. The score falls with the rank, since tools order by it."""
    for item in items:
        keys = judged(item.relevant, found_of(retrievals.get(item.id, {}).get("hits", ())), level).ranked
        for rank, key in enumerate(keys, start=1):
            yield f"{_word(item.id)} Q0 {_word(key)} {rank} {len(keys) - rank + 1} {TAG}\n"


def relevance_lines(items: Sequence[Item], level: Level) -> Iterator[str]:
    """`query 0 document grade`."""
    for item in items:
        for key, grade in judged(item.relevant, (), level).grades.items():
            yield f"{_word(item.id)} 0 {_word(key)} {grade}\n"


def _word(text: str) -> str:
    """Text as one column: blanks, control characters and the sign that marks them as %XX."""
    return "".join(f"%{ord(c):02X}" if c.isspace() or c == "%" or not c.isprintable() else c for c in text)
