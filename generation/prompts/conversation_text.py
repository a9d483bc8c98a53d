"""What was said before a question, as a language model is shown it: material to read, not turns that speak to it."""

from __future__ import annotations

from collections.abc import Sequence

from ..conversation import Turn
from .instructions import Wording
from .neutral import unmarked

_TURN_CHARACTERS = 1_000
"""Of each turn: what a follow-up refers to stands near the beginning."""


def follow_up(question: str, turns: Sequence[Turn], words: Wording) -> str:
    """The turns between fences that none of them can close, and the question behind them.

    Answers repeat documents, so that an instruction hidden in one may stand in a turn.
    """
    said = [
        f'<turn speaker="{"assistant" if turn.get("role") == "assistant" else "user"}">\n{text}\n</turn>'
        for turn in turns
        if (text := unmarked(turn.get("content", ""))[:_TURN_CHARACTERS].strip())
    ]
    return "\n".join(["<conversation>", *said, "</conversation>", f"{words.question}: {unmarked(question)}"])
