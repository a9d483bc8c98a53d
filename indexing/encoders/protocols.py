"""What the rest of Chartwell asks of an encoder: normalised vectors, a fingerprint, and how long a text may be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL.Image import Image as PILImage

Vectors = NDArray[np.float32]


class TokenCounter(Protocol):
    """Counts the tokens an encoder would see. Picklable, cheap to build in a worker process, needs no torch."""

    @property
    def max_tokens(self) -> int:
        """Longest text the encoder reads, special tokens left out."""
        ...

    def count(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, special tokens left out."""
        ...


class TextEncoder(Protocol):
    """Texts to vectors.

    `fingerprint` names weights and settings: equal fingerprints give interchangeable vectors. Reading
    `fingerprint`, `name` or `token_counter` must not load the model; encoding does.
    """

    name: str

    @property
    def fingerprint(self) -> str:
        """Hex digest over weights and settings."""
        ...

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        ...

    def token_counter(self) -> TokenCounter:
        """The counter that fits this encoder."""
        ...

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """`(n, dimension) float32`, each row of length 1, in the order given."""
        ...

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Like `encode_documents`, with the query prompt where the model has one."""
        ...


class ImageEncoder(Protocol):
    """Images, and the texts that search them, to vectors of one space.

    Pictures of more than `max_image_pixels` are refused with `LimitExceeded`.
    """

    name: str
    max_image_pixels: int

    @property
    def fingerprint(self) -> str:
        """Hex digest over weights and settings."""
        ...

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        ...

    def encode_images(self, images: Sequence[PILImage]) -> Vectors:
        """`(n, dimension) float32`, each row of length 1."""
        ...

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """`(n, dimension) float32`, each row of length 1."""
        ...
