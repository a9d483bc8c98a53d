"""An `ImageEncoder` over open_clip: pictures, and the texts that search them, in one space."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from PIL.Image import Image as PILImage

from ...errors import ModelUnavailable
from . import hub
from .fingerprint import fingerprint, read_json
from .picture_size import MAX_PIXELS, require_pixels
from .precision import Precision, choose_device, choose_dtype
from .protocols import ImageEncoder, Vectors
from .rgb import as_rgb
from .token_counter import encodable
from .unit_vectors import unit_vectors
from .weights import ResolvedModel, resolve_image_model

if TYPE_CHECKING:
    import torch
    from torch import Tensor

logger = logging.getLogger(__name__)

Item = TypeVar("Item")

_CONFIG = "open_clip_config.json"
_PREFERRED_WEIGHTS = (
    "open_clip_model.safetensors",
    "open_clip_pytorch_model.safetensors",
    "open_clip_pytorch_model.bin",
    "open_clip_pytorch_model.pth",
    "model.safetensors",
    "pytorch_model.bin",
    "pytorch_model.pth",
    "model.pth",
)
"""The order in which open_clip chooses among the weights in a folder."""
_TOKENIZER_FILES = (
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "vocab.txt",
    "merges.txt",
    "tokenizer.model",
    "spiece.model",
)


@dataclass(frozen=True)
class _Loaded:
    model: Any
    transform: Callable[[PILImage], Tensor]
    tokenize: Callable[[list[str]], Tensor]
    device: torch.device
    dtype: torch.dtype


class OpenClipEncoder(ImageEncoder):
    """Pictures and texts to vectors with an open_clip model (CLIP, SigLIP).

    `model` is a resolved model, `local-dir:PATH`, a hub name (`hf-hub:ORG/NAME` or `ORG/NAME`) or one of open_clip's
    own (`ViT-B-16-SigLIP2-384`, `ViT-B-32:laion2b_s34b_b79k`); the hub is asked only if `allow_download`. The model is
    loaded from its folder, without the network, at the first encoding. `device` is a torch device; by default a GPU
    if there is one, where it calculates in half precision unless `precision` says otherwise. Pictures may have any
    mode: they are brought to RGB, transparent ones on white, and to the model's size. Texts are cut at the model's
    context length; they are only ever text. Safe to call from several threads. Picklable; a copy loads the model
    again.

    Raises `ModelUnavailable` where the model cannot be found, loaded, or returns vectors that are none, and
    `LimitExceeded` for a picture of more than `max_image_pixels`.
    """

    def __init__(
        self,
        model: ResolvedModel | str,
        *,
        device: str | None = None,
        precision: Precision = "auto",
        batch_size: int = 16,
        max_image_pixels: int = MAX_PIXELS,
        allow_download: bool = False,
    ) -> None:
        if batch_size < 1:
            raise ValueError(f"batch_size must be at least 1, not {batch_size}")
        self._source = resolve_image_model(model, allow_download=allow_download) if isinstance(model, str) else model
        self._device = device
        self._precision = precision
        self._batch_size = batch_size
        self.max_image_pixels = max_image_pixels
        self._lock = threading.RLock()
        self.name = self._source.name

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (self._source, self._device, self._precision, self._batch_size, self.max_image_pixels)

    @cached_property
    def fingerprint(self) -> str:
        """Hex digest over weights, configuration and tokenizer; the device and the model's place play no part."""
        folder = self._source.path
        files = [folder / name for name in (_CONFIG, *_TOKENIZER_FILES) if (folder / name).is_file()]
        return fingerprint(folder, [*files, _weights(folder)], {"normalize": True, "dtype": "float32"})

    @cached_property
    def dimension(self) -> int:
        """Length of a vector."""
        path = self._source.path / _CONFIG
        try:
            return int(read_json(path)["model_cfg"]["embed_dim"])
        except (KeyError, TypeError, ValueError) as error:
            raise ModelUnavailable(
                f"{path} is not the configuration of an open_clip model: it has no model_cfg.embed_dim.",
                hint="Give the folder of an open_clip model.",
            ) from error

    def load(self) -> None:
        """Load the model now. Raises `ModelUnavailable`."""
        with self._lock:
            _ = self._loaded

    def encode_images(self, images: Sequence[PILImage]) -> Vectors:
        """`(n, dimension) float32`, each row of length 1, in the order given; `(0, dimension)` for no images."""
        for position, image in enumerate(images):
            require_pixels(image, self.max_image_pixels, f"Image {position}")

        def encode(loaded: _Loaded, batch: Sequence[PILImage]) -> Tensor:
            import torch

            pixels = torch.stack([loaded.transform(as_rgb(image)) for image in batch])
            rows: Tensor = loaded.model.encode_image(pixels.to(loaded.device))
            return rows

        return self._encode(images, encode)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """`(n, dimension) float32`, each row of length 1, in the order given; `(0, dimension)` for no texts."""

        def encode(loaded: _Loaded, batch: Sequence[str]) -> Tensor:
            tokens = loaded.tokenize([encodable(text) for text in batch])
            rows: Tensor = loaded.model.encode_text(tokens.to(loaded.device))
            return rows

        return self._encode(texts, encode)

    def _encode(self, items: Sequence[Item], encode: Callable[[_Loaded, Sequence[Item]], Tensor]) -> Vectors:
        import torch

        vectors = np.zeros((len(items), self.dimension), np.float32)
        for start in range(0, len(items), self._batch_size):
            # Held for one batch only, so that a question need not wait for a whole run of pictures.
            with self._lock, torch.inference_mode():
                loaded = self._loaded
                # Autocast keeps what must be exact (normalisation, softmax) in float32, whatever the towers are.
                half = loaded.dtype != torch.float32
                with torch.autocast(loaded.device.type, dtype=loaded.dtype if half else None, enabled=half):
                    encoded = encode(loaded, items[start : start + self._batch_size])
                rows = encoded.float().cpu().numpy()
            vectors[start : start + len(rows)] = unit_vectors(rows, self.dimension, self.name)
        return vectors

    @cached_property
    def _loaded(self) -> _Loaded:
        import open_clip

        logger.info("Loading the image model %s from %s", self.name, self._source.path)
        location = f"local-dir:{self._source.path}"
        try:
            device = choose_device(self._device)
            with hub.offline():
                model, transform = open_clip.create_model_from_pretrained(location, precision="fp32", device=device)
                tokenize = open_clip.get_tokenizer(location)
        # Model folders fail to load in as many ways as there are libraries beneath; each means the same to the user.
        except Exception as error:
            raise ModelUnavailable(
                f"The image model {self.name} in {self._source.path} does not load: {error}",
                hint="Its tokenizer must lie in the folder too. Install it again, or use another model or device.",
            ) from error
        model.eval()
        return _Loaded(model, transform, tokenize, device, choose_dtype(self._precision, device))


def _weights(folder: Path) -> Path:
    """The weights that open_clip loads from the folder."""
    for name in _PREFERRED_WEIGHTS:
        if (folder / name).is_file():
            return folder / name
    found = sorted([*folder.glob("*.safetensors"), *folder.glob("*.bin"), *folder.glob("*.pth")])
    if not found:
        raise ModelUnavailable(f"The model folder {folder} holds no weights.", hint="Install the model again.")
    return min(found, key=lambda path: path.suffix != ".safetensors")


def _rebuild(
    source: ResolvedModel, device: str | None, precision: Precision, batch_size: int, max_image_pixels: int
) -> OpenClipEncoder:
    return OpenClipEncoder(
        source, device=device, precision=precision, batch_size=batch_size, max_image_pixels=max_image_pixels
    )
