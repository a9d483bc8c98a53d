"""Evidence as passages: sentences, rows and labels with their words; of charts and tables each value with its names."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from ...indexing.documents import NodeKind, Part, Region
from ...indexing.language import detect_language
from ...indexing.search_form import search_form
from ...indexing.sentences import split_sentences
from ...retrieval.evidence import Evidence, MatchedRegion, matched_regions
from .arrangement import bindings, is_amount
from .association import Context, association, context_of, key_of
from .exceptions import Exceptions, excepted
from .facts import Fact, chart_facts, table_facts
from .quantity import TIME, Quantity
from .units import OPEN
from .when import When, when_of
from .wholes import PartOf, parts_of
from .words import Word, words_of


@dataclass(frozen=True)
class Passage:
    """A sentence, row, label or value of evidence number `number` (from 1).

    `beside` are keys of what stands over it. A `row` is a line whose values come as facts, too; a `fact` is a value
    with its names: their order says nothing, so each word of it is said of all others.
    """

    text: str
    number: int
    beside: frozenset[str]
    kind: NodeKind = "text"
    regions: tuple[Region, ...] = ()
    fact: Fact | None = None
    row: bool = False

    @cached_property
    def _read(self) -> Sequence[Word]:
        return words_of(self.text)

    @cached_property
    def words(self) -> Sequence[Word]:
        """Its words in order."""
        if self.fact is not None:
            return self.fact.words
        words = self._read
        if self.kind == "text" and " | " not in self.text:
            return words
        # A label or cell without a unit may have one that is told elsewhere.
        return [
            replace(w, quantity=replace(w.quantity, unit=OPEN)) if w.quantity and w.quantity.unit == "" else w
            for w in words
        ]

    @cached_property
    def keys(self) -> frozenset[str]:
        """What its content words are compared by."""
        words = self.words if self.fact is None else self.fact.unplaced
        return frozenset(key_of(word) for word in words if word.is_content)

    @cached_property
    def names(self) -> frozenset[str]:
        """Stems of its names."""
        words = self.words if self.fact is None else self.fact.unplaced
        return frozenset(word.stem for word in words if word.kind == "name")

    @cached_property
    def form(self) -> str:
        """Its text in search form, in which its words have their places."""
        return search_form(self.text)

    def printed(self, word: Word) -> str:
        """One of its words as printed."""
        return self.form[word.start : word.end]

    @cached_property
    def excepted(self) -> Exceptions:
        """What it says the contrary of: "every school except Hillcrest"."""
        return excepted(self.words, self.form)

    @cached_property
    def wording(self) -> tuple[str, ...]:
        """All its words in order: equal for texts that differ in punctuation or endings only."""
        return wording_of(self._read)

    @cached_property
    def quantities(self) -> list[tuple[int, Quantity]]:
        """Its quantities with the indices of their words."""
        return [(index, word.quantity) for index, word in enumerate(self.words) if word.quantity is not None]

    @cached_property
    def times(self) -> list[Quantity]:
        """Those of its quantities that say when."""
        return [quantity for _, quantity in self.quantities if quantity.unit in TIME]

    @cached_property
    def _contexts(self) -> dict[int, Context]:
        return {}

    def context(self, index: int) -> Context:
        """What stands around a word of a sentence, row or label; a fact has no order."""
        if index not in self._contexts:
            self._contexts[index] = context_of(self.words, index, self.beside | self._only_time)
        return self._contexts[index]

    @cached_property
    def _only_time(self) -> frozenset[str]:
        """The key of the one time that a sentence names: it holds for all of it, however far away."""
        times = frozenset(key_of(w) for w in self.words if w.quantity is not None and w.quantity.unit in TIME)
        return times if len(times) == 1 else frozenset()

    @cached_property
    def parts(self) -> list[PartOf]:
        """Its numbers that are parts of others: "12 of the 40 schools"."""
        return parts_of(self.words, self.form) if self.fact is None else []

    @cached_property
    def amounts(self) -> list[tuple[int, Quantity, When | None]]:
        """Its numbers that say how much: index, quantity, and the time that each goes with, None where none does."""
        words = self.words
        times = {id(number): when_of(words, label) for number, label in bindings(words, times=True)}
        return [
            (index, word.quantity, times.get(id(word)))
            for index, word in enumerate(words)
            if word.quantity is not None and is_amount(word.quantity)
        ]

    def associated(self, claimed: Context, index: int) -> float:
        """How far the word at `index` is said of what a word of a claim is said of, in [0, 1]."""
        if self.fact is None:
            return association(claimed, self.context(index))
        if not claimed.total:
            return 1.0
        shared = self.keys.intersection(claimed) | self.beside.intersection(claimed)
        if not shared:
            return 0.0
        # A name may be there twice ("Dem/Lean Dem"); a value is not said of itself.
        own = key_of(self.words[index]) if self.words[index].quantity is not None else None
        # Sets have another order in every process: a plain sum would differ, and might be more than the total.
        return math.fsum([claimed[key][0] for key in shared if key != own]) / claimed.total

    def region(self, score: float) -> MatchedRegion | None:
        """Where it stands, None for plain text."""
        if not self.regions:
            return None
        return matched_regions(self.kind, Part(self.text, self.regions), score)[0]


def wording_of(words: Sequence[Word]) -> tuple[str, ...]:
    """Stems and quantities in order, function words and negations, too."""
    return tuple(word.stem if word.quantity is None else _printed(word.quantity) for word in words)


def _printed(quantity: Quantity) -> str:
    bounds = f"{quantity.below > 0}{quantity.above > 0}{quantity.others}"
    return f"{quantity.value:g}{quantity.unit}{bounds}"


def passages_of(evidence: Sequence[str | Evidence]) -> list[Passage]:
    """The passages of all evidence, in its order."""
    return [passage for number, item in enumerate(evidence, start=1) for passage in _passages(number, item)]


def _passages(number: int, item: str | Evidence) -> Iterator[Passage]:
    if isinstance(item, str):
        for sentence in _sentences(item):
            yield Passage(sentence, number, frozenset())
        return
    beside = frozenset(_keys(filter(None, (item.title, *item.headings, *item.names, _units(item)))))
    facts = [*chart_facts(item.reading), *table_facts(item.table)]
    for fact in facts:
        yield Passage(fact.text, number, beside, item.kind, fact.regions, fact=fact)
    for part in item.parts:
        for text in _sentences(part.text) if item.kind == "text" else [part.text]:
            yield Passage(text, number, beside, item.kind, part.regions, row=bool(facts))


def _units(item: Evidence) -> str:
    return item.table.units if item.table is not None else ""


def _sentences(text: str) -> Iterator[str]:
    for start, end in split_sentences(text, detect_language(text)):
        if text[start:end].strip():
            yield text[start:end]


def _keys(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield from (key_of(word) for word in words_of(text) if word.is_content)
