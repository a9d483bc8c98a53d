"""Composed reports: pages of running text, charts with captions, tables and decorations, whose charts are known."""

from __future__ import annotations

import io
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from xml.sax.saxutils import escape

from reportlab.lib.pagesizes import A4, letter
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

from .report_boxes import Block, distractor
from .report_charts import Chart, drawn_chart, form_chart, raster_chart
from .report_decorations import Decorations
from .report_words import Words

CaptionPlace = Literal["above", "below", "none"]
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class PlacedChart:
    """A chart of a report: its page, counted from 1, its true box in points from the top left, and its caption."""

    page: int
    box: Box
    kind: str
    columns: int
    place: CaptionPlace
    caption: str


@dataclass(frozen=True, slots=True)
class Report:
    """A composed PDF and the charts in it."""

    pdf: bytes
    pages: int
    charts: tuple[PlacedChart, ...]


@dataclass(frozen=True, slots=True)
class Material:
    """What reports are made of. `fonts` are Chinese ones: of reportlab for text, of reportlab and matplotlib for
    charts, the last two None where no font with Chinese characters is at hand.
    """

    images: Sequence[Path]
    paragraphs: Sequence[str]
    chinese_text_font: str
    chinese_drawn_font: str | None = None
    chinese_form_font: str | None = None


def compose_report(seed: int, material: Material, pages: int = 8) -> Report:
    """A report in one style, the same for the same seed."""
    return _Composer(random.Random(seed), material).compose(pages)  # noqa: S311 - no secret


