"""Names what an encoder computes: a digest over its weights, its configuration and the settings that matter.

Equal fingerprints give interchangeable vectors. Where a model lies and what it is called plays no part, nor does
anything that is not read for a vector: library versions, model cards, other formats of the same weights.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from ...errors import ModelUnavailable

WHOLE_FILE_BYTES = 256 * 2**20
"""Larger files are digested by size, header and samples: a 10 GB model would take half a minute."""
_HEADER_BYTES = 2**20
_SAMPLES = 256
_SAMPLE_BYTES = 64 * 2**10

_VOLATILE_KEYS = frozenset(
    {"__version__", "_name_or_path", "name_or_path", "transformers_version", "torch_dtype", "dtype"}
)
"""Written by whoever saved the model. No vector depends on them: the encoders set the precision themselves."""


def fingerprint(folder: Path, files: Iterable[Path], settings: Mapping[str, Any]) -> str:
    """Hex SHA-256 over the `files` (each below `folder`) and the JSON-able `settings`.

    JSON files count by their content without the keys that only say who saved them; all others by their bytes.
    Raises `ModelUnavailable` where a file cannot be read.
    """
    digest = hashlib.sha256(_canonical({"format": 1, "settings": settings}))
    for file in sorted(set(files), key=lambda path: path.relative_to(folder).as_posix()):
        content = _remembered(_json_digest, file) if file.suffix == ".json" else file_digest(file)
        digest.update(f"\n{file.relative_to(folder).as_posix()}\0{content}".encode())
    return digest.hexdigest()


def file_digest(path: Path) -> str:
    """Hex SHA-256 of a file; above `WHOLE_FILE_BYTES` of its size, its header and evenly spaced samples.

    Remembered in this process for as long as the file's size and time of change stay the same.
    """
    return _remembered(_digest, path)


def _remembered(digest: Callable[[str, int, int], str], path: Path) -> str:
    try:
        status = path.stat()
        return digest(str(path), status.st_mtime_ns, status.st_size)
    except OSError as error:
        raise _unreadable(path, error) from error


@lru_cache(maxsize=256)
def _digest(path: str, _mtime_ns: int, size: int) -> str:
    with Path(path).open("rb") as file:
        if size <= WHOLE_FILE_BYTES:
            return hashlib.file_digest(file, "sha256").hexdigest()
        digest = hashlib.sha256(f"sampled {size}\n".encode())
        digest.update(file.read(_HEADER_BYTES))
        for sample in range(1, _SAMPLES + 1):
            file.seek((size - _SAMPLE_BYTES) * sample // _SAMPLES)
            digest.update(file.read(_SAMPLE_BYTES))
        return digest.hexdigest()


@lru_cache(maxsize=256)
def _json_digest(path: str, _mtime_ns: int, _size: int) -> str:
    content = read_json(Path(path))
    if Path(path).name == "tokenizer.json" and isinstance(content, dict):
        # The encoder sets its own truncation and padding.
        content = content | {"truncation": None, "padding": None}
    return hashlib.sha256(_canonical(_without_volatile_keys(content))).hexdigest()


def read_json(path: Path) -> Any:  # noqa: ANN401 - JSON
    """The content of a model's JSON file. Raises `ModelUnavailable` where it cannot be read."""
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error


def _canonical(content: object) -> bytes:
    return json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":")).encode()


def _without_volatile_keys(content: object) -> object:
    if isinstance(content, dict):
        return {key: _without_volatile_keys(value) for key, value in content.items() if key not in _VOLATILE_KEYS}
    return content


def _unreadable(path: Path, error: Exception) -> ModelUnavailable:
    return ModelUnavailable(
        f"The model file {path} cannot be read: {error}.",
        hint="Install the model again, or give the folder of another one.",
    )
