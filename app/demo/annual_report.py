"""Draws the demo's annual report: twelve A4 pages with text, tables, vector charts and raster charts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.platypus import BaseDocTemplate, Frame, NextPageTemplate, PageBreak, PageTemplate, Spacer

from . import report_accounts, report_business, report_review
from .palette import AMBER, AQUA, MUTED, NAVY, RULE, TEAL, WHITE
from .report_layout import CONTENT_WIDTH, MARGIN, PAGE_HEIGHT, PAGE_WIDTH, Layout
from .vector_charts import Typeface

TITLE = "Tarnwick Instruments plc: Annual Report 2024"
FRONT_PAGES = 2


def draw_annual_report(path: Path) -> None:
    """Write the report to `path`; the same bytes at every call with the same versions of the libraries."""
    layout = Layout(Typeface())
    frame = Frame(MARGIN, 58, CONTENT_WIDTH, PAGE_HEIGHT - 58 - 70, 0, 0, 0, 0, id="body")
    document = BaseDocTemplate(
        str(path),
        pagesize=(PAGE_WIDTH, PAGE_HEIGHT),
        pageTemplates=[
            PageTemplate("cover", [frame], onPage=_draw_cover),
            PageTemplate("inner", [frame], onPage=_draw_margins),
        ],
        title=TITLE,
        author="Tarnwick Instruments plc",
        subject="An invented company: demonstration document of Chartwell",
        creator="Chartwell demo corpus",
        lang="en-GB",
        invariant=1,
    )
    document.build(
        [
            NextPageTemplate("inner"),
            Spacer(1, 1),
            PageBreak(),
            *report_review.contents(layout),
            *report_review.chief_executive(layout),
            *report_review.year_in_figures(layout),
            *report_review.segments(layout),
            *report_business.markets(layout),
            *report_business.research(layout),
            *report_business.operations(layout),
            *report_business.people(layout),
            *report_business.environment(layout),
            *report_accounts.statements(layout),
            *report_accounts.board(layout),
        ]
    )


def _draw_cover(canvas: Any, _document: Any) -> None:
    """A dark page with the title and, below, the waves of a harbour."""
    canvas.addPageLabel(0, style="ROMAN_LOWER", start=1)
    canvas.addPageLabel(FRONT_PAGES, style="ARABIC", start=1)
    canvas.bookmarkPage("cover")
    canvas.addOutlineEntry("Cover", "cover", 0)
    canvas.setFillColor(HexColor(NAVY))
    canvas.rect(0, 0, PAGE_WIDTH, PAGE_HEIGHT, stroke=0, fill=1)
    for height, colour in ((250, "#174A6E"), (190, TEAL), (120, AQUA)):
        _draw_wave(canvas, height, colour)
    canvas.setFillColor(HexColor(AMBER))
    canvas.rect(MARGIN, PAGE_HEIGHT - 236, 46, 4, stroke=0, fill=1)
    canvas.setFillColor(HexColor(WHITE))
    canvas.setFont("Helvetica-Bold", 15)
    canvas.drawString(MARGIN, PAGE_HEIGHT - 92, "Tarnwick Instruments plc")
    canvas.setFont("Helvetica-Bold", 46)
    canvas.drawString(MARGIN, PAGE_HEIGHT - 300, "Annual Report")
    canvas.drawString(MARGIN, PAGE_HEIGHT - 352, "2024")
    canvas.setFont("Helvetica", 17)
    canvas.drawString(MARGIN, PAGE_HEIGHT - 392, "Measuring water, whatever it does")
    canvas.setFillColor(HexColor(NAVY))
    canvas.setFont("Helvetica", 8.5)
    canvas.drawString(MARGIN, 34, "An invented company. Demonstration document of Chartwell.")


def _draw_wave(canvas: Any, height: float, colour: str) -> None:
    """A filled band from the foot of the page up to a swell around `height`."""
    third, swell = PAGE_WIDTH / 3, height * 0.24
    path = canvas.beginPath()
    path.moveTo(0, 0)
    path.lineTo(0, height)
    path.curveTo(third * 0.7, height + swell, third, height + swell, third * 1.5, height)
    path.curveTo(third * 2, height - swell, third * 2.4, height - swell, PAGE_WIDTH, height + swell * 0.8)
    path.lineTo(PAGE_WIDTH, 0)
    path.close()
    canvas.setFillColor(HexColor(colour))
    canvas.drawPath(path, stroke=0, fill=1)


def _draw_margins(canvas: Any, document: Any) -> None:
    """Running header with the section's name, footer with the printed page number, and the section's bookmark."""
    page = document.page
    section = dict(report_review.SECTIONS).get(page, "Contents")
    canvas.bookmarkPage(f"section-{page}")
    canvas.addOutlineEntry(section, f"section-{page}", 0)
    canvas.setFont("Helvetica", 8)
    canvas.setFillColor(HexColor(MUTED))
    canvas.drawString(MARGIN, PAGE_HEIGHT - 42, "Tarnwick Instruments plc | Annual Report 2024")
    canvas.drawRightString(PAGE_WIDTH - MARGIN, PAGE_HEIGHT - 42, section)
    canvas.setStrokeColor(HexColor(RULE))
    canvas.setLineWidth(0.6)
    canvas.line(MARGIN, PAGE_HEIGHT - 49, PAGE_WIDTH - MARGIN, PAGE_HEIGHT - 49)
    canvas.drawString(MARGIN, 32, "www.tarnwick.example")
    label = "ii" if page == FRONT_PAGES else str(page - FRONT_PAGES)
    canvas.drawRightString(PAGE_WIDTH - MARGIN, 32, label)
