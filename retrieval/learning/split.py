"""Questions for training, for choosing among states of the model, and held out for the verdict: by document.

Questions that share a document stay together, so that no document of the last two was trained on. Which document
goes where depends on its source and the seed alone, as far as the shares allow: a collection that grows keeps most
of its division.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...errors import NothingToLearn
from .example import KnownQuestion

TRAINING, VALIDATION = 0.5, 0.1
"""Shares of the questions; the rest is held out."""
LEAST = 8
"""Questions to be trained on, and to be held out."""
_HINT = "Give more questions, about more documents, or index more."


@dataclass(frozen=True, slots=True)
class Split:
    """Three parts without a common document."""

    training: tuple[KnownQuestion, ...]
    validation: tuple[KnownQuestion, ...]
    held_out: tuple[KnownQuestion, ...]


def split_by_document(questions: Sequence[KnownQuestion], sources: Mapping[int, str], seed: int) -> Split:
    """Divide the questions; `sources` names the documents.

    Raises `NothingToLearn` where there are too few questions, or documents to hold some out.
    """
    bundles = _bundles(questions, sources, seed)
    parts: tuple[list[list[KnownQuestion]], ...] = ([], [], [])
    before = 0
    for bundle in bundles:
        middle = (before + len(bundle) / 2) / len(questions)
        parts[(middle >= TRAINING) + (middle >= TRAINING + VALIDATION)].append(bundle)
        before += len(bundle)
    training, validation, held_out = parts
    if not validation and len(training) > 1:
        validation.append(training.pop())
    elif not validation and len(held_out) > 1:
        validation.append(held_out.pop(0))
    split = Split(*(tuple(question for bundle in part for question in bundle) for part in parts))
    if len(bundles) < 3:
        raise NothingToLearn(
            f"The evidence of all questions stands in {len(bundles)} documents (or sets of documents that share "
            "questions): none can be held out to judge by.",
            hint=_HINT,
        )
    if min(len(split.training), len(split.held_out)) < LEAST or not split.validation:
        raise NothingToLearn(
            f"{len(questions)} questions over {len(bundles)} documents leave {len(split.training)} to train on, "
            f"{len(split.validation)} to choose by and {len(split.held_out)} to judge by: too few.",
            hint=_HINT,
        )
    return split


def _bundles(questions: Sequence[KnownQuestion], sources: Mapping[int, str], seed: int) -> list[list[KnownQuestion]]:
    """Questions that share documents, also through others, together; in an order of no meaning."""
    leader: dict[int, int] = {}

    def leader_of(document: int) -> int:
        while leader.setdefault(document, document) != document:
            document = leader[document]
        return document

    for question in questions:
        first, *others = sorted(question.documents)
        for other in others:
            leader[leader_of(other)] = leader_of(first)
    bundles: dict[int, list[KnownQuestion]] = {}
    for question in questions:
        bundles.setdefault(leader_of(min(question.documents)), []).append(question)

    def place(bundle: list[KnownQuestion]) -> str:
        name = min(sources.get(document, "") for question in bundle for document in question.documents)
        return hashlib.blake2b(f"{seed}\0{name}".encode(errors="surrogatepass"), digest_size=16).hexdigest()

    return sorted(bundles.values(), key=place)
