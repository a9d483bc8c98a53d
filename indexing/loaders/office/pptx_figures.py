"""Pictures, native charts, diagrams and embedded objects on slides, and which pictures only decorate."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ....errors import InputError
from ...documents import Box, Region
from ..parsed import Block, FigureBlock, Limits, SkippedFigure, TextBlock
from ..pdf.captions import is_figure_caption
from .chart_cells import embedded_cells
from .charts import read_office_chart
from .pictures import alternative_text, embedded_figure, linked_picture
from .pptx_shapes import Placed
from .pptx_text import text_block
from .xml import Element, local_name, paragraphs_of, parse_xml, tag

_REPEATS = 3  # slides on which a picture stands at one place before it counts as decoration
_BACKGROUND = 0.7  # share of the slide
_UNDER_TEXT = 200  # characters on a slide from which a picture that covers it is its background
_NEAR = 0.08  # of the slide's height, between a figure and its caption


@dataclass(frozen=True, slots=True)
class FigureReader:
    """Reads what is drawn in a shape."""

    theme: Mapping[str, str]
    limits: Limits

    def read(self, placed: Placed, page: int) -> Iterator[Block | SkippedFigure]:
        """The figures of a shape, and the texts of a diagram."""
        shape, region = placed.shape, Region(page, placed.box)
        caption = _description(shape.element)
        bullets: set[Element] = set()
        for node in shape.element.iter():
            if node.tag == tag("a:buBlip"):
                bullets.update(node)
            elif node.tag == tag("a:blip") and node not in bullets:
                yield self._picture(shape.part, node, caption, region)
            elif node.tag in {tag("c:chart"), tag("cx:chart")}:
                yield self._chart(shape.part, node.get(tag("r:id"), ""), caption, region)
            elif node.tag == tag("dgm:relIds"):
                yield from self._diagram(shape.part, node.get(tag("r:dm"), ""), region)
            elif local_name(node) == "oleObj":
                kind = node.get("progId") or "of an unknown kind"
                yield SkippedFigure(region, f"An embedded object ({kind}) is not read.")

    def _picture(self, part: Any, blip: Element, caption: str, region: Region) -> FigureBlock | SkippedFigure:  # noqa: ANN401 - python-pptx has no types
        relationship = part.rels.get(blip.get(tag("r:embed")) or blip.get(tag("r:link")) or "")
        if relationship is None:
            return SkippedFigure(region, "The picture refers to a part that is missing.")
        if relationship.is_external:
            return linked_picture(relationship.target_ref, region)
        target = relationship.target_part
        return embedded_figure(target.blob, str(target.partname), caption, region, self.limits)

    def _chart(self, part: Any, reference: str, caption: str, region: Region) -> FigureBlock | SkippedFigure:  # noqa: ANN401 - python-pptx has no types
        relationship = part.rels.get(reference)
        if relationship is None or relationship.is_external:
            return SkippedFigure(region, "The chart refers to a part that is missing.")
        target = relationship.target_part
        try:
            root = parse_xml(target.blob, str(target.partname))
            resolve = embedded_cells(target, self.limits)
            reading = read_office_chart(root, region, theme=self.theme, resolve=resolve)
        except InputError as error:
            return SkippedFigure(region, error.message)
        return FigureBlock(None, region, caption, reading=reading)

    def _diagram(self, part: Any, reference: str, region: Region) -> Iterator[Block]:  # noqa: ANN401 - python-pptx has no types
        relationship = part.rels.get(reference)
        if relationship is not None and not relationship.is_external:
            target = relationship.target_part
            for text in paragraphs_of(parse_xml(target.blob, str(target.partname))):
                yield from text_block("list_item", text, region)


def without_decoration(
    slides: Sequence[Sequence[Block]],
) -> tuple[list[list[Block]], list[SkippedFigure]]:
    """The blocks of each slide without pictures that stand on several slides at one place, or behind the text."""
    on_slides = Counter(identity for blocks in slides for identity in {_identity(b) for b in blocks} if identity)
    kept: list[list[Block]] = []
    skipped: list[SkippedFigure] = []
    for blocks in slides:
        characters = sum(len(block.text) for block in blocks if isinstance(block, TextBlock))
        kept.append([])
        for block in blocks:
            reason = _decoration(block, on_slides, characters)
            if reason and isinstance(block, FigureBlock):
                skipped.append(SkippedFigure(block.region, reason))
            else:
                kept[-1].append(block)
    return kept, skipped


def with_captions(blocks: Sequence[Block]) -> list[Block]:
    """The blocks of a slide, figures with the numbered caption ("Figure 3", "图 3") that stands close by."""
    captions = [block for block in blocks if isinstance(block, TextBlock) and is_figure_caption(block.text)]
    return [_captioned(block, captions) if isinstance(block, FigureBlock) else block for block in blocks]


def _description(element: Element) -> str:
    descriptions = (alternative_text(node.get("descr", "")) for node in element.iter(tag("p:cNvPr")))
    return next((text for text in descriptions if text), "")


def _identity(block: Block) -> tuple[object, ...]:
    """Equal for one picture at one place; empty for what is no picture."""
    if not isinstance(block, FigureBlock) or block.image is None:
        return ()
    return (hashlib.sha256(block.image.data).digest(), *(round(edge, 2) for edge in block.region.box))


def _decoration(block: Block, on_slides: Mapping[tuple[object, ...], int], characters: int) -> str:
    """Why a picture only decorates; empty for what does not."""
    if not isinstance(block, FigureBlock) or block.image is None:
        return ""
    if (count := on_slides[_identity(block)]) >= _REPEATS:
        return f"decoration: stands on {count} slides at the same place"
    box = block.region.box
    covers = (box.x1 - box.x0) * (box.y1 - box.y0) > _BACKGROUND
    return "background: covers the slide under its text" if covers and characters > _UNDER_TEXT else ""


def _captioned(figure: FigureBlock, captions: Sequence[TextBlock]) -> FigureBlock:
    box = figure.region.box
    near: list[tuple[float, str]] = []
    for caption in captions:
        other = caption.spans[0].region.box
        if _gap(box, other) <= _NEAR and min(box.x1, other.x1) > max(box.x0, other.x0):
            near.append((_gap(box, other), caption.text))
    text = min(near)[1] if near else ""
    return replace(figure, caption=f"{figure.caption}\n{text}".strip()) if text not in figure.caption else figure


def _gap(box: Box, other: Box) -> float:
    return max(other.y0 - box.y1, box.y0 - other.y1, 0.0)
