"""All checks of a claim's words against pieces of evidence, each by its kind."""

from __future__ import annotations

from collections.abc import Iterator

from .association import context_of, key_of
from .comparison_check import check_comparison, check_prefix
from .groups import Pieces
from .matching import Finding, Said
from .name_check import check_initial, check_name
from .negation_check import check_negation, lost_negations
from .number_check import check_number
from .replaced_words import changed_words


def findings(said: Said, pieces: Pieces) -> Iterator[Finding]:
    """Check each number, name, comparison and negation of a claim; `pieces` are those that it may rest on."""
    for index, word in enumerate(said.words):
        if word.kind == "stop":
            continue
        context = context_of(said.words, index)
        passages = pieces.near(key_of(word), context)
        if word.quantity is not None:
            yield check_number(said, word, context, passages)
        elif word.kind == "negation":
            yield check_negation(said.printed(word), context, passages)
        elif word.pole is not None:
            yield check_comparison(said, word, context, passages, pieces)
        elif word.kind == "name":
            yield check_name(said, word, context, passages)
        elif word.initial:
            yield from check_initial(said, word, context, passages)
        else:
            yield from check_prefix(said, word, context, passages)
    yield from lost_negations(said, pieces.passages)
    yield from changed_words(said, pieces)
