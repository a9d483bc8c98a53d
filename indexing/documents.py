"""The vocabulary of all layers: what a document, a node of evidence, a region and a chart reading are.

All classes are immutable, compare by value, and turn into plain JSON with `to_dict` and back with `from_dict`.
Boxes are fractions of the page (0 to 1, origin at the top left), so that any renderer can draw them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, Self

NodeKind = Literal["text", "table", "chart"]
How = Literal["labelled", "estimated", "corrected"]
CHART_TYPES = (
    "bar",
    "grouped bar",
    "stacked bar",
    "horizontal bar",
    "horizontal grouped bar",
    "horizontal stacked bar",
    "line",
    "area",
    "stacked area",
    "pie",
    "donut",
    "scatter",
    "dot plot",
    "table",
    "other",
)
"""What `ChartReading.chart_type` says; empty where it could not be told."""
MetadataValue = str | int | float
Metadata = Mapping[str, MetadataValue]


class Box(NamedTuple):
    """A rectangle in fractions of the page: left, top, right, bottom."""

    x0: float
    y0: float
    x1: float
    y1: float

    def union(self, other: Box) -> Box:
        """The smallest box that holds both."""
        return Box(min(self.x0, other.x0), min(self.y0, other.y0), max(self.x1, other.x1), max(self.y1, other.y1))

    def within(self, outer: Box) -> Box:
        """This box, given in fractions of `outer`, expressed in fractions of the page that `outer` lies on."""
        width, height = outer.x1 - outer.x0, outer.y1 - outer.y0
        return Box(
            outer.x0 + self.x0 * width,
            outer.y0 + self.y0 * height,
            outer.x0 + self.x1 * width,
            outer.y0 + self.y1 * height,
        )

    def rounded(self) -> list[float]:
        """Four numbers with five digits, as written to JSON."""
        return [round(value, 5) for value in self]


WHOLE = Box(0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Region:
    """A box on a page. `page` counts from 1 and is None in formats without pages (Markdown, HTML, CSV):
    there the box is the vertical extent within the whole document.
    """

    page: int | None
    box: Box

    def to_dict(self) -> dict[str, Any]:
        """JSON form: `{"page", "box"}`."""
        return {"page": self.page, "box": self.box.rounded()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Inverse of `to_dict`."""
        return cls(data["page"], Box(*data["box"]))


