"""Negations of a claim that the evidence has not, and of the evidence that the claim has lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...indexing.search_form import search_form
from .association import Context, context_of
from .matching import ELSEWHERE, FOLLOWS, HERE, MARGIN, Finding, Said, best_of
from .passages import Passage
from .words import Word


def check_negation(printed: str, context: Context, passages: Sequence[Passage]) -> Finding:
    """Whether the evidence denies the same, or excepts what the claim speaks of from the contrary."""
    for passage in passages:
        out = passage.excepted
        if passage.fact is None and not out.denied and any(stem in context for stem in out.stems):
            return Finding(printed, "negation", FOLLOWS, passage=passage, note="the evidence makes an exception of it")
    same = best_of(context, passages, lambda other: other.kind == "negation")
    plain = best_of(context, passages, lambda other: other.is_content)
    if same.score >= plain.score - MARGIN or plain.score < HERE:
        return Finding(printed, "negation", max(same.score, 0.6), passage=same.passage)
    return Finding(printed, "negation", ELSEWHERE, instead="the same without it", passage=plain.passage)


def lost_negations(said: Said, passages: Sequence[Passage]) -> Iterator[Finding]:
    """Negations of the evidence that a claim has not, although it says the like."""
    words = said.words
    spoken_of = {word.stem for word in words} - said.excepted.stems
    negated = [word.position for word in words if word.kind == "negation"]
    contexts = [(word, context_of(words, index)) for index, word in enumerate(words) if word.is_content]
    for passage in passages:
        if passage.fact is not None or passage.row:
            continue  # "Not too much" is the name of a value, next to which others stand
        if passage.excepted.denied and passage.excepted.stems & spoken_of:
            continue  # "no school except Hillcrest": of Hillcrest it is not denied
        for index, word in enumerate(passage.words):
            scope = _behind(passage.words, index) if word.kind == "negation" else None
            if scope is None:
                continue
            alike_words = [
                context for w, context in contexts if w.stem == passage.words[scope].stem and _is_plain(w, negated)
            ]
            alike = max((passage.associated(context, scope) for context in alike_words), default=0.0)
            # "did not reduce mortality but reduced pain": the claim may mean the other.
            plain = max((_elsewhere(context, passage, scope) for context in alike_words), default=0.0)
            if alike >= HERE + MARGIN and alike > plain:
                negation = search_form(passage.text)[word.start : word.end]
                yield Finding("", "negation", ELSEWHERE, instead=negation, passage=passage)


def _is_plain(word: Word, negated: Sequence[int]) -> bool:
    return all(abs(word.position - position) > 2 for position in negated)


def _elsewhere(context: Context, passage: Passage, scope: int) -> float:
    """The best association with another place of the word at `scope`."""
    stem = passage.words[scope].stem
    places = (at for at, word in enumerate(passage.words) if at != scope and word.stem == stem)
    return max((passage.associated(context, at) for at in places), default=0.0)


def _behind(words: Sequence[Word], index: int) -> int | None:
    return next((at for at in range(index + 1, len(words)) if words[at].is_content), None)
