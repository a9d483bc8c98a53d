"""Small documents for the tests of the store: text, order and vectors follow from the words given."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from PIL import Image as Pillow

from chartwell.indexing.collection import Collection, Space
from chartwell.indexing.documents import Box, Document, Image, Node, Part, Region

DIMENSION = 8

Made = tuple[Document, list[Node], dict[str, tuple[Sequence[int], np.ndarray]]]


def vector_of(text: str) -> np.ndarray:
    vector = np.random.default_rng(zlib.crc32(text.encode())).standard_normal(DIMENSION).astype(np.float32)
    return (vector / np.linalg.norm(vector)).astype(np.float16).astype(np.float32)


def picture_of(text: str) -> Image:
    buffer = io.BytesIO()
    Pillow.new("RGB", (4, 4), tuple(zlib.crc32(text.encode()).to_bytes(4, "big")[:3])).save(buffer, "PNG")
    return Image(buffer.getvalue(), "image/png", 4, 4)


def build_document(source: str, texts: Sequence[str], *, charts: Sequence[int] = (), **fields: object) -> Made:
    """A document with one node for each text; those at the positions in `charts` are charts with a picture."""
    nodes = [
        Node(
            "chart" if position in charts else "text",
            text,
            (Part(text, (Region(position + 1, Box(0.1, 0.2, 0.3, 0.4)),)),),
            (Region(position + 1, Box(0.1, 0.2, 0.3, 0.4)),),
            page=position + 1,
            headings=("Part",),
            image=picture_of(text) if position in charts else None,
        )
        for position, text in enumerate(texts)
    ]
    content_hash = f"{zlib.crc32(repr(texts).encode()):08x}"
    document = Document(source, content_hash, "text/plain", **fields)
    vectors = np.array([vector_of(text) for text in texts], dtype=np.float32).reshape(-1, DIMENSION)
    return document, nodes, {"text": (range(len(texts)), vectors)}


@pytest.fixture(scope="session")
def make_document() -> Callable[..., Made]:
    return build_document


@pytest.fixture(scope="session")
def encode_text() -> Callable[[str], np.ndarray]:
    return vector_of


@pytest.fixture
def text_space() -> Space:
    return Space("text", "a" * 64, DIMENSION, "test encoder")


@pytest.fixture
def collection(tmp_path, text_space):
    with Collection.open(tmp_path / "kb") as opened:
        opened.require_space(text_space)
        yield opened
