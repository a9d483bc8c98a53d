"""How the tables of the benchmark look: fonts, rules, shading, widths, and the pieces that their cells are made of."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

from .known_tables import KnownTable

Flowable = Any  # reportlab's objects have no types
Command = tuple[Any, ...]

CHINESE_FONT = "STSong-Light"
_GRID = ((0, 0), (-1, -1))
_ANY_RULES = {"chinese", "three pages", "eight pages", "two columns", "landscape", "dense"}


class TableLook:
    """Draws tables of one kind in one typeface into a frame that is `width` points wide."""

    def __init__(self, kind: str, random: Random, width: float) -> None:
        self.kind = kind
        self.width = width
        self._random = random
        self._chinese = kind == "chinese"
        self._face = CHINESE_FONT if self._chinese else random.choice(("Helvetica", "Times-Roman"))
        self._bold = {"Helvetica": "Helvetica-Bold", "Times-Roman": "Times-Bold"}.get(self._face, self._face)
        self.size = 6.5 if kind == "dense" else random.choice((7.5, 8.5, 9.5, 10))
        self._rules = random.choice(("ruled", "half-ruled", "unruled")) if kind in _ANY_RULES else kind
        self._rules = self._rules.removeprefix("mixed, ")
        self._fine = random.random() < 0.3
        self._shaded = kind == "shaded" or (kind == "statement" and random.random() < 0.5)
        self._shaded_header = self._rules in {"shaded", "ruled"} and random.random() < 0.5
        self._bold_header = random.random() < 0.7
        self._top = random.random() < 0.5
        self._alignment = "LEFT" if self._has_words() else "RIGHT"
        if kind.startswith("mixed"):
            self._alignment = random.choice(("LEFT", "CENTER", "RIGHT"))
        # Sign, number and closing mark of a statement stand in columns of their own.
        self._pieces = 3 if kind == "statement" else 1

    def table(self, table: KnownTable, rows: Sequence[tuple[str, ...]], *, header: bool = True) -> Flowable:
        """Some rows of a table, with or without its header."""
        from reportlab.platypus import Table

        data: list[list[Flowable]] = []
        commands: list[Command] = [
            ("FONT", *_GRID, self._face, self.size),
            ("LEADING", *_GRID, self.size * 1.2),
            ("VALIGN", *_GRID, "TOP" if self._top else "MIDDLE"),
            ("ALIGN", (1, 0), (-1, -1), self._alignment),
        ]
        if header:
            commands += self._header(table, data)
        depth = len(data)
        commands += [*self._body(table, rows, data), *self._spans(rows, depth), *self._ruling(depth, data)]
        return Table(data, colWidths=self._widths(table, self._pieces), style=commands, hAlign="LEFT")

    def _header(self, table: KnownTable, data: list[list[Flowable]]) -> list[Command]:
        commands: list[Command] = []
        for index, row in enumerate(table.header):
            line: list[str] = []
            for number, (text, span) in enumerate(row):
                first, columns = len(line), 1 if number == 0 else span * self._pieces
                line += [self._fitted(text, table, number, span), *("" for _ in range(columns - 1))]
                place = ((first, index), (first + columns - 1, index))
                if columns > 1:
                    commands.append(("SPAN", *place))
                if span > 1:
                    commands.append(("ALIGN", *place, "CENTER"))
                if span > 1 and self.kind in {"spanning, unruled", "statement"}:
                    commands.append(("LINEBELOW", *place, 0.5, "black"))
            data.append(line)
        if self._bold_header:
            commands.append(("FONT", (0, 0), (-1, len(data) - 1), self._bold, self.size))
        return commands

    def _body(self, table: KnownTable, rows: Sequence[tuple[str, ...]], data: list[list[Flowable]]) -> list[Command]:
        commands: list[Command] = []
        first, depth = table.rows.index(rows[0]), len(data)
        for number, row in enumerate(rows):
            index = len(data)
            if self._pieces == 3:
                data.append([row[0], *(piece for cell in row[1:] for piece in _pieces(cell))])
            else:
                wrapped = self.kind.startswith("wrapped")
                data.append([self.paragraph(cell, space=0) if wrapped else cell for cell in row])
            level = table.levels[first + number]
            commands.append(("LEFTPADDING", (0, index), (0, index), 6 + 10 * level))
            if row[0].startswith("Total "):
                commands.append(("LINEABOVE", (1, index), (-1, index), 0.5, "black"))
        for column in range(1, len(data[-1]) if self._pieces == 3 else 0):
            place = ((column, depth), (column, -1))
            commands.append(("ALIGN", *place, "RIGHT" if column % 3 == 2 else "LEFT"))
            commands += [(f"{side}PADDING", (column, 0), (column, -1), 0) for side in ("LEFT", "RIGHT")]
        return commands

    def _spans(self, rows: Sequence[tuple[str, ...]], depth: int) -> list[Command]:
        """Equal labels one below the other as one cell."""
        if self.kind != "row spans":
            return []
        labels = [row[0] for row in rows]
        ends = {label: number for number, label in enumerate(labels)}
        return [("SPAN", (0, depth + labels.index(label)), (0, depth + end)) for label, end in ends.items()]

    def _ruling(self, depth: int, data: list[list[Flowable]]) -> list[Command]:
        commands: list[Command] = []
        last = max(depth - 1, 0)
        if self._rules.endswith(", ruled") or self._rules in {"ruled", "row spans"}:
            commands += [("BOX", *_GRID, 0.5, "black"), ("INNERGRID", *_GRID, 0.3 if self._fine else 0.5, "grey")]
        elif self._rules == "boxes":
            places = [(column, row) for row in range(len(data)) for column in range(len(data[0]))]
            commands += [("BOX", place, place, 0.5, "black") for place in places]
        elif self._rules == "half-ruled":
            commands += [("LINEABOVE", (0, 0), (-1, 0), 1, "black"), ("LINEBELOW", (0, -1), (-1, -1), 1, "black")]
            commands.append(("LINEBELOW", (0, last), (-1, last), 0.5, "black"))
        elif self._rules == "wrapped, rules between rows":
            commands += [("LINEABOVE", *_GRID, 0.5, "black"), ("LINEBELOW", (0, -1), (-1, -1), 0.5, "black")]
        elif self.kind == "wrapped, unruled":
            commands.append(("BOTTOMPADDING", *_GRID, 7))
        if self._shaded:
            commands += [("BACKGROUND", (0, row), (-1, row), "#dde7f3") for row in range(depth, len(data), 2)]
        if self._shaded_header and depth:
            commands.append(("BACKGROUND", (0, 0), (-1, last), "#c9d3dd"))
        if self.kind == "words, ruled":
            commands += [(f"{side}PADDING", *_GRID, 2) for side in ("LEFT", "RIGHT")]
        return commands

    def _fitted(self, text: str, table: KnownTable, column: int, span: int) -> str:
        """A heading over as many lines as its column makes necessary."""
        from reportlab.pdfbase.pdfmetrics import stringWidth

        widths = self._widths(table, 1)
        room = widths[0] if column == 0 else span * widths[1] - 12
        lines = [""]
        for word in text.split(" "):
            longer = f"{lines[-1]} {word}".strip()
            if lines[-1] and stringWidth(longer, self._bold, self.size) > room:
                lines.append(word)
            else:
                lines[-1] = longer
        return "\n".join(lines)

    def _has_words(self) -> bool:
        return self.kind.startswith("words") or self.kind == "row spans"

    def _widths(self, table: KnownTable, pieces: int) -> list[float]:
        columns = len(table.rows[0]) - 1
        if self.kind.startswith("mixed"):
            return [self.width / (columns + 1)] * (columns + 1)
        if self.kind.startswith("wrapped"):
            return [70, 80, 150, 95]
        if self._has_words():
            return [64, 58, 92, 56] if self.kind == "words, ruled" else [80, 80, 110, 70]
        label = min(150.0, (0.25 if self.kind == "dense" else 0.42) * self.width)
        each = min((self.width - label) / columns, 95.0)
        return [label, *([each] * columns if pieces == 1 else [12, each - 24, 12] * columns)]

    def paragraph(
        self, text: str, *, bold: bool = False, right: bool = False, size: float | None = None, space: float = 3
    ) -> Flowable:
        """A paragraph of text, a title, a note or the content of a cell; sizes in points."""
        from reportlab.lib.enums import TA_JUSTIFY, TA_LEFT, TA_RIGHT
        from reportlab.lib.styles import ParagraphStyle
        from reportlab.platypus import Paragraph

        size = size or self.size
        align = TA_RIGHT if right else TA_JUSTIFY if size == 10 and self._random.random() < 0.5 else TA_LEFT
        style = ParagraphStyle(
            "text",
            fontName=self._bold if bold else self._face,
            fontSize=size,
            leading=size * 1.2,
            alignment=align,
            spaceAfter=space,
            wordWrap="CJK" if self._chinese else None,
        )
        return Paragraph(text, style)


def _pieces(cell: str) -> tuple[str, str, str]:
    """An amount as the cells of a statement hold it: currency sign, number, closing parenthesis or percent sign."""
    sign, number = ("$", cell[1:]) if cell.startswith("$") else ("", cell)
    closing = number[-1:] if number.endswith((")", "%")) else ""
    return sign, number.removesuffix(closing) if closing else number, closing
