"""From one file to nodes: parse, read the charts, chunk. Runs in a worker process, without torch."""

from __future__ import annotations

import hashlib
import io
import os
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..errors import DamagedFile, UnreadableFile
from .chart_text import chart_node
from .charts import read_chart
from .chunking import build_nodes
from .documents import Document, Image, Metadata, Node
from .encoders.protocols import TokenCounter
from .language import detect_language
from .loaders.parsed import FigureBlock, Label, Limits, ParsedDocument
from .loaders.registry import load
from .ocr import OcrEngine
from .scan_pose import displayed
from .scanned_pages import read_scanned_pages

_LANGUAGE_SAMPLE = 20_000
_READER_VERSION = 1
"""Raise it when loaders, chart reader or chunking give other nodes: the next run then reads every file again."""


@dataclass(frozen=True, slots=True)
class Task:
    """One file to prepare. `known_hash` is the content hash in the catalog: equal content is not parsed again."""

    path: Path
    source: str
    metadata: Metadata = field(default_factory=dict)
    known_hash: str | None = None


@dataclass(frozen=True, slots=True)
class Recipe:
    """How files are turned into nodes. Picklable: it travels to the worker processes."""

    counter: TokenCounter
    limits: Limits = field(default_factory=Limits)
    target_tokens: int = 200
    overlap_sentences: int = 1

    @property
    def fingerprint(self) -> str:
        """Short digest of what decides about the nodes of a given file: documents of another recipe are stale."""
        decisive = (_READER_VERSION, self.counter.max_tokens, self.target_tokens, self.overlap_sentences)
        return hashlib.sha256(repr(decisive).encode()).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class FigureOutcome:
    """What became of one figure, for the ledger."""

    name: str
    status: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Prepared:
    """One file, ready to be encoded and committed. `nodes` is None where the content has not changed."""

    document: Document
    nodes: tuple[Node, ...] | None
    figures: tuple[FigureOutcome, ...] = ()
    warnings: tuple[str, ...] = ()
    seconds: float = 0.0


def prepare(task: Task, recipe: Recipe, ocr: OcrEngine) -> Prepared:
    """Parse, read charts and chunk one file.

    Raises `InputError` for what is wrong with the file, also where it changes while it is read.
    """
    started = time.perf_counter()
    before = _stat(task.path)
    if not os.path.isfile(task.path):  # noqa: PTH113 - a fifo or device must not be opened for hashing
        load(task.path, recipe.limits)  # the registry names what it is instead of a file
    content_hash = f"{_content_hash(task.path, recipe.limits)}-{recipe.fingerprint}"
    document = Document(
        source=task.source,
        content_hash=content_hash,
        media_type="",
        metadata=task.metadata,
        size=before.st_size,
        mtime_ns=before.st_mtime_ns,
    )
    if content_hash == task.known_hash:
        return Prepared(document, None, seconds=time.perf_counter() - started)
    read = read_scanned_pages(load(task.path, recipe.limits), ocr)
    parsed = read.parsed
    charts, figures = _read_figures(parsed, ocr)
    nodes = build_nodes(
        parsed, recipe.counter, charts, target_tokens=recipe.target_tokens, overlap_sentences=recipe.overlap_sentences
    )
    nodes = displayed(nodes, read.poses)
    after = _stat(task.path)
    if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
        raise UnreadableFile(f"{task.path} changed while it was read.", hint="Index it again when it is complete.")
    if not nodes:
        raise DamagedFile(
            f"{task.path} holds no text, table or readable figure.", hint="Nothing of it can be found by a question."
        )
    document = replace(
        document,
        media_type=parsed.media_type,
        title=parsed.title or task.path.stem,
        language=detect_language(_sample(nodes)),
        pages=parsed.pages,
    )
    return Prepared(document, tuple(nodes), tuple(figures), parsed.warnings, time.perf_counter() - started)


def _stat(path: Path) -> os.stat_result:
    try:
        return path.stat()
    except OSError as error:
        raise UnreadableFile(
            f"{path} cannot be read: {error.strerror or error}.", hint="Check that it still exists."
        ) from error


def _content_hash(path: Path, limits: Limits) -> str:
    if path.stat().st_size > limits.max_bytes:
        load(path, limits)  # raises LimitExceeded with the details, before gigabytes are hashed
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise UnreadableFile(
            f"{path} cannot be read: {error.strerror or error}.", hint="Check its permissions."
        ) from error


def _sample(nodes: list[Node]) -> str:
    sample = io.StringIO()
    for node in nodes:
        sample.write(node.text)
        if sample.tell() > _LANGUAGE_SAMPLE:
            break
    return sample.getvalue()


def _read_figures(parsed: ParsedDocument, ocr: OcrEngine) -> tuple[dict[int, Node], list[FigureOutcome]]:
    charts: dict[int, Node] = {}
    outcomes: list[FigureOutcome] = []
    for index, block in enumerate(parsed.blocks):
        if not isinstance(block, FigureBlock):
            continue
        labels = _labels(block.image, ocr) if block.labels is None else block.labels
        node = chart_node(block, labels, read_chart(block, labels))
        name = _figure_name(block.region.page, len(outcomes) + 1, block.caption)
        if node is None:
            outcomes.append(FigureOutcome(name, "skipped", "no text in the figure and no caption"))
        else:
            charts[index] = node
            outcomes.append(FigureOutcome(name, "indexed"))
    for number, skipped in enumerate(parsed.skipped_figures, len(outcomes) + 1):
        outcomes.append(FigureOutcome(_figure_name(skipped.region.page, number, ""), "skipped", skipped.reason))
    return charts, outcomes


def _labels(image: Image | None, ocr: OcrEngine) -> tuple[Label, ...]:
    if image is None:
        return ()
    from PIL import Image as PILImage

    with PILImage.open(io.BytesIO(image.data)) as picture:
        return tuple(ocr.read(picture))


def _figure_name(page: int | None, number: int, caption: str) -> str:
    place = f"page {page}, " if page else ""
    return f"{place}figure {number}" + (f": {caption[:80]}" if caption else "")
