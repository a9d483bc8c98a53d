"""What an answer is: text with `[n]` citations, the evidence behind each number, and a verdict for each claim."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from ..retrieval.evidence import Evidence, MatchedRegion
from .decoders.chat_model import FinishReason, Usage

Verdict = Literal["supported", "contradicted", "not_found"]


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement of an answer and how it fares against the evidence.

    `score` in [0, 1] is the support found. `tier` names the check that decided, `evidence` is the number (from 1) of
    the evidence that did, `region` the place in it, `citations` the numbers that the answer itself gives.
    """

    text: str
    verdict: Verdict
    score: float
    tier: str
    reason: str
    evidence: int | None = None
    region: MatchedRegion | None = None
    citations: tuple[int, ...] = ()

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
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a question. `evidence[n - 1]` is what `[n]` in `text` cites.

    Where `abstained` is true, `text` says that the documents do not tell, and `evidence` holds the closest found.
    `seconds` maps stages to the time they took, `warnings` say what went wrong without ending the search. `finish` says
    why the decoder stopped, `usage` the tokens it read and wrote, where it counts them.
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

    @property
    def cited(self) -> tuple[int, ...]:
        """Numbers of the evidence that the text cites, ascending."""
        return tuple(sorted({number for claim in self.claims for number in claim.citations}))

    def to_dict(self) -> dict[str, Any]:
        """JSON form with stable keys, the same as the command line's `--json`."""
        return {
            "question": self.question,
            "text": self.text,
            "abstained": self.abstained,
            "claims": [claim.to_dict() for claim in self.claims],
            "cited": list(self.cited),
            "evidence": [{"number": number, **item.to_dict()} for number, item in enumerate(self.evidence, start=1)],
            "decoder": self.decoder,
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
    """`[number]` has been written; it stands for `evidence`, which is None where there is no such number."""

    number: int
    evidence: Evidence | None


@dataclass(frozen=True, slots=True)
class VerdictEvent:
    """A claim has been checked."""

    claim: Claim


@dataclass(frozen=True, slots=True)
class DoneEvent:
    """The whole answer."""

    answer: Answer


AnswerEvent = RetrievalEvent | TokenEvent | CitationEvent | VerdictEvent | DoneEvent
