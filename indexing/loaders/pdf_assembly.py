"""Pages to blocks: running lines put aside, headings ranked, broken paragraphs joined, over the whole document."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from ..documents import Region
from ..figures import FigureArea
from .parsed import SkippedFigure, TableBlock, TextBlock
from .pdf_boilerplate import PageLines, find_boilerplate
from .pdf_figures import PageFigure, take_labels, with_margin
from .pdf_flow import FlowElement, join_broken_paragraphs, page_flow, take_captions
from .pdf_headings import body_style, mark_headings
from .pdf_pages import PageContent
from .pdf_paragraphs import Draft, Hyphenation, PlacedLine, text_and_spans
from .pdf_placed_table import PlacedTable
from .pdf_table_block import table_block
from .pdf_table_joining import join_continued
from .pdf_words import PageFrame

_REPEATS = 3  # pages on which a picture stands at one place before it counts as decoration


@dataclass(frozen=True, slots=True)
class Assembled:
    """The document but for the pictures of its figures, which are cut out later, page by page."""

    blocks: tuple[TextBlock | TableBlock | PageFigure, ...]
    boilerplate: tuple[TextBlock, ...]
    skipped: tuple[SkippedFigure, ...]
    printed_numbers: tuple[str, ...]


def assemble(pages: Sequence[PageContent]) -> Assembled:
    """Turn the contents of all pages into blocks in reading order."""
    frames = [page.frame for page in pages]
    running = find_boilerplate([PageLines(page.lines, *page.frame.upright_size) for page in pages])
    hyphenation = Hyphenation.of(page.lines for page in pages)
    body = body_style([page.lines for page in pages])
    repeated = _repeated([page.areas for page in pages])
    boilerplate: list[TextBlock] = []
    skipped: list[SkippedFigure] = []
    flow: list[FlowElement] = []
    for number, page in enumerate(pages, start=1):
        aside = running.positions[number - 1]
        boilerplate += [
            _text_block(Draft([PlacedLine(page.lines[i], number)]), frames, hyphenation) for i in sorted(aside)
        ]
        lines = [line for i, line in enumerate(page.lines) if i not in aside]
        areas = [area for area in page.areas if _identity(area) not in repeated]
        skipped += _skipped(page, number, repeated)
        figures, labels = take_labels(areas, lines, number)
        for figure in figures:
            with_margin(figure, page.frame)
        on_page = page_flow(
            [line for i, line in enumerate(lines) if i not in labels],
            figures,
            number,
            lattices=page.lattices,
            rules=page.rules,
        )
        flow += take_captions(on_page, body[0])
    mark_headings([element for element in flow if isinstance(element, Draft)], body)
    flow, repeats = join_continued(flow, frames)
    boilerplate += [_text_block(Draft(lines), frames, hyphenation) for lines in repeats]
    blocks = tuple(_block(element, frames, hyphenation) for element in join_broken_paragraphs(flow))
    return Assembled(blocks, tuple(boilerplate), tuple(skipped), running.printed_numbers)


def caption_of(figure: PageFigure, frames: Sequence[PageFrame], hyphenation: Hyphenation) -> str:
    """A figure's caption as one text."""
    placed = [PlacedLine(line, figure.page) for line in figure.caption_lines]
    return text_and_spans(placed, frames, hyphenation)[0]


def _block(
    element: FlowElement, frames: Sequence[PageFrame], hyphenation: Hyphenation
) -> TextBlock | TableBlock | PageFigure:
    if isinstance(element, PlacedTable):
        return table_block(element, frames, hyphenation)
    if isinstance(element, PageFigure):
        element.caption = caption_of(element, frames, hyphenation)
        return element
    return _text_block(element, frames, hyphenation)


def _text_block(draft: Draft, frames: Sequence[PageFrame], hyphenation: Hyphenation) -> TextBlock:
    text, spans = text_and_spans(draft.lines, frames, hyphenation)
    return TextBlock(draft.kind, text, spans, draft.level)


def _identity(area: FigureArea) -> tuple[int, ...]:
    """Equal for one picture that is painted at one place of several pages."""
    return (*(round(edge / 3) for edge in area.box), area.bytes, int(area.vector))


def _repeated(pages: Sequence[Sequence[FigureArea]]) -> dict[tuple[int, ...], int]:
    """Identities of the pictures that stand on at least three pages, with the number of pages.

    Drawings are left out: charts of a report often share their frame, and nothing cheap tells two of them apart.
    """
    on_pages: defaultdict[tuple[int, ...], set[int]] = defaultdict(set)
    for number, areas in enumerate(pages):
        for area in areas:
            if area.bytes:
                on_pages[_identity(area)].add(number)
    return {identity: len(found) for identity, found in on_pages.items() if len(found) >= _REPEATS}


def _skipped(page: PageContent, number: int, repeated: dict[tuple[int, ...], int]) -> list[SkippedFigure]:
    found = [(area.box, area.reason) for area in page.skipped]
    for area in page.areas:
        count = repeated.get(_identity(area))
        if count:
            found.append((area.box, f"decoration: stands on {count} pages at the same place"))
    return [SkippedFigure(Region(number, page.frame.fraction(*box)), reason) for box, reason in found]
