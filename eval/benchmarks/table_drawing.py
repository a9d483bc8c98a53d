"""PDFs with tables of known content in the kinds that reports have, drawn by reportlab from a seed."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import partial
from random import Random

from .known_tables import KnownTable, TableMaker
from .table_looks import CHINESE_FONT, Flowable, TableLook

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
    "mixed, ruled",
    "mixed, half-ruled",
    "mixed, unruled",
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
    (
        "The harbour authority reported steady traffic while dredging went on in the northern basin all summer, and "
        "the pilots kept the outer channel open for the larger ships. Fees were raised in the spring, which the "
        "shipping agents had expected, and the ferries carried as many passengers as in the year before. "
    ),
    (
        "Repairs of the old quay took longer than planned because the piles had to be replaced. The office hired a "
        "second engineer and let the work in three lots, so that one berth at least was in use at any time. "
    ),
)
_CHINESE_PROSE = "港务局本年度经营情况总体平稳，北港池的疏浚工程持续整个夏季，引航员保证了外航道对大型船舶的开放。"


def draw(kind: str, seed: int) -> tuple[bytes, list[KnownTable]]:
    """A PDF of `kind` and the tables in it, in order. Needs reportlab."""
    drawing = _Drawing(kind, seed)
    return drawing.pdf(), drawing.tables


class _Drawing:
    def __init__(self, kind: str, seed: int) -> None:
        self.kind = kind
        self.random = Random(f"{kind} {seed}")  # noqa: S311  # reproducible, not secret
        self.make = TableMaker(self.random.randrange(2**32))
        self.tables: list[KnownTable] = []

    def pdf(self) -> bytes:
        from reportlab.lib.pagesizes import A4, LETTER, landscape
        from reportlab.pdfbase import pdfmetrics
        from reportlab.pdfbase.cidfonts import UnicodeCIDFont
        from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

        pdfmetrics.registerFont(UnicodeCIDFont(CHINESE_FONT))
        size = landscape(A4) if self.kind == "landscape" else self.random.choice((A4, LETTER))
        width, height = size[0] - 108, size[1] - 120
        # Landscape pages are wide, or upright ones on which everything runs upwards, turned for display or not.
        self.turned = self.kind == "landscape" and self.random.random() < 0.6
        turn = 90 * self.random.randint(0, 1) if self.turned else 0
        paper = size[::-1] if self.turned and not turn else size  # reportlab takes the size as displayed
        frames = [Frame(54, 60, width, height, 0, 0, 0, 0)]
        if self.kind == "two columns":
            frames = [Frame(x, 60, width / 2 - 9, height, 0, 0, 0, 0) for x in (54, 54 + width / 2 + 9)]
        self.height = height
        self.look = TableLook(self.kind, self.random, frames[0].width)
        buffer = io.BytesIO()
        document = BaseDocTemplate(buffer, pagesize=paper, invariant=1, rotation=turn)
        document.addPageTemplates(PageTemplate("page", frames, onPage=self._running_lines, pagesize=paper))
        document.build(self._story())
        return buffer.getvalue()

    def _running_lines(self, canvas: Flowable, document: Flowable) -> None:
        width, height = document.pagesize
        if self.turned:
            width, height = max(width, height), min(width, height)
            canvas.translate(height, 0)
            canvas.rotate(90)
        canvas.setFont("Helvetica", 8)
        canvas.drawString(54, height - 40, "Report of the harbour authority")
        canvas.drawCentredString(width / 2, 34, str(canvas.getPageNumber()))

    def _story(self) -> list[Flowable]:
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
        kinds: dict[str, Callable[[], KnownTable]] = {
            "spanning, ruled": self.make.spanning,
            "spanning, unruled": self.make.spanning,
            "statement": self.make.statement,
            "wrapped, ruled": self.make.words,
            "wrapped, unruled": self.make.words,
            "wrapped, rules between rows": self.make.words,
            "words, ruled": self.make.register,
            "words, unruled": self.make.register,
            "mixed, ruled": self.make.mixed,
            "mixed, half-ruled": self.make.mixed,
            "mixed, unruled": self.make.mixed,
            "row spans": self.make.register,
            "dense": self.make.dense,
            "eight pages": partial(self.make.plain, rows=(8 * self._rows_a_page() - 8, 8 * self._rows_a_page())),
            "chinese": self.make.chinese,
            "three pages": partial(self.make.plain, rows=(3 * self._rows_a_page() - 8, 3 * self._rows_a_page())),
            "two columns": partial(self.make.plain, columns=(2, 3)),
        }
        return kinds.get(self.kind, self.make.plain)()

    def _around(self, table: KnownTable) -> list[Flowable]:
        from reportlab.platypus import KeepTogether, PageBreak, Spacer

        title = [self.look.paragraph(table.title, bold=True)] if table.title else []
        if self.kind == "chinese":
            title.append(self.look.paragraph(table.units, right=True))
        notes = [self.look.paragraph(note, size=self.look.size - 1) for note in table.notes]
        if not self.kind.endswith("pages"):
            return [Spacer(1, 6), KeepTogether([*title, self.look.table(table, table.rows), *notes])]
        repeats = self.random.choice(("header", "continued", "neither"))
        story: list[Flowable] = [PageBreak(), *title]
        height = self._rows_a_page()
        for start in range(0, len(table.rows), height):
            if start:
                story.append(PageBreak())
                if repeats == "continued":
                    story.append(self.look.paragraph(f"{table.title or 'Income by service'} (continued)", bold=True))
            header = start == 0 or repeats != "neither"
            story.append(self.look.table(table, table.rows[start : start + height], header=header))
        return [*story, *notes]

    def _rows_a_page(self) -> int:
        """As many rows as fill a page under a title and a header of two lines."""
        return int((self.height - 60) / (1.2 * self.look.size + 6.5))

    def _prose(self, sentences: int) -> list[Flowable]:
        prose = (_CHINESE_PROSE,) if self.kind == "chinese" else _PROSE
        return [self.look.paragraph("".join(self.random.choice(prose) for _ in range(sentences)), size=10)]

    def _list(self) -> list[Flowable]:
        items = ("Dues are paid on arrival.", "Pilots are ordered a day ahead.", "Waste is taken ashore at cost.")
        return [
            self.look.paragraph(f"{mark} {item}", size=10) for mark, item in zip(("1.", "2.", "3."), items, strict=True)
        ]
