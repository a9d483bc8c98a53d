"""An exact coarse stage over some nodes: vectors and BM25, fused; a node can take part in another form.

Searching the collection for a sentence finds the node that holds it, by its own words. Here that node can be looked
for without them. And an encoder that has not encoded the collection yet can be tried on a part of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...indexing.collection import Collection
from ...indexing.documents import Node
from ...indexing.encoders.protocols import TextEncoder, Vectors
from ...indexing.node_encoding import NodeEncoder
from ...indexing.search_form import search_form
from ...indexing.tokens import tokenize
from ..coarse import Ranking
from ..fusion import Fusion
from ..mentioned_documents import DocumentMentions
from ..query import Query
from ..rerank.protocol import Candidate
from .example import COARSE_DEPTH, Example, KnownQuestion

_K1, _B = 1.2, 0.75
"""tantivy's."""


@dataclass(frozen=True, slots=True)
class EncodedQuestions:
    """Vectors of questions, and of what is left of the nodes that they were made from (zeros for other questions)."""

    questions: Vectors
    rests: Vectors


@dataclass(frozen=True, slots=True)
class PoolRanking:
    """How vectors and BM25 are put together, and the documents that a question mentions preferred, if they are."""

    fusion: Fusion
    mentions: DocumentMentions | None = None

    def favoured(self, query: Query, candidates: Sequence[Candidate]) -> list[Candidate]:
        """The candidates, best first, as a search gives them to its fine stage."""
        return self.mentions.favoured(query, candidates)[0] if self.mentions else list(candidates)


class Pool:
    """Nodes with their tokens; `vectors` come from outside, `(n, dim) float32` in the order of the nodes."""

    def __init__(self, collection: Collection, nodes: Sequence[Node], ranking: PoolRanking) -> None:
        self.nodes = list(nodes)
        self._by = ranking
        self._place = {node.id: place for place, node in enumerate(self.nodes)}
        self._groups = collection.groups(list(self._place))
        self._copies: dict[int, list[int]] = {}
        for node_id, group in self._groups.items():
            self._copies.setdefault(group, []).append(node_id)
        self._lexical = _Bm25([_tokens(node) for node in self.nodes])

    def example(
        self, question: KnownQuestion, vectors: Vectors, asked: NDArray[np.float32], rest: NDArray[np.float32]
    ) -> Example:
        """The question with what is found for it by its vector; `rest` is that of the rest of the node it was made of.

        One of each group of near-duplicates; nodes akin to the one that a question was made from take no part.
        """
        dense = vectors @ asked
        lexical = self._lexical.scores(question.query.tokens)
        made, own = question.made, -1
        if made is not None:
            own = self._place[made.node.id]
            dense[own] = float(rest @ asked)
            lexical[own] = self._lexical.score_of(_tokens(made.rest), question.query.tokens)
            for node_id in {*made.kin, *self._copies[self._groups[made.node.id]]} - {made.node.id}:
                if (place := self._place.get(node_id)) is not None:
                    dense[place], lexical[place] = -np.inf, 0.0
        rankings = {"text_vectors": self._ranking(dense, -np.inf, own), "lexical": self._ranking(lexical, 0.0, own)}
        chosen: dict[int, Candidate] = {}
        for node_id, score in self._by.fusion.fuse(rankings):
            node = made.rest if made is not None and node_id == made.node.id else self.nodes[self._place[node_id]]
            chosen.setdefault(self._groups[node_id], Candidate(node, score))
        candidates = tuple(self._by.favoured(question.query, list(chosen.values())))[:COARSE_DEPTH]
        if made is not None and all(one.node.id != made.rest.id for one in candidates):
            # One that the coarse stage misses would teach the fine stage nothing.
            candidates = (*candidates[:-1], chosen[self._groups[made.node.id]])
        relevant = tuple(
            frozenset(chosen[group].node.id for group in piece if group in chosen) for piece in question.evidence
        )
        return Example(question, candidates, relevant)

    def _ranking(self, scores: NDArray[np.float64] | Vectors, floor: float, own: int) -> Ranking:
        """The best, and the node that the question was made from, wherever it stands."""
        depth = min(COARSE_DEPTH, len(scores))
        best = set(np.argpartition(-scores, depth - 1)[:depth].tolist()) | ({own} if own >= 0 else set())
        found = [(self.nodes[place].id, float(scores[place])) for place in best if scores[place] > floor]
        return sorted(found, key=lambda item: (-item[1], item[0]))


class _Bm25:
    """Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009."""

    def __init__(self, texts: Sequence[Counter[str]]) -> None:
        self._lengths = np.array([sum(text.values()) for text in texts], dtype=np.float64)
        self._mean = max(float(self._lengths.mean()) if len(texts) else 1.0, 1.0)
        postings: dict[str, list[tuple[int, int]]] = {}
        for place, text in enumerate(texts):
            for token, count in text.items():
                postings.setdefault(token, []).append((place, count))
        self._postings = {token: np.array(found) for token, found in postings.items()}

    def scores(self, tokens: Sequence[str]) -> NDArray[np.float64]:
        """`(n,)`, 0 where a text has none of the tokens."""
        scores = np.zeros(len(self._lengths))
        for token in tokens:
            if (found := self._postings.get(token)) is not None:
                places, counts = found[:, 0], found[:, 1].astype(np.float64)
                scores[places] += self._idf(token) * _saturated(counts, self._lengths[places] / self._mean)
        return scores

    def score_of(self, text: Counter[str], tokens: Sequence[str]) -> float:
        """The score of another text."""
        length = np.array([sum(text.values()) / self._mean])
        return sum(
            self._idf(token) * float(_saturated(np.array([float(text[token])]), length)[0])
            for token in tokens
            if text[token]
        )

    def _idf(self, token: str) -> float:
        found = self._postings.get(token)
        held = 0 if found is None else len(found)
        return float(np.log1p((len(self._lengths) - held + 0.5) / (held + 0.5)))


def _saturated(counts: NDArray[np.float64], lengths: NDArray[np.float64]) -> NDArray[np.float64]:
    """What so many occurrences count in texts of these lengths, in multiples of the mean."""
    return counts * (_K1 + 1) / (counts + _K1 * (1 - _B + _B * lengths))


def _tokens(node: Node) -> Counter[str]:
    caption = node.caption if node.caption not in node.text else ""
    return Counter(tokenize(f"{node.embedding_text}\n{caption}"))


def encode_questions(
    collection: Collection, encoder: TextEncoder, questions: Sequence[KnownQuestion]
) -> EncodedQuestions:
    """Encode the questions, and as nodes of the collection the rests of the nodes that some were made from."""
    asked = encoder.encode_queries([search_form(question.query.asked or question.query.text) for question in questions])
    rests = np.zeros((len(questions), encoder.dimension), np.float32)
    made = [place for place, question in enumerate(questions) if question.made is not None]
    left = [question.made.rest for question in questions if question.made is not None]
    if left:
        rests[made] = NodeEncoder(collection, encoder, None).encode_texts(left)
    return EncodedQuestions(asked, rests)
