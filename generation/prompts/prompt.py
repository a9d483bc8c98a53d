"""A question with its evidence, as every decoder gets it."""

from __future__ import annotations

from dataclasses import dataclass

from ...retrieval.evidence import Evidence


@dataclass(frozen=True, slots=True)
class Prompt:
    """A question, without the sentences that do not ask, and its evidence, numbered from 1 in this order.

    `language` is that of the question, `parts` are the single questions that it consists of, where it is a comparison.
    `answerability` in [0, 1] is how likely the evidence answers it, None where that was not judged.
    """

    question: str
    evidence: tuple[Evidence, ...]
    language: str = "en"
    parts: tuple[str, ...] = ()
    answerability: float | None = None
