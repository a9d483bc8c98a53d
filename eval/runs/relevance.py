"""What of a ranking is relevant, at the level of documents, pages and figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from ..datasets.item import Box, Item, Relevant

Level = Literal["document", "page", "figure"]
LEVELS: tuple[Level, ...] = ("document", "page", "figure")
SAME_FIGURE = 0.5
"""Intersection over union from which a node is the figure that the data set frames."""
Hit = Mapping[str, Any]
"""A hit as recorded: `source`, `page`, `kind`, `bounds`, `also_in`."""


def judged(item: Item, sources: Mapping[str, str], level: Level) -> dict[str, int] | str:
    """Key of what is relevant -> its grade, or the reason why the level cannot be judged.

    A document that the collection lacks stays among the relevant, as one that is never found.
    """
    named = [(number, one) for number, one in enumerate(item.relevant) if one.grade > 0 and _tells(one, level)]
    if not any(one.grade > 0 for one in item.relevant):
        return "the data set names nothing relevant"
    if not named:
        return f"the data set names no {level}"
    grades: dict[str, int] = {}
    for number, one in named:
        key = _key(one, number, sources, level)
        grades[key] = max(one.grade, grades.get(key, 0))
    return grades


def ranked_keys(item: Item, sources: Mapping[str, str], hits: Sequence[Hit], level: Level) -> list[str]:
    """A key for each hit, best first: that of the relevant thing it is, else its own; repeats left out.

    Where the content of a hit stands in several documents, any relevant one of them counts.
    """
    relevant = [(number, one) for number, one in enumerate(item.relevant) if one.grade > 0 and _tells(one, level)]
    keys = []
    for hit in hits:
        match = next((pair for pair in relevant if _is(hit, pair[1], sources, level)), None)
        keys.append(_key(match[1], match[0], sources, level) if match else _own_key(hit, level))
    return list(dict.fromkeys(keys))


def kind_of(item: Item) -> str | None:
    """`text`, `table` or `chart` where all that is relevant is of this kind and the data set says so."""
    kinds = {one.node for one in item.relevant if one.grade > 0}
    return kinds.pop() if len(kinds) == 1 else None


def trec_key(source: str, page: int | None, level: Level) -> str:
    """The id of a document or page in TREC's files, where blanks part the columns."""
    whole = f"{source}#{page or 1}" if level != "document" else source
    return "".join(f"%{ord(c):02X}" if c.isspace() or c == "%" else c for c in whole)


def _tells(relevant: Relevant, level: Level) -> bool:
    if level == "document":
        return True
    if level == "page":
        return relevant.page is not None
    return bool(relevant.boxes) or relevant.node in {"table", "chart"}


def _key(relevant: Relevant, number: int, sources: Mapping[str, str], level: Level) -> str:
    if level == "figure":
        return f"figure {number}"
    return trec_key(sources.get(relevant.source, relevant.source), relevant.page, level)


def _own_key(hit: Hit, level: Level) -> str:
    key = trec_key(hit["source"], hit["page"], level)
    return f"{key} {hit['kind']} {hit['bounds']}" if level == "figure" else key


def _is(hit: Hit, relevant: Relevant, sources: Mapping[str, str], level: Level) -> bool:
    source = sources.get(relevant.source)
    if source is None or (source != hit["source"] and source not in hit["also_in"]):
        return False
    if level == "document":
        return True
    # A copy may stand on another page of its document.
    if relevant.page is not None and source == hit["source"] and relevant.page != (hit["page"] or 1):
        return False
    if level == "page":
        return True
    if relevant.node is not None and relevant.node != hit["kind"]:
        return False
    return not relevant.boxes or any(
        _iou(box, region["box"]) >= SAME_FIGURE
        for box in relevant.boxes
        for region in hit["bounds"]
        if (region["page"] or 1) == box.page
    )


def _iou(box: Box, other: Sequence[float]) -> float:
    width = min(box.right, other[2]) - max(box.left, other[0])
    height = min(box.bottom, other[3]) - max(box.top, other[1])
    shared = max(width, 0.0) * max(height, 0.0)
    area: Callable[[float, float, float, float], float] = lambda x0, y0, x1, y1: max(x1 - x0, 0) * max(y1 - y0, 0)  # noqa: E731
    union = area(box.left, box.top, box.right, box.bottom) + area(*other) - shared
    return shared / union if union > 0 else 0.0
