"""From one file to nodes: parse, read the charts, chunk. Runs in a worker process, without torch."""

from __future__ import annotations

import hashlib
import io
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..errors import DamagedFile, InputError, ModelUnavailable, UnreadableFile, UnsupportedFormat
from .charts.reader import read_chart
from .charts.served_vision import VisionOptions
from .charts.text import chart_node
from .charts.vision import ChartVision, checked_reading
from .chunking import build_nodes
from .documents import ChartReading, Document, Image, Metadata, Node
from .encoders.protocols import TokenCounter
from .language import detect_language
from .loaders.containers import CONTAINERS
from .loaders.file_access import reading_hint
from .loaders.parsed import FigureBlock, Label, Limits, Member, ParsedDocument
from .loaders.registry import load, sniff
from .ocr import OcrEngine
from .ocr_words import mended_labels
from .scans.pose import displayed
from .scans.scanned_pages import read_scanned_pages

_LANGUAGE_SAMPLE = 20_000
_READER_VERSION = 6
"""Raise it when loaders, chart reader or chunking give other nodes: the next run then reads every file again."""


@dataclass(frozen=True, slots=True)
class Task:
    """One file to prepare. `known_hash` is the content hash in the catalog: equal content is not parsed again.

    `members` leads from the file at `path` to a file inside it: the name in the archive or e-mail, and, where that is
    a container itself, the name in there.
    """

    path: Path
    source: str
    metadata: Metadata = field(default_factory=dict)
    known_hash: str | None = None
    members: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """What messages call the file."""
        return "/".join([str(self.path), *self.members])


@dataclass(frozen=True, slots=True)
class Recipe:
    """How files are turned into nodes. Picklable: it travels to the worker processes."""

    counter: TokenCounter
    limits: Limits = field(default_factory=Limits)
    target_tokens: int = 200
    overlap_sentences: int = 1
    vision: VisionOptions | None = None
    """The vision model that reads charts beside OCR, if one is configured."""

    @property
    def fingerprint(self) -> str:
        """Short digest of what decides about the nodes of a given file: documents of another recipe are stale."""
        decisive: tuple[int | str, ...] = (
            _READER_VERSION,
            self.counter.max_tokens,
            self.target_tokens,
            self.overlap_sentences,
        )
        if self.vision is not None:
            decisive += (self.vision.model,)
            if self.vision.captions:
                decisive += ("captions",)
        return hashlib.sha256(repr(decisive).encode()).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class FigureOutcome:
    """What became of one figure, for the ledger."""

    name: str
    status: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Prepared:
    """One file, ready to be encoded and committed. `nodes` is None where the content has not changed.

    `members` are the files in it, each to be prepared by a task of its own; an archive has no nodes besides. `note` is
    what the ledger says about the file.
    """

    document: Document
    nodes: tuple[Node, ...] | None
    figures: tuple[FigureOutcome, ...] = ()
    warnings: tuple[str, ...] = ()
    seconds: float = 0.0
    members: tuple[Member, ...] = ()
    note: str = ""


def prepare(task: Task, recipe: Recipe, ocr: OcrEngine, vision: ChartVision | None = None) -> Prepared:
    """Parse, read charts and chunk the file at `task.path`, which for a member is where it was unpacked.

    Raises `InputError` for what is wrong with the file, also where it changes while it is read.
    """
    started = time.perf_counter()
    before = _stat(task.path)
    try:
        prepared = _prepare(task, recipe, before, ocr, vision)
    except InputError as error:
        _require_same(task.path, before, error)  # half a file looks like a damaged one
        raise
    _require_same(task.path, before)
    return replace(prepared, seconds=time.perf_counter() - started)


def _prepare(
    task: Task, recipe: Recipe, status: os.stat_result, ocr: OcrEngine, vision: ChartVision | None
) -> Prepared:
    if not os.path.isfile(task.path):  # noqa: PTH113 - a fifo or device must not be opened for hashing
        load(task.path, recipe.limits)  # the registry names what it is instead of a file
    content_hash = f"{_content_hash(task.path, recipe.limits)}-{recipe.fingerprint}"
    document = Document(
        source=task.source, content_hash=content_hash, media_type="", size=status.st_size, mtime_ns=status.st_mtime_ns
    )
    unchanged = content_hash == task.known_hash
    if unchanged and sniff(task.path) not in CONTAINERS:
        return Prepared(document, None)
    loaded = load(task.path, recipe.limits)
    members = _within_depth(task, loaded, recipe.limits)
    if unchanged:
        return Prepared(document, None, members=members)
    read = read_scanned_pages(loaded, ocr)
    parsed = read.parsed
    charts, figures = _read_figures(parsed, ocr, vision)
    nodes = build_nodes(
        parsed, recipe.counter, charts, target_tokens=recipe.target_tokens, overlap_sentences=recipe.overlap_sentences
    )
    nodes = displayed(nodes, read.poses)
    if not nodes and not members:
        raise DamagedFile(
            f"{task.path} holds no text, table or readable figure.",
            hint="No question could find it: leave it out, or save it with its content.",
        )
    document = replace(
        document,
        media_type=parsed.media_type,
        title=parsed.title or task.path.stem,
        language=detect_language(_sample(nodes)),
        pages=parsed.pages,
        metadata={**parsed.properties, **task.metadata},
    )
    return Prepared(document, tuple(nodes), tuple(figures), parsed.warnings, members=members)


