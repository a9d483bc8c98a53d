"""The embedded decoder: it picks sentences, table rows and labelled chart values, verbatim, and cites each.

It writes no word of its own, so it cannot invent one; it also cannot reason, compare or add up. One thing it changes:
reference marks of the document, `[3]`, are put into round brackets, because square ones are the answer's citations.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...indexing.encoders.protocols import TextEncoder
from ...indexing.search_form import search_form
from ...indexing.tokens import query_tokens, tokenize
from ...retrieval.evidence import Evidence
from ..abstention import answerability, titles
from ..citations import quoted
from ..prompts import Prompt
from .chat_model import Finish, TextPiece

TokenWeights = Callable[[Sequence[str]], Mapping[str, float]]
"""Tokens -> inverse document frequencies in the collection."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A quotable piece of evidence number `number` (from 1); `order` is its place within the evidence."""

    text: str
    number: int
    order: int


@dataclass(frozen=True, slots=True)
class ExtractiveSettings:
    """How much is quoted, and from when on the evidence tells at all.

    Below `min_answerability` (see `abstention`) nothing is said. Its default answers 90 % of 87 questions that the
    documents tell and 14 % of 57 that they do not (development data, both sets mixed).
    """

    evidence: int = 5
    max_pieces: int = 3
    relative_support: float = 0.8
    min_answerability: float = 0.37


class ExtractiveDecoder:
    """Scores every piece of the leading evidence against the question and quotes the best.

    Support = half the cosine of the piece and the question + half the idf-weighted share of the question's tokens
    that the piece, read with its headings and caption, holds.
    """

    name = "extractive"

    def __init__(
        self, encoder: TextEncoder, token_weights: TokenWeights, settings: ExtractiveSettings | None = None
    ) -> None:
        self._encoder = encoder
        self._token_weights = token_weights
        self._settings = settings or ExtractiveSettings()

    def stream(self, prompt: Prompt, *, cancel: threading.Event | None = None) -> Iterator[TextPiece | Finish]:
        """Yield one quoted piece at a time; nothing where no piece supports an answer."""
        for index, piece in enumerate(self.choose(prompt)):
            if cancel is not None and cancel.is_set():
                yield Finish("cancelled")
                return
            text = quoted(piece.text.strip())
            yield TextPiece(("" if index == 0 else "\n") + f"{text} [{piece.number}]")
        yield Finish("stop")

    def choose(self, prompt: Prompt) -> list[Piece]:
        """The pieces to quote, best evidence first and in reading order within one evidence."""
        pieces = _pieces(prompt.evidence[: self._settings.evidence])
        if not pieces:
            return []
        support = self.support(prompt, pieces)
        best = float(support.max())
        weights = self._token_weights(list(dict.fromkeys(query_tokens(prompt.question))))
        evidence = prompt.evidence[: self._settings.evidence]
        by_evidence = [0.0] * len(evidence)
        for piece, value in zip(pieces, support, strict=True):
            by_evidence[piece.number - 1] = max(by_evidence[piece.number - 1], float(value))
        if answerability(by_evidence, weights, evidence) < self._settings.min_answerability:
            return []
        ranked = sorted(range(len(pieces)), key=lambda i: (-support[i], pieces[i].number, pieces[i].order))
        chosen: list[Piece] = []
        for index in ranked:
            if len(chosen) == self._settings.max_pieces or support[index] < self._settings.relative_support * best:
                break
            if pieces[index].text not in {piece.text for piece in chosen}:
                chosen.append(pieces[index])
        lead = {piece.number: rank for rank, piece in reversed(list(enumerate(chosen)))}
        return sorted(chosen, key=lambda piece: (lead[piece.number], piece.order))

    def support(self, prompt: Prompt, pieces: Sequence[Piece]) -> NDArray[np.float64]:
        """`(len(pieces),)` support scores in about [0, 1]."""
        question = self._encoder.encode_queries([search_form(prompt.question)])[0]
        vectors = self._encoder.encode_documents([search_form(piece.text) for piece in pieces])
        cosine = (vectors @ question).astype(np.float64)
        tokens = list(dict.fromkeys(query_tokens(prompt.question)))
        weights = self._token_weights(tokens)
        total = sum(weights.values()) or 1.0
        shares = []
        for piece in pieces:
            evidence = prompt.evidence[piece.number - 1]
            context = set(tokenize(" ".join((evidence.title, *evidence.headings, *titles(evidence)))))
            present = set(tokenize(piece.text))
            share = sum(
                weight if token in present else 0.5 * weight
                for token, weight in weights.items()
                if token in present or token in context
            )
            shares.append(share / total)
        support: NDArray[np.float64] = 0.5 * cosine + 0.5 * np.array(shares)
        return support


def _pieces(evidence: Sequence[Evidence]) -> list[Piece]:
    """Every part but headings, captions, titles and source notes: those say what it is about, not what it says."""
    pieces: list[Piece] = []
    for number, item in enumerate(evidence, start=1):
        names = {"", *item.headings, *titles(item)}
        note = item.reading.source_note if item.reading else ""
        quotable = [
            (order, part)
            for order, part in enumerate(item.parts)
            if part.text.strip() not in names and part.text.strip() not in note
        ]
        pieces += [Piece(part.text, number, order) for order, part in quotable or enumerate(item.parts)]
    return pieces
