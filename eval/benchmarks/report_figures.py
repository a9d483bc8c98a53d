"""Places charts with their captions on the pages of composed reports, and knows where they are."""

from __future__ import annotations

import io
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.utils import ImageReader
from reportlab.platypus import Paragraph

from .report_charts import Chart, drawn_chart, form_chart, raster_chart
from .report_styles import CaptionPlace, ReportStyle
from .report_words import Words

Box = tuple[float, float, float, float]
_BETWEEN = 24.0  # points between two charts side by side


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
class Material:
    """What reports are made of. The fonts are Chinese ones: of reportlab for text, of reportlab and matplotlib for
    charts, the last two None where no font with Chinese characters is at hand.
    """

    images: Sequence[Path]
    paragraphs: Sequence[str]
    chinese_text_font: str
    chinese_drawn_font: str | None = None
    chinese_form_font: str | None = None


@dataclass
class FigurePlacer:
    """Draws charts and captions on a canvas of reportlab; embedded charts are kept for `with_forms`."""

    canvas: Any
    source: random.Random
    style: ReportStyle
    material: Material
    page: int = 1
    charts: list[PlacedChart] = field(default_factory=list)
    forms: list[tuple[int, Chart, float, float]] = field(default_factory=list)
    _number: int = 0

    def place(self, x: float, width: float, y: float, bottom: float) -> float:
        """Place a chart, or two side by side where there is room; returns the height taken, 0 where none fits."""
        if width > 400 and self.source.random() < 0.3:
            return self._pair(x, width, y, bottom)
        share = self.source.choice((1.0, 0.9, 0.75 if width > 300 else 1.0, 0.6 if width > 300 else 0.9))
        place = self.source.choice((self.style.usual_place,) * 6 + ("above", "below", "none", "none"))
        height = min(width * share * self.source.uniform(0.5, 0.8), 280.0)
        if y - bottom < height + 60:
            return 0.0
        kind = self.source.choice(("raster", "raster", "form", "drawn"))
        return self._chart(kind, (x, width), (width * share, height), y, place, self._caption(place))

    def _pair(self, x: float, width: float, y: float, bottom: float) -> float:
        half = (width - _BETWEEN) / 2
        height = half * self.source.uniform(0.6, 0.85)
        place: CaptionPlace = self.source.choice((self.style.usual_place, self.style.usual_place, "none"))
        if y - bottom < height + 60:
            return 0.0
        return max(
            self._chart(
                self.source.choice(("raster", "form", "drawn")),
                (x + index * (half + _BETWEEN), half),
                (half, height),
                y,
                place,
                self._caption(place),
            )
            for index in range(2)
        )

    def _caption(self, place: CaptionPlace) -> str:
        if place == "none":
            return ""
        self._number += 1
        return self.style.numbering.format(self._number) + self.style.words.caption()

    def _chart(
        self, kind: str, room: tuple[float, float], most: tuple[float, float], y: float, place: CaptionPlace, text: str
    ) -> float:
        """Place one chart, at most as large as `most`, in a column `room` (left edge, width) with its top at `y`."""
        chart = self._make(kind, *most)
        start, (x, width) = y, room
        left = x if self.style.caption.alignment == 0 else x + (width - chart.width) / 2
        caption = Paragraph(escape(text), self.style.caption)
        caption_height = caption.wrap(width, 200)[1] if text else 0.0
        if place == "above":
            self._bar(x, width, y, caption_height)
            caption.drawOn(self.canvas, x, y - caption_height)
            y -= caption_height + self.style.gap
        self._draw(chart, left, y - chart.height)
        self._remember(chart, left, self.style.size[1] - y, place, text)
        y -= chart.height
        if place == "below":
            y -= self.style.gap + caption_height
            caption.drawOn(self.canvas, x, y)
        elif self.source.random() < 0.35:
            line = Paragraph(escape(self.style.words.source_line()), self.style.small)
            y -= 4 + line.wrap(width, 50)[1]
            line.drawOn(self.canvas, x, y)
        if self.style.framed and place == "above":
            self.canvas.rect(x - 4, y - 4, width + 8, start - y + 8)
            y -= 6
        return start - y

    def _bar(self, x: float, width: float, y: float, height: float) -> None:
        """The tinted bar behind the caption of a framed exhibit."""
        if self.style.framed:
            self.canvas.saveState()
            self.canvas.setFillColor(HexColor("#dbe5f1"))
            self.canvas.rect(x - 4, y - height - 3, width + 8, height + 7, fill=1, stroke=0)
            self.canvas.restoreState()

    def _remember(self, chart: Chart, left: float, top: float, place: CaptionPlace, caption: str) -> None:
        x0, y0, x1, y1 = chart.ink
        box = (
            left + x0 * chart.width,
            top + y0 * chart.height,
            left + x1 * chart.width,
            top + y1 * chart.height,
        )
        self.charts.append(PlacedChart(self.page, box, chart.kind, self.style.columns, place, caption))

    def _make(self, kind: str, width: float, height: float) -> Chart:
        if kind == "raster":
            return raster_chart(self.source.choice(self.material.images), width, height, self.source)
        font = self.material.chinese_form_font if kind == "form" else self.material.chinese_drawn_font
        words = Words(self.source, chinese=self.style.words.chinese and font is not None)
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


def with_forms(pdf: bytes, forms: Sequence[tuple[int, Chart, float, float]]) -> bytes:
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
