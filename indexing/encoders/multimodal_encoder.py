"""Texts and pictures in one space, with a multimodal sentence-transformers model: an encoder for both kinds at once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from PIL.Image import Image as PILImage

from ...errors import ModelUnavailable
from .picture_size import MAX_PIXELS, require_pixels, scaled_down
from .protocols import ImageEncoder, Vectors
from .rgb import as_rgb
from .sentence_encoder import SentenceEncoder

_TEXTS_PER_PICTURE = 4
"""A picture takes the room of so many texts in a batch."""


class MultimodalEncoder(SentenceEncoder, ImageEncoder):
    """A `TextEncoder` and an `ImageEncoder` over one model, which is loaded once (CLIP, Qwen3-VL-Embedding, …).

    Everything that is said of `SentenceEncoder` holds. Pictures may have any mode: they are brought to RGB,
    transparent ones on white, and scaled down to a megapixel; above 64 megapixels they are refused with
    `LimitExceeded`. Texts and pictures are given to the model as what they are, so that a text which reads like a
    path or an address is neither opened nor fetched.
    """

    max_image_pixels: int = MAX_PIXELS
    _remembered: tuple[str, Vectors] | None = None

    def require_pictures(self) -> None:
        """Raises `ModelUnavailable` where the model's files tell that it reads no pictures. Does not load it."""
        if not self._files.reads_pictures:
            raise self._blind()

    def encode_images(self, images: Sequence[PILImage]) -> Vectors:
        """`(n, dimension) float32`, each row of length 1, in the order given; `(0, dimension)` for no images."""
        for position, image in enumerate(images):
            require_pixels(image, self.max_image_pixels, f"Image {position}")
        if images and not self._sees:
            raise self._blind()
        vectors = np.zeros((len(images), self.dimension), np.float32)
        size = max(1, self._batch_size // _TEXTS_PER_PICTURE)
        for start in range(0, len(images), size):
            inputs = [{"image": scaled_down(as_rgb(image))} for image in images[start : start + size]]
            vectors[start : start + size] = self._encode_inputs(inputs, "document")
        return vectors

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """As every encoder; the latest question is remembered: of one search each vector channel asks for it."""
        if len(texts) != 1:
            return super().encode_queries(texts)
        remembered = self._remembered
        if remembered is None or remembered[0] != texts[0]:
            self._remembered = remembered = texts[0], super().encode_queries(texts)
        return remembered[1].copy()

    @cached_property
    def _sees(self) -> bool:
        with self._lock:
            return bool(self._model.supports("image"))

    def _blind(self) -> ModelUnavailable:
        return ModelUnavailable(
            f"The model {self.name} in {self._source.path} reads no pictures.",
            hint="Name a multimodal model in `encoder.image_model`, or leave that setting empty.",
        )