@dataclass(frozen=True, slots=True)
class Part:
    """The smallest piece of evidence that is matched, quoted and highlighted: a sentence, a table row, a chart label.

    `regions` says where it stands; a sentence that runs over a column or page break has one region for each place.
    """

    text: str
    regions: tuple[Region, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """JSON form: `{"text", "regions"}`."""
        return {"text": self.text, "regions": [region.to_dict() for region in self.regions]}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Inverse of `to_dict`."""
        return cls(data["text"], tuple(Region.from_dict(region) for region in data["regions"]))


@dataclass(frozen=True, slots=True)
class Table:
    """A grid of cells. Every row has the same length; a spanning cell's text stands in each position it covers.

    The first `header_rows` of `rows` are headers. `boxes`, where known, has the shape of `rows`. `levels`, where
    known, has one number a row: how deep it stands below the rows above it ("Revenue:" 0, "Products" 1). `units` is
    what the table says about all its figures ("in millions"), `footnotes` are the notes below it.
    """

    rows: tuple[tuple[str, ...], ...]
    header_rows: int = 0
    title: str = ""
    boxes: tuple[tuple[Region | None, ...], ...] | None = None
    units: str = ""
    footnotes: tuple[str, ...] = ()
    levels: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if len({len(row) for row in self.rows}) > 1:
            raise ValueError("all rows of a table must have the same number of cells")
        if self.levels and len(self.levels) != len(self.rows):
            raise ValueError("a table has as many levels as rows, or none")

    @property
    def header(self) -> tuple[tuple[str, ...], ...]:
        """The header rows."""
        return self.rows[: self.header_rows]

    @property
    def body(self) -> tuple[tuple[str, ...], ...]:
        """The rows below the header."""
        return self.rows[self.header_rows :]

    def column_names(self) -> tuple[str, ...]:
        """One name a column: its header cells from top to bottom, repeats left out, joined by a space."""
        if not self.rows:
            return ()
        return tuple(
            " ".join(dict.fromkeys(cell for cell in (row[column] for row in self.header) if cell))
            for column in range(len(self.rows[0]))
        )

    def to_dict(self) -> dict[str, Any]:
        """JSON form: `{"title", "header", "rows", "boxes", "units", "footnotes", "levels"}`; `rows` without the
        header, `boxes` and `levels` for all rows.
        """
        boxes = None
        if self.boxes is not None:
            boxes = [[region.to_dict() if region else None for region in row] for row in self.boxes]
        return {
            "title": self.title,
            "header": [list(row) for row in self.header],
            "rows": [list(row) for row in self.body],
            "boxes": boxes,
            "units": self.units,
            "footnotes": list(self.footnotes),
            "levels": list(self.levels),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Inverse of `to_dict`."""
        boxes = None
        if data.get("boxes") is not None:
            boxes = tuple(tuple(Region.from_dict(cell) if cell else None for cell in row) for row in data["boxes"])
        rows = tuple(tuple(row) for row in [*data["header"], *data["rows"]])
        return cls(
            rows,
            header_rows=len(data["header"]),
            title=data["title"],
            boxes=boxes,
            units=data.get("units", ""),
            footnotes=tuple(data.get("footnotes", ())),
            levels=tuple(data.get("levels", ())),
        )


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis of a chart: its title, unit, scale (`linear`, `log`, `date`, `percent`, `category`) and tick labels."""

    title: str = ""
    unit: str = ""
    scale: str = ""
    labels: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """JSON form: `{"title", "unit", "scale", "labels"}`."""
        return {"title": self.title, "unit": self.unit, "scale": self.scale, "labels": list(self.labels)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Inverse of `to_dict`."""
        return cls(data["title"], data["unit"], data["scale"], tuple(data["labels"]))


@dataclass(frozen=True, slots=True)
class ChartValue:
    """One value of a chart. `how` is `labelled` (printed on the chart), `estimated` (read off its geometry) or
    `corrected` (said by a person who looked at it).

    `text` is the label as printed; `region` is where it stands on the page. `confidence` lies in [0, 1].
    """

    number: float
    text: str
    region: Region
    series: str = ""
    category: str = ""
    unit: str = ""
    how: How = "labelled"
    confidence: float = 1.0

    def to_dict(self) -> dict[str, Any]:
        """JSON form: `{"series", "category", "number", "unit", "text", "page", "box", "how", "confidence"}`."""
        return {
            "series": self.series,
            "category": self.category,
            "number": self.number,
            "unit": self.unit,
            "text": self.text,
            **self.region.to_dict(),
            "how": self.how,
            "confidence": round(self.confidence, 3),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Inverse of `to_dict`."""
        return cls(
            number=data["number"],
            text=data["text"],
            region=Region.from_dict(data),
            series=data["series"],
            category=data["category"],
            unit=data["unit"],
            how=data["how"],
            confidence=data["confidence"],
        )


@dataclass(frozen=True, slots=True)
class ChartReading:
    """What stands in a chart. What could not be read is absent (an empty string, None), never invented.

    `chart_type` is one of `CHART_TYPES` or empty. `legend_colors`, where known, has one `#rrggbb` (or an empty string)
    for each entry of `legend`.

    `description` is what the model `described_by` says of the picture, unchecked: it helps to find the chart and is no
    part of the document, so it is never quoted and bears out no claim. `corrected` says that a person has corrected
    the reading.
    """

    chart_type: str = ""
    title: str = ""
    subtitle: str = ""
    source_note: str = ""
    x_axis: Axis | None = None
    y_axis: Axis | None = None
    legend: tuple[str, ...] = ()
    values: tuple[ChartValue, ...] = ()
    legend_colors: tuple[str, ...] = ()
    description: str = ""
    described_by: str = ""
    corrected: bool = False

    def to_dict(self) -> dict[str, Any]:
        """JSON form, keys as the fields."""
        return {
            "chart_type": self.chart_type,
            "title": self.title,
            "subtitle": self.subtitle,
            "source_note": self.source_note,
            "x_axis": self.x_axis.to_dict() if self.x_axis else None,
            "y_axis": self.y_axis.to_dict() if self.y_axis else None,
            "legend": list(self.legend),
            "legend_colors": list(self.legend_colors),
            "values": [value.to_dict() for value in self.values],
            "description": self.description,
            "described_by": self.described_by,
            "corrected": self.corrected,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Inverse of `to_dict`."""
        return cls(
            chart_type=data["chart_type"],
            title=data["title"],
            subtitle=data["subtitle"],
            source_note=data["source_note"],
            x_axis=Axis.from_dict(data["x_axis"]) if data["x_axis"] else None,
            y_axis=Axis.from_dict(data["y_axis"]) if data["y_axis"] else None,
            legend=tuple(data["legend"]),
            legend_colors=tuple(data.get("legend_colors", ())),
            values=tuple(ChartValue.from_dict(value) for value in data["values"]),
            description=data.get("description", ""),
            described_by=data.get("described_by", ""),
            corrected=data.get("corrected", False),
        )


@dataclass(frozen=True, slots=True)
class Image:
    """An encoded picture (PNG, JPEG or WebP bytes) with its size in pixels."""

    data: bytes = field(repr=False)
    media_type: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Node:
    """One unit of evidence.

    `text` is what is searched and shown, in `language` (a code of `detect_language`); `parts` are its sentences, rows
    or labels in order. `regions` bound the whole node, the first on `page`. `id` is 0 until the catalog has given
    one. `asset` is the SHA-256 of the cropped image of a chart; `image` carries the picture itself on the way into the
    store and is None afterwards.
    """

    kind: NodeKind
    text: str
    parts: tuple[Part, ...]
    regions: tuple[Region, ...]
    page: int | None = None
    headings: tuple[str, ...] = ()
    caption: str = ""
    table: Table | None = None
    reading: ChartReading | None = None
    asset: str | None = None
    image: Image | None = field(default=None, repr=False, compare=False)
    language: str = ""
    id: int = 0
    document_id: int = 0
    ordinal: int = 0

    @property
    def embedding_text(self) -> str:
        """What the text encoder sees: the heading path, what a model says of the chart, the text."""
        described = self.reading.description if self.reading else ""
        return "\n".join(part for part in (" > ".join(self.headings), described, self.text) if part)


@dataclass(frozen=True, slots=True)
class Page:
    """A page as printed: `label` is its printed number ("iv", "A-3"), sizes are in points or pixels."""

    number: int
    label: str
    width: float
    height: float

    def to_dict(self) -> dict[str, Any]:
        """JSON form."""
        return {"number": self.number, "label": self.label, "width": self.width, "height": self.height}


@dataclass(frozen=True, slots=True)
class Document:
    """One source. Its identity is `source`, the path or URI that the user gave, not its content.

    `content_hash` is the SHA-256 of the content, then the fingerprint of the recipe by which its nodes were made:
    where either changes, the document is updated.
    """

    source: str
    content_hash: str
    media_type: str
    title: str = ""
    language: str = ""
    pages: tuple[Page, ...] = ()
    metadata: Metadata = field(default_factory=dict)
    size: int = 0
    mtime_ns: int = 0
    id: int = 0

    def to_dict(self) -> dict[str, Any]:
        """JSON form."""
        return {
            "source": self.source,
            "content_hash": self.content_hash,
            "media_type": self.media_type,
            "title": self.title,
            "language": self.language,
            "pages": len(self.pages),
            "metadata": dict(self.metadata),
            "size": self.size,
        }
