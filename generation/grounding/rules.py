"""Tier 0 of the checks: claims against evidence by their wording, numbers, names, comparisons and negations.

It needs no model. A claim is supported as far as its words stand in the evidence, and as its least supported number,
name or comparison is; the first of these that the evidence contradicts is the reason of the verdict.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ...indexing.search_form import search_form
from ...retrieval.evidence import Evidence
from ..answer import Claim, Verdict
from ..citations import Statement, statements
from .association import key_of
from .clauses import clauses
from .derived import cues
from .exchanges import exchanges
from .findings import findings
from .groups import Group, Library
from .matching import Finding, Said
from .other_words import OtherWords
from .passages import Passage, passages_of, wording_of
from .replaced_words import replaced_words
from .ruling import SUPPORTED, TIER, Ruling
from .stems import stem
from .words import Word, words_of

TOLD = 0.5
"""Coverage from which the evidence speaks of what the claim says."""
_PASSES = 0.6
"""Score from which a number, name or comparison is in its place."""
_NAME_WEIGHT = 1.5
_POLE_WEIGHT = 0.5
"""Sides of comparisons are judged apart, and have many words."""
_CARRIER_WEIGHT = 0.3
_CARRIERS = frozenset(map(stem, ("share", "percentage", "proportion", "people", "number")))
"""What a number is often said to be of, whatever the evidence calls it."""
_ENUMERATOR = re.compile(r"^\s*(?:\(?\d{1,2}[.)、]|[•*-])\s+")
_FRAME = re.compile(
    r"^(?:(?:as\s)?(?:(?:the|this|these|that|one|our|its|an?|most|recent|new)\s){0,3}(?:survey|stud(?:y|ie)|report|poll|paper"
    r"|article|analys[ie]s|research|researcher|author|finding|result|data|evidence|document|text|chart|table)s?\b[^,.;\d]{0,24}?"
    r"(?:\bthat\b|,)|it\s(?:is|was|has\sbeen|can\sbe)\s\w+\sthat\b)\s+|^[^，。\d]{0,6}(?:指出|认为|表明|显示|看到|看出|说明|注意)(?:的是)?[，,：:]",
    re.IGNORECASE,
)
"""Who says it, where that is the document or its authors."""
_REFERENCE = re.compile(
    r"\b(?:Figure|Fig\.|Table|Chart|Source|Exhibit|Page|p\.)\s?\d+\b|[图表]\s?\d+(?=[，,显所中可])|^(?:Yes|No)[,，]\s*",
    re.IGNORECASE,
)
"""What points at the evidence, or answers before the statement: no part of what is said."""


def rule(
    text: str,
    evidence: Sequence[str | Evidence],
    question: str | None = None,
    other_words: OtherWords = OtherWords(),  # noqa: B008 - it holds nothing
) -> list[Ruling]:
    """Judge every claim of `text` by the evidence. Words of `question` count half. In the order of the text.

    `other_words` judges what the evidence says in other words.
    """
    known = frozenset(key_of(word) for word in words_of(question)) if question else frozenset()
    library = Library(passages_of(evidence))
    return other_words.judged([ruling for statement in statements(text) for ruling in _rule(statement, library, known)])


def _rule(statement: Statement, library: Library, known: frozenset[str]) -> Iterator[Ruling]:
    """One ruling for a sentence that stands in the evidence word for word, else one for each of its clauses."""
    quoted = _quoted(statement, library)
    pieces = [] if quoted is not None else clauses(statement.text)
    if quoted is not None:
        yield quoted
    elif len(pieces) < 2:
        yield _judge(statement, library, known)
    for piece in pieces if len(pieces) > 1 else ():
        clause = Statement(piece, statement.citations)
        yield _quoted(clause, library) or _judge(clause, library, known)


def _said(text: str) -> str:
    """What is said, without the number of a list item and pointers at the evidence."""
    plain = _REFERENCE.sub(" ", _ENUMERATOR.sub("", text)).strip()
    bare = _FRAME.sub("", plain)
    return bare[:1].upper() + bare[1:] if bare and bare != plain else plain


def _quoted(statement: Statement, library: Library) -> Ruling | None:
    words = words_of(_said(statement.text))
    if not any(word.is_content for word in words):
        return None
    wording = wording_of(words)
    quoted = next((p for p in library.passages if p.fact is None and p.wording == wording), None)
    if quoted is None:
        return None
    reason, place = "It stands in the evidence word for word.", quoted.region(1.0)
    claim = Claim(statement.text, "supported", 1.0, TIER, reason, quoted.number, place, statement.citations)
    return Ruling(claim, final=True)


def _judge(statement: Statement, library: Library, known: frozenset[str]) -> Ruling:
    text = _said(statement.text)
    words = [_named(word, library.names) for word in words_of(text)]
    if not library.passages or not any(word.is_content for word in words):
        reason = "It says nothing that could be checked." if library.passages else "There is no evidence."
        claim = Claim(statement.text, "not_found", 0.0, TIER, reason, citations=statement.citations)
        return Ruling(claim, final=True)
    weights = _weights(words, known)
    groups = library.groups(weights, statement.citations)
    said = Said(search_form(text), words)
    best, coverage, score, found = max((_fared(said, weights, group) for group in groups), key=_by_score)
    verdict, reason = _verdict(coverage, score, found)
    decisive = _decisive(verdict, found) or best.resting[0]
    claim = Claim(
        statement.text, verdict, score, TIER, reason, decisive.number, decisive.region(score), statement.citations
    )
    final = verdict == "contradicted" and any(f.conflicts and f.kind in {"number", "year"} for f in found)
    passes = verdict == "not_found" and coverage >= TOLD and all(f.score >= _PASSES for f in found)
    near = tuple(p.text for p in best.resting if p.fact is None) if passes else ()
    may_pass = verdict == "supported" or near
    replaced = replaced_words(said, best.pieces, best.resting) if may_pass else ()
    return Ruling(claim, final, near, tuple(replaced))


def _named(word: Word, names: frozenset[str]) -> Word:
    """A word at the beginning of a sentence is a name where it is one elsewhere."""
    return replace(word, kind="name", initial=False) if word.initial and word.stem in names else word


_Fared = tuple[Group, float, float, list[Finding]]


def _by_score(fared: _Fared) -> float:
    return fared[2]


def _fared(said: Said, weights: dict[str, float], group: Group) -> _Fared:
    """How the claim fares with one group of evidence: coverage, score and findings."""
    found = [*findings(said, group.pieces), *exchanges(said, group.pieces)]
    kept = {key for passage in group.resting for key in passage.keys} | group.pieces.beside
    credited = {finding.key for finding in found if finding.key}
    if any(finding.note and finding.kind == "number" for finding in found):
        spans = list(cues(said.text))
        credited |= {key_of(w) for w in said.words if any(start <= w.start < end for start, end in spans)}
    credit = sum(weights.get(key, 0.0) for key in credited - kept)
    coverage = min(1.0, (group.held + credit) / group.total) if group.total else 1.0
    return group, coverage, _score(coverage, found), found


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
            weight = _CARRIER_WEIGHT if word.stem in _CARRIERS and any(w.quantity for w in words) else weight
            weights[key_of(word)] = weight * (0.5 if key_of(word) in known else 1.0)
    return weights


def _score(coverage: float, found: Sequence[Finding]) -> float:
    least = min((finding.score for finding in found), default=1.0)
    mean = sum(finding.score for finding in found) / len(found) if found else 1.0
    weakest: float = least**0.8 * mean**0.2
    return coverage * weakest


def _verdict(coverage: float, score: float, found: Sequence[Finding]) -> tuple[Verdict, str]:
    conflicts = sorted((finding for finding in found if finding.conflicts), key=lambda finding: finding.score)
    if score >= SUPPORTED:
        notes = [finding.note for finding in found if finding.note]
        if notes:
            return "supported", f"It follows from the evidence: {'; '.join(dict.fromkeys(notes))}."
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
