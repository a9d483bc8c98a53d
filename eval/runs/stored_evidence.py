"""Evidence as a run keeps it: each piece once, so whole that it can be checked and shown without the collection."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ...errors import RunDamaged
from ...indexing.documents import Part
from ...retrieval.evidence import Evidence
from .records import Key, RecordLog, canonical

_FIELDS = (
    *("kind", "source", "page", "text", "bounds", "headings", "caption", "title", "page_label", "media_type"),
    *("table", "reading", "image_path", "language", "also_in", "found_in"),
)

_OF_SEARCH: Mapping[str, Any] = {"scores": {}, "metadata": {}, "node_ids": (), "reranked_by": ""}
"""What a run does not keep of a piece: it is not what was found, but how."""


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
        found = {**data, **_OF_SEARCH, "score": reference["score"], "regions": reference["regions"]}
        return replace(Evidence.from_dict(found), parts=tuple(Part.from_dict(part) for part in data["parts"]))

    def close(self) -> None:
        """Release the file."""
        self._log.close()


def _content(evidence: Evidence) -> dict[str, Any]:
    whole = evidence.to_dict()
    return {**{name: whole[name] for name in _FIELDS}, "parts": [part.to_dict() for part in evidence.parts]}
