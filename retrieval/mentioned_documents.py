"""Which documents a question mentions by the way: "What was Best Buy's margin?" beside `BESTBUY_2023_10K.pdf`.

The passages of a company's report seldom repeat its name, which stands in the file name or the title. A document is
mentioned where words that the question capitalises, or writes in Chinese characters, stand in either. The capital of a
sentence's first word alone makes no name: "Boeing revenue" mentions one where the documents so called are about the
only ones to have the word, "Total revenue" does not where others have it as well. That is no filter, since a name may
be anybody's: its nodes are preferred.
"""

from __future__ import annotations

import re
import threading
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import PurePath

import numpy as np

from ..indexing.collection import Collection
from ..indexing.east_asian import segments
from ..indexing.search_form import HAN, search_form
from ..indexing.sentences import split_sentences
from ..indexing.stop_words import STOP_WORDS
from ..indexing.tokens import tokenize
from .coarse import Ranking
from .query import Query
from .rerank.protocol import Candidate

_WEIGHT = 2.0
"""What a mention counts, in standard deviations of the fused scores of the best candidates."""
_SPREAD_OVER = 50
_WORDS_A_NAME = 3
_LEAST_LETTERS = 3
_LOOKED_AT = 100
_ELSEWHERE = 1 / 3
"""Of the nodes that have a sentence's first word so many may belong to other documents than those called so: names are
printed in others' papers, too, but words that all use stand there mostly."""
_MOST_DOCUMENTS = 0.5
"""A word that more documents bear than this share of them tells none apart."""
_LETTERS = rf"[^\W\d_{HAN}]+"
_WORD = re.compile(
    rf"(?<![^\W_{HAN}])(?<![$€£¥.,])\d{{1,2}}{_LETTERS}"  # 3M, but not the end of 2022Q4 or of $1.3M
    rf"|{_LETTERS}(?:&{_LETTERS})*"
    rf"|[{HAN}]{{2,}}"
)
_FORM_OR_PERIOD = re.compile(r"(?:10|20|40|6|8)[kqf]|[1-4]q|[12]h", re.IGNORECASE)
_CHINESE = re.compile(f"[{HAN}]")
_BETWEEN_NAMES = re.compile(r"'s?\b|(?:(?![$€£¥]|(?<=\d)[.,]\d)[^\w\s&'])+")
_POSSESSIVE = re.compile(r"'s\b")
_Called = tuple[int, str, str]
"""A document's id, source and title."""


class DocumentMentions:
    """Finds them. Safe in several threads.

    The documents' names are read once for every state of the collection, and taken apart once for good. Searches that
    meet a new state do so side by side and share what they have taken apart: none waits for another.
    """

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        self._lock = threading.Lock()
        self._known: tuple[int, _Names] = (-1, _Names({}, {}, []))
        self._taken_apart: dict[_Called, frozenset[str]] = {}

    def favoured(self, query: Query, candidates: Sequence[Candidate]) -> tuple[list[Candidate], Ranking]:
        """The candidates with nodes of mentioned documents raised, best first, and by how much each was raised."""
        return favoured(candidates, self.documents(query))

    def documents(self, query: Query) -> frozenset[int]:
        """Ids of the documents that the question mentions."""
        names, first_words = _names_in(query.text)
        if not names and not first_words:
            return frozenset()
        known = self._names()
        found = set(known.find(names))
        for word in first_words:
            bearing = known.find([word])
            if bearing and not bearing <= found and self._is_theirs(word, bearing):
                found |= bearing
        return frozenset(found)

    def _is_theirs(self, word: str, bearing: frozenset[int]) -> bool:
        """Whether the documents that bear the word as a name are about the only ones in which it stands."""
        hits = self._collection.search_lexical(tokenize(word), _LOOKED_AT)
        holders = self._collection.holders([node_id for node_id, _ in hits]).values()
        return sum(document not in bearing for document in holders) <= _ELSEWHERE * len(holders)

    def _names(self) -> _Names:
        known_generation, known = self._known
        generation = self._collection.generation
        if generation == known_generation:
            return known
        taken_apart = self._taken_apart
        borne: dict[_Called, frozenset[str]] = {}
        for document in self._collection.document_names():
            called = (document.id, document.source, document.title)
            if called not in taken_apart:
                taken_apart[called] = _names_borne(document.source, document.title)
            borne[called] = taken_apart[called]
        names = known.renewed(borne)
        with self._lock:
            if generation > self._known[0]:
                self._known = generation, names
                self._taken_apart = dict(borne)
        return names


def favoured(candidates: Sequence[Candidate], documents: frozenset[int]) -> tuple[list[Candidate], Ranking]:
    """The candidates with nodes of these documents raised, best first, and by how much each was raised."""
    raised = [candidate.node.id for candidate in candidates if candidate.node.document_id in documents]
    if not raised:
        return list(candidates), []
    bonus = _WEIGHT * float(np.std([candidate.score for candidate in candidates[:_SPREAD_OVER]]))
    members = set(raised)
    changed = [
        replace(candidate, score=candidate.score + bonus) if candidate.node.id in members else candidate
        for candidate in candidates
    ]
    changed.sort(key=lambda candidate: (-candidate.score, candidate.node.id))
    return changed, [(node_id, bonus) for node_id in raised]


