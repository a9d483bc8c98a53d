"""Where a section is cut into chunks: plain arithmetic over the token counts of its sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

CRUMB = 1 / 4
"""A chunk below this share of the room is too small to stand alone if that can be helped."""


@dataclass(frozen=True, slots=True)
class Sentences:
    """A section's sentences as the cutter sees them, sequences of equal length.

    `tokens` of each; `begins_block`: it opens a paragraph or list item; `after_break`: a table, figure or page break
    stands before it; `overlap_from`: where a chunk that begins with it takes its overlap from (itself: no overlap).
    """

    tokens: Sequence[int]
    begins_block: Sequence[bool]
    after_break: Sequence[bool]
    overlap_from: Sequence[int]


@dataclass(frozen=True, slots=True)
class Cut:
    """One chunk: sentences `start:end`, with the sentences `overlap:start` repeated before them."""

    overlap: int
    start: int
    end: int


def cut_chunks(sentences: Sentences, room: int, limit: int) -> list[Cut]:
    """Cut a section into chunks of about `room` tokens, none above `limit` unless it is a single sentence.

    Paragraphs stay whole where they fit into a chunk, and chunks that are no crumbs end at a break. What
    would be left as a crumb at the end joins the chunk before it or takes some of its sentences.
    """
    cutter = _Cutter(sentences, room, limit)
    cutter.fill()
    cutter.mend_tail()
    return cutter.cuts()


class _Cutter:
    def __init__(self, sentences: Sentences, room: int, limit: int) -> None:
        self._sentences = sentences
        self._room = room
        self._limit = limit
        self._sums = [0, *accumulate(sentences.tokens)]
        self._count = len(sentences.tokens)
        self._starts = [0]

    def fill(self) -> None:
        """Add paragraph after paragraph to the open chunk, and begin a new chunk where one does not fit."""
        for start, end in self._paragraphs():
            used = self._used(start)
            if self._sentences.after_break[start] and used >= CRUMB * self._room:
                self._begin(start)
            if self._used(end) <= self._room:
                continue
            if self._sums[end] - self._sums[start] <= self._room and self._new(start) >= CRUMB * self._room:
                self._begin(start)
            if self._used(end) > self._room:
                self._fill_by_sentence(start, end)

    def _fill_by_sentence(self, start: int, end: int) -> None:
        for index in range(start, end):
            bound = self._room if self._new(index) >= CRUMB * self._room else self._limit
            if self._used(index + 1) > bound:
                self._begin(index)

    def mend_tail(self) -> None:
        """Merge the last chunk with the one before, or share out their sentences, where the last one is a crumb."""
        if len(self._starts) < 2 or self._new(self._count) >= CRUMB * self._room:
            return
        last = self._starts.pop()
        if self._used(self._count) <= self._limit:
            return
        self._starts.append(last)
        first = self._starts[-2]
        while last - 1 > first and self._sums[self._count] - self._sums[last] < CRUMB * self._room:
            if self._sums[self._count] - self._sums[self._overlap(last - 1)] > self._room:
                break
            last -= 1
        self._starts[-1] = last

    def cuts(self) -> list[Cut]:
        """The chunks."""
        ends = [*self._starts[1:], self._count]
        before = [0, *self._starts]
        return [
            Cut(max(self._overlap(start), before[number]), start, end)
            for number, (start, end) in enumerate(zip(self._starts, ends, strict=True))
        ]

    def _paragraphs(self) -> list[tuple[int, int]]:
        starts = [index for index in range(self._count) if index == 0 or self._sentences.begins_block[index]]
        return list(zip(starts, [*starts[1:], self._count], strict=True))

    def _begin(self, index: int) -> None:
        if index > self._starts[-1]:
            self._starts.append(index)

    def _overlap(self, start: int) -> int:
        """Where the overlap of a chunk from `start` begins: none where it leaves no room for the first sentence."""
        overlap = self._sentences.overlap_from[start]
        return overlap if self._sums[start + 1] - self._sums[overlap] <= self._room else start

    def _used(self, end: int) -> int:
        """Tokens of the open chunk if it ended at `end`, with its overlap."""
        return self._sums[end] - self._sums[self._overlap(self._starts[-1])]

    def _new(self, end: int) -> int:
        """Tokens of the open chunk if it ended at `end`, without its overlap."""
        return self._sums[end] - self._sums[self._starts[-1]]
