"""Evidence that a claim may rest on: for each piece its passages, and how much of the claim's wording they hold."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from .association import Context
from .passages import Passage

_MOST_PASSAGES = 3
_OVER = 0.9
"""Credit for a word that stands in a heading or title over the passage."""
_ALIKE = 0.15
"""Coverage by which evidence may fall behind the best and still be what is meant."""
_MOST_GROUPS = 4
_MOST_FACTS = 96
"""Values of charts and tables that a word is compared with: a table may have thousands, and few have its names."""
_LEAST_GAIN = 0.12
"""Share of the claim that a further passage must add."""


class Pieces:
    """The passages of some pieces of evidence, found by their words."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self.passages = passages

    @cached_property
    def beside(self) -> frozenset[str]:
        """Keys of what stands over the passages."""
        return frozenset().union(*{passage.beside for passage in self.passages})

    @cached_property
    def keys(self) -> frozenset[str]:
        """Keys of all words of the passages and over them."""
        return frozenset(self._by_key) | self.beside

    @cached_property
    def _by_key(self) -> Mapping[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for index, passage in enumerate(self.passages):
            for key in passage.keys:
                found[key].append(index)
        return found

    @cached_property
    def _sentences(self) -> list[int]:
        return [index for index, passage in enumerate(self.passages) if passage.fact is None]

    def near(self, own: str, context: Context) -> list[Passage]:
        """The values that have a word's `own` key or share most of its context, those alike in their order; sentences
        all, for a number may stand alone in one.
        """
        if not context:
            return list(self.passages)
        shared: dict[int, float] = defaultdict(float, dict.fromkeys(self._by_key.get(own, ()), 1.0))
        for key, (weight, _) in context.items():
            for index in self._by_key.get(key, ()):
                shared[index] += weight
        facts = [index for index in shared if self.passages[index].fact is not None]
        if len(facts) > _MOST_FACTS:
            facts = heapq.nsmallest(_MOST_FACTS, facts, key=lambda index: (-shared[index], index))
        return [self.passages[index] for index in sorted([*self._sentences, *facts])]

    def greedy(self, weights: Mapping[str, float]) -> tuple[list[Passage], float]:
        """The few passages that hold most of the weighted words, and what weight they hold."""
        total = sum(weights.values())
        held = _OVER * sum(weight for key, weight in weights.items() if key in self.beside)
        missing = {key: weight for key, weight in weights.items() if key not in self.beside}
        chosen: list[Passage] = []
        for _ in range(_MOST_PASSAGES):
            gains: dict[int, float] = defaultdict(float)
            for key, weight in missing.items():
                for index in self._by_key.get(key, ()):
                    gains[index] += weight
            best = min(gains, key=lambda index: (-gains[index], index), default=0)
            gain = gains.get(best, 0.0)
            if chosen and gain <= _LEAST_GAIN * total:
                break
            chosen.append(self.passages[best])
            held += gain
            missing = {key: weight for key, weight in missing.items() if key not in chosen[-1].keys}
        return chosen, held


@dataclass(frozen=True, slots=True)
class Group:
    """Evidence that a claim may rest on: its passages, the few that hold most of the claim, and what share."""

    pieces: Pieces
    resting: Sequence[Passage]
    held: float
    total: float

    @property
    def coverage(self) -> float:
        """The share of the claim's wording that is held."""
        return self.held / self.total if self.total else 1.0


class Library:
    """All evidence of one check, by its numbers."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self.passages = passages
        self._pieces: dict[frozenset[int], Pieces] = {}

    @cached_property
    def names(self) -> frozenset[str]:
        """Stems of the names in all evidence."""
        return frozenset().union(*(passage.names for passage in self.passages))

    @cached_property
    def keys(self) -> frozenset[str]:
        """Keys of all words of the evidence."""
        return frozenset().union(*(passage.keys | passage.beside for passage in self.passages))

    def groups(self, weights: Mapping[str, float], cited: Sequence[int]) -> list[Group]:
        """The pieces of evidence that hold most of the claim's wording, the best first, and those that it cites.

        Words from here and there say nothing, so pieces are not mixed otherwise; which of several alike is meant,
        numbers and names tell.
        """
        total = sum(weights.values())
        together = [frozenset({number}) for number in dict.fromkeys(passage.number for passage in self.passages)]
        if len(cited) > 1:
            together.append(frozenset(cited))
        groups = []
        for numbers in together:
            pieces = self._of(numbers)
            if pieces.passages:
                chosen, held = pieces.greedy(weights)
                groups.append(Group(pieces, chosen, held, total))
        groups.sort(key=lambda group: -group.coverage)
        return [group for group in groups if group.coverage >= groups[0].coverage - _ALIKE][:_MOST_GROUPS]

    def _of(self, numbers: frozenset[int]) -> Pieces:
        if numbers not in self._pieces:
            self._pieces[numbers] = Pieces([p for p in self.passages if p.number in numbers])
        return self._pieces[numbers]
