"""Pages to blocks: running lines put aside, headings ranked, broken paragraphs joined, over the whole document."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from ...documents import Region
from ...figures.areas import FigureArea
from ..parsed import SkippedFigure, TableBlock, TextBlock
from .boilerplate import PageLines, find_boilerplate
from .captions import is_figure_caption
from .figure_captions import numbered_captions, take_captions
from .figure_labels import BodyText, take_labels
from .figures import PageFigure, with_margin
from .flow import FlowElement, join_broken_paragraphs, page_flow
from .headings import body_style, mark_headings
from .lines import Line
from .pages import PageContent
from .paragraphs import Draft, Hyphenation, PlacedLine, text_and_spans
from .placed_table import PlacedTable
from .plain_captions import caption_lines
from .table_block import table_block
from .table_joining import join_continued
from .words import PageFrame

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
    lines: list[list[Line]] = []
    for number, page in enumerate(pages, start=1):
        aside = running.positions[number - 1]
        if page.areas:  # captions at the top of several pages are alike and no running headers all the same
            aside = frozenset(i for i in aside if not is_figure_caption(page.lines[i].text))
        boilerplate += [
            _text_block(Draft([PlacedLine(page.lines[i], number)]), frames, hyphenation) for i in sorted(aside)
        ]
        lines.append([line for i, line in enumerate(page.lines) if i not in aside])
        skipped += _skipped(page, number, repeated)
    figures, taken = _figures(pages, lines, repeated, body[0])
    flow: list[FlowElement] = []
    for number, page in enumerate(pages, start=1):
        text = [line for i, line in enumerate(lines[number - 1]) if i not in taken[number - 1]]
        flow += page_flow(text, figures[number - 1], number, lattices=page.lattices, rules=page.rules)
    mark_headings([element for element in flow if isinstance(element, Draft)], body)
    flow, repeats = join_continued(flow, frames)
    boilerplate += [_text_block(Draft(lines), frames, hyphenation) for lines in repeats]
    blocks = tuple(_block(element, frames, hyphenation) for element in join_broken_paragraphs(flow))
    return Assembled(blocks, tuple(boilerplate), tuple(skipped), running.printed_numbers)


def _figures(
    pages: Sequence[PageContent],
    lines: Sequence[Sequence[Line]],
    repeated: dict[tuple[int, ...], int],
    body_size: float,
) -> tuple[list[list[PageFigure]], list[set[int]]]:
    """The figures of each page with labels and captions, and the positions of the lines that are these."""
    captions = [
        numbered_captions(on_page, page.areas) if page.areas else [] for page, on_page in zip(pages, lines, strict=True)
    ]
    areas = [[area for area in page.areas if _identity(area) not in repeated] for page in pages]
    told = [{position for caption in on_page for position in caption.positions} for on_page in captions]
    plain = caption_lines(areas, lines, told, body_size)
    body = BodyText.of(lines, body_size) if any(areas) else BodyText(body_size)
    figures: list[list[PageFigure]] = []
    labels: list[set[int]] = []
    for number, page in enumerate(pages, start=1):
        apart = told[number - 1] | plain[number - 1]
        found, own = take_labels(areas[number - 1], lines[number - 1], apart, number, body, page.legends)
        for figure in found:
            with_margin(figure, page.frame)
        figures.append(found)
        labels.append(own)
    taken = take_captions(figures, lines, captions, labels, body_size)
    return figures, [own | caption for own, caption in zip(labels, taken, strict=True)]


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
    """Equal for one picture or drawing that is painted at one place of several pages."""
    return (*(round(edge / 3) for edge in area.box), area.bytes, int(area.vector))


def _repeated(pages: Sequence[Sequence[FigureArea]]) -> dict[tuple[int, ...], int]:
    """Identities of the figures that stand on at least three pages, with the number of pages."""
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
