"""Tier 0 of the checks: claims against evidence by their wording, numbers, names, comparisons and negations.

It needs no model. A claim is supported as far as its words stand in the evidence, and as its least supported number,
name or comparison is; the first of these that the evidence contradicts is the reason of the verdict.
"""

from __future__ import annotations

from collections.abc import Sequence

from ...indexing.search_form import search_form
from ...retrieval.evidence import Evidence
from ..answer import Claim, Verdict
from ..citations import Statement, statements
from .association import key_of
from .findings import Finding, findings
from .passages import Passage, passages_of, wording_of
from .words import Word, words_of

TIER = "rules"
SUPPORTED = 0.6
"""Score from which a claim is supported."""
TOLD = 0.5
"""Coverage from which the evidence speaks of what the claim says."""
_MOST_PASSAGES = 3
_NAME_WEIGHT = 1.5
_POLE_WEIGHT = 0.5
"""Sides of comparisons are judged apart, and have many words."""
_OVER = 0.9
"""Credit for a word that stands in a heading or title over the passage."""
_LEAST_GAIN = 0.12
"""Share of the claim that a further passage must add."""


def check(text: str, evidence: Sequence[str | Evidence], question: str | None = None) -> list[Claim]:
    """Check every sentence of `text` against the evidence, which may be plain passages or `Evidence`.

    A sentence that only repeats words of `question` gains nothing by that: with a question given, its words count
    half. Claims come in the order of the text.
    """
    known = frozenset(key_of(word) for word in words_of(question)) if question else frozenset()
    passages = passages_of(evidence)
    return [_check(statement, passages, known) for statement in statements(text)]


def _check(statement: Statement, passages: Sequence[Passage], known: frozenset[str]) -> Claim:
    words = words_of(statement.text)
    if not passages or not any(word.is_content for word in words):
        return Claim(statement.text, "not_found", 0.0, TIER, "There is no evidence.", citations=statement.citations)
    quoted = next((p for p in passages if not p.fact and p.wording == wording_of(words)), None)
    if quoted is not None:
        reason = "It stands in the evidence word for word."
        return Claim(
            statement.text, "supported", 1.0, TIER, reason, quoted.number, quoted.region(1.0), statement.citations
        )
    weights = _weights(words, known)
    resting, coverage, numbers = _resting_on(weights, passages, statement.citations)
    told = [passage for passage in passages if passage.number in numbers]
    found = list(findings(search_form(statement.text), words, told))
    weakest = min(found, key=lambda finding: finding.score, default=None)
    score = _score(coverage, found)
    verdict, reason = _verdict(coverage, score, found)
    decisive = weakest.passage if weakest is not None and weakest.conflicts and weakest.passage else resting[0]
    return Claim(
        statement.text, verdict, score, TIER, reason, decisive.number, decisive.region(score), statement.citations
    )


def _weights(words: Sequence[Word], known: frozenset[str]) -> dict[str, float]:
    """What each distinct content word counts for the coverage; numbers are judged apart."""
    weights: dict[str, float] = {}
    for word in words:
        if word.is_content and word.quantity is None:
            weight = _NAME_WEIGHT if word.kind == "name" else _POLE_WEIGHT if word.pole else 1.0
            weights[key_of(word)] = weight * (0.5 if key_of(word) in known else 1.0)
    return weights


def _resting_on(
    weights: dict[str, float], passages: Sequence[Passage], cited: Sequence[int]
) -> tuple[list[Passage], float, frozenset[int]]:
    """The few passages that together hold most of the claim, the share they hold, and what evidence that is.

    It is one piece of evidence, or those together that the claim itself cites: words from here and there say nothing.
    """
    total = sum(weights.values())
    together = [frozenset({number}) for number in dict.fromkeys(passage.number for passage in passages)]
    if len(cited) > 1:
        together.append(frozenset(cited))
    best: tuple[list[Passage], float, frozenset[int]] = ([passages[0]], 0.0, together[0])
    for numbers in together:
        own = [passage for passage in passages if passage.number in numbers]
        chosen, held = _greedy(weights, own) if own else ([], 0.0)
        share = held / total if total else 1.0
        if chosen and (share > best[1] or not total):
            best = chosen, share, numbers
    return best


def _greedy(weights: dict[str, float], passages: Sequence[Passage]) -> tuple[list[Passage], float]:
    beside = frozenset().union(*{passage.beside for passage in passages})
    over = sum(weight for key, weight in weights.items() if key in beside)
    missing = {key: weight for key, weight in weights.items() if key not in beside}
    chosen: list[Passage] = []
    held = _OVER * over
    for _ in range(_MOST_PASSAGES):
        gains = [sum(weight for key, weight in missing.items() if key in passage.keys) for passage in passages]
        gain = max(gains)
        if chosen and gain <= _LEAST_GAIN * sum(weights.values()):
            break
        passage = passages[gains.index(gain)]
        chosen.append(passage)
        held += gain
        missing = {key: weight for key, weight in missing.items() if key not in passage.keys}
    return chosen, held


def _score(coverage: float, found: Sequence[Finding]) -> float:
    least = min((finding.score for finding in found), default=1.0)
    mean = sum(finding.score for finding in found) / len(found) if found else 1.0
    weakest: float = least**0.8 * mean**0.2
    return coverage * weakest


def _verdict(coverage: float, score: float, found: Sequence[Finding]) -> tuple[Verdict, str]:
    conflicts = sorted((finding for finding in found if finding.conflicts), key=lambda finding: finding.score)
    if score >= SUPPORTED:
        return "supported", f"{coverage:.0%} of its wording stands in the evidence, its numbers and names with it."
    if coverage >= TOLD and conflicts:
        worst = conflicts[0]
        if worst.kind == "negation":
            return "contradicted", f"The evidence says the like, but not with the same negation: {worst.instead}."
        return "contradicted", f"The answer says {worst.word}, the evidence {worst.instead}."
    absent = [finding.word for finding in found if finding.score <= 0.15 and finding.word]
    if coverage >= TOLD and absent:
        return "not_found", f"The evidence says the like, without {', '.join(absent)}."
    return "not_found", f"At most {coverage:.0%} of its wording stands in one piece of evidence."
