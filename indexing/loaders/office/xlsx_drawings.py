"""Charts and pictures that float over the sheets of a workbook, with the cells that they cover."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ....errors import InputError
from ...documents import Region
from ..parsed import FigureBlock, Limits, SkippedFigure
from .chart_data import Resolve
from .charts import read_office_chart
from .package import OfficePackage, Relationship
from .pictures import alternative_text, embedded_figure, linked_picture
from .sheet_references import CellRange
from .xml import Element, child, current, paragraphs_of, parse_xml, tag

_ANCHORS = {tag(f"xdr:{name}") for name in ("twoCellAnchor", "oneCellAnchor", "absoluteAnchor")}
_DEFAULT_SIZE = (15, 8)  # rows and columns of a chart whose lower right corner is not told
_CACHES = ("c:numCache", "c:strCache", "c:multiLvlStrCache")


@dataclass(frozen=True, slots=True)
class Drawing:
    """Something on a sheet: the cells it covers (None for a sheet that is nothing but a chart), and what it is.

    `root` is that of a chart; `reason` says why there is nothing to read.
    """

    cells: CellRange | None
    caption: str = ""
    root: Element | None = None
    picture: Relationship | None = None
    text: str = ""
    reason: str = ""

    def references(self) -> Iterator[str]:
        """The cells that the chart refers to without keeping a copy."""
        for reference in self.root.iter(tag("c:f")) if self.root is not None else ():
            holder = reference.getparent()
            kept = holder is not None and any(
                next(cache.iter(tag("c:pt")), None) is not None for name in _CACHES for cache in holder.iter(tag(name))
            )
            if reference.text and not kept:
                yield reference.text.strip()

    def figure(
        self, package: OfficePackage, region: Region, resolve: Resolve, limits: Limits
    ) -> FigureBlock | SkippedFigure:
        """The figure at `region`, or why it is left out."""
        try:
            if self.root is not None:
                reading = read_office_chart(self.root, region, theme=package.theme, resolve=resolve)
                return FigureBlock(None, region, self.caption, reading=reading)
            if self.picture is not None and self.picture.external:
                return linked_picture(self.picture.target, region)
            if self.picture is not None:
                data = package.read(self.picture.target)
                return embedded_figure(data, self.picture.target, self.caption, region, limits)
        except InputError as error:
            return SkippedFigure(region, error.message)
        return SkippedFigure(region, self.reason)


def drawings_of(package: OfficePackage, sheet_part: str) -> list[Drawing]:
    """What floats over a sheet, in the order of the file. A damaged drawing part has its reason as the only entry."""
    part = package.related(sheet_part, "drawing")
    if not part:
        return []
    try:
        root = package.xml(part)
        relationships = package.relationships(part)
    except InputError as error:
        return [Drawing(None, reason=f"The drawings of the sheet cannot be read: {error.message}")]
    found: list[Drawing] = []
    for anchor in root.iter():
        if anchor.tag in _ANCHORS:
            found += _anchored(package, anchor, relationships)
    return found


def _anchored(package: OfficePackage, anchor: Element, relationships: dict[str, Relationship]) -> Iterator[Drawing]:
    cells = _cells(anchor)
    names = (alternative_text(node.get("descr", "")) for node in anchor.iter(tag("xdr:cNvPr")))
    caption = next((name for name in names if name), "")
    for node in current(anchor):
        if node.tag == tag("a:blip"):
            picture = relationships.get(node.get(tag("r:embed")) or node.get(tag("r:link")) or "")
            reason = "" if picture else "The picture refers to a part that is missing."
            yield Drawing(cells, caption, picture=picture, reason=reason)
        elif node.tag in {tag("c:chart"), tag("cx:chart")}:
            chart = relationships.get(node.get(tag("r:id"), ""))
            yield _chart(package, chart, cells, caption)
        elif node.tag == tag("xdr:txBody") and (text := "\n".join(paragraphs_of(node))):
            yield Drawing(cells, text=text)


def _chart(package: OfficePackage, chart: Relationship | None, cells: CellRange | None, caption: str) -> Drawing:
    if chart is None or chart.external:
        return Drawing(cells, reason="The chart refers to a part that is missing.")
    try:
        return Drawing(cells, caption, root=parse_xml(package.read(chart.target), chart.target))
    except InputError as error:
        return Drawing(cells, reason=error.message)


def _cells(anchor: Element) -> CellRange | None:
    start, end = child(anchor, "xdr:from"), child(anchor, "xdr:to")
    if start is None:
        return None
    row, column = _number(start, "row"), _number(start, "col")
    if end is None:
        return CellRange(row + 1, column + 1, row + _DEFAULT_SIZE[0], column + _DEFAULT_SIZE[1])
    return CellRange(row + 1, column + 1, max(_number(end, "row"), row) + 1, max(_number(end, "col"), column) + 1)


def _number(place: Element, name: str) -> int:
    text = (place.findtext(tag(f"xdr:{name}")) or "").strip()
    return min(int(text), 1_048_575) if text.isascii() and text.isdecimal() and len(text) < 9 else 0
