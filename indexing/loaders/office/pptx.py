"""PowerPoint presentations: slides as pages, with texts, tables, pictures, native charts and speaker notes in place."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ....errors import DamagedFile, LimitExceeded
from ...documents import WHOLE, Page, Region
from ..parsed import Block, Limits, ParsedDocument, SkippedFigure, TextBlock
from ..pdf.captions import is_table_caption
from .package import HINT, open_package, translated_office_errors
from .pptx_figures import FigureReader, with_captions, without_decoration
from .pptx_shapes import Placed, placed_shapes, placeholder_type
from .pptx_text import paragraph_text, table_block, text_block, text_blocks
from .repair import sound_copy
from .sniffing import PPTX
from .xml import tag

if TYPE_CHECKING:
    from pptx.presentation import Presentation
    from pptx.slide import Slide

_POINT = 12_700  # EMU
_RUNNING = {"dt", "ftr", "hdr", "sldNum"}
_NO_TITLES = {"", "powerpoint presentation", "presentation", "untitled", "演示文稿1", "powerpoint 演示文稿"}
_MAX_TITLE = 100
_TOP = 0.3  # of the slide's height, where titles stand
_MACROS = "It holds macros, which are never run."


class PptxLoader:
    """Reads PPTX and PPTM, slide shows and templates: each slide is a page, its size in points.

    Footers, dates and slide numbers become `boilerplate`. Speaker notes are text of their slide's page. Hidden slides
    are read, with a warning, and so is what can be read of a file with a damaged slide. Nothing is fetched or run.
    """

    media_types = (PPTX,)

    def load(self, path: Path, limits: Limits) -> ParsedDocument:
        """Parse the presentation at `path`. Raises `DamagedFile` where its parts are missing or fit nothing."""
        package = open_package(path, limits)
        with translated_office_errors(path):
            import pptx

            data, warnings = sound_copy(package)
            if package.has_macros:
                warnings.append(_MACROS)
            presentation = pptx.Presentation(io.BytesIO(data))
            return _parsed(presentation, path, FigureReader(package.theme, limits), limits, warnings)


@dataclass(slots=True)
class _SlideContent:
    """What stands on one slide."""

    blocks: list[Block] = field(default_factory=list)
    skipped: list[SkippedFigure] = field(default_factory=list)
    running: list[TextBlock] = field(default_factory=list)


def _parsed(
    presentation: Presentation, path: Path, figures: FigureReader, limits: Limits, warnings: list[str]
) -> ParsedDocument:
    count = len(presentation.slides)
    if count > limits.max_pages:
        raise LimitExceeded(
            f"{path} has {count:,} slides; the limit is {limits.max_pages:,}.",
            hint="Split the file, or raise the setting `index.max_pages`.",
        )
    width, height = float(presentation.slide_width or 0) or 1.0, float(presentation.slide_height or 0) or 1.0
    numbers = range(1, count + 1)
    contents = [_content(presentation, number, (width, height), figures, warnings, path) for number in numbers]
    if count and all(content is None for content in contents):
        raise DamagedFile(f"{path} has no slide that can be read ({warnings[-1]})", hint=HINT)
    slides = [content or _SlideContent() for content in contents]
    characters = sum(len(block.text) for slide in slides for block in slide.blocks if isinstance(block, TextBlock))
    if characters > limits.max_characters:
        raise LimitExceeded(
            f"{path} has {characters:,} characters; the limit is {limits.max_characters:,}.",
            hint="Split the file, or raise the setting `index.max_characters`.",
        )
    kept, decoration = without_decoration([slide.blocks for slide in slides])
    return ParsedDocument(
        media_type=PPTX,
        title=_title(presentation, kept),
        pages=tuple(Page(n, str(n), width / _POINT, height / _POINT) for n in numbers),
        blocks=tuple(block for blocks in kept for block in with_captions(blocks)),
        skipped_figures=(*(figure for slide in slides for figure in slide.skipped), *decoration),
        boilerplate=tuple(block for slide in slides for block in slide.running),
        warnings=tuple(warnings),
    )


def _content(
    presentation: Presentation,
    number: int,
    size: tuple[float, float],
    figures: FigureReader,
    warnings: list[str],
    path: Path,
) -> _SlideContent | None:
    """One slide; None, with a warning, where it is damaged."""
    try:
        with translated_office_errors(path):
            slide = presentation.slides[number - 1]
            if slide.element.get("show") in {"0", "false"}:
                warnings.append(f"Slide {number} is hidden; it was read all the same.")
            if any(relationship.reltype.endswith("/comments") for relationship in slide.part.rels.values()):
                warnings.append(f"Left out: reviewers' comments on slide {number}.")
            content = _SlideContent()
            for placed in placed_shapes(slide, *size):
                _add_shape(content, placed, number, figures)
            content.blocks += _notes(slide, number)
            return _titled(content, number)
    except DamagedFile as error:
        warnings.append(f"Slide {number} is damaged and was left out: {error.message}")
        return None


def _titled(content: _SlideContent, number: int) -> _SlideContent:
    """The slide with a heading, so that it does not stand below the title of the slide before: a short first line at
    its top where no placeholder is its title, else its number.
    """
    blocks = content.blocks
    if not blocks or any(isinstance(block, TextBlock) and block.kind == "heading" for block in blocks):
        return content
    first = blocks[0]
    if isinstance(first, TextBlock) and len(first.text) <= _MAX_TITLE and first.spans[0].region.box.y1 <= _TOP:
        blocks[0] = replace(first, kind="heading", level=1)
    else:
        blocks.insert(0, *text_block("heading", _number_heading(number), Region(number, WHOLE), 1))
    return content


def _number_heading(number: int) -> str:
    return f"Slide {number}"


def _add_shape(content: _SlideContent, placed: Placed, page: int, figures: FigureReader) -> None:
    if placeholder_type(placed.shape) in _RUNNING:
        content.running += text_blocks(placed, page)
        return
    if getattr(placed.shape, "has_table", False):
        before = content.blocks[-1] if content.blocks else None
        title = before.text if isinstance(before, TextBlock) and is_table_caption(before.text) else ""
        table = table_block(placed.shape.table, placed, page, title, figures.limits)  # type: ignore[attr-defined]  # `has_table` says so
        content.blocks += [table] if table else []
        return
    content.blocks += text_blocks(placed, page)
    for found in figures.read(placed, page):
        if isinstance(found, SkippedFigure):
            content.skipped.append(found)
        else:
            content.blocks.append(found)


def _notes(slide: Slide, page: int) -> Iterator[TextBlock]:
    """The speaker's notes; they belong to the whole slide."""
    frame = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
    for paragraph in frame._txBody.findall(tag("a:p")) if frame is not None else ():  # noqa: SLF001 - with its fields
        yield from text_block("paragraph", paragraph_text(paragraph), Region(page, WHOLE))


def _title(presentation: Presentation, slides: list[list[Block]]) -> str:
    """The title that the file tells, unless it is a program's filler; else the first heading."""
    told = " ".join((presentation.core_properties.title or "").split())
    if told.lower() not in _NO_TITLES:
        return told
    for number, slide in enumerate(slides, start=1):
        for block in slide:
            if isinstance(block, TextBlock) and block.kind == "heading" and block.text != _number_heading(number):
                return block.text
    return ""
