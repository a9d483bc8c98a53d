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


def answerability(supports: Sequence[float], token_weights: Mapping[str, float], evidence: Sequence[Evidence]) -> float:
    """How well the best piece of evidence answers the question, in about [0, 1]: the mean of three signs of it.

    They are the support of its best quotable part (`supports`, one for each piece of evidence), the idf-weighted
    share of the question's tokens that it holds as a whole, and the similarity of its vector with the question's.
    One piece must give all three: a passage on the subject and a name elsewhere are no answer.
    """
    total = sum(token_weights.values())
    signs = [
        (
            support,
            _covered(token_weights, item) / total if total > 0 else 0.0,
            item.scores.get("text_vectors", 0.0),
        )
        for support, item in zip(supports, evidence, strict=True)
    ]
    return max((sum(three) / 3 for three in signs), default=0.0)


def _covered(token_weights: Mapping[str, float], evidence: Evidence) -> float:
    present = set(tokenize(" ".join((evidence.title, *evidence.headings, *titles(evidence), evidence.text))))
    return sum(weight for token, weight in token_weights.items() if token in present)
