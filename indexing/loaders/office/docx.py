"""Word documents: text with its headings, lists, tables, pictures, native charts, notes and text boxes."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ....errors import LimitExceeded
from ..flow import Flow, Line
from ..parsed import Limits, ParsedDocument
from .docx_blocks import DocxReader
from .docx_inline import read_inline
from .docx_notes import Notes
from .docx_numbering import DocxNumbering
from .docx_styles import DocxStyles
from .package import open_package, translated_office_errors
from .repair import sound_copy
from .sniffing import DOCX
from .xml import Element, parse_xml, tag

if TYPE_CHECKING:
    from docx.opc.part import Part

_NO_TITLES = {"", "word document", "document", "untitled", "microsoft word", "doc1", "文档1", "无标题"}
_STORIES = ("footnotes", "endnotes")
_MACROS = "It holds macros, which are never run."


class DocxLoader:
    """Reads DOCX and DOCM, transitional and strict, as text that flows without pages.

    Tracked insertions are text, deletions are not. Running headers and footers and tables of contents become
    `boilerplate`; reviewers' comments and hidden text are left out with a warning. Nothing is fetched, nothing is run.
    """

    media_types = (DOCX,)

    def load(self, path: Path, limits: Limits) -> ParsedDocument:
        """Parse the document at `path`. Raises `DamagedFile` where its parts are missing or contradict each other."""
        package = open_package(path, limits)
        with translated_office_errors(path):
            data, warnings = sound_copy(package)
            if package.has_macros:
                warnings.append(_MACROS)
            return _parsed(data, dict(package.theme), limits, warnings)


def _parsed(data: bytes, theme: dict[str, str], limits: Limits, warnings: list[str]) -> ParsedDocument:
    import docx

    document = docx.Document(io.BytesIO(data))
    part = document.part
    stories = {kind: related for kind in (*_STORIES, "comments", "numbering") if (related := _related(part, kind))}
    roots = {kind: parse_xml(related.blob, str(related.partname)) for kind, related in stories.items()}
    length = sum(map(_length, (document.element.body, *(roots[kind] for kind in _STORIES if kind in roots))))
    if length > limits.max_characters:
        raise LimitExceeded(
            f"The document has {length:,} characters; the limit is {limits.max_characters:,}.",
            hint="Split it, or raise the setting `index.max_characters`.",
        )
    notes = Notes()
    for kind in _STORIES:
        if kind in roots:
            notes.add(roots[kind], stories[kind])
    flow = Flow(length)
    styles = DocxStyles(document.styles.element)
    reader = DocxReader(flow, styles, DocxNumbering(roots.get("numbering")), notes, theme, limits)
    body = document.element.body
    reader.picture_uses = Counter(blip.get(tag("r:embed"), "") for blip in body.iter(tag("a:blip")))
    reader.bold_headings = not any(styles.of(paragraph).role == "heading" for paragraph in body.iter(tag("w:p")))
    reader.read(body, part)
    for line in dict.fromkeys(_running_lines(part)):
        flow.add_boilerplate([Line(line, 0, 0)])
    comments = len(roots["comments"]) if "comments" in roots else 0
    left_out = {**reader.left_out, "reviewer's comment": comments}
    warnings += [f"Left out: {what} ({count} times)." for what, count in left_out.items() if count]
    told = " ".join((document.core_properties.title or "").split())
    title = told if told.lower() not in _NO_TITLES else reader.title or flow.first_heading()
    return flow.document(DOCX, title, warnings)


def _related(part: Part, kind: str) -> Part | None:
    related = (rel for rel in part.rels.values() if not rel.is_external and rel.reltype.endswith(f"/{kind}"))
    return next((rel.target_part for rel in related), None)


def _running_lines(part: Part) -> Iterator[str]:
    """The lines of all running headers and footers."""
    for relationship in part.rels.values():
        if relationship.is_external or not relationship.reltype.endswith(("/header", "/footer")):
            continue
        target = relationship.target_part
        for paragraph in parse_xml(target.blob, str(target.partname)).iter(tag("w:p")):
            text = " ".join(read_inline(paragraph).text.split())
            if text:
                yield text


def _length(root: Element) -> int:
    return sum(len(text.text or "") for text in root.iter(tag("w:t"), tag("m:t")))
