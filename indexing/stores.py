"""What a collection folder is made of: `catalog.sqlite`, `assets/`, `faiss/`, `lexical/`, `models/`, `uploads/`,
`writer.lock`.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

from ..errors import NotACollection
from .assets import AssetStore
from .catalog import Catalog
from .catalog_connections import DATABASE
from .durable_files import temporary_files
from .lexical_follower import LexicalFollower
from .storage_errors import storage_errors
from .tuned_models import MODEL_KINDS, ModelKind, TunedModels
from .vector_follower import VectorFollower, read_vector_manifest

LOCK_FILE = "writer.lock"
UPLOADS = "uploads"
"""Originals that were uploaded: they are documents like others, and lie here because they lie nowhere else."""
_ASSETS, _FAISS, _LEXICAL, _MODELS = "assets", "faiss", "lexical", "models"


class Stores:
    """The catalog, the pictures and the two derived indexes of the collection at `path`.

    Opening raises `NotACollection`, `SchemaTooNew`, `CollectionDamaged`, `UnreadableFile` or `StorageFull`.
    """

    def __init__(self, path: Path, *, create: bool, index_factory: str | None) -> None:
        _check_folder(path, create=create)
        self.path = path
        self.catalog = Catalog(path, create=create)
        self.assets = AssetStore(path / _ASSETS)
        self.models = TunedModels(path / _MODELS)
        self.lexical = LexicalFollower(self.catalog, path / _LEXICAL, _tokenize)
        self._index_factory = index_factory
        self._followers: dict[str, VectorFollower] = {}
        self._lock = threading.Lock()

    def vectors(self, space: str) -> VectorFollower:
        """The vector index of a space."""
        with self._lock:
            if space not in self._followers:
                self._followers[space] = VectorFollower(self.catalog, self.path / _FAISS, space, self._index_factory)
            return self._followers[space]

    def serving_models(self) -> dict[ModelKind, str]:
        """The names of the tuned models that serve, by kind."""
        named = {kind: self.catalog.setting(model_setting(kind)) for kind in MODEL_KINDS}
        return {kind: name for kind, name in named.items() if name}

    def stray_files(self) -> list[Path]:
        """Files, and folders of models, that nothing names: a writer left them that died.

        Only true while nobody writes.
        """
        known = {self.assets.path(asset) for asset in self.catalog.assets()}
        snapshots = self.path / _FAISS
        manifests = [read_vector_manifest(snapshots, name) for name in self.catalog.spaces()]
        named = {snapshots / manifest.file for manifest in manifests if manifest is not None}
        stray = {file for file in self.assets.files() if file not in known}
        stray |= {file for file in snapshots.glob("*.faiss") if file not in named}
        stray |= set(self.models.strays(set(self.serving_models().values())))
        return sorted(stray | {file for folder in (_FAISS, _LEXICAL) for file in temporary_files(self.path / folder)})

    def close(self) -> None:
        """Close the catalog for all threads."""
        self.lexical.close()
        self.catalog.close()


def model_setting(kind: ModelKind) -> str:
    """Under which key the catalog keeps the name of the serving model."""
    return f"model.{kind}"


def _check_folder(path: Path, *, create: bool) -> None:
    hint = "Name a new or empty folder, or one that Chartwell made."
    with storage_errors(path):
        if not path.exists():
            if not create:
                raise NotACollection(f"{path} does not exist.", hint="Index documents into it first.")
            path.mkdir(parents=True, exist_ok=True)
        elif not path.is_dir():
            raise NotACollection(f"{path} is a file, not a folder.", hint=hint)
        if (path / DATABASE).exists():
            return
        ours = {LOCK_FILE, UPLOADS, _ASSETS, _FAISS, _LEXICAL, _MODELS}
        foreign = sorted(e.name for e in path.iterdir() if e.name not in ours and not e.name.startswith(DATABASE))
        if foreign:
            raise NotACollection(f"{path} holds other things ({foreign[0]}) and no collection.", hint=hint)
        if not create:
            raise NotACollection(f"{path} holds no collection.", hint="Index documents into it first.")


def _tokenize(text: str) -> Sequence[str]:
    from .tokens import tokenize

    return tokenize(text)
