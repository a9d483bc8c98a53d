"""The ranking and what is relevant in TREC's forms, for `ir_measures`, `trec_eval` and their like."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..datasets.item import Item
from .relevance import Level, judged, ranked_keys

TAG = "chartwell"


def level_of(items: Sequence[Item]) -> Level:
    """Pages where the data set names some, else documents."""
    return "page" if any(one.page is not None for item in items for one in item.relevant) else "document"


def run_lines(
    items: Sequence[Item], retrievals: Mapping[str, Mapping[str, Any]], sources: Mapping[str, str], level: Level
) -> Iterator[str]:
    """`query Q0 document rank score tag`. The score falls with the rank, since tools order by it."""
    for item in items:
        hits = retrievals.get(item.id, {}).get("hits", ())
        keys = ranked_keys(item, sources, hits, level)
        for rank, key in enumerate(keys, start=1):
            yield f"{_word(item.id)} Q0 {key} {rank} {len(keys) - rank + 1} {TAG}\n"


def relevance_lines(items: Sequence[Item], sources: Mapping[str, str], level: Level) -> Iterator[str]:
    """`query 0 document grade`."""
    for item in items:
        grades = judged(item, sources, level)
        if not isinstance(grades, str):
            yield from (f"{_word(item.id)} 0 {key} {grade}\n" for key, grade in grades.items())


def _word(id_: str) -> str:
    return "".join(f"%{ord(c):02X}" if c.isspace() or c == "%" else c for c in id_)
