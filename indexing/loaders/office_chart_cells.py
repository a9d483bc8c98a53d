"""The workbook inside a Word or PowerPoint file, in which a chart's data lie where the chart keeps no copy."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from ...errors import InputError
from .office_chart_data import Cell, Resolve
from .office_package import package_of, translated_office_errors
from .parsed import Limits
from .sheet_references import parse_reference
from .workbook_opening import open_workbook


class RelatedPart(Protocol):
    """What python-docx and python-pptx have in common: a part with its content and relationships."""

    @property
    def blob(self) -> bytes:
        """The content."""
        ...

    @property
    def rels(self) -> Any:  # noqa: ANN401 - the two libraries' mappings have no common type
        """The relationships by id."""
        ...


def embedded_cells(chart: RelatedPart, limits: Limits) -> Resolve:
    """A function that gives the cells of references into the workbook that belongs to the part of a chart."""
    opened: list[Any] = []

    def resolve(reference: str) -> Sequence[Sequence[Cell]]:
        found = parse_reference(reference)
        if found is None:
            return ()
        if not opened:
            opened.append(_workbook(chart, limits))
        workbook = opened[0]
        if workbook is None or found[0] not in workbook.sheetnames:
            return ()
        cells = found[1]
        with translated_office_errors(Path("the chart's workbook")):
            rows = workbook[found[0]].iter_rows(cells.first_row, cells.last_row, cells.first_column, cells.last_column)
            return [[(cell.value, cell.number_format or "General") for cell in row] for row in rows]

    return resolve


def _workbook(chart: RelatedPart, limits: Limits) -> Any:  # noqa: ANN401 - openpyxl has no types
    for relationship in chart.rels.values():
        if relationship.is_external or not relationship.reltype.endswith("/package"):
            continue
        name = Path("the chart's workbook")
        try:
            package = package_of(relationship.target_part.blob, name, limits)
            with translated_office_errors(name):
                return open_workbook(package.data)
        except InputError:
            return None  # the chart is then read without its values
    return None