def _require_same(path: Path, before: os.stat_result, reason: InputError | None = None) -> None:
    """Raises `UnreadableFile` where the file is no longer what it was when reading began."""
    try:
        after = path.stat()
    except FileNotFoundError as error:
        raise UnreadableFile(
            f"{path} disappeared while it was read.", hint="Put it back and index it again, or leave it out."
        ) from reason or error
    except OSError:
        return  # whether it changed cannot be told; what was read of it stands
    if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
        raise UnreadableFile(
            f"{path} changed while it was read.", hint="Index it again when it is complete."
        ) from reason


def _within_depth(task: Task, parsed: ParsedDocument, limits: Limits) -> tuple[Member, ...]:
    """The members; those of a container that itself lies too deep cannot be read."""
    if not parsed.members or len(task.members) < limits.max_nesting:
        return parsed.members
    reason = UnsupportedFormat(
        f"{task.path} lies inside {len(task.members)} other archives or e-mails, so what it holds is not opened.",
        hint="Unpack it, or raise the setting `index.max_nesting` and index with --force.",
    )
    if not parsed.blocks:
        raise reason
    return tuple(replace(member, problem=reason) for member in parsed.members)


def _stat(path: Path) -> os.stat_result:
    try:
        return path.stat()
    except OSError as error:
        raise UnreadableFile(f"{path} cannot be read: {error.strerror or error}.", hint=reading_hint(error)) from error


def _content_hash(path: Path, limits: Limits) -> str:
    if path.stat().st_size > limits.max_bytes:
        load(path, limits)  # raises LimitExceeded with the details, before gigabytes are hashed
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise UnreadableFile(f"{path} cannot be read: {error.strerror or error}.", hint=reading_hint(error)) from error


def _sample(nodes: list[Node]) -> str:
    sample = io.StringIO()
    for node in nodes:
        sample.write(node.text)
        if sample.tell() > _LANGUAGE_SAMPLE:
            break
    return sample.getvalue()


def _read_figures(
    parsed: ParsedDocument, ocr: OcrEngine, vision: ChartVision | None
) -> tuple[dict[int, Node], list[FigureOutcome]]:
    charts: dict[int, Node] = {}
    outcomes: list[FigureOutcome] = []
    for index, block in enumerate(parsed.blocks):
        if not isinstance(block, FigureBlock):
            continue
        labels = _labels(block.image, ocr) if block.labels is None else block.labels
        reading, remark = _read(block, labels, vision)
        node = chart_node(block, labels, reading)
        name = _figure_name(block.region.page, len(outcomes) + 1, block.caption)
        if node is None:
            outcomes.append(FigureOutcome(name, "skipped", "no text in the figure and no caption"))
        else:
            charts[index] = node
            outcomes.append(FigureOutcome(name, "indexed", remark))
    for number, skipped in enumerate(parsed.skipped_figures, len(outcomes) + 1):
        outcomes.append(FigureOutcome(_figure_name(skipped.region.page, number, ""), "skipped", skipped.reason))
    return charts, outcomes


def _read(block: FigureBlock, labels: Sequence[Label], vision: ChartVision | None) -> tuple[ChartReading, str]:
    """The reading of a figure, and a remark for the ledger where the vision model could not take part."""
    reading = read_chart(block, labels)
    if vision is None or block.image is None or block.reading is not None:
        return reading, ""
    try:
        return checked_reading(vision.see(block.image), block, labels, reading, vision.name), ""
    except ModelUnavailable as error:
        return reading, f"read without the vision model: {error}"


def _labels(image: Image | None, ocr: OcrEngine) -> tuple[Label, ...]:
    if image is None:
        return ()
    from PIL import Image as PILImage

    with PILImage.open(io.BytesIO(image.data)) as picture:
        return mended_labels(ocr.read(picture))


def _figure_name(page: int | None, number: int, caption: str) -> str:
    place = f"page {page}, " if page else ""
    return f"{place}figure {number}" + (f": {caption[:80]}" if caption else "")
