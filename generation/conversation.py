"""A follow-up question made to stand alone, by rules: without a language model, what was asked before carries over."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ..indexing.tokens import query_tokens

Turn = Mapping[str, str]
"""`{"role": "user" | "assistant", "content": …}`, as in chat APIs."""

_REFERS_BACK = re.compile(
    r"\b(it|its|they|them|their|this|that|these|those|he|she|his|her|there|same|also|former|latter)\b"
    r"|^(and|but|what about|how about|why)\b|它|他们|她|这个|那个|该|其|上述|呢[？?]?$",
    re.IGNORECASE,
)
_SHORT_TOKENS = 3


def standalone_question(question: str, history: Sequence[Turn]) -> str:
    """The question with the previous one in front where it refers back to it or is too short to stand alone."""
    earlier = [turn["content"] for turn in history if turn.get("role") == "user" and turn.get("content", "").strip()]
    if not earlier:
        return question
    dependent = bool(_REFERS_BACK.search(question)) or len(query_tokens(question)) <= _SHORT_TOKENS
    return f"{earlier[-1].strip()} {question}" if dependent else question
