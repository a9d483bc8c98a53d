"""Documents and nodes as rows: structured fields become compact JSON, vectors half floats.

Boxes keep five digits (a hundredth of a millimetre on a page), as in `Region.to_dict`.
"""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .documents import Box, ChartReading, Document, Node, Page, Part, Region, Table

DOCUMENT_COLUMNS = "id, source, content_hash, media_type, title, language, pages, metadata, size, mtime_ns"
NODE_COLUMNS = (
    "id, document_id, ordinal, kind, page, text, headings, parts, regions, caption, cells, reading, asset, language"
)

_TOO_LARGE = 2**63


def to_json(value: object) -> str:
    """Compact JSON; not-a-number is refused with `ValueError`."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def document_from_row(row: sqlite3.Row | tuple[Any, ...]) -> Document:
    """From `DOCUMENT_COLUMNS`."""
    number, source, content_hash, media_type, title, language, pages, metadata, size, mtime_ns = row
    return Document(
        source=source,
        content_hash=content_hash,
        media_type=media_type,
        title=title,
        language=language,
        pages=tuple(Page(*page) for page in json.loads(pages)),
        metadata=json.loads(metadata),
        size=size,
        mtime_ns=mtime_ns,
        id=number,
    )


def pages_json(pages: Iterable[Page]) -> str:
    """Pages as arrays `[number, label, width, height]`."""
    return to_json([[page.number, page.label, page.width, page.height] for page in pages])


def metadata_json(document: Document) -> str:
    """The free metadata; raises `ValueError` where a value is neither text nor a number that SQLite can hold."""
    for key, value in document.metadata.items():
        number = isinstance(value, int | float) and math.isfinite(value) and abs(value) < _TOO_LARGE
        if not isinstance(key, str) or not (number or isinstance(value, str)):
            raise ValueError(f"{document.source}: metadata {key!r} is {value!r}, not text or a number of 64 bits")
    return to_json(dict(document.metadata))


def node_fields(node: Node) -> tuple[object, ...]:
    """The columns from `kind` to `language`."""
    return (
        node.kind,
        node.page,
        node.text,
        to_json(list(node.headings)),
        to_json([[part.text, _regions(part.regions)] for part in node.parts]),
        to_json(_regions(node.regions)),
        node.caption,
        to_json(node.table.to_dict()) if node.table is not None else None,
        to_json(node.reading.to_dict()) if node.reading is not None else None,
        node.language,
    )


def node_from_row(row: sqlite3.Row | tuple[Any, ...]) -> Node:
    """From `NODE_COLUMNS`."""
    number, document_id, ordinal, kind, page, text, headings, parts, regions, caption, *others = row
    cells, reading, asset, language = others
    return Node(
        kind=kind,
        text=text,
        parts=tuple([Part(part, _read_regions(places)) for part, places in json.loads(parts)]),
        regions=_read_regions(json.loads(regions)),
        page=page,
        headings=tuple(json.loads(headings)),
        caption=caption,
        table=Table.from_dict(json.loads(cells)) if cells is not None else None,
        reading=ChartReading.from_dict(json.loads(reading)) if reading is not None else None,
        asset=asset,
        language=language,
        id=number,
        document_id=document_id,
        ordinal=ordinal,
    )


def characters_of(row: tuple[Any, ...]) -> int:
    """How much text a row holds."""
    return sum(len(value) for value in row if isinstance(value, str))


def _regions(regions: Iterable[Region]) -> list[list[float | None]]:
    return [[region.page, *region.box.rounded()] for region in regions]


def _read_regions(regions: Iterable[list[Any]]) -> tuple[Region, ...]:
    # A list inside: this runs a thousand times a search, and a generator takes twice as long.
    return tuple([Region(region[0], Box(*region[1:])) for region in regions])


def to_half(vectors: NDArray[np.float32]) -> NDArray[np.float16]:
    """`(n, dim) float16`; raises `ValueError` where a value is not finite or too large for a half float."""
    with np.errstate(over="ignore"):
        half = np.ascontiguousarray(vectors, dtype=np.float16)
    if not np.isfinite(half).all():
        raise ValueError("a vector holds a value that is not finite or exceeds 65,504")
    return half


def from_half(blobs: Iterable[bytes], dimension: int) -> NDArray[np.float32]:
    """`(n, dim) float32` from stored vectors."""
    return np.frombuffer(b"".join(blobs), dtype="<f2").reshape(-1, dimension).astype(np.float32)
