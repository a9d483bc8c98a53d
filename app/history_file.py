"""What was said before a question, read from a file."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..errors import QueryError
from ..generation.conversation import Turn

_FORM = 'Write a list of {"role": "user", "content": "..."} and {"role": "assistant", "content": "..."}, or one a line.'


def read_history(path: Path) -> list[Turn]:
    """The turns of a conversation, the oldest first: a JSON list, or JSON lines; `-` is standard input.

    Raises `QueryError` naming the turn that is none.
    """
    try:
        text = sys.stdin.read() if str(path) == "-" else path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise QueryError(f"The history {path} cannot be read: {error}.", hint=_FORM) from error
    try:
        turns = json.loads(text) if text.lstrip().startswith("[") else _lines(text)
    except ValueError as error:
        raise QueryError(f"The history {path} is not JSON: {error}.", hint=_FORM) from error
    for number, turn in enumerate(turns, start=1):
        if not _is_turn(turn):
            raise QueryError(f"Turn {number} of the history {path} has no role and content.", hint=_FORM)
    return [{"role": turn["role"], "content": turn["content"]} for turn in turns]


def _lines(text: str) -> list[Any]:
    return [json.loads(line) for line in text.split("\n") if line.strip()]  # `splitlines` parts strings, too


def _is_turn(turn: object) -> bool:
    if not isinstance(turn, Mapping):
        return False
    return turn.get("role") in {"user", "assistant"} and isinstance(turn.get("content"), str)
