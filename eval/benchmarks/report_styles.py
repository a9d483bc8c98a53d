"""The looks of composed reports: paper, columns, letters, and how figures are captioned."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Literal

from reportlab.lib.pagesizes import A4, landscape, letter
from reportlab.lib.styles import ParagraphStyle

from .report_words import Words

CaptionPlace = Literal["above", "below", "none"]
_FAMILIES = {"Helvetica": ("Helvetica-Bold", "Helvetica-Oblique"), "Times-Roman": ("Times-Bold", "Times-Italic")}


@dataclass(frozen=True, slots=True)
class ReportStyle:
    """One report's looks, the same on all of its pages. Lengths are in points.

    `numbering` is the beginning of a caption with `{}` for the number, empty where captions have none.
    """

    words: Words
    size: tuple[float, float]
    columns: int
    margin: float
    font: str
    body: ParagraphStyle
    heading: ParagraphStyle
    caption: ParagraphStyle
    small: ParagraphStyle
    numbering: str
    usual_place: CaptionPlace
    gap: float
    framed: bool

    @classmethod
    def of(cls, source: random.Random, chinese_font: str) -> ReportStyle:
        """Draw a style; a fifth of the reports are Chinese, set in `chinese_font`."""
        words = Words(source, chinese=source.random() < 0.2)
        font = chinese_font if words.chinese else source.choice(tuple(_FAMILIES))
        bold, italic = _FAMILIES.get(font, (font, font))
        columns = source.choice((1, 2))
        size = source.uniform(9, 11) if columns == 2 else source.uniform(10, 11.5)
        wrap = {"wordWrap": "CJK"} if words.chinese else {}
        numbering = words.numbering()
        smaller = source.choice((0.8, 0.88))
        if numbering and source.random() < 0.3:
            smaller = 1.0
        caption = ParagraphStyle(
            "caption",
            fontName=source.choice((font, bold, italic)),
            fontSize=size * smaller,
            leading=size * smaller * 1.2,
            alignment=source.choice((0, 1)),
            **wrap,
        )
        return cls(
            words=words,
            size=source.choice((A4, letter, A4, letter, landscape(A4))),
            columns=columns,
            margin=source.uniform(54, 68),
            font=font,
            body=ParagraphStyle(
                "body", fontName=font, fontSize=size, leading=size * 1.22, alignment=source.choice((0, 4)), **wrap
            ),
            heading=ParagraphStyle("heading", fontName=bold, fontSize=size + 3, leading=size + 6, **wrap),
            caption=caption,
            small=ParagraphStyle("small", fontName=font, fontSize=7, leading=8.5, **wrap),
            numbering=numbering,
            usual_place=source.choice(("above", "below")),
            gap=source.uniform(4, 9),
            framed=bool(numbering) and source.random() < 0.12,
        )
