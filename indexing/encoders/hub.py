"""The model hub: look-ups in its local cache, announced downloads, and a guard that keeps everything else offline."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

logger = logging.getLogger(__name__)

_OFFLINE_LOCK = threading.RLock()

_MODEL_FILES = ("*.json", "*.txt", "*.model", "*.jinja", "*.safetensors", "*.md")
_OTHER_RUNTIMES = ("onnx/*", "openvino/*", "*.onnx", "*.msgpack", "*.h5", "*.ot")


def cached_snapshot(repository: str, marks: Sequence[str]) -> Path | None:
    """The folder in the local hub cache that holds `repository`, if one of the files `marks` is there.

    Reads the disk only.
    """
    from huggingface_hub import try_to_load_from_cache

    for mark in marks:
        found = try_to_load_from_cache(repository, mark)
        if isinstance(found, str):
            return Path(found).parents[len(Path(mark).parts) - 1]
    return None


def cache_folder() -> Path:
    """Where the hub's client keeps what it has downloaded."""
    from huggingface_hub.constants import HF_HUB_CACHE

    return Path(HF_HUB_CACHE)


def switched_off() -> bool:
    """Whether the user has set `HF_HUB_OFFLINE`."""
    from huggingface_hub import is_offline_mode

    return is_offline_mode()


def download(repository: str) -> Path:
    """Download a model into the local hub cache and return its folder. The log says so before anything is fetched.

    Only safe formats are fetched: weights as safetensors, no pickles and no code. Raises whatever the hub's client
    raises: `OSError`, `ValueError` and the errors of its HTTP library.
    """
    from huggingface_hub import snapshot_download

    logger.warning("Downloading the model %s from the hub to %s", repository, cache_folder())
    return Path(snapshot_download(repository, allow_patterns=list(_MODEL_FILES), ignore_patterns=list(_OTHER_RUNTIMES)))


@contextmanager
def offline() -> Iterator[None]:
    """Keep the hub's client off the network while a model is loaded from its folder.

    Model files may name other repositories (a base model, a tokenizer); loading would fetch these unasked. The
    client's switch is a module attribute that it reads at every request; the lock makes nested and parallel loads
    restore it in order.
    """
    from huggingface_hub import constants

    with _OFFLINE_LOCK:
        before = constants.HF_HUB_OFFLINE
        constants.HF_HUB_OFFLINE = True
        try:
            yield
        finally:
            constants.HF_HUB_OFFLINE = before
