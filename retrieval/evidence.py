"""What a search returns: a node of evidence with its scores and the regions that match the question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from ..indexing.documents import ChartReading, Metadata, NodeKind, Part, Region, Table

BOILERPLATE_DOCUMENTS = 8
"""What stands in this many documents belongs to none of them in particular."""


@dataclass(frozen=True, slots=True)
class MatchedRegion:
    """A part of the evidence (sentence, table row, chart label) that matches, with its share of the match in [0, 1]."""

    text: str
    region: Region
    score: float

    def to_dict(self) -> dict[str, Any]:
        """JSON form: `{"text", "page", "box", "score"}`."""
        return {"text": self.text, **self.region.to_dict(), "score": round(self.score, 4)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Inverse of `to_dict`."""
        return cls(data["text"], Region.from_dict(data), data["score"])


def matched_regions(kind: NodeKind, part: Part, score: float) -> list[MatchedRegion]:
    """Where a part stands, to be highlighted.

    A table row or a chart's label with its value is one box a page, from the label to the value; a sentence keeps a
    box for each column it runs through.
    """
    regions = list(part.regions)
    if kind != "text":
        by_page: dict[int | None, Region] = {}
        for region in regions:
            known = by_page.get(region.page)
            by_page[region.page] = Region(region.page, known.box.union(region.box)) if known else region
        regions = list(by_page.values())
    return [MatchedRegion(part.text, region, score) for region in regions]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One passage, table or chart that may carry the answer.

    `score` is final and orders the list; `scores` holds every stage's and channel's own (`text_vectors`,
    `image_vectors`, `lexical`, `phrases`, `fusion`, `mentioned`, `alignment`, `tokens`, `relevance`, `rerank`,
    `signals`, `questions`, `diversity`), those that took part. `reranked_by` names the reranker that scored it, empty
    below the fine stage's reach. `regions` are the matching ones, best first; `bounds` frame the whole node. `also_in`
    lists other documents with the same content, 50 at most, that the search's filter admits; `found_in` counts all of
    them and its own.
    """

    kind: NodeKind
    source: str
    page: int | None
    text: str
    score: float
    scores: Mapping[str, float]
    regions: tuple[MatchedRegion, ...]
    bounds: tuple[Region, ...]
    parts: tuple[Part, ...] = field(repr=False)
    headings: tuple[str, ...] = ()
    caption: str = ""
    title: str = ""
    page_label: str = ""
    media_type: str = ""
    metadata: Metadata = field(default_factory=dict)
    table: Table | None = field(default=None, repr=False)
    reading: ChartReading | None = field(default=None, repr=False)
    image_path: Path | None = None
    language: str = ""
    also_in: tuple[str, ...] = ()
    found_in: int = 1
    node_ids: tuple[int, ...] = ()
    reranked_by: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """What it is called: caption, title of the table, title and subtitle of the chart, as far as it has them."""
        names = [self.caption, self.table.title if self.table else ""]
        if self.reading is not None:
            names += [self.reading.title, self.reading.subtitle]
        return tuple(filter(None, names))

    @property
    def boilerplate(self) -> bool:
        """Whether it recurs in many documents, as disclaimers and notices do: true of them all, telling of none."""
        return self.found_in >= BOILERPLATE_DOCUMENTS

    def to_dict(self) -> dict[str, Any]:
        """JSON form with stable keys, the same as the command line's `--json`."""
        return {
            "kind": self.kind,
            "source": self.source,
            "title": self.title,
            "page": self.page,
            "page_label": self.page_label,
            "headings": list(self.headings),
            "caption": self.caption,
            "text": self.text,
            "score": round(self.score, 6),
            "scores": {name: round(score, 6) for name, score in self.scores.items()},
            "regions": [region.to_dict() for region in self.regions],
            "bounds": [region.to_dict() for region in self.bounds],
            "table": self.table.to_dict() if self.table else None,
            "reading": self.reading.to_dict() if self.reading else None,
            "image_path": str(self.image_path) if self.image_path else None,
            "language": self.language,
            "also_in": list(self.also_in),
            "found_in": self.found_in,
            "boilerplate": self.boilerplate,
            "media_type": self.media_type,
            "metadata": dict(self.metadata),
            "node_ids": list(self.node_ids),
            "reranked_by": self.reranked_by,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Evidence as it was once given out; its `parts` are not in the JSON form and stay empty."""
        return cls(
            data["kind"],
            data["source"],
            data["page"],
            data["text"],
            data["score"],
            data["scores"],
            tuple(MatchedRegion.from_dict(region) for region in data["regions"]),
            tuple(Region.from_dict(region) for region in data["bounds"]),
            (),
            headings=tuple(data["headings"]),
            caption=data["caption"],
            title=data["title"],
            page_label=data["page_label"],
            media_type=data["media_type"],
            metadata=data["metadata"],
            table=Table.from_dict(data["table"]) if data["table"] else None,
            reading=ChartReading.from_dict(data["reading"]) if data["reading"] else None,
            image_path=Path(data["image_path"]) if data["image_path"] else None,
            language=data["language"],
            also_in=tuple(data["also_in"]),
            found_in=data["found_in"],
            node_ids=tuple(data["node_ids"]),
            reranked_by=data["reranked_by"],
        )
