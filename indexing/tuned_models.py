"""Models fitted to a collection: `models/reranker-1a2b…/`, beside `assets/`.

The catalog names the one of each kind that serves: a folder counts from that commit on. Each holds
`provenance.json`: where the model comes from, and the SHA-256 of its files, which are checked before it is used.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ..errors import CollectionDamaged
from .catalog import Space
from .durable_files import file_sha256, sync_folder, write_durably
from .storage_errors import storage_errors

ModelKind = Literal["reranker", "encoder"]
MODEL_KINDS: tuple[ModelKind, ...] = ("reranker", "encoder")
PROVENANCE = "provenance.json"
TRAINED_BESIDE = "text_space"
"""Where a reranker's provenance has the fingerprint of the text space whose candidates it learned to order."""
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class TunedModel:
    """A model of the collection's own: its folder, and where it comes from."""

    kind: ModelKind
    path: Path
    provenance: Mapping[str, Any]


class TunedModels:
    """The folder of models. Reading is open to all; `write` and `remove` are for the holder of the writer lock."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, kind: ModelKind, save: Callable[[Path], None], provenance: Mapping[str, Any]) -> str:
        """Store what `save` puts into the folder that it is given, whole or not at all; returns the model's name.

        Raises `StorageFull` or `UnreadableFile`.
        """
        temporary = self.folder / f".{kind}.tmp"
        with storage_errors(self.folder.parent):
            self.folder.mkdir(exist_ok=True)
            shutil.rmtree(temporary, ignore_errors=True)
            temporary.mkdir()
            try:
                save(temporary)
                _sync_files(temporary)
                files = _hashes(temporary)
                told = {"format": _FORMAT, "kind": kind, **provenance, "files": files}
                text = (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode()
                write_durably(temporary / PROVENANCE, text)
                name = _name(kind, text)
                shutil.rmtree(self.folder / name, ignore_errors=True)
                temporary.rename(self.folder / name)
                sync_folder(self.folder)
            except (
                BaseException
            ):  # whatever stopped the writing, even Ctrl-C: the half model goes, the exception goes on
                shutil.rmtree(temporary, ignore_errors=True)
                raise
        return name

    def read(self, name: str) -> TunedModel:
        """The model of that name, its files checked. Raises `CollectionDamaged`."""
        problem = self.check(name)
        if problem is not None:
            raise CollectionDamaged(f"{problem}.", hint="`chartwell verify --repair` removes it; then tune again.")
        return self.described(name)

    def described(self, name: str) -> TunedModel:
        """The model of that name, which `check` has found whole."""
        path = self.folder / name
        provenance = json.loads((path / PROVENANCE).read_bytes())
        return TunedModel(provenance["kind"], path, provenance)

    def check(self, name: str) -> str | None:
        """What is wrong with the model of that name, if anything."""
        path = self.folder / name
        try:
            told = (path / PROVENANCE).read_bytes()
            provenance = json.loads(told)
            if not isinstance(provenance, dict) or provenance.get("format") != _FORMAT:
                return f"The model {path} has a {PROVENANCE} of another form"
            if name != _name(provenance["kind"], told):
                return f"The model {path} is damaged ({PROVENANCE} is not as it was written)"
            files, found = provenance["files"], _hashes(path)
        except FileNotFoundError:
            return f"The model {path} is missing"
        except (OSError, ValueError, KeyError) as error:
            return f"The model {path} cannot be read ({error})"
        wrong = sorted(file for file in {*files, *found} if files.get(file) != found.get(file))
        return f"The model {path} is damaged ({wrong[0]} is not as it was written)" if wrong else None

    def remove(self, name: str) -> None:
        """Remove a model's folder."""
        shutil.rmtree(self.folder / name, ignore_errors=True)

    def strays(self, named: set[str]) -> list[Path]:
        """Folders that the catalog does not name, half ones too."""
        if not self.folder.is_dir():
            return []
        return sorted(path for path in self.folder.iterdir() if path.name not in named)


def outdated(tuned: TunedModel, text_space: Space | None) -> str | None:
    """What to say of a model that was tuned beside another text encoder than that of the present `text_space`."""
    beside = tuned.provenance.get(TRAINED_BESIDE)
    if beside is None or text_space is None or beside == text_space.fingerprint:
        return None
    return (
        f"The {tuned.kind} {tuned.path.name} learned to order what another text encoder finds than the present one, "
        f"{text_space.encoder}. `chartwell tune {tuned.kind}` fits it anew."
    )


def _name(kind: str, provenance: bytes) -> str:
    """A model's name tells its provenance, and so its files, from any other."""
    return f"{kind}-{hashlib.sha256(provenance).hexdigest()[:12]}"


def _hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of every file but the provenance, by its path below the folder."""
    hashes: dict[str, str] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path != folder / PROVENANCE:
            hashes[path.relative_to(folder).as_posix()] = file_sha256(path)
    return hashes


def _sync_files(folder: Path) -> None:
    """Make the files in the folder survive a power failure."""
    for path in folder.rglob("*"):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
