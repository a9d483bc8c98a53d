"""Excel workbooks: each sheet a page with its tables, texts, pictures and native charts."""

from __future__ import annotations

import warnings as python_warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ....errors import DamagedFile, InputError, LimitExceeded
from ...documents import Page, Region
from ..parsed import Block, FigureBlock, Limits, ParsedDocument, SkippedFigure
from .package import HINT, OfficePackage, open_package, package_of, translated_office_errors
from .repair import sound_copy
from .sheet_blocks import SheetBlock, find_blocks
from .sheet_references import CellRange, parse_range
from .sniffing import XLSX
from .workbook_opening import open_in_spite
from .xlsx_cells import CellStore, SheetReader, SheetScan, scan_sheet
from .xlsx_drawings import Drawing, drawings_of
from .xlsx_layout import Sheet, in_order, sheet_blocks, text_at
from .xml import tag

_MACROS = "It holds macros, which are never run."


class XlsxLoader:
    """Reads XLSX and XLSM: values as displayed, formulas by their stored results.

    A sheet is a page whose label is the sheet's name; regions are fractions of its used cells. Hidden sheets are read,
    with a warning. Rows stream by, so that memory grows with the text of the tables only. Nothing is fetched or run.
    """

    media_types = (XLSX,)

    def load(self, path: Path, limits: Limits) -> ParsedDocument:
        """Parse the workbook at `path`. Raises `LimitExceeded` for more than `limits.max_table_rows` rows a sheet."""
        package = open_package(path, limits)
        with translated_office_errors(path), python_warnings.catch_warnings():
            python_warnings.simplefilter("ignore")  # openpyxl tells of cells that it shows as errors
            data, warnings = sound_copy(package)
            if data is not package.data:
                package = package_of(data, path, limits)
            if package.has_macros:
                warnings.append(_MACROS)
            workbook, left_out = open_in_spite(package)
            return _Workbook(package, workbook, limits, warnings + left_out).parsed()


@dataclass(slots=True)
class _SheetContent:
    """What was read of one sheet; its drawings wait until all cells that charts refer to are known."""

    name: str
    part: str
    drawings: list[Drawing]
    blocks: list[SheetBlock] = field(default_factory=list)
    scan: SheetScan = field(default_factory=SheetScan)
    headers: list[CellRange] = field(default_factory=list)


