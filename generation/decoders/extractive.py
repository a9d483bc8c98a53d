"""The embedded decoder: it picks sentences, table rows and labelled chart values, verbatim, and cites each.

It writes no word of its own, so it cannot invent one; it also cannot reason, compare or add up. One thing it changes:
reference marks of the document, `[3]`, are put into round brackets, because square ones are the answer's citations.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...indexing.encoders.protocols import TextEncoder, Vectors
from ...indexing.search_form import search_form
from ...indexing.tokens import query_tokens, tokenize
from ...retrieval.evidence import Evidence
from ...retrieval.token_weights import TokenWeights
from ..citations import quoted
from ..prompts import Prompt
from .chat_model import Finish, TextPiece

_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Piece:
    """A quotable piece of evidence number `number` (from 1); `order` is its place within the evidence."""

    text: str
    number: int
    order: int


@dataclass(frozen=True, slots=True)
class ExtractiveOptions:
    """How much is quoted.

    `evidence` is how many of the leading pieces of evidence are looked at, `max_pieces` how many of their parts are
    quoted. A sentence with a number in it, or a row, is quoted from a share of the best one's support on.
    """

    evidence: int = 5
    max_pieces: int = 3
    sentence_share: float = 0.7
    row_share: float = 0.8
    number_bonus: float = 0.2
    prose_bonus: float = 0.1


class ExtractiveDecoder:
    """Scores every piece of the leading evidence against the question and quotes the best of one passage.

    Support = half the cosine of the piece and the question + half the idf-weighted share of the question's tokens
    that the piece, read with its headings and caption, holds. The passage, table or chart of the best piece is quoted,
    prose before a table or chart that is hardly better: sentences from here and there make no text. Of prose, sentences
    with numbers are preferred. The parts of a comparison are answered one by one.

    The defaults were chosen on half of OpenCQA's development questions (`eval/benchmarks/extractive_answers.py`).
    """

    name = "extractive"

    def __init__(
        self, encoder: TextEncoder, token_weights: TokenWeights, options: ExtractiveOptions | None = None
    ) -> None:
        self._encoder = encoder
        self._token_weights = token_weights
        self._options = options or ExtractiveOptions()

    def stream(self, prompt: Prompt, *, cancel: threading.Event | None = None) -> Iterator[TextPiece | Finish]:
        """Yield one quoted piece at a time; nothing where there is nothing to quote."""
        for index, piece in enumerate(self.choose(prompt)):
            if cancel is not None and cancel.is_set():
                yield Finish("cancelled")
                return
            text = quoted(piece.text.strip())
            yield TextPiece(("" if index == 0 else "\n") + f"{text} [{piece.number}]")
        yield Finish("stop")

    def choose(self, prompt: Prompt) -> list[Piece]:
        """The pieces to quote: for each part of the question in turn, in reading order."""
        evidence = prompt.evidence[: self._options.evidence]
        pieces = _pieces(evidence)
        if not pieces:
            return []
        vectors = self._encoder.encode_documents([search_form(piece.text) for piece in pieces])
        asked = prompt.parts or (prompt.question,)
        most = max(1, self._options.max_pieces // len(asked))
        chosen: dict[str, Piece] = {}
        for question in asked:
            support = self._support(question, pieces, vectors, evidence)
            for piece in self._of_one_passage(pieces, support, evidence, most):
                chosen.setdefault(piece.text, piece)
        return list(chosen.values())

    def _of_one_passage(
        self, pieces: Sequence[Piece], support: NDArray[np.float64], evidence: Sequence[Evidence], most: int
    ) -> list[Piece]:
        options = self._options
        prose = np.array([evidence[piece.number - 1].kind == "text" for piece in pieces])
        lead = pieces[int(np.argmax(support + options.prose_bonus * prose))].number
        own = [index for index, piece in enumerate(pieces) if piece.number == lead]
        is_prose = evidence[lead - 1].kind == "text"
        told = {
            index: support[index] + options.number_bonus * (is_prose and bool(_DIGIT.search(pieces[index].text)))
            for index in own
        }
        best = max(own, key=lambda index: (support[index], -index))
        least = (options.sentence_share if is_prose else options.row_share) * max(told.values())
        ranked = [best, *sorted(set(own) - {best}, key=lambda index: (-told[index], index))]
        return [pieces[index] for index in sorted(ranked[:most]) if index == best or told[index] >= least]

    def _support(
        self, question: str, pieces: Sequence[Piece], vectors: Vectors, evidence: Sequence[Evidence]
    ) -> NDArray[np.float64]:
        """`(len(pieces),)` support scores in about [0, 1]."""
        cosine = (vectors @ self._encoder.encode_queries([search_form(question)])[0]).astype(np.float64)
        tokens = list(dict.fromkeys(query_tokens(question)))
        weights = self._token_weights(tokens)
        total = sum(weights.values()) or 1.0
        beside = [set(tokenize(" ".join((item.title, *item.headings, *item.names)))) for item in evidence]
        shares = []
        for piece in pieces:
            context = beside[piece.number - 1]
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
        names = {"", *item.headings, *item.names}
        note = item.reading.source_note if item.reading else ""
        quotable = [
            (order, part)
            for order, part in enumerate(item.parts)
            if part.text.strip() not in names and part.text.strip() not in note
        ]
        pieces += [Piece(part.text, number, order) for order, part in quotable or enumerate(item.parts)]
    return pieces