class _Names:
    """Names -> documents that bear them. It is not changed any more, since other threads may read it."""

    def __init__(
        self, borne: Mapping[_Called, frozenset[str]], bearing: dict[str, set[int]], in_order: list[str]
    ) -> None:
        self._borne = borne
        self._bearing = bearing
        self._in_order = in_order
        self._most = _MOST_DOCUMENTS * len(borne)

    def renewed(self, borne: Mapping[_Called, frozenset[str]]) -> _Names:
        """The names of these documents; only at those that came or went is looked."""
        changed = _Copies(self._bearing)
        for called in [called for called in self._borne if called not in borne]:
            for name in self._borne[called]:
                changed[name].discard(called[0])
        for called in [called for called in borne if called not in self._borne]:
            for name in borne[called]:
                changed[name].add(called[0])
        added = [name for name in changed if name not in self._bearing]
        bearing = {**self._bearing, **changed}
        gone = {name for name, documents in changed.items() if not documents}
        for name in gone:
            del bearing[name]
        in_order = sorted([*self._in_order, *added])
        return _Names(borne, bearing, [name for name in in_order if name not in gone] if gone else in_order)

    def find(self, names: Sequence[str]) -> frozenset[int]:
        """The documents that bear one of the names, or, of an acronym ("MGM"), a word that begins with it."""
        found: set[int] = set()
        for name in names:
            wanted = _key(name)
            bearing = set(self._bearing.get(wanted, ()))
            if name.isupper() and name.isascii() and name.isalpha():
                for longer in islice(self._in_order, bisect_left(self._in_order, wanted), None):
                    if not longer.startswith(wanted):
                        break
                    bearing |= self._bearing[longer]
            if len(bearing) <= self._most:
                found |= bearing
        return frozenset(found)


class _Copies(dict[str, set[int]]):
    """Copies of the sets that are asked for, to be changed."""

    def __init__(self, sets: Mapping[str, set[int]]) -> None:
        super().__init__()
        self._sets = sets

    def __missing__(self, name: str) -> set[int]:
        self[name] = copy = set(self._sets.get(name, ()))
        return copy


def _names_borne(source: str, title: str) -> frozenset[str]:
    """Keys of the names in a file name and a title."""
    texts = (search_form(PurePath(source).stem), search_form(title))
    return frozenset(_key(name) for text in texts for name in (*_joined(_words(text)), *_chinese_words(text)))


def _names_in(question: str) -> tuple[list[str], list[str]]:
    """What is a name in the question: runs of capitalised words as one, and Chinese words; and what may be one."""
    text = search_form(question)
    names, first_words = list[str](), list[str]()
    for start, end in split_sentences(text):
        own, first = _names_in_sentence(text[start:end])
        names += own
        first_words += first
    return list(dict.fromkeys((*names, *_chinese_words(text)))), list(dict.fromkeys(first_words))


def _names_in_sentence(sentence: str) -> tuple[list[str], list[str]]:
    """The names, and the first word where that may owe its capital to its place."""
    names: list[str] = []
    for passage in _BETWEEN_NAMES.split(sentence):
        words = _words(passage)
        names += _joined([word if _is_capitalised(word) else "" for word in words])
    first = _WORD.search(sentence)
    if first and first.group() in names and _owes_its_capital_to_its_place(first, sentence):
        names.remove(first.group())  # where it stands first; a second time it is a name
        return names, [first.group()]
    return names, []


def _is_capitalised(word: str) -> bool:
    return any(map(str.isupper, word)) and word.casefold() not in STOP_WORDS


def _owes_its_capital_to_its_place(first: re.Match[str], sentence: str) -> bool:
    """Whether the first word may be any word: "Revenue", but neither "MGM" nor "Pfizer's", nor one in Chinese."""
    ordinary = first.group()[1:].islower()
    return ordinary and not _POSSESSIVE.match(sentence, first.end()) and not _CHINESE.search(sentence)


def _words(text: str) -> list[str]:
    """The words of a text; "" stands for those that part names: Chinese ones, forms and periods."""
    return ["" if _CHINESE.match(word) or _FORM_OR_PERIOD.fullmatch(word) else word for word in _WORD.findall(text)]


def _joined(words: Sequence[str]) -> list[str]:
    """Words, each and up to three in a row as one, that are long enough for a name; "" parts them."""
    return [
        name
        for start in range(len(words))
        for length in range(1, min(_WORDS_A_NAME, len(words) - start) + 1)
        if all(run := words[start : start + length]) and _is_long_enough(name := "".join(run))
    ]


def _is_long_enough(name: str) -> bool:
    return len(name) >= _LEAST_LETTERS or name[0].isdigit()


def _chinese_words(text: str) -> list[str]:
    words = (word for run in re.findall(f"[{HAN}]{{2,}}", text) for word in segments(run))
    return [word for word in words if len(word) > 1 and word not in STOP_WORDS]


def _key(name: str) -> str:
    return name.casefold().replace("&", "")
