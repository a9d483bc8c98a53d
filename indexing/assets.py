"""Pictures of charts, stored once by content: `assets/ab/ab12….png`, written before the commit that names them."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path

from ..errors import CollectionDamaged
from .catalog import AssetRecord
from .documents import Image
from .durable_files import file_sha256, sync_folder, write_durably
from .storage_errors import LOST_HINT, storage_errors

_SUFFIXES = {"image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp"}


class AssetStore:
    """The folder of pictures. Reading is open to all; `add` and `remove` are for the holder of the writer lock."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, asset: AssetRecord) -> Path:
        """Where the picture lies."""
        suffix = _SUFFIXES.get(asset.media_type, ".bin")
        return self.folder / asset.sha256[:2] / f"{asset.sha256}{suffix}"

    def read(self, asset: AssetRecord) -> bytes:
        """The picture's bytes. Raises `CollectionDamaged` where the file is gone or was changed."""
        path = self.path(asset)
        try:
            with storage_errors(self.folder):
                data = path.read_bytes()
        except FileNotFoundError as error:
            raise CollectionDamaged(f"The picture {path} is missing.", hint=LOST_HINT) from error
        if len(data) != asset.bytes:
            raise CollectionDamaged(
                f"The picture {path} has {len(data)} bytes instead of {asset.bytes}.", hint=LOST_HINT
            )
        return data

    def add(self, image: Image) -> tuple[AssetRecord, bool]:
        """Store a picture; also says whether it is new. Raises `StorageFull` or `UnreadableFile`."""
        sha256 = hashlib.sha256(image.data).hexdigest()
        asset = AssetRecord(sha256, image.media_type, image.width, image.height, len(image.data))
        path = self.path(asset)
        with storage_errors(self.folder):
            if path.is_file() and path.stat().st_size == asset.bytes:
                return asset, False
            if not path.parent.is_dir():
                path.parent.mkdir(parents=True, exist_ok=True)
                sync_folder(self.folder)
            write_durably(path, image.data)
        return asset, True

    def remove(self, asset: AssetRecord) -> None:
        """Remove a picture's file, and its folder once that is empty."""
        path = self.path(asset)
        path.unlink(missing_ok=True)
        with suppress(OSError):  # other pictures share the folder
            path.parent.rmdir()

    def files(self) -> list[Path]:
        """Every file in the store, temporary ones too."""
        return sorted(path for path in self.folder.rglob("*") if path.is_file()) if self.folder.is_dir() else []

    def check(self, asset: AssetRecord) -> str | None:
        """What is wrong with the stored file, if anything."""
        path = self.path(asset)
        try:
            sound = file_sha256(path) == asset.sha256
        except FileNotFoundError:
            return f"{path} is missing"
        except OSError as error:
            return f"{path} cannot be read ({error.strerror})"
        return None if sound else f"{path} is damaged (its checksum differs)"
