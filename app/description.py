"""What the results of a collection depend on, for the record of an evaluation: no secret leaves the settings."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from pydantic import SecretStr

from ..eval.runs.system import Description
from ..generation import prompts
from ..indexing.collection import Collection
from ..indexing.encoders.protocols import ImageEncoder, TextEncoder
from ..indexing.tuned_models import ModelKind
from ..retrieval.retriever import Retriever
from .settings import Settings

_DIGITS = 16
_NO_MATTER = {"index": {"workers", "parse_timeout_seconds", "parse_memory_mib"}}
"""Settings that change how long work takes, not what comes out."""
_TUNED: tuple[ModelKind, ...] = ("encoder", "reranker")


def describe(
    collection: Collection, settings: Settings, text: TextEncoder, image: ImageEncoder | None, retriever: Retriever
) -> Description:
    """All that results depend on. Raises `CollectionDamaged`."""
    documents = collection.documents()
    contents = [f"{document.source}\0{document.content_hash}" for document in documents]
    spaces = {name: space.fingerprint for name, space in collection.spaces().items()}
    models: dict[str, Any] = {"text encoder": {"name": text.name, "fingerprint": text.fingerprint}}
    if image is not None:
        models["image encoder"] = {"name": image.name, "fingerprint": image.fingerprint}
    models["reranker"] = {"name": retriever.reranker_name}
    for kind in _TUNED:
        tuned = collection.tuned_model(kind)
        if tuned is not None:
            models[f"tuned {kind}"] = dict(tuned.provenance)
    return Description(
        {
            "path": str(collection.path.absolute()),
            "documents": len(documents),
            "nodes": collection.node_count(),
            "fingerprint": _hash("\n".join([*sorted(contents), *map(str, sorted(spaces.items()))])),
        },
        without_secrets(settings.model_dump(exclude=_NO_MATTER)),
        models,
        _prompts(),
    )


def without_secrets(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Settings, or a part of them, as JSON: no secret, and of addresses only scheme, host and path."""
    if isinstance(value, dict):
        return {name: without_secrets(one) for name, one in value.items() if not isinstance(one, SecretStr)}
    if isinstance(value, list | tuple):
        return [without_secrets(one) for one in value]
    return _address(value) if isinstance(value, str) and "://" in value else value


def _address(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def _prompts() -> str:
    """Of all that the prompts are made by, their wording as well as their form."""
    files = sorted(Path(prompts.__file__).parent.glob("*.py"))
    return _hash("\n".join(file.read_text("utf-8") for file in files))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
