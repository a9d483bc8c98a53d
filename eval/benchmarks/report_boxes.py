"""What stands in the text of composed reports and could be taken for a figure: tables, call-outs, code, icons."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.platypus import Flowable, Paragraph, Preformatted, Table

from .report_words import Words

Block = Any
"""A flowable of reportlab or its style; reportlab has no types."""
_CODE = """def total(rows):
    # every row counts once
    return sum(row.value
               for row in rows
               if row.valid)"""


class Boxed(Flowable):  # type: ignore[misc]  # reportlab has no types
    """A flowable in a painted box: a call-out, or code on shading."""

    def __init__(self, inner: Block, *, rounded: bool, fill: str | None, stroke: str | None, bar: bool = False) -> None:
        super().__init__()
        self._inner, self._rounded, self._fill, self._stroke, self._bar = inner, rounded, fill, stroke, bar
        self._room = 8.0

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """The size it takes."""
        _, inner = self._inner.wrap(width - 2 * self._room, height)
        self.width, self.height = width, inner + 2 * self._room
        return self.width, self.height

    def draw(self) -> None:
        """Paint the box, then what is in it."""
        canvas = self.canv
        canvas.saveState()
        if self._fill:
            canvas.setFillColor(HexColor(self._fill))
        if self._stroke:
            canvas.setStrokeColor(HexColor(self._stroke))
        options = {"fill": int(bool(self._fill)), "stroke": int(bool(self._stroke))}
        if self._bar:
            canvas.rect(0, 0, 3, self.height, fill=1, stroke=0)
        elif self._rounded:
            canvas.roundRect(0, 0, self.width, self.height, 6, **options)
        else:
            canvas.rect(0, 0, self.width, self.height, **options)
        canvas.restoreState()
        self._inner.drawOn(canvas, self._room, self._room)


class IconList(Flowable):  # type: ignore[misc]  # reportlab has no types
    """Lines of text, each behind a drawn icon: a disc with a tick."""

    def __init__(self, lines: list[str], font: str) -> None:
        super().__init__()
        self._lines, self._font = lines, font

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """The size it takes."""
        del height
        self.width, self.height = width, 22.0 * len(self._lines)
        return self.width, self.height

    def draw(self) -> None:
        """Paint the icons and the lines."""
        canvas = self.canv
        canvas.setFont(self._font, 9)
        for index, line in enumerate(self._lines):
            y = self.height - 22 * index - 12
            canvas.setFillColor(HexColor("#2a7f62"))
            canvas.circle(9, y + 3, 8, fill=1, stroke=0)
            canvas.setStrokeColor(HexColor("#ffffff"))
            canvas.setLineWidth(1.5)
            canvas.lines([(5, y + 3, 8, y), (8, y, 13, y + 7)])
            canvas.setFillColor(HexColor("#000000"))
            canvas.drawString(24, y, line)


def table_box(words: Words, width: float, font: str) -> Block:
    """A table of numbers: ruled, shaded in stripes, with a filled header, or nearly bare."""
    source = words.source
    columns, rows = source.randint(3, 5 if width > 300 else 4), source.randint(4, 9)
    header = ["", *(str(2019 + index) for index in range(columns - 1))]
    names = [f"{name}" for name in (words.title() for _ in range(rows))]
    body = [[name[: int(width / 12)], *(f"{value:,.1f}" for value in words.numbers(columns - 1))] for name in names]
    style: list[tuple[Any, ...]] = [("FONT", (0, 0), (-1, -1), font, 8), ("ALIGN", (1, 0), (-1, -1), "RIGHT")]
    style += source.choice(_TABLE_STYLES)
    first = 0.4 * width
    table = Table([header, *body], colWidths=[first] + [(width - first) / (columns - 1)] * (columns - 1))
    table.setStyle(style)
    return table


_GREY, _BLUE = HexColor("#e8e8e8"), HexColor("#1f4e79")
_TABLE_STYLES: tuple[list[tuple[Any, ...]], ...] = (
    [("GRID", (0, 0), (-1, -1), 0.5, _BLUE)],
    [("ROWBACKGROUNDS", (0, 1), (-1, -1), [_GREY, None]), ("LINEBELOW", (0, 0), (-1, 0), 1, _BLUE)],
    [("BACKGROUND", (0, 0), (-1, 0), _GREY), ("LINEBELOW", (0, 0), (-1, -1), 0.4, _BLUE)],
    [("LINEABOVE", (0, 0), (-1, 0), 1, _BLUE), ("LINEBELOW", (0, -1), (-1, -1), 1, _BLUE)],
    [("BACKGROUND", (0, 0), (0, -1), _GREY), ("BOX", (0, 0), (-1, -1), 1, _BLUE)],
    [("BACKGROUND", (-1, 0), (-1, -1), _GREY), ("LINEABOVE", (1, -1), (-1, -1), 0.5, _BLUE)],
)


def distractor(words: Words, width: float, text: str, style: Block, font: str) -> Block:
    """A table, call-out, quotation, block of code or list with icons."""
    makers: tuple[Callable[[], Block], ...] = (
        lambda: table_box(words, width, font),
        lambda: table_box(words, width, font),
        lambda: Boxed(Paragraph(text, style), rounded=True, fill="#eef4fb", stroke=None),
        lambda: Boxed(Paragraph(text, style), rounded=True, fill=None, stroke="#1f4e79"),
        lambda: Boxed(Paragraph(text, style), rounded=False, fill="#f3f3e8", stroke="#999999"),
        lambda: Boxed(Paragraph(text, style), rounded=False, fill="#b5651d", stroke=None, bar=True),
        lambda: Boxed(Preformatted(_CODE, _code_style()), rounded=False, fill="#f4f4f4", stroke=None),
        lambda: IconList([words.title() for _ in range(3)], font),
    )
    return words.source.choice(makers)()


def _code_style() -> Block:
    from reportlab.lib.styles import ParagraphStyle

    return ParagraphStyle("code", fontName="Courier", fontSize=8, leading=9.6)
