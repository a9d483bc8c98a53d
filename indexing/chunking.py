"""From a parsed document to nodes of evidence: text in chunks that fit the encoder, tables by rows, charts as they are.

Decisions:

- A heading stands in `Node.headings` of everything below it and, as a part with its place, at the start of the first
  chunk of its section. A heading that is followed by tables or charts only is found through their `headings`.
- Chunks are filled to `target_tokens`, the heading path included, and may exceed it by a quarter rather than cut a
  sentence or leave a crumb; they never exceed what the encoder reads.
- Overlap repeats whole sentences of the chunk before, within a section and a page: a chunk's first region, which
  gives its page, never lies on a page that the chunk only repeats from.
- A chart's text is kept whole, however long: an encoder reads its beginning, lexical search all of it.
"""

from __future__ import annotations

import io
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from operator import attrgetter

from .chunk_cuts import CRUMB, Sentences, cut_chunks
from .documents import Node, Part, Region
from .encoders.protocols import TokenCounter
from .language import detect_language
from .loaders.parsed import ParsedDocument, TableBlock, TextBlock
from .part_regions import merge_regions, regions_of
from .sections import HeadingPaths, Piece, Section, join_tiny_sections, split_sections, trimmed
from .table_chunks import table_nodes
from .token_budget import TokenBudget

_LANGUAGE_SAMPLE = 20_000


def build_nodes(
    parsed: ParsedDocument,
    counter: TokenCounter,
    charts: Mapping[int, Node],
    *,
    target_tokens: int = 200,
    overlap_sentences: int = 1,
) -> list[Node]:
    """The nodes of a document in reading order, `ordinal` counting from 0.

    `charts` maps positions in `parsed.blocks` to the nodes of the figures there; a figure without a node is left out.

    Raises `SettingsError` where `target_tokens` or the encoder's maximum is below 32 tokens.
    """
    budget = TokenBudget(counter, target_tokens)
    paths = HeadingPaths(budget)
    language = _language(parsed)
    sections = split_sections(parsed, language)
    placed: list[tuple[int, Node]] = []
    for section in sections:
        nodes = _object_nodes(section, parsed, charts, paths, budget)
        placed += nodes
        section.objects = list(dict.fromkeys(position for position, _ in nodes))
    _count([piece for section in sections for piece in section.pieces], budget)
    for section in join_tiny_sections(sections, budget.target):
        placed += _text_nodes(section, paths, budget, overlap_sentences)
    placed.sort(key=lambda item: item[0])
    return [
        replace(node, ordinal=ordinal, language=detect_language(node.text, language))
        for ordinal, (_, node) in enumerate(placed)
    ]


def _language(parsed: ParsedDocument) -> str:
    sample = io.StringIO()
    for block in parsed.blocks:
        if isinstance(block, TextBlock):
            sample.write(block.text[:_LANGUAGE_SAMPLE] + "\n")
        if sample.tell() > _LANGUAGE_SAMPLE:
            break
    return detect_language(sample.getvalue())


def _count(pieces: Sequence[Piece], budget: TokenBudget) -> None:
    for piece, tokens in zip(pieces, budget.count([piece.text for piece in pieces]), strict=True):
        piece.tokens = tokens


def _object_nodes(
    section: Section, parsed: ParsedDocument, charts: Mapping[int, Node], paths: HeadingPaths, budget: TokenBudget
) -> list[tuple[int, Node]]:
    """Nodes of the section's tables and charts, each with the position of its block."""
    if not section.objects:
        return []
    path, path_tokens = paths.fit(section.path)
    placed: list[tuple[int, Node]] = []
    for position in section.objects:
        block = parsed.blocks[position]
        if isinstance(block, TableBlock):
            nodes = table_nodes(block, path, path_tokens, budget, lead_in=_lead_in(section, position))
            placed += [(position, node) for node in nodes]
        elif position in charts:
            placed.append((position, replace(charts[position], headings=path)))
    return placed


def _lead_in(section: Section, position: int) -> str:
    """The sentence right before the block at `position` if it ends in a colon: it often names the table's unit."""
    before = bisect_left(section.pieces, position, key=attrgetter("position")) - 1
    if before < 0 or section.pieces[before].position != position - 1:
        return ""
    text = section.pieces[before].text
    return text if text.endswith((":", "：")) else ""


def _text_nodes(
    section: Section, paths: HeadingPaths, budget: TokenBudget, overlap_sentences: int
) -> list[tuple[int, Node]]:
    """Chunks of the section's text, each with the position of its first block that is not repeated."""
    path, path_tokens = paths.fit(section.path)
    room, limit = budget.target - path_tokens, budget.limit - path_tokens
    pieces = _cut_long_pieces(section.pieces, budget, room, limit)
    if not pieces or _is_told_by_objects(section, pieces, path):
        return []
    cuts = cut_chunks(_sentences(pieces, section.objects, room, overlap_sentences), room, limit)
    return [(pieces[cut.start].position, _text_node(pieces[cut.overlap : cut.end], path)) for cut in cuts]


def _is_told_by_objects(section: Section, pieces: Sequence[Piece], path: Sequence[str]) -> bool:
    """Whether the section has tables or charts and no text but headings, all of which these nodes carry already."""
    return bool(section.objects) and all(piece.is_heading and " ".join(piece.text.split()) in path for piece in pieces)


def _cut_long_pieces(pieces: Sequence[Piece], budget: TokenBudget, room: int, limit: int) -> list[Piece]:
    cut: list[Piece] = []
    for piece in pieces:
        if piece.tokens <= limit:
            cut.append(piece)
            continue
        shorter = [
            part
            for start, end in budget.cut(piece.text, room)
            for part in trimmed(piece.block, piece.position, piece.start + start, piece.start + end)
        ]
        _count(shorter, budget)
        cut += shorter
    return cut


def _sentences(pieces: Sequence[Piece], objects: Sequence[int], room: int, overlap_sentences: int) -> Sentences:
    pages = [piece.page for piece in pieces]
    begins_block = [True] * len(pieces)
    after_break = [False] * len(pieces)
    overlap_from = list(range(len(pieces)))
    for index in range(1, len(pieces)):
        before, piece = pieces[index - 1], pieces[index]
        begins_block[index] = before.position != piece.position
        passed_object = bisect_right(objects, before.position) != bisect_right(objects, piece.position)
        after_break[index] = passed_object or pages[index - 1] != pages[index]
        tokens, start = 0, index
        while start > max(0, index - overlap_sentences):
            tokens += pieces[start - 1].tokens
            if pieces[start - 1].is_heading or pages[start - 1] != pages[index] or tokens > CRUMB * room:
                break
            start -= 1
        overlap_from[index] = start
    return Sentences([piece.tokens for piece in pieces], begins_block, after_break, overlap_from)


def _text_node(pieces: Sequence[Piece], path: tuple[str, ...]) -> Node:
    text = io.StringIO()
    regions: list[Region] = []
    for _, group in groupby(pieces, key=attrgetter("position")):
        of_block = list(group)
        block, start, end = of_block[0].block, of_block[0].start, of_block[-1].end
        text.write(("\n" if text.tell() else "") + block.text[start:end])
        regions += regions_of(block.spans, start, end)
    merged = merge_regions(regions)
    parts = tuple(Part(piece.text, piece.regions()) for piece in pieces)
    page = merged[0].page if merged else None
    return Node("text", text.getvalue(), parts, merged, page=page, headings=path)