@dataclass
class _Composer:
    source: random.Random
    material: Material
    charts: list[PlacedChart] = field(default_factory=list)
    forms: list[tuple[int, Chart, float, float]] = field(default_factory=list)
    number: int = 0

    def compose(self, pages: int) -> Report:
        self._choose_style()
        buffer = io.BytesIO()
        self.canvas = Canvas(buffer, pagesize=self.size)
        decorations = Decorations.of(self.source)
        for page in range(1, pages + 1):
            self.page = page
            decorations.paint(self.canvas)
            self._running_lines()
            self._fill_page()
            self.canvas.showPage()
        self.canvas.save()
        return Report(_with_forms(buffer.getvalue(), self.forms), pages, tuple(self.charts))

    def _choose_style(self) -> None:
        source = self.source
        self.size = source.choice((A4, letter))
        self.columns = source.choice((1, 2))
        self.margin = source.uniform(54, 68)
        self.words = Words(source, chinese=source.random() < 0.2)
        chinese = self.words.chinese
        self.font = self.material.chinese_text_font if chinese else source.choice(("Helvetica", "Times-Roman"))
        families = {"Helvetica": ("Helvetica-Bold", "Helvetica-Oblique"), "Times-Roman": ("Times-Bold", "Times-Italic")}
        self.bold, italic = families.get(self.font, (self.font, self.font))
        body = source.uniform(9, 11) if self.columns == 2 else source.uniform(10, 11.5)
        wrap = {"wordWrap": "CJK"} if chinese else {}
        self.body = ParagraphStyle(
            "body", fontName=self.font, fontSize=body, leading=body * 1.22, alignment=source.choice((0, 4)), **wrap
        )
        self.heading = ParagraphStyle("heading", fontName=self.bold, fontSize=body + 3, leading=body + 6, **wrap)
        self.numbering = self.words.numbering()
        smaller = source.choice((0.8, 0.88))
        if self.numbering and source.random() < 0.3:
            smaller = 1.0
        self.caption = ParagraphStyle(
            "caption",
            fontName=source.choice((self.font, self.bold, italic)),
            fontSize=body * smaller,
            leading=body * smaller * 1.2,
            alignment=source.choice((0, 1)),
            **wrap,
        )
        self.small = ParagraphStyle("small", fontName=self.font, fontSize=7, leading=8.5, **wrap)
        self.usual_place: CaptionPlace = source.choice(("above", "below"))
        self.gap = source.uniform(4, 9)

    def _running_lines(self) -> None:
        if self.source.random() < 0.9:
            self.canvas.setFont("Helvetica", 8)
            self.canvas.drawCentredString(self.size[0] / 2, 26, str(self.page))

    def _fill_page(self) -> None:
        width, height = self.size
        top, bottom = height - self.margin - 14, self.margin
        gutter = 20.0
        inner = width - 2 * self.margin
        if self.columns == 1:
            self._fill_column(self.margin, inner, top, bottom)
            return
        if self.source.random() < 0.3:
            top -= self._figure(self.margin, inner, top, bottom) + 12
        column = (inner - gutter) / 2
        for index in range(2):
            self._fill_column(self.margin + index * (column + gutter), column, top, bottom)

    def _fill_column(self, x: float, width: float, y: float, bottom: float) -> None:
        figures = self.source.choice((0, 1, 1, 2))
        distractors = self.source.choice((0, 0, 1))
        while y - bottom > 40:
            chance = self.source.random()
            if figures and chance < 0.35:
                figures -= 1
                taken = self._figure(x, width, y, bottom)
                y -= taken + 12 if taken else 0
                continue
            if distractors and chance < 0.45:
                distractors -= 1
                block = distractor(self.words, width, self._text(2), self.body, self.font)
            elif chance < 0.55 and y - bottom > 90:
                block = Paragraph(escape(self.words.title()), self.heading)
            else:
                block = Paragraph(self._text(self.source.randint(2, 5)), self.body)
            y = self._place(block, x, width, y, bottom)

    def _place(self, block: Block, x: float, width: float, y: float, bottom: float) -> float:
        """Draw a block, or as much of it as fits; returns where the next one begins."""
        height = block.wrap(width, y - bottom)[1]
        if height > y - bottom:
            parts = block.split(width, y - bottom) if isinstance(block, Paragraph) else []
            if not parts:
                return bottom if isinstance(block, Paragraph) else y
            block = parts[0]
            height = block.wrap(width, y - bottom)[1]
        block.drawOn(self.canvas, x, y - height)
        return float(y - height - 9)

    def _text(self, sentences: int) -> str:
        if self.words.chinese:
            return self.words.chinese_paragraph()
        words = self.source.choice(self.material.paragraphs).split()
        return escape(" ".join(words[: 25 * sentences]))

    def _figure(self, x: float, width: float, y: float, bottom: float) -> float:
        """Place a chart, or two side by side where there is room; returns the height taken, 0 where none fits."""
        if width > 400 and self.source.random() < 0.3:
            half = (width - 24) / 2
            height = half * self.source.uniform(0.6, 0.85)
            place: CaptionPlace = self.source.choice((self.usual_place, self.usual_place, "none"))
            kinds = [self.source.choice(("raster", "form", "drawn")) for _ in range(2)]
            if y - bottom < height + 60:
                return 0.0
            return max(
                self._chart(kind, x + index * (half + 24), half, half, height, y, place)
                for index, kind in enumerate(kinds)
            )
        share = self.source.choice((1.0, 0.9, 0.75 if width > 300 else 1.0, 0.6 if width > 300 else 0.9))
        place = self.source.choice((self.usual_place,) * 6 + ("above", "below", "none", "none"))
        height = min(width * share * self.source.uniform(0.5, 0.8), 280.0)
        if y - bottom < height + 60:
            return 0.0
        kind = self.source.choice(("raster", "raster", "form", "drawn"))
        return self._chart(kind, x, width, width * share, height, y, place)

    def _chart(
        self, kind: str, x: float, room: float, width: float, height: float, y: float, place: CaptionPlace
    ) -> float:
        """Place one chart of at most `width` x `height` in a column `room` wide with its top at `y`."""
        chart = self._make(kind, width, height)
        start = y
        left = x if self.caption.alignment == 0 else x + (room - chart.width) / 2
        text = ""
        if place != "none":
            self.number += 1
            text = self.numbering.format(self.number) + self.words.caption()
            caption = Paragraph(escape(text), self.caption)
            caption_height = caption.wrap(room, 200)[1]
        if place == "above":
            caption.drawOn(self.canvas, x, y - caption_height)
            y -= caption_height + self.gap
        self._draw(chart, left, y - chart.height)
        ink = chart.ink
        top = self.size[1] - y
        box = (
            left + ink[0] * chart.width,
            top + ink[1] * chart.height,
            left + ink[2] * chart.width,
            top + ink[3] * chart.height,
        )
        self.charts.append(PlacedChart(self.page, box, kind, self.columns, place, text))
        y -= chart.height
        if place == "below":
            y -= self.gap + caption_height
            caption.drawOn(self.canvas, x, y)
        elif self.source.random() < 0.35:
            line = Paragraph(escape(self.words.source_line()), self.small)
            y -= 4 + line.wrap(room, 50)[1]
            line.drawOn(self.canvas, x, y)
        return start - y

    def _make(self, kind: str, width: float, height: float) -> Chart:
        if kind == "raster":
            return raster_chart(self.source.choice(self.material.images), width, height, self.source)
        chinese = self.words.chinese
        font = self.material.chinese_form_font if kind == "form" else self.material.chinese_drawn_font
        words = Words(self.source, chinese=chinese and font is not None)
        make = form_chart if kind == "form" else drawn_chart
        return make(width, height, words, font if words.chinese else None)

    def _draw(self, chart: Chart, x: float, y: float) -> None:
        if chart.kind == "raster":
            self.canvas.drawImage(ImageReader(io.BytesIO(chart.data)), x, y, chart.width, chart.height)
        elif chart.kind == "drawn":
            from reportlab.graphics import renderPDF

            renderPDF.draw(chart.data, self.canvas, x, y)
        else:
            self.forms.append((self.page, chart, x, y))


def _with_forms(pdf: bytes, forms: Sequence[tuple[int, Chart, float, float]]) -> bytes:
    """Put charts onto the pages as form XObjects, as programs do that place one PDF in another."""
    import pypdfium2
    import pypdfium2.raw as pdfium

    target = pypdfium2.PdfDocument(pdf)
    for number, chart, x, y in forms:
        source = pypdfium2.PdfDocument(chart.data)
        xobject = pdfium.FPDF_NewXObjectFromPage(target.raw, source.raw, 0)
        shape = pypdfium2.PdfObject(pdfium.FPDF_NewFormObjectFromXObject(xobject), pdf=target)
        shape.set_matrix(pypdfium2.PdfMatrix().translate(x, y))
        page = target[number - 1]
        page.insert_obj(shape)
        page.gen_content()
        pdfium.FPDF_CloseXObject(xobject)
        source.close()
    out = io.BytesIO()
    target.save(out)
    target.close()
    return out.getvalue()
