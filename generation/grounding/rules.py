"""Tier 0 of the checks: claims against evidence by their wording, numbers, names, comparisons and negations.

It needs no model. A claim is supported as far as its words stand in the evidence, and as its least supported number,
name or comparison is; the first of these that the evidence contradicts is the reason of the verdict.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

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
_ALIKE = 0.15
"""Coverage by which evidence may fall behind the best and still be what is meant."""
_MOST_GROUPS = 4
_ENUMERATOR = re.compile(r"^\s*(?:\(?\d{1,2}[.)、]|[•*-])\s+")
_LEAST_GAIN = 0.12
"""Share of the claim that a further passage must add."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """A claim as the rules judge it, and whether no model may overrule them."""

    claim: Claim
    final: bool = False


def rule(text: str, evidence: Sequence[str | Evidence], question: str | None = None) -> list[Ruling]:
    """Judge every claim of `text` by the evidence. Words of `question` count half. In the order of the text."""
    known = frozenset(key_of(word) for word in words_of(question)) if question else frozenset()
    passages = passages_of(evidence)
    return [_rule(statement, passages, known) for statement in statements(text)]


def _rule(statement: Statement, passages: Sequence[Passage], known: frozenset[str]) -> Ruling:
    text = _ENUMERATOR.sub("", statement.text)
    words = words_of(text)
    if not passages or not any(word.is_content for word in words):
        reason = "It says nothing that could be checked." if passages else "There is no evidence."
        return Ruling(Claim(statement.text, "not_found", 0.0, TIER, reason, citations=statement.citations), True)
    quoted = next((p for p in passages if not p.fact and p.wording == wording_of(words)), None)
    if quoted is not None:
        reason = "It stands in the evidence word for word."
        place = quoted.region(1.0)
        claim = Claim(statement.text, "supported", 1.0, TIER, reason, quoted.number, place, statement.citations)
        return Ruling(claim, True)
    groups = _groups(_weights(words, known), passages, statement.citations)
    told = [(group, list(findings(search_form(text), words, group.passages))) for group in groups]
    best, found = max(told, key=lambda pair: _score(pair[0].coverage, pair[1]))
    score = _score(best.coverage, found)
    verdict, reason = _verdict(best.coverage, score, found)
    decisive = _decisive(verdict, found) or best.resting[0]
    claim = Claim(
        statement.text, verdict, score, TIER, reason, decisive.number, decisive.region(score), statement.citations
    )
    return Ruling(claim, verdict == "contradicted" and any(f.conflicts and f.kind in {"number", "year"} for f in found))


def _decisive(verdict: Verdict, found: Sequence[Finding]) -> Passage | None:
    """The passage that speaks against a claim, or the one that has its first number."""
    if verdict != "supported":
        weakest = min(found, key=lambda finding: finding.score, default=None)
        return weakest.passage if weakest is not None and weakest.conflicts else None
    return next((f.passage for f in found if f.kind == "number" and f.passage is not None), None)


def _weights(words: Sequence[Word], known: frozenset[str]) -> dict[str, float]:
    """What each distinct content word counts for the coverage; numbers are judged apart."""
    weights: dict[str, float] = {}
    for word in words:
        if word.is_content and word.quantity is None:
            weight = _NAME_WEIGHT if word.kind == "name" else _POLE_WEIGHT if word.pole else 1.0
            weights[key_of(word)] = weight * (0.5 if key_of(word) in known else 1.0)
    return weights


@dataclass(frozen=True, slots=True)
class _Group:
    """Evidence that a claim may rest on: all its passages, the few that hold most of the claim, and what share."""

    passages: Sequence[Passage]
    resting: Sequence[Passage]
    coverage: float


def _groups(weights: dict[str, float], passages: Sequence[Passage], cited: Sequence[int]) -> list[_Group]:
    """The pieces of evidence that hold most of the claim's wording, the best first, and those together that it cites.

    Words from here and there say nothing, so pieces are not mixed otherwise; which of several alike is meant, numbers
    and names tell.
    """
    total = sum(weights.values())
    together = [frozenset({number}) for number in dict.fromkeys(passage.number for passage in passages)]
    if len(cited) > 1:
        together.append(frozenset(cited))
    groups = []
    for numbers in together:
        own = [passage for passage in passages if passage.number in numbers]
        if own:
            chosen, held = _greedy(weights, own)
            groups.append(_Group(own, chosen, held / total if total else 1.0))
    groups.sort(key=lambda group: -group.coverage)
    return [group for group in groups if group.coverage >= groups[0].coverage - _ALIKE][:_MOST_GROUPS]


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
