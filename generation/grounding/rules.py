"""A first check of claims, by rules alone: the claim's numbers must stand in the evidence, and most of its wording.

Deeper tiers (entities, negation, chart values by series, local models) build on the same `Claim`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...indexing.tokens import query_tokens, tokenize
from ...retrieval.evidence import Evidence, MatchedRegion, matched_regions
from ..answer import Claim
from ..citations import Statement, statements

TIER = "rules"
_SUPPORTED = 0.6
"""Share of a claim's content words that one piece of evidence must hold."""


@dataclass(frozen=True, slots=True)
class _Match:
    number: int
    coverage: float
    missing_numbers: tuple[str, ...]
    region: MatchedRegion | None


def check(text: str, evidence: Sequence[str | Evidence], question: str | None = None) -> list[Claim]:
    """Check every sentence of `text` against the evidence, which may be plain passages or `Evidence`.

    A sentence that only repeats words of `question` gains nothing by that: with a question given, its words count
    half. Claims come in the order of the text.
    """
    known = frozenset(query_tokens(question)) if question else frozenset()
    return [_check(statement, evidence, known) for statement in statements(text)]


def _check(statement: Statement, evidence: Sequence[str | Evidence], known: frozenset[str]) -> Claim:
    tokens = list(dict.fromkeys(query_tokens(statement.text)))
    numbers = tuple(token for token in tokens if _is_number(token))
    words = [token for token in tokens if not _is_number(token)]
    matches = [_match(number, item, words, numbers, known) for number, item in enumerate(evidence, start=1)]
    best = max(matches, key=lambda match: (not match.missing_numbers, match.coverage, -match.number), default=None)
    if best is None or not tokens:
        return Claim(statement.text, "not_found", 0.0, TIER, "There is no evidence.", citations=statement.citations)
    closest = max(matches, key=lambda match: (match.coverage, -match.number))
    if best.coverage >= _SUPPORTED and not best.missing_numbers:
        reason = f"Its numbers and {best.coverage:.0%} of its wording stand in the evidence."
        return _claim(statement, "supported", best.coverage, reason, best)
    if closest.coverage >= _SUPPORTED:
        reason = f"The evidence says the like, without {', '.join(closest.missing_numbers)}."
        return _claim(statement, "contradicted", 0.3 * closest.coverage, reason, closest)
    reason = f"At most {closest.coverage:.0%} of its wording stands in one piece of evidence."
    return _claim(statement, "not_found", 0.5 * closest.coverage, reason, closest)


def _claim(statement: Statement, verdict: str, score: float, reason: str, match: _Match) -> Claim:
    return Claim(
        statement.text,
        verdict,  # type: ignore[arg-type]  # one of the three literals above
        score,
        TIER,
        reason,
        match.number,
        match.region,
        statement.citations,
    )


def _match(
    number: int, item: str | Evidence, words: Sequence[str], numbers: Sequence[str], known: frozenset[str]
) -> _Match:
    text = item if isinstance(item, str) else "\n".join((*item.headings, item.caption, item.text))
    present = set(tokenize(text))
    weights = {word: 0.5 if word in known else 1.0 for word in words}
    total = sum(weights.values())
    covered = sum(weight for word, weight in weights.items() if word in present)
    missing = tuple(token for token in numbers if token not in present)
    # A claim of nothing but numbers is covered as far as its numbers are.
    coverage = covered / total if total else float(not missing)
    region = None if isinstance(item, str) else _region(item, {*words, *numbers})
    return _Match(number, coverage, missing, region)


def _region(evidence: Evidence, tokens: set[str]) -> MatchedRegion | None:
    scored = [
        (len(tokens & set(tokenize(part.text))) / max(1, len(tokens)), -index, part)
        for index, part in enumerate(evidence.parts)
        if part.regions
    ]
    if not scored:
        return None
    score, _, part = max(scored, key=lambda item: item[:2])
    return matched_regions(evidence.kind, part, score)[0] if score > 0 else None


def _is_number(token: str) -> bool:
    return any(character.isdigit() for character in token)
