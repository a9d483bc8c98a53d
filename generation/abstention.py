"""Do the documents tell? A calibrated probability from what the search found, before anything is written."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from ..indexing.tokens import query_tokens, tokenize
from ..retrieval.evidence import Evidence
from ..retrieval.token_weights import TokenWeights

if TYPE_CHECKING:
    from ..retrieval.retriever import Retrieval

_TEXT_VECTORS, _LEXICAL = "text_vectors", "lexical"
_TOGETHER = 3
_NEIGHBOURS = 10
"""Hits of the text vectors, of which the best one is compared with the others."""
_USUAL_MARGIN = 0.15
"""Of a good hit; taken where there is nothing to compare it with."""
_MOST_MARGIN = 0.25
"""Larger ones tell no more: among documents of another language any of the question's own is far ahead."""


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for an answer, each in about [0, 1].

    `similarity`: the cosine of the first piece's vector with the question's. `coverage`: the share of the question's
    tokens that the first piece and its names hold, weighted by inverse document frequency. `margin`: how far the best
    vector is ahead of the next nine on average, at most 0.25. `agreement`: the share of the first three by vectors
    that are among the first three by words.
    """

    similarity: float
    coverage: float
    margin: float
    agreement: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic model of the signs (Platt 1999)."""

    intercept: float
    weights: Signs

    def probability(self, signs: Signs) -> float:
        """How likely the evidence answers the question."""
        log_odds = self.intercept + sum(w * s for w, s in zip(astuple(self.weights), astuple(signs), strict=True))
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, log_odds))))


CALIBRATION = Calibration(-6.60, Signs(similarity=6.63, coverage=3.51, margin=6.04, agreement=0.14))
"""Fitted by `python -m chartwell.eval.benchmarks.abstention` on the tuning half of its questions, with
all-MiniLM-L6-v2; another encoder has other cosines, for which that command prints the coefficients anew."""
MIN_ANSWERABILITY = 0.3
"""For the extractive decoder, which cannot tell by itself that what it quotes is no answer. The benchmark shows what it
costs: of questions whose evidence is there, both halves together, 96 % of those about charts and paragraphs are
answered, and 89 % of those about charts alone."""
MIN_FOR_MODELS = 0.1
"""Language models are asked from here on: they read, and can say themselves that they are not told."""


class Answerability:
    """Judges retrievals; `token_weights` are those of the collection."""

    def __init__(self, token_weights: TokenWeights, calibration: Calibration = CALIBRATION) -> None:
        self._token_weights = token_weights
        self._calibration = calibration

    def assess(self, retrieval: Retrieval) -> float:
        """How likely the evidence answers the question, in [0, 1]; 0 without evidence."""
        if not retrieval.evidence:
            return 0.0
        return self._calibration.probability(self.signs(retrieval))

    def signs(self, retrieval: Retrieval) -> Signs:
        """The signs of a retrieval that found something."""
        first = retrieval.evidence[0]
        asked = query_tokens(retrieval.query.asked or retrieval.query.text)
        weights = self._token_weights([token for token in dict.fromkeys(asked) if not _joined(token)])
        present = _tokens(first)
        rankings = retrieval.explanation.questions[0].rankings if retrieval.explanation else {}
        vectors, words = rankings.get(_TEXT_VECTORS, ()), rankings.get(_LEXICAL, ())
        leading = [{node for node, _ in ranking[:_TOGETHER]} for ranking in (vectors, words)]
        return Signs(
            similarity=max(0.0, first.scores.get(_TEXT_VECTORS, 0.0)),
            coverage=sum(weight for token, weight in weights.items() if token in present)
            / (sum(weights.values()) or 1.0),
            margin=_margin([score for _, score in vectors[:_NEIGHBOURS]]),
            agreement=len(leading[0] & leading[1]) / _TOGETHER,
        )


def _tokens(evidence: Evidence) -> frozenset[str]:
    """Tokens of the evidence, of what it is called, and of its document's names."""
    file = PurePath(evidence.source).stem.replace("_", " ")
    return frozenset(tokenize(" ".join((file, evidence.title, *evidence.headings, *evidence.names, evidence.text))))


def _joined(token: str) -> bool:
    """Whether a token only joins others, which count: nobody writes the `FY2023` of a question as `fy2023`."""
    pieces = tokenize(token)[1:]
    return len(pieces) > 1 and "".join(pieces) == token


def _margin(scores: Sequence[float]) -> float:
    """How far the first score is ahead of the mean of the others."""
    if len(scores) < 2:
        return _USUAL_MARGIN
    return min(_MOST_MARGIN, scores[0] - sum(scores[1:]) / (len(scores) - 1))