class _Workbook:
    def __init__(self, package: OfficePackage, workbook: Any, limits: Limits, warnings: list[str]) -> None:  # noqa: ANN401 - openpyxl has no types
        self._package = package
        self._workbook = workbook
        self._limits = limits
        self._warnings = warnings

    def parsed(self) -> ParsedDocument:
        sheets = list(self._sheets())
        if len(sheets) > self._limits.max_pages:
            raise LimitExceeded(
                f"The workbook has {len(sheets):,} sheets; the limit is {self._limits.max_pages:,}.",
                hint="Split the workbook, or raise the setting `index.max_pages`.",
            )
        drawings = [drawing for sheet in sheets for drawing in sheet.drawings]
        store = CellStore(reference for drawing in drawings for reference in drawing.references())
        epoch_1904 = self._workbook.epoch.year == 1904
        reader = SheetReader(self._limits, store, epoch_1904=epoch_1904)
        damaged = [sheet.name for sheet in sheets if not self._read(sheet, reader)]
        if sheets and len(damaged) == len(sheets):
            raise DamagedFile(f"The workbook has no sheet that can be read ({self._warnings[-1]})", hint=HINT)
        pages: list[Page] = []
        blocks: list[Block] = []
        skipped: list[SkippedFigure] = []
        for number, sheet in enumerate(sheets, start=1):
            page, kept, left_out = self._page(number, sheet, store)
            pages.append(page)
            blocks += kept
            skipped += left_out
        title = " ".join((self._workbook.properties.title or "").split())
        return ParsedDocument(XLSX, title, tuple(pages), tuple(blocks), tuple(skipped), (), tuple(self._warnings))

    def _sheets(self) -> Iterator[_SheetContent]:
        """The sheets in their order, chart sheets too; hidden ones with a warning."""
        main = self._package.related("", "officeDocument")
        relationships = self._package.relationships(main)
        for element in self._package.xml(main).iter(tag("s:sheet")):
            name = element.get("name", "")
            relationship = relationships.get(element.get(tag("r:id"), ""))
            if relationship is None or relationship.external or relationship.target not in self._package:
                self._warnings.append(f"The sheet {name!r} is missing in the file.")
                continue
            if element.get("state", "visible") != "visible":
                self._warnings.append(f"The sheet {name!r} is hidden; it was read all the same.")
            yield _SheetContent(name, relationship.target, drawings_of(self._package, relationship.target))

    def _read(self, sheet: _SheetContent, reader: SheetReader) -> bool:
        """Read the cells of a sheet; false, with a warning, where it is damaged."""
        if sheet.name not in {worksheet.title for worksheet in self._workbook.worksheets}:
            return True  # nothing but a chart
        try:
            with translated_office_errors(self._package.path):
                sheet.scan = scan_sheet(self._package.chunks(sheet.part))
                sheet.headers = list(self._declared_headers(sheet.part))
                sheet.blocks = list(find_blocks(reader.rows(self._workbook[sheet.name], sheet.name)))
        except DamagedFile as error:
            self._warnings.append(f"The sheet {sheet.name!r} is damaged and was left out: {error.message}")
            return False
        if any(found.kind == "comments" for found in self._package.relationships(sheet.part).values()):
            self._warnings.append(f"Left out: comments on cells of the sheet {sheet.name!r}.")
        if sheet.scan.without_result:
            self._warnings.append(
                f"{sheet.scan.without_result} formulas of the sheet {sheet.name!r} have no stored result; "
                "open the workbook in a spreadsheet program and save it to have them computed."
            )
        return True

    def _declared_headers(self, part: str) -> Iterator[CellRange]:
        """The header rows of the tables that a person has declared as such."""
        for relationship in self._package.relationships(part).values():
            if relationship.kind != "table" or relationship.target not in self._package:
                continue
            try:
                table = self._package.xml(relationship.target)
            except InputError:
                continue  # only a hint
            cells = parse_range(table.get("ref", ""))
            count = table.get("headerRowCount", "1")
            if cells and count.isdecimal() and 0 < int(count) <= cells.last_row - cells.first_row:
                last = cells.first_row + int(count) - 1
                yield CellRange(cells.first_row, cells.first_column, last, cells.last_column)

    def _page(
        self, number: int, content: _SheetContent, store: CellStore
    ) -> tuple[Page, list[Block], list[SkippedFigure]]:
        anchors = [drawing.cells for drawing in content.drawings if drawing.cells]
        rows = max([1, *(block.last_row for block in content.blocks), *(cells.last_row for cells in anchors)])
        columns = max([1, *(block.columns[-1] for block in content.blocks), *(cells.last_column for cells in anchors)])
        sheet = Sheet(number, rows, columns)
        found = sheet_blocks(sheet, content.blocks, content.scan.merged, content.headers, self._limits)
        figures: list[tuple[int, FigureBlock | SkippedFigure]] = []
        for drawing in content.drawings:
            cells = drawing.cells or CellRange(1, 1, rows, columns)
            region = sheet.region(cells)
            if drawing.text:
                found.append((cells.first_row, text_at(drawing.text, region)))
            else:
                figure = drawing.figure(self._package, region, store.resolve, self._limits)
                figures.append((cells.first_row, figure))
        blocks, skipped = in_order(found, figures)
        if blocks:
            name: Region = sheet.region(CellRange(1, 1, 1, columns))
            blocks.insert(0, text_at(content.name, name, heading=True))
        return Page(number, content.name, float(columns), float(rows)), blocks, skipped
