"""Citations bound to what the checks find: repaired where a claim passes against evidence, else marked.

A citation is never added because evidence is similar: only the check of the claim, passed, adds one.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from ..retrieval.evidence import Evidence
from .answer import Citation, Claim
from .citations import Statement, recited, statements
from .prompts import is_not_told


class Checks(Protocol):
    """What checks claims, such as `grounding.checker.Checker`."""

    def check(
        self,
        text: str,
        evidence: Sequence[str | Evidence],
        question: str | None = None,
        *,
        cancel: threading.Event | None = None,
    ) -> list[Claim]:
        """One or more claims for each statement of the text, in its order, and soon once `cancel` is set."""
        ...


@dataclass(frozen=True, slots=True)
class CheckedStatement:
    """A statement of an answer after its checks: `text` as it may now be shown, `added` the repaired citations."""

    text: str
    claims: tuple[Claim, ...]
    added: tuple[int, ...] = ()

    @property
    def passes(self) -> bool:
        """Whether all its claims are supported. One that only says that the documents do not tell claims nothing."""
        return all(claim.verdict == "supported" for claim in self.claims)


def checked_statements(
    checks: Checks,
    text: str,
    evidence: Sequence[Evidence],
    question: str | None = None,
    *,
    cancel: threading.Event | None = None,
) -> list[CheckedStatement]:
    """Check a text and repair its citations. The texts of the statements, joined, are the whole text again."""
    found = statements(text)
    if not found:
        return []
    claims = checks.check(text, evidence, question, cancel=cancel)
    ends = [statement.start for statement in found[1:]] + [len(text)]
    starts = [0, *ends[:-1]]
    return [
        _checked(text[start:end], statement, own, len(evidence))
        for start, end, statement, own in zip(starts, ends, found, _shared_out(claims, found), strict=True)
    ]


def bound_citations(
    checks: Checks, claims: Sequence[Claim], evidence: Sequence[Evidence], question: str | None = None
) -> Iterator[Citation]:
    """Every citation of every claim with its place: the claim is checked against that evidence alone."""
    for position, claim in enumerate(claims):
        for number in claim.citations:
            if not 1 <= number <= len(evidence):
                continue
            alone = claim
            if number != claim.evidence or len(claim.citations) > 1:
                found = checks.check(claim.text, [evidence[number - 1]], question)
                alone = min(found, key=lambda one: one.score, default=replace(claim, verdict="not_found", region=None))
            item = evidence[number - 1]
            page = alone.region.region.page if alone.region else item.page
            repaired = claim.citation_status == "repaired" and number == claim.evidence
            yield Citation(number, position, item.source, page, alone.verdict, alone.region, repaired)


def _shared_out(claims: Sequence[Claim], found: Sequence[Statement]) -> list[list[Claim]]:
    """The claims of each statement: a claim is a statement or a part of one, and both come in the text's order.

    No two claims take the same words: of a sentence that is written twice, each has its own.
    """
    shared: list[list[Claim]] = [[] for _ in found]
    said = [_bare(statement.text) for statement in found]
    place = read = 0
    for claim in claims:
        wanted = _bare(claim.text)
        starts = ((at, said[at].find(wanted, read if at == place else 0)) for at in range(place, len(found)))
        place, start = next(((at, start) for at, start in starts if start >= 0), (place, read))
        read = start + len(wanted)
        shared[place].append(claim)
    return shared


def _checked(raw: str, statement: Statement, claims: Sequence[Claim], count: int) -> CheckedStatement:
    if is_not_told(statement.text):
        return CheckedStatement(raw, ())
    settled = tuple(_settled(claim, statement.citations, count) for claim in claims)
    given = [number for number in statement.citations if 1 <= number <= count]
    added = tuple(
        dict.fromkeys(number for claim in settled for number in claim.citations if number not in statement.citations)
    )
    if any(claim.citation_status == "invalid" for claim in settled):
        return CheckedStatement(recited(raw, keep=statement.citations, add=added), settled, added)
    return CheckedStatement(recited(raw, keep=given, add=added), settled, added)


def _settled(claim: Claim, cited: tuple[int, ...], count: int) -> Claim:
    valid = tuple(number for number in cited if 1 <= number <= count)
    if valid and len(valid) == len(cited):
        return replace(claim, citations=valid, citation_status="given")
    if claim.verdict == "supported" and claim.evidence is not None:
        repaired = tuple(dict.fromkeys((*valid, claim.evidence)))
        return replace(claim, citations=repaired, citation_status="repaired")
    return replace(claim, citations=cited, citation_status="invalid" if cited else "missing")


def _bare(text: str) -> str:
    return re.sub(r"\W+", "", text)
