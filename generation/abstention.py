"""Do the documents tell? One score from three signs, each weak alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..indexing.tokens import tokenize
from ..retrieval.evidence import Evidence


def titles(evidence: Evidence) -> list[str]:
    """What the evidence is called: caption, table title, chart title and subtitle."""
    names = [evidence.caption]
    if evidence.table is not None:
        names.append(evidence.table.title)
    if evidence.reading is not None:
        names += [evidence.reading.title, evidence.reading.subtitle]
    return names


def answerability(support: float, token_weights: Mapping[str, float], evidence: Sequence[Evidence]) -> float:
    """Mean of three signs in about [0, 1] that the evidence answers the question.

    They are the support of the best quotable piece, the idf-weighted share of the question's tokens that one piece
    of evidence holds as a whole, and the highest similarity of the question's vector with an evidence's.
    """
    if not evidence:
        return 0.0
    similarity = max(item.scores.get("text_vectors", 0.0) for item in evidence)
    total = sum(token_weights.values())
    share = max(_covered(token_weights, item) for item in evidence) / total if total > 0 else 0.0
    return (support + share + similarity) / 3


def _covered(token_weights: Mapping[str, float], evidence: Evidence) -> float:
    present = set(tokenize(" ".join((evidence.title, *evidence.headings, *titles(evidence), evidence.text))))
    return sum(weight for token, weight in token_weights.items() if token in present)
