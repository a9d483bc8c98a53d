"""What an answer is: text with `[n]` citations, the evidence behind each number, and a verdict for each claim."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from ..retrieval.evidence import Evidence, MatchedRegion
from ..retrieval.explanation import Explanation
from .decoders.chat_model import FinishReason, Usage

Verdict = Literal["supported", "contradicted", "not_found"]
CitationStatus = Literal["given", "repaired", "missing", "invalid"]
"""Of a claim: it cites evidence that there is; it was given a citation by the check that it passed; it cites nothing;
it cites a number that stands for nothing."""
AnswerPolicy = Literal["annotate", "strict"]
"""What becomes of claims that fail their check: they are shown with their verdict, or left out."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement of an answer and how it fares against the evidence.

    `score` in [0, 1] is the support found. `tier` names the check that decided, `evidence` is the number (from 1) of
    the evidence that did, `region` the place in it, `citations` the numbers that the answer itself gives, and
    `citation_status` how that fares.
    """

    text: str
    verdict: Verdict
    score: float
    tier: str
    reason: str
    evidence: int | None = None
    region: MatchedRegion | None = None
    citations: tuple[int, ...] = ()
    citation_status: CitationStatus = "given"

    def to_dict(self) -> dict[str, Any]:
        """JSON form, keys as the fields."""
        return {
            "text": self.text,
            "verdict": self.verdict,
            "score": round(self.score, 4),
            "tier": self.tier,
            "reason": self.reason,
            "evidence": self.evidence,
            "region": self.region.to_dict() if self.region else None,
            "citations": list(self.citations),
            "citation_status": self.citation_status,
        }


@dataclass(frozen=True, slots=True)
class Citation:
    """One `[number]` of an answer, bound to what it stands for.

    `claim` is the position of the claim that cites. `verdict` is that of the claim against this evidence alone,
    `region` the place in it that decides, None where the check finds none; the page is the region's, or the evidence's.
    """

    number: int
    claim: int
    source: str
    page: int | None
    verdict: Verdict
    region: MatchedRegion | None = None
    repaired: bool = False

    def to_dict(self) -> dict[str, Any]:
        """JSON form, keys as the fields."""
        return {**asdict(self), "region": self.region.to_dict() if self.region else None}


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a question. `evidence[n - 1]` is what `[n]` in `text` cites.

    `text` is raw: it may repeat what documents say, so nobody may take it for markup that is safe to render.
    Where `abstained` is true, it says that the documents do not tell, and `evidence` holds the closest found.
    `seconds` maps stages to the time they took, `warnings` say what went wrong without ending the search. `finish` says
    why the decoder stopped, `usage` the tokens it read and wrote, where it counts them.

    `citations` bind each number of each claim to a place. `withheld` are the claims that the policy `strict` left out.
    `searched` is what was searched for: the question made to stand alone, then its parts. `answerability` in [0, 1] is
    how likely the evidence is to answer it, None where that was not judged. `prompt_version` names the wording of
    the instructions that language models are given. `explanation` tells how the evidence was found; it has a JSON form
    of its own.
    """

    question: str
    text: str
    claims: tuple[Claim, ...]
    evidence: tuple[Evidence, ...]
    abstained: bool
    decoder: str
    seconds: Mapping[str, float] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    finish: FinishReason = "stop"
    usage: Usage | None = None
    citations: tuple[Citation, ...] = ()
    withheld: tuple[Claim, ...] = ()
    policy: AnswerPolicy = "annotate"
    searched: tuple[str, ...] = ()
    answerability: float | None = None
    prompt_version: str = ""
    explanation: Explanation | None = field(default=None, repr=False, compare=False)

    @property
    def cited(self) -> tuple[int, ...]:
        """Numbers of the evidence that the text cites, ascending; numbers that stand for nothing are left out."""
        given = {number for claim in self.claims for number in claim.citations}
        return tuple(number for number in range(1, len(self.evidence) + 1) if number in given)

    def to_dict(self) -> dict[str, Any]:
        """JSON form with stable keys, the same as the command line's `--json`."""
        return {
            "question": self.question,
            "text": self.text,
            "abstained": self.abstained,
            "claims": [claim.to_dict() for claim in self.claims],
            "cited": list(self.cited),
            "citations": [citation.to_dict() for citation in self.citations],
            "withheld": [claim.to_dict() for claim in self.withheld],
            "policy": self.policy,
            "searched": list(self.searched),
            "answerability": None if self.answerability is None else round(self.answerability, 4),
            "evidence": [{"number": number, **item.to_dict()} for number, item in enumerate(self.evidence, start=1)],
            "decoder": self.decoder,
            "prompt_version": self.prompt_version,
            "seconds": {stage: round(seconds, 4) for stage, seconds in self.seconds.items()},
            "warnings": list(self.warnings),
            "finish": self.finish,
            "usage": asdict(self.usage) if self.usage else None,
        }


@dataclass(frozen=True, slots=True)
class RetrievalEvent:
    """The evidence has been found."""

    evidence: tuple[Evidence, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TokenEvent:
    """A piece of the answer's text, with the log-probabilities of its tokens where they were asked for."""

    text: str
    logprobs: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class CitationEvent:
    """`[number]` has been written; it stands for `evidence`, which is None where there is no such number.

    `repaired`: it was not written but added, because the claim passes the check against that evidence.
    """

    number: int
    evidence: Evidence | None
    repaired: bool = False


@dataclass(frozen=True, slots=True)
class VerdictEvent:
    """A claim has been checked."""

    claim: Claim


@dataclass(frozen=True, slots=True)
class DoneEvent:
    """The whole answer. Its text is what counts: citations that were repaired stand in it, not in the tokens before."""

    answer: Answer


AnswerEvent = RetrievalEvent | TokenEvent | CitationEvent | VerdictEvent | DoneEvent
