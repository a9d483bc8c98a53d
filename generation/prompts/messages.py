"""The messages that a language model answers: rules, evidence as far as there is room, pictures, question."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..decoders.chat_model import Message
from .evidence_text import Block, block_of
from .instructions import Wording, wording
from .neutral import unmarked
from .prompt import Prompt

Count = Callable[[str], int]
"""Text -> tokens."""

PICTURE_TOKENS = 1344
"""What a vision model makes of a picture of a megapixel: one token for every 28 x 28 pixels (Qwen2.5-VL) or fewer."""
_TEMPLATE_TOKENS = 64
"""What a chat template adds around the messages."""


@dataclass(frozen=True, slots=True)
class Room:
    """What may be used: `tokens` for the whole prompt (None: no limit is known), pictures, and what each takes."""

    tokens: int | None = None
    pictures: int = 0
    picture_tokens: int = PICTURE_TOKENS


@dataclass(frozen=True, slots=True)
class Fitted:
    """Messages that fit, the numbers of the evidence in them, and of that which was shortened or lost its picture."""

    messages: tuple[Message, ...]
    shown: tuple[int, ...]
    shortened: tuple[int, ...]
    unpictured: tuple[int, ...] = ()


def answer_messages(prompt: Prompt, count: Count, room: Room) -> Fitted:
    """The messages for a question. Evidence is cut from its end, the last by rank first, in whole rows and sentences.

    Pictures that leave no room for words are left out before that, the last by rank first.
    Tokens are counted once for all of it; only where that is too much, about as often as the logarithm of its units.
    """
    words = wording(prompt.language)
    blocks = [block_of(number, item, words) for number, item in enumerate(prompt.evidence, start=1)]
    pictured = [
        (number, item.image_path)
        for number, item in enumerate(prompt.evidence, start=1)
        if item.image_path is not None and item.kind == "chart"
    ][: room.pictures]
    unpictured: list[int] = []
    total = sum(len(block.units) for block in blocks)
    kept = total
    if room.tokens is not None:
        limit = room.tokens - _TEMPLATE_TOKENS

        def fits(units: int) -> bool:
            pictures = room.picture_tokens * len(pictured)
            return count(words.rules + _asked(prompt, blocks, units, words)) + pictures <= limit

        while pictured and not fits(1):
            unpictured.insert(0, pictured.pop()[0])
        kept = _most(total, fits)
    shares = _shares(blocks, kept)
    shown = tuple(number for number, share in enumerate(shares, start=1) if share)
    shortened = tuple(number for number in shown if shares[number - 1] < len(blocks[number - 1].units))
    text = _asked(prompt, blocks, kept, words)
    seen = [(number, path) for number, path in pictured if number in shown]
    if seen:
        text += f"\n{words.picture}: {', '.join(f'[{number}]' for number, _ in seen)}"
    user = Message("user", text, tuple(path for _, path in seen))
    lost = tuple(number for number in unpictured if number in shown)
    return Fitted((Message("system", words.rules), user), shown, shortened, lost)


def _asked(prompt: Prompt, blocks: Sequence[Block], units: int, words: Wording) -> str:
    shown = [
        block.text(share, words.shortened) for block, share in zip(blocks, _shares(blocks, units), strict=True) if share
    ]
    return "\n".join([*shown, "", f"{words.question}: {unmarked(prompt.question)}", words.reminder])


def _shares(blocks: Sequence[Block], units: int) -> list[int]:
    """How many units of each block there are among the first `units` of all."""
    shares = []
    for block in blocks:
        shares.append(min(units, len(block.units)))
        units -= shares[-1]
    return shares


def _most(total: int, fits: Callable[[int], bool]) -> int:
    """The largest number up to `total` that fits, by bisection; 0 where not even that does."""
    if fits(total):
        return total
    least, most = 0, total
    while most - least > 1:
        middle = (least + most) // 2
        least, most = (middle, most) if fits(middle) else (least, middle)
    return least
