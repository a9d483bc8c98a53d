"""The workbook inside a Word or PowerPoint file, in which a chart's data lie where the chart keeps no copy."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from ....errors import InputError
from ..parsed import Limits
from .chart_data import Cell, Resolve
from .package import package_of, translated_office_errors
from .sheet_references import parse_reference
from .workbook_opening import open_workbook

_NAME = Path("the chart's workbook")


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
    """A function that gives the cells of references into the workbook that belongs to the part of a chart.

    Of a workbook that is missing or damaged it gives none: the chart is then read without the values it does not keep.
    """
    opened: list[Any] = []

    def resolve(reference: str) -> Sequence[Sequence[Cell]]:
        found = parse_reference(reference)
        if found is None:
            return ()
        sheet, cells = found
        try:
            with translated_office_errors(_NAME):
                if not opened:
                    opened.append(_workbook(chart, limits))
                if opened[0] is None or sheet not in opened[0].sheetnames:
                    return ()
                ends = (cells.first_row, cells.last_row, cells.first_column, cells.last_column)
                return [[(cell.value, cell.number_format) for cell in row] for row in opened[0][sheet].iter_rows(*ends)]
        except InputError:
            return ()

    return resolve


def _workbook(chart: RelatedPart, limits: Limits) -> Any:  # noqa: ANN401 - openpyxl has no types
    for relationship in chart.rels.values():
        if not relationship.is_external and relationship.reltype.endswith("/package"):
            return open_workbook(package_of(relationship.target_part.blob, _NAME, limits).data)
    return None
