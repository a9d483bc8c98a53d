"""The look of the demo's PDF reports: paragraph styles, columns, captions, tables.

Every function returns reportlab flowables. Sizes are in points. Needs the `dev` extra (reportlab).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import BalancedColumns, KeepTogether, Paragraph, Spacer, Table

from .palette import INK, MUTED, NAVY, PALE, RULE, TEAL, WHITE
from .vector_charts import Typeface

PAGE_WIDTH, PAGE_HEIGHT = A4
MARGIN = 54.0
CONTENT_WIDTH = PAGE_WIDTH - 2 * MARGIN
GUTTER = 18.0
COLUMN_WIDTH = (CONTENT_WIDTH - GUTTER) / 2

Grid = Sequence[Sequence[str]]


class Layout:
    """Makes flowables in one typeface. `wrap` is reportlab's word wrapping: `CJK` breaks between characters."""

    def __init__(self, face: Typeface, wrap: str | None = None, size: float = 10.2) -> None:
        self.face = face
        self._wrap = wrap
        # Chinese characters fill their box, so lines and headings stand further apart.
        air = 5 if wrap else 0
        leading = size * (1.7 if wrap else 1.44)
        self._body = self._style("body", size, leading, INK, space_after=7)
        self._lead = self._style("lead", size + 2.3, (size + 2.3) * 1.4, TEAL, space_after=8 + 2 * air)
        self._title = self._style("title", 24, 29, NAVY, bold=True, space_after=8 + 2 * air)
        self._subheading = self._style("subheading", size + 1.3, size + 5.3, NAVY, bold=True, space_after=3 + air)
        self._caption = self._style("caption", 8.4, 11, MUTED, space_after=2)
        self._quote = self._style("quote", 14, 19.5, TEAL, bold=True, space_after=6)
        self._entry = self._style("entry", 11, 14, INK)
        self._entry_number = self._style("entry number", 11, 14, NAVY, bold=True, align=TA_RIGHT)
        self._cell = self._style("cell", 8.8, 11.2, INK)
        self._number = self._style("number", 8.8, 11.2, INK, align=TA_RIGHT)

    def title(self, text: str) -> Any:
        """The heading of a section."""
        return Paragraph(text, self._title)

    def lead(self, text: str) -> Any:
        """The opening sentence of a section, larger and in colour."""
        return Paragraph(text, self._lead)

    def section(self, heading: str, *paragraphs: str) -> list[Any]:
        """A heading within a page and its paragraphs. Heading and first paragraph share a table cell:
        that keeps the heading from standing alone at the foot of a column.
        """
        first = [Paragraph(heading, self._subheading), Paragraph(paragraphs[0], self._body)]
        tight = [(f"{side}PADDING", (0, 0), (-1, -1), 0) for side in ("LEFT", "RIGHT", "TOP", "BOTTOM")]
        return [Table([[first]], style=tight, spaceAfter=7), *(Paragraph(text, self._body) for text in paragraphs[1:])]

    def paragraph(self, text: str) -> Any:
        """Body text."""
        return Paragraph(text, self._body)

    def entry(self, text: str, *, right: bool = False) -> Any:
        """A line of the table of contents."""
        return Paragraph(text, self._entry_number if right else self._entry)

    def quote(self, text: str) -> Any:
        """A pulled quotation."""
        return Paragraph(text, self._quote)

    def note(self, text: str) -> Any:
        """Small muted text."""
        return Paragraph(text, self._caption)

    def columns(self, *flowables: Any) -> Any:
        """Two balanced columns."""
        return BalancedColumns(
            list(flowables),
            nCols=2,
            needed=60,
            innerPadding=GUTTER,
            leftPadding=0,
            rightPadding=0,
            topPadding=0,
            bottomPadding=0,
            spaceAfter=4,
        )

    def figure(self, drawing: Any, caption: str) -> list[Any]:
        """A chart with its caption below, to be spread into a page or into `columns`."""
        return [Spacer(1, 6), drawing, Spacer(1, 4), Paragraph(caption, self._caption), Spacer(1, 8)]

    def ruled_table(self, caption: str, grid: Grid, widths: Sequence[float], *, total: bool = False) -> Any:
        """A table with a coloured header and a line around every cell; `total` sets off the last row."""
        style = [
            ("GRID", (0, 0), (-1, -1), 0.5, HexColor(RULE)),
            ("BACKGROUND", (0, 0), (-1, 0), HexColor(NAVY)),
            ("ROWBACKGROUNDS", (0, 1), (-1, -1), [HexColor(WHITE), HexColor(PALE)]),
        ]
        rows = self._cells(grid, bold_last=total, header_colour=WHITE)
        return self._captioned(caption, Table(rows, widths, style=[*style, *_padding()], hAlign="LEFT"))

    def plain_table(
        self, caption: str, grid: Grid, widths: Sequence[float], *, totals: Sequence[int] = (), lines: bool = False
    ) -> Any:
        """A table without rules between its cells: only one line under the header (`lines`) and above each total."""
        style: list[tuple[Any, ...]] = [("LINEABOVE", (1, row), (-1, row), 0.6, HexColor(INK)) for row in totals]
        if lines:
            style.append(("LINEBELOW", (0, 0), (-1, 0), 0.8, HexColor(NAVY)))
        rows = self._cells(grid, bold_rows=totals, header_colour=NAVY)
        return self._captioned(caption, Table(rows, widths, style=[*style, *_padding()], hAlign="LEFT"))

    def _captioned(self, caption: str, table: Any) -> Any:
        return KeepTogether([Spacer(1, 6), Paragraph(caption, self._caption), Spacer(1, 3), table, Spacer(1, 10)])

    def _cells(
        self, grid: Grid, *, header_colour: str, bold_rows: Sequence[int] = (), bold_last: bool = False
    ) -> list[list[Any]]:
        """Paragraphs: the first column and every column of words to the left, columns of numbers to the right."""
        bold = {*bold_rows, *([len(grid) - 1] if bold_last else [])}
        numeric = [_is_numeric([row[column] for row in grid[1:]]) for column in range(len(grid[0]))]
        rows = []
        for index, row in enumerate(grid):
            colour = header_colour if index == 0 else INK
            font = self.face.bold if index == 0 or index in bold else self.face.regular
            markup = f'<font name="{font}" color="{colour}">%s</font>'
            rows.append(
                [Paragraph(markup % cell, self._number if numeric[i] else self._cell) for i, cell in enumerate(row)]
            )
        return rows

    def _style(
        self,
        name: str,
        size: float,
        leading: float,
        colour: str,
        *,
        bold: bool = False,
        space_after: float = 0,
        align: int = 0,
    ) -> Any:
        return ParagraphStyle(
            name,
            fontName=self.face.bold if bold else self.face.regular,
            fontSize=size,
            leading=leading,
            textColor=HexColor(colour),
            spaceAfter=space_after,
            alignment=align,
            wordWrap=self._wrap,
            allowWidows=0,
            allowOrphans=0,
        )


def _padding() -> list[tuple[Any, ...]]:
    return [
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("TOPPADDING", (0, 0), (-1, -1), 3.2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3.2),
        ("LEFTPADDING", (0, 0), (-1, -1), 5),
        ("RIGHTPADDING", (0, 0), (-1, -1), 5),
    ]


def _is_numeric(cells: Sequence[str]) -> bool:
    """Whether a column holds numbers: digits and number signs in every filled cell, and not only years."""
    filled = [cell for cell in cells if cell not in {"", "–"}]
    years = all(cell.isdigit() and len(cell) == 4 for cell in filled)
    return bool(filled) and not years and all(set(cell) <= set("0123456789.,()+−-% ") for cell in filled)
