"""How many tokens a chunk may have, and cutting what has more than that into pieces that fit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from ..errors import SettingsError
from .encoders.protocols import TokenCounter
from .sentences import Range, split_clauses, split_words

SMALLEST_BUDGET = 32

_BATCH = 2048
"""Texts counted at once: enough for the tokenizer's threads, few enough for memory."""

_CHARACTERS_PER_TOKEN = 20
"""A WordPiece tokenizer takes any word of more than a hundred characters for one unknown token. So that such words
cannot make a chunk of megabytes, a text is never taken for fewer tokens than its length divided by this."""

_RESERVE = 0.05
"""Share of the encoder's maximum that is kept free: the tokens of a joined text are not exactly those of its pieces."""

_OVERSHOOT = 1.25
"""A chunk may exceed its target by this rather than cut a sentence or leave a crumb."""

_SLICE = 64
"""Characters that an endless word is sliced into before the slices are put together again as far as they fit."""

_JOINTS = (("a", "\n", "a"), ("a", " ", "a"), ("。", "\n", "。"), ("1", "\n", "1"))


def usable_tokens(counter: TokenCounter) -> int:
    """How many tokens no chunk exceeds, whatever its target. Fewer than `SMALLEST_BUDGET` are too few to work with."""
    return counter.max_tokens - int(_RESERVE * counter.max_tokens)


class TokenBudget:
    """Counts tokens and knows the bounds of a chunk.

    `target` is what chunks are filled to, `limit` what none exceeds; both include the heading path. `joint` is what
    putting two pieces together costs at most in tokens.

    Raises `SettingsError` where target or encoder leave less than `SMALLEST_BUDGET` tokens.
    """

    def __init__(self, counter: TokenCounter, target_tokens: int) -> None:
        usable = usable_tokens(counter)
        if min(target_tokens, usable) < SMALLEST_BUDGET:
            raise SettingsError(
                f"Chunks of {target_tokens} tokens for an encoder of {counter.max_tokens} tokens are too small.",
                hint=f"Set target_tokens to {SMALLEST_BUDGET} or more.",
            )
        self._counter = counter
        self.target = min(target_tokens, usable)
        self.limit = min(int(_OVERSHOOT * target_tokens), usable)
        whole = counter.count(["".join(joint) for joint in _JOINTS])
        apart = counter.count([side for joint in _JOINTS for side in joint[::2]])
        self.joint = max(0, *(whole[index] - sum(apart[2 * index : 2 * index + 2]) for index in range(len(_JOINTS))))

    def count(self, texts: Sequence[str]) -> list[int]:
        """What each text takes of a chunk, in tokens, with one joint."""
        counts: list[int] = []
        for start in range(0, len(texts), _BATCH):
            batch = texts[start : start + _BATCH]
            for text, tokens in zip(batch, self._counter.count(batch), strict=True):
                counts.append(max(tokens, len(text) // _CHARACTERS_PER_TOKEN) + self.joint)
        return counts

    def cut(self, text: str, room: int) -> list[Range]:
        """Offsets of pieces of `text`, without gaps, of at most `room` tokens each.

        Cuts fall behind clauses, in clauses that are too long between words, and only in words that are too long
        between characters.
        """
        return pack(self._cut(text, 0, room, (split_clauses, split_words, _slices)), room)

    def _cut(self, text: str, offset: int, room: int, splits: Sequence[Callable[[str], list[Range]]]) -> list[_Counted]:
        split, *finer = splits
        ranges = split(text)
        pieces: list[_Counted] = []
        for (start, end), tokens in zip(ranges, self.count([text[start:end] for start, end in ranges]), strict=True):
            if tokens > room and end - start > 1:
                pieces += self._cut(text[start:end], offset + start, room, finer or splits)
            else:
                pieces.append((offset + start, offset + end, tokens))
        return pieces


_Counted = tuple[int, int, int]
"""Start, end, tokens."""


def _slices(text: str) -> list[Range]:
    """Slices of equal length, short enough for most budgets at once; of a short text, its halves."""
    size = min(_SLICE, (len(text) + 1) // 2)
    return [(start, min(start + size, len(text))) for start in range(0, len(text), size)]


def pack(pieces: Iterable[_Counted], room: int) -> list[Range]:
    """Join neighbouring pieces as long as they have at most `room` tokens together."""
    joined: list[Range] = []
    used = 0
    for start, end, tokens in pieces:
        if joined and used + tokens <= room:
            joined[-1] = joined[-1][0], end
            used += tokens
        else:
            joined.append((start, end))
            used = tokens
    return joined
