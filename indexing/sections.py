"""From blocks to sections: the heading path, the sentences with their token counts, and what stands between them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from .documents import Region
from .language import detect_language
from .loaders.parsed import ParsedDocument, TextBlock
from .part_regions import regions_of
from .sentences import Range, split_lines, split_sentences
from .token_budget import TokenBudget

Path = tuple[str, ...]
"""Headings from the document's top down to a section."""

TINY = 1 / 6
"""A section of less than this share of the target is joined with tiny neighbours, up to half the target."""


@dataclass(slots=True)
class Piece:
    """A sentence (a line of code, a whole heading): characters `start:end` of the block at `position`."""

    block: TextBlock
    position: int
    start: int
    end: int
    tokens: int = 0

    @property
    def text(self) -> str:
        """The characters as printed."""
        return self.block.text[self.start : self.end]

    @property
    def is_heading(self) -> bool:
        """Whether the piece is a heading rather than content."""
        return self.block.kind == "heading"

    @property
    def page(self) -> int | None:
        """The page that the piece begins on."""
        regions = self.regions()
        return regions[0].page if regions else None

    def regions(self) -> tuple[Region, ...]:
        """Where the piece stands."""
        return regions_of(self.block.spans, self.start, self.end)


@dataclass(slots=True)
class Section:
    """A heading with the text below it. `objects` are positions of the tables and figures in it."""

    path: Path
    pieces: list[Piece] = field(default_factory=list)
    objects: list[int] = field(default_factory=list)

    @property
    def tokens(self) -> int:
        """Tokens of all its pieces."""
        return sum(piece.tokens for piece in self.pieces)

    @property
    def has_only_headings(self) -> bool:
        """Whether nothing but headings stands in it: neither text nor tables nor figures."""
        return not self.objects and all(piece.is_heading for piece in self.pieces)


def split_sections(parsed: ParsedDocument, language: str) -> list[Section]:
    """The document's sections in order, pieces not yet counted. Text before the first heading has the path ().

    `language` is the document's; a block that is plainly in another one is cut into sentences by that one's rules.
    """
    sections = [Section(())]
    open_headings: list[tuple[int, str]] = []
    for position, block in enumerate(parsed.blocks):
        if not isinstance(block, TextBlock):
            sections[-1].objects.append(position)
            continue
        pieces = list(_pieces(block, position, language))
        if block.kind == "heading" and pieces:
            level = max(1, block.level)
            open_headings = [heading for heading in open_headings if heading[0] < level]
            open_headings.append((level, " ".join(block.text.split())))
            sections.append(Section(tuple(text for _, text in open_headings)))
        sections[-1].pieces += pieces
    return [section for section in sections if section.pieces or section.objects]


def _pieces(block: TextBlock, position: int, language: str) -> Iterable[Piece]:
    ranges: Sequence[Range]
    if block.kind == "heading":
        ranges = [(0, len(block.text))]
    elif block.kind == "code":
        ranges = split_lines(block.text)
    else:
        ranges = split_sentences(block.text, detect_language(block.text, language))
    for start, end in ranges:
        yield from trimmed(block, position, start, end)


def trimmed(block: TextBlock, position: int, start: int, end: int) -> Iterable[Piece]:
    """The piece without white space around it; none where there is nothing else."""
    text = block.text[start:end]
    content = text.strip()
    if content:
        start += len(text) - len(text.lstrip())
        yield Piece(block, position, start, start + len(content))


def join_tiny_sections(sections: Iterable[Section], target: int) -> list[Section]:
    """Fewer sections, none of them a lonely heading or line where that can be helped.

    A heading with nothing below it goes in front of the section that follows, if that is its sibling or lies below
    it. Tiny sections on one page that follow one another become one, with the path that they have in common.
    """
    joined: list[Section] = []
    for section in _attach_lonely_headings(sections, target):
        if joined and _are_tiny_neighbours(joined[-1], section, target):
            previous = joined[-1]
            previous.path = _common(previous.path, section.path)
            previous.pieces += section.pieces
        else:
            joined.append(section)
    return joined


def _attach_lonely_headings(sections: Iterable[Section], target: int) -> list[Section]:
    attached: list[Section] = []
    for section in sections:
        previous = attached[-1] if attached else None
        if (
            previous is not None
            and previous.has_only_headings
            and previous.tokens <= TINY * target
            and section.path[: len(previous.path) - 1] == previous.path[:-1]
        ):
            attached[-1] = Section(section.path, previous.pieces + section.pieces, section.objects)
        else:
            attached.append(Section(section.path, list(section.pieces), section.objects))
    return attached


def _are_tiny_neighbours(first: Section, second: Section, target: int) -> bool:
    if first.objects or second.objects or first.pieces[-1].page != second.pieces[0].page:
        return False
    tokens = second.tokens
    return tokens <= TINY * target and first.tokens + tokens <= target / 2


def _common(first: Path, second: Path) -> Path:
    length = 0
    while length < min(len(first), len(second)) and first[length] == second[length]:
        length += 1
    return first[:length]


class HeadingPaths:
    """Heading paths that take at most a third of a chunk, and what each takes.

    Upper headings go first. The section's own heading always stays: up to half a chunk whole, else its beginning.
    """

    def __init__(self, budget: TokenBudget) -> None:
        self._budget = budget
        self._fitted: dict[Path, tuple[Path, int]] = {(): ((), 0)}

    def fit(self, path: Path) -> tuple[Path, int]:
        """As much of the path as fits, and its tokens."""
        if path not in self._fitted:
            tails = [path[start:] for start in range(max(0, len(path) - _DEEPEST), len(path))]
            counts = self._budget.count([_prefix(tail) for tail in tails])
            fitting = [item for item in zip(tails, counts, strict=True) if item[1] <= self._budget.target // 3]
            self._fitted[path] = fitting[0] if fitting else self._shortened(path[-1], counts[-1])
        return self._fitted[path]

    def _shortened(self, heading: str, tokens: int) -> tuple[Path, int]:
        room = self._budget.target // 2
        if tokens > room:
            mark = self._budget.count([_CUT_OFF])[0]
            _, end = self._budget.cut(heading, room - mark)[0]
            heading = heading[:end].rstrip() + _CUT_OFF
            tokens = self._budget.count([_prefix((heading,))])[0]
        return (heading,), tokens


_CUT_OFF = " …"
_DEEPEST = 12
"""Headings of a path at most: nesting deeper than this is a parser's error or an attack."""


def _prefix(path: Path) -> str:
    return " > ".join(path) + "\n"
