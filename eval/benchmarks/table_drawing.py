"""PDFs with tables of known content in the kinds that reports have, drawn by reportlab from a seed."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import partial
from random import Random
from typing import Any

from .known_tables import KnownTable, TableMaker

KINDS = (
    "ruled",
    "half-ruled",
    "unruled",
    "shaded",
    "spanning, ruled",
    "spanning, unruled",
    "statement",
    "wrapped, ruled",
    "wrapped, unruled",
    "wrapped, rules between rows",
    "words, ruled",
    "words, unruled",
    "row spans",
    "dense",
    "boxes",
    "three pages",
    "eight pages",
    "chinese",
    "two columns",
    "landscape",
    "no table",
)
_PROSE = (
    "The harbour authority reported steady traffic while dredging went on in the northern basin all summer, and the "
    "pilots kept the outer channel open for the larger ships. Fees were raised in the spring, which the shipping agents "
    "had expected, and the ferries carried as many passengers as in the year before. ",
    "Repairs of the old quay took longer than planned because the piles had to be replaced. The office hired a second "
    "engineer and let the work in three lots, so that one berth at least was in use at any time. ",
)
_CHINESE_PROSE = "港务局本年度经营情况总体平稳，北港池的疏浚工程持续整个夏季，引航员保证了外航道对大型船舶的开放。"
_CHINESE_FONT = "STSong-Light"
_BOXED = ("BOXES",)
_GRID = ("GRID", (0, 0), (-1, -1), 0.5, "black")


def draw(kind: str, seed: int) -> tuple[bytes, list[KnownTable]]:
    """A PDF of `kind` and the tables in it, in order. Needs reportlab."""
    drawing = _Drawing(kind, seed)
    return drawing.pdf(), drawing.tables


class _Drawing:
    def __init__(self, kind: str, seed: int) -> None:
        self.kind = kind
        self.random = Random(f"{kind} {seed}")  # noqa: S311  # reproducible, not secret
        self.make = TableMaker(self.random.randrange(2**32))
        self.chinese = kind == "chinese"
        self.face = _CHINESE_FONT if self.chinese else self.random.choice(("Helvetica", "Times-Roman"))
        self.bold = {"Helvetica": "Helvetica-Bold", "Times-Roman": "Times-Bold"}.get(self.face, self.face)
        self.size = 6.5 if kind == "dense" else self.random.choice((7.5, 8.5, 9.5, 10))
        self.tables: list[KnownTable] = []

    def pdf(self) -> bytes:
        from reportlab.lib.pagesizes import A4, LETTER, landscape
        from reportlab.pdfbase import pdfmetrics
        from reportlab.pdfbase.cidfonts import UnicodeCIDFont
        from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

        pdfmetrics.registerFont(UnicodeCIDFont(_CHINESE_FONT))
        size = landscape(A4) if self.kind == "landscape" else self.random.choice((A4, LETTER))
        width, height = size[0] - 108, size[1] - 120
        # Landscape pages are wide, or upright pages on which everything runs upwards, with or without a turn for display.
        self.turned = self.kind == "landscape" and self.random.random() < 0.6
        turn = 90 * self.random.randint(0, 1) if self.turned else 0
        paper = size[::-1] if self.turned and not turn else size  # reportlab takes the size as displayed
        frames = [Frame(54, 60, width, height, 0, 0, 0, 0)]
        if self.kind == "two columns":
            frames = [Frame(x, 60, width / 2 - 9, height, 0, 0, 0, 0) for x in (54, 54 + width / 2 + 9)]
        self.width, self.height = frames[0].width, height
        buffer = io.BytesIO()
        document = BaseDocTemplate(buffer, pagesize=paper, invariant=1, rotation=turn)
        document.addPageTemplates(PageTemplate("page", frames, onPage=self._running_lines, pagesize=paper))
        document.build(self._story())
        return buffer.getvalue()

    def _running_lines(self, canvas: Any, document: Any) -> None:
        width, height = document.pagesize
        if self.turned:
            width, height = max(width, height), min(width, height)
            canvas.translate(height, 0)
            canvas.rotate(90)
        canvas.setFont("Helvetica", 8)
        canvas.drawString(54, height - 40, "Report of the harbour authority")
        canvas.drawCentredString(width / 2, 34, str(canvas.getPageNumber()))

    def _story(self) -> list[Any]:
        if self.kind == "no table":
            return [part for _ in range(4) for part in (*self._prose(3), *self._list())]
        story = self._prose(2)
        for _ in range(1 if self.kind.endswith("pages") else self.random.randint(1, 2)):
            table = self._table()
            self.tables.append(table)
            story += [*self._around(table), *self._prose(2)]
        if self.kind == "two columns":
            story += self._prose(14)
        return story

    def _table(self) -> KnownTable:
        kinds = {
            "spanning, ruled": self.make.spanning,
            "spanning, unruled": self.make.spanning,
            "statement": self.make.statement,
            "wrapped, ruled": self.make.words,
            "wrapped, unruled": self.make.words,
            "wrapped, rules between rows": self.make.words,
            "words, ruled": self.make.register,
            "words, unruled": self.make.register,
            "row spans": self.make.register,
            "dense": self.make.dense,
            "eight pages": partial(self.make.plain, rows=(8 * self._rows_a_page() - 8, 8 * self._rows_a_page())),
            "chinese": self.make.chinese,
            "three pages": partial(self.make.plain, rows=(3 * self._rows_a_page() - 8, 3 * self._rows_a_page())),
            "two columns": partial(self.make.plain, columns=(2, 3)),
        }
        return kinds.get(self.kind, self.make.plain)()

    def _around(self, table: KnownTable) -> list[Any]:
        from reportlab.platypus import KeepTogether, PageBreak, Spacer

        title = [self._paragraph(table.title, bold=True)] if table.title else []
        if self.chinese:
            title.append(self._paragraph(table.units, right=True))
        notes = [self._paragraph(note, size=self.size - 1) for note in table.notes]
        styles = self._styles(table)
        if not self.kind.endswith("pages"):
            return [Spacer(1, 6), KeepTogether([*title, self._flowable(table, table.rows, styles), *notes])]
        repeats = self.random.choice(("header", "continued", "neither"))
        story: list[Any] = [PageBreak(), *title]
        height = self._rows_a_page()
        for start in range(0, len(table.rows), height):
            if start:
                story.append(PageBreak())
                if repeats == "continued":
                    story.append(self._paragraph(f"{table.title or 'Income by service'} (continued)", bold=True))
            header = start == 0 or repeats != "neither"
            story.append(self._flowable(table, table.rows[start : start + height], styles, header=header))
        return [*story, *notes]

    def _styles(self, table: KnownTable) -> list[tuple[Any, ...]]:
        deep = len(table.header)
        rules: list[tuple[Any, ...]] = []
        look = self.kind
        if look in {"chinese", "three pages", "eight pages", "two columns", "landscape", "dense"}:
            look = self.random.choice(("ruled", "half-ruled", "unruled"))
        if look == "boxes":
            rules = [_BOXED]
        if look == "wrapped, rules between rows":
            rules = [("LINEABOVE", (0, 0), (-1, -1), 0.5, "black"), ("LINEBELOW", (0, -1), (-1, -1), 0.5, "black")]
        if look.endswith(", ruled") or look in {"ruled", "row spans"}:
            rules = [_GRID] if self.random.random() < 0.7 else [("BOX", *_GRID[1:]), ("INNERGRID", *_GRID[1:3], 0.3, "grey")]
        elif look == "half-ruled":
            rules = [("LINEABOVE", (0, 0), (-1, 0), 1, "black"), ("LINEBELOW", (0, deep - 1), (-1, deep - 1), 0.5, "black")]
            rules.append(("LINEBELOW", (0, -1), (-1, -1), 1, "black"))
        if look == "shaded" or (look == "statement" and self.random.random() < 0.5):
            rules += [("BACKGROUND", (0, row), (-1, row), "#dde7f3") for row in range(deep, 200, 2)]
        if look in {"shaded", "ruled"} and self.random.random() < 0.5:
            rules.append(("BACKGROUND", (0, 0), (-1, deep - 1), "#c9d3dd"))
        return rules

    def _flowable(
        self, table: KnownTable, rows: Sequence[tuple[str, ...]], styles: list[tuple[Any, ...]], *, header: bool = True
    ) -> Any:
        from reportlab.platypus import Table

        header_rows = table.header if header else ()
        pieces = 3 if self.kind == "statement" else 1  # sign, number and closing mark stand in columns of their own
        data: list[list[Any]] = []
        commands: list[tuple[Any, ...]] = [
            ("FONT", (0, 0), (-1, -1), self.face, self.size),
            ("LEADING", (0, 0), (-1, -1), self.size * 1.2),
            ("VALIGN", (0, 0), (-1, -1), self.make.random.choice(("TOP", "MIDDLE"))),
            ("ALIGN", (1, 0), (-1, -1), "LEFT" if self._has_words() else "RIGHT"),
        ]
        for index, row in enumerate(header_rows):
            line: list[Any] = []
            for number, (text, span) in enumerate(row):
                first = len(line)
                columns = 1 if number == 0 else span * pieces
                line += [self._fitted(text, table, number, span), *("" for _ in range(columns - 1))]
                if columns > 1:
                    commands.append(("SPAN", (first, index), (first + columns - 1, index)))
                if span > 1:
                    commands.append(("ALIGN", (first, index), (first, index), "CENTER"))
                    if self.kind in {"spanning, unruled", "statement"}:
                        commands.append(("LINEBELOW", (first, index), (first + columns - 1, index), 0.5, "black"))
            data.append(line)
        commands += self._body(table, rows, data, pieces)
        if header_rows and self.random.random() < 0.7:
            commands.append(("FONT", (0, 0), (-1, len(header_rows) - 1), self.bold, self.size))
        kept = [command for command in styles if command[0] != "BACKGROUND" or command[1][1] < len(data)]
        if _BOXED in kept:
            kept.remove(_BOXED)
            commands += [
                ("BOX", (column, row), (column, row), 0.5, "black") for row in range(len(data)) for column in range(len(data[0]))
            ]
        if self.kind == "words, ruled":
            commands += [(f"{side}PADDING", (0, 0), (-1, -1), 2) for side in ("LEFT", "RIGHT")]
        return Table(data, colWidths=self._widths(table, pieces), style=[*commands, *kept], hAlign="LEFT")

    def _body(
        self, table: KnownTable, rows: Sequence[tuple[str, ...]], data: list[list[Any]], pieces: int
    ) -> list[tuple[Any, ...]]:
        commands: list[tuple[Any, ...]] = []
        first = table.rows.index(rows[0])
        if self.kind.startswith("wrapped"):
            commands.append(("BOTTOMPADDING", (0, 0), (-1, -1), 3 if "," in self.kind and "unruled" not in self.kind else 7))
        for number, row in enumerate(rows):
            if self.kind == "row spans" and number and row[0] == rows[number - 1][0]:
                continue
            if self.kind == "row spans":
                last = max(i for i, other in enumerate(rows) if other[0] == row[0])
                commands.append(("SPAN", (0, len(table.header) + number), (0, len(table.header) + last)))
        for number, row in enumerate(rows):
            if pieces == 1:
                wrap = self.kind.startswith("wrapped")
                data.append([self._paragraph(cell, space=0) if wrap else cell for cell in row])
            else:
                data.append([row[0], *(piece for cell in row[1:] for piece in _pieces(cell))])
            level = table.levels[first + number]
            if level:
                commands.append(("LEFTPADDING", (0, len(data) - 1), (0, len(data) - 1), 6 + 10 * level))
            if row[0].startswith("Total "):
                commands.append(("LINEABOVE", (1, len(data) - 1), (-1, len(data) - 1), 0.5, "black"))
        if pieces == 3:
            for piece in range(3):
                for column in range(1 + piece, len(data[0]), 3):
                    commands.append(("ALIGN", (column, len(table.header)), (column, -1), "LEFT" if piece != 1 else "RIGHT"))
                    commands.append(("LEFTPADDING", (column, 0), (column, -1), 0))
                    commands.append(("RIGHTPADDING", (column, 0), (column, -1), 0))
        return commands

    def _fitted(self, text: str, table: KnownTable, column: int, span: int) -> str:
        """A heading over as many lines as its column makes necessary."""
        from reportlab.pdfbase.pdfmetrics import stringWidth

        widths = self._widths(table, 1)
        room = widths[0] if column == 0 else span * widths[1] - 12
        lines = [""]
        for word in text.split(" "):
            longer = f"{lines[-1]} {word}".strip()
            if lines[-1] and stringWidth(longer, self.bold, self.size) > room:
                lines.append(word)
            else:
                lines[-1] = longer
        return "\n".join(lines)

    def _rows_a_page(self) -> int:
        """As many rows as fill a page under a title and a header of two lines."""
        return int((self.height - 60) / (1.2 * self.size + 6.5))

    def _has_words(self) -> bool:
        return self.kind.startswith("words") or self.kind == "row spans"

    def _widths(self, table: KnownTable, pieces: int) -> list[float]:
        columns = len(table.rows[0]) - 1
        if self.kind.startswith("wrapped"):
            return [70, 80, 150, 95]
        if self._has_words():
            return [64, 58, 92, 56] if self.kind == "words, ruled" else [80, 80, 110, 70]
        label = min(150.0, (0.25 if self.kind == "dense" else 0.42) * self.width)
        each = min((self.width - label) / columns, 95.0)
        return [label, *([each] * columns if pieces == 1 else [12, each - 24, 12] * columns)]

    def _prose(self, sentences: int) -> list[Any]:
        prose = (_CHINESE_PROSE,) if self.chinese else _PROSE
        return [self._paragraph("".join(self.random.choice(prose) for _ in range(sentences)), size=10)]

    def _list(self) -> list[Any]:
        items = ("Dues are paid on arrival.", "Pilots are ordered a day ahead.", "Waste is taken ashore at cost.")
        return [self._paragraph(f"{mark} {item}", size=10) for mark, item in zip(("1.", "2.", "3."), items, strict=True)]

    def _paragraph(
        self, text: str, *, bold: bool = False, right: bool = False, size: float | None = None, space: float = 3
    ) -> Any:
        from reportlab.lib.enums import TA_JUSTIFY, TA_LEFT, TA_RIGHT
        from reportlab.lib.styles import ParagraphStyle
        from reportlab.platypus import Paragraph

        size = size or self.size
        align = TA_RIGHT if right else TA_JUSTIFY if size == 10 and self.random.random() < 0.5 else TA_LEFT
        style = ParagraphStyle(
            "text",
            fontName=self.bold if bold else self.face,
            fontSize=size,
            leading=size * 1.2,
            alignment=align,
            spaceAfter=space,
            wordWrap="CJK" if self.chinese else None,
        )
        return Paragraph(text, style)


def _pieces(cell: str) -> tuple[str, str, str]:
    """An amount as the cells of a statement hold it: currency sign, number, closing parenthesis or percent sign."""
    sign, number = ("$", cell[1:]) if cell.startswith("$") else ("", cell)
    closing = number[-1:] if number.endswith((")", "%")) else ""
    return sign, number.removesuffix(closing) if closing else number, closing
