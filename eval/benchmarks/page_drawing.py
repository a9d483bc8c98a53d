"""Pages of known content, drawn as PDF: headings, paragraphs, a list, a table and a bar chart, in 1 or 2 columns."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

Rectangle = tuple[float, float, float, float]

_MARGIN = 56.0
_GUTTER = 22.0
_SIZE = 10.0
_LEADING = 13.0
_SAMPLE = (
    "the review of annual reports shows that orders from northern regions rose while prices for copper steel and "
    "timber fell in spring management expects further growth because new customers signed contracts and older plants "
    "were closed during winter after long talks with local councils about water energy roads and housing costs"
)
_WORDS = _SAMPLE.split(" ")
_PHRASES = (
    "公司全年营业收入稳步增长",
    "董事会认为市场需求仍然旺盛",
    "原材料价格在第三季度有所回落",
    "新的生产线已经投入使用",
    "管理层计划继续扩大海外业务",
    "研发投入占收入的比重进一步提高",
    "客户对产品质量表示满意",
    "各地区的销售情况差异明显",
)
_REGIONS = (["North", "South", "East", "West", "Centre"], ["华北", "华南", "华东", "西部", "中部"])
_YEARS = ("2021", "2022", "2023")


@dataclass(slots=True)
class DrawnPage:
    """A page as PDF with what stands on it: texts in reading order, the cells of its table, and the place of its chart
    in fractions of the page with the caption below it.
    """

    pdf: bytes
    texts: list[str] = field(default_factory=list)
    cells: list[list[str]] = field(default_factory=list)
    chart: Rectangle | None = None
    caption: str = ""


def draw_page(seed: int, *, columns: int, chinese_font: Path | None = None) -> DrawnPage:
    """Draw one page; equal arguments draw equal pages. With a font the text is Chinese."""
    return _Drawing(random.Random(seed), columns, chinese_font).page()  # noqa: S311 - equal pages each time


class _Drawing:
    def __init__(self, chance: random.Random, columns: int, chinese_font: Path | None) -> None:
        self.chance = chance
        self.chinese = chinese_font is not None
        self.columns = columns
        self.width: float = (A4[0] - 2 * _MARGIN - (columns - 1) * _GUTTER) / columns
        self.column = 0
        self.y: float = A4[1] - _MARGIN
        self.font = self.bold = "Times-Roman" if chance.random() < 0.5 else "Helvetica"
        self.bold = {"Times-Roman": "Times-Bold", "Helvetica": "Helvetica-Bold"}[self.font]
        if chinese_font is not None:
            pdfmetrics.registerFont(TTFont("Chinese", str(chinese_font)))
            self.font = self.bold = "Chinese"
        self.buffer = io.BytesIO()
        self.canvas = Canvas(self.buffer, pagesize=A4, invariant=1)
        self.drawn = DrawnPage(b"")

    @property
    def x(self) -> float:
        return _MARGIN + self.column * (self.width + _GUTTER)

    def page(self) -> DrawnPage:
        order: list[Callable[[], None]] = [self.paragraph, self.table, self.chart, self.listing]
        self.chance.shuffle(order)
        self.heading(18.0)
        for draw in order:
            self.heading(13.0)
            self.paragraph()
            draw()
        while self.room(6 * _LEADING):
            self.paragraph()
        self.canvas.showPage()
        self.canvas.save()
        self.drawn.pdf = self.buffer.getvalue()
        return self.drawn

    def room(self, height: float) -> bool:
        """Whether `height` points are left, in the next column where not in this."""
        if self.y - height < _MARGIN and self.column + 1 < self.columns:
            self.column, self.y = self.column + 1, A4[1] - _MARGIN
        return self.y - height >= _MARGIN

    def sentence(self) -> str:
        if self.chinese:
            return "，".join(self.chance.sample(_PHRASES, 3)) + "。"
        words = self.chance.choices(_WORDS, k=self.chance.randint(8, 18))
        return " ".join(words).capitalize() + "."

    def lines(self, text: str, size: float, width: float) -> list[str]:
        pieces = list(text) if self.chinese else text.split(" ")
        lines, joint = [""], "" if self.chinese else " "
        for piece in pieces:
            longer = lines[-1] + (joint if lines[-1] else "") + piece
            # No line of Chinese begins with a stop.
            if pdfmetrics.stringWidth(longer, self.font, size) <= width or piece in "，。":
                lines[-1] = longer
            else:
                lines.append(piece)
        return lines

    def write(self, text: str, size: float, *, bold: bool = False, indent: float = 0.0) -> None:
        for line in self.lines(text, size, self.width - indent):
            self.canvas.setFont(self.bold if bold else self.font, size)
            self.y -= 1.3 * size
            self.canvas.drawString(self.x + indent, self.y, line)
        self.drawn.texts.append(text)

    def heading(self, size: float) -> None:
        text = self.sentence()[:8].strip("，。") if self.chinese else " ".join(self.chance.choices(_WORDS, k=3)).title()
        if self.room(8 * _LEADING):
            self.y -= 0.6 * size
            self.write(text, size, bold=True)
            self.y -= 3

    def paragraph(self) -> None:
        text = ("" if self.chinese else " ").join(self.sentence() for _ in range(self.chance.randint(2, 4)))
        if self.room(len(self.lines(text, _SIZE, self.width)) * _LEADING + 6):
            self.write(text, _SIZE)
            self.y -= 6

    def listing(self) -> None:
        for _ in range(3):
            text = self.sentence()
            if self.room(3 * _LEADING + 6):
                self.canvas.circle(self.x + 5, self.y - 9, 1.8, fill=1)
                self.write(text, _SIZE, indent=14)
        self.y -= 6

    def table(self) -> None:
        regions = _REGIONS[self.chinese]
        if not self.room((len(regions) + 2) * 15 + 12):
            return
        head = "地区" if self.chinese else "Region"
        rows = [[head, *_YEARS]] + [
            [name, *(f"{self.chance.randint(100, 9999):,}" for _ in _YEARS)] for name in regions
        ]
        self.y -= 4
        if self.chance.random() < 0.5:
            self.canvas.setFillGray(0.85)
            self.canvas.rect(self.x, self.y - 17, self.width, 15, stroke=0, fill=1)
            self.canvas.setFillGray(0)
        for number, row in enumerate(rows):
            self.y -= 15
            self.canvas.setFont(self.bold if number == 0 else self.font, _SIZE)
            self.canvas.drawString(self.x + 3, self.y + 2, row[0])
            for column, cell in enumerate(row[1:], start=1):
                self.canvas.drawRightString(self.x + self.width * (0.4 + 0.2 * column) - 4, self.y + 2, cell)
            if number in (0, len(rows) - 1):
                self.canvas.line(self.x, self.y - 2, self.x + self.width, self.y - 2)
        self.y -= 12
        self.drawn.cells = rows
        self.drawn.texts += [cell for row in rows for cell in row]

    def chart(self) -> None:
        regions, width, height = _REGIONS[self.chinese], self.width - 30, 110.0
        if not self.room(height + 50):
            return
        self.y -= 14
        x, y = self.x + 26, self.y - height
        self.canvas.setFont(self.font, 8)
        self.canvas.line(x, y, x, y + height)
        self.canvas.line(x, y, x + width, y)
        for tick in range(0, 101, 25):
            self.canvas.drawRightString(x - 4, y + tick / 100 * height - 3, str(tick))
        step = width / len(regions)
        self.canvas.setFillColorRGB(*self.chance.choice([(0.15, 0.35, 0.65), (0.8, 0.35, 0.15), (0.3, 0.5, 0.3)]))
        values = [self.chance.randint(15, 92) for _ in regions]
        for number, value in enumerate(values):
            self.canvas.rect(x + (number + 0.2) * step, y, 0.6 * step, value / 100 * height, stroke=0, fill=1)
        self.canvas.setFillGray(0)
        for number, (name, value) in enumerate(zip(regions, values, strict=True)):
            middle = x + (number + 0.5) * step
            self.canvas.drawCentredString(middle, y + value / 100 * height + 3, str(value))
            self.canvas.drawCentredString(middle, y - 11, name)
        width_all, height_all = A4
        self.drawn.chart = (
            (self.x + 6) / width_all,
            1 - (y + height + 6) / height_all,
            (x + width) / width_all,
            1 - (y - 13) / height_all,
        )
        self.y = y - 18
        number = self.chance.randint(1, 9)
        self.drawn.caption = (
            f"图 {number} 各地区的销售比重" if self.chinese else f"Figure {number}. Share of sales by region"
        )
        self.write(self.drawn.caption, 9)
        self.drawn.texts.pop()
        self.y -= 8
