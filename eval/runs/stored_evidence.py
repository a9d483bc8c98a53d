"""Evidence as a run keeps it: each piece once, so whole that it can be checked and shown without the collection."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...errors import RunDamaged
from ...indexing.documents import ChartReading, Part, Region, Table
from ...retrieval.evidence import Evidence, MatchedRegion
from .records import Key, RecordLog, canonical

_FIELDS = (
    *("kind", "source", "page", "text", "bounds", "headings", "caption", "title", "page_label", "media_type"),
    *("table", "reading", "image_path", "language", "also_in", "found_in"),
)


class EvidenceStore:
    """Pieces of evidence by the hash of their content, in a file of records."""

    def __init__(self, path: Path) -> None:
        self._log = RecordLog(path)
        self._known = {key.item: content for key, content in self._log.read().items()}

    def add(self, evidence: Evidence) -> dict[str, Any]:
        """Keep a piece; what is to stand for it in a record: its key, and how it fared in this search."""
        content = _content(evidence)
        key = hashlib.sha256(canonical(content).encode("utf-8", "surrogatepass")).hexdigest()[:24]
        if key not in self._known:
            # Written before another thread may refer to it: a kill in between would leave its record without evidence.
            self._log.append(Key(key, "evidence", ""), content)
            self._known[key] = content
        return {
            "key": key,
            "score": round(evidence.score, 6),
            "regions": [region.to_dict() for region in evidence.regions],
        }

    def get(self, reference: Mapping[str, Any]) -> Evidence:
        """The piece that a record refers to. Raises `RunDamaged` where the store lacks it."""
        data = self._known.get(reference["key"])
        if data is None:
            raise RunDamaged(
                f"{self._log.path} lacks the evidence {reference['key']}, which other files of the run refer to.",
                hint="Restore it, or run into a new folder.",
            )
        return Evidence(
            kind=data["kind"],
            source=data["source"],
            page=data["page"],
            text=data["text"],
            score=reference["score"],
            scores={},
            regions=tuple(matched_region(region) for region in reference["regions"]),
            bounds=tuple(Region.from_dict(region) for region in data["bounds"]),
            parts=tuple(Part.from_dict(part) for part in data["parts"]),
            headings=tuple(data["headings"]),
            caption=data["caption"],
            title=data["title"],
            page_label=data["page_label"],
            media_type=data["media_type"],
            table=Table.from_dict(data["table"]) if data["table"] else None,
            reading=ChartReading.from_dict(data["reading"]) if data["reading"] else None,
            image_path=Path(data["image_path"]) if data["image_path"] else None,
            language=data["language"],
            also_in=tuple(data["also_in"]),
            found_in=data["found_in"],
        )

    def close(self) -> None:
        """Release the file."""
        self._log.close()


def _content(evidence: Evidence) -> dict[str, Any]:
    whole = evidence.to_dict()
    return {**{name: whole[name] for name in _FIELDS}, "parts": [part.to_dict() for part in evidence.parts]}


def matched_region(data: Mapping[str, Any]) -> MatchedRegion:
    """Inverse of `MatchedRegion.to_dict`."""
    return MatchedRegion(data["text"], Region.from_dict(data), data["score"])
