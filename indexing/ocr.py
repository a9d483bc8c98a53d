"""Reading the text of a picture: lines with their boxes, by RapidOCR and the PP-OCRv6 models in its wheel.

>>> labels = RapidOcrEngine(threads=1).read(PIL.Image.open("chart.png"))      # doctest: +SKIP
>>> labels[0].text, labels[0].box                                             # doctest: +SKIP
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PILImage

from .documents import Box
from .loaders.parsed import Label
from .ocr_models import load_rapidocr, model_paths
from .ocr_pixels import Pixels, crop, is_blank, padded, resized, to_bgr
from .ocr_strays import is_number, strays
from .reading_order import reading_order

REVISION = 3
"""Part of the fingerprint: to be raised when this code comes to read differently."""
SMALLEST_SIDE = 8
"""Pixels; nothing smaller can hold a letter."""
TALL = 1.5
"""Height over width from which a box may hold text turned by 90 degrees (the detector's boxes have a margin)."""
ONE_CHARACTER = 2.6
"""Height over width up to which a tall box may as well hold one upright character, such as "1"."""
UPRIGHT_BONUS = 0.1
"""A single upright digit is far more frequent in charts than two turned characters."""
CANVAS = 320 / 48
"""Width over height of the recogniser's canvas in training: on a narrower one it is faster, but misreads some "%"."""
SURE = 0.99
"""Short lines with digits, read with less confidence than this, are read again on the full canvas. On clean charts
nothing changes above 0.96, in noisy scans numbers do.
"""
SURE_WORD = 0.9
"""Words: below this. Above it, a second reading changes no more than a space or a full stop."""
LIKELY_MARKER = 0.6
"""Single characters read with less confidence are the round markers of a line chart more often than not."""
SURE_STRAY = 0.995
"""Least confidence of a number that the search for text has passed over."""
LONE_SIGNS = frozenset("%$€£¥‰")

Quad = NDArray[np.float32]


class OcrEngine(Protocol):
    """Pictures to lines of text.

    `fingerprint` names models and settings: equal fingerprints read alike. Reading it must not load the models.
    """

    @property
    def fingerprint(self) -> str:
        """Hex digest over models and settings."""
        ...

    def read(self, image: PILImage.Image) -> list[Label]:
        """The lines of text in `image`, boxes in fractions of it, in reading order; empty for a blank picture."""
        ...


class Readout(NamedTuple):
    """What the recogniser made of one box: the text, its confidence, and whether the text is turned."""

    text: str
    score: float
    vertical: bool


class RapidOcrEngine:
    """RapidOCR on onnxruntime. Models are built at the first `read` and left out when the engine is pickled.

    `threads` are onnxruntime's intra-op threads. `enlarge` is by how much small pictures are magnified to find
    text in them, at most to `enlarge_to` pixels on the longer side; larger ones are reduced to `max_side`. Only the
    search for text sees the resized picture, recognition reads the original pixels. Lines with a confidence below
    `min_confidence` are dropped. `models` is the folder of the model files, by default the one in RapidOCR's wheel.

    Raises `ModelUnavailable` at the first `read` (or `fingerprint`) when a model file is missing or does not load;
    nothing is ever downloaded.
    """

    def __init__(
        self,
        *,
        threads: int = 1,
        min_confidence: float = 0.5,
        enlarge: float = 1.5,
        enlarge_to: int = 960,
        max_side: int = 1600,
        models: Path | None = None,
    ) -> None:
        if threads < 1:
            raise ValueError(f"threads must be at least 1, not {threads}")
        self.threads = threads
        self.min_confidence = min_confidence
        self.enlarge = enlarge
        self.enlarge_to = enlarge_to
        self.max_side = max_side
        self.models = models
        self._engine: Any = None
        self._fingerprint = ""

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_engine": None}

    @property
    def fingerprint(self) -> str:
        """SHA-256 over RapidOCR's version, the model files and the settings that change what is read."""
        if not self._fingerprint:
            digest = hashlib.sha256(importlib.metadata.version("rapidocr").encode())
            for name, path in sorted(model_paths(self.models).items()):
                digest.update(name.encode() + hashlib.sha256(path.read_bytes()).digest())
            settings = (REVISION, self.min_confidence, self.enlarge, self.enlarge_to, self.max_side)
            digest.update(repr(settings).encode())
            self._fingerprint = digest.hexdigest()
        return self._fingerprint

    def rapidocr_params(self) -> dict[str, Any]:
        """The settings handed to RapidOCR, for those who run it by itself (the benchmark does)."""
        paths = model_paths(self.models)
        return {
            "Global.log_level": "critical",
            # Thresholds are applied here: RapidOCR would drop turned text before it could be turned back.
            "Global.text_score": 0.0,
            "Global.max_side_len": self.max_side,
            "EngineConfig.onnxruntime.intra_op_num_threads": min(self.threads, os.cpu_count() or 1),
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            "Det.model_path": str(paths["Det"]),
            # The default, 0.5, misses short numbers; what is no text is dropped by the recogniser's confidence.
            "Det.box_thresh": 0.4,
            "Det.limit_type": "max",
            "Det.limit_side_len": self.max_side,
            "Rec.model_path": str(paths["Rec"]),
            # Batches pad every line to the longest: one at a time, on a narrow canvas, takes half the time.
            "Rec.rec_batch_num": 1,
            "Rec.rec_img_shape": [3, 48, 96],
        }

    def read(self, image: PILImage.Image) -> list[Label]:
        """The lines of text in `image`; see `OcrEngine.read`."""
        if min(image.size) < SMALLEST_SIDE:
            return []
        pixels = to_bgr(image)
        if is_blank(pixels):
            return []
        quads = self._find(pixels)
        if not len(quads):
            return []
        height, width = pixels.shape[:2]
        labels = [
            Label(readout.text, _box(quad, width, height), round(readout.score, 4), readout.vertical)
            for quad, readout in zip(quads, self._recognise(pixels, quads), strict=True)
            if readout.score >= self.min_confidence and _says_something(readout.text)
        ]
        labels += self._passed_over(pixels, labels)
        return reading_order(labels, width / height)

    def search_scale(self, width: int, height: int) -> float:
        """By how much a picture of this size is magnified or reduced to find text in it."""
        longer = max(width, height)
        if longer > self.max_side:
            return self.max_side / longer
        return max(1.0, min(self.enlarge, self.enlarge_to / longer))

    def _find(self, pixels: Pixels) -> Quad:
        """Quadrilaterals around the lines, `(n, 4, 2) float32` in pixels, clockwise from the top left corner."""
        scale = self.search_scale(pixels.shape[1], pixels.shape[0])
        searched = resized(pixels, scale)
        # All three flags each time: RapidOCR keeps them from call to call.
        found = self._loaded()(searched, use_det=True, use_cls=False, use_rec=False)
        if found.boxes is None:
            return np.empty((0, 4, 2), np.float32)
        # The search picture's sides are whole numbers, so the two ratios differ a little.
        ratio = np.array([pixels.shape[1] / searched.shape[1], pixels.shape[0] / searched.shape[0]], np.float32)
        return np.asarray(found.boxes, np.float32) * ratio

    def _recognise(self, pixels: Pixels, quads: Quad) -> list[Readout]:
        """One readout for each quadrilateral: the most confident of the ways a tall box can be turned."""
        crops: list[Pixels] = []
        turns: list[tuple[int, int]] = []
        for index, quad in enumerate(quads):
            line = crop(pixels, quad)
            for quarter_turns in _ways_to_turn(line):
                crops.append(np.ascontiguousarray(np.rot90(line, quarter_turns)))
                turns.append((index, quarter_turns))
        best: dict[int, tuple[float, int]] = {}
        readouts = self._read_lines(crops)
        for number, ((index, quarter_turns), (_, score)) in enumerate(zip(turns, readouts, strict=True)):
            rank = score + (0.0 if quarter_turns else UPRIGHT_BONUS)
            if index not in best or rank > best[index][0]:
                best[index] = (rank, number)
        chosen = [best[index][1] for index in range(len(quads))]
        self._read_again([number for number in chosen if _is_short(crops[number])], crops, readouts)
        return [Readout(*readouts[number], vertical=turns[number][1] != 0) for number in chosen]

    def _read_again(self, numbers: Sequence[int], crops: Sequence[Pixels], readouts: list[tuple[str, float]]) -> None:
        """Replace doubtful readouts by those on the full canvas, where these are surer or hold digits."""
        doubtful = [number for number in numbers if _is_doubtful(*readouts[number])]
        if not doubtful:
            return
        for number, again in zip(doubtful, self._read_lines([padded(crops[n], CANVAS) for n in doubtful]), strict=True):
            if again[1] > readouts[number][1] or any(character.isdigit() for character in again[0]):
                readouts[number] = again

    def _passed_over(self, pixels: Pixels, labels: Sequence[Label]) -> list[Label]:
        """Short numbers that stand outside of the `labels` and that the search for text has not found."""
        height, width = pixels.shape[:2]
        boxes = [label.box for label in labels]
        found = strays(pixels, [(box.x0 * width, box.y0 * height, box.x1 * width, box.y1 * height) for box in boxes])
        if not found:
            return []
        readouts = self._read_lines([picture for _, picture in found])
        return [
            Label(text, _box(stray.quad(), width, height), round(score, 4))
            for (stray, _), (text, score) in zip(found, readouts, strict=True)
            if score >= SURE_STRAY and is_number(text, stray)
        ]

    def _read_lines(self, crops: list[Pixels]) -> list[tuple[str, float]]:
        """Text and confidence of each straightened line; nothing read has the confidence 0."""
        read = self._loaded().recognize_txt(crops)
        tidy = [_tidy(text) for text in read.txts]
        return [(text, float(score) if text else 0.0) for text, score in zip(tidy, read.scores, strict=True)]

    def _loaded(self) -> Any:  # noqa: ANN401 - RapidOCR has no types
        if self._engine is None:
            self._engine = load_rapidocr(self.rapidocr_params())
        return self._engine


def _ways_to_turn(line: Pixels) -> Sequence[int]:
    """Quarter turns, counter-clockwise, that may bring the text of `line` upright, the likeliest first."""
    height, width = line.shape[:2]
    if height < TALL * width:
        return (0,)
    return (0, 3, 1) if height < ONE_CHARACTER * width else (3, 1)


def _is_short(line: Pixels) -> bool:
    """Whether the line leaves room on the recogniser's canvas."""
    height, width = line.shape[:2]
    return bool(width < CANVAS * height)


def _is_doubtful(text: str, score: float) -> bool:
    """Whether a second reading may pay: it takes a tenth of the time of all OCR where every short line gets one."""
    if len(text) <= 1 and score < LIKELY_MARKER:
        return False
    exact = len(text) == 1 or any(character.isdigit() for character in text)
    return score < (SURE if exact else SURE_WORD)


def _box(quad: Quad, width: int, height: int) -> Box:
    x0, y0 = quad.min(axis=0)
    x1, y1 = quad.max(axis=0)
    return Box(
        max(0.0, float(x0) / width),
        max(0.0, float(y0) / height),
        min(1.0, float(x1) / width),
        min(1.0, float(y1) / height),
    )


def _tidy(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _says_something(text: str) -> bool:
    """Markers and rules come back as dashes, dots and circles; a lone unit sign is a label."""
    return any(character.isalnum() or character in LONE_SIGNS for character in text)
