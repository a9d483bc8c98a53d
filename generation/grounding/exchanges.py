"""Claims made of the evidence's own words in other places: what each sentence that says the like has otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from .alignment import out_of_place
from .arrangement import exchanged_numbers, exchanged_sides, other_subject
from .association import key_of
from .exceptions import says_of_all
from .groups import Pieces
from .matching import ELSEWHERE, Finding, Said
from .neighbours import of_another_part
from .participants import exchanged_participants
from .partitives import told_of_others, wrong_majorities
from .passages import Passage
from .prepositions import exchanged_ends
from .quantity import agree
from .respective import exchanged_in_lists
from .wholes import exchanged_wholes, said_of_wholes
from .words import Word

_Exchange = tuple[Word, Word]
_LEAST_SHARED = 2


def exchanges(said: Said, pieces: Pieces) -> Iterator[Finding]:
    """What is exchanged in every sentence with the claim's words: one that says it as the claim does is enough."""
    words, keys = said.words, said.keys
    sentences = [p for p in pieces.passages if p.fact is None and not p.row]
    alike = [p for p in sentences if len(keys & p.keys) >= max(_LEAST_SHARED, len(keys) / 2)]
    for number, passage, label in _by_all(alike, lambda p: _misplaced(said, p), tells=_has):
        yield Finding(said.printed(number), "number", ELSEWHERE, f"{passage.printed(label)} with it", passage)
    of_parts = _by_all(
        alike,
        lambda p: list(said_of_wholes(words, said.parts, p.parts)),
        tells=lambda p, number: _has(p, number) and _holds(p, said),
    )
    for number, passage, part in of_parts:
        yield Finding(said.printed(number), "number", ELSEWHERE, f"{passage.printed(part)} of them", passage)
    for word, passage, _ in _by_all(alike, lambda p: list(exchanged_ends(words, p.words))):
        instead = f"{said.printed(word)} at the other end"
        yield Finding(said.printed(word), "roles", ELSEWHERE, instead, passage)
    for word, passage, share in _by_all(alike, lambda p: list(wrong_majorities(words, said.text, p.words, p.form))):
        yield Finding(said.printed(word), "comparison", ELSEWHERE, f"{passage.printed(share)} of them", passage)
    for first, passage, second in _by_all(alike, lambda p: _roles(said, p)):
        names = f"{said.printed(first)} before {said.printed(second)}"
        yield Finding(names, "roles", ELSEWHERE, "them the other way round", passage)
    yield from _left_out(said, alike)


def _misplaced(said: Said, passage: Passage) -> list[_Exchange]:
    words, there = said.words, passage.words
    several = len({time for _, _, time in passage.amounts} - {None}) > 1
    by_words = [
        *other_subject(words, there),
        *out_of_place(words, there),
        *(of_another_part(words, there) if _holds(passage, said) else ()),
    ]
    return [
        *(pair for pair in exchanged_numbers(words, there) if not said.is_part_so(pair[0], passage)),
        *(
            pair
            for pair in by_words
            if not (several and said.is_told_so(pair[0], passage)) and not said.is_part_so(pair[0], passage)
        ),
        *exchanged_wholes(said.parts, passage.parts),
        *exchanged_in_lists(words, there, passage.form),
        *told_of_others(words, said.text, there, passage.form),
    ]


def _roles(said: Said, passage: Passage) -> list[_Exchange]:
    words, text, there = said.words, said.text, passage.form
    return [
        *exchanged_sides(words, text, passage.words, there),
        *(exchanged_participants(words, text, passage.words, there) if _holds(passage, said) else ()),
    ]


def _holds(passage: Passage, said: Said) -> bool:
    """Whether the claim has no word but the passage's: in other words, its order may be another, too."""
    return all(
        key_of(word) in passage.keys or key_of(word) in passage.beside
        for word in said.words
        if word.is_content and word.quantity is None and word.pole is None
    )


def _by_all(
    passages: Sequence[Passage],
    exchanged: Callable[[Passage], list[_Exchange]],
    tells: Callable[[Passage, Word], bool] = lambda *_: True,
) -> Iterator[tuple[Word, Passage, Word]]:
    """The exchange of the first passage that makes one, where all others that could tell make one, too."""
    found = [(passage, exchanged(passage)) for passage in passages]
    first = next(((passage, pairs[0]) for passage, pairs in found if pairs), None)
    if first is not None:
        passage, (claimed, other) = first
        if all(pairs or not tells(passage, claimed) for passage, pairs in found):
            yield claimed, passage, other


def _has(passage: Passage, number: Word) -> bool:
    claimed = number.quantity
    return claimed is not None and any(agree(claimed, quantity) for _, quantity in passage.quantities)


def _left_out(said: Said, passages: Sequence[Passage]) -> Iterator[Finding]:
    """What the evidence says of all but what the claim speaks of, or of all but some."""
    own = said.excepted
    denied = any(word.kind == "negation" for word in said.words)
    told = [passage.excepted for passage in passages]
    if not told or any(not one.stems or one.stems == own.stems or one.denied != denied for one in told):
        return
    passage = passages[0]
    named = [w for w in said.words if w.stem in passage.excepted.stems and w.stem not in own.stems]
    if named:
        yield Finding(said.printed(named[0]), "exception", ELSEWHERE, "it as an exception", passage)
    elif says_of_all(said.words) and not own.stems and not denied:
        yield Finding("of all", "exception", ELSEWHERE, "exceptions", passage)
