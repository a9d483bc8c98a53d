"""What the lexical index says about itself on disk, and whether its files bear it out."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

from .durable_files import file_sha256

logger = logging.getLogger(__name__)

FORMAT = 1
MANIFEST = "manifest.json"
_TOKENS_VERSION = 3
"""Raised whenever `indexing.tokens` gives other tokens for the same text: the index is then made anew."""
_UNHASHED = {"meta.json", ".managed.json"}
"""tantivy's own bookkeeping, rewritten at every commit; it checks what they say when it opens the folder."""


@dataclass(frozen=True, slots=True)
class LexicalManifest:
    """What the folder says about itself. `files`: name -> SHA-256."""

    format: int
    folder: str
    generation: int
    count: int
    tokens: str
    files: dict[str, str]


@cache
def tokens_fingerprint() -> str:
    """Names the analysis: its own version, and those of the libraries that decide about words."""
    libraries = " ".join(f"{name} {version(name)}" for name in ("jieba", "PyStemmer", "OpenCC"))
    return f"{_TOKENS_VERSION} {libraries}"


def read_lexical_manifest(folder: Path) -> LexicalManifest | None:
    """The manifest, None where there is none or it cannot be understood."""
    path = folder / MANIFEST
    try:
        manifest = LexicalManifest(**json.loads(path.read_bytes()))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        logger.warning("%s cannot be read (%s); the index is rebuilt from the catalog", path, error)
        return None
    return manifest if manifest.format == FORMAT and Path(manifest.folder).name == manifest.folder else None


def check_lexical_folder(folder: Path, manifest: LexicalManifest) -> str | None:
    """What is wrong with the files, if anything. A file whose segment was merged away since is no loss."""
    served = folder / manifest.folder
    try:
        living = (served / "meta.json").read_text(encoding="utf-8").replace("-", "")
    except (OSError, UnicodeDecodeError) as error:
        return f"{served} is incomplete ({error})"
    for name, digest in manifest.files.items():
        try:
            if file_sha256(served / name) != digest:
                return f"{served / name} is damaged (its checksum differs)"
        except FileNotFoundError:
            if name.split(".")[0] in living:
                return f"{served / name} is missing"
        except OSError as error:
            return f"{served / name} cannot be read ({error.strerror})"
    return None


def hash_files(folder: Path, known: Mapping[str, str]) -> dict[str, str]:
    """SHA-256 of the segments' files. They never change once written: those in `known` need no second look."""
    return {
        file.name: known.get(file.name) or file_sha256(file)
        for file in sorted(folder.iterdir())
        if file.name not in _UNHASHED and not file.name.endswith(".lock")
    }
