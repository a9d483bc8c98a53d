"""Citation recall and precision as ALCE defines them (Gao et al., EMNLP 2023), with Chartwell's own verifier."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ...generation.answer import Claim
from ...generation.grounding.checker import check
from ...retrieval.evidence import Evidence
from .protocol import Value

Passage = str | Evidence
Supports = Callable[[str, Sequence[Passage]], bool]
"""Whether passages, taken together, support a statement."""
SIGNATURE = "ALCE citation recall and precision|verifier:chartwell rules"


@dataclass(frozen=True, slots=True)
class CitationScores:
    """Of one answer: the share of statements that what they cite supports, and of citations that are needed for it."""

    recall: Value
    precision: Value


def supported(statement: str, passages: Sequence[Passage]) -> bool:
    """Chartwell's check of a statement against all the passages together."""
    if not passages:
        return False
    marks = "".join(f"[{number}]" for number in range(1, len(passages) + 1))
    claims = check(f"{statement} {marks}", passages)
    return bool(claims) and all(claim.verdict == "supported" for claim in claims)


def citation_scores(
    claims: Sequence[Claim], evidence: Sequence[Passage], supports: Supports = supported
) -> CitationScores:
    """Score the citations of an answer's claims; `[n]` cites `evidence[n - 1]`.

    A statement without citations is not recalled. A citation is precise where the statement's citations together
    support it, and this one either does alone or cannot be left out. One that cites nothing there is not precise.
    """
    if not claims:
        none = Value(None, "the answer makes no statements")
        return CitationScores(none, none)
    recalled = precise = cited = 0
    for claim in claims:
        numbers = [number for number in claim.citations if 1 <= number <= len(evidence)]
        cited += len(claim.citations)
        if supports(claim.text, [evidence[number - 1] for number in numbers]):
            recalled += 1
            precise += sum(_is_needed(claim.text, number, numbers, evidence, supports) for number in numbers)
    precision = Value(precise / cited) if cited else Value(None, "the answer cites nothing")
    return CitationScores(Value(recalled / len(claims)), precision)


def _is_needed(
    statement: str, number: int, numbers: Sequence[int], evidence: Sequence[Passage], supports: Supports
) -> bool:
    if len(numbers) == 1 or supports(statement, [evidence[number - 1]]):
        return True
    return not supports(statement, [evidence[other - 1] for other in numbers if other != number])
