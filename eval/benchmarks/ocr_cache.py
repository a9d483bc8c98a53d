"""OCR results kept on disk, so that a benchmark of what follows OCR costs none of it when it is run again."""

from __future__ import annotations

import hashlib
import io
import json
import time
from dataclasses import dataclass
from pathlib import Path

from PIL import Image as PILImage

from ...indexing.documents import Box
from ...indexing.loaders.parsed import Label
from ...indexing.ocr import OcrEngine


@dataclass(frozen=True, slots=True)
class OcrResult:
    """The lines of a picture, and the seconds (on the clock, of the processor) that reading them took when it ran."""

    labels: tuple[Label, ...]
    seconds: float
    cpu_seconds: float


class OcrCache:
    """Reads encoded pictures by `engine`; results lie in `folder` by the picture's hash and the engine's fingerprint.

    Without a folder nothing is kept. A result that does not parse is read again.
    """

    def __init__(self, engine: OcrEngine, folder: Path | None) -> None:
        self.engine = engine
        self.folder = folder

    def read(self, encoded: bytes) -> OcrResult:
        """The lines of the picture in `encoded` (PNG, JPEG, …)."""
        path = self._path(encoded)
        if path is not None and path.is_file():
            try:
                return _from_json(path.read_text("utf-8"))
            except (ValueError, KeyError, TypeError):  # cut off by an interrupted run
                path.unlink()
        with PILImage.open(io.BytesIO(encoded)) as picture:
            started, cpu = time.perf_counter(), time.process_time()
            labels = tuple(self.engine.read(picture))
            result = OcrResult(labels, time.perf_counter() - started, time.process_time() - cpu)
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(_to_json(result), "utf-8")
        return result

    def _path(self, encoded: bytes) -> Path | None:
        if self.folder is None:
            return None
        name = f"{hashlib.sha256(encoded).hexdigest()[:32]}-{self.engine.fingerprint[:16]}.json"
        return self.folder / name


def _to_json(result: OcrResult) -> str:
    labels = [[label.text, list(label.box), label.confidence, label.vertical] for label in result.labels]
    data = {"seconds": result.seconds, "cpu_seconds": result.cpu_seconds, "labels": labels}
    return json.dumps(data, ensure_ascii=False)


def _from_json(text: str) -> OcrResult:
    data = json.loads(text)
    labels = tuple(Label(words, Box(*box), confidence, vertical) for words, box, confidence, vertical in data["labels"])
    return OcrResult(labels, data["seconds"], data["cpu_seconds"])
