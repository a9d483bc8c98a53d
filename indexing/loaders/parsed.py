"""What a loader returns: pages and, in reading order, blocks of text, tables and figures, each with its place.

Loaders run in worker processes: everything here is picklable and holds no open file.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from ...errors import InputError
from ..documents import Box, ChartReading, Image, Metadata, Page, Region, Table

if TYPE_CHECKING:
    from PIL.Image import Image as PilImage

TextKind = Literal["heading", "paragraph", "list_item", "code", "quote"]


@dataclass(frozen=True, slots=True)
class TextSpan:
    """Characters `start:end` of a block's text stand in `region` (one printed line, usually)."""

    start: int
    end: int
    region: Region


@dataclass(frozen=True, slots=True)
class TextBlock:
    """A heading (`level` 1 is the highest), paragraph, list item, block of code or quotation.

    `spans` are in order, do not overlap, and cover the text up to white space.
    """

    kind: TextKind
    text: str
    spans: tuple[TextSpan, ...]
    level: int = 0


@dataclass(frozen=True, slots=True)
class TableBlock:
    """A table with the regions it takes (more than one where it runs over pages). Its title stands in the table.

    `note_regions`, where known, has the regions of each of the table's footnotes.
    """

    table: Table
    regions: tuple[Region, ...]
    note_regions: tuple[tuple[Region, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Label:
    """A line of text in a figure. `box` is in fractions of the figure, `confidence` in [0, 1].

    `vertical` marks text that is turned by 90 degrees.
    """

    text: str
    box: Box
    confidence: float = 1.0
    vertical: bool = False


@dataclass(frozen=True, slots=True)
class FigureBlock:
    """A picture cut out of the document, or a chart that the document holds as data.

    `labels` holds the text layer's own labels where the figure is vector graphics (exact, no OCR needed) and is None
    where the figure must be read by OCR. `reading` is set where the file tells the chart's data itself (Office
    charts): nothing is read from pixels then, and there may be no `image`.
    """

    image: Image | None = field(repr=False)
    region: Region
    caption: str = ""
    labels: tuple[Label, ...] | None = None
    reading: ChartReading | None = None

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in pixels; without a picture there are no labels to place, and both are 1."""
        return (float(self.image.width), float(self.image.height)) if self.image else (1.0, 1.0)


class PagePicture(Protocol):
    """The picture of a page, opened when its turn comes: one page's pixels at a time are in memory. Picklable."""

    def open(self) -> PilImage:
        """The page as displayed, RGB. Raises `DamagedFile` or `UnreadableFile`."""
        ...


@dataclass(frozen=True, slots=True)
class ScannedPage:
    """A page that is a picture, whole or but for a stamp: what stands on it is told by OCR, after the loader.

    `characters` is the length of the text layer that it has all the same; its blocks stand beside this one.
    """

    picture: PagePicture
    region: Region
    characters: int = 0


@dataclass(frozen=True, slots=True)
class SkippedFigure:
    """A figure that was seen and left out, for the ledger: nothing disappears without a reason."""

    region: Region
    reason: str


Block = TextBlock | TableBlock | FigureBlock | ScannedPage


def pages_of(block: Block) -> tuple[int | None, ...]:
    """The pages that a block stands on, in reading order."""
    if isinstance(block, TextBlock):
        return tuple(dict.fromkeys(span.region.page for span in block.spans))
    if isinstance(block, TableBlock):
        return tuple(dict.fromkeys(region.page for region in block.regions))
    return (block.region.page,)


@dataclass(frozen=True, slots=True)
class Member:
    """A file inside another file: an archive's entry, an e-mail's attachment. It becomes a document of its own.

    `name` is a relative path without ways out, unique in its container; `size` is in bytes, unpacked. `problem` says
    why it cannot be read; a `hidden` one is left out like a hidden file.
    """

    name: str
    size: int
    problem: InputError | None = None
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """One parsed file. `boilerplate` keeps running headers and footers: they are not indexed but not lost either.

    `members` are the files that it contains; an archive has nothing else. `properties` are what the file says about
    itself (`PROPERTIES`), for filters.
    """

    media_type: str
    title: str
    pages: tuple[Page, ...]
    blocks: tuple[Block, ...]
    skipped_figures: tuple[SkippedFigure, ...] = ()
    boilerplate: tuple[TextBlock, ...] = ()
    warnings: tuple[str, ...] = ()
    members: tuple[Member, ...] = ()
    properties: Metadata = field(default_factory=dict)


PROPERTIES = frozenset({"author", "date", "from", "to"})
"""Names of metadata that loaders set; metadata that the user gives under these names goes before them."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one input file; crossing one raises `LimitExceeded` and costs that file alone."""

    max_bytes: int = 512 * 2**20
    max_pages: int = 3_000
    max_pixels: int = 64_000_000
    max_characters: int = 50_000_000
    max_table_rows: int = 200_000
    min_figure_pixels: int = 48
    """Pictures whose shorter side is below this many pixels are decoration."""
    max_members: int = 10_000
    max_unpacked_bytes: int = 4 * 2**30
    """Of all members of one archive or e-mail together."""
    max_member_name: int = 1_000
    """In characters."""
    max_nesting: int = 2
    """How many containers may lie in each other: with 2, an archive in an archive or e-mail is opened."""


class Loader(Protocol):
    """Reads one format.

    Raises `DamagedFile`, `EncryptedFile`, `LimitExceeded` or `UnreadableFile`; anything else is a defect.
    Implementations are stateless functions of the file's bytes: picklable and safe in any process.
    """

    @property
    def media_types(self) -> tuple[str, ...]:
        """The media types that it reads."""
        ...

    def load(self, path: Path, limits: Limits) -> ParsedDocument:
        """Parse the file at `path`."""
        ...


Progress = Callable[[int, int], None]
"""Called with (done, total)."""
