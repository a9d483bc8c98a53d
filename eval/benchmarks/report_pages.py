"""Composed reports: pages of running text, charts with captions, tables and decorations, whose charts are known."""

from __future__ import annotations

import io
import random
from dataclasses import dataclass
from xml.sax.saxutils import escape

from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

from .report_boxes import Block, distractor
from .report_decorations import Decorations
from .report_figures import FigurePlacer, Material, PlacedChart, with_forms
from .report_styles import ReportStyle


@dataclass(frozen=True, slots=True)
class Report:
    """A composed PDF and the charts in it."""

    pdf: bytes
    pages: int
    charts: tuple[PlacedChart, ...]


def compose_report(seed: int, material: Material, pages: int = 8) -> Report:
    """A report in one style, the same for the same seed."""
    source = random.Random(seed)  # noqa: S311 - no secret
    return _Composer(source, material, ReportStyle.of(source, material.chinese_text_font)).compose(pages)


@dataclass
class _Composer:
    source: random.Random
    material: Material
    style: ReportStyle

    def compose(self, pages: int) -> Report:
        buffer = io.BytesIO()
        self.canvas = Canvas(buffer, pagesize=self.style.size)
        self.placer = FigurePlacer(self.canvas, self.source, self.style, self.material)
        decorations = Decorations.of(self.source)
        for page in range(1, pages + 1):
            self.placer.page = page
            decorations.paint(self.canvas)
            self._running_lines()
            self._fill_page()
            self.canvas.showPage()
        self.canvas.save()
        return Report(with_forms(buffer.getvalue(), self.placer.forms), pages, tuple(self.placer.charts))

    def _running_lines(self) -> None:
        if self.source.random() < 0.9:
            self.canvas.setFont("Helvetica", 8)
            self.canvas.drawCentredString(self.style.size[0] / 2, 26, str(self.placer.page))

    def _fill_page(self) -> None:
        width, height = self.style.size
        top, bottom = height - self.style.margin - 14, self.style.margin
        gutter = 20.0
        inner = width - 2 * self.style.margin
        if self.style.columns == 1:
            self._fill_column(self.style.margin, inner, top, bottom)
            return
        if self.source.random() < 0.3:
            top -= self.placer.place(self.style.margin, inner, top, bottom) + 12
        column = (inner - gutter) / 2
        for index in range(2):
            self._fill_column(self.style.margin + index * (column + gutter), column, top, bottom)

    def _fill_column(self, x: float, width: float, y: float, bottom: float) -> None:
        figures = self.source.choice((0, 1, 1, 2))
        distractors = self.source.choice((0, 0, 1))
        while y - bottom > 40:
            chance = self.source.random()
            if figures and chance < 0.35:
                figures -= 1
                taken = self.placer.place(x, width, y, bottom)
                y -= taken + 12 if taken else 0
                continue
            if distractors and chance < 0.45:
                distractors -= 1
                block = distractor(self.style.words, width, self._text(2), self.style.body, self.style.font)
            elif chance < 0.55 and y - bottom > 90:
                block = Paragraph(escape(self.style.words.title()), self.style.heading)
            else:
                block = Paragraph(self._text(self.source.randint(2, 5)), self.style.body)
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
        if self.style.words.chinese:
            return self.style.words.chinese_paragraph()
        words = self.source.choice(self.material.paragraphs).split()
        return escape(" ".join(words[: 25 * sentences]))
