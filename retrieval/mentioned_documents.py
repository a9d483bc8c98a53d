"""Which documents a question mentions by the way: "What was Best Buy's margin?" beside `BESTBUY_2023_10K.pdf`.

The passages of a company's report seldom repeat its name, which stands in the file name or the title. A document is
mentioned where words that the question capitalises, or writes in Chinese characters, stand in either. That is no
filter, since a name may be anybody's: its nodes are preferred.
"""

from __future__ import annotations

import re
import threading
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from pathlib import PurePath

import numpy as np

from ..indexing.collection import Collection
from ..indexing.search_form import HAN, search_form
from ..indexing.stop_words import STOP_WORDS
from .coarse import Ranking
from .query import Query
from .rerank.protocol import Candidate

_WEIGHT = 2.0
"""What a mention counts, in standard deviations of the fused scores of the best candidates."""
_SPREAD_OVER = 50
_WORDS_A_NAME = 3
_LEAST_LETTERS = 3
_MOST_DOCUMENTS = 0.5
"""A word that more documents bear than this share of them tells none apart."""
_WORD = re.compile(rf"[^\W\d_{HAN}]+|[{HAN}]{{2,}}")


class DocumentMentions:
    """Finds them. Reads the documents' names once for every state of the collection. Safe in several threads."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        self._lock = threading.Lock()
        self._known: tuple[int, _Names] = (-1, _Names({}, 0))

    def favoured(self, query: Query, candidates: Sequence[Candidate]) -> tuple[list[Candidate], Ranking]:
        """The candidates with nodes of mentioned documents raised, best first, and by how much each was raised."""
        mentioned = self.documents(query)
        raised = [candidate.node.id for candidate in candidates if candidate.node.document_id in mentioned]
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

    def documents(self, query: Query) -> frozenset[int]:
        """Ids of the documents that the question mentions."""
        names = _names_in(query.text)
        return self._names().find(names) if names else frozenset()

    def _names(self) -> _Names:
        generation = self._collection.generation
        with self._lock:
            if self._known[0] != generation:
                documents = self._collection.document_names()
                bearing: dict[str, set[int]] = {}
                for document in documents:
                    for text in (PurePath(document.source).stem, document.title):
                        for name in _runs(_WORD.findall(search_form(text))):
                            bearing.setdefault(name, set()).add(document.id)
                self._known = generation, _Names(bearing, len(documents))
            return self._known[1]


class _Names:
    """Names -> documents that bear them."""

    def __init__(self, bearing: dict[str, set[int]], documents: int) -> None:
        self._bearing = bearing
        self._most = _MOST_DOCUMENTS * documents
        self._sorted = sorted(bearing)

    def find(self, names: Sequence[str]) -> frozenset[int]:
        """The documents that bear one of the names, or, of an acronym ("MGM"), a word that begins with it."""
        found: set[int] = set()
        for name in names:
            wanted = name.casefold()
            bearing = set(self._bearing.get(wanted, ()))
            if name.isupper() and name.isascii():
                for longer in islice(self._sorted, bisect_left(self._sorted, wanted), None):
                    if not longer.startswith(wanted):
                        break
                    bearing |= self._bearing[longer]
            if len(bearing) <= self._most:
                found |= bearing
        return frozenset(found)


def _names_in(question: str) -> list[str]:
    """What may be a name in the question: runs of capitalised words as one, and Chinese words."""
    names: list[str] = []
    for passage in re.split(r"'s?\b|[^\w\s&']+", search_form(question)):
        words = passage.split()
        capitalised = [word if word[0].isupper() and word.casefold() not in STOP_WORDS else "" for word in words]
        names += [
            name
            for start in range(len(words))
            for length in range(1, _WORDS_A_NAME + 1)
            if all(run := capitalised[start : start + length]) and len(name := "".join(run)) >= _LEAST_LETTERS
        ]
        for word in re.findall(rf"[{HAN}]{{2,}}", passage):
            names += _chinese_words(word)
    return list(dict.fromkeys(name for name in names if not name.isdigit()))


def _runs(words: Sequence[str]) -> list[str]:
    """Words of a file name or title, each and up to three in a row as one, case folded."""
    folded = [word.casefold() for word in words]
    runs = [
        "".join(folded[start : start + length])
        for start in range(len(folded))
        for length in range(1, _WORDS_A_NAME + 1)
        if start + length <= len(folded)
    ]
    chinese = [part for word in words if re.match(f"[{HAN}]", word) for part in _chinese_words(word)]
    return [run for run in (*runs, *chinese) if len(run) >= _LEAST_LETTERS or re.match(f"[{HAN}]", run)]


def _chinese_words(text: str) -> list[str]:
    import jieba

    return [word for word in jieba.cut(text) if len(word) > 1]
