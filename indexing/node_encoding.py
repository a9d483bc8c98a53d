"""Nodes to vectors: the text of every node, and the picture of every chart where an image encoder is configured."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .collection import Collection, Space
from .documents import Node
from .encoders.protocols import ImageEncoder, TextEncoder, Vectors

TEXT_SPACE = "text"
IMAGE_SPACE = "image"


@dataclass(frozen=True, slots=True)
class NodeVectors:
    """Vectors of a run of nodes: for each space the positions of the nodes that have one, and their vectors."""

    by_space: Mapping[str, tuple[Sequence[int], Vectors]]

    def part(self, start: int, stop: int) -> NodeVectors:
        """The vectors of nodes `start:stop`, positions counted from `start`."""
        parts: dict[str, tuple[Sequence[int], Vectors]] = {}
        for space, (positions, vectors) in self.by_space.items():
            rows = [row for row, position in enumerate(positions) if start <= position < stop]
            if rows:
                parts[space] = [positions[row] - start for row in rows], vectors[rows]
        return NodeVectors(parts)


class NodeEncoder:
    """Encodes nodes for every vector space of a collection."""

    def __init__(self, collection: Collection, text: TextEncoder, image: ImageEncoder | None) -> None:
        self._collection = collection
        self._text = text
        self._image = image

    def spaces(self) -> list[Space]:
        """The vector spaces that these encoders fill."""
        spaces = [Space(TEXT_SPACE, self._text.fingerprint, self._text.dimension, self._text.name)]
        if self._image is not None:
            spaces.append(Space(IMAGE_SPACE, self._image.fingerprint, self._image.dimension, self._image.name))
        return spaces

    def encode(self, nodes: Sequence[Node]) -> NodeVectors:
        """Encode the nodes for every space."""
        vectors = {TEXT_SPACE: (range(len(nodes)), self.encode_texts(nodes))}
        by_space: dict[str, tuple[Sequence[int], Vectors]] = dict(vectors)
        pictured = [position for position, node in enumerate(nodes) if node.image or node.asset]
        if self._image is not None and pictured:
            by_space[IMAGE_SPACE] = pictured, self.encode_images([nodes[position] for position in pictured])
        return NodeVectors(by_space)

    def encode_texts(self, nodes: Sequence[Node]) -> Vectors:
        """`(n, dimension) float32` from the nodes' texts."""
        return self._text.encode_documents([node.embedding_text for node in nodes])

    def encode_images(self, nodes: Sequence[Node]) -> Vectors:
        """`(n, dimension) float32` from the nodes' pictures, a few at a time: decoded pictures are large."""
        from PIL import Image

        if self._image is None:
            raise ValueError("no image encoder is configured")
        batches: list[Vectors] = []
        for start in range(0, len(nodes), 16):
            pictures = []
            for node in nodes[start : start + 16]:
                data = node.image.data if node.image else self._collection.asset_bytes(node.asset or "")
                with Image.open(io.BytesIO(data)) as picture:
                    pictures.append(picture.convert("RGB"))
            batches.append(self._image.encode_images(pictures))
        return np.concatenate(batches)
