"""Tier 2: a language model as judge of claims, whose answer must be JSON of a given schema."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from typing import Any

from ...errors import DecoderError
from ...indexing.language import detect_language
from ...retrieval.evidence import Evidence
from ..answer import Claim
from ..decoders.chat_model import ChatModel, Decoding, Message, TextPiece
from ..prompts.instructions import wording
from ..prompts.neutral import neutral, unmarked
from .premises import candidates, text_of
from .ruling import SUPPORTED
from .tiers import STOPPED, Opinion, is_set

_VERDICTS = ("supported", "contradicted", "not_found")
SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "verdicts": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "claim": {"type": "integer"},
                    "verdict": {"enum": list(_VERDICTS)},
                    "support": {"type": "number"},
                    "evidence": {"type": "integer"},
                    "reason": {"type": "string"},
                },
                "required": ["claim", "verdict", "support", "evidence", "reason"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["verdicts"],
    "additionalProperties": False,
}
"""What the judge's answer must look like."""
_CLAIMS_AT_A_TIME = 8
_TOKENS_A_VERDICT = 96
_LEAST_TOKENS = 64
_LONGEST_REASON = 200
_JUST_BELOW = SUPPORTED - 0.01


class JudgeTier:
    """Opinions of a language model. Where its answer cannot be used, or it fails, the tier abstains and says why.

    Passages and claims are written without control tokens and markup, as in the prompts of answers.
    `max_evidence_tokens` is what the passages may take together, by rank; the model's context bounds it, too. Greedy
    decoding, so that the same claims get the same verdicts.
    """

    name = "judge"

    def __init__(self, model: ChatModel, *, max_evidence_tokens: int = 4_000) -> None:
        self._model = model
        self._max_evidence_tokens = max_evidence_tokens

    def judge(
        self,
        claims: Sequence[Claim],
        evidence: Sequence[str | Evidence],
        question: str | None = None,
        *,
        cancel: threading.Event | None = None,
    ) -> Sequence[Opinion]:
        """One request for some claims at a time."""
        opinions: list[Opinion] = []
        for start in range(0, len(claims), _CLAIMS_AT_A_TIME):
            some = claims[start : start + _CLAIMS_AT_A_TIME]
            opinions += [STOPPED] * len(some) if is_set(cancel) else self._some(some, evidence, question, cancel)
        return opinions

    def _some(
        self,
        claims: Sequence[Claim],
        evidence: Sequence[str | Evidence],
        question: str | None,
        cancel: threading.Event | None,
    ) -> list[Opinion]:
        task = wording(detect_language(" ".join(claim.text for claim in claims)) or "en").judge
        max_tokens = _TOKENS_A_VERDICT * len(claims) + _LEAST_TOKENS
        asked: dict[str, Any] = {"question": unmarked(question)} if question else {}
        asked["claims"] = [{"claim": n, "text": unmarked(claim.text)} for n, claim in enumerate(claims, start=1)]
        passages = self._passages(claims, evidence, max_tokens, task + json.dumps(asked, ensure_ascii=False))
        asked = {"evidence": [{"number": n, "text": text} for n, text in passages], **asked}
        messages = [Message("system", task), Message("user", json.dumps(asked, ensure_ascii=False))]
        try:
            decoding = Decoding(max_tokens=max_tokens, json_schema=SCHEMA, thinking=False)
            pieces = self._model.stream(messages, decoding, cancel=cancel)
            text = "".join(piece.text for piece in pieces if isinstance(piece, TextPiece))
        except DecoderError as error:
            return [Opinion(None, reason=f"the model failed: {error.message}") for _ in claims]
        if is_set(cancel):
            return [STOPPED] * len(claims)
        return _opinions(text, len(claims), {number for number, _ in passages})

    def _passages(
        self, claims: Sequence[Claim], evidence: Sequence[str | Evidence], max_tokens: int, rest: str
    ) -> list[tuple[int, str]]:
        """The evidence that the claims may rest on, as much as there is room for, each whole or cut at a line."""
        room = self._max_evidence_tokens
        if self._model.context_tokens is not None:
            taken = self._model.count_tokens(rest) + max_tokens + _LEAST_TOKENS
            room = min(room, self._model.context_tokens - taken)
        numbers = dict.fromkeys(number for claim in claims for number in candidates(claim, len(evidence)))
        passages: list[tuple[int, str]] = []
        for number in sorted(numbers):
            text, tokens = self._fitting(neutral(text_of(evidence[number - 1])), room)
            room -= tokens
            if text:
                passages.append((number, text))
        return passages

    def _fitting(self, text: str, room: int) -> tuple[str, int]:
        """The text as far as there is room, and its tokens; lines are counted only where the whole is too much."""
        tokens = self._model.count_tokens(text)
        if tokens <= room:
            return text, tokens
        lines: list[str] = []
        taken = 0
        for line in text.splitlines():
            tokens = self._model.count_tokens(line)
            if taken + tokens > room:
                break
            lines.append(line)
            taken += tokens
        return "\n".join(lines), taken


def _opinions(text: str, count: int, numbers: set[int]) -> list[Opinion]:
    try:
        verdicts = json.loads(text)["verdicts"]
        by_claim = {entry["claim"]: entry for entry in verdicts}
    except (ValueError, TypeError, KeyError, RecursionError):
        return [Opinion(None, reason="its answer was no JSON with verdicts")] * count
    return [_opinion(by_claim.get(claim), numbers) for claim in range(1, count + 1)]


def _opinion(entry: object, numbers: set[int]) -> Opinion:
    """The entry as an opinion; it abstains where that is not what the schema asks for."""
    if entry is None:
        return Opinion(None, reason="its answer left this claim out")
    if not isinstance(entry, dict) or entry.get("verdict") not in _VERDICTS:
        return Opinion(None, reason="its answer has no verdict of this claim")
    support, evidence, reason = entry.get("support"), entry.get("evidence"), entry.get("reason")
    if isinstance(support, bool) or not isinstance(support, int | float) or not 0 <= support <= 1:
        return Opinion(None, reason="its answer has no support between 0 and 1")
    verdict = entry["verdict"]
    score = max(float(support), SUPPORTED) if verdict == "supported" else min(float(support), _JUST_BELOW)
    said = " ".join(str(reason or "").split())[:_LONGEST_REASON]
    return Opinion(verdict, score, f"The judge: {said or verdict}", next((n for n in numbers if n == evidence), None))
