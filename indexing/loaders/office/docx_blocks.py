"""From the body of a Word document to blocks: headings, paragraphs, list items, tables, figures, notes."""

from __future__ import annotations

from collections import Counter
from itertools import accumulate
from typing import TYPE_CHECKING

from ....errors import InputError
from ...charts.marks import join_texts
from ...documents import Region
from ..flow import Flow, Line
from ..parsed import FigureBlock, Limits, SkippedFigure, TextKind
from .chart_cells import embedded_cells
from .charts import read_office_chart
from .docx_drawings import Drawn, drawn_things
from .docx_inline import Inline, chosen, own_paragraphs, read_inline
from .docx_notes import Notes
from .docx_numbering import DocxNumbering
from .docx_styles import DocxStyles, ParagraphStyle, is_bold_line
from .docx_tables import cells_of, is_layout, read_table, rows_of
from .pictures import embedded_figure, linked_picture
from .xml import Element, paragraphs_of, parse_xml, tag

if TYPE_CHECKING:
    from docx.opc.part import Part

_PARAGRAPH, _TABLE, _ALTERNATIVES, _FOREIGN = tag("w:p"), tag("w:tbl"), tag("mc:AlternateContent"), tag("w:altChunk")
_REPEATS = 3  # times that a picture stands in a document before it counts as decoration
_CONTAINERS = {tag(f"w:{name}") for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag")}


class DocxReader:
    """Goes through a story (the body, a note, a text box) once and adds its blocks to the flow.

    Places are counted in characters of text.
    """

    def __init__(
        self,
        flow: Flow,
        styles: DocxStyles,
        numbering: DocxNumbering,
        notes: Notes,
        theme: dict[str, str],
        limits: Limits,
    ) -> None:
        self._flow = flow
        self._styles = styles
        self._numbering = numbering
        self._notes = notes
        self._theme = theme
        self._limits = limits
        self._done = 0
        self.title = ""
        self.bold_headings = False
        """Whether short bold paragraphs are headings: so in documents that know no other ones."""
        self.picture_uses: Counter[str] = Counter()
        """How often the body shows a picture, by the id of its relationship."""
        self.left_out: Counter[str] = Counter()
        """How often hidden text and foreign documents were left out."""

    def read(self, story: Element, part: Part) -> None:
        """Add the blocks below `story`, an element of `part`."""
        for node in story:
            if node.tag == _PARAGRAPH:
                self._paragraph(node, part)
            elif node.tag == _TABLE:
                self._table(node, part)
            elif node.tag in _CONTAINERS:
                self.read(node, part)
            elif node.tag == _ALTERNATIVES and (choice := chosen(node)) is not None:
                self.read(choice, part)
            elif node.tag == _FOREIGN:
                self.left_out["embedded document"] += 1

    def _paragraph(self, paragraph: Element, part: Part) -> None:
        style = self._styles.of(paragraph)
        inline = self._inline(paragraph)
        if self.bold_headings and style == ParagraphStyle() and is_bold_line(paragraph, inline.text.strip()):
            style = ParagraphStyle("heading", 1)
        start = self._done
        lines = self._lines(inline.text, style)
        if style.role == "contents":
            self._flow.add_boilerplate(lines)
        elif style.role == "caption":
            self._flow.add_caption(lines)
        else:
            kind = _kind(style)
            self._flow.add_text(kind, lines, level=style.level if kind == "heading" else 0)
        if style.role == "title" and not self.title:
            self.title = lines[0].text
        self._attached(inline, part, start)

    def _inline(self, paragraph: Element) -> Inline:
        inline = read_inline(paragraph)
        self.left_out["hidden text"] += inline.hidden
        return inline

    def _lines(self, text: str, style: ParagraphStyle) -> list[Line]:
        """The lines of a paragraph; a break within a heading is a matter of looks."""
        start = self._done
        self._done += len(text)
        texts = self._labelled(text, style).split("\n")
        if style.role in {"heading", "title"}:
            return [Line(join_texts(texts), start, self._done)]
        ends = [self._done - len(text) + end for end in accumulate(len(line) + 1 for line in text.split("\n"))]
        starts = [start, *ends[:-1]]
        return [
            Line(" ".join(line.split()), first, min(last, self._done), hard=True)
            for line, first, last in zip(texts, starts, ends, strict=True)
        ]

    def _labelled(self, text: str, style: ParagraphStyle) -> str:
        if style.numbering is None or not text.strip():
            return text
        lines = text.split("\n")
        first = next(index for index, line in enumerate(lines) if line.strip())
        lines[first] = join_texts([self._numbering.label(style.numbering), lines[first]])
        return "\n".join(lines)

    def _attached(self, inline: Inline, part: Part, start: int) -> None:
        """Drawings and notes come behind the paragraph that they hang on."""
        for drawing in inline.drawings:
            for drawn in drawn_things(drawing):
                self._drawn(drawn, part, self._flow.region(start, max(self._done, start + 1)))
        for kind, name in inline.notes:
            note = self._notes.take(kind, name)
            if note:
                self.read(*note)

    def _table(self, table: Element, part: Part) -> None:
        if is_layout(table, lambda cell: self._cell_text(cell, count=False)):
            for row in rows_of(table):
                for cell in cells_of(row):
                    self.read(cell, part)
            return
        start = self._done
        read = read_table(table, self._cell_text, self._limits)
        self._flow.add_table(read, start, self._done)
        for cell in (cell for row in rows_of(table) for cell in cells_of(row)):
            for paragraph in own_paragraphs(cell):
                self._attached(self._inline(paragraph), part, start)

    def _cell_text(self, cell: Element, *, count: bool = True) -> str:
        texts = []
        for paragraph in own_paragraphs(cell):
            inline = read_inline(paragraph)
            text = self._labelled(inline.text, self._styles.of(paragraph)) if count else inline.text
            texts += text.split("\n")
            self._done += len(inline.text) if count else 0
        return join_texts(texts)

    def _drawn(self, drawn: Drawn, part: Part, region: Region) -> None:
        if drawn.kind == "text" and drawn.content is not None:
            self.read(drawn.content, part)
        elif drawn.kind == "object":
            reason = f"An embedded object ({drawn.reference or 'of an unknown kind'}) is not read."
            self._flow.add_figure(SkippedFigure(region, reason))
        else:
            self._related(drawn, part, region)

    def _related(self, drawn: Drawn, part: Part, region: Region) -> None:
        relationship = part.rels.get(drawn.reference)
        if relationship is None:
            self._flow.add_figure(SkippedFigure(region, f"The {drawn.kind} refers to a part that is missing."))
        elif relationship.is_external:
            self._flow.add_figure(linked_picture(relationship.target_ref, region))
        elif drawn.kind == "picture" and (uses := self.picture_uses[drawn.reference]) >= _REPEATS:
            self._flow.add_figure(SkippedFigure(region, f"decoration: stands {uses} times in the document"))
        elif drawn.kind == "picture":
            target = relationship.target_part
            self._flow.add_figure(
                embedded_figure(target.blob, str(target.partname), drawn.description, region, self._limits)
            )
        elif drawn.kind == "diagram":
            for text in paragraphs_of(_root(relationship.target_part)):
                self._flow.add_text("list_item", [Line(text, self._done, self._done, hard=True)])
        else:
            self._flow.add_figure(self._chart(drawn, relationship.target_part, region))

    def _chart(self, drawn: Drawn, part: Part, region: Region) -> FigureBlock | SkippedFigure:
        try:
            reading = read_office_chart(
                _root(part), region, theme=self._theme, resolve=embedded_cells(part, self._limits)
            )
        except InputError as error:
            return SkippedFigure(region, error.message)
        return FigureBlock(None, region, drawn.description, reading=reading)


def _root(part: Part) -> Element:
    return parse_xml(part.blob, str(part.partname))


def _kind(style: ParagraphStyle) -> TextKind:
    if style.role in {"heading", "title"}:
        return "heading"
    if style.numbering is not None:
        return "list_item"
    return "quote" if style.role == "quote" else "paragraph"
